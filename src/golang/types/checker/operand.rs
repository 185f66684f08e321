//! What is known about an expression while it is checked.

use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::ExprId;
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;

/// An expression that has been looked at, or what an error says instead of one.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) mode: Mode,
    pub(super) of: TypeId,
    /// Of constants.
    pub(super) value: Option<Value>,
    pub(super) source: Source,
}

/// Where an operand comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Expr(ExprId),
    /// Something that no expression stands for alone: `2nd function result`.
    Words(Pos, String),
}

impl Operand {
    pub(super) fn new(mode: Mode, of: TypeId, expr: ExprId) -> Operand {
        Operand { mode, of, value: None, source: Source::Expr(expr) }
    }

    pub(super) fn invalid(expr: ExprId) -> Operand {
        Operand::new(Mode::Invalid, TypeId::INVALID, expr)
    }

    pub(super) fn constant(of: TypeId, value: Value, expr: ExprId) -> Operand {
        Operand { mode: Mode::Constant, of, value: Some(value), source: Source::Expr(expr) }
    }

    pub(super) fn words(at: Pos, words: impl Into<String>, of: TypeId) -> Operand {
        Operand { mode: Mode::Value, of, value: None, source: Source::Words(at, words.into()) }
    }

    pub(super) fn is_valid(&self) -> bool {
        self.mode != Mode::Invalid
    }

    pub(super) fn is_nil(&self) -> bool {
        self.mode == Mode::Nil
    }

    pub(super) fn is_constant(&self) -> bool {
        self.mode == Mode::Constant
    }

    pub(super) fn expr(&self) -> Option<ExprId> {
        match self.source {
            Source::Expr(expr) => Some(expr),
            Source::Words(..) => None,
        }
    }

    /// The same, after an error.
    #[must_use]
    pub(super) fn invalidated(mut self) -> Operand {
        self.mode = Mode::Invalid;
        self
    }

    /// The value of a constant.
    pub(super) fn constant_value(&self) -> Value {
        self.value.clone().unwrap_or(Value::Unknown)
    }
}

/// Whether an expression may stand as a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `T(x)`
    Conversion,
    /// It is there for its value.
    Expression,
    /// It does something: a call or a receive. Also what is wrong, so that no second error follows.
    Statement,
}

/// The function type that an expression will be assigned to: the type arguments of a generic function can be inferred from
/// it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) of: TypeId,
    /// What it is, as errors call it.
    pub(super) description: String,
}

/// Whether an operand may be a generic function or type without arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Generic {
    Refused,
    Accepted,
}

/// A channel is used for receiving or for sending.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelUse {
    Receive,
    Send,
}

/// Whether the second value of `x, ok := m[k]` is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ok {
    Wanted,
    Refused,
}

/// What `x[i]` turned out to be.
pub(super) enum Indexed {
    /// An element, a type, or an error.
    Done(Operand),
    /// A generic function, whose type arguments these are.
    Function(Operand),
}
