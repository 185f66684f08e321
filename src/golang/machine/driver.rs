//! The future of a goroutine: runs it, waits in its name, and hands it what the wait gave.

use std::cell::RefCell;
use std::future::{Future as _, poll_fn};
use std::panic::Location;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt as _;

use super::goroutine::{Pending, State};
use super::heap::Ends;
use super::state::{End, Machine, Step, Trap};
use super::value::{Handle, Value};
use crate::executor::context::{now, record};
use crate::executor::interpreted::{add_place, disarm, is_nobody_ready, raise, stand};
use crate::executor::spawn::{BegunTask, spawn};
use crate::executor::standing::Standing;
use crate::executor::timers::{Due, Instant};
use crate::golang::syntax::position::Pos;
use crate::sync::chan::{Receiver, Sender};
use crate::sync::gosched::yield_now;
use crate::sync::panics::recover;
use crate::sync::select::{Choice, any, forever};
use crate::sync::time::{arm_at, sleep};
use crate::trace::columns::Place;
use crate::trace::event::{Event, Role, WaitReason};

/// How long a slice of instructions takes, in nanoseconds of virtual time.
const SLICE_NS: u64 = 20_000;

/// What a wait gave.
enum Given {
    Nothing,
    /// What a receive got: a ticket, or the news that the channel is closed.
    Received(Option<u64>),
    /// The case that was taken, with what a receive got; none for `default`.
    Taken(Option<(usize, Option<u64>)>),
    /// The channel was closed under a sender.
    Closed,
}

impl Machine {
    /// Starts a goroutine in the machine's request.
    pub(super) fn spawn(&mut self, callee: &Value, arguments: &[Value], at: Pos, role: Role) -> Result<(), Trap> {
        let index = self.start(callee, arguments, at)?;
        let Some(machine) = self.itself.upgrade() else { return Ok(()) };
        self.stand_at(at, None);
        let begin = |_| BegunTask::new(watched(machine, index));
        let spawned = spawn(self.scope, role, Location::caller(), begin);
        if let Some(Some(goroutine)) = self.goroutines.get_mut(index) {
            goroutine.task = spawned.task;
        }
        Ok(())
    }

    /// Hands a timer to the clock.
    pub(super) fn arm(&mut self, number: u64, after_ns: u64) {
        let (Some(timer), Some(machine)) = (self.timers.get_mut(&number), self.itself.upgrade()) else { return };
        timer.setting += 1;
        let setting = timer.setting;
        let call = Due::Call(Box::new(move || due(&machine, number, setting)));
        timer.key = arm_at(now().after(after_ns), call);
        self.armed.insert(number);
        if let Value::Chan(handle) = timer.target
            && let Some(chan) = self.heap.chan(handle)
        {
            record(Event::Armed { object: chan.object, in_ns: after_ns });
        }
    }

    /// Takes a timer from the clock: whether it was armed.
    pub(super) fn disarm(&mut self, number: u64) -> bool {
        let Some(timer) = self.timers.get_mut(&number) else { return false };
        timer.setting += 1;
        let key = timer.key.take();
        if let Value::Chan(handle) = timer.target
            && let Some(chan) = self.heap.chan(handle)
            && self.armed.contains(&number)
        {
            record(Event::Disarmed { object: chan.object });
        }
        disarm(key);
        self.armed.remove(&number)
    }

    /// A timer's time has come: what is to be sent where, if it is one that sends.
    fn fire(&mut self, number: u64, setting: u64) -> Option<(Rc<Ends>, u64, Handle)> {
        let timer = self.timers.get_mut(&number)?;
        if timer.setting != setting || self.end.is_some() {
            return None;
        }
        let (target, period, at) = (timer.target.clone(), timer.period_ns, timer.at);
        self.disarm(number);
        let sent = match target {
            Value::Chan(handle) => {
                let ns = i64::try_from(now().since(Instant::START)).unwrap_or(i64::MAX);
                let time = Value::Object(self.heap.cells(vec![Value::Int(ns)]));
                let ticket = self.parcel(Some(handle), time);
                self.ends(handle).map(|ends| (ends, ticket, handle))
            }
            function => {
                if let Err(Trap::Budget(sentence)) = self.spawn(&function, &[], at, Role::Child) {
                    self.end.get_or_insert(End::Budget(sentence));
                }
                None
            }
        };
        if period > 0 {
            self.arm(number, period);
        }
        sent
    }

