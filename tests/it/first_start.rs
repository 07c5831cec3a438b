//! The first start: what each answer, right or wrong, leads to; that nothing is lost on the way, and nothing written before
//! the end.

mod frames;
mod terminal;
mod whole;

use callset::app::keymap::Scope;
use callset::app::msg::{Code, Key, Stop, Token};
use callset::app::wizard::{
    AskedHit, CanKeep, Effect, FirstStartEnd, Given, Keep, Msg, Purpose, Step, Test, Wizard, Wrong,
};
use callset::model::login::Likeness;
use callset::model::profile::{CredentialKind, Profile, Source};
use callset::model::refusal::{Refusal, Unreached};
use callset::sync::{Fault, RequestId};
use std::path::Path;
use std::time::Duration;

const TOOK: Duration = Duration::from_millis(34);

pub(crate) fn given() -> Given {
    let config = "/home/ada/.config/callset/config.toml".into();
    Given { template: Profile::new("", 0), purpose: Purpose::First, config }
}

pub(crate) fn token() -> Token {
    Token { hint: "••••••••c41f".into(), looks_like: None, tidied: vec![] }
}

pub(crate) fn free() -> CanKeep {
    CanKeep { file: Ok(()), keyring: Err("The keyring is out of reach: there is no session bus.".into()) }
}

pub(crate) fn lines() -> Vec<String> {
    ["[profiles.staging]", "app_id = 1234567", "token_file = \"/home/ada/.config/callset/staging.token\""]
        .map(str::to_owned)
        .into()
}

/// The first question.
pub(crate) fn begun() -> Wizard {
    let (wizard, effects) = Wizard::new(given());
    assert_eq!(effects, [Effect::ReadNames]);
    wizard
}

pub(crate) fn press(wizard: &mut Wizard, code: Code) -> Vec<Effect> {
    wizard.update(Msg::Key(Key::plain(code)))
}

fn ctrl(wizard: &mut Wizard, c: char) -> Vec<Effect> {
    wizard.update(Msg::Key(Key::ctrl(c)))
}

pub(crate) fn type_in(wizard: &mut Wizard, text: &str) {
    for c in text.chars() {
        assert_eq!(wizard.update(Msg::Key(Key::char(c))), [], "{c:?}");
    }
}

/// This many characters were typed for the credential.
pub(crate) fn secret(wizard: &mut Wizard, looks_like: Option<Likeness>) {
    assert_eq!(wizard.update(Msg::SecretTyped { characters: 41, caret: 41, looks_like, left_out: false }), []);
}

/// At a step, with usual answers before it.
pub(crate) fn at(step: Step) -> Wizard {
    let mut wizard = begun();
    go_to(&mut wizard, step);
    wizard
}

