//! What several test programs share: running suites inside the test's own process, on virtual time.
#![allow(dead_code, reason = "every test program includes all of it and uses its part")]

pub(crate) mod journey;
pub(crate) mod scripted;
