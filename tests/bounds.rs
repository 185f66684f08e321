//! No program freezes the engine, overflows its stack or takes all memory: it is stopped by a bound, with a sentence, or
//! lets others run.

use std::cell::Cell;
use std::rc::Rc;

use futures::FutureExt as _;
use pileup::executor::context::now;
use pileup::executor::engine::{Config, Engine, Order, Progress, Stop};
use pileup::executor::holder::Holder;
use pileup::executor::input;
use pileup::executor::limits::{Limits, OPERATIONS_PER_POLL};
use pileup::executor::spawn::{HandOver, Spawned, go, request};
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::atomic::{AtomicBool, AtomicU32};
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::cond::Cond;
use pileup::sync::context::{CancelFunc, Context, background, cause, with_cancel};
use pileup::sync::mutex::Mutex;
use pileup::sync::once::Once;
use pileup::sync::operation::CASES_MAX;
use pileup::sync::panics::{panic, recover};
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::select::{Choice, any};
use pileup::sync::time::{Duration, sleep};
use pileup::sync::wait_group::WaitGroup;
use pileup::trace::columns::{Reader, Trace};
use pileup::trace::event::{Event, Limit, ObjectId, Panic, TaskId};

fn count(trace: &Trace, of: impl Fn(&Event<'_>) -> bool) -> usize {
    let mut reader = Reader::new();
    std::iter::from_fn(|| reader.next(trace).map(|event| of(&event))).filter(|counted| *counted).count()
}

fn limited(limits: Limits, program: impl FnOnce()) -> Engine {
    let mut engine = Engine::new(Config { limits, ..Config::default() });
    engine.start(program);
    engine.run_to(Instant::from_secs(3_600), u64::MAX);
    engine
}

// ONE POLL THAT NEVER ENDS

/// How often an endless task may use up its turn, at one instant.
const SLICES: u64 = 12;

/// Plays an endless program beside a task that wants to run once. `pauses`: how it is kept from going on.
fn check_endless<F: Future<Output = ()> + 'static>(endless: impl Fn() -> F, pauses: Pauses) {
    for order in Order::ALL {
        let limits = Limits { operations_per_instant_max: SLICES * OPERATIONS_PER_POLL, ..Limits::default() };
        let mut engine = Engine::new(Config { order, limits, ..Config::default() });
        let ran = Rc::new(Cell::new(0));
        let other = ran.clone();
        engine.start(|| {
            let endless = endless();
            go(|| endless, ());
            go(async move || other.set(other.get() + 1), ());
        });
        assert_eq!(engine.run_to(Instant::from_secs(1), u64::MAX), Progress::Stopped);
        assert_eq!(engine.stop(), Some(Stop::Limit(Limit::OperationsPerInstant)), "{order:?}");
        let preempted = count(engine.trace(), |event| *event == Event::Preempted);
        assert!(engine.polls() <= SLICES + 2, "{order:?}: {} polls", engine.polls());
        match pauses {
            Pauses::AtAnAwait => {
                assert!(ran.get() == 1 && preempted as u64 >= SLICES - 1, "{order:?}: {preempted} pauses")
            }
            Pauses::Never => assert_eq!(preempted, 0),
        }
    }
}

#[derive(Clone, Copy)]
enum Pauses {
    /// It gives way at one of its awaits, and the other task runs.
    AtAnAwait,
    /// It has no await at which it could: its poll is cut off.
    Never,
}

