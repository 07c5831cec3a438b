//! What can happen in a walk: keys, clicks, answers, timers, the disk, in any order and of any content.

use super::Walk;
use crate::laws::{acts, play, representation_of};
use callset::app::keymap::BINDINGS;
use callset::app::msg::{Clock, Code, DiskReply, Hit, Key, Msg, Stop, Token};
use callset::app::{App, Side};
use callset::model::record::{Aside, AsideOf, Found, Leftover, SaveLock, Saved, Sending, Unsaved, Write};
use callset::model::refusal::{FieldError, Refusal, Unreached};
use callset::model::{Draft, FieldId, Kind, Representation, Resource};
use callset::sync::{Call, Disk, Fault, Keeping, Moment, Reply, RequestId, Timer};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use ratatui::layout::{Position, Rect};
use std::time::Duration;

/// One of each resource, in the order of the form.
type Each<T> = [T; Resource::ALL.len()];

/// A message, as far as it can be told before the state it meets is known.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Key(Key),
    /// A field of each resource that is there is changed.
    Everywhere,
    /// Enter on the row of a resource that is not set up or was not read.
    SetUp(Index),
    /// Deleting a resource is chosen in the palette, and this typed for the app's id.
    Delete(Resource, &'static str),
    Typed(String),
    Pasted(String, bool),
    Refused(bool),
    Row(Index),
    Switch(Index),
    Caret(Index, usize),
    Item(usize),
    Mark(usize),
    Side(usize, Side),
    /// A click into what is typed over the form.
    Point(usize),
    /// A click on the name of a key.
    Button(Key),
    /// A click on a cell of a screen of this size.
    Click((u16, u16), (u16, u16)),
    /// What is open was drawn on a screen of this size.
    Drawn((u16, u16)),
    Outside,
    Scrolled(usize),
    Paged(i32),
    Focused,
    Unfocused,
    Resized(bool),
    Reply(Whose, Box<Outcome>),
    /// A timer that was set runs out.
    Woke(Index),
    /// So does one that belongs to nothing any more.
    WokeLate(Timer),
    /// The disk answers what it was asked first, well or with an error.
    Disk(bool, Box<Found>, Vec<Saved>),
    /// A draft could not be written, or could again.
    Kept(bool),
    /// The disk does not answer for a while.
    Hangs,
    /// The look at the tunnels has ended, and has found so many.
    Tunnels(usize),
    /// The palette's way to the tunnels.
    ChooseTunnel,
    Token(bool),
    TokenTyped(usize),
    Clock,
    Stop(Stop),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    /// One of those that are awaited.
    Awaited(Index),
    /// Any other number: over, cancelled, or never given.
    Other(u32),
}

#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// What a server answers that takes everything.
    AsSent,
    /// The same, but with these members moved by others, or tidied, or refused.
    Moved(Each<Representation>),
    Anything(Each<Representation>),
    /// The server does not have it.
    Absent,
    Fault(Fault),
}

fn each_representation() -> impl Strategy<Value = Each<Representation>> {
    Resource::ALL.map(representation_of)
}

fn of(resource: Resource, each: &Each<Representation>) -> Representation {
    let at = Resource::ALL.iter().position(|other| *other == resource).unwrap();
    each[at].clone()
}

/// The answer for what the server does not have.
pub(super) fn not_there() -> Fault {
    Fault::Refused(Box::new(Refusal { status: 404, ..Refusal::default() }))
}

/// Is this such an answer?
pub(crate) fn absent(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused(refusal) if refusal.status == 404 && !refusal.web_page && !refusal.foreign)
}

fn any_key() -> impl Strategy<Value = Key> {
    const ARROWS: [Code; 7] = [Code::Up, Code::Down, Code::Left, Code::Right, Code::Enter, Code::Esc, Code::Backspace];
    let bound: Vec<Key> = BINDINGS.iter().flat_map(|binding| binding.keys).copied().collect();
    let code = prop_oneof![any::<char>().prop_map(Code::Char), (0..=24_u8).prop_map(Code::F), select(&ARROWS[..])];
    let any = (code, any::<bool>(), any::<bool>(), any::<bool>());
    prop_oneof![
        8 => select(bound),
        4 => select(&ARROWS[..]).prop_map(Key::plain),
        4 => (0x20..0x7f_u8).prop_map(|byte| Key::char(char::from(byte))),
        1 => any.prop_map(|(code, ctrl, alt, shift)| Key { code, ctrl, alt, shift }),
    ]
}

