//! Structures that are deep, wide or never read: nothing recurses, searches or keeps the clock busy.
//!
//! Each test makes so much of one thing that a recursion would overflow the stack and a search for each member would not
//! end. What the clock did is counted, not timed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::executor::engine::{Config, Engine, Progress};
use pileup::executor::rng::{Rng, Stream};
use pileup::executor::spawn::{go, request};
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::chan::make;
use pileup::sync::context::{Context, after_func, background, with_cancel, with_timeout, with_value};
use pileup::sync::errgroup::Group;
use pileup::sync::semaphore::Weighted;
use pileup::sync::time::{self, Duration, Ticker, after, sleep};
use pileup::trace::columns::Reader;
use pileup::trace::event::{Event, Role, ScopeId};
use pileup::verdict::ledger::Ledger;

const MANY: usize = 100_000;

fn run(program: impl AsyncFnOnce() + 'static) -> Engine {
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        go(async move || program().await, ());
    });
    engine.run_until_idle();
    assert_eq!((engine.tasks_alive(), engine.stop()), (0, None));
    engine
}

fn chain(first: &Context, length: usize) -> Vec<Context> {
    let mut contexts = vec![first.clone()];
    for _ in 0..length {
        contexts.push(with_cancel(contexts.last().expect("the first is there")).0);
    }
    contexts
}

#[test]
fn a_chain_of_contexts_is_cancelled_from_the_first_to_the_last() {
    run(async || {
        let (first, cancel) = with_cancel(&background());
        let contexts = chain(&first, MANY);
        cancel.cancel();
        assert!(contexts.iter().all(|ctx| ctx.err().is_some()));
        assert!(contexts.iter().all(|ctx| ctx.children() == 0));
    });
}

#[test]
fn a_chain_of_contexts_of_which_only_the_last_is_held_is_dropped_with_it() {
    run(async || {
        let (first, _cancel) = with_cancel(&background());
        let last = chain(&first, MANY).pop();
        assert_eq!(first.children(), 1);
        drop(last);
        assert_eq!(first.children(), 0);
    });
}

#[test]
fn a_chain_of_values_is_dropped_with_the_last_and_searched_from_it() {
    run(async || {
        let first = with_value(&background(), "first", 7);
        let last = (0..MANY as u32).fold(first, |ctx, number| with_value(&ctx, number, number));
        assert_eq!(last.value::<i32>(&"first"), Some(&7));
        assert_eq!(last.value::<u32>(&5_u32), Some(&5));
        drop(last);
    });
}

#[test]
fn each_of_many_siblings_leaves_its_parent_by_itself() {
    run(async || {
        let (parent, cancel_parent) = with_cancel(&background());
        let mut draws = Rng::new(7, Stream::Order);
        let mut siblings: Vec<_> = (0..MANY).map(|_| with_cancel(&parent)).collect();
        assert_eq!(parent.children(), MANY);
        while siblings.len() > MANY / 2 {
            let leaves = siblings.swap_remove(draws.below(siblings.len() as u32) as usize);
            if draws.below(2) == 0 {
                leaves.1.cancel();
            }
        }
        assert_eq!(parent.children(), MANY / 2);
        cancel_parent.cancel();
        assert!(siblings.iter().all(|(ctx, _)| ctx.err().is_some()));
        assert_eq!(parent.children(), 0);
    });
}

#[test]
fn each_of_many_functions_leaves_its_context_by_itself() {
    let ran = Rc::new(Cell::new(0));
    let runs = ran.clone();
    run(async move || {
        let (ctx, cancel) = with_cancel(&background());
        let add = || {
            let runs = runs.clone();
            async move || runs.set(runs.get() + 1)
        };
        let functions: Vec<_> = (0..MANY).map(|_| after_func(&ctx, add())).collect();
        assert!(functions.iter().step_by(2).all(|function| function.stop()));
        assert_eq!(ctx.children(), MANY / 2);
        cancel.cancel();
    });
    assert_eq!(ran.get(), MANY / 2);
}

