//! The numbers of the knobs: their places in the lesson's list, and the numbers of the engine's inputs.

/// Does a request cancel its tasks when it ends? The switch.
pub const CANCEL: usize = 0;
/// How it cancels them.
pub const HOW: usize = 1;
/// Where a task is when it is cancelled.
pub const PLACE: usize = 2;
/// Tasks a request.
pub const WORKERS: usize = 3;
/// Milliseconds of work, in eight equal steps.
pub const WORK: usize = 4;
/// Per cent of the tasks that wait for what never comes.
pub const STUCK: usize = 5;
/// Per cent of the clients that hang up, so that the request itself is dropped.
pub const HANGUP: usize = 6;
/// Milliseconds until a request gives up.
pub const TIMEOUT: usize = 7;
/// Requests a minute.
pub const TRAFFIC: usize = 8;
/// How many requests arrive in all; 0: no end.
pub const REQUESTS: usize = 9;
/// Per cent of the work's time that is drawn for each task.
pub const JITTER: usize = 10;
/// Which tasks wait for what never comes: evenly spread, or each by a draw of its own.
pub const HANGS: usize = 11;
