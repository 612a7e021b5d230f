//! The places of key and store, and the errors if they are missing.

use insta::{allow_duplicates, assert_snapshot};

use crate::bench::{Bench, SECRET, key};

/// A token that is good with the key of every bench, and any store that has `johndoe`.
fn good(bench: &Bench) -> String {
    bench.claims(&format!(r#"{{"sub":"johndoe","exp":{}}}"#, bench.at(1825)))
}

#[test]
fn files_are_found_in_the_home_by_the_variables_and_by_the_options() {
    let mut bench = Bench::new();
    let token = good(&bench);
    let code = |bench: &Bench, args: &str| bench.answer(args, &token).code;
    assert_eq!(code(&bench, "check -q"), Some(0));
    // Elsewhere, and nowhere else.
    for (from, to) in [("secret.key", "a.key"), ("users.toml", "a.toml")] {
        std::fs::rename(bench.path(from), bench.path(to)).unwrap();
    }
    assert_snapshot!(bench.pipe("check", &token), @"
    2> error: key file `<home>/secret.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`
    [exit 2]
    ");
    let (key, users) = (bench.path("a.key"), bench.path("a.toml"));
    assert_eq!(
        code(&bench, &format!("check -q --key-file {} --users-file {}", key.display(), users.display())),
        Some(0)
    );
    bench.set("AUTHCTL_KEY_FILE", key).set("AUTHCTL_USERS_FILE", users);
    assert_eq!(code(&bench, "check -q"), Some(0));
    bench.unset("AUTHCTL_HOME");
    assert_eq!(code(&bench, "check -q"), Some(0));
    // The option wins.
    assert_snapshot!(bench.pipe("check --key-file nothing.key", &token), @"
    2> error: key file `nothing.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init --key-file nothing.key`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check --users-file nothing.toml", &token), @"
    2> error: user store `nothing.toml` does not exist
    2> hint: run `authctl init --users-file nothing.toml`, or judge tokens without their users with `--stateless`
    [exit 2]
    ");
}

#[cfg(windows)]
#[test]
fn the_home_is_below_the_application_data_of_the_user() {
    let mut bench = Bench::empty();
    let token = good(&bench);
    std::fs::create_dir_all(bench.path("data/authctl")).unwrap();
    let data = bench.path("data");
    bench.unset("AUTHCTL_HOME").set("APPDATA", data);
    assert_snapshot!(bench.pipe("check --stateless", &token), @"
    2> error: key file `<home>/data/authctl/secret.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`
    [exit 2]
    ");
    bench.write("data/authctl/secret.key", SECRET);
    assert_eq!(bench.answer("check --stateless -q", &token).code, Some(0));
    bench.set("APPDATA", "data");
    assert_snapshot!(bench.pipe("check --stateless", &token), @"
    2> error: there is no home folder to look for `authctl` files in
    2> hint: set `AUTHCTL_HOME`
    [exit 2]
    ");
}

#[cfg(not(windows))]
#[test]
fn the_home_is_below_the_configuration_of_the_user() {
    let mut bench = Bench::empty();
    let token = good(&bench);
    std::fs::create_dir_all(bench.path("xdg/authctl")).unwrap();
    std::fs::create_dir_all(bench.path(".config/authctl")).unwrap();
    bench.write("xdg/authctl/secret.key", SECRET);
    let home = bench.home().to_owned();
    bench.unset("AUTHCTL_HOME").set("HOME", home);
    assert_snapshot!(bench.pipe("check --stateless", &token), @"
    2> error: key file `<home>/.config/authctl/secret.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`
    [exit 2]
    ");
    bench.set("XDG_CONFIG_HOME", bench.path("xdg"));
    assert_eq!(bench.answer("check --stateless -q", &token).code, Some(0));
    // The XDG specification: ignore a path that is not absolute.
    bench.set("XDG_CONFIG_HOME", "xdg");
    assert_eq!(bench.answer("check --stateless -q", &token).code, Some(2));
    bench.write(".config/authctl/secret.key", SECRET);
    assert_eq!(bench.answer("check --stateless -q", &token).code, Some(0));
}

#[test]
fn the_current_folder_is_never_searched() {
    let bench = Bench::new();
    let token = good(&bench);
    let mut command = bench.command("check");
    // It is the working folder, and no longer the home.
    command.env("AUTHCTL_HOME", bench.path("elsewhere")).arg(&token);
    assert_snapshot!(bench.answer_of(command.output().unwrap()).transcript(), @"
    2> error: key file `<home>/elsewhere/secret.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`
    [exit 2]
    ");
}

#[test]
fn a_secret_in_the_environment_is_the_key() {
    let mut bench = Bench::new();
    let token = good(&bench);
    std::fs::remove_file(bench.path("secret.key")).unwrap();
    bench.set("AUTHCTL_SECRET_KEY", SECRET);
    assert_eq!(bench.answer("check -q", &token).code, Some(0));
    // One final newline is dropped as in the file, and no other character.
    for (end, code) in [("\n", 0), ("\r\n", 0), ("\n\n", 2), (" ", 2)] {
        bench.set("AUTHCTL_SECRET_KEY", format!("{SECRET}{end}"));
        assert_eq!(bench.answer("check -q", &token).code, Some(code), "{end:?}");
    }
}

#[test]
fn a_key_in_the_environment_has_any_form_that_the_file_may_have() {
    use authctl::auth::key::{Algorithm, Key, KeySet};
    let mut bench = Bench::new();
    let pair = KeySet::from(Key::generate(Algorithm::EdDSA).unwrap());
    let set = pair.to_json().to_string();
    bench.set("AUTHCTL_SECRET_KEY", &set);
    let token = bench.answer("login johndoe --password-stdin", "secret").raw.stdout;
    assert_eq!(bench.answer("check -q", &token).code, Some(0));
    let jwk = serde_json::from_str::<serde_json::Value>(&set).unwrap()["keys"][0].to_string();
    let public = pair.public_json().unwrap();
    for form in [format!("{set}\n"), jwk, public, format!("\u{feff}{set}")] {
        bench.set("AUTHCTL_SECRET_KEY", &form);
        assert_eq!(bench.answer("check -q", &token).code, Some(0), "{form}");
    }
    let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
               -----END PRIVATE KEY-----\n";
    bench.set("AUTHCTL_SECRET_KEY", pem);
    assert_eq!(bench.answer("keys --json", "").json()[0]["kind"], "Ed25519");
}

#[test]
fn two_keys_are_one_too_many() {
    let mut bench = Bench::new();
    let key = bench.path("secret.key");
    bench.set("AUTHCTL_SECRET_KEY", SECRET).set("AUTHCTL_KEY_FILE", &key);
    assert_snapshot!(bench.pipe("check", "x"), @"
    2> error: both `AUTHCTL_KEY_FILE` and `AUTHCTL_SECRET_KEY` are set
    2> hint: unset one of them
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --json", "secret"), @r#"
    {"error":"two_keys","hint":"unset one of them","message":"both `AUTHCTL_KEY_FILE` and `AUTHCTL_SECRET_KEY` are set"}
    2> error: both `AUTHCTL_KEY_FILE` and `AUTHCTL_SECRET_KEY` are set
    2> hint: unset one of them
    [exit 2]
    "#);
    // The option wins over both.
    let option = format!("check -q --key-file {}", key.display());
    assert_eq!(bench.answer(&option, good(&bench)).code, Some(0));
}

#[test]
fn a_variable_that_is_empty_is_an_error() {
    let mut bench = Bench::new();
    for name in ["AUTHCTL_KEY_FILE", "AUTHCTL_SECRET_KEY", "AUTHCTL_USERS_FILE"] {
        bench.set(name, "");
        allow_duplicates! {
            assert_snapshot!(bench.pipe("check", "x").replace(name, "<variable>"), @"
            2> error: `<variable>` is set, but empty
            2> hint: set it, or `unset <variable>`
            [exit 2]
            ");
        }
        bench.unset(name);
    }
    bench.set("AUTHCTL_HOME", "");
    assert_snapshot!(bench.pipe("check", "x"), @"
    2> error: `AUTHCTL_HOME` is set, but empty
    2> hint: set it, or `unset AUTHCTL_HOME`
    [exit 2]
    ");
}

#[test]
fn without_any_home_the_variable_is_named() {
    let mut bench = Bench::new();
    bench.unset("AUTHCTL_HOME").set("HOME", "relative");
    assert_snapshot!(bench.pipe("check", "x"), @"
    2> error: there is no home folder to look for `authctl` files in
    2> hint: set `AUTHCTL_HOME`
    [exit 2]
    ");
}

#[test]
fn a_file_that_is_missing_is_hinted_at() {
    let bench = Bench::empty();
    assert_snapshot!(bench.pipe("check", "x"), @"
    2> error: key file `<home>/secret.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check --json", "x"), @r#"
    {"error":"not_found","hint":"copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`","message":"key file `<home>/secret.key` does not exist"}
    2> error: key file `<home>/secret.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`
    [exit 2]
    "#);
    bench.write("secret.key", SECRET);
    assert_snapshot!(bench.pipe("check", "x"), @"
    2> error: user store `<home>/users.toml` does not exist
    2> hint: run `authctl init`, or judge tokens without their users with `--stateless`
    [exit 2]
    ");
    std::fs::create_dir(bench.path("users.toml")).unwrap();
    assert_snapshot!(bench.pipe("check", "x"), @"
    2> error: cannot read the user store `<home>/users.toml`: it is a directory
    [exit 2]
    ");
}

#[test]
fn a_secret_in_the_key_file_is_its_line_without_the_newline() {
    let bench = Bench::new();
    let token = good(&bench);
    for (content, code) in [
        (SECRET.to_owned(), 0),
        (format!("{SECRET}\n"), 0),
        (format!("{SECRET}\r\n"), 0),
        (format!("{SECRET}\n\n"), 2),
        (format!("{SECRET} "), 2),
        (format!(" {SECRET}"), 2),
        (format!("{SECRET}\r"), 2),
        (format!("\u{feff}{SECRET}"), 2),
    ] {
        bench.write("secret.key", &content);
        assert_eq!(bench.answer("check -q", &token).code, Some(code), "{content:?}");
    }
    // Secrets need not be text, and their last byte may be that of a newline.
    let binary = [&(200..231).collect::<Vec<u8>>(), b"\n".as_slice()].concat();
    bench.write("secret.key", &binary);
    let token = bench.answer("login johndoe --password-stdin", "secret").raw.stdout;
    assert_eq!(bench.answer("check -q", &token).code, Some(0));
    let k = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, &binary);
    bench.write("secret.key", format!("{{\"kty\":\"oct\",\"k\":\"{k}\"}}"));
    assert_eq!(bench.answer("check -q", &token).code, Some(0));
}

#[test]
fn a_weak_key_neither_signs_nor_checks() {
    let bench = Bench::new();
    let token = good(&bench);
    let say = |content: &[u8]| {
        bench.write("secret.key", content);
        let checked = bench.pipe("check", &token);
        assert_eq!(bench.pipe("login johndoe --password-stdin", "secret"), checked);
        checked
    };
    assert_snapshot!(say(b""), @"
    2> error: key file `<home>/secret.key`: empty
    2> hint: make a key with `authctl keys generate` or `openssl rand -hex 32`
    [exit 2]
    ");
    assert_snapshot!(say(b"\n"), @"
    2> error: key file `<home>/secret.key`: empty
    2> hint: make a key with `authctl keys generate` or `openssl rand -hex 32`
    [exit 2]
    ");
    assert_snapshot!(say(b"short"), @"
    2> error: key file `<home>/secret.key`: the secret has 5 bytes, and needs at least 32
    2> hint: make a key with `authctl keys generate` or `openssl rand -hex 32`
    [exit 2]
    ");
    assert_snapshot!(say(&SECRET.as_bytes()[..31]), @"
    2> error: key file `<home>/secret.key`: the secret has 31 bytes, and needs at least 32
    2> hint: make a key with `authctl keys generate` or `openssl rand -hex 32`
    [exit 2]
    ");
    assert_snapshot!(say(&[b'x'; 64]), @"
    2> error: key file `<home>/secret.key`: looks like one character or byte over and over
    2> hint: make a key with `authctl keys generate` or `openssl rand -hex 32`
    [exit 2]
    ");
    assert_snapshot!(say(&vec![b'x'; 1_100_000]), @"
    2> error: cannot read the key file `<home>/secret.key`: larger than 1048576 bytes
    [exit 2]
    ");
    assert_snapshot!(say(b"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----\n"), @"
    2> error: key file `<home>/secret.key`: looks like a certificate
    2> hint: take its public key with `openssl x509 -in <home>/secret.key -pubkey -noout > <home>/secret.key.pem`
    [exit 2]
    ");
    assert_snapshot!(say(b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n"), @"
    2> error: key file `<home>/secret.key`: looks like an OpenSSH key
    2> hint: make a new key with `authctl keys generate`
    [exit 2]
    ");
    assert_snapshot!(say(b"{\"kty\":\"oct\"}"), @"
    2> error: key file `<home>/secret.key`: `k` is missing
    [exit 2]
    ");
}

#[test]
fn a_weak_secret_in_the_environment_is_refused_too() {
    let mut bench = Bench::new();
    for secret in [
        "short",
        &"x".repeat(64),
        "-----BEGIN PUBLIC KEY-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END PUBLIC KEY-----\n",
    ] {
        bench.set("AUTHCTL_SECRET_KEY", secret);
        let answer = bench.answer("check", "x");
        assert_eq!(answer.code, Some(2), "{secret}");
        assert!(
            answer.stderr.contains("`AUTHCTL_SECRET_KEY`") && !answer.stderr.contains(secret),
            "{}",
            answer.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_and_a_store_that_others_can_write_get_a_warning() {
    let bench = Bench::new();
    let token = good(&bench);
    for mode in [0o644, 0o640, 0o604] {
        bench.set_mode("secret.key", mode);
        allow_duplicates! {
            assert_snapshot!(bench.pipe("check", &token), @"
            good: johndoe, no scope, expires in 30 minutes, at <time>
            2> warning: others can read the key file `<home>/secret.key`
            2> hint: run `chmod 600 <home>/secret.key`
            [exit 0]
            ");
        }
    }
    bench.set_mode("secret.key", 0o400);
    for mode in [0o622, 0o620, 0o602] {
        bench.set_mode("users.toml", mode);
        allow_duplicates! {
            assert_snapshot!(bench.pipe("check", &token), @"
            good: johndoe, no scope, expires in 30 minutes, at <time>
            2> warning: others can write the user store `<home>/users.toml`
            2> hint: run `chmod go-w <home>/users.toml`
            [exit 0]
            ");
        }
    }
    // The hint is one command line for every file name.
    bench.write("-a key's", bench.read("secret.key"));
    bench.set_mode("-a key's", 0o644);
    assert_snapshot!(bench.run(["check", "--stateless", "--key-file=-a key's", &token]), @r"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    2> warning: others can read the key file `-a key's`
    2> hint: run `chmod 600 './-a key'\''s'`
    [exit 0]
    ");
    // Others may read the store, since the hashes protect the passwords.
    bench.set_mode("users.toml", 0o644);
    assert_snapshot!(bench.pipe("check", &token), @"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    [exit 0]
    ");
}

#[test]
fn a_key_pair_signs_and_its_public_part_verifies_only() {
    use authctl::auth::key::{Algorithm, Key, KeySet};
    let bench = Bench::new();
    let pair = KeySet::from(Key::generate(Algorithm::EdDSA).unwrap());
    bench.write("secret.key", pair.to_json().as_bytes());
    let token =
        String::from_utf8(bench.answer("login johndoe --password-stdin", "secret").raw.stdout).unwrap();
    assert_eq!(bench.answer("check -q", &token).code, Some(0));
    bench.write("secret.key", pair.public_json().unwrap());
    assert_eq!(bench.answer("check -q", &token).code, Some(0));
    assert_snapshot!(bench.pipe("login johndoe --password-stdin", "secret"), @"
    2> error: the key file has only public keys: they verify tokens, and sign none
    2> hint: run this on the machine that has the private key
    [exit 2]
    ");
    bench.write("secret.key", SECRET);
    assert_snapshot!(bench.pipe("check", &token), @"
    2> error: algorithm `EdDSA` is not that of the key
    [exit 1]
    ");
    assert_eq!(key().algorithm(), Algorithm::HS256);
}

#[test]
fn what_is_wrong_with_the_store_is_said_with_its_place() {
    let bench = Bench::new();
    let say = |from: &str, to: &str| {
        let before = bench.read("users.toml");
        bench.edit_store(from, to);
        let said = bench.pipe("check", "x");
        bench.write("users.toml", before);
        said
    };
    assert_snapshot!(say("disabled = true", "disable = true"), @"
    2> error: user store `<home>/users.toml`, line 21, column 1: unknown field `disable` (user `alice`)
    2> hint: did you mean `disabled`?
    [exit 2]
    ");
    assert_snapshot!(say("disabled = true", "disabled = \"yes\""), @"
    2> error: user store `<home>/users.toml`, line 21, column 12: `disabled` must be true or false, not a string (user `alice`)
    [exit 2]
    ");
    assert_snapshot!(say("[users.alice]", "[user.alice]"), @"
    2> error: user store `<home>/users.toml`, line 18, column 2: unknown table `user`
    2> hint: did you mean `users`?
    [exit 2]
    ");
    assert_snapshot!(say("[users.alice]", "[users.johndoe]"), @"
    2> error: user store `<home>/users.toml`, line 18, column 8: not valid TOML: duplicate key (user `johndoe`)
    [exit 2]
    ");
    assert_snapshot!(say("[users.alice]", "[users.\"al ice\"]"), @"
    2> error: user store `<home>/users.toml`, line 18, column 8: ` ` cannot be part of a username
    [exit 2]
    ");
    assert_snapshot!(say("scopes = [\"me\"]", "scopes = [\"m e\"]"), @"
    2> error: user store `<home>/users.toml`, line 22, column 11: not a scope: ` ` cannot be part of a scope (user `alice`)
    [exit 2]
    ");
    assert_snapshot!(say("scopes = [\"me\"]", "scopes = [\"me\""), @"
    2> error: user store `<home>/users.toml`, line 22, column 15: not valid TOML: unclosed array, expected `]` (user `alice`)
    [exit 2]
    ");
    assert_snapshot!(say("disabled = true", "tokens_valid_from = 2026-11-21T21:00:00"), @"
    2> error: user store `<home>/users.toml`, line 21, column 21: `tokens_valid_from` is a local date-time: add an offset from UTC, such as `Z` (user `alice`)
    [exit 2]
    ");
    bench.write("users.toml", b"\xff");
    assert_snapshot!(bench.pipe("check --json", "x"), @r#"
    {"error":"invalid_store","message":"user store `<home>/users.toml`, line 1, column 1: not UTF-8"}
    2> error: user store `<home>/users.toml`, line 1, column 1: not UTF-8
    [exit 2]
    "#);
}

#[test]
fn a_users_file_is_neither_standard_input_nor_a_url() {
    let mut bench = Bench::empty();
    assert_snapshot!(bench.run("users --users-file -"), @"
    2> error: the user store is not read from standard input
    2> hint: name a file; `authctl users import` takes users from standard input
    [exit 2]
    ");
    let url = "postgres://authctl:hunter2@db.example.com/authctl";
    for args in [
        &["users", "--users-file", url][..],
        &["init", "--users-file", url],
        &["check", "--users-file", url, "x"],
    ] {
        let answer = bench.answer(args, "");
        assert_eq!(answer.code, Some(2));
        assert!(!answer.transcript().contains("hunter2"), "{}", answer.transcript());
    }
    bench.set("AUTHCTL_USERS_FILE", url);
    assert_snapshot!(bench.run("users"), @"
    2> error: the users file is a URL
    2> hint: set `AUTHCTL_USERS_URL` to that of a PostgreSQL database, or download a file and name that
    [exit 2]
    ");
    assert_eq!(bench.files(), [""; 0]);
}
