//! The kinds of types.
//!
//! A type is named by its number in the table of [`store`](super::store). Two numbers may stand for one type: ask
//! [`identical`](super::store::Types::identical), never compare.

use std::rc::Rc;

use super::ids::{ObjectId, TypeId};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::Direction;

/// A type.
#[derive(Clone, Debug)]
pub enum Type {
    /// `int`, `string`; untyped constants; what is wrong.
    Basic(Basic),
    /// A declared type, or an instance of a declared generic one.
    Named(Named),
    /// A type's other name.
    Alias(Alias),
    /// `*T`
    Pointer(TypeId),
    /// `[]T`
    Slice(TypeId),
    /// `[n]T`
    Array(Array),
    /// `map[K]V`
    Map(Map),
    /// `chan T`
    Chan(Chan),
    /// `struct {…}`
    Struct(Rc<Struct>),
    /// `func(…) …`
    Function(Rc<Signature>),
    /// `interface {…}`
    Interface(Rc<Interface>),
    /// What a function with several results gives.
    Tuple(Rc<[ObjectId]>),
    /// `~A | B`, only in interfaces.
    Union(Rc<[Term]>),
    /// A type parameter.
    Param(Param),
}

/// A basic type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "BASICS says what each is called")]
pub enum Basic {
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    String,
    UntypedBool,
    UntypedInt,
    UntypedRune,
    UntypedFloat,
    UntypedString,
    UntypedNil,
}

/// What a basic type's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing.
    None,
    /// `true` and `false`.
    Bool,
    /// Whole numbers.
    Int,
    /// Whole numbers from 0.
    Unsigned,
    /// Numbers with a point.
    Float,
    /// Bytes.
    String,
}

/// Every basic type with its name, what its values are, and their bits, in the order of [`Basic`].
const BASICS: [(Basic, &str, Class, u32); 22] = [
    (Basic::Invalid, "invalid type", Class::None, 0),
    (Basic::Bool, "bool", Class::Bool, 8),
    (Basic::Int, "int", Class::Int, 64),
    (Basic::Int8, "int8", Class::Int, 8),
    (Basic::Int16, "int16", Class::Int, 16),
    (Basic::Int32, "int32", Class::Int, 32),
    (Basic::Int64, "int64", Class::Int, 64),
    (Basic::Uint, "uint", Class::Unsigned, 64),
    (Basic::Uint8, "uint8", Class::Unsigned, 8),
    (Basic::Uint16, "uint16", Class::Unsigned, 16),
    (Basic::Uint32, "uint32", Class::Unsigned, 32),
    (Basic::Uint64, "uint64", Class::Unsigned, 64),
    (Basic::Uintptr, "uintptr", Class::Unsigned, 64),
    (Basic::Float32, "float32", Class::Float, 32),
    (Basic::Float64, "float64", Class::Float, 64),
    (Basic::String, "string", Class::String, 128),
    (Basic::UntypedBool, "untyped bool", Class::Bool, 0),
    (Basic::UntypedInt, "untyped int", Class::Int, 0),
    (Basic::UntypedRune, "untyped rune", Class::Int, 0),
    (Basic::UntypedFloat, "untyped float", Class::Float, 0),
    (Basic::UntypedString, "untyped string", Class::String, 0),
    (Basic::UntypedNil, "untyped nil", Class::None, 0),
];

impl Basic {
    /// All of them, in their order.
    pub fn all() -> impl Iterator<Item = Basic> {
        BASICS.iter().map(|basic| basic.0)
    }

    /// As Go calls it.
    pub fn name(self) -> &'static str {
        BASICS[self as usize].1
    }

    /// What its values are.
    pub fn class(self) -> Class {
        BASICS[self as usize].2
    }

    /// How many bits a value has; 0 for untyped ones.
    pub fn bits(self) -> u32 {
        BASICS[self as usize].3
    }

    /// The type of a constant that has not been given one.
    pub fn is_untyped(self) -> bool {
        self >= Basic::UntypedBool
    }

    /// Whole numbers.
    pub fn is_integer(self) -> bool {
        matches!(self.class(), Class::Int | Class::Unsigned)
    }

    /// Whole numbers, and those with a point.
    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.class() == Class::Float
    }
}

/// A declared type, or an instance of a declared generic one.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub object: ObjectId,
    /// What it was declared as; `None` while it is being declared, and for instances until it is asked for.
    pub of: Option<TypeId>,
    /// The type parameters of a generic type.
    pub params: Rc<[TypeId]>,
    /// The generic type that this is an instance of, and with which arguments.
    pub instance: Option<(TypeId, Rc<[TypeId]>)>,
    /// Its methods, in the order of the source; an instance's are its generic type's.
    pub methods: Vec<ObjectId>,
}

/// A type's other name.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The name.
    pub object: ObjectId,
    /// What it stands for; `None` while it is being declared.
    pub of: Option<TypeId>,
    /// The type parameters of a generic alias.
    pub params: Rc<[TypeId]>,
    /// The arguments of an instance.
    pub args: Rc<[TypeId]>,
}

/// `[n]T`
#[derive(Clone, Copy, Debug)]
pub struct Array {
    /// How many; `None` when it is not known, after an error or until the elements are counted.
    pub length: Option<u64>,
    /// Of what.
    pub element: TypeId,
}

/// `map[K]V`
#[derive(Clone, Copy, Debug)]
pub struct Map {
    /// From.
    pub key: TypeId,
    /// To.
    pub value: TypeId,
}

/// `chan T`
#[derive(Clone, Copy, Debug)]
pub struct Chan {
    /// Which ways.
    pub direction: Direction,
    /// Of what.
    pub element: TypeId,
}

/// `struct {…}`
#[derive(Clone, Debug, Default)]
pub struct Struct {
    /// Variables of kind field.
    pub fields: Vec<ObjectId>,
    /// The tag of each.
    pub tags: Vec<Option<Rc<[u8]>>>,
}

/// `func(…) …`
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// A method's receiver; it does not belong to the type.
    pub receiver: Option<ObjectId>,
    /// The receiver's type parameters: `E` of `func (l List[E]) Len()`.
    pub receiver_params: Rc<[TypeId]>,
    /// The type parameters of a generic function.
    pub params_of_type: Rc<[TypeId]>,
    /// What it takes.
    pub params: Rc<[ObjectId]>,
    /// What it gives.
    pub results: Rc<[ObjectId]>,
    /// Whether the last parameter, a slice, takes any number of arguments.
    pub variadic: bool,
}

/// `interface {…}`
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// The methods that it names itself.
    pub methods: Vec<ObjectId>,
    /// What it embeds, and where.
    pub embedded: Vec<(TypeId, Pos)>,
    /// A constraint that was written without `interface`: `[T ~int]`.
    pub implicit: bool,
    /// `comparable` itself.
    pub comparable: bool,
}

/// `A`, or `~A` for all types that are declared as it.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// With `~`.
    pub tilde: bool,
    /// The type.
    pub of: TypeId,
}

/// A type parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub object: ObjectId,
    /// Which of its list it is, from 0.
    pub index: u32,
    /// Its constraint.
    pub bound: TypeId,
}
