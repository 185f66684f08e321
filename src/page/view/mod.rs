//! The page's parts: each a function from the session to HTML, with a [`Dispatch`](super::dispatch::Dispatch) for what is done there.
//!
//! - [`whole`]: the page in a window of its own; [`embedded`]: the page in a frame, a layout of its own;
//! - [`head`], [`switch`], [`figure`]: what stands above: the choices, the switch, the counts and the stage;
//! - [`sheet`]: what a narrow page keeps out of its rows;
//! - [`deeds`]: what there is to do;
//! - [`bar`]: time; [`code`]: the listing; `editor`: the reader's own, where the page is built for it; [`knobs`]: knobs and presets;
//! - [`forks`]: the other futures of the run, and the steps back;
//! - [`tasks`]: the inspector, the table, the drain test; [`dialogs`]: what lies over the page;
//! - [`tag`]: how they write HTML; [`format`](mod@format): numbers in it.

pub(crate) mod bar;
pub(crate) mod code;
pub(crate) mod deeds;
pub(crate) mod dialogs;
#[cfg(feature = "go")]
pub(crate) mod editor;
pub(crate) mod embedded;
pub(crate) mod figure;
pub(crate) mod forks;
pub(crate) mod format;
pub(crate) mod head;
pub(crate) mod knobs;
pub(crate) mod sheet;
pub(crate) mod switch;
pub(crate) mod tag;
pub(crate) mod tasks;
pub(crate) mod whole;
