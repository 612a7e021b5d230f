//! Checks the layers of the source: the names and words of each room, the crates with one file, and circles of modules.
#![expect(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]

mod circles;
mod errors;
mod source;

use circles::circles;
use source::File;

/// Names that the files below a path must not have, and why. `*::now` is any path that ends so.
struct Rule {
    below: &'static str,
    banned: &'static [&'static str],
    why: &'static str,
}

const RULES: [Rule; 3] = [
    Rule {
        below: "src/auth/",
        banned: &[
            "std::fs",
            "std::env",
            "std::io",
            "std::net",
            "std::path",
            "std::process",
            "Instant",
            "*::now",
            "crate::store",
            "crate::authority",
            "anyhow",
            "clap",
            "rustix",
            "tokio",
        ],
        why: "the rules know no clock, file, environment, terminal, command line or database",
    },
    Rule {
        below: "src/store/",
        banned: &["std::env", "SystemTime::now", "crate::authority", "anyhow", "clap"],
        why: "a store is given its path and the time, and knows no command line",
    },
    Rule {
        below: "src/output/",
        banned: &["crate::commands", "crate::console", "crate::context", "crate::cli", "crate::files"],
        why: "output turns values into text for any room",
    },
];

/// Crates that only these files name.
const ALONE: [(&str, &[&str]); 8] = [
    ("jsonwebtoken", &["src/auth/key/signature/mod.rs"]),
    ("argon2", &["src/auth/password/"]),
    ("zxcvbn", &["src/auth/password/strength.rs"]),
    ("toml_edit", &["src/store/toml.rs"]),
    ("toml_parser", &["src/store/users_file/tokens.rs"]),
    ("tokio", &["src/store/postgres/"]),
    ("tokio_postgres", &["src/store/postgres/"]),
    ("rustls", &["src/store/postgres/"]),
];

/// Known exceptions: the beginning of a line of the report, and a part of the rest.
const KNOWN: [(&str, &str); 1] = [("src/store/users_file/new.rs", "authctl users")];

/// Reports the lines of a file that break a rule.
fn violations(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (name, line) in &file.names {
        let mut note = |what: &str, why: &str| found.push(format!("{}:{line}: `{what}`: {why}", file.path));
        for rule in RULES.iter().filter(|rule| file.path.starts_with(rule.below)) {
            rule.banned.iter().filter(|banned| is_below(name, banned)).for_each(|one| note(one, rule.why));
        }
        for (krate, files) in &ALONE {
            let is_of_krate = name.starts_with(&format!("{krate}::"));
            if is_of_krate && !files.iter().any(|allowed| file.path.starts_with(allowed)) {
                note(krate, "one file alone names this crate");
            }
        }
    }
    if file.path.starts_with("src/auth/") || file.path.starts_with("src/store/") {
        for (text, line) in &file.texts {
            if names_a_command(text) {
                found.push(format!("{}:{line}: {text}: the library names no command", file.path));
            }
        }
    }
    found
}

/// Whether a text of the library names a command or an option, which only the program has.
fn names_a_command(text: &str) -> bool {
    let before_a_word = |mark: &str| {
        let mut after = text.match_indices(mark).map(|(at, _)| &text[at + mark.len()..]);
        after.any(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase()))
    };
    ["authctl ", "openssl ", "`users ", "`--", "\"--"].iter().any(|mark| before_a_word(mark))
}

/// Whether `name` has the names of `banned` in a row.
fn is_below(name: &str, banned: &str) -> bool {
    match banned.strip_prefix('*') {
        Some(end) => name.ends_with(end),
        None => format!("::{name}::").contains(&format!("::{banned}::")),
    }
}

