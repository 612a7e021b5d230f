//! `NumericDate` claims (RFC 7519, 2): a JSON number taken exactly, never through a double.

use super::time::Timestamp;

/// How a moment between two whole seconds is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// To the second before: for `exp`.
    Down,
    /// To the second after: for `nbf`.
    Up,
    /// To the millisecond before: for `iat`, which is compared with the moment of a sign-out.
    ToMillisecond,
}

/// The moment that the JSON number `text` says, if it is within 0…253402300799.
#[must_use]
pub fn parse(text: &str, round: Round) -> Option<Timestamp> {
    if let Some(timestamp) = plain(text) {
        return Some(timestamp);
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes()).map(|digit| u64::from(digit - b'0'));
    if digits().all(|digit| digit == 0) {
        return Timestamp::new(0);
    }
    if negative {
        return None;
    }
    // How many of the digits stand before the point, once the exponent has moved it.
    let point = i64::try_from(whole.len()).ok()?.saturating_add(parse_exponent(exponent));
    let mut seconds: u64 = 0;
    let mut more = false;
    let mut milliseconds = 0;
    let mut position = 0;
    for digit in digits() {
        if position < point {
            seconds = seconds.checked_mul(10)?.checked_add(digit)?;
        } else {
            more |= digit != 0;
            // The first three digits after the point.
            milliseconds += match position - point {
                0 => digit * 100,
                1 => digit * 10,
                2 => digit,
                _ => 0,
            };
        }
        position += 1;
    }
    for _ in position..point {
        seconds = seconds.checked_mul(10)?;
    }
    let timestamp = Timestamp::new(seconds)?;
    match (more, round) {
        (true, _) if timestamp == Timestamp::MAX => None,
        (true, Round::Up) => Timestamp::new(seconds + 1),
        (true, Round::ToMillisecond) => Timestamp::from_milliseconds(seconds * 1000 + milliseconds),
        _ => Some(timestamp),
    }
}

/// Clamps the exponent far beyond the number of digits that a token can have, so that no later sum overflows.
fn parse_exponent(text: &str) -> i64 {
    const FAR: i64 = 1 << 32;
    text.parse().unwrap_or(if text.starts_with('-') { -FAR } else { FAR }).clamp(-FAR, FAR)
}

/// The usual case: at most 12 digits and nothing else, which cannot overflow.
fn plain(text: &str) -> Option<Timestamp> {
    let short = (1..=12).contains(&text.len());
    if !short || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = text.bytes().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    Timestamp::new(seconds)
}

#[cfg(test)]
mod tests {
    use super::{Round, Timestamp, parse};

    #[track_caller]
    fn case(text: &str, down: Option<u64>, up: Option<u64>) {
        assert_eq!(parse(text, Round::Down).map(Timestamp::seconds), down, "{text} down");
        assert_eq!(parse(text, Round::Up).map(Timestamp::seconds), up, "{text} up");
    }

    #[test]
    fn whole_seconds_are_themselves() {
        for (text, seconds) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0e9", 0),
            ("0e999999999999999999999", 0),
            ("1700000000", 1_700_000_000),
            ("4.1024448e9", 4_102_444_800),
            ("17000000000000e-4", 1_700_000_000),
            ("1700000000.000", 1_700_000_000),
            ("2534023007990e-1", 253_402_300_799),
            ("253402300799", 253_402_300_799),
            ("253402300799.0", 253_402_300_799),
        ] {
            case(text, Some(seconds), Some(seconds));
        }
    }

    #[test]
    fn fractions_are_rounded_as_asked_and_exactly() {
        case("1.5", Some(1), Some(2));
        case("0.1", Some(0), Some(1));
        case("1e-400", Some(0), Some(1));
        case("1700000000.99999999999999999999", Some(1_700_000_000), Some(1_700_000_001));
        case("1700000000.00000000000000000001", Some(1_700_000_000), Some(1_700_000_001));
        case("1e-99999999999999999999", Some(0), Some(1));
        case("12.5e-99999999999999999999", Some(0), Some(1));
        case("12.5e-9223372036854775807", Some(0), Some(1));
        case("12.5e99999999999999999999", None, None);
        case("12.5e9223372036854775807", None, None);
        case("17.5e1", Some(175), Some(175));
        case("17.55e1", Some(175), Some(176));
    }

    #[test]
    fn milliseconds_are_kept_where_asked() {
        for (text, milliseconds) in [
            ("1795294800", 1_795_294_800_000),
            ("1795294800.731", 1_795_294_800_731),
            ("1795294800.7319999", 1_795_294_800_731),
            ("1795294800.0009", 1_795_294_800_000),
            ("1.7952948007e9", 1_795_294_800_700),
            ("12e-4", 1),
            ("1e-9", 0),
        ] {
            let moment = parse(text, Round::ToMillisecond);
            assert_eq!(moment, Timestamp::from_milliseconds(milliseconds), "{text}");
        }
    }

    #[test]
    fn what_is_outside_the_range_is_no_date() {
        for text in [
            "-1",
            "-0.5",
            "-1e-9",
            "253402300800",
            "253402300799.5",
            "1e12",
            "1e300",
            "18446744073709551616",
            "18446744073709551616e-1",
            "1e99999999999999999999",
        ] {
            case(text, None, None);
        }
    }
}
