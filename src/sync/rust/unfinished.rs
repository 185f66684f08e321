//! Work of several steps with an await in between: half done, until it says that it is whole.
//!
//! A future that is dropped in the middle of it never gets to say so. That is what "cancel safe" is about, and the trace has
//! it as a fact.

use crate::executor::context::{self as engine, maker};
use crate::trace::event::{Event, TaskId};

/// Work that has begun. Dropped, it is left half done.
///
/// ```
/// use pileup::sync::rust::unfinished::Unfinished;
///
/// let whole = Unfinished::begin();
/// whole.finish();
/// ```
#[derive(Debug)]
#[must_use = "dropped at once, it is left half done at once"]
pub struct Unfinished {
    /// Whose it is; none once it is whole.
    of: Option<TaskId>,
}

impl Unfinished {
    /// The running task begins it.
    pub fn begin() -> Unfinished {
        Unfinished { of: Some(maker()) }
    }

    /// It is whole, or nothing of it is left.
    pub fn finish(mut self) {
        self.of = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(task) = self.of {
            engine::record(Event::HalfDone { task });
        }
    }
}
