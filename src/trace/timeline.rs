//! A trace drawn as text, like a logic analyser's picture: a row for each task, a column for each poll.
//!
//! ```text
//! ms        0   100  300
//! 1 parent  #---c
//! 2 child   +#--+h
//! 3 child   ++#------.
//! ```
//!
//! `+` ready, `#` polled, `-` waiting, `.` returned in this poll, `h` heard the cancel in it, `c` cancelled a context in it,
//! `*` panicked, `!` aborted. A moment of virtual time opens with its milliseconds above its first column.

use crate::trace::columns::{Reader, Trace};
use crate::trace::event::{Event, Role, TaskId};

/// Draws the whole trace. Made for tests and for the terminal: it is as wide as there are polls.
pub fn draw(trace: &Trace) -> String {
    let mut drawing = Drawing { rows: Vec::new(), ruler: String::new(), width: 0, running: None };
    let mut reader = Reader::new();
    drawing.mark_time(0);
    while let Some(event) = reader.next(trace) {
        drawing.event(event, reader.now_us());
    }
    drawing.text()
}

struct Row {
    name: String,
    cells: String,
    state: char,
}

struct Drawing {
    rows: Vec<Row>,
    ruler: String,
    width: usize,
    running: Option<TaskId>,
}

impl Drawing {
    fn event(&mut self, event: Event<'_>, now_us: u64) {
        match event {
            Event::Advanced { .. } => self.mark_time(now_us),
            Event::Spawned { task, role, .. } => self.spawn(task, role),
            Event::Woken { task } => self.set(task, '+'),
            Event::Polled { task } => {
                self.running = Some(task);
                self.set(task, '#');
            }
            Event::Heard => self.mark_running('h'),
            Event::Cancelled { .. } => self.mark_running('c'),
            Event::Pending => {
                // A task that woke itself stands in the queue again already.
                let after = self.running.and_then(|task| self.row(task)).map_or('-', |row| row.state);
                self.end_poll(if after == '+' { '+' } else { '-' });
            }
            Event::Returned => {
                self.mark_running('.');
                self.end_poll(' ');
            }
            Event::Panicked { .. } => {
                self.mark_running('*');
                self.end_poll(' ');
            }
            Event::Aborted { task } => self.set(task, '!'),
            _ => {}
        }
    }

    fn spawn(&mut self, task: TaskId, role: Role) {
        let name = format!("{} {}", task.0, role.as_str());
        self.rows.push(Row { name, cells: " ".repeat(self.width), state: '+' });
    }

    fn row(&mut self, task: TaskId) -> Option<&mut Row> {
        self.rows.get_mut((task.0 as usize).checked_sub(1)?)
    }

    fn set(&mut self, task: TaskId, state: char) {
        if let Some(row) = self.row(task) {
            row.state = state;
        }
    }

    /// Marks what the running task did. The first mark of a poll stays: that it returned shows in the empty cells behind.
    fn mark_running(&mut self, state: char) {
        if let Some(task) = self.running
            && self.row(task).is_some_and(|row| row.state == '#' || row.state == '+')
        {
            self.set(task, state);
        }
    }

    /// One column: what everybody's state is at the end of this poll.
    fn end_poll(&mut self, after: char) {
        let running = self.running.take().and_then(|task| (task.0 as usize).checked_sub(1));
        if let Some(row) = running.and_then(|index| self.rows.get_mut(index)) {
            row.cells.push(if row.state == '+' { '#' } else { row.state });
            row.state = after;
        }
        self.column(running);
    }

    /// One column of everybody's state, but for the one row that has its cell already.
    fn column(&mut self, done: Option<usize>) {
        self.width += 1;
        for (index, row) in self.rows.iter_mut().enumerate().filter(|(index, _)| Some(*index) != done) {
            debug_assert!(row.cells.chars().count() < self.width, "row {index} is behind the new column");
            row.cells.push(row.state);
            if row.state == '!' {
                row.state = ' ';
            }
        }
    }

    /// Time passes: columns without a poll, until there is room for the next label.
    fn mark_time(&mut self, now_us: u64) {
        while self.ruler.chars().count() > self.width {
            self.column(None);
        }
        self.ruler.push_str(&" ".repeat(self.width - self.ruler.chars().count()));
        self.ruler.push_str(&format!("{} ", now_us / 1_000));
    }

    fn text(&self) -> String {
        let widest = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max(2);
        let ruler = format!("{:widest$}  {}", "ms", self.ruler);
        let rows = self.rows.iter().map(|row| format!("{:widest$}  {}", row.name, row.cells));
        let lines: Vec<String> = std::iter::once(ruler).chain(rows).map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n") + "\n"
    }
}
