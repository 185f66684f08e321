//! The nodes of a program.
//!
//! Expressions (types among them: until names are known, nobody can tell `a[b]` the index from `a[b]` the instance) live in
//! one table for the whole program and are named by their number, so that what is found out about them can stand in tables
//! of the same shape. Statements and declarations hold each other.

use std::rc::Rc;

use super::position::Pos;
use super::token::{LiteralKind, Op};

/// A name's text, shared.
pub type Name = Rc<str>;

/// An expression's number in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

impl ExprId {
    /// The place in a table that has a row for every expression.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All expressions of a program, of its packages' files too.
#[derive(Debug, Default)]
pub struct Tree {
    exprs: Vec<Expr>,
    /// How tall each is: how deep whoever walks it recurses.
    heights: Vec<u16>,
    /// The names of the files, by their numbers.
    files: Vec<Name>,
}

impl Tree {
    /// A program without expressions.
    pub fn new() -> Tree {
        Tree::default()
    }

    /// How many expressions there are; their numbers are below it.
    pub fn len(&self) -> usize {
        self.exprs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.exprs.is_empty()
    }

    /// The expression of that number.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// What the expression is.
    pub fn kind(&self, id: ExprId) -> &ExprKind {
        &self.exprs[id.index()].kind
    }

    /// Where Go's compiler says the expression is: a binary one at its operator, a call, index and selector at their sign.
    pub fn at(&self, id: ExprId) -> Pos {
        self.exprs[id.index()].at
    }

    /// Where the expression begins.
    pub fn start(&self, id: ExprId) -> Pos {
        let expr = self.expr(id);
        match &expr.kind {
            ExprKind::Composite { of: Some(first), .. }
            | ExprKind::Selector { of: first, .. }
            | ExprKind::Index { of: first, .. }
            | ExprKind::Assert { of: first, .. }
            | ExprKind::TypeOf(first)
            | ExprKind::Binary { left: first, .. }
            | ExprKind::Call { callee: first, .. } => self.start(*first),
            _ => expr.at,
        }
    }

    /// The expression without its parentheses.
    pub fn unparen(&self, mut id: ExprId) -> ExprId {
        while let ExprKind::Paren(inner) = self.kind(id) {
            id = *inner;
        }
        id
    }

