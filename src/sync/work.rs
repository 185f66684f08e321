//! What a primitive runs as a task of its own: the functions of `WaitGroup.Go`, `errgroup.Group.Go`, `time.AfterFunc`
//! and `context.AfterFunc`.
//!
//! Deliberately absent: `go` itself, which a program calls ([`crate::executor::spawn`]).

use std::future::Future;
use std::panic::Location;

use crate::executor::context::expose;
use crate::executor::core;
use crate::executor::hand_over::Argument;
use crate::executor::holder::Holder;
use crate::executor::spawn::{self, BegunTask};
use crate::trace::event::{ScopeId, TaskId};

/// A function that a primitive runs as a task: any `async fn` of up to five arguments that gives an `Output`.
pub trait Work<Arguments, Output> {
    /// What is run.
    type Running: Future<Output = Output> + 'static;

    /// Gives the arguments to the task and begins.
    fn begin(self, arguments: Arguments, task: TaskId) -> Self::Running;
}

macro_rules! works {
    ($(($($argument:ident),*))*) => {$(
        impl<F, Fut, $($argument: Argument),*> Work<($($argument,)*), Fut::Output> for F
        where
            F: FnOnce($($argument::Given),*) -> Fut,
            Fut: Future + 'static,
        {
            type Running = Fut;

            #[allow(non_snake_case, unused_variables, reason = "a macro over tuples")]
            fn begin(self, ($($argument,)*): ($($argument,)*), task: TaskId) -> Fut {
                expose_task::<F>(task);
                $(let $argument = $argument.give(task);)*
                let before = core::with(|core| core.begin_program(Some(task))).flatten();
                let running = self($($argument),*);
                core::with(|core| core.begin_program(before));
                running
            }
        }
    )*};
}

works! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

/// The scope of the running task.
pub(crate) fn running_scope() -> ScopeId {
    core::with(|core| core.running_scope()).unwrap_or(ScopeId::ROOT)
}

/// Spawns what `make` makes, as a task of `scope`: the running task's own, or for a function that the clock runs, the
/// scope of who asked for it. `None` outside of any engine.
pub(crate) fn spawn<Fut: Future<Output = ()> + 'static>(
    scope: ScopeId,
    at: &'static Location<'static>,
    make: impl FnOnce(TaskId) -> Fut,
) -> Option<TaskId> {
    core::with(|_| ())?;
    // Nobody keeps the right to abort it.
    Some(spawn::spawn(scope, spawn::role_in(scope), at, |task| BegunTask::new(make(task))).task)
}

/// A function that owns something may hide a handle: a holder that keeps it for later shares it with the task that it
/// will be.
pub(crate) fn expose_maker<F>() {
    if std::mem::needs_drop::<F>() {
        expose(Holder::Anybody);
    }
}

/// The same for the task that the function is.
pub(crate) fn expose_task<F>(task: TaskId) {
    if std::mem::needs_drop::<F>() {
        expose(Holder::Task(task));
    }
}