#[test]
fn functions_of_a_cancelled_tree_run_parents_first_in_the_order_in_which_they_were_asked_for() {
    let order = Rc::new(RefCell::new(Vec::new()));
    let says = order.clone();
    run(async move || {
        let say = |text: &'static str| {
            let says = says.clone();
            async move || says.borrow_mut().push(text)
        };
        let (parent, cancel) = with_cancel(&background());
        after_func(&parent, say("parent's first"));
        let (child, _cancel) = with_cancel(&parent);
        after_func(&child, say("child's"));
        after_func(&parent, say("parent's second"));
        cancel.cancel();
    });
    assert_eq!(*order.borrow(), ["parent's first", "child's", "parent's second"]);
}

#[test]
fn functions_of_the_clock_and_of_a_cancel_belong_to_the_scope_that_asked_for_them() {
    let mut engine = Engine::new(Config::default());
    let parent = async || {
        let (ctx, _cancel) = with_timeout(&background(), Duration::from_secs(2));
        after_func(&ctx, async || {});
        time::after_func(Duration::from_secs(1), async || {});
        sleep(Duration::from_secs(3)).await;
    };
    engine.start(|| {
        request(parent, ());
    });
    assert_eq!(engine.run_to(Instant::from_nanos(u64::MAX), u64::MAX), Progress::Reached);
    let mut spawned = Vec::new();
    let mut reader = Reader::new();
    while let Some(event) = reader.next(engine.trace()) {
        if let Event::Spawned { scope, role, .. } = event {
            spawned.push((scope, role));
        }
    }
    let scope = ScopeId(1);
    assert_eq!(spawned, [(scope, Role::Parent), (scope, Role::Child), (scope, Role::Child)]);
}

#[test]
fn a_function_that_is_stopped_gives_back_what_it_holds() {
    let held = Rc::new(());
    let (timers, cancels) = (held.clone(), held.clone());
    run(async move || {
        let timer = time::after_func(Duration::from_secs(1), async move || drop(timers.clone()));
        let (ctx, _cancel) = with_cancel(&background());
        let stop = after_func(&ctx, async move || drop(cancels));
        assert!(timer.stop() && stop.stop());
    });
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn many_deadlines_that_are_given_up_leave_the_clock() {
    let engine = run(async || {
        let contexts: Vec<_> = (0..MANY).map(|_| with_timeout(&background(), Duration::from_secs(1))).collect();
        drop(contexts);
    });
    assert_eq!(engine.timers_armed(), 0);
}

#[test]
fn a_ticker_that_nobody_reads_costs_nothing() {
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        let keeps = async |ticker: Ticker| {
            sleep(Duration::from_secs(3600)).await;
            let first = ticker.receive().await.expect("a ticker is never closed");
            let next = ticker.receive().await.expect("a ticker is never closed");
            assert!(first.as_nanos() <= 1 && next == now(), "the first one stayed, and those after it were lost");
        };
        go(keeps, (Ticker::new(Duration::from_nanos(1)),));
    });
    engine.run_until_idle();
    let events = engine.trace().len();
    assert_eq!(engine.run_to(Instant::from_nanos(u64::MAX), u64::MAX), Progress::Reached);
    assert!(engine.trace().len() - events < 20, "an hour is one sleep and two ticks");
    assert_eq!((engine.tasks_alive(), engine.timers_armed()), (0, 0));
}

#[test]
fn a_ticker_in_a_select_that_takes_its_other_case_leaves_the_clock() {
    let engine = run(async || {
        let ticker = Ticker::new(Duration::from_secs(1));
        let (tx, rx) = make::<u32>(0);
        go(async move || tx.send(1).await, ());
        select! {
            _ = ticker.receive() => {},
            got = rx.receive() => assert_eq!(got, Some(1)),
        }
    });
    assert_eq!(engine.timers_armed(), 0);
}

/// What a receiver sees of a ticker that keeps the clock busy at each period, as Go's documentation describes it.
struct Busy {
    period: u64,
    next: u64,
    unread: Option<u64>,
}

