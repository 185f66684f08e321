//! All names of a package, before anything is said about them: imports, constants, variables, types, functions.

use crate::golang::types::ids::{ObjectId, PackageId};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Checker, Declaration, DeclarationId, Declared, Import};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::print::string_literal;
use crate::golang::syntax::tree::{self, Const, DeclKind, ExprId, ExprKind, File, Func, Ident, Var};
use crate::golang::types::constant::value::Value;
use crate::golang::types::objects::{Function, Object, ObjectKind, Package, VariableKind, is_exported};
use crate::golang::types::scopes::{ScopeId, ScopeKind};

/// A package that could not be imported: whatever is selected of it is wrong, which has been said.
const MISSING: PackageId = PackageId(u16::MAX - 1);

/// The last line of constants that had values, for those that repeat it.
#[derive(Clone, Copy, Default)]
pub(super) struct Repeated<'t> {
    group: u32,
    line: Option<&'t Const>,
}

impl<'t> Repeated<'t> {
    /// The line whose type and values hold for this one, and whether it is another.
    pub(super) fn for_line(&mut self, line: &'t Const) -> (Option<&'t Const>, bool) {
        if self.group != line.group {
            *self = Repeated { group: line.group, line: None };
        }
        if line.of.is_some() || !line.values.is_empty() {
            self.line = Some(line);
            return (Some(line), false);
        }
        (self.line, self.line.is_some())
    }
}

impl<'t> Checker<'t> {
    /// Declares all names of the package in its scope, and imports in those of their files.
    pub(super) fn collect(&mut self, files: &'t [File]) {
        let scope = self.env.scope;
        let mut methods = Vec::new();
        let mut file_scopes = Vec::new();
        for file in files {
            let file_scope = self.scopes.open(Some(scope), ScopeKind::Block);
            file_scopes.push(file_scope);
            let mut repeated = Repeated::default();
            for decl in &file.decls {
                match &decl.kind {
                    DeclKind::Import(import) => self.import(decl.at, import, file_scope),
                    DeclKind::Const(line) => self.collect_constants(decl.at, line, file_scope, &mut repeated),
                    DeclKind::Var(line) => self.collect_variables(line, file_scope),
                    DeclKind::Type(declaration) => {
                        let object = self.new_object(&declaration.name, ObjectKind::Type);
                        self.declare_in_package(&declaration.name, object);
                        self.new_declaration(object, file_scope, Declared::Type(declaration));
                    }
                    DeclKind::Func(func) => self.collect_function(func, file_scope, &mut methods),
                }
            }
        }
        self.check_imported_names(scope, &file_scopes);
        for (method, name, pointer) in methods {
            if let Some((base, pointer)) = self.receiver_base(&name, pointer) {
                if let ObjectKind::Function(function) = &mut self.types.object_mut(method).kind {
                    function.pointer_receiver = pointer;
                }
                self.methods.entry(base).or_default().push(method);
            }
        }
    }

    fn new_object(&mut self, name: &Ident, kind: ObjectKind) -> ObjectId {
        let object = Object { name: name.name.clone(), at: name.at, package: self.types.current, of: None, kind };
        let object = self.types.add_object(object);
        self.record_name(name.id, object);
        object
    }

    fn new_declaration(&mut self, object: ObjectId, scope: ScopeId, what: Declared<'t>) -> DeclarationId {
        let id = self.declarations.len();
        self.declarations.push(Declaration { scope, what, uses: Default::default() });
        self.declaration_of.insert(object, id);
        id
    }

    fn declare_in_package(&mut self, name: &Ident, object: ObjectId) {
        let is_main = self.package_name() == "main";
        match &*name.name {
            "init" => self.error(name.at, "cannot declare init - must be func"),
            "main" if is_main => self.error(name.at, "cannot declare main - must be func"),
            _ => {
                let scope = self.env.scope;
                self.declare(scope, object);
            }
        }
    }

    fn package_name(&self) -> &str {
        self.types.packages.get(usize::from(self.types.current.0)).map_or("", |package: &Package| &package.name)
    }

