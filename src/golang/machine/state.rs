//! Everything of one run.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::{Rc, Weak};

use super::goroutine::{Awaited, Facts, Frame, Goroutine, Panic, Pending, Role, State, Wait};
use super::heap::{Chan, Ends, HEAP_BYTES_MAX, Heap, Object};
use super::maps::Key;
use super::printed::{Cursor, Output, Printed};
use super::value::{Boxed, Handle, Slice, Value, WHOLE};
use crate::executor::context::now;
use crate::executor::rng::Rng;
use crate::executor::timers::TimerKey;
use crate::golang::code::op::Shape;
use crate::golang::code::program::{Author, Constant, Program};
use crate::golang::syntax::position::Pos;
use crate::golang::types::store::Types;
use crate::sync::chan;
use crate::sync::mutex::Mutex;
use crate::sync::rw_mutex::RwMutex;
use crate::sync::wait_group::WaitGroup;
use crate::trace::event::{PlaceId, ScopeId, TaskId, WaitReason};

/// Instructions of a run.
pub(super) const INSTRUCTIONS_MAX: u64 = 40_000_000;

/// Goroutines alive at once.
pub(super) const GOROUTINES_MAX: usize = 20_000;

/// Bytes that a run may print.
pub(super) const OUTPUT_BYTES_MAX: usize = 4 << 20;

/// Registers of all frames of one goroutine: Go's limit is 1 GB of stack.
pub(super) const STACK_MAX: usize = 4 << 20;

/// Elements of one array, slice or buffer.
pub(super) const LENGTH_MAX: u64 = 16 << 20;

/// Instructions that a goroutine runs before others do.
pub(super) const SLICE: u32 = 20_000;

/// Why an instruction did not do what it should.
#[derive(Clone, Debug)]
pub(super) enum Trap {
    /// A panic with this value.
    Panic(Value),
    /// An error that nothing recovers from.
    Fatal(String),
    /// A budget is used up: the run ends with this sentence.
    Budget(String),
    /// `os.Exit`
    Exit(i32),
    /// `runtime.Goexit`
    Goexit,
}

/// What a goroutine does next, as its future must know.
#[derive(Debug)]
pub(super) enum Step {
    /// Its slice is used up.
    Slice,
    Yield,
    Sleep(u64),
    Send(Rc<Ends>, u64),
    Receive(Rc<Ends>),
    Forever,
    Select(Vec<(Option<Rc<Ends>>, Option<u64>)>),
    SelectNow(Vec<(Option<Rc<Ends>>, Option<u64>)>),
    Lock(Rc<Mutex>),
    ReadLock(Rc<RwMutex>),
    WriteLock(Rc<RwMutex>),
    Group(Rc<WaitGroup>),
    Ended,
}

/// What a function that is no Go has done.
pub(super) enum Done {
    /// Its results stand where its arguments stood.
    Now,
    /// It waits; it has no results.
    Later(Step),
}

/// A function that is no Go: its arguments stand in a row of the goroutine's stack.
pub(super) type Native = fn(&mut Machine, &mut Goroutine, usize, usize) -> Result<Done, Trap>;

/// How a run ended before its goroutines did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The program ended itself, or was ended by a panic.
    Exit(i32),
    /// A budget.
    Budget(String),
}

impl End {
    /// What is said of it where the run stops.
    pub(super) fn sentence(&self) -> String {
        match self {
            End::Exit(code) => format!("exit status {code}"),
            End::Budget(sentence) => sentence.clone(),
        }
    }
}

/// A timer of the library's.
#[derive(Debug)]
pub(super) struct Timer {
    /// A function that is called, or a channel.
    pub(super) target: Value,
    pub(super) period_ns: u64,
    /// Which of its settings the clock has: an older one does nothing.
    pub(super) setting: u64,
    /// The clock's, while it is armed.
    pub(super) key: Option<TimerKey>,
    /// Where it was made.
    pub(super) at: Pos,
}

