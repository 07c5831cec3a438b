//! Random walks: whatever happens in whatever order, edits stay, saves are what they say, and every state can be drawn.

mod check;
mod happening;
mod screen;
mod typing;

use crate::chance;
use crate::transitions::{representation, target, target_of_all, update};
use callset::app::effect::{Effect, PreviewAct};
use callset::app::keymap::{self, Intent};
use callset::app::msg::{DiskReply, Hit, Key, Msg};
use callset::app::{App, CopyItem, Overlay};
use callset::model::doubt::{Doubt, Fate, Reaction, fates};
use callset::model::profile::{Config as Setup, Preset, Profile};
use callset::model::record::{Saved, Sending, Write};
use callset::model::{Patch, Representation, Resource, Severity, Value, validate};
use callset::sync::{Act, Call, Disk, Fault, Keeping, Reply, RequestId, Save, Target, Timer, WorkingCopy};
use callset::ui;
use callset::ui::theme::{Palette, Theme};
use happening::{happening, messages};
use proptest::prelude::*;
use proptest::sample::select;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect};
use screen::BuiltUp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const SETTINGS: Resource = Resource::Settings;

pub(crate) use check::{forgotten, is_of_some, open_patches, told};
pub(crate) use happening::absent;

/// What came of a resource: empty if the server does not have it.
pub(crate) type Answer = (Resource, Representation);

/// The machine, and what the world around it knows.
struct Walk {
    app: App,
    /// The requests that are on their way.
    in_flight: BTreeMap<RequestId, Call>,
    /// A PATCH or POST that was given up: its answer may be on its way to us.
    given_up: Option<(RequestId, Call)>,
    /// The timers that were set.
    timers: Vec<Timer>,
    /// What the disk was asked for and has not answered.
    asked: VecDeque<Disk>,
    /// The writes that are noted on the disk.
    noted: BTreeMap<Resource, Vec<Sending>>,
    /// The writes that left and of which it is not known what became, in the order in which they left.
    open: Vec<Doubt>,
    /// The write that each request carried.
    carried: BTreeMap<RequestId, Sending>,
    /// The save that a refused credential has stopped, while another one is asked for.
    stopped: Option<Save>,
    /// Was the turn to save asked for, and not given back?
    turn: bool,
    /// What was dirty when the save under way was asked for, in the order of the form.
    wanted: Vec<Patch>,
    /// What was sent of it, or may have been.
    written: BTreeSet<Resource>,
    /// The resource for which the app's id was typed, and that was not deleted since.
    confirmed: Option<Resource>,
    /// The requests by which another profile is being read.
    elsewhere: BTreeSet<RequestId>,
    /// The looks at pages that are under way.
    looks: BTreeSet<RequestId>,
    /// Are the tunnels of this machine being looked for?
    looking: bool,
    /// The resources as they last arrived.
    last: BTreeMap<Resource, Representation>,
}

impl Walk {
    fn new(target: Target) -> Self {
        let watch = Some(std::time::Duration::from_secs(10));
        let (app, effects) = App::new(Target { watch, setup: setup(), ..target });
        let mut walk = Self {
            app,
            in_flight: BTreeMap::new(),
            given_up: None,
            timers: Vec::new(),
            asked: VecDeque::new(),
            noted: BTreeMap::new(),
            open: Vec::new(),
            carried: BTreeMap::new(),
            stopped: None,
            turn: false,
            wanted: Vec::new(),
            written: BTreeSet::new(),
            confirmed: None,
            elsewhere: BTreeSet::new(),
            looks: BTreeSet::new(),
            looking: false,
            last: BTreeMap::new(),
        };
        for effect in effects {
            walk.carry_out(effect);
        }
        walk
    }

