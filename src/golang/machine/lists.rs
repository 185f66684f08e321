//! Slices, arrays and assertions: what their instructions share.

use super::goroutine::Goroutine;
use super::maps::Map;
use super::operators::Wrong;
use super::state::{self, Machine, Trap};
use super::value::{Handle, Slice, Value, first_rune};
use crate::golang::code::op::{NONE, Reg};

/// Elements of one array, slice or buffer. A browser gives its page less memory than a terminal has.
const LENGTH_MAX: u64 = if cfg!(target_arch = "wasm32") { 1 << 20 } else { state::LENGTH_MAX };

impl Machine {
    /// Where a loop over a map begins: at an entry that the seed draws.
    pub(super) fn begin_walk(&mut self, map: &Value) -> Value {
        let Value::Map(handle) = *map else { return Value::Nil };
        let places = self.heap.map(handle).map_or(0, Map::places) as u32;
        let first = self.rng.below(places.max(1));
        Value::Walk(handle, first, first)
    }

    /// The next entry of a map, and where the loop stands then: from the first entry to the last, with those that are added
    /// meanwhile, and then from the front to the first. Nothing is looked at twice.
    pub(super) fn walk(&mut self, handle: Handle, first: u32, mut at: u32) -> Option<(Value, Value, Value)> {
        loop {
            let places = self.heap.map(handle).map_or(0, Map::places) as u32;
            let is_second_part = at < first;
            if !is_second_part && at >= places {
                if first == 0 {
                    return None;
                }
                at = 0;
                continue;
            }
            let entry = self.heap.map(handle).and_then(|map| map.at(at as usize)).cloned();
            at += 1;
            let is_over = is_second_part && at == first;
            if let Some((own, held)) = entry {
                let (own, held) = (self.copy(&own), self.copy(&held));
                // Nothing is left to be looked at: the next time ends the loop.
                let walk = if is_over { Value::Nil } else { Value::Walk(handle, first, at) };
                return Some((walk, own, held));
            }
            if is_over {
                return None;
            }
        }
    }

    /// `x.(I)`: the value, and whether it has all methods; without asking, it must have them.
    pub(super) fn as_interface(
        &mut self,
        value: Value,
        wanted: &(String, Vec<u32>),
        is_asked: bool,
    ) -> Result<(Value, bool), Trap> {
        let missing = match &value {
            Value::Boxed(boxed) => wanted.1.iter().find(|name| self.method(boxed.kind, **name).is_none()).copied(),
            _ => None,
        };
        if !value.is_nil() && missing.is_none() {
            return Ok((value, true));
        }
        if is_asked {
            return Ok((Value::Nil, false));
        }
        let text = match (&value, missing) {
            (Value::Boxed(boxed), Some(name)) => {
                let (kind, name) = (self.kind_text(boxed.kind), self.program.names[name as usize].clone());
                format!("interface conversion: {kind} is not {}: missing method {name}", wanted.0)
            }
            _ => format!("interface conversion: interface is nil, not {}", wanted.0),
        };
        let text = self.text(&text);
        Err(self.plain_fault(text))
    }

    /// A panic with a runtime error whose text has no `runtime error: ` before it.
    pub(super) fn plain_fault(&mut self, text: Value) -> Trap {
        match self.program.kinds.iter().position(|kind| self.types.text(*kind).ends_with("plainError")) {
            Some(kind) => Trap::Panic(self.boxed(kind as u32, text)),
            None => Trap::Panic(text),
        }
    }

    pub(super) fn wrong(&mut self, wrong: Wrong) -> Trap {
        match wrong {
            Wrong::DivideByZero => self.fault("integer divide by zero"),
            Wrong::NegativeShift => self.fault("negative shift amount"),
        }
    }

    pub(super) fn whole(&mut self, value: &Value) -> Result<Handle, Trap> {
        match value {
            Value::Object(handle) | Value::Pointer(handle, _) => Ok(*handle),
            _ => Err(self.nil_fault()),
        }
    }

    pub(super) fn check_length(&mut self, length: u64) -> Result<(), Trap> {
        if length > LENGTH_MAX {
            let millions = LENGTH_MAX >> 20;
            return Err(Trap::Budget(format!("one value has more than {millions} million elements or bytes")));
        }
        Ok(())
    }

    /// The object and the part that an index names.
    pub(super) fn element(&mut self, of: &Value, index: &Value) -> Result<(Handle, usize), Trap> {
        let (handle, from, length) = match of {
            Value::Slice(slice) => (slice.array, slice.from as usize, slice.length as usize),
            Value::Object(handle) | Value::Pointer(handle, _) => (*handle, 0, self.heap.parts(*handle).len()),
            _ => {
                let sentence = format!("index out of range [{}] with length 0", index.int());
                return Err(self.fault(&sentence));
            }
        };
        match usize::try_from(index.int()).ok().filter(|index| *index < length) {
            Some(index) => Ok((handle, from + index)),
            None => {
                let index = index.int();
                let sentence = match index < 0 {
                    true => format!("index out of range [{index}]"),
                    false => format!("index out of range [{index}] with length {length}"),
                };
                Err(self.fault(&sentence))
            }
        }
    }

