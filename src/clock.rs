//! The clock of the system: the only one there is.

use std::time::SystemTime;

use authctl::auth::time::Timestamp;

use crate::error::Failure;

/// The time now, to the millisecond.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    Timestamp::try_from(SystemTime::now())
        .map_err(|_| Failure::unknown("clock", "the system's clock shows a time before 1970 or after 9999"))
}
