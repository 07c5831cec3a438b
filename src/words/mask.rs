//! Masks what may be secret in URLs, for the history and the log, in the editor and on the command line. People show
//! them to others.
//!
//! ```text
//!   https://a.dev/w?env=b1&key=s3cret#t=eyJhbGciOi…   ──>   https://a.dev/w?env=b1&key=…#t=…
//! ```
//!
//! A value is masked if its name says that it is secret, or if it looks like a token. All others are shown, because the
//! user wants to see what changed.

use super::list::OTHER_SECRET;

/// A name with one of these in it says that the value is secret.
const SECRET: [&str; 16] = [
    "key",
    "token",
    "sig",
    "secret",
    "pass",
    "pwd",
    "auth",
    "code",
    "session",
    "sid",
    "credential",
    "cred",
    "jwt",
    "otp",
    "hash",
    "ticket",
];

/// A value of this many characters without a blank, with letters and digits, looks like a token.
const LONG: usize = 20;

/// Two long values are not shown in full if they have at least this many characters in common at the start.
const COMMON: usize = 12;

/// The text with the secrets of its URLs masked.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let end = end_of_url(rest, at);
        let url = &rest[at + 3..end];
        let (address, fragment) = url.split_once('#').map_or((url, None), |(url, fragment)| (url, Some(fragment)));
        let (address, query) = address.split_once('?').map_or((address, None), |(url, query)| (url, Some(query)));
        out.push_str(&rest[..at + 3]);
        out.push_str(&without_password(address));
        for (sign, part) in [('?', query), ('#', fragment)] {
            if let Some(part) = part.filter(|part| !part.is_empty()) {
                out.push(sign);
                out.push_str(&pairs(part));
            }
        }
        rest = &rest[end..];
    }
    out + rest
}

/// Where a URL ends whose `://` is at `at`. JSON may write characters of a URL as `\u0026`, which do not end it.
fn end_of_url(text: &str, at: usize) -> usize {
    let ends = |(n, c): &(usize, char)| match c {
        '\\' => !text[*n..].starts_with("\\u00"),
        c => c.is_whitespace() || "\"'<>".contains(*c),
    };
    text[at..].char_indices().map(|(n, c)| (at + n, c)).find(ends).map_or(text.len(), |(n, _)| n)
}

fn without_password(address: &str) -> String {
    let (host, path) = address.split_at(address.find('/').unwrap_or(address.len()));
    match host.rsplit_once('@') {
        Some((user, host)) => format!("{}:…@{host}{path}", user.split(':').next().unwrap_or_default()),
        None => address.to_owned(),
    }
}

/// The pairs of a query or a fragment, with the secret values masked.
fn pairs(text: &str) -> String {
    // JSON may write `&` and `=` so.
    let text = ["0026", "003d", "003D"].iter().fold(text.to_owned(), |text, code| {
        text.replace(&format!("\\u{code}"), if *code == "0026" { "&" } else { "=" })
    });
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if is_secret(name, value) => format!("{name}=…"),
        None if looks_secret(pair) => "…".to_owned(),
        Some(_) | None => pair.to_owned(),
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_lowercase();
    !value.is_empty() && (SECRET.iter().any(|secret| name.contains(secret)) || looks_secret(value))
}

/// Does a value without a name that says so look like a token?
fn looks_secret(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|c| is(&c));
    let is_one_word = value.chars().all(|c| c.is_ascii_alphanumeric() || "_-.~+=%".contains(c));
    value.starts_with("eyJ")
        || value.starts_with("pat-")
        || value.chars().count() >= LONG && is_one_word && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
}

/// A change, as `before → after`. If only a secret changed, the words say so. `is_brief`: is what two long values have in
/// common left out?
pub fn change(before: &str, after: &str, is_brief: bool) -> String {
    let [masked_before, masked_after] = [before, after].map(masked);
    if masked_before == masked_after && before != after {
        return format!("{masked_before} → {OTHER_SECRET}");
    }
    let start = if is_brief { in_common(&masked_before, &masked_after) } else { 0 };
    let shown = |text: &str| if start == 0 { text.to_owned() } else { format!("…{}", &text[start..]) };
    format!("{} → {}", shown(&masked_before), shown(&masked_after))
}

/// How many bytes two values have in common at the start, up to the last sign that separates parts of a URL. 0 if that
/// is not worth leaving out.
fn in_common(one: &str, other: &str) -> usize {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum::<usize>();
    let start = one[..same].rfind(['/', '?', '&', '#']).unwrap_or(0);
    if one[..start].chars().count() >= COMMON { start } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{change, masked};

    #[test]
    fn s14_secrets_are_masked_by_their_names_and_looks() {
        for (text, shown) in [
            ("https://a.dev/w?key=s&v=2#x", "https://a.dev/w?key=…&v=2#x"),
            ("https://a.dev/w?env=a1", "https://a.dev/w?env=a1"),
            ("https://a.dev/w?Access_Token=a&API-KEY=b&x-sig=c", "https://a.dev/w?Access_Token=…&API-KEY=…&x-sig=…"),
            (
                "https://a.dev/?clientSecret=a&password=b&pwd=c&oauth=d",
                "https://a.dev/?clientSecret=…&password=…&pwd=…&oauth=…",
            ),
            ("https://a.dev/?code=a&state=b", "https://a.dev/?code=…&state=b"),
            ("https://a.dev/#access_token=a&lang=de", "https://a.dev/#access_token=…&lang=de"),
            ("https://a.dev/?t=eyJhbGciOiJIUzI1NiJ9.e30.x", "https://a.dev/?t=…"),
            ("https://a.dev/?a8f5f167f44f4964e6c998dee827110c", "https://a.dev/?…"),
            ("https://a.dev/?debug", "https://a.dev/?debug"),
            ("https://me:secret@a.dev/w", "https://me:…@a.dev/w"),
            ("https://a.dev/w", "https://a.dev/w"),
            ("https://a.dev/?key=", "https://a.dev/?key="),
            (
                r#"{"name":"Ask?key=b","url":"https://a.dev/?key=s","n":1}"#,
                r#"{"name":"Ask?key=b","url":"https://a.dev/?key=…","n":1}"#,
            ),
            (
                r#"{"url":"https://a.dev/?v=1\u0026key\u003ds3\u0026w=2","n":1}"#,
                r#"{"url":"https://a.dev/?v=1&key=…&w=2","n":1}"#,
            ),
            ("x? see https://a.dev?key=s and http://b.dev/?", "x? see https://a.dev?key=… and http://b.dev/"),
            ("Acme? Yes", "Acme? Yes"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn what_changed_is_seen() {
        let url = |query: &str| format!("https://dialer.acme.dev/widget{query}");
        for (before, after, brief) in [
            (url("?env=a1"), url("?env=b1"), "…?env=a1 → …?env=b1"),
            (url("?v=1&env=a1"), url("?v=1&env=b1"), "…&env=a1 → …&env=b1"),
            (url("?key=a"), url("?key=b"), "https://dialer.acme.dev/widget?key=… → another value, masked"),
            (url(""), "https://b.dev".to_owned(), "https://dialer.acme.dev/widget → https://b.dev"),
            (url("/ä"), url("/ö"), "…/ä → …/ö"),
            ("400".to_owned(), "420".to_owned(), "400 → 420"),
            ("no".to_owned(), "yes".to_owned(), "no → yes"),
        ] {
            assert_eq!(change(&before, &after, true), brief);
        }
        assert_eq!(
            change("https://a.dev/widget/1", "https://a.dev/widget/2", false),
            "https://a.dev/widget/1 → https://a.dev/widget/2"
        );
    }
}
