//! HTML as the views write it: a call for a tag, a call for each attribute, [`Tag::put`] for what is inside.
//!
//! ```ignore
//! tag("section").class("bar").with("aria-label", say.name).put(tag("h2").put(say.heading)).put(clock(session))
//! ```
//!
//! is `<section class="bar" aria-label="…"><h2>…</h2>…</section>`. What stands inside is a [`Part`]: a text, another tag,
//! HTML that is ready, or an `Option` of these, which keeps its place when it is none. What an attribute says is a
//! [`Value`]: a text or a number.
//!
//! - attributes: [`Tag::with`] for most, [`Tag::class`] and [`Tag::value`] for two of them, [`Tag::maybe`], [`Tag::flag`]
//!   (there or not) and [`Tag::state`] (`"true"` or `"false"`); [`Tag::style`], [`Tag::key`] and [`Tag::kept_in`] for
//!   what is no attribute;
//! - events: [`Tag::on_click`] and [`Tag::on_close`] ask for an action, [`Tag::on_change`] and [`Tag::on_input`] make one of
//!   a field's text, [`Tag::on_point`] of a place;
//! - without a tag around them: [`fragment`], [`raw`]; and two shapes that come often: [`button`], [`toggle`].
//!
//! Not `html!`: that writes out how each element is built at the place where it stands, and compiles Yew's machinery once
//! more for each listener, 30 KB of wasm for this page. Here all of it exists once, and a view is a row of calls.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, HtmlInputElement, HtmlSelectElement, MouseEvent};
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listener, ListenerKind, VList, VTag, VText};
use yew::{AttrValue, Callback, Html, NodeRef};

use crate::page::browser;
use crate::page::dispatch::Dispatch;
use crate::session::action::Action;
use crate::text::Text;

/// A tag, open until it is put somewhere.
#[must_use]
pub(crate) struct Tag(Box<Open>);

/// Lists are lists while the tag is open; what Yew makes of them it makes once.
struct Open {
    tag: VTag,
    names: Vec<&'static str>,
    /// What each of the names says; none: the attribute is not there.
    values: Vec<Option<AttributeOrProperty>>,
    inside: Vec<Html>,
}

thread_local! {
    /// Every row of attribute names that a tag has had, and so as many as there are ways in which a view writes one. Yew
    /// knows a row again by its address, and then compares the values alone, without a map.
    static ROWS: RefCell<Vec<&'static [&'static str]>> = const { RefCell::new(Vec::new()) };
}

/// These names, at the same address each time.
fn row_of(names: Vec<&'static str>) -> &'static [&'static str] {
    ROWS.with_borrow_mut(|rows| match rows.iter().find(|row| **row == names) {
        Some(row) => row,
        None => {
            let row: &'static [&'static str] = names.leak();
            rows.push(row);
            row
        }
    })
}

/// An element of this name.
#[inline(never)]
pub(crate) fn tag(name: &'static str) -> Tag {
    Tag(Box::new(Open { tag: VTag::new(name), names: Vec::new(), values: Vec::new(), inside: Vec::new() }))
}

/// Parts without a tag around them.
pub(crate) fn fragment() -> Tag {
    tag("")
}

/// Markup that this program wrote itself.
#[inline(never)]
pub(crate) fn raw(markup: impl Into<AttrValue>) -> Html {
    Html::from_html_unchecked(markup.into())
}

/// A button that asks for this action.
#[inline(never)]
pub(crate) fn button(dispatch: &Dispatch, action: Action) -> Tag {
    tag("button").on_click(dispatch, action)
}

/// The same, pressed or not.
#[inline(never)]
pub(crate) fn toggle(dispatch: &Dispatch, name: &'static str, is_on: bool, action: Action) -> Tag {
    button(dispatch, action).state("aria-pressed", is_on).put(name)
}

impl Tag {
    /// An attribute. `value` of a field is a property: it replaces what was typed.
    pub(crate) fn with(self, name: &'static str, value: impl Value) -> Tag {
        value.give(self, name)
    }

    /// The classes, separated by spaces.
    pub(crate) fn class(self, names: impl Value) -> Tag {
        self.with("class", names)
    }

    /// What a field holds now, or an option stands for.
    pub(crate) fn value(self, value: impl Value) -> Tag {
        self.with("value", value)
    }

