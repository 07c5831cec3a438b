//! One of the two editors: the machine, and what it waits for.

use super::server::Fate;
use super::{Known, SETTINGS};
use crate::transitions::target;
use callset::app::effect::{Call, Disk, Effect, Request, Timer};
use callset::app::fault::Fault;
use callset::app::msg::{Code, Hit, Key, Msg};
use callset::app::{App, Mode};
use callset::model::{FieldId, Patch, Representation};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// The fields that everybody is after: enough for them to meet, and not to.
pub(super) const FIELDS: [&str; 3] = ["width", "name", "isReady"];

/// Something happens to an editor, or near it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// The user empties a field, or flips it.
    Clear(usize),
    /// The user types.
    Type(char),
    /// The user presses a key.
    Press(Key),
    /// The user answers what is asked, one way or another.
    Choose(usize),
    /// The window gets or loses the focus.
    Look(bool),
    /// The disk does the next thing it was asked for.
    Work,
    /// It can not.
    Fail,
    /// What the disk said is heard.
    Hear,
    /// The request on its way meets its fate.
    Serve(Fate),
    /// Its answer arrives.
    Answer,
    /// Both, at once.
    Exchange(Fate),
    /// Disk and server do what they are asked for, for a while; but a PATCH meets this fate.
    Flow(Fate),
    /// A timer runs out.
    Wake(usize),
    /// Someone else writes to a field, perhaps without moving `updatedAt`.
    Meddle(usize, u8, bool),
    /// The process is killed; a PATCH on its way may have left.
    Crash(bool),
}

/// What happens to which editor.
#[derive(Clone, Copy)]
pub(super) struct Step(pub(super) usize, pub(super) Event);

/// One line of a schedule, short enough to be read.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = ["A", "B"][self.0];
        match self.1 {
            Event::Press(Key { code, ctrl, .. }) => write!(f, "{who} {}{code:?}", if ctrl { "ctrl-" } else { "" }),
            event => write!(f, "{who} {event:?}"),
        }
    }
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    (0..2_usize, event()).prop_map(|(who, event)| Step(who, event))
}

fn event() -> impl Strategy<Value = Event> {
    const KEYS: [Key; 12] = [
        Key::ctrl('z'),
        Key::ctrl('z'),
        Key::ctrl('y'),
        Key::ctrl('x'),
        Key::ctrl('r'),
        Key::ctrl('r'),
        Key::plain(Code::Esc),
        Key::plain(Code::Esc),
        Key::plain(Code::Enter),
        Key::plain(Code::Right),
        Key::ctrl('c'),
        Key::plain(Code::Backspace),
    ];
    let field = 0..FIELDS.len();
    prop_oneof![
        8 => field.clone().prop_map(Event::Clear),
        10 => select(&['1', '2', '3'][..]).prop_map(Event::Type),
        10 => Just(Event::Press(Key::ctrl('s'))),
        8 => select(&KEYS[..]).prop_map(Event::Press),
        8 => (0..6_usize).prop_map(Event::Choose),
        1 => any::<bool>().prop_map(Event::Look),
        20 => Just(Event::Work),
        1 => Just(Event::Fail),
        20 => Just(Event::Hear),
        6 => super::server::fate().prop_map(Event::Serve),
        6 => Just(Event::Answer),
        24 => super::server::fate().prop_map(Event::Exchange),
        10 => super::server::fate().prop_map(Event::Flow),
        8 => (0..8_usize).prop_map(Event::Wake),
        6 => (field, 1..4_u8, any::<bool>()).prop_map(|(field, value, quiet)| Event::Meddle(field, value, quiet)),
        2 => any::<bool>().prop_map(Event::Crash),
    ]
}

/// An answer that is on its way.
type Answer = Result<Representation, Fault>;

