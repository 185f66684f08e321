//! Structs and interfaces, and the unions of terms that constraints are made of.

use super::super::position::Pos;
use super::super::token::{Op, Token};
use super::super::tree::{ExprId, ExprKind, Field, Ident, InterfaceElement};
use super::parameters::{Dots, Names};
use super::{Last, Parser};

const INTERFACE_METHOD: &str = "interface method";

impl Parser<'_, '_> {
    /// `StructType = "struct" "{" { FieldDecl ";" } "}" .`
    pub(super) fn structure(&mut self) -> ExprId {
        let at = self.at();
        self.want(Token::Struct);
        self.want(Token::LeftBrace);
        let mut fields = Vec::new();
        self.list("struct type", Token::Semicolon, Token::RightBrace, |parser| {
            parser.field(&mut fields);
            Last::No
        });
        self.add(at, ExprKind::StructType(fields))
    }

    /// `FieldDecl = (IdentifierList Type | EmbeddedField) [ Tag ] .`
    fn field(&mut self, fields: &mut Vec<Field>) {
        let at = self.at();
        match self.now.token {
            Token::Name => {
                let name = self.ident();
                if matches!(self.now.token, Token::Dot | Token::Literal | Token::Semicolon | Token::RightBrace) {
                    let of = self.qualified_name(Some(name));
                    return self.embed(fields, at, of);
                }
                let names = self.more_idents(name);
                let of = match names.as_slice() {
                    [one] if self.is(Token::LeftBracket) => self.array_or_instance(one.id),
                    _ => self.want_type(),
                };
                if matches!(self.tree.kind(of), ExprKind::Index { of, .. } if *of == names[0].id) {
                    return self.embed(fields, at, of);
                }
                let tag = self.literal();
                fields.extend(names.into_iter().map(|name| Field { at: name.at, name: Some(name), of, tag }));
            }
            Token::Star => {
                self.next();
                let of = match self.got_paren_of_embedded() {
                    true => self.closed_name(),
                    false => self.qualified_name(None),
                };
                let of = self.add(at, ExprKind::Star(of));
                self.embed(fields, at, of);
            }
            Token::LeftParen => {
                self.got_paren_of_embedded();
                let star = self.at();
                let of = match self.got(Token::Star) {
                    true => {
                        let of = self.closed_name();
                        self.add(star, ExprKind::Star(of))
                    }
                    false => self.closed_name(),
                };
                self.embed(fields, at, of);
            }
            _ => {
                self.syntax_error("expected field name or embedded type");
                self.advance(&[Token::Semicolon, Token::RightBrace]);
            }
        }
    }

    fn got_paren_of_embedded(&mut self) -> bool {
        let there = self.is(Token::LeftParen);
        if there {
            self.syntax_error("cannot parenthesize embedded type");
            self.next();
        }
        there
    }

    fn closed_name(&mut self) -> ExprId {
        let name = self.qualified_name(None);
        self.got(Token::RightParen);
        name
    }

    fn embed(&mut self, fields: &mut Vec<Field>, at: Pos, of: ExprId) {
        let tag = self.literal();
        fields.push(Field { at, name: None, of, tag });
    }

    /// `InterfaceType = "interface" "{" { ( MethodSpec | EmbeddedElem ) ";" } "}" .`
    pub(super) fn interface(&mut self) -> ExprId {
        let at = self.at();
        self.want(Token::Interface);
        self.want(Token::LeftBrace);
        let mut elements = Vec::new();
        self.list("interface type", Token::Semicolon, Token::RightBrace, |parser| {
            let mut first = None;
            if parser.is(Token::Name) {
                let name = parser.ident();
                match parser.method(name) {
                    Ok(method) => {
                        elements.push(method);
                        return Last::No;
                    }
                    Err(of) => first = Some(of),
                }
            }
            elements.push(InterfaceElement::Embedded(parser.embedded_element(first)));
            Last::No
        });
        self.add(at, ExprKind::InterfaceType(elements))
    }

    /// Behind a name in an interface: a method, or else the embedded type that the name begins.
    fn method(&mut self, name: Ident) -> Result<InterfaceElement, ExprId> {
        if self.is(Token::LeftParen) {
            let (_, signature) = self.signature(INTERFACE_METHOD);
            return Ok(InterfaceElement::Method(name, signature));
        }
        if !self.is(Token::LeftBracket) {
            return Err(self.qualified_name(Some(name)));
        }
        let at = self.at();
        self.next();
        if self.is(Token::RightBracket) {
            let bracket = self.at();
            self.next();
            return match self.is(Token::LeftParen) {
                true => {
                    self.error_at(bracket, "empty type parameter list");
                    let (_, signature) = self.signature(INTERFACE_METHOD);
                    Ok(InterfaceElement::Method(name, signature))
                }
                false => {
                    self.error_at(bracket, "empty type argument list");
                    Err(name.id)
                }
            };
        }
        // Type arguments look like parameters without names.
        let list = self.params(None, Token::RightBracket, Names::Optional, Dots::Refused);
        let is_method = match list.first() {
            None => self.is(Token::LeftParen),
            Some(first) => first.name.is_some(),
        };
        if is_method {
            let (_, signature) = self.signature(INTERFACE_METHOD);
            if !list.is_empty() {
                self.error_at(at, "interface method must have no type parameters");
            }
            return Ok(InterfaceElement::Method(name, signature));
        }
        if list.is_empty() {
            return Err(name.id);
        }
        let indices = list.iter().map(|param| param.of).collect();
        Err(self.add(at, ExprKind::Index { of: name.id, indices }))
    }

    /// `EmbeddedElem = EmbeddedTerm { "|" EmbeddedTerm } .` The first term may have been read.
    pub(super) fn embedded_element(&mut self, first: Option<ExprId>) -> ExprId {
        let mut left = match first {
            Some(first) => first,
            None => self.term(),
        };
        while self.is_op(Op::Or) {
            let at = self.at();
            self.next();
            let right = self.term();
            left = self.add(at, ExprKind::Binary { op: Op::Or, left, right });
        }
        left
    }

    /// `EmbeddedTerm = [ "~" ] Type .`
    fn term(&mut self) -> ExprId {
        let at = self.at();
        if self.is_op(Op::Tilde) {
            self.next();
            let of = self.want_type();
            return self.add(at, ExprKind::Unary { op: Op::Tilde, of });
        }
        self.try_type().unwrap_or_else(|| {
            let bad = self.bad();
            self.syntax_error("expected ~ term or type");
            self.advance(&[
                Token::Operator,
                Token::Semicolon,
                Token::RightParen,
                Token::RightBracket,
                Token::RightBrace,
            ]);
            bad
        })
    }
}
