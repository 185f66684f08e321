//! `select`, as in Go's specification ("Select statements").
//!
//! Of the cases that can proceed one is drawn by the seed; with none, `default` runs if there is one, else the task
//! waits until a counterpart completes one of its cases, and leaves the queues of all others.
//!
//! `select!` takes as many cases of any kinds as are written down (the compiler's recursion limit ends it at about sixty):
//! a list whose type is known. [`any`] takes as many as there are at run time. Drawing, waiting and leaving are written once, for cases behind a pointer: a program with
//! fifty selects does not hold fifty copies.
//!
//! ```
//! use pileup::executor::engine::{Config, Engine};
//! use pileup::executor::spawn::go;
//! use pileup::select;
//! use pileup::sync::chan;
//! use pileup::sync::context::{self, Context};
//!
//! async fn listener(ctx: Context, results: chan::Sender<u32>) {
//!     select! {
//!         _ = ctx.done() => {}, // a task that waits here hears the cancel
//!         _ = results.send(7) => {},
//!     }
//! }
//!
//! let mut engine = Engine::new(Config::default());
//! engine.start(|| {
//!     let (ctx, cancel) = context::with_cancel(&context::background());
//!     let (results, _nobody_receives) = chan::make(0);
//!     go(listener, (&ctx, &results));
//!     cancel.cancel();
//! });
//! engine.run_until_idle();
//! assert_eq!(engine.tasks_alive(), 0);
//! ```

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::executor::context::{Proceed, Waiting, draw_case, operate};
use crate::executor::heap::InHeap;
use crate::executor::input::{Never, outside_case};
use crate::sync::operation::{CASES_MAX, CaseNumber, Operation, Single, WaitingTask, Waits};
use crate::trace::event::{WaitCase, WaitReason};

/// Does one of its operations: `pattern = operation => body` for each case, and `default => body` last, if at all. It
/// awaits, with `default` too. Without any case it waits for ever, as `select {}` does.
///
/// See [`mod@crate::sync::select`].
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::select;
/// use pileup::sync::chan;
///
/// async fn looks(results: chan::Receiver<u32>) {
///     let seen = select! {
///         result = results.receive() => result,
///         default => None,
///     };
///     assert_eq!(seen, None); // nobody has sent
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let (_sends_nothing, results) = chan::make(0);
///     go(looks, (&results,));
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[macro_export]
macro_rules! select {
    () => {
        $crate::sync::select::forever().await
    };
    ($($cases:tt)+) => {
        $crate::select_cases!([] $($cases)+)
    };
}

/// Takes a `select!` apart, one case after the other. Not for use by itself.
#[doc(hidden)]
#[macro_export]
macro_rules! select_cases {
    ([$($case:tt)*] default => $default:expr $(,)?) => {
        match $crate::sync::select::select($crate::select_list!($($case)*)).or_default().await {
            Some(taken) => $crate::select_arms!(taken $($case)*),
            None => $default,
        }
    };
    ([$($case:tt)*] $pattern:pat = $operation:expr => $body:expr, $($rest:tt)+) => {
        $crate::select_cases!([$($case)* { $pattern, $operation, $body }] $($rest)+)
    };
    ([$($case:tt)*] $pattern:pat = $operation:expr => $body:expr $(,)?) => {
        $crate::select_cases!([$($case)* { $pattern, $operation, $body }])
    };
    ([$($case:tt)+]) => {
        match $crate::sync::select::select($crate::select_list!($($case)+)).await {
            taken => $crate::select_arms!(taken $($case)+),
        }
    };
}

/// The operations of a `select!`, in source order. Not for use by itself.
#[doc(hidden)]
#[macro_export]
macro_rules! select_list {
    () => {
        $crate::sync::select::End
    };
    ({ $pattern:pat, $operation:expr, $body:expr } $($rest:tt)*) => {
        $crate::sync::select::More::new($operation, $crate::select_list!($($rest)*))
    };
}

