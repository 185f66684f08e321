//! What each known leak detector would say of the same state, by its published rule, and how that compares with our verdict.
//! Numbers, no sentences. Who lets a run go on and asks at each moment is `player::watch`.
//!
//! Deliberately absent: a detector's cost, and what it prints.

use crate::trace::event::{PlaceId, Role, TaskId, WaitReason};
use crate::verdict::definition::{Rule, outside_of_l};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{Counts, Marks, State, Task, Verdict};
use crate::verdict::run_state::calls_outside;

/// A known way to find leaked tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detector {
    /// uber-go/goleak at the end of a test (`options.go` of v1.3.0): see [`goleak`].
    Goleak,
    /// Uber's LeakProf on production profiles (CGO 2024): see [`leakprof`].
    LeakProf,
    /// Go's profile of that name (proposal 74609; by default since Go 1.27): see [`goroutineleak_profile`].
    GoroutineLeak,
    /// `testing/synctest` at the end of a test (its package documentation): see [`synctest`].
    Synctest,
    /// The check of Go's runtime: see [`all_asleep`].
    Deadlock,
    /// tokio-console's *lost waker* (`warnings.rs` of tokio-rs/console): see [`lost_wakers`].
    LostWaker,
    /// The rule of thumb that whoever is older than [`OLD_US`] has leaked.
    Old,
    /// The rule of thumb that a count that keeps growing is a leak: see [`Growth`].
    Growing,
}

impl Detector {
    /// All of them, in the order in which they are shown: those that look at the end of a test first.
    pub const ALL: [Detector; 8] = [
        Detector::Goleak,
        Detector::Synctest,
        Detector::LeakProf,
        Detector::GoroutineLeak,
        Detector::Deadlock,
        Detector::LostWaker,
        Detector::Old,
        Detector::Growing,
    ];

    /// What it is called, in any language.
    pub const fn name(self) -> &'static str {
        match self {
            Detector::Goleak => "goleak",
            Detector::LeakProf => "LeakProf",
            Detector::GoroutineLeak => "goroutineleak",
            Detector::Synctest => "synctest",
            Detector::Deadlock => "deadlock",
            Detector::LostWaker => "tokio-console",
            Detector::Old => "older-than-30s",
            Detector::Growing => "keeps-growing",
        }
    }

    /// Whether it looks at the end of a test, and not at a run that goes on.
    pub const fn looks_at_end(self) -> bool {
        matches!(self, Detector::Goleak | Detector::Synctest)
    }

    /// Whom it reports at this moment of a run that goes on, the root's tasks left out. Those that look at the end of a test,
    /// or at more than one moment, report nobody here.
    pub fn reported(self, ledger: &Ledger) -> Vec<TaskId> {
        match self {
            Detector::LeakProf => {
                let suspects = leakprof(ledger, LEAKPROF_THRESHOLD);
                if suspects.is_empty() { Vec::new() } else { pick(ledger, &|task| is_at(task, &suspects)) }
            }
            Detector::GoroutineLeak => goroutineleak_profile(ledger),
            Detector::Deadlock if all_asleep(ledger) == Asleep::Deadlock => everybody(ledger),
            Detector::LostWaker => lost_wakers(ledger),
            Detector::Old => pick(ledger, &|task| ledger.now_us() > task.spawned_us + OLD_US),
            Detector::Deadlock | Detector::Goleak | Detector::Synctest | Detector::Growing => Vec::new(),
        }
    }

    /// Why it reports nobody although some are leaked.
    pub fn why_silent(self, ledger: &Ledger) -> Why {
        let calls = |task: &Task| task.waits().any(|wait| calls_outside(wait.head.reason, wait.cases));
        let is_any = |what: &dyn Fn(&Task) -> bool| ledger.tasks().any(|task| task.verdict.is_leaked() && what(task));
        let runs_only = !is_any(&|task| task.verdict == Verdict::Stranded);
        match self {
            Detector::Deadlock => Why::SomebodyRuns,
            Detector::Old => Why::Young,
            Detector::Growing => Why::Level,
            Detector::Synctest if synctest(ledger) == Synctest::Hangs => Why::NotDurable,
            Detector::GoroutineLeak if is_any(&calls) => Why::OutsideCall,
            _ if runs_only => Why::Runs,
            Detector::LeakProf => {
                let suspects = leakprof(ledger, 0);
                Why::Below(suspects.iter().map(|suspect| suspect.blocked).max().unwrap_or(0))
            }
            Detector::LostWaker => Why::WakerKept,
            Detector::GoroutineLeak | Detector::Goleak | Detector::Synctest => Why::Referred,
        }
    }
}

