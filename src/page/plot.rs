//! The counts over virtual time, on a canvas: leaked below, then told to stop, then working; what was turned as marks.
//!
//! Its axis is the timeline's, so a moment stands above itself. The right scale counts the same tasks as goroutines of
//! 2.8 kB.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::page::paint;
use crate::player::curve::Sample;
use crate::stage::draw::FONT;
use crate::stage::palette::{Palette, Rgb, css};
use crate::text::{Messages, number};

/// What one leaked goroutine takes from the system (TRUTH.md, section 2).
pub(crate) const GOROUTINE_BYTES: u64 = 2_800;

const LEFT: f64 = 52.0;
const RIGHT: f64 = 62.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;

/// What is drawn.
pub(crate) struct Plot<'p> {
    pub(crate) samples: &'p [Sample],
    /// The counts of the moment shown, which no sample may have met.
    pub(crate) now: Sample,
    /// The end of the axis, in milliseconds.
    pub(crate) span_ms: u64,
    /// When knobs were turned, in milliseconds.
    pub(crate) marks_ms: Vec<u64>,
    pub(crate) palette: &'static Palette,
    pub(crate) words: &'static Messages,
}

struct Frame<'c> {
    context: &'c CanvasRenderingContext2d,
    w: f64,
    h: f64,
    span_us: f64,
    most: f64,
}

impl Frame<'_> {
    fn x(&self, at_us: u64) -> f64 {
        LEFT + self.w * at_us as f64 / self.span_us
    }

    fn y(&self, count: f64) -> f64 {
        TOP + self.h - self.h * count / self.most
    }
}

/// Draws the plot on its canvas, at the canvas's size on the page.
pub(crate) fn draw(canvas: &HtmlCanvasElement, ratio: f64, plot: &Plot<'_>) {
    let (width, height) = (canvas.client_width().max(1) as u32, canvas.client_height().max(1) as u32);
    let size = (width, height, (ratio.clamp(0.5, 4.0) * 1000.0) as u32);
    let Some(context) = paint::context(canvas, size) else { return };
    paint::clear(&context, size);
    let alive = |sample: &Sample| sample.alive();
    let most = plot.samples.iter().map(alive).max().unwrap_or(0).max(plot.now.alive());
    let step = nice_step(u64::from(most));
    let most = (u64::from(most) / step + 1) * step;
    let frame = Frame {
        context: &context,
        w: f64::from(width) - LEFT - RIGHT,
        h: f64::from(height) - TOP - BOTTOM,
        span_us: plot.span_ms as f64 * 1000.0,
        most: most as f64,
    };
    context.set_font(FONT);
    scales(&frame, plot, step, most);
    let leaked = |sample: &Sample| sample.leaked;
    let not_working = |sample: &Sample| sample.leaked + sample.stopping;
    area(&frame, plot, &alive, &|sample| sample.leaked + sample.stopping, plot.palette.waiting);
    area(&frame, plot, &not_working, &leaked, plot.palette.told);
    area(&frame, plot, &leaked, &|_| 0, plot.palette.leak);
    marks(&frame, plot);
}

/// A step of 1, 2 or 5 times a power of ten with at most five of them up to `most`.
fn nice_step(most: u64) -> u64 {
    let mut step = 1;
    for factor in [2, 5, 10].into_iter().cycle() {
        let decade = 10_u64.pow(step_decade(step));
        if most / step < 5 {
            return step;
        }
        step = decade * factor;
    }
    step
}

fn step_decade(step: u64) -> u32 {
    step.checked_ilog10().unwrap_or(0)
}

fn scales(frame: &Frame<'_>, plot: &Plot<'_>, step: u64, most: u64) {
    let context = frame.context;
    context.set_line_width(1.0);
    context.set_stroke_style_str(&css(plot.palette.line));
    context.set_fill_style_str(&css(plot.palette.soft));
    let mut count = 0;
    while count <= most {
        let y = frame.y(count as f64);
        context.begin_path();
        context.move_to(LEFT, (y as i32) as f64 + 0.5);
        context.line_to(LEFT + frame.w, (y as i32) as f64 + 0.5);
        context.stroke();
        context.set_text_align("right");
        context.fill_text(&number::grouped(count), LEFT - 8.0, y + 4.0).ok();
        if count > 0 {
            context.set_text_align("left");
            let size = number::size(count * GOROUTINE_BYTES, plot.words);
            context.fill_text(&size, LEFT + frame.w + 8.0, y + 4.0).ok();
        }
        count += step;
    }
    let y = TOP + frame.h + 17.0;
    for quarter in 0..=4 {
        let at_ms = plot.span_ms * quarter / 4;
        context.set_text_align(["left", "center", "center", "center", "right"][quarter as usize]);
        let words = number::moment(at_ms);
        context.fill_text(words.trim_end_matches(".0"), frame.x(at_ms * 1000), y).ok();
    }
}

/// Fills what lies between two curves.
fn area(
    frame: &Frame<'_>,
    plot: &Plot<'_>,
    upper: &dyn Fn(&Sample) -> u32,
    lower: &dyn Fn(&Sample) -> u32,
    colour: Rgb,
) {
    let context = frame.context;
    let now = std::slice::from_ref(&plot.now);
    let before = plot.samples.iter().take_while(|sample| sample.at_us < plot.now.at_us);
    let samples = || before.clone().chain(now);
    context.begin_path();
    for sample in samples() {
        context.line_to(frame.x(sample.at_us), frame.y(f64::from(upper(sample))));
    }
    for sample in before.clone().chain(now).collect::<Vec<_>>().into_iter().rev() {
        context.line_to(frame.x(sample.at_us), frame.y(f64::from(lower(sample))));
    }
    context.close_path();
    context.set_fill_style_str(&css(colour));
    context.fill();
}

fn marks(frame: &Frame<'_>, plot: &Plot<'_>) {
    let context = frame.context;
    context.set_line_width(2.0);
    context.set_stroke_style_str(&css(plot.palette.told));
    for at_ms in &plot.marks_ms {
        let x = frame.x(at_ms * 1000);
        context.begin_path();
        context.move_to(x, TOP);
        context.line_to(x, TOP + frame.h);
        context.stroke();
    }
    context.set_stroke_style_str(&css(plot.palette.ink));
    let x = frame.x(plot.now.at_us);
    context.begin_path();
    context.move_to(x, TOP - 6.0);
    context.line_to(x, TOP + frame.h);
    context.stroke();
}
