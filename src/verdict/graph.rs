//! Objects, who holds which right on them, and who waits for them.
//!
//! An edge is a grant or a wait. It stands in two lists at once, its holder's and its object's, so that a task that ends
//! finds what it held and an object that loses a holder finds who waited for it. A holder is a task, or a channel in
//! which a message carries the right. Grants of stranded tasks stand in a list of their own: only Go's rule still asks for
//! them, and no search may cost more for a million of them. A right whose holder the trace cannot name is *at large*: it
//! is only counted.
//!
//! An object is kept until the program has let go of it (`Gone`) and nothing here refers to it.
//! Deliberately absent: any verdict.

use crate::trace::event::{ObjectId, ObjectKind, Right};
use crate::verdict::slab::{NONE, Slab, Vacant};
use crate::verdict::table::{Keyed, Table};

/// Not armed.
const NEVER: u64 = u64::MAX;
/// Set in the holder of an edge that is a channel.
const CHANNEL: u32 = 1 << 31;

const CLOSED: u8 = 1;
const CANCELLED: u8 = 2;
const GONE: u8 = 4;
/// It is the context of a scope.
const PINNED: u8 = 8;
/// It lost a user of this right since the last judgement.
const SHRUNK: [u8; 2] = [16, 32];
/// It gained one.
const GROWN: [u8; 2] = [64, 128];

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// The holder has this right.
    Holds(Right),
    /// The holder is a stranded task and has this right.
    StrandedHolds(Right),
    /// The task waits until somebody uses this right.
    Waits(Right),
}

impl Tie {
    fn to_bits(self) -> u32 {
        match self {
            Tie::Holds(right) => right as u32,
            Tie::StrandedHolds(right) => 4 | right as u32,
            Tie::Waits(right) => 2 | right as u32,
        }
    }

    fn from_bits(bits: u32) -> Tie {
        let right = if bits & 1 == 0 { Right::Send } else { Right::Receive };
        match bits & 6 {
            0 => Tie::Holds(right),
            2 => Tie::Waits(right),
            _ => Tie::StrandedHolds(right),
        }
    }
}

/// Who holds a right, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A task.
    Task(u32),
    /// A message in this channel.
    Channel(u32),
}

impl Holder {
    fn to_word(self) -> u32 {
        match self {
            Holder::Task(row) => row,
            Holder::Channel(row) => CHANNEL | row,
        }
    }
}

#[derive(Clone)]
struct Edge {
    /// A task's row, or a channel's with [`CHANNEL`] set.
    holder: u32,
    /// The object's row and the tie.
    end: u32,
    of_holder: Links,
    of_object: Links,
}

#[derive(Clone, Copy)]
struct Links {
    previous: u32,
    next: u32,
}

impl Links {
    const NONE: Links = Links { previous: NONE, next: NONE };
}

impl Vacant for Edge {
    fn vacant() -> Edge {
        Edge { holder: NONE, end: 0, of_holder: Links::NONE, of_object: Links::NONE }
    }
}

impl Edge {
    fn object_row(&self) -> u32 {
        self.end >> 3
    }

    fn tie(&self) -> Tie {
        Tie::from_bits(self.end & 7)
    }

    fn holder(&self) -> Holder {
        if self.holder & CHANNEL == 0 { Holder::Task(self.holder) } else { Holder::Channel(self.holder & !CHANNEL) }
    }
}

/// An object that the program can still name.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) id: ObjectId,
    next: u32,
    pub(super) kind: ObjectKind,
    flags: u8,
    /// For a context the row of the first scope whose context it is, or [`NONE`]; else the level last recorded.
    detail: u32,
    /// For a context: the row of the one it was derived from, or [`NONE`].
    parent: u32,
    holders: [u32; 2],
    stranded_holders: u32,
    waiters: u32,
    /// For a channel: what its messages carry.
    stored: u32,
    first_child: u32,
    siblings: Links,
    /// How many grants of each right are at large.
    at_large: [u32; 2],
    deadline_ns: u64,
    /// The number of the event that armed it, modulo 2³².
    pub(super) armed_as: u32,
}

impl Vacant for Object {
    fn vacant() -> Object {
        Object::new(ObjectId(NONE), ObjectKind::Channel)
    }
}

