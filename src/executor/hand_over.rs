//! What can be handed to a task or sent in a message, so that the trace sees which handles travel with it.
//!
//! A value of the program's own that may own something (it needs a drop) could hide a handle; a task that gets one is
//! *exposed*: see [`crate::executor::holder`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::executor::context;
use crate::executor::holder::Holder;
use crate::trace::event::TaskId;

/// A handle or a plain value that can belong to a task or travel in a message.
///
/// An implementation for a struct of handles passes the call on to each of them. A type whose destructor *uses* a handle
/// (closes a channel, is done for a group) passes that one on to [`Holder::Anybody`]: the task that lets a channel go
/// drops what is in it, without ever receiving it.
pub trait HandOver: 'static {
    /// Says whose it is from now on.
    fn hand_over(&self, to: Holder);
}

/// A value without any handle inside: it does not change which task can wake which.
pub trait Plain: Sized + 'static {
    /// Whether a value of this type could own a handle, for all that the compiler knows. Setting it to `false` is a claim
    /// that verdicts rely on.
    const MAY_HIDE_HANDLES: bool = std::mem::needs_drop::<Self>();
}

impl<T: Plain> HandOver for T {
    fn hand_over(&self, to: Holder) {
        if T::MAY_HIDE_HANDLES {
            context::expose(to);
        }
    }
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Plain for $type {
            const MAY_HIDE_HANDLES: bool = false;
        }
    )*};
}

plain! { () bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize &'static str String std::time::Duration }
plain! { crate::executor::timers::Instant TaskId }

impl<T: HandOver> HandOver for Option<T> {
    fn hand_over(&self, to: Holder) {
        self.iter().for_each(|value| value.hand_over(to));
    }
}

impl<T: HandOver> HandOver for Vec<T> {
    fn hand_over(&self, to: Holder) {
        self.iter().for_each(|value| value.hand_over(to));
    }
}

impl<T: HandOver, E: HandOver> HandOver for Result<T, E> {
    fn hand_over(&self, to: Holder) {
        match self {
            Ok(value) => value.hand_over(to),
            Err(error) => error.hand_over(to),
        }
    }
}

/// Memory that tasks share: what it holds may be in anybody's hands, and so may what its owners hold later.
impl<T: HandOver> HandOver for Rc<T> {
    fn hand_over(&self, to: Holder) {
        (**self).hand_over(Holder::Anybody);
        context::expose(to);
    }
}

impl<T: HandOver> HandOver for RefCell<T> {
    fn hand_over(&self, to: Holder) {
        self.borrow().hand_over(to);
    }
}

impl<T: HandOver + Copy> HandOver for Cell<T> {
    fn hand_over(&self, to: Holder) {
        self.get().hand_over(to);
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: HandOver),+> HandOver for ($($name,)+) {
            fn hand_over(&self, to: Holder) {
                $(self.$index.hand_over(to);)+
            }
        }
    )*};
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }

/// What a task can be given when it is spawned: a value, which moves, or a reference to a handle, which is shared.
pub trait Argument {
    /// What the task gets.
    type Given: 'static;
    /// Gives it to the task.
    fn give(self, task: TaskId) -> Self::Given;
}

impl<T: HandOver> Argument for T {
    type Given = T;

    fn give(self, task: TaskId) -> T {
        self.hand_over(Holder::Task(task));
        self
    }
}

/// A handle that can be shared with another task. It makes references to the handle, and an `Option` of one,
/// arguments of [`crate::executor::spawn::go`]: see `share_handles!`.
pub trait Share: Sized + 'static {
    /// A second handle, which belongs to `task`.
    fn share(&self, task: TaskId) -> Self;
}

/// Makes `&Handle` and `Option<&Handle>` arguments of a new task.
macro_rules! share_handles {
    ($(($($generics:tt)*) $handle:ty;)*) => {$(
        impl<$($generics)*> $crate::executor::hand_over::Argument for &$handle {
            type Given = $handle;

            fn give(self, task: $crate::trace::event::TaskId) -> $handle {
                $crate::executor::hand_over::Share::share(self, task)
            }
        }

        impl<$($generics)*> $crate::executor::hand_over::Argument for Option<&$handle> {
            type Given = Option<$handle>;

            fn give(self, task: $crate::trace::event::TaskId) -> Option<$handle> {
                self.map(|handle| $crate::executor::hand_over::Share::share(handle, task))
            }
        }
    )*};
}
pub(crate) use share_handles;
