//! The pile: one RGBA buffer that shows every leaked task, and the rules by which they lie in it.
//!
//! - A *grain* is a leaked task. Grains are only ever appended, in the order in which they leaked.
//! - The *sand* says where each *cell* lies. A cell is one grain, as long as grains find room at one device pixel
//!   each; beyond that a cell stands for `per_dot` grains (2, 5, 10, 20, …), and the page says so. At 1 device pixel a room of
//!   712 × 213 holds 148 000 cells.
//! - A cell's column is drawn by a hash of its number; then the cell rolls downhill. So the surface is as uneven as sand,
//!   and the same for the same count and size. The first cells fall in the middle, so that even a few of them are a pile.
//! - Cells of at most 3 px lie in layers of alternating tones, each of as many cells as eight rows hold.
//! - Cells shrink (12 → 8 → 6 → 4 → 3 → 2 → 1 CSS px) when the pile outgrows its room. Then it is laid anew in one pass.
//!
//! Costs: appending is a walk over the new cells, plus a bounded number of recent ones whose brightness fades. Memory: 5 bytes a
//! grain, and 4 a cell. Deliberately absent: everything that moves above the pile (see `motion`).

use std::collections::VecDeque;

use crate::stage::palette::{Palette, Rgb, TONES};
use crate::stage::sand::{Cell, Grid, Sand, hash};
use crate::stage::stamp::{GrainKind, Stamps};
use crate::trace::event::TaskId;

/// The edges of a cell, in CSS pixels, largest first.
pub const CELLS: [u32; 7] = [12, 8, 6, 4, 3, 2, 1];

/// Above this many cells a zoom is not shown, only its end: it would cost more than a frame may.
const ZOOM_CELLS_MAX: usize = 160_000;

/// How long a zoom takes.
pub const ZOOM_MS: u64 = 300;

/// A box in device pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

/// The pile's pixels.
#[derive(Debug)]
pub struct PileImage<'p> {
    /// Red, green, blue, opacity of each pixel, row by row, not premultiplied: as `ImageData` takes them.
    pub bytes: &'p [u8],
    /// Where the image belongs on the stage, and its size, in device pixels.
    pub place: PixelRect,
    /// What changed since the last call, in pixels of the image; `None`: nothing.
    pub dirty: Option<PixelRect>,
}

/// The old sand, while its cells still travel to their new places.
#[derive(Debug)]
struct Zoom {
    from: Sand,
    began_ms: u64,
}

/// The pile and its pixels.
#[derive(Debug)]
pub(crate) struct Pile {
    /// The image's place on the stage: as large as the pile's room can get.
    place: PixelRect,
    /// The heights that the room can have now and later, in device pixels, smallest first.
    steps: [u32; 3],
    step: usize,
    cell_sizes: Vec<u32>,
    scale_permille: u32,
    grains: Vec<TaskId>,
    kinds: Vec<GrainKind>,
    gone: usize,
    /// Grains that have not come to rest: they fall, or wait in their frames to fall. Ascending.
    aloft: Vec<u32>,
    sand: Sand,
    per_dot: u32,
    zoom: Option<Zoom>,
    /// How many cells are painted: all grains but those aloft.
    painted: usize,
    stamps: Stamps,
    palette: &'static Palette,
    bytes: Vec<u8>,
    dirty: Option<PixelRect>,
    /// Cells to paint again.
    touched: VecDeque<u32>,
}

/// Whether a larger pile may show how its cells shrink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZoomMotion {
    /// Cells travel to their new places.
    Shown,
    /// They are there at once.
    Skipped,
}

impl Pile {
    pub(crate) fn new(palette: &'static Palette) -> Pile {
        Pile {
            place: PixelRect { x: 0, y: 0, w: 1, h: 1 },
            steps: [1; 3],
            step: 0,
            cell_sizes: vec![1],
            scale_permille: 1000,
            grains: Vec::new(),
            kinds: Vec::new(),
            gone: 0,
            aloft: Vec::new(),
            sand: Sand::new(Grid::new(1, 1, 1)),
            per_dot: 1,
            zoom: None,
            painted: 0,
            stamps: Stamps::new(1, palette),
            palette,
            bytes: vec![0; 4],
            dirty: None,
            touched: VecDeque::new(),
        }
    }

