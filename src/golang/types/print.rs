//! Types and objects → text, as error messages say them.

use super::constant::value::Value;
use super::ids::{ObjectId, TypeId};
use super::kinds::{Interface, Signature, Struct, Type};
use super::objects::{ObjectKind, VariableKind};
use super::store::Types;
use crate::golang::syntax::tree::Direction;

/// Bytes of a type that are printed; what is longer ends in `…`.
const TEXT_BYTES_MAX: usize = 1000;

/// Whether parameters are printed with their names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Said,
    Left,
}

/// Which names are printed with their packages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packages {
    /// Those of other packages.
    Others,
    /// All but predeclared ones.
    All,
}

impl Types {
    /// A type's text.
    pub fn text(&self, id: TypeId) -> String {
        self.written(Names::Said, |writer| writer.of(id))
    }

    /// A type's text, with the packages of all names, also of the current one.
    pub fn full_text(&self, id: TypeId) -> String {
        let mut writer = Writer { types: self, text: String::new(), names: Names::Said, packages: Packages::All };
        writer.of(id);
        writer.text
    }

    /// A function's name and what it takes and gives, without names of parameters.
    pub fn function_text(&self, id: ObjectId) -> String {
        let name = self.object(id).name.clone();
        let of = self.unalias(self.type_of(id));
        match self.get(of) {
            Type::Function(signature) => self.written(Names::Left, |writer| {
                writer.put(&name);
                writer.signature(signature);
            }),
            _ => name.to_string(),
        }
    }

    fn written(&self, names: Names, write: impl FnOnce(&mut Writer<'_>)) -> String {
        let mut writer = Writer { types: self, text: String::new(), names, packages: Packages::Others };
        write(&mut writer);
        if writer.is_full() {
            writer.text.push('…');
        }
        writer.text
    }

    /// What kind of thing a name stands for, as errors call it.
    pub fn object_kind(&self, id: ObjectId) -> &'static str {
        let of = self.type_of(id);
        match &self.object(id).kind {
            ObjectKind::Package(_) => "package name",
            ObjectKind::Constant(_) => "constant",
            ObjectKind::Type if matches!(self.get(of), Type::Alias(_)) => "type alias",
            ObjectKind::Type if self.param(of).is_some() => "type parameter",
            ObjectKind::Type => "defined type",
            ObjectKind::Variable(variable) => match variable.kind {
                VariableKind::Package => "package-level variable",
                VariableKind::Local => "local variable",
                VariableKind::Param => "parameter",
                VariableKind::Result => "result variable",
                VariableKind::Receiver => "receiver",
                VariableKind::Field | VariableKind::EmbeddedField => "struct field",
            },
            ObjectKind::Function(_) if self.receiver(id).is_some() => "method",
            ObjectKind::Function(_) => "function",
            ObjectKind::Builtin(_) => "built-in function",
            ObjectKind::Nil => "untyped nil",
        }
    }

    /// The object of a method's receiver.
    pub fn receiver(&self, id: ObjectId) -> Option<ObjectId> {
        match self.get(self.unalias(self.type_of(id))) {
            Type::Function(signature) => signature.receiver,
            _ => None,
        }
    }

    /// A name with its package, unless that is the current one. Where the package's name does not tell which it is, its path
    /// stands instead, as in Go: so it is always with `sync`, since Go has another one inside.
    pub fn qualified(&self, id: ObjectId) -> String {
        let object = self.object(id);
        let Some(package) = self.packages.get(usize::from(object.package.0)) else { return object.name.to_string() };
        if object.package == self.current {
            return object.name.to_string();
        }
        let namesakes = self.packages.iter().filter(|other| other.name == package.name).count();
        match namesakes > 1 || &*package.path == "sync" {
            true => format!("\"{}\".{}", package.path, object.name),
            false => format!("{}.{}", package.name, object.name),
        }
    }
}

struct Writer<'t> {
    types: &'t Types,
    text: String,
    names: Names,
    packages: Packages,
}

