//! What holds of channels and locks whatever a program does: random programs, both orders of the ready queue, and every
//! inner rule looked at after every poll.
//!
//! The programs send numbered messages, so that each one can be followed: sent once, received once, in between in a
//! buffer or in the hands of a sender that waits.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use expect_test::expect;
use futures::FutureExt as _;
use pileup::executor::engine::{Config, Engine, Order};
use pileup::executor::rng::{Rng, Stream};
use pileup::executor::spawn::{Spawned, go};
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::cond::Cond;
use pileup::sync::mutex::Mutex;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::select::{Choice, any};
use pileup::sync::time::{Duration, after, sleep};
use pileup::sync::wait_group::WaitGroup;
use pileup::trace::event::{Event, ObjectKind};

mod property;

use Operation::{
    Receive, ReceiveOrDefault, Select, SelectAny, SelectAnyOrDefault, SelectForMs, SelectOrDefault, Send, SleepMs,
};
use property::{Case, assert_common, seeds};

const ORDERS: [Order; 2] = [Order::Fifo, Order::Seeded];

/// Who sent it, on which channel, and the how manieth of that sender it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Message {
    channel: usize,
    sender: u32,
    number: u32,
}

impl pileup::executor::spawn::Plain for Message {}

/// Which operations the tasks of a program use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mix {
    /// Sends and receives: a waiter leaves its queue in the moment in which it is completed.
    Plain,
    /// Selects, with and without `default`, and time-outs too: a completed select stands in its other queues until it is
    /// polled.
    Selects,
}

/// One step of a task. Where it sends and receives these are two channels: a select that does both on one stands in both of
/// its queues and never meets itself.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Send(usize),
    Receive(usize),
    SleepMs(u64),
    /// Sends to the first or receives from the second.
    Select(usize, usize),
    /// The same, for so many milliseconds at most.
    SelectForMs(usize, usize, u64),
    /// The same, or goes on at once.
    SelectOrDefault(usize, usize),
    /// Receives or goes on at once.
    ReceiveOrDefault(usize),
    /// A select of cases made at run time: sends to the first and receives from the second, so many times each.
    SelectAny(usize, usize, usize),
    /// The same, or goes on at once.
    SelectAnyOrDefault(usize, usize, usize),
}

/// A random program, as data, so that it can be printed.
struct Program {
    /// Decides what is drawn while it runs.
    seed: u32,
    order: Order,
    mix: Mix,
    capacities: [usize; 3],
    tasks: Vec<Vec<Operation>>,
}

impl Program {
    fn random(seed: u32, order: Order, mix: Mix) -> Program {
        let mut draws = Rng::new(seed, Stream::Program(0));
        let capacities = [0; 3].map(|_| draws.below(4) as usize);
        let tasks = (0..2 + draws.below(6)).map(|_| (0..10).map(|_| random_operation(&mut draws, mix)).collect());
        Program { seed, order, mix, tasks: tasks.collect(), capacities }
    }

    /// As Rust writes it.
    fn text(&self) -> String {
        let Program { seed, order, mix, capacities, tasks } = self;
        let tasks: Vec<String> = tasks.iter().map(|task| format!("vec!{task:?}")).collect();
        format!(
            "Program {{ seed: {seed}, order: Order::{order:?}, mix: Mix::{mix:?}, capacities: {capacities:?}, \
             tasks: vec![{}] }}",
            tasks.join(", ")
        )
    }
}

fn random_operation(draws: &mut Rng, mix: Mix) -> Operation {
    let channel = draws.below(3) as usize;
    let other = (channel + 1 + draws.below(2) as usize) % 3;
    match draws.below(if mix == Mix::Plain { 5 } else { 11 }) {
        0..2 => Send(channel),
        2..4 => Receive(other),
        4 => SleepMs(u64::from(draws.below(3))),
        5 => Select(channel, other),
        6 => SelectForMs(channel, other, u64::from(draws.below(3))),
        7 => SelectOrDefault(channel, other),
        8 => ReceiveOrDefault(other),
        9 => SelectAny(channel, other, 1 + draws.below(3) as usize),
        _ => SelectAnyOrDefault(channel, other, 1 + draws.below(3) as usize),
    }
}

struct World {
    channels: Vec<(Sender<Message>, Receiver<Message>)>,
    /// What was sent, in the order in which senders went on.
    sent: RefCell<Vec<Message>>,
    /// What was received, by whom.
    received: RefCell<Vec<(u32, Message)>>,
}

impl World {
    fn new(capacities: [usize; 3]) -> Rc<World> {
        let channels = capacities.map(make).into();
        Rc::new(World { channels, sent: RefCell::default(), received: RefCell::default() })
    }