    /// Where a goroutine stands, for the trace.
    fn stand(&mut self, index: usize) {
        let Some(Some(goroutine)) = self.goroutines.get(index) else { return };
        let reason = match &goroutine.state {
            State::Blocked(wait) => Some(wait.reason),
            _ => None,
        };
        let at = self.place(goroutine);
        self.stand_at(at, reason);
    }

    fn stand_at(&mut self, at: Pos, reason: Option<WaitReason>) {
        let place = match self.places.get(&at) {
            Some(place) => Some(*place),
            None => {
                let place = Place { file: self.file(at).to_owned().into(), line: at.line, column: at.column.into() };
                let place = add_place(place);
                if let Some(place) = place {
                    self.places.insert(at, place);
                }
                place
            }
        };
        stand(place.map(|place| Standing { place, reason }));
    }

    fn give_back(&mut self, index: usize, given: Given) {
        let Some(mut goroutine) = self.goroutines.get_mut(index).and_then(Option::take) else { return };
        goroutine.state = State::Ready;
        let pending = std::mem::replace(&mut goroutine.pending, Pending::Nothing);
        match (pending, given) {
            (Pending::Send { channel, ticket }, Given::Closed) => {
                if let Some(chan) = self.heap.chan(channel) {
                    chan.parcels.remove(&ticket);
                }
                self.raise_closed(&mut goroutine);
            }
            (Pending::Receive { channel, to, ok, shape }, Given::Received(ticket)) => {
                let value = ticket.and_then(|ticket| self.heap.chan(channel)?.parcels.remove(&ticket));
                if let Some(ok) = ok {
                    goroutine.stack[ok] = Value::Bool(ticket.is_some());
                }
                goroutine.stack[to] = value.unwrap_or_else(|| self.zero(shape));
            }
            (Pending::Select { cases, taken, value, ok }, given) => {
                let chosen = match &given {
                    Given::Taken(Some((number, _))) => Some(*number),
                    _ => None,
                };
                for (number, case) in cases.iter().enumerate() {
                    if let (Some(channel), Some(ticket)) = (case.channel, case.ticket)
                        && chosen != Some(number)
                        && let Some(chan) = self.heap.chan(channel)
                    {
                        chan.parcels.remove(&ticket);
                    }
                }
                match given {
                    Given::Closed => self.raise_closed(&mut goroutine),
                    Given::Taken(Some((number, ticket))) => {
                        goroutine.stack[taken] = Value::Int(number as i64);
                        let case = cases[number];
                        if case.ticket.is_none() {
                            let received = ticket
                                .zip(case.channel)
                                .and_then(|(ticket, channel)| self.heap.chan(channel)?.parcels.remove(&ticket));
                            goroutine.stack[ok] = Value::Bool(ticket.is_some());
                            goroutine.stack[value] = received.unwrap_or_else(|| self.zero(case.shape));
                        }
                    }
                    _ => goroutine.stack[taken] = Value::Int(i64::from(u16::MAX)),
                }
            }
            _ => {}
        }
        self.goroutines[index] = Some(goroutine);
    }

    fn raise_closed(&mut self, goroutine: &mut super::goroutine::Goroutine) {
        let text = self.text("send on closed channel");
        if let Trap::Panic(value) = self.plain_fault(text) {
            self.begin_panic(goroutine, value, false);
            // The next step unwinds.
            goroutine.is_panicking = true;
        }
    }
}

/// What the clock does when a timer is due.
fn due(machine: &Rc<RefCell<Machine>>, number: u64, setting: u64) {
    let fired = machine.borrow_mut().fire(number, setting);
    if let Some((ends, ticket, handle)) = fired {
        // With `default` it never waits.
        let given = select_now(&[(Some(ends), Some(ticket))]).now_or_never();
        if !matches!(given, Some(Given::Taken(Some(_))))
            && let Some(chan) = machine.borrow_mut().heap.chan(handle)
        {
            chan.parcels.remove(&ticket);
        }
    }
    rest(machine);
}

