//! Structs and interfaces.

use crate::golang::types::ids::{ObjectId, TypeId};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Checker, Later};
use crate::golang::syntax::literal::string_value;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::token::Op;
use crate::golang::syntax::tree::{ExprId, ExprKind, Field, Ident, InterfaceElement, Name};
use crate::golang::types::kinds::{Interface, Struct, Term, Type};
use crate::golang::types::objects::{Function, Object, ObjectKind, VariableKind};

/// Terms of one union, as many as Go takes.
const UNION_TERMS_MAX: usize = 100;

impl Checker<'_> {
    pub(super) fn struct_type(&mut self, fields: &[Field]) -> TypeId {
        let mut structure = Struct::default();
        let mut names: BTreeMap<Name, ObjectId> = BTreeMap::new();
        let mut before: Option<(ExprId, TypeId)> = None;
        for field in fields {
            let of = match before {
                Some((expr, of)) if expr == field.of => of,
                _ => self.variable_type(field.of),
            };
            before = Some((field.of, of));
            let embedded = if field.name.is_none() { self.embedded_name(field.of) } else { None };
            let (name, kind) = match (&field.name, embedded) {
                (Some(name), _) => (name.clone(), VariableKind::Field),
                (None, Some(name)) => {
                    self.later(Later::EmbeddedField { at: self.tree.start(field.of), of });
                    (name, VariableKind::EmbeddedField)
                }
                (None, None) => {
                    let text = self.print(field.of);
                    self.error_in(field.of, format!("invalid syntax tree: invalid embedded field type {text}"));
                    continue;
                }
            };
            let object = self.types.variable(name.name.clone(), name.at, kind, Some(of));
            if &*name.name != "_"
                && let Some(other) = names.insert(name.name.clone(), object)
            {
                names.insert(name.name.clone(), other);
                let other = self.other_declaration(other);
                self.error(name.at, format!("{} redeclared{other}", name.name));
                continue;
            }
            if kind == VariableKind::Field {
                self.record_name(name.id, object);
            }
            structure.fields.push(object);
            structure.tags.push(field.tag.and_then(|tag| self.tag(tag)));
        }
        self.types.add(Type::Struct(Rc::new(structure)))
    }

    fn tag(&self, tag: ExprId) -> Option<Rc<[u8]>> {
        match self.tree.kind(tag) {
            ExprKind::Literal { kind: Some(_), text } => Some(string_value(text).into()),
            _ => None,
        }
    }

    /// The name of an embedded field: that of its type.
    fn embedded_name(&self, of: ExprId) -> Option<Ident> {
        match self.tree.kind(of) {
            ExprKind::Name(name) => Some(Ident { id: of, name: name.clone(), at: self.tree.at(of) }),
            ExprKind::Star(inner) if !matches!(self.tree.kind(*inner), ExprKind::Star(_)) => self.embedded_name(*inner),
            ExprKind::Selector { name, .. } => Some(name.clone()),
            ExprKind::Index { of, .. } => self.embedded_name(*of),
            _ => None,
        }
    }

    pub(super) fn check_embedded_field(&mut self, at: Pos, of: TypeId) {
        let (inner, is_pointer) = self.types.dereferenced(of);
        let under = self.types.under(inner);
        let fault = match self.types.get(under) {
            Type::Pointer(_) => "embedded field type cannot be a pointer",
            Type::Interface(_) if self.types.param(inner).is_some() => {
                "embedded field type cannot be a (pointer to a) type parameter"
            }
            Type::Interface(_) if is_pointer => "embedded field type cannot be a pointer to an interface",
            _ => return,
        };
        self.error(at, fault);
    }

    pub(super) fn interface_type(&mut self, expr: ExprId, elements: &[InterfaceElement]) -> TypeId {
        let mut interface = Interface::default();
        let mut names: BTreeMap<Name, ObjectId> = BTreeMap::new();
        for element in elements {
            match element {
                InterfaceElement::Embedded(of) => {
                    let embedded = self.constraint_element(*of);
                    interface.embedded.push((embedded, self.tree.start(*of)));
                }
                InterfaceElement::Method(name, signature) => {
                    if &*name.name == "_" {
                        self.error(name.at, "methods must have a unique non-blank name");
                        continue;
                    }
                    let (of, _) = self.function_type(*signature);
                    self.record_type(*signature, of);
                    let kind = ObjectKind::Function(Function { of_interface: true, ..Function::default() });
                    let object = Object {
                        name: name.name.clone(),
                        at: name.at,
                        package: self.types.current,
                        of: Some(of),
                        kind,
                    };
                    let object = self.types.add_object(object);
                    self.record_name(name.id, object);
                    if let Some(other) = names.get(&name.name).copied() {
                        let other = self.other_method(other, self.types.object(other).at);
                        self.error(name.at, format!("duplicate method {}{other}", name.name));
                        continue;
                    }
                    names.insert(name.name.clone(), object);
                    interface.methods.push(object);
                }
            }
        }
        let of = self.types.add(Type::Interface(Rc::new(interface)));
        self.later(Later::InterfaceSet { of, at: self.tree.start(expr) });
        of
    }

    /// Something embedded: a type, `~T`, or a union.
    fn constraint_element(&mut self, expr: ExprId) -> TypeId {
        let mut terms = Vec::new();
        let mut places = Vec::new();
        self.collect_terms(expr, &mut terms, &mut places);
        match terms.as_slice() {
            [term] if !term.tilde => term.of,
            _ => {
                let of = self.types.add(Type::Union(terms.into()));
                self.record_type(expr, of);
                self.later(Later::Union { of, at: places });
                of
            }
        }
    }

    fn collect_terms(&mut self, expr: ExprId, terms: &mut Vec<Term>, places: &mut Vec<Pos>) {
        match *self.tree.kind(expr) {
            ExprKind::Binary { op: Op::Or, left, right } => {
                self.collect_terms(left, terms, places);
                self.collect_terms(right, terms, places);
            }
            ExprKind::Unary { op: Op::Tilde, of } => {
                let inner = self.type_expr(of);
                terms.push(Term { tilde: true, of: inner });
                // Go says what is wrong with a type parameter at the type, and with any other term at its beginning.
                let is_param = self.types.param(inner).is_some();
                places.push(if is_param { self.tree.start(of) } else { self.tree.start(expr) });
            }
            _ => {
                let of = self.type_expr(expr);
                terms.push(Term { tilde: false, of });
                places.push(self.tree.start(expr));
            }
        }
    }

    /// A constraint: an interface, or what is embedded in one that was left out.
    pub(super) fn bound(&mut self, expr: ExprId) -> TypeId {
        let implicit =
            matches!(self.tree.kind(expr), ExprKind::Unary { op: Op::Tilde, .. } | ExprKind::Binary { op: Op::Or, .. });
        if !implicit {
            return self.type_expr(expr);
        }
        let embedded = vec![(self.constraint_element(expr), self.tree.start(expr))];
        let interface = Interface { embedded, implicit: true, ..Interface::default() };
        let of = self.types.add(Type::Interface(Rc::new(interface)));
        self.later(Later::InterfaceSet { of, at: self.tree.start(expr) });
        of
    }

    pub(super) fn check_union(&mut self, of: TypeId, places: &[Pos]) {
        let Type::Union(terms) = self.types.get(of).clone() else { return };
        if terms.len() > UNION_TERMS_MAX {
            let text = format!("cannot handle more than {UNION_TERMS_MAX} union terms (implementation limitation)");
            self.error(places[0], text);
            return;
        }
        for (number, at) in places.iter().enumerate() {
            if let Some(fault) = self.term_fault(&terms, number) {
                self.error(*at, fault);
            }
        }
    }

    /// What is wrong with a term, and with it beside those before it.
    fn term_fault(&mut self, terms: &[Term], number: usize) -> Option<String> {
        let term = terms[number];
        let under = self.types.under(term.of);
        let (text, full) = (self.text(term.of), self.types.full_text(term.of));
        if !under.is_valid() {
            return None;
        }
        if self.types.param(term.of).is_some() {
            return Some(match term.tilde {
                true => format!("type in term ~{text} cannot be a type parameter"),
                false => "term cannot be a type parameter".into(),
            });
        }
        let is_interface = matches!(self.types.get(under), Type::Interface(_));
        if term.tilde && is_interface {
            return Some(format!("invalid use of ~ ({text} is an interface)"));
        }
        if term.tilde && !self.types.identical(term.of, under) {
            let under = self.text(under);
            return Some(format!("invalid use of ~ (underlying type of {text} is {under})"));
        }
        if is_interface {
            let set = self.types.type_set(under);
            let itself = matches!(self.types.get(under), Type::Interface(interface) if interface.comparable);
            return match terms.len() {
                1 => None,
                _ if !set.methods.is_empty() => Some(format!("cannot use {full} in union ({full} contains methods)")),
                _ if itself => Some("cannot use comparable in union".into()),
                _ if set.comparable => Some(format!("cannot use {full} in union ({full} embeds comparable)")),
                _ => None,
            };
        }
        let other = terms[..number].iter().find(|other| {
            !self.types.is_interface_or_param(other.of)
                && (self.types.term_includes(**other, term.of) || self.types.term_includes(term, other.of))
        })?;
        let shown = |term: &Term, text: String| format!("{}{text}", if term.tilde { "~" } else { "" });
        let other = shown(other, self.types.full_text(other.of));
        Some(format!("overlapping terms {} and {other}", shown(&term, full)))
    }

    fn other_method(&self, method: ObjectId, at: Pos) -> String {
        let name = &self.types.object(method).name;
        self.line_at(at, &format!("other declaration of method {name}"))
    }

    /// Methods that are embedded several times must be the same; what is embedded must be an interface or a type.
    pub(super) fn check_interface_set(&mut self, of: TypeId, _at: Pos) {
        let Type::Interface(interface) = self.types.get(of).clone() else { return };
        // The methods, and where each came in.
        let own = interface.methods.iter().map(|method| (*method, self.types.object(*method).at));
        let mut known: Vec<(ObjectId, Pos)> = own.collect();
        for (embedded, at) in &interface.embedded {
            let under = self.types.under(*embedded);
            if !matches!(self.types.get(under), Type::Interface(_)) {
                if self.types.param(*embedded).is_some() {
                    let text = self.text(*embedded);
                    self.error(*at, format!("cannot embed type parameter {text}"));
                }
                continue;
            }
            if self.types.param(*embedded).is_some() {
                self.error(*at, "term cannot be a type parameter");
                continue;
            }
            for method in self.types.type_set(under).methods.clone() {
                let name = self.types.object(method).name.clone();
                let other = known.iter().copied().find(|(other, _)| self.types.object(*other).name == name);
                match other {
                    None => known.push((method, *at)),
                    Some((other, other_at)) if other != method => {
                        let (a, b) = (self.types.type_of(other), self.types.type_of(method));
                        if !self.types.identical(a, b) {
                            let other = self.other_method(other, other_at);
                            self.error(*at, format!("duplicate method {name}{other}"));
                        }
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
