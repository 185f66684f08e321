//! The tasks that wait for the next change of an input.

use crate::executor::wake::Wake;

/// The tasks that wait for the next change of an input. A listener leaves with the future that waits.
#[derive(Default)]
pub(crate) struct Listeners {
    /// The numbers of those who wait, ascending, and beside them whom to wake.
    numbers: Vec<u64>,
    wakes: Vec<Wake>,
    joined: u64,
    changes: u64,
}

impl Listeners {
    /// Takes everybody out. The caller wakes them outside of the engine's inside, which waking enters.
    pub(crate) fn change(&mut self) -> Vec<Wake> {
        self.changes += 1;
        self.numbers.clear();
        std::mem::take(&mut self.wakes)
    }

    /// A number for a new listener, and how many changes there were until now.
    pub(crate) fn join(&mut self) -> (u64, u64) {
        self.joined += 1;
        (self.joined, self.changes)
    }

    /// How many changes there were until now.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    pub(crate) fn wait(&mut self, number: u64, wake: Wake) {
        match self.numbers.binary_search(&number) {
            Ok(at) => self.wakes[at] = wake,
            Err(at) => {
                self.numbers.insert(at, number);
                self.wakes.insert(at, wake);
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.numbers.capacity() * size_of::<u64>() + self.wakes.capacity() * size_of::<Wake>()
    }

    pub(crate) fn leave(&mut self, number: u64) -> Option<Wake> {
        let at = self.numbers.binary_search(&number).ok()?;
        self.numbers.remove(at);
        Some(self.wakes.remove(at))
    }
}
