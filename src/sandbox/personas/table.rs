//! The table itself. Adding a persona is adding a row.

use super::super::{
    code::Code,
    journey::{
        AgreementOutcome, BankingError, BreRejection, DisbursalOutcome, DocumentKind, KycMessage, KycOutcome,
        KycStatus, OneTimePassword, StageKind,
    },
};
use super::{
    Row,
    rule::{Plot, Rule},
};

const fn pan(name: &'static str, pan: &'static str, plot: Plot, says: &'static str) -> Row {
    Row { name, rule: Rule::Pan(pan, plot), says }
}

const fn mobile(name: &'static str, mobile: &'static str, code: Code, says: &'static str) -> Row {
    Row { name, rule: Rule::Mobile(mobile, code), says }
}

const fn bank(name: &'static str, bank: &'static str, error: BankingError, says: &'static str) -> Row {
    Row { name, rule: Rule::Bank(bank, error), says }
}

const fn statement(name: &'static str, word: &'static str, error: BankingError, says: &'static str) -> Row {
    Row { name, rule: Rule::Statement(word, error), says }
}

const fn selfie(name: &'static str, word: &'static str, outcome: KycOutcome, says: &'static str) -> Row {
    Row { name, rule: Rule::Document(DocumentKind::Selfie, word, outcome), says }
}

const fn aadhaar(name: &'static str, word: &'static str, outcome: KycOutcome, says: &'static str) -> Row {
    Row { name, rule: Rule::Document(DocumentKind::Aadhaar, word, outcome), says }
}

const fn password(password: OneTimePassword) -> Plot {
    Plot::Kyc(KycOutcome { password, status: KycStatus::Approved, message: None })
}

const fn ends(status: KycStatus, message: KycMessage) -> KycOutcome {
    KycOutcome { password: OneTimePassword::NotAsked, status, message: Some(message) }
}

const REVIEWED: KycOutcome = ends(KycStatus::ConditionalSuccess, KycMessage::ManualReviewRequired);
const OTHER_DATE: KycOutcome = ends(KycStatus::Rejected, KycMessage::PanDataMismatch);
const OTHER_NAME: KycOutcome = ends(KycStatus::Rejected, KycMessage::NameMismatch);
const REVIEWER_NAME: KycOutcome = ends(KycStatus::Rejected, KycMessage::ManualKycReject);
const REVIEWER_ACCOUNT: KycOutcome = ends(KycStatus::Rejected, KycMessage::ManualPennydropReject);
const OTHER_FACE: KycOutcome = ends(KycStatus::SoftRejected, KycMessage::FaceMismatch);
const NOT_LIVE: KycOutcome = ends(KycStatus::SoftRejected, KycMessage::LivenessReject);
const UNSIGNED: KycOutcome = ends(KycStatus::Failed, KycMessage::DigitalSignatureRejected);
const NO_RECORD: KycOutcome = ends(KycStatus::Failed, KycMessage::CkycFailed);
const UNREADABLE: KycOutcome =
    KycOutcome { password: OneTimePassword::NotAsked, status: KycStatus::Failed, message: None };

