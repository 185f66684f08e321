//! Variables and imports that nobody uses.

use super::Checker;
use crate::golang::types::ids::ObjectId;
use crate::golang::types::objects::VariableKind;
use crate::golang::types::scopes::ScopeId;

impl Checker<'_> {
    /// Reports variables of a function's scope, and of those inside it, that are never read.
    pub(super) fn report_unused(&mut self, scope: ScopeId) {
        let is_unused = |object: &ObjectId| {
            let variable = self.types.object(*object).variable();
            variable.is_some_and(|variable| variable.kind == VariableKind::Local && !variable.used)
        };
        let mut unused: Vec<ObjectId> =
            self.scopes.get(scope).names().map(|(_, object)| object).filter(is_unused).collect();
        unused.sort_by_key(|object| self.types.object(*object).at);
        for object in unused {
            let (at, name) = (self.types.object(object).at, self.types.object(object).name.clone());
            self.error(at, format!("declared and not used: {name}"));
        }
        for child in self.scopes.get(scope).children.clone() {
            self.report_unused(child);
        }
    }

    /// Reports imports of the package that are never used; `since` is its first.
    pub(super) fn report_unused_imports(&mut self, since: usize) {
        for number in since..self.imports.len() {
            let import = &self.imports[number];
            let (object, package) = (import.object, import.package);
            let name = self.types.object(object).name.clone();
            let at = self.types.object(object).at;
            if &*name == "_" || self.used_packages.contains(&object) {
                continue;
            }
            let Some(path) = self.types.packages.get(usize::from(package.0)).map(|package| package.path.clone()) else {
                continue;
            };
            let last = path.rsplit('/').next().unwrap_or(&path);
            match name.is_empty() || &*name == "." || *name == *last {
                true => self.error(at, format!("\"{path}\" imported and not used")),
                false => self.error(at, format!("\"{path}\" imported as {name} and not used")),
            }
        }
    }
}
