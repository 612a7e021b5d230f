//! Words that are tried first: common passwords, words and names, and what is known of the user.

use std::collections::HashMap;

use zeroize::Zeroizing;

/// Sections of words, the more common first. Its header says where they are from.
const COMMON: &str = include_str!("common.txt");

/// Where a word was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Among so many most common passwords.
    Passwords(u32),
    /// Words and names.
    Words,
    /// About the user.
    Known,
}

/// A word that was found, perhaps in disguise.
pub(super) struct Found {
    pub(super) guesses: f64,
    pub(super) list: List,
    /// Whether it is written as in the list.
    pub(super) exact: bool,
}

/// All words, and how many are at least as common.
pub(super) struct Words {
    ranks: HashMap<String, (u32, List)>,
}

impl Words {
    /// The common ones, and those of `known` as a whole and taken apart.
    pub(super) fn new(known: &[&str]) -> Self {
        let mut words = Self { ranks: HashMap::with_capacity(16 * 1024) };
        for (rank, text) in (1..).zip(known) {
            let text = text.to_lowercase();
            words.add(&text, rank, List::Known);
            text.split('@').for_each(|part| words.add(part, rank, List::Known));
            let parts: Vec<_> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
            words.add(&parts.concat(), rank, List::Known);
            parts.iter().filter(|part| part.len() > 2).for_each(|part| words.add(part, rank, List::Known));
        }
        let mut section = (0, List::Words);
        for line in COMMON.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                section = section_of(name);
            } else {
                line.split_ascii_whitespace().for_each(|word| words.add(word, section.0, section.1));
            }
        }
        words
    }

    fn add(&mut self, word: &str, rank: u32, list: List) {
        // What was added before is the more common, or known of the user.
        self.ranks.entry(word.to_owned()).or_insert((rank, list));
    }

    /// The fewest guesses for all of `text` as one word: in capitals, backwards, `w1th d1g1ts`.
    pub(super) fn guesses(&self, text: &[char]) -> Option<Found> {
        let lower: Zeroizing<Vec<char>> =
            Zeroizing::new(text.iter().map(|letter| lowercase(*letter)).collect());
        let capitals = capitals(text);
        let mut best: Option<Found> = None;
        for (spelling, variants) in spellings(&lower) {
            for backwards in [false, true] {
                let word: Zeroizing<String> = Zeroizing::new(if backwards {
                    spelling.iter().rev().collect()
                } else {
                    spelling.iter().collect()
                });
                let Some((rank, list)) = self.ranks.get(word.as_str()) else { continue };
                let disguise = capitals * variants * if backwards { 2.0 } else { 1.0 };
                let guesses = f64::from(*rank) * disguise;
                if best.as_ref().is_none_or(|best| guesses < best.guesses) {
                    best = Some(Found { guesses, list: *list, exact: disguise <= 1.0 });
                }
            }
        }
        best
    }
}

/// `passwords 100]`
fn section_of(name: &str) -> (u32, List) {
    let (list, rank) = name.trim_end_matches(']').split_once(' ').unwrap_or((name, ""));
    let rank = rank.parse().unwrap_or(u32::MAX);
    (rank, if list == "passwords" { List::Passwords(rank) } else { List::Words })
}

/// Signs that stand for letters.
const SIGNS: [(char, [char; 2]); 20] = [
    ('4', ['a', 'a']),
    ('@', ['a', 'a']),
    ('8', ['b', 'b']),
    ('(', ['c', 'c']),
    ('{', ['c', 'c']),
    ('[', ['c', 'c']),
    ('<', ['c', 'c']),
    ('3', ['e', 'e']),
    ('6', ['g', 'g']),
    ('9', ['g', 'g']),
    ('1', ['i', 'l']),
    ('!', ['i', 'l']),
    ('|', ['i', 'l']),
    ('7', ['t', 'l']),
    ('0', ['o', 'o']),
    ('$', ['s', 's']),
    ('5', ['s', 's']),
    ('+', ['t', 't']),
    ('%', ['x', 'x']),
    ('2', ['z', 'z']),
];

type Spelling = (Zeroizing<Vec<char>>, f64);

