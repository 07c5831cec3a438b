//! The editor: what is on the form, who has the keyboard, what is told. It wraps a working copy, which does the rest.
//!
//! ```text
//!             Msg                                   Vec<Effect>
//!   terminal ──────┐                            ┌──────> clipboard, suspend, quit
//!   network  ──────┤                            │
//!   disk     ──────┼──> update(&mut App, Msg) ──┼──────> network, disk, timers
//!   timers   ──────┘         │      ^           │
//!                      Event v      │ Report    │
//!                        WorkingCopy::happen ───┘
//! ```
//!
//! Pure: no clock, terminal or network in here; time comes inside messages. Knows the working copy, the model, and `tui_input`,
//! which is pure.

pub mod effect;
pub mod keymap;
pub mod mode;
pub mod msg;
pub mod palette;
pub mod reuse;
pub mod update;
pub mod wizard;

use crate::model::record::Leftover;
use crate::model::{Entered, Field, FieldId, Resource, State, Value, validate};
use crate::sync::{Disk, Event, Outcome, Target, WorkingCopy};
use crate::words::{About, field};
use effect::Effect;
use msg::{Clock, Room};
use std::collections::{BTreeMap, VecDeque};
use tui_input::Input;

pub use crate::words::{CopiedTo, CopyItem, Mark, Notice, Reused};
pub use mode::{
    Asked, Confirm, Mode, Overlay, Page, PageText, Picker, ProfilesOnDisk, Prompt, Question, Rows, Side, Typed,
};
pub use update::update;

/// The row in focus.
#[derive(Clone, Debug)]
pub struct Form {
    /// Which row.
    pub focus: FieldId,
    /// The text under the caret, where the row is one that is typed.
    pub input: Input,
    /// What the row held when focus came, for Esc.
    pub arrived: Entered,
    /// Has it been edited since? Its problem is then told in the strip, and moves no rows.
    pub typed: bool,
    /// Is the whole value selected, because the focus came by a key? What is typed or pasted then replaces it.
    pub selected: bool,
    /// First line to show after the wheel was turned; `None` follows the focus.
    pub scroll: Option<usize>,
}

/// What is known of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Does it report the mouse to us?
    pub mouse: bool,
    /// Is it too small to show the form? Nothing is edited or sent unseen then.
    pub cramped: bool,
    /// Which window has the focus.
    pub focus: WindowFocus,
    /// How much is seen of what is open.
    pub room: Room,
}

/// Which window has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowFocus {
    /// Ours.
    Here,
    /// Ours for a moment: a click now only meant the window, or what was there before a question.
    Arriving,
    /// Another one.
    Away,
}

/// Everything callset knows.
#[derive(Clone, Debug)]
pub struct App {
    /// What is edited.
    pub target: Target,
    /// The row in focus.
    pub form: Form,
    /// Who has the keyboard.
    pub mode: Mode,
    /// What is edited, and what is under way.
    pub sync: WorkingCopy,
    /// What the strip says.
    pub notice: Option<Notice>,
    /// What rows say.
    pub marks: BTreeMap<FieldId, Mark>,
    /// When the server's values were last seen, and where we are; comes after the first frame.
    pub clock: Option<Clock>,
    /// What is known of the terminal.
    pub terminal: Terminal,
    /// What earlier runs left, the next to be asked about first; not before the settings are loaded.
    pub leftovers: Vec<Leftover>,
    /// Those the user wants to be asked about later.
    put_off: Vec<Leftover>,
    /// What became of the writes of those whose runs did not see the end of them, as it was told.
    told: BTreeMap<String, Vec<Notice>>,
    /// The one that the disk is asked to put where it is not found again: nobody is asked about it, or another, meanwhile.
    taking: Option<String>,
    /// What there is to tell besides, one at a time.
    news: VecDeque<Notice>,
    /// Why a resource besides the settings could not be read: its section says so.
    pub unread: BTreeMap<Resource, Outcome>,
    /// What a reload has found so far, of the resources that have come back.
    reloaded: (usize, usize),
    /// What the strip goes back to after news: the failure or the doubt that nothing has settled yet.
    trouble: Option<Notice>,
    /// What was saved from this machine.
    pub history: reuse::History,
    /// Where the focus was when a save was last asked for.
    asked_at: FieldId,
    /// Quit as soon as the save in flight is confirmed.
    leaving: bool,
    /// May a read-only profile save, because the user said so for this run?
    unlocked: bool,
}

