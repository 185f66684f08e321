//! Assignments of every kind: which value may go where.

use super::Checker;
use super::describe::Dots;
use super::numbers::Misfit;
use super::operand::{Ok, Operand, Target};
use super::untyped::Final;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{Direction, ExprId, ExprKind};
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::Type;
use crate::golang::types::objects::ObjectKind;

impl Checker<'_> {
    /// The operand as a value of the type `to`; without a type for `_`. `context` ends the sentence of an error.
    pub(super) fn assignment(&mut self, x: Operand, to: Option<TypeId>, context: &str) -> Operand {
        let mut x = self.single_value(x);
        if !x.is_valid() {
            return x;
        }
        if matches!(x.mode, Mode::NoValue | Mode::Builtin(_) | Mode::Type) {
            let (what, to) = (self.describe(&x), to.map_or("nil".into(), |to| self.text(to)));
            self.error_of(&x, format!("cannot assign {what} to {to} in {context}"));
            return x.invalidated();
        }
        if self.types.is_untyped(x.of) {
            x = self.assign_untyped(x, to, context);
            if !x.is_valid() {
                return x;
            }
        }
        let target = to.and_then(|to| self.target(to, context));
        let x = self.not_generic(target.as_ref(), x);
        let (true, Some(to)) = (x.is_valid(), to) else { return x };
        match self.assignable(&x, to) {
            Result::Ok(()) => x,
            Err(cause) => {
                let (what, to) = (self.describe(&x), self.text(to));
                let cause = if cause.is_empty() { cause } else { format!(": {cause}") };
                self.error_of(&x, format!("cannot use {what} as {to} value in {context}{cause}"));
                x.invalidated()
            }
        }
    }

    fn assign_untyped(&mut self, mut x: Operand, to: Option<TypeId>, context: &str) -> Operand {
        let mut target = to;
        if x.is_nil() {
            if to.is_none() {
                self.error_of(&x, format!("use of untyped nil in {context}"));
                return x.invalidated();
            }
        } else if to.is_none_or(|to| self.types.is_interface(to)) {
            target = Some(self.types.default_type(x.of));
        }
        let target = target.unwrap_or(TypeId::INVALID);
        match self.implicit_type(&x, target) {
            Err(misfit) => {
                let ending = match misfit {
                    Misfit::Truncated => " (truncated)",
                    Misfit::Overflows => " (overflows)",
                    Misfit::OtherKind => "",
                };
                let (what, of) = (self.describe(&x), self.text(target));
                self.error_of(&x, format!("cannot use {what} as {of} value in {context}{ending}"));
                x.invalidated()
            }
            Result::Ok((of, value)) => {
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

    /// Whether the operand may go into a variable of the type.
    pub(super) fn is_assignable(&mut self, x: &Operand, to: TypeId) -> bool {
        self.assignable(x, to).is_ok()
    }

    /// Whether the operand may go into a variable of the type, or why not, which may be empty.
    pub(super) fn assignable(&mut self, x: &Operand, to: TypeId) -> Result<(), String> {
        if !x.is_valid() || !x.of.is_valid() || !to.is_valid() || self.types.identical(x.of, to) {
            return Result::Ok(());
        }
        let no = Err(String::new());
        let (from_under, to_under) = (self.types.under(x.of), self.types.under(to));
        if !from_under.is_valid() || !to_under.is_valid() {
            return Result::Ok(());
        }
        let (from_param, to_param) = (self.types.param(x.of), self.types.param(to));
        if self.types.is_untyped(x.of) {
            let fits = match to_param {
                None => self.implicit_type(x, to).is_ok(),
                Some(_) => self.types.specifics(to).is_some_and(|list| {
                    !list.is_empty() && list.iter().all(|specific| self.implicit_type(x, specific.of).is_ok())
                }),
            };
            return if fits { Result::Ok(()) } else { no };
        }
        let unnamed = !self.types.has_name(x.of) || !self.types.has_name(to);
        let no_params = from_param.is_none() && to_param.is_none();
        if unnamed && no_params && self.types.identical(from_under, to_under) {
            return Result::Ok(());
        }
        let to_interface = matches!(self.types.get(to_under), Type::Interface(_)) && to_param.is_none();
        if to_interface || self.is_interface_pointer(to_under) {
            match self.implements(x.of, to, super::implements::Verb::Implement) {
                Result::Ok(()) => return Result::Ok(()),
                Err(cause) if from_param.is_none() => return Err(cause),
                Err(_) => {}
            }
        }
        if matches!(self.types.get(from_under), Type::Interface(_))
            && from_param.is_none()
            && self.implements(to, x.of, super::implements::Verb::Implement).is_ok()
        {
            return Err("need type assertion".into());
        }
        if let (Type::Chan(from), Type::Chan(to_chan)) =
            (self.types.get(from_under).clone(), self.types.get(to_under).clone())
            && from.direction == Direction::Both
            && self.types.identical(from.element, to_chan.element)
        {
            return if unnamed { Result::Ok(()) } else { no };
        }
        if no_params {
            return no;
        }
        self.assignable_to_param(x, to)
    }

    /// What holds of every type that a type parameter may stand for, holds of it.
    fn assignable_to_param(&mut self, x: &Operand, to: TypeId) -> Result<(), String> {
        let no = Err(String::new());
        if self.types.param(to).is_some() && !self.types.has_name(x.of) {
            let Some(list) = self.types.specifics(to) else { return no };
            for specific in &list {
                if let Err(cause) = self.assignable(x, specific.of) {
                    let (from, own, to) = (self.text(x.of), self.text(specific.of), self.text(to));
                    return Err(with_cause(format!("cannot assign {from} to {own} (in {to})"), &cause));
                }
            }
            return if list.is_empty() { no } else { Result::Ok(()) };
        }
        if self.types.param(x.of).is_some() && !self.types.has_name(to) {
            let Some(list) = self.types.specifics(x.of) else { return no };
            for specific in &list {
                let one = Operand { of: specific.of, ..x.clone() };
                if let Err(cause) = self.assignable(&one, to) {
                    let (own, from, to) = (self.text(specific.of), self.text(x.of), self.text(to));
                    return Err(with_cause(format!("cannot assign {own} (in {from}) to {to}"), &cause));
                }
            }
            return if list.is_empty() { no } else { Result::Ok(()) };
        }
        no
    }

    /// A target for the inference of a generic function's arguments, when the type is a function.
    pub(super) fn target(&mut self, of: TypeId, description: &str) -> Option<Target> {
        let common = self.types.common_under(of).ok()?;
        matches!(self.types.get(common), Type::Function(_))
            .then(|| Target { of: common, description: description.to_owned() })
    }

    /// The first value of a constant.
    pub(super) fn init_constant(&mut self, object: ObjectId, x: Operand) {
        let declared = self.types.object(object).of;
        if !x.is_valid() || !x.of.is_valid() || declared == Some(TypeId::INVALID) {
            self.types.object_mut(object).of.get_or_insert(TypeId::INVALID);
            return;
        }
        if !x.is_constant() {
            let text = format!("{} is not constant", self.describe(&x));
            self.error_of(&x, text);
            self.types.object_mut(object).of.get_or_insert(TypeId::INVALID);
            return;
        }
        let of = *self.types.object_mut(object).of.get_or_insert(x.of);
        let x = self.assignment(x, Some(of), "constant declaration");
        if x.is_valid() {
            self.types.object_mut(object).kind = ObjectKind::Constant(x.constant_value());
        }
    }

    /// The first value of a variable, which gets its type if it has none.
    pub(super) fn init_variable(&mut self, object: ObjectId, x: Operand, context: &str) -> Operand {
        let declared = self.types.object(object).of;
        if !x.is_valid() || !x.of.is_valid() || declared == Some(TypeId::INVALID) {
            self.types.object_mut(object).of.get_or_insert(TypeId::INVALID);
            return x.invalidated();
        }
        let of = match declared {
            Some(of) => of,
            None if x.is_nil() && self.types.is_untyped(x.of) => {
                self.error_of(&x, format!("use of untyped nil in {context}"));
                self.types.object_mut(object).of = Some(TypeId::INVALID);
                return x.invalidated();
            }
            None => self.types.default_type(x.of),
        };
        self.types.object_mut(object).of = Some(of);
        self.assignment(x, Some(of), context)
    }

    /// The type of what stands on the left of `=`; `Err` for `_`.
    fn left_type(&mut self, left: ExprId) -> Result<TypeId, Blank> {
        let inner = self.tree.unparen(left);
        let name = self.tree.name(inner).cloned();
        if name.as_deref() == Some("_") {
            return Err(Blank);
        }
        // An assignment does not use the variable.
        let variable = name.and_then(|name| self.lookup(&name)).filter(|object| {
            let object = self.types.object(*object);
            object.variable().is_some() && object.package == self.types.current
        });
        let was_used = variable.map(|object| self.is_used(object));
        let x = self.expr(None, left);
        if let (Some(object), Some(used)) = (variable, was_used) {
            self.set_used(object, used);
        }
        if !x.is_valid() || !x.of.is_valid() {
            return Result::Ok(TypeId::INVALID);
        }
        if matches!(x.mode, Mode::Variable | Mode::MapIndex) {
            return Result::Ok(x.of);
        }
        let text = self.source_text(&x);
        if let ExprKind::Selector { of, .. } = *self.tree.kind(left) {
            let holder = self.expr(None, of);
            if holder.mode == Mode::MapIndex {
                self.error_of(&x, format!("cannot assign to struct field {text} in map"));
                return Result::Ok(TypeId::INVALID);
            }
        }
        self.error_of(&x, format!("cannot assign to {text} (neither addressable nor a map index expression)"));
        Result::Ok(TypeId::INVALID)
    }

    fn is_used(&self, object: ObjectId) -> bool {
        self.types.object(object).variable().is_some_and(|variable| variable.used)
    }

    pub(super) fn set_used(&mut self, object: ObjectId, used: bool) {
        if let ObjectKind::Variable(variable) = &mut self.types.object_mut(object).kind {
            variable.used = used;
        }
    }

    /// `left = right`
    pub(super) fn assign_expr(&mut self, left: ExprId, right: ExprId, context: &str) {
        let to = self.left_type(left);
        if to == Result::Ok(TypeId::INVALID) {
            self.use_exprs(&[right]);
            return;
        }
        let to = to.ok();
        let target = match to {
            Some(to) => {
                let under = self.types.under(to);
                let is_function = matches!(self.types.get(under), Type::Function(_));
                let description = if is_function { self.print(left) } else { String::new() };
                self.target(to, &description).filter(|_| is_function)
            }
            None => None,
        };
        let x = self.expr(target.as_ref(), right);
        self.assign_operand_to(to, x, context);
    }

    /// `left = x`, for an operand that has been looked at.
    pub(super) fn assign_operand(&mut self, left: ExprId, x: Operand, context: &str) -> Operand {
        match self.left_type(left) {
            Result::Ok(TypeId::INVALID) => x.invalidated(),
            to => self.assign_operand_to(to.ok(), x, context),
        }
    }

    fn assign_operand_to(&mut self, to: Option<TypeId>, x: Operand, context: &str) -> Operand {
        let context = match (to, context) {
            (None, "assignment") => "assignment to _ identifier",
            (_, context) => context,
        };
        self.assignment(x, to, context)
    }

    fn is_call(&self, exprs: &[ExprId]) -> bool {
        matches!(exprs, [one] if matches!(self.tree.kind(self.tree.unparen(*one)), ExprKind::Call { .. }))
    }

    /// The first values of variables: of a declaration, or, with a place, the results of a `return` there.
    pub(super) fn init_variables(&mut self, left: &[ObjectId], right: &[ExprId], returns: Option<Pos>) {
        let context = match returns {
            Some(_) => "return statement",
            None if left.len() > 1 => "multiple assignment",
            None => "assignment",
        };
        if left.len() == right.len() && !self.is_call(right) {
            for (object, value) in left.iter().zip(right) {
                let of = self.types.object(*object).of;
                let name = self.types.object(*object).name.to_string();
                let description = if returns.is_some() && name.is_empty() { "result variable".into() } else { name };
                let target = of.and_then(|of| self.target(of, &description));
                let x = self.expr(target.as_ref(), *value);
                self.init_variable(*object, x, context);
            }
            return;
        }
        if right.len() != 1 {
            if self.use_exprs(right) {
                match returns {
                    Some(at) => {
                        let values: Vec<Operand> = right.iter().map(|value| self.expr(None, *value)).collect();
                        self.report_results(at, left, &values);
                    }
                    None => self.report_mismatch(left.len(), right, right.len()),
                }
            }
            self.give_up_on(left);
            return;
        }
        let ok = if left.len() == 2 && returns.is_none() { Ok::Wanted } else { Ok::Refused };
        let (values, is_ok) = self.multi_expr(right[0], ok);
        if values.len() == left.len() {
            let mut right_ones = true;
            let mut given = Vec::new();
            for (object, value) in left.iter().zip(values) {
                let x = self.init_variable(*object, value, context);
                right_ones &= x.is_valid();
                given.push(x.of);
            }
            if is_ok && right_ones {
                self.record_comma_ok(right[0], &given);
            }
            return;
        }
        if values[0].is_valid() {
            match returns {
                Some(at) => self.report_results(at, left, &values),
                None => self.report_mismatch(left.len(), right, values.len()),
            }
        }
        self.give_up_on(left);
    }

    fn give_up_on(&mut self, variables: &[ObjectId]) {
        for object in variables {
            self.types.object_mut(*object).of.get_or_insert(TypeId::INVALID);
        }
    }

    /// `a, b = x, y`
    pub(super) fn assign_exprs(&mut self, left: &[ExprId], right: &[ExprId]) {
        let context = if left.len() > 1 { "multiple assignment" } else { "assignment" };
        if left.len() == right.len() && !self.is_call(right) {
            for (to, value) in left.iter().zip(right) {
                self.assign_expr(*to, *value, context);
            }
            return;
        }
        if right.len() != 1 {
            let (left_right, right_right) = (self.use_left(left), self.use_exprs(right));
            if left_right && right_right {
                self.report_mismatch(left.len(), right, right.len());
            }
            return;
        }
        let ok = if left.len() == 2 { Ok::Wanted } else { Ok::Refused };
        let (values, is_ok) = self.multi_expr(right[0], ok);
        if values.len() == left.len() {
            let mut right_ones = true;
            let mut given = Vec::new();
            for (to, value) in left.iter().zip(values) {
                let x = self.assign_operand(*to, value, context);
                right_ones &= x.is_valid();
                given.push(x.of);
            }
            if is_ok && right_ones {
                self.record_comma_ok(right[0], &given);
            }
            return;
        }
        if values[0].is_valid() {
            self.report_mismatch(left.len(), right, values.len());
        }
        self.use_left(left);
    }

    /// Looks at what stands on the left after an error, without using its variables.
    pub(super) fn use_left(&mut self, left: &[ExprId]) -> bool {
        let mut right = true;
        for expr in left {
            let inner = self.tree.unparen(*expr);
            let object = self.tree.name(inner).cloned().and_then(|name| self.lookup(&name));
            let used = object.map(|object| self.is_used(object));
            right &= self.use_exprs(&[*expr]);
            if let (Some(object), Some(used)) = (object, used) {
                self.set_used(object, used);
            }
        }
        right
    }

    /// A map's element, a receive or an assertion that says whether it is there: its type is that of both values.
    fn record_comma_ok(&mut self, expr: ExprId, given: &[TypeId]) {
        let variables: Vec<ObjectId> = given.iter().map(|of| self.types.unnamed(*of)).collect();
        let tuple = self.types.add(Type::Tuple(variables.into()));
        let mut here = expr;
        loop {
            if let Some(info) = &mut self.info.exprs[here.index()] {
                info.of = tuple;
            }
            match self.tree.kind(here) {
                ExprKind::Paren(inner) => here = *inner,
                _ => return,
            }
        }
    }

    fn report_mismatch(&mut self, left: usize, right: &[ExprId], values: usize) {
        let (variables, values) = (counted(left, "variable"), counted(values, "value"));
        let first = right[0];
        let text = match (right, self.tree.kind(self.tree.unparen(first))) {
            ([_], ExprKind::Call { callee, .. }) => {
                format!("assignment mismatch: {variables} but {} returns {values}", self.print(*callee))
            }
            _ => format!("assignment mismatch: {variables} but {values}"),
        };
        self.error_in(first, text);
    }

    fn report_results(&mut self, at: Pos, left: &[ObjectId], values: &[Operand]) {
        let (at, quantity) = match values.len() {
            count if count > left.len() => (self.at(&values[left.len()]), "too many"),
            0 => (at, "not enough"),
            count => (self.at(&values[count - 1]), "not enough"),
        };
        let types: Vec<TypeId> = values.iter().map(|value| value.of).collect();
        let (have, want) = (self.summary(&types, Dots::None), self.summary_of(left, Dots::None));
        self.error(at, format!("{quantity} return values\n\thave {have}\n\twant {want}"));
    }
}

/// `_` on the left of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Blank;

pub(super) fn with_cause(text: String, cause: &str) -> String {
    if cause.is_empty() { text } else { format!("{text}\n\t{cause}") }
}

pub(super) fn counted(count: usize, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
