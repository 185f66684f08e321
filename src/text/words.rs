//! The file of each language: how it is read, and which languages are there.
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

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::text::language::Language;
use crate::text::lesson::LessonWords;
use crate::text::messages::Messages;
use crate::text::template::Text;

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

/// Where a file and the program do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The line of the file, counted from 1.
    pub line: usize,
    /// What should stand there, by its name; empty in a browser, which does not know the names.
    pub expected: String,
}

/// One cell a language, in the order of [`Language::ALL`].
static WORDS: [OnceLock<Box<Words>>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];

/// Makes the program speak a language, with what its file says. A language that is known already stays as it is.
///
/// # Errors
/// The file is of another version of the program. It is not used.
pub fn learn(language: Language, file: String) -> Result<(), Misfit> {
    let words = parse(Box::leak(file.into_boxed_str()), language)?;
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

/// What a line, or several of them, are read into. It is filled in its place, which takes a third of the code that making and
/// moving takes.
pub(crate) trait FromWords: Sized {
    /// Before anything is read.
    const EMPTY: Self;

    /// Takes its lines.
    fn fill(&mut self, reader: &mut Reader);
}

/// Goes through a file, from line to line.
pub(crate) struct Reader {
    lines: std::str::Lines<'static>,
    line: usize,
    names: Names,
    misfit: Option<Misfit>,
}

impl Reader {
    fn new(file: &'static str) -> Reader {
        Reader { lines: file.lines(), line: 0, names: Names::default(), misfit: None }
    }

    /// Fills the part of this name.
    #[inline(always)]
    pub(crate) fn part<T: FromWords>(&mut self, name: &'static str, part: &mut T) {
        let outer = self.names.enter(name);
        part.fill(self);
        self.names.leave(outer);
    }

    /// The next text. Past a misfit every text is empty.
    #[inline(never)]
    fn text(&mut self) -> &'static str {
        let Some((name, text)) = self.next() else {
            self.note_misfit();
            return "";
        };
        if !self.names.fit(name) {
            self.note_misfit();
        }
        text
    }

    /// The next line that says something: its name, and what it says. A published line has no name.
    fn next(&mut self) -> Option<(&'static str, &'static str)> {
        if self.misfit.is_some() {
            return None;
        }
        loop {
            self.line += 1;
            let line = self.lines.next()?;
            if !line.is_empty() && !line.starts_with('#') {
                return Some(line.split_once('\t').unwrap_or(("", line)));
            }
        }
    }

    fn count(&mut self) -> usize {
        self.text().parse::<u32>().map_or_else(|_| self.no_count(), |count| count as usize)
    }

    fn no_count(&mut self) -> usize {
        self.note_misfit();
        0
    }

    fn note_misfit(&mut self) {
        let (line, expected) = (self.line, self.names.all());
        self.misfit.get_or_insert(Misfit { line, expected });
    }

    fn end(mut self) -> Result<(), Misfit> {
        if self.next().is_some() {
            self.note_misfit();
        }
        self.misfit.map_or(Ok(()), Err)
    }
}

/// The names of the parts that are being read, outermost first.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Default)]
struct Names(String);

#[cfg(not(target_arch = "wasm32"))]
impl Names {
    fn enter(&mut self, name: &str) -> usize {
        let outer = self.0.len();
        if outer > 0 {
            self.0.push('.');
        }
        self.0.push_str(name);
        outer
    }

    fn leave(&mut self, outer: usize) {
        self.0.truncate(outer);
    }

    fn fit(&self, name: &str) -> bool {
        name.is_empty() || name == self.0
    }

    fn all(&self) -> String {
        self.0.clone()
    }
}

/// A browser knows no names, so that none of them is part of the program.
#[cfg(target_arch = "wasm32")]
#[derive(Default)]
struct Names;

#[cfg(target_arch = "wasm32")]
impl Names {
    #[inline(always)]
    fn enter(&mut self, _: &str) {}

    #[inline(always)]
    fn leave(&mut self, (): ()) {}

    fn fit(&self, _: &str) -> bool {
        true
    }

    fn all(&self) -> String {
        String::new()
    }
}

impl FromWords for &'static str {
    const EMPTY: Self = "";

    #[inline(never)]
    fn fill(&mut self, reader: &mut Reader) {
        *self = reader.text();
    }
}

impl FromWords for Text {
    const EMPTY: Self = Cow::Borrowed("");

    #[inline(never)]
    fn fill(&mut self, reader: &mut Reader) {
        *self = Cow::Borrowed(reader.text());
    }
}

/// Two texts, one after the other.
impl FromWords for (&'static str, &'static str) {
    const EMPTY: Self = ("", "");

    fn fill(&mut self, reader: &mut Reader) {
        self.0.fill(reader);
        self.1.fill(reader);
    }
}

impl<T: FromWords, const N: usize> FromWords for [T; N] {
    const EMPTY: Self = [const { T::EMPTY }; N];

    fn fill(&mut self, reader: &mut Reader) {
        for part in self {
            part.fill(reader);
        }
    }
}

impl<T: FromWords> FromWords for Vec<T> {
    const EMPTY: Self = Vec::new();

    fn fill(&mut self, reader: &mut Reader) {
        for _ in 0..reader.count() {
            if reader.misfit.is_none() {
                let mut item = T::EMPTY;
                item.fill(reader);
                self.push(item);
            }
        }
    }
}

impl<T: FromWords + Clone> FromWords for Cow<'static, [T]> {
    const EMPTY: Self = Cow::Owned(Vec::new());

    fn fill(&mut self, reader: &mut Reader) {
        let mut list = Vec::new();
        list.fill(reader);
        *self = Cow::Owned(list);
    }
}

/// A count of 0 or 1, and what there is.
impl<T: FromWords> FromWords for Option<T> {
    const EMPTY: Self = None;

    fn fill(&mut self, reader: &mut Reader) {
        if reader.count() > 0 {
            self.insert(T::EMPTY).fill(reader);
        }
    }
}

/// Which language it is, no line says.
impl FromWords for Language {
    const EMPTY: Self = Language::ALL[0];

    fn fill(&mut self, _: &mut Reader) {}
}

/// Structs of words, each of which takes its fields in the order in which they stand here.
macro_rules! words {
    ($($(#[$about:meta])* pub struct $name:ident {
        $($(#[$field_about:meta])* pub $field:ident: $kind:ty,)*
    })*) => {$(
        $(#[$about])*
        pub struct $name {
            $($(#[$field_about])* pub $field: $kind,)*
        }

        impl crate::text::words::FromWords for $name {
            const EMPTY: Self = $name { $($field: <$kind as crate::text::words::FromWords>::EMPTY,)* };

            fn fill(&mut self, reader: &mut crate::text::words::Reader) {
                $(reader.part(stringify!($field), &mut self.$field);)*
            }
        }
    )*};
}
pub(crate) use words;

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