    /// An attribute that is there if there is a value.
    #[inline(never)]
    pub(crate) fn maybe(self, name: &'static str, value: Option<&'static str>) -> Tag {
        self.say(name, value.map(|value| AttributeOrProperty::Attribute(AttrValue::Static(value))))
    }

    /// An attribute that is there or not, such as `disabled`. `selected` of an option is a property: once a reader has chosen
    /// there, the attribute is looked at no more.
    pub(crate) fn flag(self, name: &'static str, is_there: bool) -> Tag {
        if name == "selected" {
            return self.say(name, Some(AttributeOrProperty::Property(JsValue::from_bool(is_there))));
        }
        self.maybe(name, is_there.then_some(name))
    }

    /// An attribute that says `true` or `false`, such as `aria-pressed`.
    pub(crate) fn state(self, name: &'static str, is_so: bool) -> Tag {
        self.with(name, if is_so { "true" } else { "false" })
    }

    /// The style, set as a property: the page's policy forbids the attribute.
    #[inline(never)]
    pub(crate) fn style(self, css: &str) -> Tag {
        self.say("style", Some(AttributeOrProperty::Property(JsValue::from_str(css))))
    }

    /// Which one of its siblings this is. Either all of them have a key or none.
    pub(crate) fn key(mut self, key: impl Into<Key>) -> Tag {
        self.0.tag.key = Some(key.into());
        self
    }

    /// Hands out the element.
    #[inline(never)]
    pub(crate) fn kept_in(mut self, node: &NodeRef) -> Tag {
        self.0.tag.node_ref = node.clone();
        self
    }

    /// What is inside, after what is there.
    pub(crate) fn put(self, part: impl Part) -> Tag {
        part.put_into(self)
    }

    /// Many parts, one after the other.
    pub(crate) fn each<P: Part>(mut self, parts: impl IntoIterator<Item = P>) -> Tag {
        for part in parts {
            self = self.put(part);
        }
        self
    }

    /// Asks for this action for every click.
    pub(crate) fn on_click(self, dispatch: &Dispatch, action: Action) -> Tag {
        self.on("click", dispatch, Answer::Action(action))
    }

    /// Asks for this action when a dialog was closed.
    pub(crate) fn on_close(self, dispatch: &Dispatch, action: Action) -> Tag {
        self.on("close", dispatch, Answer::Action(action))
    }

    /// Asks for what is made of the place of a click (or another `event` of the pointer), in the stage's pixels from the element's
    /// upper left corner.
    pub(crate) fn on_point(self, event: &'static str, dispatch: &Dispatch, read: fn(f32, f32) -> Action) -> Tag {
        self.on(event, dispatch, Answer::Point(read))
    }

    /// Asks for what is made of a field's text when it was chosen or typed to its end.
    pub(crate) fn on_change(self, dispatch: &Dispatch, read: impl Fn(&str) -> Option<Action> + 'static) -> Tag {
        self.on("change", dispatch, Answer::Text(Box::new(read)))
    }

    /// Asks for what is made of a field's text while it is dragged or typed.
    pub(crate) fn on_input(self, dispatch: &Dispatch, read: impl Fn(&str) -> Option<Action> + 'static) -> Tag {
        self.on("input", dispatch, Answer::Text(Box::new(read)))
    }

    /// As Yew has it.
    #[inline(never)]
    pub(crate) fn html(self) -> Html {
        let Open { mut tag, names, values, inside } = *self.0;
        let is_fragment = tag.tag().is_empty();
        let inside = Html::from(VList::with_children(inside, None));
        if is_fragment {
            return inside;
        }
        if !names.is_empty() {
            tag.set_attributes(Attributes::Dynamic { keys: row_of(names), values: values.into() });
        }
        if let Some(children) = tag.children_mut() {
            *children = inside;
        }
        tag.into()
    }

    #[inline(never)]
    fn attribute(mut self, name: &'static str, value: AttrValue) -> Tag {
        if name == "value" && self.0.tag.tag() == "input" {
            self.0.tag.set_value(value);
            return self;
        }
        self.say(name, Some(AttributeOrProperty::Attribute(value)))
    }

