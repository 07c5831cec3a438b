//! The preview in a browser: what is asked of its server, and what is said of the dialer.

use super::*;
use callset::app::effect::{PageLook, PreviewAct};
use callset::app::msg::PreviewNews;
use callset::app::preview::PreviewAddress;
use callset::app::{Mode, Notice};
use callset::model::check::{BodyEnd, HeaderLine, PageAnswer, UrlUse, Visit};
use callset::model::preview::{Advice, Mood, Scene, Seen, Sight};
use callset::model::reach::ReachableFrom;
use callset::words::browser::BrowserNews;
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
    // A program has it. Where no browser comes, the user has the address.
    assert_eq!(news(&mut app, PreviewNews::Browsed(true)), []);
    assert_eq!(app.notice, Some(Notice::Preview(PreviewTold::Waits(URL.to_owned()))));
    saw(&mut app, 1, Seen::Opened);
    assert_eq!(app.notice, None);
    // Once it is there, another one needs no words.
    assert_eq!((news(&mut app, PreviewNews::Browsed(true)), app.notice.clone()), (vec![], None));
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
        assert_eq!((app.overlay(), app.notice.clone()), (Some(Overlay::Preview), None), "{forward:?}");
        // Whoever asks for it again is told again.
        key(&mut app, "enter");
        news(&mut app, PreviewNews::Browsed(false));
        let none = BrowserNews::None { url: URL.to_owned(), is_remote: forward.is_some() };
        assert_eq!(app.notice, Some(Notice::Browser(none)));
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

/// The urls that are looked at, and what the pages are told.
fn looks_and_told(effects: &[Effect]) -> (Vec<PageLook>, Vec<Advice>) {
    let look = |effect: &Effect| if let Effect::Check(look) = effect { Some(look.clone()) } else { None };
    let told = |effect: &Effect| {
        if let Effect::Preview(PreviewAct::Tell(_, advice)) = effect { Some(advice.clone()) } else { None }
    };
    (effects.iter().filter_map(look).collect(), effects.iter().filter_map(told).collect())
}

fn answered(app: &mut App, look: &PageLook, headers: &[(&str, &str)]) -> Vec<Effect> {
    let line = |(name, value): &(&str, &str)| HeaderLine { name: (*name).to_owned(), value: value.as_bytes().to_vec() };
    let headers = headers.iter().map(line).collect();
    let visit = Visit {
        url: look.url.clone(),
        used: look.used,
        at: "2026-11-26T12:00:00Z".parse().unwrap(),
        took: Duration::from_millis(9),
        way: vec![look.url.parse().unwrap()],
        resolved: ReachableFrom::Everywhere,
        came: Ok(PageAnswer { status: 200, headers, chain: None, body: BodyEnd::Long }),
    };
    update(app, Msg::Checked(look.id, Box::new(visit)))
}

const REFUSING: [(&str, &str); 2] = [("Content-Type", "text/html"), ("X-Frame-Options", "DENY")];

#[test]
fn a_mute_dialer_is_checked_and_each_page_is_told_why() {
    let mut app = previewed();
    saw(&mut app, 2, Seen::Opened);
    let loaded = Seen::Loaded { is_blocked: false };
    for page in [1, 2] {
        assert_eq!(looks_and_told(&saw(&mut app, page, loaded.clone())).0, [], "nothing is missing yet");
    }
    let (looks, told) = looks_and_told(&saw(&mut app, 1, Seen::Late));
    let [look] = &looks[..] else { panic!("{looks:?}") };
    assert_eq!((look.url.as_str(), look.used), ("https://dialer.acme.dev/widget", UrlUse::Dialer));
    assert!(told[0].lines.iter().any(|line| line.contains("being looked at")), "{told:?}");
    // One look is enough for all pages, and its end is told to all.
    assert_eq!(looks_and_told(&saw(&mut app, 2, Seen::Late)).0, []);
    let (_, told) = looks_and_told(&answered(&mut app, look, &REFUSING));
    assert_eq!(told.len(), 2);
    for advice in told {
        assert_eq!(advice.title, "Not synced: X-Frame-Options: DENY refuses every HubSpot page");
        // What the title says is not said twice, and what is about the header to send stands after it.
        let [first, waits] = &advice.lines[..] else { panic!("{advice:?}") };
        assert!(!first.contains("X-Frame-Options") && waits.starts_with("Nothing has answered SYNC"), "{advice:?}");
        let [then] = &advice.then[..] else { panic!("{advice:?}") };
        assert!(then.contains("add http://localhost:* to frame-ancestors"), "{then}");
        assert!(advice.is_refused);
        assert_eq!(advice.send.as_deref(), Some("Content-Security-Policy: frame-ancestors https://*.hubspot.com"));
    }
    // It is the result for the row as well.
    assert!(app.found_at(&FieldId::settings("url")).is_some());
    // A while later nothing new is to be learned.
    assert_eq!(looks_and_told(&saw(&mut app, 1, Seen::Unsynced)).0, []);
    // The page was loaded again, perhaps because the headers were mended.
    saw(&mut app, 1, loaded);
    let (looks, _) = looks_and_told(&saw(&mut app, 1, Seen::Late));
    let [again] = &looks[..] else { panic!("{looks:?}") };
    let (_, told) = looks_and_told(&answered(&mut app, again, &REFUSING[..1]));
    assert_eq!((told[0].title.as_str(), told[0].is_refused), ("Loaded, but has not answered SYNC yet", false));
}

