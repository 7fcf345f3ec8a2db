//! What is signed: an in-toto Statement v1 with our own predicate, which alone decides, and a line beside it for tools that
//! know in-toto's test results.

use super::digest::sha256;
use super::sums::Files;
use crate::conduct::record::{
    Attested, Cause, Environment, Mode, ModuleState, NotScored, Observed, Partner, Pinned, Provider, Record, Tool,
    Verdict, WaivedModule,
};
use crate::event::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The type of the payload of every envelope.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The type of a statement.
pub(super) const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The type of our predicate.
pub const PREDICATE: &str = "urn:proviso:certification:v1";
/// The type of the predicate of the second line.
const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// An in-toto statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Statement<P> {
    /// The type.
    #[serde(rename = "_type")]
    pub kind: String,
    /// Every file that it is about.
    pub subject: Vec<Subject>,
    /// What kind of predicate it has.
    pub predicate_type: String,
    /// What it says about them.
    pub predicate: P,
}

/// A file, by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its digest by algorithm.
    pub digest: Digest,
}

/// The digest of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// SHA-256.
    pub sha256: String,
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Predicate {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is no better.
    pub reasons: Vec<Cause>,
    /// Whether it counts.
    pub mode: Mode,
    /// Who.
    pub partner: Partner,
    /// Against what.
    pub environment: Environment,
    /// Which modules and rules.
    pub profile: Pinned,
    /// Which promises.
    pub contract: Pinned,
    /// Who judged.
    pub tool: Tool,
    /// The modules by how they stand.
    pub modules: Modules,
    /// Modules that took more than one attempt.
    pub attempts: Vec<Attempts>,
    /// What people answered.
    pub attested: Vec<Attested>,
    /// Ambiguities of the documentation that what was seen rests on.
    pub ambiguities_touched: Vec<String>,
    /// How much was seen.
    pub observed: Observed,
    /// The other half, if it was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
    /// Who issued it.
    pub issuer: Issuer,
}

/// The modules by how they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Modules {
    /// Those that passed.
    pub passed: Vec<String>,
    /// Those that failed.
    pub failed: Vec<String>,
    /// Those that were not shown.
    pub not_observed: Vec<String>,
    /// Those that a person has to answer for first.
    pub review: Vec<String>,
    /// Those that the referee spoilt.
    pub void: Vec<String>,
    /// Those that failed and are waived.
    pub waived: Vec<WaivedModule>,
    /// Those that do not count.
    pub not_scored: Vec<NotScored>,
}

/// The attempts at a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempts {
    /// The module.
    pub module: String,
    /// How many there were.
    pub n: u32,
    /// The one that passed last.
    pub passed: Option<u32>,
    /// Those that failed.
    pub failed: Vec<u32>,
}

/// Who issued a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Issuer {
    /// Their name.
    pub name: String,
    /// The id of their key.
    pub key_id: String,
}

impl Predicate {
    /// What the certificate of a record says; nothing before it is issued.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        let issued = record.issued.as_ref()?;
        let named = |state: ModuleState| {
            let modules = record.modules.iter().filter(move |module| module.state == state);
            modules.map(|module| module.id.clone()).collect()
        };
        let attempts = record.modules.iter().filter(|module| module.attempts.len() > 1).map(|module| {
            let with = |state| module.attempts.iter().filter(move |attempt| attempt.state == state);
            Attempts {
                module: module.id.clone(),
                n: u32::try_from(module.attempts.len()).unwrap_or(u32::MAX),
                passed: with(ModuleState::Passed).next_back().map(|attempt| attempt.n),
                failed: with(ModuleState::Failed).map(|attempt| attempt.n).collect(),
            }
        });
        Some(Self {
            verdict: record.verdict,
            reasons: record.reasons.clone(),
            mode: record.mode,
            partner: record.partner.clone(),
            environment: record.environment.clone(),
            profile: record.profile.clone(),
            contract: record.contract.clone(),
            tool: record.tool.clone(),
            modules: Modules {
                passed: named(ModuleState::Passed),
                failed: named(ModuleState::Failed),
                not_observed: named(ModuleState::NotObserved),
                review: named(ModuleState::Review),
                void: named(ModuleState::Void),
                waived: record.waived.clone(),
                not_scored: record.not_scored.clone(),
            },
            attempts: attempts.collect(),
            attested: record.attested.clone(),
            ambiguities_touched: record.ambiguities_touched.clone(),
            observed: record.observed.clone(),
            provider: record.provider.clone(),
            issued_at: issued.at,
            not_after: issued.not_after,
            issuer: Issuer { name: issued.by.clone(), key_id: issued.key_id.clone() },
        })
    }
}

/// in-toto's test result, as far as it can tell this.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestResult<'a> {
    result: &'static str,
    configuration: [Subject; 2],
    passed_tests: &'a [String],
    warned_tests: Vec<&'a String>,
    failed_tests: &'a [String],
}

/// The payloads that are signed, one to a line: the statement that decides, then its test result.
///
/// # Errors
///
/// Never, in fact: both are JSON.
pub(super) fn payloads(statement: &Statement<Predicate>) -> serde_json::Result<[Vec<u8>; 2]> {
    let predicate = &statement.predicate;
    let modules = &predicate.modules;
    let pinned = |name: &str, pinned: &Pinned| Subject {
        name: name.to_owned(),
        digest: Digest { sha256: pinned.sha256.clone() },
    };
    let result = TestResult {
        result: match predicate.verdict {
            Verdict::Certified => "PASSED",
            Verdict::NotCertified => "FAILED",
            Verdict::NotKnown => "WARNED",
        },
        configuration: [pinned("profile.yaml", &predicate.profile), pinned("contract.yaml", &predicate.contract)],
        passed_tests: &modules.passed,
        warned_tests: modules.not_observed.iter().chain(&modules.review).chain(&modules.void).collect(),
        failed_tests: &modules.failed,
    };
    let beside = Statement {
        kind: STATEMENT.to_owned(),
        subject: statement.subject.clone(),
        predicate_type: TEST_RESULT.to_owned(),
        predicate: result,
    };
    Ok([serde_json::to_vec(statement)?, serde_json::to_vec(&beside)?])
}

/// The statement about these digests.
pub(super) fn statement(digests: &BTreeMap<String, String>, predicate: Predicate) -> Statement<Predicate> {
    let subject =
        digests.iter().map(|(name, digest)| Subject { name: name.clone(), digest: Digest { sha256: digest.clone() } });
    Statement {
        kind: STATEMENT.to_owned(),
        subject: subject.collect(),
        predicate_type: PREDICATE.to_owned(),
        predicate,
    }
}

/// The id of a certificate: the SHA-256 of the statement that decides. It is what a revocation names.
#[must_use]
pub(super) fn certificate_id(payload: &[u8]) -> String {
    sha256(payload)
}

/// The digests that a statement names.
pub(super) fn digests_of<P>(statement: &Statement<P>) -> Option<BTreeMap<String, String>> {
    let mut digests = BTreeMap::new();
    for subject in &statement.subject {
        if digests.insert(subject.name.clone(), subject.digest.sha256.clone()).is_some() {
            return None;
        }
    }
    Some(digests)
}

/// What a certificate is about, in the order of its files; kept apart from them for callers.
pub(super) fn without_certificate(files: &Files) -> Files {
    let mine = |name: &str| name != super::CERTIFICATE && name != super::SUMS;
    files.iter().filter(|(name, _)| mine(name)).map(|(name, content)| (name.clone(), content.clone())).collect()
}
