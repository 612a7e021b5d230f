//! Tokens and hashes that Python makes and takes: `PyJWT`, pwdlib, and a `FastAPI` server with the same key.
//!
//! They run where `python3` (or `AUTHCTL_PYTHON`) has those packages. With `AUTHCTL_PEERS=1` it has to.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::bench::{Bench, SECRET, forged};

/// The lines of JSON that a script answers with. `None` where its packages are not installed, which is said.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn python(script: &str, input: &str) -> Option<Vec<Value>> {
    let program = std::env::var_os("AUTHCTL_PYTHON").unwrap_or_else(|| "python3".into());
    let packages = "import sys, fastapi, httpx, jwt, pwdlib, argon2, tomllib";
    let has_packages =
        Command::new(&program).args(["-c", packages]).output().is_ok_and(|output| output.status.success());
    if !has_packages {
        assert!(
            std::env::var_os("AUTHCTL_PEERS").is_none(),
            "AUTHCTL_PEERS is set, and {} has no PyJWT, pwdlib[argon2], FastAPI and httpx",
            program.display()
        );
        eprintln!("not run: {} has no PyJWT, pwdlib[argon2], FastAPI and httpx", program.display());
        return None;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(script);
    let mut command = Command::new(&program);
    command.arg("-W").arg("ignore").arg(path).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The answers of `PyJWT` and pwdlib.
fn ask(questions: &[Value]) -> Option<Vec<Value>> {
    let lines: Vec<String> = questions.iter().map(Value::to_string).collect();
    python("pyjwt_pwdlib.py", &lines.join("\n"))
}

/// The answers of the server to these requests: status, body, challenge.
fn serve(requests: &[Value]) -> Option<Vec<String>> {
    let job = json!({"secret": SECRET, "users_file": EXAMPLE, "requests": requests});
    Some(python("fastapi_server.py", &job.to_string())?.iter().map(Value::to_string).collect())
}

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/users.example.toml");

/// The users of the example, and the key that the server has too.
fn example() -> Bench {
    Bench::with_store(&std::fs::read_to_string(EXAMPLE).unwrap())
}

fn login(bench: &Bench, args: &str) -> String {
    let answer = bench.answer(&format!("login johndoe --password-stdin {args}"), "secret");
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    String::from_utf8(answer.raw.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn the_users_of_the_example_log_in_as_it_says() {
    let bench = example();
    assert_eq!(bench.answer("login johndoe --password-stdin --scope me,items", "secret").code, Some(0));
    assert_snapshot!(bench.pipe("login alice --password-stdin", "secret2"), @"
    2> error: the user is disabled
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("login alice --password-stdin", "secret"), @"
    2> error: incorrect username or password
    [exit 1]
    ");
    assert_snapshot!(bench.run("users"), @"
    USERNAME  FULL NAME     EMAIL                    SCOPES    STATE     HASH
    alice     Alice Chains  alicechains@example.com  me        disabled  m=65536,t=3,p=4
    johndoe   John Doe      johndoe@example.com      me items  enabled   m=65536,t=3,p=4
    [exit 0]
    ");
}

#[test]
fn pyjwt_takes_our_tokens() {
    let bench = example();
    let options = |more: Value| {
        let mut options = json!({"options": {"require": ["exp", "iat", "sub", "jti"]}});
        options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        options
    };
    let token = login(&bench, "--scope me,items");
    bench.edit_store(
        "[scopes]",
        "[tokens]\nissuer = \"us\"\naudience = \"api\"\ntype = \"at+jwt\"\n\n[scopes]",
    );
    let strict = login(&bench, "--scope me");
    let Some(answers) = ask(&[
        json!(["decode", token, SECRET, options(json!({}))]),
        json!(["decode", strict, SECRET, options(json!({"issuer": "us", "audience": "api"}))]),
        json!(["decode", strict, SECRET, options(json!({}))]),
        json!(["decode", token, "another secret that is long enough", options(json!({}))]),
    ]) else {
        return;
    };
    assert_eq!((&answers[0]["sub"], &answers[0]["scope"]), (&json!("johndoe"), &json!("me items")));
    assert_eq!((&answers[1]["scope"], &answers[1]["aud"]), (&json!("me"), &json!("api")));
    assert_eq!(answers[2..], [json!("InvalidAudienceError"), json!("InvalidSignatureError")]);
}

#[test]
fn we_take_the_tokens_of_pyjwt() {
    let bench = example();
    let (live, dead) = (bench.at(1800), bench.at(-600));
    let encode = |claims: Value, header: Value| json!(["encode", claims, SECRET, header]);
    let Some(answers) = ask(&[
        encode(json!({"sub": "johndoe", "scope": "me items", "exp": live}), json!({})),
        encode(
            json!({"sub": "johndoe", "scope": "me", "exp": live, "iat": bench.at(0), "nbf": bench.at(0)}),
            json!({}),
        ),
        encode(json!({"sub": "johndoe", "exp": live}), json!({"typ": "at+jwt", "kid": "key-1"})),
        encode(json!({"sub": "johndoe", "scope": "me items", "exp": dead}), json!({})),
        encode(json!({"sub": "alice", "scope": "me items", "exp": live}), json!({})),
        encode(json!({"sub": "bob", "scope": "me items", "exp": live}), json!({})),
        encode(json!({"sub": "johndoe", "scope": "me items"}), json!({})),
        json!(["encode", {"sub": "johndoe", "scope": "me items", "exp": live}, format!("{SECRET}x"), {}]),
    ]) else {
        return;
    };
    let tokens: Vec<&str> = answers.iter().map(|token| token.as_str().unwrap()).collect();
    assert_snapshot!(bench.pipe("check --require me,items", tokens.join("\n")), @"
    line 1: good: johndoe, scopes me items, expires in 30 minutes, at <time>
    2> error: line 2: token lacks the scope `items`
    2> error: line 3: token lacks the scopes `me` and `items`
    2> error: line 4: token expired 10 minutes ago, at <time>
    2> error: line 5: user `alice` is disabled
    2> error: line 5: token has the scope `items`, which is not granted to its user now
    2> error: line 6: user `bob` does not exist
    2> error: line 7: claim `exp` is missing
    2> error: line 8: signature does not match the key
    [exit 4]
    ");
}

#[test]
fn pwdlib_and_we_take_each_others_hashes() {
    let bench = Bench::empty();
    let ours = |password: &str| {
        let answer = bench.answer("hash-password --password-stdin", password);
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        String::from_utf8(answer.raw.stdout).unwrap().trim_end().to_owned()
    };
    let (plain, accented) = (ours("correct horse battery staple"), ours("sécret wörd 42 !"));
    let Some(answers) = ask(&[
        json!(["verify", "correct horse battery staple", plain]),
        json!(["verify", "sécret wörd 42 !", accented]),
        json!(["verify", "secret", plain]),
        json!(["hash", "sécret"]),
    ]) else {
        return;
    };
    assert_eq!(answers[0], json!([true, "up to date"]));
    assert_eq!(answers[1], json!([true, "up to date"]));
    assert_eq!(answers[2][0], false);
    let theirs = answers[3].as_str().unwrap();
    let bench = Bench::with_store(&format!("[users.johndoe]\nhashed_password = \"{theirs}\"\n"));
    assert_eq!(bench.answer("login johndoe --password-stdin", "sécret\n").code, Some(0));
    assert_eq!(bench.answer("login johndoe --password-stdin", "secret\n").code, Some(1));
    assert_eq!(bench.answer("users --json", "").json()[0]["hash"]["state"], "ok");
}

/// The scope flow of such a server, its answers beside ours.
#[test]
fn a_server_with_the_same_key_gives_the_same_answers() {
    let bench = example();
    let expired = bench.token_of_age("johndoe", "me items", 9999);
    let tokens = [
        ("no scope asked", login(&bench, "")),
        ("me", login(&bench, "--scope me")),
        ("me and items", login(&bench, "--all-scopes")),
        ("expired", expired.clone()),
        ("forged", forged(&expired)),
        ("disabled user", bench.token("alice", "me items")),
        (
            "unknown user",
            bench.claims(&format!(r#"{{"sub":"bob","exp":{},"scope":"me items"}}"#, bench.at(1800))),
        ),
    ];
    let paths = [("/status", ""), ("/me", "--require me"), ("/items", "--require me,items")];
    let requests: Vec<Value> = tokens
        .iter()
        .flat_map(|(_, token)| paths.map(|(path, _)| json!({"path": path, "bearer": token})))
        .collect();
    let Some(answers) = serve(&requests) else { return };
    let mut answers = answers.iter();
    let mut table = Vec::new();
    for (name, token) in &tokens {
        for (path, args) in paths {
            let theirs = answers.next().unwrap();
            let ours = bench.answer(&format!("check --json {args}"), token);
            let challenge = ours.json()["challenge"].as_str().unwrap_or("-").to_owned();
            let code = ours.code.unwrap();
            assert_eq!(theirs.starts_with("[200"), code == 0, "{name} {path}: {theirs} {code}");
            table.push(format!("{name} {path}: {theirs} | {code} {challenge}"));
        }
    }
    assert_snapshot!(table.join("\n"), @r#"
    no scope asked /status: [200,"johndoe",null] | 0 -
    no scope asked /me: [403,null,"Bearer scope=\"me\""] | 4 Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="me"
    no scope asked /items: [403,null,"Bearer scope=\"me items\""] | 4 Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="me items"
    me /status: [200,"johndoe",null] | 0 -
    me /me: [200,"johndoe",null] | 0 -
    me /items: [403,null,"Bearer scope=\"me items\""] | 4 Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="me items"
    me and items /status: [200,"johndoe",null] | 0 -
    me and items /me: [200,"johndoe",null] | 0 -
    me and items /items: [200,"johndoe",null] | 0 -
    expired /status: [401,null,"Bearer"] | 3 Bearer error="invalid_token", error_description="The token expired"
    expired /me: [401,null,"Bearer scope=\"me\""] | 3 Bearer error="invalid_token", error_description="The token expired", scope="me"
    expired /items: [401,null,"Bearer scope=\"me items\""] | 3 Bearer error="invalid_token", error_description="The token expired", scope="me items"
    forged /status: [401,null,"Bearer"] | 1 Bearer error="invalid_token", error_description="The token's signature is not valid"
    forged /me: [401,null,"Bearer scope=\"me\""] | 1 Bearer error="invalid_token", error_description="The token's signature is not valid", scope="me"
    forged /items: [401,null,"Bearer scope=\"me items\""] | 1 Bearer error="invalid_token", error_description="The token's signature is not valid", scope="me items"
    disabled user /status: [403,null,"Bearer"] | 1 Bearer error="invalid_token", error_description="The token's user is disabled"
    disabled user /me: [403,null,"Bearer scope=\"me\""] | 1 Bearer error="invalid_token", error_description="The token's user is disabled", scope="me"
    disabled user /items: [403,null,"Bearer scope=\"me items\""] | 1 Bearer error="invalid_token", error_description="The token's user is disabled", scope="me items"
    unknown user /status: [401,null,"Bearer"] | 1 Bearer error="invalid_token", error_description="The token's user is not known"
    unknown user /me: [401,null,"Bearer scope=\"me\""] | 1 Bearer error="invalid_token", error_description="The token's user is not known", scope="me"
    unknown user /items: [401,null,"Bearer scope=\"me items\""] | 1 Bearer error="invalid_token", error_description="The token's user is not known", scope="me items"
    "#);
}

/// The server puts every requested scope into a token. We do not, and accept no such scope
/// that was not granted.
#[test]
fn a_scope_that_the_server_gave_without_a_grant_is_refused() {
    let bench = example();
    let form = |scope: &str| json!({"path": "/token", "form": {"username": "johndoe", "password": "secret", "scope": scope}});
    let Some(answers) = serve(&[form("me items"), form("me admin")]) else { return };
    let token = |answer: &str| {
        let answer: Value = serde_json::from_str(answer).unwrap();
        answer[1]["access_token"].as_str().unwrap().to_owned()
    };
    assert_snapshot!(bench.pipe("check --require me,items", token(&answers[0])), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --require admin", token(&answers[1])), @"
    2> error: token has the scope `admin`, which is not granted to its user now
    2> hint: `admin` is not declared in the user store, which declares `items` and `me`
    [exit 4]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --scope me,admin", "secret"), @"
    2> error: cannot grant the scope `admin`
    2> hint: `authctl users show johndoe` lists what can be granted
    [exit 1]
    ");
}
