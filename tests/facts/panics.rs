//! `panic`, `recover` and `Goexit`, with Go's rules (specification, "Handling panics"; package `runtime`, `Goexit`).

use std::cell::RefCell;
use std::rc::Rc;

use expect_test::expect;
use futures::future::join;
use futures::task::LocalSpawnExt as _;
use pileup::executor::engine::{Engine, Stop};
use pileup::executor::spawn::{Spawner, go};
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::mutex::Mutex;
use pileup::sync::panics::{goexit, panic, panic_again, recover};
use pileup::sync::time::{Duration, sleep};
use pileup::trace::event::{Panic, TaskId};

use crate::printer::{check, play};

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn say(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    fn text(&self) -> String {
        self.0.borrow().join(", ")
    }

    /// Says it when it goes out of scope.
    fn defer(&self, what: &'static str) -> Defer {
        Defer(self.clone(), what)
    }
}

struct Defer(Log, &'static str);

impl Drop for Defer {
    fn drop(&mut self) {
        self.0.say(self.1);
    }
}

/// Plays one task of this future, and says what it logged and how the run ended.
fn run<F: Future<Output = ()> + 'static>(task: impl FnOnce(Log) -> F) -> (String, Engine) {
    let log = Log::default();
    let future = task(log.clone());
    let engine = play(|| Spawner.spawn_local(future).expect("it is taken"));
    (log.text(), engine)
}

#[test]
fn a_panic_runs_what_was_deferred_last_in_first_out_and_recover_tells_what_it_was() {
    let (log, engine) = run(async |log| {
        let ended = recover(async {
            let _first = log.defer("first");
            let _second = log.defer("second");
            panic("oh").await;
        });
        log.say(format!("recovered from {}", ended.await.unwrap_err()));
    });
    assert_eq!((log.as_str(), engine.stop(), engine.tasks_alive()), ("second, first, recovered from oh", None, 0));
}

#[test]
fn a_body_that_does_not_panic_gives_what_it_gives() {
    let (log, engine) = run(async |log| {
        let ended = recover(async {
            sleep(Duration::from_secs(1)).await;
            7
        });
        log.say(format!("{:?}", ended.await));
    });
    assert_eq!((log.as_str(), engine.stop()), ("Ok(7)", None));
}

#[test]
fn nothing_that_a_task_does_after_a_panic_counts_up_to_its_next_await() {
    let (log, engine) = run(async |log| {
        let (tx, rx) = make::<u32>(1);
        let (lock, spoils) = (Mutex::new(), log.clone());
        let ended = recover(async {
            tx.close();
            tx.close();
            assert!(!lock.try_lock());
            go(async move || spoils.say("spawned after the panic"), ());
            sleep(Duration::from_secs(1)).await;
            log.say("went on");
        });
        log.say(ended.await.unwrap_err().to_string());
        log.say(format!("closed {}, free {}", rx.receive().await.is_none(), lock.try_lock()));
    });
    assert_eq!((log.as_str(), engine.stop()), ("close of closed channel, closed true, free true", None));
    assert_eq!(engine.tasks_alive(), 0);
}

