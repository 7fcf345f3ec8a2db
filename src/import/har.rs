//! HAR: what a browser or a proxy recorded.
//!
//! Of a recording only the calls of one API are kept: other hosts, pages, pictures and scripts are dropped and counted.
//! Cookies and credentials never leave the file. What an answer gave and a later request sent is captured and sent on.

use super::address::{path_and_query, settle, split};
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Step};
use super::node::{as_text, below, get, items, json_body, line, refuse, text};
use super::private::{file_name, is_secret_name, is_secret_value};
use super::script::member;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::yaml::Node;
use base64::Engine as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Most calls of one recording.
const MOST: usize = 5_000;
/// Shortest text that is taken for one that an earlier answer gave.
const SHORTEST: usize = 6;
/// Most values of one answer that later requests are searched for.
const MOST_VALUES: usize = 500;

/// Headers that a browser adds and no client of an API needs, in lower case; those that begin with `:` or `sec-` are, too.
const OF_BROWSERS: [&str; 25] = [
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "cookie",
    "dnt",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "proxy-connection",
    "referer",
    "te",
    "upgrade-insecure-requests",
    "user-agent",
    "x-client-data",
    "x-requested-with",
    "postman-token",
    "accept-charset",
    "transfer-encoding",
    "upgrade",
];

/// Reads a recording.
///
/// # Errors
/// When it is none.
pub fn read(sources: &Sources, root: &Node, name: &str) -> Result<Import, Vec<Diagnostic>> {
    let Some(entries) = below(root, &["log", "entries"]) else {
        return Err(refuse(
            sources,
            root,
            "this is no HAR: it has no `log.entries`",
            "export it from the network panel with \"Save all as HAR\"",
        ));
    };
    let mut import = Import { name: name.to_owned(), ..Import::default() };
    let mut kept: Vec<(&Node, String)> = Vec::new();
    for entry in items(entries).iter().take(MOST) {
        let Some(url) = below(entry, &["request", "url"]).and_then(as_text) else { continue };
        match dropped(entry, &url) {
            Some(why) => import.drop_one(why),
            None => kept.push((entry, url)),
        }
    }
    // The host that most calls of an API go to.
    let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for (_, url) in &kept {
        let (host, _) = split(url);
        if !order.contains(&host) {
            order.push(host.clone());
        }
        *hosts.entry(host).or_default() += 1;
    }
    let most = hosts.values().max().copied().unwrap_or(0);
    let Some(host) = order.into_iter().find(|host| hosts[host] == most) else {
        return Err(refuse(
            sources,
            root,
            "the recording has no call of an API: only pages, pictures and scripts",
            "record again while the API is called",
        ));
    };
    let mut holes = Holes::default();
    let mut urls = Vec::new();
    let mut given: Vec<Given> = Vec::new();
    for (entry, url) in kept {
        if split(&url).0 != host {
            import.drop_one("other hosts");
            continue;
        }
        let mut step = step(sources, entry, &url, &mut holes, &mut import);
        take_given(&mut step, &mut given, &mut import.steps);
        let (_, rest) = split(&url);
        urls.push(format!("{host}{}", path_of(&step, &path_and_query(&rest).0)));
        answer(entry, &mut step, import.steps.len(), &mut given);
        import.steps.push(step);
    }
    let paths: Vec<String> = import.steps.iter().map(|step| step.request.path.clone()).collect();
    settle(&mut import, &urls, &mut holes);
    // Paths that were filled from answers are templates already.
    for (step, path) in import.steps.iter_mut().zip(paths) {
        if !path.is_empty() {
            step.request.path = path;
        }
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for step in &mut import.steps {
        let count = seen.entry(step.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            step.name = format!("{} ({count})", step.name);
        }
    }
    Ok(import)
}

fn path_of(step: &Step, path: &str) -> String {
    if step.request.path.is_empty() { path.to_owned() } else { "/".to_owned() }
}

/// Why a call is dropped; none where it is kept.
fn dropped(entry: &Node, url: &str) -> Option<&'static str> {
    if !url.starts_with("http") {
        return Some("data and extension URLs");
    }
    let method = below(entry, &["request", "method"]).and_then(as_text).unwrap_or_default();
    if method == "OPTIONS" {
        return Some("preflights");
    }
    let status = below(entry, &["response", "status"])
        .and_then(as_text)
        .and_then(|status| status.parse::<u16>().ok())
        .unwrap_or(0);
    if status == 0 {
        return Some("calls without an answer");
    }
    if text(entry, "_resourceType").as_deref() == Some("websocket") || url.starts_with("ws") {
        return Some("web sockets");
    }
    let kind = below(entry, &["response", "content", "mimeType"]).and_then(as_text).unwrap_or_default().to_lowercase();
    let statics = ["image/", "font/", "text/css", "javascript", "video/", "audio/", "application/wasm", "font-"];
    let path = path_and_query(&split(url).1).0.to_lowercase();
    let ends = [
        ".js", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".woff", ".woff2", ".ttf", ".map", ".webp",
        ".mp4", ".wasm",
    ];
    if (statics.iter().any(|word| kind.contains(word)) || ends.iter().any(|end| path.ends_with(end))) && method == "GET"
    {
        return Some("pictures, styles, scripts and fonts");
    }
    if kind.contains("text/html") && method == "GET" {
        return Some("pages");
    }
    None
}

