//! How old the keys of a set are, and until when tokens of those that no longer sign can be good.

use std::collections::HashSet;

use zeroize::Zeroizing;

use super::super::jwk::{MADE, TOKENS_UNTIL};
use super::super::member::Member;
use super::{Draft, Key, KeySet};
use crate::auth::numeric_date::{Round, parse};
use crate::auth::time::{Span, Timestamp};

impl Key {
    /// When the key was made, by its `iat`, whole seconds (RFC 7519, 4.1.6, here of a JWK). `None` without one, or if it is
    /// no such number.
    #[must_use]
    pub fn made(&self) -> Option<Timestamp> {
        self.moment(MADE)
    }

    /// The key with `moment` as its `iat`.
    pub(in crate::auth::key) fn dated(&self, moment: Timestamp) -> Option<Self> {
        self.with(MADE, Some(&moment.seconds().to_string()), self.is_retired())
    }

    /// The key with `until` as the moment when its last token expires; `None` if that is not known.
    pub(super) fn last_token_at(&self, until: Option<Timestamp>) -> Option<Self> {
        let until = until.map(|until| until.seconds().to_string());
        self.with(TOKENS_UNTIL, until.as_deref(), self.is_retired())
    }

    /// The moment in a member, whole seconds.
    fn moment(&self, name: &str) -> Option<Timestamp> {
        let value = self.0.members.iter().find(|member| member.name == name)?.value.as_str();
        value.starts_with(|first: char| first.is_ascii_digit()).then(|| parse(value, Round::Down))?
    }

    /// The key with another member, a JSON text, in the place of those of that name, or with none.
    pub(super) fn with(&self, name: &str, value: Option<&str>, retired: bool) -> Option<Self> {
        let inner = &self.0;
        let mut members = inner.members.clone();
        members.retain(|member| member.name != name);
        let value = value.map(|value| Zeroizing::new(value.to_owned()));
        members.extend(value.map(|value| Member { name: name.to_owned(), value }));
        let draft = Draft {
            material: inner.material.clone(),
            id: inner.id.clone(),
            algorithm: inner.algorithm,
            names_algorithm: inner.names_algorithm,
            retired,
            may_sign: inner.may_sign,
            members,
        };
        Self::build(draft).ok()
    }
}

impl KeySet {
    /// When the last token of `key`, one of the set, expires, as [`KeySet::rotate`] noted it when the key stopped signing.
    ///
    /// `None` if the key signs, never could or is retired. `None` too without a note: a key that was put before it by hand
    /// says nothing about when it did, nor does its date.
    #[must_use]
    pub fn tokens_until(&self, key: &Key) -> Option<Timestamp> {
        self.is_superseded(key).then(|| key.moment(TOKENS_UNTIL))?
    }

    /// Whether `key` could sign if it were the first of the set.
    #[must_use]
    pub fn is_superseded(&self, key: &Key) -> bool {
        let mut before = self.keys.iter().take_while(|other| !std::ptr::eq(*other, key));
        key.can_sign() && !key.is_retired() && before.any(|other| other.can_sign() && !other.is_retired())
    }

    /// The keys whose tokens have all expired at `now`, for verifiers that accept one for `leeway` longer too.
    ///
    /// A key without a note of when [its last token](Self::tokens_until) expires is none of them, nor is one without a date,
    /// with which other programs may sign, or one that is also there under another id, and in use.
    #[must_use]
    pub fn unused(&self, leeway: Span, now: Timestamp) -> Vec<&Key> {
        let is_unused = |key: &Key| {
            let last = self.tokens_until(key).map(|until| until.after(leeway));
            key.made().is_some() && last.is_some_and(|last| last < now)
        };
        let in_use = |key: &Key| !key.is_retired() && !is_unused(key);
        let kept: HashSet<String> = self.keys.iter().filter(|key| in_use(key)).map(Key::thumbprint).collect();
        self.keys.iter().filter(|key| is_unused(key) && !kept.contains(&key.thumbprint())).collect()
    }
}
