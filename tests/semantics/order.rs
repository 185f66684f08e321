//! `tests/go/semantics/order.go`, program by program: who runs next on one processor.
//!
//! Go's `settle` is a sleep here: everyone else goes as far as they can before the clock moves.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use pileup::executor::engine::{Config, Engine, Order};
use pileup::executor::spawn::go;
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::cond::Cond;
use pileup::sync::context::{after_func as after_cancel, background, with_cancel};
use pileup::sync::gosched::yield_now;
use pileup::sync::mutex::Mutex;
use pileup::sync::once::Once;
use pileup::sync::panics::{goexit, panic, recover};
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::time::{Duration, after, after_func, sleep};
use pileup::sync::wait_group::WaitGroup;

use crate::harness::{Defer, NotMirrored, Rules, check};

const HANDED_OVER: &str = "a mutex is handed over in order, which is Go's starvation mode";
const COMPUTES: &str = "computing takes no virtual time: timers of different moments are never due together";
const SLICES: &str = "a slice of time is a number of operations here, and computing is none";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("three wait for a mutex, unlocked and locked again", HANDED_OVER),
    ("two take turns at a mutex", HANDED_OVER),
    ("a mutex is unlocked after 2ms to one who waits, and locked again", HANDED_OVER),
    ("three sleeps end while one computes, the first is the longest", COMPUTES),
    ("a sleep ends and one was spawned while one computes", COMPUTES),
    ("a sleep ends and one gave way while one computes", COMPUTES),
    ("two wake each other a thousand times, turns of one that gives way in a loop", "a count on the machine's clock"),
    ("two hundred stand in the queue when one gives way, it comes after", "a range over many runs"),
    ("one computes for 100ms, another waits in the queue for less than 50ms", SLICES),
    ("one computes for 30ms, and goes on after the other", SLICES),
];

#[test]
fn gos_order_is_that_of_its_one_processor() {
    let rules = Rules::default();
    let programs = Programs(&rules);
    spawned(&programs);
    channels(&programs);
    workers(&programs);
    contexts(&programs);
    locks(&programs);
    groups(&programs);
    clocks(&programs);
    yields(&programs);
    exits(&programs);
    check(include_str!("../go/semantics/order.txt"), NOT_MIRRORED, &rules);
}

fn exits(programs: &Programs<'_>) {
    programs.program("a panic is recovered, and another was spawned before", async |s: Steps| {
        s.run(async |s| {
            let panics = async {
                s.spawn("spawned");
                match panic("no").await {}
            };
            recover(panics).await.expect_err("it panicked");
            s.add("recovered");
        });
    });
    programs.program("Goexit, and another was spawned before", async |s: Steps| {
        s.run(async |s| {
            let _deferred = Defer(|| s.add("deferred"));
            s.spawn("spawned");
            match goexit().await {}
        });
    });
}

/// What was done, in order.
#[derive(Clone, Default)]
struct Steps {
    names: Rc<RefCell<Vec<String>>>,
    started: Rc<RefCell<usize>>,
}

impl Steps {
    fn add(&self, name: impl ToString) {
        self.names.borrow_mut().push(name.to_string());
    }

    /// `go s.add(name)`
    fn spawn(&self, name: impl ToString) {
        let (steps, name) = (self.clone(), name.to_string());
        go(move || async move { steps.add(name) }, ());
    }

    /// `go func() { task(s) }()`
    fn run<Fut: Future<Output = ()> + 'static>(&self, task: impl FnOnce(Steps) -> Fut) {
        let task = task(self.clone());
        go(move || task, ());
    }

    /// Starts so many tasks that wait in `f`, one after the other, and say their number once they go on.
    async fn waiters<Fut: Future<Output = ()> + 'static>(&self, count: usize, f: impl Fn() -> Fut) {
        for _ in 0..count {
            let (steps, waits) = (self.clone(), f());
            let number = self.started.replace_with(|started| *started + 1);
            go(
                move || async move {
                    waits.await;
                    steps.add(number);
                },
                (),
            );
            sleep(Duration::from_micros(10)).await;
        }
    }
}

struct Programs<'r>(&'r Rules);

