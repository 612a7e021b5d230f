//! Secrets that can be guessed although they are long enough.
//!
//! No rule here can be met by a random secret in practice, in bytes, hexadecimal or base64.

use std::collections::HashSet;

use thiserror::Error;

use super::material::Material;
use super::{Key, published};

/// Why a shared secret can be guessed. It says nothing of the secret itself.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Weakness {
    /// From a tutorial or a playground: attackers try these first.
    #[error("the secret is printed in a well-known manual")]
    Published,
    /// `abcabcabc`.
    #[error("the secret is a short piece repeated")]
    Repeated,
    /// `abcdefgh`, `98765432`.
    #[error("the secret is a sequence")]
    Sequence,
    /// `changeme` and the like.
    #[error("the secret has a word in it that stands in every list of passwords")]
    CommonWord,
    /// A passphrase of too few words, even if these were chosen by dice.
    #[error("the secret is made of {0} words, and would need at least 10")]
    Words(usize),
    /// Too few different characters for its length.
    #[error("the secret has at most {0} bits of chance in it, and needs at least 128")]
    FewBits(usize),
}

impl Key {
    /// Why it can be guessed, where that shows. Only a secret ever can: a key pair that is sound was made by a machine.
    #[must_use]
    pub fn weakness(&self) -> Option<Weakness> {
        match &self.0.material {
            Material::Secret(secret) => weakness(secret),
            _ => None,
        }
    }

    /// Whether it is a secret that a well-known tutorial or manual prints: anyone can sign with it.
    #[must_use]
    pub fn is_published(&self) -> bool {
        matches!(&self.0.material, Material::Secret(secret) if published::is_published(secret))
    }
}

/// So long that random base64 has one of them in it once in millions of keys.
const COMMON: [&str; 8] =
    ["secret", "password", "passphrase", "changeme", "change-me", "change_me", "example", "qwerty"];

/// The least chance that a key may have, in bits.
const LEAST_BITS: usize = 128;

/// A word that dice chose of a list of 7776 has just under 13 bits.
const LEAST_WORDS: usize = 10;

fn weakness(secret: &[u8]) -> Option<Weakness> {
    let text = std::str::from_utf8(secret)
        .ok()
        .filter(|text| text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    if published::is_published(secret) {
        return Some(Weakness::Published);
    }
    if period(secret) <= secret.len() / 2 {
        return Some(Weakness::Repeated);
    }
    let steps =
        |step: i16| secret.windows(2).filter(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step).count();
    if [-1, 0, 1].into_iter().any(|step| 2 * steps(step) > secret.len()) {
        return Some(Weakness::Sequence);
    }
    if let Some(text) = text {
        let lower = zeroize::Zeroizing::new(text.to_ascii_lowercase());
        if COMMON.iter().any(|word| lower.contains(word)) {
            return Some(Weakness::CommonWord);
        }
        if let Some(words) = words(text).filter(|words| *words < LEAST_WORDS) {
            return Some(Weakness::Words(words));
        }
    }
    let bits = secret.len() * hundredths_of_bits(secret) / 100;
    (bits < LEAST_BITS).then_some(Weakness::FewBits(bits))
}

/// The length of the shortest piece of which the secret is repetitions, the last of them cut off perhaps.
fn period(secret: &[u8]) -> usize {
    // Of each start of the secret, how long a shorter start is that it ends with (Knuth, Morris and Pratt).
    let mut borders: Vec<usize> = Vec::with_capacity(secret.len());
    for (index, byte) in secret.iter().enumerate() {
        let mut border = index.checked_sub(1).map_or(0, |before| borders[before]);
        while border > 0 && secret[border] != *byte {
            border = borders[border - 1];
        }
        borders.push(if index > 0 && secret[border] == *byte { border + 1 } else { 0 });
    }
    secret.len() - borders.last().copied().unwrap_or(0)
}

/// How many words make the text up, all of it ASCII, if it is nothing but words and numbers with one kind of separator between.
fn words(text: &str) -> Option<usize> {
    let separator = text.chars().find(|c| !c.is_ascii_alphanumeric())?;
    let words: Vec<&str> = text.split(separator).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| {
        let lower = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
        let upper = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
        word.bytes().all(|byte| byte.is_ascii_digit())
            || lower(word)
            || upper(word)
            || (upper(&word[..1]) && lower(&word[1..]))
    };
    (words.iter().all(is_word) && words.len() > 2).then_some(words.len())
}

/// How much chance a character can have at the most, in hundredths of bits: by how many there are, and what kind.
fn hundredths_of_bits(secret: &[u8]) -> usize {
    let different = secret.iter().collect::<HashSet<_>>().len();
    match [0, 0, 100, 158, 200, 232, 258, 281].get(different) {
        Some(bits) => *bits,
        None if secret.iter().all(u8::is_ascii_digit) => 332,
        // As hexadecimal has, of which 32 characters are enough. No secret is shorter.
        None => 400,
    }
}

#[cfg(test)]
mod tests;
