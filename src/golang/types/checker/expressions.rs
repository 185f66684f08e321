//! Expressions: which file knows what about them, and what all of them have in common.

use crate::golang::types::ids::TypeId;
use std::rc::Rc;

use super::operand::{ChannelUse, Generic, Indexed, Kind, Ok, Operand, Source, Target};
use super::{Checker, Later};
use crate::golang::syntax::literal::{rune_value, string_value};
use crate::golang::syntax::token::{LiteralKind, Op};
use crate::golang::syntax::tree::Direction;
use crate::golang::syntax::tree::{Block, ExprId, ExprKind};
use crate::golang::types::constant::operate::unary;
use crate::golang::types::constant::text::{parse_float, parse_int};
use crate::golang::types::constant::value::Value;
use crate::golang::types::info::{FunctionInfo, Mode};
use crate::golang::types::kinds::{Basic, Class, Type};
use crate::golang::types::objects::ObjectKind;

impl<'t> Checker<'t> {
    /// An expression with a single value.
    pub(super) fn expr(&mut self, target: Option<&Target>, expr: ExprId) -> Operand {
        let (x, _) = self.raw_expr(target, expr, None, Generic::Refused);
        let x = self.only_value(x);
        self.single_value(x)
    }

    /// An expression with a single value, which may be a generic function; `hint` is the type of an element of a composite
    /// literal, which may leave out its own.
    pub(super) fn generic_expr(&mut self, expr: ExprId, hint: Option<TypeId>) -> Operand {
        let (x, _) = self.raw_expr(None, expr, hint, Generic::Accepted);
        let x = self.only_value(x);
        self.single_value(x)
    }

    /// A value or a type.
    pub(super) fn expr_or_type(&mut self, expr: ExprId, generic: Generic) -> Operand {
        let (x, _) = self.raw_expr(None, expr, None, generic);
        let x = if x.mode == Mode::NoValue { self.no_value(x, "used as value or type") } else { x };
        self.single_value(x)
    }

    /// An expression with one or several values; with `ok` also the second one of `x, ok := m[k]`. Says whether that is
    /// there.
    pub(super) fn multi_expr(&mut self, expr: ExprId, ok: Ok) -> (Vec<Operand>, bool) {
        let (x, _) = self.raw_expr(None, expr, None, Generic::Refused);
        let x = self.only_value(x);
        let start = self.tree.start(expr);
        if let (true, Type::Tuple(results)) = (x.is_valid(), self.types.get(x.of).clone()) {
            let words = |at: usize| format!("{} function result", ordinal(at + 1));
            let results = results.iter().enumerate();
            return (
                results.map(|(at, result)| Operand::words(start, words(at), self.types.type_of(*result))).collect(),
                false,
            );
        }
        if ok == Ok::Wanted && matches!(x.mode, Mode::MapIndex | Mode::CommaOk) {
            let bool = TypeId::basic(Basic::UntypedBool);
            return (vec![x, Operand::words(start, "ok value of (comma, ok) expression", bool)], true);
        }
        (vec![x], false)
    }

    /// Any expression, and whether it may stand as a statement.
    pub(super) fn raw_expr(
        &mut self,
        target: Option<&Target>,
        expr: ExprId,
        hint: Option<TypeId>,
        generic: Generic,
    ) -> (Operand, Kind) {
        let (mut x, kind) = self.inner_expr(target, expr, hint);
        if generic == Generic::Refused {
            x = self.not_generic(target, x);
        }
        self.record_operand(&x);
        (x, kind)
    }