    /// Gives the pile its room: the image's place, the heights it can grow to, and how many device pixels a thousand CSS
    /// pixels have.
    pub(crate) fn set_room(&mut self, place: PixelRect, steps: [u32; 3], scale_permille: u32) {
        self.place = PixelRect { w: place.w.max(1), h: place.h.max(1), ..place };
        self.steps = steps.map(|height| height.clamp(1, self.place.h));
        self.scale_permille = scale_permille;
        self.cell_sizes.clear();
        for css in CELLS {
            let cell = (css * scale_permille + 500) / 1000;
            let cell = cell.max(1);
            if self.cell_sizes.last().is_none_or(|last| cell < *last) {
                self.cell_sizes.push(cell);
            }
        }
        if self.cell_sizes.last() != Some(&1) {
            self.cell_sizes.push(1);
        }
        self.bytes.clear();
        self.bytes.resize(self.place.w as usize * self.place.h as usize * 4, 0);
        self.lay_out(self.layout());
        self.zoom = None;
        self.repaint();
    }

    pub(crate) fn set_palette(&mut self, palette: &'static Palette) {
        self.palette = palette;
        self.stamps = Stamps::new(self.sand.grid.cell, palette);
        self.zoom = None;
        self.repaint();
    }

    /// Forgets every grain.
    pub(crate) fn clear(&mut self) {
        self.grains.clear();
        self.kinds.clear();
        self.gone = 0;
        self.aloft.clear();
        self.zoom = None;
        self.lay_out(self.layout());
        self.repaint();
    }

    /// How many grains there are, those aloft too.
    pub(crate) fn len(&self) -> usize {
        self.grains.len()
    }

    /// Which of the three heights the room has.
    pub(crate) fn step(&self) -> usize {
        self.step
    }

    /// How many grains one cell stands for.
    pub(crate) fn per_dot(&self) -> u32 {
        self.per_dot
    }

    /// The edge of a cell in device pixels.
    pub(crate) fn cell(&self) -> u32 {
        self.sand.grid.cell
    }

    pub(crate) fn is_zooming(&self) -> bool {
        self.zoom.is_some()
    }

    /// Whether some grains wait for [`Pile::settle`] to be painted.
    pub(crate) fn is_unpainted(&self) -> bool {
        !self.touched.is_empty()
    }

    /// Adds a grain that lies at once. Its place is known after the next [`Pile::settle`].
    pub(crate) fn push(&mut self, task: TaskId, kind: GrainKind) -> u32 {
        self.gone += usize::from(kind == GrainKind::Gone);
        self.grains.push(task);
        self.kinds.push(kind);
        self.grains.len() as u32 - 1
    }

    /// Adds a grain that is still on its way. Its place is kept for it.
    pub(crate) fn push_aloft(&mut self, task: TaskId, kind: GrainKind) -> u32 {
        let grain = self.push(task, kind);
        self.aloft.push(grain);
        grain
    }

    /// Lets a grain that was on its way come to rest.
    pub(crate) fn land(&mut self, grain: u32) {
        let at = self.aloft.binary_search(&grain).expect("only a grain aloft can land");
        self.aloft.remove(at);
        self.touched.push_back(grain);
    }

    /// Lets every grain come to rest.
    pub(crate) fn land_all(&mut self) {
        self.touched.extend(self.aloft.drain(..));
    }

    /// Changes the kind of a grain: a runaway under the rim is stranded by now, or a task is gone.
    pub(crate) fn set_kind(&mut self, grain: u32, kind: GrainKind) {
        self.gone += usize::from(kind == GrainKind::Gone && self.kinds[grain as usize] != GrainKind::Gone);
        self.kinds[grain as usize] = kind;
        self.touched.push_back(grain);
    }

    /// How many grains are not alive any more.
    pub(crate) fn gone(&self) -> usize {
        self.gone
    }

    /// How many grains have not come to rest.
    pub(crate) fn aloft(&self) -> usize {
        self.aloft.len()
    }

    /// The task of a grain.
    pub(crate) fn task(&self, grain: u32) -> TaskId {
        self.grains[grain as usize]
    }

