//! Proviso runs declarative contract tests against HTTP APIs.
//!
//! One idea carries the design: the journal is the run. Whatever happens is an [`event::Event`]; every report is a fold
//! over events. Modules stand below in layers, lower ones first, and import only lower ones; `tests/it/architecture.rs`
//! holds the table.

// Layer 0: texts, words, secrets, patterns and named forms of text.
pub mod ecma;
pub mod format;
pub mod secret;
pub mod source;
pub mod text;

// Layer 1: what we tell a person, what a run says, the small language inside suites, YAML with places.
pub mod diagnostic;
pub mod event;
pub mod expr;
pub mod yaml;

// Layer 2: what an API promises, a suite as written, what was accepted of a response.
pub mod contract;
pub mod rule;
pub mod snapshot;
pub mod suite;

// Layer 3: a suite that can be run, how a request reaches a server, what past runs say.
pub mod change;
pub mod history;
pub mod import;
pub mod journal;
pub mod plan;
pub mod transport;

// Layer 4: walks a plan and emits events; listens to events. The two never import each other.
pub mod report;
pub mod run;

// Layer 5: the reference server, an island that shares no type with the code that judges it; promises broken one at a
// time; a client's traffic graded.
pub mod conduct;
pub mod mutate;
pub mod sandbox;

// Layer 5 as well: what an editor is told, what runs sent as files of other tools.
pub mod editor;
pub mod export;

// Layer 6: the program.
pub mod cli;
