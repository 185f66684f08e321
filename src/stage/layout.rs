//! Where things stand: pure geometry from the stage's size and a few counts. No state, no time.
//!
//! Every position is in CSS pixels from the stage's top left corner.
//!
//! ```text
//! one thread ( ●  ○ ○ ○ ○                     4 ready )
//! ┌──────────┐ ┌──────────┐ ┌──────────┐
//! │ ◆  ● ● ● │ │ ◆  ● ● ● │ │ ◆  ● ● ● │      requests
//! └──────────┘ └──────────┘ └──────────┘
//! the pile: 214 tasks, each still alive       its label
//! ▪▪▪  ▪▪▪▪▪ ▪▪▪▪▪▪▪▪▪ ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪      its region
//! ─────────────────────────────────────       the floor
//! ```

/// A box in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Area {
    /// The bottom edge.
    pub fn bottom(self) -> f32 {
        self.y + self.h
    }

    /// The right edge.
    pub fn right(self) -> f32 {
        self.x + self.w
    }

    /// Whether a point lies in the box. Its left and top edges belong to it, its right and bottom edges do not.
    pub fn contains(self, x: f32, y: f32) -> bool {
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }

    /// The box part of the way from `self` (0) to `other` (1).
    pub fn toward(self, other: Area, part: f32) -> Area {
        Area {
            x: lerp(self.x, other.x, part),
            y: lerp(self.y, other.y, part),
            w: lerp(self.w, other.w, part),
            h: lerp(self.h, other.h, part),
        }
    }
}

/// Part of the way from one number (0) to another (1).
pub fn lerp(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}

/// The shares of the stage's height that the pile can have, per mille: it grows by steps, so that the requests
/// above it move only twice.
pub const PILE_SHARES: [f32; 3] = [0.30, 0.42, 0.55];

/// Height of the pile's label, with the room above and below it.
const PILE_LABEL_H: f32 = 28.0;

/// The regions of the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regions {
    /// The whole stage.
    pub stage: Area,
    /// The bar of the one thread.
    pub lane: Area,
    /// Where the requests stand.
    pub requests: Area,
    /// Where the pile lies: its bottom is the floor.
    pub pile: Area,
    /// The baseline of the pile's label.
    pub pile_label_y: f32,
}

impl Regions {
    /// The regions of a stage whose pile has this share of the height.
    pub fn new(width: f32, height: f32, share: f32) -> Regions {
        let pad = pad(width);
        let lane = Area { x: pad + lane_label_w(width), y: 14.0, w: 0.0, h: 28.0 };
        let lane = Area { w: (width - pad - lane.x).max(40.0), ..lane };
        let floor = height - 12.0;
        // On a stage that is too low for everything the pile gives way last, because it is what the page teaches.
        let label_top = (floor - height * share).max(lane.bottom() + 8.0);
        let pile_top = (label_top + PILE_LABEL_H).min(floor - 8.0);
        let requests_top = lane.bottom() + 16.0;
        Regions {
            stage: Area { x: 0.0, y: 0.0, w: width, h: height },
            lane,
            requests: Area {
                x: pad,
                y: requests_top,
                w: (width - 2.0 * pad).max(20.0),
                h: (label_top - requests_top - 4.0).max(0.0),
            },
            pile: Area { x: pad, y: pile_top, w: (width - 2.0 * pad).max(20.0), h: floor - pile_top },
            pile_label_y: label_top + 16.0,
        }
    }
}

/// The margin left and right.
fn pad(width: f32) -> f32 {
    if width < 480.0 {
        14.0
    } else if width < 1100.0 {
        24.0
    } else {
        32.0
    }
}

/// The width of the words left of the lane.
fn lane_label_w(width: f32) -> f32 {
    if width < 480.0 { 74.0 } else { 84.0 }
}

/// The distances between the marks of a request, largest first: frames shrink by these steps.
pub const PITCHES: [f32; 9] = [24.0, 18.0, 15.0, 12.0, 10.0, 8.0, 6.5, 5.0, 4.0];

