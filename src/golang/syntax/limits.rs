//! How much is too much: the bounds of what a program may ask of its compiler. Each is far beyond what people write and far
//! below what would hurt, and each ends in a sentence.

/// Bytes of one file.
pub const SOURCE_BYTES_MAX: usize = 1 << 20;

/// How deep statements, types and operands may nest: the parser and everything after it recurse once a level, on a stack of
/// 1 MB in the browser.
pub const DEPTH_MAX: usize = 150;

/// How tall an expression may be that does not nest, as `a + b + c` and `a.b().c()`.
pub const HEIGHT_MAX: u16 = 250;

/// Errors of one program that are kept.
pub const ERRORS_MAX: usize = 200;

/// Digits (or other characters) of one number.
pub const NUMBER_BYTES_MAX: usize = 10_000;
