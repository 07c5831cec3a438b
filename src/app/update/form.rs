//! The form: moving between rows, typing, switching, undo and reset.

use crate::app::effect::Effect;
use crate::app::keymap::{Intent, Scope, takes_text};
use crate::app::{App, Mode, Notice, Overlay};
use crate::model::validate::TEXT_LIMIT;
use crate::model::{Edit, Field, FieldId, Kind, Stroke, Value};
use crate::sync::Event;
use tui_input::{Input, InputRequest};

impl App {
    /// Carries out an intent of the form.
    pub(super) fn edit(&mut self, intent: Intent) {
        match intent {
            Intent::Next => self.focus_by(1),
            Intent::Previous => self.focus_by(-1),
            Intent::Step(by) => self.step(by),
            Intent::First => self.focus_at(0),
            Intent::Last => self.focus_at(self.rows().count().saturating_sub(1)),
            Intent::Page(by) => self.page(by),
            Intent::Enter => self.enter(),
            Intent::Toggle => self.flip(),
            Intent::Nudge(by) => self.nudge(by),
            Intent::StepPreset(by) => self.step_preset(by),
            Intent::Type(c) => {
                self.type_text(c.encode_utf8(&mut [0; 4]));
            }
            Intent::Text(request) => self.text(request),
            Intent::Undo => self.replay(crate::model::Draft::undo),
            Intent::Redo => self.replay(crate::model::Draft::redo),
            Intent::Reset => self.reset(),
            Intent::ResetAll => self.reset_all(),
            Intent::Help
            | Intent::Quit
            | Intent::Move(_)
            | Intent::Choose
            | Intent::Escape
            | Intent::Save
            | Intent::Reload
            | Intent::Open(_)
            | Intent::Manage(_)
            | Intent::SetUp
            | Intent::Delete(_)
            | Intent::Unlock
            | Intent::Tunnels
            | Intent::Watch
            | Intent::Leftovers
            | Intent::Mouse
            | Intent::Browse
            | Intent::Redraw
            | Intent::ChangeLooks
            | Intent::OpenPreview
            | Intent::StopPreview
            | Intent::Suspend
            | Intent::EditAll
            | Intent::Decide(_)
            | Intent::Side(_)
            | Intent::AllSides(_)
            | Intent::EditConflict
            | Intent::CheckAgain
            | Intent::CopyHeader
            | Intent::Mark
            | Intent::MarkAll
            | Intent::ShowEqual
            | Intent::Demo
            | Intent::Answer(_)
            | Intent::Mend => {}
        }
    }

    /// The index of the row in focus.
    fn here(&self) -> usize {
        self.rows().position(|field| field.id == self.form.focus).unwrap_or(0)
    }

    fn focus_by(&mut self, step: isize) {
        let rows = self.rows().count();
        self.focus_at((self.here() + rows).saturating_add_signed(step) % rows);
    }

    /// Moves the focus by a page, and no further than to the first or the last row. One row of the page before stays in
    /// sight.
    fn page(&mut self, by: isize) {
        let rows = isize::try_from(self.terminal.room.rows.saturating_sub(1).max(1)).unwrap_or(isize::MAX);
        let to = self.here().saturating_add_signed(by.saturating_mul(rows));
        self.focus_at(to.min(self.rows().count().saturating_sub(1)));
    }

    fn step(&mut self, by: isize) {
        if let Some(row) = self.here().checked_add_signed(by)
            && self.rows().nth(row).is_some_and(|field| !field.kind.is_typed() || self.is_closed(field.id.resource))
        {
            self.focus_at(row);
        }
    }

    /// Moves the focus as a key does: the whole value is selected.
    fn focus_at(&mut self, row: usize) {
        let id = self.rows().nth(row).map(|field| field.id.clone());
        if let Some(id) = id {
            self.focus(&id);
            self.select_all();
        }
    }

    /// Selects the whole value of the row in focus. Text that is typed or pasted next replaces the value.
    pub(super) fn select_all(&mut self) {
        self.form.selected = self.focused().kind.is_typed() && !self.form.input.value().is_empty();
    }

    /// Moves the focus to another row.
    pub(super) fn focus(&mut self, id: &FieldId) {
        if *id != self.form.focus {
            self.form.focus = id.clone();
            self.arrive();
        }
    }

    /// Starts editing the row in focus. Esc restores what the row holds now.
    pub(super) fn arrive(&mut self) {
        self.sync.draft.seal();
        self.form.arrived = self.sync.draft.holds(self.focused());
        self.form.typed = false;
        self.form.selected = false;
        self.show_entered();
    }

