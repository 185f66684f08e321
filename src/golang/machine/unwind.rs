//! Returning and panicking: what was deferred runs, and may recover.

use super::goroutine::{Frame, Goroutine, Role};
use super::printed::Output;
use super::state::{End, Machine, Step, Trap};
use super::value::Value;
use crate::golang::code::program::Slot;

impl Machine {
    /// Runs the next call that a frame deferred, if there is one.
    fn run_deferred(&mut self, goroutine: &mut Goroutine, panic: usize) -> Result<bool, Trap> {
        let Some(frame) = goroutine.frames.last_mut() else { return Ok(false) };
        let Some(deferred) = frame.defers.pop() else { return Ok(false) };
        let base = frame.base + self.program.functions[frame.function as usize].registers as usize;
        self.enter(goroutine, &deferred.callee, &deferred.arguments, base, Role::Deferred { panic })?;
        Ok(true)
    }

    /// `return` with values that stand in a row.
    pub(super) fn give(&mut self, goroutine: &mut Goroutine, base: usize, count: usize) -> Result<Option<Step>, Trap> {
        let Some(frame) = goroutine.frames.last_mut() else { return Ok(Some(Step::Ended)) };
        if !frame.defers.is_empty() {
            let program = self.program.clone();
            let function = &program.functions[frame.function as usize];
            frame.pc = function.epilogue as usize;
            let own = frame.base;
            for (number, slot) in function.results.iter().enumerate() {
                let value = goroutine.stack[base + number].clone();
                match slot {
                    Slot::Direct(register) => goroutine.stack[own + *register as usize] = value,
                    Slot::Boxed(register) => {
                        if let Value::Pointer(handle, part) = goroutine.stack[own + *register as usize] {
                            self.put(handle, part as usize, value);
                        }
                    }
                    Slot::Global(_) => {}
                }
            }
            return Ok(None);
        }
        let target = frame.base;
        for number in 0..count {
            goroutine.stack[target + number] = goroutine.stack[base + number].clone();
        }
        self.leave(goroutine, count)
    }

    /// `return` without values: the results are variables.
    pub(super) fn give_variables(&mut self, goroutine: &mut Goroutine) -> Result<Option<Step>, Trap> {
        // It comes back here behind each deferred call.
        if let Some(frame) = goroutine.frames.last_mut() {
            frame.pc = self.program.functions[frame.function as usize].epilogue as usize;
        }
        if self.run_deferred(goroutine, 0)? {
            return Ok(None);
        }
        let Some(frame) = goroutine.frames.last() else { return Ok(Some(Step::Ended)) };
        let (base, program) = (frame.base, self.program.clone());
        let results = &program.functions[frame.function as usize].results;
        let values: Vec<Value> = results
            .iter()
            .map(|slot| match slot {
                Slot::Direct(register) => goroutine.stack[base + *register as usize].clone(),
                Slot::Boxed(register) => match goroutine.stack[base + *register as usize] {
                    Value::Pointer(handle, part) => {
                        self.heap.parts(handle).get(part as usize).cloned().unwrap_or(Value::Nil)
                    }
                    _ => Value::Nil,
                },
                Slot::Global(_) => Value::Nil,
            })
            .collect();
        let count = values.len();
        for (number, value) in values.into_iter().enumerate() {
            goroutine.stack[base + number] = value;
        }
        self.leave(goroutine, count)
    }

    /// Leaves a frame whose results stand at its beginning.
    fn leave(&mut self, goroutine: &mut Goroutine, count: usize) -> Result<Option<Step>, Trap> {
        let Some(frame) = goroutine.frames.pop() else { return Ok(Some(Step::Ended)) };
        self.clear(goroutine, &frame, count);
        match frame.role {
            Role::Call if goroutine.frames.is_empty() => Ok(Some(Step::Ended)),
            Role::Call => Ok(None),
            Role::Deferred { panic: 0 } => Ok(None),
            Role::Deferred { .. } => self.unwind(goroutine),
            Role::PanicText => {
                let text = String::from_utf8_lossy(goroutine.stack[frame.base].text()).into_owned();
                if let Some(panic) = goroutine.panics.iter_mut().find(|panic| panic.text.is_none()) {
                    panic.text = Some(text);
                }
                self.crash(goroutine)
            }
        }
    }

    /// Forgets what a frame's registers held, so that nothing is kept that nobody can use.
    fn clear(&self, goroutine: &mut Goroutine, frame: &Frame, results: usize) {
        let registers = self.program.functions[frame.function as usize].registers as usize;
        let end = (frame.base + registers).min(goroutine.stack.len());
        for register in goroutine.stack.iter_mut().take(end).skip(frame.base + results) {
            *register = Value::Nil;
        }
    }

