//! Runs the examples of the README and of the pages in `docs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test that does not run says so")]

#[path = "../support/mod.rs"]
mod support;

mod page;
mod parts;
mod python;

use std::path::Path;
use std::process::{Command, Output};

use authctl::auth::key::{Algorithm, Key, KeySet};
use support::samples::{seconds_now, signed_by};

const README: &str = include_str!("../../README.md");
const PAGES: [&str; 7] = [
    README,
    include_str!("../../docs/files.md"),
    include_str!("../../docs/keys.md"),
    include_str!("../../docs/moving.md"),
    include_str!("../../docs/packaging.md"),
    include_str!("../../docs/performance.md"),
    include_str!("../../docs/shared-store.md"),
];

/// The fenced blocks of `language`, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("\n```{language}\n");
    let rests = PAGES.iter().flat_map(|page| page.split(&fence).skip(1));
    rests.map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// Runs a script in bash where authctl is installed and has a home of its own.
fn bash(home: &Path, script: &str) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_authctl")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    Command::new("bash")
        .args(["-c", script])
        .current_dir(home)
        .env_clear()
        .envs([("PATH", path.as_str()), ("TZ", "UTC"), ("HOME", home.to_str().unwrap())])
        .output()
        .unwrap()
}

/// The blocks of the README that a shell runs, and what they print, in order, each with its language.
fn steps() -> Vec<(&'static str, &'static str)> {
    // Between fences, every second part is a block.
    let parts = README.split("\n```").skip(1).step_by(2);
    parts
        .filter_map(|part| part.split_once('\n'))
        .filter(|(language, _)| ["console", "sh", "text"].contains(language))
        .collect()
}

/// A provider's key set in the home, as it would be downloaded, and a token of the provider.
fn provider(home: &Path, scopes: &str, audience: &str) -> String {
    let keys = KeySet::from(Key::generate(Algorithm::RS256).unwrap());
    std::fs::write(home.join("published"), keys.public_json().unwrap()).unwrap();
    let key = keys.signing_key().unwrap();
    let header = serde_json::json!({"alg": "RS256", "kid": key.id()});
    let claims = serde_json::json!({
        "iss": "https://login.example.com/", "sub": "auth0|5f7c8ec7", "aud": [audience],
        "exp": seconds_now() + 1800, "scope": "openid", "permissions": [scopes],
    });
    signed_by(key, header.to_string(), claims.to_string())
}

/// Programs that reach other machines: a download is a file, and a secret of CI is a file.
const ELSEWHERE: &str = "curl() { cp published \"$3\"; }\ngh() { cat > deploy-token; }\n";
