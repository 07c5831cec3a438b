//! The rules about one value.
//!
//! HubSpot documents no limits beyond the types. So only a value that cannot be right is an error, which stops a
//! save. A value that is only odd is a warning, which does not.

use super::field::{Edit, Field, Kind, Value};
use super::reach::{ReachableFrom, reach_of};
use super::resource::Resource;
use super::text::{has_invisible, has_no_looks, is_plain};
use memchr::memchr;
use url::{Host, Url};

/// The longest text of a field, in bytes. The limit is far above anything useful; it stops a mistaken paste from
/// being sent.
pub const TEXT_LIMIT: usize = 64 * 1024;

/// The largest size without a warning, in px. No agent's screen is larger, so a larger size is probably a typing
/// error.
const SIZE_LIMIT: i32 = 4000;

/// The longest URL without a warning, in bytes. Some servers and proxies cut longer ones.
const URL_LIMIT: usize = 2048;

/// Does a defect stop a save?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The value is odd, but it is sent.
    Warning,
    /// The value is hardly meant: it is sent only once the user has said so.
    Doubtful,
    /// The value is not sent.
    Error,
}

/// Who opens the URL of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlOpener {
    /// The browser of everyone who calls with the app.
    Browsers,
    /// HubSpot's servers.
    Servers,
}

impl UrlOpener {
    /// Who opens the URL of this field.
    pub fn of(field: &Field) -> Self {
        match field.id.resource {
            Resource::Settings => UrlOpener::Browsers,
            Resource::Recording | Resource::ChannelConnection => UrlOpener::Servers,
        }
    }
}

/// A reason why a value is wrong or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The number is missing.
    NoNumber,
    /// The text is not a whole number.
    NotANumber,
    /// The number does not fit into 32 bits.
    NumberTooLarge,
    /// The text is not the usual form of a number, such as `007`. Holds the number that is sent.
    SentAs(i32),
    /// The size is below 0.
    Negative,
    /// The size is 0.
    Zero,
    /// The size is larger than any screen.
    LargerThanScreens,
    /// The name is missing.
    NoName,
    /// The text starts or ends with spaces, which are sent with it.
    SpacesSent,
    /// The text holds characters that cannot be seen.
    Invisible,
    /// The URL is missing.
    NoUrl,
    /// The text does not begin with `https://` or `http://`, or has nothing after that.
    NotAUrl,
    /// The text cannot be read as a URL, for this reason.
    UnreadableUrl(String),
    /// The URL has no host.
    NoHost,
    /// The URL has spaces or control characters inside.
    SpacesInUrl,
    /// The URL holds a user name or a password.
    PasswordInUrl,
    /// The text starts or ends with spaces, which are not sent with the URL.
    SpacesNotSent,
    /// The URL is plain http. Browsers do not load it into a page that came by https; what servers send to it can be read
    /// on the way.
    PlainHttp(UrlOpener),
    /// The URL leads to a host that can be reached from this place alone, which is not where it is opened.
    OnlyFrom(ReachableFrom, UrlOpener),
    /// The host's name has letters beyond ASCII, and may look like another name. Holds its ASCII form (`xn--…`).
    DisguisedHost(String),
    /// A second URL behind the first, where the path is: one was pasted at the end of the other.
    TwoUrls,
    /// Another URL in a URL.
    SecondUrl,
    /// The URL is so long that some servers cut it.
    LongUrl,
    /// The URL of the recordings has no place for the id of the call.
    NoPlaceholder,
}

impl Defect {
    /// Does the defect stop a save? It does if the value is missing or cannot be right.
    pub fn severity(&self) -> Severity {
        match self {
            Defect::NoNumber
            | Defect::NotANumber
            | Defect::NumberTooLarge
            | Defect::NoName
            | Defect::NoUrl
            | Defect::NotAUrl
            | Defect::UnreadableUrl(_)
            | Defect::NoHost
            | Defect::SpacesInUrl
            | Defect::PasswordInUrl => Severity::Error,
            Defect::TwoUrls => Severity::Doubtful,
            Defect::SentAs(_)
            | Defect::Negative
            | Defect::Zero
            | Defect::LargerThanScreens
            | Defect::SpacesSent
            | Defect::Invisible
            | Defect::SpacesNotSent
            | Defect::PlainHttp(_)
            | Defect::OnlyFrom(..)
            | Defect::DisguisedHost(_)
            | Defect::SecondUrl
            | Defect::LongUrl
            | Defect::NoPlaceholder => Severity::Warning,
        }
    }
}

