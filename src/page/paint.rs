//! Shapes and words → a canvas. One path for each run of shapes that are painted alike.

use std::f64::consts::PI;

use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::page::scene::context_of;
use crate::stage::draw::{Align, FONT, Label};
use crate::stage::palette::{Palette, css};
use crate::stage::shape::{Shape, ShapeKind, runs};

/// Width and height in CSS pixels, and device pixels to each thousand of them.
pub(crate) type Size = (u32, u32, u32);

/// Gives a canvas its size in device pixels; its drawing context.
pub(crate) fn context(canvas: &HtmlCanvasElement, size: Size) -> Option<CanvasRenderingContext2d> {
    let (width, height, scale_permille) = size;
    canvas.set_width((width * scale_permille).div_ceil(1000));
    canvas.set_height((height * scale_permille).div_ceil(1000));
    context_of(canvas)
}

/// An empty canvas that counts in CSS pixels.
pub(crate) fn clear(context: &CanvasRenderingContext2d, (width, height, scale_permille): Size) {
    let scale = f64::from(scale_permille) / 1000.0;
    context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).ok();
    context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
}

/// Draws the stage's shapes in their order.
pub(crate) fn shapes(context: &CanvasRenderingContext2d, shapes: &[Shape]) {
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
pub(crate) fn label(context: &CanvasRenderingContext2d, label: &Label, words: &str, palette: &Palette) {
    context.set_font(FONT);
    context.set_text_align(if label.align == Align::Start { "left" } else { "right" });
    context.set_fill_style_str(&css(label.colour(palette)));
    context.fill_text_with_max_width(words, f64::from(label.x), f64::from(label.y), f64::from(label.w)).ok();
}
