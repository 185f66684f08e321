//! PICTURE: one moment of a run → pixels and shapes.
//!
//! - [`scene`]: what the stage reads, and the only door to it;
//! - [`layout`]: where things stand, from the stage's size and a few counts;
//! - `marks`: which mark each state wears;
//! - [`motion`]: how one picture becomes the next;
//! - [`pile`]: the pixels in which every leaked task lies; `sand` says where, and `stamp` what a grain looks like;
//! - [`draw`]: everything else as shapes, with the places that can be clicked;
//! - [`shape`] and [`palette`]: the words of that picture;
//! - [`svg`]: all of it as a text that stands alone, with a caption.
//!
//! [`Stage`] holds them together: give it the stage's size and theme, update it once a frame, and paint first
//! [`Stage::pile_image`], then [`Stage::shapes`], then the words at [`Stage::labels`].
//!
//! Nothing is drawn before it has happened; marks follow the facts by fractions of a second, so that a reader sees the
//! steps between. Counts are those of this moment, always. Deliberately absent: the DOM, any browser crate, machine time
//! (a frame's milliseconds are a parameter), words in any language, and the engine.

pub mod draw;
pub mod layout;
mod marks;
pub mod motion;
pub mod palette;
pub mod pile;
mod sand;
pub mod scene;
pub mod shape;
mod stamp;
pub mod svg;

#[cfg(test)]
pub(crate) mod tests;

use crate::stage::draw::{Hit, Label, Picture};
use crate::stage::layout::{Frames, PILE_SHARES, Rooms};
use crate::stage::motion::{
    ALOFT_MAX, FALL_MS, FRAME_MS_MAX, Fall, MOVE_MS, Motion, Open, PerchFall, Perched, Ticket, part,
};
use crate::stage::palette::Theme;
use crate::stage::pile::{Pile, PileImage, PixelRect, ZoomMotion, ease};
use crate::stage::sand::hash;
use crate::stage::scene::{Facts, Fate, Leak, LeakKind, Request, Seat, Tally};
use crate::stage::shape::Shape;
use crate::stage::stamp::GrainKind;
use crate::trace::event::{Role, ScopeId, TaskId};
use crate::verdict::ledger::Ledger;

/// Runaways that sit on the pile's rim at most; older ones sink into it.
const RIM_MAX: usize = 40;
/// The width of a seat on the rim, in CSS pixels.
const RIM_SEAT: f32 = 17.0;
/// Grains that one update asks whether they are alive at most, and only while some are not.
const GONE_ASKED_MAX: usize = 20_000;
/// Sunken runaways that one update asks for news at most.
const SUNK_ASKED_MAX: usize = 256;

/// Grid and time of the frames' last move.
#[derive(Clone, Copy, Debug)]
struct Move {
    from: Frames,
    began_ms: u64,
}

/// The picture of a run, frame by frame.
#[derive(Debug)]
pub struct Stage {
    width: f32,
    height: f32,
    scale: f32,
    theme: Theme,
    rooms: Rooms,
    /// The frames' clock: milliseconds that were shown, not virtual time.
    clock_ms: u64,
    motion: Motion,
    moving: bool,
    /// Virtual time of the last update, to notice a rewind.
    now_us: u64,
    last_leak: Option<TaskId>,
    leaks_seen: usize,

    /// In the order of their numbers.
    shown: Vec<Open>,
    hidden: usize,
    /// The most children a request has had: frames are equal, and never shrink back.
    children: usize,
    frames: Option<Frames>,
    moves: Option<Move>,

    pile: Pile,
    falls: Vec<Fall>,
    rim: Vec<Perched>,
    /// Runaways under the rim: grain, and number among the leaks; and whom to ask next.
    sunk: Vec<(u32, usize)>,
    sunk_next: usize,
    gone_next: u32,
    pile_step: usize,

    running: Option<Seat>,
    ready: Vec<Seat>,
    tally: Tally,

