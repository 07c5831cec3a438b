//! Why a dialer does not work in the preview, or works in it and not in HubSpot; and what helps.

use crate::model::check::{CheckFinding, FindingKind, PageFact, UrlUse};
use crate::model::preview::{Cause, Handshake, Lack, PageKnown, Scene};
use crate::words::check::{self, FindingWords};
use crate::words::mask::masked;

/// The source that lets in a page of this machine, whatever its port.
const THIS_PAGE: &str = "http://localhost:*";

/// What is missing, why, and what helps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// Sentences. Empty if nothing is missing.
    pub lines: Vec<String>,
    /// A header to send instead.
    pub send: Option<String>,
    /// What is to be known once that is sent.
    pub then: Vec<String>,
}

/// What is missing, why, and what helps.
pub fn reasons(shake: &Handshake, scene: &Scene, known: PageKnown<'_>) -> Reasons {
    match shake.lack() {
        Some(lack) => of_lack(lack, shake, scene, known),
        None if !shake.is_initialised => Reasons::default(),
        None => {
            let mut reasons = of_refusals(known);
            if shake.asked.is_some_and(|asked| Some(asked) != scene.size) {
                let line = "Agents see the size that the dialer asks for: it wins over the settings.";
                reasons.lines.push(line.to_owned());
            }
            reasons
        }
    }
}

fn of_lack(lack: Lack, shake: &Handshake, scene: &Scene, known: PageKnown<'_>) -> Reasons {
    let origin = scene.origin().unwrap_or_default();
    let causes = known.causes(lack);
    let mut reasons = Reasons::default();
    match lack {
        Lack::Blocked => {
            reasons.add(format!(
                "HubSpot shows the page where the url ends, but the SDK there gets no SYNC: it goes to {origin} only. So the \
                 dialer never connects. This page lets in nothing else."
            ));
            if matches!(known, PageKnown::Found(..)) && causes.iter().find_map(target).is_none() {
                reasons.add("The url itself does not redirect, so something in its page leads there.".to_owned());
            }
            reasons.add("Make the url the address where it ends, or let the dialer stay on its origin.".to_owned());
        }
        Lack::Elsewhere => {
            reasons.add(format!(
                "HubSpot takes messages from {origin} only, which is the origin of the url, and ignores those from {}.",
                shake.elsewhere.as_deref().unwrap_or_default()
            ));
            if causes.is_empty() {
                let line =
                    "Have the SDK in the page of the url itself. A page with a sandbox of its own has the origin null.";
                reasons.add(line.to_owned());
            }
            reasons.add_causes(&causes);
        }
        Lack::NotLoaded => {
            reasons.add("HubSpot sends its first message when the frame has loaded, so it waits as well.".to_owned());
            reasons.add_known(
                known,
                &causes,
                "A page comes, so it is slow, or it waits for something that it loads itself.",
            );
        }
        Lack::NotSynced | Lack::NeverSynced => {
            reasons.add(if lack == Lack::NeverSynced {
                "Nothing has answered SYNC in 30 seconds. HubSpot then says that there was an issue connecting."
                    .to_owned()
            } else {
                "Nothing has answered SYNC so far. HubSpot waits for 30 seconds.".to_owned()
            });
            reasons.add_known(
                known,
                &causes,
                "Its headers let in HubSpot and this page, and a page comes. So no SDK runs in it, or its script has an \
                 error before it makes one.",
            );
        }
        Lack::NotInitialised if let Some(origin) = &shake.elsewhere => reasons.add(format!(
            "Its SYNC_ACK gives another address than its own as iFrameUrl, so HubSpot drops what it says from {origin}. \
             Leave SYNC_ACK to the SDK, which gives the right one."
        )),
        Lack::NotInitialised => reasons.add(
            "The SDK has answered, but the app never called initialized(): HubSpot shows it as offline until it does."
                .to_owned(),
        ),
    }
    reasons
}
/// It works here, and pages of HubSpot do not show it.
fn of_refusals(known: PageKnown<'_>) -> Reasons {
    let mut reasons = Reasons::default();
    for finding in known.refusals() {
        let told = check::finding(finding, UrlUse::Dialer);
        reasons.add(format!("In HubSpot it is different. {}", sentence(&told)));
        reasons.send = reasons.send.take().or(told.fix.map(|fix| masked(&fix)));
    }
    reasons
}

impl Reasons {
    fn add(&mut self, line: String) {
        self.lines.push(line);
    }

