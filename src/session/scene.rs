//! The stage, with what decides when it has to be drawn again.
//!
//! Whoever paints takes the pile's pixels, the shapes and the labels from it. What moves is of this very frame; a number that
//! stands beside the stage as well is the one that stands there. Deliberately absent: canvases, and the run, which a frame
//! borrows.

use crate::session::playback::Playback;
use crate::stage::Stage;
use crate::stage::draw::{Label, LabelKind};
use crate::stage::motion::Motion;
use crate::stage::palette::Theme;
use crate::stage::thread::{LaneMode, SteppedTask};
use crate::trace::event::TaskId;

/// Above this speed nothing moves but counts and the pile.
const FAST_PERCENT: u32 = 1_000;

/// The stage, and whether what it shows is out of date.
pub struct Scene {
    stage: Stage,
    /// What the reader wants of motion.
    motion: Motion,
    /// Whether something changed that no frame has drawn yet.
    is_stale: bool,
    /// How many have leaked, by the counts that stand beside the stage.
    written_leaked: u32,
}

/// What a frame did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The stage is as it was.
    Same,
    /// The stage was drawn and has to be painted.
    Drawn,
}

impl Scene {
    /// An empty stage; `motion` is what the reader wants of it.
    pub fn new(theme: Theme, motion: Motion) -> Scene {
        let mut stage = Stage::new();
        stage.set_theme(theme);
        Scene { stage, motion, is_stale: true, written_leaked: 0 }
    }

    /// The stage as it was drawn last.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The same, for whoever takes the pile's pixels.
    pub fn stage_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }

    /// The words on the stage. The pile's number is the one that was written beside the stage last: the two are read as one.
    pub fn labels(&self) -> impl Iterator<Item = Label> {
        self.stage.labels().iter().map(|label| match label.kind {
            LabelKind::Pile { per_dot, .. } => {
                Label { kind: LabelKind::Pile { tasks: self.written_leaked, per_dot }, ..*label }
            }
            _ => *label,
        })
    }

    /// Counts were written beside the stage by which so many have leaked; the next frame writes the same on it.
    pub fn write_leaked(&mut self, leaked: u32) {
        self.is_stale |= self.written_leaked != leaked;
        self.written_leaked = leaked;
    }

    /// Another run is played.
    pub fn reset(&mut self) {
        self.stage.reset();
        self.is_stale = true;
    }

    /// Something has changed: the next frame draws.
    pub fn mark_stale(&mut self) {
        self.is_stale = true;
    }

    /// Draws in other colours from now on.
    pub fn set_theme(&mut self, theme: Theme) {
        self.stage.set_theme(theme);
        self.is_stale = true;
    }

    /// Outlines a task.
    pub fn select(&mut self, task: Option<TaskId>) {
        self.stage.select(task);
        self.is_stale = true;
    }

    /// The pointer is here, in CSS pixels from the upper left corner, or nowhere on the stage.
    pub fn point_at(&mut self, place: Option<(f32, f32)>) {
        self.stage.point_at(place);
        self.is_stale = true;
    }

    /// Shows the task of a step, until the next one.
    pub fn show_stepped(&mut self, stepped: Option<SteppedTask>) {
        self.stage.show_stepped(stepped);
        self.is_stale = true;
    }

    /// Draws at another size: CSS pixels, and device pixels to each thousand of them.
    pub fn resize(&mut self, width_px: u32, height_px: u32, scale_permille: u32) {
        self.stage.resize(width_px, height_px, scale_permille);
        self.is_stale = true;
    }

    /// One animation frame, at `time_ms` of the browser's clock; `clock_ms` says how much of it is used up.
    ///
    /// On the way to a moment the stage is drawn only when it is out of date, and before the frame's work: so it shows the very
    /// moment whose counts the page shows, and the work has the rest of the frame.
    pub fn frame(&mut self, playback: &mut Playback, time_ms: f64, clock_ms: impl Fn() -> f64) -> Frame {
        let (was_idle, was_seeking) = (playback.is_idle(), playback.is_seeking());
        self.follow_clock(playback);
        let is_passing = was_seeking && std::mem::take(&mut self.is_stale);
        if is_passing {
            self.draw(playback, 0, Motion::Fast);
        }
        let since_ms = playback.frame(time_ms, clock_ms);
        if was_seeking && playback.is_seeking() {
            return if is_passing { Frame::Drawn } else { Frame::Same };
        }
        // The frame that comes to rest still has something new to draw.
        if was_idle && playback.is_idle() && !self.is_stale && !self.stage.is_moving() {
            return Frame::Same;
        }
        // Where it was brought in haste it is drawn once more, with everything that a moment at rest shows.
        self.is_stale = was_seeking && !playback.is_seeking();
        let is_fast = playback.speed_percent() > FAST_PERCENT || was_seeking;
        self.draw(playback, (since_ms + 0.5) as u32, if is_fast { Motion::Fast } else { Motion::Full });
        Frame::Drawn
    }

    /// While the clock runs the polls of each frame are shown one after the other; once it rests, the moment as it is.
    fn follow_clock(&mut self, playback: &Playback) {
        let does_run = playback.is_playing() && playback.is_seen() && !playback.is_seeking();
        let mode = if does_run { LaneMode::Replay } else { LaneMode::Moment };
        self.is_stale |= self.stage.set_lane_mode(mode) != mode;
    }

    /// With this motion, where the reader wants any.
    #[inline(never)]
    fn draw(&mut self, playback: &Playback, since_ms: u32, motion: Motion) {
        let motion = if self.motion == Motion::Full { motion } else { self.motion };
        self.stage.update(playback.player().ledger(), since_ms, motion);
    }
}
