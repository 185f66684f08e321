//! Complaints about a link or a message: as sentences, the one place where the page repeats what others wrote, and those
//! that the page shows.
//!
//! The page names [`SHOWN_MAX`] of them and says how many more there are; no others are kept.

use crate::link::{Allowed, Complaint};
use crate::text::visible::visible;
use crate::text::{Messages, fill, join, number};

/// Complaints that the page names.
pub const SHOWN_MAX: usize = 8;

/// What the page complains of until it is put away.
#[derive(Default)]
pub struct Complaints {
    named: Vec<Complaint>,
    more: u64,
}

impl Complaints {
    /// Those about a link.
    pub fn of_link(found: Vec<Complaint>) -> Complaints {
        let mut complaints = Complaints { named: found, more: 0 };
        complaints.more = complaints.named.len().saturating_sub(SHOWN_MAX) as u64;
        complaints.named.truncate(SHOWN_MAX);
        complaints
    }

    /// One more, unless one of the same name and value is there already.
    pub fn add(&mut self, complaint: Complaint) {
        let is_same = |known: &Complaint| known.name == complaint.name && known.value == complaint.value;
        if self.named.iter().any(is_same) {
            return;
        }
        if self.named.len() < SHOWN_MAX {
            self.named.push(complaint);
        } else {
            self.more += 1;
        }
    }

    /// They are put away.
    pub fn clear(&mut self) {
        *self = Complaints::default();
    }

    /// All of them, and they are put away: those that are named, and one that says how many more there are.
    pub fn take(&mut self) -> Vec<Complaint> {
        let Complaints { mut named, more } = std::mem::take(self);
        if more > 0 {
            named.push(Complaint::of_more(more));
        }
        named
    }

    /// The first of them.
    pub fn named(&self) -> &[Complaint] {
        &self.named
    }

    /// How many there are besides.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// Whether any is about the link that was opened.
    pub fn has_link(&self) -> bool {
        !self.named.iter().all(|complaint| {
            matches!(
                complaint.allowed,
                Allowed::Inputs(_) | Allowed::Branches(_) | Allowed::Waiting(_) | Allowed::Reachable
            )
        })
    }

    /// What the page says: a sentence for each that is named, and one for the rest.
    pub fn sentences(&self, words: &Messages) -> Vec<String> {
        let mut sentences: Vec<String> = self.named.iter().map(|complaint| sentence(words, complaint)).collect();
        if self.more > 0 {
            sentences.push(words.link.more.of(self.more, &[]));
        }
        sentences
    }
}

/// What was wrong, and what would have been right.
pub fn sentence(words: &Messages, complaint: &Complaint) -> String {
    let says = &words.link;
    let name = visible(&complaint.name, 40);
    let (template, allowed) = match &complaint.allowed {
        Allowed::AnotherName => (says.unknown_name, String::new()),
        Allowed::Range(min, max) => (says.range, fill(says.from_to, &[&number::grouped(*min), &number::grouped(*max)])),
        Allowed::Words(words) => (says.words, join(words, ", ")),
        Allowed::Encoding => (says.encoding, "UTF-8, %xx".to_owned()),
        Allowed::Once => (says.twice, String::new()),
        Allowed::Input(knobs) => (says.input, join(knobs, ", ")),
        Allowed::Version(version) => (says.version, version.to_string()),
        Allowed::AtMost(most) => (says.too_long, number::grouped(*most)),
        Allowed::Inputs(most) => (says.inputs_full, number::grouped(*most)),
        Allowed::Fork => (says.fork, String::new()),
        Allowed::Branches(most) => (says.forks_full, number::grouped(*most)),
        Allowed::Waiting(most) => (says.waiting_full, number::grouped(*most)),
        Allowed::Reachable => (says.unreachable, String::new()),
        Allowed::Named(count) => return says.more.of(*count, &[]),
        Allowed::Settings { most, left_out } => {
            return fill(says.too_many, &[&name, &number::grouped(*most), &number::grouped(*left_out)]);
        }
    };
    let value = visible(&complaint.value, 60);
    fill(template, &[&name, &value, &allowed])
}

#[cfg(test)]
mod tests {
    use crate::link::read;
    use crate::text::Language;

    use super::*;

    #[test]
    fn what_a_link_hides_is_seen_in_every_complaint_about_it() {
        let hidden = "%E2%80%AE%E2%81%A6%D8%9C%00";
        let queries = [
            format!("{hidden}=1"),
            format!("seed={hidden}"),
            format!("lang={hidden}"),
            format!("in={hidden}"),
            format!("controls={hidden}"),
            format!("v={hidden}"),
            format!("preset={hidden}"),
            format!("x{hidden}&x{hidden}=1&seed=1&seed={hidden}"),
        ];
        for query in queries {
            let complaints = read::query(&query).complaints;
            assert!(!complaints.is_empty(), "{query}");
            for complaint in &complaints {
                for language in Language::ALL {
                    let sentence = sentence(language.messages(), complaint);
                    let raw = |c: char| c.is_control() || "\u{202e}\u{2066}\u{61c}".contains(c);
                    assert!(!sentence.contains(raw), "{sentence:?}");
                    let told = complaint.value.contains('\u{202e}') || complaint.name.contains('\u{202e}');
                    assert!(!told || sentence.contains("(U+202E)"), "{sentence:?}");
                }
            }
        }
    }
}
