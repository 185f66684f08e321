//! The one thread on the stage: who runs, who is ready, the polls that are shown one after the other, and above them how many
//! they are.
//!
//! While the clock runs the lane shows recorded polls in the reader's time; while it rests, who runs and who is ready at
//! this moment, and the task of the last step. Deliberately absent: which polls are shown and when (`replay`).

use crate::stage::Stage;
use crate::stage::draw::{Align, Drawing, HitTarget, Label, LabelKind, REACH};
use crate::stage::layout::{Lane, lerp};
use crate::stage::motion::{Motion, Sprite, elapsed_part};
use crate::stage::palette::Rgb;
use crate::stage::pile::ease;
use crate::stage::render::{opacity, solid, stroke};
use crate::stage::replay::{ENTER_MS, Flight, LEAVE_MS, Leg};
use crate::stage::scene::{Activity, LaneTask, SceneSource};
use crate::stage::shape::{Shape, ShapeKind};
use crate::stage::thread::{LaneMode, SteppedTask, Touch};
use crate::trace::event::Role;
use crate::verdict::model::Verdict;
use crate::verdict::recent::Poll;

/// How long the queue takes to close up when its first task begins to run.
const SHIFT_MS: u64 = 90;
/// The distance between two columns of the meter, their width, and their height at most, in CSS pixels.
const COLUMN_PITCH: f32 = 3.0;
const COLUMN_W: f32 = 2.0;
const COLUMN_H_MAX: f32 = 9.0;

/// Where a task is at home, and the distance of the marks there.
#[derive(Clone, Copy)]
struct Home {
    x: f32,
    y: f32,
    pitch: f32,
}

/// What the lane is told.
impl Stage {
    /// From now on shows the polls of a running clock, or this very moment; what was so before.
    pub fn set_lane_mode(&mut self, mode: LaneMode) -> LaneMode {
        std::mem::replace(&mut self.thread.mode, mode)
    }

    /// Shows a task in gold until another is stepped, or none.
    pub fn show_stepped(&mut self, stepped: Option<SteppedTask>) {
        self.thread.stepped = stepped;
    }

    /// How many polls of this run were shown to run.
    pub fn polls_shown(&self) -> u64 {
        self.thread.replay.shown()
    }

    pub(super) fn read_lane(&mut self, source: &impl SceneSource, frame_ms: u32) {
        self.counts = source.counts();
        self.thread.running = source.running();
        self.thread.ready.clear();
        let shown = Lane::new(self.regions.lane).shown(self.counts.ready as usize);
        source.ready(shown, &mut self.thread.ready);
        self.read_polls(source, frame_ms);
    }

    /// Takes in the polls made since the last update, as many as can be shown.
    fn read_polls(&mut self, source: &impl SceneSource, frame_ms: u32) {
        let fresh = self.thread.replay.note(source.polls());
        if self.thread.mode == LaneMode::Moment {
            return self.thread.replay.stop();
        }
        self.thread.meter.pass(frame_ms, fresh);
        if self.motion == Motion::Fast {
            return self.thread.replay.stop();
        }
        let most = usize::try_from(fresh).unwrap_or(usize::MAX).min(self.thread.replay.room());
        self.thread.polls.clear();
        if most > 0 {
            source.last_polls(most, &mut self.thread.polls);
        }
        self.thread.replay.admit(&self.thread.polls, self.clock_ms);
        let ways_ms = if self.motion == Motion::Full { [ENTER_MS, LEAVE_MS] } else { [0; 2] };
        self.thread.replay.advance(self.clock_ms, ways_ms);
    }

    /// What a task of a request is shown to do: by the poll that is being shown, by the last step, or by the facts.
    pub(super) fn activity_of(&self, sprite: &Sprite) -> Activity {
        if self.thread.stepped.is_some_and(|stepped| stepped.touch == Touch::Ran && stepped.task.task == sprite.task) {
            return Activity::Running;
        }
        let mut activity = sprite.activity;
        for flight in self.thread.replay.flights().iter().filter(|flight| flight.poll.task == sprite.task) {
            match flight.leg {
                Leg::Runs => return Activity::Running,
                Leg::Enters => activity = Activity::Ready,
                Leg::Leaves => {}
            }
        }
        activity
    }

    fn home_of(&self, poll: &Poll) -> Option<Home> {
        if poll.verdict == Verdict::Runaway {
            let runaway = self.rim.iter().find(|runaway| runaway.task == poll.task)?;
            let (x, y, size) = self.rim_position(runaway);
            return Some(Home { x, y, pitch: size * 2.0 });
        }
        let frames = self.grid.filter(|_| self.motion != Motion::Fast)?;
        let request = &self.shown[self.index_of_request(poll.scope).ok()?];
        let sprite = request.sprites.binary_search_by_key(&poll.task, |sprite| sprite.task).ok()?;
        let (x, y) = self.sprite_position(&frames, request, sprite)?;
        Some(Home { x, y, pitch: frames.pitch })
    }
}

