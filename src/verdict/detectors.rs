//! What each known leak detector would say of the same state. Numbers, no sentences.
//!
//! Deliberately absent: tokio-console's *lost waker*. A trace records waits, not wakers, so nothing here can see one.

use crate::trace::event::{PlaceId, Role, TaskId, WaitReason};
use crate::verdict::definition::{Rule, outside_of_l};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::Counts;

/// How long goleak's default options retry before they give up: 20 attempts that start at 1 µs and double up to 100 ms.
pub const GOLEAK_RETRIES_US: u64 = 430_000;

/// From how many goroutines blocked at one line on LeakProf reports it (CGO 2024).
pub const LEAKPROF_THRESHOLD: u32 = 10_000;

/// What uber-go/goleak prints at the end of a test: everybody who is still there after its retries. A slow finite task
/// is a false alarm to it, and a runaway is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goleak {
    /// Alive when the test ended.
    pub at_end: u32,
    /// Alive [`GOLEAK_RETRIES_US`] later: those are reported.
    pub reported: u32,
}

/// goleak's view of the numbers at the end of a test, and of those [`GOLEAK_RETRIES_US`] later.
pub fn goleak(at_end: &Counts, after_retries: &Counts) -> Goleak {
    Goleak { at_end: at_end.alive, reported: if at_end.alive == 0 { 0 } else { after_retries.alive } }
}

/// A line that LeakProf suspects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The line.
    pub place: PlaceId,
    /// The channel operation.
    pub reason: WaitReason,
    /// How many are blocked there, leaked or not: it cannot tell.
    pub blocked: u32,
}

/// The lines at which at least `threshold` tasks are blocked in a channel operation, ordered by reason and place.
pub fn leakprof(ledger: &Ledger, threshold: u32) -> Vec<Suspect> {
    let mut suspects: Vec<Suspect> = Vec::new();
    for wait in ledger.waits().filter(|wait| wait.role != Role::Root && is_channel_wait(wait.reason)) {
        let (reason, place) = (wait.reason, wait.place);
        match suspects.binary_search_by_key(&(reason, place), |suspect| (suspect.reason, suspect.place)) {
            Ok(at) => suspects[at].blocked += wait.alive,
            Err(at) => suspects.insert(at, Suspect { place, reason, blocked: wait.alive }),
        }
    }
    suspects.retain(|suspect| suspect.blocked >= threshold);
    suspects
}

/// Go's `goroutineleak` profile: sound, and silent about runaways, calls to the outside world, and whatever somebody
/// who can run still refers to. In the order of the tasks' numbers; costs a pass over all live tasks.
pub fn goroutineleak_profile(ledger: &Ledger) -> Vec<TaskId> {
    let mut leaked = outside_of_l(&ledger.state, Rule::Go).stranded;
    leaked.retain(|id| ledger.task(*id).is_some_and(|task| task.role != Role::Root));
    leaked
}

/// What the Go runtime says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asleep {
    /// Nothing: somebody can still run.
    Silent,
    /// `fatal error: all goroutines are asleep - deadlock!`
    Deadlock,
}

/// The runtime's check: the main goroutine is blocked, and nobody at all can run. The first task that the root spawned
/// plays `main`: once that has returned the program is over, and nothing is said. A pending call to the outside world or a
/// timer keeps it silent, and so does one runaway anywhere.
pub fn all_asleep(ledger: &Ledger) -> Asleep {
    let main = ledger.state.main.and_then(|main| ledger.task(main));
    let main_is_blocked = main.is_some_and(|main| main.waits().next().is_some());
    let somebody_runs = ledger.ready().next().is_some() || ledger.running().is_some();
    let world_moves = ledger.timers() > 0 || ledger.outside_calls() > 0;
    if main_is_blocked && !somebody_runs && !world_moves { Asleep::Deadlock } else { Asleep::Silent }
}

/// What `testing/synctest` does when the bubble's root has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synctest {
    /// Nobody is left: the test passes.
    Passes,
    /// Somebody can still run, or time can still pass: it goes on.
    GoesOn,
    /// Somebody is blocked, but not *durably* (in a mutex, or outside): it waits for ever and says nothing.
    Hangs,
    /// `deadlock: main bubble goroutine has exited but blocked goroutines remain`
    Panics {
        /// How many goroutines it lists.
        blocked: u32,
    },
}

/// synctest's view, were the run a bubble whose root returns now.
pub fn synctest(ledger: &Ledger) -> Synctest {
    let counts = ledger.counts();
    let mut requests = ledger.waits().filter(|wait| wait.role != Role::Root);
    if counts.alive == 0 {
        Synctest::Passes
    } else if counts.ready > 0 || ledger.running().is_some() || ledger.timers() > 0 {
        Synctest::GoesOn
    } else if ledger.outside_calls() > 0 || requests.any(|wait| !is_durable(wait.reason)) {
        Synctest::Hangs
    } else {
        Synctest::Panics { blocked: counts.alive }
    }
}

fn is_channel_wait(reason: WaitReason) -> bool {
    use WaitReason::{ChanReceive, ChanReceiveNil, ChanSend, ChanSendNil, Select, SelectNoCases};
    matches!(reason, ChanReceive | ChanReceiveNil | ChanSend | ChanSendNil | Select | SelectNoCases)
}

