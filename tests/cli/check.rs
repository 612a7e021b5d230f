//! `authctl check`: exit code, words and JSON.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::Value;

use crate::bench::{Bench, forged, signed};

#[test]
fn a_good_token_is_told_in_one_line() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    assert_snapshot!(bench.pipe("check", &token), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --require me,items", &token), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check -r items -r me", &token), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.run(["check", &token, "--require", "me items"]), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check", bench.token("johndoe", "me")), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check", bench.token("johndoe", "")), @"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    [exit 0]
    ");
}

#[test]
fn a_refused_token_is_told_with_every_reason() {
    let bench = Bench::new();
    let expired = bench.token_of_age("johndoe", "me", 1800 + 600);
    assert_snapshot!(bench.pipe("check", &expired), @"
    2> error: token expired 10 minutes ago, at <time>
    [exit 3]
    ");
    assert_snapshot!(bench.pipe("check --require me,items,admin --user alice", &expired), @"
    2> error: token expired 10 minutes ago, at <time>
    2> error: token is about `johndoe`, not `alice`
    2> error: token lacks the scopes `items` and `admin`
    [exit 3]
    ");
    assert_snapshot!(bench.pipe("check --require items", bench.token("johndoe", "me")), @"
    2> error: token lacks the scope `items`
    [exit 4]
    ");
    assert_snapshot!(bench.pipe("check", bench.token("alice", "me")), @"
    2> error: user `alice` is disabled
    [exit 1]
    ");
    let nobody = bench.claims(&format!(r#"{{"sub":"bob","exp":{}}}"#, bench.at(600)));
    assert_snapshot!(bench.pipe("check", &nobody), @"
    2> error: user `bob` does not exist
    [exit 1]
    ");
    let wrong = bench.claims(&format!(r#"{{"sub":5,"aud":"x","nbf":{}}}"#, bench.at(1825)));
    assert_snapshot!(bench.pipe("check --issuer us", &wrong), @"
    2> error: claim `sub` is not a non-empty string
    2> error: claim `exp` is missing
    2> error: issuer is missing, and must be `us`
    2> error: audience is `x`, and none is configured here
    2> hint: name the audience with `--audience`, or as `audience` in the user store
    2> error: token is valid only in 30 minutes, from <time>
    [exit 1]
    ");
}

#[test]
fn of_a_forged_token_nothing_else_is_told() {
    let bench = Bench::new();
    let expired = bench.token_of_age("johndoe", "me", 9999);
    assert_snapshot!(bench.pipe("check --require admin --user alice", forged(&expired)), @"
    2> error: signature does not match the key
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("check", "eyJhbGciOiJub25lIn0.e30."), @"
    2> error: algorithm `none` is not that of the key
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("check", "x"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.run(["check", ""]), @"
    2> error: token is empty
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
}

#[test]
fn standard_input_is_read_only_once() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    for command in ["check", "check --quiet", "decode", "revoke"] {
        let said = bench.pipe(format!("{command} - {token} -").as_str(), &token);
        assert_eq!(
            said,
            "2> error: `-` was given more than once, and standard input can be read only once\n[exit 2]",
            "{command}"
        );
    }
    assert!(!bench.read("users.toml").contains("[revoked]"));
}

#[test]
fn a_scope_that_is_declared_no_more_is_said_to_be_just_that() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    bench.edit_store("items = \"Read items.\"\n", "");
    assert_snapshot!(bench.pipe("check --require me,items", &token), @"
    2> error: token has the scope `items`, which is not declared now
    2> hint: declare it under `[scopes]` in the user store
    [exit 4]
    ");
    assert_snapshot!(bench.run("issue johndoe --scope me,items"), @"
    2> error: cannot grant the scope `items`
    2> hint: `items` is granted, and not declared: declare it under `[scopes]` in the user store
    [exit 1]
    ");
}

#[test]
fn a_withdrawn_grant_and_a_sign_out_count_at_once() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    bench.edit_store(r#"scopes = ["me", "items"]"#, r#"scopes = ["me"]"#);
    assert_snapshot!(bench.pipe("check --require me,items", &token), @"
    2> error: token has the scope `items`, which is not granted to its user now
    [exit 4]
    ");
    assert_snapshot!(bench.pipe("check --require me", &token), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_eq!(bench.answer("check --require me --json", &token).json()["scope"], "me");
    assert_snapshot!(bench.pipe("check --require me,items --stateless", &token), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_eq!(bench.answer("check --require me --json --stateless", &token).json()["scope"], "me items");
    bench.edit_store(r#"scopes = ["me"]"#, "generation = 1\nscopes = [\"me\"]");
    assert_snapshot!(bench.pipe("check --require me,items", &token), @"
    2> error: token is from before the last sign-out, new password or removal of its user
    2> error: token has the scope `items`, which is not granted to its user now
    [exit 1]
    ");
}

#[test]
fn a_token_of_another_issuer_is_judged_by_its_iat_after_a_sign_out() {
    let bench = Bench::new();
    let claims = |iat: &str| bench.claims(&format!(r#"{{"sub":"johndoe","exp":{}{iat}}}"#, bench.at(600)));
    assert_eq!(bench.answer("check", claims("")).code, Some(0));
    bench.edit_store(r#"scopes = ["me"#, "tokens_valid_from = 2026-11-21T21:00:00Z\nscopes = [\"me");
    assert_snapshot!(bench.pipe("check", claims("")), @"
    2> error: token has no `iat`, and its user was signed out at <time>
    2> hint: its issuer must write `iat`; `--stateless` judges the token alone, without its user
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("check", claims(r#","iat":1700000000"#)), @"
    2> error: token was issued at <time>, and its user was signed out at <time>
    2> hint: `iat` must not be before the sign-out; `--stateless` judges the token alone, without its user
    [exit 1]
    ");
    assert_eq!(bench.answer("check", claims(&format!(r#","iat":{}"#, bench.at(0)))).code, Some(0));
}

#[test]
fn a_revoked_token_is_refused() {
    let bench = Bench::new();
    let claims = format!(r#"{{"sub":"johndoe","exp":{},"jti":"x y"}}"#, bench.at(600));
    let text = format!("{}\n[revoked]\n\"x y\" = 2099-01-01T00:00:00Z\n", bench.read("users.toml"));
    bench.write("users.toml", text);
    assert_snapshot!(bench.pipe("check", bench.claims(&claims)), @"
    2> error: token was revoked
    [exit 1]
    ");
}

#[test]
fn stateless_needs_no_store() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    std::fs::remove_file(bench.path("users.toml")).unwrap();
    assert_snapshot!(bench.pipe("check", &token), @"
    2> error: user store `<home>/users.toml` does not exist
    2> hint: run `authctl init`, or judge tokens without their users with `--stateless`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check --stateless --require me", &token), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --stateless --require items", &token), @"
    2> error: token lacks the scope `items`
    [exit 4]
    ");
    assert_snapshot!(bench.pipe("check --stateless --user alice", &token), @"
    2> error: token is about `johndoe`, not `alice`
    [exit 1]
    ");
}

#[test]
fn issuer_and_audience_come_from_the_store_or_the_options() {
    let bench = Bench::new();
    let token =
        |claims: &str| bench.claims(&format!(r#"{{"sub":"johndoe","exp":{}{claims}}}"#, bench.at(1825)));
    let ours = token(r#","iss":"us","aud":["x","api"]"#);
    assert_snapshot!(bench.pipe("check", &ours), @"
    2> error: audience is `x` and `api`, and none is configured here
    2> hint: name the audience with `--audience`, or as `audience` in the user store
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("check --audience api --issuer us", &ours), @"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --audience api --issuer them", &ours), @"
    2> error: issuer is `us`, not `them`
    [exit 1]
    ");
    bench.edit_store("[passwords]", "[tokens]\nissuer = \"us\"\naudience = \"api\"\n\n[passwords]");
    assert_snapshot!(bench.pipe("check", &ours), @"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check", token("")), @"
    2> error: issuer is missing, and must be `us`
    2> error: audience is missing, and must be `api`
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("check --audience shop", &ours), @"
    2> error: audience is `x` and `api`, not `shop`
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("check --audience x", &ours), @"
    good: johndoe, no scope, expires in 30 minutes, at <time>
    [exit 0]
    ");
    bench.edit_store("audience = \"api\"", "audience = \"api\"\ntype = \"at+jwt\"");
    assert_snapshot!(bench.pipe("check", &ours), @"
    2> error: the token's type is not `at+jwt`
    [exit 1]
    ");
}

#[test]
fn leeway_and_min_ttl_move_the_boundary() {
    let bench = Bench::new();
    let dead = bench.claims(&format!(r#"{{"sub":"johndoe","exp":{}}}"#, bench.at(-200)));
    let live = bench.claims(&format!(r#"{{"sub":"johndoe","exp":{}}}"#, bench.at(1825)));
    let code = |args: &str, token: &str| bench.answer(args, token).code.unwrap();
    assert_eq!(code("check", &dead), 3);
    assert_eq!(code("check --leeway 60", &dead), 3);
    assert_eq!(code("check --leeway 5m", &dead), 0);
    assert_eq!(code("check --min-ttl 20m", &live), 0);
    assert_eq!(code("check --min-ttl 31m", &live), 3);
    assert_snapshot!(bench.pipe("check --min-ttl 1h", &live), @"
    2> error: token expires in 30 minutes, at <time>, and at least 1 hour was asked for
    [exit 3]
    ");
    let late = bench.pipe("check --leeway 5m", &dead);
    assert!(late.starts_with("good: johndoe, no scope, expired 3 minutes"), "{late}");
    assert!(late.ends_with("at <time>: good by the leeway alone\n[exit 0]"), "{late}");
    assert_snapshot!(bench.pipe("check --leeway 301", &live), @"
    2> error: `--leeway` is at most 5 minutes
    2> hint: give it in seconds, or with a unit: `90`, `90s` or `5m`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check --leeway 6m", &live), @"
    2> error: `--leeway` is at most 5 minutes
    2> hint: give it in seconds, or with a unit: `90`, `90s` or `5m`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check --leeway -1", &live), @"
    2> error: `-1` is no value for `--leeway <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check --min-ttl soon", &live), @"
    2> error: `soon` is no value for `--min-ttl <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl check --help`
    [exit 2]
    ");
}

#[test]
fn quiet_says_nothing_but_the_exit_code() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    assert_snapshot!(bench.pipe("check -q", &good), @"[exit 0]");
    assert_snapshot!(bench.pipe("check --quiet --json", &good), @"[exit 0]");
    assert_snapshot!(bench.pipe("check -q --require items", &good), @"[exit 4]");
    assert_snapshot!(bench.pipe("check -q --json", "x"), @"[exit 1]");
    assert_snapshot!(bench.pipe("check -q", bench.token_of_age("johndoe", "me", 9999)), @"[exit 3]");
    assert_snapshot!(bench.pipe("check -q", ""), @"
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
}

#[test]
fn each_line_is_a_token_and_the_first_refused_one_gives_the_code() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me items");
    let less = bench.token("johndoe", "me");
    let expired = bench.token_of_age("johndoe", "me items", 1800 + 600);
    assert_snapshot!(
        bench.pipe("check --require me,items", format!("{good}\n\n{less}\r\n \t\nx\n{expired}\n{good}")),
        @"
    line 1: good: johndoe, scopes me items, expires in 30 minutes, at <time>
    line 7: good: johndoe, scopes me items, expires in 30 minutes, at <time>
    2> error: line 3: token lacks the scope `items`
    2> error: line 5: malformed token: a token has three parts with dots between, this has 1
    2> error: line 6: token expired 10 minutes ago, at <time>
    [exit 4]
    "
    );
    let code = |tokens: &[&str]| bench.answer("check --require me,items -q", tokens.join("\n")).code.unwrap();
    assert_eq!(code(&[&good, &good]), 0);
    assert_eq!(code(&[&good, &expired, &less]), 3);
    assert_eq!(code(&[&good, &less, "x", &expired]), 4);
    assert_eq!(code(&["x", &less]), 1);
}

#[test]
fn arguments_and_lines_can_be_mixed() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    assert_snapshot!(bench.run(["check", &good, "x"]), @"
    token 1: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> error: token 2: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    let args = ["check", "x", "-", &good];
    assert_snapshot!(bench.answer(args, format!("{good}\ny\n")).transcript(), @"
    line 1: good: johndoe, scopes me, expires in 30 minutes, at <time>
    token 2: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> error: token 1: malformed token: a token has three parts with dots between, this has 1
    2> error: line 2: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.answer(["check", "-"], &good).transcript(), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
}

#[test]
fn what_stands_around_a_token_is_dropped() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    for text in [
        format!("  {good}\t"),
        format!("{good}\r\n"),
        format!("Bearer {good}\n"),
        format!("authorization: bearer {good}"),
        format!("Authorization: Bearer\t{good}\r\n\r\n"),
        format!("\n\n  \n{good}\n\n"),
    ] {
        assert_eq!(bench.answer("check -q", &text).code, Some(0), "{text:?}");
    }
    for text in [format!("Bearer:{good}"), format!("\n\u{feff}{good}"), format!("{good};")] {
        assert_eq!(bench.answer("check -q", &text).code, Some(1), "{text:?}");
    }
    assert_eq!(bench.answer(["check", "-q", &format!("Bearer {good}")], "").code, Some(0));
    assert_eq!(bench.answer(["check", "-q", &format!("{good}\n")], "").code, Some(1));
}

#[test]
fn no_token_is_no_answer() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("check"), @"
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("check", "\n \t\r\n\n"), @"
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
    assert_snapshot!(bench.run("check -"), @"
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --json"), @r#"
    {"error":"no_token","hint":"give it as an argument, or on standard input, one a line","message":"no token on standard input"}
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    "#);
}

#[test]
fn a_line_of_any_length_is_one_refused_token() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    let long = "A".repeat(3_000_000);
    assert_snapshot!(bench.pipe("check", format!("{long}\n{good}\n{good}.{long}")), @"
    line 2: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> error: line 1: malformed token: a token has at most 65536 bytes
    2> error: line 3: malformed token: a token has at most 65536 bytes
    [exit 1]
    ");
    let not_text = [b"\xff\xfe.\x80.\n\0\n".as_slice(), good.as_bytes()].concat();
    assert_snapshot!(bench.pipe("check", not_text), @"
    line 3: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> error: line 1: malformed token: character 1 is not UTF-8; a token has only letters, digits, `-`, `_` and dots
    2> error: line 2: malformed token: character 1 is U+0000: it is UTF-16; a token is ASCII
    [exit 1]
    ");
}

/// The lines of standard output, each as JSON.
fn lines(bench: &Bench, args: &str, stdin: &str) -> Vec<Value> {
    let answer = bench.answer(args, stdin);
    assert_eq!(answer.stderr, "");
    let text = String::from_utf8(answer.raw.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The seconds left replaced, if they are those of [`Bench::token`] or a few less.
fn steady(transcript: &str) -> String {
    let few_less = (1770..=1800).map(|left| format!("\"expires_in\":{left},"));
    few_less.fold(transcript.to_owned(), |text, left| text.replace(&left, "\"expires_in\":<left>,"))
}

#[test]
fn json_tells_a_good_token_by_its_claims() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    assert_snapshot!(steady(&bench.run(["check", "--json", "--require", "items,me", &token])), @r#"
    {"active":true,"sub":"johndoe","username":"johndoe","scope":"me items","required":["items","me"],"iat":<time>,"exp":<time>,"expires_in":<left>,"jti":"<jti>","alg":"HS256","token_type":"Bearer"}
    [exit 0]
    "#);
    // Claims that are absent are left out, and those that are there are as they are in the token.
    let claims = format!(
        r#"{{"aud":["b","a"],"sub":"johndoe","iat":{0}.5,"exp":{1}.75,"iss":"us","x":1}}"#,
        bench.at(-5),
        bench.at(1800)
    );
    let token = signed(r#"{"alg":"HS256","kid":"k1"}"#, claims);
    let answer = steady(&bench.pipe("check --json --audience a", &token));
    assert_snapshot!(answer, @r#"
    {"active":true,"sub":"johndoe","username":"johndoe","scope":"","required":[],"iat":<time>,"exp":<time>,"expires_in":<left>,"iss":"us","aud":["b","a"],"alg":"HS256","kid":"k1","token_type":"Bearer","line":1}
    [exit 0]
    "#);
    let only = bench.claims(&format!(r#"{{"sub":"johndoe","exp":{}}}"#, bench.at(1800)));
    let answer = &lines(&bench, "check --json", &only)[0];
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    insta::assert_debug_snapshot!(keys, @r#"
    [
        "active",
        "alg",
        "exp",
        "expires_in",
        "line",
        "required",
        "scope",
        "sub",
        "token_type",
        "username",
    ]
    "#);
    assert_eq!(answer["exp"], bench.at(1800));
    let left = answer["expires_in"].as_u64().unwrap();
    assert!((1770..=1800).contains(&left), "{left}");
}

#[test]
fn json_tells_a_refused_token_by_its_reasons() {
    let bench = Bench::new();
    let expired = bench.token_of_age("johndoe", "me", 1800 + 600);
    assert_snapshot!(bench.run(["check", "--json", "--require", "me,items", &expired]), @r#"
    {"active":false,"error":"invalid_token","reasons":[{"code":"expired","message":"token expired 10 minutes ago, at <time>"},{"code":"insufficient_scope","message":"token lacks the scope `items`"}],"missing":["items"],"required":["me","items"],"challenge":"Bearer error=\"invalid_token\", error_description=\"The token expired\", scope=\"me items\""}
    [exit 3]
    "#);
    let less = bench.token("johndoe", "me");
    assert_snapshot!(bench.run(["check", "--json", "--require", "me,items", &less]), @r#"
    {"active":false,"error":"insufficient_scope","reasons":[{"code":"insufficient_scope","message":"token lacks the scope `items`"}],"missing":["items"],"required":["me","items"],"challenge":"Bearer error=\"insufficient_scope\", error_description=\"The token lacks a required scope\", scope=\"me items\""}
    [exit 4]
    "#);
    assert_snapshot!(bench.run(["check", "--json", "x"]), @r#"
    {"active":false,"error":"invalid_token","reasons":[{"code":"malformed","message":"malformed token: a token has three parts with dots between, this has 1"}],"missing":[],"required":[],"challenge":"Bearer error=\"invalid_token\", error_description=\"The token is malformed\""}
    [exit 1]
    "#);
}

#[test]
fn json_is_one_line_a_token_in_the_order_of_the_input() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    let answers = lines(&bench, "check --json", &format!("x\n\n{good}\nBearer y\n"));
    let told: Vec<_> =
        answers.iter().map(|answer| (answer["line"].clone(), answer["active"].clone())).collect();
    assert_eq!(told, [(1.into(), false.into()), (3.into(), true.into()), (4.into(), false.into())]);
    let answer = bench.answer(["check", "--json", &good, "x"], "");
    let text = String::from_utf8(answer.raw.stdout).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(!text.contains("\"line\""), "{text}");
}

#[test]
fn a_scope_that_is_required_is_a_scope() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    for list in ["", " ", ",", " , "] {
        let transcript = bench.answer(["check", "--require", list], &good).transcript();
        allow_duplicates! {
            assert_snapshot!(transcript.replace(&format!("`{list}`"), "`…`"), @"
            2> error: `…` is no value for `--require <LIST>`: no scope given
            2> hint: run `authctl check --help`
            [exit 2]
            ");
        }
    }
    assert_snapshot!(bench.answer(["check", "--require", "a\"b"], &good).transcript(), @r#"
    2> error: `a"b` is no value for `--require <LIST>`: `"` cannot be part of a scope
    2> hint: run `authctl check --help`
    [exit 2]
    "#);
    assert_snapshot!(bench.answer(["check", "--user", ""], &good).transcript(), @"
    2> error: `--user` is empty
    [exit 2]
    ");
    assert_snapshot!(bench.answer(["check", "--issuer", ""], &good).transcript(), @"
    2> error: `--issuer` is empty
    [exit 2]
    ");
    assert_snapshot!(bench.answer(["check", "--audience", ""], &good).transcript(), @"
    2> error: `--audience` is empty
    [exit 2]
    ");
}
