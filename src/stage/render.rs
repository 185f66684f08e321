//! Draws one moment of a [`Stage`] as shapes, all but the pile's pixels, and notes what can be clicked where.

use crate::stage::Stage;
use crate::stage::draw::{Align, Drawing, HitTarget, Label, LabelKind, REACH};
use crate::stage::layout::{self, Area, FrameGrid, lerp};
use crate::stage::marks::{self, Mark};
use crate::stage::motion::{
    ARRIVE_MS, FALL_MS, Motion, RIPPLE_MS, RimFall, RimRunaway, SHRINK_MS, ShownRequest, Sprite, elapsed_part,
};
use crate::stage::palette::{self, Palette, Rgb};
use crate::stage::pile::ease;
use crate::stage::scene::TaskPhase;
use crate::stage::shape::{self, Shape, ShapeKind};

/// Where a task's marks are drawn, how large (`pitch`), and how visible (`presence`, 0 to 1).
#[derive(Clone, Copy)]
struct Placement {
    x: f32,
    y: f32,
    pitch: f32,
    presence: f32,
}

impl Stage {
    /// Draws this moment anew.
    pub(crate) fn draw(&mut self) {
        let mut drawing = std::mem::take(&mut self.drawing);
        drawing.clear();
        self.draw_requests(&mut drawing);
        self.draw_pile(&mut drawing);
        self.draw_stepped(&mut drawing);
        self.draw_lane(&mut drawing);
        self.draw_selection(&mut drawing);
        self.draw_pointed(&mut drawing);
        shape::sort(&mut drawing.shapes);
        self.drawing = drawing;
    }