    fn wants(&self, resource: Resource) -> Option<&Patch> {
        self.wanted.iter().find(|wanted| wanted.resource() == resource)
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send(request) => {
                let is_write = |call: &Call| !matches!(call, Call::Get(_));
                let about = |call: &Call| call.resource() == request.call.resource();
                let mut others = self.in_flight.values();
                assert!(
                    !others.any(|other| about(other) || is_write(other) && is_write(&request.call)),
                    "{request:?} while {:?}",
                    self.in_flight
                );
                match &request.call {
                    Call::Get(_) => {}
                    Call::Patch(patch) => self.check_patch(patch, false),
                    Call::Create(patch) => self.check_patch(patch, true),
                    Call::Delete(resource) => {
                        assert!(self.last.get(resource).is_some_and(|last| !last.is_empty()), "{resource:?} is there");
                        assert_eq!(self.confirmed.take(), Some(*resource), "the app's id was typed for this");
                        let in_memory = matches!(self.app.sync.keeping, Keeping::InMemory(_));
                        let is_noted =
                            self.noted.get(resource).and_then(|noted| noted.last()).is_some_and(Sending::is_removal);
                        assert!(in_memory || is_noted, "the removal is not noted");
                    }
                }
                if let Some(write) = written(&request.call) {
                    let resource = request.call.resource();
                    self.written.insert(resource);
                    let at = request.founded.map(|founded| founded.on.wall).unwrap_or_default();
                    let sending = Sending { write, before: self.last[&resource].clone(), at, passed: None };
                    self.carried.insert(request.id, sending.clone());
                    self.open.push(Doubt::new(sending, Reaction::Nothing));
                }
                self.in_flight.insert(request.id, request.call);
            }
            Effect::Check(look) => assert!(self.looks.insert(look.id)),
            Effect::Cancel(id) if self.elsewhere.remove(&id) || self.looks.remove(&id) => {}
            Effect::Cancel(id) => match self.in_flight.remove(&id) {
                Some(Call::Get(_)) => {}
                Some(write) => {
                    self.given_up = Some((id, write));
                    self.doubt(id, Reaction::Nothing);
                }
                None => panic!("{id:?} is not on its way"),
            },
            Effect::Wake { timer, .. } => self.timers.push(timer),
            Effect::Disk(job) => {
                match &job {
                    Disk::Turn => self.turn = true,
                    Disk::EndTurn => self.turn = false,
                    Disk::Record(resource, sendings) => _ = self.noted.insert(*resource, sendings.clone()),
                    Disk::StillOpen(resource, sendings) => {
                        self.noted.insert(*resource, sendings.clone());
                        self.noted.retain(|_, noted| !noted.is_empty());
                    }
                    Disk::Discard => self.noted.clear(),
                    Disk::Open
                    | Disk::Keep(_)
                    | Disk::Take(_)
                    | Disk::Told(_)
                    | Disk::Finish(_)
                    | Disk::DiscardLeftover(_)
                    | Disk::Remember(_)
                    | Disk::Survey
                    | Disk::KeepPreset { .. }
                    | Disk::ReadHistory { .. } => {}
                }
                self.asked.push_back(job);
            }
            Effect::FindTunnels(_) => {
                assert!(!self.looking, "one look at a time");
                self.looking = true;
            }
            Effect::SendElsewhere(_, requests) => {
                assert!(self.elsewhere.is_empty(), "one profile at a time");
                self.elsewhere.extend(requests.iter().map(|request| request.id));
            }
            Effect::ReadClock
            | Effect::UseToken
            | Effect::ForgetToken
            | Effect::Examine(_)
            | Effect::Browse(_)
            | Effect::Copy(..)
            | Effect::CopyByTerminal(..)
            | Effect::SetMouse(_)
            | Effect::Redraw
            | Effect::ChangeLooks
            | Effect::Suspend
            | Effect::EditAsFile(_)
            | Effect::RemoveFile
            | Effect::Trust
            | Effect::Profiles(_)
            | Effect::Preview(_)
            | Effect::SetUp(..)
            | Effect::Switch(_)
            | Effect::Quit(_) => {}
        }
    }

    /// A PATCH that leaves is part of what was dirty at Ctrl-S, news to the server, decided, and noted on the disk. A POST
    /// has every field that it wants.
    fn check_patch(&self, patch: &Patch, is_post: bool) {
        let resource = patch.resource();
        let last = self.last.get(&resource).expect("it was looked at");
        assert!(!patch.is_empty());
        assert_eq!(is_post, last.is_empty(), "a POST is for what the server does not have");
        for (id, value) in patch.members() {
            assert_eq!(id.resource, resource);
            assert_eq!(self.wants(resource).and_then(|wanted| wanted.get(id)), Some(value), "{id:?} was not asked for");
            assert_ne!(last.get(&id.key), Some(value), "the server has {id:?} already");
            assert!(self.app.sync.draft.conflict(id).is_none(), "{id:?} is not decided");
        }
        let needed = resource.fields().iter().filter(|field| is_post && field.kind.is_editable());
        for field in needed {
            assert!(patch.get(&field.id).is_some(), "a POST without {:?}", field.id);
        }
        let in_memory = matches!(self.app.sync.keeping, Keeping::InMemory(_));
        let noted = self.noted.get(&resource).and_then(|noted| noted.last()).and_then(Sending::patch);
        assert!(in_memory || noted == Some(patch), "{patch:?} is not noted");
    }

    /// One message; the walk goes on after a quit, which must not have changed anything.
    fn step(&mut self, msg: &Msg) {
        if let Msg::Typed(text) = msg
            && !keymap::takes_text(self.app.scope())
            && !self.app.terminal.cramped
        {
            return self.burst(text);
        }
        let before = self.app.clone();
        let effects = update(&mut self.app, msg.clone());
        if let Msg::Pasted { .. } | Msg::Refused { .. } = msg {
            // After a quit any message says it again.
            let quits = update(&mut before.clone(), Msg::Unfocused);
            // What is shown in a browser follows the form, and so does what is told of it.
            let follows = |act: &PreviewAct| matches!(act, PreviewAct::Show(_) | PreviewAct::Tell(..));
            let is_kept = |effect: &Effect| match effect {
                Effect::Preview(act) => follows(act),
                effect => matches!(effect, Effect::Disk(_)),
            };
            let only_kept = effects.iter().all(|effect| is_kept(effect) || quits.contains(effect));
            assert!(only_kept, "a paste does nothing: {effects:?}");
        }
        let answer = self.arrived(msg, &before, &effects);
        self.check_history(&before, msg, answer.as_ref(), &effects);
        check::edits_stay(&before, msg, answer.as_ref(), &self.app);
        check::conflicts_stay(&before, msg, answer.as_ref(), &self.app);
        check::form_is_whole(&self.app);
        check::doubt_stays(&before, answer.as_ref(), &self.app);
        if let Some((resource, theirs)) = &answer {
            self.last.insert(*resource, theirs.clone());
        }
        check::words_are_true(&before, msg, answer.as_ref(), self);
        self.check_begin(&before, msg);
        for effect in effects {
            check::leaves_well(&before, msg, &self.app, &effect);
            self.carry_out(effect);
        }
        let awaited: BTreeSet<RequestId> = self.app.sync.in_flight().collect();
        assert_eq!(self.in_flight.keys().copied().collect::<BTreeSet<_>>(), awaited);
        if !matches!(self.app.sync.keeping, Keeping::InMemory(_)) {
            for resource in Resource::ALL {
                let is_sent = self.app.sync.sent().is_some_and(|patch| patch.resource() == resource);
                let is_removed = self.app.sync.removing() == Some(resource);
                let is_open = self.app.sync.doubts().any(|doubt| doubt.resource() == resource) || is_sent || is_removed;
                let is_saved = self.app.sync.save.as_ref().is_some_and(|save| save.resource() == resource);
                let is_noted = self.noted.contains_key(&resource);
                assert!(is_noted || !is_open, "what is open of {resource:?} is noted");
                assert!(!is_noted || is_open || is_saved, "what is settled of {resource:?} is not noted");
                let doubts = self.app.sync.doubts().filter(|doubt| doubt.resource() == resource);
                let noted = self.noted.get(&resource).map_or(&[][..], Vec::as_slice);
                for doubt in doubts {
                    let is_kept = noted.iter().any(|noted| noted.is_like(doubt));
                    assert!(is_kept, "{doubt:?} is noted");
                }
            }
            assert_eq!(self.turn, self.app.sync.is_saving(), "the turn is held for a save, and no longer");
        }
    }

    /// A save that begins is of all that is dirty, none of it an error; a removal begins with the app's id.
    fn check_begin(&mut self, before: &App, msg: &Msg) {
        if let (Some(save), None) = (&before.sync.save, &self.app.sync.save) {
            self.stopped =
                (self.app.mode.is(Overlay::Token) || self.app.mode.is(Overlay::Trust)).then(|| (**save).clone());
        }
        let (false, Some(save)) = (before.sync.is_saving(), &self.app.sync.save) else { return };
        self.written.clear();
        if let (Some(stopped), Msg::Token(_) | Msg::Trusted(_)) = (self.stopped.take(), msg) {
            // Just what was stopped goes on.
            let what = |save: &Save| (save.act, save.wanted.clone(), save.next.clone(), save.resource());
            assert_eq!(what(save), what(&stopped));
            self.confirmed = (save.act == Act::Delete).then(|| save.resource());
            self.wanted = [&save.wanted].into_iter().chain(&save.next).cloned().collect();
            return;
        }
        assert!(!matches!(msg, Msg::Token(_) | Msg::Trusted(_)), "nobody asked to save");
        if save.act == Act::Delete {
            assert!(save.wanted.is_empty() && save.next.is_empty());
            assert_eq!(check::confirmed(before, msg), Some(save.resource()), "the app's id was typed for this");
            self.confirmed = Some(save.resource());
            self.wanted = vec![save.wanted.clone()];
            return;
        }
        self.confirmed = None;
        let patches = Resource::ALL.map(|resource| self.app.sync.draft.patch(resource));
        let dirty: Vec<Patch> = patches.into_iter().filter(|patch| !patch.is_empty()).collect();
        let wanted: Vec<Patch> = [&save.wanted].into_iter().chain(&save.next).cloned().collect();
        assert_eq!(wanted, dirty, "what is wanted is what is dirty");
        let problems = self.app.sync.draft.dirty().filter_map(|f| validate::check(f, self.app.sync.draft.edit(&f.id)?));
        assert_eq!(problems.filter(|p| p.severity() == Severity::Error).count(), 0, "no error is sent");
        self.wanted = dirty;
    }

    /// When the server's words show that a write of ours took effect, what it replaced goes into the history, once. So does
    /// what an earlier run did not see the end of.
    fn check_history(&mut self, before: &App, msg: &Msg, answer: Option<&Answer>, effects: &[Effect]) {
        let mut saves: Vec<&Saved> = effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Disk(Disk::Remember(saved)) => Some(&**saved),
                _ => None,
            })
            .collect();
        if let (Some((resource, theirs)), Msg::Reply(reply)) = (answer, msg) {
            let open: Vec<Doubt> = self.open.extract_if(.., |open| open.sending.resource() == *resource).collect();
            // What is read back after a write that was accepted with a copy from before it is the answer to that.
            let accepted = before.sync.save.as_ref().filter(|save| save.accepted.is_some() && !theirs.is_empty());
            let accepted = accepted
                .filter(|save| save.stage.exchange().is_some_and(|exchange| exchange.awaits(reply.request)))
                .map(|save| save.sending());
            let answered = self.carried.get(&reply.request).or(accepted.as_ref());
            let open: Vec<Doubt> = open.into_iter().filter(|open| Some(&open.sending) != answered).collect();
            let fates = fates(&open, answered, self.last.get(resource), theirs, reply.at);
            let mut due: Vec<Saved> =
                answered.and_then(|sending| sending.replaced(theirs, reply.at)).into_iter().collect();
            for (nth, (mut open, fate)) in open.into_iter().zip(fates).enumerate() {
                match fate {
                    Fate::Missing { awaited: true, .. } | Fate::Repeated { awaited: true } => {
                        if answered.is_some() {
                            open.pass(theirs, reply.at, nth);
                        }
                        self.open.push(open);
                    }
                    Fate::Missing { .. } | Fate::Repeated { .. } => {}
                    Fate::Arrived { saved, .. } => due.push(saved),
                }
            }
            for due in due.iter().filter(|_| !matches!(self.app.sync.keeping, Keeping::InMemory(_))) {
                // What is read back by a removal itself has the time of that.
                let is_it = |saved: &&Saved| Saved { at: due.at, ..(**saved).clone() } == *due;
                let at = saves.iter().position(is_it);
                saves.remove(at.unwrap_or_else(|| panic!("{due:?} is not in {saves:?}")));
            }
        }
        // What an earlier run left and may still arrive is this run's to tell from now on.
        for doubt in self.app.sync.doubts() {
            if !self.open.iter().any(|open| open.sending == *doubt) {
                self.open.insert(0, Doubt::adopted(doubt.clone()));
            }
        }
        let doubts: Vec<&Sending> = self.app.sync.doubts().collect();
        // Nobody has to know of one that would change nothing, or that a later one stands for.
        let is_idle = |at: usize, sending: &Sending| {
            let is_done =
                self.app.sync.draft.representation(sending.resource()).is_some_and(|now| sending.is_done(now));
            is_done || self.open[at + 1..].iter().any(|later| later.sending.is_like(sending))
        };
        for (_, open) in self.open.iter().enumerate().filter(|(at, open)| !is_idle(*at, &open.sending)) {
            let is_sending = self.app.sync.save.as_ref().is_some_and(|save| save.sending() == open.sending);
            assert!(doubts.contains(&&open.sending) || is_sending, "{open:?} is in doubt");
        }
        let found = match msg {
            Msg::Disk(DiskReply::Opened(Ok(found))) => found.leftovers.as_slice(),
            _ => &[],
        };
        let earlier = before.leftovers.iter().chain(found).chain(&self.app.leftovers);
        let earlier: Vec<_> = earlier.flat_map(|leftover| &leftover.sendings).collect();
        saves.retain(|saved| {
            let is_his = |intent: &&Sending| {
                let now = self.app.sync.draft.representation(intent.resource());
                now.and_then(|now| intent.replaced(now, intent.at)).as_ref() == Some(*saved)
            };
            !earlier.iter().any(is_his)
        });
        assert_eq!(saves, Vec::<&Saved>::new(), "nothing of this was known now");
    }

    /// The write of this request has no answer that tells its outcome.
    fn doubt(&mut self, request: RequestId, reaction: Reaction) {
        let Some(sending) = self.carried.get(&request).cloned() else { return };
        self.open.retain(|open| open.sending != sending);
        // It stands for the same write sent before.
        let same = self.open.iter().filter(|open| open.sending.is_like(&sending)).map(|open| open.reaction);
        let reaction = same.fold(reaction, Reaction::min);
        self.open.push(Doubt::new(sending, reaction));
    }

    /// What a message brings, if somebody waits for it. Of an answer that nobody waits for there is no trace.
    fn arrived(&mut self, msg: &Msg, before: &App, effects: &[Effect]) -> Option<Answer> {
        let Msg::Reply(Reply { request, outcome, .. }) = msg else { return None };
        if self.elsewhere.remove(request) {
            assert_eq!(
                format!("{:?}", before.sync.draft),
                format!("{:?}", self.app.sync.draft),
                "it is only looked at"
            );
            return None;
        }
        let call = self.in_flight.remove(request);
        assert_eq!(call.is_some(), before.sync.in_flight().any(|id| id == *request));
        if let Some(call) = call {
            if let (Call::Delete(resource), Err(Fault::Outdated)) = (&call, outcome) {
                // It did not leave, so what was confirmed is still to be done.
                self.confirmed = Some(*resource);
            }
            let is_gone = !matches!(call, Call::Patch(_) | Call::Create(_)) && outcome.as_ref().is_err_and(absent);
            // That it is gone is believed when a second answer says so.
            let is_there = self.app.sync.draft.representation(call.resource()).is_some_and(|base| !base.is_empty());
            let is_gone = is_gone && !is_there;
            let theirs = outcome.clone().ok().or_else(|| is_gone.then(Representation::default));
            if let (Call::Patch(patch) | Call::Create(patch), Some(theirs)) = (&call, &theirs) {
                // An answer that leaves out what was there or was sent says nothing.
                let before = self.last[&call.resource()].members().map(|(key, _)| key);
                if before.chain(patch.members().map(|(id, _)| &*id.key)).any(|key| theirs.get(key).is_none()) {
                    self.doubt(*request, Reaction::Nothing);
                    return None;
                }
                // So does a copy from before the write.
                let last = &self.last[&call.resource()];
                let is_as_before = patch.members().all(|(id, _)| theirs.get(&id.key) == last.get(&id.key));
                let is_newer = last.is_older_than(theirs);
                if !last.is_empty() && (theirs.is_older_than(last) || is_as_before && !is_newer) {
                    self.doubt(*request, Reaction::Nothing);
                    return None;
                }
            }
            if let (None, Err(fault)) = (&theirs, outcome) {
                if let Some(reaction) = fault.reaction() {
                    self.doubt(*request, reaction);
                } else if let Some(sending) = self.carried.get(request) {
                    self.open.retain(|open| open.sending != *sending);
                }
            }
            return theirs.map(|theirs| (call.resource(), theirs));
        }
        let untouched = format!("{before:?}") == format!("{:?}", self.app);
        if !untouched
            && let Some((_, call)) = self.given_up.take().filter(|(id, _)| id == request)
            && before.sync.doubts().any(|doubt| doubt.resource() == call.resource())
            && !before.sync.is_saving()
        {
            return outcome.clone().ok().map(|theirs| (call.resource(), theirs));
        }
        assert!(untouched && effects.is_empty(), "nobody waits for {msg:?}");
        None
    }

    /// Where letters are keys: one that is held and moves, or flips a switch, acts as often as it came. Anything else
    /// does nothing.
    fn burst(&mut self, text: &str) {
        let mut letters = text.chars();
        let held = letters.next().is_some_and(|first| {
            let intent = keymap::intent(self.app.scope(), Key::char(first));
            letters.all(|c| c == first) && intent.is_none_or(Intent::is_text_or_move)
        });
        let before = self.app.clone();
        if held {
            let mut copy = self.app.clone();
            update(&mut copy, Msg::Typed(text.to_owned()));
            text.chars().for_each(|c| self.step(&Msg::Key(Key::char(c))));
            // What the disk was handed in between does not count.
            let seen = |app: &App| {
                let App { form, mode, sync, notice, marks, leftovers, .. } = app;
                let WorkingCopy { draft, loads, save, .. } = sync;
                format!("{draft:?} {form:?} {mode:?} {loads:?} {save:?} {notice:?} {marks:?} {leftovers:?}")
            };
            assert_eq!(seen(&self.app), seen(&copy), "held {text:?}");
        } else {
            assert_eq!(update(&mut self.app, Msg::Typed(text.to_owned())), []);
            assert_eq!(check::edits(&before.sync.draft), check::edits(&self.app.sync.draft));
        }
    }
}

