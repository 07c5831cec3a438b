//! The sentences about the preview in a browser: how far the dialer has got, what is missing, and what HubSpot does around it.

mod reason;

use super::mask::masked;
use super::{NextStep, Statement, Tone};
use crate::model::preview::{
    Advice, DialerPlace, Handshake, Lack, Mood, OpenPages, PageKnown, Scene, Seen, can_be_framed, sizes,
};
use crate::model::{Draft, Edit, FieldId, Value};
pub use reason::{Reasons, reasons};

/// What the page shows for these values, unsaved ones included.
pub fn scene(draft: &Draft) -> Scene {
    let url = match entered(draft, "url") {
        Some(Edit::Text(text)) => text.trim().to_owned(),
        Some(Edit::Switch(_)) | None => String::new(),
    };
    let is_on = |key: &'static str| match entered(draft, key) {
        Some(Edit::Switch(on)) => Some(on),
        Some(Edit::Text(_)) | None => None,
    };
    let (size, saved) = sizes(draft);
    let [ready, window, remote] = ["isReady", "usesCallingWindow", "usesRemote"].map(is_on);
    Scene {
        shown_url: masked(&url),
        url: if can_be_framed(&url) { url } else { String::new() },
        size,
        saved,
        uses_calling_window: window == Some(true),
        places: window.zip(remote).map_or(vec![], |(window, remote)| DialerPlace::all(window, remote)),
        around: around(ready, window, remote),
    }
}

fn entered(draft: &Draft, key: &'static str) -> Option<Edit> {
    let id = FieldId::settings(key);
    // A value that holds a credential is not on the form, and does not get on the page.
    let is_withheld = matches!(draft.base(&id), Some(Value::Withheld(_))) && draft.edit(&id).is_none();
    draft.field(&id).filter(|_| !is_withheld).and_then(|field| draft.entered(field))
}

/// What HubSpot does with these switches.
fn around(ready: Option<bool>, window: Option<bool>, remote: Option<bool>) -> Vec<String> {
    let ready = ready.map(|on| {
        if on {
            "Ready is on: people in every connected account can choose this app."
        } else {
            "Ready is off: nobody can choose this app in HubSpot, you included, unless your browser overrides it."
        }
    });
    let placed = window.zip(remote).map(|placed| match placed {
        (true, true) => {
            "Calling window and Remote are on: a window of its own holds the call, and the remote inside HubSpot goes with \
             it. The dialer is loaded in both."
        }
        (true, false) => "Calling window is on and Remote is off: a window of its own holds the call.",
        (false, true) => {
            "Calling window is off and Remote is on: the remote that is anchored inside HubSpot holds the call."
        }
        (false, false) => "Calling window and Remote are off: the dialer is in HubSpot's page alone, as it is here.",
    });
    ready.into_iter().chain(placed).map(ToOwned::to_owned).collect()
}

fn px((width, height): (i32, i32)) -> String {
    format!("{width} × {height}")
}

/// How far a dialer has got, in a line: the first words of it say most. `None` for a page that is not open.
pub fn progress(handshake: Option<&Handshake>, scene: &Scene, known: PageKnown<'_>) -> String {
    let Some(shake) = handshake else { return "waiting for a browser".to_owned() };
    if scene.url.is_empty() {
        return "the form has no url that can be shown".to_owned();
    }
    let Some(version) = &shake.version else {
        let cause = shake.lack().and_then(|lack| reason::in_line(lack, known));
        return match (shake.lack(), shake.is_loaded) {
            (Some(_), _) if let Some(cause) = cause => cause,
            (Some(Lack::NotLoaded), _) => "the dialer has not loaded yet".to_owned(),
            (_, false) => "the dialer is loading".to_owned(),
            (Some(Lack::Blocked), true) => "the url leads to another origin".to_owned(),
            (Some(Lack::Elsewhere), true) => {
                format!("it answers from another origin, {}", shake.elsewhere.as_deref().unwrap_or_default())
            }
            (Some(Lack::NeverSynced), true) => "loaded, but never synced".to_owned(),
            (Some(Lack::NotSynced | Lack::NotInitialised), true) => "loaded, but has not answered SYNC yet".to_owned(),
            (None, true) => "loaded, waiting for SYNC_ACK".to_owned(),
        };
    };
    let sdk = if version.is_empty() { "an SDK of unknown version" } else { &format!("SDK {version}") };
    let initialised = match (shake.is_initialised, shake.is_late) {
        (true, _) => "initialised",
        (false, true) if shake.elsewhere.is_some() => "but its SYNC_ACK gives another address than its own",
        (false, true) => "but never initialised",
        (false, false) => "waiting for INITIALIZED",
    };
    let refused = if shake.is_initialised { reason::elsewhere(known).unwrap_or_default() } else { "" };
    format!("synced with {sdk}, {initialised}{}{refused}", size(shake, scene))
}

