//! The functions of the library that are no Go.

use super::goroutine::{Awaited, Goroutine, State};
use super::heap::Object;
use super::printed::Output;
use super::state::{Done, Machine, Native, Step, Timer, Trap};
use super::value::{Handle, Value, WHOLE};
use super::{exact, format};
use crate::executor::context::now;
use crate::executor::state::Named as _;
use crate::golang::types::kinds::Type;
use crate::sync::mutex::Mutex;
use crate::sync::rw_mutex::RwMutex;
use crate::sync::wait_group::WaitGroup;
use crate::trace::event::{ObjectId, Right, WaitReason};
use std::rc::Rc;

/// All of them, by the names of the functions without a body in the library.
const NATIVES: &[(&str, Native)] = &[
    ("errors.assign", errors_assign),
    ("fmt.format", fmt_format),
    ("fmt.isNil", is_nil_value),
    ("fmt.join", fmt_join),
    ("math.Float64bits", exact::float_bits),
    ("math.Float64frombits", exact::float_from_bits),
    ("math.of", exact::math_of),
    ("math/rand.below", rand_below),
    ("os.Exit", os_exit),
    ("os.write", os_write),
    ("runtime.GC", nothing),
    ("runtime.Goexit", goexit),
    ("runtime.Gosched", gosched),
    ("runtime.NumGoroutine", num_goroutine),
    ("sort.size", sort_size),
    ("sort.swap", sort_swap),
    ("strconv.formatFloat", format_float),
    ("strconv.parseFloat", parse_float),
    ("strings.lower", strings_lower),
    ("strings.upper", strings_upper),
    ("sync.(*Mutex).Lock", mutex_lock),
    ("sync.(*Mutex).TryLock", mutex_try_lock),
    ("sync.(*Mutex).Unlock", mutex_unlock),
    ("sync.(*RWMutex).Lock", rw_lock),
    ("sync.(*RWMutex).RLock", rw_read_lock),
    ("sync.(*RWMutex).RUnlock", rw_read_unlock),
    ("sync.(*RWMutex).TryLock", rw_try_lock),
    ("sync.(*RWMutex).TryRLock", rw_try_read_lock),
    ("sync.(*RWMutex).Unlock", rw_unlock),
    ("sync.(*WaitGroup).Add", group_add),
    ("sync.(*WaitGroup).Wait", group_wait),
    ("sync.park", park),
    ("time.Duration.String", duration_string),
    ("time.Sleep", sleep),
    ("time.now", time_now),
    ("time.resetTimer", reset_timer),
    ("time.startTimer", start_timer),
    ("time.stopTimer", stop_timer),
    ("unicode.change", exact::unicode_change),
    ("unicode.is", exact::unicode_is),
];

/// The function of that name.
pub(super) fn find(name: &str) -> Option<Native> {
    NATIVES.iter().find(|(known, _)| *known == name).map(|(_, native)| *native)
}

fn nothing(_: &mut Machine, _: &mut Goroutine, _: usize, _: usize) -> Result<Done, Trap> {
    Ok(Done::Now)
}

fn is_nil_value(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let is_nil = match &g.stack[base] {
        Value::Nil => true,
        Value::Boxed(boxed) => boxed.value.is_nil(),
        _ => false,
    };
    g.stack[base] = Value::Bool(is_nil);
    Ok(Done::Now)
}

// fmt, os.

fn fmt_format(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let pattern = g.stack[base].text().to_vec();
    let arguments = machine.elements(&g.stack[base + 1]).to_vec();
    let text = format::format(machine, &pattern, &arguments)?;
    g.stack[base] = machine.heap.text(&text);
    Ok(Done::Now)
}

/// The operands of `Print` (0) or `Println` (1).
fn fmt_join(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let arguments = machine.elements(&g.stack[base]).to_vec();
    let is_line = g.stack[base + 1].is_true();
    let text = format::join(machine, &arguments, is_line)?;
    g.stack[base] = machine.heap.text(&text);
    Ok(Done::Now)
}

