//! Knobs and presets. A range with many values has a slider of round numbers, and a field for every other.

use yew::html::Scope;
use yew::{Html, html};

use crate::lessons::{Knob, Unit, Values, When};
use crate::page::app::{App, Msg};
use crate::page::view::tag::Part;
use crate::page::view::{chosen, dragged, percent};
use crate::text::{Messages, fill, number};

/// The knob that stands beside the code.
const QUICK: &str = "traffic";
/// A range of at most so many values has a slider with all of them.
const EVEN_MAX: u32 = 120;
/// The round numbers of a decade, in tenths.
const ROUND: [u64; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

/// The value of a knob, in words.
pub(crate) fn value_text(app: &App, knob: usize, value: u32) -> String {
    let known = &app.link.lesson.knobs[knob];
    match known.values {
        Values::Words(_) => {
            let said = app.lesson_text().knob(known.name).and_then(|said| said.words.get(value as usize));
            said.map_or_else(|| known.format(value), |word| (*word).to_owned())
        }
        Values::Range { unit, .. } => {
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
pub(crate) fn presets(app: &App, scope: &Scope<App>) -> Html {
    let lesson = app.link.lesson;
    let is_changed = app.values != lesson.values_of(app.link.preset);
    let onchange = chosen(scope, move |name| lesson.preset(name).map(Msg::Choose));
    let text = app.lesson_text();
    let option = |name: &'static str| {
        let title = text.preset(name).map_or(name, |said| said.title);
        let is_chosen = name == app.link.preset.name;
        let title = if is_chosen && is_changed { fill(app.words.preset_changed, &[title]) } else { title.to_owned() };
        html! { <option value={name} selected={is_chosen}>{ title }</option> }
    };
    let about = text.preset(app.link.preset.name).map_or("", |said| said.about);
    html! {
        <select aria-label={app.words.preset} title={about} {onchange}>
            { for lesson.presets.iter().map(|preset| option(preset.name)) }
        </select>
    }
}

/// The knob beside the code.
pub(crate) fn quick(app: &App, scope: &Scope<App>) -> Html {
    let Some(number) = app.link.lesson.knob(QUICK) else { return html! {} };
    let label = app.lesson_text().knob(QUICK).map_or(QUICK, |said| said.label);
    html! {
        <div class="quick">
            <label for="knob-traffic">{ label }</label>
            { field(app, scope, number, label) }
        </div>
    }
}

/// All others.
pub(crate) fn view(app: &App, scope: &Scope<App>) -> Html {
    let about = app.lesson_text().preset(app.link.preset.name);
    let others = app.link.lesson.knobs.iter().enumerate().skip(1).filter(|(_, knob)| knob.name != QUICK);
    html! {
        <section class="knobs card">
            <h2>{ app.words.knobs }</h2>
            <p class="soft about">{ for about.map(|said| html! { <>{ said.title }{ ": " }{ said.about }</> }) }</p>
            { super::bar::seed(app, scope).html() }
            <ul>{ for others.map(|(number, knob)| one(app, scope, number, knob)) }</ul>
        </section>
    }
}

fn one(app: &App, scope: &Scope<App>, number: usize, knob: &'static Knob) -> Html {
    let said = app.lesson_text().knob(knob.name);
    let label = said.map_or(knob.name, |said| said.label);
    let when = if knob.when == When::Live { app.words.live_knob } else { app.words.start_knob };
    html! {
        <li class="knob">
            <label for={id(knob)}>{ label }</label>
            { field(app, scope, number, label) }
            <p>{ for said.map(|said| said.about) }{ " " }{ when }</p>
        </li>
    }
}

fn id(knob: &Knob) -> String {
    ["knob-", knob.name].concat()
}

fn field(app: &App, scope: &Scope<App>, number: usize, label: &'static str) -> Html {
    let knob = &app.link.lesson.knobs[number];
    let value = app.values[number];
    match knob.values {
        Values::Words(words) => {
            let onchange = chosen(scope, move |text| Some(Msg::Set(number, text.parse().ok()?)));
            let option = |word: usize| {
                let word = u32::try_from(word).unwrap_or(0);
                html! { <option value={word.to_string()} selected={word == value}>{ value_text(app, number, word) }</option> }
            };
            html! { <select id={id(knob)} {onchange}>{ for (0..words.len()).map(option) }</select> }
        }
        Values::Range { min, max, unit } => {
            let positions = Positions { min, max };
            let slid = dragged(scope, move |text| Some(Msg::Set(number, positions.value(text.parse().ok()?))));
            let typed = chosen(scope, move |text| Some(Msg::Set(number, text.parse::<u32>().ok()?.clamp(min, max))));
            let (at, end) = (positions.of(value), positions.of(max));
            let style = ["--at:", &percent(u64::from(at), u64::from(end))].concat();
            html! {
                <>
                    <span class="value">
                        <input class="field" type="number" id={id(knob)} min={min.to_string()} max={max.to_string()}
                            value={value.to_string()} onchange={typed} />
                        { unit_text(unit, app.words) }
                    </span>
                    <input type="range" aria-label={label} aria-valuetext={value_text(app, number, value)} min="0"
                        max={end.to_string()} value={at.to_string()} {style} oninput={slid} />
                </>
            }
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

    fn values(self) -> impl Iterator<Item = u32> {
        let Positions { min, max } = self;
        let decades = (0..6).flat_map(|decade| ROUND.map(|tenths| tenths * 10_u64.pow(decade)));
        let whole = decades.filter(|tenths| tenths % 10 == 0).map(|tenths| (tenths / 10) as u32);
        let inner = whole.filter(move |value| *value > min && *value < max);
        std::iter::once(min).chain(inner).chain(std::iter::once(max))
    }

    /// The value at a position.
    fn value(self, position: u32) -> u32 {
        if self.is_even() {
            return (self.min + position).min(self.max);
        }
        self.values().nth(position as usize).unwrap_or(self.max)
    }

    /// The position at or below a value.
    fn of(self, value: u32) -> u32 {
        if self.is_even() {
            return value.saturating_sub(self.min);
        }
        (self.values().take_while(|known| *known <= value).count() as u32).saturating_sub(1)
    }
}
