//! What code is made into: everything that the machine runs.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::op::{Op, Reg, Shape};
use crate::golang::syntax::position::Pos;
use crate::golang::types::ids::TypeId;
use crate::golang::types::store::Types;

/// A program.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) functions: Vec<Function>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) shapes: Vec<Shape>,
    /// The first value of each variable of a package, and its name.
    pub(crate) globals: Vec<(u32, Rc<str>)>,
    /// The types that interface values have, each once.
    pub(crate) kinds: Vec<TypeId>,
    /// Which function is the method of this name for values of this kind, as they stand in an interface.
    pub(crate) methods: BTreeMap<(u32, u32), u32>,
    /// The names of methods.
    pub(crate) names: Vec<Rc<str>>,
    /// The interfaces that are asked for: their names and their methods' names.
    pub(crate) interfaces: Vec<(String, Vec<u32>)>,
    pub(crate) selects: Vec<Select>,
    /// The functions that are made elsewhere, by their names, and where each was first asked for.
    pub(crate) natives: Vec<(Rc<str>, Pos)>,
    /// The function that gives variables of packages their first values, runs `init` and then `main`.
    pub(crate) entry: u32,
    pub(crate) types: Types,
    /// The names of the files.
    pub(crate) files: Vec<String>,
}

/// A constant as the machine loads it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<[u8]>),
    /// A function as a value.
    Function(u32),
}

/// Who wrote a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    Reader,
    Library,
}

/// A function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// As traces name it: `main.worker`.
    pub(crate) name: Rc<str>,
    pub(crate) code: Vec<Op>,
    /// Where each instruction comes from.
    pub(crate) places: Vec<Pos>,
    /// How many registers a frame has.
    pub(crate) registers: u16,
    pub(crate) params: u16,
    /// Where what it captures stands.
    pub(crate) captures: u16,
    pub(crate) results: Vec<Slot>,
    /// Where its `ReturnVariables` stands.
    pub(crate) epilogue: u32,
    pub(crate) author: Author,
}

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// In a register.
    Direct(Reg),
    /// On the heap; the register has its pointer.
    Boxed(Reg),
    /// It is a package's.
    Global(u32),
}

/// `select {…}`
#[derive(Clone, Debug, Default)]
pub(crate) struct Select {
    pub(crate) cases: Vec<Case>,
    pub(crate) has_default: bool,
}

/// A case of a `select`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) channel: Reg,
    /// What is sent; a receive has none.
    pub(crate) send: Option<Reg>,
    /// What a receive from a closed channel gives.
    pub(crate) shape: u32,
}
