//! What the server remembers about one customer, and the rules of the journey.
//!
//! Nothing in here knows HTTP: routes read requests, this module decides, routes write answers.

mod customer;
mod offer;
mod order;
mod outcome;
mod run;

pub(super) use customer::{Acceptance, Applicant, Customer, Document, Mandate, Session};
pub(super) use offer::Offer;
pub(super) use order::Step;
pub(super) use outcome::{
    AgreementOutcome, BankingOutcome, BreOutcome, BreRejection, DisbursalOutcome, KycMessage,
    KycOutcome, KycStatus, OneTimePassword,
};
pub(super) use run::{Progress, Run, Stage, StageKind};
