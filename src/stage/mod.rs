//! PICTURE: draws one moment of a run as pixels and shapes.
//!
//! - [`scene`]: what the stage reads of a run; it reads nothing else;
//! - [`layout`]: where things stand, from the stage's size and a few counts;
//! - `marks`: the mark that stands for each state;
//! - [`motion`]: how one picture becomes the next;
//! - [`thread`](mod@thread): the one thread, with `replay`, the polls that are shown one after the other, and `meter`, how many they
//!   are; `lane` draws it;
//! - [`pile`]: the pixels in which every leaked task lies; `sand` says where, and `stamp` what a grain looks like;
//! - [`draw`]: everything else as shapes, with the targets that can be clicked, as `render` makes it; `outline` marks what is
//!   selected, and what the pointer is over;
//! - [`shape`] and [`palette`]: the shapes and colours that the picture is made of;
//! - [`svg`]: the whole picture, with a caption, as an SVG file.
//!
//! [`Stage`] holds them together: give it the stage's size and theme, update it once a frame, and paint first
//! [`Stage::pile_image`], then [`Stage::shapes`], then the words at [`Stage::labels`].
//!
//! Nothing is drawn before it has happened; marks follow the facts by fractions of a second, so that a reader sees the
//! steps between. Counts are always those of this moment. Deliberately absent: the DOM, any browser crate, machine time
//! (a frame's milliseconds are a parameter), words in any language, and the engine.

pub mod draw;
mod lane;
pub mod layout;
mod marks;
mod meter;
pub mod motion;
mod outline;
pub mod palette;
pub mod pile;
mod render;
mod replay;
mod sand;
pub mod scene;
pub mod shape;
mod stamp;
pub mod svg;
pub mod thread;

#[cfg(test)]
pub(crate) mod tests;

use crate::stage::draw::{Drawing, Hit, Label};
use crate::stage::layout::{FrameGrid, PILE_SHARES, Regions};
use crate::stage::motion::{
    ALOFT_MAX, Destination, FALL_MS, FRAME_MS_MAX, Fall, MOVE_MS, Motion, RimFall, RimRunaway, ShownRequest,
    elapsed_part,
};
use crate::stage::palette::Theme;
use crate::stage::pile::{Pile, PileImage, PixelRect, ZoomMotion, ease};
use crate::stage::sand::hash;
use crate::stage::scene::{Leak, LeakKind, Request, SceneCounts, SceneSource, TaskPhase};
use crate::stage::shape::Shape;
use crate::stage::stamp::GrainKind;
use crate::stage::thread::Thread;
use crate::trace::event::{Role, ScopeId, TaskId};
use crate::verdict::ledger::Ledger;

/// The most runaways that sit on the pile's rim; older ones sink into it.
const RIM_MAX: usize = 40;
/// The width of a runaway's slot on the rim, in CSS pixels.
const RIM_SLOT_PX: f32 = 17.0;
/// The most grains that one update checks for being alive; it checks them only while some are not.
const GONE_CHECKS_MAX: usize = 20_000;
/// The most sunken runaways that one update checks.
const SUNK_CHECKS_MAX: usize = 256;

/// Grid and time of the frames' last move.
#[derive(Clone, Copy, Debug)]
struct Move {
    from: FrameGrid,
    began_ms: u64,
}

/// The picture of a run, frame by frame.
#[derive(Debug)]
pub struct Stage {
    width: f32,
    height: f32,
    scale: f32,
    theme: Theme,
    regions: Regions,
    /// The frames' clock: milliseconds that were shown, not virtual time.
    clock_ms: u64,
    motion: Motion,
    moving: bool,
    /// Virtual time of the last update, to notice a rewind.
    now_us: u64,
    last_leak: Option<TaskId>,
    leaks_seen: usize,

    /// The requests that have a frame, by number.
    shown: Vec<ShownRequest>,
    hidden: usize,
    /// The most children a request has had: frames are equal, and never shrink back.
    children: usize,
    grid: Option<FrameGrid>,
    moves: Option<Move>,

