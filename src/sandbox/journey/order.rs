//! The order of the journey: what must have happened before each step. This table is the only place that knows it.

use super::super::{
    breaks::{Active, Skip},
    clock::Moment,
    code::Code,
    problem::Problem,
};
use super::customer::Customer;
use super::document::DocumentKind;
use super::outcome::{BreOutcome, KycStatus};
use super::run::{Stage, StageKind};

/// A step that a partner takes for a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Step {
    /// Details for the rule engine.
    UpdateDetails,
    /// Details about repayment.
    UpdateMandate,
    /// Asking for offers.
    TriggerBre,
    /// Sending statements.
    TriggerBanking,
    /// Taking up an offer.
    AcceptOffer,
    /// Uploading a document.
    UploadDocument,
    /// Checking the identity.
    TriggerKyc,
    /// Signing the agreement.
    TriggerAgreement,
    /// Paying the loan.
    TriggerDisbursal,
}

/// Something that must be so before a step.
#[derive(Debug, Clone, Copy)]
enum Need {
    NotDisqualified,
    Details,
    Offer,
    NoApplication,
    Application,
    KycDocuments,
    KycFavourable,
    Mandate,
    Agreement,
    Signature,
}

/// What each step needs, in the order in which a missing one is reported.
fn needs(step: Step) -> &'static [Need] {
    use Need::{
        Agreement, Application, Details, KycDocuments, KycFavourable, Mandate, NoApplication, NotDisqualified, Offer,
        Signature,
    };
    match step {
        Step::UpdateDetails => &[NotDisqualified, NoApplication],
        Step::TriggerBre | Step::TriggerBanking => &[NotDisqualified, Details, NoApplication],
        Step::AcceptOffer => &[NotDisqualified, Offer],
        Step::UploadDocument => &[NotDisqualified, Application],
        Step::TriggerKyc => &[NotDisqualified, Application, KycDocuments],
        Step::UpdateMandate => &[NotDisqualified, Application, KycFavourable],
        Step::TriggerAgreement => &[NotDisqualified, Application, KycFavourable, Mandate, Agreement],
        Step::TriggerDisbursal => &[NotDisqualified, Application, Signature],
    }
}

/// The documents that the identity check reads.
const KYC_DOCUMENTS: [DocumentKind; 2] = [DocumentKind::Aadhaar, DocumentKind::Selfie];

impl Customer {
    /// Refuses a step whose time has not come, or has passed.
    pub(in crate::sandbox) fn may(&self, step: Step, now: Moment, active: &Active) -> Result<(), Problem> {
        let left_out = |need: &&Need| need.skip().is_some_and(|skip| active.skips(skip));
        needs(step).iter().filter(|need| !left_out(need)).try_for_each(|need| need.check(self, now))
    }
}

impl Need {
    /// The check that can be left out on purpose.
    fn skip(self) -> Option<Skip> {
        match self {
            Self::Details => Some(Skip::Details),
            Self::Offer => Some(Skip::OfferUnknown),
            Self::KycDocuments => Some(Skip::KycDocuments),
            Self::KycFavourable => Some(Skip::Kyc),
            Self::Mandate => Some(Skip::Mandate),
            Self::Agreement => Some(Skip::Agreement),
            Self::Signature => Some(Skip::Signature),
            Self::NotDisqualified | Self::NoApplication | Self::Application => None,
        }
    }

    fn check(self, customer: &Customer, now: Moment) -> Result<(), Problem> {
        match self {
            Self::NotDisqualified => {
                let problem = || Problem::new(Code::UserDisqualified, "the customer was rejected and cannot go on");
                require(!customer.is_disqualified(now), problem)
            }
            Self::Details => {
                require(customer.applicant.is_some(), || too_early("the customer's details were not sent yet"))
            }
            Self::Offer => {
                let offered = matches!(customer.finished(StageKind::Bre, now), Some(Stage::Bre(BreOutcome::Offer(_))));
                require(offered, || too_early("there is no offer to accept yet"))
            }
            Self::NoApplication => {
                let problem = || too_early("an offer was accepted, so the loan application can no longer be changed");
                require(customer.acceptance.is_none(), problem)
            }
            Self::Application => require(customer.acceptance.is_some(), || too_early("no offer was accepted yet")),
            Self::KycDocuments => {
                let missing = KYC_DOCUMENTS.into_iter().find(|kind| customer.document(*kind).is_none());
                missing
                    .map_or(Ok(()), |kind| Err(too_early(format!("the document {} was not uploaded yet", kind.word()))))
            }
            Self::KycFavourable => {
                let favourable = customer.kyc_status(now).is_some_and(KycStatus::is_favourable);
                require(favourable, || too_early("KYC is not approved yet"))
            }
            Self::Mandate => require(customer.mandate.is_some(), || too_early("the mandate details were not sent yet")),
            Self::Agreement => {
                let problem = || Problem::bare(Code::AgreementMissing);
                require(customer.document(DocumentKind::Agreement).is_some(), problem)
            }
            Self::Signature => require(customer.has_signed(now), || too_early("the agreement is not signed yet")),
        }
    }
}

fn too_early(sentence: impl Into<String>) -> Problem {
    Problem::new(Code::StateInvalid, sentence)
}

fn require(fulfilled: bool, problem: impl FnOnce() -> Problem) -> Result<(), Problem> {
    if fulfilled { Ok(()) } else { Err(problem()) }
}
