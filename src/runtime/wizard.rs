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
use crate::app::wizard::{CanKeep, Effect, FirstStartEnd, Msg, Wizard};
use crate::model::profile::{CredentialKind, Profile, Source};
use crate::secrets::{self, Who};
use crate::start::Variable;
use crate::store::config::{ConfigEdit, ConfigFile};
use crate::store::trust;
use crate::sync::{Fault, RequestId};
use crate::term::input::Input;
use crate::ui;
use crate::words;
use ratatui::layout::Position;
use std::ffi::OsString;
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
    /// Where the test call runs.
    pub network: fn() -> Network,
}

/// Where a credential was stored, and under which entry.
type KeptAt = (Source, Who);

pub(super) enum Arrived {
    Said(Msg),
    /// The stored credential, even if the profile was not written.
    Written(Option<KeptAt>, Result<(), String>),
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
    /// The credential that the first attempt stored. A second attempt may replace it.
    kept: Option<KeptAt>,
    flight: Option<TestCall>,
    network: Network,
    sender: mpsc::UnboundedSender<Arrived>,
    messages: mpsc::UnboundedReceiver<Arrived>,
    outcome: Option<FirstStartEnd>,
    shown: Shown<(RequestId, bool)>,
}

impl<S: Screen> FirstStart<S> {
    /// Draws the first frame, then carries out the first effects.
    pub fn start(mut wizard: Wizard, effects: Vec<Effect>, mut screen: S, tools: FirstStartTools) -> io::Result<Self> {
        wizard.cramped = !ui::layout::fits(screen.area());
        screen.show(|area, canvas| ui::wizard::paint(&wizard, area, canvas))?;
        let (sender, messages) = mpsc::unbounded_channel();
        let (entry, kept, flight, outcome) = (api::Entry::default(), None, None, None);
        let network = (tools.network)();
        let shown = Shown::default();
        let mut first = Self { wizard, screen, tools, entry, kept, flight, network, sender, messages, outcome, shown };
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

    /// Ends the first start. Returns the screen, and the credential if it is not stored where the profile reads it.
    pub fn end(self) -> (S, Option<Credential>) {
        self.stop_test();
        let profile = self.wizard.review.as_ref().map(|review| &review.profile);
        let is_kept = |profile: &&Profile| profile.sources.iter().any(Source::is_written);
        let unkept = profile.filter(|profile| !is_kept(profile));
        let credential = unkept.and_then(|profile| self.entry.token(profile.kind).ok());
        (self.screen, credential.map(|(credential, _)| credential))
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
                self.translate(Input::Key(ui::wizard::hit(&self.wizard, self.screen.area(), Position { x, y })?))
            }
            Input::Focused | Input::Unfocused | Input::Told(_) | Input::Line(_) | Input::LinesOver => None,
        }
    }

    /// Keeps what is typed for the credential. `app::wizard` only learns how much text there is.
    fn enter(&mut self, input: &Input) -> Option<Msg> {
        let left_out = token::type_in(&mut self.entry, input)?;
        let characters = self.entry.characters();
        let typed = self.entry.token(self.wizard.kind).ok();
        let looks_like = typed.and_then(|(credential, _)| credential.looks_like());
        Some(Msg::SecretTyped { characters, caret: self.entry.caret(), looks_like, left_out })
    }

    fn hear(&mut self, heard: Arrived) {
        match heard {
            Arrived::Said(msg) => self.take(msg),
            Arrived::Written(kept, written) => {
                self.kept = kept.or(self.kept.take());
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
                    let look = move || places(&tools, &profile, &file, kept.as_ref());
                    self.beside(look, move |found| {
                        let none = |lost: Lost| CanKeep { file: Err(lost.to_string()), keyring: Err(lost.to_string()) };
                        Arrived::Said(Msg::Looked(id, found.unwrap_or_else(none)))
                    });
                }
                Effect::Foresee(id, profile) => {
                    let config = self.tools.config.clone();
                    let foresee =
                        move || config.added(&[ConfigEdit::AddProfile(*profile)]).map_err(|why| why.to_string());
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
                    let credential = self.entry.token(profile.kind).map_err(|why| why.to_string());
                    let (tools, kept) = (self.tools.clone(), self.kept.clone());
                    let write = move || {
                        let mut kept = kept;
                        let written =
                            credential.and_then(|(credential, _)| write(&tools, &profile, &credential, &mut kept));
                        (kept, written)
                    };
                    self.beside(write, |done| {
                        let (kept, written) = done.unwrap_or_else(|lost| (None, Err(lost.to_string())));
                        Arrived::Written(kept, written)
                    });
                }
                Effect::End(outcome) => self.outcome = Some(outcome),
            }
        }
    }

    /// Runs blocking work on a thread of its own.
    fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
        heard: impl FnOnce(Result<T, Lost>) -> Arrived + Send + 'static,
    ) {
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
        let credential = self.entry.token(profile.kind).map(|(credential, _)| credential);
        let began = Instant::now();
        let task = self.network.spawn(async move {
            let outcome = match credential {
                Ok(credential) => test_call::call(connect, profile, credential).await,
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

fn who(profile: &Profile) -> Who {
    Who { profile: profile.name.clone(), host: profile.host().unwrap_or_default() }
}

fn places(tools: &FirstStartTools, profile: &Profile, file: &Path, kept: Option<&KeptAt>) -> CanKeep {
    let who = who(profile);
    let is_ours = |source: Source| kept == Some(&(source, who.clone()));
    let is_free = fs::symlink_metadata(file).is_err() || is_ours(Source::File(file.to_owned()));
    let keyring = match secrets::in_keyring(profile.kind, &who, |name| (tools.var)(name)) {
        Ok(Some(_)) if !is_ours(Source::Keyring) => Err(words::profile::ENTRY_IS_THERE.to_owned()),
        Ok(_) => Ok(()),
        Err(why) => Err(why),
    };
    CanKeep { file: if is_free { Ok(()) } else { Err(words::profile::file_is_there(file)) }, keyring }
}

/// Stores the credential, allows it for its host, then writes the profile. The error is a sentence; it also says if
/// the credential was stored before.
fn write(
    tools: &FirstStartTools,
    profile: &Profile,
    credential: &Credential,
    kept: &mut Option<KeptAt>,
) -> Result<(), String> {
    let change = [ConfigEdit::AddProfile(profile.clone())];
    tools.config.foresee(&change).map_err(|why| why.to_string())?;
    let who = who(profile);
    let mut and_kept = String::new();
    for source in profile.sources.iter().filter(|source| source.is_written()) {
        let keeping = (source.clone(), who.clone());
        let is_again = kept.as_ref() == Some(&keeping);
        keep(source, &who, credential, is_again, tools.state.as_deref(), |name| (tools.var)(name))?;
        *kept = Some(keeping);
        and_kept = words::profile::kept_already(source);
    }
    tools.config.edit(&change).map_err(|why| format!("{why}{and_kept}")).map(|_| ())
}

/// Stores a credential where a profile will look for it. Notes in `state` that it may be sent to its host, since it
/// was stored for that host. The error is a sentence.
pub fn keep(
    source: &Source,
    who: &Who,
    credential: &Credential,
    replace: bool,
    state: Option<&Path>,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(), String> {
    secrets::keep(source, who, credential, replace, var).map_err(|why| why.to_string())?;
    if let Some(dir) = state {
        // If this cannot be noted, the user is asked again.
        let _ = trust::approve(dir, &secrets::full_name(source), &who.host, super::now());
    }
    Ok(())
}