    pub(super) fn slice(
        &mut self,
        of: &Value,
        low: Option<i64>,
        high: Option<i64>,
        max: Option<i64>,
    ) -> Result<Value, Trap> {
        let low = low.unwrap_or(0);
        if let Value::Text(text) = of {
            let length = text.bytes().len() as i64;
            let high = high.unwrap_or(length);
            if high < 0 || high > length {
                return Err(self.fault(&format!("slice bounds out of range [:{high}] with length {length}")));
            }
            if low < 0 || low > high {
                return Err(self.fault(&format!("slice bounds out of range [{low}:{high}]")));
            }
            let part = text.bytes()[low as usize..high as usize].to_vec();
            return Ok(self.heap.text(&part));
        }
        let slice = match of {
            Value::Slice(slice) => *slice,
            Value::Object(handle) | Value::Pointer(handle, _) => {
                let length = self.heap.parts(*handle).len() as u32;
                Slice { array: *handle, from: 0, length, capacity: length }
            }
            _ => {
                let (high, max) = (high.unwrap_or(0), max.unwrap_or(0));
                if high != 0 || max != 0 {
                    return Err(self.fault(&format!("slice bounds out of range [:{high}] with capacity 0")));
                }
                if low != 0 {
                    return Err(self.fault(&format!("slice bounds out of range [{low}:{high}]")));
                }
                return Ok(Value::Nil);
            }
        };
        let capacity = i64::from(slice.capacity);
        let high = high.unwrap_or(i64::from(slice.length));
        let end = max.unwrap_or(capacity);
        if end < 0 || end > capacity {
            return Err(self.fault(&format!("slice bounds out of range [::{end}] with capacity {capacity}")));
        }
        if high < 0 || high > end {
            let sentence = match max {
                Some(max) => format!("slice bounds out of range [:{high}:{max}]"),
                None => format!("slice bounds out of range [:{high}] with capacity {capacity}"),
            };
            return Err(self.fault(&sentence));
        }
        if low < 0 || low > high {
            return Err(self.fault(&format!("slice bounds out of range [{low}:{high}]")));
        }
        Ok(Value::Slice(Slice {
            array: slice.array,
            from: slice.from + low as u32,
            length: (high - low) as u32,
            capacity: (end - low) as u32,
        }))
    }

    pub(super) fn append(&mut self, of: &Value, more: Vec<Value>) -> Result<Value, Trap> {
        if more.is_empty() {
            return Ok(of.clone());
        }
        let count = more.len() as u32;
        self.instructions += more.len() as u64 / 4;
        if let Value::Slice(slice) = of {
            let length = slice.length + count;
            self.check_length(u64::from(length))?;
            if length <= slice.capacity {
                for (number, value) in more.into_iter().enumerate() {
                    let place = slice.from as usize + slice.length as usize + number;
                    if let Some(cell) = self.heap.parts_mut(slice.array).get_mut(place) {
                        *cell = value;
                    }
                }
                return Ok(Value::Slice(Slice { length, ..*slice }));
            }
            let mut cells: Vec<Value> = self.elements(of).to_vec();
            // A struct that is an element moves: pointers to the old one keep the old array's.
            cells = cells.iter().map(|cell| self.copy(cell)).collect();
            self.instructions += cells.len() as u64 / 4;
            cells.extend(more);
            let wanted =
                if slice.capacity < 256 { slice.capacity * 2 } else { slice.capacity + slice.capacity / 4 + 192 };
            let capacity = wanted.max(length);
            cells.resize(capacity as usize, Value::Nil);
            self.fill(&mut cells, length as usize);
            let array = self.heap.cells(cells);
            return Ok(Value::Slice(Slice { array, from: 0, length, capacity }));
        }
        self.check_length(u64::from(count))?;
        Ok(self.slice_of(more))
    }

    /// The places behind a slice's last element hold zero values of the same shape as that.
    pub(super) fn fill(&mut self, cells: &mut [Value], length: usize) {
        let Some(model) = cells.first().cloned() else { return };
        for cell in cells.iter_mut().skip(length) {
            *cell = self.zero_like(&model);
        }
    }

    pub(super) fn zero_like(&mut self, model: &Value) -> Value {
        match model {
            Value::Bool(_) => Value::Bool(false),
            Value::Int(_) => Value::Int(0),
            Value::Float(_) => Value::Float(0.0),
            Value::Text(_) => self.heap.text(b""),
            Value::Object(handle) => {
                let parts = self.heap.parts(*handle).to_vec();
                let parts = parts.iter().map(|part| self.zero_like(part)).collect();
                Value::Object(self.heap.cells(parts))
            }
            _ => Value::Nil,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the operands of one instruction")]
    pub(super) fn asserted(
        &mut self,
        g: &mut Goroutine,
        base: usize,
        to: Reg,
        ok: Reg,
        value: Result<Value, Option<u32>>,
        of: u32,
        shape: u32,
    ) -> Result<(), Trap> {
        let fits = value.is_ok();
        if ok != NONE {
            g.stack[base + ok as usize] = Value::Bool(fits);
        }
        let value = match value {
            Ok(value) => value,
            Err(_) if ok != NONE => self.zero(shape),
            Err(held) => {
                let wanted = self.kind_text(of);
                let text = match held {
                    Some(held) => {
                        format!("interface conversion: interface {{}} is {}, not {wanted}", self.kind_text(held))
                    }
                    None => format!("interface conversion: interface {{}} is nil, not {wanted}"),
                };
                let text = self.text(&text);
                return Err(self.plain_fault(text));
            }
        };
        g.stack[base + to as usize] = value;
        Ok(())
    }
}

/// The characters of a text.
pub(super) fn runes(mut rest: &[u8]) -> Vec<Value> {
    let mut runes = Vec::new();
    while !rest.is_empty() {
        let (rune, width) = first_rune(rest);
        runes.push(Value::Int(i64::from(rune)));
        rest = &rest[width..];
    }
    runes
}
