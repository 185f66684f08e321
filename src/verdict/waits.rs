//! What one task waits for: one wait with up to two cases in place, everything more in a box.
//!
//! A leaked task waits for ever, so these bytes are what a leak costs the page.

use crate::trace::event::WaitHead;
use crate::verdict::ledger::Wait;

const INLINE_CASES: usize = 2;

/// See the module.
pub(super) struct Waits {
    since_us: u64,
    first: Option<WaitHead>,
    words: [u32; INLINE_CASES],
    /// When there is a box, every wait is in it, and `first` is none.
    more: Option<Box<More>>,
}

struct More {
    waits: Vec<Boxed>,
}

struct Boxed {
    since_us: u64,
    head: WaitHead,
    words: Box<[u32]>,
}

impl Waits {
    pub(super) const EMPTY: Waits = Waits { since_us: 0, first: None, words: [0; INLINE_CASES], more: None };

    /// All of them, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Wait<'_>> {
        (0..).map_while(|number| self.get(number))
    }

    /// The wait with this number, counted from the oldest.
    pub(super) fn get(&self, number: usize) -> Option<Wait<'_>> {
        if let Some(more) = &self.more {
            let wait = more.waits.get(number)?;
            return Some(Wait { head: wait.head, cases: &wait.words, since_us: wait.since_us });
        }
        let head = self.first.filter(|_| number == 0)?;
        Some(Wait { head, cases: &self.words[..usize::from(head.cases)], since_us: self.since_us })
    }

    /// Adds a wait. A second one with the same head replaces the first: a task has one wait for each head.
    pub(super) fn begin(&mut self, head: WaitHead, words: &[u32], since_us: u64) {
        if self.first.is_none() && self.more.is_none() && words.len() <= INLINE_CASES {
            self.words[..words.len()].copy_from_slice(words);
            self.first = Some(head);
            self.since_us = since_us;
            return;
        }
        self.spill();
        let more = self.more.as_mut().expect("just spilled");
        more.waits.push(Boxed { since_us, head, words: words.into() });
    }

    fn spill(&mut self) {
        let more = self.more.get_or_insert_with(|| Box::new(More { waits: Vec::new() }));
        if let Some(head) = self.first.take() {
            let words = self.words[..usize::from(head.cases)].into();
            more.waits.push(Boxed { since_us: self.since_us, head, words });
        }
    }

    pub(super) fn has(&self, head: WaitHead) -> bool {
        self.iter().any(|wait| wait.head == head)
    }

    pub(super) fn end(&mut self, head: WaitHead) {
        if self.first == Some(head) {
            self.first = None;
        }
        if let Some(more) = &mut self.more {
            more.waits.retain(|wait| wait.head != head);
            if more.waits.is_empty() {
                self.more = None;
            }
        }
    }

    /// Heap bytes, for the account of what a leak costs.
    pub(super) fn bytes(&self) -> usize {
        let boxed = |wait: &Boxed| size_of::<Boxed>() + 4 * wait.words.len();
        self.more.as_ref().map_or(0, |more| size_of::<More>() + more.waits.iter().map(boxed).sum::<usize>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::event::{PlaceId, WaitReason};

    fn head(place: u16, cases: u8) -> WaitHead {
        WaitHead { place: PlaceId(place), reason: WaitReason::Select, cases }
    }

    fn show(waits: &Waits) -> Vec<(u16, Vec<u32>, u64)> {
        waits.iter().map(|wait| (wait.head.place.0, wait.cases.to_vec(), wait.since_us)).collect()
    }

    #[test]
    fn waits_come_and_go_in_any_order_and_keep_their_words() {
        let mut waits = Waits::EMPTY;
        waits.begin(head(1, 2), &[10, 11], 5);
        waits.begin(head(2, 3), &[20, 21, 22], 6);
        waits.begin(head(3, 0), &[], 7);
        assert_eq!(show(&waits), [(1, vec![10, 11], 5), (2, vec![20, 21, 22], 6), (3, vec![], 7)]);
        waits.end(head(2, 3));
        assert_eq!(show(&waits), [(1, vec![10, 11], 5), (3, vec![], 7)]);
        waits.end(head(1, 2));
        waits.end(head(3, 0));
        assert_eq!((show(&waits), waits.bytes()), (vec![], 0));
        waits.begin(head(4, 1), &[40], 8);
        assert_eq!((show(&waits), waits.bytes()), (vec![(4, vec![40], 8)], 0));
    }
}
