//! One customer of one partner.

use serde::{Deserialize, Serialize};

use super::super::{
    clock::Moment,
    ids::{Id, IdSource},
};
use super::document::{Document, DocumentKind};
use super::outcome::{AgreementOutcome, BankingOutcome, BreOutcome, KycStatus};
use super::run::{Progress, Run, Stage, StageKind};

/// Everything that is remembered about a customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Customer {
    /// Where its ids come from.
    pub(in crate::sandbox) ids: IdSource,
    /// Who it is, once details were sent.
    pub(in crate::sandbox) applicant: Option<Applicant>,
    /// The stages that were triggered, oldest first.
    pub(in crate::sandbox) runs: Vec<Run>,
    /// The offer it took up, which makes the loan application.
    pub(in crate::sandbox) acceptance: Option<Acceptance>,
    /// The documents it uploaded; a later one of a kind replaces the earlier.
    pub(in crate::sandbox) documents: Vec<Document>,
    /// The account that repays the loan.
    pub(in crate::sandbox) mandate: Option<Mandate>,
    /// Its latest session.
    pub(in crate::sandbox) session: Option<Session>,
    /// Operations that failed on purpose when they were first called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::sandbox) failed: Vec<String>,
}

/// Who the customer is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Applicant {
    /// Permanent account number, which chooses the persona.
    pub(in crate::sandbox) pan: String,
    /// Full name.
    pub(in crate::sandbox) name: String,
    /// Date of birth as it was sent.
    pub(in crate::sandbox) dob: String,
    /// Gender as it was sent.
    pub(in crate::sandbox) gender: String,
    /// First line of the current address.
    pub(in crate::sandbox) line1: String,
    /// Second line of the current address.
    pub(in crate::sandbox) line2: String,
    /// City of the current address.
    pub(in crate::sandbox) city: String,
    /// State of the current address.
    pub(in crate::sandbox) state: String,
    /// Postal code of the current address.
    pub(in crate::sandbox) pincode: String,
    /// The income band as it was sent.
    pub(in crate::sandbox) monthly_income: String,
}

/// The choice a customer made inside an offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::sandbox) struct Acceptance {
    /// The offer.
    pub(in crate::sandbox) offer: Id,
    /// The amount.
    pub(in crate::sandbox) amount: f64,
    /// The months.
    pub(in crate::sandbox) tenure: f64,
    /// The yearly interest in percent.
    pub(in crate::sandbox) interest: f64,
}

/// The account from which the loan is repaid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Mandate {
    /// Its number.
    pub(in crate::sandbox) account_number: String,
    /// The code of its branch.
    pub(in crate::sandbox) ifsc: String,
}

/// A visit to the pages that a partner does not build itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Session {
    /// Its id, the last part of its URL.
    pub(in crate::sandbox) id: Id,
    /// Where the customer is sent afterwards.
    pub(in crate::sandbox) redirect: String,
}

impl Customer {
    /// A customer who has just been created.
    pub(in crate::sandbox) fn new(ids: IdSource) -> Self {
        Self {
            ids,
            applicant: None,
            runs: Vec::new(),
            acceptance: None,
            documents: Vec::new(),
            mandate: None,
            session: None,
            failed: Vec::new(),
        }
    }

    /// Everything that someone may ask for it by.
    pub(in crate::sandbox) fn references(&self) -> impl Iterator<Item = Id> {
        let session = self.session.iter().map(|session| session.id);
        self.runs.iter().map(|run| run.reference).chain(session)
    }

    /// Adds a run. When there are too many, the oldest that no later one of its kind depends on goes, and is returned.
    pub(in crate::sandbox) fn add_run(&mut self, run: Run) -> Option<Id> {
        const ENOUGH: usize = 32;
        self.runs.push(run);
        let superseded = |place: &usize| {
            let kind = self.runs[*place].stage.kind();
            self.runs[place + 1..].iter().any(|later| later.stage.kind() == kind)
        };
        let oldest = (0..self.runs.len()).find(superseded).filter(|_| self.runs.len() > ENOUGH)?;
        Some(self.runs.remove(oldest).reference)
    }

    /// The latest run of a kind.
    pub(in crate::sandbox) fn latest(&self, kind: StageKind) -> Option<&Run> {
        self.runs.iter().rev().find(|run| run.stage.kind() == kind)
    }

    /// The latest run of a kind, if it is over.
    pub(in crate::sandbox) fn finished(&self, kind: StageKind, now: Moment) -> Option<&Stage> {
        self.latest(kind).filter(|run| run.progress(now) == Progress::Done).map(|run| &run.stage)
    }

    /// How many runs of a kind there were.
    pub(in crate::sandbox) fn count(&self, kind: StageKind) -> usize {
        self.runs.iter().filter(|run| run.stage.kind() == kind).count()
    }

    /// The uploaded document of a kind.
    pub(in crate::sandbox) fn document(&self, kind: DocumentKind) -> Option<&Document> {
        self.documents.iter().find(|document| document.kind == kind)
    }

    /// Keeps a document in place of the one of its kind before.
    pub(in crate::sandbox) fn keep(&mut self, document: Document) {
        self.documents.retain(|earlier| earlier.kind != document.kind);
        self.documents.push(document);
    }

    /// Whether statements were analysed and accepted.
    pub(in crate::sandbox) fn has_usable_statements(&self, now: Moment) -> bool {
        self.finished(StageKind::Banking, now) == Some(&Stage::Banking(BankingOutcome::Accepted))
    }

    /// Whether the rule engine, or the identity check, turned the customer down for good.
    pub(in crate::sandbox) fn is_disqualified(&self, now: Moment) -> bool {
        let by_rules = matches!(self.finished(StageKind::Bre, now), Some(Stage::Bre(BreOutcome::Rejected(_))));
        by_rules || self.kyc_status(now) == Some(KycStatus::Rejected)
    }

    /// The final status of the identity check.
    pub(in crate::sandbox) fn kyc_status(&self, now: Moment) -> Option<KycStatus> {
        match self.finished(StageKind::Kyc, now) {
            Some(Stage::Kyc(outcome)) => Some(outcome.status),
            _ => None,
        }
    }

    /// Whether the agreement is signed.
    pub(in crate::sandbox) fn has_signed(&self, now: Moment) -> bool {
        self.finished(StageKind::Agreement, now) == Some(&Stage::Agreement(AgreementOutcome::Signed))
    }
}
