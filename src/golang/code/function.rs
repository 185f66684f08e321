//! One function: registers, scopes, jumps.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::asked::{Code, Made};
use super::op::{Callee, Op, Reg};
use super::program::{Author, Function, Slot};
use crate::golang::syntax::error::Error;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{Block, ExprId, Name};
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::info::{ExprInfo, Initializer, Mode};
use crate::golang::types::kinds::{Signature, Type};

/// Registers of one function.
const REGISTERS_MAX: u16 = 60_000;

/// A statement that `break` or `continue` leaves.
pub(super) struct Target {
    pub(super) label: Option<Name>,
    pub(super) is_loop: bool,
    pub(super) breaks: Vec<usize>,
    pub(super) continues: Vec<usize>,
}

/// A function that is being made.
pub(super) struct Maker<'m, 't> {
    pub(super) code: &'m mut Code<'t>,
    author: Author,
    pub(super) name: Rc<str>,
    ops: Vec<Op>,
    places: Vec<Pos>,
    /// Where the statement at hand stands.
    pub(super) at: Pos,
    /// The next free register.
    pub(super) top: Reg,
    registers: Reg,
    pub(super) params: u16,
    captures: u16,
    slots: BTreeMap<ObjectId, Slot>,
    pub(super) results: Vec<Slot>,
    pub(super) result_types: Vec<TypeId>,
    pub(super) targets: Vec<Target>,
    /// The label of the statement that comes next.
    pub(super) label: Option<Name>,
    pub(super) labels: BTreeMap<Name, usize>,
    pub(super) gotos: Vec<(usize, Name)>,
    /// Type parameters and what stands for them here.
    type_params: Rc<[TypeId]>,
    type_args: Rc<[TypeId]>,
    /// Function literals so far, which are named by their number.
    literals: usize,
}

impl<'m, 't> Maker<'m, 't> {
    pub(super) fn new(code: &'m mut Code<'t>, author: Author, name: Rc<str>) -> Maker<'m, 't> {
        Maker {
            code,
            author,
            name,
            ops: Vec::new(),
            places: Vec::new(),
            at: Pos::default(),
            top: 0,
            registers: 1,
            params: 0,
            captures: 0,
            slots: BTreeMap::new(),
            results: Vec::new(),
            result_types: Vec::new(),
            targets: Vec::new(),
            label: None,
            labels: BTreeMap::new(),
            gotos: Vec::new(),
            type_params: Rc::default(),
            type_args: Rc::default(),
            literals: 0,
        }
    }

    pub(super) fn generic(&mut self, params: Rc<[TypeId]>, args: Rc<[TypeId]>) {
        (self.type_params, self.type_args) = (params, args);
    }

    pub(super) fn refuse<T>(&self, at: Pos, text: impl Into<String>) -> Made<T> {
        Err(Error { at, text: text.into() })
    }

    // Instructions.

    pub(super) fn emit(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.places.push(self.at);
        self.ops.len() - 1
    }

    pub(super) fn here(&self) -> usize {
        self.ops.len()
    }

    /// Makes the jumps lead here.
    pub(super) fn land(&mut self, jumps: &[usize]) {
        let here = self.here();
        for jump in jumps {
            self.land_at(*jump, here);
        }
    }

    pub(super) fn land_at(&mut self, jump: usize, target: usize) {
        let target = target as u32;
        match &mut self.ops[jump] {
            Op::Jump { to } | Op::JumpIf { to, .. } | Op::JumpUnless { to, .. } | Op::JumpCase { to, .. } => {
                *to = target
            }
            Op::MapNext { end, .. } | Op::TextNext { end, .. } => *end = target,
            _ => {}
        }
    }

    pub(super) fn jump_to(&mut self, target: usize) {
        self.emit(Op::Jump { to: target as u32 });
    }

    /// A jump whose end is not known yet.
    pub(super) fn jump(&mut self) -> usize {
        self.emit(Op::Jump { to: 0 })
    }

    // Registers.

    pub(super) fn alloc(&mut self) -> Made<Reg> {
        self.alloc_row(1)
    }

    pub(super) fn alloc_row(&mut self, count: u16) -> Made<Reg> {
        let first = self.top;
        match first.checked_add(count).filter(|top| *top < REGISTERS_MAX) {
            Some(top) => self.top = top,
            None => return self.refuse(self.at, "the function is too large for this machine"),
        }
        self.registers = self.registers.max(self.top);
        Ok(first)
    }

    pub(super) fn move_to(&mut self, to: Reg, from: Reg) {
        if to != from {
            self.emit(Op::Move { to, from });
        }
    }

    // Types.

