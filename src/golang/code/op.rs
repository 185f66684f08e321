//! The instructions of the machine.
//!
//! Registers are numbered in a frame's window of its goroutine's stack. Arguments of a call stand in a row from `base` on: they
//! become the first registers of the callee, and its results take their place.

use crate::golang::syntax::token::Op as Sign;

/// A register of a frame.
pub(crate) type Reg = u16;

/// No register.
pub(crate) const NONE: Reg = Reg::MAX;

/// How numbers are kept: whole ones as 64 bits that are cut to their size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
}

/// What a value of a type is before anything has been assigned to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Nil,
    Bool,
    Int,
    Float,
    Text,
    /// A struct, or an array: the shapes of its parts.
    Parts(Vec<u32>),
    /// `[n]T`
    Repeat(u32, u32),
}

/// What is called.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Callee {
    /// A function of the program, by its number.
    Function(u32),
    /// A value.
    Value(Reg),
    /// A method of the interface value that stands as first argument, by its name's number.
    Method(u32),
}

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Constant {
        to: Reg,
        constant: u32,
    },
    Integer {
        to: Reg,
        value: i32,
    },
    Nil {
        to: Reg,
    },
    Zero {
        to: Reg,
        shape: u32,
    },
    Move {
        to: Reg,
        from: Reg,
    },
    /// A struct or array of its own with the same parts.
    Copy {
        to: Reg,
        from: Reg,
    },
    /// Overwrites a struct or array where it is.
    Overwrite {
        into: Reg,
        from: Reg,
    },
    /// A variable of its own on the heap.
    NewBox {
        to: Reg,
        from: Reg,
    },
    Load {
        to: Reg,
        pointer: Reg,
    },
    Store {
        pointer: Reg,
        from: Reg,
    },
    LoadGlobal {
        to: Reg,
        global: u32,
    },
    StoreGlobal {
        global: u32,
        from: Reg,
    },
    GlobalPointer {
        to: Reg,
        global: u32,
    },
    /// `&s`: a struct or array → its pointer.
    PointerOf {
        to: Reg,
        from: Reg,
    },
    /// `*p` for structs and arrays: the pointer → the thing itself.
    Target {
        to: Reg,
        pointer: Reg,
    },
    Field {
        to: Reg,
        of: Reg,
        index: u16,
    },
    SetField {
        of: Reg,
        index: u16,
        from: Reg,
    },
    FieldPointer {
        to: Reg,
        of: Reg,
        index: u16,
    },
    Index {
        to: Reg,
        of: Reg,
        index: Reg,
    },
    SetIndex {
        of: Reg,
        index: Reg,
        from: Reg,
    },
    IndexPointer {
        to: Reg,
        of: Reg,
        index: Reg,
    },
    TextIndex {
        to: Reg,
        of: Reg,
        index: Reg,
    },
    MapGet {
        to: Reg,
        of: Reg,
        key: Reg,
        ok: Reg,
        shape: u32,
    },
    MapSet {
        of: Reg,
        key: Reg,
        from: Reg,
    },
    MapDelete {
        of: Reg,
        key: Reg,
    },
    MapClear {
        of: Reg,
    },
    ClearSlice {
        of: Reg,
        shape: u32,
    },
    /// Begins to go through a map.
    MapRange {
        to: Reg,
        of: Reg,
    },
    /// The next entry, or the jump.
    MapNext {
        range: Reg,
        key: Reg,
        value: Reg,
        end: u32,
    },
    /// The character of a text at an index, and the index behind it; or the jump.
    TextNext {
        text: Reg,
        index: Reg,
        rune: Reg,
        behind: Reg,
        end: u32,
    },
    Length {
        to: Reg,
        of: Reg,
    },
    Capacity {
        to: Reg,
        of: Reg,
    },
    /// `of[low:high:max]`, the bounds in the three registers from `bounds` on where `which` has their bits.
    Slice {
        to: Reg,
        of: Reg,
        bounds: Reg,
        which: u8,
    },
    MakeSlice {
        to: Reg,
        length: Reg,
        capacity: Reg,
        shape: u32,
    },
    MakeMap {
        to: Reg,
    },
    MakeChan {
        to: Reg,
        capacity: Reg,
    },
    Append {
        to: Reg,
        of: Reg,
        base: Reg,
        count: u16,
    },
    AppendSlice {
        to: Reg,
        of: Reg,
        more: Reg,
    },
    CopySlice {
        to: Reg,
        into: Reg,
        from: Reg,
    },
    /// A function literal with what it captures, in a row.
    Closure {
        to: Reg,
        function: u32,
        base: Reg,
        count: u16,
    },
    /// A method with its receiver.
    Bind {
        to: Reg,
        function: u32,
        receiver: Reg,
    },
    BindMethod {
        to: Reg,
        receiver: Reg,
        name: u32,
    },
    ToInterface {
        to: Reg,
        from: Reg,
        of: u32,
    },
    /// `x.(T)` for a type that is no interface; a panic without `ok`.
    Assert {
        to: Reg,
        from: Reg,
        of: u32,
        ok: Reg,
        shape: u32,
    },
    /// `x.(I)` for an interface.
    AssertInterface {
        to: Reg,
        from: Reg,
        of: u32,
        ok: Reg,
    },
    AddInt {
        to: Reg,
        a: Reg,
        b: Reg,
    },
    SubtractInt {
        to: Reg,
        a: Reg,
        b: Reg,
    },
    LessInt {
        to: Reg,
        a: Reg,
        b: Reg,
    },
    Arithmetic {
        sign: Sign,
        number: Number,
        to: Reg,
        a: Reg,
        b: Reg,
    },
    Compare {
        sign: Sign,
        number: Number,
        to: Reg,
        a: Reg,
        b: Reg,
    },
    /// A count that is not signed may be any 64 bits.
    Shift {
        sign: Sign,
        number: Number,
        to: Reg,
        a: Reg,
        b: Reg,
        signed: Signed,
    },
    Join {
        to: Reg,
        a: Reg,
        b: Reg,
    },
    CompareText {
        sign: Sign,
        to: Reg,
        a: Reg,
        b: Reg,
    },
    Equal {
        to: Reg,
        a: Reg,
        b: Reg,
    },
    IsNil {
        to: Reg,
        of: Reg,
    },
    Not {
        to: Reg,
        of: Reg,
    },
    Negate {
        to: Reg,
        of: Reg,
        number: Number,
    },
    Complement {
        to: Reg,
        of: Reg,
        number: Number,
    },
    Convert {
        to: Reg,
        of: Reg,
        from: Number,
        into: Number,
    },
    RuneToText {
        to: Reg,
        of: Reg,
    },
    BytesToText {
        to: Reg,
        of: Reg,
    },
    RunesToText {
        to: Reg,
        of: Reg,
    },
    TextToBytes {
        to: Reg,
        of: Reg,
    },
    TextToRunes {
        to: Reg,
        of: Reg,
    },
    Jump {
        to: u32,
    },
    JumpIf {
        condition: Reg,
        to: u32,
    },
    JumpUnless {
        condition: Reg,
        to: u32,
    },
    /// Goes on there when the case of this number was taken.
    JumpCase {
        taken: Reg,
        case: u16,
        to: u32,
    },
    Call {
        callee: Callee,
        base: Reg,
        count: u16,
    },
    Go {
        callee: Reg,
        base: Reg,
        count: u16,
    },
    Defer {
        callee: Reg,
        base: Reg,
        count: u16,
    },
    /// The body of a function that is made elsewhere.
    Native {
        native: u32,
        count: u16,
    },
    Return {
        base: Reg,
        count: u16,
    },
    /// Runs what was deferred, then gives the variables that are the results.
    ReturnVariables,
    Send {
        channel: Reg,
        from: Reg,
    },
    Receive {
        to: Reg,
        channel: Reg,
        ok: Reg,
        shape: u32,
    },
    Close {
        channel: Reg,
    },
    /// One of the cases of a table; `taken` is its number.
    Select {
        table: u32,
        taken: Reg,
        value: Reg,
        ok: Reg,
    },
    Panic {
        value: Reg,
    },
    Recover {
        to: Reg,
    },
    Print {
        base: Reg,
        count: u16,
        line: Line,
    },
}

/// Whether a shift's count is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    Yes,
    No,
}

/// Whether `println` or `print`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Whole,
    Part,
}
