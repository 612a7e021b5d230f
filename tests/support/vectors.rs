//! Published vectors, where they are: in `AUTHCTL_VECTORS`, or `../shared/vectors` beside the checkout.

use std::path::{Path, PathBuf};

/// The path of a file of the vectors; `None`, with a note, where it is missing.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors");
    let path = std::env::var_os("AUTHCTL_VECTORS").map_or_else(beside, PathBuf::from).join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("not run: no `{}` (set `AUTHCTL_VECTORS`)", path.display());
    None
}