    /// What holds at every moment.
    fn verify(&self, mix: Mix) {
        for (sender, receiver) in &self.channels {
            let (senders, receivers) = sender.waiters();
            assert_eq!((senders, receivers), receiver.waiters(), "both ends see one channel");
            assert!(sender.len() <= sender.capacity(), "no more messages than fit");
            if mix == Mix::Plain {
                self.verify_queues(sender);
            }
        }
    }

    /// What holds where nobody stands in a queue who was completed elsewhere.
    fn verify_queues(&self, channel: &Sender<Message>) {
        let (senders, receivers) = channel.waiters();
        assert!(senders == 0 || receivers == 0, "who could meet has met");
        assert!(senders == 0 || channel.len() == channel.capacity(), "a sender waits only when it is full");
        assert!(receivers == 0 || channel.is_empty(), "a receiver waits only when it is empty");
    }

    /// What holds when nobody is ready.
    fn verify_at_rest(&self) {
        self.channels.iter().for_each(|(sender, _)| self.verify_queues(sender));
    }

    /// Each message once, and those of one sender on one channel in its order, whoever receives.
    fn verify_messages(&self) {
        let received = self.received.borrow();
        let mut latest: BTreeMap<(u32, usize, u32), u32> = BTreeMap::new();
        let mut once: Vec<Message> = received.iter().map(|(_, message)| *message).collect();
        for (receiver, message) in received.iter() {
            let before = latest.insert((*receiver, message.channel, message.sender), message.number);
            assert!(before < Some(message.number), "{message:?} comes after {before:?}");
        }
        let count = once.len();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), count, "no message is received twice");
    }
}

async fn task(world: Rc<World>, task: u32, operations: Vec<Operation>) {
    for (operation, number) in operations.into_iter().zip(1..) {
        let message = |channel| Message { channel, sender: task, number };
        let send = |channel: usize| world.channels[channel].0.send(message(channel));
        let receive = |channel: usize| world.channels[channel].1.receive();
        let sent = |channel| world.sent.borrow_mut().push(message(channel));
        let received = |channel, got: Option<Message>| {
            let got = got.expect("nobody closes it");
            assert_eq!(got.channel, channel);
            world.received.borrow_mut().push((task, got));
        };
        match operation {
            Send(to) => {
                send(to).await;
                sent(to);
            }
            Receive(from) => received(from, receive(from).await),
            SleepMs(ms) => sleep(Duration::from_millis(ms)).await,
            Select(to, from) => select! {
                _ = send(to) => sent(to),
                got = receive(from) => received(from, got),
            },
            SelectForMs(to, from, ms) => select! {
                _ = send(to) => sent(to),
                got = receive(from) => received(from, got),
                _ = after(Duration::from_millis(ms)).receive() => {},
            },
            SelectOrDefault(to, from) => select! {
                _ = send(to) => sent(to),
                got = receive(from) => received(from, got),
                default => {},
            },
            ReceiveOrDefault(from) => select! {
                got = receive(from) => received(from, got),
                default => {},
            },
            SelectAny(to, from, times) | SelectAnyOrDefault(to, from, times) => {
                let sends = (0..times).map(|_| Choice::new(send(to), |()| sent(to)));
                let receives = (0..times).map(|_| Choice::new(receive(from), |got| received(from, got)));
                let select = any(sends.chain(receives).collect());
                if matches!(operation, SelectAny(..)) {
                    let (case, ()) = select.await;
                    assert!(case < 2 * times);
                } else {
                    select.or_default().await;
                }
            }
        }
    }
}

/// A run of a random program, looked into after every poll.
struct Run {
    engine: Engine,
    world: Rc<World>,
    tasks: Vec<Spawned>,
    mix: Mix,
}

impl Run {
    fn start(program: &Program) -> Run {
        let &Program { seed, order, mix, capacities, .. } = program;
        let mut engine = Engine::new(Config { seed, order, ..Config::default() });
        let (mut world, mut tasks) = (None, Vec::new());
        engine.start(|| {
            let made = World::new(capacities);
            for (number, operations) in (0..).zip(program.tasks.clone()) {
                let world = made.clone();
                tasks.push(go(move || task(world, number, operations), ()));
            }
            world = Some(made);
        });
        Run { engine, world: world.expect("the root ran"), tasks, mix }
    }

    fn until_rest(&mut self) {
        while self.engine.poll_one().is_some() {
            self.world.verify(self.mix);
        }
        self.world.verify_at_rest();
    }

