//! Package `sync/atomic`. One task runs at a time, so a cell is atomic; what is here are Go's names and what they give.
//!
//! A clone is another handle of the same variable. Nobody waits for one and nothing of it is recorded; a loop over one is
//! stopped by the bound on operations.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::executor::context;
use crate::executor::hand_over::{Argument, HandOver};
use crate::executor::heap::Counted;
use crate::executor::holder::Holder;
use crate::trace::event::TaskId;

macro_rules! integers {
    ($($(#[$doc:meta])* $atomic:ident $integer:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $atomic(Rc<Counted<Cell<$integer>>>);

        impl $atomic {
            /// A variable that holds `value`.
            pub fn new(value: $integer) -> $atomic {
                $atomic(Rc::new(Counted::new(Cell::new(value))))
            }

            /// `x.Load()`
            pub fn load(&self) -> $integer {
                context::look();
                self.0.get()
            }

            /// `x.Store(value)`
            pub fn store(&self, value: $integer) {
                self.swap(value);
            }

            /// `x.Add(delta)`: gives the new value. It wraps.
            pub fn add(&self, delta: $integer) -> $integer {
                let value = self.load().wrapping_add(delta);
                self.store(value);
                value
            }

            /// `x.Swap(value)`: gives the old value.
            pub fn swap(&self, value: $integer) -> $integer {
                context::look();
                self.0.replace(value)
            }

            /// `x.CompareAndSwap(old, new)`: whether it was `old`, and is `new` now.
            pub fn compare_and_swap(&self, old: $integer, new: $integer) -> bool {
                let same = self.load() == old;
                if same {
                    self.store(new);
                }
                same
            }

            /// `x.And(mask)`: gives the old value.
            pub fn and(&self, mask: $integer) -> $integer {
                self.swap(self.load() & mask)
            }

            /// `x.Or(mask)`: gives the old value.
            pub fn or(&self, mask: $integer) -> $integer {
                self.swap(self.load() | mask)
            }
        }

        handles!($atomic);
    )*};
}

macro_rules! handles {
    ($($atomic:ident),*) => {$(
        impl HandOver for $atomic {
            fn hand_over(&self, _: Holder) {}
        }

        impl Argument for &$atomic {
            type Given = $atomic;

            fn give(self, _: TaskId) -> $atomic {
                self.clone()
            }
        }
    )*};
}

integers! {
    /// `atomic.Int32`
    ///
    /// ```
    /// use pileup::sync::atomic::AtomicI32;
    ///
    /// let counter = AtomicI32::default();
    /// assert_eq!(counter.add(5), 5);
    /// assert_eq!(counter.swap(7), 5);
    /// assert!(counter.compare_and_swap(7, 8));
    /// assert_eq!(counter.clone().load(), 8);
    /// ```
    AtomicI32 i32;
    /// `atomic.Int64`
    AtomicI64 i64;
    /// `atomic.Uint32`
    AtomicU32 u32;
    /// `atomic.Uint64`
    AtomicU64 u64;
}

/// `atomic.Bool`
///
/// ```
/// use pileup::sync::atomic::AtomicBool;
///
/// let flag = AtomicBool::default();
/// assert!(!flag.swap(true));
/// assert!(flag.load());
/// ```
#[derive(Clone, Debug, Default)]
pub struct AtomicBool(Rc<Counted<Cell<bool>>>);

impl AtomicBool {
    /// `x.Load()`
    pub fn load(&self) -> bool {
        context::look();
        self.0.get()
    }

    /// `x.Store(value)`
    pub fn store(&self, value: bool) {
        self.swap(value);
    }

    /// `x.Swap(value)`: gives the old value.
    pub fn swap(&self, value: bool) -> bool {
        context::look();
        self.0.replace(value)
    }

    /// `x.CompareAndSwap(old, new)`: whether it was `old`, and is `new` now.
    pub fn compare_and_swap(&self, old: bool, new: bool) -> bool {
        let same = self.load() == old;
        if same {
            self.store(new);
        }
        same
    }
}

handles!(AtomicBool);

/// `atomic.Pointer[T]`: what it points to is shared, not copied, and two pointers are equal if they point to the same.
///
/// ```
/// use std::rc::Rc;
/// use pileup::sync::atomic::AtomicPointer;
///
/// let pointer = AtomicPointer::default();
/// assert!(pointer.load().is_none());
/// pointer.store(Some(Rc::new(7)));
/// assert_eq!(pointer.load().as_deref(), Some(&7));
/// assert!(!pointer.compare_and_swap(&Some(Rc::new(7)), None)); // an equal value elsewhere
/// ```
#[derive(Debug)]
pub struct AtomicPointer<T>(Rc<Counted<RefCell<Option<Rc<T>>>>>);

impl<T> Default for AtomicPointer<T> {
    fn default() -> Self {
        AtomicPointer(Rc::default())
    }
}

impl<T> Clone for AtomicPointer<T> {
    fn clone(&self) -> Self {
        AtomicPointer(self.0.clone())
    }
}

impl<T> AtomicPointer<T> {
    /// `x.Load()`; `None` is nil.
    pub fn load(&self) -> Option<Rc<T>> {
        context::look();
        self.0.borrow().clone()
    }

    /// `x.Store(value)`
    pub fn store(&self, value: Option<Rc<T>>) {
        self.swap(value);
    }

    /// `x.Swap(value)`: gives the old value.
    pub fn swap(&self, value: Option<Rc<T>>) -> Option<Rc<T>> {
        context::look();
        self.0.replace(value)
    }

    /// `x.CompareAndSwap(old, new)`: whether it pointed to the same as `old`, and points to what `new` does now.
    pub fn compare_and_swap(&self, old: &Option<Rc<T>>, new: Option<Rc<T>>) -> bool {
        context::look();
        let same = self.0.borrow().as_ref().map(Rc::as_ptr) == old.as_ref().map(Rc::as_ptr);
        if same {
            self.store(new);
        }
        same
    }
}

impl<T: HandOver> HandOver for AtomicPointer<T> {
    fn hand_over(&self, to: Holder) {
        self.0.borrow().hand_over(Holder::Anybody);
        context::expose(to);
    }
}

impl<T: HandOver> Argument for &AtomicPointer<T> {
    type Given = AtomicPointer<T>;

    fn give(self, task: TaskId) -> AtomicPointer<T> {
        self.hand_over(Holder::Task(task));
        self.clone()
    }
}
