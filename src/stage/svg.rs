//! One moment as an SVG file: everything that the canvas shows, with a caption below it.
//!
//! - Each shape is one element; shapes that share a paint share a group (see [`shape::runs`]).
//! - The pile is a path for each colour. Of at most `CELLS_EACH_MAX` cells that are large enough to have a form, each is
//!   a figure of its own, as on the canvas. Of more, or smaller ones, neighbours of one colour in a row are one stroke,
//!   dashed where cells keep a gap: then each dash is a cell.
//! - However many tasks leaked, the pile's strokes take at most `STROKES_BYTES_MAX`: where they would take more, neighbours
//!   of different tones are joined to short strokes of one tone, twice as long each time, until they fit. That coarsens the
//!   texture; the outline, and so the number of cells, stays as it is, and a cell of a task that is gone is never joined
//!   with one that leaks. A mark takes about 45 bytes, so the file stays below 2 MB with ten thousand marks beside the
//!   largest pile. Only a stage wider than about 1,400 px that shows counts instead of requests can hold more of them.
//!
//! Numbers are written in hundredths of a CSS pixel, by whole-number arithmetic. Deliberately absent: scripts, styles, and
//! anything that is loaded, so that the text can be a file, an attachment or an `<img>` anywhere; and words, which the
//! caller hands in.

use crate::stage::Stage;
use crate::stage::draw::{Align, FONT, Label, LabelKind};
use crate::stage::palette::{self, Palette, Rgb, TONES, css};
use crate::stage::pile::Pile;
use crate::stage::shape::{self, Shape, ShapeKind};
use crate::stage::stamp::{self, GrainKind};

/// Cells that are drawn one by one at most.
const CELLS_EACH_MAX: usize = 40_000;
/// What the strokes of a larger pile may take, in bytes.
const STROKES_BYTES_MAX: usize = 1_500_000;

/// Font size of the caption, in CSS pixels, and the distance of its baselines.
const CAPTION_FONT_PX: f32 = 12.5;
const CAPTION_LINE_PX: f32 = 19.0;
/// Lines that one entry of the caption may take; what is longer ends in `…`. It stands in `<desc>` in full.
const ENTRY_LINES_MAX: usize = 4;

/// The words below the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The tag of its language.
    pub language: &'static str,
    /// What the picture shows.
    pub title: String,
    /// The lines below the title; one that is too long is wrapped.
    pub entries: Vec<String>,
}

impl Stage {
    /// This moment as SVG, as wide as the stage and higher by the caption, with `width` and `height` in CSS pixels.
    /// `label_text` gives the words of a label.
    pub fn svg(&mut self, label_text: &dyn Fn(LabelKind) -> String, caption: &Caption) -> String {
        let palette = palette::of(self.theme);
        let below = CaptionLines::new(caption, self.regions.requests.x, self.width);
        let (width, height) = (self.width, self.height + below.height());
        let mut svg = Writer::default();
        svg.write(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"#\" height=\"#\" viewBox=\"0 0 # #\" role=\"img\"",
            &[width, height, width, height],
        );
        svg.attribute("lang", caption.language);
        let (size, family) = FONT.split_once(' ').unwrap_or((FONT, ""));
        svg.attribute("font-size", size);
        svg.attribute("font-family", family);
        svg.raw(">\n<title>");
        svg.escaped(&caption.title);
        svg.raw("</title>\n<desc>");
        for entry in &caption.entries {
            svg.escaped(entry);
            svg.raw("\n");
        }
        svg.raw("</desc>\n<rect");
        svg.attribute("fill", &css(palette.panel));
        svg.write(" width=\"#\" height=\"#\"/>\n", &[width, height]);
        PileCells::new(&mut self.pile, self.scale).write(&mut svg, palette);
        svg.shapes(&self.drawing.shapes);
        for label in &self.drawing.labels {
            svg.label(label, &label_text(label.kind), palette);
        }
        svg.caption(&below, self.height, palette);
        svg.raw("</svg>\n");
        svg.text
    }
}

/// A caption in lines.
struct CaptionLines {
    x: f32,
    lines: Vec<String>,
    /// How many of the lines are the title's.
    title_lines: usize,
}

impl CaptionLines {
    fn new(caption: &Caption, x: f32, width: f32) -> CaptionLines {
        let room = width - 2.0 * x;
        let mut lines = Vec::new();
        // Bold letters are wider.
        push_wrapped(&mut lines, &caption.title, room * 0.92);
        let title_lines = lines.len();
        for entry in &caption.entries {
            push_wrapped(&mut lines, entry, room);
        }
        CaptionLines { x, lines, title_lines }
    }

    fn height(&self) -> f32 {
        16.0 + CAPTION_LINE_PX * self.lines.len() as f32
    }
}

