//! Memory that tasks share, into which the trace does not see: the fact is there exactly when something may hide a handle.

use std::cell::RefCell;
use std::rc::Rc;

use expect_test::expect;
use futures::task::LocalSpawnExt as _;
use pileup::executor::holder::Holder;
use pileup::executor::spawn::{HandOver, Plain, Spawner, go};
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::time::{Duration, sleep};
use pileup::trace::event::{Event, TaskId};

use crate::printer::{check, count, play};

/// Who was recorded as exposed, each once, in order.
fn exposed(program: impl FnOnce()) -> Vec<u32> {
    let engine = play(program);
    let is = |task| count(engine.trace(), |event| *event == Event::Exposed { task: TaskId(task) }) > 0;
    (0..10).filter(|task| is(*task)).collect()
}

async fn nothing<T>(_: T) {}

#[derive(Clone, Copy)]
struct Number(#[expect(dead_code, reason = "a plain word")] u32);

impl Plain for Number {}

/// It owns something: for all that the compiler knows, a handle.
struct Owner(#[expect(dead_code, reason = "what it hides")] Option<Sender<u32>>);

impl Plain for Owner {}

/// The same, and its author says that it hides none.
struct Harmless(#[expect(dead_code, reason = "nothing but bytes")] Vec<u8>);

impl Plain for Harmless {
    const MAY_HIDE_HANDLES: bool = false;
}

#[test]
fn plain_values_expose_nobody() {
    let program = || {
        go(nothing, (7_u32,));
        go(nothing, ("text".to_owned(),));
        go(nothing, (vec![Some(1_u8)],));
        go(nothing, (Number(7),));
        go(nothing, (Harmless(vec![1]),));
        go(async || (), ());
    };
    assert_eq!(exposed(program), [0; 0]);
}

#[test]
fn a_users_type_that_owns_something_exposes_who_gets_it() {
    assert_eq!(exposed(|| _ = go(nothing, (Owner(None),))), [1]);
}

#[test]
fn a_closure_that_brings_something_along_exposes_its_task() {
    let program = || {
        let (text, number) = ("text".to_owned(), 7);
        go(async move || assert_eq!(number, 7), ());
        go(async move || assert_eq!(text, "text"), ());
    };
    assert_eq!(exposed(program), [2]);
}

#[test]
fn memory_that_is_shared_exposes_both_and_the_root_is_no_fact() {
    async fn parent() {
        let shared = Rc::new(RefCell::new(7_u32));
        go(nothing, (shared.clone(),));
        sleep(Duration::from_secs(1)).await;
        drop(shared);
    }
    assert_eq!(exposed(|| _ = go(parent, ())), [1, 2]);
    assert_eq!(exposed(|| _ = go(nothing, (Rc::new(7_u32),))), [1]);
}

#[test]
fn handles_in_shared_memory_are_in_anybodys_hands() {
    check(
        || {
            let (tx, rx) = make::<u32>(0);
            go(nothing, (Rc::new(RefCell::new(vec![tx])),));
            go(nothing, (rx,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, anybody gains c1!, loses c1!, t1 exposed, spawns t2, t2 gains c1?, loses c1?
            t1: anybody loses c1!, returns
            t2: c1 gone, loses c1?, returns
        "#]],
    );
}

#[test]
fn who_receives_something_that_hides_is_exposed_as_who_sends_it() {
    let program = || {
        let (tx, rx) = make(1);
        go(async |tx: Sender<Owner>| tx.send(Owner(None)).await, (tx,));
        go(async |rx: Receiver<Owner>| _ = rx.receive().await, (rx,));
    };
    assert_eq!(exposed(program), [1, 2]);
}

#[test]
fn futures_own_way_to_spawn_exposes_its_task() {
    assert_eq!(exposed(|| Spawner.spawn_local(async {}).unwrap()), [1]);
}

thread_local! {
    static PLACE: RefCell<Option<Sender<u32>>> = const { RefCell::new(None) };
}

#[test]
fn a_handle_used_by_who_was_never_given_it_exposes_everybody() {
    async fn leaves_it(tx: Sender<u32>) {
        PLACE.with(|place| *place.borrow_mut() = Some(tx));
        sleep(Duration::from_secs(2)).await;
        drop(PLACE.take());
    }
    async fn finds_it() {
        sleep(Duration::from_secs(1)).await;
        PLACE.with(|place| place.borrow().as_ref().map(Sender::close));
    }
    let program = || {
        let (tx, _rx) = make(0);
        go(leaves_it, (tx,));
        go(finds_it, ());
    };
    assert_eq!(exposed(program), [0]);
}

/// It closes its channel when it is dropped, and does not say so.
struct Closes(Sender<u32>);

impl HandOver for Closes {
    fn hand_over(&self, to: Holder) {
        self.0.hand_over(to);
    }
}

impl Drop for Closes {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[test]
fn a_message_whose_destructor_uses_a_handle_that_nobody_received_exposes_everybody() {
    let program = || {
        let ((channel, _), (tx, _rx)) = (make(1), make(0));
        go(async |channel: Sender<Closes>, tx: Sender<u32>| channel.send(Closes(tx)).await, (channel, tx));
    };
    assert_eq!(exposed(program), [0]);
}
