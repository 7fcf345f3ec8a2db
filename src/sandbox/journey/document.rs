//! The kinds of document a customer uploads.

use serde::{Deserialize, Serialize};

use super::outcome::KycOutcome;

/// A documented kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) enum DocumentKind {
    /// The signed identity file of Aadhaar.
    Aadhaar,
    /// A picture of the customer.
    Selfie,
    /// The agreement to sign.
    Agreement,
    /// A proof of business.
    BusinessProof,
}

impl DocumentKind {
    /// All of them, as documented.
    pub(in crate::sandbox) const ALL: [Self; 4] = [Self::Aadhaar, Self::Selfie, Self::Agreement, Self::BusinessProof];

    /// The documented word.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Aadhaar => "AADHAAR_XML",
            Self::Selfie => "SELFIE",
            Self::Agreement => "LOAN_AGREEMENT",
            Self::BusinessProof => "BUSINESS_PROOF_DOC",
        }
    }

    /// The part of the form that carries the file.
    pub(in crate::sandbox) fn part(self) -> &'static str {
        match self {
            Self::Aadhaar => "digilocker_aadhaar_xml",
            Self::Selfie => "selfie",
            Self::Agreement => "agreement",
            Self::BusinessProof => "business_proof_doc",
        }
    }
}

/// An uploaded document. Its content is judged on arrival and not kept, and neither is the name of its file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Document {
    /// Its kind.
    pub(in crate::sandbox) kind: DocumentKind,
    /// What it makes of the identity check, where it decides.
    pub(in crate::sandbox) decides: Option<KycOutcome>,
}
