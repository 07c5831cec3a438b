//! What a page sends back, read strictly. All of it may come from a dialer, so it is bounded here.

use crate::model::preview::{DATA_LIMIT, NAME_LIMIT, Seen, Sight};
use serde::Deserialize;

/// How many sights are taken from one request.
const MOST: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Posted {
    page: u32,
    seen: Vec<PostedSeen>,
}

#[derive(Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
enum PostedSeen {
    Loaded { blocked: bool },
    Synced { version: String },
    Late {},
    Unsynced {},
    Elsewhere { origin: String },
    Said { kind: String, data: String, width: Option<i32>, height: Option<i32> },
    Sent { kind: String },
    Skipped { count: u32 },
}

/// Reads the body of a request. `None` if it is not what the page sends. `pages`: so many pages were opened so far.
pub(super) fn read(body: &[u8], pages: u32) -> Option<Vec<Sight>> {
    let Posted { page, seen } = serde_json::from_slice(body).ok()?;
    let is_known = (1..=pages).contains(&page);
    is_known.then(|| seen.into_iter().take(MOST).map(|seen| Sight { page, seen: seen.into() }).collect())
}

impl From<PostedSeen> for Seen {
    fn from(seen: PostedSeen) -> Self {
        match seen {
            PostedSeen::Loaded { blocked } => Seen::Loaded { is_blocked: blocked },
            PostedSeen::Synced { version } => Seen::Synced { version: start(&version, NAME_LIMIT) },
            PostedSeen::Late {} => Seen::Late,
            PostedSeen::Unsynced {} => Seen::Unsynced,
            PostedSeen::Elsewhere { origin } => Seen::Elsewhere { origin: start(&origin, NAME_LIMIT) },
            PostedSeen::Said { kind, data, width, height } => {
                Seen::Said { kind: start(&kind, NAME_LIMIT), data: start(&data, DATA_LIMIT), size: width.zip(height) }
            }
            PostedSeen::Sent { kind } => Seen::Sent { kind: start(&kind, NAME_LIMIT) },
            PostedSeen::Skipped { count } => Seen::Skipped(count),
        }
    }
}

/// The first characters of a text.
fn start(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let mut start: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_page_sends_is_read() {
        let body = |seen: &str| format!(r#"{{"page":2,"seen":[{seen}]}}"#);
        for (seen, is_read) in [
            ("", true),
            (r#"{"what":"loaded","blocked":false}"#, true),
            (r#"{"what":"said","kind":"INITIALIZED","data":"{}","width":400,"height":650}"#, true),
            (r#"{"what":"said","kind":"X","data":""}"#, true),
            (r#"{"what":"said","kind":"X","data":"","width":4e9,"height":1}"#, false),
            (r#"{"what":"said","kind":"X"}"#, false),
            (r#"{"what":"opened"}"#, false),
            (r#"{"what":"late","more":1}"#, false),
            (r#""late""#, false),
        ] {
            assert_eq!(read(body(seen).as_bytes(), 2).is_some(), is_read, "{seen}");
        }
        assert!(read(body("").as_bytes(), 1).is_none(), "no such page");
        assert!(read(br#"{"page":0,"seen":[]}"#, 2).is_none());
        assert!(read(b"", 2).is_none() && read(b"\xff", 2).is_none() && read(b"[]", 2).is_none());
    }

    #[test]
    fn what_a_dialer_sends_is_cut() {
        let long = "ü".repeat(5000);
        let body = format!(r#"{{"page":1,"seen":[{{"what":"said","kind":"{long}","data":"{long}"}}]}}"#);
        let sights = read(body.as_bytes(), 1).unwrap();
        let [Sight { page: 1, seen: Seen::Said { kind, data, size: None } }] = &sights[..] else {
            panic!("{sights:?}")
        };
        assert_eq!((kind.chars().count(), data.chars().count()), (NAME_LIMIT + 1, DATA_LIMIT + 1));
        let many = vec![r#"{"what":"late"}"#; 500].join(",");
        assert_eq!(read(format!(r#"{{"page":1,"seen":[{many}]}}"#).as_bytes(), 1).unwrap().len(), MOST);
    }
}
