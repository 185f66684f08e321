//! What the values of a type can do.

use super::ids::TypeId;
use std::collections::BTreeSet;

use super::kinds::{Basic, Class, Type};
use super::store::Types;

impl Types {
    /// The basic type below the name; `None` for type parameters.
    pub fn basic(&mut self, of: TypeId) -> Option<Basic> {
        let under = self.under(of);
        match self.get(under) {
            Type::Basic(basic) => Some(*basic),
            _ => None,
        }
    }

    /// Whether the basic type below the name fits; of a type parameter, whether all its types do.
    pub fn all(&mut self, of: TypeId, fits: fn(Basic) -> bool) -> bool {
        match self.specifics(of) {
            None => false,
            Some(types) => {
                !types.is_empty() && types.iter().all(|specific| self.basic(specific.under).is_some_and(fits))
            }
        }
    }

    /// Whole numbers.
    pub fn all_integer(&mut self, of: TypeId) -> bool {
        self.all(of, Basic::is_integer)
    }

    /// Numbers.
    pub fn all_numeric(&mut self, of: TypeId) -> bool {
        self.all(of, Basic::is_numeric)
    }

    /// `true` and `false`.
    pub fn all_boolean(&mut self, of: TypeId) -> bool {
        self.all(of, |basic| basic.class() == Class::Bool)
    }

    /// Strings.
    pub fn all_string(&mut self, of: TypeId) -> bool {
        self.all(of, |basic| basic.class() == Class::String)
    }

    /// Numbers and strings, which have an order.
    pub fn all_ordered(&mut self, of: TypeId) -> bool {
        self.all(of, |basic| basic.is_numeric() || basic.class() == Class::String)
    }

    /// Whole numbers, of no type parameter.
    pub fn is_integer(&mut self, of: TypeId) -> bool {
        self.basic(of).is_some_and(Basic::is_integer)
    }

    /// Numbers, of no type parameter.
    pub fn is_numeric(&mut self, of: TypeId) -> bool {
        self.basic(of).is_some_and(Basic::is_numeric)
    }

    /// Strings, of no type parameter.
    pub fn is_string(&mut self, of: TypeId) -> bool {
        self.basic(of).is_some_and(|basic| basic.class() == Class::String)
    }

    /// The type of a constant that has not been given one.
    pub fn is_untyped(&self, of: TypeId) -> bool {
        matches!(self.get(of), Type::Basic(basic) if basic.is_untyped())
    }

    /// Whether constants may have the type.
    pub fn is_constant_type(&mut self, of: TypeId) -> bool {
        self.basic(of).is_some_and(|basic| basic.class() != Class::None)
    }

    /// Whether `nil` is a value of the type.
    pub fn has_nil(&mut self, of: TypeId) -> bool {
        let under = self.under(of);
        match self.get(under) {
            Type::Pointer(_) | Type::Slice(_) | Type::Map(_) | Type::Chan(_) | Type::Function(_) => true,
            Type::Interface(_) if self.param(of).is_some() => self
                .specifics(of)
                .is_some_and(|types| !types.is_empty() && types.iter().all(|specific| self.has_nil(specific.under))),
            Type::Interface(_) => true,
            _ => false,
        }
    }

    /// Whether `==` is defined; comparing interfaces may panic.
    pub fn is_comparable(&mut self, of: TypeId) -> bool {
        self.incomparable_part(of, Interfaces::Comparable, &mut BTreeSet::new()).is_none()
    }

    /// Whether `==` is defined and never panics.
    pub fn is_strictly_comparable(&mut self, of: TypeId) -> bool {
        self.incomparable_part(of, Interfaces::Incomparable, &mut BTreeSet::new()).is_none()
    }

    /// Why the type has no `==`; nothing when there is no more to say.
    pub fn incomparable_cause(&mut self, of: TypeId) -> String {
        let kind = self.composite_kind(of);
        match kind {
            "slice" | "func" | "map" => format!("{kind} can only be compared to nil"),
            _ => self.incomparable_part(of, Interfaces::Comparable, &mut BTreeSet::new()).unwrap_or_default(),
        }
    }

    /// Which part of a type has no `==`, as a sentence, which may be empty; `None` when there is none.
    fn incomparable_part(&mut self, of: TypeId, interfaces: Interfaces, seen: &mut BTreeSet<TypeId>) -> Option<String> {
        if !seen.insert(of) {
            return None;
        }
        let under = self.under(of);
        match self.get(under).clone() {
            Type::Basic(basic) => (basic == Basic::UntypedNil).then(String::new),
            Type::Pointer(_) | Type::Chan(_) => None,
            Type::Struct(structure) => structure.fields.iter().find_map(|field| {
                let part = self.type_of(*field);
                self.incomparable_part(part, interfaces, seen)?;
                Some(format!("struct containing {} cannot be compared", self.text(part)))
            }),
            Type::Array(array) => {
                self.incomparable_part(array.element, interfaces, seen)?;
                Some(format!("{} cannot be compared", self.text(of)))
            }
            Type::Interface(_) if interfaces == Interfaces::Comparable && self.param(of).is_none() => None,
            Type::Interface(_) => {
                let set = self.type_set(under);
                match &set.terms {
                    None if set.comparable => None,
                    Some(terms) if terms.is_empty() => Some("empty type set".into()),
                    Some(terms) if terms.iter().all(|term| self.is_part_comparable(term.of, seen)) => None,
                    _ => Some("incomparable types in type set".into()),
                }
            }
            _ => Some(String::new()),
        }
    }

    fn is_part_comparable(&mut self, of: TypeId, seen: &mut BTreeSet<TypeId>) -> bool {
        self.incomparable_part(of, Interfaces::Incomparable, seen).is_none()
    }

    /// The type that a value of an untyped one gets when nothing else is asked.
    pub fn default_type(&self, of: TypeId) -> TypeId {
        match self.get(of) {
            Type::Basic(Basic::UntypedBool) => TypeId::basic(Basic::Bool),
            Type::Basic(Basic::UntypedInt) => TypeId::basic(Basic::Int),
            Type::Basic(Basic::UntypedRune) => TypeId::RUNE,
            Type::Basic(Basic::UntypedFloat) => TypeId::basic(Basic::Float64),
            Type::Basic(Basic::UntypedString) => TypeId::basic(Basic::String),
            _ => of,
        }
    }

    /// Whether it is `[]byte` or `[]rune`, or declared as such.
    pub fn is_bytes_or_runes(&mut self, of: TypeId) -> bool {
        let under = self.under(of);
        match *self.get(under) {
            Type::Slice(element) => matches!(self.basic(element), Some(Basic::Uint8 | Basic::Int32)),
            _ => false,
        }
    }

    /// What a composite type is called: `struct`, `slice`; nothing for basic types.
    pub fn composite_kind(&mut self, of: TypeId) -> &'static str {
        let under = self.under(of);
        match self.get(under) {
            Type::Array(_) => "array",
            Type::Slice(_) => "slice",
            Type::Struct(_) => "struct",
            Type::Pointer(_) => "pointer",
            Type::Function(_) => "func",
            Type::Interface(_) => "interface",
            Type::Map(_) => "map",
            Type::Chan(_) => "chan",
            Type::Tuple(_) => "tuple",
            Type::Union(_) => "union",
            Type::Basic(_) | Type::Named(_) | Type::Alias(_) | Type::Param(_) => "",
        }
    }
}

/// Whether interfaces, whose comparison may panic, count as comparable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Interfaces {
    Comparable,
    Incomparable,
}
