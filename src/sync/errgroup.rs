//! `golang.org/x/sync/errgroup`.

use std::cell::RefCell;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context as engine;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::select;
use crate::sync::chan::{self, Receiver, Sender};
use crate::sync::context::{self, CancelCauseFunc, Context};
use crate::sync::failure::Failure;
use crate::sync::operation::Operation as _;
use crate::sync::select::{End, More, select_at};
use crate::sync::wait_group::WaitGroup;
use crate::sync::work::{self, Work};
use crate::trace::event::{Panic, TaskId};

/// What a function of a group returns: Go's `error`, `Ok` for nil.
pub type Outcome = Result<(), Failure>;

/// Tasks that work on one thing: a task that waits for them is given the first error.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::context::{Context, background};
/// use pileup::sync::errgroup::{self, Outcome};
///
/// async fn fails() -> Outcome {
///     Err("the disk is full".into())
/// }
///
/// async fn listens(ctx: Context) -> Outcome {
///     ctx.done().await;
///     Ok(())
/// }
///
/// async fn parent() {
///     let (group, ctx) = errgroup::with_context(&background());
///     group.go(fails, ()).await;
///     group.go(listens, (&ctx,)).await;
///     assert_eq!(group.wait().await.unwrap_err().to_string(), "the disk is full");
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
pub struct Group {
    tasks: WaitGroup,
    cancel: Option<CancelCauseFunc>,
    shared: Rc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// As many places as tasks may run, if that is bounded: a task that begins sends into it, one that ends receives
    /// from it.
    places: RefCell<Option<(Sender<()>, Receiver<()>)>>,
    failure: RefCell<Option<Failure>>,
    _in_heap: InHeap<Shared>,
}

impl Default for Group {
    fn default() -> Self {
        Self::new()
    }
}

/// `errgroup.WithContext(ctx)`: a group with a context that is cancelled at the first error, and when [`Group::wait`]
/// returns.
pub fn with_context(parent: &Context) -> (Group, Context) {
    let (ctx, cancel) = context::with_cancel_cause(parent);
    (Group { cancel: Some(cancel), ..Group::new() }, ctx)
}

impl Group {
    /// `var g errgroup.Group`
    pub fn new() -> Group {
        Group { tasks: WaitGroup::new(), cancel: None, shared: Rc::default() }
    }

    /// `g.SetLimit(n)`: at most `limit` tasks run at once; `None` is Go's negative number, no limit. Panics while tasks run
    /// under a limit.
    pub fn set_limit(&self, limit: Option<usize>) {
        let active = self.shared.places.borrow().as_ref().is_some_and(|(places, _)| !places.is_empty());
        if active && limit.is_some() {
            engine::panic(Panic::GroupLimit);
            return;
        }
        let places = limit.map(chan::make);
        // A holder of the group has these, too.
        places.hand_over(Holder::Anybody);
        drop(self.shared.places.replace(places));
    }

    /// `g.Go(f)`: runs `f` as a task of its own. Waits first, in `chan send`, while as many run as may.
    #[track_caller]
    pub fn go<A, W: Work<A, Outcome>>(&self, f: W, arguments: A) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            if let Some((places, _)) = self.places() {
                select_at(More::new(places.send(()), End), at).await;
            }
            self.spawn(f, arguments, at);
        }
    }

    /// `g.TryGo(f)`: runs `f` as [`Group::go`] does if fewer run than may, and says whether it does.
    #[track_caller]
    pub fn try_go<A, W: Work<A, Outcome>>(&self, f: W, arguments: A) -> impl Future<Output = bool> {
        let at = Location::caller();
        async move {
            if let Some((places, _)) = self.places() {
                let free = select! {
                    _ = places.send(()) => true,
                    default => false,
                };
                if !free {
                    return false;
                }
            }
            self.spawn(f, arguments, at);
            true
        }
    }

    fn spawn<A, W: Work<A, Outcome>>(&self, f: W, arguments: A, at: &'static Location<'static>) {
        self.tasks.add(1);
        let make = |task| {
            let group = self.share(task);
            let ends = self.shared.places.borrow().as_ref().map(|(_, ends)| ends.share(task));
            let running = f.begin(arguments, task);
            async move {
                let ended = Ended { group, ends };
                if let Err(failure) = running.await {
                    ended.group.fail(failure);
                }
            }
        };
        work::spawn(work::running_scope(), at, make);
    }

    /// Handles of the places, for as long as the running task needs them.
    fn places(&self) -> Option<(Sender<()>, Receiver<()>)> {
        self.shared.places.borrow().clone()
    }

    fn fail(&self, failure: Failure) {
        if self.shared.failure.borrow().is_some() {
            return;
        }
        self.shared.failure.replace(Some(failure.clone()));
        self.cancel.iter().for_each(|cancel| cancel.cancel(Some(failure.clone())));
    }

    /// `g.Wait()`: waits until all tasks have ended, and gives the first error of any.
    ///
    /// # Errors
    /// What the first function to fail returned.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Outcome> {
        let ended = self.tasks.wait();
        async move {
            ended.await;
            let failure = self.shared.failure.borrow().clone();
            self.cancel.iter().for_each(|cancel| cancel.cancel(failure.clone()));
            failure.map_or(Ok(()), Err)
        }
    }
}

impl HandOver for Group {
    fn hand_over(&self, to: Holder) {
        self.tasks.hand_over(to);
        self.cancel.iter().for_each(|cancel| cancel.hand_over(to));
    }
}

impl Share for Group {
    fn share(&self, task: TaskId) -> Group {
        let cancel = self.cancel.as_ref().map(|cancel| cancel.share(task));
        Group { tasks: self.tasks.share(task), cancel, shared: self.shared.clone() }
    }
}

share_handles! { () Group; }

impl Clone for Group {
    fn clone(&self) -> Self {
        self.share(engine::maker())
    }
}

/// Go's `defer g.done()`: gives the task's place back, and is done.
struct Ended {
    group: Group,
    ends: Option<Receiver<()>>,
}

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(mut place) = self.ends.as_ref().map(Receiver::receive)
            && place.is_ready()
        {
            place.proceed();
        }
        self.group.tasks.done();
    }
}