    /// The grain of a task. Linear in the size of the pile: for clicks.
    pub(crate) fn grain_of(&self, task: TaskId) -> Option<u32> {
        self.grains.iter().position(|grain| *grain == task).map(|at| at as u32)
    }

    pub(crate) fn is_aloft(&self, grain: u32) -> bool {
        self.aloft.binary_search(&grain).is_ok()
    }

    /// The centre of a grain's cell, in device pixels of the stage.
    pub(crate) fn centre(&self, grain: u32) -> Option<(f32, f32)> {
        self.sand.cells.get((grain / self.per_dot) as usize).map(|cell| self.centre_of(*cell))
    }

    fn centre_of(&self, cell: Cell) -> (f32, f32) {
        let grid = self.sand.grid;
        let half = grid.cell as f32 * 0.5;
        let x = self.place.x + grid.left + u32::from(cell.column) * grid.cell;
        let y = (self.place.y + self.place.h) as f32 - (f32::from(cell.row) + 1.0) * grid.cell as f32;
        (x as f32 + half, y + half)
    }

    /// The top of the pile under this place, in device pixels of the stage: where something can sit on it, `half_width`
    /// to both sides.
    pub(crate) fn surface(&self, x: f32, half_width: f32) -> f32 {
        let first = self.column_at(x - half_width);
        let last = self.column_at(x + half_width);
        let height = self.sand.heights[first..=last].iter().copied().max().unwrap_or(0);
        (self.place.y + self.place.h) as f32 - f32::from(height) * self.sand.grid.cell as f32
    }

    fn column_at(&self, x: f32) -> usize {
        let grid = self.sand.grid;
        let inside = (x - (self.place.x + grid.left) as f32) / grid.cell as f32;
        (inside.max(0.0) as usize).min(grid.columns as usize - 1)
    }

    /// The grain at a place, or the nearest one within `reach`; device pixels of the stage. Linear in the size of the pile.
    pub(crate) fn hit(&self, x: f32, y: f32, reach: f32) -> Option<u32> {
        let wanted = self.cell_near(x, y, reach)?;
        let cell = self.sand.cells.iter().position(|cell| *cell == wanted)? as u32;
        // A cell that stands for several grains answers with its first.
        Some(cell * self.per_dot).filter(|grain| (*grain as usize) < self.grains.len() && !self.is_aloft(*grain))
    }

    /// The centre of the cell at a place, or of the nearest one within `reach`, whoever lies there: for every frame.
    pub(crate) fn centre_near(&self, x: f32, y: f32, reach: f32) -> Option<(f32, f32)> {
        Some(self.centre_of(self.cell_near(x, y, reach)?))
    }

    fn cell_near(&self, x: f32, y: f32, reach: f32) -> Option<Cell> {
        let grid = self.sand.grid;
        let cell = grid.cell as f32;
        let column = (x - (self.place.x + grid.left) as f32) / cell;
        let row = ((self.place.y + self.place.h) as f32 - y) / cell;
        let away = (reach / cell) as i64 + 1;
        let middle = column.max(-1e6) as i64 - i64::from(column < 0.0);
        let mut best: Option<(f32, usize, u16)> = None;
        for at in (middle - away).max(0)..=(middle + away).min(i64::from(grid.columns) - 1) {
            let height = self.sand.heights[at as usize];
            if height == 0 {
                continue;
            }
            let nearest = (row.max(0.0) as u32).min(u32::from(height) - 1) as u16;
            let dx = (at as f32 + 0.5 - column).abs() - 0.5;
            let dy = (f32::from(nearest) + 0.5 - row).abs() - 0.5;
            let (dx, dy) = (dx.max(0.0) * cell, dy.max(0.0) * cell);
            let distance = dx * dx + dy * dy;
            if distance <= reach * reach && best.is_none_or(|best| distance < best.0) {
                best = Some((distance, at as usize, nearest));
            }
        }
        best.map(|(_, column, row)| Cell { column: column as u16, row })
    }

