//! How a trace is stored: two append-only columns, cut into chunks so that growing never copies.
//!
//! ```text
//! kinds  u8    Polled  Made     Waits          Pending  Advanced …
//! words  u32   task    kind,…   head, case, …           by_us
//! ```
//!
//! An event costs one byte and four for each word; ids that can be counted are not stored. Nothing here orders by
//! address or by machine time, so the bytes are the same in a native build and in wasm.

use std::borrow::Cow;

use crate::trace::event::{Event, Limit, ObjectId, ObjectKind, Panic, PlaceId, Right, Role, ScopeId, TaskId, WaitHead};

/// Events a chunk holds at most; its words are bounded by [`CHUNK_WORDS`].
const CHUNK_EVENTS: usize = 16 * 1024;
/// Words a chunk holds before the next one begins (an event never straddles two).
const CHUNK_WORDS: usize = 3 * CHUNK_EVENTS / 2;
/// Words the longest event may have: a wait's head and its 255 cases.
const EVENT_WORDS_MAX: usize = 256;

/// A line of some source, as a wait or a spawn names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the compiler names it (relative to the package), or as whoever interprets it does.
    pub file: Cow<'static, str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Advanced,
    ScopeOpened,
    ScopeClosed,
    Spawned,
    Woken,
    Polled,
    Pending,
    Returned,
    Panicked,
    Aborted,
    Waits,
    WaitOver,
    Made,
    MadeContext,
    Granted,
    Revoked,
    Armed,
    Disarmed,
    Level,
    Closed,
    Cancelled,
    Heard,
    Drew,
    Input,
    LimitHit,
}

impl Kind {
    const ALL: [Kind; 25] = [
        Kind::Advanced,
        Kind::ScopeOpened,
        Kind::ScopeClosed,
        Kind::Spawned,
        Kind::Woken,
        Kind::Polled,
        Kind::Pending,
        Kind::Returned,
        Kind::Panicked,
        Kind::Aborted,
        Kind::Waits,
        Kind::WaitOver,
        Kind::Made,
        Kind::MadeContext,
        Kind::Granted,
        Kind::Revoked,
        Kind::Armed,
        Kind::Disarmed,
        Kind::Level,
        Kind::Closed,
        Kind::Cancelled,
        Kind::Heard,
        Kind::Drew,
        Kind::Input,
        Kind::LimitHit,
    ];
}

#[derive(Clone, Default)]
struct Chunk {
    kinds: Vec<u8>,
    words: Vec<u32>,
}

/// Everything that happened in one run, in order.
#[derive(Clone)]
pub struct Trace {
    /// The chunk that is being written.
    open: Chunk,
    /// Full chunks, oldest first, from number `released` on.
    full: Vec<Chunk>,
    /// How many chunks were released: absorbed into `hash` and dropped.
    released: usize,
    /// The hash of the released chunks.
    hash: Fnv,
    events: u64,
    words: u64,
    places: Vec<Place>,
}

impl Default for Trace {
    fn default() -> Self {
        Self::new()
    }
}

impl Trace {
    /// An empty trace.
    pub fn new() -> Trace {
        Trace {
            open: Chunk::default(),
            full: Vec::new(),
            released: 0,
            hash: Fnv::new(),
            events: 0,
            words: 0,
            places: Vec::new(),
        }
    }

    /// How many events were recorded.
    pub fn len(&self) -> u64 {
        self.events
    }

    /// Whether nothing was recorded yet.
    pub fn is_empty(&self) -> bool {
        self.events == 0
    }

    /// How many bytes the recorded events take (without what is reserved for the next ones).
    pub fn bytes(&self) -> u64 {
        self.events + 4 * self.words
    }

    /// How many bytes are kept now, reserved ones included.
    pub fn bytes_kept(&self) -> u64 {
        let chunks = self.full.iter().chain([&self.open]);
        chunks.map(|chunk| (chunk.kinds.capacity() + 4 * chunk.words.capacity()) as u64).sum()
    }

