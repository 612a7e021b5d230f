//! `authctl revoke`: tokens taken back before they expire.

use authctl::Timestamp;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use insta::assert_snapshot;

use crate::bench::{Bench, SECRET, signed};

fn login(bench: &Bench) -> String {
    let answer = bench.answer("login johndoe --scope me --password-stdin", "secret\n");
    assert_eq!(answer.code, Some(0), "{}", answer.transcript());
    String::from_utf8(answer.raw.stdout).unwrap().trim().to_owned()
}

/// The `[revoked]` table as the library reads it.
fn recorded(bench: &Bench) -> usize {
    bench.users().revoked.len()
}

#[test]
fn a_revoked_token_is_refused_from_the_next_check_on() {
    let bench = Bench::new();
    let (token, other) = (bench.token("johndoe", "me"), bench.token("johndoe", "me"));
    assert_snapshot!(bench.run(["revoke", &token]), @"
    2> token `<jti>` of `johndoe` is revoked: would expire in 30 minutes
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check", format!("{token}\n{other}")), @"
    line 2: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> error: line 1: token was revoked
    [exit 1]
    ");
    assert_snapshot!(bench.run(["check", "--stateless", &token]), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    let text = bench.read("users.toml");
    assert_snapshot!(bench.masked(&text[text.find("[revoked]").unwrap()..]), @"
    [revoked]
    <jti> = <time>
    ");
    assert_snapshot!(bench.run(["revoke", &token]), @"
    2> token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    [exit 0]
    ");
    assert_eq!(bench.read("users.toml"), text);
}

#[test]
fn many_tokens_are_one_change_and_the_bad_ones_among_them_no_obstacle() {
    let bench = Bench::new();
    let good: Vec<String> = (0..3).map(|_| bench.token("johndoe", "me")).collect();
    let (start, signature) = good[0].rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{start}.{other}{}", &signature[1..]);
    let lines = format!("{}\nBearer {}\n\n{forged}\nnonsense\n{}\n{}\n", good[0], good[1], good[2], good[2]);
    assert_snapshot!(bench.pipe("revoke", &lines), @"
    2> line 1: token `<jti>` of `johndoe` is revoked: would expire in 30 minutes
    2> line 2: token `<jti>` of `johndoe` is revoked: would expire in 30 minutes
    2> error: line 4: signature does not match the key
    2> error: line 5: malformed token: a token has three parts with dots between, this has 1
    2> line 6: token `<jti>` of `johndoe` is revoked: would expire in 30 minutes
    2> line 7: token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    [exit 1]
    ");
    assert_eq!(recorded(&bench), 3);
    assert_snapshot!(bench.pipe("revoke --json", &lines), @r#"
    {"status":"already_revoked","jti":"<jti>","sub":"johndoe","exp":<time>,"line":1}
    {"status":"already_revoked","jti":"<jti>","sub":"johndoe","exp":<time>,"line":2}
    {"status":"refused","error":"bad_signature","message":"signature does not match the key","line":4}
    {"status":"refused","error":"malformed","message":"malformed token: a token has three parts with dots between, this has 1","line":5}
    {"status":"already_revoked","jti":"<jti>","sub":"johndoe","exp":<time>,"line":6}
    {"status":"already_revoked","jti":"<jti>","sub":"johndoe","exp":<time>,"line":7}
    [exit 1]
    "#);
    assert_eq!(recorded(&bench), 3);
    assert_snapshot!(bench.pipe(["revoke", "x", "-"], &good[0]), @"
    2> error: token 1: malformed token: a token has three parts with dots between, this has 1
    2> line 1: token `<jti>` of `johndoe` was revoked already: would expire in 30 minutes
    [exit 1]
    ");
}

#[test]
fn only_what_is_genuine_is_recorded() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    let exp = bench.at(600);
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    let token = |claims: String| signed(header, claims);
    let run = |token: &str| bench.run(["revoke", token]);
    let good = token(format!(r#"{{"sub":"johndoe","exp":{exp},"jti":"a"}}"#));
    let (start, signature) = good.rsplit_once('.').unwrap();
    assert_snapshot!(run(&format!("{start}.{}", "A".repeat(signature.len()))), @"
    2> error: signature does not match the key
    [exit 1]
    ");
    assert_snapshot!(run(&good.replacen("eyJ", "eyK", 1)), @"
    2> error: malformed token: the header: not UTF-8
    [exit 1]
    ");
    assert_snapshot!(run(&token(format!(r#"{{"sub":"johndoe","exp":{exp}}}"#))), @"
    2> error: the token has no `jti`
    2> hint: `authctl users sign-out NAME` refuses every token its user has now
    [exit 1]
    ");
    assert_snapshot!(run(&token(format!(r#"{{"sub":"johndoe","exp":{exp},"jti":7}}"#))), @"
    2> error: claim `jti` is not a string
    [exit 1]
    ");
    assert_snapshot!(run(&token(r#"{"sub":"johndoe","jti":"a"}"#.to_owned())), @"
    2> error: claim `exp` is missing
    [exit 1]
    ");
    assert_snapshot!(run(""), @"
    2> error: token is empty
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("revoke", "\n"), @"
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), before);
}

#[test]
fn whose_token_it_is_and_for_whom_does_not_matter() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let exp = bench.at(600);
    let of_another = bench.claims(&format!(
        r#"{{"sub":"nobody here","exp":{exp},"jti":"é\"\n ","iss":"https://elsewhere","aud":["a"]}}"#
    ));
    bench.edit_store("[scopes]", "[tokens]\nissuer = \"https://here\"\ntype = \"at+jwt\"\n\n[scopes]");
    bench.run("users remove johndoe --yes");
    assert_eq!(bench.answer(["revoke", &token, &of_another], "").code, Some(0));
    assert_eq!(recorded(&bench), 2);
    assert!(bench.users().revoked.contains_key("é\"\n "));
}

#[test]
fn what_has_expired_needs_no_record() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    let token = bench.token_of_age("johndoe", "me", 1800 + 86_400);
    assert_snapshot!(bench.run(["revoke", &token]), @"
    2> token `<jti>` of `johndoe` is not good any more: expired 1 day ago
    [exit 0]
    ");
    assert_snapshot!(bench.run(["revoke", "--json", &token]), @r#"
    {"status":"expired","jti":"<jti>","sub":"johndoe","exp":<time>}
    [exit 0]
    "#);
    assert_eq!(bench.read("users.toml"), before);
}

#[test]
fn no_leeway_revives_a_revoked_token() {
    let bench = Bench::new();
    let token = bench.token_of_age("johndoe", "me", 1800 + 60);
    assert_eq!(bench.answer(["check", "--leeway", "5m", &token], "").code, Some(0));
    assert_eq!(bench.answer(["revoke", &token], "").code, Some(0));
    // Another write drops nothing that may still be needed.
    assert_eq!(bench.answer(["revoke", &bench.token("johndoe", "me")], "").code, Some(0));
    assert_snapshot!(bench.run(["check", "--leeway", "5m", &token]), @"
    2> error: token was revoked
    [exit 1]
    ");
}

#[test]
fn records_that_are_over_go_with_the_next_write_or_when_asked() {
    let bench = Bench::new();
    let over = "\n[revoked]\n# why\nold = 2020-01-01T00:00:00Z\n\"o l d\" = 2020-01-01T00:00:00Z\n";
    bench.write("users.toml", bench.read("users.toml") + over);
    assert_snapshot!(bench.run("revoke --prune"), @"
    2> forgot 2 expired tokens
    [exit 0]
    ");
    assert_snapshot!(bench.run("revoke --prune --json"), @r#"
    {"pruned":0}
    [exit 0]
    "#);
    assert!(bench.read("users.toml").ends_with("[revoked]\n# why\n"));
    bench.write("users.toml", bench.read("users.toml") + "old = 2020-01-01T00:00:00Z\n");
    bench.run(["revoke", &bench.token("johndoe", "me")]);
    assert_eq!(recorded(&bench), 1);
    assert_snapshot!(bench.run("revoke --prune x"), @"
    2> error: `--prune` cannot be used with `[TOKEN]...`
    2> hint: run `authctl revoke --help`
    [exit 2]
    ");
}

/// `--expires` so many seconds from now.
fn expires_in(bench: &Bench, seconds: i64) -> String {
    Timestamp::new(bench.at(seconds)).unwrap().to_string()
}

#[test]
fn a_token_that_is_not_at_hand_is_revoked_by_its_id() {
    let bench = Bench::new();
    // It needs no key.
    std::fs::remove_file(bench.path("secret.key")).unwrap();
    let soon = expires_in(&bench, 1800);
    assert_snapshot!(bench.run(["revoke", "--id", "Ab-c", "--expires", &soon]), @"
    2> token `Ab-c` is revoked: would expire in 30 minutes
    [exit 0]
    ");
    assert_snapshot!(bench.run(["revoke", "--id", "a\" \n", "--expires", "2126-11-21T22:00:00.2+01:00", "--json"]), @r#"
    {"status":"revoked","jti":"a\" \n","exp":<time>}
    [exit 0]
    "#);
    assert_snapshot!(bench.run(["revoke", "--id", "Ab-c", "--expires", &soon]), @"
    2> token `Ab-c` was revoked already: would expire in 30 minutes
    [exit 0]
    ");
    let text = bench.read("users.toml");
    assert_snapshot!(bench.masked(&text[text.find("[revoked]").unwrap()..]), @r#"
    [revoked]
    Ab-c = <time>
    "a\" \n" = <time>
    "#);
    assert!(text.contains("= 2126-11-21T21:00:01Z\n"), "{text}");
    assert_snapshot!(bench.run("revoke --id old --expires 2020-01-01T00:00:00Z --json"), @r#"
    {"status":"expired","jti":"old","exp":<time>}
    [exit 0]
    "#);
    // The token would stay good, and the store would hold it.
    let token = bench.token_of_age("johndoe", "me", 0);
    assert_snapshot!(bench.run(["revoke", "--id", &token, "--expires", &soon]), @"
    2> error: `--id` is not shown: it looks like a token
    2> hint: give the token itself: as an argument, or on standard input
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), text);
}

#[test]
fn an_id_needs_the_time_when_the_token_expires() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    for (args, said) in [
        (&["--id", "x"][..], "`--expires <TIME>` is missing"),
        (&["--expires", "2126-11-21T21:00:00Z"], "`--id <JTI>` is missing"),
        (&["--id", "", "--expires", "2126-11-21T21:00:00Z"], "`--id <JTI>` needs a value"),
        (
            &["--id", "x", "--expires", "2126-11-21"],
            " is no value for `--expires <TIME>`: not a date and a time with an offset, such as ",
        ),
        (
            &["--id", "x", "--expires", "2126-11-21T21:00:00"],
            " is no value for `--expires <TIME>`: not a date and a time with an offset, such as ",
        ),
        (
            &["--id", "x", "--expires", "1969-11-21T21:00:00Z"],
            " is no value for `--expires <TIME>`: not in the years 1970 to 9999",
        ),
        (&["--id", "x", "--list"], "`--id <JTI>` cannot be used with `--list`"),
        (&["--list", "x"], "`--list` cannot be used with `[TOKEN]...`"),
    ] {
        let answer = bench.answer(&[&["revoke"], args].concat()[..], "");
        assert_eq!(answer.code, Some(2), "{args:?}");
        assert!(answer.stderr.contains(said), "{args:?}: {}", answer.stderr);
    }
    assert_eq!(bench.read("users.toml"), before);
}

#[test]
fn revoked_tokens_are_listed_by_the_time_when_they_expire() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("revoke --list"), @"
    JTI  EXPIRES
    [exit 0]
    ");
    assert_snapshot!(bench.run("revoke --list --json"), @"
    []
    [exit 0]
    ");
    let soon = bench.token("johndoe", "me");
    bench.run(["revoke", "--id", "a\n\u{202e}", "--expires", &expires_in(&bench, 4020)]);
    bench.run(["revoke", &soon]);
    assert_snapshot!(bench.run("revoke --list"), @r#"
    JTI                               EXPIRES
    <jti>  <time>, in 30 minutes
    a\n\u{202e}                       <time>, in 1 hour 7 minutes
    [exit 0]
    "#);
    assert_snapshot!(bench.run("revoke --list --json"), @r#"
    [{"jti":"<jti>","exp":<time>},{"jti":"a\n\u202e","exp":<time>}]
    [exit 0]
    "#);
}

/// Of an ECDSA signature (r, s) there is a twin (r, n - s), which is as good.
#[test]
fn the_twin_of_a_signature_is_revoked_with_it() {
    let bench = Bench::new();
    bench.run("keys rotate --alg ES256");
    let token = login(&bench);
    let twin = malleated(&token);
    assert_ne!(token, twin);
    let checked = |token: &str| bench.answer(["check", token], "").code;
    assert_eq!((checked(&token), checked(&twin)), (Some(0), Some(0)));
    assert_eq!(bench.answer(["revoke", &token], "").code, Some(0));
    assert_eq!((checked(&token), checked(&twin)), (Some(1), Some(1)));
    assert_snapshot!(bench.run(["revoke", "--json", &twin]), @r#"
    {"status":"already_revoked","jti":"<jti>","sub":"johndoe","exp":<time>}
    [exit 0]
    "#);
    assert_eq!(recorded(&bench), 1);
}

fn malleated(token: &str) -> String {
    const N: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
        0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let (start, signature) = token.rsplit_once('.').unwrap();
    let base64 = BASE64_URL_SAFE_NO_PAD;
    let mut bytes = base64.decode(signature).unwrap();
    let mut borrow = 0;
    for (place, byte) in bytes[32..].iter_mut().enumerate().rev() {
        let difference = i16::from(N[place]) - i16::from(*byte) - borrow;
        borrow = i16::from(difference < 0);
        *byte = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    format!("{start}.{}", base64.encode(bytes))
}

#[test]
fn a_hundred_thousand_revoked_tokens_are_known_each() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let mut store = bench.read("users.toml") + "\n[revoked]\n";
    for number in 0..100_000_u128 {
        let id = number.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        store.extend([&format!("{id:032x}"), " = 2126-11-21T21:00:00Z\n"]);
    }
    bench.write("users.toml", &store);
    assert_eq!(bench.answer(["check", &token], "").code, Some(0));
    assert_eq!(bench.answer(["revoke", &token], "").code, Some(0));
    assert_eq!(bench.answer(["check", &token], "").code, Some(1));
    assert_eq!(recorded(&bench), 100_001);
    assert!(bench.read("users.toml").starts_with(&store));
}

#[test]
fn without_a_store_or_a_key_nothing_is_revoked() {
    let mut bench = Bench::new();
    let token = bench.token("johndoe", "me");
    assert_snapshot!(bench.run(["revoke", &token, "--users-file", "nowhere.toml"]), @"
    2> error: user store `nowhere.toml` does not exist
    2> hint: run `authctl init --users-file nowhere.toml`
    [exit 2]
    ");
    assert_snapshot!(bench.run(["revoke", &token, "--key-file", "nowhere.key"]), @"
    2> error: key file `nowhere.key` does not exist
    2> hint: run `authctl init --key-file nowhere.key`
    [exit 2]
    ");
    bench.write("users.toml", "[users.johndoe]\nhashed_password = 7\n");
    assert_snapshot!(bench.run(["revoke", &token]), @"
    2> error: user store `<home>/users.toml`, line 2, column 19: `hashed_password` must be a string, not an integer (user `johndoe`)
    [exit 2]
    ");
    bench.set("AUTHCTL_SECRET_KEY", SECRET);
    bench.write("users.toml", "");
    assert_eq!(bench.answer(["revoke", &token], "").code, Some(0));
    assert_eq!(recorded(&bench), 1);
}

#[test]
fn more_tokens_than_fit_into_memory_revoke_nothing() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    assert_snapshot!(bench.pipe("revoke", format!("{token}\n{}", "y\n".repeat(300_000))), @"
    2> error: more than 300000 tokens at once; none is revoked
    2> hint: hand them over in parts, such as those of `split -l 100000`
    [exit 2]
    ");
    assert_eq!(bench.pipe("check -q", token), "[exit 0]");
}
