//! `tests/go/semantics/fatal.go`: how a program ends. Go's three answers are the first line of the message, the state of
//! the first goroutine, and the exit code; here they are read from a run that nobody can move any more.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use futures::FutureExt;
use pileup::executor::engine::{Config, Engine, Stop};
use pileup::executor::spawn::go;
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::cond::Cond;
use pileup::sync::context::{background, with_cancel};
use pileup::sync::mutex::Mutex;
use pileup::sync::panics::{goexit, panic, recover};
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::select::forever;
use pileup::sync::time::{Duration, Ticker, Timer, after_func, sleep};
use pileup::sync::wait_group::WaitGroup;
use pileup::trace::event::{Panic, TaskId};

use crate::harness::{Defer, NotMirrored, Rules, check, start, start_receive, wait_reasons};

const TEXT: &str = "what a panic carries is a text";
const RUST: &str = "a panic of Rust's own, in other words";
const AGAIN: &str = "the message is that of the last panic, and does not tell of those before";
const EXIT: &str = "no os.Exit";
const BUBBLE: &str = "no synctest bubble";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("panic with an error", TEXT),
    ("panic with a number", TEXT),
    ("panic with nil", TEXT),
    ("panic in WaitGroup.Go", "Go's message tells that its WaitGroup panics again with what it recovered"),
    ("panic again after a recover", AGAIN),
    ("panic with another after a recover", AGAIN),
    ("WithCancel of nil", "a reference is never nil"),
    ("index out of range", RUST),
    ("divide by zero", RUST),
    ("nil map", RUST),
    ("nil pointer", RUST),
    ("not asleep while a child waits for a ticker", EXIT),
    ("not asleep while a context has a deadline", EXIT),
    ("not asleep while a timer is armed, though nobody would be freed", EXIT),
    ("Goexit of main, a child ends the process", EXIT),
    ("synctest, all in the bubble are blocked", BUBBLE),
    ("synctest, the root returned and one is blocked", BUBBLE),
    ("synctest, the root returned and one sleeps on", BUBBLE),
];

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn programs_end_as_gos_do() {
    let rules = Rules::default();
    let ends = Ends(&rules);
    panics(&ends);
    locks(&ends);
    asleep(&ends);
    check(include_str!("../go/semantics/fatal.txt"), NOT_MIRRORED, &rules);
}

struct Ends<'r>(&'r Rules);

impl Ends<'_> {
    fn rule<Fut: Future<Output = ()> + 'static>(&self, name: &'static str, main: impl FnOnce() -> Fut + 'static) {
        self.0.add(name, end_of(main));
    }
}

/// Runs `main` and says how the program ended: it ends with `main`, with a panic, or when nobody can go on.
fn end_of<Fut: Future<Output = ()> + 'static>(main: impl FnOnce() -> Fut + 'static) -> String {
    let mut engine = Engine::new(Config::default());
    let returned = Rc::new(Cell::new(false));
    let returns = returned.clone();
    let main = move || async move {
        main().await;
        returns.set(true);
    };
    let mut first = TaskId::ROOT;
    engine.start(|| first = go(main, ()).task);
    loop {
        engine.run_until_idle();
        if let Some(Stop::Panicked(_, panic)) = engine.stop() {
            let message = match panic {
                Panic::Value => format!("panic: {}", engine.trace().panic_text()),
                panic => panic.as_str().to_owned(),
            };
            return format!("{message} | running | exit 2");
        }
        if returned.get() {
            return "no message | no goroutine | exit 0".into();
        }
        if engine.fire_next(Instant::from_nanos(u64::MAX)).is_none() {
            if engine.tasks_alive() == 0 {
                return "fatal error: no goroutines (main called runtime.Goexit) - deadlock! | no goroutine | exit 2"
                    .into();
            }
            let reason = wait_reasons(&engine)[&first].as_str();
            return format!("fatal error: all goroutines are asleep - deadlock! | {reason} | exit 2");
        }
    }
}

fn panics(ends: &Ends<'_>) {
    ends.rule("main returns while a goroutine waits", async || {
        start_receive(&make(0).1);
    });
    ends.rule("send on closed", async || {
        let (tx, _rx) = make::<i64>(0);
        tx.close();
        tx.send(1).await;
    });
    ends.rule("close of closed", async || {
        let (tx, _rx) = make::<i64>(0);
        tx.close();
        tx.close();
    });
    ends.rule("close of nil", async || Sender::<i64>::nil().close());
    ends.rule("panic with a string", async || panics_with("no").await);
    ends.rule("panic in a goroutine", async || {
        start(panics_with("in a goroutine"));
        forever().await;
    });
    ends.rule("panic with a deferred recover", async || {
        recover(panics_with("no")).await.expect_err("it panicked");
    });
    ends.rule("panic while another runs", async || {
        let _second = Defer(|| assert!(panic("second").now_or_never().is_none()));
        panics_with("first").await;
    });
    ends.rule("panic in a goroutine while main waits for it", async || {
        waits_for(panics_with("in a goroutine")).await;
    });
    ends.rule("panic in a function of AfterFunc", async || {
        after_func(Duration::ZERO, async || panics_with("in AfterFunc").await);
        forever().await;
    });
    ends.rule("Goexit in a goroutine while main waits for it", async || waits_for(exits()).await);
    ends.rule("panic in a deferred function of a Goexit", async || {
        start(async {
            let _panics = Defer(|| assert!(panic("in a Goexit").now_or_never().is_none()));
            exits().await;
        });
        forever().await;
    });
    ends.rule("negative WaitGroup", async || WaitGroup::new().done());
    ends.rule("NewTicker of 0", async || {
        Ticker::new(Duration::ZERO);
    });
    ends.rule("Ticker.Reset of 0", async || Ticker::new(SECOND).reset(Duration::ZERO));
    ends.rule("WaitGroup.Add of 1<<31", async || WaitGroup::new().add(1 << 31));
    ends.rule("WaitGroup reused before previous Wait has returned", async || {
        let group = WaitGroup::new();
        group.add(1);
        go(async |group: WaitGroup| group.wait().await, (&group,));
        sleep(SECOND).await;
        group.done();
        group.add(1);
        forever().await;
    });
}

