//! The switches, one row each.

use super::Conduct::{Skip as Leave, Tell};
use super::{Break, Skip, lies};

macro_rules! breaks {
    ($($name:literal: $about:literal => $what:expr,)+) => {
        /// Every switch.
        pub const BREAKS: &[Break] = &[$(Break { name: $name, about: $about, what: $what }),+];
    };
}

const TRIGGERS: &[&str] = &["triggerBre", "triggerBanking", "triggerKyc", "triggerAgreement", "triggerDisbursal"];
const RESULTS: &[&str] = &["getBre", "getBankingResult", "getKycDetails", "getAgreement", "getDisbursal"];

breaks! {
    "any-key": "A call with a key that nobody was given is taken." => Leave(Skip::KeyUnknown),
    "no-key": "A call without a key is taken." => Leave(Skip::KeyMissing),
    "no-limit": "However fast calls come, none is refused." => Leave(Skip::Rate),
    "no-customer": "A call that names no customer is taken." => Leave(Skip::CustomerName),
    "unknown-customer": "A customer who was never created is served." => Leave(Skip::CustomerUnknown),
    "duplicate-create": "A customer who exists is created again, and begins anew." => Leave(Skip::CustomerExists),
    "any-mobile": "Whatever stands for a mobile number is taken." => Leave(Skip::Mobile),
    "any-program": "Whatever stands for a program is taken." => Leave(Skip::Program),
    "customer-forgotten": "A session is refused because the customer is not found."
        => Tell(&["createSession"], lies::forgotten_customer),
    "other-customer": "Answers that name the customer name another one."
        => Tell(&["getKycDetails", "getDisbursal"], lies::other_customer),
    "other-reference": "Answers that name a reference name another one." => Tell(RESULTS, lies::other_reference),
    "unknown-reference": "A reference that nobody was given is still being processed."
        => Tell(RESULTS, lies::unknown_reference),
    "shared-reference": "Every job gets the same reference." => Tell(TRIGGERS, lies::shared_reference),
    "offers-forgotten": "The reference of Trigger BRE is not known." => Tell(&["getBre"], lies::forgotten_reference),
    "analysis-forgotten": "The reference of Trigger Banking is not known."
        => Tell(&["getBankingResult"], lies::forgotten_reference),
    "kyc-forgotten": "The reference of Trigger KYC is not known."
        => Tell(&["getKycDetails"], lies::forgotten_reference),
    "signing-forgotten": "The reference of Trigger Agreement Signing is not known."
        => Tell(&["getAgreement"], lies::forgotten_reference),
    "payment-forgotten": "The reference of Trigger Disbursal is not known."
        => Tell(&["getDisbursal"], lies::forgotten_reference),
    "error-on-success": "Good answers have an error text." => Tell(&[], lies::error_on_success),

    "bre-before-details": "The rule engine runs for a customer of whom nothing is known." => Leave(Skip::Details),
    "slab-upside-down": "The least amount of a slab is its greatest, and the other way round."
        => Tell(&["getBre"], lies::slab_upside_down),
    "negative-fee": "The processing fee is below zero." => Tell(&["getBre"], lies::negative_fee),
    "ends-before-it-begins": "An offer ends before it begins." => Tell(&["getBre"], lies::ends_before_it_begins),
    "offer-from-the-future": "An offer was made in 2093." => Tell(&["getBre"], lies::offer_from_the_future),
    "active-after-its-end": "An offer that ended in 2020 is active." => Tell(&["getBre"], lies::active_after_its_end),
    "offer-with-offset": "The times of an offer are written with an offset."
        => Tell(&["getBre"], lies::offer_in_indian_time),
    "shared-offer": "Every customer gets an offer of the same offerID." => Tell(&["getBre"], lies::shared_offer),
    "offer-twice": "An answer lists the offer twice." => Tell(&["getBre"], lies::offer_twice),
    "offer-changes": "Asked again, the offer has another offerID." => Tell(&["getBre"], lies::offer_changes),
    "lender-changes": "Asked again, the offer is another lender's." => Tell(&["getBre"], lies::lender_changes),
    "unknown-offer": "An offerID that the customer was never told is accepted." => Leave(Skip::OfferUnknown),
    "expired-offer": "An offer that has ended is accepted." => Leave(Skip::OfferExpired),
    "outside-slabs": "Amount, tenure and interest outside every slab are accepted." => Leave(Skip::Slabs),
    "second-acceptance": "A second offer is accepted in place of the first." => Leave(Skip::Accepted),
    "rejected-goes-on": "A customer who was rejected goes on as if nothing had been." => Leave(Skip::Rejected),

    "count-off": "The bank list counts one bank too many." => Tell(&["getBankList"], lies::count_off),
    "bank-twice": "Two banks have one name." => Tell(&["getBankList"], lies::bank_twice),
    "shared-npci-code": "Two banks have one NPCI code." => Tell(&["getBankList"], lies::shared_npci_code),
    "other-bank-in-message": "The message about a statement names another bank."
        => Tell(&["getBankingResult"], lies::other_bank_in_message),

    "kyc-before-documents": "KYC runs without documents." => Leave(Skip::KycDocuments),
    "other-birthday": "KYC tells somebody else's date of birth." => Tell(&["getKycDetails"], lies::other_birthday),
    "other-name": "KYC tells somebody else's name." => Tell(&["getKycDetails"], lies::other_name),
    "other-pincode": "KYC tells somebody else's pincode." => Tell(&["getKycDetails"], lies::other_pincode),
    "rejected-with-all-checks": "KYC rejects a customer whose checks all passed."
        => Tell(&["getKycDetails"], lies::rejected_with_all_checks_passed),
    "message-without-check": "The check that KYC's message is about has passed."
        => Tell(&["getKycDetails"], lies::message_without_failed_check),

    "agreement-before-kyc": "The signing starts before KYC went well." => Leave(Skip::Kyc),
    "agreement-before-mandate": "The signing starts before the account for repayment is known." => Leave(Skip::Mandate),
    "agreement-not-uploaded": "The signing starts without an agreement." => Leave(Skip::Agreement),
    "no-agreement-url": "A signed agreement has no URL." => Tell(&["getAgreement"], lies::no_agreement_url),
    "unsigned-is-paid": "A loan is paid out without a signature." => Leave(Skip::Signature),
    "second-disbursal": "A loan is paid out as often as somebody asks." => Leave(Skip::Paid),
    "amount-off-by-one": "One less is paid out than was accepted." => Tell(&["getDisbursal"], lies::amount_off_by_one),
    "paid-before-triggered": "A payment was made years before it was triggered."
        => Tell(&["getDisbursal"], lies::paid_before_it_was_triggered),
    "paid-in-the-future": "A payment was made in 2093." => Tell(&["getDisbursal"], lies::paid_in_the_future),
    "paid-in-utc": "The time of a payment is told in UTC." => Tell(&["getDisbursal"], lies::paid_in_utc),
    "shared-utr": "Every payment has the same UTR." => Tell(&["getDisbursal"], lies::shared_utr),
    "shared-account": "Every loan has the same account." => Tell(&["getDisbursal"], lies::shared_account),
    "shared-session": "Every session has the same URL." => Tell(&["createSession"], lies::shared_session),

    "offers-unsettled": "Asked again, the rule engine is still running." => Tell(&["getBre"], lies::offers_unsettled),
    "analysis-unsettled": "Asked again, the analysis is still running."
        => Tell(&["getBankingResult"], lies::analysis_unsettled),
    "kyc-unsettled": "Asked again, KYC is still running." => Tell(&["getKycDetails"], lies::kyc_unsettled),
    "signing-unsettled": "Asked again, the signing is still running."
        => Tell(&["getAgreement"], lies::signing_unsettled),
    "payment-unsettled": "Asked again, the payment is still running."
        => Tell(&["getDisbursal"], lies::payment_unsettled),
    "utr-changes": "Asked again, the payment has another UTR." => Tell(&["getDisbursal"], lies::utr_changes),
    "payment-time-changes": "Asked again, the payment was made at another time."
        => Tell(&["getDisbursal"], lies::payment_time_changes),
}
