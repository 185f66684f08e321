//! The predeclared functions, as a table.

/// A predeclared function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "BUILTINS says what each is called")]
pub enum Builtin {
    Append,
    Cap,
    Clear,
    Close,
    Copy,
    Delete,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Recover,
}

/// Whether a call may stand as a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is called for what it does.
    Statement,
    /// It is called for what it gives.
    Expression,
}

/// How many arguments a builtin takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// So many.
    Exactly(usize),
    /// So many or more.
    AtLeast(usize),
}

/// Every builtin with its name, its arguments and its use, in the order of [`Builtin`].
const BUILTINS: [(Builtin, &str, Arity, Use); 15] = [
    (Builtin::Append, "append", Arity::AtLeast(1), Use::Expression),
    (Builtin::Cap, "cap", Arity::Exactly(1), Use::Expression),
    (Builtin::Clear, "clear", Arity::Exactly(1), Use::Statement),
    (Builtin::Close, "close", Arity::Exactly(1), Use::Statement),
    (Builtin::Copy, "copy", Arity::Exactly(2), Use::Statement),
    (Builtin::Delete, "delete", Arity::Exactly(2), Use::Statement),
    (Builtin::Len, "len", Arity::Exactly(1), Use::Expression),
    (Builtin::Make, "make", Arity::AtLeast(1), Use::Expression),
    (Builtin::Max, "max", Arity::AtLeast(1), Use::Expression),
    (Builtin::Min, "min", Arity::AtLeast(1), Use::Expression),
    (Builtin::New, "new", Arity::Exactly(1), Use::Expression),
    (Builtin::Panic, "panic", Arity::Exactly(1), Use::Statement),
    (Builtin::Print, "print", Arity::AtLeast(0), Use::Statement),
    (Builtin::Println, "println", Arity::AtLeast(0), Use::Statement),
    (Builtin::Recover, "recover", Arity::Exactly(0), Use::Statement),
];

impl Builtin {
    /// All of them, in their order.
    pub fn all() -> impl Iterator<Item = Builtin> {
        BUILTINS.iter().map(|builtin| builtin.0)
    }

    /// As it is called.
    pub fn name(self) -> &'static str {
        BUILTINS[self as usize].1
    }

    /// How many arguments it takes.
    pub fn arity(self) -> Arity {
        BUILTINS[self as usize].2
    }

    /// Whether it is called for what it does or for what it gives.
    pub fn used_as(self) -> Use {
        BUILTINS[self as usize].3
    }
}
