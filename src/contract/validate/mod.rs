//! Validating exchanges against the contract: what was promised and not kept, and what the contract does not say. Pure.

mod body;
mod catalogue;
mod choose;
mod context;
mod deep;
mod duplicates;
mod facts;
mod fields;
mod form;
mod headers;
mod index;
mod media;
mod multipart;
mod numbering;
mod parameters;
mod path;
mod promised;
mod request;
mod response;
mod seen;
mod stream;
mod values;
mod walk;
mod words;

pub use choose::code_at;
pub use facts::{BodyCame, BodySent, Judged, Part, Promised, RequestFacts, ResponseFacts};
pub use seen::{Seen, Touches};

use super::{Contract, Operation};
use crate::event::Inventory;

impl Contract {
    /// Everything it documents that a run can come across.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        numbering::number(self).0.inventory(self)
    }

    /// Holds a request against what is documented for its operation.
    #[must_use]
    pub fn validate_request(&self, operation: &Operation, request: &RequestFacts<'_>, seen: &Seen) -> Judged {
        request::hold(self, operation, request, seen)
    }

    /// Holds a response against the one variant of its operation that it is meant to be.
    #[must_use]
    pub fn validate_response(&self, operation: &Operation, response: &ResponseFacts<'_>, seen: &Seen) -> Judged {
        response::hold(self, operation, response, seen)
    }

    /// What a step of a suite promised by name and got, as far as the run has not shown it before.
    #[must_use]
    pub fn promised(&self, operation: &Operation, promised: &Promised<'_>, seen: &Seen) -> Touches {
        promised::touched(operation, promised, seen)
    }
}

#[cfg(test)]
mod tests;