fn step(sources: &Sources, entry: &Node, url: &str, holes: &mut Holes, import: &mut Import) -> Step {
    let at = line(sources, entry);
    let (_, rest) = split(url);
    let (path, mut query) = path_and_query(&rest);
    let mut step = Step { line: at, ..Step::default() };
    let Some(request) = get(entry, "request") else { return step };
    step.request.method = text(request, "method").unwrap_or_else(|| "GET".into());
    step.name = format!("{} {path}", step.request.method);
    if let Some(listed) = get(request, "queryString").filter(|_| query.is_empty()) {
        query = items(listed)
            .iter()
            .filter_map(|pair| Some((text(pair, "name")?, text(pair, "value").unwrap_or_default())))
            .collect();
    }
    for (name, value) in query {
        let value = literal(&name, &value, holes);
        step.request.query.push((name, value));
    }
    let mut cookies = 0;
    for header in get(request, "headers").map(items).unwrap_or_default() {
        let Some(name) = text(header, "name").map(|name| name.to_lowercase()) else { continue };
        if name == "cookie" {
            cookies += 1;
        }
        if name.starts_with([':']) || name.starts_with("sec-") || OF_BROWSERS.contains(&name.as_str()) {
            continue;
        }
        let value = literal(&name, &text(header, "value").unwrap_or_default(), holes);
        if name == "accept" && value.as_str() == Some("*/*") {
            continue;
        }
        step.request.headers.push((name, value));
    }
    if cookies > 0 || get(request, "cookies").is_some_and(|cookies| !items(cookies).is_empty()) {
        import.drop_one("cookies");
        step.comments.push("the recording sent cookies here; they are secrets and were left out".into());
    }
    if let Some(data) = get(request, "postData") {
        body(sources, data, &mut step, holes, import);
    }
    let status = below(entry, &["response", "status"]).and_then(as_text).and_then(|status| status.parse::<u16>().ok());
    step.expect.status.extend(status.map(|status| json!(if status == 304 { 200 } else { status })));
    step
}

/// A recorded value: never a placeholder, and guarded where it looks secret.
fn literal(name: &str, value: &str, holes: &mut Holes) -> Value {
    if !value.is_empty() && (is_secret_name(name) || is_secret_value(value)) {
        return holes.guarded(name, &value.replace("{{", "{ {"));
    }
    super::tree::as_text(value).into()
}

fn literal_json(value: &Value, holes: &mut Holes) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| literal_json(item, holes)).collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let value = match value {
                        Value::String(text) => literal(name, text, holes),
                        other => literal_json(other, holes),
                    };
                    (name.replace("{{", "{ {"), value)
                })
                .collect(),
        ),
        Value::String(text) => literal("", text, holes),
        other => other.clone(),
    }
}