/// One run.
pub(super) struct Machine {
    pub(super) program: Rc<Program>,
    /// The program's types, in which instances may still be worked out.
    pub(super) types: Types,
    pub(super) heap: Heap,
    pub(super) constants: Vec<Value>,
    pub(super) globals: Vec<Handle>,
    pub(super) goroutines: Vec<Option<Box<Goroutine>>>,
    free: Vec<usize>,
    next_number: u64,
    next_ticket: u64,
    pub(super) natives: Vec<Native>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) instructions: u64,
    pub(super) rng: Rng,
    pub(super) has_main_returned: bool,
    pub(super) end: Option<End>,
    pub(super) timers: BTreeMap<u64, Timer>,
    /// The numbers of those that the clock has.
    pub(super) armed: BTreeSet<u64>,
    pub(super) facts: Facts,
    /// Where somebody reads while the program runs what it prints.
    pub(super) printed: Option<(Rc<RefCell<Printed>>, Cursor)>,
    /// Go would have ended the program: everybody waits.
    pub(super) is_deadlocked: bool,
    /// What the places of the program are called in the trace.
    pub(super) places: BTreeMap<Pos, PlaceId>,
    /// The request whose tasks its goroutines are.
    pub(super) scope: ScopeId,
    pub(super) itself: Weak<RefCell<Machine>>,
    fault_kind: Option<u32>,
    pub(super) error_name: Option<u32>,
    pub(super) string_name: Option<u32>,
}

impl Machine {
    /// A run of a program that has not begun.
    ///
    /// # Errors
    /// The name of a function that is made elsewhere and is not, and where it was asked for.
    pub(super) fn new(
        program: &Rc<Program>,
        rng: Rng,
        find: fn(&str) -> Option<Native>,
    ) -> Result<Machine, (Pos, String)> {
        let mut functions = Vec::new();
        for (name, at) in &program.natives {
            match find(name) {
                Some(native) => functions.push(native),
                None => return Err((*at, format!("{name} is not on this machine yet"))),
            }
        }
        let types = program.types.clone();
        let fault = |kind: &&_| types.text(**kind).ends_with("faultError");
        let fault_kind = program
            .kinds
            .iter()
            .find(fault)
            .and_then(|kind| program.kinds.iter().position(|known| known == kind).map(|kind| kind as u32));
        let name = |wanted: &str| program.names.iter().position(|name| &**name == wanted).map(|name| name as u32);
        let mut machine = Machine {
            types: program.types.clone(),
            heap: Heap::new(),
            constants: Vec::new(),
            globals: Vec::new(),
            goroutines: Vec::new(),
            free: Vec::new(),
            next_number: 1,
            next_ticket: 0,
            natives: functions,
            stdout: Vec::new(),
            stderr: Vec::new(),
            instructions: 0,
            rng,
            has_main_returned: false,
            end: None,
            timers: BTreeMap::new(),
            armed: BTreeSet::new(),
            facts: Facts::default(),
            printed: None,
            is_deadlocked: false,
            places: BTreeMap::new(),
            scope: ScopeId::ROOT,
            itself: Weak::new(),
            fault_kind,
            error_name: name("Error"),
            string_name: name("String"),
            program: program.clone(),
        };
        // Of every package, the printed name of a type says where it is from.
        machine.types.current = crate::golang::types::ids::PackageId::UNIVERSE;
        for constant in &program.constants {
            let value = match constant {
                Constant::Bool(value) => Value::Bool(*value),
                Constant::Int(value) => Value::Int(*value),
                Constant::Float(value) => Value::Float(*value),
                Constant::Text(text) => machine.heap.text(text),
                Constant::Function(function) => Value::Function(*function),
            };
            machine.constants.push(value);
        }
        for (shape, _) in &program.globals {
            let value = machine.zero(*shape);
            let global = machine.heap.cells(vec![value]);
            machine.globals.push(global);
        }
        Ok(machine)
    }

    // Values.

    pub(super) fn zero(&mut self, shape: u32) -> Value {
        let program = self.program.clone();
        self.zero_of(&program, shape)
    }

