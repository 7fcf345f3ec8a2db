//! The page of a certification under way: what the terminal says, for whoever has its address.

use super::screen::lines_of;
use crate::conduct::Session;
use crate::event::Timestamp;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use std::sync::MutexGuard;

/// The page, or that there is none.
pub(super) fn answer(session: Option<MutexGuard<'_, Session>>, now: Timestamp) -> Response {
    let Some((session, record)) = session.and_then(|session| session.record().map(|record| (session, record))) else {
        let mut response = Response::new(Body::from("there is no such page"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let lines: Vec<String> = lines_of(&session, &record, now).iter().map(|line| escape(line)).collect();
    drop(session);
    let head = format!(
        "{}, build {}, profile {} version {}, {}",
        record.partner.name,
        record.partner.build,
        record.profile.id,
        record.profile.version,
        record.mode.words()
    );
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"2\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title>\
         <style>body{{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:70rem}}pre{{font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap}}</style>\
         </head><body><h1>{0}</h1><p>{1}</p><pre>{2}</pre></body></html>\n",
        escape(&head),
        escape(&now.to_string()),
        lines.join("\n")
    );
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
