//! The reader's own Go, against Go's own compiler: programs that are wrong on purpose get its answers, wrong programs of any
//! kind get an answer, and right ones none.

mod library;
mod oracle;
mod program;
#[path = "../property/mod.rs"]
mod property;
mod robust;
mod verdict;
mod wrong;
