//! How many guesses a password takes: an estimate in the manner of zxcvbn (Wheeler, USENIX Security 2016).
//!
//! Whoever guesses tries words, dates, repeats and walks over the keyboard before anything else, alone
//! and one after the other. A password counts as the cheapest way to put it together out of such pieces.

use std::fmt;

use zeroize::Zeroizing;

use super::vocabulary::{List, Words};
use super::{keyboard, patterns};

/// A password that takes fewer guesses is easy to guess.
pub(super) const LIMIT: f64 = 1e6;

/// What each further piece costs at least: passwords of few pieces are tried first.
const NEXT_PIECE: f64 = 1e4;

/// What makes up a password, or a piece of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Among the ten most common passwords.
    Top10,
    /// Among the hundred most common passwords.
    Top100,
    /// A common password.
    Common,
    /// A common password with something added or changed.
    NearlyCommon,
    /// A word or a name, alone.
    Word,
    /// `asdfgh`
    Row,
    /// `zaq12wsx`
    Walk,
    /// `aaa`
    Letters,
    /// `abcabc`
    Repeat,
    /// `abc`, `9753`
    Sequence,
    /// `1995`
    Year,
    /// `7.4.1995`
    Date,
    /// Anything else.
    Other,
}

/// Why it is easy to guess.
impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Top10 => "this is a top-10 common password",
            Self::Top100 => "this is a top-100 common password",
            Self::Common => "this is a very common password",
            Self::NearlyCommon => "this is similar to a commonly used password",
            Self::Word => "a word or a name by itself is easy to guess",
            Self::Row => "straight rows of keys are easy to guess",
            Self::Walk => "short keyboard patterns are easy to guess",
            Self::Letters => "repeats like \"aaa\" are easy to guess",
            Self::Repeat => "repeats like \"abcabcabc\" are only slightly harder to guess than \"abc\"",
            Self::Sequence => "sequences like abc or 6543 are easy to guess",
            Self::Year => "recent years are easy to guess",
            Self::Date => "dates are often easy to guess",
            Self::Other => "it takes few tries",
        })
    }
}

/// How many guesses something takes, and what it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) guesses: f64,
    pub(super) piece: Piece,
}

impl Estimate {
    pub(super) const fn new(guesses: f64, piece: Piece) -> Self {
        Self { guesses, piece }
    }
}

/// Estimates how many guesses `text` takes for someone who knows the words of `known`.
pub(super) fn estimate(text: &str, known: &[&str]) -> Estimate {
    let text: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    cheapest(&text, &Words::new(known))
}

/// The cheapest way to put `text` together, of one piece or of two.
///
/// Three pieces take 100 million guesses even if each is trivial, and that is beyond the [`LIMIT`].
fn cheapest(text: &[char], words: &Words) -> Estimate {
    let mut best = piece(text, words);
    for at in 1..text.len() {
        let (start, end) = text.split_at(at);
        let (first, second) = (part(start, words), part(end, words));
        let guesses = 2.0 * first.guesses * second.guesses + NEXT_PIECE;
        if guesses < best.guesses {
            let longer = if start.len() > end.len() { first.piece } else { second.piece };
            best = Estimate::new(guesses, in_company(longer));
        }
    }
    best
}

/// What is said of a piece that is not all there is.
fn in_company(piece: Piece) -> Piece {
    match piece {
        Piece::Top10 | Piece::Top100 | Piece::Common => Piece::NearlyCommon,
        Piece::Word => Piece::Other,
        other => other,
    }
}

/// A piece among others takes a few guesses at least: that it is there at all has to be guessed too.
fn part(text: &[char], words: &Words) -> Estimate {
    let estimate = piece(text, words);
    let least = match (text.len(), estimate.piece) {
        (1, Piece::Other) => 11.0,
        (1, _) => 10.0,
        _ => 50.0,
    };
    Estimate { guesses: estimate.guesses.max(least), ..estimate }
}

/// What `text` is as a whole: of all that it can be, what takes the fewest guesses.
fn piece(text: &[char], words: &Words) -> Estimate {
    let candidates = [
        words.guesses(text).map(|found| Estimate::new(found.guesses, of_list(found.list, found.exact))),
        repeat(text, words),
        patterns::sequence(text),
        patterns::year(text),
        patterns::date(text),
        keyboard::walk(text),
    ];
    let anything = Estimate::new(10_f64.powi(count(text)), Piece::Other);
    candidates
        .into_iter()
        .flatten()
        .fold(anything, |best, one| if one.guesses < best.guesses { one } else { best })
}