impl Keyed for Object {
    fn key(&self) -> u32 {
        self.id.0
    }
    fn next(&self) -> u32 {
        self.next
    }
    fn set_next(&mut self, next: u32) {
        self.next = next;
    }
}

impl Object {
    fn new(id: ObjectId, kind: ObjectKind) -> Object {
        Object {
            id,
            next: NONE,
            kind,
            flags: 0,
            detail: if kind == ObjectKind::Context { NONE } else { 0 },
            parent: NONE,
            holders: [NONE; 2],
            stranded_holders: NONE,
            waiters: NONE,
            stored: NONE,
            first_child: NONE,
            siblings: Links::NONE,
            at_large: [0; 2],
            deadline_ns: NEVER,
            armed_as: 0,
        }
    }

    pub(super) fn level(&self) -> u32 {
        if self.kind == ObjectKind::Context { 0 } else { self.detail }
    }

    /// When the clock will operate it.
    pub(super) fn deadline_ns(&self) -> Option<u64> {
        self.is_armed().then_some(self.deadline_ns)
    }

    pub(super) fn is_armed(&self) -> bool {
        self.deadline_ns != NEVER
    }

    pub(super) fn is_closed(&self) -> bool {
        self.flags & CLOSED != 0
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.flags & CANCELLED != 0
    }

    /// The row of the context that a context was derived from.
    pub(super) fn parent(&self) -> Option<u32> {
        (self.parent != NONE).then_some(self.parent)
    }

    /// Whether somebody whom the trace cannot name may use this right.
    pub(super) fn is_at_large(&self, right: Right) -> bool {
        self.at_large[right as usize] > 0
    }

    fn is_unreferenced(&self) -> bool {
        self.flags & (GONE | PINNED) == GONE
            && self.holders == [NONE; 2]
            && self.stranded_holders == NONE
            && self.waiters == NONE
            && self.stored == NONE
            && self.first_child == NONE
    }
}

/// The objects and their edges.
#[derive(Clone)]
pub(super) struct Graph {
    pub(super) objects: Table<Object>,
    edges: Slab<Edge>,
    /// Objects that were let go of and may be unreferenced by now.
    unreferenced: Vec<ObjectId>,
    armed: u32,
}

impl Graph {
    pub(super) fn new() -> Graph {
        Graph { objects: Table::new(), edges: Slab::new(), unreferenced: Vec::new(), armed: 0 }
    }

    /// How many objects the clock will operate.
    pub(super) fn armed(&self) -> u32 {
        self.armed
    }

    pub(super) fn bytes(&self) -> usize {
        self.objects.bytes() + self.edges.bytes() + 4 * self.unreferenced.capacity()
    }

