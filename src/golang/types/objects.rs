//! What names stand for.

use std::rc::Rc;

use super::builtins::Builtin;
use super::constant::value::Value;
use super::ids::{ObjectId, PackageId, TypeId};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::Name;

/// A package.
#[derive(Clone, Debug)]
pub struct Package {
    /// As it is imported.
    pub path: Rc<str>,
    /// As its files call it.
    pub name: Name,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub struct Object {
    /// The name.
    pub name: Name,
    /// Where it is declared; unknown for predeclared names.
    pub at: Pos,
    /// Where it belongs.
    pub package: PackageId,
    /// Its type; `None` until it has been checked.
    pub of: Option<TypeId>,
    /// What it is.
    pub kind: ObjectKind,
}

/// What kind of object.
#[derive(Clone, Debug)]
pub enum ObjectKind {
    /// An imported package, in a file that imports it.
    Package(PackageId),
    /// A constant.
    Constant(Value),
    /// A type's name.
    Type,
    /// A variable.
    Variable(Variable),
    /// A function or method.
    Function(Function),
    /// A predeclared function.
    Builtin(Builtin),
    /// `nil`
    Nil,
}

/// A variable.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Of what kind.
    pub kind: VariableKind,
    /// Read somewhere.
    pub used: bool,
    /// Used by a function literal inside the function that declares it: then it may outlive that function's frame.
    pub captured: bool,
    /// Whether `&` is applied to it or to a part of it, also where a pointer method is called on it.
    pub addressed: bool,
    /// The function that declares it, by its number in [`Info::functions`](super::info::Info::functions).
    pub function: Option<u32>,
}

/// What kind of variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum VariableKind {
    Package,
    Local,
    Param,
    Result,
    Receiver,
    Field,
    /// A field whose name is its type's.
    EmbeddedField,
}

/// A function or method.
#[derive(Clone, Copy, Debug, Default)]
pub struct Function {
    /// A method whose receiver is a pointer.
    pub pointer_receiver: bool,
    /// A method of an interface.
    pub of_interface: bool,
    /// The method of the generic type that this one was made of.
    pub origin: Option<ObjectId>,
}

impl Object {
    /// Whether other packages may name it.
    pub fn is_exported(&self) -> bool {
        is_exported(&self.name)
    }

    /// The variable that it is.
    pub fn variable(&self) -> Option<&Variable> {
        match &self.kind {
            ObjectKind::Variable(variable) => Some(variable),
            _ => None,
        }
    }

    /// The function that it is.
    pub fn function(&self) -> Option<&Function> {
        match &self.kind {
            ObjectKind::Function(function) => Some(function),
            _ => None,
        }
    }

    /// Whether it is a type's name.
    pub fn is_type(&self) -> bool {
        matches!(self.kind, ObjectKind::Type)
    }

    /// Whether it is a field without a name of its own.
    pub fn is_embedded(&self) -> bool {
        self.variable().is_some_and(|variable| variable.kind == VariableKind::EmbeddedField)
    }
}

/// Whether other packages may use the name.
pub fn is_exported(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

impl Variable {
    /// A variable that nothing has been found out about.
    pub fn new(kind: VariableKind) -> Variable {
        Variable { kind, used: false, captured: false, addressed: false, function: None }
    }
}