fn text() -> impl Strategy<Value = String> {
    const TEXTS: &[&str] = &[
        "",
        "xxx",
        "quit",
        "420",
        " 7 ",
        "https://a.dev/\n",
        "https://old.ngrok.app/w",
        "👩‍❤️‍👨e\u{301}",
        "\u{1b}[2J\t\r\n\u{9b}",
        "uuu",
        "sss",
        "1234567",
    ];
    prop_oneof![3 => select(TEXTS).prop_map(str::to_owned), 1 => any::<String>()]
}

fn fault() -> impl Strategy<Value = Fault> {
    const KEYS: &[&str] =
        &["name", "url", "width", "height", "isReady", "colour", "createdAt", "urlToRetrieveAuthedRecording"];
    let unreached = prop_oneof![
        Just(Unreached::Dns),
        Just(Unreached::Refused),
        Just(Unreached::Timeout(Duration::from_secs(5))),
        text().prop_map(Unreached::Tls),
        text().prop_map(Unreached::Proxy),
        text().prop_map(Unreached::Other),
    ];
    let status = select(&[302_u16, 400, 401, 403, 404, 405, 409, 423, 429, 477, 500, 503][..]);
    let fields = prop::collection::vec((select(KEYS), text()), 0..3);
    let refusal = (status, prop::option::of(text()), fields, any::<bool>(), any::<bool>());
    let refusal = refusal.prop_map(|(status, message, fields, web_page, foreign)| {
        let fields = fields.into_iter().map(|(key, message)| FieldError { key: key.into(), message }).collect();
        let location = (status == 302).then(|| "https://login.example".to_owned());
        Refusal { status, message, fields, web_page, foreign, location, ..Refusal::default() }
    });
    prop_oneof![
        1 => text().prop_map(Fault::Setup),
        2 => unreached.prop_map(Fault::Unreached),
        1 => Just(Fault::Outdated),
        1 => Just(Fault::TimedOut(Duration::from_secs(30))),
        1 => text().prop_map(Fault::Broken),
        1 => text().prop_map(|what| Fault::Unreadable { what, correlation_id: Some("id".into()) }),
        4 => refusal.prop_map(|refusal| Fault::Refused(Box::new(refusal))),
    ]
}

/// The edits of an earlier run, and where its focus was. A resource may not have been there, or not have been read.
fn unsaved() -> impl Strategy<Value = Unsaved> {
    let seen = select(&[Some(true), Some(true), Some(true), Some(false), None][..]);
    (each_representation(), [seen.clone(), seen.clone(), seen], acts(), any::<Index>()).prop_map(
        |(each, seen, acts, focus)| {
            let seen: Vec<_> = Resource::ALL.into_iter().zip(seen).zip(each).collect();
            let read = seen.iter().filter(|((_, seen), _)| seen.is_some()).map(|((resource, _), _)| *resource);
            let mut draft = Draft::of(read);
            for ((resource, seen), theirs) in seen {
                if let Some(is_there) = seen {
                    draft.rebase(resource, if is_there { theirs } else { Representation::default() }, None);
                }
            }
            if !draft.fields().is_empty() {
                play(&mut draft, &acts);
            }
            let focus = Some(focus.get(&all_fields()).clone());
            Unsaved { base: draft.bases().clone(), edits: draft.edits().clone(), focus }
        },
    )
}

fn all_fields() -> Vec<FieldId> {
    Resource::ALL.iter().flat_map(|resource| resource.fields()).map(|field| field.id.clone()).collect()
}