    /// Gives every new grain its place, shrinks the cells where the room is outgrown, and paints what changed.
    pub(crate) fn settle(&mut self, now_ms: u64, motion: ZoomMotion) {
        let layout = self.layout();
        if layout.grid == self.sand.grid && layout.per_dot == self.per_dot {
            self.step = layout.step;
            self.append();
        } else {
            let shown = motion == ZoomMotion::Shown
                && !self.sand.cells.is_empty()
                && self.per_dot == 1
                && layout.per_dot == 1
                && self.sand.cells.len() <= ZOOM_CELLS_MAX
                && layout.grid.cell < self.sand.grid.cell;
            let from = self.lay_out(layout);
            self.zoom = shown.then_some(Zoom { from, began_ms: now_ms });
            self.repaint();
        }
        self.advance_zoom(now_ms, motion);
    }

    fn advance_zoom(&mut self, now_ms: u64, motion: ZoomMotion) {
        let Some(zoom) = &self.zoom else { return };
        let part = (now_ms - zoom.began_ms) as f32 / ZOOM_MS as f32;
        if part >= 1.0 || motion == ZoomMotion::Skipped {
            self.zoom = None;
            self.repaint();
        } else {
            self.paint_zoom(part);
        }
    }

    /// The picture's image and what changed since the last call.
    pub(crate) fn image(&mut self) -> PileImage<'_> {
        PileImage { bytes: &self.bytes, place: self.place, dirty: self.dirty.take() }
    }

    /// Visits every cell that lies, the oldest first, with its place, its kind and its tone ([`TONES`] where it is gone).
    pub(super) fn for_each_cell(&mut self, visit: &mut dyn FnMut(Cell, GrainKind, usize)) {
        for number in 0..self.sand.cells.len() {
            if self.is_cell_aloft(number) {
                continue;
            }
            let kind = self.kinds[number * self.per_dot as usize];
            let tone = if kind == GrainKind::Gone { TONES } else { Paint::new(self).tone(number) };
            visit(self.sand.cells[number], kind, tone);
        }
    }

    /// How many cells lie side by side, and the left end of the floor on which they stand, in device pixels of the stage.
    pub(super) fn floor(&self) -> (u32, u32, u32) {
        let grid = self.sand.grid;
        (grid.columns, self.place.x + grid.left, self.place.y + self.place.h)
    }

    /// The cells that suit the present number of grains.
    fn layout(&self) -> CellLayout {
        let grains = self.grains.len();
        let largest = self.cell_sizes[0];
        for (step, height) in self.steps.into_iter().enumerate() {
            let grid = Grid::new(self.place.w, height, largest);
            if grains <= grid.full() || step + 1 == self.steps.len() {
                // In the highest room cells shrink, and then stand for several grains.
                let full = |cell: &u32| Grid::new(self.place.w, height, *cell);
                let cell = self.cell_sizes.iter().find(|cell| grains <= full(cell).full());
                let grid = full(cell.unwrap_or(&1));
                let mut per_dot = 1;
                for next in per_dot_steps() {
                    if grains.div_ceil(per_dot as usize) <= grid.full() {
                        break;
                    }
                    per_dot = next;
                }
                return CellLayout { grid, per_dot, step };
            }
        }
        unreachable!("the last step always fits")
    }

    /// Lays all cells anew and returns how they lay before.
    fn lay_out(&mut self, layout: CellLayout) -> Sand {
        if layout.grid.cell != self.stamps.cell {
            self.stamps = Stamps::new(layout.grid.cell, self.palette);
        }
        self.step = layout.step;
        self.per_dot = layout.per_dot;
        let mut sand = Sand::new(layout.grid);
        sand.extend_to(self.grains.len().div_ceil(layout.per_dot as usize));
        std::mem::replace(&mut self.sand, sand)
    }

    fn append(&mut self) {
        let before = self.sand.cells.len();
        let cells = self.grains.len().div_ceil(self.per_dot as usize);
        self.sand.extend_to(cells);
        if self.zoom.is_some() {
            self.touched.clear();
            return;
        }
        if cells > before {
            // Those that were the newest fade.
            let faded = before.saturating_sub(self.recent());
            for cell in faded..cells {
                self.paint_cell(cell);
            }
        }
        while let Some(grain) = self.touched.pop_front() {
            self.paint_cell((grain / self.per_dot) as usize);
        }
        self.painted = self.landed_cells();
    }

    /// How many of the newest cells are brighter.
    fn recent(&self) -> usize {
        (self.sand.grid.columns as usize / 2).clamp(12, 1024)
    }

    fn landed_cells(&self) -> usize {
        if self.per_dot == 1 { self.grains.len() - self.aloft.len() } else { self.sand.cells.len() }
    }

    fn is_cell_aloft(&self, cell: usize) -> bool {
        // A cell that stands for several grains is there with its first.
        self.per_dot == 1 && self.is_aloft(cell as u32)
    }

    fn repaint(&mut self) {
        self.bytes.fill(0);
        self.touched.clear();
        self.dirty = Some(PixelRect { x: 0, y: 0, w: self.place.w, h: self.place.h });
        if self.zoom.is_some() {
            // The zoom paints every frame by itself.
            return;
        }
        let aloft = std::mem::take(&mut self.aloft);
        let mut skip = aloft.iter().copied().peekable();
        let mut paint = Paint::new(self);
        for (number, cell) in paint.sand.cells.iter().enumerate() {
            if paint.per_dot == 1 && skip.next_if_eq(&(number as u32)).is_some() {
                continue;
            }
            let (x, y) = paint.corner(*cell);
            paint.stamp(number, x, y);
        }
        self.aloft = aloft;
        self.painted = self.landed_cells();
    }

    fn paint_cell(&mut self, number: usize) {
        if self.is_cell_aloft(number) {
            return;
        }
        let mut paint = Paint::new(self);
        let (x, y) = paint.corner(paint.sand.cells[number]);
        paint.stamp(number, x, y);
        let cell = self.sand.grid.cell;
        self.mark_dirty(PixelRect { x, y, w: cell, h: cell });
    }

    /// Paints every cell on its way from the old sand to the new.
    fn paint_zoom(&mut self, part: f32) {
        let Some(zoom) = self.zoom.take() else { return };
        let part = ease(part);
        let old = zoom.from.grid;
        self.bytes.fill(0);
        self.dirty = Some(PixelRect { x: 0, y: 0, w: self.place.w, h: self.place.h });
        let new = self.sand.grid;
        let edge = old.cell as f32 + (new.cell as f32 - old.cell as f32) * part;
        let edge = ((edge + 0.5) as u32).max(1);
        let solid = if edge > 2 { edge - 1 } else { edge };
        let aloft = std::mem::take(&mut self.aloft);
        let mut skip = aloft.iter().copied().peekable();
        let height = self.place.h as f32;
        let mut paint = Paint::new(self);
        for (number, cell) in paint.sand.cells.iter().enumerate() {
            if skip.next_if_eq(&(number as u32)).is_some() {
                continue;
            }
            // A cell that came during the zoom is at its new place already.
            let was = zoom.from.cells.get(number);
            let to_x = (new.left + u32::from(cell.column) * new.cell) as f32;
            let to_y = height - (f32::from(cell.row) + 1.0) * new.cell as f32;
            let (x, y) = match was {
                None => (to_x, to_y),
                Some(was) => {
                    let from_x = (old.left + u32::from(was.column) * old.cell) as f32;
                    let from_y = height - (f32::from(was.row) + 1.0) * old.cell as f32;
                    (from_x + (to_x - from_x) * part, from_y + (to_y - from_y) * part)
                }
            };
            paint.block(number, (x + 0.5).max(0.0) as u32, (y + 0.5).max(0.0) as u32, solid);
        }
        self.aloft = aloft;
        self.zoom = Some(zoom);
        self.painted = self.landed_cells();
    }

    fn mark_dirty(&mut self, rect: PixelRect) {
        self.dirty = Some(match self.dirty {
            None => rect,
            Some(old) => {
                let (x, y) = (old.x.min(rect.x), old.y.min(rect.y));
                let right = (old.x + old.w).max(rect.x + rect.w);
                let bottom = (old.y + old.h).max(rect.y + rect.h);
                PixelRect { x, y, w: right - x, h: bottom - y }
            }
        });
    }

    /// Asserts everything that must hold between two calls.
    #[cfg(test)]
    pub(crate) fn verify(&self) {
        let grid = self.sand.grid;
        assert_eq!(self.grains.len(), self.kinds.len());
        assert_eq!(self.sand.cells.len(), self.grains.len().div_ceil(self.per_dot as usize), "a cell for each grain");
        let mut heights = vec![0_u16; grid.columns as usize];
        for cell in &self.sand.cells {
            let height = &mut heights[usize::from(cell.column)];
            assert_eq!(cell.row, *height, "a cell lies on the one below it");
            *height += 1;
            assert!(u32::from(*height) <= grid.rows, "a cell lies in the room");
        }
        assert_eq!(heights, self.sand.heights);
        for pair in heights.windows(2) {
            let capped = u32::from(pair[0].max(pair[1])) + 2 >= grid.rows;
            assert!(capped || pair[0].abs_diff(pair[1]) <= 2, "no slope is steeper than sand");
        }
        assert!(self.aloft.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(self.aloft.last().is_none_or(|last| (*last as usize) < self.grains.len()));
        if self.zoom.is_none() {
            assert_eq!(self.painted, self.landed_cells(), "each grain that lies is painted");
            self.verify_pixels();
        }
    }

    /// Asserts that exactly the cells that lie are painted.
    #[cfg(test)]
    fn verify_pixels(&self) {
        let grid = self.sand.grid;
        let mut expected = vec![false; self.place.w as usize * self.place.h as usize];
        for (number, cell) in self.sand.cells.iter().enumerate() {
            if self.is_cell_aloft(number) {
                continue;
            }
            let x = grid.left + u32::from(cell.column) * grid.cell + grid.cell / 2;
            let y = self.place.h - (u32::from(cell.row) + 1) * grid.cell + grid.cell / 2;
            expected[(y * self.place.w + x) as usize] = true;
        }
        let painted = self.bytes.chunks_exact(4).filter(|pixel| pixel[3] != 0).count();
        let per_cell = grid.cell as usize * grid.cell as usize;
        assert!(painted <= expected.iter().filter(|lies| **lies).count() * per_cell);
        for (pixel, lies) in self.bytes.chunks_exact(4).zip(expected) {
            assert!(!lies || pixel[3] != 0, "a grain that lies is not painted");
        }
    }
}

