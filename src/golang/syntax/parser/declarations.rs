//! A file and its declarations.

use std::rc::Rc;

use super::super::branches;
use super::super::token::{LiteralKind, Op, Token};
use super::super::tree::{
    Block, Const, Decl, DeclKind, ExprId, ExprKind, File, Func, FuncType, Ident, Import, TypeDecl, Var,
};
use super::parameters::{Dots, Names};
use super::{Last, Parser};

/// Where reading goes on behind a broken declaration.
const DECLARATIONS: [Token; 5] = [Token::Import, Token::Const, Token::Type, Token::Var, Token::Func];

/// The group that a declaration stands in, and as which of its lines.
#[derive(Clone, Copy)]
pub(super) struct Line {
    group: u32,
    number: u32,
}

impl Parser<'_, '_> {
    /// `SourceFile = PackageClause ";" { ImportDecl ";" } { TopLevelDecl ";" } .`
    pub(in super::super) fn file(mut self) -> File {
        let number = self.at().file;
        let mut file = File { number, package: None, decls: Vec::new(), end: self.at() };
        if !self.got(Token::Package) {
            self.syntax_error("package statement must be first");
            return file;
        }
        file.package = Some(self.ident());
        self.want(Token::Semicolon);
        if self.has_errors() {
            return file;
        }
        let mut before = Token::Import;
        while !self.is(Token::End) {
            if self.is(Token::Import) && before != Token::Import {
                self.syntax_error("imports must appear before other declarations");
            }
            before = self.now.token;
            match before {
                Token::Func => {
                    self.next();
                    let at = self.at();
                    let kind = DeclKind::Func(Rc::new(self.function()));
                    file.decls.push(Decl { at, kind });
                }
                token if DECLARATIONS.contains(&token) => self.declaration(&mut file.decls),
                _ => {
                    let headless = |decl: &Decl| matches!(&decl.kind, DeclKind::Func(func) if func.body.is_none());
                    match self.is(Token::LeftBrace) && file.decls.last().is_some_and(headless) {
                        true => self.syntax_error("unexpected semicolon or newline before {"),
                        false => self.syntax_error("non-declaration statement outside function body"),
                    }
                    self.advance(&DECLARATIONS);
                    continue;
                }
            }
            if !self.is(Token::End) && !self.got(Token::Semicolon) {
                self.syntax_error("after top level declaration");
                self.advance(&DECLARATIONS);
            }
        }
        file.end = self.at();
        file
    }

    /// `import`, `const`, `type` or `var` with one line, or with several in parentheses.
    pub(super) fn declaration(&mut self, decls: &mut Vec<Decl>) {
        let keyword = self.now.token;
        self.next();
        self.groups += 1;
        let mut line = Line { group: self.groups, number: 0 };
        if !self.got(Token::LeftParen) {
            decls.push(self.line(keyword, line));
            return;
        }
        self.list("grouped declaration", Token::Semicolon, Token::RightParen, |parser| {
            decls.push(parser.line(keyword, line));
            line.number += 1;
            Last::No
        });
    }

    fn line(&mut self, keyword: Token, line: Line) -> Decl {
        let at = self.at();
        let kind = match keyword {
            Token::Import => DeclKind::Import(self.import()),
            Token::Const => DeclKind::Const(self.constant(line)),
            Token::Type => DeclKind::Type(Rc::new(self.type_declaration())),
            _ => DeclKind::Var(self.variable()),
        };
        Decl { at, kind }
    }

    /// `ImportSpec = [ "." | PackageName ] ImportPath .`
    fn import(&mut self) -> Import {
        let local = match self.now.token {
            Token::Name => Some(self.ident()),
            Token::Dot => {
                let dot = self.ident_at(self.at(), Rc::from("."));
                self.next();
                Some(dot)
            }
            _ => None,
        };
        let mut path = self.literal();
        let Some(literal) = path else {
            self.syntax_error("missing import path");
            self.advance(&[Token::Semicolon, Token::RightParen]);
            return Import { local, path };
        };
        if let ExprKind::Literal { kind: Some(kind), .. } = *self.tree.kind(literal)
            && kind != LiteralKind::String
        {
            self.syntax_error_at(self.tree.at(literal), "import path must be a string");
            path = None;
        }
        Import { local, path }
    }

    /// `ConstSpec = IdentifierList [ [ Type ] "=" ExpressionList ] .`
    fn constant(&mut self, line: Line) -> Const {
        let first = self.ident();
        let names = self.more_idents(first);
        let (mut of, mut values) = (None, Vec::new());
        if !matches!(self.now.token, Token::End | Token::Semicolon | Token::RightParen) {
            of = self.try_type();
            if self.got_assign() {
                values = self.expressions();
            }
        }
        Const { group: line.group, iota: line.number, names, of, values }
    }

    /// `VarSpec = IdentifierList ( Type [ "=" ExpressionList ] | "=" ExpressionList ) .`
    fn variable(&mut self) -> Var {
        let first = self.ident();
        let names = self.more_idents(first);
        let mut assigned = self.got_assign();
        let mut of = None;
        if !assigned {
            of = Some(self.want_type());
            assigned = self.got_assign();
        }
        let values = if assigned { self.expressions() } else { Vec::new() };
        Var { names, of, values }
    }