    /// The name that the expression is, if it is one.
    pub fn name(&self, id: ExprId) -> Option<&Name> {
        match self.kind(id) {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The name of a file.
    pub fn file_name(&self, number: u16) -> &str {
        self.files.get(usize::from(number)).map_or("", |name| name)
    }

    /// A place as one error's text names another: `file.go:3:5`.
    pub fn place(&self, at: Pos) -> String {
        format!("{}:{at}", self.file_name(at.file))
    }

    pub(super) fn add_file(&mut self, name: &str) -> u16 {
        self.files.push(name.into());
        (self.files.len() - 1) as u16
    }

    pub(super) fn add(&mut self, at: Pos, kind: ExprKind, height: u16) -> ExprId {
        let id = ExprId(self.exprs.len() as u32);
        self.exprs.push(Expr { at, kind });
        self.heights.push(height);
        id
    }

    pub(super) fn height(&self, id: ExprId) -> u16 {
        self.heights[id.index()]
    }

    pub(super) fn kind_mut(&mut self, id: ExprId) -> &mut ExprKind {
        &mut self.exprs[id.index()].kind
    }
}

/// An expression or a type.
#[derive(Debug)]
pub struct Expr {
    /// See [`Tree::at`].
    pub at: Pos,
    /// What it is.
    pub kind: ExprKind,
}

/// A name where it is declared, or selected behind a dot.
#[derive(Clone, Debug)]
pub struct Ident {
    /// Its number: names have one like all expressions.
    pub id: ExprId,
    /// Its text.
    pub name: Name,
    /// Where.
    pub at: Pos,
}

/// What kind of expression.
#[derive(Debug)]
pub enum ExprKind {
    /// Something that could not be understood, which has been reported.
    Bad,
    /// `x`
    Name(Name),
    /// `1`, `"a"`; without kind when it is malformed, which has been reported.
    Literal {
        /// Which.
        kind: Option<LiteralKind>,
        /// As written.
        text: Rc<str>,
    },
    /// `T{…}`; inside another one the type may be left out.
    Composite {
        /// The type.
        of: Option<ExprId>,
        /// What stands between the braces.
        elements: Vec<Element>,
        /// Where the closing brace stands.
        close: Pos,
    },
    /// `func(…) {…}`
    Function {
        /// A [`ExprKind::FuncType`].
        signature: ExprId,
        /// What it does.
        body: Rc<Block>,
    },
    /// `(x)`, where it matters.
    Paren(ExprId),
    /// `x.name`
    Selector {
        /// Of what.
        of: ExprId,
        /// Which.
        name: Ident,
    },
    /// `x[i]`, or an instance: `x[T, U]`
    Index {
        /// Of what.
        of: ExprId,
        /// One, or more for an instance.
        indices: Vec<ExprId>,
    },
    /// `x[a:b]`, `x[a:b:c]`
    Slice {
        /// Of what.
        of: ExprId,
        /// From, to, and the capacity.
        bounds: [Option<ExprId>; 3],
        /// With two colons.
        full: bool,
    },
    /// `x.(T)`
    Assert {
        /// Of what.
        of: ExprId,
        /// The type.
        to: ExprId,
    },
    /// `x.(type)`, where it should not stand: a type switch has it in its statement.
    TypeOf(ExprId),
    /// `-x`, `&x`, `<-x`, `~T`
    Unary {
        /// How.
        op: Op,
        /// Of what.
        of: ExprId,
    },
    /// `*x`: what a pointer points to, or a pointer type.
    Star(ExprId),
    /// `x + y`
    Binary {
        /// How.
        op: Op,
        /// On the left.
        left: ExprId,
        /// On the right.
        right: ExprId,
    },
    /// `f(x)`, also a conversion
    Call {
        /// What is called.
        callee: ExprId,
        /// With what.
        arguments: Vec<ExprId>,
        /// `f(x...)`
        spread: bool,
    },
    /// `[n]T`; `[...]T` without a length
    ArrayType {
        /// How many.
        length: Option<ExprId>,
        /// Of what.
        element: ExprId,
    },
    /// `[]T`
    SliceType(ExprId),
    /// `...T`, the last parameter's
    DotsType(ExprId),
    /// `map[K]V`
    MapType {
        /// From.
        key: ExprId,
        /// To.
        value: ExprId,
    },
    /// `chan T`
    ChanType {
        /// Which ways it may be used.
        direction: Direction,
        /// Of what.
        element: ExprId,
    },
    /// `struct {…}`
    StructType(Vec<Field>),
    /// `func(…) …`
    FuncType(FuncType),
    /// `interface {…}`
    InterfaceType(Vec<InterfaceElement>),
}

impl ExprKind {
    /// Visits the expressions that it is directly made of, but for those in a function's body.
    pub fn children(&self, mut visit: impl FnMut(ExprId)) {
        match self {
            ExprKind::Bad | ExprKind::Name(_) | ExprKind::Literal { .. } => {}
            ExprKind::Composite { of, elements, .. } => {
                of.iter().for_each(|of| visit(*of));
                for element in elements {
                    element.key.iter().for_each(|(key, _)| visit(*key));
                    visit(element.value);
                }
            }
            ExprKind::Function { signature: of, .. }
            | ExprKind::Paren(of)
            | ExprKind::Selector { of, .. }
            | ExprKind::TypeOf(of)
            | ExprKind::Unary { of, .. }
            | ExprKind::Star(of)
            | ExprKind::SliceType(of)
            | ExprKind::DotsType(of)
            | ExprKind::ChanType { element: of, .. } => visit(*of),
            ExprKind::Index { of, indices: more } | ExprKind::Call { callee: of, arguments: more, .. } => {
                visit(*of);
                more.iter().for_each(|child| visit(*child));
            }
            ExprKind::Slice { of, bounds, .. } => {
                visit(*of);
                bounds.iter().flatten().for_each(|bound| visit(*bound));
            }
            ExprKind::Assert { of: a, to: b }
            | ExprKind::Binary { left: a, right: b, .. }
            | ExprKind::MapType { key: a, value: b } => {
                visit(*a);
                visit(*b);
            }
            ExprKind::ArrayType { length, element } => {
                length.iter().for_each(|length| visit(*length));
                visit(*element);
            }
            ExprKind::StructType(fields) => fields.iter().for_each(|field| visit(field.of)),
            ExprKind::FuncType(function) => {
                function.params.iter().chain(&function.results).for_each(|param| visit(param.of));
            }
            ExprKind::InterfaceType(elements) => elements.iter().for_each(|element| match element {
                InterfaceElement::Method(_, of) | InterfaceElement::Embedded(of) => visit(*of),
            }),
        }
    }
}

/// Which ways a channel may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// `chan T`
    Both,
    /// `chan<- T`
    Send,
    /// `<-chan T`
    Receive,
}

/// One of what stands between the braces of a composite literal.
#[derive(Debug)]
pub struct Element {
    /// Before the colon, and where that is.
    pub key: Option<(ExprId, Pos)>,
    /// Behind it.
    pub value: ExprId,
}

/// A field of a struct: one entry for each name.
#[derive(Debug)]
pub struct Field {
    /// Where its name is, or the embedded type.
    pub at: Pos,
    /// `None` when it is embedded.
    pub name: Option<Ident>,
    /// Its type, shared by the names of one line.
    pub of: ExprId,
    /// The literal behind it.
    pub tag: Option<ExprId>,
}

/// One line of an interface.
#[derive(Debug)]
pub enum InterfaceElement {
    /// `Name(…) …`
    Method(Ident, ExprId),
    /// An interface, or a union of terms.
    Embedded(ExprId),
}

/// A parameter, a result, or a type parameter: one entry for each name.
#[derive(Debug)]
pub struct Param {
    /// Where.
    pub at: Pos,
    /// Its name, if it has one.
    pub name: Option<Ident>,
    /// Its type or constraint, shared by the names of one group.
    pub of: ExprId,
}

/// What a function takes and gives.
#[derive(Debug, Default)]
pub struct FuncType {
    /// What it takes.
    pub params: Vec<Param>,
    /// What it gives.
    pub results: Vec<Param>,
}

/// `{…}`
#[derive(Debug)]
pub struct Block {
    /// Where it begins.
    pub at: Pos,
    /// What it does.
    pub list: Vec<Stmt>,
    /// Where its closing brace stands.
    pub close: Pos,
}

/// A statement.
#[derive(Debug)]
pub struct Stmt {
    /// Where Go's compiler says it is: an assignment at its sign.
    pub at: Pos,
    /// What it is.
    pub kind: StmtKind,
}

/// What kind of statement.
#[derive(Debug)]
pub enum StmtKind {
    /// Nothing.
    Empty,
    /// `f()`
    Expr(ExprId),
    /// `c <- x`
    Send {
        /// Into which.
        channel: ExprId,
        /// What.
        value: ExprId,
    },
    /// `x, y = a, b`
    Assign {
        /// Where to.
        left: Vec<ExprId>,
        /// What.
        right: Vec<ExprId>,
    },
    /// `x, y := a, b`
    Define {
        /// Names, if the program is right.
        left: Vec<ExprId>,
        /// What.
        right: Vec<ExprId>,
    },
    /// `x += a`
    Operate {
        /// How.
        op: Op,
        /// Where.
        left: ExprId,
        /// With what.
        right: ExprId,
    },
    /// `x++` (`op` is [`Op::Add`]), `x--`
    Step {
        /// Which way.
        op: Op,
        /// What.
        of: ExprId,
    },
    /// `go f()`
    Go(ExprId),
    /// `defer f()`
    Defer(ExprId),
    /// `return a, b`
    Return(Vec<ExprId>),
    /// `break`, `continue`, `goto`, `fallthrough`
    Branch {
        /// Which.
        branch: Branch,
        /// Where to.
        label: Option<Ident>,
    },
    /// `{…}`
    Block(Block),
    /// `const`, `type`, `var`
    Declare(Vec<Decl>),
    /// `label: …`
    Labeled {
        /// Its name.
        label: Ident,
        /// What it names.
        of: Box<Stmt>,
    },
    /// `if init; condition {…} else …`
    If {
        /// Before the condition.
        init: Option<Box<Stmt>>,
        /// When.
        condition: ExprId,
        /// What then.
        then: Block,
        /// A block or another `if`.
        otherwise: Option<Box<Stmt>>,
    },
    /// `switch init; tag {…}`
    Switch {
        /// Before the tag.
        init: Option<Box<Stmt>>,
        /// What is compared; `true` when there is none.
        tag: Option<ExprId>,
        /// The cases.
        clauses: Vec<CaseClause>,
        /// Where the closing brace stands.
        close: Pos,
    },
    /// `switch init; bound := of.(type) {…}`
    TypeSwitch {
        /// Before the guard.
        init: Option<Box<Stmt>>,
        /// The name that holds the value in each clause.
        bound: Option<Ident>,
        /// Whose type is asked.
        of: ExprId,
        /// The cases: types, or `nil`.
        clauses: Vec<CaseClause>,
        /// Where the closing brace stands.
        close: Pos,
    },
    /// `select {…}`
    Select {
        /// The cases.
        clauses: Vec<CommClause>,
        /// Where the closing brace stands.
        close: Pos,
    },
    /// `for init; condition; post {…}`
    For {
        /// Before the first round.
        init: Option<Box<Stmt>>,
        /// Before each round.
        condition: Option<ExprId>,
        /// Behind each round.
        post: Option<Box<Stmt>>,
        /// A round.
        body: Block,
    },
    /// `for key, value := range over {…}`
    Range(Range),
}

/// `for key, value := range over {…}`
#[derive(Debug)]
pub struct Range {
    /// At most two, if the program is right.
    pub left: Vec<ExprId>,
    /// With `:=`.
    pub define: bool,
    /// What is gone through.
    pub over: ExprId,
    /// Where `range` stands.
    pub at: Pos,
    /// A round.
    pub body: Block,
}

/// A statement that goes somewhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Branch {
    Break,
    Continue,
    Goto,
    Fallthrough,
}

impl Branch {
    /// The keyword.
    pub fn text(self) -> &'static str {
        match self {
            Branch::Break => "break",
            Branch::Continue => "continue",
            Branch::Goto => "goto",
            Branch::Fallthrough => "fallthrough",
        }
    }
}

