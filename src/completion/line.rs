//! A line as it was typed, up to the cursor, as words.

/// The words of the command at the cursor. The last is the one that is being completed, perhaps empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) words: Vec<Word>,
}

/// One word of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its bytes in the line, without a lone backslash at the cursor.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its value without quotes and with `~` and `$NAME` expanded, up to the first piece that only the shell can expand,
    /// such as `$(…)` or `*`.
    pub(super) value: Vec<u8>,
    /// Its value with `~` and `$NAME` unexpanded.
    pub(super) literal: Vec<u8>,
    /// Whether it has a piece that only the shell can expand.
    pub(super) is_unknown: bool,
    /// The quotes that are open at its end.
    pub(super) quote: Quote,
    /// Whether it ends with `~` or `$NAME`, which a following letter would change.
    pub(super) ends_with_name: bool,
}

/// The quotes around a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Quote {
    #[default]
    None,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `$'…'`
    Ansi,
}

/// Collects the words of a line while a shell's syntax is read.
#[derive(Debug, Default)]
pub(super) struct Words {
    done: Vec<Word>,
    current: Option<Word>,
    /// Whether the next word is the file of a redirection.
    is_redirected: bool,
}

impl Words {
    /// The word that the byte at `at` belongs to.
    pub(super) fn word(&mut self, at: usize) -> &mut Word {
        self.current.get_or_insert_with(|| Word { start: at, ..Word::default() })
    }

    /// Whether the byte at this point would start a word.
    pub(super) fn between(&self) -> bool {
        self.current.is_none()
    }

    /// Adds a piece of a word that starts at `at`.
    pub(super) fn push(&mut self, at: usize, piece: &[u8]) {
        self.push_expanded(at, piece, piece);
    }

    /// Adds a `~` or `$NAME` that starts at `at` and has this value, if it is known.
    pub(super) fn push_named(&mut self, at: usize, name: &[u8], value: Option<Vec<u8>>) {
        match value {
            Some(value) => self.push_expanded(at, name, &value),
            None => self.push_unknown(at),
        }
        self.word(at).ends_with_name = true;
    }

    /// Adds a piece of a word that starts at `at` and means another text.
    pub(super) fn push_expanded(&mut self, at: usize, literal: &[u8], value: &[u8]) {
        let word = self.word(at);
        word.ends_with_name = false;
        if !word.is_unknown {
            word.literal.extend_from_slice(literal);
            word.value.extend_from_slice(value);
        }
    }

    /// Adds a piece that starts at `at` and that only the shell can expand.
    pub(super) fn push_unknown(&mut self, at: usize) {
        self.word(at).is_unknown = true;
    }

    /// Ends a word at a blank.
    pub(super) fn end_word(&mut self, at: usize) {
        if let Some(mut word) = self.current.take() {
            word.end = at;
            if !std::mem::take(&mut self.is_redirected) {
                self.done.push(word);
            }
        }
    }

    /// Starts another command, as after `;`.
    pub(super) fn start_command(&mut self) {
        *self = Self::default();
    }

    /// Starts the file of a redirection, such as after `2>`.
    pub(super) fn redirect(&mut self, at: usize) {
        self.current.take_if(|word| word.value.iter().all(u8::is_ascii_digit) && !word.is_unknown);
        self.end_word(at);
        self.is_redirected = true;
    }

    /// The words, the last of which ends at `end`, where `quote` is open.
    ///
    /// `None` where no argument is being completed.
    pub(super) fn finish(mut self, end: usize, quote: Quote) -> Option<Line> {
        if self.is_redirected {
            return None;
        }
        let word = self.word(end);
        word.end = end;
        word.quote = quote;
        let Self { mut done, current, .. } = self;
        done.extend(current);
        let first = done.iter().position(|word| !is_assignment(word)).unwrap_or(done.len());
        done.drain(..first);
        (done.len() > 1).then_some(Line { words: done })
    }
}

/// Whether the word is `NAME=value` before a command.
fn is_assignment(word: &Word) -> bool {
    let name = word.value.split(|byte| *byte == b'=').next().unwrap_or_default();
    name.len() < word.value.len() && name.iter().all(|byte| is_name(*byte))
}

/// Whether the name of a variable may have this byte in it.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The value of an environment variable.
pub(super) fn variable(name: &[u8]) -> Option<Vec<u8>> {
    let name = std::str::from_utf8(name).ok()?;
    std::env::var_os(name).map(super::bytes)
}

/// The home folder.
pub(super) fn home() -> Option<Vec<u8>> {
    std::env::home_dir().map(|home| super::bytes(home.into_os_string()))
}

/// The length of the name of a variable at the start of `text`. 0 if none is there.
pub(super) fn name_length(text: &[u8]) -> usize {
    match text.first() {
        Some(first) if is_name(*first) && !first.is_ascii_digit() => {
            text.iter().take_while(|byte| is_name(**byte)).count()
        }
        _ => 0,
    }
}

/// Whether a `~` at `at` stands for the home folder: `~` as the whole word, or before a `/`.
pub(super) fn is_home(line: &[u8], at: usize) -> bool {
    line.get(at + 1).is_none_or(|next| b"/ \t\n;|&".contains(next))
}

/// The point after the `close` that ends a substitution, whose content starts at `at`.
///
/// `None` if it does not end before the cursor: then the command at the cursor is another one.
pub(super) fn end_of_substitution(line: &[u8], mut at: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 1;
    let mut quote = None;
    while depth > 0 {
        let byte = *line.get(at)?;
        at += 1;
        match (byte, quote) {
            (b'\\', None | Some(b'"')) => at += 1,
            (b'\'' | b'"', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (byte, None) if byte == close => depth -= 1,
            (byte, None) if byte == open => depth += 1,
            _ => {}
        }
    }
    Some(at)
}
