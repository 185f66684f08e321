//! `select`, as in Go's specification ("Select statements").
//!
//! Of the cases that can proceed one is drawn by the seed; with none, `default` runs if there is one, else the task
//! waits until a counterpart completes one of its cases, and leaves the queues of all others.
//!
//! ```
//! use pileup::executor::config::Config;
//! use pileup::executor::engine::Engine;
//! use pileup::executor::spawn::go;
//! use pileup::select;
//! use pileup::sync::chan;
//! use pileup::sync::context::{self, Context};
//!
//! async fn listener(ctx: Context, results: chan::Sender<u32>) {
//!     select! {
//!         _ = ctx.done() => {}, // whoever waits here hears the cancel
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

use crate::executor::context::{Turn, Waiting, draw_case, operate, operate_at_once};
use crate::executor::input::{Never, outside_case};
use crate::sync::operation::{Alone, CaseNumber, Operation, Party, Waits, or_halt};
use crate::trace::event::{WaitCase, WaitReason};

/// Does one of up to four operations: `pattern = operation => body` for each case, and `default => body` last, if at
/// all. See [`mod@crate::sync::select`]. Without `default` it awaits.
#[macro_export]
macro_rules! select {
    (default => $d:expr $(,)?) => {
        $d
    };
    ($p0:pat = $o0:expr => $b0:expr, default => $d:expr $(,)?) => {
        match $crate::sync::select::one($o0).or_default() {
            Some($crate::sync::select::Of1::Case0($p0)) => $b0,
            None => $d,
        }
    };
    ($p0:pat = $o0:expr => $b0:expr, $p1:pat = $o1:expr => $b1:expr, default => $d:expr $(,)?) => {
        match $crate::sync::select::two($o0, $o1).or_default() {
            Some($crate::sync::select::Of2::Case0($p0)) => $b0,
            Some($crate::sync::select::Of2::Case1($p1)) => $b1,
            None => $d,
        }
    };
    ($p0:pat = $o0:expr => $b0:expr $(,)?) => {
        match $crate::sync::select::one($o0).await {
            $crate::sync::select::Of1::Case0($p0) => $b0,
        }
    };
    ($p0:pat = $o0:expr => $b0:expr, $p1:pat = $o1:expr => $b1:expr $(,)?) => {
        match $crate::sync::select::two($o0, $o1).await {
            $crate::sync::select::Of2::Case0($p0) => $b0,
            $crate::sync::select::Of2::Case1($p1) => $b1,
        }
    };
    ($p0:pat = $o0:expr => $b0:expr, $p1:pat = $o1:expr => $b1:expr, $p2:pat = $o2:expr => $b2:expr $(,)?) => {
        match $crate::sync::select::three($o0, $o1, $o2).await {
            $crate::sync::select::Of3::Case0($p0) => $b0,
            $crate::sync::select::Of3::Case1($p1) => $b1,
            $crate::sync::select::Of3::Case2($p2) => $b2,
        }
    };
    ($p0:pat = $o0:expr => $b0:expr, $p1:pat = $o1:expr => $b1:expr, $p2:pat = $o2:expr => $b2:expr,
     $p3:pat = $o3:expr => $b3:expr $(,)?) => {
        match $crate::sync::select::four($o0, $o1, $o2, $o3).await {
            $crate::sync::select::Of4::Case0($p0) => $b0,
            $crate::sync::select::Of4::Case1($p1) => $b1,
            $crate::sync::select::Of4::Case2($p2) => $b2,
            $crate::sync::select::Of4::Case3($p3) => $b3,
        }
    };
}

/// An operation that would wait alone can be a case instead.
impl<O: Operation> Operation for Alone<O> {
    type Output = O::Output;

    fn is_ready(&self) -> bool {
        self.operation.is_ready()
    }

    fn proceed(&mut self) -> Option<O::Output> {
        self.operation.proceed()
    }

