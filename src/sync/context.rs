//! Contexts that form a tree, as in Go's package `context`.
//!
//! `cancel()` closes a channel. It stops nobody and waits for nobody.

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use crate::executor::context as engine;
use crate::executor::core;
use crate::executor::hand_over::{HandOver, Plain, Share, share_handles};
use crate::executor::held::{Held, Holder};
use crate::executor::state::Named;
use crate::executor::timers::{Due, Instant, TimerKey, nanos};
use crate::sync::chan::{Chan, Receive, Receiver};
use crate::sync::operation::Alone;
use crate::sync::time::Duration;
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId};

/// Why a context is done. Its texts are Go's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// `context.Canceled`
    Canceled,
    /// `context.DeadlineExceeded`
    DeadlineExceeded,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Canceled => "context canceled",
            Error::DeadlineExceeded => "context deadline exceeded",
        })
    }
}

impl std::error::Error for Error {}

/// What a `Done` channel carries: nothing, ever. It is only closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {}

impl Plain for Nothing {}

#[derive(Debug)]
struct Node {
    done: Rc<Chan<Nothing>>,
    error: Cell<Option<Error>>,
    parent: Option<Rc<Node>>,
    children: RefCell<Vec<Weak<Node>>>,
    deadline: Option<Instant>,
    timer: Cell<Option<TimerKey>>,
}

impl Node {
    fn cancel(&self, error: Error) {
        if self.error.get().is_some() {
            return;
        }
        self.error.set(Some(error));
        self.disarm();
        engine::record(Event::Cancelled { object: self.done.object });
        self.done.close_silently();
        let children = self.children.take();
        children.iter().filter_map(Weak::upgrade).for_each(|child| child.cancel(error));
        if let Some(parent) = &self.parent {
            parent.children.borrow_mut().retain(|child| !std::ptr::eq(child.as_ptr(), self));
        }
    }

    fn disarm(&self) {
        if let Some(key) = self.timer.take() {
            let fired = core::with(|core| core.timers.disarm(key));
            engine::record(Event::Disarmed { object: self.done.object });
            drop(fired);
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.disarm();
        if let Some(parent) = &self.parent {
            // Whatever is dead in the parent's list is this node, or goes with its own drop.
            parent.children.borrow_mut().retain(|child| child.strong_count() > 0);
        }
    }
}

/// A context: who holds one can hear that it is cancelled, and can do nothing to it.
#[derive(Clone, Debug)]
pub struct Context {
    /// `None` is the background: never cancelled, its `Done` channel is nil.
    node: Option<Rc<Node>>,
    done: OnceCell<Receiver<Nothing>>,
}

/// `context.Background()`
pub fn background() -> Context {
    Context { node: None, done: OnceCell::new() }
}

/// `context.WithCancel(parent)`: cancelled by its [`CancelFunc`], or when the parent is.
pub fn with_cancel(parent: &Context) -> (Context, CancelFunc) {
    derive(parent, None)
}

/// `context.WithTimeout(parent, timeout)`: cancelled by its [`CancelFunc`], when the parent is, or at its deadline.
///
/// With a parent whose deadline comes first, the parent's counts.
pub fn with_timeout(parent: &Context, timeout: Duration) -> (Context, CancelFunc) {
    with_deadline(parent, engine::now().after(nanos(timeout)))
}

/// `context.WithDeadline(parent, deadline)`: [`with_timeout`] at a moment; one that has passed cancels at once.
pub fn with_deadline(parent: &Context, deadline: Instant) -> (Context, CancelFunc) {
    if parent.deadline().is_some_and(|parents| parents <= deadline) {
        return derive(parent, None);
    }
    derive(parent, Some(deadline))
}

/// `context.WithoutCancel(parent)`: not cancelled when the parent is, and without its deadline. As contexts carry no
/// values here, that is the background.
pub fn without_cancel(_parent: &Context) -> Context {
    background()
}

fn derive(parent: &Context, own_deadline: Option<Instant>) -> (Context, CancelFunc) {
    let from = parent.node.as_ref().map_or(ObjectId::OUTSIDE, |node| node.done.object);
    let object = engine::make(ObjectKind::Context, 0, from);
    let node = Rc::new(Node {
        done: Rc::new(Chan::done(object)),
        error: Cell::new(None),
        parent: parent.node.clone(),
        children: RefCell::new(Vec::new()),
        deadline: own_deadline.or(parent.deadline()),
        timer: Cell::new(None),
    });
    let cancel = CancelFunc { node: node.clone(), held: Held::new(object, Right::Send) };
    match parent.node.as_ref().map(|parent| (parent, parent.error.get())) {
        Some((_, Some(error))) => node.cancel(error),
        Some((parent, None)) => parent.children.borrow_mut().push(Rc::downgrade(&node)),
        None => {}
    }
    if let Some(deadline) = own_deadline.filter(|_| node.error.get().is_none()) {
        arm(&node, deadline);
    }
    (Context { node: Some(node), done: OnceCell::new() }, cancel)
}

fn arm(node: &Rc<Node>, deadline: Instant) {
    let after_ns = deadline.since(engine::now());
    if after_ns == 0 {
        node.cancel(Error::DeadlineExceeded);
        return;
    }
    let weak = Rc::downgrade(node);
    let expire = move || {
        if let Some(node) = weak.upgrade() {
            node.cancel(Error::DeadlineExceeded);
        }
    };
    let key = core::with(|core| core.arm(after_ns, Due::Call(Box::new(expire))));
    node.timer.set(key);
    engine::record(Event::Armed { object: node.done.object, in_ns: after_ns });
}

impl Context {
    /// `<-ctx.Done()`: waits until the context is cancelled; for ever, on the background's.
    ///
    /// It always gives `None`: the channel carries nothing and is only closed.
    #[track_caller]
    pub fn done(&self) -> Alone<Receive<'_, Nothing>> {
        self.done_channel().receive()
    }

