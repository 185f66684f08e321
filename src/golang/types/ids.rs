//! Numbers of types, objects and packages: their rows in the tables of [`store`](super::store).

/// A type's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// An object's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// A package's number, in the order in which they are checked; [`PackageId::UNIVERSE`] has the predeclared names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(pub u16);

impl PackageId {
    /// Where `int` and `len` are from.
    pub const UNIVERSE: PackageId = PackageId(u16::MAX);
}
