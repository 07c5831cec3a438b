//! The preview in a browser: what is asked of its server, and what is said of the dialer.

use super::*;
use callset::app::effect::PreviewAct;
use callset::app::msg::PreviewNews;
use callset::app::preview::PreviewAddress;
use callset::app::{Mode, Notice};
use callset::model::preview::{Mood, Scene, Seen, Sight};
use callset::words::preview::{PreviewTold, scene};

fn key(app: &mut App, name: &str) -> Vec<Effect> {
    update(app, Msg::Key(name.parse().unwrap()))
}

fn news(app: &mut App, news: PreviewNews) -> Vec<Effect> {
    update(app, Msg::Preview(news))
}

fn saw(app: &mut App, page: u32, seen: Seen) -> Vec<Effect> {
    news(app, PreviewNews::Saw(Sight { page, seen }))
}

const URL: &str = "http://localhost:40123/token/";

fn address(forward: Option<&str>) -> PreviewAddress {
    PreviewAddress { url: URL.to_owned(), forward: forward.map(ToOwned::to_owned) }
}

/// The preview is on, and a browser has its page open.
fn previewed() -> App {
    let mut app = loaded();
    let start = key(&mut app, "f6");
    assert_eq!(start, [Effect::Preview(PreviewAct::Start(Box::new(scene(&app.sync.draft))))]);
    let browse = news(&mut app, PreviewNews::Started(Ok(address(None))));
    assert_eq!(browse, [Effect::Preview(PreviewAct::Browse(URL.to_owned()))]);
    assert_eq!(news(&mut app, PreviewNews::Browsed(true)), []);
    saw(&mut app, 1, Seen::Opened);
    app
}

/// What the pages are shown, and how many are told something.
fn shown(effects: &[Effect]) -> (Vec<&Scene>, usize) {
    let acts = || effects.iter().filter_map(|effect| if let Effect::Preview(act) = effect { Some(act) } else { None });
    let scenes = acts().filter_map(|act| if let PreviewAct::Show(scene) = act { Some(&**scene) } else { None });
    (scenes.collect(), acts().filter(|act| matches!(act, PreviewAct::Tell(..))).count())
}

#[test]
fn it_starts_once_and_then_shows_how_far_it_has_got() {
    let mut app = previewed();
    assert!(app.mode.is_editing());
    assert_eq!(key(&mut app, "f6"), []);
    assert_eq!(app.overlay(), Some(Overlay::Preview));
    assert_eq!(key(&mut app, "enter"), [Effect::Preview(PreviewAct::Browse(URL.to_owned()))]);
    assert_eq!(key(&mut app, "f6"), []);
    assert!(app.mode.is_editing(), "the same key closes the page");
    key(&mut app, "f6");
    assert_eq!(key(&mut app, "delete"), [Effect::Preview(PreviewAct::Stop)]);
    assert!(app.mode.is_editing() && app.preview.is_none());
    assert_eq!(app.notice, Some(Notice::Preview(PreviewTold::Stopped)));
    // What comes late from the old server changes nothing.
    let effects = saw(&mut app, 1, Seen::Gone);
    assert!(effects.is_empty() && app.preview.is_none());
    assert_eq!(key(&mut app, "f6").len(), 1, "it starts anew");
}

#[test]
fn without_settings_there_is_nothing_to_preview() {
    let (mut app, _) = App::new(target());
    assert_eq!(key(&mut app, "f6"), []);
    assert_eq!((app.notice.clone(), app.preview.is_none()), (Some(Notice::NotLoaded), true));
}

#[test]
fn where_no_browser_opens_the_page_says_where_it_is() {
    for (forward, browsed) in [(Some("ssh -L 1:localhost:1 ada@host"), None), (None, Some(false))] {
        let mut app = loaded();
        key(&mut app, "f6");
        news(&mut app, PreviewNews::Started(Ok(address(forward))));
        if let Some(browsed) = browsed {
            assert!(app.mode.is_editing());
            news(&mut app, PreviewNews::Browsed(browsed));
        }
        assert_eq!(app.overlay(), Some(Overlay::Preview), "{forward:?}");
        // Nothing opens over what the user has opened.
        key(&mut app, "esc");
        key(&mut app, "ctrl-p");
        news(&mut app, PreviewNews::Browsed(false));
        assert_eq!(app.overlay(), Some(Overlay::Palette));
    }
    let mut app = loaded();
    key(&mut app, "f6");
    news(&mut app, PreviewNews::Started(Err("no port is free".into())));
    assert_eq!(
        (app.notice.clone(), app.preview.is_none()),
        (Some(Notice::Preview(PreviewTold::Failed("no port is free".into()))), true)
    );
}

