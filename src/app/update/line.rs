//! Takes a line of a dialogue: what keys and clicks are elsewhere.

use crate::app::dialogue::{COMMANDS, ToTell, choices};
use crate::app::effect::Effect;
use crate::app::keymap::Intent;
use crate::app::mode::Shape;
use crate::app::{App, Mode, Overlay, Page, PageText, Picker, Prompt, Rows, Side, Typed};
use crate::model::{Edit, FieldId, Kind, Resource, Stroke};
use crate::sync::Keeping;
use tui_input::Input;

impl App {
    /// Takes a line. The statement before it is over.
    pub(super) fn line(&mut self, line: &str) -> Vec<Effect> {
        self.dialogue.taken += 1;
        self.dialogue.to_tell = None;
        self.hush();
        let effects = self.take_line(line);
        self.dialogue.is_under_way = !effects.is_empty();
        effects
    }

    fn take_line(&mut self, line: &str) -> Vec<Effect> {
        if !self.mode.is_editing() {
            return self.line_in_overlay(line.trim());
        }
        if let Some(id) = self.dialogue.asked.take() {
            return if line.is_empty() { vec![] } else { self.enter_line(&id, line) };
        }
        self.command(line.trim())
    }

    /// No more lines will come: the run ends. The edits stay on disk for the next start.
    pub(super) fn lines_over(&self) -> Vec<Effect> {
        let kept = self.quit_keeping();
        // What cannot be kept is told at the end.
        if kept.is_empty() { vec![self.exit(1)] } else { kept }
    }

    /// Is there an answer to wait for, of the server, the disk or this machine's tunnels? A line is taken after it.
    pub fn is_at_work(&self) -> bool {
        let is_paused = self.sync.exchange().is_some_and(|exchange| exchange.pause.is_some());
        let is_asked = self.taking.is_some() || self.tunnels.is_looking || self.is_examining() || self.is_looking();
        let is_opening = self.sync.keeping == Keeping::Opening && !self.choosing;
        self.sync.is_busy() || is_paused || is_asked || is_opening
    }

    fn command(&mut self, line: &str) -> Vec<Effect> {
        let (first, rest) = line.split_once([' ', '=']).map_or((line, ""), |(first, rest)| (first, rest.trim()));
        let resource = |name: &str| Resource::ALL.into_iter().find(|resource| resource.name() == name);
        match (first, rest) {
            ("", _) => vec![],
            ("help" | "?", "") => self.tells(ToTell::Commands),
            ("help" | "?", name) => {
                let command = COMMANDS.iter().find(|command| command.word == name);
                let to_tell = command.map(ToTell::Command).or_else(|| self.named_field(name).map(ToTell::Field));
                self.tells(to_tell.unwrap_or_else(|| ToTell::Unknown(name.to_owned())))
            }
            ("show", "") => self.tells(ToTell::Values),
            ("diff", "") => self.tells(ToTell::Plan),
            ("save", "") if self.shows_first() => self.open(Overlay::Review),
            ("reset", name) if !name.is_empty() => match self.named_field(name) {
                Some(id) => {
                    self.focus(&id);
                    self.intent(Intent::Reset)
                }
                None => self.tells(ToTell::Unknown(name.to_owned())),
            },
            ("setup" | "delete", name) => match (first, resource(name)) {
                (_, None) => self.tells(ToTell::Which { is_deletion: first == "delete" }),
                ("delete", Some(resource)) if resource.can_be_deleted() => self.intent(Intent::Delete(resource)),
                ("delete", Some(resource)) => self.tells(ToTell::Stays(resource)),
                (_, Some(resource)) if self.is_closed(resource) => {
                    self.focus(&self.row_of(resource));
                    self.intent(Intent::SetUp)
                }
                (_, Some(resource)) => self.tells(ToTell::IsThere(resource)),
            },
            ("cancel", "") if self.sync.is_idle() => self.tells(ToTell::Idle),
            _ => match COMMANDS.iter().find(|command| command.word == first && rest.is_empty()) {
                Some(command) => self.intent(command.intent),
                None => self.line_about_field(line, first, rest),
            },
        }
    }

    /// Is what a save would send shown, and asked about? A save that asks anyway is not.
    fn shows_first(&self) -> bool {
        let draft = &self.sync.draft;
        let asks_anyway = self.target.is_production() || self.is_locked() || draft.conflicts().next().is_some();
        // What cannot be sent as typed stops a save by itself.
        !asks_anyway && draft.dirty().next().is_some() && self.sync.invalid().next().is_none()
    }

    fn tells(&mut self, what: ToTell) -> Vec<Effect> {
        self.dialogue.to_tell = Some(what);
        vec![]
    }

    /// `width`, `calling window`, `width 420`, `width=420`.
    fn line_about_field(&mut self, line: &str, first: &str, rest: &str) -> Vec<Effect> {
        let rest = rest.trim_start_matches('=').trim_start();
        if let Some(id) = self.named_field(line).filter(|_| rest != "\"\"") {
            self.focus(&id);
            if self.is_closed(id.resource) {
                return self.intent(Intent::SetUp);
            }
            if self.may_edit().is_some() {
                self.dialogue.asked = Some(id);
            }
            return vec![];
        }
        match self.named_field(first) {
            Some(id) if !rest.is_empty() => self.enter_line(&id, rest),
            Some(_) | None => self.tells(ToTell::Unknown(line.to_owned())),
        }
    }