    pub(crate) fn palette(&self) -> &'static Palette {
        palette::of(self.theme)
    }

    fn draw_requests(&self, drawing: &mut Drawing) {
        let Some(frames) = self.grid else { return };
        if self.motion == Motion::Fast {
            return self.draw_counts(drawing);
        }
        for request in &self.shown {
            self.draw_request(drawing, &frames, request);
        }
        if self.hidden > 0 {
            let (x, y) = frames.more_label();
            let kind = LabelKind::MoreRequests(self.hidden as u32);
            drawing.labels.push(Label { kind, x, y, align: Align::Start, w: self.regions.requests.w });
        }
    }

    /// Above tenfold speed: a dot for each task that works and for each that was told to stop, without frames.
    fn draw_counts(&self, drawing: &mut Drawing) {
        let palette = self.palette();
        let room = self.regions.requests;
        let (x, y) = (room.x, room.y + 9.0);
        let kind = LabelKind::OpenRequests(self.open_ids.len() as u32);
        drawing.labels.push(Label { kind, x, y, align: Align::Start, w: room.w });
        let room = Area { y: room.y + 18.0, h: (room.h - 18.0).max(0.0), ..room };
        let all = self.counts.working as usize + self.counts.stopping as usize;
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
            drawing.shapes.push(solid(ShapeKind::Disc, x, y, pitch * 0.27, palette.waiting));
            if number >= self.counts.working as usize {
                drawing.shapes.push(stroke(ShapeKind::DashedRing, x, y, pitch * 0.42, pitch * 0.09, palette.told));
            }
        }
        if shown < all {
            let kind = LabelKind::MoreTasks((all - shown) as u32);
            drawing.labels.push(Label { kind, x: room.right(), y, align: Align::End, w: 120.0 });
        }
    }

    /// Where a request's frame is now, and the distance of its marks.
    pub(crate) fn frame_area(&self, frames: &FrameGrid, request: &ShownRequest) -> (Area, f32) {
        let to = frames.frame(request.slot);
        match (self.move_part(), request.slot_before) {
            (Some((from, part)), Some(slot)) => {
                (from.frame(slot).toward(to, part), lerp(from.pitch, frames.pitch, part))
            }
            _ => (to, frames.pitch),
        }
    }

    /// Where a task of a request is now; `None`: its frame has no room for it, or there is no frame yet.
    pub(crate) fn sprite_position(
        &self,
        frames: &FrameGrid,
        request: &ShownRequest,
        sprite: usize,
    ) -> Option<(f32, f32)> {
        if request.slot == usize::MAX {
            return None;
        }
        let (area, pitch) = self.frame_area(frames, request);
        sprite_position_in(frames, request, sprite, area, pitch)
    }

    fn draw_request(&self, drawing: &mut Drawing, frames: &FrameGrid, request: &ShownRequest) {
        let palette = self.palette();
        let now_ms = self.clock_ms;
        let (area, pitch) = self.frame_area(frames, request);
        let presence = if self.motion == Motion::Full { request.presence(now_ms) } else { 1.0 };
        // The frame turns amber when the cancel is sent: that is a fact about the request, not about its tasks.
        let ends = request.told || request.over;
        let (colour, line) = if ends { (palette.told, 1.3) } else { (palette.line, 1.2) };
        let line = if pitch < 7.0 { line * 0.75 } else { line };
        let kind = ShapeKind::Frame { w: area.w, h: area.h, dashed: ends };
        let frame = stroke(kind, area.x, area.y, (pitch * 0.6).min(12.0), line, colour);
        drawing.shapes.push(Shape { alpha: opacity(presence), ..frame });
        drawing.frame_areas.push((request.id, area));

        let parent = layout::parent_position(pitch, area);
        for (number, sprite) in request.sprites.iter().enumerate() {
            let Some((x, y)) = sprite_position_in(frames, request, number, area, pitch) else { continue };
            self.draw_pulse(drawing, request, sprite, parent, (x, y), pitch);
            self.draw_sprite(drawing, sprite, Placement { x, y, pitch, presence });
        }
        let more = request.children().saturating_sub(frames.child_columns * frames.child_rows);
        if more > 0 {
            let kind = LabelKind::MoreTasks(more as u32);
            let (x, y) = (area.right() - 6.0, area.bottom() - 6.0);
            drawing.labels.push(Label { kind, x, y, align: Align::End, w: area.w });
        }
    }

    fn draw_sprite(&self, drawing: &mut Drawing, sprite: &Sprite, placement: Placement) {
        let palette = self.palette();
        let now_ms = self.clock_ms;
        let moves = self.motion == Motion::Full;
        let grown = if moves { ease(elapsed_part(now_ms, sprite.born_ms, ARRIVE_MS)) } else { 1.0 };
        let placement = Placement {
            pitch: placement.pitch * (0.4 + 0.6 * grown),
            presence: placement.presence * grown,
            ..placement
        };
        if sprite.shown == TaskPhase::Returned {
            let rest = if moves { 1.0 - elapsed_part(now_ms, sprite.since_ms, SHRINK_MS) } else { 0.0 };
            push_mark(drawing, marks::returned(rest, palette), placement);
        } else {
            for mark in marks::of_member(sprite.role, self.activity_of(sprite), sprite.shown, palette) {
                push_mark(drawing, mark, placement);
            }
        }
        if matches!(sprite.shown, TaskPhase::Working | TaskPhase::Told | TaskPhase::Heard) {
            let reach = (placement.pitch * 0.6).clamp(3.0, REACH);
            drawing.targets.push(HitTarget { task: sprite.task, x: placement.x, y: placement.y, reach });
        }
        let widens = elapsed_part(now_ms, sprite.since_ms, RIPPLE_MS);
        if moves && sprite.shown == TaskPhase::Told && widens < 1.0 {
            let size = placement.pitch * (0.42 + 0.3 * widens);
            let ripple =
                stroke(ShapeKind::Ripple, placement.x, placement.y, size, placement.pitch * 0.07, palette.told);
            drawing.shapes.push(Shape { alpha: opacity((1.0 - widens) * 0.7), ..ripple });
        }
    }

    /// The cancel on its way: a point, and the line that it has left behind.
    fn draw_pulse(
        &self,
        drawing: &mut Drawing,
        request: &ShownRequest,
        sprite: &Sprite,
        (from_x, from_y): (f32, f32),
        (to_x, to_y): (f32, f32),
        pitch: f32,
    ) {
        if self.motion != Motion::Full {
            return;
        }
        let Some(way) = sprite.pulse(self.clock_ms, request.sent_ms) else { return };
        let palette = self.palette();
        let way = way * (2.0 - way);
        let (x, y) = (lerp(from_x, to_x, way), lerp(from_y, to_y, way));
        let line =
            stroke(ShapeKind::Line { to_x: x, to_y: y }, from_x, from_y, 0.0, (pitch * 0.08).max(0.8), palette.told);
        drawing.shapes.push(Shape { alpha: 110, ..line });
        drawing.shapes.push(solid(ShapeKind::Pulse, x, y, (pitch * 0.16).max(1.2), palette.told));
    }

    fn draw_pile(&self, drawing: &mut Drawing) {
        let palette = self.palette();
        let room = self.regions.pile;
        let floor = stroke(ShapeKind::GroundLine { w: room.w }, room.x, room.bottom() + 1.0, 0.0, 2.0, palette.line);
        drawing.shapes.push(floor);
        let half_cell = self.pile.cell() as f32 / self.scale * 0.5;
        for fall in &self.falls {
            let Some((x, y)) = self.pile.centre(fall.grain) else { continue };
            let way = elapsed_part(self.clock_ms, fall.began_ms, FALL_MS);
            let to = (x / self.scale, y / self.scale);
            let (x, y, size, turn) = fall.at(way, to, half_cell * 0.9);
            drawing.shapes.push(solid(ShapeKind::Square { turn }, x, y, size, palette.leak));
            drawing.targets.push(HitTarget { task: self.pile.task(fall.grain), x, y, reach: REACH });
        }
        for runaway in &self.rim {
            self.draw_rim_runaway(drawing, runaway);
        }
        let kind = LabelKind::Pile { tasks: self.counts.leaked, per_dot: self.pile.per_dot() };
        let y = self.regions.pile_label_y;
        drawing.labels.push(Label { kind, x: room.x, y, align: Align::Start, w: room.w });
    }

    /// Where a runaway sits, and the size of its triangle.
    pub(crate) fn rim_position(&self, runaway: &RimRunaway) -> (f32, f32, f32) {
        let room = self.regions.pile;
        let slots = self.rim_slots();
        let x = room.x + room.w * (runaway.slot as f32 + 0.5) / slots as f32;
        let size = 6.5;
        let surface = self.pile.surface(x * self.scale, size * 0.7 * self.scale) / self.scale;
        // Upright it stands on its edge, half its size below its centre.
        (x, surface - size * 0.5 - 1.0, size)
    }

    fn draw_rim_runaway(&self, drawing: &mut Drawing, runaway: &RimRunaway) {
        let (to_x, to_y, to_size) = self.rim_position(runaway);
        let turn = runaway.turned / 3.0;
        let turn = turn - turn.floor();
        let (x, y, size) = match runaway.fall {
            RimFall::InFrame => return,
            RimFall::Resting => (to_x, to_y, to_size),
            RimFall::Falls { from, size, began_ms } => {
                let way = elapsed_part(self.clock_ms, began_ms, FALL_MS);
                let down = way * way;
                (lerp(from.0, to_x, down), lerp(from.1, to_y, down), lerp(size, to_size, down))
            }
        };
        drawing.shapes.push(solid(ShapeKind::Triangle { turn }, x, y, size, self.palette().leak));
        drawing.targets.push(HitTarget { task: runaway.task, x, y, reach: REACH });
    }
}