/// Wraps a text after spaces and `&`, or anywhere where it has neither.
fn push_wrapped(lines: &mut Vec<String>, text: &str, room_px: f32) {
    let lines_max = lines.len() + ENTRY_LINES_MAX;
    let (mut line, mut can_end, mut line_px) = (String::new(), 0, 0.0);
    for letter in text.chars() {
        line_px += letter_width_px(letter);
        if line_px > room_px && !line.is_empty() {
            let rest = line.split_off(if can_end > 0 { can_end } else { line.len() });
            if lines.len() + 1 == lines_max {
                line.push('…');
                return lines.push(line);
            }
            lines.push(line);
            (line, can_end) = (rest, 0);
            line_px = width_px(&line) + letter_width_px(letter);
        }
        line.push(letter);
        if matches!(letter, ' ' | '&') {
            can_end = line.len();
        }
    }
    lines.push(line);
}

/// About how wide words are. There is no font to measure here, so the estimate is rather too wide.
fn width_px(words: &str) -> f32 {
    words.chars().map(letter_width_px).sum()
}

fn letter_width_px(letter: char) -> f32 {
    // From here on letters are mostly as wide as high: Hangul, Han, kana.
    let em = if letter < '\u{1100}' { 0.57 } else { 0.95 };
    CAPTION_FONT_PX * em
}

/// Writes the SVG.
#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A template in which each `#` is the next number.
    fn write(&mut self, template: &str, numbers: &[f32]) {
        let mut numbers = numbers.iter();
        for letter in template.chars() {
            if letter == '#' {
                self.number(numbers.next().copied().unwrap_or(0.0));
            } else {
                self.text.push(letter);
            }
        }
    }

    /// A number in hundredths. NaN is written as 0, and numbers are clamped to what every renderer can place.
    fn number(&mut self, number: f32) {
        let hundredths = (number * 100.0 + 0.5).floor().clamp(-3e6, 3e6) as i32;
        if hundredths < 0 {
            self.text.push('-');
        }
        let hundredths = hundredths.unsigned_abs();
        self.text.push_str(&(hundredths / 100).to_string());
        let (tenth, hundredth) = (hundredths / 10 % 10, hundredths % 10);
        if tenth + hundredth > 0 {
            self.text.push('.');
            self.text.push_str(&tenth.to_string());
        }
        if hundredth > 0 {
            self.text.push_str(&hundredth.to_string());
        }
    }

    /// A text between tags or in an attribute. Characters that XML does not allow become U+FFFD.
    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '&' => self.raw("&amp;"),
                '"' => self.raw("&quot;"),
                '\n' => self.raw("\n"),
                '\0'..' ' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => self.raw("\u{fffd}"),
                _ => self.text.push(letter),
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
        self.escaped(value);
        self.raw("\"");
    }

    fn shapes(&mut self, shapes: &[Shape]) {
        for run in shape::runs(shapes) {
            let Some(first) = run.first() else { continue };
            self.raw("<g");
            if first.line == 0.0 {
                self.attribute("fill", &css(first.colour));
            } else {
                self.attribute("fill", "none");
                self.attribute("stroke", &css(first.colour));
                self.write(" stroke-width=\"#\"", &[first.line]);
            }
            if let Some(dash) = first.dash() {
                self.write(" stroke-dasharray=\"# #\"", &dash);
            }
            if first.alpha < 255 {
                // Of the group, so that what overlaps in it is no darker: as one path on the canvas.
                self.write(" opacity=\"#\"", &[f32::from(first.alpha) / 255.0]);
            }
            self.raw(">");
            for shape in run {
                self.shape(shape);
            }
            self.raw("</g>\n");
        }
    }

    fn shape(&mut self, shape: &Shape) {
        let Shape { x, y, size: r, .. } = *shape;
        match shape.kind {
            ShapeKind::Lane { w, h } | ShapeKind::Frame { w, h, .. } => {
                self.write("<rect x=\"#\" y=\"#\" width=\"#\" height=\"#\" rx=\"#\"/>", &[x, y, w, h, r]);
            }
            ShapeKind::GroundLine { w } => self.write("<path d=\"M# #h#\"/>", &[x, y, w]),
            ShapeKind::Line { to_x, to_y } => self.write("<path d=\"M# #L# #\"/>", &[x, y, to_x, to_y]),
            ShapeKind::Diamond => {
                self.raw("<path d=\"");
                self.diamond(x, y, r);
                self.raw("\"/>");
            }
            ShapeKind::Square { turn } => self.turned("<path d=\"M# #h#v#h#z\"", &square(x, y, r), turn, x, y),
            ShapeKind::OutlineSquare => self.write("<path d=\"M# #h#v#h#z\"/>", &square(x, y, r)),
            ShapeKind::Triangle { turn } => {
                // Half the side of a triangle whose corners are 1 from its centre: √3 / 2.
                let half = r * 0.866_025_4;
                self.turned("<path d=\"M# #l# #h#z\"", &[x, y - r, half, r * 1.5, -2.0 * half], turn, x, y);
            }
            ShapeKind::TickRing => self.write(
                "<path d=\"M# #a# # 0 1 1 # 0a# # 0 1 1 # 0m# #l# # # #\"/>",
                &[x - r, y, r, r, 2.0 * r, r, r, -2.0 * r, 0.55 * r, 0.05 * r, 0.35 * r, 0.35 * r, 0.6 * r, -0.75 * r],
            ),
            _ => self.write("<circle cx=\"#\" cy=\"#\" r=\"#\"/>", &[x, y, r]),
        }
    }

    /// A square on its corner, as a part of a path.
    fn diamond(&mut self, x: f32, y: f32, r: f32) {
        self.write("M# #l# # # # # #z", &[x, y - r, r, r, -r, r, -r, -r]);
    }

    /// An element that turns around its centre.
    fn turned(&mut self, template: &str, numbers: &[f32], turn: f32, x: f32, y: f32) {
        self.write(template, numbers);
        if turn != 0.0 {
            self.write(" transform=\"rotate(# # #)\"", &[turn * 360.0, x, y]);
        }
        self.raw("/>");
    }

    fn label(&mut self, label: &Label, words: &str, palette: &Palette) {
        self.write("<text x=\"#\" y=\"#\"", &[label.x, label.y]);
        self.attribute("fill", &css(label.colour(palette)));
        if label.align == Align::End {
            self.raw(" text-anchor=\"end\"");
        }
        // The canvas squeezes words into their room, too. Those that only might be too wide are left alone.
        if width_px(words) * 0.85 > label.w {
            self.write(" textLength=\"#\" lengthAdjust=\"spacingAndGlyphs\"", &[label.w]);
        }
        self.raw(">");
        self.escaped(words);
        self.raw("</text>\n");
    }

    fn caption(&mut self, caption: &CaptionLines, top: f32, palette: &Palette) {
        for (number, line) in caption.lines.iter().enumerate() {
            let y = top + 18.0 + CAPTION_LINE_PX * number as f32;
            self.write("<text x=\"#\" y=\"#\"", &[caption.x, y]);
            let is_title = number < caption.title_lines;
            self.attribute("fill", &css(if is_title { palette.ink } else { palette.soft }));
            if is_title {
                self.raw(" font-weight=\"600\"");
            }
            self.raw(">");
            self.escaped(line);
            self.raw("</text>\n");
        }
    }
}

