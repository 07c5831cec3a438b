//! `callset follow`: keeps `url` on this machine's tunnel, until it is interrupted.
//!
//! ```text
//!   a look at the tunnels ──> Following ──┬── the tunnel is the same, or there is none ──> wait
//!                                         └── another address ──> one save, one line ──> wait
//! ```

use super::exit::{CommandError, Ending, array, object};
use super::options::Shared;
use super::outcome::CommandEnd;
use crate::model::json::string;
use crate::model::profile::Profile;
use crate::model::tunnel::{Tunnel, TunnelReach, TunnelTool, is_movable};
use crate::model::{FieldId, Resource, Value, pace};
use crate::sync::{Absence, Assignment, Task, Wish};
use crate::words::tunnel as words;
use crate::words::value::bare_or_none;
use clap::Args;
use jiff::Timestamp;
use std::time::Duration;

/// Options of `follow`.
#[derive(Clone, Debug, Args)]
pub struct Follow {
    /// Follow this one only: ngrok, cloudflared, …
    ///
    /// ngrok, cloudflared, tailscale, pinggy, zrok, codespaces or devtunnel. devtunnel asks its own server, so it is asked
    /// only if it is named here.
    #[arg(long = "tunnel", value_name = "NAME")]
    pub only: Option<TunnelTool>,
    /// Follow the one that leads to this local port only
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// The path of the url, with its query: /widget
    ///
    /// Without it the url keeps the path that it has.
    #[arg(long, value_name = "PATH", value_parser = path)]
    pub path: Option<String>,
    /// Look this often, from 1s to 60s
    #[arg(long, value_name = "TIME", default_value = "2s", hide_default_value = true, value_parser = every)]
    pub every: Duration,
    /// Save although the profile is read-only
    #[arg(long, conflicts_with = "read_only")]
    pub unlock: bool,
    /// The options that all commands share.
    #[command(flatten)]
    pub shared: Shared,
}

/// A tool that asks its own server is not asked more often than this.
const REMOTE: Duration = Duration::from_secs(15);

/// How long another callset that saves is waited for.
const TURN: Duration = Duration::from_secs(30);

fn every(text: &str) -> Result<Duration, String> {
    pace::pace(text).ok_or_else(|| "a pace is from 1s to 60s".to_owned())
}

fn path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/') && !text.starts_with("//") && is_movable(&format!("https://a.dev{text}"));
    let is_plain = !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
    if is_path && is_plain { Ok(text.to_owned()) } else { Err("a path begins with one / and has no spaces".to_owned()) }
}

impl Follow {
    /// The time between two looks.
    pub fn pace(&self) -> Duration {
        if self.only.is_some_and(TunnelTool::is_remote) { self.every.max(REMOTE) } else { self.every }
    }

    /// May the url of this profile be kept on a tunnel?
    ///
    /// # Errors
    ///
    /// The profile is production, or it is read-only, or every change is forbidden.
    pub fn allowed(&self, profile: &Profile) -> Result<(), CommandError> {
        let why = if self.shared.common.read_only {
            "--read-only was given: nothing was sent".to_owned()
        } else if profile.production {
            format!("{} is production, whose url does not follow a tunnel. Nothing was sent", profile.called())
        } else if profile.read_only && !self.unlock {
            format!("{} is read-only: --unlock saves to it. Nothing was sent", profile.called())
        } else {
            return Ok(());
        };
        Err(CommandError::usage(why))
    }
}

/// The field that is kept on the tunnel.
pub fn url_field() -> FieldId {
    FieldId::settings("url")
}

/// What to do after a look at the tunnels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowStep {
    /// Nothing.
    Wait,
    /// Move the url to this tunnel.
    Move(Tunnel),
}

/// What `follow` knows from one look to the next.
#[derive(Clone, Debug, Default)]
pub struct Following {
    only: Option<TunnelTool>,
    port: Option<u16>,
    path: Option<String>,
    /// The tunnel that the url is on.
    followed: Option<Tunnel>,
    /// Where the last tunnel led on this machine.
    local: Option<String>,
    /// The url as the server has it, once that is known.
    pub known: Option<String>,
    /// How many looks in a row have not found the tunnel that the url is on.
    missed: usize,
    /// The sentence that was said last. The same one is not said again.
    said: String,
}

