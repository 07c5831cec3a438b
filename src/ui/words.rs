//! The sentences of the strip, the header and the rows, with the keys of the next steps.

use super::layout::Demand;
use super::steps::{key, titled, wrapped};
use super::text::wrap;
use super::theme::{Role, Theme};
use crate::app::keymap::{self, Intent, Scope};
use crate::app::{App, Asked, Mode, Notice, Overlay, Prompt, Typed};
use crate::model::preview::Mood;
use crate::model::profile::Profile;
use crate::model::{Draft, Field, Kind, Resource, Severity};
use crate::sync::{Act, Call, Fault, Outcome, Save};
use crate::words::leftover::LeftoverAsked;
use crate::words::progress::Standing;
use crate::words::time::Clock;
use crate::words::{self, NextStep, Statement, Tone, ask, check, field, list, progress, section, time, value};
use jiff::Timestamp;
use std::time::Duration;

pub(super) use crate::words::value::{after, compared, plain};
pub(super) use crate::words::{copy_item, fit, nothing_to_copy, verdict, why_not};

impl From<Tone> for Role {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Plain => Role::Plain,
            Tone::Good => Role::Good,
            Tone::Warning => Role::Warning,
            Tone::Error => Role::Error,
        }
    }
}

/// The role of advice that sounds so.
pub(super) fn feeling(mood: Mood) -> Role {
    match mood {
        Mood::Plain => Role::Plain,
        Mood::Good => Role::Good,
        Mood::Warning => Role::Warning,
        Mood::Error => Role::Error,
    }
}

/// The text of the strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// The title in the rule.
    pub title: String,
    /// The role of the title.
    pub role: Role,
    /// What the rule has no room for: the rest of the title, and its steps. They follow it at once.
    pub rest: Vec<String>,
    /// The lines below the body of the next request.
    pub lines: Vec<(String, Role)>,
    /// How many lines at the end must be shown if there is no room for all.
    pub pinned: usize,
    /// How many lines belong to a message or a question. On a small screen they may cover rows of the form; help may not.
    needed: usize,
    /// How many lines the strip is made for. The old value of a text is not counted, so that nothing moves while the
    /// user types.
    rows: usize,
}

impl Strip {
    /// The lines that the strip wants.
    pub(super) fn demand(&self) -> Demand {
        let lines = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        Demand { rest: lines(self.rest.len()), all: lines(self.rows), message: lines(self.needed) }
    }
}

/// Title and lines of the strip, at most `width` cells wide.
pub fn strip(app: &App, width: usize) -> Strip {
    let Some(said) = said(app).or_else(|| of_preview(app, width)) else {
        let (title, offers) = next_requests(app);
        let (title, rest) = headed((title, &offers), app, width);
        let (lines, pinned, rows) = about_focus(app, width);
        return Strip { title, role: Role::Strong, rows: rest.len() + rows, rest, lines, pinned, needed: 0 };
    };
    let role = Role::from(said.tone);
    let steps = if said.is_brief { said.next.as_slice() } else { &[] };
    let (title, rest) = headed((&said.title, steps), app, width);
    let mut lines: Vec<(String, Role)> = Vec::new();
    // The first sentence may quote a server and be of any length. The other lines must be shown all the same. They say
    // what it means, where the edits are, what to do next, and the id for HubSpot's support.
    let mut pinned = 0;
    for (at, wrapped) in below(app, &said, width).into_iter().enumerate() {
        pinned += if at > 0 { wrapped.len() } else { 0 };
        lines.extend(wrapped.into_iter().map(|line| (line, Role::Plain)));
    }
    let needed = rest.len() + lines.len();
    if !lines.is_empty() {
        return Strip { title, role, rest, lines, pinned, needed, rows: needed };
    }
    let (lines, pinned, rows) = about_focus(app, width);
    Strip { title, role, rest, lines, pinned, needed, rows: needed + rows }
}

/// What the strip says while a preview is on and nothing else is to be said: as much as there is room for in one line of so
/// many cells, so that the form keeps its lines.
pub(super) fn of_preview(app: &App, width: usize) -> Option<Statement> {
    let preview = app.preview.as_ref().filter(|preview| preview.is_on() && !app.is_choosing())?;
    let lines = words::preview::said(&preview.pages, &preview.scene, app.known_of(preview));
    let fits = |said: &Statement| headed((&said.title, &said.next), app, width).1.is_empty();
    let [.., shortest] = &lines;
    let shortest = shortest.clone();
    Some(lines.into_iter().find(fits).unwrap_or(shortest))
}

