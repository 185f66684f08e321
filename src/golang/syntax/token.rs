//! The words of the language, as tables.

/// What kind of word stands somewhere. Names, literals and operators carry more: see `lexer::Lexeme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "TEXTS says what each looks like")]
pub enum Token {
    End,
    Name,
    Literal,
    /// A binary or unary operator, but for `*`.
    Operator,
    /// An operator with `=`, as `+=`.
    OperatorAssign,
    /// `++` or `--`.
    IncDec,
    Assign,
    Define,
    Arrow,
    /// An operator, and the beginning of a pointer type.
    Star,
    LeftParen,
    LeftBracket,
    LeftBrace,
    RightParen,
    RightBracket,
    RightBrace,
    Comma,
    Semicolon,
    Colon,
    Dot,
    Dots,
    Break,
    Case,
    Chan,
    Const,
    Continue,
    Default,
    Defer,
    Else,
    Fallthrough,
    For,
    Func,
    Go,
    Goto,
    If,
    Import,
    Interface,
    Map,
    Package,
    Range,
    Return,
    Select,
    Struct,
    Switch,
    Type,
    Var,
}

/// Every token with its text, in the order of [`Token`].
const TEXTS: [(Token, &str); 46] = [
    (Token::End, "EOF"),
    (Token::Name, "name"),
    (Token::Literal, "literal"),
    (Token::Operator, "op"),
    (Token::OperatorAssign, "op="),
    (Token::IncDec, "opop"),
    (Token::Assign, "="),
    (Token::Define, ":="),
    (Token::Arrow, "<-"),
    (Token::Star, "*"),
    (Token::LeftParen, "("),
    (Token::LeftBracket, "["),
    (Token::LeftBrace, "{"),
    (Token::RightParen, ")"),
    (Token::RightBracket, "]"),
    (Token::RightBrace, "}"),
    (Token::Comma, ","),
    (Token::Semicolon, ";"),
    (Token::Colon, ":"),
    (Token::Dot, "."),
    (Token::Dots, "..."),
    (Token::Break, "break"),
    (Token::Case, "case"),
    (Token::Chan, "chan"),
    (Token::Const, "const"),
    (Token::Continue, "continue"),
    (Token::Default, "default"),
    (Token::Defer, "defer"),
    (Token::Else, "else"),
    (Token::Fallthrough, "fallthrough"),
    (Token::For, "for"),
    (Token::Func, "func"),
    (Token::Go, "go"),
    (Token::Goto, "goto"),
    (Token::If, "if"),
    (Token::Import, "import"),
    (Token::Interface, "interface"),
    (Token::Map, "map"),
    (Token::Package, "package"),
    (Token::Range, "range"),
    (Token::Return, "return"),
    (Token::Select, "select"),
    (Token::Struct, "struct"),
    (Token::Switch, "switch"),
    (Token::Type, "type"),
    (Token::Var, "var"),
];

impl Token {
    /// The token as it is written.
    pub fn text(self) -> &'static str {
        TEXTS[self as usize].1
    }

    /// The token as an error names it.
    pub(super) fn spoken(self) -> String {
        match self {
            Token::Comma => "comma".into(),
            Token::Semicolon => "semicolon or newline".into(),
            keyword if keyword >= Token::Break => format!("keyword {}", keyword.text()),
            other => other.text().into(),
        }
    }

    /// The keyword that is written so.
    pub(super) fn keyword(text: &str) -> Option<Token> {
        let keywords = &TEXTS[Token::Break as usize..];
        keywords.binary_search_by(|(_, keyword)| (*keyword).cmp(text)).ok().map(|at| keywords[at].0)
    }

    /// Whether the end of a line behind this token ends a statement.
    pub(super) fn ends_statement(self) -> bool {
        use Token::{
            Break, Continue, Fallthrough, IncDec, Literal, Name, Return, RightBrace, RightBracket, RightParen,
        };
        matches!(
            self,
            Name | Literal | IncDec | Break | Continue | Fallthrough | Return | RightParen | RightBracket | RightBrace
        )
    }

    /// Whether the token begins a statement and nothing else: where reading goes on after an error in a function.
    pub(super) fn begins_statement(self) -> bool {
        use Token::{Break, Const, Continue, Defer, Fallthrough, For, Go, Goto, If, Return, Select, Switch, Type, Var};
        matches!(
            self,
            Break
                | Const
                | Continue
                | Defer
                | Fallthrough
                | For
                | Go
                | Goto
                | If
                | Return
                | Select
                | Switch
                | Type
                | Var
        )
    }
}

/// An operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "OPERATORS says what each looks like")]
pub enum Op {
    Not,
    Receive,
    Tilde,
    OrOr,
    AndAnd,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Or,
    Xor,
    Multiply,
    Divide,
    Remainder,
    And,
    AndNot,
    ShiftLeft,
    ShiftRight,
}

