//! `callset follow`: looks at the tunnels of this machine again and again, and saves as `callset set` does.
//!
//! ```text
//!   look ──> Following ──> Move ──> read, if the url is not known ──> save ──┬── one line on stdout
//!    ^                                                                       └── failed: said, and tried again later
//!    └────────────────────── pace, or a signal, which ends it ───────────────────────────────────────────────────┘
//! ```

use super::editor::be_ready;
use super::orders::{about_the_disk, once, placed, start_of};
use super::streams::{Printed, Streams};
use super::var;
use callset::api::Credential;
use callset::app::msg::Stop;
use callset::cli::exit::{CommandError, Ending, Said};
use callset::cli::follow::{self, Follow, FollowStep, Following, url_field};
use callset::cli::options::Aim;
use callset::cli::outcome::CommandEnd;
use callset::cli::{input, verbose};
use callset::model::Value;
use callset::model::login::secret_variables;
use callset::model::tunnel::{Tunnel, local_port};
use callset::probe::tunnel::TunnelPlaces;
use callset::runtime::command::{Audience, CommandRun, Signals};
use callset::runtime::page;
use callset::start::Start;
use callset::store::config::ConfigFile;
use callset::sync::{Batch, Planned, Target, Task, Verdict, Wish};
use callset::words::tunnel as words;
use std::process::ExitCode;
use std::time::Duration;

/// The longest pause after failures.
const LONGEST: Duration = Duration::from_mins(1);

/// Keeps the url on the tunnel until a signal, or a failure that stays.
pub(super) async fn follow(options: &Follow, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let common = &options.shared.common;
    let said = match run(options, aim, streams).await {
        Ok(code) => Said { code, ..Said::default() },
        Err(flaw) => flaw.said(common.is_json()),
    };
    streams.print(&said, common.quiet, false)
}

async fn run(options: &Follow, aim: &Aim, streams: &mut Streams) -> Result<u8, CommandError> {
    let common = &options.shared.common;
    let mut start = start_of(aim, streams.configuration())?;
    options.allowed(&start.profile)?;
    if common.token_stdin {
        start.ready = Some(input::token(start.profile.kind)?);
    }
    streams.learn_of(&start);
    be_ready(&mut start).await.map_err(|why| CommandError::usage(why.to_string()))?;
    let (target, _) = placed(&start)?;
    let mut signals =
        Signals::new().map_err(|why| CommandError::new(Ending::Failed, "setup", format!("cannot start: {why}")))?;
    let profiles = start.reading.config.profiles.iter().chain([&start.profile]);
    let places = TunnelPlaces::usual(var, secret_variables(profiles));
    let mut follower = Follower {
        options,
        start: &start,
        target,
        streams,
        told: 0,
        is_closed: false,
        has_moved: false,
        is_in_doubt: false,
    };
    let mut following = Following::new(options);
    let mut pause = options.pace();
    loop {
        let ports: Vec<u16> = following.known.as_deref().and_then(local_port).into_iter().collect();
        let found = tokio::select! {
            found = page::tunnels(places.clone(), options.only, ports) => found,
            stop = signals.next() => return Ok(follower.stopped(stop.exit_code())),
        };
        if found.len() > 1 && following.known.is_none() {
            // The url may say which server is meant.
            match follower.read(&mut following).await? {
                None => continue,
                Some(Moved::Stopped(code)) => return Ok(code),
                Some(Moved::There | Moved::NotYet) => {}
            }
        }
        let (decided, words) = following.look(&found);
        follower.say(words);
        if let FollowStep::Move(tunnel) = decided {
            match follower.move_to(&mut following, &tunnel).await? {
                Moved::There => pause = options.pace(),
                Moved::NotYet => pause = (2 * pause).min(LONGEST),
                Moved::Stopped(code) => return Ok(code),
            }
        }
        if follower.is_closed {
            return Ok(0);
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            stop = signals.next() => return Ok(follower.stopped(stop.exit_code())),
        }
    }
}

/// What became of the url.
enum Moved {
    /// It leads through the tunnel.
    There,
    /// It will be tried again.
    NotYet,
    /// A signal has ended the command, with this exit code.
    Stopped(u8),
}

/// Reads and saves, and says so.
struct Follower<'a> {
    options: &'a Follow,
    start: &'a Start,
    target: Target,
    streams: &'a mut Streams,
    /// How many requests of the running batch were told.
    told: u32,
    /// Is nobody there any more who reads?
    is_closed: bool,
    /// Was the url moved before?
    has_moved: bool,
    /// Has a write left of which nobody knows what became of it?
    is_in_doubt: bool,
}

