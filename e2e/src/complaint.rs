//! What the console of a page complains of, the same for both browsers.

/// The levels of complaints, as ChromeDriver spells them.
pub(crate) const SEVERE: &str = "SEVERE";
pub(crate) const WARNING: &str = "WARNING";

/// An error or a warning, which the console of a healthy page never shows.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// `SEVERE` or `WARNING`.
    pub level: String,
    /// The message, with its source.
    pub message: String,
}
