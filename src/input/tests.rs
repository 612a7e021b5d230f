use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{Read, Repeat, repeat};

use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::arguments::is_blank;
use super::lines::MAX_LINE_BYTES;
use super::{Arguments, Blocks, Input, Part, Place, Tokens, Waiting};

/// An input that arrives in pieces, one for each read.
#[derive(Default)]
struct Pieces(VecDeque<Vec<u8>>);

impl Pieces {
    fn of(pieces: &[&str]) -> Self {
        Self(pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect())
    }

    /// All of `text`, in pieces of these sizes again and again.
    fn cut(mut text: &[u8], sizes: &[usize]) -> Self {
        let mut pieces = VecDeque::new();
        for size in sizes.iter().cycle() {
            let (piece, rest) = text.split_at((*size).min(text.len()));
            if piece.is_empty() {
                break;
            }
            pieces.push_back(piece.to_vec());
            text = rest;
        }
        Self(pieces)
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Some(mut piece) = self.0.pop_front() else { return Ok(0) };
        if piece.len() > buffer.len() {
            self.0.push_front(piece.split_off(buffer.len()));
        }
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

impl Waiting for Pieces {
    fn waits(&mut self) -> bool {
        // As of a process that has written a piece `wait` and does not end.
        self.0.front().is_some_and(|piece| piece == b"wait")
    }
}

/// The tokens, one per line: `label token`, or the fault.
fn shown(tokens: &impl Tokens) -> Vec<String> {
    let mut shown = Vec::new();
    tokens.for_each(|place, token| {
        let token = token.map_or_else(|fault| format!("({fault})"), str::to_owned);
        shown.push(format!("{}{token}", place.label()));
    });
    shown
}

/// The tokens of each block.
fn blocks(input: Pieces, asks_whether_alone: bool) -> Vec<Vec<String>> {
    let mut blocks = Blocks::new(input, asks_whether_alone);
    let mut all = Vec::new();
    while let Some(block) = blocks.next().unwrap() {
        all.push(shown(&block));
        blocks.take_back(block);
    }
    assert_eq!(blocks.require_any().is_ok(), !all.concat().is_empty());
    all
}

fn tokens(text: impl AsRef<[u8]>) -> String {
    blocks(Pieces::cut(text.as_ref(), &[usize::MAX]), false).concat().join("\n")
}

#[test]
fn lines_come_as_soon_as_they_are_whole() {
    let case = |pieces: &[&str], expected: &str| {
        let blocks: Vec<String> =
            blocks(Pieces::of(pieces), false).iter().map(|block| block.join(", ")).collect();
        assert_eq!(blocks.join(" | "), expected, "{pieces:?}");
    };
    case(&["a\nb\n", "c\n"], "line 1: a, line 2: b | line 3: c");
    case(&["a", "b", "\nc", "\n"], "line 1: ab | line 2: c");
    case(&["a\n\n\nb"], "line 1: a | line 4: b");
    case(&["a\n", "b"], "line 1: a | line 2: b");
    case(&["\n"], "");
    case(&[], "");
    // Lines before a JSON object do not wait for its end, nor do lines after a broken one.
    case(&["a\n{\n", "\"access_token\":\"b\"\n", "}\nc\n"], "line 1: a | line 2: b, line 5: c");
    case(
        &["{\n", "\"a\":1\nb\n", "c\n"],
        "line 1: (it begins as JSON: not valid JSON), line 2: \"a\":1, line 3: b | line 4: c",
    );
}

impl Waiting for Repeat {
    fn waits(&mut self) -> bool {
        false
    }
}

#[test]
fn a_line_without_an_end_is_too_long_before_its_end() {
    let first = Blocks::new(repeat(b'a'), true).next().unwrap().unwrap();
    assert_snapshot!(shown(&first).join("\n"), @"line 1: (a token has at most 65536 bytes)");
}

#[test]
fn json_is_the_token_in_it() {
    assert_snapshot!(tokens("\
\"a.b.c\"
 \"Bearer a.b.c\"\t\r
\"a\\u002eb.\\u0063\"
{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\"}
 {\"\\u0061ccess_token\" : \" Bearer a\\u002eb.c \"}\r
{
  \"scope\": \"x\", \"more\": [1, {\"access_token\": \"no\"}],

  \"access_token\":
    \"a.b.c\"
}  \t\r
a.b.c"), @"
    line 1: a.b.c
    line 2: a.b.c
    line 3: a.b.c
    line 4: a.b.c
    line 5: a.b.c
    line 6: a.b.c
    line 12: a.b.c
    ");
}

#[test]
fn json_without_a_token_is_malformed_once() {
    assert_snapshot!(tokens("\
{\"error\":
\"invalid_grant\"}
{\"access_token\":\"a\",\"access_token\":\"a\"}
{\"access_token\":\"a\",\"access\\u005ftoken\":null}
{\"access_token\":[\"a\"]}
{\"x\":{\"access_token\":\"a\"}}
{\"access_token\":\"a\",\"b\":1,\"b\":1}
{\"access_token\":\"a\"} b
{}{}
[\"a\"]
\"a
\"a\"b
Bearer \"a\"
{\"access_token\":\"\"}
\"\"
{\"access_token\":
"), @r#"
    line 1: (the JSON object has no `access_token`)
    line 3: (the JSON object has more than one `access_token`)
    line 4: (the JSON object has more than one `access_token`)
    line 5: (`access_token` in the JSON object is not a string)
    line 6: (the JSON object has no `access_token`)
    line 7: (it begins as JSON: a member is there twice)
    line 8: (text follows the JSON object)
    line 9: (text follows the JSON object)
    line 10: ["a"]
    line 11: "a
    line 12: "a"b
    line 13: "a"
    line 14: 
    line 15: 
    line 16: (it begins as JSON that does not end)
    "#);
}

#[test]
fn after_json_that_breaks_off_reading_goes_on_with_the_next_line() {
    assert_snapshot!(tokens("\
{
a.b.c
}
{\"access_token\":\"a
b.b.b
{\"access_token\":\"x\",
{\"access_token\":\"y\"}
{\"a\":1
} z
"), @r#"
    line 1: (it begins as JSON: not valid JSON)
    line 2: a.b.c
    line 3: }
    line 4: (it begins as JSON: not valid JSON)
    line 5: b.b.b
    line 6: (it begins as JSON: not valid JSON)
    line 7: y
    line 8: (text follows the JSON object)
    line 9: } z
    "#);
    let not_utf8 = b"{\"access_token\":\n\"a\xff\"}\na\n{\n\xff}\n{}\xff\n{\"access_token\":\"a\"}\n\xff";
    assert_snapshot!(tokens(not_utf8), @r#"
    line 1: (it begins as JSON: not UTF-8)
    line 2: "a�"}
    line 3: a
    line 4: (it begins as JSON: not UTF-8)
    line 5: �}
    line 6: (text follows the JSON object)
    line 7: a
    line 8: �
    "#);
}

#[test]
fn a_byte_order_mark_is_dropped_at_the_start_only() {
    assert_eq!(tokens("\u{feff}a\n\u{feff}b"), "line 1: a\nline 2: \u{feff}b");
    assert_eq!(tokens("\u{feff}{\"access_token\":\n\"a\"}"), "line 1: a");
    assert_eq!(tokens("\u{feff}"), "");
    assert_eq!(tokens("\u{feff}\r\n \u{feff}"), "line 2: \u{feff}");
}

#[test]
fn a_line_or_json_that_is_too_long_is_malformed_and_not_cut() {
    let longest = format!("{}a.b.c\n", " ".repeat(MAX_LINE_BYTES - 5));
    let json = |spaces: usize| format!("{{\n\"access_token\":{}\"a.b.c\"\n}}\nx\n", " ".repeat(spaces));
    let frame = json(0).len() - 3;
    for (text, expected) in [
        (longest.clone(), "line 1: a.b.c"),
        (format!("\u{feff}{longest}"), "line 1: a.b.c"),
        (format!(" {longest}b"), "line 1: (a token has at most 65536 bytes)\nline 2: b"),
        (format!("\u{feff} {longest}b"), "line 1: (a token has at most 65536 bytes)\nline 2: b"),
        (
            format!("{}\nb", " ".repeat(MAX_LINE_BYTES + 1)),
            "line 1: (a token has at most 65536 bytes)\nline 2: b",
        ),
        (json(MAX_LINE_BYTES - frame), "line 1: a.b.c\nline 4: x"),
        (
            json(MAX_LINE_BYTES - frame + 1).replace("\"a.b.c\"", "\"aaaaa\""),
            "line 1: (JSON around a token has at most 131072 bytes)\nline 2: \"access_token\": \"aaaaa\"\nline 3: }\nline 4: x",
        ),
        (
            format!("{{\n{}}}\nx", " ".repeat(MAX_LINE_BYTES)),
            "line 1: (JSON around a token has at most 131072 bytes)\nline 2: (a token has at most 65536 bytes)\nline 3: x",
        ),
        (
            format!("{{\"access_token\":\"a\"\n}}{}\nx", " ".repeat(MAX_LINE_BYTES)),
            "line 1: (JSON around a token has at most 131072 bytes)\nline 2: (a token has at most 65536 bytes)\nline 3: x",
        ),
        (
            format!("{{\"access_token\":\"a\"}}\n{}\nx", " ".repeat(3 * MAX_LINE_BYTES)),
            "line 1: a\nline 2: (a token has at most 65536 bytes)\nline 3: x",
        ),
    ] {
        for sizes in [&[usize::MAX][..], &[1000], &[MAX_LINE_BYTES + 2], &[MAX_LINE_BYTES, 3]] {
            let all = blocks(Pieces::cut(text.as_bytes(), sizes), false).concat().join("\n");
            let shown: String = all.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            assert_eq!(shown, expected, "{} bytes in {sizes:?}", text.len());
        }
    }
}

#[test]
fn a_token_that_is_alone_has_no_label() {
    let case = |pieces: &[&str], expected: &str| {
        assert_eq!(blocks(Pieces::of(pieces), true).concat().join(", "), expected, "{pieces:?}");
    };
    for alone in
        [&["a"][..], &["a\n"], &["\n\n", "a\n"], &["a\n", " \r\n", "\n"], &["{\"access_token\":\n", "\"a\"}"]]
    {
        case(alone, "a");
    }
    case(&["a\n", "b\n"], "line 1: a, line 2: b");
    case(&["a\nb\n"], "line 1: a, line 2: b");
    case(&["a\n", "\n", "b"], "line 1: a, line 3: b");
    case(&["a\nb"], "line 1: a, line 2: b");
    // More may follow, and the answer does not wait for it.
    case(&["a\n", "wait"], "line 1: a, line 2: wait");
    // The number counts in JSON all the same.
    assert_eq!((Place::OnlyLine(7).line(), Place::Only.line()), (Some(7), None));
}

#[test]
fn an_argument_is_a_token_or_json() {
    let of = |text: &str| shown(&Arguments::new(&[OsString::from(text)], None)).concat();
    for text in [
        "a.b.c",
        "\u{feff}Bearer a.b.c ",
        "\"a.b.c\"",
        "\n{\n\"access_token\" : \"a.b\\u002ec\"\n}\n",
        "{\"access_token\":\"Authorization: Bearer a.b.c\"}",
    ] {
        assert_eq!(of(text), "a.b.c", "{text:?}");
    }
    assert_eq!(of("a.b.c\n"), "a.b.c\n");
    assert_eq!(of("{}"), "(the JSON object has no `access_token`)");
    assert_eq!(of("{} x"), "(text follows the JSON object)");
    assert_eq!(of("{\"access_token\":\"a"), "(it begins as JSON that does not end)");
    assert_eq!(of("{x"), "(it begins as JSON: not valid JSON)");
    let json = |length: usize| format!("{{{}\"access_token\":\"a.b.c\"}}", " ".repeat(length - 24));
    assert_eq!(json(131_072).len(), 131_072);
    assert_eq!(of(&json(131_072)), "a.b.c");
    assert_eq!(of(&json(131_073)), "(JSON around a token has at most 131072 bytes)");
    for blank in ["", " \t\r\n", "\u{feff}", "\u{feff}\n"] {
        assert!(is_blank(blank.as_ref()), "{blank:?}");
    }
    assert!(!is_blank("\"\"".as_ref()) && !is_blank("\u{a0}".as_ref()));
}

#[test]
fn standard_input_comes_where_the_dash_is() {
    let parts = |arguments: &[&str]| -> String {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        // As `Input::of` without looking at standard input, which may be a terminal.
        let parts = Input::with(&arguments);
        let shown = parts.parts().map(|part| match part {
            Part::Arguments(tokens) => shown(&tokens).join(", "),
            Part::Stdin => "-".to_owned(),
        });
        shown.collect::<Vec<_>>().join(" | ")
    };
    assert_eq!(parts(&[]), "-");
    assert_eq!(parts(&["-"]), "-");
    assert_eq!(parts(&["a"]), "a");
    assert_eq!(parts(&["a", "b"]), "token 1: a, token 2: b");
    assert_eq!(parts(&["a", "-", "b", "c"]), "token 1: a | - | token 2: b, token 3: c");
    assert_eq!(parts(&["-", "a"]), "- | token 1: a");
}

#[test]
fn an_argument_is_found_at_the_place_of_its_token() {
    for arguments in [&["a"][..], &["a", "b"], &["-", "a", "b"], &["a", "-", "b"], &["a", "b", "-"]] {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let input = Input::with(&arguments);
        let mut found = Vec::new();
        for part in input.parts() {
            let Part::Arguments(tokens) = part else { continue };
            tokens.for_each(|place, token| {
                assert_eq!(input.argument(place).unwrap(), token.unwrap(), "{arguments:?}");
                found.push(input.argument(place).unwrap());
            });
        }
        assert!(input.arguments().eq(found), "{arguments:?}");
        assert_eq!(input.argument(Place::Line(1)), None);
    }
}

/// Some lines, or parts of one, that mean something to the reader.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let parts = select(vec![
        "\n",
        "\n",
        "\n",
        "\r\n",
        " ",
        "a.b.c",
        "Bearer ",
        "{",
        "}",
        "{\"access_token\":",
        "\"a\"",
        "\"",
        "\"x\":",
        ",",
        ":",
        "[",
        "]",
        "1",
        "-",
        "tr",
        "null",
        "\\",
        "\\u00",
        "\u{feff}",
        "é",
        "\0",
        "{}",
        "{\n\"access_token\":\n\"t\"\n}",
    ]);
    let part = prop_oneof![
        30 => parts.prop_map(|text| text.as_bytes().to_vec()),
        1 => Just(b"\xff".to_vec()),
    ];
    (any::<bool>(), vec(part, 0..40)).prop_map(|(has_mark, parts)| {
        let mark = if has_mark { "\u{feff}".as_bytes() } else { b"" };
        [mark, &parts.concat()].concat()
    })
}

/// Texts with blanks between that are about as long as a line may be.
fn long_text() -> impl Strategy<Value = Vec<u8>> {
    let long = [MAX_LINE_BYTES - 20, MAX_LINE_BYTES, 2 * MAX_LINE_BYTES].map(|length| " ".repeat(length));
    let long = select(long.to_vec()).prop_map(String::into_bytes);
    vec((text(), long), 1..4)
        .prop_map(|parts| parts.iter().map(|(a, b)| [&**a, b].concat()).collect::<Vec<_>>().concat())
}

fn cut_or_not(text: &[u8], sizes: &[usize]) -> [Vec<String>; 2] {
    [&[usize::MAX], sizes].map(|sizes| blocks(Pieces::cut(text, sizes), false).concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pieces_in_which_the_input_arrives_make_no_difference(text in text(), sizes in vec(1..20_usize, 1..4)) {
        let [whole, in_pieces] = cut_or_not(&text, &sizes);
        prop_assert_eq!(in_pieces, whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn nor_do_they_where_lines_are_too_long(text in long_text(), sizes in vec(999..300_000_usize, 1..6)) {
        let [whole, in_pieces] = cut_or_not(&text, &sizes);
        prop_assert_eq!(in_pieces, whole);
    }
}