/// How what a detector says compares with our verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// It reports somebody who is leaked.
    Seen,
    /// Some are leaked, and it reports nobody.
    Missed,
    /// It reports tasks that end by themselves, and nobody else.
    FalseAlarm,
    /// It reports nobody, and nobody is leaked.
    RightlySilent,
    /// What it reports is not proven either way.
    Unproven,
}

impl Rating {
    /// As the command line prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Rating::Seen => "seen",
            Rating::Missed => "missed",
            Rating::FalseAlarm => "false-alarm",
            Rating::RightlySilent => "rightly-silent",
            Rating::Unproven => "unproven",
        }
    }
}

/// Why a detector missed a leak, or raised a false alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A call to the outside is thought able to return.
    OutsideCall,
    /// A runaway is never blocked for good.
    Runs,
    /// Somebody who can run still refers to what they wait on.
    Referred,
    /// So many are blocked at one line at most, and that is below the threshold.
    Below(u32),
    /// Somebody, or the clock, still runs.
    SomebodyRuns,
    /// Somebody is blocked, but not durably.
    NotDurable,
    /// What they wait on keeps their wakers.
    WakerKept,
    /// Nobody is that old yet.
    Young,
    /// The count did not rise for long enough.
    Level,
    /// Whom it reports end by themselves.
    Ends,
}

impl Why {
    /// Its place in the order above.
    pub const fn number(self) -> usize {
        match self {
            Why::OutsideCall => 0,
            Why::Runs => 1,
            Why::Referred => 2,
            Why::Below(_) => 3,
            Why::SomebodyRuns => 4,
            Why::NotDurable => 5,
            Why::WakerKept => 6,
            Why::Young => 7,
            Why::Level => 8,
            Why::Ends => 9,
        }
    }

    /// How many are blocked at one line at most, where that is why.
    pub const fn blocked(self) -> u32 {
        if let Why::Below(blocked) = self { blocked } else { 0 }
    }

    /// As the command line's data has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::OutsideCall => "outside-call",
            Why::Runs => "runaway",
            Why::Referred => "still-referred-to",
            Why::Below(_) => "below-threshold",
            Why::SomebodyRuns => "somebody-runs",
            Why::NotDurable => "not-durably-blocked",
            Why::WakerKept => "waker-kept",
            Why::Young => "too-young",
            Why::Level => "not-growing",
            Why::Ends => "ends-by-itself",
        }
    }
}

/// What a detector would have said of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which one.
    pub detector: Detector,
    /// When it would have reported first, in microseconds; none where it never would.
    pub first_us: Option<u64>,
    /// How many it reports at the moment that is asked about, or at the end of the test.
    pub reported: u32,
    /// How many of those are leaks by our verdict.
    pub right: u32,
    /// What that is worth.
    pub rating: Rating,
    /// Why it is wrong, where it is.
    pub why: Option<Why>,
}

/// One for each detector, in the order of [`Detector::ALL`].
pub type Findings = Vec<Finding>;

/// The rating of a detector that reported somebody or not, `right` of whom are leaks, where `leaked` are leaked in all, and
/// some others may be.
pub fn rate(has_reported: bool, right: u32, leaked: u32, is_unproven: bool) -> Rating {
    match (has_reported, right, leaked) {
        (true, 1.., _) => Rating::Seen,
        (false, _, 1..) => Rating::Missed,
        _ if is_unproven => Rating::Unproven,
        (true, 0, _) => Rating::FalseAlarm,
        (false, _, 0) => Rating::RightlySilent,
    }
}

/// How old whoever is thought to have leaked is at least.
pub const OLD_US: u64 = 30_000_000;

/// The count of whoever is alive, looked at again and again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Growth {
    next_us: u64,
    last: Option<u32>,
    rises: u32,
}

impl Growth {
    /// The time between two looks at the count.
    pub const LOOK_US: u64 = 10_000_000;
    /// So many rises in a row mean that it keeps growing: with looks ten seconds apart, a minute of them.
    pub const RISES: u32 = 6;

    /// Looks at the count, if it is time; whether it has kept growing up to now.
    pub fn look(&mut self, alive: u32, now_us: u64) -> bool {
        if now_us >= self.next_us {
            self.rises = if self.last.is_some_and(|last| alive > last) { self.rises + 1 } else { 0 };
            (self.last, self.next_us) = (Some(alive), now_us + Growth::LOOK_US);
        }
        self.rises >= Growth::RISES
    }
}

/// Every live task of a request, ordered by number.
pub fn everybody(ledger: &Ledger) -> Vec<TaskId> {
    pick(ledger, &|_| true)
}

