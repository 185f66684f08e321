//! The page in a frame of somebody's article: a layout of its own, not the page squeezed.
//!
//! Always there: the switch, the counts, the stage, one line of words, play, the clock, and the way to the page in full at
//! this very moment. What else there is the article chooses ([`Controls`](crate::link::controls::Controls)). Its height
//! follows from its width and its words alone; before it was ever played it is a still picture with a play button.

use yew::Html;

use crate::link::controls::Control;
use crate::page::dispatch::Dispatch;
use crate::page::view::figure::{self, MARKS};
use crate::page::view::tag::{Tag, button, fragment, raw, tag};
use crate::page::view::{bar, code, deeds, forks, head, knobs, switch, tasks};
use crate::session::Session;
use crate::session::action::Action;

const START: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M5 3l8 5-8 5z'/></svg>";
const OPEN: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M9 2h5v5h-1.600V4.700L7.100 10 6 8.900l5.300-5.300H9zM2 4h4v1.600H3.600v6.800h6.800V10H12v4H2z'/></svg>";

/// All of it.
pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Html {
    let has = |control: Control| session.controls().has(control);
    let main = tag("main")
        .class("embed card")
        .put(tag("h1").class("hidden").put(session.headline().clone()))
        .put(deeds::carried(session, dispatch))
        .put(switch::view(session, dispatch))
        .put(has(Control::Preset).then(|| tag("div").class("preset").put(knobs::presets(session, dispatch))))
        .put(tag("section").with("aria-label", session.words.counts).put(figure::counts(session)))
        .put(has(Control::Plot).then(|| figure::strip(dispatch)))
        .put(picture(session, dispatch))
        .put(tag("p").class("now").maybe("data-step", session.step.as_ref().map(|_| "")).put(said(session)))
        .put(time(session, dispatch))
        .put(chosen_knobs(session, dispatch))
        .put(has(Control::Code).then(|| code::listing(session, dispatch)));
    tag("div")
        .kept_in(&dispatch.nodes.root)
        .put(head::notice(session, dispatch))
        .put(main)
        .put(tag("p").class("hidden").with("role", "status").with("data-live", "").put(session.announcer.live.clone()))
        .html()
}

fn picture(session: &Session, dispatch: &Dispatch) -> Tag {
    let start = || {
        let name = session.words.bar.play;
        button(dispatch, Action::Play).class("start").with("title", name).with("aria-label", name).put(raw(START))
    };
    tag("section")
        .class("picture")
        .put(figure::stage(session, dispatch))
        .put(figure::legend(&MARKS, &session.words.legend))
        .put((!session.has_begun).then(start))
}

/// What has to be known now: why it rested, what was asked about a task, or what to look at.
fn said(session: &Session) -> Tag {
    if let Some(note) = &session.announcer.note {
        return fragment().put(note.clone());
    }
    if session.step.is_some() {
        return fragment().put(session.now());
    }
    let selected = session.snapshot.selected.as_ref().filter(|_| session.playback.under_way().is_none());
    let Some(task) = selected else { return fragment().put(session.now()) };
    tasks::sentence(task)
}

fn time(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    let has = |control: Control| session.controls().has(control);
    let has_futures = has(Control::Timeline) && !session.branches.list().is_empty();
    let open = tag("a")
        .class("button open")
        .with("href", session.full_address())
        .with("target", "_blank")
        .with("rel", "noopener")
        .put(tag("span").put(session.words.open_full))
        .put(raw(OPEN));
    tag("section")
        .class("bar")
        .with("aria-label", say.name)
        .put(bar::play(session, dispatch))
        .put(bar::restart(session, dispatch))
        .put(has(Control::Step).then(|| bar::steps(session, dispatch)))
        .put(has(Control::Speed).then(|| bar::speeds(session, dispatch)))
        .put(bar::clock(session))
        .put(tag("span").class("gap"))
        .put(open)
        .put(has(Control::Timeline).then(|| bar::timeline(session, dispatch)))
        .put(has_futures.then(|| forks::opener(session)))
        .put(has_futures.then(|| forks::view(session, dispatch)))
        .put(bar::progress(session))
}

fn chosen_knobs(session: &Session, dispatch: &Dispatch) -> Option<Tag> {
    let chosen = |number: &usize| session.controls().has(Control::Knob(*number));
    let mut numbers = (0..session.link.lesson.knobs.len()).filter(chosen).peekable();
    numbers.peek()?;
    let rows = numbers.map(|number| knobs::labelled(tag("div"), session, dispatch, number));
    Some(tag("section").class("chosen").with("aria-label", session.words.knobs).each(rows))
}
