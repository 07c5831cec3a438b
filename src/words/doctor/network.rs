//! The sentences about the way to the server: proxy, name, connection, certificates, clock.

use super::{Check, Diagnosis};
use crate::model::certificate::{Chain, ChainFlaw};
use crate::words::count;
use crate::words::time::took;
use jiff::Timestamp;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A difference of clocks that is worth a word, in seconds.
const APART: i64 = 60;

/// A certificate that ends sooner than this is worth a word.
const SOON: Duration = Duration::from_hours(24 * 7);

/// A proxy as it may be shown, and the variable that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownProxy {
    /// `http://proxy.acme.dev:3128`.
    pub url: String,
    /// The variable.
    pub variable: &'static str,
}

/// The proxy on the way to the server. `tried` is how long a connection to it took, or why there was none.
pub fn proxy(proxy: &ShownProxy, tried: Option<Result<Duration, String>>) -> Diagnosis {
    let name = Check::Proxy.name();
    let ShownProxy { url, variable } = proxy;
    match tried {
        None => Diagnosis::well(name, format!("{url}, by {variable}")),
        Some(Ok(after)) => Diagnosis::well(name, format!("{url}, by {variable}, is connected in {}", took(after))),
        Some(Err(why)) => Diagnosis::ill(
            name,
            format!("{url}, by {variable}, cannot be reached: {why}"),
            format!("Mend {variable}, or name the host of the API in NO_PROXY if it is reached without."),
        ),
    }
}

/// There is no proxy on the way.
pub fn no_proxy() -> Diagnosis {
    Diagnosis::well(Check::Proxy.name(), "none")
}

/// What the environment names is no proxy.
pub fn bad_proxy(why: &str) -> Diagnosis {
    Diagnosis::ill(Check::Proxy.name(), why, "Mend the variable: until then nothing is sent.")
}

/// The most addresses of a name that are told.
const ADDRESSES: usize = 4;

