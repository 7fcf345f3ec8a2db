//! One exchange: sent, awaited, and written down as it was.

use super::answer::Answer;
use super::case::Running;
use super::clock::micros;
use super::request::Built;
use crate::event::{Body, Exchange, Received, Sent, StepError, StepErrorKind, Timing};
use crate::plan::PlannedStep;
use crate::secret::{MASK, is_credential_header};
use crate::source::Span;
use crate::transport::{Part, Payload, TransportError, TransportErrorKind};
use http::HeaderMap;

/// How much of a body an exchange keeps, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Of an attempt that went well: enough to see what it was.
    Brief = 4 * 1024,
    /// Of an attempt that did not: enough to find out why.
    Full = 64 * 1024,
}

/// What came of sending a request.
pub(super) struct Sending<'a> {
    started: crate::event::Timestamp,
    built: Built,
    pub(super) result: Result<Answer<'a>, TransportError>,
}

/// Sends a request, in its turn where there is a rate, and waits for its answer; `None` when the run is stopped before.
pub(super) async fn send<'a>(running: &Running<'_>, step: &'a PlannedStep, built: Built) -> Option<Sending<'a>> {
    let turn = running.runner.rate.as_ref().map(|rate| rate.wait(&built.request.url)).filter(|turn| !turn.is_zero());
    if let Some(turn) = turn
        && !running.pause(turn).await
    {
        return None;
    }
    let started = running.runner.clock.now();
    let result = running.runner.transport.send(built.request.clone()).await;
    let result = result.map(|response| Answer::new(response, step));
    Some(Sending { started, built, result })
}

impl Sending<'_> {
    /// What was sent.
    pub(super) const fn built(&self) -> &Built {
        &self.built
    }

    /// The exchange as events carry it. Credentials are masked here, by the names of their headers; the values of
    /// declared secrets are masked where events are written.
    pub(super) fn exchange(&self, evidence: Evidence) -> Exchange {
        let sent = Sent {
            method: self.built.request.method.to_string(),
            url: self.built.request.url.clone(),
            headers: headers(&self.built.request.headers),
            body: payload(&self.built.request.body, evidence),
        };
        let (received, timing) = match &self.result {
            Ok(answer) => {
                let response = &answer.response;
                let body = (!response.body.is_empty()).then(|| body(&response.body, evidence));
                let headers = headers(&response.headers);
                let received = Received { status: response.status, headers, body, wire_bytes: response.wire_bytes };
                let timing = Timing {
                    dns_us: response.dns.map(micros),
                    connect_us: response.connect.map(micros),
                    first_byte_us: Some(micros(response.first_byte)),
                    total_us: micros(response.total),
                };
                (Some(received), timing)
            }
            Err(error) => (None, unanswered(error)),
        };
        Exchange { started: self.started, sent, received, timing }
    }
}

/// The times of an exchange that was not completed.
fn unanswered(error: &TransportError) -> Timing {
    let first_byte_us = error.first_byte.map(micros);
    Timing { first_byte_us, total_us: micros(error.elapsed), ..Timing::default() }
}

/// A transport error as the error of a step.
pub(super) fn error(running: &Running<'_>, error: &TransportError, span: Span) -> StepError {
    let kind = match error.kind {
        TransportErrorKind::Request => StepErrorKind::Request,
        TransportErrorKind::Unreachable => StepErrorKind::Unreachable,
        TransportErrorKind::Tls => StepErrorKind::Tls,
        TransportErrorKind::TimedOut => StepErrorKind::TimedOut,
        TransportErrorKind::Broken => StepErrorKind::Broken,
        TransportErrorKind::TooLarge => StepErrorKind::TooLarge,
        TransportErrorKind::Encoding => StepErrorKind::Encoding,
    };
    StepError { kind, message: error.message.clone(), place: running.runner.plan.sources.place(span) }
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .map(|(name, value)| {
            let masked = is_credential_header(name.as_str());
            let value = if masked { MASK.into() } else { String::from_utf8_lossy(value.as_bytes()) };
            (name.as_str().to_owned(), value.into_owned())
        })
        .collect()
}

fn payload(payload: &Payload, evidence: Evidence) -> Option<Body> {
    match payload {
        Payload::Empty => None,
        Payload::Bytes(bytes) => Some(body(bytes, evidence)),
        Payload::Multipart(parts) => {
            let bytes = parts.iter().map(|part| part.content.len()).sum();
            Some(Body { bytes, text: parts.iter().map(describe).collect::<Vec<_>>().join("\n"), cut: false })
        }
    }
}

/// A part of a form in words: a field's value, a file's name and size.
fn describe(part: &Part) -> String {
    match &part.file_name {
        Some(name) => {
            let media_type = part.media_type.as_deref().unwrap_or("no media type");
            format!("{}: file {name} ({media_type}, {} bytes)", part.field, part.content.len())
        }
        None => format!("{}: {}", part.field, String::from_utf8_lossy(&part.content)),
    }
}

fn body(bytes: &[u8], evidence: Evidence) -> Body {
    let kept = &bytes[..bytes.len().min(evidence as usize)];
    let cut = kept.len() < bytes.len();
    let text = match std::str::from_utf8(kept) {
        Ok(text) => text.to_owned(),
        // Cut in the middle of a character.
        Err(error) if cut && error.error_len().is_none() => {
            String::from_utf8_lossy(&kept[..error.valid_up_to()]).into_owned()
        }
        Err(_) => {
            return Body { bytes: bytes.len(), text: format!("({} bytes that are not text)", bytes.len()), cut: true };
        }
    };
    // The sign tells the redactor that a secret may have been cut in two here.
    let text = if cut { text + "…" } else { text };
    Body { bytes: bytes.len(), text, cut }
}
