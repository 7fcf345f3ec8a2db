//! What the server remembers about one customer, and the rules of the journey.
//!
//! Nothing in here knows HTTP: routes read requests, this module decides, routes write answers.

mod banking_error;
mod customer;
mod document;
mod offer;
mod order;
mod outcome;
mod run;

pub(super) use banking_error::BankingError;
pub(super) use customer::{Acceptance, Applicant, Customer, Mandate, Session};
pub(super) use document::{Document, DocumentKind};
pub(super) use offer::Offer;
pub(super) use order::Step;
pub(super) use outcome::{
    AgreementOutcome, BankingOutcome, BreOutcome, BreRejection, DisbursalOutcome, KycMessage, KycOutcome, KycStatus,
    OneTimePassword,
};
pub(super) use run::{Progress, Run, Stage, StageKind};
