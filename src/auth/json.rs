//! JSON as tokens carry it, read strictly and without a tree (RFC 8259; I-JSON, RFC 7493).
//!
//! A token is refused unless both its parts are one JSON object each, so the reader knows no other
//! document. It hands over the members of that object and checks everything below them.

use std::borrow::Cow;

use smallvec::SmallVec;
use thiserror::Error;

/// How deep objects and arrays may be nested, the outermost object included.
pub const MAX_DEPTH: usize = 32;

/// Why a text is not one JSON object.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum JsonFault {
    /// Not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// Not an object, or something before or after it.
    #[error("not one JSON object")]
    NotAnObject,
    /// Against the grammar of JSON.
    #[error("not valid JSON")]
    Syntax,
    /// Half of a surrogate pair, which is no character.
    #[error("a string has half of a surrogate pair")]
    Surrogate,
    /// A number that no double can hold (RFC 7493, 2.2).
    #[error("a number is too large")]
    Number,
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested deeper than 32 levels")]
    Depth,
    /// A member named twice in one object, at any depth.
    #[error("a member is there twice")]
    Duplicate,
}

/// A member's value. Numbers, arrays and objects are the text that stands in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string, its escapes resolved.
    String(Cow<'a, str>),
    /// A number within the range of a double.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// An array.
    Array(&'a str),
    /// An object.
    Object(&'a str),
}

/// One member of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The name, its escapes resolved.
    pub name: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
    /// The value's text, as it stands in the document.
    pub raw: &'a str,
}

/// Hands over the members of the object that `bytes` are, in their order.
///
/// # Errors
///
/// The first [`JsonFault`] in reading order; a doubled member at the latest when its object ends.
/// Members before the fault have been handed over by then.
pub fn read_object<'a>(bytes: &'a [u8], each: impl FnMut(Member<'a>)) -> Result<(), JsonFault> {
    let mut reader = Reader::new(bytes)?;
    reader.document(each)?;
    if reader.duplicate { Err(JsonFault::Duplicate) } else { Ok(()) }
}

/// As [`read_object`], for eyes only: doubled members are no fault. Says whether there were any.
///
/// # Errors
///
/// Every [`JsonFault`] but [`JsonFault::Duplicate`].
pub fn read_object_leniently<'a>(bytes: &'a [u8], each: impl FnMut(Member<'a>)) -> Result<bool, JsonFault> {
    let mut reader = Reader::new(bytes)?;
    reader.document(each)?;
    Ok(reader.duplicate)
}

/// The strings of an array that holds nothing else; `None` for any other array.
///
/// `raw` is the text of a [`Value::Array`].
#[must_use]
pub fn strings_of(raw: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut reader = Reader::new(raw.as_bytes()).ok()?;
    let mut strings = Vec::new();
    let mut strings_only = true;
    reader
        .array(|value| match value {
            Value::String(text) => strings.push(text),
            _ => strings_only = false,
        })
        .ok()?;
    strings_only.then_some(strings)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The names in the objects that are open now, outermost first.
    names: SmallVec<[Cow<'a, str>; 8]>,
    /// A bit for each of these names, and for others.
    sketches: u64,
    duplicate: bool,
}

/// Up to this many members, comparing each name with all before is cheaper than sorting.
const FEW: usize = 24;

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, JsonFault> {
        let text = std::str::from_utf8(bytes).map_err(|_| JsonFault::Utf8)?;
        Ok(Self { text, at: 0, depth: 0, names: SmallVec::new(), sketches: 0, duplicate: false })
    }

    fn document(&mut self, each: impl FnMut(Member<'a>)) -> Result<(), JsonFault> {
        self.skip_space();
        if self.peek() != Some(b'{') {
            return Err(JsonFault::NotAnObject);
        }
        self.object(each)?;
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { Err(JsonFault::NotAnObject) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Steps over `byte`, if it is next.
    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonFault> {
        if self.take(byte) { Ok(()) } else { Err(JsonFault::Syntax) }
    }

    fn descend(&mut self) -> Result<(), JsonFault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(JsonFault::Depth) } else { Ok(()) }
    }

    fn object(&mut self, mut each: impl FnMut(Member<'a>)) -> Result<(), JsonFault> {
        self.descend()?;
        let first_name = self.names.len();
        self.expect(b'{')?;
        self.skip_space();
        if !self.take(b'}') {
            loop {
                self.skip_space();
                let name = self.string()?;
                self.note_name(first_name, name.clone());
                self.skip_space();
                self.expect(b':')?;
                self.skip_space();
                let start = self.at;
                let value = self.value()?;
                each(Member { name, value, raw: &self.text[start..self.at] });
                self.skip_space();
                if !self.take(b',') {
                    break;
                }
            }
            self.expect(b'}')?;
        }
        self.forget_names(first_name);
        self.depth -= 1;
        Ok(())
    }

    fn array(&mut self, mut each: impl FnMut(Value<'a>)) -> Result<(), JsonFault> {
        self.descend()?;
        self.expect(b'[')?;
        self.skip_space();
        if !self.take(b']') {
            loop {
                self.skip_space();
                each(self.value()?);
                self.skip_space();
                if !self.take(b',') {
                    break;
                }
            }
            self.expect(b']')?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn note_name(&mut self, first: usize, name: Cow<'a, str>) {
        let before = &self.names[first..];
        // Names that differ in length and first letter need no closer look.
        let sketch = 1_u64 << ((name.len() * 8 + usize::from(name.bytes().next().unwrap_or(0))) % 64);
        if self.sketches & sketch != 0 && before.len() < FEW && before.contains(&name) {
            self.duplicate = true;
        }
        self.sketches |= sketch;
        self.names.push(name);
    }

    fn forget_names(&mut self, first: usize) {
        let names = &mut self.names[first..];
        if names.len() > FEW {
            names.sort_unstable();
            self.duplicate |= names.windows(2).any(|pair| pair[0] == pair[1]);
        }
        self.names.truncate(first);
    }

    fn value(&mut self) -> Result<Value<'a>, JsonFault> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.object(|_| ()).map(|()| Value::Object(&self.text[start..self.at])),
            Some(b'[') => self.array(|_| ()).map(|()| Value::Array(&self.text[start..self.at])),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => self.number().map(Value::Number),
        }
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonFault> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(JsonFault::Syntax)
        }
    }

    fn digits(&mut self) -> Result<(), JsonFault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(JsonFault::Syntax) }
    }

    fn number(&mut self) -> Result<&'a str, JsonFault> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        let exponent = self.take(b'e') || self.take(b'E');
        if exponent {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let number = &self.text[start..self.at];
        let may_overflow = exponent || number.len() > 300;
        if may_overflow && number.parse::<f64>().map_or(true, f64::is_infinite) {
            return Err(JsonFault::Number);
        }
        Ok(number)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonFault> {
        self.expect(b'"')?;
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let end =
            rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20)).ok_or(JsonFault::Syntax)?;
        self.at = start + end;
        match rest[end] {
            b'"' => {
                self.at += 1;
                Ok(Cow::Borrowed(&self.text[start..start + end]))
            }
            b'\\' => self.escaped_string(start).map(Cow::Owned),
            _ => Err(JsonFault::Syntax),
        }
    }

    /// The rest of a string whose first escape is next.
    fn escaped_string(&mut self, start: usize) -> Result<String, JsonFault> {
        let mut string = self.text[start..self.at].to_owned();
        let mut copied = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    string.push_str(&self.text[copied..self.at]);
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    string.push_str(&self.text[copied..self.at]);
                    self.at += 1;
                    string.push(self.escape()?);
                    copied = self.at;
                }
                Some(0x20..) => self.at += 1,
                _ => return Err(JsonFault::Syntax),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonFault> {
        let byte = self.peek().ok_or(JsonFault::Syntax)?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(JsonFault::Syntax),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, JsonFault> {
        let first = self.hex4()?;
        let scalar = match first {
            0xD800..=0xDBFF => {
                if !(self.take(b'\\') && self.take(b'u')) {
                    return Err(JsonFault::Surrogate);
                }
                match self.hex4()? {
                    low @ 0xDC00..=0xDFFF => 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00),
                    _ => return Err(JsonFault::Surrogate),
                }
            }
            other => other,
        };
        char::from_u32(scalar).ok_or(JsonFault::Surrogate)
    }

    fn hex4(&mut self) -> Result<u32, JsonFault> {
        let mut number = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            number = number * 16 + digit.ok_or(JsonFault::Syntax)?;
            self.at += 1;
        }
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonFault, Value, read_object, read_object_leniently, strings_of};

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
        for json in [r#"{"a":"\ud800"}"#, r#"{"a":"\udc00"}"#, r#"{"a":"\ud800\u0041"}"#, r#"{"\ud83dx":1}"#]
        {
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
}
