//! Shapes and words → a canvas. One path for each run of shapes that are painted alike.

use std::f64::consts::PI;

use wasm_bindgen::{Clamped, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use crate::caption;
use crate::page::canvas::{self, Size};
use crate::session::Session;
use crate::stage::Stage;
use crate::stage::draw::{Align, FONT, Label, LabelKind};
use crate::stage::palette::{self, Palette, css};
use crate::stage::shape::{Shape, ShapeKind, runs};

/// The canvases of the stage. The pile is a buffer of pixels on the lower one, which only repaints what changed; what
/// moves are shapes on the upper one.
#[derive(Default)]
pub(crate) struct Painter {
    canvases: Option<Canvases>,
    /// How many the pile's label says, for whoever reads the marks and no pixels.
    marked_leaked: Option<u32>,
    /// Whether the pointer is marked as over something that can be clicked.
    is_marked_over: bool,
}

struct Canvases {
    pile: CanvasRenderingContext2d,
    shapes: CanvasRenderingContext2d,
    size: Size,
}

impl Painter {
    /// Takes the canvases, and follows their size: the new one, if it is another.
    pub(crate) fn fit(&mut self, pile: &HtmlCanvasElement, shapes: &HtmlCanvasElement) -> Option<Size> {
        let size = canvas::size_of(shapes);
        if self.canvases.as_ref().is_some_and(|known| known.size == size) {
            return None;
        }
        let (pile, shapes) = (canvas::context(pile, size)?, canvas::context(shapes, size)?);
        self.canvases = Some(Canvases { pile, shapes, size });
        Some(size)
    }

    /// Paints the stage as it was drawn last.
    pub(crate) fn paint(&mut self, session: &mut Session) {
        let Some(canvases) = &self.canvases else { return };
        put_pile(&canvases.pile, session.scene.stage_mut());
        canvas::clear(&canvases.shapes, canvases.size);
        let stage = session.scene.stage();
        shapes(&canvases.shapes, stage.shapes());
        if stage.is_over() != self.is_marked_over {
            self.is_marked_over = stage.is_over();
            canvas::mark(&canvases.shapes, "data-over", u32::from(self.is_marked_over));
        }
        let palette = palette::of(session.theme());
        for one in session.scene.labels() {
            label(&canvases.shapes, &one, &caption::label(one.kind, session.words), palette);
            if let LabelKind::Pile { tasks, .. } = one.kind
                && self.marked_leaked.replace(tasks) != Some(tasks)
            {
                canvas::mark(&canvases.shapes, "data-pile", tasks);
            }
        }
    }
}

fn put_pile(context: &CanvasRenderingContext2d, stage: &mut Stage) {
    let image = stage.pile_image();
    let (place, Some(dirty)) = (image.place, image.dirty) else { return };
    if place.w == 0 || place.h == 0 {
        return;
    }
    // The view on the pixels is used at once: it would not outlive a growth of the memory.
    let Ok(data) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(image.bytes), place.w, place.h) else { return };
    let [dx, dy] = [place.x, place.y].map(f64::from);
    let [x, y, w, h] = [dirty.x, dirty.y, dirty.w, dirty.h].map(f64::from);
    context.put_image_data_with_dirty_x_and_dirty_y_and_dirty_width_and_dirty_height(&data, dx, dy, x, y, w, h).ok();
}

/// Draws the stage's shapes in their order.
fn shapes(context: &CanvasRenderingContext2d, shapes: &[Shape]) {
    let dashes = js_sys::Array::new();
    for run in runs(shapes) {
        let Some(first) = run.first() else { continue };
        context.set_global_alpha(f64::from(first.alpha) / 255.0);
        context.begin_path();
        for shape in run {
            path(context, shape);
        }
        if first.line == 0.0 {
            context.set_fill_style_str(&css(first.colour));
            context.fill();
            continue;
        }
        let dash = first.dash();
        if let Some([on, off]) = dash.map(|lengths| lengths.map(f64::from)) {
            dashes.set(0, JsValue::from_f64(on));
            dashes.set(1, JsValue::from_f64(off));
            context.set_line_dash(&dashes).ok();
        }
        context.set_line_width(f64::from(first.line));
        context.set_stroke_style_str(&css(first.colour));
        context.stroke();
        if dash.is_some() {
            context.set_line_dash(&js_sys::Array::new()).ok();
        }
    }
    context.set_global_alpha(1.0);
}

