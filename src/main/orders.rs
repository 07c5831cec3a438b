//! Commands about an app's settings: what they want is carried out by the runtime, on the profile that is chosen.
//!
//! ```text
//!   Order ──> Start ──> prepare ──> runtime::command ──> said ──> stdout, stderr, exit code
//! ```

use super::editor::{be_ready, world};
use super::streams::{Printed, Streams};
use super::{ask, chosen, sheet, var};
use callset::api::{self, Credential};
use callset::app::msg::Stop;
use callset::cli::choice;
use callset::cli::exit::{CommandError, Ending, Said};
use callset::cli::options::{Aim, Common, Format, Shared};
use callset::cli::order::{Asking, Before, Offline, Order, Prepared};
use callset::cli::outcome::CommandEnd;
use callset::cli::{earlier, input, verbose};
use callset::model::record::Aside;
use callset::model::{FieldId, Representation, Resource};
use callset::runtime::command::{self, Audience, CommandRun};
use callset::runtime::{Network, World};
use callset::start::{Start, connect_within, trusting};
use callset::store::config::Reading;
use callset::sync::{Batch, Fault, Keeping, Outcome, Planned, Target, Verdict, Wish};
use callset::words;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Carries an order out.
pub(super) async fn carry_out(order: &dyn Order, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let common = &order.shared().common;
    let said = match run(order, aim, streams).await {
        Ok(said) => said,
        Err(flaw) => flaw.said(common.is_json()),
    };
    streams.print(&said, common.quiet, common.format() != Format::Table)
}

/// The profile or the app that is meant.
pub(super) fn start_of(aim: &Aim, reading: Reading) -> Result<Start, CommandError> {
    let start = chosen(aim, reading).map_err(CommandError::usage)?;
    if start.is_first { Err(CommandError::usage(choice::NOTHING)) } else { Ok(start) }
}

/// Does the command print the format that is asked for?
pub(super) fn can_print(formats: &[Format], common: &Common) -> Result<(), CommandError> {
    if formats.contains(&common.format()) {
        return Ok(());
    }
    let formats: Vec<&str> = formats.iter().map(|format| format.word()).collect();
    Err(CommandError::usage(format!("this command prints {}, not {}", formats.join(" or "), common.format().word())))
}

async fn run(order: &dyn Order, aim: &Aim, streams: &mut Streams) -> Result<Said, CommandError> {
    let common = &order.shared().common;
    can_print(order.formats(), common)?;
    let read_from_stdin = order.reads_stdin() + usize::from(common.token_stdin);
    if read_from_stdin > 1 {
        return Err(CommandError::usage(
            "standard input can be read once: only one of the values, the file and --token-stdin",
        ));
    }
    let mut start = start_of(aim, streams.configuration())?;
    if common.token_stdin {
        start.ready = Some(input::token(start.profile.kind)?);
    }
    streams.learn_of(&start);
    be_ready(&mut start).await.map_err(|why| CommandError::usage(why.to_string()))?;
    let (target, at) = placed(&start)?;
    let offline = Offline { target: &target, state: at, now: callset::runtime::now() };
    if let Some(said) = order.offline(&offline) {
        return said;
    }
    let returned = match order.own_editor() {
        Some(program) => Some(sheet::edited(order, program, &mut start, &target, streams).await?),
        None => None,
    };
    let other = match order.other() {
        Some(name) => Some(other(order, name, &start.reading, streams).await?),
        None => None,
    };
    let saves = || offline.history();
    let is_asking = is_asked(order);
    let edited = returned.as_ref().map(|returned| returned.values.clone()).unwrap_or_default();
    let asking = Asking { profile: &start.profile, is_asking, history: &saves, other, edited };
    let ended = carried_out(order, &start, &asking, &target, streams).await;
    let left = returned.and_then(|returned| returned.end(ended.as_ref().is_ok_and(|said| said.code == 0)));
    match (ended, left) {
        (ended, None) => ended,
        (Ok(mut said), Some(left)) => {
            said.said.push(left);
            Ok(said)
        }
        (Err(flaw), Some(left)) => {
            streams.say(&left);
            Err(flaw)
        }
    }
}

/// Is there somebody to ask, who may be asked?
pub(super) fn is_asked(order: &dyn Order) -> bool {
    !order.shared().common.no_input && ask::is_possible(var)
}

