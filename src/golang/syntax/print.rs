//! Nodes → text, as error messages quote them: bodies of functions and of composite literals are `…`.

use super::token::{LiteralKind, Token};
use super::tree::{Direction, ExprId, ExprKind, Field, FuncType, InterfaceElement, Param, Tree};

/// Bytes of an expression that are quoted; what is longer ends in `…`.
const QUOTE_BYTES_MAX: usize = 1000;

/// The expression as error messages quote it.
pub fn print(tree: &Tree, id: ExprId) -> String {
    let mut printer = Printer { tree, text: String::new() };
    printer.expr(id);
    if printer.is_full() {
        printer.text.push('…');
    }
    printer.text
}

/// A list of expressions, with commas between them.
pub fn print_list(tree: &Tree, ids: &[ExprId]) -> String {
    let texts: Vec<String> = ids.iter().map(|id| print(tree, *id)).collect();
    texts.join(", ")
}

/// The value of a string literal, if the expression is one.
pub fn string_literal(tree: &Tree, id: ExprId) -> Option<String> {
    match tree.kind(id) {
        ExprKind::Literal { kind: Some(LiteralKind::String), text } => {
            Some(String::from_utf8_lossy(&super::literal::string_value(text)).into_owned())
        }
        _ => None,
    }
}

struct Printer<'t> {
    tree: &'t Tree,
    text: String,
}

impl Printer<'_> {
    fn is_full(&self) -> bool {
        self.text.len() > QUOTE_BYTES_MAX
    }

    fn put(&mut self, text: &str) {
        if !self.is_full() {
            self.text.push_str(text);
        }
    }

    fn list(&mut self, ids: &[ExprId]) {
        for (at, id) in ids.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.expr(*id);
        }
    }

    fn expr(&mut self, id: ExprId) {
        if self.is_full() {
            return;
        }
        match self.tree.kind(id) {
            ExprKind::Bad => self.put("<bad expr>"),
            ExprKind::Name(name) => self.put(name),
            ExprKind::Literal { text, .. } => self.put(text),
            ExprKind::Composite { of, elements, .. } => {
                if let Some(of) = of {
                    self.expr(*of);
                }
                self.put(if elements.is_empty() { "{}" } else { "{…}" });
            }
            ExprKind::Function { signature, body } => {
                self.expr(*signature);
                self.put(if body.list.is_empty() { " {}" } else { " {…}" });
            }
            ExprKind::Paren(inner) => self.around("(", *inner, ")"),
            ExprKind::Selector { of, name } => {
                self.expr(*of);
                self.put(".");
                self.put(&name.name);
            }
            ExprKind::Index { of, indices } => {
                self.expr(*of);
                self.put("[");
                self.list(indices);
                self.put("]");
            }
            ExprKind::Slice { of, bounds, .. } => self.slice(*of, bounds),
            ExprKind::Assert { of, to } => {
                self.expr(*of);
                self.around(".(", *to, ")");
            }
            ExprKind::TypeOf(of) => self.around("", *of, ".(type)"),
            ExprKind::Unary { op, of } => self.around(op.text(), *of, ""),
            ExprKind::Star(of) => self.around("*", *of, ""),
            ExprKind::Binary { op, left, right } => {
                self.expr(*left);
                self.put(" ");
                self.put(op.text());
                self.around(" ", *right, "");
            }
            ExprKind::Call { callee, arguments, spread } => {
                self.around("", *callee, "(");
                self.list(arguments);
                self.put(if *spread { "...)" } else { ")" });
            }
            ExprKind::ArrayType { length, element } => {
                match length {
                    Some(length) => self.around("[", *length, "]"),
                    None => self.put("[...]"),
                }
                self.expr(*element);
            }
            ExprKind::SliceType(element) => self.around("[]", *element, ""),
            ExprKind::DotsType(element) => self.around(Token::Dots.text(), *element, ""),
            ExprKind::MapType { key, value } => {
                self.around("map[", *key, "]");
                self.expr(*value);
            }
            ExprKind::ChanType { direction, element } => self.channel(*direction, *element),
            ExprKind::StructType(fields) => self.structure(fields),
            ExprKind::FuncType(function) => {
                self.put("func");
                self.signature(function);
            }
            ExprKind::InterfaceType(elements) => self.interface(elements),
        }
    }

    fn around(&mut self, before: &str, id: ExprId, behind: &str) {
        self.put(before);
        self.expr(id);
        self.put(behind);
    }

    fn slice(&mut self, of: ExprId, bounds: &[Option<ExprId>; 3]) {
        self.around("", of, "[");
        for (at, bound) in bounds.iter().enumerate() {
            let colon = at == 1 || (at == 2 && bound.is_some());
            self.put(if colon { ":" } else { "" });
            if let Some(bound) = bound {
                self.expr(*bound);
            }
        }
        self.put("]");
    }

    fn channel(&mut self, direction: Direction, element: ExprId) {
        self.put(match direction {
            Direction::Both => "chan ",
            Direction::Send => "chan<- ",
            Direction::Receive => "<-chan ",
        });
        let receives = matches!(self.tree.kind(element), ExprKind::ChanType { direction: Direction::Receive, .. });
        match direction == Direction::Both && receives {
            true => self.around("(", element, ")"),
            false => self.expr(element),
        }
    }

    fn structure(&mut self, fields: &[Field]) {
        self.put("struct{");
        for (at, field) in fields.iter().enumerate() {
            let Some(name) = &field.name else {
                self.put(if at > 0 { "; " } else { "" });
                self.expr(field.of);
                continue;
            };
            let continues = at > 0 && fields[at - 1].name.is_some() && fields[at - 1].of == field.of;
            self.put(match (continues, at) {
                (true, _) => ", ",
                (false, 0) => "",
                (false, _) => "; ",
            });
            self.put(&name.name);
            if fields.get(at + 1).is_none_or(|next| next.of != field.of) {
                self.around(" ", field.of, "");
            }
        }
        self.put("}");
    }

    fn interface(&mut self, elements: &[InterfaceElement]) {
        self.put("interface{");
        for (at, element) in elements.iter().enumerate() {
            self.put(if at > 0 { "; " } else { "" });
            match element {
                InterfaceElement::Method(name, signature) => {
                    self.put(&name.name);
                    if let ExprKind::FuncType(function) = self.tree.kind(*signature) {
                        self.signature(function);
                    }
                }
                InterfaceElement::Embedded(of) => self.expr(*of),
            }
        }
        self.put("}");
    }

    fn signature(&mut self, function: &FuncType) {
        self.params(&function.params);
        match function.results.as_slice() {
            [] => {}
            [one] if one.name.is_none() => self.around(" ", one.of, ""),
            several => {
                self.put(" ");
                self.params(several);
            }
        }
    }

    fn params(&mut self, params: &[Param]) {
        self.put("(");
        for (at, param) in params.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            if let Some(name) = &param.name {
                self.put(&name.name);
                if params.get(at + 1).is_some_and(|next| next.name.is_some() && next.of == param.of) {
                    continue;
                }
                self.put(" ");
            }
            self.expr(param.of);
        }
        self.put(")");
    }
}
