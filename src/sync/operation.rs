//! One operation that either proceeds now or waits in a queue: alone, or as one case of a `select`.
//!
//! Go's runtime calls the pieces `sudog` (here [`Waiter`], one for each queue) and `g` (here [`WaitingTask`], one for each
//! waiting task). The task that makes an operation possible completes it on the waiter's behalf, so that the waiter has
//! nothing left to compete for when it is polled.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::executor::context::{Proceed, Waiting, operate, running, wake_of};
use crate::executor::core;
use crate::executor::heap::InHeap;
use crate::executor::wake::Wake;
use crate::sync::line::Line;
use crate::trace::event::{TaskId, WaitCase, WaitReason};

/// The number of a case of a `select`.
pub type CaseNumber = u16;

/// How many cases a `select` has at most: as many as the trace keeps of one wait.
pub const CASES_MAX: usize = CaseNumber::MAX as usize;

/// A waiting task, as its counterparts see it: at most one of its cases is completed.
#[derive(Debug)]
pub struct WaitingTask {
    task: TaskId,
    won: Cell<Option<CaseNumber>>,
    wake: RefCell<Option<Wake>>,
    _in_heap: InHeap<WaitingTask>,
}

impl WaitingTask {
    /// The running task, about to wait.
    fn new(waker: &Waker) -> Rc<WaitingTask> {
        let (task, wake) = (running(), RefCell::new(Some(wake_of(waker))));
        Rc::new(WaitingTask { task, won: Cell::new(None), wake, _in_heap: InHeap::new() })
    }

    /// Claims the waiting task for its case number `case` and wakes it; `Claim::Late` when another case was completed before.
    fn claim(&self, case: CaseNumber) -> Claim {
        if self.won.get().is_some() {
            return Claim::Late;
        }
        self.won.set(Some(case));
        if let Some(wake) = self.wake.take() {
            core::wake(wake);
        }
        Claim::Won
    }

    fn won(&self) -> Option<CaseNumber> {
        self.won.get()
    }

    fn listen(&self, waker: &Waker) {
        *self.wake.borrow_mut() = Some(wake_of(waker));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Won,
    Late,
}

/// A waiting task's place in one queue, with the value that it sends or is given.
#[derive(Debug)]
pub struct Waiter<T> {
    waiting_task: Rc<WaitingTask>,
    case: CaseNumber,
    /// Where it stands in its queue.
    ticket: Cell<u32>,
    /// What a sender brings, or a receiver is given.
    pub value: RefCell<Option<T>>,
    _in_heap: InHeap<Waiter<T>>,
}

impl<T> Waiter<T> {
    /// A place for the case number `case` of `waiting task`.
    pub fn new(waiting_task: &Rc<WaitingTask>, case: CaseNumber, value: Option<T>) -> Rc<Waiter<T>> {
        let waiting_task = waiting_task.clone();
        let value = RefCell::new(value);
        Rc::new(Waiter { waiting_task, case, ticket: Cell::new(0), value, _in_heap: InHeap::new() })
    }

    /// The waiting task.
    pub fn task(&self) -> TaskId {
        self.waiting_task.task
    }
}

/// Waiters, first in, first out. A waiter that leaves from the middle leaves a hole, so that leaving takes constant
/// time.
#[derive(Debug)]
pub struct WaitQueue<T> {
    places: Line<Option<Rc<Waiter<T>>>>,
    /// The ticket of the first place.
    first: u32,
    waiting: u32,
}

impl<T> Default for WaitQueue<T> {
    fn default() -> Self {
        WaitQueue { places: Line::default(), first: 0, waiting: 0 }
    }
}

impl<T> WaitQueue<T> {
    /// Puts a waiter at the end.
    pub fn push(&mut self, waiter: Rc<Waiter<T>>) {
        self.close_holes();
        waiter.ticket.set(self.first.wrapping_add(self.places.len() as u32));
        self.places.push_back(Some(waiter));
        self.waiting += 1;
    }

