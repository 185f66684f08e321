//! A past moment, folded from what was kept of a run, is that moment of a fresh run, whatever the program.

use std::rc::Rc;

use pileup::executor::config::Order;
use pileup::executor::engine::Progress;
use pileup::executor::limits::Limits;
use pileup::executor::rng::{Rng, Stream};
use pileup::lessons::{Knob, Lesson, Unit, When, leak};
use pileup::player::past::WayBack;
use pileup::player::run::{Back, Keep, Player, Spec};

use crate::interpreter;
use crate::program::Script;
use crate::property::{Case, assert_common, seeds};

const LIMITS: Limits = Limits {
    polls_per_instant_max: 5_000,
    operations_per_instant_max: 40_000,
    tasks_alive_max: 250,
    ..Limits::DEFAULT
};

/// So much that a short run has many moments, and room for some of them only.
fn way_back(draws: &mut Rng) -> WayBack {
    WayBack {
        events_min: u64::from(1 + draws.below(300)),
        moment_bytes_per_event: [200, 10_000][draws.below(2) as usize],
        moment_bytes_max: [1 << 16, 1 << 20][draws.below(2) as usize],
        bytes_max: [1 << 17, 1 << 22][draws.below(2) as usize],
    }
}

/// A script as a lesson, with one live knob that it looks at.
fn lesson(script: Script) -> Rc<Lesson> {
    let mut lesson = leak::lesson();
    lesson.knobs = [Knob::range("n".into(), (0, u32::MAX), Unit::Count, 0, When::Live)].into();
    lesson.start = Box::new(move || interpreter::start(&script));
    Rc::new(lesson)
}

/// What the trace says of a moment: all that can be asked, but when exactly it is.
fn picture(player: &Player) -> String {
    let ledger = player.ledger();
    ledger.verify();
    let mut text = format!("{:?} {:?}\n", ledger.counts(), ledger.running());
    let mut tasks: Vec<_> = ledger.tasks().collect();
    tasks.sort_unstable_by_key(|task| task.id);
    for task in tasks {
        let (heard, leaked, told) = (task.heard_us(), task.leaked_us(), ledger.told_us(task.id));
        text += &format!("{:?} {:?} {:?} {:?} ", task.id, task.state, task.verdict, ledger.unproven_reason(task.id));
        text += &format!("{} {} {} {heard:?} {leaked:?} {told:?}", task.polls, task.wakes, task.spawned_us);
        for wait in task.waits() {
            text += &format!(" {wait:?}");
        }
        if let Some(scope) = ledger.scope(task.scope) {
            text += &format!(" {:?} {:?} {:?} {:?}", scope.opened_us, scope.told_us, scope.over_us, scope.members);
        }
        text += &format!(" {}\n", ledger.is_proven(task.scope));
    }
    let shown: Vec<_> = ledger.shown_scopes().map(|(id, _)| id).collect();
    let (ready, pile): (Vec<_>, Vec<_>) = (ledger.ready().collect(), ledger.pile().collect());
    let waits: Vec<_> = ledger.waits().collect();
    let mut polls = Vec::new();
    ledger.last_polls(100, &mut polls);
    text += &format!("{shown:?} {ready:?} {pile:?} {waits:?} {polls:?} {} {} ", ledger.leaks_found(), ledger.timers());
    text += &format!("{:?} {:?} {} ", ledger.panic(), ledger.limit(), ledger.outside_calls());
    text += &format!("{}", ledger.contradictions());
    text
}

/// The same with the knobs, which an engine that is one poll ahead has turned already, and the curve up to there.
fn whole_picture(player: &Player) -> String {
    format!("{}\n{:?} {:?}", picture(player), player.knobs(), player.curve())
}

/// The same spec, played by itself.
fn fresh(player: &Player, at_us: u64) -> Player {
    let mut fresh = Player::with(player.spec().clone(), Keep::Unread, LIMITS);
    fresh.play_to(at_us, u64::MAX);
    fresh
}

struct Tried {
    moments: usize,
    steps: usize,
}

/// Goes to and fro in a run, and compares every moment with a fresh run.
fn go_to_and_fro(script: Script, seed: u32, order: Order) -> Tried {
    let mut draws = Rng::new(seed, Stream::Program(3));
    let spec = Spec { seed, order, ..Spec::new(&lesson(script)) };
    let keep = Keep::WayBack(way_back(&mut draws));
    let mut player = Player::with(spec, keep, LIMITS);
    for turn in 1..=4 {
        let until_us = player.now_us() + u64::from(draws.below(400_000));
        while player.play_to(until_us, 50) == Progress::More {}
        player.set(0, turn);
    }
    let (end_us, end) = (player.now_us(), whole_picture(&player));
    let mut tried = Tried { moments: 0, steps: 0 };
    for _ in 0..8 {
        let at_us = u64::from(draws.below(end_us.max(1) as u32 + 1));
        player.seek(at_us);
        tried.moments += usize::from(player.is_looking_back());
        while player.play_to(at_us, 1 + u64::from(draws.below(20))) == Progress::More {}
        if player.stop().is_none() {
            assert_eq!(player.now_us(), at_us);
        }
        assert_eq!(whole_picture(&player), whole_picture(&fresh(&player, at_us)), "at {at_us} µs");
        tried.steps += step_to_and_fro(&mut player, &mut draws);
    }
    player.seek(end_us);
    while player.play_to(end_us, u64::MAX) == Progress::More {}
    assert_eq!(whole_picture(&player), end, "at the end again");
    tried
}

/// Some steps on, and each of them undone.
fn step_to_and_fro(player: &mut Player, draws: &mut Rng) -> usize {
    let is_by_event = draws.below(2) == 0;
    let mut seen = vec![picture(player)];
    for _ in 0..draws.below(12) {
        let is_over = if is_by_event { player.step_event().is_none() } else { player.step_poll().is_none() };
        if is_over {
            break;
        }
        let now = picture(player);
        // A bare moment of the clock is no step of its own on the way back.
        if is_by_event || seen.last() != Some(&now) {
            seen.push(now);
        }
    }
    let last = seen.pop();
    let mut undone = 0;
    while let Some(before) = seen.pop() {
        let back = if is_by_event { Back::Event(&|_| true) } else { Back::Poll };
        if !player.step_back(back) {
            break;
        }
        if is_by_event {
            assert_eq!(picture(player), before, "after {last:?}");
        }
        undone += 1;
    }
    undone
}

#[test]
fn a_past_moment_is_that_of_a_fresh_run() {
    let (seeds, mut moments, mut steps) = (seeds(100), 0, 0);
    for seed in seeds.clone() {
        let script = Script::draw(seed);
        let order = Order::ALL[seed as usize % Order::ALL.len()];
        let _case = Case(|| format!("go_to_and_fro(\"\n{script}\".parse().unwrap(), {seed}, Order::{order:?});"));
        let tried = go_to_and_fro(script.clone(), seed, order);
        moments += tried.moments;
        steps += tried.steps;
    }
    assert_common("a moment was shown that lay in the past", moments, 1, &seeds);
    assert_common("a step was undone", steps, 1, &seeds);
}
