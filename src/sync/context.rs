//! Contexts that form a tree, as in Go's package `context`.
//!
//! `cancel()` closes a channel. It stops nobody and waits for nobody.
//!
//! A tree may be deep and wide: cancelling one and dropping one visit it in a loop, and a child that leaves its parent
//! leaves it without a search.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;
use std::rc::{Rc, Weak};

use crate::executor::context as engine;
use crate::executor::core;
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Plain, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::executor::timers::{Due, Instant, TimerKey};
use crate::sync::chan::{Chan, Receive, Receiver};
use crate::sync::children::{Children, Place};
use crate::sync::failure::Failure;
use crate::sync::operation::Single;
use crate::sync::time::{self, Duration};
use crate::sync::work;
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId};

pub use crate::sync::failure::ContextError as Error;

/// What a `Done` channel carries: nothing, ever. It is only closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {}

impl Plain for Nothing {}

#[derive(Debug)]
struct Node {
    done: Rc<Chan<Nothing>>,
    /// Where everybody hears it. Of this end nobody has a right, so that one will do for all.
    heard_at: Receiver<Nothing>,
    end: RefCell<Option<End>>,
    parent: RefCell<Option<Rc<Node>>>,
    /// Its place among the parent's children.
    place: Cell<Place>,
    children: RefCell<Children<Child>>,
    deadline: Option<Instant>,
    /// What the deadline gives as the cause, if it is another than the error.
    deadline_cause: Option<Failure>,
    timer: Cell<Option<TimerKey>>,
    _in_heap: InHeap<Node>,
}

/// Why a context is done, in the words of `Err` and in those of the caller that cancelled it.
#[derive(Clone, Debug)]
struct End {
    error: Error,
    cause: Failure,
}

impl End {
    fn plain(error: Error) -> End {
        End { error, cause: error.into() }
    }
}

/// A part of the tree that is told when a context is cancelled.
enum Child {
    Context(Weak<Node>),
    Function(Rc<Pending>),
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Child::Context(_) => "Context",
            Child::Function(_) => "Function",
        })
    }
}

impl Node {
    /// Cancels it and everything below it, parents first and children in the order in which they were made.
    fn cancel(&self, end: &End) {
        if !self.cancel_alone(end) {
            return;
        }
        if let Some(parent) = &*self.parent.borrow() {
            parent.disown(&self.place);
        }
        let mut below = Vec::new();
        self.push_children(&mut below);
        while let Some(child) = below.pop() {
            match child {
                Child::Context(node) => {
                    if let Some(node) = node.upgrade()
                        && node.cancel_alone(end)
                    {
                        node.push_children(&mut below);
                    }
                }
                Child::Function(function) => function.run(),
            }
        }
    }

    /// Whether it was not cancelled before.
    fn cancel_alone(&self, end: &End) -> bool {
        if self.end.borrow().is_some() {
            return false;
        }
        *self.end.borrow_mut() = Some(end.clone());
        self.disarm();
        engine::record(Event::Cancelled { object: self.done.object });
        self.done.close_silently();
        true
    }

    /// Moves its children to the end of `below`, the first one last.
    fn push_children(&self, below: &mut Vec<Child>) {
        let before = below.len();
        below.extend(self.children.take().into_iter());
        below[before..].reverse();
    }

    fn disown(&self, place: &Cell<Place>) {
        let replaced = |child: &Child, to: Place| match child {
            Child::Context(node) => node.upgrade().into_iter().for_each(|node| node.place.set(to)),
            Child::Function(function) => function.place.set(to),
        };
        let removed = self.children.borrow_mut().remove(place.replace(Place::NOWHERE), replaced);
        drop(removed);
    }

    fn error(&self) -> Option<Error> {
        self.end.borrow().as_ref().map(|end| end.error)
    }

    fn disarm(&self) {
        time::disarm(self.done.object, &self.timer);
    }

    /// Gives back its timer and its place, and what it was derived from.
    fn leave(&self) -> Option<Rc<Node>> {
        self.disarm();
        let parent = self.parent.take();
        if let Some(parent) = &parent {
            parent.disown(&self.place);
        }
        parent
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // A parent that held only this one holds nothing any more: a chain is dropped link by link, not one inside of
        // the other.
        let mut parent = self.leave();
        while let Some(node) = parent.and_then(Rc::into_inner) {
            parent = node.leave();
        }
    }
}

/// A context: its holder can hear that it is cancelled, and can do nothing to it.
#[derive(Clone, Debug)]
pub struct Context {
    /// `None` is never cancelled: the background, and what is derived from it without a cancel. Its `Done` is nil.
    node: Option<Rc<Node>>,
    values: Option<Rc<Value>>,
}

