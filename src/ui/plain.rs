//! The editor in sentences, for a screen reader, a pipe or a terminal that cannot be drawn on. Each change is told once,
//! on new lines; nothing is drawn again, and no sign carries a meaning alone.
//!
//! ```text
//!   App before, App now ──> Narrator ──> the lines that are new, and the prompt for the next one
//! ```

mod asking;

use super::layout::{Demand, Layout};
use super::text::visible;
use super::{overlay, steps, words};
use crate::app::dialogue::{COMMANDS, ToTell, choices};
use crate::app::mode::Shape;
use crate::app::{App, Mark, Mode, Notice, Overlay, Page, PageText};
use crate::model::{Edit, Field, FieldId, Kind, State, Value, nearest};
use crate::sync::Outcome;
use crate::words::{NextStep, Statement, dialogue, field, first_start, list, questions, sheet, tunnel, value, verdict};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

pub use asking::Questioner;

/// The size of a screen that has room for all that is told.
pub const SIZE: Rect = Rect { x: 0, y: 0, width: 106, height: 60 };

/// Knows what was told.
#[derive(Debug, Default)]
pub struct Narrator {
    /// Of what was told: the profile, the app and the server. `None` before the greeting.
    greeted: Option<(Option<String>, i32, String)>,
    /// The values of the fields, as they were told.
    values: BTreeMap<FieldId, String>,
    /// What was told to be wrong with fields.
    problems: Vec<String>,
    /// The statement that was told last, without the seconds that it counts.
    statement: String,
    /// What went on to be wrong the last time, and was told then.
    trouble: Option<Notice>,
    overlay: Vec<String>,
    taken: usize,
    /// Does the prompt stand at the end of what was written?
    is_asking: bool,
}

/// What is to be written now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narration {
    /// The lines.
    pub lines: Vec<String>,
    /// The prompt, without a line break; `None` if it stands there already, or if nothing can be typed yet.
    pub prompt: Option<String>,
    /// Is the next line a secret, which must not be seen?
    pub is_secret: bool,
}

impl Narrator {
    /// What is new since the last time.
    pub fn tell(&mut self, app: &App) -> Narration {
        let mut lines = Vec::new();
        let target = &app.target;
        let name = target.profile.as_ref().map(|profile| profile.name.clone());
        let of = Some((name, target.app_id, target.base_url.clone()));
        if self.greeted != of {
            *self = Self { greeted: of, is_asking: self.is_asking, ..Self::default() };
            lines.push(dialogue::greeting(&app.about(), app.is_choosing()));
        }
        let is_answered = app.dialogue.taken != self.taken;
        self.taken = app.dialogue.taken;
        self.changes(app, &mut lines);
        if is_answered {
            inquired(app, &mut lines);
        }
        let (mut opened, was_open) = (Vec::new(), !self.overlay.is_empty());
        self.overlay(app, is_answered, &mut opened);
        // What stands is told again where nothing else came of a line.
        self.statement(app, is_answered && lines.is_empty() && opened.is_empty() && !was_open, &mut lines);
        lines.extend(opened);
        let is_ready = (!app.sync.is_busy() || !app.mode.is_editing()) && !app.is_examining() && !is_looking(app);
        let is_new = is_answered || !lines.is_empty();
        if is_answered {
            self.is_asking = false;
        } else if !lines.is_empty() && self.is_asking {
            // The prompt has no line break behind it.
            lines.insert(0, String::new());
            self.is_asking = false;
        }
        let prompt = (is_ready && (is_new || !self.is_asking)).then(|| prompt(app));
        self.is_asking |= prompt.is_some();
        let lines = lines.iter().map(|line| spoken(line)).collect();
        Narration { lines, prompt: prompt.map(|prompt| spoken(&prompt)), is_secret: app.mode.is(Overlay::Token) }
    }

    /// Something else is written now. Does it need a line break first, behind the prompt?
    pub fn leaves_prompt(&mut self) -> bool {
        std::mem::take(&mut self.is_asking)
    }

