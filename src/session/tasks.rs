//! Tasks as the table names them: which ones a filter lets through, what each is called and judged, and since when it waits.

use std::ops::ControlFlow;

use crate::session::waits::Spot;
use crate::text::lesson::TaskWords;
use crate::text::messages::TaskText;
use crate::text::{Messages, fill, measure, number};
use crate::trace::columns::Trace;
use crate::trace::event::{Role, ScopeId, TaskId};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{Task, Verdict};
use crate::verdict::waits::Wait;

/// Rows of the table.
const ROWS_MAX: usize = 10;

/// Which tasks the table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those that have leaked.
    Leaked,
    /// Those that were told to stop and are not proven to be leaked.
    Stopping,
    /// All that are not finished.
    Alive,
}

impl Filter {
    /// Every filter, in the order in which the page offers them.
    pub const ALL: [Filter; 3] = [Filter::Leaked, Filter::Stopping, Filter::Alive];
}

/// One task of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which task.
    pub task: TaskId,
    /// What it is called.
    pub name: String,
    /// What it is judged.
    pub verdict: Verdict,
    /// Where it waits, in words; empty when it does not.
    pub waits: String,
    /// For how long, in words; empty when it does not wait.
    pub since: String,
}

/// Visits the tasks that a filter lets through, the newest leak or the oldest request first, until `visit` breaks.
pub fn visit<'l>(
    ledger: &'l Ledger,
    filter: Filter,
    visit: &mut dyn FnMut(&'l Task) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if filter != Filter::Leaked {
        for (_, scope) in ledger.shown_scopes() {
            for member in &scope.members {
                let Some(task) = ledger.task(member.task) else { continue };
                let is_shown = match task.verdict {
                    Verdict::Working => filter == Filter::Alive,
                    Verdict::Stopping | Verdict::Unproven => true,
                    Verdict::Stranded | Verdict::Runaway => false,
                };
                if is_shown {
                    visit(task)?;
                }
            }
        }
    }
    if filter != Filter::Stopping {
        for task in ledger.pile().rev() {
            if let Some(task) = ledger.task(task) {
                visit(task)?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// The first rows that a filter lets through, and how many more there are.
pub fn rows(
    ledger: &Ledger,
    trace: &Trace,
    filter: Filter,
    lines: Lines<'_>,
    (words, tasks): (&'static Messages, &TaskWords),
) -> (Vec<Row>, u64) {
    let counts = ledger.counts();
    let all = match filter {
        Filter::Leaked => counts.leaked,
        Filter::Stopping => counts.stopping,
        Filter::Alive => counts.alive,
    };
    let now_us = ledger.now_us();
    let mut rows = Vec::new();
    let _ = visit(ledger, filter, &mut |task| {
        if rows.len() == ROWS_MAX {
            return ControlFlow::Break(());
        }
        let wait = task.waits().next();
        rows.push(Row {
            task: task.id,
            name: name(task, tasks),
            verdict: task.verdict,
            waits: wait.as_ref().map_or_else(String::new, |wait| at_line(wait, trace, lines, &words.task)),
            since: wait.map_or_else(String::new, |wait| ago(now_us, wait.since_us, words)),
        });
        ControlFlow::Continue(())
    });
    let left = u64::from(all).saturating_sub(rows.len() as u64);
    (rows, left)
}

/// The lines of the listing on which waits are shown, with their numbers ([`Listing::numbers`](crate::session::listing::Listing::numbers)).
pub type Lines<'l> = &'l [(Spot, Option<u32>)];

/// What a task is called.
pub fn name(task: &Task, words: &TaskWords) -> String {
    name_of(task.role, task.number, task.scope, words)
}

/// What the task of this role and number in its request is called, whether it is alive or not.
pub fn name_of(role: Role, number: u32, scope: ScopeId, words: &TaskWords) -> String {
    let template = match role {
        Role::Root => return words.root.to_owned(),
        Role::Parent => words.parent,
        Role::Child => words.child,
    };
    fill(template, &[number, scope.0].map(|count| number::grouped(u64::from(count))).each_ref().map(String::as_str))
}

/// The reason and the line of a wait, in words: the line of the listing that is shown, or of a file that it does not show.
pub fn at_line(wait: &Wait<'_>, trace: &Trace, lines: Lines<'_>, words: &TaskText) -> String {
    let place = trace.place(wait.head.place);
    let shown = lines.iter().find(|(spot, _)| spot.holds(&place.file, place.line));
    if let Some((_, number)) = shown {
        let line = match number {
            Some(number) => fill(words.line, &[&number.to_string()]),
            None => words.line_taken.to_owned(),
        };
        return fill(words.waits_at, &[wait.head.reason.as_str(), &line]);
    }
    let name = place.file.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash + 1);
    let file = &place.file[name..];
    let mut line = String::from(file);
    line.push(':');
    line.push_str(&place.line.to_string());
    fill(words.waits_at, &[wait.head.reason.as_str(), &line])
}

/// How long ago that was, in words.
pub fn ago(now_us: u64, then_us: u64, words: &Messages) -> String {
    measure::duration(now_us.saturating_sub(then_us) / 1000, words)
}

/// What a judgement is called, and its class in the style sheet.
pub fn judged(verdict: Verdict, words: &TaskText) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Working => (words.verdicts[0], "working"),
        Verdict::Stopping => (words.verdicts[1], "stopping"),
        Verdict::Stranded => (words.verdicts[2], "leaked"),
        Verdict::Runaway => (words.verdicts[3], "leaked"),
        Verdict::Unproven => (words.unproven_task, "unproven"),
    }
}