fn body(sources: &Sources, data: &Node, step: &mut Step, holes: &mut Holes, import: &mut Import) {
    let kind = text(data, "mimeType").unwrap_or_default().to_lowercase();
    let params = get(data, "params").map(items).unwrap_or_default();
    if kind.contains("multipart") || (kind.contains("urlencoded") && !params.is_empty()) {
        step.request.headers.retain(|(name, _)| name != "content-type");
        let mut fields = Vec::new();
        let mut files = Vec::new();
        for param in params {
            let Some(name) = text(param, "name") else { continue };
            match text(param, "fileName") {
                Some(file) => {
                    let file = FilePart { name: file_name(&file), kind: text(param, "contentType") };
                    let told = format!(
                        "the file for the field `{name}` ({}) is not in the recording; a text stands for it",
                        file.name
                    );
                    step.comments.push(format!("not translated: {told}"));
                    import.notes.push(Note { request: step.name.clone(), line: line(sources, param), text: told });
                    files.push((name, file));
                }
                None => {
                    let value = text(param, "value").unwrap_or_default();
                    let value = percent_encoding::percent_decode_str(&value.replace('+', " "))
                        .decode_utf8()
                        .map_or(value.clone(), std::borrow::Cow::into_owned);
                    let value = literal(&name, &value, holes);
                    fields.push((name, value));
                }
            }
        }
        step.request.body =
            if kind.contains("multipart") { Body::Multipart(fields, files) } else { Body::Form(fields) };
        return;
    }
    let raw = text(data, "text").unwrap_or_default();
    if raw.is_empty() {
        return;
    }
    if text(data, "encoding").as_deref() == Some("base64") {
        let decoded = base64::engine::general_purpose::STANDARD
            .decode(raw.trim())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded {
            Some(text) => return whole(&text, &kind, step, holes),
            None => {
                let told = "the body is binary; a text stands for it".to_owned();
                step.comments.push(format!("not translated: {told}"));
                import.notes.push(Note { request: step.name.clone(), line: line(sources, data), text: told });
                step.request.body = Body::Raw("replace this by the content to send".into());
                return;
            }
        }
    }
    whole(&raw, &kind, step, holes);
}

fn whole(raw: &str, kind: &str, step: &mut Step, holes: &mut Holes) {
    if kind.contains("urlencoded") {
        step.request.headers.retain(|(name, _)| name != "content-type");
        let fields = path_and_query(&format!("?{raw}"))
            .1
            .into_iter()
            .map(|(name, value)| {
                let value = literal(&name, &value, holes);
                (name, value)
            })
            .collect();
        step.request.body = Body::Form(fields);
        return;
    }
    step.request.body =
        match serde_json::from_str::<Value>(raw).ok().filter(|value| value.is_object() || value.is_array()) {
            Some(value) => Body::Json(literal_json(&value, holes)),
            None => Body::Raw(super::tree::as_text(raw)),
        };
    if !step.request.headers.iter().any(|(name, _)| name == "content-type") && !kind.is_empty() {
        step.request.headers.push(("content-type".into(), kind.into()));
    }
}

/// A value that an answer gave.
struct Given {
    value: String,
    path: String,
    name: String,
    step: usize,
    /// The name it was captured under, once a later request sent it.
    captured: Option<String>,
}

/// What the answer shows: its kind, the types of its members, and the values that later requests may send.
fn answer(entry: &Node, step: &mut Step, index: usize, given: &mut Vec<Given>) {
    let Some(content) = below(entry, &["response", "content"]) else { return };
    let kind = text(content, "mimeType").unwrap_or_default().to_lowercase();
    let mut body = text(content, "text").unwrap_or_default();
    if text(content, "encoding").as_deref() == Some("base64") {
        let decoded = base64::engine::general_purpose::STANDARD.decode(body.trim()).ok();
        body = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    }
    if !kind.contains("json") {
        return;
    }
    step.expect.headers.push(("content-type".into(), Tree::from(json!({ "contains": "json" }))));
    let Some(value) = json_body(&body) else { return };
    match &value {
        Value::Object(members) => {
            for (name, value) in members.iter().take(50).filter(|(_, value)| !value.is_null()) {
                step.expect.body.push((format!("${}", member(name)), Tree::from(json!({ "type": kind_of(value) }))));
            }
        }
        Value::Array(_) => step.expect.body.push(("$".into(), Tree::from(json!({ "type": "array" })))),
        _ => {}
    }
    let mut left = MOST_VALUES;
    collect(&value, "$", "value", index, given, &mut left);
}

