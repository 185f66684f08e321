//! The holder of a handle, as far as the trace can know it.
//!
//! Rust has no hook on a move, so a handle that travels says so: [`crate::executor::hand_over::HandOver`] passes each
//! handle on with the arguments of a new task and with each message. A handle that travels otherwise (captured by a
//! closure, kept in an `Rc`) is not seen to travel; then the tasks that share memory are *exposed*, a fact of the trace
//! that makes proofs about what they hold impossible.

use crate::trace::event::{Event, ObjectId, Right, TaskId};

/// The holder of a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A task.
    Task(TaskId),
    /// A message in this channel, or of a sender that waits there.
    Channel(ObjectId),
    /// Memory that tasks share: the trace cannot say which of them uses the handle.
    Anybody,
}

/// The highest bit of a holder's word: a channel, not a task. Ids of both are smaller.
const CHANNEL: u32 = 1 << 31;

impl Holder {
    pub(crate) fn to_word(self) -> u32 {
        match self {
            Holder::Task(task) => task.0,
            Holder::Channel(channel) => CHANNEL | channel.0,
            Holder::Anybody => CHANNEL | ObjectId::OUTSIDE.0,
        }
    }

    pub(crate) fn from_word(word: u32) -> Holder {
        match word & !CHANNEL {
            task if word == task => Holder::Task(TaskId(task)),
            0 => Holder::Anybody,
            channel => Holder::Channel(ObjectId(channel)),
        }
    }

    /// The holder of a handle whose destructor uses it. In a message it is in anybody's hands: the task that lets a channel go
    /// drops what is in it, without ever receiving it.
    pub(crate) fn of_destructor(self) -> Holder {
        match self {
            Holder::Task(_) => self,
            Holder::Channel(_) | Holder::Anybody => Holder::Anybody,
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
