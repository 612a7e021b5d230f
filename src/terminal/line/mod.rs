//! A line as it is typed: applies corrections, and judges the result.

use zeroize::Zeroizing;

use super::Unanswered;

/// The longest line that Linux holds (`N_TTY_BUF_SIZE` less the line end).
pub(super) const MAX_BYTES: usize = 4095;

/// The bytes of the keys that edit a line or end it. `None`: the terminal has no such key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keys {
    pub(super) erase: Option<u8>,
    pub(super) erase_word: Option<u8>,
    pub(super) erase_line: Option<u8>,
    pub(super) end_of_input: Option<u8>,
    pub(super) interrupt: Option<u8>,
    pub(super) quit: Option<u8>,
    pub(super) suspend: Option<u8>,
}

/// The effect of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// It changed the line.
    Edit,
    Enter,
    EndOfInput,
    Interrupt,
    Quit,
    Suspend,
}

/// A hidden line, on a terminal that delivers each byte.
#[derive(Debug)]
pub(super) struct Line {
    /// Never grows beyond its capacity: a reallocation would leave a copy in memory.
    bytes: Zeroizing<Vec<u8>>,
    /// Whether a byte did not fit.
    is_cut: bool,
}

impl Line {
    pub(super) fn new() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(MAX_BYTES)), is_cut: false }
    }

    /// Forgets all of it.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.is_cut = false;
    }

    /// Handles a byte. A control character that is no key of `keys` becomes part of the line, and [`finish`](Self::finish)
    /// refuses it.
    pub(super) fn type_byte(&mut self, byte: u8, keys: &Keys) -> Key {
        let is = |key: Option<u8>| key == Some(byte);
        if byte == b'\n' {
            return Key::Enter;
        } else if is(keys.end_of_input) {
            return Key::EndOfInput;
        } else if is(keys.interrupt) {
            return Key::Interrupt;
        } else if is(keys.quit) {
            return Key::Quit;
        } else if is(keys.suspend) {
            return Key::Suspend;
        } else if is(keys.erase) {
            self.erase();
        } else if is(keys.erase_word) {
            self.erase_word();
        } else if is(keys.erase_line) {
            self.clear();
        } else if self.bytes.len() < MAX_BYTES {
            self.bytes.push(byte);
        } else {
            self.is_cut = true;
        }
        Key::Edit
    }

    /// Erases a character, all bytes of it.
    fn erase(&mut self) {
        let is_continuation = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
        while self.bytes.pop().is_some_and(is_continuation) {}
    }

    /// Erases trailing blanks, then characters back to the next blank.
    fn erase_word(&mut self) {
        let end = self.bytes.trim_ascii_end().len();
        let start = self.bytes[..end].iter().rposition(|byte| *byte == b' ').map_or(0, |at| at + 1);
        self.bytes.truncate(start);
    }

    /// The text of the line.
    pub(super) fn finish(self) -> Result<Zeroizing<String>, Unanswered> {
        if self.is_cut { Err(Unanswered::TooLong) } else { text(self.bytes) }
    }
}

/// Decodes the bytes of a line without its end, if a terminal delivers such text unchanged.
pub(super) fn text(mut bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, Unanswered> {
    let text = match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Zeroizing::new(text),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            return Err(Unanswered::NotUtf8);
        }
    };
    if text.contains(char::is_control) { Err(Unanswered::ControlCharacter) } else { Ok(text) }
}

#[cfg(test)]
mod tests;
