//! Indices and slices.

use super::Checker;
use super::operand::{Generic, Indexed, Operand, Source};
use crate::golang::syntax::tree::ExprId;
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Basic, Type};

/// What can be indexed.
struct Indexable {
    element: TypeId,
    mode: Mode,
    /// The first index that is too large, where it is known.
    length: Option<u64>,
    /// Of maps.
    key: Option<TypeId>,
}

impl Checker<'_> {
    pub(super) fn index_expr(&mut self, expr: ExprId, of: ExprId, indices: &[ExprId]) -> Indexed {
        let x = self.expr_or_type(of, Generic::Accepted);
        match x.mode {
            Mode::Invalid => {
                self.use_exprs(indices);
                return Indexed::Done(Operand::invalid(expr));
            }
            Mode::Type => {
                let of = self.variable_type(expr);
                let mode = if of.is_valid() { Mode::Type } else { Mode::Invalid };
                return Indexed::Done(Operand::new(mode, of, expr));
            }
            Mode::Value if self.types.generic_signature(x.of).is_some() => return Indexed::Function(x),
            _ => {}
        }
        let x = self.not_generic(None, x);
        if !x.is_valid() {
            return Indexed::Done(Operand::invalid(expr));
        }
        if !self.is_complete(x.of) {
            return Indexed::Done(Operand::invalid(expr));
        }
        let Some(indexable) = self.indexable(&x) else {
            let text = format!("cannot index {}", self.describe(&x));
            self.error(self.tree.at(expr), text);
            self.use_exprs(indices);
            return Indexed::Done(Operand::invalid(expr));
        };
        if let Some(second) = indices.get(1) {
            self.error_in(*second, "invalid operation: more than one index");
        }
        match indexable.key {
            Some(key) => {
                let index = self.generic_expr(indices[0], None);
                self.assignment(index, Some(key), "map index");
            }
            None => {
                self.index(indices[0], indexable.length);
            }
        }
        Indexed::Done(Operand::new(indexable.mode, indexable.element, expr))
    }

    fn indexable(&mut self, x: &Operand) -> Option<Indexable> {
        let specifics = self.types.specifics(x.of)?;
        let mut all: Option<Indexable> = None;
        for specific in specifics {
            let one = self.indexable_under(x, specific.under)?;
            all = Some(match all {
                None => one,
                Some(known) => {
                    let keys = match (known.key, one.key) {
                        (None, None) => true,
                        (Some(a), Some(b)) => self.types.identical(a, b),
                        _ => false,
                    };
                    if !keys || !self.types.identical(known.element, one.element) {
                        return None;
                    }
                    let mode = if one.mode == Mode::Value { Mode::Value } else { known.mode };
                    let length = match (known.length, one.length) {
                        (Some(a), Some(b)) => Some(a.min(b)),
                        (a, b) => a.or(b),
                    };
                    Indexable { mode, length, ..known }
                }
            });
        }
        all
    }

    fn indexable_under(&mut self, x: &Operand, under: TypeId) -> Option<Indexable> {
        let array_mode = if x.mode == Mode::Variable { Mode::Variable } else { Mode::Value };
        let plain = |element, mode, length| Some(Indexable { element, mode, length, key: None });
        match self.types.get(under).clone() {
            Type::Basic(_) if self.types.is_string(under) => {
                let length = match x.value.as_ref().filter(|_| x.is_constant()) {
                    Some(Value::String(bytes)) => Some(bytes.len() as u64),
                    _ => None,
                };
                plain(TypeId::BYTE, Mode::Value, length)
            }
            Type::Array(array) => plain(array.element, array_mode, array.length),
            Type::Slice(element) => plain(element, Mode::Variable, None),
            Type::Pointer(to) => {
                let under = self.types.under(to);
                match *self.types.get(under) {
                    Type::Array(array) => plain(array.element, Mode::Variable, array.length),
                    _ => None,
                }
            }
            Type::Map(map) => {
                Some(Indexable { element: map.value, mode: Mode::MapIndex, length: None, key: Some(map.key) })
            }
            _ => None,
        }
    }

    pub(super) fn slice_expr(&mut self, expr: ExprId, of: ExprId, bounds: &[Option<ExprId>; 3], full: bool) -> Operand {
        let x = self.expr(None, of);
        if !x.is_valid() {
            let bounds: Vec<ExprId> = bounds.iter().flatten().copied().collect();
            self.use_exprs(&bounds);
            return Operand::invalid(expr);
        }
        let Some(under) = self.sliceable_under(&x) else { return Operand::invalid(expr) };
        let mut length = None;
        let sliced = match self.types.get(under).clone() {
            Type::Basic(_) if self.types.is_string(under) => {
                if let (true, Some(at)) = (full, bounds[2]) {
                    self.error_in(at, "invalid operation: 3-index slice of string");
                    return Operand::invalid(expr);
                }
                if let (true, Some(Value::String(bytes))) = (x.is_constant(), &x.value) {
                    length = Some(bytes.len() as u64);
                }
                if self.types.is_untyped(x.of) {
                    let string = TypeId::basic(Basic::String);
                    if let Some(inner) = x.expr() {
                        self.update_type(inner, string, super::untyped::Final::Yes);
                    }
                    Some(string)
                } else {
                    Some(x.of)
                }
            }
            Type::Array(array) => {
                length = array.length;
                if x.mode != Mode::Variable {
                    let text = format!("cannot slice unaddressable value {}", self.describe(&x));
                    self.error_of(&x, text);
                    return Operand::invalid(expr);
                }
                self.take_address(of);
                Some(self.types.slice(array.element))
            }
            Type::Pointer(to) => {
                let under = self.types.under(to);
                match *self.types.get(under) {
                    Type::Array(array) => {
                        length = array.length;
                        Some(self.types.slice(array.element))
                    }
                    _ => None,
                }
            }
            Type::Slice(_) => Some(x.of),
            _ => None,
        };
        let Some(sliced) = sliced else {
            let text = format!("cannot slice {}", self.describe(&x));
            self.error_of(&x, text);
            return Operand::invalid(expr);
        };
        self.check_bounds(bounds, length);
        Operand { source: Source::Expr(expr), ..Operand::new(Mode::Value, sliced, expr) }
    }

    /// What is below all types that may be sliced; strings count as bytes.
    fn sliceable_under(&mut self, x: &Operand) -> Option<TypeId> {
        if self.types.param(x.of).is_none() {
            return Some(self.types.under(x.of));
        }
        let what = self.describe(x);
        let Some(specifics) = self.types.specifics(x.of).filter(|list| !list.is_empty()) else {
            let text = format!("cannot slice {what}: no specific type in {}", self.text(x.of));
            self.error_of(x, text);
            return None;
        };
        let mut common: Option<(TypeId, TypeId)> = None;
        let mut string = false;
        for specific in specifics {
            let mut under = specific.under;
            if self.types.is_string(under) {
                string = true;
                under = self.types.slice(TypeId::BYTE);
            }
            match common {
                None => common = Some((specific.of, under)),
                Some((_, known)) if self.types.identical(known, under) => {}
                Some((first, _)) => {
                    let (a, b) = (self.text(first), self.text(specific.of));
                    let text = format!("cannot slice {what}: {a} and {b} have different underlying types");
                    self.error_of(x, text);
                    return None;
                }
            }
        }
        if string { Some(TypeId::basic(Basic::String)) } else { common.map(|(_, under)| under) }
    }

    fn check_bounds(&mut self, bounds: &[Option<ExprId>; 3], length: Option<u64>) {
        let mut values = [Some(0), length, length];
        for (value, bound) in values.iter_mut().zip(bounds) {
            if let Some(bound) = bound {
                *value = self.index(*bound, length.map(|length| length.saturating_add(1))).1;
            }
        }
        if bounds[0].is_none() {
            values[0] = Some(0);
        }
        for (at, low) in values.iter().enumerate().take(2) {
            let Some(low) = low.filter(|low| *low > 0) else { continue };
            for (later, high) in values.iter().enumerate().skip(at + 1) {
                if let (Some(high), Some(bound)) = (high.filter(|high| *high < low), bounds[later]) {
                    self.error_in(bound, format!("invalid slice indices: {high} < {low}"));
                    return;
                }
            }
        }
    }

    /// An index, below `limit` where that is known: its type, and its value when it is constant.
    pub(super) fn index(&mut self, index: ExprId, limit: Option<u64>) -> (TypeId, Option<u64>) {
        let x = self.expr(None, index);
        let x = self.valid_index(x, "index");
        if !x.is_valid() {
            return (TypeId::INVALID, None);
        }
        if !x.is_constant() {
            return (x.of, None);
        }
        let value = x.constant_value();
        let Some(number) = value.to_int().and_then(|int| int.to_u64()) else { return (TypeId::INVALID, None) };
        if let Some(limit) = limit.filter(|limit| number >= *limit) {
            self.error_of(&x, format!("invalid argument: index {value} out of bounds [0:{limit}]"));
            return (TypeId::INVALID, None);
        }
        (x.of, Some(number))
    }

    /// A whole number that is not negative.
    fn valid_index(&mut self, x: Operand, what: &str) -> Operand {
        if !x.is_valid() {
            return x;
        }
        let int = TypeId::basic(Basic::Int);
        let mut x = self.convert_untyped(x, int);
        if !x.is_valid() {
            return x;
        }
        let fault = if !self.types.all_integer(x.of) {
            "must be integer"
        } else if x.is_constant() && x.constant_value().is_negative() {
            "must not be negative"
        } else if x.is_constant() {
            match super::numbers::represented(&x.constant_value(), Basic::Int) {
                Some(value) => {
                    x.value = Some(value);
                    return x;
                }
                None => "overflows int",
            }
        } else {
            return x;
        };
        let text = format!("invalid argument: {what} {} {fault}", self.describe(&x));
        self.error_of(&x, text);
        x.invalidated()
    }

    /// Elements of an array or slice literal; gives how many there are, holes included.
    pub(super) fn indexed_elements(
        &mut self,
        elements: &[crate::golang::syntax::tree::Element],
        of: TypeId,
        length: Option<u64>,
    ) -> u64 {
        let mut seen = std::collections::BTreeSet::new();
        let (mut next, mut count) = (0_u64, 0_u64);
        for element in elements {
            let start = self.tree.start(element.key.map_or(element.value, |(key, _)| key));
            let mut valid = true;
            if let Some((key, _)) = element.key {
                let (key_type, value) = self.index(key, length);
                match value {
                    Some(value) => next = value,
                    None => {
                        valid = false;
                        if key_type.is_valid() {
                            let text = format!("index {} must be integer constant", self.print(key));
                            self.error(start, text);
                        }
                    }
                }
            } else if let Some(length) = length.filter(|length| next >= *length) {
                valid = false;
                self.error(start, format!("index {next} is out of bounds (>= {length})"));
            }
            if valid && !seen.insert(next) {
                self.error(start, format!("duplicate index {next} in array or slice literal"));
            }
            next = next.saturating_add(1);
            count = count.max(next);
            let x = self.generic_expr(element.value, Some(of));
            self.assignment(x, Some(of), "array or slice literal");
        }
        count
    }
}
