//! Tokens → nodes: recursive descent, one function a production of Go's grammar, as Go's own parser does it and with its
//! errors.
//!
//! After an error reading goes on at the next token that can follow (`advance`), so that one run finds several errors. What
//! nests too deep ends the reading of the file (`too_deep`).
//!
//! Here are the parts that every production uses; the productions are in the files beside this one, as further methods of
//! [`Parser`].

mod declarations;
mod expressions;
mod parameters;
mod primary;
mod statements;
mod structures;
mod types;

use std::rc::Rc;

use super::error::Errors;
use super::lexer::{Lexeme, Lexer};
use super::limits::{DEPTH_MAX, HEIGHT_MAX};
use super::position::Pos;
use super::token::{Op, Token};
use super::tree::{ExprId, ExprKind, Ident, Name, Tree};

/// Reads one file.
pub(super) struct Parser<'s, 't> {
    lexer: Lexer<'s>,
    /// The token that is looked at.
    now: Lexeme,
    tree: &'t mut Tree,
    errors: &'t mut Errors,
    /// How many errors there were before this file.
    errors_before: usize,
    /// How many of them are about labels and branches.
    branch_errors: usize,
    /// How many functions are around.
    functions: usize,
    /// Positive inside parentheses and brackets, negative in the header of a statement, where `{` begins its block and no
    /// composite literal.
    nesting: i32,
    /// How deep the productions have recursed.
    depth: usize,
    /// Whether the file was given up.
    too_deep: bool,
    /// The tallest expression since the current function began.
    tallest: u16,
    /// Groups of constants so far.
    groups: u32,
}

impl<'s, 't> Parser<'s, 't> {
    pub(super) fn new(source: &'s str, file: u16, tree: &'t mut Tree, errors: &'t mut Errors) -> Parser<'s, 't> {
        let errors_before = errors.len();
        let mut lexer = Lexer::new(source, file, errors);
        let now = lexer.next(errors);
        // Groups are numbered by where they stand, so that files do not share them.
        let groups = tree.len() as u32;
        Parser {
            lexer,
            now,
            tree,
            errors,
            errors_before,
            branch_errors: 0,
            functions: 0,
            nesting: 0,
            depth: 0,
            too_deep: false,
            tallest: 0,
            groups,
        }
    }

    fn at(&self) -> Pos {
        self.now.at
    }

    fn is(&self, token: Token) -> bool {
        self.now.token == token
    }

    fn is_op(&self, op: Op) -> bool {
        self.is(Token::Operator) && self.now.op == Some(op)
    }

    fn next(&mut self) {
        self.now = self.lexer.next(self.errors);
    }

    /// Takes the token if it is there.
    fn got(&mut self, token: Token) -> bool {
        let there = self.is(token);
        if there {
            self.next();
        }
        there
    }

    /// Takes the token; complains if it is not there.
    fn want(&mut self, token: Token) {
        if !self.got(token) {
            self.syntax_error(&format!("expected {}", token.spoken()));
            self.advance(&[]);
        }
    }

    /// Takes `=`, and `:=` with a complaint.
    fn got_assign(&mut self) -> bool {
        if self.is(Token::Define) {
            self.syntax_error("expected =");
            self.next();
            return true;
        }
        self.got(Token::Assign)
    }

    fn has_errors(&self) -> bool {
        self.errors.len() > self.errors_before
    }

    fn error_at(&mut self, at: Pos, text: impl Into<String>) {
        if !self.too_deep {
            self.errors.report(at, text);
        }
    }

    fn syntax_error(&mut self, text: &str) {
        self.syntax_error_at(self.at(), text);
    }

    /// Reports an error; one that begins with `expected`, `in`, `at` or `after` says first what was found.
    fn syntax_error_at(&mut self, at: Pos, text: &str) {
        if self.is(Token::End) && self.has_errors() {
            return;
        }
        let is_about_this = |word: &&str| text.starts_with(word);
        let joint = match text {
            _ if ["in ", "at ", "after "].iter().any(is_about_this) => " ",
            _ if text.starts_with("expected ") => ", ",
            _ => return self.error_at(at, format!("syntax error: {text}")),
        };
        let op = self.now.op.map_or("", Op::text);
        let found = match self.now.token {
            Token::Name => format!("name {}", self.now.text),
            Token::Semicolon => self.now.text.to_string(),
            Token::Literal => format!("literal {}", self.now.text),
            Token::Operator => op.to_owned(),
            Token::OperatorAssign => format!("{op}="),
            Token::IncDec => format!("{op}{op}"),
            token => token.spoken(),
        };
        self.error_at(at, format!("syntax error: unexpected {found}{joint}{text}"));
    }

