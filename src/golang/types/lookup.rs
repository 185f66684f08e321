//! Fields and methods: which one `x.name` means, and the way there.

use super::ids::{ObjectId, PackageId, TypeId};
use super::kinds::Type;
use super::store::Types;

/// How deep structs that embed each other are searched.
const DEPTH_MAX: usize = 50;

/// What was found.
#[derive(Clone, Debug)]
pub enum Found {
    /// The one field or method.
    One(Way),
    /// Several at the same depth.
    Ambiguous,
    /// A method that needs a pointer, and there is none.
    NeedsPointer,
    /// Nothing.
    Nothing,
}

/// A field or method and the way there.
#[derive(Clone, Debug)]
pub struct Way {
    /// What was found; of an instance's method the generic type's.
    pub object: ObjectId,
    /// The type that has it.
    pub holder: TypeId,
    /// The number of each field on the way, and last that of the field or method.
    pub path: Vec<usize>,
    /// Whether there is a pointer on the way.
    pub indirect: bool,
}

/// How a name is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// As it is.
    Exact,
    /// Whatever the case of its letters, for hints.
    Folded,
}

/// Whether what a method is called on has an address, which a pointer method may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// It has one.
    There,
    /// It has none.
    Missing,
}

/// A type that the search has come to.
#[derive(Clone)]
struct Embedded {
    of: TypeId,
    path: Vec<usize>,
    indirect: bool,
    /// It was embedded several times at this depth.
    several: bool,
}

impl Types {
    /// What `x.name` means for an x of this type, from the outside to the inside of what it embeds.
    pub fn find(&mut self, of: TypeId, address: Address, package: PackageId, name: &str, case: Case) -> Found {
        if name == "_" {
            return Found::Nothing;
        }
        // A declared pointer type has fields, but no methods.
        if self.named(of).is_some() {
            let under = self.under(of);
            if let Type::Pointer(_) = self.get(under) {
                let found = self.search(under, Address::Missing, package, name, case);
                return match &found {
                    Found::One(way) if self.object(way.object).function().is_some() => Found::Nothing,
                    _ => found,
                };
            }
        }
        self.search(of, address, package, name, case)
    }

    fn search(&mut self, of: TypeId, address: Address, package: PackageId, name: &str, case: Case) -> Found {
        let (start, is_pointer) = self.dereferenced(of);
        if is_pointer && self.is_interface_or_param(start) {
            return Found::Nothing;
        }
        let mut here = vec![Embedded { of: start, path: Vec::new(), indirect: is_pointer, several: false }];
        let mut seen: Vec<TypeId> = Vec::new();
        for _ in 0..DEPTH_MAX {
            let mut next = Vec::new();
            let mut found: Option<Way> = None;
            for embedded in here {
                if self.named(embedded.of).is_some() {
                    let of = self.unalias(embedded.of);
                    if seen.iter().any(|known| self.identical(*known, of)) {
                        continue;
                    }
                    seen.push(of);
                }
                let hit = self.own(&embedded, package, name, case);
                if let Some((object, number)) = hit {
                    if found.is_some() || embedded.several {
                        return Found::Ambiguous;
                    }
                    let mut path = embedded.path.clone();
                    path.push(number);
                    found = Some(Way { object, holder: embedded.of, path, indirect: embedded.indirect });
                } else if found.is_none() {
                    self.push_embedded(&embedded, &mut next);
                }
            }
            if let Some(way) = found {
                let pointer = self.object(way.object).function().is_some_and(|function| function.pointer_receiver);
                return match pointer && !way.indirect && address == Address::Missing {
                    true => Found::NeedsPointer,
                    false => Found::One(way),
                };
            }
            if next.is_empty() {
                return Found::Nothing;
            }
            here = self.consolidated(next);
        }
        Found::Nothing
    }

    /// A method or field of the type itself, and its number.
    fn own(&mut self, embedded: &Embedded, package: PackageId, name: &str, case: Case) -> Option<(ObjectId, usize)> {
        if let Some((number, method)) = self.method_of_named(embedded.of, package, name, case) {
            return Some((method, number));
        }
        let under = self.under(embedded.of);
        let members = match self.get(under).clone() {
            Type::Struct(structure) => structure.fields.clone(),
            Type::Interface(_) => self.type_set(under).methods.clone(),
            _ => return None,
        };
        let number = members.iter().position(|member| self.is_called(*member, package, name, case))?;
        Some((members[number], number))
    }

    /// The method that was declared for a type, or for the generic type that it is an instance of.
    fn method_of_named(&self, of: TypeId, package: PackageId, name: &str, case: Case) -> Option<(usize, ObjectId)> {
        let mut named = self.named(of)?;
        if let Some((origin, _)) = &named.instance {
            named = self.named(*origin)?;
        }
        let number = named.methods.iter().position(|method| self.is_called(*method, package, name, case))?;
        Some((number, named.methods[number]))
    }

    /// Whether a field or method has this name for the package.
    pub fn is_called(&self, id: ObjectId, package: PackageId, name: &str, case: Case) -> bool {
        let object = self.object(id);
        if case == Case::Folded {
            return object.name.to_lowercase() == name.to_lowercase();
        }
        *object.name == *name && (object.is_exported() || object.package == package)
    }

    fn push_embedded(&mut self, embedded: &Embedded, next: &mut Vec<Embedded>) {
        let under = self.under(embedded.of);
        let Type::Struct(structure) = self.get(under).clone() else { return };
        for (number, field) in structure.fields.iter().enumerate() {
            if !self.object(*field).is_embedded() {
                continue;
            }
            let (of, is_pointer) = self.dereferenced(self.type_of(*field));
            let mut path = embedded.path.clone();
            path.push(number);
            let indirect = embedded.indirect || is_pointer;
            next.push(Embedded { of, path, indirect, several: embedded.several });
        }
    }

    /// Types that are embedded several times at one depth, once.
    fn consolidated(&mut self, list: Vec<Embedded>) -> Vec<Embedded> {
        let mut kept: Vec<Embedded> = Vec::new();
        for embedded in list {
            match kept.iter().position(|other| self.identical(other.of, embedded.of)) {
                Some(at) => kept[at].several = true,
                None => kept.push(embedded),
            }
        }
        kept
    }
}
