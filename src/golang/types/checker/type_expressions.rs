//! Types as they are written.

use super::operand::Operand;
use super::selectors::Wanted;
use super::{Checker, Later};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{ExprId, ExprKind};
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::Basic;

/// Elements of an array: what is larger would fill the memory of a page.
const ARRAY_LENGTH_MAX: u64 = 1 << 26;

impl Checker<'_> {
    /// A type; not a generic one without arguments.
    pub(super) fn type_expr(&mut self, expr: ExprId) -> TypeId {
        let mut of = self.inner_type(expr);
        if self.types.is_generic(of) {
            let text = self.text(of);
            self.error_in(expr, format!("cannot use generic type {text} without instantiation"));
            of = TypeId::INVALID;
        }
        self.record_type(expr, of);
        of
    }

    /// A type that a variable may have.
    pub(super) fn variable_type(&mut self, expr: ExprId) -> TypeId {
        let of = self.type_expr(expr);
        self.check_variable_type_later(expr, of);
        of
    }

    pub(super) fn check_variable_type_later(&mut self, expr: ExprId, of: TypeId) {
        if self.types.param(of).is_none() {
            self.later(Later::VariableType { at: self.tree.start(expr), of });
        }
    }

    /// No variable has a constraint as its type.
    pub(super) fn check_variable_type(&mut self, at: Pos, of: TypeId) {
        if !self.types.is_interface(of) {
            return;
        }
        let under = self.types.under(of);
        let set = self.types.type_set(under);
        if set.is_method_set() {
            return;
        }
        let why = match self.is_comparable_itself(under) || set.comparable {
            true => "interface is (or embeds) comparable",
            false => "interface contains type constraints",
        };
        let text = self.text(of);
        self.error(at, format!("cannot use type {text} outside a type constraint: {why}"));
    }

    fn is_comparable_itself(&self, under: TypeId) -> bool {
        matches!(self.types.get(under), crate::golang::types::kinds::Type::Interface(interface) if interface.comparable)
    }

    /// A generic type, or why it is none.
    pub(super) fn generic_type(&mut self, expr: ExprId) -> Result<TypeId, String> {
        let of = self.inner_type(expr);
        if !of.is_valid() {
            return Err(String::new());
        }
        if !self.types.is_generic(of) {
            self.record_type(expr, TypeId::INVALID);
            return Err(format!("{} is not a generic type", self.text(of)));
        }
        self.record_type(expr, of);
        Ok(of)
    }

    fn inner_type(&mut self, expr: ExprId) -> TypeId {
        match self.tree.kind(expr) {
            ExprKind::Bad => TypeId::INVALID,
            ExprKind::Name(_) => {
                let x = self.named(expr, Wanted::Type);
                self.only_type(x)
            }
            ExprKind::Selector { of, name } => {
                let x = self.selector(expr, *of, name, Wanted::Type);
                self.only_type(x)
            }
            ExprKind::Index { of, indices } => self.instantiated_type(expr, *of, indices),
            ExprKind::Paren(inner) => self.type_expr(*inner),
            ExprKind::ArrayType { length, element } => self.array_type(expr, *length, *element),
            ExprKind::SliceType(element) => {
                let element = self.variable_type(*element);
                self.types.slice(element)
            }
            ExprKind::DotsType(_) => {
                self.error_in(expr, "invalid syntax tree: invalid use of ...");
                TypeId::INVALID
            }
            ExprKind::StructType(fields) => self.struct_type(fields),
            ExprKind::Star(of) => {
                let to = self.variable_type(*of);
                if to.is_valid() { self.types.pointer(to) } else { TypeId::INVALID }
            }
            ExprKind::FuncType(_) => self.function_type(expr).0,
            ExprKind::InterfaceType(elements) => self.interface_type(expr, elements),
            ExprKind::MapType { key, value } => {
                let (key_type, value) = (self.variable_type(*key), self.variable_type(*value));
                self.later(Later::MapKey { at: self.tree.start(*key), of: key_type });
                self.types.map(key_type, value)
            }
            ExprKind::ChanType { direction, element } => {
                let element = self.variable_type(*element);
                self.types.chan(*direction, element)
            }
            _ => {
                let text = self.print(expr);
                self.error_in(expr, format!("{text} is not a type"));
                self.use_exprs(&[expr]);
                TypeId::INVALID
            }
        }
    }

    fn only_type(&mut self, x: Operand) -> TypeId {
        match x.mode {
            Mode::Type => x.of,
            Mode::Invalid => TypeId::INVALID,
            Mode::NoValue => {
                let text = format!("{} used as type", self.describe(&x));
                self.error_of(&x, text);
                TypeId::INVALID
            }
            _ => {
                let text = format!("{} is not a type", self.describe(&x));
                self.error_of(&x, text);
                TypeId::INVALID
            }
        }
    }

    fn array_type(&mut self, expr: ExprId, length: Option<ExprId>, element: ExprId) -> TypeId {
        let count = match length {
            Some(length) => self.array_length(length),
            None => {
                self.error_in(expr, "invalid use of [...] array (outside a composite literal)");
                None
            }
        };
        let element = self.variable_type(element);
        match count {
            Some(count) => self.types.array(Some(count), element),
            None => TypeId::INVALID,
        }
    }

    fn array_length(&mut self, expr: ExprId) -> Option<u64> {
        if let Some(name) = self.tree.name(expr).cloned() {
            let constant = |object| {
                matches!(self.types.object(object).kind, crate::golang::types::objects::ObjectKind::Constant(_))
            };
            match self.lookup(&name).map(constant) {
                None => {
                    self.error_in(expr, format!("undefined array length {name} or missing type constraint"));
                    return None;
                }
                Some(false) => {
                    self.error_in(expr, format!("invalid array length {name}"));
                    return None;
                }
                Some(true) => {}
            }
        }
        let x = self.expr(None, expr);
        if !x.is_constant() {
            if x.is_valid() {
                let text = format!("array length {} must be constant", self.describe(&x));
                self.error_of(&x, text);
            }
            return None;
        }
        let value = x.constant_value();
        if value == Value::Unknown {
            return None;
        }
        let is_integer = self.types.is_integer(x.of);
        if is_integer || self.types.is_untyped(x.of) {
            let fits = super::numbers::represented(&value, Basic::Int).and_then(|value| value.to_int());
            if let Some(count) = fits.and_then(|int| int.to_u64()) {
                if count > ARRAY_LENGTH_MAX {
                    self.error_of(&x, format!("array of {count} elements is too large: at most {ARRAY_LENGTH_MAX}"));
                    return None;
                }
                if let Some(expr) = x.expr() {
                    self.update_type(expr, TypeId::basic(Basic::Int), super::untyped::Final::Yes);
                }
                return Some(count);
            }
        }
        let what = self.describe(&x);
        self.error_of(
            &x,
            match is_integer {
                true => format!("invalid array length {what}"),
                false => format!("array length {what} must be integer"),
            },
        );
        None
    }

    /// The keys of maps can be compared.
    pub(super) fn check_map_key(&mut self, at: Pos, of: TypeId) {
        if self.types.is_comparable(of) {
            return;
        }
        let why = if self.types.param(of).is_some() { " (missing comparable constraint)" } else { "" };
        let text = self.text(of);
        self.error(at, format!("invalid map key type {text}{why}"));
    }

    /// Types between brackets; `None` when one is wrong.
    pub(super) fn type_list(&mut self, exprs: &[ExprId]) -> Option<Vec<TypeId>> {
        let types: Vec<TypeId> = exprs.iter().map(|expr| self.variable_type(*expr)).collect();
        types.iter().all(|of| of.is_valid()).then_some(types)
    }
}
