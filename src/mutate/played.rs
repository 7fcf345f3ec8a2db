//! A mutant between runner and server: every answer it is about is broken on its way.

use super::apply::{Known, broken};
use super::mutant::Mutant;
use super::operators::operators;
use crate::contract::{BodyCame, Contract, ResponseFacts, Seen};
use crate::transport::{Request, Response, Sending, Transport};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A way to a server on which one mutant is played.
pub struct Played {
    inner: Arc<dyn Transport>,
    contract: Arc<Contract>,
    base_url: String,
    mutant: Mutant,
    seen: Seen,
    times: AtomicUsize,
}

impl Played {
    /// Plays a mutant of a contract on the way to a server whose paths are below a URL.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, contract: Arc<Contract>, base_url: String, mutant: Mutant) -> Self {
        let seen = Seen::new(&contract);
        Self { inner, contract, base_url, mutant, seen, times: AtomicUsize::new(0) }
    }

    /// How often it was played.
    #[must_use]
    pub fn times(&self) -> usize {
        self.times.load(Ordering::Relaxed)
    }

    fn answer(&self, method: &str, url: &str, response: Response) -> Response {
        let Some(place) = self.mutant.place() else { return response };
        let path = url.strip_prefix(self.base_url.as_str()).unwrap_or(url);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let Some(operation) = self.contract.operation_at(method, path).filter(|known| known.id == place.operation)
        else {
            return response;
        };
        let body = serde_json::from_slice::<Value>(&response.body);
        let came = match &body {
            Ok(value) => BodyCame::Value(value),
            Err(_) if response.body.is_empty() => BodyCame::None,
            Err(_) => BodyCame::NotJson(&response.body, "not JSON"),
        };
        let facts = ResponseFacts { status: response.status, headers: &response.headers, body: came };
        let judged = self.contract.validate_response(operation, &facts, &self.seen);
        let variant = judged.variant.unwrap_or_else(|| response.status.to_string());
        if variant != place.variant || judged.code.unwrap_or_default() != place.code {
            return response;
        }
        let Some(operator) = operators().iter().find(|operator| operator.name == self.mutant.operator) else {
            return response;
        };
        match broken(operator, place, Known { contract: &self.contract, operation }, &response) {
            Some(broken) => {
                self.times.fetch_add(1, Ordering::Relaxed);
                broken
            }
            None => response,
        }
    }
}

impl Transport for Played {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let (method, url) = (request.method.to_string(), request.url.clone());
            let response = self.inner.send(request).await?;
            Ok(self.answer(&method, &url, response))
        })
    }
}
