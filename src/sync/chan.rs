//! Channels, as in Go's specification ("Channel types", "Send statements", "Receive operator", "Close").
//!
//! Go's `make(chan T, n)` is [`make`], which gives the two ends apart: a task can free others only by an end that it
//! holds. Go's directional types `chan<- T` and `<-chan T` are [`Sender`] and [`Receiver`].

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context;
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::sync::deferred_drop::drop_deferred;
use crate::sync::line::Line;
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// A channel that holds up to `capacity` messages; with 0, a sender and a receiver meet.
///
/// ```
/// use pileup::executor::config::Config;
/// use pileup::executor::engine::Engine;
/// use pileup::executor::spawn::go;
/// use pileup::sync::chan;
///
/// async fn child(results: chan::Sender<bool>) {
///     results.send(true).await;
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let (results, _nobody_receives) = chan::make(0);
///     go(child, (&results,));
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 1); // the child waits in `chan send`, for ever
/// ```
pub fn make<T: HandOver>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    make_kind(ObjectKind::Channel, capacity)
}

pub(crate) fn make_kind<T: HandOver>(kind: ObjectKind, capacity: usize) -> (Sender<T>, Receiver<T>) {
    let object = context::make(kind, u32::try_from(capacity).unwrap_or(u32::MAX), ObjectId::OUTSIDE);
    let chan = Rc::new(Chan::new(object, capacity));
    (Sender::of(&chan), Receiver::of(&chan))
}

/// The same without a holder of either end: whoever makes it records who can reach it.
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
pub(crate) fn make_unheld<T: HandOver>(capacity: usize) -> (Sender<T>, Receiver<T>, ObjectId) {
    let object = context::make(ObjectKind::Channel, u32::try_from(capacity).unwrap_or(u32::MAX), ObjectId::OUTSIDE);
    let chan = Rc::new(Chan::new(object, capacity));
    let sender = Sender { end: Some(End { chan: chan.clone(), grant: Grant::nothing() }) };
    (sender, Receiver::bare(&chan), object)
}

/// A channel's inside.
#[derive(Debug)]
pub(crate) struct Chan<T: 'static> {
    pub(crate) object: ObjectId,
    pub(crate) heard: Heard,
    capacity: usize,
    state: RefCell<State<T>>,
    _in_heap: InHeap<Chan<T>>,
}

/// Whether receiving the close of this channel means hearing a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It is a context's `Done`.
    Cancel,
    /// It is any other channel.
    Nothing,
}

#[derive(Debug)]
struct State<T> {
    buffer: Line<T>,
    closed: bool,
    receivers: WaitQueue<T>,
    senders: WaitQueue<T>,
}

impl<T: HandOver> Chan<T> {
    pub(crate) fn new(object: ObjectId, capacity: usize) -> Chan<T> {
        Chan::with(object, capacity, Heard::Nothing)
    }

    pub(crate) fn done(object: ObjectId) -> Chan<T> {
        Chan::with(object, 0, Heard::Cancel)
    }

    fn with(object: ObjectId, capacity: usize, heard: Heard) -> Chan<T> {
        let state = State {
            buffer: Line::default(),
            closed: false,
            receivers: WaitQueue::default(),
            senders: WaitQueue::default(),
        };
        Chan { object, heard, capacity, state: RefCell::new(state), _in_heap: InHeap::new() }
    }

    fn record_level(&self, level: usize) {
        context::record(Event::Level { object: self.object, level: level as u32 });
    }

    fn can_send(&self) -> bool {
        let mut state = self.state.borrow_mut();
        state.closed || state.receivers.has_waiter() || state.buffer.len() < self.capacity
    }

    /// Sends, being able to. `None`: the channel is closed, which ends the program.
    fn send_now(&self, value: T) -> Option<()> {
        let mut state = self.state.borrow_mut();
        if state.closed {
            context::panic(Panic::SendOnClosed);
            return None;
        }
        let mut value = Some(value);
        let met = state.receivers.complete_first(|receiver| {
            let value = value.take();
            value.hand_over(Holder::Task(receiver.task()));
            *receiver.value.borrow_mut() = value;
        });
        if met.is_none()
            && let Some(value) = value
        {
            value.hand_over(Holder::Channel(self.object));
            state.buffer.push_back(value);
            self.record_level(state.buffer.len());
        }
        Some(())
    }

