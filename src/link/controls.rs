//! Which controls stand in a frame, besides the switch, the counts, the stage and the play button, which always do.
//!
//! A link writes them as words: `controls=speed,timeline,traffic`. Beside the six [`Control::WORDS`] every knob may stand
//! there by its name, except the one that is the lesson's switch.

use crate::lessons::Lesson;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// The choice of a preset.
    Preset,
    /// The choice of a speed.
    Speed,
    /// One poll on, one event on.
    Step,
    /// The timeline.
    Timeline,
    /// The listing.
    Code,
    /// The curves over time.
    Plot,
    /// A knob, by its number in the lesson.
    Knob(usize),
}

impl Control {
    /// Every control that is no knob, in the order of [`Control::WORDS`].
    pub const PARTS: [Control; 6] =
        [Control::Preset, Control::Speed, Control::Step, Control::Timeline, Control::Code, Control::Plot];
    /// How links write them.
    pub const WORDS: [&'static str; 6] = ["preset", "speed", "step", "timeline", "code", "plot"];

    /// Every control that a frame with this lesson can have.
    pub fn all(lesson: &Lesson) -> impl Iterator<Item = Control> {
        let switch = lesson.switch.map(Control::Knob);
        let all = (0..Control::PARTS.len() + lesson.knobs.len()).map(Control::of_number);
        all.filter(move |control| Some(*control) != switch)
    }

    /// How links write it.
    pub fn word(self, lesson: &Lesson) -> &str {
        match self {
            Control::Knob(knob) => &lesson.knobs[knob].name,
            part => Control::WORDS[part.number()],
        }
    }

    fn of_number(number: usize) -> Control {
        match number.checked_sub(Control::PARTS.len()) {
            Some(knob) => Control::Knob(knob),
            None => Control::PARTS[number],
        }
    }

    fn number(self) -> usize {
        match self {
            Control::Preset => 0,
            Control::Speed => 1,
            Control::Step => 2,
            Control::Timeline => 3,
            Control::Code => 4,
            Control::Plot => 5,
            Control::Knob(knob) => Control::PARTS.len() + knob,
        }
    }
}

/// A set of them; the page has its own order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Controls(u32);

impl Controls {
    /// What a frame has when its link says nothing about it.
    pub const USUAL: Controls = Controls(1 << 1);

    /// Whether it is one of them. A knob that the set cannot hold (the 27th) never is.
    pub fn has(self, control: Control) -> bool {
        self.0 & Controls::bit(control) != 0
    }

    /// The same with this one, or without it if it was there.
    #[must_use]
    pub fn toggled(self, control: Control) -> Controls {
        Controls(self.0 ^ Controls::bit(control))
    }

    /// The same with this one.
    #[must_use]
    pub fn with(self, control: Control) -> Controls {
        Controls(self.0 | Controls::bit(control))
    }

    /// The words of a link, with commas between them.
    pub fn text(self, lesson: &Lesson) -> String {
        let mut text = String::new();
        for control in Control::all(lesson).filter(|control| self.has(*control)) {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(control.word(lesson));
        }
        text
    }

    fn bit(control: Control) -> u32 {
        1_u32.checked_shl(control.number() as u32).unwrap_or(0)
    }
}
