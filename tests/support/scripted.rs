//! A server that answers from a script and remembers what it was asked.
//!
//! A script is YAML: a method and path each, and the answers to give one after another; the last one repeats.
//!
//! ```yaml
//! POST /offers:
//!   - { status: 202, headers: { x-id: "7" }, json: { status: PROCESSING }, delay: 2s }
//!   - { body: "not JSON", times: 3 }
//!   - { error: unreachable }
//! ```

use super::journey::BASE_URL;
use bytes::Bytes;
use proviso::transport::{InProcess, Payload, Request, Sending, Transport, TransportError, TransportErrorKind};
use proviso::yaml::parse_duration;
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One answer of a script.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    status: Option<u16>,
    #[serde(default)]
    headers: HashMap<String, String>,
    json: Option<serde_json::Value>,
    body: Option<String>,
    /// A body of that many bytes.
    size: Option<usize>,
    delay: Option<String>,
    /// No answer at all, for this reason.
    error: Option<String>,
    /// How many times in a row it is given.
    times: Option<usize>,
}

/// A scripted server. Clones are the same server.
#[derive(Clone)]
pub(crate) struct Scripted {
    state: Arc<Mutex<State>>,
    inside: Arc<InProcess>,
}

struct State {
    script: HashMap<String, Vec<Answer>>,
    received: Vec<String>,
}

impl Scripted {
    /// A server that follows a script.
    #[track_caller]
    pub(crate) fn new(script: &str) -> Self {
        let script: HashMap<String, Vec<Answer>> =
            serde_yaml::from_str(script).unwrap_or_else(|error| panic!("the server's script: {error}"));
        let repeated = |answer: Answer| std::iter::repeat_n(answer.clone(), answer.times.unwrap_or(1));
        let script = script
            .into_iter()
            .map(|(route, answers)| (route, answers.into_iter().flat_map(repeated).rev().collect()))
            .collect();
        let state = Arc::new(Mutex::new(State { script, received: Vec::new() }));
        let inside = {
            let state = Arc::clone(&state);
            Arc::new(InProcess::new(move |request| {
                let answer = lock(&state).take(&request);
                Box::pin(answered(answer))
            }))
        };
        Self { state, inside }
    }

    /// Everything it was asked, one paragraph each.
    pub(crate) fn received(&self) -> String {
        lock(&self.state).received.join("\n\n")
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        lock(&self.state).received.len()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request) -> Sending<'_> {
        let path = request.url.strip_prefix(BASE_URL).unwrap_or(&request.url).to_owned();
        let error = lock(&self.state).error(&format!("{} {path}", request.method));
        match error {
            None => self.inside.send(request),
            Some(answer) => Box::pin(async move {
                let elapsed = answer.delay();
                tokio::time::sleep(elapsed).await;
                let bytes = match &request.body {
                    Payload::Bytes(bytes) => bytes.clone(),
                    Payload::Empty | Payload::Multipart(_) => Bytes::new(),
                };
                let mut sent = http::Request::new(bytes);
                *sent.method_mut() = request.method;
                *sent.uri_mut() = request.url.parse().expect("the engine makes whole URLs");
                *sent.headers_mut() = request.headers;
                lock(&self.state).received.push(described(&sent));
                let name = answer.error.as_deref().unwrap_or_default();
                Err(TransportError {
                    kind: kind(name),
                    message: format!("the script says {name}"),
                    first_byte: None,
                    begun: None,
                    elapsed,
                })
            }),
        }
    }
}

impl State {
    fn take(&mut self, request: &http::Request<Bytes>) -> Answer {
        self.received.push(described(request));
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let method = request.method();
        let bare = path.split('?').next().unwrap_or_default();
        self.next(&format!("{method} {path}")).or_else(|| self.next(&format!("{method} {bare}"))).unwrap_or_else(|| {
            let body = format!("the script has no answer to {method} {path}");
            Answer { status: Some(404), body: Some(body), ..Answer::default() }
        })
    }

    /// The next answer, when it is error.
    fn error(&mut self, route: &str) -> Option<Answer> {
        let bare = route.split('?').next().unwrap_or_default();
        let known = if self.script.contains_key(route) { route } else { bare };
        self.script.get(known)?.last()?.error.as_ref()?;
        self.next(known)
    }

    fn next(&mut self, route: &str) -> Option<Answer> {
        let answers = self.script.get_mut(route)?;
        if answers.len() > 1 { answers.pop() } else { answers.last().cloned() }
    }
}

impl Answer {
    fn delay(&self) -> Duration {
        let written = self.delay.as_deref().unwrap_or("0s");
        parse_duration(written).unwrap_or_else(|| panic!("the server's script: `{written}` is not a duration"))
    }
}

async fn answered(answer: Answer) -> Result<http::Response<Bytes>, String> {
    tokio::time::sleep(answer.delay()).await;
    let mut response = http::Response::builder().status(answer.status.unwrap_or(200));
    let body = match (answer.json, answer.body, answer.size) {
        (Some(json), _, _) => {
            response = response.header("content-type", "application/json");
            Bytes::from(json.to_string())
        }
        (None, Some(body), _) => Bytes::from(body),
        (None, None, size) => Bytes::from(vec![b'x'; size.unwrap_or(0)]),
    };
    let mut headers: Vec<_> = answer.headers.into_iter().collect();
    headers.sort();
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body).map_err(|error| error.to_string())
}

fn kind(name: &str) -> TransportErrorKind {
    match name {
        "request" => TransportErrorKind::Request,
        "unreachable" => TransportErrorKind::Unreachable,
        "tls" => TransportErrorKind::Tls,
        "timed-out" => TransportErrorKind::TimedOut,
        "broken" => TransportErrorKind::Broken,
        "too-large" => TransportErrorKind::TooLarge,
        "encoding" => TransportErrorKind::Encoding,
        other => panic!("the server's script: there is no error `{other}`"),
    }
}

/// A request as a test reads it: what every request carries is left out, and a boundary is always the same.
fn described(request: &http::Request<Bytes>) -> String {
    let url = request.uri().to_string();
    let mut text = format!("{} {}", request.method(), url.strip_prefix(BASE_URL).unwrap_or(&url));
    let mut boundary = None;
    for (name, value) in request.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        boundary = boundary.or_else(|| Some(value.split_once("boundary=")?.1.to_owned()));
        if !matches!((name.as_str(), value.as_str()), ("accept", "*/*") | ("user-agent", _)) {
            let _ = write!(text, "\n{name}: {value}");
        }
    }
    if !request.body().is_empty() {
        let _ = write!(text, "\n\n{}", String::from_utf8_lossy(request.body()).replace('\r', ""));
    }
    match boundary {
        Some(boundary) => text.replace(&boundary, "BOUNDARY"),
        None => text,
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