#[test]
fn locking_and_unlocking_for_ever() {
    check_endless(
        || async {
            let mutex = Mutex::new();
            loop {
                mutex.lock().await;
                mutex.unlock();
            }
        },
        Pauses::AtAnAwait,
    );
    check_endless(
        || async {
            let lock = RwMutex::new();
            loop {
                lock.read_lock().await;
                lock.read_unlock();
                lock.lock().await;
                lock.unlock();
            }
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn sending_and_receiving_on_ones_own_buffer_for_ever() {
    check_endless(
        || async {
            let (tx, rx) = make(1);
            loop {
                tx.send(1).await;
                rx.receive().await;
            }
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn receiving_from_a_closed_channel_for_ever() {
    check_endless(
        || async {
            let (tx, rx) = make::<u32>(0);
            tx.close();
            while rx.receive().await.is_none() {}
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn selecting_for_ever_what_is_ready() {
    check_endless(
        || async {
            let (ctx, _cancel) = with_cancel(&background());
            let (tx, closed) = make::<u32>(0);
            tx.close();
            loop {
                select! {
                    _ = ctx.done() => return,
                    _ = closed.receive() => {},
                }
            }
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn looking_for_ever_by_a_select_with_default() {
    check_endless(
        || async {
            let (_tx, rx) = make::<u32>(0);
            loop {
                select! {
                    _ = rx.receive() => return,
                    default => {},
                }
            }
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn a_select_with_default_that_sends_on_a_closed_channel_panics() {
    let engine = limited(Limits::default(), || {
        let endless = async || {
            let (tx, _rx) = make(0);
            tx.close();
            loop {
                select! {
                    _ = tx.send(1) => {},
                    default => {},
                }
            }
        };
        go(endless, ());
    });
    assert_eq!((engine.stop(), engine.polls()), (Some(Stop::Panicked(TaskId(1), Panic::SendOnClosed)), 1));
}

#[test]
fn sleeping_for_no_time_for_ever() {
    check_endless(
        || async {
            loop {
                sleep(Duration::ZERO).await;
            }
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn waiting_for_an_empty_group_for_ever() {
    check_endless(
        || async {
            let group = WaitGroup::new();
            loop {
                group.add(1);
                group.done();
                group.wait().await;
            }
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn recovering_and_panicking_for_ever() {
    check_endless(
        || async {
            let mutex = Mutex::new();
            loop {
                mutex.lock().await;
                assert!(recover(async { panic("again").await }).await.is_err());
                mutex.unlock();
            }
        },
        Pauses::AtAnAwait,
    );
}

#[test]
fn trying_for_ever_without_any_await() {
    check_endless(
        || async {
            let mutex = Mutex::new();
            loop {
                if mutex.try_lock() {
                    mutex.unlock();
                }
            }
        },
        Pauses::Never,
    );
    check_endless(
        || async {
            let cond = Cond::new(&Mutex::new());
            loop {
                cond.signal();
                cond.broadcast();
            }
        },
        Pauses::Never,
    );
}

#[test]
fn looking_for_ever_without_any_await() {
    check_endless(|| async { while now() < Instant::from_secs(1) {} }, Pauses::Never);
    check_endless(|| async { while input::value(0) == 0 {} }, Pauses::Never);
    check_endless(|| async { while !input::is_draining() {} }, Pauses::Never);
    check_endless(
        || async {
            let (tx, rx) = make::<u32>(1);
            while tx.is_empty() && rx.is_empty() {}
        },
        Pauses::Never,
    );
    check_endless(
        || async {
            let (tx, rx) = make::<u32>(1);
            while tx.capacity() > 0 && !rx.is_nil() && !tx.same_channel(&Sender::nil()) {}
        },
        Pauses::Never,
    );
    check_endless(
        || async {
            let (ctx, _cancel) = with_cancel(&background());
            while ctx.err().is_none() {}
        },
        Pauses::Never,
    );
    check_endless(
        || async {
            let (ctx, _cancel) = with_cancel(&background());
            while cause(&ctx).is_none() && ctx.deadline().is_none() && ctx.value::<u32>(&0).is_none() {}
        },
        Pauses::Never,
    );
    check_endless(|| async { while Mutex::new().waiters() + WaitGroup::new().waiters() == 0 {} }, Pauses::Never);
    check_endless(|| async { while RwMutex::new().waiters() == (0, 0) {} }, Pauses::Never);
    check_endless(
        || async {
            let (flag, count) = (AtomicBool::default(), AtomicU32::default());
            while !flag.load() && count.load() == 0 {}
        },
        Pauses::Never,
    );
    check_endless(|| async { while !Once::new().is_done() {} }, Pauses::Never);
}

#[test]
fn beginning_operations_for_ever_and_never_waiting_for_one() {
    let limits = Limits { operations_per_instant_max: 5 * OPERATIONS_PER_POLL, ..Limits::default() };
    let engine = limited(limits, || {
        let endless = async || {
            let (tx, _rx) = make(0);
            while tx.send(1).now_or_never().is_none() {}
        };
        go(endless, ());
    });
    assert_eq!(engine.stop(), Some(Stop::Limit(Limit::OperationsPerInstant)));
    assert_eq!(engine.polls(), 1);
}

#[test]
fn spawning_for_ever_is_stopped_by_whichever_bound_comes_first() {
    async fn child() {
        std::future::pending().await
    }
    async fn spawns() {
        loop {
            go(child, ());
        }
    }
    let stop = |limits| limited(limits, || _ = go(spawns, ())).stop();
    let limits = Limits { tasks_alive_max: 2_000, ..Limits::default() };
    assert_eq!(stop(limits), Some(Stop::Limit(Limit::TasksAlive)));
    let limits = Limits { bytes_max: 1 << 20, ..Limits::default() };
    assert_eq!(stop(limits), Some(Stop::Limit(Limit::Bytes)));
    let limits = Limits { operations_per_instant_max: 5 * OPERATIONS_PER_POLL, ..Limits::default() };
    assert_eq!(stop(limits), Some(Stop::Limit(Limit::OperationsPerInstant)));
    let limits = Limits { events_max: 10_000, ..Limits::default() };
    assert_eq!(stop(limits), Some(Stop::Limit(Limit::Events)));
}

#[test]
fn a_run_that_has_stopped_takes_no_tasks_whoever_spawns_them() {
    let limits = Limits { tasks_alive_max: 100, ..Limits::default() };
    let engine = limited(limits, || {
        (0..50_000).for_each(|_| _ = go(std::future::pending::<()>, ()));
        (0..50_000).for_each(|_| _ = request(std::future::pending::<()>, ()));
    });
    assert_eq!(engine.stop(), Some(Stop::Limit(Limit::TasksAlive)));
    assert!(engine.tasks_alive() <= 101, "{}", engine.tasks_alive());
    let endless = limited(limits, || {
        loop {
            go(std::future::pending::<()>, ());
        }
    });
    assert!(endless.tasks_alive() <= 101, "{}", endless.tasks_alive());
}

#[test]
fn a_panicking_task_that_never_awaits_again_is_cut_off_too() {
    let engine = limited(Limits::default(), || {
        let endless = async || {
            let (tx, _rx) = make::<u32>(0);
            tx.close();
            loop {
                tx.close();
            }
        };
        go(endless, ());
    });
    assert_eq!((engine.stop(), engine.polls()), (Some(Stop::Panicked(TaskId(1), Panic::CloseOfClosed)), 1));
}

// DEEP AND WIDE STRUCTURES

/// Runs something with a stack that a recursion of a hundred thousand levels does not fit into.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn(work).expect("a thread starts");
    thread.join().expect("the work ends");
}

const MANY: usize = 100_000;

/// Enough for a recursion to be seen, and for a walk through all of them for each to be felt.
const TASKS: usize = 20_000;

/// A channel in a message of a channel in a message …
struct Nest(Option<(Sender<Nest>, Receiver<Nest>)>);

impl HandOver for Nest {
    fn hand_over(&self, to: Holder) {
        self.0.hand_over(to);
    }
}

async fn nests(levels: usize) -> (Sender<Nest>, Receiver<Nest>) {
    let mut outer = make(1);
    for _ in 0..levels {
        let next = make(1);
        next.0.send(Nest(Some(outer))).await;
        outer = next;
    }
    outer
}

#[test]
fn a_hundred_thousand_channels_each_in_a_message_of_the_next_are_dropped_by_their_task() {
    on_a_small_stack(|| {
        let engine = limited(Limits::default(), || _ = go(async || drop(nests(MANY).await), ()));
        let gone = count(engine.trace(), |event| matches!(event, Event::Gone { .. }));
        assert_eq!((engine.stop(), engine.tasks_alive(), gone), (None, 0, MANY + 1));
    });
}

#[test]
fn they_are_dropped_with_an_aborted_task_and_with_the_engine() {
    async fn keeps() {
        let _nests = nests(MANY).await;
        sleep(Duration::from_secs(7_200)).await;
    }
    async fn aborts(task: Spawned) {
        sleep(Duration::from_secs(1)).await;
        task.abort();
    }
    on_a_small_stack(|| {
        let engine = limited(Limits::default(), || _ = go(aborts, (go(keeps, ()),)));
        assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0));
        let engine = limited(Limits::default(), || _ = go(keeps, ()));
        assert_eq!((engine.stop(), engine.tasks_alive()), (None, 1));
        drop(engine);
    });
}

#[test]
fn they_are_unpacked_one_by_one() {
    async fn unpacks() {
        let mut outer = nests(MANY).await.1;
        let mut levels = 0;
        while !outer.is_empty() {
            let Some(Nest(Some((_, inner)))) = outer.receive().await else { break };
            outer = inner;
            levels += 1;
        }
        assert_eq!(levels, MANY);
    }
    on_a_small_stack(|| {
        let engine = limited(Limits::default(), || _ = go(unpacks, ()));
        assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0));
    });
}

#[test]
fn a_chain_of_many_tasks_passes_a_message_on() {
    async fn passes(from: Receiver<usize>, to: Sender<usize>) {
        if let Some(number) = from.receive().await {
            to.send(number + 1).await;
        }
    }
    on_a_small_stack(|| {
        let engine = limited(Limits::default(), || {
            let (first, mut last) = make(0);
            for _ in 0..TASKS {
                let (tx, rx) = make(0);
                go(passes, (last, tx));
                last = rx;
            }
            go(async |first: Sender<usize>| first.send(0).await, (first,));
            go(async |last: Receiver<usize>| assert_eq!(last.receive().await, Some(TASKS)), (last,));
        });
        assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0));
        assert!(engine.polls() <= 3 * TASKS as u64 + 10, "{} polls", engine.polls());
    });
}

#[test]
fn a_close_that_frees_many_wakes_each_once() {
    async fn waits(rx: Receiver<u32>) {
        assert_eq!(rx.receive().await, None);
    }
    on_a_small_stack(|| {
        let engine = limited(Limits::default(), || {
            let (tx, rx) = make(0);
            (0..TASKS).for_each(|_| _ = go(waits, (&rx,)));
            go(async |tx: Sender<u32>| tx.close(), (tx,));
        });
        let woken = count(engine.trace(), |event| matches!(event, Event::Woken { .. }));
        assert_eq!((engine.tasks_alive(), woken, engine.polls()), (0, TASKS, 2 * TASKS as u64 + 1));
    });
}

#[test]
fn a_hundred_thousand_selects_on_one_done_are_ended_by_one_cancel() {
    async fn selects(ctx: Context, rx: Receiver<u32>) {
        select! {
            _ = ctx.done() => {},
            _ = rx.receive() => {},
        }
    }
    on_a_small_stack(|| {
        let engine = limited(Limits::default(), || {
            let (ctx, cancel) = with_cancel(&background());
            let (_tx, rx) = make(0);
            (0..MANY).for_each(|_| _ = go(selects, (&ctx, &rx)));
            go(async |cancel: CancelFunc| cancel.cancel(), (cancel,));
        });
        let woken = count(engine.trace(), |event| matches!(event, Event::Woken { .. }));
        assert_eq!((engine.tasks_alive(), woken, engine.polls()), (0, MANY, 2 * MANY as u64 + 1));
    });
}

#[test]
fn a_hundred_thousand_waits_of_one_task_on_one_done_leave_no_queue() {
    async fn selects_again_and_again(ctx: Context, rx: Receiver<usize>) {
        for round in 0..MANY {
            select! {
                _ = ctx.done() => return,
                received = rx.receive() => assert_eq!(received, Some(round)),
            }
        }
        assert_eq!(ctx.done_channel().waiters(), (0, 0));
    }
    async fn sends(tx: Sender<usize>) {
        for round in 0..MANY {
            tx.send(round).await;
        }
    }
    let engine = limited(Limits::default(), || {
        let (ctx, _cancel) = with_cancel(&background());
        let (tx, rx) = make(0);
        go(selects_again_and_again, (&ctx, rx));
        go(sends, (tx,));
    });
    assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0));
}

// A PANIC OF RUST'S OWN

/// The text of the panic that ended the run of one task, and who is left.
fn rust_panic<F: Future<Output = ()> + 'static>(task: impl FnOnce() -> F + 'static) -> (String, Engine) {
    let mut engine = limited(Limits::default(), || {
        go(task, ());
        go(async || sleep(Duration::from_secs(1)).await, ());
    });
    assert_eq!(engine.stop(), Some(Stop::Panicked(TaskId(1), Panic::Rust)));
    assert_eq!(count(engine.trace(), |event| *event == Event::Panicked { panic: Panic::Rust }), 1);
    assert_eq!((engine.poll_one(), engine.fire_next(Instant::from_secs(9_999))), (None, None));
    (engine.trace().panic_text().to_owned(), engine)
}

#[test]
fn a_panic_of_a_tasks_own_code_ends_the_run_as_a_fact() {
    let (text, engine) = rust_panic(async || panic!("an index is out of bounds"));
    assert_eq!((text.as_str(), engine.polls()), ("an index is out of bounds", 1));
    let (text, engine) = rust_panic(async || {
        sleep(Duration::from_millis(1)).await;
        panic!("{} of {}", 7, 3);
    });
    assert_eq!((text.as_str(), engine.polls()), ("7 of 3", 3));
}

#[test]
fn a_select_has_as_many_cases_as_a_wait_of_the_trace_and_no_more() {
    async fn waits_for(cases: usize) {
        let (_tx, rx) = make::<u32>(0);
        any((0..cases).map(|_| Choice::new(rx.receive(), drop)).collect()).await;
    }
    let engine = limited(Limits::default(), || drop(go(|| waits_for(CASES_MAX), ())));
    assert_eq!((engine.stop(), engine.tasks_alive()), (None, 1));
    let (text, _) = rust_panic(|| waits_for(CASES_MAX + 1));
    assert_eq!(text, "a select has at most 65,535 cases");
}

#[test]
fn recover_does_not_stop_it() {
    let (text, _) = rust_panic(async || {
        let ended = recover(async { panic!("a bug") }).await;
        assert!(ended.is_err(), "unreachable");
    });
    assert_eq!(text, "a bug");
}

struct Explodes;

impl Drop for Explodes {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

#[test]
fn a_panic_in_a_destructor_ends_the_run_as_well() {
    let (text, _) = rust_panic(async || {
        let _last = Explodes;
        sleep(Duration::ZERO).await;
    });
    assert_eq!(text, "in a destructor");
    let (text, _) = rust_panic(async || {
        let explodes = Explodes;
        let other = go(
            async || {
                let _kept = explodes;
                std::future::pending().await
            },
            (),
        );
        sleep(Duration::from_millis(1)).await;
        other.abort();
    });
    assert_eq!(text, "in a destructor");
}

#[test]
fn a_panic_while_a_task_is_being_spawned_is_its_spawners() {
    fn bad_start() -> std::future::Ready<()> {
        panic!("before the first poll")
    }
    let (text, _) = rust_panic(async || _ = go(bad_start, ()));
    assert_eq!(text, "before the first poll");
}

#[test]
fn an_engine_after_a_panic_leaves_the_next_one_alone() {
    drop(rust_panic(async || panic!("one")));
    let engine = limited(Limits::default(), || _ = go(async || sleep(Duration::from_secs(1)).await, ()));
    assert_eq!((engine.stop(), engine.tasks_alive(), engine.trace().panic_text()), (None, 0, ""));
}

// EVERY BOUND HAS ITS SENTENCE

const LIMITS: [Limit; 7] = [
    Limit::PollsPerInstant,
    Limit::OperationsPerInstant,
    Limit::TasksAlive,
    Limit::Bytes,
    Limit::Events,
    Limit::Objects,
    Limit::Places,
];

/// A new kind of limit does not compile here before it is in the list above.
fn name(limit: Limit) -> &'static str {
    match limit {
        Limit::PollsPerInstant => "PollsPerInstant",
        Limit::OperationsPerInstant => "OperationsPerInstant",
        Limit::TasksAlive => "TasksAlive",
        Limit::Bytes => "Bytes",
        Limit::Events => "Events",
        Limit::Objects => "Objects",
        Limit::Places => "Places",
    }
}

/// 4 000 000
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits")).collect();
    groups.join(" ")
}

#[test]
fn the_table_of_bounds_has_each_with_its_default_and_its_sentence() {
    let source = include_str!("../src/executor/limits.rs");
    let table: Vec<&str> =
        source.lines().filter(|line| line.starts_with("//! | [`") || line.starts_with("//! | `")).collect();
    let defaults = Limits::default();
    let Limits { polls_per_instant_max, operations_per_instant_max, tasks_alive_max, bytes_max, events_max } = defaults;
    let bounds = [
        ("Limits::polls_per_instant_max", polls_per_instant_max),
        ("Limits::operations_per_instant_max", operations_per_instant_max),
        ("Limits::tasks_alive_max", u64::from(tasks_alive_max)),
        ("Limits::bytes_max", bytes_max),
        ("Limits::events_max", events_max),
        ("ObjectId::MAX", u64::from(ObjectId::MAX)),
        ("u16::MAX", u64::from(u16::MAX)),
    ];
    for (limit, (bound, default)) in LIMITS.into_iter().zip(bounds) {
        let row = table.iter().find(|row| row.contains(bound)).unwrap_or_else(|| panic!("{bound} is not in the table"));
        let sentence = format!("[`Limit::{}`]: {} |", name(limit), limit.as_str());
        assert!(row.contains(&sentence) && row.contains(&format!("| {}", grouped(default))), "{row}");
    }
    let row = table.iter().find(|row| row.contains("OPERATIONS_PER_POLL")).expect("giving way is in the table");
    assert!(row.contains(&grouped(OPERATIONS_PER_POLL)) && table.len() == LIMITS.len() + 2);
    let row = table.iter().find(|row| row.contains("`CASES_MAX`")).expect("the cases of a select are in the table");
    assert!(row.contains(&grouped(CASES_MAX as u64)), "{row}");
}

#[test]
fn no_two_bounds_say_the_same() {
    let mut sentences: Vec<&str> = LIMITS.iter().map(|limit| limit.as_str()).collect();
    sentences.sort_unstable();
    sentences.dedup();
    assert_eq!(sentences.len(), LIMITS.len());
}

#[test]
fn a_bound_that_is_hit_is_the_last_fact_of_the_trace() {
    let limits = Limits { events_max: 100, ..Limits::default() };
    let engine = limited(limits, || {
        let endless = async || {
            loop {
                sleep(Duration::from_millis(1)).await;
            }
        };
        go(endless, ());
    });
    assert_eq!(engine.stop(), Some(Stop::Limit(Limit::Events)));
    assert_eq!(engine.trace().len(), 101);
    let mut reader = Reader::new();
    let last = std::iter::from_fn(|| reader.next(engine.trace())).last();
    assert_eq!(last, Some(Event::LimitHit { limit: Limit::Events }));
}