/// Reads everything, before a command goes on with what was read.
pub(super) async fn first_read(
    order: &dyn Order,
    start: &mut Start,
    target: &Target,
    streams: &mut Streams,
) -> Result<CommandRun, CommandError> {
    let common = &order.shared().common;
    let task = Wish::Read(Resource::ALL.into(), None).into();
    let mut run = once(start, &task, common, &mut Listener { streams }).await?;
    if let Some(why) = lacks_credential(&run).filter(|_| is_asked(order)) {
        streams.say(&format!("callset: {}", words::fault::happened(why, &target.host)));
        let typed = ask::credential(start.profile.kind, target)?;
        streams.learn(typed.clone());
        start.ready = Some(typed);
        run = once(start, &task, common, &mut Listener { streams }).await?;
    }
    let stopped = run.stopped.map(Stop::exit_code);
    match (CommandEnd { stopped, ..CommandEnd::new(&run.batch, target, common.format()) }).flaw() {
        Some(flaw) => Err(flaw),
        None => Ok(run),
    }
}

/// Carries out an order that knows all that it needs.
async fn carried_out(
    order: &dyn Order,
    start: &Start,
    asking: &Asking<'_>,
    target: &Target,
    streams: &mut Streams,
) -> Result<Said, CommandError> {
    let (common, is_asking) = (&order.shared().common, asking.is_asking);
    let prepared = order.prepare(asking)?;
    let warnings = if common.quiet { vec![] } else { prepared.warnings.clone() };
    let mut audience = Screenless {
        order,
        before: Before::default(),
        told: 0,
        warnings,
        target,
        streams,
        is_closed: false,
        aside: vec![],
    };
    let mut run = once(start, &prepared, common, &mut audience).await?;
    if let Some(why) = lacks_credential(&run).filter(|_| is_asking) {
        // Nothing was sent: it begins anew.
        audience.streams.say(&format!("callset: {}", words::fault::happened(why, &target.host)));
        let typed = ask::credential(start.profile.kind, target)?;
        audience.streams.learn(typed.clone());
        let start = Start { ready: Some(typed), ..start.clone() };
        run = once(&start, &prepared, common, &mut audience).await?;
    }
    if audience.is_closed {
        return Ok(Said::default());
    }
    let end = CommandEnd {
        stopped: run.stopped.map(Stop::exit_code),
        tells_differences: order.guards().is_some_and(|guards| guards.exit_code),
        places: &prepared.places,
        flaws: &prepared.flaws,
        values: &prepared.values,
        aside: &audience.aside,
        not_on_disk: run.not_on_disk.as_deref(),
        ..CommandEnd::new(&run.batch, target, common.format())
    };
    let mut said = order.said(&end);
    said.said.splice(0..0, end.repeated());
    about_the_disk(&run, &mut said);
    Ok(said)
}

/// Adds what the disk lacks of a save.
pub(super) fn about_the_disk(run: &CommandRun, said: &mut Said) {
    if let (Keeping::InMemory(why), false) = (&run.batch.copy.keeping, run.batch.sent.is_empty()) {
        said.said.push(format!("callset: nothing is kept on this machine, so this save is not in the history: {why}"));
    }
    if let Some(why) = &run.not_on_disk {
        said.said.push(format!("callset: not all of it is on the disk: {why}"));
        said.code = said.code.max(1);
    }
}

pub(super) fn placed(
    start: &Start,
) -> Result<(Target, Option<(std::path::PathBuf, callset::store::Place)>), CommandError> {
    let endpoint = start.endpoint().map_err(|why| CommandError::usage(why.to_string()))?;
    let target = start.target(&endpoint, None, u64::from(std::process::id()));
    Ok((target, start.state().map(|dir| (dir, start.place(&endpoint)))))
}

pub(super) async fn once(
    start: &Start,
    prepared: &Prepared,
    common: &Common,
    audience: &mut impl Audience,
) -> Result<CommandRun, CommandError> {
    let endpoint = start.endpoint().map_err(|why| CommandError::usage(why.to_string()))?;
    let is_trusted = common.trust_host.as_deref().is_some_and(|host| Some(host) == start.profile.host().as_deref());
    let trusts_typed = start.ready.is_none() || is_trusted || endpoint.is_own();
    if !trusts_typed && !start.is_demo {
        let host = start.profile.host().unwrap_or_default();
        return Err(CommandError::usage(format!(
            "the credential was not meant for {host} so far: --trust-host {host} sends it there"
        )));
    }
    let base = world(start, &endpoint, vec![]);
    let credentials = if is_trusted { trusting(base.credentials) } else { base.credentials };
    let limits = common.timeout.map_or_else(api::Timeouts::default, api::Timeouts::all);
    let connect = connect_within(&endpoint, limits);
    let world = World { connect, credentials, network: Network::here, ..base };
    let seed = u64::from(std::process::id()) ^ callset::runtime::now().as_microsecond().unsigned_abs();
    let ran = command::run(world, prepared.task.clone(), seed, audience).await;
    ran.map_err(|why| CommandError::new(Ending::Failed, "setup", format!("cannot start: {why}")))
}

