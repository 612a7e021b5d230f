//! Moments and lengths of time.

mod span;

use std::fmt;
use std::time::SystemTime;

use thiserror::Error;

pub use span::{Span, SpanError};

/// A moment: seconds since 1970-01-01T00:00:00Z, leap seconds not counted (RFC 7519, 2: `NumericDate`).
///
/// From 0 to [`Timestamp::MAX`], the last second of the year 9999, to the millisecond: a sign-out is told from the tokens
/// of other issuers in the same second. Tokens and answers have whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    milliseconds: u64,
}

impl Timestamp {
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self { milliseconds: 253_402_300_799_000 };

    /// The moment `seconds` after 1970-01-01T00:00:00Z, if it is not after [`Timestamp::MAX`].
    #[must_use]
    pub const fn new(seconds: u64) -> Option<Self> {
        Self::from_milliseconds(seconds.saturating_mul(1000))
    }

    /// The moment `milliseconds` after 1970-01-01T00:00:00Z, if it is not after [`Timestamp::MAX`].
    #[must_use]
    pub const fn from_milliseconds(milliseconds: u64) -> Option<Self> {
        if milliseconds <= Self::MAX.milliseconds { Some(Self { milliseconds }) } else { None }
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.milliseconds / 1000
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn milliseconds(self) -> u64 {
        self.milliseconds
    }

    /// The beginning of the second that this moment is in.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self { milliseconds: self.milliseconds / 1000 * 1000 }
    }

    /// The moment `span` later, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn after(self, span: Span) -> Self {
        let milliseconds = self.milliseconds.saturating_add(span.as_seconds().saturating_mul(1000));
        Self { milliseconds }.min(Self::MAX)
    }

    /// How long after `earlier` this moment is, by their whole seconds; zero if it is not after.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span::seconds(self.seconds().saturating_sub(earlier.seconds()))
    }
}

/// Why a clock cannot be gone by.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the clock shows a time before 1970 or after 9999")]
pub struct ClockError;

/// To the millisecond.
impl TryFrom<SystemTime> for Timestamp {
    type Error = ClockError;

    fn try_from(time: SystemTime) -> Result<Self, ClockError> {
        let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| ClockError)?;
        let milliseconds = u64::try_from(since_epoch.as_millis()).map_err(|_| ClockError)?;
        Self::from_milliseconds(milliseconds).ok_or(ClockError)
    }
}

/// A JSON number: the whole seconds (RFC 7519, 2). Typed clients refuse fractions.
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.seconds())
    }
}

/// `jiff::Timestamp` ends a day before the year 9999 does; its civil time does not.
const EPOCH: jiff::civil::DateTime = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);

/// RFC 3339 in UTC: `2026-11-21T21:00:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = i64::try_from(self.milliseconds).unwrap_or(i64::MAX);
        let moment = EPOCH.saturating_add(jiff::SignedDuration::from_millis(milliseconds));
        fmt::Display::fmt(&moment, f)?;
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use super::{Span, Timestamp};

    #[test]
    fn a_timestamp_ends_with_the_year_9999() {
        assert!(Timestamp::new(253_402_300_799).is_some());
        assert!(Timestamp::new(253_402_300_800).is_none());
        assert_eq!(Timestamp::MAX.after(Span::seconds(1)), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.since(Timestamp::MAX), Span::ZERO);
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp::new(0).unwrap().to_string(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_timestamp_shows_its_milliseconds_only_where_it_has_any() {
        let moment = Timestamp::from_milliseconds(1_795_294_800_731).unwrap();
        assert_eq!(moment.to_string(), "2026-11-21T21:00:00.731Z");
        assert_eq!(serde_json::to_string(&moment).unwrap(), "1795294800");
        assert_eq!(moment.whole_second().to_string(), "2026-11-21T21:00:00Z");
        assert_eq!(serde_json::to_string(&moment.whole_second()).unwrap(), "1795294800");
        assert_eq!(moment.since(moment.whole_second()), Span::ZERO);
    }
}
