//! WORDS: every sentence that the page shows, once for each language.
//!
//! - [`Messages`]: plain fields; a sentence with blanks is a template (`{0}`, `{1}`) that [`fill`] completes;
//! - [`words`]: the file of each language, `words.en.txt` and `words.ko.txt`; [`reader`]: how it is read;
//! - [`number`]: grouping, durations, sizes, with whole numbers only;
//! - [`visible`](mod@visible): what others said, with nothing hidden;
//! - [`thread`]: the words of the one thread and of a step on it, in both languages;
//! - [`lesson`]: the words of a lesson, which each lesson fills in beside its program.
//!
//! Deliberately absent: floats and `format!` templates (their code is large in wasm), plural rules beyond "one or more"
//! (neither language has others), the choice of a sentence (that is the page's), and everything that is true of one lesson
//! only.

pub mod language;
pub mod lesson;
pub mod measure;
pub mod messages;
pub mod number;
pub mod reader;
pub mod template;
pub mod thread;
pub mod visible;
pub mod words;

pub use crate::text::language::Language;
pub use crate::text::messages::Messages;
pub use crate::text::template::{Plural, Text, fill, join};

#[cfg(test)]
mod tests {
    use super::*;

    /// The quoted strings of a `Debug` print, in order.
    fn strings(messages: &Messages) -> Vec<String> {
        let print = format!("{messages:?}").replace("\\\"", "'");
        print.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn blanks(text: &str) -> Vec<&str> {
        let mut found: Vec<_> = (0..text.len())
            .filter(|&at| text.as_bytes()[at] == b'{' && text.as_bytes().get(at + 2) == Some(&b'}'))
            .map(|at| &text[at..at + 3])
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn both_languages_say_the_same_things_with_the_same_blanks() {
        let (english, korean) = (strings(Language::English.messages()), strings(Language::Korean.messages()));
        assert_eq!(english.len(), korean.len());
        for (english, korean) in english.iter().zip(&korean) {
            // A singular may say "one" without its number.
            let (ours, theirs) = (blanks(english), blanks(korean));
            assert!(ours.iter().all(|blank| theirs.contains(blank)), "{english} / {korean}");
            assert!(theirs.iter().all(|blank| ours.contains(blank) || *blank == "{0}"), "{english} / {korean}");
        }
    }

    #[test]
    fn nothing_is_empty_and_nothing_shouts() {
        for language in Language::ALL {
            for text in strings(language.messages()) {
                assert!(!text.trim().is_empty());
                assert!(!text.contains('!'), "{text}");
            }
        }
    }

    #[test]
    fn korean_sentences_end_politely() {
        for text in strings(Language::Korean.messages()) {
            for sentence in text.split_inclusive(". ") {
                let plain = sentence.trim_end();
                // A dot alone is the name of a key.
                if plain.ends_with('.') && plain != "." {
                    assert!(plain.ends_with("요.") || plain == "네.", "{plain}");
                }
            }
        }
    }
}
