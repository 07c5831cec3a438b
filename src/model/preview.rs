//! What the preview's page shows, and how far the dialer in it has got with the handshake of HubSpot's calling SDK.
//!
//! ```text
//!   the form ──> Scene ──> the page in a browser ──> Sight ──> Handshake ──> Advice ──> the page, the terminal
//! ```

mod cause;

pub use cause::{Cause, PageKnown};

use super::address::is_loopback;
use super::{Draft, Edit, FieldId, Kind, Value, validate};
use std::collections::BTreeMap;
use url::{Host, Url};

/// The most characters of a message's type, of an origin, or of the name of a version that are kept.
pub const NAME_LIMIT: usize = 80;

/// The most characters of a message's data that are kept.
pub const DATA_LIMIT: usize = 600;

/// What the page shows: the dialer, its size, and what HubSpot would do around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The dialer's url; empty if there is none that can be shown.
    pub url: String,
    /// The same as it may be shown to others.
    pub shown_url: String,
    /// The width and the height of the frame, in px. `None` while one of them is no size.
    pub size: Option<Size>,
    /// The size that the server has.
    pub saved: Option<Size>,
    /// Does HubSpot open a window for calls?
    pub uses_calling_window: bool,
    /// Where HubSpot loads the dialer, the one that holds the call first. Empty where the switches are not known.
    pub places: Vec<DialerPlace>,
    /// What HubSpot would do with the dialer, as sentences.
    pub around: Vec<String>,
}

impl Scene {
    /// The origin of the dialer, as browsers write it.
    pub fn origin(&self) -> Option<String> {
        framed(&self.url).map(|url| url.origin().ascii_serialization())
    }

    /// The host and the port of a dialer that runs on this machine.
    pub fn place_here(&self) -> Option<(String, u16)> {
        let url = framed(&self.url).filter(is_loopback)?;
        Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
    }
}

/// Where HubSpot loads a dialer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialerPlace {
    /// On a record.
    Widget,
    /// Anchored inside HubSpot.
    Remote,
    /// A window of its own.
    Window,
}

impl DialerPlace {
    /// Where HubSpot loads it with these switches.
    pub fn all(uses_calling_window: bool, uses_remote: bool) -> Vec<Self> {
        match (uses_calling_window, uses_remote) {
            (true, true) => vec![Self::Window, Self::Remote],
            (true, false) => vec![Self::Window],
            (false, true) => vec![Self::Remote],
            (false, false) => vec![Self::Widget],
        }
    }

    /// The word of the SDK for it, which the dialer gets as `iframeLocation`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::Remote => "remote",
            Self::Window => "window",
        }
    }
}

/// A url that the page can frame. It may name one origin that it frames, and a page cannot name an IPv6 address.
fn framed(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && !matches!(url.host()?, Host::Ipv6(_));
    let is_bare = url.username().is_empty() && url.password().is_none();
    (is_web && is_bare).then_some(url)
}

/// Can the page show a dialer at this url?
pub fn can_be_framed(url: &str) -> bool {
    framed(url).is_some()
}

/// A width and a height in px.
pub type Size = (i32, i32);

/// The edited size and the saved one. A size is `None` if one of its numbers is missing or not valid.
pub fn sizes(draft: &Draft) -> (Option<Size>, Option<Size>) {
    let of = |key: &'static str| {
        let id = FieldId::settings(key);
        let saved = match draft.base(&id) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        };
        let mine = match draft.edit(&id) {
            Some(edit @ Edit::Text(_)) => match validate::value(Kind::Integer, edit) {
                Some(Value::Integer(number)) => Some(number),
                _ => None,
            },
            Some(Edit::Switch(_)) | None => saved,
        };
        (mine, saved)
    };
    let ((my_width, saved_width), (my_height, saved_height)) = (of("width"), of("height"));
    (my_width.zip(my_height), saved_width.zip(saved_height))
}

/// Something that a page has seen, or that became of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The page. Each browser that opens the address has a number of its own.
    pub page: u32,
    /// What it has seen.
    pub seen: Seen,
}

