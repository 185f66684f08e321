//! `tokio::sync::Mutex`: a lock around a value, held by a guard, handed over in the order in which it was asked for.
//!
//! Who can end a wait for it is who holds the guard. Naming the lock is not enough, as it is in Go.

use std::cell::{Cell, RefCell, RefMut};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context::{self as engine, running};
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitReason};

/// A lock around a `T`. A clone is the same lock: tokio's `Arc<Mutex<T>>`.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::input::never;
/// use pileup::executor::spawn::go;
/// use pileup::sync::rust::mutex::Mutex;
/// use pileup::sync::rust::task::spawn;
///
/// async fn holds(mutex: Mutex<u32>) {
///     let _guard = mutex.lock().await;
///     never().await;
/// }
///
/// async fn waits(mutex: Mutex<u32>) {
///     *mutex.lock().await += 1;
/// }
///
/// async fn parent() {
///     let mutex = Mutex::new(0);
///     let mut holds = spawn(holds, (&mutex,));
///     let waits = spawn(waits, (&mutex,));
///     holds.abort(); // its guard goes with it
///     waits.await.expect("it returns");
///     assert!(holds.join().await.is_err());
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(parent, ());
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
pub struct Mutex<T: 'static> {
    lock: Rc<Lock<T>>,
}

struct Lock<T> {
    object: ObjectId,
    is_locked: Cell<bool>,
    /// Who waits; who is handed the lock is given its right with it.
    waiters: RefCell<WaitQueue<Grant>>,
    value: RefCell<T>,
    _in_heap: InHeap<Lock<T>>,
}

impl<T: HandOver> Mutex<T> {
    /// A lock that nobody holds.
    pub fn new(value: T) -> Mutex<T> {
        // Whoever locks has what is in it.
        value.hand_over(Holder::Anybody);
        let object = engine::make(ObjectKind::Mutex, 0, ObjectId::OUTSIDE);
        let (is_locked, waiters) = (Cell::new(false), RefCell::default());
        Mutex {
            lock: Rc::new(Lock { object, is_locked, waiters, value: RefCell::new(value), _in_heap: InHeap::new() }),
        }
    }

    /// Waits for the lock, behind everybody who asked before.
    #[track_caller]
    pub fn lock(&self) -> Single<Acquire<'_, T>> {
        Single::new(Acquire { lock: &self.lock, waiter: None }, Location::caller())
    }

    /// The guard, if nobody holds it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let is_free = engine::operate_at_once() && !self.lock.is_locked.get();
        is_free.then(|| self.lock.acquire())
    }

    /// How many wait for it.
    pub fn waiters(&self) -> usize {
        engine::look();
        self.lock.waiters.borrow().len()
    }
}

impl<T> Lock<T> {
    /// The running task has it from now on.
    fn acquire(&self) -> MutexGuard<'_, T> {
        self.set(1);
        self.guard(Grant::by(self.object, Right::Send, engine::maker()))
    }

    fn guard(&self, grant: Grant) -> MutexGuard<'_, T> {
        MutexGuard { value: Some(self.value.borrow_mut()), lock: self, grant: Some(grant) }
    }

    /// Gives the lock to who waits longest. They have it before they are polled: nobody can come between.
    fn pass_on(&self, grant: Grant) {
        let mut grant = Some(grant);
        let next = self.waiters.borrow_mut().complete_first(|waiter| {
            if let Some(grant) = &grant {
                grant.hand_over(Holder::Task(waiter.task()));
            }
            *waiter.value.borrow_mut() = grant.take();
        });
        if next.is_none() {
            self.set(0);
        }
    }

    fn set(&self, holders: u32) {
        self.is_locked.set(holders > 0);
        engine::record(Event::Level { object: self.object, level: holders });
    }
}

impl<T> Drop for Lock<T> {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutex")
    }
}

impl<T> Clone for Mutex<T> {
    fn clone(&self) -> Self {
        Mutex { lock: self.lock.clone() }
    }
}

/// With the name of a lock alone nothing can be done to who waits for it. With what is in it there can: that is anybody's
/// since it was put there.
impl<T> HandOver for Mutex<T> {
    fn hand_over(&self, _: Holder) {}
}

impl<T> Share for Mutex<T> {
    fn share(&self, _: TaskId) -> Mutex<T> {
        self.clone()
    }
}

share_handles! { (T: 'static) Mutex<T>; }

impl<T> Named for Mutex<T> {
    fn object(&self) -> ObjectId {
        self.lock.object
    }
}

/// Holds the lock, and gives it back when it is dropped: at the end of its block, or with the task that holds it.
pub struct MutexGuard<'m, T> {
    /// Given back before the lock is.
    value: Option<RefMut<'m, T>>,
    lock: &'m Lock<T>,
    grant: Option<Grant>,
}

impl<T> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MutexGuard")
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("a guard has its value until it is dropped")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("a guard has its value until it is dropped")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.value = None;
        if let Some(grant) = self.grant.take() {
            grant.operate();
            self.lock.pass_on(grant);
        }
    }
}

/// The operation behind [`Mutex::lock`].
pub struct Acquire<'m, T> {
    lock: &'m Lock<T>,
    waiter: Option<Rc<Waiter<Grant>>>,
}

impl<T> fmt::Debug for Acquire<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acquire")
    }
}

impl<T> Acquire<'_, T> {
    /// What it was given while it waited.
    fn given(&mut self) -> Option<Grant> {
        self.waiter.take()?.value.take()
    }
}

impl<'m, T> Operation for Acquire<'m, T> {
    type Output = MutexGuard<'m, T>;

    fn is_ready(&self) -> bool {
        !self.lock.is_locked.get()
    }

    fn proceed(&mut self) -> Option<MutexGuard<'m, T>> {
        Some(self.lock.acquire())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
        self.lock.waiters.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.lock.waiters.borrow_mut().remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<MutexGuard<'m, T>> {
        let grant = self.given()?;
        // One task may have asked, and another polls.
        grant.hand_over(Holder::Task(running()));
        Some(self.lock.guard(grant))
    }

    fn abandoned(&mut self) {
        if let Some(grant) = self.given() {
            self.lock.pass_on(grant);
        }
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.lock.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::MutexLock
    }
}