    fn zero_of(&mut self, program: &Program, shape: u32) -> Value {
        match &program.shapes[shape as usize] {
            Shape::Nil => Value::Nil,
            Shape::Bool => Value::Bool(false),
            Shape::Int => Value::Int(0),
            Shape::Float => Value::Float(0.0),
            Shape::Text => self.heap.text(b""),
            Shape::Parts(parts) => {
                let cells = parts.iter().map(|part| self.zero_of(program, *part)).collect();
                Value::Object(self.heap.cells(cells))
            }
            Shape::Repeat(count, part) => {
                let cells = (0..*count).map(|_| self.zero_of(program, *part)).collect();
                Value::Object(self.heap.cells(cells))
            }
        }
    }

    /// A struct or array of its own; anything else as it is.
    pub(super) fn copy(&mut self, value: &Value) -> Value {
        let Value::Object(handle) = value else { return value.clone() };
        let cells: Vec<Value> = self.heap.parts(*handle).to_vec();
        let cells = cells.iter().map(|cell| self.copy(cell)).collect();
        Value::Object(self.heap.cells(cells))
    }

    /// Writes the parts of one struct or array into another.
    pub(super) fn overwrite(&mut self, into: Handle, from: Handle) {
        if into == from {
            return;
        }
        let cells: Vec<Value> = self.heap.parts(from).to_vec();
        for (number, cell) in cells.into_iter().enumerate() {
            self.put(into, number, cell);
        }
    }

    /// Stores a value into a part of an object; a struct or array is overwritten where it is.
    pub(super) fn put(&mut self, handle: Handle, number: usize, value: Value) {
        let before = self.heap.parts(handle).get(number).cloned();
        if let (Some(Value::Object(into)), Value::Object(from)) = (&before, &value) {
            self.overwrite(*into, *from);
            return;
        }
        if let Some(place) = self.heap.parts_mut(handle).get_mut(number) {
            *place = value;
        }
    }

    pub(super) fn text(&mut self, text: &str) -> Value {
        self.heap.text(text.as_bytes())
    }

    /// A value in an interface.
    pub(super) fn boxed(&mut self, kind: u32, value: Value) -> Value {
        self.heap.note(48);
        Value::Boxed(Rc::new(Boxed { kind, value }))
    }

    /// A panic of Go's own: `runtime error: …`.
    pub(super) fn fault(&mut self, text: &str) -> Trap {
        let value = self.text(text);
        match self.fault_kind {
            Some(kind) => Trap::Panic(self.boxed(kind, value)),
            None => Trap::Panic(value),
        }
    }

    pub(super) fn nil_fault(&mut self) -> Trap {
        self.fault("invalid memory address or nil pointer dereference")
    }

    pub(super) fn kind_text(&self, kind: u32) -> String {
        self.program.kinds.get(kind as usize).map_or_else(String::new, |kind| self.types.text(*kind))
    }

    /// A panic with a text of the library's.
    pub(super) fn string_panic(&mut self, text: Value) -> Trap {
        let string = crate::golang::types::ids::TypeId::basic(crate::golang::types::kinds::Basic::String);
        match self.program.kinds.iter().position(|kind| *kind == string) {
            Some(kind) => Trap::Panic(self.boxed(kind as u32, text)),
            None => Trap::Panic(text),
        }
    }

