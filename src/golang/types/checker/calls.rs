//! Calls and conversions.

use crate::golang::types::ids::TypeId;
use std::rc::Rc;

use super::Checker;
use super::describe::Dots;
use super::operand::{Generic, Indexed, Kind, Operand, Source};
use crate::golang::syntax::tree::{ExprId, ExprKind};
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Signature, Type};

/// Type arguments that are given, and what they are.
#[derive(Clone, Default)]
pub(super) struct Given {
    pub(super) exprs: Vec<ExprId>,
    pub(super) types: Vec<TypeId>,
}

impl Checker<'_> {
    pub(super) fn call(&mut self, expr: ExprId, callee: ExprId, arguments: &[ExprId], spread: bool) -> (Operand, Kind) {
        let mut indices: Option<&[ExprId]> = None;
        let x = match self.tree.kind(callee) {
            ExprKind::Index { of, indices: list } => match self.index_expr(callee, *of, list) {
                Indexed::Done(x) => {
                    self.record_operand(&x);
                    x
                }
                Indexed::Function(x) => {
                    indices = Some(list);
                    Operand { source: Source::Expr(callee), ..x }
                }
            },
            _ => self.expr_or_type(callee, Generic::Accepted),
        };
        match x.mode {
            Mode::Invalid => {
                self.use_exprs(arguments);
                (Operand::invalid(expr), Kind::Statement)
            }
            Mode::Type => (self.conversion_call(expr, x, arguments, spread), Kind::Conversion),
            Mode::Builtin(builtin) => self.builtin_call(expr, builtin, arguments, spread),
            _ => (self.function_call(expr, callee, x, indices, arguments, spread), Kind::Statement),
        }
    }

    fn conversion_call(&mut self, expr: ExprId, x: Operand, arguments: &[ExprId], spread: bool) -> Operand {
        let x = self.not_generic(None, x);
        if !x.is_valid() {
            return Operand::invalid(expr);
        }
        let to = x.of;
        if !self.is_complete(to) {
            return Operand::invalid(expr);
        }
        let text = self.text(to);
        match arguments {
            [] => self.error(self.end_of_call(expr), format!("missing argument in conversion to {text}")),
            &[one] => {
                let target = self.target(to, "conversion");
                let x = self.expr(target.as_ref(), one);
                if !x.is_valid() {
                    return Operand::invalid(expr);
                }
                let under = self.types.under(to);
                let is_constraint = self.types.is_interface(to) && !self.types.type_set(under).is_method_set();
                if is_constraint {
                    let why = "(contains specific type constraints or is comparable)";
                    self.error_in(expr, format!("cannot use interface {text} in conversion {why}"));
                } else if spread {
                    self.error_in(one, format!("invalid use of ... in conversion to {text}"));
                } else {
                    let x = self.conversion(x, to);
                    return Operand { source: Source::Expr(expr), ..x };
                }
            }
            several => {
                self.use_exprs(several);
                let last = several[several.len() - 1];
                self.error_in(last, format!("too many arguments in conversion to {text}"));
            }
        }
        Operand::invalid(expr)
    }

    /// Where errors about arguments that are missing are reported.
    pub(super) fn end_of_call(&self, expr: ExprId) -> crate::golang::syntax::position::Pos {
        self.tree.start(expr)
    }

    fn function_call(
        &mut self,
        expr: ExprId,
        callee: ExprId,
        x: Operand,
        indices: Option<&[ExprId]>,
        arguments: &[ExprId],
        spread: bool,
    ) -> Operand {
        let Some(signature) = self.callee_signature(&x) else {
            self.use_exprs(indices.unwrap_or_default());
            self.use_exprs(arguments);
            return Operand::invalid(expr);
        };
        let was_generic = !signature.params_of_type.is_empty();
        let mut signature = signature;
        let mut given = Given::default();
        if let Some(indices) = indices {
            let Some(types) = self.type_list(indices) else {
                self.use_exprs(arguments);
                return Operand::invalid(expr);
            };
            let (got, want) = (types.len(), signature.params_of_type.len());
            if got > want {
                self.error_in(indices[want], format!("got {got} type arguments but want {want}"));
                self.use_exprs(arguments);
                return Operand::invalid(expr);
            }
            given = Given { exprs: indices.to_vec(), types };
            if got == want && want > 0 {
                let at = self.tree.at(callee);
                signature = self.instantiate_signature(at, callee, &signature, &given.types.clone(), &given.exprs);
                given = Given::default();
            }
        }
        let (operands, partial) = self.argument_operands(arguments);
        let call = Call { expr, callee, arguments, spread };
        let signature = self.arguments(&call, signature, given, operands, partial);
        if was_generic && signature.params_of_type.is_empty() {
            let of = self.types.add(Type::Function(signature.clone()));
            self.record(callee, Mode::Value, of, None);
        }
        self.env.calls = true;
        self.call_result(expr, &signature)
    }

    fn call_result(&mut self, expr: ExprId, signature: &Signature) -> Operand {
        let of = match *signature.results {
            [] => return Operand::new(Mode::NoValue, TypeId::INVALID, expr),
            [one] => self.types.type_of(one),
            _ => self.types.add(Type::Tuple(signature.results.clone())),
        };
        if !self.is_complete(of) {
            return Operand::invalid(expr);
        }
        // Without its type arguments the result means nothing; that has been reported.
        let mode = if signature.params_of_type.is_empty() { Mode::Value } else { Mode::Invalid };
        Operand::new(mode, of, expr)
    }

    fn callee_signature(&mut self, x: &Operand) -> Option<Rc<Signature>> {
        let specifics = self.types.specifics(x.of).unwrap_or_default();
        let other = specifics.iter().find(|one| !matches!(self.types.get(one.under), Type::Function(_)));
        let cause = match (other, self.types.common_under(x.of)) {
            (Some(other), _) => format!("{} is not a function", self.text(other.of)),
            (None, Err(cause)) => cause,
            (None, Ok(common)) => return self.types.signature(common),
        };
        if x.of.is_valid() {
            let text = format!("invalid operation: cannot call {}: {}", self.describe(x), cause);
            self.error_of(x, text);
        }
        None
    }

    /// The operands of a call: of several expressions one each, of a single call all its results. Of generic functions that
    /// have only some of their type arguments these are given too.
    pub(super) fn argument_operands(&mut self, arguments: &[ExprId]) -> (Vec<Operand>, Vec<Vec<TypeId>>) {
        let mut operands = Vec::new();
        let mut partial = Vec::new();
        for argument in arguments {
            let (x, given) = self.argument_operand(*argument, arguments.len() == 1);
            if let (1, true, Type::Tuple(results)) = (arguments.len(), x.is_valid(), self.types.get(x.of).clone()) {
                let one = |of: TypeId| Operand::new(Mode::Value, of, *argument);
                let types = self.types.types_of(&results);
                return (types.into_iter().map(one).collect(), vec![Vec::new(); results.len()]);
            }
            operands.push(x);
            partial.push(given);
        }
        (operands, partial)
    }

    fn argument_operand(&mut self, argument: ExprId, alone: bool) -> (Operand, Vec<TypeId>) {
        if let ExprKind::Index { of, indices } = self.tree.kind(argument) {
            return match self.index_expr(argument, *of, indices) {
                Indexed::Done(x) => {
                    self.record_operand(&x);
                    let x = self.only_value(x);
                    (self.single_value(x), Vec::new())
                }
                Indexed::Function(x) => self.partial_instance(argument, x, indices),
            };
        }
        let (x, _) = self.raw_expr(None, argument, None, Generic::Accepted);
        let x = self.only_value(x);
        (if alone { x } else { self.single_value(x) }, Vec::new())
    }

    /// `f[A]` as an argument, where the other type arguments may be inferred from the call.
    fn partial_instance(&mut self, argument: ExprId, x: Operand, indices: &[ExprId]) -> (Operand, Vec<TypeId>) {
        let want = self.types.generic_signature(x.of).map_or(0, |signature| signature.params_of_type.len());
        if indices.len() >= want {
            let x = self.instantiate_function(None, argument, x, Some((argument, indices)));
            self.record_operand(&x);
            return (x, Vec::new());
        }
        match self.type_list(indices) {
            Some(types) => (Operand { source: Source::Expr(argument), ..x }, types),
            None => (Operand::invalid(argument), Vec::new()),
        }
    }

    /// Checks the arguments of a call, and gives the signature with its type arguments.
    pub(super) fn arguments(
        &mut self,
        call: &Call<'_>,
        signature: Rc<Signature>,
        given: Given,
        mut operands: Vec<Operand>,
        partial: Vec<Vec<TypeId>>,
    ) -> Rc<Signature> {
        let callee = self.print(call.callee);
        let mut params = self.types.types_of(&signature.params);
        let mut wanted = params.len();
        if signature.variadic && call.spread {
            if call.arguments.len() == 1 && operands.len() > 1 {
                let (count, first) = (operands.len(), self.print(call.arguments[0]));
                self.error_in(call.expr, format!("cannot use ... with {count}-valued {first}"));
                return signature;
            }
        } else if signature.variadic {
            if operands.len() + 1 >= wanted {
                let last = params.pop().unwrap_or(TypeId::INVALID);
                let element = match *self.types.get(last) {
                    Type::Slice(element) => element,
                    _ => TypeId::INVALID,
                };
                params.resize(operands.len(), element);
                wanted = operands.len();
            } else {
                wanted -= 1;
            }
        } else if call.spread {
            self.error_in(call.expr, format!("cannot use ... in call to non-variadic {callee}"));
            return signature;
        }
        if operands.len() != wanted {
            self.report_arguments(call, &signature, &operands, wanted);
            return signature;
        }
        let mut result = signature.clone();
        let generic_arguments = operands.iter().any(|x| x.is_valid() && self.types.generic_signature(x.of).is_some());
        if !signature.params_of_type.is_empty() || generic_arguments {
            match self.infer_call(call, &signature, given, &params, &mut operands, &partial) {
                Some((inferred, new_params)) => {
                    result = inferred;
                    params = new_params;
                }
                None => return signature,
            }
        }
        let context = format!("argument to {callee}");
        for (x, to) in operands.into_iter().zip(params) {
            self.assignment(x, Some(to), &context);
        }
        result
    }

    fn report_arguments(&mut self, call: &Call<'_>, signature: &Signature, operands: &[Operand], wanted: usize) {
        let (at, quantity) = match operands.len() {
            count if count > wanted => (self.at(&operands[wanted]), "too many"),
            0 => (self.end_of_call(call.expr), "not enough"),
            count => (self.at(&operands[count - 1]), "not enough"),
        };
        let types: Vec<TypeId> = operands.iter().map(|x| x.of).collect();
        let have = self.summary(&types, if call.spread { Dots::Argument } else { Dots::None });
        let want = self.summary_of(&signature.params, if signature.variadic { Dots::Parameter } else { Dots::None });
        let callee = self.print(call.callee);
        self.error(at, format!("{quantity} arguments in call to {callee}\n\thave {have}\n\twant {want}"));
    }
}

/// A call in the source.
pub(super) struct Call<'c> {
    pub(super) expr: ExprId,
    pub(super) callee: ExprId,
    pub(super) arguments: &'c [ExprId],
    pub(super) spread: bool,
}
