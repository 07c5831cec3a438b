//! The editor: the form, what has the keyboard, and the messages to the user. It wraps a working copy, which loads,
//! edits and saves.
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
//! This room is pure. It uses no clock, terminal or network; time comes inside messages. It knows the working copy, the
//! model, the sentences, and `tui_input`, which is pure as well.

pub mod checks;
pub mod dialogue;
mod edition;
pub mod effect;
pub mod keymap;
pub mod mode;
pub mod msg;
mod offered;
pub mod palette;
pub mod preview;
pub mod reuse;
pub mod sheet;
pub mod tunnels;
pub mod update;
pub mod wizard;

use crate::model::record::Leftover;
use crate::model::{Entered, Field, FieldId, Resource, Value};
use crate::sync::{Disk, Event, Outcome, Target, WorkingCopy};
use crate::words::{About, field};
use effect::Effect;
use msg::{Clock, Room};
use std::collections::{BTreeMap, VecDeque};
use tui_input::Input;

pub use crate::words::profile::ProfileNews;
pub use crate::words::{CopiedTo, CopyItem, Mark, Notice, Reused};
pub use edition::Edition;
pub use mode::{
    Asked, Confirm, ConnectionTest, Mode, Overlay, Page, PageText, Picker, ProfilesOnDisk, Prompt, Question, Rows,
    Side, Typed,
};
pub use offered::Offered;
pub use update::update;

/// The row in focus, and the state of its text.
#[derive(Clone, Debug)]
pub struct Form {
    /// The row.
    pub focus: FieldId,
    /// The text and its caret, if the row is a text or a number.
    pub input: Input,
    /// What the row held when it got the focus. Esc restores it.
    pub arrived: Entered,
    /// Was the row edited since it got the focus? Its problem is then shown in the strip, so that no rows move.
    pub typed: bool,
    /// Is the whole value selected, because a key moved the focus here? Typed or pasted text then replaces the value.
    pub selected: bool,
    /// The first line to show after the wheel was turned. With `None` the form scrolls to the focus.
    pub scroll: Option<usize>,
}

/// The state of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Does the terminal report the mouse to callset?
    pub mouse: bool,
    /// Is there a screen? Otherwise the editor is a dialogue of lines.
    pub is_drawn: bool,
    /// Is the terminal too small to show the form? The user can then only quit, so that nothing is edited unseen.
    pub cramped: bool,
    /// Which window has the focus.
    pub focus: WindowFocus,
    /// How much of the open overlay can be seen.
    pub room: Room,
}

/// Which window has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowFocus {
    /// The window of callset.
    Here,
    /// The window of callset, for a moment only. A click now was meant for the window, or for what was on the screen
    /// before a question opened.
    Arriving,
    /// Another window.
    Away,
}

/// The state of the editor.
#[derive(Clone, Debug)]
pub struct App {
    /// The app and the profile that are edited.
    pub target: Target,
    /// The row in focus.
    pub form: Form,
    /// All that was drawn holds for as long as this stays, but for what is made of the text that is being typed.
    pub edition: Edition,
    /// What has the keyboard.
    pub mode: Mode,
    /// The values with their edits, and the loads and saves that are running.
    pub sync: WorkingCopy,
    /// The message in the strip.
    pub notice: Option<Notice>,
    /// The marks of rows.
    pub marks: BTreeMap<FieldId, Mark>,
    /// The time and the time zone. They arrive after the first frame.
    pub clock: Option<Clock>,
    /// The state of the terminal.
    pub terminal: Terminal,
    /// What earlier runs left. The user is asked about the first one next, once the settings are loaded.
    pub leftovers: Vec<Leftover>,
    /// The leftovers that the user wants to be asked about later.
    put_off: Vec<Leftover>,
    /// For leftovers whose runs did not see the end of their writes: what the user was told about those writes.
    told: BTreeMap<String, Vec<Notice>>,
    /// The leftovers of runs that this process ended for another profile. Their edits are restored without a question.
    resumed: Vec<String>,
    /// Is no profile chosen yet? Then only the list of profiles is shown.
    choosing: bool,
    /// The leftover that the disk is renaming, so that no later start finds it. Until the disk has answered, the user
    /// is asked about no leftover.
    taking: Option<String>,
    /// Messages that wait for their turn in the strip.
    news: VecDeque<Notice>,
    /// Why a resource other than the settings could not be read. Its section shows the reason.
    pub unread: BTreeMap<Resource, Outcome>,
    /// How many fields changed on the server and how many are in conflict, as far as the resources of a reload have
    /// arrived.
    reloaded: (usize, usize),
    /// The failure or the doubt that is not settled yet. The strip shows it again after other messages.
    pub trouble: Option<Notice>,
    /// The saves that were made from this machine.
    pub history: reuse::History,
    /// The looks at the pages behind URLs.
    pub checks: checks::UrlChecks,
    /// The tunnels of this machine.
    pub tunnels: tunnels::KnownTunnels,
    /// The row that had the focus when the last save began.
    asked_at: FieldId,
    /// Does callset quit as soon as the running save is confirmed?
    leaving: bool,
    /// Did the user allow a read-only profile to save in this run?
    unlocked: bool,
    /// How often `doctor` was asked for.
    examined: u64,
    /// The actions that were taken from the palette, the last one first.
    used: Vec<keymap::Intent>,
    /// The dialogue, where nothing is drawn.
    pub dialogue: dialogue::Dialogue,
    /// All settings as a file, while the user's own editor has it.
    sheet: Option<Box<sheet::SettingsSheet>>,
    /// The resource that was deleted last, if nothing was entered since. Undo then says what it cannot do.
    deleted: Option<Resource>,
    /// The preview in a browser, while it is on.
    pub preview: Option<Box<preview::Previewing>>,
}