    #[inline(never)]
    fn say(mut self, name: &'static str, value: Option<AttributeOrProperty>) -> Tag {
        debug_assert!(!self.0.names.contains(&name), "{name} is said twice");
        self.0.names.push(name);
        self.0.values.push(value);
        self
    }

    #[inline(never)]
    fn child(mut self, html: Html) -> Tag {
        self.0.inside.push(html);
        self
    }

    #[inline(never)]
    fn on(mut self, event: &'static str, dispatch: &Dispatch, answer: Answer) -> Tag {
        self.0.tag.add_listener(Rc::new(On { event, send: dispatch.send.clone(), answer }));
        self
    }
}

/// What an attribute can say.
pub(crate) trait Value {
    /// Gives the tag an attribute that says it.
    fn give(self, tag: Tag, name: &'static str) -> Tag;
}

impl Value for &'static str {
    #[inline(never)]
    fn give(self, tag: Tag, name: &'static str) -> Tag {
        tag.attribute(name, AttrValue::Static(self))
    }
}

impl Value for String {
    #[inline(never)]
    fn give(self, tag: Tag, name: &'static str) -> Tag {
        tag.attribute(name, AttrValue::from(self))
    }
}

impl Value for Text {
    #[inline(never)]
    fn give(self, tag: Tag, name: &'static str) -> Tag {
        match self {
            Text::Borrowed(text) => text.give(tag, name),
            Text::Owned(text) => text.give(tag, name),
        }
    }
}

impl Value for u64 {
    #[inline(never)]
    fn give(self, tag: Tag, name: &'static str) -> Tag {
        self.to_string().give(tag, name)
    }
}

impl Value for u32 {
    fn give(self, tag: Tag, name: &'static str) -> Tag {
        u64::from(self).give(tag, name)
    }
}

/// What can stand inside a tag.
pub(crate) trait Part {
    /// Puts it there, after what is there.
    fn put_into(self, tag: Tag) -> Tag;
}

impl Part for Html {
    fn put_into(self, tag: Tag) -> Tag {
        tag.child(self)
    }
}

impl Part for Tag {
    #[inline(never)]
    fn put_into(self, tag: Tag) -> Tag {
        tag.child(self.html())
    }
}

impl Part for &'static str {
    #[inline(never)]
    fn put_into(self, tag: Tag) -> Tag {
        tag.child(VText::new(self).into())
    }
}

impl Part for String {
    #[inline(never)]
    fn put_into(self, tag: Tag) -> Tag {
        tag.child(VText::new(self).into())
    }
}

impl Part for Text {
    #[inline(never)]
    fn put_into(self, tag: Tag) -> Tag {
        match self {
            Text::Borrowed(text) => text.put_into(tag),
            Text::Owned(text) => text.put_into(tag),
        }
    }
}

impl<P: Part> Part for Option<P> {
    fn put_into(self, tag: Tag) -> Tag {
        match self {
            Some(part) => part.put_into(tag),
            None => tag.child(Html::default()),
        }
    }
}

/// Makes an action of a field's text, if it is one.
type Reader = dyn Fn(&str) -> Option<Action>;

/// What becomes of an event.
enum Answer {
    Action(Action),
    Point(fn(f32, f32) -> Action),
    Text(Box<Reader>),
}

/// The one listener of all events.
struct On {
    event: &'static str,
    send: Callback<Action>,
    answer: Answer,
}

impl Listener for On {
    fn kind(&self) -> ListenerKind {
        ListenerKind::other(Cow::Borrowed(self.event))
    }

    fn handle(&self, event: Event) {
        let action = match &self.answer {
            Answer::Action(action) => Some(action.clone()),
            Answer::Point(read) => {
                let event: &MouseEvent = event.unchecked_ref();
                let zoom = browser::zoom() as f32;
                Some(read(event.offset_x() as f32 / zoom, event.offset_y() as f32 / zoom))
            }
            Answer::Text(read) => read(&text_of(event.target())),
        };
        if let Some(action) = action {
            self.send.emit(action);
        }
    }

    fn passive(&self) -> bool {
        false
    }
}

/// The text of the field that an event came from.
fn text_of(target: Option<EventTarget>) -> String {
    let Some(target) = target else { return String::new() };
    match target.dyn_into::<HtmlInputElement>() {
        Ok(input) => input.value(),
        Err(target) => target.dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default(),
    }
}
