//! `LocalPool` as the oracle: the same random program does the same on our executor and on `futures`' own.
//!
//! Both are first-in-first-out, so not only the survivors but every poll and the order of everything that happens must
//! agree. (They differ in one thing, which no program here does: a task that is spawned by a task enters `LocalPool`'s
//! queue when the poll ends, after whoever that poll wakes.)
//!
//! Outside of an engine a primitive has no run to end and no seed to draw by. So a program that panics is compared up to
//! there, and one whose `select` had something to draw is left out and counted.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use expect_test::expect;
use futures::executor::LocalPool;
use futures::task::{LocalSpawn, LocalSpawnExt as _};
use pileup::executor::engine::{Config, Engine, Order};
use pileup::executor::rng::{Rng, Stream};
use pileup::executor::spawn::Spawner;
use pileup::select;
use pileup::sync::chan::{self, Receiver, Sender};
use pileup::sync::cond::Cond;
use pileup::sync::context::{self, CancelFunc, Context};
use pileup::sync::mutex::Mutex;
use pileup::sync::once::Once;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::wait_group::WaitGroup;
use pileup::trace::columns::Reader;
use pileup::trace::event::Event;

mod property;

use property::{Case, assert_common, seeds};

/// What the tasks of one program share.
struct World {
    channels: Vec<(Sender<u32>, Receiver<u32>)>,
    group: WaitGroup,
    lock: Mutex,
    cond: Cond,
    rw: RwMutex,
    once: Once,
    contexts: Vec<(Context, CancelFunc)>,
    /// Which task did what, a poll included.
    log: RefCell<Vec<(u32, String)>>,
}

impl World {
    fn new(capacities: [usize; 3], members: i64) -> Rc<World> {
        let channels = capacities.map(chan::make).into();
        let parent = context::with_cancel(&context::background());
        let child = context::with_cancel(&parent.0);
        let (group, lock) = (WaitGroup::new(), Mutex::new());
        group.add(members);
        Rc::new(World {
            channels,
            group,
            cond: Cond::new(&lock),
            lock,
            rw: RwMutex::new(),
            once: Once::new(),
            contexts: vec![parent, child],
            log: RefCell::default(),
        })
    }

    fn say(&self, task: u32, did: impl Into<String>) {
        self.log.borrow_mut().push((task, did.into()));
    }

    fn returned(&self) -> usize {
        self.log.borrow().iter().filter(|(_, did)| did == "returned").count()
    }

    /// What each task did, whoever came between.
    fn told_apart(&self, tasks: u32) -> Vec<Vec<String>> {
        let log = self.log.borrow();
        let of =
            |task| log.iter().filter(move |(who, did)| *who == task && did != "polled").map(|(_, did)| did.clone());
        (0..tasks).map(|task| of(task).collect()).collect()
    }
}

/// What a task does next. Numbers are those of channels (0 to 2) and contexts (0 and 1).
#[derive(Clone, Debug)]
enum Operation {
    Send(usize),
    Receive(usize),
    /// Receives from the first or sends to the second, or neither.
    Look(usize, usize),
    /// Receives from the first or sends to the second, or hears that the second context is over.
    Choose(usize, usize),
    /// Does it with the mutex held, and so on.
    Locked(Box<Operation>),
    ReadLocked(Box<Operation>),
    WriteLocked(Box<Operation>),
    Once(Box<Operation>),
    WaitForSignal,
    Signal,
    Broadcast,
    Done,
    WaitForGroup,
    Cancel(usize),
    Hear(usize),
    Close(usize),
    Nothing,
}

/// What may be done while something is held: deadlocks are welcome, recursion needs an end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hands {
    Free,
    Full,
}

impl Operation {
    fn random(draws: &mut Rng, hands: Hands) -> Operation {
        let channel = |draws: &mut Rng| draws.below(3) as usize;
        let held = |draws: &mut Rng| Box::new(Operation::random(draws, Hands::Full));
        match draws.below(if hands == Hands::Free { 32 } else { 16 }) {
            0..=5 => Send(channel(draws)),
            6..=11 => Receive(channel(draws)),
            12 => Look(channel(draws), channel(draws)),
            13..=15 => Choose(channel(draws), channel(draws)),
            16..=17 => Locked(held(draws)),
            18..=20 if draws.below(3) > 0 => ReadLocked(held(draws)),
            18..=20 => WriteLocked(held(draws)),
            21..=22 => WaitForSignal,
            23..=24 => Signal,
            25 => Broadcast,
            26 => Operation::Once(held(draws)),
            27 => Done,
            28 => WaitForGroup,
            29 => Cancel(draws.below(2) as usize),
            30 => Hear(draws.below(2) as usize),
            _ if draws.below(4) == 0 => Close(channel(draws)),
            _ => Nothing,
        }
    }
}