/// The bodies of a `select!`. Not for use by itself.
#[doc(hidden)]
#[macro_export]
macro_rules! select_arms {
    ($taken:ident) => {
        match $taken {}
    };
    ($taken:ident { $pattern:pat, $operation:expr, $body:expr } $($rest:tt)*) => {
        match $taken {
            $crate::sync::select::Taken::This($pattern) => $body,
            $crate::sync::select::Taken::Later(later) => $crate::select_arms!(later $($rest)*),
        }
    };
}

/// An operation that would wait alone can be a case instead.
impl<O: Operation> Operation for Single<O> {
    type Output = O::Output;

    fn is_ready(&self) -> bool {
        self.operation.is_ready()
    }

    fn proceed(&mut self) -> Option<O::Output> {
        self.operation.proceed()
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        self.operation.enqueue(waiting_task, case);
    }

    fn dequeue(&mut self) {
        self.operation.dequeue();
    }

    fn completed(&mut self) -> Option<O::Output> {
        self.operation.completed()
    }

    fn abandoned(&mut self) {
        self.operation.abandoned();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        self.operation.wait_case()
    }

    fn reason(&self) -> WaitReason {
        self.operation.reason()
    }
}

/// A call that hangs is a receive from outside that is never ready.
impl Operation for Never {
    type Output = ();

    fn is_ready(&self) -> bool {
        false
    }

    fn proceed(&mut self) -> Option<()> {
        None
    }

    fn enqueue(&mut self, _: &Rc<WaitingTask>, _: CaseNumber) {}

    fn dequeue(&mut self) {}

    fn completed(&mut self) -> Option<()> {
        None
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(outside_case())
    }

    fn reason(&self) -> WaitReason {
        WaitReason::ChanReceive
    }
}

/// Whether the program goes on after an operation: one that panicked does not.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The operation is done, and what it gave is kept.
    Done,
    /// It ended the program.
    Panicked,
}

/// An operation that keeps what it gives, so that a select need not know its type.
#[doc(hidden)]
pub trait Case {
    fn is_ready(&self) -> bool;
    fn proceed(&mut self) -> Completion;
    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber);
    fn dequeue(&mut self);
    fn completed(&mut self) -> Completion;
    fn abandoned(&mut self);
    fn wait_case(&self) -> Option<WaitCase>;
    fn reason(&self) -> WaitReason;
}

struct WithOutput<O: Operation> {
    operation: O,
    output: Option<O::Output>,
}

impl<O: Operation> WithOutput<O> {
    fn new(operation: O) -> WithOutput<O> {
        WithOutput { operation, output: None }
    }

    fn keep(&mut self, output: Option<O::Output>) -> Completion {
        self.output = output;
        if self.output.is_some() { Completion::Done } else { Completion::Panicked }
    }
}

impl<O: Operation> Case for WithOutput<O> {
    fn is_ready(&self) -> bool {
        self.operation.is_ready()
    }

    fn proceed(&mut self) -> Completion {
        let output = self.operation.proceed();
        self.keep(output)
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        self.operation.enqueue(waiting_task, case);
    }

    fn dequeue(&mut self) {
        self.operation.dequeue();
    }

    fn completed(&mut self) -> Completion {
        let output = self.operation.completed();
        self.keep(output)
    }

    fn abandoned(&mut self) {
        self.operation.abandoned();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        self.operation.wait_case()
    }

    fn reason(&self) -> WaitReason {
        self.operation.reason()
    }
}

/// The cases of a select by their numbers, in source order.
#[doc(hidden)]
pub trait List {
    /// How many there are.
    fn count(&self) -> usize;

    /// The case of this number, `None` after the last.
    fn case(&mut self, number: usize) -> Option<&mut dyn Case>;
}

/// The same, with what the case that was done gave.
#[doc(hidden)]
pub trait Cases: List {
    type Taken;

    fn take(&mut self) -> Option<Self::Taken>;
}

