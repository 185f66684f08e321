//! Parameters, results and type parameters: names and types are told apart only by the whole list.

use super::super::position::Pos;
use super::super::token::{Op, Token};
use super::super::tree::{ExprId, ExprKind, FuncType, Ident, Param};
use super::{Last, Parser};

/// Whether each parameter must have a name, as those of types must.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Optional,
    Required,
}

/// Whether the last parameter may have `...`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dots {
    Accepted,
    Refused,
}

/// What has been read of one parameter: a name that stands alone may turn out to be a type.
struct Read {
    at: Pos,
    name: Option<Ident>,
    of: Option<ExprId>,
}

impl Parser<'_, '_> {
    /// A function's type parameters and its type. `context` names what may have no type parameters; empty, they may stand.
    pub(super) fn signature(&mut self, context: &str) -> (Vec<Param>, ExprId) {
        let at = self.at();
        let mut type_params = Vec::new();
        if self.got(Token::LeftBracket) {
            if !context.is_empty() {
                self.syntax_error_at(at, &format!("{context} must have no type parameters"));
            }
            if self.is(Token::RightBracket) {
                self.syntax_error("empty type parameter list");
                self.next();
            } else {
                type_params = self.params(None, Token::RightBracket, Names::Required, Dots::Refused);
            }
        }
        self.want(Token::LeftParen);
        let params = self.params(None, Token::RightParen, Names::Optional, Dots::Accepted);
        let results = self.results();
        (type_params, self.add(at, ExprKind::FuncType(FuncType { params, results })))
    }

    /// `Result = Parameters | Type .`
    fn results(&mut self) -> Vec<Param> {
        if self.got(Token::LeftParen) {
            return self.params(None, Token::RightParen, Names::Optional, Dots::Refused);
        }
        let at = self.at();
        self.try_type().map(|of| Param { at, name: None, of }).into_iter().collect()
    }

    /// `Parameters = "(" [ ParameterList [ "," ] ] ")" .` The opening sign has been taken, and perhaps the first name, and
    /// perhaps its type.
    pub(super) fn params(
        &mut self,
        first: Option<(Ident, Option<ExprId>)>,
        close: Token,
        names: Names,
        dots: Dots,
    ) -> Vec<Param> {
        let (mut name, mut of) = match first {
            Some((name, of)) => (Some(name), of),
            None => (None, None),
        };
        if let (Some(_), Some(of)) = (&name, of)
            && self.is(close)
        {
            self.next();
            return name.into_iter().map(|name| Param { at: name.at, name: Some(name), of }).collect();
        }
        let mut list: Vec<Read> = Vec::new();
        let end = self.list("parameter list", Token::Comma, close, |parser| {
            let read = match (name.take(), of.take()) {
                (Some(name), Some(of)) => Some(Read { at: name.at, name: Some(name), of: Some(of) }),
                (name, _) => parser.param(name, close),
            };
            list.extend(read);
            Last::No
        });
        self.complete(&mut list, end, names);
        self.check_dots(&mut list, dots);
        let param = |read: Read| read.of.map(|of| Param { at: read.at, name: read.name, of });
        list.into_iter().filter_map(param).collect()
    }

