//! The page's parts: each a function from the app's state to HTML.
//!
//! - here: the frame around them, the head, the sentences, the switch, the counts and the stage;
//! - [`bar`]: time; [`code`]: the listing; [`knobs`]: knobs and presets;
//! - [`tasks`]: the inspector, the table, the drain test; [`dialogs`]: what lies over the page;
//! - [`tag`]: how they write HTML.

pub(crate) mod bar;
pub(crate) mod code;
pub(crate) mod dialogs;
pub(crate) mod knobs;
pub(crate) mod tag;
pub(crate) mod tasks;

use wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlInputElement, HtmlSelectElement};
use yew::html::Scope;
use yew::{AttrValue, Callback, Event, Html, InputEvent, MouseEvent, html};

use crate::link::{Allowed, Complaint};
use crate::page::app::{App, Dialog, Msg};
use crate::page::view::tag::Part;
use crate::stage::palette::Theme;
use crate::text::{Language, Messages, Plural, fill, number};

const LOGO: &str = "<svg viewBox='0 0 24 24' aria-hidden='true'><g fill='var(--leak)'><path d='M2 16h6v6H2zM9 16h6v6H9zM5.500 9h6v6h-6z'/><path d='M16 16h6v6h-6z' opacity='.7'/></g><circle cx='16.500' cy='5' r='3.200' fill='var(--dot)'/></svg>";
/// The legend's and the counts' marks: waiting, told to stop, heard it, stranded, runaway, parent.
pub(crate) const MARKS: [&str; 6] = [
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><circle cx='6' cy='6' r='4.500' fill='var(--dot)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><circle cx='6' cy='6' r='4.600' fill='none' stroke='var(--amber)' stroke-width='2' stroke-dasharray='1.810'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><g fill='none' stroke='var(--green)' stroke-width='1.500'><circle cx='6' cy='6' r='5'/><path d='M3.700 6.200l1.700 1.700L8.500 4.300'/></g></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M1.500 1.500h9v9h-9z' fill='var(--leak)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M6 1l5 9.500H1z' fill='var(--leak)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M6 .5L11.500 6 6 11.500.5 6z' fill='var(--ink)'/></svg>",
];

/// Markup that this program wrote itself.
pub(crate) fn raw(markup: &'static str) -> Html {
    Html::from_html_unchecked(AttrValue::from(markup))
}

pub(crate) fn click(scope: &Scope<App>, msg: impl Fn() -> Msg + 'static) -> Callback<MouseEvent> {
    scope.callback(move |_| msg())
}

/// The value of the field that an event came from.
fn value(target: Option<EventTarget>) -> String {
    let Some(target) = target else { return String::new() };
    match target.dyn_into::<HtmlInputElement>() {
        Ok(input) => input.value(),
        Err(target) => target.dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default(),
    }
}

/// For what is chosen or typed to its end.
pub(crate) fn chosen(scope: &Scope<App>, msg: impl Fn(&str) -> Option<Msg> + 'static) -> Callback<Event> {
    scope.batch_callback(move |event: Event| msg(&value(event.target())))
}

/// For what is dragged.
pub(crate) fn dragged(scope: &Scope<App>, msg: impl Fn(&str) -> Option<Msg> + 'static) -> Callback<InputEvent> {
    scope.batch_callback(move |event: InputEvent| msg(&value(event.target())))
}

/// A count as a person reads it.
pub(crate) fn grouped(count: u32) -> String {
    number::grouped(u64::from(count))
}

/// How far along `at` is, as CSS writes it: `37.5%`.
pub(crate) fn percent(at: u64, end: u64) -> String {
    let permille = (at * 1000).checked_div(end).unwrap_or(0).min(1000);
    let mut text = (permille / 10).to_string();
    text.push('.');
    text.push_str(&(permille % 10).to_string());
    text.push('%');
    text
}

/// The whole page.
pub(crate) fn page(app: &App, scope: &Scope<App>) -> Html {
    html! {
        <div ref={app.nodes.root.clone()}>
            <a class="skip" href="#switch">{ app.words.skip }</a>
            { head(app, scope) }
            { notice(app, scope) }
            <main>
                <div class="top">
                    <section class="say">
                        <h1>{ app.lesson_text().headline }</h1>
                        <p class="now">{ now(app) }</p>
                    </section>
                    { switch(app, scope) }
                    <section class="figure card" aria-label={app.words.counts}>
                        { counts(app) }
                        { stage(app, scope) }
                    </section>
                    { code::view(app, scope) }
                </div>
                { bar::view(app, scope).html() }
                <div class="rest">
                    { plot(app) }
                    { tasks::inspector(app, scope) }
                    { tasks::table(app, scope) }
                    { tasks::drain(app, scope) }
                    { knobs::view(app, scope) }
                </div>
            </main>
            <p class="hidden" role="status" data-live="">{ app.live.clone() }</p>
            { dialogs::view(app, scope) }
        </div>
    }
}