/// `case a, b:` of a switch.
#[derive(Debug)]
pub struct CaseClause {
    /// Where.
    pub at: Pos,
    /// `None` for `default`.
    pub cases: Option<Vec<ExprId>>,
    /// Where the colon stands.
    pub colon: Pos,
    /// What then.
    pub body: Vec<Stmt>,
}

/// `case x := <-c:` of a `select`.
#[derive(Debug)]
pub struct CommClause {
    /// Where.
    pub at: Pos,
    /// A send, or a receive in some form; `None` for `default`.
    pub comm: Option<Box<Stmt>>,
    /// Where the colon stands.
    pub colon: Pos,
    /// What then.
    pub body: Vec<Stmt>,
}

/// A declaration; a group gives several.
#[derive(Debug)]
pub struct Decl {
    /// Where.
    pub at: Pos,
    /// What is declared.
    pub kind: DeclKind,
}

/// What is declared.
#[derive(Debug)]
pub enum DeclKind {
    /// `import name "path"`
    Import(Import),
    /// `const a, b T = x, y`
    Const(Const),
    /// `var a, b T = x, y`
    Var(Var),
    /// `type T[P any] = …`
    Type(Rc<TypeDecl>),
    /// `func (r T) name(…) {…}`
    Func(Rc<Func>),
}