    fn can_receive(&self) -> bool {
        let mut state = self.state.borrow_mut();
        state.closed || !state.buffer.is_empty() || state.senders.has_waiter()
    }

    /// Receives, being able to. `None`: the channel is closed and empty.
    fn receive_now(&self) -> Option<T> {
        let mut state = self.state.borrow_mut();
        let before = state.buffer.len();
        let first = state.buffer.pop_front();
        // A waiting sender's message takes the free place, or with capacity 0 is the one received.
        let from_sender = state.senders.complete_first(|sender| sender.value.borrow_mut().take()).flatten();
        let received = match (first, from_sender) {
            (Some(first), Some(next)) => {
                state.buffer.push_back(next);
                Some(first)
            }
            (first, from_sender) => first.or(from_sender),
        };
        if state.buffer.len() != before {
            self.record_level(state.buffer.len());
        }
        received
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.borrow().closed
    }

    fn close(&self) {
        if !context::operate_at_once() {
            return;
        }
        if self.is_closed() {
            context::panic(Panic::CloseOfClosed);
            return;
        }
        context::record(Event::Closed { object: self.object });
        self.close_silently();
    }

    /// Closes without a fact of its own: a context's cancel has recorded it.
    pub(crate) fn close_silently(&self) {
        let mut state = self.state.borrow_mut();
        state.closed = true;
        // Go wakes all receivers, then all senders, who panic. A channel never has both.
        state.receivers.complete_closed();
        state.senders.complete_closed();
    }
}

impl<T: 'static> Drop for Chan<T> {
    fn drop(&mut self) {
        drop_deferred(self.state.get_mut().buffer.take());
        context::record(Event::Gone { object: self.object });
    }
}

/// An end of a channel, with the right that goes with it.
#[derive(Debug)]
struct End<T: 'static> {
    chan: Rc<Chan<T>>,
    grant: Grant,
}

impl<T: 'static> End<T> {
    fn share(&self, task: TaskId) -> End<T> {
        End { chan: self.chan.clone(), grant: self.grant.share(task) }
    }

    fn share_here(&self) -> End<T> {
        End { chan: self.chan.clone(), grant: self.grant.share_here() }
    }
}

/// The end that sends and closes: Go's `chan<- T`.
#[derive(Debug)]
pub struct Sender<T: 'static> {
    /// `None` is Go's nil channel.
    end: Option<End<T>>,
}

/// The end that receives: Go's `<-chan T`.
#[derive(Debug)]
pub struct Receiver<T: 'static> {
    /// `None` is Go's nil channel.
    end: Option<End<T>>,
}

impl<T: HandOver> Sender<T> {
    fn of(chan: &Rc<Chan<T>>) -> Sender<T> {
        Sender { end: Some(End { chan: chan.clone(), grant: Grant::new(chan.object, Right::Send) }) }
    }

    /// The channel; the caller is about to use it.
    fn chan(&self) -> Option<&Rc<Chan<T>>> {
        let end = self.end.as_ref()?;
        end.grant.operate();
        Some(&end.chan)
    }

    /// The same for one that only looks.
    fn look(&self) -> Option<&Rc<Chan<T>>> {
        context::look();
        self.chan()
    }

    /// The nil channel: a send waits for ever.
    pub fn nil() -> Sender<T> {
        Sender { end: None }
    }