    /// Takes a waiter out, wherever it stands.
    pub fn remove(&mut self, waiter: &Rc<Waiter<T>>) {
        let at = waiter.ticket.get().wrapping_sub(self.first) as usize;
        let place = self.places.get_mut(at);
        if let Some(place) = place.filter(|place| place.as_ref().is_some_and(|queued| Rc::ptr_eq(queued, waiter))) {
            *place = None;
            self.waiting -= 1;
            self.drop_leading_holes();
        }
    }

    fn drop_leading_holes(&mut self) {
        while let Some(None) = self.places.front() {
            self.places.pop_front();
            self.first = self.first.wrapping_add(1);
        }
    }

    /// Moves everybody up when most places are holes.
    fn close_holes(&mut self) {
        if self.places.len() < 32 + 2 * self.waiting as usize {
            return;
        }
        self.places.retain(Option::is_some);
        for (index, waiter) in self.places.iter().flatten().enumerate() {
            waiter.ticket.set(self.first.wrapping_add(index as u32));
        }
    }

    fn pop(&mut self) -> Option<Rc<Waiter<T>>> {
        self.drop_leading_holes();
        let waiter = self.places.pop_front().flatten()?;
        self.first = self.first.wrapping_add(1);
        self.waiting -= 1;
        Some(waiter)
    }

    /// Whether somebody waits whose other cases have not been completed. Every waiter before that one leaves: another
    /// case of theirs was completed, and they would only be passed by.
    pub fn has_waiter(&mut self) -> bool {
        self.drop_leading_holes();
        while let Some(waiter) = self.places.front().and_then(Option::as_ref) {
            if waiter.waiting_task.won().is_none() {
                return true;
            }
            self.pop();
            self.drop_leading_holes();
        }
        false
    }

    /// Completes the first waiter that can still be completed: `fill` does the operation, then the waiting task is woken.
    pub fn complete_first<R>(&mut self, fill: impl FnOnce(&Waiter<T>) -> R) -> Option<R> {
        while let Some(waiter) = self.pop() {
            if waiter.waiting_task.won().is_none() {
                let filled = fill(&waiter);
                waiter.waiting_task.claim(waiter.case);
                return Some(filled);
            }
        }
        None
    }

    /// Completes everybody, in order, without filling anything.
    pub fn complete_all(&mut self) {
        while self.complete_first(|_| ()).is_some() {}
    }

    /// Completes everybody, as a close does: in order, or where Go's scheduler would run the last one first, backwards.
    pub fn complete_closed(&mut self) {
        if core::with(|core| core.closes_backwards()) == Some(true) {
            self.places.make_contiguous().reverse();
        }
        self.complete_all();
    }

    /// How many stand here, completed by another case or not.
    pub fn len(&self) -> usize {
        self.waiting as usize
    }

    /// Whether nobody stands here.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }
}

/// An operation on a primitive: try, else queue, else be completed by a counterpart.
pub trait Operation {
    /// What the operation gives.
    type Output;

    /// Whether it could proceed now (a send on a closed channel can: it panics).
    fn is_ready(&self) -> bool;

    /// Proceeds. Called only when [`Operation::is_ready`] just said so; `None` when that ended the program.
    fn proceed(&mut self) -> Option<Self::Output>;

    /// Queues for the case number `case` of `waiting task`.
    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber);

    /// Leaves the queue, if it stands in one.
    fn dequeue(&mut self);

    /// Takes what a counterpart gave. Called once, after the waiting task was claimed for this case; `None` when being
    /// completed ended the program (a send to a channel that was closed meanwhile).
    fn completed(&mut self) -> Option<Self::Output>;

    /// Passes on what a counterpart gave, because the wait was dropped before its task was polled: a lock goes to the next
    /// in line. A message is not passed on: it was received, and goes with the receiver.
    fn abandoned(&mut self) {}

    /// What the trace says of it while it waits; `None` for a nil channel, which nobody can ever operate.
    fn wait_case(&self) -> Option<WaitCase>;

    /// Why a task waits that does only this.
    fn reason(&self) -> WaitReason;
}

