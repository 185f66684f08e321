//! Generic types and functions with their arguments.

use crate::golang::types::ids::TypeId;
use std::rc::Rc;

use super::calls::Given;
use super::implements::Verb;
use super::operand::{Operand, Source, Target};
use super::{Budget, Checker, Instantiation, Later};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::ExprId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Signature, Type};

impl Checker<'_> {
    /// `T[A, B]` as a type.
    pub(super) fn instantiated_type(&mut self, expr: ExprId, of: ExprId, indices: &[ExprId]) -> TypeId {
        let generic = match self.generic_type(of) {
            Ok(generic) => generic,
            Err(cause) => {
                if !cause.is_empty() {
                    let (text, list) = (self.print(of), crate::golang::syntax::print::print_list(self.tree, indices));
                    self.error_in(of, format!("invalid operation: {text}[{list}] ({cause})"));
                }
                return TypeId::INVALID;
            }
        };
        let Some(args) = self.type_list(indices) else { return TypeId::INVALID };
        let (params, object) = match self.types.get(generic) {
            Type::Named(named) => (named.params.clone(), named.object),
            Type::Alias(alias) => (alias.params.clone(), alias.object),
            _ => return TypeId::INVALID,
        };
        let at = self.tree.at(of);
        if self.spend(20, at) == Budget::Spent {
            return TypeId::INVALID;
        }
        if args.len() != params.len() {
            let quantity = if args.len() < params.len() { "not enough" } else { "too many" };
            let (name, got, want) = (self.types.object(object).name.clone(), args.len(), params.len());
            let text = format!("{quantity} type arguments for type {name}: have {got}, want {want}");
            self.error(at, text);
            return TypeId::INVALID;
        }
        let args: Rc<[TypeId]> = args.into();
        self.info.instances.insert(of, args.clone());
        let arguments_at = indices.iter().map(|index| self.tree.start(*index)).collect();
        self.later(Later::Instance { at, arguments_at, params, args: args.clone(), of_function: false });
        let instance = self.types.instance(generic, &args);
        self.types.instance_places.entry(instance).or_insert(at);
        self.record_type(expr, instance);
        instance
    }

    /// Whether the arguments satisfy the constraints.
    pub(super) fn check_instance(
        &mut self,
        at: Pos,
        arguments_at: &[Pos],
        params: Rc<[TypeId]>,
        args: Rc<[TypeId]>,
        _of_function: bool,
    ) {
        for (number, (param, arg)) in params.iter().zip(args.iter()).enumerate() {
            let Some(bound) = self.types.param(*param).map(|param| param.bound) else { continue };
            let bound = self.types.substitute(bound, &params, &args);
            if let Err(cause) = self.implements(*arg, bound, Verb::Satisfy) {
                self.error(arguments_at.get(number).copied().unwrap_or(at), cause);
                return;
            }
        }
        self.instantiations.push(Instantiation { at, arguments_at: arguments_at.to_vec(), params, args });
    }

    /// A generic function with its arguments: given between brackets, or inferred from what it is assigned to.
    pub(super) fn instantiate_function(
        &mut self,
        target: Option<&Target>,
        expr: ExprId,
        x: Operand,
        written: Option<(ExprId, &[ExprId])>,
    ) -> Operand {
        let Some(signature) = self.types.generic_signature(x.of) else { return x.invalidated() };
        let indices = written.map_or(&[][..], |(_, indices)| indices);
        let Some(types) = self.type_list(indices) else { return Operand::invalid(expr) };
        let (got, want) = (types.len(), signature.params_of_type.len());
        if got > want {
            self.error_in(indices[got - 1], format!("got {got} type arguments but want {want}"));
            return Operand::invalid(expr);
        }
        let at = self.tree.at(expr);
        let given = Given { exprs: indices.to_vec(), types };
        let args = match got < want {
            false => given.types.clone(),
            true => match self.infer_from_target(at, &signature, &given, target) {
                Some(args) => args,
                None => return Operand::invalid(expr),
            },
        };
        let instance = self.instantiate_signature(at, expr, &signature, &args, &given.exprs);
        let of = self.types.add(Type::Function(instance));
        Operand { mode: Mode::Value, of, value: None, source: Source::Expr(expr) }
    }

    /// The signature with arguments for its type parameters.
    pub(super) fn instantiate_signature(
        &mut self,
        at: Pos,
        expr: ExprId,
        signature: &Rc<Signature>,
        args: &[TypeId],
        written: &[ExprId],
    ) -> Rc<Signature> {
        self.spend(20, at);
        let params = signature.params_of_type.clone();
        let args: Rc<[TypeId]> = args.into();
        self.record_instance(expr, &args);
        let arguments_at = written.iter().map(|expr| self.tree.start(*expr)).collect();
        self.later(Later::Instance { at, arguments_at, params: params.clone(), args: args.clone(), of_function: true });
        let plain = Signature { params_of_type: Rc::default(), ..(**signature).clone() };
        let of = self.types.function(plain);
        let of = self.types.substitute(of, &params, &args);
        self.types.signature(of).unwrap_or_default()
    }

    /// Writes down the arguments at the expression that names the generic function.
    fn record_instance(&mut self, expr: ExprId, args: &Rc<[TypeId]>) {
        use crate::golang::syntax::tree::ExprKind;
        let mut here = expr;
        loop {
            here = match self.tree.kind(here) {
                ExprKind::Paren(inner) => *inner,
                ExprKind::Index { of, .. } => *of,
                _ => break,
            };
        }
        self.info.instances.insert(here, args.clone());
    }
}
