//! Puts a text on the clipboard: by a program of this machine, or else by the terminal.
//!
//! ```text
//!   text ──> pbcopy, wl-copy, xclip, …, tmux ── took it ──> Program(its name)
//!                     └── none there, or none took it ──┬─> OSC 52 ──> Terminal: nothing answers
//!                                                       └─> a line of the dialogue ──> Printed
//! ```
//!
//! Terminals and multiplexers may ignore OSC 52 without any sign of it, so the programs are tried first.

use super::{Runtime, Screen};
use crate::api::aside::aside;
use crate::app::msg::Msg;
use crate::app::{CopiedTo, CopyItem};
use crate::model::login::secret_variables;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::time::timeout;

/// The time limit for all programs together. One program needs a few milliseconds.
const LIMIT: Duration = Duration::from_secs(2);

impl<S: Screen> Runtime<S> {
    pub(super) fn copy(&mut self, item: CopyItem, text: String) -> io::Result<()> {
        let (programs, sender) = (self.carrier.clipboard.clone(), self.sender.clone());
        let target = &self.app.target;
        let secret = secret_variables(target.setup.profiles.iter().chain(&target.profile));
        if programs.is_empty() {
            return self.copy_by_terminal(item, &text);
        }
        tokio::spawn(async move {
            let done = match give(programs, secret, text.clone()).await {
                Some(way) => Msg::Copied(item, way),
                None => Msg::NotTaken(item, text),
            };
            let _ = sender.send(done);
        });
        Ok(())
    }

    pub(super) fn copy_by_terminal(&mut self, item: CopyItem, text: &str) -> io::Result<()> {
        let way = self.screen.copy(text)?;
        self.take(Msg::Copied(item, way));
        Ok(())
    }
}

/// Gives the text to the first of these programs that takes it. Returns `None` if no program took it in time.
///
/// They get none of these variables, which may hold secrets.
async fn give(programs: Vec<Vec<String>>, secret: BTreeSet<String>, text: String) -> Option<CopiedTo> {
    if programs.is_empty() {
        return None;
    }
    let taken =
        aside(move || programs.iter().find(|program| takes(program, &secret, &text)).map(|program| program[0].clone()));
    timeout(LIMIT, taken).await.ok()?.ok()?.map(CopiedTo::Program)
}

/// Starts a program, writes the text to its standard input and waits until it ends. True if it took the whole text.
fn takes(program: &[String], secret: &BTreeSet<String>, text: &str) -> bool {
    let Some((name, arguments)) = program.split_first() else { return false };
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    for name in secret {
        command.env_remove(name);
    }
    let Ok(mut child) = command.spawn() else { return false };
    // A program that does not read to the end has failed, and its status says so.
    let written = child.stdin.take().is_some_and(|mut input| input.write_all(text.as_bytes()).is_ok());
    let ended = child.wait();
    written && ended.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    #[tokio::test]
    async fn s10_the_first_program_that_takes_the_text_has_it_whole() {
        let dir = tempfile::TempDir::new().unwrap();
        let file = dir.path().join("clipboard");
        let keeps = shell(&format!("cat > '{}'", file.display()));
        let text = "è ' \" $HOME\n".repeat(20_000);
        let programs = vec![vec!["/no/such/program".to_owned()], shell("cat > /dev/null; exit 1"), vec![], keeps];
        assert_eq!(give(programs, BTreeSet::new(), text.clone()).await, Some(CopiedTo::Program("sh".into())));
        assert_eq!(std::fs::read_to_string(file).unwrap(), text);
    }

    #[tokio::test]
    async fn s1_a_program_for_the_clipboard_gets_no_variable_that_holds_a_secret() {
        // Every process has this one.
        let is_there = || shell("test -n \"$PATH\" && cat > /dev/null");
        let secret = BTreeSet::from(["PATH".to_owned()]);
        assert_eq!(give(vec![is_there()], BTreeSet::new(), "x".into()).await, Some(CopiedTo::Program("sh".into())));
        let absent = shell("env | grep -q ^PATH= || cat > /dev/null");
        let absent = [vec!["/bin/sh".to_owned()], absent[1..].to_vec()].concat();
        assert!(give(vec![absent], secret, "x".into()).await.is_some());
    }

    #[tokio::test]
    async fn s10_where_no_program_takes_it_nothing_is_claimed() {
        assert_eq!(give(vec![], BTreeSet::new(), "text".into()).await, None);
        let never = [shell("exit 0"), shell("exec 0<&-; exit 3"), vec!["/".to_owned()]];
        // A text that does not fit into a pipe: a program that ends without reading has not taken it.
        assert_eq!(give(never.to_vec(), BTreeSet::new(), "x".repeat(1 << 20)).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn s10_a_program_that_hangs_is_not_waited_for() {
        assert_eq!(give(vec![shell("exec sleep 30")], BTreeSet::new(), "x".repeat(1 << 20)).await, None);
    }
}
