//! Proviso runs declarative contract tests against HTTP APIs.
