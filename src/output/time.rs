//! Moments as people read them.

use std::cmp::Ordering;
use std::fmt::{self, Display as _};

use authctl::auth::time::Timestamp;
use jiff::tz::TimeZone;

/// Displays as `3 minutes ago`, `in 3 minutes`, `now`.
pub(crate) fn relative(moment: Timestamp, now: Timestamp) -> impl fmt::Display {
    fmt::from_fn(move |f| match moment.cmp(&now) {
        Ordering::Less => now.since(moment).fmt(f).and_then(|()| f.write_str(" ago")),
        Ordering::Equal => f.write_str("now"),
        Ordering::Greater => f.write_str("in ").and_then(|()| moment.since(now).fmt(f)),
    })
}

/// `2026-11-21 22:00:00 +01:00`, in the time zone of the machine; in UTC where that is not known.
pub(crate) fn local(moment: Timestamp) -> String {
    let seconds = i64::try_from(moment.seconds()).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_second(seconds) {
        Ok(moment) => moment.to_zoned(zone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        // The last day of the year 9999.
        Err(_) => moment.to_string(),
    }
}

/// The machine's time zone; UTC if `TZ` leads to something other than a file, since a device could be read forever.
fn zone() -> TimeZone {
    if crate::environment::time_zone_is_a_name_or_file() { TimeZone::system() } else { TimeZone::UTC }
}

#[cfg(test)]
mod tests {
    use super::relative;
    use authctl::auth::time::Timestamp;

    #[test]
    fn a_moment_is_told_from_now() {
        let at = |seconds| Timestamp::new(seconds).unwrap();
        assert_eq!(relative(at(100), at(280)).to_string(), "3 minutes ago");
        assert_eq!(relative(at(280), at(100)).to_string(), "in 3 minutes");
        assert_eq!(relative(at(100), at(100)).to_string(), "now");
    }
}