/// What earlier runs left. The first may be one of a callset that knew the settings alone.
fn found() -> impl Strategy<Value = Found> {
    let leftover = (unsaved(), any::<bool>(), any::<bool>()).prop_map(|(unsaved, edits, sent)| (unsaved, edits, sent));
    (prop::collection::vec(leftover, 0..3), any::<bool>()).prop_map(|(all, is_old)| {
        let leftover = |(at, (mut unsaved, edits, sent)): (usize, (Unsaved, bool, bool))| {
            if at == 0 && is_old {
                unsaved.base.retain(|resource, _| *resource == Resource::Settings);
                unsaved.edits.retain(|id, _| id.resource == Resource::Settings);
            }
            let draft = unsaved.on(&unsaved.base);
            let intent = |resource: Resource| {
                let before = unsaved.base.get(&resource)?.clone();
                let patch = draft.patch(resource);
                let write = if patch.is_empty() { Write::Removal(resource) } else { Write::Fields(patch) };
                Some(Sending { write, before, at: now(), passed: None })
                    .filter(|it| !it.is_removal() || !it.before.is_empty())
            };
            let sendings = Resource::ALL.into_iter().filter(|_| sent).filter_map(intent).collect();
            Leftover { id: format!("run-{at}"), at: now(), unsaved: edits.then_some(unsaved), sendings }
        };
        let peers = vec![callset::model::record::Peer { pid: 812, since: now() }];
        let aside = [AsideOf::Draft, AsideOf::Sending].map(|of| Aside { of, path: "aside/it.bad".into() }).into();
        let leftovers: Vec<Leftover> = all.into_iter().enumerate().map(leftover).collect();
        // The user comes back to one of them in the same process.
        let resumed = leftovers.iter().skip(1).map(|leftover| leftover.id.clone()).collect();
        Found {
            leftovers,
            resumed,
            peers,
            doubts: vec![],
            aside,
            without_locks: false,
            saved_last: Some(FieldId::settings("width")),
        }
    })
}

fn saved() -> impl Strategy<Value = Saved> {
    let values = |resource| (Just(resource), representation_of(resource), representation_of(resource));
    let saved = |(resource, before, after)| Saved { at: now(), resource, before, after };
    select(&Resource::ALL[..]).prop_flat_map(values).prop_map(saved)
}

pub(super) fn happening() -> impl Strategy<Value = Happening> {
    let outcome = prop_oneof![
        3 => Just(Outcome::AsSent),
        2 => each_representation().prop_map(Outcome::Moved),
        1 => each_representation().prop_map(Outcome::Anything),
        1 => Just(Outcome::Absent),
        2 => fault().prop_map(Outcome::Fault),
    ];
    let whose = prop_oneof![5 => any::<Index>().prop_map(Whose::Awaited), 1 => (0..9_u32).prop_map(Whose::Other)];
    let timer = prop_oneof![
        (0..9_u32).prop_map(|id| Timer::Patience(RequestId(id))),
        (0..9_u32).prop_map(|id| Timer::Retry(RequestId(id))),
        (0..4_u32).prop_map(Timer::Watch),
        Just(Timer::Turn),
        Just(Timer::Minute),
        Just(Timer::Arrived),
    ];
    let deletable = Resource::ALL.into_iter().filter(|resource| resource.can_be_deleted()).collect::<Vec<_>>();
    let delete = (select(deletable), select(&["1234567", "1234567", "1234567 ", "123456", ""][..]));
    let disk = (prop::bool::weighted(0.85), found(), prop::collection::vec(saved(), 0..3));
    let stop = select(&[Stop::Terminated, Stop::HungUp, Stop::Interrupted, Stop::TerminalGone][..]);
    let size = select(&[(80_u16, 24_u16), (40, 12), (120, 36), (24, 6)][..]);
    let click = prop_oneof![
        3 => any::<Index>().prop_map(Happening::Row),
        3 => any::<Index>().prop_map(Happening::Switch),
        2 => (any::<Index>(), 0..40_usize).prop_map(|(row, at)| Happening::Caret(row, at)),
        2 => (0..30_usize).prop_map(Happening::Item),
        1 => Just(Happening::Outside),
        1 => (0..30_usize).prop_map(Happening::Mark),
        1 => (0..9_usize, select(&[Side::Mine, Side::Theirs][..])).prop_map(|(row, side)| Happening::Side(row, side)),
        1 => (0..30_usize).prop_map(Happening::Point),
        2 => any_key().prop_map(Happening::Button),
        4 => (size.clone(), (0..130_u16, 0..50_u16)).prop_map(|(size, at)| Happening::Click(size, at)),
    ];
    prop_oneof![
        20 => any_key().prop_map(Happening::Key),
        // Saving and answering often enough for something to happen in between.
        6 => Just(Happening::Key(Key::ctrl('s'))),
        1 => Just(Happening::Key(Key::ctrl('r'))),
        2 => Just(Happening::Everywhere),
        2 => any::<Index>().prop_map(Happening::SetUp),
        1 => Just(Happening::Key(Key::ctrl('c'))),
        2 => delete.prop_map(|(resource, typed)| Happening::Delete(resource, typed)),
        2 => text().prop_map(Happening::Typed),
        1 => any::<bool>().prop_map(Happening::Refused),
        2 => (text(), any::<bool>()).prop_map(|(text, cut)| Happening::Pasted(text, cut)),
        8 => click,
        2 => size.prop_map(Happening::Drawn),
        3 => Just(Happening::Key(Key::plain(Code::F(1)))),
        1 => prop_oneof![0..30_usize, Just(usize::MAX)].prop_map(Happening::Scrolled),
        1 => prop_oneof![-3..=3, Just(i32::MIN), Just(i32::MAX)].prop_map(Happening::Paged),
        1 => Just(Happening::Focused),
        1 => Just(Happening::Unfocused),
        1 => prop::bool::weighted(0.2).prop_map(Happening::Resized),
        16 => (whose, outcome).prop_map(|(whose, outcome)| Happening::Reply(whose, Box::new(outcome))),
        6 => any::<Index>().prop_map(Happening::Woke),
        1 => timer.prop_map(Happening::WokeLate),
        10 => disk.prop_map(|(well, found, saves)| Happening::Disk(well, Box::new(found), saves)),
        1 => any::<bool>().prop_map(Happening::Kept),
        1 => Just(Happening::Hangs),
        4 => (0..3_usize).prop_map(Happening::Tunnels),
        2 => Just(Happening::ChooseTunnel),
        2 => any::<bool>().prop_map(Happening::Token),
        1 => (0..50_usize).prop_map(Happening::TokenTyped),
        1 => Just(Happening::Clock),
        1 => stop.prop_map(Happening::Stop),
    ]
}

