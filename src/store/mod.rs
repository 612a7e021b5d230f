//! Where users and keys are: files, and the one safe way to read and write them, or a database.
//!
//! The store depends on the [rules](crate::auth), never the reverse: another kind of store makes
//! [`Facts`](crate::auth::facts::Facts) and [candidates](crate::auth::login::Candidate), and needs none of this.

#[cfg(feature = "import")]
pub mod import;
pub mod key_file;
mod load;
mod moment;
#[cfg(feature = "postgres")]
pub mod postgres;
mod reason;
pub mod safe_file;
mod stamp;
mod toml;
pub mod users_file;

pub use load::LoadError;
pub use reason::reason;
pub use stamp::Stamp;

/// Why a file was left as it was, though it could be read and written.
#[derive(Debug, thiserror::Error)]
pub enum UpdateRefusal<F, E> {
    /// The content of the file does not allow the change.
    #[error(transparent)]
    File(F),
    /// The caller's own reason.
    #[error(transparent)]
    Caller(E),
}
