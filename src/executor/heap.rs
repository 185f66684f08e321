//! The account of what primitives keep on the heap, behind the pointers in tasks' futures: channels, queues, waiters.
//!
//! A thread has one account, since at most one engine is entered on it; an engine takes its own along when it is entered
//! and left. So counting costs an addition and no look at the engine. Deliberately absent: the futures themselves
//! ([`crate::executor::tasks`]), and what a program's own types allocate.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

thread_local! {
    /// What the entered engine's primitives keep. Means nothing while none is entered.
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// What is in the account now.
pub(crate) fn bytes() -> usize {
    BYTES.get()
}

/// Opens the account of another engine; gives back what was in the one before.
pub(crate) fn exchange(bytes: usize) -> usize {
    BYTES.replace(bytes)
}

/// Notes that something on the heap had a size and has another now; 0 is not there.
#[inline]
pub(crate) fn resize(before: usize, after: usize) {
    // It wraps where an engine that is dropped was left before: nobody asks for that one any more.
    BYTES.set(BYTES.get().wrapping_sub(before).wrapping_add(after));
}

/// Notes that a list of `T` had room for so many and has another capacity now.
#[inline]
pub(crate) fn resize_list<T>(before: usize, after: usize) {
    if before != after {
        resize(before.wrapping_mul(size_of::<T>()), after.wrapping_mul(size_of::<T>()));
    }
}

/// A field of a `T` that lives in an `Rc`: the account has the `T`, and the two counts before it, for as long as this lives.
pub(crate) struct InHeap<T>(PhantomData<fn() -> T>);

impl<T> InHeap<T> {
    /// An `Rc` keeps two counts before what it holds.
    const BYTES: usize = size_of::<T>() + 2 * size_of::<usize>();

    #[inline]
    pub(crate) fn new() -> InHeap<T> {
        resize(0, InHeap::<T>::BYTES);
        InHeap(PhantomData)
    }
}

impl<T> Default for InHeap<T> {
    fn default() -> Self {
        InHeap::new()
    }
}

impl<T> Drop for InHeap<T> {
    #[inline]
    fn drop(&mut self) {
        resize(InHeap::<T>::BYTES, 0);
    }
}

impl<T> fmt::Debug for InHeap<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InHeap")
    }
}

/// A value in an `Rc` of its own that is in the account.
#[derive(Debug, Default)]
pub(crate) struct Counted<T> {
    value: T,
    _in_heap: InHeap<T>,
}

impl<T> Counted<T> {
    pub(crate) fn new(value: T) -> Counted<T> {
        Counted { value, _in_heap: InHeap::new() }
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn the_account_has_what_lives() {
        struct Kept {
            _words: [u32; 4],
            _in_heap: InHeap<Kept>,
        }
        let before = exchange(100);
        let kept = Rc::new(Kept { _words: [0; 4], _in_heap: InHeap::new() });
        assert_eq!(bytes(), 100 + 16 + 2 * size_of::<usize>());
        resize_list::<u64>(0, 4);
        assert_eq!(bytes(), 100 + 16 + 2 * size_of::<usize>() + 32);
        drop(kept);
        assert_eq!(exchange(before), 132);
    }
}
