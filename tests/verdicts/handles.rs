//! Where handles are: with the task that was given them, in a message, or where the trace cannot see.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::rc::Rc;

use expect_test::expect;
use pileup::executor::holder::Holder;
use pileup::executor::spawn::{HandOver, Plain, go, request};
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::time::{Duration, Timer, sleep};

use crate::play::{SECOND, check};

/// A request with a reply channel.
struct Request {
    reply: Sender<u32>,
}

impl HandOver for Request {
    fn hand_over(&self, to: Holder) {
        self.reply.hand_over(to);
    }
}

async fn client(server: Sender<Request>) {
    let (reply, answer) = make(0);
    server.send(Request { reply }).await;
    answer.receive().await;
}

/// Answers so many requests, a second after each other.
async fn server(requests: Receiver<Request>, many: u32) {
    for _ in 0..many {
        sleep(SECOND).await;
        if let Some(request) = requests.receive().await {
            request.reply.send(1).await;
        }
    }
    sleep(SECOND).await;
}

#[test]
fn a_request_in_a_buffer_that_a_living_server_will_read_is_answered() {
    check(
        || {
            let (tx, rx) = make(1);
            request(client, (tx,));
            request(server, (rx, 1));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working
            1500 ms: t2 parent working
            at last: nobody
        "#]],
    );
}

#[test]
fn a_request_in_a_buffer_that_nobody_can_read_strands_its_client() {
    check(
        || {
            let (tx, _) = make(1);
            request(client, (tx,));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
    check(
        || {
            let (tx, rx) = make(1);
            request(client, (tx,));
            request(async |_: Receiver<Request>| pending().await, (rx,));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent stranded
            at last: t1 parent stranded, t2 parent stranded
        "#]],
    );
}

#[test]
fn a_request_of_a_waiting_sender_that_moves_into_the_buffer_is_answered() {
    check(
        || {
            let (tx, rx) = make(1);
            request(client, (&tx,));
            request(client, (tx,));
            request(server, (rx, 2));
        },
        &[500, 1_500, 2_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent working
            1500 ms: t2 parent working, t3 parent working
            2500 ms: t3 parent working
            at last: nobody
        "#]],
    );
}

#[test]
fn one_that_moved_into_the_buffer_and_is_never_read_strands_its_client() {
    check(
        || {
            let (tx, rx) = make(1);
            request(client, (&tx,));
            request(client, (tx,));
            request(server, (rx, 1));
        },
        &[500, 1_500, 2_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent working
            1500 ms: t2 parent working, t3 parent working
            2500 ms: t2 parent stranded
            at last: t2 parent stranded
        "#]],
    );
}

#[test]
fn a_request_that_its_server_passes_on_is_answered_by_the_next() {
    async fn passes_on(requests: Receiver<Request>, to: Sender<Request>) {
        if let Some(request) = requests.receive().await {
            to.send(request).await;
        }
    }
    check(
        || {
            let ((tx, rx), (next_tx, next_rx)) = (make(0), make(1));
            request(client, (tx,));
            request(passes_on, (rx, next_tx));
            request(server, (next_rx, 1));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t3 parent working
            1500 ms: t3 parent working
            at last: nobody
        "#]],
    );
}

#[test]
fn a_receiver_that_is_sent_on_its_own_channel_is_nobodys() {
    struct Itself(Receiver<Itself>);
    impl HandOver for Itself {
        fn hand_over(&self, to: Holder) {
            self.0.hand_over(to);
        }
    }
    async fn sends_itself() {
        let (tx, rx) = make(0);
        tx.send(Itself(rx)).await;
    }
    check(
        || _ = request(sends_itself, ()),
        &[500],
        &expect![[r#"
         500 ms: t1 parent stranded
        at last: t1 parent stranded
    "#]],
    );
}

async fn receives(rx: Receiver<u32>) {
    rx.receive().await;
}

/// Sends after a second.
async fn sends(tx: Sender<u32>) {
    sleep(SECOND).await;
    tx.send(1).await;
}

#[test]
fn a_handle_that_a_closure_brings_along_may_be_anywhere() {
    async fn parent() {
        let (tx, rx) = make(0);
        go(receives, (rx,));
        go(async move || sends(tx).await, ());
        pending::<()>().await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent stranded, t2 child unproven, t3 child working
        1500 ms: t1 parent stranded
        at last: t1 parent stranded
    "#]],
    );
}

#[test]
fn a_handle_that_its_holder_keeps_to_itself_is_nowhere_else() {
    async fn parent() {
        let (tx, rx) = make::<u32>(0);
        go(receives, (rx,));
        pending::<()>().await;
        drop(tx);
    }
    check(
        || _ = request(parent, ()),
        &[500],
        &expect![[r#"
         500 ms: t1 parent stranded, t2 child stranded
        at last: t1 parent stranded, t2 child stranded
    "#]],
    );
}

#[test]
fn a_handle_that_is_handed_over_is_the_new_tasks() {
    async fn parent() {
        let (tx, rx) = make(0);
        go(receives, (rx,));
        go(sends, (tx,));
        pending::<()>().await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent stranded, t2 child working, t3 child working
        1500 ms: t1 parent stranded
        at last: t1 parent stranded
    "#]],
    );
}

type Registry = Rc<RefCell<Vec<Sender<u32>>>>;

async fn subscribes(registry: Registry) {
    let (tx, rx) = make(0);
    registry.borrow_mut().push(tx);
    rx.receive().await;
}

async fn publishes(registry: Registry) {
    sleep(SECOND).await;
    let all: Vec<Sender<u32>> = registry.borrow_mut().drain(..).collect();
    for subscriber in all {
        subscriber.send(1).await;
    }
}

#[test]
fn subscribers_in_a_registry_that_closures_share_are_reached() {
    check(
        || {
            let registry = Registry::default();
            for _ in 0..2 {
                let registry = registry.clone();
                request(async move || subscribes(registry).await, ());
            }
            request(async move || publishes(registry).await, ());
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent unproven, t2 parent unproven, t3 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn subscribers_in_a_registry_that_is_handed_over_are_reached() {
    check(
        || {
            let registry = Registry::default();
            request(subscribes, (registry.clone(),));
            request(subscribes, (registry.clone(),));
            request(publishes, (registry,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent unproven, t2 parent unproven, t3 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn a_list_that_only_its_owner_has_reaches_nobody() {
    async fn keeps_a_list() {
        let (tx, rx) = make::<u32>(0);
        let list = vec![tx];
        rx.receive().await;
        drop(list);
    }
    check(
        || {
            request(keeps_a_list, ());
            request(publishes, (Registry::default(),));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent working
            at last: t1 parent stranded
        "#]],
    );
}

/// Waits for a timer twice; it fires once by itself.
async fn waits_twice(timer: Rc<Timer>) {
    timer.receive().await;
    timer.receive().await;
}

async fn resets(timer: Rc<Timer>) {
    sleep(SECOND).await;
    timer.reset(Duration::from_millis(100));
    sleep(SECOND).await;
}

#[test]
fn a_timer_that_another_task_resets_fires_again() {
    check(
        || {
            let timer = Rc::new(Timer::new(Duration::from_millis(100)));
            let other = timer.clone();
            request(async move || waits_twice(timer).await, ());
            request(async move || resets(other).await, ());
        },
        &[50, 500, 1_500],
        &expect![[r#"
              50 ms: t1 parent working, t2 parent working
             500 ms: t1 parent working, t2 parent working
            1500 ms: t2 parent working
            at last: nobody
        "#]],
    );
    check(
        || {
            let timer = Rc::new(Timer::new(Duration::from_millis(100)));
            request(waits_twice, (timer.clone(),));
            request(resets, (timer,));
        },
        &[50, 500, 1_500],
        &expect![[r#"
              50 ms: t1 parent working, t2 parent working
             500 ms: t1 parent unproven, t2 parent working
            1500 ms: t2 parent working
            at last: nobody
        "#]],
    );
}

#[test]
fn a_timer_that_only_its_waiter_has_never_fires_again() {
    async fn waits_alone(timer: Timer) {
        timer.receive().await;
        timer.receive().await;
    }
    async fn hands_it_over() {
        go(waits_alone, (Timer::new(Duration::from_millis(100)),));
        sleep(SECOND).await;
    }
    check(
        || _ = request(hands_it_over, ()),
        &[50, 500, 1_500],
        &expect![[r#"
          50 ms: t1 parent working, t2 child working
         500 ms: t1 parent working, t2 child stranded
        1500 ms: t2 child stranded
        at last: t2 child stranded
    "#]],
    );
}

/// It owns a handle, and does not say so.
struct Hides(Sender<u32>);

impl Plain for Hides {}

#[test]
fn a_users_plain_type_that_owns_a_handle_may_have_any() {
    async fn parent() {
        let (tx, rx) = make(0);
        go(receives, (rx,));
        go(async |hides: Hides| sends(hides.0).await, (Hides(tx),));
        pending::<()>().await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent stranded, t2 child unproven, t3 child working
        1500 ms: t1 parent stranded
        at last: t1 parent stranded
    "#]],
    );
}

#[test]
fn one_that_travels_in_a_message_may_have_any() {
    async fn parent(hidden: Sender<Hides>) {
        let (tx, rx) = make(0);
        go(receives, (rx,));
        hidden.send(Hides(tx)).await;
        pending::<()>().await;
    }
    async fn finds(hidden: Receiver<Hides>) {
        if let Some(Hides(tx)) = hidden.receive().await {
            sends(tx).await;
        }
    }
    check(
        || {
            let (tx, rx) = make(1);
            request(parent, (tx,));
            request(finds, (rx,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent working, t3 child unproven
            1500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
}

/// Makes a channel and a timer before its future is polled.
fn makes_early() -> impl Future<Output = ()> {
    let (tx, rx) = make(0);
    let timer = Timer::new(Duration::from_millis(100));
    go(receives, (rx,));
    async move {
        timer.receive().await;
        sends(tx).await;
    }
}

#[test]
fn a_handle_that_a_program_makes_before_its_future_runs_is_the_new_tasks() {
    async fn parent() {
        go(makes_early, ());
        pending::<()>().await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent stranded, t2 child working, t3 child working
        1500 ms: t1 parent stranded
        at last: t1 parent stranded
    "#]],
    );
}

#[test]
fn and_when_that_task_cannot_go_on_it_frees_nobody() {
    fn makes_early_and_hangs() -> impl Future<Output = ()> {
        let (tx, rx) = make::<u32>(0);
        go(receives, (rx,));
        async move {
            pending::<()>().await;
            drop(tx);
        }
    }
    async fn parent() {
        go(makes_early_and_hangs, ());
        sleep(SECOND).await;
    }
    check(
        || _ = request(parent, ()),
        &[500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child stranded, t3 child stranded
        at last: t2 child stranded, t3 child stranded
    "#]],
    );
}

/// It closes its channel when it is dropped, by whomever.
struct Closes(Sender<u32>);

impl HandOver for Closes {
    fn hand_over(&self, _: Holder) {
        self.0.hand_over(Holder::Anybody);
    }
}

impl Drop for Closes {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[test]
fn a_message_whose_destructor_uses_a_handle_does_so_when_its_channel_goes_or_its_select_loses() {
    async fn lets_go(channel: Sender<Closes>, tx: Sender<u32>) {
        channel.send(Closes(tx)).await;
        sleep(SECOND).await;
    }
    async fn loses(channel: Sender<Closes>, tx: Sender<u32>) {
        let timer = Timer::new(SECOND);
        select! {
            _ = channel.send(Closes(tx)) => {},
            _ = timer.receive() => {},
        }
    }
    check(
        || {
            let ((channel, _), (tx, rx)) = (make(1), make(0));
            request(lets_go, (channel, tx));
            request(receives, (rx,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent unproven
            1500 ms: nobody
            at last: nobody
        "#]],
    );
    check(
        || {
            let ((channel, _), (tx, rx)) = (make(0), make(0));
            request(loses, (channel, tx));
            request(receives, (rx,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent unproven
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}
