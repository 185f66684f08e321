//! Time: play, pause, step, speed, the timeline with what was turned on it, and the seed.

use crate::link::SPEEDS_PERCENT;
use crate::link::message::Step;
use crate::page::dispatch::Dispatch;
use crate::page::view::format::{percent, whole};
use crate::page::view::tag::{Tag, button, fragment, raw, tag};
use crate::page::view::{forks, sheet};
use crate::session::Session;
use crate::session::action::{Action, Change};
use crate::session::timeline::{self, Mark, MarkKind};
use crate::text::number;

const RESTART: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M8 2.500V.300L3.800 3.500 8 6.700V4.300a3.900 3.900 0 1 1-3.900 3.900H2.300A5.700 5.700 0 1 0 8 2.500z'/></svg>";
const PLAY: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M4 2l10 6-10 6z'/></svg>";
const PAUSE: &str =
    "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3.500 2.500h3v11h-3zM9.500 2.500h3v11h-3z'/></svg>";
const STOP: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3.500 3.500h9v9h-9z'/></svg>";
const BACK: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M13 2L5 8l8 6zM2.500 2h2v12h-2z'/></svg>";
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
                .put(speeds(session, dispatch))
                .put(forks::opener(session)),
        )
        .put(timeline(session, dispatch))
        .put(clock(session))
        .put(sheet::opener(session, "time"))
        .put(seed(session, dispatch))
        .put(progress(session))
        .put(forks::view(session, dispatch))
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

/// One poll back and on, one event back and on.
pub(crate) fn steps(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.bar;
    let pair = |back: (&'static str, Step), on: (&'static str, Step), short: &'static str| {
        let back = icon_button(dispatch, "step back", back.0, BACK, Action::Step(back.1));
        tag("span").class("steps").put(back).put(step(dispatch, on.0, short, Action::Step(on.1)))
    };
    fragment().put(pair((say.back_poll, Step::PollBack), (say.step_poll, Step::Poll), say.poll)).put(pair(
        (say.back_event, Step::EventBack),
        (say.step_event, Step::Event),
        say.event,
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
    let marks = timeline::marks(session.playback.player(), &session.playback.knob_changes());
    let class = |kind: MarkKind| match kind {
        MarkKind::Turned(_) => None,
        MarkKind::FirstLeak => Some("first-leak"),
        MarkKind::End => Some("end"),
    };
    let mark = |mark: &Mark| {
        tag("li")
            .maybe("class", class(mark.kind))
            .style(&["transform:translateX(", &percent(mark.at_ms, span_ms), ")"].concat())
            .put(tag("span").class("hidden").put(session.mark_text(*mark)))
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
    let ticks = tag("canvas").kept_in(&dispatch.nodes.ticks).with("aria-hidden", "true");
    let futures = session.branches.list().len();
    let futures_of = || (0..futures).map(|number| forks::line(session, number, span_ms));
    let has_list = futures > 0 || !marks.is_empty();
    let list = has_list.then(|| tag("ul").each(marks.iter().rev().take(100).map(mark)).each(futures_of()));
    tag("div").class("timeline").put(ticks).put(handle).put(list)
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
