//! What both benches measure: the same tasks on our engine and on `LocalPool`, and a run with a pile.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::executor::LocalPool;
use futures::task::LocalSpawnExt as _;
use pileup::executor::engine::{Config, Engine};
use pileup::executor::limits::Limits;
use pileup::executor::spawn::go;
use pileup::lessons;
use pileup::player::run::{Keep, Player, Spec};

/// Tasks in one measured run of the poll benches.
pub(crate) const TASKS: usize = 1_000;
/// Polls of each task in one measured run of the poll benches.
pub(crate) const POLLS: usize = 200;

/// A task that wakes itself and yields, `left` times.
pub(crate) struct Yields {
    left: usize,
}

impl Yields {
    pub(crate) fn new() -> Yields {
        Yields { left: POLLS }
    }
}

impl Future for Yields {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Our engine with the tasks, none of them polled yet.
pub(crate) fn engine() -> Engine {
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        for _ in 0..TASKS {
            go(Yields::new, ());
        }
    });
    engine
}

/// `LocalPool` with the same tasks.
pub(crate) fn local_pool() -> LocalPool {
    let pool = LocalPool::new();
    for _ in 0..TASKS {
        pool.spawner().spawn_local(Yields::new()).expect("the pool is there");
    }
    pool
}

/// The flagship with a thousand requests a second, of fifty workers each, all of which hang.
pub(crate) fn all_workers_hang() -> Spec {
    let lesson = lessons::by_name("leak").expect("the flagship");
    let mut spec = Spec::new(&lesson);
    for (name, value) in [("workers", 50), ("stuck", 100), ("timeout", 100), ("traffic", 60_000)] {
        spec.knobs[lesson.knob(name).expect("a knob")] = value;
    }
    spec
}

/// A run of 600 requests a minute with the switch on, in which nothing leaks, up to this moment.
pub(crate) fn listening_player(until_us: u64) -> Player {
    let lesson = lessons::by_name("leak").expect("the flagship");
    let mut spec = Spec::new(&lesson);
    for (name, value) in [("listen", 1), ("traffic", 600)] {
        spec.knobs[lesson.knob(name).expect("a knob")] = value;
    }
    let mut player = Player::with(spec, Keep::Unread, Limits::default());
    player.play_to(until_us, u64::MAX);
    player
}

/// The flagship as it stands, until it has recorded so many events.
pub(crate) fn leaking_player(keep: Keep, events: u64) -> Player {
    let lesson = lessons::by_name("leak").expect("the flagship");
    let mut player = Player::with(Spec::new(&lesson), keep, Limits::default());
    while player.ledger().counts().events < events {
        player.play_to(player.now_us() + 1_000_000, u64::MAX);
    }
    player
}

/// A run in which every worker hangs until at least `leaked` tasks are leaked; after that none does, at `traffic` requests a
/// minute.
pub(crate) fn player_with_pile(leaked: u32, traffic: u32) -> Player {
    let mut spec = all_workers_hang();
    let knob = |name| lessons::by_name("leak").and_then(|lesson| lesson.knob(name)).expect("a knob");
    if leaked == 0 {
        spec.knobs[knob("traffic")] = 0;
    }
    let mut player = Player::with(spec, Keep::Unread, Limits::default());
    while player.ledger().counts().leaked < leaked {
        player.play_to(player.now_us() + 100_000, u64::MAX);
    }
    player.set(knob("traffic"), 0);
    player.set(knob("stuck"), 0);
    // The last workers that hang are stranded before anything is measured.
    player.play_to(player.now_us() + 1_000_000, u64::MAX);
    player.set(knob("traffic"), traffic);
    player
}
