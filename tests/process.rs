//! The process of a run: a deploy, or a full memory, ends everything at once and starts the program anew.

use pileup::executor::engine::Progress;
use pileup::executor::limits::Limits;
use pileup::lessons;
use pileup::player::past::WayBack;
use pileup::player::run::{Back, Keep, Player, Spec};
use pileup::player::sweep::{Answer, Plan, Search};
use pileup::trace::columns::Reader;
use pileup::trace::event::{Event, Restart, ScopeId, TaskId};
use pileup::verdict::model::{Counts, LastRestart};

const SECOND_US: u64 = 1_000_000;
const MINUTE_US: u64 = 60 * SECOND_US;
const DAY_US: u64 = 1_440 * MINUTE_US;

/// The flagship with these knobs.
fn spec(settings: &[(&str, u32)]) -> Spec {
    let mut spec = Spec::new(&lessons::first());
    for (name, value) in settings {
        let knob = spec.lesson.knob(name).unwrap_or_else(|| panic!("there is a knob {name}"));
        spec.knobs[knob] = *value;
    }
    spec
}

fn played(settings: &[(&str, u32)], until_us: u64) -> Player {
    let mut player = Player::new(spec(settings));
    assert_eq!(player.play_to(until_us, u64::MAX), Progress::Reached);
    player.ledger().verify();
    player
}

/// When the process was started anew, in microseconds, and why.
fn restarts(player: &Player) -> Vec<(u64, Restart)> {
    let (mut reader, mut found) = (Reader::new(), Vec::new());
    while let Some(event) = reader.next(player.trace()) {
        if let Event::Restarted { why } = event {
            found.push((reader.now_us(), why));
        }
    }
    found
}

#[test]
fn a_deploy_ends_everybody_and_the_program_begins_anew() {
    let mut player = played(&[("deploy", 1), ("traffic", 600)], MINUTE_US - 1);
    let before = player.ledger().counts();
    assert!(before.leaked > 50 && before.working > 0, "{before:?}");
    player.play_to(MINUTE_US, u64::MAX);
    player.ledger().verify();
    let after = player.ledger().counts();
    // The first request of a process arrives at once.
    assert_eq!((after.alive, after.working, after.leaked, after.stranded), (6, 6, 0, 0));
    assert_eq!((after.killed, after.spawned), (before.alive, before.spawned + 6));
    assert_eq!((after.deploys, after.ooms), (1, 0));
    let last = LastRestart { why: Restart::Deploy, at_us: MINUTE_US, killed: before.alive };
    assert_eq!(player.ledger().last_restart(), Some(last));
    player.play_to(5 * MINUTE_US, u64::MAX);
    player.ledger().verify();
    let deploys = [1, 2, 3, 4, 5].map(|minute| (minute * MINUTE_US, Restart::Deploy));
    assert_eq!(restarts(&player), deploys);
    assert_eq!(player.ledger().contradictions(), 0);
}

#[test]
fn a_full_memory_kills_the_process_at_the_moment_that_a_sweep_finds() {
    for (traffic, seed) in [(600, 1), (6_000, 5)] {
        let base = Spec { seed, ..spec(&[("memory", 1), ("traffic", traffic)]) };
        let knob = base.lesson.traffic().expect("the flagship has traffic");
        let plan = Plan { base: base.clone(), traffic: knob, limit_bytes: 1 << 20, deploy_us: DAY_US };
        let Answer::Full { at_us } = Search::new(&plan, traffic, seed).finish() else { panic!("it fills") };
        let mut player = Player::new(base);
        player.play_to(2 * at_us, u64::MAX);
        player.ledger().verify();
        let found = restarts(&player);
        assert_eq!(found[0], (at_us, Restart::OutOfMemory), "{traffic} a minute");
        let Counts { ooms, deploys, .. } = player.ledger().counts();
        assert_eq!((ooms as usize, deploys), (found.len(), 0));
        assert!(player.ledger().counts().goroutine_bytes() < 1 << 20);
    }
}

#[test]
fn nothing_of_an_ended_process_is_heard_of_again() {
    let player = played(&[("deploy", 1), ("traffic", 300), ("listen", 1), ("jitter", 50)], 3 * MINUTE_US + SECOND_US);
    let mut reader = Reader::new();
    let (mut first_task, mut first_scope) = (TaskId(1), ScopeId(1));
    let (mut last_task, mut last_scope) = (TaskId(0), ScopeId(0));
    while let Some(event) = reader.next(player.trace()) {
        match event {
            Event::Restarted { .. } => {
                (first_task, first_scope) = (TaskId(last_task.0 + 1), ScopeId(last_scope.0 + 1));
            }
            Event::ScopeOpened { scope } => last_scope = scope,
            Event::Spawned { task, scope, .. } => {
                last_task = task;
                assert!(scope == ScopeId::ROOT || scope >= first_scope, "a task of a scope that is gone");
            }
            Event::Woken { task } | Event::Polled { task } | Event::Aborted { task } => {
                assert!(task >= first_task, "{task:?} ended with its process");
            }
            _ => {}
        }
    }
    assert!(first_scope.0 > 100);
}

