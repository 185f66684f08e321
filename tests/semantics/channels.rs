//! `tests/go/semantics/channels.go`, function by function.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};

use crate::harness::{
    NotMirrored, Rules, Started, check, rule, run, settle, slice, start, start_receive, start_send, value, value_ok,
};

const NOT_MIRRORED: &[NotMirrored] = &[("make with a negative size", "a capacity is a usize")];

#[test]
fn channels_behave_as_gos_do() {
    let rules = Rules::default();
    run(&rules, unbuffered);
    run(&rules, buffered);
    run(&rules, order);
    run(&rules, closed);
    run(&rules, nils);
    check(include_str!("../go/semantics/channels.txt"), NOT_MIRRORED, &rules);
}

async fn unbuffered(rules: Rules) {
    let (tx, rx) = make::<i64>(0);
    rule!(rules, "unbuffered len and cap", tx.len(), tx.capacity());
    let send = start_send(&tx, 1);
    rule!(rules, "unbuffered send, nobody receives", send.state().await);
    rule!(rules, "unbuffered len with a blocked sender", tx.len());
    rule!(rules, "unbuffered receive from a blocked sender", value(rx.receive().await));
    rule!(rules, "that sender after the receive", send.state().await);

    let received = Rc::new(Cell::new(0));
    let receive = start_receive_into(&rx, &received);
    rule!(rules, "unbuffered receive, nobody sends", receive.state().await);
    tx.send(2).await;
    rule!(rules, "that receiver after a send", receive.state().await);
    rule!(rules, "that receiver got", received.get());

    rule!(rules, "non-blocking send, nobody receives", try_send(&tx, 1).await);
    rule!(rules, "non-blocking receive, nobody sends", try_receive(&rx).await);
    let receive = start_receive_into(&rx, &received);
    rule!(rules, "a receiver waits", receive.state().await);
    rule!(rules, "non-blocking send, one receiver waits", try_send(&tx, 3).await);
    rule!(rules, "non-blocking send right after it", try_send(&tx, 4).await);
    settle().await;
    rule!(rules, "the waiting receiver got", received.get());
    let send = start_send(&tx, 5);
    rule!(rules, "a sender waits", send.state().await);
    rule!(rules, "non-blocking receive, one sender waits", try_receive(&rx).await);

    let (tx, rx) = make::<i64>(0);
    let meet = || {
        let (tx, rx) = (tx.clone(), rx.clone());
        start(async move {
            select! {
                _ = tx.send(1) => {},
                _ = rx.receive() => {},
            }
        })
    };
    rule!(rules, "select with a send and a receive on one channel meets itself", meet().state().await);
    rule!(rules, "a second one meets the first", meet().state().await);
}

async fn buffered(rules: Rules) {
    let (tx, rx) = make::<i64>(2);
    rule!(rules, "buffered empty len and cap", tx.len(), tx.capacity());
    rule!(rules, "non-blocking receive from empty", try_receive(&rx).await);
    rule!(rules, "first send", start_send(&tx, 1).state().await);
    rule!(rules, "second send fills it", start_send(&tx, 2).state().await);
    rule!(rules, "full len and cap", tx.len(), tx.capacity());
    rule!(rules, "non-blocking send to full", try_send(&tx, 9).await);
    let third = start_send(&tx, 3);
    rule!(rules, "third send", third.state().await);
    let fourth = start_send(&tx, 4);
    rule!(rules, "fourth send", fourth.state().await);
    rule!(rules, "len with two blocked senders", tx.len());
    rule!(rules, "receive gives the oldest", value(rx.receive().await));
    rule!(rules, "len right after it, a blocked sender's value has moved in", tx.len());
    rule!(rules, "third send after one receive", third.state().await);
    rule!(rules, "fourth send after one receive", fourth.state().await);
    rule!(rules, "non-blocking send while a sender is blocked", try_send(&tx, 9).await);
    let receive = async || value(rx.receive().await);
    rule!(rules, "the rest in order", receive().await, receive().await, receive().await);
    rule!(rules, "len when drained", tx.len());

    let got = Rc::new(RefCell::new(Vec::new()));
    let (channel, gets) = (rx.clone(), got.clone());
    let receiver = start(async move {
        for _ in 0..2 {
            let received = value(channel.receive().await);
            gets.borrow_mut().push(received);
        }
    });
    rule!(rules, "receiver of two values, none sent", receiver.state().await);
    tx.send(5).await;
    rule!(rules, "len right after a send to a waiting receiver", tx.len());
    settle().await;
    tx.send(6).await;
    rule!(rules, "receiver of two values, two sent", receiver.state().await);
    rule!(rules, "receiver of two values got", slice(&got.borrow()));
}

