//! A trace drawn as text, like a logic analyser's picture: a row for each task, a column for each poll.
//!
//! ```text
//! ms        0        100
//! 1 root    #---------
//! 2 parent  +#------#.
//! 3 child    +#----+ .
//! ```
//!
//! `+` ready, `#` polled, `-` waiting, `.` returned in this poll, `!` aborted, `*` panicked, `h` polled and heard the cancel,
//! `c` polled and cancelled a context. A moment of virtual time opens with its milliseconds above its first column.

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

    fn mark_running(&mut self, state: char) {
        if let Some(task) = self.running {
            self.set(task, state);
        }
    }

    /// One column: what everybody's state is at the end of this poll.
    fn end_poll(&mut self, after: char) {
        self.width += 1;
        let running = self.running.take();
        for row in &mut self.rows {
            let shown = match row.state {
                '+' if running.is_some_and(|task| row.name.starts_with(&format!("{} ", task.0))) => '#',
                state => state,
            };
            row.cells.push(shown);
            if matches!(row.state, '#' | 'h' | 'c' | '.' | '*' | '!') {
                row.state = if matches!(row.state, '.' | '*' | '!') { ' ' } else { after };
            }
        }
    }

    fn mark_time(&mut self, now_us: u64) {
        let label = (now_us / 1_000).to_string();
        if self.ruler.chars().count() > self.width {
            return;
        }
        self.ruler.push_str(&" ".repeat(self.width - self.ruler.chars().count()));
        self.ruler.push_str(&label);
        self.ruler.push(' ');
    }

    fn text(&self) -> String {
        let widest = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max(2);
        let ruler = format!("{:widest$}  {}", "ms", self.ruler);
        let rows = self.rows.iter().map(|row| format!("{:widest$}  {}", row.name, row.cells));
        let lines: Vec<String> = std::iter::once(ruler).chain(rows).map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n") + "\n"
    }
}
