//! Composite literals: `T{…}`.

use crate::golang::types::ids::TypeId;
use std::collections::BTreeMap;

use super::Checker;
use super::operand::Operand;
use super::selectors::Likeness;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{Element, ExprId, ExprKind};
use crate::golang::types::constant::value::Value;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Map, Struct, Type};
use crate::golang::types::lookup::{Address, Case, Found};

impl Checker<'_> {
    pub(super) fn composite(
        &mut self,
        expr: ExprId,
        of: Option<ExprId>,
        elements: &[Element],
        close: Pos,
        hint: Option<TypeId>,
    ) -> Operand {
        let is_open = |of: ExprId| matches!(self.tree.kind(of), ExprKind::ArrayType { length: None, .. });
        let (whole, base) = match (of, hint) {
            (Some(written), _) if is_open(written) => {
                let ExprKind::ArrayType { element, .. } = *self.tree.kind(written) else {
                    return Operand::invalid(expr);
                };
                let element = self.variable_type(element);
                let array = self.types.array(None, element);
                (array, array)
            }
            (Some(written), _) => {
                let whole = self.type_expr(written);
                (whole, whole)
            }
            (None, Some(hint)) => {
                let common = self.types.common_under(hint).unwrap_or(hint);
                let (pointee, is_pointer) = self.types.dereferenced(common);
                (hint, if is_pointer { pointee } else { hint })
            }
            (None, None) => {
                self.error_in(expr, "missing type in composite literal");
                (TypeId::INVALID, TypeId::INVALID)
            }
        };
        if !self.is_complete(base) {
            return Operand::invalid(expr);
        }
        let common = self.types.common_under(base).unwrap_or(TypeId::INVALID);
        match self.types.get(common).clone() {
            Type::Struct(structure) => self.struct_literal(&structure, base, elements, close),
            Type::Array(array) => {
                let count = self.indexed_elements(elements, array.element, array.length);
                if array.length.is_none()
                    && let Type::Array(open) = self.types.get_mut(common)
                {
                    open.length = Some(count);
                    if let Some(written) = of {
                        self.record_type(written, whole);
                    }
                }
            }
            Type::Slice(element) => {
                self.indexed_elements(elements, element, None);
            }
            Type::Map(map) => self.map_literal(map, elements),
            _ => {
                let values: Vec<ExprId> = elements.iter().map(|element| element.value).collect();
                self.use_exprs(&values);
                if whole.is_valid() && self.types.under(whole).is_valid() {
                    let kind = if of.is_none() { " element" } else { "" };
                    let text = self.text(whole);
                    let cause =
                        if self.types.common_under(base).is_err() { " (no common underlying type)" } else { "" };
                    self.error_in(expr, format!("invalid composite literal{kind} type {text}{cause}"));
                }
                return Operand::invalid(expr);
            }
        }
        Operand::new(Mode::Value, whole, expr)
    }

    fn struct_literal(&mut self, structure: &Struct, base: TypeId, elements: &[Element], close: Pos) {
        let Some(first) = elements.first() else { return };
        if first.key.is_some() {
            return self.keyed_fields(structure, base, elements);
        }
        for (at, element) in elements.iter().enumerate() {
            if let Some((key, _)) = element.key {
                self.error_in(key, "mixture of field:value and value elements in struct literal");
                continue;
            }
            let x = self.generic_expr(element.value, None);
            let Some(&field) = structure.fields.get(at) else {
                let base = self.text(base);
                self.error_of(&x, format!("too many values in struct literal of type {base}"));
                return;
            };
            let object = self.types.object(field);
            if !object.is_exported() && object.package != self.types.current {
                let name = object.name.clone();
                let base = self.text(base);
                self.error_of(
                    &x,
                    format!("implicit assignment to unexported field {name} in struct literal of type {base}"),
                );
                continue;
            }
            let of = self.types.type_of(field);
            self.assignment(x, Some(of), "struct literal");
        }
        if elements.len() < structure.fields.len() {
            let hidden = structure.fields.iter().any(|field| {
                let object = self.types.object(*field);
                !object.is_exported() && object.package != self.types.current
            });
            let hint = if hidden { " (type has unexported fields - use key:value pairs)" } else { "" };
            let base = self.text(base);
            self.error(close, format!("too few values in struct literal of type {base}{hint}"));
        }
    }

    fn keyed_fields(&mut self, structure: &Struct, base: TypeId, elements: &[Element]) {
        let mut seen = vec![false; structure.fields.len()];
        for element in elements {
            let Some((key, _)) = element.key else {
                self.error_in(element.value, "mixture of field:value and value elements in struct literal");
                continue;
            };
            let x = self.generic_expr(element.value, None);
            let Some(name) = self.tree.name(key).cloned() else {
                let key_text = self.print(key);
                self.error_in(key, format!("invalid field name {key_text} in struct literal"));
                continue;
            };
            let called = |checker: &Self, case: Case| {
                structure
                    .fields
                    .iter()
                    .position(|field| checker.types.is_called(*field, checker.types.current, &name, case))
            };
            let Some(at) = called(self, Case::Exact) else {
                let text = self.unknown_field(base, &name);
                self.error_in(key, text);
                continue;
            };
            let field = structure.fields[at];
            self.record_name(key, field);
            let of = self.types.type_of(field);
            self.assignment(x, Some(of), "struct literal");
            if std::mem::replace(&mut seen[at], true) {
                self.error_in(key, format!("duplicate field name {name} in struct literal"));
            }
        }
    }

    fn unknown_field(&mut self, base: TypeId, name: &str) -> String {
        let text = self.text(base);
        let current = self.types.current;
        // A field of what is embedded cannot be named here.
        if let Found::One(way) = self.types.find(base, Address::There, current, name, Case::Exact) {
            if self.types.object(way.object).variable().is_none() {
                return format!("{name} is not a field");
            }
            let path = self.field_path(base, &way.path);
            let hint = "requires go1.27 or later (-lang was set to go1.25; check go.mod)";
            return format!("use of promoted field {path} in struct literal of type {text} {hint}");
        }
        let similar = match self.types.find(base, Address::There, current, name, Case::Folded) {
            Found::One(way) => Some(way.object),
            _ => None,
        };
        match self.likeness(name, similar) {
            Likeness::None => format!("unknown field {name} in struct literal of type {text}"),
            Likeness::Spelling(other) => {
                format!("unknown field {name} in struct literal of type {text}, but does have {other}")
            }
            Likeness::Unexported(other) => {
                format!("unknown field {name} in struct literal of type {text}, but does have unexported {other}")
            }
            Likeness::Inaccessible(other) => {
                format!("cannot refer to unexported field {other} in struct literal of type {text}")
            }
        }
    }

    /// The names of the fields on a way, with dots.
    fn field_path(&mut self, base: TypeId, path: &[usize]) -> String {
        let mut names = Vec::new();
        let mut here = base;
        for number in path {
            here = self.types.pointee(here).unwrap_or(here);
            let Some(structure) = self.types.structure(here) else { break };
            let Some(field) = structure.fields.get(*number) else { break };
            names.push(self.types.object(*field).name.to_string());
            here = self.types.type_of(*field);
        }
        names.join(".")
    }

    fn map_literal(&mut self, map: Map, elements: &[Element]) {
        let key_is_interface = self.types.is_interface(map.key);
        let mut seen: BTreeMap<Value, Vec<TypeId>> = BTreeMap::new();
        for element in elements {
            let Some((key, _)) = element.key else {
                self.error_in(element.value, "missing key in map literal");
                continue;
            };
            let x = self.generic_expr(key, Some(map.key));
            let x = self.assignment(x, Some(map.key), "map literal");
            if !x.is_valid() {
                continue;
            }
            if x.is_constant() {
                let value = x.constant_value();
                let same = value.to_int().map_or(value.clone(), Value::Int);
                let types = seen.entry(same).or_default();
                let duplicate = match key_is_interface {
                    true => types.iter().any(|of| self.types.identical(*of, x.of)),
                    false => !types.is_empty(),
                };
                types.push(x.of);
                if duplicate {
                    self.error_of(&x, format!("duplicate key {value} in map literal"));
                    continue;
                }
            }
            let x = self.generic_expr(element.value, Some(map.value));
            self.assignment(x, Some(map.value), "map literal");
        }
    }
}