fn now() -> jiff::Timestamp {
    "2026-09-22T12:04:31Z".parse().unwrap()
}

/// What the disk says to what it was asked.
fn heard(app: &App, asked: Disk, well: bool, found: Found, saves: Vec<Saved>) -> Option<DiskReply> {
    let done = || if well { Ok(()) } else { Err("disk full".to_owned()) };
    match asked {
        Disk::Open => Some(DiskReply::Opened(if well { Ok(found) } else { Err("read-only".to_owned()) })),
        Disk::Turn => {
            Some(DiskReply::Turn(if well { SaveLock::Ours } else { SaveLock::Theirs(found.peers.first().copied()) }))
        }
        Disk::Record(..) => Some(DiskReply::Recorded(done())),
        Disk::Take(leftover) => Some(DiskReply::Taken { leftover, moved: done() }),
        Disk::ReadHistory { .. } => Some(DiskReply::History(done().map(|()| saves))),
        Disk::Survey => Some(DiskReply::Surveyed(callset::app::ProfilesOnDisk {
            setup: super::setup(),
            ..callset::app::ProfilesOnDisk::default()
        })),
        Disk::KeepPreset { preset, .. } => Some(DiskReply::PresetKept {
            name: preset.name,
            kept: done().map(|()| (super::setup(), "config.toml".to_owned())),
        }),
        Disk::Keep(_)
        | Disk::Discard
        | Disk::EndTurn
        | Disk::StillOpen(..)
        | Disk::Told(_)
        | Disk::Finish(_)
        | Disk::DiscardLeftover(_)
        | Disk::Remember(_) => {
            (!well && app.sync.keeping == Keeping::OnDisk).then(|| DiskReply::Kept(Some("disk full".to_owned())))
        }
    }
}

