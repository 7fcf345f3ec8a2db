//! The test data that decides what happens to a customer, in one table.
//!
//! A customer whose data is in no row is approved everywhere, so ordinary data needs no knowledge of this table.

use super::journey::{
    AgreementOutcome, BreRejection, DisbursalOutcome, KycMessage, KycOutcome, KycStatus,
    OneTimePassword,
};

/// One row: a permanent account number and what comes of it.
#[derive(Debug)]
pub(super) struct Persona {
    /// Its name, for people and for settings.
    #[expect(dead_code, reason = "the page about test data shows it")]
    pub(super) name: &'static str,
    /// The permanent account number that chooses it.
    pub(super) pan: &'static str,
    /// What happens.
    pub(super) plot: Plot,
}

/// The one thing that sets a persona apart from an ordinary, approved customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plot {
    /// Nothing does.
    Approved,
    /// Details cannot be processed.
    DetailsNotProcessed,
    /// The rule engine is asked under a policy that does not exist.
    PolicyInvalid,
    /// The lender does not answer when offers are asked for.
    LenderFailure,
    /// The rule engine says no.
    BreRejected(BreRejection),
    /// The rule engine fails the first time.
    BreFailsOnce,
    /// The rule engine fails every time.
    BreFails,
    /// Statements are wanted before an offer is made.
    BankingRequired,
    /// The offer lapses at once.
    OfferLapses,
    /// The identity check goes its own way.
    Kyc(KycOutcome),
    /// The agreement is not signed.
    Agreement(AgreementOutcome),
    /// The payment does not arrive.
    Disbursal(DisbursalOutcome),
}

const fn kyc(status: KycStatus, message: Option<KycMessage>) -> Plot {
    Plot::Kyc(KycOutcome {
        password: OneTimePassword::NotAsked,
        status,
        message,
    })
}

const fn kyc_with(
    password: OneTimePassword,
    status: KycStatus,
    message: Option<KycMessage>,
) -> Plot {
    Plot::Kyc(KycOutcome {
        password,
        status,
        message,
    })
}

const fn row(name: &'static str, pan: &'static str, plot: Plot) -> Persona {
    Persona { name, pan, plot }
}

/// All personas.
pub(super) const PERSONAS: &[Persona] = &[
    row("approved", "SBXPA0000A", Plot::Approved),
    row(
        "details-not-processed",
        "SBXPD0001A",
        Plot::DetailsNotProcessed,
    ),
    row("policy-invalid", "SBXPB1001A", Plot::PolicyInvalid),
    row("lender-failure", "SBXPB1002A", Plot::LenderFailure),
    row(
        "pre-bre-reject",
        "SBXPB1003A",
        Plot::BreRejected(BreRejection::PreBre),
    ),
    row(
        "lender-bre-reject",
        "SBXPB1004A",
        Plot::BreRejected(BreRejection::LenderBre),
    ),
    row("bre-fails-once", "SBXPB1005A", Plot::BreFailsOnce),
    row("bre-fails", "SBXPB1006A", Plot::BreFails),
    row("banking-required", "SBXPB1007A", Plot::BankingRequired),
    row("offer-lapses", "SBXPB1008A", Plot::OfferLapses),
    row(
        "kyc-otp",
        "SBXPK2001A",
        kyc_with(OneTimePassword::Entered, KycStatus::Approved, None),
    ),
    row(
        "kyc-otp-mistaken",
        "SBXPK2002A",
        kyc_with(OneTimePassword::Mistaken, KycStatus::Approved, None),
    ),
    row(
        "kyc-conditional",
        "SBXPK2003A",
        kyc(
            KycStatus::ConditionalSuccess,
            Some(KycMessage::ManualReviewRequired),
        ),
    ),
    row(
        "kyc-pan-data-mismatch",
        "SBXPK2004A",
        kyc(KycStatus::Rejected, Some(KycMessage::PanDataMismatch)),
    ),
    row(
        "kyc-name-mismatch",
        "SBXPK2005A",
        kyc(KycStatus::Rejected, Some(KycMessage::NameMismatch)),
    ),
    row(
        "kyc-manual-reject",
        "SBXPK2006A",
        kyc(KycStatus::Rejected, Some(KycMessage::ManualKycReject)),
    ),
    row(
        "kyc-pennydrop-reject",
        "SBXPK2007A",
        kyc(KycStatus::Rejected, Some(KycMessage::ManualPennydropReject)),
    ),
    row(
        "kyc-face-mismatch",
        "SBXPK2008A",
        kyc(KycStatus::SoftRejected, Some(KycMessage::FaceMismatch)),
    ),
    row(
        "kyc-liveness-reject",
        "SBXPK2009A",
        kyc(KycStatus::SoftRejected, Some(KycMessage::LivenessReject)),
    ),
    row(
        "kyc-signature-rejected",
        "SBXPK2010A",
        kyc(
            KycStatus::Failed,
            Some(KycMessage::DigitalSignatureRejected),
        ),
    ),
    row(
        "kyc-ckyc-failed",
        "SBXPK2011A",
        kyc(KycStatus::Failed, Some(KycMessage::CkycFailed)),
    ),
    row(
        "kyc-okyc-failed",
        "SBXPK2012A",
        kyc(KycStatus::Failed, None),
    ),
    row(
        "agreement-rejected",
        "SBXPG3001A",
        Plot::Agreement(AgreementOutcome::Rejected),
    ),
    row(
        "agreement-failed",
        "SBXPG3002A",
        Plot::Agreement(AgreementOutcome::Failed),
    ),
    row(
        "disbursal-failed",
        "SBXPM4001A",
        Plot::Disbursal(DisbursalOutcome::Failed),
    ),
];

/// What comes of a customer with this permanent account number.
pub(super) fn plot_of(pan: &str) -> Plot {
    PERSONAS
        .iter()
        .find(|persona| persona.pan == pan)
        .map_or(Plot::Approved, |persona| persona.plot)
}
