//! `LocalPool` as the oracle: the same random program does the same on our executor and on `futures`' own.
//!
//! Both are first-in-first-out, so not only the survivors but the order of everything that happens must agree.

use std::cell::RefCell;
use std::rc::Rc;

use futures::executor::LocalPool;
use futures::task::{LocalSpawn, LocalSpawnExt as _};
use pileup::executor::engine::{Config, Engine};
use pileup::executor::rng::{Rng, Stream};
use pileup::executor::spawn::Spawner;
use pileup::select;
use pileup::sync::chan::{self, Receiver, Sender};
use pileup::sync::context::{self, Context};
use pileup::sync::mutex::Mutex;
use pileup::sync::wait_group::WaitGroup;

/// What the tasks of one program share.
struct World {
    channels: Vec<(Sender<u32>, Receiver<u32>)>,
    group: WaitGroup,
    lock: Mutex,
    ctx: Context,
    cancel: context::CancelFunc,
    log: RefCell<Vec<String>>,
}

impl World {
    fn new(draws: &mut Rng) -> Rc<World> {
        let channels = (0..3).map(|_| chan::make(draws.below(3) as usize)).collect();
        let (ctx, cancel) = context::with_cancel(&context::background());
        let (group, lock) = (WaitGroup::new(), Mutex::new());
        Rc::new(World { channels, group, lock, ctx, cancel, log: RefCell::default() })
    }

    fn say(&self, task: u32, did: &str) {
        self.log.borrow_mut().push(format!("{task} {did}"));
    }
}

/// One task: a few random operations, each logged when it is done. Only one case of its select can ever be ready.
async fn task(world: Rc<World>, number: u32, mut draws: Rng) {
    for step in 0..6 {
        let (sender, receiver) = &world.channels[draws.below(3) as usize];
        match draws.below(9) {
            0..=2 => {
                sender.send(number * 100 + step).await;
                world.say(number, "sent");
            }
            3..=5 => {
                let received = receiver.receive().await;
                world.say(number, &format!("received {received:?}"));
            }
            6 => {
                world.lock.lock().await;
                let received = receiver.receive().await;
                world.lock.unlock();
                world.say(number, &format!("received {received:?} under the lock"));
            }
            7 => select! {
                _ = world.ctx.done() => world.say(number, "heard"),
                default => world.say(number, "was not told"),
            },
            _ if number == 0 => world.cancel.cancel(),
            _ => {
                world.group.wait().await;
                world.say(number, "waited for the group");
            }
        }
    }
    world.say(number, "returned");
    if number == 1 {
        world.group.done();
    }
}

/// Spawns the program of this seed. What it does is in the log that is returned.
fn start(seed: u32, spawner: &impl LocalSpawn) -> Rc<World> {
    let mut draws = Rng::new(seed, Stream::Program(0));
    let world = World::new(&mut draws);
    world.group.add(1);
    for number in 0..2 + draws.below(6) {
        let fate = Rng::new(seed, Stream::Program(u64::from(number) + 1));
        spawner.spawn_local(task(world.clone(), number, fate)).expect("the executor takes it");
    }
    world
}

#[test]
fn a_random_program_does_the_same_on_local_pool() {
    let mut busy = 0;
    for seed in 0..3_000 {
        let mut pool = LocalPool::new();
        let theirs = start(seed, &pool.spawner());
        pool.run_until_stalled();

        let mut engine = Engine::new(Config::default());
        let mut ours = None;
        engine.start(|| ours = Some(start(seed, &Spawner)));
        engine.run_until_idle();
        let ours = ours.expect("it was started");

        assert_eq!(*ours.log.borrow(), *theirs.log.borrow(), "seed {seed}");
        let returned = ours.log.borrow().iter().filter(|did| did.ends_with("returned")).count();
        // Each survivor holds the world, and so does this test.
        assert_eq!(Rc::strong_count(&ours) - 1, engine.tasks_alive(), "seed {seed}");
        assert_eq!(Rc::strong_count(&theirs) - 1, engine.tasks_alive(), "seed {seed}");
        busy += usize::from(returned > 0 && engine.tasks_alive() > 0);
    }
    assert!(busy > 300, "only {busy} programs had both who returned and who stayed");
}
