//! What test data can be, and what it can bring about.

use super::super::{
    code::Code,
    journey::{
        AgreementOutcome, BankingError, BreRejection, DisbursalOutcome, DocumentKind, KycMessage, KycOutcome,
        KycStatus, OneTimePassword, StageKind,
    },
};

/// Test data and its effect.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// A permanent account number sets the plot of the whole journey.
    Pan(&'static str, Plot),
    /// A mobile number makes Create User fail.
    Mobile(&'static str, Code),
    /// A bank's name makes its statements fail.
    Bank(&'static str, BankingError),
    /// A word in a statement's file name makes it fail.
    Statement(&'static str, BankingError),
    /// A word in a document's file name decides the identity check.
    Document(DocumentKind, &'static str, KycOutcome),
}

/// The one thing that sets a customer apart from an ordinary, approved one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Plot {
    /// Nothing does.
    Approved,
    /// Details cannot be processed.
    DetailsNotProcessed,
    /// The bank list comes in an envelope.
    BanksInEnvelope,
    /// Every operation fails the first time.
    FailsFirst,
    /// The rule engine is asked under a policy that does not exist.
    PolicyInvalid,
    /// The lender does not answer when offers are asked for.
    LenderFailure,
    /// The customer was disqualified before anything was asked.
    Disqualified,
    /// The rule engine says no.
    BreRejected(BreRejection),
    /// The rule engine fails the first time.
    BreFailsOnce,
    /// The rule engine fails every time.
    BreFails,
    /// Statements are wanted before an offer is made.
    BankingRequired,
    /// The same, and the first statements run into this error.
    BankingFailsOnce(BankingError),
    /// The offer lapses at once.
    OfferLapses,
    /// The identity check goes its own way.
    Kyc(KycOutcome),
    /// The first identity check does, later ones end well.
    KycOnce(KycOutcome),
    /// The agreement is not signed.
    Agreement(AgreementOutcome),
    /// The payment does not arrive.
    Disbursal(DisbursalOutcome),
    /// A stage takes so long that nobody sees it end.
    Slow(StageKind),
}

impl Rule {
    /// The documented codes and words that it leads to.
    pub(super) fn reaches(self) -> Vec<&'static str> {
        match self {
            Self::Pan(_, plot) => plot.reaches(),
            Self::Mobile(_, code) => vec![code.text()],
            Self::Bank(_, error) | Self::Statement(_, error) => {
                vec![Code::BankingFailed.text(), error.code()]
            }
            Self::Document(_, _, outcome) => words_of(outcome),
        }
    }
}

impl Plot {
    fn reaches(self) -> Vec<&'static str> {
        match self {
            Self::Approved => vec![Code::OffersReady.text(), Code::KycDone.text(), KycStatus::Approved.word()],
            Self::DetailsNotProcessed => vec![Code::DetailsNotProcessed.text()],
            Self::BanksInEnvelope => vec![Code::BanksListed.text()],
            Self::FailsFirst => vec![Code::InternalIssue.text()],
            Self::PolicyInvalid => vec![Code::PolicyInvalid.text()],
            Self::LenderFailure => vec![Code::LenderFailure.text()],
            Self::Disqualified => vec![Code::UserDisqualified.text()],
            Self::BreRejected(rejection) => {
                vec![Code::OffersRejected.text(), rejection.word(), Code::UserDisqualified.text()]
            }
            Self::BreFailsOnce | Self::BreFails => vec![Code::OffersFailed.text()],
            Self::BankingRequired => vec![Code::OffersReady.text()],
            Self::BankingFailsOnce(error) => vec![Code::BankingFailed.text(), error.code()],
            Self::OfferLapses => vec![Code::OfferUnknown.text()],
            Self::Kyc(outcome) | Self::KycOnce(outcome) => words_of(outcome),
            Self::Agreement(outcome) => vec![Code::AgreementStatus.text(), outcome.word()],
            Self::Disbursal(outcome) => vec![Code::DisbursalStatus.text(), outcome.word()],
            Self::Slow(kind) => vec![code_of_processing(kind).text(), "PROCESSING"],
        }
    }
}

/// The code under which a stage says PROCESSING.
fn code_of_processing(kind: StageKind) -> Code {
    match kind {
        StageKind::Bre => Code::OffersProcessing,
        StageKind::Banking => Code::BankingProcessing,
        StageKind::Kyc => Code::KycPending,
        StageKind::Agreement => Code::AgreementStatus,
        StageKind::Disbursal => Code::DisbursalStatus,
    }
}

fn words_of(outcome: KycOutcome) -> Vec<&'static str> {
    let mut words = Vec::new();
    if outcome.password != OneTimePassword::NotAsked {
        words.extend([Code::KycPending.text(), "ACTION_PENDING", "SUBMIT_CKYC_OTP"]);
    }
    if outcome.password == OneTimePassword::Mistaken {
        words.push("INVALID_CKYC_OTP");
    }
    let code = if outcome.status.is_favourable() { Code::KycDone } else { Code::KycFailed };
    words.extend([code.text(), outcome.status.word()]);
    words.extend(outcome.message.map(KycMessage::word));
    words
}
