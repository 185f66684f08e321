//! A place in the source.

/// Where something stands: the file by its number in the program, line and column from 1. A column counts bytes, as Go's
/// compiler counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos {
    /// The file's number, in the order in which files were handed to [`parse`](super::parse): its name is in the tree.
    pub file: u16,
    /// From 1; 0 for what stands nowhere, as a name of the universe.
    pub line: u32,
    /// From 1, in bytes; a line that is longer than this can say is cut off here.
    pub column: u16,
}

impl Pos {
    /// The place so many bytes further on the same line.
    #[must_use]
    pub fn plus(self, bytes: usize) -> Pos {
        let column = usize::from(self.column).saturating_add(bytes).min(usize::from(u16::MAX));
        Pos { column: column as u16, ..self }
    }

    /// Whether this is a place at all.
    pub fn is_known(self) -> bool {
        self.line > 0
    }
}

impl std::fmt::Display for Pos {
    /// `line:column`: who prints it knows the file's name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