/// `context.Background()`
pub fn background() -> Context {
    Context::of(None, None)
}

/// `context.WithCancel(parent)`: cancelled by its [`CancelFunc`], or when the parent is.
pub fn with_cancel(parent: &Context) -> (Context, CancelFunc) {
    derive(parent, None, None)
}

/// `context.WithCancelCause(parent)`: [`with_cancel`], whose cancel says why.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::sync::context::{background, cause, with_cancel_cause};
///
/// Engine::new(Config::default()).start(|| {
///     let (ctx, cancel) = with_cancel_cause(&background());
///     cancel.cancel(Some("the disk is full".into()));
///     assert_eq!(ctx.err().unwrap().to_string(), "context canceled");
///     assert_eq!(cause(&ctx).unwrap().to_string(), "the disk is full");
/// });
/// ```
pub fn with_cancel_cause(parent: &Context) -> (Context, CancelCauseFunc) {
    let (ctx, cancel) = derive(parent, None, None);
    (ctx, CancelCauseFunc(cancel))
}

/// `context.WithTimeout(parent, timeout)`: cancelled by its [`CancelFunc`], when the parent is, or at its deadline.
///
/// With a parent whose deadline comes first, the parent's counts.
pub fn with_timeout(parent: &Context, timeout: Duration) -> (Context, CancelFunc) {
    with_deadline(parent, time::later(engine::now(), timeout))
}

/// `context.WithTimeoutCause(parent, timeout, cause)`: [`with_timeout`], whose deadline says why. A cancel before does
/// not.
pub fn with_timeout_cause(parent: &Context, timeout: Duration, cause: Failure) -> (Context, CancelFunc) {
    with_deadline_cause(parent, time::later(engine::now(), timeout), cause)
}

/// `context.WithDeadline(parent, deadline)`: [`with_timeout`] at a moment; one that has passed cancels at once.
pub fn with_deadline(parent: &Context, deadline: Instant) -> (Context, CancelFunc) {
    derive(parent, Some(deadline), None)
}

/// `context.WithDeadlineCause(parent, deadline, cause)`
pub fn with_deadline_cause(parent: &Context, deadline: Instant, cause: Failure) -> (Context, CancelFunc) {
    derive(parent, Some(deadline), Some(cause))
}

/// `context.WithoutCancel(parent)`: has the parent's values, and is not cancelled when the parent is, nor at its deadline.
pub fn without_cancel(parent: &Context) -> Context {
    Context::of(None, parent.values.clone())
}

/// `context.WithValue(parent, key, value)`: the parent, with one value more.
///
/// Two keys are the same if they have the same type and are equal.
///
/// ```
/// use pileup::executor::spawn::Plain;
/// use pileup::sync::context::{background, with_value};
///
/// #[derive(PartialEq)]
/// struct User;
/// impl Plain for User {}
///
/// let ctx = with_value(&background(), User, "gopher");
/// assert_eq!(ctx.value::<&str>(&User), Some(&"gopher"));
/// assert_eq!(background().value::<&str>(&User), None);
/// ```
pub fn with_value<K: Plain + PartialEq, V: Plain>(parent: &Context, key: K, value: V) -> Context {
    let may_hide = K::MAY_HIDE_HANDLES || V::MAY_HIDE_HANDLES;
    let hides =
        if may_hide { Hides::Maybe } else { parent.values.as_ref().map_or(Hides::Nothing, |above| above.hides) };
    let value = Value {
        pair: Box::new(Pair { key, value, _in_heap: InHeap::new() }),
        next: parent.values.clone(),
        hides,
        _in_heap: InHeap::new(),
    };
    Context::of(parent.node.clone(), Some(Rc::new(value)))
}

/// `context.Cause(ctx)`: why the context is done in the words of who cancelled it, [`Context::err`] if they said nothing,
/// or `None`. A task that looks and sees it has heard the cancel.
pub fn cause(ctx: &Context) -> Option<Failure> {
    engine::look();
    let cause = ctx.node.as_ref()?.end.borrow().as_ref().map(|end| end.cause.clone());
    if cause.is_some() {
        engine::record(Event::Heard);
    }
    cause
}

