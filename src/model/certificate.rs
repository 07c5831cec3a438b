//! What a person wants to know of a server's certificate: whose it is, who vouches for it, and when it is valid.
//!
//! ```text
//!   Certificate ── tbs ── [version] serial algorithm issuer validity subject …
//! ```
//!
//! Reads the few members that are told, and checks nothing: the TLS library does that. So a certificate with a fault can be
//! told as well.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// What a certificate says of itself. Texts come from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is: the common name, else the organisation. Empty if it names neither.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// From when on it is valid.
    pub from: Timestamp,
    /// Until when it is valid.
    pub until: Timestamp,
}

/// The certificates of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The server's own; `None` if it cannot be read.
    pub own: Option<Certificate>,
    /// How many were sent, the server's own included.
    pub length: usize,
    /// Why they are not trusted.
    pub flaw: Option<ChainFlaw>,
}

/// Why the certificates of a server are not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFlaw {
    /// The time of the server's own, or of one above it, is over.
    Expired,
    /// It has not begun.
    NotYet,
    /// It is for these names, and not for the host.
    OtherName(Vec<String>),
    /// Nobody here trusts who vouches for it.
    UnknownIssuer,
    /// Anything else, in the words of the TLS library.
    Other(String),
}

const INTEGER: u8 = 0x02;
const OID: u8 = 0x06;
const BMP_STRING: u8 = 0x1e;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const VERSION: u8 = 0xa0;

/// The last two bytes of the identifiers of names: common name and organisation, the same in all certificates.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANISATION: &[u8] = &[0x55, 4, 10];

/// The longest name that is kept, in characters.
const NAME_LIMIT: usize = 100;

/// Reads a certificate, in DER. `None` if it is none.
pub fn read(der: &[u8]) -> Option<Certificate> {
    let mut whole = DerMembers(der).only(SEQUENCE)?;
    let mut body = whole.only(SEQUENCE)?;
    let _ = body.optional(VERSION);
    body.only(INTEGER)?;
    body.only(SEQUENCE)?;
    let issuer = name(body.only(SEQUENCE)?);
    let mut validity = body.only(SEQUENCE)?;
    let (from, until) = (moment(validity.next()?)?, moment(validity.next()?)?);
    let subject = name(body.only(SEQUENCE)?);
    Some(Certificate { subject, issuer, from, until })
}

/// Members that follow each other: tag, length, content.
#[derive(Clone, Copy)]
struct DerMembers<'a>(&'a [u8]);

impl<'a> DerMembers<'a> {
    /// Tag and content of the next member.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The members of the next member, if it has this tag.
    fn only(&mut self, tag: u8) -> Option<Self> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| Self(content))
    }

    /// The same for a member that may not be there.
    fn optional(&mut self, tag: u8) -> Option<Self> {
        let before = *self;
        let found = self.only(tag);
        if found.is_none() {
            *self = before;
        }
        found
    }
}

/// The text of a name: its common name, with the organisation behind it where both are there and differ.
fn name(mut members: DerMembers<'_>) -> String {
    let (mut common, mut organisation) = (String::new(), String::new());
    while let Some(mut set) = members.only(SET) {
        while let Some(mut pair) = set.only(SEQUENCE) {
            let (Some(DerMembers(kind)), Some((tag, bytes))) = (pair.only(OID), pair.next()) else { continue };
            match kind {
                COMMON_NAME => common = text(tag, bytes),
                ORGANISATION => organisation = text(tag, bytes),
                _ => {}
            }
        }
    }
    match (common.is_empty(), organisation.is_empty() || organisation == common) {
        (true, _) => organisation,
        (false, true) => common,
        (false, false) => format!("{common} ({organisation})"),
    }
}

fn text(tag: u8, bytes: &[u8]) -> String {
    let text = if tag == BMP_STRING {
        String::from_utf16_lossy(
            &bytes.chunks(2).map(|two| two.iter().fold(0, |c, b| c << 8 | u16::from(*b))).collect::<Vec<_>>(),
        )
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    };
    text.chars().take(NAME_LIMIT).collect()
}

