//! `callset man`: one man page for each command, made from the same tables as the help.

use super::exit::{CommandError, Ending, Said};
use super::{Cli, input};
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Options of `man`.
#[derive(Clone, Debug, Args)]
pub struct Pages {
    /// Write a page for each command into this folder
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Pages {
    /// Prints the page of callset, or writes the pages of all commands as files.
    pub fn said(&self) -> Said {
        match &self.folder {
            None => match page(&root()) {
                Ok(page) => Said::printed(page.lines().map(str::to_owned).collect()),
                Err(why) => Said::failed(1, input::words(&why)),
            },
            Some(folder) => match write(folder) {
                Ok(pages) => Said {
                    said: vec![format!("callset: {pages} pages are in {}", folder.display())],
                    ..Said::default()
                },
                Err(why) => {
                    let why = format!("{}: {}", folder.display(), input::words(&why));
                    CommandError::new(Ending::Failed, "disk", why).said(false)
                }
            },
        }
    }
}

fn root() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let (mut todo, mut pages) = (vec![root()], 0);
    while let Some(command) = todo.pop() {
        fs::write(folder.join(format!("{}.1", file_name(&command))), page(&command)?)?;
        pages += 1;
        todo.extend(command.get_subcommands().cloned());
    }
    Ok(pages)
}

/// The name of a command's page: `callset-profile-add` for `callset profile add`.
fn file_name(command: &Command) -> String {
    command.get_display_name().unwrap_or(command.get_name()).replace(' ', "-")
}

/// The page of a command.
///
/// # Errors
///
/// Those of the writer. Writing to memory does not fail.
pub fn page(command: &Command) -> io::Result<String> {
    let mut bytes = Vec::new();
    let man = Man::new(command.clone()).manual("callset").date("");
    man.render_title(&mut bytes)?;
    man.render_name_section(&mut bytes)?;
    man.render_synopsis_section(&mut bytes)?;
    man.render_description_section(&mut bytes)?;
    if command.get_arguments().next().is_some() {
        man.render_options_section(&mut bytes)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut bytes)?;
    }
    examples(command).to_writer(&mut bytes)?;
    codes().to_writer(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn examples(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let Some(examples) = command.get_before_long_help().map(ToString::to_string) else { return roff };
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for line in examples.lines().skip(1) {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}

fn codes() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for ending in Ending::ALL {
        roff.control("TP", []);
        roff.text([bold(ending.code().to_string())]);
        roff.text([roman(ending.meaning())]);
    }
    roff
}