    pub(super) fn expr_info(&self, expr: ExprId) -> Made<ExprInfo> {
        match &self.code.info.exprs[expr.index()] {
            Some(info) => Ok(info.clone()),
            None => self.refuse(self.code.tree.at(expr), "this expression has no type"),
        }
    }

    pub(super) fn mode(&self, expr: ExprId) -> Mode {
        self.code.info.exprs[expr.index()].as_ref().map_or(Mode::Invalid, |info| info.mode)
    }

    /// The type of an expression in this instance.
    pub(super) fn type_of(&mut self, expr: ExprId) -> Made<TypeId> {
        let of = self.expr_info(expr)?.of;
        Ok(self.concrete(of))
    }

    pub(super) fn concrete(&mut self, of: TypeId) -> TypeId {
        if self.type_args.is_empty() {
            return of;
        }
        let (params, args) = (self.type_params.clone(), self.type_args.clone());
        self.code.types.substitute(of, &params, &args)
    }

    pub(super) fn type_of_object(&mut self, object: ObjectId) -> TypeId {
        let of = self.code.types.type_of(object);
        self.concrete(of)
    }

    pub(super) fn under(&mut self, of: TypeId) -> Type {
        let under = self.code.types.under(of);
        self.code.types.get(under).clone()
    }

    pub(super) fn object_of(&self, name: ExprId) -> Option<ObjectId> {
        self.code.info.names[name.index()]
    }

    // Variables.

    /// Whether a variable lives on the heap, apart from its frame.
    fn is_boxed(&mut self, object: ObjectId) -> bool {
        let variable = self.code.types.object(object).variable().copied();
        let of = self.type_of_object(object);
        variable.is_some_and(|variable| variable.captured || variable.addressed) && !self.code.is_aggregate(of)
    }

    /// Declares a variable whose first value stands in a register: the next one, or any.
    pub(super) fn declare(&mut self, object: ObjectId, from: Reg) -> Made<()> {
        let to = self.alloc()?;
        let slot = if self.is_boxed(object) {
            self.emit(Op::NewBox { to, from });
            Slot::Boxed(to)
        } else {
            self.move_to(to, from);
            Slot::Direct(to)
        };
        self.slots.insert(object, slot);
        Ok(())
    }

    pub(super) fn declare_zero(&mut self, object: ObjectId) -> Made<()> {
        let of = self.type_of_object(object);
        let mark = self.top;
        let from = self.zero(of)?;
        self.top = mark;
        self.declare(object, from)
    }

    pub(super) fn zero(&mut self, of: TypeId) -> Made<Reg> {
        let to = self.alloc()?;
        let shape = self.code.shape(of, self.at)?;
        self.emit(Op::Zero { to, shape });
        Ok(to)
    }

    pub(super) fn slot(&mut self, object: ObjectId) -> Made<Slot> {
        if let Some(slot) = self.slots.get(&object) {
            return Ok(*slot);
        }
        Ok(Slot::Global(self.code.global(object, self.at)?))
    }

    /// In the next round a loop's variable is another one with the same value.
    pub(super) fn renew(&mut self, object: ObjectId) -> Made<()> {
        match self.slots.get(&object) {
            Some(Slot::Boxed(register)) => {
                let register = *register;
                let mark = self.top;
                let value = self.alloc()?;
                self.emit(Op::Load { to: value, pointer: register });
                self.emit(Op::NewBox { to: register, from: value });
                self.top = mark;
            }
            Some(Slot::Direct(register)) => {
                let register = *register;
                let of = self.type_of_object(object);
                let variable = self.code.types.object(object).variable().copied();
                if self.code.is_aggregate(of)
                    && variable.is_some_and(|variable| variable.captured || variable.addressed)
                {
                    self.emit(Op::Copy { to: register, from: register });
                }
            }
            _ => {}
        }
        Ok(())
    }

    // Functions.

    /// Receiver, parameters and results.
    pub(super) fn signature(&mut self, signature: &Signature) -> Made<()> {
        let params: Vec<ObjectId> = signature.receiver.into_iter().chain(signature.params.iter().copied()).collect();
        self.params = params.len() as u16;
        let first = self.alloc_row(self.params)?;
        for (number, object) in params.iter().enumerate() {
            let register = first + number as u16;
            self.slots.insert(*object, Slot::Direct(register));
            if self.is_boxed(*object) {
                self.emit(Op::NewBox { to: register, from: register });
                self.slots.insert(*object, Slot::Boxed(register));
            }
        }
        self.declare_results(signature)
    }

    fn declare_results(&mut self, signature: &Signature) -> Made<()> {
        for object in signature.results.iter() {
            self.declare_zero(*object)?;
            let slot = self.slot(*object)?;
            self.results.push(slot);
            let of = self.type_of_object(*object);
            self.result_types.push(of);
        }
        Ok(())
    }

