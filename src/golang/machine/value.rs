//! What a register holds.

use std::cell::Cell;
use std::rc::Rc;

/// An object of the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Handle(pub(super) u32);

/// Stands for the whole object where a pointer says which part it points to.
pub(super) const WHOLE: u32 = u32::MAX;

/// A value. `nil` of every type is [`Value::Nil`].
#[derive(Clone, Debug)]
pub(super) enum Value {
    Nil,
    Bool(bool),
    /// Every whole number, of whatever size.
    Int(i64),
    Float(f64),
    Text(Text),
    /// A struct or array: the object that is this variable.
    Object(Handle),
    /// A pointer to a part of an object.
    Pointer(Handle, u32),
    Slice(Slice),
    Map(Handle),
    Chan(Handle),
    /// A declared function.
    Function(u32),
    /// A function with what it captures.
    Closure(Handle),
    /// Something of the library's own: a lock.
    Opaque(Handle),
    /// What an interface holds.
    Boxed(Rc<Boxed>),
    /// Where a loop over a map stands: the map, the place at which it began, and the next one.
    Walk(Handle, u32, u32),
}

/// A value in an interface. It never changes.
#[derive(Debug)]
pub(super) struct Boxed {
    pub(super) kind: u32,
    pub(super) value: Value,
}

/// A part of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) array: Handle,
    pub(super) from: u32,
    pub(super) length: u32,
    pub(super) capacity: u32,
}

/// Bytes that never change.
#[derive(Clone, Debug)]
pub(super) struct Text(Rc<Bytes>);

#[derive(Debug)]
struct Bytes {
    data: Box<[u8]>,
    held: Account,
}

/// How many bytes all texts of a run hold.
pub(super) type Account = Rc<Cell<u64>>;

impl Text {
    pub(super) fn new(data: &[u8], held: &Account) -> Text {
        held.set(held.get() + data.len() as u64 + 32);
        Text(Rc::new(Bytes { data: data.into(), held: held.clone() }))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0.data
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.held.set(self.held.get().saturating_sub(self.data.len() as u64 + 32));
    }
}

impl Value {
    pub(super) fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    pub(super) fn int(&self) -> i64 {
        match self {
            Value::Int(int) => *int,
            _ => 0,
        }
    }

    pub(super) fn float(&self) -> f64 {
        match self {
            Value::Float(float) => *float,
            _ => 0.0,
        }
    }

    pub(super) fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    pub(super) fn text(&self) -> &[u8] {
        match self {
            Value::Text(text) => text.bytes(),
            _ => &[],
        }
    }

    /// The object that it refers to.
    pub(super) fn handle(&self) -> Option<Handle> {
        match self {
            Value::Object(handle)
            | Value::Pointer(handle, _)
            | Value::Map(handle)
            | Value::Chan(handle)
            | Value::Closure(handle)
            | Value::Opaque(handle)
            | Value::Walk(handle, ..) => Some(*handle),
            Value::Slice(slice) => Some(slice.array),
            Value::Boxed(boxed) => boxed.value.handle(),
            _ => None,
        }
    }
}

/// The first character of some bytes, and its width; what is no UTF-8 counts as one byte.
pub(super) fn first_rune(bytes: &[u8]) -> (u32, usize) {
    let head = &bytes[..bytes.len().min(4)];
    for width in 1..=head.len() {
        if let Ok(text) = std::str::from_utf8(&head[..width])
            && let Some(c) = text.chars().next()
        {
            return (c.into(), width);
        }
    }
    (0xfffd, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_text_goes_on_byte_by_byte() {
        assert_eq!(first_rune("äb".as_bytes()), (0xe4, 2));
        assert_eq!(first_rune(&[0xff, b'a']), (0xfffd, 1));
        assert_eq!(first_rune(&[0xe4]), (0xfffd, 1));
    }
}