/// The addresses of the server's name.
pub fn name(host: &str, found: Result<(Vec<IpAddr>, Duration), String>) -> Diagnosis {
    let name = Check::Name.name();
    match found {
        Ok((all, after)) if !all.is_empty() => {
            let told: Vec<String> = all.iter().take(ADDRESSES).map(ToString::to_string).collect();
            let more = all.len().saturating_sub(ADDRESSES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            Diagnosis::well(name, format!("{host} is {}{more}, found in {}", told.join(", "), took(after)))
        }
        Ok(_) => Diagnosis::ill(name, format!("{host} has no address"), ASK_NAMES),
        Err(why) => Diagnosis::ill(name, format!("{host} cannot be looked up: {why}"), ASK_NAMES),
    }
}

const ASK_NAMES: &str = "Look whether the name is spelled right, and whether other names are found: the name server is that of \
                         this machine, in /etc/resolv.conf.";

/// The server needs no look-up.
pub fn name_is_address(host: &str) -> Diagnosis {
    Diagnosis::well(Check::Name.name(), format!("{host} needs no look-up"))
}

/// The proxy looks the name up.
pub fn name_by_proxy(host: &str) -> Diagnosis {
    Diagnosis::skipped(Check::Name, format!("the proxy looks {host} up"))
}

/// The server was reached: its status without a credential, and how long it took.
pub fn reached(host: &str, status: u16, after: Duration, is_tls: bool) -> Diagnosis {
    let how = if is_tls { "TLS" } else { "plain http" };
    Diagnosis::well(
        Check::Connection.name(),
        format!("{host} answered over {how} in {}, with {status} to a look without a credential", took(after)),
    )
}

/// The server was not reached, or did not answer as a server does.
pub fn unreached(why: &str, advice: &str) -> Diagnosis {
    Diagnosis::ill(Check::Connection.name(), why, advice)
}

/// What to do if the server speaks plain http where TLS belongs, or something else.
pub const NOT_TLS: &str = "What answers there speaks no TLS: look at the port of the base URL, and whether a proxy or a login page of \
                           this network stands in between.";

/// What to do if nothing answers.
pub const NO_ANSWER: &str = "Look at the network, at a firewall, and at the base URL.";

/// The server's certificates.
pub fn tls(chain: &Chain, host: &str, now: Timestamp) -> Diagnosis {
    let name = Check::Tls.name();
    let about = about(chain);
    let when = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let Some(flaw) = &chain.flaw else {
        let ends_soon = |until: Timestamp| now.checked_add(SOON).is_ok_and(|soon| until < soon);
        return match &chain.own {
            Some(own) if ends_soon(own.until) => {
                let advice = format!("Whoever runs {host} has to renew it; until then it works.");
                Diagnosis::odd(name, format!("trusted, but it ends soon: {about}"), advice)
            }
            Some(_) | None => Diagnosis::well(name, format!("trusted: {about}")),
        };
    };
    let (why, advice) = match flaw {
        ChainFlaw::Expired => {
            let since = chain.own.as_ref().filter(|own| own.until < now).map(|own| when(own.until));
            let why = since.map_or("one of its certificates has expired".to_owned(), |since| format!("it expired at {since}"));
            let advice = format!("Set this machine's clock if it is wrong; else whoever runs {host} has to renew it.");
            (why, advice)
        }
        ChainFlaw::NotYet => {
            let from = chain.own.as_ref().filter(|own| own.from > now).map(|own| when(own.from));
            let why = from.map_or("one of its certificates is not valid yet".to_owned(), |from| format!("it is not valid before {from}"));
            (why, "Set this machine's clock: it is probably behind.".to_owned())
        }
        ChainFlaw::OtherName(names) => {
            let names = if names.is_empty() { "other names".to_owned() } else { names.join(", ") };
            (format!("it is for {names}, not for {host}"), "Look at the host of the base URL, and at what stands in between.".to_owned())
        }
        ChainFlaw::UnknownIssuer => (
            "nobody here trusts who vouches for it".to_owned(),
            "If a company's proxy stands in between, put its root certificate into the system's store, or into a file that \
             SSL_CERT_FILE names."
                .to_owned(),
        ),
        ChainFlaw::Other(why) => (why.trim_end_matches('.').to_owned(), "Nothing was sent.".to_owned()),
    };
    Diagnosis::ill(name, format!("not trusted: {why}; {about}"), advice)
}

fn about(chain: &Chain) -> String {
    let count = count::certificates(chain.length);
    let Some(own) = &chain.own else { return format!("{count}, which cannot be read") };
    let subject = if own.subject.is_empty() { "no name" } else { &own.subject };
    let issuer = if own.issuer.is_empty() { "nobody" } else { &own.issuer };
    format!("{subject}, by {issuer}, until {}, {count}", own.until.strftime("%Y-%m-%d"))
}

/// There are no certificates to look at.
pub fn no_tls(is_wanted: bool) -> Diagnosis {
    let why = if is_wanted { "it did not come so far" } else { "plain http to this machine has none" };
    Diagnosis::skipped(Check::Tls, why)
}

/// The certificates that are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustFacts {
    /// Where they are; empty where the system has a place of its own.
    pub places: Vec<PathBuf>,
    /// The variables that name the places.
    pub variables: Vec<&'static str>,
    /// How many there are, if that is known.
    pub count: Option<usize>,
    /// How many files cannot be read.
    pub unread: usize,
    /// Why what the variable names cannot be used at all.
    pub refused: Option<String>,
}

/// The trusted certificates.
pub fn trust(facts: &TrustFacts) -> Diagnosis {
    let name = Check::Certificates.name();
    if let Some(why) = &facts.refused {
        return Diagnosis::ill(name, why, "Mend the variable, or unset it: until then nothing is sent over TLS.");
    }
    let places: Vec<String> = facts.places.iter().map(|place| place.display().to_string()).collect();
    let places = if places.is_empty() { "this system's own store".to_owned() } else { places.join(", ") };
    let by = match facts.variables.as_slice() {
        [] => String::new(),
        variables => format!(", by {}", variables.join(" and ")),
    };
    let words = match facts.count {
        None => format!("{places}{by}"),
        Some(count) => format!("{count} trusted, in {places}{by}"),
    };
    match (facts.count, facts.unread) {
        (Some(0), _) => Diagnosis::odd(
            name,
            format!("this system has none, so Mozilla's are used, as of the day that callset was built ({places}{by})"),
            "Install the system's package for them, often called ca-certificates.",
        ),
        (_, 0) => Diagnosis::well(name, words),
        (_, unread) => Diagnosis::odd(name, format!("{words}; {unread} could not be read"), "Look at the files there."),
    }
}

