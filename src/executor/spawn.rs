//! Spawning: `go`, scopes, and `futures`' own `LocalSpawn`.
//!
//! Go writes `go child(ctx, rc)`; here it is `go(child, (&ctx, &rc))`. The arguments stand apart from the call because
//! the trace has to know who holds which end of a channel: a reference shares a handle with the new task, a value moves
//! to it, and each is recorded as a grant to the task that gets it. A closure that brings something along could hide a
//! handle: it is spawned all the same, and the trace says that the two tasks share memory
//! ([`Exposed`](crate::trace::event::Event::Exposed)).

use std::future::Future;
use std::panic::Location;

use futures::task::{LocalFutureObj, LocalSpawn, SpawnError};

use crate::executor::context::{self, expose, record};
use crate::executor::core;
use crate::executor::holder::Holder;
use crate::executor::tasks::NewTask;
use crate::trace::event::{Right, Role, ScopeId, TaskId};

pub use crate::executor::hand_over::{Argument, HandOver, Plain};

/// A task's future, made and not yet polled.
pub struct BegunTask(NewTask);

impl BegunTask {
    pub(crate) fn new(future: impl Future<Output = ()> + 'static) -> BegunTask {
        let bytes = size_of_val(&future);
        BegunTask(NewTask { future: LocalFutureObj::new(Box::new(future)), bytes })
    }
}

/// A function that makes a task of its arguments: any `async fn` of up to six of them.
pub trait Program<Arguments> {
    /// Gives the arguments to the task and makes its future.
    fn begin(self, arguments: Arguments, task: TaskId) -> BegunTask;
}

macro_rules! programs {
    ($(($($argument:ident),*))*) => {$(
        impl<F, Fut, $($argument: Argument),*> Program<($($argument,)*)> for F
        where
            F: FnOnce($($argument::Given),*) -> Fut,
            Fut: Future<Output = ()> + 'static,
        {
            #[allow(non_snake_case, unused_variables, reason = "a macro over tuples")]
            fn begin(self, ($($argument,)*): ($($argument,)*), task: TaskId) -> BegunTask {
                if size_of::<F>() > 0 && std::mem::needs_drop::<F>() {
                    expose(Holder::Task(task));
                }
                $(let $argument = $argument.give(task);)*
                let before = core::with(|core| core.begin_program(Some(task))).flatten();
                let future = self($($argument),*);
                core::with(|core| core.begin_program(before));
                BegunTask::new(future)
            }
        }
    )*};
}

programs! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, G) }

/// A task that was spawned, and the right to abort it. Dropping it gives up that right and lets the task go on.
#[derive(Debug)]
pub struct Spawned {
    /// Its id in the trace; the root's, when it was spawned after a panic or the end of the run, and is none.
    pub task: TaskId,
    slot: u32,
    /// Its holder.
    by: std::cell::Cell<Holder>,
}

impl Spawned {
    /// What a task gets that spawns after it has panicked, or after the run has stopped: nothing happens any more, and what
    /// the new task would have got is dropped.
    fn nobody(begin: impl FnOnce(TaskId) -> BegunTask) -> Spawned {
        let by = context::maker();
        drop(begin(by));
        Spawned { task: TaskId::ROOT, slot: u32::MAX, by: std::cell::Cell::new(Holder::Task(by)) }
    }

    /// Drops the task where it waits, which is how Rust cancels: at an await, never inside code that does not await.
    /// A task that is running or has finished is left alone.
    pub fn abort(&self) {
        let (slot, task) = (self.slot, self.task);
        if let Holder::Task(by) = self.by.get()
            && by != context::maker()
        {
            core::with(core::Core::note_untracked_use);
        }
        let Some(future) = core::with(|core| core.abort(slot, task)).flatten() else { return };
        drop(future);
        core::with(|core| core.finish_abort(task));
    }

    /// Makes the right to abort it the running task's, which is about to use it.
    pub(crate) fn take_over(&self) {
        let to = Holder::Task(context::maker());
        if self.by.get() != to {
            self.hand_over(to);
        }
    }
}

/// Two that may abort one task: then the trace says only that somebody may, for as long as the task lives.
impl Clone for Spawned {
    fn clone(&self) -> Self {
        self.hand_over(Holder::Anybody);
        core::with(|core| core.share_spawned(self.slot, self.task));
        Spawned { task: self.task, slot: self.slot, by: std::cell::Cell::new(Holder::Anybody) }
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        core::with(|core| core.forget_spawned(self.slot, self.task));
    }
}

impl HandOver for Spawned {
    fn hand_over(&self, to: Holder) {
        let by = self.by.replace(to);
        let maker = match by {
            Holder::Task(task) => task,
            Holder::Channel(_) | Holder::Anybody => TaskId::ROOT,
        };
        let object = core::with(|core| core.abort_object(self.slot, self.task, maker)).flatten();
        if let Some(object) = object {
            record(to.gains(object, Right::Send));
            record(by.loses(object, Right::Send));
        }
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
    spawn_here(Location::caller(), |task| program.begin(arguments, task))
}

/// Spawns what `begin` makes in the running task's scope.
///
/// # Panics
/// Outside of an engine.
pub(crate) fn spawn_here(at: &'static Location<'static>, begin: impl FnOnce(TaskId) -> BegunTask) -> Spawned {
    let scope = core::with(|core| core.running_scope()).expect("a task is spawned by a task of an engine");
    if !context::operate_at_once() {
        return Spawned::nobody(begin);
    }
    spawn(scope, role_in(scope), at, begin)
}

/// Opens a scope, a request, and spawns its parent in it.
///
/// # Panics
/// Outside of an engine.
#[track_caller]
pub fn request<A, P: Program<A>>(program: P, arguments: A) -> Spawned {
    core::with(|_| ()).expect("`request` is called by a task of an engine");
    if !context::operate_at_once() {
        return Spawned::nobody(|task| program.begin(arguments, task));
    }
    let scope = core::with(|core| core.open_scope()).unwrap_or(ScopeId::ROOT);
    spawn(scope, Role::Parent, Location::caller(), |task| program.begin(arguments, task))
}

/// The part of a task that a task of this scope spawns.
pub(crate) fn role_in(scope: ScopeId) -> Role {
    if scope == ScopeId::ROOT { Role::Root } else { Role::Child }
}

/// Spawns what `begin` makes.
///
/// # Panics
/// Outside of an engine.
pub(crate) fn spawn(
    scope: ScopeId,
    role: Role,
    at: &'static Location<'static>,
    begin: impl FnOnce(TaskId) -> BegunTask,
) -> Spawned {
    let invariant = "the engine stays entered while a task runs";
    let task = core::with(|core| core.announce(scope, role, at)).expect(invariant);
    let BegunTask(made) = begin(task);
    let (slot, by) = core::with(|core| (core.install(task, scope, made), core.maker())).expect(invariant);
    Spawned { task, slot, by: std::cell::Cell::new(Holder::Task(by)) }
}

/// `futures`' way to spawn: any future, without arguments that the trace could follow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spawner;

impl LocalSpawn for Spawner {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        let scope = core::with(|core| core.running_scope()).ok_or_else(SpawnError::shutdown)?;
        if !context::operate_at_once() {
            return Ok(());
        }
        spawn(scope, role_in(scope), Location::caller(), |task| {
            expose(Holder::Task(task));
            BegunTask(NewTask { future, bytes: 0 })
        });
        Ok(())
    }

    fn status_local(&self) -> Result<(), SpawnError> {
        core::with(|_| ()).ok_or_else(SpawnError::shutdown)
    }
}
