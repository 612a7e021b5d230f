//! Standard input in blocks of whole lines.

use std::io::{self, Read};

use authctl::auth::token::MAX_TOKEN_BYTES;
use memchr::memchr_iter;

/// How much is read at once, at the most.
const BLOCK_BYTES: usize = 256 * 1024;

/// How long what stands for a longer line is: too long for a token, so that it is refused as it ought to be.
const STAND_IN_BYTES: usize = MAX_TOKEN_BYTES + 1;

/// How much is read at once as long as less is there: room costs time too.
const FIRST_BYTES: usize = BLOCK_BYTES / 8;

/// Some lines in a row.
pub(super) struct Block {
    bytes: Vec<u8>,
    /// The number of the first line, counted from 1.
    first_line: usize,
    /// Whether there was so much to read that more is likely to wait already.
    pub(super) is_full: bool,
}

impl Block {
    /// The lines without their ends, and their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let mut start = 0;
        let lines = memchr_iter(b'\n', bytes).chain([bytes.len()]).map(move |end| {
            let line = &bytes[start..end];
            start = end + 1;
            line
        });
        (self.first_line..).zip(lines)
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> usize {
        let unended = usize::from(!self.bytes.ends_with(b"\n"));
        memchr_iter(b'\n', &self.bytes).count() + unended
    }
}

/// Cuts what it reads into blocks. A line that has arrived whole is never held back.
pub(super) struct Blocks<R> {
    input: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    /// Room that blocks had which are done with.
    spare: Vec<Vec<u8>>,
    next_line: usize,
    /// For how much there is to be room.
    room: usize,
    /// In the part of a line that is too long to be kept.
    skipping: bool,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            rest: Vec::new(),
            spare: Vec::new(),
            next_line: 1,
            room: FIRST_BYTES,
            skipping: false,
            ended: false,
        }
    }

    /// Takes back a block that is done with, for its room.
    pub(super) fn take_back(&mut self, block: Block) {
        self.spare.push(block.bytes);
    }

    /// The next block; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Block>> {
        while !self.ended {
            let rest = std::mem::take(&mut self.rest);
            let kept = rest.len();
            let mut bytes = self.spare.pop().unwrap_or_default();
            bytes.resize(kept + self.room, 0);
            bytes[..kept].copy_from_slice(&rest);
            let read = loop {
                match self.input.read(&mut bytes[kept..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            bytes.truncate(kept + read);
            self.ended = read == 0;
            self.skip(&mut bytes);
            let is_full = read >= FIRST_BYTES;
            self.room = if is_full { BLOCK_BYTES } else { FIRST_BYTES };
            if let Some(block) = self.cut(bytes, is_full) {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// Drops the rest of a line that was too long.
    fn skip(&mut self, bytes: &mut Vec<u8>) {
        if self.skipping {
            let end = bytes.iter().position(|byte| *byte == b'\n');
            bytes.drain(..end.map_or(bytes.len(), |end| end + 1));
            self.skipping = end.is_none();
        }
    }

    /// The whole lines of `bytes`; what follows them is kept for later.
    fn cut(&mut self, mut bytes: Vec<u8>, is_full: bool) -> Option<Block> {
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if self.ended {
            // The last line needs no end.
        } else if end == 0 && bytes.len() > BLOCK_BYTES {
            self.skipping = true;
            // What is kept must not pass for a token, or for a blank line.
            bytes.clear();
            bytes.resize(STAND_IN_BYTES, b'x');
        } else {
            self.rest = bytes.split_off(end);
        }
        if bytes.is_empty() {
            return None;
        }
        let first_line = self.next_line;
        let block = Block { bytes, first_line, is_full };
        self.next_line += block.count();
        Some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_BYTES, Blocks, STAND_IN_BYTES};
    use std::io::Read;

    /// Gives out the pieces as they are, one for each call.
    struct Pieces(std::vec::IntoIter<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let piece = self.0.next().unwrap_or_default();
            buffer[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    /// The blocks: `number:line` for each, blocks separated by `|`.
    fn blocks(pieces: &[&str]) -> String {
        let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect();
        let mut blocks = Blocks::new(Pieces(pieces.into_iter()));
        let mut shown = Vec::new();
        while let Some(block) = blocks.next().unwrap() {
            let lines =
                block.lines().map(|(number, line)| format!("{number}:{}", String::from_utf8_lossy(line)));
            shown.push(lines.collect::<Vec<_>>().join(" "));
        }
        shown.join("|")
    }

    #[test]
    fn lines_come_as_soon_as_they_are_whole() {
        assert_eq!(blocks(&["a\nb\n", "c\n"]), "1:a 2:b|3:c");
        assert_eq!(blocks(&["a", "b", "\nc", "\n"]), "1:ab|2:c");
        assert_eq!(blocks(&["a\n\n\nb"]), "1:a 2: 3:|4:b");
        assert_eq!(blocks(&["a\n", "b"]), "1:a|2:b");
        assert_eq!(blocks(&["\n"]), "1:");
        assert_eq!(blocks(&[]), "");
    }

    #[test]
    fn a_line_without_end_stays_too_long_for_a_token() {
        let long = " ".repeat(3 * BLOCK_BYTES + 5) + "\nnext\n";
        let mut blocks = Blocks::new(long.as_bytes());
        let mut lines = Vec::new();
        while let Some(block) = blocks.next().unwrap() {
            assert!(block.lines().all(|(_, line)| !line.contains(&b' ')), "a cut line is never blank");
            lines.extend(block.lines().map(|(number, line)| (number, line.len())));
        }
        assert_eq!(lines, [(1, STAND_IN_BYTES), (2, 4)]);
    }
}
