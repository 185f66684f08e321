//! Go's `error`: what a task of a group returns, and why a context was cancelled.

use std::error::Error;
use std::fmt;
use std::rc::Rc;

use crate::executor::spawn::Plain;

/// Why a context is done. Its texts are Go's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextError {
    /// `context.Canceled`
    Canceled,
    /// `context.DeadlineExceeded`
    DeadlineExceeded,
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ContextError::Canceled => "context canceled",
            ContextError::DeadlineExceeded => "context deadline exceeded",
        })
    }
}

impl Error for ContextError {}

/// An error of any kind. A clone is the same error.
///
/// ```
/// use pileup::sync::failure::Failure;
///
/// let failure = Failure::from("the disk is full");
/// assert_eq!(failure.to_string(), "the disk is full");
/// assert!(failure.is(&failure.clone()));
/// assert!(!failure.is(&Failure::from("the disk is full"))); // another one
/// ```
#[derive(Clone)]
pub struct Failure(What);

#[derive(Clone)]
enum What {
    Context(ContextError),
    Text(Rc<str>),
    Other(Rc<dyn Error>),
}

impl Failure {
    /// Any error of Rust's.
    pub fn new(error: impl Error + 'static) -> Failure {
        Failure(What::Other(Rc::new(error)))
    }

    /// `err == other`: whether it is the same error, not one that reads the same.
    pub fn is(&self, other: &Failure) -> bool {
        match (&self.0, &other.0) {
            (What::Context(one), What::Context(other)) => one == other,
            (What::Text(one), What::Text(other)) => Rc::ptr_eq(one, other),
            (What::Other(one), What::Other(other)) => std::ptr::addr_eq(Rc::as_ptr(one), Rc::as_ptr(other)),
            _ => false,
        }
    }
}

impl From<ContextError> for Failure {
    fn from(error: ContextError) -> Failure {
        Failure(What::Context(error))
    }
}

/// `errors.New(text)`
impl From<&str> for Failure {
    fn from(text: &str) -> Failure {
        Failure(What::Text(text.into()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            What::Context(error) => error.fmt(f),
            What::Text(text) => f.write_str(text),
            What::Other(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Failure {}

/// Errors own texts, and no handles: an error type that does is a claim that it does not matter.
impl Plain for Failure {
    const MAY_HIDE_HANDLES: bool = false;
}
