//! Looks for the tunnels of this machine, and gives urls their addresses.
//!
//! ```text
//!   the list opens, or a url leads through a tunnel ──> FindTunnels ──> Tunnels: the list fills in, rows are marked
//!   a tunnel is taken ──┬── no other url is at the old place ──────────────> one edit
//!                       └── others are ──> Asking: all of them, or this one ──> one edit, one step to undo
//! ```

use crate::app::effect::Effect;
use crate::app::tunnels::RecentRow;
use crate::app::{App, Asked, Mode, Notice, Picker, Question, Rows};
use crate::model::tunnel::{Tunnel, is_movable, is_same_place};
use crate::model::{Edit, Field, FieldId, Kind, Resource, Value};

impl App {
    /// Looks for the tunnels of this machine, unless a look is on its way.
    pub(super) fn find_tunnels(&mut self) -> Option<Effect> {
        let is_first = !std::mem::replace(&mut self.tunnels.is_looking, true);
        is_first.then(|| Effect::FindTunnels(self.local_ports()))
    }

    /// After the start and when the window got the focus: looks if a url leads through a tunnel, which may be gone.
    pub(super) fn look_at_tunnels(&mut self) -> Option<Effect> {
        let is_read = self.sync.draft.is_loaded(Resource::Settings) && !self.sync.is_loading(Resource::Settings);
        let is_read = is_read && !self.sync.draft.resources().iter().any(|resource| self.sync.is_loading(*resource));
        if !self.tunnels.is_due || !is_read {
            return None;
        }
        self.tunnels.is_due = false;
        if self.is_on_tunnel() { self.find_tunnels() } else { None }
    }

    /// The look has ended. In the list the selection stays on what it was on; from the row that stood for the tunnels it goes
    /// to the first of them.
    pub(super) fn tunnels_found(&mut self, tunnels: Vec<Tunnel>) -> Vec<Effect> {
        if !self.tunnels.is_looking {
            return vec![];
        }
        self.tunnels.is_looking = false;
        self.tunnels.found = Some(tunnels);
        let above = self.recent().iter().filter(|row| matches!(row, RecentRow::Tunnel(_))).count();
        let shown = self.terminal.room.rows;
        let is_url = self.is_open_url(self.focused());
        if let Mode::Picking(picker) = self.mode.ground_mut()
            && matches!(picker.rows, Rows::Recent)
            && is_url
            && let Some(value) = picker.selected.checked_sub(1)
        {
            picker.select(above + value, shown);
        }
        vec![]
    }

    /// Goes to the row of a url, unless it has the focus, and lists the tunnels.
    pub(super) fn choose_tunnel(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        if !self.is_open_url(self.focused()) {
            self.focus(&FieldId::settings("url"));
            self.stay_in_sight();
            self.select_all();
        }
        self.open_recent()
    }

    /// Gives the row in focus the address of a tunnel. If other urls are at the same place as it was, asks about them first.
    pub(super) fn take_tunnel(&mut self, tunnel: &Tunnel) -> Vec<Effect> {
        let Some(field) = self.may_edit() else { return vec![] };
        let old = self.movable(&field);
        let others = self.url_fields().filter(|other| other.id != field.id && self.can_move(other));
        let fields: Vec<FieldId> = others
            .filter(|other| {
                let text = self.url_text(other);
                text.is_some_and(|text| is_same_place(&text, &old) && tunnel.moved(&text) != text)
            })
            .map(|other| other.id.clone())
            .collect();
        if fields.is_empty() {
            return self.move_to(tunnel, &[]);
        }
        self.mode = Mode::asking(Asked::Siblings { tunnel: Box::new(tunnel.clone()), fields });
        vec![]
    }

    /// The answer about the other urls.
    pub(super) fn move_siblings(&mut self, all: bool) -> Vec<Effect> {
        let Mode::Asking(Question { what: Asked::Siblings { tunnel, fields }, .. }) =
            std::mem::replace(&mut self.mode, Mode::Editing)
        else {
            return vec![];
        };
        self.move_to(&tunnel, if all { &fields } else { &[] })
    }

    /// Moves the row in focus and these fields to the tunnel, as one step.
    fn move_to(&mut self, tunnel: &Tunnel, others: &[FieldId]) -> Vec<Effect> {
        let Some(field) = self.may_edit() else { return vec![] };
        let others = others.iter().filter_map(|id| self.sync.draft.field(id)).filter(|other| self.can_move(other));
        let others = others.map(|other| (other.id.clone(), self.url_text(other).unwrap_or_default()));
        let all: Vec<(FieldId, Value)> = [(field.id.clone(), self.movable(&field))]
            .into_iter()
            .chain(others)
            .map(|(id, text)| (id, Value::Text(tunnel.moved(&text))))
            .filter(|(id, moved)| !self.holds(id, moved))
            .collect();
        self.sync.draft.enter(all.iter().map(|(id, value)| (id.clone(), value)));
        for (id, _) in &all {
            self.marks.remove(id);
        }
        self.deleted = None;
        self.form.typed = false;
        self.show_entered();
        self.select_all();
        self.notice = Some(Notice::Moved { address: tunnel.address.to_string(), urls: all.len() });
        vec![]
    }

    /// Does the row hold this text already?
    fn holds(&self, id: &FieldId, text: &Value) -> bool {
        let held = self.sync.draft.field(id).and_then(|field| self.url_text(field));
        held.is_some_and(|held| Value::Text(held) == *text)
    }

    /// May the url of a field be changed, as far as the row itself tells?
    fn can_move(&self, field: &Field) -> bool {
        let is_there = self.sync.draft.base(&field.id).is_some() || self.sync.draft.edit(&field.id).is_some();
        field.kind == Kind::Url && self.sync.draft.is_loaded(field.id.resource) && is_there
    }

    /// The url whose path is kept: what the row holds, unless that was typed to find a tunnel; then what it held before, and
    /// what the server has.
    fn movable(&self, field: &Field) -> String {
        let text = |edit: Option<Edit>| match edit {
            Some(Edit::Text(text)) => Some(text),
            Some(Edit::Switch(_)) | None => None,
        };
        let arrived = (self.form.focus == field.id).then(|| self.form.arrived.edit.clone()).flatten();
        let held = [self.url_text(field), text(arrived), text(self.sync.draft.base_as_edit(field))];
        held.into_iter().flatten().find(|text| is_movable(text)).unwrap_or_default()
    }

    /// Takes a row of the list. The list stays open while its row stands for tunnels that are being looked for.
    pub(super) fn take_recent(&mut self, picker: Picker) -> Vec<Effect> {
        let taken = match self.recent().into_iter().nth(picker.selected) {
            None => return vec![],
            Some(RecentRow::Looking) => {
                self.mode = Mode::Picking(picker);
                return vec![];
            }
            Some(RecentRow::Tunnel(tunnel)) => Err(tunnel.clone()),
            Some(RecentRow::Earlier(text)) => Ok(text),
        };
        match taken {
            Ok(text) => self.take_earlier(text),
            Err(tunnel) => self.take_tunnel(&tunnel),
        }
    }
}
