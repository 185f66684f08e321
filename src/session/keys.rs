//! Shortcuts: what a key asks for.

use crate::link::message::Step;
use crate::link::{Place, SPEEDS_PERCENT};
use crate::session::action::Action;
use crate::session::branches::Way;
use crate::session::playback::Playback;
use crate::session::sharing::Dialog;

/// A key that was pressed.
#[derive(Clone, Copy, Debug)]
pub struct KeyPress<'k> {
    /// Its name, as the browser has it.
    pub key: &'k str,
    /// Whether Shift was held.
    pub has_shift: bool,
    /// Whether Control, Alt or Meta was held.
    pub has_modifier: bool,
    /// The name of the element that it was pressed in, in capitals.
    pub element: &'k str,
    /// How that element got the focus.
    pub focus: Focus,
}

/// How an element gets the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// By a key.
    Keyboard,
    /// By a click, for which it needs none: the next key is meant for the page.
    Pointer,
}

impl KeyPress<'_> {
    /// Whether it is the key of a button, pressed in one that has the focus by a click alone.
    pub fn is_of_the_page(&self) -> bool {
        self.key == " " && self.focus == Focus::Pointer
    }

    /// Whatever has its own use for a key keeps it: fields, and what scrolls (the only `div` that takes focus).
    fn belongs_to_its_element(&self) -> bool {
        let is_field = matches!(self.element, "INPUT" | "SELECT" | "TEXTAREA" | "DIV");
        let is_pressed = self.focus == Focus::Keyboard && matches!(self.element, "BUTTON" | "A" | "SUMMARY");
        is_field || self.key == " " && is_pressed
    }
}

/// What a key asks for, while this moment is shown of this run.
pub fn action(press: &KeyPress<'_>, playback: &Playback, time_ms: u64, place: Place) -> Option<Action> {
    if press.belongs_to_its_element() {
        return None;
    }
    if press.has_modifier {
        let is_undo = press.key.eq_ignore_ascii_case("z");
        return is_undo.then_some(Action::Go(if press.has_shift { Way::Redo } else { Way::Undo }));
    }
    let speed = |by: isize| Action::SetSpeed(next_speed(playback.speed_percent(), by));
    Some(match (press.key, press.has_shift) {
        (" ", _) if playback.is_playing() || playback.under_way().is_some() => Action::Pause,
        (" ", _) => Action::Play,
        ("ArrowRight", true) => Action::Step(Step::Event),
        ("ArrowRight", false) => Action::Step(Step::Poll),
        ("Backspace", true) => Action::Step(Step::EventBack),
        ("Backspace", false) => Action::Step(Step::PollBack),
        ("n", _) => Action::Step(Step::TaskNext),
        ("b", _) => Action::Step(Step::TaskBack),
        (".", _) => Action::StepRecord,
        ("ArrowLeft", _) => Action::Seek(time_ms.saturating_sub(1_000)),
        ("+" | "=", _) => speed(1),
        ("-", _) => speed(-1),
        ("Escape", _) => Action::Select(None),
        ("?", _) if place == Place::Own => Action::OpenDialog(Dialog::Keys),
        _ => return None,
    })
}

/// The speed that stands so many places behind this one.
fn next_speed(percent: u32, by: isize) -> u32 {
    let number = SPEEDS_PERCENT.iter().position(|speed| *speed == percent).unwrap_or(0);
    SPEEDS_PERCENT[number.saturating_add_signed(by).min(SPEEDS_PERCENT.len() - 1)]
}
