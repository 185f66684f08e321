//! Statements.

use super::super::position::Pos;
use super::super::print::{print, print_list};
use super::super::token::{Op, Token};
use super::super::tree::{Block, Branch, CaseClause, CommClause, ExprId, ExprKind, Ident, Range, Stmt, StmtKind, Tree};
use super::Parser;
use super::primary::Parens;

/// Where a simple statement stands: in the headers of some it can be something else.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Plain,
    If,
    For,
    Switch,
}

impl Place {
    fn keyword(self) -> Token {
        match self {
            Place::Plain | Place::If => Token::If,
            Place::For => Token::For,
            Place::Switch => Token::Switch,
        }
    }
}

/// A simple statement, or what can stand in a header instead of one.
enum Simple {
    Stmt(Stmt),
    /// `k, v := range x`, still without its body.
    Range {
        left: Vec<ExprId>,
        define: bool,
        over: ExprId,
        at: Pos,
    },
    /// `v := x.(type)`
    Guard {
        bound: Ident,
        of: ExprId,
    },
}

/// What stands between the keyword of a statement and its `{`.
#[derive(Default)]
struct Header {
    init: Option<Box<Stmt>>,
    condition: Option<ExprId>,
    post: Option<Box<Stmt>>,
    /// Instead of all those.
    range: Option<(Vec<ExprId>, bool, ExprId, Pos)>,
    /// Instead of the condition.
    guard: Option<(Ident, ExprId)>,
}

fn stmt(at: Pos, kind: StmtKind) -> Stmt {
    Stmt { at, kind }
}

impl Parser<'_, '_> {
    /// `Block = "{" StatementList "}" .` `context` is what it belongs to; empty when `{` is known to be there.
    pub(super) fn block(&mut self, context: &str) -> Block {
        let mut block = Block { at: self.at(), list: Vec::new(), close: self.at() };
        if !self.got(Token::LeftBrace) {
            self.syntax_error(&format!("expected {{ after {context}"));
            self.advance(&[Token::Name, Token::RightBrace]);
            block.close = self.at();
            if self.got(Token::RightBrace) {
                return block;
            }
        }
        block.list = self.statements();
        block.close = self.at();
        self.want(Token::RightBrace);
        block
    }

    /// `StatementList = { Statement ";" } .`
    fn statements(&mut self) -> Vec<Stmt> {
        let mut list = Vec::new();
        while !matches!(self.now.token, Token::End | Token::RightBrace | Token::Case | Token::Default) {
            let Some(statement) = self.statement() else { break };
            list.push(statement);
            if !self.got(Token::Semicolon) && !self.is(Token::RightBrace) {
                self.syntax_error("at end of statement");
                self.advance(&[Token::Semicolon, Token::RightBrace, Token::Case, Token::Default]);
                self.got(Token::Semicolon);
            }
        }
        list
    }

    fn statement(&mut self) -> Option<Stmt> {
        self.deeper(Parser::statement_here)
    }

    fn statement_here(&mut self) -> Option<Stmt> {
        let at = self.at();
        if self.is(Token::Name) {
            let left = self.expressions();
            if let [label] = left.as_slice()
                && self.is(Token::Colon)
                && let Some(name) = self.tree.name(*label).cloned()
            {
                return self.labelled(Ident { id: *label, name, at });
            }
            return Some(self.simple_behind(left));
        }
        Some(match self.now.token {
            Token::Var | Token::Const | Token::Type => {
                let mut decls = Vec::new();
                self.declaration(&mut decls);
                stmt(at, StmtKind::Declare(decls))
            }
            Token::LeftBrace => stmt(at, StmtKind::Block(self.block(""))),
            Token::Operator | Token::Star => match self.now.op {
                Some(Op::Add | Op::Subtract | Op::Multiply | Op::And | Op::Xor | Op::Not) => self.simple(),
                _ => return None,
            },
            Token::Literal
            | Token::Func
            | Token::LeftParen
            | Token::LeftBracket
            | Token::Struct
            | Token::Map
            | Token::Chan
            | Token::Interface
            | Token::Arrow => self.simple(),
            Token::For => self.for_statement(),
            Token::Switch => self.switch(),
            Token::Select => self.select(),
            Token::If => self.if_statement(),
            Token::Fallthrough => self.branch(Branch::Fallthrough),
            Token::Break => self.branch(Branch::Break),
            Token::Continue => self.branch(Branch::Continue),
            Token::Goto => self.branch(Branch::Goto),
            Token::Go | Token::Defer => self.call_statement(),
            Token::Return => {
                self.next();
                let values = match self.now.token {
                    Token::Semicolon | Token::RightBrace => Vec::new(),
                    _ => self.expressions(),
                };
                stmt(at, StmtKind::Return(values))
            }
            Token::Semicolon => stmt(at, StmtKind::Empty),
            _ => return None,
        })
    }

