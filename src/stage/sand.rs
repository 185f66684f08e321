//! How the pile's cells come to rest: they fall near the middle at first, roll downhill, and lie on the cells below.
//!
//! Where a cell lies depends on its number and the grid alone, so the same pile looks the same after a seek.
//! Deliberately absent: pixels, tasks, and any randomness.

/// How much of its room the pile may fill before its cells shrink, per cent: the rest is for its uneven surface.
const FULL_PERCENT: usize = 74;

/// The grid of cells in the pile's room, in device pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) cell: u32,
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) left: u32,
}

impl Grid {
    pub(super) fn new(width: u32, height: u32, cell: u32) -> Grid {
        let columns = (width / cell).clamp(1, u32::from(u16::MAX));
        let rows = (height / cell).clamp(1, u32::from(u16::MAX));
        Grid { cell, columns, rows, left: width.saturating_sub(columns * cell) / 2 }
    }

    fn room(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// How many cells may lie here before it counts as full.
    pub(super) fn full(&self) -> usize {
        // A single row cannot be uneven.
        if self.rows < 3 { self.room() } else { self.room() * FULL_PERCENT / 100 }
    }
}

/// Where one cell lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) column: u16,
    pub(super) row: u16,
}

/// Where every cell lies.
#[derive(Clone, Debug)]
pub(super) struct Sand {
    pub(super) grid: Grid,
    pub(super) heights: Vec<u16>,
    pub(super) cells: Vec<Cell>,
}

impl Sand {
    pub(super) fn new(grid: Grid) -> Sand {
        Sand { grid, heights: vec![0; grid.columns as usize], cells: Vec::new() }
    }

    /// Lets cells fall until there are so many.
    pub(super) fn extend_to(&mut self, cells: usize) {
        self.cells.reserve(cells.saturating_sub(self.cells.len()));
        while self.cells.len() < cells {
            let cell = self.fall(self.cells.len() as u32);
            self.heights[usize::from(cell.column)] += 1;
            self.cells.push(cell);
        }
    }

    /// Where the next cell comes to rest.
    fn fall(&self, number: u32) -> Cell {
        let drawn = hash(number);
        let columns = self.grid.columns;
        let width = heap_width(number, columns);
        let column = draw_column(drawn, width) + ((columns - width) / 2) as usize;
        let mut column = self.roll(column, drawn);
        if u32::from(self.heights[column]) >= self.grid.rows {
            column = self.roll(self.lowest_near(column), drawn);
        }
        Cell { column: column as u16, row: self.heights[column] }
    }

    /// Rolls downhill until no neighbour is two lower.
    fn roll(&self, mut column: usize, drawn: u32) -> usize {
        let last = self.heights.len() - 1;
        // A slope is at most as long as the pile is wide.
        for _ in 0..=last {
            let here = self.heights[column];
            let left = if column > 0 { self.heights[column - 1] } else { u16::MAX };
            let right = if column < last { self.heights[column + 1] } else { u16::MAX };
            if here < left.min(right).saturating_add(2) {
                break;
            }
            let to_left = if left == right { drawn & 1 == 0 } else { left < right };
            column = if to_left { column - 1 } else { column + 1 };
        }
        column
    }

    /// The nearest column with room. The caller keeps the pile below its full room, so there is one.
    fn lowest_near(&self, column: usize) -> usize {
        let rows = self.grid.rows;
        let has_room = |column: &usize| u32::from(self.heights[*column]) < rows;
        for distance in 1..self.heights.len() {
            let left = column.checked_sub(distance).filter(has_room);
            let right = Some(column + distance).filter(|column| *column < self.heights.len()).filter(has_room);
            if let Some(found) = left.or(right) {
                return found;
            }
        }
        unreachable!("the pile shrinks its cells before its room is full")
    }
}

/// Over how many columns in the middle the cell with this number may fall: a heap is about a tenth as high as wide, until
/// it is as wide as the room.
fn heap_width(number: u32, columns: u32) -> u32 {
    let half = columns / 2;
    if number >= half.saturating_mul(half) / 4 { columns } else { (6 + 4 * number.isqrt()).min(columns) }
}

/// Draws a column: evenly, with a gentle heap in the middle.
fn draw_column(drawn: u32, columns: u32) -> usize {
    let even = drawn >> 16;
    let place = if drawn & 14 == 0 { (even + (hash(drawn) >> 16)) / 2 } else { even };
    ((u64::from(place) * u64::from(columns)) >> 16) as usize
}

/// Mixes a number's bits (the finaliser of MurmurHash3).
pub(super) fn hash(number: u32) -> u32 {
    let mut mixed = number.wrapping_add(0x9e37_79b9);
    mixed = (mixed ^ mixed >> 16).wrapping_mul(0x85eb_ca6b);
    mixed = (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35);
    mixed ^ mixed >> 16
}