/// What a call writes; nothing if it only looks.
fn written(call: &Call) -> Option<Write> {
    match call {
        Call::Get(_) => None,
        Call::Patch(patch) | Call::Create(patch) => Some(Write::Fields(patch.clone())),
        Call::Delete(resource) => Some(Write::Removal(*resource)),
    }
}

/// What is set up: presets good and bad, and a profile to compare with.
pub(crate) fn setup() -> Setup {
    let text = |text: &str| Value::Text(text.to_owned());
    let preset = |name: &str, values: &[(&str, Value)]| Preset {
        name: name.to_owned(),
        values: values.iter().map(|(key, value)| (*key, value.clone())).collect(),
    };
    let local =
        [("url", text("https://localhost:9025")), ("width", Value::Integer(420)), ("isReady", Value::Switch(true))];
    let odd =
        [("colour", text("red")), ("name", Value::Integer(7)), ("createdAt", text("now")), ("url", text("no url"))];
    Setup {
        presets: vec![preset("local", &local), preset("odd", &odd), preset("empty", &[])],
        profiles: vec![Profile::new("other", 7)],
        ..Setup::default()
    }
}

/// Everything that only looks at a state.
fn look(app: &App, theme: Theme, width: u16, height: u16, at: Position) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| ui::draw(app, theme, frame)).unwrap();
    let area = Rect::new(0, 0, width, height);
    if let Some(Hit::Row(id) | Hit::Switch(id) | Hit::Caret(id, _)) = ui::hit(app, area, at) {
        assert!(app.sync.draft.field(&id).is_some());
    }
    for lines in [i32::MIN, -1, 1, i32::MAX] {
        ui::wheel(app, area, lines);
    }
    for item in CopyItem::ALL {
        let text = app.copy_text(item);
        assert!(!text.is_some_and(|text| text.contains(&app.target.credential_hint)));
    }
}

