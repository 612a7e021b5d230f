//! Text from a token, a store or an argument reaches no terminal as it is.

use crate::bench::{Answer, Bench, signed};

/// ESC, BEL, backspace, DEL, NUL, CR, LF, C1's CSI, bidi override and isolate, zero width space and
/// joiner, line separator, byte order mark, tag characters: as JSON has them, and as they are.
const HOSTILE: [(&str, char); 16] = [
    ("\\u001b[2J\\u001b]0;x\\u0007", '\u{1b}'),
    ("\\u0007", '\u{7}'),
    ("\\b", '\u{8}'),
    ("\u{7f}", '\u{7f}'),
    ("\\u0000", '\0'),
    ("\\r", '\r'),
    ("\\n", '\n'),
    ("\u{9b}31m", '\u{9b}'),
    ("\\u009b31m", '\u{9b}'),
    ("\u{202e}", '\u{202e}'),
    ("\u{2066}", '\u{2066}'),
    ("\u{200b}", '\u{200b}'),
    ("\\u200d", '\u{200d}'),
    ("\u{2028}", '\u{2028}'),
    ("\u{feff}", '\u{feff}'),
    ("\u{e0041}", '\u{e0041}'),
];

/// Nothing but text and newlines was printed, and none of `hostile`.
#[track_caller]
fn is_harmless(answer: &Answer, hostile: char, lines: usize, what: &str) {
    for stream in [&answer.raw.stdout, &answer.raw.stderr] {
        let text = std::str::from_utf8(stream).unwrap();
        let found = text.chars().find(|c| *c != '\n' && (c.is_control() || *c == hostile));
        assert_eq!(found, None, "{what}: {text:?}");
        assert!(text.lines().count() <= lines, "{what}: {text}");
    }
    assert!(matches!(answer.code, Some(0..=4)), "{what}: {:?}", answer.code);
}