fn os_write(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let to = if g.stack[base].int() == 2 { Output::Error } else { Output::Standard };
    let bytes = match &g.stack[base + 1] {
        Value::Text(text) => text.bytes().to_vec(),
        other => machine.elements(other).iter().map(|byte| byte.int() as u8).collect(),
    };
    machine.print(&bytes, to)?;
    Ok(Done::Now)
}

fn os_exit(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    Err(Trap::Exit(g.stack[base].int() as i32))
}

// errors.

/// Puts an error where a pointer points to, if it fits there.
fn errors_assign(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let (error, target) = (g.stack[base].clone(), g.stack[base + 1].clone());
    let (Value::Boxed(error_box), Value::Boxed(target)) = (&error, &target) else {
        g.stack[base] = Value::Bool(false);
        return Ok(Done::Now);
    };
    let target_kind = machine.program.kinds[target.kind as usize];
    let mut fits = false;
    if let (Some(wanted), Value::Pointer(handle, part)) = (machine.types.pointee(target_kind), &target.value) {
        let (handle, part) = (*handle, *part);
        let under = machine.types.under(wanted);
        let stored = if let Type::Interface(_) = machine.types.get(under) {
            let methods = machine.types.type_set(under).methods.clone();
            let has = |method: &_| {
                let name = machine.types.object(*method).name.clone();
                let number = machine.program.names.iter().position(|known| *known == name);
                number.is_some_and(|number| machine.method(error_box.kind, number as u32).is_some())
            };
            methods.iter().all(has).then(|| error.clone())
        } else {
            let held = machine.program.kinds[error_box.kind as usize];
            machine.types.identical(held, wanted).then(|| error_box.value.clone())
        };
        if let Some(stored) = stored {
            let stored = machine.copy(&stored);
            match (part, &stored) {
                (WHOLE, Value::Object(from)) => machine.overwrite(handle, *from),
                _ => machine.put(handle, part as usize, stored),
            }
            fits = true;
        }
    }
    g.stack[base] = Value::Bool(fits);
    Ok(Done::Now)
}

// runtime.

fn goexit(_: &mut Machine, _: &mut Goroutine, _: usize, _: usize) -> Result<Done, Trap> {
    Err(Trap::Goexit)
}

fn gosched(_: &mut Machine, g: &mut Goroutine, _: usize, _: usize) -> Result<Done, Trap> {
    // Whoever only gives way must not stop the clock.
    g.fuel = g.fuel.saturating_sub(500);
    if g.fuel == 0 {
        g.fuel = super::state::SLICE;
        return Ok(Done::Later(Step::Slice));
    }
    Ok(Done::Later(Step::Yield))
}

fn num_goroutine(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    g.stack[base] = Value::Int(machine.alive() as i64);
    Ok(Done::Now)
}

// sort, math/rand, strings, strconv.

fn sort_size(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let length = match &g.stack[base] {
        Value::Boxed(boxed) => machine.elements(&boxed.value).len(),
        _ => 0,
    };
    g.stack[base] = Value::Int(length as i64);
    Ok(Done::Now)
}

fn sort_swap(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let (i, j) = (g.stack[base + 1].int() as usize, g.stack[base + 2].int() as usize);
    let slice = match &g.stack[base] {
        Value::Boxed(boxed) => boxed.value.clone(),
        other => other.clone(),
    };
    if let Value::Slice(slice) = slice {
        let (i, j, end) = (slice.from as usize + i, slice.from as usize + j, (slice.from + slice.length) as usize);
        let parts = machine.heap.parts_mut(slice.array);
        if i < end && j < end && end <= parts.len() {
            parts.swap(i, j);
        }
    }
    Ok(Done::Now)
}

fn rand_below(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let bound = g.stack[base].int().max(1) as u64;
    g.stack[base] = Value::Int((machine.rng.next_u64() % bound) as i64);
    Ok(Done::Now)
}

fn strings_lower(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let text = String::from_utf8_lossy(g.stack[base].text()).to_lowercase();
    g.stack[base] = machine.text(&text);
    Ok(Done::Now)
}

fn strings_upper(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let text = String::from_utf8_lossy(g.stack[base].text()).to_uppercase();
    g.stack[base] = machine.text(&text);
    Ok(Done::Now)
}

