//! callset: a terminal editor for the settings HubSpot keeps for an app's calling extension.
//!
//! The map of rooms. An arrow means "knows": a room may use another room only along an arrow, and
//! `tests/it/architecture.rs` fails where one does not.
//!
//! ```text
//!   main ──> cli ──────┬───────┬────────┐   cli also ──> start, sync; api, probe ──> net
//!     │                v       v        v
//!     └──> runtime ──> api   sandbox   store   term      secrets ──> api
//!              │         │      │        │       │          │
//!              v         │      │        │       v          │
//!              ui ──> app ──────┼────────┼──> (keys of app) │
//!              │        v      │        │                  │
//!              ├────> words    │        │                  │
//!              │        v      │        │                  │
//!              ├────> sync     │        │                  │
//!              │        v      v        v                  v
//!              └────> model: uses no other room
//! ```
//!
//! | room | holds | never holds |
//! |---|---|---|
//! | [`model`] | fields, draft, patch, merge, rules | terminal, network, disk, clock, environment, async |
//! | [`sync`] | the working copy: load, check, merge, send, confirm | as `model`; modes, notices, keys |
//! | [`words`] | the sentences that users read; next steps as data | keys, commands, the screen |
//! | [`app`] | the editor: `update(&mut App, Msg) -> Vec<Effect>`; keys | terminal, network, disk, clock, async |
//! | [`api`] | the HubSpot client, the credential, a thread for blocking work | anything of app or ui |
//! | [`net`] | what api and probe share: trust, what a handshake has shown, causes of errors | a request |
//! | [`probe`] | looks at tunnels of this machine and at the page behind a url | a credential, api |
//! | [`preview`] | a local server with the page that frames the dialer | a credential, api |
//! | [`sandbox`] | a local server that answers as HubSpot does | api |
//! | [`secrets`] | where a credential is read and kept: variable, file, program, keyring | showing it, the clock |
//! | [`store`] | the configuration; drafts, sendings, history and locks on disk | a credential, api, the clock |
//! | [`ui`] | a frame drawn from the state; keys beside steps; foreign text made harmless | state changes, sentences |
//! | [`term`] | terminal modes, signals, bytes in and out | the state of app |
//! | [`start`] | what a run starts from: profile, credential, trust, target | the screen |
//! | [`runtime`] | the loop and the runner of effects | decisions |
//! | [`cli`] | the command line, the commands without a screen | the screen |

pub mod api;
pub mod app;
pub mod cli;
pub mod model;
pub mod net;
pub mod preview;
pub mod probe;
pub mod runtime;
pub mod sandbox;
pub mod secrets;
pub mod start;
pub mod store;
pub mod sync;
pub mod term;
pub mod ui;
pub mod words;