fn sprite_position_in(
    frames: &FrameGrid,
    request: &ShownRequest,
    sprite: usize,
    area: Area,
    pitch: f32,
) -> Option<(f32, f32)> {
    match request.child_number(sprite) {
        None => Some(layout::parent_position(pitch, area)),
        Some(child) if child < frames.child_columns * frames.child_rows => {
            Some(layout::child_position(frames, area, pitch, child))
        }
        Some(_) => None,
    }
}

fn push_mark(drawing: &mut Drawing, mark: Option<Mark>, placement: Placement) {
    let Some(mark) = mark else { return };
    let line = if mark.line == 0.0 { 0.0 } else { (mark.line * placement.pitch).max(0.75) };
    let alpha = opacity(placement.presence * f32::from(mark.alpha) / 255.0);
    let size = (mark.size * placement.pitch).max(0.7);
    drawing.shapes.push(Shape {
        kind: mark.kind,
        x: placement.x,
        y: placement.y,
        size,
        line,
        colour: mark.colour,
        alpha,
    });
}

pub(crate) fn opacity(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

pub(crate) fn solid(kind: ShapeKind, x: f32, y: f32, size: f32, colour: Rgb) -> Shape {
    Shape { kind, x, y, size, line: 0.0, colour, alpha: 255 }
}

pub(crate) fn stroke(kind: ShapeKind, x: f32, y: f32, size: f32, line: f32, colour: Rgb) -> Shape {
    Shape { kind, x, y, size, line, colour, alpha: 255 }
}
