//! Conversions: `T(x)`.

use crate::golang::types::ids::TypeId;
use std::rc::Rc;

use super::Checker;
use super::assignments::with_cause;
use super::numbers::represented;
use super::operand::Operand;
use super::untyped::Final;
use crate::golang::types::constant::value::Value;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Basic, Class, Type};

impl Checker<'_> {
    /// The operand converted to a type.
    pub(super) fn conversion(&mut self, mut x: Operand, to: TypeId) -> Operand {
        let was_constant = x.is_constant();
        let to_constant = was_constant && self.types.is_constant_type(to) && self.types.param(to).is_none();
        let mut cause = String::new();
        let fits = if to_constant {
            let value = self.converted_constant(&x, to);
            if value.is_none() && self.types.is_integer(x.of) && self.types.is_integer(to) {
                let text = format!("constant {} overflows {}", x.constant_value(), self.text(to));
                self.error_of(&x, text);
                return x.invalidated();
            }
            let fits = value.is_some();
            x.value = value.or(x.value);
            fits
        } else if was_constant && self.types.param(to).is_some() {
            let result = self.constant_to_param(&x, to);
            x.mode = Mode::Value;
            cause = result.clone().err().unwrap_or_default();
            result.is_ok()
        } else {
            let result = self.convertible(&x, to);
            if result.is_ok() {
                x.mode = Mode::Value;
            }
            cause = result.clone().err().unwrap_or_default();
            result.is_ok()
        };
        if !fits {
            let (what, of) = (self.describe(&x), self.text(to));
            let cause = if cause.is_empty() { cause } else { format!(": {cause}") };
            self.error_of(&x, format!("cannot convert {what} to type {of}{cause}"));
            return x.invalidated();
        }
        if self.types.is_untyped(x.of)
            && let Some(expr) = x.expr()
        {
            let mut last = to;
            let is_nil = matches!(self.types.get(x.of), Type::Basic(Basic::UntypedNil));
            if !is_nil && (self.types.is_interface(to) || (was_constant && !to_constant)) {
                last = self.types.default_type(x.of);
            } else if x.is_constant() && self.types.is_integer(x.of) && self.types.all_string(to) {
                last = x.of;
            }
            self.update_type(expr, last, Final::Yes);
        }
        x.of = to;
        x
    }

    /// The value of a constant in a type that constants may have.
    fn converted_constant(&mut self, x: &Operand, to: TypeId) -> Option<Value> {
        let basic = self.types.basic(to)?;
        let value = x.constant_value();
        if let Some(value) = represented(&value, basic) {
            return Some(value);
        }
        if !self.types.is_integer(x.of) || basic.class() != Class::String {
            return None;
        }
        // A whole number is a character.
        let code = value.to_int().and_then(|int| int.to_u64()).and_then(|code| u32::try_from(code).ok());
        let c = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
        Some(Value::String(Rc::from(c.to_string().as_bytes())))
    }

    fn constant_to_param(&mut self, x: &Operand, to: TypeId) -> Result<(), String> {
        let Some(specifics) = self.types.specifics(to) else {
            return Err(format!("{} does not contain specific types", self.text(to)));
        };
        for specific in specifics {
            let to_bytes = self.types.is_string(x.of) && self.types.is_bytes_or_runes(specific.under);
            if to_bytes || self.converted_constant(x, specific.under).is_some() {
                continue;
            }
            let (own, param) = (self.text(specific.under), self.text(to));
            return Err(match self.types.is_integer(x.of) && self.types.is_integer(specific.under) {
                true => format!("constant {} overflows {own} (in {param})", x.constant_value()),
                false => format!("cannot convert {} to type {own} (in {param})", self.describe(x)),
            });
        }
        Ok(())
    }

    fn convertible(&mut self, x: &Operand, to: TypeId) -> Result<(), String> {
        let cause = match self.assignable(x, to) {
            Ok(()) => return Ok(()),
            Err(cause) => cause,
        };
        let params = self.types.param(x.of).is_some() || self.types.param(to).is_some();
        if !params && self.is_convertible(x.of, to) {
            return Ok(());
        }
        if params { self.convertible_param(x, to, &cause) } else { Err(cause) }
    }

    fn is_convertible(&mut self, from: TypeId, to: TypeId) -> bool {
        let (a, b) = (self.types.under(from), self.types.under(to));
        if self.types.identical_but_for_tags(a, b) {
            return true;
        }
        let pointers =
            (self.types.get(self.types.unalias(from)).clone(), self.types.get(self.types.unalias(to)).clone());
        if let (Type::Pointer(x), Type::Pointer(y)) = pointers
            && self.types.param(x).is_none()
            && self.types.param(y).is_none()
        {
            let (x, y) = (self.types.under(x), self.types.under(y));
            if self.types.identical_but_for_tags(x, y) {
                return true;
            }
        }
        if self.types.is_numeric(from) && self.types.is_numeric(to) {
            return true;
        }
        let bytes = |checker: &mut Self, of: TypeId| checker.types.is_bytes_or_runes(of);
        if self.types.is_string(to) && (self.types.is_integer(from) || bytes(self, from)) {
            return true;
        }
        if self.types.is_string(from) && bytes(self, to) {
            return true;
        }
        let Type::Slice(element) = *self.types.get(a) else { return false };
        let array = match *self.types.get(b) {
            Type::Pointer(to) => self.types.under(to),
            _ => b,
        };
        match *self.types.get(array) {
            Type::Array(array) => self.types.identical(element, array.element),
            _ => false,
        }
    }

    /// What holds of every type that a type parameter may stand for, holds of it.
    fn convertible_param(&mut self, x: &Operand, to: TypeId, cause: &str) -> Result<(), String> {
        let (from_param, to_param) = (self.types.param(x.of).is_some(), self.types.param(to).is_some());
        let from = if from_param { self.types.specifics(x.of) } else { None };
        let into = if to_param { self.types.specifics(to) } else { None };
        if (from_param && from.is_none()) || (to_param && into.is_none()) {
            return Err(cause.to_owned());
        }
        let from: Vec<TypeId> = from.map_or(vec![x.of], |list| list.iter().map(|specific| specific.of).collect());
        let into: Vec<TypeId> = into.map_or(vec![to], |list| list.iter().map(|specific| specific.of).collect());
        for (a, b) in from.iter().flat_map(|a| into.iter().map(move |b| (*a, *b))) {
            let one = Operand { of: a, ..x.clone() };
            if let Err(cause) = self.convertible(&one, b) {
                let place = |checker: &Self, of: TypeId, whole: TypeId, is_param: bool| match is_param {
                    true => format!("{} (in {})", checker.text(of), checker.text(whole)),
                    false => checker.text(of),
                };
                let (a, b) = (place(self, a, x.of, from_param), place(self, b, to, to_param));
                return Err(with_cause(format!("cannot convert {a} to type {b}"), &cause));
            }
        }
        Ok(())
    }
}