/// What a page has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A browser has opened the page.
    Opened,
    /// The page is closed, or its connection is lost.
    Gone,
    /// The frame has loaded something. Browsers say so for an error page as well.
    Loaded {
        /// Was the frame led to another origin, which the page did not let in?
        is_blocked: bool,
    },
    /// The dialer has answered SYNC.
    Synced {
        /// The version that its SDK says it has; may be empty.
        version: String,
    },
    /// The next step of the handshake did not come for a few seconds.
    Late,
    /// The dialer has not answered SYNC for as long as HubSpot waits.
    Unsynced,
    /// The frame has sent a message from an origin that is not the url's. HubSpot ignores such messages.
    Elsewhere {
        /// The origin.
        origin: String,
    },
    /// The dialer has sent a message.
    Said {
        /// The type of the message.
        kind: String,
        /// The start of its data, as text.
        data: String,
        /// The width and height in it, for a message that asks for a size.
        size: Option<Size>,
    },
    /// The page has sent a message to the dialer, because its user pressed a button.
    Sent {
        /// The type of the message.
        kind: String,
    },
    /// So many messages of the dialer came so fast that they are not told one by one.
    Skipped(u32),
}

/// The types of messages that the handshake is about.
const INITIALIZED: &str = "INITIALIZED";
const RESIZE_WIDGET: &str = "RESIZE_WIDGET";

/// How far a dialer has got. Each load of the frame begins it anew.
#[expect(clippy::struct_excessive_bools, reason = "each is something that a page has seen, or not")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handshake {
    /// Has the frame loaded something?
    pub is_loaded: bool,
    /// Was it led to another origin?
    pub is_blocked: bool,
    /// The version of the SDK, once it has answered SYNC; may be empty.
    pub version: Option<String>,
    /// Has the dialer called `initialized()`?
    pub is_initialised: bool,
    /// The size that the dialer has asked for. HubSpot gives it that one.
    pub asked: Option<Size>,
    /// The origin from which it answers, if that is not the url's.
    pub elsewhere: Option<String>,
    /// Is the next step late?
    pub is_late: bool,
    /// Has HubSpot's time limit for SYNC passed?
    pub is_unsynced: bool,
}

impl Handshake {
    /// Takes what the page has seen. Returns whether a step of the handshake changed.
    pub fn take(&mut self, seen: &Seen) -> bool {
        let before = self.clone();
        match seen {
            Seen::Loaded { is_blocked } => {
                *self = Self { is_loaded: true, is_blocked: *is_blocked, ..Self::default() };
            }
            Seen::Synced { version } => {
                self.version = Some(version.clone());
                (self.is_late, self.is_unsynced) = (false, false);
                // From now on, what comes from elsewhere does not come from where SYNC_ACK says.
                self.elsewhere = None;
            }
            Seen::Late => self.is_late = true,
            Seen::Unsynced => self.is_unsynced = true,
            Seen::Elsewhere { origin } => self.elsewhere = Some(origin.clone()),
            Seen::Said { kind, size, .. } => {
                if kind == INITIALIZED {
                    (self.is_initialised, self.is_late) = (true, false);
                }
                if [INITIALIZED, RESIZE_WIDGET].contains(&kind.as_str()) {
                    self.asked = size.or(self.asked);
                }
            }
            Seen::Opened | Seen::Gone | Seen::Sent { .. } | Seen::Skipped(_) => {}
        }
        *self != before
    }

    /// What is missing, if the dialer has had its time.
    pub fn lack(&self) -> Option<Lack> {
        match (&self.version, &self.elsewhere) {
            (None, _) if self.is_blocked => Some(Lack::Blocked),
            (None, Some(_)) => Some(Lack::Elsewhere),
            (None, None) if self.is_unsynced => Some(Lack::NeverSynced),
            (None, None) if self.is_late && !self.is_loaded => Some(Lack::NotLoaded),
            (None, None) if self.is_late => Some(Lack::NotSynced),
            (Some(_), _) if self.is_late && !self.is_initialised => Some(Lack::NotInitialised),
            _ => None,
        }
    }
}

/// The pages that browsers have open, each with its own handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenPages {
    pages: BTreeMap<u32, Connected>,
    /// The page that something happened on last.
    latest: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Connected {
    /// How many connections it has. A page that comes back may do so before its old connection is known to be lost.
    connections: u32,
    handshake: Handshake,
}

