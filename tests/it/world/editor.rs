//! One of the two editors: the machine, and what it waits for.

use super::Known;
use super::server::Fate;
use crate::walks::Answer;
use callset::app::effect::Effect;
use callset::app::msg::{Code, Hit, Key, Msg};
use callset::app::{App, Overlay};
use callset::model::{FieldId, Kind, Patch, Representation, Resource, Value};
use callset::sync::{Call, Disk, Fault, Request, Target, Timer};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::Duration;

/// The fields that everybody is after: enough for them to meet, and not to.
pub(super) const FIELDS: [FieldId; 6] = [
    FieldId::settings("width"),
    FieldId::settings("name"),
    FieldId::settings("isReady"),
    FieldId::known(Resource::Recording, "urlToRetrieveAuthedRecording"),
    FieldId::known(Resource::ChannelConnection, "url"),
    FieldId::known(Resource::ChannelConnection, "isReady"),
];

/// What the URLs of this world begin with.
pub(super) const SITE: &str = "https://a.dev/";

/// The kind of one of these fields.
pub(super) fn kind(id: &FieldId) -> Kind {
    id.resource.fields().iter().find(|field| field.id == *id).unwrap().kind
}

/// One of the values that the fields of this world can have.
pub(super) fn value(id: &FieldId, value: u8) -> Value {
    match kind(id) {
        Kind::Integer => Value::Integer(i32::from(value)),
        Kind::Url => Value::Text(format!("{SITE}{value}")),
        Kind::Switch => Value::Switch(value.is_multiple_of(2)),
        Kind::Text | Kind::Time | Kind::Json => Value::Text(value.to_string()),
    }
}

/// Something happens to an editor, or near it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// The user empties a field, but for what a URL begins with, or flips it; or sets up what is not there.
    Clear(usize),
    /// The user does so to a field of each resource, and types.
    Everywhere(char),
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
    /// It cannot.
    Fail,
    /// What the disk said is heard.
    Hear,
    /// The request on its way meets its fate.
    Serve(Fate),
    /// One of the answers that are on their way arrives.
    Answer(usize),
    /// Both, at once.
    Exchange(Fate),
    /// Disk and server do what they are asked for, for a while; but a PATCH meets this fate.
    Flow(Fate),
    /// A timer runs out.
    Wake(usize),
    /// Someone else writes to a field, perhaps without moving `updatedAt`.
    Meddle(usize, u8, bool),
    /// A write that was cut is carried out.
    Land,
    /// Someone else removes a resource.
    Remove(Resource),
    /// The user deletes a resource.
    Delete(Resource),
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
        3 => select(&['1', '2', '3'][..]).prop_map(Event::Everywhere),
        10 => select(&['1', '2', '3'][..]).prop_map(Event::Type),
        10 => Just(Event::Press(Key::ctrl('s'))),
        8 => select(&KEYS[..]).prop_map(Event::Press),
        8 => (0..6_usize).prop_map(Event::Choose),
        1 => any::<bool>().prop_map(Event::Look),
        20 => Just(Event::Work),
        1 => Just(Event::Fail),
        20 => Just(Event::Hear),
        6 => super::server::fate().prop_map(Event::Serve),
        6 => (0..3_usize).prop_map(Event::Answer),
        24 => super::server::fate().prop_map(Event::Exchange),
        10 => super::server::fate().prop_map(Event::Flow),
        8 => (0..8_usize).prop_map(Event::Wake),
        6 => (field, 1..4_u8, any::<bool>()).prop_map(|(field, value, quiet)| Event::Meddle(field, value, quiet)),
        4 => Just(Event::Land),
        1 => select(&Resource::ALL[..]).prop_map(Event::Remove),
        1 => select(&[Resource::Settings, Resource::ChannelConnection][..]).prop_map(Event::Delete),
        2 => any::<bool>().prop_map(Event::Crash),
    ]
}

/// An answer that is on its way.
type Outcome = Result<Representation, Fault>;

pub(super) struct Editor {
    pub(super) app: App,
    /// Names this run to the disk.
    pub(super) run: String,
    /// What the disk was asked for, and what the user knew then.
    pub(super) jobs: VecDeque<(Disk, Known)>,
    pub(super) heard: VecDeque<Msg>,
    /// What is on its way, the oldest first.
    pub(super) flight: Vec<(Request, Option<Outcome>)>,
    pub(super) timers: Vec<Timer>,
    /// What the user knew the server to hold when a field was last decided about.
    pub(super) known: Known,
    /// The same of every edit that there was, for what undo brings back.
    pub(super) seen: BTreeMap<(FieldId, String), Vec<Option<Value>>>,
    /// The resources as they last arrived; empty where the server says that it has none.
    pub(super) last: BTreeMap<Resource, Representation>,
    /// What the server had before it had what last arrived: of a resource that went, the user has seen that.
    pub(super) former: BTreeMap<Resource, Representation>,
    /// What just arrives.
    pub(super) answer: Option<Answer>,
    /// What was sent without an answer that says whether it was carried out.
    pub(super) unknown: BTreeMap<Resource, Call>,
    /// What writes of this editor that were carried out late have changed, until it looks.
    pub(super) landed: Vec<(FieldId, Value)>,
    /// What was dirty when the save under way was asked for.
    pub(super) wanted: Vec<Patch>,
    /// What a refused token has stopped, while another one is asked for.
    pub(super) stopped: Option<Vec<Patch>>,
    /// Has it heard that what is about to be sent could not be noted?
    pub(super) unnoted: bool,
}

