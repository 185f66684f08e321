//! Knobs and presets. A range with many values has a slider of round numbers, and a field for every other.

use crate::lessons::{Knob, Preset, Values, When};
use crate::page::dispatch::Dispatch;
use crate::page::view::bar;
use crate::page::view::format::{percent, whole};
use crate::page::view::tag::{Tag, fragment, tag};
use crate::session::Session;
use crate::session::action::{Action, Change};
use crate::session::knobs::{Positions, unit_text};
use crate::text::{Text, fill};

/// The choice of a preset.
pub(crate) fn presets(session: &Session, dispatch: &Dispatch) -> Tag {
    let lesson = session.link.lesson.clone();
    let chosen = session.link.preset;
    let is_changed = lesson.is_changed(chosen, &session.snapshot.values);
    let text = session.lesson_words();
    let option = |(number, preset): (usize, &Preset)| {
        let name = &preset.name;
        let title = text.preset(name).map_or(name, |said| &said.title);
        let is_chosen = number == chosen;
        let title =
            if is_chosen && is_changed { fill(session.words.preset_changed, &[title]) } else { title.to_string() };
        tag("option").value(name.clone()).flag("selected", is_chosen).put(title)
    };
    tag("select")
        .with("aria-label", session.words.preset)
        .with("title", text.preset(lesson.preset_name(chosen)).map_or("".into(), |said| said.about.clone()))
        .each(lesson.presets.iter().enumerate().map(option))
        .on_change(dispatch, move |name| {
            let preset = Some(lesson.preset(name)?);
            Some(Action::Begin(Change { preset, ..Change::default() }))
        })
}

/// The knobs beside the code.
pub(crate) fn quick(session: &Session, dispatch: &Dispatch) -> Tag {
    let quick = session.link.lesson.quick.iter();
    fragment().each(quick.map(|number| labelled(tag("div").class("quick"), session, dispatch, *number)))
}

/// All others.
pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    let lesson = &session.link.lesson;
    let about = session.lesson_words().preset(lesson.preset_name(session.link.preset));
    let is_elsewhere = |number: &usize| lesson.switch == Some(*number) || lesson.quick.contains(number);
    let others = lesson.knobs.iter().enumerate().filter(|(number, _)| !is_elsewhere(number));
    let said = about.map(|said| fragment().put(said.title.clone()).put(": ").put(said.about.clone()));
    tag("section")
        .class("knobs card")
        .put(tag("h2").put(session.words.knobs))
        .put(tag("p").class("soft about").put(said))
        .put(bar::seed(session, dispatch))
        .put(tag("ul").each(others.map(|(number, knob)| one(session, dispatch, number, knob))))
}

fn one(session: &Session, dispatch: &Dispatch, number: usize, knob: &Knob) -> Tag {
    let about = session.lesson_words().knob(&knob.name).map_or("".into(), |said| said.about.clone());
    let when = if knob.when == When::Live { session.words.live_knob } else { session.words.start_knob };
    labelled(tag("li").class("knob"), session, dispatch, number).put(tag("p").put(about).put(" ").put(when))
}

/// A knob with its name.
pub(crate) fn labelled(around: Tag, session: &Session, dispatch: &Dispatch, number: usize) -> Tag {
    let knob = &session.link.lesson.knobs[number];
    let label = session.lesson_words().knob(&knob.name).map_or(&knob.name, |said| &said.label).clone();
    around.put(tag("label").with("for", id(knob)).put(label.clone())).put(field(session, dispatch, number, label))
}

fn id(knob: &Knob) -> String {
    ["knob-", &knob.name].concat()
}

fn field(session: &Session, dispatch: &Dispatch, number: usize, label: Text) -> Tag {
    let knob = &session.link.lesson.knobs[number];
    let value = session.snapshot.values[number];
    match &knob.values {
        Values::Words(words) => {
            let option = |word: u32| {
                let is_chosen = word == value;
                tag("option").value(word).flag("selected", is_chosen).put(session.value_text(number, word))
            };
            tag("select")
                .with("id", id(knob))
                .on_change(dispatch, move |text| Some(Action::Set { knob: number, value: whole(text)? }))
                .each((0..words.len() as u32).map(option))
        }
        &Values::Range { min, max, unit } => {
            let positions = Positions { min, max };
            let (at, end) = (positions.of(value), positions.of(max));
            let typed = tag("input")
                .class("field")
                .with("type", "number")
                .with("id", id(knob))
                .with("min", min)
                .with("max", max)
                .value(value)
                .on_change(dispatch, move |text| {
                    Some(Action::Set { knob: number, value: whole(text)?.clamp(min, max) })
                });
            let slid = tag("input")
                .with("type", "range")
                .with("aria-label", label)
                .with("aria-valuetext", session.value_text(number, value))
                .with("min", "0")
                .with("max", end)
                .value(at)
                .style(&["--at:", &percent(u64::from(at), u64::from(end))].concat())
                .on_input(dispatch, move |text| {
                    Some(Action::Set { knob: number, value: positions.value(whole(text)?) })
                });
            fragment().put(tag("span").class("value").put(typed).put(unit_text(unit, session.words))).put(slid)
        }
    }
}