/// `text` as it is, and with letters for signs; each with the number of ways to disguise it so.
fn spellings(text: &[char]) -> Vec<Spelling> {
    let mut spellings = vec![(Zeroizing::new(text.to_vec()), 1.0)];
    let letters = |sign: char| SIGNS.iter().find(|(one, _)| *one == sign).map(|(_, letters)| *letters);
    if !text.iter().any(|sign| letters(*sign).is_some()) {
        return spellings;
    }
    for choice in 0..2 {
        let letter = |sign: char| letters(sign).map_or(sign, |letters| letters[choice]);
        let spelling: Zeroizing<Vec<char>> = Zeroizing::new(text.iter().map(|sign| letter(*sign)).collect());
        let mut variants = 1.0;
        for (sign, letters) in &SIGNS {
            let signs = text.iter().filter(|one| *one == sign).count();
            if signs > 0 {
                let kept = text.iter().filter(|one| **one == letters[choice]).count();
                variants *= if kept == 0 { 2.0 } else { choices(signs, kept) };
            }
        }
        spellings.push((spelling, variants));
    }
    spellings
}

/// In how many ways the letters of a word like this can be capitals, the usual ways first.
pub(super) fn capitals(text: &[char]) -> f64 {
    let (upper, lower) = cases(text, char::is_uppercase, char::is_lowercase);
    let at = |letter: Option<&char>| letter.is_some_and(|letter| letter.is_uppercase());
    match upper {
        0 => 1.0,
        1 if at(text.first()) || at(text.last()) => 2.0,
        _ if lower == 0 => 2.0,
        _ => choices(upper, lower),
    }
}

/// How many are of the one and of the other kind.
pub(super) fn cases(
    text: &[char],
    one: impl Fn(char) -> bool,
    other: impl Fn(char) -> bool,
) -> (usize, usize) {
    (text.iter().filter(|sign| one(**sign)).count(), text.iter().filter(|sign| other(**sign)).count())
}

/// In how many ways up to the smaller number of them all can be picked.
pub(super) fn choices(some: usize, others: usize) -> f64 {
    (1..=some.min(others)).map(|picked| binomial(some + others, picked)).sum()
}

/// In how many ways `picked` of `all` can be picked. Passwords are short: that is exact enough.
#[allow(clippy::cast_precision_loss, reason = "both are at most the length of a password")]
pub(super) fn binomial(all: usize, picked: usize) -> f64 {
    (1..=picked).fold(1.0, |ways, one| ways * (all + 1 - one) as f64 / one as f64)
}

/// A letter has one small letter, or stays as it is.
fn lowercase(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMON, List, Words, binomial, capitals, choices, section_of};

    fn guesses(word: &str) -> Option<f64> {
        let word: Vec<char> = word.chars().collect();
        Words::new(&["johndoe"]).guesses(&word).map(|found| found.guesses)
    }

    #[test]
    fn each_disguise_takes_more_guesses() {
        assert_eq!(guesses("password"), Some(10.0));
        assert_eq!(guesses("Password"), Some(20.0));
        assert_eq!(guesses("PASSWORD"), Some(20.0));
        assert_eq!(guesses("passWord"), Some(80.0));
        assert_eq!(guesses("drowssap"), Some(20.0));
        assert_eq!(guesses("p4ssw0rd"), Some(40.0));
        assert_eq!(guesses("p@$$word"), Some(40.0));
        assert_eq!(guesses("pa$sword"), Some(20.0));
        assert_eq!(guesses("johndoe"), Some(1.0));
        assert_eq!(guesses("passwordx"), None);
        assert_eq!(guesses(""), None);
    }

    #[test]
    fn one_sign_stands_for_two_letters() {
        for word in ["footba11", "m1chael", "7homas", "ange1", "footba||"] {
            assert!(guesses(word).is_some(), "{word}");
        }
    }

    #[test]
    fn variants_are_counted() {
        let count = |text: &str| capitals(&text.chars().collect::<Vec<_>>());
        for (text, variants) in
            [("abc", 1.0), ("Abc", 2.0), ("abC", 2.0), ("ABC", 2.0), ("aBc", 3.0), ("aBCd", 10.0)]
        {
            assert!((count(text) - variants).abs() < 1e-9, "{text}");
        }
        assert!((binomial(5, 2) - 10.0).abs() < 1e-9);
        assert!((choices(2, 1) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn the_list_is_in_order() {
        let sections: Vec<_> =
            COMMON.lines().filter_map(|line| line.strip_prefix('[')).map(section_of).collect();
        let passwords = sections.iter().filter(|(_, list)| *list != List::Words).count();
        assert!(sections[..passwords].is_sorted_by_key(|(rank, _)| *rank));
        assert!(sections[passwords..].is_sorted_by_key(|(rank, _)| *rank));
        assert!(sections.iter().all(|(rank, _)| *rank <= 10_000), "{sections:?}");
        assert!(Words::new(&[]).ranks.len() > 9000);
        let words = COMMON.lines().filter(|line| !line.starts_with(['#', '[']));
        assert!(
            words
                .flat_map(str::chars)
                .all(|letter| letter == ' ' || (letter.is_ascii_graphic() && !letter.is_uppercase()))
        );
    }
}
