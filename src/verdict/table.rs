//! Rows that are found by an id: linear hashing whose chains run through the rows themselves.
//!
//! Ids are handed out without end and most of what they named is gone, so an index by id must follow the rows that live.
//! One bucket more or less at a time: no insertion ever copies the index. Deliberately absent: any order.

use std::cell::Cell;
use std::ops::{Index, IndexMut};

use crate::verdict::slab::{CHUNK_ROWS, NONE, Slab, Vacant};

/// Below so many buckets there is nothing to give back.
const BUCKETS_MIN: u32 = 64;

/// A row that knows its id, and keeps the chain of its bucket.
pub(super) trait Keyed: Vacant {
    fn key(&self) -> u32;
    fn next(&self) -> u32;
    fn set_next(&mut self, next: u32);
}

/// Rows and the index from id to row.
#[derive(Clone)]
pub(super) struct Table<T> {
    rows: Slab<T>,
    /// First rows of the buckets.
    heads: Vec<Box<[u32]>>,
    buckets: u32,
    /// The next power of two less one.
    mask: u32,
    /// The row that was found last: most events are about the task or the object of the one before.
    last: Cell<u32>,
}

/// Spreads ids that follow each other at any stride.
fn spread(key: u32) -> u32 {
    let mixed = (key ^ key >> 16).wrapping_mul(0x7feb_352d);
    mixed ^ mixed >> 15
}

impl<T: Keyed> Table<T> {
    pub(super) fn new() -> Table<T> {
        Table { rows: Slab::new(), heads: Vec::new(), buckets: 0, mask: 0, last: Cell::new(NONE) }
    }

    fn bucket(&self, key: u32) -> u32 {
        let place = spread(key) & self.mask;
        if place < self.buckets { place } else { place & self.mask >> 1 }
    }

    fn head(&self, bucket: u32) -> u32 {
        self.heads[bucket as usize / CHUNK_ROWS][bucket as usize % CHUNK_ROWS]
    }

    fn set_head(&mut self, bucket: u32, row: u32) {
        self.heads[bucket as usize / CHUNK_ROWS][bucket as usize % CHUNK_ROWS] = row;
    }

    /// The row with this id.
    #[inline]
    pub(super) fn find(&self, key: u32) -> Option<u32> {
        self.find_at(self.last.get(), key)
    }

    /// The same, where `row` is probably the one.
    #[inline]
    pub(super) fn find_at(&self, row: u32, key: u32) -> Option<u32> {
        if self.is_at(row, key) { Some(row) } else { self.find_in_chain(key) }
    }

    /// Whether this id is in this row.
    #[inline]
    pub(super) fn is_at(&self, row: u32, key: u32) -> bool {
        self.rows.get(row).is_some_and(|row| row.key() == key)
    }

    /// Apart, so that what is found at once costs its caller no call.
    #[inline(never)]
    fn find_in_chain(&self, key: u32) -> Option<u32> {
        if self.buckets == 0 {
            return None;
        }
        let mut row = self.head(self.bucket(key));
        while row != NONE {
            let found = &self.rows[row];
            if found.key() == key {
                self.last.set(row);
                return Some(row);
            }
            row = found.next();
        }
        None
    }

    /// Adds a row whose id is not there yet.
    pub(super) fn insert(&mut self, value: T) -> u32 {
        if self.rows.len() >= self.buckets as usize {
            self.add_bucket();
        }
        let bucket = self.bucket(value.key());
        let row = self.rows.insert(value);
        self.push(bucket, row);
        row
    }

    fn push(&mut self, bucket: u32, row: u32) {
        let next = self.head(bucket);
        self.rows[row].set_next(next);
        self.set_head(bucket, row);
    }

    fn add_bucket(&mut self) {
        let added = self.buckets;
        if added as usize == self.heads.len() * CHUNK_ROWS {
            self.heads.push(vec![NONE; CHUNK_ROWS].into_boxed_slice());
        }
        self.set_head(added, NONE);
        self.set_buckets(added + 1);
        if added > 0 {
            let split = added - self.buckets.next_power_of_two() / 2;
            let mut row = self.head(split);
            self.set_head(split, NONE);
            while row != NONE {
                let next = self.rows[row].next();
                self.push(self.bucket(self.rows[row].key()), row);
                row = next;
            }
        }
    }

