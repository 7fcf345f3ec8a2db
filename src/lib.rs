//! Proviso runs declarative contract tests against HTTP APIs.

pub mod sandbox;
