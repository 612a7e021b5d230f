//! `authctl decode`: the header and claims of a token.

use insta::assert_snapshot;

use crate::bench::{Bench, signed};

fn token(header: &str, claims: &str) -> String {
    signed(header, claims)
}

#[test]
fn header_and_claims_are_shown_as_tables() {
    let bench = Bench::empty();
    let claims = format!(
        r#"{{"sub":"johndoe","scope":"me items","iat":{},"nbf":{},"exp":{},"auth_time":{},"aud":["a", "b"],"admin":true,"x":{{"y": null}},"n":1.50}}"#,
        bench.at(-600),
        bench.at(-600),
        bench.at(1825),
        bench.at(-7 * 86_400 - 600)
    );
    assert_snapshot!(bench.pipe("decode", token(r#"{"alg":"HS256","typ":"JWT"}"#, &claims)), @r#"
    not verified: anyone can write a token that says this

    HEADER  VALUE  MEANING
    alg     HS256
    typ     JWT

    CLAIM      VALUE       MEANING
    sub        johndoe
    scope      me items
    iat        <time>  <time>, 10 minutes ago
    nbf        <time>  <time>, 10 minutes ago
    exp        <time>  <time>, in 30 minutes
    auth_time  <time>  <time>, 7 days ago
    aud        ["a","b"]
    admin      true
    x          {"y":null}
    n          1.50
    [exit 0]
    "#);
}

#[test]
fn claims_that_usually_list_scopes_are_said_to() {
    let bench = Bench::empty();
    let claims = r#"{"scope":"a","scp":"b c","roles":["d"],"permissions":5,"groups":["e"]}"#;
    assert_snapshot!(bench.pipe("decode", token("{}", claims)), @r#"
    not verified: anyone can write a token that says this

    HEADER  VALUE  MEANING

    CLAIM        VALUE  MEANING
    scope        a
    scp          b c    scopes, with `check --scope-claim scp`
    roles        ["d"]  scopes, with `check --scope-claim roles`
    permissions  5
    groups       ["e"]
    [exit 0]
    "#);
}

#[test]
fn neither_key_nor_store_is_needed() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run(["decode", &token("{}", "{}")]), @"
    not verified: anyone can write a token that says this

    HEADER  VALUE  MEANING

    CLAIM  VALUE  MEANING
    [exit 0]
    ");
}

#[test]
fn only_the_shape_matters() {
    let bench = Bench::empty();
    for (header, claims) in [
        (r#"{"alg":"none"}"#, "{}"),
        (r#"{"alg":5,"typ":"x","crit":["x"]}"#, r#"{"exp":1}"#),
        ("{}", r#"{"exp":"soon","sub":5,"scope":[]}"#),
        ("{}", r#"{"exp":1e300,"nbf":-1}"#),
    ] {
        let answer = bench.answer("decode", token(header, claims));
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{header} {claims}");
    }
    let unsigned = format!("{}.", token("{}", "{}").rsplit_once('.').unwrap().0);
    assert_eq!(bench.answer("decode", &unsigned).code, Some(0));
    for text in ["x", "a.b.c", "..", &format!("{unsigned}="), &format!("{unsigned}.x"), &token("[]", "{}")] {
        assert_eq!(bench.answer("decode", text).code, Some(1), "{text}");
    }
    assert_snapshot!(bench.pipe("decode", "x"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.run(["decode", "x", &token("{}", "[]")]), @"
    2> error: token 1: malformed token: a token has three parts with dots between, this has 1
    2> error: token 2: malformed token: the claims: not one JSON object
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("decode --json", "\nx\n"), @r#"
    {"error":"malformed","line":2,"message":"malformed token: a token has three parts with dots between, this has 1"}
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    "#);
    assert_snapshot!(bench.pipe("decode", ""), @"
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
}

#[test]
fn doubled_members_are_shown_with_a_warning() {
    let bench = Bench::empty();
    let token = token(r#"{"alg":"a","alg":"b"}"#, r#"{"sub":"x","sub":"y","z":{"q":1,"q":2}}"#);
    assert_snapshot!(bench.run(["decode", &token]), @r#"
    not verified: anyone can write a token that says this

    HEADER  VALUE  MEANING
    alg     a
    alg     b

    CLAIM  VALUE          MEANING
    sub    x
    sub    y
    z      {"q":1,"q":2}
    2> warning: a member is there twice: `check` refuses such a token
    [exit 0]
    "#);
    assert_snapshot!(bench.pipe("decode --json", &token), @r#"
    {"header":{"alg":"a","alg":"b"},"payload":{"sub":"x","sub":"y","z":{"q":1,"q":2}},"verified":null}
    2> warning: a member is there twice: `check` refuses such a token
    [exit 0]
    "#);
    assert_snapshot!(bench.pipe("decode --claim sub", &token), @"
    y
    2> warning: a member is there twice: `check` refuses such a token
    [exit 0]
    ");
}

#[test]
fn json_has_every_value_exactly_as_in_the_token() {
    let bench = Bench::empty();
    let claims = r#"{"z":1,"a":12345678901234567890123,"f":1.10,"e":1E+2,"neg":-0,"s":"\u00e9\/ é 😀","o":{"b":[1,2 , {}],"a":null},"":""}"#;
    assert_snapshot!(bench.pipe("decode --json", token(r#"{ "typ" : "JWT","alg":"none" }"#, claims)), @r#"
    {"header":{"typ":"JWT","alg":"none"},"payload":{"z":1,"a":12345678901234567890123,"f":1.10,"e":1E+2,"neg":-0,"s":"\u00e9\/ é 😀","o":{"b":[1,2,{}],"a":null},"":""},"verified":null}
    [exit 0]
    "#);
    let lines = bench.answer("decode --json", format!("{0}\nx\n{0}\n", token("{}", "{}")));
    assert_snapshot!(lines.transcript(), @r#"
    {"header":{},"payload":{},"verified":null}
    {"error":"malformed","line":2,"message":"malformed token: a token has three parts with dots between, this has 1"}
    {"header":{},"payload":{},"verified":null}
    2> error: line 2: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    "#);
}

#[test]
fn a_claim_alone_is_printed_raw() {
    let bench = Bench::empty();
    let token = token(
        "{}",
        r#"{"sub":"john \"d\"\u00e9","n":1e2,"big":12345678901234567890123,"a":[1, "x"],"o":{"b":1,"a":{}},"t":true,"z":null,"":"empty"}"#,
    );
    let claim = |args: &[&str]| {
        bench.answer([&["decode"], args, &[token.as_str()]].concat().as_slice(), "").transcript()
    };
    assert_snapshot!(claim(&["--claim", "sub"]), @r#"
    john "d"é
    [exit 0]
    "#);
    assert_snapshot!(claim(&["--claim", "sub", "--json"]), @r#"
    "john \"d\"\u00e9"
    [exit 0]
    "#);
    assert_snapshot!(claim(&["--claim", "n"]), @"
    1e2
    [exit 0]
    ");
    assert_snapshot!(claim(&["--claim", "big"]), @"
    12345678901234567890123
    [exit 0]
    ");
    assert_snapshot!(claim(&["--claim", "a"]), @r#"
    [1,"x"]
    [exit 0]
    "#);
    assert_snapshot!(claim(&["--claim", "o"]), @r#"
    {"b":1,"a":{}}
    [exit 0]
    "#);
    assert_snapshot!(claim(&["--claim", "t"]), @"
    true
    [exit 0]
    ");
    assert_snapshot!(claim(&["--claim", "z"]), @"
    null
    [exit 0]
    ");
    assert_snapshot!(claim(&["--claim", ""]), @"
    empty
    [exit 0]
    ");
    assert_snapshot!(claim(&["--claim", "Sub"]), @"
    2> error: the token has no claim `Sub`
    [exit 1]
    ");
    assert_snapshot!(claim(&["--claim", "exp", "--json"]), @r#"
    {"error":"no_such_claim","message":"the token has no claim `exp`"}
    2> error: the token has no claim `exp`
    [exit 1]
    "#);
}

#[test]
fn the_signature_is_not_shown() {
    let bench = Bench::empty();
    let token = bench.claims(r#"{"sub":"johndoe"}"#);
    let signature = token.rsplit_once('.').unwrap().1;
    for args in ["decode", "decode --json", "decode --claim sub", "decode --claim signature"] {
        let answer = bench.answer(args, &token);
        let text = [answer.raw.stdout, answer.raw.stderr].concat();
        assert!(!String::from_utf8(text).unwrap().contains(signature), "{args}");
    }
}

#[test]
fn times_are_shown_in_the_zone_of_the_machine() {
    let mut bench = Bench::empty();
    let claims = r#"{"exp":1795294800,"iat":0,"nbf":253402300799,"auth_time":1795294800.9}"#;
    let token = token("{}", claims);
    let shown = |bench: &Bench| {
        let text = String::from_utf8(bench.answer("decode", &token).raw.stdout).unwrap();
        let claims = text.lines().skip_while(|line| !line.starts_with("CLAIM")).skip(1);
        let until_relative: Vec<&str> = claims.map(|line| line.split(", ").next().unwrap()).collect();
        until_relative.join("\n")
    };
    assert_snapshot!(shown(&bench), @"
    exp        1795294800    2026-11-21 21:00:00 +00:00
    iat        0             1970-01-01 00:00:00 +00:00
    nbf        253402300799  9999-12-31T23:59:59Z
    auth_time  1795294800.9  2026-11-21 21:00:00 +00:00
    ");
    bench.set("TZ", "IST-5:30");
    let in_india = shown(&bench);
    assert_snapshot!(in_india, @"
    exp        1795294800    2026-11-22 02:30:00 +05:30
    iat        0             1970-01-01 05:30:00 +05:30
    nbf        253402300799  9999-12-31T23:59:59Z
    auth_time  1795294800.9  2026-11-22 02:30:00 +05:30
    ");
    // The program brings the zones along where the system has none.
    if cfg!(windows) || std::path::Path::new("/usr/share/zoneinfo/Asia/Kolkata").exists() {
        bench.set("TZ", "Asia/Kolkata");
        assert_eq!(shown(&bench), in_india);
    }
}

#[test]
fn a_blank_line_is_between_two_tokens() {
    let bench = Bench::new();
    let token = bench.claims(r#"{"sub":"johndoe"}"#);
    assert_snapshot!(bench.pipe("decode", format!("{token}\nnonsense\n{token}\n")), @"
    line 1: not verified: anyone can write a token that says this

    HEADER  VALUE  MEANING
    alg     HS256
    typ     JWT

    CLAIM  VALUE    MEANING
    sub    johndoe

    line 3: not verified: anyone can write a token that says this

    HEADER  VALUE  MEANING
    alg     HS256
    typ     JWT

    CLAIM  VALUE    MEANING
    sub    johndoe
    2> error: line 2: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    let json = bench.answer("decode --json", format!("{token}\n{token}\n")).stdout;
    assert_eq!(json.lines().filter(|line| line.is_empty()).count(), 0);
}
