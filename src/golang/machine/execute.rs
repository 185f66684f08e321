//! The instructions.

use super::goroutine::{Deferred, Goroutine, Role, State};
use super::heap::Object;
use super::lists::runes;
use super::maps::Map;
use super::operators::{Converted, compare_integers, convert, floats, holds, integers, is_float, shift, wrap};
use super::state::{Done, INSTRUCTIONS_MAX, Machine, SLICE, Step, Trap};
use super::value::{Slice, Value, WHOLE, first_rune};
use crate::golang::code::op::{Callee, NONE, Op};
use crate::golang::code::program::{Author, Program};
use crate::trace::event::Role as TaskRole;
use std::rc::Rc;

impl Machine {
    /// Runs a goroutine until its future has to do something.
    pub(super) fn step(&mut self, index: usize) -> Step {
        let Some(mut goroutine) = self.goroutines.get_mut(index).and_then(Option::take) else { return Step::Ended };
        goroutine.state = State::Ready;
        let step = loop {
            if self.end.is_some() {
                break Step::Ended;
            }
            let result = match std::mem::take(&mut goroutine.is_panicking) {
                true => self.unwind(&mut goroutine).map(|step| step.unwrap_or(Step::Yield)),
                false => self.burst(&mut goroutine),
            };
            match result {
                Ok(step) => break step,
                Err(trap) => {
                    if let Some(step) = self.trapped(&mut goroutine, trap) {
                        break step;
                    }
                }
            }
        };
        if let Step::Ended = step {
            goroutine.state = State::Ended;
            self.give_up_supports(&mut goroutine);
            // `runtime.Goexit` of `main` lets the others go on.
            if goroutine.number == 1 && goroutine.panics.is_empty() {
                self.has_main_returned = true;
            }
            self.forget(index);
        } else {
            self.goroutines[index] = Some(goroutine);
        }
        step
    }

    fn burst(&mut self, g: &mut Goroutine) -> Result<Step, Trap> {
        let program = self.program.clone();
        loop {
            let Some(number) = g.frames.len().checked_sub(1) else { return Ok(Step::Ended) };
            let (base, function) = (g.frames[number].base, &program.functions[g.frames[number].function as usize]);
            let mut pc = g.frames[number].pc;
            // Until the frame changes.
            loop {
                let op = function.code[pc];
                pc += 1;
                g.frames[number].pc = pc;
                self.instructions += 1;
                let mut jump = None;
                match self.simple(g, &program, base, op, &mut jump)? {
                    Flow::Next => {
                        if let Some(to) = jump {
                            let back = to < pc;
                            pc = to;
                            g.frames[number].pc = pc;
                            if back && let Some(step) = self.breathe(g, function.author, 8)? {
                                return Ok(step);
                            }
                        }
                    }
                    Flow::Frame => {
                        if let Some(step) = self.breathe(g, function.author, 16)? {
                            return Ok(step);
                        }
                        break;
                    }
                    Flow::Step(step) => return Ok(step),
                }
            }
        }
    }

    /// Between two instructions, where everything that is in use stands in registers: collects, and looks after the slice.
    fn breathe(&mut self, g: &mut Goroutine, author: Author, spent: u32) -> Result<Option<Step>, Trap> {
        if self.heap.wants_collection() {
            self.collect(Some(g))?;
        }
        if self.instructions > INSTRUCTIONS_MAX {
            let millions = INSTRUCTIONS_MAX / 1_000_000;
            return Err(Trap::Budget(format!("the program runs more than {millions} million instructions")));
        }
        g.fuel = g.fuel.saturating_sub(spent);
        // The library's own steps are not interrupted: they stand for what Go does under its own locks.
        if g.fuel == 0 && author == Author::Reader {
            g.fuel = SLICE;
            return Ok(Some(Step::Slice));
        }
        Ok(None)
    }