#[test]
fn a_dialer_that_comes_back_at_once_asks_for_one_look_only() {
    let mut app = previewed();
    let mut count = 0;
    for _ in 0..1000 {
        saw(&mut app, 1, Seen::Loaded { is_blocked: false });
        let (looks, _) = looks_and_told(&saw(&mut app, 1, Seen::Elsewhere { origin: "null".into() }));
        count += looks.len();
        for look in looks {
            answered(&mut app, &look, &REFUSING[..1]);
        }
    }
    assert_eq!(count, 1);
    // Another url is another question.
    focus(&mut app, "url");
    key(&mut app, "end");
    key(&mut app, "x");
    saw(&mut app, 1, Seen::Loaded { is_blocked: false });
    let (looks, _) = looks_and_told(&saw(&mut app, 1, Seen::Elsewhere { origin: "null".into() }));
    assert_eq!(looks.iter().map(|look| &*look.url).collect::<Vec<_>>(), ["https://dialer.acme.dev/widgetx"]);
}

#[test]
fn what_lacks_for_another_reason_is_not_checked() {
    let mut app = previewed();
    saw(&mut app, 1, Seen::Loaded { is_blocked: false });
    saw(&mut app, 1, Seen::Synced { version: "0.9.7".into() });
    assert_eq!(looks_and_told(&saw(&mut app, 1, Seen::Late)).0, [], "the app never called initialized()");
    // A url that no page can show is not asked for either.
    focus(&mut app, "url");
    key(&mut app, "ctrl-u");
    update(&mut app, Msg::Pasted { text: "https://me:secret@dialer.acme.dev/".into(), cut: false });
    saw(&mut app, 1, Seen::Loaded { is_blocked: false });
    assert_eq!(looks_and_told(&saw(&mut app, 1, Seen::Late)).0, []);
}

#[test]
fn the_check_and_the_preview_lead_to_each_other() {
    let mut app = previewed();
    focus(&mut app, "width");
    key(&mut app, "f6");
    let (looks, _) = looks_and_told(&key(&mut app, "f4"));
    assert_eq!((app.overlay(), looks.len()), (Some(Overlay::Check), 1));
    // The preview waits for it too, so leaving the page does not end it.
    assert_eq!(key(&mut app, "f6"), []);
    assert_eq!(app.overlay(), Some(Overlay::Preview));
    key(&mut app, "f4");
    assert_eq!(key(&mut app, "esc"), []);
    assert!(app.is_looking());
    let mut app = loaded();
    key(&mut app, "f4");
    let effects = key(&mut app, "f6");
    assert!(matches!(effects[..], [Effect::Preview(PreviewAct::Start(_))]), "{effects:?}");
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
fn messages_are_of_one_url() {
    let mut app = previewed();
    let heard = |app: &App| app.preview.as_ref().unwrap().messages.len();
    let loaded = Seen::Loaded { is_blocked: false };
    saw(&mut app, 1, loaded.clone());
    saw(&mut app, 1, Seen::Sent { kind: "END_CALL".into() });
    saw(&mut app, 1, loaded.clone());
    assert_eq!(heard(&app), 1, "it was loaded again");
    focus(&mut app, "url");
    key(&mut app, "end");
    key(&mut app, "x");
    assert_eq!(heard(&app), 1, "the old one is still in the frame");
    saw(&mut app, 1, loaded.clone());
    assert_eq!(heard(&app), 0);
    saw(&mut app, 1, Seen::Sent { kind: "END_CALL".into() });
    saw(&mut app, 2, Seen::Opened);
    saw(&mut app, 2, loaded);
    assert_eq!(heard(&app), 1, "another browser has the same one");
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
