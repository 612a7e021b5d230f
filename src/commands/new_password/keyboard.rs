//! Walks over the keyboard, from each key to one beside it.

use super::guesses::{Estimate, Piece};
use super::vocabulary::{binomial, cases, choices};

/// The keys by rows, without and with Shift. Each row is half a key further to the right.
const ROWS: [(&str, &str); 4] = [
    ("`1234567890-=", "~!@#$%^&*()_+"),
    (" qwertyuiop[]\\", " QWERTYUIOP{}|"),
    (" asdfghjkl;'", " ASDFGHJKL:\""),
    (" zxcvbnm,./", " ZXCVBNM<>?"),
];

/// The keys for numbers.
const NUMBERS: [&str; 5] = [" /*-", "789+", "456", "123", " 0."];

/// How many keys there are to start with, and how many are beside one in the middle.
struct Keys {
    starts: f64,
    neighbours: f64,
}

const ALL: Keys = Keys { starts: 94.0, neighbours: 4.6 };
const NUMBERS_ONLY: Keys = Keys { starts: 15.0, neighbours: 5.1 };

/// Three or more keys, each beside the one before.
pub(super) fn walk(text: &[char]) -> Option<Estimate> {
    if text.len() < 3 {
        return None;
    }
    let slanted = steps(text, key, |step| matches!(step, (-1 | 1, 0) | (0 | 1, -1) | (0 | -1, 1)));
    let numbers = steps(text, number_key, |(x, y)| x.abs() <= 1 && y.abs() <= 1 && (x, y) != (0, 0));
    let ways = |steps: Vec<Step>, keys: Keys| {
        let turns = 1 + steps.windows(2).filter(|pair| pair[0] != pair[1]).count();
        (guesses(text.len(), turns, &keys), turns)
    };
    let (shifted, plain) = cases(text, is_shifted, |sign| !is_shifted(sign));
    let shifts = match (shifted, plain) {
        (0, _) => 1.0,
        (_, 0) => 2.0,
        _ => choices(shifted, plain),
    };
    let slanted = slanted.map(|steps| ways(steps, ALL)).map(|(guesses, turns)| (guesses * shifts, turns));
    let numbers = numbers.map(|steps| ways(steps, NUMBERS_ONLY));
    let (guesses, turns) = match (slanted, numbers) {
        (Some(slanted), Some(numbers)) => {
            if slanted.0 <= numbers.0 {
                slanted
            } else {
                numbers
            }
        }
        (one, other) => one.or(other)?,
    };
    Some(Estimate::new(guesses, if turns == 1 { Piece::Row } else { Piece::Walk }))
}

type Step = (i32, i32);

/// The steps from key to key, if each is to one beside.
fn steps(text: &[char], key: fn(char) -> Option<Step>, beside: fn(Step) -> bool) -> Option<Vec<Step>> {
    let keys: Vec<Step> = text.iter().map(|sign| key(*sign)).collect::<Option<_>>()?;
    let steps: Vec<Step> =
        keys.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).collect();
    steps.iter().all(|step| beside(*step)).then_some(steps)
}

/// All walks up to that length and with up to so many turns.
fn guesses(length: usize, turns: usize, keys: &Keys) -> f64 {
    let mut sum = 0.0;
    for length in 2..=length {
        let mut ways = keys.starts;
        for turns in 1..=turns.min(length - 1) {
            ways *= keys.neighbours;
            sum += binomial(length - 1, turns - 1) * ways;
        }
    }
    sum
}

fn key(sign: char) -> Option<Step> {
    place(sign, ROWS.iter().map(|row| row.0)).or_else(|| place(sign, ROWS.iter().map(|row| row.1)))
}

fn number_key(sign: char) -> Option<Step> {
    place(sign, NUMBERS.iter().copied())
}

fn is_shifted(sign: char) -> bool {
    place(sign, ROWS.iter().map(|row| row.1)).is_some()
}

/// Which key of its row, and which row.
fn place<'a>(sign: char, rows: impl Iterator<Item = &'a str>) -> Option<Step> {
    if sign == ' ' {
        return None;
    }
    (0..)
        .zip(rows)
        .find_map(|(y, row)| (0..).zip(row.chars()).find(|(_, one)| *one == sign).map(|(x, _)| (x, y)))
}

#[cfg(test)]
mod tests {
    use super::walk;
    use crate::commands::new_password::guesses::Piece;

    fn walked(text: &str) -> Option<Piece> {
        walk(&text.chars().collect::<Vec<_>>()).map(|estimate| estimate.piece)
    }

    #[test]
    fn keys_beside_each_other_are_a_walk() {
        for row in ["qwerty", "poiuyt", "1qaz", "zaq", "!@#$", "QwErTy", "14789"] {
            assert!(walked(row).is_some(), "{row}");
        }
        assert_eq!(walked("asdfgh"), Some(Piece::Row));
        assert_eq!(walked("zse4"), Some(Piece::Row));
        assert_eq!(walked("zaq12wsx"), Some(Piece::Walk));
        assert_eq!(walked("159"), Some(Piece::Row));
        for none in ["", "qw", "qe", "qet", "qqq", "q w", "äöü", "qaw3x"] {
            assert_eq!(walked(none), None, "{none}");
        }
    }

    #[test]
    fn turns_and_capitals_take_more_guesses() {
        let guesses = |text: &str| walk(&text.chars().collect::<Vec<_>>()).unwrap().guesses;
        assert!(guesses("asdfgh") < guesses("asdfgt"));
        assert!(guesses("asdfgh") < guesses("ASDFGH"));
        assert!(guesses("ASDFGH") < guesses("AsDfgh"));
        assert!(guesses("asdf") < guesses("asdfgh"));
    }
}
