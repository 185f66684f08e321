//! A handle is in one pair of hands at a time, and each change of hands is a fact.

use std::future::Future;

use expect_test::expect;
use pileup::executor::holder::Holder;
use pileup::executor::spawn::{HandOver, go, request};
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::mutex::Mutex;
use pileup::sync::time::{Duration, after, sleep};
use pileup::sync::wait_group::WaitGroup;
use pileup::trace::event::{Event, Role, ScopeId};

use crate::printer::{check, count, play};

/// A request: whoever gets it answers on the channel in it.
struct Request {
    reply: Sender<u32>,
}

impl HandOver for Request {
    fn hand_over(&self, to: Holder) {
        self.reply.hand_over(to);
    }
}

async fn ask(server: Sender<Request>) {
    let (reply, answer) = make(0);
    server.send(Request { reply }).await;
    answer.receive().await;
}

async fn answer_one(requests: Receiver<Request>) {
    if let Some(request) = requests.receive().await {
        request.reply.send(1).await;
    }
}

#[test]
fn a_reference_is_shared_and_a_value_moves() {
    check(
        || {
            let (tx, rx) = make::<u32>(1);
            go(async |_: Sender<u32>, _: Receiver<u32>| (), (&tx, rx));
            go(async |_: Sender<u32>| (), (tx,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, t1 gains c1!, t1 gains c1?, loses c1?, spawns t2, t2 gains c1!, loses c1!
            t1: loses c1?, loses c1!, returns
            t2: c1 gone, loses c1!, returns
        "#]],
    );
}

#[test]
fn at_a_rendezvous_the_receiver_has_what_is_in_the_message_before_it_is_polled() {
    check(
        || {
            let (server, requests) = make(0);
            go(answer_one, (requests,));
            go(ask, (server,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, t1 gains c1?, loses c1?, spawns t2, t2 gains c1!, loses c1!
            t1: waits in chan receive c1!
            t2: makes c2, gains c2!, gains c2?, t1 gains c2!, loses c2!, waits in chan receive c2!
            t1: wait over, loses c2!, loses c1?, returns
            t2: wait over, c2 gone, loses c2?, c1 gone, loses c1!, returns
        "#]],
    );
}

#[test]
fn what_is_in_a_message_is_its_channels_while_it_is_buffered() {
    check(
        || {
            let (server, requests) = make(1);
            go(ask, (server,));
            go(answer_one, (requests,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, t1 gains c1!, loses c1!, spawns t2, t2 gains c1?, loses c1?
            t1: makes c2, gains c2!, gains c2?, c1 gains c2!, loses c2!, waits in chan receive c2!
            t2: gains c2!, c1 loses c2!, loses c2!, loses c1?, returns
            t1: wait over, c2 gone, loses c2?, c1 gone, loses c1!, returns
        "#]],
    );
}

#[test]
fn what_is_in_the_message_of_a_waiting_sender_is_the_channels_and_stays_so_in_the_buffer() {
    check(
        || {
            let (server, requests) = make(1);
            go(ask, (&server,));
            go(ask, (server,));
            go(answer_one, (requests,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, t1 gains c1!, spawns t2, t2 gains c1!, loses c1!, spawns t3, t3 gains c1?, loses c1?
            t1: makes c2, gains c2!, gains c2?, c1 gains c2!, loses c2!, waits in chan receive c2!
            t2: makes c3, gains c3!, gains c3?, c1 gains c3!, loses c3!, waits in chan send c1?
            t3: gains c2!, c1 loses c2!, loses c2!, loses c1?, returns
            t2: wait over, waits in chan receive c3!
            t1: wait over, c2 gone, loses c2?, loses c1!, returns
        "#]],
    );
}

#[test]
fn a_select_that_loses_gives_back_what_it_wanted_to_send() {
    async fn gives_up(server: Sender<Request>) {
        let (reply, _answer) = make(0);
        let timer = after(Duration::from_secs(1));
        select! {
            _ = server.send(Request { reply }) => {},
            _ = timer.receive() => {},
        }
    }
    check(
        || {
            let (server, _requests) = make(0);
            go(gives_up, (server,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, t1 gains c1!, loses c1!, loses c1?
            t1: makes c2, gains c2!, gains c2?, makes w3, waits in select c1? w3!, c1 gains c2!, loses c2!
            t1: wait over, c1 loses c2!, w3 gone, c2 gone, loses c2?, c1 gone, loses c1!, returns
        "#]],
    );
}

#[test]
fn a_channel_that_goes_takes_along_what_is_in_it() {
    check(
        || {
            let (server, requests) = make(1);
            let (reply, answer) = make(0);
            go(
                async |server: Sender<Request>, reply: Sender<u32>| server.send(Request { reply }).await,
                (server, reply),
            );
            go(async |_: Receiver<Request>| sleep(Duration::from_secs(1)).await, (requests,));
            go(async |answer: Receiver<u32>| _ = answer.receive().await, (answer,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, makes c2, gains c2!, gains c2?, spawns t1, t1 gains c1!, loses c1!, t1 gains c2!, loses c2!, spawns t2, t2 gains c1?, loses c1?, spawns t3, t3 gains c2?, loses c2?
            t1: c1 gains c2!, loses c2!, loses c1!, returns
            t2: waits in sleep
            t3: waits in chan receive c2!
            t2: wait over, c1 loses c2!, c1 gone, loses c1?, returns
        "#]],
    );
}

#[test]
fn a_clone_belongs_to_who_clones_and_each_goes_on_its_own() {
    async fn clones(tx: Sender<u32>, mutex: Mutex) {
        let (second, lock) = (tx.clone(), mutex.clone());
        drop(tx);
        sleep(Duration::from_secs(1)).await;
        drop((second, lock));
    }
    check(
        || {
            let (tx, _rx) = make(0);
            go(clones, (tx, Mutex::new()));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, makes m2, gains m2!, spawns t1, t1 gains c1!, loses c1!, t1 gains m2!, loses m2!, loses c1?
            t1: gains c1!, gains m2!, loses c1!, waits in sleep
            t1: wait over, c1 gone, loses c1!, loses m2!, m2 gone, loses m2!, returns
        "#]],
    );
}

#[test]
fn handles_travel_in_vectors_tuples_options_and_results() {
    type Bundle = (Vec<Sender<u32>>, Option<Receiver<u32>>, Result<WaitGroup, ()>);
    check(
        || {
            let (tx, rx) = make(0);
            let bundle: Bundle = (vec![tx.clone(), tx], Some(rx), Ok(WaitGroup::new()));
            go(async |_: Bundle| (), (bundle,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, gains c1!, makes g2, gains g2!, spawns t1, t1 gains c1!, loses c1!, t1 gains c1!, loses c1!, t1 gains c1?, loses c1?, t1 gains g2!, loses g2!
            t1: loses c1!, loses c1!, c1 gone, loses c1?, g2 gone, loses g2!, returns
        "#]],
    );
}

/// A function that makes something before its future is polled.
fn makes_early() -> impl Future<Output = ()> {
    let (tx, rx) = make::<u32>(0);
    let timer = after(Duration::from_secs(1));
    async move {
        timer.receive().await;
        drop((tx, rx));
    }
}

#[test]
fn what_a_program_makes_before_its_future_runs_is_the_new_tasks() {
    check(
        || _ = go(makes_early, ()),
        &expect![[r#"
        root: spawns t1, makes c1, t1 gains c1!, t1 gains c1?, makes w2, t1 gains w2!, loses w2!
        t1: waits in chan receive w2!
        t1: wait over, loses c1!, c1 gone, loses c1?, w2 gone, returns
    "#]],
    );
}

#[test]
fn what_a_program_spawns_before_its_future_runs_is_in_its_request() {
    fn spawns_early() -> impl Future<Output = ()> {
        go(async || (), ());
        async {}
    }
    let engine = play(|| _ = request(spawns_early, ()));
    let of = |role, scope| {
        count(
            engine.trace(),
            |event| matches!(event, Event::Spawned { role: r, scope: s, .. } if (*r, *s) == (role, scope)),
        )
    };
    assert_eq!((of(Role::Parent, ScopeId(1)), of(Role::Child, ScopeId(1))), (1, 1));
}
