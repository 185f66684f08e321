//! The page in a frame of somebody's article: a layout of its own, not the page squeezed.
//!
//! Always there: the switch, the counts, the stage, one line of words, play, the clock, and the way to the page in full at
//! this very moment. What else there is the article chooses ([`Controls`](crate::link::controls::Controls)). Its height
//! follows from its width and its words alone; before it was ever played it is a still picture with a play button.

use yew::Html;
use yew::html::Scope;

use crate::link::controls::Control;
use crate::link::{Link, write};
use crate::page::app::{App, Msg};
use crate::page::browser;
use crate::page::view::tag::{Tag, button, fragment, raw, tag};
use crate::page::view::{MARKS, bar, code, counts, knobs, legend, notice, now, stage, switch};
use crate::text::number;

const START: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M5 3l8 5-8 5z'/></svg>";
const OPEN: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M9 2h5v5h-1.600V4.700L7.100 10 6 8.900l5.300-5.300H9zM2 4h4v1.600H3.600v6.800h6.800V10H12v4H2z'/></svg>";

/// All of it.
pub(crate) fn view(app: &App, scope: &Scope<App>) -> Html {
    let has = |control: Control| app.controls().has(control);
    let main = tag("main")
        .class("embed card")
        .put(tag("h1").class("hidden").put(app.lesson_text().headline.clone()))
        .put(switch(app, scope))
        .put(has(Control::Preset).then(|| tag("div").class("preset").put(knobs::presets(app, scope))))
        .put(tag("section").with("aria-label", app.words.counts).put(counts(app)))
        .put(picture(app, scope))
        .put(tag("p").class("now").put(said(app)))
        .put(time(app, scope))
        .put(chosen_knobs(app, scope))
        .put(has(Control::Code).then(|| code::listing(app, scope)));
    tag("div")
        .kept_in(&app.nodes.root)
        .put(notice(app, scope))
        .put(main)
        .put(tag("p").class("hidden").with("role", "status").with("data-live", "").put(app.live.clone()))
        .html()
}

fn picture(app: &App, scope: &Scope<App>) -> Tag {
    let start = || {
        let name = app.words.bar.play;
        button(scope, Msg::PlayPause).class("start").with("title", name).with("aria-label", name).put(raw(START))
    };
    tag("section")
        .class("picture")
        .put(stage(app, scope))
        .put(legend(MARKS.into_iter().zip(app.words.legend)))
        .put((!app.has_begun).then(start))
}

/// What has to be known now: why it rested, what was asked about a task, or what to look at.
fn said(app: &App) -> Tag {
    if let Some(note) = &app.note {
        return fragment().put(note.clone());
    }
    let Some(task) = &app.facts.selected else { return fragment().put(now(app)) };
    let verdict = tag("span").class(["verdict ", task.class].concat()).put(task.verdict);
    fragment().put(tag("strong").put(task.name.clone())).put(" · ").put(verdict).put(" · ").put(task.why.clone())
}

fn time(app: &App, scope: &Scope<App>) -> Tag {
    let say = &app.words.bar;
    let has = |control: Control| app.controls().has(control);
    let time_ms = app.facts.time_ms;
    let clock = tag("span").class("clock").with("data-time-ms", time_ms);
    let link = Link { language: Some(app.words.language), ..app.moment_link() };
    let open = tag("a")
        .class("button open")
        .with("href", [browser::address(), write::query(&link)].concat())
        .with("target", "_blank")
        .with("rel", "noopener")
        .put(tag("span").put(app.words.open_full))
        .put(raw(OPEN));
    tag("section")
        .class("bar")
        .with("aria-label", say.name)
        .put(bar::play(app, scope))
        .put(bar::restart(app, scope))
        .put(has(Control::Step).then(|| bar::steps(app, scope)))
        .put(has(Control::Speed).then(|| bar::speeds(app, scope)))
        .put(clock.put(number::moment(time_ms)))
        .put(tag("span").class("gap"))
        .put(open)
        .put(has(Control::Timeline).then(|| bar::timeline(app, scope)))
}

fn chosen_knobs(app: &App, scope: &Scope<App>) -> Option<Tag> {
    let chosen = |number: &usize| app.controls().has(Control::Knob(*number));
    let mut numbers = (0..app.link.lesson.knobs.len()).filter(chosen).peekable();
    numbers.peek()?;
    let rows = numbers.map(|number| knobs::labelled(tag("div"), app, scope, number));
    Some(tag("section").class("chosen").with("aria-label", app.words.knobs).each(rows))
}
