//! The listing: the lines in effect, what the switch adds, and how many wait on which line.

use crate::lessons::listing::{CodeLanguage, Listing};
use crate::page::dispatch::Dispatch;
use crate::page::view::format::grouped;
use crate::page::view::knobs;
use crate::page::view::tag::{Tag, button, raw, tag, toggle};
use crate::session::Session;
use crate::session::action::Action;
use crate::session::listing::{Look, Visible, Waiting};
use crate::text::fill;

pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    listing(session, dispatch).put(knobs::quick(session, dispatch))
}

/// Without the knob below it.
pub(crate) fn listing(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.code;
    let listings = &session.link.lesson.listings;
    let tab = |listing: &Listing| {
        let language = listing.language;
        let name = if language == CodeLanguage::Go { "Go" } else { "Rust" };
        toggle(dispatch, name, session.listing.language == language, Action::ShowListing(language))
    };
    // One language is no choice.
    let tabs = if listings.len() > 1 { listings.as_slice() } else { &[] };
    tag("section")
        .class("code card")
        .put(
            tag("div")
                .class("tabs")
                .put(tag("h2").class("hidden").put(say.heading))
                .each(tabs.iter().map(tab))
                .put(tag("span").class("gap"))
                .put(toggle(dispatch, say.ghosts, session.listing.has_ghosts, Action::ToggleGhosts)),
        )
        .put(
            tag("div")
                .class("lines")
                .with("tabindex", "0")
                .with("role", "region")
                .with("aria-label", say.heading)
                .kept_in(&dispatch.nodes.lines)
                .put(lines(session, dispatch)),
        )
}

pub(crate) fn lines(session: &Session, dispatch: &Dispatch) -> Tag {
    let snapshot = &session.snapshot;
    let visible = session.listing.visible(&snapshot.values, &snapshot.waits);
    // Turned over, the switch shows another list: no line of it moves away from where it was read.
    let state = u64::from(session.listing.is_turned) + 2 * u64::from(session.is_on());
    tag("ol").key(state).each(visible.iter().map(|visible| line(session, dispatch, visible)))
}

fn line(session: &Session, dispatch: &Dispatch, visible: &Visible<'_>) -> Tag {
    let Visible { index, shown, look, number, waits, is_first, is_change } = *visible;
    let say = &session.words.code;
    let (class, sign, title) = match look {
        Look::Plain if waits.leaked > 0 => (Some("hot"), None, None),
        Look::Plain => (None, None, None),
        Look::Added if waits.leaked > 0 => (Some("hot"), Some("+"), Some(say.added)),
        Look::Added => (Some("plus"), Some("+"), Some(say.added)),
        Look::Ghost => (Some("ghost"), Some("+"), Some(say.would_add)),
        Look::Taken if waits.leaked > 0 => (Some("taken hot"), Some("−"), Some(say.removed)),
        Look::Taken => (Some("taken"), Some("−"), Some(say.removed)),
        Look::Off => (Some("off"), None, Some(say.not_in_effect)),
    };
    let spot = session.step.as_ref().and_then(|step| step.spot.as_ref());
    let is_lit = spot.is_some_and(|spot| shown.places.contains(spot));
    let spot = session.snapshot.selected.as_ref().and_then(|task| task.spot.as_ref());
    let is_selected = spot.is_some_and(|spot| shown.places.contains(spot));
    let is_go = session.listing.language == CodeLanguage::Go;
    let number = match sign {
        Some(sign) if is_go && visible.margin_number(session.listing.language).is_none() => sign.to_owned(),
        Some(sign) => [sign, &number.to_string()].concat(),
        None => number.to_string(),
    };
    tag("li")
        .key(index)
        .maybe("class", class)
        .maybe("title", title)
        .maybe("data-lit", is_lit.then_some(""))
        .maybe("data-selected", is_selected.then_some(""))
        .maybe("data-first", is_first.then_some(""))
        .maybe("data-change", is_change.then_some(""))
        .put(tag("span").class("no").with("aria-hidden", "true").put(number))
        .put(tag("code").put(raw(shown.html.clone())))
        .put((waits.alive > 0).then(|| badge(session, dispatch, visible)))
}

fn badge(session: &Session, dispatch: &Dispatch, visible: &Visible<'_>) -> Tag {
    let say = &session.words.code;
    let Waiting { alive, leaked, stopping } = visible.waits;
    let number = visible.margin_number(session.listing.language);
    let number = number.map_or_else(|| "−".to_owned(), |number| number.to_string());
    let (class, count) = match (leaked, stopping) {
        (0, 0) => ("badge", alive),
        (0, stopping) => ("badge stopping", stopping),
        (leaked, _) => ("badge leaked", leaked),
    };
    let label = fill(say.badge, &[&grouped(alive), &grouped(leaked), &number]);
    let rest = alive - count;
    let others = || tag("span").class("others").put(fill(session.words.more, &[&grouped(rest)]));
    let badge = button(dispatch, Action::SelectWaiting(visible.index))
        .class(class)
        .with("title", label)
        .put(tag("span").class("count").put(say.wait_here.of(u64::from(count), &[])))
        .put((rest > 0).then(others));
    tag("span").class("wait").put(badge)
}