    /// How many objects and edges are kept.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.objects.len(), self.edges.len())
    }

    /// The row of an object that is kept.
    pub(super) fn find(&self, id: ObjectId) -> Option<u32> {
        self.objects.find(id.0)
    }

    /// Adds an object. A context that is made from a cancelled one is cancelled, too.
    pub(super) fn made(&mut self, id: ObjectId, kind: ObjectKind, from: ObjectId) -> u32 {
        if let Some(known) = self.find(id) {
            return known;
        }
        let row = self.objects.insert(Object::new(id, kind));
        let parent = if from == ObjectId::OUTSIDE { None } else { self.find(from) };
        if let Some(parent) = parent {
            self.objects[row].parent = parent;
            self.objects[row].flags |= self.objects[parent].flags & CANCELLED;
            self.adopt(parent, row);
        }
        row
    }

    fn adopt(&mut self, parent: u32, child: u32) {
        let next = std::mem::replace(&mut self.objects[parent].first_child, child);
        self.objects[child].siblings = Links { previous: NONE, next };
        if next != NONE {
            self.objects[next].siblings.previous = child;
        }
    }

    fn disown(&mut self, child: u32) {
        let Some(parent) = self.objects[child].parent() else { return };
        let Links { previous, next } = self.objects[child].siblings;
        if next != NONE {
            self.objects[next].siblings.previous = previous;
        }
        if previous != NONE {
            self.objects[previous].siblings.next = next;
        } else {
            self.objects[parent].first_child = next;
            self.note_unreferenced(parent);
        }
    }

    /// The contexts that were derived from this one itself.
    pub(super) fn children(&self, row: u32) -> impl Iterator<Item = u32> {
        let first = Some(self.objects[row].first_child).filter(|child| *child != NONE);
        std::iter::successors(first, |child| Some(self.objects[*child].siblings.next).filter(|child| *child != NONE))
    }

    /// The program has let go of an object: whatever right on it was not given up is gone with it.
    pub(super) fn let_go(&mut self, row: u32) {
        self.disarm(row);
        let object = &mut self.objects[row];
        object.flags |= GONE;
        object.at_large = [0; 2];
        self.note_unreferenced(row);
    }

    /// Remembers an object that may be dropped at the next [`Graph::sweep`].
    fn note_unreferenced(&mut self, row: u32) {
        let object = &self.objects[row];
        if object.is_unreferenced() {
            self.unreferenced.push(object.id);
        }
    }

    /// Drops the objects that nobody can name any more.
    pub(super) fn sweep(&mut self) {
        while let Some(id) = self.unreferenced.pop() {
            let Some(row) = self.find(id).filter(|row| self.objects[*row].is_unreferenced()) else { continue };
            self.disown(row);
            self.objects.take(row);
        }
        if self.unreferenced.capacity() > 1_024 {
            self.unreferenced.shrink_to(1_024);
        }
    }

    pub(super) fn arm(&mut self, row: u32, deadline_ns: u64, armed_as: u32) {
        self.armed += u32::from(!self.objects[row].is_armed());
        self.objects[row].deadline_ns = deadline_ns.min(NEVER - 1);
        self.objects[row].armed_as = armed_as;
    }

    pub(super) fn disarm(&mut self, row: u32) {
        self.armed -= u32::from(self.objects[row].is_armed());
        self.objects[row].deadline_ns = NEVER;
    }

    pub(super) fn set_level(&mut self, row: u32, level: u32) {
        if self.objects[row].kind != ObjectKind::Context {
            self.objects[row].detail = level;
        }
    }

    pub(super) fn close(&mut self, row: u32) {
        self.objects[row].flags |= CLOSED;
    }

    /// Marks a context and everything derived from it; returns those that were not cancelled before. What was cancelled
    /// before is not walked again, so a tree that is cancelled from its leaves up costs each context once.
    pub(super) fn cancel(&mut self, row: u32) -> Vec<u32> {
        let mut cancelled = Vec::new();
        if self.objects[row].is_cancelled() {
            return cancelled;
        }
        self.objects[row].flags |= CANCELLED;
        cancelled.push(row);
        let mut next = 0;
        while let Some(parent) = cancelled.get(next).copied() {
            next += 1;
            let mut child = self.objects[parent].first_child;
            while child != NONE {
                if !self.objects[child].is_cancelled() {
                    self.objects[child].flags |= CANCELLED;
                    cancelled.push(child);
                }
                child = self.objects[child].siblings.next;
            }
        }
        cancelled
    }

    /// The row of the first scope whose context this is, or [`NONE`].
    pub(super) fn first_scope(&self, row: u32) -> u32 {
        if self.objects[row].kind == ObjectKind::Context { self.objects[row].detail } else { NONE }
    }

    /// Names the first scope whose context this is; a context is kept while it is a scope's.
    pub(super) fn set_first_scope(&mut self, row: u32, scope_row: u32) {
        let object = &mut self.objects[row];
        object.detail = scope_row;
        if scope_row == NONE {
            object.flags &= !PINNED;
            self.note_unreferenced(row);
        } else {
            object.flags |= PINNED;
        }
    }

    /// Notes that an object lost a user of this right; `true` for the first time since [`Graph::forget_changes`].
    pub(super) fn note_shrunk(&mut self, row: u32, right: Right) -> bool {
        let flags = &mut self.objects[row].flags;
        let is_new = *flags & SHRUNK[right as usize] == 0;
        *flags |= SHRUNK[right as usize];
        is_new
    }

    /// Notes that an object gained a user of this right; `true` for the first time since [`Graph::forget_changes`].
    pub(super) fn note_grown(&mut self, row: u32, right: Right) -> bool {
        let flags = &mut self.objects[row].flags;
        let is_new = *flags & GROWN[right as usize] == 0;
        *flags |= GROWN[right as usize];
        is_new
    }

    pub(super) fn forget_changes(&mut self, row: u32) {
        self.objects[row].flags &= !(SHRUNK[0] | SHRUNK[1] | GROWN[0] | GROWN[1]);
    }

    pub(super) fn add_at_large(&mut self, row: u32, right: Right) {
        self.objects[row].at_large[right as usize] += 1;
    }

    /// Takes back one grant that was at large; `false` when there is none.
    pub(super) fn remove_at_large(&mut self, row: u32, right: Right) -> bool {
        let count = &mut self.objects[row].at_large[right as usize];
        let had = *count > 0;
        *count = count.saturating_sub(1);
        had
    }

    fn head(&mut self, end: u32) -> &mut u32 {
        let object = &mut self.objects[end >> 3];
        match Tie::from_bits(end & 7) {
            Tie::Holds(right) => &mut object.holders[right as usize],
            Tie::StrandedHolds(_) => &mut object.stranded_holders,
            Tie::Waits(_) => &mut object.waiters,
        }
    }

    /// Adds an edge. `first` is the first edge of the holder, kept by its row.
    pub(super) fn link(&mut self, first: &mut u32, holder: Holder, object_row: u32, tie: Tie) {
        let of_holder = Links { previous: NONE, next: *first };
        let end = object_row << 3 | tie.to_bits();
        let edge = self.edges.insert(Edge { holder: holder.to_word(), end, of_holder, of_object: Links::NONE });
        if *first != NONE {
            self.edges[*first].of_holder.previous = edge;
        }
        *first = edge;
        self.enter(edge);
    }

    fn enter(&mut self, edge: u32) {
        let end = self.edges[edge].end;
        let next = std::mem::replace(self.head(end), edge);
        self.edges[edge].of_object = Links { previous: NONE, next };
        if next != NONE {
            self.edges[next].of_object.previous = edge;
        }
    }

    fn leave(&mut self, edge: u32) {
        let Edge { end, of_object: Links { previous, next }, .. } = self.edges[edge];
        if next != NONE {
            self.edges[next].of_object.previous = previous;
        }
        if previous != NONE {
            self.edges[previous].of_object.next = next;
        } else {
            *self.head(end) = next;
        }
    }

    /// Removes an edge. `first` is the first edge of the holder, kept by its row.
    pub(super) fn unlink(&mut self, first: &mut u32, edge: u32) {
        self.leave(edge);
        let Edge { end, of_holder: Links { previous, next }, .. } = self.edges.take(edge);
        if next != NONE {
            self.edges[next].of_holder.previous = previous;
        }
        if previous != NONE {
            self.edges[previous].of_holder.next = next;
        } else {
            *first = next;
        }
        self.note_unreferenced(end >> 3);
    }

    /// A message in a channel carries a right from now on.
    pub(super) fn store(&mut self, channel: u32, object_row: u32, right: Right) {
        let mut first = self.objects[channel].stored;
        self.link(&mut first, Holder::Channel(channel), object_row, Tie::Holds(right));
        self.objects[channel].stored = first;
    }

    /// One message less of a channel carries a right; `false` when none did.
    pub(super) fn unstore(&mut self, channel: u32, object_row: u32, right: Right) -> bool {
        let mut first = self.objects[channel].stored;
        let found = self.find_edge(first, Holder::Channel(channel), object_row, Tie::Holds(right));
        if let Some(edge) = found {
            self.unlink(&mut first, edge);
            self.objects[channel].stored = first;
            self.note_unreferenced(channel);
        }
        found.is_some()
    }

    /// The objects and rights that messages of a channel carry, one for each.
    pub(super) fn stored(&self, channel: u32) -> impl Iterator<Item = (u32, u32, Tie)> {
        self.of_holder(self.objects[channel].stored)
    }

    /// Moves a grant between the list of those that count and the list of those that stranded tasks hold.
    pub(super) fn retie(&mut self, edge: u32, tie: Tie) {
        self.leave(edge);
        let Edge { end, .. } = self.edges[edge];
        self.edges[edge].end = end & !7 | tie.to_bits();
        self.enter(edge);
    }

    /// One edge of this holder to this object. Searched from both ends at once, so a hub on one side costs nothing.
    pub(super) fn find_edge(&self, first: u32, holder: Holder, object_row: u32, tie: Tie) -> Option<u32> {
        let (holder, end) = (holder.to_word(), object_row << 3 | tie.to_bits());
        let object = &self.objects[object_row];
        let mut here = first;
        let mut there = match tie {
            Tie::Holds(right) => object.holders[right as usize],
            Tie::StrandedHolds(_) => object.stranded_holders,
            Tie::Waits(_) => object.waiters,
        };
        while here != NONE && there != NONE {
            if self.edges[here].end == end {
                return Some(here);
            }
            if self.edges[there].holder == holder && self.edges[there].end == end {
                return Some(there);
            }
            here = self.edges[here].of_holder.next;
            there = self.edges[there].of_object.next;
        }
        None
    }

    /// The edges of a holder: their numbers, objects and ties.
    pub(super) fn of_holder(&self, first: u32) -> impl Iterator<Item = (u32, u32, Tie)> {
        let mut next = first;
        std::iter::from_fn(move || {
            let edge = next;
            let row = (edge != NONE).then(|| &self.edges[edge])?;
            next = row.of_holder.next;
            Some((edge, row.object_row(), row.tie()))
        })
    }

    /// What an edge says, and the holder's next one.
    pub(super) fn step(&self, edge: u32) -> (Tie, u32) {
        (self.edges[edge].tie(), self.edges[edge].of_holder.next)
    }

    /// The object's row of an edge, and what the edge says.
    pub(super) fn end_of(&self, edge: u32) -> (u32, Tie) {
        (self.edges[edge].object_row(), self.edges[edge].tie())
    }

    /// Who holds this right and is not stranded, once for each grant.
    pub(super) fn holders(&self, object_row: u32, right: Right) -> impl Iterator<Item = Holder> {
        self.of_object(self.objects[object_row].holders[right as usize]).map(Edge::holder)
    }

    /// Whether a stranded task holds this right.
    pub(super) fn is_held_by_stranded(&self, object_row: u32, right: Right) -> bool {
        let mut edges = self.of_object(self.objects[object_row].stranded_holders);
        edges.any(|edge| edge.tie() == Tie::StrandedHolds(right))
    }

    /// Rows of the tasks that wait until somebody uses this right.
    pub(super) fn waiters(&self, object_row: u32, right: Right) -> impl Iterator<Item = u32> {
        self.of_object(self.objects[object_row].waiters)
            .filter(move |edge| edge.tie() == Tie::Waits(right))
            .map(|edge| edge.holder)
    }

    /// Whether losing or gaining a user of this object could matter to anybody.
    pub(super) fn is_awaited(&self, object_row: u32) -> bool {
        let object = &self.objects[object_row];
        object.waiters != NONE || object.first_child != NONE || object.stored != NONE
    }

    fn of_object(&self, first: u32) -> impl Iterator<Item = &Edge> {
        let mut next = first;
        std::iter::from_fn(move || {
            let edge = (next != NONE).then(|| &self.edges[next])?;
            next = edge.of_object.next;
            Some(edge)
        })
    }
}

impl Graph {
    /// The grants of an object, and in what: numbers of edges and their holders. For an object that is let go of.
    pub(super) fn grants_of(&self, row: u32) -> Vec<(u32, Holder)> {
        let object = &self.objects[row];
        let heads = [object.holders[0], object.holders[1], object.stranded_holders];
        let mut grants = Vec::new();
        for head in heads {
            let mut edge = head;
            while edge != NONE {
                grants.push((edge, self.edges[edge].holder()));
                edge = self.edges[edge].of_object.next;
            }
        }
        grants
    }

    /// Removes a grant that a channel holds.
    pub(super) fn unlink_stored(&mut self, channel: u32, edge: u32) {
        let mut first = self.objects[channel].stored;
        self.unlink(&mut first, edge);
        self.objects[channel].stored = first;
        self.note_unreferenced(channel);
    }
}
