//! The loop of the first start, and the runner of its effects. Makes no decisions: `app::wizard` does.
//!
//! ```text
//!   terminal ──> update ──> effects ──┬── threads: names, places, the configuration ──> messages
//!                  ^                  └── the test call ──────────────────────────────> messages
//!                  └── draw once per turn; the first frame waits for nothing
//! ```
//!
//! A typed credential is held here only, until it is stored. It is wiped when this is dropped.

mod test_call;
mod turns;

use super::{
    EventSource, Network, Screen, token,
    turn::{self, Shown},
};
use crate::api::aside::{Lost, aside};
use crate::api::{self, Client, Credential};
use crate::app::wizard::{CanKeep, Effect, FirstStartEnd, Msg, Purpose, Wizard};
use crate::model::profile::{CredentialKind, Profile, Source};
use crate::secrets::{self, Who};
use crate::start::profiles::{Predecessor, ProfileKeeper, ProfileWrite, who};
use crate::start::{Reach, Variable};
use crate::store::config::ConfigFile;
use crate::sync::{Fault, RequestId};
use crate::term::input::Input;
use crate::ui;
use crate::words;
use ratatui::layout::Position;
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

/// Makes the client for a profile. May read certificates, and is called on a thread of its own.
pub type ConnectTo = Arc<dyn Fn(&Profile, Credential) -> Result<Client, api::Error> + Send + Sync>;

/// Everything the first start uses besides the terminal.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct FirstStartTools {
    /// The configuration that the profile is added to.
    pub config: ConfigFile,
    /// The folder of the record of trusted hosts; `None` without a home folder.
    pub state: Option<PathBuf>,
    /// Looks up environment variables.
    pub var: Variable,
    /// Makes the client of the test call.
    pub connect: ConnectTo,
    /// Reaches a profile with the credential from its sources.
    pub reach: Reach,
    /// Where the test call runs.
    pub network: fn() -> Network,
}

/// Where a credential was stored, and under which entry.
type KeptAt = (Source, Who);

pub(super) enum Arrived {
    Said(Msg),
    /// Where the credential is stored, even if the profile was not written.
    Written(Vec<KeptAt>, Result<(), String>),
}

struct TestCall {
    id: RequestId,
    began: Instant,
    task: AbortHandle,
}

/// The running first start.
#[expect(missing_debug_implementations, reason = "holds the credential")]
pub struct FirstStart<S> {
    wizard: Wizard,
    screen: S,
    tools: FirstStartTools,
    entry: api::Entry,
    /// Where earlier attempts stored the credential. A later attempt may replace it there.
    kept: Vec<KeptAt>,
    flight: Option<TestCall>,
    network: Network,
    sender: mpsc::UnboundedSender<Arrived>,
    messages: mpsc::UnboundedReceiver<Arrived>,
    outcome: Option<FirstStartEnd>,
    /// Lines of a dialogue that wait for their turn; `None` is the end of all lines.
    lines: VecDeque<Option<String>>,
    /// How much work beside the loop has not ended.
    undone: usize,
    shown: Shown<(RequestId, bool)>,
}

impl<S: Screen> FirstStart<S> {
    /// Draws the first frame, then carries out the first effects.
    pub fn start(mut wizard: Wizard, effects: Vec<Effect>, mut screen: S, tools: FirstStartTools) -> io::Result<Self> {
        wizard.cramped = !ui::layout::fits(screen.area());
        screen.ask(&wizard)?;
        let (sender, messages) = mpsc::unbounded_channel();
        let (entry, kept, flight, outcome) = (api::Entry::default(), vec![], None, None);
        let network = (tools.network)();
        let shown = Shown::default();
        let (lines, undone) = (VecDeque::new(), 0);
        let mut first = Self {
            wizard,
            screen,
            tools,
            entry,
            kept,
            flight,
            network,
            sender,
            messages,
            outcome,
            lines,
            undone,
            shown,
        };
        first.carry_out(effects);
        Ok(first)
    }

    /// Runs to the end. A terminal that cannot be used ends it too.
    pub async fn run(&mut self, keyboard: &mut impl EventSource) -> FirstStartEnd {
        loop {
            if let Some(outcome) = self.turn(keyboard).await {
                return outcome;
            }
        }
    }

    /// Waits for an event, handles all that are ready, and draws once.
    pub async fn turn(&mut self, keyboard: &mut impl EventSource) -> Option<FirstStartEnd> {
        turn::turn(self, keyboard).await;
        self.outcome.take()
    }

