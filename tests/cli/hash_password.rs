//! `authctl hash-password`.

use std::fs;

use insta::assert_snapshot;

use crate::bench::{Bench, cheap_hash};
use crate::support::samples::PWDLIB;
use crate::vectors;

#[test]
fn a_hash_is_ready_for_the_store() {
    let bench = Bench::empty();
    let answer = bench.answer("hash-password --password-stdin", "correct horse\n");
    assert_snapshot!(answer.transcript(), @"
    $argon2id$v=19$m=65536,t=3,p=4$<salt>$<tag>
    [exit 0]
    ");
    let hash = String::from_utf8(answer.raw.stdout).unwrap();
    assert_eq!(
        bench.pipe(["hash-password", "--verify", hash.trim(), "--password-stdin"], "correct horse"),
        "[exit 0]"
    );
    bench.write("secret.key", crate::bench::SECRET);
    bench.write("users.toml", format!("[users.johndoe]\nhashed_password = \"{}\"\n", hash.trim()));
    assert_eq!(bench.pipe("login johndoe --password-stdin", "correct horse"), "<token>\n[exit 0]");
    assert_snapshot!(bench.pipe("hash-password --password-stdin --json", "correct horse"), @r#"
    {"hashed_password":"$argon2id$v=19$m=65536,t=3,p=4$<salt>$<tag>"}
    [exit 0]
    "#);
}

#[test]
fn no_two_hashes_have_the_same_salt() {
    let bench = Bench::empty();
    let hash = || {
        bench
            .answer("hash-password --memory-kib 7168 --iterations 5 --password-stdin", "correct horse")
            .raw
            .stdout
    };
    assert_ne!(hash(), hash());
}

#[test]
fn the_policy_is_the_stores_and_an_option_wins() {
    let bench = Bench::new();
    bench.edit_store("memory_kib = 8\niterations = 1", "memory_kib = 7168\niterations = 5");
    assert_snapshot!(bench.pipe("hash-password --password-stdin", "correct horse"), @"
    $argon2id$v=19$m=7168,t=5,p=1$<salt>$<tag>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("hash-password --password-stdin --iterations 6 --parallelism 2", "correct horse"), @"
    $argon2id$v=19$m=7168,t=6,p=2$<salt>$<tag>
    [exit 0]
    ");
    bench.edit_store("memory_kib", "memory");
    assert_snapshot!(bench.pipe("hash-password --password-stdin", "correct horse"), @"
    2> error: user store `<home>/users.toml`, line 3, column 1: unknown field `memory`
    2> hint: did you mean `memory_kib`?
    [exit 2]
    ");
}

#[test]
fn a_hash_that_is_too_cheap_or_too_dear_is_not_made() {
    let bench = Bench::empty();
    let hash = |args: &str| bench.pipe(&format!("hash-password --password-stdin {args}"), "correct horse");
    for (memory, iterations) in [(47_103, 1), (19_455, 2), (12_287, 3), (9_215, 4), (7_167, 5), (7_167, 6)] {
        let answer = hash(&format!("--memory-kib {memory} --iterations {iterations}"));
        assert!(answer.ends_with("[exit 2]"), "{memory}, {iterations}: {answer}");
        let answer = hash(&format!("--memory-kib {} --iterations {iterations}", memory + 1));
        assert!(answer.ends_with("[exit 0]"), "{memory}, {iterations}: {answer}");
    }
    assert_snapshot!(hash("--memory-kib 19456 --iterations 1"), @"
    2> error: `m=19456,t=1,p=4` is below the minimum of OWASP for new hashes
    2> hint: at least `m=19456,t=2`, or `m=47104,t=1`, `m=12288,t=3`, `m=9216,t=4`, `m=7168,t=5`
    [exit 2]
    ");
    assert_snapshot!(hash("--memory-kib 2097153"), @"
    2> error: Argon2id cannot run with `m=2097153,t=3,p=4`
    2> hint: memory is 8 KiB for each lane up to 2097152 KiB, iterations 1 to 64, parallelism 1 to 16
    [exit 2]
    ");
    assert_snapshot!(hash("--iterations 65"), @"
    2> error: Argon2id cannot run with `m=65536,t=65,p=4`
    2> hint: memory is 8 KiB for each lane up to 2097152 KiB, iterations 1 to 64, parallelism 1 to 16
    [exit 2]
    ");
    assert_snapshot!(hash("--iterations 0"), @"
    2> error: Argon2id cannot run with `m=65536,t=0,p=4`
    2> hint: memory is 8 KiB for each lane up to 2097152 KiB, iterations 1 to 64, parallelism 1 to 16
    [exit 2]
    ");
    assert_snapshot!(hash("--parallelism 17"), @"
    2> error: Argon2id cannot run with `m=65536,t=3,p=17`
    2> hint: memory is 8 KiB for each lane up to 2097152 KiB, iterations 1 to 64, parallelism 1 to 16
    [exit 2]
    ");
    assert_snapshot!(hash("--memory-kib 99999999999"), @"
    2> error: `99999999999` is no value for `--memory-kib <N>`: 99999999999 is not in 0..=<time>
    2> hint: run `authctl hash-password --help`
    [exit 2]
    ");
    assert_snapshot!(hash("--memory-kib -1"), @"
    2> error: there is no option `-1` here
    2> hint: a value that begins with `-` goes after `=`: `--memory-kib=VALUE`
    [exit 2]
    ");
    assert_snapshot!(Bench::new().pipe("hash-password --password-stdin", "correct horse"), @"
    2> error: `m=8,t=1,p=1` is below the minimum of OWASP for new hashes
    2> hint: at least `m=19456,t=2`, or `m=47104,t=1`, `m=12288,t=3`, `m=9216,t=4`, `m=7168,t=5`
    [exit 2]
    ");
}

#[test]
fn a_password_is_compared_with_a_hash() {
    let bench = Bench::empty();
    let verify = |hash: &str, password: &str| {
        let mut args = vec!["hash-password", "--password-stdin", "--verify", hash];
        let text = bench.pipe(&args[..], password);
        args.push("--json");
        format!("{text}\n{}", bench.pipe(&args[..], password))
    };
    assert_snapshot!(verify(PWDLIB, "secret"), @r#"
    [exit 0]
    {"match":true}
    [exit 0]
    "#);
    assert_snapshot!(verify(PWDLIB, "Secret"), @r#"
    2> error: the password does not match the hash
    [exit 1]
    {"error":"no_match","message":"the password does not match the hash"}
    2> error: the password does not match the hash
    [exit 1]
    "#);
    assert_snapshot!(verify(&cheap_hash("secret"), "secret"), @r#"
    [exit 0]
    {"match":true}
    [exit 0]
    "#);
    assert_snapshot!(verify("!", "secret"), @r#"
    2> error: no password matches this hash: the account is locked
    [exit 1]
    {"error":"unusable_hash","message":"no password matches this hash: the account is locked"}
    2> error: no password matches this hash: the account is locked
    [exit 1]
    "#);
    assert_snapshot!(verify("$2b$12$nonsense", "secret"), @r#"
    2> error: no password matches this hash: the parameters of bcrypt are not a cost of two digits and 53 characters
    [exit 1]
    {"error":"unusable_hash","message":"no password matches this hash: the parameters of bcrypt are not a cost of two digits and 53 characters"}
    2> error: no password matches this hash: the parameters of bcrypt are not a cost of two digits and 53 characters
    [exit 1]
    "#);
    assert_snapshot!(verify("$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "secret"), @r#"
    2> error: no password matches this hash: Argon2id with m=<time> KiB: at most 2097152
    [exit 1]
    {"error":"unusable_hash","message":"no password matches this hash: Argon2id with m=<time> KiB: at most 2097152"}
    2> error: no password matches this hash: Argon2id with m=<time> KiB: at most 2097152
    [exit 1]
    "#);
    assert_snapshot!(verify("$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w", "secret"), @r#"
    2> error: no password matches this hash: the tag of Argon2id is not 16 to 64 bytes of base64
    [exit 1]
    {"error":"unusable_hash","message":"no password matches this hash: the tag of Argon2id is not 16 to 64 bytes of base64"}
    2> error: no password matches this hash: the tag of Argon2id is not 16 to 64 bytes of base64
    [exit 1]
    "#);
}

#[test]
fn the_known_answers_of_the_reference_implementation_are_ours() {
    let Some(answers) = vectors::path("argon2/known_answers.jsonl") else { return };
    let bench = Bench::empty();
    for line in fs::read_to_string(answers).unwrap().lines() {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| answer[field].as_str().unwrap();
        let ours = answer["version"] == 19;
        let verify = ["hash-password", "--password-stdin", "--verify", text("encoded")];
        let code = bench.answer(verify, text("password")).code;
        assert_eq!(code, Some(i32::from(!ours)), "{}", text("id"));
        let wrong = bench.answer(verify, text("password").to_owned() + "x").code;
        assert_eq!(wrong, Some(1), "{}", text("id"));
    }
}

#[test]
fn calibrated_parameters_are_good_for_new_hashes() {
    let bench = Bench::empty();
    for time in ["1ms", "40ms"] {
        let answer = bench.answer(&format!("hash-password --calibrate {time}"), "");
        assert_eq!(answer.code, Some(0));
        assert!(answer.stderr.starts_with("note: a hash with these takes "), "{}", answer.stderr);
        let args = format!("hash-password --password-stdin {}", answer.stdout.trim_end());
        assert!(bench.pipe(&args, "correct horse").ends_with("<tag>\n[exit 0]"), "{args}");
    }
    let json = bench.answer("hash-password --calibrate 1ms --json --parallelism 1", "").json();
    assert_eq!(json["parallelism"], 1);
    assert!(
        json["memory_kib"].is_u64() && json["iterations"].is_u64() && json["milliseconds"].is_u64(),
        "{json}"
    );
    for wrong in ["0ms", "61s", "soon", "1.5s", "-1s"] {
        assert_eq!(bench.answer(["hash-password", "--calibrate", wrong], "").code, Some(2), "{wrong}");
    }
}

#[test]
fn options_that_do_not_fit_together_are_refused() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("hash-password --verify ! --iterations 3"), @"
    2> error: `--verify <HASH>` cannot be used with `--iterations <N>`
    2> hint: run `authctl hash-password --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("hash-password --calibrate 1s --verify !"), @"
    2> error: `--calibrate <TIME>` cannot be used with `--verify <HASH>`
    2> hint: run `authctl hash-password --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("hash-password secret"), @"
    2> error: there is an argument too many: it is not shown because it may be a secret
    2> hint: a password is no argument: it is asked for, or read from standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(bench.run("hash-password --password secret"), @"
    2> error: there is no option `--password` here
    2> hint: did you mean `--password-stdin`?
    [exit 2]
    ");
    assert_snapshot!(bench.run("hash-password --password=secret"), @"
    2> error: there is no option `--password` here
    2> hint: did you mean `--password-stdin`?
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("hash-password --password-stdin", ""), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
}

#[test]
fn the_policy_is_never_guessed_where_the_store_cannot_be_found() {
    let bench = Bench::empty();
    let mut command = bench.command("hash-password --password-stdin");
    let output = command.env("AUTHCTL_USERS_FILE", "").stdin(std::process::Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("`AUTHCTL_USERS_FILE` is set, but empty"));
}

#[test]
fn a_text_that_is_no_hash_is_no_answer() {
    let bench = Bench::empty();
    assert_snapshot!(bench.pipe(["hash-password", "--password-stdin", "--verify", "=19=65536,t=3,p=4"], "secret"), @"
    2> error: this is no password hash
    2> hint: put a hash in single quotes: within other quotes a shell takes `$argon2id` for a variable
    [exit 2]
    ");
}
