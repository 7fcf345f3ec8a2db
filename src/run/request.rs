//! From a planned step to a request: every placeholder filled, every header set, nothing sent yet.

use super::running::Running;
use super::url;
use crate::contract::{Parameter, ParameterIn, serialise};
use crate::event::{StepError, StepErrorKind};
use crate::expr::{Context, Template};
use crate::plan::{PlannedService, PlannedStep};
use crate::source::Span;
use crate::suite::{Auth, Body, BodyPart, Cookies, FilePart, FileSource, PartContent, Target};
use crate::text::percent_encoded;
use crate::transport::{Part, Payload, Request};
use base64::Engine as _;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use std::sync::PoisonError;

/// A request, and its body as a value where it is one.
pub(super) struct Built {
    pub(super) request: Request,
    /// What a JSON body or an URL-encoded form says.
    pub(super) value: Option<Value>,
    /// Path and query below the base URL; absent for a request that goes to another server, or past the base URL.
    pub(super) below: Option<String>,
}

/// Makes the request of a step.
pub(super) fn build(running: &Running<'_>, step: &PlannedStep) -> Result<Built, StepError> {
    let builder = Builder { running, context: running.context(step.frame), span: step.call.request.span };
    let url = builder.url(step)?;
    let below = url::below(builder.base(step), &url).map(str::to_owned);
    let url = String::from(url);
    let mut headers = builder.headers(step, &url)?;
    let (body, value) = builder.body(&step.call.request.body, &mut headers)?;
    let request = Request { method: step.method.clone(), url, headers, body, timeout: step.timeout };
    Ok(Built { request, value, below })
}

struct Builder<'a> {
    running: &'a Running<'a>,
    context: Context<'a>,
    span: Span,
}

