//! What a run is made of, besides its program.

use crate::executor::limits::Limits;

/// What a run is made of, besides its program.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Decides every draw.
    pub seed: u32,
    /// The values of the inputs at time 0.
    pub inputs: Vec<u32>,
    /// In which order ready tasks are polled.
    pub order: Order,
    /// A bound on everything.
    pub limits: Limits,
}

/// In which order ready tasks are polled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// First in, first out. The default: links that were written before there was a choice name no order, and the plain
    /// address is one of them, so another default would open another run in their place.
    #[default]
    Fifo,
    /// Drawn by the seed.
    Seeded,
    /// As Go's scheduler does on one processor: the task that was made ready last runs next, and the one that stood
    /// there before goes to the end of the queue. A task that yields or has used its slice goes to the end of a second
    /// queue, which is looked at when the first one is empty, and at each 61st turn.
    ///
    /// Source: `runqput` with `next`, `ready`, `goschedImpl` and `findRunnable` in Go's `runtime/proc.go`; recorded in
    /// `tests/go/semantics/order.txt`.
    Go,
}

impl Order {
    /// Every order, in the order in which a reader is offered them.
    pub const ALL: [Order; 3] = [Order::Fifo, Order::Seeded, Order::Go];

    /// `fifo`, `seeded` or `go`, as links and the command line write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Order::Fifo => "fifo",
            Order::Seeded => "seeded",
            Order::Go => "go",
        }
    }
}
