//! Calls: functions, methods, builtins, conversions; and functions as values.

use super::asked::Made;
use super::function::Maker;
use super::op::{Callee, Line, Op, Reg};
use super::program::{Author, Constant};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::token::Op as Sign;
use crate::golang::syntax::tree::{ExprId, ExprKind};
use crate::golang::types::builtins::Builtin;
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::info::{Mode, SelectionKind};
use crate::golang::types::kinds::{Signature, Type};
use crate::golang::types::lookup::{Address, Case, Found};

/// A call whose arguments stand in their row.
struct Ready {
    callee: Callee,
    base: Reg,
    count: u16,
    results: u16,
}

impl Maker<'_, '_> {
    /// A call for its one result.
    pub(super) fn call_value(&mut self, expr: ExprId) -> Made<Reg> {
        self.call(expr)
    }

    /// A call: its results stand in a row from the register on.
    pub(super) fn call(&mut self, expr: ExprId) -> Made<Reg> {
        let tree = self.code.tree;
        let ExprKind::Call { callee, arguments, spread } = tree.kind(expr) else { return self.expr(expr) };
        match self.mode(*callee) {
            Mode::Type => {
                let target = self.type_of(*callee)?;
                return self.convert(arguments[0], target);
            }
            Mode::Builtin(builtin) => return self.builtin(builtin, expr, arguments, *spread),
            _ => {}
        }
        let ready = self.ready(*callee, arguments, *spread)?;
        self.at = tree.at(expr);
        self.emit(Op::Call { callee: ready.callee, base: ready.base, count: ready.count });
        self.top = ready.base;
        self.alloc_row(ready.results.max(1))?;
        Ok(ready.base)
    }

    /// Evaluates a call's function and arguments.
    fn ready(&mut self, callee: ExprId, arguments: &[ExprId], spread: bool) -> Made<Ready> {
        let callee = self.code.tree.unparen(callee);
        let of = self.type_of(callee)?;
        let Some(signature) = self.code.types.signature(of) else {
            return self.refuse(self.code.tree.at(callee), "this cannot be called");
        };
        let results = signature.results.len() as u16;
        let info = self.code.info.clone();
        if let Some(selection) = info.selections.get(&callee)
            && selection.kind == SelectionKind::Method
        {
            let base = self.alloc()?;
            let called = self.method_callee(callee, base)?;
            self.top = base + 1;
            let count = self.arguments(&signature, arguments, spread)? + 1;
            return Ok(Ready { callee: called, base, count, results });
        }
        if let Some(object) = self.function_named(callee) {
            let named = self.name_of(callee);
            let function = self.instance(named, object)?;
            let base = self.top;
            let count = self.arguments(&signature, arguments, spread)?;
            return Ok(Ready { callee: Callee::Function(function), base, count, results });
        }
        let function = self.expr(callee)?;
        let held = self.alloc()?;
        self.move_to(held, function);
        let base = self.top;
        let count = self.arguments(&signature, arguments, spread)?;
        Ok(Ready { callee: Callee::Value(held), base, count, results })
    }

    /// Puts arguments into a row at the top.
    pub(super) fn arguments(&mut self, signature: &Signature, arguments: &[ExprId], spread: bool) -> Made<u16> {
        let params: Vec<TypeId> = signature.params.iter().map(|param| self.type_of_object(*param)).collect();
        let variadic = signature.variadic && !spread;
        let fixed = if variadic { params.len() - 1 } else { params.len() };
        if let [only] = arguments
            && self.is_tuple(*only)
        {
            return self.spread_results(*only, &params, variadic);
        }
        for (number, argument) in arguments.iter().take(fixed).enumerate() {
            self.fresh(*argument, params[number])?;
        }
        if variadic {
            let element = self.element_of(params[fixed]);
            let rest = arguments.get(fixed..).unwrap_or_default();
            let to = self.alloc()?;
            if rest.is_empty() {
                self.emit(Op::Nil { to });
            } else {
                let mark = self.top;
                for argument in rest {
                    self.fresh(*argument, element)?;
                }
                self.emit(Op::Nil { to });
                self.emit(Op::Append { to, of: to, base: mark, count: rest.len() as u16 });
                self.top = mark;
            }
        }
        Ok(params.len() as u16)
    }

    pub(super) fn element_of(&mut self, of: TypeId) -> TypeId {
        match self.under(of) {
            Type::Slice(element) => element,
            _ => TypeId::INVALID,
        }
    }

    pub(super) fn is_tuple(&mut self, expr: ExprId) -> bool {
        let Ok(of) = self.type_of(expr) else { return false };
        matches!(self.code.types.get(of), Type::Tuple(_))
    }

