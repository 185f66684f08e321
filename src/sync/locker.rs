//! `sync.Locker`: what can be locked and unlocked, whatever it is. A condition waits with one.

use std::future::Future;

use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::holder::Holder;
use crate::sync::mutex::{Acquire, Mutex};
use crate::sync::operation::Single;
use crate::sync::rw_mutex::{Read, RwMutex, Write};
use crate::trace::event::TaskId;

/// A lock: a [`Mutex`], the writing side of an [`RwMutex`], or its reading side ([`RwMutex::locker`]). A clone is the same
/// lock.
pub trait Locker: HandOver + Share + Clone {
    /// Waits for the lock.
    type Lock<'l>: Future<Output = ()> + Unpin;

    /// `l.Lock()`
    #[track_caller]
    fn acquire(&self) -> Self::Lock<'_>;

    /// `l.Unlock()`
    fn release(&self);
}

impl Locker for Mutex {
    type Lock<'l> = Single<Acquire<'l>>;

    #[track_caller]
    fn acquire(&self) -> Single<Acquire<'_>> {
        self.lock()
    }

    fn release(&self) {
        self.unlock();
    }
}

impl Locker for RwMutex {
    type Lock<'l> = Write<'l>;

    #[track_caller]
    fn acquire(&self) -> Write<'_> {
        self.lock()
    }

    fn release(&self) {
        self.unlock();
    }
}

/// The reading side of an [`RwMutex`].
#[derive(Clone, Debug)]
pub struct RLocker(RwMutex);

impl RwMutex {
    /// `rw.RLocker()`: a lock that locks for reading.
    ///
    /// ```
    /// use pileup::sync::locker::Locker as _;
    /// use pileup::sync::rw_mutex::RwMutex;
    ///
    /// let lock = RwMutex::new();
    /// assert!(lock.try_read_lock());
    /// lock.locker().release();
    /// assert!(lock.try_lock());
    /// ```
    pub fn locker(&self) -> RLocker {
        RLocker(self.clone())
    }
}

impl Locker for RLocker {
    type Lock<'l> = Single<Read<'l>>;

    #[track_caller]
    fn acquire(&self) -> Single<Read<'_>> {
        self.0.read_lock()
    }

    fn release(&self) {
        self.0.read_unlock();
    }
}

impl HandOver for RLocker {
    fn hand_over(&self, to: Holder) {
        self.0.hand_over(to);
    }
}

impl Share for RLocker {
    fn share(&self, task: TaskId) -> RLocker {
        RLocker(self.0.share(task))
    }
}

share_handles! { () RLocker; }
