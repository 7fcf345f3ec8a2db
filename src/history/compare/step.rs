//! What is different between a step and the same step of another run.

use super::{ExchangeTrace, StepDifference, StepTrace};
use crate::event::Outcome;
use crate::text::duration;
use serde::Serialize;
use std::time::Duration;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What is different.
    pub what: What,
    /// Where, for members and values: a JSONPath into the body, `query NAME`, `header NAME` or `form NAME`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What it is in the first run; absent where it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<String>,
    /// What it is in the second run; absent where it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<String>,
}

/// What can be different. What weighs most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The step is in one of the runs only.
    Step,
    /// How it ended.
    Outcome,
    /// The HTTP status.
    Status,
    /// The documented status code.
    Code,
    /// The documented variant.
    Variant,
    /// The response's media type.
    Media,
    /// A member of the response.
    Response,
    /// A value in the response.
    Value,
    /// The method or the path.
    Target,
    /// A parameter, a header or a member of the request, or the media type of its body.
    Request,
    /// A value in the request.
    Sent,
    /// How often a group that is repeated was done.
    Turns,
    /// It was not run in one of the runs, because of something before it.
    NotRun,
    /// The name.
    Name,
    /// How many attempts it took.
    Attempts,
    /// How long the final exchange took.
    Time,
}

impl What {
    /// Whether it is no reason to look: it follows from something else, or is often so.
    #[must_use]
    pub const fn is_faint(self) -> bool {
        matches!(self, Self::NotRun | Self::Name | Self::Attempts | Self::Time)
    }
}

/// The time of one exchange is clearly another when it is this many times as long, and longer by this many microseconds:
/// a busy machine alone makes for less.
const CLEARLY: (u64, u64) = (3, 500_000);

/// The differences of a pair of steps; none where there are none.
pub(super) fn different(a: Option<&StepTrace>, b: Option<&StepTrace>) -> Option<StepDifference> {
    let named = b.or(a)?;
    let mut differences = match (a, b) {
        (Some(a), Some(b)) => differences(a, b),
        _ => vec![plain(What::Step, a.map(outcome), b.map(outcome))],
    };
    differences.sort_by_key(|difference| difference.what);
    (!differences.is_empty()).then(|| StepDifference {
        step: named.name.clone(),
        a: a.map(|step| step.number),
        b: b.map(|step| step.number),
        operation: named.operation.clone(),
        differences,
    })
}

const fn plain(what: What, a: Option<String>, b: Option<String>) -> Difference {
    Difference { what, path: None, a, b }
}

fn differences(a: &StepTrace, b: &StepTrace) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |what: What, a: Option<String>, b: Option<String>| {
        if a != b {
            found.push(plain(what, a, b));
        }
    };
    add(What::Name, Some(a.name.clone()), Some(b.name.clone()));
    let skipped = [a, b].map(|step| step.sign == Outcome::Skipped);
    if skipped.contains(&true) {
        add(What::NotRun, Some(outcome(a)), Some(outcome(b)));
        return found;
    }
    add(What::Outcome, Some(outcome(a)), Some(outcome(b)));
    add(What::Turns, a.turns.map(|turns| turns.to_string()), b.turns.map(|turns| turns.to_string()));
    if clearly_more_attempts(a, b) {
        add(What::Attempts, Some(a.attempts.to_string()), Some(b.attempts.to_string()));
    }
    match (&a.exchange, &b.exchange) {
        (Some(a), Some(b)) => found.extend(exchanges(a, b)),
        (a, b) => {
            let sent = |exchange: &Option<ExchangeTrace>| {
                Some(exchange.as_ref().map_or_else(|| "nothing was sent".to_owned(), status))
            };
            add(What::Status, sent(a), sent(b));
        }
    }
    found
}

/// `failed (status, code)`.
fn outcome(step: &StepTrace) -> String {
    let word = match step.sign {
        Outcome::Missing | Outcome::Skipped => "not run",
        Outcome::Passed => "passed",
        Outcome::Flaky => "flaky",
        Outcome::Waived => "waived",
        Outcome::Error => "error",
        Outcome::Failed => "failed",
    };
    if step.problems.is_empty() { word.to_owned() } else { format!("{word} ({})", step.problems.join(", ")) }
}

/// A poll asks once more or less often in any two runs; a retry is worth a word.
fn clearly_more_attempts(a: &StepTrace, b: &StepTrace) -> bool {
    let (few, many) = (a.attempts.min(b.attempts), a.attempts.max(b.attempts));
    if a.polled || b.polled { many >= few.saturating_mul(2) && many - few >= 3 } else { many != few }
}

fn status(exchange: &ExchangeTrace) -> String {
    exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string())
}

fn exchanges(a: &ExchangeTrace, b: &ExchangeTrace) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |what: What, a: Option<String>, b: Option<String>| {
        if a != b {
            found.push(plain(what, a, b));
        }
    };
    add(What::Status, Some(status(a)), Some(status(b)));
    add(What::Target, Some(a.target.clone()), Some(b.target.clone()));
    add(What::Request, a.sent_media.clone(), b.sent_media.clone());
    let answered = a.status.is_some() && b.status.is_some();
    if answered {
        add(What::Code, a.code.clone(), b.code.clone());
        add(What::Variant, a.variant.clone(), b.variant.clone());
        add(What::Media, a.media.clone(), b.media.clone());
        if clearly_other_time(a.total_us, b.total_us) {
            let time = |micros: u64| Some(duration(Duration::from_micros(micros)));
            add(What::Time, time(a.total_us), time(b.total_us));
        }
        found.extend(a.response.members(&b.response, What::Response));
        // A code that is told as such is not told again as a member's value.
        let code = |difference: &Difference| {
            let is = |value: &Option<String>, code: &Option<String>| match (value, code) {
                (Some(value), Some(code)) => value.trim_matches('"') == code,
                _ => false,
            };
            is(&difference.a, &a.code) && is(&difference.b, &b.code)
        };
        found.extend(a.response.values(&b.response, What::Value).into_iter().filter(|value| !code(value)));
    }
    found.extend(a.request.members(&b.request, What::Request));
    found.extend(a.request.values(&b.request, What::Sent));
    found
}

const fn clearly_other_time(a: u64, b: u64) -> bool {
    let (short, long) = if a < b { (a, b) } else { (b, a) };
    long >= short.saturating_mul(CLEARLY.0) && long - short >= CLEARLY.1
}
