//! Tokens on standard input: the pieces in which they arrive make no difference, and no input is taken for a token that
//! was not there.
//!
//! The input is a byte that gives the length of the pieces, and the text.
#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;

use input::{Blocks, Tokens, Waiting};

#[path = "../../src/input/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the commands use more of it")]
mod input;

#[path = "../../src/error.rs"]
#[allow(dead_code, reason = "the commands use more of it")]
mod error;

/// A text of which so much is read at once.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (piece, rest) = self.0.split_at(self.1.min(self.0.len()).min(buffer.len()));
        buffer[..piece.len()].copy_from_slice(piece);
        self.0 = rest;
        Ok(piece.len())
    }
}

impl Waiting for Pieces<'_> {
    fn waits(&mut self) -> bool {
        false
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((size, text)) = bytes.split_first() else { return };
    let whole = tokens(text, usize::MAX);
    assert_eq!(tokens(text, usize::from(*size) + 1), whole);
    let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!(whole.len() <= lines);
    assert!(whole.is_sorted_by(|(line, _), (next, _)| line < next));
});

/// The line of each token, and the token unless it is malformed.
fn tokens(text: &[u8], size: usize) -> Vec<(usize, Option<String>)> {
    let mut blocks = Blocks::new(Pieces(text, size), false);
    let mut tokens = Vec::new();
    while let Some(block) = blocks.next().expect("memory can be read") {
        block.for_each(|place, token| {
            tokens.push((place.line().expect("a line"), token.ok().map(str::to_owned)));
        });
        blocks.take_back(block);
    }
    assert_eq!(blocks.require_any().is_ok(), !tokens.is_empty());
    tokens
}
