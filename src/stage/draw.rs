//! Draws one moment of a [`Stage`]: everything but the pile's pixels, as shapes; and what can be clicked.

use crate::stage::Stage;
use crate::stage::layout::{self, Area, Frames, Lane, lerp};
use crate::stage::marks::{self, Mark};
use crate::stage::motion::{ARRIVE_MS, FALL_MS, Motion, Open, PerchFall, Perched, RIPPLE_MS, SHRINK_MS, Walker, part};
use crate::stage::palette::{self, Palette, Rgb};
use crate::stage::pile::ease;
use crate::stage::scene::{Fate, Seat};
use crate::stage::shape::{self, Shape, ShapeKind};
use crate::trace::event::{Role, ScopeId, TaskId};

/// How far from a mark a click still finds it, in CSS pixels: half of a 24 px target.
pub const REACH: f32 = 12.0;

/// The font of the words on the stage, with its size, as CSS has it.
pub const FONT: &str =
    "12.5px system-ui, \"Noto Sans KR\", \"Noto Sans CJK KR\", \"Apple SD Gothic Neo\", \"Malgun Gothic\", sans-serif";

/// What was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A task.
    Task(TaskId),
    /// A request.
    Scope(ScopeId),
}

/// What a label says; `crate::caption` knows the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// "one thread"
    OneThread,
    /// "5 ready": how many tasks stand in the ready queue.
    Ready(u32),
    /// "+12": how many tasks of the ready queue find no room.
    MoreReady(u32),
    /// "the pile: 214 tasks, each still alive", and "1 dot = 5 tasks" where a dot stands for more than one.
    Pile {
        /// How many tasks have leaked.
        tasks: u32,
        /// How many tasks one dot stands for.
        per_dot: u32,
    },
    /// "+ 12 more requests"
    MoreRequests(u32),
    /// "+12": how many children of a request find no room in its frame.
    MoreTasks(u32),
    /// "23 open requests": above tenfold speed, where only counts are shown.
    OpenRequests(u32),
}

/// On which side of its anchor a label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// It begins there.
    Start,
    /// It ends there.
    End,
}

/// Where words belong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// What to say.
    pub kind: LabelKind,
    /// The anchor, in CSS pixels.
    pub x: f32,
    /// The baseline, in CSS pixels.
    pub y: f32,
    /// On which side of the anchor.
    pub align: Align,
    /// How wide the words may be, in CSS pixels.
    pub w: f32,
}

impl Label {
    /// Its colour: only the words of the pile are in ink.
    pub fn colour(&self, palette: &Palette) -> Rgb {
        if matches!(self.kind, LabelKind::Pile { .. }) { palette.ink } else { palette.soft }
    }
}

/// One moment, drawn.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) labels: Vec<Label>,
    /// Where tasks are: in requests and on the rim first, then on the thread and in the queue.
    places: Vec<Place>,
    frames: Vec<(ScopeId, Area)>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    task: TaskId,
    x: f32,
    y: f32,
    reach: f32,
}

impl Picture {
    fn clear(&mut self) {
        self.shapes.clear();
        self.labels.clear();
        self.places.clear();
        self.frames.clear();
    }

    /// The task whose mark is nearest to a place, within its reach.
    pub(crate) fn nearest(&self, x: f32, y: f32) -> Option<TaskId> {
        let mut best: Option<(f32, TaskId)> = None;
        for place in &self.places {
            let (dx, dy) = (place.x - x, place.y - y);
            let distance = dx * dx + dy * dy;
            if distance <= place.reach * place.reach && best.is_none_or(|best| distance < best.0) {
                best = Some((distance, place.task));
            }
        }
        Some(best?.1)
    }

    pub(crate) fn frame_at(&self, x: f32, y: f32) -> Option<ScopeId> {
        self.frames.iter().find(|(_, area)| area.holds(x, y)).map(|(scope, _)| *scope)
    }

    pub(crate) fn home(&self, task: TaskId) -> Option<(f32, f32)> {
        self.places.iter().find(|place| place.task == task).map(|place| (place.x, place.y))
    }
}

