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

use crate::trace::event::{
    Event, Limit, ObjectId, ObjectKind, Panic, PlaceId, Restart, Right, Role, ScopeId, TaskId, WaitHead, whole_us,
};

/// Events a chunk holds at most; its words are bounded by [`CHUNK_WORDS`].
const CHUNK_EVENTS: usize = 16 * 1024;
/// Words a chunk holds before the next one begins (an event never straddles two).
const CHUNK_WORDS: usize = 3 * CHUNK_EVENTS / 2;
/// The most cases that are counted in a wait's head; more are counted in a word of their own.
const SHORT_CASES_MAX: u16 = 255;
/// Words for which a chunk keeps room: only a wait with hundreds of cases takes more, and then a chunk ends earlier.
const EVENT_WORDS_RESERVED: usize = 256;

/// Words that almost every event has at most.
const FEW_WORDS: usize = 3;
/// Room for words in a chunk: an event with few words has a place as long as no more than this is used without it.
const WORDS_ROOM: usize = CHUNK_WORDS - EVENT_WORDS_RESERVED + FEW_WORDS;
/// Events for which the first chunk has room at first.
const ROOM_MIN: usize = 64;

/// A line of some source, as a wait or a spawn names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the compiler names it (relative to the package), or as its interpreter does.
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
    Preempted,
    WakerKept,
    Recovered,
    State,
    Exposed,
    Abortable,
    ScopeContext,
    Stored,
    Unstored,
    Gone,
    AdvancedLong,
    ArmedLong,
    WaitsLong,
    WaitOverLong,
    HalfDone,
    Restarted,
}

/// Room for events, of which the first are in use.
#[derive(Clone, Default)]
struct Chunk {
    kinds: Vec<Kind>,
    words: Vec<u32>,
    /// How many of `kinds` and `words` are in use.
    events: usize,
    used: usize,
}

impl Chunk {
    /// What is in use, without the rest of the room, which is free again.
    fn take(&mut self) -> Chunk {
        let (events, used) = (std::mem::take(&mut self.events), std::mem::take(&mut self.used));
        let taken = Chunk { kinds: self.kinds[..events].to_vec(), words: self.words[..used].to_vec(), events, used };
        self.words.truncate(WORDS_ROOM);
        self.words.shrink_to(WORDS_ROOM);
        taken
    }

    fn grow(&mut self) {
        let room = |length: usize, most: usize| (2 * length).clamp(ROOM_MIN, most);
        self.kinds.resize(room(self.kinds.len(), CHUNK_EVENTS), Kind::Advanced);
        self.words.resize(room(self.words.len(), WORDS_ROOM), 0);
    }
}

