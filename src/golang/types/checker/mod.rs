//! The checker: one file a part of the language, as further methods of [`Checker`].
//!
//! Here is what all of them use: where the checker is ([`Environment`]), what is left for later ([`Later`]), errors, and the
//! writing down of answers.
//!
//! It checks in the order of Go's compiler, so that the errors are the same: all names of a package first, then each
//! declaration when it is first needed, then the bodies of functions; a function literal when the statement around it ends.

mod assignments;
mod binary;
mod builtin_calls;
mod calls;
mod collect;
mod composites;
mod conversions;
mod cycles;
mod declarations;
mod describe;
mod expressions;
mod implements;
mod indices;
mod infer;
mod initialization;
mod instances;
mod instantiation_cycles;
mod local;
mod methods;
mod numbers;
pub(super) mod operand;
pub(super) mod package;
mod ranges;
mod selectors;
mod signatures;
mod statements;
mod structures;
mod switches;
mod terminating;
mod type_expressions;
mod unify;
mod untyped;
mod unused;

use super::ids::{ObjectId, PackageId, TypeId};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::constant::value::Value;
use super::info::{ExprInfo, FunctionInfo, Info, Mode};
use super::scopes::{ScopeId, ScopeKind, Scopes};
use super::store::Types;
use super::universe::{self, Universe};
use crate::golang::syntax::error::Errors;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::print::print;
use crate::golang::syntax::tree::{Block, ExprId, Func, Tree, TypeDecl};
use operand::{Operand, Source};

/// Checks one package after the other.
pub(super) struct Checker<'t> {
    tree: &'t Tree,
    errors: &'t mut Errors,
    pub(super) types: Types,
    pub(super) info: Info,
    scopes: Scopes,
    universe: Universe,
    /// The scopes of the packages that have been checked.
    packages: Vec<ScopeId>,
    declarations: Vec<Declaration<'t>>,
    declaration_of: BTreeMap<ObjectId, DeclarationId>,
    /// The methods of each type's name, until the type has been checked.
    methods: BTreeMap<ObjectId, Vec<ObjectId>>,
    /// Imported names of each file, for those that nobody uses.
    imports: Vec<Import>,
    env: Environment,
    later: Vec<Option<Later<'t>>>,
    /// Expressions whose type depends on how they will be used.
    untyped: BTreeMap<ExprId, Untyped>,
    /// The objects whose declarations are being checked, from the outside.
    path: Vec<ObjectId>,
    /// Calls of `panic`, behind which nothing follows.
    panics: BTreeSet<ExprId>,
    /// Names of packages that are used.
    used_packages: BTreeSet<ObjectId>,
    /// Which function instances are made where, for those that need themselves with ever larger types.
    instantiations: Vec<Instantiation>,
    /// How much work is left for constants and types: a program that asks for more is refused.
    work: u64,
}

/// An imported package's name in a file.
struct Import {
    object: ObjectId,
    package: PackageId,
    /// With `.`: its names are the file's.
    dot: bool,
    scope: ScopeId,
}

/// A generic function or type with arguments that are made of type parameters around it.
struct Instantiation {
    at: Pos,
    /// Where its arguments are written, if they are.
    arguments_at: Vec<Pos>,
    params: Rc<[TypeId]>,
    args: Rc<[TypeId]>,
}

/// A declaration's number.
type DeclarationId = usize;

/// A declaration of the package.
struct Declaration<'t> {
    /// The file's scope.
    scope: ScopeId,
    what: Declared<'t>,
    /// What its value or body refers to, of the package.
    uses: BTreeSet<ObjectId>,
}

