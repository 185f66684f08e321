//! Who can end whose wait, recorded as facts, so that `verdict` judges a Go program like any other.
//!
//! A goroutine can use whatever it reaches from its registers, and all of that would be far too much to record. What a proof
//! needs is one witness for each goroutine that waits: somebody who goes on and reaches what it waits for. So at each
//! moment of rest the heap is marked from whoever goes on (who sleeps; the clock, with its timers), one goroutine after the other; a waiting
//! goroutine whose object is reached goes on itself, by the right of the one that reached it, and is marked from in its turn.
//! What only a variable of a package reaches is *at large*: somebody may still use it, and the trace cannot say who. Who is left has no
//! witness, and there can never be one: it is stranded, and no later census looks at it. So a million of them cost nothing.
//!
//! Where the heap is large and little has happened, a census is put off; until then whoever begins to wait has a witness
//! at large, and is not claimed to be anything.
//!
//! It is the rule of [`census`](super::census), which looks at everything once, at the end.

use std::collections::BTreeMap;

use super::goroutine::{Awaited, Goroutine, State, Support};
use super::state::Machine;
use super::value::Handle;
use crate::executor::context::record;
use crate::executor::holder::Holder;
use crate::trace::event::TaskId;

/// A moment of rest is worth so many objects of a census.
const REST_WORTH: u64 = 2_000;

/// A wait that is looked at, by the number of its goroutine.
type Waiters = BTreeMap<Handle, Vec<(usize, Awaited)>>;

impl Machine {
    /// Nobody is ready: brings the facts up to date, or at least keeps them from saying too much.
    /// Says whether it will stay so for ever.
    pub(super) fn take_census(&mut self) -> bool {
        self.facts.since += REST_WORTH + (self.instructions - self.facts.instructions);
        self.facts.instructions = self.instructions;
        let mut watched = std::mem::take(&mut self.facts.watched);
        watched.sort_unstable();
        watched.dedup();
        watched.retain(|index| matches!(self.goroutines.get(*index), Some(Some(_))));
        let mut goroutines = std::mem::take(&mut self.goroutines);
        // Whoever waits for the clock alone can be put off.
        let is_over = self.armed.is_empty() && !has_going(&goroutines, &watched);
        if self.facts.cost <= self.facts.since || is_over {
            self.facts.since = 0;
            let before = self.heap.marked;
            self.find_witnesses(&mut goroutines, &watched);
            watched.retain(|index| {
                let goroutine = goroutines[*index].as_deref();
                goroutine.is_some_and(|it| it.support.is_some() || !matches!(it.state, State::Blocked(_)))
            });
            self.facts.cost = self.heap.marked - before + watched.len() as u64;
        } else {
            for index in &watched {
                let Some(goroutine) = goroutines[*index].as_deref_mut() else { continue };
                let State::Blocked(wait) = &goroutine.state else { continue };
                let is_covered = |known: Support| wait.objects.iter().any(|awaited| awaited.object == known.object);
                let first = wait.objects.first().copied();
                if !goroutine.support.is_some_and(is_covered) {
                    set_support(goroutine, first.map(|awaited| witness(Holder::Anybody, awaited)));
                }
            }
        }
        self.goroutines = goroutines;
        self.facts.watched = watched;
        is_over
    }

    fn find_witnesses(&mut self, goroutines: &mut [Option<Box<Goroutine>>], watched: &[usize]) {
        self.heap.clear_marks();
        let mut waiters = Waiters::new();
        let mut going: Vec<(Holder, usize)> = Vec::new();
        let mut unsupported = 0_usize;
        for index in watched {
            let Some(goroutine) = goroutines[*index].as_deref() else { continue };
            match &goroutine.state {
                State::Blocked(wait) => {
                    unsupported += 1;
                    for awaited in &wait.objects {
                        waiters.entry(awaited.handle).or_default().push((*index, *awaited));
                        self.heap.await_mark(awaited.handle);
                    }
                }
                _ => going.push((Holder::Task(goroutine.task), *index)),
            }
        }
        // In the order of the goroutines.
        going.reverse();
        let mut found: Vec<Option<(Support, Option<usize>)>> = vec![None; watched.len()];
        let mut holder = (Holder::Task(TaskId::ROOT), None);
        let mut is_at_large = false;
        self.mark_timers();
        while unsupported > 0 {
            self.heap.spread();
            while let Some(handle) = self.heap.pop_met() {
                for (index, awaited) in waiters.get(&handle).map_or(&[][..], Vec::as_slice) {
                    let Ok(at) = watched.binary_search(index) else { continue };
                    let Some(goroutine) = goroutines[*index].as_deref() else { continue };
                    if found[at].is_none() {
                        found[at] = Some((witness(holder.0, *awaited), holder.1));
                        unsupported -= 1;
                        going.push((Holder::Task(goroutine.task), *index));
                    }
                }
            }
            match going.pop() {
                Some((by, index)) => {
                    holder = (by, Some(index));
                    if let Some(goroutine) = goroutines[index].as_deref() {
                        self.mark_goroutine(goroutine);
                    }
                }
                None if is_at_large => break,
                None => {
                    (is_at_large, holder) = (true, (Holder::Anybody, None));
                    for global in self.globals.clone() {
                        self.heap.mark_handle(global);
                    }
                }
            }
        }
        for index in watched {
            if let Some(goroutine) = goroutines[*index].as_deref_mut() {
                goroutine.supports.clear();
            }
        }
        for (index, found) in watched.iter().zip(found) {
            if let Some(goroutine) = goroutines[*index].as_deref_mut() {
                set_support(goroutine, found.map(|(support, _)| support));
            }
            if let Some((_, Some(by))) = found
                && let Some(by) = goroutines[by].as_deref_mut()
            {
                by.supports.push(*index);
            }
        }
    }

    /// A goroutine ends: whoever it could have freed may be freed by somebody else, until the next census says so.
    pub(super) fn give_up_supports(&mut self, goroutine: &mut Goroutine) {
        set_support(goroutine, None);
        let by = Holder::Task(goroutine.task);
        for index in std::mem::take(&mut goroutine.supports) {
            if let Some(Some(other)) = self.goroutines.get_mut(index)
                && let Some(support) = other.support.filter(|support| support.by == by)
            {
                set_support(other, Some(Support { by: Holder::Anybody, ..support }));
            }
        }
    }
}

fn has_going(goroutines: &[Option<Box<Goroutine>>], watched: &[usize]) -> bool {
    watched.iter().any(|index| goroutines[*index].as_deref().is_some_and(|it| !matches!(it.state, State::Blocked(_))))
}

fn witness(by: Holder, awaited: Awaited) -> Support {
    Support { by, object: awaited.object, right: awaited.right }
}

/// Records the difference to what is recorded already.
fn set_support(goroutine: &mut Goroutine, support: Option<Support>) {
    let before = std::mem::replace(&mut goroutine.support, support);
    if before == support {
        return;
    }
    if let Some(Support { by, object, right }) = support {
        record(by.gains(object, right));
    }
    if let Some(Support { by, object, right }) = before {
        record(by.loses(object, right));
    }
}