    /// `f(g())`
    pub(super) fn spread_results(&mut self, call: ExprId, params: &[TypeId], variadic: bool) -> Made<u16> {
        let of = self.type_of(call)?;
        let Type::Tuple(objects) = self.code.types.get(of).clone() else {
            return self.refuse(self.at, "this call gives one value");
        };
        let types: Vec<TypeId> = objects.iter().map(|object| self.type_of_object(*object)).collect();
        let row = self.alloc_row(params.len() as u16)?;
        let first = self.call(call)?;
        let fixed = if variadic { params.len() - 1 } else { params.len() };
        let mut rest = Vec::new();
        for (number, of) in types.iter().enumerate() {
            let from = first + number as u16;
            let target = match params.get(number) {
                Some(target) if number < fixed => *target,
                _ => params.last().map_or(TypeId::INVALID, |last| self.element_of(*last)),
            };
            let from = if self.code.types.is_interface(target) { self.interface_value(from, *of)? } else { from };
            if number < fixed {
                self.move_to(row + number as u16, from);
            } else {
                rest.push(from);
            }
        }
        if variadic {
            let base = self.alloc_row(rest.len() as u16)?;
            for (number, from) in rest.iter().enumerate() {
                self.move_to(base + number as u16, *from);
            }
            let to = row + fixed as u16;
            self.emit(Op::Nil { to });
            self.emit(Op::Append { to, of: to, base, count: rest.len() as u16 });
        }
        self.top = row + params.len() as u16;
        Ok(params.len() as u16)
    }

    /// Several results in a row: of a call, or of what says whether it is there.
    pub(super) fn several(&mut self, expr: ExprId, count: usize) -> Made<Reg> {
        let expr = self.code.tree.unparen(expr);
        let tree = self.code.tree;
        if let ExprKind::Call { .. } = tree.kind(expr) {
            return self.call(expr);
        }
        if count != 2 {
            return self.refuse(tree.at(expr), "this gives one value");
        }
        let row = self.alloc_row(2)?;
        let mark = self.top;
        let before = self.at;
        self.at = tree.at(expr);
        let value = match tree.kind(expr) {
            ExprKind::Index { of, indices } => self.index(*of, indices[0], Some(row + 1))?,
            ExprKind::Unary { op: Sign::Receive, of } => self.receive(*of, Some(row + 1))?,
            ExprKind::Assert { of, to } => {
                let target = self.type_of(*to)?;
                self.assert(*of, target, Some(row + 1))?
            }
            _ => return self.refuse(tree.at(expr), "this gives one value"),
        };
        let of = self.code.info.exprs[expr.index()].as_ref().map_or(TypeId::INVALID, |info| info.of);
        let of = match self.code.types.get(of).clone() {
            Type::Tuple(parts) => parts.first().map_or(of, |part| self.type_of_object(*part)),
            _ => self.concrete(of),
        };
        if self.code.is_aggregate(of) {
            self.emit(Op::Copy { to: row, from: value });
        } else {
            self.move_to(row, value);
        }
        self.at = before;
        self.top = mark;
        Ok(row)
    }

    // Functions and methods as values.

    /// The declared function that an expression names.
    pub(super) fn function_named(&self, expr: ExprId) -> Option<ObjectId> {
        let tree = self.code.tree;
        let expr = tree.unparen(expr);
        let name = match tree.kind(expr) {
            ExprKind::Name(_) => expr,
            ExprKind::Selector { name, .. } if !self.code.info.selections.contains_key(&expr) => name.id,
            ExprKind::Index { of, .. } => return self.function_named(*of),
            _ => return None,
        };
        let object = self.object_of(name)?;
        self.code.types.object(object).function().map(|_| object)
    }

    /// The name under which the type arguments of a generic function stand.
    pub(super) fn name_of(&self, expr: ExprId) -> ExprId {
        let tree = self.code.tree;
        let expr = tree.unparen(expr);
        match tree.kind(expr) {
            ExprKind::Index { of, .. } => self.name_of(*of),
            ExprKind::Selector { name, .. } if !self.code.info.instances.contains_key(&expr) => name.id,
            _ => expr,
        }
    }

    pub(super) fn instance(&mut self, named: ExprId, object: ObjectId) -> Made<u32> {
        let args = self.code.info.instances.get(&named).cloned().unwrap_or_default();
        let args: Vec<TypeId> = args.iter().map(|arg| self.concrete(*arg)).collect();
        self.code.function(object, &args, self.at)
    }

    pub(super) fn function_value(&mut self, named: ExprId, object: ObjectId) -> Made<Reg> {
        let function = self.instance(named, object)?;
        let to = self.alloc()?;
        let constant = self.code.constant(Constant::Function(function));
        self.emit(Op::Constant { to, constant });
        Ok(to)
    }