    fn labelled(&mut self, label: Ident) -> Option<Stmt> {
        let at = self.at();
        self.want(Token::Colon);
        let of = match self.is(Token::RightBrace) {
            true => Some(stmt(self.at(), StmtKind::Empty)),
            false => self.statement(),
        };
        if of.is_none() {
            self.syntax_error_at(at, "missing statement after label");
        }
        of.map(|of| stmt(at, StmtKind::Labeled { label, of: Box::new(of) }))
    }

    fn branch(&mut self, branch: Branch) -> Stmt {
        let at = self.at();
        self.next();
        let label = match branch {
            Branch::Fallthrough => None,
            Branch::Goto => Some(self.ident()),
            Branch::Break | Branch::Continue => self.is(Token::Name).then(|| self.ident()),
        };
        stmt(at, StmtKind::Branch { branch, label })
    }

    fn call_statement(&mut self) -> Stmt {
        let (at, keyword) = (self.at(), self.now.token);
        self.next();
        let parens = if self.is(Token::LeftParen) { Parens::Kept } else { Parens::Dropped };
        let call = self.primary(parens);
        let inner = self.tree.unparen(call);
        if inner != call {
            let text = format!("expression in {} must not be parenthesized", keyword.text());
            self.error_at(self.tree.at(call), text);
        }
        stmt(at, if keyword == Token::Go { StmtKind::Go(inner) } else { StmtKind::Defer(inner) })
    }

    fn simple(&mut self) -> Stmt {
        let left = self.expressions();
        self.simple_behind(left)
    }

    /// The rest of a simple statement, in no header, whose beginning has been read.
    fn simple_behind(&mut self, left: Vec<ExprId>) -> Stmt {
        match self.simple_in(Place::Plain, Some(left)) {
            Simple::Stmt(statement) => statement,
            // Those two stand in headers only.
            Simple::Range { at, .. } | Simple::Guard { bound: Ident { at, .. }, .. } => stmt(at, StmtKind::Empty),
        }
    }

    /// `SimpleStmt = ExpressionStmt | SendStmt | IncDecStmt | Assignment | ShortVarDecl .`
    fn simple_in(&mut self, place: Place, left: Option<Vec<ExprId>>) -> Simple {
        if place == Place::For && left.is_none() && self.is(Token::Range) {
            return self.range_clause(Vec::new(), false);
        }
        let left = match left {
            Some(left) => left,
            None => self.expressions(),
        };
        let at = self.at();
        let assigns = matches!(self.now.token, Token::Assign | Token::Define);
        if let (&[one], false) = (left.as_slice(), assigns) {
            return Simple::Stmt(self.behind_expression(at, one));
        }
        if !assigns {
            self.syntax_error("expected := or = or comma");
            self.advance(&[Token::Semicolon, Token::RightBrace]);
            return Simple::Stmt(stmt(self.tree.at(left[0]), StmtKind::Expr(left[0])));
        }
        let define = self.is(Token::Define);
        self.next();
        if place == Place::For && self.is(Token::Range) {
            return self.range_clause(left, define);
        }
        let right = self.expressions();
        if let (Place::Switch, true, &[value], &[name]) = (place, define, right.as_slice(), left.as_slice())
            && let (&ExprKind::TypeOf(of), Some(text)) = (self.tree.kind(value), self.tree.name(name).cloned())
        {
            let bound = Ident { id: name, name: text, at: self.tree.at(name) };
            return Simple::Guard { bound, of };
        }
        let kind = match define {
            true => StmtKind::Define { left, right },
            false => StmtKind::Assign { left, right },
        };
        Simple::Stmt(stmt(at, kind))
    }

    /// What a single expression begins, other than an assignment.
    fn behind_expression(&mut self, at: Pos, left: ExprId) -> Stmt {
        match (self.now.token, self.now.op) {
            (Token::OperatorAssign, Some(op)) => {
                self.next();
                let right = self.expression();
                stmt(at, StmtKind::Operate { op, left, right })
            }
            (Token::IncDec, Some(op)) => {
                self.next();
                stmt(at, StmtKind::Step { op, of: left })
            }
            (Token::Arrow, _) => {
                self.next();
                let value = self.expression();
                stmt(at, StmtKind::Send { channel: left, value })
            }
            _ => stmt(self.tree.at(left), StmtKind::Expr(left)),
        }
    }

