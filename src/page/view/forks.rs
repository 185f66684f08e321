//! The other futures of the run, in a panel that is opened over the page: where each leaves the run and ends, and what can be done
//! with it; and the steps back.
//!
//! The panel is a popover, so the browser opens and closes it: by its button, by Escape, by a click beside it.

use crate::page::dispatch::Dispatch;
use crate::page::view::format::{grouped, percent};
use crate::page::view::tag::{Tag, button, raw, tag, toggle};
use crate::session::Session;
use crate::session::action::Action;
use crate::session::branches::{Branch, Way};
use crate::text::{fill, number};

const FORK: &str = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='M1 10.300h4.200L9 4.500h2.500V2L15.500 5.300l-4 3.300V6.300H9.900L7.500 10.300H15v1.800H1z'/></svg>";

/// The button that opens them, with their number.
pub(crate) fn opener(session: &Session) -> Tag {
    let (name, count) = (session.words.forks.heading, session.branches.list().len());
    tag("button")
        .class("step forks-opener")
        .with("popovertarget", "forks")
        .with("title", name)
        .put(tag("span").class("hidden").put(name))
        .put(raw(FORK))
        .put((count > 0).then(|| tag("span").put(grouped(count as u32))))
}

/// The panel.
pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.forks;
    let [can_undo, can_redo] = session.branches.can();
    let go =
        |way: Way, name: &'static str, can: bool| button(dispatch, Action::Go(way)).flag("disabled", !can).put(name);
    let branches = session.branches.list();
    let rows = branches.iter().enumerate().map(|(number, branch)| row(session, dispatch, number, branch));
    let text = session.compare_text().or_else(|| branches.is_empty().then(|| say.about.to_owned()));
    tag("section")
        .class("futures card")
        .with("id", "forks")
        .with("popover", "")
        .with("aria-label", say.heading)
        .put(tag("div").class("row").put(tag("h2").put(say.heading)).put(go(Way::Undo, say.undo, can_undo)).put(go(
            Way::Redo,
            say.redo,
            can_redo,
        )))
        .put(tag("ul").each(rows))
        .put(text.map(|text| tag("p").class("compared").put(text)))
}

fn row(session: &Session, dispatch: &Dispatch, number: usize, branch: &Branch) -> Tag {
    let say = &session.words.forks;
    let name = session.branch_name(number);
    let is_compared = session.branches.compared_number() == Some(number);
    let field = tag("input")
        .class("field")
        .with("aria-label", say.name)
        .with("placeholder", name)
        .value(branch.link.name.clone())
        .on_change(dispatch, move |text| Some(Action::Rename(number, text.to_owned())));
    let leaked = branch.curve.last().map(|last| tag("strong").put(grouped(last.leaked)));
    tag("li")
        .put(tag("span").class("span").put(span_of(session, branch)).put(leaked))
        .put(field)
        .put(button(dispatch, Action::GoToBranch(number)).put(say.go))
        .put(toggle(dispatch, say.compare, is_compared, Action::Compare((!is_compared).then_some(number))))
        .put(button(dispatch, Action::Delete(number)).put(say.delete))
}

fn span_of(session: &Session, branch: &Branch) -> String {
    let leaves_ms = branch.link.leaves_ms(&session.playback.knob_changes());
    let ends = [leaves_ms, branch.link.end_ms].map(number::moment);
    fill(session.words.forks.span, &[&ends[0], &ends[1]])
}

/// A future on the timeline: a line from where it leaves the run to its end.
pub(crate) fn line(session: &Session, number: usize, span_ms: u64) -> Tag {
    let branch = &session.branches.list()[number];
    let leaves_ms = branch.link.leaves_ms(&session.playback.knob_changes());
    let style = [
        "transform:translateX(",
        &percent(leaves_ms, span_ms),
        ");--long:",
        &percent(branch.link.end_ms - leaves_ms, span_ms),
        ";--nth:",
        &number.to_string(),
    ];
    let said = [&session.branch_name(number), ", ", &span_of(session, branch)].concat();
    tag("li").class("fork").style(&style.concat()).put(tag("span").class("hidden").put(said))
}
