//! The ready queue: which task is polled next, under each order.

use std::collections::VecDeque;

use crate::executor::config::Order;
use crate::executor::rng::{Rng, Stream};
use crate::trace::event::TaskId;

/// A ready task and the slot it lives in.
pub(crate) type Entry = (u32, TaskId);

/// At how many turns Go looks at the global queue first, and how many tasks of it an empty local one gets (`schedtick` and
/// `globrunqgetbatch` in Go's `runtime/proc.go`).
const TURNS: u32 = 61;
const BATCH: usize = 128;

/// The ready tasks, in the words of Go's scheduler. Other orders use the local queue only.
pub(crate) struct Ready {
    queue: VecDeque<Entry>,
    /// Under [`Order::Go`]: the task that was made ready last.
    next: Option<Entry>,
    /// Under [`Order::Go`]: the tasks that gave way.
    global: VecDeque<Entry>,
    /// Turns so far. A task that runs next because it was made ready last shares the turn of the task that made it
    /// ready.
    turns: u32,
    order: Order,
    draws: Rng,
}

impl Ready {
    pub(crate) fn new(order: Order, seed: u32) -> Ready {
        let draws = Rng::new(seed, Stream::Order);
        // The turn in which Go's `main` begins is not the first one.
        Ready { queue: VecDeque::new(), next: None, global: VecDeque::new(), turns: 1, order, draws }
    }

    #[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
    pub(crate) fn order(&self) -> Order {
        self.order
    }

    /// Forgets everybody, and draws anew.
    pub(crate) fn restart(&mut self, seed: u32) {
        *self = Ready::new(self.order, seed);
    }

    /// Adds a task that was spawned or woken.
    #[inline]
    pub(crate) fn push(&mut self, entry: Entry) {
        match self.order {
            Order::Fifo | Order::Seeded => self.queue.push_back(entry),
            Order::Go => self.queue.extend(self.next.replace(entry)),
        }
    }

    /// Adds a task that gave way: it goes to the end under every order.
    pub(crate) fn push_last(&mut self, entry: Entry) {
        match self.order {
            Order::Fifo | Order::Seeded => self.queue.push_back(entry),
            Order::Go => self.global.push_back(entry),
        }
    }

    /// Whether a task that wakes itself gives way by it.
    pub(crate) fn yields_by_waking(&self) -> bool {
        self.order == Order::Go
    }

    /// Whether a close makes the last waiter ready first, so that the first one runs first.
    pub(crate) fn closes_backwards(&self) -> bool {
        self.order == Order::Go
    }

    /// Takes out the next task.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Entry> {
        match self.order {
            Order::Fifo => self.queue.pop_front(),
            Order::Seeded if self.queue.is_empty() => None,
            Order::Seeded => {
                let drawn = self.draws.below(self.queue.len() as u32);
                self.queue.remove(drawn as usize)
            }
            Order::Go => self.pop_as_go(),
        }
    }

    fn pop_as_go(&mut self) -> Option<Entry> {
        if self.turns.is_multiple_of(TURNS)
            && let Some(entry) = self.global.pop_front()
        {
            self.turns = self.turns.wrapping_add(1);
            return Some(entry);
        }
        if let Some(entry) = self.next.take() {
            return Some(entry);
        }
        if self.queue.is_empty() {
            let batch = self.global.len().min(BATCH);
            for _ in 0..batch {
                self.queue.extend(self.global.pop_front());
            }
        }
        let entry = self.queue.pop_front()?;
        self.turns = self.turns.wrapping_add(1);
        Some(entry)
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.global.len() + usize::from(self.next.is_some())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.queue.capacity() + self.global.capacity()) * size_of::<Entry>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(order: Order) -> Vec<u32> {
        let mut ready = Ready::new(order, 1);
        for task in 1..=4 {
            ready.push((0, TaskId(task)));
        }
        ready.push_last((0, TaskId(9)));
        std::iter::from_fn(|| ready.pop()).map(|(_, task)| task.0).collect()
    }

    #[test]
    fn first_in_first_out() {
        assert_eq!(drain(Order::Fifo), [1, 2, 3, 4, 9]);
    }

    #[test]
    fn go_runs_the_newest_first_and_then_the_queue() {
        assert_eq!(drain(Order::Go), [4, 1, 2, 3, 9]);
    }

    #[test]
    fn a_seeded_order_is_some_order_of_all() {
        let mut drawn = drain(Order::Seeded);
        drawn.sort_unstable();
        assert_eq!(drawn, [1, 2, 3, 4, 9]);
    }
}
