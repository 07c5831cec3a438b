//! Why a dialer is mute in the preview, as far as the answer behind its url tells.

use super::Lack;
use crate::model::check::{CheckFinding, FindingLevel, PageFact, UrlCheck};
use url::Url;

/// What is known of the answer behind the url.
#[derive(Clone, Copy, Debug)]
pub enum PageKnown<'a> {
    /// Nobody has asked.
    Unasked,
    /// It is being asked for.
    Asked,
    /// This was found; and the address of the page that frames the dialer here.
    Found(&'a UrlCheck, &'a str),
}

/// A reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause<'a> {
    /// The finding explains it, here as in HubSpot.
    Finding(&'a CheckFinding),
    /// The finding is about framing: pages of HubSpot may frame the dialer, and the page of the preview may not.
    OnlyHere(&'a CheckFinding),
}

impl<'a> PageKnown<'a> {
    /// What explains the lack, the worst first.
    pub fn causes(self, lack: Lack) -> Vec<Cause<'a>> {
        let PageKnown::Found(check, here) = self else { return vec![] };
        let is_let_in = Url::parse(here).ok().and_then(|here| check.lets_in(&here)).unwrap_or(true);
        check.findings.iter().filter_map(|finding| cause(finding, lack, is_let_in)).collect()
    }

    /// Does the frame hold the browser's own error page?
    pub fn is_refused(self, lack: Lack) -> bool {
        self.causes(lack).into_iter().any(|cause| match cause {
            Cause::OnlyHere(_) => true,
            Cause::Finding(finding) => matches!(
                finding.fact,
                PageFact::Framing { .. } | PageFact::Unreached { .. } | PageFact::BadCertificate(_)
            ),
        })
    }

    /// What keeps pages of HubSpot from showing a dialer that works here. The worst comes first.
    pub fn refusals(self) -> Vec<&'a CheckFinding> {
        let PageKnown::Found(check, _) = self else { return vec![] };
        // Where there is nothing to show, another finding says why.
        let is_refused = |fact: &PageFact| matches!(fact, PageFact::Framing { shows_nothing: false, .. });
        let is_blocked = |fact: &PageFact| matches!(fact, PageFact::MixedContent { .. });
        let is_one = |finding: &&CheckFinding| {
            finding.level > FindingLevel::Ok && (is_refused(&finding.fact) || is_blocked(&finding.fact))
        };
        check.findings.iter().filter(is_one).collect()
    }
}

fn cause(finding: &CheckFinding, lack: Lack, is_let_in: bool) -> Option<Cause<'_>> {
    let is_mute = matches!(lack, Lack::NotLoaded | Lack::NotSynced | Lack::NeverSynced);
    let explains = match &finding.fact {
        PageFact::Framing { verdict, .. } if is_mute && !is_let_in && verdict.hosts != [false; 5] => {
            return Some(Cause::OnlyHere(finding));
        }
        PageFact::Framing { .. } => is_mute && !is_let_in,
        PageFact::OtherOrigin { .. } | PageFact::LeadsOn { .. } => lack != Lack::NotInitialised,
        PageFact::Sandboxed { .. } => finding.level == FindingLevel::Error && (is_mute || lack == Lack::Elsewhere),
        PageFact::Answers { .. } | PageFact::NotAPage { .. } | PageFact::Interstitial { .. } => {
            is_mute && finding.level > FindingLevel::Ok
        }
        PageFact::ShowsNothing(_) | PageFact::Unreached { .. } | PageFact::BadCertificate(_) | PageFact::Attachment => {
            is_mute
        }
        // These are no obstacle to a page of this machine.
        PageFact::MixedContent { .. }
        | PageFact::LocalOnly { .. }
        | PageFact::MicrophoneOff { .. }
        | PageFact::Certificate { .. }
        | PageFact::NoTls
        | PageFact::SameOrigin { .. }
        | PageFact::MicrophoneFree
        | PageFact::NoPlaceholder => false,
    };
    explains.then_some(Cause::Finding(finding))
}
