//! Shortcuts.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::Context;

use crate::link::{Place, SPEEDS_PERCENT};
use crate::page::app::{App, Dialog, Direction, Msg};

impl App {
    /// Shortcuts. Whatever has its own use for a key keeps it: fields, and what scrolls (the only `div` that takes focus).
    pub(crate) fn key(&mut self, context: &Context<Self>, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || self.dialog.is_some() {
            return false;
        }
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let name = target.map(|target| target.tag_name()).unwrap_or_default();
        let key = event.key();
        let is_field = matches!(name.as_str(), "INPUT" | "SELECT" | "TEXTAREA" | "DIV");
        if is_field || key == " " && matches!(name.as_str(), "BUTTON" | "A" | "SUMMARY") {
            return false;
        }
        let msg = match (key.as_str(), event.shift_key()) {
            (" ", _) => Msg::PlayPause,
            ("ArrowRight", true) => Msg::StepEvent,
            ("ArrowRight", false) => Msg::StepPoll,
            ("ArrowLeft", _) => Msg::Seek(self.facts.time_ms.saturating_sub(1_000)),
            ("+" | "=", _) => Msg::SetSpeed(self.next_speed(Direction::Next)),
            ("-", _) => Msg::SetSpeed(self.next_speed(Direction::Previous)),
            ("?", _) if self.link.place == Place::Own => Msg::Ask(Dialog::Keys),
            _ => return false,
        };
        event.prevent_default();
        context.link().send_message(msg);
        false
    }

    fn next_speed(&self, direction: Direction) -> u32 {
        let now = self.scene.borrow().run.speed_percent;
        let number = SPEEDS_PERCENT.iter().position(|speed| *speed == now).unwrap_or(0);
        let next = match direction {
            Direction::Previous => number.saturating_sub(1),
            Direction::Next => (number + 1).min(SPEEDS_PERCENT.len() - 1),
        };
        SPEEDS_PERCENT[next]
    }
}
