//! Each step on the screen.

use super::{at, begun, free, given, lines, press, refused, secret, type_in};
use crate::frames::{COLOUR, picture};
use callset::app::msg::{Code, Key};
use callset::app::wizard::{Given, Msg, Purpose, Step, Wizard};
use callset::model::login::Likeness;
use callset::model::profile::{CredentialKind, Profile};
use callset::model::refusal::Unreached;
use callset::sync::Fault;
use callset::ui;
use callset::ui::theme::{Palette, Theme};
use std::time::Duration;

fn frame_in(wizard: &Wizard, theme: Theme, width: u16, height: u16) -> String {
    picture(theme, width, height, |area, canvas| ui::wizard::paint(wizard, area, canvas))
}

fn frame(wizard: &Wizard) -> String {
    frame_in(wizard, COLOUR, 80, 24)
}

fn small(wizard: &Wizard) -> String {
    frame_in(wizard, COLOUR, 40, 12)
}

fn named() -> Wizard {
    let mut wizard = at(Step::Name);
    wizard.update(Msg::Names(["Acme dev", "acme-prod"].map(str::to_owned).into()));
    wizard.update(Msg::Key(Key::ctrl('n')));
    wizard
}

fn pasted() -> Wizard {
    let mut wizard = at(Step::Secret);
    secret(&mut wizard, Some(Likeness::Of(CredentialKind::DeveloperKey)));
    wizard
}

/// The keyring was chosen, which is out of reach.
fn no_keyring() -> Wizard {
    let mut wizard = at(Step::Keep);
    press(&mut wizard, Code::Right);
    press(&mut wizard, Code::Enter);
    wizard
}

fn change(step: Step) -> Wizard {
    let mut wizard = super::of(Purpose::Change);
    while wizard.step < step {
        press(&mut wizard, Code::Tab);
    }
    wizard
}

fn changed() -> Wizard {
    let mut wizard = change(Step::Production);
    press(&mut wizard, Code::Char('n'));
    wizard.update(Msg::Key(Key::ctrl('s')));
    let id = wizard.review.as_ref().unwrap().id;
    wizard.update(Msg::Foreseen(id, Ok(vec![])));
    wizard
}

fn tested(outcome: Result<bool, Fault>) -> Wizard {
    let mut wizard = at(Step::Review);
    let id = wizard.review.as_ref().unwrap().id;
    wizard.update(Msg::Tested(id, Duration::from_millis(34), outcome));
    wizard
}

fn unwritten() -> Wizard {
    let mut wizard = tested(Ok(true));
    press(&mut wizard, Code::Enter);
    let why = "The configuration is as it was: /home/ada/.config/callset/config.toml: No space left on device; the \
               credential was kept already: the file /home/ada/.config/callset/staging.token";
    wizard.update(Msg::Written(Err(why.into())));
    wizard
}

/// The credential is kept in a variable, the host is somebody else's.
fn elsewhere() -> Wizard {
    let template = Profile { base_url: "https://gate.example".into(), ..Profile::new("", 0) };
    let (mut wizard, _) = Wizard::new(Given { template, ..given() });
    super::go_to(&mut wizard, Step::Keep);
    press(&mut wizard, Code::Left);
    press(&mut wizard, Code::Enter);
    press(&mut wizard, Code::Enter);
    let id = wizard.review.as_ref().unwrap().id;
    wizard.update(Msg::Foreseen(id, Ok(lines()[..2].to_vec())));
    wizard
}

macro_rules! frames {
    ($($name:ident => $frame:expr;)+) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), $frame);
        })+
    };
}

frames! {
    the_first_question => frame(&begun());
    the_first_question_40x12 => small(&begun());
    no_app_id => {
        let mut wizard = begun();
        type_in(&mut wizard, "12三");
        press(&mut wizard, Code::Enter);
        frame(&wizard)
    };
    the_name => frame(&named());
    the_name_40x12 => small(&named());
    the_kind => frame(&at(Step::Kind));
    the_kind_40x12 => small(&at(Step::Kind));
    the_credential => frame(&pasted());
    the_credential_40x12 => small(&pasted());
    where_it_is_kept => frame(&at(Step::Keep));
    where_it_is_kept_40x12 => small(&at(Step::Keep));
    no_keyring_here => frame(&no_keyring());
    no_keyring_here_40x12 => small(&no_keyring());
    a_change => frame(&change(Step::App));
    a_change_40x12 => small(&change(Step::Address));
    the_credential_may_stay => frame(&change(Step::Secret));
    where_it_is_kept_from_now_on_40x12 => small(&change(Step::Keep));
    the_colour_40x12 => small(&change(Step::Mark));
    what_will_be_changed => frame(&changed());
    what_will_be_changed_40x12 => small(&changed());
    a_copy_40x12 => small(&super::of(Purpose::Copy));
    another_profile => frame(&super::of(Purpose::New));
    nowhere_40x12 => {
        let mut wizard = at(Step::Keep);
        press(&mut wizard, Code::Down);
        press(&mut wizard, Code::Down);
        small(&wizard)
    };
    yes_40x12 => {
        let mut wizard = at(Step::Production);
        press(&mut wizard, Code::Char('y'));
        small(&wizard)
    };
    production => frame(&at(Step::Production));
    production_40x12 => small(&at(Step::Production));
    what_will_be_written => frame(&tested(Ok(true)));
    what_will_be_written_40x12 => small(&tested(Ok(true)));
    the_test_is_on_its_way => {
        let mut wizard = at(Step::Review);
        let id = wizard.review.as_ref().unwrap().id;
        wizard.update(Msg::Waited(id, Duration::from_millis(2300)));
        frame(&wizard)
    };
    h1_the_test_is_refused => frame(&tested(Err(refused(401))));
    h3_the_test_finds_nothing_set_up => frame(&tested(Ok(false)));
    n2_the_test_reaches_nobody_40x12 => small(&tested(Err(Fault::Unreached(Unreached::Refused))));
    not_written => frame(&unwritten());
    s7_a_host_that_is_not_hubspots => frame(&elsewhere());
    t3_without_colour_in_ascii => frame_in(&no_keyring(), Theme { palette: Palette::Mono, ascii: true, wide: false }, 80, 24);
    the_smallest_24x6 => frame_in(&no_keyring(), COLOUR, 24, 6);
    too_small_20x5 => frame_in(&named(), COLOUR, 20, 5);
}

#[test]
fn no_size_is_too_odd() {
    let mut unknown = at(Step::Keep);
    unknown.places = None;
    let long = {
        let mut wizard = at(Step::Name);
        wizard.update(Msg::Pasted("日本語".repeat(100)));
        wizard
    };
    assert_eq!(free().file, Ok(()));
    for wizard in
        [begun(), named(), long, pasted(), unknown, no_keyring(), tested(Err(refused(403))), unwritten(), elsewhere()]
    {
        for (width, height) in (1..60).step_by(3).flat_map(|width| (1..30).map(move |height| (width, height))) {
            frame_in(&wizard, COLOUR, width, height);
        }
    }
}
