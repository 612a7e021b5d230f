//! How old the keys of a set are, and until when tokens of those that no longer sign can be good.

use zeroize::Zeroizing;

use super::super::jwk::MADE;
use super::super::member::Member;
use super::{Draft, Key, KeySet};
use crate::auth::numeric_date::{Round, parse};
use crate::auth::time::{Span, Timestamp};

impl Key {
    /// When the key was made, by its `iat`, whole seconds (RFC 7519, 4.1.6, here of a JWK). `None` without one, or if it is
    /// no such number.
    #[must_use]
    pub fn made(&self) -> Option<Timestamp> {
        let value = self.0.members.iter().find(|member| member.name == MADE)?.value.as_str();
        value.starts_with(|first: char| first.is_ascii_digit()).then(|| parse(value, Round::Down))?
    }

    /// The key with `moment` as its `iat`.
    pub(in crate::auth::key) fn dated(&self, moment: Timestamp) -> Option<Self> {
        self.with(MADE, &moment.seconds().to_string(), self.is_retired())
    }

    /// The key with another member, a JSON text, in the place of those of that name.
    pub(super) fn with(&self, name: &str, value: &str, retired: bool) -> Option<Self> {
        let inner = &self.0;
        let mut members = inner.members.clone();
        members.retain(|member| member.name != name);
        members.push(Member { name: name.to_owned(), value: Zeroizing::new(value.to_owned()) });
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
    /// The moment since when `key`, one of the set, has signed nothing: when the key that signs in its place was made.
    ///
    /// `None` if it signs, never could or is retired, and if no date is known. A key before it that is older was put there
    /// by hand, and says nothing.
    #[must_use]
    pub fn superseded(&self, key: &Key) -> Option<Timestamp> {
        if !self.is_superseded(key) {
            return None;
        }
        let dates = self.before(key).filter_map(Key::made);
        dates.filter(|made| key.made().is_none_or(|own| own <= *made)).min()
    }

    /// Whether `key` could sign if it were the first of the set.
    #[must_use]
    pub fn is_superseded(&self, key: &Key) -> bool {
        key.can_sign() && !key.is_retired() && self.before(key).next().is_some()
    }

    /// The keys whose tokens have all expired at `now`, if no token lives longer than `max_lifetime`. Other programs may
    /// sign with a key that has no date: it is none of them. Nor is one that is also there under another id, and in use.
    #[must_use]
    pub fn unused(&self, max_lifetime: Span, now: Timestamp) -> Vec<&Key> {
        let is_unused = |key: &Key| {
            let last = self.superseded(key).map(|last| last.after(max_lifetime));
            key.made().is_some() && last.is_some_and(|last| last < now)
        };
        let in_use = |key: &Key| !key.is_retired() && !is_unused(key);
        let kept: Vec<String> = self.keys.iter().filter(|key| in_use(key)).map(Key::thumbprint).collect();
        self.keys.iter().filter(|key| is_unused(key) && !kept.contains(&key.thumbprint())).collect()
    }

    /// The keys before `key` any of which signs in its place.
    fn before(&self, key: &Key) -> impl Iterator<Item = &Key> {
        let others = self.keys.iter().take_while(move |other| !std::ptr::eq(*other, key));
        others.filter(|other| other.can_sign() && !other.is_retired())
    }
}