    /// Empties a row.
    pub(super) fn take(&mut self, row: u32) -> T {
        let bucket = self.bucket(self.rows[row].key());
        let next = self.rows[row].next();
        let mut before = self.head(bucket);
        if before == row {
            self.set_head(bucket, next);
        } else {
            while self.rows[before].next() != row {
                before = self.rows[before].next();
            }
            self.rows[before].set_next(next);
        }
        let value = self.rows.take(row);
        for _ in 0..2 {
            self.remove_bucket();
        }
        value
    }

    fn set_buckets(&mut self, buckets: u32) {
        self.buckets = buckets;
        self.mask = buckets.next_power_of_two() - 1;
    }

    fn remove_bucket(&mut self) {
        if self.buckets <= BUCKETS_MIN || (self.buckets as usize) < 2 * self.rows.len() {
            return;
        }
        let removed = self.buckets - 1;
        let mut row = self.head(removed);
        let into = removed - self.buckets.next_power_of_two() / 2;
        while row != NONE {
            let next = self.rows[row].next();
            self.push(into, row);
            row = next;
        }
        self.set_buckets(removed);
        if self.heads.len() * CHUNK_ROWS >= removed as usize + 2 * CHUNK_ROWS {
            self.heads.pop();
        }
    }

    /// Every row, the empty ones as [`Vacant::vacant`].
    pub(super) fn rows(&self) -> impl Iterator<Item = &T> {
        self.rows.rows()
    }

    /// No row's number is as large.
    pub(super) fn bound(&self) -> usize {
        self.rows.bound()
    }

    /// How many rows are in use.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes held, the unused ones included.
    pub(super) fn bytes(&self) -> usize {
        let heads = self.heads.len() * 4 * CHUNK_ROWS + self.heads.capacity() * size_of::<Box<[u32]>>();
        self.rows.bytes() + heads
    }
}

impl<T> Index<u32> for Table<T> {
    type Output = T;

    #[inline]
    fn index(&self, row: u32) -> &T {
        &self.rows[row]
    }
}

impl<T> IndexMut<u32> for Table<T> {
    #[inline]
    fn index_mut(&mut self, row: u32) -> &mut T {
        &mut self.rows[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(u32, u32);

    impl Vacant for Row {
        fn vacant() -> Row {
            Row(NONE, NONE)
        }
    }

    impl Keyed for Row {
        fn key(&self) -> u32 {
            self.0
        }
        fn next(&self) -> u32 {
            self.1
        }
        fn set_next(&mut self, next: u32) {
            self.1 = next;
        }
    }

    fn longest_chain(table: &Table<Row>) -> usize {
        let chain = |bucket| {
            let first = Some(table.head(bucket)).filter(|row| *row != NONE);
            std::iter::successors(first, |row| Some(table[*row].1).filter(|row| *row != NONE)).count()
        };
        (0..table.buckets).map(chain).max().unwrap_or(0)
    }

    #[test]
    fn whoever_lives_is_found_and_nobody_else() {
        let mut table = Table::new();
        for key in 0..20_000 {
            table.insert(Row(key, NONE));
            if key >= 100 && key % 7 != 0 {
                let row = table.find(key - 50).filter(|_| key % 3 != 0);
                row.map(|row| table.take(row));
            }
        }
        let live: Vec<u32> = table.rows().map(|row| row.0).filter(|key| *key != NONE).collect();
        assert_eq!(live.len(), table.len());
        assert!(live.iter().all(|key| table[table.find(*key).expect("it lives")].0 == *key));
        let found = (0..20_001).filter(|key| table.find(*key).is_some()).count();
        assert_eq!(found, live.len());
    }

    #[test]
    fn chains_stay_short_at_any_stride() {
        for stride in [1, 8, 1_024, 11] {
            let mut table = Table::new();
            for number in 0..10_000 {
                table.insert(Row(number * stride, NONE));
            }
            assert!(longest_chain(&table) <= 12, "stride {stride}: {}", longest_chain(&table));
        }
    }

    #[test]
    fn memory_follows_who_lives() {
        let mut table = Table::new();
        for key in 0..1_000_000 {
            table.insert(Row(key, NONE));
            if let Some(row) = key.checked_sub(10).and_then(|key| table.find(key)) {
                table.take(row);
            }
        }
        assert_eq!(table.len(), 10);
        assert!(table.bytes() < 16_000, "{} bytes", table.bytes());
        for key in 1_000_000..1_100_000 {
            table.insert(Row(key, NONE));
        }
        for key in 1_000_000..1_100_000 {
            let row = table.find(key).expect("it lives");
            table.take(row);
        }
        assert!(table.bytes() < 100_000, "{} bytes", table.bytes());
    }
}
