//! The contract of the lender: a good document, with examples that are what they are examples of.

mod document;
mod examples;
mod large;
mod schema_suite;

use proviso::contract::{Contract, load};
use proviso::diagnostic::{Code, Diagnostic};
use proviso::source::Sources;
use serde_json::Value;

const TEXT: &str = include_str!("../../../schemas/lender-prism.openapi.yaml");

/// The document as it is written.
fn document() -> Value {
    serde_yaml::from_str(TEXT).expect("the contract is YAML")
}

/// The document as it is read.
fn contract() -> Contract {
    read(TEXT).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Reads a contract of one file.
fn read(text: &str) -> Result<Contract, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add("contract.yaml", text);
    let mut none = |_: &mut Sources, path: &str| Err(Box::new(Diagnostic::new(Code::MissingFile, path)));
    load(&mut sources, file, "lender-prism", &mut none)
}