    /// Shows the value of the row in its text. If the text changes, the caret moves to its end.
    pub(super) fn show_entered(&mut self) {
        let text = match self.sync.draft.entered(self.focused()) {
            Some(Edit::Text(text)) => text,
            Some(Edit::Switch(_)) | None => self.raw_text(),
        };
        if self.form.input.value() != text {
            self.form.input = Input::new(text);
        }
    }

    /// The text to start from if the base has another type than the field. For example, `"420"` for a number can still
    /// be edited.
    fn raw_text(&self) -> String {
        let field = self.focused();
        match self.sync.draft.base(&field.id) {
            Some(Value::Text(text)) if field.kind.is_typed() => text.clone(),
            Some(Value::Other(json)) if field.kind.is_typed() => json.clone(),
            _ => String::new(),
        }
    }

    /// The row in focus if it may be changed now. If not, the strip says why.
    pub(super) fn may_edit(&mut self) -> Option<Field> {
        let field = self.focused().clone();
        let refused = if !field.kind.is_editable() {
            Notice::ReadOnly
        } else if self.is_closed(field.id.resource) {
            Notice::Closed(field.id.resource)
        } else if !self.sync.draft.is_loaded(field.id.resource) {
            if self.sync.is_idle() && self.notice.is_some() {
                // The strip already says what failed, and which key tries again.
                return None;
            }
            Notice::NotLoaded
        } else if self.sync.draft.base(&field.id).is_none() && self.sync.draft.edit(&field.id).is_none() {
            Notice::NotSent(field.id.clone())
        } else {
            return Some(field);
        };
        self.notice = Some(refused);
        None
    }

    /// Enters a value and removes the row's old mark. If a conflict arose while the user was typing, the next key does
    /// not decide it.
    pub(super) fn set(&mut self, field: &Field, edit: Edit, stroke: Stroke) {
        if self.form.typed {
            self.sync.draft.set_undecided(field, edit, stroke);
        } else {
            self.sync.draft.set(field, edit, stroke);
        }
        self.marks.remove(&field.id);
        self.form.typed = true;
        self.deleted = None;
    }

    fn enter(&mut self) {
        let field = self.focused().clone();
        let unsent = self.sync.draft.is_loaded(field.id.resource)
            && self.sync.draft.base(&field.id).is_none()
            && self.sync.draft.edit(&field.id).is_none();
        match field.kind {
            Kind::Switch if unsent => self.set(&field, Edit::Switch(false), Stroke::Whole),
            Kind::Text | Kind::Url | Kind::Integer if unsent => {
                self.set(&field, Edit::Text(String::new()), Stroke::Whole);
            }
            Kind::Switch => self.flip(),
            Kind::Text | Kind::Url | Kind::Integer | Kind::Time | Kind::Json => {
                // On the last row Enter does nothing. It never saves.
                if self.rows().next_back().is_some_and(|last| last.id != field.id) {
                    self.focus_by(1);
                }
            }
        }
    }

    /// Enter on the single row of a closed resource. If the server does not have the resource, sets it up. If the
    /// resource could not be read, reads it again.
    pub(super) fn set_up(&mut self) -> Vec<Effect> {
        let resource = self.form.focus.resource;
        if !self.sync.draft.is_loaded(resource) {
            return if self.sync.is_loading(resource) { vec![] } else { self.happen(Event::Load(resource)) };
        }
        self.sync.draft.set_up(resource);
        self.arrive();
        self.select_all();
        self.notice = Some(Notice::SettingUp(resource));
        vec![]
    }

    /// Flips the switch. A value that is no boolean becomes on at the first flip.
    fn flip(&mut self) {
        let Some(field) = self.may_edit() else { return };
        if field.kind != Kind::Switch {
            return;
        }
        let now = matches!(self.sync.draft.entered(&field), Some(Edit::Switch(true)));
        self.set(&field, Edit::Switch(!now), Stroke::Whole);
    }

    fn nudge(&mut self, by: i32) {
        let Some(field) = self.may_edit() else { return };
        let Ok(number) = self.form.input.value().trim().parse::<i32>() else { return };
        self.set(&field, Edit::Text(number.saturating_add(by).to_string()), Stroke::Nudging);
        self.show_entered();
    }