    /// Whether two values are equal as Go's `==` says.
    pub(super) fn equal(&mut self, a: &Value, b: &Value) -> Result<bool, Trap> {
        Ok(match (a, b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a.bytes() == b.bytes(),
            (Value::Pointer(a, part_a), Value::Pointer(b, part_b)) => a == b && part_a == part_b,
            (Value::Chan(a), Value::Chan(b)) | (Value::Opaque(a), Value::Opaque(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => {
                let (a, b) = (self.heap.parts(*a).to_vec(), self.heap.parts(*b).to_vec());
                for (a, b) in a.iter().zip(&b) {
                    if !self.equal(a, b)? {
                        return Ok(false);
                    }
                }
                a.len() == b.len()
            }
            (Value::Boxed(a), Value::Boxed(b)) if a.kind == b.kind => {
                if let Value::Slice(_) | Value::Map(_) | Value::Function(_) | Value::Closure(_) = a.value {
                    let text = format!("comparing uncomparable type {}", self.kind_text(a.kind));
                    return Err(self.fault(&text));
                }
                self.equal(&a.value, &b.value)?
            }
            _ => false,
        })
    }

    /// A value as a key of a map.
    pub(super) fn key(&mut self, value: &Value) -> Result<Key, Trap> {
        Ok(match value {
            Value::Nil => Key::Nil,
            Value::Bool(value) => Key::Bool(*value),
            Value::Int(value) => Key::Int(*value),
            Value::Float(value) => Key::Float(if *value == 0.0 { 0 } else { value.to_bits() }),
            Value::Text(text) => Key::Text(text.bytes().into()),
            Value::Pointer(handle, part) => Key::Reference(handle.0, *part),
            Value::Chan(handle) | Value::Opaque(handle) => Key::Reference(handle.0, WHOLE),
            Value::Object(handle) => {
                let parts = self.heap.parts(*handle).to_vec();
                Key::Parts(parts.iter().map(|part| self.key(part)).collect::<Result<_, _>>()?)
            }
            Value::Boxed(boxed) => {
                if let Value::Slice(_) | Value::Map(_) | Value::Function(_) | Value::Closure(_) = boxed.value {
                    let text = format!("hash of unhashable type {}", self.kind_text(boxed.kind));
                    return Err(self.fault(&text));
                }
                Key::Boxed(boxed.kind, Box::new(self.key(&boxed.value)?))
            }
            _ => return Err(self.fault("hash of unhashable type")),
        })
    }

    /// The elements of a slice.
    pub(super) fn elements(&self, value: &Value) -> &[Value] {
        match value {
            Value::Slice(slice) => {
                let end = (slice.from + slice.length) as usize;
                self.heap.parts(slice.array).get(slice.from as usize..end).unwrap_or_default()
            }
            Value::Object(handle) | Value::Pointer(handle, WHOLE) => self.heap.parts(*handle),
            _ => &[],
        }
    }

    pub(super) fn slice_of(&mut self, elements: Vec<Value>) -> Value {
        let length = elements.len() as u32;
        let array = self.heap.cells(elements);
        Value::Slice(Slice { array, from: 0, length, capacity: length })
    }

    pub(super) fn make_chan(&mut self, capacity: usize) -> Value {
        let (sender, receiver, object) = chan::make_unheld(capacity);
        let ends = Rc::new(Ends { sender, receiver });
        let chan = Chan { object, ends, parcels: BTreeMap::new(), is_closed: false, capacity };
        Value::Chan(self.heap.make(Object::Chan(chan)))
    }

    pub(super) fn ticket(&mut self) -> u64 {
        self.next_ticket += 1;
        self.next_ticket
    }

    // Output.

    /// Prints, while the program runs: what comes after `main` has returned is not seen.
    pub(super) fn print(&mut self, bytes: &[u8], to: Output) -> Result<(), Trap> {
        if self.has_main_returned {
            return Ok(());
        }
        let out = if to == Output::Standard { &mut self.stdout } else { &mut self.stderr };
        out.extend_from_slice(bytes);
        let length = out.len();
        self.note(bytes, to);
        if length > OUTPUT_BYTES_MAX {
            return Err(Trap::Budget(format!("the program prints more than {} MB", OUTPUT_BYTES_MAX >> 20)));
        }
        Ok(())
    }

    /// The same for what is printed whatever happens.
    pub(super) fn complain(&mut self, text: &str) {
        self.stderr.extend_from_slice(text.as_bytes());
        self.note(text.as_bytes(), Output::Error);
    }

    fn note(&mut self, bytes: &[u8], to: Output) {
        if let Some((printed, cursor)) = &mut self.printed {
            printed.borrow_mut().note(cursor, now().as_nanos(), bytes, to);
        }
    }

    // Goroutines.

    /// A goroutine that will call a function.
    pub(super) fn start(&mut self, callee: &Value, arguments: &[Value], at: Pos) -> Result<usize, Trap> {
        if self.alive() >= GOROUTINES_MAX {
            return Err(Trap::Budget(format!("more than {GOROUTINES_MAX} goroutines are alive at once")));
        }
        let mut goroutine = Box::new(Goroutine {
            number: self.next_number,
            stack: Vec::new(),
            frames: Vec::new(),
            panics: Vec::new(),
            state: State::Ready,
            pending: Pending::Nothing,
            started: at,
            is_panicking: false,
            fuel: SLICE,
            task: TaskId::ROOT,
            support: None,
            supports: Vec::new(),
        });
        self.next_number += 1;
        self.enter(&mut goroutine, callee, arguments, 0, Role::Call)?;
        self.heap.note(512);
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                self.goroutines.push(None);
                self.goroutines.len() - 1
            }
        };
        self.goroutines[index] = Some(goroutine);
        self.facts.watch(index);
        Ok(index)
    }

