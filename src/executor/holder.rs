//! Who has a handle, as far as the trace can know.
//!
//! Rust has no hook on a move, so a handle that travels says so: [`crate::executor::hand_over::HandOver`] passes each
//! handle on with the arguments of a new task and with each message. A handle that travels otherwise (captured by a
//! closure, kept in an `Rc`) is not seen to travel; then the tasks that share memory are *exposed*, a fact of the trace
//! that makes proofs about what they hold impossible.

use std::cell::Cell;

use crate::executor::context::{self, record};
use crate::executor::core;
use crate::trace::event::{Event, ObjectId, Right, TaskId};

/// Who has a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A task.
    Task(TaskId),
    /// A message in this channel, or of a sender that waits there.
    Channel(ObjectId),
    /// Somebody, and the trace cannot say who: memory that tasks share.
    Anybody,
}

/// The highest bit of a holder's word: a channel, not a task. Ids of both are smaller.
const CHANNEL: u32 = 1 << 31;

impl Holder {
    fn to_word(self) -> u32 {
        match self {
            Holder::Task(task) => task.0,
            Holder::Channel(channel) => CHANNEL | channel.0,
            Holder::Anybody => CHANNEL | ObjectId::OUTSIDE.0,
        }
    }

    fn from_word(word: u32) -> Holder {
        match word & !CHANNEL {
            task if word == task => Holder::Task(TaskId(task)),
            0 => Holder::Anybody,
            channel => Holder::Channel(ObjectId(channel)),
        }
    }

    /// The fact that the holder has a right from now on.
    pub(crate) fn gains(self, object: ObjectId, right: Right) -> Event<'static> {
        match self {
            Holder::Task(task) => Event::Granted { task, object, right },
            Holder::Channel(channel) => Event::Stored { channel, object, right },
            Holder::Anybody => Event::Stored { channel: ObjectId::OUTSIDE, object, right },
        }
    }

    /// The fact that the holder has it no more.
    pub(crate) fn loses(self, object: ObjectId, right: Right) -> Event<'static> {
        match self {
            Holder::Task(task) => Event::Revoked { task, object, right },
            Holder::Channel(channel) => Event::Unstored { channel, object, right },
            Holder::Anybody => Event::Unstored { channel: ObjectId::OUTSIDE, object, right },
        }
    }
}

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

    fn by(object: ObjectId, right: Right, task: TaskId) -> Grant {
        record(Event::Granted { task, object, right });
        Grant { what: object.0 << 1 | right as u32, by: Cell::new(task.0) }
    }

    /// No right at all, of which nothing is recorded.
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
            if by != core.maker().0 && by != CHANNEL | ObjectId::OUTSIDE.0 && self.what > 1 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_fits_into_a_word() {
        for holder in [Holder::Task(TaskId(0)), Holder::Task(TaskId(7)), Holder::Channel(ObjectId(7)), Holder::Anybody]
        {
            assert_eq!(Holder::from_word(holder.to_word()), holder);
        }
    }
}