/// How a walk begins: is anything loaded, are all resources on the form, and does the server have which of them?
type Start = (bool, bool, u8);

/// What is looked at: colour and ASCII, the size of the screen, a place on it, and how often.
type Looked = ((bool, bool), (u16, u16), (u16, u16), usize);

fn walk() -> impl Strategy<Value = (Start, Vec<happening::Happening>, Looked)> {
    let there = select(&[0b111_u8, 0b111, 0b111, 0b001, 0b011, 0b101, 0b110, 0b000][..]);
    let place = |most: u16| prop_oneof![9 => 0..=most, 1 => Just(u16::MAX)];
    let looked = ((any::<bool>(), any::<bool>()), (0..=130_u16, 0..=50_u16), (place(130), place(50)), 1..9_usize);
    let start = (prop::bool::weighted(0.9), any::<bool>(), there);
    (start, prop::collection::vec(happening(), 1..60), looked)
}

fn go((is_loaded, of_all, there): Start, happenings: Vec<happening::Happening>, looked: Looked) {
    let ((colour, ascii), (width, height), (x, y), drawn) = looked;
    let look_of = Theme { palette: if colour { Palette::Ansi } else { Palette::Mono }, ascii, wide: false };
    let mut walk = Walk::new(if of_all { target_of_all() } else { target() });
    let mut screen = BuiltUp::new(look_of, width, height);
    screen.show(&walk.app);
    let requests = walk.in_flight.clone();
    for (at, (id, call)) in requests.into_iter().enumerate().filter(|_| is_loaded) {
        let theirs = (there & (1 << at) != 0).then(|| representation(call.resource()));
        walk.step(&crate::transitions::reply(id.0, theirs.ok_or_else(happening::not_there)));
    }
    for (at, happening) in happenings.into_iter().enumerate() {
        for msg in messages(&mut walk, happening) {
            walk.step(&msg);
        }
        if at % 3 == drawn % 3 {
            screen.show(&walk.app);
        }
        if at % 9 == drawn {
            look(&walk.app, look_of, width, height, Position { x, y });
        }
    }
    screen.show(&walk.app);
    look(&walk.app, look_of, width, height, Position { x, y });
}

proptest! {
    #![proptest_config(chance::fixed())]

    #[test]
    fn no_walk_loses_an_edit_sends_another_or_panics((start, happenings, looked) in walk()) {
        go(start, happenings, looked);
    }
}

proptest! {
    #![proptest_config(chance::by_chance())]

    #[test]
    fn no_walk_by_chance_does((start, happenings, looked) in walk()) {
        go(start, happenings, looked);
    }
}
