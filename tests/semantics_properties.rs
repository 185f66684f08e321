//! What holds of channels and locks whatever a program does: random programs, both orders of the ready queue, and every
//! inner rule looked at after every poll.
//!
//! The programs send numbered messages, so that each one can be followed: sent once, received once, in between in a
//! buffer or in the hands of a sender that waits.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

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

const SEEDS: u32 = 4_000;
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
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mix {
    /// Sends and receives: a waiter leaves its queue in the moment in which it is completed.
    Plain,
    /// Selects, with and without `default`, and time-outs too: a completed select stands in its other queues until it is
    /// polled.
    Selects,
}

struct World {
    channels: Vec<(Sender<Message>, Receiver<Message>)>,
    /// What was sent, in the order in which senders went on.
    sent: RefCell<Vec<Message>>,
    /// What was received, by whom.
    received: RefCell<Vec<(u32, Message)>>,
}

impl World {
    fn new(draws: &mut Rng) -> Rc<World> {
        let channels = (0..3).map(|_| make(draws.below(4) as usize)).collect();
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

/// A send and some receives, built at run time. A receive gives what it got, and a send nothing.
fn choices<'c>(
    sender: &'c Sender<Message>,
    receiver: &'c Receiver<Message>,
    message: Message,
) -> Vec<Choice<'c, Option<Message>>> {
    let sends = Choice::new(sender.send(message), |()| None);
    let receives = (0..message.number % 4).map(|_| Choice::new(receiver.receive(), |got| got));
    receives.chain([sends]).collect()
}

