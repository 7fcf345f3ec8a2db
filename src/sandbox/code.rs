//! Every documented status code, once, with the HTTP status it travels under.

use http::StatusCode;

macro_rules! codes {
    ($($name:ident $text:literal $status:literal $meaning:literal;)*) => {
        /// A documented status code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// All of them, in the order of the journey.
            pub(super) const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it is written in an envelope.
            pub(super) fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What the code says, in a few words.
            pub(super) fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }

            /// The HTTP status that goes with it. Documented only for banking; elsewhere it is this server's ruling.
            pub(super) fn status(self) -> StatusCode {
                let number: u16 = match self { $(Self::$name => $status,)* };
                StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    };
}

codes! {
    UserCreated "CUR-S-000" 200 "user created";
    MobileInvalid "CUR-E-001" 400 "invalid mobile number";
    UserExists "CUR-E-002" 409 "user exists";
    DetailsUpdated "UUD-S-000" 200 "details updated";
    DetailsPayloadInvalid "UUD-E-000" 400 "invalid payload";
    DetailsNotProcessed "UUD-E-001" 500 "error processing request";
    DetailsInvalid "UUD-E-002" 400 "validation error";
    OffersTriggered "GNO-S-000" 200 "offer generation triggered";
    PolicyInvalid "GNO-E-002" 422 "invalid policy ID";
    OffersReady "GEO-S-000" 200 "offers ready";
    OffersProcessing "GEO-S-001" 200 "offers still processing";
    OffersRejected "GEO-S-002" 200 "customer rejected";
    OffersFailed "GEO-S-003" 200 "offer generation failed";
    OfferAccepted "AOP-S-000" 200 "offer accepted";
    OfferUnknown "AOP-E-002" 422 "invalid offer ID";
    OfferInputInvalid "AOP-E-003" 422 "invalid input";
    BankingTriggered "BANK-TBN-S-000" 200 "statement analysis triggered";
    BankingDone "BANK-GBR-S-000" 200 "statement analysis done";
    BankingProcessing "BANK-GBR-S-001" 200 "statement analysis still processing";
    BankingFailed "BANK-GBR-S-002" 200 "statement analysis failed";
    BanksListed "BANK-GBL-S-000" 200 "bank list";
    KycTriggered "TCK-S-000" 200 "KYC triggered";
    KycDone "GKD-S-000" 200 "KYC done";
    KycPending "GKD-S-001" 200 "KYC not finished";
    KycFailed "GKD-E-000" 200 "KYC failed or rejected";
    AgreementTriggered "TAS-S-000" 200 "agreement signing triggered";
    AgreementMissing "TAS-E-001" 422 "agreement document not found";
    AgreementStatus "GAS-S-000" 200 "agreement signing status";
    DisbursalTriggered "TDB-S-200" 200 "disbursal triggered";
    DisbursalStatus "GDB-S-200" 200 "disbursal status";
    SessionCreated "PSS-S-000" 200 "session created";
    GenericFailure "FBX-E-000" 500 "generic failure";
    RequestInvalid "FBX-E-001" 400 "request validation failed";
    InternalIssue "FBX-E-002" 500 "internal issues";
    TimedOut "FBX-E-003" 504 "timed out";
    TooManyRequests "FBX-E-004" 429 "too many requests";
    Unauthorised "FBX-E-005" 401 "unauthorised request";
    UserNotFound "FBX-E-006" 404 "user not found";
    ProgramInvalid "FBX-E-007" 400 "invalid program";
    ReferenceInvalid "FBX-E-008" 404 "invalid reference ID";
    KeyMissing "FBX-E-009" 400 "missing required key";
    StateInvalid "FBX-E-010" 422 "invalid user state";
    UserDisqualified "FBX-E-011" 422 "user disqualified";
    LenderFailure "FBX-E-012" 502 "lender API failure";
    FileInvalid "FBX-E-013" 400 "invalid file";
    CustomerIdRequired "FBX-E-014" 400 "customer ID required";
    AlreadyReported "FBX-S-208" 409 "request already reported";
}
