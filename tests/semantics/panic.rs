//! `tests/go/semantics/panic.go`, function by function. What Go defers is a destructor here: it runs when a body that
//! panicked or exited is dropped, and cannot wait.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::FutureExt;
use pileup::sync::chan::{Sender, make};
use pileup::sync::context::{background, with_cancel};
use pileup::sync::mutex::Mutex;
use pileup::sync::once::{Once, once_func};
use pileup::sync::panics::{goexit, panic, panic_again, recover};
use pileup::sync::time::{Duration, Ticker, sleep};
use pileup::sync::wait_group::WaitGroup;

use crate::harness::{Defer, NotMirrored, Rules, caught_here, check, rule, run, settle, start};

const WAITS: &str = "what is deferred is a destructor, which cannot wait";
const TEXT: &str = "what a panic carries is a text";
const CALL: &str = "recover is given the body that it guards; nobody calls it while a panic runs";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("what is deferred may wait", WAITS),
    ("recover gives a number", TEXT),
    ("recover gives the very error", TEXT),
    ("panic(nil) is recovered as", TEXT),
    ("recover in a function that a deferred one calls", CALL),
    ("recover deferred directly", CALL),
    ("what is deferred may wait in a Goexit", WAITS),
    ("it is an error", TEXT),
    ("recover of an index out of range", "a panic of Rust's own ends the run: nothing can catch it in wasm"),
];

#[test]
fn panics_and_exits_behave_as_gos_do() {
    let rules = Rules::default();
    run(&rules, deferred);
    run(&rules, recovers);
    run(&rules, again);
    run(&rules, goexits);
    run(&rules, primitives);
    check(include_str!("../go/semantics/panic.txt"), NOT_MIRRORED, &rules);
}

#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn add(&self, text: impl Into<String>) {
        self.0.borrow_mut().push(text.into());
    }

    fn take(&self) -> String {
        self.0.take().join(", ")
    }

    /// `defer order.add(text)`
    fn defer(&self, text: &'static str) -> Defer<impl FnMut()> {
        let log = self.clone();
        Defer(move || log.add(text))
    }
}

/// `panic(text)` in a body without a result.
async fn panics(text: &str) {
    match panic(text).await {}
}

async fn exits() {
    match goexit().await {}
}

/// `defer func() { panic(text) }()`
fn defer_panic(text: &'static str) -> Defer<impl FnMut()> {
    Defer(move || assert!(panic(text).now_or_never().is_none()))
}

/// What `recover` gives of a body, as Go prints it.
async fn recovered(body: impl Future<Output = ()>) -> String {
    recover(body).await.map_or_else(|panicked| panicked.to_string(), |()| "<nil>".into())
}

async fn deferred(rules: Rules) {
    let order = Log::default();
    let body = async {
        let _first = order.defer("first deferred");
        let _second = order.defer("second deferred");
        order.add("body");
        panics("no").await;
    };
    caught_here(body).await;
    rule!(rules, "a panic runs what is deferred, the last first", order.take());
    let inner = async {
        let _inner = order.defer("inner");
        panics("no").await;
    };
    let outer = async {
        let _outer = order.defer("outer");
        inner.await;
        order.add("not reached");
    };
    caught_here(outer).await;
    rule!(rules, "a panic runs the inner function's first", order.take());
    #[allow(clippy::redundant_async_block, reason = "the calls are what is tested")]
    let deep = caught_here(async { async { async { panics("deep").await }.await }.await }).await;
    rule!(rules, "a panic in a function two calls down", deep);
    async {
        let _deferred = order.defer("deferred");
        order.add("body");
    }
    .await;
    rule!(rules, "without a panic it runs at the return", order.take());
}

async fn recovers(rules: Rules) {
    rule!(rules, "recover without a panic", recovered(async {}).await);
    rule!(rules, "recover gives what panic was given", recovered(panics("text")).await);
    let value = recover(async {
        panics("no").await;
        5
    });
    rule!(rules, "a function that recovers returns what it says", value.await.unwrap_or(7));
    let result = Cell::new(0);
    let sets = async {
        result.set(5);
        panics("no").await;
    };
    recovered(sets).await;
    rule!(rules, "a function that recovers keeps its result", result.get());
    let order = Log::default();
    async {
        let _rest = order.defer("the rest is deferred too");
        order.add(format!("recovered {}", recovered(panics("no")).await));
    }
    .await;
    order.add("goes on");
    rule!(rules, "after recover", order.take());
    let first = async { order.add(format!("first look {}", recovered(panics("no")).await)) };
    let second = recovered(first).await;
    order.add(format!("second look {second}"));
    rule!(rules, "recover works once", order.take());
    let (tx, done) = make::<String>(1);
    start(async move {
        let recovered = recovered(panics("in a goroutine")).await;
        tx.send(format!("recovered {recovered}")).await;
    });
    rule!(rules, "recover in the goroutine", done.receive().await.expect("it is there"));
}

async fn again(rules: Rules) {
    let replaced = recovered(async {
        let _second = defer_panic("second");
        panics("first").await;
    });
    rule!(rules, "a panic while another runs replaces it", replaced.await);
    let same = recovered(async {
        let panicked = recover(panics("first")).await.expect_err("it panicked");
        match panic_again(panicked).await {}
    });
    rule!(rules, "recovered and panicked again with the same", same.await);
    let another = recovered(async {
        let first = recovered(panics("first")).await;
        panics(&format!("after {first}")).await;
    });
    rule!(rules, "recovered and panicked with another", another.await);
    let order = Log::default();
    let inner = order.clone();
    let outer = recovered(async {
        let _deferred = Defer(|| {
            let recovered = recovered(panics("second")).now_or_never().expect("it is there");
            inner.add(format!("inner {recovered}"));
        });
        panics("first").await;
    })
    .await;
    order.add(format!("outer {outer}"));
    rule!(rules, "a panic recovered inside of what another deferred", order.take());
    let rest = async {
        let _still = order.defer("still runs");
        let _second = defer_panic("second");
        let _before = order.defer("runs before");
        panics("first").await;
    };
    caught_here(rest).await;
    rule!(rules, "a second panic does not keep the rest from running", order.take());
}