#[test]
fn no_room_knows_what_it_must_not() {
    let files = source::files();
    assert!(files.len() > 100, "{}", files.len());
    let mut found: Vec<String> = files.iter().flat_map(violations).collect();
    found.extend(circles(&files));
    for (start, part) in KNOWN {
        let all = found.len();
        found.retain(|line| !(line.starts_with(start) && line.contains(part)));
        assert!(found.len() < all, "`{start}` … `{part}` is mended: remove it from KNOWN");
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Reports the lines that break a rule in a file of this path and text.
fn violations_in(path: &str, text: &str) -> Vec<String> {
    let module = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    violations(&File::parse(path, module.split('/').map(str::to_owned).collect(), text))
}

#[test]
fn a_crossed_layer_is_found() {
    for (path, line) in [
        ("src/auth/verify.rs", "use std::fs::File;"),
        ("src/auth/verify.rs", "use std::{fmt, fs};"),
        ("src/auth/key/set.rs", "fn f() { let now = SystemTime::now(); }"),
        ("src/auth/login.rs", "use crate::store::users_file;"),
        ("src/auth/login.rs", "use super::super::store::users_file;"),
        ("src/auth/login.rs", "use argon2::Argon2;"),
        ("src/auth/login.rs", "fn f() { let x = (\"\", argon2::Argon2::default()); }"),
        ("src/store/stamp.rs", "fn f() { g!(SystemTime::now()) }"),
        ("src/store/safe_file/mod.rs", "fn f() { std::env::var(\"HOME\"); }"),
        ("src/commands/login.rs", "use jsonwebtoken::decode;"),
        ("src/store/users_file/read.rs", "use toml_parser::Raw;"),
        ("src/output/time.rs", "use crate::context::Context;"),
        ("src/auth/reason.rs", "#[error(\"revoked: run `authctl revoke --list`\")] struct X;"),
        ("src/auth/key/fault.rs", "fn f() { hint(\"run openssl pkey -in FILE\") }"),
        ("src/auth/audit.rs", "const X: &str = \"see `users list`\";"),
        ("src/store/users_file/edit.rs", "const X: &str = r\"try `--users-file`\";"),
        ("src/auth/audit.rs", "fn f() { [\"set\", \"--email\"] }"),
    ] {
        assert_eq!(violations_in(path, line).len(), 1, "{path}: {line}");
        let after_tests = format!("#[cfg(test)]\nmod tests {{ }}\n{line}");
        assert_eq!(violations_in(path, &after_tests).len(), 1, "after tests: {path}: {line}");
        for (before, after) in [("/* ", " */"), ("#[cfg(test)] mod tests { ", " }")] {
            let text = format!("{before}{line}{after}");
            assert!(violations_in(path, &text).is_empty(), "{path}: {text}");
        }
    }
    for (path, line) in [
        ("src/auth/password/threads.rs", "use argon2::Block;"),
        ("src/auth/login.rs", "fn f() { argon2.hash(now()) }"),
        ("src/auth/key/pem.rs", "const X: [&str; 2] = [\"-----BEGIN\", \"--\"];"),
        ("src/auth/login.rs", "/// Run `authctl login`.\nfn f() { b\"authctl decoy\" }"),
        ("src/commands/login.rs", "const X: &str = \"run `authctl login`\";"),
    ] {
        assert!(violations_in(path, line).is_empty(), "{path}: {line}");
    }
}

#[test]
fn a_circle_is_found() {
    let files = |texts: &[(&str, &str)]| -> Vec<File> {
        let module =
            |path: &str| path.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        texts.iter().map(|(path, text)| File::parse(path, module(path), text)).collect()
    };
    let two = files(&[("", "mod a; mod b;"), ("a", "use crate::b::B;"), ("b", "use super::a::{A, C};")]);
    assert_eq!(circles(&two), ["a → b (a:1), b → a (b:1)"]);
    let three = files(&[
        ("x/a", "use super::b::B;"),
        ("x/b", "fn f() { crate::x::c::f() }"),
        ("x/c/deep", "use crate::x::a;"),
        ("x/c", "mod deep;"),
        ("x", ""),
    ]);
    assert_eq!(circles(&three), ["a → b (x/a:1), b → c (x/b:1), c → a (x/c/deep:1)"]);
    let root = files(&[("", "mod a; fn main() {}"), ("a", "fn f() { crate::main() }")]);
    assert_eq!(circles(&root), ["a → `main` of the root → a (a:1)"]);
    let none =
        files(&[("a", "use crate::b::B; #[cfg(test)] mod t { }"), ("b", "#[cfg(test)] use crate::a::A;")]);
    assert!(circles(&none).is_empty());
}
