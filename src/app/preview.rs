//! The preview in a browser, as the editor knows it.

use super::App;
use super::checks::LookEnd;
use super::effect::{Effect, PreviewAct};
use crate::model::FieldId;
use crate::model::preview::{OpenPages, PageKnown, Scene};
use crate::words::preview::advice;
use std::collections::VecDeque;

/// How many messages are kept.
pub(super) const MESSAGES: usize = 100;

/// The preview while it is on.
#[derive(Clone, Debug)]
pub struct Previewing {
    /// Where the page is; `None` while the server starts.
    pub address: Option<PreviewAddress>,
    /// Was there a program that takes the address to a browser? `None` while that is not known.
    pub is_handed: Option<bool>,
    /// What the pages show.
    pub scene: Scene,
    /// The pages that browsers have open.
    pub pages: OpenPages,
    /// What was said between the dialer and the page, the newest first, as sentences.
    pub messages: VecDeque<String>,
    /// The url that they are of.
    pub(super) heard_of: String,
}

impl Previewing {
    /// A preview whose server starts.
    pub(super) fn of(scene: Scene) -> Self {
        let heard_of = scene.url.clone();
        Self { address: None, is_handed: None, scene, pages: OpenPages::default(), messages: VecDeque::new(), heard_of }
    }

    /// Is it known how the page gets into a browser?
    pub fn is_on(&self) -> bool {
        self.address.is_some() && (self.is_handed.is_some() || self.pages.all().len() > 0)
    }
}

/// Where the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewAddress {
    /// The address for a browser.
    pub url: String,
    /// The line for a shell on the user's own machine, if the browser is there and not here.
    pub forward: Option<String>,
}

impl App {
    /// What is known of the answer behind the url that the preview shows.
    pub fn known_of<'a>(&'a self, preview: &'a Previewing) -> PageKnown<'a> {
        match (self.look_at(&FieldId::settings("url")).map(|look| &look.end), &preview.address) {
            (Some(LookEnd::Over(check)), Some(address)) => PageKnown::Found(check, &address.url),
            (Some(LookEnd::Open), _) => PageKnown::Asked,
            (Some(LookEnd::Over(_) | LookEnd::GivenUp) | None, _) => PageKnown::Unasked,
        }
    }

    /// Tells each page what is so now.
    pub(super) fn tell_pages(&self) -> Vec<Effect> {
        let Some(preview) = &self.preview else { return vec![] };
        let known = self.known_of(preview);
        let told =
            preview.pages.all().map(|(page, shake)| PreviewAct::Tell(page, advice(shake, &preview.scene, known)));
        told.map(Effect::Preview).collect()
    }
}