    /// Gives a type to every parameter: its own, or that of the next one that has one.
    fn complete(&mut self, list: &mut [Read], end: Pos, names: Names) {
        let named = list.iter().filter(|read| read.name.is_some() && read.of.is_some()).count();
        let typed = list.iter().filter(|read| read.of.is_some()).count();
        if named == 0 && names == Names::Optional {
            for read in list.iter_mut().filter(|read| read.name.is_some()) {
                read.of = read.name.take().map(|name| name.id);
            }
            return;
        }
        if named == list.len() {
            return;
        }
        let mut fault = None;
        let mut of = None;
        for read in list.iter_mut().rev() {
            if let Some(own) = read.of {
                of = Some(own);
                if read.name.is_none() {
                    let at = self.tree.start(own);
                    fault = Some(at);
                    read.name = Some(self.blank_at(at));
                }
            } else if of.is_some() {
                read.of = of;
            } else {
                fault = Some(read.at);
                read.of = Some(self.add(read.at, ExprKind::Bad));
            }
        }
        let Some(at) = fault else { return };
        let (at, text) = match (named == typed, names) {
            (true, Names::Required) => (end, "missing type constraint"),
            (true, Names::Optional) => (end, "missing parameter type"),
            (false, Names::Required) if list.len() == 1 => (at, "missing type parameter name or invalid array length"),
            (false, Names::Required) => (at, "missing type parameter name"),
            (false, Names::Optional) => (at, "missing parameter name"),
        };
        self.syntax_error_at(at, text);
    }

    /// `...T` may stand only at the end of what a function takes.
    fn check_dots(&mut self, list: &mut [Read], dots: Dots) {
        let mut reported = false;
        let count = list.len();
        for (at, read) in list.iter_mut().enumerate() {
            let Some(of) = read.of else { continue };
            let ExprKind::DotsType(element) = *self.tree.kind(of) else { continue };
            if dots == Dots::Accepted && at + 1 == count {
                continue;
            }
            if !reported {
                reported = true;
                let text = match dots {
                    Dots::Accepted => "can only use ... with final parameter",
                    Dots::Refused => "invalid use of ...",
                };
                self.error_at(self.tree.at(of), text);
            }
            read.of = Some(element);
        }
    }

    /// `ParameterDecl = [ IdentifierList ] [ "..." ] Type .`
    fn param(&mut self, name: Option<Ident>, follow: Token) -> Option<Read> {
        let unions = follow == Token::RightBracket;
        let at = name.as_ref().map_or(self.at(), |name| name.at);
        if name.is_none() && unions && self.is_op(Op::Tilde) {
            return Some(Read { at, name: None, of: Some(self.embedded_element(None)) });
        }
        let mut read = Read { at, name: None, of: None };
        if self.is(Token::Name) || name.is_some() {
            let name = match name {
                Some(name) => name,
                None => self.ident(),
            };
            if self.is(Token::LeftBracket) {
                let of = self.array_or_instance(name.id);
                let is_instance = matches!(self.tree.kind(of), ExprKind::Index { .. });
                read.of = Some(self.union_behind(of, unions));
                read.name = (!is_instance).then_some(name);
                return Some(read);
            }
            if self.is(Token::Dot) {
                let of = self.qualified_name(Some(name));
                read.of = Some(self.union_behind(of, unions));
                return Some(read);
            }
            if unions && self.is_op(Op::Or) {
                read.of = Some(self.embedded_element(Some(name.id)));
                return Some(read);
            }
            read.name = Some(name);
        }
        if self.is(Token::Dots) {
            let at = self.at();
            self.next();
            read.of = Some(match self.try_type() {
                Some(element) => self.add(at, ExprKind::DotsType(element)),
                None => {
                    let bad = self.bad();
                    self.syntax_error("... is missing type");
                    bad
                }
            });
            return Some(read);
        }
        if unions && self.is_op(Op::Tilde) {
            read.of = Some(self.embedded_element(None));
            return Some(read);
        }
        read.of = self.try_type();
        if let Some(of) = read.of {
            read.of = Some(self.union_behind(of, unions));
        }
        if read.name.is_some() || read.of.is_some() {
            return Some(read);
        }
        self.syntax_error(&format!("expected {}", follow.spoken()));
        self.advance(&[Token::Comma, follow]);
        None
    }

    /// The rest of a union whose first term has been read, where unions may stand.
    fn union_behind(&mut self, first: ExprId, unions: bool) -> ExprId {
        match unions && self.is_op(Op::Or) {
            true => self.embedded_element(Some(first)),
            false => first,
        }
    }
}