    /// `x.method`, with its receiver put into a register.
    pub(super) fn method_callee(&mut self, selector: ExprId, base: Reg) -> Made<Callee> {
        let tree = self.code.tree;
        let info = self.code.info.clone();
        let (ExprKind::Selector { of, name }, Some(selection)) = (tree.kind(selector), info.selections.get(&selector))
        else {
            return self.refuse(self.at, "this is no method");
        };
        let of_type = self.type_of(*of)?;
        let (mut object, mut path) = (selection.object, selection.path.clone());
        if self.code.types.object(object).function().is_some_and(|function| function.of_interface)
            && path.len() == 1
            && !self.code.types.is_interface(of_type)
        {
            // A method of a type parameter: in this instance one of its argument.
            let package = self.code.types.object(object).package;
            match self.code.types.find(of_type, Address::There, package, &name.name, Case::Exact) {
                Found::One(way) => (object, path) = (way.object, way.path),
                _ => {
                    return self
                        .refuse(name.at, format!("{} has no method {}", self.code.types.text(of_type), name.name));
                }
            }
        }
        let way = &path[..path.len().saturating_sub(1)];
        let pointer = self.code.types.object(object).function().is_some_and(|function| function.pointer_receiver);
        if way.is_empty() && pointer && self.code.types.pointee(of_type).is_none() {
            let receiver = self.address(*of)?;
            self.move_to(base, receiver);
            let function = self.code.method(object, of_type, name.at)?;
            return Ok(Callee::Function(function));
        }
        let from = self.expr(*of)?;
        // The last field on the way may be what a pointer is taken of.
        if pointer && let Some((last, before)) = way.split_last() {
            let (of, of_type) = self.walk(from, of_type, before)?;
            let holder = self.field_type(of_type, *last)?;
            if self.code.types.pointee(holder).is_none() {
                let to = self.alloc()?;
                if self.code.is_aggregate(holder) {
                    self.emit(Op::Field { to, of, index: *last as u16 });
                    self.emit(Op::PointerOf { to, from: to });
                } else {
                    self.emit(Op::FieldPointer { to, of, index: *last as u16 });
                }
                self.move_to(base, to);
                let function = self.code.method(object, holder, name.at)?;
                return Ok(Callee::Function(function));
            }
        }
        let (reached, holder) = self.walk(from, of_type, way)?;
        self.method_on(reached, holder, object, base, name.at)
    }

    /// The type of a field.
    pub(super) fn field_type(&mut self, of: TypeId, index: usize) -> Made<TypeId> {
        let structure_type = self.code.types.pointee(of).unwrap_or(of);
        let field = self.code.types.structure(structure_type).and_then(|of| of.fields.get(index).copied());
        match field {
            Some(field) => Ok(self.code.types.type_of(field)),
            None => self.refuse(self.at, "this has no such field"),
        }
    }

    /// Puts what a method is called on into a register as its receiver: the value, or the pointer.
    pub(super) fn method_on(
        &mut self,
        reached: Reg,
        holder: TypeId,
        object: ObjectId,
        base: Reg,
        at: Pos,
    ) -> Made<Callee> {
        if self.code.types.is_interface(holder) {
            self.move_to(base, reached);
            let method = self.code.types.object(object).name.clone();
            return Ok(Callee::Method(self.code.name(&method)));
        }
        let pointer = self.code.types.object(object).function().is_some_and(|function| function.pointer_receiver);
        let (target, is_pointer) = self.code.types.dereferenced(holder);
        let aggregate = self.code.is_aggregate(target);
        match (pointer, is_pointer) {
            (true, true) => self.move_to(base, reached),
            (true, false) if aggregate => {
                self.emit(Op::PointerOf { to: base, from: reached });
            }
            (true, false) => {
                self.emit(Op::NewBox { to: base, from: reached });
            }
            (false, true) if aggregate => {
                self.emit(Op::Target { to: base, pointer: reached });
                self.emit(Op::Copy { to: base, from: base });
            }
            (false, true) => {
                self.emit(Op::Load { to: base, pointer: reached });
            }
            (false, false) if aggregate => {
                self.emit(Op::Copy { to: base, from: reached });
            }
            (false, false) => self.move_to(base, reached),
        }
        Ok(Callee::Function(self.code.method(object, target, at)?))
    }

    /// `x.method` as a value.
    pub(super) fn method_value(&mut self, selector: ExprId) -> Made<Reg> {
        let receiver = self.alloc()?;
        let callee = self.method_callee(selector, receiver)?;
        let to = self.alloc()?;
        self.emit(match callee {
            Callee::Function(function) => Op::Bind { to, function, receiver },
            Callee::Method(name) => Op::BindMethod { to, receiver, name },
            Callee::Value(from) => Op::Move { to, from },
        });
        Ok(to)
    }