#[test]
fn what_is_made_after_a_panic_keeps_its_number() {
    async fn makes() {
        let kept = RefCell::new(None);
        let ended = recover(async {
            let (tx, _rx) = make::<u32>(0);
            tx.close();
            tx.close();
            *kept.borrow_mut() = Some(make::<u32>(0));
            sleep(Duration::from_secs(1)).await;
        });
        assert!(ended.await.is_err());
        make::<u32>(0);
        kept.take();
    }
    check(
        || _ = go(makes, ()),
        &expect![[r#"
        root: spawns t1
        t1: makes c1, gains c1!, gains c1?, closes c1, makes c2, gains c2!, gains c2?, loses c1?, c1 gone, loses c1!, recovers from panic: close of closed channel, makes c3, gains c3!, gains c3?, loses c3!, c3 gone, loses c3?, loses c2!, c2 gone, loses c2?, returns
    "#]],
    );
}

#[test]
fn a_panic_before_recover_is_not_recovered_from() {
    let (log, engine) = run(async |log| {
        let (tx, _rx) = make::<u32>(0);
        tx.close();
        tx.close();
        let ended = recover(async { log.say("the body ran") }).await;
        log.say(format!("{ended:?}"));
    });
    assert_eq!((log.as_str(), engine.stop()), ("", Some(Stop::Panicked(TaskId(1), Panic::CloseOfClosed))));
}

#[test]
fn the_inner_recover_takes_it_and_the_outer_one_sees_what_is_panicked_again() {
    let (log, engine) = run(async |log| {
        let outer = recover(async {
            let inner = recover(async { panic("one").await }).await;
            log.say(format!("inner {}", inner.as_ref().unwrap_err()));
            let swallowed = recover(async { panic("two").await }).await;
            log.say(format!("inner {}", swallowed.unwrap_err()));
            panic_again(inner.unwrap_err()).await;
        });
        log.say(format!("outer {}", outer.await.unwrap_err()));
    });
    assert_eq!((log.as_str(), engine.stop()), ("inner one, inner two, outer one", None));
}

#[test]
fn a_panic_of_what_is_deferred_takes_the_place_of_the_first_and_the_rest_is_still_deferred() {
    struct Closes(Sender<u32>);
    impl Drop for Closes {
        fn drop(&mut self) {
            self.0.close();
        }
    }
    struct Unlocks<'m>(&'m Mutex);
    impl Drop for Unlocks<'_> {
        fn drop(&mut self) {
            self.0.unlock();
        }
    }
    let (log, engine) = run(async |log| {
        let (lock, (tx, _rx)) = (Mutex::new(), make(0));
        tx.close();
        let ended = recover(async {
            lock.lock().await;
            let _unlocks = Unlocks(&lock);
            let _closes = Closes(tx);
            panic("first").await;
        });
        log.say(ended.await.unwrap_err().to_string());
        log.say(format!("free {}", lock.try_lock()));
    });
    assert_eq!((log.as_str(), engine.stop()), ("close of closed channel, free true", None));
}

#[test]
fn a_panic_that_nobody_recovers_from_ends_the_run_with_its_text() {
    let (log, engine) = run(async |log| {
        panic("my own").await;
        log.say("went on");
    });
    assert_eq!((log.as_str(), engine.stop()), ("", Some(Stop::Panicked(TaskId(1), Panic::Value))));
    assert_eq!(engine.trace().panic_text(), "my own");
}

#[test]
fn a_fatal_error_of_gos_is_not_recovered_from() {
    let (log, engine) = run(async |log| {
        let ended = recover(async {
            Mutex::new().unlock();
            sleep(Duration::from_secs(1)).await;
        });
        log.say(format!("{:?}", ended.await));
    });
    assert_eq!((log.as_str(), engine.stop()), ("", Some(Stop::Panicked(TaskId(1), Panic::UnlockOfUnlocked))));
}

#[test]
fn goexit_ends_the_task_and_runs_what_was_deferred_and_is_no_panic() {
    let (log, engine) = run(async |log| {
        let _last = log.defer("last");
        let ended = recover(async {
            let _first = log.defer("first");
            goexit().await;
            log.say("went on");
        });
        log.say(format!("{:?}", ended.await));
    });
    assert_eq!((log.as_str(), engine.stop(), engine.tasks_alive()), ("first, last", None, 0));
}

#[test]
fn what_goexit_leaves_behind_is_free_and_a_deferred_unlock_counts() {
    async fn exits(tx: Sender<u32>) {
        struct Sends(Sender<u32>);
        impl Drop for Sends {
            fn drop(&mut self) {
                self.0.close();
            }
        }
        let _closes = Sends(tx);
        goexit().await;
    }
    check(
        || {
            let (tx, rx) = make(0);
            go(exits, (tx,));
            go(async |rx: Receiver<u32>| assert_eq!(rx.receive().await, None), (rx,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, t1 gains c1!, loses c1!, spawns t2, t2 gains c1?, loses c1?
            t1: closes c1, loses c1!, returns
            t2: c1 gone, loses c1?, returns
        "#]],
    );
}

#[test]
fn a_panic_in_one_of_two_joined_futures_ends_both() {
    let (log, engine) = run(async |log| {
        let beside = async {
            sleep(Duration::from_secs(1)).await;
            log.say("beside");
        };
        let ended = recover(join(async { panic("one").await }, beside)).await;
        log.say(ended.unwrap_err().to_string());
    });
    assert_eq!((log.as_str(), engine.stop(), engine.timers_armed()), ("one", None, 0));
}