/// Answers what is asked up to a step.
fn go_to(wizard: &mut Wizard, step: Step) {
    while wizard.step < step {
        match wizard.step {
            Step::App => type_in(wizard, "1234567"),
            Step::Name => type_in(wizard, "staging"),
            Step::Secret => secret(wizard, None),
            Step::Address
            | Step::Version
            | Step::Kind
            | Step::Keep
            | Step::Production
            | Step::ReadOnly
            | Step::Mark
            | Step::Review => {}
        }
        let effects = press(wizard, Code::Enter);
        for effect in effects {
            match effect {
                Effect::Check(_) => {
                    let looking = wizard.update(Msg::Checked(Ok(token())));
                    let [Effect::Look(id, ..)] = looking[..] else { panic!("{looking:?}") };
                    wizard.update(Msg::Looked(id, free()));
                }
                Effect::Foresee(id, _) => _ = wizard.update(Msg::Foreseen(id, Ok(lines()))),
                Effect::Test(..) | Effect::Wake(..) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(wizard.wrong, None);
    }
}

fn review(wizard: &Wizard) -> &callset::app::wizard::Summary {
    wizard.review.as_ref().unwrap()
}

pub(crate) fn refused(status: u16) -> Fault {
    Fault::Refused(Box::new(Refusal { status, ..Refusal::default() }))
}

fn staging() -> Profile {
    let file = "/home/ada/.config/callset/staging.token".into();
    Profile { sources: vec![Source::File(file)], ..Profile::new("staging", 1_234_567) }
}

/// All of it but how much of a page is seen.
fn state(wizard: &Wizard) -> String {
    let mut wizard = wizard.clone();
    wizard.room = callset::app::msg::Room::default();
    format!("{wizard:?}")
}

#[test]
fn f1_is_help_for_each_question_and_goes_back_to_it() {
    for step in Step::ROWS.into_iter().chain([Step::Review]) {
        let wizard = at(step);
        for close in ["f1", "esc", "q"] {
            let mut asked = wizard.clone();
            assert_eq!(press(&mut asked, Code::F(1)), []);
            assert_eq!(asked.scope(), Scope::AskedHelp, "{step:?}");
            assert!(!asked.is_secret(), "what is typed now is no credential");
            assert_eq!(asked.update(Msg::Pasted("junk".into())), []);
            for key in ["down", "pgdn", "end", "x", "enter", close] {
                assert_eq!(asked.update(Msg::Key(key.parse().unwrap())), [], "{step:?} {key}");
            }
            assert_eq!(state(&asked), state(&wizard), "{step:?} after {close}");
        }
    }
}

#[test]
fn the_first_starts_lines_have_a_caret_and_the_keys_to_move_it() {
    for step in [Step::App, Step::Name] {
        let mut wizard = begun();
        go_to(&mut wizard, step);
        let mut go = |keys: &str, value: &str, cursor: usize| {
            for key in keys.split(' ') {
                wizard.update(Msg::Key(key.parse().unwrap()));
            }
            let row = if step == Step::App { &wizard.app_id } else { &wizard.name };
            assert_eq!((row.value(), row.cursor()), (value, cursor), "{step:?} after {keys}");
        };
        go("1 2 3 left", "123", 2);
        go("home delete", "23", 0);
        go("right ctrl-b end", "23", 2);
        go("ctrl-a 1 ctrl-e ctrl-w", "", 0);
        go("4 5 ctrl-u", "", 0);
    }
}

#[test]
fn an_app_id_is_a_number_from_1_to_2147483647() {
    for text in ["", "0", "-1", "+7", "1.5", "12a", "2147483648", "99999999999999999999", "１２", "0x1f"] {
        let mut wizard = begun();
        type_in(&mut wizard, text);
        assert_eq!(press(&mut wizard, Code::Enter), [], "{text}");
        assert_eq!((wizard.step, wizard.wrong.clone()), (Step::App, Some(Wrong::App)), "{text}");
        assert_eq!(wizard.app_id.value(), text, "what was typed stays");
        wizard.update(Msg::Key(Key::char('1')));
        assert_eq!(wizard.wrong, None, "said until the next key");
    }
    for text in ["1", " 2147483647 ", "0042"] {
        let mut wizard = begun();
        type_in(&mut wizard, text);
        press(&mut wizard, Code::Enter);
        assert_eq!(wizard.step, Step::Name, "{text}");
    }
}

#[test]
fn a_name_is_one_that_a_profile_can_have() {
    for text in ["", " ", "-x", "two words", "größe", "日本", "a/b", &"x".repeat(41)] {
        let mut wizard = at(Step::Name);
        type_in(&mut wizard, text);
        press(&mut wizard, Code::Tab);
        assert_eq!((wizard.step, wizard.wrong.clone()), (Step::Name, Some(Wrong::Name)), "{text}");
    }
}

#[test]
fn names_of_accounts_are_stepped_through_and_what_was_typed_comes_back() {
    let mut wizard = at(Step::Name);
    type_in(&mut wizard, "mine");
    assert_eq!(ctrl(&mut wizard, 'n'), [], "nothing to take");
    assert_eq!((wizard.name.value(), wizard.scope()), ("mine", Scope::AskedText));
    let accounts = ["Acme dev", "日本", "acme-prod", "Acme (dev)"].map(str::to_owned);
    wizard.update(Msg::Names(accounts.into()));
    assert_eq!(wizard.names, ["Acme-dev", "acme-prod"]);
    let names: Vec<String> = (0..4)
        .map(|_| {
            ctrl(&mut wizard, 'n');
            wizard.name.value().to_owned()
        })
        .collect();
    assert_eq!(names, ["Acme-dev", "acme-prod", "mine", "Acme-dev"]);
    ctrl(&mut wizard, 'p');
    assert_eq!(wizard.name.value(), "mine");
    ctrl(&mut wizard, 'p');
    assert_eq!(wizard.name.value(), "acme-prod");
    type_in(&mut wizard, "2");
    assert_eq!(wizard.name.value(), "acme-prod2", "it is a text like any other");
}

#[test]
fn pastes_of_any_length_are_one_line_of_a_few_characters() {
    let mut wizard = begun();
    wizard.update(Msg::Pasted("\n1234567\r\n".into()));
    assert_eq!(wizard.app_id.value(), "1234567");
    for text in ["日".repeat(3_000_000), "x\u{1b}\r\n".repeat(3_000_000)] {
        let mut wizard = begun();
        wizard.update(Msg::Pasted(text));
        let shown = wizard.app_id.value();
        assert!(shown.chars().count() == 200 && !shown.contains(char::is_control));
        press(&mut wizard, Code::Enter);
        assert_eq!(wizard.wrong, Some(Wrong::App));
    }
    for step in [Step::Kind, Step::Keep, Step::Production, Step::Review] {
        let mut wizard = at(step);
        let before = (wizard.kind, wizard.keep, wizard.production);
        assert_eq!(wizard.update(Msg::Pasted("  yes \r".into())), [], "letters are no keys");
        assert_eq!((wizard.kind, wizard.keep, wizard.production), before);
        assert_eq!(wizard.update(Msg::TooFast("y".into())), []);
        assert_eq!((wizard.step, wizard.wrong.clone()), (step, Some(Wrong::TooFast)));
    }
    let mut wizard = begun();
    wizard.update(Msg::TooFast("7".into()));
    assert_eq!((wizard.app_id.value(), wizard.step), ("7", Step::App), "text is text all the same");
    assert_eq!(press(&mut wizard, Code::F(9)), [Effect::Redraw]);
}

#[test]
fn of_the_credential_the_machine_knows_its_length() {
    let mut wizard = at(Step::Secret);
    assert!(wizard.is_secret());
    assert_eq!(press(&mut wizard, Code::Enter), [Effect::Check(CredentialKind::Bearer)]);
    assert_eq!(wizard.update(Msg::Checked(Err("The token is empty".into()))), []);
    assert_eq!(wizard.wrong, Some(Wrong::Secret("The token is empty".into())));
    wizard.update(Msg::SecretTyped { characters: 0, caret: 0, looks_like: None, left_out: true });
    assert_eq!(wizard.wrong, Some(Wrong::TooMuch));
    secret(&mut wizard, Some(Likeness::Of(CredentialKind::DeveloperKey)));
    assert_eq!((wizard.characters, wizard.wrong.clone()), (41, None));
    press(&mut wizard, Code::Enter);
    wizard.update(Msg::Checked(Ok(token())));
    assert_eq!((wizard.step, wizard.token.clone()), (Step::Keep, Some(token())));
    assert_eq!(wizard.update(Msg::Checked(Err("late".into()))), [], "nobody asks any more");
    assert_eq!(wizard.step, Step::Keep);
}

#[test]
fn another_kind_is_looked_at_again_and_what_was_typed_stays() {
    let mut wizard = at(Step::Keep);
    press(&mut wizard, Code::Esc);
    press(&mut wizard, Code::Esc);
    assert_eq!(wizard.step, Step::Kind);
    press(&mut wizard, Code::Right);
    assert_eq!((wizard.kind, wizard.token.clone(), wizard.characters), (CredentialKind::DeveloperKey, None, 41));
    press(&mut wizard, Code::Enter);
    assert_eq!(press(&mut wizard, Code::Enter), [Effect::Check(CredentialKind::DeveloperKey)]);
    wizard.update(Msg::Key(Key::char(' ')));
    assert_eq!(wizard.kind, CredentialKind::DeveloperKey, "only its own row is a switch");
}

#[test]
fn it_is_kept_only_where_it_can_be() {
    let mut wizard = at(Step::Secret);
    press(&mut wizard, Code::Enter);
    let looking = wizard.update(Msg::Checked(Ok(token())));
    let file = Path::new("/home/ada/.config/callset/staging.token");
    let [Effect::Look(id, profile, path)] = &looking[..] else { panic!("{looking:?}") };
    assert_eq!((profile.name.as_str(), path.as_path()), ("staging", file));
    press(&mut wizard, Code::Enter);
    assert_eq!((wizard.step, wizard.wrong.clone()), (Step::Keep, Some(Wrong::Asking)));
    wizard.update(Msg::Looked(RequestId(id.0 + 7), free()));
    assert_eq!(wizard.places, None, "an answer to another question");
    let there = CanKeep { file: Err("There is a file already.".into()), ..free() };
    wizard.update(Msg::Looked(*id, there));
    assert_eq!(wizard.wrong, None);
    press(&mut wizard, Code::Enter);
    assert_eq!(wizard.wrong, Some(Wrong::Place("There is a file already.".into())));
    press(&mut wizard, Code::Right);
    assert_eq!((wizard.keep, wizard.wrong.clone()), (Keep::Keyring, None));
    press(&mut wizard, Code::Enter);
    assert!(matches!(wizard.wrong, Some(Wrong::Place(_))));
    for (keep, sources) in
        [(Keep::Nowhere, vec![]), (Keep::Variable, vec![Source::Variable("HUBSPOT_ACCESS_TOKEN".into())])]
    {
        press(&mut wizard, Code::Right);
        assert_eq!((wizard.keep, wizard.profile().sources), (keep, sources));
        press(&mut wizard, Code::Enter);
        assert_eq!(wizard.step, Step::Production);
        press(&mut wizard, Code::Esc);
    }
}

#[test]
fn esc_goes_a_step_back_and_no_answer_is_lost() {
    let mut wizard = at(Step::Production);
    wizard.update(Msg::Key(Key::char(' ')));
    press(&mut wizard, Code::Enter);
    let profile = review(&wizard).profile.clone();
    assert_eq!(profile, Profile { production: true, ..staging() });
    let mut steps = Vec::new();
    for n in 0..8 {
        let effects = press(&mut wizard, Code::Esc);
        match n {
            // What is on its way is not waited for; and the places may have changed.
            0 => assert_eq!(effects, [Effect::Cancel]),
            1 => assert!(matches!(effects[..], [Effect::Look(..)])),
            _ => assert_eq!(effects, []),
        }
        steps.push(wizard.step);
    }
    let back = [Step::Production, Step::Keep, Step::Secret, Step::Kind, Step::Name, Step::App, Step::App, Step::App];
    assert_eq!(steps, back);
    assert_eq!(wizard.profile(), profile);
    assert_eq!((wizard.characters, wizard.token.clone()), (41, Some(token())));
}

#[test]
fn the_last_step_looks_and_tests_and_writes_nothing() {
    let mut wizard = at(Step::Production);
    let effects = press(&mut wizard, Code::Enter);
    let [Effect::Foresee(id, foreseen), Effect::Test(tested, of), Effect::Wake(woken, _)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((foreseen, of, id, id), (&Box::new(staging()), &Box::new(staging()), tested, woken));
    assert_eq!(press(&mut wizard, Code::Enter), [], "what would be written is not known yet");
    wizard.update(Msg::Foreseen(*id, Ok(lines())));
    assert!(matches!(wizard.update(Msg::Waited(*id, TOOK))[..], [Effect::Wake(..)]));
    assert_eq!(ctrl(&mut wizard, 'r'), [], "one call at a time");
    assert_eq!(wizard.update(Msg::Tested(RequestId(0), TOOK, Ok(true))), [], "another one's answer");
    assert_eq!(review(&wizard).test, Test::Running(TOOK));
    for outcome in [Ok(true), Ok(false), Err(refused(401)), Err(Fault::Unreached(Unreached::Refused))] {
        wizard.update(Msg::Tested(*id, TOOK, outcome.clone()));
        assert_eq!(review(&wizard).test, Test::Ended(TOOK, outcome));
        assert_eq!(wizard.update(Msg::Waited(*id, TOOK)), [], "nothing is on its way");
        assert!(matches!(ctrl(&mut wizard, 'r')[..], [Effect::Test(..), Effect::Wake(..)]));
    }
    // It may be kept all the same, and before the answer.
    assert_eq!(press(&mut wizard, Code::Enter), [Effect::Write(Box::new(staging()))]);
    for code in [Code::Enter, Code::Esc] {
        assert_eq!(press(&mut wizard, code), [], "it is being written");
    }
    assert_eq!(ctrl(&mut wizard, 'q'), []);
    let end = Effect::End(FirstStartEnd::Written(Box::new(staging())));
    assert_eq!(wizard.update(Msg::Written(Ok(()))), [end]);
}

#[test]
fn what_can_not_be_written_is_told_and_nothing_is_lost() {
    let mut wizard = at(Step::Review);
    assert_eq!(press(&mut wizard, Code::Enter), [Effect::Write(Box::new(staging()))]);
    assert_eq!(wizard.update(Msg::Written(Err("The disk is full".into()))), []);
    assert_eq!(review(&wizard).failed.as_deref(), Some("The disk is full"));
    assert_eq!(press(&mut wizard, Code::Enter), [Effect::Write(Box::new(staging()))], "again");
    wizard.update(Msg::Written(Err("The disk is full".into())));
    press(&mut wizard, Code::Esc);
    assert_eq!((wizard.step, wizard.profile()), (Step::Production, staging()));

    let mut wizard = at(Step::Review);
    let id = review(&wizard).id;
    wizard.update(Msg::Foreseen(id, Err("there is a profile staging already".into())));
    assert_eq!(press(&mut wizard, Code::Enter), [], "nothing is tried that cannot be");
}

#[test]
fn s7_another_host_gets_the_credential_only_after_a_word() {
    let template = Profile { base_url: "https://gate.example".into(), ..Profile::new("", 0) };
    let (mut wizard, _) = Wizard::new(Given { template, ..given() });
    go_to(&mut wizard, Step::Production);
    let effects = press(&mut wizard, Code::Enter);
    assert!(matches!(effects[..], [Effect::Foresee(..)]), "{effects:?}");
    assert_eq!(review(&wizard).test, Test::Held);
    assert!(matches!(ctrl(&mut wizard, 'r')[..], [Effect::Test(..), Effect::Wake(..)]));
}

#[test]
fn the_demo_and_the_end_are_a_key_away_at_every_step() {
    let steps = [Step::ROWS.to_vec(), vec![Step::Review]].concat();
    for step in steps {
        for key in [Key::ctrl('t'), Key::plain(Code::F(3))] {
            assert_eq!(at(step).update(Msg::Key(key)), [Effect::End(FirstStartEnd::Demo)], "{step:?}");
        }
        for key in [Key::ctrl('c'), Key::ctrl('q')] {
            assert_eq!(at(step).update(Msg::Key(key)), [Effect::End(FirstStartEnd::Left(0))], "{step:?}");
        }
        let stopped = at(step).update(Msg::Stop(Stop::Terminated));
        assert_eq!(stopped, [Effect::End(FirstStartEnd::Left(143))]);
    }
}

#[test]
fn t2_nothing_is_entered_unseen() {
    for step in Step::ROWS {
        let mut wizard = at(step);
        wizard.update(Msg::Resized { cramped: true });
        let before = format!("{wizard:?}");
        for key in [Key::char('7'), Key::char(' '), Key::plain(Code::Enter), Key::plain(Code::Esc), Key::ctrl('t')] {
            assert_eq!(wizard.update(Msg::Key(key)), []);
        }
        wizard.update(Msg::Pasted("7".into()));
        assert_eq!(format!("{wizard:?}"), before);
        assert!(!wizard.is_secret());
        assert_eq!(ctrl(&mut wizard, 'q'), [Effect::End(FirstStartEnd::Left(0))]);
    }
}

#[test]
fn up_and_down_choose_among_answers_and_only_enter_or_tab_goes_on() {
    for (step, answers) in [(Step::Kind, 2), (Step::Keep, 4), (Step::Production, 2)] {
        for (forth, back) in [("down", "up"), ("right", "left")] {
            let mut wizard = at(step);
            let first = wizard.chosen().unwrap().0;
            for n in 1..=answers {
                assert_eq!(wizard.update(Msg::Key(forth.parse().unwrap())), []);
                assert_eq!((wizard.step, wizard.chosen()), (step, Some(((first + n) % answers, answers))));
            }
            wizard.update(Msg::Key(back.parse().unwrap()));
            assert_eq!(wizard.chosen().unwrap().0, (first + answers - 1) % answers);
        }
    }
}

#[test]
fn y_and_n_answer_and_the_answer_is_seen_before_one_goes_on() {
    let mut wizard = at(Step::Production);
    for (letter, yes) in [('y', true), ('y', true), ('n', false), ('y', true)] {
        assert_eq!(wizard.update(Msg::Key(Key::char(letter))), []);
        assert_eq!((wizard.production, wizard.step), (yes, Step::Production));
    }
    for step in [Step::App, Step::Name, Step::Kind, Step::Keep, Step::Review] {
        let mut wizard = at(step);
        wizard.update(Msg::Key(Key::char('y')));
        assert!(!wizard.production, "{step:?}");
    }
}

#[test]
fn a_failed_test_leads_to_the_answer_that_it_is_about() {
    for (fault, step) in [
        (refused(401), Step::Secret),
        (refused(403), Step::Secret),
        (Fault::NoCredential("The token is empty".into()), Step::Secret),
        (refused(404), Step::App),
        // Of the address nothing was asked.
        (Fault::Unreached(Unreached::Refused), Step::App),
        (refused(500), Step::App),
    ] {
        let mut wizard = at(Step::Review);
        let id = review(&wizard).id;
        wizard.update(Msg::Tested(id, TOOK, Err(fault.clone())));
        press(&mut wizard, Code::Char('e'));
        assert_eq!((wizard.step, wizard.review.is_none()), (step, true), "{fault:?}");
        assert_eq!(wizard.characters, 41, "and no answer is lost");
    }
    let mut wizard = at(Step::Secret);
    secret(&mut wizard, Some(Likeness::Of(CredentialKind::DeveloperKey)));
    go_to(&mut wizard, Step::Review);
    let id = review(&wizard).id;
    wizard.looks_like = Some(Likeness::Of(CredentialKind::DeveloperKey));
    wizard.update(Msg::Tested(id, TOOK, Err(refused(401))));
    assert_eq!(wizard.cause(), Some(Step::Kind), "it looks like the other kind");
}

#[test]
fn rows_and_answers_are_clicked_and_nothing_is_skipped_by_a_click() {
    let mut wizard = at(Step::Keep);
    wizard.update(Msg::Clicked(AskedHit::Choice(3)));
    assert_eq!(wizard.keep, Keep::Nowhere);
    wizard.update(Msg::Clicked(AskedHit::Choice(9)));
    assert_eq!(wizard.keep, Keep::Nowhere);
    assert_eq!(wizard.update(Msg::Clicked(AskedHit::Row(Step::Production))), [], "it was not reached yet");
    assert_eq!(wizard.step, Step::Keep);
    wizard.update(Msg::Clicked(AskedHit::Row(Step::App)));
    assert_eq!(wizard.step, Step::App);
    wizard.update(Msg::Clicked(AskedHit::Caret(0)));
    type_in(&mut wizard, "x");
    assert_eq!(wizard.app_id.value(), "x1234567");
    wizard.update(Msg::Clicked(AskedHit::Row(Step::Keep)));
    assert_eq!((wizard.step, wizard.wrong.clone()), (Step::App, Some(Wrong::App)), "what is wrong is told first");
    press(&mut wizard, Code::Backspace);
    wizard.update(Msg::Clicked(AskedHit::Row(Step::Keep)));
    assert_eq!(wizard.step, Step::Keep);
    // The review asks for what was passed over.
    let mut wizard = at(Step::Review);
    wizard.update(Msg::Clicked(AskedHit::Row(Step::Kind)));
    press(&mut wizard, Code::Down);
    assert_eq!(wizard.token, None);
    wizard.update(Msg::Clicked(AskedHit::Row(Step::Production)));
    press(&mut wizard, Code::Enter);
    assert_eq!(wizard.step, Step::Secret, "as the other kind it was not looked at");
}

fn live() -> Profile {
    let sources = vec![Source::Keyring, Source::Variable("HUBSPOT_ACCESS_TOKEN".into())];
    Profile { sources, production: true, ..Profile::new("live", 7) }
}

fn of(purpose: Purpose) -> Wizard {
    Wizard::new(Given { template: live(), purpose, ..given() }).0
}

/// Ctrl-S from any row: the profile that the review shows.
fn reviewed(wizard: &mut Wizard) -> Profile {
    let effects = ctrl(wizard, 's');
    assert!(matches!(effects[..], [Effect::Foresee(..), Effect::Test(..), Effect::Wake(..)]), "{effects:?} {wizard:?}");
    review(wizard).profile.clone()
}

#[test]
fn a_change_begins_with_the_answers_of_the_profile_and_each_can_be_another() {
    let mut wizard = of(Purpose::Change);
    assert_eq!(reviewed(&mut wizard), live(), "nothing has to be answered");
    let mut wizard = of(Purpose::Change);
    wizard.update(Msg::Key("ctrl-u".parse().unwrap()));
    type_in(&mut wizard, "8");
    press(&mut wizard, Code::Enter);
    type_in(&mut wizard, "-eu");
    press(&mut wizard, Code::Enter);
    wizard.update(Msg::Key("ctrl-u".parse().unwrap()));
    type_in(&mut wizard, "http://example.com");
    press(&mut wizard, Code::Enter);
    assert!(matches!(wizard.wrong, Some(Wrong::Address(_))));
    wizard.update(Msg::Key("ctrl-u".parse().unwrap()));
    type_in(&mut wizard, "http://127.0.0.1:9/x");
    press(&mut wizard, Code::Enter);
    press(&mut wizard, Code::Down);
    press(&mut wizard, Code::Enter);
    assert_eq!(wizard.step, Step::Kind);
    press(&mut wizard, Code::Enter);
    assert_eq!(wizard.step, Step::Secret);
    assert!(matches!(press(&mut wizard, Code::Enter)[..], [Effect::Look(..)]), "an empty one is the one of before");
    press(&mut wizard, Code::Enter);
    wizard.update(Msg::Key(Key::char('n')));
    press(&mut wizard, Code::Enter);
    wizard.update(Msg::Key(Key::char('y')));
    press(&mut wizard, Code::Enter);
    press(&mut wizard, Code::Down);
    press(&mut wizard, Code::Enter);
    let profile = Profile {
        app_id: 8,
        name: "live-eu".into(),
        base_url: "http://127.0.0.1:9/x".into(),
        api_version: callset::model::ApiVersion::ALL[1],
        production: false,
        read_only: true,
        mark: Some(callset::model::profile::Tint::Red),
        ..live()
    };
    assert_eq!(review(&wizard).profile, profile);
}

#[test]
fn another_place_for_the_credential_needs_one_to_keep() {
    let mut wizard = of(Purpose::Change);
    for _ in 0..5 {
        press(&mut wizard, Code::Tab);
    }
    assert_eq!(wizard.step, Step::Secret);
    let [Effect::Look(id, ..)] = press(&mut wizard, Code::Tab)[..] else { panic!() };
    wizard.update(Msg::Looked(id, free()));
    press(&mut wizard, Code::Down);
    press(&mut wizard, Code::Down);
    assert_eq!(wizard.keep, Keep::File);
    press(&mut wizard, Code::Enter);
    assert_eq!(wizard.wrong, Some(Wrong::NothingToKeep));
    press(&mut wizard, Code::Esc);
    secret(&mut wizard, None);
    press(&mut wizard, Code::Enter);
    let [Effect::Look(id, ..)] = wizard.update(Msg::Checked(Ok(token())))[..] else { panic!() };
    wizard.update(Msg::Looked(id, free()));
    press(&mut wizard, Code::Enter);
    assert_eq!((wizard.step, wizard.profile().sources), (Step::Production, vec![Source::File(wizard.file())]));
}

#[test]
fn a_copy_has_all_but_the_name_and_esc_leads_back_to_the_list() {
    let mut wizard = of(Purpose::Copy);
    assert_eq!(wizard.step, Step::Name);
    ctrl(&mut wizard, 's');
    assert_eq!(wizard.wrong, Some(Wrong::Name), "two profiles of one name cannot be");
    type_in(&mut wizard, "live2");
    assert_eq!(reviewed(&mut wizard), Profile { name: "live2".into(), ..live() });
    for purpose in [Purpose::New, Purpose::Change, Purpose::Copy] {
        let mut wizard = of(purpose);
        assert_eq!(ctrl(&mut wizard.clone(), 'q'), [Effect::End(FirstStartEnd::Back)]);
        assert_eq!(ctrl(&mut wizard.clone(), 't'), [], "the demo is for the first start");
        if wizard.step == Step::Name {
            press(&mut wizard, Code::Esc);
        }
        assert_eq!(press(&mut wizard, Code::Esc), [Effect::End(FirstStartEnd::Back)], "{purpose:?}");
    }
}
