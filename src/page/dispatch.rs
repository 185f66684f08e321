//! Where the views' actions go, and the elements that they hand out.

use yew::{Callback, NodeRef};

use crate::session::action::Action;

/// What a view is given beside the session.
pub(crate) struct Dispatch {
    /// Takes an action.
    pub(crate) send: Callback<Action>,
    pub(crate) nodes: Nodes,
}

/// Elements that the page reaches for.
#[derive(Default)]
pub(crate) struct Nodes {
    pub(crate) root: NodeRef,
    pub(crate) pile: NodeRef,
    pub(crate) shapes: NodeRef,
    pub(crate) plot: NodeRef,
    pub(crate) strip: NodeRef,
    pub(crate) ticks: NodeRef,
    pub(crate) lines: NodeRef,
    pub(crate) dialog: NodeRef,
    pub(crate) preview: NodeRef,
}