    /// Enters a new value in one undo step. `""` is an empty text.
    fn enter_line(&mut self, id: &FieldId, text: &str) -> Vec<Effect> {
        self.focus(id);
        let Some(field) = self.may_edit() else { return vec![] };
        if field.kind == Kind::Switch {
            let edit = match text.trim().to_lowercase().as_str() {
                "yes" | "true" | "on" => Edit::Switch(true),
                "no" | "false" | "off" => Edit::Switch(false),
                _ => {
                    // Asked again, since the line was meant for this field.
                    self.dialogue.asked = Some(id.clone());
                    return self.tells(ToTell::NoAnswer);
                }
            };
            if self.sync.draft.entered(&field).as_ref() == Some(&edit) {
                return self.tells(ToTell::IsSo(id.clone()));
            }
            self.set(&field, edit, Stroke::Whole);
            return vec![];
        }
        self.form.selected = true;
        if text == "\"\"" {
            self.set(&field, Edit::Text(String::new()), Stroke::Whole);
            self.show_entered();
            return vec![];
        }
        self.pasted(text, false)
    }

    fn line_in_overlay(&mut self, line: &str) -> Vec<Effect> {
        let Some(overlay) = self.overlay() else { return vec![] };
        let answer = match line {
            "y" => "yes",
            "n" => "no",
            other => other,
        };
        let choice = choices(overlay).iter().find(|(word, _)| *word == answer).map(|(_, intent)| *intent);
        // The way out of everything, also where another word for it is offered.
        if let Some(intent) = choice.or_else(|| (line == "back").then_some(Intent::Escape)) {
            let effects = self.intent(intent);
            if matches!(overlay, Overlay::Review | Overlay::Id) && intent == Intent::Escape {
                return [effects, self.tells(ToTell::NotSent)].concat();
            }
            return effects;
        }
        let is_text = matches!(overlay, Overlay::Token | Overlay::Name | Overlay::ProfileName);
        if line == "quit" && !is_text {
            return self.intent(Intent::Quit);
        }
        match &mut self.mode {
            Mode::Paging(Page {
                text:
                    PageText::Help(_)
                    | PageText::Row
                    | PageText::Check(_)
                    | PageText::Complaints
                    | PageText::Doctor(_)
                    | PageText::Preview,
                ..
            }) => {
                let mut effects = self.close();
                // A question that opens now was not read yet.
                if !matches!(self.mode, Mode::Asking(_)) {
                    effects.extend(self.take_line(line));
                }
                effects
            }
            Mode::Entering(Prompt { what: Typed::Token { .. }, .. }) => self.choose(),
            Mode::Entering(Prompt {
                what: Typed::Id(_) | Typed::Name { .. } | Typed::ProfileName { .. },
                input,
                ..
            }) => {
                *input = Input::new(line.to_owned());
                self.choose()
            }
            Mode::Picking(_) => self.line_in_list(line),
            Mode::Asking(_) | Mode::Paging(Page { text: PageText::Review, .. }) => self.tells(ToTell::NoAnswer),
            Mode::Editing => vec![],
        }
    }

    /// How many rows the open list has with its filter.
    fn rows_found(&self) -> usize {
        if let Mode::Picking(picker) = &self.mode { self.entries(picker) } else { 0 }
    }

    /// A row by its number; `more` for the next rows; `2 mine` in the choice between two values; else a filter.
    fn line_in_list(&mut self, line: &str) -> Vec<Effect> {
        let (number, side) = line.split_once(' ').unwrap_or((line, ""));
        let is_choice = matches!(&self.mode, Mode::Picking(Picker { rows: Rows::Conflicts(_), .. }));
        // `mine 2` is `2 mine`: it must not be taken for all of them.
        let (number, side) =
            if is_choice && matches!(number, "mine" | "theirs") { (side, number) } else { (number, side) };
        let Mode::Picking(picker) = &self.mode else { return vec![] };
        let rows = self.entries(picker);
        let row_of = |number: &str| {
            number.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|row| *row < rows)
        };
        let is_act = |(word, intent): &&(&str, Intent)| *word == number && *intent != Intent::Escape;
        let act = choices(picker.overlay()).iter().find(is_act).map(|(_, intent)| *intent);
        if let (Some(row), Some(intent)) = (row_of(side), act) {
            // `edit 2`
            self.select(row);
            return self.intent(intent);
        }
        let row = row_of(number);
        if act.is_some() && !side.is_empty() {
            let told = ToTell::NoRow(line.to_owned());
            return self.tells(told);
        }
        let is_marking = matches!(picker.rows, Rows::Comparison(_));
        let Mode::Picking(picker) = &mut self.mode else { return vec![] };
        match (row, line) {
            (Some(row), _) => {
                picker.selected = row;
                match side {
                    "mine" if is_choice => self.choose_side(Side::Mine),
                    "theirs" if is_choice => self.choose_side(Side::Theirs),
                    _ if is_choice => {
                        let told = ToTell::NoRow(line.to_owned());
                        return self.tells(told);
                    }
                    _ if is_marking => self.choose_field(),
                    _ => return self.choose(),
                }
            }
            (None, "more") => picker.first = (picker.first + Picker::TOLD).min(rows.saturating_sub(1)),
            (None, "") => {
                (picker.filter, picker.first) = (Input::default(), 0);
            }
            (None, other) if picker.overlay().shape() != Shape::Filtered => {
                let told = ToTell::NoRow(other.to_owned());
                return self.tells(told);
            }
            (None, filter) => {
                let before = std::mem::replace(&mut picker.filter, Input::new(filter.to_owned()));
                picker.first = 0;
                if self.rows_found() == 0 {
                    // A word that was meant for something else must not leave an empty list.
                    if let Mode::Picking(picker) = &mut self.mode {
                        picker.filter = before;
                    }
                    return self.tells(ToTell::NoRow(filter.to_owned()));
                }
            }
        }
        vec![]
    }
}
