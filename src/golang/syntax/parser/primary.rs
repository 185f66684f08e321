//! Operands, and what stands behind them: selectors, indices, slices, assertions, calls, composite literals.

use std::rc::Rc;

use super::super::position::Pos;
use super::super::token::Token;
use super::super::tree::{Element, ExprId, ExprKind};
use super::{Last, Parser};

/// Whether parentheses around an operand are kept in the tree, for errors about them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parens {
    Kept,
    Dropped,
}

impl Parser<'_, '_> {
    /// `PrimaryExpr = Operand | PrimaryExpr ( Selector | Index | Slice | TypeAssertion | Arguments | LiteralValue ) .`
    pub(super) fn primary(&mut self, parens: Parens) -> ExprId {
        let operand = self.operand(parens);
        self.primary_behind(operand)
    }

    /// The rest of a primary expression whose operand has been read.
    pub(super) fn primary_behind(&mut self, mut x: ExprId) -> ExprId {
        loop {
            let at = self.at();
            match self.now.token {
                Token::Dot => {
                    self.next();
                    x = self.behind_dot(at, x);
                }
                Token::LeftBracket => {
                    self.next();
                    x = self.behind_bracket(at, x);
                }
                Token::LeftParen => {
                    self.next();
                    let (arguments, spread) = self.arguments();
                    x = self.add(at, ExprKind::Call { callee: x, arguments, spread });
                }
                Token::LeftBrace => {
                    let of = self.tree.unparen(x);
                    if !self.begins_composite(of) {
                        return x;
                    }
                    if of != x {
                        self.syntax_error("cannot parenthesize type in composite literal");
                    }
                    x = self.composite(Some(x));
                }
                _ => return x,
            }
        }
    }

    fn operand(&mut self, parens: Parens) -> ExprId {
        let at = self.at();
        match self.now.token {
            Token::Name => self.ident().id,
            Token::LeftParen => {
                self.next();
                self.nesting += 1;
                let inner = self.expression();
                self.nesting -= 1;
                self.want(Token::RightParen);
                match parens == Parens::Kept || self.is(Token::LeftBrace) {
                    true => self.add(at, ExprKind::Paren(inner)),
                    false => inner,
                }
            }
            Token::Func => {
                self.next();
                let (_, signature) = self.signature("function type");
                match self.is(Token::LeftBrace) {
                    true => self.function_literal(at, signature),
                    false => signature,
                }
            }
            Token::LeftBracket | Token::Chan | Token::Map | Token::Struct | Token::Interface => self.want_type(),
            _ => match self.literal() {
                Some(literal) => literal,
                None => {
                    let bad = self.bad();
                    self.syntax_error("expected expression");
                    self.advance(&[Token::RightParen, Token::RightBracket, Token::RightBrace]);
                    bad
                }
            },
        }
    }

    fn function_literal(&mut self, at: Pos, signature: ExprId) -> ExprId {
        self.nesting += 1;
        let around = std::mem::take(&mut self.tallest);
        let body = Rc::new(self.function_body());
        self.nesting -= 1;
        let id = self.add(at, ExprKind::Function { signature, body });
        self.tallest = self.tallest.max(around);
        id
    }

    /// `.name`, `.(T)` or `.(type)`.
    fn behind_dot(&mut self, at: Pos, of: ExprId) -> ExprId {
        match self.now.token {
            Token::Name => {
                let name = self.ident();
                self.add(at, ExprKind::Selector { of, name })
            }
            Token::LeftParen => {
                self.next();
                let kind = match self.got(Token::Type) {
                    true => ExprKind::TypeOf(of),
                    false => ExprKind::Assert { of, to: self.want_type() },
                };
                let id = self.add(at, kind);
                self.want(Token::RightParen);
                id
            }
            _ => {
                self.syntax_error("expected name or (");
                self.advance(&[Token::Semicolon, Token::RightParen]);
                of
            }
        }
    }

    /// `[i]`, `[T, U]`, `[i:j]` or `[i:j:k]`.
    fn behind_bracket(&mut self, at: Pos, of: ExprId) -> ExprId {
        let mut from = None;
        if !self.is(Token::Colon) {
            let (indices, comma) = match self.is(Token::RightBracket) {
                true => {
                    self.syntax_error("expected operand");
                    (vec![self.bad()], false)
                }
                false => self.type_list(Parser::expression),
            };
            if comma || self.is(Token::RightBracket) {
                self.want(Token::RightBracket);
                return self.add(at, ExprKind::Index { of, indices });
            }
            from = indices.first().copied();
        }
        if !self.got(Token::Colon) {
            self.syntax_error("expected comma, : or ]");
            self.advance(&[Token::Comma, Token::Colon, Token::RightBracket]);
        }
        self.nesting += 1;
        let mut bounds = [from, None, None];
        if !matches!(self.now.token, Token::Colon | Token::RightBracket) {
            bounds[1] = Some(self.expression());
        }
        let full = self.is(Token::Colon);
        if full {
            if bounds[1].is_none() {
                self.error_at(self.at(), "middle index required in 3-index slice");
                bounds[1] = Some(self.bad());
            }
            self.next();
            bounds[2] = Some(match self.is(Token::RightBracket) {
                false => self.expression(),
                true => {
                    self.error_at(self.at(), "final index required in 3-index slice");
                    self.bad()
                }
            });
        }
        self.nesting -= 1;
        self.want(Token::RightBracket);
        self.add(at, ExprKind::Slice { of, bounds, full })
    }

    /// Whether a `{` behind this begins a composite literal, and not the block of a statement.
    fn begins_composite(&self, of: ExprId) -> bool {
        match self.tree.kind(of) {
            ExprKind::Name(_) | ExprKind::Selector { .. } => self.nesting >= 0,
            ExprKind::Index { .. } => self.nesting >= 0 && !self.is_value(of),
            ExprKind::ArrayType { .. }
            | ExprKind::SliceType(_)
            | ExprKind::StructType(_)
            | ExprKind::MapType { .. } => true,
            _ => false,
        }
    }

    /// Whether it can be no type.
    fn is_value(&self, id: ExprId) -> bool {
        match self.tree.kind(id) {
            ExprKind::Literal { .. }
            | ExprKind::Composite { .. }
            | ExprKind::Function { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Assert { .. }
            | ExprKind::TypeOf(_)
            | ExprKind::Call { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. } => true,
            ExprKind::Paren(inner) => self.is_value(*inner),
            ExprKind::Index { of, indices } => self.is_value(*of) || (indices.len() == 1 && self.is_value(indices[0])),
            _ => false,
        }
    }

    /// `LiteralValue = "{" [ ElementList [ "," ] ] "}" .`
    fn composite(&mut self, of: Option<ExprId>) -> ExprId {
        let at = self.at();
        self.nesting += 1;
        self.want(Token::LeftBrace);
        let mut elements = Vec::new();
        let close = self.list("composite literal", Token::Comma, Token::RightBrace, |parser| {
            let value = parser.element();
            let colon = parser.at();
            elements.push(match parser.got(Token::Colon) {
                true => Element { key: Some((value, colon)), value: parser.element() },
                false => Element { key: None, value },
            });
            Last::No
        });
        self.nesting -= 1;
        self.add(at, ExprKind::Composite { of, elements, close })
    }

    /// `Element = Expression | LiteralValue .`
    fn element(&mut self) -> ExprId {
        match self.is(Token::LeftBrace) {
            true => self.deeper(|parser| parser.composite(None)),
            false => self.expression(),
        }
    }
}
