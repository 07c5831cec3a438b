//! What the editor knows of the tunnels of this machine, and what that means for the urls on the form.
//!
//! They are looked for when somebody wants to see them, and, if a url on the form leads through a tunnel, after the start and
//! when the window gets the focus. Nothing looks for them at intervals.

use super::App;
use crate::model::reach::ReachableFrom;
use crate::model::tunnel::{self, Tunnel, TunnelReach};
use crate::model::{Defect, Edit, Field, Kind, Representation, Value};
use crate::words::field::Problem;
use crate::words::tunnel as words;

/// The tunnels of this machine, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTunnels {
    /// What the last look has found; `None` before the first.
    pub found: Option<Vec<Tunnel>>,
    /// Is a look on its way?
    pub is_looking: bool,
    /// Should the editor look by itself, if a url leads through a tunnel?
    pub(super) is_due: bool,
}

impl Default for KnownTunnels {
    /// Nothing is known at the start.
    fn default() -> Self {
        Self { found: None, is_looking: false, is_due: true }
    }
}

/// A row of the list of tunnels and earlier values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecentRow<'a> {
    /// The tunnels are being looked for.
    Looking,
    /// A tunnel, whose address the url may have.
    Tunnel(&'a Tunnel),
    /// A value that the row had before.
    Earlier(String),
}

impl App {
    /// The rows of the list that belongs to the row in focus: tunnels, if it takes a url, then earlier values. Text that is
    /// typed leaves only those that contain it.
    pub fn recent(&self) -> Vec<RecentRow<'_>> {
        let typed = self.typed_filter().to_lowercase();
        let is_url = self.is_open_url(self.focused());
        let is_it = |tunnel: &&Tunnel| words::row(tunnel).to_lowercase().contains(&typed);
        let known = self.tunnels.found.iter().flatten().filter(|_| is_url && !self.tunnels.is_looking);
        let looking = (is_url && self.tunnels.is_looking).then_some(RecentRow::Looking);
        let tunnels = known.filter(is_it).map(RecentRow::Tunnel);
        looking.into_iter().chain(tunnels).chain(self.offers().into_iter().map(RecentRow::Earlier)).collect()
    }

    /// Does the list of the row in focus have tunnels, and has it none?
    pub fn has_no_tunnel(&self) -> bool {
        let is_none = self.tunnels.found.as_ref().is_some_and(Vec::is_empty);
        is_none && !self.tunnels.is_looking && self.is_open_url(self.focused())
    }

    /// Is this a row that takes a url, and is it shown?
    pub(super) fn is_open_url(&self, field: &Field) -> bool {
        field.kind == Kind::Url && !self.is_closed(field.id.resource)
    }

    /// The text of a url as it would be saved, or as the server has it.
    pub(super) fn url_text(&self, field: &Field) -> Option<String> {
        match self.sync.draft.entered(field) {
            Some(Edit::Text(text)) => Some(text),
            Some(Edit::Switch(_)) | None => None,
        }
    }

    /// The rows that take urls.
    pub(super) fn url_fields(&self) -> impl Iterator<Item = &Field> {
        self.rows().filter(|field| self.is_open_url(field))
    }

    /// What the tunnels of this machine mean for a url, if the user should know it.
    pub fn tunnel_problem(&self, field: &Field) -> Option<Problem> {
        let running = self.tunnels.found.as_ref().filter(|_| self.is_open_url(field))?;
        words::problem(tunnel::sight(&self.url_text(field)?, running))
    }

    /// Is a defect of a url still one, with what is known of the tunnels? The name of a tailnet's host does not tell that a
    /// funnel opens it to everyone.
    pub(super) fn is_so(&self, field: &Field, defect: &Defect) -> bool {
        if !matches!(defect, Defect::OnlyFrom(ReachableFrom::Tailnet, _)) {
            return true;
        }
        let text = self.url_text(field).unwrap_or_default();
        let mut known = self.tunnels.found.iter().flatten();
        !known.any(|tunnel| tunnel.reach == TunnelReach::Everyone && tunnel.serves(&text))
    }

    /// The ports of servers on this machine that urls of this app lead to, or have led to.
    pub(super) fn local_ports(&self) -> Vec<u16> {
        let now = self.url_fields().filter_map(|field| self.url_text(field));
        let base = self.url_fields().filter_map(|field| match self.sync.draft.base(&field.id) {
            Some(Value::Text(text)) => Some(text.clone()),
            Some(_) | None => None,
        });
        let saves = self.history.saves().flat_map(|save| [&save.after, &save.before]);
        let before = saves.flat_map(Representation::members).filter_map(|(_, value)| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        });
        let mut ports = Vec::new();
        for port in now.chain(base).chain(before).filter_map(|text| tunnel::local_port(&text)) {
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
        ports
    }

    /// Does a url on the form lead through a tunnel, as far as its host tells?
    pub(super) fn is_on_tunnel(&self) -> bool {
        self.url_fields().filter_map(|field| self.url_text(field)).any(|text| tunnel::is_on_tunnel(&text))
    }
}