use Operation::{
    Broadcast, Cancel, Choose, Close, Done, Hear, Locked, Look, Nothing, ReadLocked, Receive, Send, Signal,
    WaitForGroup, WaitForSignal, WriteLocked,
};

/// One task: its operations, each logged when it is done.
struct Life {
    world: Rc<World>,
    number: u32,
    sent: u32,
}

impl Life {
    async fn live(mut self, operations: Vec<Operation>) {
        for operation in &operations {
            self.step(operation).await;
        }
        self.world.say(self.number, "returned");
    }

    fn step<'a>(&'a mut self, operation: &'a Operation) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(async move {
            let world = self.world.clone();
            let did = match operation {
                Send(to) => self.send(*to).await,
                Receive(from) => format!("received {:?}", world.channels[*from].1.receive().await),
                Look(from, to) => self.look(*from, *to).await,
                Choose(from, to) => self.choose(*from, *to).await,
                Locked(inner) => {
                    world.lock.lock().await;
                    self.step(inner).await;
                    world.lock.unlock();
                    "unlocked".into()
                }
                ReadLocked(inner) => {
                    world.rw.read_lock().await;
                    self.step(inner).await;
                    world.rw.read_unlock();
                    "read".into()
                }
                WriteLocked(inner) => {
                    world.rw.lock().await;
                    self.step(inner).await;
                    world.rw.unlock();
                    "wrote".into()
                }
                Operation::Once(inner) => {
                    let once = world.once.clone();
                    once.call(async || self.step(inner).await).await;
                    "called once".into()
                }
                WaitForSignal => {
                    world.lock.lock().await;
                    world.cond.wait().await;
                    world.lock.unlock();
                    "was signalled".into()
                }
                Signal => {
                    world.cond.signal();
                    "signalled".into()
                }
                Broadcast => {
                    world.cond.broadcast();
                    "broadcast".into()
                }
                Done => {
                    world.group.done();
                    "done".into()
                }
                WaitForGroup => {
                    world.group.wait().await;
                    "waited for the group".into()
                }
                Cancel(context) => {
                    world.contexts[*context].1.cancel();
                    "cancelled".into()
                }
                Hear(context) => {
                    world.contexts[*context].0.done().await;
                    "heard".into()
                }
                Close(channel) => {
                    world.channels[*channel].0.close();
                    "closed".into()
                }
                Nothing => "nothing".to_owned(),
            };
            world.say(self.number, did);
        })
    }

    fn message(&mut self) -> u32 {
        self.sent += 1;
        self.number * 100 + self.sent
    }

    async fn send(&mut self, to: usize) -> String {
        let (world, message) = (self.world.clone(), self.message());
        world.channels[to].0.send(message).await;
        format!("sent {message}")
    }

    async fn look(&mut self, from: usize, to: usize) -> String {
        let (world, message) = (self.world.clone(), self.message());
        select! {
            received = world.channels[from].1.receive() => format!("saw {received:?}"),
            _ = world.channels[to].0.send(message) => format!("offered {message}"),
            default => "saw nothing".into(),
        }
    }

    async fn choose(&mut self, from: usize, to: usize) -> String {
        let (world, message) = (self.world.clone(), self.message());
        select! {
            received = world.channels[from].1.receive() => format!("chose to receive {received:?}"),
            _ = world.channels[to].0.send(message) => format!("chose to send {message}"),
            _ = world.contexts[1].0.done() => "chose to hear".into(),
        }
    }
}

/// A random program, as data, so that it can be printed.
struct Program {
    capacities: [usize; 3],
    group: i64,
    tasks: Vec<Vec<Operation>>,
}

