//! Animation frames as something to await, and a task that ends when its handle is dropped.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use futures::future::{AbortHandle, abortable};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Window;

/// The browser's animation frames. Dropping it cancels the one that was requested for.
pub(crate) struct Frames {
    window: Window,
    shared: Rc<Shared>,
    requested: Cell<Option<i32>>,
    closure: Closure<dyn FnMut(f64)>,
}

#[derive(Default)]
struct Shared {
    time_ms: Cell<Option<f64>>,
    waker: Cell<Option<Waker>>,
}

impl Frames {
    pub(crate) fn new(window: Window) -> Frames {
        let shared = Rc::new(Shared::default());
        let frame = shared.clone();
        let closure = Closure::new(move |time_ms: f64| {
            frame.time_ms.set(Some(time_ms));
            if let Some(waker) = frame.waker.take() {
                waker.wake();
            }
        });
        Frames { window, shared, requested: Cell::new(None), closure }
    }

    /// Waits for the next frame; its time in milliseconds, as the browser counts them.
    pub(crate) async fn next(&self) -> f64 {
        self.requested.set(self.window.request_animation_frame(self.closure.as_ref().unchecked_ref()).ok());
        poll_fn(|context| match self.shared.time_ms.take() {
            Some(time_ms) => {
                self.requested.set(None);
                Poll::Ready(time_ms)
            }
            None => {
                self.shared.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(requested) = self.requested.take() {
            // A frame that is gone needs no cancelling.
            self.window.cancel_animation_frame(requested).ok();
        }
    }
}

/// A task of the browser's event loop that ends, and drops all it holds, when this is dropped.
#[must_use]
pub(crate) struct Running(AbortHandle);

impl Running {
    pub(crate) fn start(task: impl Future<Output = ()> + 'static) -> Running {
        let (task, handle) = abortable(task);
        wasm_bindgen_futures::spawn_local(async move {
            // Aborted or done: both end it.
            task.await.ok();
        });
        Running(handle)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}
