use super::{
    JsonFault, Leading, Value, read_leading_object, read_object, read_object_leniently, read_string,
    strings_of,
};

/// The members, written again as `name=value` with a space between.
#[track_caller]
fn case(json: &str, expected: Result<&str, JsonFault>) {
    let mut members = Vec::new();
    let result = read_object(json.as_bytes(), |member| {
        members.push(match member.value {
            Value::String(text) => format!("{}='{text}'", member.name),
            _ => format!("{}={}", member.name, member.raw),
        });
    });
    assert_eq!(result.map(|()| members.join(" ")), expected.map(str::to_owned), "{json}");
}

#[test]
fn members_come_in_order_with_escapes_resolved() {
    case("{}", Ok(""));
    case(" \t\r\n{ } ", Ok(""));
    case(
        r#"{"a":1,"b":"x","c":[1,{"d":null}],"e":{"a":true}}"#,
        Ok(r#"a=1 b='x' c=[1,{"d":null}] e={"a":true}"#),
    );
    case(r#"{"\u0061":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}"#, Ok("a='\"\\/\u{8}\u{c}\n\r\té😀'"));
    case(r#"{"n":-0.5e+3 , "m":1E9}"#, Ok("n=-0.5e+3 m=1E9"));
}

#[test]
fn only_one_object_is_a_document() {
    for json in ["", " ", "null", "[]", "\"{}\"", "{}{}", "{} x", "\u{feff}{}"] {
        case(json, Err(JsonFault::NotAnObject));
    }
}

#[test]
fn the_grammar_is_kept() {
    for json in [
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[1",
        "{\"a\":[,]}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":5.}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":tru}",
        "{\"a\":nul}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u+123\"}",
        "{\"a\":\"",
        "{\"a\":1/**/}",
        "{\"a\":1}\u{0}",
    ] {
        let result = read_object(json.as_bytes(), |_| ());
        assert!(matches!(result, Err(JsonFault::Syntax | JsonFault::NotAnObject)), "{json:?} {result:?}");
    }
    for json in [r#"{"a":"\ud800"}"#, r#"{"a":"\udc00"}"#, r#"{"a":"\ud800\u0041"}"#, r#"{"\ud83dx":1}"#] {
        case(json, Err(JsonFault::Surrogate));
    }
    assert_eq!(read_object(b"{\"a\":\"\xc0\xaf\"}", |_| ()), Err(JsonFault::Utf8));
}

#[test]
fn a_number_fits_into_a_double() {
    case(r#"{"a":1e308,"b":1e-400}"#, Ok("a=1e308 b=1e-400"));
    case(r#"{"a":1e309}"#, Err(JsonFault::Number));
    case(&format!("{{\"a\":[-{}]}}", "9".repeat(400)), Err(JsonFault::Number));
}

#[test]
fn no_member_is_there_twice_at_any_depth() {
    for json in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":{"a":1,"b":2,"a":3}}"#,
        r#"{"x":[{"y":[{"a":1,"a":2}]}]}"#,
    ] {
        case(json, Err(JsonFault::Duplicate));
        assert_eq!(read_object_leniently(json.as_bytes(), |_| ()), Ok(true), "{json}");
    }
    case(r#"{"a":{"a":1},"b":{"a":[{"a":1},{"a":2}]}}"#, Ok(r#"a={"a":1} b={"a":[{"a":1},{"a":2}]}"#));
    for count in [23, 24, 25, 26, 100] {
        let mut names: Vec<String> = (0..count).map(|n| format!("\"k{n}\":0")).collect();
        let json = format!("{{{}}}", names.join(","));
        assert_eq!(read_object(json.as_bytes(), |_| ()), Ok(()), "{count}");
        names.push("\"k1\":0".to_owned());
        let json = format!("{{{}}}", names.join(","));
        assert_eq!(read_object(json.as_bytes(), |_| ()), Err(JsonFault::Duplicate), "{count}");
    }
}

#[test]
fn nesting_ends_at_32_levels() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(read_object(nested(32).as_bytes(), |_| ()), Ok(()));
    assert_eq!(read_object(nested(33).as_bytes(), |_| ()), Err(JsonFault::Depth));
    assert_eq!(read_object(nested(30_000).as_bytes(), |_| ()), Err(JsonFault::Depth));
    let siblings = format!("{{\"a\":[{}[]]}}", "[],".repeat(100));
    assert_eq!(read_object(siblings.as_bytes(), |_| ()), Ok(()));
}

#[test]
fn an_array_of_strings_is_told_from_others() {
    assert_eq!(strings_of(r#"[ "a" , "\u0062" ]"#).unwrap(), ["a", "b"]);
    assert!(strings_of("[]").unwrap().is_empty());
    for raw in [r#"["a",5]"#, "[null]", r#"[["a"]]"#] {
        assert_eq!(strings_of(raw), None, "{raw}");
    }
}

#[test]
fn an_object_that_begins_a_text_is_whole_open_or_broken() {
    let leading = |text: &str| match read_leading_object(text, |_| ()) {
        Ok(Leading::Whole { end, doubled }) => format!("{end}{}", if doubled { " doubled" } else { "" }),
        Ok(Leading::Open) => "open".to_owned(),
        Err(fault) => fault.to_string(),
    };
    let json = " {\"a\" :\n [ 1\n, \"x\" , {\n} ]\n,\"b\":\nnull\n} {";
    for (end, _) in json.match_indices('\n') {
        assert_eq!(leading(&json[..=end]), "open", "{end}");
    }
    assert_eq!(leading(json), (json.len() - 2).to_string());
    assert_eq!(leading("{}x"), "2");
    assert_eq!(leading("{\"a\":1,\"a\":2}\n"), "13 doubled");
    for text in ["{\n{", "{\"a\n", "{\"a\":tr\n", "{\"a\":-\n", "{\"a\":\"\\\n", "{\"a\":1,}", "x", "["] {
        assert_eq!(leading(text), "not valid JSON", "{text:?}");
    }
    assert_eq!(leading(&"{\"a\":\n".repeat(32)), "open");
    assert_eq!(leading(&"{\"a\":\n".repeat(33)), "nested deeper than 32 levels");
    assert_eq!(leading("{\"a\":1e999\n"), "a number is too large");
}

#[test]
fn a_text_that_is_one_string_is_told_from_others() {
    assert_eq!(read_string(r#""a\u002eb""#).unwrap(), "a.b");
    for text in ["", "\"", "a", "\"a", "\"a\"x", "\"a\" ", " \"a\"", "\"\n\"", r#""\ud800""#, "{}"] {
        assert_eq!(read_string(text), None, "{text:?}");
    }
}
