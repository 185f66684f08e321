//! A program's source → who leaks: the rooms one after the other, over several seeds.

use std::rc::Rc;

use super::code::program::Program;
use super::compile::{Complaint, compile, complaint, file};
use super::machine::census::{Fate, Left};
use super::machine::run::{Settings, run};
use super::syntax::position::Pos;
use crate::executor::engine::Order;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    /// With how many seeds it is run, from 1 on.
    pub(crate) seeds: u32,
    /// How much virtual time each run has, in microseconds.
    pub(crate) for_us: u64,
    /// In which order ready goroutines run. Without one the first seed's is Go's own, and the others are drawn.
    pub(crate) order: Option<Order>,
}

/// Goroutines of one place that are left for one reason.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) reason: String,
    pub(crate) file: String,
    pub(crate) at: Pos,
    pub(crate) started_file: String,
    pub(crate) started: Pos,
    /// How many there are at most in one run.
    pub(crate) count: usize,
    /// Under how many seeds there is one.
    pub(crate) seeds: u32,
    pub(crate) why: &'static str,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// What the run of the first seed printed, and its exit code.
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) exit: i32,
    pub(crate) seeds: u32,
    pub(crate) errors: Vec<Complaint>,
    pub(crate) leaks: Vec<Finding>,
    pub(crate) unproven: Vec<Finding>,
    pub(crate) alive: Vec<Finding>,
    /// Why runs ended before an answer was there, each sentence once.
    pub(crate) unfinished: Vec<String>,
}

/// Checks files, each a name and its source, and runs them.
pub(crate) fn check(files: &[(String, String)], question: Question) -> Answer {
    let program = match compile(files) {
        Ok(program) => Rc::new(program),
        Err(errors) => return Answer { errors, exit: 2, ..Answer::default() },
    };
    let mut answer = Answer { seeds: question.seeds, ..Answer::default() };
    for seed in 1..=question.seeds {
        let order = question.order.unwrap_or(if seed == 1 { Order::Go } else { Order::Seeded });
        let outcome = match run(&program, Settings { seed, order, for_us: question.for_us }) {
            Ok(outcome) => outcome,
            Err((at, text)) => {
                answer.errors.push(complaint(&program.files, at, text));
                answer.exit = 2;
                return answer;
            }
        };
        for (fate, list) in [
            (Fate::Stranded, &mut answer.leaks),
            (Fate::Unproven, &mut answer.unproven),
            (Fate::Alive, &mut answer.alive),
        ] {
            collect(&program, outcome.of(fate), list);
        }
        if let Some(sentence) = outcome.unproven
            && !answer.unfinished.contains(&sentence)
        {
            answer.unfinished.push(sentence);
        }
        if seed == 1 {
            (answer.stdout, answer.stderr, answer.exit) = (outcome.stdout, outcome.stderr, outcome.exit);
        }
    }
    answer
}

fn collect<'l>(program: &Program, left: impl Iterator<Item = &'l Left>, list: &mut Vec<Finding>) {
    let mut here: Vec<(&Left, usize)> = Vec::new();
    for one in left {
        match here.iter_mut().find(|(known, _)| *known == one) {
            Some((_, count)) => *count += 1,
            None => here.push((one, 1)),
        }
    }
    for (one, count) in here {
        let same =
            |known: &&mut Finding| known.reason == one.reason && known.at == one.at && known.started == one.started;
        match list.iter_mut().find(same) {
            Some(known) => {
                known.count = known.count.max(count);
                known.seeds += 1;
            }
            None => list.push(Finding {
                reason: one.reason.clone(),
                file: file(&program.files, one.at),
                at: one.at,
                started_file: file(&program.files, one.started),
                started: one.started,
                count,
                seeds: 1,
                why: why(one),
            }),
        }
    }
}

/// The sentence behind a verdict.
fn why(left: &Left) -> &'static str {
    if left.fate == Fate::Alive {
        return "it may still go on";
    }
    if left.fate == Fate::Unproven {
        return "only a variable of a package still reaches what it waits on";
    }
    match left.reason.as_str() {
        "chan send" => "nobody can receive any more: no goroutine that can still run reaches this channel",
        "chan receive" => "nobody can send or close any more: no goroutine that can still run reaches this channel",
        "select" => "no case can proceed any more: no goroutine that can still run reaches any of these channels",
        "chan send (nil chan)" | "chan receive (nil chan)" => "the channel is nil, so nobody can ever use it",
        "select (no cases)" => "a select without cases waits for ever",
        "sync.WaitGroup.Wait" => "nobody can call Done any more: no goroutine that can still run reaches this group",
        "sync.Cond.Wait" => "nobody can signal any more: no goroutine that can still run reaches this condition",
        _ => "nobody can unlock it any more: no goroutine that can still run reaches this lock",
    }
}

#[cfg(test)]
mod tests;
