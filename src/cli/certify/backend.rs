//! The service behind the referee: the reference server in this process, or a real one somewhere.

use crate::conduct::{Answering, Backend, Play};
use crate::sandbox::{Acts, Persona};
use crate::transport::{HttpClient, Payload, Request};
use axum::Router;
use bytes::Bytes;
use http::header;
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::time::Duration;
use tower_service::Service as _;

/// How long a real service may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The reference server in this process. It plays each customer's journey as the referee says.
pub(super) struct Reference(pub(super) Router);

impl Backend for Reference {
    fn answer(&self, request: http::Request<Bytes>, play: &Play) -> Answering {
        let mut app = self.0.clone();
        let persona = play.persona.as_deref().and_then(Persona::named);
        let acts = Acts { persona, processing: play.processing };
        Box::pin(async move {
            let mut request = request.map(axum::body::Body::from);
            request.extensions_mut().insert(acts);
            let Ok(answer) = app.call(request).await;
            let (parts, body) = answer.into_parts();
            let body = body.collect().await.ok()?.to_bytes();
            Some(http::Response::from_parts(parts, body))
        })
    }
}

/// A real service. What the partner sends reaches it as it is, and so does its answer the partner.
pub(super) struct Upstream {
    pub(super) base: String,
    pub(super) client: Arc<HttpClient>,
}

impl Backend for Upstream {
    fn answer(&self, request: http::Request<Bytes>, _play: &Play) -> Answering {
        let client = Arc::clone(&self.client);
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let url = format!("{}{target}", self.base.trim_end_matches('/'));
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let mut headers = parts.headers;
            // These are of one connection, not of the message (RFC 9110, 7.6.1).
            for name in [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
                headers.remove(name);
            }
            let body = if body.is_empty() { Payload::Empty } else { Payload::Bytes(body) };
            let sent = Request { method: parts.method, url, headers, body, timeout: PATIENCE };
            let answer = client.send_undecoded(sent).await.ok()?;
            let mut response = http::Response::new(answer.body);
            *response.status_mut() = http::StatusCode::from_u16(answer.status).ok()?;
            *response.headers_mut() = answer.headers;
            for name in [header::CONNECTION, header::TRANSFER_ENCODING] {
                response.headers_mut().remove(name);
            }
            Some(response)
        })
    }
}
