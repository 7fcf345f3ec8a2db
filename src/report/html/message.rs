//! Requests and responses as the page shows them: laid out, with the lines that a broken promise is about.

use super::data::MessageData;
use super::texts::Texts;
use crate::event::{Body, Failure, Found, Promise, Received, Sent, Side};
use crate::report::explain::{Line, lay_out, nearest_line, nearest_line_to_pointer, status_words};
use crate::text::grouped;

/// What was sent.
pub(super) fn sent(sent: &Sent, failures: &[Failure], texts: &mut Texts) -> MessageData {
    let line = texts.shown(&format!("{} {}", sent.method, sent.url));
    message(line, &sent.headers, sent.body.as_ref(), &Focus { side: Side::Request, failures }, texts)
}

/// What came.
pub(super) fn received(received: &Received, failures: &[Failure], texts: &mut Texts) -> MessageData {
    let line = texts.shown(&status_words(received.status));
    message(line, &received.headers, received.body.as_ref(), &Focus { side: Side::Response, failures }, texts)
}

/// A body, laid out.
pub(super) fn body(body: &Body, texts: &mut Texts) -> usize {
    joined(&lay_out(&body.text), texts)
}

/// What broken promises say about one half of an exchange.
struct Focus<'a> {
    side: Side,
    failures: &'a [Failure],
}

fn message(
    line: usize,
    headers: &[(String, String)],
    body: Option<&Body>,
    focus: &Focus<'_>,
    texts: &mut Texts,
) -> MessageData {
    let headers = headers.iter().map(|(name, value)| (texts.shown(name), texts.shown(value))).collect();
    let lines = body.map(|body| lay_out(&body.text));
    MessageData {
        line,
        headers,
        marks: lines.as_deref().map(|lines| focus.marks(lines)).unwrap_or_default(),
        body: lines.map(|lines| joined(&lines, texts)),
        note: body.filter(|body| body.cut).map(|body| format!("cut: {} bytes in all", grouped(body.bytes))),
    }
}

fn joined(lines: &[Line], texts: &mut Texts) -> usize {
    texts.shown(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n"))
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
            let mut texts = Texts::default();
            let Some(came) = &exchange.received else { continue };
            let data = received(came, &failures, &mut texts);
            let body = data.body.map(|body| texts.into_list().swap_remove(body)).unwrap_or_default();
            let lines: Vec<&str> = body.lines().collect();
            marked.extend(data.marks.iter().map(|mark| format!("{name}: {}", lines[*mark].trim())));
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
        let mut texts = Texts::default();
        let exchange =
            crate::event::Exchange { sent: crate::event::testing::exchange("POST", 200, "").sent, ..exchange };
        assert_eq!(sent(&exchange.sent, &failures, &mut texts).marks, [2]);
        assert!(received(exchange.received.as_ref().unwrap(), &failures, &mut texts).marks.is_empty());
    }
}
