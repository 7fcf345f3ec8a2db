//! Whether statements can be used, told the customer after the processing time.

use std::collections::HashSet;

use jiff::civil::Date;

use super::super::{
    banks,
    journey::{BankingError, BankingOutcome},
    personas,
};
use super::{file::Statement, period::Period};

/// What is analysed.
#[derive(Debug)]
pub(in crate::sandbox) struct Request<'a> {
    /// The bank as the caller names it.
    pub(in crate::sandbox) bank: &'a str,
    /// The statements.
    pub(in crate::sandbox) statements: &'a [Statement],
    /// The day of the analysis in India.
    pub(in crate::sandbox) today: Date,
}

/// Analyses statements. The first thing wrong is the answer, from the request as a whole to the single file.
pub(in crate::sandbox) fn analyse(request: &Request<'_>) -> BankingOutcome {
    match find_error(request) {
        None => BankingOutcome::Accepted,
        Some(error) => BankingOutcome::Refused { error, bank: request.bank.to_owned() },
    }
}

fn find_error(request: &Request<'_>) -> Option<BankingError> {
    if request.statements.iter().any(|statement| !statement.is_file) {
        return Some(BankingError::FileObject);
    }
    if let Some(error) = error_of_bank(request.bank) {
        return Some(error);
    }
    let mut contents = HashSet::new();
    if !request.statements.iter().all(|statement| contents.insert(&statement.content)) {
        return Some(BankingError::Duplicate);
    }
    let expected = Period::expected(request.today);
    request.statements.iter().find_map(|statement| error_of_statement(statement, request.bank, expected))
}

fn error_of_bank(name: &str) -> Option<BankingError> {
    if name.is_empty() {
        return Some(BankingError::BankMissing);
    }
    match banks::find(name) {
        None => Some(BankingError::BankUnknown),
        Some(bank) if !bank.takes_statements => Some(BankingError::ModeNotAvailable),
        Some(_) => personas::error_of_bank(name),
    }
}

fn error_of_statement(statement: &Statement, bank: &str, expected: Period) -> Option<BankingError> {
    if let Some(error) = personas::error_of_statement(&statement.file_name) {
        return Some(error);
    }
    if statement.holds(b"/Image") && !statement.holds(b"/Font") {
        return Some(BankingError::Image);
    }
    if names_another_bank(&statement.file_name, bank) {
        return Some(BankingError::BankMismatch);
    }
    match Period::told_by(&statement.file_name) {
        Err(error) => Some(error),
        Ok(Some(period)) if !period.is_within(expected) => Some(BankingError::OutOfRange),
        Ok(_) => None,
    }
}

/// Whether a file name begins with the name of a bank other than the selected one.
fn names_another_bank(file_name: &str, selected: &str) -> bool {
    let first = file_name.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    let named = banks::find(&first.to_uppercase());
    named.is_some_and(|bank| bank.name != selected && !selected.starts_with(&format!("{} ", bank.name)))
}
