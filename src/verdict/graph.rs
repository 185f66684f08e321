//! Objects, who holds which right on them, and who waits for them.
//!
//! An edge is a grant or a wait. It stands in two lists at once, its task's and its object's, so that a task that ends
//! finds what it held and an object that loses a holder finds who waited for it. Edges of stranded tasks stand in a list
//! of their own (*fallen*): only Go's rule still asks for them, and no search may cost more for a million of them.
//!
//! An object that nobody holds, waits for, or derives from, and that no timer will touch, is dropped: one word is left
//! of it, with its kind and the context it came from. What it contained can never be seen again.
//! Deliberately absent: any verdict.

use crate::trace::event::{ObjectId, ObjectKind, Right};
use crate::verdict::slab::{NONE, Slab, Vacant};

/// Not armed.
const NEVER: u64 = u64::MAX;

const DEAD: u32 = 1 << 31;
const LOW: u32 = (1 << 28) - 1;

const CLOSED: u8 = 1;
const CANCELLED: u8 = 2;
const FADING: u8 = 4;
const PINNED: u8 = 8;
const SUPPORTED: [u8; 2] = [16, 32];

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// The task holds this right.
    Holds(Right),
    /// The task is stranded and holds this right.
    Fallen(Right),
    /// The task waits until somebody uses this right.
    Waits(Right),
}

impl Tie {
    fn to_bits(self) -> u32 {
        match self {
            Tie::Holds(right) => right as u32,
            Tie::Fallen(right) => 4 | right as u32,
            Tie::Waits(right) => 2 | right as u32,
        }
    }

    fn from_bits(bits: u32) -> Tie {
        let right = if bits & 1 == 0 { Right::Send } else { Right::Receive };
        match bits & 6 {
            0 => Tie::Holds(right),
            2 => Tie::Waits(right),
            _ => Tie::Fallen(right),
        }
    }
}

struct Edge {
    task_row: u32,
    /// The object's row and the tie.
    end: u32,
    of_task: Links,
    of_object: Links,
}

#[derive(Clone, Copy)]
struct Links {
    previous: u32,
    next: u32,
}

impl Vacant for Edge {
    fn vacant() -> Edge {
        let links = Links { previous: NONE, next: NONE };
        Edge { task_row: NONE, end: 0, of_task: links, of_object: links }
    }
}

impl Edge {
    fn object_row(&self) -> u32 {
        self.end >> 4
    }

    fn tie(&self) -> Tie {
        Tie::from_bits(self.end & 15)
    }
}

/// An object that somebody can still touch.
pub(super) struct Object {
    pub(super) id: ObjectId,
    pub(super) kind: ObjectKind,
    flags: u8,
    /// For a context the number of the scope whose context it is, or [`NONE`]; else the level last recorded.
    detail: u32,
    /// For a context: the one it was derived from.
    pub(super) from: ObjectId,
    holders: [u32; 2],
    fallen: u32,
    waiters: u32,
    first_child: u32,
    siblings: Links,
    deadline_us: u64,
}

impl Vacant for Object {
    fn vacant() -> Object {
        Object::new(ObjectId::OUTSIDE, ObjectKind::Channel, ObjectId::OUTSIDE)
    }
}

impl Object {
    fn new(id: ObjectId, kind: ObjectKind, from: ObjectId) -> Object {
        Object {
            id,
            kind,
            flags: 0,
            detail: if kind == ObjectKind::Context { NONE } else { 0 },
            from,
            holders: [NONE; 2],
            fallen: NONE,
            waiters: NONE,
            first_child: NONE,
            siblings: Links { previous: NONE, next: NONE },
            deadline_us: NEVER,
        }
    }

    pub(super) fn level(&self) -> u32 {
        if self.kind == ObjectKind::Context { 0 } else { self.detail }
    }

    /// The scope whose context this is.
    pub(super) fn scope(&self) -> Option<u32> {
        (self.kind == ObjectKind::Context && self.detail != NONE).then_some(self.detail)
    }

    /// When the clock will operate it.
    pub(super) fn deadline_us(&self) -> Option<u64> {
        (self.deadline_us != NEVER).then_some(self.deadline_us)
    }

    pub(super) fn is_armed(&self) -> bool {
        self.deadline_us != NEVER
    }

    pub(super) fn is_closed(&self) -> bool {
        self.flags & CLOSED != 0
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.flags & CANCELLED != 0
    }

    fn is_unreferenced(&self) -> bool {
        self.holders == [NONE; 2]
            && self.fallen == NONE
            && self.waiters == NONE
            && self.first_child == NONE
            && !self.is_armed()
            && self.flags & PINNED == 0
    }
}

/// See the module.
pub(super) struct Graph {
    /// For each object ever made: its kind, and its row, or (dead) what it was derived from.
    slots: Vec<u32>,
    pub(super) objects: Slab<Object>,
    edges: Slab<Edge>,
    fading: Vec<ObjectId>,
    armed: u32,
}

impl Graph {
    pub(super) fn new() -> Graph {
        let outside = DEAD | (ObjectKind::Channel as u32) << 28;
        Graph { slots: vec![outside], objects: Slab::new(), edges: Slab::new(), fading: Vec::new(), armed: 0 }
    }