fn head(app: &App, scope: &Scope<App>) -> Html {
    let words = app.words;
    let other = if words.language == Language::Korean { Language::English } else { Language::Korean };
    let other_name = if other == Language::Korean { "한국어" } else { "English" };
    let theme = words.themes[app.theme.number()];
    html! {
        <header class="head">
            <span class="brand">{ raw(LOGO) }{ "Pileup" }</span>
            <span class="lesson">{ app.lesson_text().title }</span>
            { knobs::presets(app, scope) }
            <span class="gap" />
            <button lang={other.tag()} onclick={click(scope, move || Msg::Speak(other))}>{ other_name }</button>
            <button class="icon" title={theme} onclick={click(scope, || Msg::NextTheme)}>
                <span class="hidden">{ words.theme }{ ": " }{ theme }</span>
                <span aria-hidden="true">{ match app.theme.theme() { Theme::Light => "◐", Theme::Dark => "◑" } }</span>
            </button>
            <button class="icon" title={words.help} onclick={click(scope, || Msg::Ask(Dialog::Keys))}>
                <span class="hidden">{ words.help }</span><span aria-hidden="true">{ "?" }</span>
            </button>
            <button class="more" onclick={click(scope, || Msg::Ask(Dialog::Embed))}>{ words.embed }</button>
            <button class="more" onclick={click(scope, || Msg::Ask(Dialog::Share))}>{ words.share }</button>
        </header>
    }
}

fn notice(app: &App, scope: &Scope<App>) -> Html {
    if app.complaints.is_empty() {
        return html! {};
    }
    let says = &app.words.link;
    html! {
        <div class="notice" role="alert" data-complaints="">
            <div>
                <strong>{ says.heading }</strong>
                <ul>{ for app.complaints.iter().take(8).map(|complaint| html! { <li>{ complain(app.words, complaint) }</li> }) }</ul>
            </div>
            <button onclick={click(scope, || Msg::Dismiss)}>{ says.dismiss }</button>
        </div>
    }
}

pub(crate) fn complain(words: &Messages, complaint: &Complaint) -> String {
    let says = &words.link;
    let (template, allowed) = match &complaint.allowed {
        Allowed::AnotherName => (says.unknown_name, String::new()),
        Allowed::Range(min, max) => (says.range, fill(says.from_to, &[&number::grouped(*min), &number::grouped(*max)])),
        Allowed::Words(words) => (says.words, words.join(", ")),
        Allowed::Encoding => (says.encoding, "UTF-8, %xx".to_owned()),
        Allowed::Once => (says.twice, String::new()),
        Allowed::Input(knobs) => (says.input, knobs.join(", ")),
        Allowed::Version(version) => (says.version, version.to_string()),
        Allowed::AtMost(most) => (says.too_long, number::grouped(*most)),
    };
    let value: String = complaint.value.chars().take(60).collect();
    let name: String = complaint.name.chars().take(40).collect();
    fill(template, &[&name, &value, &allowed])
}

/// What to look at now: only what the facts of this moment say.
fn now(app: &App) -> String {
    let (say, counts) = (&app.words.now, &app.facts.counts);
    if let Some(ended) = &app.facts.ended {
        return ended.clone();
    }
    let of = |plural: Plural, count: u32, rest: &[&str]| plural.of(u64::from(count), rest);
    let is_on = app.values.first() == Some(&1);
    if counts.runaway > 0 {
        return of(say.runaways, counts.runaway, &[]);
    }
    if counts.leaked > 0 && counts.parents_leaked == counts.leaked {
        return of(say.parents, counts.leaked, &[]);
    }
    match (&app.switched_on, is_on) {
        (Some(switched), true) => {
            let since = number::moment(switched.at_ms);
            match counts.leaked.saturating_sub(switched.leaked) {
                0 => fill(say.on_none, &[&since]),
                more => of(say.on_since, more, &[&since]),
            }
        }
        (_, true) if counts.leaked > 0 => of(say.on_leaks, counts.leaked, &[]),
        (_, true) if counts.heard > 0 => say.on_clean.to_owned(),
        (_, true) => say.on_start.to_owned(),
        (_, false) if counts.leaked > 0 => of(say.leaks, counts.leaked, &[]),
        (_, false) if counts.stopping > 0 && counts.told > counts.stopping => of(say.late, counts.stopping, &[]),
        (_, false) if counts.stopping > 0 => of(say.told, counts.stopping, &[]),
        (_, false) if counts.spawned > 0 => say.open.to_owned(),
        (_, false) => say.start.to_owned(),
    }
}

