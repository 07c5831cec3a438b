//! The overlays. Closing, help, moving, scrolling and typing work the same in all overlays of a shape. Their
//! differences are in `open`, `entries`, `choose_row`, `pick` and `choose`.

use crate::app::effect::Effect;
use crate::app::keymap::{Intent, Motion};
use crate::app::mode::Shape;
use crate::app::msg::Room;
use crate::app::palette::PaletteChoice;
use crate::app::{
    App, Asked, Confirm, CopyItem, Mode, Notice, Overlay, Page, PageText, Picker, Prompt, Question, Rows, Typed,
};
use crate::model::FieldId;
use crate::sync::Disk;
use tui_input::{Input, InputRequest};

/// The most characters that a filter, a name or an app's id takes.
const PROMPT_LIMIT: usize = 200;

impl App {
    /// Opens an overlay that an action names. The others open by themselves when something happens.
    pub(super) fn open(&mut self, overlay: Overlay) -> Vec<Effect> {
        match overlay {
            Overlay::Palette => self.mode = Mode::picking(Rows::Palette),
            Overlay::Copy => {
                self.mode = Mode::Picking(Picker { selected: self.likely_copy(), ..Picker::of(Rows::Copy) });
            }
            Overlay::Log => self.mode = Mode::picking(Rows::Log),
            Overlay::Review => self.mode = Mode::Paging(Page::of(PageText::Review)),
            Overlay::Check => {
                // The preview is of the dialer, whatever row is in focus.
                let id = if self.mode.is(Overlay::Preview) { FieldId::settings("url") } else { self.row_to_check() };
                self.mode = Mode::Paging(Page::of(PageText::Check(id.clone())));
                return if self.found_at(&id).is_some() { vec![] } else { self.look(&id) };
            }
            Overlay::Complaints => {
                self.mode = Mode::Paging(Page::of(PageText::Complaints));
                return vec![Effect::Disk(Disk::Survey)];
            }
            Overlay::Doctor => return self.examine(),
            Overlay::Recent => return self.open_recent(),
            Overlay::Preview => return self.open_preview(),
            Overlay::Row => self.mode = Mode::Paging(Page::of(PageText::Row)),
            Overlay::Help => self.keys(),
            Overlay::Profiles => return self.open_profiles(),
            Overlay::Other => return self.compare(),
            Overlay::Presets => return self.open_presets(),
            Overlay::History => return self.open_history(),
            Overlay::Token => return self.ask_for_token(),
            Overlay::Name => return self.name_preset(),
            Overlay::Conflicts
            | Overlay::Comparison
            | Overlay::Id
            | Overlay::ProfileName
            | Overlay::Remove
            | Overlay::Quit
            | Overlay::Leave
            | Overlay::Restore
            | Overlay::Siblings
            | Overlay::Trust => {}
        }
        vec![]
    }

    /// Opens help for what has the keyboard: on the form for the row first, then for the keys. If those are open, closes
    /// them and restores what was there before.
    pub(super) fn help(&mut self) -> Vec<Effect> {
        match self.mode.overlay() {
            None => self.open(Overlay::Row),
            Some(Overlay::Help) => self.close(),
            Some(_) => self.open(Overlay::Help),
        }
    }

    fn keys(&mut self) {
        // The page about the row belongs to the form.
        let under = match std::mem::replace(&mut self.mode, Mode::Editing) {
            Mode::Paging(Page { text: PageText::Row, .. }) => Mode::Editing,
            under => under,
        };
        self.mode = Mode::Paging(Page::of(PageText::Help(Box::new(under))));
    }