/// The difference between this machine's clock and the server's, in seconds; `None` if the server did not say.
pub fn clock(apart: Option<i64>) -> Diagnosis {
    let name = Check::Clock.name();
    match apart {
        None => Diagnosis::skipped(Check::Clock, "the server did not say what time it is"),
        Some(apart) if apart.abs() > APART => {
            let word = if apart > 0 { "ahead of" } else { "behind" };
            Diagnosis::odd(
                name,
                format!("{} {word} the server", span(apart.abs())),
                "Set this machine's clock: certificates and the life of tokens depend on it.",
            )
        }
        Some(apart) => Diagnosis::well(name, format!("within {} s of the server", apart.abs().max(1))),
    }
}

fn span(seconds: i64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;
    use crate::model::certificate::Certificate;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_wrong_with_certificates_is_told_with_its_time_and_what_helps() {
        let own = Certificate {
            subject: "a.dev".to_owned(),
            issuer: "Root".to_owned(),
            from: at("2026-01-01T00:00:00Z"),
            until: at("2026-12-31T00:00:00Z"),
        };
        let told = |flaw: Option<ChainFlaw>, now: &str| {
            let found = tls(&Chain { own: Some(own.clone()), length: 3, flaw }, "a.dev", at(now));
            (found.health, found.told())
        };
        let about = "a.dev, by Root, until 2026-12-31, 3 certificates";
        assert_eq!(told(None, "2026-06-01T00:00:00Z"), (Health::Well, format!("trusted: {about}")));
        let (health, words) = told(None, "2026-12-28T00:00:00Z");
        assert!(health == Health::Odd && words.contains("ends soon"), "{words}");
        for (flaw, now, part) in [
            (ChainFlaw::Expired, "2027-01-01T00:00:00Z", "it expired at 2026-12-31 00:00 UTC"),
            (ChainFlaw::Expired, "2026-06-01T00:00:00Z", "one of its certificates has expired"),
            (ChainFlaw::NotYet, "2025-01-01T00:00:00Z", "not valid before 2026-01-01 00:00 UTC"),
            (ChainFlaw::NotYet, "2026-06-01T00:00:00Z", "one of its certificates is not valid yet"),
            (ChainFlaw::OtherName(vec!["b.dev".into()]), "2026-06-01T00:00:00Z", "it is for b.dev, not for a.dev"),
            (ChainFlaw::OtherName(vec![]), "2026-06-01T00:00:00Z", "it is for other names, not for a.dev"),
            (ChainFlaw::UnknownIssuer, "2026-06-01T00:00:00Z", "SSL_CERT_FILE"),
            (ChainFlaw::Other("odd.".into()), "2026-06-01T00:00:00Z", "not trusted: odd; a.dev"),
        ] {
            let (health, words) = told(Some(flaw), now);
            assert!(health == Health::Ill && words.contains(part), "{words}");
        }
    }

    #[test]
    fn clocks_that_differ_are_told_in_a_unit_that_says_something() {
        assert_eq!(clock(Some(-3)), Diagnosis::well("clock", "within 3 s of the server"));
        assert_eq!(clock(Some(86_400)).words, "24 h ahead of the server");
        assert_eq!(clock(Some(-400)).words, "6 min behind the server");
        assert_eq!(clock(Some(864_000)).words, "10 days ahead of the server");
        assert_eq!(clock(None).health, Health::Skipped);
    }

    #[test]
    fn a_system_without_certificates_is_told() {
        let of =
            |count, unread| trust(&TrustFacts { count, unread, places: vec!["/c".into()], ..TrustFacts::default() });
        assert_eq!(of(Some(140), 0), Diagnosis::well("certificates", "140 trusted, in /c"));
        assert!(of(Some(0), 1).told().contains("ca-certificates"));
        assert!(of(Some(3), 1).health == Health::Odd);
        let refused = TrustFacts { refused: Some("SSL_CERT_FILE names /x".into()), ..TrustFacts::default() };
        assert_eq!(trust(&refused).health, Health::Ill);
    }
}
