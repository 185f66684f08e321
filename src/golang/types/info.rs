//! What a checked program is made of: everything that the next room asks for.
//!
//! Tables with a row for every expression of the tree, by [`ExprId::index`], and lists of what stands in no expression.
//!
//! # Generics
//!
//! The body of a generic function is checked once, with its type parameters as types. Who makes code of one instance walks
//! it with the instance's arguments: [`Types::substitute`](super::store::Types::substitute) turns the recorded types into
//! those of the instance.

use super::ids::{ObjectId, TypeId};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::builtins::Builtin;
use super::constant::value::Value;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::ExprId;

/// What is known about a program.
#[derive(Debug, Default)]
pub struct Info {
    /// What each expression is.
    pub exprs: Vec<Option<ExprInfo>>,
    /// What each name stands for: where it is declared, used, or selected behind a dot.
    pub names: Vec<Option<ObjectId>>,
    /// What each selector selects, but for names of packages (`fmt.Println`), which are in `names`.
    pub selections: BTreeMap<ExprId, Selection>,
    /// The type arguments of each use of a generic function or type, given or inferred: by the expression that names it,
    /// without brackets.
    pub instances: BTreeMap<ExprId, Rc<[TypeId]>>,
    /// The variable that a type switch declares in each clause: by the place of the clause.
    pub clauses: BTreeMap<Pos, ObjectId>,
    /// Every function with a body; [`Variable::function`](super::objects::Variable::function) counts in it.
    pub functions: Vec<FunctionInfo>,
    /// The function literals' numbers in `functions`.
    pub literals: BTreeMap<ExprId, u32>,
    /// The variables of packages in the order in which they get their first values.
    pub initializers: Vec<Initializer>,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub struct ExprInfo {
    /// How it may be used.
    pub mode: Mode,
    /// Its type; for a call of a function with several results a tuple, for one without [`TypeId::INVALID`]. A constant
    /// has the type that it is used as, so that no implicit conversion is left but those to interfaces.
    pub of: TypeId,
    /// Its value, when it is a constant.
    pub value: Option<Value>,
}

/// How an expression may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Not at all: there was an error.
    Invalid,
    /// A call that gives nothing.
    NoValue,
    /// The name of a predeclared function.
    Builtin(Builtin),
    /// A type.
    Type,
    /// A constant.
    Constant,
    /// Something that has an address.
    Variable,
    /// An element of a map: it can be assigned to, and says whether it is there.
    MapIndex,
    /// A value.
    Value,
    /// `nil`
    Nil,
    /// A receive or a type assertion: a value that may say whether it is there.
    CommaOk,
}

/// What a selector selects.
#[derive(Clone, Debug)]
pub struct Selection {
    /// A field, a method of a value, or a method as a function.
    pub kind: SelectionKind,
    /// Of which type.
    pub receiver: TypeId,
    /// The field or method.
    pub object: ObjectId,
    /// The way there: the number of each field on it, and last that of the field or method. A method's number counts in the
    /// methods of its type, or in the sorted ones of its interface.
    pub path: Vec<usize>,
    /// Whether there is a pointer on the way.
    pub indirect: bool,
}

/// What kind of selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionKind {
    /// `x.field`
    Field,
    /// `x.method`, which is bound to `x`
    Method,
    /// `T.method`, whose first parameter is the receiver
    MethodExpression,
}

/// A function with a body.
#[derive(Clone, Debug, Default)]
pub struct FunctionInfo {
    /// The literal, if it is one.
    pub literal: Option<ExprId>,
    /// The declared function, if it is one.
    pub object: Option<ObjectId>,
    /// The function around a literal.
    pub parent: Option<u32>,
    /// The variables of functions around it that it uses, or a literal in it does.
    pub captures: Vec<ObjectId>,
    /// Its type: a [`Function`](super::kinds::Type::Function), whose signature has the variables of receiver, parameters and
    /// results.
    pub of: Option<TypeId>,
}

/// `var a, b = x`: the variables get their first values together.
#[derive(Clone, Debug)]
pub struct Initializer {
    /// Where to.
    pub variables: Vec<ObjectId>,
    /// What.
    pub value: ExprId,
}