    /// `ch <- value`: waits until a receiver takes it or it fits into the buffer.
    ///
    /// Sending on a closed channel panics, also when it is closed while the sender waits.
    #[track_caller]
    pub fn send(&self, value: T) -> Single<Send<'_, T>> {
        let send = Send { chan: self.chan(), value: Some(value), waiter: None };
        Single::new(send, Location::caller())
    }

    /// `close(ch)`: receivers get what is buffered, then "closed". A second close, and one of nil, panic.
    pub fn close(&self) {
        match self.chan() {
            Some(chan) => chan.close(),
            None => context::panic(Panic::CloseOfNil),
        }
    }

    /// `len(ch)`: how many messages are buffered.
    pub fn len(&self) -> usize {
        self.look().map_or(0, |chan| chan.state.borrow().buffer.len())
    }

    /// Whether nothing is buffered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `cap(ch)`
    pub fn capacity(&self) -> usize {
        self.look().map_or(0, |chan| chan.capacity)
    }

    /// `ch == nil`
    pub fn is_nil(&self) -> bool {
        context::look();
        self.end.is_none()
    }

    /// `ch == other`: whether both are ends of one channel. Nil is nil.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        self.look().map(Rc::as_ptr) == other.chan().map(Rc::as_ptr)
    }

    /// How many senders and receivers stand in the channel's queues.
    pub fn waiters(&self) -> (usize, usize) {
        self.look().map_or((0, 0), |chan| {
            let state = chan.state.borrow();
            (state.senders.len(), state.receivers.len())
        })
    }
}

impl<T: HandOver> Receiver<T> {
    fn of(chan: &Rc<Chan<T>>) -> Receiver<T> {
        Receiver { end: Some(End { chan: chan.clone(), grant: Grant::new(chan.object, Right::Receive) }) }
    }

    /// The nil channel, to be lent.
    pub(crate) const NIL: &'static Receiver<T> = &Receiver { end: None };

    /// A receiving end that frees no sender, since nobody but the clock or a canceller ever sends: no right to hold.
    pub(crate) fn bare(chan: &Rc<Chan<T>>) -> Receiver<T> {
        Receiver { end: Some(End { chan: chan.clone(), grant: Grant::nothing() }) }
    }

    /// The channel; the caller is about to use it.
    fn chan(&self) -> Option<&Rc<Chan<T>>> {
        let end = self.end.as_ref()?;
        end.grant.operate();
        Some(&end.chan)
    }

    /// The same for one that only looks.
    fn look(&self) -> Option<&Rc<Chan<T>>> {
        context::look();
        self.chan()
    }

    /// The nil channel: a receive waits for ever.
    pub fn nil() -> Receiver<T> {
        Receiver { end: None }
    }

    /// `value, ok := <-ch`: waits for a message; `None` once the channel is closed and empty.
    #[track_caller]
    pub fn receive(&self) -> Single<Receive<'_, T>> {
        let receive = Receive { chan: self.chan(), waiter: None };
        Single::new(receive, Location::caller())
    }

    /// `len(ch)`: how many messages are buffered.
    pub fn len(&self) -> usize {
        self.look().map_or(0, |chan| chan.state.borrow().buffer.len())
    }

    /// Whether nothing is buffered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `cap(ch)`
    pub fn capacity(&self) -> usize {
        self.look().map_or(0, |chan| chan.capacity)
    }

    /// `ch == nil`
    pub fn is_nil(&self) -> bool {
        context::look();
        self.end.is_none()
    }

    /// `ch == other`: whether both are ends of one channel. Nil is nil.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        self.look().map(Rc::as_ptr) == other.chan().map(Rc::as_ptr)
    }

    /// How many senders and receivers stand in the channel's queues.
    pub fn waiters(&self) -> (usize, usize) {
        self.look().map_or((0, 0), |chan| {
            let state = chan.state.borrow();
            (state.senders.len(), state.receivers.len())
        })
    }
}

impl<T: 'static> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender { end: self.end.as_ref().map(End::share_here) }
    }
}

impl<T: 'static> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver { end: self.end.as_ref().map(End::share_here) }
    }
}

impl<T: 'static> HandOver for Sender<T> {
    fn hand_over(&self, to: Holder) {
        self.end.iter().for_each(|end| end.grant.hand_over(to));
    }
}

impl<T: 'static> HandOver for Receiver<T> {
    fn hand_over(&self, to: Holder) {
        self.end.iter().for_each(|end| end.grant.hand_over(to));
    }
}

impl<T: 'static> Share for Sender<T> {
    fn share(&self, task: TaskId) -> Self {
        Sender { end: self.end.as_ref().map(|end| end.share(task)) }
    }
}

