//! Generic functions and types that need themselves with ever larger arguments: `func f[T any]() { f[*T]() }`.

use crate::golang::types::ids::TypeId;
use std::collections::BTreeMap;

use super::Checker;
use crate::golang::syntax::position::Pos;
use crate::golang::types::kinds::Type;

/// `to` is instantiated with a type that is made of `from`, or is it.
struct Edge {
    from: TypeId,
    to: TypeId,
    grows: bool,
    at: Pos,
    arg: TypeId,
}

impl Checker<'_> {
    /// Reports instances that would never end. `since` is the first of the package.
    pub(super) fn check_instantiation_cycles(&mut self, since: usize) {
        let mut edges: Vec<Edge> = Vec::new();
        for instantiation in &self.instantiations[since..] {
            for (number, (param, arg)) in instantiation.params.iter().zip(instantiation.args.iter()).enumerate() {
                let at = instantiation.arguments_at.get(number).copied().unwrap_or(instantiation.at);
                for from in self.params_in(*arg) {
                    let grows = from != *arg;
                    edges.push(Edge { from, to: *param, grows, at, arg: *arg });
                }
            }
        }
        for edge in edges.iter().filter(|edge| edge.grows) {
            let Some(way) = way(&edges, edge.to, edge.from) else { continue };
            let mut text = String::from("instantiation cycle:");
            for step in std::iter::once(edge).chain(way) {
                let (name, arg) = (self.text(step.to), self.text(step.arg));
                text.push_str(&self.line_at(step.at, &format!("{name} instantiated as {arg}")));
            }
            let at = self.types.param(edge.to).map_or(edge.at, |param| self.types.object(param.object).at);
            self.error(at, text);
            return;
        }
    }

    /// The type parameters that a type is made of.
    fn params_in(&self, of: TypeId) -> Vec<TypeId> {
        let mut found = Vec::new();
        let mut seen = Vec::new();
        let mut open = vec![of];
        while let Some(of) = open.pop() {
            let of = self.types.unalias(of);
            if seen.contains(&of) {
                continue;
            }
            seen.push(of);
            match self.types.get(of) {
                Type::Param(_) => found.push(of),
                Type::Pointer(inner) | Type::Slice(inner) => open.push(*inner),
                Type::Array(array) => open.push(array.element),
                Type::Chan(chan) => open.push(chan.element),
                Type::Map(map) => open.extend([map.key, map.value]),
                Type::Struct(structure) => open.extend(self.types.types_of(&structure.fields)),
                Type::Function(signature) => {
                    open.extend(self.types.types_of(&signature.params));
                    open.extend(self.types.types_of(&signature.results));
                }
                Type::Named(named) => open.extend(named.instance.iter().flat_map(|(_, args)| args.iter().copied())),
                _ => {}
            }
        }
        found
    }
}

/// The edges on a way.
fn way(edges: &[Edge], from: TypeId, to: TypeId) -> Option<Vec<&Edge>> {
    let mut before: BTreeMap<TypeId, Option<&Edge>> = BTreeMap::from([(from, None)]);
    let mut open = vec![from];
    while let Some(here) = open.pop() {
        if here == to {
            let mut way = Vec::new();
            let mut at = here;
            while let Some(Some(edge)) = before.get(&at) {
                way.push(*edge);
                at = edge.from;
            }
            way.reverse();
            return Some(way);
        }
        for edge in edges.iter().filter(|edge| edge.from == here) {
            if let std::collections::btree_map::Entry::Vacant(entry) = before.entry(edge.to) {
                entry.insert(Some(edge));
                open.push(edge.to);
            }
        }
    }
    None
}
