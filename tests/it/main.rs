//! The tests that use Proviso from outside, as one program: one link where ten would cost more than the tests.
//!
//! A folder holds an area; `cargo test --test it cli::` runs one of them.

#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod certify;
mod cli;
mod contract;
mod corpus;
mod distribution;
mod editor;
mod engine;
mod format;
mod import;
mod rules;
mod sandbox;
mod serve;
mod transport;