    fn range_clause(&mut self, left: Vec<ExprId>, define: bool) -> Simple {
        let at = self.at();
        self.next();
        Simple::Range { left, define, over: self.expression(), at }
    }

    /// Everything between the keyword and `{`.
    fn header(&mut self, place: Place) -> Header {
        self.next();
        let mut header = Header::default();
        if self.is(Token::LeftBrace) {
            if place == Place::If {
                self.syntax_error("missing condition in if statement");
                header.condition = Some(self.bad());
            }
            return header;
        }
        let nesting = std::mem::replace(&mut self.nesting, -1);
        self.header_parts(place, &mut header);
        self.nesting = nesting;
        header
    }

    fn header_parts(&mut self, place: Place, header: &mut Header) {
        let mut first = None;
        if !self.is(Token::Semicolon) {
            if self.got(Token::Var) {
                let keyword = place.keyword().text();
                self.syntax_error(&format!("var declaration not allowed in {keyword} initializer"));
            }
            match self.simple_in(place, None) {
                Simple::Range { left, define, over, at } => {
                    header.range = Some((left, define, over, at));
                    return;
                }
                simple => first = Some(simple),
            }
        }
        if self.is(Token::LeftBrace) {
            return self.condition(place, header, first, None);
        }
        let mut semicolon = None;
        if self.is(Token::Semicolon) {
            semicolon = Some((self.at(), self.now.text.clone()));
            self.next();
        } else {
            self.want(Token::LeftBrace);
            if !self.is(Token::LeftBrace) {
                self.advance(&[Token::LeftBrace, Token::RightBrace]);
            }
        }
        header.init = first.and_then(|simple| self.only_statement(simple));
        let mut condition = None;
        if place == Place::For {
            if !self.is(Token::Semicolon) {
                if self.is(Token::LeftBrace) {
                    self.syntax_error("expected for loop condition");
                    return;
                }
                condition = Some(self.simple_in(Place::Plain, None));
            }
            self.want(Token::Semicolon);
            if !self.is(Token::LeftBrace) {
                let post = self.simple();
                if matches!(post.kind, StmtKind::Define { .. }) {
                    self.syntax_error_at(post.at, "cannot declare in post statement of for loop");
                }
                header.post = Some(Box::new(post));
            }
        } else if !self.is(Token::LeftBrace) {
            condition = Some(self.simple_in(place, None));
        }
        self.condition(place, header, condition, semicolon);
    }

    fn only_statement(&mut self, simple: Simple) -> Option<Box<Stmt>> {
        match simple {
            Simple::Stmt(statement) => Some(Box::new(statement)),
            Simple::Guard { bound, of } => {
                let at = self.tree.at(of);
                let value = self.add(at, ExprKind::TypeOf(of));
                let kind = StmtKind::Define { left: vec![bound.id], right: vec![value] };
                Some(Box::new(stmt(bound.at, kind)))
            }
            Simple::Range { .. } => None,
        }
    }

    /// Makes the condition, tag or guard out of the statement that was read for it.
    fn condition(
        &mut self,
        place: Place,
        header: &mut Header,
        simple: Option<Simple>,
        semicolon: Option<(Pos, super::Name)>,
    ) {
        match simple {
            None => {
                if let (Place::If, Some((at, text))) = (place, semicolon) {
                    match &*text {
                        "semicolon" => self.syntax_error_at(at, "missing condition in if statement"),
                        text => self.syntax_error_at(at, &format!("unexpected {text}, expected {{ after if clause")),
                    }
                    header.condition = Some(self.add(at, ExprKind::Bad));
                }
            }
            Some(Simple::Guard { bound, of }) => header.guard = Some((bound, of)),
            Some(Simple::Stmt(Stmt { kind: StmtKind::Expr(condition), .. })) => header.condition = Some(condition),
            Some(Simple::Stmt(statement)) => {
                let text = format!("cannot use {} as value", quote(self.tree, &statement));
                self.syntax_error_at(statement.at, &text);
            }
            Some(Simple::Range { .. }) => {}
        }
    }

