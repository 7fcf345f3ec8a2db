//! Certifications: a partner's system judged through the referee, on virtual time, and the command line around it.

#![allow(clippy::unwrap_used, reason = "what helpers of tests cannot have is the end of the test")]

mod bench;
mod guide;
mod hostile;
mod outside;
mod partners;
mod profiles;
mod program;