/// What is declared.
#[derive(Clone)]
enum Declared<'t> {
    Constant {
        of: Option<ExprId>,
        value: Option<ExprId>,
        iota: u32,
        /// Whether the value is repeated from a line before.
        inherited: bool,
    },
    /// `names` has all names of a line that get their values from one call.
    Variable {
        names: Rc<[ObjectId]>,
        of: Option<ExprId>,
        value: Option<ExprId>,
    },
    Type(&'t TypeDecl),
    Function(&'t Func),
}

/// Where the checker is.
#[derive(Clone)]
struct Environment {
    scope: ScopeId,
    /// The declaration of the package that everything here belongs to.
    declaration: Option<DeclarationId>,
    /// In the values of constants.
    iota: Option<u32>,
    /// Where errors in a repeated value are reported: at the constant that repeats it.
    error_at: Option<Pos>,
    /// The function whose body this is: its results.
    results: Option<Rc<[ObjectId]>>,
    /// The same function's number.
    function: Option<u32>,
    /// Between the brackets of type parameters.
    in_type_params: bool,
    /// Whether a call or receive has been seen, for what is constant only without.
    calls: bool,
}

/// What waits until all types are known, or until the statement around it ends.
enum Later<'t> {
    Body { of: TypeId, scope: ScopeId, body: &'t Block, function: u32, env: Box<Environment> },
    VariableType { at: Pos, of: TypeId },
    MapKey { at: Pos, of: TypeId },
    EmbeddedField { at: Pos, of: TypeId },
    InterfaceSet { of: TypeId, at: Pos },
    Receiver { at: Pos, object: ObjectId },
    Instance { at: Pos, arguments_at: Vec<Pos>, params: Rc<[TypeId]>, args: Rc<[TypeId]>, of_function: bool },
    FieldsAndMethods { of: TypeId },
    Recursion { object: ObjectId },
    Union { of: TypeId, at: Vec<Pos> },
}

/// An expression whose type depends on how it will be used.
#[derive(Clone, Debug)]
struct Untyped {
    mode: Mode,
    of: TypeId,
    value: Option<Value>,
    /// It is shifted by something that is no constant: then it must become a whole number.
    shifted: bool,
}

/// Constant operations and type instances that one program may ask for.
const WORK_MAX: u64 = 2_000_000;

impl<'t> Checker<'t> {
    pub(super) fn new(tree: &'t Tree, errors: &'t mut Errors) -> Checker<'t> {
        let mut types = Types::new();
        let mut scopes = Scopes::default();
        let universe = universe::declare(&mut types, &mut scopes);
        let exprs = vec![None; tree.len()];
        let names = vec![None; tree.len()];
        Checker {
            tree,
            errors,
            types,
            info: Info { exprs, names, ..Info::default() },
            scopes,
            universe,
            packages: Vec::new(),
            declarations: Vec::new(),
            declaration_of: BTreeMap::new(),
            methods: BTreeMap::new(),
            imports: Vec::new(),
            env: Environment {
                scope: universe.scope,
                declaration: None,
                iota: None,
                error_at: None,
                results: None,
                function: None,
                in_type_params: false,
                calls: false,
            },
            later: Vec::new(),
            untyped: BTreeMap::new(),
            path: Vec::new(),
            panics: BTreeSet::new(),
            used_packages: BTreeSet::new(),
            instantiations: Vec::new(),
            work: WORK_MAX,
        }
    }

    // Errors.

    fn error(&mut self, at: Pos, text: impl Into<String>) {
        let text = text.into();
        // Errors about what was wrong before add nothing.
        let first_line = text.lines().next().unwrap_or_default();
        let echoes = ["invalid operand", "invalid type"].iter().any(|words| first_line.find(words) > Some(0));
        if echoes && !self.errors.is_empty() {
            return;
        }
        self.errors.report(self.env.error_at.unwrap_or(at), text);
    }

    /// An error at the beginning of an expression.
    fn error_in(&mut self, expr: ExprId, text: impl Into<String>) {
        self.error(self.tree.start(expr), text);
    }

    /// An error at an operand.
    fn error_of(&mut self, x: &Operand, text: impl Into<String>) {
        self.error(self.at(x), text);
    }

    fn at(&self, x: &Operand) -> Pos {
        match x.source {
            Source::Expr(expr) => self.tree.start(expr),
            Source::Words(at, _) => at,
        }
    }

    /// A further line of an error that names another place.
    fn line_at(&self, at: Pos, text: &str) -> String {
        match at.is_known() {
            true => format!("\n\t{}: {text}", self.tree.place(at)),
            false => format!("\n\t{text}"),
        }
    }

    /// A further line that says where else the name is declared.
    fn other_declaration(&self, object: ObjectId) -> String {
        let object = self.types.object(object);
        match object.at.is_known() {
            true => self.line_at(object.at, &format!("other declaration of {}", object.name)),
            false => String::new(),
        }
    }

    fn print(&self, expr: ExprId) -> String {
        print(self.tree, expr)
    }

    fn text(&self, of: TypeId) -> String {
        self.types.text(of)
    }

    /// Counts work; says whether there was too much of it, once.
    fn spend(&mut self, amount: u64, at: Pos) -> Budget {
        if self.work == 0 {
            return Budget::Spent;
        }
        self.work = self.work.saturating_sub(amount);
        if self.work == 0 {
            self.error(at, "constants and types of the program take too long to work out");
            return Budget::Spent;
        }
        Budget::Left
    }

    // Answers.

    fn record(&mut self, expr: ExprId, mode: Mode, of: TypeId, value: Option<Value>) {
        self.info.exprs[expr.index()] = Some(ExprInfo { mode, of, value });
    }

    fn record_type(&mut self, expr: ExprId, of: TypeId) {
        self.record(expr, Mode::Type, of, None);
    }

    fn record_name(&mut self, name: ExprId, object: ObjectId) {
        self.info.names[name.index()] = Some(object);
    }

    /// Writes down what an expression is, or remembers that its type is not final.
    fn record_operand(&mut self, x: &Operand) {
        let Some(expr) = x.expr() else { return };
        if x.is_valid() && self.types.is_untyped(x.of) {
            let value = if x.is_constant() { x.value.clone() } else { None };
            let untyped = Untyped { mode: x.mode, of: x.of, value, shifted: false };
            self.untyped.insert(expr, untyped);
            return;
        }
        let value = if x.is_constant() { x.value.clone() } else { None };
        self.record(expr, x.mode, x.of, value);
    }

    // Scopes.

    fn open_scope(&mut self, kind: ScopeKind) -> ScopeId {
        let outer = self.env.scope;
        self.env.scope = self.scopes.open(Some(outer), kind);
        outer
    }

    /// Declares a name, and reports it when the scope has it.
    fn declare(&mut self, scope: ScopeId, object: ObjectId) {
        let (name, at) = (self.types.object(object).name.clone(), self.types.object(object).at);
        if &*name == "_" || name.is_empty() {
            return;
        }
        if let Some(other) = self.scopes.insert(scope, name.clone(), object) {
            let other = self.other_declaration(other);
            self.error(at, format!("{name} redeclared in this block{other}"));
        }
    }

    fn lookup(&self, name: &str) -> Option<ObjectId> {
        self.scopes.lookup(self.env.scope, name).map(|(_, object)| object)
    }

    /// Remembers that the declaration at hand refers to an object of the package.
    fn depend_on(&mut self, object: ObjectId) {
        if let Some(declaration) = self.env.declaration
            && self.declaration_of.contains_key(&object)
        {
            self.declarations[declaration].uses.insert(object);
        }
    }

    // Later.

    fn later(&mut self, what: Later<'t>) {
        self.later.push(Some(what));
    }

    /// Does what was left for later since there were so many things to do; it may leave more.
    fn do_later(&mut self, since: usize) {
        let mut next = since;
        while next < self.later.len() {
            if let Some(what) = self.later[next].take() {
                self.act(what);
            }
            next += 1;
        }
        self.later.truncate(since);
    }

    fn act(&mut self, what: Later<'t>) {
        match what {
            Later::Body { of, scope, body, function, env } => self.body(of, scope, body, function, *env),
            Later::VariableType { at, of } => self.check_variable_type(at, of),
            Later::MapKey { at, of } => self.check_map_key(at, of),
            Later::EmbeddedField { at, of } => self.check_embedded_field(at, of),
            Later::InterfaceSet { of, at } => self.check_interface_set(of, at),
            Later::Receiver { at, object } => self.check_receiver(at, object),
            Later::Instance { at, arguments_at, params, args, of_function } => {
                self.check_instance(at, &arguments_at, params, args, of_function);
            }
            Later::FieldsAndMethods { of } => self.check_fields_and_methods(of),
            Later::Recursion { object } => self.check_recursion(object),
            Later::Union { of, at } => self.check_union(of, &at),
        }
    }

    fn new_function(&mut self, info: FunctionInfo) -> u32 {
        self.info.functions.push(info);
        (self.info.functions.len() - 1) as u32
    }
}

/// Whether there is work left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Budget {
    Left,
    Spent,
}
