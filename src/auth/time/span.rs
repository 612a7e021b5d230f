//! Lengths of time.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Timestamp;

/// A length of time in whole seconds.
///
/// Written as `90s`, `30m`, `12h`, `7d`, or plain seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// That many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// That many minutes.
    #[must_use]
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// That many hours.
    #[must_use]
    pub const fn hours(hours: u64) -> Self {
        Self(hours.saturating_mul(3600))
    }

    /// The length in seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// The length as a person writes it: a whole number of the largest unit, of days from two on. It reads back as this
    /// length.
    #[must_use]
    pub fn written(self) -> String {
        let units = [(86400, 2, 'd'), (3600, 1, 'h'), (60, 1, 'm')];
        let fits =
            |(size, least, _): &(u64, u64, char)| self.0.is_multiple_of(*size) && self.0 / size >= *least;
        let (size, _, unit) = units.into_iter().find(fits).unwrap_or((1, 0, 's'));
        format!("{}{unit}", self.0 / size)
    }

    /// The length to the nearest of the smallest unit that it is displayed in, half a unit rounded up.
    ///
    /// Displays as `30 minutes` for 29 minutes and 59 seconds, which is `29 minutes` unrounded. A limit is displayed
    /// unrounded: a length that is rounded up to it would look as if it were within.
    #[must_use]
    pub fn rounded(self) -> Self {
        let ((unit, _), smaller) = self.units();
        let unit = smaller.map_or(unit, |(smaller, _)| smaller);
        Self(self.0.saturating_add(unit / 2) / unit * unit)
    }

    /// The units that it is displayed in: the largest that it has one of, and the next while there are fewer than ten.
    fn units(self) -> (Unit, Option<Unit>) {
        let largest = UNITS.iter().position(|(size, _)| self.0 >= *size).unwrap_or(UNITS.len() - 1);
        let unit = UNITS[largest];
        (unit, UNITS.get(largest + 1).copied().filter(|_| self.0 / unit.0 < 10))
    }
}

/// Why a text is not a [`Span`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SpanError {
    /// Not a whole number followed by nothing, `s`, `m`, `h` or `d`.
    #[error("not a duration such as `90s`, `30m`, `12h` or `7d`")]
    Grammar,
    /// So long that no moment is that far away.
    #[error("longer than any date can be away")]
    TooLong,
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let (digits, unit) = match text.as_bytes().last() {
            Some(b's') => (&text[..text.len() - 1], 1),
            Some(b'm') => (&text[..text.len() - 1], 60),
            Some(b'h') => (&text[..text.len() - 1], 3600),
            Some(b'd') => (&text[..text.len() - 1], 86400),
            _ => (text, 1),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SpanError::Grammar);
        }
        let seconds = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        match seconds {
            Some(seconds) if seconds <= Timestamp::MAX.seconds() => Ok(Self(seconds)),
            _ => Err(SpanError::TooLong),
        }
    }
}

/// Seconds and a name.
type Unit = (u64, &'static str);

const UNITS: [Unit; 4] = [(86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];

/// The two largest units that say something, the rest cut off: `3 minutes`, `1 day 2 hours`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((size, name), smaller) = self.units();
        counted(f, self.0 / size, name)?;
        if let Some((smaller, name)) = smaller {
            let rest = self.0 % size / smaller;
            if rest > 0 {
                f.write_str(" ")?;
                counted(f, rest, name)?;
            }
        }
        Ok(())
    }
}

/// `1 day`, `2 days`. A stream of verdicts has one or two each: this is quicker than a format string.
fn counted(f: &mut fmt::Formatter<'_>, count: u64, name: &str) -> fmt::Result {
    fmt::Display::fmt(&count, f)?;
    f.write_str(" ")?;
    f.write_str(name)?;
    if count == 1 { Ok(()) } else { f.write_str("s") }
}

#[cfg(test)]
mod tests {
    use super::{Span, SpanError};

    #[track_caller]
    fn case(text: &str, seconds: u64) {
        assert_eq!(text.parse(), Ok(Span::seconds(seconds)), "{text}");
    }

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        case("90", 90);
        case("90s", 90);
        case("30m", 1800);
        case("12h", 43200);
        case("7d", 604_800);
        case("0", 0);
        for text in ["", "s", "-1", "+1", "1.5h", "1 h", "1w", "h1", "1H", "٣s", "1ms"] {
            assert_eq!(text.parse::<Span>(), Err(SpanError::Grammar), "{text}");
        }
        for text in ["253402300800", "99999999999999999999", "18446744073709551615d"] {
            assert_eq!(text.parse::<Span>(), Err(SpanError::TooLong), "{text}");
        }
    }

    #[test]
    fn a_span_is_written_in_the_largest_unit_that_it_is_a_whole_number_of() {
        for (seconds, written) in [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (90, "90s"),
            (1800, "30m"),
            (3600, "1h"),
            (5400, "90m"),
            (86_400, "24h"),
            (90_000, "25h"),
            (172_800, "2d"),
            (253_402_300_799, "253402300799s"),
        ] {
            assert_eq!(Span::seconds(seconds).written(), written);
            assert_eq!(written.parse(), Ok(Span::seconds(seconds)));
        }
    }

    #[test]
    fn a_span_reads_in_its_two_largest_units() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "1 minute 1 second"),
            (600, "10 minutes"),
            (661, "11 minutes"),
            (3600, "1 hour"),
            (5400, "1 hour 30 minutes"),
            (90000, "1 day 1 hour"),
            (864_000 + 3600, "10 days"),
        ] {
            assert_eq!(Span::seconds(seconds).to_string(), words);
        }
    }

    #[test]
    fn a_rounded_span_reads_as_the_nearest_in_its_units() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (89, "1 minute 29 seconds"),
            (90, "1 minute 30 seconds"),
            (599, "9 minutes 59 seconds"),
            (600, "10 minutes"),
            (629, "10 minutes"),
            (630, "11 minutes"),
            (1770, "30 minutes"),
            (1799, "30 minutes"),
            (1829, "30 minutes"),
            (3569, "59 minutes"),
            (3570, "1 hour"),
            (3599, "1 hour"),
            (5370, "1 hour 30 minutes"),
            (7199, "2 hours"),
            (35_999, "10 hours"),
            (86_340, "1 day"),
            (86_399, "1 day"),
            (84_599, "23 hours"),
            (84_600, "1 day"),
            (172_799, "2 days"),
            (863_999, "10 days"),
            (907_199, "10 days"),
            (907_200, "11 days"),
        ] {
            assert_eq!(Span::seconds(seconds).rounded().to_string(), words, "{seconds}");
        }
        assert_eq!(Span::seconds(u64::MAX).rounded().as_seconds(), u64::MAX / 86_400 * 86_400);
    }
}