impl Builder<'_> {
    fn text(&self, template: &Template) -> Result<String, StepError> {
        template.render_text(&self.context).map_err(|error| self.running.error(StepErrorKind::Request, error))
    }

    fn refuse(&self, message: String) -> StepError {
        StepError { kind: StepErrorKind::Request, message, place: self.running.runner.plan.sources.place(self.span) }
    }

    fn value(&self, template: &Template) -> Result<Value, StepError> {
        template.render(&self.context).map_err(|error| self.running.error(StepErrorKind::Request, error))
    }

    fn url(&self, step: &PlannedStep) -> Result<::url::Url, StepError> {
        // A path that is nothing but one placeholder is a path or a URL that came from somewhere, a `Location` for example.
        let whole = matches!(&step.path.as_fixed(), Some(Value::String(path)) if url::is_whole(path));
        let rendered = if whole || step.path.is_one_hole() {
            self.text(&step.path)
        } else {
            let escaped = step.path.render_escaped(&self.context, |text| percent_encoded(&text));
            escaped.map_err(|error| self.running.error(StepErrorKind::Request, error))
        };
        let mut path = rendered?;
        if let Target::Operation { params, .. } = &step.call.request.target {
            for (name, value) in params {
                let documented = documented(step, ParameterIn::Path, &name.value);
                let written = serialise::path(&name.value, documented, &self.value(value)?);
                path = path.replace(&format!("{{{}}}", name.value), &written);
            }
        }
        if path.trim_start_matches('/').starts_with("http%3A%2F%2F")
            || path.trim_start_matches('/').starts_with("https%3A%2F%2F")
        {
            return Err(self.refuse(
                "the path begins with a placeholder that holds a whole URL, which would be sent as a part of the path; write \
                 the whole URL as one placeholder, as in `path: \"{{ url ~ '/x' }}\"`"
                    .to_owned(),
            ));
        }
        let pointed = step.path.is_one_hole().then(|| self.running.pointed_to(&path)).flatten();
        let mut url = if let Some(url) = pointed {
            url
        } else if url::is_whole(&path) {
            path
        } else {
            let slash = if path.starts_with('/') { "" } else { "/" };
            format!("{}{slash}{path}", self.base(step))
        };
        // What follows is no part of what is sent.
        url.truncate(url.find('#').unwrap_or(url.len()));
        let mut separator = if url.contains('?') { '&' } else { '?' };
        let own = |name: &str| step.call.request.query.iter().any(|(known, _)| known.value == name);
        let mut query = Vec::new();
        for (name, value) in
            step.defaults.iter().flat_map(|defaults| &defaults.query).filter(|(name, _)| !own(&name.value))
        {
            query.push((percent_encoded(&name.value), percent_encoded(&self.of_case(value)?)));
        }
        for (name, value) in &step.call.request.query {
            let documented = documented(step, ParameterIn::Query, &name.value);
            let pairs = serialise::query(&name.value, documented, &self.value(value)?);
            query.extend(pairs.map_err(|message| self.refuse(message))?);
        }
        for (name, value) in query {
            url.push(separator);
            url.push_str(&name);
            url.push('=');
            url.push_str(&value);
            separator = '&';
        }
        url::outgoing(&url).map_err(|message| self.refuse(message))
    }

    /// The environment's service that a step's requests go to.
    fn service(&self, step: &PlannedStep) -> Option<&PlannedService> {
        step.service.and_then(|service| self.running.runner.plan.globals.services.get(service))
    }

    /// Where paths are below.
    fn base(&self, step: &PlannedStep) -> &str {
        self.service(step).map_or(&self.running.runner.base_url, |service| &service.base_url.value)
    }

    /// A template of the suite's defaults, which sees the case's own names.
    fn of_case(&self, template: &Template) -> Result<String, StepError> {
        let context = self.running.context(0);
        template.render_text(&context).map_err(|error| self.running.error(StepErrorKind::Request, error))
    }

    /// The environment's headers hold its key, which no other server gets: a URL may come from an answer.
    fn headers(&self, step: &PlannedStep, url: &str) -> Result<HeaderMap, StepError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("proviso/", env!("CARGO_PKG_VERSION"))));
        let own = same_origin(url, self.base(step));
        let globals = &self.running.runner.plan.globals;
        let of_host = self.service(step).map_or(&globals.headers, |service| &service.headers);
        for (name, value) in of_host.iter().filter(|_| own) {
            self.set(&mut headers, name, value)?;
        }
        let defaults = step.defaults.as_deref().filter(|_| own);
        for (name, value) in defaults.iter().flat_map(|defaults| &defaults.headers) {
            if !step.call.request.headers.iter().any(|(known, _)| known.value == name.value) {
                self.set(&mut headers, &name.value, &self.of_case(value)?)?;
            }
        }
        match (&step.call.request.auth, defaults.and_then(|defaults| defaults.auth.as_ref())) {
            (Some(auth), _) => self.auth(&mut headers, auth, |template| self.text(template))?,
            (None, Some(auth)) => {
                let named = step.call.request.headers.iter().any(|(name, _)| name.value == "authorization");
                if !named {
                    self.auth(&mut headers, auth, |template| self.of_case(template))?;
                }
            }
            (None, None) => {}
        }
        for (at, (name, value)) in step.call.request.headers.iter().enumerate() {
            let again = step.call.request.headers[..at].iter().any(|(before, _)| before.value == name.value);
            match value {
                Some(value) if again => {
                    let (name, value) = self.header(&name.value, &self.text(value)?)?;
                    headers.append(name, value);
                }
                Some(value) => self.set(&mut headers, &name.value, &self.text(value)?)?,
                None => {
                    headers.remove(name.value.as_str());
                }
            }
        }
        self.cookies(step, url, &mut headers)?;
        for (name, value) in &headers {
            if self.running.runner.redactor.names().is_header(name.as_str()) {
                self.running.runner.redactor.sent(value.to_str().unwrap_or_default());
            }
        }
        Ok(headers)
    }

    fn auth(
        &self,
        headers: &mut HeaderMap,
        auth: &Auth,
        text: impl Fn(&Template) -> Result<String, StepError>,
    ) -> Result<(), StepError> {
        match auth {
            Auth::None => {
                headers.remove(AUTHORIZATION);
                Ok(())
            }
            Auth::Bearer(token) => self.set(headers, "authorization", &format!("Bearer {}", text(token)?)),
            Auth::Basic(user, password) => {
                let user = text(user)?;
                if user.contains(':') {
                    return Err(
                        self.refuse("a user of basic authentication has no colon in its name (RFC 7617)".to_owned())
                    );
                }
                let password = password.as_ref().map(text).transpose()?.unwrap_or_default();
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                self.set(headers, "authorization", &format!("Basic {pair}"))
            }
        }
    }

    fn cookies(&self, step: &PlannedStep, url: &str, headers: &mut HeaderMap) -> Result<(), StepError> {
        let mut cookies = Vec::new();
        let own = |name: &str| step.call.request.cookies.iter().any(|(known, _)| known.value == name);
        let says = step.call.request.headers.iter().any(|(name, _)| name.value == "cookie");
        if !says && step.defaults.as_ref().is_some_and(|defaults| defaults.cookies == Cookies::Keep) {
            let jar = self.running.jar.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = jar.for_url(url, self.running.runner.clock.now().timestamp());
            cookies
                .extend(kept.into_iter().filter(|(name, _)| !own(name)).map(|(name, value)| format!("{name}={value}")));
        }
        for (name, value) in &step.call.request.cookies {
            let value = self.text(value)?;
            // A cookie goes back as it came, with its quotes, blanks and JSON (RFC 6265, section 5.4); only what ends a
            // value would make another cookie of its rest.
            if value.chars().any(|c| c == ';' || c.is_control()) {
                let why = "a semicolon or a control character, which end a cookie";
                return Err(self.refuse(format!("the cookie `{}` has a value with {why}", name.value)));
            }
            cookies.push(format!("{}={value}", name.value));
        }
        if cookies.is_empty() { Ok(()) } else { self.set(headers, "cookie", &cookies.join("; ")) }
    }

    fn set(&self, headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), StepError> {
        let (name, value) = self.header(name, value)?;
        headers.insert(name, value);
        Ok(())
    }

    fn header(&self, name: &str, value: &str) -> Result<(HeaderName, HeaderValue), StepError> {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|_| self.refuse("a header has a name that cannot be sent".into()))?;
        let value = HeaderValue::from_str(value).map_err(|_| {
            self.refuse(format!("the header `{name}` has a value that cannot be sent: {}", unsendable(value)))
        })?;
        Ok((name, value))
    }

    fn body(&self, body: &Body, headers: &mut HeaderMap) -> Result<(Payload, Option<Value>), StepError> {
        Ok(match body {
            Body::None => (Payload::Empty, None),
            Body::Json(template) => {
                let value = template
                    .render(&self.context)
                    .map_err(|error| self.running.error(StepErrorKind::Request, error))?;
                headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                (Payload::Bytes(Bytes::from(value.to_string())), Some(value))
            }
            Body::Raw(template) => {
                let bytes = self.bytes(template)?;
                let is_json =
                    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
                let value = is_json.then(|| serde_json::from_slice(&bytes).ok()).flatten();
                (Payload::Bytes(bytes), value)
            }
            Body::Form(fields) if is_multipart(headers) => {
                headers.remove(CONTENT_TYPE);
                let one = |(name, value): &(String, Template)| {
                    let content = Bytes::from(self.text(value)?);
                    Ok(Part { field: name.clone(), file_name: None, media_type: None, content })
                };
                (Payload::Multipart(fields.iter().map(one).collect::<Result<_, StepError>>()?), None)
            }
            Body::Parts(parts) => {
                headers.remove(CONTENT_TYPE);
                (Payload::Multipart(parts.iter().map(|part| self.part(part)).collect::<Result<_, _>>()?), None)
            }
            Body::Form(fields) => {
                let fields: Vec<(String, String)> = fields
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.text(value)?)))
                    .collect::<Result<_, _>>()?;
                let mut encoded = ::url::form_urlencoded::Serializer::new(String::new());
                encoded.extend_pairs(&fields);
                headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/x-www-form-urlencoded"));
                (Payload::Bytes(Bytes::from(encoded.finish())), Some(form(&fields)))
            }
            Body::Multipart { fields, files } => {
                // The boundary is part of the content type, so the transport sets it; an environment's would be wrong.
                headers.remove(CONTENT_TYPE);
                let mut parts = Vec::new();
                for (field, value) in fields {
                    let content = Bytes::from(self.text(value)?);
                    parts.push(Part { field: field.clone(), file_name: None, media_type: None, content });
                }
                for (field, file) in files {
                    parts.push(self.file(field, file)?);
                }
                (Payload::Multipart(parts), None)
            }
        })
    }

    fn bytes(&self, template: &Template) -> Result<Bytes, StepError> {
        template.render_bytes(&self.context).map_err(|error| self.running.error(StepErrorKind::Request, error))
    }

    fn part(&self, part: &BodyPart) -> Result<Part, StepError> {
        let field = self.text(&part.name)?;
        if let Some(file) = part.as_file() {
            return self.file(&field, &file);
        }
        let named = part.file_name.as_ref().map(|name| self.text(name)).transpose()?;
        let typed = part.media_type.as_ref().map(|media_type| self.text(media_type)).transpose()?;
        let (content, own) = match &part.content {
            PartContent::Json(template) => {
                let value = template.render(&self.context);
                let value = value.map_err(|error| self.running.error(StepErrorKind::Request, error))?;
                (Bytes::from(value.to_string()), Some("application/json".to_owned()))
            }
            PartContent::Text(template) => (self.bytes(template)?, None),
            PartContent::Path(path) => (self.bytes(&path.value)?, None),
        };
        let file_name = named.filter(|name| !name.is_empty());
        Ok(Part { field, file_name, media_type: typed.or(own), content })
    }

    fn file(&self, field: &str, file: &FilePart) -> Result<Part, StepError> {
        let (content, own_name) = match &file.source {
            FileSource::Content(content) => (self.bytes(content)?, "content.txt".to_owned()),
            FileSource::Path(path) => {
                let name = self.text(&path.value)?;
                let content = self.running.runner.files.read(&name).map_err(|message| StepError {
                    kind: StepErrorKind::Request,
                    message,
                    place: self.running.runner.plan.sources.place(path.span),
                })?;
                (content, name.rsplit('/').next().unwrap_or_default().to_owned())
            }
        };
        let file_name = file.name.as_ref().map_or(Ok(own_name), |name| self.text(name))?;
        let told = || Ok(media_type(&file_name).to_owned());
        let media_type = file.media_type.as_ref().map_or_else(told, |media_type| self.text(media_type))?;
        // A part of this name is a field, whatever it holds.
        let file_name = Some(file_name).filter(|name| !name.is_empty());
        let media_type = Some(media_type).filter(|_| file_name.is_some() || file.media_type.is_some());
        Ok(Part { field: field.to_owned(), file_name, media_type, content })
    }
}