/// A title with its steps, as far as the rule has room for them, and the lines that follow for the rest.
fn headed((title, steps): (&str, &[NextStep]), app: &App, width: usize) -> (String, Vec<String>) {
    // The rule is seen on both sides of its title.
    let mut lines = wrapped(title, steps, app.scope(), width.saturating_sub(2)).into_iter();
    (lines.next().unwrap_or_default(), lines.collect())
}

/// What the strip says instead of the help for the row in focus: a question, a message, or what is running.
pub(super) fn said(app: &App) -> Option<Statement> {
    let about = app.about();
    match (&app.mode, &app.notice) {
        (Mode::Asking(question), _) => match &question.what {
            Asked::Quit => Some(ask::quitting(&app.sync)),
            Asked::Restore { discarding, .. } => {
                asked_leftover(app, *discarding).map(|it| words::leftover::asked(&about, &it))
            }
            Asked::Remove { profile, .. } => Some(words::profile::removing(&profile.name)),
            Asked::Siblings { tunnel, fields } => {
                let labels = fields.iter().filter_map(|id| app.sync.draft.field(id)).map(|field| &*field.label);
                Some(words::tunnel::siblings(tunnel, &labels.collect::<Vec<_>>()))
            }
            Asked::Trust { source, stopped } => Some(ask::trusting(&about, source, stopped)),
        },
        (Mode::Entering(Prompt { what: Typed::Token { stopped, characters, .. }, .. }), _) => {
            Some(words::credential::asked(&about, stopped, *characters > 0))
        }
        (_, Some(notice)) => Some(notice.said(&about)),
        (_, None) => progress::said(&about, app.is_leaving()),
    }
}

/// The sentences below the title, each broken into lines. The steps follow the last sentence. The steps of a question
/// have a line of their own.
fn below(app: &App, said: &Statement, width: usize) -> Vec<Vec<String>> {
    if said.is_brief {
        return said.lines.iter().map(|line| wrap(line, width)).collect();
    }
    let is_question = matches!(app.mode, Mode::Asking(_));
    let mut texts: Vec<&str> = said.lines.iter().map(String::as_str).collect();
    let beside = said.beside_steps();
    let kept = (!beside.is_empty()).then_some(beside.as_str());
    if said.kept_first {
        texts.insert(0, kept.unwrap_or_default());
    } else if kept.is_some() || is_question || texts.is_empty() {
        texts.push(kept.unwrap_or_default());
    }
    let with_steps = if said.kept_first { 0 } else { texts.len() - 1 };
    let steps = |at: usize| if at == with_steps { said.next.as_slice() } else { &[] };
    let wrapped = texts.iter().enumerate().map(|(at, text)| wrapped(text, steps(at), app.scope(), width));
    wrapped.chain(said.id.as_ref().map(|id| wrap(&words::correlation(id), width))).collect()
}

fn asked_leftover(app: &App, is_discarding: bool) -> Option<LeftoverAsked> {
    let leftover = app.leftovers.first()?;
    let other = match &app.notice {
        Some(notice @ (Notice::Earlier { .. } | Notice::NotRestored { .. })) => Some(notice.clone()),
        _ => None,
    };
    Some(LeftoverAsked {
        open: app.still_unsaved(leftover),
        at: leftover.at,
        runs: app.leftovers.iter().filter(|leftover| app.still_unsaved(leftover) > 0).count(),
        is_discarding,
        outcomes: app.outcomes(leftover),
        other,
    })
}

/// A message without its details, broken into lines.
pub fn brief(app: &App, notice: &Notice, width: usize) -> Vec<(String, Role)> {
    let said = notice.said(&app.about());
    let steps = if said.is_brief { said.next.as_slice() } else { &[] };
    let lines = wrapped(&said.title, steps, app.scope(), width);
    lines.into_iter().map(|line| (line, said.tone.into())).collect()
}

/// The title of a strip without a message. While the user types, it also says how many earlier values are on offer. It
/// stands in the title so that rows and help do not move.
fn next_requests(app: &App) -> (&'static str, Vec<NextStep>) {
    let title = match app.next_calls().as_slice() {
        [] | [Call::Patch(_)] => "Next PATCH",
        [Call::Create(_)] => "Next POST",
        _ => "Next requests",
    };
    let offers = if app.form.typed { list::earlier_values(app.offers().len()) } else { None };
    (title, offers.into_iter().collect())
}

