//! What the browser must do for a session.

use crate::link::message::Report;
use crate::link::paste::Form;
use crate::session::export::File;
use crate::text::Language;

/// One thing to do.
pub enum Effect {
    /// Render the page.
    Render,
    /// Let these of the page's own clocks run, and no other.
    Schedule(Schedule),
    /// Say in the document what language it is in, and its title.
    SetDocument {
        /// For `<html lang>`.
        language: Language,
        /// For the window.
        title: &'static str,
    },
    /// Get the words of this language, and answer with what became of it.
    Learn(Language),
    /// Scroll the listing to the preset's line, once it is rendered; a preset without one has what the switch changes.
    ScrollListing,
    /// Scroll the listing to what the switch has changed, once it is rendered.
    ScrollToChange,
    /// Scroll the listing to the line of the last step, once it is rendered, if it is out of sight.
    ScrollToLit,
    /// Scroll it to the line that the selected task waits on, in the same way.
    ScrollToSelected,
    /// Give the document this theme, by the style sheet's word.
    ApplyTheme(&'static str),
    /// Remember it for the next time.
    RememberTheme(&'static str),
    /// Put this query into the address.
    SetQuery(String),
    /// The same, as a step of the browser's history.
    PushQuery(String),
    /// Tell the article.
    Post(Report),
    /// Put a text on the clipboard, and answer with what became of it.
    Copy {
        /// The field that it stands in.
        field: Form,
        /// The text.
        text: String,
    },
    /// Move the focus into a field and select its text, for whoever copies it by hand.
    SelectField(Form),
    /// Hand a file to the reader.
    Save(File),
    /// Let go of what the browser holds for a file.
    DropFile,
}

/// Which of the page's own clocks run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Animation frames.
    pub frames: bool,
    /// Ticks, a few times a second.
    pub ticks: bool,
}