async fn task(world: Rc<World>, number: u32, mut draws: Rng, mix: Mix) {
    let kinds = if mix == Mix::Plain { 5 } else { 11 };
    for next in 1..=10 {
        let channel = draws.below(3) as usize;
        // Two channels: a select that sends and receives on one stands in both of its queues and never meets itself.
        let other = (channel + 1 + draws.below(2) as usize) % 3;
        let (sender, receiver) = (&world.channels[channel].0, &world.channels[other].1);
        let message = Message { channel, sender: number, number: next };
        let sent = || world.sent.borrow_mut().push(message);
        let received = |got: Option<Message>| {
            let got = got.expect("nobody closes it");
            assert_eq!(got.channel, other);
            world.received.borrow_mut().push((number, got));
        };
        match draws.below(kinds) {
            0..2 => {
                sender.send(message).await;
                sent();
            }
            2..4 => received(receiver.receive().await),
            4 => sleep(Duration::from_millis(u64::from(draws.below(3)))).await,
            5 => select! {
                _ = sender.send(message) => sent(),
                got = receiver.receive() => received(got),
            },
            6 => select! {
                _ = sender.send(message) => sent(),
                got = receiver.receive() => received(got),
                _ = after(Duration::from_millis(u64::from(draws.below(3)))).receive() => {},
            },
            7 => select! {
                _ = sender.send(message) => sent(),
                got = receiver.receive() => received(got),
                default => {},
            },
            8 => select! {
                got = receiver.receive() => received(got),
                default => {},
            },
            9 => match any(choices(sender, receiver, message)).await {
                (_, Some(got)) => received(Some(got)),
                (_, None) => sent(),
            },
            _ => match any(choices(sender, receiver, message)).or_default().await {
                Some((_, Some(got))) => received(Some(got)),
                Some((_, None)) => sent(),
                None => {}
            },
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
    fn start(seed: u32, order: Order, mix: Mix) -> Run {
        let mut engine = Engine::new(Config { seed, order, ..Config::default() });
        let mut draws = Rng::new(seed, Stream::Program(0));
        let (mut world, mut tasks) = (None, Vec::new());
        engine.start(|| {
            let made = World::new(&mut draws);
            for number in 0..2 + draws.below(6) {
                let (world, draws) = (made.clone(), Rng::new(seed, Stream::Program(u64::from(number) + 1)));
                tasks.push(go(move || task(world, number, draws, mix), ()));
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
    for (seed, order, mix) in programs() {
        let mut run = Run::start(seed, order, mix);
        run.finish();
        run.drain();
        run.world.verify_messages();
        let mut sent = run.world.sent.take();
        let mut received: Vec<Message> = run.world.received.take().into_iter().map(|(_, message)| message).collect();
        sent.sort_unstable();
        received.sort_unstable();
        assert_eq!(sent, received, "seed {seed}, {order:?}");
        messages += sent.len();
    }
    assert!(messages > 10 * SEEDS as usize, "only {messages} messages");
}

#[test]
fn aborted_tasks_double_nothing_and_leave_no_one_in_a_queue() {
    let mut aborted = 0;
    for (seed, order, mix) in programs() {
        let mut run = Run::start(seed, order, mix);
        let mut draws = Rng::new(seed, Stream::Program(99));
        for _ in 0..40 {
            let polled = run.engine.poll_one().is_some();
            run.world.verify(mix);
            if !polled && run.engine.fire_next(Instant::from_nanos(u64::MAX)).is_none() {
                break;
            }
            if draws.below(12) == 0 {
                let victim = &run.tasks[draws.below(run.tasks.len() as u32) as usize];
                let before = run.engine.tasks_alive();
                run.engine.start(|| victim.abort());
                aborted += before - run.engine.tasks_alive();
                run.world.verify(mix);
            }
        }
        run.finish();
        run.world.verify_messages();
        run.drain();
        let sent = run.world.sent.borrow().len();
        let received = run.world.received.borrow().len();
        // A message may go with the task that received it, or arrive though its sender could not say so any more.
        assert!(sent.abs_diff(received) <= run.tasks.len(), "seed {seed}, {order:?}: {sent} sent, {received} received");
        run.tasks.iter().for_each(|task| run.engine.start(|| task.abort()));
        for (sender, _) in &run.world.channels {
            assert_eq!(sender.waiters(), (0, 0), "seed {seed}, {order:?}");
        }
        assert_eq!((run.engine.tasks_alive(), run.engine.timers_armed()), (0, 0), "seed {seed}, {order:?}");
    }
    assert!(aborted > SEEDS as usize, "only {aborted} tasks were aborted");
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
    for (seed, order) in (0..SEEDS / 5).flat_map(|seed| ORDERS.map(|order| (seed, order))) {
        let mut engine = Engine::new(Config { seed, order, ..Config::default() });
        let mut draws = Rng::new(seed, Stream::Program(0));
        let mut world = None;
        engine.start(|| {
            let made = World::new(&mut draws);
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

#[test]
fn locks_exclude_and_are_never_lost() {
    for (seed, order) in (0..SEEDS / 3).flat_map(|seed| ORDERS.map(|order| (seed, order))) {
        let mut engine = Engine::new(Config { seed, order, ..Config::default() });
        let mut draws = Rng::new(seed, Stream::Program(0));
        let (mut tasks, mut inside) = (Vec::new(), Vec::new());
        engine.start(|| {
            let (lock, rw, held) = (Mutex::new(), RwMutex::new(), Rc::new(Held::default()));
            for number in 0..6 {
                let draws = Rng::new(seed, Stream::Program(number + 1));
                let (lock, rw, held, own) = (lock.clone(), rw.clone(), held.clone(), Rc::new(Cell::new(false)));
                inside.push(own.clone());
                tasks.push(go(move || locks(lock, rw, held, own, draws), ()));
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
        assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0), "seed {seed}, {order:?}, {aborted} aborted");
    }
}

/// Who is inside now.
#[derive(Default)]
struct Held {
    locked: Cell<u32>,
    writers: Cell<u32>,
    readers: Cell<u32>,
}

async fn locks(lock: Mutex, rw: RwMutex, held: Rc<Held>, inside: Rc<Cell<bool>>, mut draws: Rng) {
    let add = |count: &Cell<u32>| count.set(count.get() + 1);
    let remove = |count: &Cell<u32>| count.set(count.get() - 1);
    for _ in 0..5 {
        let nap = Duration::from_millis(u64::from(draws.below(3)));
        let kind = draws.below(3);
        match kind {
            0 => lock.lock().await,
            1 => rw.lock().await,
            _ => rw.read_lock().await,
        }
        inside.set(true);
        let count = [&held.locked, &held.writers, &held.readers][kind as usize];
        add(count);
        sleep(nap).await;
        assert!(held.locked.get() <= 1 && held.writers.get() <= 1, "one at a time");
        assert!(held.writers.get() == 0 || held.readers.get() == 0, "a writer is alone");
        remove(count);
        match kind {
            0 => lock.unlock(),
            1 => rw.unlock(),
            _ => rw.read_unlock(),
        }
        inside.set(false);
        sleep(nap).await;
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
    for (seed, order) in (0..SEEDS / 5).flat_map(|seed| ORDERS.map(|order| (seed, order))) {
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
    for (seed, order) in (0..SEEDS / 5).flat_map(|seed| ORDERS.map(|order| (seed, order))) {
        let mut run = Run::start(seed, order, Mix::Selects);
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

fn programs() -> impl Iterator<Item = (u32, Order, Mix)> {
    let mixes = [Mix::Plain, Mix::Selects];
    (0..SEEDS).flat_map(move |seed| ORDERS.into_iter().flat_map(move |order| mixes.map(|mix| (seed, order, mix))))
}
