//! A goroutine: its frames, its panics, and what it waits for.

use super::value::{Handle, Value};
use crate::executor::holder::Holder;
use crate::golang::syntax::position::Pos;
use crate::trace::event::{ObjectId, Right, TaskId, WaitReason};

/// A call that has not returned.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) function: u32,
    pub(super) pc: usize,
    /// Where its registers begin in the stack.
    pub(super) base: usize,
    pub(super) defers: Vec<Deferred>,
    pub(super) role: Role,
}

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It was called: its results go to the caller.
    Call,
    /// It was deferred, and runs because its function returns, or because of the panic of this number from 1.
    Deferred { panic: usize },
    /// It says the text of a panic that ends the program.
    PanicText,
}

/// A call that was deferred.
#[derive(Clone, Debug)]
pub(super) struct Deferred {
    pub(super) callee: Value,
    pub(super) arguments: Vec<Value>,
}

/// A panic, or a `runtime.Goexit`.
#[derive(Clone, Debug)]
pub(super) struct Panic {
    pub(super) value: Value,
    pub(super) is_recovered: bool,
    pub(super) is_exit: bool,
    /// What is printed of the value, once it is known.
    pub(super) text: Option<String>,
    /// Where the goroutine was.
    pub(super) trace: String,
}

/// What a goroutine does.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// It runs, or will.
    Ready,
    /// The clock wakes it.
    Sleeping,
    Blocked(Wait),
    Ended,
}

/// What a blocked goroutine waits for.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) reason: WaitReason,
    /// Any of these.
    pub(super) objects: Vec<Awaited>,
}

/// One thing that a goroutine waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaited {
    /// Whoever reaches this object of the heap can end the wait,
    pub(super) handle: Handle,
    /// which the trace knows by this name,
    pub(super) object: ObjectId,
    /// by this right.
    pub(super) right: Right,
}

/// The fact that somebody can end a goroutine's wait, as it stands in the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Support {
    pub(super) by: Holder,
    pub(super) object: ObjectId,
    pub(super) right: Right,
}

/// What the operation at hand does with its result.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Nothing,
    /// A send: its ticket, which the receiver takes.
    Send {
        channel: Handle,
        ticket: u64,
    },
    Receive {
        channel: Handle,
        to: usize,
        ok: Option<usize>,
        shape: u32,
    },
    Select {
        cases: Vec<PendingCase>,
        taken: usize,
        value: usize,
        ok: usize,
    },
}

/// A case of a `select`.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingCase {
    pub(super) channel: Option<Handle>,
    pub(super) ticket: Option<u64>,
    pub(super) shape: u32,
}

/// A goroutine.
#[derive(Debug)]
pub(super) struct Goroutine {
    /// As Go numbers them: `main` is 1.
    pub(super) number: u64,
    pub(super) stack: Vec<Value>,
    pub(super) frames: Vec<Frame>,
    pub(super) panics: Vec<Panic>,
    pub(super) state: State,
    pub(super) pending: Pending,
    /// Where its `go` stands.
    pub(super) started: Pos,
    /// A panic has begun while it waited.
    pub(super) is_panicking: bool,
    /// Instructions left in its slice.
    pub(super) fuel: u32,
    /// Its task in the trace.
    pub(super) task: TaskId,
    /// Who can end its wait, as far as it is recorded.
    pub(super) support: Option<Support>,
    /// The goroutines whose support it is, or was.
    pub(super) supports: Vec<usize>,
}

/// What is known of the goroutines, and when it was found out.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The goroutines that are not known to be stranded; some of them have ended.
    pub(super) watched: Vec<usize>,
    /// How many objects the next census will look at, by the last one.
    pub(super) cost: u64,
    /// What has happened since, in the same measure.
    pub(super) since: u64,
    pub(super) instructions: u64,
}

impl Facts {
    pub(super) fn watch(&mut self, index: usize) {
        self.watched.push(index);
    }
}