/// A place, a size and a visibility for the marks of a task.
#[derive(Clone, Copy)]
struct Spot {
    x: f32,
    y: f32,
    pitch: f32,
    presence: f32,
}

impl Stage {
    /// Draws this moment anew.
    pub(crate) fn draw(&mut self) {
        let mut picture = std::mem::take(&mut self.picture);
        picture.clear();
        self.draw_requests(&mut picture);
        self.draw_pile(&mut picture);
        self.draw_lane(&mut picture);
        self.draw_selection(&mut picture);
        shape::sort(&mut picture.shapes);
        self.picture = picture;
    }

    fn palette(&self) -> &'static Palette {
        palette::of(self.theme)
    }

    fn draw_lane(&self, picture: &mut Picture) {
        let palette = self.palette();
        let area = self.rooms.lane;
        let lane = Lane::new(area);
        let kind = ShapeKind::Lane { w: area.w, h: area.h };
        picture.shapes.push(solid(kind, area.x, area.y, area.h * 0.5, palette.lane));
        let (x, y) = lane.seat();
        match self.running {
            None => {
                let empty = stroke(ShapeKind::HollowCircle, x, y, 7.0, 1.5, palette.soft);
                picture.shapes.push(Shape { alpha: 90, ..empty });
            }
            Some(seat) => {
                let halo = Shape { alpha: 70, ..solid(ShapeKind::Halo, x, y, 12.0, palette.running) };
                picture.shapes.push(halo);
                self.draw_seat(picture, seat, x, y, palette.running, palette.running_rim);
            }
        }
        for (number, seat) in self.ready.iter().enumerate() {
            let (x, y) = lane.queued(number);
            self.draw_queued(picture, *seat, x, y);
        }
        self.label_lane(picture, &lane);
    }

    fn draw_seat(&self, picture: &mut Picture, seat: Seat, x: f32, y: f32, fill: Rgb, rim: Rgb) {
        let (kind, rim_kind, size) = if seat.runaway {
            let turn = ShapeKind::Triangle { turn: 0.0 };
            (turn, turn, 9.0)
        } else if seat.role == Role::Parent {
            (ShapeKind::Diamond, ShapeKind::Diamond, 8.5)
        } else {
            (ShapeKind::Disc, ShapeKind::HollowCircle, 7.0)
        };
        // A runaway stays vermilion while it runs: the halo says that it does.
        let (fill, rim) = if seat.runaway { (self.palette().leak, self.palette().leak) } else { (fill, rim) };
        picture.shapes.push(solid(kind, x, y, size, fill));
        picture.shapes.push(stroke(rim_kind, x, y, size, 1.5, rim));
        picture.places.push(Place { task: seat.task, x, y, reach: REACH });
    }

    fn draw_queued(&self, picture: &mut Picture, seat: Seat, x: f32, y: f32) {
        let palette = self.palette();
        let shape = if seat.runaway {
            stroke(ShapeKind::Triangle { turn: 0.0 }, x, y + 1.0, 6.5, 1.8, palette.leak)
        } else if seat.role == Role::Parent {
            stroke(ShapeKind::Diamond, x, y, 6.5, 1.8, palette.ink)
        } else {
            stroke(ShapeKind::HollowCircle, x, y, 5.2, 1.8, palette.ready)
        };
        picture.shapes.push(shape);
        picture.places.push(Place { task: seat.task, x, y, reach: REACH * 0.75 });
    }

    fn label_lane(&self, picture: &mut Picture, lane: &Lane) {
        let left = self.rooms.requests.x;
        let (end, y) = lane.ready_label();
        let w = self.rooms.lane.x - left - 8.0;
        picture.labels.push(Label { kind: LabelKind::OneThread, x: left, y, align: Align::Start, w });
        let ready = self.tally.ready;
        let kind = LabelKind::Ready(ready);
        picture.labels.push(Label { kind, x: end, y, align: Align::End, w: 76.0 });
        let more = ready.saturating_sub(self.ready.len() as u32);
        if more > 0 {
            let (x, y) = lane.more_label(self.ready.len());
            picture.labels.push(Label { kind: LabelKind::MoreReady(more), x, y, align: Align::Start, w: 44.0 });
        }
    }

    fn draw_requests(&self, picture: &mut Picture) {
        let Some(frames) = self.frames else { return };
        if self.motion == Motion::Fast {
            return self.draw_counts(picture);
        }
        for open in &self.shown {
            self.draw_request(picture, &frames, open);
        }
        if self.hidden > 0 {
            let (x, y) = frames.more_label();
            let kind = LabelKind::MoreRequests(self.hidden as u32);
            picture.labels.push(Label { kind, x, y, align: Align::Start, w: self.rooms.requests.w });
        }
    }

    /// Above tenfold speed: how many work and how many were told to stop, each a dot, in no frame.
    fn draw_counts(&self, picture: &mut Picture) {
        let palette = self.palette();
        let room = self.rooms.requests;
        let (x, y) = (room.x, room.y + 9.0);
        let kind = LabelKind::OpenRequests(self.open.len() as u32);
        picture.labels.push(Label { kind, x, y, align: Align::Start, w: room.w });
        let room = Area { y: room.y + 18.0, h: (room.h - 18.0).max(0.0), ..room };
        let all = self.tally.working as usize + self.tally.stopping as usize;
        let grid = |pitch: f32| ((room.w / pitch) as usize, (room.h / pitch) as usize);
        let fits = |pitch: &&f32| {
            let (columns, rows) = grid(**pitch);
            columns * rows >= all
        };
        let pitch = *layout::PITCHES[2..].iter().find(fits).unwrap_or(&4.0);
        let (columns, rows) = grid(pitch);
        let shown = all.min(columns * rows);
        for number in 0..shown {
            let x = room.x + ((number % columns) as f32 + 0.5) * pitch;
            let y = room.y + ((number / columns) as f32 + 0.5) * pitch;
            picture.shapes.push(solid(ShapeKind::Disc, x, y, pitch * 0.27, palette.waiting));
            if number >= self.tally.working as usize {
                picture.shapes.push(stroke(ShapeKind::DashedRing, x, y, pitch * 0.42, pitch * 0.09, palette.told));
            }
        }
        if shown < all {
            let kind = LabelKind::MoreTasks((all - shown) as u32);
            picture.labels.push(Label { kind, x: room.right(), y, align: Align::End, w: 120.0 });
        }
    }

    /// Where a request's frame is now, and the distance of its marks.
    pub(crate) fn frame_area(&self, frames: &Frames, open: &Open) -> (Area, f32) {
        let to = frames.frame(open.slot);
        match (self.move_part(), open.slot_before) {
            (Some((from, part)), Some(slot)) => {
                (from.frame(slot).toward(to, part), lerp(from.pitch, frames.pitch, part))
            }
            _ => (to, frames.pitch),
        }
    }

    /// Where a task of a request is now; `None`: its frame has no room for it, or there is no frame yet.
    pub(crate) fn walker_place(&self, frames: &Frames, open: &Open, walker: usize) -> Option<(f32, f32)> {
        if open.slot == usize::MAX {
            return None;
        }
        let (area, pitch) = self.frame_area(frames, open);
        place_in(frames, open, walker, area, pitch)
    }

    fn draw_request(&self, picture: &mut Picture, frames: &Frames, open: &Open) {
        let palette = self.palette();
        let now_ms = self.clock_ms;
        let (area, pitch) = self.frame_area(frames, open);
        let presence = if self.motion == Motion::Full { open.presence(now_ms) } else { 1.0 };
        // It turns amber when the cancel is sent: that is a fact of the request, not of its tasks.
        let ends = open.told || open.over;
        let (colour, line) = if ends { (palette.told, 1.3) } else { (palette.line, 1.2) };
        let line = if pitch < 7.0 { line * 0.75 } else { line };
        let kind = ShapeKind::Frame { w: area.w, h: area.h, dashed: ends };
        let frame = stroke(kind, area.x, area.y, (pitch * 0.6).min(12.0), line, colour);
        picture.shapes.push(Shape { alpha: opacity(presence), ..frame });
        picture.frames.push((open.id, area));

        let parent = layout::parent_place(pitch, area);
        for (number, walker) in open.walkers.iter().enumerate() {
            let Some((x, y)) = place_in(frames, open, number, area, pitch) else { continue };
            self.draw_pulse(picture, open, walker, parent, (x, y), pitch);
            self.draw_walker(picture, walker, Spot { x, y, pitch, presence });
        }
        let more = open.children().saturating_sub(frames.child_columns * frames.child_rows);
        if more > 0 {
            let kind = LabelKind::MoreTasks(more as u32);
            let (x, y) = (area.right() - 6.0, area.bottom() - 6.0);
            picture.labels.push(Label { kind, x, y, align: Align::End, w: area.w });
        }
    }

    fn draw_walker(&self, picture: &mut Picture, walker: &Walker, spot: Spot) {
        let palette = self.palette();
        let now_ms = self.clock_ms;
        let moves = self.motion == Motion::Full;
        let grown = if moves { ease(part(now_ms, walker.born_ms, ARRIVE_MS)) } else { 1.0 };
        let spot = Spot { pitch: spot.pitch * (0.4 + 0.6 * grown), presence: spot.presence * grown, ..spot };
        if walker.shown == Fate::Returned {
            let rest = if moves { 1.0 - part(now_ms, walker.since_ms, SHRINK_MS) } else { 0.0 };
            push_mark(picture, marks::returned(rest, palette), spot);
        } else {
            for mark in marks::of_member(walker.role, walker.activity, walker.shown, palette) {
                push_mark(picture, mark, spot);
            }
        }
        if matches!(walker.shown, Fate::Working | Fate::Told | Fate::Heard) {
            let reach = (spot.pitch * 0.6).clamp(3.0, REACH);
            picture.places.push(Place { task: walker.task, x: spot.x, y: spot.y, reach });
        }
        let widens = part(now_ms, walker.since_ms, RIPPLE_MS);
        if moves && walker.shown == Fate::Told && widens < 1.0 {
            let size = spot.pitch * (0.42 + 0.3 * widens);
            let ripple = stroke(ShapeKind::Ripple, spot.x, spot.y, size, spot.pitch * 0.07, palette.told);
            picture.shapes.push(Shape { alpha: opacity((1.0 - widens) * 0.7), ..ripple });
        }
    }

    /// The cancel on its way: a point, and the line that it has left behind.
    fn draw_pulse(
        &self,
        picture: &mut Picture,
        open: &Open,
        walker: &Walker,
        (from_x, from_y): (f32, f32),
        (to_x, to_y): (f32, f32),
        pitch: f32,
    ) {
        if self.motion != Motion::Full {
            return;
        }
        let Some(way) = walker.pulse(self.clock_ms, open.sent_ms) else { return };
        let palette = self.palette();
        let way = way * (2.0 - way);
        let (x, y) = (lerp(from_x, to_x, way), lerp(from_y, to_y, way));
        let line =
            stroke(ShapeKind::Line { to_x: x, to_y: y }, from_x, from_y, 0.0, (pitch * 0.08).max(0.8), palette.told);
        picture.shapes.push(Shape { alpha: 110, ..line });
        picture.shapes.push(solid(ShapeKind::Pulse, x, y, (pitch * 0.16).max(1.2), palette.told));
    }

    fn draw_pile(&self, picture: &mut Picture) {
        let palette = self.palette();
        let room = self.rooms.pile;
        let floor = stroke(ShapeKind::GroundLine { w: room.w }, room.x, room.bottom() + 1.0, 0.0, 2.0, palette.line);
        picture.shapes.push(floor);
        let half_cell = self.pile.cell() as f32 / self.scale * 0.5;
        for fall in &self.falls {
            let Some((x, y)) = self.pile.centre(fall.grain) else { continue };
            let way = part(self.clock_ms, fall.began_ms, FALL_MS);
            let to = (x / self.scale, y / self.scale);
            let (x, y, size, turn) = fall.at(way, to, half_cell * 0.9);
            picture.shapes.push(solid(ShapeKind::Square { turn }, x, y, size, palette.leak));
            picture.places.push(Place { task: self.pile.task(fall.grain), x, y, reach: REACH });
        }
        for perched in &self.rim {
            self.draw_perched(picture, perched);
        }
        let kind = LabelKind::Pile { tasks: self.tally.leaked, per_dot: self.pile.per_dot() };
        let y = self.rooms.pile_label_y;
        picture.labels.push(Label { kind, x: room.x, y, align: Align::Start, w: room.w });
    }

    /// Where a runaway sits, and the size of its triangle.
    pub(crate) fn perch(&self, perched: &Perched) -> (f32, f32, f32) {
        let room = self.rooms.pile;
        let seats = self.rim_seats();
        let x = room.x + room.w * (perched.slot as f32 + 0.5) / seats as f32;
        let size = 6.5;
        let surface = self.pile.surface(x * self.scale, size * 0.7 * self.scale) / self.scale;
        // Upright it stands on its edge, half its size below its centre.
        (x, surface - size * 0.5 - 1.0, size)
    }

    fn draw_perched(&self, picture: &mut Picture, perched: &Perched) {
        let (to_x, to_y, to_size) = self.perch(perched);
        let turn = perched.turned / 3.0;
        let turn = turn - turn.floor();
        let (x, y, size) = match perched.fall {
            PerchFall::Held => return,
            PerchFall::Sits => (to_x, to_y, to_size),
            PerchFall::Falls { from, size, began_ms } => {
                let way = part(self.clock_ms, began_ms, FALL_MS);
                let down = way * way;
                (lerp(from.0, to_x, down), lerp(from.1, to_y, down), lerp(size, to_size, down))
            }
        };
        picture.shapes.push(solid(ShapeKind::Triangle { turn }, x, y, size, self.palette().leak));
        picture.places.push(Place { task: perched.task, x, y, reach: REACH });
    }

    fn draw_selection(&self, picture: &mut Picture) {
        let Some(task) = self.selected else { return };
        let at: Vec<Place> = picture.places.iter().copied().filter(|place| place.task == task).collect();
        for place in at {
            let size = (place.reach * 0.95).max(5.0);
            self.outline(picture, ShapeKind::Outline, place.x, place.y, size);
        }
        if let Some((x, y)) = self.selected_grain.and_then(|grain| self.grain_place(grain)) {
            let half = self.pile.cell() as f32 / self.scale * 0.5;
            self.outline(picture, ShapeKind::OutlineSquare, x, y, (half + 1.0).max(4.0));
        }
    }

    fn outline(&self, picture: &mut Picture, kind: ShapeKind, x: f32, y: f32, size: f32) {
        let palette = self.palette();
        picture.shapes.push(stroke(kind, x, y, size, 5.0, palette.panel));
        picture.shapes.push(stroke(kind, x, y, size, 2.0, palette.ink));
    }
}