impl Programs<'_> {
    fn program<Fut: Future<Output = ()> + 'static>(&self, name: &str, main: impl FnOnce(Steps) -> Fut) {
        let steps = Steps::default();
        let main = main(steps.clone());
        let mut engine = Engine::new(Config { order: Order::Go, ..Config::default() });
        engine.start(|| {
            go(move || main, ());
        });
        engine.run_to(Instant::from_nanos(u64::MAX), u64::MAX);
        assert_eq!(engine.stop(), None, "{name}");
        self.0.add(name, steps.names.borrow().join(", "));
    }
}

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn spawned(programs: &Programs<'_>) {
    programs.program("three are spawned, main waits", async |s| {
        NAMES[..3].iter().for_each(|name| s.spawn(name));
        s.add("main");
    });
    programs.program("ten are spawned, main waits", async |s| {
        (0..10).for_each(|number| s.spawn(number));
        s.add("main");
    });
    programs.program("each spawns the next", async |s| {
        s.run(async |s| {
            s.add("a");
            s.run(async |s| {
                s.add("b");
                s.spawn("c");
                s.add("b again");
            });
            s.add("a again");
        });
    });
    programs.program("two are spawned, each spawns two", async |s| {
        for name in &NAMES[..2] {
            s.run(async move |s| {
                s.add(name);
                s.spawn(format!("{name}1"));
                s.spawn(format!("{name}2"));
            });
        }
    });
    programs.program("spawned between Gosched", async |s| {
        for name in &NAMES[..3] {
            s.spawn(name);
            yield_now().await;
        }
        s.add("main");
    });
}

/// `<-c`
async fn receive(from: Receiver<i64>) {
    from.receive().await;
}

/// `c <- 1`
async fn send(to: Sender<i64>) {
    to.send(1).await;
}

fn channels(programs: &Programs<'_>) {
    programs.program("three wait to receive, three sends", async |s| {
        let (tx, rx) = make(0);
        s.waiters(3, || receive(rx.clone())).await;
        for _ in 0..3 {
            tx.send(1).await;
        }
        s.add("main");
    });
    programs.program("three wait to receive, close", async |s| {
        let (tx, rx) = make(0);
        s.waiters(3, || receive(rx.clone())).await;
        tx.close();
        s.add("main");
    });
    programs.program("five wait to receive, close", async |s| {
        let (tx, rx) = make(0);
        s.waiters(5, || receive(rx.clone())).await;
        tx.close();
        s.add("main");
    });
    programs.program("three wait to send, three receives", async |s| {
        let (tx, rx) = make(0);
        s.waiters(3, || send(tx.clone())).await;
        for _ in 0..3 {
            rx.receive().await;
        }
        s.add("main");
    });
    let name = "two of three wait on one channel and one on another, a send to each";
    programs.program(name, async |s| {
        let ((tx, rx), (other_tx, other_rx)) = (make(0), make(0));
        s.waiters(2, || receive(rx.clone())).await;
        s.waiters(1, || receive(other_rx.clone())).await;
        tx.send(1).await;
        other_tx.send(1).await;
        tx.send(1).await;
        s.add("main");
    });
    for (name, capacity) in
        [("one receives in a loop, main sends four", 0), ("one receives in a loop, main sends four into two places", 2)]
    {
        programs.program(name, async move |s| {
            let (tx, rx) = make::<i64>(capacity);
            s.run(async move |s| {
                while let Some(value) = rx.receive().await {
                    s.add(format!("got {value}"));
                }
                s.add("closed");
            });
            for number in 0..4 {
                tx.send(number).await;
                s.add(format!("sent {number}"));
            }
            tx.close();
        });
    }
    programs.program("two send to main, who receives four", async |s| {
        let (tx, rx) = make::<String>(0);
        for name in &NAMES[..2] {
            let tx = tx.clone();
            s.run(async move |s| {
                for number in 0..2 {
                    tx.send(format!("{name}{number}")).await;
                    s.add(format!("sent {name}{number}"));
                }
            });
        }
        for _ in 0..4 {
            let got = rx.receive().await.expect("nobody closes it");
            s.add(format!("got {got}"));
        }
    });
    programs.program("ping and pong, and a third", async |s| {
        let ((ping, pinged), (pong, ponged)) = (make::<i64>(0), make::<i64>(0));
        s.run(async move |s| {
            while pinged.receive().await.is_some() {
                s.add("pong");
                pong.send(1).await;
            }
        });
        s.spawn("third");
        for _ in 0..3 {
            s.add("ping");
            ping.send(1).await;
            ponged.receive().await;
        }
        ping.close();
    });
    programs.program("spawned, then woken", async |s| {
        let (tx, rx) = make(0);
        s.waiters(1, || receive(rx.clone())).await;
        s.spawn("spawned");
        tx.send(1).await;
        s.add("main");
    });
    programs.program("woken, then spawned", async |s| {
        let (tx, rx) = make(0);
        s.waiters(1, || receive(rx.clone())).await;
        tx.send(1).await;
        s.spawn("spawned");
        s.add("main");
    });
    programs.program("three select on two channels, one is closed", async |s| {
        let ((_one, a), (other, b)) = (make::<i64>(0), make::<i64>(0));
        let either = async |a: Receiver<i64>, b: Receiver<i64>| {
            select! {
                _ = a.receive() => {},
                _ = b.receive() => {},
            }
        };
        s.waiters(3, || either(a.clone(), b.clone())).await;
        other.close();
        s.add("main");
    });
}

