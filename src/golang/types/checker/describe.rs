//! Operands as error messages say them: `x (variable of type int)`.

use super::Checker;
use super::operand::{Operand, Source};
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::Type;

impl Checker<'_> {
    /// An operand with what is known about it.
    pub(super) fn describe(&mut self, x: &Operand) -> String {
        if x.is_nil() {
            return match x.of {
                TypeId::INVALID => "nil (with invalid type)".into(),
                of if self.types.is_untyped(of) => "nil".into(),
                of => format!("nil (of type {})", self.text(of)),
            };
        }
        let expr = self.source_text(x);
        let mut words = String::new();
        let mode = mode_words(x.mode);
        let mut has_type = false;
        if !matches!(x.mode, Mode::Invalid | Mode::NoValue | Mode::Builtin(_) | Mode::Type) {
            if self.types.is_untyped(x.of) {
                words.push_str(&self.text(x.of));
                words.push(' ');
            } else {
                has_type = true;
            }
        }
        words.push_str(mode);
        if let (true, Some(value)) = (x.is_constant(), &x.value) {
            let value = value.to_string();
            if value != expr {
                words.push(' ');
                words.push_str(&value);
            }
        }
        if has_type {
            let of = self.type_words(x.of);
            words.push_str(&of);
        }
        format!("{expr} ({words})")
    }

    /// The expression, or the words that stand for one.
    pub(super) fn source_text(&self, x: &Operand) -> String {
        match &x.source {
            Source::Expr(expr) => self.print(*expr),
            Source::Words(_, words) => words.clone(),
        }
    }

    fn type_words(&mut self, of: TypeId) -> String {
        if !of.is_valid() {
            return " with invalid type".into();
        }
        let mut words = String::from(" of ");
        let generic = self.types.is_generic(of) || self.types.generic_signature(of).is_some();
        words.push_str(if generic { "generic " } else { "" });
        let param = self.types.param(of);
        if param.is_none() && matches!(self.types.get(of), Type::Alias(_) | Type::Named(_)) {
            let kind = match self.types.composite_kind(of) {
                "" => self.types.basic(of).map_or("", |basic| basic.name()),
                kind => kind,
            };
            words.push_str(kind);
            words.push(' ');
        }
        words.push_str("type ");
        words.push_str(&self.text(of));
        if let Some(param) = param {
            words.push_str(" constrained by ");
            words.push_str(&self.text(param.bound));
            let under = self.types.under(of);
            if self.types.type_set(under).terms.as_ref().is_some_and(Vec::is_empty) {
                words.push_str(" with empty type set");
            }
        }
        words
    }

    /// Types in parentheses, as an error about too many or too few of them lists them.
    pub(super) fn summary(&mut self, list: &[TypeId], dots: Dots) -> String {
        let mut texts = Vec::new();
        for (at, of) in list.iter().enumerate() {
            let last = at + 1 == list.len();
            let mut text = match self.types.get(*of) {
                _ if !of.is_valid() => "unknown type".into(),
                Type::Basic(basic) if basic.is_untyped() && basic.is_numeric() => "number".into(),
                Type::Basic(basic) if basic.is_untyped() => basic.name().replace("untyped ", ""),
                Type::Slice(element) if last && dots == Dots::Parameter => format!("...{}", self.text(*element)),
                _ => self.text(*of),
            };
            if last && dots == Dots::Argument {
                text.push_str("...");
            }
            texts.push(text);
        }
        format!("({})", texts.join(", "))
    }

    /// The types of variables in parentheses.
    pub(super) fn summary_of(&mut self, list: &[ObjectId], dots: Dots) -> String {
        let types = self.types.types_of(list);
        self.summary(&types, dots)
    }
}

/// Where a list of types has dots.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dots {
    None,
    /// `...T`: the last parameter takes any number.
    Parameter,
    /// `T...`: the last argument is given as it is.
    Argument,
}

fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Invalid => "invalid operand",
        Mode::NoValue => "no value",
        Mode::Builtin(_) => "built-in",
        Mode::Type => "type",
        Mode::Constant => "constant",
        Mode::Variable => "variable",
        Mode::MapIndex => "map index expression",
        Mode::Value => "value",
        Mode::Nil => "nil",
        Mode::CommaOk => "comma, ok expression",
    }
}