/// The size that the dialer asks for, as the end of a line.
fn size(shake: &Handshake, scene: &Scene) -> String {
    match (shake.asked, scene.size) {
        (Some(asked), Some(form)) if asked != form => {
            format!(", dialer asked for {} (settings say {})", px(asked), px(form))
        }
        (Some(asked), _) => format!(", dialer asked for {}", px(asked)),
        (None, _) => String::new(),
    }
}

/// The same without what is needed least, for less room.
fn progress_shortly(shake: &Handshake, scene: &Scene, known: PageKnown<'_>) -> String {
    let is_fine = shake.is_initialised && known.refusals().is_empty();
    match (&shake.version, shake.asked, scene.size) {
        (Some(_), Some(asked), Some(form)) if is_fine && asked != form => {
            format!("initialised, asks {} (settings say {})", px(asked), px(form))
        }
        (Some(_), Some(asked), _) if is_fine => format!("initialised, asks {}", px(asked)),
        (Some(_), ..) if shake.is_initialised => {
            format!("initialised{}", reason::elsewhere(known).unwrap_or_default())
        }
        (Some(_) | None, ..) => progress_briefly(Some(shake), scene, known),
    }
}

/// The same for little room.
pub fn progress_briefly(handshake: Option<&Handshake>, scene: &Scene, known: PageKnown<'_>) -> String {
    let Some(shake) = handshake else { return "no browser yet".to_owned() };
    match (&shake.version, shake.lack()) {
        (None, Some(lack)) => reason::briefly(lack, known),
        (None, None) => "loading".to_owned(),
        (Some(_), Some(_)) => "not initialised".to_owned(),
        (Some(_), None) if !shake.is_initialised => "synced".to_owned(),
        (Some(_), None) if !known.refusals().is_empty() => "ready here only".to_owned(),
        (Some(_), None) => match shake.asked {
            Some(asked) if Some(asked) != scene.size => format!("ready, asks {}", px(asked)),
            Some(_) | None => "ready".to_owned(),
        },
    }
}

/// Something about the preview as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewTold {
    /// Its server starts.
    Starts,
    /// A program got the address, and no browser has opened it so far.
    Waits(String),
    /// Its server could not be started, for this reason.
    Failed(String),
    /// It was stopped.
    Stopped,
    /// There is none to stop.
    Off,
    /// It was of the profile before this one.
    Left,
}

/// The statement of a notice.
pub(super) fn told(what: &PreviewTold) -> Statement {
    match what {
        PreviewTold::Starts => Statement::brief(Tone::Plain, "The preview starts…"),
        PreviewTold::Waits(url) => {
            Statement::full(Tone::Plain, "The preview waits for a browser", [url.clone()]).next([NextStep::ShowPreview])
        }
        PreviewTold::Failed(why) => Statement::brief(Tone::Warning, format!("The preview cannot be served: {why}")),
        PreviewTold::Stopped => Statement::brief(Tone::Plain, "The preview has ended, and its page says so"),
        PreviewTold::Left => {
            Statement::brief(Tone::Plain, "The preview was of the other profile, and has ended with it")
                .next([NextStep::StartPreview])
        }
        PreviewTold::Off => Statement::brief(Tone::Plain, "There is no preview to stop").next([NextStep::StartPreview]),
    }
}

