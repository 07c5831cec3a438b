//! Rules about one value, and problems in one shape: ours and the server's.
//!
//! HubSpot documents no limits beyond the types, so only what can not be right is an error and stops a save; what is merely
//! odd is a warning and does not.

use super::draft::Edit;
use super::field::{Field, Kind, Value};
use std::borrow::Cow;
use url::{Host, Url};

/// The longest text a field takes, in bytes. Far above anything useful; it keeps a mistaken paste from becoming a request.
pub const TEXT_LIMIT: usize = 64 * 1024;

/// A size above this, in px, is more than any screen of an agent: probably a typing error.
const SIZE_LIMIT: i32 = 4000;

/// Longer URLs, in bytes, are cut by some servers and proxies.
const URL_LIMIT: usize = 2048;

/// Does it stop a save?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Odd, but it is sent.
    Warning,
    /// Not sent.
    Error,
}

/// What is wrong with a value, as a sentence for its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// The sentence, without a full stop.
    pub text: Cow<'static, str>,
}

fn error(text: impl Into<Cow<'static, str>>) -> Option<Problem> {
    Some(Problem { severity: Severity::Error, text: text.into() })
}

fn warning(text: impl Into<Cow<'static, str>>) -> Option<Problem> {
    Some(Problem { severity: Severity::Warning, text: text.into() })
}

/// The value that an edit means: what is sent. URLs and numbers are sent without the spaces around them. `None` if the text
/// is no value of this kind at all.
pub fn value(kind: Kind, edit: &Edit) -> Option<Value> {
    match (kind, edit) {
        (Kind::Text, Edit::Text(text)) => Some(Value::Text(text.clone())),
        (Kind::Url, Edit::Text(text)) => Some(Value::Text(text.trim().to_owned())),
        (Kind::Integer, Edit::Text(text)) => text.trim().parse().ok().map(Value::Integer),
        (Kind::Switch, Edit::Switch(on)) => Some(Value::Switch(*on)),
        _ => None,
    }
}

/// The worst problem of an edit, if any.
pub fn check(field: &Field, edit: &Edit) -> Option<Problem> {
    match (field.kind, edit) {
        (Kind::Url, Edit::Text(text)) => url(text),
        (Kind::Integer, Edit::Text(text)) => integer(text, field.unit),
        (Kind::Text, Edit::Text(text)) => line(field, text),
        (Kind::Switch | Kind::Time | Kind::Json, _) | (_, Edit::Switch(_)) => None,
    }
}

fn integer(text: &str, unit: &str) -> Option<Problem> {
    let trimmed = text.trim();
    let Ok(number) = trimmed.parse::<i32>() else {
        let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
        return if trimmed.is_empty() {
            error("A whole number is needed")
        } else if digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() {
            error("Too large: HubSpot takes -2147483648 to 2147483647")
        } else {
            error("Not a whole number: digits only, with - in front if negative")
        };
    };
    if number.to_string() != text {
        warning(format!("Will be sent as {number}"))
    } else if unit.is_empty() {
        None
    } else if number < 0 {
        warning("Negative: legal for HubSpot, but no window has this size")
    } else if number == 0 {
        warning("Zero: legal for HubSpot, but nothing would be seen")
    } else if number > SIZE_LIMIT {
        warning("Larger than any screen: is it a typing error?")
    } else {
        None
    }
}

fn line(field: &Field, text: &str) -> Option<Problem> {
    if field.id.key == "name" && text.trim().is_empty() {
        error("A name is needed: HubSpot shows it to every user")
    } else if text.trim() != text {
        warning("Spaces around the text are sent as they are")
    } else if text.chars().any(is_invisible) {
        warning("Holds characters that can not be seen")
    } else {
        None
    }
}

fn url(text: &str) -> Option<Problem> {
    let trimmed = text.trim();
    let lower = trimmed.to_ascii_lowercase();
    let Some((scheme, rest)) =
        lower.split_once("://").filter(|(scheme, rest)| matches!(*scheme, "https" | "http") && !rest.is_empty())
    else {
        return error(if trimmed.is_empty() {
            "A URL is needed: https://…"
        } else {
            "Not a web address: start with https:// (or http:// + localhost)"
        });
    };
    if rest.starts_with('/') {
        return error("No host: write it after the //");
    }
    if trimmed.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return error("A URL can not hold spaces or control characters");
    }
    let parsed = match Url::parse(trimmed) {
        Ok(parsed) => parsed,
        Err(reason) => return error(format!("Not a web address: {reason}")),
    };
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return error("User name or password in a URL: everyone who loads it would get them");
    }
    if trimmed != text {
        warning("The spaces around it are not sent")
    } else if scheme == "http" && !is_loopback(&parsed) {
        warning("http: HubSpot's pages are https, so browsers will block this frame")
    } else if let Some(Host::Domain(host)) = parsed.host()
        && host.split('.').any(|label| label.starts_with("xn--"))
    {
        warning(format!("The host is really {host}"))
    } else if trimmed.len() > URL_LIMIT {
        warning("Longer than 2,048 bytes: some servers cut it")
    } else if text.chars().any(is_invisible) {
        warning("Holds characters that can not be seen")
    } else {
        None
    }
}

/// Does the URL point at this machine?
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Characters that take no place of their own or change the order of others: controls, bidirectional marks, zero-width
/// characters, tags (Unicode Cc and the harmful part of Cf). The joiner inside emoji is text and stays out of this.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