impl Program {
    fn random(seed: u32) -> Program {
        let mut draws = Rng::new(seed, Stream::Program(0));
        let capacities = [0; 3].map(|_| draws.below(3) as usize);
        let group = i64::from(1 + draws.below(3));
        let tasks = 2 + draws.below(6);
        let task = |_| (0..6).map(|_| Operation::random(&mut draws, Hands::Free)).collect();
        Program { capacities, group, tasks: (0..tasks).map(task).collect() }
    }

    /// As Rust writes it.
    fn text(&self) -> String {
        let Program { capacities, group, tasks } = self;
        // What is done with something held is in a box, and holds nothing more itself.
        let boxed = |operation: &Operation| {
            let text = format!("{operation:?}");
            match text.split_once('(') {
                Some((name @ ("Locked" | "ReadLocked" | "WriteLocked" | "Once"), inner)) => {
                    let name = if name == "Once" { "Operation::Once" } else { name };
                    format!("{name}(Box::new({inner})")
                }
                _ => text,
            }
        };
        let task = |task: &Vec<Operation>| format!("vec![{}]", task.iter().map(boxed).collect::<Vec<_>>().join(", "));
        let tasks: Vec<String> = tasks.iter().map(task).collect();
        format!("Program {{ capacities: {capacities:?}, group: {group}, tasks: vec![{}] }}", tasks.join(", "))
    }
}

/// Logs each poll of what it holds.
async fn counted(world: Rc<World>, number: u32, task: impl Future<Output = ()>) {
    let mut task = std::pin::pin!(task);
    std::future::poll_fn(|cx| {
        world.say(number, "polled");
        task.as_mut().poll(cx)
    })
    .await;
}

/// Spawns the program. What it does is in the log of the world that is returned.
fn start(program: &Program, spawner: &impl LocalSpawn) -> Rc<World> {
    let world = World::new(program.capacities, program.group);
    for (number, operations) in (0..).zip(program.tasks.clone()) {
        let life = Life { world: world.clone(), number, sent: 0 };
        spawner.spawn_local(counted(world.clone(), number, life.live(operations))).expect("the executor takes it");
    }
    world
}

fn on_engine<R>(order: Order, seed: u32, start: impl FnOnce(&Spawner) -> R) -> (Engine, R) {
    let mut engine = Engine::new(Config { order, seed, ..Config::default() });
    let mut started = None;
    engine.start(|| started = Some(start(&Spawner)));
    engine.run_until_idle();
    (engine, started.expect("the root ran"))
}

fn drew(engine: &Engine) -> bool {
    let mut reader = Reader::new();
    std::iter::from_fn(|| reader.next(engine.trace()).map(|event| event == Event::Drew)).any(|drew| drew)
}

/// How far a program could be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    /// To its end, at which some have returned and others have not.
    Mixed,
    /// To its end.
    Whole,
    UpToAPanic,
    /// Its `select` had something to draw.
    Not,
}

/// Runs the program on both, and asserts that it does the same.
fn compare(program: &Program) -> Compared {
    let (engine, ours) = on_engine(Order::Fifo, 1, |spawner| start(program, spawner));
    if drew(&engine) {
        return Compared::Not;
    }
    let mut pool = LocalPool::new();
    let theirs = start(program, &pool.spawner());
    pool.run_until_stalled();
    if engine.stop().is_some() {
        let (ours, theirs) = (ours.log.borrow(), theirs.log.borrow());
        // Rust has no exception: the poll that panicked goes on to its end, and there it may draw unrecorded.
        let polled = ours.iter().rposition(|(_, did)| did == "polled").expect("who panics is polled");
        assert_eq!(ours[..=polled], theirs[..=polled], "up to the panic");
        return Compared::UpToAPanic;
    }
    assert_eq!(*ours.log.borrow(), *theirs.log.borrow());
    let alive = engine.tasks_alive();
    assert_eq!(alive, program.tasks.len() - ours.returned());
    drop((engine, pool));
    // Each survivor held the world, and nothing that it left behind holds a survivor.
    assert_eq!((Rc::strong_count(&ours), Rc::strong_count(&theirs)), (1, 1));
    if ours.returned() > 0 && alive > 0 { Compared::Mixed } else { Compared::Whole }
}