impl App {
    /// The state of the first frame, and what to do after it.
    pub fn new(target: Target) -> (Self, Vec<Effect>) {
        let mut sync = WorkingCopy::new(target.paths.keys().copied(), target.seed);
        sync.watch.wanted = target.watch;
        let focus = Resource::Settings.fields()[0].id.clone();
        let mut app = Self {
            target,
            sync,
            form: Form {
                focus: focus.clone(),
                input: Input::default(),
                arrived: Entered::default(),
                typed: false,
                selected: false,
                scroll: None,
            },
            mode: Mode::Editing,
            notice: None,
            marks: BTreeMap::new(),
            clock: None,
            terminal: Terminal { mouse: true, cramped: false, focus: WindowFocus::Here, room: Room::default() },
            leftovers: Vec::new(),
            put_off: Vec::new(),
            told: BTreeMap::new(),
            taking: None,
            news: VecDeque::new(),
            unread: BTreeMap::new(),
            reloaded: (0, 0),
            trouble: None,
            history: reuse::History::default(),
            asked_at: focus,
            leaving: false,
            unlocked: false,
        };
        let mut effects = vec![Effect::ReadClock, Effect::Disk(Disk::Open)];
        if app.target.setup.mouse == Some(false) {
            app.terminal.mouse = false;
            effects.push(Effect::SetMouse(false));
        }
        effects.extend(app.happen(Event::Reload));
        if let Some(first) = app.target.complaints.first() {
            let (first, things) = (first.clone(), app.target.complaints.len());
            app.news.push_back(Notice::Complaints { things, first });
        }
        (app, effects)
    }

    /// The working copy hears of it, and the editor of what comes of that.
    fn happen(&mut self, event: Event) -> Vec<Effect> {
        let (effects, reports) = self.sync.happen(event);
        let mut effects: Vec<Effect> = effects.into_iter().map(Effect::from).collect();
        effects.extend(self.hear(reports));
        effects
    }

    /// What sentences are about.
    pub fn about(&self) -> About<'_> {
        About { sync: &self.sync, target: &self.target, clock: self.clock.as_ref() }
    }

    /// The field in focus.
    pub fn focused(&self) -> &Field {
        let fields = self.sync.draft.fields();
        fields.iter().find(|field| field.id == self.form.focus).unwrap_or(&fields[0])
    }

    /// Is the row all there is of its resource: because the server does not have it, or it could not be read?
    pub fn is_closed(&self, resource: Resource) -> bool {
        !self.sync.draft.is_edited(resource)
            && (self.sync.draft.is_absent(resource)
                || self.unread.contains_key(&resource) && !self.sync.draft.is_loaded(resource))
    }

    /// The rows that are shown, in the order of the form.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Field> {
        self.sync.draft.fields().iter().filter(|field| self.is_row(field))
    }

    /// Is the field shown? Of a closed resource the first one stands for all.
    pub fn is_row(&self, field: &Field) -> bool {
        let resource = field.id.resource;
        resource.fields().first().is_some_and(|first| first.id == field.id) || !self.is_closed(resource)
    }

    /// The first row of a resource.
    fn row_of(&self, resource: Resource) -> FieldId {
        let rows = self.rows().find(|field| field.id.resource == resource).or_else(|| self.rows().next());
        rows.map_or_else(|| Resource::Settings.fields()[0].id.clone(), |field| field.id.clone())
    }

    /// What is wrong with a field's edit: our rule first, then HubSpot's words.
    pub fn problem(&self, field: &Field) -> Option<field::Problem> {
        if self.sync.is_missing(field) {
            return Some(field::missing());
        }
        if self.sync.draft.state(field) != State::Clean
            && let Some(defect) = self.sync.draft.edit(&field.id).and_then(|edit| validate::check(field, edit))
        {
            return Some(field::problem(&defect));
        }
        if matches!(self.sync.draft.base(&field.id), Some(Value::Withheld(_)))
            && self.sync.draft.edit(&field.id).is_none()
        {
            return Some(field::holds_credential());
        }
        match self.marks.get(&field.id) {
            Some(Mark::Refused(words)) => Some(field::refused(words)),
            _ => None,
        }
    }

    /// Is saving locked? The profile is read-only, and nobody unlocked it in this run.
    pub fn is_locked(&self) -> bool {
        self.target.profile.as_ref().is_some_and(|profile| profile.read_only) && !self.unlocked
    }

    /// Will it end as soon as the save in flight is confirmed?
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// News is over at the next key, and the next one is told; what is not settled is not over.
    fn hush(&mut self) {
        if self.notice.as_ref().is_some_and(|notice| !notice.is_sticky()) {
            self.notice = self.news.pop_front().or_else(|| self.trouble.clone());
        }
    }

    /// Tells something when there is room for it.
    fn tell(&mut self, notice: Notice) {
        match self.notice {
            None => self.notice = Some(notice),
            Some(_) => self.news.push_back(notice),
        }
    }

    /// What is not so any more is not told, or no longer. True if nobody has seen it.
    fn withdraw(&mut self, is_over: fn(&Notice) -> bool) -> bool {
        let queued = self.news.len();
        self.news.retain(|notice| !is_over(notice));
        let is_shown = self.notice.take_if(|notice| is_over(notice)).is_some();
        if is_shown {
            self.notice = self.news.pop_front().or_else(|| self.trouble.clone());
        }
        !is_shown && self.news.len() < queued
    }

    /// Says what stays until something settles it.
    fn trouble(&mut self, notice: Notice) {
        self.trouble = Some(notice.clone());
        self.notice = Some(notice);
    }

    /// Nothing is left to tell.
    fn fall_silent(&mut self) {
        self.notice = None;
        self.trouble = None;
    }
}