    /// Closes the overlay, for Esc or a click outside.
    pub(super) fn close(&mut self) -> Vec<Effect> {
        if self.choosing && self.mode.is(Overlay::Profiles) {
            return vec![self.exit(0)];
        }
        let mut effects = Vec::new();
        match std::mem::replace(&mut self.mode, Mode::Editing) {
            Mode::Paging(Page { text: PageText::Help(under), .. }) => self.mode = *under,
            Mode::Entering(Prompt { what: Typed::Token { .. }, .. }) => effects.push(Effect::ForgetToken),
            // The preview waits for what is found, too.
            Mode::Paging(Page { text: PageText::Check(id), .. }) if self.preview.is_none() => {
                effects.extend(self.give_up_looks(&id));
            }
            // A user who goes back to the form does not want to quit.
            Mode::Entering(Prompt { what: Typed::Id(_), .. }) => self.leaving = false,
            Mode::Asking(Question { what: Asked::Trust { .. }, .. }) => self.tell(Notice::NotTrusted),
            // The user came from the list.
            Mode::Entering(Prompt { what: Typed::ProfileName { .. }, .. })
            | Mode::Asking(Question { what: Asked::Remove { .. }, .. }) => return self.open_profiles(),
            Mode::Entering(Prompt { what: Typed::Name { .. }, .. })
            | Mode::Asking(Question { what: Asked::Quit | Asked::Restore { .. } | Asked::Siblings { .. }, .. })
            | Mode::Paging(Page {
                text:
                    PageText::Row
                    | PageText::Review
                    | PageText::Check(_)
                    | PageText::Complaints
                    | PageText::Doctor(_)
                    | PageText::Preview,
                ..
            })
            | Mode::Editing
            | Mode::Picking(_) => {}
        }
        effects.extend(self.recover());
        effects
    }

    /// Looks at the page behind the URL once more.
    pub(super) fn check_again(&mut self) -> Vec<Effect> {
        let Mode::Paging(Page { text: PageText::Check(id), scroll }) = &mut self.mode else { return vec![] };
        *scroll = 0;
        let id = id.clone();
        self.look(&id)
    }

    /// Moves to another row, or scrolls.
    pub(super) fn move_by(&mut self, motion: Motion) {
        let room = self.terminal.room;
        match &mut self.mode {
            Mode::Picking(_) => self.move_row(motion),
            Mode::Paging(Page { scroll, .. })
            | Mode::Entering(Prompt { scroll, .. })
            | Mode::Asking(Question { what: Asked::Remove { .. } | Asked::Restore { shown: true, .. }, scroll }) => {
                scroll_by(scroll, motion, room);
            }
            Mode::Asking(_) | Mode::Editing => {}
        }
    }

    /// Types into the overlay: into a filter, a name or the app's id. With the list of earlier values open, types into
    /// the row.
    pub(super) fn type_over(&mut self, request: InputRequest) {
        match &mut self.mode {
            Mode::Picking(Picker { rows: Rows::Recent, .. }) => match request {
                // As in every list, Home and End go to its ends as long as nothing is typed.
                InputRequest::GoToStart if !self.form.typed => self.move_row(Motion::First),
                InputRequest::GoToEnd if !self.form.typed => self.move_row(Motion::Last),
                request => {
                    self.select(0);
                    self.edit(match request {
                        InputRequest::InsertChar(c) => Intent::Type(c),
                        request => Intent::Text(request),
                    });
                }
            },
            Mode::Picking(picker) if picker.overlay().shape() == Shape::Filtered => {
                let has_moved = picker.filter.value().is_empty();
                if enter(&mut picker.filter, request) {
                    picker.select(0, usize::MAX);
                } else if has_moved && request == InputRequest::GoToStart {
                    // An empty filter has no start or end to go to, so Home and End go to the first and last row.
                    self.move_row(Motion::First);
                } else if has_moved && request == InputRequest::GoToEnd {
                    self.move_row(Motion::Last);
                }
            }
            Mode::Entering(Prompt { what: Typed::Name { replacing }, input, .. }) => {
                if enter(input, request) {
                    *replacing = None;
                }
            }
            Mode::Entering(Prompt { what: Typed::Id(_) | Typed::ProfileName { .. }, input, .. }) => {
                enter(input, request);
            }
            Mode::Entering(Prompt { what: Typed::Token { .. }, .. })
            | Mode::Picking(_)
            | Mode::Editing
            | Mode::Paging(_)
            | Mode::Asking(_) => {}
        }
    }

