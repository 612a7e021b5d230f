//! Moments as TOML writes them: offset date-times (RFC 3339), in whole seconds or to the millisecond.

use jiff::civil::Date;

use crate::auth::time::Timestamp;

/// The meaning of a date or time in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A moment from 1970 to 9999.
    At(Timestamp),
    /// Before 1970 or after 9999.
    OutOfRange,
    /// A date and a time without an offset from UTC.
    Local,
    /// A date alone or a time alone.
    Partial,
}

/// A date and a time without a time zone, which must exist in the calendar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Civil {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    /// Billionths of a second.
    pub(super) nanosecond: u32,
}

impl Moment {
    /// The moment `civil` is `offset` minutes ahead of UTC. A fraction is rounded up: tokens from
    /// before a moment are refused, and half a millisecond must not let one through.
    pub(super) fn of(civil: Civil, offset: i16) -> Self {
        let Some(days) = days_to(civil) else { return Self::OutOfRange };
        let minutes = i64::from(civil.hour) * 60 + i64::from(civil.minute) - i64::from(offset);
        let seconds = days * 86_400 + minutes * 60 + i64::from(civil.second);
        let milliseconds = seconds * 1000 + i64::from(civil.nanosecond.div_ceil(1_000_000));
        let moment = u64::try_from(milliseconds).ok().and_then(Timestamp::from_milliseconds);
        moment.map_or(Self::OutOfRange, Self::At)
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn days_to(civil: Civil) -> Option<i64> {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    let part = |number: u8| i8::try_from(number).ok();
    let day = Date::new(i16::try_from(civil.year).ok()?, part(civil.month)?, part(civil.day)?).ok()?;
    Some(i64::from((day - EPOCH).get_days()))
}

#[cfg(test)]
mod tests {
    use super::Moment;
    use crate::auth::time::Timestamp;
    use crate::store::toml;

    #[track_caller]
    fn case(written: &str, seconds: u64) {
        assert_eq!(toml::moment(written), Some(Moment::At(Timestamp::new(seconds).unwrap())), "{written}");
    }

    #[test]
    fn a_moment_is_read_to_the_millisecond_and_finer_fractions_are_rounded_up() {
        case("1970-01-01T00:00:00Z", 0);
        case("2026-11-21T21:00:00Z", 1_795_294_800);
        case("2026-11-21T21:00Z", 1_795_294_800);
        case("2026-11-21T22:30:00+01:30", 1_795_294_800);
        case("2026-11-21T20:59:59.999000001Z", 1_795_294_800);
        let finer = Timestamp::from_milliseconds(1_795_294_800_732).unwrap();
        for written in ["2026-11-21T21:00:00.732Z", "2026-11-21T21:00:00.731000001Z"] {
            assert_eq!(toml::moment(written), Some(Moment::At(finer)), "{written}");
        }
        case("2026-11-21T21:00:00.000Z", 1_795_294_800);
        case("2024-02-29T00:00:00Z", 1_709_164_800);
        case("9999-12-31T23:59:59Z", Timestamp::MAX.seconds());
    }

    #[test]
    fn what_is_no_moment_of_a_token_is_told_apart() {
        assert_eq!(toml::moment("9999-12-31T23:59:59.5Z"), Some(Moment::OutOfRange));
        assert_eq!(toml::moment("9999-12-31T23:59:59-00:01"), Some(Moment::OutOfRange));
        assert_eq!(toml::moment("1970-01-01T00:00:00+00:01"), Some(Moment::OutOfRange));
        assert_eq!(toml::moment("2026-11-21T21:00:00"), Some(Moment::Local));
        assert_eq!(toml::moment("2026-11-21"), Some(Moment::Partial));
        assert_eq!(toml::moment("21:00:00"), Some(Moment::Partial));
        assert_eq!(toml::moment("2026-02-30T00:00:00Z"), None);
    }

    #[test]
    fn what_is_written_reads_as_the_same_moment() {
        assert_eq!(Timestamp::new(0).unwrap().to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp::new(1_795_294_800).unwrap().to_string(), "2026-11-21T21:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59Z");
        // Each day of 2,300 years, at some time of the day.
        for day in (0..840_000).step_by(17) {
            let moment = Timestamp::new(day * 86_400 + day * 7 % 86_400).unwrap();
            let written = moment.to_string();
            assert_eq!(toml::moment(&written), Some(Moment::At(moment)), "{written}");
        }
    }
}
