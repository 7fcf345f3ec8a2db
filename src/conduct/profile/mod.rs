//! A profile: what a partner of one archetype has to show, as versioned data.

mod keys;
mod read;

pub use keys::PROFILE;
pub use read::{Known, read};

use serde_json::{Map, Value};
use std::time::Duration;

/// How long a certificate holds, unless the profile says.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long nothing more may come of a customer before its module is over, unless the profile says.
const A_WINDOW: Duration = Duration::from_secs(60);

/// What a partner has to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name, as `type-4`.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// The contract that it is for.
    pub contract: String,
    /// The way to integrate, in words.
    pub archetype: String,
    /// How long a certificate holds.
    pub valid_for: Duration,
    /// How customers are told apart.
    pub customer: Customer,
    /// Rules that hold in every module.
    pub always: Vec<String>,
    /// What it changes of rules, by their id.
    pub adjusted: Vec<(String, Adjusted)>,
    /// Modules that do not count, with the reason.
    pub not_scored: Vec<(String, String)>,
    /// The suites of the other half.
    pub suites: Vec<String>,
    /// What has to be shown.
    pub modules: Vec<Module>,
}

/// How customers are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The operation that makes one.
    pub create: String,
    /// The member of requests that names one.
    pub id: String,
    /// The member by which an answer is asked for later.
    pub reference: String,
}

/// What a profile changes of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjusted {
    /// What times may differ by, as a share of the limit.
    pub share: Option<f64>,
    /// What they may always differ by.
    pub least: Option<Duration>,
    /// How long what has to come may take.
    pub within: Option<Duration>,
}

/// One thing to show, with a test customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// Its id.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The section of the documentation.
    pub clause: String,
    /// What the partner has to bring about.
    pub todo: Option<String>,
    /// The data that binds a customer to it: a member's name, at any depth of a request, and its value.
    pub data: Vec<(String, String)>,
    /// What is answered otherwise.
    pub answers: Vec<Answer>,
    /// Rules that must be kept.
    pub expect: Vec<String>,
    /// How long nothing more may come before it is over.
    pub window: Duration,
    /// Rules that a person answers for, with the question.
    pub questions: Vec<(String, String)>,
}

/// What is answered otherwise, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The operation; any without it.
    pub operation: Option<String>,
    /// Which of the customer's requests of that operation.
    pub when: When,
    /// What is done.
    pub action: Action,
}

/// Which of the requests that are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// All.
    Always,
    /// The first so many.
    First(u64),
    /// That one, from 1.
    Nth(u64),
}

impl When {
    /// Whether it is about the request of that number, from 1.
    #[must_use]
    pub const fn meets(self, number: u64) -> bool {
        match self {
            Self::Always => true,
            Self::First(many) => number <= many,
            Self::Nth(only) => number == only,
        }
    }
}

/// What is done to an answer. Several things may come together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Action {
    /// The reference server's persona.
    pub persona: Option<String>,
    /// How long stages stay PROCESSING.
    pub processing: Option<Duration>,
    /// The code that is answered in place of passing the request on.
    pub refuse: Option<String>,
    /// The code that is answered although the request was passed on.
    pub claim: Option<String>,
    /// The seconds to wait.
    pub retry_after: Option<u64>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The text of the error.
    pub error: Option<String>,
    /// Members that are set, by JSON pointer.
    pub set: Map<String, Value>,
    /// Members that are left out, by JSON pointer.
    pub remove: Vec<String>,
    /// How much later it comes.
    pub late: Duration,
    /// Whether the connection is closed after the request was carried out.
    pub reset: bool,
    /// Whether the connection is closed and the request was not carried out.
    pub lost: bool,
    /// How long nothing comes before the connection is closed.
    pub silent: Option<Duration>,
}

impl Action {
    /// Whether it changes the answer itself, and not only how the journey goes.
    #[must_use]
    pub fn changes_the_answer(&self) -> bool {
        let whole = Self { persona: None, processing: None, ..self.clone() };
        whole != Self::default()
    }

    /// What it is called in the journal and on the screen of the desk; never in an answer.
    #[must_use]
    pub fn name(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut add = |part: Option<String>| parts.extend(part);
        add(self.persona.as_ref().map(|name| format!("persona {name}")));
        add(self.processing.map(|time| format!("processing {time:?}")));
        add(self.refuse.as_ref().map(|code| format!("refuse {code}")));
        add(self.claim.as_ref().map(|code| format!("claim {code}")));
        add(self.retry_after.map(|seconds| format!("retry after {seconds} s")));
        add(self.status.map(|status| format!("status {status}")));
        add((!self.set.is_empty()).then(|| format!("set {}", self.set.keys().cloned().collect::<Vec<_>>().join(" "))));
        add((!self.remove.is_empty()).then(|| format!("remove {}", self.remove.join(" "))));
        add((!self.late.is_zero()).then(|| format!("late {:?}", self.late)));
        add(self.reset.then(|| "reset".to_owned()));
        add(self.lost.then(|| "lost".to_owned()));
        add(self.silent.map(|time| format!("silent {time:?}")));
        parts.join(", ")
    }
}

impl Profile {
    /// The module of that id.
    #[must_use]
    pub fn module(&self, id: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.id == id)
    }

    /// Whether a module counts.
    #[must_use]
    pub fn scores(&self, module: &str) -> bool {
        !self.not_scored.iter().any(|(id, _)| id == module)
    }
}

#[cfg(test)]
mod tests;