    fn import(&mut self, at: Pos, import: &tree::Import, scope: ScopeId) {
        let Some(path) = import.path.and_then(|path| string_literal(self.tree, path)) else { return };
        let path_at = import.path.map_or(at, |path| self.tree.at(path));
        if let Some(fault) = path_fault(&path) {
            self.error(path_at, format!("invalid import path ({fault})"));
            return;
        }
        let known = self.packages.len();
        let package = self.types.packages[..known].iter().position(|package| *package.path == *path);
        let (id, own_name) = match package {
            Some(at) => (PackageId(at as u16), self.types.packages[at].name.clone()),
            None => {
                self.error(path_at, format!("package {path} is not in Pileup"));
                (MISSING, path.rsplit('/').next().unwrap_or_default().into())
            }
        };
        let name = import.local.as_ref().map_or(own_name, |local| local.name.clone());
        if &*name == "init" {
            self.error(at, "cannot import package as init - init must be a func");
            return;
        }
        let object = Object {
            name: name.clone(),
            at,
            package: self.types.current,
            of: Some(crate::golang::types::ids::TypeId::INVALID),
            kind: ObjectKind::Package(id),
        };
        let object = self.types.add_object(object);
        if let Some(local) = &import.local {
            self.record_name(local.id, object);
        }
        let dot = &*name == ".";
        if id == MISSING {
            self.used_packages.insert(object);
        }
        self.imports.push(Import { object, package: id, dot, scope });
        if !dot {
            self.declare(scope, object);
        } else if let Some(&exports) = self.packages.get(usize::from(id.0)) {
            let names: Vec<_> = self.scopes.get(exports).names().map(|(name, object)| (name.clone(), object)).collect();
            for (name, object) in names.into_iter().filter(|(name, _)| is_exported(name)) {
                if let Some(other) = self.scopes.insert(scope, name.clone(), object) {
                    let other = self.other_declaration(other);
                    self.error(at, format!("{name} redeclared in this block{other}"));
                }
            }
        }
    }

    /// An imported name must not be one of the package.
    fn check_imported_names(&mut self, scope: ScopeId, files: &[ScopeId]) {
        for file in files {
            let names: Vec<_> = self.scopes.get(*file).names().map(|(name, object)| (name.clone(), object)).collect();
            for (name, imported) in names {
                let Some(own) = self.scopes.get(scope).get(&name) else { continue };
                let (at, other) = (self.types.object(own).at, self.other_declaration(imported));
                let through = match self.types.object(imported).kind {
                    ObjectKind::Package(package) => {
                        let path = self.types.packages.get(usize::from(package.0)).map(|package| package.path.clone());
                        format!("import of package {}", self.package_words(path, package))
                    }
                    _ => {
                        let package = self.types.object(imported).package;
                        let path = self.types.packages.get(usize::from(package.0)).map(|package| package.path.clone());
                        format!("dot-import of package {}", self.package_words(path, package))
                    }
                };
                self.error(at, format!("{name} already declared through {through}{other}"));
            }
        }
    }

    fn package_words(&self, path: Option<Rc<str>>, package: PackageId) -> String {
        let name = self.types.packages.get(usize::from(package.0)).map(|package| package.name.clone());
        match (name, path) {
            (Some(name), Some(path)) => format!("{name} (\"{path}\")"),
            _ => String::new(),
        }
    }

    fn collect_constants(&mut self, at: Pos, line: &'t Const, scope: ScopeId, repeated: &mut Repeated<'t>) {
        let (values, inherited) = repeated.for_line(line);
        for (number, name) in line.names.iter().enumerate() {
            let object = self.new_object(name, ObjectKind::Constant(Value::Unknown));
            self.declare_in_package(name, object);
            let what = Declared::Constant {
                of: values.and_then(|line| line.of),
                value: values.and_then(|line| line.values.get(number).copied()),
                iota: line.iota,
                inherited,
            };
            self.new_declaration(object, scope, what);
        }
        let values = values.map_or(&[][..], |line| &line.values);
        self.check_arity(at, &line.names, values, Arity::Constants { inherited });
    }

