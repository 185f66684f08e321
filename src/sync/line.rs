//! A queue whose room is in the account of what primitives keep ([`crate::executor::heap`]).

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};

use crate::executor::heap;

/// First in, first out. It grows by [`Line::push_back`] only.
#[derive(Debug)]
pub(crate) struct Line<T>(VecDeque<T>);

impl<T> Line<T> {
    /// Adds one at the end.
    #[inline]
    pub(crate) fn push_back(&mut self, value: T) {
        let before = self.0.capacity();
        self.0.push_back(value);
        heap::resize_list::<T>(before, self.0.capacity());
    }

    /// Takes everything out.
    pub(crate) fn take(&mut self) -> VecDeque<T> {
        heap::resize_list::<T>(self.0.capacity(), VecDeque::<T>::new().capacity());
        std::mem::take(&mut self.0)
    }
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Line(VecDeque::new())
    }
}

impl<T> Deref for Line<T> {
    type Target = VecDeque<T>;

    fn deref(&self) -> &VecDeque<T> {
        &self.0
    }
}

impl<T> DerefMut for Line<T> {
    fn deref_mut(&mut self) -> &mut VecDeque<T> {
        &mut self.0
    }
}

impl<T> Drop for Line<T> {
    fn drop(&mut self) {
        heap::resize_list::<T>(self.0.capacity(), VecDeque::<T>::new().capacity());
    }
}
