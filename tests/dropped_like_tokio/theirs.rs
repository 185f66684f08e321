//! tokio's side.

use std::future::Future;
use std::sync::Arc;

use futures::future::{join_all, pending};
use tokio::select;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, LocalSet};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::case::*;

#[path = "program.rs"]
mod program;

/// Arguments apart from the call, as the playground has them.
trait Call<Arguments> {
    fn call(self, arguments: Arguments) -> impl Future<Output = ()> + 'static;
}

impl<F, Fut, A, B, C, D, E> Call<(A, B, C, D, E)> for F
where
    F: FnOnce(A, B, C, D, E) -> Fut,
    Fut: Future<Output = ()> + 'static,
{
    fn call(self, (a, b, c, d, e): (A, B, C, D, E)) -> impl Future<Output = ()> + 'static {
        self(a, b, c, d, e)
    }
}

fn spawn<A>(program: impl Call<A>, arguments: A) -> JoinHandle<()> {
    tokio::task::spawn_local(program.call(arguments))
}

struct JoinSet(tokio::task::JoinSet<()>);

impl JoinSet {
    fn new() -> JoinSet {
        JoinSet(tokio::task::JoinSet::new())
    }

    fn spawn<A>(&mut self, program: impl Call<A>, arguments: A) {
        self.0.spawn_local(program.call(arguments));
    }
}

struct Mutex<T>(Arc<tokio::sync::Mutex<T>>);

impl<T> Mutex<T> {
    fn new(value: T) -> Mutex<T> {
        Mutex(Arc::new(tokio::sync::Mutex::new(value)))
    }

    fn lock(&self) -> impl Future<Output = tokio::sync::MutexGuard<'_, T>> {
        self.0.lock()
    }
}

impl<T> Clone for Mutex<T> {
    fn clone(&self) -> Self {
        Mutex(self.0.clone())
    }
}

thread_local! {
    static START: Instant = Instant::now();
}

pub(crate) fn play(case: Case) -> Vec<Line> {
    // A thread for each case: it has a clock of its own.
    let played = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime");
        let log = Log::new(|| START.with(|start| start.elapsed().as_millis() as u64));
        let _entered = runtime.enter();
        START.with(|_| {});
        let local = LocalSet::new();
        let lines = local.block_on(&runtime, async {
            tokio::task::spawn_local(program::parent(log.clone(), case));
            sleep(HORIZON).await;
            log.take()
        });
        drop(local);
        lines
    });
    played.join().unwrap()
}