    /// Values that differ from what was told, and what is wrong with them.
    fn changes(&mut self, app: &App, lines: &mut Vec<String>) {
        if app.sync.synced.is_none() || app.sync.is_busy() {
            return;
        }
        let is_first = self.values.is_empty();
        let mut problems = Vec::new();
        let is_known = |field: &&Field| app.sync.draft.is_loaded(field.id.resource) && field.kind != Kind::Time;
        for field in app.rows().filter(is_known) {
            let now = current(app, field);
            let before = self.values.insert(field.id.clone(), now.clone());
            if let Some(before) = before.filter(|before| *before != now) {
                lines.push(if app.marks.get(&field.id) == Some(&Mark::Taken) {
                    dialogue::changed_by_others(field, &before, &now)
                } else {
                    dialogue::changed(&app.about(), field, &before, &now)
                });
            }
            problems.extend(flaws(app, field));
        }
        let conflicts = app.sync.draft.conflicts().filter_map(|conflict| in_conflict(app, conflict));
        problems.extend(conflicts.map(|said| format!("! {said}")));
        if is_first {
            lines.push(dialogue::loaded(&app.about(), self.values.len()));
        }
        lines.extend(problems.iter().filter(|problem| !self.problems.contains(problem)).cloned());
        self.problems = problems;
    }

    /// What the strip says, with words for its steps. `answers`: it is told again if it is all that answers a line.
    fn statement(&mut self, app: &App, answers: bool, lines: &mut Vec<String>) {
        let said = words::said(app)
            .or_else(|| words::of_preview(app, usize::MAX))
            .map_or(vec![], |said| sentences(app, &said));
        let counted: String = said.join(" ");
        let key: String = without_seconds(&counted);
        let is_hidden = said.is_empty() && app.notice.is_some();
        // It comes back whenever nothing else is said.
        let is_back = app.notice.is_some() && app.notice == self.trouble;
        // A request that is under way may end in the same trouble, which is told then.
        self.trouble = app.trouble.clone().filter(|_| !app.sync.is_busy());
        if key != self.statement && !is_hidden && !is_back || answers && !app.dialogue.is_under_way {
            lines.extend(said);
            self.statement = key;
            if matches!(app.notice, Some(Notice::Outcome(Outcome::Invalid { .. }))) {
                // On a screen the row in focus says it.
                lines.extend(app.sync.invalid().flat_map(|field| flaws(app, field)));
            }
        }
    }

    /// What is open. `is_answered`: a list is told again, since its rows may be others, or the same after a search.
    fn overlay(&mut self, app: &App, is_answered: bool, lines: &mut Vec<String>) {
        if let Mode::Paging(Page { text: PageText::Doctor(examination), .. }) = &app.mode {
            // It grows, and each line is told once.
            let told = overlay::findings(examination);
            lines.extend(told.iter().filter(|line| !self.overlay.contains(line)).cloned());
            self.overlay = told;
            return;
        }
        let told = if let Mode::Paging(Page { text: PageText::Check(id), .. }) = &app.mode {
            overlay::found_at(app, id)
        } else if app.mode.is(Overlay::Review) {
            plan(app)
        } else if app.mode.is(Overlay::Quit) {
            vec![dialogue::would_send(&changes(app))]
        } else if is_looking(app) {
            // Its rows get their numbers once all of them are known.
            vec![tunnel::LOOKING.to_owned()]
        } else {
            let layout = Layout::new(app, SIZE, 0, Demand::default());
            layout.and_then(|layout| overlay::told(app, &layout)).unwrap_or_default()
        };
        let is_list =
            matches!(app.mode, Mode::Picking(_)) && app.dialogue.to_tell.is_none() && !app.dialogue.is_under_way;
        let is_choice = app.mode.is(Overlay::Conflicts) || app.mode.is(Overlay::Comparison);
        if told == self.overlay && is_answered && is_list {
            lines.extend(told);
        } else if is_choice && !self.overlay.is_empty() {
            // A choice changes some rows, and the rest stays as it was told.
            lines.extend(told.iter().filter(|line| !self.overlay.contains(line)).cloned());
            self.overlay = told;
        } else if told != self.overlay {
            // Of what is new at the end alone, no more is told.
            let known = told.iter().zip(&self.overlay).take_while(|(now, before)| now == before).count();
            let first = if known > 0 && known + 1 >= self.overlay.len() { known } else { 0 };
            lines.extend(told[first..].iter().filter(|line| !line.trim().is_empty()).cloned());
            self.overlay = told;
        }
    }
}

/// What is wrong with a field, or may be.
fn flaws(app: &App, field: &Field) -> Vec<String> {
    let quiet = app.tunnel_problem(field);
    app.problems(field).iter().chain(&quiet).map(|problem| field::told(&field.id.to_string(), problem)).collect()
}

