//! Time: play, pause, step, speed, the timeline with what was turned on it, and the seed.

use crate::link::message::Step;
use crate::link::{KnobChange, SPEEDS_PERCENT};
use crate::page::dispatch::Dispatch;
use crate::page::view::format::{percent, whole};
use crate::page::view::sheet;
use crate::page::view::tag::{Tag, button, fragment, raw, tag};
use crate::session::Session;
use crate::session::action::{Action, Change};
use crate::text::{fill, number};

const RESTART: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M8 2.500V.300L3.800 3.500 8 6.700V4.300a3.900 3.900 0 1 1-3.900 3.900H2.300A5.700 5.700 0 1 0 8 2.500z'/></svg>";
const PLAY: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M4 2l10 6-10 6z'/></svg>";
const PAUSE: &str =
    "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3.500 2.500h3v11h-3zM9.500 2.500h3v11h-3z'/></svg>";
const STOP: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3.500 3.500h9v9h-9z'/></svg>";
const STEP: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3 2l8 6-8 6zM11.500 2h2v12h-2z'/></svg>";

pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    tag("section")
        .class("bar")
        .with("aria-label", session.words.bar.name)
        .put(play(session, dispatch))
        .put(
            sheet::sheet("time")
                .put(restart(session, dispatch))
                .put(steps(session, dispatch))
                .put(speeds(session, dispatch)),
        )
        .put(timeline(session, dispatch))
        .put(clock(session))
        .put(sheet::opener(session, "time"))
        .put(seed(session, dispatch))
        .put(progress(session))
}

/// The moment that is shown. While the run is on its way the clock says how much is done, and how fast it goes while it
/// cannot keep up, in a second line that is there without taking room.
pub(crate) fn clock(session: &Session) -> Tag {
    let (run, time_ms) = (&session.playback, session.snapshot.time_ms);
    let resting = || (!run.is_seen()).then(|| session.words.bar.resting.to_owned());
    let title = session.under_way_text().or_else(|| session.slow_text()).or_else(resting);
    let percent = run.under_way().map(|under_way| [&under_way.percent().to_string(), "%"].concat());
    let below = percent.or_else(|| run.slow_percent().map(number::times));
    let clock = tag("span")
        .class("clock")
        .with("title", title.unwrap_or_default())
        .with("data-time-ms", time_ms)
        .with("data-value", time_ms)
        .put(number::moment(time_ms));
    match below {
        Some(below) => clock.with("data-below", below),
        None => clock,
    }
}

/// How far a seek has come that takes its time, as a line along the bar.
pub(crate) fn progress(session: &Session) -> Option<Tag> {
    let done = session.playback.under_way()?.percent();
    let line = tag("span").style(&["width:", &percent(done, 100)].concat());
    let progress = tag("div").class("progress").with("role", "progressbar").with("aria-label", session.words.bar.name);
    Some(progress.with("aria-valuenow", done).put(line))
}

pub(crate) fn restart(session: &Session, dispatch: &Dispatch) -> Tag {
    icon_button(dispatch, "icon", session.words.bar.restart, RESTART, Action::Begin(Change::default()))
}

/// Play, or pause; while a seek takes its time the way to end it.
pub(crate) fn play(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    let is_playing = session.playback.is_playing();
    let (name, icon, action) = match (session.playback.under_way(), is_playing) {
        (Some(_), _) => (say.stop, STOP, Action::Pause),
        (None, true) => (say.pause, PAUSE, Action::Pause),
        (None, false) => (say.play, PLAY, Action::Play),
    };
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
    let option =
        |percent: u32| tag("option").value(percent).flag("selected", percent == speed).put(number::times(percent));
    tag("select")
        .with("aria-label", name)
        .with("title", name)
        .on_change(dispatch, |text| Some(Action::SetSpeed(whole(text)?)))
        .each(SPEEDS_PERCENT.map(option))
}

pub(crate) fn timeline(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    // While the run is on its way the handle stays where it was put.
    let (span_ms, time_ms) = (session.playback.span_ms(), session.playback.asked_ms());
    let time_ms = time_ms.unwrap_or(session.snapshot.time_ms);
    let changes = session.playback.knob_changes();
    let mark = |change: &KnobChange| {
        let known = &session.link.lesson.knobs[change.knob].name;
        let name: &str = session.lesson_words().knob(known).map_or(known, |said| &said.label).as_ref();
        let words = [name, &session.value_text(change.knob, change.value), &number::moment(change.at_ms)];
        tag("li")
            .style(&["transform:translateX(", &percent(change.at_ms, span_ms), ")"].concat())
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
