//! Times for people: in the user's zone, how long ago, how long something took.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;

/// The time, and where the user is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Now, or at most a minute ago.
    pub now: Timestamp,
    /// The user's zone. It is shared, since views hold the clock and zones take long to compare.
    pub zone: Arc<TimeZone>,
}

impl Clock {
    fn zone(&self) -> TimeZone {
        TimeZone::clone(&self.zone)
    }
}

/// A date-time in the user's zone, and how long ago it is. Text that is not a date-time is returned unchanged.
pub fn ago_of(text: &str, clock: Option<&Clock>, short: bool) -> String {
    let (Some(clock), Ok(at)) = (clock, text.parse::<Timestamp>()) else { return text.to_owned() };
    let info = clock.zone.to_offset_info(at);
    let local = info.offset().to_datetime(at);
    if !(1970..=9999).contains(&local.year()) {
        return text.to_owned();
    }
    let (year, month, day, hour, minute) = (local.year(), local.month(), local.day(), local.hour(), local.minute());
    let mut words = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}");
    for word in [(!short).then(|| info.abbreviation().to_owned()), ago(at, clock.now)].into_iter().flatten() {
        words.push(' ');
        words.push_str(&word);
    }
    words
}

/// A time in the user's zone. A time of today is written as `12:04`, others with the date.
pub fn of_day(at: Timestamp, clock: Option<&Clock>) -> String {
    let Some(clock) = clock else { return at.strftime("%Y-%m-%d %H:%M UTC").to_string() };
    let (then, now) = (at.to_zoned(clock.zone()), clock.now.to_zoned(clock.zone()));
    then.strftime(if then.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// A day, in UTC.
pub fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// The time of a save, to the second. A time of today is written without the date, and a short one of another day
/// without the year and the time.
pub fn of_save(at: Timestamp, clock: Option<&Clock>, short: bool) -> String {
    let zone = clock.map_or(TimeZone::UTC, Clock::zone);
    let then = at.to_zoned(zone.clone());
    let is_today = clock.is_some_and(|clock| clock.now.to_zoned(zone).date() == then.date());
    let form = match (is_today, short) {
        (true, _) => "%H:%M:%S",
        (false, true) => "%m-%d",
        (false, false) => "%Y-%m-%d %H:%M:%S",
    };
    then.strftime(form).to_string()
}

/// A time in the user's zone, to the second and without a date.
pub fn of_run(at: Timestamp, clock: Option<&Clock>) -> String {
    let at = clock.map_or(&TimeZone::UTC, |clock| &*clock.zone).to_datetime(at);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// Says how long ago a time is, as in "4 days ago". `None` for a time in the future.
fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.as_second() - at.as_second();
    let (count, unit) = match seconds {
        // The server's clock may be a little ahead of this machine's.
        -60..60 => return Some("just now".to_owned()),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400..5_184_000 => (seconds / 86_400, "day"),
        5_184_000..63_072_000 => (seconds / 2_592_000, "month"),
        63_072_000.. => (seconds / 31_536_000, "year"),
        _ => return None,
    };
    Some(format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" }))
}

/// `5 s`, `1.5 s`, `50 ms`, `<1 ms`.
pub fn took(duration: Duration) -> String {
    match duration.as_millis() {
        0 => "<1 ms".to_owned(),
        ms if ms < 1000 => format!("{ms} ms"),
        ms if ms % 1000 == 0 => format!("{} s", ms / 1000),
        ms => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
    }
}

/// How long something has lasted so far, in whole seconds: `3 s`.
pub fn so_far(waited: Duration) -> String {
    format!("{} s", waited.as_secs())
}