    /// The source lines named so far; [`PlaceId`] is the index.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The place with this id.
    ///
    /// # Panics
    /// When the id is not one of this trace's.
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[usize::from(id.0)]
    }

    /// Names a source line; `None` when there are as many as an id can tell apart.
    pub fn add_place(&mut self, place: Place) -> Option<PlaceId> {
        let known = self.places.iter().position(|known| *known == place);
        let index = known.unwrap_or_else(|| {
            self.places.push(place);
            self.places.len() - 1
        });
        u16::try_from(index).ok().map(PlaceId)
    }

    /// A fingerprint of all events so far: equal traces have equal fingerprints, on every platform.
    ///
    /// FNV-1a over each event's kind byte and its words, little end first. Places count by their number, not by
    /// their path, so that moving a file does not change a run.
    pub fn hash(&self) -> u64 {
        let mut hash = self.hash;
        for chunk in self.full.iter().chain([&self.open]) {
            hash.chunk(chunk);
        }
        hash.0
    }

    /// Drops the stored events before `reader`'s position, in whole chunks. Counts and [`Trace::hash`] stay.
    ///
    /// For readers that never look back: seeking is running again.
    pub fn release_before(&mut self, reader: &Reader) {
        let count = reader.chunk.saturating_sub(self.released).min(self.full.len());
        for chunk in self.full.drain(..count) {
            self.hash.chunk(&chunk);
        }
        self.released += count;
    }

    fn write<const N: usize>(&mut self, kind: Kind, words: [u32; N]) {
        self.begin(kind);
        self.open.words.extend_from_slice(&words);
        self.words += N as u64;
    }

    #[inline]
    fn begin(&mut self, kind: Kind) {
        if self.open.kinds.len() == CHUNK_EVENTS || self.open.words.len() + EVENT_WORDS_MAX > CHUNK_WORDS {
            self.next_chunk();
        }
        self.open.kinds.push(kind as u8);
        self.events += 1;
    }

    #[cold]
    fn next_chunk(&mut self) {
        let fresh = Chunk { kinds: Vec::with_capacity(CHUNK_EVENTS), words: Vec::with_capacity(CHUNK_WORDS) };
        let mut chunk = std::mem::replace(&mut self.open, fresh);
        chunk.kinds.shrink_to_fit();
        chunk.words.shrink_to_fit();
        self.full.push(chunk);
    }

    /// Appends one fact.
    ///
    /// Ids that are counted (`ScopeOpened`, `Spawned`, `Made`) must be the next ones; a wait has at most 255 cases.
    #[inline]
    pub fn record(&mut self, event: Event<'_>) {
        match event {
            Event::Advanced { by_us } => self.write(Kind::Advanced, [by_us]),
            Event::ScopeOpened { .. } => self.write(Kind::ScopeOpened, []),
            Event::ScopeClosed { scope } => self.write(Kind::ScopeClosed, [scope.0]),
            Event::Spawned { scope, role, place, .. } => {
                self.write(Kind::Spawned, [scope.0, (role as u32) << 16 | u32::from(place.0)]);
            }
            Event::Woken { task } => self.write(Kind::Woken, [task.0]),
            Event::Polled { task } => self.write(Kind::Polled, [task.0]),
            Event::Pending => self.write(Kind::Pending, []),
            Event::Returned => self.write(Kind::Returned, []),
            Event::Panicked { panic } => self.write(Kind::Panicked, [panic as u32]),
            Event::Aborted { task } => self.write(Kind::Aborted, [task.0]),
            Event::Waits { head, cases } => {
                debug_assert_eq!(usize::from(head.cases), cases.len(), "a wait's head counts its cases");
                self.begin(Kind::Waits);
                self.open.words.push(head.to_word());
                self.open.words.extend_from_slice(cases);
                self.words += 1 + cases.len() as u64;
            }
            Event::WaitOver { head } => self.write(Kind::WaitOver, [head.to_word()]),
            Event::Made { kind: ObjectKind::Context, from, .. } => self.write(Kind::MadeContext, [from.0]),
            Event::Made { kind, capacity, .. } => {
                self.write(Kind::Made, [(kind as u32) << 24 | (capacity & 0x00ff_ffff)]);
            }
            Event::Granted { task, object, right } => {
                self.write(Kind::Granted, [task.0, object.0 << 1 | right as u32]);
            }
            Event::Revoked { task, object, right } => {
                self.write(Kind::Revoked, [task.0, object.0 << 1 | right as u32]);
            }
            Event::Armed { object, in_us } => self.write(Kind::Armed, [object.0, in_us]),
            Event::Disarmed { object } => self.write(Kind::Disarmed, [object.0]),
            Event::Level { object, level } => self.write(Kind::Level, [object.0, level]),
            Event::Closed { object } => self.write(Kind::Closed, [object.0]),
            Event::Cancelled { object } => self.write(Kind::Cancelled, [object.0]),
            Event::Heard => self.write(Kind::Heard, []),
            Event::Drew => self.write(Kind::Drew, []),
            Event::Input { knob, value } => self.write(Kind::Input, [u32::from(knob), value]),
            Event::LimitHit { limit } => self.write(Kind::LimitHit, [limit as u32]),
        }
    }

    fn chunk(&self, number: usize) -> &Chunk {
        let index = number.checked_sub(self.released).expect("a reader is never behind what was released");
        self.full.get(index).unwrap_or(&self.open)
    }
}