/// `import name "path"`
#[derive(Debug)]
pub struct Import {
    /// `.`, `_` or a name.
    pub local: Option<Ident>,
    /// A literal.
    pub path: Option<ExprId>,
}

/// One line of constants.
#[derive(Debug)]
pub struct Const {
    /// Which group it belongs to, and as which of its lines: that is `iota`.
    pub group: u32,
    /// The line in its group, from 0.
    pub iota: u32,
    /// The names.
    pub names: Vec<Ident>,
    /// Their type.
    pub of: Option<ExprId>,
    /// Their values; empty when the line repeats the one before it.
    pub values: Vec<ExprId>,
}

/// One line of variables.
#[derive(Debug)]
pub struct Var {
    /// The names.
    pub names: Vec<Ident>,
    /// Their type.
    pub of: Option<ExprId>,
    /// Their values.
    pub values: Vec<ExprId>,
}

/// A type's declaration.
#[derive(Debug)]
pub struct TypeDecl {
    /// The name.
    pub name: Ident,
    /// `[P any]`
    pub params: Vec<Param>,
    /// With `=`.
    pub alias: bool,
    /// What it is.
    pub of: ExprId,
}

/// A function's or method's declaration.
#[derive(Debug)]
pub struct Func {
    /// `(r T)`
    pub receiver: Option<Param>,
    /// The name.
    pub name: Ident,
    /// `[P any]`
    pub params: Vec<Param>,
    /// A [`ExprKind::FuncType`].
    pub signature: ExprId,
    /// What it does; without one it is made elsewhere.
    pub body: Option<Rc<Block>>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// Its number, as positions say it.
    pub number: u16,
    /// The name behind `package`.
    pub package: Option<Ident>,
    /// What it declares, imports too.
    pub decls: Vec<Decl>,
    /// Where it ends.
    pub end: Pos,
}
