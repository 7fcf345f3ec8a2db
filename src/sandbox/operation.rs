//! The names of the documented operations, for the log, the metrics and the faults.

use http::Method;

/// Every operation: its name, method and path, in the order of the journey.
const OPERATIONS: [(&str, Method, &str); 17] = [
    ("createUser", Method::POST, "/v2/user/create"),
    ("updateUserDetails", Method::POST, "/v2/user/details/update"),
    ("triggerBre", Method::POST, "/v2/user/offers"),
    ("getBre", Method::GET, "/v2/user/offers"),
    ("acceptOffer", Method::POST, "/user/acceptOffer"),
    ("acceptOffer", Method::POST, "/v2/user/acceptOffer"),
    ("triggerBanking", Method::POST, "/v2/user/bank/analyse"),
    ("getBankingResult", Method::GET, "/v2/user/bank/analyse"),
    ("getBankList", Method::GET, "/v2/bank/list"),
    ("uploadDocument", Method::POST, "/v2/document/upload"),
    ("triggerKyc", Method::POST, "/v2/kyc/ckyc"),
    ("getKycDetails", Method::GET, "/v2/kyc/details"),
    ("triggerAgreement", Method::POST, "/v2/loan/agreement"),
    ("getAgreement", Method::GET, "/v2/loan/agreement"),
    ("triggerDisbursal", Method::POST, "/v2/loan/disburse"),
    ("getDisbursal", Method::GET, "/v2/loan/disburse"),
    ("createSession", Method::POST, "/v2/user/session"),
];

/// What a request to anything else is called.
pub(super) const OTHER: &str = "other";

/// The operation at a path; pages for people and unknown paths are all the same.
pub(super) fn name_of(method: &Method, path: &str) -> &'static str {
    let known = OPERATIONS.iter().find(|(_, at, place)| at == method && *place == path);
    known.map_or(OTHER, |(name, _, _)| name)
}

/// The operation of that name, as it is spelt here.
pub(super) fn find(name: &str) -> Option<&'static str> {
    OPERATIONS.iter().map(|(known, _, _)| *known).find(|known| *known == name)
}

/// Whether the reference server has an operation of that name.
#[must_use]
pub fn serves(name: &str) -> bool {
    find(name).is_some()
}

/// All names, each once.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = OPERATIONS.iter().map(|(name, _, _)| *name).collect();
    names.dedup();
    names
}