    /// Types text into the row in focus, if it may be changed.
    pub(super) fn type_text(&mut self, text: &str) -> Vec<Effect> {
        if let Some(field) = self.may_edit() {
            // These are commands in other programs, and on rows without text. As the first key they may be meant so.
            let is_like_a_command = !self.form.typed && text.starts_with(['q', '?', ':', '/']);
            self.insert(&field, text, Stroke::Typing);
            if is_like_a_command {
                self.notice = Some(Notice::TypedHere);
            }
        }
        vec![]
    }

    /// A paste. On the form it becomes one line, in one undo step. Characters that a line cannot hold become spaces or
    /// are removed.
    pub(super) fn pasted(&mut self, text: &str, cut: bool) -> Vec<Effect> {
        if self.paste_over(text) {
            return vec![];
        }
        if self.mode.is(Overlay::Recent) {
            self.mode = Mode::Editing;
        }
        if !self.mode.is_editing() || !takes_text(Scope::of(self.focused().kind)) {
            self.notice = Some(Notice::Burst);
            return vec![];
        }
        if self.terminal.cramped {
            return vec![];
        }
        self.hush();
        let Some(field) = self.may_edit() else { return vec![] };
        let (line, tidied) = one_line(text);
        self.sync.draft.seal();
        let full = self.insert(&field, &line, Stroke::Whole);
        self.sync.draft.seal();
        if tidied > 0 || cut || full {
            self.notice = Some(Notice::Pasted { tidied, cut: cut || full });
        }
        vec![]
    }

    /// Inserts text at the caret, or in place of the selected value. Returns whether a part was left out because of the
    /// limit of a field.
    fn insert(&mut self, field: &Field, text: &str, stroke: Stroke) -> bool {
        let none = Input::default();
        let old = if self.form.selected { &none } else { &self.form.input };
        let room = TEXT_LIMIT.saturating_sub(old.value().len());
        let fitting = &text[..text.floor_char_boundary(room)];
        if !fitting.is_empty() {
            let at = if old.value().is_ascii() {
                old.cursor().min(old.value().len())
            } else {
                old.value().char_indices().nth(old.cursor()).map_or(old.value().len(), |(at, _)| at)
            };
            let cursor = old.cursor() + fitting.chars().count();
            let value = [&old.value()[..at], fitting, &old.value()[at..]].concat();
            self.form.selected = false;
            self.set(field, Edit::Text(value.clone()), stroke);
            self.form.input = Input::new(value).with_cursor(cursor);
        }
        if fitting.len() < text.len() && stroke == Stroke::Typing {
            self.notice = Some(Notice::Full);
        }
        fitting.len() < text.len()
    }

    /// Moves the caret, or deletes text.
    fn text(&mut self, request: InputRequest) {
        let moves = matches!(
            request,
            InputRequest::SetCursor(_)
                | InputRequest::GoToPrevChar
                | InputRequest::GoToNextChar
                | InputRequest::GoToPrevWord
                | InputRequest::GoToNextWord
                | InputRequest::GoToStart
                | InputRequest::GoToEnd
        );
        self.form.selected = false;
        if moves {
            self.form.input.handle(request);
            self.sync.draft.seal();
            return;
        }
        let Some(field) = self.may_edit() else { return };
        let changed = self.form.input.handle(request).is_some_and(|changed| changed.value);
        if changed {
            let stroke = match request {
                InputRequest::DeletePrevChar | InputRequest::DeleteNextChar => Stroke::Deleting,
                _ => Stroke::Whole,
            };
            let value = self.form.input.value().to_owned();
            self.set(&field, Edit::Text(value), stroke);
        }
    }

    /// Moves the focus to a row that is shown. A resource may have become a single row again, for example when its
    /// set-up was undone.
    pub(super) fn stay_in_sight(&mut self) {
        if !self.rows().any(|field| field.id == self.form.focus) {
            self.focus(&self.row_of(self.form.focus.resource));
        }
    }
}

/// Makes one line of a text. Line ends and tabs become spaces, CR LF a single one. Other control characters are
/// removed. Returns the line and how many characters were changed or removed. Line ends at the end are cut off without
/// being counted, because nearly every copied line has one.
fn one_line(text: &str) -> (String, usize) {
    let mut line = String::with_capacity(text.len());
    let mut tidied = 0;
    let mut last = ' ';
    for c in text.trim_end_matches(['\r', '\n']).chars() {
        match c {
            '\n' if last == '\r' => {}
            '\n' | '\r' | '\t' => {
                line.push(' ');
                tidied += 1;
            }
            c if c.is_control() => tidied += 1,
            c => line.push(c),
        }
        last = c;
    }
    (line, tidied)
}