/// Reads for a command that is no order.
pub(super) async fn read(
    start: &Start,
    prepared: &Prepared,
    common: &Common,
    streams: &mut Streams,
) -> Result<(CommandRun, Target), CommandError> {
    let (target, _) = placed(start)?;
    Ok((once(start, prepared, common, &mut Listener { streams }).await?, target))
}

/// Why there is no credential, if that is what stopped the run.
fn lacks_credential(run: &CommandRun) -> Option<&Fault> {
    let Some(Verdict::Outcomes(outcomes)) = run.batch.verdict() else { return None };
    outcomes.iter().find_map(|(_, outcome)| {
        if let Outcome::Failed(_, fault @ Fault::NoCredential(_)) = outcome { Some(fault) } else { None }
    })
}

/// The settings of another profile.
async fn other(
    order: &dyn Order,
    name: &str,
    reading: &Reading,
    streams: &mut Streams,
) -> Result<BTreeMap<Resource, Representation>, CommandError> {
    let Shared { target, common } = order.shared();
    let mut options = target.clone();
    options.demo = false;
    options.profile = Some(name.to_owned());
    let aim = Aim::of_profile(options);
    let start = start_of(&aim, reading.clone())?;
    streams.learn_of(&start);
    let (target, _) = placed(&start)?;
    let task = Wish::Read(Resource::ALL.into(), None).into();
    let run = once(&start, &task, common, &mut Listener { streams }).await?;
    let stopped = run.stopped.map(Stop::exit_code);
    let end = CommandEnd { stopped, ..CommandEnd::new(&run.batch, &target, common.format()) };
    match end.flaw() {
        Some(flaw) => Err(CommandError { message: format!("the profile {name}: {}", flaw.message), ..flaw }),
        None if run.batch.copy.draft.bases().values().all(Representation::is_empty) => {
            let why = end.refusal(&Verdict::Absent(Resource::Settings));
            Err(CommandError::new(Ending::Failed, "not_found", format!("the profile {name}: {why}")))
        }
        None => Ok(run.batch.copy.draft.bases().clone()),
    }
}

/// Whoever looks on without a screen: lines as they come.
struct Screenless<'a> {
    order: &'a dyn Order,
    before: Before,
    /// How many requests were told.
    told: u32,
    /// What is not said yet of values that are sent.
    warnings: Vec<(FieldId, String)>,
    target: &'a Target,
    streams: &'a mut Streams,
    /// Is nobody there any more who reads?
    is_closed: bool,
    /// What was set aside and is told.
    aside: Vec<Aside>,
}

impl Audience for Screenless<'_> {
    fn learned(&mut self, credential: &Credential) {
        self.streams.learn(credential.clone());
    }

    fn heard(&mut self, batch: &Batch) -> bool {
        if self.order.shared().common.verbose {
            for (id, line) in verbose::lines(batch, self.told, self.target) {
                self.told = id;
                self.streams.say(&line);
            }
        }
        for aside in &batch.found.aside {
            if !self.aside.contains(aside) {
                self.aside.push(aside.clone());
                if !self.order.shared().common.quiet {
                    self.streams.say(&earlier::set_aside(aside));
                }
            }
        }
        let is_meant = |(id, _): &mut (FieldId, String)| batch.copy.draft.edit(id).is_some();
        for (_, warning) in self.warnings.extract_if(.., is_meant) {
            self.streams.say(&format!("callset: {warning}"));
        }
        if let Some(remark) = self.order.remarks(&mut self.before, batch, self.target)
            && !self.order.shared().common.quiet
        {
            self.streams.say(&format!("callset: {remark}"));
        }
        let lines = self.order.heard(&mut self.before, batch);
        if !lines.is_empty() {
            self.is_closed |= self.streams.write(&lines, true) != Printed::Whole;
        }
        !self.is_closed
    }

    fn ask(&mut self, plan: &[Planned]) -> Box<dyn FnOnce() -> bool + Send> {
        let by_yes = self.order.own_editor().is_some() && !self.target.is_production();
        ask::review(plan, self.target, self.streams, by_yes)
    }
}

/// Whoever only has to know which credential was used.
struct Listener<'a> {
    streams: &'a mut Streams,
}

impl Audience for Listener<'_> {
    fn learned(&mut self, credential: &Credential) {
        self.streams.learn(credential.clone());
    }
}
