//! `tests/go/semantics/select.go`, function by function.

use std::cell::RefCell;
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::context;
use pileup::sync::select::{Choice, any};
use pileup::sync::time::{Duration, Ticker, after};

use crate::harness::{
    NotMirrored, Rules, caught_with, check, count, rule, run, settle, since, slice, start, start_send, value_ok,
};

const NOT_MIRRORED: &[NotMirrored] =
    &[("break in a select leaves the select only", "about Go's statements: `select!` is an expression")];

#[test]
fn select_behaves_as_gos_does() {
    let rules = Rules::default();
    run(&rules, nil_cases);
    run(&rules, defaults);
    run(&rules, choice);
    run(&rules, waiting);
    run(&rules, closing);
    run(&rules, evaluation);
    run(&rules, many_cases);
    run(&rules, at_run_time);
    closed_and_default(&rules);
    check(include_str!("../go/semantics/select.txt"), NOT_MIRRORED, &rules);
}

async fn nil_cases(rules: Rules) {
    let (no_sender, none) = (Sender::<i64>::nil(), Receiver::<i64>::nil());
    let (fill, ready) = make::<i64>(1);
    let mut chosen = 0;
    for _ in 0..1_000 {
        fill.send(1).await;
        select! {
            _ = none.receive() => chosen += 1,
            _ = ready.receive() => {},
        }
    }
    rule!(rules, "nil receive beside a ready case, chosen of 1000", chosen);
    for _ in 0..1_000 {
        fill.send(1).await;
        select! {
            _ = no_sender.send(1) => chosen += 1,
            _ = ready.receive() => {},
        }
    }
    rule!(rules, "nil send beside a ready case, chosen of 1000", chosen);
    let selected = select! {
        _ = none.receive() => "receive",
        _ = no_sender.send(1) => "send",
        default => "default",
    };
    rule!(rules, "only nil cases and default", selected);
    let only_nil = start(async move {
        select! {
            _ = none.receive() => {},
            _ = no_sender.send(1) => {},
        }
    });
    rule!(rules, "only nil cases", only_nil.state().await);
    rule!(rules, "no cases", start(pileup::sync::select::forever()).state().await);
    let no_timer = Receiver::<i64>::nil();
    let selected = select! {
        _ = no_timer.receive() => "timer",
        _ = after(Duration::from_secs(3600)).receive() => "the other",
    };
    rule!(rules, "a nil timer channel switches its case off", selected);
}

async fn defaults(rules: Rules) {
    let (tx, rx) = make::<i64>(1);
    let look = async || {
        select! {
            value = rx.receive() => format!("received {}", value.unwrap_or_default()),
            default => "default".into(),
        }
    };
    rule!(rules, "default, nothing ready", look().await);
    tx.send(1).await;
    rule!(rules, "default, a value ready", look().await);
    let mut chosen = 0;
    for _ in 0..1_000 {
        tx.send(1).await;
        chosen += usize::from(look().await == "default");
    }
    rule!(rules, "default chosen of 1000 while a case is ready", chosen);
    rule!(rules, "only default", select! { default => "default" });
    tx.close();
    rule!(rules, "default, closed", look().await);
}

async fn choice(rules: Rules) {
    let ((close_a, a), (close_b, b)) = (make::<i64>(0), make::<i64>(0));
    close_a.close();
    close_b.close();
    let mut first = 0;
    for _ in 0..10_000 {
        select! {
            _ = a.receive() => first += 1,
            _ = b.receive() => {},
        }
    }
    let name = "two ready cases, the first chosen of 10000 is between 4500 and 5500";
    rule!(rules, name, 4_500 < first && first < 5_500);
    let mut double = 0;
    for _ in 0..9_000 {
        select! {
            _ = a.receive() => double += 1,
            _ = b.receive() => {},
            _ = a.receive() => double += 1,
        }
    }
    let name = "one channel in two of three ready cases, chosen of 9000 is between 5500 and 6500";
    rule!(rules, name, 5_500 < double && double < 6_500);
    let (ctx, cancel) = context::with_cancel(&context::background());
    cancel.cancel();
    let (room, _room) = make::<i64>(10_000);
    let mut sent = 0;
    for _ in 0..10_000 {
        select! {
            _ = room.send(1) => sent += 1,
            _ = ctx.done() => {},
        }
    }
    let name = "room to send and a cancelled context, sent of 10000 is between 4500 and 5500";
    rule!(rules, name, 4_500 < sent && sent < 5_500);
}

