//! callset: a terminal editor for the settings HubSpot keeps for an app's calling extension.
//!
//! The map. An arrow means "knows"; what is not drawn does not know each other, and `tests/it/architecture.rs` sees to it.
//!
//! ```text
//!   main ──> cli ──────┬───────┬────────┐
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
//!              └────> model: knows nothing of ours
//! ```
//!
//! | room | for | never |
//! |---|---|---|
//! | [`model`] | fields, draft, patch, merge, rules | terminal, network, disk, clock, environment, async |
//! | [`sync`] | the working copy: load, check, merge, send, confirm; events in, effects and reports out | the same; and modes, notices, keys |
//! | [`words`] | the sentences: what happened, what it means, what can be done next as data | a key, a command, the screen |
//! | [`app`] | the editor: `update(&mut App, Msg) -> Vec<Effect>`; wraps a working copy; keys | terminal, network, disk, clock, async |
//! | [`api`] | the HubSpot client, the credential, a thread for what waits | anything of app or ui |
//! | [`sandbox`] | a server that answers as HubSpot does | api |
//! | [`secrets`] | where a credential is had from and kept: variable, file, program, keyring | showing one, the clock |
//! | [`store`] | the configuration; drafts, saves in flight, history and locks on disk | a credential, api, the clock |
//! | [`ui`] | one frame out of the state; steps with their keys; foreign text made harmless | changing state, sentences |
//! | [`term`] | modes, signals, bytes in and out | app's state |
//! | [`start`] | what a run starts from: profile, credential, trust, target | the screen |
//! | [`runtime`] | the loop and the runner of effects | decisions |
//! | [`cli`] | the command line, the commands without a screen | the screen |

pub mod api;
pub mod app;
pub mod cli;
pub mod model;
pub mod runtime;
pub mod sandbox;
pub mod secrets;
pub mod start;
pub mod store;
pub mod sync;
pub mod term;
pub mod ui;
pub mod words;
