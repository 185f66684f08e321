//! The listing: the lines in effect, what the switch adds, and how many wait on which line.

use yew::html::Scope;

use crate::lessons::listing::CodeLanguage;
use crate::page::app::{App, Msg};
use crate::page::listing::{Look, Shown};
use crate::page::view::tag::{Tag, button, raw, tag, toggle};
use crate::page::view::{grouped, knobs};
use crate::text::fill;

pub(crate) fn view(app: &App, scope: &Scope<App>) -> Tag {
    listing(app, scope).put(knobs::quick(app, scope))
}

/// Without the knob below it.
pub(crate) fn listing(app: &App, scope: &Scope<App>) -> Tag {
    let say = &app.words.code;
    let tab =
        |name: &'static str, language: CodeLanguage| toggle(scope, name, app.code == language, Msg::Tab(language));
    tag("section")
        .class("code card")
        .put(
            tag("div")
                .class("tabs")
                .put(tag("h2").class("hidden").put(say.heading))
                .put(tab("Go", CodeLanguage::Go))
                .put(tab("Rust", CodeLanguage::Rust))
                .put(tag("span").class("gap"))
                .put(toggle(scope, say.ghosts, app.has_ghosts, Msg::Ghosts)),
        )
        .put(
            tag("div")
                .class("lines")
                .with("tabindex", "0")
                .with("role", "region")
                .with("aria-label", say.heading)
                .kept_in(&app.nodes.lines)
                .put(lines(app, scope)),
        )
}

fn lines(app: &App, scope: &Scope<App>) -> Tag {
    let first = first_switched(&app.shown, &app.values, app.link.lesson.switch);
    let mut number = 0;
    let mut lines = tag("ol");
    for (index, shown) in app.shown.iter().enumerate() {
        let look = shown.look(&app.values, app.link.lesson.switch);
        let waits = shown.waits(&app.facts.waits);
        let is_visible = match look {
            Look::Plain | Look::Added => true,
            Look::Ghost | Look::Taken => app.has_ghosts || waits[0] > 0 || app.code == CodeLanguage::Rust,
            Look::Off => waits[0] > 0 || app.code == CodeLanguage::Rust,
        };
        if !is_visible {
            continue;
        }
        number += u32::from(matches!(look, Look::Plain | Look::Added));
        let number = if app.code == CodeLanguage::Rust { shown.line.number } else { number };
        lines = lines.put(line(app, scope, (index, shown), (look, number, waits), first == Some(index)));
    }
    lines
}

/// The head of the first function that the switch changes.
fn first_switched(shown: &[Shown], values: &[u32], switch: Option<usize>) -> Option<usize> {
    let switched = shown.iter().position(|line| line.is_switched(values, switch))?;
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
) -> Tag {
    let say = &app.words.code;
    let (class, sign, title) = match look {
        Look::Plain if waits[1] > 0 => (Some("hot"), None, None),
        Look::Plain => (None, None, None),
        Look::Added if waits[1] > 0 => (Some("hot"), Some("+"), Some(say.added)),
        Look::Added => (Some("plus"), Some("+"), Some(say.added)),
        Look::Ghost => (Some("ghost"), Some("+"), Some(say.would_add)),
        Look::Taken if waits[1] > 0 => (Some("taken hot"), Some("−"), Some(say.removed)),
        Look::Taken => (Some("taken"), Some("−"), Some(say.removed)),
        Look::Off => (Some("off"), None, Some(say.not_in_effect)),
    };
    let number = match sign {
        Some(sign) if app.code == CodeLanguage::Go => sign.to_owned(),
        _ => number.to_string(),
    };
    tag("li")
        .key(index)
        .maybe("class", class)
        .maybe("title", title)
        .maybe("data-first", is_first.then_some(""))
        .put(tag("span").class("no").with("aria-hidden", "true").put(number))
        .put(tag("code").put(raw(shown.html.clone())))
        .put((waits[0] > 0).then(|| badge(app, scope, index, waits)))
}

fn badge(app: &App, scope: &Scope<App>, index: usize, [alive, leaked, stopping]: [u32; 3]) -> Tag {
    let say = &app.words.code;
    let (class, count) = match (leaked, stopping) {
        (0, 0) => ("badge", alive),
        (0, stopping) => ("badge stopping", stopping),
        (leaked, _) => ("badge leaked", leaked),
    };
    let label = fill(say.badge, &[&grouped(alive), &grouped(leaked), &(index + 1).to_string()]);
    let rest = alive - count;
    let others = || tag("span").class("others").put(fill(app.words.more, &[&grouped(rest)]));
    button(scope, Msg::SelectAt(index))
        .class(class)
        .with("title", label)
        .put(say.wait_here.of(u64::from(count), &[]))
        .put(" ")
        .put((rest > 0).then(others))
}