/// The value that an edit means and a save sends. Spaces around URLs and numbers are not sent. `None` if the text
/// is no value of this kind.
pub fn value(kind: Kind, edit: &Edit) -> Option<Value> {
    match (kind, edit) {
        (Kind::Text, Edit::Text(text)) => Some(Value::Text(text.clone())),
        (Kind::Url, Edit::Text(text)) => Some(Value::Text(text.trim().to_owned())),
        (Kind::Integer, Edit::Text(text)) => text.trim().parse().ok().map(Value::Integer),
        (Kind::Switch, Edit::Switch(on)) => Some(Value::Switch(*on)),
        // Nobody types it: it is JSON already.
        (Kind::Json, Edit::Text(json)) => Value::from_json(json).ok(),
        _ => None,
    }
}

/// The first defect that the rules find in an edit, if any. Errors are tested before warnings.
pub fn check(field: &Field, edit: &Edit) -> Option<Defect> {
    check_again(field, edit, &mut None)
}

/// The same, with what is known of the URL that the field held before. Mostly its path is typed, so its host is the same.
pub(super) fn check_again(field: &Field, edit: &Edit, known: &mut Option<UrlStart>) -> Option<Defect> {
    match (field.kind, edit) {
        (Kind::Url, Edit::Text(text)) => url(text, UrlOpener::of(field), known).or_else(|| placeholder(field, text)),
        (Kind::Integer, Edit::Text(text)) => integer(text, field.unit),
        (Kind::Text, Edit::Text(text)) => line(field, text),
        (Kind::Switch | Kind::Time | Kind::Json, _) | (_, Edit::Switch(_)) => None,
    }
}

fn integer(text: &str, unit: &str) -> Option<Defect> {
    let trimmed = text.trim();
    let Ok(number) = trimmed.parse::<i32>() else {
        let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
        return if trimmed.is_empty() {
            Some(Defect::NoNumber)
        } else if digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() {
            Some(Defect::NumberTooLarge)
        } else {
            Some(Defect::NotANumber)
        };
    };
    if number.to_string() != text {
        Some(Defect::SentAs(number))
    } else if unit.is_empty() {
        None
    } else if number < 0 {
        Some(Defect::Negative)
    } else if number == 0 {
        Some(Defect::Zero)
    } else if number > SIZE_LIMIT {
        Some(Defect::LargerThanScreens)
    } else {
        None
    }
}

fn line(field: &Field, text: &str) -> Option<Defect> {
    if field.id.key == "name" && text.chars().all(|c| c.is_whitespace() || has_no_looks(c)) {
        Some(Defect::NoName)
    } else if text.trim() != text {
        Some(Defect::SpacesSent)
    } else if has_invisible(text) {
        Some(Defect::Invisible)
    } else {
        None
    }
}

/// The start of a URL up to the end of its host, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UrlStart {
    text: String,
    /// The error is the reason why it cannot be read.
    said: Result<HostSaid, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct HostSaid {
    has_password: bool,
    /// From where the host can be reached.
    from: ReachableFrom,
    /// The ASCII form of a name with letters beyond ASCII.
    disguised: Option<String>,
}

impl UrlStart {
    fn read(text: &str) -> Self {
        let said = Url::parse(text).map_err(|reason| reason.to_string()).map(|url| HostSaid {
            has_password: !url.username().is_empty() || url.password().is_some(),
            from: url.host().map_or(ReachableFrom::Everywhere, reach_of),
            disguised: match url.host() {
                Some(Host::Domain(host)) if host.split('.').any(|label| label.starts_with("xn--")) => {
                    Some(host.to_owned())
                }
                Some(_) | None => None,
            },
        });
        Self { text: text.to_owned(), said }
    }
}

