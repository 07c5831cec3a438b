//! The commands without a screen: the real program as a process without a terminal, real HTTP, exit codes.
//!
//! ```text
//!   Shell ── callset set width=420 ──> Gate ──> sandbox
//!     <── stdout, stderr, exit code        └── other people, lost answers, held ones
//! ```

mod bad_input;
mod care;
mod conditions;
mod doctor;
mod doubt;
mod exits;
mod follow;
mod guards;
mod help;
mod login;
mod plain;
mod preview;
mod reading;
mod saving;
mod secret;

use crate::beside::Beside;
use crate::gate::Fate;
use crate::hostile::whole;
use crate::pty::CALLSET;
use crate::session::APP;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use tempfile::TempDir;

/// Never to be found anywhere.
const CANARY: &str = "canary-27c4e1d8-token";

/// A home, and a server.
struct Shell {
    home: TempDir,
    beside: Beside,
}

/// A command that is over.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        assert!(!self.out.contains(CANARY) && !self.err.contains(CANARY), "{self:#?}");
        // One line of talk, and no fault of ours.
        assert!(
            !self.err.contains("panicked") && !self.out.contains('\x1b') && !self.err.contains('\x1b'),
            "{self:#?}"
        );
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Self {
        assert!(self.err.contains(words), "{words:?}: {self:#?}");
        self
    }

    #[track_caller]
    fn prints(self, lines: &[&str]) -> Self {
        assert_eq!(self.out.lines().collect::<Vec<_>>(), lines, "{self:#?}");
        self
    }

    #[track_caller]
    fn prints_some(self, words: &str) -> Self {
        assert!(self.out.contains(words), "{words:?}: {self:#?}");
        self
    }

    #[track_caller]
    fn json(&self) -> Json {
        assert_eq!(self.out.lines().count(), 1, "{self:#?}");
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {self:#?}"))
    }
}

impl Shell {
    fn new() -> Self {
        Self { home: TempDir::new().unwrap(), beside: Beside::start() }
    }

    /// With this configuration; `URL` stands for the server.
    fn with(config: &str) -> Self {
        let shell = Self::new();
        let folder = shell.home.path().join("config/callset");
        std::fs::create_dir_all(&folder).unwrap();
        let config = config.replace("URL", shell.beside.gate.url()).replace("APP", &APP.to_string());
        std::fs::write(folder.join("config.toml"), config).unwrap();
        shell
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// callset, with nothing of the environment of whoever runs the tests, on the app and the server.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.env("HUBSPOT_APP_ID", APP.to_string()).env("HUBSPOT_BASE_URL", self.beside.gate.url());
        command.env("HUBSPOT_ACCESS_TOKEN", CANARY);
        command
    }

    /// The same without app, server and token.
    fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(CALLSET);
        command.args(arguments).env_clear().current_dir(self.home.path()).stdin(Stdio::null());
        let home = |name: &str| -> OsString { self.home.path().join(name).into() };
        command.env("HOME", home("")).env("XDG_CONFIG_HOME", home("config")).env("XDG_STATE_HOME", home("state"));
        command.env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").env("TZ", "UTC").env("RUST_BACKTRACE", "0");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        ran(&mut self.command(arguments))
    }

    fn fed(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
        fed(&mut self.command(arguments), input.as_ref())
    }

    /// It runs, and the server has had so many requests in all.
    fn start(&self, arguments: &[&str], requests: usize) -> Child {
        let mut command = self.command(arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        self.beside.handle.block_on(self.beside.gate.decided(requests));
        child
    }

    fn holds(&self, key: &str) -> Json {
        self.beside.handle.block_on(self.beside.gate.holds(key))
    }

    fn change(&self, body: Json) {
        self.beside.handle.block_on(self.beside.gate.change(body));
    }

    fn delete(&self) {
        self.beside.handle.block_on(self.beside.gate.delete());
    }

    fn patches(&self) -> Vec<String> {
        self.beside.gate.patches()
    }

    fn state(&self) -> PathBuf {
        self.home.path().join("state/callset")
    }
}

fn ran(command: &mut Command) -> Ran {
    over(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

fn fed(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_owned());
    // It may end without having read it all.
    let feeding = thread::spawn(move || _ = stdin.write_all(&input));
    let ran = over(child);
    feeding.join().unwrap();
    ran
}

fn over(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code, out: text(output.stdout), err: text(output.stderr) }
}

fn kill(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), signal).unwrap();
}

fn refusal(status: &str, body: &str) -> Fate {
    Fate::refused(whole(status, body))
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
