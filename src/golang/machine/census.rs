//! Who is left when `main` has returned and the timers have run out, and who of them can never go on.
//!
//! A goroutine lives if it is ready, if the clock will wake it, or if something that it waits on can be reached from what lives: from
//! the registers of a living goroutine, from a variable of a package, or from a timer that is armed. This is the least fixpoint
//! of docs/definitions.md over the heap's references, and the rule of Go's own `goroutineleak` profile: any reference counts, whether it
//! may send or only receive. A blocked goroutine that does not live is *stranded*: nobody who could free it can name what it
//! waits on. [`facts`](super::facts) records the same step by step, so that `verdict` proves it from the trace; here it is computed once, over everything,
//! and never by a time-out. Registers that hold a reference which no later instruction reads count as
//! reading it: then a leak is not claimed.

use super::goroutine::{Goroutine, State};
use super::state::Machine;
use crate::golang::syntax::position::Pos;

/// A goroutine that is left.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Left {
    /// Why it does not run, in Go's words.
    pub(crate) reason: String,
    /// Where it waits.
    pub(crate) at: Pos,
    /// Where its `go` stands.
    pub(crate) started: Pos,
    /// Its part.
    pub(crate) fate: Fate,
}

/// What can become of a goroutine that is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Nobody can free it any more.
    Stranded,
    /// It is blocked, and only a variable of a package still reaches what it waits on.
    Unproven,
    /// It may go on.
    Alive,
}

impl Machine {
    /// Everybody who is left, `main` too.
    pub(super) fn census(&mut self) -> Vec<Left> {
        let goroutines = std::mem::take(&mut self.goroutines);
        // Once with variables of packages, which somebody may still use, and once without.
        let reached = self.living(&goroutines, Roots::All);
        let alone = self.living(&goroutines, Roots::Running);
        let mut left: Vec<Left> = Vec::new();
        for (number, goroutine) in goroutines.iter().enumerate() {
            let Some(goroutine) = goroutine else { continue };
            let fate = match (reached[number], alone[number]) {
                (false, _) => Fate::Stranded,
                (true, false) => Fate::Unproven,
                (true, true) => Fate::Alive,
            };
            let reason = match &goroutine.state {
                State::Blocked(wait) => wait.reason.as_str(),
                State::Sleeping => "sleep",
                State::Ready | State::Ended => "running",
            };
            let (at, started) = (self.place(goroutine), goroutine.started);
            left.push(Left { reason: reason.to_owned(), at, started, fate });
        }
        self.goroutines = goroutines;
        left
    }

    fn living(&mut self, goroutines: &[Option<Box<Goroutine>>], roots: Roots) -> Vec<bool> {
        let mut living: Vec<bool> = goroutines
            .iter()
            .map(|goroutine| goroutine.as_ref().is_some_and(|goroutine| !matches!(goroutine.state, State::Blocked(_))))
            .collect();
        self.heap.clear_marks();
        match roots {
            Roots::All => self.mark_roots(),
            Roots::Running => self.mark_timers(),
        }
        for (goroutine, lives) in goroutines.iter().zip(&living) {
            if let (Some(goroutine), true) = (goroutine, *lives) {
                self.mark_goroutine(goroutine);
            }
        }
        self.heap.spread();
        loop {
            let mut has_grown = false;
            for (number, goroutine) in goroutines.iter().enumerate() {
                let Some(goroutine) = goroutine else { continue };
                let State::Blocked(wait) = &goroutine.state else { continue };
                if !living[number] && wait.objects.iter().any(|awaited| self.heap.is_marked(awaited.handle)) {
                    living[number] = true;
                    has_grown = true;
                    self.mark_goroutine(goroutine);
                }
            }
            if !has_grown {
                break;
            }
            self.heap.spread();
        }
        self.heap.clear_marks();
        living
    }
}

/// Which references count from the start.
#[derive(Clone, Copy)]
enum Roots {
    /// Those of variables of packages, too.
    All,
    /// Those of whoever can run, and of timers.
    Running,
}
