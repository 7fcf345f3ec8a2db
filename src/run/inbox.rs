//! Requests to us: what a listener takes in, and what steps wait for.

use bytes::Bytes;
use http::{HeaderMap, Method};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// Most requests that are kept until a step takes them; of more the oldest are forgotten.
const MOST: usize = 10_000;

/// A request to us.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The method.
    pub method: Method,
    /// The path, with the query where there is one.
    pub target: String,
    /// Headers, names in lower case.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Incoming {
    /// The path without the query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// Requests that came and that no step has taken.
#[derive(Debug, Default)]
pub struct Inbox {
    waiting: Mutex<VecDeque<Incoming>>,
    /// How a path is answered, where a step says.
    answers: Mutex<Vec<(Method, String, u16)>>,
    count: watch::Sender<u64>,
}

impl Inbox {
    /// Takes a request in; answers with the status that it is answered with.
    pub fn receive(&self, request: Incoming) -> u16 {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.iter().rfind(|(method, path, _)| *method == request.method && path == request.path());
        let status = answer.map_or(200, |(.., status)| *status);
        drop(answers);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST {
            waiting.pop_front();
        }
        waiting.push_back(request);
        drop(waiting);
        self.count.send_modify(|count| *count += 1);
        status
    }

    /// Says how requests to a path are answered from now on.
    pub(super) fn answer(&self, method: &Method, path: &str, status: u16) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|(known, at, _)| (known, at.as_str()) != (method, path));
        answers.push((method.clone(), path.to_owned(), status));
    }

    /// The oldest request to a path, which is then no longer here.
    pub(super) fn take(&self, method: &Method, path: &str) -> Option<Incoming> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let at = waiting.iter().position(|request| request.method == *method && request.path() == path)?;
        waiting.remove(at)
    }

    /// The paths of requests that nobody took, for a message.
    pub(super) fn others(&self) -> Vec<String> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut paths: Vec<String> =
            waiting.iter().map(|request| format!("{} {}", request.method, request.path())).collect();
        paths.sort();
        paths.dedup();
        paths.truncate(5);
        paths
    }

    /// Tells when another request comes.
    pub(super) fn arrivals(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }
}
