//! What an editor is told of a suite while it is typed: what can stand here, what it means, where it is defined, what else
//! changes with a name.
//!
//! Everything here is text in and answers out; `cli::lsp` speaks the Language Server Protocol. Texts may be broken: nothing
//! here parses YAML, lines and brackets are enough to tell where a cursor stands ([`context`]).

mod complete;
mod context;
mod look;
mod schema;

pub use complete::{Item, ItemKind, complete};
pub use context::{Position, offset_of, position_of};
pub use look::{Target, definition, hover, rename};

/// What is known of the files around a text.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Operations of the contract.
    pub operations: Vec<KnownOperation>,
    /// Status codes of the contract, each with what it means.
    pub codes: Vec<(String, String)>,
    /// The contract's file, where it is one.
    pub contract: Option<String>,
    /// Flows, by their path from the suites' folder.
    pub flows: Vec<String>,
    /// The JSON Schema of the file.
    pub schema: serde_json::Value,
}

/// An operation of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOperation {
    /// What suites call it.
    pub id: String,
    /// `POST /v2/user/create`
    pub address: String,
    /// What it does, in a line.
    pub summary: String,
    /// Names of its query parameters.
    pub query: Vec<String>,
    /// The line of the contract, from 0.
    pub line: usize,
}
