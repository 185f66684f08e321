//! What is known about one task, which tasks there are, and who would be left if everything ended now.

use crate::link::message::Step;
use crate::page::dispatch::Dispatch;
use crate::page::view::tag::{Tag, button, fragment, tag, toggle};
use crate::player::drain::Drained;
use crate::session::Session;
use crate::session::action::Action;
use crate::session::drain::DrainState;
use crate::session::inspect::Inspected;
use crate::session::selection::Direction;
use crate::session::tasks::{Filter, Row, judged};
use crate::text::{Text, fill, join, number};
use crate::verdict::detectors::Finding;
use crate::verdict::drain::Drain;

pub(crate) fn inspector(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.task;
    let button =
        |name: &'static str, direction: Direction| button(dispatch, Action::SelectNeighbour(direction)).put(name);
    tag("section")
        .class("task card")
        .put(
            tag("div")
                .class("row")
                .put(tag("h2").put(say.heading))
                .put(button(say.previous, Direction::Previous))
                .put(button(say.next, Direction::Next)),
        )
        .put(match &session.snapshot.selected {
            Some(task) => inspected(session, dispatch, task),
            None => tag("p").class("soft").put(say.none),
        })
}

/// What it is called, what it is judged, and why, in a line.
pub(crate) fn sentence(task: &Inspected) -> Tag {
    let said = verdict(task.verdict, task.class);
    fragment().put(tag("strong").put(task.name.clone())).put(" · ").put(said).put(" · ").put(task.why.clone())
}

