//! Memory for Argon2, in huge pages where the system has some.
//!
//! Argon2 reads and writes all over 64 MiB. In pages of 4 KiB a quarter of its time goes into looking up
//! where they are, and into getting 16,384 of them one by one.
#![allow(unsafe_code, reason = "no safe code makes blocks of memory from the system")]

use argon2::Block;
use memmap2::{Advice, MmapMut};

/// Zeroed blocks, which go back to the system when they are dropped, so that no later allocation shows their content.
pub(super) struct Blocks(MmapMut);

impl Blocks {
    /// `count` blocks, if there is enough memory.
    pub(super) fn new(count: usize) -> Option<Self> {
        let memory = MmapMut::map_anon(count.checked_mul(Block::SIZE)?).ok()?;
        // Small pages work too, only slower.
        let _small = memory.advise(Advice::HugePage);
        Some(Self(memory))
    }

    pub(super) fn as_mut(&mut self) -> &mut [Block] {
        // SAFETY: a block is an array of integers, so that any bytes are one, and any block is bytes;
        // `align_to_mut` leaves out bytes that are not aligned as blocks are.
        let (_, blocks, _) = unsafe { self.0.align_to_mut::<Block>() };
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Blocks};

    #[test]
    fn there_are_as_many_blocks_as_asked_for() {
        for count in [1, 7, 8, 65_536] {
            let mut blocks = Blocks::new(count).unwrap();
            assert_eq!(blocks.as_mut().len(), count);
            blocks.as_mut()[count - 1] = Block::new();
        }
        assert!(Blocks::new(usize::MAX).is_none());
        assert!(Blocks::new(usize::MAX / 2048).is_none());
    }
}
