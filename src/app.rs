//! The machine: what is on the form, who has the keyboard, what the network is doing.
//!
//! ```text
//!             Msg                                   Vec<Effect>
//!   terminal ──────┐                            ┌──────> send, cancel (network)
//!   network  ──────┤                            ├──────> keep, intend, take turns (disk)
//!   disk     ──────┼──> update(&mut App, Msg) ──┼──────> wake (timers)
//!   timers   ──────┘                            └──────> clipboard, suspend, quit
//! ```
//!
//! Pure: no clock, terminal or network in here; time comes inside messages. Knows the model, and `tui_input`, which is pure.

pub mod effect;
pub mod fault;
pub mod keymap;
pub mod log;
pub mod mode;
pub mod msg;
pub mod notice;
pub mod palette;
pub mod reuse;
pub mod sync;
pub mod target;
pub mod update;
pub mod wizard;

use crate::model::record::{Intent, Leftover, Saved, Unsaved};
use crate::model::{Draft, Entered, Field, FieldId, Problem, Resource, Severity, State, Value, validate};
use effect::{Disk, Effect};
use fault::Fault;
use log::Logged;
use msg::{Clock, RequestId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tui_input::Input;

pub use mode::{Choices, Confirm, Mode, Side, Survey};
pub use notice::{CopyItem, Doing, Mark, Notice};
pub use reuse::{Reuse, Reused};
pub use sync::{Act, Exchange, Load, Planned, Review, Save, Stage, Stopped, Sync};
pub use target::Target;
pub use update::update;

/// A spinner appears only when an answer takes longer than this.
pub const PATIENCE: Duration = Duration::from_millis(300);

/// The spinner's pace.
const SPIN: Duration = Duration::from_millis(250);

/// Where edits are kept beside memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Nobody knows yet.
    Opening,
    /// On disk.
    OnDisk,
    /// On disk, but the last draft could not be written; why.
    Failing(String),
    /// Nowhere; why.
    InMemory(String),
}

/// The watch: how often the settings are looked at while nobody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// `None` while it is off.
    pub every: Option<Duration>,
    /// Tells the timer of this watch from earlier ones.
    round: u32,
    /// How many looks failed in a row.
    pub failed: u8,
    /// Was a look left out, because nobody would have seen it?
    due: bool,
    /// The resources that the last look did not find, though they were there before.
    missed: BTreeSet<Resource>,
}

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
}

/// Which window has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowFocus {
    /// Ours.
    Here,
    /// Ours for a moment: a click now only meant the window.
    Arriving,
    /// Another one.
    Away,
}

/// Everything callset knows.
#[derive(Clone, Debug)]
pub struct App {
    /// What is edited.
    pub target: Target,
    /// Base and edits.
    pub draft: Draft,
    /// The row in focus.
    pub form: Form,
    /// Who has the keyboard.
    pub mode: Mode,
    /// What the network does.
    pub sync: Sync,
    /// What the strip says.
    pub notice: Option<Notice>,
    /// What rows say.
    pub marks: BTreeMap<FieldId, Mark>,
    /// When the server's values were last seen, and where we are; comes after the first frame.
    pub clock: Option<Clock>,
    /// When the settings were last confirmed by the server.
    pub synced: Option<jiff::Timestamp>,
    /// What is known of the terminal.
    pub terminal: Terminal,
    /// Where edits are kept.
    pub keeping: Keeping,
    /// Where the disk is that has not answered for a while.
    pub hangs: Option<String>,
    /// The requests of this run, oldest first.
    pub log: VecDeque<Logged>,
    /// Looks for changes of others.
    pub watch: Watch,
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
    pub unread: BTreeMap<Resource, Notice>,
    /// What a reload has found so far, of the resources that have come back.
    reloaded: (usize, usize),
    /// What was sent without an answer that says what became of it, by resource. What comes next from the server says it.
    doubts: BTreeMap<Resource, Intent>,
    /// What writes of ours have replaced, as far as that became known and is not in the history yet.
    replaced: Vec<Saved>,
    /// The save that was given up while its PATCH was on its way: its answer may be in the queue already.
    given_up: Option<(RequestId, Box<Save>)>,
    /// The edits as they were last handed to the disk.
    kept: Option<Arc<Unsaved>>,
    /// What the strip goes back to after news: the failure or the doubt that nothing has settled yet.
    trouble: Option<Notice>,
    /// The last failure since something worked, for copying.
    pub last_fault: Option<(Doing, Fault)>,
    /// The values that rows had before.
    pub recent: reuse::Recent,
    /// Quit as soon as the save in flight is confirmed.
    leaving: bool,
    /// May a read-only profile save, because the user said so for this run?
    unlocked: bool,
    requests: u32,
    /// How often the disk was asked whose turn it is, and has not answered.
    questions: u32,
    rng: fastrand::Rng,
}