impl App {
    /// The state of the first frame, and the effects that follow it.
    pub fn new(target: Target) -> (Self, Vec<Effect>) {
        let mut sync = WorkingCopy::new(target.paths.keys().copied(), target.seed);
        sync.watch.wanted = target.watch;
        // This is what changes most often, and a name is never typed over by mistake.
        let focus = FieldId::settings("url");
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
            edition: Edition::default(),
            mode: Mode::Editing,
            notice: None,
            marks: BTreeMap::new(),
            clock: None,
            terminal: Terminal {
                mouse: true,
                is_drawn: true,
                cramped: false,
                focus: WindowFocus::Here,
                room: Room::default(),
            },
            leftovers: Vec::new(),
            put_off: Vec::new(),
            told: BTreeMap::new(),
            resumed: Vec::new(),
            choosing: false,
            taking: None,
            news: VecDeque::new(),
            unread: BTreeMap::new(),
            reloaded: (0, 0),
            trouble: None,
            history: reuse::History::default(),
            checks: checks::UrlChecks::default(),
            tunnels: tunnels::KnownTunnels::default(),
            asked_at: focus,
            leaving: false,
            unlocked: false,
            examined: 0,
            used: Vec::new(),
            dialogue: dialogue::Dialogue::default(),
            sheet: None,
            deleted: None,
            preview: None,
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

    /// The state of the first frame if there are several profiles and none is chosen: their list is open, and nothing is
    /// read from a server.
    pub fn choosing(target: Target) -> (Self, Vec<Effect>) {
        let (mut app, effects) = Self::new(target);
        (app.mode, app.choosing) = (Mode::profiles(false), true);
        app.sync = WorkingCopy::new(app.target.paths.keys().copied(), app.target.seed);
        app.notice = app.news.pop_front();
        let is_wanted = |effect: &Effect| matches!(effect, Effect::ReadClock | Effect::SetMouse(_));
        let effects = effects.into_iter().filter(is_wanted).chain([Effect::Disk(Disk::Survey)]);
        (app, effects.collect())
    }

    /// Is no profile chosen yet?
    pub fn is_choosing(&self) -> bool {
        self.choosing
    }

    /// Gives an event to the working copy, and takes up what the working copy reports.
    fn happen(&mut self, event: Event) -> Vec<Effect> {
        let (effects, reports) = self.sync.happen(event);
        let mut effects: Vec<Effect> = effects.into_iter().map(Effect::from).collect();
        effects.extend(self.hear(reports));
        effects
    }

    /// What the sentences on the screen are written from.
    pub fn about(&self) -> About<'_> {
        About { sync: &self.sync, target: &self.target, clock: self.clock.as_ref(), has_rows: self.terminal.is_drawn }
    }

    /// The field in focus.
    pub fn focused(&self) -> &Field {
        let fields = self.sync.draft.fields();
        fields.iter().find(|field| field.id == self.form.focus).unwrap_or(&fields[0])
    }