/// A form's fields as the members of an object; several of one name are a list.
fn form(fields: &[(String, String)]) -> Value {
    let mut members = serde_json::Map::new();
    for (name, value) in fields {
        let value = Value::from(value.as_str());
        match members.get_mut(name) {
            None => {
                members.insert(name.clone(), value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(members)
}

/// Whether a header asks for a multipart form without saying where its parts begin.
fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    kind.starts_with("multipart/form-data") && !kind.contains("boundary")
}

/// The request that follows a redirect (RFC 9110, section 15.4): the method and body stay but where a see-other asks for
/// another resource. Headers of the environment go to its own hosts only, and to each its own.
///
/// # Errors
/// Why it is not followed, in words.
pub(super) fn redirected(running: &Running<'_>, built: &Built, status: u16, location: &str) -> Result<Built, String> {
    let base = ::url::Url::parse(&built.request.url).map_err(|error| error.to_string())?;
    let target = base.join(location).map_err(|error| format!("its `location` is no URL: {error}"))?;
    let url = target.to_string();
    let globals = &running.runner.plan.globals;
    let services = globals.services.iter().map(|service| service.base_url.value.as_str());
    let allowed = services.chain([running.runner.base_url.as_str()]).any(|own| same_origin(&url, own));
    if !allowed {
        let host = target.host_str().unwrap_or_default();
        return Err(format!("it leads to another host, {host}, which is none of the environment's"));
    }
    let mut headers = built.request.headers.clone();
    if !same_origin(&url, &built.request.url) {
        // What one host is told is nothing for another.
        headers.remove(AUTHORIZATION);
        headers.remove(http::header::COOKIE);
        globals.headers.iter().for_each(|(name, _)| {
            headers.remove(name.as_str());
        });
        let of_services = globals.services.iter().find(|service| same_origin(&url, &service.base_url.value));
        let of_host = of_services.map_or(&globals.headers, |service| &service.headers);
        for (name, value) in of_host {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        }
    }
    let posted = built.request.method == Method::POST;
    let turns = status == 303 || (posted && matches!(status, 301 | 302));
    let (method, body, value) = if turns && built.request.method != Method::HEAD {
        headers.remove(CONTENT_TYPE);
        (Method::GET, Payload::Empty, None)
    } else {
        (built.request.method.clone(), built.request.body.clone(), built.value.clone())
    };
    Ok(Built { request: Request { method, url, headers, body, timeout: built.request.timeout }, value, below: None })
}

/// Whether two URLs lead to the same server: scheme, host and port are the same.
fn same_origin(url: &str, base: &str) -> bool {
    if url.strip_prefix(base).is_some_and(|rest| rest.starts_with(['/', '?'])) {
        return true;
    }
    let origin = |url: &str| ::url::Url::parse(url).map(|url| url.origin());
    matches!((origin(url), origin(base)), (Ok(url), Ok(base)) if url == base)
}

/// What a header's value may not hold (RFC 9110, section 5.5). The value itself may be a secret.
fn unsendable(value: &str) -> &'static str {
    match value {
        _ if value.ends_with(['\n', '\r']) => "it ends in a line break; `| trim` takes it away",
        _ if value.contains(['\n', '\r']) => "it has a line break in it",
        _ => "it has a control character in it",
    }
}

/// What the contract documents of a parameter that a step sends.
fn documented<'s>(step: &'s PlannedStep, place: ParameterIn, name: &str) -> Option<&'s Parameter> {
    let codes = step.codes.as_ref()?;
    let operation = codes.contract.operations.get(codes.operation?)?;
    operation.parameters.iter().find(|known| known.place == place && known.name == name)
}

/// The media type a file name's ending stands for.
fn media_type(file_name: &str) -> &'static str {
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("pdf") => "application/pdf",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("xml") => "application/xml",
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("txt") => "text/plain",
        Some("zip") => "application/zip",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_scheme_host_and_port_are_the_same_server() {
        let base = "https://api.test/v2";
        for own in ["https://api.test/v2/x", "https://api.test:443/other", "https://API.test?x=1"] {
            assert!(same_origin(own, base), "{own}");
        }
        for other in [
            "http://api.test/v2/x",
            "https://api.test:8443/v2/x",
            "https://api.test.evil/v2",
            "https://api.test@evil/v2",
            "nonsense",
        ] {
            assert!(!same_origin(other, base), "{other}");
        }
    }
}
