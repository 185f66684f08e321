//! What the page draws on a canvas above the pile: a list of plain shapes in paint order.
//!
//! A shape is complete in itself: where it is, how large, which colour, filled or stroked. So the page needs no rule of its
//! own, only one drawing routine for each kind. All positions are CSS pixels from the stage's top left corner.
//! Shapes that can be painted by one path and one `fill` or `stroke` stand next to each other: see [`runs`].

use crate::stage::palette::Rgb;

/// One thing to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// What it is.
    pub kind: ShapeKind,
    /// Its centre; for what has a width and a height, its left edge.
    pub x: f32,
    /// Its centre; for what has a width and a height, its top edge.
    pub y: f32,
    /// Its radius: from the centre to the edge, to a corner for [`ShapeKind::Diamond`] and [`ShapeKind::Triangle`]. Of
    /// frames and lanes: the radius of their corners.
    pub size: f32,
    /// The width of the stroke; 0 where the shape is filled.
    pub line: f32,
    /// The colour of fill or stroke.
    pub colour: Rgb,
    /// How opaque: 0 to 255.
    pub alpha: u8,
}

/// What a shape is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShapeKind {
    /// The bar of the one thread: a filled box with round corners, `x` and `y` its top left corner.
    Lane {
        /// Its width.
        w: f32,
        /// Its height.
        h: f32,
    },
    /// The floor under the pile: a horizontal stroke from `x` to `x + w`.
    GroundLine {
        /// Its width.
        w: f32,
    },
    /// The frame of a request: a stroked box with round corners, `x` and `y` its top left corner.
    Frame {
        /// Its width.
        w: f32,
        /// Its height.
        h: f32,
        /// Whether the stroke is dashed (4 on, 3 off, times the stroke's width): its tasks were told to stop, or it is over.
        dashed: bool,
    },
    /// A stroke from `x`, `y`.
    Line {
        /// Its other end.
        to_x: f32,
        /// Its other end.
        to_y: f32,
    },
    /// A soft filled circle behind the running task.
    Halo,
    /// A filled circle: a task that waits, or runs.
    Disc,
    /// A stroked circle: a task that is ready to run; also the thread while no task runs, and the rim of the running task.
    HollowCircle,
    /// A stroked circle of eight dashes (each as long as its gap): told to stop.
    DashedRing,
    /// A stroked circle with a tick in it (from −0.45, 0.05 over −0.1, 0.4 to 0.5, −0.35 times the size): heard it.
    TickRing,
    /// A filled point: a task that has returned.
    Dot,
    /// A square on its corner, filled, or stroked where it has a line: a parent.
    Diamond,
    /// A filled square turned by `turn` full turns clockwise: a stranded task that falls.
    Square {
        /// Full turns clockwise.
        turn: f32,
    },
    /// An equal-sided triangle turned by `turn` full turns clockwise, 0 pointing up; filled, or stroked where it has a
    /// line: a runaway.
    Triangle {
        /// Full turns clockwise.
        turn: f32,
    },
    /// A filled circle that travels from a parent to a child: the cancel.
    Pulse,
    /// A stroked circle that widens and fades where a pulse arrives.
    Ripple,
    /// A stroked circle around what is selected.
    Outline,
    /// A stroked square around what is selected on the pile.
    OutlineSquare,
}

impl ShapeKind {
    /// In which order kinds are painted: the lower number lies below.
    pub(crate) const fn layer(self) -> u8 {
        match self {
            ShapeKind::Lane { .. } => 0,
            ShapeKind::GroundLine { .. } => 1,
            ShapeKind::Frame { dashed: false, .. } => 2,
            ShapeKind::Frame { dashed: true, .. } => 3,
            ShapeKind::Line { .. } => 4,
            ShapeKind::Halo => 5,
            ShapeKind::Dot => 6,
            ShapeKind::Disc => 7,
            ShapeKind::HollowCircle => 8,
            ShapeKind::DashedRing => 9,
            ShapeKind::TickRing => 10,
            ShapeKind::Diamond => 11,
            ShapeKind::Ripple => 12,
            ShapeKind::Pulse => 13,
            ShapeKind::Square { .. } => 14,
            ShapeKind::Triangle { .. } => 15,
            ShapeKind::Outline => 16,
            ShapeKind::OutlineSquare => 17,
        }
    }
}

impl Shape {
    /// Shapes with the same key are painted alike, so one path can hold them all. Keys grow in paint order.
    fn paint_key(&self) -> u64 {
        let [red, green, blue] = self.colour.map(u64::from);
        // A stroke is at most a few pixels wide: a sixty-fourth of a pixel tells any two apart.
        let line = (self.line * 64.0) as u64 & 0xffff;
        u64::from(self.kind.layer()) << 56 | line << 40 | red << 32 | green << 24 | blue << 16 | u64::from(self.alpha)
    }

    /// The length of a dash and of a gap, where its stroke is dashed.
    pub fn dash(&self) -> Option<[f32; 2]> {
        match self.kind {
            ShapeKind::Frame { dashed: true, .. } => Some([4.0 * self.line, 3.0 * self.line]),
            ShapeKind::DashedRing => Some([self.size * std::f32::consts::PI / 8.0; 2]),
            _ => None,
        }
    }
}

/// Brings shapes into paint order, those that can share a path next to each other; shapes of the same paint keep their
/// order. Outlines of the selected task come last, wide strokes below narrow ones.
pub(crate) fn sort(shapes: &mut [Shape]) {
    shapes.sort_by_key(|shape| {
        let key = shape.paint_key();
        // Outlines: the wide one in the panel's colour lies under the narrow one in ink.
        if shape.kind.layer() >= ShapeKind::Outline.layer() { key ^ 0x00ff_ff00_0000_0000 } else { key }
    });
}

/// The shapes in runs of the same paint: each run is one path, and one `fill` or `stroke`.
pub fn runs(shapes: &[Shape]) -> impl Iterator<Item = &[Shape]> {
    shapes.chunk_by(|one, other| one.paint_key() == other.paint_key())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(kind: ShapeKind, colour: Rgb, line: f32) -> Shape {
        Shape { kind, x: 0.0, y: 0.0, size: 4.0, line, colour, alpha: 255 }
    }

    #[test]
    fn shapes_of_the_same_paint_make_one_run() {
        let (blue, green) = ([0, 0, 200], [0, 200, 0]);
        let mut shapes = [
            shape(ShapeKind::Square { turn: 0.5 }, green, 0.0),
            shape(ShapeKind::Disc, blue, 0.0),
            shape(ShapeKind::Square { turn: 0.1 }, green, 0.0),
            shape(ShapeKind::Disc, green, 0.0),
            shape(ShapeKind::Disc, blue, 0.0),
        ];
        sort(&mut shapes);
        let lengths: Vec<usize> = runs(&shapes).map(<[Shape]>::len).collect();
        assert_eq!(lengths, [2, 1, 2]);
        assert_eq!(shapes[4].kind, ShapeKind::Square { turn: 0.1 });
    }

    #[test]
    fn the_wide_outline_lies_under_the_narrow_one() {
        let mut shapes = [shape(ShapeKind::Outline, [0; 3], 2.0), shape(ShapeKind::Outline, [255; 3], 5.0)];
        sort(&mut shapes);
        assert_eq!(shapes.map(|shape| shape.line), [5.0, 2.0]);
    }
}