/// The line of the strip, from the one that says most to the shortest.
pub fn said(pages: &OpenPages, scene: &Scene, known: PageKnown<'_>) -> [Statement; 4] {
    let shake = pages.current();
    let brief = progress_briefly(shake, scene, known);
    let shorter = shake.map_or_else(|| brief.clone(), |shake| progress_shortly(shake, scene, known));
    let tone = match shake.map(|shake| mood(shake, scene, known)) {
        Some(Mood::Good) => Tone::Good,
        Some(Mood::Warning) => Tone::Warning,
        Some(Mood::Error) => Tone::Error,
        Some(Mood::Plain) | None => Tone::Plain,
    };
    let line = |words: &str| Statement::brief(tone, format!("preview: {words}"));
    let [first, second, third] = [&progress(shake, scene, known), &shorter, &brief].map(|words| line(words));
    let with_step = [first, second, third].map(|line| line.next([NextStep::ShowPreview]));
    let [first, second, third] = with_step;
    [first, second, third, line(&brief)]
}

/// The steps of the handshake, each with its name and state.
pub fn steps(shake: &Handshake, scene: &Scene, known: PageKnown<'_>) -> [(&'static str, String); 4] {
    let yes = |is_so: bool| if is_so { "yes" } else { "no" }.to_owned();
    let is_refused = shake.lack().is_some_and(|lack| known.is_refused(lack));
    let loaded = if shake.is_blocked {
        "yes, from another origin".to_owned()
    } else if is_refused && shake.is_loaded {
        "no, only the browser's error page".to_owned()
    } else {
        yes(shake.is_loaded)
    };
    let synced = match shake.version.as_deref() {
        None => "no".to_owned(),
        Some("") => "yes, by an SDK of unknown version".to_owned(),
        Some(version) => format!("yes, by SDK {version}"),
    };
    let asked = match (shake.asked, scene.size) {
        (None, _) => "none".to_owned(),
        (Some(asked), Some(form)) if asked != form => format!("{} px, settings say {}", px(asked), px(form)),
        (Some(asked), _) => format!("{} px", px(asked)),
    };
    [
        ("Page loaded", loaded),
        ("SYNC answered", synced),
        ("Initialised", yes(shake.is_initialised)),
        ("Size asked for", asked),
    ]
}

/// Several browsers have the page open.
pub fn several(pages: usize) -> String {
    format!("This is the page where something happened last, of {pages} that are open.")
}

/// The heading of the messages.
pub fn messages(count: usize) -> String {
    if count == 0 { "No messages so far".to_owned() } else { "Messages, the newest first".to_owned() }
}

/// There is no preview.
pub const OFF: &str = "The preview has ended.";

/// The server starts.
pub const STARTS: &str = "It starts…";

/// The browser is on another machine.
pub const FAR: &str = "The browser is on the machine that you came from. First, there:";

/// Where the browser is, once the line before it runs.
pub const THEN: &str = "Then open in it:";

/// There is no browser here.
pub const NO_BROWSER: &str = "There is no program here that opens a browser. Open it where your browser is:";

/// How it sounds.
pub fn mood(shake: &Handshake, scene: &Scene, known: PageKnown<'_>) -> Mood {
    match shake.lack() {
        Some(Lack::NotLoaded | Lack::NotSynced | Lack::NotInitialised) => Mood::Warning,
        Some(Lack::Blocked | Lack::Elsewhere | Lack::NeverSynced) => Mood::Error,
        None if !shake.is_initialised => Mood::Plain,
        None if !known.refusals().is_empty() => Mood::Warning,
        None if shake.asked.is_some_and(|asked| Some(asked) != scene.size) => Mood::Warning,
        None => Mood::Good,
    }
}

/// What the page itself says.
pub fn advice(shake: &Handshake, scene: &Scene, known: PageKnown<'_>) -> Advice {
    let title = super::capital(&progress(Some(shake), scene, known));
    let Reasons { lines, send, then } = reasons(shake, scene, known);
    let is_refused = shake.lack().is_some_and(|lack| known.is_refused(lack));
    Advice { mood: mood(shake, scene, known), title, lines, send, then, is_refused }
}

