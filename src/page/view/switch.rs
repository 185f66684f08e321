//! The switch, and what it means now.

use crate::page::dispatch::Dispatch;
use crate::page::view::tag::{Tag, button, tag};
use crate::session::Session;
use crate::session::action::Action;

/// Nothing for a lesson without a switch.
pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Option<Tag> {
    let said = session.lesson_words().switch.as_ref()?;
    let toggle = button(dispatch, Action::Flip)
        .class("toggle")
        .with("id", "switch")
        .with("role", "switch")
        .state("aria-checked", session.is_on())
        .with("aria-labelledby", "switch-name")
        .with("aria-describedby", "switch-means");
    let words = tag("div")
        .class("words")
        .on_click(dispatch, Action::Flip)
        .put(tag("strong").with("id", "switch-name").put(said.name.clone()))
        .put(tag("span").class("means").with("id", "switch-means").put(session.switch_means()));
    Some(tag("section").class("switch card").put(toggle).put(words))
}
