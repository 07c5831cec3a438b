//! The page beside the terminal: a server on this machine that stands in for HubSpot around the dialer, at the form's size,
//! and speaks the host's half of the SDK's handshake.
