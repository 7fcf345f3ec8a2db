//! What a certification found, as `case.json` tells it: a pure function of the journal and the profile.
//!
//! Members are written in the order of the structs, so the same findings are the same bytes.

use crate::event::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of `case.json`.
pub const FORMAT: u32 = 1;

/// What a whole certification came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every module passed.
    Certified,
    /// A module failed.
    NotCertified,
    /// No module failed, but not all were shown.
    NotKnown,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Certified => "certified",
            Self::NotCertified => "not certified",
            Self::NotKnown => "not known",
        }
    }
}

/// How a module stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleState {
    /// Every scored rule was kept at least once, none is broken or open.
    Passed,
    /// A rule was broken.
    Failed,
    /// Something that had to be shown was not.
    NotObserved,
    /// A person has to answer a question first.
    Review,
    /// The referee itself was at fault, so nothing can be said.
    Void,
    /// A person answers for its failure until a date.
    Waived,
    /// It does not count in this version of the profile.
    NotScored,
}

impl ModuleState {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotObserved => "not observed",
            Self::Review => "review",
            Self::Void => "void",
            Self::Waived => "waived",
            Self::NotScored => "not scored",
        }
    }
}

/// How a rule stands in one attempt at a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleState {
    /// What makes it due was not seen.
    NotDue,
    /// It is due, and what it asks for has not come yet.
    Open,
    /// It was kept, as often as its count says.
    Kept,
    /// It was broken.
    Broken,
    /// A person has to answer.
    Review,
}

impl RuleState {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotDue => "not due",
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Review => "review",
        }
    }
}

/// Whether it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It counts: real time, the whole frozen profile.
    Certification,
    /// A rehearsal: any time scale, any part of the profile; never signed.
    Rehearsal,
}

impl Mode {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Certification => "certification",
            Self::Rehearsal => "rehearsal",
        }
    }
}

/// Who is certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// The partner's name.
    pub name: String,
    /// The product, or the system.
    pub product: String,
    /// Which build of it.
    pub build: String,
}

/// Who answered the partner's calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Environment {
    /// `referee`, or `upstream`.
    pub kind: String,
    /// Where calls were passed on to.
    pub upstream: Option<String>,
    /// How many times faster than real time.
    pub time_scale: serde_json::Number,
}

/// A file, by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// Its name: a profile's, a contract's.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

/// The program that judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `proviso`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of the program.
    pub sha256: String,
}

/// When, and how much was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// When the first exchange began.
    pub from: Option<Timestamp>,
    /// When the last one ended.
    pub to: Option<Timestamp>,
    /// How many there were.
    pub exchanges: u64,
}

/// Something that a person answered for a rule that the wire cannot show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attested {
    /// The rule.
    pub rule: String,
    /// Who, and in what role.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// `yes` or `no`.
    pub answer: String,
    /// What they add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The name of a file that shows it, in the dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The file's SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// A failed module that a person answers for until a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaivedModule {
    /// The module.
    pub id: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day.
    pub until: String,
    /// Why.
    pub reason: String,
    /// The erratum of the documentation that it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erratum: Option<String>,
}

/// A module that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotScored {
    /// The module.
    pub module: String,
    /// Why.
    pub reason: String,
}

/// Why a verdict is not the best one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// `module-failed`, `module-not-observed`, `module-void`, `module-review`, `nothing-observed`, `provider-failed`,
    /// `still-open`.
    pub code: String,
    /// The module, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
}

/// A rule that was broken: what was promised, what came, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// When it was.
    pub at: Timestamp,
    /// The numbers of the exchanges that show it, the earliest first.
    pub exchanges: Vec<u64>,
    /// What came.
    pub came: String,
    /// What to do.
    pub next: String,
}

/// A rule in one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFound {
    /// The rule's id.
    pub rule: String,
    /// What it says.
    pub says: String,
    /// Where the documentation says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// How it stands.
    pub state: RuleState,
    /// How often it was kept.
    pub kept: u64,
    /// When it was due at the latest, where it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// How it was broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<Breach>,
}

/// One customer who went through a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// Which attempt at the module, from 1.
    pub n: u32,
    /// The customer's id.
    pub customer: String,
    /// The build that was declared when it began.
    pub build: String,
    /// How it stands. An attempt of an earlier build is listed and does not count.
    pub state: ModuleState,
    /// Whether it counts.
    pub counts: bool,
    /// When its first exchange began.
    pub from: Timestamp,
    /// When its last exchange ended.
    pub to: Timestamp,
    /// How many exchanges it had.
    pub exchanges: u64,
    /// What the referee did wrong, where it did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub void: Vec<String>,
    /// Its rules, in the profile's order.
    pub rules: Vec<RuleFound>,
}

/// A module of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleFound {
    /// Its id.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Where the documentation says so.
    pub clause: String,
    /// How it stands: the latest attempt that counts decides.
    pub state: ModuleState,
    /// Every attempt.
    pub attempts: Vec<Attempt>,
}

/// What the other half was found to do: the profile's suites against the service, with the partner's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The environment.
    pub environment: String,
    /// When it was run.
    pub at: Timestamp,
    /// `passed`, `failed`, `error` or `interrupted`.
    pub verdict: String,
    /// How many cases passed.
    pub passed: u64,
    /// The cases that did not, as `suite › case: outcome`.
    pub others: Vec<String>,
}

/// A mistake of set-up, which is graded nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Misconfigured {
    /// What it is, in a sentence.
    pub says: String,
    /// How many requests it concerns.
    pub requests: u64,
}

/// What a certification found: `case.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Record {
    /// [`FORMAT`].
    pub format: u32,
    /// The dossier's name.
    pub dossier: String,
    /// What it came to.
    pub verdict: Verdict,
    /// Why it is no better.
    pub reasons: Vec<Cause>,
    /// Whether it counts.
    pub mode: Mode,
    /// Whether nothing more can come.
    pub closed: bool,
    /// Who.
    pub partner: Partner,
    /// Against what.
    pub environment: Environment,
    /// Which modules and rules.
    pub profile: Pinned,
    /// The archetype's name.
    pub archetype: String,
    /// Which promises.
    pub contract: Pinned,
    /// Who judged.
    pub tool: Tool,
    /// The modules, in the profile's order.
    pub modules: Vec<ModuleFound>,
    /// Modules that do not count.
    pub not_scored: Vec<NotScored>,
    /// Failed modules that a person answers for.
    pub waived: Vec<WaivedModule>,
    /// What people answered.
    pub attested: Vec<Attested>,
    /// Ambiguities of the documentation that what was seen rests on.
    pub ambiguities_touched: Vec<String>,
    /// How much was seen.
    pub observed: Observed,
    /// Mistakes of set-up.
    pub misconfigured: Vec<Misconfigured>,
    /// The other half, if it was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// Who issued it and when, once it is issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Issued>,
}

/// Who issued a certificate, when, and until when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Issued {
    /// When.
    pub at: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
    /// The issuer's name.
    pub by: String,
    /// The id of the issuer's key.
    pub key_id: String,
}

impl Record {
    /// The module of that id.
    #[must_use]
    pub fn module(&self, id: &str) -> Option<&ModuleFound> {
        self.modules.iter().find(|module| module.id == id)
    }

    /// How many modules stand so.
    #[must_use]
    pub fn count(&self, state: ModuleState) -> usize {
        self.modules.iter().filter(|module| module.state == state).count()
    }

    /// The text of `case.json`.
    ///
    /// # Errors
    ///
    /// Never, in fact: everything in it is JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}
