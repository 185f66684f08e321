//! What functions ask for while they are made: other functions, types, constants, shapes, each of them once.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::op::Shape;
use super::program::{Author, Constant, Function, Select};
use crate::golang::syntax::error::Error;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{Block, DeclKind, ExprId, ExprKind, Func, Tree};
use crate::golang::types::check::{Checked, Origin, Source};
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::info::Info;
use crate::golang::types::kinds::{Basic, Class, Type};
use crate::golang::types::lookup::{Address, Case, Found, Way};
use crate::golang::types::store::Types;

/// What was made, or the sentence that says what cannot be.
pub(crate) type Made<T> = Result<T, Error>;

/// Functions that one program may come to, its generic instances each counted.
const FUNCTIONS_MAX: usize = 20_000;

/// Bytes of a value that an array type asks for, in parts.
const PARTS_MAX: u64 = 1 << 20;

/// A function that has been asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A declared function with type arguments.
    Declared(ObjectId, Vec<TypeId>),
    /// The method of a name for values of a kind, as it is called through an interface.
    Wrapper(u32, ObjectId, Vec<usize>),
}

pub(super) struct Job {
    pub(super) number: u32,
    pub(super) key: Key,
    pub(super) at: Pos,
}

/// Everything that has been made.
pub(super) struct Code<'t> {
    pub(super) tree: &'t Tree,
    pub(super) info: Rc<Info>,
    pub(super) types: Types,
    pub(super) declared: BTreeMap<ObjectId, (&'t Func, Author, Rc<str>)>,
    pub(super) functions: Vec<Option<Function>>,
    pub(super) keys: BTreeMap<Key, u32>,
    pub(super) queue: Vec<Job>,
    pub(super) constants: Vec<Constant>,
    pub(super) shapes: Vec<Shape>,
    pub(super) shape_of: BTreeMap<TypeId, u32>,
    pub(super) globals: Vec<(u32, Rc<str>)>,
    pub(super) global_of: BTreeMap<ObjectId, u32>,
    pub(super) kinds: Vec<TypeId>,
    pub(super) kind_of: BTreeMap<TypeId, u32>,
    pub(super) methods: BTreeMap<(u32, u32), u32>,
    pub(super) names: Vec<Rc<str>>,
    pub(super) interfaces: Vec<(String, Vec<u32>)>,
    pub(super) selects: Vec<Select>,
    pub(super) natives: Vec<(Rc<str>, Pos)>,
}