    /// Is the resource shown as a single row? This is so if the server does not have it, or if it could not be read.
    pub fn is_closed(&self, resource: Resource) -> bool {
        let draft = &self.sync.draft;
        let has_none = draft.is_absent(resource) || self.unread.contains_key(&resource) && !draft.is_loaded(resource);
        has_none && !draft.is_edited(resource)
    }

    /// The fields that are shown as rows, in the order of the form.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Field> {
        self.sync.draft.fields().iter().filter(|field| self.is_row(field))
    }

    /// The fields that are shown as rows, with their places among all fields.
    pub fn shown(&self) -> Vec<(usize, &Field)> {
        let draft = &self.sync.draft;
        let closed: Vec<Resource> = draft.resources().iter().copied().filter(|of| self.is_closed(*of)).collect();
        let is_shown = |field: &Field| !closed.contains(&field.id.resource) || self.is_row(field);
        draft.fields().iter().enumerate().filter(|(_, field)| is_shown(field)).collect()
    }

    /// Is the field shown as a row? For a closed resource its first field stands for all.
    pub fn is_row(&self, field: &Field) -> bool {
        let resource = field.id.resource;
        resource.fields().first().is_some_and(|first| first.id == field.id) || !self.is_closed(resource)
    }

    /// The first row of a resource; the first row of the form if the resource has none.
    fn row_of(&self, resource: Resource) -> FieldId {
        let rows = self.rows().find(|field| field.id.resource == resource).or_else(|| self.rows().next());
        rows.map_or_else(|| Resource::Settings.fields()[0].id.clone(), |field| field.id.clone())
    }

    /// What is wrong with a field. HubSpot's reason for refusing the value comes first, then a rule of callset.
    pub fn problems(&self, field: &Field) -> Vec<field::Problem> {
        let refused = match self.marks.get(&field.id) {
            Some(Mark::Refused(words)) => Some(field::refused(words)),
            _ => None,
        };
        let own = if self.sync.is_missing(field) {
            Some(field::missing())
        } else if self.sync.draft.is_dirty(&field.id) {
            let defect = self.sync.draft.defect(&field.id).filter(|defect| self.is_so(field, defect));
            defect.map(field::problem)
        } else if matches!(self.sync.draft.base(&field.id), Some(Value::Withheld(_)))
            && self.sync.draft.edit(&field.id).is_none()
        {
            Some(field::holds_credential())
        } else {
            None
        };
        refused.into_iter().chain(own).collect()
    }

    /// Is saving locked? This is so if the profile is read-only and the user has not unlocked it in this run.
    pub fn is_locked(&self) -> bool {
        self.target.profile.as_ref().is_some_and(|profile| profile.read_only) && !self.unlocked
    }

    /// Does callset quit as soon as the running save is confirmed?
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// A key was pressed: the message in the strip makes room for the next one. A message about something that is not
    /// settled stays.
    fn hush(&mut self) {
        if self.notice.as_ref().is_some_and(|notice| !notice.is_sticky()) {
            self.notice = self.news.pop_front().or_else(|| self.trouble.clone());
        }
    }

    /// Shows a message in the strip, or queues it if the strip shows another.
    fn tell(&mut self, notice: Notice) {
        match self.notice {
            None => self.notice = Some(notice),
            Some(_) => self.news.push_back(notice),
        }
    }

    /// Removes the messages that are no longer true, from the strip and from the queue. Returns true if the strip
    /// showed none of them and the queue had one.
    fn withdraw(&mut self, is_over: fn(&Notice) -> bool) -> bool {
        let queued = self.news.len();
        self.news.retain(|notice| !is_over(notice));
        let is_shown = self.notice.take_if(|notice| is_over(notice)).is_some();
        if is_shown {
            self.notice = self.news.pop_front().or_else(|| self.trouble.clone());
        }
        !is_shown && self.news.len() < queued
    }

    /// Shows a message that stays until its cause is settled.
    fn trouble(&mut self, notice: Notice) {
        self.trouble = Some(notice.clone());
        self.notice = Some(notice);
    }

    /// Empties the strip. Queued messages stay in the queue.
    fn fall_silent(&mut self) {
        self.notice = None;
        self.trouble = None;
    }
}
