//! A complaint about a link or a message, as a sentence: the one place where the page repeats what others wrote.

use crate::link::{Allowed, Complaint};
use crate::text::visible::visible;
use crate::text::{Messages, fill, number};

/// What was wrong, and what would have been right.
pub fn sentence(words: &Messages, complaint: &Complaint) -> String {
    let says = &words.link;
    let name = visible(&complaint.name, 40);
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