    fn collect_variables(&mut self, line: &'t Var, scope: ScopeId) {
        let kind = || ObjectKind::Variable(crate::golang::types::objects::Variable::new(VariableKind::Package));
        let objects: Vec<ObjectId> = line.names.iter().map(|name| self.new_object(name, kind())).collect();
        let together = line.values.len() == 1 && line.names.len() > 1;
        let all: Rc<[ObjectId]> = objects.clone().into();
        let mut shared = None;
        for (number, (object, name)) in objects.iter().zip(&line.names).enumerate() {
            self.declare_in_package(name, *object);
            if let (true, Some(shared)) = (together, shared) {
                self.declaration_of.insert(*object, shared);
                continue;
            }
            let names = if together { all.clone() } else { Rc::from([*object]) };
            let value = if together { line.values.first() } else { line.values.get(number) };
            let what = Declared::Variable { names, of: line.of, value: value.copied() };
            shared = Some(self.new_declaration(*object, scope, what));
        }
        if line.of.is_none() || !line.values.is_empty() {
            self.check_arity(line.names[0].at, &line.names, &line.values, Arity::Variables);
        }
    }

    /// As many values as names.
    pub(super) fn check_arity(&mut self, at: Pos, names: &[Ident], values: &[ExprId], arity: Arity) {
        let (wanted, given) = (names.len(), values.len());
        if given > wanted {
            let extra = values[wanted];
            if arity == (Arity::Constants { inherited: true }) {
                let place = self.tree.place(self.tree.at(extra));
                self.error(at, format!("extra init expr at {place}"));
            } else {
                let text = self.print(extra);
                self.error_in(extra, format!("extra init expr {text}"));
            }
        } else if wanted > given && (given != 1 || arity != Arity::Variables) {
            let missing = &names[given];
            self.error(missing.at, format!("missing init expr for {}", missing.name));
        }
    }

    fn collect_function(
        &mut self,
        func: &'t Rc<Func>,
        scope: ScopeId,
        methods: &mut Vec<(ObjectId, tree::Name, bool)>,
    ) {
        let object = self.new_object(&func.name, ObjectKind::Function(Function::default()));
        self.new_declaration(object, scope, Declared::Function(func));
        let name = func.name.name.clone();
        if let Some(receiver) = &func.receiver {
            let parts = self.receiver_parts(receiver.of);
            if let (Some(base), true) = (self.tree.name(parts.base).cloned(), &*name != "_") {
                methods.push((object, base, parts.pointer));
            }
            if let Some(param) = func.params.first() {
                let hint = "requires go1.27 or later (-lang was set to go1.25; check go.mod)";
                self.error(param.at, format!("generic method {hint}"));
            }
            return;
        }
        let is_special = &*name == "init" || (&*name == "main" && self.package_name() == "main");
        if is_special {
            if let Some(param) = func.params.first() {
                self.error(param.at, format!("func {name} must have no type parameters"));
            }
            if let ExprKind::FuncType(signature) = self.tree.kind(func.signature)
                && !(signature.params.is_empty() && signature.results.is_empty())
            {
                self.error(func.name.at, format!("func {name} must have no arguments and no return values"));
            }
        }
        if &*name != "init" {
            let package = self.env.scope;
            self.declare(package, object);
        }
    }

    /// The declared type that a receiver's name means, through other names of it.
    fn receiver_base(&self, name: &str, mut pointer: bool) -> Option<(ObjectId, bool)> {
        let mut name: tree::Name = name.into();
        let mut seen: BTreeMap<ObjectId, ()> = BTreeMap::new();
        loop {
            let object = self.scopes.get(self.env.scope).get(&name)?;
            let declaration = self.declaration_of.get(&object)?;
            let Declared::Type(declaration) = &self.declarations[*declaration].what else { return None };
            if seen.insert(object, ()).is_some() {
                return None;
            }
            if !declaration.alias {
                return Some((object, pointer));
            }
            if !declaration.params.is_empty() {
                return None;
            }
            let mut of = self.tree.unparen(declaration.of);
            if let ExprKind::Star(inner) = *self.tree.kind(of) {
                if pointer {
                    return None;
                }
                pointer = true;
                of = self.tree.unparen(inner);
            }
            name = self.tree.name(of)?.clone();
        }
    }
}

/// What gets values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Arity {
    Constants { inherited: bool },
    Variables,
}

fn path_fault(path: &str) -> Option<String> {
    if path.is_empty() {
        return Some("empty string".into());
    }
    let illegal = |c: &char| c.is_control() || c.is_whitespace() || "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{fffd}".contains(*c);
    let c = path.chars().find(illegal)?;
    Some(format!("invalid character U+{:04X} '{c}'", u32::from(c)))
}
