//! Times as people write them: `300ms`, `2s`, `1.5s`, `1m`. The limit is one minute, since callset needs no longer time.

use std::time::Duration;

/// The longest time that is accepted. It is also the longest pause between two looks for changes of others.
const LONGEST: Duration = Duration::from_mins(1);

/// Reads a time from 0 ms to 60 s: a number, then `ms`, `s` or `m`.
pub fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.')?);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    if number.starts_with('.') || number.ends_with('.') {
        return None;
    }
    let duration = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
    (duration <= LONGEST).then_some(duration)
}

/// Reads the pause between two looks, 1 s to 60 s; without a unit it is seconds. HubSpot counts requests, and a person does
/// not see more than one change a second.
pub fn pace(text: &str) -> Option<Duration> {
    let is_number = text.ends_with(|c: char| c.is_ascii_digit());
    let pace = if is_number { duration(&format!("{text}s")) } else { duration(text) };
    pace.filter(|pace| *pace >= Duration::from_secs(1))
}

/// Writes a time so that [`duration`] reads the same time back, in whole milliseconds.
pub fn written(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis.is_multiple_of(1000) { format!("{}s", millis / 1000) } else { format!("{millis}ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_looks_at_most_once_a_second() {
        let cases = [
            ("1s", 1000),
            ("2500ms", 2500),
            ("60s", 60_000),
            ("10", 10_000),
            ("1.5", 1500),
            ("1.5s", 1500),
            ("1m", 60_000),
            ("0.5m", 30_000),
        ];
        for (text, ms) in cases {
            assert_eq!(pace(text), Some(Duration::from_millis(ms)), "{text}");
        }
        for text in
            ["", "0s", "999ms", "61s", "1h", "-1s", "s", "99999999999999999999s", ".5m", "1.s", "1.2.3s", "61", "2m"]
        {
            assert_eq!(pace(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_reads_as_it_is_written() {
        for ms in [0, 1, 999, 1000, 2500, 10_000, 60_000] {
            let time = Duration::from_millis(ms);
            assert_eq!(duration(&written(time)), Some(time), "{ms}");
        }
        assert_eq!(
            (written(Duration::from_secs(10)), written(Duration::from_millis(2500))),
            ("10s".into(), "2500ms".into())
        );
    }
}
