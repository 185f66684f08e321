//! The listing: the lines in effect, what the switch adds, and how many wait on which line.

use yew::html::Scope;
use yew::{AttrValue, Html, html};

use crate::lessons::listing::Language;
use crate::page::app::{App, Msg};
use crate::page::listing::{Look, Shown};
use crate::page::view::{click, grouped};
use crate::text::fill;

pub(crate) fn view(app: &App, scope: &Scope<App>) -> Html {
    let tab = |language: Language, name: &'static str| {
        let is_open = app.code == language;
        html! {
            <button aria-pressed={if is_open { "true" } else { "false" }}
                onclick={click(scope, move || Msg::Tab(language))}>{ name }</button>
        }
    };
    let ghosts = if app.has_ghosts { "true" } else { "false" };
    let say = &app.words.code;
    html! {
        <section class="code card">
            <div class="tabs">
                <h2 class="hidden">{ say.heading }</h2>
                { tab(Language::Go, "Go") }
                { tab(Language::Rust, "Rust") }
                <span class="gap" />
                <button aria-pressed={ghosts} onclick={click(scope, || Msg::Ghosts)}>{ say.ghosts }</button>
            </div>
            <div class="lines" tabindex="0" role="region" aria-label={say.heading} ref={app.nodes.lines.clone()}>
                <ol>{ lines(app, scope) }</ol>
            </div>
            { super::knobs::quick(app, scope) }
        </section>
    }
}

fn lines(app: &App, scope: &Scope<App>) -> Html {
    let first = first_switched(&app.shown, &app.values);
    let mut number = 0;
    let mut lines = Vec::with_capacity(app.shown.len());
    for (index, shown) in app.shown.iter().enumerate() {
        let look = shown.look(&app.values);
        let waits = shown.waits(&app.facts.waits);
        let is_visible = match look {
            Look::Plain | Look::Added => true,
            Look::Ghost | Look::Taken => app.has_ghosts || waits[0] > 0 || app.code == Language::Rust,
            Look::Off => waits[0] > 0 || app.code == Language::Rust,
        };
        if !is_visible {
            continue;
        }
        number += u32::from(matches!(look, Look::Plain | Look::Added));
        let number = if app.code == Language::Rust { shown.line.number } else { number };
        lines.push(line(app, scope, (index, shown), (look, number, waits), first == Some(index)));
    }
    lines.into_iter().collect()
}

/// The head of the first function that the switch changes.
fn first_switched(shown: &[Shown], values: &[u32]) -> Option<usize> {
    let switched = shown.iter().position(|line| line.is_switched(values))?;
    let is_head = |line: &Shown| !line.line.text.starts_with([' ', '\t', '}', ')']) && !line.line.text.is_empty();
    let head = shown[..switched].iter().rposition(is_head)?;
    // The comment above it belongs to it.
    Some(head.checked_sub(1).filter(|above| is_head(&shown[*above])).unwrap_or(head))
}

fn line(
    app: &App,
    scope: &Scope<App>,
    (index, shown): (usize, &Shown),
    (look, number, waits): (Look, u32, [u32; 3]),
    is_first: bool,
) -> Html {
    let say = &app.words.code;
    let (class, sign, title) = match look {
        Look::Plain if waits[1] > 0 => ("hot", None, None),
        Look::Plain => ("", None, None),
        Look::Added if waits[1] > 0 => ("hot", Some("+"), Some(say.added)),
        Look::Added => ("plus", Some("+"), Some(say.added)),
        Look::Ghost => ("ghost", Some("+"), Some(say.would_add)),
        Look::Taken if waits[1] > 0 => ("taken hot", Some("−"), Some(say.taken)),
        Look::Taken => ("taken", Some("−"), Some(say.taken)),
        Look::Off => ("off", None, Some(say.not_in_effect)),
    };
    let number = match sign {
        Some(sign) if app.code == Language::Go => sign.to_owned(),
        _ => number.to_string(),
    };
    html! {
        <li key={index} {class} {title} data-first={is_first.then_some("")}>
            <span class="no" aria-hidden="true">{ number }</span>
            <code>{ Html::from_html_unchecked(AttrValue::from(shown.html.clone())) }</code>
            if waits[0] > 0 {
                { badge(app, scope, index, waits) }
            }
        </li>
    }
}

fn badge(app: &App, scope: &Scope<App>, index: usize, [alive, leaked, stopping]: [u32; 3]) -> Html {
    let say = &app.words.code;
    let (class, count) = match (leaked, stopping) {
        (0, 0) => ("badge", alive),
        (0, stopping) => ("badge stopping", stopping),
        (leaked, _) => ("badge leaked", leaked),
    };
    let label = fill(say.badge, &[&grouped(alive), &grouped(leaked), &(index + 1).to_string()]);
    let rest = alive - count;
    html! {
        <button {class} title={label} onclick={click(scope, move || Msg::SelectAt(index))}>
            { say.wait_here.of(u64::from(count), &[]) }{ " " }
            if rest > 0 {
                <span class="others">{ fill(app.words.more, &[&grouped(rest)]) }</span>
            }
        </button>
    }
}