    fn if_statement(&mut self) -> Stmt {
        let at = self.at();
        let header = self.header(Place::If);
        let then = self.block("if clause");
        let mut otherwise = None;
        if self.got(Token::Else) {
            let at = self.at();
            match self.now.token {
                Token::If => otherwise = Some(self.deeper(Parser::if_statement)),
                Token::LeftBrace => otherwise = Some(stmt(at, StmtKind::Block(self.block("")))),
                _ => {
                    self.syntax_error("else must be followed by if or statement block");
                    self.advance(&[Token::Name, Token::RightBrace]);
                }
            }
        }
        let condition = match header.condition {
            Some(condition) => condition,
            None => self.bad(),
        };
        let otherwise = otherwise.map(Box::new);
        stmt(at, StmtKind::If { init: header.init, condition, then, otherwise })
    }

    fn for_statement(&mut self) -> Stmt {
        let at = self.at();
        let Header { init, condition, post, range, .. } = self.header(Place::For);
        let body = self.block("for clause");
        let kind = match range {
            Some((left, define, over, at)) => StmtKind::Range(Range { left, define, over, at, body }),
            None => StmtKind::For { init, condition, post, body },
        };
        stmt(at, kind)
    }

    fn switch(&mut self) -> Stmt {
        let at = self.at();
        let Header { init, condition, guard, .. } = self.header(Place::Switch);
        let (clauses, close) = self.clauses("switch", Parser::case_clause);
        let guard = match (guard, condition.map(|tag| self.tree.kind(tag))) {
            (Some((bound, of)), _) => Some((Some(bound), of)),
            (None, Some(&ExprKind::TypeOf(of))) => Some((None, of)),
            _ => None,
        };
        let kind = match guard {
            Some((bound, of)) => StmtKind::TypeSwitch { init, bound, of, clauses, close },
            None => StmtKind::Switch { init, tag: condition, clauses, close },
        };
        stmt(at, kind)
    }

    fn select(&mut self) -> Stmt {
        let at = self.at();
        self.next();
        let (clauses, close) = self.clauses("select", Parser::comm_clause);
        stmt(at, StmtKind::Select { clauses, close })
    }

    fn clauses<C>(&mut self, keyword: &str, read: fn(&mut Self) -> C) -> (Vec<C>, Pos) {
        if !self.got(Token::LeftBrace) {
            self.syntax_error(&format!("missing {{ after {keyword} clause"));
            self.advance(&[Token::Case, Token::Default, Token::RightBrace]);
        }
        let mut clauses = Vec::new();
        while !matches!(self.now.token, Token::End | Token::RightBrace) {
            clauses.push(read(self));
        }
        let close = self.at();
        self.want(Token::RightBrace);
        (clauses, close)
    }

    fn case_clause(&mut self) -> CaseClause {
        let at = self.at();
        let cases = self.behind_case(Parser::expressions);
        let colon = self.at();
        self.want(Token::Colon);
        CaseClause { at, cases, colon, body: self.statements() }
    }

    fn comm_clause(&mut self) -> CommClause {
        let at = self.at();
        let comm = self.behind_case(|parser| Box::new(parser.simple()));
        let colon = self.at();
        self.want(Token::Colon);
        CommClause { at, comm, colon, body: self.statements() }
    }

    /// Takes `case` and what follows it, or `default`.
    fn behind_case<R>(&mut self, read: impl FnOnce(&mut Self) -> R) -> Option<R> {
        if self.got(Token::Case) {
            return Some(read(self));
        }
        if !self.got(Token::Default) {
            self.syntax_error("expected case or default or }");
            self.advance(&[Token::Colon, Token::Case, Token::Default, Token::RightBrace]);
        }
        None
    }
}

/// A simple statement as an error quotes it.
fn quote(tree: &Tree, statement: &Stmt) -> String {
    match &statement.kind {
        StmtKind::Assign { left, right } => {
            format!("assignment {} = {}", emphasized(tree, left), emphasized(tree, right))
        }
        StmtKind::Define { left, right } => format!("{} := {}", print_list(tree, left), print_list(tree, right)),
        StmtKind::Operate { op, left, right } => {
            format!("{} {}= {}", print(tree, *left), op.text(), print(tree, *right))
        }
        StmtKind::Step { op, of } => format!("{}{}{}", print(tree, *of), op.text(), op.text()),
        StmtKind::Send { channel, value } => format!("{} <- {}", print(tree, *channel), print(tree, *value)),
        _ => String::new(),
    }
}

/// An operation is put in parentheses, so that the `=` stands out that was meant as `==`.
fn emphasized(tree: &Tree, list: &[ExprId]) -> String {
    match list {
        [one] if matches!(tree.kind(*one), ExprKind::Binary { .. }) => format!("({})", print(tree, *one)),
        list => print_list(tree, list),
    }
}