impl Busy {
    fn pass(&mut self, until: u64) {
        while self.next <= until {
            self.unread = self.unread.or(Some(self.next));
            self.next += self.period;
        }
    }

    fn receive(&mut self, from: u64) -> u64 {
        self.pass(from);
        let next = self.next;
        self.unread.take().unwrap_or_else(|| {
            self.pass(next);
            self.unread.take().expect("it ticked")
        })
    }
}

#[test]
fn a_lazy_ticker_is_seen_as_a_busy_one_is() {
    for seed in 0..300 {
        let seen = Rc::new(Cell::new(0));
        let sees = seen.clone();
        let mut engine = Engine::new(Config::default());
        engine.start(|| {
            go(async move || compare_with_busy(seed, &sees).await, ());
        });
        assert_eq!(engine.run_to(Instant::from_nanos(u64::MAX), u64::MAX), Progress::Reached);
        assert_eq!((engine.tasks_alive(), seen.get()), (0, 60));
    }
}

async fn compare_with_busy(seed: u32, seen: &Cell<u32>) {
    let mut draws = Rng::new(seed, Stream::Order);
    let period = |draws: &mut Rng| u64::from(1 + draws.below(9));
    let micros = Duration::from_micros;
    let first = period(&mut draws);
    let ticker = Ticker::new(micros(first));
    let mut busy = Busy { period: first, next: first, unread: None };
    for _ in 0..60 {
        match draws.below(6) {
            0..3 => sleep(micros(u64::from(draws.below(40)))).await,
            3 => {
                let from = now().as_micros();
                let got = ticker.receive().await.expect("a ticker is never closed");
                assert_eq!(got.as_micros(), busy.receive(from), "seed {seed}");
            }
            4 => {
                // Ticks due at the same moment as the other timer are left out: which comes first is drawn.
                let (from, patience) = (now().as_micros(), u64::from(draws.below(5)));
                busy.pass(from);
                let other = after(micros(patience));
                if busy.unread.is_none() && busy.next != from + patience {
                    select! {
                        got = ticker.receive() => assert_eq!(got.map(|at| at.as_micros()), Some(busy.receive(from)), "seed {seed}"),
                        _ = other.receive() => assert!(busy.next > from + patience, "seed {seed}"),
                    }
                }
            }
            _ => {
                let period = period(&mut draws);
                ticker.reset(micros(period));
                busy = Busy { period, next: now().as_micros() + period, unread: None };
            }
        }
        seen.set(seen.get() + 1);
    }
}

#[test]
fn a_semaphore_is_never_overdrawn_and_serves_everyone_in_order() {
    for seed in 0..200 {
        let held = Rc::new(Cell::new(0));
        let served = Rc::new(RefCell::new(Vec::new()));
        let mut engine = Engine::new(Config { seed, ..Config::default() });
        engine.start(|| {
            let mut draws = Rng::new(seed, Stream::Order);
            let semaphore = Weighted::new(10);
            for number in 0..30 {
                let (weight, work) = (u64::from(1 + draws.below(10)), u64::from(draws.below(5)));
                let patience = if draws.below(4) == 0 { draws.below(10) } else { 1_000 };
                let (held, served) = (held.clone(), served.clone());
                let task = async move |semaphore: Weighted| {
                    let (ctx, _cancel) = with_timeout(&background(), Duration::from_millis(u64::from(patience)));
                    if semaphore.acquire(&ctx, weight).await.is_ok() {
                        held.set(held.get() + weight);
                        assert!(held.get() <= 10);
                        served.borrow_mut().push(number);
                        sleep(Duration::from_millis(work)).await;
                        held.set(held.get() - weight);
                        semaphore.release(weight);
                    }
                };
                go(task, (&semaphore,));
            }
        });
        assert_eq!(engine.run_to(Instant::from_nanos(u64::MAX), u64::MAX), Progress::Reached);
        assert_eq!((engine.tasks_alive(), held.get()), (0, 0), "seed {seed}");
        assert!(served.borrow().is_sorted() && !served.borrow().is_empty(), "seed {seed}: {served:?}");
    }
}

