//! What `recover` asks of the engine: a panic is taken back, and what the body deferred runs meanwhile.
//!
//! Deliberately absent: raising a panic, and the end of a program that did not recover from one ([`crate::executor::core`]).

use crate::executor::core::Core;
use crate::executor::stop::Raised;
use crate::trace::event::{Event, Panic};

impl Core {
    /// Takes back what the running task raised, if it can be recovered from.
    fn take_panic(&mut self) -> Option<(Panic, String)> {
        match self.raised.take() {
            Some(Raised::Panic(panic, text)) if panic.is_recoverable() => {
                self.note_halt();
                Some((panic, text))
            }
            other => {
                self.raised = other;
                None
            }
        }
    }

    /// Takes back what the running task raised, if it can be recovered from: what it deferred runs now, up to
    /// [`Core::end_unwinding`].
    pub(crate) fn begin_unwinding(&mut self) -> Option<(Panic, String)> {
        let panic = self.take_panic()?;
        self.unwinding += 1;
        self.note_halt();
        Some(panic)
    }

    /// The task recovers from what it raised first, or from the last panic of what it deferred. None: that was fatal.
    pub(crate) fn end_unwinding(&mut self, first: (Panic, String)) -> Option<(Panic, String)> {
        self.unwinding -= 1;
        let last = self.take_panic().unwrap_or(first);
        self.note_halt();
        if self.raised.is_some() {
            return None;
        }
        self.record(Event::Recovered { panic: last.0 });
        Some(last)
    }

    /// A body that a task would recover from is dropped in its middle. Gives what was raised before, up to
    /// [`Core::end_drop`]; none, when nothing counts any more.
    pub(crate) fn begin_drop(&mut self) -> Option<Option<Raised>> {
        if self.is_halted {
            return None;
        }
        self.unwinding += 1;
        Some(self.raised.take())
    }

    /// The task recovers from a panic of what that body deferred.
    pub(crate) fn end_drop(&mut self, before: Option<Raised>) {
        self.unwinding -= 1;
        if let Some((panic, _)) = self.take_panic() {
            self.record(Event::Recovered { panic });
        }
        if self.raised.is_none() {
            self.raised = before;
        }
        self.note_halt();
    }
}
