//! `tokio::sync::mpsc`: many senders, one receiver. Dropping the last sender ends the channel, and so does dropping the
//! receiver.
//!
//! A sender that waits is given room and not asked for its message: that it keeps until it is polled, and who is dropped
//! before that has sent nothing.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context::{self as engine, running};
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::sync::deferred_drop::drop_deferred;
use crate::sync::line::Line;
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitReason};

/// A channel that holds up to `capacity` messages.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::rust::mpsc;
/// use pileup::sync::rust::task::spawn;
///
/// async fn child(results: mpsc::Sender<u32>) {
///     results.send(7).await.expect("somebody receives");
/// }
///
/// async fn parent() {
///     let (results, mut gathered) = mpsc::channel(1);
///     spawn(child, (results,));
///     assert_eq!(gathered.recv().await, Some(7));
///     assert_eq!(gathered.recv().await, None); // the last sender is gone
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(parent, ());
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
///
/// # Panics
/// With a capacity of 0, as tokio's.
pub fn channel<T: HandOver>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "mpsc bounded channel requires buffer > 0");
    let object = engine::make(ObjectKind::Channel, u32::try_from(capacity).unwrap_or(u32::MAX), ObjectId::OUTSIDE);
    let state = State {
        buffer: Line::default(),
        room: capacity,
        senders: 1,
        receiver: Receiving::Open,
        sending: WaitQueue::default(),
        receiving: WaitQueue::default(),
    };
    let chan = Rc::new(Chan { object, state: RefCell::new(state), _in_heap: InHeap::new() });
    let grant = |right| Grant::new(object, right);
    (Sender { chan: chan.clone(), grant: grant(Right::Send) }, Receiver { chan, grant: grant(Right::Receive) })
}

/// A message that nobody will receive: the receiver is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

struct Chan<T: 'static> {
    object: ObjectId,
    state: RefCell<State<T>>,
    _in_heap: InHeap<Chan<T>>,
}

struct State<T> {
    buffer: Line<T>,
    /// Room that no sender was given.
    room: usize,
    senders: usize,
    receiver: Receiving,
    sending: WaitQueue<()>,
    receiving: WaitQueue<()>,
}

/// Whether somebody may still receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Receiving {
    Open,
    Closed,
}

impl<T> Chan<T> {
    /// One place is free: for who waits longest, or for who comes.
    fn give_room(&self) {
        let mut state = self.state.borrow_mut();
        if state.sending.complete_first(|_| ()).is_none() {
            state.room += 1;
        }
    }

    fn record_level(&self, level: usize) {
        engine::record(Event::Level { object: self.object, level: level as u32 });
    }

    fn is_closed(&self) -> bool {
        self.state.borrow().receiver == Receiving::Closed
    }

    /// Nobody receives any more: who waits to send is told, and what was sent is dropped.
    fn close(&self) {
        let mut state = self.state.borrow_mut();
        state.receiver = Receiving::Closed;
        engine::record(Event::Closed { object: self.object });
        state.sending.complete_all();
        let buffer = state.buffer.take();
        drop(state);
        drop_deferred(buffer);
    }
}

impl<T: HandOver> Chan<T> {
    /// Puts a message where room was given for it.
    fn put(&self, value: T) -> Result<(), SendError<T>> {
        if self.is_closed() {
            return Err(SendError(value));
        }
        value.hand_over(Holder::Channel(self.object));
        let mut state = self.state.borrow_mut();
        state.buffer.push_back(value);
        self.record_level(state.buffer.len());
        state.receiving.complete_all();
        Ok(())
    }

    fn take(&self) -> Option<T> {
        let mut state = self.state.borrow_mut();
        let value = state.buffer.pop_front()?;
        self.record_level(state.buffer.len());
        drop(state);
        value.hand_over(Holder::Task(running()));
        self.give_room();
        Some(value)
    }
}

impl<T> Drop for Chan<T> {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

/// The end that sends. The channel ends when the last of its clones is dropped.
pub struct Sender<T: 'static> {
    chan: Rc<Chan<T>>,
    grant: Grant,
}