impl Editor {
    pub(super) fn start(run: String, target: Target) -> (Self, Vec<Effect>) {
        let (app, effects) = App::new(Target { watch: Some(Duration::from_secs(10)), ..target });
        let editor = Self {
            app,
            run,
            jobs: VecDeque::new(),
            heard: VecDeque::new(),
            flight: Vec::new(),
            timers: Vec::new(),
            known: Known::new(),
            seen: BTreeMap::new(),
            last: BTreeMap::new(),
            former: BTreeMap::new(),
            answer: None,
            unknown: BTreeMap::new(),
            landed: Vec::new(),
            wanted: Vec::new(),
            stopped: None,
            unnoted: false,
        };
        (editor, effects)
    }

    /// What changes the server and is on its way.
    pub(super) fn write(&self) -> Option<&Call> {
        self.flight.iter().map(|(request, _)| &request.call).find(|call| !matches!(call, Call::Get(_)))
    }

    /// What a resource was when it last arrived.
    pub(super) fn last(&self, resource: Resource) -> Representation {
        self.last.get(&resource).cloned().unwrap_or_default()
    }

    /// The field that an event is about, of those that are on the form.
    fn field(&self, at: usize) -> FieldId {
        let shown: Vec<FieldId> =
            FIELDS.into_iter().filter(|id| self.app.sync.draft.resources().contains(&id.resource)).collect();
        shown[at % shown.len()].clone()
    }

    /// What the user does for an event; nothing for events that are nobody's doing.
    pub(super) fn doing(&self, event: Event) -> Vec<Msg> {
        match event {
            Event::Clear(at) if self.app.is_closed(self.field(at).resource) => {
                let row = self.field(at).resource.fields()[0].id.clone();
                let is_form = self.app.mode.is_editing();
                let set_up = is_form.then(|| Msg::Key(Key::plain(Code::Enter)));
                // What HubSpot's servers call has no first value.
                let is_empty = is_form && kind(&row) == Kind::Url;
                let url = is_empty.then(|| Msg::Pasted { text: SITE.to_owned(), cut: false });
                [Msg::Clicked(Hit::Row(row))].into_iter().chain(set_up).chain(url).collect()
            }
            Event::Clear(at) if kind(&self.field(at)) == Kind::Switch => {
                vec![Msg::Clicked(Hit::Switch(self.field(at)))]
            }
            Event::Clear(at) if self.app.mode.is_editing() => {
                let is_url = kind(&self.field(at)) == Kind::Url;
                let begin = is_url.then(|| Msg::Pasted { text: SITE.to_owned(), cut: false });
                let clear = [Msg::Key(Key::ctrl('e')), Msg::Key(Key::ctrl('u'))];
                [Msg::Clicked(Hit::Row(self.field(at)))].into_iter().chain(clear).chain(begin).collect()
            }
            Event::Everywhere(c) => {
                let of_each = [0, 3, 5].map(|at| {
                    let is_typed = kind(&self.field(at)).is_typed() && !self.app.is_closed(self.field(at).resource);
                    let typed = is_typed.then(|| Msg::Key(Key::char(c)));
                    self.doing(Event::Clear(at)).into_iter().chain(typed)
                });
                of_each.into_iter().flatten().collect()
            }
            Event::Delete(resource) if self.app.mode.is_editing() => {
                let words = format!("delete the {}", resource.label());
                let typed = |text: &str| text.chars().map(|c| Msg::Key(Key::char(c))).collect::<Vec<_>>();
                let enter = || vec![Msg::Key(Key::plain(Code::Enter))];
                let id = self.app.target.app_id.to_string();
                [vec![Msg::Key(Key::ctrl('p'))], typed(&words), enter(), typed(&id), enter()].concat()
            }
            Event::Type(c) => vec![Msg::Key(Key::char(c))],
            Event::Press(key) => vec![Msg::Key(key)],
            Event::Choose(way) => self.choices(way).into_iter().map(Msg::Key).collect(),
            _ => vec![],
        }
    }

    /// Keys that answer what is asked.
    fn choices(&self, way: usize) -> Vec<Key> {
        let ways: &[&str] = match self.app.mode.overlay() {
            Some(Overlay::Conflicts) => &["M Enter", "T Enter", "→ ↓", "← ↓", "e", "Enter"],
            Some(Overlay::Restore) => &["r", "r", "r", "r", "l", "x x"],
            Some(Overlay::Quit | Overlay::Leave) => &["s", "s", "k", "d", "n"],
            Some(Overlay::Token) => &["Enter", "Enter", "Esc"],
            Some(Overlay::Trust) => &["y", "n"],
            None => &[""],
            Some(_) => &["Esc"],
        };
        ways[way % ways.len()].split_whitespace().map(|name| name.parse().unwrap()).collect()
    }

    /// What stands on a row, as entered.
    pub(super) fn edit(&self, id: &FieldId) -> Option<callset::model::Edit> {
        self.app.sync.draft.edit(id).cloned()
    }

    /// What is dirty, in the order of the form.
    pub(super) fn dirty(&self) -> Vec<Patch> {
        let patches = Resource::ALL.map(|resource| self.app.sync.draft.patch(resource));
        patches.into_iter().filter(|patch| !patch.is_empty()).collect()
    }

    /// What was wanted of a resource.
    pub(super) fn wants(&self, resource: Resource) -> Option<&Patch> {
        self.wanted.iter().find(|wanted| wanted.resource() == resource)
    }
}