/// The lines about the row in focus: what is wrong with it, or what it does; and its old value if the row has no room
/// for that. With how many of them are pinned, and how many rows they are given.
fn about_focus(app: &App, width: usize) -> (Vec<(String, Role)>, usize, usize) {
    let field = app.focused();
    if app.is_closed(field.id.resource) {
        let unread = app.unread.get(&field.id.resource);
        let said = section::meaning(&app.about(), field.id.resource, unread);
        let lines = wrapped(&said.title, &said.next, app.scope(), width);
        let rows = lines.len();
        return (lines.into_iter().map(|line| (line, Role::Plain)).collect(), 0, rows);
    }
    let mut texts: Vec<_> = app
        .problems(field)
        .iter()
        .map(|problem| {
            let role = if problem.severity == Severity::Warning { Role::Warning } else { Role::Error };
            (field::told(&field.id.key, problem), role, problem.next)
        })
        .collect();
    if texts.is_empty() {
        let quiet = app.tunnel_problem(field);
        texts.extend(quiet.map(|problem| (field::told(&field.id.key, &problem), Role::Warning, problem.next)));
    }
    if texts.is_empty() {
        texts.push((field::help(field), Role::Plain, None));
    }
    let lines_of = |(text, role, next): (String, Role, Option<NextStep>)| {
        wrapped(&text, next.as_slice(), app.scope(), width).into_iter().map(move |line| (line, role))
    };
    let mut lines: Vec<(String, Role)> = texts.into_iter().flat_map(lines_of).collect();
    let rows = lines.len();
    let is_edited = app.sync.draft.is_dirty(&field.id) && !app.sync.draft.is_absent(field.id.resource);
    let has_old = is_edited && matches!(field.kind, Kind::Text | Kind::Url);
    if has_old {
        lines.push((value::was(app.sync.draft.base(&field.id), field), Role::Plain));
    }
    (lines, usize::from(has_old), rows)
}

/// The text in the row of a closed section, from its state and its next step.
pub(super) fn state((state, step): (&str, Option<NextStep>), scope: Scope) -> String {
    step.map_or(state.to_owned(), |step| format!("{state} · {} to {}", key(step, scope), step.words()))
}

/// The bytes that a save would send, or why it would send none.
pub fn body(app: &App) -> String {
    let calls = app.next_calls();
    let is_loaded = app.sync.draft.is_loaded(Resource::Settings);
    if let Some(field) = app.sync.invalid().next() {
        list::until(&field.label)
    } else if let Some(save) = &app.sync.save {
        sending(app, save)
    } else if !calls.is_empty() {
        calls.iter().map(request).reduce(|all, next| all + "   " + &next).unwrap_or_default()
    } else if !is_loaded {
        list::not_loaded(app.sync.is_loading(Resource::Settings)).to_owned()
    } else {
        match (app.mode.is(Overlay::Restore), app.leftovers.first().and_then(|leftover| leftover.unsaved.as_ref())) {
            (true, Some(unsaved)) => {
                let draft = unsaved.on(app.sync.draft.bases());
                let fields = draft.fields().iter().filter(|field| unsaved.edits.contains_key(&field.id));
                list::in_the_draft(&fields.map(|field| &*field.label).collect::<Vec<_>>())
            }
            _ => list::NOTHING_UNSAVED.to_owned(),
        }
    }
}

/// A request as the strip shows it: its body, with the name of the resource unless that is the settings.
fn request(call: &Call) -> String {
    let (label, resource) = (call.resource().label(), call.resource());
    match call {
        Call::Patch(patch) if resource == Resource::Settings => patch.body(),
        Call::Patch(patch) => format!("{label} {}", patch.body()),
        Call::Create(patch) => format!("POST {label} {}", patch.body()),
        Call::Get(_) | Call::Delete(_) => format!("{} {label}", call.method()),
    }
}