/// A square around its centre, for `M h v h`.
fn square(x: f32, y: f32, r: f32) -> [f32; 5] {
    [x - r, y - r, 2.0 * r, 2.0 * r, -2.0 * r]
}

/// The tone of a task that is gone, after those of the palette.
const GONE_TONE: u8 = TONES as u8;
/// A place of the pile where nothing lies.
const NO_TONE: u8 = u8::MAX;

fn tone_colour(tone: u8, palette: &Palette) -> Rgb {
    palette.grains.get(usize::from(tone)).copied().unwrap_or(palette.line)
}

/// A cell that lies on the pile.
struct PileCell {
    column: u16,
    row: u16,
    kind: GrainKind,
    tone: u8,
}

/// A part of a cell's picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figure {
    Box,
    Triangle,
    /// The diamond in a box.
    Core,
}

/// The pile's cells and how large they are, in CSS pixels.
struct PileCells {
    cells: Vec<PileCell>,
    columns: usize,
    /// The floor's left end.
    left: f32,
    floor: f32,
    /// From one cell to the next, and the part of it that a cell leaves free, at its right and at its top.
    pitch: f32,
    gap: f32,
    /// Of its corners.
    radius: f32,
    is_formed: bool,
}

impl PileCells {
    fn new(pile: &mut Pile, scale: f32) -> PileCells {
        let mut cells = Vec::new();
        pile.for_each_cell(&mut |cell, kind, tone| {
            cells.push(PileCell { column: cell.column, row: cell.row, kind, tone: tone as u8 });
        });
        let edge = pile.cell() as f32;
        let gap = if pile.cell() > stamp::PLAIN_MAX { stamp::gap(edge) } else { 0.0 };
        let (columns, left, floor) = pile.floor();
        PileCells {
            cells,
            columns: columns as usize,
            left: left as f32 / scale,
            floor: floor as f32 / scale,
            pitch: edge / scale,
            gap: gap / scale,
            radius: stamp::radius(edge) / scale,
            is_formed: stamp::is_formed(edge),
        }
    }

    /// Left edge and top edge of a cell's body.
    fn corner(&self, column: usize, row: usize) -> (f32, f32) {
        (self.left + column as f32 * self.pitch, self.floor - (row as f32 + 1.0) * self.pitch + self.gap)
    }