    fn finish(&mut self) {
        self.until_rest();
        while self.engine.fire_next(Instant::from_nanos(u64::MAX)).is_some() {
            self.world.verify(self.mix);
            self.until_rest();
        }
        assert_eq!(self.engine.stop(), None);
    }

    /// Receives as the root whatever is still to be had. 1 000 is no task's number.
    fn drain(&mut self) {
        loop {
            let world = self.world.clone();
            let mut got = false;
            self.engine.start(|| {
                for (_, receiver) in &world.channels {
                    let look = async || {
                        select! {
                            received = receiver.receive() => received,
                            default => None,
                        }
                    };
                    let received = look().now_or_never().expect("a look does not wait");
                    got |= received.is_some();
                    world.received.borrow_mut().extend(received.map(|message| (1_000, message)));
                }
            });
            if !got {
                return;
            }
            self.finish();
        }
    }
}

#[test]
fn no_message_is_lost_or_doubled_and_each_sender_keeps_its_order() {
    let mut messages = 0;
    let seeds = seeds(4_000);
    for program in programs(&seeds) {
        let _case = Case(|| format!("messages_sent(&{});", program.text()));
        messages += messages_sent(&program);
    }
    assert_common("a message was sent in each order and mix", messages, 4, &seeds);
}

/// Runs the program, and asserts that each message which was sent is received; how many those were.
fn messages_sent(program: &Program) -> usize {
    let mut run = Run::start(program);
    run.finish();
    run.drain();
    run.world.verify_messages();
    let mut sent = run.world.sent.take();
    let mut received: Vec<Message> = run.world.received.take().into_iter().map(|(_, message)| message).collect();
    sent.sort_unstable();
    received.sort_unstable();
    assert_eq!(sent, received);
    sent.len()
}

/// The test that a failure prints looks like this one.
#[test]
fn a_program_is_printed_as_it_is_written() {
    let program = Program {
        seed: 1,
        order: Order::Fifo,
        mix: Mix::Selects,
        capacities: [0, 2, 1],
        tasks: vec![vec![Send(0), SelectForMs(0, 1, 2)], vec![Receive(0), ReceiveOrDefault(2)]],
    };
    expect!["Program { seed: 1, order: Order::Fifo, mix: Mix::Selects, capacities: [0, 2, 1], tasks: vec![vec![Send(0), SelectForMs(0, 1, 2)], vec![Receive(0), ReceiveOrDefault(2)]] }"].assert_eq(&program.text());
    assert_eq!(messages_sent(&program), 1);
}

#[test]
fn aborted_tasks_double_nothing_and_leave_no_one_in_a_queue() {
    let (seeds, mut aborted) = (seeds(4_000), 0);
    for program in programs(&seeds) {
        let _case = Case(|| format!("aborted_in(&{});", program.text()));
        aborted += aborted_in(&program);
    }
    assert_common("a task was aborted", aborted, 2, &seeds);
}

/// Runs the program while some of its tasks are aborted, and asserts that the others go on as they should; how many were.
fn aborted_in(program: &Program) -> usize {
    let mut run = Run::start(program);
    let mut draws = Rng::new(program.seed, Stream::Program(99));
    let mut aborted = 0;
    for _ in 0..40 {
        let polled = run.engine.poll_one().is_some();
        run.world.verify(run.mix);
        if !polled && run.engine.fire_next(Instant::from_nanos(u64::MAX)).is_none() {
            break;
        }
        if draws.below(12) == 0 {
            let victim = &run.tasks[draws.below(run.tasks.len() as u32) as usize];
            let before = run.engine.tasks_alive();
            run.engine.start(|| victim.abort());
            aborted += before - run.engine.tasks_alive();
            run.world.verify(run.mix);
        }
    }
    run.finish();
    run.world.verify_messages();
    run.drain();
    let sent = run.world.sent.borrow().len();
    let received = run.world.received.borrow().len();
    // A message may go with the task that received it, or arrive though its sender could not say so any more.
    assert!(sent.abs_diff(received) <= aborted, "{sent} sent, {received} received, {aborted} aborted");
    run.tasks.iter().for_each(|task| run.engine.start(|| task.abort()));
    for (sender, _) in &run.world.channels {
        assert_eq!(sender.waiters(), (0, 0));
    }
    assert_eq!((run.engine.tasks_alive(), run.engine.timers_armed()), (0, 0));
    aborted
}

