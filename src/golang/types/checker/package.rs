//! A package from its first name to its last error, in the order of Go's compiler.

use super::Checker;
use crate::golang::syntax::tree::{File, Name};
use crate::golang::types::ids::{ObjectId, PackageId};
use crate::golang::types::kinds::Type;
use crate::golang::types::objects::Package;
use crate::golang::types::scopes::ScopeKind;

/// Whether every function must have a body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::golang::types) enum Bodies {
    Required,
    /// What has none is made elsewhere.
    Optional,
}

impl<'t> Checker<'t> {
    /// Checks one package, whose imports have been checked.
    pub(in crate::golang::types) fn package(&mut self, path: &str, files: &'t [File], bodies: Bodies) {
        let name: Name = files
            .iter()
            .find_map(|file| file.package.as_ref())
            .map_or_else(|| path.into(), |package| package.name.clone());
        self.types.current = PackageId(self.types.packages.len() as u16);
        self.types.packages.push(Package { path: path.into(), name });
        let universe = self.universe.scope;
        let scope = self.scopes.open(Some(universe), ScopeKind::Block);
        self.env.scope = scope;
        let (declarations, imports, instantiations, errors) =
            (self.declarations.len(), self.imports.len(), self.instantiations.len(), self.errors.len());
        self.check_package_names(files);
        self.collect(files);
        let objects = self.objects_since(declarations);
        self.check_direct_cycles(&objects);
        self.declare_in_order(&objects);
        self.do_later(0);
        self.order_initializers(declarations);
        self.report_unused_imports(imports);
        self.record_untyped();
        if self.errors.len() == errors {
            self.check_instantiation_cycles(instantiations);
        }
        if bodies == Bodies::Required {
            self.check_bodies(files);
        }
        self.packages.push(scope);
    }

    /// All files of a package say the same name.
    fn check_package_names(&mut self, files: &[File]) {
        let mut names = files.iter().filter_map(|file| file.package.as_ref());
        let Some(first) = names.next() else { return };
        if &*first.name == "_" {
            self.error(first.at, "invalid package name _");
        }
        for other in names.filter(|other| other.name != first.name) {
            self.error(other.at, format!("package {}; expected package {}", other.name, first.name));
        }
    }

    fn objects_since(&self, declaration: usize) -> Vec<ObjectId> {
        let mut objects: Vec<ObjectId> = self
            .declaration_of
            .iter()
            .filter(|(_, number)| **number >= declaration)
            .map(|(object, _)| *object)
            .collect();
        objects.sort();
        objects
    }

    /// Types first, then their other names, then everything else.
    fn declare_in_order(&mut self, objects: &[ObjectId]) {
        let is_alias = |checker: &Self, object: ObjectId| {
            let declaration = checker.declaration_of.get(&object).map(|number| &checker.declarations[*number].what);
            matches!(declaration, Some(super::Declared::Type(declaration)) if declaration.alias)
        };
        let rank = |checker: &Self, object: ObjectId| match checker.types.object(object).is_type() {
            true if is_alias(checker, object) => 1,
            true => 0,
            false => 2,
        };
        for wanted in 0..3 {
            for object in objects.iter().copied() {
                if rank(self, object) == wanted {
                    self.declare_object(object);
                }
            }
        }
    }

    fn check_bodies(&mut self, files: &'t [File]) {
        use crate::golang::syntax::tree::DeclKind;
        for decl in files.iter().flat_map(|file| &file.decls) {
            if let DeclKind::Func(func) = &decl.kind
                && func.body.is_none()
            {
                let generic = if func.params.is_empty() { "" } else { "generic function is " };
                self.error(func.name.at, format!("{generic}missing function body"));
            }
        }
        let is_main = &*self.types.packages[usize::from(self.types.current.0)].name == "main";
        if let (true, Some(package)) = (is_main, files.iter().find_map(|file| file.package.as_ref())) {
            let main = self.scopes.get(self.env.scope).get("main");
            let is_function = main.is_some_and(|main| {
                let of = self.types.type_of(main);
                matches!(self.types.get(of), Type::Function(_))
            });
            if !is_function {
                self.error(package.at, "function main is undeclared in the main package");
            }
        }
    }
}
