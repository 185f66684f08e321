//! The last few polls, for whoever shows them one after the other: the facts of a moment say only who stands where after all
//! of them. A fixed number is kept, so that a poll costs the same however many there are.

use crate::trace::event::{Role, ScopeId, TaskId};
use crate::verdict::model::Verdict;

/// How many polls are remembered.
pub const POLLS_KEPT: usize = 8;

/// One poll, and what was known of its task when it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Whose.
    pub task: TaskId,
    /// The scope it belongs to.
    pub scope: ScopeId,
    /// Its part in that scope.
    pub role: Role,
    /// Its number in that scope.
    pub number: u32,
    /// What was to be said of it.
    pub verdict: Verdict,
}

impl Poll {
    const NONE: Poll =
        Poll { task: TaskId::ROOT, scope: ScopeId::ROOT, role: Role::Root, number: 0, verdict: Verdict::Working };
}

/// The last polls. How many there were in all the counts say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recent {
    ring: [Poll; POLLS_KEPT],
    /// How many were noted, modulo 2³².
    noted: u32,
}

impl Recent {
    /// Before the first poll.
    pub(super) fn new() -> Recent {
        Recent { ring: [Poll::NONE; POLLS_KEPT], noted: 0 }
    }

    /// One more.
    #[inline]
    pub(super) fn note(&mut self, poll: Poll) {
        self.ring[self.noted as usize % POLLS_KEPT] = poll;
        self.noted = self.noted.wrapping_add(1);
    }

    /// Appends the newest ones to `into`, oldest first: of `polls` in all at most [`POLLS_KEPT`].
    pub(super) fn last(&self, most: usize, polls: u64, into: &mut Vec<Poll>) {
        let most = most.min(POLLS_KEPT).min(usize::try_from(polls).unwrap_or(POLLS_KEPT)) as u32;
        for back in (1..=most).rev() {
            into.push(self.ring[self.noted.wrapping_sub(back) as usize % POLLS_KEPT]);
        }
    }

    /// The newest one of all, of `polls`.
    pub(super) fn newest(&self, polls: u64) -> Option<Poll> {
        (polls > 0).then_some(self.ring[self.noted.wrapping_sub(1) as usize % POLLS_KEPT])
    }
}

#[cfg(test)]
mod tests {
    use crate::verdict::ledger::Ledger;
    use crate::verdict::recent::Poll;
    use crate::verdict::testing::ledger;

    fn polls(ledger: &Ledger, most: usize) -> Vec<Poll> {
        let mut polls = Vec::new();
        ledger.last_polls(most, &mut polls);
        assert_eq!(ledger.last_poll(), polls.last().copied().or(ledger.last_poll()));
        polls
    }

    fn last(ledger: &Ledger, most: usize) -> Vec<u32> {
        polls(ledger, most).iter().map(|poll| poll.task.0).collect()
    }

    #[test]
    fn the_newest_polls_are_told_oldest_first_and_no_more_than_there_were() {
        let open = "open; spawn s1 parent; spawn s1 child; poll t1; pending; ";
        assert!(last(&ledger(""), 5).is_empty());
        assert_eq!(last(&ledger(open), 5), [1]);
        let many = ledger(&format!("{open}poll t2; return; {}", "wake t1; poll t1; pending; ".repeat(3)));
        assert_eq!((last(&many, 4), last(&many, 2), last(&many, 0)), (vec![2, 1, 1, 1], vec![1, 1], vec![]));
    }

    #[test]
    fn a_task_that_has_returned_is_told_with_what_was_known_of_it() {
        let ledger = ledger("open; spawn s1 parent; spawn s1 child; poll t2; return");
        assert!(ledger.task(crate::trace::event::TaskId(2)).is_none());
        let polls: Vec<_> = polls(&ledger, 9).iter().map(|poll| (poll.scope.0, poll.role.as_str())).collect();
        assert_eq!(polls, [(1, "child")]);
    }

    #[test]
    fn of_thousands_of_polls_the_last_eight_are_kept() {
        let script =
            "open; spawn s1 parent; spawn s1 child; ".to_owned() + &"poll t1; pending; wake t1; ".repeat(5_000);
        assert_eq!(last(&ledger(&(script + "poll t2")), 100), [1, 1, 1, 1, 1, 1, 1, 2]);
    }
}