    selected: Option<TaskId>,
    selected_grain: Option<u32>,
    picture: Picture,
    open: Vec<ScopeId>,
    request: Request,
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
            rooms: Rooms::new(760.0, 460.0, PILE_SHARES[0]),
            clock_ms: 0,
            motion: Motion::Full,
            moving: false,
            now_us: 0,
            last_leak: None,
            leaks_seen: 0,
            shown: Vec::new(),
            hidden: 0,
            children: 0,
            frames: None,
            moves: None,
            pile: Pile::new(palette::of(Theme::Light)),
            falls: Vec::new(),
            rim: Vec::new(),
            sunk: Vec::new(),
            sunk_next: 0,
            gone_next: 0,
            pile_step: 0,
            running: None,
            ready: Vec::new(),
            tally: Tally::default(),
            selected: None,
            selected_grain: None,
            picture: Picture::default(),
            open: Vec::new(),
            request: Request::default(),
        };
        stage.resize(760, 460, 1000);
        stage
    }

    /// Gives the stage its size in CSS pixels, and the device pixels of each thousand of them. Nothing moves by it.
    pub fn resize(&mut self, width_css_px: u32, height_css_px: u32, scale_permille: u32) {
        self.width = width_css_px.max(1) as f32;
        self.height = height_css_px.max(1) as f32;
        let scale_permille = scale_permille.clamp(250, 8000);
        self.scale = scale_permille as f32 / 1000.0;
        let rooms = PILE_SHARES.map(|share| Rooms::new(self.width, self.height, share));
        let pixels = |css: f32| (css * self.scale + 0.5) as u32;
        let steps = rooms.map(|rooms| pixels(rooms.pile.h));
        let largest = rooms[2].pile;
        let floor = pixels(largest.bottom());
        let place = PixelRect { x: pixels(largest.x), y: floor - steps[2], w: pixels(largest.w), h: steps[2] };
        self.pile.set_room(place, steps, scale_permille);
        self.pile_step = self.pile.step();
        self.rooms = rooms[self.pile_step];
        self.frames = None;
        self.moves = None;
        self.stop_falls();
        self.seat_rim();
        self.arrange();
        self.draw();
    }

    /// Paper or night.
    pub fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        self.pile.set_palette(palette::of(theme));
        self.draw();
    }

    /// Forgets every task and all motion: after a restart or a seek backwards. Size, theme and selection stay.
    pub fn reset(&mut self) {
        self.shown.clear();
        self.hidden = 0;
        self.children = 0;
        self.frames = None;
        self.moves = None;
        self.falls.clear();
        self.rim.clear();
        self.sunk.clear();
        self.sunk_next = 0;
        self.gone_next = 0;
        self.pile.clear();
        self.pile_step = self.pile.step();
        self.rooms = Rooms::new(self.width, self.height, PILE_SHARES[self.pile_step]);
        self.running = None;
        self.ready.clear();
        self.tally = Tally::default();
        self.selected_grain = None;
        self.leaks_seen = 0;
        self.last_leak = None;
        self.now_us = 0;
        self.moving = false;
        self.draw();
    }

    /// The next frame: what is so by the ledger, `frame_ms` after the last one.
    pub fn update(&mut self, ledger: &Ledger, frame_ms: u32, motion: Motion) {
        self.update_from(ledger, frame_ms, motion);
    }

    /// [`Stage::update`] with any facts.
    pub fn update_from(&mut self, facts: &impl Facts, frame_ms: u32, motion: Motion) {
        if self.is_rewound(facts) {
            self.reset();
        }
        let frame_ms = frame_ms.min(FRAME_MS_MAX);
        self.clock_ms += u64::from(frame_ms);
        self.motion = motion;
        self.moving = false;
        self.now_us = facts.now_us();

        self.read_lane(facts);
        self.read_requests(facts);
        self.read_leaks(facts);
        self.read_rim(facts, frame_ms);
        self.advance_requests();
        self.advance_falls();
        self.settle_pile();
        self.arrange();
        self.draw();
    }

    fn is_rewound(&self, facts: &impl Facts) -> bool {
        let newest = self.leaks_seen.checked_sub(1);
        facts.now_us() < self.now_us
            || facts.leaks() < self.leaks_seen
            || newest.is_some_and(|newest| Some(facts.leak(newest).task) != self.last_leak)
    }

    fn read_lane(&mut self, facts: &impl Facts) {
        self.tally = facts.tally();
        self.running = facts.running();
        self.ready.clear();
        let shown = layout::Lane::new(self.rooms.lane).shown(self.tally.ready as usize);
        facts.ready(shown, &mut self.ready);
    }

    fn read_requests(&mut self, facts: &impl Facts) {
        if self.motion == Motion::Fast {
            self.shown.clear();
        }
        self.open.clear();
        facts.open_requests(&mut self.open);
        self.open.sort_unstable();
        for open in &mut self.shown {
            open.closed = self.open.binary_search(&open.id).is_err();
        }
        let newcomers = self.open.iter().filter(|id| self.place_of_request(**id).is_err()).count();
        self.hidden = newcomers;
        if self.motion == Motion::Fast {
            return;
        }
        self.make_room(newcomers);
        self.read_members(facts);
    }

    /// Lets new requests in as far as there is room; while there is none, who has closed goes at once.
    fn make_room(&mut self, newcomers: usize) {
        let capacity = |needed: usize| Frames::choose(self.rooms.requests, self.children, needed, None).capacity();
        if self.shown.len() + newcomers > capacity(self.shown.len() + newcomers) {
            let now_ms = self.clock_ms;
            self.shown.retain(|open| open.fades_ms.is_none_or(|fades_ms| fades_ms == now_ms));
        }
        let needed = self.shown.len() + newcomers;
        let free = capacity(needed).saturating_sub(self.shown.len());
        for id in self.open.iter().filter(|_| newcomers > 0) {
            if newcomers - self.hidden == free {
                break;
            }
            if let Err(at) = self.place_of_request(*id) {
                self.shown.insert(at, Open::new(*id, self.clock_ms));
                self.hidden -= 1;
            }
        }
    }

    fn read_members(&mut self, facts: &impl Facts) {
        let now_ms = self.clock_ms;
        for open in &mut self.shown {
            self.request.members.clear();
            if open.closed {
                if open.fades_ms.is_none() && facts.farewell(open.id, &mut self.request) {
                    open.hear_of(&self.request, now_ms);
                }
                // Nobody is left who works: everyone returned, but for those who are found among the leaks.
                for walker in open.walkers.iter_mut().filter(|walker| walker.fact != Fate::Leaked) {
                    walker.fact = Fate::Returned;
                }
            } else {
                facts.request(open.id, &mut self.request);
                open.fades_ms = None;
                open.hear_of(&self.request, now_ms);
            }
        }
        let most = self.shown.iter().map(Open::children).max().unwrap_or(0);
        self.children = self.children.max(most.min(layout::CHILDREN_SHOWN_MAX));
    }

    /// Takes in every leak found since the last update: each becomes one grain, or sits on the rim.
    fn read_leaks(&mut self, facts: &impl Facts) {
        let leaked = facts.leaks();
        let many = leaked - self.leaks_seen > 4 * ALOFT_MAX;
        for number in self.leaks_seen..leaked {
            let leak = facts.leak(number);
            self.last_leak = Some(leak.task);
            let walker = if many || self.motion == Motion::Fast { None } else { self.find(&leak) };
            let falls = walker.is_some() && self.motion == Motion::Full && self.falls_now() < ALOFT_MAX;
            let ticket = match leak.kind {
                LeakKind::Stranded => Ticket::Grain(self.add_grain(leak.task, grain_kind(&leak), falls)),
                LeakKind::Runaway => self.add_runaway(number, &leak, falls),
                LeakKind::Gone => Ticket::Grain(self.add_grain(leak.task, GrainKind::Gone, false)),
            };
            let falls = falls && leak.kind != LeakKind::Gone;
            if let Some((request, at)) = walker {
                let walker = &mut self.shown[request].walkers[at];
                walker.fact = Fate::Leaked;
                walker.ticket = falls.then_some(ticket);
                if !falls {
                    walker.shown = Fate::Leaked;
                }
            }
        }
        self.leaks_seen = leaked;
    }

    /// Where a leaked task is shown: its request's place in `shown`, and its own in that.
    fn find(&self, leak: &Leak) -> Option<(usize, usize)> {
        let request = self.place_of_request(leak.scope).ok()?;
        let at = self.shown[request].walkers.iter().position(|walker| walker.task == leak.task)?;
        Some((request, at))
    }

    /// Where a request is in `shown`, or where it would be.
    fn place_of_request(&self, id: ScopeId) -> Result<usize, usize> {
        self.shown.binary_search_by_key(&id, |open| open.id)
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

    /// How many runaways find a seat on the rim.
    pub(crate) fn rim_seats(&self) -> usize {
        ((self.rooms.pile.w / RIM_SEAT) as usize).clamp(1, RIM_MAX)
    }

    /// Seats everyone on the rim anew, for another width; the oldest sink where seats are short.
    fn seat_rim(&mut self) {
        while self.rim.len() > self.rim_seats() {
            self.sink_oldest();
        }
        let rim = std::mem::take(&mut self.rim);
        for mut perched in rim {
            perched.slot = self.free_seat(perched.number);
            self.rim.push(perched);
        }
        self.settle_pile();
    }

    fn sink_oldest(&mut self) {
        let oldest = self.rim.remove(0);
        let grain = self.add_grain(oldest.task, GrainKind::Runaway, false);
        self.sunk.push((grain, oldest.number));
    }

    fn free_seat(&self, number: usize) -> usize {
        let seats = self.rim_seats();
        let mut slot = hash(number as u32) as usize % seats;
        while self.rim.iter().any(|perched| perched.slot == slot) {
            slot = (slot + 1) % seats;
        }
        slot
    }

    fn add_runaway(&mut self, number: usize, leak: &Leak, falls: bool) -> Ticket {
        if self.rim.len() >= self.rim_seats() {
            self.sink_oldest();
        }
        let slot = self.free_seat(number);
        let fall = if falls { PerchFall::Held } else { PerchFall::Sits };
        let (task, polls) = (leak.task, leak.polls);
        self.rim.push(Perched { number, task, slot, polls, turned: polls as f32, fall });
        Ticket::Rim
    }

    /// Asks how the runaways do: each poll turns one, and one that waits for good becomes a grain like any other.
    fn read_rim(&mut self, facts: &impl Facts, frame_ms: u32) {
        let mut at = 0;
        while at < self.rim.len() {
            let leak = facts.leak(self.rim[at].number);
            if leak.kind != LeakKind::Runaway {
                let came = self.rim.remove(at);
                self.leave_rim(&came, &leak);
                continue;
            }
            let perched = &mut self.rim[at];
            perched.polls = leak.polls;
            self.moving |= perched.turn(frame_ms, self.motion);
            at += 1;
        }
        self.read_sunk(facts);
        self.read_gone(facts);
    }

    fn read_sunk(&mut self, facts: &impl Facts) {
        for _ in 0..SUNK_ASKED_MAX.min(self.sunk.len()) {
            self.sunk_next = (self.sunk_next + 1) % self.sunk.len();
            let (grain, number) = self.sunk[self.sunk_next];
            let leak = facts.leak(number);
            if leak.kind != LeakKind::Runaway {
                self.pile.set_kind(grain, grain_kind(&leak));
                self.sunk.swap_remove(self.sunk_next);
                self.sunk_next = 0;
                break;
            }
        }
    }

    /// While fewer leaked tasks are alive than lie here, looks for those that are gone, a bounded number at a time.
    fn read_gone(&mut self, facts: &impl Facts) {
        let alive = self.pile.len() - self.pile.gone() + self.rim.len();
        if self.tally.leaked as usize >= alive {
            return;
        }
        self.moving = true;
        for _ in 0..GONE_ASKED_MAX.min(self.pile.len()) {
            self.gone_next = (self.gone_next + 1) % self.pile.len() as u32;
            if !facts.is_alive(self.pile.task(self.gone_next)) {
                self.pile.set_kind(self.gone_next, GrainKind::Gone);
            }
        }
    }

    fn leave_rim(&mut self, perched: &Perched, leak: &Leak) {
        let falls = self.motion == Motion::Full && leak.kind == LeakKind::Stranded;
        let grain = self.add_grain(leak.task, grain_kind(leak), falls);
        if falls {
            let (x, y, size) = self.perch(perched);
            self.falls.push(Fall { grain, from: (x, y), size: size * 0.8, began_ms: self.clock_ms });
        }
        for walker in self.shown.iter_mut().flat_map(|open| &mut open.walkers) {
            if walker.task == leak.task {
                walker.ticket = None;
                walker.shown = Fate::Leaked;
            }
        }
    }

    fn advance_requests(&mut self) {
        let (now_ms, motion) = (self.clock_ms, self.motion);
        let mut launched = Vec::new();
        for (request, open) in self.shown.iter_mut().enumerate() {
            open.advance(now_ms, motion);
            for (number, walker) in open.walkers.iter_mut().enumerate() {
                if walker.shown == Fate::Leaked
                    && let Some(ticket) = walker.ticket.take()
                {
                    launched.push((request, number, walker.task, ticket));
                }
            }
            self.moving |= motion == Motion::Full && !open.is_settled(now_ms);
        }
        for (request, number, task, ticket) in launched {
            self.launch(request, number, task, ticket);
        }
        self.shown.retain(|open| !open.is_gone(now_ms, motion));
    }

    /// A leaked task leaves its frame.
    fn launch(&mut self, request: usize, walker: usize, task: TaskId, ticket: Ticket) {
        let from = self.frames.and_then(|frames| self.walker_place(&frames, &self.shown[request], walker));
        let top = (self.rooms.pile.x + self.rooms.pile.w * 0.5, self.rooms.pile.y);
        let from = from.unwrap_or(top);
        let size = self.frames.map_or(4.0, |frames| frames.pitch * 0.27);
        let began_ms = self.clock_ms;
        match ticket {
            Ticket::Grain(grain) => self.falls.push(Fall { grain, from, size, began_ms }),
            Ticket::Rim => {
                // It may have sunk meanwhile.
                if let Some(perched) = self.rim.iter_mut().find(|perched| perched.task == task) {
                    perched.fall = PerchFall::Falls { from, size, began_ms };
                }
            }
        }
    }

    fn advance_falls(&mut self) {
        let now_ms = self.clock_ms;
        if self.motion != Motion::Full {
            self.falls.clear();
            self.pile.land_all();
            for perched in &mut self.rim {
                perched.fall = PerchFall::Sits;
            }
            for walker in self.shown.iter_mut().flat_map(|open| &mut open.walkers) {
                walker.ticket = None;
            }
            return;
        }
        let pile = &mut self.pile;
        self.falls.retain(|fall| {
            let over = part(now_ms, fall.began_ms, FALL_MS) >= 1.0;
            if over {
                pile.land(fall.grain);
            }
            !over
        });
        for perched in &mut self.rim {
            if let PerchFall::Falls { began_ms, .. } = perched.fall
                && part(now_ms, began_ms, FALL_MS) >= 1.0
            {
                perched.fall = PerchFall::Sits;
            }
        }
        let perches_fall = self.rim.iter().any(|perched| matches!(perched.fall, PerchFall::Falls { .. }));
        self.moving |= !self.falls.is_empty() || perches_fall || self.pile.aloft() > 0;
    }

    /// Whoever falls lies at once; whoever still waits in its frame to fall stays there.
    fn stop_falls(&mut self) {
        for fall in self.falls.drain(..) {
            self.pile.land(fall.grain);
        }
        for perched in self.rim.iter_mut().filter(|perched| matches!(perched.fall, PerchFall::Falls { .. })) {
            perched.fall = PerchFall::Sits;
        }
    }

    fn settle_pile(&mut self) {
        let zoom = if self.motion == Motion::Full { ZoomMotion::Shown } else { ZoomMotion::Skipped };
        self.pile.settle(self.clock_ms, zoom);
        self.moving |= self.pile.is_zooming();
        if self.pile.step() != self.pile_step {
            self.pile_step = self.pile.step();
            self.rooms = Rooms::new(self.width, self.height, PILE_SHARES[self.pile_step]);
        }
    }

    /// Chooses the grid of frames and gives each request its place: one that has a place keeps it while it can.
    fn arrange(&mut self) {
        let pitch = self.frames.map(|frames| frames.pitch);
        let needed = self.shown.len() + self.hidden;
        let frames = Frames::choose(self.rooms.requests, self.children, needed, pitch);
        let capacity = frames.capacity();
        // The newest that find no room any more wait among the hidden ones; what has closed goes.
        while self.shown.len() > capacity {
            let gone = self.shown.pop().expect("there are more than fit");
            self.hidden += usize::from(!gone.closed);
            self.land_tickets(&gone);
        }
        let changed = self.frames.is_some_and(|before| before != frames);
        if changed {
            let before = self.frames.expect("it changed");
            self.moves = Some(Move { from: before, began_ms: self.clock_ms });
            for open in &mut self.shown {
                open.slot_before = Some(open.slot).filter(|slot| *slot != usize::MAX);
            }
        }
        let compact = self.shown.iter().any(|open| open.slot != usize::MAX && open.slot >= capacity);
        let mut taken = vec![false; capacity];
        for open in &mut self.shown {
            if compact {
                open.slot = usize::MAX;
            } else if open.slot != usize::MAX {
                taken[open.slot] = true;
            }
        }
        let mut free = 0;
        for open in self.shown.iter_mut().filter(|open| open.slot == usize::MAX) {
            while taken[free] {
                free += 1;
            }
            taken[free] = true;
            open.slot = free;
        }
        self.frames = Some(frames);
        self.advance_move();
        if self.pile.is_unpainted() {
            self.settle_pile();
        }
    }

    /// Whoever was still to fall from a frame that is gone lies at once.
    fn land_tickets(&mut self, gone: &Open) {
        for walker in &gone.walkers {
            match walker.ticket {
                Some(Ticket::Grain(grain)) => self.pile.land(grain),
                Some(Ticket::Rim) => {
                    for perched in self.rim.iter_mut().filter(|perched| perched.task == walker.task) {
                        perched.fall = PerchFall::Sits;
                    }
                }
                None => {}
            }
        }
    }

    fn advance_move(&mut self) {
        let Some(moves) = self.moves else { return };
        if self.motion != Motion::Full || part(self.clock_ms, moves.began_ms, MOVE_MS) >= 1.0 {
            self.moves = None;
            for open in &mut self.shown {
                open.slot_before = None;
            }
        } else {
            self.moving = true;
        }
    }

    /// How far the frames' move is, and from where.
    fn move_part(&self) -> Option<(Frames, f32)> {
        self.moves.map(|moves| (moves.from, ease(part(self.clock_ms, moves.began_ms, MOVE_MS))))
    }

    /// The pile's pixels, and what changed in them since the last call.
    pub fn pile_image(&mut self) -> PileImage<'_> {
        self.pile.image()
    }

    /// Everything that moves, in paint order: to be drawn above the pile. [`shape::runs`] gives what shares a path.
    pub fn shapes(&self) -> &[Shape] {
        &self.picture.shapes
    }

    /// Where words belong.
    pub fn labels(&self) -> &[Label] {
        &self.picture.labels
    }

    /// What is at a place: the nearest task within reach, on the thread, in a request, on the rim or in the pile;
    /// else the request whose frame it is.
    pub fn hit(&self, x_css: f32, y_css: f32) -> Option<Hit> {
        if let Some(task) = self.picture.nearest(x_css, y_css) {
            return Some(Hit::Task(task));
        }
        if let Some(scope) = self.picture.frame_at(x_css, y_css) {
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

    /// Where a task is on the stage, if it is shown: in its request, in the pile, or else on the thread or in its queue.
    /// Linear in the size of the pile: for clicks, not for frames.
    pub fn place_of(&self, task: TaskId) -> Option<(f32, f32)> {
        self.picture.home(task).or_else(|| self.grain_place(self.pile.grain_of(task)?))
    }

    /// Whether another frame is needed although the ledger did not change.
    pub fn is_moving(&self) -> bool {
        self.moving
    }

    /// How many tasks one dot of the pile stands for: 1, until there are more than pixels.
    pub fn tasks_per_dot(&self) -> u32 {
        self.pile.per_dot()
    }

    fn grain_place(&self, grain: u32) -> Option<(f32, f32)> {
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
