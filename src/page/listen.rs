//! Listeners and observers that are gone when they are dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, EventTarget, IntersectionObserver};

use crate::session::playback::Sight;

/// A listener on an event target.
#[must_use]
pub(crate) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(crate) fn new(target: &EventTarget, name: &'static str, heard: impl FnMut(Event) + 'static) -> Listener {
        let closure = Closure::new(heard);
        // Fails only for what is no function.
        target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).ok();
        Listener { target: target.clone(), name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.target.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref()).ok();
    }
}

/// Tells whether any part of an element is on the screen, through every frame around it.
#[must_use]
pub(crate) struct OnScreen {
    observer: Option<IntersectionObserver>,
    _closure: Closure<dyn FnMut(js_sys::Array)>,
}

impl OnScreen {
    pub(crate) fn new(element: &Element, mut seen: impl FnMut(Sight) + 'static) -> OnScreen {
        let closure: Closure<dyn FnMut(js_sys::Array)> = Closure::new(move |entries: js_sys::Array| {
            let last = entries.get(entries.length().saturating_sub(1));
            let key = JsValue::from_str("isIntersecting");
            let is_seen = js_sys::Reflect::get(&last, &key).is_ok_and(|value| value.is_truthy());
            seen(if is_seen { Sight::Seen } else { Sight::OutOfSight });
        });
        let observer = IntersectionObserver::new(closure.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        OnScreen { observer, _closure: closure }
    }
}

impl Drop for OnScreen {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
