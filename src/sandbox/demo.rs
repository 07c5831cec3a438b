//! The apps of the demo, and the configuration that names them: profiles to switch between, to compare and to review, and
//! presets to enter.

use super::Sandbox;
use crate::model::profile::Profile;
use crate::model::{Resource, Value};

/// The profile that the demo begins with.
const START: &str = "staging";

/// The app of that profile, unless the user names another.
const APP: i32 = 1_234_567;

/// An app of the demo beside the one that it begins with, and what differs from that one.
struct DemoApp {
    profile: &'static str,
    app_id: i32,
    url: &'static str,
    size: [i32; 2],
    is_ready: bool,
}

const DEV: DemoApp =
    DemoApp { profile: "dev", app_id: 1_111_111, url: "https://localhost:9025/", size: [480, 700], is_ready: false };

const LIVE: DemoApp = DemoApp {
    profile: "live",
    app_id: 7_654_321,
    url: "https://dialer.acme.com/widget",
    size: [380, 600],
    is_ready: true,
};

/// The profile of the demo with this name. Its address is not known before the sandbox runs. The error is a sentence.
pub fn profile(name: &str) -> Result<Profile, String> {
    let all = [(DEV.profile, DEV.app_id), (START, APP), (LIVE.profile, LIVE.app_id)];
    let Some((name, app_id)) = all.into_iter().find(|(known, _)| *known == name) else {
        return Err(format!("the demo has no profile {name}, but {}", all.map(|(known, _)| known).join(", ")));
    };
    Ok(Profile { production: name == LIVE.profile, ..Profile::new(name, app_id) })
}

/// The app of the profile that the demo begins with. The apps of the other profiles are their own.
fn first(app_id: i32) -> i32 {
    if [DEV.app_id, LIVE.app_id].contains(&app_id) { APP } else { app_id }
}

impl Sandbox {
    /// Gives realistic settings to the app that the demo begins with, and to the apps of its other profiles.
    pub fn seed_profiles(&mut self, app_id: i32) {
        self.seed_demo(first(app_id));
        for DemoApp { app_id, url, size: [width, height], is_ready, .. } in [DEV, LIVE] {
            self.account.seed_demo(app_id);
            let values = [
                ("url", Value::Text(url.to_owned())),
                ("width", Value::Integer(width)),
                ("height", Value::Integer(height)),
                ("isReady", Value::Switch(is_ready)),
            ];
            self.account.change(app_id, Resource::Settings, values);
        }
    }
}

/// The configuration of the demo, whose sandbox is at this address.
pub fn configuration(base_url: &str, app_id: i32) -> String {
    let (dev, live) = (DEV.profile, LIVE.profile);
    let (dev_app, live_app, app_id) = (DEV.app_id, LIVE.app_id, first(app_id));
    format!(
        "# The configuration of the demo. It is removed when the demo ends.\n\
         default_profile = \"{START}\"\n\n\
         [profiles.{dev}]\napp_id = {dev_app}\nbase_url = \"{base_url}\"\nmark = \"green\"\n\n\
         [profiles.{START}]\napp_id = {app_id}\nbase_url = \"{base_url}\"\n\n\
         # Customers use it: each save is reviewed.\n\
         [profiles.{live}]\napp_id = {live_app}\nbase_url = \"{base_url}\"\nproduction = true\n\n\
         # The dialer on this machine.\n\
         [presets.local]\nurl = \"https://localhost:9025/\"\nisReady = false\n\n\
         [presets.wide]\nwidth = 800\nheight = 600\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_begins_with_the_profile_or_the_app_that_is_named() {
        assert_eq!(profile("live"), Ok(Profile { production: true, ..Profile::new("live", LIVE.app_id) }));
        assert_eq!(profile("Live").unwrap_err(), "the demo has no profile Live, but dev, staging, live");
        assert!(configuration("http://127.0.0.1:1", 7).contains("[profiles.staging]\napp_id = 7\n"));
        assert!(configuration("http://127.0.0.1:1", LIVE.app_id).contains("[profiles.staging]\napp_id = 1234567\n"));
    }
}
