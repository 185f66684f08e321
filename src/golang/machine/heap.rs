//! Objects with handles, collected by tracing: no reference is counted, and nothing is dropped by recursion.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::maps::Map;
use super::value::{Account, Handle, Text, Value};
use crate::sync::chan::{Receiver, Sender};
use crate::sync::mutex::Mutex;
use crate::sync::rw_mutex::RwMutex;
use crate::sync::wait_group::WaitGroup;
use crate::trace::event::ObjectId;

/// Bytes of objects and texts that a run may hold.
pub(super) const HEAP_BYTES_MAX: u64 = if cfg!(target_arch = "wasm32") { 128 << 20 } else { 512 << 20 };

/// Bytes that may be allocated before the first collection.
const FIRST_COLLECTION: u64 = 8 << 20;

/// An object.
#[derive(Debug)]
pub(super) enum Object {
    /// A struct, an array, a variable: its parts.
    Cells(Vec<Value>),
    Map(Map),
    Closure {
        function: u32,
        captured: Vec<Value>,
    },
    /// A method with its receiver.
    Bound {
        function: u32,
        receiver: Value,
    },
    Chan(Chan),
    Lock(Rc<Mutex>),
    ReadLock(Rc<RwMutex>),
    Group(Rc<WaitGroup>, i64),
}

/// A channel: `sync`'s, which carries tickets, and the values that they stand for.
#[derive(Debug)]
pub(super) struct Chan {
    /// Its name in the trace.
    pub(super) object: ObjectId,
    pub(super) ends: Rc<Ends>,
    pub(super) parcels: BTreeMap<u64, Value>,
    pub(super) is_closed: bool,
    pub(super) capacity: usize,
}

/// Both ends of a channel of `sync`.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) sender: Sender<u64>,
    pub(super) receiver: Receiver<u64>,
}

#[derive(Debug, Default)]
struct Place {
    object: Option<Object>,
    /// The last marking that reached it, by its number.
    marked: u32,
    /// The last marking for which somebody waits for it.
    awaited: u32,
}

/// The heap.
#[derive(Debug, Default)]
pub(super) struct Heap {
    places: Vec<Place>,
    free: Vec<u32>,
    /// Bytes of objects, as far as they were counted when they were made or grew.
    bytes: u64,
    /// Bytes since the last collection.
    since: u64,
    threshold: u64,
    pub(super) texts: Account,
    /// Objects that were marked and whose parts have not been.
    grey: Vec<Handle>,
    /// The number of the present marking: a new one costs nothing, however many objects there are.
    marking: u32,
    /// What this marking reached of that for which somebody waits, and nobody has looked at yet.
    met: Vec<Handle>,
    /// How many objects were marked in all.
    pub(super) marked: u64,
}

impl Heap {
    pub(super) fn new() -> Heap {
        Heap { threshold: FIRST_COLLECTION, marking: 1, ..Heap::default() }
    }

    pub(super) fn text(&mut self, bytes: &[u8]) -> Value {
        self.since += bytes.len() as u64 + 32;
        Value::Text(Text::new(bytes, &self.texts))
    }

    pub(super) fn make(&mut self, object: Object) -> Handle {
        self.note(size(&object));
        match self.free.pop() {
            Some(place) => {
                self.places[place as usize].object = Some(object);
                Handle(place)
            }
            None => {
                self.places.push(Place { object: Some(object), marked: 0, awaited: 0 });
                Handle((self.places.len() - 1) as u32)
            }
        }
    }

    pub(super) fn cells(&mut self, cells: Vec<Value>) -> Handle {
        self.make(Object::Cells(cells))
    }

    /// Notes that an object has grown.
    pub(super) fn note(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.since += bytes;
    }

    pub(super) fn get(&self, handle: Handle) -> Option<&Object> {
        self.places.get(handle.0 as usize).and_then(|place| place.object.as_ref())
    }

    pub(super) fn get_mut(&mut self, handle: Handle) -> Option<&mut Object> {
        self.places.get_mut(handle.0 as usize).and_then(|place| place.object.as_mut())
    }

    /// The parts of a struct, array or variable.
    pub(super) fn parts(&self, handle: Handle) -> &[Value] {
        match self.get(handle) {
            Some(Object::Cells(cells)) => cells,
            _ => &[],
        }
    }

