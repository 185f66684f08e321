//! `sync.WaitGroup`.

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
use crate::sync::work::{self, Work};
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// Waits for a number of tasks to be done. Every holder can call [`WaitGroup::done`].
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::wait_group::WaitGroup;
///
/// async fn parent() {
///     let group = WaitGroup::new();
///     for number in 0..3 {
///         group.go(async |number: u32| println!("{number} runs"), (number,));
///     }
///     group.wait().await;
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(parent, ());
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[derive(Debug)]
pub struct WaitGroup {
    group: Rc<Group>,
    grant: Grant,
}

#[derive(Debug)]
struct Group {
    object: ObjectId,
    /// Go's counter has 32 bits, and wraps.
    counter: Cell<i32>,
    waiters: RefCell<WaitQueue<()>>,
    _in_heap: InHeap<Group>,
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
        let group = Group { object, counter: Cell::new(0), waiters: RefCell::default(), _in_heap: InHeap::new() };
        WaitGroup { group: Rc::new(group), grant: Grant::new(object, Right::Send) }
    }

    /// The same without a holder: whoever makes it records who can reach it.
    #[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
    pub(crate) fn unheld() -> WaitGroup {
        WaitGroup { grant: Grant::nothing(), ..WaitGroup::new() }
    }

    /// `wg.Add(delta)`: wakes every waiter when the counter becomes 0. Panics when it becomes negative, also because
    /// it went past `1<<31 - 1`; of `delta` the lower 32 bits count.
    ///
    /// A waiter that was woken and has not run yet panics if the counter is not 0 when it runs ("WaitGroup is reused
    /// before previous Wait has returned").
    pub fn add(&self, delta: i64) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        let counter = self.group.counter.get().wrapping_add(delta as i32);
        self.group.counter.set(counter);
        engine::record(Event::Level { object: self.group.object, level: counter as u32 });
        if counter < 0 {
            engine::panic(Panic::NegativeWaitGroup);
            return;
        }
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

    /// `wg.Go(f)`: adds one, and runs `f` as a task of its own that is done when it ends.
    #[track_caller]
    pub fn go<A, W: Work<A, ()>>(&self, f: W, arguments: A) -> TaskId {
        self.add(1);
        let make = |task| {
            let group = self.share(task);
            let running = f.begin(arguments, task);
            async move {
                let _done = group.defer_done();
                running.await;
            }
        };
        work::spawn(work::running_scope(), Location::caller(), make).unwrap_or(TaskId::ROOT)
    }

    /// `wg.Wait()`: waits until the counter is 0; not at all, when it is.
    #[track_caller]
    pub fn wait(&self) -> Single<Wait<'_>> {
        Single::new(Wait { group: &self.group, waiter: None }, Location::caller())
    }

    /// How many wait for it.
    pub fn waiters(&self) -> usize {
        engine::look();
        self.group.waiters.borrow().len()
    }
}

impl HandOver for WaitGroup {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to);
    }
}

impl Share for WaitGroup {
    fn share(&self, task: TaskId) -> WaitGroup {
        WaitGroup { group: self.group.clone(), grant: self.grant.share(task) }
    }
}

share_handles! { () WaitGroup; }

impl Clone for WaitGroup {
    fn clone(&self) -> Self {
        WaitGroup { group: self.group.clone(), grant: self.grant.share_here() }
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

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
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
        if self.group.counter.get() != 0 {
            engine::panic(Panic::WaitGroupReused);
            return None;
        }
        Some(())
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.group.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::WaitGroupWait
    }
}
