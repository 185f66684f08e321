//! The file of each language, and which languages are known.
//!
//! `words.en.txt` and `words.ko.txt` hold a text in each line, in the order of the fields that take them: what it is called, a
//! tab, and what is said. A list begins with a line that says how many it has. Empty lines and those with a `#` in front are
//! for whoever edits the file. On a page the program is handed the one file that its reader needs, and another one when
//! another language is chosen: so nobody loads sentences that she does not read. Everywhere else both are part of the program.
//!
//! What a text is called serves its editors: outside of the browser each read compares it with the field, and a line that
//! has moved or is missing is named. The published files hold the texts alone.
//!
//! Deliberately absent: a format for data. The structs say what there is.

use std::sync::OnceLock;

use crate::text::language::Language;
use crate::text::lesson::LessonWords;
use crate::text::messages::Messages;
use crate::text::reader::{FromWords as _, Misfit, Reader, words};

words! {
    /// Everything that is said in one language.
    #[derive(Debug)]
    pub struct Words {
        /// By the page.
        pub page: Messages,
        /// By each lesson that is published with it.
        pub lessons: Vec<LessonWords>,
    }
}

/// What each language says once it is known, in the order of [`Language::ALL`].
static WORDS: [OnceLock<Box<Words>>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
/// The texts of the files that a page was handed.
static FILES: [OnceLock<String>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];

/// Makes the program speak a language, with what its file says. The first file counts, and what is known stays as it is.
///
/// # Errors
/// The file is of another version of the program. It is not used.
pub fn learn(language: Language, file: String) -> Result<(), Misfit> {
    let words = parse(FILES[language as usize].get_or_init(|| file), language)?;
    WORDS[language as usize].get_or_init(|| words);
    Ok(())
}

/// What a file says.
fn parse(file: &'static str, language: Language) -> Result<Box<Words>, Misfit> {
    let mut words = Box::new(Words::EMPTY);
    words.page.language = language;
    let mut reader = Reader::new(file);
    words.fill(&mut reader);
    reader.end()?;
    Ok(words)
}

impl Language {
    /// Whether the program can say anything in it.
    pub fn is_known(self) -> bool {
        self.words().is_some()
    }

    /// Itself, or a language that is known where it is not.
    pub fn or_known(self) -> Language {
        if self.is_known() {
            return self;
        }
        Language::ALL.into_iter().find(|language| language.is_known()).unwrap_or(self)
    }

    /// What the page says in it; where it is not known, in a language that is.
    ///
    /// # Panics
    /// No language is known: a page has to [`learn`] one before it says anything.
    pub fn messages(self) -> &'static Messages {
        &self.known_words().page
    }

    /// What the published lesson of this name says in it, likewise.
    ///
    /// # Panics
    /// There is no such lesson, or no language is known.
    pub fn lesson(self, name: &str) -> &'static LessonWords {
        let mut lessons = self.known_words().lessons.iter();
        lessons.find(|words| words.name == name).expect("a published lesson has its words")
    }

    fn known_words(self) -> &'static Words {
        self.or_known().words().expect("some language is known before anything is said")
    }

    #[cfg(target_arch = "wasm32")]
    fn words(self) -> Option<&'static Words> {
        WORDS[self as usize].get().map(Box::as_ref)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn words(self) -> Option<&'static Words> {
        let file = match self {
            Language::Korean => include_str!("words.ko.txt"),
            Language::English => include_str!("words.en.txt"),
        };
        Some(WORDS[self as usize].get_or_init(|| match parse(file, self) {
            Ok(words) => words,
            Err(Misfit { line, expected }) => panic!("words.{}.txt, line {line}: expected {expected}", self.tag()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misfit(file: &'static str) -> Misfit {
        parse(file, Language::English).map(|_| ()).unwrap_err()
    }

    #[test]
    fn a_line_that_moved_is_named_with_what_should_stand_there() {
        let english = include_str!("words.en.txt");
        let moved = english.replacen("page.skip\t", "page.skips\t", 1).leak();
        assert_eq!(misfit(moved).expected, "page.skip");
        let line = english.lines().position(|line| line.starts_with("page.skip\t")).unwrap();
        assert_eq!(misfit(moved).line, line + 1);
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        let published: String = include_str!("words.en.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .fold(String::new(), |all, line| all + line.rsplit('\t').next().unwrap_or("") + "\n");
        assert!(parse(published.clone().leak(), Language::English).is_ok());
        let (longer, shorter) = (format!("{published}more\n"), published.replacen("Skip to the switch\n", "", 1));
        for file in [longer, shorter, String::new(), "<!doctype html>".to_owned()] {
            assert!(parse(file.clone().leak(), Language::English).is_err(), "{file}");
        }
    }

    #[test]
    fn a_language_is_learned_once() {
        assert!(learn(Language::English, "nothing".to_owned()).is_err());
        assert_eq!(Language::English.messages().close, "Close");
        assert_eq!(Language::Korean.messages().language, Language::Korean);
    }
}
