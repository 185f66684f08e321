//! TYPES: tree → what every name and expression is.
//!
//! Takes the trees of a program's packages, gives what the next room needs to make code of them, or errors in the words of
//! Go's compiler: [`check::check`]. The modules in the order in which they build on each other:
//!
//! | module | |
//! |---|---|
//! | [`constant`] | exact values of constants |
//! | [`ids`], [`builtins`], [`objects`], [`kinds`] | what there is: predeclared functions, what names stand for, types |
//! | [`store`] | the table of all types and objects |
//! | [`under`], [`identity`], [`typesets`], [`predicates`], [`lookup`], [`substitute`], [`print`](mod@print) | what is asked of types |
//! | [`scopes`], `universe` | which names there are where |
//! | [`info`] | the answer: tables for the next room |
//! | `checker` | one file a part of the language: declarations, types, expressions, calls, statements |
//! | [`check`](mod@check) | the door |
//!
//! Not here: what a program does. Constants are computed, nothing else.

pub mod builtins;
pub mod check;
mod checker;
pub mod constant;
pub mod identity;
pub mod ids;
pub mod info;
pub mod kinds;
pub mod lookup;
pub mod objects;
pub mod predicates;
pub mod print;
pub mod scopes;
pub mod store;
pub mod substitute;
pub mod typesets;
pub mod under;
mod universe;
