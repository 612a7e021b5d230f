//! What the text of a hash says.

use super::field::Field;
use super::{HashCost, HashFault};

pub(super) type Read<T> = Result<T, HashFault>;

/// A hash as read. Its cost, salt and tag are within their bounds.
pub(super) struct Parsed {
    pub(super) cost: HashCost,
    pub(super) salt: Field,
    pub(super) tag: Field,
}
