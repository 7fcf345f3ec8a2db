//! Wrong conduct on demand: not broken bytes, as faults are, but answers that are well shaped and wrong, and requests taken
//! that had to be refused. Every switch is a row of [`table`].

mod lies;
mod table;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use http::StatusCode;
use serde_json::Value;

use lies::Circumstance;
pub use table::BREAKS;

/// One way to behave wrongly.
#[derive(Debug)]
pub struct Break {
    /// Its name, as it is typed.
    pub name: &'static str,
    /// What the server does, in one sentence.
    pub about: &'static str,
    pub(super) what: Conduct,
}

/// What a switch changes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Conduct {
    /// A check that is left out.
    Skip(Skip),
    /// An answer that is told wrongly: of these operations, in this way.
    Tell(&'static [&'static str], fn(&mut Circumstance<'_>)),
}

/// A check that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    /// That there is a key.
    KeyMissing,
    /// That the key is a known one.
    KeyUnknown,
    /// That no more comes than may.
    Rate,
    /// That there is a customer's name.
    CustomerName,
    /// That the customer was created.
    CustomerUnknown,
    /// That the customer was not created yet.
    CustomerExists,
    /// That the mobile number is one.
    Mobile,
    /// That the program is documented.
    Program,
    /// That details were sent.
    Details,
    /// That the offer is one of the customer's.
    OfferUnknown,
    /// That the offer stands.
    OfferExpired,
    /// That the choice is within a slab.
    Slabs,
    /// That no offer was accepted.
    Accepted,
    /// That the rule engine, and KYC, did not reject the customer.
    Rejected,
    /// That the documents of KYC are there.
    KycDocuments,
    /// That KYC went well.
    Kyc,
    /// That the account for repayment was sent.
    Mandate,
    /// That the agreement was uploaded.
    Agreement,
    /// That the agreement was signed.
    Signature,
    /// That the loan was not paid out yet.
    Paid,
}

impl Break {
    /// The switch of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        BREAKS.iter().find(|own| own.name == name)
    }
}

/// The switches that are on for every request.
#[derive(Debug, Clone, Default)]
pub struct Breaks(Vec<&'static Break>);

impl Breaks {
    /// These switches.
    #[must_use]
    pub const fn new(switches: Vec<&'static Break>) -> Self {
        Self(switches)
    }

    pub(super) fn all(&self) -> &[&'static Break] {
        &self.0
    }
}

/// The switches that are on for one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Active(Vec<&'static Break>);

impl Active {
    /// Those that are always on, and those of the fault that befell it.
    pub(super) fn of(always: &Breaks, fault: &[&'static Break]) -> Self {
        Self(always.all().iter().chain(fault).copied().collect())
    }

    /// Adds those that are not among them yet.
    pub(super) fn add(&mut self, more: &[&'static Break]) {
        for one in more {
            if !self.0.iter().any(|own| own.name == one.name) {
                self.0.push(one);
            }
        }
    }

    /// Whether a check is left out.
    pub(super) fn skips(&self, skip: Skip) -> bool {
        self.0.iter().any(|own| matches!(own.what, Conduct::Skip(skipped) if skipped == skip))
    }

    /// Whether answers of an operation are told wrongly.
    pub(super) fn lies_about(&self, operation: &str) -> bool {
        self.lies(operation).next().is_some()
    }

    fn lies(&self, operation: &str) -> impl Iterator<Item = fn(&mut Circumstance<'_>)> {
        self.0.iter().filter_map(move |own| match own.what {
            Conduct::Tell(operations, lie) if operations.is_empty() || operations.contains(&operation) => Some(lie),
            _ => None,
        })
    }

    /// Tells an answer wrongly.
    pub(super) fn tell(
        &self,
        operation: &str,
        status: &mut StatusCode,
        body: &mut Value,
        memory: &Memory,
        customer: u64,
    ) {
        let mut circumstance = Circumstance { operation, status, body, memory, customer };
        self.lies(operation).for_each(|lie| lie(&mut circumstance));
    }
}

/// What lies have to remember: how often something was told.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory(Arc<Mutex<HashMap<(u64, String), u32>>>);

impl Memory {
    /// How often this was counted before, for a customer.
    pub(super) fn count(&self, customer: u64, what: &str) -> u32 {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((customer, what.to_owned())).or_default();
        *count += 1;
        *count - 1
    }
}

#[cfg(test)]
mod tests {
    use super::BREAKS;

    #[test]
    fn every_switch_has_a_name_of_its_own_and_says_what_it_does() {
        assert!(BREAKS.len() >= 35, "{}", BREAKS.len());
        for (number, one) in BREAKS.iter().enumerate() {
            assert!(one.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", one.name);
            assert!(one.about.ends_with('.'), "{}", one.name);
            assert!(BREAKS[..number].iter().all(|other| other.name != one.name), "{} stands twice", one.name);
        }
    }
}
