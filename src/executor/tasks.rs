//! The live tasks of a run: a slot each, used again when its task has finished.
//!
//! Deliberately absent: the trace, and which tasks are ready ([`crate::executor::ready`]).

use std::sync::Weak;
use std::task::Waker;

use futures::task::LocalFutureObj;

use crate::executor::heap::{self, InHeap};
use crate::executor::wake::TaskWaker;
use crate::trace::event::{ObjectId, ScopeId, TaskId, WaitHead};

/// A future that is about to get a slot, and how large it is (0 when its maker did not say).
pub(crate) struct NewTask {
    pub(crate) future: LocalFutureObj<'static, ()>,
    pub(crate) bytes: usize,
}

/// What one live task needs.
pub(crate) struct Slot {
    /// `None` while the task is being polled, and once it has finished.
    pub(crate) future: Option<LocalFutureObj<'static, ()>>,
    /// `None` as long as `future` is.
    pub(crate) waker: Option<Waker>,
    /// How many wakers there are of this task: one, unless somebody keeps a clone.
    pub(crate) wakers: Weak<TaskWaker>,
    pub(crate) task: TaskId,
    pub(crate) scope: ScopeId,
    pub(crate) queue: Queue,
    pub(crate) exposure: Exposure,
    pub(crate) abort: Abort,
    /// How large the future is.
    pub(crate) bytes: u32,
    pub(crate) waits: OpenWaits,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queue {
    Out,
    In,
}

/// Whether it is recorded that a task shares memory with others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposure {
    None,
    Recorded,
}

/// Which holder may abort a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Abort {
    /// Nobody: its [`crate::executor::spawn::Spawned`] is gone.
    Nobody,
    /// The task that spawned it, until its present poll ends. Most forget the task at once, and then nothing is
    /// recorded.
    Spawner,
    /// Every holder of this object, as the trace knows it.
    Recorded(ObjectId),
    /// Several, of whom the trace knows no more; until the task ends.
    Shared(ObjectId),
}

/// The waits of a task that are recorded and not over.
#[derive(Default)]
pub(crate) struct OpenWaits {
    first: Option<WaitHead>,
    /// All others, in order.
    more: Option<Box<More>>,
}

#[derive(Default)]
struct More {
    waits: Vec<(WaitHead, u32)>,
    _in_heap: InHeap<More>,
}

impl Drop for More {
    fn drop(&mut self) {
        heap::resize_list::<(WaitHead, u32)>(self.waits.capacity(), 0);
    }
}

impl OpenWaits {
    /// Notes a wait; returns a number that no other with the same head has.
    #[inline]
    pub(crate) fn begin(&mut self, head: WaitHead) -> u32 {
        if self.first.is_none() && self.more.is_none() {
            self.first = Some(head);
            return 0;
        }
        self.begin_another(head)
    }

    #[cold]
    fn begin_another(&mut self, head: WaitHead) -> u32 {
        let more = &mut self.more.get_or_insert_default().waits;
        let at = more.partition_point(|open| *open <= (head, u32::MAX));
        let last = more[..at].last().filter(|(known, _)| *known == head);
        let nth = last.map_or(u32::from(self.first == Some(head)), |(_, nth)| nth + 1);
        let before = more.capacity();
        more.insert(at, (head, nth));
        heap::resize_list::<(WaitHead, u32)>(before, more.capacity());
        nth
    }

    #[inline]
    pub(crate) fn end(&mut self, head: WaitHead, nth: u32) {
        if nth == 0 && self.first == Some(head) {
            self.first = None;
        } else if let Some(more) = &mut self.more {
            if let Ok(at) = more.waits.binary_search(&(head, nth)) {
                more.waits.remove(at);
            }
            if more.waits.is_empty() {
                self.more = None;
            }
        }
    }
}

/// A slot for each live task. A slot is used again once its task has finished.
#[derive(Default)]
pub(crate) struct Tasks {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// How large the futures of all live tasks are.
    future_bytes: u64,
}

impl Tasks {
    pub(crate) fn alive(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// The slot that the next task will get.
    pub(crate) fn next_slot(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.slots.len() as u32)
    }

    /// Puts a task into the slot that [`Tasks::next_slot`] said.
    pub(crate) fn insert(&mut self, slot: Slot) {
        self.future_bytes += u64::from(slot.bytes);
        match self.free.pop() {
            Some(number) => self.slots[number as usize] = slot,
            None => self.slots.push(slot),
        }
    }

    /// The slot of a task, if it lives there.
    #[inline]
    pub(crate) fn get(&mut self, number: u32, task: TaskId) -> Option<&mut Slot> {
        self.slots.get_mut(number as usize).filter(|slot| slot.task == task)
    }

    /// The slot of the task that is being polled: nobody else gets it meanwhile.
    #[inline]
    pub(crate) fn slot(&mut self, number: u32) -> &mut Slot {
        &mut self.slots[number as usize]
    }

    /// Clears the slot of a task that has finished; says which object stood for the right to abort it.
    pub(crate) fn vacate(&mut self, number: u32) -> Abort {
        let slot = &mut self.slots[number as usize];
        // Never the id of a task: the root has no slot.
        slot.task = TaskId::ROOT;
        self.future_bytes -= u64::from(slot.bytes);
        slot.waker = None;
        slot.wakers = Weak::new();
        slot.waits = OpenWaits::default();
        self.free.push(number);
        std::mem::replace(&mut slot.abort, Abort::Nobody)
    }

    /// The future of any task, which has none from then on.
    pub(crate) fn take_any(&mut self) -> Option<LocalFutureObj<'static, ()>> {
        while let Some(slot) = self.slots.pop() {
            if slot.future.is_some() {
                return slot.future;
            }
        }
        None
    }

    /// The scopes that have a live task, the root's left out, in order.
    pub(crate) fn scopes(&self) -> Vec<ScopeId> {
        let live = self.slots.iter().filter(|slot| slot.future.is_some() && slot.scope != ScopeId::ROOT);
        let mut scopes: Vec<ScopeId> = live.map(|slot| slot.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// How many live tasks belong to a scope other than the root's. Takes a pass over all.
    pub(crate) fn alive_in_scopes(&self) -> usize {
        let is_live = |slot: &&Slot| slot.task != TaskId::ROOT && slot.scope != ScopeId::ROOT;
        self.slots.iter().filter(is_live).count()
    }

    /// How many bytes live tasks hold: their futures, their slots and their wakers.
    pub(crate) fn held_bytes(&self) -> u64 {
        let tables = self.slots.capacity() * size_of::<Slot>() + self.free.capacity() * size_of::<u32>();
        // An `Arc` keeps two counts beside what it holds.
        let wakers = self.alive() * (size_of::<TaskWaker>() + 2 * size_of::<usize>());
        self.future_bytes + (tables + wakers) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::event::{PlaceId, WaitReason};

    #[test]
    fn waits_with_one_head_get_numbers_of_their_own() {
        let head = |place| WaitHead { place: PlaceId(place), reason: WaitReason::Sleep, cases: 1 };
        let mut waits = OpenWaits::default();
        assert_eq!([1, 2, 1, 1, 2].map(|place| waits.begin(head(place))), [0, 0, 1, 2, 1]);
        waits.end(head(1), 0);
        waits.end(head(1), 1);
        assert_eq!([1, 3].map(|place| waits.begin(head(place))), [3, 0]);
        for (place, nth) in [(1, 2), (1, 3), (2, 0), (2, 1), (3, 0)] {
            waits.end(head(place), nth);
        }
        assert!(waits.first.is_none() && waits.more.is_none());
        assert_eq!(waits.begin(head(1)), 0);
    }
}