    fn enqueue(&mut self, party: &Rc<Party>, case: CaseNumber) {
        self.operation.enqueue(party, case);
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

    fn enqueue(&mut self, _: &Rc<Party>, _: CaseNumber) {}

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

macro_rules! arities {
    ($($(#[$doc:meta])* $function:ident $select:ident $of:ident: $($case:ident $operation:ident $index:tt),+;)*) => {$(
        /// Which case was taken, with what it gave.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $of<$($operation),+> {
            $(
                /// The case of this number.
                $case($operation),
            )+
        }

        /// The future behind `select!` with this many cases.
        #[must_use = "a select does nothing unless it is awaited"]
        pub struct $select<$($operation: Operation),+> {
            cases: ($($operation,)+),
            waits: Waits,
        }

        $(#[$doc])*
        #[track_caller]
        #[allow(non_snake_case, reason = "a macro over arities")]
        pub fn $function<$($operation: Operation),+>($($operation: $operation),+) -> $select<$($operation),+> {
            $select { cases: ($($operation,)+), waits: Waits::new(Location::caller()) }
        }

        impl<$($operation: Operation),+> $select<$($operation),+> {
            /// Proceeds with one of the ready cases, if there is any, and does not wait.
            pub fn or_default(mut self) -> Option<$of<$($operation::Output),+>> {
                if !operate_at_once() {
                    return None;
                }
                match self.try_now() {
                    Tried::Done(output) => output,
                    Tried::NoneReady => None,
                }
            }

            fn try_now(&mut self) -> Tried<$of<$($operation::Output),+>> {
                let ready = [$(self.cases.$index.is_ready()),+];
                let count = ready.iter().filter(|ready| **ready).count() as u32;
                if count == 0 {
                    return Tried::NoneReady;
                }
                let mut left = draw_case(count);
                $(
                    if ready[$index] {
                        if left == 0 {
                            return Tried::Done(self.cases.$index.proceed().map($of::$case));
                        }
                        left -= 1;
                    }
                )+
                let _ = left;
                Tried::NoneReady
            }

            fn completed(&mut self, won: CaseNumber) -> Option<$of<$($operation::Output),+>> {
                let mut output = None;
                $(
                    if won == $index {
                        output = self.cases.$index.completed().map($of::$case);
                    } else {
                        self.cases.$index.dequeue();
                    }
                )+
                output
            }
        }

        impl<$($operation: Operation + Unpin),+> Future for $select<$($operation),+> {
            type Output = $of<$($operation::Output),+>;

            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let this = self.get_mut();
                let completed = this.waits.completed(cx.waker());
                match completed {
                    Some(Some(won)) => return or_halt(this.completed(won)),
                    Some(None) => {}
                    None => {
                        if operate(cx.waker()) == Turn::Later {
                            return Poll::Pending;
                        }
                        if let Tried::Done(output) = this.try_now() {
                            return or_halt(output);
                        }
                    }
                }
                // A nil channel's case is left out: nobody can ever complete it.
                let mut cases = [WaitCase(0); 4];
                let mut count = 0;
                $(
                    if let Some(case) = this.cases.$index.wait_case() {
                        cases[count] = case;
                        count += 1;
                    }
                )+
                // Go compiles a select with a single case to the plain operation, and dumps it as such.
                let plain = this.cases.0.reason();
                let reason = if [$($index),+].len() == 1 { plain } else { WaitReason::Select };
                if completed.is_some() {
                    this.waits.go_on(&cases[..count], reason);
                    return Poll::Pending;
                }
                let party = this.waits.begin(cx.waker(), &cases[..count], reason);
                $(this.cases.$index.enqueue(&party, $index);)+
                Poll::Pending
            }
        }

        impl<$($operation: Operation),+> Drop for $select<$($operation),+> {
            fn drop(&mut self) {
                if let Some(won) = self.waits.dropped() {
                    $(
                        if won == Some($index) {
                            self.cases.$index.abandoned();
                        } else {
                            self.cases.$index.dequeue();
                        }
                    )+
                }
            }
        }
    )*};
}

enum Tried<T> {
    /// One case was drawn; `None` when doing it ended the program.
    Done(Option<T>),
    NoneReady,
}

arities! {
    /// `select!` with one case.
    one Select1 Of1: Case0 A 0;
    /// `select!` with two cases.
    two Select2 Of2: Case0 A 0, Case1 B 1;
    /// `select!` with three cases.
    three Select3 Of3: Case0 A 0, Case1 B 1, Case2 C 2;
    /// `select!` with four cases.
    four Select4 Of4: Case0 A 0, Case1 B 1, Case2 C 2, Case3 D 3;
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
