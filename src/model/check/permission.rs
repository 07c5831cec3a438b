//! May the dialer use the microphone? What a browser makes of `Permissions-Policy`, and of the older `Feature-Policy`.
//!
//! HubSpot's frame passes the microphone on to the dialer (`allow="microphone"`). The dialer's own headers can still
//! take it away: where they name the microphone, the dialer's own origin has to be in the list.

use super::framing::is_space;
use super::{HeaderLine, named, text};
use url::Url;

/// The microphone's name in both headers.
const MICROPHONE: &str = "microphone";

/// A header that takes the microphone away.
pub(super) struct MicrophoneRefusal {
    /// The header, as it came.
    pub(super) header: HeaderLine,
    /// The header to send instead: what it says of other features stays.
    pub(super) fix: String,
}

/// The header that takes the microphone away, if one does.
pub(super) fn refuses_microphone(headers: &[HeaderLine], page: &Url) -> Option<MicrophoneRefusal> {
    let lines: Vec<&HeaderLine> = named(headers, "permissions-policy").collect();
    let joined = lines.iter().map(|line| text(&line.value)).collect::<Vec<_>>().join(", ");
    // One that cannot be read is passed over as a whole.
    let declared = dictionary(&joined).unwrap_or_default();
    if let Some(own) = declared.iter().rev().find(|member| member.name == MICROPHONE) {
        if own.list.iter().any(|item| item.allows(page)) {
            return None;
        }
        let speaks = |line: &&&HeaderLine| text(&line.value).contains(MICROPHONE);
        let header = (*lines.iter().find(speaks).or(lines.first())?).clone();
        let others = declared.iter().filter(|member| member.name != MICROPHONE).map(|member| member.text);
        let members: Vec<&str> = others.chain(["microphone=(self)"]).collect();
        return Some(MicrophoneRefusal { header, fix: format!("Permissions-Policy: {}", members.join(", ")) });
    }
    for line in named(headers, "feature-policy") {
        let value = text(&line.value);
        for policy in value.split(',') {
            let words = |directive: &str| -> Vec<String> {
                directive.split(is_space).filter(|word| !word.is_empty()).map(str::to_owned).collect()
            };
            let is_own = |directive: &&str| words(directive).first().is_some_and(|name| name == MICROPHONE);
            // Without a list it is the dialer's own.
            let Some(list) = policy.split(';').find(is_own).map(words).filter(|words| words.len() > 1) else {
                continue;
            };
            if list[1..].iter().any(|word| feature_allows(word, page)) {
                return None;
            }
            let others = policy.split(';').filter(|directive| !is_own(directive)).map(str::trim);
            let directives: Vec<&str> =
                others.filter(|directive| !directive.is_empty()).chain(["microphone 'self'"]).collect();
            return Some(MicrophoneRefusal {
                header: line.clone(),
                fix: format!("Feature-Policy: {}", directives.join("; ")),
            });
        }
    }
    None
}

fn feature_allows(word: &str, page: &Url) -> bool {
    word == "*" || word.eq_ignore_ascii_case("'self'") || is_origin_of(word, page)
}

/// A member of the list of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ListMember {
    Token(String),
    Origin(String),
    /// A number, a flag, bytes: it stands for nothing here.
    Other,
}

impl ListMember {
    fn allows(&self, page: &Url) -> bool {
        match self {
            ListMember::Token(token) => matches!(token.as_str(), "*" | "self"),
            ListMember::Origin(origin) => is_origin_of(origin, page) || is_pattern_of(origin, page),
            ListMember::Other => false,
        }
    }
}

/// Is this the origin of the page?
fn is_origin_of(origin: &str, page: &Url) -> bool {
    Url::parse(origin).is_ok_and(|parsed| parsed.origin() == page.origin())
}

/// Does this stand for all pages, all of a scheme, or all below a domain (`https://*.acme.dev`), this one among them?
fn is_pattern_of(pattern: &str, page: &Url) -> bool {
    if pattern == "*" || pattern.strip_suffix("://*").is_some_and(|scheme| scheme == page.scheme()) {
        return true;
    }
    let Some((scheme, rest)) = pattern.split_once("://*.") else { return false };
    let Ok(below) = Url::parse(&format!("{scheme}://{rest}")) else { return false };
    let (Some(domain), Some(host)) = (below.host_str(), page.host_str()) else { return false };
    below.scheme() == page.scheme()
        && below.port_or_known_default() == page.port_or_known_default()
        && host.strip_suffix(domain).is_some_and(|front| front.ends_with('.'))
}

