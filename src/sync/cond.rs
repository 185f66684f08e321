//! `sync.Cond`: waiting for a signal with a lock given up meanwhile.

use std::cell::RefCell;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::executor::context as engine;
use crate::executor::grant::Grant;
use crate::executor::hand_over::{Argument, HandOver, Share};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::sync::locker::Locker;
use crate::sync::mutex::Mutex;
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitReason};

/// A place to wait for a signal. Signals are not stored: with nobody waiting they are lost. Whoever holds it can signal.
/// Its lock is any [`Locker`].
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::cond::Cond;
/// use pileup::sync::mutex::Mutex;
///
/// async fn waiter(cond: Cond) {
///     cond.lock().lock().await;
///     cond.wait().await; // the lock is free while it waits, and held again after
///     cond.lock().unlock();
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let cond = Cond::new(&Mutex::new());
///     cond.signal(); // lost
///     go(waiter, (&cond,));
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 1); // the waiter, in `sync.Cond.Wait`
/// ```
#[derive(Debug)]
pub struct Cond<L = Mutex> {
    inside: Rc<Inside>,
    /// `cond.L`: a task that can name the condition can name its lock.
    lock: L,
    grant: Grant,
}

#[derive(Debug)]
struct Inside {
    object: ObjectId,
    waiters: RefCell<WaitQueue<()>>,
    _in_heap: InHeap<Inside>,
}

impl<L: Locker> Cond<L> {
    /// `sync.NewCond(l)`
    pub fn new(lock: &L) -> Cond<L> {
        let object = engine::make(ObjectKind::Cond, 0, ObjectId::OUTSIDE);
        let inside = Inside { object, waiters: RefCell::default(), _in_heap: InHeap::new() };
        Cond { inside: Rc::new(inside), lock: lock.clone(), grant: Grant::new(object, Right::Send) }
    }

    /// `cond.L`
    pub fn lock(&self) -> &L {
        &self.lock
    }

    /// `cond.Wait()`: unlocks, waits for a signal, and locks again, in the lock's own words if it has to wait for that.
    ///
    /// Ends the program when nobody holds the lock, as unlocking it does.
    #[track_caller]
    pub fn wait(&self) -> Wait<'_, L> {
        let notified = Notified { cond: self, waiter: None };
        let signal = Some(Single::new(notified, Location::caller()));
        Wait { signal, lock: self.lock.acquire() }
    }

    /// `cond.Signal()`: wakes the task that waits longest, if any does. The lock may be held or not.
    pub fn signal(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        self.inside.waiters.borrow_mut().complete_first(|_| ());
    }

    /// `cond.Broadcast()`: wakes every task that waits.
    pub fn broadcast(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        self.inside.waiters.borrow_mut().complete_all();
    }

    /// How many wait for a signal.
    pub fn waiters(&self) -> usize {
        engine::look();
        self.inside.waiters.borrow().len()
    }
}

impl<L: Locker> HandOver for Cond<L> {
    fn hand_over(&self, to: Holder) {
        self.lock.hand_over(to);
        self.grant.hand_over(to);
    }
}

impl<L: Locker> Share for Cond<L> {
    fn share(&self, task: TaskId) -> Cond<L> {
        Cond { inside: self.inside.clone(), lock: self.lock.share(task), grant: self.grant.share(task) }
    }
}

impl<L: Locker> Argument for &Cond<L> {
    type Given = Cond<L>;

    fn give(self, task: TaskId) -> Cond<L> {
        self.share(task)
    }
}

impl<L: Locker> Clone for Cond<L> {
    fn clone(&self) -> Self {
        Cond { inside: self.inside.clone(), lock: self.lock.clone(), grant: self.grant.share_here() }
    }
}

impl<L> Named for Cond<L> {
    fn object(&self) -> ObjectId {
        self.inside.object
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

/// The future of [`Cond::wait`].
#[must_use = "a wait does nothing unless it is awaited"]
pub struct Wait<'c, L: Locker> {
    /// `None` once the signal came.
    signal: Option<Single<Notified<'c, L>>>,
    /// Asks for nothing before that.
    lock: L::Lock<'c>,
}

/// Nothing points into it: it may move.
impl<L: Locker> Unpin for Wait<'_, L> {}

impl<L: Locker> Future for Wait<'_, L> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Wait { signal, lock } = self.get_mut();
        if let Some(signal) = signal {
            ready!(Pin::new(signal).poll(cx));
        }
        *signal = None;
        Pin::new(lock).poll(cx)
    }
}

/// Queueing for a signal, which is what gives up the lock.
struct Notified<'c, L> {
    cond: &'c Cond<L>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl<L: Locker> Operation for Notified<'_, L> {
    type Output = ();

    fn is_ready(&self) -> bool {
        false
    }

    fn proceed(&mut self) -> Option<()> {
        Some(())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
        self.cond.inside.waiters.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
        self.cond.lock.release();
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.cond.inside.waiters.borrow_mut().remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    /// A signal whose only hearer is gone goes to the next.
    fn abandoned(&mut self) {
        self.cond.inside.waiters.borrow_mut().complete_first(|_| ());
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.cond.inside.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::CondWait
    }
}
