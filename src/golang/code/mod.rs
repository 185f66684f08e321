//! CODE: a checked tree → bytecode.
//!
//! Takes what [`types`](super::types) found out, gives a program that the machine runs: [`make`]. Every instruction has its place
//! in the source. The modules:
//!
//! | module | |
//! |---|---|
//! | [`op`] | the instructions |
//! | [`program`] | what code is made into |
//! | `asked` | what functions ask for: other functions, types, constants, each once |
//! | `function` | one function: registers, scopes, jumps |
//! | `statements`, `loops`, `switches`, `expressions`, `calls`, `builtins`, `places` | what it is made of |
//! | `maker` | a program: all functions that are asked for |
//!
//! A variable stands in a register, or on the heap when a function literal captures it or a pointer points to it. A struct or an
//! array is an object of its own on the heap: who assigns one copies it, and a pointer to it is the object itself.
//!
//! Not here: what an instruction does. What cannot be made yet is refused with a sentence (docs/go.md lists it).

mod asked;
mod builtins;
mod calls;
mod expressions;
mod function;
mod loops;
mod maker;
pub(crate) mod op;
mod places;
pub(crate) mod program;
mod statements;
mod switches;

pub(crate) use maker::make;