/// Only a large stage uses the largest step.
fn first_pitch(room: Area) -> usize {
    usize::from(room.w < 1100.0 || room.h < 280.0)
}

/// Children that a frame shows at most; the page says how many more there are.
pub const CHILDREN_SHOWN_MAX: usize = 200;

/// The grid of frames, and the grid of marks in each: equal for all requests, so that they line up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameGrid {
    /// The distance between two marks.
    pub pitch: f32,
    /// Places for children in a row.
    pub child_columns: usize,
    /// Rows of children.
    pub child_rows: usize,
    /// Frames in a row.
    pub columns: usize,
    /// Rows of frames.
    pub rows: usize,
    /// The width of a frame.
    pub w: f32,
    /// The height of a frame.
    pub h: f32,
    /// The distance between two frames.
    pub gap: f32,
    room: Area,
}

impl FrameGrid {
    /// The grid at one pitch.
    fn at(room: Area, children: usize, pitch: f32) -> FrameGrid {
        let (child_columns, child_rows) = child_grid(children);
        let w_least = pitch * (1.1 + 1.5 + child_columns as f32);
        let h = pitch * (1.1 + child_rows as f32);
        let gap = (pitch * 0.56).max(3.0);
        let columns = (((room.w + gap) / (w_least + gap)) as usize).max(1);
        let rows = ((room.h + gap) / (h + gap)) as usize;
        // Frames fill the width, unless that would make them far wider than their marks need.
        let w = ((room.w + gap) / columns as f32 - gap).min(w_least * 1.4);
        FrameGrid { pitch, child_columns, child_rows, columns, rows, w, h, gap, room }
    }

    /// The grid with the largest marks in which so many requests find room. `now` is the pitch in use: it grows only when
    /// there is room to spare, so that frames do not change size with every request.
    pub fn choose(room: Area, children: usize, requests: usize, now: Option<f32>) -> FrameGrid {
        let mut last = None;
        for &pitch in &PITCHES[first_pitch(room)..] {
            let frames = FrameGrid::at(room, children, pitch);
            let grows = now.is_some_and(|now| pitch > now);
            let needed = if grows { requests + requests / 3 + 1 } else { requests };
            if frames.capacity() >= needed && frames.fits() {
                return frames;
            }
            last = Some(frames);
        }
        // Not every request fits: the words "+ 12 more requests" need a row of their own.
        let smallest = last.expect("there is at least one pitch");
        let room = Area { h: (room.h - MORE_LABEL_H).max(0.0), ..room };
        let frames = FrameGrid::at(room, children, smallest.pitch);
        if frames.fits() { frames } else { FrameGrid { rows: 0, ..frames } }
    }

    fn fits(&self) -> bool {
        self.w >= self.pitch * (2.6 + self.child_columns as f32) * 0.999 && self.rows > 0
    }

    /// How many requests find room.
    pub fn capacity(&self) -> usize {
        self.columns * self.rows
    }

    /// The frame with this number, row by row.
    pub fn frame(&self, slot: usize) -> Area {
        let (row, column) = (slot / self.columns, slot % self.columns);
        Area {
            x: self.room.x + column as f32 * (self.w + self.gap),
            y: self.room.y + row as f32 * (self.h + self.gap),
            w: self.w,
            h: self.h,
        }
    }

    /// Where the words "+ 12 more requests" begin, under the last row.
    pub fn more_label(&self) -> (f32, f32) {
        let rows = self.rows as f32;
        (self.room.x, self.room.y + rows * (self.h + self.gap) - self.gap.min(rows * self.gap) + 15.0)
    }
}

/// Height of the words "+ 12 more requests".
const MORE_LABEL_H: f32 = 22.0;

/// Columns and rows for so many children: wider than high, and evenly filled.
pub fn child_grid(children: usize) -> (usize, usize) {
    let children = children.clamp(1, CHILDREN_SHOWN_MAX);
    let mut columns = 1;
    while columns * columns * 2 < children * 3 {
        columns += 1;
    }
    let rows = children.div_ceil(columns.min(children));
    (children.div_ceil(rows), rows)
}