/// Which of the ready tasks is polled next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnOrder {
    /// The one that became ready first.
    InOrder,
    /// Somebody else: by a draw, or depending on who else is ready. Of two that are ready at once the order says nothing
    /// about the next time.
    Otherwise,
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
    /// Events and words of all chunks before the open one.
    events: u64,
    words: u64,
    places: Vec<Place>,
    /// What the panic said that ended the run, where it is the program's own text.
    panic_text: String,
    turns: TurnOrder,
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
            panic_text: String::new(),
            turns: TurnOrder::InOrder,
        }
    }

    /// Which task is polled next, as far as it matters to what can be proven.
    pub fn turns(&self) -> TurnOrder {
        self.turns
    }

    /// Notes which task is polled next.
    pub fn set_turns(&mut self, turns: TurnOrder) {
        self.turns = turns;
    }

    /// What the last panic said, where that is the program's own text and no fixed one of Go's.
    pub fn panic_text(&self) -> &str {
        &self.panic_text
    }

    /// Notes what a panic said.
    pub fn set_panic_text(&mut self, text: String) {
        self.panic_text = text;
    }

    /// How many events were recorded.
    pub fn len(&self) -> u64 {
        self.events + self.open.events as u64
    }

    /// Whether nothing was recorded yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes the recorded events take (without what is reserved for the next ones).
    pub fn bytes(&self) -> u64 {
        self.len() + 4 * (self.words + self.open.used as u64)
    }

    /// How many bytes are kept now, reserved ones included.
    pub fn bytes_kept(&self) -> u64 {
        let chunks = self.full.iter().chain([&self.open]);
        let events: usize = chunks.map(|chunk| chunk.kinds.capacity() + 4 * chunk.words.capacity()).sum();
        let lists = self.full.capacity() * size_of::<Chunk>() + self.places.capacity() * size_of::<Place>();
        (events + lists) as u64
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
        self.release(reader.chunk.saturating_sub(self.released).min(self.full.len()));
    }

    /// Drops all stored events that fill a chunk, for a run of which nobody reads the facts.
    pub fn release_all(&mut self) {
        self.release(self.full.len());
    }

    fn release(&mut self, count: usize) {
        for chunk in self.full.drain(..count) {
            self.hash.chunk(&chunk);
        }
        self.released += count;
    }

    /// Writes an event whose words are the first `count` of these.
    #[inline]
    fn write(&mut self, kind: Kind, count: usize, words: [u32; FEW_WORDS]) {
        let open = &mut self.open;
        let (place, places) = (open.kinds.get_mut(open.events), open.words.get_mut(open.used..open.used + FEW_WORDS));
        let (Some(place), Some(places)) = (place, places) else { return self.write_elsewhere(kind, count, words) };
        *place = kind;
        // All of them, whose number the compiler knows; the next event overwrites those that do not count.
        places.copy_from_slice(&words);
        open.events += 1;
        open.used += count;
    }

    /// Writes an event for which there is no room.
    #[cold]
    fn write_elsewhere(&mut self, kind: Kind, count: usize, words: [u32; FEW_WORDS]) {
        if self.open.events == CHUNK_EVENTS || self.open.used + FEW_WORDS > WORDS_ROOM {
            self.next_chunk();
        } else {
            self.open.grow();
        }
        self.write(kind, count, words);
    }

    /// Writes an event with any number of words.
    fn write_many(&mut self, kind: Kind, head: &[u32], one: &[u32], other: &[u32]) {
        let count = head.len() + one.len() + other.len();
        let is_full =
            self.open.events == CHUNK_EVENTS || self.open.used + count.max(EVENT_WORDS_RESERVED) > CHUNK_WORDS;
        if is_full && self.open.events > 0 {
            self.next_chunk();
        }
        if self.open.events == self.open.kinds.len() {
            self.open.grow();
        }
        let Chunk { kinds, words, events, used } = &mut self.open;
        kinds[*events] = kind;
        *events += 1;
        if words.len() < *used + count {
            words.resize(*used + count, 0);
        }
        for part in [head, one, other] {
            words[*used..*used + part.len()].copy_from_slice(part);
            *used += part.len();
        }
    }

    #[cold]
    fn next_chunk(&mut self) {
        let chunk = self.open.take();
        self.events += chunk.events as u64;
        self.words += chunk.used as u64;
        self.full.push(chunk);
    }

    /// Appends one fact.
    ///
    /// Ids that are counted (`ScopeOpened`, `Spawned`, `Made`, `Abortable`) must be the next ones.
    pub fn record(&mut self, event: Event<'_>) {
        self.record_known(event);
    }

    /// The same where the caller knows the kind of event, as compiled into the caller: nothing is left of it there but that
    /// kind's part. For the few events that every poll has; anywhere else it would only be bytes.
    #[inline(always)]
    pub(crate) fn record_known(&mut self, event: Event<'_>) {
        let (kind, count, words) = match event {
            Event::Advanced { by_ns } => match whole_us(by_ns) {
                Some(by_us) => (Kind::Advanced, 1, [by_us, 0, 0]),
                None => (Kind::AdvancedLong, 2, [by_ns as u32, (by_ns >> 32) as u32, 0]),
            },
            Event::ScopeOpened { .. } => (Kind::ScopeOpened, 0, [0; 3]),
            Event::ScopeClosed { scope } => (Kind::ScopeClosed, 1, [scope.0, 0, 0]),
            Event::Spawned { scope, role, place, .. } => {
                (Kind::Spawned, 2, [scope.0, (role as u32) << 16 | u32::from(place.0), 0])
            }
            Event::Woken { task } => (Kind::Woken, 1, [task.0, 0, 0]),
            Event::Polled { task } => (Kind::Polled, 1, [task.0, 0, 0]),
            Event::Pending => (Kind::Pending, 0, [0; 3]),
            Event::Returned => (Kind::Returned, 0, [0; 3]),
            Event::Panicked { panic } => (Kind::Panicked, 1, [panic as u32, 0, 0]),
            Event::Aborted { task } => (Kind::Aborted, 1, [task.0, 0, 0]),
            Event::Waits { head, nth, cases } => {
                debug_assert_eq!(usize::from(head.cases), cases.len(), "a wait's head counts its cases");
                let word = head.to_word();
                match *cases {
                    _ if nth > 0 || head.cases > SHORT_CASES_MAX => {
                        return self.write_many(Kind::WaitsLong, &[word, nth, u32::from(head.cases)], cases, &[]);
                    }
                    [one] => (Kind::Waits, 2, [word, one, 0]),
                    [one, two] => (Kind::Waits, 3, [word, one, two]),
                    _ => return self.write_many(Kind::Waits, &[word], cases, &[]),
                }
            }
            Event::WaitOver { head, nth } => {
                if nth == 0 && head.cases <= SHORT_CASES_MAX {
                    (Kind::WaitOver, 1, [head.to_word(), 0, 0])
                } else {
                    (Kind::WaitOverLong, 3, [head.to_word(), nth, u32::from(head.cases)])
                }
            }
            Event::Preempted => (Kind::Preempted, 0, [0; 3]),
            Event::WakerKept => (Kind::WakerKept, 0, [0; 3]),
            Event::Recovered { panic } => (Kind::Recovered, 1, [panic as u32, 0, 0]),
            Event::State { looks: [], words: [] } => (Kind::State, 1, [0; 3]),
            Event::State { looks: [], words: &[word] } => (Kind::State, 2, [1, word, 0]),
            Event::State { looks, words } => {
                let head = (looks.len() as u32) << 16 | words.len() as u32;
                return self.write_many(Kind::State, &[head], looks, words);
            }
            Event::Exposed { task } => (Kind::Exposed, 1, [task.0, 0, 0]),
            Event::Abortable { task, .. } => (Kind::Abortable, 1, [task.0, 0, 0]),
            Event::ScopeContext { scope, object } => (Kind::ScopeContext, 2, [scope.0, object.0, 0]),
            Event::Made { kind: ObjectKind::Context, from, .. } => (Kind::MadeContext, 1, [from.0, 0, 0]),
            Event::Made { kind, capacity, .. } => {
                (Kind::Made, 1, [(kind as u32) << 24 | (capacity & 0x00ff_ffff), 0, 0])
            }
            Event::Granted { task, object, right } => (Kind::Granted, 2, [task.0, pack_right(object, right), 0]),
            Event::Revoked { task, object, right } => (Kind::Revoked, 2, [task.0, pack_right(object, right), 0]),
            Event::Stored { channel, object, right } => (Kind::Stored, 2, [channel.0, pack_right(object, right), 0]),
            Event::Unstored { channel, object, right } => {
                (Kind::Unstored, 2, [channel.0, pack_right(object, right), 0])
            }
            Event::Gone { object } => (Kind::Gone, 1, [object.0, 0, 0]),
            Event::HalfDone { task } => (Kind::HalfDone, 1, [task.0, 0, 0]),
            Event::Armed { object, in_ns } => match whole_us(in_ns) {
                Some(in_us) => (Kind::Armed, 2, [object.0, in_us, 0]),
                None => (Kind::ArmedLong, 3, [object.0, in_ns as u32, (in_ns >> 32) as u32]),
            },
            Event::Disarmed { object } => (Kind::Disarmed, 1, [object.0, 0, 0]),
            Event::Level { object, level } => (Kind::Level, 2, [object.0, level, 0]),
            Event::Closed { object } => (Kind::Closed, 1, [object.0, 0, 0]),
            Event::Cancelled { object } => (Kind::Cancelled, 1, [object.0, 0, 0]),
            Event::Heard => (Kind::Heard, 0, [0; 3]),
            Event::Drew => (Kind::Drew, 0, [0; 3]),
            Event::Input { knob, value } => (Kind::Input, 2, [u32::from(knob), value, 0]),
            Event::LimitHit { limit } => (Kind::LimitHit, 1, [limit as u32, 0, 0]),
            Event::Restarted { why } => (Kind::Restarted, 1, [why as u32, 0, 0]),
        };
        self.write(kind, count, words);
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
    /// How many events were read in the chunks before.
    read: u64,
    next_task: u32,
    next_scope: u32,
    next_object: u32,
    running: TaskId,
    now_ns: u64,
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
            now_ns: 0,
        }
    }

    /// How many events were read.
    pub fn position(&self) -> u64 {
        self.read + self.event as u64
    }

    /// The virtual time of the last event read, in nanoseconds.
    pub fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// The same in whole microseconds, rounded down.
    pub fn now_us(&self) -> u64 {
        self.now_ns / 1_000
    }

    /// Whether this task was spawned in what was read.
    pub fn has_met(&self, task: TaskId) -> bool {
        task.0 < self.next_task
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
        let chunk = self.chunk(trace);
        let kind = *chunk.kinds[..chunk.events].get(self.event)?;
        self.event += 1;
        self.decode(kind, &chunk.words[self.word..])
    }

    /// Calls `each` with every event up to the end of `trace` (so far). Faster than one by one.
    ///
    /// # Panics
    /// As [`Reader::next`].
    pub fn read_all<'t>(&mut self, trace: &'t Trace, mut each: impl FnMut(&Event<'t>)) {
        loop {
            let chunk = self.chunk(trace);
            let kinds = &chunk.kinds[..chunk.events];
            if self.event >= kinds.len() {
                return;
            }
            while let Some(kind) = kinds.get(self.event) {
                self.event += 1;
                if let Some(event) = self.decode(*kind, &chunk.words[self.word..]) {
                    each(&event);
                }
            }
        }
    }

    /// The chunk of the next event; at the end of `trace` the last one.
    #[inline]
    fn chunk<'t>(&mut self, trace: &'t Trace) -> &'t Chunk {
        loop {
            let chunk = trace.chunk(self.chunk);
            if self.event < chunk.events || self.chunk - trace.released >= trace.full.len() {
                return chunk;
            }
            self.read += self.event as u64;
            self.chunk += 1;
            self.event = 0;
            self.word = 0;
        }
    }

    #[inline]
    fn decode<'t>(&mut self, kind: Kind, words: &'t [u32]) -> Option<Event<'t>> {
        match kind {
            Kind::Advanced => self.advance(1, u64::from(words[0]) * 1_000),
            Kind::AdvancedLong => self.advance(2, join(words[0], words[1])),
            Kind::ScopeOpened => {
                let scope = ScopeId(self.next_scope);
                self.next_scope += 1;
                self.took(0, Event::ScopeOpened { scope })
            }
            Kind::ScopeClosed => self.took(1, Event::ScopeClosed { scope: ScopeId(words[0]) }),
            Kind::Spawned => {
                let task = TaskId(self.next_task);
                self.next_task += 1;
                let role = Role::from_word(words[1] >> 16);
                let place = PlaceId((words[1] & 0xffff) as u16);
                self.took(2, Event::Spawned { task, parent: self.running, scope: ScopeId(words[0]), role, place })
            }
            Kind::Woken => self.took(1, Event::Woken { task: TaskId(words[0]) }),
            Kind::Polled => {
                self.running = TaskId(words[0]);
                self.took(1, Event::Polled { task: self.running })
            }
            Kind::Pending => {
                self.running = TaskId::ROOT;
                self.took(0, Event::Pending)
            }
            Kind::Returned => {
                self.running = TaskId::ROOT;
                self.took(0, Event::Returned)
            }
            Kind::Panicked => {
                self.running = TaskId::ROOT;
                self.took(1, Event::Panicked { panic: Panic::from_word(words[0]) })
            }
            Kind::Aborted => self.took(1, Event::Aborted { task: TaskId(words[0]) }),
            Kind::Waits => {
                let head = WaitHead::from_word(words[0]);
                let end = 1 + usize::from(head.cases);
                self.took(end, Event::Waits { head, nth: 0, cases: &words[1..end] })
            }
            Kind::WaitsLong => {
                let (head, nth) = long_head(words);
                let end = 3 + usize::from(head.cases);
                self.took(end, Event::Waits { head, nth, cases: &words[3..end] })
            }
            Kind::WaitOver => self.took(1, Event::WaitOver { head: WaitHead::from_word(words[0]), nth: 0 }),
            Kind::WaitOverLong => {
                let (head, nth) = long_head(words);
                self.took(3, Event::WaitOver { head, nth })
            }
            Kind::Preempted => self.took(0, Event::Preempted),
            Kind::WakerKept => self.took(0, Event::WakerKept),
            Kind::Recovered => self.took(1, Event::Recovered { panic: Panic::from_word(words[0]) }),
            Kind::State => {
                let looks_end = 1 + (words[0] >> 16) as usize;
                let end = looks_end + (words[0] & 0xffff) as usize;
                self.took(end, Event::State { looks: &words[1..looks_end], words: &words[looks_end..end] })
            }
            Kind::Exposed => self.took(1, Event::Exposed { task: TaskId(words[0]) }),
            Kind::Abortable => {
                let object = self.make();
                self.took(1, Event::Abortable { task: TaskId(words[0]), object })
            }
            Kind::ScopeContext => {
                self.took(2, Event::ScopeContext { scope: ScopeId(words[0]), object: ObjectId(words[1]) })
            }
            Kind::Made => {
                let kind = ObjectKind::from_word(words[0] >> 24);
                let capacity = words[0] & 0x00ff_ffff;
                let object = self.make();
                self.took(1, Event::Made { object, kind, capacity, from: ObjectId::OUTSIDE })
            }
            Kind::MadeContext => {
                let from = ObjectId(words[0]);
                let object = self.make();
                self.took(1, Event::Made { object, kind: ObjectKind::Context, capacity: 0, from })
            }
            Kind::Granted => {
                let (object, right) = unpack_right(words[1]);
                self.took(2, Event::Granted { task: TaskId(words[0]), object, right })
            }
            Kind::Revoked => {
                let (object, right) = unpack_right(words[1]);
                self.took(2, Event::Revoked { task: TaskId(words[0]), object, right })
            }
            Kind::Stored => {
                let (object, right) = unpack_right(words[1]);
                self.took(2, Event::Stored { channel: ObjectId(words[0]), object, right })
            }
            Kind::Unstored => {
                let (object, right) = unpack_right(words[1]);
                self.took(2, Event::Unstored { channel: ObjectId(words[0]), object, right })
            }
            Kind::Gone => self.took(1, Event::Gone { object: ObjectId(words[0]) }),
            Kind::HalfDone => self.took(1, Event::HalfDone { task: TaskId(words[0]) }),
            Kind::Armed => {
                self.took(2, Event::Armed { object: ObjectId(words[0]), in_ns: u64::from(words[1]) * 1_000 })
            }
            Kind::ArmedLong => {
                self.took(3, Event::Armed { object: ObjectId(words[0]), in_ns: join(words[1], words[2]) })
            }
            Kind::Disarmed => self.took(1, Event::Disarmed { object: ObjectId(words[0]) }),
            Kind::Level => self.took(2, Event::Level { object: ObjectId(words[0]), level: words[1] }),
            Kind::Closed => self.took(1, Event::Closed { object: ObjectId(words[0]) }),
            Kind::Cancelled => self.took(1, Event::Cancelled { object: ObjectId(words[0]) }),
            Kind::Heard => self.took(0, Event::Heard),
            Kind::Drew => self.took(0, Event::Drew),
            Kind::Input => self.took(2, Event::Input { knob: words[0] as u16, value: words[1] }),
            Kind::LimitHit => self.took(1, Event::LimitHit { limit: Limit::from_word(words[0]) }),
            Kind::Restarted => {
                self.running = TaskId::ROOT;
                self.took(1, Event::Restarted { why: Restart::from_word(words[0]) })
            }
        }
    }

    /// The event that was just decoded, past its words.
    #[inline]
    fn took<'t>(&mut self, words: usize, event: Event<'t>) -> Option<Event<'t>> {
        self.word += words;
        Some(event)
    }

    fn advance<'t>(&mut self, words: usize, by_ns: u64) -> Option<Event<'t>> {
        self.now_ns += by_ns;
        self.took(words, Event::Advanced { by_ns })
    }

    fn make(&mut self) -> ObjectId {
        let object = ObjectId(self.next_object);
        self.next_object += 1;
        object
    }
}