#[test]
fn each_process_draws_anew() {
    let player = played(&[("deploy", 1), ("traffic", 60)], 4 * MINUTE_US);
    let (mut reader, mut processes, mut began_us) = (Reader::new(), vec![Vec::new()], 0);
    while let Some(event) = reader.next(player.trace()) {
        match event {
            Event::Restarted { .. } => {
                began_us = reader.now_us();
                processes.push(Vec::new());
            }
            Event::ScopeOpened { .. } => processes.last_mut().expect("one").push(reader.now_us() - began_us),
            _ => {}
        }
    }
    processes.pop();
    assert_eq!(processes.len(), 4);
    for (number, arrivals) in processes.iter().enumerate() {
        assert!(arrivals.len() > 20 && arrivals[0] == 0);
        assert!(!processes[..number].contains(arrivals), "process {number} repeats another");
    }
}

#[test]
fn how_far_a_run_is_played_in_one_go_does_not_change_its_restarts() {
    let settings = [("memory", 1), ("deploy", 1), ("traffic", 3_000)];
    let whole = played(&settings, 2 * MINUTE_US + 7);
    let mut steps = Player::new(spec(&settings));
    while steps.now_us() < 2 * MINUTE_US {
        if steps.step_event().is_none() {
            break;
        }
    }
    steps.play_to(2 * MINUTE_US + 7, u64::MAX);
    steps.ledger().verify();
    assert_eq!(steps.trace().hash(), whole.trace().hash());
    let mut slices = Player::with(spec(&settings), Keep::Unread, Limits::default());
    for slice in 1..=1_200 {
        slices.play_to(slice * 100_000, 50);
        while slices.play_to(slice * 100_000, 50) == Progress::More {}
    }
    slices.play_to(2 * MINUTE_US + 7, u64::MAX);
    assert_eq!(slices.trace().hash(), whole.trace().hash());
    assert!(whole.ledger().counts().ooms > 1 && whole.ledger().counts().deploys == 2);
}

#[test]
fn a_moment_before_a_restart_is_shown_again_as_it_was() {
    let settings = [("deploy", 1), ("traffic", 600)];
    let mut player = Player::with(spec(&settings), Keep::WayBack(WayBack::PAGE), Limits::default());
    player.play_to(3 * MINUTE_US, u64::MAX);
    for at_us in [2 * MINUTE_US, MINUTE_US, MINUTE_US - 1, 90 * SECOND_US] {
        player.seek(at_us);
        while player.play_to(at_us, u64::MAX) == Progress::More {}
        player.ledger().verify();
        let fresh = played(&settings, at_us);
        assert_eq!(player.ledger().counts(), fresh.ledger().counts(), "at {at_us} us");
        assert_eq!(player.curve().samples(), fresh.curve().samples());
    }
}

#[test]
fn a_restart_is_a_step_that_can_be_undone() {
    let settings = [("memory", 1), ("deploy", 1), ("traffic", 3_000)];
    let mut player = Player::with(spec(&settings), Keep::WayBack(WayBack::PAGE), Limits::default());
    player.play_to(59_900_000, u64::MAX);
    // The moment up to which it was played is none of a step.
    player.step_poll();
    let mut steps = Vec::new();
    while player.ledger().counts().deploys == 0 || steps.len() < 100 {
        steps.push((player.ledger().counts(), player.now_us()));
        assert!(player.step_poll().is_some());
    }
    assert!(player.ledger().counts().ooms > 0);
    let (forth, end) = (steps.clone(), player.ledger().counts());
    while let Some(before) = steps.pop() {
        assert!(player.step_back(Back::Poll));
        player.ledger().verify();
        assert_eq!((player.ledger().counts(), player.now_us()), before);
    }
    for moment in forth {
        assert_eq!((player.ledger().counts(), player.now_us()), moment);
        player.step_poll();
    }
    assert_eq!(player.ledger().counts(), end);
}

#[test]
fn a_process_that_does_not_fit_into_its_memory_is_stopped_by_a_bound() {
    let limits = Limits { polls_per_instant_max: 10_000, ..Limits::default() };
    let lesson = lessons::first();
    let crowd = pileup::lessons::Lesson {
        name: "crowd".into(),
        knobs: lesson.knobs.clone(),
        switch: None,
        quick: Vec::new(),
        presets: Vec::new(),
        deeds: Vec::new(),
        listings: Vec::new(),
        running_listing: 0,
        translations: lesson.translations.clone(),
        start: Box::new(|| {
            for _ in 0..400 {
                pileup::executor::spawn::request(async |()| pileup::executor::input::never().await, ((),));
            }
        }),
    };
    let mut spec = Spec::new(&std::rc::Rc::new(crowd));
    let memory = spec.lesson.knob("memory").expect("it has the knobs of a process");
    spec.knobs[memory] = 1;
    let mut player = Player::with(spec, Keep::Unread, limits);
    assert_eq!(player.play_to(SECOND_US, u64::MAX), Progress::Stopped);
    assert!(player.ledger().counts().ooms > 5);
}