/// No case after the last.
#[doc(hidden)]
pub struct End;

/// Which case was taken: the first of a list, or one of the rest, with what it gave.
#[doc(hidden)]
pub enum Taken<Output, Later> {
    This(Output),
    Later(Later),
}

/// The result of a list that has no case left: nothing, ever.
#[doc(hidden)]
pub enum Nothing {}

/// A case, and those after it.
#[doc(hidden)]
pub struct More<O: Operation, Rest> {
    first: WithOutput<O>,
    rest: Rest,
}

impl<O: Operation, Rest: Cases> More<O, Rest> {
    pub fn new(operation: O, rest: Rest) -> More<O, Rest> {
        More { first: WithOutput::new(operation), rest }
    }
}

impl List for End {
    fn count(&self) -> usize {
        0
    }

    fn case(&mut self, _: usize) -> Option<&mut dyn Case> {
        None
    }
}

impl Cases for End {
    type Taken = Nothing;

    fn take(&mut self) -> Option<Nothing> {
        None
    }
}

impl<O: Operation, Rest: Cases> List for More<O, Rest> {
    fn count(&self) -> usize {
        1 + self.rest.count()
    }

    fn case(&mut self, number: usize) -> Option<&mut dyn Case> {
        match number {
            0 => Some(&mut self.first),
            _ => self.rest.case(number - 1),
        }
    }
}

impl<O: Operation, Rest: Cases> Cases for More<O, Rest> {
    type Taken = Taken<O::Output, Rest::Taken>;

    fn take(&mut self) -> Option<Self::Taken> {
        match self.first.output.take() {
            Some(output) => Some(Taken::This(output)),
            None => self.rest.take().map(Taken::Later),
        }
    }
}

/// The outcome of a look at the cases.
enum Tried {
    Done(Completion),
    NoneReady,
}

/// Proceeds with one of the ready cases, drawn by the seed, if there is any.
fn try_now(list: &mut dyn List) -> Tried {
    let (mut ready, mut first) = (0, 0);
    for number in (0..list.count()).rev() {
        if list.case(number).is_some_and(|case| case.is_ready()) {
            ready += 1;
            first = number;
        }
    }
    if ready == 0 {
        return Tried::NoneReady;
    }
    let drawn = draw_case(ready);
    let number = if drawn == 0 { Some(first) } else { nth_ready(list, drawn) };
    match number.and_then(|number| list.case(number)) {
        Some(case) => Tried::Done(case.proceed()),
        None => Tried::NoneReady,
    }
}

/// The number of the ready case before which so many others are ready.
fn nth_ready(list: &mut dyn List, before: u32) -> Option<usize> {
    let mut left = before;
    (0..list.count()).find(|number| {
        let ready = list.case(*number).is_some_and(|case| case.is_ready());
        let found = ready && left == 0;
        left -= u32::from(ready && left > 0);
        found
    })
}

/// Queues all cases for one waiting task.
fn wait(list: &mut dyn List, waits: &mut Waits, cx: &Context<'_>) {
    let (named, reason, count) = name_cases(list);
    let waiting_task = waits.begin(cx.waker(), named.as_slice(), reason);
    for number in 0..count {
        if let Some(case) = list.case(number) {
            case.enqueue(&waiting_task, to_case(number));
        }
    }
}

/// What the trace is told: the cases, why the task waits, and how many cases there are.
fn name_cases(list: &mut dyn List) -> (Named, WaitReason, usize) {
    let mut named = Named { few: [WaitCase(0); 4], count: 0, many: Vec::new() };
    let count = list.count();
    let mut reason = if count == 0 { WaitReason::SelectNoCases } else { WaitReason::Select };
    for number in 0..count {
        if let Some(case) = list.case(number) {
            // A nil channel's case is left out: nobody can ever complete it.
            case.wait_case().into_iter().for_each(|case| named.push(case));
            // Go compiles a select with a single case to the plain operation, and dumps it as such.
            if count == 1 {
                reason = case.reason();
            }
        }
    }
    (named, reason, count)
}

