//! Moments as people read them.
//!
//! Tables show the local time with its offset. Sentences, which end up in logs and tickets, JSON and files have UTC
//! (RFC 3339).

use std::cmp::Ordering;
use std::fmt;
use std::sync::LazyLock;

use authctl::auth::time::Timestamp;
use jiff::tz::TimeZone;

/// Displays as `3 minutes ago`, `in 3 minutes`, to the nearest unit; as `now` within the same second.
pub(crate) fn relative(moment: Timestamp, now: Timestamp) -> impl fmt::Display {
    Relative { moment, now }
}

struct Relative {
    moment: Timestamp,
    now: Timestamp,
}

impl fmt::Display for Relative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { moment, now } = *self;
        match moment.seconds().cmp(&now.seconds()) {
            Ordering::Less => write!(f, "{} ago", now.since(moment).rounded()),
            Ordering::Equal => f.write_str("now"),
            Ordering::Greater => write!(f, "in {}", moment.since(now).rounded()),
        }
    }
}

/// Formats as `2026-11-21 22:00:00 +01:00`, in the time zone of the machine; in UTC where that is unknown.
pub(crate) fn local(moment: Timestamp) -> String {
    let seconds = i64::try_from(moment.seconds()).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_second(seconds) {
        Ok(moment) => moment.to_zoned(zone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        // `jiff` ends a day before the year 9999 does.
        Err(_) => moment.to_string(),
    }
}

/// Formats the day as `2026-11-21`, in the time zone of the machine, and how long ago it was: `today`, `3 days ago`.
pub(crate) fn day(moment: Timestamp, now: Timestamp) -> String {
    let date = |moment: Timestamp| {
        let seconds = i64::try_from(moment.seconds()).ok()?;
        Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(zone()).date())
    };
    let (Some(day), Some(today)) = (date(moment), date(now)) else { return moment.to_string() };
    let days = day.until(today).map_or(0, |span| span.get_days());
    let ago = match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2.. => format!("{days} days ago"),
        _ => relative(moment, now).to_string(),
    };
    format!("{day}, {ago}")
}

fn zone() -> TimeZone {
    static ZONE: LazyLock<TimeZone> = LazyLock::new(crate::environment::time_zone);
    ZONE.clone()
}

#[cfg(test)]
mod tests {
    use super::{day, relative};
    use authctl::auth::time::Timestamp;

    #[test]
    fn a_moment_is_told_from_now() {
        let at = |seconds| Timestamp::new(seconds).unwrap();
        assert_eq!(relative(at(100), at(280)).to_string(), "3 minutes ago");
        assert_eq!(relative(at(280), at(100)).to_string(), "in 3 minutes");
        assert_eq!(relative(at(100), at(100)).to_string(), "now");
    }

    /// A token that was made a second ago for half an hour is one for half an hour.
    #[test]
    fn a_moment_is_told_to_the_nearest_unit() {
        let at = |seconds| Timestamp::new(seconds).unwrap();
        assert_eq!(relative(at(1800), at(1)).to_string(), "in 30 minutes");
        assert_eq!(relative(at(1), at(1800)).to_string(), "30 minutes ago");
        assert_eq!(relative(at(3600), at(1)).to_string(), "in 1 hour");
        assert_eq!(relative(at(1), at(0)).to_string(), "in 1 second");
    }

    #[test]
    fn a_day_has_its_age_in_days() {
        let at = |seconds| Timestamp::new(seconds).unwrap();
        let noon = 1_795_262_400;
        for (earlier, ago) in [(0, "today"), (24, "yesterday"), (24 * 30, "30 days ago")] {
            let shown = day(at(noon - earlier * 3600), at(noon));
            assert_eq!(shown.split_once(", ").unwrap().1, ago);
            assert_eq!(shown.len(), "2026-11-21, ".len() + ago.len());
        }
        assert!(day(at(noon + 72 * 3600), at(noon)).ends_with(", in 3 days"));
    }

    #[test]
    fn a_moment_in_the_same_second_is_now() {
        let at = |milliseconds| Timestamp::from_milliseconds(milliseconds).unwrap();
        assert_eq!(relative(at(100_001), at(100_999)).to_string(), "now");
        assert_eq!(relative(at(100_999), at(100_001)).to_string(), "now");
        assert_eq!(relative(at(100_999), at(101_001)).to_string(), "1 second ago");
    }
}
