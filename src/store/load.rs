//! Why a file could not be used.

use std::io;

use thiserror::Error;

/// Why a file could not be used: reading failed, or its content is invalid.
#[derive(Debug, Error)]
pub enum LoadError<F> {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The content is invalid.
    #[error(transparent)]
    Fault(F),
}
