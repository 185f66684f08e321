//! A handle's right, which moves from holder to holder and ends on drop.
//!
//! Absent: the choice of whom a handle goes to. [`crate::executor::hand_over::HandOver`] passes each handle on.

use std::cell::Cell;

use crate::executor::context::{self, record};
use crate::executor::core;
use crate::executor::holder::Holder;
use crate::trace::event::{Event, ObjectId, Right, TaskId};

/// A right on an object, in one pair of hands at a time and given up on drop.
///
/// This is how the trace knows who could still end a wait.
#[derive(Debug)]
pub(crate) struct Grant {
    /// The object's id, and the right in the lowest bit.
    what: u32,
    by: Cell<u32>,
}

impl Grant {
    /// Grant by the running task from now on (by a task that is being made, where its program makes the handle).
    pub(crate) fn new(object: ObjectId, right: Right) -> Grant {
        Grant::by(object, right, context::maker())
    }

    /// The same without a fact of its own: that the object was made says it.
    pub(crate) fn implied(object: ObjectId, right: Right) -> Grant {
        let grant = Grant { what: object.0 << 1 | right as u32, by: Cell::new(context::running().0) };
        // The running task made it, for the task that it spawns.
        grant.hand_over(Holder::Task(context::maker()));
        grant
    }

    /// Grant by this task from now on.
    pub(crate) fn by(object: ObjectId, right: Right, task: TaskId) -> Grant {
        record(Event::Granted { task, object, right });
        Grant { what: object.0 << 1 | right as u32, by: Cell::new(task.0) }
    }

    /// No right at all; nothing is recorded of it.
    pub(crate) fn nothing() -> Grant {
        Grant { what: 0, by: Cell::new(0) }
    }

    /// Gives the right up without a fact of its own: that the object is gone says it.
    pub(crate) fn end_with_object(&mut self) {
        self.what = 0;
    }

    fn is_nothing(&self) -> bool {
        self.object() == ObjectId::OUTSIDE
    }

    fn object(&self) -> ObjectId {
        ObjectId(self.what >> 1)
    }

    fn right(&self) -> Right {
        if self.what & 1 == 0 { Right::Send } else { Right::Receive }
    }

    /// A second grant of the same right, for `task`.
    pub(crate) fn share(&self, task: TaskId) -> Grant {
        if self.is_nothing() {
            return Grant::nothing();
        }
        self.operate();
        Grant::by(self.object(), self.right(), task)
    }

    /// The same for the running task.
    pub(crate) fn share_here(&self) -> Grant {
        self.share(context::maker())
    }

    /// Passes the right on.
    pub(crate) fn hand_over(&self, to: Holder) {
        let (object, right) = (self.object(), self.right());
        if self.by.get() != to.to_word() && !self.is_nothing() {
            record(to.gains(object, right));
            let from = Holder::from_word(self.by.replace(to.to_word()));
            record(from.loses(object, right));
        }
    }

    /// Notes that the running task uses the handle. When it was never given it, handles travel where the trace cannot see
    /// them: so they do when the destructor of a message that nobody received uses one.
    #[inline]
    pub(crate) fn operate(&self) {
        let by = self.by.get();
        core::with(|core| {
            if by != core.maker().0 && by != Holder::Anybody.to_word() && self.what > 1 {
                core.note_untracked_use();
            }
        });
    }
}

impl Drop for Grant {
    fn drop(&mut self) {
        if self.is_nothing() {
            return;
        }
        record(Holder::from_word(self.by.get()).loses(self.object(), self.right()));
    }
}