impl<T: HandOver> Sender<T> {
    /// Waits for room, and sends.
    ///
    /// # Errors
    /// The message, when the receiver is gone, or goes while this waits.
    #[track_caller]
    pub fn send(&self, value: T) -> Single<Send<'_, T>> {
        self.grant.operate();
        Single::new(Send { chan: &self.chan, value: Some(value), waiter: None }, Location::caller())
    }

    /// Whether the receiver is gone.
    pub fn is_closed(&self) -> bool {
        engine::look();
        self.chan.is_closed()
    }
}

impl<T> Sender<T> {
    fn with(&self, grant: Grant) -> Sender<T> {
        self.chan.state.borrow_mut().senders += 1;
        Sender { chan: self.chan.clone(), grant }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.grant.operate();
        let mut state = self.chan.state.borrow_mut();
        state.senders -= 1;
        if state.senders == 0 {
            if state.receiver == Receiving::Open {
                engine::record(Event::Closed { object: self.chan.object });
            }
            state.receiving.complete_all();
        }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.with(self.grant.share_here())
    }
}

impl<T> Share for Sender<T> {
    fn share(&self, task: TaskId) -> Sender<T> {
        self.with(self.grant.share(task))
    }
}

/// Its destructor may end the channel: whoever lets go of a message with a sender in it does that.
impl<T> HandOver for Sender<T> {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to.of_destructor());
    }
}

share_handles! { (T: 'static) Sender<T>; }

impl<T> Named for Sender<T> {
    fn object(&self) -> ObjectId {
        self.chan.object
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

/// The end that receives.
pub struct Receiver<T: 'static> {
    chan: Rc<Chan<T>>,
    grant: Grant,
}

impl<T: HandOver> Receiver<T> {
    /// Waits for a message; `None` once the last sender is gone and nothing is left. Dropped while it waits, it takes none.
    #[track_caller]
    pub fn recv(&mut self) -> Single<Recv<'_, T>> {
        self.grant.operate();
        Single::new(Recv { chan: &self.chan, waiter: None }, Location::caller())
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.grant.operate();
        self.chan.close();
    }
}

/// Its destructor ends the channel: whoever lets go of a message with a receiver in it does that.
impl<T> HandOver for Receiver<T> {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to.of_destructor());
    }
}

impl<T> Named for Receiver<T> {
    fn object(&self) -> ObjectId {
        self.chan.object
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver")
    }
}

/// The operation behind [`Sender::send`].
pub struct Send<'c, T: 'static> {
    chan: &'c Chan<T>,
    value: Option<T>,
    waiter: Option<Rc<Waiter<()>>>,
}

/// Nothing points into a value that is sent: it may move.
impl<T> Unpin for Send<'_, T> {}

impl<T: HandOver> Operation for Send<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn is_ready(&self) -> bool {
        self.chan.state.borrow().room > 0 || self.chan.is_closed()
    }

    fn proceed(&mut self) -> Option<Self::Output> {
        if !self.chan.is_closed() {
            self.chan.state.borrow_mut().room -= 1;
        }
        self.completed()
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
        self.chan.state.borrow_mut().sending.push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.chan.state.borrow_mut().sending.remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<Self::Output> {
        self.waiter = None;
        self.value.take().map(|value| self.chan.put(value))
    }

    fn abandoned(&mut self) {
        self.chan.give_room();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.chan.object, Right::Receive))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::ChanSend
    }
}

/// The operation behind [`Receiver::recv`].
pub struct Recv<'c, T: 'static> {
    chan: &'c Chan<T>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl<T: HandOver> Operation for Recv<'_, T> {
    type Output = Option<T>;

    fn is_ready(&self) -> bool {
        let state = self.chan.state.borrow();
        !state.buffer.is_empty() || state.senders == 0
    }

    fn proceed(&mut self) -> Option<Option<T>> {
        Some(self.chan.take())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
        self.chan.state.borrow_mut().receiving.push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.chan.state.borrow_mut().receiving.remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<Option<T>> {
        self.waiter = None;
        Some(self.chan.take())
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.chan.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::ChanReceive
    }
}
