//! The effects that the editor asks for. They are plain data and carry all that is needed. Tests compare them, and the
//! runtime carries them out.

use crate::app::CopyItem;
use crate::app::wizard::Purpose;
use crate::model::check::UrlUse;
use crate::model::preview::{Advice, Scene};
use crate::model::profile::Profile;
use crate::sync::{self, Disk, Request, RequestId, Timer};
use std::time::Duration;
use url::Url;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    // ── network ──
    /// Send a request. A reply with the same id tells how it ended.
    Send(Request),
    /// Stop waiting for a request. If its reply still comes, it is ignored.
    Cancel(RequestId),
    /// Look for the tunnels of this machine. The ports are those of servers that the urls of the app have led to.
    FindTunnels(Vec<u16>),
    /// Send requests to another profile with that profile's credential. Replies with the same ids tell how they ended.
    SendElsewhere(Box<Profile>, Vec<Request>),
    /// Look at what stands between callset and its server. The answers name this number.
    Examine(u64),
    /// Look at the page behind a URL, without any credential. The answer has the same id; [`Effect::Cancel`] ends it.
    Check(PageLook),
    // ── time ──
    /// Send a message later.
    Wake {
        /// The timer that the message names.
        timer: Timer,
        /// The time until then.
        after: Duration,
    },
    /// Read the time and the time zone.
    ReadClock,
    // ── disk ──
    /// Read or write files. The disk thread does this in the order of the effects.
    Disk(Disk),
    /// Change the profiles in the configuration, and their credentials with them. The answer names the same change.
    Profiles(ProfileChange),
    /// Do something about the preview in a browser.
    Preview(PreviewAct),
    // ── credential ──
    /// Use the text that was typed as the token from now on, and forget the text. The answer says whether it can be a
    /// token.
    UseToken,
    /// Forget the text that was typed for a token.
    ForgetToken,
    /// Allow the credential to be sent to the host of this profile from now on.
    Trust,
    // ── terminal ──
    /// Put this text on the clipboard, byte for byte. The answer says which way it went.
    Copy(CopyItem, String),
    /// Open this address in a browser. The answer says which program took it, if one did.
    Browse(Url),
    /// Give this text to the terminal for its clipboard, because no program of this machine took it.
    CopyByTerminal(CopyItem, String),
    /// Switch mouse reporting on or off.
    SetMouse(bool),
    /// Draw the whole screen again, because another program wrote on it.
    Redraw,
    /// Draw with the next theme: with colour, without, in ASCII.
    ChangeLooks,
    /// Give the terminal back to the shell until it is continued.
    Suspend,
    /// Give the terminal to the user's own editor, with this text in a file, until that program has ended. The answer is
    /// the text that is in the file then. If there is such a file already, it gets this text.
    EditAsFile(String),
    /// Remove that file.
    RemoveFile,
    // ── exit ──
    /// End this run, and begin one with another profile.
    Switch(Box<Profile>),
    /// End this run, and ask the questions about a profile. The profile is the one that is changed or copied.
    SetUp(Purpose, Option<Box<Profile>>),
    /// End the process.
    Quit(Exit),
}

impl From<sync::Effect> for Effect {
    fn from(effect: sync::Effect) -> Self {
        match effect {
            sync::Effect::Send(request) => Effect::Send(request),
            sync::Effect::Cancel(id) => Effect::Cancel(id),
            sync::Effect::Wake { timer, after } => Effect::Wake { timer, after },
            sync::Effect::Disk(disk) => Effect::Disk(disk),
        }
    }
}

/// Something about the preview in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewAct {
    /// Start the server of its pages, which show this. The answer has the address.
    Start(Box<Scene>),
    /// Have all pages show this.
    Show(Box<Scene>),
    /// Have the page of this number say this.
    Tell(u32, Advice),
    /// Open this address in a browser. The answer says whether there was one to open it.
    Browse(String),
    /// End the server. The pages say so.
    Stop,
}

/// A look at the page behind a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLook {
    /// Which look: the requests of a run are counted together.
    pub id: RequestId,
    /// The URL, as it is entered.
    pub url: String,
    /// What the URL is for.
    pub used: UrlUse,
}

/// A change of the profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileChange {
    /// Give a profile another name.
    Rename {
        /// The profile.
        from: Box<Profile>,
        /// Its name from now on.
        to: String,
    },
    /// Make the profile of this name the default.
    MakeDefault(String),
    /// Remove the profile of this name.
    Remove(String),
}

/// How the process ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The exit code: 0 for success, 128 + n for signal n.
    pub code: u8,
    /// The text for stderr once the terminal belongs to the shell again: what was not saved, and where it is.
    pub farewell: Option<String>,
}
