//! The run that the page plays: how far the browser's frames let virtual time move, and the moment that may be shown.
//!
//! A frame moves the target by its own length times the speed, never by more than [`FRAME_MS_MAX`]: a tab that comes
//! back neither leaps nor floods. Polls are made in slices until the frame's share of the machine is used up. Counts are
//! shown of moments at rest only, so that they and the time belong together.

use crate::executor::engine::Progress;
use crate::executor::limits::Limits;
use crate::link::{self, INPUTS_MAX, Link, MOMENT_MS_MAX, Turn};
use crate::player::run::{Keep, Player};

/// A frame counts for so many milliseconds at most.
pub(crate) const FRAME_MS_MAX: f64 = 100.0;
/// Milliseconds of machine time that a frame may spend on polls.
const SPEND_MS: f64 = 9.0;
/// Polls between two looks at the machine's clock.
const SLICE_POLLS: u64 = 2_000;
/// What a page may hold: a million leaked tasks and some more.
const LIMITS: Limits = Limits { tasks_alive_max: 2_500_000, ..Limits::DEFAULT };

/// No run goes on for longer than a link can say.
const END_US: u64 = MOMENT_MS_MAX * 1_000;

/// See the module.
pub(crate) struct Run {
    pub(crate) player: Player,
    pub(crate) is_playing: bool,
    pub(crate) speed_percent: u32,
    /// Whether anybody can see it.
    pub(crate) is_seen: bool,
    /// The moment that virtual time may reach, in microseconds, with the fraction that a frame left over.
    target_us: f64,
    /// The moment being run to again, in microseconds.
    seeking_us: Option<u64>,
    /// The latest moment this run has seen, in microseconds.
    furthest_us: u64,
    last_frame_ms: Option<f64>,
    is_at_rest: bool,
}

impl Run {
    pub(crate) fn new(link: &Link) -> Run {
        let spec = link.spec();
        let furthest_us = spec.inputs.last().map_or(0, |input| input.at_us);
        Run {
            player: Player::with(spec, Keep::Unread, LIMITS),
            is_playing: false,
            speed_percent: link.speed_percent.unwrap_or(100),
            is_seen: true,
            target_us: 0.0,
            seeking_us: None,
            furthest_us,
            last_frame_ms: None,
            is_at_rest: false,
        }
    }

    /// One animation frame. Returns how many milliseconds it counts for.
    pub(crate) fn frame(&mut self, time_ms: f64, clock_ms: impl Fn() -> f64) -> f64 {
        let since_ms = self.last_frame_ms.map_or(0.0, |last| time_ms - last).clamp(0.0, FRAME_MS_MAX);
        self.last_frame_ms = Some(time_ms);
        if self.seeking_us.is_none() && self.is_playing && self.is_seen && self.is_at_rest {
            self.target_us += since_ms * f64::from(self.speed_percent) * 10.0;
        }
        let end_ms = clock_ms() + SPEND_MS;
        let target_us = self.whole_target_us();
        if self.player.stop().is_none()
            && (self.player.now_us() < target_us || !self.is_at_rest && self.steps_are_over())
        {
            self.is_at_rest = false;
            while self.player.play_to(target_us, SLICE_POLLS) == Progress::More {
                if clock_ms() >= end_ms {
                    return since_ms;
                }
            }
            self.is_at_rest = true;
            self.seeking_us = None;
        }
        if self.player.stop().is_some() {
            self.is_at_rest = true;
            self.is_playing = false;
            self.seeking_us = None;
        }
        self.furthest_us = self.furthest_us.max(self.player.now_us());
        since_ms
    }

    /// Targets are whole milliseconds, so that whatever happens at one can be written into a link.
    fn whole_target_us(&self) -> u64 {
        self.seeking_us.unwrap_or(self.target_us as u64 / 1_000 * 1_000).min(END_US).max(self.player.now_us())
    }

    /// A reader who steps poll by poll stays between two moments until the run is played on.
    fn steps_are_over(&self) -> bool {
        self.is_playing || self.seeking_us.is_some() || self.player.now_us() == 0
    }

    /// The moment that is shown, in milliseconds; none while the run is under way to it.
    pub(crate) fn rest_ms(&self) -> Option<u64> {
        (self.is_at_rest || !self.steps_are_over()).then(|| self.player.now_us() / 1_000)
    }

    pub(crate) fn is_seeking(&self) -> bool {
        self.seeking_us.is_some()
    }

    pub(crate) fn furthest_ms(&self) -> u64 {
        self.furthest_us / 1_000
    }

    pub(crate) fn play(&mut self) {
        self.is_playing = self.player.stop().is_none();
        self.target_us = self.target_us.max(self.player.now_us() as f64);
    }

    /// One poll, or the clock's next moment.
    pub(crate) fn step_poll(&mut self) {
        self.is_playing = false;
        self.is_at_rest = false;
        self.player.step_poll();
        self.stepped();
    }

    /// One event.
    pub(crate) fn step_event(&mut self) -> Option<&'static str> {
        self.is_playing = false;
        self.is_at_rest = false;
        let step = self.player.step_event();
        self.stepped();
        step.map(|step| step.kind)
    }

    fn stepped(&mut self) {
        self.seeking_us = None;
        self.target_us = self.player.now_us() as f64;
        self.furthest_us = self.furthest_us.max(self.player.now_us());
    }

    /// Goes to a moment; the frames bring it there.
    pub(crate) fn seek(&mut self, at_ms: u64) {
        let at_us = at_ms * 1_000;
        self.player.seek(at_us);
        self.target_us = at_us as f64;
        self.seeking_us = Some(at_us);
        self.is_at_rest = false;
    }

    /// Whether a link could not carry one more turn of a knob.
    pub(crate) fn is_full(&self) -> bool {
        self.player.spec().inputs.len() >= INPUTS_MAX
    }

    /// Turns a live knob now, at the end of a whole millisecond.
    pub(crate) fn set(&mut self, knob: usize, value: u32) {
        if self.seeking_us.is_some() || self.player.stop().is_some() {
            return;
        }
        let now_us = self.player.now_us().div_ceil(1_000) * 1_000;
        while self.player.play_to(now_us, u64::MAX) == Progress::More {}
        self.player.set(knob, value);
        self.target_us = self.target_us.max(now_us as f64);
        self.furthest_us = self.player.now_us();
        self.is_at_rest = true;
    }

    /// What was turned during the run, as a link writes it.
    pub(crate) fn turns(&self) -> Vec<Turn> {
        link::turns(self.player.spec())
    }
}
