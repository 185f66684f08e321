//! `for … range`: over what, and what the variables are.

use super::Checker;
use super::operand::Operand;
use crate::golang::syntax::tree::{Direction, ExprId, Ident, Range};
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::kinds::{Basic, Class, Type};
use crate::golang::types::objects::VariableKind;
use crate::golang::types::scopes::ScopeKind;

/// What a range gives: for each variable a type, if there is one.
struct Given {
    key: Option<TypeId>,
    value: Option<TypeId>,
}

const YIELD: &str = "func must be func(yield func(...) bool): ";

impl<'t> Checker<'t> {
    pub(super) fn range(&mut self, range: &'t Range) {
        let x = self.expr(None, range.over);
        let (key, value, extra) = (range.left.first(), range.left.get(1), range.left.get(2));
        let mut given = Given { key: None, value: None };
        if x.is_valid() {
            let what = self.describe(&x);
            match self.range_types(x.of) {
                Err(cause) => {
                    let cause = if cause.is_empty() { cause } else { format!(": {cause}") };
                    self.error_of(&x, format!("cannot range over {what}{cause}"));
                    given = Given { key: Some(TypeId::INVALID), value: Some(TypeId::INVALID) };
                }
                Ok(types) => {
                    if let (None, Some(key)) = (types.key, key) {
                        self.error_in(*key, format!("range over {what} permits no iteration variables"));
                    } else if let (None, Some(value)) = (types.value, value) {
                        self.error_in(*value, format!("range over {what} permits only one iteration variable"));
                    } else if let Some(extra) = extra {
                        self.error_in(*extra, "range clause permits at most two iteration variables");
                    }
                    given = types;
                }
            }
        }
        let outer = self.open_scope(ScopeKind::Block);
        let over_int = x.is_valid() && self.types.is_integer(x.of);
        let variables = [(key, given.key), (value, given.value)];
        if range.define {
            self.define_range(range, &x, over_int, variables);
        } else if key.is_some() {
            for (left, of) in variables {
                if let (Some(left), Some(of)) = (left, of.filter(|of| of.is_valid())) {
                    self.assign_range(*left, &x, over_int, of);
                }
            }
        } else if over_int {
            self.assignment(x, None, "range clause");
        }
        self.block(&range.body);
        self.env.scope = outer;
    }

    fn assign_range(&mut self, left: ExprId, x: &Operand, over_int: bool, of: TypeId) {
        if !over_int {
            let y = self.variable_value(left, of);
            self.assign_operand(left, y, "assignment");
            return;
        }
        let x = self.assign_operand(left, x.clone(), "range clause");
        if x.is_valid() && !self.types.is_integer(x.of) {
            let of = self.text(x.of);
            self.error_in(left, format!("cannot use iteration variable of type {of}"));
        }
    }

    fn define_range(
        &mut self,
        range: &Range,
        x: &Operand,
        over_int: bool,
        variables: [(Option<&ExprId>, Option<TypeId>); 2],
    ) {
        let mut new: Vec<ObjectId> = Vec::new();
        for (left, of) in variables {
            let Some(left) = left else { continue };
            let at = self.tree.start(*left);
            let object = match self.tree.name(*left).cloned() {
                Some(name) => {
                    let blank = &*name == "_";
                    let object = self.new_local_variable(&Ident { id: *left, name, at });
                    if !blank {
                        new.push(object);
                    }
                    object
                }
                None => {
                    let text = self.print(*left);
                    self.error(at, format!("invalid syntax tree: cannot declare {text}"));
                    self.types.variable("_".into(), at, VariableKind::Local, None)
                }
            };
            match of.filter(|of| of.is_valid()) {
                None => {
                    self.types.object_mut(object).of = Some(TypeId::INVALID);
                    self.set_used(object, true);
                }
                Some(_) if over_int => {
                    self.init_variable(object, x.clone(), "range clause");
                }
                Some(of) => {
                    let y = self.variable_value(*left, of);
                    self.init_variable(object, y, "assignment");
                }
            }
        }
        if new.is_empty() {
            self.error(range.at, "no new variables on left side of :=");
        }
        let scope = self.env.scope;
        new.into_iter().for_each(|object| self.declare(scope, object));
    }

    /// What a range over a value of the type gives, or why there is none, which may be empty.
    fn range_types(&mut self, of: TypeId) -> Result<Given, String> {
        let specifics = self.types.specifics(of).unwrap_or_default();
        for specific in &specifics {
            if let Type::Chan(chan) = self.types.get(specific.under)
                && chan.direction == Direction::Send
            {
                return Err(format!("receive from send-only channel {}", self.text(specific.of)));
            }
        }
        let common = self.types.common_under(of)?;
        let int = TypeId::basic(Basic::Int);
        let both = |key, value| Ok(Given { key: Some(key), value: Some(value) });
        let under = match *self.types.get(common) {
            Type::Pointer(to) => {
                let under = self.types.under(to);
                if matches!(self.types.get(under), Type::Array(_)) { under } else { common }
            }
            _ => common,
        };
        match self.types.get(under).clone() {
            Type::Basic(basic) if basic.class() == Class::String => both(int, TypeId::RUNE),
            Type::Basic(basic) if basic.is_integer() => Ok(Given { key: Some(of), value: None }),
            Type::Array(array) => both(int, array.element),
            Type::Slice(element) => both(int, element),
            Type::Map(map) => both(map.key, map.value),
            Type::Chan(chan) => Ok(Given { key: Some(chan.element), value: None }),
            Type::Function(signature) => self.iterator_types(&signature),
            _ => Err(String::new()),
        }
    }

    fn iterator_types(&mut self, signature: &crate::golang::types::kinds::Signature) -> Result<Given, String> {
        let wrong = |text: &str| Err(format!("{YIELD}{text}"));
        let [param] = *signature.params else { return wrong("wrong argument count") };
        if !signature.results.is_empty() {
            return wrong("unexpected results");
        }
        let of = self.types.type_of(param);
        let inner = match self.types.common_under(of) {
            Ok(common) => self.types.signature(common),
            Err(cause) => return wrong(&format!("in yield type, {cause}")),
        };
        let Some(inner) = inner else { return wrong("argument is not func") };
        if inner.params.len() > 2 {
            return wrong("yield func has too many parameters");
        }
        let [result] = *inner.results else { return wrong("yield func does not return bool") };
        let result = self.types.type_of(result);
        if !self.types.identical(result, TypeId::basic(Basic::Bool)) {
            return match self.types.all_boolean(result) {
                true => wrong("yield func returns user-defined boolean, not bool"),
                false => wrong("yield func does not return bool"),
            };
        }
        if inner.variadic {
            let text = self.text(of);
            return Err(format!("yield func of type {text} cannot be variadic"));
        }
        let types = self.types.types_of(&inner.params);
        Ok(Given { key: types.first().copied(), value: types.get(1).copied() })
    }
}