/// The centre of a parent's mark in this frame.
pub fn parent_position(pitch: f32, frame: Area) -> (f32, f32) {
    (frame.x + pitch * 1.05, frame.y + frame.h * 0.5)
}

/// The centre of a child's mark in this frame; `number` counts the frame's children from 0. The spare width of a frame
/// goes between them.
pub fn child_position(frames: &FrameGrid, frame: Area, pitch: f32, number: usize) -> (f32, f32) {
    let (row, column) = (number / frames.child_columns, number % frames.child_columns);
    let room = frame.w - pitch * (0.55 + 1.5);
    let step = (room - pitch * 0.55) / frames.child_columns as f32;
    let step = step.min(pitch * 1.15);
    let left = frame.x + pitch * 2.05 + (room - pitch * 0.55 - step * frames.child_columns as f32) * 0.5;
    (left + (column as f32 + 0.5) * step, frame.y + pitch * 0.55 + (row as f32 + 0.5) * pitch)
}

/// The thread's lane: where the running task and the ready ones stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lane {
    area: Area,
}

/// The distance between two tasks in the queue.
const QUEUE_PITCH: f32 = 17.0;
/// Room for the words "12 ready" or "94 polls/s" at the lane's end.
const READY_LABEL_W: f32 = 96.0;
/// Room for "+ 12" behind the last circle that fits.
const MORE_READY_W: f32 = 44.0;

impl Lane {
    /// The lane in this bar.
    pub fn new(area: Area) -> Lane {
        Lane { area }
    }

    /// The centre of the running task.
    pub fn running(&self) -> (f32, f32) {
        (self.area.x + 18.0, self.middle())
    }

    /// The centre of the task with this number in the queue, from 0.
    pub fn queued(&self, number: usize) -> (f32, f32) {
        (self.area.x + 46.0 + QUEUE_PITCH * number as f32, self.middle())
    }

    /// How many tasks of the queue can be shown, when so many are ready.
    pub fn shown(&self, ready: usize) -> usize {
        let room = (self.area.right() - READY_LABEL_W - self.queued(0).0 + QUEUE_PITCH * 0.5).max(0.0);
        let all = (room / QUEUE_PITCH) as usize;
        if ready <= all { ready } else { ((room - MORE_READY_W).max(0.0) / QUEUE_PITCH) as usize }
    }

    /// Where "+ 12" begins.
    pub fn more_label(&self, shown: usize) -> (f32, f32) {
        (self.queued(shown).0 - 6.0, self.middle() + 4.5)
    }

    /// Where "12 ready" ends.
    pub fn ready_label(&self) -> (f32, f32) {
        (self.area.right() - 12.0, self.middle() + 4.5)
    }

    fn middle(&self) -> f32 {
        self.area.y + self.area.h * 0.5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(f32, f32); 9] = [
        (320.0, 360.0),
        (358.0, 420.0),
        (390.0, 480.0),
        (600.0, 400.0),
        (760.0, 460.0),
        (1024.0, 500.0),
        (1600.0, 800.0),
        (300.0, 120.0),
        (40.0, 40.0),
    ];
    const CHILDREN: [usize; 10] = [0, 1, 2, 3, 4, 5, 8, 13, 50, 999];
    const REQUESTS: [usize; 9] = [0, 1, 2, 7, 14, 40, 200, 1000, 20_000];

    fn inside(inner: Area, outer: Area) -> bool {
        let slack = 0.02;
        inner.x >= outer.x - slack
            && inner.y >= outer.y - slack
            && inner.right() <= outer.right() + slack
            && inner.bottom() <= outer.bottom() + slack
    }

    fn apart(one: Area, other: Area) -> bool {
        one.right() <= other.x || other.right() <= one.x || one.bottom() <= other.y || other.bottom() <= one.y
    }

