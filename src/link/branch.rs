//! Branches: other futures of a run, as a link of version 2 carries them.
//!
//! ```text
//! forks=12500-60000:as it was,20000:traffic:60~30000-60000,30000:listen:on
//! ```
//!
//! A branch is written from where it leaves the run of the link: the two have the inputs before its first moment in common, and
//! then come its own. So one that only left something undone is two numbers. Deliberately absent: its curve, which whoever
//! opens the link runs again, and how it is written (`super::write`).

use crate::lessons::Lesson;
use crate::link::settings::{Reader, whole};
use crate::link::{Allowed, BRANCHES_MAX, Branch, INPUTS_MAX, KnobChange, MOMENT_MS_MAX};

/// Characters of a branch's name.
pub const NAME_CHARS_MAX: usize = 32;

/// As much of a text as can be a name: nothing of what separates branches in a link, and not much of it.
pub fn name_of(text: &str) -> String {
    let separates = |char: char| char.is_control() || matches!(char, ',' | '~' | ':');
    let name: String = text.chars().map(|char| if separates(char) { ' ' } else { char }).take(NAME_CHARS_MAX).collect();
    name.trim().to_owned()
}

impl Reader {
    /// The branches of a run with these inputs. Of all runs together no more inputs are read than of one.
    pub(super) fn branches(&mut self, text: &str, inputs: &[KnobChange], lesson: &Lesson) -> Vec<Branch> {
        let mut branches: Vec<Branch> = Vec::new();
        let mut inputs_left = INPUTS_MAX.saturating_sub(inputs.len());
        for part in text.split('~').filter(|part| !part.is_empty()) {
            if branches.len() == BRANCHES_MAX {
                self.complain("forks", part, Allowed::AtMost(BRANCHES_MAX as u64));
                break;
            }
            let (head, own) = part.split_once(',').unwrap_or((part, ""));
            let Some((leaves_ms, end_ms, name)) = head_of(head) else {
                self.complain("forks", part, Allowed::Fork);
                continue;
            };
            let shared = inputs.iter().take_while(|change| change.at_ms < leaves_ms);
            let mut all: Vec<KnobChange> = shared.copied().collect();
            all.extend(self.inputs(own, lesson));
            if !all.is_sorted_by_key(|change| change.at_ms) || all.last().is_some_and(|last| last.at_ms > end_ms) {
                self.complain("forks", part, Allowed::Fork);
                continue;
            }
            if all.len() > inputs_left {
                self.complain("forks", part, Allowed::AtMost(INPUTS_MAX as u64));
                break;
            }
            inputs_left -= all.len();
            let is_known = all == inputs || branches.iter().any(|known| known.inputs == all);
            if !is_known {
                branches.push(Branch { name: name_of(name), end_ms, inputs: all });
            }
        }
        branches
    }
}

/// `from-to` or `from-to:name`.
fn head_of(head: &str) -> Option<(u64, u64, &str)> {
    let (span, name) = head.split_once(':').unwrap_or((head, ""));
    let (leaves, end) = span.split_once('-')?;
    let moment = |text: &str| whole(text).filter(|at_ms| *at_ms <= MOMENT_MS_MAX);
    let (leaves_ms, end_ms) = (moment(leaves)?, moment(end)?);
    (leaves_ms <= end_ms).then_some((leaves_ms, end_ms, name))
}
