//! What a program has printed, for somebody who reads it while the program runs.
//!
//! A run is the same whenever it is run again with its seed and order. So what was printed is kept once for each, however
//! often a reader goes back and forth, and each run only says how far it has come.

use std::collections::BTreeMap;

use crate::executor::engine::Order;

/// Where something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Standard,
    Error,
}

/// A seed, and the order's number.
type Key = (u32, u8);

/// All that was printed, under each seed and order.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    runs: BTreeMap<Key, Vec<Piece>>,
}

#[derive(Debug)]
struct Piece {
    at_ns: u64,
    bytes: Vec<u8>,
    to: Output,
}

/// How far one run has come.
#[derive(Debug)]
pub(crate) struct Cursor {
    key: Key,
    pieces: usize,
}

/// Runs of which everything is kept.
const RUNS_MAX: usize = 8;

impl Printed {
    /// A run begins.
    pub(crate) fn begin(&mut self, (seed, order): (u32, Order)) -> Cursor {
        let key = (seed, order as u8);
        if self.runs.len() >= RUNS_MAX && !self.runs.contains_key(&key) {
            self.runs.clear();
        }
        self.runs.entry(key).or_default();
        Cursor { key, pieces: 0 }
    }

    pub(crate) fn note(&mut self, cursor: &mut Cursor, at_ns: u64, bytes: &[u8], to: Output) {
        let pieces = self.runs.entry(cursor.key).or_default();
        cursor.pieces += 1;
        if pieces.len() < cursor.pieces {
            pieces.push(Piece { at_ns, bytes: bytes.to_vec(), to });
        }
    }

    /// What was printed up to a moment of virtual time, in pieces that say whether they are errors.
    pub(crate) fn until(&self, (seed, order): (u32, Order), at_ns: u64) -> Vec<(bool, String)> {
        let mut out: Vec<(bool, Vec<u8>)> = Vec::new();
        let pieces = self.runs.get(&(seed, order as u8)).map_or(&[][..], Vec::as_slice);
        for piece in pieces.iter().take_while(|piece| piece.at_ns <= at_ns) {
            let is_error = piece.to == Output::Error;
            match out.last_mut() {
                Some((known, bytes)) if *known == is_error => bytes.extend_from_slice(&piece.bytes),
                _ => out.push((is_error, piece.bytes.clone())),
            }
        }
        out.into_iter().map(|(is_error, bytes)| (is_error, String::from_utf8_lossy(&bytes).into_owned())).collect()
    }
}