fn workers(programs: &Programs<'_>) {
    programs.program("a pipeline of three stages, two values", async |s| {
        let ((to_first, first), (to_second, second), (to_out, out)) = (make(0), make(0), make(0));
        for (name, from, to) in [("first", first, to_second), ("second", second, to_out)] {
            s.run(async move |s| {
                while let Some(value) = from.receive().await {
                    s.add(format!("{name} {value}"));
                    to.send(value).await;
                }
                to.close();
            });
        }
        s.run(async move |s| {
            for value in 1..=2 {
                to_first.send(value).await;
                s.add(format!("gave {value}"));
            }
            to_first.close();
        });
        while let Some(value) = out.receive().await {
            s.add(format!("got {value}"));
        }
    });
    programs.program("five workers take ten jobs from a full channel", async |s| {
        let (tx, jobs) = make::<i64>(10);
        for job in 0..10 {
            tx.send(job).await;
        }
        tx.close();
        for name in NAMES {
            let jobs = jobs.clone();
            s.run(async move |s| {
                while let Some(job) = jobs.receive().await {
                    s.add(format!("{name}{job}"));
                }
            });
        }
    });
    programs.program("five workers send one result each, main receives all", async |s| {
        let (tx, results) = make::<&'static str>(0);
        for name in NAMES {
            let tx = tx.clone();
            s.run(async move |s| {
                tx.send(name).await;
                s.add(format!("sent {name}"));
            });
        }
        for _ in NAMES {
            let got = results.receive().await.expect("nobody closes it");
            s.add(format!("got {got}"));
        }
    });
}

fn contexts(programs: &Programs<'_>) {
    programs.program("a context of three who wait is cancelled", async |s| {
        let (ctx, cancel) = with_cancel(&background());
        s.waiters(3, || {
            let ctx = ctx.clone();
            async move {
                ctx.done().await;
            }
        })
        .await;
        cancel.cancel();
        s.add("main");
    });
    programs.program("a context and its child are waited for, and cancelled", async |s| {
        let (ctx, cancel) = with_cancel(&background());
        let (child, _cancel) = with_cancel(&ctx);
        for ctx in [&ctx, &child] {
            s.waiters(1, || {
                let ctx = ctx.clone();
                async move {
                    ctx.done().await;
                }
            })
            .await;
        }
        let says = s.clone();
        after_cancel(&ctx, async move || says.add("function"));
        cancel.cancel();
        s.add("main");
    });
}

fn locks(programs: &Programs<'_>) {
    programs.program("three wait for a mutex, unlocked", async |s| {
        let lock = Mutex::new();
        lock.lock().await;
        let in_turn = async |lock: Mutex| {
            lock.lock().await;
            lock.unlock();
        };
        s.waiters(3, || in_turn(lock.clone())).await;
        lock.unlock();
        s.add("main");
    });
    programs.program("three wait to read, unlocked", async |s| {
        let lock = RwMutex::new();
        lock.lock().await;
        s.waiters(3, || {
            let lock = lock.clone();
            async move { lock.read_lock().await }
        })
        .await;
        lock.unlock();
        s.add("main");
    });
    programs.program("two wait to read and one to write, unlocked", async |s| {
        let lock = RwMutex::new();
        lock.lock().await;
        // What Go's program defers runs after it has said its number: the unlock comes last.
        for number in 0..3 {
            let (lock, steps) = (lock.clone(), s.clone());
            s.run(async move |_| {
                if number < 2 {
                    lock.read_lock().await;
                    lock.read_unlock();
                } else {
                    lock.lock().await;
                    lock.unlock();
                }
                steps.add(number);
            });
            sleep(Duration::from_micros(10)).await;
        }
        lock.unlock();
        s.add("main");
    });
    for (name, signals) in [("three wait for a signal, three signals", 3), ("three wait for a signal, a broadcast", 0)]
    {
        programs.program(name, async move |s| {
            let cond = Cond::new(&Mutex::new());
            s.waiters(3, || {
                let cond = cond.clone();
                async move {
                    cond.lock().lock().await;
                    cond.wait().await;
                    cond.lock().unlock();
                }
            })
            .await;
            (0..signals).for_each(|_| cond.signal());
            if signals == 0 {
                cond.broadcast();
            }
            s.add("main");
        });
    }
}

