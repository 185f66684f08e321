//! What there is to do: what is done of it in this session, what is said about the open one, and whether its facts hold.
//!
//! Which one is open, the link says. What is done stays until the page is left: nothing is kept in the browser.
//! Deliberately absent: time. A fact is read from a moment of the run and from what a reader did in it.

use crate::lessons::Lesson;
use crate::lessons::deed::{Answer, Fact, Who};
use crate::link::{KnobChange, Link};
use crate::player::drain::Drained;
use crate::session::drain::{self, DrainState};
use crate::session::now::Turn;
use crate::text::Text;
use crate::trace::event::{Role, TaskId, WaitReason};
use crate::verdict::drain::Drain;
use crate::verdict::ledger::Ledger;
use crate::verdict::model::Task;

/// What is done, and what stands in the line under the headline.
pub struct Deeds {
    done: Vec<Done>,
    /// What is said about the open one.
    pub says: Says,
}

/// A deed that is done.
struct Done {
    /// The lesson's name.
    lesson: Text,
    number: usize,
    /// How many were leaked then.
    leaked: u32,
}

/// What is said about the open deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Nothing: the line under the headline is about the run.
    Nothing,
    /// What to do.
    How,
    /// What was learned.
    Learned,
}

impl Deeds {
    /// Nothing is done yet on a page of this link; whoever finds a deed open there is told what to do.
    pub fn of_page(link: &Link) -> Deeds {
        Deeds { done: Vec::new(), says: if link.deed.is_some() { Says::How } else { Says::Nothing } }
    }

    /// How many were leaked when the deed of this number was done, if it is.
    pub fn leaked_at(&self, lesson: &Lesson, number: usize) -> Option<u32> {
        let is_it = |done: &&Done| done.lesson == lesson.name && done.number == number;
        self.done.iter().find(is_it).map(|done| done.leaked)
    }

    /// How many are done.
    pub fn count(&self, lesson: &Lesson) -> usize {
        self.done.iter().filter(|done| done.lesson == lesson.name).count()
    }

    /// It is done, at a moment at which so many are leaked.
    pub fn tick(&mut self, lesson: &Lesson, number: usize, leaked: u32) {
        self.done.push(Done { lesson: lesson.name.clone(), number, leaked });
        self.says = Says::Learned;
    }
}

/// A moment of a run, and what a reader did in it.
pub struct Doings<'r> {
    /// The lesson that runs.
    pub lesson: &'r Lesson,
    /// What is known of the run.
    pub ledger: &'r Ledger,
    /// Knobs that were turned in it, those behind this moment too.
    pub changes: &'r [KnobChange],
    /// Since when the switch is on.
    pub switched_on: Option<Turn>,
    /// The selected task.
    pub selected: Option<TaskId>,
    /// The drain test.
    pub drain: &'r DrainState,
}

impl Doings<'_> {
    /// Whether this is so now.
    pub fn hold(&self, fact: &Fact) -> bool {
        let counts = self.ledger.counts();
        match fact {
            Fact::Turned(name) => self.last_turn(name).is_some(),
            Fact::TurnedTo(name, value) => self.last_turn(name).is_some_and(|change| change.value == *value),
            Fact::SwitchedOn => self.switched_on.is_some(),
            Fact::Selected(who) => self.selected.and_then(|id| self.ledger.task(id)).is_some_and(|task| is(task, *who)),
            Fact::Drained(answer) => self.is_answered(*answer),
            Fact::Leaks => counts.leaked > 0,
            Fact::LeaksSinceSwitch => self.switched_on.is_some_and(|switch| switch.started_since() > 0),
            Fact::Heard => counts.children_heard > 0,
            Fact::Dropped => counts.children_dropped > 0,
            Fact::HalfDone => counts.half_done > 0,
            Fact::Past(at_ms) => self.now_ms() > *at_ms,
        }
    }

    fn now_ms(&self) -> u64 {
        self.ledger.now_us() / 1_000
    }

    fn last_turn(&self, name: &str) -> Option<&KnobChange> {
        let knob = self.lesson.knob(name);
        self.changes.iter().rfind(|change| Some(change.knob) == knob && change.at_ms <= self.now_ms())
    }

    fn is_answered(&self, answer: Answer) -> bool {
        let DrainState::Answered(Drained::Judged(drained), asked, findings) = self.drain else { return false };
        match (answer, drained) {
            (Answer::CleanThoughLate, Drain::Clean { .. }) => asked.late > 0,
            (Answer::UnseenRunaways, Drain::Leaks { runaway, .. }) => {
                runaway.total() > 0 && drain::are_silent(findings)
            }
            _ => false,
        }
    }
}

fn is(task: &Task, who: Who) -> bool {
    let is_leaked = task.verdict.is_leaked();
    match who {
        Who::Leaked => is_leaked,
        Who::LeakedParent => is_leaked && task.role == Role::Parent,
        Who::LeakedAlthoughHeard => is_leaked && task.heard_us().is_some(),
        Who::WaitsIn(reason) => waits_in(task, reason),
        Who::LeakedIn(reason) => is_leaked && waits_in(task, reason),
    }
}

fn waits_in(task: &Task, reason: WaitReason) -> bool {
    task.waits().any(|wait| wait.head.reason == reason)
}
