//! ValidationContext exchanges: with the lender's contract, and with small ones of other kinds.

mod anything;
mod bodies;
mod coverage;
mod forms_of;
mod growth;
mod lender;
mod placed;
mod requests;
mod small;

use super::{BodyCame, BodySent, Judged, RequestFacts, ResponseFacts, Seen, Touches};
use crate::contract::{Contract, load};
use crate::diagnostic::{Code, Diagnostic};
use crate::event::TouchedThing;
use crate::source::{Sources, Span};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::fmt::Write as _;

/// A contract, what was touched of it, and where its texts are.
struct Desk {
    contract: Contract,
    seen: Seen,
    sources: Sources,
}

impl Desk {
    fn of(text: &str) -> Self {
        let mut sources = Sources::default();
        let file = sources.add("c.yaml", text);
        let mut none = |_: &mut Sources, path: &str| {
            Err(Box::new(Diagnostic::new(Code::MissingFile, format!("there is no file {path}"))))
        };
        let contract = load(&mut sources, file, "c", &mut none).unwrap();
        let seen = Seen::new(&contract);
        Self { contract, seen, sources }
    }

    /// The lender's, which is part of the program.
    fn lender() -> Self {
        Self::of(include_str!("../../../../schemas/lender-prism.openapi.yaml"))
    }

    fn answered(&self, operation: &str, status: u16, body: &Value) -> Judged {
        self.answered_with(operation, status, &[("content-type", "application/json")], BodyCame::Value(body))
    }

    fn answered_with(&self, operation: &str, status: u16, with: &[(&str, &str)], body: BodyCame<'_>) -> Judged {
        let operation = self.contract.operation(operation).unwrap();
        let headers = headers(with);
        self.contract.validate_response(operation, &ResponseFacts { status, headers: &headers, body }, &self.seen)
    }

    /// `path` may have a query.
    fn sent(&self, operation: &str, path: &str, with: &[(&str, &str)], body: BodySent<'_>) -> Judged {
        let operation = self.contract.operation(operation).unwrap();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let headers = headers(with);
        self.contract.validate_request(operation, &RequestFacts { path, query, headers: &headers, body }, &self.seen)
    }

    fn sent_json(&self, operation: &str, path: &str, body: &Value) -> Judged {
        self.sent(operation, path, &[("content-type", "application/json")], BodySent::Value(body))
    }

    /// What is shown for the first time.
    fn first(&self, touches: Touches) -> Vec<TouchedThing> {
        self.seen.first(touches)
    }

    /// Everything that was found, a line for each and the text it speaks of.
    fn told(&self, judged: &Judged) -> String {
        let mut told = String::new();
        let written = |span: Span| self.sources.slice(span).lines().next().unwrap_or_default().to_owned();
        let notes = |near: &Option<String>, section: &Option<String>, ambiguity: &Option<String>| {
            let near = near.iter().map(|near| format!("; near {near}"));
            let section = section.iter().map(|section| format!("; section {section}"));
            near.chain(section).chain(ambiguity.iter().map(|id| format!("; {id}"))).collect::<String>()
        };
        for (broken, span) in &judged.violations {
            let found = broken.found.as_deref().unwrap_or("nothing");
            let notes = notes(&broken.near, &broken.section, &broken.ambiguity);
            let (id, promised, written) = (broken.id(), &broken.promised, written(*span));
            writeln!(told, "violation {id}\n  promised {promised}; came {found}{notes}\n  at {written}").unwrap();
        }
        for (finding, span) in &judged.findings {
            let found = finding.found.as_deref().unwrap_or("nothing");
            let notes = notes(&finding.near, &finding.section, &finding.ambiguity);
            let (id, what, written) = (&finding.id, &finding.what, written(*span));
            writeln!(told, "finding {id}\n  {what}; came {found}{notes}\n  at {written}").unwrap();
        }
        told
    }
}

fn headers(with: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    with.iter().map(pair).collect()
}