    /// Skips to the next token that can follow; in a function also to one that begins a statement. Without tokens it skips
    /// one, so that reading goes on.
    fn advance(&mut self, follow: &[Token]) {
        if follow.is_empty() {
            if !self.is(Token::End) {
                self.next();
            }
            return;
        }
        loop {
            let begins_statement = self.functions > 0 && self.now.token.begins_statement();
            if self.is(Token::End) || begins_statement || follow.contains(&self.now.token) {
                return;
            }
            self.next();
        }
    }

    /// Reads something one level deeper. Too deep, the rest of the file is not read.
    fn deeper<R>(&mut self, read: impl FnOnce(&mut Self) -> R) -> R {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            self.give_up();
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn give_up(&mut self) {
        let text = format!("nests too deep: more than {DEPTH_MAX} levels, or {HEIGHT_MAX} in one expression");
        self.error_at(self.at(), text);
        self.too_deep = true;
        self.lexer.give_up();
        self.now.token = Token::End;
    }

    /// Makes an expression out of its parts.
    fn add(&mut self, at: Pos, kind: ExprKind) -> ExprId {
        let mut height = 0;
        kind.children(|child| height = height.max(self.tree.height(child)));
        if matches!(kind, ExprKind::Function { .. }) {
            height = height.max(self.tallest);
        }
        let height = height + 1;
        if height > HEIGHT_MAX && !self.too_deep {
            self.give_up();
        }
        self.tallest = self.tallest.max(height);
        self.tree.add(at, kind, height.min(HEIGHT_MAX))
    }

    fn bad(&mut self) -> ExprId {
        self.add(self.at(), ExprKind::Bad)
    }

    fn ident_at(&mut self, at: Pos, name: Name) -> Ident {
        let id = self.add(at, ExprKind::Name(name.clone()));
        Ident { id, name, at }
    }

    fn blank_at(&mut self, at: Pos) -> Ident {
        self.ident_at(at, Rc::from("_"))
    }

    /// A name; complains if there is none.
    fn ident(&mut self) -> Ident {
        if self.is(Token::Name) {
            let ident = self.ident_at(self.at(), self.now.text.clone());
            self.next();
            return ident;
        }
        let ident = self.blank_at(self.at());
        self.syntax_error("expected name");
        self.advance(&[]);
        ident
    }

    fn more_idents(&mut self, first: Ident) -> Vec<Ident> {
        let mut idents = vec![first];
        while self.got(Token::Comma) {
            idents.push(self.ident());
        }
        idents
    }

    fn literal(&mut self) -> Option<ExprId> {
        if !self.is(Token::Literal) {
            return None;
        }
        let kind = ExprKind::Literal { kind: self.now.literal, text: self.now.text.clone() };
        let id = self.add(self.at(), kind);
        self.next();
        Some(id)
    }

    /// Reads elements up to the closing token, which is taken too; gives its place. An element that returns `true` is the
    /// last one.
    fn list(
        &mut self,
        context: &str,
        separator: Token,
        close: Token,
        mut element: impl FnMut(&mut Self) -> Last,
    ) -> Pos {
        let mut last = Last::No;
        while !self.is(Token::End) && !self.is(close) && last == Last::No {
            last = element(self);
            if !self.got(separator) && !self.is(close) {
                let (separator, close_text) = (separator.spoken(), close.spoken());
                self.syntax_error(&format!("in {context}; possibly missing {separator} or {close_text}"));
                self.advance(&[Token::RightParen, Token::RightBracket, Token::RightBrace]);
                if !self.is(close) {
                    return self.at();
                }
            }
        }
        let at = self.at();
        self.want(close);
        at
    }
}

/// Whether a list may go on behind an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    No,
    Yes,
}
