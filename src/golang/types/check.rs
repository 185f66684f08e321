//! The door: checks the packages of a program, each after those that it imports.

use super::checker::Checker;
use super::checker::package::Bodies;
use super::info::Info;
use super::store::Types;
use crate::golang::syntax::error::Errors;
use crate::golang::syntax::tree::{File, Tree};

/// A package: its files, which are parsed.
#[derive(Debug)]
pub struct Source {
    /// As it is imported; of the program itself `main`.
    pub path: String,
    /// Its files.
    pub files: Vec<File>,
    /// Who wrote it.
    pub origin: Origin,
}

/// Who wrote a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The library: its functions without a body are made elsewhere.
    Library,
    /// The reader.
    Reader,
}

/// A checked program.
#[derive(Debug)]
pub struct Checked {
    /// All types and objects.
    pub types: Types,
    /// What every expression and name is.
    pub info: Info,
}

/// Checks packages that have been parsed into one tree, in an order in which each comes after those that it imports, and
/// reports what is wrong with them.
///
/// Also of a program with errors everything is given that could be found out; code is to be made only of one without.
pub fn check(tree: &Tree, sources: &[Source], errors: &mut Errors) -> Checked {
    let mut checker = Checker::new(tree, errors);
    for source in sources {
        let bodies = if source.origin == Origin::Reader { Bodies::Required } else { Bodies::Optional };
        checker.package(&source.path, &source.files, bodies);
    }
    Checked { types: checker.types, info: checker.info }
}
