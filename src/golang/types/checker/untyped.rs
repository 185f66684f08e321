//! Untyped expressions: they get a type where they are used.
//!
//! `x := 1 << n` makes an `int` out of the 1, `var f float64 = 1 << n` is an error. So the type of an expression without one
//! is remembered until its use says which it is, and then written down for the expression and its parts.

use super::numbers::Misfit;
use super::operand::{Operand, Source};
use super::{Checker, Untyped};
use crate::golang::syntax::tree::{ExprId, ExprKind};
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Basic, Class, Type};

/// Whether a type is what an expression has at last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Final {
    No,
    Yes,
}

impl Checker<'_> {
    /// Gives an untyped expression and its parts a type.
    pub(super) fn update_type(&mut self, expr: ExprId, of: TypeId, is_final: Final) {
        let Some(old) = self.untyped.get(&expr).cloned() else { return };
        self.update_parts(expr, &old, of, is_final);
        if is_final == Final::No && self.types.is_untyped(of) {
            if let Some(untyped) = self.untyped.get_mut(&expr) {
                untyped.of = of;
            }
            return;
        }
        self.untyped.remove(&expr);
        if old.shifted && !self.types.all_integer(of) {
            let (text, of) = (self.print(expr), self.text(of));
            self.error_in(expr, format!("invalid operation: shifted operand {text} (type {of}) must be integer"));
            return;
        }
        let mut value = old.value.clone();
        if old.value.is_some() {
            let x = Operand { mode: old.mode, of: old.of, value: old.value, source: Source::Expr(expr) };
            let converted = self.convert_untyped(x, of);
            if !converted.is_valid() {
                return;
            }
            value = converted.value;
        }
        self.record(expr, old.mode, of, value);
    }

    fn update_parts(&mut self, expr: ExprId, old: &Untyped, of: TypeId, is_final: Final) {
        match *self.tree.kind(expr) {
            ExprKind::Paren(inner) => self.update_type(inner, of, is_final),
            // The operands of constants are never made.
            ExprKind::Unary { .. } | ExprKind::Binary { .. } if old.value.is_some() => {}
            ExprKind::Unary { of: inner, .. } => self.update_type(inner, of, is_final),
            // The operands of a comparison have got their types.
            ExprKind::Binary { op, .. } if op.is_comparison() => {}
            ExprKind::Binary { op, left, .. } if op.is_shift() => self.update_type(left, of, is_final),
            ExprKind::Binary { left, right, .. } => {
                self.update_type(left, of, is_final);
                self.update_type(right, of, is_final);
            }
            _ => {}
        }
    }

    pub(super) fn update_value(&mut self, x: &Operand, value: &Value) {
        if let Some(untyped) = x.expr().and_then(|expr| self.untyped.get_mut(&expr)) {
            untyped.value = Some(value.clone());
        }
    }

    /// The type that an untyped operand gets where `target` is wanted, and its value there.
    pub(super) fn implicit_type(&mut self, x: &Operand, target: TypeId) -> Result<(TypeId, Option<Value>), Misfit> {
        if !x.is_valid() || !self.types.is_untyped(x.of) || !target.is_valid() {
            return Ok((x.of, None));
        }
        if self.types.is_untyped(target) {
            let larger = self.larger_untyped(x.of, target).ok_or(Misfit::OtherKind)?;
            return Ok((larger, None));
        }
        if x.is_nil() {
            return if self.types.has_nil(target) { Ok((target, None)) } else { Err(Misfit::OtherKind) };
        }
        let under = self.types.under(target);
        match self.types.get(under).clone() {
            Type::Basic(basic) if x.is_constant() => {
                let value = self.representation(x, basic)?;
                Ok((target, Some(value)))
            }
            Type::Basic(basic) => {
                let own = self.types.basic(x.of).map_or(Class::None, Basic::class);
                let fits = match own {
                    Class::Int | Class::Unsigned | Class::Float => basic.is_numeric(),
                    own => own == basic.class() && own != Class::None,
                };
                if fits { Ok((target, None)) } else { Err(Misfit::OtherKind) }
            }
            Type::Interface(_) if self.types.param(target).is_some() => {
                let specifics = self.types.specifics(target).ok_or(Misfit::OtherKind)?;
                let fits = specifics.iter().all(|specific| self.implicit_type(x, specific.under).is_ok());
                if fits && !specifics.is_empty() { Ok((target, None)) } else { Err(Misfit::OtherKind) }
            }
            Type::Interface(_) if self.types.type_set(under).is_all() => Ok((self.types.default_type(x.of), None)),
            _ => Err(Misfit::OtherKind),
        }
    }

    /// Of two untyped types the one that holds both: numbers in the order int, rune, float.
    fn larger_untyped(&mut self, a: TypeId, b: TypeId) -> Option<TypeId> {
        if a == b {
            return Some(a);
        }
        match (self.types.basic(a)?, self.types.basic(b)?) {
            (x, y) if x.is_numeric() && y.is_numeric() => Some(if x > y { a } else { b }),
            _ => None,
        }
    }

    /// Gives an untyped operand the type where it is wanted, or reports that it does not fit.
    pub(super) fn convert_untyped(&mut self, mut x: Operand, target: TypeId) -> Operand {
        match self.implicit_type(&x, target) {
            Err(misfit) => {
                let shown = if self.types.param(target).is_some() { target } else { self.types.under(target) };
                self.report_misfit(&x, misfit, shown);
                x.invalidated()
            }
            Ok((of, value)) => {
                if let Some(value) = value {
                    self.update_value(&x, &value);
                    x.value = Some(value);
                }
                if of != x.of {
                    x.of = of;
                    if let Some(expr) = x.expr() {
                        self.update_type(expr, of, Final::No);
                    }
                }
                x
            }
        }
    }

    /// At the end, what nobody has given a type stays untyped.
    pub(super) fn record_untyped(&mut self) {
        for (expr, untyped) in std::mem::take(&mut self.untyped) {
            let value = if untyped.mode == Mode::Constant { untyped.value } else { None };
            self.record(expr, untyped.mode, untyped.of, value);
        }
    }
}
