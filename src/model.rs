//! The pure core: the settings, the user's edits of them, and the PATCH that would send the edits.
//!
//! This room uses no other room of callset, and no terminal, network, disk, clock, environment or async.
//!
//! ```text
//!   resource ── the answer as HubSpot gave it (Representation)
//!      │
//!   field ───── one const table: key, label, kind, help      validate ── rules about one value
//!      │                                                        │
//!   draft ───── base + edits; dirty is derived ──────────────── patch ── exactly the dirty fields
//!      ├─────── merge: base, mine, theirs, per field
//!      └─────── record: what a run leaves for the next one
//!                 └── doubt: what a later answer tells about a write that had none
//!
//!   profile ─── what is set up once: apps, where their credentials are, presets
//!   preview ─── what a browser beside the terminal shows of the dialer, and sees of it
//!   tunnel ──── the addresses that this machine has on the internet today
//!   pace ────── times as people write them
//!   reach ───── from where a host can be reached
//!   name ────── fields as people name them
//!   certificate  what a server's certificate says of itself
//!   toml ────── settings as files hold them
//! ```

pub mod address;
pub mod certificate;
pub mod check;
pub mod doubt;
pub mod draft;
pub mod field;
pub mod json;
pub mod login;
pub mod merge;
pub mod name;
pub mod pace;
pub mod patch;
pub mod preview;
pub mod profile;
pub mod reach;
pub mod record;
pub mod refusal;
pub mod representation;
pub mod resource;
pub mod text;
pub mod toml;
pub mod trace;
pub mod tunnel;
pub mod validate;
pub mod version;

pub use draft::{Change, Draft, Entered, Fit, State, Stroke};
pub use field::{Edit, Field, FieldId, Kind, Value};
pub use name::{nearest, plain_name};
pub use patch::Patch;
pub use representation::Representation;
pub use resource::Resource;
pub use validate::{Defect, Severity};
pub use version::ApiVersion;
