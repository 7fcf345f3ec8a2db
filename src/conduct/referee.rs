//! The referee: what stands between a partner's system and the service. It answers for the reference server, does the one
//! thing that a module has go wrong, and writes every exchange down before it is answered.

use super::journal::{Exchange, Fault, Request, Response};
use super::profile::Action;
use super::session::{Planned, Play, Session};
use crate::contract::{BodyCame, BodySent, Contract, Operation, Part, RequestFacts, ResponseFacts, Seen, StatusRange};
use crate::event::{Timestamp, Violation};
use axum::extract::{FromRequest as _, Multipart};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::future::Future;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The header that carries a partner's key.
const KEY: &str = "x-api-key";

/// Most bytes of a text that is no JSON that are written down.
const LONGEST_TEXT: usize = 4096;

/// An answer to come from the service; nothing when it gave none.
pub type Answering = Pin<Box<dyn Future<Output = Option<http::Response<Bytes>>> + Send>>;

/// The service behind the referee.
pub trait Backend: Send + Sync {
    /// Answers a request, playing the customer's journey in this way.
    fn answer(&self, request: http::Request<Bytes>, play: &Play) -> Answering;
}

/// What the partner gets.
#[derive(Debug)]
pub enum Reply {
    /// An answer.
    Answer(Box<http::Response<Bytes>>),
    /// The connection is closed.
    Close,
}

/// The time of a certification. It never runs backwards, whatever the machine's clock does.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    origin: Timestamp,
    started: Instant,
    scale: f64,
}

impl Clock {
    /// A clock that shows `origin` now and runs so many times faster than real time.
    #[must_use]
    pub fn new(origin: Timestamp, scale: f64) -> Self {
        Self { origin, started: Instant::now(), scale }
    }

    /// The time it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.origin.after(self.started.elapsed().mul_f64(self.scale))
    }

    /// How long a time on this clock really takes.
    #[must_use]
    pub fn really(&self, time: Duration) -> Duration {
        time.div_f64(self.scale)
    }
}

/// Several certifications behind one listener, told apart by their keys.
pub struct Referee {
    contract: Arc<Contract>,
    seen: Seen,
    backend: Arc<dyn Backend>,
    clock: Clock,
    sessions: Vec<Mutex<Session>>,
    keys: HashMap<String, usize>,
    /// Whether everything passes through as it is: then nothing goes wrong but by itself.
    through: bool,
}

impl std::fmt::Debug for Referee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Referee").field("sessions", &self.sessions.len()).finish_non_exhaustive()
    }
}

impl Referee {
    /// A referee for these sessions, each with its keys.
    #[must_use]
    pub fn new(
        contract: Arc<Contract>,
        backend: Arc<dyn Backend>,
        clock: Clock,
        sessions: Vec<(Session, Vec<String>)>,
    ) -> Self {
        let mut keys = HashMap::new();
        let mut all = Vec::new();
        for (number, (session, own)) in sessions.into_iter().enumerate() {
            keys.extend(own.into_iter().map(|key| (key, number)));
            all.push(Mutex::new(session));
        }
        Self { seen: Seen::new(&contract), contract, backend, clock, sessions: all, keys, through: false }
    }