    pub(super) fn parts_mut(&mut self, handle: Handle) -> &mut [Value] {
        match self.get_mut(handle) {
            Some(Object::Cells(cells)) => cells,
            _ => &mut [],
        }
    }

    pub(super) fn map(&self, handle: Handle) -> Option<&Map> {
        match self.get(handle) {
            Some(Object::Map(map)) => Some(map),
            _ => None,
        }
    }

    pub(super) fn map_mut(&mut self, handle: Handle) -> Option<&mut Map> {
        match self.get_mut(handle) {
            Some(Object::Map(map)) => Some(map),
            _ => None,
        }
    }

    pub(super) fn chan(&mut self, handle: Handle) -> Option<&mut Chan> {
        match self.get_mut(handle) {
            Some(Object::Chan(chan)) => Some(chan),
            _ => None,
        }
    }

    pub(super) fn held(&self) -> u64 {
        self.bytes + self.texts.get()
    }

    pub(super) fn wants_collection(&self) -> bool {
        self.since >= self.threshold
    }

    // Tracing.

    pub(super) fn is_marked(&self, handle: Handle) -> bool {
        self.places.get(handle.0 as usize).is_some_and(|place| place.marked == self.marking)
    }

    pub(super) fn clear_marks(&mut self) {
        self.met.clear();
        self.grey.clear();
        self.marking = self.marking.wrapping_add(1);
        if self.marking == 0 {
            self.marking = 1;
            self.places.iter_mut().for_each(|place| (place.marked, place.awaited) = (0, 0));
        }
    }

    /// Somebody waits for this: the present marking says when it reaches it.
    pub(super) fn await_mark(&mut self, handle: Handle) {
        if let Some(place) = self.places.get_mut(handle.0 as usize) {
            place.awaited = self.marking;
        }
    }

    /// One of those that were reached.
    pub(super) fn pop_met(&mut self) -> Option<Handle> {
        self.met.pop()
    }

    pub(super) fn mark(&mut self, value: &Value) {
        if let Some(handle) = value.handle() {
            self.mark_handle(handle);
        }
    }

    pub(super) fn mark_handle(&mut self, handle: Handle) {
        if let Some(place) = self.places.get_mut(handle.0 as usize)
            && place.marked != self.marking
        {
            place.marked = self.marking;
            self.marked += 1;
            if place.awaited == self.marking {
                self.met.push(handle);
            }
            self.grey.push(handle);
        }
    }

    /// Marks everything that what is marked refers to.
    pub(super) fn spread(&mut self) {
        while let Some(handle) = self.grey.pop() {
            // The object is out of its place for this moment, so that others can be marked.
            let Some(object) = self.places[handle.0 as usize].object.take() else { continue };
            match &object {
                Object::Cells(cells) => cells.iter().for_each(|cell| self.mark(cell)),
                Object::Map(map) => map.values().for_each(|(key, value)| {
                    self.mark(key);
                    self.mark(value);
                }),
                Object::Closure { captured, .. } => captured.iter().for_each(|value| self.mark(value)),
                Object::Bound { receiver, .. } => self.mark(receiver),
                Object::Chan(chan) => chan.parcels.values().for_each(|value| self.mark(value)),
                Object::Lock(_) | Object::ReadLock(_) | Object::Group(..) => {}
            }
            self.places[handle.0 as usize].object = Some(object);
        }
    }

    /// Drops what is not marked.
    pub(super) fn sweep(&mut self) {
        let mut bytes = 0;
        for (number, place) in self.places.iter_mut().enumerate() {
            match &place.object {
                Some(object) if place.marked == self.marking => bytes += size(object),
                Some(_) => {
                    place.object = None;
                    self.free.push(number as u32);
                }
                None => {}
            }
        }
        self.bytes = bytes;
        self.since = 0;
        self.threshold = FIRST_COLLECTION.max(self.held());
    }
}

/// About how many bytes an object holds.
fn size(object: &Object) -> u64 {
    let value = size_of::<Value>() as u64;
    32 + match object {
        Object::Cells(cells) => cells.capacity() as u64 * value,
        Object::Map(map) => map.places() as u64 * (value * 3 + 16),
        Object::Closure { captured, .. } => captured.capacity() as u64 * value,
        Object::Bound { .. } => value,
        Object::Chan(chan) => 256 + chan.parcels.len() as u64 * 64,
        Object::Lock(_) | Object::ReadLock(_) | Object::Group(..) => 160,
    }
}
