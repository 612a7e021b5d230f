//! `authctl keys`: made, rotated, retired and handed out, while tokens go on being issued and checked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use authctl::auth::key::{Algorithm, KeySet};
use insta::assert_snapshot;

use crate::bench::{Bench, started};

/// `text` with the ids and thumbprints of keys replaced: `<key 1>` is the first that is named.
fn masked(text: &str) -> String {
    let mut names: HashMap<&str, usize> = HashMap::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut masked = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if length == 43 {
            let next = names.len() + 1;
            masked.extend(["<key ", &names.entry(word).or_insert(next).to_string(), ">"]);
        } else {
            masked.push_str(word);
        }
        let other = after.find(is_part).unwrap_or(after.len());
        masked.push_str(&after[..other]);
        rest = &after[other..];
    }
    let masked = dates_masked(&masked);
    // A column is as wide as its longest word, which is gone.
    let narrow = |text: &str, word: &str| text.replace(&format!("{word:<45}"), &format!("{word:<9}"));
    narrow(&narrow(&masked, "KEY"), "secret")
}

/// `text` with the dates of keys that were just made replaced, and the time until their tokens expire, which is a day.
fn dates_masked(text: &str) -> String {
    let mut text = text.replace("in 23 hours", "in 1 day").replace("yesterday", "today");
    while let Some(at) = text.find(", today") {
        text.replace_range(at.saturating_sub(10)..at + ", today".len(), "<today>");
    }
    text.replace("MADE               LAST", "MADE     LAST").replace("MADE               \n", "MADE\n")
}

fn run(bench: &Bench, args: &str) -> String {
    masked(&bench.run(args))
}

/// The keys as `keys list --json` has them.
fn list(bench: &Bench) -> Vec<serde_json::Value> {
    let answer = bench.answer("keys list --json", "");
    serde_json::from_slice(&answer.raw.stdout).unwrap()
}

/// The name of the key in that place for `keys retire`.
fn name(bench: &Bench, place: usize) -> String {
    list(bench)[place]["name"].as_str().unwrap().to_owned()
}

fn login(bench: &Bench) -> String {
    let answer = bench.answer("login johndoe --scope me --password-stdin", "secret\n");
    assert_eq!(answer.code, Some(0), "{}", answer.transcript());
    String::from_utf8(answer.raw.stdout).unwrap().trim().to_owned()
}

