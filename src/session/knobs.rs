//! Values of knobs: in words, and as positions of a slider of round numbers.

use crate::lessons::{Knob, Unit, Values};
use crate::text::lesson::LessonWords;
use crate::text::{Messages, number};

/// A range of at most so many values has a slider with all of them.
const EVEN_MAX: u32 = 120;
/// The round numbers of a decade, in tenths.
const ROUND: [u32; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];
/// More than any slider has.
const POSITIONS_MAX: u32 = 64;

/// A knob's value, in words.
pub fn value_text(knob: &Knob, value: u32, lesson: &LessonWords, words: &Messages) -> String {
    match &knob.values {
        Values::Words(_) => {
            let said = lesson.knob(&knob.name).and_then(|said| said.words.get(value as usize));
            said.map_or_else(|| knob.format(value), |word| word.clone().into_owned())
        }
        &Values::Range { unit, .. } => {
            let mut text = number::grouped(u64::from(value));
            let unit = unit_text(unit, words);
            if !unit.is_empty() {
                text.push('\u{a0}');
                text.push_str(unit);
            }
            text
        }
    }
}

/// What stands behind a number; empty for a count.
pub fn unit_text(unit: Unit, words: &Messages) -> &'static str {
    match unit {
        Unit::Count => "",
        Unit::Milliseconds => words.units[0],
        Unit::Percent => words.units[1],
        Unit::PerMinute => words.units[2],
        Unit::Mebibytes => words.units[3],
        Unit::Minutes => words.units[4],
    }
}

/// The slider's positions of a range: every value, or round ones.
#[derive(Clone, Copy)]
pub struct Positions {
    /// The least value.
    pub min: u32,
    /// The greatest value.
    pub max: u32,
}

impl Positions {
    fn is_even(self) -> bool {
        self.max - self.min <= EVEN_MAX
    }

    /// The next round number, or the end.
    fn after(self, value: u32) -> u32 {
        for decade in 0..6 {
            for tenths in ROUND {
                let tenths = tenths * 10_u32.pow(decade);
                if tenths % 10 == 0 && tenths / 10 > value {
                    return self.max.min(tenths / 10);
                }
            }
        }
        self.max
    }

    /// The value at a position.
    pub fn value(self, position: u32) -> u32 {
        if self.is_even() {
            return (self.min + position).min(self.max);
        }
        let mut value = self.min;
        for _ in 0..position.min(POSITIONS_MAX) {
            value = self.after(value);
        }
        value
    }

    /// The position at or below a value.
    pub fn of(self, value: u32) -> u32 {
        if self.is_even() {
            return value.saturating_sub(self.min);
        }
        let (mut position, mut at) = (0, self.min);
        while at < self.max && self.after(at) <= value {
            at = self.after(at);
            position += 1;
        }
        position
    }
}
