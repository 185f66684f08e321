//! Reads the structs of words from a language's file, a line for each text.
//!
//! Deliberately absent: what the structs are, and which files there are (`words.rs`).

use std::borrow::Cow;

use crate::text::language::Language;

/// Where a file and the program do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The line of the file, counted from 1.
    pub line: usize,
    /// What should stand there, by its name; empty in a browser, which does not know the names.
    pub expected: String,
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
    pub(crate) fn new(file: &'static str) -> Reader {
        Reader { lines: file.lines(), line: 0, names: Names::NONE, misfit: None }
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

    pub(crate) fn end(mut self) -> Result<(), Misfit> {
        if self.next().is_some() {
            self.note_misfit();
        }
        self.misfit.map_or(Ok(()), Err)
    }
}

/// The names of the parts that are being read, outermost first.
#[cfg(not(target_arch = "wasm32"))]
struct Names(String);

#[cfg(not(target_arch = "wasm32"))]
impl Names {
    const NONE: Names = Names(String::new());

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
struct Names;

#[cfg(target_arch = "wasm32")]
impl Names {
    const NONE: Names = Names;

    #[inline(always)]
    fn enter(&mut self, _: &str) -> usize {
        0
    }

    #[inline(always)]
    fn leave(&mut self, _: usize) {}

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

impl FromWords for Cow<'static, str> {
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

        impl crate::text::reader::FromWords for $name {
            const EMPTY: Self = $name { $($field: <$kind as crate::text::reader::FromWords>::EMPTY,)* };

            fn fill(&mut self, reader: &mut crate::text::reader::Reader) {
                $(reader.part(stringify!($field), &mut self.$field);)*
            }
        }
    )*};
}
pub(crate) use words;
