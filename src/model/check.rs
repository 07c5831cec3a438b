//! What an answer says about a url: would HubSpot's pages show it, and would the dialer work there?
//!
//! ```text
//!   Visit ── judge ──> CheckFindings, worst first
//!     │         ├── framing     who may frame it (source: the grammar of sources)
//!     │         ├── permission  may it use the microphone
//!     │         └── facts       all else that the last answer and the way to it say
//!     └── what came: the way there, the last answer's status and headers, the certificate
//! ```
//!
//! The rules are those of browsers. The sentences are elsewhere.

mod facts;
mod framing;
mod permission;
mod source;

use super::certificate::{Chain, ChainFlaw};
use super::reach::ReachableFrom;
use jiff::Timestamp;
use std::time::Duration;
use url::Url;

pub use framing::{AncestorsFlaw, FramingRule, FramingVerdict, HUBSPOT_HOSTS};

/// What a url is for. Each is asked for by somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UrlUse {
    /// The dialer: a browser loads it into a frame of HubSpot's pages.
    Dialer,
    /// Where HubSpot's servers fetch a recording.
    Recording,
    /// Where HubSpot's servers ask for phone numbers.
    Numbers,
}

/// A line of the header, as it came. The value may be no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderLine {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Vec<u8>,
}

impl HeaderLine {
    /// The line as text. What is no UTF-8 is replaced; control characters stay.
    pub fn shown(&self) -> String {
        format!("{}: {}", self.name, text(&self.value))
    }
}

/// What came of a look at a url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The url as it was given.
    pub url: String,
    /// What the url is for.
    pub used: UrlUse,
    /// When the look ended.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The addresses that were asked, from the first to the last.
    pub way: Vec<Url>,
    /// Did an address lead into this network although its name did not say so?
    pub resolved: ReachableFrom,
    /// The last answer, or why there is none.
    pub came: Result<PageAnswer, VisitFault>,
}

/// The last answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageAnswer {
    /// Its status.
    pub status: u16,
    /// Its headers, each line by itself and in the order in which it came.
    pub headers: Vec<HeaderLine>,
    /// The certificates, if it came by TLS. Those with a flaw were accepted for this look, which stayed on this machine.
    pub chain: Option<Chain>,
    /// How its body ended.
    pub body: BodyEnd,
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEnd {
    /// It came whole, and had this many bytes.
    Whole(usize),
    /// It is longer than is read.
    Long,
    /// It had not come whole when the time was over.
    Late,
    /// It broke off.
    Broken,
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisitFault {
    /// The text is no address of the web; the reason is the end of a sentence.
    NoUrl(String),
    /// A user name or a password stands in the address. It is not sent.
    Password,
    /// Nothing could be sent: the reason, in words.
    Setup(String),
    /// The name of the host is not known.
    NoSuchHost,
    /// Nothing listens there.
    Refused,
    /// The certificate is not accepted.
    Certificate(ChainFlaw),
    /// There is no TLS: the reason, in words.
    Tls(String),
    /// No whole head of an answer came in time.
    Late(Duration),
    /// What came is no answer, or is larger than an answer may be: the reason, in words.
    Broken(String),
    /// A redirect leads nowhere.
    Redirect(RedirectFault),
}

/// Why a redirect leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectFault {
    /// There are more than are followed.
    Endless(usize),
    /// It leads to an address that is none of the web.
    Elsewhere(String),
    /// It leads to an address with a user name or a password in it.
    Password,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingLevel {
    /// As it should be.
    Ok,
    /// It works for some, or not for long.
    Warning,
    /// It does not work.
    Error,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "FindingKind::key names each")]
pub enum FindingKind {
    Framing,
    Redirect,
    Tls,
    MixedContent,
    Attachment,
    Sandbox,
    Type,
    Placeholder,
    Microphone,
    Interstitial,
    LocalOnly,
    Reachable,
}