    fn write(&self, svg: &mut Writer, palette: &Palette) {
        if self.cells.len() > CELLS_EACH_MAX || self.gap == 0.0 {
            return self.write_strokes(svg, palette);
        }
        for tone in 0..GONE_TONE + 1 {
            let colour = tone_colour(tone, palette);
            self.write_figures(svg, Figure::Box, tone, colour);
            self.write_figures(svg, Figure::Triangle, tone, colour);
        }
        self.write_figures(svg, Figure::Core, NO_TONE, palette.core);
    }

    /// The figures of one kind and tone, as one path.
    fn write_figures(&self, svg: &mut Writer, figure: Figure, tone: u8, colour: Rgb) {
        let side = self.pitch - self.gap;
        let middle = side * 0.5;
        // A stroke with round joins around a smaller box makes the round corners.
        let (inset, flat) = (self.radius, side - 2.0 * self.radius);
        let core = side * stamp::CORE_SHARE;
        let mut is_begun = false;
        for cell in &self.cells {
            let has = match figure {
                Figure::Core => self.is_formed && cell.kind == GrainKind::Parent,
                _ => {
                    let is_triangle = self.is_formed && cell.kind == GrainKind::Runaway;
                    cell.tone == tone && is_triangle == (figure == Figure::Triangle)
                }
            };
            if !has {
                continue;
            }
            if !is_begun {
                is_begun = true;
                svg.raw("<path");
                svg.attribute("fill", &css(colour));
                if figure == Figure::Box && inset > 0.0 {
                    svg.attribute("stroke", &css(colour));
                    svg.write(" stroke-linejoin=\"round\" stroke-width=\"#\"", &[2.0 * inset]);
                }
                svg.raw(" d=\"");
            }
            let (x, y) = self.corner(usize::from(cell.column), usize::from(cell.row));
            match figure {
                Figure::Box => svg.write("M# #h#v#h#z", &[x + inset, y + inset, flat, flat, -flat]),
                Figure::Triangle => svg.write("M# #l# #h#z", &[x + middle, y, middle, side, -side]),
                Figure::Core => svg.diamond(x + middle, y + middle, core),
            }
        }
        if is_begun {
            svg.raw("\"/>\n");
        }
    }

    /// Neighbours in a row are one stroke.
    fn write_strokes(&self, svg: &mut Writer, palette: &Palette) {
        let rows = self.cells.iter().map(|cell| usize::from(cell.row) + 1).max().unwrap_or(0);
        let mut tones = vec![NO_TONE; rows * self.columns];
        for cell in &self.cells {
            tones[usize::from(cell.row) * self.columns + usize::from(cell.column)] = cell.tone;
        }
        let begin = svg.text.len();
        let mut joined = 1;
        loop {
            for tone in 0..GONE_TONE + 1 {
                self.write_tone(svg, &tones, joined, tone, tone_colour(tone, palette));
            }
            if svg.text.len() - begin <= STROKES_BYTES_MAX || joined >= self.columns {
                return;
            }
            svg.text.truncate(begin);
            joined *= 2;
        }
    }

    /// The strokes of one tone, as one path. A stroke ends with its tone, but not before it holds `joined` cells, unless
    /// nothing, or a task that is gone, lies beside it.
    fn write_tone(&self, svg: &mut Writer, tones: &[u8], joined: usize, wanted: u8, colour: Rgb) {
        let side = self.pitch - self.gap;
        let mut is_begun = false;
        for (row, tones) in tones.chunks(self.columns).enumerate() {
            let mut column = 0;
            while column < tones.len() {
                let (begin, tone) = (column, tones[column]);
                let joins = |at: usize| at - begin < joined && tone < GONE_TONE && tones[at] < GONE_TONE;
                column += 1;
                while column < tones.len() && (tones[column] == tone || joins(column)) {
                    column += 1;
                }
                if tone != wanted {
                    continue;
                }
                if !is_begun {
                    is_begun = true;
                    svg.raw("<path fill=\"none\"");
                    svg.attribute("stroke", &css(colour));
                    svg.write(" stroke-width=\"#\"", &[side]);
                    if self.gap > 0.0 {
                        svg.write(" stroke-dasharray=\"# #\"", &[side, self.gap]);
                    } else {
                        // Nothing shines through between two rows.
                        svg.raw(" shape-rendering=\"crispEdges\"");
                    }
                    svg.raw(" d=\"");
                }
                let (x, y) = self.corner(begin, row);
                let length = (column - begin) as f32 * self.pitch - self.gap;
                svg.write("M# #h#", &[x, y + side * 0.5, length]);
            }
        }
        if is_begun {
            svg.raw("\"/>\n");
        }
    }
}

#[cfg(test)]
mod tests;
