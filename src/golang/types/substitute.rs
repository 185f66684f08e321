//! Instances: types with arguments in the place of type parameters.

use super::ids::{ObjectId, TypeId};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::kinds::{Alias, Interface, Named, Signature, Struct, Term, Type};
use super::objects::Object;
use super::store::Types;

/// Instances of one generic type: a program whose types grow without end stops here.
const INSTANCES_MAX: usize = 1_000;

/// How deep arguments nest.
const DEPTH_MAX: usize = 100;

/// What is replaced by what, and what has been replaced already.
struct Replacement<'a> {
    params: &'a [TypeId],
    args: &'a [TypeId],
    done: BTreeMap<TypeId, TypeId>,
    depth: usize,
}

impl Types {
    /// The type with `args` in the place of `params`; the same number when nothing is replaced.
    pub fn substitute(&mut self, of: TypeId, params: &[TypeId], args: &[TypeId]) -> TypeId {
        if params.is_empty() {
            return of;
        }
        let mut replacement = Replacement { params, args, done: BTreeMap::new(), depth: DEPTH_MAX };
        self.replace(of, &mut replacement)
    }

    /// The instance of a generic type with these arguments; one number for the same ones.
    pub fn instance(&mut self, origin: TypeId, args: &[TypeId]) -> TypeId {
        if let Type::Alias(alias) = self.get(origin).clone() {
            let of = alias.of.map(|of| self.substitute(of, &alias.params, args));
            return self.add(Type::Alias(Alias { of, args: args.into(), ..alias }));
        }
        let known = self.instances.get(&origin).cloned().unwrap_or_default();
        for instance in &known {
            let own = self.named(*instance).and_then(|named| named.instance.clone());
            let same = |types: &mut Types, own: &[TypeId]| {
                own.len() == args.len() && own.iter().zip(args).all(|(a, b)| a == b || types.identical(*a, *b))
            };
            if own.is_some_and(|(_, own)| same(self, &own)) {
                return *instance;
            }
        }
        let Some(object) = self.named(origin).map(|named| named.object) else { return TypeId::INVALID };
        if known.len() >= INSTANCES_MAX {
            return TypeId::INVALID;
        }
        let instance = Some((origin, args.into()));
        let named = Named { object, of: None, params: Rc::default(), instance, methods: Vec::new() };
        let id = self.add(Type::Named(named));
        self.instances.entry(origin).or_default().push(id);
        id
    }

    fn replace(&mut self, of: TypeId, by: &mut Replacement<'_>) -> TypeId {
        if let Some(done) = by.done.get(&of) {
            return *done;
        }
        if by.depth == 0 {
            return TypeId::INVALID;
        }
        by.depth -= 1;
        let replaced = self.replace_new(of, by);
        by.depth += 1;
        by.done.insert(of, replaced);
        replaced
    }

