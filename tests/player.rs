//! The player: whatever a reader does to a run can be done again from what decides it.

use std::cell::RefCell;
use std::rc::Rc;

use pileup::executor::engine::Progress;
use pileup::executor::rng::{Rng, Stream};
use pileup::lessons::{self, Lesson, Values, When};
use pileup::player::drain::{DrainRun, Drained};
use pileup::player::run::{Player, Spec};

mod property;

use property::{Case, assert_common, seeds};

fn lesson() -> Rc<Lesson> {
    lessons::by_name("leak").expect("the flagship")
}

fn knob(name: &str) -> usize {
    lesson().knob(name).expect("a knob of the flagship")
}

/// What must be the same of two runs of the same spec at the same moment.
fn fingerprint(player: &Player) -> (u64, u64, u64, String, Vec<u32>) {
    let counts = format!("{:?}", player.ledger().counts());
    let pile = player.ledger().pile().map(|task| task.0).collect();
    (player.trace().len(), player.trace().hash(), player.now_us(), counts, pile)
}

/// The same spec, played in one go.
fn again(player: &Player) -> Player {
    let mut again = Player::new(player.spec().clone());
    again.play_to(player.now_us(), u64::MAX);
    again
}

/// One thing that a reader might do.
#[derive(Clone, Copy, Debug)]
enum Act {
    StepPoll,
    StepEvent,
    /// A knob by its number, and its new value.
    Turn(usize, u32),
    SeekUs(u64),
    /// In pieces of a few polls.
    CrawlToUs(u64),
    PlayToUs(u64),
}

use Act::{CrawlToUs, PlayToUs, SeekUs, StepEvent, StepPoll, Turn};

fn act(player: &mut Player, act: Act) {
    match act {
        StepPoll => _ = player.step_poll(),
        StepEvent => _ = player.step_event(),
        Turn(knob, value) => player.set(knob, value),
        SeekUs(target_us) => player.seek(target_us),
        CrawlToUs(target_us) => while player.play_to(target_us, 7) == Progress::More {},
        PlayToUs(target_us) => _ = player.play_to(target_us, u64::MAX),
    }
    player.ledger().verify();
}

fn any_act(now_us: u64, draws: &mut Rng) -> Act {
    match draws.below(9) {
        0 => StepPoll,
        1 => StepEvent,
        2 => Turn(knob("listen"), draws.below(2)),
        3 => Turn(knob("traffic"), [0, 60, 600][draws.below(3) as usize]),
        4 => {
            let number = draws.below(lesson().knobs.len() as u32) as usize;
            let value = match &lesson().knobs[number].values {
                &Values::Range { min, max, .. } => min + draws.below((max - min + 1).min(600)),
                Values::Words(words) => draws.below(words.len() as u32),
            };
            Turn(number, value)
        }
        5 => SeekUs(u64::from(draws.below(8_000)) * 1_000),
        6 => CrawlToUs(now_us + u64::from(draws.below(500_000))),
        _ => PlayToUs(now_us + u64::from(draws.below(900)) * 1_000),
    }
}

fn preset(name: &str, seed: u32) -> Player {
    let knobs = lesson().values_of(lesson().preset(name).expect("a preset of the flagship"));
    Player::new(Spec { seed, knobs, ..Spec::new(&lesson()) })
}

/// What a failing run is printed as.
fn done_again(preset_name: &str, seed: u32, acts: &[Act]) {
    let mut player = preset(preset_name, seed);
    acts.iter().for_each(|done| act(&mut player, *done));
    is_done_again(&mut player);
}

fn is_done_again(player: &mut Player) {
    // A step may have left it in the middle of a moment.
    player.play_to(player.now_us(), u64::MAX);
    assert_eq!(fingerprint(player), fingerprint(&again(player)));
}

#[test]
fn a_knob_turned_in_the_past_and_a_step_from_there_can_be_done_again() {
    done_again(
        "the-leak",
        7,
        &[PlayToUs(900_000), SeekUs(400_000), Turn(0, 1), StepEvent, CrawlToUs(2_000_000), StepPoll],
    );
}