    /// How many goroutines there are, the running one too.
    pub(super) fn alive(&self) -> usize {
        self.goroutines.len() - self.free.len()
    }

    pub(super) fn forget(&mut self, index: usize) {
        self.goroutines[index] = None;
        self.free.push(index);
    }

    /// Begins a call with arguments that stand nowhere yet.
    pub(super) fn enter(
        &mut self,
        goroutine: &mut Goroutine,
        callee: &Value,
        arguments: &[Value],
        base: usize,
        role: Role,
    ) -> Result<(), Trap> {
        let end = base + arguments.len();
        if goroutine.stack.len() < end + 1 {
            goroutine.stack.resize(end + 1, Value::Nil);
        }
        goroutine.stack[base..end].clone_from_slice(arguments);
        self.call(goroutine, callee, base, arguments.len(), role)
    }

    /// Begins a call whose arguments stand in a row.
    pub(super) fn call(
        &mut self,
        goroutine: &mut Goroutine,
        callee: &Value,
        base: usize,
        count: usize,
        role: Role,
    ) -> Result<(), Trap> {
        match callee {
            Value::Function(function) => self.push(goroutine, *function, base, &[], role),
            Value::Closure(handle) => match self.heap.get(*handle) {
                Some(Object::Closure { function, captured }) => {
                    let (function, captured) = (*function, captured.clone());
                    self.push(goroutine, function, base, &captured, role)
                }
                Some(Object::Bound { function, receiver }) => {
                    let (function, receiver) = (*function, receiver.clone());
                    if goroutine.stack.len() < base + count + 2 {
                        goroutine.stack.resize(base + count + 2, Value::Nil);
                    }
                    for number in (0..count).rev() {
                        goroutine.stack[base + number + 1] = goroutine.stack[base + number].clone();
                    }
                    // A method may change its receiver, which the next call of the same value must not see.
                    goroutine.stack[base] = self.copy(&receiver);
                    self.push(goroutine, function, base, &[], role)
                }
                _ => Err(self.nil_fault()),
            },
            _ => Err(self.nil_fault()),
        }
    }

    fn push(
        &mut self,
        goroutine: &mut Goroutine,
        function: u32,
        base: usize,
        captured: &[Value],
        role: Role,
    ) -> Result<(), Trap> {
        let program = self.program.clone();
        let made = &program.functions[function as usize];
        let end = base + made.registers as usize;
        if end > STACK_MAX {
            let text = "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow";
            return Err(Trap::Fatal(text.to_owned()));
        }
        if goroutine.stack.len() < end {
            goroutine.stack.resize(end.max(16), Value::Nil);
        }
        let params = base + made.params as usize;
        for register in &mut goroutine.stack[params..end] {
            *register = Value::Nil;
        }
        let captures = base + made.captures as usize;
        for (number, value) in captured.iter().enumerate() {
            goroutine.stack[captures + number] = value.clone();
        }
        goroutine.frames.push(Frame { function, pc: 0, base, defers: Vec::new(), role });
        Ok(())
    }

    /// The method of an interface value.
    pub(super) fn method(&self, kind: u32, name: u32) -> Option<u32> {
        self.program.methods.get(&(kind, name)).copied()
    }

    // Places and traces.

    /// Where a goroutine is, in the reader's own code.
    pub(super) fn place(&self, goroutine: &Goroutine) -> Pos {
        let own = |frame: &&Frame| self.program.functions[frame.function as usize].author == Author::Reader;
        let frame = goroutine.frames.iter().rev().find(own).or(goroutine.frames.last());
        frame.map_or(Pos::default(), |frame| self.place_of(frame))
    }