/// How it is drawn.
impl Stage {
    pub(super) fn draw_lane(&self, drawing: &mut Drawing) {
        let palette = self.palette();
        let area = self.regions.lane;
        let lane = Lane::new(area);
        let kind = ShapeKind::Lane { w: area.w, h: area.h };
        drawing.shapes.push(solid(kind, area.x, area.y, area.h * 0.5, palette.lane));
        if self.thread.mode == LaneMode::Replay {
            self.draw_meter(drawing);
        }
        if !self.thread.replay.flights().is_empty() {
            self.draw_replay(drawing, &lane);
        } else {
            self.draw_moment(drawing, &lane);
        }
        self.label_lane(drawing, &lane);
    }

    /// Who runs, or ran in the last step, and who is ready.
    fn draw_moment(&self, drawing: &mut Drawing, lane: &Lane) {
        let ran = self.thread.stepped.filter(|stepped| stepped.touch == Touch::Ran);
        let ran = ran.map(|stepped| LaneTask::from(stepped.task));
        match self.thread.running.or(ran) {
            None if self.is_busy() => self.draw_busy(drawing, lane),
            None => self.draw_free(drawing, lane),
            Some(lane_task) => self.draw_running(drawing, lane_task, lane.running()),
        }
        for (number, lane_task) in self.thread.ready.iter().enumerate() {
            self.draw_queued(drawing, *lane_task, lane.queued(number));
        }
    }

    /// The place of the running task while nobody runs.
    fn draw_free(&self, drawing: &mut Drawing, lane: &Lane) {
        let (x, y) = lane.running();
        let empty = stroke(ShapeKind::HollowCircle, x, y, 7.0, 1.5, self.palette().soft);
        drawing.shapes.push(Shape { alpha: 90, ..empty });
    }

    /// Whether the thread runs so much that no task of it can be shown.
    fn is_busy(&self) -> bool {
        let meter = &self.thread.meter;
        let counts = self.thread.mode == LaneMode::Replay && self.motion == Motion::Fast;
        counts && meter.columns() > 0 && meter.column(0) > 0
    }

    /// The place of the running task while too many run for any of them to be shown.
    fn draw_busy(&self, drawing: &mut Drawing, lane: &Lane) {
        let ((x, y), palette) = (lane.running(), self.palette());
        drawing.shapes.push(solid(ShapeKind::Disc, x, y, 7.0, palette.running));
        drawing.shapes.push(stroke(ShapeKind::HollowCircle, x, y, 7.0, 1.5, palette.running_rim));
    }

    fn draw_running(&self, drawing: &mut Drawing, lane_task: LaneTask, (x, y): (f32, f32)) {
        let palette = self.palette();
        let halo = Shape { alpha: 70, ..solid(ShapeKind::Halo, x, y, 12.0, palette.running) };
        drawing.shapes.push(halo);
        self.draw_body(drawing, lane_task, (x, y), 1.0);
        drawing.targets.push(HitTarget { task: lane_task.task, x, y, reach: REACH });
    }

    /// A task in gold; a runaway stays vermilion while it runs.
    fn draw_body(&self, drawing: &mut Drawing, lane_task: LaneTask, (x, y): (f32, f32), presence: f32) {
        let palette = self.palette();
        let (kind, rim_kind, size) = body_of(lane_task);
        let (fill, rim): (Rgb, Rgb) =
            if lane_task.runaway { (palette.leak, palette.leak) } else { (palette.running, palette.running_rim) };
        let alpha = opacity(presence);
        let size = size * (0.5 + 0.5 * presence);
        drawing.shapes.push(Shape { alpha, ..solid(kind, x, y, size, fill) });
        drawing.shapes.push(Shape { alpha, ..stroke(rim_kind, x, y, size, 1.5, rim) });
    }

    fn draw_queued(&self, drawing: &mut Drawing, lane_task: LaneTask, (x, y): (f32, f32)) {
        let palette = self.palette();
        let shape = if lane_task.runaway {
            stroke(ShapeKind::Triangle { turn: 0.0 }, x, y + 1.0, 6.5, 1.8, palette.leak)
        } else if lane_task.role == Role::Parent {
            stroke(ShapeKind::Diamond, x, y, 6.5, 1.8, palette.ink)
        } else {
            stroke(ShapeKind::HollowCircle, x, y, 5.2, 1.8, palette.ready)
        };
        drawing.shapes.push(shape);
        drawing.targets.push(HitTarget { task: lane_task.task, x, y, reach: REACH * 0.75 });
    }

