//! The numbers of the knobs: their places in the lesson's list, and the numbers of the engine's inputs.

/// Do workers listen for cancellation? The switch.
pub const LISTEN: usize = 0;
/// How a listening worker hears.
pub const HEARS: usize = 1;
/// How it then reports.
pub const SEND: usize = 2;
/// Per cent of the workers that do not listen although the switch is on.
pub const FORGETFUL: usize = 3;
/// Workers a request.
pub const WORKERS: usize = 4;
/// Milliseconds of work, in eight equal steps.
pub const WORK: usize = 5;
/// Per cent of the workers whose work never returns.
pub const STUCK: usize = 6;
/// One round, or one after another.
pub const SHAPE: usize = 7;
/// How many results the channel holds; more than there are workers means as many as there are.
pub const CAPACITY: usize = 8;
/// When the parent returns.
pub const PARENT: usize = 9;
/// Milliseconds until the parent gives up.
pub const TIMEOUT: usize = 10;
/// One timer for the parent's life, or a new one for each message.
pub const TIMER: usize = 11;
/// Requests a minute.
pub const TRAFFIC: usize = 12;
/// How many requests arrive in all; 0: no end.
pub const REQUESTS: usize = 13;
/// Per cent of the work's time that is drawn for each worker.
pub const JITTER: usize = 14;
/// Which workers hang: evenly spread, or each by a draw of its own.
pub const HANGS: usize = 15;