/// How many pages are kept apart. Further ones are served, but nothing is told of them.
const PAGES: usize = 16;

impl OpenPages {
    /// Takes what a page has seen. Returns whether a handshake changed, or a page came or went.
    pub fn take(&mut self, sight: &Sight) -> bool {
        let Sight { page, seen } = sight;
        match seen {
            Seen::Opened if self.pages.len() < PAGES || self.pages.contains_key(page) => {
                self.pages.entry(*page).or_default().connections += 1;
                self.latest = *page;
                true
            }
            Seen::Opened => false,
            Seen::Gone => {
                let Some(connected) = self.pages.get_mut(page) else { return false };
                connected.connections = connected.connections.saturating_sub(1);
                if connected.connections == 0 {
                    self.pages.remove(page);
                }
                true
            }
            Seen::Loaded { .. }
            | Seen::Synced { .. }
            | Seen::Late
            | Seen::Unsynced
            | Seen::Elsewhere { .. }
            | Seen::Said { .. }
            | Seen::Sent { .. }
            | Seen::Skipped(_) => {
                let Some(connected) = self.pages.get_mut(page) else { return false };
                self.latest = *page;
                connected.handshake.take(seen)
            }
        }
    }

    /// The handshake of a page.
    pub fn of(&self, page: u32) -> Option<&Handshake> {
        self.pages.get(&page).map(|connected| &connected.handshake)
    }

    /// The handshake that is of interest: of the page that something happened on last, or else of the newest.
    pub fn current(&self) -> Option<&Handshake> {
        let newest = || self.pages.values().next_back().map(|connected| &connected.handshake);
        self.of(self.latest).or_else(newest)
    }

    /// All pages, the oldest first.
    pub fn all(&self) -> impl ExactSizeIterator<Item = (u32, &Handshake)> {
        self.pages.iter().map(|(page, connected)| (*page, &connected.handshake))
    }
}

/// What is missing for a dialer that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The url leads to another origin.
    Blocked,
    /// The frame answers from another origin.
    Elsewhere,
    /// The frame has not loaded anything yet. Of what browsers save instead of showing it they never say that it has.
    NotLoaded,
    /// Nothing has answered SYNC yet.
    NotSynced,
    /// Nothing has answered SYNC for as long as HubSpot waits.
    NeverSynced,
    /// The dialer has synced, and did not call `initialized()`.
    NotInitialised,
}

impl Lack {
    /// Does the answer behind the url tell more? A dialer can come back at once with this lack as often as it wants, so
    /// that alone never asks again for what is known.
    pub fn asks_for_check(self, is_known: bool) -> bool {
        match self {
            Self::Blocked | Self::NotLoaded | Self::NotSynced => true,
            Self::Elsewhere | Self::NeverSynced => !is_known,
            Self::NotInitialised => false,
        }
    }
}

/// What is said of a page's dialer, on the page itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// How it sounds.
    pub mood: Mood,
    /// What is so, in one line.
    pub title: String,
    /// Why, and what helps.
    pub lines: Vec<String>,
    /// A header to send instead.
    pub send: Option<String>,
    /// What is to be known once that is sent.
    pub then: Vec<String>,
    /// Is the browser's own error page in the frame, as far as is known? Browsers say of it that it has loaded.
    pub is_refused: bool,
}

