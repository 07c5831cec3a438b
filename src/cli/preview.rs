//! `callset preview`: the page in a browser for the settings as they are saved, and a line for each step of the dialer.

use super::exit::object;
use super::options::Shared;
use crate::model::json::string;
use crate::model::preview::{Handshake, OpenPages, Scene, Seen, Sight};
use crate::words::preview::{message, progress, reasons};
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
    pub fn seen(self, sight: &Sight, pages: &OpenPages, changed: bool, at: Timestamp) -> Vec<String> {
        if self.is_json {
            return vec![json(sight, at)];
        }
        let several = if pages.all().len() > 1 { format!("page {}: ", sight.page) } else { String::new() };
        let mut lines: Vec<String> = message(&sight.seen).into_iter().collect();
        match sight.seen {
            Seen::Opened => lines.push("a browser has opened the page".to_owned()),
            Seen::Gone => lines.push("the page is closed".to_owned()),
            _ if changed => lines.extend(pages.of(sight.page).map(|shake| self.step(shake))),
            _ => {}
        }
        lines.into_iter().map(|line| format!("{several}{line}")).collect()
    }

    fn step(self, shake: &Handshake) -> String {
        let line = progress(Some(shake), self.scene);
        let reasons = reasons(shake, self.scene);
        if reasons.is_empty() { line } else { format!("{line}. {}", reasons.join(" ")) }
    }
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