    pile: Pile,
    falls: Vec<Fall>,
    rim: Vec<RimRunaway>,
    /// Runaways under the rim: grain, and number among the leaks; and the one that is checked next.
    sunk: Vec<(u32, usize)>,
    sunk_next: usize,
    gone_next: u32,
    pile_step: usize,

    thread: Thread,
    counts: SceneCounts,

    selected: Option<TaskId>,
    selected_grain: Option<u32>,
    /// Where the pointer is, in CSS pixels, and whether a click there would select anything.
    pointer: Option<(f32, f32)>,
    is_over: bool,
    drawing: Drawing,
    open_ids: Vec<ScopeId>,
    request_read: Request,
}

impl Default for Stage {
    fn default() -> Stage {
        Stage::new()
    }
}

impl Stage {
    /// An empty stage of 760 × 460 CSS pixels on paper.
    pub fn new() -> Stage {
        let mut stage = Stage {
            width: 0.0,
            height: 0.0,
            scale: 1.0,
            theme: Theme::Light,
            regions: Regions::new(760.0, 460.0, PILE_SHARES[0]),
            clock_ms: 0,
            motion: Motion::Full,
            moving: false,
            now_us: 0,
            last_leak: None,
            leaks_seen: 0,
            shown: Vec::new(),
            hidden: 0,
            children: 0,
            grid: None,
            moves: None,
            pile: Pile::new(palette::of(Theme::Light)),
            falls: Vec::new(),
            rim: Vec::new(),
            sunk: Vec::new(),
            sunk_next: 0,
            gone_next: 0,
            pile_step: 0,
            thread: Thread::default(),
            counts: SceneCounts::default(),
            selected: None,
            selected_grain: None,
            pointer: None,
            is_over: false,
            drawing: Drawing::default(),
            open_ids: Vec::new(),
            request_read: Request::default(),
        };
        stage.resize(760, 460, 1000);
        stage
    }

    /// Gives the stage its size in CSS pixels, and how many device pixels a thousand of them have. The change is not animated.
    pub fn resize(&mut self, width_css_px: u32, height_css_px: u32, scale_permille: u32) {
        self.width = width_css_px.max(1) as f32;
        self.height = height_css_px.max(1) as f32;
        let scale_permille = scale_permille.clamp(250, 8000);
        self.scale = scale_permille as f32 / 1000.0;
        let regions = PILE_SHARES.map(|share| Regions::new(self.width, self.height, share));
        let pixels = |css: f32| (css * self.scale + 0.5) as u32;
        let steps = regions.map(|regions| pixels(regions.pile.h));
        let largest = regions[2].pile;
        let floor = pixels(largest.bottom());
        let place = PixelRect { x: pixels(largest.x), y: floor - steps[2], w: pixels(largest.w), h: steps[2] };
        self.pile.set_room(place, steps, scale_permille);
        self.pile_step = self.pile.step();
        self.regions = regions[self.pile_step];
        self.grid = None;
        self.moves = None;
        self.stop_falls();
        self.rearrange_rim();
        self.arrange();
        self.draw();
    }

