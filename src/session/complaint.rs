//! A complaint about a link or a message, as a sentence.

use crate::link::{Allowed, Complaint};
use crate::text::{Messages, fill, join, number};

/// What was wrong, and what would have been right.
pub fn sentence(words: &Messages, complaint: &Complaint) -> String {
    let says = &words.link;
    let name = beginning(&complaint.name, 40);
    let (template, allowed) = match &complaint.allowed {
        Allowed::AnotherName => (says.unknown_name, String::new()),
        Allowed::Range(min, max) => (says.range, fill(says.from_to, &[&number::grouped(*min), &number::grouped(*max)])),
        Allowed::Words(words) => (says.words, join(words, ", ")),
        Allowed::Encoding => (says.encoding, "UTF-8, %xx".to_owned()),
        Allowed::Once => (says.twice, String::new()),
        Allowed::Input(knobs) => (says.input, join(knobs, ", ")),
        Allowed::Version(version) => (says.version, version.to_string()),
        Allowed::AtMost(most) => (says.too_long, number::grouped(*most)),
        Allowed::Settings { most, left_out } => {
            return fill(says.too_many, &[name, &number::grouped(*most), &number::grouped(*left_out)]);
        }
    };
    fill(template, &[name, beginning(&complaint.value, 60), &allowed])
}

/// At most so many characters of a text.
fn beginning(text: &str, characters_max: usize) -> &str {
    text.char_indices().nth(characters_max).map_or(text, |(end, _)| &text[..end])
}
