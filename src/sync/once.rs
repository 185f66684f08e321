//! `sync.Once`.

use std::cell::Cell;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::held::Holder;
use crate::sync::mutex::Mutex;
use crate::trace::event::TaskId;

/// Runs one function once. Who calls while it runs waits for its end, in `sync.Mutex.Lock` as in Go (recorded in
/// `tests/go/semantics/waits.txt`); so a call inside of the function itself waits for ever.
///
/// ```
/// use pileup::executor::config::Config;
/// use pileup::executor::engine::Engine;
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
    done: Rc<Cell<bool>>,
    running: Mutex,
}

impl Once {
    /// `var once sync.Once`
    pub fn new() -> Once {
        Once::default()
    }

    /// `once.Do(f)`: returns once `f` has returned, whoever called it.
    ///
    /// An `f` that is dropped before it returns counts as done, as one that panics does in Go.
    #[track_caller]
    pub fn call<F: AsyncFnOnce()>(&self, f: F) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            if self.done.get() {
                return;
            }
            self.running.lock_at(at).await;
            let _deferred = Deferred { once: self };
            if !self.done.get() {
                f().await;
            }
        }
    }

    /// Whether its function has returned.
    pub fn is_done(&self) -> bool {
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
