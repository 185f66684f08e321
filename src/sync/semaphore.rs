//! `golang.org/x/sync/semaphore`.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context as engine;
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::sync::context::{Context, Error};
use crate::sync::line::Line;
use crate::sync::operation::{CaseNumber, Operation, WaitQueue, Waiter, WaitingTask};
use crate::sync::select::{End, More, Taken, select_at};
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// A semaphore of a size; each holder may hold a part of it. The task that waits first is served first: one that wants
/// much blocks all behind it, though there were enough for them. Every task that has the semaphore can release.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::context::background;
/// use pileup::sync::semaphore::Weighted;
///
/// async fn wants(semaphore: Weighted, weight: u64) {
///     semaphore.acquire(&background(), weight).await.unwrap();
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let semaphore = Weighted::new(10);
///     assert!(semaphore.try_acquire(6));
///     go(wants, (&semaphore, 5)); // waits
///     go(wants, (&semaphore, 1)); // waits behind it
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 2);
/// ```
#[derive(Debug)]
pub struct Weighted {
    inside: Rc<Inside>,
    grant: Grant,
}

#[derive(Debug)]
struct Inside {
    object: ObjectId,
    size: u64,
    taken: Cell<u64>,
    /// Who waits, in the order of arrival, with those who do not any more and have not been passed yet.
    waiters: RefCell<Line<Rc<Want>>>,
    /// About how many of them that are.
    gone: Cell<usize>,
    _in_heap: InHeap<Inside>,
}

/// A task that waits for a weight: a queue of one.
#[derive(Debug)]
struct Want {
    weight: u64,
    queue: RefCell<WaitQueue<()>>,
    _in_heap: InHeap<Want>,
}

impl Weighted {
    /// `semaphore.NewWeighted(size)`
    pub fn new(size: u64) -> Weighted {
        let object = engine::make(ObjectKind::Cond, 0, ObjectId::OUTSIDE);
        let inside = Inside {
            object,
            size,
            taken: Cell::new(0),
            waiters: RefCell::default(),
            gone: Cell::new(0),
            _in_heap: InHeap::new(),
        };
        Weighted { inside: Rc::new(inside), grant: Grant::new(object, Right::Send) }
    }

    /// `sem.Acquire(ctx, n)`: waits for the weight, or until the context is done, and says why it is then. One that is
    /// done already gets nothing; a task that wants more than the whole waits for the context, and blocks nobody.
    ///
    /// # Errors
    /// Why the context is done.
    #[track_caller]
    pub fn acquire(&self, ctx: &Context, weight: u64) -> impl Future<Output = Result<(), Error>> {
        let at = Location::caller();
        async move {
            let done = || ctx.err().map_or(Ok(()), Err);
            done()?;
            if weight > self.inside.size {
                select_at(More::new(ctx.done(), End), at).await;
                return done();
            }
            let acquire = Acquire { inside: &self.inside, weight, place: None };
            match select_at(More::new(ctx.done(), More::new(acquire, End)), at).await {
                Taken::This(_) => done(),
                Taken::Later(_) => done().inspect_err(|_| self.release(weight)),
            }
        }
    }

    /// `sem.TryAcquire(n)`: whether there was enough, and nobody waited; then it is held now.
    pub fn try_acquire(&self, weight: u64) -> bool {
        self.grant.operate();
        let free = engine::operate_at_once() && self.inside.has_room(weight);
        if free {
            self.inside.take(weight);
        }
        free
    }

    /// `sem.Release(n)`: serves the waiters, in order, as far as there is enough. Panics when less is held.
    pub fn release(&self, weight: u64) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        let Some(taken) = self.inside.taken.get().checked_sub(weight) else {
            engine::panic(Panic::SemaphoreReleased);
            return;
        };
        self.inside.set_taken(taken);
        self.inside.serve();
    }

    /// How many wait for it.
    pub fn waiters(&self) -> usize {
        engine::look();
        self.inside.waiters.borrow().iter().filter(|want| want.waits()).count()
    }
}

impl Inside {
    fn has_room(&self, weight: u64) -> bool {
        self.size - self.taken.get() >= weight && !self.waiters.borrow().iter().any(|want| want.waits())
    }

    fn take(&self, weight: u64) {
        self.set_taken(self.taken.get() + weight);
    }

    fn set_taken(&self, taken: u64) {
        self.taken.set(taken);
        let level = u32::try_from(taken).unwrap_or(u32::MAX);
        engine::record(Event::Level { object: self.object, level });
    }

    /// Gives what is free to the waiters, up to the first one that needs more.
    fn serve(&self) {
        let mut waiters = self.waiters.borrow_mut();
        while let Some(first) = waiters.front() {
            if first.waits() {
                if self.size - self.taken.get() < first.weight {
                    break;
                }
                self.take(first.weight);
                first.queue.borrow_mut().complete_first(|_| ());
            } else {
                self.gone.set(self.gone.get().saturating_sub(1));
            }
            waiters.pop_front();
        }
    }

    /// Somebody in the queue does not wait any more. Who stands behind may be served by that.
    fn pass_over(&self) {
        self.gone.set(self.gone.get() + 1);
        self.serve();
        let mut waiters = self.waiters.borrow_mut();
        if self.gone.get() * 2 > waiters.len() {
            waiters.retain(|want| want.waits());
            self.gone.set(0);
        }
    }
}

impl Want {
    fn waits(&self) -> bool {
        self.queue.borrow_mut().has_waiter()
    }
}

impl HandOver for Weighted {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to);
    }
}

impl Share for Weighted {
    fn share(&self, task: TaskId) -> Weighted {
        Weighted { inside: self.inside.clone(), grant: self.grant.share(task) }
    }
}

share_handles! { () Weighted; }

impl Clone for Weighted {
    fn clone(&self) -> Self {
        Weighted { inside: self.inside.clone(), grant: self.grant.share_here() }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

/// The operation behind [`Weighted::acquire`].
struct Acquire<'s> {
    inside: &'s Rc<Inside>,
    weight: u64,
    place: Option<(Rc<Want>, Rc<Waiter<()>>)>,
}

impl Operation for Acquire<'_> {
    type Output = ();

    fn is_ready(&self) -> bool {
        self.inside.has_room(self.weight)
    }

    fn proceed(&mut self) -> Option<()> {
        self.inside.take(self.weight);
        Some(())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
        let want = Rc::new(Want { weight: self.weight, queue: RefCell::default(), _in_heap: InHeap::new() });
        want.queue.borrow_mut().push(waiter.clone());
        self.inside.waiters.borrow_mut().push_back(want.clone());
        self.place = Some((want, waiter));
    }

    fn dequeue(&mut self) {
        if let Some((want, waiter)) = self.place.take() {
            want.queue.borrow_mut().remove(&waiter);
            self.inside.pass_over();
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.place = None;
        Some(())
    }

    /// What was given to one that is gone goes to the next, unless a stranger has released it by now.
    fn abandoned(&mut self) {
        self.inside.set_taken(self.inside.taken.get().saturating_sub(self.weight));
        self.inside.serve();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.inside.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::ChanReceive
    }
}
