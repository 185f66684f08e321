//! `sync.Cond`: waiting for a signal with a lock given up meanwhile.

use std::cell::RefCell;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::executor::context::{self as engine, Held};
use crate::executor::spawn::{Argument, HandOver};
use crate::sync::mutex::{Acquire, Mutex};
use crate::sync::operation::{Alone, Operation, Party, WaitQueue, Waiter};
use crate::trace::event::{ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitReason};

/// A place to wait for a signal. Signals are not stored: with nobody waiting they are lost. Whoever holds it can signal.
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
pub struct Cond {
    inside: Rc<Inside>,
    held: Held,
}

#[derive(Debug)]
struct Inside {
    object: ObjectId,
    lock: Mutex,
    waiters: RefCell<WaitQueue<()>>,
}

impl Cond {
    /// `sync.NewCond(&mu)`
    pub fn new(lock: &Mutex) -> Cond {
        let object = engine::make(ObjectKind::Cond, 0, ObjectId::OUTSIDE);
        let inside = Inside { object, lock: lock.clone(), waiters: RefCell::default() };
        Cond { inside: Rc::new(inside), held: Held::new(object, Right::Send) }
    }

    /// `cond.L`
    pub fn lock(&self) -> &Mutex {
        &self.inside.lock
    }

    /// `cond.Wait()`: unlocks, waits for a signal, and locks again, in `sync.Mutex.Lock` if it has to wait for that.
    ///
    /// Ends the program when nobody holds the lock, as unlocking it does.
    #[track_caller]
    pub fn wait(&self) -> Wait<'_> {
        let at = Location::caller();
        let notified = Notified { inside: &self.inside, waiter: None };
        Wait { inside: &self.inside, stage: Stage::Signal(Alone::new(notified, at)), at }
    }

    /// `cond.Signal()`: wakes who waits longest, if anybody does. The lock may be held or not.
    pub fn signal(&self) {
        self.inside.waiters.borrow_mut().complete_first(|_| ());
    }

    /// `cond.Broadcast()`: wakes everyone who waits.
    pub fn broadcast(&self) {
        self.inside.waiters.borrow_mut().complete_all();
    }

    /// How many wait for a signal.
    pub fn waiters(&self) -> usize {
        self.inside.waiters.borrow().len()
    }
}

impl HandOver for Cond {
    fn hand_over(&self, task: TaskId) {
        self.held.hand_over(task);
    }
}

impl Argument for &Cond {
    type Given = Cond;

    fn give(self, task: TaskId) -> Cond {
        Cond { inside: self.inside.clone(), held: self.held.share(task) }
    }
}

impl Clone for Cond {
    fn clone(&self) -> Self {
        self.give(engine::running())
    }
}

/// The future of [`Cond::wait`].
#[derive(Debug)]
#[must_use = "a wait does nothing unless it is awaited"]
pub struct Wait<'c> {
    inside: &'c Rc<Inside>,
    stage: Stage<'c>,
    at: &'static Location<'static>,
}

#[derive(Debug)]
enum Stage<'c> {
    Signal(Alone<Notified<'c>>),
    Lock(Alone<Acquire<'c>>),
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (inside, at) = (self.inside, self.at);
        if let Stage::Signal(signal) = &mut self.stage {
            ready!(Pin::new(signal).poll(cx));
            self.stage = Stage::Lock(inside.lock.lock_at(at));
        }
        match &mut self.stage {
            Stage::Lock(lock) => Pin::new(lock).poll(cx),
            Stage::Signal(_) => Poll::Pending,
        }
    }
}

/// Queueing for a signal, which is what gives up the lock.
#[derive(Debug)]
struct Notified<'c> {
    inside: &'c Rc<Inside>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for Notified<'_> {
    type Output = ();

    fn is_ready(&self) -> bool {
        false
    }

    fn proceed(&mut self) -> Option<()> {
        Some(())
    }

    fn enqueue(&mut self, party: &Rc<Party>, case: u8) {
        let waiter = Waiter::new(party, case, None);
        self.inside.waiters.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
        self.inside.lock.unlock();
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.inside.waiters.borrow_mut().remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    /// A signal whose only hearer is gone goes to the next.
    fn abandoned(&mut self) {
        self.inside.waiters.borrow_mut().complete_first(|_| ());
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.inside.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::CondWait
    }
}