/// Every row, in the order of the journey.
pub(super) const ROWS: &[Row] = &[
    mobile("generic-failure", "9000000000", Code::GenericFailure, "Create User fails without a reason."),
    mobile("internal-issue", "9000000002", Code::InternalIssue, "Create User fails inside the service."),
    mobile("timed-out", "9000000003", Code::TimedOut, "Create User times out behind the service."),
    mobile(
        "too-many-requests",
        "9000000004",
        Code::TooManyRequests,
        "Create User asks to come back later, in `Retry-After`.",
    ),
    pan("approved", "SBXPA0000A", Plot::Approved, "Approved in every stage, as any number that is not listed."),
    pan(
        "details-not-processed",
        "SBXPD0001A",
        Plot::DetailsNotProcessed,
        "The details are well-formed but cannot be processed.",
    ),
    pan(
        "bank-list-in-envelope",
        "SBXPD0003A",
        Plot::BanksInEnvelope,
        "Get Bank List answers with the envelope of the other operations, the list under `data`.",
    ),
    pan(
        "fails-first",
        "SBXPD0004A",
        Plot::FailsFirst,
        "Once the details were sent, every operation fails inside the service when it is first called, and then works.",
    ),
    pan("disqualified", "SBXPD0002A", Plot::Disqualified, "Disqualified from the start: offers cannot be asked for."),
    pan("policy-invalid", "SBXPB1001A", Plot::PolicyInvalid, "Trigger BRE names a policy that does not exist."),
    pan("lender-failure", "SBXPB1002A", Plot::LenderFailure, "The lender does not answer Trigger BRE."),
    pan(
        "pre-bre-reject",
        "SBXPB1003A",
        Plot::BreRejected(BreRejection::PreBre),
        "Rejected by the checks before the lender.",
    ),
    pan(
        "lender-bre-reject",
        "SBXPB1004A",
        Plot::BreRejected(BreRejection::LenderBre),
        "Rejected by the lender's rules.",
    ),
    pan("bre-fails-once", "SBXPB1005A", Plot::BreFailsOnce, "The first Trigger BRE fails, the second one succeeds."),
    pan("bre-fails", "SBXPB1006A", Plot::BreFails, "Every Trigger BRE fails."),
    pan(
        "banking-required",
        "SBXPB1007A",
        Plot::BankingRequired,
        "`dataRequired` asks for banking; after usable statements the next Trigger BRE gives an offer.",
    ),
    pan("offer-lapses", "SBXPB1008A", Plot::OfferLapses, "The offer has expired by the time it is shown."),
    pan("bre-slow", "SBXPB1009A", Plot::Slow(StageKind::Bre), "The rule engine takes a day."),
    pan("banking-slow", "SBXPB1010A", Plot::Slow(StageKind::Banking), "The analysis of statements takes a day."),
    pan(
        "banking-scanned-once",
        "SBXPB1011A",
        Plot::BankingFailsOnce(BankingError::Image),
        "`dataRequired` asks for banking; the first statements are found to be scanned.",
    ),
    pan(
        "banking-other-bank-once",
        "SBXPB1012A",
        Plot::BankingFailsOnce(BankingError::BankMismatch),
        "`dataRequired` asks for banking; the first statements are found to be of another bank.",
    ),
    pan(
        "banking-other-dates-once",
        "SBXPB1013A",
        Plot::BankingFailsOnce(BankingError::OutOfRange),
        "`dataRequired` asks for banking; the first statements are found to be of other months.",
    ),
    pan(
        "banking-analyser-down-once",
        "SBXPB1014A",
        Plot::BankingFailsOnce(BankingError::ExternalFailure),
        "`dataRequired` asks for banking; the analyser is down for the first statements.",
    ),
    pan(
        "banking-current-account-once",
        "SBXPB1015A",
        Plot::BankingFailsOnce(BankingError::WrongAccount),
        "`dataRequired` asks for banking; the first statements are found to be of a current account.",
    ),
    pan(
        "banking-tampered-once",
        "SBXPB1016A",
        Plot::BankingFailsOnce(BankingError::Fraud),
        "`dataRequired` asks for banking; the first statements are found to be altered.",
    ),
    bank(
        "mode-not-enabled",
        "DEUTSCHE",
        BankingError::ModeNotEnabled,
        "The bank takes statements, but not from this partner.",
    ),
    statement("trial-expired", "trial-expired", BankingError::TrialExpired, "The partner's trial is over."),
    statement("scanned", "scanned", BankingError::Image, "The statement is a picture."),
    statement(
        "current-account",
        "current-account",
        BankingError::WrongAccount,
        "The statement is not that of a savings account.",
    ),
    statement("tampered", "tampered", BankingError::Fraud, "The statement was altered."),
    statement(
        "analyser-down",
        "analyser-down",
        BankingError::ExternalFailure,
        "The analyser behind the service is down.",
    ),
    pan(
        "kyc-otp",
        "SBXPK2001A",
        password(OneTimePassword::Entered),
        "A one-time password is asked for, and entered after two answers.",
    ),
    pan(
        "kyc-otp-mistaken",
        "SBXPK2002A",
        password(OneTimePassword::Mistaken),
        "The same, but the first one entered is wrong.",
    ),
    pan("kyc-conditional", "SBXPK2003A", Plot::Kyc(REVIEWED), "Good enough to go on while someone reviews it."),
    pan("kyc-pan-data-mismatch", "SBXPK2004A", Plot::Kyc(OTHER_DATE), "Aadhaar and PAN tell different dates of birth."),
    pan("kyc-name-mismatch", "SBXPK2005A", Plot::Kyc(OTHER_NAME), "Aadhaar and application tell different names."),
    pan("kyc-manual-reject", "SBXPK2006A", Plot::Kyc(REVIEWER_NAME), "A reviewer turns the name down."),
    pan(
        "kyc-pennydrop-reject",
        "SBXPK2007A",
        Plot::Kyc(REVIEWER_ACCOUNT),
        "A reviewer turns the account holder's name down.",
    ),
    pan("kyc-face-mismatch", "SBXPK2008A", Plot::Kyc(OTHER_FACE), "The selfie shows someone else, whatever the file."),
    pan("kyc-liveness-reject", "SBXPK2009A", Plot::Kyc(NOT_LIVE), "The selfie was not taken live, whatever the file."),
    pan(
        "kyc-signature-rejected",
        "SBXPK2010A",
        Plot::Kyc(UNSIGNED),
        "The Aadhaar file's signature is not valid, whatever the file.",
    ),
    pan("kyc-ckyc-failed", "SBXPK2011A", Plot::Kyc(NO_RECORD), "The central registry has no record."),
    pan("kyc-okyc-failed", "SBXPK2012A", Plot::Kyc(UNREADABLE), "The Aadhaar file gives no data."),
    pan("kyc-slow", "SBXPK2013A", Plot::Slow(StageKind::Kyc), "The identity check takes a day."),
    pan(
        "kyc-soft-rejected-once",
        "SBXPK2014A",
        Plot::KycOnce(OTHER_FACE),
        "The first selfie is found to show someone else; after another document the next Trigger KYC approves.",
    ),
    selfie(
        "selfie-other-face",
        "other-face",
        OTHER_FACE,
        "The selfie shows someone else; a better one may be uploaded.",
    ),
    selfie("selfie-not-live", "not-live", NOT_LIVE, "The selfie was not taken live; a better one may be uploaded."),
    aadhaar(
        "aadhaar-unsigned",
        "unsigned",
        UNSIGNED,
        "The file's signature is not valid; a better one may be uploaded.",
    ),
    aadhaar("aadhaar-other-name", "other-name", OTHER_NAME, "The file tells another name than the application."),
    aadhaar("aadhaar-other-date", "other-date", OTHER_DATE, "The file tells another date of birth than the PAN."),
    pan("agreement-rejected", "SBXPG3001A", Plot::Agreement(AgreementOutcome::Rejected), "The customer does not sign."),
    pan("agreement-failed", "SBXPG3002A", Plot::Agreement(AgreementOutcome::Failed), "Signing fails."),
    pan("agreement-slow", "SBXPG3003A", Plot::Slow(StageKind::Agreement), "The customer takes a day to sign."),
    pan(
        "disbursal-failed",
        "SBXPM4001A",
        Plot::Disbursal(DisbursalOutcome::Failed),
        "The payment does not go through.",
    ),
    pan("disbursal-slow", "SBXPM4002A", Plot::Slow(StageKind::Disbursal), "The payment takes a day."),
];