    fn inner_expr(&mut self, target: Option<&Target>, expr: ExprId, hint: Option<TypeId>) -> (Operand, Kind) {
        let x = match self.tree.kind(expr) {
            ExprKind::Bad => Operand::invalid(expr),
            ExprKind::Name(_) => self.name(expr),
            ExprKind::DotsType(_) => {
                self.error_in(expr, "invalid syntax tree: invalid use of ...");
                Operand::invalid(expr)
            }
            ExprKind::Literal { kind, text } => self.literal(expr, *kind, text),
            ExprKind::Function { signature, body } => self.function_literal(expr, *signature, body),
            ExprKind::Composite { of, elements, close } => self.composite(expr, *of, elements, *close, hint),
            ExprKind::Paren(inner) => {
                let (mut x, kind) = self.raw_expr(None, *inner, None, Generic::Refused);
                x.source = Source::Expr(expr);
                return (x, kind);
            }
            ExprKind::Selector { of, name } => self.selector(expr, *of, name, super::selectors::Wanted::Any),
            ExprKind::Index { of, indices } => match self.index_expr(expr, *of, indices) {
                Indexed::Done(x) => x,
                Indexed::Function(x) => self.instantiate_function(target, expr, x, Some((expr, indices))),
            },
            ExprKind::Slice { of, bounds, full } => self.slice_expr(expr, *of, bounds, *full),
            ExprKind::Assert { of, to } => self.assertion(expr, *of, *to),
            ExprKind::TypeOf(of) => {
                self.error_in(expr, "invalid syntax tree: use of .(type) outside type switch");
                self.use_exprs(&[*of]);
                Operand::invalid(expr)
            }
            ExprKind::Call { callee, arguments, spread } => return self.call(expr, *callee, arguments, *spread),
            ExprKind::Star(of) => self.star(expr, *of),
            ExprKind::Unary { op, of } => {
                let x = self.unary(expr, *op, *of);
                let kind = if *op == Op::Receive { Kind::Statement } else { Kind::Expression };
                return if x.is_valid() { (x, kind) } else { (x, Kind::Statement) };
            }
            ExprKind::Binary { op, left, right } => {
                let x = self.binary(Some(expr), *op, *left, *right);
                Operand { source: Source::Expr(expr), ..x }
            }
            ExprKind::ArrayType { .. }
            | ExprKind::SliceType(_)
            | ExprKind::StructType(_)
            | ExprKind::FuncType(_)
            | ExprKind::InterfaceType(_)
            | ExprKind::MapType { .. }
            | ExprKind::ChanType { .. } => {
                let of = self.type_expr(expr);
                Operand::new(Mode::Type, of, expr)
            }
        };
        let kind = if x.is_valid() { Kind::Expression } else { Kind::Statement };
        (x, kind)
    }

    /// Refuses what is no value.
    pub(super) fn only_value(&mut self, x: Operand) -> Operand {
        match x.mode {
            Mode::NoValue => self.no_value(x, "used as value"),
            Mode::Builtin(_) => self.no_value(x, "must be called"),
            Mode::Type => self.no_value(x, "is not an expression"),
            _ => x,
        }
    }

    fn no_value(&mut self, x: Operand, words: &str) -> Operand {
        let text = format!("{} {words}", self.describe(&x));
        self.error_of(&x, text);
        x.invalidated()
    }

    /// Refuses several values.
    pub(super) fn single_value(&mut self, x: Operand) -> Operand {
        if x.mode == Mode::Value && matches!(self.types.get(x.of), Type::Tuple(_)) {
            let text = format!("multiple-value {} in single-value context", self.describe(&x));
            self.error_of(&x, text);
            return x.invalidated();
        }
        x
    }

    /// Refuses a generic type or function without arguments, unless the target says which.
    pub(super) fn not_generic(&mut self, target: Option<&Target>, mut x: Operand) -> Operand {
        if !x.is_valid() || x.mode == Mode::NoValue {
            return x;
        }
        let what = if self.types.is_generic(x.of) {
            "type"
        } else if self.types.generic_signature(x.of).is_some() && matches!(x.mode, Mode::Value | Mode::Variable) {
            if let (Some(_), Some(expr)) = (target, x.expr()) {
                return self.instantiate_function(target, expr, x, None);
            }
            "function"
        } else {
            return x;
        };
        let text = format!("cannot use generic {what} {} without instantiation", self.source_text(&x));
        self.error_of(&x, text);
        x.of = TypeId::INVALID;
        x.invalidated()
    }

    fn literal(&mut self, expr: ExprId, kind: Option<LiteralKind>, text: &str) -> Operand {
        let Some(kind) = kind else { return Operand::invalid(expr) };
        let (basic, value) = match kind {
            LiteralKind::Int => (Basic::UntypedInt, Value::Int(parse_int(text))),
            LiteralKind::Float => (Basic::UntypedFloat, parse_float(text).map_or(Value::Unknown, Value::Float)),
            LiteralKind::Rune => (Basic::UntypedRune, Value::int(rune_value(text).into())),
            LiteralKind::String => (Basic::UntypedString, Value::string(&string_value(text))),
            LiteralKind::Imaginary => {
                self.error_in(expr, "complex numbers are not supported");
                return Operand::invalid(expr);
            }
        };
        if value == Value::Unknown {
            self.error_in(expr, format!("malformed constant: {text}"));
            return Operand::invalid(expr);
        }
        let x = Operand::constant(TypeId::basic(basic), value, expr);
        self.check_overflow(x, self.tree.start(expr))
    }

