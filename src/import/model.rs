//! What an import makes, whatever it came from.

use super::tree::Tree;
use serde_json::Value;

/// An import.
#[derive(Debug, Default)]
pub struct Import {
    /// What it is called: the name of the suite, where there is one.
    pub name: String,
    /// Requests in order.
    pub steps: Vec<Step>,
    /// Names for all cases, with their values.
    pub vars: Vec<(String, Value)>,
    /// Comments at the top of the suite.
    pub comments: Vec<String>,
    /// Where requests go, where the file says.
    pub base_url: Option<Value>,
    /// Headers of every request, in the environment.
    pub headers: Vec<(String, Value)>,
    /// Names of the environment, with their values.
    pub environment: Vec<(String, Value)>,
    /// What was not translated.
    pub notes: Vec<Note>,
    /// Names that changed.
    pub renamed: Vec<(String, String)>,
    /// Contracts that belong to it: file name and text.
    pub contracts: Vec<(String, String)>,
    /// The contract that suites name.
    pub contract: Option<String>,
    /// What was left out on purpose, counted: what, and how often.
    pub dropped: Vec<(String, usize)>,
}

/// What was not translated, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The request it belongs to.
    pub request: String,
    /// The line of the file.
    pub line: usize,
    /// What it is, and what to do.
    pub text: String,
}

/// One request with what is expected of its answer.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// The folders it is in, outermost first.
    pub folders: Vec<String>,
    /// The line of the file where it begins.
    pub line: usize,
    /// An expression without which it is not done.
    pub when: Option<String>,
    /// What is sent.
    pub request: Request,
    /// What is expected.
    pub expect: Expect,
    /// Names for parts of the answer.
    pub capture: Vec<(String, Tree)>,
    /// Send again until this holds.
    pub poll: Option<Tree>,
    /// Send again for these.
    pub retry_on: Vec<Value>,
    /// Longest time for an attempt.
    pub timeout: Option<String>,
    /// What is told above it.
    pub comments: Vec<String>,
    /// The case it belongs to, where the file says; steps of one case follow each other.
    pub case: Option<String>,
    /// Whether the step before it must be in the same case.
    pub follows: bool,
}

/// What is sent.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The operation of the contract, instead of method and path.
    pub operation: Option<String>,
    /// What fills the braces of the operation's path.
    pub params: Vec<(String, Value)>,
    /// The method.
    pub method: String,
    /// The path below the base URL, or a whole URL.
    pub path: String,
    /// Query parameters.
    pub query: Vec<(String, Value)>,
    /// Headers; null removes one.
    pub headers: Vec<(String, Value)>,
    /// Cookies.
    pub cookies: Vec<(String, Value)>,
    /// The body.
    pub body: Body,
}

/// A body.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Body {
    /// None.
    #[default]
    None,
    /// A JSON value.
    Json(Value),
    /// Form fields, URL-encoded.
    Form(Vec<(String, Value)>),
    /// Form fields and files.
    Multipart(Vec<(String, Value)>, Vec<(String, FilePart)>),
    /// Text as it is.
    Raw(String),
}

/// A file of a form. What it held is on another machine: a text stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub kind: Option<String>,
}

/// What is expected of an answer.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// Statuses, or classes of them.
    pub status: Vec<Value>,
    /// Longest time.
    pub within: Option<String>,
    /// Matchers of headers.
    pub headers: Vec<(String, Tree)>,
    /// Matchers of the body, by JSONPath.
    pub body: Vec<(String, Tree)>,
    /// Matchers of the body as text.
    pub text: Vec<Tree>,
}

impl Expect {
    /// Whether nothing is expected.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.status.is_empty()
            && self.within.is_none()
            && self.headers.is_empty()
            && self.body.is_empty()
            && self.text.is_empty()
    }

    /// How many things are expected.
    #[must_use]
    pub fn count(&self) -> usize {
        usize::from(!self.status.is_empty())
            + usize::from(self.within.is_some())
            + self.headers.len()
            + self.body.len()
            + self.text.len()
    }
}

impl Import {
    /// Notes what was not translated.
    pub fn note(&mut self, request: &str, line: usize, text: impl Into<String>) {
        self.notes.push(Note { request: request.to_owned(), line, text: text.into() });
    }

    /// Counts something that was left out on purpose.
    pub fn drop_one(&mut self, what: &str) {
        match self.dropped.iter_mut().find(|(known, _)| known == what) {
            Some((_, count)) => *count += 1,
            None => self.dropped.push((what.to_owned(), 1)),
        }
    }

    /// How many things are expected of all answers.
    #[must_use]
    pub fn expectations(&self) -> usize {
        self.steps.iter().map(|step| step.expect.count() + usize::from(step.poll.is_some())).sum()
    }
}
