//! `tokio_util::sync::CancellationToken`: asks, as Go's contexts do, and every holder can ask.

use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::sync::chan::Receive;
use crate::sync::context::{self, CancelFunc, Context, Nothing};
use crate::sync::operation::Single;
use crate::trace::event::{ObjectId, TaskId};

/// A token. A clone is the same token; dropping it cancels nothing.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::rust::cancellation::CancellationToken;
///
/// async fn child(token: CancellationToken) {
///     token.cancelled().await;
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let token = CancellationToken::new();
///     go(child, (&token,));
///     token.cancel(); // asks: the child hears it at its await
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct CancellationToken {
    ctx: Context,
    cancel: CancelFunc,
}

impl Default for CancellationToken {
    fn default() -> Self {
        CancellationToken::new()
    }
}

impl CancellationToken {
    /// A token that is not cancelled.
    pub fn new() -> CancellationToken {
        CancellationToken::below(&context::background())
    }

    /// A token that is cancelled with this one, and can be cancelled alone.
    pub fn child_token(&self) -> CancellationToken {
        CancellationToken::below(&self.ctx)
    }

    fn below(parent: &Context) -> CancellationToken {
        let (ctx, cancel) = context::with_cancel(parent);
        CancellationToken { ctx, cancel }
    }

    /// Asks every holder to stop. It stops nobody, and waits for nobody.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Looks. A task that sees that it is cancelled has heard it.
    pub fn is_cancelled(&self) -> bool {
        self.ctx.err().is_some()
    }

    /// Waits until it is cancelled.
    #[track_caller]
    pub fn cancelled(&self) -> Single<Receive<'_, Nothing>> {
        self.ctx.done()
    }

    /// Cancels when the guard is dropped.
    pub fn drop_guard(self) -> DropGuard {
        DropGuard(self)
    }

    /// Says that this is the token of the running task's request: when it is cancelled, the request's tasks are told to stop.
    pub fn is_of_request(&self) {
        context::of_request(&self.ctx);
    }
}

impl HandOver for CancellationToken {
    fn hand_over(&self, to: Holder) {
        self.cancel.hand_over(to);
    }
}

impl Share for CancellationToken {
    fn share(&self, task: TaskId) -> CancellationToken {
        CancellationToken { ctx: self.ctx.share(task), cancel: self.cancel.share(task) }
    }
}

share_handles! { () CancellationToken; }

impl Named for CancellationToken {
    fn object(&self) -> ObjectId {
        self.ctx.object()
    }
}

/// The guard of [`CancellationToken::drop_guard`].
#[derive(Debug)]
#[must_use = "dropped at once, it cancels at once"]
pub struct DropGuard(CancellationToken);

impl Drop for DropGuard {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Its destructor cancels: whoever lets go of a message with a guard in it does that.
impl HandOver for DropGuard {
    fn hand_over(&self, to: Holder) {
        self.0.hand_over(to.of_destructor());
    }
}