fn format_float(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let (value, verb, precision) = (g.stack[base].float(), g.stack[base + 1].int(), g.stack[base + 2].int());
    let text = format::float(value, verb as u8, usize::try_from(precision).ok());
    g.stack[base] = machine.text(&text);
    Ok(Done::Now)
}

fn parse_float(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let parsed = std::str::from_utf8(g.stack[base].text()).ok().and_then(|text| text.parse::<f64>().ok());
    g.stack[base] = Value::Float(parsed.unwrap_or(0.0));
    g.stack[base + 1] = Value::Bool(parsed.is_some());
    Ok(Done::Now)
}

// sync: each type's first field holds its lock, once it is used.

/// The struct that a method is called on.
fn receiver(machine: &mut Machine, g: &Goroutine, base: usize) -> Result<Handle, Trap> {
    match g.stack[base] {
        Value::Pointer(handle, _) => Ok(handle),
        _ => Err(machine.nil_fault()),
    }
}

/// A wait for whoever can name a lock or a group.
fn lockable(handle: Handle, object: ObjectId) -> Vec<Awaited> {
    vec![Awaited { handle, object, right: Right::Send }]
}

/// What the first field of a struct holds, made when it is first asked for.
fn held<T>(
    machine: &mut Machine,
    of: Handle,
    make: fn() -> Object,
    take: fn(&mut Object) -> Option<T>,
) -> Result<T, Trap> {
    let inner = match machine.heap.parts(of).first() {
        Some(Value::Opaque(inner)) => *inner,
        _ => {
            let inner = machine.heap.make(make());
            machine.put(of, 0, Value::Opaque(inner));
            inner
        }
    };
    match machine.heap.get_mut(inner).and_then(take) {
        Some(found) => Ok(found),
        None => Err(machine.nil_fault()),
    }
}

fn mutex(machine: &mut Machine, of: Handle) -> Result<Rc<Mutex>, Trap> {
    held(
        machine,
        of,
        || Object::Lock(Rc::new(Mutex::unheld())),
        |object| match object {
            Object::Lock(lock) => Some(lock.clone()),
            _ => None,
        },
    )
}

fn rw_mutex(machine: &mut Machine, of: Handle) -> Result<Rc<RwMutex>, Trap> {
    held(
        machine,
        of,
        || Object::ReadLock(Rc::new(RwMutex::unheld())),
        |object| match object {
            Object::ReadLock(lock) => Some(lock.clone()),
            _ => None,
        },
    )
}

fn mutex_lock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let lock = mutex(machine, of)?;
    g.state = Machine::wait(WaitReason::MutexLock, lockable(of, lock.object()));
    Ok(Done::Later(Step::Lock(lock)))
}

fn mutex_try_lock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let is_locked = mutex(machine, of)?.try_lock();
    g.stack[base] = Value::Bool(is_locked);
    Ok(Done::Now)
}

fn mutex_unlock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let lock = mutex(machine, of)?;
    if lock.try_lock() {
        return Err(Trap::Fatal("sync: unlock of unlocked mutex".to_owned()));
    }
    lock.unlock();
    Ok(Done::Now)
}

fn rw_lock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let lock = rw_mutex(machine, of)?;
    g.state = Machine::wait(WaitReason::RwMutexLock, lockable(of, lock.object()));
    Ok(Done::Later(Step::WriteLock(lock)))
}

fn rw_read_lock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let lock = rw_mutex(machine, of)?;
    g.state = Machine::wait(WaitReason::RwMutexRLock, lockable(of, lock.object()));
    Ok(Done::Later(Step::ReadLock(lock)))
}

fn rw_try_lock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let is_locked = rw_mutex(machine, of)?.try_lock();
    g.stack[base] = Value::Bool(is_locked);
    Ok(Done::Now)
}

fn rw_try_read_lock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let is_locked = rw_mutex(machine, of)?.try_read_lock();
    g.stack[base] = Value::Bool(is_locked);
    Ok(Done::Now)
}

fn rw_unlock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let lock = rw_mutex(machine, of)?;
    // Whoever can still read-lock it shows that nobody holds it for writing.
    if lock.try_read_lock() {
        return Err(Trap::Fatal("sync: Unlock of unlocked RWMutex".to_owned()));
    }
    lock.unlock();
    Ok(Done::Now)
}

