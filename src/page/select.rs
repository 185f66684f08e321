//! Which task is selected: by a click on the stage, on a line's badge, or by walking through the table.

use crate::page::app::{App, Direction};
use crate::page::facts::{self, Filter};
use crate::stage::draw::Hit;
use crate::trace::columns::Place;
use crate::trace::event::TaskId;
use crate::verdict::ledger::Task;

impl App {
    pub(crate) fn select(&mut self, task: Option<TaskId>) {
        self.selected = task;
        self.scene.borrow_mut().select(task);
        self.refresh();
    }

    pub(crate) fn click(&mut self, x: f32, y: f32) {
        let task = {
            let scene = self.scene.borrow();
            match scene.stage().hit(x, y) {
                Some(Hit::Task(task)) => Some(task),
                Some(Hit::Scope(scope)) => scene.run.player.ledger().scope(scope).and_then(|scope| scope.parent),
                None => None,
            }
        };
        self.select(task);
    }

    /// Selects a task that waits on this line of the listing: a leaked one, if there is one.
    pub(crate) fn select_at(&mut self, index: usize) {
        let Some(places) = self.shown.get(index).map(|shown| shown.places.clone()) else { return };
        let task = {
            let scene = self.scene.borrow();
            let (ledger, trace) = (scene.run.player.ledger(), scene.run.player.trace());
            let is_here = |place: &Place| places.iter().any(|spot| spot.holds(&place.file, place.line));
            let waits_here = |task: &&Task| task.waits().any(|wait| is_here(trace.place(wait.head.place)));
            let leaked = facts::tasks(ledger, Filter::Leaked).find(waits_here);
            let stopping = || facts::tasks(ledger, Filter::Stopping).find(waits_here);
            let alive = || facts::tasks(ledger, Filter::Alive).find(waits_here);
            leaked.or_else(stopping).or_else(alive).map(|task| task.id)
        };
        self.select(task);
    }

    pub(crate) fn select_neighbour(&mut self, direction: Direction) {
        let task = {
            let scene = self.scene.borrow();
            let mut before = None;
            let mut found = None;
            let mut tasks = facts::tasks(scene.run.player.ledger(), self.filter).map(|task| task.id);
            for task in tasks.by_ref() {
                if self.selected.is_none_or(|selected| selected == task) {
                    found = Some(task);
                    break;
                }
                before = Some(task);
            }
            match (found, direction) {
                (found, _) if self.selected.is_none() => found,
                (None, _) => None,
                (Some(here), Direction::Next) => Some(tasks.next().unwrap_or(here)),
                (Some(here), Direction::Previous) => Some(before.unwrap_or(here)),
            }
        };
        self.select(task);
    }
}