/// The messages, given the state they meet; none if it cannot happen there.
pub(super) fn messages(walk: &mut Walk, happening: Happening) -> Vec<Msg> {
    let enter = Msg::Key(Key::plain(Code::Enter));
    match happening {
        Happening::Everywhere => {
            let url = Resource::Recording.fields()[0].id.clone();
            let ready = |resource| FieldId::known(resource, "isReady");
            let changes = [
                vec![Msg::Clicked(Hit::Switch(ready(Resource::Settings)))],
                vec![
                    Msg::Clicked(Hit::Row(url)),
                    Msg::Key(Key::ctrl('e')),
                    Msg::Key(Key::ctrl('u')),
                    Msg::Pasted { text: "https://x.dev/%s".to_owned(), cut: false },
                ],
                vec![Msg::Clicked(Hit::Switch(ready(Resource::ChannelConnection)))],
            ];
            let is_there =
                |resource: &Resource| walk.app.sync.draft.is_loaded(*resource) && !walk.app.is_closed(*resource);
            let each = Resource::ALL.into_iter().zip(changes).filter(|(resource, _)| is_there(resource));
            each.flat_map(|(_, messages)| messages).collect()
        }
        Happening::SetUp(at) => {
            let closed = walk.app.sync.draft.resources().iter().filter(|resource| walk.app.is_closed(**resource));
            let closed: Vec<Resource> = closed.copied().collect();
            if closed.is_empty() {
                return vec![];
            }
            let first = &at.get(&closed).fields()[0];
            // What HubSpot's servers call has no first value.
            let url = Msg::Pasted { text: "https://x.dev/%s".to_owned(), cut: false };
            let url = (first.kind == Kind::Url).then_some(url);
            [Msg::Clicked(Hit::Row(first.id.clone())), enter].into_iter().chain(url).collect()
        }
        Happening::Delete(resource, typed) => {
            let words = format!("delete the {}", resource.label());
            let keys = [Msg::Key(Key::ctrl('p')), Msg::Typed(words), enter.clone()];
            keys.into_iter().chain([Msg::Typed(typed.to_owned()), enter]).collect()
        }
        Happening::ChooseTunnel => {
            let words = "use this machine's tunnel".to_owned();
            vec![Msg::Key(Key::ctrl('p')), Msg::Typed(words), enter]
        }
        happening => message(walk, happening).into_iter().collect(),
    }
}

/// So many tunnels are on this machine.
fn tunnels(count: usize) -> Msg {
    Msg::Tunnels(crate::frames::tunnels().into_iter().take(count).collect())
}

