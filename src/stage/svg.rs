//! One moment as a picture that stands alone: everything the canvas shows, as SVG, with a caption below it.
//!
//! - Each shape is one element; shapes that share a paint share a group (see [`shape::runs`]).
//! - The pile is a path for each colour. Of at most [`CELLS_EACH_MAX`] cells that are large enough to have a form, each is
//!   a figure of its own, as on the canvas. Of more, or smaller ones, neighbours of one colour in a row are one stroke,
//!   dashed where cells keep a gap: then each dash is a cell.
//! - However many leaked, the pile's strokes take at most [`STROKES_BYTES_MAX`], and the file stays below 2 MB: where they
//!   would take more, neighbours of different tones are joined to short strokes of one tone, twice as long each time,
//!   until they fit. That coarsens the texture; the outline, and so the number of cells, stays as it is.
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

/// What stands below the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The tag of its language.
    pub language: &'static str,
    /// What the picture shows.
    pub title: String,
    /// What is to be said of it; an entry that is too long for a line is broken.
    pub entries: Vec<String>,
}

impl Stage {
    /// This moment as SVG, as wide as the stage and by its caption higher, with `width` and `height` in CSS pixels. `say`
    /// knows the words of the labels.
    pub fn svg(&mut self, say: &dyn Fn(LabelKind) -> String, caption: &Caption) -> String {
        let palette = palette::of(self.theme);
        let below = CaptionLines::new(caption, self.rooms.requests.x, self.width);
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
        svg.escaped(&caption.entries.join("\n"));
        svg.raw("</desc>\n<rect");
        svg.attribute("fill", &css(palette.panel));
        svg.write(" width=\"#\" height=\"#\"/>\n", &[width, height]);
        svg.pile(&mut self.pile, self.scale, palette);
        svg.shapes(&self.picture.shapes);
        for label in &self.picture.labels {
            svg.label(label, &say(label.kind), palette);
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

/// Breaks a text behind spaces, `&` and `,`, or anywhere where it has none of them.
fn push_wrapped(lines: &mut Vec<String>, text: &str, room_px: f32) {
    let (mut begin, mut can_end, mut width_px) = (0, 0, 0.0);
    let before = lines.len();
    for (at, letter) in text.char_indices() {
        width_px += letter_width_px(letter);
        if width_px > room_px && at > begin {
            let end = if can_end > begin { can_end } else { at };
            if lines.len() + 1 == before + ENTRY_LINES_MAX {
                // The last line also has room for the sign that there is more.
                let cut = text[begin..at].char_indices().next_back().map_or(at, |(last, _)| begin + last);
                lines.push([text[begin..cut].trim_end(), "…"].concat());
                return;
            }
            lines.push(text[begin..end].trim_end().to_owned());
            begin = end;
            width_px = text[begin..at].chars().map(letter_width_px).sum::<f32>() + letter_width_px(letter);
        }
        if matches!(letter, ' ' | '&' | ',') {
            can_end = at + letter.len_utf8();
        }
    }
    lines.push(text[begin..].trim_end().to_owned());
}

/// About how wide a letter is: nobody can measure here, so it is rather too much.
fn letter_width_px(letter: char) -> f32 {
    // From here on letters are mostly as wide as high: Hangul, Han, kana.
    let em = if letter < '\u{1100}' { 0.57 } else { 0.95 };
    CAPTION_FONT_PX * em
}

/// The text as it grows.
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

    /// A number in hundredths. What is no number is 0, and nothing is so far away that a renderer would lose it.
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

    /// A text between tags or in an attribute. What XML has no place for becomes U+FFFD.
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
            ShapeKind::Diamond => self.write("<path d=\"M# #l# # # # # #z\"/>", &[x, y - r, r, r, -r, r, -r, -r]),
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
        if words.chars().map(letter_width_px).sum::<f32>() * 0.85 > label.w {
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

    fn pile(&mut self, pile: &mut Pile, scale: f32, palette: &Palette) {
        let heap = Heap::new(pile, scale);
        if heap.cells.len() <= CELLS_EACH_MAX && pile.cell() > stamp::PLAIN_MAX {
            heap.write_each(self, palette);
        } else {
            heap.write_strokes(self, palette);
        }
    }
}

/// A square around its centre, for `M h v h`.
fn square(x: f32, y: f32, r: f32) -> [f32; 5] {
    [x - r, y - r, 2.0 * r, 2.0 * r, -2.0 * r]
}

/// The tone of who is gone, behind those of the palette.
const GONE_TONE: usize = TONES;
/// A place of the pile where nothing lies.
const NO_TONE: u8 = u8::MAX;

fn tone_colour(tone: usize, palette: &Palette) -> Rgb {
    palette.grains.get(tone).copied().unwrap_or(palette.line)
}

/// A cell that lies on the pile.
struct HeapCell {
    column: u16,
    row: u16,
    kind: GrainKind,
    tone: usize,
}

/// The pile's cells and how large they are, in CSS pixels.
struct Heap {
    cells: Vec<HeapCell>,
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

impl Heap {
    fn new(pile: &mut Pile, scale: f32) -> Heap {
        let mut cells = Vec::new();
        pile.tell_cells(&mut |cell, kind, tone| {
            cells.push(HeapCell { column: cell.column, row: cell.row, kind, tone });
        });
        let edge = pile.cell() as f32;
        let gap = if pile.cell() > stamp::PLAIN_MAX { stamp::gap(edge) } else { 0.0 };
        let (columns, left, floor) = pile.floor();
        Heap {
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

    /// Each cell is a figure: a box with round corners, a triangle, a diamond in a box.
    fn write_each(&self, svg: &mut Writer, palette: &Palette) {
        let side = self.pitch - self.gap;
        // A stroke with round joins around a smaller box makes the round corners.
        let (inset, flat) = (self.radius, side - 2.0 * self.radius);
        let mut boxes = [const { String::new() }; TONES + 1].map(|text| Writer { text });
        let mut triangles = [const { String::new() }; TONES].map(|text| Writer { text });
        let mut cores = Writer::default();
        for cell in &self.cells {
            let (x, y) = self.corner(usize::from(cell.column), usize::from(cell.row));
            if cell.kind == GrainKind::Runaway && self.is_formed {
                triangles[cell.tone].write("M# #l# #h#z", &[x + side * 0.5, y, side * 0.5, side, -side]);
                continue;
            }
            boxes[cell.tone].write("M# #h#v#h#z", &[x + inset, y + inset, flat, flat, -flat]);
            if cell.kind == GrainKind::Parent && self.is_formed {
                let half = side * stamp::CORE_SHARE;
                let corners = [x + side * 0.5, y + side * 0.5 - half, half, half, -half, half, -half, -half];
                cores.write("M# #l# # # # # #z", &corners);
            }
        }
        for (tone, d) in boxes.iter().enumerate() {
            svg.grains(&d.text, tone_colour(tone, palette), inset);
        }
        for (tone, d) in triangles.iter().enumerate() {
            svg.grains(&d.text, tone_colour(tone, palette), 0.0);
        }
        svg.grains(&cores.text, palette.core, 0.0);
    }

    /// Neighbours in a row are one stroke.
    fn write_strokes(&self, svg: &mut Writer, palette: &Palette) {
        let rows = self.cells.iter().map(|cell| usize::from(cell.row) + 1).max().unwrap_or(0);
        let mut tones = vec![NO_TONE; rows * self.columns];
        for cell in &self.cells {
            tones[usize::from(cell.row) * self.columns + usize::from(cell.column)] = cell.tone as u8;
        }
        let mut joined = 1;
        let mut paths = self.strokes(&tones, joined);
        while joined < self.columns && paths.iter().map(|path| path.text.len()).sum::<usize>() > STROKES_BYTES_MAX {
            joined *= 2;
            paths = self.strokes(&tones, joined);
        }
        let side = self.pitch - self.gap;
        for (tone, path) in paths.iter().enumerate().filter(|(_, path)| !path.text.is_empty()) {
            svg.raw("<path fill=\"none\"");
            svg.attribute("stroke", &css(tone_colour(tone, palette)));
            svg.write(" stroke-width=\"#\"", &[side]);
            if self.gap > 0.0 {
                svg.write(" stroke-dasharray=\"# #\"", &[side, self.gap]);
            } else {
                // Nothing shines through between two rows.
                svg.raw(" shape-rendering=\"crispEdges\"");
            }
            svg.attribute("d", &path.text);
            svg.raw("/>\n");
        }
    }

    /// A path for each tone. A stroke ends with its tone, but not before it holds so many cells, unless nothing or somebody
    /// who is gone lies beside it.
    fn strokes(&self, tones: &[u8], joined: usize) -> [Writer; TONES + 1] {
        let mut paths = [const { String::new() }; TONES + 1].map(|text| Writer { text });
        for (row, tones) in tones.chunks(self.columns.max(1)).enumerate() {
            let mut column = 0;
            while column < tones.len() {
                let tone = tones[column];
                let begin = column;
                column += 1;
                if tone == NO_TONE {
                    continue;
                }
                let is_gone = |tone: u8| usize::from(tone) >= GONE_TONE;
                while column < tones.len() {
                    let next = tones[column];
                    let joins = column - begin < joined && !is_gone(tone) && !is_gone(next);
                    if next != tone && !joins {
                        break;
                    }
                    column += 1;
                }
                let (x, y) = self.corner(begin, row);
                let length = (column - begin) as f32 * self.pitch - self.gap;
                let middle = y + (self.pitch - self.gap) * 0.5;
                paths[usize::from(tone)].write("M# #h#", &[x, middle, length]);
            }
        }
        paths
    }
}

impl Writer {
    /// One colour of the pile.
    fn grains(&mut self, d: &str, colour: Rgb, rounding: f32) {
        if d.is_empty() {
            return;
        }
        self.raw("<path");
        self.attribute("fill", &css(colour));
        if rounding > 0.0 {
            self.attribute("stroke", &css(colour));
            self.write(" stroke-linejoin=\"round\" stroke-width=\"#\"", &[2.0 * rounding]);
        }
        self.attribute("d", d);
        self.raw("/>\n");
    }
}

#[cfg(test)]
mod tests;
