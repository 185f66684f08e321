//! The line under the headline: what to look at now, by what the facts of this moment say; and what the switch means.

use crate::lessons::Lesson;
use crate::session::snapshot::Snapshot;
use crate::text::{Messages, Plural, fill, number};

/// When the switch was turned on during the run, and how many had leaked then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchedOn {
    /// In milliseconds of virtual time.
    pub at_ms: u64,
    /// How many.
    pub leaked: u32,
}

/// What to look at now.
pub fn line(snapshot: &Snapshot, switched_on: Option<SwitchedOn>, words: &Messages) -> String {
    let (say, counts) = (&words.now, &snapshot.counts);
    if let Some(ended) = &snapshot.ended {
        return ended.clone();
    }
    let of = |plural: Plural, count: u32, rest: &[&str]| plural.of(u64::from(count), rest);
    let is_on = snapshot.values.first() == Some(&1);
    if counts.runaway > 0 {
        return of(say.runaways, counts.runaway, &[]);
    }
    if counts.leaked > 0 && counts.parents_leaked == counts.leaked {
        return of(say.parents, counts.leaked, &[]);
    }
    match (switched_on, is_on) {
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

/// What the switch means under these values of the knobs.
pub fn switch_means(lesson: &Lesson, values: &[u32], words: &Messages) -> String {
    let say = &words.switch;
    let value = |name: &str| lesson.knob(name).and_then(|knob| values.get(knob)).copied();
    if values.first() != Some(&1) {
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
