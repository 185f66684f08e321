//! The page's address: where it stands, and the query that was written last.

use crate::link::{Link, write};

/// Where the page stands.
pub struct Address {
    page: String,
    written: String,
}

impl Address {
    /// A page at this address, without a query.
    pub fn new(page: String) -> Address {
        Address { page, written: String::new() }
    }

    /// The address without its query.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The address that opens a link.
    pub fn of(&self, link: &Link) -> String {
        [&self.page, write::query(link).as_str()].concat()
    }

    /// The browser has another query there; whether it is another one.
    pub fn note(&mut self, query: &str) -> bool {
        let is_other = self.written != query;
        query.clone_into(&mut self.written);
        is_other
    }

    /// The query to write into the address, unless it stands there already.
    pub fn change(&mut self, link: &Link) -> Option<String> {
        let query = write::query(link);
        if query == self.written {
            return None;
        }
        self.written.clone_from(&query);
        Some(query)
    }
}
