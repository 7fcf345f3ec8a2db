//! How an asynchronous stage ends. The ending is decided when the stage is triggered and told when it is over.

use serde::{Deserialize, Serialize};

use super::{banking_error::BankingError, offer::Offer};

/// How the business rule engine ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::sandbox) enum BreOutcome {
    /// The customer may choose from an offer.
    Offer(Offer),
    /// Statements have to be analysed before an offer can be made.
    BankingRequired,
    /// The customer gets no loan.
    Rejected(BreRejection),
    /// A technical failure: trigger it again.
    Failed,
}

/// Who turned a customer down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum BreRejection {
    /// FinBox's own checks before the lender was asked.
    PreBre,
    /// The lender's rules.
    LenderBre,
}

impl BreRejection {
    /// The documented word.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::PreBre => "PRE_BRE_REJECT",
            Self::LenderBre => "LENDER_BRE_REJECT",
        }
    }

    /// The reason in detail.
    pub(in crate::sandbox) fn detail(self) -> &'static str {
        match self {
            Self::PreBre => "The pincode of the current address is not serviceable",
            Self::LenderBre => "The bureau score is below the lender's cut-off",
        }
    }
}

/// How the analysis of bank statements ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum BankingOutcome {
    /// The statements can be used.
    Accepted,
    /// They cannot.
    Refused {
        /// Why.
        error: BankingError,
        /// The bank that was named, for the message.
        bank: String,
    },
}

/// How the identity check ends, and whether a one-time password stands in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) struct KycOutcome {
    /// Whether the customer has to enter a one-time password first.
    pub(in crate::sandbox) password: OneTimePassword,
    /// The final status.
    pub(in crate::sandbox) status: KycStatus,
    /// The documented message that explains it, if any.
    pub(in crate::sandbox) message: Option<KycMessage>,
}

/// The one-time password of the central KYC registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum OneTimePassword {
    /// Not asked for.
    NotAsked,
    /// Asked for, and entered correctly after a while.
    Entered,
    /// Asked for, and entered wrongly first.
    Mistaken,
}

/// A final status of the identity check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum KycStatus {
    /// All checks passed.
    Approved,
    /// Good enough to go on while someone reviews it.
    ConditionalSuccess,
    /// Turned down for good.
    Rejected,
    /// Turned down, but may be tried again with better documents.
    SoftRejected,
    /// A technical failure, or no data to check against.
    Failed,
}

impl KycStatus {
    /// The documented word, with the documented spelling.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Approved => "APPROVED",
            Self::ConditionalSuccess => "CONTIONAL_SUCCESS",
            Self::Rejected => "REJECTED",
            Self::SoftRejected => "SOFT_REJECTED",
            Self::Failed => "FAILED",
        }
    }

    /// Whether the journey goes on from here.
    pub(in crate::sandbox) fn is_favourable(self) -> bool {
        matches!(self, Self::Approved | Self::ConditionalSuccess)
    }
}

/// A documented message about the identity check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum KycMessage {
    /// The central registry gave nothing.
    CkycFailed,
    /// The dates of birth of Aadhaar and PAN differ.
    PanDataMismatch,
    /// The names of Aadhaar and application differ.
    NameMismatch,
    /// The signature of the Aadhaar file is not valid.
    DigitalSignatureRejected,
    /// The selfie shows someone else.
    FaceMismatch,
    /// The selfie was not taken live.
    LivenessReject,
    /// A person has to look at it.
    ManualReviewRequired,
    /// A person turned it down for the name.
    ManualKycReject,
    /// A person turned it down for the account holder's name.
    ManualPennydropReject,
}

impl KycMessage {
    /// The documented word.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::CkycFailed => "CKYC_FAILED",
            Self::PanDataMismatch => "PAN_DATA_MISMATCH",
            Self::NameMismatch => "NAME_MISMATCH",
            Self::DigitalSignatureRejected => "DIGITAL_SIGNATURE_REJECTED",
            Self::FaceMismatch => "FACE_MISMATCH",
            Self::LivenessReject => "LIVENESS_REJECT",
            Self::ManualReviewRequired => "MANUAL_REVIEW_REQUIRED",
            Self::ManualKycReject => "MANUAL_KYC_REJECT",
            Self::ManualPennydropReject => "MANUAL_PENNYDROP_REJECT",
        }
    }
}

/// How the signing of the agreement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum AgreementOutcome {
    /// Signed.
    Signed,
    /// The customer would not sign.
    Rejected,
    /// A technical failure.
    Failed,
}

impl AgreementOutcome {
    /// The documented word.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Signed => "SUCCESS",
            Self::Rejected => "REJECTED",
            Self::Failed => "FAILED",
        }
    }
}

/// How the disbursal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum DisbursalOutcome {
    /// The money was sent.
    Paid,
    /// It was not.
    Failed,
}

impl DisbursalOutcome {
    /// The documented word; the one for a failure is only heard of, never shown.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Paid => "SUCCESS",
            Self::Failed => "FAILED",
        }
    }
}
