//! May HubSpot's pages frame an answer? What a browser makes of `Content-Security-Policy` and `X-Frame-Options`.
//!
//! ```text
//!   each enforced policy with frame-ancestors ── one of its sources has to match ──> framed by this host, or not
//!        none has it ── X-Frame-Options ─────────────────────────────────────────┘
//! ```
//!
//! Only headers count, and only those of the last answer. A policy that reports only, or that stands in the page, takes
//! no part.

use super::source::{FrameSource, PageOrigin};
use super::{HeaderLine, named, text};
use url::Url;

/// The hosts of HubSpot's pages. Which one it is depends on where an account's data is.
pub const HUBSPOT_HOSTS: [&str; 5] = [
    "https://app.hubspot.com",
    "https://app-na2.hubspot.com",
    "https://app-na3.hubspot.com",
    "https://app-eu1.hubspot.com",
    "https://app-ap1.hubspot.com",
];

/// The source that suits all of them.
const ALL_OF_HUBSPOT: &str = "https://*.hubspot.com";

/// How many of the sources that are there already are taken over into the line to send instead.
const KEPT_SOURCES: usize = 8;

/// How long the other directives of a policy may be, in bytes, to stand in the line to send instead.
const KEPT_DIRECTIVES: usize = 200;

/// What the headers say about framing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FramingVerdict {
    /// May a page of each of [`HUBSPOT_HOSTS`] frame the answer?
    pub hosts: [bool; 5],
    /// What decided.
    pub decided: FramingRule,
    /// The header that decided, as it came.
    pub header: Option<HeaderLine>,
    /// The header to send instead, where a host is missing.
    pub fix: String,
}

/// The rule that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FramingRule {
    /// Neither header says anything that browsers obey.
    Nothing,
    /// The sources of a policy. If they leave a host out, these are the ones that do.
    Ancestors {
        /// The sources, as they came; those of the first policy that refuses, if one does.
        sources: String,
        /// Why HubSpot is left out, where it can be told.
        why: Option<AncestorsFlaw>,
        /// Does another policy of the same answer have sources as well? All have to match.
        beside_others: bool,
    },
    /// `X-Frame-Options` refuses all but the dialer's own pages, or everybody.
    Options {
        /// Its value, or its values.
        value: String,
        /// Are there several that contradict each other?
        is_contradiction: bool,
    },
    /// `X-Frame-Options` has a value that browsers pass over, and nothing else speaks of framing.
    OptionsIgnored {
        /// The value.
        value: String,
    },
}

/// A usual mistake in sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AncestorsFlaw {
    /// `'none'`, or no source at all.
    None,
    /// `'self'` alone: the dialer's own pages.
    OwnOnly,
    /// A source with a path: the address of a page that frames has none.
    Path,
    /// A name stands in quotes.
    Quoted,
    /// `hubspot.com`, which is not the names below it.
    BareDomain,
}

/// What the headers of an answer have to say about the pages that frame it.
struct Doorkeeper {
    own: Option<PageOrigin>,
    is_redirected: bool,
    policies: Vec<Directive>,
    /// What `X-Frame-Options` says, which counts only without a policy.
    options: (FramingRule, Option<HeaderLine>),
}

impl Doorkeeper {
    fn of(headers: &[HeaderLine], page: &Url, is_redirected: bool) -> Self {
        let policies = policies_with(headers, "frame-ancestors");
        Self { own: PageOrigin::of(page), is_redirected, policies, options: options(headers) }
    }

    fn allows(&self, policy: &Directive, ancestor: &PageOrigin) -> bool {
        sources(&policy.value).any(|source| source.matches(ancestor, self.own.as_ref(), self.is_redirected))
    }