/// The head of a wait that has a number or more cases than fit into a word with the rest.
fn long_head(words: &[u32]) -> (WaitHead, u32) {
    (WaitHead { cases: words[2] as u16, ..WaitHead::from_word(words[0]) }, words[1])
}

fn join(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn pack_right(object: ObjectId, right: Right) -> u32 {
    object.0 << 1 | right as u32
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
        chunk.kinds[..chunk.events].iter().for_each(|kind| self.byte(*kind as u8));
        for word in &chunk.words[..chunk.used] {
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
        let many = vec![cases[0]; 1_000];
        let crowd = WaitHead { cases: 1_000, ..head };
        let spawned =
            Event::Spawned { task: TaskId(1), parent: TaskId::ROOT, scope: ScopeId(1), role: Role::Parent, place };
        let made = Event::Made { object: ObjectId(1), kind: ObjectKind::Channel, capacity: 5, from: ObjectId::OUTSIDE };
        let events = [
            Event::ScopeOpened { scope: ScopeId(1) },
            spawned,
            Event::Polled { task: TaskId(1) },
            made,
            Event::Granted { task: TaskId(1), object: ObjectId(1), right: Right::Receive },
            Event::Waits { head, nth: 0, cases: &cases },
            Event::Waits { head, nth: 1, cases: &cases },
            Event::Waits { head: crowd, nth: 0, cases: &many },
            Event::WaitOver { head, nth: 1 },
            Event::WaitOver { head: crowd, nth: 0 },
            Event::State { looks: &[7, 8], words: &[1, 2, 3] },
            Event::WakerKept,
            Event::Preempted,
            Event::Recovered { panic: Panic::Value },
            Event::Exposed { task: TaskId(1) },
            Event::Abortable { task: TaskId(1), object: ObjectId(2) },
            Event::ScopeContext { scope: ScopeId(1), object: ObjectId(1) },
            Event::Stored { channel: ObjectId(1), object: ObjectId(2), right: Right::Receive },
            Event::Unstored { channel: ObjectId(1), object: ObjectId(2), right: Right::Send },
            Event::Armed { object: ObjectId(1), in_ns: 1_000_000 },
            Event::Armed { object: ObjectId(1), in_ns: 1 << 60 },
            Event::Gone { object: ObjectId(2) },
            Event::HalfDone { task: TaskId(3) },
            Event::Pending,
            Event::Advanced { by_ns: 1_000_000 },
            Event::Advanced { by_ns: 1_500 },
            Event::Advanced { by_ns: 1 << 60 },
        ];
        for event in events {
            trace.record(event);
        }
        let expected: Vec<String> = events.iter().map(|event| format!("{event:?}")).collect();
        assert_eq!(read_all(&trace), expected);
        assert_eq!(trace.len(), events.len() as u64);
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
    fn reading_all_at_once_is_reading_one_by_one_whatever_is_recorded_in_between() {
        let mut trace = Trace::new();
        let (mut one_by_one, mut at_once) = (Reader::new(), Reader::new());
        for events in [0, 3, CHUNK_EVENTS as u32 - 3, 1, 0, 3 * CHUNK_EVENTS as u32 + 7] {
            for event in 0..events {
                let by_ns = u64::from(event) * 1_000 + u64::from(event % 3);
                trace.record(Event::Advanced { by_ns });
                trace.record(Event::State { looks: &[], words: &[event; 2][..event as usize % 3] });
            }
            let expected: Vec<Event<'_>> = std::iter::from_fn(|| one_by_one.next(&trace)).collect();
            let mut read = Vec::new();
            at_once.read_all(&trace, |event| read.push(*event));
            assert!(read == expected && read.len() == 2 * events as usize);
            assert_eq!((at_once.position(), at_once.now_ns()), (one_by_one.position(), one_by_one.now_ns()));
        }
    }

    #[test]
    fn an_id_of_a_reason_is_its_place_in_the_list() {
        for (index, reason) in WaitReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
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