#[test]
fn whatever_a_reader_does_can_be_done_again() {
    let (seeds, mut turned) = (seeds(60), 0);
    for seed in seeds.clone() {
        let mut draws = Rng::new(seed, Stream::Program(0));
        // All presets but the last one, whose load is for benches.
        let name = &lesson().presets[draws.below(lesson().presets.len() as u32 - 1) as usize].name;
        let done = RefCell::new(Vec::new());
        let _case = Case(|| format!("done_again({name:?}, {seed}, &{:?});", done.borrow()));
        let mut player = preset(name, seed);
        for _ in 0..30 {
            let next = any_act(player.now_us(), &mut draws);
            done.borrow_mut().push(next);
            act(&mut player, next);
        }
        turned += usize::from(!player.spec().inputs.is_empty());
        is_done_again(&mut player);
    }
    assert_common("a knob was turned", turned, 2, &seeds);
}

#[test]
fn stepping_poll_by_poll_and_event_by_event_goes_the_same_way_as_playing() {
    let mut by_poll = Player::new(Spec::new(&lesson()));
    let mut by_event = Player::new(Spec::new(&lesson()));
    for _ in 0..2_000 {
        by_poll.step_poll();
    }
    by_poll.play_to(by_poll.now_us(), u64::MAX);
    assert_eq!(fingerprint(&by_poll), fingerprint(&again(&by_poll)));
    for _ in 0..5_000 {
        assert!(by_event.step_event().is_some());
    }
    assert_eq!(by_event.ledger().counts().events, 5_000);
    by_event.play_to(by_event.now_us(), u64::MAX);
    assert_eq!(fingerprint(&by_event), fingerprint(&again(&by_event)));
}

#[test]
fn seeking_back_is_running_again_with_the_same_inputs() {
    let mut player = Player::new(Spec::new(&lesson()));
    player.play_to(4_000_000, u64::MAX);
    let before = fingerprint(&player);
    player.set(knob("listen"), 1);
    player.play_to(20_000_000, u64::MAX);
    let late = fingerprint(&player);
    player.seek(3_999_999);
    player.play_to(3_999_999, u64::MAX);
    assert_eq!(player.knobs()[knob("listen")], 0, "the input is still to come");
    player.seek(20_000_000);
    player.play_to(20_000_000, u64::MAX);
    assert_eq!(fingerprint(&player), late);
    assert_ne!(before, late);
}

#[test]
fn a_new_input_in_the_past_forgets_what_was_to_come() {
    let mut player = Player::new(Spec::new(&lesson()));
    player.play_to(5_000_000, u64::MAX);
    player.set(knob("listen"), 1);
    player.seek(2_000_000);
    player.play_to(2_000_000, u64::MAX);
    player.set(knob("traffic"), 60);
    assert_eq!(player.spec().inputs.len(), 1);
}

#[test]
fn a_knob_of_the_start_and_a_value_out_of_range_turn_nothing() {
    let mut player = Player::new(Spec::new(&lesson()));
    let at_start = lesson().knobs.iter().position(|knob| knob.when == When::AtStart).expect("there is one");
    player.set(at_start, 1);
    player.set(knob("listen"), 2);
    player.set(99, 0);
    assert!(player.spec().inputs.is_empty());
}

#[test]
fn a_drain_on_a_fork_leaves_the_run_alone() {
    let mut player = Player::new(Spec::new(&lesson()));
    player.play_to(10_000_000, u64::MAX);
    let before = fingerprint(&player);
    let mut drain = DrainRun::fork(&player);
    let mut calls = 1;
    let drained = loop {
        if let Some(drained) = drain.advance(100) {
            break drained;
        }
        calls += 1;
    };
    assert!(matches!(drained, Drained::Judged(_)));
    assert!(calls > 5, "it was done in pieces");
    assert_eq!(fingerprint(&player), before);
}

#[test]
fn the_curve_has_one_sample_for_each_point_of_its_grid_and_never_too_many() {
    let mut player = Player::new(Spec::new(&lesson()));
    player.play_to(200_000_000, u64::MAX);
    let curve = player.curve();
    assert!(curve.samples().len() < pileup::player::curve::SAMPLES_MAX);
    assert_eq!(curve.samples().len() as u64, 200_000_000 / curve.grid_us() + 1);
    for (index, sample) in curve.samples().iter().enumerate() {
        assert_eq!(sample.at_us, index as u64 * curve.grid_us());
    }
    let mut in_pieces = Player::new(Spec::new(&lesson()));
    for piece in 1..=1_000 {
        in_pieces.play_to(200_000 * piece, u64::MAX);
    }
    assert_eq!(in_pieces.curve().samples(), curve.samples());
}
