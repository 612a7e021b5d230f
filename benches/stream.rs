//! Times the check of a stream of tokens as a whole process: `cargo bench --bench stream [-- --quick]`
//!
//! The limit is the loop of a server or script: on one thread `jsonwebtoken::decode` into a struct, a search for the scope,
//! and a line for each token. With `taskset`, both run on one processor too.
//!
//! `$AUTHCTL` is measured, else the program as built for benchmarks, which is slower than a release. For a release pass a
//! copy: `cargo build --release && cp target/release/authctl /tmp && AUTHCTL=/tmp/authctl cargo bench --bench stream`
#![expect(clippy::unwrap_used, reason = "the files are its own")]

#[path = "../tests/support/mod.rs"]
mod support;
mod timing;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use authctl::auth::key::KeySet;
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{TokenPolicy, User};
use authctl::store::users_file;
use jsonwebtoken::{DecodingKey, Validation};
use serde::Deserialize;
use timing::Timing;

const SECRET: &str = "4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c";
const USERS: usize = 100;

fn main() {
    let timing = Timing::from_args();
    let count = if timing.is_quick() { 5_000 } else { 500_000 };
    let home = tempfile::tempdir().unwrap();
    write_files(home.path(), count);
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    let tokens = home.path().join("tokens");
    // Built for benchmarks, not as a release.
    let built = std::env::var("AUTHCTL").unwrap_or_else(|_| env!("CARGO_BIN_EXE_authctl").to_owned());
    let authctl = built.as_str();

    let name = format!("check of {count} HS256 tokens | jsonwebtoken");
    timing.compare(&name, || check(&mut Command::new(authctl), home.path()), || decode_all(&tokens, &key));
    if Command::new("taskset").args(["-c", "0", "true"]).status().is_ok_and(|status| status.success()) {
        timing.compare(
            "the same on one processor | jsonwebtoken",
            || check(Command::new("taskset").args(["-c", "0", authctl]), home.path()),
            || decode_all(&tokens, &key),
        );
    }
}

fn check(command: &mut Command, home: &Path) {
    let status = command
        .args(["check", "--require", "me"])
        .env("AUTHCTL_HOME", home)
        .stdin(File::open(home.join("tokens")).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // The first refused token is an expired one.
    assert_eq!(status.unwrap().code(), Some(3));
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    scope: String,
    exp: u64,
}

fn decode_all(tokens: &Path, key: &DecodingKey) {
    let validation = Validation::new(jsonwebtoken::Algorithm::HS256);
    let mut input = BufReader::with_capacity(1 << 16, File::open(tokens).unwrap());
    let mut output = BufWriter::new(std::io::sink());
    let mut line = String::new();
    while input.read_line(&mut line).unwrap() > 0 {
        match jsonwebtoken::decode::<Claims>(line.trim_end(), key, &validation) {
            Ok(token) => {
                let Claims { sub, scope, exp } = token.claims;
                let good = scope.split(' ').any(|scope| scope == "me");
                writeln!(output, "{good} {sub} {scope} {exp}").unwrap();
            }
            Err(error) => writeln!(output, "{error}").unwrap(),
        }
        line.clear();
    }
}

/// Writes a key, a users file and `count` tokens. Of ten, seven are good, one is expired, one lacks the scope and one is
/// forged.
fn write_files(home: &Path, count: usize) {
    let mut text = "[scopes]\nme = \"Me.\"\nitems = \"Items.\"\n".to_owned();
    for index in 0..USERS {
        write!(text, "\n[users.user{index}]\nhashed_password = \"!\"\nscopes = [\"me\", \"items\"]\n")
            .unwrap();
    }
    let store = users_file::parse(&text).unwrap();
    std::fs::write(home.join("users.toml"), text).unwrap();
    std::fs::write(home.join("secret.key"), SECRET).unwrap();
    private(&home.join("secret.key"));

    let keys = KeySet::from_secret(SECRET.as_bytes()).unwrap();
    let now = Timestamp::new(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let earlier = Timestamp::new(now.seconds() - 7200).unwrap();
    let both: ScopeSet = "me items".parse().unwrap();
    let items: ScopeSet = "items".parse().unwrap();
    let users: Vec<_> = store.users.values().collect();
    let mut file = BufWriter::new(File::create(home.join("tokens")).unwrap());
    for index in 0..count {
        let issued = if index % 10 == 3 { earlier } else { now };
        let scopes = if index % 10 == 5 { &items } else { &both }.clone();
        let user = User { scopes, ..users[index * 31 % USERS].clone() };
        let key = keys.signing_key().unwrap();
        let token =
            support::issue(&user, &TokenPolicy::default(), Span::hours(1), key, issued).unwrap().token;
        let forged = if index % 10 == 7 { format!("{}AAAA", &token[..token.len() - 4]) } else { token };
        writeln!(file, "{forged}").unwrap();
    }
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}
