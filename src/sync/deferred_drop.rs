//! Drops what was in a channel without recursion: a channel in a message of a channel in a message … a hundred thousand
//! deep would overflow the stack if each dropped the next from within.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;

thread_local! {
    /// What is still to be dropped, while something is.
    static WAITING: RefCell<Option<VecDeque<Box<dyn Any>>>> = const { RefCell::new(None) };
}

/// Drops `values` now, or, when it is called while others are being dropped, after those.
pub(crate) fn drop_deferred<T: 'static>(values: VecDeque<T>) {
    if values.is_empty() || !std::mem::needs_drop::<T>() {
        return;
    }
    let mut values = Some(values);
    let is_first = WAITING.with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        match waiting.as_mut() {
            Some(waiting) => {
                waiting.extend(values.take().map(|values| Box::new(values) as Box<dyn Any>));
                false
            }
            None => {
                *waiting = Some(VecDeque::new());
                true
            }
        }
    });
    if is_first {
        let _end = End;
        drop(values);
        while let Some(next) = WAITING.with(|waiting| waiting.borrow_mut().as_mut().and_then(VecDeque::pop_front)) {
            drop(next);
        }
    }
}

/// Ends the dropping, also when a destructor panics.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        let rest = WAITING.with(RefCell::take);
        drop(rest);
    }
}
