//! Go's maps: entries in places that they keep while they are there, so that a loop over a map may change it.

use std::collections::BTreeMap;

use super::value::Value;

/// A value as a key: what is equal in Go is equal here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Nil,
    Bool(bool),
    Int(i64),
    /// The bits of a number, zero without its sign.
    Float(u64),
    Text(Box<[u8]>),
    Reference(u32, u32),
    Boxed(u32, Box<Key>),
    Parts(Vec<Key>),
}

/// A map.
#[derive(Debug, Default)]
pub(super) struct Map {
    index: BTreeMap<Key, usize>,
    entries: Vec<Option<(Value, Value)>>,
    free: Vec<usize>,
}

impl Map {
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        let place = self.index.get(key)?;
        self.entries[*place].as_ref().map(|entry| &entry.1)
    }

    pub(super) fn insert(&mut self, key: Key, own: Value, value: Value) {
        if let Some(place) = self.index.get(&key) {
            if let Some(entry) = &mut self.entries[*place] {
                entry.1 = value;
            }
            return;
        }
        let place = match self.free.pop() {
            Some(place) => place,
            None => {
                self.entries.push(None);
                self.entries.len() - 1
            }
        };
        self.entries[place] = Some((own, value));
        self.index.insert(key, place);
    }

    pub(super) fn remove(&mut self, key: &Key) {
        if let Some(place) = self.index.remove(key) {
            self.entries[place] = None;
            self.free.push(place);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Map::default();
    }

    /// How many places there are, taken or not.
    pub(super) fn places(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn at(&self, place: usize) -> Option<&(Value, Value)> {
        self.entries.get(place).and_then(Option::as_ref)
    }

    /// The entries in the order of their keys.
    pub(super) fn sorted(&self) -> impl Iterator<Item = &(Value, Value)> {
        self.index.values().filter_map(|place| self.entries[*place].as_ref())
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &(Value, Value)> {
        self.entries.iter().flatten()
    }
}
