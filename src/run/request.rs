//! From a planned step to a request: every placeholder filled, every header set, nothing sent yet.

use super::running::Running;
use crate::event::{StepError, StepErrorKind};
use crate::expr::{Context, Template};
use crate::plan::PlannedStep;
use crate::source::Span;
use crate::suite::{Body, FilePart, FileSource, Target};
use crate::text::percent_encoded;
use crate::transport::{Part, Payload, Request};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// A request, and its body as a value where it is one.
pub(super) struct Built {
    pub(super) request: Request,
    /// What a JSON body or an URL-encoded form says.
    pub(super) value: Option<Value>,
}

/// Makes the request of a step.
pub(super) fn build(running: &Running<'_>, step: &PlannedStep) -> Result<Built, StepError> {
    let builder = Builder { running, context: running.context(step.frame), span: step.call.request.span };
    let url = builder.url(step)?;
    let mut headers = builder.headers(step, &url)?;
    let (body, value) = builder.body(&step.call.request.body, &mut headers)?;
    let request = Request { method: step.method.clone(), url, headers, body, timeout: step.timeout };
    Ok(Built { request, value })
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

    fn url(&self, step: &PlannedStep) -> Result<String, StepError> {
        // A path that is nothing but one placeholder is a path or a URL that came from somewhere, a `Location` for example.
        let whole = matches!(&step.path.as_fixed(), Some(Value::String(path)) if is_url(path));
        let rendered = if whole || step.path.is_one_hole() {
            self.text(&step.path)
        } else {
            let escaped = step.path.render_escaped(&self.context, |text| percent_encoded(&text));
            escaped.map_err(|error| self.running.error(StepErrorKind::Request, error))
        };
        let mut path = rendered?;
        if let Target::Operation { params, .. } = &step.call.request.target {
            for (name, value) in params {
                path = path.replace(&format!("{{{}}}", name.value), &percent_encoded(&self.text(value)?));
            }
        }
        let mut url = if is_url(&path) {
            path
        } else {
            let slash = if path.starts_with('/') { "" } else { "/" };
            format!("{}{slash}{path}", self.running.runner.base_url)
        };
        let mut separator = if url.contains('?') { '&' } else { '?' };
        for (name, value) in &step.call.request.query {
            url.push(separator);
            url.push_str(&percent_encoded(&name.value));
            url.push('=');
            url.push_str(&percent_encoded(&self.text(value)?));
            separator = '&';
        }
        Ok(url)
    }

    /// The environment's headers hold its key, which no other server gets: a URL may come from an answer.
    fn headers(&self, step: &PlannedStep, url: &str) -> Result<HeaderMap, StepError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("proviso/", env!("CARGO_PKG_VERSION"))));
        let own = same_origin(url, &self.running.runner.base_url);
        for (name, value) in self.running.runner.plan.globals.headers.iter().filter(|_| own) {
            self.set(&mut headers, name, value)?;
        }
        for (name, value) in &step.call.request.headers {
            match value {
                Some(value) => self.set(&mut headers, &name.value, &self.text(value)?)?,
                None => {
                    headers.remove(name.value.as_str());
                }
            }
        }
        self.cookies(step, &mut headers)?;
        Ok(headers)
    }

    fn cookies(&self, step: &PlannedStep, headers: &mut HeaderMap) -> Result<(), StepError> {
        let mut cookies = Vec::new();
        for (name, value) in &step.call.request.cookies {
            let value = self.text(value)?;
            // What ends a value would make another cookie of its rest (RFC 6265, section 4.1.1).
            if !value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')) {
                let why = "a blank, a quote, a comma, a semicolon, a backslash or what is not ASCII";
                return Err(self.refuse(format!("the cookie `{}` has a value with {why}", name.value)));
            }
            cookies.push(format!("{}={value}", name.value));
        }
        if cookies.is_empty() { Ok(()) } else { self.set(headers, "cookie", &cookies.join("; ")) }
    }

    fn set(&self, headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), StepError> {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|_| self.refuse("a header has a name that cannot be sent".into()))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| self.refuse(format!("the header `{name}` has a value that cannot be sent")))?;
        headers.insert(name, value);
        Ok(())
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
                let text = self.text(template)?;
                let is_json =
                    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
                let value = is_json.then(|| serde_json::from_str(&text).ok()).flatten();
                (Payload::Bytes(Bytes::from(text)), value)
            }
            Body::Form(fields) => {
                let fields: Vec<(String, String)> = fields
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.text(value)?)))
                    .collect::<Result<_, _>>()?;
                let mut encoded = url::form_urlencoded::Serializer::new(String::new());
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

    fn file(&self, field: &str, file: &FilePart) -> Result<Part, StepError> {
        let (content, own_name) = match &file.source {
            FileSource::Content(content) => (Bytes::from(self.text(content)?), "content.txt".to_owned()),
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
        Ok(Part { field: field.to_owned(), file_name: Some(file_name), media_type: Some(media_type), content })
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

/// Whether two URLs lead to the same server: scheme, host and port are the same.
fn same_origin(url: &str, base: &str) -> bool {
    if url.strip_prefix(base).is_some_and(|rest| rest.starts_with(['/', '?'])) {
        return true;
    }
    let origin = |url: &str| url::Url::parse(url).map(|url| url.origin());
    matches!((origin(url), origin(base)), (Ok(url), Ok(base)) if url == base)
}

/// Whether a path is a whole URL. One in its query, as of a page to return to, does not make it one.
fn is_url(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#']))
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