    fn shows(&self, ancestor: &PageOrigin) -> bool {
        if !self.policies.is_empty() {
            return self.policies.iter().all(|policy| self.allows(policy, ancestor));
        }
        match &self.options.0 {
            FramingRule::Options { value, is_contradiction: false } if value.eq_ignore_ascii_case("sameorigin") => {
                self.own.as_ref() == Some(ancestor)
            }
            FramingRule::Options { .. } => false,
            FramingRule::Nothing | FramingRule::OptionsIgnored { .. } | FramingRule::Ancestors { .. } => true,
        }
    }
}

/// Would a browser show the answer in a page at this address?
pub(super) fn is_shown_in(headers: &[HeaderLine], page: &Url, is_redirected: bool, ancestor: &Url) -> bool {
    let doorkeeper = Doorkeeper::of(headers, page, is_redirected);
    PageOrigin::of(ancestor).is_some_and(|ancestor| doorkeeper.shows(&ancestor))
}

/// Judges the headers of the last answer.
pub(super) fn judge(headers: &[HeaderLine], page: &Url, is_redirected: bool) -> FramingVerdict {
    let doorkeeper = Doorkeeper::of(headers, page, is_redirected);
    let ancestors = HUBSPOT_HOSTS.map(|host| Url::parse(host).ok().as_ref().and_then(PageOrigin::of));
    let hosts = ancestors.each_ref().map(|ancestor| ancestor.as_ref().is_some_and(|at| doorkeeper.shows(at)));
    let refuses = |policy: &&Directive| ancestors.iter().flatten().any(|ancestor| !doorkeeper.allows(policy, ancestor));
    // Of several policies the one that refuses says more than the one that does not.
    let Some(telling) = doorkeeper.policies.iter().find(refuses).or(doorkeeper.policies.first()) else {
        let (decided, header) = doorkeeper.options;
        return FramingVerdict { hosts, decided, header, fix: fix(None) };
    };
    let why = if hosts == [false; 5] { flaw(&telling.value) } else { None };
    let beside_others = doorkeeper.policies.len() > 1;
    let decided = FramingRule::Ancestors { sources: telling.value.clone(), why, beside_others };
    FramingVerdict { hosts, decided, header: Some(telling.header.clone()), fix: fix(Some(telling)) }
}

/// A directive of an enforced policy.
pub(super) struct Directive {
    /// Its value, without spaces around it.
    pub(super) value: String,
    /// The other directives of its policy.
    others: Vec<String>,
    /// The header that it stands in.
    pub(super) header: HeaderLine,
}

/// The directives of this name: the first one of each enforced policy. A first one with other characters than the
/// visible ones of ASCII is passed over, and with it the later ones of its name.
pub(super) fn policies_with(headers: &[HeaderLine], name: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    for header in named(headers, "content-security-policy") {
        for policy in header.value.split(|byte| *byte == b',') {
            let directives: Vec<String> = policy.split(|byte| *byte == b';').map(text).collect();
            let value = directives.iter().find_map(|directive| value_of(directive, name));
            let is_of_value = |c: char| is_space(c) || c.is_ascii_graphic();
            if let Some(value) = value.filter(|value| value.chars().all(is_of_value)) {
                let is_other = |directive: &&String| value_of(directive, name).is_none();
                let others = directives.iter().filter(is_other).map(|other| other.trim_matches(is_space).to_owned());
                let others = others.filter(|other| !other.is_empty()).collect();
                found.push(Directive { value, others, header: header.clone() });
            }
        }
    }
    found
}

/// The value of a directive, if it has this name.
fn value_of(directive: &str, name: &str) -> Option<String> {
    let directive = directive.trim_matches(is_space);
    let (its, value) = directive.split_at(directive.find(is_space).unwrap_or(directive.len()));
    its.eq_ignore_ascii_case(name).then(|| value.trim_matches(is_space).to_owned())
}

/// ASCII whitespace, as the specifications define it.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

fn sources(value: &str) -> impl Iterator<Item = FrameSource> {
    value.split(is_space).filter_map(FrameSource::parse)
}

