//! Errors tell their source once: a chain prints the message of each error and then that of its source.

use std::fs;
use std::path::Path;

use crate::source;

/// The lines that print a source in the message and hand it on as well.
fn doubled(path: &str, text: &str) -> Vec<String> {
    let mut message = "";
    let mut found = Vec::new();
    for (number, line) in text.lines().map(str::trim).enumerate() {
        if line.starts_with("#[error(") {
            message = line;
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            let is_source = ["#[from]", "#[source]", "source:"].iter().any(|mark| line.contains(mark));
            if is_source && ["{0", "{source"].iter().any(|place| message.contains(place)) {
                found.push(format!("{path}:{}: the message has the source: {message}", number + 1));
            }
            if line.ends_with("),") || line.ends_with("},") || line.ends_with(';') {
                message = "";
            }
        }
    }
    found
}

#[test]
fn no_error_tells_its_source_twice() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let found: Vec<String> =
        source::files().iter().flat_map(|file| doubled(&file.path, &text(&file.path))).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_source_that_is_told_twice_is_found() {
    for twice in [
        "#[error(\"key file: {0}\")]\n    Keys(#[source] LoadError),",
        "#[error(\"{0}\")]\n    Malformed(#[from] Malformed),",
        "#[error(\"cannot read: {source}\")]\n    /// Why.\n    Read {\n    path: PathBuf,\n    source: io::Error,\n    },",
    ] {
        assert_eq!(doubled("x.rs", twice).len(), 1, "{twice}");
    }
    for once in [
        "#[error(transparent)]\n    Io(#[from] io::Error),",
        "#[error(\"user `{0}` does not exist\")]\n    NoSuchUser(Username),\n    #[error(transparent)]\n    Io(#[from] X),",
        "#[error(\"cannot read\")]\n    Read(#[source] io::Error),",
    ] {
        assert!(doubled("x.rs", once).is_empty(), "{once}");
    }
}
