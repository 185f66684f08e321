//! What can be assigned to, and what has an address.

use super::asked::Made;
use super::function::Maker;
use super::op::{Op, Reg};
use super::program::Slot;
use crate::golang::syntax::tree::{ExprId, ExprKind};
use crate::golang::types::info::SelectionKind;
use crate::golang::types::kinds::Type;

/// Where something is stored, its operands evaluated.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Blank,
    Slot(Slot),
    Field {
        of: Reg,
        index: u16,
    },
    Element {
        of: Reg,
        index: Reg,
    },
    Entry {
        of: Reg,
        key: Reg,
    },
    Pointer(Reg),
    /// A struct or array that is overwritten where it is.
    Object(Reg),
}

impl Maker<'_, '_> {
    pub(super) fn place(&mut self, expr: ExprId) -> Made<Place> {
        let expr = self.code.tree.unparen(expr);
        if self.code.tree.name(expr).is_some_and(|name| &**name == "_") {
            return Ok(Place::Blank);
        }
        let of_type = self.type_of(expr)?;
        let is_entry = match self.code.tree.kind(expr) {
            ExprKind::Index { of, .. } => {
                let of = self.type_of(*of)?;
                matches!(self.under(of), Type::Map(_))
            }
            _ => false,
        };
        if self.code.is_aggregate(of_type) && !is_entry {
            return Ok(Place::Object(self.expr(expr)?));
        }
        match self.code.tree.kind(expr) {
            ExprKind::Name(_) => match self.object_of(expr) {
                Some(object) => Ok(Place::Slot(self.slot(object)?)),
                None => self.refuse(self.code.tree.at(expr), "this name stands for nothing"),
            },
            ExprKind::Selector { of, .. } => {
                let info = self.code.info.clone();
                match info.selections.get(&expr) {
                    Some(selection) if selection.kind == SelectionKind::Field => {
                        let of_type = self.type_of(*of)?;
                        let base = self.expr(*of)?;
                        let (last, way) = selection.path.split_last().unwrap_or((&0, &[]));
                        let (of, _) = self.walk(base, of_type, way)?;
                        Ok(Place::Field { of, index: *last as u16 })
                    }
                    _ => match self.code.tree.kind(expr) {
                        ExprKind::Selector { name, .. } => match self.object_of(name.id) {
                            Some(object) => Ok(Place::Slot(self.slot(object)?)),
                            None => self.refuse(name.at, "this name stands for nothing"),
                        },
                        _ => Ok(Place::Blank),
                    },
                }
            }
            ExprKind::Index { of, indices } => {
                let (of, index) = (*of, indices[0]);
                let map_type = self.type_of(of)?;
                let of = self.expr(of)?;
                match self.under(map_type) {
                    Type::Map(map) => Ok(Place::Entry { of, key: self.owned(index, map.key)? }),
                    _ => Ok(Place::Element { of, index: self.expr(index)? }),
                }
            }
            ExprKind::Star(pointer) => Ok(Place::Pointer(self.expr(*pointer)?)),
            _ => self.refuse(self.code.tree.at(expr), "this cannot be assigned to"),
        }
    }

    pub(super) fn store(&mut self, place: Place, from: Reg) {
        match place {
            Place::Blank => {}
            Place::Slot(Slot::Direct(to)) => self.move_to(to, from),
            Place::Slot(Slot::Boxed(pointer)) | Place::Pointer(pointer) => {
                self.emit(Op::Store { pointer, from });
            }
            Place::Slot(Slot::Global(global)) => {
                self.emit(Op::StoreGlobal { global, from });
            }
            Place::Field { of, index } => {
                self.emit(Op::SetField { of, index, from });
            }
            Place::Element { of, index } => {
                self.emit(Op::SetIndex { of, index, from });
            }
            Place::Entry { of, key } => {
                self.emit(Op::MapSet { of, key, from });
            }
            Place::Object(into) => {
                self.emit(Op::Overwrite { into, from });
            }
        }
    }

    /// What stands at a place, for `x += y`.
    pub(super) fn load(&mut self, place: Place, expr: ExprId) -> Made<Reg> {
        let to = self.alloc()?;
        match place {
            Place::Slot(slot) => return self.load_slot(slot),
            Place::Pointer(pointer) => {
                self.emit(Op::Load { to, pointer });
            }
            Place::Field { of, index } => {
                self.emit(Op::Field { to, of, index });
            }
            Place::Element { of, index } => {
                self.emit(Op::Index { to, of, index });
            }
            Place::Entry { of, key } => {
                let of_type = self.type_of(expr)?;
                let shape = self.code.shape(of_type, self.at)?;
                self.emit(Op::MapGet { to, of, key, ok: super::op::NONE, shape });
            }
            Place::Blank | Place::Object(_) => return self.expr(expr),
        }
        Ok(to)
    }

    pub(super) fn load_slot(&mut self, slot: Slot) -> Made<Reg> {
        match slot {
            Slot::Direct(register) => Ok(register),
            Slot::Boxed(pointer) => {
                let to = self.alloc()?;
                self.emit(Op::Load { to, pointer });
                Ok(to)
            }
            Slot::Global(global) => {
                let to = self.alloc()?;
                self.emit(Op::LoadGlobal { to, global });
                Ok(to)
            }
        }
    }

    /// `&x`
    pub(super) fn address(&mut self, expr: ExprId) -> Made<Reg> {
        let expr = self.code.tree.unparen(expr);
        let of_type = self.type_of(expr)?;
        if let ExprKind::Star(pointer) = self.code.tree.kind(expr) {
            return self.expr(*pointer);
        }
        let is_aggregate = self.code.is_aggregate(of_type);
        if is_aggregate || matches!(self.code.tree.kind(expr), ExprKind::Composite { .. }) {
            let from = self.expr(expr)?;
            let to = self.alloc()?;
            self.emit(if is_aggregate { Op::PointerOf { to, from } } else { Op::NewBox { to, from } });
            return Ok(to);
        }
        match self.place(expr)? {
            Place::Slot(Slot::Boxed(register)) => Ok(register),
            Place::Slot(Slot::Global(global)) => {
                let to = self.alloc()?;
                self.emit(Op::GlobalPointer { to, global });
                Ok(to)
            }
            Place::Field { of, index } => {
                let to = self.alloc()?;
                self.emit(Op::FieldPointer { to, of, index });
                Ok(to)
            }
            Place::Element { of, index } => {
                let to = self.alloc()?;
                self.emit(Op::IndexPointer { to, of, index });
                Ok(to)
            }
            Place::Pointer(register) => Ok(register),
            _ => self.refuse(self.code.tree.at(expr), "the machine has no address for this"),
        }
    }
}