    #[test]
    fn regions_never_overlap_nor_leave_the_stage() {
        for (width, height) in SIZES.into_iter().take(7) {
            for share in PILE_SHARES {
                let regions = Regions::new(width, height, share);
                for room in [regions.lane, regions.requests, regions.pile] {
                    assert!(inside(room, regions.stage), "{regions:?}");
                }
                assert!(regions.lane.bottom() < regions.requests.y);
                assert!(regions.requests.bottom() < regions.pile_label_y - 12.0);
                assert!(regions.pile_label_y < regions.pile.y);
                assert!(regions.pile.h <= 0.55 * height);
                assert!(regions.requests.h >= 40.0, "{width}×{height}: requests have {}", regions.requests.h);
            }
        }
    }

    #[test]
    fn frames_never_overlap_nor_leave_their_room() {
        for (width, height) in SIZES {
            for share in PILE_SHARES {
                let room = Regions::new(width, height, share).requests;
                for children in CHILDREN {
                    for requests in REQUESTS {
                        let frames = FrameGrid::choose(room, children, requests, None);
                        let shown = frames.capacity().min(requests);
                        for slot in 0..shown {
                            let frame = frames.frame(slot);
                            assert!(inside(frame, room), "{frame:?} in {room:?} of {frames:?}");
                            if slot + 1 < shown {
                                assert!(apart(frame, frames.frame(slot + 1)));
                            }
                            if slot + frames.columns < shown {
                                assert!(apart(frame, frames.frame(slot + frames.columns)));
                            }
                        }
                        if shown < requests && frames.rows > 0 {
                            assert!(frames.more_label().1 <= room.bottom() + 4.0);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_marks_of_a_frame_stay_in_it_and_apart() {
        for (width, height) in SIZES {
            let room = Regions::new(width, height, 0.3).requests;
            for children in CHILDREN {
                let frames = FrameGrid::choose(room, children, 3, None);
                let frame = frames.frame(0);
                let least = frames.pitch * 0.42;
                let mut places = vec![parent_position(frames.pitch, frame)];
                places.extend(
                    (0..children.min(CHILDREN_SHOWN_MAX))
                        .map(|child| child_position(&frames, frame, frames.pitch, child)),
                );
                for (number, &(x, y)) in places.iter().enumerate() {
                    let mark = Area { x: x - least, y: y - least, w: 2.0 * least, h: 2.0 * least };
                    if frames.rows == 0 {
                        continue;
                    }
                    assert!(inside(mark, frame), "{mark:?} in {frame:?}");
                    for &(other_x, other_y) in &places[number + 1..] {
                        let (dx, dy) = (x - other_x, y - other_y);
                        assert!(dx * dx + dy * dy >= frames.pitch * frames.pitch * 0.98);
                    }
                }
            }
        }
    }

    #[test]
    fn more_requests_never_get_larger_frames() {
        let room = Regions::new(760.0, 460.0, 0.3).requests;
        let mut pitch = f32::MAX;
        for requests in REQUESTS {
            let frames = FrameGrid::choose(room, 5, requests, None);
            assert!(frames.pitch <= pitch);
            pitch = frames.pitch;
        }
    }

    #[test]
    fn frames_grow_back_only_with_room_to_spare() {
        let room = Regions::new(760.0, 460.0, 0.3).requests;
        let large = FrameGrid::choose(room, 5, 1, None);
        let full = large.capacity();
        let small = FrameGrid::choose(room, 5, full + 1, Some(large.pitch));
        assert!(small.pitch < large.pitch);
        assert_eq!(FrameGrid::choose(room, 5, full, Some(small.pitch)).pitch, small.pitch);
        assert_eq!(FrameGrid::choose(room, 5, full / 2, Some(small.pitch)).pitch, large.pitch);
    }

    #[test]
    fn the_queue_never_runs_into_its_words() {
        for (width, height) in SIZES.into_iter().take(7) {
            let regions = Regions::new(width, height, 0.3);
            let lane = Lane::new(regions.lane);
            for ready in [0, 1, 5, 30, 1_000_000] {
                let shown = lane.shown(ready);
                assert!(shown <= ready);
                let end =
                    if shown < ready { lane.more_label(shown).0 + MORE_READY_W } else { lane.queued(shown).0 - 9.0 };
                assert!(shown == 0 || end <= lane.ready_label().0 - READY_LABEL_W + 24.0, "{width} {ready}");
            }
        }
    }
}
