//! Inference: the type arguments that nobody wrote.

use crate::golang::types::ids::TypeId;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Checker;
use super::calls::{Call, Given};
use super::operand::{Operand, Target};
use super::unify::{Fit, Unifier};
use crate::golang::syntax::position::Pos;
use crate::golang::types::kinds::{Param, Signature, Term, Type};
use crate::golang::types::objects::Object;

/// How often arguments are put into each other until nothing changes.
const ROUNDS_MAX: usize = 20;

/// What is to be inferred, and from what.
struct Problem<'p> {
    at: Pos,
    params: &'p [TypeId],
    given: Vec<Option<TypeId>>,
    /// The types of what the function takes, which name the type parameters.
    wanted: Vec<TypeId>,
    arguments: &'p [Operand],
    /// It is inferred from what the function is assigned to.
    reverse: bool,
}

/// Why the arguments cannot be inferred, and where that is said; without words it has been said.
type Failure = Option<(Pos, String)>;

impl Checker<'_> {
    /// The type arguments of a call, and of generic functions among its arguments; gives the signature with them, and what
    /// it takes.
    pub(super) fn infer_call(
        &mut self,
        call: &Call<'_>,
        signature: &Rc<Signature>,
        given: Given,
        wanted: &[TypeId],
        operands: &mut [Operand],
        partial: &[Vec<TypeId>],
    ) -> Option<(Rc<Signature>, Vec<TypeId>)> {
        let own = signature.params_of_type.len();
        let (mut params, wanted) = self.renamed(&signature.params_of_type, wanted);
        let mut types: Vec<Option<TypeId>> = given.types.iter().copied().map(Some).collect();
        types.resize(own, None);
        let mut generic = Vec::new();
        for (number, x) in operands.iter_mut().enumerate() {
            let Some(function) = self.types.generic_signature(x.of).filter(|_| x.is_valid()) else { continue };
            let whole = self
                .types
                .add(Type::Function(Rc::new(Signature { params_of_type: Rc::default(), ..(*function).clone() })));
            let (renamed, of) = self.renamed(&function.params_of_type, &[whole]);
            x.of = of[0];
            let count = renamed.len();
            let mut own_types: Vec<Option<TypeId>> =
                partial.get(number).into_iter().flatten().copied().map(Some).collect();
            own_types.resize(count, None);
            types.extend(own_types);
            generic.push((number, params.len(), function, renamed.len()));
            params.extend(renamed);
        }
        let at = self.tree.at(call.expr);
        let problem =
            Problem { at, params: &params, given: types, wanted: wanted.clone(), arguments: operands, reverse: false };
        let args = match self.infer(problem) {
            Ok(args) => args,
            Err(failure) => {
                if let Some((at, text)) = failure {
                    let callee = self.print(call.callee);
                    self.error(at, format!("in call to {callee}, {text}"));
                }
                return None;
            }
        };
        let mut result = signature.clone();
        let mut new_wanted = wanted;
        if own > 0 {
            result = self.instantiate_signature(at, call.callee, signature, &args[..own], &given.exprs);
        }
        for of in &mut new_wanted {
            *of = self.types.substitute(*of, &params, &args);
        }
        for (number, first, function, count) in generic {
            let own_args = args[first..first + count].to_vec();
            let Some(expr) = operands[number].expr() else { continue };
            let instance = self.instantiate_signature(at, expr, &function, &own_args, &[]);
            operands[number].of = self.types.add(Type::Function(instance));
            let x = operands[number].clone();
            self.record_operand(&x);
        }
        Some((result, new_wanted))
    }

    /// The type arguments of a function that is assigned to something.
    pub(super) fn infer_from_target(
        &mut self,
        at: Pos,
        signature: &Rc<Signature>,
        given: &Given,
        target: Option<&Target>,
    ) -> Option<Vec<TypeId>> {
        let whole = self.types.function(Signature { params_of_type: Rc::default(), ..(**signature).clone() });
        let wanted = if target.is_some() { vec![whole] } else { Vec::new() };
        let (params, wanted) = self.renamed(&signature.params_of_type, &wanted);
        let mut types: Vec<Option<TypeId>> = given.types.iter().copied().map(Some).collect();
        types.resize(params.len(), None);
        let arguments: Vec<Operand> =
            target.iter().map(|target| Operand::words(at, target.description.clone(), target.of)).collect();
        let problem = Problem { at, params: &params, given: types, wanted, arguments: &arguments, reverse: true };
        match self.infer(problem) {
            Ok(args) => Some(args),
            Err(failure) => {
                if let Some((at, text)) = failure {
                    self.error(at, text);
                }
                None
            }
        }
    }

    /// New type parameters in the place of old ones, so that a function that calls itself is not confused with itself.
    fn renamed(&mut self, params: &[TypeId], types: &[TypeId]) -> (Vec<TypeId>, Vec<TypeId>) {
        let mut new = Vec::new();
        for param in params {
            let Some(old) = self.types.param(*param) else { continue };
            let object = self.types.object(old.object).clone();
            let object = self.types.add_object(Object { of: None, ..object });
            let id = self.types.add(Type::Param(Param { object, ..old }));
            self.types.object_mut(object).of = Some(id);
            new.push(id);
        }
        for (old, id) in params.iter().zip(&new) {
            let bound = self.types.param(*old).map_or(TypeId::INVALID, |old| old.bound);
            let bound = self.types.substitute(bound, params, &new);
            self.set_bound(*id, bound);
        }
        let types = types.iter().map(|of| self.types.substitute(*of, params, &new)).collect();
        (new, types)
    }

    fn infer(&mut self, problem: Problem<'_>) -> Result<Vec<TypeId>, Failure> {
        let Problem { at, params, given, mut wanted, arguments, reverse } = problem;
        if let Some(all) = given.iter().copied().collect::<Option<Vec<TypeId>>>() {
            return Ok(all);
        }
        if arguments.iter().any(|x| !x.is_valid()) {
            return Err(None);
        }
        let known: Vec<(TypeId, TypeId)> =
            params.iter().zip(&given).filter_map(|(param, of)| of.map(|of| (*param, of))).collect();
        let (known_params, known_args): (Vec<TypeId>, Vec<TypeId>) = known.into_iter().unzip();
        for of in &mut wanted {
            *of = self.types.substitute(*of, &known_params, &known_args);
        }
        let mut u = Unifier::new(params, &given);
        let mut untyped = Vec::new();
        for (x, of) in arguments.iter().zip(&wanted) {
            if !self.mentions_any(*of, params) && !self.mentions_any(x.of, params) {
                continue;
            }
            if !self.types.is_untyped(x.of) {
                if !self.unify(&mut u, *of, x.of, Fit::ASSIGN) {
                    return Err(Some((self.at(x), self.mismatch(&u, params, *of, x, reverse))));
                }
            } else if matches!(self.types.get(*of), Type::Param(_)) && !x.is_nil() {
                untyped.push((*of, x));
            }
        }
        self.infer_from_constraints(at, params, &mut u)?;
        self.infer_from_untyped(&untyped, &mut u)?;
        self.simplified(at, params, &given, &u)
    }

    fn mismatch(&mut self, u: &Unifier, params: &[TypeId], of: TypeId, x: &Operand, reverse: bool) -> String {
        let (wanted, own, source) = (self.text(of), self.text(x.of), self.source_text(x));
        let inferred = u.inferred(params);
        if inferred.iter().all(Option::is_none) {
            let names = self.names_of(params);
            return format!("type {own} of {source} does not match {wanted} (cannot infer {names})");
        }
        let known: Vec<(TypeId, TypeId)> =
            params.iter().zip(inferred).filter_map(|(param, of)| of.map(|of| (*param, of))).collect();
        let (known_params, known_args): (Vec<TypeId>, Vec<TypeId>) = known.into_iter().unzip();
        let replaced = self.types.substitute(of, &known_params, &known_args);
        let text = self.text(replaced);
        match (replaced != of, reverse) {
            (false, _) => format!("type {own} of {source} does not match {wanted}"),
            (true, true) => format!("inferred type {text} for {wanted} does not match type {own} of {source}"),
            (true, false) => format!("type {own} of {source} does not match inferred type {text} for {wanted}"),
        }
    }

    fn names_of(&self, params: &[TypeId]) -> String {
        let names: Vec<String> = params.iter().map(|param| self.text(*param)).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [all @ .., last] => format!("{}, and {last}", all.join(", ")),
        }
    }

    fn infer_from_constraints(&mut self, at: Pos, params: &[TypeId], u: &mut Unifier) -> Result<(), Failure> {
        loop {
            let unknowns = u.unknowns();
            for param in params {
                let known = u.at(*param);
                let fails = |checker: &Self, of: TypeId, cause: &str| {
                    let bound = checker.types.param(*param).map_or(TypeId::INVALID, |param| param.bound);
                    let (name, of, bound) = (checker.text(*param), checker.text(of), checker.text(bound));
                    let cause = if cause.is_empty() { String::new() } else { format!(" {cause}") };
                    Err(Some((at, format!("{name} (type {of}) does not satisfy {bound}{cause}"))))
                };
                if let Some((core, single)) = self.core_term(*param) {
                    match known {
                        Some(of) if self.unify(u, of, core.of, Fit::INEXACT) => {}
                        Some(of) => return fails(self, of, ""),
                        None if single && !core.tilde => u.set(*param, core.of),
                        None => {}
                    }
                }
                if let Some(of) = known.filter(|of| !self.mentions_any(*of, params))
                    && let Err(cause) = self.unify_constraint_methods(u, of, *param)
                {
                    return fails(self, of, &cause);
                }
            }
            if u.unknowns() == unknowns {
                return Ok(());
            }
        }
    }

    /// The methods that the constraint asks for, of what is known of the argument.
    fn unify_constraint_methods(&mut self, u: &mut Unifier, of: TypeId, param: TypeId) -> Result<(), String> {
        use crate::golang::types::lookup::{Address, Case, Found};
        let under = self.types.under(param);
        let methods = self.types.type_set(under).methods.clone();
        for method in methods {
            let (name, package) = (self.types.object(method).name.clone(), self.types.object(method).package);
            let Found::One(way) = self.types.find(of, Address::Missing, package, &name, Case::Exact) else {
                return self.has_methods(of, under, super::implements::Static::Yes);
            };
            let own = self.method_object(&way);
            self.declare_object(own);
            self.declare_object(method);
            let (a, b) = (self.types.type_of(own), self.types.type_of(method));
            if self.types.object(own).function().is_none() || !self.unify(u, a, b, Fit::EXACT) {
                return self.has_methods(of, under, super::implements::Static::Yes);
            }
        }
        Ok(())
    }

    /// The one type of a constraint, or what is below all its types; whether it is the one type.
    fn core_term(&mut self, param: TypeId) -> Option<(Term, bool)> {
        let under = self.types.under(param);
        let set = self.types.type_set(under);
        let terms = set.terms.as_ref()?;
        if let [one] = terms.as_slice() {
            return Some((*one, true));
        }
        let common = self.types.common_under(param).ok()?;
        Some((Term { tilde: terms.iter().any(|term| term.tilde), of: common }, false))
    }

    /// Untyped constants give the type that the largest of them has by itself.
    fn infer_from_untyped(&mut self, untyped: &[(TypeId, &Operand)], u: &mut Unifier) -> Result<(), Failure> {
        let mut largest: BTreeMap<TypeId, TypeId> = BTreeMap::new();
        for (param, x) in untyped.iter().filter(|(param, _)| u.at(*param).is_none()) {
            let Some(known) = largest.get(param).copied() else {
                largest.insert(*param, x.of);
                continue;
            };
            let other = Operand { of: known, ..(*x).clone() };
            match self.implicit_type(&other, x.of) {
                Ok((larger, _)) => drop(largest.insert(*param, larger)),
                Err(_) => {
                    let (a, b, name) = (self.text(known), self.text(x.of), self.text(*param));
                    return Err(Some((self.at(x), format!("mismatched types {a} and {b} (cannot infer {name})"))));
                }
            }
        }
        for (param, of) in largest {
            let of = self.types.default_type(of);
            u.set(param, of);
        }
        Ok(())
    }

    /// Puts what has been found for some parameters into what has been found for others.
    fn simplified(
        &mut self,
        at: Pos,
        params: &[TypeId],
        given: &[Option<TypeId>],
        u: &Unifier,
    ) -> Result<Vec<TypeId>, Failure> {
        let mut inferred = u.inferred(params);
        self.break_cycles(params, &mut inferred);
        for _ in 0..ROUNDS_MAX {
            let known: Vec<(TypeId, TypeId)> =
                params.iter().zip(&inferred).filter_map(|(param, of)| of.map(|of| (*param, of))).collect();
            let (known_params, known_args): (Vec<TypeId>, Vec<TypeId>) = known.into_iter().unzip();
            let mut changed = false;
            for (slot, given) in inferred.iter_mut().zip(given) {
                let Some(of) = slot.filter(|_| given.is_none()) else { continue };
                if !self.mentions_any(of, params) {
                    continue;
                }
                let new = self.types.substitute(of, &known_params, &known_args);
                changed |= new != of;
                *slot = Some(new);
            }
            if !changed {
                break;
            }
        }
        let mut all = Vec::new();
        for (param, of) in params.iter().zip(inferred) {
            match of.filter(|of| !self.mentions_any(*of, params)) {
                Some(of) => all.push(of),
                None => {
                    let name = self.text(*param);
                    let declared = self.types.param(*param).map_or(at, |param| self.types.object(param.object).at);
                    let place = self.tree.place(declared);
                    return Err(Some((at, format!("cannot infer {name} (declared at {place})"))));
                }
            }
        }
        Ok(all)
    }

    /// What was found for a parameter and needs that parameter itself, is nothing.
    fn break_cycles(&mut self, params: &[TypeId], inferred: &mut [Option<TypeId>]) {
        let count = params.len();
        let mut needs = vec![vec![false; count]; count];
        for (number, of) in inferred.iter().enumerate() {
            for (other, param) in params.iter().enumerate() {
                needs[number][other] = of.is_some_and(|of| self.mentions_any(of, &[*param]));
            }
        }
        for through in 0..count {
            for from in 0..count {
                for to in 0..count {
                    needs[from][to] |= needs[from][through] && needs[through][to];
                }
            }
        }
        for (number, slot) in inferred.iter_mut().enumerate() {
            if needs[number][number] {
                *slot = None;
            }
        }
    }

    /// Whether a type is made of one of the type parameters.
    pub(super) fn mentions_any(&mut self, of: TypeId, params: &[TypeId]) -> bool {
        if params.is_empty() {
            return false;
        }
        let nothing = vec![TypeId::INVALID; params.len()];
        self.types.substitute(of, params, &nothing) != of
    }
}
