//! The keyboard, on its way to the session's shortcuts.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, Window};
use yew::Callback;

use crate::page::listen::Listener;
use crate::session::Session;
use crate::session::action::Action;
use crate::session::keys::KeyPress;

/// Sends what the keys ask for. A key that asks for something does nothing else.
pub(crate) fn listen(window: &Window, session: &Rc<RefCell<Session>>, send: &Callback<Action>) -> Listener {
    let (session, send) = (session.clone(), send.clone());
    Listener::new(window, "keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let press = KeyPress {
            key: &event.key(),
            has_shift: event.shift_key(),
            has_modifier: event.ctrl_key() || event.alt_key() || event.meta_key(),
            element: &target.map(|target| target.tag_name()).unwrap_or_default(),
        };
        let action = session.borrow().key(&press);
        if let Some(action) = action {
            event.prevent_default();
            send.emit(action);
        }
    })
}
