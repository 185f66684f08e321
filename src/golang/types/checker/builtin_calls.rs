//! Calls of predeclared functions.

use super::Checker;
use super::binary::Comparison;
use super::calls::Call;
use super::operand::{Generic, Kind, Operand, Source};
use super::untyped::Final;
use crate::golang::syntax::token::Op;
use crate::golang::syntax::tree::{Direction, ExprId, ExprKind};
use crate::golang::types::builtins::{Arity, Builtin, Use};
use crate::golang::types::constant::operate::compare;
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Basic, Signature, Type};
use std::rc::Rc;

impl Checker<'_> {
    pub(super) fn builtin_call(
        &mut self,
        expr: ExprId,
        builtin: Builtin,
        arguments: &[ExprId],
        spread: bool,
    ) -> (Operand, Kind) {
        let x = self.builtin_result(expr, builtin, arguments, spread);
        let x = match x {
            Some(x) => Operand { source: Source::Expr(expr), ..x },
            None => Operand::invalid(expr),
        };
        if x.is_valid() && !x.is_constant() {
            self.env.calls = true;
        }
        let kind = if builtin.used_as() == Use::Statement { Kind::Statement } else { Kind::Expression };
        (x, kind)
    }

    fn builtin_result(
        &mut self,
        expr: ExprId,
        builtin: Builtin,
        arguments: &[ExprId],
        spread: bool,
    ) -> Option<Operand> {
        if spread && builtin != Builtin::Append {
            let text = format!("invalid operation: invalid use of ... with built-in {}", builtin.name());
            self.error(self.spread_at(expr), text);
            self.use_exprs(arguments);
            return None;
        }
        let takes_types = matches!(builtin, Builtin::Make | Builtin::New);
        let calls = std::mem::take(&mut self.env.calls);
        let operands = if takes_types { Vec::new() } else { self.value_operands(arguments) };
        let inner_calls = self.env.calls;
        self.env.calls = calls || (inner_calls && !matches!(builtin, Builtin::Len | Builtin::Cap));
        if operands.iter().any(|x| !x.is_valid()) {
            return None;
        }
        let count = if takes_types { arguments.len() } else { operands.len() };
        let (least, most) = match builtin.arity() {
            Arity::Exactly(count) => (count, count),
            Arity::AtLeast(count) => (count, usize::MAX),
        };
        if count < least || count > most {
            let quantity = if count < least { "not enough" } else { "too many" };
            let text = format!(
                "invalid operation: {quantity} arguments for {} (expected {least}, found {count})",
                self.print(expr)
            );
            self.error(self.end_of_call(expr), text);
            return None;
        }
        match builtin {
            Builtin::Append => self.append(expr, arguments, operands, spread),
            Builtin::Cap | Builtin::Len => self.length(expr, builtin, operands, inner_calls),
            Builtin::Clear => self.clear(expr, operands),
            Builtin::Close => self.close(expr, operands),
            Builtin::Copy => self.copy(expr, operands),
            Builtin::Delete => self.delete(expr, operands),
            Builtin::Make => self.make(expr, arguments),
            Builtin::Max | Builtin::Min => self.extreme(builtin, operands),
            Builtin::New => self.new_value(expr, arguments[0]),
            Builtin::Panic => self.panic(expr, operands),
            Builtin::Print | Builtin::Println => self.print_call(expr, builtin, operands),
            Builtin::Recover => Some(Operand::new(Mode::Value, TypeId::EMPTY_INTERFACE, expr)),
        }
    }

    fn spread_at(&self, expr: ExprId) -> crate::golang::syntax::position::Pos {
        self.tree.start(expr)
    }

    fn value_operands(&mut self, arguments: &[ExprId]) -> Vec<Operand> {
        match arguments {
            [one] => self.multi_expr(*one, super::operand::Ok::Refused).0,
            several => several.iter().map(|argument| self.expr(None, *argument)).collect(),
        }
    }

    fn no_value_of(&self, expr: ExprId) -> Option<Operand> {
        Some(Operand::new(Mode::NoValue, TypeId::INVALID, expr))
    }

    /// The element of all slices that the operand may be, or why there is none.
    fn slice_element(&mut self, x: &Operand) -> Result<TypeId, String> {
        let what = if x.is_nil() { "untyped nil".into() } else { self.describe(x) };
        let Some(specifics) = self.types.specifics(x.of) else {
            return Err(format!("argument must be a slice; have {what}"));
        };
        let mut element = None;
        for specific in specifics {
            let Type::Slice(own) = *self.types.get(specific.under) else {
                return Err(format!("argument must be a slice; have {what}"));
            };
            match element {
                None => element = Some(own),
                Some(known) if self.types.identical(known, own) => {}
                Some(known) => {
                    let (a, b) = (self.text(known), self.text(own));
                    return Err(format!("mismatched slice element types {a} and {b} in {what}"));
                }
            }
        }
        element.ok_or_else(|| format!("argument must be a slice; have {what}"))
    }

    fn append(&mut self, expr: ExprId, arguments: &[ExprId], operands: Vec<Operand>, spread: bool) -> Option<Operand> {
        let first = operands[0].clone();
        let element = match self.slice_element(&first) {
            Ok(element) => element,
            Err(cause) => {
                self.error_of(&first, format!("invalid append: {cause}"));
                return None;
            }
        };
        let result = Operand::new(Mode::Value, first.of, expr);
        if spread && operands.len() == 2 && self.is_bytes_and_string(&first, &operands[1]) {
            self.default_argument(&operands[1]);
            return Some(result);
        }
        let slice = self.types.slice(element);
        let params = [self.types.unnamed(first.of), self.types.unnamed(slice)].into();
        let signature = Rc::new(Signature { params, variadic: true, ..Signature::default() });
        let ExprKind::Call { callee, .. } = self.tree.kind(expr) else { return None };
        let call = Call { expr, callee: *callee, arguments, spread };
        let partial = vec![Vec::new(); operands.len()];
        self.arguments(&call, signature, super::calls::Given::default(), operands, partial);
        Some(result)
    }

    /// `append([]byte, string...)` and `copy([]byte, string)`.
    fn is_bytes_and_string(&mut self, bytes: &Operand, text: &Operand) -> bool {
        let slice = self.types.slice(TypeId::BYTE);
        if !self.is_assignable(bytes, slice) {
            return false;
        }
        let Some(specifics) = self.types.specifics(text.of) else { return false };
        let mut string = false;
        for specific in specifics {
            match self.types.get(specific.under).clone() {
                Type::Slice(element) if self.types.basic(element) == Some(Basic::Uint8) => {}
                _ if self.types.is_string(specific.under) => string = true,
                _ => return false,
            }
        }
        string
    }

    /// An untyped argument becomes what it is when nothing else is asked.
    fn default_argument(&mut self, x: &Operand) {
        if let (Some(expr), true) = (x.expr(), self.types.is_untyped(x.of)) {
            let of = self.types.default_type(x.of);
            self.update_type(expr, of, Final::Yes);
        }
    }

    fn length(&mut self, expr: ExprId, builtin: Builtin, operands: Vec<Operand>, calls: bool) -> Option<Operand> {
        let x = &operands[0];
        let int = TypeId::basic(Basic::Int);
        let is_len = builtin == Builtin::Len;
        let under = self.types.under(x.of);
        let value = Some(Operand::new(Mode::Value, int, expr));
        let inner = self.array_under(under);
        let result = match self.types.get(inner).clone() {
            Type::Basic(_) if is_len && self.types.is_string(under) => match (x.is_constant(), &x.value) {
                (true, Some(Value::String(bytes))) => {
                    Some(Operand::constant(int, Value::int(bytes.len() as i64), expr))
                }
                _ => value,
            },
            Type::Array(array) if !calls => {
                let length = array.length.map_or(Value::Unknown, |length| Value::int(length as i64));
                Some(Operand::constant(int, length, expr))
            }
            Type::Array(_) | Type::Slice(_) | Type::Chan(_) => value,
            Type::Map(_) if is_len => value,
            Type::Interface(_) if self.types.param(x.of).is_some() => {
                let specifics = self.types.specifics(x.of).unwrap_or_default();
                let fits = |checker: &mut Self, under: TypeId| {
                    let inner = checker.array_under(under);
                    match checker.types.get(inner) {
                        Type::Array(_) | Type::Slice(_) | Type::Chan(_) => true,
                        Type::Map(_) => is_len,
                        _ => is_len && checker.types.is_string(under),
                    }
                };
                let all = !specifics.is_empty() && specifics.iter().all(|specific| fits(self, specific.under));
                if all { value } else { None }
            }
            _ => None,
        };
        if result.is_none() && under.is_valid() {
            let text = format!("invalid argument: {} for built-in {}", self.describe(x), builtin.name());
            self.error_of(x, text);
        }
        if result.is_some() && !x.is_constant() {
            self.default_argument(x);
        }
        result
    }

    /// The array that a pointer points to, or the type itself.
    fn array_under(&mut self, under: TypeId) -> TypeId {
        if let Type::Pointer(to) = *self.types.get(under) {
            let inner = self.types.under(to);
            if matches!(self.types.get(inner), Type::Array(_)) {
                return inner;
            }
        }
        under
    }

    /// Checks what is below all types that the operand may have; the first that does not fit is reported.
    fn all_under(&mut self, x: &Operand, fits: impl Fn(&Type) -> Result<(), &'static str>) -> Option<()> {
        let specifics = self.types.specifics(x.of).unwrap_or_default();
        let mut fault = if specifics.is_empty() { fits(self.types.get(TypeId::INVALID)).err() } else { None };
        for specific in specifics {
            fault = fault.or(fits(self.types.get(specific.under)).err());
        }
        let Some(fault) = fault else { return Some(()) };
        let text = fault.replace("{}", &self.describe(x));
        self.error_of(x, text);
        None
    }

    fn clear(&mut self, expr: ExprId, operands: Vec<Operand>) -> Option<Operand> {
        self.all_under(&operands[0], |of| match of {
            Type::Map(_) | Type::Slice(_) => Ok(()),
            _ => Err("invalid argument: cannot clear {}: argument must be (or constrained by) map or slice"),
        })?;
        self.no_value_of(expr)
    }

    fn close(&mut self, expr: ExprId, operands: Vec<Operand>) -> Option<Operand> {
        self.all_under(&operands[0], |of| match of {
            Type::Chan(chan) if chan.direction == Direction::Receive => {
                Err("invalid operation: cannot close receive-only channel {}")
            }
            Type::Chan(_) => Ok(()),
            _ => Err("invalid operation: cannot close non-channel {}"),
        })?;
        self.no_value_of(expr)
    }

    fn copy(&mut self, expr: ExprId, operands: Vec<Operand>) -> Option<Operand> {
        let (to, from) = (&operands[0], &operands[1]);
        let result = Some(Operand::new(Mode::Value, TypeId::basic(Basic::Int), expr));
        let to_element = match self.slice_element(to) {
            Ok(element) => element,
            Err(cause) => {
                self.error_of(to, format!("invalid copy: {cause}"));
                return None;
            }
        };
        if self.is_bytes_and_string(to, from) {
            self.default_argument(from);
            return result;
        }
        let from_element = match self.slice_element(from) {
            Ok(element) => element,
            Err(_) if self.types.all_string(from.of) => TypeId::BYTE,
            Err(cause) => {
                self.error_of(from, format!("invalid copy: {cause}"));
                return None;
            }
        };
        if self.types.identical(to_element, from_element) {
            return result;
        }
        let (a, b) = (self.describe(to), self.describe(from));
        let (c, d) = (self.text(to_element), self.text(from_element));
        self.error_of(to, format!("invalid copy: arguments {a} and {b} have different element types {c} and {d}"));
        None
    }

    fn delete(&mut self, expr: ExprId, mut operands: Vec<Operand>) -> Option<Operand> {
        let map = &operands[0];
        self.all_under(map, |of| match of {
            Type::Map(_) => Ok(()),
            _ => Err("invalid argument: {} is not a map"),
        })?;
        let mut key = None;
        for specific in self.types.specifics(map.of).unwrap_or_default() {
            let Type::Map(own) = *self.types.get(specific.under) else { continue };
            if key.is_some_and(|key| !self.types.identical(key, own.key)) {
                let text = format!("invalid argument: maps of {} must have identical key types", self.describe(map));
                self.error_of(map, text);
                return None;
            }
            key = Some(own.key);
        }
        let x = self.assignment(operands.remove(1), key, "argument to delete");
        if x.is_valid() { self.no_value_of(expr) } else { None }
    }

    fn make(&mut self, expr: ExprId, arguments: &[ExprId]) -> Option<Operand> {
        let of = self.variable_type(arguments[0]);
        if !of.is_valid() {
            self.use_exprs(&arguments[1..]);
            return None;
        }
        let text = self.print(arguments[0]);
        let made = |of: &Type| matches!(of, Type::Slice(_) | Type::Map(_) | Type::Chan(_));
        let specifics = self.types.specifics(of).unwrap_or_default();
        let common = match specifics.iter().any(|specific| !made(self.types.get(specific.under))) {
            true => Err("type must be slice, map, or channel".to_owned()),
            false => self.types.common_under(of),
        };
        let common = match common {
            Ok(common) => common,
            Err(fault) => {
                self.error_in(arguments[0], format!("invalid argument: cannot make {text}: {fault}"));
                return None;
            }
        };
        let is_slice = matches!(self.types.get(common), Type::Slice(_));
        let least = if is_slice { 2 } else { 1 };
        if arguments.len() < least || arguments.len() > least + 1 {
            let (call, most, count) = (self.print(expr), least + 1, arguments.len());
            let text = format!("invalid operation: {call} expects {least} or {most} arguments; found {count}");
            self.error_in(expr, text);
            return None;
        }
        let sizes: Vec<Option<u64>> = arguments[1..].iter().map(|size| self.index(*size, None).1).collect();
        if let [Some(length), Some(capacity)] = sizes.as_slice()
            && length > capacity
        {
            self.error_in(arguments[1], "invalid argument: length and capacity swapped");
        }
        Some(Operand::new(Mode::Value, of, expr))
    }

    fn extreme(&mut self, builtin: Builtin, operands: Vec<Operand>) -> Option<Operand> {
        let op = if builtin == Builtin::Max { Op::Greater } else { Op::Less };
        let mut best: Option<Operand> = None;
        for y in &operands {
            if !self.types.all_ordered(y.of) {
                let text = format!("invalid argument: {} cannot be ordered", self.describe(y));
                self.error_of(y, text);
                return None;
            }
            let Some(x) = best else {
                best = Some(y.clone());
                continue;
            };
            let (mut x, y) = self.match_types(x, y.clone());
            if !x.is_valid() || !y.is_valid() {
                return None;
            }
            if !self.types.identical(x.of, y.of) {
                let (a, b, text) = (self.text(x.of), self.text(y.of), self.source_text(&y));
                let text =
                    format!("invalid argument: mismatched types {a} (previous argument) and {b} (type of {text})");
                self.error_of(&y, text);
                return None;
            }
            if x.is_constant() && y.is_constant() {
                if compare(op, &y.constant_value(), &x.constant_value()) {
                    x = y;
                }
            } else {
                x.mode = Mode::Value;
            }
            best = Some(x);
        }
        let mut x = best?;
        if !x.is_constant() {
            x.mode = Mode::Value;
            let context = format!("argument to built-in {}", builtin.name());
            let of = x.of;
            if self.types.is_untyped(of) {
                x = self.assignment(x, Some(TypeId::EMPTY_INTERFACE), &context);
            }
            if !x.is_valid() {
                return None;
            }
        }
        for argument in &operands {
            if let Some(expr) = argument.expr() {
                self.update_type(expr, x.of, if self.types.is_untyped(x.of) { Final::No } else { Final::Yes });
            }
        }
        Some(x)
    }

    fn new_value(&mut self, expr: ExprId, argument: ExprId) -> Option<Operand> {
        let mut x = self.expr_or_type(argument, Generic::Refused);
        if let Mode::Builtin(_) = x.mode {
            x = self.only_value(x);
        }
        match x.mode {
            Mode::Invalid => return None,
            Mode::Type => self.check_variable_type_later(argument, x.of),
            _ => {
                let text = self.print(argument);
                let hint = "requires go1.26 or later (-lang was set to go1.25; check go.mod)";
                let x = self.assignment(x, None, "argument to new");
                if x.is_valid() {
                    let ExprKind::Call { callee, .. } = self.tree.kind(expr) else { return None };
                    self.error_in(*callee, format!("new({text}) {hint}"));
                }
                return None;
            }
        }
        let of = self.types.pointer(x.of);
        Some(Operand::new(Mode::Value, of, expr))
    }

    fn panic(&mut self, expr: ExprId, mut operands: Vec<Operand>) -> Option<Operand> {
        self.panics.insert(expr);
        let x = self.assignment(operands.remove(0), Some(TypeId::EMPTY_INTERFACE), "argument to panic");
        if x.is_valid() { self.no_value_of(expr) } else { None }
    }

    fn print_call(&mut self, expr: ExprId, builtin: Builtin, operands: Vec<Operand>) -> Option<Operand> {
        let context = format!("argument to built-in {}", builtin.name());
        for x in operands {
            if !self.assignment(x, None, &context).is_valid() {
                return None;
            }
        }
        self.no_value_of(expr)
    }

    /// Compares a case with what the switch is on; the error is at the case.
    pub(super) fn case_comparison(&mut self, case: Operand, tag: &Operand) -> Operand {
        self.comparison(case, tag, Comparison::Case)
    }
}
