//! `sync.WaitGroup`.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context as engine;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::held::{Held, Holder};
use crate::executor::state::Named;
use crate::sync::operation::{Alone, CaseNumber, Operation, Party, WaitQueue, Waiter};
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// Waits for a number of tasks to be done. Whoever holds it can call [`WaitGroup::done`].
#[derive(Debug)]
pub struct WaitGroup {
    group: Rc<Group>,
    held: Held,
}

#[derive(Debug)]
struct Group {
    object: ObjectId,
    counter: Cell<i64>,
    waiters: RefCell<WaitQueue<()>>,
}

impl Default for WaitGroup {
    fn default() -> Self {
        Self::new()
    }
}

impl WaitGroup {
    /// `var wg sync.WaitGroup`
    pub fn new() -> WaitGroup {
        let object = engine::make(ObjectKind::WaitGroup, 0, ObjectId::OUTSIDE);
        let group = Group { object, counter: Cell::new(0), waiters: RefCell::default() };
        WaitGroup { group: Rc::new(group), held: Held::new(object, Right::Send) }
    }

    /// `wg.Add(delta)`: panics when the counter becomes negative; wakes everyone who waits when it becomes 0.
    pub fn add(&self, delta: i64) {
        self.held.operate();
        if !engine::operate_at_once() {
            return;
        }
        let counter = self.group.counter.get() + delta;
        if counter < 0 {
            engine::panic(Panic::NegativeWaitGroup);
            return;
        }
        self.group.counter.set(counter);
        let level = u32::try_from(counter).unwrap_or(u32::MAX);
        engine::record(Event::Level { object: self.group.object, level });
        if counter == 0 {
            self.group.waiters.borrow_mut().complete_all();
        }
    }

    /// `wg.Done()`
    pub fn done(&self) {
        self.add(-1);
    }

    /// `defer wg.Done()`: done when the guard goes out of scope.
    pub fn defer_done(&self) -> DeferredDone<'_> {
        DeferredDone(self)
    }

    /// `wg.Wait()`: waits until the counter is 0; not at all, when it is.
    #[track_caller]
    pub fn wait(&self) -> Alone<Wait<'_>> {
        Alone::new(Wait { group: &self.group, waiter: None }, Location::caller())
    }

    /// How many wait for it.
    pub fn waiters(&self) -> usize {
        self.group.waiters.borrow().len()
    }
}

impl HandOver for WaitGroup {
    fn hand_over(&self, to: Holder) {
        self.held.hand_over(to);
    }
}

impl Share for WaitGroup {
    fn share(&self, task: TaskId) -> WaitGroup {
        WaitGroup { group: self.group.clone(), held: self.held.share(task) }
    }
}

share_handles! { () WaitGroup; }

impl Clone for WaitGroup {
    fn clone(&self) -> Self {
        WaitGroup { group: self.group.clone(), held: self.held.share_here() }
    }
}

impl Named for WaitGroup {
    fn object(&self) -> ObjectId {
        self.group.object
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

/// The guard of [`WaitGroup::defer_done`].
#[derive(Debug)]
#[must_use = "dropped at once, it is done at once"]
pub struct DeferredDone<'g>(&'g WaitGroup);

impl Drop for DeferredDone<'_> {
    fn drop(&mut self) {
        self.0.done();
    }
}

/// The operation behind [`WaitGroup::wait`].
#[derive(Debug)]
pub struct Wait<'g> {
    group: &'g Rc<Group>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for Wait<'_> {
    type Output = ();

    fn is_ready(&self) -> bool {
        self.group.counter.get() == 0
    }

    fn proceed(&mut self) -> Option<()> {
        Some(())
    }

    fn enqueue(&mut self, party: &Rc<Party>, case: CaseNumber) {
        let waiter = Waiter::new(party, case, None);
        self.group.waiters.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.group.waiters.borrow_mut().remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.group.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::WaitGroupWait
    }
}