    /// Paper or night.
    pub fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        self.pile.set_palette(palette::of(theme));
        self.draw();
    }

    /// Forgets every task and all motion, after a restart or a seek backwards. Size, theme and selection stay.
    pub fn reset(&mut self) {
        self.shown.clear();
        self.hidden = 0;
        self.children = 0;
        self.grid = None;
        self.moves = None;
        self.falls.clear();
        self.rim.clear();
        self.sunk.clear();
        self.sunk_next = 0;
        self.gone_next = 0;
        self.pile.clear();
        self.pile_step = self.pile.step();
        self.regions = Regions::new(self.width, self.height, PILE_SHARES[self.pile_step]);
        self.thread.reset();
        self.counts = SceneCounts::default();
        self.selected_grain = None;
        self.leaks_seen = 0;
        self.last_leak = None;
        self.now_us = 0;
        self.moving = false;
        self.draw();
    }

    /// Draws the next frame: the ledger's present state, `frame_ms` after the last frame.
    pub fn update(&mut self, ledger: &Ledger, frame_ms: u32, motion: Motion) {
        self.update_from(ledger, frame_ms, motion);
    }

    /// [`Stage::update`] from any source.
    pub fn update_from(&mut self, source: &impl SceneSource, frame_ms: u32, motion: Motion) {
        if self.is_rewound(source) {
            self.reset();
        }
        let frame_ms = frame_ms.min(FRAME_MS_MAX);
        self.clock_ms += u64::from(frame_ms);
        self.motion = motion;
        self.moving = false;
        self.now_us = source.now_us();

        self.read_lane(source, frame_ms);
        self.read_requests(source);
        self.read_leaks(source);
        self.read_rim(source, frame_ms);
        self.advance_requests();
        self.advance_falls();
        self.settle_pile();
        self.arrange();
        self.draw();
    }

    fn is_rewound(&self, source: &impl SceneSource) -> bool {
        let newest = self.leaks_seen.checked_sub(1);
        source.now_us() < self.now_us
            || source.leaks() < self.leaks_seen
            || newest.is_some_and(|newest| Some(source.leak(newest).task) != self.last_leak)
    }

    fn read_requests(&mut self, source: &impl SceneSource) {
        if self.motion == Motion::Fast {
            self.shown.clear();
        }
        self.open_ids.clear();
        source.open_requests(&mut self.open_ids);
        self.open_ids.sort_unstable();
        for request in &mut self.shown {
            request.closed = self.open_ids.binary_search(&request.id).is_err();
        }
        let newcomers = self.open_ids.iter().filter(|id| self.index_of_request(**id).is_err()).count();
        self.hidden = newcomers;
        if self.motion == Motion::Fast {
            return;
        }
        self.admit_requests(newcomers);
        self.read_members(source);
    }

    /// Gives new requests a frame as far as there is room; while there is none, closed ones leave at once.
    fn admit_requests(&mut self, newcomers: usize) {
        let capacity = |needed: usize| FrameGrid::choose(self.regions.requests, self.children, needed, None).capacity();
        if self.shown.len() + newcomers > capacity(self.shown.len() + newcomers) {
            let now_ms = self.clock_ms;
            self.shown.retain(|request| request.fades_ms.is_none_or(|fades_ms| fades_ms == now_ms));
        }
        let needed = self.shown.len() + newcomers;
        let free = capacity(needed).saturating_sub(self.shown.len());
        for id in self.open_ids.iter().filter(|_| newcomers > 0) {
            if newcomers - self.hidden == free {
                break;
            }
            if let Err(at) = self.index_of_request(*id) {
                self.shown.insert(at, ShownRequest::new(*id, self.clock_ms));
                self.hidden -= 1;
            }
        }
    }

    fn read_members(&mut self, source: &impl SceneSource) {
        let now_ms = self.clock_ms;
        for request in &mut self.shown {
            self.request_read.members.clear();
            if request.closed {
                if request.fades_ms.is_none() && source.closed_request(request.id, &mut self.request_read) {
                    request.observe(&self.request_read, now_ms);
                }
                // No task still works: all of them returned, except those that are found among the leaks.
                for sprite in request.sprites.iter_mut().filter(|sprite| sprite.actual != TaskPhase::Leaked) {
                    sprite.actual = TaskPhase::Returned;
                }
            } else {
                source.request(request.id, &mut self.request_read);
                request.fades_ms = None;
                request.observe(&self.request_read, now_ms);
            }
        }
        let most = self.shown.iter().map(ShownRequest::children).max().unwrap_or(0);
        self.children = self.children.max(most.min(layout::CHILDREN_SHOWN_MAX));
    }

    /// Takes in every leak found since the last update: each becomes one grain, or sits on the rim.
    fn read_leaks(&mut self, source: &impl SceneSource) {
        let leaked = source.leaks();
        let many = leaked - self.leaks_seen > 4 * ALOFT_MAX;
        for number in self.leaks_seen..leaked {
            let leak = source.leak(number);
            self.last_leak = Some(leak.task);
            let sprite = if many || self.motion == Motion::Fast { None } else { self.find(&leak) };
            let falls = sprite.is_some() && self.motion == Motion::Full && self.falls_now() < ALOFT_MAX;
            let destination = match leak.kind {
                LeakKind::Stranded => Destination::Grain(self.add_grain(leak.task, grain_kind(&leak), falls)),
                LeakKind::Runaway => self.add_runaway(number, &leak, falls),
                LeakKind::Gone => Destination::Grain(self.add_grain(leak.task, GrainKind::Gone, false)),
            };
            let falls = falls && leak.kind != LeakKind::Gone;
            if let Some((shown_at, at)) = sprite {
                let sprite = &mut self.shown[shown_at].sprites[at];
                sprite.actual = TaskPhase::Leaked;
                sprite.destination = falls.then_some(destination);
                if !falls {
                    sprite.shown = TaskPhase::Leaked;
                }
            }
        }
        self.leaks_seen = leaked;
    }

    /// Where a leaked task is shown: its request's place in `shown`, and its own in that.
    fn find(&self, leak: &Leak) -> Option<(usize, usize)> {
        let shown_at = self.index_of_request(leak.scope).ok()?;
        let at = self.shown[shown_at].sprites.iter().position(|sprite| sprite.task == leak.task)?;
        Some((shown_at, at))
    }

    /// Where a request is in `shown`, or where it would be.
    fn index_of_request(&self, id: ScopeId) -> Result<usize, usize> {
        self.shown.binary_search_by_key(&id, |request| request.id)
    }

    /// How many tasks fall, or wait in their frames to fall.
    fn falls_now(&self) -> usize {
        self.pile.aloft() + self.rim.len()
    }

    fn add_grain(&mut self, task: TaskId, kind: GrainKind, falls: bool) -> u32 {
        let grain = if falls { self.pile.push_aloft(task, kind) } else { self.pile.push(task, kind) };
        if self.selected == Some(task) {
            self.selected_grain = Some(grain);
        }
        grain
    }

    /// How many runaways find a slot on the rim.
    pub(crate) fn rim_slots(&self) -> usize {
        ((self.regions.pile.w / RIM_SLOT_PX) as usize).clamp(1, RIM_MAX)
    }

    /// Gives every runaway on the rim a slot anew, for another width; the oldest sink where slots are short.
    fn rearrange_rim(&mut self) {
        while self.rim.len() > self.rim_slots() {
            self.sink_oldest();
        }
        let rim = std::mem::take(&mut self.rim);
        for mut runaway in rim {
            runaway.slot = self.free_slot(runaway.number);
            self.rim.push(runaway);
        }
        self.settle_pile();
    }

    fn sink_oldest(&mut self) {
        let oldest = self.rim.remove(0);
        let grain = self.add_grain(oldest.task, GrainKind::Runaway, false);
        self.sunk.push((grain, oldest.number));
    }

    fn free_slot(&self, number: usize) -> usize {
        let slots = self.rim_slots();
        let mut slot = hash(number as u32) as usize % slots;
        while self.rim.iter().any(|runaway| runaway.slot == slot) {
            slot = (slot + 1) % slots;
        }
        slot
    }

    fn add_runaway(&mut self, number: usize, leak: &Leak, falls: bool) -> Destination {
        if self.rim.len() >= self.rim_slots() {
            self.sink_oldest();
        }
        let slot = self.free_slot(number);
        let fall = if falls { RimFall::InFrame } else { RimFall::Resting };
        let (task, polls) = (leak.task, leak.polls);
        self.rim.push(RimRunaway { number, task, slot, polls, turned: polls as f32, fall });
        Destination::Rim
    }

    /// Reads how the runaways do: each poll turns one, and one that is stranded by now becomes a grain like any other.
    fn read_rim(&mut self, source: &impl SceneSource, frame_ms: u32) {
        let mut at = 0;
        while at < self.rim.len() {
            let leak = source.leak(self.rim[at].number);
            if leak.kind != LeakKind::Runaway {
                let came = self.rim.remove(at);
                self.leave_rim(&came, &leak);
                continue;
            }
            let runaway = &mut self.rim[at];
            runaway.polls = leak.polls;
            self.moving |= runaway.advance_turn(frame_ms, self.motion);
            at += 1;
        }
        self.read_sunk(source);
        self.read_gone(source);
    }

    fn read_sunk(&mut self, source: &impl SceneSource) {
        for _ in 0..SUNK_CHECKS_MAX.min(self.sunk.len()) {
            self.sunk_next = (self.sunk_next + 1) % self.sunk.len();
            let (grain, number) = self.sunk[self.sunk_next];
            let leak = source.leak(number);
            if leak.kind != LeakKind::Runaway {
                self.pile.set_kind(grain, grain_kind(&leak));
                self.sunk.swap_remove(self.sunk_next);
                self.sunk_next = 0;
                break;
            }
        }
    }

    /// While fewer leaked tasks are alive than lie on the pile, looks for those that are gone, a bounded number at a time.
    fn read_gone(&mut self, source: &impl SceneSource) {
        let alive = self.pile.len() - self.pile.gone() + self.rim.len();
        if self.counts.leaked as usize >= alive {
            return;
        }
        self.moving = true;
        for _ in 0..GONE_CHECKS_MAX.min(self.pile.len()) {
            self.gone_next = (self.gone_next + 1) % self.pile.len() as u32;
            if !source.is_alive(self.pile.task(self.gone_next)) {
                self.pile.set_kind(self.gone_next, GrainKind::Gone);
            }
        }
    }

    fn leave_rim(&mut self, runaway: &RimRunaway, leak: &Leak) {
        let falls = self.motion == Motion::Full && leak.kind == LeakKind::Stranded;
        let grain = self.add_grain(leak.task, grain_kind(leak), falls);
        if falls {
            let (x, y, size) = self.rim_position(runaway);
            self.falls.push(Fall { grain, from: (x, y), size: size * 0.8, began_ms: self.clock_ms });
        }
        for request in &mut self.shown {
            for sprite in request.sprites.iter_mut().filter(|sprite| sprite.task == leak.task) {
                sprite.destination = None;
                sprite.shown = TaskPhase::Leaked;
            }
        }
    }

    fn advance_requests(&mut self) {
        let (now_ms, motion) = (self.clock_ms, self.motion);
        let mut launched = Vec::new();
        for (shown_at, request) in self.shown.iter_mut().enumerate() {
            request.advance(now_ms, motion);
            for (number, sprite) in request.sprites.iter_mut().enumerate() {
                if sprite.shown == TaskPhase::Leaked
                    && let Some(destination) = sprite.destination.take()
                {
                    launched.push((shown_at, number, sprite.task, destination));
                }
            }
            self.moving |= motion == Motion::Full && !request.is_settled(now_ms);
        }
        for (shown_at, number, task, destination) in launched {
            self.launch(shown_at, number, task, destination);
        }
        self.shown.retain(|request| !request.is_gone(now_ms, motion));
    }

    /// Starts the fall of a leaked task from its frame.
    fn launch(&mut self, shown_at: usize, sprite: usize, task: TaskId, destination: Destination) {
        let from = self.grid.and_then(|frames| self.sprite_position(&frames, &self.shown[shown_at], sprite));
        let top = (self.regions.pile.x + self.regions.pile.w * 0.5, self.regions.pile.y);
        let from = from.unwrap_or(top);
        let size = self.grid.map_or(4.0, |frames| frames.pitch * 0.27);
        let began_ms = self.clock_ms;
        match destination {
            Destination::Grain(grain) => self.falls.push(Fall { grain, from, size, began_ms }),
            Destination::Rim => {
                // It may have sunk meanwhile.
                if let Some(runaway) = self.rim.iter_mut().find(|runaway| runaway.task == task) {
                    runaway.fall = RimFall::Falls { from, size, began_ms };
                }
            }
        }
    }

    fn advance_falls(&mut self) {
        let now_ms = self.clock_ms;
        if self.motion != Motion::Full {
            self.falls.clear();
            self.pile.land_all();
            for runaway in &mut self.rim {
                runaway.fall = RimFall::Resting;
            }
            for request in &mut self.shown {
                for sprite in &mut request.sprites {
                    sprite.destination = None;
                }
            }
            return;
        }
        let pile = &mut self.pile;
        self.falls.retain(|fall| {
            let over = elapsed_part(now_ms, fall.began_ms, FALL_MS) >= 1.0;
            if over {
                pile.land(fall.grain);
            }
            !over
        });
        for runaway in &mut self.rim {
            if let RimFall::Falls { began_ms, .. } = runaway.fall
                && elapsed_part(now_ms, began_ms, FALL_MS) >= 1.0
            {
                runaway.fall = RimFall::Resting;
            }
        }
        let rim_falls = self.rim.iter().any(|runaway| matches!(runaway.fall, RimFall::Falls { .. }));
        self.moving |= !self.falls.is_empty() || rim_falls || self.pile.aloft() > 0;
    }

    /// Ends every fall at once. A task that still waits in its frame to fall stays there.
    fn stop_falls(&mut self) {
        for fall in self.falls.drain(..) {
            self.pile.land(fall.grain);
        }
        for runaway in self.rim.iter_mut().filter(|runaway| matches!(runaway.fall, RimFall::Falls { .. })) {
            runaway.fall = RimFall::Resting;
        }
    }

    fn settle_pile(&mut self) {
        let zoom = if self.motion == Motion::Full { ZoomMotion::Shown } else { ZoomMotion::Skipped };
        self.pile.settle(self.clock_ms, zoom);
        self.moving |= self.pile.is_zooming();
        if self.pile.step() != self.pile_step {
            self.pile_step = self.pile.step();
            self.regions = Regions::new(self.width, self.height, PILE_SHARES[self.pile_step]);
        }
    }

    /// Chooses the grid of frames and gives each request its place: one that has a place keeps it while it can.
    fn arrange(&mut self) {
        let pitch = self.grid.map(|frames| frames.pitch);
        let needed = self.shown.len() + self.hidden;
        let frames = FrameGrid::choose(self.regions.requests, self.children, needed, pitch);
        let capacity = frames.capacity();
        // The newest requests that find no room any more are hidden; closed ones leave.
        while self.shown.len() > capacity {
            let gone = self.shown.pop().expect("there are more than fit");
            self.hidden += usize::from(!gone.closed);
            self.land_sprites_of(&gone);
        }
        let changed = self.grid.is_some_and(|before| before != frames);
        if changed {
            let before = self.grid.expect("it changed");
            self.moves = Some(Move { from: before, began_ms: self.clock_ms });
            for request in &mut self.shown {
                request.slot_before = Some(request.slot).filter(|slot| *slot != usize::MAX);
            }
        }
        let compact = self.shown.iter().any(|request| request.slot != usize::MAX && request.slot >= capacity);
        let mut taken = vec![false; capacity];
        for request in &mut self.shown {
            if compact {
                request.slot = usize::MAX;
            } else if request.slot != usize::MAX {
                taken[request.slot] = true;
            }
        }
        let mut free = 0;
        for request in self.shown.iter_mut().filter(|request| request.slot == usize::MAX) {
            while taken[free] {
                free += 1;
            }
            taken[free] = true;
            request.slot = free;
        }
        self.grid = Some(frames);
        self.advance_move();
        if self.pile.is_unpainted() {
            self.settle_pile();
        }
    }

    /// Lands every task that was still to fall from a frame that is gone.
    fn land_sprites_of(&mut self, gone: &ShownRequest) {
        for sprite in &gone.sprites {
            match sprite.destination {
                Some(Destination::Grain(grain)) => self.pile.land(grain),
                Some(Destination::Rim) => {
                    for runaway in self.rim.iter_mut().filter(|runaway| runaway.task == sprite.task) {
                        runaway.fall = RimFall::Resting;
                    }
                }
                None => {}
            }
        }
    }

    fn advance_move(&mut self) {
        let Some(moves) = self.moves else { return };
        if self.motion != Motion::Full || elapsed_part(self.clock_ms, moves.began_ms, MOVE_MS) >= 1.0 {
            self.moves = None;
            for request in &mut self.shown {
                request.slot_before = None;
            }
        } else {
            self.moving = true;
        }
    }

    /// How far the frames' move is, and from where.
    fn move_part(&self) -> Option<(FrameGrid, f32)> {
        self.moves.map(|moves| (moves.from, ease(elapsed_part(self.clock_ms, moves.began_ms, MOVE_MS))))
    }

    /// The pile's pixels, and what changed in them since the last call.
    pub fn pile_image(&mut self) -> PileImage<'_> {
        self.pile.image()
    }

    /// Everything above the pile, in paint order. [`shape::runs`] groups the shapes that share a path.
    pub fn shapes(&self) -> &[Shape] {
        &self.drawing.shapes
    }

    /// The words on the picture and where they stand.
    pub fn labels(&self) -> &[Label] {
        &self.drawing.labels
    }

    /// What is at a point: the nearest task within reach, on the thread, in a request, on the rim or in the pile;
    /// else the request whose frame it is.
    pub fn hit(&self, x_css: f32, y_css: f32) -> Option<Hit> {
        if let Some(task) = self.drawing.nearest(x_css, y_css) {
            return Some(Hit::Task(task));
        }
        if let Some(scope) = self.drawing.frame_at(x_css, y_css) {
            return Some(Hit::Scope(scope));
        }
        let reach = draw::REACH * 0.5 * self.scale;
        let grain = self.pile.hit(x_css * self.scale, y_css * self.scale, reach)?;
        Some(Hit::Task(self.pile.task(grain)))
    }

    /// Outlines a task in ink wherever it is.
    pub fn select(&mut self, task: Option<TaskId>) {
        self.selected = task;
        self.selected_grain = task.and_then(|task| self.pile.grain_of(task));
        self.draw();
    }

    /// Its width and height in CSS pixels.
    pub fn size(&self) -> (f32, f32) {
        (self.width, self.height)
    }

    /// Where a task is on the stage, if it is shown: in its request, in the pile, or else on the thread or in its queue.
    /// Linear in the size of the pile: for clicks, not for frames.
    pub fn position_of(&self, task: TaskId) -> Option<(f32, f32)> {
        self.drawing.position_of(task).or_else(|| self.grain_position(self.pile.grain_of(task)?))
    }

    /// Whether another frame is needed although the ledger did not change.
    pub fn is_moving(&self) -> bool {
        self.moving
    }

    /// How many tasks one dot of the pile stands for: 1, until there are more than pixels.
    pub fn tasks_per_dot(&self) -> u32 {
        self.pile.per_dot()
    }

    fn grain_position(&self, grain: u32) -> Option<(f32, f32)> {
        let (x, y) = self.pile.centre(grain)?;
        (!self.pile.is_aloft(grain)).then_some((x / self.scale, y / self.scale))
    }
}

fn grain_kind(leak: &Leak) -> GrainKind {
    match (leak.kind, leak.role) {
        (LeakKind::Gone, _) => GrainKind::Gone,
        (LeakKind::Runaway, _) => GrainKind::Runaway,
        (LeakKind::Stranded, Role::Parent) => GrainKind::Parent,
        (LeakKind::Stranded, Role::Child | Role::Root) => GrainKind::Child,
    }
}