#[test]
fn the_pages_follow_the_form_and_nothing_else() {
    let mut app = previewed();
    focus(&mut app, "width");
    let effects = key(&mut app, "right");
    let (scenes, told) = shown(&effects);
    assert_eq!((scenes[0].size, scenes[0].saved, told), (Some((401, 650)), Some((400, 650)), 1), "{effects:?}");
    let effects = key(&mut app, "ctrl-z");
    assert_eq!(shown(&effects).0[0].size, Some((400, 650)), "{effects:?}");
    for keys in ["up", "down", "down", "esc", "f1", "esc", "ctrl-d", "esc"] {
        assert_eq!(shown(&key(&mut app, keys)).0, Vec::<&Scene>::new(), "{keys}");
    }
    // A number that is no number has no size; the pages keep the frame at the saved one.
    focus(&mut app, "width");
    let effects = key(&mut app, "x");
    let (scenes, _) = shown(&effects);
    assert_eq!((scenes[0].size, scenes[0].saved), (None, Some((400, 650))), "{effects:?}");
    // Without a preview nothing is asked for.
    let mut quiet = loaded();
    focus(&mut quiet, "width");
    assert!(!key(&mut quiet, "right").iter().any(|effect| matches!(effect, Effect::Preview(_))));
}

#[test]
fn what_a_page_sees_is_told_to_that_page() {
    let mut app = previewed();
    saw(&mut app, 2, Seen::Opened);
    let told = |effects: &[Effect]| match effects {
        [Effect::Preview(PreviewAct::Tell(page, advice))] => (*page, advice.mood, advice.title.clone()),
        other => panic!("{other:?}"),
    };
    let loaded = Seen::Loaded { is_blocked: false };
    assert_eq!(told(&saw(&mut app, 1, loaded)), (1, Mood::Plain, "Loaded, waiting for SYNC_ACK".into()));
    let synced = Seen::Synced { version: "0.9.7".into() };
    assert_eq!(told(&saw(&mut app, 1, synced)).2, "Synced with SDK 0.9.7, waiting for INITIALIZED");
    let said = |kind: &str, size| Seen::Said { kind: kind.into(), data: "{}".into(), size };
    let (page, mood, title) = told(&saw(&mut app, 1, said("INITIALIZED", Some((380, 650)))));
    assert_eq!((page, mood), (1, Mood::Warning));
    assert_eq!(title, "Synced with SDK 0.9.7, initialised, dialer asked for 380 × 650 (settings say 400 × 650)");
    assert_eq!(saw(&mut app, 1, said("CALL_STARTED", None)), [], "no step of the handshake");
    // What the form says changes what is said of the size.
    focus(&mut app, "width");
    for _ in 0..19 {
        key(&mut app, "left");
    }
    let effects = key(&mut app, "left");
    let good =
        |effect: &Effect| matches!(effect, Effect::Preview(PreviewAct::Tell(1, advice)) if advice.mood == Mood::Good);
    assert!(effects.iter().any(good), "{effects:?}");
}

#[test]
fn a_dialer_that_never_stops_is_bounded() {
    let mut app = previewed();
    for at in 0..10_000 {
        let seen = Seen::Said { kind: format!("X{at}"), data: "y".repeat(600), size: None };
        assert_eq!(saw(&mut app, 1, seen), []);
    }
    let preview = app.preview.as_ref().unwrap();
    assert_eq!(preview.messages.len(), 100);
    assert!(preview.messages[0].contains("X9999"), "the newest first");
}

#[test]
fn it_stays_on_while_the_settings_are_read_again() {
    let mut app = previewed();
    key(&mut app, "ctrl-r");
    assert!(app.preview.is_some());
    let effects = update(&mut app, reply(2, Ok(settings())));
    assert_eq!(shown(&effects).0, Vec::<&Scene>::new());
    assert!(matches!(app.mode, Mode::Editing) && app.preview.is_some());
}
