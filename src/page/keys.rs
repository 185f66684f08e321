//! The keyboard, on its way to the session's shortcuts.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, Window};
use yew::Callback;

use crate::page::listen::Listener;
use crate::session::Session;
use crate::session::action::Action;
use crate::session::keys::{Focus, KeyPress};

/// Sends what the keys ask for. A key that asks for something does nothing else.
///
/// An element has the focus by a click if a pointer was the last that was used when the element got it, or since; whoever moves the
/// focus in answer to a key moves it for the keyboard.
pub(crate) fn listen(window: &Window, session: &Rc<RefCell<Session>>, send: &Callback<Action>) -> [Listener; 3] {
    let (session, send) = (session.clone(), send.clone());
    let [focus, last_used] = [(); 2].map(|()| Rc::new(Cell::new(Focus::Keyboard)));
    let (pointed, used) = (focus.clone(), last_used.clone());
    let pointer = Listener::new(window, "pointerdown", move |_| {
        pointed.set(Focus::Pointer);
        used.set(Focus::Pointer);
    });
    let (focused, used) = (focus.clone(), last_used.clone());
    let moved = Listener::new(window, "focusin", move |_| focused.set(used.get()));
    let keys = Listener::new(window, "keydown", move |event| {
        last_used.set(Focus::Keyboard);
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let press = KeyPress {
            key: &event.key(),
            has_shift: event.shift_key(),
            has_modifier: event.ctrl_key() || event.alt_key() || event.meta_key(),
            element: &target.as_ref().map(|target| target.tag_name()).unwrap_or_default(),
            focus: focus.get(),
        };
        let action = session.borrow().key(&press);
        if let Some(action) = action {
            event.prevent_default();
            // Some browsers would click a button when the key is let go.
            if let Some(target) = target.filter(|_| press.is_of_the_page()) {
                target.blur().ok();
            }
            send.emit(action);
        }
    });
    [pointer, moved, keys]
}
