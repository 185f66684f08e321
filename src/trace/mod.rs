//! FACTS: what happened in a run, and nothing else.
//!
//! - [`event`]: the facts a run can consist of, and the ids that name its parts;
//! - [`columns`]: how they are stored, a few bytes each, and read back in order;
//! - [`timeline`]: a trace drawn as text, like a logic analyser's picture.
//!
//! Deliberately absent: any verdict ("leaked" is a judgement, see [`crate::verdict`]), any machine time, and any
//! import of another module of this crate.

pub mod columns;
pub mod event;
pub mod timeline;
