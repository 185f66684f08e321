//! Everything that can be asked of a session, by hand, key, link or article: one spelling of each intent.

use std::rc::Rc;

use crate::executor::engine::Order;
use crate::lessons::Lesson;
use crate::lessons::listing::CodeLanguage;
use crate::link::Theme;
use crate::link::message::Step;
use crate::link::paste::Form;
use crate::session::branches::Way;
use crate::session::export::Format;
use crate::session::playback::Sight;
use crate::session::selection::Direction;
use crate::session::sharing::{CopyOutcome, Dialog, EmbedChoice};
use crate::session::tasks::Filter;
use crate::stage::palette;
use crate::text::Language;
use crate::trace::event::TaskId;

/// What is asked.
#[derive(Clone)]
pub enum Action {
    /// The page stands in the document.
    Mounted,
    /// A few times a second.
    Tick(Surroundings),
    /// The page was rendered and is so many CSS pixels high.
    Rendered {
        /// The content's height in CSS pixels.
        height_px: u32,
    },
    /// The stage has another size.
    Resize {
        /// In CSS pixels.
        width_px: u32,
        /// In CSS pixels.
        height_px: u32,
        /// Device pixels to each thousand CSS pixels.
        scale_permille: u32,
    },
    /// The page has come into view, or gone out of it.
    See(Sight),

    /// Let the clock run.
    Play,
    /// Let it rest.
    Pause,
    /// Go one step, and rest.
    Step(Step),
    /// Go to the next event, whether anything is seen of it or not, and rest.
    StepRecord,
    /// Go to a moment, in milliseconds of virtual time.
    Seek(u64),
    /// Set the speed, in per cent of the virtual clock's natural pace.
    SetSpeed(u32),
    /// The same run from time 0: its knobs as they were at its start, no inputs. It plays if it played.
    Replay,
    /// Another run from time 0.
    Begin(Change),
    /// The run in which the deed of this number can be done.
    OpenDeed(usize),
    /// The run of another step of the browser's history, by its query.
    Visit(String),
    /// Another lesson, with its first preset.
    OpenLesson(Rc<Lesson>),
    /// Turn the switch over.
    Flip,
    /// Turn a knob: of the running program where it listens, or else of another run.
    Set {
        /// Which knob, by its number in the lesson.
        knob: usize,
        /// Its new value.
        value: u32,
    },

    /// Undo the last step that changed the run, or do it again.
    Go(Way),
    /// Go into another future of the run, by its number.
    GoToBranch(usize),
    /// Compare with another future, or with none.
    Compare(Option<usize>),
    /// Call another future by a name.
    Rename(usize, String),
    /// Give another future up.
    Delete(usize),

    /// Select whatever is at a place of the stage.
    Click {
        /// In CSS pixels from its left edge.
        x: f32,
        /// In CSS pixels from its upper edge.
        y: f32,
    },
    /// The pointer is at a place of the stage.
    Point {
        /// In CSS pixels from its left edge.
        x: f32,
        /// In CSS pixels from its upper edge.
        y: f32,
    },
    /// The pointer has left the stage.
    Unpoint,
    /// Select a task, or none.
    Select(Option<TaskId>),
    /// Select a task that waits on a line of the listing, by its number from 0.
    SelectWaiting(usize),
    /// Select the task beside the selected one.
    SelectNeighbour(Direction),
    /// Show other tasks in the table.
    ShowTasks(Filter),
    /// Show the listing in another language.
    ShowListing(CodeLanguage),
    /// Show the lines that are not in effect, or hide them.
    ToggleGhosts,
    /// Speak another language, once its words are here.
    Speak(Language),
    /// The words of a language were asked for.
    Learned(Language, Learning),
    /// Stand in other colours.
    SetTheme(Theme),

    /// Open a dialog.
    OpenDialog(Dialog),
    /// Close whatever dialog is open.
    CloseDialog,
    /// Choose something of the frame to embed.
    ChooseEmbed(EmbedChoice),
    /// Copy the text of a field.
    Copy(Form),
    /// A copy was tried.
    Copied(Form, CopyOutcome),
    /// Make a file.
    Save(Format),
    /// A file of this name was handed to the browser.
    Saved(String),
    /// Put the complaints about the link away.
    DismissComplaints,
    /// Run the drain test.
    Drain,
    /// A text came from the article.
    Message(String),
}

/// What became of the words of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learning {
    /// The program knows them.
    Known,
    /// They did not come.
    Missing,
}

/// What a run that begins anew has of its own. What is not named stays as it is.
#[derive(Clone, Default)]
pub struct Change {
    /// All knobs as the preset with this number has them.
    pub preset: Option<usize>,
    /// The seed.
    pub seed: Option<u32>,
    /// In which order ready tasks are polled.
    pub order: Option<Order>,
    /// Knobs by their number in the lesson, over the preset's.
    pub knobs: Vec<(usize, u32)>,
}

/// What a tick finds around the page.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// The system's theme.
    pub system_theme: palette::Theme,
    /// The height of the preview of a frame in CSS pixels, if there is one and it runs.
    pub preview_height_px: Option<u32>,
}

/// Who asks. A reader's action is answered with a sentence and lets the run play; an article's leaves the clock as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    Reader,
    Article,
}
