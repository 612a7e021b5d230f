//! What `init` leaves behind.

use authctl::auth::scope::ScopeSet;

use super::key::KeyPart;
use super::store::StorePart;
use super::user::UserPart;

/// The parts that are there now, and the scopes that were asked for.
pub(super) struct Outcome<'a> {
    pub(super) scopes: &'a ScopeSet,
    pub(super) key: &'a KeyPart,
    pub(super) store: &'a StorePart,
    pub(super) user: &'a UserPart,
}
