//! The switch, and what it means now.

use crate::page::dispatch::Dispatch;
use crate::page::view::tag::{Tag, button, tag};
use crate::session::Session;
use crate::session::action::Action;

pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    let toggle = button(dispatch, Action::Flip)
        .class("toggle")
        .with("id", "switch")
        .with("role", "switch")
        .state("aria-checked", session.snapshot.values.first() == Some(&1))
        .with("aria-labelledby", "switch-name")
        .with("aria-describedby", "switch-means");
    let words = tag("div")
        .class("words")
        .put(tag("strong").with("id", "switch-name").put(session.lesson_text().switch))
        .put(tag("span").class("means").with("id", "switch-means").put(session.switch_means()));
    tag("section").class("switch card").put(toggle).put(words)
}
