//! Why a run, a poll or an operation does not go on.

use crate::trace::event::{Limit, Panic, TaskId};

/// Why a run cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A task panicked, which ends a Go program.
    Panicked(TaskId, Panic),
    /// A bound was hit.
    Limit(Limit),
}

/// What the running task has raised in this poll: until the poll ends, nothing that it does counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Raised {
    /// A panic, which the task may still recover from; with the text of one that has none of Go's fixed ones.
    Panic(Panic, String),
    /// `runtime.Goexit`.
    Exit,
}

/// Whether an operation may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permit {
    /// It may.
    Granted,
    /// The task has gone on for long enough: it waits for its next turn first, if it can.
    GiveWay,
    /// The task has panicked, or the run has stopped: nothing happens any more.
    Halted,
    /// It has gone on for so long after that, and without a wait, that its poll must be ended by force.
    Cut,
}