impl Following {
    /// Follows no tunnel yet.
    pub fn new(options: &Follow) -> Self {
        Self { only: options.only, port: options.port, path: options.path.clone(), ..Self::default() }
    }

    /// Decides after a look. Returns what to say as well.
    ///
    /// A program that is busy may miss one look. So a tunnel is gone when its program leads to the same server through
    /// another address instead, or when two looks have not found it.
    pub fn look(&mut self, found: &[Tunnel]) -> (FollowStep, Option<String>) {
        let is_meant = |tunnel: &&Tunnel| {
            let is_open = tunnel.reach != TunnelReach::Tailnet || self.only == Some(tunnel.tool);
            is_open && self.port.is_none_or(|port| tunnel.port() == Some(port))
        };
        let found: Vec<&Tunnel> = found.iter().filter(is_meant).collect();
        if let Some(followed) = &self.followed {
            if found.iter().any(|tunnel| tunnel.address == followed.address) {
                self.missed = 0;
                return (FollowStep::Wait, None);
            }
            self.missed += 1;
            // Not every program says where it leads.
            let leads_on = |local: &Option<String>| local == &followed.local || local.is_none();
            let same = found.iter().find(|tunnel| tunnel.tool == followed.tool && leads_on(&tunnel.local));
            if same.is_none() && self.missed < 2 {
                return (FollowStep::Wait, None);
            }
            if let Some(next) = same.copied().or_else(|| self.meant(&found)) {
                return (FollowStep::Move(next.clone()), None);
            }
            let gone = words::gone(followed);
            self.followed = None;
            return (FollowStep::Wait, self.once(gone));
        }
        let Some(meant) = self.meant(&found) else {
            return (FollowStep::Wait, self.once(words::waiting(self.only, self.port)));
        };
        let step = FollowStep::Move(meant.clone());
        let several = (found.len() > 1).then(|| words::several(meant, found.len() - 1) + ": --port chooses");
        (step, several.and_then(|words| self.once(words)))
    }

    /// Which one of several: that of the url, else one that leads where the last one led, else the first.
    fn meant<'a>(&self, found: &[&'a Tunnel]) -> Option<&'a Tunnel> {
        let is_of_url = |tunnel: &&&Tunnel| self.known.as_deref().is_some_and(|url| tunnel.serves(url));
        let leads_on = |tunnel: &&&Tunnel| self.local.is_some() && tunnel.local == self.local;
        let meant = found.iter().find(is_of_url).or_else(|| found.iter().find(leads_on)).or(found.first());
        meant.copied()
    }

    /// The url that leads through the tunnel, if `known` is the url that the server has.
    pub fn wanted(&self, tunnel: &Tunnel, known: &str) -> String {
        match &self.path {
            Some(path) => format!("{}{path}", tunnel.url()),
            None => tunnel.moved(known),
        }
    }

    /// The save of the url. It replaces the url that is known, and no other one.
    pub fn task(&self, wanted: &str, known: &str) -> Task {
        let text = |text: &str| Value::Text(text.to_owned());
        let url = Assignment { field: url_field(), value: text(wanted), adds: false };
        // Where there is no url yet, none is known that could be replaced.
        let replaces = [(url_field(), Some(text(known)))].into_iter().filter(|_| !known.is_empty()).collect();
        Task { replaces, wait: TURN, ..Wish::Write(vec![url], Absence::Fails).into() }
    }

    /// The first read, which tells the url that the server has.
    pub fn read() -> Task {
        Wish::Read([Resource::Settings].into(), None).into()
    }

    /// The server has this url now, and it leads through this tunnel. Returns what to say if nothing had to be sent.
    pub fn stands(&mut self, tunnel: Tunnel, url: String, was_sent: bool) -> Option<String> {
        let words = words::stands(&tunnel);
        self.local.clone_from(&tunnel.local);
        (self.missed, self.known, self.followed) = (0, Some(url), Some(tunnel));
        if was_sent {
            self.said.clear();
            return None;
        }
        self.once(words)
    }

    /// A save or a read has failed. Does it make sense to try again?
    pub fn goes_on(&mut self, flaw: &CommandError) -> bool {
        // What the server has is not known any more.
        self.known = None;
        match flaw.ending {
            Ending::Done | Ending::Failed | Ending::Differs | Ending::Condition | Ending::Unknown => true,
            Ending::Usage
            | Ending::NoCredential
            | Ending::Rejected
            | Ending::Fault
            | Ending::HungUp
            | Ending::Interrupted
            | Ending::Quit
            | Ending::Terminated => false,
        }
    }

    /// The sentence, unless it was the last one that was said.
    pub fn once(&mut self, words: String) -> Option<String> {
        let is_new = self.said != words;
        self.said.clone_from(&words);
        is_new.then_some(words)
    }
}