#[test]
fn one_receiver_gets_what_a_sender_sends_in_its_order_and_then_the_close() {
    async fn sends(world: Rc<World>, number: u32, group: WaitGroup) {
        for next in 1..=5 {
            let message = Message { channel: 0, sender: number, number: next };
            world.channels[0].0.send(message).await;
            world.sent.borrow_mut().push(message);
        }
        group.done();
    }
    for (seed, order) in in_both_orders(seeds(800)) {
        let mut engine = Engine::new(Config { seed, order, ..Config::default() });
        let mut draws = Rng::new(seed, Stream::Program(0));
        let mut world = None;
        engine.start(|| {
            let made = World::new([0; 3].map(|_| draws.below(4) as usize));
            let group = WaitGroup::new();
            for number in 0..4 {
                group.add(1);
                let world = made.clone();
                go(move |group: WaitGroup| sends(world, number, group), (&group,));
            }
            let closes = made.clone();
            go(
                move |group: WaitGroup| async move {
                    group.wait().await;
                    closes.channels[0].0.close();
                },
                (&group,),
            );
            let receives = made.clone();
            go(
                || async move {
                    while let Some(message) = receives.channels[0].1.receive().await {
                        receives.received.borrow_mut().push((9, message));
                    }
                },
                (),
            );
            world = Some(made);
        });
        let world = world.expect("the root ran");
        while engine.poll_one().is_some() {
            world.verify(Mix::Plain);
        }
        assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0), "seed {seed}, {order:?}");
        assert_eq!((world.sent.borrow().len(), world.received.borrow().len()), (20, 20), "seed {seed}, {order:?}");
        world.verify_messages();
    }
}

/// What a task locks, one after the other, and for how many milliseconds it then keeps it.
type Locks = Vec<(Lock, u64)>;

#[derive(Clone, Copy, Debug)]
enum Lock {
    Mutex,
    Write,
    Read,
}

#[test]
fn locks_exclude_and_are_never_lost() {
    let (seeds, mut aborted) = (seeds(1_300), 0);
    for (seed, order) in in_both_orders(seeds.clone()) {
        let mut draws = Rng::new(seed, Stream::Program(1));
        let kinds = [Lock::Mutex, Lock::Write, Lock::Read];
        let mut one = || (kinds[draws.below(3) as usize], u64::from(draws.below(3)));
        let tasks: [Locks; 6] = std::array::from_fn(|_| (0..5).map(|_| one()).collect());
        let _case = Case(|| {
            let tasks: Vec<String> = tasks.iter().map(|task| format!("vec!{task:?}")).collect();
            format!("aborted_at_locks({seed}, Order::{order:?}, &[{}]);", tasks.join(", "))
        });
        aborted += aborted_at_locks(seed, order, &tasks);
    }
    assert_common("a task was aborted", aborted, 2, &seeds);
}

/// Lets these tasks lock while some of them are aborted, and asserts that nobody waits for ever; how many were.
fn aborted_at_locks(seed: u32, order: Order, of_tasks: &[Locks]) -> usize {
    let mut engine = Engine::new(Config { seed, order, ..Config::default() });
    let mut draws = Rng::new(seed, Stream::Program(0));
    let (mut tasks, mut inside) = (Vec::new(), Vec::new());
    engine.start(|| {
        let (lock, rw, held) = (Mutex::new(), RwMutex::new(), Rc::new(Held::default()));
        for one_s in of_tasks.iter().cloned() {
            let (lock, rw, held, own) = (lock.clone(), rw.clone(), held.clone(), Rc::new(Cell::new(false)));
            inside.push(own.clone());
            tasks.push(go(move || locks(lock, rw, held, own, one_s), ()));
        }
    });
    let mut aborted = 0;
    loop {
        while engine.poll_one().is_some() {
            // Only who holds nothing: in Go nobody unlocks for a task that is gone.
            let victim = draws.below(tasks.len() as u32) as usize;
            if draws.below(20) == 0 && !inside[victim].get() {
                let before = engine.tasks_alive();
                engine.start(|| tasks[victim].abort());
                aborted += before - engine.tasks_alive();
            }
        }
        if engine.fire_next(Instant::from_nanos(u64::MAX)).is_none() {
            break;
        }
    }
    assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0));
    aborted
}

/// Who is inside now.
#[derive(Default)]
struct Held {
    locked: Cell<u32>,
    writers: Cell<u32>,
    readers: Cell<u32>,
}