    /// How many objects the clock will operate.
    pub(super) fn armed(&self) -> u32 {
        self.armed
    }

    pub(super) fn bytes(&self) -> usize {
        4 * self.slots.capacity() + self.objects.bytes() + self.edges.bytes() + 4 * self.fading.capacity()
    }

    /// How many objects and edges are kept.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.objects.len(), self.edges.len())
    }

    pub(super) fn made(&mut self, kind: ObjectKind, from: ObjectId) -> ObjectId {
        let id = ObjectId(self.slots.len() as u32);
        self.slots.push(DEAD | (kind as u32) << 28 | from.0);
        self.revive(id);
        id
    }

    /// The row of an object that is kept.
    pub(super) fn find(&self, id: ObjectId) -> Option<u32> {
        let slot = *self.slots.get(id.0 as usize)?;
        (slot & DEAD == 0).then_some(slot & LOW)
    }

    /// The row of an object, which is made again if it was dropped; contexts with everything they came from.
    pub(super) fn revive(&mut self, id: ObjectId) -> u32 {
        let mut next = id;
        let mut child = NONE;
        loop {
            let known = self.find(next);
            let row = known.unwrap_or_else(|| self.insert(next));
            if child != NONE {
                self.adopt(row, child);
            }
            let from = self.objects[row].from;
            if known.is_some() || from == ObjectId::OUTSIDE {
                break;
            }
            next = from;
            child = row;
        }
        self.find(id).expect("just revived")
    }

    fn insert(&mut self, id: ObjectId) -> u32 {
        let slot = self.slots[id.0 as usize];
        let kind = ObjectKind::from_word(slot >> 28 & 7);
        let row = self.objects.insert(Object::new(id, kind, ObjectId(slot & LOW)));
        self.slots[id.0 as usize] = (kind as u32) << 28 | row;
        self.fade(row);
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
        let Links { previous, next } = self.objects[child].siblings;
        if next != NONE {
            self.objects[next].siblings.previous = previous;
        }
        if previous != NONE {
            self.objects[previous].siblings.next = next;
        } else if let Some(parent) = self.parent(child) {
            self.objects[parent].first_child = next;
            self.fade(parent);
        }
    }

    /// What an object was derived from, also when it is not kept.
    pub(super) fn derived_from(&self, id: ObjectId) -> Option<ObjectId> {
        let slot = *self.slots.get(id.0 as usize)?;
        let from = if slot & DEAD == 0 { self.objects[slot & LOW].from } else { ObjectId(slot & LOW) };
        (from != ObjectId::OUTSIDE).then_some(from)
    }

    /// The row of the context that a context was derived from.
    pub(super) fn parent(&self, row: u32) -> Option<u32> {
        match self.objects[row].from {
            ObjectId::OUTSIDE => None,
            from => Some(self.find(from).expect("a context is kept while one derived from it is")),
        }
    }

    /// A context and everything derived from it; any other object alone.
    pub(super) fn family(&self, row: u32) -> Vec<u32> {
        let mut family = vec![row];
        let mut next = 0;
        while next < family.len() {
            let mut child = self.objects[family[next]].first_child;
            while child != NONE {
                family.push(child);
                child = self.objects[child].siblings.next;
            }
            next += 1;
        }
        family
    }

    /// Remembers an object that may be dropped at the next [`Graph::sweep`].
    fn fade(&mut self, row: u32) {
        let object = &mut self.objects[row];
        if object.flags & FADING == 0 && object.is_unreferenced() {
            object.flags |= FADING;
            self.fading.push(object.id);
        }
    }

    /// Drops the objects that nobody can touch any more.
    pub(super) fn sweep(&mut self) {
        while let Some(id) = self.fading.pop() {
            let row = self.find(id).expect("only a sweep drops objects, and it forgets them");
            self.objects[row].flags &= !FADING;
            if !self.objects[row].is_unreferenced() {
                continue;
            }
            self.disown(row);
            let object = self.objects.take(row);
            self.slots[id.0 as usize] = DEAD | (object.kind as u32) << 28 | object.from.0;
        }
    }

    pub(super) fn arm(&mut self, id: ObjectId, deadline_us: u64) {
        let row = self.revive(id);
        self.armed += u32::from(!self.objects[row].is_armed());
        self.objects[row].deadline_us = deadline_us;
    }

    pub(super) fn disarm(&mut self, id: ObjectId) {
        let row = self.revive(id);
        self.armed -= u32::from(self.objects[row].is_armed());
        self.objects[row].deadline_us = NEVER;
        self.fade(row);
    }

    pub(super) fn set_level(&mut self, id: ObjectId, level: u32) {
        let row = self.revive(id);
        if self.objects[row].kind != ObjectKind::Context {
            self.objects[row].detail = level;
        }
    }

    pub(super) fn close(&mut self, id: ObjectId) {
        let row = self.revive(id);
        self.objects[row].flags |= CLOSED;
    }

    /// Marks a context and everything derived from it; returns the scopes that are told by this.
    pub(super) fn cancel(&mut self, id: ObjectId) -> Vec<u32> {
        let row = self.revive(id);
        let mut told = Vec::new();
        for row in self.family(row) {
            let object = &mut self.objects[row];
            if object.flags & CANCELLED == 0 {
                object.flags |= CANCELLED;
                told.extend(object.scope());
            }
        }
        told
    }

    /// Keeps a context as long as its scope is kept: that is how the scope learns that it was cancelled.
    pub(super) fn pin(&mut self, id: ObjectId, scope: u32) {
        let row = self.revive(id);
        let object = &mut self.objects[row];
        object.detail = scope;
        object.flags |= PINNED;
    }

    pub(super) fn unpin(&mut self, id: ObjectId) {
        if let Some(row) = self.find(id) {
            self.objects[row].detail = NONE;
            self.objects[row].flags &= !PINNED;
            self.fade(row);
        }
    }

    pub(super) fn is_supported(&self, row: u32, right: Right) -> bool {
        self.objects[row].flags & SUPPORTED[right as usize] != 0
    }

    pub(super) fn support(&mut self, row: u32, right: Right) {
        self.objects[row].flags |= SUPPORTED[right as usize];
    }

    pub(super) fn forget_support(&mut self, row: u32) {
        self.objects[row].flags &= !(SUPPORTED[0] | SUPPORTED[1]);
    }

    fn head(&mut self, end: u32) -> &mut u32 {
        let object = &mut self.objects[end >> 4];
        match Tie::from_bits(end & 15) {
            Tie::Holds(right) => &mut object.holders[right as usize],
            Tie::Fallen(_) => &mut object.fallen,
            Tie::Waits(_) => &mut object.waiters,
        }
    }

    /// Adds an edge. `first` is the first edge of the task, kept by its row.
    pub(super) fn link(&mut self, first: &mut u32, task_row: u32, object_row: u32, tie: Tie) {
        let of_task = Links { previous: NONE, next: *first };
        let of_object = Links { previous: NONE, next: NONE };
        let end = object_row << 4 | tie.to_bits();
        let edge = self.edges.insert(Edge { task_row, end, of_task, of_object });
        if *first != NONE {
            self.edges[*first].of_task.previous = edge;
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

    /// Removes an edge.
    pub(super) fn unlink(&mut self, first: &mut u32, edge: u32) {
        self.leave(edge);
        let Edge { end, of_task: Links { previous, next }, .. } = self.edges.take(edge);
        if next != NONE {
            self.edges[next].of_task.previous = previous;
        }
        if previous != NONE {
            self.edges[previous].of_task.next = next;
        } else {
            *first = next;
        }
        self.fade(end >> 4);
    }

    /// Moves a grant of a task that was just stranded out of every search's way.
    pub(super) fn fell(&mut self, edge: u32) {
        self.leave(edge);
        let Edge { end, .. } = self.edges[edge];
        self.edges[edge].end = end | 4;
        self.enter(edge);
    }

    /// One edge of this task to this object. Searched from both ends at once, so a hub on one side costs nothing.
    pub(super) fn find_edge(&self, first: u32, task_row: u32, object_row: u32, tie: Tie) -> Option<u32> {
        let end = object_row << 4 | tie.to_bits();
        let object = &self.objects[object_row];
        let mut here = first;
        let mut there = match tie {
            Tie::Holds(right) => object.holders[right as usize],
            Tie::Fallen(_) => object.fallen,
            Tie::Waits(_) => object.waiters,
        };
        while here != NONE && there != NONE {
            if self.edges[here].end == end {
                return Some(here);
            }
            if self.edges[there].task_row == task_row && self.edges[there].end == end {
                return Some(there);
            }
            here = self.edges[here].of_task.next;
            there = self.edges[there].of_object.next;
        }
        None
    }

    /// The edges of a task: their numbers, objects and ties.
    pub(super) fn of_task(&self, first: u32) -> impl Iterator<Item = (u32, u32, Tie)> {
        let mut next = first;
        std::iter::from_fn(move || {
            let edge = next;
            let row = (edge != NONE).then(|| &self.edges[edge])?;
            next = row.of_task.next;
            Some((edge, row.object_row(), row.tie()))
        })
    }

    /// Rows of the tasks that hold this right and are not stranded, one for each grant.
    pub(super) fn holders(&self, object_row: u32, right: Right) -> impl Iterator<Item = u32> {
        self.of_object(self.objects[object_row].holders[right as usize]).map(|edge| edge.task_row)
    }

    /// Rows of the tasks that wait until somebody uses this right.
    pub(super) fn waiters(&self, object_row: u32, right: Right) -> impl Iterator<Item = u32> {
        self.of_object(self.objects[object_row].waiters)
            .filter(move |edge| edge.tie() == Tie::Waits(right))
            .map(|edge| edge.task_row)
    }

    /// Whether losing a holder of this object could matter to anybody.
    pub(super) fn is_awaited(&self, object_row: u32) -> bool {
        let object = &self.objects[object_row];
        object.waiters != NONE || object.first_child != NONE
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