impl Follower<'_> {
    /// The exit code, if a signal with this code ends the command.
    fn stopped(&self, code: u8) -> u8 {
        if self.is_in_doubt { Ending::Unknown.code() } else { code }
    }

    fn say(&self, words: Option<String>) {
        if let Some(words) = words.filter(|_| !self.options.shared.common.quiet) {
            self.streams.say(&format!("callset: {words}"));
        }
    }

    fn print(&mut self, line: String) {
        self.is_closed |= self.streams.write(&[line], self.options.shared.common.is_json()) != Printed::Whole;
    }

    /// # Errors
    ///
    /// A failure that trying again does not mend.
    async fn move_to(&mut self, following: &mut Following, tunnel: &Tunnel) -> Result<Moved, CommandError> {
        // A second round, if others changed the url since it was read.
        for is_last in [false, true] {
            if following.known.is_none()
                && let Some(ended) = self.read(following).await?
            {
                return Ok(ended);
            }
            let known = following.known.clone().unwrap_or_default();
            let wanted = following.wanted(tunnel, &known);
            if wanted == known {
                let words = following.stands(tunnel.clone(), known, false);
                self.say(words);
                return Ok(Moved::There);
            }
            self.still_allowed()?;
            let run = self.batch(&following.task(&wanted, &known)).await?;
            if matches!(run.batch.verdict(), Some(Verdict::Replaced(_))) && !is_last {
                self.say(Some(words::CHANGED_MEANWHILE.to_owned()));
                following.known = None;
                continue;
            }
            if let Some(ended) = self.failed(following, &run)? {
                return Ok(ended);
            }
            let end = self.end(&run);
            let line = follow::line(&end, tunnel, &known, callset::runtime::now());
            let mut about = Said::default();
            about_the_disk(&run, &mut about);
            let was_sent = !run.batch.sent.is_empty();
            let now = match run.batch.copy.draft.base(&url_field()) {
                Some(Value::Text(now)) => now.clone(),
                Some(_) | None => wanted,
            };
            if was_sent {
                self.print(line);
                self.say((!self.has_moved).then(|| words::ONLY_URL.to_owned()));
                self.has_moved = true;
            }
            let words = following.stands(tunnel.clone(), now, was_sent);
            self.say(words);
            about.said.iter().filter(|_| !self.options.shared.common.quiet).for_each(|line| self.streams.say(line));
            return Ok(Moved::There);
        }
        Ok(Moved::NotYet)
    }

    /// Reads the url that the server has. `None` if that went well.
    ///
    /// # Errors
    ///
    /// A failure that trying again does not mend.
    async fn read(&mut self, following: &mut Following) -> Result<Option<Moved>, CommandError> {
        let run = self.batch(&Following::read()).await?;
        let ended = self.failed(following, &run)?;
        if ended.is_none() {
            let url = run.batch.copy.draft.base(&url_field());
            following.known = Some(if let Some(Value::Text(url)) = url { url.clone() } else { String::new() });
        }
        Ok(ended)
    }

    /// The profile may have become production since the start.
    ///
    /// # Errors
    ///
    /// Its url may no longer be kept on a tunnel.
    fn still_allowed(&self) -> Result<(), CommandError> {
        let name = &self.start.profile.name;
        let file = self.start.file.as_ref().filter(|_| !name.is_empty());
        let reading = file.map(ConfigFile::read).unwrap_or_default();
        let now = reading.config.profiles.iter().find(|profile| profile.name == *name);
        now.map_or(Ok(()), |profile| self.options.allowed(profile))
    }

    async fn batch(&mut self, task: &Task) -> Result<CommandRun, CommandError> {
        self.told = 0;
        let (start, common) = (self.start, &self.options.shared.common);
        let run = once(start, &task.clone().into(), common, self).await?;
        // What only reads does not look at the disk.
        if !matches!(task.wish, Wish::Read(..)) {
            self.is_in_doubt = run.batch.found.leaves_doubts() || run.batch.copy.doubts().next().is_some();
        }
        Ok(run)
    }

    fn end<'b>(&'b self, run: &'b CommandRun) -> CommandEnd<'b> {
        CommandEnd {
            stopped: run.stopped.map(Stop::exit_code),
            not_on_disk: run.not_on_disk.as_deref(),
            ..CommandEnd::new(&run.batch, &self.target, self.options.shared.common.format())
        }
    }

    /// `None` if the batch went well.
    ///
    /// # Errors
    ///
    /// A failure that trying again does not mend.
    fn failed(&mut self, following: &mut Following, run: &CommandRun) -> Result<Option<Moved>, CommandError> {
        let end = self.end(run);
        let Some(flaw) = end.flaw() else { return Ok(None) };
        if run.stopped.is_some() {
            // What has left is told: nobody knows what became of it.
            let is_unknown = flaw.ending == Ending::Unknown;
            return if is_unknown { Err(flaw) } else { Ok(Some(Moved::Stopped(self.stopped(flaw.ending.code())))) };
        }
        if self.is_closed {
            return Ok(Some(Moved::Stopped(0)));
        }
        if !following.goes_on(&flaw) {
            return Err(flaw);
        }
        let is_json = self.options.shared.common.is_json();
        if following.once(flaw.message.clone()).is_some() {
            let said = flaw.said(is_json);
            self.say(Some(flaw.message));
            said.printed.into_iter().for_each(|line| self.print(line));
        }
        Ok(Some(Moved::NotYet))
    }
}

impl Audience for Follower<'_> {
    fn learned(&mut self, credential: &Credential) {
        self.streams.learn(credential.clone());
    }

    fn heard(&mut self, batch: &Batch) -> bool {
        if self.options.shared.common.verbose {
            for (id, line) in verbose::lines(batch, self.told, &self.target) {
                self.told = id;
                self.streams.say(&line);
            }
        }
        true
    }

    fn ask(&mut self, _: &[Planned]) -> Box<dyn FnOnce() -> bool + Send> {
        Box::new(|| false)
    }
}