async fn waiting(rules: Rules) {
    let ((to_a, a), (to_b, b)) = (make::<i64>(0), make::<i64>(0));
    let got = Rc::new(RefCell::new(String::new()));
    let either = || {
        let (a, b, got) = (a.clone(), b.clone(), got.clone());
        start(async move {
            let text = select! {
                value = a.receive() => format!("a {}", value.unwrap_or_default()),
                value = b.receive() => format!("b {}", value.unwrap_or_default()),
            };
            got.replace(text);
        })
    };
    rule!(rules, "two channels, nobody sends", either().state().await);
    to_b.send(1).await;
    settle().await;
    rule!(rules, "woken by a send on b, got", got.borrow());
    rule!(rules, "non-blocking send on a after that", try_send(&to_a).await);
    rule!(rules, "non-blocking send on b after that", try_send(&to_b).await);

    either();
    settle().await;
    let mut served = 0;
    for sender in [start_send(&to_a, 2), start_send(&to_b, 3)] {
        served += usize::from(sender.state().await == "done");
    }
    rule!(rules, "two senders for one waiting select, served", served);
    for channel in [&a, &b] {
        try_receive(channel).await;
    }
    settle().await;

    let offered = Rc::new(RefCell::new(""));
    let (sends_a, sends_b, offers) = (to_a.clone(), to_b.clone(), offered.clone());
    start(async move {
        let case = select! {
            _ = sends_a.send(4) => "a",
            _ = sends_b.send(5) => "b",
        };
        offers.replace(case);
    });
    settle().await;
    rule!(rules, "a select that offers on two, received from b", b.receive().await.unwrap_or_default());
    settle().await;
    rule!(rules, "it took the case", offered.borrow());
    rule!(rules, "non-blocking receive from a after that", try_receive(&a).await);

    let order = Rc::new(RefCell::new(Vec::new()));
    for i in 1..=4 {
        let (a, b, order) = (a.clone(), b.clone(), order.clone());
        start(async move {
            select! {
                _ = a.receive() => {},
                _ = b.receive() => {},
            }
            order.borrow_mut().push(i);
        });
        settle().await;
    }
    for channel in [&to_b, &to_a, &to_b, &to_a] {
        channel.send(0).await;
        settle().await;
    }
    rule!(rules, "waiting selects are served in order of arrival", slice(&order.borrow()));
}

async fn closing(rules: Rules) {
    let ((to_a, a), (_to_b, b)) = (make::<i64>(0), make::<i64>(0));
    let got = Rc::new(RefCell::new(String::new()));
    let gets = got.clone();
    start(async move {
        let text = select! {
            received = a.receive() => format!("a {}", value_ok(received)),
            received = b.receive() => format!("b {}", value_ok(received)),
        };
        gets.replace(text);
    });
    settle().await;
    to_a.close();
    settle().await;
    rule!(rules, "waiting to receive when a is closed", got.borrow());

    rules.caught("waiting to send when one channel is closed", async || {
        let ((c, _c), (d, _d)) = (make::<i64>(0), make::<i64>(0));
        let closes = d.clone();
        start(async move {
            select! {
                _ = c.send(1) => {},
                _ = d.send(2) => {},
            }
        });
        settle().await;
        closes.close();
        settle().await;
    });
    rules.caught("send on closed and default", async || {
        let (d, _d) = make::<i64>(0);
        d.close();
        select! {
            _ = d.send(1) => {},
            default => {},
        }
    });
    // A panic ends the run, so each of the thousand draws is a run of its own.
    rules.outside("send on closed beside another ready case panics now and then", || {
        let panicked = count(1_000, |seed| {
            let text = caught_with(seed as u32, async || {
                let ((d, _d), (to_a, a)) = (make::<i64>(0), make::<i64>(0));
                d.close();
                to_a.close();
                select! {
                    _ = d.send(1) => {},
                    _ = a.receive() => {},
                }
            });
            text != "no panic"
        });
        (0 < panicked && panicked < 1_000).to_string()
    });
}

