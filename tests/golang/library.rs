//! Go's packages for these tests: what they export, as Go source without bodies, as far as the programs use it.

use pileup::golang::syntax;
use pileup::golang::syntax::error::Errors;
use pileup::golang::syntax::print::string_literal;
use pileup::golang::syntax::tree::{DeclKind, File, Tree};
use pileup::golang::types::check::{Origin, Source};

const PACKAGES: &[(&str, &str)] = &[
    ("cmp", include_str!("library/cmp.go")),
    ("context", include_str!("library/context.go")),
    ("errors", include_str!("library/errors.go")),
    ("fmt", include_str!("library/fmt.go")),
    ("os", include_str!("library/os.go")),
    ("slices", include_str!("library/slices.go")),
    ("sort", include_str!("library/sort.go")),
    ("strings", include_str!("library/strings.go")),
    ("sync", include_str!("library/sync.go")),
    ("time", include_str!("library/time.go")),
];

/// Parses the packages that the files import, each behind those that it imports itself.
pub(crate) fn load(files: &[File], tree: &mut Tree, sources: &mut Vec<Source>) {
    let decls = files.iter().flat_map(|file| &file.decls);
    let paths: Vec<String> = decls
        .filter_map(|decl| match &decl.kind {
            DeclKind::Import(import) => string_literal(tree, import.path?),
            _ => None,
        })
        .collect();
    for path in paths {
        let Some((_, text)) = PACKAGES.iter().find(|(known, _)| *known == path) else { continue };
        if sources.iter().any(|source| source.path == path) {
            continue;
        }
        let mut errors = Errors::default();
        let files = vec![syntax::parse(&format!("{path}.go"), text, tree, &mut errors)];
        assert!(errors.is_empty(), "{path}: {errors:?}");
        load(&files, tree, sources);
        sources.push(Source { path, files, origin: Origin::Library });
    }
}
