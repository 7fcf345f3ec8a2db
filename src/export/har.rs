//! Steps as a HAR 1.2.

use super::{Call, media, query};
use crate::event::Body;
use serde_json::{Value, json};

/// The document.
#[must_use]
pub fn har(calls: &[Call], version: &str) -> Value {
    let entries: Vec<Value> = calls.iter().map(entry).collect();
    json!({ "log": { "version": "1.2", "creator": { "name": "Proviso", "version": version }, "entries": entries } })
}

fn entry(call: &Call) -> Value {
    let exchange = &call.exchange;
    let sent = &exchange.sent;
    let ms = |us: u64| us as f64 / 1000.0;
    let total = ms(exchange.timing.total_us);
    let wait = exchange.timing.first_byte_us.map_or(total, ms);
    let mut request = json!({
        "method": sent.method, "url": sent.url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs(&sent.headers),
        "queryString": pairs(&query(&sent.url)), "headersSize": -1, "bodySize": sent.body.as_ref().map_or(0, |body| body.bytes),
    });
    if let Some(body) = sent.body_in_words() {
        request["postData"] = json!({ "mimeType": media(&sent.headers), "text": body.text });
        if !sent.form.is_empty() {
            let params: Vec<Value> = sent
                .form
                .iter()
                .map(|part| {
                    let mut param = json!({ "name": part.field });
                    match &part.file_name {
                        Some(name) => {
                            param["fileName"] = name.clone().into();
                            param["contentType"] = part.media_type.clone().into();
                        }
                        None => param["value"] = part.content.text.clone().into(),
                    }
                    param
                })
                .collect();
            request["postData"] = json!({ "mimeType": "multipart/form-data", "params": params });
        }
    }
    let response = exchange.received.as_ref();
    json!({
        "startedDateTime": exchange.started.to_string(), "time": total, "request": request, "cache": {},
        "timings": { "send": 0, "wait": wait, "receive": (total - wait).max(0.0) },
        "comment": format!("{} › {} › {}", call.suite, call.case, call.step),
        "response": {
            "status": response.map_or(0, |response| response.status), "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": pairs(response.map(|response| response.headers.as_slice()).unwrap_or_default()), "redirectURL": "", "headersSize": -1,
            "bodySize": response.and_then(|response| response.body.as_ref()).map_or(0, |body| body.bytes),
            "content": content(&response.map(|response| media(&response.headers)).unwrap_or_default(), response.and_then(|response| response.body.as_ref())),
        },
    })
}

fn content(media: &str, body: Option<&Body>) -> Value {
    json!({ "size": body.map_or(0, |body| body.bytes), "mimeType": media, "text": body.map(|body| body.text.clone()).unwrap_or_default() })
}

fn pairs(pairs: &[(String, String)]) -> Vec<Value> {
    pairs.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}
