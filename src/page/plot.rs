//! The counts over virtual time, on a canvas: leaked below, then told to stop, then working; what was turned as marks.
//!
//! Its axis is the timeline's, so a moment stands above itself. The right scale counts the same tasks as goroutines of
//! 2.8 kB.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::page::canvas;
use crate::player::curve::Sample;
use crate::session::plot::{Band, Plot};
use crate::stage::draw::FONT;
use crate::stage::palette::{Palette, Rgb, css};
use crate::text::{Messages, measure, number};
use crate::trace::event::GOROUTINE_BYTES;

/// How much of it there is room for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scales {
    /// Three scales around it.
    Around,
    /// The highest count alone, inside: a strip above the stage.
    Highest,
    /// No curves at all, but the ticks of the timeline.
    Ticks,
}

/// Room for a digit of a count beside them.
const COUNT_PX: f64 = 7.2;
/// Room for a moment below the curves.
const TIME_PX: f64 = 64.0;

/// The room around the curves, in CSS pixels.
struct Margins {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Scales {
    fn margins(self) -> Margins {
        match self {
            Scales::Around => Margins { left: 52.0, right: 62.0, top: 10.0, bottom: 24.0 },
            Scales::Highest => Margins { left: 0.0, right: 0.0, top: 16.0, bottom: 1.0 },
            Scales::Ticks => Margins { left: 0.0, right: 0.0, top: 0.0, bottom: 0.0 },
        }
    }
}

struct Frame<'c> {
    context: &'c CanvasRenderingContext2d,
    margins: Margins,
    w: f64,
    h: f64,
    span_us: f64,
    most: f64,
}

impl Frame<'_> {
    fn x(&self, at_us: u64) -> f64 {
        self.margins.left + self.w * at_us as f64 / self.span_us
    }

    fn y(&self, count: f64) -> f64 {
        self.margins.top + self.h - self.h * count / self.most
    }
}

/// Draws the plot on its canvas, at the canvas's size on the page.
pub(crate) fn draw(canvas: &HtmlCanvasElement, scales: Scales, plot: &Plot, palette: &Palette, words: &Messages) {
    let size = canvas::size_of(canvas);
    let Some(context) = canvas::context(canvas, size) else { return };
    canvas::clear(&context, size);
    let mut margins = scales.margins();
    if scales == Scales::Around {
        margins.left = margins.left.max(COUNT_PX * (number::grouped(plot.most).len() + 2) as f64);
    }
    let frame = Frame {
        context: &context,
        w: f64::from(size.0) - margins.left - margins.right,
        h: f64::from(size.1) - margins.top - margins.bottom,
        margins,
        span_us: plot.span_ms as f64 * 1000.0,
        most: plot.most as f64,
    };
    context.set_font(FONT);
    match scales {
        Scales::Around => scales_around(&frame, plot, palette, words),
        Scales::Highest => highest(&frame, plot, palette),
        Scales::Ticks => return ticks(&frame, plot, palette),
    }
    for (band, colour) in Band::ALL.into_iter().zip([palette.waiting, palette.told, palette.leak]) {
        fill(&frame, plot, band, colour);
    }
    ghost(&frame, plot, palette);
    marks(&frame, plot, palette);
    canvas::mark(&context, "data-leaked", plot.samples.last().map_or(0, |now| now.leaked));
}

