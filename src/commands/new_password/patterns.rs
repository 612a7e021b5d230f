//! Sequences, years and dates.

use super::guesses::{Estimate, Piece};

/// Years near this one are guessed first.
const THIS_YEAR: i32 = 2026;

/// How many years around it are guessed at least.
const YEARS: i32 = 20;

/// Letters or digits in equal steps: `abc`, `9753`.
pub(super) fn sequence(text: &[char]) -> Option<Estimate> {
    let step = |pair: &[char]| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]));
    let first = text.windows(2).next().map(step)?;
    let is_sequence = (first.abs() == 1 || (text.len() > 2 && (2..=5).contains(&first.abs())))
        && text.windows(2).all(|pair| step(pair) == first);
    if !is_sequence {
        return None;
    }
    let start = match text[0] {
        'a' | 'A' | 'z' | 'Z' | '0' | '1' | '9' => 4.0,
        '0'..='9' => 10.0,
        _ => 26.0,
    };
    let direction = if first < 0 { 2.0 } else { 1.0 };
    Some(Estimate::new(start * direction * f64::from(u32::try_from(text.len()).ok()?), Piece::Sequence))
}

/// `1900` to `2099`.
pub(super) fn year(text: &[char]) -> Option<Estimate> {
    let year = number(text).filter(|year| text.len() == 4 && (1900..2100).contains(year))?;
    Some(Estimate::new(years_until(year), Piece::Year))
}

fn years_until(year: i32) -> f64 {
    f64::from((year - THIS_YEAR).abs().max(YEARS))
}

/// A day, a month and a year in any order that is in use, with or without separators.
pub(super) fn date(text: &[char]) -> Option<Estimate> {
    if text.len() > 10 {
        return None;
    }
    let separator = text.iter().find(|sign| !sign.is_ascii_digit());
    let years: Vec<i32> = if let Some(separator) = separator {
        if !" ./-_\\".contains(*separator) {
            return None;
        }
        let parts: Vec<&[char]> = text.split(|sign| sign == separator).collect();
        let [first, second, third] = parts[..] else { return None };
        year_of(first, second, third).into_iter().collect()
    } else {
        let splits = (1..=4).flat_map(|first| (1..=2).map(move |second| (first, first + second)));
        let parts = splits.filter(|(_, second)| *second < text.len());
        parts.filter_map(|(one, two)| year_of(&text[..one], &text[one..two], &text[two..])).collect()
    };
    let closest = years.into_iter().map(years_until).reduce(f64::min)?;
    let separators = if separator.is_some() { 4.0 } else { 1.0 };
    Some(Estimate::new(365.0 * closest * separators, Piece::Date))
}

/// The year of a date that is written in these parts: the first or the last of them.
fn year_of(first: &[char], second: &[char], third: &[char]) -> Option<i32> {
    let day_and_month = |one: &[char], other: &[char]| {
        let is = |text: &[char], most: i32| {
            text.len() <= 2 && number(text).is_some_and(|it| (1..=most).contains(&it))
        };
        (is(one, 31) && is(other, 12)) || (is(one, 12) && is(other, 31))
    };
    let year = |text: &[char]| match text.len() {
        2 => number(text).map(|year| if year > 50 { 1900 + year } else { 2000 + year }),
        4 => number(text).filter(|year| (1000..=2050).contains(year)),
        _ => None,
    };
    let last = year(third).filter(|_| day_and_month(first, second));
    last.or_else(|| year(first).filter(|_| day_and_month(second, third)))
}

fn number(text: &[char]) -> Option<i32> {
    let digits = !text.is_empty() && text.len() <= 4;
    let digit = |sign: &char| sign.to_digit(10).and_then(|digit| i32::try_from(digit).ok());
    text.iter().try_fold(0, |number, sign| Some(number * 10 + digit(sign)?)).filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::{Estimate, date, sequence, year};

    fn guesses(pattern: fn(&[char]) -> Option<Estimate>, text: &str) -> Option<f64> {
        pattern(&text.chars().collect::<Vec<_>>()).map(|estimate| estimate.guesses)
    }

    #[test]
    fn sequences_go_in_equal_steps() {
        assert_eq!(guesses(sequence, "abcdef"), Some(24.0));
        assert_eq!(guesses(sequence, "fedcba"), Some(312.0));
        assert_eq!(guesses(sequence, "2468"), Some(40.0));
        assert_eq!(guesses(sequence, "67"), Some(20.0));
        for none in ["", "a", "aa", "ac", "abd", "agm", "aaa"] {
            assert_eq!(guesses(sequence, none), None, "{none}");
        }
    }

    #[test]
    fn years_are_of_four_digits() {
        assert_eq!(guesses(year, "1926"), Some(100.0));
        assert_eq!(guesses(year, "2024"), Some(20.0));
        for none in ["1899", "2100", "199", "19999", "199x", ""] {
            assert_eq!(guesses(year, none), None, "{none}");
        }
    }

    #[test]
    fn dates_come_in_many_forms() {
        for text in
            ["1411976", "14111976", "19761114", "141176", "1976-11-14", "14/11/1976", "11 14 1976", "1.2.76"]
        {
            assert!(guesses(date, text).is_some(), "{text}");
        }
        assert_eq!(guesses(date, "19761114"), Some(365.0 * 50.0));
        assert_eq!(guesses(date, "1976-11-14"), Some(4.0 * 365.0 * 50.0));
        for none in [
            "",
            "1",
            "123",
            "32.13.1999",
            "14:11:1976",
            "14.11/1976",
            "14..1976",
            "1.2.3.4",
            "99999999",
            "141119761",
        ] {
            assert_eq!(guesses(date, none), None, "{none}");
        }
    }
}
