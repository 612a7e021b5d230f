//! Values of options: how each is read from text.

use std::str::FromStr;
use std::time::Duration;

use authctl::auth::key::Algorithm;
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::words::brief;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// All the lists given, as one.
pub(crate) fn merged(lists: &[ScopeSet]) -> ScopeSet {
    lists.iter().flatten().cloned().collect()
}

/// Algorithms separated by commas or spaces; at least one.
#[derive(Clone, Debug)]
pub(crate) struct AlgorithmList(pub(crate) Vec<Algorithm>);

impl FromStr for AlgorithmList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split([',', ' ']).filter(|name| !name.is_empty());
        let list: Vec<Algorithm> = names
            .map(|name| name.parse().map_err(|error| format!("`{}` is {error}", brief(name))))
            .collect::<Result<_, _>>()?;
        if list.is_empty() { Err("it names no algorithm".to_owned()) } else { Ok(Self(list)) }
    }
}

/// Any algorithm, by its exact name.
pub(super) fn algorithms() -> impl TypedValueParser<Value = Algorithm> {
    let names = Algorithm::ALL.map(Algorithm::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Algorithm>())
}

/// A date and a time with an offset (RFC 3339). A fraction is rounded up: what is remembered until then is remembered
/// a bit longer.
pub(super) fn date_and_time(text: &str) -> Result<Timestamp, String> {
    let wrong = || "not a date and a time with an offset, such as `2026-11-21T21:00:00Z`";
    // A `jiff::Timestamp` ends a day before the year 9999 does; the parts do not.
    let parts = jiff::fmt::temporal::Pieces::parse(text).map_err(|_| wrong())?;
    let offset =
        parts.to_numeric_offset().filter(|_| parts.time_zone_annotation().is_none()).ok_or_else(wrong)?;
    let local = parts.date().to_datetime(parts.time().ok_or_else(wrong)?);
    let since_epoch = local.duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
    let seconds = since_epoch.as_secs() - i64::from(offset.seconds());
    let seconds = seconds + i64::from(since_epoch.subsec_nanos() > 0);
    let seconds = u64::try_from(seconds).ok().and_then(Timestamp::new);
    seconds.ok_or_else(|| "not in the years 1970 to 9999".to_owned())
}

/// `500ms`, or a duration as everywhere, up to a minute.
pub(super) fn milliseconds(text: &str) -> Result<Duration, String> {
    let wrong = || "not a time such as `500ms` or `2s`".to_owned();
    let duration = match text.strip_suffix("ms") {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Duration::from_millis(digits.parse().map_err(|_| wrong())?)
        }
        _ => Duration::from_secs(text.parse::<Span>().map_err(|_| wrong())?.as_seconds()),
    };
    if duration.is_zero() || duration > Duration::from_secs(60) {
        return Err("a hash takes more than nothing and at most a minute".to_owned());
    }
    Ok(duration)
}
