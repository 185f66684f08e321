//! Animation frames: something that is called for each of them, until its handle is dropped.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Window;

/// Asks the browser for frame after frame. Dropping it cancels the one that was requested.
#[must_use]
pub(crate) struct Frames(Rc<Shared>);

struct Shared {
    window: Window,
    requested: Cell<Option<i32>>,
    closure: RefCell<Option<FrameClosure>>,
}

/// Is called with the time of a frame.
type FrameClosure = Closure<dyn FnMut(f64)>;

impl Frames {
    /// Calls `frame` for every frame from now on, with its time in milliseconds, as the browser counts them.
    pub(crate) fn start(window: Window, mut frame: impl FnMut(f64) + 'static) -> Frames {
        let shared = Rc::new(Shared { window, requested: Cell::new(None), closure: RefCell::new(None) });
        // A share of its own would keep the closure alive for ever.
        let weak = Rc::downgrade(&shared);
        let closure = Closure::new(move |time_ms: f64| {
            frame(time_ms);
            if let Some(shared) = weak.upgrade() {
                shared.request();
            }
        });
        shared.closure.replace(Some(closure));
        shared.request();
        Frames(shared)
    }
}

impl Shared {
    fn request(&self) {
        if let Some(closure) = &*self.closure.borrow() {
            self.requested.set(self.window.request_animation_frame(closure.as_ref().unchecked_ref()).ok());
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(requested) = self.0.requested.take() {
            // A frame that is gone needs no cancelling.
            self.0.window.cancel_animation_frame(requested).ok();
        }
    }
}