    fn function_literal(&mut self, expr: ExprId, signature: ExprId, body: &'t Rc<Block>) -> Operand {
        let (of, scope) = self.function_type(signature);
        self.record_type(signature, of);
        let info = FunctionInfo {
            literal: Some(expr),
            object: None,
            parent: self.env.function,
            captures: Vec::new(),
            of: Some(of),
        };
        let function = self.new_function(info);
        self.info.literals.insert(expr, function);
        let env = Box::new(self.env.clone());
        self.later(Later::Body { of, scope, body, function, env });
        Operand::new(Mode::Value, of, expr)
    }

    fn assertion(&mut self, expr: ExprId, of: ExprId, to: ExprId) -> Operand {
        let x = self.expr(None, of);
        if !x.is_valid() {
            return Operand::invalid(expr);
        }
        let what = if self.types.param(x.of).is_some() {
            format!("invalid operation: cannot use type assertion on type parameter value {}", self.describe(&x))
        } else if !self.types.is_interface(x.of) {
            format!("invalid operation: {} is not an interface", self.describe(&x))
        } else {
            let to = self.variable_type(to);
            if !to.is_valid() {
                return Operand::invalid(expr);
            }
            self.check_assertion(expr, &x, to, super::implements::AssertedBy::Expression);
            return Operand::new(Mode::CommaOk, to, expr);
        };
        self.error_of(&x, what);
        Operand::invalid(expr)
    }

    /// `*x`: what a pointer points to, or a pointer type.
    fn star(&mut self, expr: ExprId, of: ExprId) -> Operand {
        let x = self.expr_or_type(of, Generic::Refused);
        match x.mode {
            Mode::Invalid => Operand::invalid(expr),
            Mode::Type => {
                self.check_variable_type_later(of, x.of);
                let pointer = self.types.pointer(x.of);
                Operand::new(Mode::Type, pointer, expr)
            }
            _ => match self.common_pointee(&x) {
                Some(to) => Operand::new(Mode::Variable, to, expr),
                None => Operand::invalid(expr),
            },
        }
    }

    /// What the pointer points to; of a type parameter all types must point to the same.
    fn common_pointee(&mut self, x: &Operand) -> Option<TypeId> {
        let mut common: Option<TypeId> = None;
        let specifics = self.types.specifics(x.of).unwrap_or_default();
        for specific in &specifics {
            let to = match (self.types.get(specific.under).clone(), common) {
                (Type::Pointer(to), None) => to,
                (Type::Pointer(to), Some(known)) if self.types.identical(known, to) => to,
                (Type::Pointer(_), _) => {
                    let text = format!("pointers of {} must have identical base types", self.describe(x));
                    self.error_of(x, format!("invalid operation: {text}"));
                    return None;
                }
                _ => {
                    common = None;
                    break;
                }
            };
            common = Some(to);
        }
        if common.is_none() {
            let text = format!("invalid operation: cannot indirect {}", self.describe(x));
            self.error_of(x, text);
        }
        common
    }