/// A field that others changed too, with its three values.
pub(super) fn in_conflict(
    app: &App,
    (field, base, server): (&Field, Option<&Value>, Option<&Value>),
) -> Option<String> {
    match app.sync.draft.state(field) {
        State::Dirty(mine) => Some(verdict::conflict(&field.id, base, server, &mine)),
        State::Clean | State::Invalid => None,
    }
}

/// Is the list of tunnels open, and not complete yet?
fn is_looking(app: &App) -> bool {
    app.mode.is(Overlay::Recent) && app.tunnels.is_looking
}

/// What was asked to be told.
fn inquired(app: &App, lines: &mut Vec<String>) {
    match &app.dialogue.to_tell {
        None => {}
        Some(ToTell::Values) => {
            lines.extend(app.rows().map(|field| whole(app, field)));
        }
        Some(ToTell::Commands) => {
            lines.extend(COMMANDS.iter().map(|command| dialogue::command(command.word, command.what)));
            lines.push(dialogue::about_fields().to_owned());
        }
        Some(ToTell::Field(id)) => {
            if let Some(field) = app.sync.draft.field(id) {
                lines.push(format!("{}. {}", dialogue::value(field, &current(app, field)), sheet::about(field)));
                lines.extend(questions::about(id).iter().map(|(asked, answer)| dialogue::answered(asked, answer)));
            }
        }
        Some(ToTell::Plan) => lines.extend(plan(app)),
        Some(ToTell::NotSent) => lines.push(dialogue::not_sent(&app.about())),
        Some(ToTell::NoRow(typed)) => lines.push(dialogue::no_row(typed)),
        Some(ToTell::Command(command)) => lines.push(dialogue::command(command.word, command.what)),
        Some(ToTell::Idle) => lines.push(dialogue::IDLE.to_owned()),
        Some(ToTell::IsSo(id)) => {
            let said = app.sync.draft.field(id).map(|field| dialogue::value(field, &current(app, field)));
            lines.extend(said.map(|said| dialogue::is_so(&said)));
        }
        Some(ToTell::IsThere(resource)) => lines.push(dialogue::is_there(*resource)),
        Some(ToTell::Stays(resource)) => lines.push(dialogue::stays(*resource)),
        Some(ToTell::Which { is_deletion }) => lines.push(dialogue::which(*is_deletion)),
        Some(ToTell::NoAnswer) => lines.push(first_start::NO_ANSWER.to_owned()),
        Some(ToTell::Unknown(typed)) => {
            let words = COMMANDS.iter().map(|command| command.word.to_owned());
            let fields = app.sync.draft.fields().iter().map(|field| field.id.to_string());
            let first = typed.split([' ', '=']).next().unwrap_or(typed);
            lines.push(dialogue::unknown(typed, nearest(first, words.chain(fields)).as_deref()));
        }
    }
}

/// A field with its value, and what else is known of it.
fn whole(app: &App, field: &Field) -> String {
    let draft = &app.sync.draft;
    let is_dirty = matches!(draft.state(field), State::Dirty(_) | State::Invalid);
    let base = is_dirty.then(|| value::held(draft.base(&field.id), !draft.is_absent(field.id.resource), field));
    let flaws: Vec<String> = app.problems(field).iter().map(|problem| problem.text.to_string()).collect();
    dialogue::value_beside(&dialogue::value(field, &current(app, field)), base.as_deref(), &flaws)
}

/// What a save would send, in sentences.
pub(super) fn plan(app: &App) -> Vec<String> {
    let invalid = app.sync.invalid().map(|field| list::stops_a_save(&field.id.to_string()));
    std::iter::once(dialogue::will_send(&changes(app))).chain(invalid).collect()
}

/// The changes that a save would make.
fn changes(app: &App) -> Vec<String> {
    let draft = &app.sync.draft;
    let change = |field: &Field| {
        let after = draft.patch(field.id.resource).get(&field.id).cloned()?;
        let now = value::held(draft.base(&field.id), !draft.is_absent(field.id.resource), field);
        Some(dialogue::will_change(field, &now, &value::plain(Some(&after), field)))
    };
    draft.dirty().filter_map(change).collect()
}

/// The value of a field as the form would show it.
fn current(app: &App, field: &Field) -> String {
    if app.is_closed(field.id.resource) {
        return "not set up".to_owned();
    }
    if !app.sync.draft.is_loaded(field.id.resource) {
        return dialogue::NOT_READ.to_owned();
    }
    match app.sync.draft.entered(field) {
        Some(Edit::Text(text)) if text.is_empty() => "empty".to_owned(),
        Some(Edit::Text(text)) => text,
        Some(Edit::Switch(true)) => "yes".to_owned(),
        Some(Edit::Switch(false)) => "no".to_owned(),
        None => value::plain(app.sync.draft.base(&field.id), field),
    }
}

