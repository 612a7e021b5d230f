//! Tokens as people have them: in JSON, in quotes, in a header, cut, or not at all.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use insta::{allow_duplicates, assert_snapshot};

use crate::bench::Bench;

/// The response of a token endpoint as `curl … | jq` prints it.
fn pretty(token: &str) -> String {
    format!(
        "{{\r\n  \"access_token\": \"{token}\",\r\n  \"token_type\": \"Bearer\",\r\n  \"expires_in\": 1800,\r\n  \"more\": {{\"access_token\": null}}\r\n}}\r\n"
    )
}

#[test]
fn the_json_of_a_login_or_token_endpoint_is_the_token_in_it() {
    let bench = Bench::new();
    let response = bench.answer("login johndoe --scope me --password-stdin --json", "secret");
    let response = String::from_utf8(response.raw.stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&response).unwrap();
    let token = json["access_token"].as_str().unwrap();
    for text in [
        response.clone(),
        format!("{}\n", json["access_token"]),
        format!("\u{feff}{}", pretty(token)),
        serde_json::json!({ "access_token": format!("Bearer {token}") }).to_string(),
        format!("\"{}\"", token.replace('.', "\\u002e")),
    ] {
        allow_duplicates! {
            assert_snapshot!(bench.pipe("check --require me", &text), @"
            good: johndoe, scopes me, expires in 30 minutes, at <time>
            [exit 0]
            ");
            assert_snapshot!(bench.run(["check", "--require", "me", "--", &text]), @"
            good: johndoe, scopes me, expires in 30 minutes, at <time>
            [exit 0]
            ");
            assert_snapshot!(bench.pipe("decode --claim scope", &text), @"
            me
            [exit 0]
            ");
            assert_snapshot!(bench.run(["decode", "--claim", "scope", "--", &text]), @"
            me
            [exit 0]
            ");
        }
    }
    assert_snapshot!(bench.pipe("revoke", pretty(token)), @"
    2> token `<jti>` of `johndoe` is revoked: would expire in 30 minutes
    [exit 0]
    ");
    assert_snapshot!(bench.run(["revoke", "--", &response]), @"
    2> token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    [exit 0]
    ");
}

#[test]
fn tokens_and_json_of_one_or_several_lines_make_one_stream() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    let stream = [
        &pretty(&good),
        "{\"access_token\":\"",
        &good,
        "\"}\n",
        &good,
        "\n{\"error\":\n\"invalid_grant\"}\n\n",
    ]
    .concat();
    let stream = format!("{stream}{}{{\n{good}\n}}\n{{\"access_token\":", pretty(&good));
    assert_snapshot!(bench.pipe("check", &stream), @"
    line 1: good: johndoe, scopes me, expires in 30 minutes, at <time>
    line 7: good: johndoe, scopes me, expires in 30 minutes, at <time>
    line 8: good: johndoe, scopes me, expires in 30 minutes, at <time>
    line 12: good: johndoe, scopes me, expires in 30 minutes, at <time>
    line 19: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> error: line 9: malformed token: the JSON object has no `access_token`
    2> error: line 18: malformed token: it begins as JSON: not valid JSON
    2> error: line 20: malformed token: character 1 is `}`; a token has only letters, digits, `-`, `_` and dots
    2> error: line 21: malformed token: it begins as JSON that does not end
    [exit 1]
    ");
    let json = bench.answer("check --json", &stream);
    let lines: Vec<u64> = json
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(&line.replace("<time>", "0")).unwrap()["line"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(lines, [1, 7, 8, 9, 12, 18, 19, 20, 21]);
    assert_snapshot!(bench.pipe("decode --claim sub", &stream), @"
    johndoe
    johndoe
    johndoe
    johndoe
    johndoe
    2> error: line 9: malformed token: the JSON object has no `access_token`
    2> error: line 18: malformed token: it begins as JSON: not valid JSON
    2> error: line 20: malformed token: character 1 is `}`; a token has only letters, digits, `-`, `_` and dots
    2> error: line 21: malformed token: it begins as JSON that does not end
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("revoke", &stream), @"
    2> line 1: token `<jti>` of `johndoe` is revoked: would expire in 30 minutes
    2> line 7: token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    2> line 8: token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    2> error: line 9: malformed token: the JSON object has no `access_token`
    2> line 12: token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    2> error: line 18: malformed token: it begins as JSON: not valid JSON
    2> line 19: token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    2> error: line 20: malformed token: character 1 is `}`; a token has only letters, digits, `-`, `_` and dots
    2> error: line 21: malformed token: it begins as JSON that does not end
    [exit 1]
    ");
}

#[test]
fn a_single_token_of_standard_input_has_a_line_in_json_and_no_label() {
    let bench = Bench::new();
    assert_snapshot!(bench.pipe("check --json", "\n\nx\n"), @r#"
    {"active":false,"error":"invalid_token","reasons":[{"code":"malformed","message":"malformed token: a token has three parts with dots between, this has 1"}],"missing":[],"required":[],"challenge":"Bearer error=\"invalid_token\", error_description=\"The token is malformed\"","line":3}
    [exit 1]
    "#);
    assert_snapshot!(bench.pipe("check -", "\n\nx\n\n"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.answer(["check", "x", "-"], "y\n").transcript(), @"
    2> error: token 1: malformed token: a token has three parts with dots between, this has 1
    2> error: line 1: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("decode", "x\n"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("decode --json", "x\n"), @r#"
    {"error":"malformed","line":1,"message":"malformed token: a token has three parts with dots between, this has 1"}
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    "#);
    assert_snapshot!(bench.pipe("revoke", "x\n"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("revoke --json", "x\n"), @r#"
    {"status":"refused","error":"malformed","message":"malformed token: a token has three parts with dots between, this has 1","line":1}
    [exit 1]
    "#);
}

#[test]
fn what_is_no_token_is_told_from_a_broken_one() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("three parts") };
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let inputs = [
        header.to_owned(),
        format!("{header}.{claims}"),
        format!("{header}..aXY.{claims}.{signature}"),
        format!("{header}.{claims}.{signature}.{signature}"),
        "a-token-of-another-kind".to_owned(),
        format!("'{good}'"),
        format!("\"{good}"),
        format!("\u{201c}{good}\u{201d}"),
        format!("Bearer \"{good}\""),
        format!("token={good}"),
        format!("grant_type=x&access_token={good}"),
        format!("TOKEN={good}"),
        format!("{header}=.{claims}.{signature}"),
        format!("{header}\u{ff0e}{claims}.{signature}"),
        format!("{header}.{claims} {signature}"),
        format!("{header}.{claims}.{signature};"),
        format!("{header}.{claims}.\u{202e}{signature}"),
        format!("https://example.com/#access_token={good}"),
        format!("Basic {good}"),
        "{\"error\":\"invalid_grant\"}".to_owned(),
        format!("[\"{good}\"]"),
    ];
    let mut stream = inputs.join("\n").into_bytes();
    stream.extend([b"\n\xff\xfe", utf16(&good).as_slice(), b"\n", good.as_bytes(), b"\0"].concat());
    let transcript = bench.pipe("check", &stream);
    assert_snapshot!(transcript, @r#"
    2> error: line 1: malformed token: the token is cut: a token has three parts with dots between, this has 1
    2> error: line 2: malformed token: the token is cut: a token has three parts with dots between, this has 2
    2> error: line 3: malformed token: the token is encrypted (JWE): it has five parts, and a signed token (JWS) has three
    2> error: line 4: malformed token: a token has three parts with dots between, this has 4
    2> error: line 5: malformed token: a token has three parts with dots between, this has 1
    2> error: line 6: malformed token: character 1 is `'`; a token has no quotation marks
    2> error: line 7: malformed token: character 1 is `"`; a token has no quotation marks
    2> error: line 8: malformed token: character 1 is `“` (U+201C); a token has no quotation marks
    2> error: line 9: malformed token: character 1 is `"`; a token has no quotation marks
    2> error: line 10: malformed token: character 6 is `=`: it is a form body, `name=value`; a token is the value alone
    2> error: line 11: malformed token: character 11 is `=`: it is a form body, `name=value`; a token is the value alone
    2> error: line 12: malformed token: character 6 is `=`: it is a form body, `name=value`; a token is the value alone
    2> error: line 13: malformed token: character 37 is `=`; a token has only letters, digits, `-`, `_` and dots
    2> error: line 14: malformed token: character 37 is `．` (U+FF0E); a token has only letters, digits, `-`, `_` and dots
    2> error: line 15: malformed token: character 189 is a space; a token has only letters, digits, `-`, `_` and dots
    2> error: line 16: malformed token: character 233 is `;`; a token has only letters, digits, `-`, `_` and dots
    2> error: line 17: malformed token: character 190 is `\u{202e}` (U+202E); a token has only letters, digits, `-`, `_` and dots
    2> error: line 18: malformed token: character 6 is `:`; a token has only letters, digits, `-`, `_` and dots
    2> error: line 19: malformed token: character 6 is a space; a token has only letters, digits, `-`, `_` and dots
    2> error: line 20: malformed token: the JSON object has no `access_token`
    2> error: line 21: malformed token: character 1 is `[`; a token has only letters, digits, `-`, `_` and dots
    2> error: line 22: malformed token: character 1 is not UTF-8: it is UTF-16; a token is ASCII
    2> error: line 23: malformed token: character 233 is U+0000; a token has only letters, digits, `-`, `_` and dots
    [exit 1]
    "#);
    assert!(parts.iter().all(|part| !transcript.contains(part)));
    let expected = transcript.replace("\n[exit 1]", "").replace("2> error: ", "");
    for args in ["decode", "revoke"] {
        let other = bench.pipe(args, &stream).replace("\n[exit 1]", "").replace("2> error: ", "");
        assert_eq!(other, expected, "{args}");
    }
    // A NUL cannot be in an argument.
    for (input, message) in inputs.iter().zip(expected.lines()) {
        let (_, message) = message.split_once(": ").unwrap();
        assert_eq!(bench.run(["check", "--", input]), format!("2> error: {message}\n[exit 1]"), "{input}");
    }
}

#[test]
fn a_blank_argument_is_no_token() {
    let bench = Bench::new();
    for args in ["check", "decode", "revoke"] {
        for blank in ["", " ", "\t\r\n", "\u{feff}"] {
            allow_duplicates! {
                assert_snapshot!(bench.run([args, blank]), @"
                2> error: token is empty
                2> hint: give it as an argument, or on standard input, one a line
                [exit 2]
                ");
                assert_snapshot!(bench.run([args, "--json", "x", "--", blank]), @r#"
                {"error":"no_token","hint":"give it as an argument, or on standard input, one a line","message":"token 2 is empty"}
                2> error: token 2 is empty
                2> hint: give it as an argument, or on standard input, one a line
                [exit 2]
                "#);
            }
        }
        allow_duplicates! {
            assert_snapshot!(bench.pipe(args, "\u{feff}"), @"
            2> error: no token on standard input
            2> hint: give it as an argument, or on standard input, one a line
            [exit 2]
            ");
        }
    }
}

#[test]
fn an_open_json_object_is_waited_for_and_a_broken_one_is_not() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    let mut child =
        bench.command("check --json").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answer = || {
        let json: serde_json::Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        (json["line"].as_u64().unwrap(), json["active"].as_bool().unwrap())
    };
    for line in ["{", "\"access_token\"", ":", &format!("\"{good}\""), "}"] {
        writeln!(stdin, "{line}").unwrap();
    }
    assert_eq!(answer(), (1, true));
    writeln!(stdin, "{good}\n{{").unwrap();
    assert_eq!(answer(), (6, true));
    writeln!(stdin, "{good}").unwrap();
    assert_eq!([answer(), answer()], [(7, false), (8, true)]);
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn input_that_means_harm_gets_a_short_answer() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    let nested = |depth: usize| format!("{{\"access_token\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    for (what, text) in [
        ("braces", "{".repeat(10_000_000)),
        ("an open string", format!("\"{}", "x".repeat(10_000_000))),
        ("NULs", "\0".repeat(10_000_000)),
        ("nested arrays", nested(60_000)),
        ("more nested arrays", nested(1_000_000)),
        ("escapes", format!("{{\"access_token\":\"{}", "\\u0041".repeat(1_000_000))),
    ] {
        let answer = bench.answer("check", format!("{text}\n{good}\n"));
        assert_eq!(answer.code, Some(1), "{what}");
        assert!(answer.stdout.starts_with("line 2: good"), "{what}: {}", answer.stdout);
        assert_eq!(answer.stderr.lines().count(), 1, "{what}: {}", answer.stderr);
    }
    // Each line begins an object that is open for as long as it may be.
    for line in
        ["{\"a\":\n", "{\"a\":[\n", "{\"access_token\":\"\",\"a\":[[[\n", "{\n", "{\"a\":1,\n", "\"\n"]
    {
        let answer = bench.answer("check -q", format!("{}{good}", line.repeat(20_000)));
        assert_eq!(answer.code, Some(1), "{line:?}");
    }
    let crlf = format!("\u{feff}\r\n{}\r\n\r\n{good}\r\n", pretty(&good));
    assert_eq!(bench.answer("check -q", crlf).code, Some(0));
}
