//! What to wake: a task of this engine by its number, or whatever a foreign waker stands for.
//!
//! A primitive that a task polls directly keeps two numbers and no waker. So a holder of a clone of a task's waker is
//! somebody whom the trace does not know, and the engine sees that there is one by counting the clones.

use std::task::Waker;

use crate::trace::event::TaskId;

/// What to wake.
#[derive(Clone, Debug)]
pub(crate) enum Wake {
    /// A task of the engine that is entered, and the slot it lives in.
    Task {
        /// The slot.
        slot: u32,
        /// The task.
        task: TaskId,
    },
    /// A waker that is not of this engine: one of a combinator between the task and the primitive, or of another
    /// executor.
    Foreign(Waker),
}

/// Wakes one task. Two numbers, so that it is `Send` without being able to do harm: on another thread no engine is
/// entered, and the wake goes nowhere. What it does is in [`crate::executor::core`], where the tasks are.
pub(crate) struct TaskWaker {
    pub(crate) slot: u32,
    pub(crate) task: TaskId,
}