    /// Is the caret before a character of the list's filter?
    pub(super) fn is_within_filter(&self) -> bool {
        let Mode::Picking(Picker { filter, .. }) = &self.mode else { return false };
        filter.cursor() < filter.value().chars().count()
    }

    /// Pastes into the overlay. Returns `false` if the overlay takes no text, or if its text must be typed by hand.
    pub(super) fn paste_over(&mut self, text: &str) -> bool {
        let is_name = self.mode.is(Overlay::Name) || self.mode.is(Overlay::ProfileName);
        let takes = is_name || self.mode.overlay().is_some_and(|overlay| overlay.shape() == Shape::Filtered);
        let text = text.chars().filter(|c| takes && !c.is_control());
        text.for_each(|c| self.type_over(InputRequest::InsertChar(c)));
        takes
    }

    /// Enter in an overlay: takes the selected row, or what was typed.
    pub(super) fn choose(&mut self) -> Vec<Effect> {
        match std::mem::replace(&mut self.mode, Mode::Editing) {
            Mode::Picking(picker) => self.choose_row(picker),
            Mode::Entering(prompt @ Prompt { what: Typed::Token { .. }, .. }) => {
                self.mode = Mode::Entering(prompt);
                vec![Effect::UseToken]
            }
            Mode::Entering(Prompt { what: Typed::Name { replacing }, input, .. }) => {
                self.keep_preset(input, replacing.as_deref())
            }
            Mode::Entering(Prompt { what: Typed::ProfileName { of }, input, .. }) => self.rename_profile(of, input),
            Mode::Entering(Prompt { what: Typed::Id(what), input, .. })
                if input.value().trim() == self.target.app_id.to_string() =>
            {
                match what {
                    Confirm::Delete(resource) => self.delete(resource),
                    Confirm::Save(plan) => self.save_reviewed(plan),
                    Confirm::Unlock => self.unlock(),
                }
            }
            Mode::Entering(prompt @ Prompt { what: Typed::Id(_), .. }) => {
                self.mode = Mode::Entering(Prompt { scroll: 0, ..prompt });
                self.notice = Some(Notice::NotTheId);
                vec![]
            }
            other @ (Mode::Editing | Mode::Paging(_) | Mode::Asking(_)) => {
                self.mode = other;
                self.copy_findings()
            }
        }
    }
}

// ── lists: how many rows each has, and what Enter and a click do ──

impl App {
    /// How many rows a list has now.
    pub fn entries(&self, picker: &Picker) -> usize {
        let filter = picker.filter.value();
        match &picker.rows {
            Rows::Palette => self.palette(filter).len(),
            Rows::Copy => CopyItem::ALL.len(),
            Rows::Profiles { .. } => self.listed(filter).len(),
            Rows::Presets => self.presets(filter).len(),
            Rows::Recent => self.recent().len(),
            Rows::History => self.history.saves().count(),
            Rows::Log => self.log_entries().len(),
            Rows::Conflicts(_) => self.sync.draft.conflicts().count(),
            Rows::Comparison(comparison) => self.pairs(comparison).len(),
        }
    }