async fn goexits(rules: Rules) {
    let order = Log::default();
    let log = order.clone();
    let task = start(async move {
        let _first = log.defer("first deferred");
        let _second = log.defer("second deferred");
        exits().await;
        log.add("not reached");
    });
    rule!(rules, "Goexit ends its goroutine", task.ended().await);
    rule!(rules, "Goexit runs what is deferred, the last first", order.take());
    let log = order.clone();
    start(async move {
        let _callers = log.defer("caller's");
        async {
            let _callees = log.defer("callee's");
            exits().await;
        }
        .await;
        log.add("not reached");
    });
    settle().await;
    rule!(rules, "Goexit ends the callers too", order.take());
    let log = order.clone();
    start(async move {
        let gives = RefCell::new("<nil>".to_owned());
        let _looks = Defer(|| log.add(format!("recover gives {}", gives.borrow())));
        gives.replace(recovered(exits()).await);
    });
    settle().await;
    rule!(rules, "Goexit is no panic", order.take());
    let log = order.clone();
    let other = start(async move {
        sleep(Duration::from_secs(1)).await;
        log.add("the other goes on");
    });
    start(exits());
    settle().await;
    sleep(Duration::from_secs(1)).await;
    rule!(rules, "Goexit ends one goroutine only", other.state().await, order.take());
    let log = order.clone();
    start(async move {
        let _recovers = Defer(|| {
            recovered(panics("in a deferred function")).now_or_never().expect("it is there");
        });
        let _deferred = log.defer("deferred");
        exits().await;
    });
    settle().await;
    rule!(rules, "a panic recovered while Goexit runs", order.take());
    exits_and_panics(rules, order).await;
}

async fn exits_and_panics(rules: Rules, order: Log) {
    let log = order.clone();
    let ends = start(async move {
        let gives = RefCell::new("<nil>".to_owned());
        let _looks = Defer(|| log.add(gives.borrow().as_str()));
        let body = async {
            let _exits = Defer(|| assert!(goexit().now_or_never().is_none()));
            panics("first").await;
        };
        gives.replace(recovered(body).await);
        log.add("not reached");
    });
    rule!(rules, "Goexit in a deferred function takes the panic's place", ends.ended().await, order.take());
    let log = order.clone();
    let ends = start(async move {
        let _outer = log.defer("outer");
        let body = async {
            let _second = defer_panic("second");
            exits().await;
        };
        recovered(body).await;
        log.add("not reached");
    });
    let name = "recover of a panic in a Goexit does not stop the Goexit";
    rule!(rules, name, ends.ended().await, order.take());
}

async fn primitives(rules: Rules) {
    let lock = Mutex::new();
    let locked = async {
        lock.lock().await;
        let _unlock = Defer(|| lock.unlock());
        panics("no").await;
    };
    caught_here(locked).await;
    rule!(rules, "a deferred Unlock after a panic", lock.try_lock());
    let group = WaitGroup::new();
    group.add(2);
    let done = group.clone();
    start(async move {
        let _done = done.defer_done();
        recovered(panics("no")).await;
    });
    let done = group.clone();
    start(async move {
        let _done = done.defer_done();
        exits().await;
    });
    let waiter = start(async move { group.wait().await });
    rule!(rules, "a deferred Done after a panic and a Goexit", waiter.state().await);
    let (ctx, cancel) = with_cancel(&background());
    let cancelled = async {
        let _cancel = Defer(|| cancel.cancel());
        panics("no").await;
    };
    caught_here(cancelled).await;
    rule!(rules, "a deferred cancel after a panic", ctx.err().expect("it is there"));
    recoverable(&rules).await;
    let order = Log::default();
    let (tx, _rx) = make::<i64>(0);
    let (sends, log) = (tx.clone(), order.clone());
    let sender = start(async move { log.add(caught_here(async { sends.send(1).await }).await) });
    settle().await;
    tx.close();
    let name = "a sender that waits when the channel is closed can recover";
    rule!(rules, name, sender.state().await, order.take());
    let once = Once::new();
    let calls = once.clone();
    rule!(rules, "Once.Do with a Goexit", start(async move { calls.call(exits).await }).ended().await);
    once.call(async || order.add("runs again")).await;
    rule!(rules, "Once.Do after a Goexit", order.take());
    let f = once_func(async || panics("broken").await);
    rule!(rules, "OnceFunc panics each time", caught_here(f.call()).await, caught_here(f.call()).await);
}

/// Go's own panics.
async fn recoverable(rules: &Rules) {
    let (closed, _rx) = make::<i64>(0);
    closed.close();
    rule!(rules, "recover of a send on a closed channel", recovered(async { closed.send(1).await }).await);
    rule!(rules, "recover of a close of a closed channel", recovered(async { closed.close() }).await);
    rule!(rules, "recover of a close of nil", recovered(async { Sender::<i64>::nil().close() }).await);
    rule!(rules, "recover of a negative WaitGroup", recovered(async { WaitGroup::new().done() }).await);
    let ticker = async {
        Ticker::new(Duration::ZERO);
    };
    rule!(rules, "recover of NewTicker(0)", recovered(ticker).await);
}
