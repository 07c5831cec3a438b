//! `callset edit`: reads the settings, and hands them to the user's own editor as a file until what comes back is right.
//!
//! ```text
//!   GET ──> SettingsSheet ──> the editor ──┬── values ──> the order goes on with them, as `set` does
//!             ^                    ├── unchanged, empty ──> with none
//!             └── errors, told ────┴── the same errors, or it failed: the file stays, and is named
//! ```

use super::orders::{first_read, is_asked};
use super::streams::Streams;
use super::var;
use callset::api::aside::aside;
use callset::app::sheet::{CameBack, MadeEdit, SettingsSheet};
use callset::cli::edit::EditedValue;
use callset::cli::exit::{CommandError, Ending};
use callset::cli::order::Order;
use callset::model::login::secret_variables;
use callset::model::{Draft, validate};
use callset::runtime::errand::{self, OwnEditor, SheetPlaces};
use callset::start::Start;
use callset::store::sheet::SheetFile;
use callset::sync::Target;
use callset::term::{self, LineModes};
use callset::words::sheet as words;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::signal::unix::{SignalKind, signal};

/// The file that came back, with the values in it that were changed.
#[derive(Debug)]
pub(super) struct Returned {
    file: Option<SheetFile>,
    pub(super) values: Vec<EditedValue>,
}

impl Returned {
    /// The command is over. The file stays if what is in it was not saved; then it is named.
    pub(super) fn end(self, is_saved: bool) -> Option<String> {
        let file = self.file?;
        if is_saved {
            file.remove();
            return None;
        }
        Some(format!("callset: {}", words::text_is_in(&file.path().display().to_string()).trim_end_matches('.')))
    }
}

/// Edits all settings as a file. `program` is the editor that was named on the command line.
pub(super) async fn edited(
    order: &dyn Order,
    program: Option<&str>,
    start: &mut Start,
    target: &Target,
    streams: &mut Streams,
) -> Result<Returned, CommandError> {
    if !is_asked(order) {
        let why = "edit opens an editor, which needs a terminal: callset apply takes a file without one";
        return Err(CommandError::usage(why));
    }
    if let Some(missing) = term::missing() {
        return Err(CommandError::usage(words::no_terminal(missing)));
    }
    let home = var("HOME").map(|home| home.to_string_lossy().into_owned());
    let editor = match program {
        Some(program) => OwnEditor::parse(program, home.as_deref()).ok_or_else(|| words::unclosed("--editor")),
        None => OwnEditor::chosen(var),
    };
    let editor = editor.map_err(CommandError::usage)?;
    let run = first_read(order, start, target, streams).await?;
    let draft = &run.batch.copy.draft;
    let failed = |why: String| CommandError::new(Ending::Failed, "editor", why);
    let places = SheetPlaces::new(start.state(), var);
    let file = errand::create(&places, target.app_id).map_err(failed)?;
    let mut sheet = SettingsSheet::new(draft, target, true, |_| vec![]);
    let given = sheet.text().to_owned();
    loop {
        let text = match opened(&editor, &file, sheet.text(), start).await {
            Ok(text) => text,
            Err(flaw) => return Err(named(flaw, errand::kept(file, &given))),
        };
        let path = file.path().display().to_string();
        match sheet.came_back(&text) {
            CameBack::Flawed => {}
            CameBack::StillFlawed => {
                let why = failed("the file came back with the same errors".to_owned());
                return Err(named(CommandError { ending: Ending::Rejected, ..why }, Some(path)));
            }
            CameBack::Entered(edits) => {
                return Ok(Returned { file: Some(file), values: values(draft, edits) });
            }
            CameBack::Unchanged => return Ok(none(file)),
            CameBack::Emptied => {
                streams.say("callset: the file came back empty");
                return Ok(none(file));
            }
        }
    }
}

fn none(file: SheetFile) -> Returned {
    file.remove();
    Returned { file: None, values: vec![] }
}

/// The error with the place of the file, if it holds something of the user's.
fn named(flaw: CommandError, kept: Option<String>) -> CommandError {
    let place = kept.map_or(String::new(), |path| format!(". {}", words::text_is_in(&path).trim_end_matches('.')));
    CommandError { message: format!("{}: nothing was sent{place}", flaw.message), ..flaw }
}

fn values(draft: &Draft, edits: Vec<MadeEdit>) -> Vec<EditedValue> {
    let value = |(field, edit, on): MadeEdit| {
        let kind = draft.field(&field)?.kind;
        Some(EditedValue { value: validate::value(kind, &edit)?, field, on })
    };
    edits.into_iter().filter_map(value).collect()
}

/// Runs the editor once. Its Ctrl-C and Ctrl-\ are not ours.
async fn opened(editor: &OwnEditor, file: &SheetFile, text: &str, start: &Start) -> Result<String, CommandError> {
    let failed = |why: String| CommandError::new(Ending::Failed, "editor", why);
    let listen = |kind| signal(kind).map_err(|error| failed(error.to_string()));
    let _keys = [listen(SignalKind::interrupt())?, listen(SignalKind::quit())?];
    let (mut terminate, mut hang_up) = (listen(SignalKind::terminate())?, listen(SignalKind::hangup())?);
    let modes = LineModes::current();
    let profiles = &start.reading.config.profiles;
    let secret = secret_variables(profiles.iter().chain([&start.profile]));
    let (editor, file, text, pid) = (editor.clone(), file.clone(), text.to_owned(), Arc::new(AtomicU32::new(0)));
    let running = Arc::clone(&pid);
    let ran = aside(move || editor.run(&file, &text, &secret, &running));
    tokio::pin!(ran);
    let (ran, stopped) = tokio::select! {
        ran = &mut ran => (ran, None),
        _ = terminate.recv() => {
            term::terminate(pid.load(Ordering::Relaxed));
            (ran.await, Some(Ending::Terminated))
        }
        _ = hang_up.recv() => {
            term::terminate(pid.load(Ordering::Relaxed));
            (ran.await, Some(Ending::HungUp))
        }
    };
    modes.restore();
    if let Some(ending) = stopped {
        return Err(CommandError::new(ending, "interrupted", "interrupted"));
    }
    ran.map_err(|lost| failed(lost.to_string()))?.map(|(text, _)| text).map_err(failed)
}
