//! The user's own editor, with all settings as a file: it has the terminal until it ends.
//!
//! ```text
//!   EditAsFile ──> Wanted ── the terminal is given back ──> Out: the program runs, keys are its own
//!                    ^                                        │
//!                    └── errors are told in the file ── Msg::Edited ── the terminal is taken again ──> none
//! ```
//!
//! Meanwhile the loop goes on, with replies, timers and signals: a save ends, and the save lock is passed on. The program
//! stays in callset's process group, as one that git starts: its Ctrl-Z stops both, and its Ctrl-C and Ctrl-\ are not ours.

mod program;

use super::turn::Lending;
use super::{Runtime, Screen};
use crate::api::aside::{Lost, aside};
use crate::app::msg::{EditedFile, Msg, Stop};
use crate::model::login::secret_variables;
use crate::model::toml::place;
use crate::store::sheet::{SheetFile, SheetFlaw};
use crate::ui;
use crate::words::sheet as words;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::sleep;

pub use program::OwnEditor;

/// How long the program has to end once the process has to. A process should end within a second.
const PATIENCE: Duration = Duration::from_millis(600);

/// Where the file goes.
#[derive(Clone, Debug)]
pub struct SheetPlaces {
    /// The state folder; `None` without a home folder.
    pub state: Option<PathBuf>,
    /// The folder for temporary files.
    pub temporary: PathBuf,
}

impl SheetPlaces {
    /// The places of a state folder and the environment.
    pub fn new(state: Option<PathBuf>, var: impl Fn(&str) -> Option<OsString>) -> Self {
        let temporary = var("TMPDIR").map(PathBuf::from).filter(|path| path.is_absolute());
        Self { state, temporary: temporary.unwrap_or_else(|| PathBuf::from("/tmp")) }
    }
}

/// A file that is being edited, in one round or several.
#[derive(Debug, Default)]
pub(super) struct FileErrand {
    /// The text that the program gets next.
    text: Option<String>,
    /// The text of the first round.
    given: String,
    file: Option<SheetFile>,
    /// Has the terminal been given back?
    is_lent: bool,
    /// Does the program run?
    is_out: bool,
    /// The id of its process, once it has one.
    pid: Arc<AtomicU32>,
    /// Why the process has to end, which waits for the end of the program.
    stop: Option<Stop>,
}

impl<S: Screen> Runtime<S> {
    /// The user's own editor is wanted, for the first time or with errors told in the file.
    pub(super) fn edit_as_file(&mut self, text: String) {
        let errand = self.errand.get_or_insert_with(|| FileErrand { given: text.clone(), ..FileErrand::default() });
        errand.text = Some(text);
    }

    /// The file is not needed any more.
    pub(super) fn remove_file(&mut self) {
        if let Some(file) = self.errand.as_mut().and_then(|errand| errand.file.take()) {
            file.remove();
        }
    }

    /// Whose the terminal is, and whose it is to be.
    pub(super) fn lending_now(&self) -> Lending {
        match &self.errand {
            None => Lending::Ours,
            Some(errand) if errand.text.is_some() => Lending::Wanted,
            Some(errand) if errand.is_out => Lending::Lent,
            Some(_) => Lending::Over,
        }
    }

