//! The sentences about tunnels: what runs on this machine, and what that means for a url.

use super::field::Problem;
use super::{NextStep, Statement, Tone};
use crate::model::Severity;
use crate::model::tunnel::{Tunnel, TunnelReach, TunnelSight, TunnelTool};

/// The row of a tunnel in a list.
pub fn row(tunnel: &Tunnel) -> String {
    let to = tunnel.local.as_ref().map_or(String::new(), |local| format!("  ->  {local}"));
    let who = match tunnel.reach {
        TunnelReach::Everyone => "",
        TunnelReach::IfPublic => "   if its port is public",
        TunnelReach::Tailnet => "   tailnet only",
    };
    format!("{:7} {}{to}{who}", tunnel.tool.name(), tunnel.url())
}

/// Stands for the tunnels while they are looked for.
pub const LOOKING: &str = "looking for tunnels of this machine…";

/// There is none to list.
pub const NONE: &str = "no tunnel runs here";

/// The same as a sentence.
pub const NO_TUNNEL: &str =
    "No tunnel of this machine was found: ngrok, cloudflared, tailscale, pinggy and zrok were asked.";

/// What the user should know of a url, if the tunnels of this machine tell anything.
pub fn problem(sight: TunnelSight<'_>) -> Option<Problem> {
    let has = |tunnel: &Tunnel| format!("{} has {} now", tunnel.tool, tunnel.address);
    let (text, is_offered) = match sight {
        TunnelSight::Well => return None,
        TunnelSight::TailnetOnly(_) => ("Only your tailnet can open this: it has no funnel".to_owned(), false),
        TunnelSight::Gone(tunnel) => (format!("The tunnel behind this url is gone; {}", has(tunnel)), true),
        TunnelSight::NotHere(None) => ("No tunnel of this machine serves this url".to_owned(), false),
        TunnelSight::NotHere(Some(tunnel)) => {
            (format!("No tunnel of this machine serves this url; {}", has(tunnel)), true)
        }
        TunnelSight::Unasked(tunnel) => (format!("Its tunnel cannot be asked whether it runs; {}", has(tunnel)), true),
    };
    let next = is_offered.then_some(NextStep::TakeTunnel);
    Some(Problem { severity: Severity::Warning, text: text.into(), next })
}

/// Asks whether other urls, with these labels, move to a tunnel as well.
pub fn siblings(tunnel: &Tunnel, labels: &[&str]) -> Statement {
    let (names, are, them) = match labels {
        [one] => ((*one).to_owned(), "is", "it"),
        [all @ .., last] => (format!("{} and {last}", all.join(", ")), "are", "them"),
        [] => (String::new(), "are", "them"),
    };
    let title = format!("{names} {are} at the same old place: move {them} to {} too?", tunnel.address);
    Statement::full(Tone::Plain, title, []).next([NextStep::MoveAll, NextStep::MoveOne, NextStep::GoBack])
}

/// Urls were moved to a tunnel.
pub(super) fn moved(address: &str, urls: usize) -> Statement {
    let title = match urls {
        1 => format!("Moved to {address}"),
        n => format!("{n} urls moved to {address}"),
    };
    let next = [NextStep::Undo, NextStep::Help];
    Statement { lines: vec![ELSEWHERE.to_owned()], ..Statement::brief(Tone::Plain, title).next(next) }
}

/// What has the address of a tunnel besides the settings.
pub const ELSEWHERE: &str = "Three other places keep the old address: the app's own base url, the answer url at the telephony \
                             provider, and the redirect and permitted urls in the project's app file.";

// ── following a tunnel ──

/// No tunnel is there to follow. `only` is the one that was asked for.
pub fn waiting(only: Option<TunnelTool>) -> String {
    match only {
        Some(tool) => format!("no tunnel of {tool} runs on this machine yet: waiting"),
        None => "no tunnel runs on this machine yet: waiting".to_owned(),
    }
}

/// The tunnel that was followed has ended.
pub fn gone(tunnel: &Tunnel) -> String {
    format!("the tunnel {} of {} is gone: waiting for the next one", tunnel.address, tunnel.tool)
}

/// There are several tunnels, of which this one is followed.
pub fn several(tunnel: &Tunnel, others: usize) -> String {
    let others = if others == 1 { "1 other tunnel runs".to_owned() } else { format!("{others} other tunnels run") };
    format!("following {} of {}; {others} here", tunnel.address, tunnel.tool)
}

/// The url leads through the tunnel already.
pub fn stands(tunnel: &Tunnel) -> String {
    format!("url is at {} of {} already: nothing was sent", tunnel.address, tunnel.tool)
}

/// Somebody else has changed the url since it was read.
pub const CHANGED_MEANWHILE: &str = "url was changed by others meanwhile: looking again";

/// The save has failed, and is tried again.
pub fn tries_again(seconds: u64) -> String {
    format!("trying again in {seconds} s")
}