fn switch(app: &App, scope: &Scope<App>) -> Html {
    let is_on = app.values.first() == Some(&1);
    html! {
        <section class="switch card">
            <button class="toggle" id="switch" role="switch" aria-checked={if is_on { "true" } else { "false" }}
                aria-labelledby="switch-name" aria-describedby="switch-means" onclick={click(scope, || Msg::Flip)} />
            <div class="words">
                <strong id="switch-name">{ app.lesson_text().switch }</strong>
                <span class="means" id="switch-means">{ means(app) }</span>
            </div>
        </section>
    }
}

/// What the switch means now.
fn means(app: &App) -> String {
    let say = &app.words.switch;
    let value = |name: &str| app.link.lesson.knob(name).and_then(|knob| app.values.get(knob)).copied();
    if app.values.first() != Some(&1) {
        return say.off.to_owned();
    }
    let hears = value("hears").unwrap_or(3).min(3);
    let mut text = say.hears[hears as usize].to_owned();
    let mut add = |sentence: &str| {
        text.push(' ');
        text.push_str(sentence);
    };
    match (value("send"), hears) {
        (Some(0), _) => add(say.naked),
        (_, 0) => add(say.send),
        _ => {}
    }
    match value("forgetful") {
        None | Some(0) => {}
        Some(percent) => add(&fill(say.forgetful, &[&percent.to_string()])),
    }
    text
}

fn counts(app: &App) -> Html {
    let words = app.words;
    let counts = &app.facts.counts;
    let tile = |number: usize, name: &'static str, count: u32, mark: Option<usize>| {
        let is_leak = name == "leaked" && count > 0;
        html! {
            <div title={words.count_about[number]}>
                <dt>{ for mark.map(|mark| raw(MARKS[mark])) }{ words.count[number] }</dt>
                <dd class={is_leak.then_some("some")} data-count={name}>{ digits(count) }</dd>
            </div>
        }
    };
    html! {
        <dl class="counts">
            { tile(0, "spawned", counts.spawned, None) }
            { tile(1, "working", counts.working, Some(0)) }
            { tile(2, "stopping", counts.stopping, Some(1)) }
            { tile(3, "leaked", counts.leaked, Some(3)) }
            { tile(4, "finished", counts.finished, None) }
            <div title={words.count_about[5]}>
                <dt>{ held(app) }</dt>
                <dd>{ number::size(app.facts.goroutine_bytes(), words) }</dd>
            </div>
        </dl>
    }
}

/// What holds the memory, with the number of tasks alive as a mark of its own.
fn held(app: &App) -> Html {
    let alive = app.facts.counts.alive;
    let sentence = app.words.held.of(u64::from(alive), &[]);
    let (before, after) = sentence.split_once(&grouped(alive)).unwrap_or((&sentence, ""));
    html! { <span>{ before.to_owned() }<span data-count="alive">{ digits(alive) }</span>{ after.to_owned() }</span> }
}

/// A number whose text is its plain digits, for whoever reads the marks; the style sheet shows the commas.
fn digits(count: u32) -> Html {
    let text = grouped(count);
    let mut groups = text.split(',').map(str::to_owned);
    let first = groups.next();
    html! { <>{ first }{ for groups.map(|group| html! { <span class="group">{ group }</span> }) }</> }
}

fn stage(app: &App, scope: &Scope<App>) -> Html {
    let clicked = scope.callback(|event: MouseEvent| Msg::Click(event.offset_x() as f32, event.offset_y() as f32));
    let legend = MARKS.iter().zip(app.words.legend);
    html! {
        <>
            <div class="stage">
                <canvas ref={app.nodes.pile.clone()} aria-hidden="true" />
                <canvas ref={app.nodes.shapes.clone()} class="shapes" role="img" aria-label={app.words.stage} onclick={clicked} />
            </div>
            <ul class="legend">{ for legend.map(|(mark, name)| html! { <li>{ raw(mark) }{ name }</li> }) }</ul>
        </>
    }
}

fn plot(app: &App) -> Html {
    let say = &app.words.plot;
    let facts = &app.facts;
    let alternative = fill(
        say.alternative,
        &[&grouped(facts.counts.alive), &grouped(facts.counts.leaked), &number::moment(facts.time_ms)],
    );
    let held = number::size(facts.held_bytes, app.words);
    let memory = fill(say.memory, &[&held, &number::size(facts.goroutine_bytes(), app.words)]);
    let legend = [(MARKS[0], say.working), (MARKS[1], say.stopping), (MARKS[3], say.leaked)];
    html! {
        <section class="plot card">
            <div class="row">
                <h2>{ say.heading }</h2>
                <ul class="legend">{ for legend.into_iter().map(|(mark, name)| html! { <li>{ raw(mark) }{ name }</li> }) }</ul>
            </div>
            <canvas ref={app.nodes.plot.clone()} role="img" aria-label={alternative} />
            <p class="small soft" title={say.memory_about}>{ memory }</p>
        </section>
    }
}
