//! What a store knows of a token.

use super::user::{DeclaredScopes, User, UserStore};
use super::verify::SignedToken;

/// Everything that a store contributes to the verdict on a token: its user, the declared scopes, and whether it is revoked.
///
/// They are facts about one token: [`judge`](SignedToken::judge) it by no others.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'s> {
    pub(super) user: Option<&'s User>,
    pub(super) declared: Option<&'s DeclaredScopes>,
    pub(super) is_revoked: bool,
}

impl<'s> Facts<'s> {
    /// Facts about `token`: the `user` whose name is its subject, the scopes that can be granted at all (`None` where the
    /// store does not say), and whether the store has revoked an id.
    ///
    /// `is_revoked` is asked for each of the token's [ids](SignedToken::revocable_ids), until it says yes.
    pub fn about(
        token: &SignedToken,
        user: Option<&'s User>,
        declared: Option<&'s DeclaredScopes>,
        is_revoked: impl Fn(&str) -> bool,
    ) -> Self {
        Self { user, declared, is_revoked: token.revocable_ids().any(is_revoked) }
    }

    /// The same, if its user has the name `subject`. A token is never judged by another user.
    pub(super) fn of_user(self, subject: Option<&str>) -> Self {
        Self { user: self.user.filter(|user| Some(user.name.as_str()) == subject), ..self }
    }

    /// Whether `scope` is granted to the user now, and declared.
    #[must_use]
    pub fn grant(&self, scope: &str) -> bool {
        self.user.is_some_and(|user| user.is_granted(scope, self.declared))
    }

    /// Whether `scope` is granted to the user, and permits nothing because it is not declared.
    pub(super) fn leave_undeclared(&self, scope: &str) -> bool {
        self.user.is_some_and(|user| user.scopes.contains(scope)) && !self.grant(scope)
    }
}

impl UserStore {
    /// What the store knows of `token`.
    #[must_use]
    pub fn facts(&self, token: &SignedToken) -> Facts<'_> {
        let user = token.subject().and_then(|subject| self.user(subject));
        Facts::about(token, user, self.scopes.as_ref(), |id| self.revoked.contains_key(id))
    }
}
