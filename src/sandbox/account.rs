//! The data of the server, and how it answers a request.
//!
//! ```text
//!   count (window) ─> draw a failure ─> path ─> method ─> credential ─> app id ─> body ─> settings
//!        429             4xx, 5xx       404      405      401, 403      400      4xx     404, 409, 200, 204
//! ```
//!
//! A request is refused before the settings are changed.

use super::admission::{Admission, token};
use super::answer::{RATE_INTERVAL, RATE_MAX, Served};
use super::body::{self, UnknownMembers};
use super::logins::Logins;
use super::{Failure, Options};
use crate::model::{ApiVersion, Kind, Representation, Resource, Value};
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The member that holds the time of the last change of a resource.
const UPDATED: &str = "updatedAt";

const FOUR_DAYS: i64 = 4 * 24 * 60 * 60 * 1000;

/// The settings of all apps, and the state of the rate limit and of chance. Times are in milliseconds since 1970,
/// the precision that HubSpot shows.
#[derive(Debug)]
pub(super) struct Account {
    kept: BTreeMap<(i32, Resource), Stored>,
    admission: Admission,
    unknown: UnknownMembers,
    logins: Logins,
    failures: Vec<Failure>,
    rng: fastrand::Rng,
    now: fn() -> Timestamp,
    window: i64,
    used: u32,
}

/// A resource of an app, with the time of its last change.
#[derive(Debug)]
struct Stored {
    members: Representation,
    changed: i64,
}

impl Account {
    pub(super) fn new(options: Options) -> Self {
        let Options { accepts, refuses_private_apps, unknown, failures, seed, now, .. } = options;
        let (rng, logins) = (fastrand::Rng::with_seed(seed), Logins::new(options.logins));
        let admission = Admission { accepts, refuses_private_apps };
        Self { kept: BTreeMap::new(), admission, unknown, logins, failures, rng, now, window: 0, used: 0 }
    }

    /// Realistic settings and channel connection of a dialer. The call recording is not set up.
    pub(super) fn seed_demo(&mut self, app: i32) {
        let changed = (self.now)().as_millisecond().saturating_sub(FOUR_DAYS);
        let text = |text: &str| Value::Text(text.to_owned());
        let members = [
            ("name", text("Acme Dialer")),
            ("url", text("https://dialer.acme.dev/widget")),
            ("width", Value::Integer(400)),
            ("height", Value::Integer(650)),
            ("isReady", Value::Switch(false)),
            ("usesCallingWindow", Value::Switch(true)),
            ("usesRemote", Value::Switch(true)),
            ("supportsInboundCalling", Value::Switch(false)),
            ("supportsCustomObjects", Value::Switch(true)),
            ("createdAt", text("2024-03-02T09:14:07.000Z")),
            (UPDATED, Value::Text(date(changed))),
        ];
        let members = members.into_iter().collect();
        self.kept.insert((app, Resource::Settings), Stored { members, changed });
        let members = [
            ("url", text("https://dialer.acme.dev/phone-numbers")),
            ("isReady", Value::Switch(false)),
            ("createdAt", text("2026-06-18T13:20:55.000Z")),
            (UPDATED, text("2026-06-18T13:20:55.000Z")),
        ];
        let members = members.into_iter().collect();
        self.kept.insert((app, Resource::ChannelConnection), Stored { members, changed });
    }

    /// Gives a resource other values, as if it had been made so.
    pub(super) fn change(
        &mut self,
        app: i32,
        resource: Resource,
        values: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        if let Some(stored) = self.kept.get_mut(&(app, resource)) {
            values.into_iter().for_each(|(key, value)| stored.members.set(key, value));
        }
    }

    /// Carries out a request and returns its answer.
    pub(super) fn answer(&mut self, parts: &Parts, body: Result<Bytes, StatusCode>) -> Response {
        let now = (self.now)().as_millisecond();
        let remaining = self.count(now);
        let id = self.correlation_id(now);
        let answer = match (self.draw(), remaining) {
            (Some(status), _) => Served::failure(status, &parts.method, &date(now)),
            (None, None) => Served::rate_limited(),
            (None, Some(_)) => self.carry_out(now, parts, body).unwrap_or_else(|refusal| refusal),
        };
        answer.into_response(&id, remaining.unwrap_or(0))
    }

    /// Counts a request. Returns how many are left in the window, or `None` if the window is used up.
    fn count(&mut self, now: i64) -> Option<u32> {
        let window = now.div_euclid(RATE_INTERVAL);
        if window != self.window {
            (self.window, self.used) = (window, 0);
        }
        let remaining = RATE_MAX.checked_sub(self.used + 1)?;
        self.used += 1;
        Some(remaining)
    }