    /// Enter in a list. The caller has closed the list. A list that stays open is put back here.
    pub(super) fn choose_row(&mut self, picker: Picker) -> Vec<Effect> {
        let row = picker.selected;
        match &picker.rows {
            Rows::Palette => match self.palette(picker.filter.value()).get(row).map(|entry| &entry.choice) {
                Some(PaletteChoice::Act(binding)) => {
                    self.note_use(binding.intent);
                    self.intent(binding.intent)
                }
                Some(PaletteChoice::Row(id)) => {
                    self.focus(id);
                    self.select_all();
                    vec![]
                }
                None => vec![],
            },
            Rows::Copy => CopyItem::ALL.get(row).map_or(vec![], |item| self.copy(*item)),
            Rows::Profiles { comparing: false, .. } => self.switch(picker),
            Rows::Profiles { comparing: true, .. } => {
                self.mode = Mode::Picking(picker);
                self.compare()
            }
            Rows::Presets => self.apply(picker),
            Rows::Recent => self.take_recent(picker),
            Rows::History => self.put_back(picker),
            Rows::Log => {
                self.mode = Mode::Picking(picker);
                self.copy_logged(row)
            }
            Rows::Conflicts(_) => {
                self.mode = Mode::Picking(picker);
                self.decide()
            }
            Rows::Comparison(_) => self.copy_marked(picker),
        }
    }

    /// A click on a row. In lists that show details, the first click selects the row, and only a click on the selected
    /// row takes it.
    pub(super) fn pick(&mut self, row: usize) -> Vec<Effect> {
        let Mode::Picking(picker) = &self.mode else { return vec![] };
        let is_selected = picker.selected == row;
        match &picker.rows {
            Rows::Palette | Rows::Copy | Rows::Recent => {
                self.select(row);
                return self.choose();
            }
            Rows::Profiles { .. } | Rows::Presets | Rows::History | Rows::Log if is_selected => {
                return self.choose();
            }
            Rows::Comparison(_) if is_selected => self.choose_field(),
            Rows::Profiles { .. }
            | Rows::Presets
            | Rows::History
            | Rows::Log
            | Rows::Comparison(_)
            | Rows::Conflicts(_) => self.select(row),
        }
        vec![]
    }

    /// Selects a row of the list that is open.
    pub(super) fn select(&mut self, row: usize) {
        let shown = self.terminal.room.rows;
        if let Mode::Picking(picker) = &mut self.mode {
            picker.select(row, shown);
        }
    }

    /// Moves to another row of the list, or scrolls the details of the selected row.
    pub(super) fn move_row(&mut self, motion: Motion) {
        let room = self.terminal.room;
        let Mode::Picking(picker) = &self.mode else { return };
        let entries = self.entries(picker);
        let Mode::Picking(picker) = &mut self.mode else { return };
        let (Some(last), page) = (entries.checked_sub(1), room.rows.max(1)) else { return };
        let at = picker.selected.min(last);
        match motion {
            Motion::Detail(_) => scroll_by(&mut picker.scroll, motion, room),
            Motion::Step(by) => picker.select(wrapped(at, by as isize, entries), page),
            Motion::Wheel(_) | Motion::Page(_) | Motion::First | Motion::Last => {
                picker.select(moved(at, motion, page).min(last), page);
            }
        }
    }
}

/// Edits a text, or moves its caret. Returns whether the text has changed.
fn enter(input: &mut Input, request: InputRequest) -> bool {
    if matches!(request, InputRequest::InsertChar(_)) && input.value().chars().count() >= PROMPT_LIMIT {
        return false;
    }
    input.handle(request).is_some_and(|changed| changed.value)
}

/// Scrolls a text. It stops at the end of the text.
pub(in crate::app) fn scroll_by(scroll: &mut usize, motion: Motion, room: Room) {
    let page = room.rows.saturating_sub(1).max(1);
    *scroll = moved((*scroll).min(room.most), motion, page).min(room.most);
}

/// The line that a motion leads to. The result may lie beyond the last line; the caller limits it.
fn moved(at: usize, motion: Motion, page: usize) -> usize {
    match motion {
        Motion::Step(by) | Motion::Wheel(by) | Motion::Detail(by) => at.saturating_add_signed(by as isize),
        Motion::Page(by) => at.saturating_add_signed((by as isize).saturating_mul(page.cast_signed())),
        Motion::First => 0,
        Motion::Last => usize::MAX,
    }
}

fn wrapped(at: usize, by: isize, len: usize) -> usize {
    (at + len).saturating_add_signed(by % len.cast_signed()) % len
}
