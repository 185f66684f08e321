//! The harness of the tests in a real browser.