async fn order(rules: Rules) {
    let (tx, rx) = make::<i64>(0);
    for i in 1..=5 {
        start_send(&tx, i);
        settle().await;
    }
    let receive = async || value(rx.receive().await);
    let served = [receive().await, receive().await, receive().await, receive().await, receive().await];
    rule!(rules, "blocked senders are served in order of arrival", slice(&served).trim_matches(['[', ']']));

    let got: Vec<Rc<Cell<i64>>> = (1..=5).map(|_| Rc::default()).collect();
    for cell in &got {
        start_receive_into(&rx, cell);
        settle().await;
    }
    for i in 1..=5 {
        tx.send(i * 10).await;
    }
    settle().await;
    let got: Vec<i64> = got.iter().map(|cell| cell.get()).collect();
    rule!(rules, "blocked receivers are served in order of arrival", slice(&got));

    let (other, _other_receives) = make::<i64>(0);
    start_send(&tx, 1);
    settle().await;
    let selecting = tx.clone();
    start(async move {
        select! {
            _ = selecting.send(2) => {},
            _ = other.send(2) => {},
        }
    });
    settle().await;
    start_send(&tx, 3);
    settle().await;
    let receive = async || value(rx.receive().await);
    let name = "a sender blocked in select stands in the same queue";
    rule!(rules, name, receive().await, receive().await, receive().await);

    let (tx, rx) = make::<i64>(1);
    tx.send(1).await;
    for i in 2..=4 {
        start_send(&tx, i);
        settle().await;
    }
    let receive = async || value(rx.receive().await);
    let name = "buffered gives the buffer, then blocked senders in order of arrival";
    rule!(rules, name, receive().await, receive().await, receive().await, receive().await);
}

async fn closed(rules: Rules) {
    let (tx, rx) = make::<i64>(3);
    tx.send(1).await;
    tx.send(2).await;
    tx.close();
    // The recorded line holds a second colon, which belongs to the answer.
    rule!(rules, "closed with two buffered", "len and cap:", tx.len(), tx.capacity());
    for name in ["first", "second", "third", "fourth"] {
        rule!(rules, format!("{name} receive from it"), value_ok(rx.receive().await));
    }
    rule!(rules, "non-blocking receive from closed", try_receive(&rx).await);
    rules.caught("send on closed", async || closed_channel().0.send(1).await);
    rules.caught("non-blocking send on closed", async || {
        try_send(&closed_channel().0, 1).await;
    });
    rules.caught("close of closed", async || closed_channel().0.close());
    rules.caught("close of nil", async || Sender::<i64>::nil().close());

    let (tx, rx) = make::<i64>(3);
    tx.send(1).await;
    tx.send(2).await;
    tx.close();
    let mut got = Vec::new();
    while let Some(value) = rx.receive().await {
        got.push(value);
    }
    rule!(rules, "range over closed with two buffered", slice(&got));
    let (tx, rx) = make::<i64>(0);
    let got = Rc::new(RefCell::new(Vec::new()));
    let gets = got.clone();
    let over = start(async move {
        while let Some(value) = rx.receive().await {
            gets.borrow_mut().push(value);
        }
    });
    tx.send(7).await;
    rule!(rules, "range over open, one value sent", over.state().await);
    tx.close();
    rule!(rules, "that range after close", over.state().await);
    rule!(rules, "that range got", slice(&got.borrow()));

    // Without `recover` the first panic ends the program, so each of the three senders is looked at alone.
    for i in 1..=3 {
        rules.caught(format!("sender {i} blocked when the channel is closed"), async || {
            let (tx, _rx) = make::<i64>(0);
            start_send(&tx, 1);
            settle().await;
            tx.close();
            settle().await;
        });
    }
    rule!(rules, "receive after that", value_ok(closed_channel().1.receive().await));

    let (tx, rx) = make::<i64>(0);
    let texts: Vec<Rc<RefCell<String>>> = (1..=3).map(|_| Rc::default()).collect();
    for text in &texts {
        let (rx, text) = (rx.clone(), text.clone());
        start(async move {
            let received = value_ok(rx.receive().await);
            text.replace(received);
        });
        settle().await;
    }
    tx.close();
    settle().await;
    for (i, text) in texts.iter().enumerate() {
        rule!(rules, format!("receiver {} blocked when the channel is closed", i + 1), text.borrow());
    }

    rules.caught("sender blocked on a full channel when it is closed", async || {
        let (tx, _rx) = make::<i64>(1);
        tx.send(1).await;
        start_send(&tx, 2);
        settle().await;
        tx.close();
        settle().await;
    });
    let (tx, rx) = make::<i64>(1);
    tx.send(1).await;
    tx.close();
    rule!(rules, "what is left in it", value_ok(rx.receive().await), value_ok(rx.receive().await));
    rule!(rules, "len of closed and drained", tx.len());
}

async fn nils(rules: Rules) {
    let (tx, rx) = (Sender::<i64>::nil(), Receiver::<i64>::nil());
    rule!(rules, "nil len and cap", rx.len(), rx.capacity());
    rule!(rules, "send on nil", start_send(&tx, 1).state().await);
    rule!(rules, "receive from nil", start_receive(&rx).state().await);
    let ranged = rx.clone();
    let over = start(async move { while ranged.receive().await.is_some() {} });
    rule!(rules, "range over nil", over.state().await);
    rule!(rules, "non-blocking send on nil", try_send(&tx, 1).await);
    rule!(rules, "non-blocking receive from nil", try_receive(&rx).await);
    let same = make::<i64>(0).1.same_channel(&make::<i64>(0).1);
    rule!(rules, "channels compare by identity", same, rx.is_nil());
}

fn closed_channel() -> (Sender<i64>, Receiver<i64>) {
    let (tx, rx) = make(0);
    tx.close();
    (tx, rx)
}

fn start_receive_into(channel: &Receiver<i64>, received: &Rc<Cell<i64>>) -> Started {
    let (channel, received) = (channel.clone(), received.clone());
    start(async move { received.set(value(channel.receive().await)) })
}

async fn try_send(channel: &Sender<i64>, value: i64) -> &'static str {
    select! {
        _ = channel.send(value) => "sent",
        default => "default",
    }
}

async fn try_receive(channel: &Receiver<i64>) -> String {
    select! {
        received = channel.receive() => value_ok(received),
        default => "default".into(),
    }
}