    fn replace_new(&mut self, of: TypeId, by: &mut Replacement<'_>) -> TypeId {
        match self.get(of).clone() {
            Type::Basic(_) => of,
            Type::Param(_) => match by.params.iter().position(|param| *param == of) {
                Some(at) => by.args.get(at).copied().unwrap_or(of),
                None => of,
            },
            Type::Named(named) => match named.instance {
                None => of,
                Some((origin, args)) => match self.replace_all(&args, by) {
                    Some(args) => self.instance(origin, &args),
                    None => of,
                },
            },
            Type::Alias(alias) => match alias.of.map(|inner| (inner, self.replace(inner, by))) {
                Some((inner, new)) if inner != new => {
                    let args = self.replace_all(&alias.args, by).map_or(alias.args.clone(), Rc::from);
                    match args.is_empty() {
                        true => new,
                        false => self.add(Type::Alias(Alias { of: Some(new), args, ..alias })),
                    }
                }
                _ => of,
            },
            Type::Pointer(to) => self.replace_one(of, to, by, Type::Pointer),
            Type::Slice(element) => self.replace_one(of, element, by, Type::Slice),
            Type::Array(array) => {
                self.replace_one(of, array.element, by, |element| Type::Array(super::kinds::Array { element, ..array }))
            }
            Type::Chan(chan) => {
                self.replace_one(of, chan.element, by, |element| Type::Chan(super::kinds::Chan { element, ..chan }))
            }
            Type::Map(map) => {
                let (key, value) = (self.replace(map.key, by), self.replace(map.value, by));
                if (key, value) == (map.key, map.value) { of } else { self.map(key, value) }
            }
            Type::Struct(structure) => match self.replace_objects(&structure.fields, by) {
                Some(fields) => self.add(Type::Struct(Rc::new(Struct { fields, tags: structure.tags.clone() }))),
                None => of,
            },
            Type::Tuple(variables) => match self.replace_objects(&variables, by) {
                Some(variables) => self.add(Type::Tuple(variables.into())),
                None => of,
            },
            Type::Function(signature) => self.replace_signature(of, &signature, by),
            Type::Interface(interface) => self.replace_interface(of, &interface, by),
            Type::Union(terms) => {
                let new: Vec<Term> = terms.iter().map(|term| Term { of: self.replace(term.of, by), ..*term }).collect();
                let changed = new.iter().zip(terms.iter()).any(|(new, old)| new.of != old.of);
                if changed { self.add(Type::Union(new.into())) } else { of }
            }
        }
    }

    fn replace_one(
        &mut self,
        of: TypeId,
        inner: TypeId,
        by: &mut Replacement<'_>,
        make: impl FnOnce(TypeId) -> Type,
    ) -> TypeId {
        let new = self.replace(inner, by);
        if new == inner { of } else { self.add(make(new)) }
    }

    /// `None` when nothing is replaced.
    fn replace_all(&mut self, list: &[TypeId], by: &mut Replacement<'_>) -> Option<Vec<TypeId>> {
        let new: Vec<TypeId> = list.iter().map(|of| self.replace(*of, by)).collect();
        (new != list).then_some(new)
    }

    /// New variables with replaced types; `None` when nothing is replaced.
    fn replace_objects(&mut self, list: &[ObjectId], by: &mut Replacement<'_>) -> Option<Vec<ObjectId>> {
        let old = self.types_of(list);
        let new = self.replace_all(&old, by)?;
        let pairs = list.iter().zip(new);
        Some(pairs.map(|(id, of)| self.copy_with(*id, of)).collect())
    }

    fn copy_with(&mut self, id: ObjectId, of: TypeId) -> ObjectId {
        if self.object(id).of == Some(of) {
            return id;
        }
        let copy = Object { of: Some(of), ..self.object(id).clone() };
        self.add_object(copy)
    }

    fn replace_signature(&mut self, of: TypeId, signature: &Signature, by: &mut Replacement<'_>) -> TypeId {
        let params = self.replace_objects(&signature.params, by);
        let results = self.replace_objects(&signature.results, by);
        if params.is_none() && results.is_none() {
            return of;
        }
        self.function(Signature {
            params: params.map_or(signature.params.clone(), Rc::from),
            results: results.map_or(signature.results.clone(), Rc::from),
            ..signature.clone()
        })
    }

    fn replace_interface(&mut self, of: TypeId, interface: &Interface, by: &mut Replacement<'_>) -> TypeId {
        let methods = self.replace_objects(&interface.methods, by);
        let embedded: Vec<TypeId> = interface.embedded.iter().map(|(of, _)| *of).collect();
        let embedded = self.replace_all(&embedded, by);
        if methods.is_none() && embedded.is_none() {
            return of;
        }
        let mut new = interface.clone();
        new.methods = methods.unwrap_or(new.methods);
        if let Some(embedded) = embedded {
            new.embedded.iter_mut().zip(embedded).for_each(|(slot, of)| slot.0 = of);
        }
        self.add(Type::Interface(Rc::new(new)))
    }
}
