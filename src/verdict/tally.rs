//! How many tasks wait where, and how many of them are leaked: what the listing's marks and the dump show.

use crate::trace::event::{PlaceId, Role, WaitHead, WaitReason};
use crate::verdict::model::{Verdict, WaitCount};

/// A role, a reason and a place in one word, in whose order the rows stand.
type Key = u32;

fn key(role: Role, head: WaitHead) -> Key {
    (role as u32) << 24 | (head.reason as u32) << 16 | u32::from(head.place.0)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Row {
    alive: u32,
    stopping: u32,
    leaked: u32,
    unproven: u32,
}

/// The counts. Rows are as many as source lines that wait, so they are never dropped.
#[derive(Clone, Default, Debug)]
pub(super) struct Tally {
    /// In the order of their keys.
    rows: Vec<(Key, Row)>,
    /// Which one was found last: most waits end where they began.
    last: usize,
}

impl Tally {
    pub(super) fn enter(&mut self, role: Role, head: WaitHead, verdict: Verdict) {
        let key = key(role, head);
        let at = self.find(key).unwrap_or_else(|at| {
            self.rows.insert(at, (key, Row::default()));
            at
        });
        let row = &mut self.rows[at].1;
        row.alive += 1;
        if let Some(part) = row.part(verdict) {
            *part += 1;
        }
    }

    pub(super) fn leave(&mut self, role: Role, head: WaitHead, verdict: Verdict) {
        let at = self.find(key(role, head)).expect("who leaves has entered");
        let row = &mut self.rows[at].1;
        row.alive -= 1;
        if let Some(part) = row.part(verdict) {
            *part -= 1;
        }
    }

    fn find(&mut self, key: Key) -> Result<usize, usize> {
        if self.rows.get(self.last).is_none_or(|(last, _)| *last != key) {
            self.last = self.rows.binary_search_by_key(&key, |(key, _)| *key)?;
        }
        Ok(self.last)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = WaitCount> {
        self.rows.iter().filter(|(_, row)| row.alive > 0).map(|(key, row)| WaitCount {
            role: Role::from_word(key >> 24),
            reason: WaitReason::ALL[(key >> 16 & 0xff) as usize],
            place: PlaceId(*key as u16),
            alive: row.alive,
            leaked: row.leaked,
            stopping: row.stopping,
            unproven: row.unproven,
        })
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<(Key, Row)>()
    }
}

impl Row {
    fn part(&mut self, verdict: Verdict) -> Option<&mut u32> {
        match verdict {
            Verdict::Working => None,
            Verdict::Stopping => Some(&mut self.stopping),
            Verdict::Stranded | Verdict::Runaway => Some(&mut self.leaked),
            Verdict::Unproven => Some(&mut self.unproven),
        }
    }
}
