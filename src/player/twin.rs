//! Twins: two runs of one seed and one traffic that differ in one knob.
//!
//! The second is worked out from the first, so that whatever is done to that one is done to both. Where the knob in which they differ
//! is turned in the first, the second is turned too: a switch the other way; any other knob keeps its value there, as long as
//! that is another one. Deliberately absent: which of the two is shown where.

use crate::lessons::{Knob, Lesson, Values, When};
use crate::player::run::{Input, Spec};

/// In which knob the second run differs, and its value there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vary {
    /// Its number in the lesson.
    pub knob: usize,
    /// Its value at the start of the second run.
    pub value: u32,
}

impl Vary {
    /// The knob of this number with the value that goes without saying where the first run has `value`.
    pub fn of(lesson: &Lesson, knob: usize, value: u32) -> Vary {
        Vary { knob, value: other(&lesson.knobs[knob], value) }
    }
}

/// Another value of a knob: the next of its words; of numbers the default, and where it has that, twice as many.
pub fn other(knob: &Knob, value: u32) -> u32 {
    match &knob.values {
        Values::Words(words) => (value + 1) % words.len() as u32,
        Values::Range { .. } if value != knob.default => knob.default,
        Values::Range { min, max, .. } if value == *max => *min,
        Values::Range { max, .. } => (2 * value.max(1)).min(*max),
    }
}

/// Whether a knob has two values.
fn is_switch(knob: &Knob) -> bool {
    matches!(&knob.values, Values::Words(words) if words.len() == 2)
}

/// The second run of a pair.
pub fn second(spec: &Spec, vary: Vary) -> Spec {
    let mut second = spec.clone();
    second.knobs[vary.knob] = vary.value;
    let known = &spec.lesson.knobs[vary.knob];
    second.inputs.retain_mut(|input| turns(known, vary, input));
    second
}

/// Whether an input of the first run is one of the second's, and its value there.
fn turns(known: &Knob, vary: Vary, input: &mut Input) -> bool {
    if input.knob == vary.knob {
        input.value = other(known, input.value);
    }
    input.knob != vary.knob || is_switch(known) && known.when == When::Live
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons;
    use crate::player::run::Player;
    use crate::property::{Case, seeds};

    fn hash(spec: Spec) -> (u64, u64) {
        let mut player = Player::new(spec);
        player.play_to(8_000_000, u64::MAX);
        (player.trace().hash(), player.ledger().counts().events)
    }

    fn some_spec(seed: u32) -> Spec {
        let lesson = lessons::first();
        let [listen, traffic] = ["listen", "traffic"].map(|name| lesson.knob(name).expect("a knob"));
        let mut spec = Spec { seed, ..Spec::new(&lesson) };
        let at_us = |part: u32| u64::from(1 + (seed * 7_919 + part) % 3_000) * 1_000;
        spec.inputs.push(Input { at_us: at_us(1), knob: listen, value: 1 });
        spec.inputs.push(Input { at_us: at_us(1) + at_us(2), knob: traffic, value: 60 + seed % 500 });
        spec.inputs.push(Input { at_us: at_us(1) + at_us(2) + at_us(3), knob: listen, value: 0 });
        spec
    }

    /// Each knob of the lesson, varied to the value that it has: no event differs.
    fn are_equal_without_a_difference(seed: u32) {
        let spec = some_spec(seed);
        let expected = hash(spec.clone());
        let switch = spec.lesson.switch.expect("it has one");
        for knob in 0..spec.lesson.knobs.len() {
            // What is turned during the run differs by it; what is not is the same run.
            let turned = spec.inputs.iter().any(|input| input.knob == knob);
            let twin = second(&spec, Vary { knob, value: spec.knobs[knob] });
            if !turned {
                assert_eq!(hash(twin), expected, "{}", spec.lesson.knobs[knob].name);
            }
        }
        let there_and_back = second(&second(&spec, Vary { knob: switch, value: 1 }), Vary { knob: switch, value: 0 });
        assert_eq!(hash(there_and_back), expected);
    }

    #[test]
    fn twins_without_a_difference_are_equal_to_the_last_event() {
        for seed in seeds(12) {
            let _case = Case(|| format!("are_equal_without_a_difference({seed});"));
            are_equal_without_a_difference(seed);
        }
    }

    #[test]
    fn requests_come_to_both_at_the_same_moments() {
        let lesson = lessons::first();
        let listen = lesson.knob("listen").expect("a knob");
        let spec = Spec::new(&lesson);
        let twin = second(&spec, Vary::of(&lesson, listen, spec.knobs[listen]));
        let spawned = [spec, twin].map(|spec| {
            let mut player = Player::new(spec);
            player.play_to(60_000_000, u64::MAX);
            player.ledger().counts().spawned
        });
        assert_eq!(spawned[0], spawned[1]);
    }

    #[test]
    fn the_other_value_is_one_that_the_knob_takes() {
        for lesson in lessons::all() {
            for knob in lesson.knobs.iter() {
                let other = other(knob, knob.default);
                assert!(knob.takes(other) && other != knob.default, "{} {other}", knob.name);
            }
        }
    }
}