fn sentences(app: &App, said: &Statement) -> Vec<String> {
    let mut lines = Vec::new();
    if !said.title.is_empty() {
        let end = if said.title.ends_with('?') { "" } else { "." };
        lines.push(format!("{}{end}", said.title.trim_end_matches(['.', '…'])));
    }
    lines.extend(said.lines.iter().cloned());
    lines.extend(Some(said.beside_steps()).filter(|beside| !beside.is_empty()));
    // The words that answer a question stand in the prompt.
    if matches!(app.mode, Mode::Editing | Mode::Paging(_)) {
        let word =
            |step: &NextStep| Some(format!("{}: {}.", crate::words::capital(&step.words()), steps::word(*step)?));
        lines.extend(said.next.iter().filter_map(word));
    }
    lines.extend(said.id.as_ref().map(|id| crate::words::correlation(id)));
    lines
}

/// The text without the seconds that pass in it.
fn without_seconds(text: &str) -> String {
    let is_count = |word: &&str| word.chars().all(|c| c.is_ascii_digit());
    text.split_whitespace().filter(|word| !is_count(word)).collect::<Vec<_>>().join(" ")
}

fn prompt(app: &App) -> String {
    if let Some(id) = &app.dialogue.asked
        && let Some(field) = app.sync.draft.field(id)
    {
        let said = dialogue::value(field, &current(app, field));
        let is_switch = field.kind == Kind::Switch;
        return if is_switch { dialogue::asks_switch(&said) } else { dialogue::asks_value(&said) };
    }
    let Some(overlay) = app.overlay() else { return dialogue::ASKS.to_owned() };
    let words: Vec<&str> =
        choices(overlay).iter().filter(|(_, intent)| !app.is_off(*intent)).map(|(word, _)| *word).collect();
    match overlay {
        Overlay::Review => dialogue::ASKS_TO_SEND.to_owned(),
        Overlay::Conflicts => dialogue::ASKS_SIDE.to_owned(),
        Overlay::Token => dialogue::ASKS_CREDENTIAL.to_owned(),
        Overlay::Id => dialogue::asks_text("The app's id"),
        Overlay::Name => dialogue::asks_text("The preset's name"),
        Overlay::ProfileName => dialogue::asks_text("The profile's new name"),
        Overlay::Quit
        | Overlay::Leave
        | Overlay::Restore
        | Overlay::Remove
        | Overlay::Siblings
        | Overlay::Trust
        | Overlay::Row
        | Overlay::Check
        | Overlay::Help
        | Overlay::Doctor
        | Overlay::Preview
        | Overlay::Complaints => dialogue::asks_word(&words),
        Overlay::Profiles => dialogue::asks_profile(app.is_choosing()),
        Overlay::Palette
        | Overlay::Copy
        | Overlay::Other
        | Overlay::Presets
        | Overlay::Recent
        | Overlay::History
        | Overlay::Log
        | Overlay::Comparison => dialogue::asks_row(&words, overlay.shape() == Shape::Filtered),
    }
}

/// The text in words: signs become words or go, and invisible characters are seen.
fn spoken(text: &str) -> String {
    // Where it stands for a word, it stands in front.
    let (mut out, text) = match text.strip_prefix("! ") {
        Some(rest) => ("warning: ".to_owned(), rest),
        None => (String::new(), text),
    };
    // A column that nobody sees is no place to look.
    let text = visible(text).replace(", see ←", "").replace("(•) ", "chosen: ").replace("( ) ", "");
    let mut is_masked = false;
    for c in text.chars() {
        let was_masked = std::mem::replace(&mut is_masked, c == '•');
        match c {
            '→' => out.push_str("to"),
            '←' => out.push_str("from"),
            '≠' => out.push_str("differs:"),
            '×' => out.push_str("by"),
            '…' => out.push_str("..."),
            '✗' => out.push_str("error:"),
            '•' if !was_masked => out.push_str("..."),
            '✓' => out.push_str("ok:"),
            '–' => out.push('-'),
            '•' | '▲' | '●' | '▌' | '·' | '─' => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned() + if text.ends_with(' ') { " " } else { "" }
}
