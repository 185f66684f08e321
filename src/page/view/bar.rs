//! Time: play, pause, step, speed, the timeline with what was turned on it, and the seed.

use crate::link::message::Step;
use crate::link::{KnobChange, SPEEDS_PERCENT};
use crate::page::dispatch::Dispatch;
use crate::page::view::format::{percent, whole};
use crate::page::view::tag::{Tag, button, fragment, raw, tag};
use crate::session::Session;
use crate::session::action::{Action, Change};
use crate::text::{fill, number};

const RESTART: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M8 2.500V.300L3.800 3.500 8 6.700V4.300a3.900 3.900 0 1 1-3.900 3.900H2.300A5.700 5.700 0 1 0 8 2.500z'/></svg>";
const PLAY: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M4 2l10 6-10 6z'/></svg>";
const PAUSE: &str =
    "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3.500 2.500h3v11h-3zM9.500 2.500h3v11h-3z'/></svg>";
const STEP: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3 2l8 6-8 6zM11.500 2h2v12h-2z'/></svg>";

pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    let time_ms = session.snapshot.time_ms;
    let state = {
        let run = &session.playback;
        match (run.is_seeking(), run.is_seen()) {
            (true, _) => say.seeking,
            (_, false) => say.resting,
            _ => "",
        }
    };
    let clock = tag("span")
        .class("clock")
        .with("title", state)
        .with("data-time-ms", time_ms)
        .with("data-value", time_ms)
        .put(number::moment(time_ms));
    tag("section")
        .class("bar")
        .with("aria-label", say.name)
        .put(restart(session, dispatch))
        .put(play(session, dispatch))
        .put(steps(session, dispatch))
        .put(speeds(session, dispatch))
        .put(timeline(session, dispatch))
        .put(clock)
        .put(seed(session, dispatch))
}

pub(crate) fn restart(session: &Session, dispatch: &Dispatch) -> Tag {
    icon_button(dispatch, "icon", session.words.bar.restart, RESTART, Action::Begin(Change::default()))
}

/// Play, or pause.
pub(crate) fn play(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    let is_playing = session.playback.is_playing();
    let (name, icon, action) =
        if is_playing { (say.pause, PAUSE, Action::Pause) } else { (say.play, PLAY, Action::Play) };
    icon_button(dispatch, "icon play", name, icon, action).state("data-playing", is_playing)
}

/// One poll on, one event on.
pub(crate) fn steps(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    fragment().put(step(dispatch, say.step_poll, say.poll, Action::Step(Step::Poll))).put(step(
        dispatch,
        say.step_event,
        say.event,
        Action::Step(Step::Event),
    ))
}

/// A button whose name only a screen reader says.
fn icon_button(
    dispatch: &Dispatch,
    class: &'static str,
    name: &'static str,
    icon: &'static str,
    action: Action,
) -> Tag {
    button(dispatch, action).class(class).with("title", name).put(tag("span").class("hidden").put(name)).put(raw(icon))
}

fn step(dispatch: &Dispatch, name: &'static str, short: &'static str, action: Action) -> Tag {
    button(dispatch, action)
        .class("step")
        .with("aria-label", name)
        .with("title", name)
        .put(raw(STEP))
        .put(tag("span").put(short))
}

pub(crate) fn speeds(session: &Session, dispatch: &Dispatch) -> Tag {
    let name = session.words.bar.speed;
    let speed = session.playback.speed_percent();
    let option = |percent: u32| tag("option").value(percent).flag("selected", percent == speed).put(times(percent));
    tag("select")
        .with("aria-label", name)
        .with("title", name)
        .on_change(dispatch, |text| Some(Action::SetSpeed(whole(text)?)))
        .each(SPEEDS_PERCENT.map(option))
}

/// `25` as `0.25×`.
fn times(percent: u32) -> String {
    let mut text = (percent / 100).to_string();
    if !percent.is_multiple_of(100) {
        text.push('.');
        let tail = if percent.is_multiple_of(10) { percent / 10 % 10 } else { percent % 100 };
        text.push_str(&tail.to_string());
    }
    text.push('×');
    text
}

pub(crate) fn timeline(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    let (span_ms, time_ms) = (session.playback.span_ms(), session.snapshot.time_ms);
    let changes = session.playback.knob_changes();
    let mark = |change: &KnobChange| {
        let known = &session.link.lesson.knobs[change.knob].name;
        let name: &str = session.lesson_words().knob(known).map_or(known, |said| &said.label).as_ref();
        let words = [name, &session.value_text(change.knob, change.value), &number::moment(change.at_ms)];
        tag("li")
            .style(&["left:", &percent(change.at_ms, span_ms)].concat())
            .put(tag("span").class("hidden").put(fill(say.mark, &words)))
    };
    let handle = tag("input")
        .with("type", "range")
        .with("aria-label", say.timeline)
        .with("aria-valuetext", number::moment(time_ms))
        .with("min", "0")
        .with("max", span_ms)
        .with("step", "100")
        .value(time_ms)
        .style(&["--at:", &percent(time_ms, span_ms)].concat())
        .on_input(dispatch, |text| Some(Action::Seek(text.parse().ok()?)));
    let marks = || tag("ul").each(changes.iter().rev().take(100).map(mark));
    tag("div").class("timeline").put(handle).put((!changes.is_empty()).then(marks))
}

/// The seed: in the bar, and on a narrow page among the knobs.
pub(crate) fn seed(session: &Session, dispatch: &Dispatch) -> Tag {
    tag("label").class("seed").put(session.words.bar.seed).put(
        tag("input")
            .class("field")
            .with("type", "number")
            .with("min", "0")
            .with("max", "4294967295")
            .value(session.link.seed)
            .on_change(dispatch, |text| {
                let seed = Some(whole(text)?);
                Some(Action::Begin(Change { seed, ..Change::default() }))
            }),
    )
}
