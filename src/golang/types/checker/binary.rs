//! Operators between two operands: arithmetic, comparisons, shifts.

use super::Checker;
use super::operand::{Operand, Source};
use super::untyped::Final;
use crate::golang::syntax::token::Op;
use crate::golang::syntax::tree::ExprId;
use crate::golang::types::constant::operate::{Division, compare, operate, shift};
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::Basic;

/// By how much a constant may be shifted: as far as the smallest floating-point number needs.
const SHIFT_MAX: u64 = 1023 - 1 + 52;

/// Where a comparison comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Operator(Op),
    /// A case of a switch.
    Case,
}

impl Checker<'_> {
    /// `left op right`; without an expression of its own for `left op= right`.
    pub(super) fn binary(&mut self, expr: Option<ExprId>, op: Op, left: ExprId, right: ExprId) -> Operand {
        let mut x = self.expr(None, left);
        let mut y = self.expr(None, right);
        if !x.is_valid() {
            return x;
        }
        if !y.is_valid() {
            return y;
        }
        if op.is_shift() {
            return self.shift(expr, op, x, y);
        }
        (x, y) = self.match_types(x, y);
        if !x.is_valid() || !y.is_valid() {
            return x.invalidated();
        }
        if op.is_comparison() {
            return self.comparison(x, &y, Comparison::Operator(op));
        }
        if !self.types.identical(x.of, y.of) {
            if x.of.is_valid() && y.of.is_valid() {
                let (a, b) = (self.text(x.of), self.text(y.of));
                let what = match expr {
                    Some(expr) => self.print(expr),
                    None => format!("{} {}= {}", self.print(left), op.text(), self.print(right)),
                };
                self.error_of(&x, format!("invalid operation: {what} (mismatched types {a} and {b})"));
            }
            return x.invalidated();
        }
        if !self.is_defined(op, x.of) {
            let text = format!("invalid operation: operator {} not defined on {}", op.text(), self.describe(&x));
            self.error_of(&x, text);
            return x.invalidated();
        }
        let divides = matches!(op, Op::Divide | Op::Remainder);
        let by_zero = y.is_constant() && y.constant_value().is_zero();
        if divides && by_zero && (x.is_constant() || self.types.all_integer(x.of)) {
            self.error_of(&y, "invalid operation: division by zero");
            return x.invalidated();
        }
        if !x.is_constant() || !y.is_constant() {
            x.mode = Mode::Value;
            return x;
        }
        let (a, b) = (x.constant_value(), y.constant_value());
        if a == Value::Unknown || b == Value::Unknown {
            x.value = Some(Value::Unknown);
            return x;
        }
        let division = if self.types.is_integer(x.of) { Division::Whole } else { Division::Exact };
        x.value = Some(operate(op, &a, &b, division));
        let Some(expr) = expr else { return self.check_overflow(x, self.tree.start(left)) };
        x.source = Source::Expr(expr);
        self.check_overflow(x, self.operator_at(expr))
    }

    fn is_defined(&mut self, op: Op, of: TypeId) -> bool {
        match op {
            Op::Add => self.types.all(of, |basic| basic.is_numeric() || is_string(basic)),
            Op::Subtract | Op::Multiply | Op::Divide => self.types.all_numeric(of),
            Op::AndAnd | Op::OrOr => self.types.all_boolean(of),
            _ => self.types.all_integer(of),
        }
    }

    /// Gives untyped operands the type of the other one.
    pub(super) fn match_types(&mut self, x: Operand, y: Operand) -> (Operand, Operand) {
        if !self.may_convert(&x, &y) {
            return (x, y);
        }
        let x = self.convert_untyped(x, y.of);
        if !x.is_valid() {
            return (x, y);
        }
        let y = self.convert_untyped(y, x.of);
        (x, y)
    }

    /// Whether one may get the type of the other; where it may not, the error is about both types.
    fn may_convert(&mut self, x: &Operand, y: &Operand) -> bool {
        if !self.types.is_untyped(x.of) && !self.types.is_untyped(y.of) {
            return false;
        }
        if self.types.all_numeric(x.of) != self.types.all_numeric(y.of) {
            return false;
        }
        if self.types.is_interface(x.of) || self.types.is_interface(y.of) {
            return true;
        }
        if self.types.all_boolean(x.of) != self.types.all_boolean(y.of)
            || self.types.all_string(x.of) != self.types.all_string(y.of)
        {
            return false;
        }
        if x.is_nil() {
            return self.types.has_nil(y.of);
        }
        if y.is_nil() {
            return self.types.has_nil(x.of);
        }
        self.types.pointee(x.of).is_none() && self.types.pointee(y.of).is_none()
    }

    pub(super) fn comparison(&mut self, mut x: Operand, y: &Operand, from: Comparison) -> Operand {
        if !x.of.is_valid() || !y.of.is_valid() {
            return x.invalidated();
        }
        let op = match from {
            Comparison::Operator(op) => op,
            Comparison::Case => Op::Equal,
        };
        if let Some((second, cause)) = self.comparison_fault(&x, y, op) {
            self.report_comparison(&x, y, from, second, cause);
            return x.invalidated();
        }
        if x.is_constant() && y.is_constant() {
            let value = match (x.constant_value(), y.constant_value()) {
                (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
                (a, b) => Value::Bool(compare(op, &a, &b)),
            };
            x.value = Some(value);
        } else {
            x.mode = Mode::Value;
            for side in [&x, y] {
                let of = self.types.default_type(side.of);
                if let Some(expr) = side.expr() {
                    self.update_type(expr, of, Final::Yes);
                }
            }
        }
        x.of = TypeId::basic(Basic::UntypedBool);
        x
    }

    /// What is wrong with a comparison: on which side, and why, if there is more to say than that it is not defined.
    fn comparison_fault(&mut self, x: &Operand, y: &Operand, op: Op) -> Option<(Side, String)> {
        if !self.is_assignable(x, y.of) && !self.is_assignable(y, x.of) {
            let (a, b) = (self.text(x.of), self.text(y.of));
            return Some((Side::Right, format!("mismatched types {a} and {b}")));
        }
        if !matches!(op, Op::Equal | Op::NotEqual) {
            if !self.types.all_ordered(x.of) {
                return Some((Side::Left, String::new()));
            }
            return (!self.types.all_ordered(y.of)).then(|| (Side::Right, String::new()));
        }
        if x.is_nil() || y.is_nil() {
            let of = if x.is_nil() { y.of } else { x.of };
            return (!self.types.has_nil(of)).then(|| (Side::Right, String::new()));
        }
        if !self.types.is_comparable(x.of) {
            return Some((Side::Left, self.types.incomparable_cause(x.of)));
        }
        (!self.types.is_comparable(y.of)).then(|| (Side::Right, self.types.incomparable_cause(y.of)))
    }

    fn report_comparison(&mut self, x: &Operand, y: &Operand, from: Comparison, side: Side, mut cause: String) {
        let mut wrong = if side == Side::Left { x } else { y };
        let op = match from {
            Comparison::Operator(op) => op,
            Comparison::Case => Op::Equal,
        };
        if cause.is_empty() {
            if self.types.param(x.of).is_some() || self.types.param(y.of).is_some() {
                if self.types.param(x.of).is_none() {
                    wrong = y;
                }
                cause = format!("type parameter {} cannot use operator {}", self.text(wrong.of), op.text());
            } else {
                let what = match self.types.composite_kind(wrong.of) {
                    "" => self.text(wrong.of),
                    kind => kind.to_owned(),
                };
                cause = format!("operator {} not defined on {what}", op.text());
            }
        }
        let (a, b) = (self.source_text(x), self.source_text(y));
        match from {
            Comparison::Case => self.error_of(x, format!("invalid case {a} in switch on {b} ({cause})")),
            Comparison::Operator(op) => {
                self.error_of(wrong, format!("invalid operation: {a} {} {b} ({cause})", op.text()));
            }
        }
    }

    fn shift(&mut self, expr: Option<ExprId>, op: Op, mut x: Operand, y: Operand) -> Operand {
        let whole = x.value.as_ref().filter(|_| x.is_constant()).and_then(Value::to_int);
        let unknown = x.is_constant() && x.constant_value() == Value::Unknown;
        if !self.types.all_integer(x.of) && !(self.types.is_untyped(x.of) && (whole.is_some() || unknown)) {
            let text = format!("invalid operation: shifted operand {} must be integer", self.describe(&x));
            self.error_of(&x, text);
            return x.invalidated();
        }
        let Some(y) = self.shift_count(y) else { return x.invalidated() };
        if x.is_constant() {
            if y.is_constant() {
                return self.constant_shift(expr, op, x, &y);
            }
            if self.types.is_untyped(x.of) {
                if let Some(untyped) = x.expr().and_then(|expr| self.untyped.get_mut(&expr)) {
                    untyped.shifted = true;
                }
                x.mode = Mode::Value;
                return x;
            }
        }
        if !self.types.all_integer(x.of) {
            let text = format!("invalid operation: shifted operand {} must be integer", self.describe(&x));
            self.error_of(&x, text);
            return x.invalidated();
        }
        x.mode = Mode::Value;
        x
    }

    /// The right side of a shift, if it can be one.
    fn shift_count(&mut self, y: Operand) -> Option<Operand> {
        let uint = TypeId::basic(Basic::Uint);
        if y.is_constant() {
            let count = y.constant_value();
            if count.to_int().is_some_and(|count| count.is_negative()) {
                let text = format!("invalid operation: negative shift count {}", self.describe(&y));
                self.error_of(&y, text);
                return None;
            }
            if self.types.is_untyped(y.of) {
                let y = self.represent(y, Basic::Uint, uint);
                if let (true, Some(expr)) = (y.is_valid(), y.expr()) {
                    self.update_type(expr, uint, Final::Yes);
                }
                return y.is_valid().then_some(y);
            }
            return Some(y);
        }
        if self.types.all_integer(y.of) && !self.types.is_untyped(y.of) {
            return Some(y);
        }
        if self.types.is_untyped(y.of) {
            let y = self.convert_untyped(y, uint);
            return y.is_valid().then_some(y);
        }
        let text = format!("invalid operation: shift count {} must be integer", self.describe(&y));
        self.error_of(&y, text);
        None
    }

    fn constant_shift(&mut self, expr: Option<ExprId>, op: Op, mut x: Operand, y: &Operand) -> Operand {
        let int = TypeId::basic(Basic::UntypedInt);
        let (value, count) = (x.constant_value(), y.constant_value());
        if value == Value::Unknown || count == Value::Unknown {
            x.value = Some(Value::Unknown);
            x.of = if self.types.is_integer(x.of) { x.of } else { int };
            return x;
        }
        let bits = count.to_int().and_then(|count| count.to_u64()).filter(|bits| *bits <= SHIFT_MAX);
        let (Some(bits), Some(whole)) = (bits, value.to_int()) else {
            let text = format!("invalid operation: invalid shift count {}", self.describe(y));
            self.error_of(y, text);
            return x.invalidated();
        };
        if !self.types.is_integer(x.of) {
            x.of = int;
        }
        x.value = Some(Value::Int(shift(op, &whole, bits as usize)));
        let at = expr.map_or(self.at(&x), |expr| self.operator_at(expr));
        if let Some(expr) = expr {
            x.source = Source::Expr(expr);
        }
        self.check_overflow(x, at)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

fn is_string(basic: Basic) -> bool {
    basic.class() == crate::golang::types::kinds::Class::String
}
