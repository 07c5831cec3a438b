//! What callset promises, each kind of promise in a file of its own. One binary: it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod architecture;
mod beside;
mod chance;
mod check;
mod commands;
mod config;
mod contrast;
mod faults;
mod first_start;
mod frames;
mod gate;
mod hostile;
mod input;
mod kills;
mod laws;
mod overlays;
mod own_editor;
mod preview;
mod profiles;
mod pty;
mod raw_http;
mod readme;
mod sandbox;
mod secrets;
mod session;
mod sessions;
mod store;
mod terminal;
mod transitions;
mod tunnels;
#[cfg(feature = "keyring")]
mod vault;
mod walks;
mod wire;
mod world;
