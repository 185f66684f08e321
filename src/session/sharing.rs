//! Handing a run on: which dialog lies over the page, what was chosen in it, and what became of a copy.
//!
//! While the dialog Embed lies over the page the run rests, so that preview and tags are of one moment.

use crate::link::controls::{Control, Controls};
use crate::link::paste::Form;
use crate::link::{Autoplay, Link, Place, Theme};
use crate::text::Language;

/// How wide a frame can be asked to be, in CSS pixels; the choice after the last one is as wide as the article.
pub const WIDTHS_PX: [u32; 3] = [320, 480, 720];
/// What they are called, in every language.
pub const WIDTHS: [&str; 3] = ["320\u{a0}px", "480\u{a0}px", "720\u{a0}px"];
/// How high a frame is before a preview has said so.
const HEIGHT_PX: u32 = 640;

/// What can lie over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The shortcuts.
    Keys,
    /// The link and the files.
    Share,
    /// The frame for an article.
    Embed,
}

/// What an author can choose of a frame. A number counts through what is offered.
#[derive(Clone, Copy)]
pub enum EmbedChoice {
    /// How wide it may become.
    Width(usize),
    /// Its colours.
    Theme(usize),
    /// Its language, or each reader's own.
    Language(usize),
    /// Where the run begins: at its start, or at the moment that is shown.
    Start(usize),
    /// Whether it plays without being asked: turned over.
    Autoplay,
    /// What it offers: one of them turned over.
    Control(Control),
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// It is on the clipboard.
    Copied,
    /// The browser did not let the page.
    Refused,
}

/// What the dialogs hold. The choices stay while they are closed.
pub struct Sharing {
    /// The dialog that lies over the page.
    pub dialog: Option<Dialog>,
    /// One of [`WIDTHS_PX`], or after them.
    pub width: usize,
    /// The frame's colours.
    pub theme: Theme,
    /// The frame's language; none: each reader's own.
    pub language: Option<Language>,
    /// Whether the frame begins at the moment that is shown.
    pub is_this_moment: bool,
    /// Whether the frame plays without being asked.
    pub autoplay: Autoplay,
    /// What the frame offers.
    pub controls: Controls,
    /// How high the preview is, in CSS pixels.
    pub height_px: u32,
    /// The field whose text was copied last.
    pub copied: Option<Form>,
    /// Whether the run plays on when the dialog is closed.
    was_playing: bool,
}

impl Sharing {
    /// What is chosen first, on the page of this link.
    pub fn new(link: &Link) -> Sharing {
        Sharing {
            dialog: None,
            width: WIDTHS_PX.len(),
            theme: link.theme.unwrap_or(Theme::Auto),
            language: link.language,
            is_this_moment: false,
            autoplay: Autoplay::No,
            controls: Controls::USUAL,
            height_px: HEIGHT_PX,
            copied: None,
            was_playing: false,
        }
    }

    /// A dialog opens for which the run rests; `rested_at_ms` is the moment that is shown, if the run rested before.
    pub fn rest(&mut self, rested_at_ms: Option<u64>) {
        self.was_playing = rested_at_ms.is_none();
        self.is_this_moment = rested_at_ms.is_some_and(|at_ms| at_ms > 0);
    }

    /// The dialog closes; whether the run plays on.
    pub fn close(&mut self) -> bool {
        self.dialog = None;
        self.copied = None;
        std::mem::take(&mut self.was_playing)
    }

    /// Follows the height of the preview; whether it has changed.
    pub fn follow_preview(&mut self, height_px: u32) -> bool {
        std::mem::replace(&mut self.height_px, height_px) != height_px
    }

    /// An author chooses.
    pub fn choose(&mut self, choice: EmbedChoice) {
        match choice {
            EmbedChoice::Width(width) => self.width = width,
            EmbedChoice::Theme(theme) => self.theme = Theme::ALL[theme.min(Theme::ALL.len() - 1)],
            EmbedChoice::Language(language) => self.language = Language::ALL.get(language.wrapping_sub(1)).copied(),
            EmbedChoice::Start(start) => self.is_this_moment = start == 1,
            EmbedChoice::Autoplay => {
                self.autoplay = if self.autoplay == Autoplay::Yes { Autoplay::No } else { Autoplay::Yes };
            }
            EmbedChoice::Control(control) => self.controls = self.controls.toggled(control),
        }
    }

    /// A run in a frame, as it was chosen; `time_ms` is the moment that is shown.
    pub fn frame_link(&self, run: Link, time_ms: u64) -> Link {
        Link {
            place: Place::Embedded,
            at_ms: self.is_this_moment.then_some(time_ms),
            theme: Some(self.theme).filter(|theme| *theme != Theme::Auto),
            language: self.language,
            autoplay: self.autoplay,
            controls: Some(self.controls).filter(|controls| *controls != Controls::USUAL),
            ..run
        }
    }
}
