//! The run that is played: how far the browser's frames let virtual time move, and the moment that may be shown.
//!
//! A frame moves the target by its own length times the speed, never by more than `FRAME_MS_MAX`: a tab that comes
//! back neither leaps nor floods. Polls are made in slices until the frame's share of the machine is used up. Counts are
//! shown of moments at rest, so that they and the time belong together, and of how far a seek has come that takes longer than
//! a reader's eye; such a moment is said to be under way. Deliberately absent: the machine's clock, which a frame brings along.

use crate::executor::engine::Progress;
use crate::executor::limits::Limits;
use crate::link::{self, KnobChange, Link, MOMENT_MS_MAX};
use crate::player::past::WayBack;
use crate::player::run::{Back, Keep, Player};
use crate::session::pace::Pace;
use crate::session::steps::{self, Reach, StepReport};
use crate::trace::event::TaskId;
use crate::verdict::model::Counts;

/// A frame counts for so many milliseconds at most.
const FRAME_MS_MAX: f64 = 100.0;
/// Milliseconds of machine time that a frame may spend on polls.
const SPEND_MS: f64 = 9.0;
/// Polls between two looks at the machine's clock.
const SLICE_POLLS: u64 = 2_000;
/// Ticks of a seek after which the page shows the moments that it passes, and after which it shows that it is under way.
const PASSING_TICKS: u32 = 2;
const UNDER_WAY_TICKS: u32 = 4;
/// What a page may hold: a million leaked tasks and some more.
pub(super) const LIMITS: Limits = Limits { tasks_alive_max: 2_500_000, ..Limits::DEFAULT };

/// No run goes on for longer than a link can say.
const END_US: u64 = MOMENT_MS_MAX * 1_000;

/// A run, and how it is being played.
pub struct Playback {
    player: Player,
    is_playing: bool,
    speed_percent: u32,
    sight: Sight,
    /// The moment that virtual time may reach, in microseconds, with the fraction that a frame left over.
    target_us: f64,
    /// The moment being run to again, in microseconds.
    seeking_us: Option<u64>,
    /// Ticks since it was asked for.
    seeking_ticks: u32,
    /// The latest moment this run has seen, in microseconds.
    furthest_us: u64,
    last_frame_ms: Option<f64>,
    pace: Pace,
    is_at_rest: bool,
    /// Somebody has stepped, maybe into the middle of a moment.
    is_between: bool,
    slice_polls: u64,
}

/// A seek that takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// How far it has come, in milliseconds of virtual time.
    pub reached_ms: u64,
    /// Where it goes to.
    pub asked_ms: u64,
}

impl UnderWay {
    /// How much of it is done, in per cent.
    pub fn percent(self) -> u64 {
        self.reached_ms * 100 / self.asked_ms.max(1)
    }
}

/// Whether anybody can see the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Some part of it is on the screen.
    Seen,
    /// It was scrolled or switched away. What plays rests meanwhile.
    OutOfSight,
}

/// What there is to know about a run without looking into it: when it is as before, nothing has to be shown anew.
#[derive(Clone, Copy, PartialEq)]
pub struct Moment {
    shown_ms: Option<u64>,
    counts: Counts,
    is_playing: bool,
    seeking_us: Option<u64>,
    is_under_way: bool,
    slow_percent: Option<u32>,
}

impl Playback {
    /// The run of a link at time 0, paused; [`Playback::seek`] brings it to the link's moment.
    pub fn new(link: &Link) -> Playback {
        let spec = link.spec();
        let furthest_us = spec.inputs.last().map_or(0, |input| input.at_us);
        Playback {
            player: Player::with(spec, Keep::WayBack(WayBack::PAGE), LIMITS),
            is_playing: false,
            speed_percent: link.speed_percent.unwrap_or(100),
            sight: Sight::Seen,
            target_us: 0.0,
            seeking_us: None,
            seeking_ticks: 0,
            furthest_us,
            last_frame_ms: None,
            pace: Pace::default(),
            is_at_rest: false,
            is_between: false,
            slice_polls: SLICE_POLLS,
        }
    }

    /// The run itself.
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Whether the clock runs, or would if anybody saw it.
    pub fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// The speed, in per cent of the virtual clock's natural pace.
    pub fn speed_percent(&self) -> u32 {
        self.speed_percent
    }

    /// Sets the speed, in per cent of the virtual clock's natural pace.
    pub fn set_speed(&mut self, percent: u32) {
        self.speed_percent = percent;
    }

    /// Whether anybody can see it.
    pub fn is_seen(&self) -> bool {
        self.sight == Sight::Seen
    }

    /// Somebody can see it now, or nobody; what was so before.
    pub fn set_sight(&mut self, sight: Sight) -> Sight {
        std::mem::replace(&mut self.sight, sight)
    }

    /// Whether anybody can see it.
    pub fn sight(&self) -> Sight {
        self.sight
    }