    fn place_of(&self, frame: &Frame) -> Pos {
        let function = &self.program.functions[frame.function as usize];
        function.places.get(frame.pc.saturating_sub(1)).copied().unwrap_or_default()
    }

    pub(super) fn file(&self, at: Pos) -> &str {
        self.program.files.get(usize::from(at.file)).map_or("", |file| file)
    }

    /// The frames of a goroutine, as Go prints them.
    pub(super) fn trace(&self, goroutine: &Goroutine, doing: &str) -> String {
        let mut trace = format!("goroutine {} [{doing}]:\n", goroutine.number);
        let frames = goroutine
            .frames
            .iter()
            .rev()
            .filter(|frame| self.program.functions[frame.function as usize].author == Author::Reader);
        for frame in frames.take(100) {
            let (function, at) = (&self.program.functions[frame.function as usize], self.place_of(frame));
            let dots = if function.params > 0 { "..." } else { "" };
            trace.push_str(&format!("{}({dots})\n\t{}:{}\n", function.name, self.file(at), at.line));
        }
        if goroutine.number > 1 {
            let at = goroutine.started;
            trace.push_str(&format!("created by a go statement\n\t{}:{}\n", self.file(at), at.line));
        }
        trace
    }

    // Memory.

    /// Collects what nobody refers to. `running` is not in its place now.
    pub(super) fn collect(&mut self, running: Option<&Goroutine>) -> Result<(), Trap> {
        self.heap.clear_marks();
        self.mark_roots();
        // One that has fired may be set again.
        for timer in self.timers.values() {
            self.heap.mark(&timer.target);
        }
        if let Some(running) = running {
            self.mark_goroutine(running);
        }
        let goroutines = std::mem::take(&mut self.goroutines);
        for goroutine in goroutines.iter().flatten() {
            self.mark_goroutine(goroutine);
        }
        self.goroutines = goroutines;
        self.heap.spread();
        self.heap.sweep();
        if self.heap.held() > HEAP_BYTES_MAX {
            return Err(Trap::Budget(format!("the program's values take more than {} MB", HEAP_BYTES_MAX >> 20)));
        }
        Ok(())
    }

    /// Variables of packages and armed timers.
    pub(super) fn mark_roots(&mut self) {
        for global in self.globals.clone() {
            self.heap.mark_handle(global);
        }
        self.mark_timers();
    }

    /// What the clock will use.
    pub(super) fn mark_timers(&mut self) {
        for timer in self.armed.iter().filter_map(|number| self.timers.get(number)) {
            self.heap.mark(&timer.target);
        }
    }

    pub(super) fn mark_goroutine(&mut self, goroutine: &Goroutine) {
        let top = goroutine.frames.last();
        let end =
            top.map_or(0, |frame| frame.base + self.program.functions[frame.function as usize].registers as usize);
        for value in goroutine.stack.iter().take(end) {
            self.heap.mark(value);
        }
        for deferred in goroutine.frames.iter().flat_map(|frame| &frame.defers) {
            self.heap.mark(&deferred.callee);
            deferred.arguments.iter().for_each(|value| self.heap.mark(value));
        }
        for panic in &goroutine.panics {
            self.heap.mark(&panic.value);
        }
        match &goroutine.pending {
            Pending::Send { channel, .. } | Pending::Receive { channel, .. } => self.heap.mark_handle(*channel),
            Pending::Select { cases, .. } => {
                cases.iter().filter_map(|case| case.channel).for_each(|channel| self.heap.mark_handle(channel));
            }
            Pending::Nothing => {}
        }
    }

    /// A wait, as the census asks for it.
    pub(super) fn wait(reason: WaitReason, objects: Vec<Awaited>) -> State {
        State::Blocked(Wait { reason, objects })
    }

    /// A new panic of a goroutine.
    pub(super) fn begin_panic(&self, goroutine: &mut Goroutine, value: Value, is_exit: bool) {
        let trace = self.trace(goroutine, "running");
        goroutine.panics.push(Panic { value, is_recovered: false, is_exit, text: None, trace });
    }
}