    /// A version 7 UUID: 48 bits of time, the rest from the seed.
    fn correlation_id(&mut self, now: i64) -> String {
        let time = now & 0xffff_ffff_ffff;
        let (high, low) = (self.rng.u16(..0x1000), self.rng.u64(..));
        let variant = 0x8000 | (low >> 48) & 0x3fff;
        format!("{:08x}-{:04x}-7{high:03x}-{variant:04x}-{:012x}", time >> 16, time & 0xffff, low & 0xffff_ffff_ffff)
    }

    /// Draws one random number for the whole list. The draw is made even if the list is empty, so that a seed gives
    /// the same ids with and without failures.
    fn draw(&mut self) -> Option<u16> {
        let mut left = self.rng.f64();
        for failure in &self.failures {
            if left < failure.probability {
                return Some(failure.status);
            }
            left -= failure.probability;
        }
        None
    }

    fn carry_out(&mut self, now: i64, parts: &Parts, body: Result<Bytes, StatusCode>) -> Result<Served, Served> {
        if let Some(answer) = self.logins.answer(now, parts, &body) {
            return Ok(answer);
        }
        let Route { version, app, resource } =
            route(parts.uri.path()).ok_or_else(|| Served::page(StatusCode::NOT_FOUND))?;
        let verb = Verb::of(&parts.method).ok_or_else(|| Served::method_not_allowed(resource))?;
        self.admission.judge(version, parts, now)?;
        if let Some(end) = token(parts).and_then(|token| self.logins.ended(token, now)) {
            return Err(Served::has_expired((now - end) / 1000, &date(end)));
        }
        // A body cannot make up for a path that names no app, so the path is checked first.
        let app: i32 = app.parse().map_err(|_| Served::bad_path("appId"))?;
        let key = (app, resource);
        match verb {
            Verb::Read => {
                let kept = self.kept.get(&key).ok_or_else(Served::not_found)?;
                Ok(Served::found(&kept.members))
            }
            Verb::Create => {
                let mut members = body::whole(resource, self.unknown, &parts.headers, body)?;
                if self.kept.contains_key(&key) {
                    return Err(Served::already_exists(app, resource));
                }
                for field in resource.fields().iter().filter(|field| field.kind == Kind::Time) {
                    members.set(&field.id.key, Value::Text(date(now)));
                }
                let answer = Served::found(&members);
                self.kept.insert(key, Stored { members, changed: now });
                Ok(answer)
            }
            Verb::Change => {
                let changes = body::partial(resource, self.unknown, &parts.headers, body)?;
                let kept = self.kept.get_mut(&key).ok_or_else(Served::not_found)?;
                kept.change(now, &changes);
                Ok(Served::found(&kept.members))
            }
            Verb::Remove if !resource.can_be_deleted() => Err(Served::method_not_allowed(resource)),
            Verb::Remove => {
                self.kept.remove(&key).ok_or_else(Served::not_found)?;
                Ok(Served::removed())
            }
        }
    }
}

impl Stored {
    /// Sets the date of the change. The date moves with every change, even within a millisecond: clients use it to
    /// notice changes.
    fn change(&mut self, now: i64, changes: &Representation) {
        if changes.is_empty() {
            return;
        }
        for (key, value) in changes.members() {
            self.members.set(key, value.clone());
        }
        self.changed = now.max(self.changed.saturating_add(1));
        if self.members.get(UPDATED).is_some() {
            self.members.set(UPDATED, Value::Text(date(self.changed)));
        }
    }
}

/// What a request can do with a resource.
#[derive(Clone, Copy)]
enum Verb {
    Read,
    Create,
    Change,
    Remove,
}

impl Verb {
    fn of(method: &Method) -> Option<Self> {
        match method.as_str() {
            "GET" => Some(Self::Read),
            "POST" => Some(Self::Create),
            "PATCH" => Some(Self::Change),
            "DELETE" => Some(Self::Remove),
            _ => None,
        }
    }
}

/// What a path names.
struct Route<'a> {
    version: ApiVersion,
    app: &'a str,
    resource: Resource,
}

/// The version is in one of two places of the path; the end of the path names the resource.
fn route(path: &str) -> Option<Route<'_>> {
    let segments: Vec<&str> = path.split('/').collect();
    let (version, app, tail) = match segments.as_slice() {
        ["", "crm", "v3", "extensions", "calling", app, tail @ ..] => (ApiVersion::V3, *app, tail),
        ["", "crm", "extensions", "calling", date, app, tail @ ..] => {
            (date.parse().ok().filter(|version| *version != ApiVersion::V3)?, *app, tail)
        }
        _ => return None,
    };
    let resource = match tail {
        ["settings"] => Resource::Settings,
        ["settings", name] => {
            let mut siblings = Resource::ALL.into_iter().filter(|resource| *resource != Resource::Settings);
            siblings.find(|resource| resource.name() == *name)?
        }
        _ => return None,
    };
    Some(Route { version, app, resource })
}

/// A date as HubSpot writes it: `2024-03-02T09:14:07.000Z`.
fn date(milliseconds: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(milliseconds).unwrap_or_default())
}
