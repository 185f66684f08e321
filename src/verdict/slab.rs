//! Rows that keep their number while they live, in chunks, so that growing to a million rows never copies one.
//!
//! A vector that doubles would hold up to twice the rows it needs and stop a frame to copy a hundred megabytes. A chunk
//! whose last row is emptied is given back. Deliberately absent: generations. Whoever keeps a row's number beside the row
//! also clears it.

use std::ops::{Index, IndexMut};

/// Rows in a chunk.
pub(super) const CHUNK_ROWS: usize = 256;

/// No row.
pub(super) const NONE: u32 = u32::MAX;

/// A value that stands in an empty row.
pub(super) trait Vacant {
    fn vacant() -> Self;
}

#[derive(Clone)]
struct Chunk<T> {
    rows: Vec<T>,
    /// Which of `rows` are empty.
    free: Vec<u8>,
}

/// Rows of one type; see the module for how they are kept.
#[derive(Clone)]
pub(super) struct Slab<T> {
    chunks: Vec<Chunk<T>>,
    /// Chunks that have room. One that was given back stays here until it comes up.
    open: Vec<u32>,
    /// Chunks that were given back.
    released: Vec<u32>,
    len: usize,
}

impl<T: Vacant> Slab<T> {
    pub(super) fn new() -> Slab<T> {
        Slab { chunks: Vec::new(), open: Vec::new(), released: Vec::new(), len: 0 }
    }

    /// A row, if there is one with this number; it may be an empty one.
    #[inline]
    pub(super) fn get(&self, row: u32) -> Option<&T> {
        self.chunks.get(row as usize / CHUNK_ROWS)?.rows.get(row as usize % CHUNK_ROWS)
    }

    /// Puts `value` into an empty row and returns the row's number.
    pub(super) fn insert(&mut self, value: T) -> u32 {
        let number = self.chunk_with_room();
        let chunk = &mut self.chunks[number];
        let at = match chunk.free.pop() {
            Some(at) => {
                chunk.rows[usize::from(at)] = value;
                usize::from(at)
            }
            None => {
                chunk.rows.push(value);
                chunk.rows.len() - 1
            }
        };
        if chunk.free.is_empty() && chunk.rows.len() == CHUNK_ROWS {
            self.open.pop();
        }
        self.len += 1;
        (number * CHUNK_ROWS + at) as u32
    }

    fn chunk_with_room(&mut self) -> usize {
        while let Some(number) = self.open.last().copied() {
            if self.chunks[number as usize].rows.capacity() > 0 {
                return number as usize;
            }
            self.open.pop();
            self.released.push(number);
        }
        let number = self.released.pop().unwrap_or_else(|| {
            self.chunks.push(Chunk { rows: Vec::new(), free: Vec::new() });
            self.chunks.len() as u32 - 1
        });
        self.chunks[number as usize].rows = Vec::with_capacity(CHUNK_ROWS);
        self.open.push(number);
        number as usize
    }

    /// Empties a row; its number will be used again.
    pub(super) fn take(&mut self, row: u32) -> T {
        let value = std::mem::replace(&mut self[row], T::vacant());
        let number = row as usize / CHUNK_ROWS;
        let chunk = &mut self.chunks[number];
        if chunk.free.is_empty() && chunk.rows.len() == CHUNK_ROWS {
            self.open.push(number as u32);
        }
        chunk.free.push((row as usize % CHUNK_ROWS) as u8);
        // One chunk with room is kept, so that a task that comes and goes does not ask for memory each time.
        if chunk.free.len() == chunk.rows.len() && self.open.len() > 1 {
            chunk.rows = Vec::new();
            chunk.free = Vec::new();
        }
        self.len -= 1;
        value
    }

    /// Every row in the order of its number, the empty ones as [`Vacant::vacant`].
    pub(super) fn rows(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| &chunk.rows)
    }

    /// No row's number is as large.
    pub(super) fn bound(&self) -> usize {
        self.chunks.len() * CHUNK_ROWS
    }

    /// How many rows are in use.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Bytes held, the unused ones included.
    pub(super) fn bytes(&self) -> usize {
        let chunk = |chunk: &Chunk<T>| chunk.rows.capacity() * size_of::<T>() + chunk.free.capacity();
        let lists = 4 * (self.open.capacity() + self.released.capacity());
        self.chunks.iter().map(chunk).sum::<usize>() + self.chunks.capacity() * size_of::<Chunk<T>>() + lists
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, row: u32) -> &T {
        &self.chunks[row as usize / CHUNK_ROWS].rows[row as usize % CHUNK_ROWS]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, row: u32) -> &mut T {
        &mut self.chunks[row as usize / CHUNK_ROWS].rows[row as usize % CHUNK_ROWS]
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

    #[test]
    fn memory_is_given_back_when_rows_are_emptied() {
        let mut slab = Slab::new();
        let rows: Vec<u32> = (1..=100_000).map(|value| slab.insert(value)).collect();
        let full = slab.bytes();
        rows.iter().skip(1).for_each(|row| assert_ne!(slab.take(*row), 0));
        assert!(slab.bytes() * 10 < full, "{} of {full} bytes", slab.bytes());
        assert_eq!((slab.len(), slab[rows[0]]), (1, 1));
        let again: Vec<u32> = (0..1_000).map(|value| slab.insert(value)).collect();
        assert!(again.iter().all(|row| *row < 100_000 + 256), "numbers of empty rows are used again");
    }
}
