//! `callset man`: one man page for each command, made from the same tables as the help.

use super::exit::{CommandError, Ending, Said};
use super::{Cli, input};
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use jiff::Timestamp;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How long a line of text is, in bytes.
const WIDTH: usize = 78;

/// Options of `man`.
#[derive(Clone, Debug, Args)]
pub struct Pages {
    /// Write a page for each command into this folder
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Pages {
    /// Prints the page of callset, or writes the pages of all commands as files. Their date is that of the package that is
    /// being made (`SOURCE_DATE_EPOCH`), or today's.
    pub fn said(&self, now: Timestamp, var: impl Fn(&str) -> Option<OsString>) -> Said {
        let packed = var("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.to_str()?.parse().ok());
        let at = packed.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(now);
        let date = at.strftime("%Y-%m-%d").to_string();
        match &self.folder {
            None => match page(&root(), &date) {
                Ok(page) => Said::printed(page.lines().map(str::to_owned).collect()),
                Err(why) => Said::failed(1, input::words(&why)),
            },
            Some(folder) => match write(folder, &date) {
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

fn write(folder: &Path, date: &str) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let (mut todo, mut pages) = (vec![root()], 0);
    while let Some(command) = todo.pop() {
        fs::write(folder.join(format!("{}.1", file_name(&command))), page(&command, date)?)?;
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
pub fn page(command: &Command, date: &str) -> io::Result<String> {
    let mut bytes = Vec::new();
    let man = Man::new(command.clone());
    // The crate would give each page the name of the last word alone.
    let (title, version) = (file_name(command).to_uppercase(), env!("CARGO_PKG_VERSION"));
    writeln!(bytes, ".TH {title} 1 {date} \"callset {version}\" \"callset\"")?;
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
    String::from_utf8(bytes).map(|page| in_short_lines(&page)).map_err(io::Error::other)
}

/// The page without blanks at the ends of lines, and with text in lines as short as formatters want them. They fill it
/// anew, except for examples.
fn in_short_lines(page: &str) -> String {
    let (mut out, mut is_filled, mut before) = (String::new(), true, "");
    for line in page.lines().map(str::trim_end) {
        match line {
            ".nf" => is_filled = false,
            ".fi" => is_filled = true,
            _ => {}
        }
        // The line behind .TP is a tag, all of it.
        let is_text = is_filled && before != ".TP" && !line.starts_with(['.', '\'']);
        let mut rest = line;
        let place = |rest: &str| rest[..rest.floor_char_boundary(WIDTH)].rfind(' ');
        while let Some(at) = place(rest).filter(|_| is_text && rest.len() > WIDTH) {
            let (start, end) = rest.split_at(at);
            out.push_str(start);
            out.push('\n');
            rest = end.trim_start();
            if rest.starts_with(['.', '\'']) {
                // It is text, no request.
                out.push_str("\\&");
            }
        }
        out.push_str(rest);
        out.push('\n');
        before = line;
    }
    out
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