impl App {
    /// The state of the first frame, and what to do after it.
    pub fn new(target: Target) -> (Self, Vec<Effect>) {
        let draft = Draft::of(target.paths.keys().copied());
        let rng = fastrand::Rng::with_seed(target.seed);
        let focus = Resource::Settings.fields()[0].id.clone();
        let mut app = Self {
            target,
            draft,
            form: Form {
                focus,
                input: Input::default(),
                arrived: Entered::default(),
                typed: false,
                selected: false,
                scroll: None,
            },
            mode: Mode::Editing,
            sync: Sync::default(),
            notice: None,
            marks: BTreeMap::new(),
            clock: None,
            synced: None,
            terminal: Terminal { mouse: true, cramped: false, focus: WindowFocus::Here },
            keeping: Keeping::Opening,
            hangs: None,
            log: VecDeque::new(),
            watch: Watch { every: None, round: 0, failed: 0, due: false, missed: BTreeSet::new() },
            leftovers: Vec::new(),
            put_off: Vec::new(),
            told: BTreeMap::new(),
            taking: None,
            news: VecDeque::new(),
            unread: BTreeMap::new(),
            reloaded: (0, 0),
            doubts: BTreeMap::new(),
            replaced: Vec::new(),
            given_up: None,
            kept: None,
            trouble: None,
            last_fault: None,
            recent: reuse::Recent::default(),
            leaving: false,
            unlocked: false,
            requests: 0,
            questions: 0,
            rng,
        };
        if let Some(first) = app.target.complaints.first() {
            let (first, things) = (first.clone(), app.target.complaints.len());
            app.news.push_back(Notice::Complaints { things, first });
        }
        let mut effects = vec![Effect::ReadClock, Effect::Disk(Disk::Open)];
        if app.target.setup.mouse == Some(false) {
            app.terminal.mouse = false;
            effects.push(Effect::SetMouse(false));
        }
        for resource in app.draft.resources().to_vec() {
            effects.extend(app.load(resource, false));
        }
        (app, effects)
    }

    /// The field in focus.
    pub fn focused(&self) -> &Field {
        let fields = self.draft.fields();
        fields.iter().find(|field| field.id == self.form.focus).unwrap_or(&fields[0])
    }

    /// Is the row all there is of its resource: because the server does not have it, or it could not be read?
    pub fn is_closed(&self, resource: Resource) -> bool {
        !self.draft.is_edited(resource)
            && (self.draft.is_absent(resource)
                || self.unread.contains_key(&resource) && !self.draft.is_loaded(resource))
    }

    /// The rows that are shown, in the order of the form.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Field> {
        self.draft.fields().iter().filter(|field| self.is_row(field))
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
    pub fn problem(&self, field: &Field) -> Option<Problem> {
        if self.is_missing(field) {
            let text = "HubSpot wants it to set this up. Enter starts it".into();
            return Some(Problem { severity: Severity::Error, text });
        }
        if self.draft.state(field) != State::Clean
            && let Some(problem) = self.draft.edit(&field.id).and_then(|edit| validate::check(field, edit))
        {
            return Some(problem);
        }
        if matches!(self.draft.base(&field.id), Some(Value::Withheld(_))) && self.draft.edit(&field.id).is_none() {
            let text = "HubSpot sent back this session's credential here: it is masked, and kept nowhere".into();
            return Some(Problem { severity: Severity::Warning, text });
        }
        match self.marks.get(&field.id) {
            Some(Mark::Refused(words)) => {
                Some(Problem { severity: Severity::Error, text: format!("HubSpot: {words}").into() })
            }
            _ => None,
        }
    }

    /// Fields whose edits can not be sent.
    pub fn invalid(&self) -> impl Iterator<Item = &Field> {
        let is_error = |field: &&Field| {
            self.draft
                .edit(&field.id)
                .is_some_and(|edit| validate::check(field, edit).is_some_and(|p| p.severity == Severity::Error))
        };
        self.draft.dirty().filter(is_error).chain(self.draft.fields().iter().filter(|field| self.is_missing(field)))
    }

    /// Does a POST that is being entered lack this field?
    fn is_missing(&self, field: &Field) -> bool {
        let resource = field.id.resource;
        self.draft.is_absent(resource)
            && self.draft.is_edited(resource)
            && self.draft.missing(resource).any(|missing| missing.id == field.id)
    }

    /// What may or may not have been carried out, in the order of the form.
    pub fn doubts(&self) -> impl Iterator<Item = &Intent> {
        self.doubts.values()
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

    /// How many fields have unsaved edits.
    pub fn unsaved(&self) -> usize {
        self.draft.dirty().count()
    }

    /// How long an answer has been awaited, once that is long enough to be told.
    pub fn waiting(&self) -> Option<Duration> {
        let told = |exchange: &&Exchange| exchange.pause.is_none() && exchange.waited >= PATIENCE;
        self.sync.exchange().filter(told).map(|exchange| exchange.waited)
    }

    /// The fields that were changed here and on the server, in the order of the form: what both started from, and what the
    /// server has now.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Field, Option<&Value>, Option<&Value>)> {
        self.draft.conflicts()
    }

    /// Nothing is left to tell.
    fn fall_silent(&mut self) {
        self.notice = None;
        self.trouble = None;
    }

    fn next_request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }
}
