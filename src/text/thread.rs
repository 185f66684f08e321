//! The words of the one thread: what its meter says, and what a step did.
//!
//! A step is told in parts, each of which follows the task's name: `Worker 3 of request 1: its time was up; it waits again,
//! line 36.` In Korean each part is a sentence. Deliberately absent: which parts a step has.

use crate::text::reader::words;
use crate::text::template::Plural;

words! {
    /// What is said of the thread.
    #[derive(Debug)]
    pub struct ThreadText {
        /// On the stage, while the clock runs: `{0}` polls in a second.
        pub polls: Plural,
        /// A step: what happened, `{0}`, and then `{1}`.
        pub and: &'static str,
        /// All of it: the task `{0}`, and what happened to it, `{1}`.
        pub of_task: &'static str,
        /// All of it, where it happened to no task: `{0}`.
        pub of_run: &'static str,
        /// What happened, in the order of [`StepPart`]: `{0}` is a line of the listing, `{1}` a moment, `{2}` a number of tasks.
        pub parts: [&'static str; StepPart::COUNT],
    }
}

/// One thing that a step did: first what happens to a task, then what happens to the run, then what nobody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub enum StepPart {
    /// It runs for the first time.
    Begins,
    /// Its poll begins.
    Polled,
    /// Its time was up.
    Time,
    /// It received a value.
    Value,
    /// Its call to the outside was answered.
    Call,
    /// Its message was taken.
    Sent,
    /// A case of its select was ready.
    Case,
    /// All that it waited for are done.
    Group,
    /// It got the lock.
    Lock,
    /// It was signalled.
    Signal,
    /// It was woken, and what it waits for has not come.
    InVain,
    /// Its wait is over.
    WaitOver,
    /// It heard the cancel.
    Heard,
    /// It cancelled a context.
    Cancels,
    /// It opened a request.
    Opens,
    /// It spawned one task.
    StartsOne,
    /// It spawned `{2}` tasks.
    Starts,
    /// It waits for the first time, or begins to wait.
    Waits,
    /// The same, on line `{0}`.
    WaitsOn,
    /// It waits again.
    WaitsAgain,
    /// The same, on line `{0}`.
    WaitsAgainOn,
    /// It gives the thread back.
    Pends,
    /// It had to give way, and stands in the queue again.
    GivesWay,
    /// It has returned.
    Returned,
    /// It panicked.
    Panicked,
    /// It panicked and recovered.
    Recovered,
    /// It was dropped.
    Aborted,
    /// It was spawned, and stands in the queue.
    Spawned,
    /// It was woken, and stands in the queue.
    Woken,
    /// It was told to stop.
    Told,
    /// Up to `{1}` nothing has happened to it.
    Quiet,
    /// To no task: the clock went on to `{1}`.
    Clock,
    /// One task became ready.
    ReadyOne,
    /// `{2}` tasks became ready.
    Ready,
    /// A knob was turned.
    Knob,
    /// The clock cancelled a request.
    Cancelled,
    /// Nothing is left to happen.
    Over,
    /// Nothing that is seen: a channel, a context or a timer was made.
    Made,
    /// A handle went from one to another.
    Handle,
    /// A timer was set or stopped.
    Timer,
    /// A channel holds another number of messages, or a lock has another number of holders.
    Level,
    /// A channel was closed.
    Closed,
    /// Nobody names an object any more.
    Gone,
    /// Of several ready cases one was drawn.
    Drew,
    /// Something was noted for the proofs.
    Noted,
}

impl StepPart {
    /// How many there are.
    pub const COUNT: usize = StepPart::Noted as usize + 1;

    /// Whether it happens to a task.
    pub fn is_of_task(self) -> bool {
        self < StepPart::Clock
    }

    /// Whether nothing of it is seen on the page.
    pub fn is_unseen(self) -> bool {
        self >= StepPart::Made
    }
}