fn path(context: &CanvasRenderingContext2d, shape: &Shape) {
    let [x, y, size] = [shape.x, shape.y, shape.size].map(f64::from);
    match shape.kind {
        ShapeKind::Lane { w, h } | ShapeKind::Frame { w, h, .. } => {
            round_box(context, [x, y, f64::from(w), f64::from(h)], size);
        }
        ShapeKind::GroundLine { w } => segment(context, x, y, x + f64::from(w), y),
        ShapeKind::Line { to_x, to_y } => segment(context, x, y, f64::from(to_x), f64::from(to_y)),
        ShapeKind::Diamond => corners(context, x, y, size, 4, 0.0),
        ShapeKind::Square { turn } => {
            corners(context, x, y, size * std::f64::consts::SQRT_2, 4, f64::from(turn) + 0.125)
        }
        ShapeKind::OutlineSquare => corners(context, x, y, size * std::f64::consts::SQRT_2, 4, 0.125),
        ShapeKind::Triangle { turn } => corners(context, x, y, size, 3, f64::from(turn)),
        ShapeKind::TickRing => {
            circle(context, x, y, size);
            context.move_to(x - 0.45 * size, y + 0.05 * size);
            context.line_to(x - 0.1 * size, y + 0.4 * size);
            context.line_to(x + 0.5 * size, y - 0.35 * size);
        }
        _ => circle(context, x, y, size),
    }
}

fn circle(context: &CanvasRenderingContext2d, x: f64, y: f64, size: f64) {
    context.move_to(x + size, y);
    context.arc(x, y, size.max(0.0), 0.0, 2.0 * PI).ok();
}

fn segment(context: &CanvasRenderingContext2d, x: f64, y: f64, to_x: f64, to_y: f64) {
    context.move_to(x, y);
    context.line_to(to_x, to_y);
}

/// A shape of equal sides, the first corner `turn` full turns clockwise from the top.
fn corners(context: &CanvasRenderingContext2d, x: f64, y: f64, size: f64, corners: u32, turn: f64) {
    for corner in 0..corners {
        let angle = 2.0 * PI * (turn + f64::from(corner) / f64::from(corners) - 0.25);
        let (corner_x, corner_y) = (x + size * js_sys::Math::cos(angle), y + size * js_sys::Math::sin(angle));
        if corner == 0 {
            context.move_to(corner_x, corner_y);
        } else {
            context.line_to(corner_x, corner_y);
        }
    }
    context.close_path();
}

fn round_box(context: &CanvasRenderingContext2d, [x, y, w, h]: [f64; 4], radius: f64) {
    let radius = radius.min(w * 0.5).min(h * 0.5);
    context.move_to(x + radius, y);
    context.arc_to(x + w, y, x + w, y + h, radius).ok();
    context.arc_to(x + w, y + h, x, y + h, radius).ok();
    context.arc_to(x, y + h, x, y, radius).ok();
    context.arc_to(x, y, x + w, y, radius).ok();
    context.close_path();
}

/// Writes the words of a label.
fn label(context: &CanvasRenderingContext2d, label: &Label, words: &str, palette: &Palette) {
    context.set_font(FONT);
    context.set_text_align(if label.align == Align::Start { "left" } else { "right" });
    let [x, y, w] = [label.x, label.y, label.w].map(f64::from);
    if matches!(label.kind, LabelKind::Pile { .. }) {
        // Whatever falls behind the words, they can be read.
        context.set_line_width(4.0);
        context.set_stroke_style_str(&css(palette.panel));
        context.stroke_text_with_max_width(words, x, y, w).ok();
    }
    context.set_fill_style_str(&css(label.colour(palette)));
    context.fill_text_with_max_width(words, x, y, w).ok();
}
