//! Rules: promises over more than one exchange.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// A rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleBroken {
    /// The contract, by the name suites use.
    pub contract: String,
    /// The rule's id, as `R31`.
    pub rule: String,
    /// The rule in one sentence.
    pub says: String,
    /// Who has to keep it: `server` or `client`.
    pub binds: String,
    /// Where it comes from: `documentation`, `archetypes` or `sense`.
    pub from: String,
    /// The documented section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Ambiguities it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ambiguities: Vec<String>,
    /// The operation of the exchange that broke it.
    pub operation: String,
    /// Where in the exchange the wrong value stands, as `response $.data.status`; absent where it is about the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What came, in one sentence without a full stop.
    pub came: String,
    /// What was expected at the place, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was there, as JSON text, cut when long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The customer, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The exchange that broke it; of a silence, the one that nothing followed.
    pub exchange: RuleExchange,
    /// The earlier exchange that it does not agree with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<RuleExchange>,
}

/// An exchange as a rule names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleExchange {
    /// The operation.
    pub operation: String,
    /// The method, in capitals.
    pub method: String,
    /// The path below the base URL with its query, as sent.
    pub target: String,
    /// The HTTP status; absent when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// When sending began.
    pub sent: Timestamp,
    /// When the answer was complete.
    pub received: Timestamp,
}

impl RuleBroken {
    /// The same for the same rule in every run, as `rule:R31`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("rule:{}", self.rule)
    }
}

impl RuleExchange {
    /// In one line: `11:42:47.201 GET /v2/user/offers?referenceID=5b.. -> 200`.
    #[must_use]
    pub fn line(&self) -> String {
        let sent = self.sent.to_string();
        let time = sent.split_once('T').map_or(sent.as_str(), |(_, time)| time.get(..12).unwrap_or(time));
        let status = self.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        format!("{time} {} {} -> {status}", self.method, self.target)
    }
}