/// The cells that suit a number of grains: their grid, the grains for each, and which of the three heights the room has.
#[derive(Clone, Copy, Debug)]
struct CellLayout {
    grid: Grid,
    per_dot: u32,
    step: usize,
}

/// 2, 5, 10, 20, 50, …
fn per_dot_steps() -> impl Iterator<Item = u32> {
    (0..9).flat_map(|power| [2, 5, 10].map(|digit| digit * 10_u32.pow(power))).take(27)
}

/// Fast at first, slow at the end.
pub(crate) fn ease(part: f32) -> f32 {
    let rest = 1.0 - part.clamp(0.0, 1.0);
    1.0 - rest * rest * rest
}

/// The borrowed parts of a pile that painting needs.
struct Paint<'p> {
    sand: &'p Sand,
    kinds: &'p [GrainKind],
    per_dot: u32,
    width: u32,
    height: u32,
    recent: usize,
    scale_permille: u32,
    stamps: &'p Stamps,
    colours: &'p [Rgb; TONES],
    empty: Rgb,
    bytes: &'p mut [u8],
}

impl<'p> Paint<'p> {
    fn new(pile: &'p mut Pile) -> Paint<'p> {
        Paint {
            recent: pile.recent(),
            scale_permille: pile.scale_permille,
            sand: &pile.sand,
            kinds: &pile.kinds,
            per_dot: pile.per_dot,
            width: pile.place.w,
            height: pile.place.h,
            stamps: &pile.stamps,
            colours: &pile.palette.grains,
            empty: pile.palette.line,
            bytes: &mut pile.bytes,
        }
    }

    /// The top left corner of a cell in the image.
    fn corner(&self, cell: Cell) -> (u32, u32) {
        let grid = self.sand.grid;
        (grid.left + u32::from(cell.column) * grid.cell, self.height - (u32::from(cell.row) + 1) * grid.cell)
    }

    /// Which tone a cell has: by its number, or by its age while it is among the newest.
    fn tone(&self, number: usize) -> usize {
        let age = self.sand.cells.len() - 1 - number;
        if age * 3 < self.recent {
            4
        } else if age < self.recent {
            3
        } else {
            let drawn = (hash(number as u32) >> 8) as usize;
            if self.sand.grid.cell * 1000 > 3 * self.scale_permille {
                drawn % 3
            } else {
                // A grain in four is of the next layer's tone: layers of sand have no sharp borders.
                let layer = number / (self.sand.grid.columns as usize * 8) + usize::from(drawn.is_multiple_of(4));
                [0, 1, 0, 2][layer % 4]
            }
        }
    }

    fn colour(&self, number: usize) -> Rgb {
        let gone = self.kinds[number * self.per_dot as usize] == GrainKind::Gone;
        if gone { self.empty } else { self.colours[self.tone(number)] }
    }

    fn stamp(&mut self, number: usize, x: u32, y: u32) {
        let cell = self.sand.grid.cell;
        if cell <= 2 {
            return self.fill(x, y, cell, self.colour(number));
        }
        let tone = self.tone(number);
        let kind = self.kinds[number * self.per_dot as usize];
        let picture = self.stamps.picture(kind, tone);
        let row_bytes = cell as usize * 4;
        for row in 0..cell {
            let at = ((y + row) * self.width + x) as usize * 4;
            let from = row as usize * row_bytes;
            self.bytes[at..at + row_bytes].copy_from_slice(&picture[from..from + row_bytes]);
        }
    }

    /// A plain block, clipped to the image: while cells move.
    fn block(&mut self, number: usize, x: u32, y: u32, edge: u32) {
        let x = x.min(self.width.saturating_sub(edge));
        let y = y.min(self.height.saturating_sub(edge));
        self.fill(x, y, edge.min(self.width).min(self.height), self.colour(number));
    }

    fn fill(&mut self, x: u32, y: u32, edge: u32, [red, green, blue]: Rgb) {
        for row in y..y + edge {
            let at = (row * self.width + x) as usize * 4;
            for pixel in self.bytes[at..at + edge as usize * 4].chunks_exact_mut(4) {
                pixel.copy_from_slice(&[red, green, blue, 255]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::palette::LIGHT;
    use crate::stage::stamp::KINDS;

    fn pile(w: u32, h: u32, scale_permille: u32) -> Pile {
        let mut pile = Pile::new(&LIGHT);
        pile.set_room(PixelRect { x: 10, y: 20, w, h }, [h / 2, h * 3 / 4, h], scale_permille);
        pile
    }

    fn grow(pile: &mut Pile, to: usize) {
        for task in pile.len()..to {
            let kind = KINDS[(hash(task as u32) % 9) as usize % 4];
            pile.push(TaskId(task as u32), kind);
        }
    }

    #[test]
    fn each_leaked_task_has_exactly_one_cell_at_every_size() {
        for scale in [1000, 1500, 2000] {
            let mut pile = pile(180, 90, scale);
            let mut cells = Vec::new();
            for grains in [0, 1, 2, 5, 40, 90, 200, 500, 1000, 2000, 4000, 9000, 12_000, 12_960, 30_000, 1_000_000] {
                grow(&mut pile, grains);
                pile.settle(0, ZoomMotion::Skipped);
                pile.verify();
                cells.push((pile.cell(), pile.per_dot()));
            }
            cells.dedup();
            assert!(cells.windows(2).all(|pair| pair[1].0 <= pair[0].0 && pair[1].1 >= pair[0].1), "{cells:?}");
            assert_eq!(cells.last(), Some(&(1, 100)), "{cells:?}");
        }
    }

    #[test]
    fn appending_paints_the_same_as_laying_anew() {
        let mut slow = pile(300, 120, 1000);
        let mut grains = 0;
        while grains < 3000 {
            grains += 1 + hash(grains as u32) as usize % 90;
            grow(&mut slow, grains);
            slow.settle(0, ZoomMotion::Skipped);
        }
        let mut fast = pile(300, 120, 1000);
        grow(&mut fast, grains);
        fast.settle(0, ZoomMotion::Skipped);
        assert!(slow.bytes == fast.bytes);
    }

    #[test]
    fn a_change_is_always_inside_the_dirty_rectangle() {
        let mut pile = pile(200, 100, 1000);
        pile.image();
        let mut before = pile.bytes.clone();
        for grains in [1, 3, 30, 31, 60, 900, 901, 1000, 20_000, 20_001, 20_100] {
            grow(&mut pile, grains);
            pile.settle(0, ZoomMotion::Skipped);
            let dirty = pile.image().dirty.expect("something changed");
            for (at, (old, new)) in before.chunks_exact(4).zip(pile.bytes.chunks_exact(4)).enumerate() {
                let (x, y) = (at as u32 % 200, at as u32 / 200);
                let inside = x >= dirty.x && x < dirty.x + dirty.w && y >= dirty.y && y < dirty.y + dirty.h;
                assert!(inside || old == new, "({x}, {y}) changed outside of {dirty:?}");
            }
            before = pile.bytes.clone();
            pile.settle(0, ZoomMotion::Skipped);
            assert_eq!(pile.image().dirty, None, "nothing changed");
        }
    }

    #[test]
    fn a_grain_is_found_where_it_lies() {
        for (scale, grains) in [(1000, 1), (1000, 77), (2000, 300), (1000, 2500), (1000, 11_000)] {
            let mut pile = pile(180, 90, scale);
            grow(&mut pile, grains);
            pile.settle(0, ZoomMotion::Skipped);
            for grain in (0..grains as u32).step_by(1 + grains / 50) {
                let (x, y) = pile.centre(grain).expect("it has a place");
                assert_eq!(pile.hit(x, y, 6.0), Some(grain));
            }
            assert_eq!(pile.hit(-900.0, 0.0, 6.0), None);
        }
    }

    #[test]
    fn a_near_miss_finds_the_nearest_grain() {
        let mut pile = pile(180, 90, 1000);
        pile.push(TaskId(9), GrainKind::Child);
        pile.settle(0, ZoomMotion::Skipped);
        let (x, y) = pile.centre(0).expect("it has a place");
        assert_eq!(pile.hit(x + 11.0, y - 3.0, 6.0), Some(0));
        assert_eq!(pile.hit(x + 13.0, y, 6.0), None);
        assert_eq!(pile.hit(x, y - 13.0, 6.0), None);
    }

    #[test]
    fn a_grain_aloft_is_not_painted_and_not_found() {
        let mut pile = pile(180, 90, 1000);
        let grain = pile.push_aloft(TaskId(4), GrainKind::Child);
        pile.settle(0, ZoomMotion::Skipped);
        pile.verify();
        let (x, y) = pile.centre(grain).expect("its place is kept for it");
        assert_eq!(pile.hit(x, y, 6.0), None);
        assert!(pile.bytes.iter().all(|byte| *byte == 0));
        pile.land(grain);
        pile.settle(0, ZoomMotion::Skipped);
        pile.verify();
        assert_eq!(pile.hit(x, y, 6.0), Some(grain));
    }

    #[test]
    fn a_zoom_ends_and_leaves_what_no_zoom_would_have_left() {
        let mut shown = pile(180, 90, 1000);
        let mut skipped = pile(180, 90, 1000);
        for (pile, motion) in [(&mut shown, ZoomMotion::Shown), (&mut skipped, ZoomMotion::Skipped)] {
            grow(pile, 70);
            pile.settle(0, motion);
            grow(pile, 160);
            pile.settle(16, motion);
        }
        assert!(shown.is_zooming() && !skipped.is_zooming());
        for now_ms in [32, 100, 200, 300] {
            shown.settle(now_ms, ZoomMotion::Shown);
            assert!(shown.is_zooming());
            shown.verify();
        }
        shown.settle(316, ZoomMotion::Shown);
        assert!(!shown.is_zooming());
        assert!(shown.bytes == skipped.bytes);
    }

    #[test]
    fn clearing_leaves_nothing() {
        let mut pile = pile(180, 90, 1000);
        grow(&mut pile, 5000);
        pile.push_aloft(TaskId(6000), GrainKind::Child);
        pile.settle(0, ZoomMotion::Shown);
        pile.clear();
        pile.verify();
        assert_eq!((pile.len(), pile.step(), pile.per_dot()), (0, 0, 1));
        assert!(pile.bytes.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_dot_stands_for_round_numbers_of_tasks() {
        assert_eq!(per_dot_steps().take(6).collect::<Vec<_>>(), [2, 5, 10, 20, 50, 100]);
    }
}