#[test]
fn what_a_token_says_moves_no_cursor() {
    let bench = Bench::new();
    let exp = bench.at(600);
    for (json, character) in HOSTILE {
        let marked = format!("a{json}b");
        let mut tokens = vec![
            signed(format!(r#"{{"alg":"{marked}"}}"#), "{}"),
            signed(format!(r#"{{"alg":"HS256","kid":"{marked}","typ":"{marked}","{marked}":1}}"#), "{}"),
            signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"{marked}","exp":{exp},"iss":"{marked}"}}"#)),
        ];
        for claim in ["iss", "aud", "jti", "scope", &marked] {
            let claims = format!(r#"{{"sub":"johndoe","exp":{exp},"{claim}":"{marked}"}}"#);
            tokens.push(signed(r#"{"alg":"HS256"}"#, claims));
            let claims = format!(
                r#"{{"sub":"johndoe","exp":{exp},"{claim}":["{marked}",{{"{marked}":"{marked}"}}]}}"#
            );
            tokens.push(signed(r#"{"alg":"HS256"}"#, claims));
        }
        for token in &tokens {
            for (args, lines) in [
                ("check --issuer us --require me", 6),
                ("check --stateless", 6),
                ("check --stateless --json", 1),
                ("decode", 16),
                ("decode --color always --claim nothing", 1),
                ("decode --json", 1),
                ("decode --json --claim sub", 1),
            ] {
                let mut answer = bench.answer(args, token);
                if args.contains("always") {
                    let plain = String::from_utf8(answer.raw.stderr).unwrap();
                    answer.raw.stderr =
                        plain.replace("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m", "error:").into_bytes();
                }
                is_harmless(&answer, character, lines, &format!("{args} {marked}"));
            }
        }
    }
}

#[test]
fn what_is_long_is_cut_in_messages_and_whole_in_json() {
    let bench = Bench::new();
    let (long, exp) = ("x".repeat(5000), bench.at(600));
    let claims = format!(r#"{{"sub":"{long}","iss":"{long}","jti":"{long}","exp":{exp}}}"#);
    for (header, claims) in [
        (format!(r#"{{"alg":"{long}"}}"#), "{}".to_owned()),
        (format!(r#"{{"alg":"HS256","kid":"{long}"}}"#), claims.clone()),
        (r#"{"alg":"HS256"}"#.to_owned(), claims.clone()),
        (r#"{"alg":"HS256"}"#.to_owned(), claims.replacen(&long, "bob", 1)),
    ] {
        let token = signed(&header, &claims);
        for args in ["check --issuer us --user me", "check --stateless", "revoke"] {
            let said = bench.answer(args, &token);
            let is_brief = said.stderr.lines().chain(said.stdout.lines()).all(|line| line.len() < 512);
            assert!(is_brief, "{args}: {}", said.transcript());
        }
        let said = bench.answer("check --stateless --json", &token);
        assert!(!said.stdout.contains('…') || said.code == Some(1), "{}", said.transcript());
    }
    let token = signed(r#"{"alg":"HS256"}"#, claims);
    assert_eq!(bench.answer("check --stateless --json", &token).json()["sub"], long.as_str());
    let option = format!("--{long}");
    for args in [
        vec!["check", "--leeway", &long],
        vec!["users", "show", &long],
        vec!["completions", &long],
        vec!["keys", "retire", &long],
        vec!["help", &long],
        vec!["check", &option],
        vec!["decode", &token, "--claim", &long],
        vec![&long],
    ] {
        let said = bench.answer(args.as_slice(), "");
        assert!(said.stderr.len() < 512, "{}", said.transcript());
        assert!(said.stderr.contains('…') && matches!(said.code, Some(1 | 2)), "{}", said.transcript());
    }
}

#[test]
fn what_an_argument_or_a_path_says_moves_no_cursor() {
    let mut bench = Bench::new();
    let good = bench.token("johndoe", "me");
    for (_, character) in HOSTILE {
        if character == '\0' {
            continue;
        }
        let text = format!("a{character}b");
        let option = format!("--{text}");
        for args in [
            vec!["check", "--user", &text],
            vec!["check", "--issuer", &text],
            vec!["check", "--require", &text],
            vec!["check", "--leeway", &text],
            vec!["check", &option],
            vec!["check", "--key-file", &text],
            vec!["check", "--users-file", &text],
            vec!["check", &text],
            vec!["decode", &text],
            vec!["decode", "--claim", &text],
            vec!["login", &text, "--password-stdin"],
            vec!["login", "johndoe", "--password-stdin", "--scope", &text],
            vec!["users", "show", &text],
            vec!["help", &text],
            vec![&text],
            vec!["completions", &text],
            vec!["check", "--json", "--leeway", &text],
            vec!["check", "--json", "--key-file", &text],
        ] {
            let answer = bench.answer(args.as_slice(), &good);
            is_harmless(&answer, character, 3, &format!("{args:?}"));
        }
        bench.set("AUTHCTL_USERS_FILE", &text);
        is_harmless(&bench.answer("check", &good), character, 3, "path");
        bench.unset("AUTHCTL_USERS_FILE");
    }
}

#[test]
fn what_a_store_says_moves_no_cursor() {
    for (json, character) in HOSTILE {
        let toml = json.replace('\u{7f}', "\\u007f");
        let bench = Bench::new();
        bench.edit_store("\"Alice Chains\"", &format!("\"Alice{toml}Chains\""));
        is_harmless(&bench.answer("users list", ""), character, 9, json);
        is_harmless(&bench.answer("users list --json", ""), character, 1, json);
        is_harmless(&bench.answer("users show alice", ""), character, 12, json);
        bench.edit_store("disabled = true", &format!("\"dis{toml}abled\" = true"));
        is_harmless(&bench.answer("users list", ""), character, 2, json);
        bench.edit_store("[users.alice]", &format!("[users.\"al{toml}ice\"]"));
        is_harmless(&bench.answer("users list --json", ""), character, 2, json);
    }
}