    fn unary(&mut self, expr: ExprId, mut op: Op, of: ExprId) -> Operand {
        let mut x = self.expr(None, of);
        if !x.is_valid() {
            return Operand::invalid(expr);
        }
        match op {
            Op::And => {
                let inner = self.tree.unparen(of);
                if !matches!(self.tree.kind(inner), ExprKind::Composite { .. }) && x.mode != Mode::Variable {
                    let text = format!("invalid operation: cannot take address of {}", self.describe(&x));
                    self.error_of(&x, text);
                    return Operand::invalid(expr);
                }
                self.take_address(of);
                let pointer = self.types.pointer(x.of);
                return Operand::new(Mode::Value, pointer, expr);
            }
            Op::Receive => {
                return match self.channel_element(self.at(&x), &x, ChannelUse::Receive) {
                    Some(element) => {
                        self.env.calls = true;
                        Operand::new(Mode::CommaOk, element, expr)
                    }
                    None => Operand::invalid(expr),
                };
            }
            Op::Tilde => {
                if !self.types.all_integer(x.of) {
                    self.error_in(expr, "cannot use ~ outside of interface or type constraint");
                    return Operand::invalid(expr);
                }
                let hint = "(use ^ for bitwise complement)";
                self.error_in(expr, format!("cannot use ~ outside of interface or type constraint {hint}"));
                op = Op::Xor;
            }
            _ => {}
        }
        let fits = match op {
            Op::Xor => self.types.all_integer(x.of),
            Op::Not => self.types.all_boolean(x.of),
            _ => self.types.all_numeric(x.of),
        };
        if !fits {
            let text = format!("invalid operation: operator {} not defined on {}", op.text(), self.describe(&x));
            self.error_of(&x, text);
            return Operand::invalid(expr);
        }
        x.source = Source::Expr(expr);
        if !x.is_constant() {
            x.mode = Mode::Value;
            return x;
        }
        let value = x.constant_value();
        if value == Value::Unknown {
            return x;
        }
        let basic = self.types.basic(x.of);
        let bits = basic.filter(|basic| basic.class() == Class::Unsigned).map_or(0, Basic::bits);
        x.value = Some(unary(op, &value, bits as usize));
        self.check_overflow(x, self.tree.at(expr))
    }

    /// The element of the channel, if it may be used so.
    pub(super) fn channel_element(
        &mut self,
        at: crate::golang::syntax::position::Pos,
        x: &Operand,
        used: ChannelUse,
    ) -> Option<TypeId> {
        let specifics = self.types.specifics(x.of);
        let mut cause = match &specifics {
            None => Some("no specific channel type".to_owned()),
            Some(_) => None,
        };
        for specific in specifics.iter().flatten() {
            let wrong = match (self.types.get(specific.under), used) {
                (Type::Chan(chan), ChannelUse::Receive) if chan.direction == Direction::Send => "send-only channel",
                (Type::Chan(chan), ChannelUse::Send) if chan.direction == Direction::Receive => "receive-only channel",
                (Type::Chan(_), _) => continue,
                _ => "non-channel",
            };
            cause = Some(format!("{wrong} {}", self.text(specific.of)));
            break;
        }
        let cause = match (cause, self.types.common_under(x.of)) {
            (Some(cause), _) | (None, Err(cause)) => cause,
            (None, Ok(common)) => match self.types.get(common) {
                Type::Chan(chan) => return Some(chan.element),
                _ => String::new(),
            },
        };
        let verb = if used == ChannelUse::Receive { "receive from" } else { "send to" };
        let what = self.describe(x);
        let text = match self.types.param(x.of).is_some() {
            true => format!("invalid operation: cannot {verb} {what}: {cause}"),
            false => format!("invalid operation: cannot {verb} {cause} {what}"),
        };
        self.error(at, text);
        None
    }

    /// Marks the variable whose address is taken: `&x`, `&x.field`, `&x[i]` of an array.
    pub(super) fn take_address(&mut self, expr: ExprId) {
        match *self.tree.kind(expr) {
            ExprKind::Name(_) => {
                if let Some(object) = self.info.names[expr.index()]
                    && let ObjectKind::Variable(variable) = &mut self.types.object_mut(object).kind
                {
                    variable.addressed = true;
                }
            }
            ExprKind::Paren(inner) => self.take_address(inner),
            ExprKind::Selector { of, .. }
                if self.info.selections.get(&expr).is_some_and(|selection| !selection.indirect) =>
            {
                self.take_address(of);
            }
            ExprKind::Index { of, .. } => {
                let array = self.info.exprs[of.index()].as_ref().map(|info| info.of);
                if let Some(array) = array {
                    let under = self.types.under(array);
                    if matches!(self.types.get(under), Type::Array(_)) {
                        self.take_address(of);
                    }
                }
            }
            _ => {}
        }
    }

    /// Looks at expressions after an error, so that their names count as used; says whether all are right.
    pub(super) fn use_exprs(&mut self, exprs: &[ExprId]) -> bool {
        let mut right = true;
        for expr in exprs {
            let inner = self.tree.unparen(*expr);
            if self.tree.name(inner).is_some_and(|name| &**name == "_") {
                continue;
            }
            let (x, _) = self.raw_expr(None, *expr, None, Generic::Accepted);
            right &= x.is_valid();
        }
        right
    }
}

fn ordinal(number: usize) -> String {
    let ending = match number {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