fn derive(parent: &Context, deadline: Option<Instant>, cause: Option<Failure>) -> (Context, CancelFunc) {
    let parents = parent.deadline();
    let own_deadline = deadline.filter(|own| parents.is_none_or(|parents| *own < parents));
    let from = parent.node.as_ref().map_or(ObjectId::OUTSIDE, |node| node.done.object);
    let object = engine::make(ObjectKind::Context, 0, from);
    let done = Rc::new(Chan::done(object));
    let node = Rc::new(Node {
        heard_at: Receiver::bare(&done),
        done,
        end: RefCell::new(None),
        parent: RefCell::new(parent.node.clone()),
        place: Cell::new(Place::NOWHERE),
        children: RefCell::default(),
        deadline: own_deadline.or(parents),
        deadline_cause: cause,
        timer: Cell::new(None),
        _in_heap: InHeap::new(),
    });
    let cancel = CancelFunc { node: node.clone(), grant: Grant::new(object, Right::Send) };
    if let Some(parent) = &parent.node {
        let end = parent.end.borrow().clone();
        match end {
            Some(end) => node.cancel(&end),
            None => node.place.set(parent.children.borrow_mut().push(Child::Context(Rc::downgrade(&node)))),
        }
    }
    if let Some(deadline) = own_deadline.filter(|_| node.error().is_none()) {
        arm(&node, deadline);
    }
    (Context::of(Some(node), parent.values.clone()), cancel)
}

fn arm(node: &Rc<Node>, deadline: Instant) {
    if deadline <= engine::now() {
        expire(node);
        return;
    }
    let weak = Rc::downgrade(node);
    let what = Due::Call(Box::new(move || weak.upgrade().iter().for_each(expire)));
    node.timer.set(time::arm_at(deadline, what));
    time::record_armed(node.done.object, deadline);
}

fn expire(node: &Rc<Node>) {
    let error = Error::DeadlineExceeded;
    let cause = node.deadline_cause.clone().unwrap_or(error.into());
    node.cancel(&End { error, cause });
}

impl Context {
    fn of(node: Option<Rc<Node>>, values: Option<Rc<Value>>) -> Context {
        Context { node, values }
    }

    /// `<-ctx.Done()`: waits until the context is cancelled; for ever, on the background's.
    ///
    /// It always gives `None`: the channel carries nothing and is only closed.
    #[track_caller]
    pub fn done(&self) -> Single<Receive<'_, Nothing>> {
        self.done_channel().receive()
    }

    /// `ctx.Done()`: the channel itself.
    pub fn done_channel(&self) -> &Receiver<Nothing> {
        self.node.as_ref().map_or(Receiver::NIL, |node| &node.heard_at)
    }

    /// `ctx.Err()`: why the context is done, or `None`. A task that looks and sees it has heard the cancel.
    pub fn err(&self) -> Option<Error> {
        engine::look();
        let error = self.node.as_ref()?.error();
        if error.is_some() {
            engine::record(Event::Heard);
        }
        error
    }

    /// `ctx.Deadline()`
    pub fn deadline(&self) -> Option<Instant> {
        engine::look();
        self.node.as_ref()?.deadline
    }

    /// `ctx.Value(key)`: what [`with_value`] put under this key, here or nearest above; `None` too when that is no `V`.
    pub fn value<V: Plain>(&self, key: &dyn Any) -> Option<&V> {
        engine::look();
        let mut next = self.values.as_ref();
        while let Some(value) = next {
            if let Some(found) = value.pair.find(key) {
                return found.downcast_ref();
            }
            next = value.next.as_ref();
        }
        None
    }

    /// How many contexts and functions hang below this one (for tests: what is cancelled leaves nothing behind).
    pub fn children(&self) -> usize {
        engine::look();
        self.node.as_ref().map_or(0, |node| node.children.borrow().len())
    }
}

/// Nothing can be done to a context with it, so its holder matters to nobody's wait. Its values may.
impl HandOver for Context {
    fn hand_over(&self, to: Holder) {
        if self.values.as_ref().is_some_and(|values| values.hides == Hides::Maybe) {
            engine::expose(to);
        }
    }
}

impl Share for Context {
    fn share(&self, task: TaskId) -> Context {
        self.hand_over(Holder::Task(task));
        Context::of(self.node.clone(), self.values.clone())
    }
}

share_handles! { () Context; () CancelFunc; () CancelCauseFunc; }

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

