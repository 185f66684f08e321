//! `sync.Once`, `sync.OnceFunc`, `sync.OnceValue`.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context;
use crate::executor::hand_over::{Argument, HandOver, Share, share_handles};
use crate::executor::heap::{Counted, InHeap};
use crate::executor::holder::Holder;
use crate::sync::mutex::Mutex;
use crate::sync::panics::{Panicked, panic_again, recover};
use crate::sync::select::forever;
use crate::trace::event::TaskId;

/// Runs one function once. Who calls while it runs waits for its end, in `sync.Mutex.Lock` as in Go (recorded in
/// `tests/go/semantics/waits.txt`); so a call inside of the function itself waits for ever.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::once::Once;
///
/// async fn caller(once: Once) {
///     once.call(async || println!("only the first one says this")).await;
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let once = Once::new();
///     go(caller, (&once,));
///     go(caller, (&once,));
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Once {
    done: Rc<Counted<Cell<bool>>>,
    running: Mutex,
}

impl Once {
    /// `var once sync.Once`
    pub fn new() -> Once {
        Once::default()
    }

    /// `once.Do(f)`: returns once `f` has returned, whichever task called it.
    ///
    /// An `f` that is dropped before it returns counts as done, as one that panics does in Go.
    #[track_caller]
    pub fn call<F: AsyncFnOnce()>(&self, f: F) -> impl Future<Output = ()> {
        self.call_at(Location::caller(), f)
    }

    async fn call_at<F: AsyncFnOnce()>(&self, at: &'static Location<'static>, f: F) {
        if self.done.get() {
            return;
        }
        self.running.lock_at(at).await;
        let _deferred = Deferred { once: self };
        if !self.done.get() {
            f().await;
        }
    }

    /// Whether its function has returned.
    pub fn is_done(&self) -> bool {
        context::look();
        self.done.get()
    }
}

/// Go's `defer once.mu.Unlock()` and, before it, `defer once.done.Store(true)`.
struct Deferred<'o> {
    once: &'o Once,
}

impl Drop for Deferred<'_> {
    fn drop(&mut self) {
        self.once.done.set(true);
        self.once.running.unlock();
    }
}

impl HandOver for Once {
    fn hand_over(&self, to: Holder) {
        self.running.hand_over(to);
    }
}

impl Share for Once {
    fn share(&self, task: TaskId) -> Once {
        Once { done: self.done.clone(), running: self.running.share(task) }
    }
}

share_handles! { () Once; }

/// `sync.OnceFunc(f)`: a function that runs `f` at its first call only.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::once::once_func;
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(
///         async || {
///             let hello = once_func(async || println!("said once"));
///             hello.call().await;
///             hello.call().await;
///         },
///         (),
///     );
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
pub fn once_func<F: AsyncFnOnce()>(f: F) -> OnceFunc<F> {
    once_value(f)
}

/// `sync.OnceValue(f)`: a function that runs `f` at its first call, and gives what that gave at each.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::once::once_value;
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(
///         async || {
///             let mut calls = 0;
///             let count = once_value(async || {
///                 calls += 1;
///                 calls
///             });
///             assert_eq!((count.call().await, count.call().await), (1, 1));
///         },
///         (),
///     );
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
pub fn once_value<F: AsyncFnOnce() -> T, T: Clone>(f: F) -> OnceValue<F, T> {
    let inside = Value { once: Once::new(), f: Cell::new(Some(f)), ended: RefCell::new(None), _in_heap: InHeap::new() };
    OnceValue { inside: Rc::new(inside) }
}

/// What [`once_func`] gives. A clone is the same function.
pub type OnceFunc<F> = OnceValue<F, ()>;

/// What [`once_value`] gives. A clone is the same function.
pub struct OnceValue<F, T> {
    inside: Rc<Value<F, T>>,
}

struct Value<F, T> {
    once: Once,
    f: Cell<Option<F>>,
    /// How its function ended.
    ended: RefCell<Option<Result<T, Panicked>>>,
    _in_heap: InHeap<Value<F, T>>,
}

impl<F: AsyncFnOnce() -> T, T: Clone> OnceValue<F, T> {
    /// Calls it. Whoever calls while the function runs waits for its end. A panic of the function is everybody's who calls.
    /// A function that was dropped before it returned gives nothing: whoever calls after that waits for ever.
    #[track_caller]
    pub fn call(&self) -> impl Future<Output = T> {
        let at = Location::caller();
        async move {
            let Value { once, f, ended, .. } = &*self.inside;
            let run = async || {
                if let Some(f) = f.take() {
                    let end = recover(f()).await;
                    ended.replace(Some(end));
                }
            };
            once.call_at(at, run).await;
            loop {
                let end = ended.borrow().clone();
                match end {
                    Some(Ok(value)) => return value,
                    Some(Err(panicked)) => match panic_again(panicked).await {},
                    None => forever().await,
                }
            }
        }
    }
}

impl<F, T> Clone for OnceValue<F, T> {
    fn clone(&self) -> Self {
        OnceValue { inside: self.inside.clone() }
    }
}

/// The function is shared memory, with its lock and whatever it owns in it.
impl<F: 'static, T: 'static> HandOver for OnceValue<F, T> {
    fn hand_over(&self, to: Holder) {
        self.inside.once.hand_over(Holder::Anybody);
        context::expose(to);
    }
}

impl<F: 'static, T: 'static> Argument for &OnceValue<F, T> {
    type Given = OnceValue<F, T>;

    fn give(self, task: TaskId) -> OnceValue<F, T> {
        self.hand_over(Holder::Task(task));
        self.clone()
    }
}