fn pick(ledger: &Ledger, is_wanted: &dyn Fn(&Task) -> bool) -> Vec<TaskId> {
    let mut picked = Vec::new();
    for task in ledger.tasks() {
        if task.is_counted() && is_wanted(task) {
            picked.push(task.id);
        }
    }
    picked.sort_unstable();
    picked
}

fn is_at(task: &Task, suspects: &[Suspect]) -> bool {
    let mut waits = task.waits().map(|wait| (wait.head.reason, wait.head.place));
    waits.any(|wait| suspects.iter().any(|suspect| (suspect.reason, suspect.place) == wait))
}

/// What tokio-console calls a lost waker: neither finished nor running nor woken, and no waker left. Whoever waits on
/// something has left a waker there, and a call to the outside or the clock keeps one, too; so it is who waits for nothing at
/// all. Sound on one thread, where a wake and the poll that follows it cannot cross.
pub fn lost_wakers(ledger: &Ledger) -> Vec<TaskId> {
    pick(ledger, &|task| {
        let is_kept = task.marks.has(Marks::WAKER_KEPT) || task.waits().any(|wait| !wait.cases.is_empty());
        task.state == State::Waiting && !is_kept
    })
}

/// How long goleak's default options retry before they give up: 20 attempts that start at 1 µs and double up to 100 ms
/// (`options.go` of v1.3.0).
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
    use crate::verdict::slab::NONE;
    use crate::verdict::testing::ledger;
    use crate::verdict::worlds::{self, Facts, World};

    #[test]
    fn a_report_is_seen_where_it_names_a_leak_and_false_where_it_names_none() {
        assert_eq!(rate(true, 1, 3, false), Rating::Seen);
        assert_eq!(rate(true, 0, 3, false), Rating::FalseAlarm);
        assert_eq!(rate(false, 0, 3, true), Rating::Missed);
        assert_eq!(rate(false, 0, 0, false), Rating::RightlySilent);
        assert_eq!([rate(true, 0, 0, true), rate(false, 0, 0, true)], [Rating::Unproven; 2]);
    }

    #[test]
    fn a_waker_is_lost_by_who_waits_for_nothing_and_kept_by_what_is_waited_for() {
        let lost = "open; spawn s1 parent; poll t1; pending; +1; ";
        assert_eq!(lost_wakers(&ledger(lost)), [TaskId(1)]);
        let nil = "open; spawn s1 parent; poll t1; wait nil-send; pending; +1; ";
        assert_eq!(lost_wakers(&ledger(nil)), [TaskId(1)]);
        let kept = "open; spawn s1 parent; poll t1; waker-kept; pending; +1; ";
        for kept in [STRANDED, SLOW, kept] {
            assert_eq!(lost_wakers(&ledger(kept)), [], "{kept}");
        }
    }

    #[test]
    fn whose_waker_is_lost_is_stranded_whatever_else_happens() {
        let mut found = 0;
        for seed in worlds::seeds() {
            let mut world = World::new(seed, Facts::Hidden);
            let mut ledger = Ledger::new();
            for _ in 0..400 {
                world.step();
                ledger.catch_up(&world.trace);
                if ledger.ready().next().is_some() || ledger.running().is_some() {
                    continue;
                }
                ledger.settle();
                for id in lost_wakers(&ledger) {
                    let task = ledger.task(id).expect("it is alive");
                    let may_be_aborted = task.abort_object != NONE;
                    assert!(may_be_aborted || task.verdict == Verdict::Stranded, "{id:?} {}", world.script());
                    found += 1;
                }
                let stranded = |id: &TaskId| ledger.task(*id).is_some_and(|task| task.verdict == Verdict::Stranded);
                assert!(goroutineleak_profile(&ledger).iter().all(stranded), "{}", world.script());
            }
        }
        assert!(found > 0);
    }

    #[test]
    fn a_count_keeps_growing_once_it_rose_for_a_minute() {
        let rings = |counts: &[u32]| {
            let mut growth = Growth::default();
            let looks = counts.iter().zip((0..).step_by(10_000_000));
            looks.map(|(alive, now_us)| growth.look(*alive, now_us)).collect::<Vec<_>>()
        };
        assert_eq!(rings(&[1, 2, 3, 4, 5, 6, 7]), [false, false, false, false, false, false, true]);
        assert!(!rings(&[1, 2, 3, 4, 5, 6, 6, 7, 8, 9]).contains(&true));
        let mut growth = Growth::default();
        assert!((0..50).all(|second| !growth.look(second, u64::from(second) * 1_000_000)));
    }

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