    /// What explains it. `otherwise` is said where nothing does.
    fn add_known(&mut self, known: PageKnown<'_>, causes: &[Cause<'_>], otherwise: &str) {
        match known {
            PageKnown::Unasked => self.lines.extend(unsynced().map(ToOwned::to_owned)),
            PageKnown::Asked => self.add("What the url answers is being looked at…".to_owned()),
            PageKnown::Found(..) if causes.is_empty() => self.add(otherwise.to_owned()),
            PageKnown::Found(..) => {
                // The line above says the first of them.
                if let Some(Cause::Finding(finding)) = causes.first() {
                    let why = check::finding(finding, UrlUse::Dialer).why;
                    if !why.is_empty() {
                        self.lines.insert(0, masked(&why));
                    }
                    self.add_remedy(finding);
                    self.add_causes(&causes[1..]);
                } else {
                    self.add_causes(causes);
                }
            }
        }
    }

    fn add_causes(&mut self, causes: &[Cause<'_>]) {
        for cause in causes {
            self.add_cause(*cause);
        }
    }

    fn add_cause(&mut self, cause: Cause<'_>) {
        match cause {
            Cause::OnlyHere(finding) => {
                self.add(
                    "The dialer's frame-ancestors let in pages of HubSpot, and not this one. For HubSpot that is right; this \
                     page needs one source more, in development only."
                        .to_owned(),
                );
                if let PageFact::Framing { verdict, .. } = &finding.fact {
                    self.send_first(Some(format!("{} {THIS_PAGE}", verdict.fix)));
                }
            }
            Cause::Finding(finding) => {
                self.add(sentence(&check::finding(finding, UrlUse::Dialer)));
                self.add_remedy(finding);
            }
        }
    }

    fn add_remedy(&mut self, finding: &CheckFinding) {
        if finding.kind() == FindingKind::Framing {
            self.then.push(format!(
                "HubSpot's pages show it then. To try it in this preview as well, add {THIS_PAGE} to frame-ancestors, in \
                 development only."
            ));
        }
        if finding.kind() != FindingKind::Redirect {
            self.send_first(check::finding(finding, UrlUse::Dialer).fix);
        }
    }

    /// One header is enough at a time: the one for what is worst.
    fn send_first(&mut self, header: Option<String>) {
        self.send = self.send.take().or(header.map(|header| masked(&header)));
    }
}

fn sentence(told: &FindingWords) -> String {
    let text = masked(&told.text);
    if told.why.is_empty() { format!("{text}.") } else { format!("{text}. {}", masked(&told.why)) }
}

fn target(cause: &Cause<'_>) -> Option<String> {
    let (Cause::Finding(finding) | Cause::OnlyHere(finding)) = cause;
    let PageFact::OtherOrigin { to } = &finding.fact else { return None };
    Some(masked(to.as_str()))
}

/// What may be the reason where nothing answers: browsers say that a frame has loaded even if it was refused.
fn unsynced() -> [&'static str; 3] {
    [
        "If the frame is empty, the dialer's headers refused it, its certificate is not trusted, or nothing runs there.",
        "A dialer that lets in HubSpot alone is right for HubSpot. To try it here, add http://localhost:* to its \
         frame-ancestors in development.",
        "If the frame shows the dialer, no SDK runs in it, or its script has an error.",
    ]
}

// ── in a line ──

/// The first cause as a line; `None` if nothing explains the lack.
pub(super) fn in_line(lack: Lack, known: PageKnown<'_>) -> Option<String> {
    let cause = *known.causes(lack).first()?;
    match (lack, cause) {
        (Lack::Blocked, cause) => {
            let to = target(&cause)?;
            Some(format!("the url redirects to {to}: another origin, so the SDK never answers"))
        }
        (Lack::NotLoaded | Lack::NotSynced | Lack::NeverSynced, Cause::OnlyHere(_)) => {
            Some(format!("refused here, but allowed in HubSpot: add {THIS_PAGE} to frame-ancestors in development"))
        }
        (Lack::NotLoaded | Lack::NotSynced | Lack::NeverSynced, Cause::Finding(finding)) => {
            let what = if lack == Lack::NotLoaded { "not loaded" } else { "not synced" };
            Some(format!("{what}: {}", masked(&check::finding(finding, UrlUse::Dialer).text)))
        }
        (Lack::Elsewhere | Lack::NotInitialised, _) => None,
    }
}

/// The same in two or three words.
pub(super) fn briefly(lack: Lack, known: PageKnown<'_>) -> String {
    match known.causes(lack).first() {
        Some(Cause::OnlyHere(_)) => "refused here only".to_owned(),
        Some(Cause::Finding(finding)) => format!("no sync: {}", check::label(finding.kind())),
        None => "no sync".to_owned(),
    }
}

/// The end of a line about a dialer that works here. `None` if pages of HubSpot show it, as far as is known.
pub(super) fn elsewhere(known: PageKnown<'_>) -> Option<&'static str> {
    let PageKnown::Found(check, _) = known else { return None };
    let is_nowhere = check.hosts() == Some([false; 5]);
    let first = known.refusals().into_iter().next();
    first.map(
        |_| if is_nowhere { ", but no page of HubSpot shows it" } else { ", but not all of HubSpot's pages show it" },
    )
}
