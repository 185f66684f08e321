//! What one task waits for, and what it declared of itself: one wait with up to two cases in place, everything more in a
//! box.
//!
//! A leaked task waits for ever, so these bytes are what a leak costs the page.

use crate::trace::event::{WaitHead, WaitReason, sleep_ns};

const INLINE_CASES: usize = 2;
/// The most words that a task may declare in one poll. Of a task that declares more nothing is known.
const DECLARED_WORDS_MAX: usize = 4_096;

/// One thing a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait<'l> {
    /// Where and why.
    pub head: WaitHead,
    /// Tells waits with the same head apart.
    pub nth: u32,
    /// What would end it, as [`WaitCase`] words; for a sleep its length ([`sleep_ns`]).
    ///
    /// [`WaitCase`]: crate::trace::event::WaitCase
    pub cases: &'l [u32],
    /// Since when, in microseconds.
    pub since_us: u64,
    /// Since when, in nanoseconds.
    pub(super) since_ns: u64,
    /// The number of this wait among all that ever began, modulo 2³².
    pub(super) begun: u32,
}

impl Wait<'_> {
    /// When a sleep ends by itself, in nanoseconds.
    pub(super) fn sleeps_until_ns(&self) -> Option<u64> {
        (self.head.reason == WaitReason::Sleep).then(|| self.since_ns.saturating_add(sleep_ns(self.cases)))
    }
}

/// The waits of one task; see the module for how they are kept.
#[derive(Clone)]
pub(super) struct Waits {
    since_ns: u64,
    /// A wait with number 0 and few cases, while it is the only one.
    first: Option<WaitHead>,
    begun: u32,
    words: [u32; INLINE_CASES],
    /// What the last poll declared first, where that is one word and no look: as almost always. It needs no box.
    declared: [u32; 1],
    /// How many of `declared` are in use.
    declared_len: u8,
    /// Every wait but `first`, and every declaration but `declared`.
    more: Option<Box<More>>,
}

#[derive(Clone, Default)]
struct More {
    /// Ordered by head and number.
    waits: Vec<Boxed>,
    /// What else the task declared during its last poll: how many objects it looks at, those, and words, again and again.
    declared: Vec<u32>,
    /// How many words `waits` have.
    words: usize,
}

#[derive(Clone)]
struct Boxed {
    since_ns: u64,
    head: WaitHead,
    nth: u32,
    begun: u32,
    words: Box<[u32]>,
}

impl Waits {
    pub(super) const EMPTY: Waits = Waits {
        since_ns: 0,
        first: None,
        begun: 0,
        words: [0; INLINE_CASES],
        declared: [0],
        declared_len: 0,
        more: None,
    };

