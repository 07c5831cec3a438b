//! Times as people read them: in their zone, and how long ago.

use crate::app::App;
use crate::app::msg::Clock;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A date-time in the user's zone and how long ago that is; text that is no date-time stays as it is.
pub(super) fn time(text: &str, clock: Option<&Clock>, short: bool) -> String {
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

/// A time of today as `12:04`, of other days with its date, in the user's zone.
pub fn clock_time(app: &App, at: Timestamp) -> String {
    let Some(clock) = &app.clock else { return at.strftime("%Y-%m-%d %H:%M UTC").to_string() };
    let (then, now) = (at.to_zoned(clock.zone.clone()), clock.now.to_zoned(clock.zone.clone()));
    then.strftime(if then.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// A time of this run, in the user's zone.
pub fn clock_seconds(app: &App, at: Timestamp) -> String {
    let at = app.clock.as_ref().map_or(&TimeZone::UTC, |clock| &clock.zone).to_datetime(at);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// "4 days ago"; nothing for what lies ahead.
fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.as_second() - at.as_second();
    let (count, unit) = match seconds {
        // A server's clock may be a little ahead of ours.
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
