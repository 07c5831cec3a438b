//! The time of this machine.

use crate::start::Variable;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs;
use std::time::SystemTime;

/// The zone of this machine.
const LOCAL: &str = "/etc/localtime";

/// The time now. A clock that is wrong by thousands of years counts as the last or the first time that can be written.
pub fn now() -> Timestamp {
    of(SystemTime::now())
}

/// The user's zone. Where no variable names one, it is the zone of one file. jiff's own look-up would search the files of
/// all zones for the name of that zone first, which takes longer than all else before the settings are shown.
pub(super) fn zone(var: &Variable) -> TimeZone {
    let of_file = || TimeZone::tzif("Local", &fs::read(LOCAL).ok()?).ok();
    let is_named = var("TZ").is_some() || var("TZDIR").is_some();
    if is_named { None } else { of_file() }.unwrap_or_else(TimeZone::system)
}

fn of(time: SystemTime) -> Timestamp {
    let limit = if time > SystemTime::UNIX_EPOCH { Timestamp::MAX } else { Timestamp::MIN };
    Timestamp::try_from(time).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn the_zone_of_the_file_is_the_one_that_jiff_finds() {
        let Ok(at) = "2026-07-01T12:00:00Z".parse::<Timestamp>() else { unreachable!() };
        let offset = |zone: TimeZone| zone.to_offset(at);
        let of = |name: Option<&'static str>| zone(&(Arc::new(move |_: &str| name.map(OsString::from)) as Variable));
        assert_eq!(offset(of(None)), offset(TimeZone::system()));
        // With a variable it is jiff that reads it.
        assert_eq!(of(Some("UTC")), TimeZone::system());
    }

    #[test]
    fn a_clock_beyond_the_year_9999_is_no_crash() {
        let after = |years: u64| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(years * 31_557_600));
        for years in [0, 50, 8_028, 8_031, 20_000, 1_000_000] {
            let Some(time) = after(years) else { continue };
            let now = of(time);
            assert!(now <= Timestamp::MAX && (years > 8_029) == (now == Timestamp::MAX), "{years}");
        }
        let before = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_hours(20_000 * 8_766));
        assert_eq!(before.map(of), Some(Timestamp::MIN));
    }
}