async fn locks(lock: Mutex, rw: RwMutex, held: Rc<Held>, inside: Rc<Cell<bool>>, locks: Locks) {
    let add = |count: &Cell<u32>| count.set(count.get() + 1);
    let remove = |count: &Cell<u32>| count.set(count.get() - 1);
    for (kind, ms) in locks {
        let count = match kind {
            Lock::Mutex => {
                lock.lock().await;
                &held.locked
            }
            Lock::Write => {
                rw.lock().await;
                &held.writers
            }
            Lock::Read => {
                rw.read_lock().await;
                &held.readers
            }
        };
        inside.set(true);
        add(count);
        sleep(Duration::from_millis(ms)).await;
        assert!(held.locked.get() <= 1 && held.writers.get() <= 1, "one at a time");
        assert!(held.writers.get() == 0 || held.readers.get() == 0, "a writer is alone");
        remove(count);
        match kind {
            Lock::Mutex => lock.unlock(),
            Lock::Write => rw.unlock(),
            Lock::Read => rw.read_unlock(),
        }
        inside.set(false);
        sleep(Duration::from_millis(ms)).await;
    }
}

/// Go's bounded queue of `sync.Cond`'s documentation: whoever changes it tells everybody.
#[test]
fn a_queue_of_a_mutex_and_conditions_loses_nothing() {
    async fn produces(queue: Rc<RefCell<Vec<u32>>>, cond: Cond, number: u32) {
        for next in 0..5 {
            cond.lock().lock().await;
            while queue.borrow().len() >= 2 {
                cond.wait().await;
            }
            queue.borrow_mut().push(number * 10 + next);
            cond.broadcast();
            cond.lock().unlock();
        }
    }
    async fn consumes(queue: Rc<RefCell<Vec<u32>>>, cond: Cond, got: Rc<RefCell<Vec<u32>>>) {
        for _ in 0..5 {
            cond.lock().lock().await;
            while queue.borrow().is_empty() {
                cond.wait().await;
            }
            got.borrow_mut().push(queue.borrow_mut().remove(0));
            cond.broadcast();
            cond.lock().unlock();
        }
    }
    for (seed, order) in in_both_orders(seeds(800)) {
        let mut engine = Engine::new(Config { seed, order, ..Config::default() });
        let got = Rc::new(RefCell::new(Vec::new()));
        engine.start(|| {
            let (queue, cond) = (Rc::new(RefCell::new(Vec::new())), Cond::new(&Mutex::new()));
            for number in 0..4 {
                let (of_producer, of_consumer, got) = (queue.clone(), queue.clone(), got.clone());
                go(move |cond: Cond| produces(of_producer, cond, number), (&cond,));
                go(move |cond: Cond| consumes(of_consumer, cond, got), (&cond,));
            }
        });
        engine.run_until_idle();
        assert_eq!((engine.stop(), engine.tasks_alive(), got.borrow().len()), (None, 0, 20), "seed {seed}, {order:?}");
        let mut got = got.take();
        got.sort_unstable();
        got.dedup();
        assert_eq!(got.len(), 20, "seed {seed}, {order:?}");
    }
}

/// The trace says of channels what they are: a reader that counts levels never sees more than fits.
#[test]
fn the_trace_never_shows_more_messages_than_fit() {
    for (seed, order) in in_both_orders(seeds(800)) {
        let program = Program::random(seed, order, Mix::Selects);
        let _case = Case(|| format!("Run::start(&{})", program.text()));
        let mut run = Run::start(&program);
        run.finish();
        let mut capacities = BTreeMap::new();
        let mut levels = BTreeMap::new();
        let mut reader = pileup::trace::columns::Reader::new();
        while let Some(event) = reader.next(run.engine.trace()) {
            match event {
                Event::Made { object, kind: ObjectKind::Channel, capacity, .. } => {
                    capacities.insert(object, capacity);
                }
                Event::Level { object, level } if capacities.contains_key(&object) => {
                    assert!(level <= capacities[&object], "seed {seed}, {order:?}");
                    levels.insert(object, level);
                }
                _ => {}
            }
        }
        let told: Vec<u32> = capacities.keys().map(|object| levels.get(object).copied().unwrap_or(0)).collect();
        let true_ones: Vec<u32> = run.world.channels.iter().map(|(sender, _)| sender.len() as u32).collect();
        assert_eq!(told, true_ones, "seed {seed}, {order:?}");
    }
}

fn in_both_orders(seeds: Range<u32>) -> impl Iterator<Item = (u32, Order)> {
    seeds.flat_map(|seed| ORDERS.map(|order| (seed, order)))
}

fn programs(seeds: &Range<u32>) -> impl Iterator<Item = Program> {
    let mixes = [Mix::Plain, Mix::Selects];
    in_both_orders(seeds.clone()).flat_map(move |(seed, order)| mixes.map(|mix| Program::random(seed, order, mix)))
}
