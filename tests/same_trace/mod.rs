//! The runs of which a native build and wasm must record the same trace, byte for byte (promise 3).

use pileup::executor::engine::Order;
use pileup::lessons;
use pileup::player::run::{Input, Player, Spec};

/// What was recorded: one line a run, `lesson preset seed order: events hash`. Renew it by running the native test with
/// `UPDATE_EXPECT=1`.
pub(crate) const RECORDED: &str = include_str!("recorded.txt");

/// Plays every preset of every lesson under several seeds and both orders, with the switch flipped and the traffic changed
/// on the way, and says what came out.
pub(crate) fn play_all() -> String {
    let mut lines = String::new();
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
                let (events, hash) = (player.trace().len(), player.trace().hash());
                lines += &format!("{} {} {seed} {order:?}: {events} {hash:016x}\n", lesson.name, preset.name);
            }
        }
    }
    lines
}

fn inputs(lesson: &lessons::Lesson) -> Vec<Input> {
    let turn = |at_us, name, value| lesson.knob(name).map(|knob| Input { at_us, knob, value });
    [turn(5_000_000, "listen", 1), turn(6_500_000, "traffic", 1_200), turn(9_000_000, "listen", 0)]
        .into_iter()
        .flatten()
        .collect()
}
