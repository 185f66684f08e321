//! Bytes → tokens, with the semicolons that Go inserts at ends of lines.
//!
//! What numbers, strings and runes look like is in [`literals`](super::literals).

use std::collections::BTreeSet;
use std::rc::Rc;

use super::error::Errors;
use super::limits::SOURCE_BYTES_MAX;
use super::literals::{self, Fault, unicode};
use super::position::Pos;
use super::token::{LiteralKind, Op, SIGNS, Token};

/// A token with everything that the source says about it.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) at: Pos,
    /// Of names and literals as written; of a semicolon what stood for it: `semicolon`, `newline` or `EOF`.
    pub(super) text: Rc<str>,
    /// Of operators.
    pub(super) op: Option<Op>,
    /// Of literals; `None` when it is malformed, which has been reported.
    pub(super) literal: Option<LiteralKind>,
}

/// Reads tokens, one after the other.
pub(super) struct Lexer<'s> {
    source: &'s str,
    /// The next byte to read.
    at: usize,
    pos: Pos,
    /// Whether the end of the line would end a statement.
    ends_statement: bool,
    /// Every text once, so that equal names share theirs.
    texts: BTreeSet<Rc<str>>,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s str, file: u16, errors: &mut Errors) -> Lexer<'s> {
        let pos = Pos { file, line: 1, column: 1 };
        let mut lexer = Lexer { source, at: 0, pos, ends_statement: false, texts: BTreeSet::new() };
        if source.len() > SOURCE_BYTES_MAX {
            errors.report(pos, format!("file is larger than {SOURCE_BYTES_MAX} bytes"));
            lexer.at = source.len();
        } else if source.starts_with(BYTE_ORDER_MARK) {
            lexer.at = BYTE_ORDER_MARK.len_utf8();
        }
        lexer
    }

    /// Reads nothing any more: the next token is the end, and so are all after it.
    pub(super) fn give_up(&mut self) {
        self.at = self.source.len();
        self.ends_statement = false;
    }

    /// The next token.
    pub(super) fn next(&mut self, errors: &mut Errors) -> Lexeme {
        loop {
            self.skip_blanks();
            let at = self.pos;
            let Some(first) = self.peek() else {
                return match std::mem::take(&mut self.ends_statement) {
                    true => self.lexeme(Token::Semicolon, at, "EOF"),
                    false => self.lexeme(Token::End, at, ""),
                };
            };
            let rest = &self.source[self.at..];
            if first == '\n' {
                self.bump();
                self.ends_statement = false;
                return self.lexeme(Token::Semicolon, at, "newline");
            } else if rest.starts_with("//") {
                self.skip(rest.find('\n').unwrap_or(rest.len()), errors);
            } else if let Some(comment) = rest.strip_prefix("/*") {
                let length = comment.find("*/").map(|end| end + 4);
                if length.is_none() {
                    errors.report(at, "comment not terminated");
                }
                self.skip(length.unwrap_or(rest.len()), errors);
                // A comment over several lines is a newline.
                if self.pos.line > at.line && std::mem::take(&mut self.ends_statement) {
                    return self.lexeme(Token::Semicolon, at, "newline");
                }
            } else if let Some(lexeme) = self.word(first, at, errors) {
                self.ends_statement = lexeme.token.ends_statement();
                return lexeme;
            }
        }
    }

    /// A name, keyword, literal or sign. A character that begins none is reported and skipped.
    fn word(&mut self, first: char, at: Pos, errors: &mut Errors) -> Option<Lexeme> {
        let rest = &self.source[self.at..];
        if is_letter(first) || (!first.is_ascii() && self.is_in_name(first, Place::First, errors)) {
            return Some(self.name(at, errors));
        }
        let literal = match first {
            '0'..='9' => Some(literals::number(rest)),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => Some(literals::number(rest)),
            '"' => Some(literals::string(rest)),
            '`' => Some(literals::raw_string(rest)),
            '\'' => Some(literals::rune(rest)),
            _ => None,
        };
        if let Some(shape) = literal {
            for Fault { offset, text } in &shape.faults {
                errors.report(self.pos_at(*offset), text.clone());
            }
            self.skip(shape.length, errors);
            let mut lexeme = self.lexeme(Token::Literal, at, &rest[..shape.length]);
            lexeme.literal = shape.faults.is_empty().then_some(shape.kind);
            return Some(lexeme);
        }
        let Some((sign, token, op)) = SIGNS.iter().find(|(sign, ..)| rest.starts_with(sign)) else {
            self.complain(first, at, "", errors);
            self.bump();
            return None;
        };
        self.skip(sign.len(), errors);
        let text = if *token == Token::Semicolon { "semicolon" } else { "" };
        let mut lexeme = self.lexeme(*token, at, text);
        lexeme.op = *op;
        Some(lexeme)
    }

    fn name(&mut self, at: Pos, errors: &mut Errors) -> Lexeme {
        let begin = self.at;
        self.bump();
        while let Some(c) = self.peek() {
            let inside =
                is_letter(c) || c.is_ascii_digit() || (!c.is_ascii() && self.is_in_name(c, Place::Later, errors));
            if !inside {
                break;
            }
            self.bump();
        }
        let text = &self.source[begin..self.at];
        self.lexeme(Token::keyword(text).unwrap_or(Token::Name), at, text)
    }

    /// Whether a character beyond ASCII belongs to a name. All do, so that reading goes on well behind one that may not.
    fn is_in_name(&self, c: char, place: Place, errors: &mut Errors) -> bool {
        if c.is_alphabetic() {
            return true;
        }
        match place {
            Place::First if c.is_numeric() => {
                errors.report(self.pos, format!("identifier cannot begin with digit {}", unicode(c)));
            }
            _ if c.is_numeric() => {}
            _ => self.complain(c, self.pos, " in identifier", errors),
        }
        true
    }

    fn complain(&self, c: char, at: Pos, place: &str, errors: &mut Errors) {
        match c {
            '\0' => errors.report(at, "invalid NUL character"),
            BYTE_ORDER_MARK => errors.report(at, "invalid BOM in the middle of the file"),
            c => errors.report(at, format!("invalid character {}{place}", unicode(c))),
        }
    }

    fn lexeme(&mut self, token: Token, at: Pos, text: &str) -> Lexeme {
        let text = match self.texts.get(text) {
            Some(known) => known.clone(),
            None => {
                let new: Rc<str> = text.into();
                self.texts.insert(new.clone());
                new
            }
        };
        Lexeme { token, at, text, op: None, literal: None }
    }

    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn skip_blanks(&mut self) {
        while let Some(c) = self.peek() {
            if !matches!(c, ' ' | '\t' | '\r') && (c != '\n' || self.ends_statement) {
                break;
            }
            self.bump();
        }
    }

    /// Skips so many bytes, and complains about what stands nowhere in Go, not even in comments.
    fn skip(&mut self, bytes: usize, errors: &mut Errors) {
        let end = self.at + bytes;
        while self.at < end {
            if let Some(c @ ('\0' | BYTE_ORDER_MARK)) = self.peek() {
                self.complain(c, self.pos, "", errors);
            }
            self.bump();
        }
    }

    fn bump(&mut self) {
        let Some(c) = self.peek() else { return };
        self.at += c.len_utf8();
        self.pos = match c {
            '\n' => Pos { line: self.pos.line + 1, column: 1, ..self.pos },
            _ => self.pos.plus(c.len_utf8()),
        };
    }

    /// The place so many bytes behind the current one, over ends of lines.
    fn pos_at(&self, offset: usize) -> Pos {
        let passed = &self.source[self.at..self.at + offset];
        match passed.rfind('\n') {
            None => self.pos.plus(offset),
            Some(newline) => {
                let lines = passed.matches('\n').count() as u32;
                Pos { line: self.pos.line + lines, column: 1, ..self.pos }.plus(offset - newline - 1)
            }
        }
    }
}

enum Place {
    First,
    Later,
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
