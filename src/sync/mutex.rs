//! `sync.Mutex`: handed over in the order in which it was asked for (Go promises no order; its starvation mode is this).

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context::{self as engine, Held};
use crate::executor::spawn::{Argument, HandOver};
use crate::sync::operation::{Alone, Operation, Party, WaitQueue, Waiter};
use crate::trace::event::{ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// A lock. Not bound to the task that locked it: any task may unlock it.
#[derive(Clone, Debug)]
pub struct Mutex {
    lock: Rc<Lock>,
}

#[derive(Debug)]
struct Lock {
    object: ObjectId,
    /// Who holds the lock, if anybody does, which is who can free the ones that wait for it.
    holder: RefCell<Option<Held>>,
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
        let lock = Lock { object, holder: RefCell::default(), waiters: RefCell::default() };
        Mutex { lock: Rc::new(lock) }
    }

    /// `mu.Lock()`
    #[track_caller]
    pub fn lock(&self) -> Alone<Acquire<'_>> {
        self.lock_at(Location::caller())
    }

    /// The same for a primitive that is built on this one: its caller waits.
    pub(crate) fn lock_at(&self, at: &'static Location<'static>) -> Alone<Acquire<'_>> {
        Alone::new(Acquire { lock: &self.lock, waiter: None }, at)
    }

    /// `mu.TryLock()`: whether it was free, and is held now.
    pub fn try_lock(&self) -> bool {
        let free = self.lock.holder.borrow().is_none();
        if free {
            self.lock.hold(engine::running());
        }
        free
    }

    /// `mu.Unlock()`: hands the lock to who waits longest. Ends the program when nobody holds it.
    pub fn unlock(&self) {
        if self.lock.holder.borrow().is_none() {
            engine::panic(Panic::UnlockOfUnlocked);
            return;
        }
        self.lock.hand_on();
    }

    /// How many wait for it.
    pub fn waiters(&self) -> usize {
        self.lock.waiters.borrow().len()
    }
}

impl Lock {
    fn hold(&self, task: TaskId) {
        *self.holder.borrow_mut() = Some(Held::by(self.object, Right::Send, task));
    }

    /// Gives the lock to who waits longest. It is theirs before they are polled: nobody can come between.
    fn hand_on(&self) {
        drop(self.holder.take());
        let next = self.waiters.borrow_mut().complete_first(|waiter| waiter.task());
        if let Some(task) = next {
            self.hold(task);
        }
    }
}

impl HandOver for Mutex {
    fn hand_over(&self, _: TaskId) {}
}

impl Argument for &Mutex {
    type Given = Mutex;

    fn give(self, _: TaskId) -> Mutex {
        self.clone()
    }
}

/// The operation behind [`Mutex::lock`].
#[derive(Debug)]
pub struct Acquire<'m> {
    lock: &'m Rc<Lock>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for Acquire<'_> {
    type Output = ();

    fn is_ready(&self) -> bool {
        self.lock.holder.borrow().is_none()
    }

    fn proceed(&mut self) -> Option<()> {
        self.lock.hold(engine::running());
        Some(())
    }

    fn enqueue(&mut self, party: &Rc<Party>, case: u8) {
        let waiter = Waiter::new(party, case, None);
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
        self.lock.hand_on();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.lock.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::MutexLock
    }
}