fn flaw(value: &str) -> Option<AncestorsFlaw> {
    let words: Vec<&str> = value.split(is_space).filter(|word| !word.is_empty()).collect();
    let is = |word: &&str, name: &str| word.eq_ignore_ascii_case(name);
    let speaks_of_hubspot = |word: &&&str| word.to_ascii_lowercase().contains("hubspot");
    if words.is_empty() || words.iter().all(|word| is(word, "'none'")) {
        Some(AncestorsFlaw::None)
    } else if words.iter().any(|word| word.starts_with(['"', '\'']) && word.to_ascii_lowercase().contains("hubspot")) {
        Some(AncestorsFlaw::Quoted)
    } else if sources(value).any(|source| source.names("hubspot.com")) {
        Some(AncestorsFlaw::BareDomain)
    } else if words.iter().filter(speaks_of_hubspot).any(|word| has_path(word)) {
        Some(AncestorsFlaw::Path)
    } else if words.iter().all(|word| is(word, "'self'")) {
        Some(AncestorsFlaw::OwnOnly)
    } else {
        None
    }
}

fn has_path(source: &str) -> bool {
    let rest = source.split_once("://").map_or(source, |(_, rest)| rest);
    rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
}

/// The line to send instead. The other sources stay, as far as they are some, and the other directives, so that the line
/// is ready to be sent. Of a long policy it is the directive alone.
fn fix(policy: Option<&Directive>) -> String {
    let words = policy.iter().flat_map(|policy| policy.value.split(is_space));
    let is_kept = |word: &&str| {
        FrameSource::parse(word).is_some() && !word.to_ascii_lowercase().contains("hubspot") && *word != "*"
    };
    let kept: Vec<&str> = words.filter(is_kept).take(KEPT_SOURCES).chain([ALL_OF_HUBSPOT]).collect();
    let directive = format!("frame-ancestors {}", kept.join(" "));
    let others = policy.map(|policy| policy.others.as_slice()).unwrap_or_default();
    if others.iter().map(String::len).sum::<usize>() > KEPT_DIRECTIVES {
        return directive;
    }
    let directives: Vec<&str> = others.iter().map(String::as_str).chain([directive.as_str()]).collect();
    format!("Content-Security-Policy: {}", directives.join("; "))
}

// ── X-Frame-Options (HTML, 7.8) ──

fn options(headers: &[HeaderLine]) -> (FramingRule, Option<HeaderLine>) {
    let lines: Vec<&HeaderLine> = named(headers, "x-frame-options").collect();
    let Some(first) = lines.first() else { return (FramingRule::Nothing, None) };
    let values: Vec<String> = lines.iter().flat_map(|line| list(&line.value)).collect();
    let mut different: Vec<String> = Vec::new();
    for value in values.iter().map(|value| value.to_ascii_lowercase()) {
        if !different.contains(&value) {
            different.push(value);
        }
    }
    let value = values.join(", ");
    let is_known = |value: &String| matches!(value.as_str(), "deny" | "allowall" | "sameorigin");
    let header = Some((*first).clone());
    match different.as_slice() {
        [one] if one == "deny" || one == "sameorigin" => {
            (FramingRule::Options { value: values[0].clone(), is_contradiction: false }, header)
        }
        [_, _, ..] if different.iter().any(is_known) => {
            (FramingRule::Options { value, is_contradiction: true }, header)
        }
        _ => (FramingRule::OptionsIgnored { value }, header),
    }
}

/// The values of a header that is a list (Fetch, "get, decode, and split"): split at commas, but not within quotes.
fn list(value: &[u8]) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut is_quoted = false;
    let mut is_escaped = false;
    for c in text(value).chars() {
        match c {
            ',' if !is_quoted => values.push(String::new()),
            c => {
                if c == '"' && !is_escaped {
                    is_quoted = !is_quoted;
                }
                is_escaped = is_quoted && c == '\\' && !is_escaped;
                if let Some(last) = values.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    values.iter().map(|value| value.trim_matches([' ', '\t', '\x0b', '\x0c']).to_owned()).collect()
}
