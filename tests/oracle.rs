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
    fn new(draws: &mut Rng) -> Rc<World> {
        let channels = (0..3).map(|_| chan::make(draws.below(3) as usize)).collect();
        let parent = context::with_cancel(&context::background());
        let child = context::with_cancel(&parent.0);
        let (group, lock) = (WaitGroup::new(), Mutex::new());
        group.add(i64::from(1 + draws.below(3)));
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

/// One task: a few random operations, each logged when it is done.
struct Life {
    world: Rc<World>,
    number: u32,
    draws: Rng,
    sent: u32,
}

/// What may be done while something is held: deadlocks are welcome, recursion needs an end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hands {
    Free,
    Full,
}

impl Life {
    async fn live(mut self) {
        for _ in 0..6 {
            self.step(Hands::Free).await;
        }
        self.world.say(self.number, "returned");
    }

    fn step(&mut self, hands: Hands) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async move {
            let world = self.world.clone();
            let did = match self.draws.below(if hands == Hands::Free { 32 } else { 16 }) {
                0..=5 => self.send().await,
                6..=11 => self.receive().await,
                12 => self.look().await,
                13..=15 => self.choose().await,
                16..=17 => self.locked().await,
                18..=20 => self.read_or_write().await,
                21..=22 => self.wait_for_signal().await,
                23..=24 => {
                    world.cond.signal();
                    "signalled".into()
                }
                25 => {
                    world.cond.broadcast();
                    "broadcast".into()
                }
                26 => {
                    let once = world.once.clone();
                    once.call(async || self.step(Hands::Full).await).await;
                    "called once".into()
                }
                27 => {
                    world.group.done();
                    "done".into()
                }
                28 => {
                    world.group.wait().await;
                    "waited for the group".into()
                }
                29 => {
                    world.contexts[self.draws.below(2) as usize].1.cancel();
                    "cancelled".into()
                }
                30 => {
                    world.contexts[self.draws.below(2) as usize].0.done().await;
                    "heard".into()
                }
                _ if self.draws.below(4) == 0 => {
                    world.channels[self.draws.below(3) as usize].0.close();
                    "closed".into()
                }
                _ => "nothing".to_owned(),
            };
            world.say(self.number, did);
        })
    }

    fn message(&mut self) -> u32 {
        self.sent += 1;
        self.number * 100 + self.sent
    }

    fn channel(&mut self) -> usize {
        self.draws.below(3) as usize
    }

    async fn send(&mut self) -> String {
        let (world, channel, message) = (self.world.clone(), self.channel(), self.message());
        world.channels[channel].0.send(message).await;
        format!("sent {message}")
    }

    async fn receive(&mut self) -> String {
        let (world, channel) = (self.world.clone(), self.channel());
        let received = world.channels[channel].1.receive().await;
        format!("received {received:?}")
    }

    async fn look(&mut self) -> String {
        let (world, from, to, message) = (self.world.clone(), self.channel(), self.channel(), self.message());
        select! {
            received = world.channels[from].1.receive() => format!("saw {received:?}"),
            _ = world.channels[to].0.send(message) => format!("offered {message}"),
            default => "saw nothing".into(),
        }
    }

    async fn choose(&mut self) -> String {
        let (world, from, to, message) = (self.world.clone(), self.channel(), self.channel(), self.message());
        select! {
            received = world.channels[from].1.receive() => format!("chose to receive {received:?}"),
            _ = world.channels[to].0.send(message) => format!("chose to send {message}"),
            _ = world.contexts[1].0.done() => "chose to hear".into(),
        }
    }

    async fn locked(&mut self) -> String {
        let world = self.world.clone();
        world.lock.lock().await;
        self.step(Hands::Full).await;
        world.lock.unlock();
        "unlocked".into()
    }

    async fn read_or_write(&mut self) -> String {
        let world = self.world.clone();
        if self.draws.below(3) > 0 {
            world.rw.read_lock().await;
            self.step(Hands::Full).await;
            world.rw.read_unlock();
            return "read".into();
        }
        world.rw.lock().await;
        self.step(Hands::Full).await;
        world.rw.unlock();
        "wrote".into()
    }

    async fn wait_for_signal(&mut self) -> String {
        let world = self.world.clone();
        world.lock.lock().await;
        world.cond.wait().await;
        world.lock.unlock();
        "was signalled".into()
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

/// Spawns the program of this seed. What it does is in the log of the world that is returned.
fn start(seed: u32, spawner: &impl LocalSpawn) -> (Rc<World>, u32) {
    let mut draws = Rng::new(seed, Stream::Program(0));
    let world = World::new(&mut draws);
    let tasks = 2 + draws.below(6);
    for number in 0..tasks {
        let draws = Rng::new(seed, Stream::Program(u64::from(number) + 1));
        let life = Life { world: world.clone(), number, draws, sent: 0 };
        spawner.spawn_local(counted(world.clone(), number, life.live())).expect("the executor takes it");
    }
    (world, tasks)
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

#[test]
fn a_random_program_does_the_same_on_local_pool() {
    let (mut whole, mut panicked, mut drawn, mut busy) = (0, 0, 0, 0);
    for seed in 0..6_000 {
        let (engine, (ours, tasks)) = on_engine(Order::Fifo, seed, |spawner| start(seed, spawner));
        if drew(&engine) {
            drawn += 1;
            continue;
        }
        let mut pool = LocalPool::new();
        let (theirs, _) = start(seed, &pool.spawner());
        pool.run_until_stalled();
        if engine.stop().is_some() {
            panicked += 1;
            let (ours, theirs) = (ours.log.borrow(), theirs.log.borrow());
            // Rust has no exception: the poll that panicked goes on to its end, and there it may draw unrecorded.
            let polled = ours.iter().rposition(|(_, did)| did == "polled").expect("who panics is polled");
            assert_eq!(ours[..=polled], theirs[..=polled], "seed {seed}, up to the panic");
            continue;
        }
        whole += 1;
        assert_eq!(*ours.log.borrow(), *theirs.log.borrow(), "seed {seed}");
        assert_eq!(engine.tasks_alive(), tasks as usize - ours.returned(), "seed {seed}");
        busy += usize::from(ours.returned() > 0 && engine.tasks_alive() > 0);
        drop((engine, pool));
        // Each survivor held the world, and nothing that it left behind holds a survivor.
        assert_eq!((Rc::strong_count(&ours), Rc::strong_count(&theirs)), (1, 1), "seed {seed}");
    }
    println!("{whole} compared to the end, {panicked} up to a panic, {drawn} left out");
    assert!(whole > 2_000 && panicked > 200, "{whole} compared to the end, {panicked} up to a panic");
    assert!(busy > 500, "only {busy} programs had both who returned and who stayed");
}

/// A network where each channel has one sender, who closes it in the end, and one receiver, and nobody selects: what
/// each task does is then independent of the order in which ready tasks are polled (Kahn, 1974).
fn start_network(seed: u32, spawner: &impl LocalSpawn) -> (Rc<World>, u32) {
    let mut draws = Rng::new(seed, Stream::Program(0));
    let world = World::new(&mut draws);
    let tasks = 2 + draws.below(4);
    // For each channel, who sends and who receives.
    let ends: Vec<(u32, u32)> = (0..3).map(|_| (draws.below(tasks), draws.below(tasks))).collect();
    for number in 0..tasks {
        let mut life = Life {
            world: world.clone(),
            number,
            draws: Rng::new(seed, Stream::Program(u64::from(number) + 1)),
            sent: 0,
        };
        let ends = ends.clone();
        let task = async move {
            let world = life.world.clone();
            for _ in 0..12 {
                let channel = life.channel();
                let (sender, receiver) = &world.channels[channel];
                let did = match life.draws.below(2) {
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
    let mut stuck = 0;
    for seed in 0..1_000 {
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
    assert!((100..900).contains(&stuck), "{stuck} of 1000 networks got stuck");
}