async fn panics_with(text: &'static str) {
    match panic(text).await {}
}

async fn exits() {
    match goexit().await {}
}

/// Waits until a task has closed a channel, whatever way it ends.
async fn waits_for(task: impl Future<Output = ()> + 'static) {
    let (tx, done) = make::<i64>(0);
    start(async move {
        let _close = Defer(|| tx.close());
        task.await;
    });
    done.receive().await;
}

fn locks(ends: &Ends<'_>) {
    ends.rule("unlock of unlocked Mutex", async || Mutex::new().unlock());
    ends.rule("unlock of unlocked Mutex with a deferred recover", async || {
        drop(recover(async { Mutex::new().unlock() }).await);
    });
    ends.rule("Unlock of unlocked RWMutex", async || RwMutex::new().unlock());
    ends.rule("RUnlock of unlocked RWMutex", async || RwMutex::new().read_unlock());
    ends.rule("RUnlock of an RWMutex held by a writer", async || {
        let lock = RwMutex::new();
        lock.lock().await;
        lock.read_unlock();
    });
    ends.rule("Unlock of an RWMutex held by a reader", async || {
        let lock = RwMutex::new();
        lock.read_lock().await;
        lock.unlock();
    });
    ends.rule("Cond.Wait without its lock", async || Cond::new(&Mutex::new()).wait().await);
}

fn asleep(ends: &Ends<'_>) {
    ends.rule("asleep in receive", async || {
        make::<i64>(0).1.receive().await;
    });
    ends.rule("asleep in send", async || make::<i64>(0).0.send(1).await);
    ends.rule("asleep in receive from nil", async || {
        Receiver::<i64>::nil().receive().await;
    });
    ends.rule("asleep in send on nil", async || Sender::<i64>::nil().send(1).await);
    ends.rule("asleep in select", async || {
        select! {
            _ = make::<i64>(0).1.receive() => {},
            _ = make::<i64>(0).1.receive() => {},
        }
    });
    ends.rule("asleep in select {}", async || forever().await);
    ends.rule("asleep in range", async || {
        let (_tx, rx) = make::<i64>(0);
        while let Some(_value) = rx.receive().await {}
    });
    ends.rule("asleep in WaitGroup.Wait", async || {
        let group = WaitGroup::new();
        group.add(1);
        group.wait().await;
    });
    ends.rule("asleep in Mutex.Lock", async || {
        let lock = Mutex::new();
        lock.lock().await;
        lock.lock().await;
    });
    ends.rule("asleep in RWMutex.Lock", async || {
        let lock = RwMutex::new();
        lock.read_lock().await;
        lock.lock().await;
    });
    ends.rule("asleep in RWMutex.RLock", async || {
        let lock = RwMutex::new();
        lock.lock().await;
        lock.read_lock().await;
    });
    ends.rule("asleep in Cond.Wait", async || {
        let cond = Cond::new(&Mutex::new());
        cond.lock().lock().await;
        cond.wait().await;
    });
    ends.rule("asleep in Done of a context that nobody cancels", async || {
        let (ctx, _cancel) = with_cancel(&background());
        ctx.done().await;
    });
    ends.rule("asleep in a stopped timer", async || {
        let timer = Timer::new(Duration::from_secs(1));
        timer.stop();
        timer.receive().await;
    });
    ends.rule("asleep, main and a child", async || {
        let (_tx, rx) = make::<i64>(0);
        let child = rx.clone();
        start(async move {
            child.receive().await;
        });
        rx.receive().await;
    });
    ends.rule("asleep with a timer that nobody waits for", async || {
        let timer = Timer::new(SECOND);
        make::<i64>(0).1.receive().await;
        timer.stop();
    });
    ends.rule("asleep with a ticker that nobody waits for", async || {
        let ticker = Ticker::new(SECOND);
        make::<i64>(0).1.receive().await;
        ticker.stop();
    });
    ends.rule("asleep once the child that slept has ended", async || {
        start(sleep(SECOND));
        make::<i64>(0).1.receive().await;
    });
    ends.rule("asleep, two take two locks in opposite order", async || {
        let (a, b) = (Mutex::new(), Mutex::new());
        a.lock().await;
        let (child_a, child_b) = (a.clone(), b.clone());
        start(async move {
            child_b.lock().await;
            child_a.lock().await;
        });
        sleep(SECOND).await;
        b.lock().await;
    });
    ends.rule("Goexit of main, nobody left", exits);
}
