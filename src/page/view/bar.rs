//! Time: play, pause, step, speed, the timeline with what was turned on it, and the seed.

use yew::html::Scope;
use yew::{Html, html};

use crate::link::SPEEDS_PERCENT;
use crate::page::app::{App, Msg};
use crate::page::view::knobs::value_text;
use crate::page::view::{chosen, click, dragged, percent, raw};
use crate::text::{fill, number};

const RESTART: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M8 2.500V.300L3.800 3.500 8 6.700V4.300a3.900 3.900 0 1 1-3.900 3.900H2.300A5.700 5.700 0 1 0 8 2.500z'/></svg>";
const PLAY: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M4 2l10 6-10 6z'/></svg>";
const PAUSE: &str =
    "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3.500 2.500h3v11h-3zM9.500 2.500h3v11h-3z'/></svg>";
const STEP: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M3 2l8 6-8 6zM11.500 2h2v12h-2z'/></svg>";

pub(crate) fn view(app: &App, scope: &Scope<App>) -> Html {
    let say = &app.words.bar;
    let (is_playing, is_seeking, is_seen, speed) = {
        let run = &app.scene.borrow().run;
        (run.is_playing, run.is_seeking(), run.is_seen, run.speed_percent)
    };
    let (icon, name) = if is_playing { (PAUSE, say.pause) } else { (PLAY, say.play) };
    let time_ms = app.facts.time_ms;
    let state = match (is_seeking, is_seen) {
        (true, _) => say.seeking,
        (_, false) => say.resting,
        _ => "",
    };
    html! {
        <section class="bar" aria-label={say.name}>
            <button class="icon" title={say.restart} onclick={click(scope, || Msg::Restart)}>
                <span class="hidden">{ say.restart }</span>{ raw(RESTART) }
            </button>
            <button class="icon play" title={name} data-playing={is_playing.to_string()} onclick={click(scope, || Msg::PlayPause)}>
                <span class="hidden">{ name }</span>{ raw(icon) }
            </button>
            <button class="step" aria-label={say.step_poll} title={say.step_poll} onclick={click(scope, || Msg::StepPoll)}>
                { raw(STEP) }<span>{ say.poll }</span>
            </button>
            <button class="step" aria-label={say.step_event} title={say.step_event} onclick={click(scope, || Msg::StepEvent)}>
                { raw(STEP) }<span>{ say.event }</span>
            </button>
            { speeds(app, scope, speed) }
            { timeline(app, scope) }
            <span class="clock" title={state} data-time-ms={time_ms.to_string()} data-value={time_ms.to_string()}>
                { number::moment(time_ms) }
            </span>
            { seed(app, scope) }
        </section>
    }
}

fn speeds(app: &App, scope: &Scope<App>, speed: u32) -> Html {
    let onchange = chosen(scope, |text| Some(Msg::SetSpeed(text.parse().ok()?)));
    let option = |percent: u32| {
        html! { <option value={percent.to_string()} selected={percent == speed}>{ times(percent) }</option> }
    };
    html! {
        <select aria-label={app.words.bar.speed} title={app.words.bar.speed} {onchange}>
            { for SPEEDS_PERCENT.into_iter().map(option) }
        </select>
    }
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

fn timeline(app: &App, scope: &Scope<App>) -> Html {
    let say = &app.words.bar;
    let (span_ms, time_ms) = (app.span_ms(), app.facts.time_ms);
    let turns = app.scene.borrow().run.turns();
    let mark = |turn: &crate::link::Turn| {
        let known = app.link.lesson.knobs[turn.knob].name;
        let name = app.lesson_text().knob(known).map_or(known, |said| said.label);
        let words = [name, &value_text(app, turn.knob, turn.value), &number::moment(turn.at_ms)];
        let style = ["left:", &percent(turn.at_ms, span_ms)].concat();
        html! { <li {style}><span class="hidden">{ fill(say.mark, &words) }</span></li> }
    };
    let oninput = dragged(scope, |text| Some(Msg::Seek(text.parse().ok()?)));
    let style = ["--at:", &percent(time_ms, span_ms)].concat();
    html! {
        <div class="timeline">
            <input type="range" aria-label={say.timeline} aria-valuetext={number::moment(time_ms)} min="0" max={span_ms.to_string()}
                step="100" value={time_ms.to_string()} {style} {oninput} />
            if !turns.is_empty() {
                <ul>{ for turns.iter().rev().take(100).map(mark) }</ul>
            }
        </div>
    }
}

/// The seed: in the bar, and on a narrow page among the knobs.
pub(crate) fn seed(app: &App, scope: &Scope<App>) -> Html {
    let onchange = chosen(scope, |text| Some(Msg::SetSeed(text.parse().ok()?)));
    html! {
        <label class="seed">{ app.words.bar.seed }
            <input class="field" type="number" min="0" max="4294967295" value={app.link.seed.to_string()} {onchange} />
        </label>
    }
}