fn rw_read_unlock(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let lock = rw_mutex(machine, of)?;
    if lock.try_lock() {
        return Err(Trap::Fatal("sync: RUnlock of unlocked RWMutex".to_owned()));
    }
    lock.read_unlock();
    Ok(Done::Now)
}

fn group(machine: &mut Machine, of: Handle, delta: i64) -> Result<(Rc<WaitGroup>, i64), Trap> {
    let (group, _) = held(
        machine,
        of,
        || Object::Group(Rc::new(WaitGroup::unheld()), 0),
        |object| match object {
            Object::Group(group, counter) => Some((group.clone(), *counter)),
            _ => None,
        },
    )?;
    let mut counted = 0;
    if let Some(Value::Opaque(inner)) = machine.heap.parts(of).first().cloned()
        && let Some(Object::Group(_, counter)) = machine.heap.get_mut(inner)
    {
        *counter = counter.saturating_add(delta);
        counted = *counter;
    }
    Ok((group, counted))
}

fn group_add(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let delta = g.stack[base + 1].int();
    let (group, counted) = group(machine, of, delta)?;
    if counted < 0 || counted > i64::from(i32::MAX) {
        let text = machine.text("sync: negative WaitGroup counter");
        return Err(machine.string_panic(text));
    }
    group.add(delta);
    Ok(Done::Now)
}

fn group_wait(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let of = receiver(machine, g, base)?;
    let (group, _) = group(machine, of, 0)?;
    g.state = Machine::wait(WaitReason::WaitGroupWait, lockable(of, group.object()));
    Ok(Done::Later(Step::Group(group)))
}

/// Waits on a channel in the name of a `sync.Cond`.
fn park(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let (channel, of) = (g.stack[base].clone(), g.stack[base + 1].clone());
    let step = machine.receive(g, &channel, base, None, 0);
    let object = channel.handle().and_then(|channel| machine.heap.chan(channel)).map(|chan| chan.object);
    let objects = of.handle().zip(object).map(|(handle, object)| Awaited { handle, object, right: Right::Send });
    g.state = Machine::wait(WaitReason::CondWait, objects.into_iter().collect());
    Ok(Done::Later(step))
}

// time.

fn sleep(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let ns = g.stack[base].int();
    if ns <= 0 {
        return Ok(Done::Now);
    }
    g.state = State::Sleeping;
    Ok(Done::Later(Step::Sleep(ns as u64)))
}

fn time_now(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let ns = now().since(crate::executor::timers::Instant::START);
    g.stack[base] = Value::Int(i64::try_from(ns).unwrap_or(i64::MAX));
    Ok(Done::Now)
}

/// `startTimer(d, period, target any) int`
fn start_timer(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let (after, period) = (g.stack[base].int().max(0) as u64, g.stack[base + 1].int().max(0) as u64);
    let target = match &g.stack[base + 2] {
        Value::Boxed(boxed) => boxed.value.clone(),
        other => other.clone(),
    };
    let number = machine.ticket();
    let at = machine.place(g);
    machine.timers.insert(number, Timer { target, period_ns: period, setting: 0, key: None, at });
    machine.arm(number, after);
    g.stack[base] = Value::Int(number as i64);
    Ok(Done::Now)
}

fn stop_timer(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let number = g.stack[base].int() as u64;
    let was_armed = machine.disarm(number);
    g.stack[base] = Value::Bool(was_armed);
    Ok(Done::Now)
}

/// `resetTimer(number int, d, period Duration) bool`
fn reset_timer(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let number = g.stack[base].int() as u64;
    let (after, period) = (g.stack[base + 1].int().max(0) as u64, g.stack[base + 2].int().max(0) as u64);
    let was_armed = machine.disarm(number);
    if let Some(timer) = machine.timers.get_mut(&number) {
        timer.period_ns = period;
    }
    machine.arm(number, after);
    g.stack[base] = Value::Bool(was_armed);
    Ok(Done::Now)
}

fn duration_string(machine: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let text = format::duration(g.stack[base].int());
    g.stack[base] = machine.text(&text);
    Ok(Done::Now)
}
