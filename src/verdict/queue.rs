//! The ready queue, as the trace tells it.
//!
//! A run whose order is drawn by the seed polls from the middle, so a task keeps a ticket, leaving is constant time,
//! and the hole it leaves is skipped.

use std::collections::VecDeque;

const HOLE: u32 = u32::MAX;
/// An empty queue with more room than this gives it back.
const CAPACITY_KEPT: usize = 4_096;

/// The ready queue: places of which some are holes.
#[derive(Clone, Default)]
pub(super) struct Queue {
    places: VecDeque<u32>,
    /// The ticket of the first place.
    first: u32,
    waiting: u32,
}

impl Queue {
    /// Adds a task's row at the end; the ticket says where it stands.
    pub(super) fn push(&mut self, row: u32) -> u32 {
        self.waiting += 1;
        self.places.push_back(row);
        self.first.wrapping_add(self.places.len() as u32 - 1)
    }

    /// The row of the task that stands first.
    pub(super) fn first(&self) -> Option<u32> {
        self.places.front().copied()
    }

    /// Takes the task with this ticket out.
    pub(super) fn remove(&mut self, ticket: u32) {
        self.waiting -= 1;
        if ticket != self.first {
            self.places[ticket.wrapping_sub(self.first) as usize] = HOLE;
            return;
        }
        while self.places.pop_front().is_some() {
            self.first = self.first.wrapping_add(1);
            if self.places.front() != Some(&HOLE) {
                break;
            }
        }
        if self.places.is_empty() && self.places.capacity() > CAPACITY_KEPT {
            self.places = VecDeque::new();
        }
    }

    /// Closes the holes when they are the most part, and tells each row's new ticket.
    pub(super) fn compact(&mut self, mut renumber: impl FnMut(u32, u32)) {
        if self.places.len() < 64 + 2 * self.waiting as usize {
            return;
        }
        self.places.retain(|row| *row != HOLE);
        for (index, row) in self.places.iter().enumerate() {
            renumber(*row, self.first.wrapping_add(index as u32));
        }
    }

    pub(super) fn bytes(&self) -> usize {
        4 * self.places.capacity()
    }

    pub(super) fn len(&self) -> u32 {
        self.waiting
    }

    /// The rows of the tasks, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.places.iter().copied().filter(|row| *row != HOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_stay_in_order_when_one_leaves_from_the_middle() {
        let mut queue = Queue::default();
        let tickets: Vec<u32> = (0..4).map(|row| queue.push(row)).collect();
        queue.remove(tickets[1]);
        assert_eq!(queue.iter().collect::<Vec<_>>(), [0, 2, 3]);
        queue.remove(tickets[0]);
        queue.remove(tickets[3]);
        assert_eq!(queue.iter().collect::<Vec<_>>(), [2]);
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn a_task_that_is_never_drawn_does_not_make_the_queue_grow() {
        let mut queue = Queue::default();
        let mut unlucky = queue.push(0);
        for row in 1..10_000 {
            let ticket = queue.push(row);
            queue.remove(ticket);
            queue.compact(|row, ticket| {
                assert_eq!(row, 0);
                unlucky = ticket;
            });
        }
        assert!(queue.places.len() < 100);
        queue.remove(unlucky);
        assert_eq!(queue.iter().count(), 0);
    }
}