    /// `TypeSpec = identifier [ TypeParams ] [ "=" ] Type .`
    fn type_declaration(&mut self) -> TypeDecl {
        let name = self.ident();
        let mut declaration = TypeDecl { name, params: Vec::new(), alias: false, of: ExprId(0) };
        let bracket = self.at();
        let of = if self.got(Token::LeftBracket) {
            match self.now.token {
                Token::Name => {
                    let first = self.ident();
                    self.params_or_array(bracket, first, &mut declaration)
                }
                Token::RightBracket => {
                    self.next();
                    Some(self.slice_type(bracket))
                }
                _ => Some(self.array_type(bracket, None)),
            }
        } else {
            declaration.alias = self.got_assign();
            self.try_type()
        };
        declaration.of = of.unwrap_or_else(|| {
            let bad = self.bad();
            self.syntax_error("in type declaration");
            self.advance(&[Token::Semicolon, Token::RightParen]);
            bad
        });
        declaration
    }

    /// Behind `type T[name`: type parameters, or the length of an array. Only the whole expression tells: `P *E` may be the
    /// product of a length or a parameter with a pointer as its constraint.
    fn params_or_array(&mut self, bracket: super::Pos, first: Ident, declaration: &mut TypeDecl) -> Option<ExprId> {
        let mut length = first.id;
        if !self.is(Token::LeftBracket) {
            self.nesting += 1;
            let operand = self.primary_behind(first.id);
            length = self.binary_behind(operand, 0);
            self.nesting -= 1;
        }
        let comma = self.is(Token::Comma);
        let (name, constraint) = match self.split_name(length, comma) {
            Some(split) => split,
            None => return Some(self.array_type(bracket, Some(length))),
        };
        if constraint.is_none() && self.is(Token::RightBracket) {
            return Some(self.array_type(bracket, Some(length)));
        }
        let (at, text) = (self.tree.at(name), self.tree.name(name).cloned());
        let name = Ident { id: name, name: text.unwrap_or_else(|| Rc::from("_")), at };
        declaration.params = self.params(Some((name, constraint)), Token::RightBracket, Names::Required, Dots::Refused);
        declaration.alias = self.got_assign();
        self.try_type()
    }

    /// Splits what was read as an expression into a name and the constraint behind it: `P *E` was read as a product,
    /// `P (E)` as a call. What could be an expression is split only before a comma.
    fn split_name(&mut self, id: ExprId, force: bool) -> Option<(ExprId, Option<ExprId>)> {
        match *self.tree.kind(id) {
            ExprKind::Name(_) => Some((id, None)),
            ExprKind::Binary { op: Op::Multiply, left, right } => {
                let splits = self.tree.name(left).is_some() && (force || self.is_type_element(right));
                if !splits {
                    return None;
                }
                let star = self.add(self.tree.at(id), ExprKind::Star(right));
                Some((left, Some(star)))
            }
            ExprKind::Binary { op: Op::Or, left, right } => {
                let force = force || self.is_type_element(right);
                let (name, constraint) = self.split_name(left, force)?;
                let union = ExprKind::Binary { op: Op::Or, left: constraint?, right };
                let union = self.add(self.tree.at(id), union);
                Some((name, Some(union)))
            }
            ExprKind::Call { callee, ref arguments, spread: false } => match arguments.as_slice() {
                &[one] if self.tree.name(callee).is_some() && (force || self.is_type_element(one)) => {
                    Some((callee, Some(self.tree.unparen(one))))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it can only be a type.
    fn is_type_element(&self, id: ExprId) -> bool {
        match *self.tree.kind(id) {
            ExprKind::ArrayType { .. }
            | ExprKind::SliceType(_)
            | ExprKind::StructType(_)
            | ExprKind::FuncType(_)
            | ExprKind::InterfaceType(_)
            | ExprKind::MapType { .. }
            | ExprKind::ChanType { .. }
            | ExprKind::Unary { op: Op::Tilde, .. } => true,
            ExprKind::Unary { of, .. } | ExprKind::Star(of) | ExprKind::Paren(of) => self.is_type_element(of),
            ExprKind::Binary { left, right, .. } => self.is_type_element(left) || self.is_type_element(right),
            _ => false,
        }
    }

    /// `FunctionDecl = "func" [ Receiver ] identifier [ TypeParams ] Signature [ FunctionBody ] .`
    fn function(&mut self) -> Func {
        let mut receiver = None;
        let is_method = self.got(Token::LeftParen);
        if is_method {
            let mut list = self.params(None, Token::RightParen, Names::Optional, Dots::Refused);
            match list.len() {
                0 => self.error_at(self.at(), "method has no receiver"),
                1 => {}
                _ => self.error_at(self.at(), "method has multiple receivers"),
            }
            list.truncate(1);
            receiver = list.pop();
        }
        let (name, params, signature);
        if self.is(Token::Name) {
            name = self.ident();
            (params, signature) = self.signature("");
        } else {
            name = self.blank_at(self.at());
            params = Vec::new();
            signature = self.add(self.at(), ExprKind::FuncType(FuncType::default()));
            self.syntax_error(if is_method { "expected name" } else { "expected name or (" });
            self.advance(&[Token::LeftBrace, Token::Semicolon]);
        }
        let body = self.is(Token::LeftBrace).then(|| Rc::new(self.function_body()));
        Func { receiver, name, params, signature, body }
    }

    pub(super) fn function_body(&mut self) -> Block {
        self.functions += 1;
        let faults = self.faults();
        let body = self.block("");
        self.functions -= 1;
        // Behind an error in the function its labels may be missing.
        if self.faults() == faults {
            let before = self.errors.len();
            branches::check(self.tree, &body, self.errors);
            self.branch_errors += self.errors.len() - before;
        }
        body
    }

    /// Errors so far, but for those about labels and branches, behind which reading went on undisturbed.
    fn faults(&self) -> usize {
        self.errors.len() - self.branch_errors
    }
}