    fn simple(
        &mut self,
        g: &mut Goroutine,
        program: &Rc<Program>,
        base: usize,
        op: Op,
        jump: &mut Option<usize>,
    ) -> Result<Flow, Trap> {
        macro_rules! get {
            ($register:expr) => {
                &g.stack[base + $register as usize]
            };
        }
        macro_rules! set {
            ($register:expr, $value:expr) => {{
                let value = $value;
                g.stack[base + $register as usize] = value;
            }};
        }
        match op {
            Op::Constant { to, constant } => set!(to, self.constants[constant as usize].clone()),
            Op::Integer { to, value } => set!(to, Value::Int(i64::from(value))),
            Op::Nil { to } => set!(to, Value::Nil),
            Op::Zero { to, shape } => set!(to, self.zero(shape)),
            Op::Move { to, from } => set!(to, get!(from).clone()),
            Op::Copy { to, from } => {
                let value = get!(from).clone();
                set!(to, self.copy(&value));
            }
            Op::Overwrite { into, from } => match (get!(into), get!(from)) {
                (Value::Object(into), Value::Object(from)) => self.overwrite(*into, *from),
                _ => return Err(self.nil_fault()),
            },
            Op::NewBox { to, from } => {
                let value = get!(from).clone();
                set!(to, Value::Pointer(self.heap.cells(vec![value]), 0));
            }
            Op::Load { to, pointer } => {
                let value = match get!(pointer) {
                    Value::Pointer(handle, WHOLE) => Value::Object(*handle),
                    Value::Pointer(handle, part) => {
                        self.heap.parts(*handle).get(*part as usize).cloned().unwrap_or(Value::Nil)
                    }
                    _ => return Err(self.nil_fault()),
                };
                set!(to, value);
            }
            Op::Store { pointer, from } => match get!(pointer) {
                Value::Pointer(handle, part) => {
                    let (handle, part, value) = (*handle, *part as usize, get!(from).clone());
                    self.put(handle, part, value);
                }
                _ => return Err(self.nil_fault()),
            },
            Op::LoadGlobal { to, global } => {
                let handle = self.globals[global as usize];
                set!(to, self.heap.parts(handle).first().cloned().unwrap_or(Value::Nil));
            }
            Op::StoreGlobal { global, from } => {
                let value = get!(from).clone();
                self.put(self.globals[global as usize], 0, value);
            }
            Op::GlobalPointer { to, global } => set!(to, Value::Pointer(self.globals[global as usize], 0)),
            Op::PointerOf { to, from } => match get!(from) {
                Value::Object(handle) => set!(to, Value::Pointer(*handle, WHOLE)),
                _ => return Err(self.nil_fault()),
            },
            Op::Target { to, pointer } => match get!(pointer) {
                Value::Pointer(handle, WHOLE) => set!(to, Value::Object(*handle)),
                Value::Pointer(handle, part) => {
                    set!(to, self.heap.parts(*handle).get(*part as usize).cloned().unwrap_or(Value::Nil));
                }
                _ => return Err(self.nil_fault()),
            },
            Op::Field { to, of, index } => {
                let handle = self.whole(get!(of))?;
                set!(to, self.heap.parts(handle).get(index as usize).cloned().unwrap_or(Value::Nil));
            }
            Op::SetField { of, index, from } => {
                let handle = self.whole(get!(of))?;
                let value = get!(from).clone();
                self.put(handle, index as usize, value);
            }
            Op::FieldPointer { to, of, index } => {
                let handle = self.whole(get!(of))?;
                set!(to, Value::Pointer(handle, u32::from(index)));
            }
            Op::Index { to, of, index } => {
                let (handle, place) = self.element(get!(of), get!(index))?;
                set!(to, self.heap.parts(handle).get(place).cloned().unwrap_or(Value::Nil));
            }
            Op::SetIndex { of, index, from } => {
                let (handle, place) = self.element(get!(of), get!(index))?;
                let value = get!(from).clone();
                self.put(handle, place, value);
            }
            Op::IndexPointer { to, of, index } => {
                let (handle, place) = self.element(get!(of), get!(index))?;
                set!(to, Value::Pointer(handle, place as u32));
            }
            Op::TextIndex { to, of, index } => {
                let (text, index) = (get!(of).text(), get!(index).int());
                match usize::try_from(index).ok().and_then(|index| text.get(index)) {
                    Some(byte) => set!(to, Value::Int(i64::from(*byte))),
                    None => {
                        let sentence = format!("index out of range [{index}] with length {}", text.len());
                        return Err(self.fault(&sentence));
                    }
                }
            }
            Op::MapGet { to, of, key, ok, shape } => {
                let (map, key) = (get!(of).clone(), get!(key).clone());
                let key = self.key(&key)?;
                let found = match &map {
                    Value::Map(handle) => self.heap.map(*handle).and_then(|map| map.get(&key)).cloned(),
                    _ => None,
                };
                if ok != NONE {
                    set!(ok, Value::Bool(found.is_some()));
                }
                let value = found.unwrap_or_else(|| self.zero(shape));
                set!(to, value);
            }
            Op::MapSet { of, key, from } => {
                let (map, own, value) = (get!(of).clone(), get!(key).clone(), get!(from).clone());
                let Value::Map(handle) = map else {
                    let text = self.text("assignment to entry in nil map");
                    return Err(self.plain_fault(text));
                };
                let key = self.key(&own)?;
                self.heap.note(32);
                if let Some(map) = self.heap.map_mut(handle) {
                    map.insert(key, own, value);
                }
            }
            Op::MapDelete { of, key } => {
                let (map, key) = (get!(of).clone(), get!(key).clone());
                let key = self.key(&key)?;
                if let Value::Map(handle) = map
                    && let Some(map) = self.heap.map_mut(handle)
                {
                    map.remove(&key);
                }
            }
            Op::MapClear { of } => {
                if let Value::Map(handle) = get!(of)
                    && let Some(map) = self.heap.map_mut(*handle)
                {
                    map.clear();
                }
            }
            Op::ClearSlice { of, shape } => {
                if let Value::Slice(slice) = *get!(of) {
                    for number in 0..slice.length {
                        let value = self.zero(shape);
                        self.put(slice.array, (slice.from + number) as usize, value);
                    }
                }
            }
            Op::MapRange { to, of } => {
                let map = get!(of).clone();
                set!(to, self.begin_walk(&map));
            }
            Op::MapNext { range, key, value, end } => {
                let found = match *get!(range) {
                    Value::Walk(handle, first, seen) => self.walk(handle, first, seen),
                    _ => None,
                };
                match found {
                    Some((walk, own, held)) => {
                        set!(range, walk);
                        set!(key, own);
                        set!(value, held);
                    }
                    None => *jump = Some(end as usize),
                }
            }
            Op::TextNext { text, index, rune, behind, end } => {
                let (bytes, at) = (get!(text).text(), get!(index).int() as usize);
                match bytes.get(at..).filter(|rest| !rest.is_empty()) {
                    Some(rest) => {
                        let (value, width) = first_rune(rest);
                        set!(rune, Value::Int(i64::from(value)));
                        set!(behind, Value::Int((at + width) as i64));
                    }
                    None => *jump = Some(end as usize),
                }
            }
            Op::Length { to, of } => {
                let length = match get!(of) {
                    Value::Text(text) => text.bytes().len(),
                    Value::Slice(slice) => slice.length as usize,
                    Value::Map(handle) => self.heap.map(*handle).map_or(0, Map::len),
                    Value::Chan(handle) => {
                        let handle = *handle;
                        self.heap.chan(handle).map_or(0, |chan| chan.ends.receiver.len())
                    }
                    Value::Object(handle) | Value::Pointer(handle, WHOLE) => self.heap.parts(*handle).len(),
                    _ => 0,
                };
                set!(to, Value::Int(length as i64));
            }
            Op::Capacity { to, of } => {
                let capacity = match get!(of) {
                    Value::Slice(slice) => slice.capacity as usize,
                    Value::Chan(handle) => {
                        let handle = *handle;
                        self.heap.chan(handle).map_or(0, |chan| chan.capacity)
                    }
                    Value::Object(handle) | Value::Pointer(handle, WHOLE) => self.heap.parts(*handle).len(),
                    _ => 0,
                };
                set!(to, Value::Int(capacity as i64));
            }
            Op::Slice { to, of, bounds, which } => {
                let bound = |number: u16| (which & 1 << number != 0).then(|| get!(bounds + number).int());
                let (low, high, max) = (bound(0), bound(1), bound(2));
                let value = get!(of).clone();
                let slice = self.slice(&value, low, high, max)?;
                set!(to, slice);
            }
            Op::MakeSlice { to, length, capacity, shape } => {
                let (length, capacity) = (get!(length).int(), get!(capacity).int());
                if length < 0 || length > i64::from(u32::MAX) {
                    return Err(self.fault("makeslice: len out of range"));
                }
                if capacity < length {
                    return Err(self.fault("makeslice: cap out of range"));
                }
                self.check_length(capacity as u64)?;
                let cells: Vec<Value> = (0..capacity).map(|_| self.zero(shape)).collect();
                let array = self.heap.cells(cells);
                let (length, capacity) = (length as u32, capacity as u32);
                set!(to, Value::Slice(Slice { array, from: 0, length, capacity }));
            }
            Op::MakeMap { to } => set!(to, Value::Map(self.heap.make(Object::Map(Map::default())))),
            Op::MakeChan { to, capacity } => {
                let capacity = if capacity == NONE { 0 } else { get!(capacity).int() };
                if capacity < 0 {
                    let text = self.text("makechan: size out of range");
                    return Err(self.plain_fault(text));
                }
                self.check_length(capacity as u64)?;
                set!(to, self.make_chan(capacity as usize));
            }
            Op::Append { to, of, base: row, count } => {
                let row = base + row as usize;
                let more = g.stack[row..row + count as usize].to_vec();
                let of = get!(of).clone();
                let slice = self.append(&of, more)?;
                set!(to, slice);
            }
            Op::AppendSlice { to, of, more } => {
                let more = self.elements(get!(more)).to_vec();
                let more = more.iter().map(|value| self.copy(value)).collect();
                let of = get!(of).clone();
                let slice = self.append(&of, more)?;
                set!(to, slice);
            }
            Op::CopySlice { to, into, from } => {
                let values = self.elements(get!(from)).to_vec();
                let mut count = 0;
                if let Value::Slice(slice) = *get!(into) {
                    count = values.len().min(slice.length as usize);
                    self.instructions += count as u64;
                    for (number, value) in values.into_iter().take(count).enumerate() {
                        let value = self.copy(&value);
                        self.put(slice.array, slice.from as usize + number, value);
                    }
                }
                set!(to, Value::Int(count as i64));
            }
            Op::Closure { to, function, base: row, count } => {
                let row = base + row as usize;
                let captured = g.stack[row..row + count as usize].to_vec();
                let value = match count {
                    0 => Value::Function(function),
                    _ => Value::Closure(self.heap.make(Object::Closure { function, captured })),
                };
                set!(to, value);
            }
            Op::Bind { to, function, receiver } => {
                let receiver = get!(receiver).clone();
                set!(to, Value::Closure(self.heap.make(Object::Bound { function, receiver })));
            }
            Op::BindMethod { to, receiver, name } => {
                let Value::Boxed(boxed) = get!(receiver) else { return Err(self.nil_fault()) };
                let (kind, receiver) = (boxed.kind, boxed.value.clone());
                let Some(function) = self.method(kind, name) else { return Err(self.nil_fault()) };
                set!(to, Value::Closure(self.heap.make(Object::Bound { function, receiver })));
            }
            Op::ToInterface { to, from, of } => {
                let value = get!(from).clone();
                let value = self.copy(&value);
                set!(to, self.boxed(of, value));
            }
            Op::Assert { to, from, of, ok, shape } => {
                let value = match get!(from) {
                    Value::Boxed(boxed) if boxed.kind == of => Ok(boxed.value.clone()),
                    Value::Boxed(boxed) => Err(Some(boxed.kind)),
                    _ => Err(None),
                };
                self.asserted(g, base, to, ok, value, of, shape)?;
            }
            Op::AssertInterface { to, from, of, ok } => {
                let value = get!(from).clone();
                let (value, fits) = self.as_interface(value, &program.interfaces[of as usize], ok != NONE)?;
                if ok != NONE {
                    set!(ok, Value::Bool(fits));
                }
                set!(to, value);
            }
            Op::AddInt { to, a, b } => set!(to, Value::Int(get!(a).int().wrapping_add(get!(b).int()))),
            Op::SubtractInt { to, a, b } => set!(to, Value::Int(get!(a).int().wrapping_sub(get!(b).int()))),
            Op::LessInt { to, a, b } => set!(to, Value::Bool(get!(a).int() < get!(b).int())),
            Op::Arithmetic { sign, number, to, a, b } => {
                let value = if is_float(number) {
                    Value::Float(floats(sign, number, get!(a).float(), get!(b).float()))
                } else {
                    let value = integers(sign, number, get!(a).int(), get!(b).int());
                    Value::Int(value.map_err(|wrong| self.wrong(wrong))?)
                };
                set!(to, value);
            }
            Op::Compare { sign, number, to, a, b } => {
                let ordering = if is_float(number) {
                    get!(a).float().partial_cmp(&get!(b).float())
                } else {
                    Some(compare_integers(number, get!(a).int(), get!(b).int()))
                };
                set!(to, Value::Bool(holds(sign, ordering)));
            }
            Op::Shift { sign, number, to, a, b, signed } => {
                let value = shift(sign, number, get!(a).int(), get!(b).int(), signed);
                set!(to, Value::Int(value.map_err(|wrong| self.wrong(wrong))?));
            }
            Op::Join { to, a, b } => {
                let joined = [get!(a).text(), get!(b).text()].concat();
                self.check_length(joined.len() as u64)?;
                self.instructions += joined.len() as u64 / 16;
                set!(to, self.heap.text(&joined));
            }
            Op::CompareText { sign, to, a, b } => {
                let ordering = get!(a).text().cmp(get!(b).text());
                set!(to, Value::Bool(holds(sign, Some(ordering))));
            }
            Op::Equal { to, a, b } => {
                let (a, b) = (get!(a).clone(), get!(b).clone());
                set!(to, Value::Bool(self.equal(&a, &b)?));
            }
            Op::IsNil { to, of } => set!(to, Value::Bool(get!(of).is_nil())),
            Op::Not { to, of } => set!(to, Value::Bool(!get!(of).is_true())),
            Op::Negate { to, of, number } => {
                let value = match get!(of) {
                    Value::Float(float) => Value::Float(-float),
                    other => Value::Int(wrap(other.int().wrapping_neg(), number)),
                };
                set!(to, value);
            }
            Op::Complement { to, of, number } => set!(to, Value::Int(wrap(!get!(of).int(), number))),
            Op::Convert { to, of, from, into } => {
                let value = match convert(get!(of).int(), get!(of).float(), from, into) {
                    Converted::Int(int) => Value::Int(int),
                    Converted::Float(float) => Value::Float(float),
                };
                set!(to, value);
            }
            Op::RuneToText { to, of } => {
                let c = u32::try_from(get!(of).int()).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                set!(to, self.heap.text(c.encode_utf8(&mut [0; 4]).as_bytes()));
            }
            Op::BytesToText { to, of } => {
                let bytes: Vec<u8> = self.elements(get!(of)).iter().map(|byte| byte.int() as u8).collect();
                self.instructions += bytes.len() as u64 / 8;
                set!(to, self.heap.text(&bytes));
            }
            Op::RunesToText { to, of } => {
                let rune =
                    |value: &Value| u32::try_from(value.int()).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                let text: String = self.elements(get!(of)).iter().map(rune).collect();
                self.instructions += text.len() as u64 / 8;
                set!(to, self.heap.text(text.as_bytes()));
            }
            Op::TextToBytes { to, of } => {
                let bytes: Vec<Value> = get!(of).text().iter().map(|byte| Value::Int(i64::from(*byte))).collect();
                self.instructions += bytes.len() as u64 / 8;
                set!(to, self.slice_of(bytes));
            }
            Op::TextToRunes { to, of } => {
                let runes = runes(get!(of).text());
                self.instructions += runes.len() as u64 / 8;
                set!(to, self.slice_of(runes));
            }
            Op::Jump { to } => *jump = Some(to as usize),
            Op::JumpIf { condition, to } => {
                if get!(condition).is_true() {
                    *jump = Some(to as usize);
                }
            }
            Op::JumpUnless { condition, to } => {
                if !get!(condition).is_true() {
                    *jump = Some(to as usize);
                }
            }
            Op::JumpCase { taken, case, to } => {
                if get!(taken).int() == i64::from(case) {
                    *jump = Some(to as usize);
                }
            }
            Op::Call { callee, base: row, count } => {
                let row_at = base + row as usize;
                let callee = match callee {
                    Callee::Function(function) => Value::Function(function),
                    Callee::Value(register) => get!(register).clone(),
                    Callee::Method(name) => {
                        let Value::Boxed(boxed) = get!(row) else { return Err(self.nil_fault()) };
                        let (kind, receiver) = (boxed.kind, boxed.value.clone());
                        let Some(function) = self.method(kind, name) else { return Err(self.nil_fault()) };
                        set!(row, receiver);
                        Value::Function(function)
                    }
                };
                self.call(g, &callee, row_at, count as usize, Role::Call)?;
                return Ok(Flow::Frame);
            }
            Op::Go { callee, base: row, count } => {
                let (callee, row) = (get!(callee).clone(), base + row as usize);
                if callee.is_nil() {
                    return Err(Trap::Fatal("go of nil func value".to_owned()));
                }
                let arguments = g.stack[row..row + count as usize].to_vec();
                let at = self.place(g);
                self.spawn(&callee, &arguments, at, TaskRole::Child)?;
            }
            Op::Defer { callee, base: row, count } => {
                let (callee, row) = (get!(callee).clone(), base + row as usize);
                let arguments = g.stack[row..row + count as usize].to_vec();
                if let Some(frame) = g.frames.last_mut() {
                    frame.defers.push(Deferred { callee, arguments });
                }
                self.heap.note(64);
            }
            Op::Native { native, count } => {
                let native = self.natives[native as usize];
                return match native(self, g, base, count as usize)? {
                    Done::Now => Ok(Flow::Next),
                    Done::Later(step) => Ok(Flow::Step(step)),
                };
            }
            Op::Return { base: row, count } => {
                return Ok(match self.give(g, base + row as usize, count as usize)? {
                    Some(step) => Flow::Step(step),
                    None => Flow::Frame,
                });
            }
            Op::ReturnVariables => {
                return Ok(match self.give_variables(g)? {
                    Some(step) => Flow::Step(step),
                    None => Flow::Frame,
                });
            }
            Op::Send { channel, from } => {
                let (channel, value) = (get!(channel).clone(), get!(from).clone());
                return self.send(g, &channel, value).map(Flow::Step);
            }
            Op::Receive { to, channel, ok, shape } => {
                let channel = get!(channel).clone();
                let ok = (ok != NONE).then_some(base + ok as usize);
                return Ok(Flow::Step(self.receive(g, &channel, base + to as usize, ok, shape)));
            }
            Op::Close { channel } => {
                let channel = get!(channel).clone();
                self.close(&channel)?;
            }
            Op::Select { table, taken, value, ok } => {
                let registers = [taken, value, ok].map(|register| base + register as usize);
                return Ok(Flow::Step(self.select(g, &program.selects[table as usize], base, registers)?));
            }
            Op::Panic { value } => {
                let value = get!(value).clone();
                if value.is_nil() {
                    let text = "panic called with nil argument (use GODEBUG=panicnil=1 to disable)";
                    let text = self.text(text);
                    return Err(self.plain_fault(text));
                }
                return Err(Trap::Panic(value));
            }
            Op::Recover { to } => {
                let value = self.recover(g);
                set!(to, value);
            }
            Op::Print { base: row, count, line } => {
                let row = base + row as usize;
                self.print_plain(&g.stack[row..row + count as usize], line)?;
            }
        }
        Ok(Flow::Next)
    }
}

/// How it goes on behind an instruction.
enum Flow {
    Next,
    /// The frame on top is another one.
    Frame,
    Step(Step),
}