/// The line for a change: `url  https://old.dev/w -> https://new.dev/w   ngrok`, or as `watch` prints it.
pub fn line(end: &CommandEnd<'_>, tunnel: &Tunnel, before: &str, at: Timestamp) -> String {
    let before = Value::Text(before.to_owned());
    let after = end.now(Resource::Settings, "url");
    let updated = end.now(Resource::Settings, "updatedAt");
    let json = |value: Option<&Value>| value.map_or("null".to_owned(), Value::to_json);
    if end.format != super::options::Format::Json {
        let (before, after) = (bare_or_none(Some(&before)), bare_or_none(after.as_ref()));
        return format!("url  {before} -> {after}   {}", tunnel.tool);
    }
    let local = tunnel.local.as_ref().map_or("null".to_owned(), |local| string(local));
    object(&[
        ("at", string(&at.to_string())),
        ("resource", string(Resource::Settings.name())),
        ("changed", object(&[("url", array([before.to_json(), json(after.as_ref())]))])),
        ("updated_at", json(updated.as_ref())),
        ("tunnel", string(tunnel.tool.name())),
        ("local", local),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tunnel::TunnelAddress;

    fn tunnel(tool: TunnelTool, host: &str) -> Tunnel {
        Tunnel::new(tool, TunnelAddress::of_host(host).unwrap(), Some("localhost:3000".into()))
    }

    fn moved(step: (FollowStep, Option<String>)) -> Option<String> {
        match step.0 {
            FollowStep::Move(tunnel) => Some(tunnel.address.to_string()),
            FollowStep::Wait => None,
        }
    }

    #[test]
    fn each_address_is_moved_to_once_and_what_waits_is_said_once() {
        let (one, two) = (tunnel(TunnelTool::Ngrok, "1.ngrok.app"), tunnel(TunnelTool::Ngrok, "2.ngrok.app"));
        let mut following = Following::default();
        let (step, words) = following.look(&[]);
        assert_eq!((step, words.as_deref()), (FollowStep::Wait, Some("no tunnel runs on this machine yet: waiting")));
        assert_eq!(following.look(&[]), (FollowStep::Wait, None));
        assert_eq!(moved(following.look(std::slice::from_ref(&one))).as_deref(), Some("https://1.ngrok.app"));
        assert_eq!(following.stands(one.clone(), "https://1.ngrok.app/w".into(), true), None);
        assert_eq!(following.look(&[two.clone(), one.clone()]), (FollowStep::Wait, None), "it still runs");
        // The same program has another address: that is certain at once.
        assert_eq!(moved(following.look(std::slice::from_ref(&two))).as_deref(), Some("https://2.ngrok.app"));
        following.stands(two.clone(), "https://2.ngrok.app/w".into(), true);
        assert_eq!(following.look(&[]), (FollowStep::Wait, None), "one look may miss it");
        assert_eq!(following.look(std::slice::from_ref(&two)), (FollowStep::Wait, None));
        following.look(&[]);
        let (step, words) = following.look(&[]);
        assert_eq!(step, FollowStep::Wait);
        assert_eq!(words.as_deref(), Some("the tunnel https://2.ngrok.app of ngrok is gone: waiting for the next one"));
        assert_eq!(moved(following.look(std::slice::from_ref(&two))).as_deref(), Some("https://2.ngrok.app"));
    }

    #[test]
    fn another_program_is_followed_only_when_the_first_is_gone_for_sure() {
        let (one, two) =
            (tunnel(TunnelTool::Ngrok, "1.ngrok.app"), tunnel(TunnelTool::Cloudflared, "b.trycloudflare.com"));
        let mut following = Following::default();
        let (step, words) = following.look(&[one.clone(), two.clone()]);
        assert_eq!(step, FollowStep::Move(one.clone()));
        assert_eq!(
            words.as_deref(),
            Some("following https://1.ngrok.app of ngrok to localhost:3000; 1 other tunnel runs here: --port chooses")
        );
        following.stands(one, "https://1.ngrok.app".into(), true);
        assert_eq!(following.look(std::slice::from_ref(&two)), (FollowStep::Wait, None));
        assert_eq!(following.look(std::slice::from_ref(&two)).0, FollowStep::Move(two));
    }

    #[test]
    fn of_several_tunnels_it_is_that_of_the_url_and_then_that_of_the_same_server() {
        let to = |host: &str, port: u16| Tunnel {
            local: Some(format!("localhost:{port}")),
            ..tunnel(TunnelTool::Ngrok, &format!("{host}.ngrok.app"))
        };
        let (api, dialer) = (to("api", 8080), to("dialer", 3000));
        let mut following = Following { known: Some("https://dialer.ngrok.app/w".into()), ..Following::default() };
        assert_eq!(following.look(&[api.clone(), dialer.clone()]).0, FollowStep::Move(dialer.clone()));
        following.stands(dialer, "https://dialer.ngrok.app/w".into(), false);
        let mut to_api = Following { port: Some(8080), ..following.clone() };
        to_api.followed = None;
        assert_eq!(to_api.look(&[api.clone(), to("x", 1)]).0, FollowStep::Move(api.clone()));
        assert_eq!(
            Following { port: Some(1), ..Following::default() }.look(std::slice::from_ref(&api)).0,
            FollowStep::Wait
        );
        // The other tunnel of the same program is not the dialer with another address.
        assert_eq!(following.look(std::slice::from_ref(&api)).0, FollowStep::Wait);
        let (api, dialer) = (to("a1", 8080), to("z1", 3000));
        assert_eq!(following.look(&[api, dialer.clone()]).0, FollowStep::Move(dialer.clone()));
        following.stands(dialer, "https://z1.ngrok.app/w".into(), true);
        // Also after a pause in which there was none.
        following.look(&[]);
        following.look(&[]);
        let (api, dialer) = (to("a2", 8080), to("z2", 3000));
        assert_eq!(following.look(&[api, dialer.clone()]).0, FollowStep::Move(dialer));
    }

    #[test]
    fn a_tailnet_is_followed_only_by_its_name() {
        let serve = Tunnel { reach: TunnelReach::Tailnet, ..tunnel(TunnelTool::Tailscale, "box.t.ts.net") };
        assert_eq!(Following::default().look(std::slice::from_ref(&serve)).0, FollowStep::Wait);
        let mut named = Following { only: Some(TunnelTool::Tailscale), ..Following::default() };
        assert_eq!(named.look(std::slice::from_ref(&serve)).0, FollowStep::Move(serve));
    }

    #[test]
    fn the_url_keeps_its_path_or_gets_the_one_that_was_asked_for() {
        let one = tunnel(TunnelTool::Ngrok, "1.ngrok.app");
        let wanted = |path: Option<&str>, known: &str| {
            Following { path: path.map(str::to_owned), ..Following::default() }.wanted(&one, known)
        };
        assert_eq!(wanted(None, "http://localhost:3000/w/?v=2"), "https://1.ngrok.app/w/?v=2");
        assert_eq!(wanted(Some("/widget?v=3"), "http://localhost:3000/w/"), "https://1.ngrok.app/widget?v=3");
        for bad in ["", "widget", "//evil.dev", "/a b", "/\u{1b}", "/\\evil.dev", "@evil.dev"] {
            assert!(path(bad).is_err(), "{bad:?}");
        }
        assert_eq!(path("/widget/?v=2#x").as_deref(), Ok("/widget/?v=2#x"));
    }
}
