//! `sync.Mutex`: handed over in the order in which it was asked for (Go promises no order; its starvation mode is this).

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context as engine;
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// A lock. Not bound to the task that locked it: any task that can name it may unlock it.
///
/// ```
/// use pileup::executor::config::Config;
/// use pileup::executor::engine::Engine;
/// use pileup::executor::spawn::go;
/// use pileup::sync::mutex::Mutex;
///
/// async fn twice(mutex: Mutex) {
///     mutex.lock().await;
///     mutex.lock().await; // waits for itself, for ever
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(twice, (Mutex::new(),));
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 1);
/// ```
#[derive(Debug)]
pub struct Mutex {
    lock: Rc<Owned>,
    /// Every task that can name a lock can unlock it.
    grant: Grant,
}

/// A lock that is an object of its own.
#[derive(Debug)]
struct Owned(Lock, InHeap<Owned>);

impl Drop for Owned {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.0.object });
    }
}

/// The lock itself, also as a part of another primitive.
#[derive(Debug)]
pub(crate) struct Lock {
    object: ObjectId,
    is_locked: Cell<bool>,
    waiters: RefCell<WaitQueue<()>>,
}

impl Default for Mutex {
    fn default() -> Self {
        Self::new()
    }
}

impl Mutex {
    /// `var mu sync.Mutex`
    pub fn new() -> Mutex {
        let object = engine::make(ObjectKind::Mutex, 0, ObjectId::OUTSIDE);
        Mutex { lock: Rc::new(Owned(Lock::new(object), InHeap::new())), grant: Grant::new(object, Right::Send) }
    }

    /// The same without a holder: whoever makes it records who can reach it.
    #[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
    pub(crate) fn unheld() -> Mutex {
        Mutex { grant: Grant::nothing(), ..Mutex::new() }
    }

    /// Its id in the trace.
    #[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
    pub(crate) fn object(&self) -> ObjectId {
        self.lock.0.object
    }

    /// `mu.Lock()`
    #[track_caller]
    pub fn lock(&self) -> Single<Acquire<'_>> {
        self.lock_at(Location::caller())
    }

    /// The same for a primitive that is built on this one: its caller waits.
    pub(crate) fn lock_at(&self, at: &'static Location<'static>) -> Single<Acquire<'_>> {
        self.grant.operate();
        self.lock.0.acquire_at(at)
    }

    /// `mu.TryLock()`: whether it was free, and is held now.
    pub fn try_lock(&self) -> bool {
        self.grant.operate();
        engine::operate_at_once() && self.lock.0.try_acquire()
    }

    /// `mu.Unlock()`: hands the lock to the task that waits longest. Ends the program when nobody holds it.
    pub fn unlock(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        if !self.lock.0.is_locked.get() {
            engine::panic(Panic::UnlockOfUnlocked);
            return;
        }
        self.lock.0.pass_on();
    }

    /// How many wait for it.
    pub fn waiters(&self) -> usize {
        engine::look();
        self.lock.0.waiters.borrow().len()
    }
}

impl Lock {
    /// A lock that waits in the name of this object.
    pub(crate) fn new(object: ObjectId) -> Lock {
        Lock { object, is_locked: Cell::new(false), waiters: RefCell::default() }
    }

    pub(crate) fn acquire_at(&self, at: &'static Location<'static>) -> Single<Acquire<'_>> {
        Single::new(Acquire { lock: self, waiter: None }, at)
    }

    pub(crate) fn try_acquire(&self) -> bool {
        let is_free = !self.is_locked.get();
        if is_free {
            self.set(Locked::Yes);
        }
        is_free
    }

    /// Gives the lock to the task that waits longest. It has it before it is polled: no other task can come between.
    pub(crate) fn pass_on(&self) {
        let next = self.waiters.borrow_mut().complete_first(|_| ());
        if next.is_none() {
            self.set(Locked::No);
        }
    }

    /// How many wait for it.
    pub(crate) fn waiters(&self) -> usize {
        self.waiters.borrow().len()
    }

    fn set(&self, locked: Locked) {
        self.is_locked.set(locked == Locked::Yes);
        engine::record(Event::Level { object: self.object, level: u32::from(locked == Locked::Yes) });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Locked {
    Yes,
    No,
}

impl Clone for Mutex {
    fn clone(&self) -> Self {
        Mutex { lock: self.lock.clone(), grant: self.grant.share_here() }
    }
}

impl HandOver for Mutex {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to);
    }
}

impl Share for Mutex {
    fn share(&self, task: TaskId) -> Mutex {
        Mutex { lock: self.lock.clone(), grant: self.grant.share(task) }
    }
}

share_handles! { () Mutex; }

impl Named for Mutex {
    fn object(&self) -> ObjectId {
        self.lock.0.object
    }
}

/// The operation behind [`Mutex::lock`].
#[derive(Debug)]
pub struct Acquire<'m> {
    lock: &'m Lock,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for Acquire<'_> {
    type Output = ();

    fn is_ready(&self) -> bool {
        !self.lock.is_locked.get()
    }

    fn proceed(&mut self) -> Option<()> {
        self.lock.set(Locked::Yes);
        Some(())
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

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    fn abandoned(&mut self) {
        self.lock.pass_on();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.lock.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::MutexLock
    }
}
