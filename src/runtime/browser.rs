//! Hands an address to a program that opens it in a browser.

use super::{Runtime, Screen};
use crate::api::aside::aside;
use crate::app::msg::Msg;
use crate::model::login::secret_variables;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use url::Url;

/// Tries the programs in their order; returns the first one that started. Nobody waits for it. There is no shell, and the
/// programs get none of these variables, which may hold secrets.
pub async fn open(programs: Vec<String>, secret: BTreeSet<String>, url: &Url) -> Option<String> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let url = url.to_string();
    let open = move || {
        programs.into_iter().find(|program| {
            let mut command = Command::new(program);
            for name in &secret {
                command.env_remove(name);
            }
            let quiet = command.arg(&url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let Ok(mut child) = quiet.spawn() else { return false };
            // Whether it ends at once or with the browser, nobody waits; but what has ended is taken note of.
            let _ = std::thread::Builder::new().name("browser".to_owned()).spawn(move || _ = child.wait());
            true
        })
    };
    aside(open).await.ok().flatten()
}

impl<S: Screen> Runtime<S> {
    /// Opens an address.
    pub(super) fn browse(&self, url: Url) {
        let (programs, sender) = (self.carrier.browsers.clone(), self.sender.clone());
        let is_remote = self.carrier.patient.terminal.is_remote;
        let target = &self.app.target;
        let secret = secret_variables(target.setup.profiles.iter().chain(&target.profile));
        tokio::spawn(async move {
            let program = open(programs, secret, &url).await;
            let _ = sender.send(Msg::Browsed { url, program, is_remote });
        });
    }
}