/// A place in a trace, which moves forward event by event and counts the ids that are not stored.
///
/// It keeps no borrow of the trace: read, let the run go on, read on.
#[derive(Clone, Debug)]
pub struct Reader {
    chunk: usize,
    event: usize,
    word: usize,
    /// How many events were read.
    read: u64,
    next_task: u32,
    next_scope: u32,
    next_object: u32,
    running: TaskId,
    now_us: u64,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader at the beginning of a trace.
    pub fn new() -> Reader {
        Reader {
            chunk: 0,
            event: 0,
            word: 0,
            read: 0,
            next_task: 1,
            next_scope: 1,
            next_object: 1,
            running: TaskId::ROOT,
            now_us: 0,
        }
    }

    /// How many events were read.
    pub fn position(&self) -> u64 {
        self.read
    }

    /// The virtual time of the last event read, in microseconds.
    pub fn now_us(&self) -> u64 {
        self.now_us
    }

    /// The task whose poll the last event read belongs to; the root outside of any poll.
    pub fn running(&self) -> TaskId {
        self.running
    }

    /// The next event of `trace`, or `None` at its end (so far).
    ///
    /// # Panics
    /// When the trace has released what this reader has not read yet.
    pub fn next<'t>(&mut self, trace: &'t Trace) -> Option<Event<'t>> {
        let mut chunk = trace.chunk(self.chunk);
        while self.event == chunk.kinds.len() {
            if self.chunk - trace.released >= trace.full.len() {
                return None;
            }
            self.chunk += 1;
            self.event = 0;
            self.word = 0;
            chunk = trace.chunk(self.chunk);
        }
        let kind = Kind::ALL[usize::from(chunk.kinds[self.event])];
        self.event += 1;
        self.read += 1;
        let words = &chunk.words[self.word..];
        let (event, used) = self.decode(kind, words);
        self.word += used;
        Some(event)
    }

    fn decode<'t>(&mut self, kind: Kind, words: &'t [u32]) -> (Event<'t>, usize) {
        match kind {
            Kind::Advanced => {
                self.now_us += u64::from(words[0]);
                (Event::Advanced { by_us: words[0] }, 1)
            }
            Kind::ScopeOpened => {
                let scope = ScopeId(self.next_scope);
                self.next_scope += 1;
                (Event::ScopeOpened { scope }, 0)
            }
            Kind::ScopeClosed => (Event::ScopeClosed { scope: ScopeId(words[0]) }, 1),
            Kind::Spawned => {
                let task = TaskId(self.next_task);
                self.next_task += 1;
                let role = Role::from_word(words[1] >> 16);
                let place = PlaceId((words[1] & 0xffff) as u16);
                (Event::Spawned { task, parent: self.running, scope: ScopeId(words[0]), role, place }, 2)
            }
            Kind::Woken => (Event::Woken { task: TaskId(words[0]) }, 1),
            Kind::Polled => {
                self.running = TaskId(words[0]);
                (Event::Polled { task: self.running }, 1)
            }
            Kind::Pending => {
                self.running = TaskId::ROOT;
                (Event::Pending, 0)
            }
            Kind::Returned => {
                self.running = TaskId::ROOT;
                (Event::Returned, 0)
            }
            Kind::Panicked => {
                self.running = TaskId::ROOT;
                (Event::Panicked { panic: Panic::from_word(words[0]) }, 1)
            }
            Kind::Aborted => (Event::Aborted { task: TaskId(words[0]) }, 1),
            Kind::Waits => {
                let head = WaitHead::from_word(words[0]);
                let end = 1 + usize::from(head.cases);
                (Event::Waits { head, cases: &words[1..end] }, end)
            }
            Kind::WaitOver => (Event::WaitOver { head: WaitHead::from_word(words[0]) }, 1),
            Kind::Made => {
                let kind = ObjectKind::from_word(words[0] >> 24);
                let capacity = words[0] & 0x00ff_ffff;
                (Event::Made { object: self.make(), kind, capacity, from: ObjectId::OUTSIDE }, 1)
            }
            Kind::MadeContext => {
                let from = ObjectId(words[0]);
                (Event::Made { object: self.make(), kind: ObjectKind::Context, capacity: 0, from }, 1)
            }
            Kind::Granted => {
                let (object, right) = unpack_right(words[1]);
                (Event::Granted { task: TaskId(words[0]), object, right }, 2)
            }
            Kind::Revoked => {
                let (object, right) = unpack_right(words[1]);
                (Event::Revoked { task: TaskId(words[0]), object, right }, 2)
            }
            Kind::Armed => (Event::Armed { object: ObjectId(words[0]), in_us: words[1] }, 2),
            Kind::Disarmed => (Event::Disarmed { object: ObjectId(words[0]) }, 1),
            Kind::Level => (Event::Level { object: ObjectId(words[0]), level: words[1] }, 2),
            Kind::Closed => (Event::Closed { object: ObjectId(words[0]) }, 1),
            Kind::Cancelled => (Event::Cancelled { object: ObjectId(words[0]) }, 1),
            Kind::Heard => (Event::Heard, 0),
            Kind::Drew => (Event::Drew, 0),
            Kind::Input => (Event::Input { knob: words[0] as u16, value: words[1] }, 2),
            Kind::LimitHit => (Event::LimitHit { limit: Limit::from_word(words[0]) }, 1),
        }
    }

    fn make(&mut self) -> ObjectId {
        let object = ObjectId(self.next_object);
        self.next_object += 1;
        object
    }
}

