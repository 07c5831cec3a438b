//! The machine: what is on the form, who has the keyboard, what the network is doing.
//!
//! ```text
//!             Msg                                   Vec<Effect>
//!   terminal ──────┐                            ┌──────> send, cancel (network)
//!   network  ──────┼──> update(&mut App, Msg) ──┼──────> wake (timers)
//!   timers   ──────┘                            └──────> clipboard, suspend, quit
//! ```
//!
//! Pure: no clock, terminal or network in here; time comes inside messages. Knows the model, and `tui_input`, which is pure.

pub mod effect;
pub mod fault;
pub mod keymap;
pub mod msg;
pub mod notice;
pub mod palette;
pub mod update;

use crate::model::{Draft, Edit, Field, FieldId, Patch, Problem, Resource, Severity, State, validate};
use effect::{Call, Effect, Request, Timer};
use fault::Fault;
use msg::{Clock, RequestId};
use std::collections::BTreeMap;
use std::time::Duration;
use tui_input::Input;

pub use notice::{CopyItem, Doing, Mark, Notice};
pub use update::update;

/// A spinner appears only when an answer takes longer than this.
pub const PATIENCE: Duration = Duration::from_millis(300);

/// What is edited, as the screen names it. Fixed for a run; holds no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The HubSpot app, 1 to 2147483647.
    pub app_id: i32,
    /// The server as people name it: host, and port where it is not the usual one.
    pub host: String,
    /// Scheme, host and port, without a slash at the end.
    pub base_url: String,
    /// The path of each resource in the API version in use.
    pub paths: BTreeMap<Resource, String>,
    /// The credential with all but its end masked.
    pub credential_hint: String,
    /// Is it the built-in sandbox?
    pub sandbox: bool,
}

impl Target {
    /// The path of a resource; empty for one that this API version does not have.
    pub fn path(&self, resource: Resource) -> &str {
        self.paths.get(&resource).map_or("", String::as_str)
    }
}

/// Who has the keyboard.
#[derive(Clone, Debug)]
pub enum Mode {
    /// The form.
    Editing,
    /// The table of keys, from this line on.
    Help {
        /// Lines scrolled away.
        scroll: usize,
    },
    /// All actions, filtered by what is typed.
    Palette {
        /// The filter.
        filter: Input,
        /// Index among the entries that match.
        selected: usize,
    },
    /// What a save would change, and the whole request.
    Reviewing {
        /// Lines scrolled away.
        scroll: usize,
    },
    /// What to copy.
    Copying {
        /// Index among [`CopyItem::ALL`].
        selected: usize,
    },
    /// "Quit?", because something would be lost.
    Quitting,
}

/// What the network is doing. Independent of who has the keyboard: typing goes on meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Nothing.
    Idle,
    /// A GET is on its way.
    Loading {
        /// The answer that is awaited.
        request: RequestId,
        /// How long it has been awaited, as far as timers told.
        waited: Duration,
    },
    /// A PATCH is on its way. There is never a second one.
    Saving {
        /// The answer that is awaited.
        request: RequestId,
        /// What was sent.
        patch: Patch,
        /// How long it has been awaited, as far as timers told.
        waited: Duration,
    },
}

/// The row in focus.
#[derive(Clone, Debug)]
pub struct Form {
    /// Which row.
    pub focus: FieldId,
    /// The text under the caret, where the row is one that is typed.
    pub input: Input,
    /// What the row held when focus came, for Esc.
    pub arrived: Option<Edit>,
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
    /// It just got the focus: a click now only meant the window.
    pub arriving: bool,
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
    /// When the base was last confirmed by the server.
    pub synced: Option<jiff::Timestamp>,
    /// What is known of the terminal.
    pub terminal: Terminal,
    /// What was sent without an answer that says whether it was saved. The next settings that come from the server settle it.
    doubt: Option<Patch>,
    /// What the strip goes back to after news: the failure or the doubt that nothing has settled yet.
    trouble: Option<Notice>,
    /// The last failure since something worked, for copying.
    last_fault: Option<(Doing, Fault)>,
    /// Where the focus was when the save in flight left.
    saved_from: Option<FieldId>,
    /// Quit as soon as the save in flight is confirmed.
    leaving: bool,
    requests: u32,
}

impl Mode {
    /// Does the form have the keyboard?
    pub fn is_editing(&self) -> bool {
        matches!(self, Mode::Editing)
    }
}

impl App {
    /// The state of the first frame, and what to do after it.
    pub fn new(target: Target) -> (Self, Vec<Effect>) {
        let draft = Draft::new();
        let focus = Resource::ALL[0].fields()[0].id.clone();
        let mut app = Self {
            target,
            draft,
            form: Form { focus, input: Input::default(), arrived: None, typed: false, selected: false, scroll: None },
            mode: Mode::Editing,
            sync: Sync::Idle,
            notice: None,
            marks: BTreeMap::new(),
            clock: None,
            synced: None,
            terminal: Terminal { mouse: true, cramped: false, arriving: false },
            doubt: None,
            trouble: None,
            last_fault: None,
            saved_from: None,
            leaving: false,
            requests: 0,
        };
        let mut effects = vec![Effect::ReadClock];
        effects.extend(app.load());
        (app, effects)
    }

    /// The field in focus.
    pub fn focused(&self) -> &Field {
        let fields = self.draft.fields();
        fields.iter().find(|field| field.id == self.form.focus).unwrap_or(&fields[0])
    }

    /// What is wrong with a field's edit: our rule first, then HubSpot's words.
    pub fn problem(&self, field: &Field) -> Option<Problem> {
        if self.draft.state(field) != State::Clean
            && let Some(problem) = self.draft.edit(&field.id).and_then(|edit| validate::check(field, edit))
        {
            return Some(problem);
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
        self.draft.dirty().filter(is_error)
    }

    /// What may or may not have been saved.
    pub fn doubt(&self) -> Option<&Patch> {
        self.doubt.as_ref()
    }

    /// Will it end as soon as the save in flight is confirmed?
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// News is over at the next key; what is not settled is not.
    fn hush(&mut self) {
        if self.notice.as_ref().is_some_and(|notice| !notice.is_sticky()) {
            self.notice.clone_from(&self.trouble);
        }
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
        match self.sync {
            Sync::Idle => None,
            Sync::Loading { waited, .. } | Sync::Saving { waited, .. } => (waited >= PATIENCE).then_some(waited),
        }
    }

    /// Nothing is left to tell.
    fn fall_silent(&mut self) {
        self.notice = None;
        self.trouble = None;
    }

    /// Starts a GET.
    fn load(&mut self) -> Vec<Effect> {
        let request = self.next_request();
        self.sync = Sync::Loading { request, waited: Duration::ZERO };
        vec![
            Effect::Send(Request { id: request, call: Call::Get(Resource::Settings) }),
            Effect::Wake { timer: Timer::Patience(request), after: PATIENCE },
        ]
    }

    fn next_request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }
}