/// What the trace is told of the cases. A handful, which is nearly all there ever are, needs no memory of its own.
struct Named {
    few: [WaitCase; 4],
    count: usize,
    many: Vec<WaitCase>,
}

impl Named {
    fn push(&mut self, case: WaitCase) {
        match self.few.get_mut(self.count) {
            Some(place) => *place = case,
            None => {
                if self.many.is_empty() {
                    self.many.extend(self.few);
                }
                self.many.push(case);
            }
        }
        self.count += 1;
    }

    fn as_slice(&self) -> &[WaitCase] {
        self.few.get(..self.count).unwrap_or(&self.many)
    }
}

/// Takes what a counterpart gave to the case that won, and leaves the queues of all others.
fn complete(list: &mut dyn List, won: CaseNumber) -> Completion {
    let mut completion = Completion::Panicked;
    for number in 0..list.count() {
        let Some(case) = list.case(number) else { break };
        if to_case(number) == won {
            completion = case.completed();
        } else {
            case.dequeue();
        }
    }
    completion
}

fn poll(list: &mut dyn List, waits: &mut Waits, cx: &Context<'_>) -> Poll<()> {
    let completion = match waits.completed(cx.waker()) {
        Some(Some(won)) => complete(list, won),
        Some(None) => {
            let (named, reason, _) = name_cases(list);
            waits.go_on(named.as_slice(), reason);
            return Poll::Pending;
        }
        None if operate(cx.waker()) == Proceed::Later => return Poll::Pending,
        None => match try_now(list) {
            Tried::Done(completion) => completion,
            Tried::NoneReady => {
                wait(list, waits, cx);
                return Poll::Pending;
            }
        },
    };
    // A program that panicked never goes on.
    if completion == Completion::Done { Poll::Ready(()) } else { Poll::Pending }
}

fn leave(list: &mut dyn List, waits: &Waits) {
    let Some(won) = waits.dropped() else { return };
    for number in 0..list.count() {
        let Some(case) = list.case(number) else { break };
        if won == Some(to_case(number)) {
            case.abandoned();
        } else {
            case.dequeue();
        }
    }
}

/// A case's number, as a counterpart gives it back.
fn to_case(number: usize) -> CaseNumber {
    CaseNumber::try_from(number).expect("a select has at most 65,535 cases")
}

/// The future behind `select!`.
#[doc(hidden)]
#[must_use = "a select does nothing unless it is awaited"]
pub struct Select<C: List> {
    cases: C,
    waits: Waits,
}

/// A select over a list of cases.
#[doc(hidden)]
#[track_caller]
pub fn select<C: Cases>(cases: C) -> Select<C> {
    select_at(cases, Location::caller())
}

/// The same for a primitive that is built on a select: its caller waits.
pub(crate) fn select_at<C: List>(cases: C, at: &'static Location<'static>) -> Select<C> {
    Select { cases, waits: Waits::new(at) }
}

impl<C: List> Select<C> {
    /// Proceeds with one of the ready cases, if there is any, and else gives `None`. An operation that ends the program
    /// gives nothing: with a send on a closed channel `default` is not taken.
    pub fn or_default(self) -> OrDefault<C> {
        OrDefault { select: self }
    }
}

/// Nothing points into a case: it may move.
impl<C: List> Unpin for Select<C> {}