fn place_in(frames: &Frames, open: &Open, walker: usize, area: Area, pitch: f32) -> Option<(f32, f32)> {
    match open.child_number(walker) {
        None => Some(layout::parent_place(pitch, area)),
        Some(child) if child < frames.child_columns * frames.child_rows => {
            Some(layout::child_place(frames, area, pitch, child))
        }
        Some(_) => None,
    }
}

fn push_mark(picture: &mut Picture, mark: Option<Mark>, spot: Spot) {
    let Some(mark) = mark else { return };
    let line = if mark.line == 0.0 { 0.0 } else { (mark.line * spot.pitch).max(0.75) };
    let alpha = opacity(spot.presence * f32::from(mark.alpha) / 255.0);
    let size = (mark.size * spot.pitch).max(0.7);
    picture.shapes.push(Shape { kind: mark.kind, x: spot.x, y: spot.y, size, line, colour: mark.colour, alpha });
}

fn opacity(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

fn solid(kind: ShapeKind, x: f32, y: f32, size: f32, colour: Rgb) -> Shape {
    Shape { kind, x, y, size, line: 0.0, colour, alpha: 255 }
}

fn stroke(kind: ShapeKind, x: f32, y: f32, size: f32, line: f32, colour: Rgb) -> Shape {
    Shape { kind, x, y, size, line, colour, alpha: 255 }
}
