//! The preview in a browser, as the editor knows it.

use crate::model::preview::{OpenPages, Scene};
use std::collections::VecDeque;

/// How many messages are kept.
pub(super) const MESSAGES: usize = 100;

/// The preview while it is on.
#[derive(Clone, Debug)]
pub struct Previewing {
    /// Where the page is; `None` while the server starts.
    pub address: Option<PreviewAddress>,
    /// What the pages show.
    pub scene: Scene,
    /// The pages that browsers have open.
    pub pages: OpenPages,
    /// What was said between the dialer and the page, the newest first, as sentences.
    pub messages: VecDeque<String>,
}

impl Previewing {
    /// A preview whose server starts.
    pub(super) fn of(scene: Scene) -> Self {
        Self { address: None, scene, pages: OpenPages::default(), messages: VecDeque::new() }
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