async fn evaluation(rules: Rules) {
    let asked = RefCell::new(Vec::new());
    let ask = |name| asked.borrow_mut().push(name);
    let value = |name| {
        asked.borrow_mut().push(name);
        1
    };
    let (fill, ready) = make::<i64>(1);
    let (first, third) = (Sender::<i64>::nil(), Sender::<i64>::nil());
    fill.send(1).await;
    select! {
        _ = { ask("first"); &first }.send(value("its value")) => {},
        _ = { ask("second"); &ready }.receive() => {},
        _ = { ask("third"); &third }.send(value("its value")) => {},
    }
    let name = "channels and values are all evaluated once, in source order";
    rule!(rules, name, asked.borrow().join(", "));

    let begin = now();
    fill.send(1).await;
    select! {
        _ = ready.receive() => {},
        _ = after(Duration::from_secs(3600)).receive() => {},
    }
    rule!(rules, "a time.After in a select that took another case", "passed", since(begin));

    let begin = now();
    let mut rounds = 0;
    let ticks = Ticker::new(Duration::from_millis(900));
    loop {
        let ticked = select! {
            _ = ticks.receive() => true,
            _ = after(Duration::from_secs(1)).receive() => false,
        };
        if !ticked {
            break;
        }
        rounds += 1;
        if rounds == 5 {
            ticks.stop();
        }
    }
    let text = format!("{rounds} rounds, then the timer at {}", since(begin));
    rule!(rules, "time.After in a loop starts anew each round", text);
}

/// As many cases as a program likes, of any kinds.
async fn many_cases(rules: Rules) {
    let channels: Vec<_> = (0..9).map(|_| make::<i64>(1)).collect();
    let (to, from): (Vec<_>, Vec<_>) = channels.into_iter().unzip();
    let text = |number: usize, value: Option<i64>| format!("{number} {}", value.unwrap_or_default());
    let look = async || {
        select! {
            value = from[0].receive() => text(0, value),
            value = from[1].receive() => text(1, value),
            value = from[2].receive() => text(2, value),
            value = from[3].receive() => text(3, value),
            value = from[4].receive() => text(4, value),
            value = from[5].receive() => text(5, value),
            _ = to[6].send(6) => "sent 6".into(),
            _ = to[7].send(7) => "sent 7".into(),
            value = from[8].receive() => text(8, value),
            default => "default".into(),
        }
    };
    to[6].send(0).await;
    to[7].send(0).await;
    rule!(rules, "nine cases, nothing ready", look().await);
    for i in [0, 4, 5, 8] {
        to[i].send(10 + i as i64).await;
        rule!(rules, format!("nine cases, ready is {i}"), look().await);
    }
    from[7].receive().await;
    rule!(rules, "nine cases, room in 7", look().await);
    from[6].receive().await;
    rule!(rules, "nine cases, room in 6", look().await);
    to[..6].iter().for_each(Sender::close);
    let mut chosen = [0; 6];
    for _ in 0..6_000 {
        chosen[usize::from(look().await.as_bytes()[0] - b'0')] += 1;
    }
    let name = "six of nine ready, each chosen of 6000 is between 850 and 1150";
    rule!(rules, name, chosen.iter().all(|times| (851..1_150).contains(times)));

    let ((to_a, a), (_to_b, b)) = (make::<i64>(0), make::<&str>(0));
    let ((c, from_c), (_to_d, d)) = (make::<i64>(0), make::<bool>(0));
    let ((to_e, e), (to_f, f)) = (make::<i64>(0), make::<i64>(0));
    let got = Rc::new(RefCell::new(String::new()));
    let gets = got.clone();
    let waiter = start(async move {
        let text = select! {
            value = a.receive() => format!("a {value:?}"),
            value = b.receive() => format!("b {value:?}"),
            _ = c.send(1) => "c".into(),
            value = d.receive() => format!("d {value:?}"),
            value = e.receive() => format!("e {value:?}"),
            received = f.receive() => format!("f {}", value_ok(received)),
            _ = after(Duration::from_secs(3600)).receive() => "an hour".into(),
        };
        gets.replace(text);
    });
    rule!(rules, "seven cases, nobody comes", waiter.state().await);
    to_f.close();
    settle().await;
    rule!(rules, "seven cases, the sixth is closed", got.borrow());
    let tried = (try_send(&to_a).await, try_send(&to_e).await, try_receive(&from_c).await);
    rule!(rules, "it left the queues of the others", tried.0, tried.1, tried.2);
}