    /// `T.method`
    pub(super) fn method_expression(&mut self, selector: ExprId) -> Made<Reg> {
        let info = self.code.info.clone();
        let Some(selection) = info.selections.get(&selector) else {
            return self.refuse(self.at, "this is no method");
        };
        let receiver_type = self.concrete(selection.receiver);
        let signature_of = self.code.types.type_of(selection.object);
        let Some(signature) = self.code.types.signature(signature_of) else {
            return self.refuse(self.at, "this is no method");
        };
        let (params, results) = (signature.params.len() as u16, signature.results.len() as u16);
        let function = self.code.reserve(self.at)?;
        let made = {
            let name = self.code.types.object(selection.object).name.clone();
            let mut maker = Maker::new(&mut *self.code, Author::Library, name);
            maker.at = self.at;
            let receiver = maker.alloc()?;
            let first = maker.alloc_row(params)?;
            let base = maker.alloc_row((params + 1).max(results))?;
            let way = &selection.path[..selection.path.len().saturating_sub(1)];
            let (reached, holder) = maker.walk(receiver, receiver_type, way)?;
            let callee = maker.method_on(reached, holder, selection.object, base, self.at)?;
            for number in 0..params {
                maker.emit(Op::Move { to: base + 1 + number, from: first + number });
            }
            maker.emit(Op::Call { callee, base, count: params + 1 });
            maker.emit(Op::Return { base, count: results });
            maker.params = params + 1;
            maker.finish()
        };
        self.code.put(function, made);
        let to = self.alloc()?;
        let constant = self.code.constant(Constant::Function(function));
        self.emit(Op::Constant { to, constant });
        Ok(to)
    }

    // `go` and `defer`.

    /// The function and arguments of `go f(x)` or `defer f(x)`: a value and its row.
    pub(super) fn postponed(&mut self, call: ExprId) -> Made<(Reg, Reg, u16)> {
        let tree = self.code.tree;
        let call = tree.unparen(call);
        let ExprKind::Call { callee, arguments, spread } = tree.kind(call) else {
            return self.refuse(tree.at(call), "this is no call");
        };
        match self.mode(*callee) {
            Mode::Builtin(builtin) => return self.postponed_builtin(builtin, arguments),
            Mode::Type => return self.refuse(tree.at(call), "a conversion cannot be postponed"),
            _ => {}
        }
        let function = self.alloc()?;
        let ready = self.ready(*callee, arguments, *spread)?;
        match ready.callee {
            Callee::Function(number) => {
                let constant = self.code.constant(Constant::Function(number));
                self.emit(Op::Constant { to: function, constant });
            }
            Callee::Value(from) => self.move_to(function, from),
            Callee::Method(name) => {
                self.emit(Op::BindMethod { to: function, receiver: ready.base, name });
                return Ok((function, ready.base + 1, ready.count - 1));
            }
        }
        Ok((function, ready.base, ready.count))
    }

    pub(super) fn postponed_builtin(&mut self, builtin: Builtin, arguments: &[ExprId]) -> Made<(Reg, Reg, u16)> {
        let at = self.at;
        let number = self.code.reserve(at)?;
        let count = arguments.len() as u16;
        let made = {
            let mut maker = Maker::new(&mut *self.code, Author::Library, builtin.name().into());
            maker.at = at;
            maker.params = count;
            maker.alloc_row(count.max(1))?;
            match builtin {
                Builtin::Close => maker.emit(Op::Close { channel: 0 }),
                Builtin::Panic => maker.emit(Op::Panic { value: 0 }),
                Builtin::Delete => maker.emit(Op::MapDelete { of: 0, key: 1 }),
                Builtin::Recover => maker.emit(Op::Recover { to: 0 }),
                Builtin::Println => maker.emit(Op::Print { base: 0, count, line: Line::Whole }),
                Builtin::Print => maker.emit(Op::Print { base: 0, count, line: Line::Part }),
                _ => return maker.refuse(at, format!("{} cannot be postponed on this machine yet", builtin.name())),
            };
            maker.emit(Op::Return { base: 0, count: 0 });
            maker.finish()
        };
        self.code.put(number, made);
        let function = self.alloc()?;
        let base = self.top;
        let mut key_type = TypeId::EMPTY_INTERFACE;
        for (position, argument) in arguments.iter().enumerate() {
            let target = match builtin {
                Builtin::Panic | Builtin::Print | Builtin::Println => TypeId::EMPTY_INTERFACE,
                Builtin::Delete if position == 1 => key_type,
                _ => self.type_of(*argument)?,
            };
            if let Type::Map(map) = self.under(target) {
                key_type = map.key;
            }
            self.fresh(*argument, target)?;
        }
        let constant = self.code.constant(Constant::Function(number));
        self.emit(Op::Constant { to: function, constant });
        Ok((function, base, count))
    }
}
