//! callset: a terminal editor for the settings HubSpot keeps for an app's calling extension.
pub mod model;
