//! Looks at the world around, without any credential of HubSpot: the tunnels of this machine, and whether a browser would
//! show the page behind a url inside HubSpot.

pub mod page;
pub mod tunnel;