    /// Ends the first start. Returns the screen, the credential if it is not stored where the profile reads it, and the
    /// lines that were not taken.
    pub fn end(mut self) -> (S, Option<Credential>, VecDeque<Option<String>>) {
        self.stop_test();
        if !self.screen.is_drawn() && self.wizard.review.as_ref().is_some_and(|review| review.is_written) {
            // The form on a screen shows that the profile is there; in lines it has to be said.
            let _ = self.screen.ask(&self.wizard);
        }
        let profile = self.wizard.review.as_ref().map(|review| &review.profile);
        let is_kept = |profile: &&Profile| profile.sources.iter().any(Source::is_written);
        let unkept = profile.filter(|profile| !is_kept(profile));
        let credential = unkept.and_then(|profile| self.entry.token(profile.kind).ok());
        (self.screen, credential.map(|(credential, _)| credential), self.lines)
    }

    /// The state, for tests.
    pub fn wizard(&self) -> &Wizard {
        &self.wizard
    }

    /// The screen, for tests.
    pub fn screen(&self) -> &S {
        &self.screen
    }

    fn translate(&mut self, input: Input) -> Option<Msg> {
        if self.wizard.is_secret()
            && let Some(msg) = self.enter(&input)
        {
            return Some(msg);
        }
        match input {
            Input::Key(key) => Some(Msg::Key(key)),
            Input::Typed(text) | Input::Pasted { text, .. } => Some(Msg::Pasted(text)),
            Input::Several(keys) => Some(Msg::TooFast(keys.iter().filter_map(|key| key.typed()).collect())),
            Input::Refused { .. } => Some(Msg::TooFast(String::new())),
            Input::Wheel(lines) => Some(Msg::Paged(lines.signum())),
            Input::Pressed { x, y, .. } => {
                let (area, at) = (self.screen.area(), Position { x, y });
                match ui::wizard::hit(&self.wizard, area, at) {
                    Some(key) => self.translate(Input::Key(key)),
                    None => ui::wizard::pointed(&self.wizard, area, at).map(Msg::Clicked),
                }
            }
            Input::Line(line) => {
                self.lines.push_back(Some(line));
                None
            }
            Input::LinesOver => {
                self.lines.push_back(None);
                None
            }
            Input::Focused | Input::Unfocused | Input::Told(_) => None,
        }
    }

    /// Keeps what is typed for the credential. `app::wizard` only learns how much text there is.
    fn enter(&mut self, input: &Input) -> Option<Msg> {
        let left_out = token::type_in(&mut self.entry, input)?;
        let characters = self.entry.characters();
        let looks_like = token::looks_like(&self.entry, self.wizard.kind);
        Some(Msg::SecretTyped { characters, caret: self.entry.caret(), looks_like, left_out })
    }

    fn hear(&mut self, heard: Arrived) {
        match heard {
            Arrived::Said(msg) => {
                if matches!(msg, Msg::Names(_) | Msg::Looked(..) | Msg::Foreseen(..)) {
                    self.undone = self.undone.saturating_sub(1);
                }
                self.take(msg);
            }
            Arrived::Written(kept, written) => {
                self.undone = self.undone.saturating_sub(1);
                self.kept = kept;
                self.take(Msg::Written(written));
            }
        }
    }