    /// What a panic does to the goroutine: the next deferred call, the return of a function that recovered, or the end.
    pub(super) fn unwind(&mut self, goroutine: &mut Goroutine) -> Result<Option<Step>, Trap> {
        loop {
            let Some(panic) = goroutine.panics.last() else { return Ok(None) };
            if panic.is_recovered {
                goroutine.panics.pop();
                // The panics that this one had taken the place of are gone with it.
                while goroutine.panics.last().is_some_and(|panic| panic.is_recovered) {
                    goroutine.panics.pop();
                }
                if let Some(frame) = goroutine.frames.last_mut() {
                    frame.pc = self.program.functions[frame.function as usize].epilogue as usize;
                }
                return Ok(None);
            }
            let number = goroutine.panics.len();
            if goroutine.frames.is_empty() {
                let is_exit = panic.is_exit;
                return if is_exit { Ok(Some(Step::Ended)) } else { self.crash(goroutine) };
            }
            if self.run_deferred(goroutine, number)? {
                return Ok(None);
            }
            if let Some(frame) = goroutine.frames.pop() {
                self.clear(goroutine, &frame, 0);
            }
        }
    }

    /// `recover()`
    pub(super) fn recover(&mut self, goroutine: &mut Goroutine) -> Value {
        let Some(Frame { role: Role::Deferred { panic }, .. }) = goroutine.frames.last() else { return Value::Nil };
        let number = *panic;
        match goroutine.panics.last_mut() {
            Some(panic) if number > 0 && !panic.is_recovered && !panic.is_exit => {
                panic.is_recovered = true;
                panic.value.clone()
            }
            _ => Value::Nil,
        }
    }

    /// A panic that nobody recovered from ends the program, once its text is known.
    fn crash(&mut self, goroutine: &mut Goroutine) -> Result<Option<Step>, Trap> {
        for number in 0..goroutine.panics.len() {
            if goroutine.panics[number].text.is_some() {
                continue;
            }
            let value = goroutine.panics[number].value.clone();
            if let Value::Boxed(boxed) = &value {
                let named = [self.error_name, self.string_name].into_iter().flatten();
                let mut methods = named.filter_map(|name| self.method(boxed.kind, name));
                if let Some(method) = methods.next() {
                    // The receiver stands in an interface, which the method's own function takes as it is.
                    self.enter(
                        goroutine,
                        &Value::Function(method),
                        std::slice::from_ref(&boxed.value),
                        0,
                        Role::PanicText,
                    )?;
                    return Ok(None);
                }
            }
            goroutine.panics[number].text = Some(self.panic_text(&value));
        }
        let mut text = String::new();
        for (number, panic) in goroutine.panics.iter().enumerate() {
            let indent = if number > 0 { "\t" } else { "" };
            let recovered = if panic.is_recovered { " [recovered]" } else { "" };
            text.push_str(&format!("{indent}panic: {}{recovered}\n", panic.text.as_deref().unwrap_or_default()));
        }
        if let Some(panic) = goroutine.panics.last() {
            text.push_str(&format!("\n{}exit status 2\n", panic.trace));
        }
        self.print(text.as_bytes(), Output::Error)?;
        if !self.has_main_returned {
            self.end = Some(End::Exit(2));
        }
        Ok(Some(Step::Ended))
    }

    /// What is to be done about an instruction that did not do what it should.
    pub(super) fn trapped(&mut self, goroutine: &mut Goroutine, trap: Trap) -> Option<Step> {
        let result = match trap {
            Trap::Panic(value) => {
                self.begin_panic(goroutine, value, false);
                self.unwind(goroutine)
            }
            Trap::Goexit => {
                self.begin_panic(goroutine, Value::Nil, true);
                self.unwind(goroutine)
            }
            other => Err(other),
        };
        match result {
            Ok(step) => step,
            Err(Trap::Panic(_) | Trap::Goexit) => Some(Step::Ended),
            Err(Trap::Fatal(text)) => {
                let opening = if text.starts_with("runtime:") { "" } else { "fatal error: " };
                let text = format!("{opening}{text}\n\n{}exit status 2\n", self.trace(goroutine, "running"));
                // What is printed beyond the bound is not seen; the program ends either way.
                self.complain(&text);
                self.end.get_or_insert(End::Exit(2));
                Some(Step::Ended)
            }
            Err(Trap::Budget(sentence)) => {
                self.end.get_or_insert(End::Budget(sentence));
                Some(Step::Ended)
            }
            Err(Trap::Exit(code)) => {
                if !self.has_main_returned {
                    self.end.get_or_insert(End::Exit(code));
                }
                Some(Step::Ended)
            }
        }
    }
}
