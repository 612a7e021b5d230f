//! Rules 1 and 2: the size, the parts, base64url, and the JSON in two of the parts.

use authctl::auth::json::{JsonFault, read_object_leniently};
use authctl::auth::token::{Malformed, Part, Parts};

use crate::bench::{Bench, HEADER, claims, encode, sealed, signed, token};

/// `token` gets `expected` as the answer. Its signature is true, so nothing but the rule refuses it.
#[track_caller]
fn case(token: &str, expected: &str) {
    assert_eq!(Bench::default().answer(token), expected, "{token:.200}");
}

#[test]
fn no_token_at_all_is_told_from_too_few_parts() {
    assert_eq!(Bench::default().words(""), "malformed token: it is empty");
    assert_eq!(
        Bench::default().words("a"),
        "malformed token: a token has three parts with dots between, this has 1"
    );
}

#[test]
fn the_parts_are_what_stands_between_the_dots() {
    let token = token(r#""x":1"#);
    let parts = Parts::of(&token).unwrap();
    assert_eq!(parts.header_bytes().unwrap(), HEADER.as_bytes());
    assert_eq!(parts.claims_bytes().unwrap(), claims(r#""x":1"#).as_bytes());
    assert_eq!(format!("{}.{}", parts.signed, parts.signature), token);
    assert_eq!(Parts::of("a.b.c").unwrap_err(), Malformed::Base64(Part::Header));
}

#[test]
fn a_token_has_at_most_64_kib() {
    let longest = token_of_length(64 * 1024);
    assert_eq!(longest.len(), 65536);
    case(&longest, "good");
    case(&token_of_length(64 * 1024 + 1), "malformed");
}

/// A token that is good but for its length.
fn token_of_length(length: usize) -> String {
    let padding = (length - token(r#""x":"""#).len()) * 3 / 4;
    (padding - 4..padding + 4)
        .map(|padding| token(&format!(r#""x":"{}""#, "x".repeat(padding))))
        .find(|token| token.len() == length)
        .unwrap()
}

#[test]
fn a_token_has_exactly_three_parts() {
    let good = token("");
    case(&good, "good");
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        header.to_owned(),
        message.to_owned(),
        format!("{message}."),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{signature}"),
        format!("{good}.."),
        format!("{header}..{signature}"),
        format!(".{claims}.{signature}"),
        format!("{header}.{claims}{signature}"),
        format!("{header}.{claims},{signature}"),
    ] {
        let expected = if text == format!("{message}.") { "bad_signature" } else { "malformed" };
        case(&text, expected);
    }
}

#[test]
fn each_part_is_unpadded_base64url() {
    for (header, claims_part) in [
        (format!("{}=", encode(r#"{"alg":"HS256"}"#)), encode(claims(""))),
        (encode(HEADER), format!("{}=", encode(claims("")))),
        (encode(HEADER), format!("{}==", encode(claims("")))),
        (encode(HEADER), format!(" {}", encode(claims("")))),
        (encode(HEADER), format!("{}\n", encode(claims("")))),
        (format!("{}\u{0}", encode(HEADER)), encode(claims(""))),
        (format!("{}\u{e9}", encode(HEADER)), encode(claims(""))),
    ] {
        case(&sealed(&header, &claims_part), "malformed");
    }
    let good = token("");
    for wrong in ["=", "==", "\n", " ", "\t", "\u{0}", "%3D", "AA"] {
        case(&format!("{good}{wrong}"), "malformed");
    }
}

#[test]
fn the_alphabet_of_plain_base64_is_not_taken() {
    // Both `-` and `_` are in these claims.
    let plain = encode(claims(r#""x":"???>>>~~~   ???>>>~~~  ???>>>~~~""#));
    assert!(plain.contains('-') && plain.contains('_'), "{plain}");
    case(&sealed(&encode(HEADER), &plain), "good");
    case(&sealed(&encode(HEADER), &plain.replace('-', "+")), "malformed");
    case(&sealed(&encode(HEADER), &plain.replace('_', "/")), "malformed");
    let with_both = |found: char| {
        (0..1000)
            .map(|n| token(&format!("\"n\":{n}")))
            .find(|one| one.rsplit_once('.').is_some_and(|(_, signature)| signature.contains(found)))
    };
    for (ours, theirs) in [('-', "+"), ('_', "/")] {
        let good = with_both(ours).unwrap();
        let (message, signature) = good.rsplit_once('.').unwrap();
        case(&format!("{message}.{}", signature.replace(ours, theirs)), "malformed");
    }
}

#[test]
fn the_bits_that_are_left_over_are_zero() {
    // 2 of 3 bytes leave two bits over, 1 of 3 leaves four.
    for header in [r#"{"alg":"HS256"} "#, r#"{"alg":"HS256"}  "#] {
        let good = encode(header);
        case(&sealed(&good, &encode(claims(""))), "good");
        case(&sealed(&other_spelling(&good), &encode(claims(""))), "malformed");
    }
    for space in [" ", "  ", "   "] {
        let good = encode(format!("{}{space}", claims("")));
        case(&sealed(&encode(HEADER), &good), "good");
        if good.len() % 4 != 0 {
            case(&sealed(&encode(HEADER), &other_spelling(&good)), "malformed");
        }
    }
    case(&other_spelling(&token("")), "malformed");
}

/// Another base64url text for the same bytes, if a reader ignores the unused bits of the last character.
fn other_spelling(part: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = part.chars().next_back().unwrap();
    let next = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
    format!("{}{next}", &part[..part.len() - 1])
}

/// These bytes as a part of an otherwise good token.
#[track_caller]
fn json_case(part: impl AsRef<[u8]>, expected: &str) {
    let part = part.as_ref();
    let shown = String::from_utf8_lossy(part);
    let (is_header, is_claims) = (shown.contains("HS256"), shown.contains("johndoe"));
    if is_header || !is_claims {
        assert_eq!(Bench::default().answer(&signed(part, claims(""))), expected, "header {shown:.200}");
    }
    if is_claims || !is_header {
        assert_eq!(Bench::default().answer(&signed(HEADER, part)), expected, "claims {shown:.200}");
    }
}

#[test]
fn header_and_claims_are_one_json_object_each() {
    for json in ["", " ", "null", "true", "5", "\"HS256\"", "[]", "{", "}", "{}{}", "{\"a\":NaN}", "{'a':1}"]
    {
        json_case(json, "malformed");
    }
    let (header, good) = (HEADER, claims(""));
    for json in [header, &good] {
        json_case(json, "good");
        json_case(format!(" \r\n\t{json}\n"), "good");
        for (before, after) in [
            ("[", "]"),
            ("", "x"),
            ("", ","),
            ("", "\u{0}"),
            ("", "{}"),
            ("\u{feff}", ""),
            ("\u{a0}", ""),
            ("\u{c}", ""),
            ("/**/", ""),
            ("", "//"),
        ] {
            json_case(format!("{before}{json}{after}"), "malformed");
        }
        let with = |member: &[u8]| [&json.as_bytes()[..json.len() - 1], b",", member, b"}"].concat();
        json_case(with(b"\"x\":1"), "good");
        json_case(with(b""), "malformed");
        json_case(with(b"\"x\":01"), "malformed");
        json_case(with(b"\"x\":1e400"), "malformed");
        json_case(with(b"\"x\":\"\n\""), "malformed");
        json_case(with(b"\"x\":\"\\ud800\""), "malformed");
        json_case(with(b"\"x\":\"\xff\""), "malformed");
        json_case(with(b"\"x\":\"\xc0\xaf\""), "malformed");
        json_case(with(b"\"x\":\"\xed\xa0\x80\""), "malformed");
    }
}

#[test]
fn no_member_is_there_twice_at_any_depth() {
    for json in [HEADER, &claims("")] {
        let with = |member: &str| format!("{},{member}}}", &json[..json.len() - 1]);
        json_case(with(r#""a":1,"b":1"#), "good");
        json_case(with(r#""a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]"#), "good");
        json_case(with(r#""a":1,"a":1"#), "malformed");
        json_case(with(r#""a":1,"\u0061":2"#), "malformed");
        json_case(with(r#""x":{"a":1,"a":2}"#), "malformed");
        json_case(with(r#""x":[[{"y":{"a":1,"b":0,"\u0061":2}}]]"#), "malformed");
    }
    json_case(r#"{"alg":"HS256","alg":"HS256"}"#, "malformed");
    json_case(r#"{"alg":"none","alg":"HS256"}"#, "malformed");
    json_case(r#"{"alg":"HS256","\u0061lg":"HS256"}"#, "malformed");
    case(&token(r#""scope":"me","scope":"me admin""#), "malformed");
    case(&token(r#""sub":"johndoe""#), "malformed");
    case(&token(r#""e\u0078p":99999999999"#), "malformed");
}

#[test]
fn whoever_only_looks_is_told_of_a_doubled_member_and_sees_both() {
    for (json, doubled) in [
        (r#"{"a":1,"b":1}"#, false),
        (r#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#, false),
        (r#"{"a":1,"a":2}"#, true),
        (r#"{"b":{"a":1,"a":2},"a":1}"#, true),
    ] {
        let mut names = String::new();
        let result = read_object_leniently(json.as_bytes(), |member| names.push_str(&member.name));
        assert_eq!(result, Ok(doubled), "{json}");
        assert_eq!(names.len(), 2, "{json}");
    }
    assert_eq!(read_object_leniently(b"[]", |_| ()), Err(JsonFault::NotAnObject));
}

#[test]
fn nesting_goes_32_levels_deep_and_no_further() {
    for json in [HEADER, &claims("")] {
        // The object itself is the first level.
        let arrays = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let objects = |depth: usize| format!("{}{{}}{}", "{\"a\":".repeat(depth - 1), "}".repeat(depth - 1));
        for nested in [arrays, objects as fn(usize) -> String] {
            let with = |depth| format!("{},\"x\":{}}}", &json[..json.len() - 1], nested(depth));
            json_case(with(31), "good");
            json_case(with(32), "malformed");
            json_case(with(5000), "malformed");
        }
        // Beside each other there may be any number.
        for sibling in ["[]", "{}", "[[]]", "{\"a\":{}}"] {
            let siblings = vec![sibling; 100].join(",");
            json_case(format!("{},\"x\":[{siblings}]}}", &json[..json.len() - 1]), "good");
        }
    }
}

#[test]
fn the_words_know_what_else_a_text_may_be() {
    let case = |text: &str, expected: Malformed| {
        assert_eq!(Parts::of(text).unwrap_err(), expected, "{text:?}");
        assert_eq!(Bench::default().words(text), format!("malformed token: {expected}"));
    };
    case("eyJh", Malformed::Cut(1));
    case("eyJh.eyJh", Malformed::Cut(2));
    case("a.b", Malformed::Parts(2));
    case("ey.ey.ey.ey", Malformed::Parts(4));
    case("eyJh....", Malformed::Encrypted);
    for (text, position) in [("token=x", 6), ("access_token=x&a=b", 13), ("TOKEN=x.y.z", 6)] {
        case(text, Malformed::Form { position });
    }
    for text in ["Token=x", "a.b=c", "abc==", "=x"] {
        let position = text.find('=').unwrap() + 1;
        case(text, Malformed::Character { character: '=', position });
    }
    for character in ['"', '\'', '`', '\u{2018}', '\u{201d}', '«'] {
        case(&format!("a.b{character}.c+"), Malformed::Quote { character, position: 4 });
    }
    for character in [' ', '\n', '+', '/', '\0', 'é', '\u{ff0e}', '\u{feff}'] {
        case(&format!("a.b.cdef{character}\""), Malformed::Character { character, position: 9 });
    }
    case("\u{feff}a\0.\0b\0", Malformed::Utf16 { character: '\u{feff}', position: 1 });
    case("\0a\0.", Malformed::Utf16 { character: '\0', position: 1 });
}

#[test]
fn the_words_say_which_part_is_wrong() {
    let words = |token: &str| Bench::default().words(token);
    insta::assert_snapshot!(words("x"), @"malformed token: a token has three parts with dots between, this has 1");
    insta::assert_snapshot!(words(&sealed("a+", &encode(claims("")))), @"malformed token: character 2 is `+`; a token has only letters, digits, `-`, `_` and dots");
    insta::assert_snapshot!(words(&sealed(&encode(HEADER), "a=")), @"malformed token: character 39 is `=`; a token has only letters, digits, `-`, `_` and dots");
    insta::assert_snapshot!(words(&format!("{}=", token(""))), @"malformed token: character 128 is `=`; a token has only letters, digits, `-`, `_` and dots");
    insta::assert_snapshot!(words(&signed(HEADER, "[]")), @"malformed token: the claims: not one JSON object");
    insta::assert_snapshot!(words(&signed("[]", claims(""))), @"malformed token: the header: not one JSON object");
    insta::assert_snapshot!(words(&token(r#""a":1,"a":2"#)), @"malformed token: the claims: a member is there twice");
    insta::assert_snapshot!(words(&token_of_length(65540)), @"malformed token: a token has at most 65536 bytes");
}

#[test]
fn the_words_name_the_character_that_cannot_be_seen() {
    for (character, name) in [
        (' ', "a space"),
        ('`', "a backtick"),
        ('\u{fffd}', "not UTF-8"),
        ('!', "`!`"),
        ('~', "`~`"),
        ('\0', "U+0000"),
        ('\u{85}', "U+0085"),
        ('é', "`é` (U+00E9)"),
    ] {
        let said = Bench::default().words(&format!("a.b.cdef{character}"));
        assert!(said.contains(&format!(" 9 is {name};")), "{character:?}: {said}");
    }
}
