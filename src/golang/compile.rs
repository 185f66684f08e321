//! A program's source → something that runs: the rooms one after the other.

use super::code;
use super::code::program::Program;
use super::library;
use super::machine::run::missing;
use super::syntax;
use super::syntax::error::Errors;
use super::syntax::position::Pos;
use super::syntax::tree::Tree;
use super::types::check::{Origin, Source, check as check_types};

/// What is wrong with a program, and where.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    pub(crate) file: String,
    pub(crate) at: Pos,
    pub(crate) text: String,
}

/// The name of the file of a place.
pub(super) fn file(files: &[String], at: Pos) -> String {
    files.get(usize::from(at.file)).cloned().unwrap_or_default()
}

/// What is wrong at a place.
pub(super) fn complaint(files: &[String], at: Pos, text: String) -> Complaint {
    Complaint { file: file(files, at), at, text }
}

/// The program, or what is wrong with it.
///
/// # Errors
/// Everything that is found at once, in the order of its lines.
pub(crate) fn compile(files: &[(String, String)]) -> Result<Program, Vec<Complaint>> {
    let (mut tree, mut errors) = (Tree::new(), Errors::default());
    let parsed: Vec<_> =
        files.iter().map(|(name, source)| syntax::parse(name, source, &mut tree, &mut errors)).collect();
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let complaints = |errors: Errors| -> Vec<Complaint> {
        errors.sorted().into_iter().map(|error| complaint(&names, error.at, error.text)).collect()
    };
    if !errors.is_empty() {
        return Err(complaints(errors));
    }
    let mut sources = Vec::new();
    library::load_path("runtime", &mut tree, &mut sources);
    library::load(&parsed, &mut tree, &mut sources, &mut errors);
    if !errors.is_empty() {
        return Err(complaints(errors));
    }
    sources.push(Source { path: "main".to_owned(), files: parsed, origin: Origin::Reader });
    let checked = check_types(&tree, &sources, &mut errors);
    if !errors.is_empty() {
        return Err(complaints(errors));
    }
    let program =
        code::make(&tree, &sources, checked).map_err(|error| vec![complaint(&names, error.at, error.text)])?;
    match missing(&program) {
        Some((at, text)) => Err(vec![complaint(&program.files, at, text)]),
        None => Ok(program),
    }
}
