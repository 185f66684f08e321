//! What there is to do: the list that the head opens, and the one that a frame carries.
//!
//! The list is a popover, so the browser opens and closes it; a line of it closes it and opens its run.

use crate::lessons::deed::Deed;
use crate::page::dispatch::Dispatch;
use crate::page::view::tag::{Tag, button, fragment, raw, tag};
use crate::page::view::tasks;
use crate::session::Session;
use crate::session::action::Action;
use crate::text::{fill, number};

/// The list's id.
const LIST: &str = "deeds";
/// The sign of the list.
const SIGN: &str = "<svg class=tick viewBox='0 0 16 16' aria-hidden='true'><path d='M2 2.500l1.500 1.500L6 1.500M2 7.500L3.500 9 6 6.500M2 12.500L3.500 14 6 11.500M8 3h7M8 8h7M8 13h7' fill='none' stroke='currentColor' stroke-width='1.500'/></svg>";
/// The marks of what is not done, and of what is.
const MARKS: [&str; 2] = [
    "<svg class=tick viewBox='0 0 16 16' aria-hidden='true'><path d='M2.500 2.500h11v11h-11z' fill='none' stroke='var(--edge)' stroke-width='1.500'/></svg>",
    "<svg class=tick viewBox='0 0 16 16' aria-hidden='true'><path d='M2 2h12v12H2z' fill='var(--green)'/><path d='M4.500 8.200l2.400 2.400 4.600-5' fill='none' stroke='var(--panel)' stroke-width='2'/></svg>",
];

/// Whether the open deed is done, for the style sheet; none where no deed is open.
pub(crate) fn state(session: &Session) -> Option<&'static str> {
    session.link.deed.map(|_| if session.is_deed_done() { "done" } else { "open" })
}

/// The button that opens the list, with how much of it is done. A lesson may have nothing to do.
pub(crate) fn opener(session: &Session) -> Option<Tag> {
    let lesson = &session.link.lesson;
    let [done, all] = [session.deeds.count(lesson), lesson.deeds.len()].map(|count| number::grouped(count as u64));
    let opener = tag("button")
        .class("deeds")
        .with("popovertarget", LIST)
        .with("title", fill(session.words.deeds_done, &[&done, &all]))
        .put(raw(SIGN))
        .put(tag("span").class("name").put(session.words.deeds))
        .put(tag("span").with("data-done", done.clone()).put([&done, "/", &all].concat()));
    (!lesson.deeds.is_empty()).then_some(opener)
}

/// The list.
pub(crate) fn panel(session: &Session, dispatch: &Dispatch) -> Option<Tag> {
    let deeds = &session.link.lesson.deeds;
    let line = |(number, deed): (usize, &Deed)| line(session, dispatch, number, deed);
    let list = tag("ol").each(deeds.iter().enumerate().map(line));
    let panel = tag("div")
        .class("panel")
        .with("id", LIST)
        .with("aria-label", session.words.deeds)
        .with("popover", "")
        .put(tag("h2").put(session.words.deeds))
        .put(list);
    (!deeds.is_empty()).then_some(panel)
}

fn line(session: &Session, dispatch: &Dispatch, number: usize, deed: &Deed) -> Tag {
    let is_open = session.link.deed == Some(number);
    let title = session.lesson_words().deed(&deed.name).map_or(&deed.name, |said| &said.title).clone();
    let open = button(dispatch, Action::OpenDeed(number))
        .with("popovertarget", LIST)
        .with("popovertargetaction", "hide")
        .maybe("aria-current", is_open.then_some("true"))
        .put(mark(session, number))
        .put(title);
    tag("li").put(open).put(said(session, number)).put(is_open.then(|| tools(session, dispatch, deed)))
}

/// The deed that a frame carries: what to do, or what was learned.
pub(crate) fn carried(session: &Session, dispatch: &Dispatch) -> Option<Tag> {
    let number = session.link.deed?;
    let deed = session.link.lesson.deeds.get(number)?;
    let title = tag("p").put(mark(session, number)).put(tag("strong").put(session.headline().clone()));
    let row = tag("section").class("deed").maybe("data-deed", state(session)).put(title);
    Some(row.put(said(session, number)).put(tools(session, dispatch, deed)))
}

fn mark(session: &Session, number: usize) -> Tag {
    let is_done = session.deeds.leaked_at(&session.link.lesson, number).is_some();
    let done = is_done.then(|| tag("span").class("hidden").put(session.words.deed_done));
    fragment().put(raw(MARKS[usize::from(is_done)])).put(done)
}

/// What was learned, or what to do if it is open.
fn said(session: &Session, number: usize) -> Option<Tag> {
    let learned = session.learned(number).map(|learned| tag("p").class("learned").put(learned));
    let how = || session.deed_words().filter(|_| session.link.deed == Some(number));
    learned.or_else(|| how().map(|said| tag("p").class("soft").put(said.how.clone())))
}

/// The drain test for whoever is asked to run it.
fn tools(session: &Session, dispatch: &Dispatch, deed: &Deed) -> Option<Tag> {
    deed.drains().then(|| tag("div").class("drain").put(tasks::drain_test(session, dispatch)))
}
