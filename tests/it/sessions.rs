//! Whole stories: load, edit, save, and everything that goes wrong in between, as keys in and frames and requests out.
//!
//! After every save the server itself is asked what it holds. Numbers (N9, H11, J12 ...) are those of the list of faults the
//! editor survives.

mod check;
mod command;
mod doubt;
mod drafts;
mod failing;
mod flight;
mod history;
mod leaving;
mod pauses;
mod payloads;
mod preview;
mod readback;
mod refusals;
mod renewal;
mod resources;
mod reuse;
mod saves;
mod secret;
mod together;
mod token;
mod watch;

use crate::gate::Gate;
use crate::session::{SIZE, Session};
use serde_json::json;

/// A session with the gate's settings loaded.
async fn loaded(gate: &Gate) -> Session {
    loaded_at(gate, SIZE).await
}

/// The same on another screen.
async fn loaded_at(gate: &Gate, size: (u16, u16)) -> Session {
    let mut session = Session::start(gate.url(), size);
    session.settled().await;
    session.says("nothing unsaved").says_not("Not loaded").says_not("not loaded");
    session
}

/// Nobody knows.
const DOUBT: &str = "We do not know whether HubSpot saved this";

/// Where the one edit is.
const IN_DRAFT: &str = "Your edit is safe in a draft on this disk.";

/// What is no settings, and no reason to ask again.
fn page() -> Vec<u8> {
    crate::hostile::whole("200 OK", "<html>Log in</html>")
}

/// Room for a row more than HubSpot has today, and for all words.
const TALL: (u16, u16) = (100, 30);

/// Width is 420 instead of 400, and nothing else is edited.
async fn widened(gate: &Gate) -> Session {
    let mut session = loaded(gate).await;
    session.enter("Width", "420").await;
    session.says(r#"{"width":420}"#);
    session
}

/// The save is confirmed, and the server holds this width.
async fn is_saved(gate: &Gate, session: &mut Session, width: i32) {
    assert_eq!(gate.holds("width").await, json!(width));
    session.says("Saved 1 field, confirmed by the server").says("nothing unsaved");
    assert!(session.row("Width").contains(&width.to_string()));
    assert_eq!(session.sign("Width"), None);
}
