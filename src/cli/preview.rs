//! `callset preview`: the page in a browser for the settings as they are saved, and a line for each step of the dialer.

use super::check::json_members;
use super::exit::object;
use super::options::Shared;
use crate::model::check::UrlCheck;
use crate::model::json::string;
use crate::model::preview::{Handshake, OpenPages, PageKnown, Scene, Seen, Sight};
use crate::words::check::INSTEAD;
use crate::words::preview::{Reasons, message, progress, reasons};
use clap::Args;
use jiff::Timestamp;

/// Options of `preview`.
#[derive(Clone, Debug, Args)]
pub struct PreviewOptions {
    /// Print the address only, and open no browser
    #[arg(long)]
    pub no_open: bool,
    /// The app, and how it is printed.
    #[command(flatten)]
    pub shared: Shared,
}

/// What is printed of a preview.
#[derive(Clone, Copy, Debug)]
pub struct PreviewLines<'a> {
    /// What the page shows.
    pub scene: &'a Scene,
    /// Is it printed for programs?
    pub is_json: bool,
}

impl PreviewLines<'_> {
    /// The lines at the start: the address of the page.
    pub fn opened(self, address: &str, at: Timestamp) -> Vec<String> {
        if self.is_json {
            vec![event(at, "ready", None, &[("url", string(address))])]
        } else {
            vec![address.to_owned()]
        }
    }

    /// The lines for what a page has seen. `pages` have taken it; `changed`: was it news to them?
    pub fn seen(
        self,
        sight: &Sight,
        pages: &OpenPages,
        changed: bool,
        known: PageKnown<'_>,
        at: Timestamp,
    ) -> Vec<String> {
        if self.is_json {
            return vec![json(sight, at)];
        }
        let mut lines: Vec<String> = message(&sight.seen).into_iter().collect();
        match sight.seen {
            Seen::Opened => lines.push("a browser has opened the page".to_owned()),
            Seen::Gone => lines.push("the page is closed".to_owned()),
            _ if changed => lines.extend(pages.of(sight.page).into_iter().flat_map(|shake| self.step(shake, known))),
            _ => {}
        }
        of_page(sight.page, pages, lines)
    }

    /// The lines for what was found behind the url: for each page whose dialer is mute.
    pub fn found(self, check: &UrlCheck, pages: &OpenPages, address: &str, at: Timestamp) -> Vec<String> {
        if self.is_json {
            return vec![event(at, "checked", None, &json_members(check))];
        }
        let known = PageKnown::Found(check, address);
        let mute = pages.all().filter(|(_, shake)| shake.lack().is_some());
        mute.flat_map(|(page, shake)| of_page(page, pages, self.step(shake, known))).collect()
    }

    fn step(self, shake: &Handshake, known: PageKnown<'_>) -> Vec<String> {
        let line = progress(Some(shake), self.scene, known);
        let Reasons { lines, send, then } = reasons(shake, self.scene, known);
        let first = if lines.is_empty() { line } else { format!("{line}. {}", lines.join(" ")) };
        let send = send.as_ref().map(|header| format!("{INSTEAD}  {header}"));
        [first].into_iter().chain(send).chain(then).collect()
    }
}

/// With the page's number where several are open.
fn of_page(page: u32, pages: &OpenPages, lines: Vec<String>) -> Vec<String> {
    let several = if pages.all().len() > 1 { format!("page {page}: ") } else { String::new() };
    lines.into_iter().map(|line| format!("{several}{line}")).collect()
}

fn json(sight: &Sight, at: Timestamp) -> String {
    let px = |size: Option<(i32, i32)>| {
        let of = |number: Option<i32>| number.map_or("null".to_owned(), |number| number.to_string());
        [("width", of(size.map(|(width, _)| width))), ("height", of(size.map(|(_, height)| height)))]
    };
    let (name, members) = match &sight.seen {
        Seen::Opened => ("opened", vec![]),
        Seen::Gone => ("closed", vec![]),
        Seen::Loaded { is_blocked } => ("loaded", vec![("redirected", is_blocked.to_string())]),
        Seen::Synced { version } => ("synced", vec![("sdk", string(version))]),
        Seen::Late => ("late", vec![]),
        Seen::Unsynced => ("unsynced", vec![]),
        Seen::Elsewhere { origin } => ("other_origin", vec![("origin", string(origin))]),
        Seen::Said { kind, data, size } => {
            let mut members = vec![("type", string(kind)), ("data", string(data))];
            members.extend(px(*size).into_iter().filter(|_| size.is_some()));
            ("said", members)
        }
        Seen::Sent { kind } => ("sent", vec![("type", string(kind))]),
        Seen::Skipped(count) => ("skipped", vec![("messages", count.to_string())]),
    };
    event(at, name, Some(sight.page), &members)
}

fn event(at: Timestamp, name: &str, page: Option<u32>, members: &[(&str, String)]) -> String {
    let mut all = vec![("at", string(&at.to_string())), ("event", string(name))];
    all.extend(page.map(|page| ("page", page.to_string())));
    all.extend(members.iter().cloned());
    object(&all)
}