    /// All of them, ordered by head and number.
    pub(super) fn iter(&self) -> impl Iterator<Item = Wait<'_>> {
        (0..).map_while(|number| self.get(number))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.more.as_ref().map_or(0, |more| more.waits.len())
    }

    /// Whether the wait that needs no box is a sleep, as of a task that works. Another one may be, too.
    #[inline]
    pub(super) fn sleeps_in_place(&self) -> bool {
        self.first.is_some_and(|head| head.reason == WaitReason::Sleep)
    }

    /// The wait with this number, in the order of [`Waits::iter`].
    pub(super) fn get(&self, number: usize) -> Option<Wait<'_>> {
        if let Some(head) = self.first {
            let wait = Wait {
                head,
                nth: 0,
                cases: &self.words[..usize::from(head.cases)],
                since_us: self.since_ns / 1_000,
                since_ns: self.since_ns,
                begun: self.begun,
            };
            return (number == 0).then_some(wait);
        }
        let wait = self.more.as_ref()?.waits.get(number)?;
        Some(Wait {
            head: wait.head,
            nth: wait.nth,
            cases: &wait.words,
            since_us: wait.since_ns / 1_000,
            since_ns: wait.since_ns,
            begun: wait.begun,
        })
    }

    /// The wait with this head and number.
    pub(super) fn find(&self, head: WaitHead, nth: u32) -> Option<Wait<'_>> {
        if self.first.is_some() {
            return self.get(0).filter(|wait| (wait.head, wait.nth) == (head, nth));
        }
        let at = self.more.as_ref()?.place(head, nth).ok()?;
        self.get(at)
    }

    /// Whether a wait that begins now needs no box: there is no other, as almost always.
    pub(super) fn has_place(&self, nth: u32, words: &[u32]) -> bool {
        nth == 0 && words.len() <= INLINE_CASES && self.len() == 0
    }

    /// Whether this wait is the one that needs no box.
    pub(super) fn is_in_place(&self, head: WaitHead, nth: u32) -> bool {
        nth == 0 && self.first == Some(head)
    }

    /// Adds a wait; there must be none with the same head and number.
    pub(super) fn begin(&mut self, head: WaitHead, nth: u32, words: &[u32], since_ns: u64, begun: u32) {
        if self.has_place(nth, words) {
            match *words {
                [] => {}
                [one] => self.words[0] = one,
                [one, other, ..] => self.words = [one, other],
            }
            (self.first, self.since_ns, self.begun) = (Some(head), since_ns, begun);
            return;
        }
        let first = self.first.take().map(|head| Boxed {
            since_ns: self.since_ns,
            head,
            nth: 0,
            begun: self.begun,
            words: self.words[..usize::from(head.cases)].into(),
        });
        let more = self.more.get_or_insert_default();
        more.words += words.len() + first.as_ref().map_or(0, |first| first.words.len());
        more.waits.extend(first);
        let at = more.place(head, nth).unwrap_or_else(|at| at);
        more.waits.insert(at, Boxed { since_ns, head, nth, begun, words: words.into() });
    }

    /// Removes the wait with this head and number, if it is there.
    pub(super) fn end(&mut self, head: WaitHead, nth: u32) {
        if self.is_in_place(head, nth) {
            self.first = None;
            return;
        }
        let Some(more) = &mut self.more else { return };
        if let Ok(at) = more.place(head, nth) {
            more.words -= more.waits.remove(at).words.len();
        }
        self.drop_empty_box();
    }

    fn drop_empty_box(&mut self) {
        if self.more.as_ref().is_some_and(|more| more.waits.is_empty() && more.declared.is_empty()) {
            self.more = None;
        }
    }

    /// Forgets what was declared: a poll begins.
    pub(super) fn undeclare(&mut self) {
        self.declared_len = 0;
        if let Some(more) = &mut self.more {
            more.declared.clear();
        }
    }

    /// Whether what is declared now needs no more memory.
    pub(super) fn has_room(&self, looks: &[u32], words: &[u32]) -> bool {
        let room = |more: &More| more.declared.capacity() - more.declared.len();
        self.declares_in_place(looks, words)
            || self.more.as_ref().is_some_and(|more| looks.len() + words.len() + 2 <= room(more))
    }

    /// Whether what is declared now needs no box: it is one word, and the first.
    #[inline]
    fn declares_in_place(&self, looks: &[u32], words: &[u32]) -> bool {
        let is_first = self.declared_len == 0 && self.more.as_ref().is_none_or(|more| more.declared.is_empty());
        looks.is_empty() && words.len() == 1 && is_first
    }

    /// Adds to what this poll declared. `false` when that is more than is kept.
    pub(super) fn declare(&mut self, looks: &[u32], words: &[u32]) -> bool {
        if looks.is_empty() && words.is_empty() {
            return true;
        }
        if self.declares_in_place(looks, words) {
            (self.declared, self.declared_len) = ([words[0]], 1);
            return true;
        }
        let in_place = 3 * usize::from(self.declared_len);
        let declared = &mut self.more.get_or_insert_default().declared;
        if in_place + declared.len() + looks.len() + words.len() + 2 > DECLARED_WORDS_MAX {
            return false;
        }
        declared.extend([looks.len() as u32, words.len() as u32]);
        declared.extend_from_slice(looks);
        declared.extend_from_slice(words);
        true
    }

    /// What was declared in the last poll: objects looked at and words, for each time.
    pub(super) fn declared(&self) -> impl Iterator<Item = (&[u32], &[u32])> {
        let first = (self.declared_len > 0).then_some((&[][..], &self.declared[..]));
        let mut rest = self.more.as_ref().map_or(&[][..], |more| &more.declared[..]);
        first.into_iter().chain(std::iter::from_fn(move || {
            let [looks, words, tail @ ..] = rest else { return None };
            let (looks, tail) = tail.split_at(*looks as usize);
            let (words, tail) = tail.split_at(*words as usize);
            rest = tail;
            Some((looks, words))
        }))
    }

    /// A task that is stranded will be asked for nothing any more but what it waits for.
    pub(super) fn shrink(&mut self) {
        self.declared_len = 0;
        if let Some(more) = &mut self.more {
            more.declared = Vec::new();
            more.waits.shrink_to_fit();
        }
        self.drop_empty_box();
    }

    /// Heap bytes, for the account of what a leak costs.
    pub(super) fn bytes(&self) -> usize {
        let Some(more) = &self.more else { return 0 };
        let lists = more.waits.capacity() * size_of::<Boxed>() + 4 * (more.words + more.declared.capacity());
        size_of::<More>() + lists
    }
}