/// `reflect.Select`: the cases are a slice.
async fn at_run_time(rules: Rules) {
    let channels: Vec<_> = (0..20).map(|_| make::<i64>(0)).collect();
    let (to, from): (Vec<_>, Vec<_>) = channels.into_iter().unzip();
    let from = Rc::new(from);
    let choose = async |from: Rc<Vec<Receiver<i64>>>| {
        let cases = from.iter().map(|receiver| Choice::new(receiver.receive(), value_ok));
        let (number, value) = any(cases.collect()).await;
        format!("{number} {value}")
    };
    let got = Rc::new(RefCell::new(String::new()));
    let start_choose = || {
        let (from, gets) = (from.clone(), got.clone());
        start(async move {
            let chosen = choose(from).await;
            gets.replace(chosen);
        })
    };
    rule!(rules, "twenty cases at run time, nobody comes", start_choose().state().await);
    to[13].send(7).await;
    settle().await;
    rule!(rules, "twenty cases at run time, a send to 13", got.borrow());
    let tried = (try_send(&to[12]).await, try_send(&to[14]).await);
    rule!(rules, "twenty cases at run time, the others are free", tried.0, tried.1);
    start_choose();
    settle().await;
    to[17].close();
    settle().await;
    rule!(rules, "twenty cases at run time, 17 is closed", got.borrow());
    rule!(rules, "twenty cases at run time, 17 is closed already", choose(from.clone()).await);
    let receives = from.clone();
    let receiver = start(async move {
        receives[2].receive().await;
    });
    settle().await;
    let offer = async |number: usize| {
        let chosen = any(vec![Choice::new(to[number].send(3), |()| ())]).or_default().await;
        chosen.map_or(1, |(number, ())| number)
    };
    let name = "a send and default at run time, somebody receives";
    rule!(rules, name, offer(2).await, receiver.state().await);
    rule!(rules, "a send and default at run time, nobody receives", offer(2).await);
    let none = start(async {
        any::<()>(Vec::new()).await;
    });
    rule!(rules, "no cases at run time", none.state().await);
    rules.caught("a send on closed and default at run time", async || {
        let (closed, _rx) = make::<i64>(0);
        closed.close();
        any(vec![Choice::new(closed.send(3), |()| ())]).or_default().await;
    });
}

/// `default` never hides a send on a closed channel, whatever stands beside it.
fn closed_and_default(rules: &Rules) {
    fn closed() -> (Sender<i64>, Receiver<i64>) {
        let ends = make(0);
        ends.0.close();
        ends
    }
    rules.caught("send on closed, a receive that waits, default", async || {
        let ((closed, _), (_open, open)) = (closed(), make::<i64>(0));
        select! {
            _ = closed.send(1) => {},
            _ = open.receive() => {},
            default => {},
        }
    });
    rules.caught("a full channel, send on closed, default", async || {
        let ((closed, _), (full, _full)) = (closed(), make::<i64>(1));
        full.send(1).await;
        select! {
            _ = full.send(1) => {},
            _ = closed.send(1) => {},
            default => {},
        }
    });
    rules.outside("send on closed, a ready receive, default panics now and then", || {
        let panicked = count(1_000, |seed| {
            let text = caught_with(seed as u32, async || {
                let (sends, receives) = closed();
                select! {
                    _ = sends.send(1) => {},
                    _ = receives.receive() => {},
                    default => {},
                }
            });
            text != "no panic"
        });
        (0 < panicked && panicked < 1_000).to_string()
    });
    rules.caught("a loop of send on closed and default", async || {
        let (closed, _) = closed();
        loop {
            select! {
                _ = closed.send(1) => {},
                default => {},
            }
        }
    });
}

async fn try_send(channel: &Sender<i64>) -> &'static str {
    select! {
        _ = channel.send(0) => "sent",
        default => "default",
    }
}

async fn try_receive(channel: &Receiver<i64>) -> String {
    select! {
        value = channel.receive() => value.unwrap_or_default().to_string(),
        default => "default".into(),
    }
}