#[test]
fn an_aborted_acquire_gives_back_what_it_was_given() {
    let mut engine = Engine::new(Config::default());
    let mut left = None;
    engine.start(|| {
        let semaphore = Weighted::new(2);
        assert!(semaphore.try_acquire(2));
        let wants = async |semaphore: Weighted| semaphore.acquire(&background(), 2).await.expect("nobody cancels");
        left = Some((semaphore.clone(), go(wants, (&semaphore,))));
    });
    engine.run_until_idle();
    engine.start(|| {
        let (semaphore, waiter) = left.take().expect("it was started");
        assert_eq!(semaphore.waiters(), 1);
        semaphore.release(2); // it is the waiter's, who has not run yet
        assert!(!semaphore.try_acquire(1));
        waiter.abort();
        assert!(semaphore.try_acquire(2));
    });
    assert_eq!(engine.tasks_alive(), 0);
}

#[test]
fn a_group_never_runs_more_than_its_limit() {
    for seed in 0..100 {
        let (running, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (runs, notes) = (running.clone(), most.clone());
        let mut engine = Engine::new(Config { seed, ..Config::default() });
        let parent = async move || {
            let mut draws = Rng::new(seed, Stream::Order);
            let group = Group::new();
            group.set_limit(Some(3));
            for _ in 0..20 {
                let (runs, notes, work) = (runs.clone(), notes.clone(), u64::from(draws.below(9)));
                let task = async move || {
                    runs.set(runs.get() + 1);
                    notes.set(notes.get().max(runs.get()));
                    sleep(Duration::from_millis(work)).await;
                    runs.set(runs.get() - 1);
                    Ok(())
                };
                group.go(task, ()).await;
            }
            assert!(group.wait().await.is_ok());
        };
        engine.start(|| {
            go(parent, ());
        });
        assert_eq!(engine.run_to(Instant::from_nanos(u64::MAX), u64::MAX), Progress::Reached);
        assert_eq!((engine.tasks_alive(), running.get(), most.get()), (0, 0, 3), "seed {seed}");
    }
}

/// Runs a request and asks the ledger after every poll and every move of the clock: nobody of it is ever called stranded
/// or a runaway.
fn never_accused(seconds: u64, parent: impl AsyncFnOnce() + 'static) {
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        request(async move || parent().await, ());
    });
    let mut ledger = Ledger::new();
    loop {
        while engine.poll_one().is_some() {
            ledger.catch_up(engine.trace());
            ledger.settle();
            assert_eq!((ledger.counts().stranded, ledger.counts().runaway), (0, 0), "at {}", ledger.now_us());
        }
        if engine.fire_next(Instant::from_secs(seconds)).is_none() {
            break;
        }
    }
    assert_eq!(engine.tasks_alive(), 0, "it has ended");
}

#[test]
fn who_waits_for_a_lazy_ticker_is_never_called_stranded() {
    never_accused(100, async || {
        let ticker = Ticker::new(Duration::from_secs(1));
        for _ in 0..3 {
            ticker.receive().await;
        }
        let (_tx, rx) = make::<u32>(0);
        for _ in 0..3 {
            select! {
                _ = ticker.receive() => {},
                _ = rx.receive() => {},
            }
            sleep(Duration::from_millis(2_500)).await;
        }
        let listens = async |ticker: Ticker| {
            ticker.receive().await;
        };
        go(listens, (&ticker,));
        go(listens, (&ticker,));
        ticker.receive().await;
    });
}

#[test]
fn who_waits_for_a_semaphore_or_a_group_is_never_called_stranded_while_others_work() {
    never_accused(100, async || {
        let semaphore = Weighted::new(2);
        let group = Group::new();
        group.set_limit(Some(2));
        for _ in 0..5 {
            let works = async |semaphore: Weighted| {
                semaphore.acquire(&background(), 2).await?;
                sleep(Duration::from_secs(1)).await;
                semaphore.release(2);
                Ok(())
            };
            group.go(works, (&semaphore,)).await;
        }
        assert!(group.wait().await.is_ok());
    });
}