    fn take(&mut self, msg: Msg) {
        if let Msg::Tested(id, ..) = msg {
            self.flight.take_if(|flight| flight.id == id);
        }
        let effects = self.wizard.update(msg);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::ReadNames => {
                    let var = Arc::clone(&self.tools.var);
                    let names = move || {
                        let accounts = secrets::hubspot_cli_accounts(|name| var(name));
                        accounts.into_iter().map(|account| account.name).collect()
                    };
                    // The names only help with typing, so a failure is ignored.
                    self.beside(names, |names| Arrived::Said(Msg::Names(names.unwrap_or_default())));
                }
                Effect::Check(kind) => self.check(kind),
                Effect::Look(id, profile, file) => {
                    let (tools, kept) = (self.tools.clone(), self.kept.clone());
                    let look = move || places(&tools, &profile, &file, &kept);
                    self.beside(look, move |found| {
                        let none = |lost: Lost| CanKeep { file: Err(lost.to_string()), keyring: Err(lost.to_string()) };
                        Arrived::Said(Msg::Looked(id, found.unwrap_or_else(none)))
                    });
                }
                Effect::Foresee(id, profile) => {
                    let config = self.tools.config.clone();
                    let write = self.write_of(*profile);
                    let foresee = move || config.added(&write.edits(&config)).map_err(|why| why.to_string());
                    self.beside(foresee, move |lines| {
                        Arrived::Said(Msg::Foreseen(id, lines.unwrap_or_else(|lost| Err(lost.to_string()))))
                    });
                }
                Effect::Test(id, profile) => self.test(id, *profile),
                Effect::Wake(id, after) => self.wake(id, after),
                // The next frame says so if the screen can not.
                Effect::Redraw => _ = self.screen.resized(),
                Effect::Cancel => {
                    self.stop_test();
                    self.flight = None;
                }
                Effect::Write(profile) => {
                    let credential = self.typed(profile.kind).map_err(|why| why.to_string());
                    let (tools, kept, wanted) = (self.tools.clone(), self.kept.clone(), self.write_of(*profile));
                    let before = kept.clone();
                    let write = move || {
                        let mut kept = kept;
                        let written =
                            credential.and_then(|credential| write(&tools, &wanted, credential.as_ref(), &mut kept));
                        (kept, written)
                    };
                    self.beside(write, |done| {
                        let (kept, written) = done.unwrap_or_else(|lost| (before, Err(lost.to_string())));
                        Arrived::Written(kept, written)
                    });
                }
                Effect::End(outcome) => self.outcome = Some(outcome),
            }
        }
    }

    /// The credential that was typed; `None` if none was, and none need be.
    fn typed(&self, kind: CredentialKind) -> Result<Option<Credential>, api::CredentialError> {
        if self.wizard.may_be_empty() && self.entry.characters() == 0 {
            return Ok(None);
        }
        self.entry.token(kind).map(|(credential, _)| Some(credential))
    }

    /// What is written of a profile, for the purpose of the questions.
    fn write_of(&self, profile: Profile) -> ProfileWrite {
        let before = self.wizard.given.template.clone();
        let before = match self.wizard.given.purpose {
            Purpose::First | Purpose::New => None,
            Purpose::Change => Some(Predecessor::Changed(before)),
            Purpose::Copy => Some(Predecessor::Copied(before)),
        };
        ProfileWrite { profile, before }
    }

    /// Runs blocking work on a thread of its own.
    fn beside<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
        heard: impl FnOnce(Result<T, Lost>) -> Arrived + Send + 'static,
    ) {
        self.undone += 1;
        let sender = self.sender.clone();
        tokio::spawn(async move { sender.send(heard(aside(work).await)) });
    }

    /// Checks at once, so that nothing can be typed between question and answer.
    fn check(&mut self, kind: CredentialKind) {
        let checked = self.entry.token(kind).map_err(|why| why.to_string());
        let token = checked.map(|(credential, tidied)| super::flight::about(&credential, tidied));
        self.take(Msg::Checked(token));
    }

    fn test(&mut self, id: RequestId, profile: Profile) {
        self.stop_test();
        let (connect, sender) = (Arc::clone(&self.tools.connect), self.sender.clone());
        let (credential, reach) = (self.typed(profile.kind), Arc::clone(&self.tools.reach));
        let began = Instant::now();
        let task = self.network.spawn(async move {
            let outcome = match credential {
                Ok(Some(credential)) => test_call::call(connect, profile, credential).await,
                Ok(None) => test_call::call_as_before(reach, profile).await,
                Err(why) => Err(Fault::NoCredential(why.to_string())),
            };
            let _ = sender.send(Arrived::Said(Msg::Tested(id, began.elapsed(), outcome)));
        });
        self.flight = Some(TestCall { id, began, task });
    }

    fn stop_test(&self) {
        if let Some(flight) = &self.flight {
            flight.task.abort();
        }
    }

    fn wake(&self, id: RequestId, after: Duration) {
        let Some(began) = self.flight.as_ref().map(|flight| flight.began) else { return };
        let sender = self.sender.clone();
        tokio::spawn(async move {
            sleep(after).await;
            let _ = sender.send(Arrived::Said(Msg::Waited(id, began.elapsed())));
        });
    }
}

fn places(tools: &FirstStartTools, profile: &Profile, file: &Path, kept: &[KeptAt]) -> CanKeep {
    let who = who(profile);
    let is_ours = |source: Source| kept.contains(&(source, who.clone()));
    let is_free = fs::symlink_metadata(file).is_err() || is_ours(Source::File(file.to_owned()));
    let keyring = match secrets::in_keyring(profile.kind, &who, |name| (tools.var)(name)) {
        Ok(Some(_)) if !is_ours(Source::Keyring) => Err(words::profile::ENTRY_IS_THERE.to_owned()),
        Ok(_) => Ok(()),
        Err(why) => Err(why),
    };
    CanKeep { file: if is_free { Ok(()) } else { Err(words::profile::file_is_there(file)) }, keyring }
}

/// Writes the profile, and keeps the credential if one was typed.
fn write(
    tools: &FirstStartTools,
    write: &ProfileWrite,
    credential: Option<&Credential>,
    kept: &mut Vec<KeptAt>,
) -> Result<(), String> {
    let var = |name: &str| (tools.var)(name);
    let keeper = ProfileKeeper { file: &tools.config, state: tools.state.as_deref(), var: &var, now: super::now };
    keeper.write(write, credential, kept).map(|_| ())
}
