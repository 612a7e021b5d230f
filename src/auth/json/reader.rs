//! Reads the grammar of JSON, and checks it on the way.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::{JsonFault, MAX_DEPTH, Member, Value};

/// A position in a text, and what is known of the objects that are open there.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: usize,
    /// The names in the objects that are open now, outermost first.
    names: SmallVec<[Cow<'a, str>; 8]>,
    /// A bit for each of these names, and for others.
    sketches: u64,
    /// Where the first doubled name was noticed.
    pub(super) duplicate: Option<usize>,
}

/// Up to this many members, comparing each name with all before is cheaper than sorting.
const FEW: usize = 24;

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, JsonFault> {
        std::str::from_utf8(bytes).map(Self::of).map_err(|_| JsonFault::Utf8)
    }

    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, names: SmallVec::new(), sketches: 0, duplicate: None }
    }

    pub(super) fn document(&mut self, each: impl FnMut(Member<'a>)) -> Result<(), JsonFault> {
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

    pub(super) fn skip_space(&mut self) {
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

    pub(super) fn object(&mut self, mut each: impl FnMut(Member<'a>)) -> Result<(), JsonFault> {
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

    pub(super) fn array(&mut self, mut each: impl FnMut(Value<'a>, &'a str)) -> Result<(), JsonFault> {
        self.descend()?;
        self.expect(b'[')?;
        self.skip_space();
        if !self.take(b']') {
            loop {
                self.skip_space();
                let start = self.at;
                let value = self.value()?;
                each(value, &self.text[start..self.at]);
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
            self.duplicate.get_or_insert(self.at);
        }
        self.sketches |= sketch;
        self.names.push(name);
    }

    fn forget_names(&mut self, first: usize) {
        let names = &mut self.names[first..];
        if names.len() > FEW {
            names.sort_unstable();
            if names.windows(2).any(|pair| pair[0] == pair[1]) {
                self.duplicate.get_or_insert(self.at);
            }
        }
        self.names.truncate(first);
    }

    fn value(&mut self) -> Result<Value<'a>, JsonFault> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.object(|_| ()).map(|()| Value::Object(&self.text[start..self.at])),
            Some(b'[') => self.array(|_, _| ()).map(|()| Value::Array(&self.text[start..self.at])),
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

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, JsonFault> {
        self.expect(b'"')?;
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20));
        self.at = start + end.unwrap_or(rest.len());
        let end = end.ok_or(JsonFault::Syntax)?;
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
            _ => {
                // It may be the last byte, and is wrong there too.
                self.at -= 1;
                return Err(JsonFault::Syntax);
            }
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
