//! The addresses of a GitHub Codespace. They are made of two variables, which every process in it has.

use crate::model::tunnel::{Tunnel, TunnelAddress, TunnelReach, TunnelTool};
use std::ffi::OsString;

/// The Codespace that this machine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codespace {
    /// Its name.
    pub name: String,
    /// The domain of its addresses, usually `app.github.dev`.
    pub domain: String,
}

impl Codespace {
    /// Reads the variables. `None` outside of a Codespace.
    pub fn of(var: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let text = |name: &str| var(name)?.into_string().ok().filter(|text| !text.is_empty());
        Some(Self { name: text("CODESPACE_NAME")?, domain: text("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")? })
    }

    /// The address of a port.
    pub(super) fn tunnel(&self, port: u16) -> Option<Tunnel> {
        let address = TunnelAddress::of_host(&format!("{}-{port}.{}", self.name, self.domain))?;
        let tunnel = Tunnel::new(TunnelTool::Codespaces, address, Some(format!("localhost:{port}")));
        Some(Tunnel { reach: TunnelReach::IfPublic, ..tunnel })
    }
}
