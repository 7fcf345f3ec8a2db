//! One exchange: sent, awaited, and written down as it was.

use super::answer::Answer;
use super::clock::micros;
use super::request::Built;
use super::running::{Halt, Running};
use crate::event::{Body, Exchange, FormPart, Received, Sent, StepError, StepErrorKind, Timestamp, Timing};
use crate::secret::{MASK, is_credential_header};
use crate::source::Span;
use crate::text;
use crate::transport::{Part, Payload, Request, TransportError, TransportErrorKind};
use http::HeaderMap;
use tokio::time::Instant;

/// How much of a body an exchange keeps, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Of an attempt that went well: enough to see what it was.
    Brief = 4 * 1024,
    /// Of an attempt that did not: enough to find out why.
    Full = 64 * 1024,
}

/// What came of sending a request.
pub(super) struct Sending {
    /// When sending began.
    pub(super) started: Timestamp,
    /// When the answer was complete, or it was given up.
    pub(super) ended: Timestamp,
    /// What was sent.
    pub(super) built: Built,
    /// What came.
    pub(super) result: Result<Answer, TransportError>,
    /// Why it was not waited for as long as the step allows.
    pub(super) cut: Option<Halt>,
}

/// Sends a request, in its turn where there is a rate, and waits for its answer: as long as the step allows and the case
/// has time. The request under way when the case's time is up is part of what is given back.
pub(super) async fn send(running: &Running<'_>, built: Built) -> Result<Sending, Halt> {
    running.may_begin()?;
    let turn = running.runner.rate.as_ref().map(|rate| rate.wait(&built.request.url)).filter(|turn| !turn.is_zero());
    if let Some(turn) = turn {
        running.pause(turn).await?;
    }
    let left = running.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let timeout = left.map_or(built.request.timeout, |left| left.min(built.request.timeout));
    let short = timeout < built.request.timeout;
    let started = running.runner.clock.now();
    let result = running.runner.transport.send(Request { timeout, ..built.request.clone() }).await;
    let ended = running.runner.clock.now();
    let timed_out = matches!(&result, Err(error) if error.kind == TransportErrorKind::TimedOut);
    let cut = (short && timed_out).then_some(Halt::OverTime);
    Ok(Sending { started, ended, built, result: result.map(Answer::new), cut })
}

impl Sending {
    /// The exchange as events carry it. Credentials are masked here, by the names of their headers; the values of
    /// declared secrets are masked where events are written.
    pub(super) fn exchange(&self, keep: Keep) -> Exchange {
        let (body, form) = payload(&self.built.request.body, keep);
        let sent = Sent {
            method: self.built.request.method.to_string(),
            url: self.built.request.url.clone(),
            headers: headers(&self.built.request.headers),
            body,
            form,
        };
        let (received, begun, timing) = match &self.result {
            Ok(answer) => {
                let response = &answer.response;
                let body = (!response.body.is_empty()).then(|| body_of(&response.body, keep));
                let headers = headers(&response.headers);
                let received = Received { status: response.status, headers, body, wire_bytes: response.wire_bytes };
                let timing = Timing {
                    dns_us: response.dns.map(micros),
                    connect_us: response.connect.map(micros),
                    first_byte_us: Some(micros(response.first_byte)),
                    total_us: micros(response.total),
                };
                (Some(received), None, timing)
            }
            Err(error) => {
                let begun = error.begun.as_ref().map(|begun| {
                    let body = (!begun.body.is_empty()).then(|| Body { cut: true, ..body_of(&begun.body, keep) });
                    Box::new(Received {
                        status: begun.status,
                        headers: headers(&begun.headers),
                        body,
                        wire_bytes: None,
                    })
                });
                (None, begun, incomplete(error))
            }
        };
        let resent = self.result.as_ref().is_ok_and(|answer| answer.response.resent);
        Exchange { started: self.started, sent, received, begun, resent, timing }
    }
}

/// The times of an exchange that was not completed.
fn incomplete(error: &TransportError) -> Timing {
    let first_byte_us = error.first_byte.map(micros);
    Timing { first_byte_us, total_us: micros(error.elapsed), ..Timing::default() }
}

/// Why a step without an answer could not be decided.
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
    StepError { kind, message: error.message.clone(), place: running.location(span) }
}

/// Why a step whose request was under way when its case's time was up could not be decided.
pub(super) fn cut_short(running: &Running<'_>, sent: &TransportError, span: Span) -> StepError {
    let Some(limit) = &running.limit else { return error(running, sent, span) };
    let (within, under_way) = (text::duration(limit.within.value), text::duration(sent.elapsed));
    let message = format!(
        "the case's limit of {within} was reached while the request was unanswered, {under_way} after it was sent"
    );
    StepError { kind: StepErrorKind::TimedOut, message, place: running.location(limit.within.span) }
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

/// A body that is sent, or the parts of a form.
fn payload(payload: &Payload, keep: Keep) -> (Option<Body>, Vec<FormPart>) {
    match payload {
        Payload::Empty => (None, Vec::new()),
        Payload::Bytes(bytes) => (Some(body_of(bytes, keep)), Vec::new()),
        Payload::Multipart(parts) => (None, parts.iter().map(|part| form_part(part, keep)).collect()),
    }
}

fn form_part(part: &Part, keep: Keep) -> FormPart {
    FormPart {
        field: part.field.clone(),
        file_name: part.file_name.clone(),
        media_type: part.media_type.clone(),
        content: body_of(&part.content, keep),
    }
}

/// A body, or its beginning.
fn body_of(bytes: &[u8], keep: Keep) -> Body {
    let kept = &bytes[..bytes.len().min(keep as usize)];
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
