//! A complaint about a link or a message, as a sentence.

use crate::link::{Allowed, Complaint};
use crate::text::{Messages, fill, number};

/// What was wrong, and what would have been right.
pub fn sentence(words: &Messages, complaint: &Complaint) -> String {
    let says = &words.link;
    let name: String = complaint.name.chars().take(40).collect();
    let (template, allowed) = match &complaint.allowed {
        Allowed::AnotherName => (says.unknown_name, String::new()),
        Allowed::Range(min, max) => (says.range, fill(says.from_to, &[&number::grouped(*min), &number::grouped(*max)])),
        Allowed::Words(words) => (says.words, words.join(", ")),
        Allowed::Encoding => (says.encoding, "UTF-8, %xx".to_owned()),
        Allowed::Once => (says.twice, String::new()),
        Allowed::Input(knobs) => (says.input, knobs.join(", ")),
        Allowed::Version(version) => (says.version, version.to_string()),
        Allowed::AtMost(most) => (says.too_long, number::grouped(*most)),
        Allowed::Settings { most, left_out } => {
            return fill(says.too_many, &[&name, &number::grouped(*most), &number::grouped(*left_out)]);
        }
    };
    let value: String = complaint.value.chars().take(60).collect();
    fill(template, &[&name, &value, &allowed])
}
