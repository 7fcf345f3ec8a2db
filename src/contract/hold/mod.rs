//! Holding exchanges against the contract: what was promised and not kept, and what the contract does not say. Pure.

mod facts;
mod seen;

pub use facts::{BodyCame, BodySent, Judged, Part, Promised, RequestFacts, ResponseFacts};
pub use seen::Seen;

use super::{Contract, Operation};
use crate::event::{Inventory, TouchedThing};

impl Contract {
    /// Everything it documents that a run can come across.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        unimplemented!()
    }

    /// Holds a request against what is documented for its operation.
    #[must_use]
    pub fn hold_request(&self, _operation: &Operation, _request: &RequestFacts<'_>, _seen: &Seen) -> Judged {
        unimplemented!()
    }

    /// Holds a response against the one variant of its operation that it is meant to be.
    #[must_use]
    pub fn hold_response(&self, _operation: &Operation, _response: &ResponseFacts<'_>, _seen: &Seen) -> Judged {
        unimplemented!()
    }

    /// What a step of a suite promised by name and got; only what is so for the first time.
    #[must_use]
    pub fn promised(&self, _operation: &Operation, _promised: &Promised<'_>, _seen: &Seen) -> Vec<TouchedThing> {
        unimplemented!()
    }
}
