//! GO: the reader's own program, from its source to goroutines that are real futures.
//!
//! A program flows through five rooms, each of which takes what the one before it gives:
//!
//! | room | takes | gives |
//! |---|---|---|
//! | [`syntax`] | source text | a tree with a position on every node, or errors in the words of Go's compiler |
//! | [`types`] | trees | what every name and expression is: objects, types, constant values, selections, instances |
//! | `code` | a checked tree | bytecode with a position on every instruction |
//! | `machine` | bytecode | goroutines: one future each, which runs until it blocks |
//! | `library` | Go's packages as Go source | the packages that a program may import, over a few natives |
//!
//! A room knows the ones above it and none below. The language is Go 1.25 without `unsafe`, cgo and complex numbers.
//!
//! Nothing that is typed can panic, hang or use memory without bound here: what is too much is refused with a sentence
//! ([`syntax::limits`] says where each limit stands).
//!
//! Not here: what a channel or a lock does (that is `sync`), who leaks (that is `verdict`), and the page.

// A page has these only where it is asked for the reader's own Go: the first load must not grow for it.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod check;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
pub(crate) mod code;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
#[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "only the command line takes a census at the end"))]
pub(crate) mod compile;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
pub(crate) mod library;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
#[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "only the command line takes a census at the end"))]
pub(crate) mod machine;
pub mod syntax;
pub mod types;