    /// Starts the program. The keyboard is not read any more.
    pub(super) fn lend_terminal(&mut self) {
        let Some(errand) = &mut self.errand else { return };
        let Some(text) = errand.text.take() else { return };
        if !errand.is_lent {
            if let Err(why) = self.screen.lend() {
                self.errand = None;
                return self.take(Msg::Edited(EditedFile::Failed { why: why.to_string(), kept: None }));
            }
            errand.is_lent = true;
        }
        let places = SheetPlaces::new(self.carrier.profiles.state.clone(), |name| (self.carrier.profiles.var)(name));
        let file = errand.file.take().map_or_else(|| create(&places, self.app.target.app_id), Ok);
        let file = match file {
            Ok(file) => file,
            Err(why) => return self.take(Msg::Edited(EditedFile::Failed { why, kept: None })),
        };
        errand.file = Some(file.clone());
        errand.is_out = true;
        let target = &self.app.target;
        let secret = secret_variables(target.setup.profiles.iter().chain(&target.profile));
        let (var, sender) = (Arc::clone(&self.carrier.profiles.var), self.sender.clone());
        let (given, pid) = (errand.given.clone(), Arc::clone(&errand.pid));
        tokio::spawn(async move {
            let work = move || {
                let editor = OwnEditor::chosen(|name| var(name));
                match editor.and_then(|editor| editor.run(&file, &text, &secret, &pid)) {
                    Ok((text, path)) => EditedFile::Text { text, path },
                    Err(why) => EditedFile::Failed { why, kept: kept(file, &given) },
                }
            };
            let lost = |lost: Lost| EditedFile::Failed { why: lost.to_string(), kept: None };
            let _ = sender.send(Msg::Edited(aside(work).await.unwrap_or_else(lost)));
        });
    }

    /// Takes the terminal again.
    pub(super) fn take_terminal_back(&mut self) -> io::Result<()> {
        self.errand = None;
        self.screen.take_back()?;
        let is_cramped = !ui::layout::fits(self.screen.area());
        if is_cramped != self.app.terminal.cramped {
            self.take(Msg::Resized { cramped: is_cramped });
        }
        Ok(())
    }

    /// The program has ended. If the process has to end as well, what is in the file is not entered; the last words name it.
    pub(super) fn errand_over(&mut self, ended: EditedFile) {
        let Some(errand) = &mut self.errand else { return };
        errand.is_out = false;
        errand.pid.store(0, Ordering::Relaxed);
        let Some(stop) = errand.stop.take() else { return self.take(Msg::Edited(ended)) };
        self.left = match ended {
            EditedFile::Text { text, path } if text != errand.given => Some(path),
            EditedFile::Text { .. } => {
                self.remove_file();
                None
            }
            EditedFile::Failed { kept, .. } => kept,
        };
        self.take(Msg::Stop(stop));
    }

    /// The process has to end while the program has the terminal. Returns false if it does not have it.
    pub(super) fn stop_errand(&mut self, stop: Stop) -> bool {
        let Some(errand) = self.errand.as_mut().filter(|errand| errand.is_out) else { return false };
        match stop {
            // Keys of the program, which the terminal sends to both.
            Stop::Interrupted | Stop::Quit => {}
            Stop::Terminated | Stop::HungUp | Stop::TerminalGone => {
                errand.stop = Some(stop);
                self.left = errand.file.as_ref().map(|file| file.path().display().to_string());
                crate::term::terminate(errand.pid.load(Ordering::Relaxed));
                let sender = self.sender.clone();
                tokio::spawn(async move {
                    sleep(PATIENCE).await;
                    let _ = sender.send(Msg::Stop(stop));
                });
            }
        }
        true
    }
}

/// Makes the file.
///
/// # Errors
///
/// There is no place for it, in words.
pub fn create(places: &SheetPlaces, app_id: i32) -> Result<SheetFile, String> {
    let made = SheetFile::create(places.state.as_deref(), &places.temporary, app_id, std::process::id());
    made.map_err(|error| words::not_written(&program::reason(&error)))
}

/// The path of the file, if it holds something else than what was handed out first. Else it is removed.
pub fn kept(file: SheetFile, given: &str) -> Option<String> {
    if file.read().is_ok_and(|text| text == given || text.is_empty()) {
        file.remove();
        return None;
    }
    Some(file.path().display().to_string())
}

/// What is wrong with the file, in words.
fn flaw(flaw: &SheetFlaw) -> String {
    match flaw {
        SheetFlaw::Unread(why) => words::not_readable(why),
        SheetFlaw::TooLarge => words::TOO_LARGE.to_owned(),
        SheetFlaw::NotUtf8(before) => {
            let (line, column) = place(before, before.len());
            words::not_utf8(line, column)
        }
    }
}