/// A message, or something else that a page has seen and that is listed. `None` for the steps of the handshake.
pub fn message(seen: &Seen) -> Option<String> {
    match seen {
        Seen::Said { kind, data, .. } if data.is_empty() => Some(format!("from the dialer: {kind}")),
        Seen::Said { kind, data, .. } => Some(format!("from the dialer: {kind}  {}", masked(data))),
        Seen::Sent { kind } => Some(format!("to the dialer: {kind}")),
        Seen::Skipped(count) => Some(format!("from the dialer: {count} more that came too fast")),
        Seen::Opened
        | Seen::Gone
        | Seen::Loaded { .. }
        | Seen::Synced { .. }
        | Seen::Late
        | Seen::Unsynced
        | Seen::Elsewhere { .. } => None,
    }
}

/// The line for a shell on the user's own machine, where the browser is. A dialer on this machine has to be reached too.
pub fn forward(port: u16, remote: &str, scene: &Scene) -> String {
    let dialer = scene.place_here().map_or(String::new(), |(host, port)| format!("-L {port}:{host}:{port} "));
    format!("ssh -L {port}:localhost:{port} {dialer}{remote}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Resource;

    fn shake(sights: &[Seen]) -> Handshake {
        let mut shake = Handshake::default();
        for seen in sights {
            shake.take(seen);
        }
        shake
    }

    fn said_by(kind: &str, size: Option<(i32, i32)>) -> Seen {
        Seen::Said { kind: kind.to_owned(), data: String::new(), size }
    }

    const LOADED: Seen = Seen::Loaded { is_blocked: false };

    #[test]
    fn how_far_it_has_got_is_one_line() {
        let scene = Scene { url: "https://a.dev/".to_owned(), size: Some((420, 650)), ..Scene::default() };
        let synced = || Seen::Synced { version: "0.9.7".to_owned() };
        let elsewhere = || Seen::Elsewhere { origin: "null".to_owned() };
        for (sights, line, brief, feeling) in [
            (vec![], "the dialer is loading", "loading", Mood::Plain),
            (vec![Seen::Late], "the dialer has not loaded yet", "no sync", Mood::Warning),
            (vec![LOADED], "loaded, waiting for SYNC_ACK", "loading", Mood::Plain),
            (vec![LOADED, Seen::Late], "loaded, but has not answered SYNC yet", "no sync", Mood::Warning),
            (vec![LOADED, Seen::Unsynced], "loaded, but never synced", "no sync", Mood::Error),
            (vec![Seen::Loaded { is_blocked: true }], "the url leads to another origin", "no sync", Mood::Error),
            (vec![LOADED, elsewhere()], "it answers from another origin, null", "no sync", Mood::Error),
            (vec![LOADED, synced()], "synced with SDK 0.9.7, waiting for INITIALIZED", "synced", Mood::Plain),
            (
                vec![LOADED, synced(), Seen::Late],
                "synced with SDK 0.9.7, but never initialised",
                "not initialised",
                Mood::Warning,
            ),
            (
                vec![LOADED, synced(), elsewhere(), Seen::Late],
                "synced with SDK 0.9.7, but its SYNC_ACK gives another address than its own",
                "not initialised",
                Mood::Warning,
            ),
            (
                vec![LOADED, elsewhere(), synced(), Seen::Late],
                "synced with SDK 0.9.7, but never initialised",
                "not initialised",
                Mood::Warning,
            ),
            (
                vec![LOADED, synced(), said_by("INITIALIZED", None)],
                "synced with SDK 0.9.7, initialised",
                "ready",
                Mood::Good,
            ),
            (
                vec![LOADED, synced(), said_by("INITIALIZED", Some((420, 650)))],
                "synced with SDK 0.9.7, initialised, dialer asked for 420 × 650",
                "ready",
                Mood::Good,
            ),
            (
                vec![LOADED, synced(), said_by("INITIALIZED", Some((400, 650)))],
                "synced with SDK 0.9.7, initialised, dialer asked for 400 × 650 (settings say 420 × 650)",
                "ready, asks 400 × 650",
                Mood::Warning,
            ),
        ] {
            let shake = shake(&sights);
            assert_eq!(progress(Some(&shake), &scene, PageKnown::Unasked), line);
            assert_eq!(progress_briefly(Some(&shake), &scene, PageKnown::Unasked), brief, "{line}");
            assert_eq!(mood(&shake, &scene, PageKnown::Unasked), feeling, "{line}");
            let is_fine = matches!(feeling, Mood::Plain | Mood::Good);
            assert_eq!(reasons(&shake, &scene, PageKnown::Unasked).lines.is_empty(), is_fine, "{line}");
        }
        assert_eq!(progress(None, &scene, PageKnown::Unasked), "waiting for a browser");
    }

    #[test]
    fn a_line_gets_shorter_by_what_is_needed_least() {
        let scene = Scene { url: "https://a.dev/".to_owned(), size: Some((413, 650)), ..Scene::default() };
        let mut pages = OpenPages::default();
        let mut titles = |seen: Seen| {
            pages.take(&crate::model::preview::Sight { page: 1, seen });
            said(&pages, &scene, PageKnown::Unasked).map(|said| (said.title.clone(), said.next.len()))
        };
        let line = |words: &str, steps| (format!("preview: {words}"), steps);
        assert_eq!(titles(Seen::Opened)[3], line("loading", 0));
        titles(LOADED);
        let synced = titles(Seen::Synced { version: "0.9.7".to_owned() });
        assert_eq!(synced[..2], [line("synced with SDK 0.9.7, waiting for INITIALIZED", 1), line("synced", 1)]);
        assert_eq!(
            titles(said_size((400, 650))),
            [
                line("synced with SDK 0.9.7, initialised, dialer asked for 400 × 650 (settings say 413 × 650)", 1),
                line("initialised, asks 400 × 650 (settings say 413 × 650)", 1),
                line("ready, asks 400 × 650", 1),
                line("ready, asks 400 × 650", 0),
            ]
        );
    }

    fn said_size(size: (i32, i32)) -> Seen {
        said_by("INITIALIZED", Some(size))
    }

    #[test]
    fn the_scene_is_that_of_the_form() {
        let mut draft = Draft::new();
        assert_eq!(scene(&draft), Scene::default());
        let base = [
            ("url", Value::Text("https://a.dev/w?key=s3cret".into())),
            ("width", Value::Integer(400)),
            ("height", Value::Integer(600)),
            ("isReady", Value::Switch(false)),
            ("usesCallingWindow", Value::Switch(true)),
            ("usesRemote", Value::Switch(true)),
        ];
        let base = base.into_iter().map(|(key, value)| (std::borrow::Cow::Borrowed(key), value)).collect();
        draft.rebase(Resource::Settings, base, None);
        let first = scene(&draft);
        assert_eq!(
            (first.url.as_str(), first.shown_url.as_str()),
            ("https://a.dev/w?key=s3cret", "https://a.dev/w?key=…")
        );
        assert_eq!((first.size, first.saved, first.uses_calling_window), (Some((400, 600)), Some((400, 600)), true));
        assert_eq!(first.around.len(), 2);
        assert_eq!(first.places, [DialerPlace::Window, DialerPlace::Remote]);
        let mut enter = |key: &'static str, edit: Edit| {
            let field = draft.field(&FieldId::settings(key)).unwrap().clone();
            draft.set(&field, edit, crate::model::Stroke::Whole);
            scene(&draft)
        };
        assert_eq!(enter("usesRemote", Edit::Switch(false)).places, [DialerPlace::Window]);
        assert_eq!(enter("usesCallingWindow", Edit::Switch(false)).places, [DialerPlace::Widget]);
        assert_eq!(enter("usesRemote", Edit::Switch(true)).places, [DialerPlace::Remote]);
        let wider = enter("width", Edit::Text("420".into()));
        assert_eq!((wider.size, wider.saved), (Some((420, 600)), Some((400, 600))));
        assert_eq!(enter("width", Edit::Text("4x".into())).size, None);
        assert!(enter("isReady", Edit::Switch(true)).around[0].starts_with("Ready is on"));
        let none = enter("url", Edit::Text("javascript:alert(1)".into()));
        assert_eq!((none.url.as_str(), none.origin()), ("", None));
        assert_eq!(enter("url", Edit::Text(" https://b.dev ".into())).url, "https://b.dev");
    }

    #[test]
    fn what_may_be_secret_in_a_message_is_masked() {
        let seen = Seen::Said { kind: "X".into(), data: r#"{url: "https://a.dev/?token=s3cret"}"#.into(), size: None };
        assert_eq!(message(&seen).unwrap(), r#"from the dialer: X  {url: "https://a.dev/?token=…"}"#);
    }
}
