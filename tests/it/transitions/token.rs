//! A token that dies in mid-session: another one is asked for in place, and what it stopped goes on.

use super::{
    body, choose, ctrl, enter, focus, get, key, loaded, press, refused, reply, saving, settings, target, update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, Key, Msg, Token};
use callset::app::{App, Mode, Notice, Prompt, Typed};
use callset::sync::{Doing, Outcome, Stopped};

fn taken(tidied: Vec<&'static str>) -> Msg {
    Msg::Token(Ok(Token { hint: "••••••••beef".into(), looks_like: None, tidied }))
}

fn asks(app: &App, doing: Doing) -> bool {
    let Mode::Entering(Prompt { what: Typed::Token { stopped, .. }, .. }) = &app.mode else { return false };
    match stopped {
        Stopped::Reading => doing == Doing::Loading,
        Stopped::Saving(_) => matches!(app.notice, Some(Notice::Outcome(Outcome::Failed(its, _))) if its == doing),
    }
}

#[test]
fn h1_a_load_that_is_refused_asks_and_goes_on_with_the_new_token() {
    let (mut app, _) = App::new(target());
    assert_eq!(update(&mut app, reply(1, Err(refused(401, &[])))), []);
    assert!(asks(&app, Doing::Loading));
    update(&mut app, Msg::TokenTyped { characters: 41, caret: 41, looks_like: None, left_out: false });
    assert_eq!(press(&mut app, Code::Enter), [Effect::UseToken]);
    assert_eq!(update(&mut app, taken(vec![])), get(2, Doing::Loading));
    assert_eq!((app.mode.is_editing(), app.target.credential_hint.as_str()), (true, "••••••••beef"));
}

#[test]
fn h1_a_save_that_is_refused_keeps_its_edits_and_goes_on_with_a_new_check() {
    for (doing, mut app) in [
        (Doing::Saving, saving()),
        (Doing::Checking, {
            let mut app = loaded();
            enter(&mut app, "width", "420");
            ctrl(&mut app, 's');
            app
        }),
    ] {
        let request = app.sync.in_flight().next().unwrap().0;
        assert_eq!(update(&mut app, reply(request, Err(refused(401, &[])))), []);
        assert!(asks(&app, doing));
        assert_eq!(body(&app), r#"{"width":420}"#);
        update(&mut app, Msg::TokenTyped { characters: 41, caret: 41, looks_like: None, left_out: false });
        press(&mut app, Code::Enter);
        assert_eq!(update(&mut app, taken(vec!["spaces"])), get(request + 1, Doing::Checking));
    }
}

#[test]
fn h1_a_save_that_is_refused_while_the_question_stands_already_goes_on_with_its_answer() {
    let mut app = saving();
    assert_eq!(choose(&mut app, "access token"), [Effect::ForgetToken]);
    update(&mut app, Msg::TokenTyped { characters: 40, caret: 40, looks_like: None, left_out: false });
    update(&mut app, reply(3, Err(refused(401, &[]))));
    assert!(asks(&app, Doing::Saving));
    assert!(
        matches!(app.mode, Mode::Entering(Prompt { what: Typed::Token { characters: 40, .. }, .. })),
        "what was typed stays"
    );
    press(&mut app, Code::Enter);
    assert_eq!(update(&mut app, taken(vec![])), get(4, Doing::Checking));
}

#[test]
fn s6_a_token_that_can_not_be_one_is_refused_and_asked_for_again() {
    let (mut app, _) = App::new(target());
    update(&mut app, reply(1, Err(refused(401, &[]))));
    press(&mut app, Code::Enter);
    assert_eq!(update(&mut app, Msg::Token(Err("The token is empty".into()))), []);
    assert!(matches!(
        &app.mode,
        Mode::Entering(Prompt { what: Typed::Token { characters: 0, wrong: Some(_), .. }, .. })
    ));
    update(&mut app, Msg::TokenTyped { characters: 1, caret: 1, looks_like: None, left_out: false });
    assert!(matches!(&app.mode, Mode::Entering(Prompt { what: Typed::Token { characters: 1, wrong: None, .. }, .. })));
}

#[test]
fn h1_esc_goes_back_to_the_form_and_forgets_what_was_typed() {
    let mut app = saving();
    update(&mut app, reply(3, Err(refused(401, &[]))));
    assert_eq!(press(&mut app, Code::Esc), [Effect::ForgetToken]);
    assert_eq!((app.mode.is_editing(), body(&app).as_str()), (true, r#"{"width":420}"#));
    assert_eq!(
        app.notice,
        Some(Notice::Outcome(Outcome::Failed(Doing::Saving, refused(401, &[])))),
        "still to be read"
    );
    assert_eq!(update(&mut app, taken(vec![])), [], "nobody asks any more");
}

#[test]
fn h1_whoever_types_is_not_asked_for_a_token() {
    let mut app = saving();
    focus(&mut app, "name");
    update(&mut app, reply(3, Err(refused(401, &[]))));
    assert!(app.mode.is_editing(), "the next letters are for the name");
    assert_eq!(choose(&mut app, "access token"), [Effect::ForgetToken]);
    assert!(asks(&app, Doing::Loading));
}

#[test]
fn in_the_prompt_no_letter_is_a_command() {
    let (mut app, _) = App::new(target());
    update(&mut app, reply(1, Err(refused(401, &[]))));
    for c in ' '..='~' {
        assert_eq!(key(&mut app, Key::char(c)), []);
    }
    assert!(asks(&app, Doing::Loading));
    assert_eq!(ctrl(&mut app, 'q'), super::quit(0, None));
    assert_eq!(settings(), settings());
}