    fn label_lane(&self, drawing: &mut Drawing, lane: &Lane) {
        let left = self.regions.requests.x;
        let (end, y) = lane.ready_label();
        let w = self.regions.lane.x - left - 8.0;
        drawing.labels.push(Label { kind: LabelKind::OneThread, x: left, y, align: Align::Start, w });
        let ready = self.counts.ready;
        let polls = self.thread.meter.per_second();
        let is_counted = self.thread.mode == LaneMode::Replay && polls > 0;
        let kind = if is_counted { LabelKind::Polls(polls) } else { LabelKind::Ready(ready) };
        drawing.labels.push(Label { kind, x: end, y, align: Align::End, w: 88.0 });
        let more = ready.saturating_sub(self.thread.ready.len() as u32);
        if more > 0 && self.thread.replay.flights().is_empty() {
            let (x, y) = lane.more_label(self.thread.ready.len());
            drawing.labels.push(Label { kind: LabelKind::MoreReady(more), x, y, align: Align::Start, w: 44.0 });
        }
    }

    /// A column for each moment of the last seconds, as high as the number of its polls is long in binary.
    fn draw_meter(&self, drawing: &mut Drawing) {
        let lane = self.regions.lane;
        let bottom = lane.y - 3.0;
        for back in 0..self.thread.meter.columns() {
            let polls = self.thread.meter.column(back);
            if polls == 0 {
                continue;
            }
            let x = lane.right() - lane.h * 0.5 - back as f32 * COLUMN_PITCH;
            let h = (2.0 + polls.ilog2() as f32).min(COLUMN_H_MAX);
            let to = ShapeKind::Line { to_x: x, to_y: bottom - h };
            drawing.shapes.push(stroke(to, x, bottom, 0.0, COLUMN_W, self.palette().running_rim));
        }
    }

    fn draw_replay(&self, drawing: &mut Drawing, lane: &Lane) {
        let runs = self.thread.replay.flights().iter().find(|flight| flight.leg == Leg::Runs);
        if runs.is_none() {
            self.draw_free(drawing, lane);
        }
        let moves = self.motion == Motion::Full;
        let shift = runs.filter(|_| moves).map_or(1.0, |runs| elapsed_part(self.clock_ms, runs.since_ms, SHIFT_MS));
        let room = lane.shown(self.thread.replay.flights().len());
        let mut waiting = 0;
        for flight in self.thread.replay.flights() {
            match flight.leg {
                Leg::Leaves => self.draw_leaving(drawing, flight, lane.running()),
                Leg::Runs => {
                    let at = between(lane.queued(0), lane.running(), ease(shift));
                    self.draw_running(drawing, flight.poll.into(), at);
                }
                Leg::Enters => {
                    waiting += 1;
                    if waiting <= room {
                        let at = between(lane.queued(waiting), lane.queued(waiting - 1), ease(shift));
                        self.draw_entering(drawing, flight, at);
                    }
                }
            }
        }
    }

    fn draw_entering(&self, drawing: &mut Drawing, flight: &Flight, place: (f32, f32)) {
        let way = elapsed_part(self.clock_ms, flight.since_ms, ENTER_MS);
        let at = match self.home_of(&flight.poll).filter(|_| self.motion == Motion::Full) {
            Some(home) => between((home.x, home.y), place, ease(way)),
            None => place,
        };
        self.draw_queued(drawing, flight.poll.into(), at);
    }

    fn draw_leaving(&self, drawing: &mut Drawing, flight: &Flight, place: (f32, f32)) {
        if self.motion != Motion::Full {
            return;
        }
        let way = elapsed_part(self.clock_ms, flight.since_ms, LEAVE_MS);
        let at = self.home_of(&flight.poll).map_or(place, |home| between(place, (home.x, home.y), ease(way)));
        self.draw_body(drawing, flight.poll.into(), at, 1.0 - way);
    }

    /// The task of the last step, where it is at home: a soft gold disc behind its mark, and a ring.
    pub(super) fn draw_stepped(&self, drawing: &mut Drawing) {
        let Some(home) = self.thread.stepped.and_then(|stepped| self.home_of(&stepped.task)) else { return };
        let palette = self.palette();
        let size = (home.pitch * 0.62).max(5.0);
        drawing.shapes.push(Shape { alpha: 110, ..solid(ShapeKind::Halo, home.x, home.y, size, palette.running) });
        drawing.shapes.push(stroke(ShapeKind::HollowCircle, home.x, home.y, size, 1.5, palette.running_rim));
    }
}

/// The shapes of a task's body and of its rim, and their size.
fn body_of(lane_task: LaneTask) -> (ShapeKind, ShapeKind, f32) {
    if lane_task.runaway {
        (ShapeKind::Triangle { turn: 0.0 }, ShapeKind::Triangle { turn: 0.0 }, 9.0)
    } else if lane_task.role == Role::Parent {
        (ShapeKind::Diamond, ShapeKind::Diamond, 8.5)
    } else {
        (ShapeKind::Disc, ShapeKind::HollowCircle, 7.0)
    }
}

fn between((x, y): (f32, f32), (to_x, to_y): (f32, f32), part: f32) -> (f32, f32) {
    (lerp(x, to_x, part), lerp(y, to_y, part))
}