    /// The rest of a function that is made elsewhere.
    pub(super) fn native(&mut self, native: u32, count: u16, results: u16) {
        self.registers = self.registers.max(count).max(results);
        self.emit(Op::Native { native, count });
        self.emit(Op::Return { base: 0, count: results });
    }

    pub(super) fn body(&mut self, body: &Block) -> Made<()> {
        self.block(&body.list)?;
        self.at = body.close;
        if self.results.is_empty() {
            self.emit(Op::Return { base: 0, count: 0 });
        }
        Ok(())
    }

    /// A function literal as a value.
    pub(super) fn literal(&mut self, expr: ExprId) -> Made<Reg> {
        let at = self.code.tree.at(expr);
        let info = self.code.info.clone();
        let number = info.literals.get(&expr).and_then(|number| info.functions.get(*number as usize));
        let (Some(literal), Some(body)) = (number, self.code.body_of(expr)) else {
            return self.refuse(at, "this function has no body");
        };
        let of = literal.of.unwrap_or(TypeId::INVALID);
        let Some(signature) = self.code.types.signature(of) else {
            return self.refuse(at, "this function has no signature");
        };
        let mut captured = Vec::new();
        for object in &literal.captures {
            match self.slot(*object)? {
                Slot::Global(_) => {}
                slot => captured.push((*object, slot)),
            }
        }
        self.literals += 1;
        let function = self.code.reserve(at)?;
        let made = {
            let name = format!("{}.func{}", self.name, self.literals);
            let mut maker = Maker::new(&mut *self.code, self.author, name.into());
            maker.generic(self.type_params.clone(), self.type_args.clone());
            maker.at = at;
            // What is captured stands behind the parameters when the function begins.
            maker.params = signature.params.len() as u16;
            maker.top = maker.params;
            maker.captures = maker.alloc_row(captured.len() as u16)?;
            for (number, (object, slot)) in captured.iter().enumerate() {
                let register = maker.captures + number as u16;
                let inner = if matches!(slot, Slot::Boxed(_)) { Slot::Boxed(register) } else { Slot::Direct(register) };
                maker.slots.insert(*object, inner);
            }
            for (number, object) in signature.params.iter().enumerate() {
                let register = number as u16;
                maker.slots.insert(*object, Slot::Direct(register));
                if maker.is_boxed(*object) {
                    maker.emit(Op::NewBox { to: register, from: register });
                    maker.slots.insert(*object, Slot::Boxed(register));
                }
            }
            maker.declare_results(&signature)?;
            maker.body(&body)?;
            maker.finish()
        };
        self.code.put(function, made);
        let count = captured.len() as u16;
        let to = self.alloc()?;
        let base = self.alloc_row(count)?;
        for (number, (_, slot)) in captured.iter().enumerate() {
            if let Slot::Direct(register) | Slot::Boxed(register) = slot {
                self.emit(Op::Move { to: base + number as u16, from: *register });
            }
        }
        self.emit(Op::Closure { to, function, base, count });
        Ok(to)
    }

    /// Calls a function without arguments for what it does.
    pub(super) fn call_plain(&mut self, object: Option<ObjectId>, at: Pos) -> Made<()> {
        let Some(object) = object else { return Ok(()) };
        self.at = at;
        let function = self.code.function(object, &[], at)?;
        let base = self.top;
        self.emit(Op::Call { callee: Callee::Function(function), base, count: 0 });
        Ok(())
    }

    /// The first values of variables of a package.
    pub(super) fn initialize(&mut self, initializer: &Initializer) -> Made<()> {
        let mark = self.top;
        self.at = self.code.tree.at(initializer.value);
        let count = initializer.variables.len();
        let first = match count {
            1 => {
                let of = self.type_of_object(initializer.variables[0]);
                self.owned(initializer.value, of)?
            }
            _ => self.several(initializer.value, count)?,
        };
        for (number, variable) in initializer.variables.iter().enumerate() {
            if &*self.code.types.object(*variable).name == "_" {
                continue;
            }
            let global = self.code.global(*variable, self.at)?;
            self.emit(Op::StoreGlobal { global, from: first + number as u16 });
        }
        self.top = mark;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Function {
        let epilogue = self.here() as u32;
        self.emit(Op::ReturnVariables);
        let gotos = std::mem::take(&mut self.gotos);
        for (jump, label) in gotos {
            if let Some(target) = self.labels.get(&label).copied() {
                self.land_at(jump, target);
            }
        }
        let results = self.results.len() as u16;
        Function {
            name: self.name,
            code: self.ops,
            places: self.places,
            registers: self.registers.max(results).max(self.params) + 1,
            params: self.params,
            captures: self.captures,
            results: self.results,
            epilogue,
            author: self.author,
        }
    }
}
