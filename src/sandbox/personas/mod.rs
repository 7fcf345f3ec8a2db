//! Test data that decides what happens to a customer, in the manner of a payment gateway's test cards.
//!
//! A customer whose data is in no row is approved everywhere, so ordinary data needs no knowledge of the table. The table is
//! the only home of that knowledge: routes ask it, and the page for people and the document are made from it.

mod page;
mod reach;
mod rule;
mod table;

pub(super) use page::html;
pub use page::markdown as personas_document;
pub use reach::ways_to;
pub(super) use rule::Plot;

use super::{
    code::Code,
    journey::{BankingError, DocumentKind, KycOutcome},
};
use rule::Rule;
use table::ROWS;

/// One row of the table: which test data, and what comes of it.
#[derive(Debug)]
struct Row {
    name: &'static str,
    rule: Rule,
    says: &'static str,
}

/// What happens to customers whose data is in no row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Persona(Plot);

impl Persona {
    /// The persona of that name, if there is one that a whole server can have: one chosen by PAN.
    pub fn named(name: &str) -> Option<Self> {
        plots().find(|(known, _)| *known == name).map(|(_, plot)| Self(plot))
    }

    /// The names that `named` knows, in the order of the journey.
    pub fn names() -> impl Iterator<Item = &'static str> {
        plots().map(|(name, _)| name)
    }

    /// The permanent account numbers of the table, which are nobody's.
    pub fn pans() -> impl Iterator<Item = &'static str> {
        ROWS.iter().filter_map(|row| match row.rule {
            Rule::Pan(pan, _) => Some(pan),
            _ => None,
        })
    }

    /// What it brings about.
    pub(super) fn plot(self) -> Plot {
        self.0
    }
}

impl Default for Persona {
    /// Approved everywhere.
    fn default() -> Self {
        Self(Plot::Approved)
    }
}

fn plots() -> impl Iterator<Item = (&'static str, Plot)> {
    ROWS.iter().filter_map(|row| match row.rule {
        Rule::Pan(_, plot) => Some((row.name, plot)),
        _ => None,
    })
}

/// What comes of a permanent account number.
pub(super) fn plot_of(pan: &str) -> Option<Plot> {
    ROWS.iter().find_map(|row| match row.rule {
        Rule::Pan(known, plot) if known == pan => Some(plot),
        _ => None,
    })
}

/// The code under which a customer with this mobile number cannot be created.
pub(super) fn refusal_of(mobile: &str) -> Option<Code> {
    ROWS.iter().find_map(|row| match row.rule {
        Rule::Mobile(known, code) if known == mobile => Some(code),
        _ => None,
    })
}

/// The error that statements of this bank run into.
pub(super) fn error_of_bank(bank: &str) -> Option<BankingError> {
    ROWS.iter().find_map(|row| match row.rule {
        Rule::Bank(known, error) if known == bank => Some(error),
        _ => None,
    })
}

/// The error that a statement with this file name runs into.
pub(super) fn error_of_statement(file_name: &str) -> Option<BankingError> {
    let file_name = file_name.to_lowercase();
    ROWS.iter().find_map(|row| match row.rule {
        Rule::Statement(word, error) if file_name.contains(word) => Some(error),
        _ => None,
    })
}

/// What a document with this file name makes of the identity check.
pub(super) fn outcome_of_document(kind: DocumentKind, file_name: &str) -> Option<KycOutcome> {
    let file_name = file_name.to_lowercase();
    ROWS.iter().find_map(|row| match row.rule {
        Rule::Document(known, word, outcome) if known == kind && file_name.contains(word) => Some(outcome),
        _ => None,
    })
}