fn unpack_right(word: u32) -> (ObjectId, Right) {
    let right = if word & 1 == 0 { Right::Send } else { Right::Receive };
    (ObjectId(word >> 1), right)
}

/// FNV-1a, 64 bit: small, and the same everywhere.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// Kinds first, then words, for each chunk: chunks end at fixed sizes, so equal traces are cut equally.
    fn chunk(&mut self, chunk: &Chunk) {
        chunk.kinds.iter().for_each(|byte| self.byte(*byte));
        for word in &chunk.words {
            word.to_le_bytes().iter().for_each(|byte| self.byte(*byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::event::{WaitCase, WaitReason};

    fn read_all(trace: &Trace) -> Vec<String> {
        let mut reader = Reader::new();
        std::iter::from_fn(|| reader.next(trace).map(|event| format!("{event:?}"))).collect()
    }

    #[test]
    fn what_is_recorded_is_read_back_in_order() {
        let mut trace = Trace::new();
        let place = trace.add_place(Place { file: "a.rs".into(), line: 3, column: 1 }).expect("room for one place");
        let head = WaitHead { place, reason: WaitReason::Select, cases: 2 };
        let cases = [WaitCase::new(ObjectId(1), Right::Send).0, WaitCase::new(ObjectId(9), Right::Receive).0];
        let spawned =
            Event::Spawned { task: TaskId(1), parent: TaskId::ROOT, scope: ScopeId(1), role: Role::Parent, place };
        let made = Event::Made { object: ObjectId(1), kind: ObjectKind::Channel, capacity: 5, from: ObjectId::OUTSIDE };
        let events = [
            Event::ScopeOpened { scope: ScopeId(1) },
            spawned,
            Event::Polled { task: TaskId(1) },
            made,
            Event::Granted { task: TaskId(1), object: ObjectId(1), right: Right::Receive },
            Event::Waits { head, cases: &cases },
            Event::Pending,
            Event::Advanced { by_us: 1_000 },
        ];
        for event in events {
            trace.record(event);
        }
        let expected: Vec<String> = events.iter().map(|event| format!("{event:?}")).collect();
        assert_eq!(read_all(&trace), expected);
        assert_eq!(trace.len(), 8);
    }

    #[test]
    fn releasing_what_was_read_keeps_counts_and_hash() {
        let mut kept = Trace::new();
        for task in 0..100_000 {
            kept.record(Event::Woken { task: TaskId(task) });
        }
        let mut released = kept.clone();
        let mut reader = Reader::new();
        for _ in 0..90_000 {
            reader.next(&released);
        }
        released.release_before(&reader);
        assert!(released.full.len() < kept.full.len(), "whole chunks were dropped");
        assert_eq!((released.len(), released.hash()), (kept.len(), kept.hash()));
        assert_eq!(reader.next(&released), Some(Event::Woken { task: TaskId(90_000) }));
    }

    #[test]
    fn an_id_of_a_reason_is_its_place_in_the_list() {
        for (index, reason) in WaitReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
        }
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
        }
    }

    #[test]
    fn one_line_of_two_files_is_two_places_and_a_file_may_be_named_while_it_runs() {
        let mut trace = Trace::new();
        let mut add = |file: Cow<'static, str>| trace.add_place(Place { file, line: 3, column: 1 });
        let [compiled, typed, again] = ["a.rs".into(), "typed.go".to_owned().into(), "typed.go".into()].map(&mut add);
        assert_ne!(compiled, typed);
        assert_eq!(typed, again);
        assert_eq!(trace.place(typed.expect("room for two places")).file, "typed.go");
    }
}