/// `261126130000Z` or `20261126130000Z`, always in UTC.
fn moment((tag, bytes): (u8, &[u8])) -> Option<Timestamp> {
    let digits = str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year: i16 = year.parse().ok()?;
            // The standard's own rule for years of two digits.
            (year + if year < 50 { 2000 } else { 1900 }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let part = |at: usize| rest.get(2 * at..2 * at + 2)?.parse::<i8>().ok();
    let civil = DateTime::new(year, part(0)?, part(1)?, part(2)?, part(3)?, part(4)?, 0).ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        let head = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
        [head, content.to_vec()].concat()
    }

    fn named(parts: &[(&[u8], u8, &[u8])]) -> Vec<u8> {
        let part = |(kind, tag, text): &(&[u8], u8, &[u8])| {
            der(SET, &der(SEQUENCE, &[der(OID, kind), der(*tag, text)].concat()))
        };
        der(SEQUENCE, &parts.iter().map(part).collect::<Vec<_>>().concat())
    }

    fn certificate(issuer: &[u8], subject: &[u8], times: [(u8, &str); 2]) -> Vec<u8> {
        let validity = times.map(|(tag, text)| der(tag, text.as_bytes())).concat();
        let body = [
            der(VERSION, &der(INTEGER, &[2])),
            der(INTEGER, &[0xff; 20]),
            der(SEQUENCE, &[]),
            issuer.to_vec(),
            der(SEQUENCE, &validity),
            subject.to_vec(),
            der(SEQUENCE, b"the key"),
        ];
        der(SEQUENCE, &[der(SEQUENCE, &body.concat()), der(SEQUENCE, &[]), der(0x03, b"signature")].concat())
    }

    const TIMES: [(u8, &str); 2] = [(UTC_TIME, "991231235959Z"), (GENERALIZED_TIME, "20500101000000Z")];

    #[test]
    fn names_and_times_are_read() {
        let issuer = named(&[(ORGANISATION, 0x13, b"Trusty Ltd"), (COMMON_NAME, 0x0c, "Root È".as_bytes())]);
        let subject = named(&[(COMMON_NAME, BMP_STRING, &[0, b'a', 0, b'.', 0, b'd', 0, b'e', 0, b'v'])]);
        let found = read(&certificate(&issuer, &subject, TIMES)).unwrap();
        assert_eq!((found.subject.as_str(), found.issuer.as_str()), ("a.dev", "Root È (Trusty Ltd)"));
        assert_eq!(
            (found.from.to_string(), found.until.to_string()),
            ("1999-12-31T23:59:59Z".to_owned(), "2050-01-01T00:00:00Z".to_owned())
        );
        let nameless = read(&certificate(&named(&[(ORGANISATION, 0x13, b"O")]), &named(&[]), TIMES)).unwrap();
        assert_eq!((nameless.subject.as_str(), nameless.issuer.as_str()), ("", "O"));
        let long = "x".repeat(120);
        let long = read(&certificate(&named(&[(COMMON_NAME, 0x13, long.as_bytes())]), &named(&[]), TIMES)).unwrap();
        assert_eq!(long.issuer.chars().count(), NAME_LIMIT);
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        let whole = certificate(&named(&[]), &named(&[]), TIMES);
        let validity = whole.len() - der(0x03, b"signature").len() - 2 - der(SEQUENCE, b"the key").len();
        for end in 0..validity {
            assert_eq!(read(&whole[..end]), None, "{end}");
        }
        for times in [
            [(UTC_TIME, "99123123595Z"), TIMES[1]],
            [(UTC_TIME, "991331235959Z"), TIMES[1]],
            [(UTC_TIME, "991231235959+0100"), TIMES[1]],
            [(0x0c, "991231235959Z"), TIMES[1]],
            [TIMES[0], (GENERALIZED_TIME, "2050é101000000Z")],
        ] {
            assert_eq!(read(&certificate(&named(&[]), &named(&[]), times)), None, "{times:?}");
        }
        assert_eq!(read(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff, 0]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_fault(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
            at in 0_usize..200,
            byte: u8,
        ) {
            let _ = read(&bytes);
            let mut whole = certificate(&named(&[(COMMON_NAME, 0x13, b"a")]), &named(&[]), TIMES);
            let at = at % whole.len();
            whole[at] = byte;
            let _ = read(&whole);
        }
    }
}