fn collect(value: &Value, path: &str, name: &str, step: usize, given: &mut Vec<Given>, left: &mut usize) {
    if *left == 0 {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, &format!("{path}{}", member(name)), name, step, given, left);
            }
        }
        // Of a list the first item is the one a later request may mean.
        Value::Array(items) => {
            if let Some(first) = items.first() {
                collect(first, &format!("{path}[0]"), name, step, given, left);
            }
        }
        Value::String(text)
            if text.len() >= SHORTEST && text.len() <= 2_000 && text.chars().any(|c| c.is_ascii_digit()) =>
        {
            *left -= 1;
            given.push(Given {
                value: text.clone(),
                path: path.to_owned(),
                name: name.to_owned(),
                step,
                captured: None,
            });
        }
        Value::Number(number) if number.to_string().len() >= 4 => {
            *left -= 1;
            given.push(Given {
                value: number.to_string(),
                path: path.to_owned(),
                name: name.to_owned(),
                step,
                captured: None,
            });
        }
        _ => {}
    }
}

/// Replaces what an earlier answer gave by the name it is captured under there.
fn take_given(step: &mut Step, given: &mut [Given], before: &mut [Step]) {
    if given.is_empty() {
        return;
    }
    let names: BTreeSet<String> = given.iter().filter_map(|one| one.captured.clone()).collect();
    let mut taken = names;
    let mut hole = |value: &str| -> Option<String> {
        // The latest answer that gave it.
        let one = given.iter_mut().rev().find(|one| one.value == value)?;
        if one.captured.is_none() {
            let mut fresh = super::names::Names::default();
            let base = fresh.of(&one.name);
            let mut name = base.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}_{number}");
                number += 1;
            }
            let setter = before.get_mut(one.step)?;
            let tree = match is_secret_name(&one.name) {
                true => Tree::from(json!({ "body": one.path, "secret": true })),
                false => Tree::from(one.path.as_str()),
            };
            setter.capture.push((name.clone(), tree));
            one.captured = Some(name);
        }
        one.captured.as_ref().map(|name| format!("{{{{ {name} }}}}"))
    };
    let name = step.name.clone();
    let path = name.split_once(' ').map_or("", |(_, path)| path).to_owned();
    let parts: Vec<String> = path.split('/').map(|part| hole(part).unwrap_or_else(|| part.to_owned())).collect();
    if parts.join("/") != path {
        step.request.path = parts.join("/");
        // The value itself is one of the recording, and has no business in a name.
        step.name = format!("{} {}", step.request.method, step.request.path.replace("{{ ", "{").replace(" }}", "}"));
    }
    for (_, value) in step.request.query.iter_mut().chain(&mut step.request.headers) {
        fill(value, &mut hole);
    }
    match &mut step.request.body {
        Body::Json(value) => fill(value, &mut hole),
        Body::Form(fields) | Body::Multipart(fields, _) => {
            fields.iter_mut().for_each(|(_, value)| fill(value, &mut hole));
        }
        Body::None | Body::Raw(_) => {}
    }
}

fn fill(value: &mut Value, hole: &mut impl FnMut(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(made) = hole(text) {
                *text = made;
            }
        }
        Value::Number(number) => {
            if let Some(made) = hole(&number.to_string()) {
                *value = made.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, hole)),
        Value::Object(members) => members.values_mut().for_each(|member| fill(member, hole)),
        _ => {}
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
