//! What runs sent, as files of other tools: curl lines, a HAR, a Postman collection, Arazzo workflows.
//!
//! [`Recorder`] folds the events of journals into [`Call`]s; each tool is a module that writes them. Journals hold no
//! secrets, so neither do exports: a name stands where one was.

mod arazzo;
mod curl;
mod har;
mod postman;

pub use arazzo::arazzo;
pub use curl::curl;
pub use har::har;
pub use postman::postman;

use crate::event::{CaseEntry, Event, EventKind, Exchange, StepOutcome, SuiteEntry};

/// A step of a run with what it sent last.
#[derive(Debug, Clone)]
pub struct Call {
    /// The suite's name.
    pub suite: String,
    /// The case's name.
    pub case: String,
    /// The step's name.
    pub step: String,
    /// The contract's operation.
    pub operation: Option<String>,
    /// Whether the step neither passed nor was waived.
    pub failed: bool,
    /// The last exchange.
    pub exchange: Exchange,
}

/// Folds events into calls.
#[derive(Debug, Default)]
pub struct Recorder {
    suites: Vec<SuiteEntry>,
    cases: Vec<CaseEntry>,
    /// The last exchange of steps that are not over: case, step, exchange.
    open: Vec<(usize, usize, Exchange)>,
    calls: Vec<Call>,
}

impl Recorder {
    /// Takes one event.
    pub fn add(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted(run) => {
                self.suites.clone_from(&run.suites);
                self.cases.clone_from(&run.cases);
                self.open.clear();
            }
            EventKind::AttemptFinished(attempt) => {
                self.open.retain(|(case, step, _)| (*case, *step) != (attempt.case, attempt.step));
                self.open.push((attempt.case, attempt.step, attempt.exchange.clone()));
            }
            EventKind::StepFinished(step) => {
                let Some(at) =
                    self.open.iter().position(|(case, number, _)| (*case, *number) == (step.case, step.step))
                else {
                    return;
                };
                let (_, _, exchange) = self.open.remove(at);
                let entry = self.cases.get(step.case % self.cases.len().max(1));
                let suite = entry.and_then(|entry| self.suites.get(entry.suite));
                self.calls.push(Call {
                    suite: suite.map(|suite| suite.name.clone()).unwrap_or_default(),
                    case: entry.map(|entry| entry.name.clone()).unwrap_or_default(),
                    step: step.name.clone(),
                    operation: step.operation.clone(),
                    failed: matches!(step.outcome, StepOutcome::Failed(_) | StepOutcome::Error(_)),
                    exchange,
                });
            }
            _ => {}
        }
    }

    /// Every step that sent something, in the order in which they ended.
    #[must_use]
    pub fn calls(self) -> Vec<Call> {
        self.calls
    }
}

/// Name and value of each query parameter of a URL.
fn query(url: &str) -> Vec<(String, String)> {
    url::Url::parse(url)
        .map(|url| url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
        .unwrap_or_default()
}

/// The media type of a request or an answer.
fn media(headers: &[(String, String)]) -> String {
    headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.clone()).unwrap_or_default()
}
