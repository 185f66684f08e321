//! The end of a process and the beginning of the next, on the same engine: what becomes of the tasks, and what goes on.
//!
//! When a process ends is [`crate::executor::process`]'s to know. Deliberately absent: the order of the calls, which is the
//! engine's, since what a process leaves behind must be dropped where it can reach the engine.

use futures::task::LocalFutureObj;

use crate::executor::core::Core;
use crate::executor::listeners::Listeners;
use crate::executor::rng::{Rng, Stream};
use crate::executor::tasks::Tasks;
use crate::executor::timers::{Instant, Timers};
use crate::trace::event::{Event, Restart};

/// What a process leaves behind besides its tasks: whatever its timers would have done, and whom an input would have woken.
/// Dropped outside of [`with`](crate::executor::core::with).
pub(crate) struct Remains {
    _timers: Timers,
    _listeners: Listeners,
}

impl Core {
    /// When a process of this run ends next, and why: now, where its memory is full. Looked at only while nobody is ready.
    pub(crate) fn next_restart(&self) -> Option<(Instant, Restart)> {
        let is_full = self.process.tasks_max(&self.inputs).is_some_and(|tasks_max| {
            // The root's own tasks are few, so they are counted only where they could matter.
            self.tasks.alive() >= tasks_max && self.tasks.alive_in_scopes() >= tasks_max
        });
        if is_full {
            return Some((self.now, Restart::OutOfMemory));
        }
        self.process.next_deploy(self.now, &self.inputs).map(|at| (at, Restart::Deploy))
    }

    /// The process ends. The caller takes out its tasks ([`Core::take_any`]), drops them outside of [`with`](crate::executor::core::with), and then calls
    /// [`Core::end_restart`]; nothing that they do meanwhile is recorded.
    pub(crate) fn begin_restart(&mut self, why: Restart) {
        self.record(Event::Restarted { why });
        self.process.note_restart(why, self.now);
        self.restarting = Some(self.next);
        self.note_halt();
    }

    /// One of the tasks that an ended process leaves behind.
    pub(crate) fn take_any(&mut self) -> Option<LocalFutureObj<'static, ()>> {
        self.operations_after_halt = 0;
        self.tasks.take_any()
    }

    /// The next process begins, as a run does, but that clock, numbers and facts go on.
    pub(crate) fn end_restart(&mut self) -> Remains {
        self.next = self.restarting.take().unwrap_or(self.next);
        self.tasks = Tasks::default();
        self.ready.restart(self.process.seed(self.seed));
        self.select = Rng::new(self.process.seed(self.seed), Stream::Select);
        self.raised = None;
        (self.aborting, self.unwinding) = (0, 0);
        self.fresh.clear();
        self.spawning.clear();
        self.spawning_exposed.clear();
        self.note_halt();
        Remains { _timers: std::mem::take(&mut self.timers), _listeners: std::mem::take(&mut self.listeners) }
    }
}
