//! Requests and responses as the page shows them: laid out, with the lines that a broken promise is about.

use super::data::MessageData;
use crate::event::{Body, Failure, Found, Promise, Received, Sent, Side};
use crate::report::explain::{Line, lay_out, nearest_line, nearest_line_to_pointer, status_words};
use crate::text::{grouped, visible};

/// What was sent.
pub(super) fn sent(sent: &Sent, failures: &[Failure]) -> MessageData {
    let line = visible(&format!("{} {}", sent.method, sent.url)).into_owned();
    message(line, &sent.headers, sent.body_in_words().as_deref(), &Focus { side: Side::Request, failures })
}

/// What came.
pub(super) fn received(received: &Received, failures: &[Failure]) -> MessageData {
    let line = status_words(received.status);
    message(line, &received.headers, received.body.as_ref(), &Focus { side: Side::Response, failures })
}

/// What broken promises say about one half of an exchange.
struct Focus<'a> {
    side: Side,
    failures: &'a [Failure],
}

fn message(line: String, headers: &[(String, String)], body: Option<&Body>, focus: &Focus<'_>) -> MessageData {
    let shown = |(name, value): &(String, String)| (visible(name).into_owned(), visible(value).into_owned());
    // Of a step that passed nothing is marked, and the page lays bodies out itself.
    let marks = body.filter(|_| !focus.failures.is_empty()).map(|body| focus.marks(&lay_out(&body.text)));
    MessageData {
        line,
        headers: headers.iter().map(shown).collect(),
        marks: marks.unwrap_or_default(),
        body: body.map(|body| visible(&body.text).into_owned()),
        note: body.filter(|body| body.cut).map(|body| format!("cut: {} bytes in all", grouped(body.bytes))),
    }
}

impl Focus<'_> {
    /// The lines of a body that broken promises are about, in order, each once.
    fn marks(&self, lines: &[Line]) -> Vec<usize> {
        let mut marks: Vec<usize> = self.failures.iter().flat_map(|failure| self.of(&failure.promise, lines)).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }

    fn of(&self, promise: &Promise, lines: &[Line]) -> Vec<usize> {
        let path = |found: &Found| nearest_line(lines, &found.path);
        let pointer =
            |side: Side, pointer: &str| (side == self.side).then(|| nearest_line_to_pointer(lines, pointer)).flatten();
        let here = self.side == Side::Response;
        match promise {
            Promise::Body(found) | Promise::Capture { found, .. } if here => path(found).into_iter().collect(),
            Promise::GaveUp { waiting_for, .. } if here => waiting_for.iter().filter_map(path).collect(),
            Promise::Rule(broken) if here => {
                let path = broken.at.as_deref().and_then(|at| at.strip_prefix("response "));
                path.and_then(|path| nearest_line(lines, path)).into_iter().collect()
            }
            Promise::Snapshot(difference) if here => {
                difference.changes.iter().filter_map(|change| nearest_line(lines, &change.path)).collect()
            }
            Promise::Code { found: Some(code), .. } if here => {
                let quoted = format!("\"{code}\"");
                lines.iter().position(|line| line.text.contains(&quoted)).into_iter().collect()
            }
            Promise::Contract(violation) => pointer(violation.side, &violation.pointer).into_iter().collect(),
            Promise::Finding(finding) => pointer(finding.side, &finding.pointer).into_iter().collect(),
            Promise::Body(_)
            | Promise::Capture { .. }
            | Promise::GaveUp { .. }
            | Promise::Snapshot(_)
            | Promise::Rule(_)
            | Promise::Code { .. }
            | Promise::Status { .. }
            | Promise::Header(_)
            | Promise::Latency { .. }
            | Promise::Json { .. }
            | Promise::Repeated { .. }
            | Promise::Overran { .. }
            | Promise::Hopeless { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{every_promise, place};

    #[test]
    fn the_line_that_broke_the_promise_is_marked() {
        let mut marked = Vec::new();
        for (name, exchange, promise) in every_promise() {
            let failures = [Failure { place: place(1, 1, 1, "x"), promise }];
            let Some(came) = &exchange.received else { continue };
            let data = received(came, &failures);
            let lines = lay_out(&data.body.unwrap_or_default());
            marked.extend(data.marks.iter().map(|mark| format!("{name}: {}", lines[*mark].text.trim())));
        }
        insta::assert_snapshot!(marked.join("\n"), @r#"
        code: "statusCode": "FBX-E-006"
        body: "status": "REJECTED",
        body missing: "data": {
        capture: "offers": [
        gave up: "status": "REJECTED",
        contract: "status": "REJECTED",
        finding: "reason": "slab",
        snapshot: "reason": "slab",
        "#);
    }

    #[test]
    fn what_is_wrong_with_a_request_is_not_looked_for_in_the_response() {
        let (_, exchange, promise) = every_promise().into_iter().find(|(name, ..)| *name == "contract").unwrap();
        let Promise::Contract(mut violation) = promise else { panic!("the promise is a contract's") };
        violation.side = Side::Request;
        violation.pointer = "/mobile".into();
        let failures = [Failure { place: place(1, 1, 1, "x"), promise: Promise::Contract(violation) }];
        let exchange =
            crate::event::Exchange { sent: crate::event::testing::exchange("POST", 200, "").sent, ..exchange };
        assert_eq!(sent(&exchange.sent, &failures).marks, [2]);
        assert!(received(exchange.received.as_ref().unwrap(), &failures).marks.is_empty());
    }
}
