//! Types, but for structs and interfaces, which are in `structures`.

use super::super::position::Pos;
use super::super::token::Token;
use super::super::tree::{Direction, ExprId, ExprKind, Ident};
use super::Parser;

impl Parser<'_, '_> {
    /// A type; complains if there is none.
    pub(super) fn want_type(&mut self) -> ExprId {
        self.try_type().unwrap_or_else(|| {
            let bad = self.bad();
            self.syntax_error("expected type");
            self.advance(&[
                Token::Comma,
                Token::Colon,
                Token::Semicolon,
                Token::RightParen,
                Token::RightBracket,
                Token::RightBrace,
            ]);
            bad
        })
    }

    /// `Type = TypeName | TypeLit | "(" Type ")" .`
    pub(super) fn try_type(&mut self) -> Option<ExprId> {
        self.deeper(Parser::try_type_here)
    }

    fn try_type_here(&mut self) -> Option<ExprId> {
        let at = self.at();
        Some(match self.now.token {
            Token::Star => {
                self.next();
                let of = self.want_type();
                self.add(at, ExprKind::Star(of))
            }
            Token::Arrow => {
                self.next();
                self.want(Token::Chan);
                self.channel(at, Direction::Receive)
            }
            Token::Func => {
                self.next();
                self.signature("function type").1
            }
            Token::LeftBracket => {
                self.next();
                match self.got(Token::RightBracket) {
                    true => self.slice_type(at),
                    false => self.array_type(at, None),
                }
            }
            Token::Chan => {
                self.next();
                let direction = if self.got(Token::Arrow) { Direction::Send } else { Direction::Both };
                self.channel(at, direction)
            }
            Token::Map => {
                self.next();
                self.want(Token::LeftBracket);
                let key = self.want_type();
                self.want(Token::RightBracket);
                let value = self.want_type();
                self.add(at, ExprKind::MapType { key, value })
            }
            Token::Struct => self.structure(),
            Token::Interface => self.interface(),
            Token::Name => self.qualified_name(None),
            Token::LeftParen => {
                self.next();
                let inner = self.want_type();
                self.want(Token::RightParen);
                inner
            }
            _ => return None,
        })
    }

    /// Behind `[]`, whose place is given.
    pub(super) fn slice_type(&mut self, at: Pos) -> ExprId {
        let element = self.want_type();
        self.add(at, ExprKind::SliceType(element))
    }

    /// Behind `[`, whose place is given, and perhaps behind the length.
    pub(super) fn array_type(&mut self, at: Pos, mut length: Option<ExprId>) -> ExprId {
        if length.is_none() && !self.got(Token::Dots) {
            self.nesting += 1;
            length = Some(self.expression());
            self.nesting -= 1;
        }
        if self.is(Token::Comma) {
            self.syntax_error("unexpected comma; expected ]");
            self.next();
        }
        self.want(Token::RightBracket);
        let element = self.want_type();
        self.add(at, ExprKind::ArrayType { length, element })
    }

    fn channel(&mut self, at: Pos, direction: Direction) -> ExprId {
        let element = self.try_type().unwrap_or_else(|| {
            let bad = self.bad();
            self.syntax_error("missing channel element type");
            bad
        });
        self.add(at, ExprKind::ChanType { direction, element })
    }

    /// `name`, `package.Name`, each perhaps with type arguments. The first name may have been read.
    pub(super) fn qualified_name(&mut self, name: Option<Ident>) -> ExprId {
        let mut x = match name {
            Some(name) => name.id,
            None if self.is(Token::Name) => self.ident().id,
            None => {
                let blank = self.blank_at(self.at());
                self.syntax_error("expected name");
                self.advance(&[Token::Dot, Token::Semicolon, Token::RightBrace]);
                blank.id
            }
        };
        let at = self.at();
        if self.got(Token::Dot) {
            let name = self.ident();
            x = self.add(at, ExprKind::Selector { of: x, name });
        }
        if self.is(Token::LeftBracket) { self.instance(x) } else { x }
    }

    fn instance(&mut self, of: ExprId) -> ExprId {
        let at = self.at();
        self.want(Token::LeftBracket);
        let indices = match self.is(Token::RightBracket) {
            true => {
                self.syntax_error("expected type argument list");
                vec![self.bad()]
            }
            false => self.type_list(Parser::want_type).0,
        };
        self.want(Token::RightBracket);
        self.add(at, ExprKind::Index { of, indices })
    }

    /// Between brackets: the list, and whether it had a comma. The first may be an index and no type: `first` reads it.
    pub(super) fn type_list(&mut self, first: fn(&mut Self) -> ExprId) -> (Vec<ExprId>, bool) {
        self.nesting += 1;
        let mut list = vec![first(self)];
        let mut comma = false;
        while self.got(Token::Comma) {
            comma = true;
            match self.try_type() {
                Some(of) => list.push(of),
                None => break,
            }
        }
        self.nesting -= 1;
        (list, comma)
    }

    /// Behind a name: `[]E` and `[n]E` are the type of what is named, `[T, U]` makes the name an instance.
    pub(super) fn array_or_instance(&mut self, name: ExprId) -> ExprId {
        let at = self.at();
        self.want(Token::LeftBracket);
        if self.got(Token::RightBracket) {
            return self.slice_type(at);
        }
        let (indices, comma) = self.type_list(Parser::expression);
        self.want(Token::RightBracket);
        if !comma && let Some(element) = self.try_type() {
            return self.add(at, ExprKind::ArrayType { length: indices.first().copied(), element });
        }
        self.add(at, ExprKind::Index { of: name, indices })
    }
}