impl<'t> Code<'t> {
    pub(super) fn new(tree: &'t Tree, checked: Checked) -> Code<'t> {
        Code {
            tree,
            info: Rc::new(checked.info),
            types: checked.types,
            declared: BTreeMap::new(),
            functions: Vec::new(),
            keys: BTreeMap::new(),
            queue: Vec::new(),
            constants: Vec::new(),
            shapes: Vec::new(),
            shape_of: BTreeMap::new(),
            globals: Vec::new(),
            global_of: BTreeMap::new(),
            kinds: Vec::new(),
            kind_of: BTreeMap::new(),
            methods: BTreeMap::new(),
            names: Vec::new(),
            interfaces: Vec::new(),
            selects: Vec::new(),
            natives: Vec::new(),
        }
    }

    pub(super) fn declare(&mut self, sources: &'t [Source]) {
        for source in sources {
            let author = if source.origin == Origin::Library { Author::Library } else { Author::Reader };
            for decl in source.files.iter().flat_map(|file| &file.decls) {
                let DeclKind::Func(func) = &decl.kind else { continue };
                let Some(object) = self.info.names[func.name.id.index()] else { continue };
                let receiver = func.receiver.as_ref().map(|receiver| self.receiver_text(receiver.of));
                let name = match receiver {
                    Some(receiver) => format!("{}.{receiver}.{}", source.path, func.name.name),
                    None => format!("{}.{}", source.path, func.name.name),
                };
                self.declared.insert(object, (func, author, name.into()));
            }
        }
    }

    /// `(*T)` or `T`, as traces name it.
    pub(super) fn receiver_text(&self, of: ExprId) -> String {
        match self.tree.kind(of) {
            ExprKind::Name(name) => name.to_string(),
            ExprKind::Star(inner) => format!("(*{})", self.receiver_text(*inner)),
            ExprKind::Paren(inner) | ExprKind::Index { of: inner, .. } => self.receiver_text(*inner),
            _ => String::new(),
        }
    }

    /// A number for a function that is about to be made.
    pub(super) fn reserve(&mut self, at: Pos) -> Made<u32> {
        if self.functions.len() >= FUNCTIONS_MAX {
            return Err(Error { at, text: format!("the program comes to more than {FUNCTIONS_MAX} functions") });
        }
        self.functions.push(None);
        Ok((self.functions.len() - 1) as u32)
    }

    pub(super) fn put(&mut self, number: u32, function: Function) {
        self.functions[number as usize] = Some(function);
    }

    pub(super) fn ask(&mut self, key: Key, at: Pos) -> Made<u32> {
        if let Some(number) = self.keys.get(&key) {
            return Ok(*number);
        }
        let number = self.reserve(at)?;
        self.keys.insert(key.clone(), number);
        self.queue.push(Job { number, key, at });
        Ok(number)
    }

    /// A declared function or method, of an instance with its type arguments.
    pub(super) fn function(&mut self, object: ObjectId, args: &[TypeId], at: Pos) -> Made<u32> {
        let origin = self.types.object(object).function().and_then(|function| function.origin).unwrap_or(object);
        let args = args.iter().map(|arg| self.canonical(*arg)).collect();
        self.ask(Key::Declared(origin, args), at)
    }

    /// The method that a way leads to.
    pub(super) fn method(&mut self, object: ObjectId, holder: TypeId, at: Pos) -> Made<u32> {
        let args = self.types.named(holder).and_then(|named| named.instance.clone()).map(|(_, args)| args);
        self.function(object, args.as_deref().unwrap_or_default(), at)
    }

    pub(super) fn native(&mut self, name: &Rc<str>, at: Pos) -> u32 {
        self.natives.push((name.clone(), at));
        (self.natives.len() - 1) as u32
    }

    /// A function literal inside a function.
    pub(super) fn body_of(&self, literal: ExprId) -> Option<Rc<Block>> {
        match self.tree.kind(literal) {
            ExprKind::Function { body, .. } => Some(body.clone()),
            _ => None,
        }
    }

    // Types.

    /// One number for all types that are the same.
    pub(super) fn canonical(&mut self, of: TypeId) -> TypeId {
        let kind = self.number_of_kind(of);
        self.kinds[kind as usize]
    }

    pub(super) fn number_of_kind(&mut self, of: TypeId) -> u32 {
        let of = self.types.unalias(of);
        if let Some(kind) = self.kind_of.get(&of) {
            return *kind;
        }
        let known = self.kinds.clone();
        let kind = match known.iter().position(|known| self.types.identical(*known, of)) {
            Some(kind) => kind as u32,
            None => {
                self.kinds.push(of);
                (self.kinds.len() - 1) as u32
            }
        };
        self.kind_of.insert(of, kind);
        kind
    }

    /// The kind of an interface value that holds this type: its methods can be called from now on.
    pub(super) fn kind(&mut self, of: TypeId, at: Pos) -> Made<u32> {
        let kind = self.number_of_kind(of);
        for (name, package) in self.method_names(of, 0) {
            let number = self.name(&name);
            if self.methods.contains_key(&(kind, number)) {
                continue;
            }
            let found = self.types.find(of, Address::Missing, package, &name, Case::Exact);
            let Found::One(Way { object, path, .. }) = found else { continue };
            if self.types.object(object).function().is_none() {
                continue;
            }
            let function = self.ask(Key::Wrapper(kind, object, path), at)?;
            self.methods.insert((kind, number), function);
        }
        Ok(kind)
    }

    /// The names of the methods that a type has or may have from what it embeds.
    pub(super) fn method_names(
        &mut self,
        of: TypeId,
        depth: usize,
    ) -> Vec<(Rc<str>, crate::golang::types::ids::PackageId)> {
        let mut names = Vec::new();
        if depth > 20 {
            return names;
        }
        let (of, _) = self.types.dereferenced(of);
        let methods = match self.types.named(of) {
            Some(named) => match &named.instance {
                Some((origin, _)) => self.types.named(*origin).map(|named| named.methods.clone()).unwrap_or_default(),
                None => named.methods.clone(),
            },
            None => Vec::new(),
        };
        let under = self.types.under(of);
        let more = match self.types.get(under).clone() {
            Type::Interface(_) if depth > 0 => self.types.type_set(under).methods.clone(),
            Type::Struct(structure) => {
                for field in &structure.fields {
                    if self.types.object(*field).is_embedded() {
                        let of = self.types.type_of(*field);
                        names.extend(self.method_names(of, depth + 1));
                    }
                }
                Vec::new()
            }
            _ => Vec::new(),
        };
        for method in methods.into_iter().chain(more) {
            let object = self.types.object(method);
            names.push((object.name.clone(), object.package));
        }
        names
    }

    pub(super) fn name(&mut self, name: &str) -> u32 {
        let known = self.names.iter().position(|known| **known == *name);
        known.unwrap_or_else(|| {
            self.names.push(name.into());
            self.names.len() - 1
        }) as u32
    }

    /// An interface that values are asked for.
    pub(super) fn interface(&mut self, of: TypeId) -> u32 {
        let under = self.types.under(of);
        let methods = self.types.type_set(under).methods.clone();
        let names = methods.iter().map(|method| self.types.object(*method).name.clone()).collect::<Vec<_>>();
        let methods = names.iter().map(|name| self.name(name)).collect();
        let asked = (self.type_text(of), methods);
        let known = self.interfaces.iter().position(|known| *known == asked);
        known.unwrap_or_else(|| {
            self.interfaces.push(asked);
            self.interfaces.len() - 1
        }) as u32
    }

    pub(super) fn type_text(&self, of: TypeId) -> String {
        self.types.text(of)
    }

    /// Whether its values are objects that are copied.
    pub(super) fn is_aggregate(&mut self, of: TypeId) -> bool {
        let under = self.types.under(of);
        matches!(self.types.get(under), Type::Struct(_) | Type::Array(_))
    }

    pub(super) fn shape(&mut self, of: TypeId, at: Pos) -> Made<u32> {
        if let Some(shape) = self.shape_of.get(&of) {
            return Ok(*shape);
        }
        let (shape, _) = self.shape_and_size(of, at)?;
        Ok(shape)
    }

    pub(super) fn shape_and_size(&mut self, of: TypeId, at: Pos) -> Made<(u32, u64)> {
        let under = self.types.under(of);
        let mut size = 1_u64;
        let shape = match self.types.get(under).clone() {
            Type::Basic(basic) => match basic.class() {
                Class::Bool => Shape::Bool,
                Class::Int | Class::Unsigned => Shape::Int,
                Class::Float => Shape::Float,
                Class::String => Shape::Text,
                Class::None => Shape::Nil,
            },
            Type::Struct(structure) => {
                let mut parts = Vec::new();
                for field in &structure.fields {
                    let of = self.types.type_of(*field);
                    let (part, part_size) = self.shape_and_size(of, at)?;
                    size = size.saturating_add(part_size);
                    parts.push(part);
                }
                Shape::Parts(parts)
            }
            Type::Array(array) => {
                let (element, element_size) = self.shape_and_size(array.element, at)?;
                let length = array.length.unwrap_or(0);
                size = size.saturating_add(element_size.saturating_mul(length));
                if size > PARTS_MAX {
                    let text = format!("an array of more than {PARTS_MAX} parts is too large for this machine");
                    return Err(Error { at, text });
                }
                Shape::Repeat(length as u32, element)
            }
            _ => Shape::Nil,
        };
        let known = self.shapes.iter().position(|known| *known == shape);
        let number = known.unwrap_or_else(|| {
            self.shapes.push(shape);
            self.shapes.len() - 1
        }) as u32;
        self.shape_of.insert(of, number);
        Ok((number, size))
    }

    pub(super) fn constant(&mut self, constant: Constant) -> u32 {
        let same = |known: &Constant| match (known, &constant) {
            (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
            (a, b) => a == b,
        };
        let known = self.constants.iter().position(same);
        known.unwrap_or_else(|| {
            self.constants.push(constant);
            self.constants.len() - 1
        }) as u32
    }

    pub(super) fn global(&mut self, object: ObjectId, at: Pos) -> Made<u32> {
        if let Some(global) = self.global_of.get(&object) {
            return Ok(*global);
        }
        let of = self.types.type_of(object);
        let shape = self.shape(of, at)?;
        self.globals.push((shape, self.types.object(object).name.clone()));
        let global = (self.globals.len() - 1) as u32;
        self.global_of.insert(object, global);
        Ok(global)
    }

    /// Whether the type is unsigned.
    pub(super) fn is_unsigned(&mut self, of: TypeId) -> bool {
        self.types.basic(of).is_some_and(|basic| basic.class() == Class::Unsigned)
    }

    pub(super) fn basic(&mut self, of: TypeId) -> Option<Basic> {
        self.types.basic(of)
    }
}
