//! Which types have the methods of an interface, and belong to a constraint.

use super::Checker;
use super::operand::Operand;
use crate::golang::syntax::tree::ExprId;
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::kinds::{Term, Type};
use crate::golang::types::lookup::{Address, Case, Found};
use crate::golang::types::store::TypeSet;

/// How a failure is said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Of an interface.
    Implement,
    /// Of a constraint.
    Satisfy,
}

impl Verb {
    fn text(self) -> &'static str {
        if self == Verb::Implement { "implement" } else { "satisfy" }
    }
}

/// What asks for a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AssertedBy {
    /// `x.(T)`
    Expression,
    /// `case T:`
    Case,
}

impl Checker<'_> {
    pub(super) fn is_interface_pointer(&mut self, of: TypeId) -> bool {
        self.types.pointee(of).is_some_and(|to| self.types.is_interface_or_param(to))
    }

    pub(super) fn interface_pointer_words(&mut self, of: TypeId) -> String {
        let text = self.text(of);
        match self.types.pointee(of).and_then(|to| self.types.param(to)) {
            Some(_) => format!("type {text} is pointer to type parameter, not type parameter"),
            None => format!("type {text} is pointer to interface, not interface"),
        }
    }

    /// Whether the type implements the interface, or belongs to the constraint; why not, as a sentence.
    pub(super) fn implements(&mut self, of: TypeId, interface: TypeId, verb: Verb) -> Result<(), String> {
        let (under, wanted) = (self.types.under(of), self.types.under(interface));
        if !under.is_valid() || !wanted.is_valid() {
            return Ok(());
        }
        let wanted = match verb {
            Verb::Satisfy => self.types.as_constraint(interface, wanted),
            Verb::Implement => wanted,
        };
        let (from, to, word) = (self.text(of), self.text(interface), verb.text());
        if !matches!(self.types.get(wanted), Type::Interface(_)) {
            let detail = match self.is_interface_pointer(wanted) {
                true => self.interface_pointer_words(interface),
                false => format!("{to} is not an interface"),
            };
            return Err(format!("{from} does not {word} {to} ({detail})"));
        }
        let set = self.types.type_set(wanted);
        if set.is_all() {
            return Ok(());
        }
        let own = matches!(self.types.get(under), Type::Interface(_)).then(|| self.types.type_set(under));
        if own.as_ref().is_some_and(|own| is_empty(own)) {
            return Ok(());
        }
        if is_empty(&set) {
            return Err(format!("cannot {word} {to} (empty type set)"));
        }
        if let Err(cause) = self.has_methods(of, interface, Static::Yes) {
            return Err(format!("{from} does not {word} {to} {cause}"));
        }
        if let Some(terms) = &set.terms {
            let included = match own {
                Some(own) => match &own.terms {
                    None => false,
                    Some(own) => own.iter().all(|term| self.is_subset(*term, terms)),
                },
                None => terms.iter().any(|term| self.types.term_includes(*term, of)),
            };
            if !included && matches!(self.types.get(under), Type::Interface(_)) {
                return Err(format!("{from} does not {word} {to}"));
            }
            if !included {
                let detail = self.missing_term(of, interface, wanted, terms);
                return Err(format!("{from} does not {word} {to} ({detail})"));
            }
        }
        let comparable = !self.is_comparable_set(&set)
            || self.types.is_strictly_comparable(of)
            || (verb == Verb::Satisfy && self.types.is_comparable(of));
        if comparable { Ok(()) } else { Err(format!("{from} does not {word} comparable")) }
    }

    fn is_comparable_set(&mut self, set: &TypeSet) -> bool {
        match &set.terms {
            None => set.comparable,
            Some(terms) => terms.iter().all(|term| self.types.is_strictly_comparable(term.of)),
        }
    }

    /// Whether every type of a term belongs to one of the others.
    fn is_subset(&mut self, term: Term, of: &[Term]) -> bool {
        of.iter().any(|other| (other.tilde || !term.tilde) && self.types.term_includes(*other, term.of))
    }

    fn missing_term(&mut self, of: TypeId, interface: TypeId, wanted: TypeId, terms: &[Term]) -> String {
        let (from, to) = (self.text(of), self.text(interface));
        for term in terms.iter().filter(|term| !term.tilde) {
            let under = self.types.under(term.of);
            if self.types.identical(term.of, under) && self.types.term_includes(Term { tilde: true, ..*term }, of) {
                return format!("possibly missing ~ for {} in {to}", self.text(term.of));
            }
        }
        if self.mentions(wanted, of) {
            return format!("{to} mentions {from}, but {from} is not in the type set of {to}");
        }
        let texts: Vec<String> = terms
            .iter()
            .map(|term| format!("{}{}", if term.tilde { "~" } else { "" }, self.types.full_text(term.of)))
            .collect();
        format!("{from} missing in {}", texts.join(" | "))
    }

    fn mentions(&mut self, interface: TypeId, of: TypeId) -> bool {
        match self.types.get(interface).clone() {
            Type::Interface(interface) => interface
                .embedded
                .iter()
                .any(|(embedded, _)| self.types.identical(*embedded, of) || self.mentions(*embedded, of)),
            Type::Union(terms) => terms.iter().any(|term| self.types.identical(term.of, of)),
            _ => false,
        }
    }

    /// Whether the type has all methods of the interface, or why not.
    pub(super) fn has_methods(&mut self, of: TypeId, interface: TypeId, checked: Static) -> Result<(), String> {
        if !of.is_valid() {
            return Ok(());
        }
        let wanted = self.types.under(interface);
        let methods = self.types.type_set(wanted).methods.clone();
        for method in methods {
            self.missing(of, interface, method, checked)?;
        }
        Ok(())
    }

    fn missing(&mut self, of: TypeId, interface: TypeId, method: ObjectId, checked: Static) -> Result<(), String> {
        let name = self.types.object(method).name.clone();
        let package = self.types.object(method).package;
        let under = self.types.under(of);
        let is_interface = matches!(self.types.get(under), Type::Interface(_));
        let found = match is_interface {
            true => {
                let set = self.types.type_set(under);
                let own = set.methods.iter().find(|own| self.types.is_called(**own, package, &name, Case::Exact));
                match own {
                    Some(own) => return self.same_method(*own, method),
                    None if checked == Static::No => return Ok(()),
                    None => Found::Nothing,
                }
            }
            false => self.types.find(of, Address::Missing, package, &name, Case::Exact),
        };
        match found {
            Found::One(way) => {
                let object = self.method_object(&way);
                if self.types.object(object).function().is_none() {
                    return Err(format!("({}.{name} is a field, not a method)", self.text(of)));
                }
                self.same_method(object, method)
            }
            Found::Ambiguous => Err(format!("(ambiguous selector {}.{name})", self.text(of))),
            Found::NeedsPointer => Err(format!("(method {name} has pointer receiver)")),
            Found::Nothing if self.has_invalid_embedded(of) => Ok(()),
            Found::Nothing => Err(self.missing_words(of, interface, method)),
        }
    }

    fn missing_words(&mut self, of: TypeId, interface: TypeId, method: ObjectId) -> String {
        let name = self.types.object(method).name.clone();
        let package = self.types.object(method).package;
        if self.is_interface_pointer(of) {
            return format!("({})", self.interface_pointer_words(of));
        }
        if self.is_interface_pointer(interface) {
            return format!("({})", self.interface_pointer_words(interface));
        }
        if !self.types.is_interface_or_param(of)
            && let Found::One(way) = self.types.find(of, Address::Missing, package, &name, Case::Folded)
        {
            let object = self.method_object(&way);
            if self.types.object(object).function().is_some() {
                if self.types.object(object).name == name {
                    return format!("(unexported method {name})");
                }
                self.declare_object(object);
                let (have, want) = (self.types.function_text(object), self.types.function_text(method));
                return format!("(missing method {name})\n\t\thave {have}\n\t\twant {want}");
            }
        }
        format!("(missing method {name})")
    }

    fn same_method(&mut self, own: ObjectId, wanted: ObjectId) -> Result<(), String> {
        self.declare_object(own);
        self.declare_object(wanted);
        let (a, b) = (self.types.type_of(own), self.types.type_of(wanted));
        if self.types.identical(a, b) {
            return Ok(());
        }
        let name = self.types.object(wanted).name.clone();
        let (have, want) = (self.types.function_text(own), self.types.function_text(wanted));
        Err(match have == want {
            true => format!("(wrong type for method {name})"),
            false => format!("(wrong type for method {name})\n\t\thave {have}\n\t\twant {want}"),
        })
    }

    /// Whether something is embedded that is wrong: it may have had the method.
    fn has_invalid_embedded(&mut self, of: TypeId) -> bool {
        let of = match self.types.pointee(of) {
            Some(to) => to,
            None => of,
        };
        let Some(structure) = self.types.structure(of) else { return false };
        structure
            .fields
            .iter()
            .any(|field| self.types.object(*field).is_embedded() && !self.types.type_of(*field).is_valid())
    }

    /// Refuses an assertion that can never hold.
    pub(super) fn check_assertion(&mut self, expr: ExprId, x: &Operand, to: TypeId, by: AssertedBy) {
        if self.types.is_interface_or_param(to) {
            return;
        }
        let Err(cause) = self.has_methods(to, x.of, Static::No) else { return };
        let (text, of, from) = (self.print(expr), self.text(to), self.text(x.of));
        match by {
            AssertedBy::Case => {
                let what = self.describe(x);
                let text =
                    format!("impossible type switch case: {text}\n\t{what} cannot have dynamic type {of} {cause}");
                self.error_in(expr, text);
            }
            AssertedBy::Expression => {
                let text = format!("impossible type assertion: {text}\n\t{of} does not implement {from} {cause}");
                self.error_in(expr, text);
            }
        }
    }
}

/// Whether an interface must have a method itself, or its value may turn out to have it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Static {
    Yes,
    No,
}

fn is_empty(set: &TypeSet) -> bool {
    set.terms.as_ref().is_some_and(Vec::is_empty)
}