/// The list in the package's documentation: everything but mutexes and what lies outside of the bubble.
fn is_durable(reason: WaitReason) -> bool {
    !matches!(reason, WaitReason::MutexLock | WaitReason::RwMutexLock | WaitReason::RwMutexRLock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::testing::ledger;

    const SLOW: &str = "open; spawn s1 parent; poll t1; wait sleep 900000; pending; +1; ";
    const STRANDED: &str = "open; spawn s1 parent; poll t1; made chan; wait send o1? @7; pending; +1; ";

    #[test]
    fn goleak_takes_a_slow_task_for_a_leak_and_forgives_one_that_ends_within_its_retries() {
        let end = ledger(SLOW).counts();
        let later = ledger(&format!("{SLOW}+430000")).counts();
        assert_eq!(goleak(&end, &later), Goleak { at_end: 1, reported: 1 });
        let quick = ledger(&format!("{SLOW}+400000; wake t1; poll t1; over; return; +30000")).counts();
        assert_eq!(goleak(&end, &quick), Goleak { at_end: 1, reported: 0 });
    }

    #[test]
    fn leakprof_counts_who_is_blocked_in_a_channel_operation_and_not_who_sleeps() {
        let both = ledger(&format!("{STRANDED}spawn s1 child; poll t2; wait sleep 9 @8; pending; +1"));
        let suspect = Suspect { place: PlaceId(7), reason: WaitReason::ChanSend, blocked: 1 };
        assert_eq!(leakprof(&both, 1), [suspect]);
        assert_eq!(leakprof(&both, LEAKPROF_THRESHOLD), []);
    }

    #[test]
    fn gos_profile_finds_the_unreachable_and_is_silent_about_runaways_and_calls_outside() {
        assert_eq!(goroutineleak_profile(&ledger(STRANDED)), [TaskId(1)]);
        let outside = "open; spawn s1 parent; poll t1; wait recv o0!; pending; close s1; +1";
        let outside = ledger(outside);
        assert_eq!((outside.counts().stranded, goroutineleak_profile(&outside)), (1, vec![]));
        let runaway = "open; spawn s1 parent; close s1; poll t1; state; wait sleep 5; pending
             +5; wake t1; poll t1; over; state; wait sleep 5; pending; +1";
        let runaway = ledger(runaway);
        assert_eq!((runaway.counts().runaway, goroutineleak_profile(&runaway)), (1, vec![]));
    }

    #[test]
    fn gos_profile_still_knows_what_a_context_was_derived_from() {
        let ledger = ledger(
            "made ctx; made ctx o1; grant t0 o1?; open; spawn s1 parent; poll t1; wait recv o2!; pending; +1; +1",
        );
        assert_eq!((ledger.counts().stranded, goroutineleak_profile(&ledger)), (1, vec![]));
    }

    #[test]
    fn the_runtime_speaks_only_when_nobody_at_all_can_run() {
        let main = "made chan; spawn s0 root; poll t1; wait recv o1!; pending; ";
        let stranded = "open; spawn s1 parent; poll t2; made chan; wait send o2?; pending; +1; ";
        assert_eq!(all_asleep(&ledger(&format!("{main}+1"))), Asleep::Deadlock);
        assert_eq!(all_asleep(&ledger(&format!("{main}{stranded}"))), Asleep::Deadlock);
        assert_eq!(all_asleep(&ledger(&format!("{main}open; spawn s1 parent"))), Asleep::Silent);
        assert_eq!(all_asleep(&ledger(&format!("{main}spawn s0 root"))), Asleep::Silent);
        let slow = "open; spawn s1 parent; poll t2; wait sleep 900000; pending; +1";
        assert_eq!(all_asleep(&ledger(&format!("{main}{slow}"))), Asleep::Silent);
    }

    #[test]
    fn the_runtime_says_nothing_of_a_program_whose_main_has_returned() {
        let returned = "spawn s0 root; poll t1; return; ";
        let stranded = "open; spawn s1 parent; poll t2; made chan; wait send o1?; pending; +1; ";
        assert_eq!(all_asleep(&ledger(&format!("{returned}{stranded}"))), Asleep::Silent);
        // A later task of the root's does not become main.
        let later = "spawn s0 root; poll t3; made chan; wait recv o2!; pending; +1";
        assert_eq!(all_asleep(&ledger(&format!("{returned}{stranded}{later}"))), Asleep::Silent);
        assert_eq!(all_asleep(&ledger("")), Asleep::Silent);
    }

    #[test]
    fn a_request_that_the_root_made_first_plays_main() {
        assert_eq!(all_asleep(&ledger(STRANDED)), Asleep::Deadlock);
    }

    #[test]
    fn synctest_panics_about_durable_waits_and_hangs_in_others() {
        assert_eq!(synctest(&ledger("open; spawn s1 parent; poll t1; return; +1")), Synctest::Passes);
        assert_eq!(synctest(&ledger(SLOW)), Synctest::GoesOn);
        assert_eq!(synctest(&ledger(STRANDED)), Synctest::Panics { blocked: 1 });
        let locked = "open; spawn s1 parent; poll t1; made mutex; wait lock o1!; pending; +1";
        assert_eq!(synctest(&ledger(locked)), Synctest::Hangs);
    }
}
