//! The sentences about tunnels: what runs on this machine, and what that means for a url.

use super::field::Problem;
use super::{NextStep, Statement, Tone};
use crate::model::Severity;
use crate::model::tunnel::{Tunnel, TunnelReach, TunnelSight, TunnelTool};

/// The row of a tunnel in a list.
pub fn row(tunnel: &Tunnel) -> String {
    row_within(tunnel, NAME, usize::MAX)
}

/// Most names of tools have so many cells, or fewer.
pub const NAME: usize = 7;

/// The fewest cells of an address that tell it from others.
const ADDRESS: usize = 20;

/// The same in so many cells, as many as `column` of them for the name. Of an address that is too long the middle is left out, because tunnels differ at its start
/// and what serves them is told by its end; then where it leads gets shorter.
pub fn row_within(tunnel: &Tunnel, column: usize, room: usize) -> String {
    let name = tunnel.tool.name();
    let who = match tunnel.reach {
        TunnelReach::Everyone => "",
        TunnelReach::IfPublic => "   if its port is public",
        TunnelReach::Tailnet => "   tailnet only",
    };
    let leads = |to: &str| format!("  ->  {to}{who}");
    let local = [tunnel.local.clone(), tunnel.port().map(|port| format!(":{port}"))];
    let leading: Vec<String> = local.iter().flatten().map(|to| leads(to)).collect();
    let url = tunnel.url();
    let room_of = |end: &String| room.saturating_sub(column + 1 + end.len());
    let whole = leading.iter().find(|end| room_of(end) >= bare(&url).len()).cloned();
    let shortest = || leading.iter().cloned().chain([who.to_owned()]).find(|end| room_of(end) >= ADDRESS);
    let end = whole.or_else(shortest).unwrap_or_default();
    format!("{name:column$} {}{end}", without_middle(&url, room_of(&end)))
}

/// The address without its scheme.
fn bare(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}

/// The address in so many cells: without its scheme, which is always the same, and then without its middle.
fn without_middle(url: &str, room: usize) -> String {
    let bare = bare(url);
    if url.len() <= room {
        url.to_owned()
    } else if bare.len() <= room {
        bare.to_owned()
    } else {
        let back = room / 2;
        let front = room.saturating_sub(back + 1);
        format!("{}…{}", &bare[..front], &bare[bare.len() - back..])
    }
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

/// Urls were moved to a tunnel, or are there already.
pub(super) fn moved(address: &str, urls: usize) -> Statement {
    let title = match urls {
        0 => return Statement::brief(Tone::Plain, format!("It is at {address} already")),
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
/// So is `port`.
pub fn waiting(only: Option<TunnelTool>, port: Option<u16>) -> String {
    let of = only.map_or(String::new(), |tool| format!(" of {tool}"));
    let to = port.map_or(String::new(), |port| format!(" to port {port}"));
    format!("no tunnel{of}{to} runs on this machine yet: waiting")
}

/// The tunnel that was followed has ended.
pub fn gone(tunnel: &Tunnel) -> String {
    format!("the tunnel {} of {} is gone: waiting for the next one", tunnel.address, tunnel.tool)
}

/// There are several tunnels, of which this one is followed.
pub fn several(tunnel: &Tunnel, others: usize) -> String {
    let others = if others == 1 { "1 other tunnel runs".to_owned() } else { format!("{others} other tunnels run") };
    let to = tunnel.local.as_ref().map_or(String::new(), |local| format!(" to {local}"));
    format!("following {} of {}{to}; {others} here", tunnel.address, tunnel.tool)
}

/// What is not followed. Said with the first change.
pub const ONLY_URL: &str = "only url follows. The urls of recordings and phone numbers, the app's own base url, the answer url at \
                            the telephony provider, and the redirect and permitted urls in the project's app file keep the \
                            old address";

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tunnel::TunnelAddress;
    use proptest::prelude::*;

    fn tunnel(host: &str, local: Option<&str>, reach: TunnelReach) -> Tunnel {
        let address = TunnelAddress::of_host(host).unwrap();
        Tunnel { reach, ..Tunnel::new(TunnelTool::Ngrok, address, local.map(str::to_owned)) }
    }

    #[test]
    fn a_row_with_little_room_tells_tunnels_apart_and_where_they_lead() {
        let long =
            tunnel("d95211d2-7f3a-my-very-long-name.ngrok-free.app", Some("localhost:3000"), TunnelReach::Everyone);
        let shown = |room: usize| row_within(&long, 7, room);
        assert_eq!(row(&long), "ngrok   https://d95211d2-7f3a-my-very-long-name.ngrok-free.app  ->  localhost:3000");
        assert_eq!(shown(76), "ngrok   d95211d2-7f3a-my-very-long-name.ngrok-free.app  ->  localhost:3000");
        assert_eq!(shown(56), "ngrok   d95211d2-7f3a…ngrok-free.app  ->  localhost:3000");
        assert_eq!(shown(44), "ngrok   d95211d2-7f3…rok-free.app  ->  :3000");
        assert_eq!(shown(36), "ngrok   d95211d2-7f3a…ngrok-free.app");
    }

    proptest! {
        #[test]
        fn a_row_keeps_to_its_room(
            host in "[a-z0-9]{1,50}", local in proptest::option::of("[a-zé]{1,40}(:[0-9]{1,5})?"), room in 0..120_usize,
            reach in prop_oneof![Just(TunnelReach::Everyone), Just(TunnelReach::IfPublic), Just(TunnelReach::Tailnet)],
        ) {
            let tunnel = tunnel(&format!("{host}.ngrok.app"), local.as_deref(), reach);
            let shown = row_within(&tunnel, 7, room);
            prop_assert!(shown.chars().count() <= room.max(9), "{}", shown);
        }
    }
}
