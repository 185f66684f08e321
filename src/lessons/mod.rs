//! PROGRAMS: the lessons that the playground runs, and their registry.
//!
//! A lesson is a value: a program (which *is* its own listing), its knobs, its presets and its words. Each lesson of the
//! registry has a folder here; any other program can be made into a lesson too, even while the page runs.
//!
//! - here: the registry;
//! - [`lesson`]: a lesson as a value, with its [`knob`]s, [`preset`]s and [`deed`]s;
//! - [`listing`]: a lesson's source as something to show;
//! - [`load`]: what programs of lessons share: when requests come, which calls hang;
//! - [`condition`]: which settings of the knobs a line or a sentence is for;
//! - [`check`]: what is missing or wrong in a lesson.
//!
//! A lesson imports `executor`, `sync` and the structs of `text`; nothing but this registry imports a lesson.

pub mod check;
pub mod condition;
pub mod deed;
pub mod dropped;
pub mod knob;
pub mod leak;
pub mod lesson;
pub mod listing;
pub mod load;
pub mod preset;

use std::rc::Rc;

pub use crate::lessons::knob::{BadValue, Knob, Unit, Values, When};
pub use crate::lessons::lesson::Lesson;
pub use crate::lessons::preset::Preset;

thread_local! {
    /// The registry: lessons are made once, and shared.
    static LESSONS: Vec<Rc<Lesson>> = vec![Rc::new(leak::lesson()), Rc::new(dropped::lesson())];
}

/// Every lesson, in the order in which the page offers them; there is at least one.
pub fn all() -> Vec<Rc<Lesson>> {
    LESSONS.with(Vec::clone)
}

/// The lesson that the page opens when nothing is asked for.
pub fn first() -> Rc<Lesson> {
    all().swap_remove(0)
}

/// The lesson with this name.
pub fn by_name(name: &str) -> Option<Rc<Lesson>> {
    all().into_iter().find(|lesson| lesson.name == name)
}
