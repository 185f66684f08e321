//! Whom to wake: a task of this engine by its number, or whatever a foreign waker stands for.
//!
//! A primitive that a task polls directly keeps two numbers and no waker. So whoever holds a clone of a task's waker is
//! somebody whom the trace does not know, and the engine sees that there is one by counting the clones.

use std::task::Waker;

use crate::trace::event::TaskId;

/// Whom to wake.
#[derive(Clone, Debug)]
pub(crate) enum Wake {
    /// A task of the engine that is entered, and the slot it lives in.
    Task {
        /// The slot.
        slot: u32,
        /// The task.
        task: TaskId,
    },
    /// Whoever polled with a waker of their own: a combinator between the task and the primitive, or another executor.
    Foreign(Waker),
}

/// Wakes one task. Two numbers, so that it is `Send` without being able to do harm: on another thread no engine is
/// entered, and the wake goes nowhere. What it does is in [`crate::executor::core`], where the tasks are.
pub(crate) struct TaskWaker {
    pub(crate) slot: u32,
    pub(crate) task: TaskId,
}
