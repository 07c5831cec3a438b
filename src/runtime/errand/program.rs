//! Which program the user's own editor is, and how it is run.

use super::flaw;
use crate::store::sheet::SheetFile;
use crate::words::sheet as words;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is tried if no variable names an editor.
const USUAL: [&str; 3] = ["editor", "vi", "nano"];

/// The user's own editor, with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnEditor(Vec<String>);

impl OwnEditor {
    /// `$VISUAL`, except on a terminal that cannot be drawn on; `$EDITOR`; else a usual one that is there.
    ///
    /// # Errors
    ///
    /// There is none, or the variable cannot be split into words.
    pub fn chosen(var: impl Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        let text = |name: &str| var(name).map(|value| value.to_string_lossy().into_owned());
        let is_dumb = text("TERM").is_some_and(|term| term == "dumb");
        let named = |name: &'static str| Some((name, text(name).filter(|value| !value.trim().is_empty())?));
        let chosen = named("VISUAL").filter(|_| !is_dumb).or_else(|| named("EDITOR"));
        if let Some((name, value)) = chosen {
            return Self::parse(&value, text("HOME").as_deref()).ok_or_else(|| words::unclosed(name));
        }
        let paths = text("PATH").unwrap_or_default();
        let is_there = |name: &&&str| paths.split(':').any(|folder| Path::new(folder).join(name).is_file());
        let usual = USUAL.iter().find(is_there);
        usual.map(|name| Self(vec![(*name).to_owned()])).ok_or_else(|| words::no_editor(&USUAL))
    }

    /// Splits a command line into words as a POSIX shell does, with its quotes; `~/` in front is the home folder. Nothing else
    /// of a shell is there: no variables, no pipes. `None` if a quote is not closed, or there is no word.
    pub fn parse(text: &str, home: Option<&str>) -> Option<Self> {
        let mut words = shlex::split(text).filter(|words| !words.is_empty())?;
        if let (Some(rest), Some(home)) = (words[0].strip_prefix("~/"), home) {
            words[0] = format!("{home}/{rest}");
        }
        Some(Self(words))
    }

    fn name(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Runs the program on the file with this text, and waits for its end. Returns the text that is in the file then, and
    /// the path. The program gets none of these variables, which may hold secrets.
    ///
    /// # Errors
    ///
    /// Why not, in words.
    pub fn run(
        &self,
        file: &SheetFile,
        text: &str,
        secret: &BTreeSet<String>,
        pid: &AtomicU32,
    ) -> Result<(String, String), String> {
        file.write(text).map_err(|error| words::not_written(&reason(&error)))?;
        let mut command = Command::new(self.name());
        command.args(&self.0[1..]).arg(file.path());
        for name in secret {
            command.env_remove(name);
        }
        let not_started = |error: io::Error| words::not_started(self.name(), &reason(&error));
        let mut child = command.spawn().map_err(not_started)?;
        pid.store(child.id(), Ordering::Relaxed);
        let status = child.wait().map_err(not_started)?;
        match (status.code(), status.signal()) {
            (Some(0), _) => {
                let text = file.read().map_err(|why| flaw(&why))?;
                Ok((text, file.path().display().to_string()))
            }
            (Some(code), _) => Err(words::ended_with(self.name(), code)),
            (None, signal) => Err(words::ended_by(self.name(), signal.unwrap_or_default())),
        }
    }
}

/// The reason for a failure, without the system's error number.
pub(super) fn reason(error: &io::Error) -> String {
    if error.kind() == ErrorKind::NotFound {
        return "it is not found".to_owned();
    }
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(vars: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let var = |name: &str| vars.iter().find(|(of, _)| *of == name).map(|(_, value)| OsString::from(value));
        OwnEditor::chosen(var).map(|editor| editor.0)
    }

    #[test]
    fn it_is_what_the_variables_name_split_as_a_shell_splits() {
        let words = |words: &[&str]| Ok(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(chosen(&[("VISUAL", "code --wait"), ("EDITOR", "ed")]), words(&["code", "--wait"]));
        assert_eq!(chosen(&[("VISUAL", " "), ("EDITOR", "ed")]), words(&["ed"]));
        assert_eq!(chosen(&[("VISUAL", "vim"), ("EDITOR", "ed"), ("TERM", "dumb")]), words(&["ed"]));
        let quoted = "'/opt/My Editor/ed' -c \"set tw=0\" a\\ b $HOME;ls";
        assert_eq!(chosen(&[("EDITOR", quoted)]), words(&["/opt/My Editor/ed", "-c", "set tw=0", "a b", "$HOME;ls"]));
        assert_eq!(chosen(&[("EDITOR", "~/bin/ed -x"), ("HOME", "/h")]), words(&["/h/bin/ed", "-x"]));
        assert_eq!(chosen(&[("EDITOR", "vim 'a")]), Err("EDITOR has a quote that is not closed".to_owned()));
        assert!(chosen(&[("PATH", "/nowhere")]).unwrap_err().contains("set VISUAL or EDITOR"));
    }

    #[test]
    fn without_a_variable_it_is_a_usual_one_that_is_there() {
        let dir = tempfile::TempDir::new().unwrap();
        std::fs::write(dir.path().join("nano"), "").unwrap();
        assert_eq!(chosen(&[("PATH", dir.path().to_str().unwrap())]), Ok(vec!["nano".to_owned()]));
        std::fs::write(dir.path().join("vi"), "").unwrap();
        assert_eq!(chosen(&[("PATH", dir.path().to_str().unwrap())]), Ok(vec!["vi".to_owned()]));
    }
}
