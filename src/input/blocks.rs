//! Standard input in blocks of whole lines.

use std::io;

use memchr::{memchr, memchr_iter, memrchr};

use super::lines::{Lines, MAX_LINE_BYTES};
use super::text::BYTE_ORDER_MARK;
use super::{Joined, Malformed, Place, Tokens, Waiting, no_token};
use crate::error::Failure;

/// Largest size of a read.
const BLOCK_BYTES: usize = 128 * 1024;

/// Size of the first read. It grows to [`BLOCK_BYTES`] once a read fills it.
const FIRST_BYTES: usize = BLOCK_BYTES / 4;

/// The number of reads of the rest of an over-long line after which its end is no longer waited for.
const SKIPPED_READS: usize = 8;

/// Consecutive lines.
pub(crate) struct Block {
    /// The lines, followed by the start of a JSON object that was still open.
    bytes: Vec<u8>,
    /// The end of the lines.
    end: usize,
    /// The number of the first line, counted from 1.
    first_line: usize,
    line_count: usize,
    /// Whether the read was full, so that more input is likely to be ready.
    pub(crate) is_full: bool,
    /// Whether its token is the only one of the input.
    is_alone: bool,
}

impl Block {
    fn lines(&self) -> Lines<'_> {
        Lines::new(&self.bytes, self.first_line).until(self.end)
    }
}

impl Tokens for Block {
    fn at_most(&self) -> usize {
        self.line_count
    }

    fn for_each(&self, mut take: impl FnMut(Place, Result<&str, Malformed>)) {
        for item in self.lines() {
            let place = if self.is_alone { Place::OnlyLine(item.line) } else { Place::Line(item.line) };
            take(place, item.token.as_deref().map_err(Clone::clone));
        }
    }
}

/// Cuts an input into blocks. A line that has arrived whole is never held back, unless it is in a JSON object.
pub(crate) struct Blocks<R> {
    input: R,
    /// The buffer; its first `filled` bytes were read and not yet returned.
    buffer: Vec<u8>,
    /// The number of bytes read into the buffer.
    filled: usize,
    /// Whether bytes were read since the last search of the buffer.
    is_new: bool,
    /// The buffer begins with a JSON object that is open at least up to here.
    open_until: usize,
    /// Buffers to reuse.
    spare: Vec<Vec<u8>>,
    next_line: usize,
    /// Size of the next read: [`BLOCK_BYTES`] if the last one was a full one.
    size: usize,
    state: State,
    asks_whether_alone: bool,
    has_any: bool,
    /// All lines so far.
    joined: Joined,
}

/// The position in an input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Within a line that is kept.
    Kept,
    /// Within the rest of an over-long line, which is skipped.
    Skipped,
    /// At its end.
    Ended,
}

impl<R: Waiting> Blocks<R> {
    /// The blocks of `input`. With `asks_whether_alone`, the first token is handed out only when another follows, the input
    /// ends, or it [waits](Waiting::waits).
    pub(crate) const fn new(input: R, asks_whether_alone: bool) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            filled: 0,
            is_new: false,
            open_until: 0,
            spare: Vec::new(),
            next_line: 1,
            size: FIRST_BYTES,
            state: State::Kept,
            asks_whether_alone,
            has_any: false,
            joined: Joined::new(),
        }
    }

    /// Takes back a used block, to reuse its buffer.
    pub(crate) fn take_back(&mut self, block: Block) {
        self.spare.push(block.bytes);
    }

    /// Fails if there was no token in all blocks.
    pub(crate) fn require_any(&self) -> Result<(), Failure> {
        if self.has_any { Ok(()) } else { Err(no_token("no token on standard input")) }
    }

    /// Whether all lines so far [are one token](Joined::is_token) together.
    pub(crate) fn is_token(&self) -> bool {
        self.joined.is_token()
    }

    /// The next block; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        loop {
            if let Some(mut block) = self.cut() {
                if !self.has_any {
                    let count = block.lines().take(2).count();
                    self.has_any = count > 0;
                    block.is_alone = count == 1 && self.asks_whether_alone && self.ends_soon();
                }
                self.joined.add_all(block.lines());
                return Ok(Some(block));
            }
            if self.state == State::Ended {
                return Ok(None);
            }
            self.read()?;
        }
    }

    fn read(&mut self) -> io::Result<()> {
        self.buffer.resize(self.filled + self.size, 0);
        let read = loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        let start = self.filled;
        self.filled += read;
        if self.state == State::Skipped {
            let end = memchr(b'\n', &self.buffer[start..self.filled]).map(|at| start + at + 1);
            self.buffer.copy_within(end.unwrap_or(self.filled)..self.filled, start);
            self.filled -= end.unwrap_or(self.filled) - start;
            if end.is_some() {
                self.state = State::Kept;
            }
        }
        if read == 0 {
            self.state = State::Ended;
        }
        self.is_new = true;
        self.size = if read >= FIRST_BYTES { BLOCK_BYTES } else { FIRST_BYTES };
        Ok(())
    }

    /// Whether only blank lines follow, as far as a reader knows without waiting.
    fn ends_soon(&mut self) -> bool {
        let is_blank = |blocks: &Self| blocks.buffer[..blocks.filled].trim_ascii().is_empty();
        let mut skipped = 0;
        while self.state != State::Ended
            && self.filled < FIRST_BYTES
            && skipped < SKIPPED_READS
            && is_blank(self)
            && !self.input.waits()
        {
            // If reading fails, the next attempt reports it.
            if self.read().is_err() {
                return false;
            }
            skipped += usize::from(self.state == State::Skipped);
        }
        self.state == State::Ended && is_blank(self)
    }

    /// The whole lines that can be returned. The rest is kept for later.
    fn cut(&mut self) -> Option<Block> {
        if !std::mem::take(&mut self.is_new) {
            return None;
        }
        let bytes = &self.buffer[..self.filled];
        let lines = memrchr(b'\n', bytes).map_or(0, |at| at + 1);
        let end = if self.state == State::Ended {
            // The last line needs no end.
            self.filled
        } else if self.filled - lines > BYTE_ORDER_MARK.len() + MAX_LINE_BYTES {
            // The line is too long already.
            self.state = State::Skipped;
            self.filled
        } else if lines == self.open_until {
            0
        } else {
            let end = open_object(&bytes[..lines], self.next_line).unwrap_or(lines);
            self.open_until = lines - end;
            end
        };
        if end == 0 {
            return None;
        }
        let rest = &bytes[end..];
        let mut buffer = self.spare.pop().unwrap_or_default();
        if buffer.len() < rest.len() {
            buffer.resize(rest.len(), 0);
        }
        buffer[..rest.len()].copy_from_slice(rest);
        let first_line = self.next_line;
        let is_ended = bytes[..end].ends_with(b"\n");
        let line_count = memchr_iter(b'\n', &bytes[..end]).count() + usize::from(!is_ended);
        self.next_line += line_count;
        let seen = lines.max(end);
        self.filled = rest.len();
        let mut bytes = std::mem::replace(&mut self.buffer, buffer);
        bytes.truncate(seen);
        Some(Block { bytes, end, first_line, line_count, is_full: self.size == BLOCK_BYTES, is_alone: false })
    }
}

/// The start of the first JSON object in these whole lines that more text may complete.
fn open_object(lines: &[u8], first_line: usize) -> Option<usize> {
    // Most streams have no JSON.
    memchr(b'{', lines)?;
    Lines::new(lines, first_line).open_object()
}