impl More {
    fn place(&self, head: WaitHead, nth: u32) -> Result<usize, usize> {
        self.waits.binary_search_by_key(&(head, nth), |wait| (wait.head, wait.nth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::event::PlaceId;

    fn head(place: u16, cases: u16) -> WaitHead {
        WaitHead { place: PlaceId(place), reason: WaitReason::Select, cases }
    }

    fn show(waits: &Waits) -> Vec<(u16, u32, Vec<u32>, u64)> {
        waits.iter().map(|wait| (wait.head.place.0, wait.nth, wait.cases.to_vec(), wait.since_ns)).collect()
    }

    #[test]
    fn waits_come_and_go_in_any_order_and_keep_their_words() {
        let mut waits = Waits::EMPTY;
        waits.begin(head(1, 2), 0, &[10, 11], 5, 0);
        waits.begin(head(3, 0), 0, &[], 7, 1);
        waits.begin(head(2, 3), 0, &[20, 21, 22], 6, 2);
        assert_eq!(show(&waits), [(1, 0, vec![10, 11], 5), (2, 0, vec![20, 21, 22], 6), (3, 0, vec![], 7)]);
        waits.end(head(2, 3), 0);
        assert_eq!(show(&waits), [(1, 0, vec![10, 11], 5), (3, 0, vec![], 7)]);
        waits.end(head(1, 2), 0);
        waits.end(head(3, 0), 0);
        assert_eq!((show(&waits), waits.bytes()), (vec![], 0));
        waits.begin(head(4, 1), 0, &[40], 8, 3);
        assert_eq!((show(&waits), waits.bytes()), (vec![(4, 0, vec![40], 8)], 0));
    }

    #[test]
    fn waits_with_one_head_are_told_apart_by_their_numbers() {
        let mut waits = Waits::EMPTY;
        for nth in [0, 1, 2] {
            waits.begin(head(1, 1), nth, &[nth], 5, nth);
        }
        waits.end(head(1, 1), 0);
        waits.end(head(1, 1), 7);
        assert_eq!(show(&waits), [(1, 1, vec![1], 5), (1, 2, vec![2], 5)]);
        assert_eq!(waits.find(head(1, 1), 2).map(|wait| wait.cases[0]), Some(2));
        assert_eq!(waits.find(head(1, 1), 0), None);
    }

    #[test]
    fn thousands_of_waits_end_one_by_one() {
        let mut waits = Waits::EMPTY;
        (0..5_000).for_each(|nth| waits.begin(head(1, 1), nth, &[nth], 5, nth));
        (0..5_000).rev().filter(|nth| nth % 2 == 0).for_each(|nth| waits.end(head(1, 1), nth));
        assert_eq!((waits.len(), waits.get(10).map(|wait| wait.nth)), (2_500, Some(21)));
    }

    #[test]
    fn what_is_declared_holds_for_one_poll() {
        let mut waits = Waits::EMPTY;
        waits.begin(head(1, 1), 0, &[9], 5, 0);
        assert!(waits.declare(&[7], &[1, 2]) && waits.declare(&[], &[3]) && waits.declare(&[], &[]));
        let declared: Vec<(Vec<u32>, Vec<u32>)> = waits.declared().map(|(a, b)| (a.to_vec(), b.to_vec())).collect();
        assert_eq!(declared, [(vec![7], vec![1, 2]), (vec![], vec![3])]);
        assert!(!waits.declare(&[], &[0; DECLARED_WORDS_MAX]), "too much is as good as nothing");
        waits.undeclare();
        assert_eq!((waits.declared().count(), waits.len()), (0, 1));
    }

    #[test]
    fn one_declared_word_needs_no_box_and_comes_before_what_is_declared_after_it() {
        let mut waits = Waits::EMPTY;
        assert!(waits.declare(&[], &[7]));
        assert_eq!((waits.bytes(), waits.declared().collect::<Vec<_>>()), (0, vec![(&[][..], &[7][..])]));
        assert!(waits.declare(&[], &[8]) && waits.declare(&[1], &[9]));
        let declared: Vec<_> = waits.declared().collect();
        assert_eq!(declared, [(&[][..], &[7][..]), (&[], &[8]), (&[1], &[9])]);
        waits.undeclare();
        assert!(waits.declare(&[], &[3, 4]) && waits.declare(&[], &[5]), "a first one that is longer stays first");
        assert_eq!(waits.declared().map(|(_, words)| words.len()).collect::<Vec<_>>(), [2, 1]);
        waits.shrink();
        assert_eq!((waits.declared().count(), waits.bytes()), (0, 0));
    }

    #[test]
    fn a_word_in_place_counts_for_how_much_may_be_declared() {
        let mut waits = Waits::EMPTY;
        assert!(waits.declare(&[], &[7]) && waits.declare(&[], &[0; DECLARED_WORDS_MAX - 5]));
        assert!(!waits.declare(&[], &[8]));
    }
}