fn inspected(session: &Session, dispatch: &Dispatch, task: &Inspected) -> Tag {
    let say = &session.words.task;
    let step = |name: &'static str, step: Step| button(dispatch, Action::Step(step)).put(name);
    let steps = tag("div")
        .class("row")
        .put(step(say.before_last, Step::TaskBack))
        .put(step(say.up_to_next, Step::TaskNext).flag("disabled", !session.can_step_task()));
    let name = tag("p").put(tag("strong").put(task.name.clone())).put(" · ").put(verdict(task.verdict, task.class));
    let fact =
        |(name, value): &(&'static str, String)| fragment().put(tag("dt").put(*name)).put(tag("dd").put(value.clone()));
    let why = tag("p").class("why").put(tag("strong").put(session.words.task.why).put(": ")).put(task.why.clone());
    tag("div")
        .with("data-task", task.task.0)
        .with("data-verdict", task.class)
        .put(name)
        .put(steps)
        .put(tag("dl").class("facts").each(task.facts.iter().map(fact)))
        .put(why)
}

/// A verdict, with its colour.
fn verdict(said: &'static str, class: &'static str) -> Tag {
    tag("span").class(["verdict ", class].concat()).put(said)
}

pub(crate) fn table(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.task;
    let filter = |(filter, name): (Filter, &'static str)| {
        toggle(dispatch, name, session.selection.filter == filter, Action::ShowTasks(filter))
    };
    let head = say.columns.iter().map(|name| tag("th").with("scope", "col").put(*name));
    let rows = session.snapshot.rows.iter().map(|row| table_row(session, dispatch, row));
    let empty = || tag("p").class("soft").put(say.empty[session.selection.filter as usize]);
    let more = || tag("p").class("small soft").put(say.more.of(session.snapshot.rows_left, &[]));
    tag("section")
        .class("table card")
        .put(
            tag("div").class("row").put(tag("h2").with("id", "tasks").put(say.table)).put(
                tag("div")
                    .class("tabs")
                    .with("role", "group")
                    .with("aria-label", say.filter)
                    .each(Filter::ALL.into_iter().zip(say.filters).map(filter)),
            ),
        )
        .put(
            tag("div").class("scroll").put(
                tag("table")
                    .with("aria-labelledby", "tasks")
                    .put(tag("thead").put(tag("tr").each(head)))
                    .put(tag("tbody").each(rows)),
            ),
        )
        .put(session.snapshot.rows.is_empty().then(empty))
        .put((session.snapshot.rows_left > 0).then(more))
}

fn table_row(session: &Session, dispatch: &Dispatch, row: &Row) -> Tag {
    let (said, class) = judged(row.verdict, &session.words.task);
    let is_selected = session.selection.task == Some(row.task);
    let name =
        button(dispatch, Action::Select(Some(row.task))).state("aria-pressed", is_selected).put(row.name.clone());
    tag("tr")
        .key(row.task.0)
        .maybe("class", is_selected.then_some("selected"))
        .put(tag("td").put(name))
        .put(tag("td").put(verdict(said, class)))
        .put(tag("td").put(row.waits.clone()))
        .put(tag("td").put(row.since.clone()))
}

pub(crate) fn drain(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.drain;
    tag("section")
        .class("drain card")
        .put(tag("h2").put(say.heading))
        .put(tag("p").class("soft").put(say.about))
        .put(drain_test(session, dispatch))
}

/// The button that asks for the drain test, and its answer.
pub(crate) fn drain_test(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.drain;
    let is_running = session.drain.is_running();
    let ask = button(dispatch, Action::Drain).flag("disabled", is_running).put(if is_running {
        say.running
    } else {
        say.run
    });
    fragment().put(tag("p").put(ask)).put(answer(session))
}

fn answer(session: &Session) -> Option<Tag> {
    let say = &session.words.drain;
    let DrainState::Answered(drained, asked, findings) = &session.drain else { return None };
    let at = |time_us: u64| number::moment(time_us / 1000);
    let mut sentences = vec![Text::from(fill(say.started_at, &[&number::moment(asked.at_ms)]))];
    let kind = match drained {
        Drained::Judged(Drain::Clean { at_us }) => {
            sentences.push(fill(say.clean, &[&at(*at_us)]).into());
            "clean"
        }
        Drained::Judged(Drain::Leaks { stranded, runaway, held_up, .. }) => {
            for (plural, count) in [(say.stranded, stranded), (say.runaway, runaway), (say.held_up, held_up)] {
                if count.total() > 0 {
                    sentences.push(plural.of(u64::from(count.total()), &[]).into());
                }
            }
            "leaks"
        }
        Drained::Judged(Drain::Unproven { horizon_us, .. }) => {
            sentences.push(fill(say.unproven, &[&at(*horizon_us)]).into());
            "unproven"
        }
        Drained::Stopped(_) => {
            sentences.push(say.ended.into());
            "ended"
        }
    };
    let status = tag("p").with("role", "status").with("data-drain", kind).put(join(&sentences, " "));
    Some(fragment().put(status).put(detectors(session, findings)))
}

/// What each known detector would have said of the run, what that is worth, and why.
fn detectors(session: &Session, findings: &[Finding]) -> Tag {
    let say = &session.words.drain;
    let row = |(finding, about): (&Finding, &'static str)| {
        let mut said = String::new();
        if let Some(first_us) = finding.first_us {
            let counts = [finding.reported, finding.right].map(|count| number::grouped(u64::from(count)));
            said = [": ", &fill(say.reports, &[&number::moment(first_us / 1000), &counts[0], &counts[1]])].concat();
        }
        if let Some(why) = finding.why {
            said += &[": ", &fill(say.why[why.number()], &[&number::grouped(u64::from(why.blocked()))])].concat();
        }
        let rating = tag("b").put(say.rating[finding.rating as usize]);
        let about = tag("span").class("small soft").put(about);
        let dd = tag("dd").with("data-rating", finding.rating.as_str()).put(rating).put(said).put(about);
        fragment().put(tag("dt").put(finding.detector.name())).put(dd)
    };
    fragment()
        .put(tag("h2").put(say.detectors))
        .put(tag("dl").class("facts detectors").each(findings.iter().zip(say.detector_about).map(row)))
}
