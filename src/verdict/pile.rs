//! Who was found leaked, in the order in which they were found.
//!
//! Each leak has a number that is never used again. Entries of those that ended are dropped by and by, so that the pile
//! is as long as leaks are alive. Deliberately absent: whether an entry still counts; whoever keeps the tasks knows that.

use crate::trace::event::TaskId;

/// Fewer entries than this are not worth a pass.
const COMPACTED_MIN: usize = 64;

/// The leaked tasks.
#[derive(Clone, Default)]
pub(super) struct Pile {
    /// In the order of their numbers.
    entries: Vec<(u32, TaskId)>,
    found: u32,
    ended: usize,
}

impl Pile {
    pub(super) fn push(&mut self, task: TaskId) {
        self.entries.push((self.found, task));
        self.found += 1;
    }

    /// How many were ever found.
    pub(super) fn found(&self) -> u32 {
        self.found
    }

    /// The task with this number, if its entry was not dropped yet.
    pub(super) fn get(&self, number: u32) -> Option<TaskId> {
        let at = self.entries.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(self.entries[at].1)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = TaskId> {
        self.entries.iter().map(|(_, task)| *task)
    }

    /// The last one found.
    pub(super) fn newest(&self) -> Option<TaskId> {
        self.entries.last().map(|(_, task)| *task)
    }

    /// Notes that an entry does not count any more.
    pub(super) fn end(&mut self) {
        self.ended += 1;
    }

    /// Whether it is time to [`Pile::compact`].
    pub(super) fn is_due(&self) -> bool {
        self.ended > COMPACTED_MIN && 2 * self.ended > self.entries.len()
    }

    /// An entry that had ended counts again.
    pub(super) fn revive(&mut self) {
        self.ended -= 1;
    }

    /// Drops the entries that do not count any more, but for the newest: by that one a picture knows this run again.
    pub(super) fn compact(&mut self, mut counts: impl FnMut(TaskId) -> Keep) {
        let newest = self.entries.last().map_or(0, |(number, _)| *number);
        let mut ended = 0;
        self.entries.retain(|(number, task)| {
            let counts = counts(*task) == Keep::Yes;
            ended += usize::from(!counts && *number == newest);
            counts || *number == newest
        });
        self.ended = ended;
        self.entries.shrink_to(2 * self.entries.len());
    }

    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(u32, TaskId)>()
    }
}

/// Whether an entry of the pile still counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_entries_follow_who_is_leaked() {
        let mut pile = Pile::default();
        for task in 0..10_000 {
            pile.push(TaskId(task));
            if task % 10 != 0 {
                pile.end();
            }
            if pile.is_due() {
                pile.compact(|task| if task.0 % 10 == 0 { Keep::Yes } else { Keep::No });
            }
        }
        assert_eq!((pile.found(), pile.get(5_000), pile.get(5_001)), (10_000, Some(TaskId(5_000)), None));
        assert!(pile.entries.len() < 3_000 && pile.get(9_999) == Some(TaskId(9_999)));
    }
}
