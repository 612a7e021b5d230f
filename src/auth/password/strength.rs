//! How easy a new password is to guess: the estimate of `zxcvbn`.
//!
//! The crate behind it asks the system for the year, to judge dates in a password. It keeps copies of the password in
//! memory that it does not overwrite, so they may stay there until the process ends. Its word lists are made ready by
//! the first judgement.

use secrecy::ExposeSecret;
use thiserror::Error;
use zeroize::Zeroizing;
use zxcvbn::feedback::Warning;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Entropy, Score};

use super::Password;

/// The longest start of a password that is judged, in characters. The time it takes grows with the square and more: the
/// worst 64 characters that we found take 0.7 s, the worst 100 take 2.3 s.
const JUDGED_CHARACTERS: usize = 64;

/// The longest start of a name that counts, in characters. The time of a judgement grows with the number of words.
const NAME_CHARACTERS: usize = 256;

/// The shortest part of a name that counts as a word of its own, in characters.
const WORD_CHARACTERS: usize = 3;

/// The words that someone who knows the user and the server tries first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords(Vec<String>);

impl OwnWords {
    /// The words of a server: `authctl`, the labels of the issuer's host, and the audience.
    #[must_use]
    pub fn of_server(issuer: Option<&str>, audience: Option<&str>) -> Self {
        let mut words = Self::default();
        words.add(["authctl"]).add(issuer.map(host)).add(audience);
        words
    }

    /// The same with those of a user: name, full name, email, the parts of each, and the parts without what is between.
    #[must_use]
    pub fn and_of_user(mut self, username: &str, full_name: Option<&str>, email: Option<&str>) -> Self {
        let mailbox = email.and_then(|email| email.split('@').next());
        self.add([username]).add(full_name).add(email).add(mailbox);
        self
    }

    fn add<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for text in texts {
            let text = text.char_indices().nth(NAME_CHARACTERS).map_or(text, |(end, _)| &text[..end]);
            let parts = || text.split(|character: char| !character.is_alphanumeric());
            let long = parts().filter(|part| part.chars().count() >= WORD_CHARACTERS).map(str::to_owned);
            for word in [text.to_owned(), parts().collect()].into_iter().chain(long) {
                let word = word.to_lowercase();
                if !word.is_empty() && !self.0.contains(&word) {
                    self.0.push(word);
                }
            }
        }
        self
    }
}

/// The host in a URL, and any other text as it is.
fn host(issuer: &str) -> &str {
    let Some((_, rest)) = issuer.split_once("://") else { return issuer };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

/// Why a password is easy to guess. It shows nothing of the password.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Guessable {
    /// One of the most common passwords.
    #[error("it is a common password")]
    Common,
    /// A common password with few changes, or with little around it.
    #[error("it is close to a common password")]
    NearlyCommon,
    /// The user's own name or email, or the name of the server.
    #[error("it has the user's name or email in it, or the name of the issuer, the audience or `authctl`")]
    Own,
    /// A word and nothing else.
    #[error("it is a single word")]
    Word,
    /// First names and surnames.
    #[error("it is made of common names")]
    Name,
    /// A row of keys or another short way over the keyboard.
    #[error("it is a pattern on the keyboard")]
    Keyboard,
    /// A character or a few of them, over and over.
    #[error("it repeats the same characters")]
    Repeat,
    /// Letters or digits in order.
    #[error("it has letters or digits in order, such as `abc` or `6543`")]
    Sequence,
    /// A date or a year.
    #[error("it has a date or a year in it")]
    Date,
    /// None of these by itself.
    #[error("it has too few characters or words that are hard to guess")]
    Short,
}

/// Checks that `password` takes more than some 100 million guesses (a score of 3 or 4 of 4) for someone who knows the
/// user's and the server's `own` words.
///
/// A password of more than 64 characters is judged by the first 64. Its least length is another rule: [`PasswordPolicy::check_length`](super::PasswordPolicy::check_length).
///
/// # Errors
///
/// [`Guessable`], for the longest part of the password that is easy to guess.
pub fn judge(password: &Password, own: &OwnWords) -> Result<(), Guessable> {
    let text = Zeroizing::new(String::from_utf8_lossy(password.expose_secret()).into_owned());
    let start: Zeroizing<String> = Zeroizing::new(text.chars().take(JUDGED_CHARACTERS).collect());
    let words: Vec<&str> = own.0.iter().map(String::as_str).collect();
    let entropy = zxcvbn::zxcvbn(&start, &words);
    if entropy.score() >= Score::Three { Ok(()) } else { Err(reason(&entropy, own)) }
}

fn reason(entropy: &Entropy, own: &OwnWords) -> Guessable {
    match entropy.feedback().and_then(zxcvbn::feedback::Feedback::warning) {
        _ if entropy.sequence().iter().any(|found| is_own(&found.pattern, own)) => Guessable::Own,
        Some(
            Warning::ThisIsATop10Password | Warning::ThisIsATop100Password | Warning::ThisIsACommonPassword,
        ) => Guessable::Common,
        Some(Warning::ThisIsSimilarToACommonlyUsedPassword) => Guessable::NearlyCommon,
        Some(Warning::AWordByItselfIsEasyToGuess) => Guessable::Word,
        Some(
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => Guessable::Name,
        Some(Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess) => {
            Guessable::Keyboard
        }
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => Guessable::Repeat,
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Guessable::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => Guessable::Date,
        None => Guessable::Short,
    }
}

/// Whether a part of a password is an own word, also one that is repeated.
fn is_own(pattern: &MatchPattern, own: &OwnWords) -> bool {
    match pattern {
        MatchPattern::Dictionary(found) => own.0.contains(&found.matched_word),
        MatchPattern::Repeat(found) => found.base_matches.iter().any(|found| is_own(&found.pattern, own)),
        _ => false,
    }
}
