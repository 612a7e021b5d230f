//! Scopes: what a token permits.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use thiserror::Error;

use super::words;

/// One permission: an RFC 6749 scope-token (3.3) without a comma. It is opaque: only equality counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Scope(CompactString);

/// Why a text is not a [`Scope`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ScopeError {
    /// No scope at all where at least one is needed.
    #[error("no scope given")]
    Empty,
    /// A character outside `%x21 / %x23-5B / %x5D-7E`, or a comma.
    #[error("`{}` cannot be part of a scope", words::shown(*.0))]
    Character(char),
}

/// Whether `byte` may be part of an RFC 6749 scope-token: `%x21 / %x23-5B / %x5D-7E`.
pub(crate) const fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)
}

/// Whether `text` is an RFC 6749 scope-token.
pub(super) fn is_scope_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_scope_byte)
}

impl Scope {
    /// The scope as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        if text.is_empty() {
            return Err(ScopeError::Empty);
        }
        let wrong = |c: &char| !c.is_ascii() || *c == ',' || !is_scope_byte(*c as u8);
        match text.chars().find(wrong) {
            Some(character) => Err(ScopeError::Character(character)),
            None => Ok(Self(text.into())),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Scope {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl Borrow<str> for Scope {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Scopes in the order given, each once.
///
/// Displays as the `scope` claim has it: separated by single spaces (RFC 8693, 4.2). Building a set and asking it take
/// time linear in the number of scopes.
#[derive(Clone, Debug, Default)]
pub struct ScopeSet {
    list: Vec<Scope>,
    /// The same scopes, where there are more than [`FEW`].
    #[expect(clippy::box_collection, reason = "rarely there, and each user in memory has room for it")]
    index: Option<Box<HashSet<Scope>>>,
}

/// Up to this many scopes are compared one by one, which takes less time than a hash.
const FEW: usize = 32;

impl ScopeSet {
    /// No scope.
    #[must_use]
    pub const fn new() -> Self {
        Self { list: Vec::new(), index: None }
    }

    /// Adds `scope` at the end; says whether it was new.
    pub fn insert(&mut self, scope: Scope) -> bool {
        if self.contains(scope.as_str()) {
            return false;
        }
        if let Some(index) = &mut self.index {
            index.insert(scope.clone());
        } else if self.list.len() == FEW {
            self.index = Some(Box::new(self.list.iter().chain([&scope]).cloned().collect()));
        }
        self.list.push(scope);
        true
    }

    /// Whether `scope` is one of them.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        match &self.index {
            Some(index) => index.contains(scope),
            None => self.list.iter().any(|one| one == scope),
        }
    }

    /// The scopes, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Scope> {
        self.list.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.list.len()
    }
}

/// The same scopes in the same order.
impl PartialEq for ScopeSet {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for ScopeSet {}

/// An array of strings.
impl serde::Serialize for ScopeSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'a> IntoIterator for &'a ScopeSet {
    type Item = &'a Scope;
    type IntoIter = std::slice::Iter<'a, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for ScopeSet {
    type Item = Scope;
    type IntoIter = std::vec::IntoIter<Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut set = Self::new();
        set.extend(scopes);
        set
    }
}

impl Extend<Scope> for ScopeSet {
    fn extend<I: IntoIterator<Item = Scope>>(&mut self, scopes: I) {
        for scope in scopes {
            self.insert(scope);
        }
    }
}

/// Reads a list as people write it: separated by commas, spaces, or both.
///
/// # Errors
///
/// [`ScopeError::Empty`] for a list without any scope: an empty list must never mean "no check".
impl FromStr for ScopeSet {
    type Err = ScopeError;

    fn from_str(list: &str) -> Result<Self, ScopeError> {
        let parts = list.split([',', ' ']).filter(|part| !part.is_empty());
        let set = parts.map(str::parse).collect::<Result<Self, _>>()?;
        if set.is_empty() { Err(ScopeError::Empty) } else { Ok(set) }
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, ScopeError, ScopeSet};

    #[test]
    fn a_scope_keeps_the_rfc_6749_grammar_and_has_no_comma() {
        for text in ["me", "users:read", "https://example.com/drive", "!", "~", "[x]"] {
            assert_eq!(text.parse::<Scope>().unwrap().as_str(), text);
        }
        for (text, wrong) in
            [("a b", ' '), ("a,b", ','), ("a\"b", '"'), ("a\\b", '\\'), ("a\u{7f}", '\u{7f}'), ("réad", 'é')]
        {
            assert_eq!(text.parse::<Scope>(), Err(ScopeError::Character(wrong)), "{text}");
        }
        assert_eq!("".parse::<Scope>(), Err(ScopeError::Empty));
    }

    #[test]
    fn sets_large_and_small_answer_alike_and_keep_their_order() {
        for size in [0, 1, 32, 33, 20_000] {
            let list: Vec<String> = (0..size).map(|number| format!("s{number}")).collect();
            let doubled = list.iter().chain(&list).map(|scope| scope.parse::<Scope>().unwrap());
            let set: ScopeSet = doubled.collect();
            assert_eq!((set.len(), set.to_string()), (size, list.join(" ")));
            assert!(list.iter().all(|scope| set.contains(scope)));
            assert!(!set.contains("s") && !set.contains(""));
            let reversed: ScopeSet = set.iter().rev().cloned().collect();
            assert_eq!(reversed == set, size < 2);
        }
    }

    #[test]
    fn a_list_is_separated_by_commas_or_spaces_and_keeps_its_order() {
        for list in ["me,items", "me items", "me, items", " me ,, items,me "] {
            assert_eq!(list.parse::<ScopeSet>().unwrap().to_string(), "me items", "{list:?}");
        }
        for list in ["", " ", ",", " , "] {
            assert_eq!(list.parse::<ScopeSet>(), Err(ScopeError::Empty), "{list:?}");
        }
    }
}
