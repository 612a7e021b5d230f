//! The forms of a key that every command takes: from a file, a pipe or the environment.

use std::fs;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use insta::{allow_duplicates, assert_snapshot};
use serde_json::Value;

use crate::bench::{Bench, SECRET};
use crate::support::samples::PWDLIB;
use crate::vectors;

/// A secret that the manual of `FastAPI` prints.
const PUBLISHED: &str = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";

/// A token of `johndoe` that is good with the key of every bench.
fn good(bench: &Bench) -> String {
    bench.claims(&format!(r#"{{"sub":"johndoe","exp":{}}}"#, bench.at(1825)))
}

#[test]
fn what_is_no_key_neither_signs_nor_checks_nor_is_changed() {
    let bench = Bench::new();
    let token = good(&bench);
    let say = |content: &str| {
        bench.write("secret.key", content);
        let said = bench.pipe("check", &token);
        for (args, stdin) in [
            ("login johndoe --password-stdin", "secret"),
            ("revoke", &token),
            ("keys", ""),
            ("keys rotate", ""),
            ("keys public", ""),
            ("doctor", ""),
        ] {
            assert_eq!(bench.pipe(args, stdin), said, "{args}");
        }
        assert_eq!(bench.read("secret.key"), content);
        said
    };
    assert_snapshot!(say("<!DOCTYPE html>\n<html><body>Not Found</body></html>\n"), @"
    2> error: key file `<home>/secret.key`: looks like HTML or XML
    2> hint: download the key again: a server answered with a page
    [exit 2]
    ");
    assert_snapshot!(say("# keys\n{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qY\"}]}\n"), @"
    2> error: key file `<home>/secret.key`: looks like a JWK or a part of one
    2> hint: use the whole key as it was made, decoded and with nothing around it
    [exit 2]
    ");
    assert_snapshot!(say("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"), @"
    2> error: key file `<home>/secret.key`: looks like a PEM block or a part of one
    2> hint: use the whole key as it was made, decoded and with nothing around it
    [exit 2]
    ");
    assert_snapshot!(say(&token), @"
    2> error: key file `<home>/secret.key`: looks like a token
    2> hint: use the key that signs the tokens
    [exit 2]
    ");
    assert_snapshot!(say(PWDLIB), @"
    2> error: key file `<home>/secret.key`: looks like a password hash
    2> hint: make a key with `authctl keys generate` or `openssl rand -hex 32`
    [exit 2]
    ");
    assert_snapshot!(say("${{ secrets.AUTHCTL_SECRET_KEY }}"), @"
    2> error: key file `<home>/secret.key`: looks like a placeholder
    2> hint: replace it with the key itself
    [exit 2]
    ");
    assert_snapshot!(say(&format!("AUTHCTL_SECRET_KEY={SECRET}\n")), @"
    2> error: key file `<home>/secret.key`: looks like an assignment (`NAME=value`)
    2> hint: keep only what is after the name
    [exit 2]
    ");
    assert_snapshot!(say(&format!("{SECRET}\n{SECRET}\n")), @"
    2> error: key file `<home>/secret.key`: looks like a text of several lines
    2> hint: a secret is one line of letters, digits and punctuation: make one with `openssl rand -hex 32`
    [exit 2]
    ");
    assert_snapshot!(say(&"x9Tq".repeat(300)), @r#"
    2> error: key file `<home>/secret.key`: the secret has 1200 characters, and can have at most 1024
    2> hint: write it as a JWK: `{"kty":"oct","k":"…"}` with the secret in base64url
    [exit 2]
    "#);
    assert_snapshot!(say(bench.path("users.toml").to_str().unwrap()), @"
    2> error: key file `<home>/secret.key`: looks like a path
    2> hint: name the file with `--key-file`
    [exit 2]
    ");
    assert_snapshot!(say("aHR0cHM6Ly9pZHAuZXhhbXBsZS5jb20vLndlbGwta25vd24vandrcy5qc29u"), @"
    2> error: key file `<home>/secret.key`: looks like a URL, base64-encoded
    2> hint: replace it with the key at that URL, or name a pipe with `--key-file <(curl -fsS URL)`
    [exit 2]
    ");
}

#[test]
fn what_is_no_key_is_none_in_the_environment_either() {
    let mut bench = Bench::new();
    let path = bench.path("secret.key").to_str().unwrap().to_owned();
    for (value, said) in [
        ("https://idp.example.com/.well-known/jwks.json", "looks like a URL"),
        (path.as_str(), "looks like a path"),
        ("op://production/authctl/signing-key", "looks like a placeholder"),
    ] {
        bench.set("AUTHCTL_SECRET_KEY", value);
        let answer = bench.answer("check", "x");
        assert!(
            answer.stderr.starts_with(&format!("error: `AUTHCTL_SECRET_KEY`: {said}\nhint: ")),
            "{}",
            answer.stderr
        );
        assert_eq!((answer.code, answer.stderr.contains(value)), (Some(2), false));
    }
    bench.set("AUTHCTL_SECRET_KEY", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    assert_snapshot!(bench.run("keys"), @"
    2> error: `AUTHCTL_SECRET_KEY`: looks like a public key in DER, base64-encoded
    2> hint: write it to a file and name that with `--key-file`: the error then says how to convert it
    [exit 2]
    ");
}

#[test]
fn a_secret_of_a_manual_is_warned_of_each_time_it_is_used() {
    let mut bench = Bench::new();
    bench.write("secret.key", format!("{PUBLISHED}\n"));
    let answer = bench.answer("login johndoe --password-stdin", "secret");
    assert_snapshot!(answer.transcript(), @"
    <token>
    2> warning: key file `<home>/secret.key`: the secret is printed in a well-known manual: anyone can sign with it
    2> hint: give authctl and every server that shares it a new one, as `openssl rand -hex 32` prints, or run `authctl keys rotate`, then `authctl keys retire` for the old key
    [exit 0]
    ");
    let token = String::from_utf8(answer.raw.stdout).unwrap();
    assert_snapshot!(bench.pipe("check", &token), @"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    2> warning: key file `<home>/secret.key`: the secret is printed in a well-known manual: anyone can sign with it
    2> hint: give authctl and every server that shares it a new one, as `openssl rand -hex 32` prints, or run `authctl keys rotate`, then `authctl keys retire` for the old key
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check -q", &token), @"[exit 0]");
    bench.unset("AUTHCTL_KEY_FILE").set("AUTHCTL_SECRET_KEY", PUBLISHED);
    assert_snapshot!(bench.pipe("check", &token), @"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    2> warning: `AUTHCTL_SECRET_KEY`: the secret is printed in a well-known manual: anyone can sign with it
    2> hint: set `AUTHCTL_SECRET_KEY` to what `openssl rand -hex 32` prints
    [exit 0]
    ");
    // The key of RFC 7515, A.1, as a JWK.
    let rfc = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
    bench.unset("AUTHCTL_SECRET_KEY").write("secret.key", rfc);
    assert!(bench.pipe("check", &token).contains("is printed in a well-known manual"));
    // A retired key is past harm.
    bench.run("keys rotate");
    bench.run("keys retire secret");
    assert!(!bench.pipe("check", &token).contains("manual"));
}

#[test]
fn the_key_file_is_neither_standard_input_nor_a_url() {
    let mut bench = Bench::new();
    let token = good(&bench);
    assert_snapshot!(bench.pipe("check --key-file -", &token), @"
    2> error: the key is not read from standard input
    2> hint: name a pipe with `--key-file <(COMMAND)`, or put the key in `AUTHCTL_SECRET_KEY`
    [exit 2]
    ");
    for args in
        ["check --key-file https://user:pass@example.com/jwks.json", "login --key-file file:///k johndoe"]
    {
        allow_duplicates! {
            assert_snapshot!(bench.pipe(args, &token), @"
            2> error: the key file is a URL, and nothing is downloaded
            2> hint: download it with `curl -fsS -o FILE URL` and name FILE, or name a pipe with `--key-file <(curl -fsS URL)`
            [exit 2]
            ");
        }
    }
    bench.set("AUTHCTL_KEY_FILE", "-");
    assert_eq!(bench.answer("keys", "").code, Some(2));
}

/// Runs a command line in bash, in which `authctl` is the one under test.
#[cfg(unix)]
fn bash(bench: &Bench, line: &str, stdin: &str) -> Option<String> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    let authctl = bench.command("");
    let folder = std::path::Path::new(authctl.get_program()).parent().unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-c", line]).current_dir(bench.home()).env_clear();
    bash.envs(authctl.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bash.env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()));
    bash.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = bash.spawn().ok()?;
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    Some(bench.answer_of(child.wait_with_output().unwrap()).transcript())
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_once_in_a_run() {
    let bench = Bench::new();
    let token = good(&bench);
    // The commands before and after the password, and each line of a stream, ask for the key.
    let Some(said) =
        bash(&bench, "authctl login johndoe --password-stdin --key-file <(cat secret.key)", "secret")
    else {
        return;
    };
    assert_eq!(said, "<token>\n[exit 0]");
    let check = "authctl check --key-file <(cat secret.key)";
    assert_snapshot!(bash(&bench, check, &format!("{token}\n{token}\n")).unwrap(), @"
    line 1: good: johndoe, no scope, expires in 30 minutes, at <time>
    line 2: good: johndoe, no scope, expires in 30 minutes, at <time>
    [exit 0]
    ");
    // A slow pipe is waited for.
    let slow = "mkfifo gate; (: > gate) & authctl check -q --key-file <(cat gate; cat secret.key)";
    assert_eq!(bash(&bench, slow, &token).unwrap(), "[exit 0]");
    assert_snapshot!(bash(&bench, "authctl check --key-file <(false)", &token).unwrap(), @"
    2> error: key file `/dev/fd/63`: empty
    2> hint: the command at the other end of the pipe wrote nothing: run it alone to see why
    [exit 2]
    ");
    assert_snapshot!(bash(&bench, "authctl check --key-file <(yes | head -c 1100000)", &token).unwrap(), @"
    2> error: cannot read the key file `/dev/fd/63`: larger than 1048576 bytes
    [exit 2]
    ");
    assert_snapshot!(bash(&bench, "authctl keys rotate --key-file <(cat secret.key)", "").unwrap(), @"
    2> error: key file `/dev/fd/63` is a pipe, and cannot be changed
    2> hint: name the file that the key comes from with `--key-file`
    [exit 2]
    ");
    let doctor = bash(&bench, "authctl doctor --key-only --key-file <(cat secret.key)", "").unwrap();
    assert_eq!(doctor, "nothing found\n[exit 0]");
}

#[test]
fn only_tokens_of_the_algorithms_asked_for_are_good() {
    let bench = Bench::new();
    let secret = good(&bench);
    bench.run("keys rotate --alg EdDSA");
    let login = bench.answer("login johndoe --password-stdin", "secret");
    let pair = String::from_utf8(login.raw.stdout).unwrap();
    let both = format!("{secret}\n{pair}");
    assert_snapshot!(bench.pipe("check --alg EdDSA", &both), @"
    line 2: good: johndoe, no scope, expires in 30 minutes, at <time>
    2> error: line 1: algorithm `HS256` is not that of the key
    2> hint: `--alg` accepts `EdDSA` only
    [exit 1]
    ");
    // With it or without, nothing is for these.
    let header =
        |alg: &str| format!("{}.e30.AA", BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}"}}"#)));
    for alg in ["none", "HS999", "EdDSA"] {
        let answer = bench.pipe("check --alg EdDSA,HS256", header(alg));
        assert!(!answer.contains("accepts"), "{answer}");
    }
    for lists in [["--alg", "HS256,EdDSA"], ["--alg", "Ed25519 HS256"]] {
        let args = [&["check", "-q"], lists.as_slice()].concat();
        assert_eq!(bench.answer(args.as_slice(), &both).code, Some(0), "{lists:?}");
    }
    assert_eq!(bench.answer("check -q --alg HS256 --alg EdDSA", &both).code, Some(0));
    assert_snapshot!(bench.pipe("check --alg RS256", &both), @"
    2> error: no key is for `RS256`; the key file has `HS256` and `EdDSA`
    2> hint: name the algorithms of the keys with `--alg`, or another key file
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check --alg RS256 --json", &both), @r#"
    {"error":"no_key","hint":"name the algorithms of the keys with `--alg`, or another key file","message":"no key is for `RS256`; the key file has `HS256` and `EdDSA`"}
    2> error: no key is for `RS256`; the key file has `HS256` and `EdDSA`
    2> hint: name the algorithms of the keys with `--alg`, or another key file
    [exit 2]
    "#);
    for list in ["", ",", "none", "hs256", "EdDSA,HS1"] {
        assert_eq!(bench.answer(["check", "--alg", list], &both).code, Some(2), "{list}");
    }
    assert_snapshot!(bench.run(["check", "--alg", "EdDSA,none", "x"]), @"
    2> error: `EdDSA,none` is no value for `--alg <LIST>`: `none` is not one of `HS256`, `HS384`, `HS512`, `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384` and `EdDSA`
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run(["check", "--alg", ", ", "x"]), @"
    2> error: `, ` is no value for `--alg <LIST>`: it names no algorithm
    2> hint: run `authctl check --help`
    [exit 2]
    ");
}

/// A machine that holds a public key cannot fall back to a shared secret.
#[test]
fn with_an_algorithm_a_key_file_that_became_a_secret_is_no_key() {
    let bench = Bench::new();
    let token = good(&bench);
    assert_snapshot!(bench.pipe("check --alg EdDSA --stateless", &token), @"
    2> error: no key is for `EdDSA`; the key file has `HS256`
    2> hint: name the algorithms of the keys with `--alg`, or another key file
    [exit 2]
    ");
}

/// The key files of other issuers: their forms and algorithms.
#[test]
fn key_files_as_issuers_publish_them_get_the_answer_of_the_contract() {
    let Some(path) = vectors::path("issuers/sample.jsonl") else { return };
    let bench = Bench::empty();
    let (mut count, mut faults) = (0, Vec::new());
    for line in fs::read_to_string(path).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let is_ours = ["form", "own", "header", "alg"].iter().any(|group| case["group"] == *group);
        // It has a key for encryption beside the others.
        if !is_ours || case["id"] == "alg/option-enc-key" {
            continue;
        }
        count += 1;
        let file = case["text"].as_str().map_or_else(|| case["jwks"].to_string(), str::to_owned);
        bench.write("secret.key", file);
        let options = case["args"].as_array().unwrap().iter().map(|option| option.as_str().unwrap());
        let args: Vec<&str> = ["check", "--stateless", "--json"].into_iter().chain(options).collect();
        let answer = bench.answer(args.as_slice(), case["token"].as_str().unwrap());
        let codes = case["exit"].as_array().unwrap();
        let code = answer.code.map(Value::from).unwrap_or_default();
        let told = answer.stdout.lines().next().unwrap_or_default();
        let is_told = match case["code"].as_array() {
            Some(reasons) => reasons.iter().any(|reason| told.contains(&reason.to_string())),
            None => true,
        };
        if !codes.contains(&code) || !is_told {
            faults.push(format!("{}: {}", case["id"], answer.transcript()));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(count >= 30, "{count}");
}
