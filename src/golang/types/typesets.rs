//! Which types an interface stands for.

use super::ids::{ObjectId, TypeId};
use std::rc::Rc;

use super::kinds::{Interface, Term, Type};
use super::store::{TypeSet, Types};

/// How deep interfaces may embed each other.
const DEPTH_MAX: usize = 100;

/// A type of a type set, and what is below its name.
#[derive(Clone, Copy, Debug)]
pub struct Specific {
    /// The type.
    pub of: TypeId,
    /// Below it.
    pub under: TypeId,
}

impl Types {
    /// The type set of an interface, which is below any name.
    pub fn type_set(&mut self, interface: TypeId) -> Rc<TypeSet> {
        let (set, _) = self.type_set_at(interface, DEPTH_MAX);
        set
    }

    /// Also whether the set is complete: while types are being declared, some are not.
    fn type_set_at(&mut self, id: TypeId, depth: usize) -> (Rc<TypeSet>, bool) {
        if let Some(known) = self.sets.get(&id) {
            return (known.clone(), true);
        }
        let Type::Interface(interface) = self.get(id) else { return (Rc::default(), true) };
        let interface = interface.clone();
        if depth == 0 || self.open_sets.contains(&id) {
            return (Rc::default(), false);
        }
        self.open_sets.push(id);
        let (set, complete) = self.compute(&interface, depth - 1);
        self.open_sets.pop();
        let set = Rc::new(set);
        if complete {
            self.sets.insert(id, set.clone());
        }
        (set, complete)
    }

    fn compute(&mut self, interface: &Interface, depth: usize) -> (TypeSet, bool) {
        let mut set = TypeSet { methods: interface.methods.clone(), terms: None, comparable: interface.comparable };
        let mut complete = interface.methods.iter().all(|method| self.object(*method).of.is_some());
        for (embedded, _) in &interface.embedded {
            let under = self.under(*embedded);
            let terms = match self.get(under).clone() {
                Type::Interface(_) => {
                    let (inner, inner_complete) = self.type_set_at(under, depth);
                    complete &= inner_complete;
                    set.comparable |= inner.comparable;
                    for method in &inner.methods {
                        if !self.has_method(&set.methods, *method) {
                            set.methods.push(*method);
                        }
                    }
                    inner.terms.clone()
                }
                Type::Union(terms) => self.union(&terms, depth, &mut complete),
                Type::Basic(_) if !under.is_valid() => {
                    complete &= self.named(*embedded).is_none_or(|named| named.of.is_some());
                    None
                }
                _ => Some(vec![Term { tilde: false, of: *embedded }]),
            };
            set.terms = self.intersection(set.terms, terms);
        }
        if let (Some(terms), true) = (&mut set.terms, set.comparable) {
            terms.retain(|term| self.is_strictly_comparable(term.of));
            set.comparable = false;
        }
        set.methods.sort_by(|a, b| self.object(*a).name.cmp(&self.object(*b).name));
        (set, complete)
    }

    fn has_method(&self, methods: &[ObjectId], method: ObjectId) -> bool {
        methods.iter().any(|known| *known == method || self.object(*known).name == self.object(method).name)
    }

    /// The types of a union; `None` for all types.
    fn union(&mut self, terms: &[Term], depth: usize, complete: &mut bool) -> Option<Vec<Term>> {
        let mut all = Vec::new();
        for term in terms {
            let under = self.under(term.of);
            if !under.is_valid() {
                continue;
            }
            if matches!(self.get(under), Type::Interface(_)) {
                let (inner, inner_complete) = self.type_set_at(under, depth);
                *complete &= inner_complete;
                all.extend(inner.terms.as_ref()?.iter().copied());
            } else {
                all.push(*term);
            }
        }
        Some(all)
    }

    /// The types that are in both.
    fn intersection(&mut self, a: Option<Vec<Term>>, b: Option<Vec<Term>>) -> Option<Vec<Term>> {
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) => (a, b),
            (a, b) => return a.or(b),
        };
        let mut both: Vec<Term> = Vec::new();
        for (x, y) in a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y))) {
            if let Some(term) = self.common_term(x, y)
                && !both.iter().any(|known| known.tilde == term.tilde && known.of == term.of)
            {
                both.push(term);
            }
        }
        Some(both)
    }

    fn common_term(&mut self, a: Term, b: Term) -> Option<Term> {
        let (x, y) = match (a.tilde, b.tilde) {
            (true, false) => (self.under(a.of), self.under(b.of)),
            (false, true) => (self.under(a.of), self.under(b.of)),
            _ => (a.of, b.of),
        };
        self.identical(x, y).then_some(if a.tilde { b } else { a })
    }

    /// Whether a term stands for the type.
    pub fn term_includes(&mut self, term: Term, of: TypeId) -> bool {
        let of = if term.tilde { self.under(of) } else { of };
        let own = if term.tilde { self.under(term.of) } else { term.of };
        self.identical(own, of)
    }

    /// The types that a value of this type may have: of a type parameter those of its constraint, `None` when it has all;
    /// of any other type itself.
    pub fn specifics(&mut self, of: TypeId) -> Option<Vec<Specific>> {
        let under = self.under(of);
        if self.param(of).is_none() {
            return Some(vec![Specific { of, under }]);
        }
        let set = self.type_set(under);
        let terms = set.terms.clone()?;
        Some(terms.iter().map(|term| Specific { of: term.of, under: self.under(term.of) }).collect())
    }

    /// What is below all types of a type parameter's constraint, if it is one and the same; of any other type what is below
    /// it. Channels may differ in their direction: then it is the one that can do less. Else why there is none.
    pub fn common_under(&mut self, of: TypeId) -> Result<TypeId, String> {
        let specifics = self.specifics(of).filter(|list| !list.is_empty()).ok_or("no specific type")?;
        let mut common: Option<Specific> = None;
        for specific in specifics {
            common = Some(match common {
                None => specific,
                Some(known) => self.common_of(known, specific)?,
            });
        }
        common.map(|common| common.under).ok_or_else(String::new)
    }

    fn common_of(&mut self, a: Specific, b: Specific) -> Result<Specific, String> {
        use crate::golang::syntax::tree::Direction::Both;
        let (first, second) = (self.text(a.of), self.text(b.of));
        if let (Type::Chan(x), Type::Chan(y)) = (self.get(a.under).clone(), self.get(b.under).clone()) {
            if !self.identical(x.element, y.element) {
                return Err(format!("channels {first} and {second} have different element types"));
            }
            return match (x.direction, y.direction) {
                (x, y) if x == y => Ok(a),
                (Both, _) => Ok(b),
                (_, Both) => Ok(a),
                _ => Err(format!("channels {first} and {second} have conflicting directions")),
            };
        }
        match self.identical(a.under, b.under) {
            true => Ok(a),
            false => Err(format!("{first} and {second} have different underlying types")),
        }
    }
}
