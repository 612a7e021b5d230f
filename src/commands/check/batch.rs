//! Some tokens in a row, opened once however often they are judged.

use std::sync::Arc;

use authctl::auth::key::KeySet;
use authctl::auth::refusal::Reason;
use authctl::auth::verify::{Opener, SignedToken};

use crate::input::{Place, Tokens};

/// A token whose shape and signature were verified, or why not.
pub(super) type Opened = (Place, Result<SignedToken, Reason>);

/// Tokens, and what they are by the keys that they were opened with.
pub(super) struct Batch<T> {
    tokens: T,
    opened: Option<(Arc<KeySet>, Vec<Opened>)>,
}

impl<T: Tokens> Batch<T> {
    pub(super) const fn new(tokens: T) -> Self {
        Self { tokens, opened: None }
    }

    /// The tokens by these keys. They are opened again only if the keys are others than the last time.
    pub(super) fn open(&mut self, keys: &Arc<KeySet>) -> &[Opened] {
        let known = self.opened.take().filter(|(known, _)| Arc::ptr_eq(known, keys));
        let (_, opened) = self.opened.insert(known.unwrap_or_else(|| {
            let mut opener = Opener::new(keys);
            let mut tokens = Vec::with_capacity(self.tokens.at_most());
            self.tokens.for_each(|place, token| {
                let result = token.map_err(Reason::from).and_then(|token| opener.open(token));
                tokens.push((place, result));
            });
            (Arc::clone(keys), tokens)
        }));
        opened
    }

    /// The source of the tokens, for its memory.
    pub(super) fn into_source(self) -> T {
        self.tokens
    }
}