    /// What to compare with later.
    #[inline(never)]
    pub fn moment(&self) -> Moment {
        Moment {
            shown_ms: self.shown_ms(),
            counts: self.player.ledger().counts(),
            is_playing: self.is_playing,
            seeking_us: self.seeking_us,
            is_under_way: self.under_way().is_some(),
            slow_percent: self.slow_percent(),
        }
    }

    /// One animation frame, at `time_ms` of the browser's clock. Polls are made until `clock_ms` says that the frame's
    /// share of the machine is used up. Returns how many milliseconds the frame counts for.
    pub fn frame(&mut self, time_ms: f64, clock_ms: impl Fn() -> f64) -> f64 {
        let gap_ms = self.last_frame_ms.map_or(0.0, |last| time_ms - last);
        let since_ms = gap_ms.clamp(0.0, FRAME_MS_MAX);
        self.last_frame_ms = Some(time_ms);
        let does_run = self.seeking_us.is_none() && self.is_playing && self.is_seen();
        if does_run && self.is_at_rest {
            self.target_us += since_ms * f64::from(self.speed_percent) * 10.0;
        }
        self.advance(clock_ms);
        if does_run && self.player.stop().is_none() && self.player.now_us() < END_US {
            self.pace.frame((gap_ms * 1_000.0) as u64, self.speed_percent, self.player.now_us());
        } else {
            self.pace.rest();
        }
        since_ms
    }

