//! What is typed as a value: lessons, knobs, times, sizes. Each wrong one is a sentence that says what would be right.

use std::ffi::OsString;
use std::rc::Rc;

use crate::executor::engine::Order;
use crate::lessons::{self, Knob, Lesson, When};

pub(super) fn find_lesson(name: &str) -> Result<Rc<Lesson>, String> {
    lessons::by_name(name).ok_or_else(|| {
        let known: Vec<_> = lessons::all().iter().map(|lesson| lesson.name.clone()).collect();
        format!("there is no lesson '{name}'; there is {}", known.join(", "))
    })
}

/// The number of the preset that was named, and the value of each knob: the preset's, or its default, with what was set
/// over it.
pub(super) fn parse_knobs(
    lesson: &Lesson,
    preset: Option<&str>,
    sets: &[String],
) -> Result<(Option<usize>, Vec<u32>), String> {
    let preset = preset.map(|name| find_preset(lesson, name)).transpose()?;
    let mut knobs = preset.map_or_else(|| lesson.defaults(), |preset| lesson.values_of(preset));
    for setting in sets {
        let (knob, value) = parse_setting("--set", lesson, setting)?;
        knobs[knob] = value;
    }
    Ok((preset, knobs))
}

fn find_preset(lesson: &Lesson, name: &str) -> Result<usize, String> {
    lesson.preset(name).ok_or_else(|| {
        let known: Vec<&str> = lesson.presets.iter().map(|preset| &*preset.name).collect();
        format!("the lesson {} has no preset '{name}'; it has {}", lesson.name, known.join(", "))
    })
}

pub(super) fn parse_setting(option: &str, lesson: &Lesson, text: &str) -> Result<(usize, u32), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("{option} takes KNOB=VALUE, such as {}, not '{text}'", example(lesson)))?;
    let number = lesson.knob(name).ok_or_else(|| {
        let known: Vec<&str> = lesson.knobs.iter().map(|knob| &*knob.name).collect();
        format!("the lesson {} has no knob '{name}'; it has {}", lesson.name, known.join(", "))
    })?;
    let knob: &Knob = &lesson.knobs[number];
    let value = knob.parse(value).map_err(|_| format!("{name} takes {}, not '{value}'", knob.allowed()))?;
    Ok((number, value))
}

/// An example of a setting that is right at any time: the switch on, or else the first live knob at its default.
pub(super) fn example(lesson: &Lesson) -> String {
    let live = || lesson.knobs.iter().position(|knob| knob.when == When::Live);
    let (number, value) = match lesson.switch {
        Some(switch) => (switch, Some(1)),
        None => (live().unwrap_or(0), None),
    };
    let knob = lesson.knobs.get(number);
    knob.map_or_else(String::new, |knob| [&knob.name, "=", &knob.format(value.unwrap_or(knob.default))].concat())
}

pub(super) fn parse_order(text: &str) -> Result<Order, String> {
    Order::ALL
        .into_iter()
        .find(|order| order.as_str() == text)
        .ok_or_else(|| format!("--order takes fifo, seeded or go, not '{text}'"))
}

/// A day of virtual time.
const TIME_MAX_MS: u64 = 86_400_000;

/// The units of a time, in milliseconds; one that ends like another stands before it.
const TIME_UNITS_MS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

pub(super) fn parse_time(option: &str, text: &str) -> Result<u64, String> {
    match parse_time_ms(option, text)? {
        ms if ms <= TIME_MAX_MS => Ok(ms * 1_000),
        _ => Err(format!("{option} takes at most a day (24h), not '{text}'")),
    }
}

/// A time in milliseconds, however long.
pub(super) fn parse_time_ms(option: &str, text: &str) -> Result<u64, String> {
    parse_with_unit(text, &TIME_UNITS_MS)
        .ok_or_else(|| format!("{option} takes a time such as 60s, 1500ms or 3h, not '{text}'"))
}

/// A whole number with one of these units behind it, in the least unit.
pub(super) fn parse_with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let (digits, unit) = units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<u64>().ok().filter(|_| is_number).and_then(|count| count.checked_mul(unit))
}

pub(super) fn value(parser: &mut lexopt::Parser) -> Result<String, String> {
    parser.value().map_err(sentence).and_then(text)
}

pub(super) fn text(value: OsString) -> Result<String, String> {
    value.into_string().map_err(|value| format!("'{}' is not UTF-8", value.display()))
}

pub(super) fn sentence(error: lexopt::Error) -> String {
    format!("{error}; try `pileup --help`")
}