fn url(text: &str, opener: UrlOpener, known: &mut Option<UrlStart>) -> Option<Defect> {
    let before = known.take();
    let trimmed = text.trim();
    let is_web = |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let parts = trimmed.split_once(':').filter(|(scheme, _)| is_web(scheme));
    let rest = parts.and_then(|(_, rest)| rest.strip_prefix("//")).filter(|rest| !rest.is_empty());
    let Some(((scheme, _), rest)) = parts.zip(rest) else {
        return Some(if trimmed.is_empty() { Defect::NoUrl } else { Defect::NotAUrl });
    };
    if rest.starts_with('/') {
        return Some(Defect::NoHost);
    }
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    let is_plain = is_plain(trimmed);
    let has_space = if is_plain { memchr(b' ', trimmed.as_bytes()).is_some() } else { trimmed.contains(is_space) };
    if has_space {
        return Some(Defect::SpacesInUrl);
    }
    let start = up_to_host(trimmed, rest);
    let before = before.filter(|before| before.text == start);
    let HostSaid { has_password, from, disguised } =
        match &known.insert(before.unwrap_or_else(|| UrlStart::read(start))).said {
            Ok(said) => said,
            Err(reason) => return Some(Defect::UnreadableUrl(reason.clone())),
        };
    if *has_password {
        return Some(Defect::PasswordInUrl);
    }
    let has_second = memchr(b':', rest.as_bytes()).is_some() && rest.contains("://");
    if has_second && has_second_path(rest) {
        Some(Defect::TwoUrls)
    } else if trimmed != text {
        Some(Defect::SpacesNotSent)
    } else if *from != ReachableFrom::Everywhere {
        Some(Defect::OnlyFrom(*from, opener))
    } else if scheme.eq_ignore_ascii_case("http") {
        Some(Defect::PlainHttp(opener))
    } else if let Some(host) = disguised {
        Some(Defect::DisguisedHost(host.clone()))
    } else if has_second {
        Some(Defect::SecondUrl)
    } else if trimmed.len() > URL_LIMIT {
        Some(Defect::LongUrl)
    } else if !is_plain && has_invisible(text) {
        Some(Defect::Invisible)
    } else {
        None
    }
}

/// The start of a URL, with the character that ends its host: a blank before that is part of the host. `rest` is what follows
/// the `://`. What follows the host cannot make a URL unreadable, and would be parsed with each key that is typed there.
fn up_to_host<'a>(url: &'a str, rest: &str) -> &'a str {
    let behind_slashes = rest.trim_start_matches(['/', '\\']);
    let behind_host = behind_slashes.find(['/', '\\', '?', '#']).map_or("", |end| &behind_slashes[end + 1..]);
    &url[..url.len() - behind_host.len()]
}

/// Is a second URL in the path of the first?
fn has_second_path(rest: &str) -> bool {
    let path = rest[..rest.find(['?', '#']).unwrap_or(rest.len())].to_ascii_lowercase();
    path.contains("http://") || path.contains("https://")
}

