//! Whole lines, and the tokens in them.
//!
//! A line is a token, or begins a JSON object, which may go on in the lines after it.

use std::borrow::Cow;

use authctl::Malformed;
use authctl::auth::json::JsonFault;
use authctl::auth::wrapper::{MAX_WRAPPER_BYTES, Wrapper, WrapperFault};
use memchr::{memchr, memchr_iter, memrchr};

use super::text::{BYTE_ORDER_MARK, bare_of, is_blank, is_blank_byte, token_in};

/// The longest line that is parsed. A longer one is malformed, even if it is blank.
pub(super) const MAX_LINE_BYTES: usize = MAX_WRAPPER_BYTES;

/// A line, or a JSON object of several lines, as a token.
pub(super) struct Item<'a> {
    /// The number of its first line.
    pub(super) line: usize,
    /// The token, or why the shape is wrong.
    pub(super) token: Result<Cow<'a, str>, Malformed>,
}

/// The tokens in some lines.
pub(super) struct Lines<'a> {
    /// These lines, and those read after them.
    text: &'a [u8],
    /// The end of these lines.
    end: usize,
    /// The start of the next line.
    at: usize,
    /// The number of the next line.
    line: usize,
}

impl<'a> Lines<'a> {
    /// Whole lines, of which the first has this number. The last needs no end.
    pub(super) fn new(text: &'a [u8], first_line: usize) -> Self {
        let is_marked = first_line == 1 && text.starts_with(BYTE_ORDER_MARK);
        let at = if is_marked { BYTE_ORDER_MARK.len() } else { 0 };
        Self { text, end: text.len(), at, line: first_line }
    }

    /// The same lines up to `end`. Those after it show which JSON object is broken.
    pub(super) const fn until(self, end: usize) -> Self {
        Self { end, ..self }
    }

    /// The end of the line at `at`, without its line feed.
    fn line_end(&self, at: usize) -> usize {
        memchr(b'\n', &self.text[at..]).map_or(self.text.len(), |length| at + length)
    }

    /// Reads the JSON object that begins in the line from `start` to `end`.
    fn object(&self, start: usize, mut end: usize) -> Object<'a> {
        let broken = |fault: WrapperFault| Object::Broken(fault.into());
        loop {
            let window = &self.text[start..(end + 1).min(self.text.len())];
            let text = valid_start(window);
            match Wrapper::read(text) {
                Wrapper::Whole { token, end: length } => {
                    let last_end = self.line_end(start + length);
                    let last_line = memrchr(b'\n', &window[..length]).map_or(0, |at| at + 1);
                    let after = &self.text[start + length..last_end];
                    if length > MAX_WRAPPER_BYTES || last_end - start - last_line > MAX_LINE_BYTES {
                        return broken(WrapperFault::TooLong);
                    } else if !is_blank(after) {
                        return broken(WrapperFault::Trailing);
                    }
                    return Object::Whole(token.map(bare_of).map_err(Malformed::from), last_end);
                }
                Wrapper::Broken(fault) => return broken(fault.into()),
                Wrapper::Open if text.len() < window.len() => return broken(JsonFault::Utf8.into()),
                Wrapper::Open if window.len() > MAX_WRAPPER_BYTES => return broken(WrapperFault::TooLong),
                Wrapper::Open => {}
            }
            end = match self.longer(start, end) {
                Longer::Lines(end) => end,
                Longer::TooLong => return broken(WrapperFault::TooLong),
                Longer::Nothing => return Object::Open,
            };
        }
    }

    /// The end of more lines after those from `start` to `end`: twice as much text, so that repeated parsing stays linear.
    fn longer(&self, start: usize, end: usize) -> Longer {
        if end + 1 >= self.text.len() {
            return Longer::Nothing;
        }
        let next = end + 1;
        let target =
            (start + 2 * (next - start)).min(start + MAX_WRAPPER_BYTES).clamp(next, self.text.len() - 1);
        let wanted = self.line_end(target);
        let last_line = memrchr(b'\n', &self.text[..wanted]).map_or(0, |at| at + 1);
        if wanted - last_line <= MAX_LINE_BYTES {
            Longer::Lines(wanted)
        } else if last_line > next {
            Longer::Lines(last_line - 1)
        } else {
            Longer::TooLong
        }
    }
}

/// The content that begins in a line.
enum Object<'a> {
    /// A token or a complete JSON object, and the end of its last line.
    Whole(Result<Cow<'a, str>, Malformed>, usize),
    /// Neither a token nor a JSON object. Only the first line is consumed.
    Broken(Malformed),
    /// A JSON object that is still open at the end of the text.
    Open,
}

/// More lines of a JSON object.
enum Longer {
    /// Lines up to here.
    Lines(usize),
    /// A line that is too long for one.
    TooLong,
    Nothing,
}

impl<'a> Lines<'a> {
    /// The start of the first JSON object that more text may complete.
    pub(super) fn open_object(mut self) -> Option<usize> {
        let first_line = self.line;
        while let Some((line, start, object)) = self.step() {
            if let Object::Open = object {
                // A byte order mark belongs to the first line.
                return Some(if line == first_line { 0 } else { start });
            }
        }
        None
    }

    /// The next line that is not blank: its number, start, and what it is.
    fn step(&mut self) -> Option<(usize, usize, Object<'a>)> {
        while self.at < self.end {
            let (start, line) = (self.at, self.line);
            let end = self.line_end(start);
            self.at = end + 1;
            self.line += 1;
            let bytes = &self.text[start..end];
            let object = match bytes.iter().find(|byte| !is_blank_byte(**byte)) {
                _ if bytes.len() > MAX_LINE_BYTES => Object::Broken(Malformed::TooLong),
                None => continue,
                Some(b'{') => {
                    let object = self.object(start, end);
                    if let Object::Whole(_, last_end) = object {
                        self.line += memchr_iter(b'\n', &self.text[end..last_end]).count();
                        self.at = last_end + 1;
                    }
                    object
                }
                Some(b'"') => Object::Whole(Ok(token_in(text(bytes))), end),
                Some(_) => Object::Whole(Ok(bare_of(text(bytes))), end),
            };
            return Some((line, start, object));
        }
        None
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let (line, _, object) = self.step()?;
        let token = match object {
            Object::Whole(token, _) => token,
            Object::Broken(fault) => Err(fault),
            Object::Open => Err(WrapperFault::Unfinished.into()),
        };
        Some(Item { line, token })
    }
}

/// The line as text. Bytes that are not UTF-8 become characters that no token has.
fn text(line: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
}

/// The text before the first byte that is not UTF-8.
fn valid_start(bytes: &[u8]) -> &str {
    bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}