/// An operation done alone: awaiting it waits until it is done.
#[derive(Debug)]
#[must_use = "an operation does nothing unless it is awaited, or a case of a select"]
pub struct Single<O: Operation> {
    pub(crate) operation: O,
    waiting_task: Option<Rc<WaitingTask>>,
    waiting: Waiting,
    at: &'static Location<'static>,
}

impl<O: Operation> Single<O> {
    pub(crate) fn new(operation: O, at: &'static Location<'static>) -> Single<O> {
        Single { operation, waiting_task: None, waiting: Waiting::default(), at }
    }
}

impl<O: Operation + Unpin> Future for Single<O> {
    type Output = O::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<O::Output> {
        let this = self.get_mut();
        if let Some(waiting_task) = &this.waiting_task {
            if waiting_task.won().is_none() {
                waiting_task.listen(cx.waker());
                this.begin_wait();
                return Poll::Pending;
            }
            this.waiting_task = None;
            this.waiting = Waiting::default();
            return or_halt(this.operation.completed());
        }
        if operate(cx.waker()) == Proceed::Later {
            return Poll::Pending;
        }
        if this.operation.is_ready() {
            return or_halt(this.operation.proceed());
        }
        let waiting_task = WaitingTask::new(cx.waker());
        this.operation.enqueue(&waiting_task, 0);
        this.waiting_task = Some(waiting_task);
        this.begin_wait();
        Poll::Pending
    }
}

impl<O: Operation> Single<O> {
    fn begin_wait(&mut self) {
        let case = self.operation.wait_case();
        self.waiting.begin(self.at, self.operation.reason(), case.as_slice());
    }
}

impl<O: Operation> Drop for Single<O> {
    fn drop(&mut self) {
        match self.waiting_task.as_ref().map(|waiting_task| waiting_task.won()) {
            Some(None) => self.operation.dequeue(),
            Some(Some(_)) => self.operation.abandoned(),
            None => {}
        }
    }
}

/// A program that panicked never goes on.
pub(crate) fn or_halt<T>(output: Option<T>) -> Poll<T> {
    match output {
        Some(output) => Poll::Ready(output),
        None => Poll::Pending,
    }
}

/// Several operations, one of them to be done: what a `select` waits on.
pub(crate) struct Waits {
    waiting_task: Option<Rc<WaitingTask>>,
    waiting: Waiting,
    at: &'static Location<'static>,
}

impl Waits {
    pub(crate) fn new(at: &'static Location<'static>) -> Waits {
        Waits { waiting_task: None, waiting: Waiting::default(), at }
    }

    /// The case that a counterpart completed, `Some(None)` while still waiting, `None` when nothing is queued yet.
    pub(crate) fn completed(&mut self, waker: &Waker) -> Option<Option<CaseNumber>> {
        let waiting_task = self.waiting_task.as_ref()?;
        let won = waiting_task.won();
        if won.is_none() {
            waiting_task.listen(waker);
        } else {
            self.waiting_task = None;
            self.waiting = Waiting::default();
        }
        Some(won)
    }

    /// Records the wait for the task that polls it now, unless that is the one that began it.
    pub(crate) fn go_on(&mut self, cases: &[WaitCase], reason: WaitReason) {
        self.waiting.begin(self.at, reason, cases);
    }

    /// A new waiting task, whose cases the caller enqueues.
    pub(crate) fn begin(&mut self, waker: &Waker, cases: &[WaitCase], reason: WaitReason) -> Rc<WaitingTask> {
        let waiting_task = WaitingTask::new(waker);
        self.waiting_task = Some(waiting_task.clone());
        self.waiting.begin(self.at, reason, cases);
        waiting_task
    }

    /// What is still to be cleared away when the select is dropped now: `Some(None)` while no case is completed, the
    /// completed case otherwise, and `None` when nothing is queued.
    pub(crate) fn dropped(&self) -> Option<Option<CaseNumber>> {
        self.waiting_task.as_ref().map(|waiting_task| waiting_task.won())
    }
}
