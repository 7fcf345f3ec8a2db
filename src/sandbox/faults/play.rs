//! Playing a fault: refusing before a request is carried out, or spoiling the answer after.

use axum::{
    body::{Body, to_bytes},
    response::Response,
};
use bytes::Bytes;
use http::{
    HeaderName, HeaderValue,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
};
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::{
    Fault,
    body::{Broken, Dripping},
    fault_action::FaultAction,
};

/// Marks an answer that must not be sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct Dropped;

impl Fault {
    /// The refusal that takes the place of carrying the request out.
    pub(in crate::sandbox) fn refusal(&self) -> Option<Problem> {
        let problem = Problem::bare(self.fault_action.refuse?);
        Some(match self.fault_action.retry_after {
            Some(seconds) => problem.with_retry_after(seconds),
            None => problem,
        })
    }

    /// Spoils an answer.
    pub(in crate::sandbox) async fn spoil(&self, response: Response, discreet: bool) -> Response {
        let fault_action = &self.fault_action;
        if !fault_action.latency.is_zero() {
            tokio::time::sleep(fault_action.latency).await;
        }
        if fault_action.reset {
            let mut dropped = Response::new(Body::new(Broken(None)));
            dropped.extensions_mut().insert(Dropped);
            return dropped;
        }
        let (mut parts, body) = response.into_parts();
        let content = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let content = fault_action.rewrite(content);
        parts.headers.remove(CONTENT_LENGTH);
        if let Some(status) = fault_action.status {
            parts.status = status;
        }
        if let Some(kind) = &fault_action.content_type {
            parts.headers.insert(CONTENT_TYPE, kind.clone());
        }
        if fault_action.gzip_bomb.is_some() {
            parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Some(seconds) = fault_action.retry_after {
            parts.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let (false, Ok(name)) = (discreet, HeaderValue::from_str(&self.name)) {
            parts.headers.insert(HeaderName::from_static("x-sandbox-fault"), name);
        }
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(content.len()));
        Response::from_parts(parts, fault_action.send(content))
    }
}

impl FaultAction {
    /// The bytes to send in place of the answer.
    fn rewrite(&self, content: Bytes) -> Bytes {
        if let Some(bomb) = &self.gzip_bomb {
            return bomb.clone();
        }
        if let Some(body) = &self.body {
            return Bytes::copy_from_slice(body.as_bytes());
        }
        if self.code.is_none() && self.set.is_empty() && self.remove.is_empty() {
            return content;
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(&content) else {
            return content;
        };
        if let (Some(code), Some(envelope)) = (&self.code, value.as_object_mut()) {
            let member = if envelope.contains_key("statusCode") { "statusCode" } else { "status" };
            envelope.insert(member.to_owned(), json!(code));
        }
        for pointer in &self.remove {
            remove(&mut value, pointer);
        }
        for (pointer, member) in &self.set {
            set(&mut value, pointer, member.clone());
        }
        serde_json::to_vec(&value).map_or(content, Bytes::from)
    }

    /// How the bytes are sent.
    fn send(&self, content: Bytes) -> Body {
        match (self.truncate, self.drip) {
            (Some(length), _) if length < content.len() => Body::new(Broken(Some(content.slice(..length)))),
            (_, Some(pause)) => Body::new(Dripping::new(content, pause)),
            _ => Body::from(content),
        }
    }
}

/// Splits a JSON pointer into that of the parent and the last member.
fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, member) = pointer.rsplit_once('/')?;
    Some((parent, member.replace("~1", "/").replace("~0", "~")))
}

fn remove(value: &mut Value, pointer: &str) {
    let Some((parent, member)) = split(pointer) else {
        return;
    };
    match value.pointer_mut(parent) {
        // The order of the other members is part of what stays as it was.
        Some(Value::Object(members)) => drop(members.shift_remove(&member)),
        Some(Value::Array(elements)) => {
            if let Some(place) = member.parse::<usize>().ok().filter(|place| *place < elements.len()) {
                elements.remove(place);
            }
        }
        _ => {}
    }
}

fn set(value: &mut Value, pointer: &str, member: Value) {
    let Some((parent, name)) = split(pointer) else {
        return;
    };
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.insert(name, member)),
        Some(Value::Array(elements)) => {
            if let Some(element) = name.parse::<usize>().ok().and_then(|place| elements.get_mut(place)) {
                *element = member;
            }
        }
        _ => {}
    }
}