    /// `ctx.Done()`: the channel itself.
    pub fn done_channel(&self) -> &Receiver<Nothing> {
        self.done.get_or_init(|| match &self.node {
            Some(node) => Receiver::bare(&node.done),
            None => Receiver::nil(),
        })
    }

    /// `ctx.Err()`: why the context is done, or `None`. Who looks and sees it has heard the cancel.
    pub fn err(&self) -> Option<Error> {
        let error = self.node.as_ref()?.error.get();
        if error.is_some() {
            engine::record(Event::Heard);
        }
        error
    }

    /// `ctx.Deadline()`
    pub fn deadline(&self) -> Option<Instant> {
        self.node.as_ref()?.deadline
    }

    /// How many contexts hang below this one (for tests: what is cancelled leaves nothing behind).
    pub fn children(&self) -> usize {
        self.node.as_ref().map_or(0, |node| node.children.borrow().len())
    }
}

/// Nothing can be done to a context with it, so whoever holds one matters to nobody's wait.
impl HandOver for Context {
    fn hand_over(&self, _: Holder) {}
}

impl Share for Context {
    fn share(&self, _: TaskId) -> Context {
        Context { node: self.node.clone(), done: OnceCell::new() }
    }
}

share_handles! { () Context; () CancelFunc; }

impl Named for Context {
    fn object(&self) -> ObjectId {
        self.node.as_ref().map_or(ObjectId::OUTSIDE, |node| node.done.object)
    }
}

/// Says that this is the context of the running task's request: when it is cancelled, the request's tasks are told to stop.
pub fn of_request(ctx: &Context) {
    let object = ctx.object();
    core::with(|core| {
        let scope = core.running_scope();
        core.record(Event::ScopeContext { scope, object });
    });
}

/// A context's `cancel`: tells everyone who listens. It may be called more than once; dropping it calls nothing.
#[derive(Debug)]
pub struct CancelFunc {
    node: Rc<Node>,
    held: Held,
}

impl CancelFunc {
    /// `cancel()`
    pub fn cancel(&self) {
        self.held.operate();
        if !engine::operate_at_once() {
            return;
        }
        self.node.cancel(Error::Canceled);
    }

    /// `defer cancel()`: cancels when the guard goes out of scope.
    pub fn defer(&self) -> Deferred<'_> {
        Deferred(self)
    }
}

impl HandOver for CancelFunc {
    fn hand_over(&self, to: Holder) {
        self.held.hand_over(to);
    }
}

impl Share for CancelFunc {
    fn share(&self, task: TaskId) -> CancelFunc {
        CancelFunc { node: self.node.clone(), held: self.held.share(task) }
    }
}

impl Clone for CancelFunc {
    fn clone(&self) -> Self {
        CancelFunc { node: self.node.clone(), held: self.held.share_here() }
    }
}

/// The guard of [`CancelFunc::defer`].
#[derive(Debug)]
#[must_use = "dropped at once, it cancels at once"]
pub struct Deferred<'c>(&'c CancelFunc);

impl Drop for Deferred<'_> {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
