//! What a narrow page keeps in a sheet and a wide one shows in its row: the style sheet decides, by the width alone.
//!
//! The sheet is a popover, so the browser opens and closes it: by its button, by Escape, by a click beside it.

use crate::page::view::tag::{Tag, tag};
use crate::session::Session;

/// The sheet, to be filled.
pub(crate) fn sheet(id: &'static str) -> Tag {
    tag("div").class("sheet").with("id", id).with("popover", "")
}

/// The button that opens it; a wide page does not show it.
pub(crate) fn opener(session: &Session, id: &'static str) -> Tag {
    let name = session.words.more_tools;
    tag("button").class("icon opener").with("popovertarget", id).with("aria-label", name).with("title", name).put("⋯")
}