// ── structured fields (RFC 8941): a dictionary whose members are items or lists of items ──

/// A member of a dictionary.
struct DictionaryMember<'a> {
    name: String,
    list: Vec<ListMember>,
    /// As it came.
    text: &'a str,
}

/// The members, the later after the earlier of the same name. `None` if the text is no dictionary.
fn dictionary(text: &str) -> Option<Vec<DictionaryMember<'_>>> {
    let mut rest = FieldReader(text.trim_matches([' ', '\t']));
    let mut members = Vec::new();
    while !rest.0.is_empty() {
        let before = rest.0;
        let name = rest.key()?;
        let list = if rest.takes('=') { rest.list()? } else { vec![ListMember::Other] };
        rest.parameters()?;
        members.push(DictionaryMember { name, list, text: &before[..before.len() - rest.0.len()] });
        rest.skip(&[' ', '\t']);
        if rest.0.is_empty() {
            break;
        }
        if !rest.takes(',') {
            return None;
        }
        rest.skip(&[' ', '\t']);
        if rest.0.is_empty() {
            return None;
        }
    }
    Some(members)
}

/// What is left to read.
struct FieldReader<'a>(&'a str);

impl FieldReader<'_> {
    fn takes(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn skip(&mut self, these: &[char]) {
        self.0 = self.0.trim_start_matches(these);
    }

    fn while_is(&mut self, is: impl Fn(char) -> bool) -> String {
        let (taken, rest) = self.0.split_at(self.0.find(|c| !is(c)).unwrap_or(self.0.len()));
        self.0 = rest;
        taken.to_owned()
    }

    fn key(&mut self) -> Option<String> {
        let starts = self.0.starts_with(|c: char| c.is_ascii_lowercase() || c == '*');
        let is_of_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c);
        starts.then(|| self.while_is(is_of_key))
    }

    /// A list in brackets, or one item.
    fn list(&mut self) -> Option<Vec<ListMember>> {
        if !self.takes('(') {
            return Some(vec![self.item()?]);
        }
        let mut items = Vec::new();
        loop {
            self.skip(&[' ']);
            if self.takes(')') {
                return Some(items);
            }
            items.push(self.item()?);
            self.parameters()?;
            if !self.0.starts_with([' ', ')']) {
                return None;
            }
        }
    }

    fn parameters(&mut self) -> Option<()> {
        while self.takes(';') {
            self.skip(&[' ']);
            self.key()?;
            if self.takes('=') {
                self.item()?;
            }
        }
        Some(())
    }

    fn item(&mut self) -> Option<ListMember> {
        match self.0.chars().next()? {
            '"' => self.string().map(ListMember::Origin),
            c if c.is_ascii_alphabetic() || c == '*' => {
                let is_of_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c);
                Some(ListMember::Token(self.while_is(is_of_token)))
            }
            c if c.is_ascii_digit() || c == '-' => {
                let digits = self.while_is(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
                digits.parse::<f64>().ok().map(|_| ListMember::Other)
            }
            '?' => {
                self.takes('?');
                (self.takes('0') || self.takes('1')).then_some(ListMember::Other)
            }
            ':' => {
                self.takes(':');
                self.while_is(|c| c.is_ascii_alphanumeric() || "+/=".contains(c));
                self.takes(':').then_some(ListMember::Other)
            }
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        self.takes('"');
        let mut string = String::new();
        loop {
            let c = self.0.chars().next()?;
            self.takes(c);
            match c {
                '"' => return Some(string),
                '\\' => {
                    let escaped = self.0.chars().next().filter(|c| matches!(c, '"' | '\\'))?;
                    self.takes(escaped);
                    string.push(escaped);
                }
                c if (' '..='~').contains(&c) => string.push(c),
                _ => return None,
            }
        }
    }
}