/// One value of a context, and those above it.
struct Value {
    pair: Box<dyn Find>,
    next: Option<Rc<Value>>,
    /// Whether it or one above it could own a handle.
    hides: Hides,
    _in_heap: InHeap<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hides {
    Nothing,
    Maybe,
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

struct Pair<K, V> {
    key: K,
    value: V,
    _in_heap: InHeap<Pair<K, V>>,
}

trait Find {
    /// The value, if this is its key.
    fn find(&self, key: &dyn Any) -> Option<&dyn Any>;
}

impl<K: PartialEq + 'static, V: 'static> Find for Pair<K, V> {
    fn find(&self, key: &dyn Any) -> Option<&dyn Any> {
        (key.downcast_ref() == Some(&self.key)).then_some(&self.value)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut value) = next.and_then(Rc::into_inner) {
            next = value.next.take();
        }
    }
}

/// A context's `cancel`: tells every listener. It may be called more than once; dropping it calls nothing.
#[derive(Debug)]
pub struct CancelFunc {
    node: Rc<Node>,
    grant: Grant,
}

impl CancelFunc {
    /// `cancel()`
    pub fn cancel(&self) {
        self.cancel_with(&End::plain(Error::Canceled));
    }

    fn cancel_with(&self, end: &End) {
        self.grant.operate();
        if engine::operate_at_once() {
            self.node.cancel(end);
        }
    }

    /// `defer cancel()`: cancels when the guard goes out of scope.
    pub fn defer(&self) -> Deferred<'_> {
        Deferred(self)
    }
}

impl HandOver for CancelFunc {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to);
    }
}

impl Share for CancelFunc {
    fn share(&self, task: TaskId) -> CancelFunc {
        CancelFunc { node: self.node.clone(), grant: self.grant.share(task) }
    }
}

impl Clone for CancelFunc {
    fn clone(&self) -> Self {
        CancelFunc { node: self.node.clone(), grant: self.grant.share_here() }
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

/// The `cancel` of [`with_cancel_cause`].
#[derive(Debug)]
pub struct CancelCauseFunc(CancelFunc);

impl CancelCauseFunc {
    /// `cancel(cause)`. `None` is Go's nil: the cause is what [`Context::err`] says.
    pub fn cancel(&self, cause: Option<Failure>) {
        let error = Error::Canceled;
        self.0.cancel_with(&End { error, cause: cause.unwrap_or(error.into()) });
    }
}

impl HandOver for CancelCauseFunc {
    fn hand_over(&self, to: Holder) {
        self.0.hand_over(to);
    }
}

impl Share for CancelCauseFunc {
    fn share(&self, task: TaskId) -> CancelCauseFunc {
        CancelCauseFunc(self.0.share(task))
    }
}

/// A function that waits for a cancel.
struct Pending {
    place: Cell<Place>,
    begin: Cell<Option<Box<dyn FnOnce()>>>,
    _in_heap: InHeap<Pending>,
}

impl Pending {
    fn run(&self) {
        self.place.set(Place::NOWHERE);
        if let Some(begin) = self.begin.take() {
            begin();
        }
    }
}

/// `context.AfterFunc(ctx, f)`: runs `f` as a task of its own once the context is done, in the scope of who asked for it;
/// at once, if it is done already.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::sync::context::{after_func, background, with_cancel};
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let (ctx, cancel) = with_cancel(&background());
///     let stop = after_func(&ctx, async || println!("told"));
///     let other = after_func(&ctx, async || unreachable!());
///     assert!(other.stop());
///     cancel.cancel();
///     assert!(!stop.stop());
/// });
/// assert_eq!(engine.tasks_alive(), 1); // in a task of its own
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[track_caller]
pub fn after_func<F: AsyncFnOnce() + 'static>(ctx: &Context, f: F) -> StopFunc {
    work::expose_maker::<F>();
    let (scope, at) = (work::running_scope(), Location::caller());
    let in_heap = InHeap::<F>::new();
    let begin: Box<dyn FnOnce()> = Box::new(move || {
        drop(in_heap);
        work::spawn(scope, at, |task| {
            work::expose_task::<F>(task);
            async move { f().await }
        });
    });
    let function =
        Rc::new(Pending { place: Cell::new(Place::NOWHERE), begin: Cell::new(Some(begin)), _in_heap: InHeap::new() });
    match &ctx.node {
        Some(node) if node.error().is_some() => function.run(),
        Some(node) => {
            let place = node.children.borrow_mut().push(Child::Function(function.clone()));
            function.place.set(place);
        }
        None => {}
    }
    StopFunc { node: ctx.node.clone(), function }
}

/// The `stop` of [`after_func`]. Dropping it stops nothing, as long as anybody holds the context, one below it, or its
/// cancel: without them it can never be done.
pub struct StopFunc {
    node: Option<Rc<Node>>,
    function: Rc<Pending>,
}

impl StopFunc {
    /// `stop()`: whether the call keeps the function from running. One that runs already is not stopped.
    pub fn stop(&self) -> bool {
        let stopped = self.function.begin.take();
        if let Some(node) = self.node.as_ref().filter(|_| stopped.is_some()) {
            node.disown(&self.function.place);
        }
        stopped.is_some()
    }
}
