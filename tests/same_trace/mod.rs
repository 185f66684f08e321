//! The runs of which a native build and wasm must record the same trace, byte for byte (promise 3).

mod first_vocabulary;

use pileup::executor::engine::Order;
use pileup::lessons;
use pileup::player::run::{Input, Player, Spec};

/// What was recorded: one line a run, `lesson preset seed order: events hash`. Renew it by running the native test with
/// `UPDATE_EXPECT=1`.
pub(crate) const RECORDED: &str = include_str!("recorded.txt");

/// What the first recordings said, in their own vocabulary. Never renewed: see [`first_vocabulary`].
pub(crate) const RECORDED_FIRST: &str = include_str!("recorded_first.txt");

/// What came out of all runs.
pub(crate) struct Played {
    /// As [`RECORDED`] has it.
    pub(crate) now: String,
    /// As [`RECORDED_FIRST`] has it.
    pub(crate) first: String,
}

/// Plays every preset of every lesson under several seeds and both orders, with the switch flipped and the traffic changed
/// on the way, and says what came out.
pub(crate) fn play_all() -> Played {
    let mut played = Played { now: String::new(), first: String::new() };
    for lesson in lessons::all() {
        for (number, preset) in lesson.presets.iter().enumerate() {
            for (seed, order) in
                [(1, Order::Fifo), (7, Order::Fifo), (7, Order::Seeded), (4_000_000_000, Order::Seeded)]
            {
                let inputs = inputs(&lesson);
                let knobs = lesson.values_of(number);
                let spec = Spec { lesson: lesson.clone(), knobs, seed, order, inputs };
                let mut player = Player::new(spec);
                player.play_to(15_000_000, u64::MAX);
                let run = format!("{} {} {seed} {order:?}", lesson.name, preset.name);
                let (events, hash) = (player.trace().len(), player.trace().hash());
                played.now += &format!("{run}: {events} {hash:016x}\n");
                if !RECORDED_FIRST.contains(&*run) {
                    // A preset that there was not yet.
                    continue;
                }
                let (events, hash) = first_vocabulary::fingerprint(player.trace());
                played.first += &format!("{run}: {events} {hash:016x}\n");
            }
        }
    }
    played
}

fn inputs(lesson: &lessons::Lesson) -> Vec<Input> {
    let turn = |at_us, knob: Option<usize>, value| knob.map(|knob| Input { at_us, knob, value });
    let (switch, traffic) = (lesson.switch, lesson.knob("traffic"));
    [turn(5_000_000, switch, 1), turn(6_500_000, traffic, 1_200), turn(9_000_000, switch, 0)]
        .into_iter()
        .flatten()
        .collect()
}
