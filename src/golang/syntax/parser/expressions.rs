//! Expressions: operators and lists. Operands and what stands behind them are in `primary`.

use super::super::print::print;
use super::super::token::{Op, Token};
use super::super::tree::{Direction, ExprId, ExprKind};
use super::primary::Parens;
use super::{Last, Parser};

/// What may stand before an operand.
const PREFIXES: [Op; 7] = [Op::Multiply, Op::Add, Op::Subtract, Op::Not, Op::Xor, Op::Tilde, Op::And];

impl Parser<'_, '_> {
    pub(super) fn expression(&mut self) -> ExprId {
        let first = self.unary();
        self.binary_behind(first, 0)
    }

    /// `Expression = UnaryExpr | Expression binary_op Expression .` The first operand has been read.
    pub(super) fn binary_behind(&mut self, mut left: ExprId, precedence: u8) -> ExprId {
        while let (Token::Operator | Token::Star, Some(op)) = (self.now.token, self.now.op)
            && op.precedence() > precedence
        {
            let at = self.at();
            self.next();
            let right = self.unary();
            let right = self.binary_behind(right, op.precedence());
            left = self.add(at, ExprKind::Binary { op, left, right });
        }
        left
    }

    /// `UnaryExpr = PrimaryExpr | unary_op UnaryExpr .`
    fn unary(&mut self) -> ExprId {
        self.deeper(|parser| {
            let at = parser.at();
            match (parser.now.token, parser.now.op) {
                (Token::Arrow, _) => parser.receive(),
                (Token::Operator | Token::Star, Some(op)) if PREFIXES.contains(&op) => {
                    parser.next();
                    let of = parser.unary();
                    let kind = match op {
                        Op::Multiply => ExprKind::Star(of),
                        // A composite literal may have stood in parentheses.
                        Op::And => ExprKind::Unary { op, of: parser.tree.unparen(of) },
                        _ => ExprKind::Unary { op, of },
                    };
                    parser.add(at, kind)
                }
                _ => parser.primary(Parens::Kept),
            }
        })
    }

    /// `<-x`, or the type `<-chan T`: only what follows tells, and then the arrow belongs to the innermost `chan`.
    fn receive(&mut self) -> ExprId {
        let at = self.at();
        self.next();
        let of = self.unary();
        if !matches!(self.tree.kind(of), ExprKind::ChanType { .. }) {
            return self.add(at, ExprKind::Unary { op: Op::Receive, of });
        }
        let mut here = of;
        let mut before = Direction::Send;
        while before == Direction::Send {
            let ExprKind::ChanType { direction, element } = self.tree.kind_mut(here) else {
                let element = print(self.tree, here);
                self.syntax_error(&format!("unexpected {element}, expected chan"));
                return of;
            };
            before = std::mem::replace(direction, Direction::Receive);
            here = *element;
            if before == Direction::Receive {
                self.syntax_error("unexpected <-, expected chan");
            }
        }
        of
    }

    /// `ExpressionList = Expression { "," Expression } .`
    pub(super) fn expressions(&mut self) -> Vec<ExprId> {
        let mut list = vec![self.expression()];
        while self.got(Token::Comma) {
            list.push(self.expression());
        }
        list
    }

    /// What a call is given: also whether `...` stands behind the last.
    pub(super) fn arguments(&mut self) -> (Vec<ExprId>, bool) {
        let (mut list, mut spread) = (Vec::new(), false);
        self.nesting += 1;
        self.list("argument list", Token::Comma, Token::RightParen, |parser| {
            list.push(parser.expression());
            spread = parser.got(Token::Dots);
            if spread { Last::Yes } else { Last::No }
        });
        self.nesting -= 1;
        (list, spread)
    }
}
