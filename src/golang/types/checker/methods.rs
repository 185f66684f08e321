//! Methods: which type they belong to, and those of instances.

use crate::golang::types::ids::{ObjectId, TypeId};
use std::rc::Rc;

use super::Checker;
use crate::golang::syntax::position::Pos;
use crate::golang::types::kinds::{Signature, Type};
use crate::golang::types::objects::{Function, Object, ObjectKind, VariableKind};

impl Checker<'_> {
    /// Gives a declared type its methods.
    pub(super) fn collect_methods(&mut self, object: ObjectId) {
        let Some(methods) = self.methods.remove(&object) else { return };
        let id = self.types.type_of(object);
        if self.types.named(id).is_none() {
            return;
        }
        self.later(super::Later::FieldsAndMethods { of: id });
        let type_name = self.types.object(object).name.clone();
        let mut kept: Vec<ObjectId> = Vec::new();
        for method in methods {
            let (name, at) = (self.types.object(method).name.clone(), self.types.object(method).at);
            match kept.iter().find(|other| self.types.object(**other).name == name) {
                Some(other) => {
                    let place = self.tree.place(self.types.object(*other).at);
                    self.error(at, format!("method {type_name}.{name} already declared at {place}"));
                }
                None => kept.push(method),
            }
        }
        if let Some(named) = self.types.named_mut(id) {
            named.methods = kept;
        }
    }

    /// A struct's fields and methods have different names.
    pub(super) fn check_fields_and_methods(&mut self, of: TypeId) {
        let Some(structure) = self.types.structure(of) else { return };
        let methods = self.types.named(of).map(|named| named.methods.clone()).unwrap_or_default();
        for field in &structure.fields {
            let name = self.types.object(*field).name.clone();
            if let Some(method) = methods.iter().find(|method| self.types.object(**method).name == name) {
                let (at, other) = (self.types.object(*method).at, self.other_declaration(*field));
                self.error(at, format!("field and method with the same name {name}{other}"));
            }
        }
    }

    /// A receiver's type is declared in the package, and no pointer or interface.
    pub(super) fn check_receiver(&mut self, at: Pos, object: ObjectId) {
        let of = self.types.type_of(object);
        let (base, _) = self.types.dereferenced(of);
        let actual = self.types.unalias(base);
        if !actual.is_valid() {
            return;
        }
        let text = self.text(base);
        match self.types.get(actual) {
            Type::Named(named) => {
                if self.types.object(named.object).package != self.types.current {
                    self.error(at, format!("cannot define new methods on non-local type {text}"));
                    return;
                }
                let under = self.types.under(actual);
                if matches!(self.types.get(under), Type::Pointer(_) | Type::Interface(_)) {
                    self.error(at, format!("invalid receiver type {text} (pointer or interface type)"));
                }
            }
            Type::Basic(_) => self.error(at, format!("cannot define new methods on non-local type {text}")),
            _ => {
                let text = self.text(of);
                self.error(at, format!("invalid receiver type {text}"));
            }
        }
    }

    /// The method of an instance: that of the generic type, with the instance's arguments.
    pub(super) fn instance_method(&mut self, holder: TypeId, method: ObjectId) -> ObjectId {
        let holder = self.types.unalias(holder);
        let Some((_, args)) = self.types.named(holder).and_then(|named| named.instance.clone()) else {
            return method;
        };
        if self.types.object(method).function().is_none_or(|function| function.of_interface) {
            return method;
        }
        if let Some(known) = self.types.instance_methods.get(&(holder, method)) {
            return *known;
        }
        self.declare_object(method);
        let Some(generic) = self.types.signature(self.types.type_of(method)) else { return method };
        if generic.receiver_params.len() != args.len() {
            return method;
        }
        let function = Signature { receiver: None, receiver_params: Rc::default(), ..(*generic).clone() };
        let of = self.types.function(function);
        let of = self.types.substitute(of, &generic.receiver_params, &args);
        let Some(replaced) = self.types.signature(of) else { return method };
        let receiver = generic.receiver.map(|receiver| {
            let pointer = self.types.dereferenced(self.types.type_of(receiver)).1;
            let of = if pointer { self.types.pointer(holder) } else { holder };
            let (name, at) = (self.types.object(receiver).name.clone(), self.types.object(receiver).at);
            self.types.variable(name, at, VariableKind::Receiver, Some(of))
        });
        let of = self.types.function(Signature { receiver, ..(*replaced).clone() });
        let generic_object = self.types.object(method).clone();
        let own = generic_object.function().copied().unwrap_or_default();
        let kind = ObjectKind::Function(Function { origin: Some(method), ..own });
        let object = self.types.add_object(Object { of: Some(of), kind, ..generic_object });
        self.types.instance_methods.insert((holder, method), object);
        object
    }
}
