//! What a grain of the pile looks like close up: its picture for each kind and tone, drawn once for each size.
//!
//! Deliberately absent: where grains lie (`sand`), and whose they are (`pile`).

use crate::stage::palette::{Palette, Rgb, TONES};

/// What a grain looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrainKind {
    /// A stranded child.
    Child,
    /// A stranded parent: it keeps a core of ink, in cells of at least 6 px.
    Parent,
    /// A runaway for which there was no more room on the rim: a triangle, in cells of at least 6 px.
    Runaway,
    /// It is not alive any more: its place is empty, drawn as a hairline's colour.
    Gone,
}

/// A cell's picture for each kind and tone, drawn once for each size.
#[derive(Debug)]
pub(super) struct Stamps {
    pub(super) cell: u32,
    pictures: Vec<u8>,
}

pub(super) const KINDS: [GrainKind; 4] = [GrainKind::Child, GrainKind::Parent, GrainKind::Runaway, GrainKind::Gone];

impl Stamps {
    pub(super) fn new(cell: u32, palette: &Palette) -> Stamps {
        let mut pictures = Vec::new();
        for kind in KINDS {
            for tone in palette.grains {
                let tone = if kind == GrainKind::Gone { palette.line } else { tone };
                draw_stamp(cell, kind, tone, palette.core, &mut pictures);
            }
        }
        Stamps { cell, pictures }
    }

    pub(super) fn picture(&self, kind: GrainKind, tone: usize) -> &[u8] {
        let bytes = self.cell as usize * self.cell as usize * 4;
        let number = kind as usize * TONES + tone;
        &self.pictures[number * bytes..(number + 1) * bytes]
    }
}

/// Samples for each pixel's edge, in each direction.
const SAMPLES: u32 = 4;

fn draw_stamp(cell: u32, kind: GrainKind, body: Rgb, core: Rgb, into: &mut Vec<u8>) {
    let edge = cell as f32;
    for y in 0..cell {
        for x in 0..cell {
            let (mut in_body, mut in_core) = (0_u32, 0_u32);
            for sample in 0..SAMPLES * SAMPLES {
                let step = 1.0 / SAMPLES as f32;
                let px = x as f32 + ((sample % SAMPLES) as f32 + 0.5) * step;
                let py = y as f32 + ((sample / SAMPLES) as f32 + 0.5) * step;
                let inside = body_holds(kind, edge, px, py);
                in_body += u32::from(inside);
                in_core += u32::from(inside && kind == GrainKind::Parent && core_holds(edge, px, py));
            }
            let all = SAMPLES * SAMPLES;
            let mix = |channel: usize| {
                let (body, core) = (u32::from(body[channel]), u32::from(core[channel]));
                let inside = in_body.max(1);
                ((body * (inside - in_core.min(inside)) + core * in_core + inside / 2) / inside) as u8
            };
            into.extend([mix(0), mix(1), mix(2), (in_body * 255 / all) as u8]);
        }
    }
}

/// Cells up to this edge, in device pixels, fill their places: they have neither gap nor form.
pub(super) const PLAIN_MAX: u32 = 2;

/// How much of its edge a larger cell leaves free.
pub(super) fn gap(edge: f32) -> f32 {
    if edge < 5.0 { 1.0 } else { edge / 10.0 + 0.4 }
}

/// Whether a cell is large enough for round corners, a core, a triangle.
pub(super) fn is_formed(edge: f32) -> bool {
    edge >= 6.0
}

/// The radius of its corners.
pub(super) fn radius(edge: f32) -> f32 {
    if is_formed(edge) { edge * 0.16 } else { 0.0 }
}

/// From the middle of a core to its corners, as a share of the body's side.
pub(super) const CORE_SHARE: f32 = 0.34;

fn body_holds(kind: GrainKind, edge: f32, x: f32, y: f32) -> bool {
    let gap = gap(edge);
    // The gap lies right and above, so that cells stand on the floor.
    let (left, top) = (0.0, gap);
    let side = edge - gap;
    let (x, y) = (x - left, y - top);
    if x < 0.0 || y < 0.0 || x > side || y > side {
        return false;
    }
    if kind == GrainKind::Runaway && is_formed(edge) {
        // An upright triangle: half as wide at half its height.
        return (x - side * 0.5).abs() * 2.0 <= y;
    }
    let radius = radius(edge);
    let dx = (radius - x).max(x - (side - radius)).max(0.0);
    let dy = (radius - y).max(y - (side - radius)).max(0.0);
    dx * dx + dy * dy <= radius * radius
}

/// The diamond of a parent.
fn core_holds(edge: f32, x: f32, y: f32) -> bool {
    if !is_formed(edge) {
        return false;
    }
    let gap = gap(edge);
    let side = edge - gap;
    let (dx, dy) = ((x - side * 0.5).abs(), (y - gap - side * 0.5).abs());
    dx + dy <= side * CORE_SHARE
}
