//! Reads revoked tokens without a lexer: there may be many, one per line.

use std::collections::{BTreeMap, HashMap};

use crate::auth::time::Timestamp;
use crate::store::moment::{Civil, Moment};

/// `exp` by `jti`.
///
/// An id of 128 bits in hexadecimal, as authctl's tokens have, is kept as a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Revoked {
    ours: HashMap<u128, Timestamp>,
    others: HashMap<String, Timestamp>,
}

impl Revoked {
    pub(super) fn contains(&self, id: &str) -> bool {
        if self.ours.is_empty() && self.others.is_empty() {
            return false;
        }
        match number(id) {
            Some(number) => self.ours.contains_key(&number),
            None => self.others.contains_key(id),
        }
    }

    /// Whether these are the tokens of `all`.
    pub(super) fn is(&self, all: &BTreeMap<String, Timestamp>) -> bool {
        let expires = |id: &String| match number(id) {
            Some(number) => self.ours.get(&number),
            None => self.others.get(id),
        };
        self.ours.len() + self.others.len() == all.len()
            && all.iter().all(|(id, moment)| expires(id) == Some(moment))
    }

    /// Adds a token; `None` if it is listed already.
    pub(super) fn insert(&mut self, id: &str, expires: Timestamp) -> Option<()> {
        let old = match number(id) {
            Some(number) => self.ours.insert(number, expires),
            None => self.others.insert(id.to_owned(), expires),
        };
        old.is_none().then_some(())
    }
}

impl FromIterator<(String, Timestamp)> for Revoked {
    fn from_iter<I: IntoIterator<Item = (String, Timestamp)>>(tokens: I) -> Self {
        let mut revoked = Self::default();
        for (id, expires) in tokens {
            revoked.insert(&id, expires);
        }
        revoked
    }
}

impl From<Revoked> for BTreeMap<String, Timestamp> {
    fn from(revoked: Revoked) -> Self {
        let ours = revoked.ours.into_iter().map(|(number, expires)| (format!("{number:032x}"), expires));
        ours.chain(revoked.others).collect()
    }
}

/// The class of each byte of an id: the value of a hexadecimal digit, [`OTHER`], or [`NONE`].
///
/// A table, because branches on random digits are mispredicted half the time.
static KINDS: [u8; 256] = {
    let mut kinds = [NONE; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 256")]
        let one = byte as u8;
        kinds[byte] = match one {
            b'0'..=b'9' => one - b'0',
            b'a'..=b'f' => one - b'a' + 10,
            b'g'..=b'z' | b'A'..=b'Z' | b'_' | b'-' => OTHER,
            _ => NONE,
        };
        byte += 1;
    }
    kinds
};

/// A byte of a bare key that is no hexadecimal digit.
const OTHER: u8 = 0x10;
/// A byte that no bare key has.
const NONE: u8 = 0x20;

/// The number that `id` is, if it is written as [`TokenId`](crate::auth::issue::TokenId) writes one.
fn number(id: &str) -> Option<u128> {
    let digits: &[u8; 32] = id.as_bytes().try_into().ok()?;
    let (number, kinds) = digits.iter().fold((0, 0), |(number, kinds), digit| {
        let kind = KINDS[usize::from(*digit)];
        (number << 4 | u128::from(kind), kinds | kind)
    });
    (kinds < OTHER).then_some(number)
}

/// The start of the lines after a `[revoked]` header.
///
/// The header may be part of a string of several lines: a caller that finds the text before it incomplete must give up.
pub(super) fn start(text: &str) -> Option<usize> {
    const HEADER: &str = "[revoked]\n";
    let starts_a_line = |at: &usize| text[..*at].ends_with('\n') || *at == 0;
    let newline = text.find("[revoked]").filter(starts_a_line)?;
    let rest = &text[newline..];
    let length = if rest.starts_with("[revoked]\r\n") { HEADER.len() + 1 } else { HEADER.len() };
    (rest.starts_with(HEADER) || length > HEADER.len()).then_some(newline + length)
}

/// Reads lines of the form `jti = 2026-11-21T21:00:00Z` from the start of `text` into `revoked`, up to the first line of
/// another form. Returns the number of bytes read; `None` if a `jti` comes twice.
pub(super) fn read(text: &str, revoked: &mut Revoked) -> Option<usize> {
    // Reserve for ids of 32 digits, at most so many: the text may hold other tables too.
    revoked.ours.reserve((text.len() / 64).min(1 << 17));
    let mut rest = text;
    while let Some((id, expires, after)) = line(rest) {
        revoked.insert(id, expires)?;
        rest = after;
    }
    Some(text.len() - rest.len())
}

fn line(text: &str) -> Option<(&str, Timestamp, &str)> {
    let end = text.bytes().position(|byte| KINDS[usize::from(byte)] == NONE)?;
    let (id, rest) = text.split_at_checked(end).filter(|(id, _)| !id.is_empty())?;
    let (moment, rest) = rest.strip_prefix(" = ")?.split_at_checked(20)?;
    let rest = rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n"))?;
    Some((id, utc(moment.as_bytes())?, rest))
}

/// `2026-11-21T21:00:00Z`
fn utc(text: &[u8]) -> Option<Timestamp> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number: u16, digit| {
            digit.is_ascii_digit().then(|| 10 * number + u16::from(digit - b'0'))
        })
    };
    let small = |digits: &[u8]| u8::try_from(number(digits)?).ok();
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, b'Z'] = *text
    else {
        return None;
    };
    let civil = Civil {
        year: number(&[y0, y1, y2, y3])?,
        month: small(&[m0, m1])?,
        day: small(&[d0, d1])?,
        hour: small(&[h0, h1])?,
        minute: small(&[n0, n1])?,
        second: small(&[s0, s1])?,
        nanosecond: 0,
    };
    // The full parser judges the days 29 to 31 and leap seconds.
    let exists = (1..=12).contains(&civil.month)
        && (1..=28).contains(&civil.day)
        && civil.hour < 24
        && civil.minute < 60
        && civil.second < 60;
    match exists.then(|| Moment::of(civil, 0))? {
        Moment::At(moment) => Some(moment),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