impl FindingKind {
    /// The kind as a word, for people and for programs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Framing => "framing",
            Self::Redirect => "redirect",
            Self::Tls => "tls",
            Self::MixedContent => "mixed-content",
            Self::Attachment => "attachment",
            Self::Sandbox => "sandbox",
            Self::Type => "type",
            Self::Placeholder => "placeholder",
            Self::Microphone => "microphone",
            Self::Interstitial => "interstitial",
            Self::LocalOnly => "local-only",
            Self::Reachable => "reachable",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFinding {
    /// What.
    pub fact: PageFact,
    /// How bad it is.
    pub level: FindingLevel,
    /// The header that decided, as it came.
    pub header: Option<HeaderLine>,
}

impl CheckFinding {
    /// What the finding is about.
    pub fn kind(&self) -> FindingKind {
        self.fact.kind()
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFact {
    /// It answers.
    Answers {
        /// The status.
        status: u16,
        /// The type of the content, if it has one.
        content_type: Option<String>,
        /// How long it took.
        took: Duration,
        /// How much came, if that is odd.
        body: BodyEnd,
    },
    /// It answers with a status after which browsers show nothing.
    ShowsNothing(u16),
    /// No answer came.
    Unreached {
        /// Why.
        fault: VisitFault,
        /// The address that did not answer, if redirects led there.
        redirected: Option<Url>,
    },
    /// The certificate is valid.
    Certificate {
        /// The end of its life, if it can be read.
        ends: Option<Timestamp>,
        /// How many certificates the server sent.
        sent: usize,
        /// Does it end within two weeks?
        is_soon: bool,
    },
    /// Browsers do not accept the certificate.
    BadCertificate(ChainFlaw),
    /// The server that sends and the one that asks talk without TLS.
    NoTls,
    /// Redirects that stay within the origin.
    SameOrigin {
        /// The last address.
        to: Url,
    },
    /// A redirect to another origin.
    OtherOrigin {
        /// The last address.
        to: Url,
    },
    /// The page is shown, and then another one of another origin: `Refresh`.
    LeadsOn {
        /// The address of the other one.
        to: Url,
    },
    /// The type is none of a page.
    NotAPage {
        /// The type; `None` if there is none.
        content_type: Option<String>,
        /// Do browsers save it instead of showing it?
        is_saved: bool,
    },
    /// Who may frame it.
    Framing {
        /// What the headers say.
        verdict: FramingVerdict,
        /// Is there nothing to show, whatever the headers of framing say?
        shows_nothing: bool,
    },
    /// The microphone is not taken away.
    MicrophoneFree,
    /// The microphone is taken away.
    MicrophoneOff {
        /// The header to send instead.
        fix: String,
    },
    /// Browsers do not load an address without TLS into a page that came by TLS.
    MixedContent {
        /// The address.
        at: Url,
    },
    /// It opens in one place only.
    LocalOnly {
        /// Where.
        from: ReachableFrom,
        /// Does the name itself tell? Otherwise it is what the name leads to.
        by_name: bool,
    },
    /// A page of the tunnel comes first.
    Interstitial {
        /// Whose.
        service: &'static str,
    },
    /// The page is shut off from what it needs.
    Sandboxed {
        /// What is not allowed, in the words of the header.
        lacks: Vec<&'static str>,
    },
    /// Browsers save the answer instead of showing it.
    Attachment,
    /// There is no place for the id of the call.
    NoPlaceholder,
}

impl PageFact {
    fn kind(&self) -> FindingKind {
        match self {
            Self::Unreached { fault: VisitFault::Certificate(_) | VisitFault::Tls(_), .. }
            | Self::Certificate { .. }
            | Self::BadCertificate(_)
            | Self::NoTls => FindingKind::Tls,
            Self::Unreached { fault: VisitFault::Redirect(_), .. }
            | Self::SameOrigin { .. }
            | Self::OtherOrigin { .. }
            | Self::LeadsOn { .. } => FindingKind::Redirect,
            Self::Answers { .. } | Self::ShowsNothing(_) | Self::Unreached { .. } => FindingKind::Reachable,
            Self::NotAPage { .. } => FindingKind::Type,
            Self::Framing { .. } => FindingKind::Framing,
            Self::MicrophoneFree | Self::MicrophoneOff { .. } => FindingKind::Microphone,
            Self::MixedContent { .. } => FindingKind::MixedContent,
            Self::LocalOnly { .. } => FindingKind::LocalOnly,
            Self::Interstitial { .. } => FindingKind::Interstitial,
            Self::Sandboxed { .. } => FindingKind::Sandbox,
            Self::Attachment => FindingKind::Attachment,
            Self::NoPlaceholder => FindingKind::Placeholder,
        }
    }
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlCheck {
    /// What came.
    pub visit: Visit,
    /// What was found, worst first.
    pub findings: Vec<CheckFinding>,
}

impl UrlCheck {
    /// Judges what came of a look.
    pub fn of(visit: Visit) -> Self {
        let mut findings = facts::found(&visit);
        // Stable: of the same level, what stands earlier in the list of kinds matters more.
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.level), finding.kind()));
        Self { visit, findings }
    }

    /// The worst level.
    pub fn worst(&self) -> FindingLevel {
        self.findings.iter().map(|finding| finding.level).max().unwrap_or(FindingLevel::Ok)
    }

    /// How many findings are not as they should be.
    pub fn problems(&self) -> usize {
        self.findings.iter().filter(|finding| finding.level > FindingLevel::Ok).count()
    }

    /// Did no answer come?
    pub fn is_unreached(&self) -> bool {
        self.visit.came.is_err()
    }

    /// Would a browser show the page in a page of each of [`HUBSPOT_HOSTS`]? `None` if no answer came, or if no browser
    /// is to show it.
    pub fn hosts(&self) -> Option<[bool; 5]> {
        self.findings.iter().find_map(CheckFinding::hosts)
    }

    /// Do the headers let a page at this address frame the last answer? `None` if no answer came.
    pub fn lets_in(&self, ancestor: &Url) -> Option<bool> {
        let (answer, page) = (self.visit.came.as_ref().ok()?, self.visit.way.last()?);
        Some(framing::is_shown_in(&answer.headers, page, self.visit.way.len() > 1, ancestor))
    }
}

impl CheckFinding {
    /// The same of one finding: only the one about framing tells.
    pub fn hosts(&self) -> Option<[bool; 5]> {
        let PageFact::Framing { verdict, shows_nothing } = &self.fact else { return None };
        Some(if *shows_nothing { [false; 5] } else { verdict.hosts })
    }
}

fn named<'a>(headers: &'a [HeaderLine], name: &'a str) -> impl Iterator<Item = &'a HeaderLine> {
    headers.iter().filter(move |line| line.name.eq_ignore_ascii_case(name))
}

/// The value of a header as text.
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
