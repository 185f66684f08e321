//! SYNTAX: source → tokens → tree.
//!
//! Takes the text of one file, gives its tree: [`parse`]. The modules in the order in which a file flows through them:
//!
//! | module | |
//! |---|---|
//! | [`position`] | a place in the source: file, line, column |
//! | [`error`] | what is wrong there, in the words of Go's compiler |
//! | [`limits`] | how much is too much |
//! | [`token`] | the words of the language: tables of keywords, signs and operators |
//! | `literals` | what numbers, strings and runes look like |
//! | `lexer` | bytes → tokens, with the semicolons that Go inserts at ends of lines |
//! | [`literal`] | the text of a literal → its value |
//! | [`tree`] | the nodes |
//! | [`print`](mod@print) | nodes → text, as error messages quote them |
//! | `parser` | tokens → nodes: one function a production of Go's grammar, with recovery |
//! | `branches` | labels, `goto`, `break` and `continue`: do they lead somewhere? |
//!
//! Not here: what a name means. `f(x)` may be a call or a conversion, `a[b]` an index or an instance: types knows.

mod branches;
pub mod error;
mod lexer;
pub mod limits;
pub mod literal;
mod literals;
mod parser;
pub mod position;
pub mod print;
pub mod token;
pub mod tree;

use error::Errors;
use tree::{File, Tree};

/// Parses one file of a package into the tree of the whole program, and reports what is wrong with it.
///
/// Even of a file with errors everything is given that could be understood.
pub fn parse(name: &str, source: &str, tree: &mut Tree, errors: &mut Errors) -> File {
    let before = errors.len();
    let number = tree.add_file(name);
    let file = parser::Parser::new(source, number, tree, errors).file();
    errors.one_a_line_since(before);
    file
}
