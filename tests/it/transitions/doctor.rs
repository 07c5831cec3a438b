//! The page of doctor, and the way to a browser.

use super::{ctrl, enter, focus, key, loaded, press, shown, type_in, update};
use callset::app::effect::Effect;
use callset::app::keymap::{BINDINGS, Intent, Scope};
use callset::app::msg::{Code, Key, Msg};
use callset::app::{App, CopyItem, Mode, Notice, Overlay, Page, PageText};
use callset::model::Edit;
use callset::words::browser::BrowserNews;
use callset::words::doctor::{Check, Diagnosis, Examination, places, text as findings};
use url::Url;

/// Takes an action by its name.
fn act(app: &mut App, intent: Intent) -> Vec<Effect> {
    let action = BINDINGS.iter().find(|binding| binding.scope == Scope::Form && binding.intent == intent).unwrap();
    ctrl(app, 'p');
    type_in(app, action.words);
    press(app, Code::Enter)
}

fn examination(app: &App) -> &Examination {
    let Mode::Paging(Page { text: PageText::Doctor(examination), .. }) = app.mode.ground() else {
        panic!("{:?}", app.mode)
    };
    examination
}

#[test]
fn doctor_looks_when_it_is_asked_and_tells_what_comes() {
    let mut app = loaded();
    assert_eq!(act(&mut app, Intent::Open(Overlay::Doctor)), [Effect::Examine(1)]);
    assert!(app.is_examining() && app.overlay() == Some(Overlay::Doctor));
    let log = || vec![places::log(None)];
    assert_eq!(update(&mut app, Msg::Examined(1, Check::Log, log())), []);
    assert_eq!(examination(&app).found[&Check::Log], log());
    // Under the help it goes on.
    press(&mut app, Code::F(1));
    let skipped = |check| vec![Diagnosis::skipped(check, "why")];
    update(&mut app, Msg::Examined(1, Check::Tls, skipped(Check::Tls)));
    press(&mut app, Code::F(1));
    assert_eq!(examination(&app).found.len(), 2);
    let copied = findings(&log().iter().chain(&skipped(Check::Tls)).collect::<Vec<_>>());
    assert_eq!(key(&mut app, Key::char('y')), [Effect::Copy(CopyItem::Findings, copied.clone())]);
    assert!(copied.starts_with("log: ok: none; ") && copied.ends_with("TLS: skipped: why"), "{copied}");
    // Again: what the first one still finds is not taken for the second.
    assert_eq!(ctrl(&mut app, 'r'), [Effect::Examine(2)]);
    update(&mut app, Msg::Examined(1, Check::Name, skipped(Check::Name)));
    assert!(examination(&app).found.is_empty());
    for check in Check::ALL {
        update(&mut app, Msg::Examined(2, check, vec![]));
    }
    assert!(!app.is_examining());
    press(&mut app, Code::Esc);
    assert!(app.mode.is_editing());
    // What comes now is nobody's.
    assert_eq!(update(&mut app, Msg::Examined(2, Check::Log, log())), []);
    assert!(app.mode.is_editing());
}

#[test]
fn open_takes_the_url_of_the_row_or_of_the_settings() {
    let mut app = loaded();
    let url = |text: &str| Url::parse(text).unwrap();
    let Some(Edit::Text(settings)) = shown(&app, "url") else { panic!() };
    focus(&mut app, "width");
    assert_eq!(act(&mut app, Intent::Browse), [Effect::Browse(url(&settings))]);
    enter(&mut app, "url", "http://a.dev/x?y=1");
    assert_eq!(act(&mut app, Intent::Browse), [Effect::Browse(url("http://a.dev/x?y=1"))], "as it is edited");
    for text in ["file:///etc/passwd", "javascript:alert(1)", "a.dev", "--help", ""] {
        enter(&mut app, "url", text);
        assert_eq!(act(&mut app, Intent::Browse), [], "{text}");
        assert_eq!(app.notice, Some(Notice::Browser(BrowserNews::Nothing)));
    }
    let given = url("https://a.dev/");
    let program = Some("xdg-open".to_owned());
    assert_eq!(update(&mut app, Msg::Browsed { url: given.clone(), program, is_remote: false }), []);
    // Where there is none, the address goes to the clipboard.
    let copied = update(&mut app, Msg::Browsed { url: given.clone(), program: None, is_remote: true });
    assert_eq!(copied, [Effect::Copy(CopyItem::Address, given.to_string())]);
    assert_eq!(app.notice, Some(Notice::Browser(BrowserNews::None { url: given.to_string(), is_remote: true })));
}