fn groups(programs: &Programs<'_>) {
    for (name, waiters) in [("three wait for a group, done", 3), ("five wait for a group, done", 5)] {
        programs.program(name, async move |s| {
            let group = Rc::new(WaitGroup::new());
            group.add(1);
            s.waiters(waiters, || {
                let group = group.clone();
                async move { group.wait().await }
            })
            .await;
            group.done();
            s.add("main");
        });
    }
    programs.program("main waits for three of a group", async |s| {
        let group = WaitGroup::new();
        for name in &NAMES[..3] {
            let says = s.clone();
            group.go(async move || says.add(name), ());
        }
        group.wait().await;
        s.add("main");
    });
    programs.program("main waits for three of a group, who send into a full channel", async |s| {
        let group = WaitGroup::new();
        let (tx, rx) = make::<&'static str>(1);
        for name in &NAMES[..3] {
            let (says, tx) = (s.clone(), tx.clone());
            let sends = async move || {
                tx.send(name).await;
                says.add(format!("sent {name}"));
            };
            group.go(sends, ());
        }
        let closes = async |group: WaitGroup, tx: Sender<&'static str>| {
            group.wait().await;
            tx.close();
        };
        go(closes, (&group, &tx));
        while let Some(name) = rx.receive().await {
            s.add(format!("got {name}"));
        }
        s.add("main");
    });
    programs.program("three call a Once whose function gives way", async |s| {
        let once = Once::new();
        for name in &NAMES[..3] {
            let once = once.clone();
            s.run(async move |s| {
                let says = s.clone();
                let function = async move || {
                    says.add(format!("once by {name}"));
                    yield_now().await;
                };
                once.call(function).await;
                s.add(name);
            });
        }
    });
}

/// Timers that are due together: here, of one moment.
fn clocks(programs: &Programs<'_>) {
    let moment = Duration::from_micros(200);
    programs.program("three sleeps end while one computes", async move |s| {
        s.waiters(3, || sleep_until(moment)).await;
    });
    programs.program("three timers' channels are due while one computes", async move |s| {
        s.waiters(3, || async move {
            let begin = pileup::executor::context::now().as_micros();
            after(moment - Duration::from_micros(begin)).receive().await;
        })
        .await;
    });
    programs.program("three functions are due while one computes", async move |s| {
        for number in 0..3 {
            let says = s.clone();
            let timer = after_func(moment, async move || says.add(number));
            s.run(async move |_| {
                sleep(2 * moment).await;
                timer.stop();
            });
        }
    });
    programs.program("Sleep(0) does not give way", async |s| {
        s.spawn("a");
        sleep(Duration::ZERO).await;
        s.add("main");
    });
}

async fn sleep_until(moment: Duration) {
    sleep(moment - Duration::from_micros(pileup::executor::context::now().as_micros())).await;
}

fn yields(programs: &Programs<'_>) {
    programs.program("Gosched with three spawned", async |s| {
        NAMES[..3].iter().for_each(|name| s.spawn(name));
        yield_now().await;
        s.add("main");
    });
    for (name, count) in [("two that give way in turns", 2), ("three that give way in turns", 3)] {
        programs.program(name, async move |s| {
            for name in &NAMES[..count] {
                s.run(async move |s| {
                    for number in 0..3 {
                        s.add(format!("{name}{number}"));
                        yield_now().await;
                    }
                });
            }
        });
    }
    let name = "who gave way comes after whom it had spawned, and after whom that spawns";
    programs.program(name, async |s| {
        s.run(async |s| {
            s.add("a");
            s.run(async |s| {
                s.add("b");
                s.run(async |s| {
                    s.add("c");
                    s.spawn("d");
                });
            });
            yield_now().await;
            s.add("a again");
        });
    });
    programs.program("who gave way comes after whom is woken later", async |s| {
        let (tx, rx) = make(0);
        s.waiters(1, || receive(rx.clone())).await;
        s.run(async |s| {
            s.add("gives way");
            yield_now().await;
            s.add("gave way");
        });
        s.run(async move |s| {
            s.add("sends");
            tx.send(1).await;
            s.add("sent");
        });
    });
    programs.program("two hundred spawn the next one, and one gave way before", async |s| {
        s.run(async |s| {
            let at = Rc::new(RefCell::new(0));
            spawn_next(1, at.clone());
            yield_now().await;
            s.add(format!("came after {}", at.borrow()));
        });
    });
}

fn spawn_next(number: u32, at: Rc<RefCell<u32>>) {
    go(
        move || async move {
            at.replace(number);
            if number < 200 {
                spawn_next(number + 1, at);
            }
        },
        (),
    );
}