fn scales_around(frame: &Frame<'_>, plot: &Plot, palette: &Palette, words: &Messages) {
    let context = frame.context;
    context.set_line_width(1.0);
    context.set_stroke_style_str(&css(palette.line));
    context.set_fill_style_str(&css(palette.soft));
    let mut count = 0;
    while count <= plot.most {
        let y = frame.y(count as f64);
        context.begin_path();
        context.move_to(frame.margins.left, (y as i32) as f64 + 0.5);
        context.line_to(frame.margins.left + frame.w, (y as i32) as f64 + 0.5);
        context.stroke();
        context.set_text_align("right");
        context.fill_text(&number::grouped(count), frame.margins.left - 8.0, y + 4.0).ok();
        if count > 0 {
            context.set_text_align("left");
            let size = measure::size(count * GOROUTINE_BYTES, words);
            context.fill_text(&size, frame.margins.left + frame.w + 8.0, y + 4.0).ok();
        }
        count += plot.step;
    }
    let y = frame.margins.top + frame.h + 17.0;
    let (mut at_ms, step_ms) = (0, plot.time_step_ms((frame.w / TIME_PX) as u64));
    while at_ms <= plot.span_ms {
        context.set_text_align(if at_ms == 0 { "left" } else { "center" });
        context.fill_text(&measure::round_moment(at_ms, step_ms, words), frame.x(at_ms * 1000), y).ok();
        at_ms += step_ms;
    }
}

/// The floor, and the end of the axis of counts in words.
fn highest(frame: &Frame<'_>, plot: &Plot, palette: &Palette) {
    let context = frame.context;
    context.set_fill_style_str(&css(palette.line));
    for y in [frame.y(0.0), frame.y(plot.most as f64)] {
        context.fill_rect(0.0, (y as i32) as f64, frame.w, 1.0);
    }
    context.set_fill_style_str(&css(palette.soft));
    context.set_text_align("left");
    context.fill_text(&number::grouped(plot.most), 0.0, frame.margins.top - 4.0).ok();
}

/// When tasks were told to stop.
fn ticks(frame: &Frame<'_>, plot: &Plot, palette: &Palette) {
    frame.context.set_fill_style_str(&css(palette.told));
    for at_us in &plot.cancels_us {
        frame.context.fill_rect(frame.x(*at_us), 0.0, 1.0, frame.h);
    }
}

/// Fills what lies between two curves.
fn fill(frame: &Frame<'_>, plot: &Plot, band: Band, colour: Rgb) {
    let context = frame.context;
    context.begin_path();
    let corner = |sample: &Sample, count: u32| context.line_to(frame.x(sample.at_us), frame.y(f64::from(count)));
    for sample in &plot.samples {
        corner(sample, band.counts(sample)[0]);
    }
    for sample in plot.samples.iter().rev() {
        corner(sample, band.counts(sample)[1]);
    }
    context.close_path();
    context.set_fill_style_str(&css(colour));
    context.fill();
}

/// The future that the run is compared with: how many are alive in it, and how many have leaked.
fn ghost(frame: &Frame<'_>, plot: &Plot, palette: &Palette) {
    let Some((curve, leaves_us)) = &plot.ghost else { return };
    let context = frame.context;
    context.set_line_width(1.5);
    for (band, colour) in [(Band::Working, palette.soft), (Band::Leaked, palette.leak)] {
        context.begin_path();
        for sample in curve.iter().filter(|sample| sample.at_us >= *leaves_us) {
            context.line_to(frame.x(sample.at_us), frame.y(f64::from(band.counts(sample)[0])));
        }
        context.set_stroke_style_str(&css(colour));
        context.stroke();
    }
    canvas::mark(context, "data-ghost", curve.last().map_or(0, |end| end.leaked));
}

fn marks(frame: &Frame<'_>, plot: &Plot, palette: &Palette) {
    let context = frame.context;
    context.set_line_width(2.0);
    context.set_stroke_style_str(&css(palette.told));
    for at_ms in &plot.marks_ms {
        let x = frame.x(at_ms * 1000);
        context.begin_path();
        context.move_to(x, frame.margins.top);
        context.line_to(x, frame.margins.top + frame.h);
        context.stroke();
    }
    context.set_stroke_style_str(&css(palette.ink));
    let x = frame.x(plot.samples.last().map_or(0, |now| now.at_us));
    context.begin_path();
    context.move_to(x, frame.margins.top - 6.0);
    context.line_to(x, frame.margins.top + frame.h);
    context.stroke();
}
