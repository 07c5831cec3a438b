//! The time of this machine.

use jiff::Timestamp;
use std::time::SystemTime;

/// The time now. A clock that is wrong by thousands of years counts as the last or the first time that can be written.
pub fn now() -> Timestamp {
    of(SystemTime::now())
}

fn of(time: SystemTime) -> Timestamp {
    let limit = if time > SystemTime::UNIX_EPOCH { Timestamp::MAX } else { Timestamp::MIN };
    Timestamp::try_from(time).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

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