    /// The same, with nothing changed in what passes through.
    #[must_use]
    pub fn passing_through(self) -> Self {
        Self { through: true, ..self }
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How many sessions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// A session, while nobody else changes it.
    pub fn session(&self, number: usize) -> Option<MutexGuard<'_, Session>> {
        self.sessions.get(number).map(|session| session.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a request. What is begun is written down, even when the partner does not wait for the answer.
    pub async fn answer(self: Arc<Self>, request: http::Request<Bytes>) -> Reply {
        // A handler is dropped with its connection; what the service was told must be written down all the same.
        tokio::spawn(async move { self.judged(request).await }).await.unwrap_or(Reply::Close)
    }

    async fn judged(&self, request: http::Request<Bytes>) -> Reply {
        let sent = self.clock.now();
        let Some(number) = self.session_of(request.headers()) else {
            self.unknown_key(request.headers(), sent);
            return self.pass_on(request).await;
        };
        if self.session(number).is_some_and(|session| session.is_closed()) {
            return closed();
        }
        let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
        let Some(operation) = self.contract.operation_at(&method, &path) else {
            if let Some(mut session) = self.session(number) {
                session.mistaken(
                    &format!("{method} {path} is no operation of the contract; is the base path right?"),
                    sent,
                );
            }
            return self.pass_on(request).await;
        };
        let body = Body::read(request.headers(), request.body()).await;
        let query = pairs(request.uri().query().unwrap_or_default());
        let print = print_of(&request);
        let mut planned = match self.session(number) {
            Some(mut session) => {
                if session.is_fresh() && !session.creates(&operation.id) {
                    let says = format!(
                        "the first call was {}; no customer has been created, so no module has begun",
                        operation.id
                    );
                    session.mistaken(&says, sent);
                }
                session.plan(&operation.id, &body.value, &query, print, sent)
            }
            None => return closed(),
        };
        if self.through {
            (planned.play, planned.action) = (Play::default(), None);
        }
        let request_faults = self.request_faults(operation, &request, &body);
        let written = Exchange {
            n: 0,
            operation: operation.id.clone(),
            customer: planned.customer.clone(),
            module: planned.module.clone(),
            sent,
            answered: sent,
            request: Request {
                method,
                target: request.uri().path_and_query().map_or(path, |target| target.as_str().to_owned()),
                content_type: request
                    .headers()
                    .get(header::CONTENT_TYPE)
                    .and_then(|kind| kind.to_str().ok())
                    .map(essence),
                body: body.shown(),
                bytes: request.body().len() as u64,
            },
            response: None,
            injected: injected(&planned),
            request_faults,
            response_faults: Vec::new(),
            duplicate: planned.duplicate,
        };
        self.act(number, operation, request, planned, written).await
    }

    /// Does what is planned, writes it down, and answers.
    async fn act(
        &self,
        number: usize,
        operation: &Operation,
        request: http::Request<Bytes>,
        planned: Planned,
        mut written: Exchange,
    ) -> Reply {
        let action = planned.action.clone().unwrap_or_default();
        if action.lost || action.silent.is_some() {
            if !self.write(number, written) {
                return Reply::Close;
            }
            tokio::time::sleep(self.clock.really(action.silent.unwrap_or_default())).await;
            return Reply::Close;
        }
        let answer = if action.refuse.is_some() {
            Some(http::Response::new(Bytes::new()))
        } else {
            let answer = self.backend.answer(request, &planned.play).await;
            if let Some(answer) = &answer {
                written.response_faults = self.response_faults(operation, answer);
            }
            answer
        };
        if !action.late.is_zero() {
            tokio::time::sleep(self.clock.really(action.late)).await;
        }
        let answer = answer.filter(|_| !action.reset).map(|answer| self.changed(operation, &action, answer));
        written.answered = self.clock.now();
        written.response = answer.as_ref().map(shown);
        if !self.write(number, written) {
            return Reply::Close;
        }
        answer.map_or(Reply::Close, |answer| Reply::Answer(Box::new(answer)))
    }

    /// Writes an exchange down; false when that is not possible, and then nothing may be answered.
    fn write(&self, number: usize, exchange: Exchange) -> bool {
        self.session(number).is_some_and(|mut session| !session.is_closed() && session.exchange(exchange).is_ok())
    }

    fn session_of(&self, headers: &HeaderMap) -> Option<usize> {
        let key = headers.get(KEY)?.to_str().ok()?;
        self.keys.get(key).copied()
    }

    /// Tells of a key that is of nobody, where it is plain whom to tell: evidence of one partner is not for another.
    fn unknown_key(&self, headers: &HeaderMap, at: Timestamp) {
        let only = if self.sessions.len() == 1 { self.session(0) } else { None };
        let Some(mut session) = only else { return };
        let says = match headers.get(KEY).map(|key| key.to_str().unwrap_or_default()) {
            None => format!("a request came without the header {KEY}"),
            Some(key) => {
                let end: String = key.chars().rev().take(if key.len() >= 12 { 4 } else { 0 }).collect();
                let end: String = end.chars().rev().collect();
                format!("a request came with the key ending ..{end}, which is not one of this session")
            }
        };
        session.mistaken(&says, at);
    }

    async fn pass_on(&self, request: http::Request<Bytes>) -> Reply {
        match self.backend.answer(request, &Play::default()).await {
            Some(answer) if self.through => Reply::Answer(Box::new(answer)),
            Some(answer) => Reply::Answer(Box::new(discreet(answer))),
            None => Reply::Close,
        }
    }

    fn request_faults(&self, operation: &Operation, request: &http::Request<Bytes>, body: &Body) -> Vec<Fault> {
        let facts = RequestFacts {
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            headers: request.headers(),
            body: body.sent(request.body()),
        };
        let judged = self.contract.validate_request(operation, &facts, &self.seen);
        judged.violations.iter().map(|(violation, _)| fault(violation)).collect()
    }

    fn response_faults(&self, operation: &Operation, answer: &http::Response<Bytes>) -> Vec<Fault> {
        let parsed = serde_json::from_slice::<Value>(answer.body());
        let error = parsed.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let body = match &parsed {
            _ if answer.body().is_empty() => BodyCame::None,
            Ok(value) => BodyCame::Value(value),
            Err(_) => BodyCame::NotJson(answer.body(), &error),
        };
        let facts = ResponseFacts { status: answer.status().as_u16(), headers: answer.headers(), body };
        let judged = self.contract.validate_response(operation, &facts, &self.seen);
        judged.violations.iter().map(|(violation, _)| fault(violation)).collect()
    }

    /// The answer with what the module has go wrong.
    fn changed(&self, operation: &Operation, action: &Action, answer: http::Response<Bytes>) -> http::Response<Bytes> {
        if self.through {
            return answer;
        }
        let mut answer = discreet(answer);
        if let Some(code) = action.refuse.as_ref().or(action.claim.as_ref()) {
            answer = self.refusal(operation, code, action);
        }
        if let Some(status) = action.status.and_then(|status| StatusCode::from_u16(status).ok()) {
            *answer.status_mut() = status;
        }
        if let Some(seconds) = action.retry_after {
            // A partner waits in its own time, so the header says real seconds.
            let real = self.clock.really(Duration::from_secs(seconds)).as_secs_f64().ceil().max(1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a day of seconds at most")]
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(real as u64));
        }
        if (!action.set.is_empty() || !action.remove.is_empty())
            && let Ok(mut value) = serde_json::from_slice::<Value>(answer.body())
        {
            action.remove.iter().for_each(|pointer| remove(&mut value, pointer));
            action.set.iter().for_each(|(pointer, member)| set(&mut value, pointer, member.clone()));
            *answer.body_mut() = Bytes::from(value.to_string());
        }
        let length = HeaderValue::from(answer.body().len());
        answer.headers_mut().insert(header::CONTENT_LENGTH, length);
        answer
    }

    /// A documented refusal, as the service writes it.
    fn refusal(&self, operation: &Operation, code: &str, action: &Action) -> http::Response<Bytes> {
        let known = self.contract.codes.get(code);
        let status = known.and_then(|known| {
            known.statuses.iter().find_map(|range| match range {
                StatusRange::Exactly(status) => Some(*status),
                StatusRange::Class(_) => None,
            })
        });
        let class = known.and_then(|known| known.statuses.first()).map(|range| match range {
            StatusRange::Exactly(status) => *status,
            StatusRange::Class(class) => class * 100,
        });
        let says = action.error.clone().or_else(|| known.map(|known| known.case.to_lowercase())).unwrap_or_default();
        let member = operation.code_members.first().map_or("statusCode", String::as_str);
        let mut body = Map::from_iter([("data".to_owned(), json!({})), ("error".to_owned(), Value::from(says))]);
        body.insert(member.to_owned(), Value::from(code));
        let mut answer = http::Response::new(Bytes::from(Value::Object(body).to_string()));
        *answer.status_mut() =
            status.or(class).and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::BAD_REQUEST);
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer
    }
}

/// The answer to whoever comes too late.
fn closed() -> Reply {
    let mut answer = http::Response::new(Bytes::from_static(b"{\"error\":\"this certification is closed\"}"));
    *answer.status_mut() = StatusCode::GONE;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Reply::Answer(Box::new(answer))
}

/// An answer that tells nothing of how it was made.
fn discreet(mut answer: http::Response<Bytes>) -> http::Response<Bytes> {
    let own: Vec<_> = answer.headers().keys().filter(|name| name.as_str().starts_with("x-sandbox")).cloned().collect();
    for name in own {
        answer.headers_mut().remove(name);
    }
    answer
}

fn fault(violation: &Violation) -> Fault {
    let found = violation.found.as_ref().map(|found| format!(", came {found}")).unwrap_or_default();
    let place = if violation.pointer.is_empty() { "the body" } else { &violation.pointer };
    Fault { id: violation.id(), says: format!("{place}: promised {}{found}", violation.promised) }
}

fn injected(planned: &Planned) -> Option<String> {
    let Play { persona, processing } = &planned.play;
    let played = Action { persona: persona.clone(), processing: *processing, ..Action::default() }.name();
    let parts: Vec<String> = [played, planned.action.as_ref().map(Action::name).unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn shown(answer: &http::Response<Bytes>) -> Response {
    let kept = [header::CONTENT_TYPE, header::RETRY_AFTER];
    let headers = kept.iter().filter_map(|name| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    Response {
        status: answer.status().as_u16(),
        headers: headers.collect(),
        body: serde_json::from_slice(answer.body()).unwrap_or(Value::Null),
    }
}

/// The media type without its parameters.
fn essence(kind: &str) -> String {
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn print_of(request: &http::Request<Bytes>) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.method().as_str().hash(&mut hasher);
    request.uri().path_and_query().map(ToString::to_string).hash(&mut hasher);
    request.body().hash(&mut hasher);
    hasher.finish()
}

/// The parameters of a query.
fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The body of a request, as it was understood.
struct Body {
    value: Value,
    parts: Option<Vec<FormPart>>,
    text: Option<String>,
}

struct FormPart {
    field: String,
    file: Option<String>,
    media_type: Option<String>,
    content: Bytes,
}

impl Body {
    async fn read(headers: &HeaderMap, content: &Bytes) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let none = Self { value: Value::Null, parts: None, text: None };
        match essence(kind).as_str() {
            _ if content.is_empty() => none,
            "multipart/form-data" => match form(headers, content.clone()).await {
                Some(parts) => Self { value: fields(&parts), parts: Some(parts), text: None },
                None => Self { text: Some("a form that cannot be read".to_owned()), ..none },
            },
            "application/x-www-form-urlencoded" => {
                let members =
                    url::form_urlencoded::parse(content).into_owned().map(|(name, value)| (name, Value::from(value)));
                Self { value: Value::Object(members.collect()), ..none }
            }
            _ => match serde_json::from_slice(content) {
                Ok(value) => Self { value, ..none },
                Err(_) => {
                    let text = String::from_utf8_lossy(&content[..content.len().min(LONGEST_TEXT)]).into_owned();
                    Self { text: Some(text), ..none }
                }
            },
        }
    }

    /// What is written down of it.
    fn shown(&self) -> Option<Value> {
        match (&self.text, &self.value) {
            (Some(text), _) => Some(Value::from(text.as_str())),
            (None, Value::Null) => None,
            (None, value) => Some(value.clone()),
        }
    }

    fn sent<'a>(&'a self, content: &'a Bytes) -> BodySent<'a> {
        match (&self.parts, &self.text) {
            _ if content.is_empty() => BodySent::None,
            (Some(parts), _) => BodySent::Multipart(
                parts
                    .iter()
                    .map(|part| Part {
                        field: &part.field,
                        file_name: part.file.as_deref(),
                        media_type: part.media_type.as_deref(),
                        content: &part.content,
                    })
                    .collect(),
            ),
            (None, Some(_)) => BodySent::Bytes(content),
            (None, None) => BodySent::Value(&self.value),
        }
    }
}

async fn form(headers: &HeaderMap, content: Bytes) -> Option<Vec<FormPart>> {
    let mut request = http::Request::new(axum::body::Body::from(content));
    *request.headers_mut() = headers.clone();
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.ok()? {
        let (name, file) = (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
        let media_type = field.content_type().map(str::to_owned);
        parts.push(FormPart { field: name, file, media_type, content: field.bytes().await.ok()? });
    }
    Some(parts)
}

/// A form as an object of its fields: of a file its name, type and size, and never its content.
fn fields(parts: &[FormPart]) -> Value {
    let mut members: Map<String, Value> = Map::new();
    for part in parts {
        let value = match &part.file {
            Some(file) => json!({ "file": file, "type": part.media_type, "bytes": part.content.len() }),
            None => Value::from(String::from_utf8_lossy(&part.content).into_owned()),
        };
        match members.get_mut(&part.field) {
            None => {
                members.insert(part.field.clone(), value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(members)
}

fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, member) = pointer.rsplit_once('/')?;
    Some((parent, member.replace("~1", "/").replace("~0", "~")))
}

fn remove(value: &mut Value, pointer: &str) {
    if let Some((parent, member)) = split(pointer)
        && let Some(Value::Object(members)) = value.pointer_mut(parent)
    {
        members.shift_remove(&member);
    }
}

fn set(value: &mut Value, pointer: &str, member: Value) {
    if let Some((parent, name)) = split(pointer)
        && let Some(Value::Object(members)) = value.pointer_mut(parent)
    {
        members.insert(name, member);
    }
}
