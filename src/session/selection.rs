//! Which task is selected, and which tasks the table shows: by a click on the stage, on a line's badge, or by walking.

use std::ops::ControlFlow;

use crate::player::run::Player;
use crate::session::tasks::{self, Filter};
use crate::session::waits::Spot;
use crate::trace::columns::Place;
use crate::trace::event::TaskId;
use crate::verdict::ledger::Ledger;
use crate::verdict::model::Task;

/// The selected task, and the tasks to walk through.
pub struct Selection {
    /// The selected one.
    pub task: Option<TaskId>,
    /// Which ones the table shows.
    pub filter: Filter,
}

/// Where to look for another task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Before the selected one.
    Previous,
    /// Behind it.
    Next,
}

impl Selection {
    /// Nothing selected, the leaks in the table.
    pub fn new() -> Selection {
        Selection { task: None, filter: Filter::Leaked }
    }

    /// The task beside the selected one in the table; the first one when none is selected.
    pub fn neighbour(&self, ledger: &Ledger, direction: Direction) -> Option<TaskId> {
        let (mut before, mut found, mut is_past) = (None, None, self.task.is_none());
        let _ = tasks::visit(ledger, self.filter, &mut |task| {
            if is_past {
                found = Some(task.id);
                return ControlFlow::Break(());
            }
            is_past = self.task == Some(task.id);
            if is_past {
                // It stays selected where there is none beside it.
                found = if direction == Direction::Previous { before.or(self.task) } else { self.task };
                return if direction == Direction::Previous {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                };
            }
            before = Some(task.id);
            ControlFlow::Continue(())
        });
        found
    }
}

impl Default for Selection {
    fn default() -> Selection {
        Selection::new()
    }
}

/// A task that waits at one of these spots: a leaked one, if there is one, or else one that was told to stop.
pub fn waiting_on(player: &Player, spots: &[Spot]) -> Option<TaskId> {
    let (ledger, trace) = (player.ledger(), player.trace());
    let is_here = |place: &Place| spots.iter().any(|spot| spot.holds(&place.file, place.line));
    let waits_here = |task: &Task| task.waits().any(|wait| is_here(trace.place(wait.head.place)));
    let found = |filter: Filter| {
        let mut found = None;
        let _ = tasks::visit(ledger, filter, &mut |task| {
            if !waits_here(task) {
                return ControlFlow::Continue(());
            }
            found = Some(task.id);
            ControlFlow::Break(())
        });
        found
    };
    found(Filter::Leaked).or_else(|| found(Filter::Stopping)).or_else(|| found(Filter::Alive))
}