pub(super) struct Editor {
    pub(super) app: App,
    /// Names this run to the disk.
    pub(super) run: String,
    /// What the disk was asked for, and what the user knew then.
    pub(super) jobs: VecDeque<(Disk, Known)>,
    pub(super) heard: VecDeque<Msg>,
    pub(super) flight: Option<(Request, Option<Answer>)>,
    pub(super) timers: Vec<Timer>,
    /// What the user knew the server to hold when a field was last decided about.
    pub(super) known: Known,
    /// The settings as they last arrived.
    pub(super) last: Representation,
    /// What was sent without an answer that says whether it was carried out.
    pub(super) unknown: Option<Patch>,
    /// What was dirty when the save under way was asked for.
    pub(super) wanted: Option<Patch>,
    /// Has it heard that what is about to be sent could not be noted?
    pub(super) unnoted: bool,
}

impl Editor {
    pub(super) fn start(run: String) -> (Self, Vec<Effect>) {
        let (app, effects) = App::new(callset::app::Target { watch: Some(Duration::from_secs(10)), ..target() });
        let editor = Self {
            app,
            run,
            jobs: VecDeque::new(),
            heard: VecDeque::new(),
            flight: None,
            timers: Vec::new(),
            known: Known::new(),
            last: Representation::default(),
            unknown: None,
            wanted: None,
            unnoted: false,
        };
        (editor, effects)
    }

    /// The PATCH that is on its way.
    pub(super) fn patch(&self) -> Option<&Patch> {
        match &self.flight.as_ref()?.0.call {
            Call::Patch(patch) => Some(patch),
            Call::Create(_) | Call::Delete(_) | Call::Get(_) => None,
        }
    }

    /// What the user does for an event; nothing for events that are nobody's doing.
    pub(super) fn doing(&self, event: Event) -> Vec<Msg> {
        match event {
            Event::Clear(2) => vec![Msg::Clicked(Hit::Switch(FieldId::settings(FIELDS[2])))],
            Event::Clear(at) if self.app.mode.is_editing() => {
                let row = Msg::Clicked(Hit::Row(FieldId::settings(FIELDS[at])));
                vec![row, Msg::Key(Key::ctrl('e')), Msg::Key(Key::ctrl('u'))]
            }
            Event::Type(c) => vec![Msg::Key(Key::char(c))],
            Event::Press(key) => vec![Msg::Key(key)],
            Event::Choose(way) => self.choices(way).into_iter().map(Msg::Key).collect(),
            _ => vec![],
        }
    }

    /// Keys that answer what is asked; `↵`, `→`, `←`, `↓` and `⎋` are the keys with these signs.
    fn choices(&self, way: usize) -> Vec<Key> {
        let ways: &[&str] = match &self.app.mode {
            Mode::Resolving(_) => &["M↵", "T↵", "→↓", "←↓", "e", "↵"],
            Mode::Restoring { .. } => &["r", "r", "r", "r", "l", "xx"],
            Mode::Quitting => &["s", "s", "k", "d", "n"],
            Mode::Token { .. } => &["↵", "↵", "⎋"],
            Mode::Trusting { .. } => &["y", "n"],
            Mode::Editing => &[""],
            Mode::Help { .. }
            | Mode::Palette { .. }
            | Mode::Reviewing { .. }
            | Mode::Copying { .. }
            | Mode::History { .. }
            | Mode::Confirming { .. }
            | Mode::Profiles { .. }
            | Mode::Presets { .. }
            | Mode::Naming { .. }
            | Mode::Recent { .. }
            | Mode::Comparing(_)
            | Mode::Log { .. } => &["⎋"],
        };
        let key = |sign| match sign {
            '↵' => Key::plain(Code::Enter),
            '→' => Key::plain(Code::Right),
            '←' => Key::plain(Code::Left),
            '↓' => Key::plain(Code::Down),
            '⎋' => Key::plain(Code::Esc),
            letter => Key::char(letter),
        };
        ways[way % ways.len()].chars().map(key).collect()
    }

    /// What stands on a row, as entered.
    pub(super) fn edit(&self, id: &FieldId) -> Option<callset::model::Edit> {
        self.app.draft.edit(id).cloned()
    }

    pub(super) fn dirty(&self) -> Patch {
        self.app.draft.patch(SETTINGS)
    }
}
