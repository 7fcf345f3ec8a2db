//! Proviso runs declarative contract tests against HTTP APIs.
//!
//! One idea carries the design: the journal is the run. Whatever happens is an [`event::Event`]; every report is a fold
//! over events. Modules stand below in layers, lower ones first, and import only lower ones; `tests/architecture.rs`
//! holds the table.

// Layer 0: texts, words, secrets.
pub mod secret;
pub mod source;
pub mod text;

// Layer 1: what we tell a person.
pub mod diagnostic;

// Layer 3: what a run says.
pub mod event;

// Layer 4: walking a plan, and listening to what happens.
pub mod report;
