//! The layers of the source: which room may know which, and what each crate is named in.
#![expect(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]

use std::fs;
use std::path::Path;

/// What the files below a path must not name, and why.
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
            "::now()",
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
        why: "output turns values into text, whoever asks",
    },
];

/// Crates that only these files name.
const ALONE: [(&str, &[&str]); 4] = [
    ("jsonwebtoken", &["src/auth/key/signature.rs"]),
    ("argon2::", &["src/auth/password/"]),
    ("zxcvbn", &["src/auth/password/strength.rs"]),
    ("toml_edit", &["src/store/toml.rs"]),
];

/// The lines of `text` that break a rule for the file at `path`.
fn violations(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.trim();
        if code.starts_with("#[cfg(test)]") {
            break;
        }
        if code.starts_with("//") {
            continue;
        }
        let mut note = |what: &str, why: &str| found.push(format!("{path}:{}: `{what}`: {why}", number + 1));
        for rule in RULES.iter().filter(|rule| path.starts_with(rule.below)) {
            rule.banned.iter().filter(|banned| code.contains(**banned)).for_each(|one| note(one, rule.why));
        }
        for (name, files) in &ALONE {
            let is_allowed = files.iter().any(|file| path.starts_with(file));
            if code.contains(name) && !is_allowed && !code.contains('"') {
                note(name, "one file alone names this crate");
            }
        }
    }
    found
}

/// Every source file but those of tests, and its text.
fn sources(folder: &Path, take: &mut impl FnMut(&str, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, take);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap();
            let name = name.replace('\\', "/");
            if !name.ends_with("/tests.rs") && !name.contains("/tests/") {
                take(&name, &fs::read_to_string(&path).unwrap());
            }
        }
    }
}

#[test]
fn no_room_knows_what_it_must_not() {
    let mut found = Vec::new();
    let mut files = 0;
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, text| {
        files += 1;
        found.extend(violations(path, text));
    });
    assert!(files > 50, "{files}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_crossed_layer_is_found() {
    for (path, line) in [
        ("src/auth/verify.rs", "use std::fs::File;"),
        ("src/auth/key/set.rs", "let now = SystemTime::now();"),
        ("src/auth/login.rs", "use crate::store::users_file;"),
        ("src/auth/login.rs", "use argon2::Argon2;"),
        ("src/store/stamp.rs", "let now = SystemTime::now();"),
        ("src/store/safe_file/mod.rs", "    std::env::var(\"HOME\")"),
        ("src/commands/login.rs", "use jsonwebtoken::decode;"),
        ("src/output/time.rs", "use crate::context::Context;"),
    ] {
        assert_eq!(violations(path, line).len(), 1, "{path}: {line}");
        assert!(violations(path, &format!("// {line}\n#[cfg(test)]\n{line}")).is_empty(), "{path}: {line}");
    }
    assert!(violations("src/auth/password/threads.rs", "use argon2::Block;").is_empty());
}
