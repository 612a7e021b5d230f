//! Why a file could not be used.

use std::io;

use thiserror::Error;

/// Why a file could not be used: it could not be read, or what it says is wrong.
#[derive(Debug, Error)]
pub enum LoadError<F> {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It was read, and is not as it has to be.
    #[error(transparent)]
    Fault(F),
}