impl<T: 'static> Share for Receiver<T> {
    fn share(&self, task: TaskId) -> Self {
        Receiver { end: self.end.as_ref().map(|end| end.share(task)) }
    }
}

share_handles! { (T: 'static) Sender<T>; (T: 'static) Receiver<T>; }

impl<T: 'static> Named for Sender<T> {
    fn object(&self) -> ObjectId {
        self.end.as_ref().map_or(ObjectId::OUTSIDE, |end| end.chan.object)
    }
}

impl<T: 'static> Named for Receiver<T> {
    fn object(&self) -> ObjectId {
        self.end.as_ref().map_or(ObjectId::OUTSIDE, |end| end.chan.object)
    }
}

/// A send: the operation behind [`Sender::send`].
#[derive(Debug)]
pub struct Send<'c, T: 'static> {
    chan: Option<&'c Rc<Chan<T>>>,
    value: Option<T>,
    waiter: Option<Rc<Waiter<T>>>,
}

/// Nothing points into a value that is sent: it may move.
impl<T> Unpin for Send<'_, T> {}

impl<T: HandOver> Operation for Send<'_, T> {
    type Output = ();

    fn is_ready(&self) -> bool {
        self.chan.is_some_and(|chan| chan.can_send())
    }

    fn proceed(&mut self) -> Option<()> {
        let value = self.value.take().expect("an operation proceeds once");
        self.chan?.send_now(value)
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        if let Some(chan) = self.chan {
            self.value.hand_over(Holder::Channel(chan.object));
            let waiter = Waiter::new(waiting_task, case, self.value.take());
            chan.state.borrow_mut().senders.push(waiter.clone());
            self.waiter = Some(waiter);
        }
    }

    fn dequeue(&mut self) {
        if let (Some(chan), Some(waiter)) = (self.chan, self.waiter.take()) {
            chan.state.borrow_mut().senders.remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<()> {
        let waiter = self.waiter.take().expect("a completed sender stood in the queue");
        // A receiver took the value; a close left it.
        if waiter.value.borrow().is_some() {
            context::panic(Panic::SendOnClosed);
            return None;
        }
        Some(())
    }

    fn wait_case(&self) -> Option<WaitCase> {
        self.chan.map(|chan| WaitCase::new(chan.object, Right::Receive))
    }

    fn reason(&self) -> WaitReason {
        if self.chan.is_some() { WaitReason::ChanSend } else { WaitReason::ChanSendNil }
    }
}

/// A receive: the operation behind [`Receiver::receive`].
#[derive(Debug)]
pub struct Receive<'c, T: 'static> {
    chan: Option<&'c Rc<Chan<T>>>,
    waiter: Option<Rc<Waiter<T>>>,
}

impl<T: HandOver> Receive<'_, T> {
    fn received(&self, value: Option<T>) -> Option<T> {
        if let Some(value) = &value {
            value.hand_over(Holder::Task(context::running()));
        } else if self.chan.is_some_and(|chan| chan.heard == Heard::Cancel) {
            context::record(Event::Heard);
        }
        value
    }
}

impl<T: HandOver> Operation for Receive<'_, T> {
    type Output = Option<T>;

    fn is_ready(&self) -> bool {
        self.chan.is_some_and(|chan| chan.can_receive())
    }

    fn proceed(&mut self) -> Option<Option<T>> {
        let received = self.chan?.receive_now();
        Some(self.received(received))
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        if let Some(chan) = self.chan {
            let waiter = Waiter::new(waiting_task, case, None);
            chan.state.borrow_mut().receivers.push(waiter.clone());
            self.waiter = Some(waiter);
        }
    }

    fn dequeue(&mut self) {
        if let (Some(chan), Some(waiter)) = (self.chan, self.waiter.take()) {
            chan.state.borrow_mut().receivers.remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<Option<T>> {
        let waiter = self.waiter.take().expect("a completed receiver stood in the queue");
        let received = waiter.value.take();
        Some(self.received(received))
    }

    fn wait_case(&self) -> Option<WaitCase> {
        self.chan.map(|chan| WaitCase::new(chan.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        if self.chan.is_some() { WaitReason::ChanReceive } else { WaitReason::ChanReceiveNil }
    }
}
