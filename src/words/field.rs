//! The sentences about a field: what it does, and what is wrong with its value.

use super::NextStep;
use crate::model::reach::ReachableFrom as From;
use crate::model::validate::UrlOpener;
use crate::model::{Defect, Field, Kind, Severity};
use std::borrow::Cow;

/// What is wrong with a field, as a sentence for its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Does the problem stop a save?
    pub severity: Severity,
    /// The sentence, without a full stop. May hold a server's words.
    pub text: Cow<'static, str>,
    /// What can be done about it, besides entering another value.
    pub next: Option<NextStep>,
}

/// The problem of an entered value.
pub fn problem(defect: &Defect) -> Problem {
    let text = match defect {
        Defect::NoNumber => "A whole number is needed",
        Defect::NotANumber => "Not a whole number: digits only, with - in front if negative",
        Defect::NumberTooLarge => "Too large: HubSpot takes -2147483648 to 2147483647",
        Defect::SentAs(number) => return of(defect, format!("Will be sent as {number}")),
        Defect::Negative => "Negative: legal for HubSpot, but no window has this size",
        Defect::Zero => "Zero: legal for HubSpot, but nothing would be seen",
        Defect::LargerThanScreens => "Larger than any screen: is it a typing error?",
        Defect::NoName => "A name is needed: HubSpot shows it to every user",
        Defect::SpacesSent => "Spaces around the text are sent as they are",
        Defect::Invisible => "Holds characters that cannot be seen",
        Defect::NoUrl => "A URL is needed: https://…",
        Defect::NotAUrl => "Not a web address: start with https:// (or http:// + localhost)",
        Defect::UnreadableUrl(why) => return of(defect, format!("Not a web address: {why}")),
        Defect::NoHost => "No host: write it after the //",
        Defect::SpacesInUrl => "A URL cannot hold spaces or control characters",
        Defect::PasswordInUrl => "User name or password in a URL: everyone who loads it would get them",
        Defect::SpacesNotSent => "The spaces around it are not sent",
        Defect::PlainHttp(UrlOpener::Browsers) => "http: HubSpot's pages are https, so browsers will block this frame",
        Defect::PlainHttp(UrlOpener::Servers) => "http: what HubSpot's servers send and get can be read on the way",
        Defect::OnlyFrom(from, opener) => only_from(*from, *opener),
        Defect::DisguisedHost(host) => return of(defect, format!("The host is really {host}")),
        Defect::TwoUrls => "Two addresses in one: did a paste go behind the old one?",
        Defect::SecondUrl => "Holds a second ://, as if two URLs ran together",
        Defect::LongUrl => "Longer than 2,048 bytes: some servers cut it",
        Defect::NoPlaceholder => "Without %s HubSpot asks for the same recording for every call",
    };
    of(defect, text)
}

/// The url can be opened from one place only, which is not where it is opened.
fn only_from(from: From, opener: UrlOpener) -> &'static str {
    match (opener, from) {
        (UrlOpener::Browsers, From::Machine) => {
            "Only for this machine: each customer's browser would look on the customer's own machine"
        }
        (UrlOpener::Browsers, From::Network) => "Only for your network: a customer's browser elsewhere finds nothing",
        (UrlOpener::Browsers, From::Tailnet) => "Only for your tailnet, unless a funnel opens it to everyone",
        (UrlOpener::Servers, From::Machine) => "HubSpot's servers call this, and cannot reach this machine",
        (UrlOpener::Servers, From::Network) => "HubSpot's servers call this, and cannot reach your network",
        (UrlOpener::Servers, From::Tailnet) => "HubSpot's servers call this, and reach a tailnet only by a funnel",
        (UrlOpener::Browsers | UrlOpener::Servers, From::Everywhere) => "Everyone can open this",
    }
}

fn of(defect: &Defect, text: impl Into<Cow<'static, str>>) -> Problem {
    Problem { severity: defect.severity(), text: text.into(), next: None }
}

/// The field has no value, and its resource is to be set up.
pub fn missing() -> Problem {
    let text = "HubSpot needs a value here to set this up";
    Problem { severity: Severity::Error, text: text.into(), next: None }
}

/// The value of the field holds the session's credential.
pub fn holds_credential() -> Problem {
    let text = "HubSpot sent back this session's credential here: it is masked, and kept nowhere";
    Problem { severity: Severity::Warning, text: text.into(), next: None }
}

/// The server refused the value, with these words.
pub fn refused(words: &str) -> Problem {
    Problem { severity: Severity::Error, text: format!("HubSpot: {words}").into(), next: None }
}

/// A problem with its sign and the field's name.
pub fn told(key: &str, problem: &Problem) -> String {
    let sign = match problem.severity {
        Severity::Error | Severity::Doubtful => "✗",
        Severity::Warning => "!",
    };
    format!("{sign} {key}: {}", problem.text)
}

/// What a field is, and what it does.
pub fn help(field: &Field) -> String {
    let kind = match field.kind {
        Kind::Integer if field.unit == "px" => "integer, px. ",
        Kind::Integer => "integer. ",
        Kind::Text | Kind::Url | Kind::Switch | Kind::Time | Kind::Json => "",
    };
    format!("{}  {kind}{}", field.id.key, field.help)
}