impl<C: Cases> Future for Select<C> {
    type Output = C::Taken;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Taken> {
        let Select { cases, waits } = self.get_mut();
        match poll(cases, waits, cx) {
            Poll::Ready(()) => cases.take().map_or(Poll::Pending, Poll::Ready),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<C: List> Drop for Select<C> {
    fn drop(&mut self) {
        leave(&mut self.cases, &self.waits);
    }
}

/// The future behind `select!` with a `default`.
#[doc(hidden)]
#[must_use = "a select does nothing unless it is awaited"]
pub struct OrDefault<C: List> {
    select: Select<C>,
}

impl<C: Cases> Future for OrDefault<C> {
    type Output = Option<C::Taken>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<C::Taken>> {
        if operate(cx.waker()) == Proceed::Later {
            return Poll::Pending;
        }
        let cases = &mut self.get_mut().select.cases;
        match try_now(cases) {
            Tried::Done(Completion::Done) => Poll::Ready(cases.take()),
            Tried::Done(Completion::Panicked) => Poll::Pending,
            Tried::NoneReady => Poll::Ready(None),
        }
    }
}

/// One case of [`any`]: an operation, and what its body makes of what it gives.
pub struct Choice<'c, T>(Box<dyn Chosen<T> + 'c>);

impl<'c, T: 'c> Choice<'c, T> {
    /// `case operation: body`
    pub fn new<O: Operation + 'c>(operation: O, body: impl FnOnce(O::Output) -> T + 'c) -> Choice<'c, T> {
        Choice(Box::new(Mapped { case: WithOutput::new(operation), body: Some(body), _in_heap: InHeap::new() }))
    }
}

trait Chosen<T> {
    fn as_case(&mut self) -> &mut dyn Case;
    fn take(&mut self) -> Option<T>;
}

struct Mapped<O: Operation, F> {
    case: WithOutput<O>,
    body: Option<F>,
    _in_heap: InHeap<Mapped<O, F>>,
}

impl<O: Operation, T, F: FnOnce(O::Output) -> T> Chosen<T> for Mapped<O, F> {
    fn as_case(&mut self) -> &mut dyn Case {
        &mut self.case
    }

    fn take(&mut self) -> Option<T> {
        let output = self.case.output.take()?;
        self.body.take().map(|body| body(output))
    }
}

/// The cases of [`any`].
#[doc(hidden)]
pub struct Choices<'c, T>(Vec<Choice<'c, T>>);

impl<T> List for Choices<'_, T> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn case(&mut self, number: usize) -> Option<&mut dyn Case> {
        Some(self.0.get_mut(number)?.0.as_case())
    }
}

impl<T> Cases for Choices<'_, T> {
    type Taken = (usize, T);

    fn take(&mut self) -> Option<(usize, T)> {
        self.0.iter_mut().enumerate().find_map(|(number, choice)| Some((number, choice.0.take()?)))
    }
}

/// `reflect.Select(cases)`: a select over as many cases as there are. Gives the number of the one that was taken with what
/// its body made. Without any case it waits for ever. [`Select::or_default`] does not wait.
///
/// # Panics
/// With more than [`CASES_MAX`] cases, as Go's panics with more than 65,536.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::chan;
/// use pileup::sync::select::{Choice, any};
///
/// async fn first_of_ten() {
///     let channels: Vec<_> = (0..10).map(|_| chan::make::<u32>(1)).collect();
///     channels[7].0.send(70).await;
///     let receives = channels.iter().map(|(_, rx)| Choice::new(rx.receive(), |value| value));
///     assert_eq!(any(receives.collect()).await, (7, Some(70)));
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(first_of_ten, ());
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[track_caller]
pub fn any<T>(cases: Vec<Choice<'_, T>>) -> Select<Choices<'_, T>> {
    assert!(cases.len() <= CASES_MAX, "a select has at most 65,535 cases");
    select_at(Choices(cases), Location::caller())
}

/// `select {}`: waits for ever.
#[track_caller]
pub fn forever() -> Forever {
    Forever { at: Location::caller(), waiting: Waiting::default() }
}

/// The future of [`forever`].
#[derive(Debug)]
#[must_use = "a select does nothing unless it is awaited"]
pub struct Forever {
    at: &'static Location<'static>,
    waiting: Waiting,
}

impl Future for Forever {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        self.waiting.begin(at, WaitReason::SelectNoCases, &[]);
        Poll::Pending
    }
}
