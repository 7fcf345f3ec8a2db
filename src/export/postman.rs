//! Steps as a Postman collection 2.1: a folder for every suite and every case, a test of the status that came.

use super::{Call, media, query};
use crate::secret::MASK;
use serde_json::{Value, json};

/// The collection.
#[must_use]
pub fn postman(calls: &[Call], name: &str) -> Value {
    // Suites by name, in each the cases by name, in each the items.
    type Cases = Vec<(String, Vec<Value>)>;
    let mut suites: Vec<(String, Cases)> = Vec::new();
    for call in calls {
        let suite = match suites.iter().position(|(name, _)| *name == call.suite) {
            Some(at) => at,
            None => {
                suites.push((call.suite.clone(), Vec::new()));
                suites.len() - 1
            }
        };
        let cases = &mut suites[suite].1;
        match cases.iter_mut().find(|(name, _)| *name == call.case) {
            Some((_, items)) => items.push(item(call)),
            None => cases.push((call.case.clone(), vec![item(call)])),
        }
    }
    let folder = |name: String, items: Vec<Value>| json!({ "name": name, "item": items });
    let items: Vec<Value> = suites
        .into_iter()
        .map(|(name, cases)| folder(name, cases.into_iter().map(|(name, items)| folder(name, items)).collect()))
        .collect();
    json!({
        "info": { "name": name, "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
        "item": items,
    })
}

fn item(call: &Call) -> Value {
    let sent = &call.exchange.sent;
    // What was masked is a variable of its header's name.
    let header = |(name, value): &(String, String)| json!({ "key": name, "value": value.replace(MASK, &format!("{{{{{name}}}}}")) });
    let own = ["content-length", "host"];
    let headers: Vec<Value> = sent
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()) && (sent.form.is_empty() || name != "content-type"))
        .map(header)
        .collect();
    let url = url::Url::parse(&sent.url).ok();
    let raw = sent.url.clone();
    let mut request = json!({ "method": sent.method, "header": headers, "url": {
        "raw": raw,
        "protocol": url.as_ref().map(|url| url.scheme().to_owned()).unwrap_or_default(),
        "host": [url.as_ref().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()],
        "port": url.as_ref().and_then(url::Url::port).map(|port| port.to_string()).unwrap_or_default(),
        "path": url.as_ref().map(|url| url.path().trim_start_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default(),
        "query": query(&sent.url).iter().map(|(name, value)| json!({ "key": name, "value": value })).collect::<Vec<_>>(),
    } });
    if !sent.form.is_empty() {
        let parts: Vec<Value> = sent
            .form
            .iter()
            .map(|part| match &part.file_name {
                Some(name) => json!({ "key": part.field, "type": "file", "src": name }),
                None => json!({ "key": part.field, "type": "text", "value": part.content.text }),
            })
            .collect();
        request["body"] = json!({ "mode": "formdata", "formdata": parts });
    } else if let Some(body) = &sent.body {
        let language = if media(&sent.headers).contains("json") { "json" } else { "text" };
        request["body"] = json!({ "mode": "raw", "raw": body.text, "options": { "raw": { "language": language } } });
    }
    let mut item = json!({ "name": call.step, "request": request, "response": [] });
    if let Some(received) = &call.exchange.received {
        let line = format!("pm.test(\"status\", function () {{ pm.response.to.have.status({}); }});", received.status);
        item["event"] = json!([{ "listen": "test", "script": { "type": "text/javascript", "exec": [line] } }]);
    }
    item
}