/// What the running save sends, for the current resource and for those that follow, and what is left for the next save.
fn sending(app: &App, save: &Save) -> String {
    let wanted = || [&save.wanted].into_iter().chain(&save.next);
    let sent: Vec<String> =
        [save.sends()].into_iter().chain(&save.next).cloned().map(|p| request(&app.sync.call(p))).collect();
    let later = app.sync.draft.resources().iter().map(|resource| {
        let patch = app.sync.draft.patch(*resource);
        match wanted().find(|wanted| wanted.resource() == *resource) {
            Some(wanted) => patch.beyond(wanted),
            // The save has finished this resource, or it was not dirty when the save began.
            None => patch,
        }
    });
    let later: Vec<String> = later.filter(|patch| !patch.is_empty()).map(|p| request(&app.sync.call(p))).collect();
    let sent = if save.act == Act::Delete { request(&Call::Delete(save.resource())) } else { sent.join("   ") };
    if later.is_empty() { sent } else { format!("{sent}   then {}", later.join("   ")) }
}

/// The right end of the header.
#[derive(Clone, Debug, PartialEq)]
pub enum HeaderStatus {
    /// Nothing is known.
    Unknown,
    /// A request has been awaited for so long.
    Waiting(Duration, &'static str),
    /// Nothing is under way.
    Standing(Standing),
}

impl HeaderStatus {
    /// The status now.
    pub fn new(app: &App) -> Self {
        if app.is_choosing() {
            return Self::Unknown;
        }
        if let Some(waited) = app.sync.waiting() {
            return Self::Waiting(waited, progress::doing(&app.sync));
        }
        let has_failed = matches!(app.notice, Some(Notice::Outcome(Outcome::Failed(..))));
        progress::standing(&app.about(), has_failed).map_or(Self::Unknown, Self::Standing)
    }

    /// Its text.
    pub fn words(&self, theme: Theme, narrow: bool) -> String {
        match self {
            Self::Waiting(waited, doing) => {
                let sign = theme.spinner(waited.as_millis() / 250);
                if narrow { format!("{sign} ") } else { format!("{sign} {doing} ") }
            }
            Self::Standing(standing) if !narrow => format!("{standing} "),
            Self::Standing(_) | Self::Unknown => String::new(),
        }
    }
}

/// The note to the right of a value.
pub fn note(app: &App, field: &Field) -> Option<String> {
    let is_settled = app.sync.draft.conflict(&field.id).is_none() && !app.marks.contains_key(&field.id);
    match app.found_at(&field.id) {
        Some(found) if is_settled && !app.is_closed(field.id.resource) => Some(check::note(found, app.clock.as_ref())),
        Some(_) | None => value::note(&app.sync, field, app.marks.get(&field.id)),
    }
}

/// The sentence for a terminal that is too small for the form.
pub(super) fn too_small(app: &App, smallest: (u16, u16)) -> String {
    let unsaved = ask::unsaved_briefly(app.sync.unsaved());
    if app.mode.is(Overlay::Quit) {
        let answers = keymap::hints(app.scope()).filter(|hint| hint.intent != Intent::Help);
        let hints = answers.map(|hint| format!("{} {}", hint.key, hint.word));
        format!("{} {}", ask::quitting_briefly(&unsaved), hints.collect::<Vec<_>>().join(", "))
    } else {
        let said = told(app, &list::too_small(smallest));
        if unsaved.is_empty() { said } else { format!("{unsaved} {said}") }
    }
}

/// A sentence with its steps, and the keys that they have now.
pub(super) fn told(app: &App, said: &Statement) -> String {
    titled(&said.title, &said.next, app.scope())
}

/// A time of this run, in the user's zone.
pub(super) fn clock_seconds(clock: Option<&Clock>, at: Timestamp) -> String {
    time::of_run(at, clock)
}

/// The sentence for a row that has no earlier value to offer.
pub(super) fn recent(app: &App) -> String {
    let read = app.history.read.as_ref().map(|read| read.as_ref().map(|_| ()).map_err(String::as_str));
    list::no_earlier_values(read, app.form.typed)
}

/// The value that the server has for a field.
pub(super) fn held(draft: &Draft, field: &Field) -> String {
    value::held(draft.base(&field.id), !draft.is_absent(field.id.resource), field)
}

/// Why another profile could not be read, and what to do next.
pub(super) fn unread(app: &App, with: &Profile, fault: &Fault) -> Vec<String> {
    let said = words::unread(&app.target, with, fault);
    let next = titled(&said.kept, &said.next, app.scope());
    said.lines.into_iter().chain([next]).collect()
}
