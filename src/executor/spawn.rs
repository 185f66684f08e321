//! Spawning: `go`, scopes, and `futures`' own `LocalSpawn`.
//!
//! Go writes `go child(ctx, rc)`; here it is `go(child, (&ctx, &rc))`. The arguments stand apart from the call because
//! the trace has to know who holds which end of a channel: a reference shares a handle with the new task, a value moves
//! to it, and each is recorded as a grant to the task that gets it.

use std::future::Future;
use std::panic::Location;

use futures::task::{LocalFutureObj, LocalSpawn, SpawnError};

use crate::executor::context::record;
use crate::executor::core;
use crate::trace::event::{Event, Role, ScopeId, TaskId};

/// A handle or a plain value that can belong to a task.
pub trait HandOver: 'static {
    /// Says that it belongs to `task` from now on.
    fn hand_over(&self, task: TaskId);
}

/// A value without any handle inside: nothing about it matters to who can wake whom.
pub trait Plain: 'static {}

impl<T: Plain> HandOver for T {
    fn hand_over(&self, _: TaskId) {}
}

impl Plain for () {}
impl Plain for bool {}
impl Plain for u8 {}
impl Plain for u32 {}
impl Plain for u64 {}
impl Plain for usize {}
impl Plain for i32 {}
impl Plain for i64 {}
impl Plain for &'static str {}
impl Plain for String {}
impl Plain for std::time::Duration {}
impl Plain for crate::executor::timers::Instant {}

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
        self.hand_over(task);
        self
    }
}

impl<'h, H> Argument for Option<&'h H>
where
    &'h H: Argument,
{
    type Given = Option<<&'h H as Argument>::Given>;

    fn give(self, task: TaskId) -> Self::Given {
        self.map(|handle| handle.give(task))
    }
}

/// A task's future, made and not yet polled.
pub struct Begun(core::Made);

/// A function that makes a task of its arguments: any `async fn` of up to six of them.
pub trait Program<Arguments> {
    /// Gives the arguments to the task and makes its future.
    fn begin(self, arguments: Arguments, task: TaskId) -> Begun;
}

macro_rules! programs {
    ($(($($argument:ident),*))*) => {$(
        impl<F, Fut, $($argument: Argument),*> Program<($($argument,)*)> for F
        where
            F: FnOnce($($argument::Given),*) -> Fut,
            Fut: Future<Output = ()> + 'static,
        {
            #[allow(non_snake_case, unused_variables, reason = "a macro over tuples")]
            fn begin(self, ($($argument,)*): ($($argument,)*), task: TaskId) -> Begun {
                let future = self($($argument.give(task)),*);
                let bytes = size_of_val(&future);
                Begun(core::Made { future: LocalFutureObj::new(Box::new(future)), bytes })
            }
        }
    )*};
}

programs! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, G) }

/// A task that was spawned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spawned {
    /// Its id in the trace.
    pub task: TaskId,
    slot: u32,
}

impl Spawned {
    /// Drops the task where it waits, which is how Rust cancels: at an await, never inside code that does not await.
    /// A task that is running or has finished is left alone.
    pub fn abort(self) {
        let future = core::with(|core| core.abort(self.slot, self.task)).flatten();
        if future.is_some() {
            record(Event::Aborted { task: self.task });
        }
        core::with(|core| core.aborting += 1);
        drop(future);
        core::with(|core| core.aborting -= 1);
    }
}

/// Spawns a task in the running task's scope: Go's `go f(a, b)` is `go(f, (a, b))`.
///
/// A task of a scope makes a child; outside of every scope it makes another task of the root.
///
/// # Panics
/// Outside of an engine.
#[track_caller]
pub fn go<A, P: Program<A>>(program: P, arguments: A) -> Spawned {
    let scope = core::with(|core| core.running_scope()).expect("`go` is called by a task of an engine");
    let role = if scope == ScopeId::ROOT { Role::Root } else { Role::Child };
    spawn(scope, role, Location::caller(), |task| program.begin(arguments, task))
}

/// Opens a scope, a request, and spawns its parent in it.
///
/// # Panics
/// Outside of an engine.
#[track_caller]
pub fn request<A, P: Program<A>>(program: P, arguments: A) -> Spawned {
    let scope = core::with(|core| core.open_scope()).expect("`request` is called by a task of an engine");
    spawn(scope, Role::Parent, Location::caller(), |task| program.begin(arguments, task))
}

fn spawn(scope: ScopeId, role: Role, at: &'static Location<'static>, begin: impl FnOnce(TaskId) -> Begun) -> Spawned {
    let invariant = "the engine stays entered while a task runs";
    let task = core::with(|core| core.announce(scope, role, at)).expect(invariant);
    let Begun(made) = begin(task);
    let slot = core::with(|core| core.install(task, scope, made)).expect(invariant);
    Spawned { task, slot }
}

/// `futures`' way to spawn: any future, without arguments that the trace could follow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spawner;

impl LocalSpawn for Spawner {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        let scope = core::with(|core| core.running_scope()).ok_or_else(SpawnError::shutdown)?;
        let role = if scope == ScopeId::ROOT { Role::Root } else { Role::Child };
        spawn(scope, role, Location::caller(), |_| Begun(core::Made { future, bytes: 0 }));
        Ok(())
    }

    fn status_local(&self) -> Result<(), SpawnError> {
        core::with(|_| ()).ok_or_else(SpawnError::shutdown)
    }
}