fn of_list(list: List, exact: bool) -> Piece {
    match list {
        List::Passwords(_) if !exact => Piece::NearlyCommon,
        List::Passwords(..=10) => Piece::Top10,
        List::Passwords(..=100) => Piece::Top100,
        List::Passwords(_) => Piece::Common,
        List::Words => Piece::Word,
        List::Known => Piece::Other,
    }
}

/// The same again and again: what it takes to guess it once, for each time.
fn repeat(text: &[char], words: &Words) -> Option<Estimate> {
    let repeats = |length: &usize| {
        text.len().is_multiple_of(*length) && text.iter().zip(&text[*length..]).all(|(one, next)| one == next)
    };
    let length = (1..=text.len() / 2).find(repeats)?;
    let times = f64::from(count(text)) / f64::from(count(&text[..length]));
    let once = cheapest(&text[..length], words);
    let piece = if length == 1 { Piece::Letters } else { Piece::Repeat };
    Some(Estimate::new(once.guesses * times, piece))
}

/// Passwords are cut long before this matters.
fn count(text: &[char]) -> i32 {
    i32::try_from(text.len()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, Piece, estimate};

    #[track_caller]
    fn weak(text: &str, piece: Piece) {
        let estimate = estimate(text, &["johndoe", "John Doe", "john.doe@example.com"]);
        assert!(estimate.guesses < LIMIT, "{text}: {estimate:?}");
        assert_eq!(estimate.piece, piece, "{text}");
    }

    #[track_caller]
    fn strong(text: &str) {
        let estimate = estimate(text, &["johndoe", "John Doe", "john.doe@example.com"]);
        assert!(estimate.guesses >= LIMIT, "{text}: {estimate:?}");
    }

    #[test]
    fn common_passwords_take_few_guesses() {
        weak("password", Piece::Top10);
        weak("qwertyuiop", Piece::Top100);
        weak("butterfly", Piece::Common);
        weak("Butterfly", Piece::NearlyCommon);
        weak("butt3rfly", Piece::NearlyCommon);
        weak("ylfrettub", Piece::NearlyCommon);
        weak("butterfly7", Piece::NearlyCommon);
        weak("university", Piece::Word);
    }

    #[test]
    fn what_is_known_of_the_user_takes_few_guesses() {
        for text in ["johndoe1", "JohnDoe1", "eodnhoj", "j0hnd0e", "johnjohn", "john.doe", "example.com"] {
            let estimate = estimate(text, &["johndoe", "John Doe", "john.doe@example.com"]);
            assert!(estimate.guesses < LIMIT, "{text}: {estimate:?}");
        }
        let stranger = estimate("gwendolynx", &[]).guesses;
        assert!(estimate("gwendolynx", &["Gwendolynx Roe"]).guesses < stranger);
    }

    #[test]
    fn patterns_take_few_guesses() {
        weak("aaaaaaaaaaaa", Piece::Letters);
        weak("xkcxkcxkcxkc", Piece::Repeat);
        weak("zyxwvutsr", Piece::Sequence);
        weak("1357913579", Piece::Repeat);
        weak("acegikmo", Piece::Sequence);
        weak("19450412", Piece::Date);
        weak("12.04.1945", Piece::Date);
        weak("cft6yhn", Piece::Walk);
        weak("/.,mnbvcxz", Piece::Row);
        weak("2019", Piece::Year);
    }

    #[test]
    fn short_passwords_take_few_guesses_whatever_they_are() {
        weak("k7#x", Piece::Other);
        weak("", Piece::Other);
        weak("ß", Piece::Other);
        strong("k7#xq9");
    }

    #[test]
    fn three_pieces_are_enough() {
        strong("butterfly7kitchen");
        strong("correct horse battery staple");
        strong("kqzvwpxh");
        strong("Tb7!xx_90aQ");
        strong("密碼密碼學習很好");
    }

    #[test]
    fn long_passwords_are_judged_quickly() {
        let mut text = String::from("a");
        let mut before = String::from("b");
        while text.len() < 100 {
            let next = format!("{text}{before}");
            before = std::mem::replace(&mut text, next);
        }
        for text in [&text[..100], &"ab".repeat(50), &"aaaab".repeat(20), &"a".repeat(100)] {
            assert!(estimate(text, &[]).guesses > 0.0);
        }
    }
}