impl Writer<'_> {
    fn is_full(&self) -> bool {
        self.text.len() > TEXT_BYTES_MAX
    }

    fn put(&mut self, text: &str) {
        if !self.is_full() {
            self.text.push_str(text);
        }
    }

    fn of(&mut self, id: TypeId) {
        if self.is_full() {
            return;
        }
        match self.types.get(id) {
            Type::Basic(_) if id == TypeId::BYTE => self.put("byte"),
            Type::Basic(_) if id == TypeId::RUNE => self.put("rune"),
            Type::Basic(basic) => self.put(basic.name()),
            Type::Named(named) => {
                self.type_name(named.object);
                match &named.instance {
                    Some((_, args)) => self.list(args),
                    None => self.type_params(&named.params),
                }
            }
            Type::Alias(alias) => {
                self.type_name(alias.object);
                match alias.args.is_empty() {
                    true => self.type_params(&alias.params),
                    false => self.list(&alias.args),
                }
            }
            Type::Pointer(to) => {
                self.put("*");
                self.of(*to);
            }
            Type::Slice(element) => {
                self.put("[]");
                self.of(*element);
            }
            Type::Array(array) => {
                let length = array.length.map_or(-1, |length| length as i64);
                self.put(&format!("[{length}]"));
                self.of(array.element);
            }
            Type::Map(map) => {
                self.put("map[");
                self.of(map.key);
                self.put("]");
                self.of(map.value);
            }
            Type::Chan(chan) => {
                let inner =
                    matches!(self.types.get(chan.element), Type::Chan(inner) if inner.direction == Direction::Receive);
                let parens = inner && chan.direction == Direction::Both;
                self.put(match chan.direction {
                    Direction::Both => "chan ",
                    Direction::Send => "chan<- ",
                    Direction::Receive => "<-chan ",
                });
                self.put(if parens { "(" } else { "" });
                self.of(chan.element);
                self.put(if parens { ")" } else { "" });
            }
            Type::Struct(structure) => self.structure(structure),
            Type::Function(signature) => {
                self.put("func");
                self.signature(signature);
            }
            Type::Interface(interface) => self.interface(interface),
            Type::Tuple(variables) => self.tuple(variables, false),
            Type::Union(terms) => {
                for (at, term) in terms.iter().enumerate() {
                    self.put(if at > 0 { " | " } else { "" });
                    self.put(if term.tilde { "~" } else { "" });
                    self.of(term.of);
                }
            }
            Type::Param(param) => self.put(&self.types.object(param.object).name),
        }
    }

    fn type_name(&mut self, object: ObjectId) {
        let package = self.types.object(object).package;
        if let (Packages::All, true, Some(own)) =
            (self.packages, package == self.types.current, self.types.packages.get(usize::from(package.0)))
        {
            self.put(&own.path);
            self.put(".");
        }
        self.put(&self.types.qualified(object));
    }

    fn list(&mut self, ids: &[TypeId]) {
        self.put("[");
        for (at, id) in ids.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.of(*id);
        }
        self.put("]");
    }

    fn type_params(&mut self, ids: &[TypeId]) {
        if ids.is_empty() {
            return;
        }
        let bound = |id: TypeId| self.types.param(id).map(|param| param.bound);
        let bounds: Vec<_> = ids.iter().map(|id| bound(*id)).collect();
        self.put("[");
        for (at, id) in ids.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.of(*id);
            if let (Some(own), true) = (bounds[at], bounds.get(at + 1) != Some(&bounds[at])) {
                self.put(" ");
                self.of(own);
            }
        }
        self.put("]");
    }

    fn structure(&mut self, structure: &Struct) {
        self.put("struct{");
        for (at, field) in structure.fields.iter().enumerate() {
            self.put(if at > 0 { "; " } else { "" });
            let object = self.types.object(*field);
            if !object.is_embedded() {
                self.put(&object.name);
                self.put(" ");
            }
            self.of(self.types.type_of(*field));
            if let Some(Some(tag)) = structure.tags.get(at) {
                self.put(&format!(" {}", Value::String(tag.clone())));
            }
        }
        self.put("}");
    }

    fn interface(&mut self, interface: &Interface) {
        if interface.comparable {
            return self.put("interface{comparable}");
        }
        if let (true, [(only, _)]) = (interface.implicit, interface.embedded.as_slice()) {
            return self.of(*only);
        }
        self.put("interface{");
        let mut first = true;
        for method in &interface.methods {
            self.put(if first { "" } else { "; " });
            first = false;
            self.put(&self.types.object(*method).name);
            if let Type::Function(signature) = self.types.get(self.types.type_of(*method)) {
                self.signature(signature);
            }
        }
        for (embedded, _) in &interface.embedded {
            self.put(if first { "" } else { "; " });
            first = false;
            self.of(*embedded);
        }
        self.put("}");
    }

    fn signature(&mut self, signature: &Signature) {
        self.type_params(&signature.params_of_type);
        self.tuple(&signature.params, signature.variadic);
        match &*signature.results {
            [] => {}
            &[one] if self.types.object(one).name.is_empty() => {
                self.put(" ");
                self.of(self.types.type_of(one));
            }
            several => {
                self.put(" ");
                self.tuple(several, false);
            }
        }
    }

    fn tuple(&mut self, variables: &[ObjectId], variadic: bool) {
        self.put("(");
        for (at, variable) in variables.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            let object = self.types.object(*variable);
            if self.names == Names::Said && !object.name.is_empty() {
                self.put(&object.name);
                self.put(" ");
            }
            let of = self.types.type_of(*variable);
            match self.types.get(of) {
                Type::Slice(element) if variadic && at + 1 == variables.len() => {
                    self.put("...");
                    self.of(*element);
                }
                _ => self.of(of),
            }
        }
        self.put(")");
    }
}
