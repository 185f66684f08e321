//! What is outlined in ink: the selected task with its request, and, in a thinner line, what a click would select.
//!
//! Deliberately absent: the sentence about it, which is HTML above the picture, and what a click does.

use crate::stage::Stage;
use crate::stage::draw::{Drawing, HitTarget, REACH};
use crate::stage::layout::Area;
use crate::stage::motion::Sprite;
use crate::stage::render::stroke;
use crate::stage::shape::ShapeKind;
use crate::trace::event::{ScopeId, TaskId};

/// How wide the line is around what is selected, and around what the pointer is over, in CSS pixels.
const SELECTED_PX: f32 = 2.0;
const POINTED_PX: f32 = 1.0;

impl Stage {
    /// Where the selected task is, if it is shown: cheap enough for every look.
    pub fn selected_position(&self) -> Option<(f32, f32)> {
        let drawn = self.drawing.position_of(self.selected?);
        drawn.or_else(|| self.grain_position(self.selected_grain?))
    }

    /// The pointer is here, in CSS pixels, or nowhere on the stage: from the next draw on what a click would select is outlined.
    pub fn point_at(&mut self, place: Option<(f32, f32)>) {
        self.pointer = place;
    }

    /// Whether the pointer is over something that a click selects.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    pub(crate) fn draw_selection(&self, drawing: &mut Drawing) {
        let Some(task) = self.selected else { return };
        if let Some(request) = self.request_of(task)
            && let Some(area) = drawing.area_of(request)
        {
            outline_frame(self, drawing, area, SELECTED_PX);
        }
        let marks: Vec<[f32; 3]> = drawing.targets.iter().filter(|target| target.task == task).map(ring).collect();
        for [x, y, size] in marks {
            outline(self, drawing, ShapeKind::Outline, [x, y, size], SELECTED_PX);
        }
        if let Some((x, y)) = self.selected_grain.and_then(|grain| self.grain_position(grain)) {
            outline(self, drawing, ShapeKind::OutlineSquare, [x, y, self.grain_size()], SELECTED_PX);
        }
    }

    /// What a click would select: the same as [`Stage::hit`] finds, without the name of a grain.
    pub(crate) fn draw_pointed(&mut self, drawing: &mut Drawing) {
        self.is_over = false;
        let Some((x, y)) = self.pointer else { return };
        let target = drawing.nearest(x, y);
        let frame = drawing.frame_at(x, y).and_then(|request| drawing.area_of(request));
        let grain = || self.pile.centre_near(x * self.scale, y * self.scale, REACH * 0.5 * self.scale);
        if let Some(mark) = target.and_then(|task| drawing.targets.iter().find(|target| target.task == task)) {
            let mark = ring(mark);
            outline(self, drawing, ShapeKind::Outline, mark, POINTED_PX);
        } else if let Some(area) = frame {
            outline_frame(self, drawing, area, POINTED_PX);
        } else if let Some((x, y)) = grain() {
            let mark = [x / self.scale, y / self.scale, self.grain_size()];
            outline(self, drawing, ShapeKind::OutlineSquare, mark, POINTED_PX);
        } else {
            return;
        }
        self.is_over = true;
    }

    /// The request that shows a task, whether the task is still in its frame or has left it.
    fn request_of(&self, task: TaskId) -> Option<ScopeId> {
        let has = |sprites: &[Sprite]| sprites.iter().any(|sprite| sprite.task == task);
        self.shown.iter().find(|request| has(&request.sprites)).map(|request| request.id)
    }

    fn grain_size(&self) -> f32 {
        let half = self.pile.cell() as f32 / self.scale * 0.5;
        (half + 1.0).max(4.0)
    }
}

/// A ring around a mark: where, and how wide.
fn ring(target: &HitTarget) -> [f32; 3] {
    [target.x, target.y, (target.reach * 0.95).max(5.0)]
}

/// In ink, on a wider line in the panel's colour, so that it is seen upon anything.
fn outline(stage: &Stage, drawing: &mut Drawing, kind: ShapeKind, [x, y, size]: [f32; 3], line: f32) {
    let palette = stage.palette();
    drawing.shapes.push(stroke(kind, x, y, size, line + 3.0, palette.panel));
    drawing.shapes.push(stroke(kind, x, y, size, line, palette.ink));
}

fn outline_frame(stage: &Stage, drawing: &mut Drawing, area: Area, line: f32) {
    let kind = ShapeKind::Frame { w: area.w, h: area.h, dashed: false };
    drawing.shapes.push(stroke(kind, area.x, area.y, 8.0, line, stage.palette().ink));
}