    /// Makes polls up to the target, or until the frame's share of the machine is used up.
    fn advance(&mut self, clock_ms: impl Fn() -> f64) {
        let end_ms = clock_ms() + SPEND_MS;
        let target_us = self.whole_target_us();
        if self.player.stop().is_none()
            && (self.player.now_us() < target_us || !self.is_at_rest && self.steps_are_over())
        {
            self.is_at_rest = false;
            while self.player.play_to(target_us, self.slice_polls) == Progress::More {
                if clock_ms() >= end_ms {
                    return;
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
    }

    /// A tick passes.
    pub fn tick(&mut self) {
        self.seeking_ticks += u32::from(self.is_seeking());
    }

    /// Targets are whole milliseconds, so that whatever happens at one can be written into a link.
    fn whole_target_us(&self) -> u64 {
        self.seeking_us.unwrap_or(self.target_us as u64 / 1_000 * 1_000).min(END_US).max(self.player.now_us())
    }

    /// A reader who steps poll by poll stays between two moments until the run is played on.
    fn steps_are_over(&self) -> bool {
        self.is_playing || self.seeking_us.is_some() || !self.is_between
    }

    /// The moment that is shown, in milliseconds; none while the run is under way to it.
    pub fn rest_ms(&self) -> Option<u64> {
        (self.is_at_rest || !self.steps_are_over()).then(|| self.player.now_us() / 1_000)
    }

    /// The moment that may be shown, in milliseconds: the one at rest, or how far a seek has come that takes its time.
    pub fn shown_ms(&self) -> Option<u64> {
        let is_passing = self.is_seeking() && self.seeking_ticks >= PASSING_TICKS;
        if is_passing { Some(self.reached_ms()) } else { self.rest_ms() }
    }

    /// How far a seek has come, in milliseconds: short of where it goes to, as long as not all is done there.
    fn reached_ms(&self) -> u64 {
        let end_ms = self.asked_ms().map_or(u64::MAX, |asked_ms| asked_ms.saturating_sub(1));
        (self.player.now_us() / 1_000).min(end_ms)
    }

    /// The moment that the run is being brought to, in milliseconds, if it is.
    pub fn asked_ms(&self) -> Option<u64> {
        self.seeking_us.map(|at_us| at_us / 1_000)
    }

    /// How far a seek has come, once it has taken long enough to be shown.
    #[inline(never)]
    pub fn under_way(&self) -> Option<UnderWay> {
        let asked_ms = self.asked_ms().filter(|_| self.seeking_ticks >= UNDER_WAY_TICKS)?;
        Some(UnderWay { reached_ms: self.reached_ms(), asked_ms })
    }

    /// How fast the clock goes in truth, in per cent of its natural pace, while it cannot keep up with the speed.
    pub fn slow_percent(&self) -> Option<u32> {
        self.pace.slow_percent()
    }

    /// The value of each knob at the moment that the run is being brought to, or else at the end of this millisecond: what is
    /// turned now comes after every input that this moment has already.
    pub fn knobs(&self) -> Vec<u32> {
        if self.player.is_looking_back() && !self.is_seeking() {
            // Whoever has stepped back may stand in the middle of a moment, before its inputs.
            return self.player.knobs().to_vec();
        }
        let at_us = self.seeking_us.unwrap_or(self.player.now_us().div_ceil(1_000) * 1_000);
        let spec = self.player.spec();
        let mut knobs = spec.knobs.clone();
        for input in spec.inputs.iter().take_while(|input| input.at_us <= at_us) {
            knobs[input.knob] = input.value;
        }
        knobs
    }

    /// Makes so few polls between two looks at the machine's clock that a test sees a seek under way.
    #[cfg(test)]
    pub(super) fn set_slice_polls(&mut self, polls: u64) {
        self.slice_polls = polls;
    }

    /// Whether the run is being brought to a moment.
    pub fn is_seeking(&self) -> bool {
        self.seeking_us.is_some()
    }

    /// Whether the run stands still.
    pub fn is_idle(&self) -> bool {
        !self.is_playing && !self.is_seeking() && self.rest_ms().is_some()
    }

    /// The end of the axis of time in milliseconds: it grows in steps, so that it does not creep.
    pub fn span_ms(&self) -> u64 {
        let mut span_ms = 30_000;
        while span_ms < self.furthest_us / 1_000 {
            span_ms *= 2;
        }
        span_ms
    }

    /// Lets the clock run, unless the run has ended.
    pub fn play(&mut self) {
        self.is_playing = self.player.stop().is_none();
        self.is_between &= !self.is_playing;
        self.target_us = self.target_us.max(self.player.now_us() as f64);
    }

    /// Lets the clock rest.
    pub fn pause(&mut self) {
        self.is_playing = false;
    }

    /// One poll, or the clock's next moment; rests there.
    pub fn step_poll(&mut self) -> StepReport {
        self.is_playing = false;
        self.is_at_rest = false;
        let report = steps::poll(&mut self.player);
        self.stepped();
        report
    }

    /// One event; rests there.
    pub fn step_event(&mut self, reach: Reach) -> StepReport {
        self.is_playing = false;
        self.is_at_rest = false;
        let report = steps::event(&mut self.player, reach);
        self.stepped();
        report
    }

    /// On to the next thing that happens to a task; rests there.
    pub fn step_task(&mut self, task: TaskId) -> StepReport {
        self.is_playing = false;
        self.is_at_rest = false;
        let report = steps::of_task(&mut self.player, task);
        self.stepped();
        report
    }

    /// Undoes one step, and rests there. False where there is none to undo.
    pub fn step_back(&mut self, back: Back<'_>) -> bool {
        if !self.player.step_back(back) {
            return false;
        }
        self.is_at_rest = false;
        self.stepped();
        true
    }

    fn stepped(&mut self) {
        self.seeking_us = None;
        self.is_between = true;
        self.target_us = self.player.now_us() as f64;
        self.furthest_us = self.furthest_us.max(self.player.now_us());
    }

    /// Goes to a moment, in milliseconds of virtual time; the frames bring it there.
    pub fn seek(&mut self, at_ms: u64) {
        let at_us = at_ms * 1_000;
        self.player.seek(at_us);
        self.target_us = at_us as f64;
        self.seeking_us = Some(at_us);
        self.is_between = false;
        self.seeking_ticks = 0;
        self.is_at_rest = false;
    }

    /// The moment at which something would be changed now, in milliseconds: the one that is shown, or that the run is on its
    /// way to.
    pub fn change_ms(&self) -> u64 {
        self.seeking_us.map_or(self.player.now_us().div_ceil(1_000), |at_us| at_us / 1_000)
    }

    /// Whether the run has left that moment behind, so that it has to run again up to there to be changed.
    pub fn must_run_again(&self) -> bool {
        self.player.is_looking_back() && self.player.has_left(self.change_ms() * 1_000)
    }

    /// Something is to be changed at that moment: where the run has left it behind, it runs again up to there.
    pub fn prepare_change(&mut self) {
        if self.must_run_again() {
            let at_ms = self.change_ms();
            let ticks = if self.is_seeking() { self.seeking_ticks } else { 0 };
            self.player.restart();
            self.seek(at_ms);
            self.seeking_ticks = ticks;
        }
    }

    /// The axis of time reaches this moment, in milliseconds.
    pub(super) fn reach_ms(&mut self, at_ms: u64) {
        self.furthest_us = self.furthest_us.max(at_ms * 1_000);
    }

    /// Does the rest of the millisecond that the run is in, so that it can be shown as a whole. A seek goes on.
    pub fn come_to_rest(&mut self) {
        if self.rest_ms().is_none() && !self.is_seeking() {
            self.finish_millisecond();
            self.is_at_rest = true;
        }
    }

    /// Its end, in microseconds.
    fn finish_millisecond(&mut self) -> u64 {
        let now_us = self.player.now_us().div_ceil(1_000) * 1_000;
        while self.player.play_to(now_us, u64::MAX) == Progress::More {}
        now_us
    }

    /// Ends a seek where it is: at the end of the millisecond that it has reached.
    pub fn stop_seek(&mut self) {
        if self.is_seeking() {
            self.seek(self.player.now_us().div_ceil(1_000));
        }
    }

    /// Turns a live knob now, at the end of a whole millisecond.
    pub fn set(&mut self, knob: usize, value: u32) {
        if self.seeking_us.is_some() || self.player.stop().is_some() {
            return;
        }
        let now_us = self.finish_millisecond();
        self.player.set(knob, value);
        self.is_between = false;
        self.target_us = self.target_us.max(now_us as f64);
        self.furthest_us = self.player.now_us();
        self.is_at_rest = true;
    }

    /// What was turned during the run, as a link writes it.
    pub fn knob_changes(&self) -> Vec<KnobChange> {
        link::knob_changes(self.player.spec())
    }
}