/// How advice sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It goes on.
    Plain,
    /// All is well.
    Good,
    /// Something is odd.
    Warning,
    /// The dialer does not work.
    Error,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sights: &[Seen]) -> Handshake {
        let mut handshake = Handshake::default();
        for seen in sights {
            handshake.take(seen);
        }
        handshake
    }

    fn said(kind: &str, size: Option<Size>) -> Seen {
        Seen::Said { kind: kind.to_owned(), data: String::new(), size }
    }

    const LOADED: Seen = Seen::Loaded { is_blocked: false };

    fn synced() -> Seen {
        Seen::Synced { version: "0.9.7".to_owned() }
    }

    #[test]
    fn what_is_missing_is_told_apart() {
        let elsewhere = || Seen::Elsewhere { origin: "https://b.dev".to_owned() };
        for (sights, lack) in [
            (vec![], None),
            (vec![LOADED], None),
            (vec![Seen::Late], Some(Lack::NotLoaded)),
            (vec![Seen::Late, LOADED], None),
            (vec![LOADED, Seen::Late], Some(Lack::NotSynced)),
            (vec![LOADED, Seen::Late, Seen::Unsynced], Some(Lack::NeverSynced)),
            (vec![LOADED, elsewhere()], Some(Lack::Elsewhere)),
            (vec![LOADED, elsewhere(), synced()], None),
            (vec![Seen::Loaded { is_blocked: true }], Some(Lack::Blocked)),
            (vec![Seen::Loaded { is_blocked: true }, Seen::Late, Seen::Unsynced], Some(Lack::Blocked)),
            (vec![LOADED, Seen::Late, synced()], None),
            (vec![LOADED, synced(), Seen::Late], Some(Lack::NotInitialised)),
            (vec![LOADED, synced(), Seen::Late, said("INITIALIZED", None)], None),
            (vec![LOADED, synced(), Seen::Late, LOADED], None),
        ] {
            assert_eq!(after(&sights).lack(), lack, "{sights:?}");
        }
    }

    #[test]
    fn pages_are_kept_apart_and_come_back() {
        let mut pages = OpenPages::default();
        let mut take = |page, seen: Seen| {
            let changed = pages.take(&Sight { page, seen });
            (changed, pages.current().cloned(), pages.all().len())
        };
        assert_eq!(take(1, LOADED), (false, None, 0), "it is not open");
        assert_eq!(take(1, Seen::Opened), (true, Some(Handshake::default()), 1));
        let one = after(&[LOADED, synced()]);
        take(1, LOADED);
        assert_eq!(take(1, synced()), (true, Some(one.clone()), 1));
        assert_eq!(take(2, Seen::Opened), (true, Some(Handshake::default()), 2));
        assert_eq!(take(1, Seen::Skipped(3)), (false, Some(one.clone()), 2), "the one that it happened on last");
        // It is connected again before the old connection is known to be lost.
        assert_eq!(take(1, Seen::Opened), (true, Some(one.clone()), 2));
        assert_eq!(take(1, Seen::Gone), (true, Some(one), 2));
        assert_eq!(take(1, Seen::Gone), (true, Some(Handshake::default()), 1));
        assert_eq!(take(2, Seen::Gone), (true, None, 0));
        for page in 1..100 {
            take(page, Seen::Opened);
        }
        assert_eq!(take(100, Seen::Opened).2, PAGES);
    }

    #[test]
    fn the_last_size_that_was_asked_for_counts_until_the_next_load() {
        let initialised = |size| [LOADED, synced(), said("INITIALIZED", size)];
        assert_eq!(after(&initialised(Some((400, 650)))).asked, Some((400, 650)));
        let mut sights = initialised(Some((400, 650))).to_vec();
        sights.extend([
            said("RESIZE_WIDGET", Some((500, 700))),
            said("RESIZE_WIDGET", None),
            said("CALL", Some((1, 1))),
        ]);
        assert_eq!(after(&sights).asked, Some((500, 700)));
        sights.push(LOADED);
        assert_eq!(after(&sights), Handshake { is_loaded: true, ..Handshake::default() });
    }

    #[test]
    fn an_origin_is_that_of_a_url_that_can_be_framed() {
        for (url, origin) in [
            ("https://Dialer.acme.dev/w?key=s#x", Some("https://dialer.acme.dev")),
            ("https://a.dev:8443", Some("https://a.dev:8443")),
            ("http://localhost:3000/", Some("http://localhost:3000")),
            ("http://127.0.0.1:3000/", Some("http://127.0.0.1:3000")),
            ("http://[::1]:3000/", None),
            ("https://me:secret@a.dev/", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("ftp://a.dev/", None),
            ("https://", None),
            ("", None),
        ] {
            let scene = Scene { url: url.to_owned(), ..Scene::default() };
            assert_eq!(scene.origin().as_deref(), origin, "{url}");
        }
    }
}