fn message(walk: &mut Walk, happening: Happening) -> Option<Msg> {
    let app = &walk.app;
    let rows: Vec<FieldId> = app.rows().map(|field| field.id.clone()).collect();
    let row = |at: Index| at.get(&rows).clone();
    Some(match happening {
        Happening::Everywhere | Happening::SetUp(_) | Happening::Delete(..) | Happening::ChooseTunnel => return None,
        Happening::Tunnels(count) => return std::mem::take(&mut walk.looking).then(|| tunnels(count)),
        Happening::Key(key) => Msg::Key(key),
        Happening::Typed(text) => Msg::Typed(text.chars().filter(|c| !c.is_control()).collect()),
        Happening::Pasted(text, cut) => Msg::Pasted { text, cut },
        Happening::Refused(whole) => Msg::Refused { whole },
        Happening::Row(at) => Msg::Clicked(Hit::Row(row(at))),
        Happening::Switch(at) => Msg::Clicked(Hit::Switch(row(at))),
        Happening::Caret(at, caret) => Msg::Clicked(Hit::Caret(row(at), caret)),
        Happening::Item(item) => Msg::Clicked(Hit::Item(item)),
        Happening::Mark(row) => Msg::Clicked(Hit::Mark(row)),
        Happening::Side(row, side) => Msg::Clicked(Hit::Side(row, side)),
        Happening::Point(at) => Msg::Clicked(Hit::Typed(at)),
        Happening::Button(key) => Msg::Clicked(Hit::Key(key)),
        Happening::Click((width, height), (x, y)) => {
            let at = Position { x: x.min(width), y: y.min(height) };
            Msg::Clicked(callset::ui::hit(app, Rect::new(0, 0, width, height), at)?)
        }
        Happening::Drawn((width, height)) => Msg::Drawn(callset::ui::room(app, Rect::new(0, 0, width, height))?),
        Happening::Outside => Msg::Clicked(Hit::Outside),
        Happening::Scrolled(to) => Msg::Scrolled { to },
        Happening::Paged(lines) => Msg::Paged(lines),
        Happening::Focused => Msg::Focused,
        Happening::Unfocused => Msg::Unfocused,
        Happening::Resized(cramped) => Msg::Resized { cramped },
        Happening::Woke(_) if walk.timers.is_empty() => return None,
        Happening::Woke(at) => {
            let at = at.index(walk.timers.len());
            Msg::Woke { timer: walk.timers.remove(at), waited: Duration::from_millis(700) }
        }
        Happening::WokeLate(timer) => Msg::Woke { timer, waited: Duration::from_millis(700) },
        Happening::Disk(well, found, saves) => {
            let asked = walk.asked.pop_front()?;
            Msg::Disk(heard(app, asked, well, *found, saves)?)
        }
        Happening::Kept(_) if matches!(app.sync.keeping, Keeping::InMemory(_) | Keeping::Opening) => return None,
        Happening::Kept(well) => Msg::Disk(DiskReply::Kept((!well).then(|| "disk full".to_owned()))),
        Happening::Hangs => Msg::Disk(DiskReply::Hangs("~/.local/state/callset".into())),
        Happening::Token(true) => {
            Msg::Token(Ok(Token { hint: "Bearer …c41f".into(), looks_like: None, tidied: vec!["spaces"] }))
        }
        Happening::Token(false) => Msg::Token(Err("empty".into())),
        Happening::TokenTyped(characters) => {
            Msg::TokenTyped { characters, caret: characters, looks_like: None, left_out: false }
        }
        Happening::Clock => Msg::Clock(Clock { now: now(), zone: jiff::tz::TimeZone::UTC.into() }),
        Happening::Stop(stop) => Msg::Stop(stop),
        Happening::Reply(whose, outcome) => {
            let request = match whose {
                Whose::Awaited(at) => {
                    let awaited: Vec<_> = walk.in_flight.keys().chain(&walk.elsewhere).collect();
                    if awaited.is_empty() { RequestId(u32::MAX) } else { **at.get(&awaited) }
                }
                Whose::Other(id) => RequestId(id),
            };
            let given_up = walk.given_up.as_ref().filter(|(id, _)| *id == request).map(|(_, call)| call);
            let call = walk.in_flight.get(&request).or(given_up);
            let resource = call.map_or(Resource::Settings, Call::resource);
            let base = app.sync.draft.representation(resource).cloned();
            let base = base.unwrap_or_else(|| crate::transitions::representation(resource));
            let given_up = match given_up {
                Some(Call::Patch(patch) | Call::Create(patch)) => Some(patch),
                Some(Call::Get(_) | Call::Delete(_)) | None => None,
            };
            let sent = app.sync.sent().filter(|patch| patch.resource() == resource).or(given_up);
            let as_sent = match call {
                Some(Call::Delete(_)) => Representation::default(),
                _ => sent.map_or(base.clone(), |patch| patch.apply(&base)),
            };
            let reads = !matches!(call, Some(Call::Delete(_)));
            let outcome = match *outcome {
                Outcome::AsSent => Ok(as_sent),
                Outcome::Moved(by) => {
                    let mut moved = as_sent;
                    let by = of(resource, &by);
                    by.members().take(2).filter(|_| reads).for_each(|(key, value)| moved.set(key, value.clone()));
                    Ok(moved)
                }
                Outcome::Anything(theirs) => Ok(of(resource, &theirs)).map(|it| if reads { it } else { as_sent }),
                Outcome::Absent => Err(not_there()),
                Outcome::Fault(fault) => Err(fault),
            };
            // An answer that reads as a resource is never empty.
            let outcome = outcome.and_then(|it| if it.is_empty() && reads { Err(not_there()) } else { Ok(it) });
            // Some writes are founded on a look of a minute ago: nothing of them can be on its way any more.
            let looked = if request.0.is_multiple_of(3) { now() - jiff::SignedDuration::from_mins(1) } else { now() };
            Msg::Reply(Reply {
                request,
                began: Moment { wall: looked, ..Moment::default() },
                took: Duration::from_millis(341),
                at: now(),
                outcome,
                trace: None,
            })
        }
    })
}
