//! LIBRARY: the packages that a program may import, as Go source.
//!
//! Takes the path of a package, gives its source: [`source`]. Functions without a body are the machine's own. Whatever is not
//! declared here is refused by the checker, in its words and at its place.
//!
//! Not here: what a native function does (that is `machine`).

use crate::golang::syntax;
use crate::golang::syntax::error::Errors;
use crate::golang::syntax::print::string_literal;
use crate::golang::syntax::tree::{DeclKind, File, Tree};
use crate::golang::types::check::{Origin, Source};

/// Every package, in the order of their paths.
const PACKAGES: &[(&str, &str)] = &[
    ("bufio", include_str!("bufio.go")),
    ("bytes", include_str!("bytes.go")),
    ("cmp", include_str!("cmp.go")),
    ("context", include_str!("context.go")),
    ("errors", include_str!("errors.go")),
    ("fmt", include_str!("fmt.go")),
    ("golang.org/x/sync/errgroup", include_str!("errgroup.go")),
    ("io", include_str!("io.go")),
    ("iter", include_str!("iter.go")),
    ("log", include_str!("log.go")),
    ("maps", include_str!("maps.go")),
    ("math", include_str!("math.go")),
    ("math/rand", include_str!("rand.go")),
    ("os", include_str!("os.go")),
    ("runtime", include_str!("runtime.go")),
    ("slices", include_str!("slices.go")),
    ("sort", include_str!("sort.go")),
    ("strconv", include_str!("strconv.go")),
    ("strings", include_str!("strings.go")),
    ("sync", include_str!("sync.go")),
    ("sync/atomic", include_str!("atomic.go")),
    ("time", include_str!("time.go")),
    ("unicode", include_str!("unicode.go")),
    ("unicode/utf8", include_str!("utf8.go")),
];

/// Parses the packages that files import, each behind those that it imports itself; reports those that are not there.
pub(crate) fn load(files: &[File], tree: &mut Tree, sources: &mut Vec<Source>, errors: &mut Errors) {
    let decls = files.iter().flat_map(|file| &file.decls);
    let imports: Vec<_> = decls
        .filter_map(|decl| match &decl.kind {
            DeclKind::Import(import) => Some((tree.at(import.path?), string_literal(tree, import.path?)?)),
            _ => None,
        })
        .collect();
    for (at, path) in imports {
        if !PACKAGES.iter().any(|(known, _)| *known == path) {
            errors.report(at, format!("package {path} is not on this machine yet"));
            continue;
        }
        load_path(&path, tree, sources);
    }
}

/// Parses one package and those that it imports.
pub(crate) fn load_path(path: &str, tree: &mut Tree, sources: &mut Vec<Source>) {
    let Some((_, text)) = PACKAGES.iter().find(|(known, _)| *known == path) else { return };
    if sources.iter().any(|source| source.path == path) {
        return;
    }
    let mut errors = Errors::default();
    let files = vec![syntax::parse(&format!("{path}.go"), text, tree, &mut errors)];
    load(&files, tree, sources, &mut errors);
    sources.push(Source { path: path.to_owned(), files, origin: Origin::Library });
}
