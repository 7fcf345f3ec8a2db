//! Names and values taken apart into words.

/// Words that APIs use for outcomes, states and reasons, in the spelling of dictionaries.
pub(super) const COMMON: &[&str] = &[
    "accepted",
    "accessible",
    "acknowledged",
    "active",
    "address",
    "agreement",
    "allowed",
    "amount",
    "applicable",
    "application",
    "approval",
    "approved",
    "archived",
    "assigned",
    "available",
    "awaiting",
    "balance",
    "blocked",
    "business",
    "cancelled",
    "canceled",
    "category",
    "changed",
    "closed",
    "committed",
    "complete",
    "completed",
    "conditional",
    "conditionally",
    "confirmed",
    "connected",
    "created",
    "credit",
    "currency",
    "customer",
    "declined",
    "default",
    "deferred",
    "deleted",
    "delivered",
    "denied",
    "description",
    "details",
    "disabled",
    "disbursed",
    "disconnected",
    "dispatched",
    "document",
    "duplicate",
    "eligible",
    "enabled",
    "environment",
    "error",
    "exceeded",
    "executed",
    "expired",
    "failed",
    "failure",
    "finished",
    "forbidden",
    "fulfilled",
    "identifier",
    "immediate",
    "inactive",
    "incomplete",
    "ineligible",
    "initiated",
    "insufficient",
    "internal",
    "invalid",
    "language",
    "length",
    "license",
    "locked",
    "maintenance",
    "management",
    "mandatory",
    "manual",
    "message",
    "mismatch",
    "missing",
    "necessary",
    "occurred",
    "operation",
    "optional",
    "overdue",
    "partial",
    "partially",
    "password",
    "payment",
    "pending",
    "permanent",
    "permission",
    "placed",
    "preferred",
    "privilege",
    "processed",
    "processing",
    "provisional",
    "published",
    "queued",
    "received",
    "receipt",
    "reference",
    "referred",
    "refunded",
    "registered",
    "rejected",
    "rejection",
    "released",
    "removed",
    "request",
    "required",
    "response",
    "restricted",
    "resumed",
    "retrieved",
    "returned",
    "reversed",
    "review",
    "revoked",
    "running",
    "scheduled",
    "separate",
    "session",
    "settled",
    "shipped",
    "signature",
    "skipped",
    "started",
    "status",
    "stopped",
    "submitted",
    "subscription",
    "succeeded",
    "success",
    "successful",
    "successfully",
    "suspended",
    "temporary",
    "terminated",
    "timeout",
    "transferred",
    "unauthorised",
    "unauthorized",
    "unavailable",
    "unknown",
    "unlocked",
    "unverified",
    "updated",
    "uploaded",
    "validated",
    "validation",
    "verification",
    "verified",
    "waiting",
    "warning",
    "withdrawn",
];

/// Names of members that mean something else in every object.
pub(super) const GENERIC: [&str; 26] = [
    "action",
    "category",
    "code",
    "content",
    "data",
    "direction",
    "event",
    "filter",
    "format",
    "group",
    "kind",
    "level",
    "message",
    "method",
    "mode",
    "name",
    "order",
    "result",
    "role",
    "scope",
    "sort",
    "source",
    "state",
    "status",
    "target",
    "type",
];

/// The words of a name, a value or a sentence, in small letters: `isPdfUpload_available` is `is pdf upload available`.
pub(super) fn words(text: &str) -> Vec<String> {
    parts(text).into_iter().map(str::to_lowercase).collect()
}

/// The words of a text as they are written there.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for piece in text.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        let letters: Vec<(usize, char)> = piece.char_indices().collect();
        let mut start = 0;
        for (index, (at, letter)) in letters.iter().enumerate().skip(1) {
            let before = letters[index - 1].1;
            let ends_capitals = letters.get(index + 1).is_some_and(|(_, next)| next.is_lowercase());
            if letter.is_uppercase() && (!before.is_uppercase() || ends_capitals) {
                found.push(&piece[start..*at]);
                start = *at;
            }
        }
        found.push(&piece[start..]);
    }
    found
}

/// A name without what spellings differ in: case, and the signs between words.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How a name puts its words together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Manner {
    /// One word: no manner to be told.
    Plain,
    /// `customerName`, `CustomerName`.
    Camel,
    /// `customer_name`, `CUSTOMER_NAME`.
    Snake,
    /// `customer-name`.
    Kebab,
    /// More than one of them in one name.
    Mixed,
}

/// How a name puts its words together.
pub(super) fn manner(name: &str) -> Manner {
    let name = name.trim_matches(['_', '-', '@', '$']);
    let camel = name.chars().zip(name.chars().skip(1)).any(|(one, next)| one.is_lowercase() && next.is_uppercase());
    match (camel, name.contains('_'), name.contains('-')) {
        (false, false, false) => Manner::Plain,
        (true, false, false) => Manner::Camel,
        (false, true, false) => Manner::Snake,
        (false, false, true) => Manner::Kebab,
        _ => Manner::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("isPdfUpload_available"), ["is", "pdf", "upload", "available"]);
        assert_eq!(words("lenderLogoURL"), ["lender", "logo", "url"]);
        assert_eq!(words("CONTIONAL_SUCCESS"), ["contional", "success"]);
        assert_eq!(words("KYCDetails of the user."), ["kyc", "details", "of", "the", "user"]);
        assert_eq!(parts("logoUrl"), ["logo", "Url"]);
    }

    #[test]
    fn a_name_has_one_manner_or_several() {
        assert_eq!(manner("status"), Manner::Plain);
        assert_eq!(manner("isAaAvailable"), Manner::Camel);
        assert_eq!(manner("customer_id"), Manner::Snake);
        assert_eq!(manner("x-api-key"), Manner::Kebab);
        assert_eq!(manner("isPdfUpload_available"), Manner::Mixed);
        assert_eq!(manner("_links"), Manner::Plain);
        assert_eq!(manner("-1"), Manner::Plain);
    }

    #[test]
    fn common_words_are_sorted_out_of_each_others_way() {
        for word in COMMON {
            assert_eq!(COMMON.iter().filter(|other| *other == word).count(), 1, "{word} stands there twice");
        }
    }
}
