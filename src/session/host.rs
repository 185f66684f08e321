//! What the page finds where it is opened: the parameters of a session that are no link.

use std::rc::Rc;

use crate::lessons::Lesson;
use crate::link::Theme as Choice;
use crate::stage::motion::Motion;
use crate::stage::palette::Theme;
use crate::text::Language;

/// Where a page is opened.
pub struct Host {
    /// The lessons that it offers, in their order; there is at least one.
    pub lessons: Vec<Rc<Lesson>>,
    /// The address without its query.
    pub address: String,
    /// The query, with its `?`.
    pub query: String,
    /// The first of the browser's languages that the page speaks.
    pub language: Language,
    /// The system's theme.
    pub system_theme: Theme,
    /// What was chosen when the page was open last.
    pub remembered_theme: Choice,
    /// What the reader wants of motion: full, or reduced.
    pub motion: Motion,
    /// Whether the page stands in a frame of another page.
    pub is_framed: bool,
}