/// Every operator with its text and how strongly it binds between two operands (0: it does not stand between two), in the
/// order of [`Op`].
const OPERATORS: [(Op, &str, u8); 22] = [
    (Op::Not, "!", 0),
    (Op::Receive, "<-", 0),
    (Op::Tilde, "~", 0),
    (Op::OrOr, "||", 1),
    (Op::AndAnd, "&&", 2),
    (Op::Equal, "==", 3),
    (Op::NotEqual, "!=", 3),
    (Op::Less, "<", 3),
    (Op::LessEqual, "<=", 3),
    (Op::Greater, ">", 3),
    (Op::GreaterEqual, ">=", 3),
    (Op::Add, "+", 4),
    (Op::Subtract, "-", 4),
    (Op::Or, "|", 4),
    (Op::Xor, "^", 4),
    (Op::Multiply, "*", 5),
    (Op::Divide, "/", 5),
    (Op::Remainder, "%", 5),
    (Op::And, "&", 5),
    (Op::AndNot, "&^", 5),
    (Op::ShiftLeft, "<<", 5),
    (Op::ShiftRight, ">>", 5),
];

impl Op {
    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        OPERATORS[self as usize].1
    }

    /// How strongly it binds between two operands, from 1 to 5; 0 when it does not stand between two.
    pub fn precedence(self) -> u8 {
        OPERATORS[self as usize].2
    }

    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        self.precedence() == 3
    }

    /// Whether it shifts.
    pub fn is_shift(self) -> bool {
        matches!(self, Op::ShiftLeft | Op::ShiftRight)
    }
}

/// The signs, a longer one before those that it begins with. An operator that can be followed by `=` is found without it.
pub(super) const SIGNS: &[(&str, Token, Option<Op>)] = &[
    ("...", Token::Dots, None),
    ("&&", Token::Operator, Some(Op::AndAnd)),
    ("||", Token::Operator, Some(Op::OrOr)),
    ("==", Token::Operator, Some(Op::Equal)),
    ("!=", Token::Operator, Some(Op::NotEqual)),
    ("<=", Token::Operator, Some(Op::LessEqual)),
    (">=", Token::Operator, Some(Op::GreaterEqual)),
    ("<-", Token::Arrow, None),
    (":=", Token::Define, None),
    ("++", Token::IncDec, Some(Op::Add)),
    ("--", Token::IncDec, Some(Op::Subtract)),
    ("<<=", Token::OperatorAssign, Some(Op::ShiftLeft)),
    (">>=", Token::OperatorAssign, Some(Op::ShiftRight)),
    ("&^=", Token::OperatorAssign, Some(Op::AndNot)),
    ("+=", Token::OperatorAssign, Some(Op::Add)),
    ("-=", Token::OperatorAssign, Some(Op::Subtract)),
    ("*=", Token::OperatorAssign, Some(Op::Multiply)),
    ("/=", Token::OperatorAssign, Some(Op::Divide)),
    ("%=", Token::OperatorAssign, Some(Op::Remainder)),
    ("&=", Token::OperatorAssign, Some(Op::And)),
    ("|=", Token::OperatorAssign, Some(Op::Or)),
    ("^=", Token::OperatorAssign, Some(Op::Xor)),
    ("<<", Token::Operator, Some(Op::ShiftLeft)),
    (">>", Token::Operator, Some(Op::ShiftRight)),
    ("&^", Token::Operator, Some(Op::AndNot)),
    ("+", Token::Operator, Some(Op::Add)),
    ("-", Token::Operator, Some(Op::Subtract)),
    ("*", Token::Star, Some(Op::Multiply)),
    ("/", Token::Operator, Some(Op::Divide)),
    ("%", Token::Operator, Some(Op::Remainder)),
    ("&", Token::Operator, Some(Op::And)),
    ("|", Token::Operator, Some(Op::Or)),
    ("^", Token::Operator, Some(Op::Xor)),
    ("<", Token::Operator, Some(Op::Less)),
    (">", Token::Operator, Some(Op::Greater)),
    ("!", Token::Operator, Some(Op::Not)),
    ("~", Token::Operator, Some(Op::Tilde)),
    ("=", Token::Assign, None),
    ("(", Token::LeftParen, None),
    ("[", Token::LeftBracket, None),
    ("{", Token::LeftBrace, None),
    (")", Token::RightParen, None),
    ("]", Token::RightBracket, None),
    ("}", Token::RightBrace, None),
    (",", Token::Comma, None),
    (";", Token::Semicolon, None),
    (":", Token::Colon, None),
    (".", Token::Dot, None),
];

/// What kind of literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum LiteralKind {
    Int,
    Float,
    /// `2i`: refused by the checker, since there are no complex numbers here.
    Imaginary,
    Rune,
    String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_the_order_of_what_they_describe() {
        assert!(TEXTS.iter().enumerate().all(|(at, (token, _))| *token as usize == at));
        assert!(OPERATORS.iter().enumerate().all(|(at, (op, ..))| *op as usize == at));
        assert!(TEXTS[Token::Break as usize..].windows(2).all(|pair| pair[0].1 < pair[1].1));
    }

    #[test]
    fn a_longer_sign_stands_before_what_it_begins_with() {
        for (at, (sign, ..)) in SIGNS.iter().enumerate() {
            assert!(SIGNS[..at].iter().all(|(earlier, ..)| !sign.starts_with(earlier)), "{sign}");
        }
    }
}
