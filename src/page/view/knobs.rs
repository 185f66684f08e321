//! Knobs and presets. A range with many values has a slider of round numbers, and a field for every other.

use yew::html::Scope;

use crate::lessons::{Knob, Preset, Unit, Values, When};
use crate::page::app::{App, Msg};
use crate::page::view::tag::{Tag, fragment, tag};
use crate::page::view::{bar, percent};
use crate::text::{Messages, Text, fill, number};

/// A range of at most so many values has a slider with all of them.
const EVEN_MAX: u32 = 120;
/// The round numbers of a decade, in tenths.
const ROUND: [u32; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

/// More than any slider has.
const POSITIONS_MAX: u32 = 64;

/// The value of a knob, in words.
pub(crate) fn value_text(app: &App, knob: usize, value: u32) -> String {
    let known = &app.link.lesson.knobs[knob];
    match &known.values {
        Values::Words(_) => {
            let said = app.lesson_text().knob(&known.name).and_then(|said| said.words.get(value as usize));
            said.map_or_else(|| known.format(value), |word| word.clone().into_owned())
        }
        &Values::Range { unit, .. } => {
            let mut text = number::grouped(u64::from(value));
            let unit = unit_text(unit, app.words);
            if !unit.is_empty() {
                text.push('\u{a0}');
                text.push_str(unit);
            }
            text
        }
    }
}

fn unit_text(unit: Unit, words: &Messages) -> &'static str {
    match unit {
        Unit::Count => "",
        Unit::Milliseconds => words.units[0],
        Unit::Percent => words.units[1],
        Unit::PerMinute => words.units[2],
    }
}

/// The choice of a preset.
pub(crate) fn presets(app: &App, scope: &Scope<App>) -> Tag {
    let lesson = app.link.lesson.clone();
    let is_changed = app.values != lesson.values_of(app.link.preset);
    let text = app.lesson_text();
    let option = |(number, preset): (usize, &Preset)| {
        let name = &preset.name;
        let title = text.preset(name).map_or(name, |said| &said.title);
        let is_chosen = number == app.link.preset;
        let title = if is_chosen && is_changed { fill(app.words.preset_changed, &[title]) } else { title.to_string() };
        tag("option").value(name.clone()).flag("selected", is_chosen).put(title)
    };
    tag("select")
        .with("aria-label", app.words.preset)
        .with("title", text.preset(lesson.preset_name(app.link.preset)).map_or("".into(), |said| said.about.clone()))
        .each(lesson.presets.iter().enumerate().map(option))
        .on_change(scope, move |name| lesson.preset(name).map(Msg::Choose))
}

/// The knobs beside the code.
pub(crate) fn quick(app: &App, scope: &Scope<App>) -> Tag {
    let quick = app.link.lesson.quick.iter();
    fragment().each(quick.map(|number| labelled(tag("div").class("quick"), app, scope, *number)))
}

/// All others.
pub(crate) fn view(app: &App, scope: &Scope<App>) -> Tag {
    let lesson = &app.link.lesson;
    let about = app.lesson_text().preset(lesson.preset_name(app.link.preset));
    let is_elsewhere = |number: &usize| lesson.switch == Some(*number) || lesson.quick.contains(number);
    let others = lesson.knobs.iter().enumerate().filter(|(number, _)| !is_elsewhere(number));
    tag("section")
        .class("knobs card")
        .put(tag("h2").put(app.words.knobs))
        .put(
            tag("p")
                .class("soft about")
                .each(about.iter().flat_map(|said| [said.title.clone(), ": ".into(), said.about.clone()])),
        )
        .put(bar::seed(app, scope))
        .put(tag("ul").each(others.map(|(number, knob)| one(app, scope, number, knob))))
}

fn one(app: &App, scope: &Scope<App>, number: usize, knob: &Knob) -> Tag {
    let about = app.lesson_text().knob(&knob.name).map_or("".into(), |said| said.about.clone());
    let when = if knob.when == When::Live { app.words.live_knob } else { app.words.start_knob };
    labelled(tag("li").class("knob"), app, scope, number).put(tag("p").put(about).put(" ").put(when))
}

/// A knob with its name.
pub(crate) fn labelled(around: Tag, app: &App, scope: &Scope<App>, number: usize) -> Tag {
    let knob = &app.link.lesson.knobs[number];
    let label = app.lesson_text().knob(&knob.name).map_or(&knob.name, |said| &said.label).clone();
    around.put(tag("label").with("for", id(knob)).put(label.clone())).put(field(app, scope, number, label))
}

fn id(knob: &Knob) -> String {
    ["knob-", &knob.name].concat()
}

fn field(app: &App, scope: &Scope<App>, number: usize, label: Text) -> Tag {
    let knob = &app.link.lesson.knobs[number];
    let value = app.values[number];
    match &knob.values {
        Values::Words(words) => {
            let option = |word: u32| {
                let is_chosen = word == value;
                tag("option").value(word).flag("selected", is_chosen).put(value_text(app, number, word))
            };
            tag("select")
                .with("id", id(knob))
                .on_change(scope, move |text| Some(Msg::Set(number, text.parse().ok()?)))
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
                .on_change(scope, move |text| Some(Msg::Set(number, text.parse::<u32>().ok()?.clamp(min, max))));
            let slid = tag("input")
                .with("type", "range")
                .with("aria-label", label)
                .with("aria-valuetext", value_text(app, number, value))
                .with("min", "0")
                .with("max", end)
                .value(at)
                .style(&["--at:", &percent(u64::from(at), u64::from(end))].concat())
                .on_input(scope, move |text| Some(Msg::Set(number, positions.value(text.parse().ok()?))));
            fragment().put(tag("span").class("value").put(typed).put(unit_text(unit, app.words))).put(slid)
        }
    }
}

/// The slider's positions of a range: every value, or round ones.
#[derive(Clone, Copy)]
struct Positions {
    min: u32,
    max: u32,
}

impl Positions {
    fn is_even(self) -> bool {
        self.max - self.min <= EVEN_MAX
    }

    /// The next round number, or the end.
    fn after(self, value: u32) -> u32 {
        for decade in 0..6 {
            for tenths in ROUND {
                let tenths = tenths * 10_u32.pow(decade);
                if tenths % 10 == 0 && tenths / 10 > value {
                    return self.max.min(tenths / 10);
                }
            }
        }
        self.max
    }

    /// The value at a position.
    fn value(self, position: u32) -> u32 {
        if self.is_even() {
            return (self.min + position).min(self.max);
        }
        let mut value = self.min;
        for _ in 0..position.min(POSITIONS_MAX) {
            value = self.after(value);
        }
        value
    }

    /// The position at or below a value.
    fn of(self, value: u32) -> u32 {
        if self.is_even() {
            return value.saturating_sub(self.min);
        }
        let (mut position, mut at) = (0, self.min);
        while at < self.max && self.after(at) <= value {
            at = self.after(at);
            position += 1;
        }
        position
    }
}