/// HubSpot replaces `%s` in the URL of the recordings by the call's external id (its guide to recordings).
fn placeholder(field: &Field, text: &str) -> Option<Defect> {
    let is_wanted = field.id.key == "urlToRetrieveAuthedRecording" && !text.contains("%s");
    is_wanted.then_some(Defect::NoPlaceholder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::SETTINGS;
    use crate::model::text::is_invisible;
    use proptest::prelude::*;

    fn severity(key: &str, text: &str) -> Option<Severity> {
        let field = SETTINGS.iter().find(|field| field.id.key == key).unwrap();
        check(field, &Edit::Text(text.into())).map(|defect| defect.severity())
    }

    const FINE: Option<Severity> = None;
    const ODD: Option<Severity> = Some(Severity::Warning);
    const DOUBTFUL: Option<Severity> = Some(Severity::Doubtful);
    const WRONG: Option<Severity> = Some(Severity::Error);

    #[test]
    fn u3_spaces_around_a_url_go_and_around_a_name_stay_and_both_are_told() {
        assert_eq!((severity("url", " https://a.dev "), severity("name", " Acme ")), (ODD, ODD));
        let sent = |kind, text: &str| value(kind, &Edit::Text(text.into()));
        assert_eq!(sent(Kind::Url, " https://a.dev "), Some(Value::Text("https://a.dev".into())));
        assert_eq!(sent(Kind::Text, " Acme "), Some(Value::Text(" Acme ".into())));
    }

    #[test]
    fn u4_numbers() {
        let cases = [
            ("", WRONG, None),
            (" ", WRONG, None),
            ("-", WRONG, None),
            ("4.5", WRONG, None),
            ("1e3", WRONG, None),
            ("٤٢٠", WRONG, None),
            ("4 2", WRONG, None),
            ("0x2a", WRONG, None),
            ("99999999999", WRONG, None),
            ("-99999999999", WRONG, None),
            ("2147483648", WRONG, None),
            ("2147483647", ODD, Some(i32::MAX)),
            ("-2147483648", ODD, Some(i32::MIN)),
            ("-1", ODD, Some(-1)),
            ("0", ODD, Some(0)),
            ("007", ODD, Some(7)),
            ("+7", ODD, Some(7)),
            (" 42 ", ODD, Some(42)),
            ("4001", ODD, Some(4001)),
            ("4000", FINE, Some(4000)),
            ("1", FINE, Some(1)),
        ];
        for (text, expected, number) in cases {
            assert_eq!(severity("width", text), expected, "{text:?}");
            let sent = value(Kind::Integer, &Edit::Text(text.into()));
            assert_eq!(sent, number.map(Value::Integer), "{text:?}");
        }
    }

    #[test]
    fn u5_urls() {
        let long = |len: usize| format!("https://a.dev/{}", "x".repeat(len - 14));
        let cases = [
            ("https://dialer.acme.dev/widget", FINE),
            ("HTTPS://Dialer.Acme.dev:8443/widget?v=2#top", FINE),
            ("http://localhost:3000", ODD),
            ("https://localhost:3000", ODD),
            ("http://app.localhost.:3000/", ODD),
            ("http://127.0.0.1:3000/", ODD),
            ("http://[::1]:3000/", ODD),
            ("https://mac-mini.local/", ODD),
            ("https://192.168.1.20/", ODD),
            ("https://box.tail1234.ts.net/", ODD),
            (&long(2048), FINE),
            ("http://dialer.acme.dev", ODD),
            ("http://localhost.acme.dev", ODD),
            ("http://applocalhost/", ODD),
            ("https://аcme.dev/", ODD),
            ("https://xn--cme-7cd.dev/", ODD),
            ("https://a.dev/\u{202e}tegdiw", ODD),
            (&long(2049), ODD),
            ("", WRONG),
            ("  ", WRONG),
            ("dialer.acme.dev/widget", WRONG),
            ("localhost:3000", WRONG),
            ("javascript:alert(1)", WRONG),
            ("javascript://a.dev/%0aalert(1)", WRONG),
            ("data:text/html,hi", WRONG),
            ("file:///etc/passwd", WRONG),
            ("htp://dialer.acme.dev", WRONG),
            ("https:dialer.acme.dev", WRONG),
            ("https://a.dev/whttps://b.dev/w", DOUBTFUL),
            ("https://a.devhttps://b.dev/w", DOUBTFUL),
            ("https://a.dev/HTTP://b.dev/w?x=1", DOUBTFUL),
            (" https://a.dev/w/https://b.dev ", DOUBTFUL),
            ("https://a.dev/w?next=https://b.dev", ODD),
            ("https://a.dev/w#https://b.dev", ODD),
            ("https://", WRONG),
            ("https:///widget", WRONG),
            ("https://:443/", WRONG),
            ("https://?x", WRONG),
            ("https://user:pw@a.dev/", WRONG),
            ("https://user@a.dev/", WRONG),
            ("https://:pw@a.dev/", WRONG),
            ("https://a.dev/my widget", WRONG),
            ("https://a.dev/\tx", WRONG),
            ("https://a.dev/\u{1b}[2J", WRONG),
            ("https://a b.dev/", WRONG),
            ("https://a.dev:99999/", WRONG),
        ];
        for (text, expected) in cases {
            assert_eq!(severity("url", text), expected, "{text:?}");
        }
    }

    #[test]
    fn u5_who_opens_a_url_decides_what_is_said_of_its_host() {
        use ReachableFrom::{Machine, Network, Tailnet};
        use UrlOpener::{Browsers, Servers};
        let defect = |field: &Field, text: &str| check(field, &Edit::Text(text.into()));
        let [url, recording, numbers] = [
            Resource::Settings.field("url").unwrap(),
            Resource::Recording.field("urlToRetrieveAuthedRecording").unwrap(),
            Resource::ChannelConnection.field("url").unwrap(),
        ];
        for (field, opener) in [(url, Browsers), (recording, Servers), (numbers, Servers)] {
            for (host, from) in [
                ("localhost:3000", Machine),
                ("[::1]", Machine),
                ("box.local", Network),
                ("10.1.2.3:8443", Network),
                ("box.tail1234.ts.net", Tailnet),
            ] {
                for scheme in ["http", "https"] {
                    let expected = Some(Defect::OnlyFrom(from, opener));
                    assert_eq!(defect(field, &format!("{scheme}://{host}/%s")), expected, "{scheme} {host}");
                }
            }
            assert_eq!(defect(field, "http://dialer.acme.dev/%s"), Some(Defect::PlainHttp(opener)));
            assert_eq!(defect(field, "https://dialer.acme.dev/%s"), None);
        }
        assert_eq!(defect(recording, "https://dialer.acme.dev/"), Some(Defect::NoPlaceholder));
    }

    #[test]
    fn u6_a_name_that_is_empty_or_blank_stops_a_save() {
        for (text, expected) in [
            ("", WRONG),
            ("   ", WRONG),
            ("\t\u{a0}\u{3000}", WRONG),
            ("\u{200b}", WRONG),
            ("\u{feff} \u{2060}", WRONG),
            ("\u{2800}\u{2800}", WRONG),
            ("\u{115f}\u{1160}", WRONG),
            ("\u{3164} \u{ffa0}", WRONG),
            ("\u{34f}\u{17b4}\u{17b5}", WRONG),
            ("\u{180b}\u{180e}\u{fe0f}\u{200d}", WRONG),
            ("\u{2061}\u{2064}\u{fffa}\u{e0041}", WRONG),
            ("\u{1d173}\u{1d159}\u{1bca0}\u{e0100}", WRONG),
            ("Ac\u{2800}me", ODD),
            ("Ac\u{3164}me", ODD),
            ("\u{1112}\u{1161}\u{11ab}", FINE),
            ("\u{115f}\u{1161}", FINE),
            ("\u{1820}\u{180b}", FINE),
            ("❤\u{fe0f}", FINE),
            ("葛\u{e0100}", FINE),
            ("Acme", FINE),
            ("👩‍❤️‍👨 Ärger", FINE),
            ("Ac\u{202e}me", ODD),
            ("Ac\u{200b}me", ODD),
            ("Ac\nme", ODD),
        ] {
            assert_eq!(severity("name", text), expected, "{text:?}");
        }
    }

    #[test]
    fn another_text_than_the_name_may_be_empty_and_another_number_than_a_size_negative() {
        let empty = Field::unknown(Resource::Settings, "motto", &Value::Text("x".into()));
        assert_eq!(check(&empty, &Edit::Text(String::new())), None);
        let lines = Field::unknown(Resource::Settings, "lines", &Value::Integer(2));
        assert_eq!(check(&lines, &Edit::Text("-2".into())), None);
    }

    #[test]
    fn j12_j13_every_control_and_every_mark_of_direction_is_invisible_and_text_is_not() {
        for c in (0..=0x1f).chain(0x7f..=0x9f).map(|code| char::from_u32(code).unwrap()) {
            assert!(is_invisible(c), "{c:?}");
        }
        let harmful = ['\u{200b}', '\u{200e}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{feff}', '\u{e0041}'];
        assert!(harmful.into_iter().all(is_invisible));
        // The joiner, the emoji variation and combining marks are parts of what one sees.
        let text = [' ', 'a', 'é', '\u{301}', '\u{200d}', '\u{fe0f}', '漢', '👩', '\u{a0}'];
        assert!(!text.into_iter().any(is_invisible));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Law: the start of a URL up to what ends its host tells of it what the whole tells.
        #[test]
        fn what_follows_the_host_decides_nothing_about_it(
            rest in "[/\\\\]{0,2}[a-zA-Z0-9.@:%\\[\\]é_-]{0,12}[/\\\\?#]?[ -~é]{0,12}",
        ) {
            let told = |url: &str| Url::parse(url).map(|url| {
                let password = url.password().map(str::to_owned);
                (url.host().map(|host| host.to_owned()), url.username().to_owned(), password)
            });
            let url = format!("https://{rest}");
            prop_assert_eq!(told(url.trim()), told(up_to_host(url.trim(), rest.trim())), "{}", url);
        }

        #[test]
        fn no_text_makes_a_rule_panic_and_only_values_without_an_error_are_whole(text in any::<String>(), at in 0..SETTINGS.len()) {
            let (field, edit) = (&SETTINGS[at], Edit::Text(text));
            let problem = check(field, &edit);
            let is_error = problem.is_some_and(|problem| problem.severity() == Severity::Error);
            let fits = value(field.kind, &edit).is_none_or(|value| field.kind.fits(&value));
            prop_assert!(fits);
            if field.kind.is_typed() && value(field.kind, &edit).is_none() {
                prop_assert!(is_error, "what cannot be sent has to say why");
            }
        }
    }
}
