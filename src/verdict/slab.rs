//! Rows that keep their number while they live, in chunks, so that growing to a million rows never copies one.
//!
//! A vector that doubles would hold up to twice the rows it needs and stop a frame to copy a hundred megabytes.
//! Deliberately absent: generations. Whoever keeps a row's number beside the row also clears it.

use std::ops::{Index, IndexMut};

/// Rows in a chunk.
const CHUNK_ROWS: usize = 256;

/// No row.
pub(super) const NONE: u32 = u32::MAX;

/// A value that stands in an empty row.
pub(super) trait Vacant {
    fn vacant() -> Self;
}

/// See the module.
pub(super) struct Slab<T> {
    chunks: Vec<Vec<T>>,
    free: Vec<u32>,
}

impl<T: Vacant> Slab<T> {
    pub(super) fn new() -> Slab<T> {
        Slab { chunks: Vec::new(), free: Vec::new() }
    }

    /// Puts `value` into an empty row and returns the row's number.
    pub(super) fn insert(&mut self, value: T) -> u32 {
        if let Some(row) = self.free.pop() {
            self[row] = value;
            return row;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK_ROWS) {
            self.chunks.push(Vec::with_capacity(CHUNK_ROWS));
        }
        let full = (self.chunks.len() - 1) * CHUNK_ROWS;
        let chunk = self.chunks.last_mut().expect("a chunk was just made where there was no room");
        chunk.push(value);
        (full + chunk.len() - 1) as u32
    }

    /// Empties a row; its number will be used again.
    pub(super) fn take(&mut self, row: u32) -> T {
        self.free.push(row);
        std::mem::replace(&mut self[row], T::vacant())
    }

    /// Every row in the order of its number, the empty ones as [`Vacant::vacant`].
    pub(super) fn rows(&self) -> impl Iterator<Item = &T> {
        (0..self.made() as u32).map(|row| &self[row])
    }

    /// How many rows there are, the empty ones included.
    fn made(&self) -> usize {
        self.chunks.len().saturating_sub(1) * CHUNK_ROWS + self.chunks.last().map_or(0, Vec::len)
    }

    /// How many rows are in use.
    pub(super) fn len(&self) -> usize {
        self.made() - self.free.len()
    }

    /// Bytes held, the unused ones included.
    pub(super) fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK_ROWS * size_of::<T>() + self.free.capacity() * size_of::<u32>()
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, row: u32) -> &T {
        &self.chunks[row as usize / CHUNK_ROWS][row as usize % CHUNK_ROWS]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, row: u32) -> &mut T {
        &mut self.chunks[row as usize / CHUNK_ROWS][row as usize % CHUNK_ROWS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Vacant for u64 {
        fn vacant() -> u64 {
            0
        }
    }

    #[test]
    fn a_row_keeps_its_number_and_an_emptied_one_is_used_again() {
        let mut slab = Slab::new();
        let rows: Vec<u32> = (1..=600).map(|value| slab.insert(value)).collect();
        assert_eq!(rows, (0..600).collect::<Vec<u32>>());
        assert_eq!((slab.take(300), slab.len()), (301, 599));
        assert_eq!((slab.insert(7), slab[300], slab[599], slab.len()), (300, 7, 600, 600));
    }
}