/// What is to be done when somebody has run: the places of waits are the machine's again, and whoever can be freed by nobody
/// is found once nobody is ready.
fn rest(machine: &Rc<RefCell<Machine>>) {
    stand(None);
    let mut machine = machine.borrow_mut();
    if machine.end.is_none() && is_nobody_ready() {
        let is_over = machine.take_census();
        if is_over && !machine.has_main_returned && machine.printed.is_some() && !machine.is_deadlocked {
            machine.is_deadlocked = true;
            machine.deadlock();
        }
    }
    let Some(end) = machine.end.clone() else { return };
    if let End::Budget(sentence) = &end
        && machine.printed.is_some()
        && !machine.is_deadlocked
    {
        machine.is_deadlocked = true;
        machine.complain(&format!("Pileup ends the program: {sentence}\n"));
    }
    raise(end.sentence());
}

/// A goroutine whose waits have the reader's own lines as their places.
async fn watched(machine: Rc<RefCell<Machine>>, index: usize) {
    let mut running = pin!(goroutine(machine.clone(), index));
    poll_fn(move |context| {
        machine.borrow_mut().stand(index);
        let polled = running.as_mut().poll(context);
        rest(&machine);
        polled
    })
    .await;
}

/// A goroutine from its first instruction to its last.
async fn goroutine(machine: Rc<RefCell<Machine>>, index: usize) {
    loop {
        let step = {
            let mut machine = machine.borrow_mut();
            let step = machine.step(index);
            machine.stand(index);
            step
        };
        let given = match step {
            Step::Ended => return,
            Step::Slice => {
                sleep(Duration::from_nanos(SLICE_NS)).await;
                Given::Nothing
            }
            Step::Yield => {
                yield_now().await;
                Given::Nothing
            }
            Step::Sleep(ns) => {
                sleep(Duration::from_nanos(ns)).await;
                Given::Nothing
            }
            Step::Send(ends, ticket) => match recover(ends.sender.send(ticket)).await {
                Ok(()) => Given::Nothing,
                Err(_) => Given::Closed,
            },
            Step::Receive(ends) => Given::Received(ends.receiver.receive().await),
            Step::Forever => {
                forever().await;
                return;
            }
            Step::Select(cases) => select(&cases).await,
            Step::SelectNow(cases) => select_now(&cases).await,
            Step::Lock(lock) => {
                lock.lock().await;
                Given::Nothing
            }
            Step::ReadLock(lock) => {
                lock.read_lock().await;
                Given::Nothing
            }
            Step::WriteLock(lock) => {
                lock.lock().await;
                Given::Nothing
            }
            Step::Group(group) => {
                group.wait().await;
                Given::Nothing
            }
        };
        machine.borrow_mut().give_back(index, given);
    }
}

type Offered = (Option<Rc<Ends>>, Option<u64>);

/// The cases as `sync` takes them; that of a nil channel is one that nobody completes.
fn choices<'c>(
    cases: &'c [Offered],
    nil_sender: &'c Sender<u64>,
    nil_receiver: &'c Receiver<u64>,
) -> Vec<Choice<'c, Option<u64>>> {
    let choice = |(ends, ticket): &'c Offered| match ticket {
        Some(ticket) => {
            let sender = ends.as_ref().map_or(nil_sender, |ends| &ends.sender);
            Choice::new(sender.send(*ticket), |()| None)
        }
        None => {
            let receiver = ends.as_ref().map_or(nil_receiver, |ends| &ends.receiver);
            Choice::new(receiver.receive(), |ticket| ticket)
        }
    };
    cases.iter().map(choice).collect()
}

async fn select(cases: &[Offered]) -> Given {
    let (sender, receiver) = (Sender::nil(), Receiver::nil());
    match recover(any(choices(cases, &sender, &receiver))).await {
        Ok(taken) => Given::Taken(Some(taken)),
        Err(_) => Given::Closed,
    }
}

async fn select_now(cases: &[Offered]) -> Given {
    let (sender, receiver) = (Sender::nil(), Receiver::nil());
    match recover(any(choices(cases, &sender, &receiver)).or_default()).await {
        Ok(taken) => Given::Taken(taken),
        Err(_) => Given::Closed,
    }
}