#[test]
fn a_random_program_does_the_same_on_local_pool() {
    let seeds = seeds(6_000);
    let compared: Vec<Compared> = seeds
        .clone()
        .map(|seed| {
            let program = Program::random(seed);
            let _case = Case(|| format!("compare(&{});", program.text()));
            compare(&program)
        })
        .collect();
    let count = |wanted: &[Compared]| compared.iter().filter(|compared| wanted.contains(compared)).count();
    assert_common("compared to the end", count(&[Compared::Mixed, Compared::Whole]), 3, &seeds);
    assert_common("compared up to a panic", count(&[Compared::UpToAPanic]), 30, &seeds);
    assert_common("had both who returned and who stayed", count(&[Compared::Mixed]), 12, &seeds);
}

/// The test that a failure prints looks like this one.
#[test]
fn a_program_is_printed_as_it_is_written() {
    let program = Program {
        capacities: [0, 1, 2],
        group: 1,
        tasks: vec![
            vec![Locked(Box::new(Choose(0, 1))), Operation::Once(Box::new(Send(2))), WaitForGroup],
            vec![Look(0, 1), ReadLocked(Box::new(Receive(2))), Done, Hear(0)],
        ],
    };
    expect!["Program { capacities: [0, 1, 2], group: 1, tasks: vec![vec![Locked(Box::new(Choose(0, 1))), Operation::Once(Box::new(Send(2))), WaitForGroup], vec![Look(0, 1), ReadLocked(Box::new(Receive(2))), Done, Hear(0)]] }"].assert_eq(&program.text());
    assert_eq!(compare(&program), Compared::Mixed);
}

/// A network where each channel has one sender, who closes it in the end, and one receiver, and nobody selects: what
/// each task does is then independent of the order in which ready tasks are polled (Kahn, 1974).
fn start_network(seed: u32, spawner: &impl LocalSpawn) -> (Rc<World>, u32) {
    let mut draws = Rng::new(seed, Stream::Program(0));
    let world = World::new([0; 3].map(|_| draws.below(3) as usize), 1);
    let tasks = 2 + draws.below(4);
    // For each channel, who sends and who receives.
    let ends: Vec<(u32, u32)> = (0..3).map(|_| (draws.below(tasks), draws.below(tasks))).collect();
    for number in 0..tasks {
        let mut life = Life { world: world.clone(), number, sent: 0 };
        let mut draws = Rng::new(seed, Stream::Program(u64::from(number) + 1));
        let ends = ends.clone();
        let task = async move {
            let world = life.world.clone();
            for _ in 0..12 {
                let channel = draws.below(3) as usize;
                let (sender, receiver) = &world.channels[channel];
                let did = match draws.below(2) {
                    0 if ends[channel].0 == number => {
                        let message = life.message();
                        sender.send(message).await;
                        format!("sent {message}")
                    }
                    1 if ends[channel].1 == number => format!("received {:?}", receiver.receive().await),
                    _ => continue,
                };
                world.say(number, did);
            }
            let own = world.channels.iter().zip(&ends).filter(|(_, (sender, _))| *sender == number);
            own.for_each(|((sender, _), _)| sender.close());
            world.say(number, "returned");
        };
        spawner.spawn_local(task).expect("the executor takes it");
    }
    (world, tasks)
}

#[test]
fn a_network_of_single_owners_does_the_same_in_every_order() {
    let (seeds, mut stuck) = (seeds(1_000), 0);
    for seed in seeds.clone() {
        let mut pool = LocalPool::new();
        let (theirs, tasks) = start_network(seed, &pool.spawner());
        pool.run_until_stalled();
        let expected = theirs.told_apart(tasks);
        for (order, order_seed) in [(Order::Fifo, 0), (Order::Seeded, 1), (Order::Seeded, 2), (Order::Seeded, 3)] {
            let (engine, (ours, _)) = on_engine(order, order_seed, |spawner| start_network(seed, spawner));
            assert_eq!(engine.stop(), None, "seed {seed}");
            assert_eq!(ours.told_apart(tasks), expected, "seed {seed}, {order:?} {order_seed}");
        }
        stuck += usize::from(theirs.returned() < tasks as usize);
    }
    assert_common("the network got stuck", stuck, 10, &seeds);
    assert_common("the network came to its end", seeds.len() - stuck, 10, &seeds);
}