#[test]
fn keys_are_listed_without_anything_that_is_secret() {
    let bench = Bench::new();
    assert_snapshot!(run(&bench, "keys"), @"
    KEY     ALG    KIND              PART    STATE
    secret  HS256  secret, 512 bits  secret  signs
    [exit 0]
    ");
    bench.run("keys rotate");
    bench.run("keys rotate --alg ES256");
    let retired = name(&bench, 1);
    bench.run(&format!("keys retire {retired}"));
    assert_snapshot!(run(&bench, "keys list"), @"
    KEY      ALG    KIND              PART     STATE     MADE     LAST TOKEN EXPIRES
    <key 1>  ES256  P-256             private  signs     <today>
    <key 2>  EdDSA  Ed25519           private  retired   <today>
    secret   HS256  secret, 512 bits  secret   verifies                     in 1 day
    [exit 0]
    ");
    assert_snapshot!(run(&bench, "keys list --json"), @r#"
    [{"name":"<key 1>","kid":"<key 1>","thumbprint":"<key 1>","alg":"ES256","kind":"P-256","part":"private","state":"signs","iat":<time>},{"name":"<key 2>","kid":"<key 2>","thumbprint":"<key 2>","alg":"EdDSA","kind":"Ed25519","part":"private","state":"retired","iat":<time>},{"name":"secret","kid":null,"thumbprint":null,"alg":"HS256","kind":"secret, 512 bits","part":"secret","state":"verifies","iat":null,"tokens_until":<time>}]
    [exit 0]
    "#);
    let file = bench.read("secret.key");
    let answer = bench.answer("keys list --json", "");
    let secret = |line: &&str| line.contains("\"d\"") || line.contains("\"k\"");
    for line in file.lines().filter(secret) {
        let value = line.split('"').nth(3).unwrap();
        assert!(value.len() > 20 && !String::from_utf8_lossy(&answer.raw.stdout).contains(value));
    }
    // A thumbprint would confirm a guess of the secret.
    let thumbprint = KeySet::parse(file.as_bytes()).unwrap().keys()[2].thumbprint();
    for args in ["keys", "keys --json", "keys rotate", "keys public", "keys retire secret", "doctor"] {
        let said = bench.answer(args, "");
        assert!(!said.transcript().contains(&thumbprint), "{args}: {}", said.transcript());
    }
}

#[test]
fn a_new_key_is_printed_as_a_jwk_set() {
    let bench = Bench::empty();
    for algorithm in Algorithm::ALL {
        let answer = bench.answer(["keys", "generate", "--alg", algorithm.as_str()], "");
        let keys = KeySet::parse(&answer.raw.stdout).unwrap();
        assert_eq!((keys.keys().len(), keys.signing_key().unwrap().algorithm()), (1, algorithm));
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
    }
    let answer = bench.answer("keys generate --json", "");
    assert_eq!(answer.stdout.lines().count(), 1);
    let keys = KeySet::parse(&answer.raw.stdout).unwrap();
    assert_eq!(keys.signing_key().unwrap().algorithm(), Algorithm::EdDSA);
    assert!(bench.files().is_empty());
}

#[test]
fn a_new_key_in_a_file_is_for_its_owner_alone_and_overwrites_nothing() {
    let bench = Bench::empty();
    assert_snapshot!(run(&bench, "keys generate --output issuer.jwks"), @"
    2> made key `<key 1>` (EdDSA) in `issuer.jwks`
    [exit 0]
    ");
    assert_snapshot!(run(&bench, "keys generate --json --alg RS256 -o rsa.jwks"), @r#"
    {"alg":"RS256","file":"rsa.jwks","iat":<time>,"kid":"<key 1>","kind":"RSA, 3072 bits","name":"<key 1>","part":"private","state":"signs","thumbprint":"<key 1>"}
    [exit 0]
    "#);
    #[cfg(unix)]
    assert_eq!(mode(&bench, "issuer.jwks"), 0o600);
    let before = bench.read("issuer.jwks");
    assert_snapshot!(run(&bench, "keys generate --output issuer.jwks"), @"
    2> error: `issuer.jwks` is there already, and nothing is overwritten
    2> hint: choose another name, or put a new key before those in use with `authctl keys rotate`
    [exit 1]
    ");
    assert_snapshot!(run(&bench, "keys generate --output nowhere/key"), @"
    2> error: cannot make `nowhere/key`: no such file or directory
    [exit 2]
    ");
    assert_snapshot!(run(&bench, "keys generate --alg none"), @"
    2> error: `none` is no value for `--alg <ALG>`
    2> hint: it can be `HS256`, `HS384`, `HS512`, `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384` or `EdDSA`
    [exit 2]
    ");
    assert_eq!(bench.read("issuer.jwks"), before);
    assert_eq!(bench.files(), ["issuer.jwks", "rsa.jwks"]);
    assert_snapshot!(run(&bench, "keys --key-file issuer.jwks"), @"
    KEY      ALG    KIND     PART     STATE  MADE     LAST TOKEN EXPIRES
    <key 1>  EdDSA  Ed25519  private  signs  <today>
    [exit 0]
    ");
}

#[cfg(unix)]
fn mode(bench: &Bench, name: &str) -> u32 {
    let metadata = std::fs::metadata(bench.path(name)).unwrap();
    std::os::unix::fs::MetadataExt::mode(&metadata) & 0o777
}

#[test]
fn a_raw_secret_becomes_a_set_and_its_tokens_stay_good() {
    let bench = Bench::new();
    let old = login(&bench);
    assert_snapshot!(run(&bench, "keys rotate"), @"
    2> tokens are signed with the new key `<key 1>` (EdDSA) from now on
    2> those of `secret` stay good until `authctl keys retire secret`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --require me", &old), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    let new = login(&bench);
    assert_snapshot!(bench.pipe("check --require me --json", &new).split("\"alg\"").nth(1).map(masked).unwrap(), @r#"
    :"EdDSA","kid":"<key 1>","token_type":"Bearer","line":1}
    [exit 0]
    "#);
    assert_snapshot!(run(&bench, "keys"), @"
    KEY      ALG    KIND              PART     STATE     MADE     LAST TOKEN EXPIRES
    <key 1>  EdDSA  Ed25519           private  signs     <today>
    secret   HS256  secret, 512 bits  secret   verifies                     in 1 day
    [exit 0]
    ");
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}

#[test]
fn a_new_key_has_the_algorithm_of_the_one_before_unless_told_otherwise() {
    let bench = Bench::new();
    for (file, alg, next) in [("e", "ES384", "ES384"), ("h", "HS512", "HS512"), ("o", "EdDSA", "EdDSA")] {
        bench.run(&format!("keys generate --alg {alg} --output {file}"));
        let answer = bench.answer(&format!("keys rotate --json --key-file {file}"), "");
        assert_eq!(answer.json()["alg"], next);
    }
    bench.run("keys rotate --alg PS256");
    assert_eq!(list(&bench)[0]["alg"], "PS256");
}

#[test]
fn only_a_file_that_has_private_keys_is_rotated() {
    let mut bench = Bench::new();
    bench.run("keys rotate");
    bench.write("public.jwks", bench.answer("keys public", "").raw.stdout);
    let before = bench.read("public.jwks");
    assert_snapshot!(run(&bench, "keys rotate --key-file public.jwks"), @"
    2> error: the keys are public ones: rotate where tokens are issued
    2> hint: rotate on the machine that has the private key, and copy its `authctl keys public` here
    [exit 2]
    ");
    assert_eq!(bench.read("public.jwks"), before);
    assert_snapshot!(run(&bench, "keys rotate --key-file nowhere.jwks"), @"
    2> error: key file `nowhere.jwks` does not exist
    2> hint: run `authctl init --key-file nowhere.jwks`
    [exit 2]
    ");
    bench.write("broken.jwks", "{\"keys\": [}");
    assert_snapshot!(run(&bench, "keys rotate --key-file broken.jwks"), @"
    2> error: key file `broken.jwks`: not valid JSON at line 1, column 11
    [exit 2]
    ");
    assert_eq!(bench.read("broken.jwks"), "{\"keys\": [}");
    bench.set("AUTHCTL_SECRET_KEY", crate::bench::SECRET);
    assert_snapshot!(run(&bench, "keys rotate"), @"
    2> error: the key is in `AUTHCTL_SECRET_KEY`, and no command can change it there
    2> hint: put it in a file, name that with `AUTHCTL_KEY_FILE`, and unset `AUTHCTL_SECRET_KEY`
    [exit 2]
    ");
    assert_snapshot!(run(&bench, "keys retire x --json"), @r#"
    {"error":"no_key_file","hint":"put it in a file, name that with `AUTHCTL_KEY_FILE`, and unset `AUTHCTL_SECRET_KEY`","message":"the key is in `AUTHCTL_SECRET_KEY`, and no command can change it there"}
    2> error: the key is in `AUTHCTL_SECRET_KEY`, and no command can change it there
    2> hint: put it in a file, name that with `AUTHCTL_KEY_FILE`, and unset `AUTHCTL_SECRET_KEY`
    [exit 2]
    "#);
}

#[cfg(unix)]
#[test]
fn rotation_keeps_the_mode_of_the_file_and_the_symlink_to_it() {
    let bench = Bench::new();
    std::fs::rename(bench.path("secret.key"), bench.path("real.key")).unwrap();
    std::os::unix::fs::symlink("real.key", bench.path("secret.key")).unwrap();
    bench.set_mode("real.key", 0o640);
    bench.run("keys rotate");
    assert!(bench.path("secret.key").symlink_metadata().unwrap().is_symlink());
    assert_eq!((mode(&bench, "real.key"), list(&bench).len()), (0o640, 2));
    assert_eq!(bench.files(), ["real.key", "secret.key", "users.toml"]);
}

#[test]
fn tokens_of_a_retired_key_are_refused() {
    let bench = Bench::new();
    let first = login(&bench);
    bench.run("keys rotate --alg ES256");
    let second = login(&bench);
    bench.run("keys rotate --alg EdDSA");
    let third = login(&bench);
    let raw = name(&bench, 2);
    assert_snapshot!(run(&bench, &format!("keys retire {raw}")), @"
    2> retired key `secret`: its tokens are refused from now on
    [exit 0]
    ");
    let ecdsa = name(&bench, 1);
    assert_snapshot!(run(&bench, &format!("keys retire {ecdsa} --json")), @r#"
    {"name":"<key 1>","kid":"<key 1>","thumbprint":"<key 1>","alg":"ES256","kind":"P-256","part":"private","state":"retired","iat":<time>}
    [exit 0]
    "#);
    assert_snapshot!(masked(&bench.pipe("check", format!("{first}\n{second}\n{third}\n"))), @"
    line 3: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> error: line 1: no key fits the token: those of its algorithm are retired
    2> error: line 2: the key `<key 1>` is retired
    [exit 1]
    ");
    assert_snapshot!(run(&bench, "keys"), @"
    KEY      ALG    KIND              PART     STATE    MADE     LAST TOKEN EXPIRES
    <key 1>  EdDSA  Ed25519           private  signs    <today>
    <key 2>  ES256  P-256             private  retired  <today>
    secret   HS256  secret, 512 bits  secret   retired
    [exit 0]
    ");
}

#[test]
fn retiring_the_key_that_signs_says_which_signs_now() {
    let bench = Bench::new();
    bench.run("keys rotate --alg ES256");
    bench.run("keys rotate --alg EdDSA");
    let signing = name(&bench, 0);
    assert_snapshot!(run(&bench, &format!("keys retire {signing}")), @"
    2> retired key `<key 1>`: its tokens are refused from now on
    2> tokens are signed with the key `<key 2>` (ES256) from now on
    2> warning: that key was replaced before, and signs again: others may have it
    2> hint: run `authctl keys rotate` for a new one
    [exit 0]
    ");
    assert_eq!(list(&bench)[1]["state"], "signs");
}

#[test]
fn retiring_twice_changes_nothing_and_the_last_key_stays() {
    let bench = Bench::new();
    let raw = name(&bench, 0);
    assert_snapshot!(run(&bench, &format!("keys retire {raw}")), @"
    2> error: the last key in use cannot be retired
    2> hint: run `authctl keys rotate` first
    [exit 1]
    ");
    bench.run("keys rotate");
    bench.run(&format!("keys retire {raw}"));
    let before = bench.read("secret.key");
    assert_snapshot!(run(&bench, &format!("keys retire {raw}")), @"
    2> key `secret` was retired already: nothing was changed
    [exit 0]
    ");
    assert_eq!(bench.read("secret.key"), before);
    assert_snapshot!(run(&bench, "keys retire nobody"), @"
    2> error: no key is called `nobody`
    2> hint: `authctl keys` lists them
    [exit 1]
    ");
    assert_snapshot!(run(&bench, "keys retire --unsued"), @"
    2> error: no key is called `--unsued`
    2> hint: did you mean `--unused`?
    [exit 1]
    ");
    let last = name(&bench, 0);
    assert_snapshot!(run(&bench, &format!("keys retire {last} --json")), @r#"
    {"error":"last_key","hint":"run `authctl keys rotate` first","message":"the last key in use cannot be retired"}
    2> error: the last key in use cannot be retired
    2> hint: run `authctl keys rotate` first
    [exit 1]
    "#);
    assert_eq!(bench.read("secret.key"), before);
}

#[test]
fn a_key_is_retired_whatever_it_is_called() {
    let bench = Bench::new();
    bench.run("keys generate --output a");
    let jwk = bench.read("a");
    for kid in ["-x", "--help-me", "a b", "\\u202e\\u001b[31m"] {
        let id = list_of(&bench, "a")[0]["kid"].as_str().unwrap().to_owned();
        bench.write("b", jwk.replace(&format!("\"kid\": \"{id}\""), &format!("\"kid\": \"{kid}\"")));
        bench.run("keys rotate --key-file b");
        let kid = list_of(&bench, "b")[1]["kid"].as_str().unwrap().to_owned();
        let answer = bench.answer(["keys", "--key-file", "b", "retire", &kid], "");
        assert_eq!(answer.code, Some(0), "{}", answer.transcript());
        assert!(!answer.stderr.contains(['\u{202e}', '\u{1b}']));
        assert_eq!(list_of(&bench, "b")[1]["state"], "retired");
    }
}

/// Whatever a key is called, the command that is printed is one that a shell takes.
#[cfg(unix)]
#[test]
fn the_command_that_retires_a_key_can_be_pasted() {
    let bench = Bench::new();
    bench.run("keys generate --output a");
    let (jwk, id) = (bench.read("a"), list_of(&bench, "a")[0]["kid"].as_str().unwrap().to_owned());
    for kid in ["-x", "a b", "it's", "a\\nb", "\\u202e\\u001b[31m", "\\u00e9\\u200b\\\\'"] {
        bench.write("secret.key", jwk.replace(&format!("\"kid\": \"{id}\""), &format!("\"kid\": \"{kid}\"")));
        let said = bench.answer("keys rotate", "").stderr;
        let line = said.rsplit("until `authctl ").next().unwrap().trim_end().trim_end_matches('`');
        let script = format!("\"$authctl\" {line}");
        let output = bench.shell("bash", &["-c", &script]).output().unwrap();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(list(&bench)[1]["state"], "retired", "{said}");
    }
}

fn list_of(bench: &Bench, file: &str) -> Vec<serde_json::Value> {
    let answer = bench.answer(&format!("keys list --json --key-file {file}"), "");
    serde_json::from_slice(&answer.raw.stdout).unwrap()
}

#[test]
fn the_public_keys_are_enough_to_check_and_good_for_nothing_else() {
    let bench = Bench::new();
    assert_snapshot!(run(&bench, "keys public"), @"
    2> error: a shared secret has no public part
    2> hint: `authctl keys rotate --alg EdDSA` adds a key that has one
    [exit 2]
    ");
    bench.run("keys rotate --alg ES384");
    bench.run("keys rotate --alg EdDSA");
    let token = login(&bench);
    let answer = bench.answer("keys public", "");
    assert_snapshot!(masked(&answer.stderr), @"note: key `secret` is left out: a shared secret has no public part");
    assert!(!answer.stdout.contains("\"d\"") && !answer.stdout.contains("\"k\""));
    bench.write("public.jwks", &answer.raw.stdout);
    // Everyone may read it.
    bench.set_mode("public.jwks", 0o644);
    assert_snapshot!(bench.pipe("check --key-file public.jwks --stateless --require me", &token), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(run(&bench, "keys --key-file public.jwks"), @"
    KEY      ALG    KIND     PART    STATE
    <key 1>  EdDSA  Ed25519  public  verifies
    <key 2>  ES384  P-384    public  verifies
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --key-file public.jwks", "secret\n"), @"
    2> error: the key file has only public keys: they verify tokens, and sign none
    2> hint: run this on the machine that has the private key
    [exit 2]
    ");
    assert_eq!(bench.answer("keys public --key-file public.jwks", "").raw.stdout, answer.raw.stdout);
    let line = bench.answer("keys public --json", "");
    assert_eq!(line.stdout.lines().count(), 1);
    assert_eq!(line.json(), answer.json());
    let retired = name(&bench, 1);
    bench.run(&format!("keys retire {retired}"));
    assert_snapshot!(masked(&bench.answer("keys public", "").stderr), @"
    note: key `<key 1>` is left out: it is retired
    note: key `secret` is left out: a shared secret has no public part
    ");
}

#[test]
fn a_fault_in_a_key_comes_with_what_mends_that_fault() {
    let bench = Bench::new();
    bench.write("k", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assert_snapshot!(bench.run("keys --key-file k"), @"
    2> error: key file `k`: looks like a certificate
    2> hint: take its public key with `openssl x509 -in k -pubkey -noout > k.pem`
    [exit 2]
    ");
}

#[test]
fn the_shell_offers_the_keys_in_use() {
    let bench = Bench::new();
    bench.run("keys rotate");
    let names = [name(&bench, 0), name(&bench, 1)];
    let offered = || {
        let mut command = bench.command(["--", "authctl", "keys", "retire", ""]);
        command.env("AUTHCTL_COMPLETE", "elvish");
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(names.iter().all(|name| offered().split('\0').any(|one| one == name)));
    bench.run(&format!("keys retire {}", names[1]));
    assert!(!offered().contains(&names[1]));
}

/// Tokens are issued and checked all the time by several threads while the key is rotated again and again.
#[test]
fn no_token_is_refused_while_keys_rotate_until_its_key_is_retired() {
    const ROTATIONS: usize = 6;
    let bench = Bench::new();
    let stop = AtomicBool::new(false);
    let tokens: Vec<String> = thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let users = |tell: mpsc::Sender<()>| {
            let mut tokens = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let token = login(&bench);
                let answer = bench.answer(["check", "--require", "me", &token], "");
                assert_eq!(answer.code, Some(0), "{}", answer.transcript());
                tokens.push(token);
                tell.send(()).unwrap();
            }
            tokens
        };
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let tell = tell.clone();
                scope.spawn(move || users(tell))
            })
            .collect();
        for round in 0..ROTATIONS {
            let alg = ["HS256", "EdDSA", "ES256"][round % 3];
            let answer = bench.answer(["keys", "rotate", "--alg", alg], "");
            assert_eq!(answer.code, Some(0), "{}", answer.transcript());
            // One from before may have been on its way: the second was made with the new key.
            let _before = told.try_iter().count();
            (0..2).for_each(|_| told.recv().unwrap());
        }
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let answer = bench.answer("check --require me", tokens.join("\n"));
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
    assert_eq!(answer.stdout.lines().count(), tokens.len());
    assert_eq!(list(&bench).len(), ROTATIONS + 1);

    for place in 1..=ROTATIONS {
        let name = name(&bench, place);
        assert_eq!(bench.answer(["keys", "retire", &name], "").code, Some(0));
    }
    let signs = name(&bench, 0);
    let answer = bench.answer("check --json", tokens.join("\n"));
    for line in answer.raw.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let verdict: serde_json::Value = serde_json::from_slice(line).unwrap();
        let is_new = verdict["kid"] == *signs;
        assert_eq!(verdict["active"], is_new);
        assert!(is_new || verdict["reasons"][0]["code"] == "unknown_key", "{verdict}");
    }
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}

/// The process is killed when its folder has changed so many times: lock and temporary file come and go.
#[test]
fn a_killed_rotation_leaves_keys_that_work() {
    let bench = Bench::new();
    let token = login(&bench);
    for round in 0..25 {
        let mut child = started(|| bench.command("keys rotate").stderr(std::process::Stdio::null()).spawn());
        let (mut changes, mut files) = (0, bench.files());
        while changes < round % 5 && child.try_wait().unwrap().is_none() {
            let now = bench.files();
            changes += u32::from(now != files);
            files = now;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        KeySet::parse(bench.read("secret.key").as_bytes()).unwrap();
        assert_eq!(bench.answer(["check", &token], "").code, Some(0));
    }
    assert_eq!(bench.answer("keys rotate", "").code, Some(0));
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}

const DAY: i64 = 86_400;

/// A set of Ed25519 keys called `first-key`, `second-key`, `third-key`, made so many seconds ago, when `keys rotate` put each
/// before the next; `None` has no date, and was put there by hand.
fn aged(bench: &Bench, ages: [Option<i64>; 3]) {
    let names = ["first-key", "second-key", "third-key"];
    let jwks: Vec<serde_json::Value> = names
        .into_iter()
        .zip(ages)
        .zip([None, ages[0], ages[1]])
        .map(|((name, age), replaced)| {
            let set = bench.answer("keys generate", "").stdout_raw();
            let mut set: serde_json::Value = serde_json::from_str(&set).unwrap();
            let mut key = set["keys"][0].take();
            key["kid"] = name.into();
            key["iat"] = age.map(|age| bench.at(-age)).into();
            if age.is_none() {
                key.as_object_mut().unwrap().remove("iat");
            }
            if let Some(ago) = replaced {
                key["authctl_tokens_until"] = bench.at(DAY - ago).into();
            }
            key
        })
        .collect();
    bench.write("secret.key", serde_json::json!({ "keys": jwks }).to_string());
}

#[test]
fn keys_are_listed_with_their_days_and_the_end_of_their_last_tokens() {
    let bench = Bench::new();
    // Half a minute short of the hour, so that no second counts.
    aged(&bench, [Some(DAY / 2 - 30), Some(3 * DAY), Some(40 * DAY)]);
    let listed = bench.run("keys");
    let listed: Vec<String> = listed
        .lines()
        .map(|line| {
            line.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect::<Vec<_>>().join(" | ")
        })
        .collect();
    let ago = |line: &str| line.split(", ").nth(1).unwrap_or(line).to_owned();
    let ends: Vec<String> = listed.iter().map(|line| ago(line)).collect();
    assert_snapshot!(ends[2..].join("\n"), @"
    3 days ago | in 12 hours
    40 days ago | 2 days ago
    [exit 0]
    ");
    let keys = list(&bench);
    let at = |offset| serde_json::Value::from(bench.at(offset));
    assert_eq!(keys[0]["iat"], at(30 - DAY / 2));
    assert_eq!(keys[0].get("tokens_until"), None);
    assert_eq!(keys[1]["tokens_until"], at(30 + DAY / 2));
    assert_eq!(keys[2]["tokens_until"], at(-2 * DAY));
    // No store is needed, and what no rotation noted is not known.
    std::fs::remove_file(bench.path("users.toml")).unwrap();
    aged(&bench, [None, Some(3 * DAY), Some(40 * DAY)]);
    let answer = bench.answer("keys", "");
    assert_eq!((answer.stdout.matches("unknown").count(), answer.stderr.as_str()), (1, ""));
}

/// A key that verifiers had known for a week was put first by hand: tokens of the one before are as good as ever.
#[test]
fn a_key_that_no_rotation_replaced_is_left() {
    let bench = Bench::new();
    aged(&bench, [Some(7 * DAY), Some(40 * DAY), Some(41 * DAY)]);
    let mut set: serde_json::Value = serde_json::from_str(&bench.read("secret.key")).unwrap();
    let keys = set["keys"].as_array_mut().unwrap();
    keys.swap(0, 1);
    keys[0].as_object_mut().unwrap().remove("authctl_tokens_until");
    bench.write("secret.key", set.to_string());
    let token = login(&bench);
    let keys = set["keys"].as_array_mut().unwrap();
    keys.swap(0, 1);
    bench.write("secret.key", set.to_string());
    assert_snapshot!(bench.run("keys retire --unused"), @"
    2> retired key `third-key`: its tokens have all expired
    2> note: key `second-key` is left: no rotation noted when its last token expires
    2> hint: run `authctl keys retire second-key` when no token of it is in use
    [exit 0]
    ");
    assert_eq!(bench.answer("check --require me", token).code, Some(0));
}

#[test]
fn a_lifetime_that_is_shortened_later_shortens_no_token() {
    let bench = Bench::new();
    bench.run("keys generate --output made");
    std::fs::rename(bench.path("made"), bench.path("secret.key")).unwrap();
    bench.run("keys rotate");
    let store = bench.read("users.toml");
    bench.write("users.toml", format!("tokens.max_lifetime = \"1s\"\ntokens.lifetime = \"1s\"\n{store}"));
    assert_snapshot!(run(&bench, "keys retire --unused"), @"
    2> no key is unused: nothing was retired
    2> note: key `<key 1>` is left: tokens of it can be good until <time>
    [exit 0]
    ");
    // A busy machine takes a while from the bench to the rotation.
    let until = list(&bench)[1]["tokens_until"].as_u64().unwrap();
    assert!((bench.at(DAY)..bench.at(DAY + 600)).contains(&until), "{until}");
}

#[test]
fn keys_are_rotated_where_no_store_says_how_long_tokens_live() {
    let bench = Bench::new();
    let store = bench.read("users.toml");
    std::fs::remove_file(bench.path("users.toml")).unwrap();
    assert_snapshot!(run(&bench, "keys rotate"), @"
    2> tokens are signed with the new key `<key 1>` (EdDSA) from now on
    2> those of `secret` stay good until `authctl keys retire secret`
    [exit 0]
    ");
    bench.write("users.toml", store.replace("[users", "[user"));
    assert_snapshot!(run(&bench, "keys rotate"), @"
    2> note: it is not known how long tokens live: user store `<home>/users.toml`, line 12, column 2: unknown table `user`
    2> tokens are signed with the new key `<key 1>` (EdDSA) from now on
    2> those of `<key 2>` stay good until `authctl keys retire <key 2>`
    [exit 0]
    ");
    assert_eq!(list(&bench).iter().filter(|key| key.get("tokens_until").is_some()).count(), 0);
}

#[test]
fn unused_keys_are_retired_and_the_others_named() {
    let bench = Bench::new();
    aged(&bench, [Some(DAY / 2 - 30), Some(3 * DAY), Some(40 * DAY)]);
    let until = "tokens of it can be good until <time>";
    assert_eq!(
        bench.run("keys retire --unused"),
        format!(
            "2> retired key `third-key`: its tokens have all expired\n\
             2> note: key `second-key` is left: {until}\n[exit 0]"
        )
    );
    assert_snapshot!(bench.run("keys retire --unused"), @"
    2> no key is unused: nothing was retired
    2> note: key `second-key` is left: tokens of it can be good until <time>
    [exit 0]
    ");
    let states: Vec<serde_json::Value> =
        list(&bench).into_iter().map(|mut key| key["state"].take()).collect();
    assert_eq!(states, ["signs", "verifies", "retired"]);
    aged(&bench, [Some(2 * DAY), Some(3 * DAY), Some(40 * DAY)]);
    let json = bench.answer("keys retire --unused --json", "").json();
    let names: Vec<&serde_json::Value> = json.as_array().unwrap().iter().map(|key| &key["name"]).collect();
    assert_eq!(names, ["second-key", "third-key"]);
}

#[test]
fn a_key_without_a_date_is_not_guessed_to_be_unused() {
    let bench = Bench::new();
    aged(&bench, [Some(2 * DAY), None, None]);
    assert_snapshot!(bench.run("keys retire --unused"), @"
    2> no key is unused: nothing was retired
    2> note: key `second-key` is left: it has no date, and other programs may sign with it
    2> hint: run `authctl keys retire second-key` when no token of it is in use
    2> note: key `third-key` is left: it has no date, and other programs may sign with it
    2> hint: run `authctl keys retire third-key` when no token of it is in use
    [exit 0]
    ");
    aged(&bench, [None, Some(3 * DAY), Some(40 * DAY)]);
    assert_snapshot!(run(&bench, "keys retire --unused --json"), @r#"
    [{"name":"third-key","kid":"third-key","thumbprint":"<key 1>","alg":"EdDSA","kind":"Ed25519","part":"private","state":"retired","iat":<time>}]
    2> note: key `second-key` is left: no rotation noted when its last token expires
    2> hint: run `authctl keys retire second-key` when no token of it is in use
    [exit 0]
    "#);
}

#[test]
fn the_beginning_of_a_name_will_do_if_it_is_of_one_key() {
    let bench = Bench::new();
    aged(&bench, [Some(0), Some(3 * DAY), Some(40 * DAY)]);
    assert_snapshot!(bench.run("keys retire thir"), @"
    2> retired key `third-key`: its tokens are refused from now on
    [exit 0]
    ");
    assert_snapshot!(bench.run("keys retire sec"), @"
    2> error: no key is called `sec`
    2> hint: `authctl keys` lists them; 4 characters or more stand for a name
    [exit 1]
    ");
    assert_snapshot!(bench.run("keys retire seco --unused"), @"
    2> error: `[KEY]` cannot be used with `--unused`
    2> hint: run `authctl keys retire --help`
    [exit 2]
    ");
    let same = bench.read("secret.key").replace("first-key", "second-one");
    bench.write("secret.key", &same);
    assert_snapshot!(bench.run("keys retire second --json"), @r#"
    {"error":"ambiguous","hint":"name one of them with more characters","message":"`second` is the beginning of `second-key` and `second-one`"}
    2> error: `second` is the beginning of `second-key` and `second-one`
    2> hint: name one of them with more characters
    [exit 2]
    "#);
    assert_eq!(bench.read("secret.key"), same);
    assert_snapshot!(bench.run("keys retire"), @"
    2> error: `<KEY>` is missing
    2> hint: keys that can be retired: `second-key` and `second-one`; `--unused` retires those whose tokens have all expired
    [exit 2]
    ");
}
