//! Step CI: a test is a case; HTTP steps, captures and checks.

use super::address::{path_and_query, settle, split};
use super::auth;
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Step};
use super::node::{as_text, entries, get, items, line, refuse, text};
use super::private::{file_name, is_secret_name, variable};
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::yaml::{Kind, Node};
use serde_json::{Value, json};

/// Reads a workflow.
///
/// # Errors
/// When it is none, or has no step that sends an HTTP request.
pub fn read(sources: &Sources, root: &Node) -> Result<Import, Vec<Diagnostic>> {
    let Some(tests) = get(root, "tests") else {
        return Err(refuse(sources, root, "this is no workflow of Step CI: it has no `tests`", "name the workflow"));
    };
    let mut reader = Reader {
        sources,
        import: Import { name: text(root, "name").unwrap_or_else(|| "Step CI".into()), ..Import::default() },
        holes: Holes::default(),
        urls: Vec::new(),
    };
    for entry in get(root, "env").map(entries).unwrap_or_default() {
        reader.holes.values.insert(format!("env.{}", entry.key.value), as_text(&entry.value).unwrap_or_default());
    }
    if let Some(config) = get(root, "config").filter(|config| get(config, "loadTest").is_some()) {
        reader.import.note(
            "",
            line(sources, config),
            "a load test: `proviso run --repeat N --jobs N` goes through the cases many times",
        );
    }
    for test in entries(tests) {
        reader.test(&test.key.value, &test.value);
    }
    if reader.import.steps.is_empty() {
        return Err(refuse(
            sources,
            tests,
            "the workflow has no step that sends an HTTP request",
            "gRPC, server-sent events and plugins are not imported",
        ));
    }
    Ok(reader.finish())
}

struct Reader<'s> {
    sources: &'s Sources,
    import: Import,
    holes: Holes,
    urls: Vec<String>,
}

impl Reader<'_> {
    fn note(&mut self, step: &mut Step, line: usize, text: String) {
        step.comments.push(format!("not translated: {text}"));
        self.import.notes.push(Note { request: step.name.clone(), line, text });
    }

    /// `${{ env.x }}` and `${{ captures.x }}` as plain placeholders.
    fn plain(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(open) = rest.find("${{") {
            let Some(close) = rest[open..].find("}}").map(|close| open + close) else { break };
            out.push_str(&rest[..open]);
            let inside = rest[open + 3..close].trim();
            let (name, filter) =
                inside.split_once('|').map_or((inside, None), |(name, filter)| (name.trim(), Some(filter.trim())));
            match filter {
                Some("fake") => out.push_str("{{$randomWord}}"),
                Some(other) => {
                    self.holes.unknown.insert(format!("| {other}"));
                    out.push_str("{{$randomWord}}");
                }
                None => {
                    let name = name.strip_prefix("captures.").unwrap_or(name);
                    out.push_str(&format!("{{{{{name}}}}}"));
                }
            }
            rest = &rest[close + 2..];
        }
        out.push_str(rest);
        out
    }

    fn json(&mut self, node: &Node) -> Value {
        let value = node.to_json();
        let value = self.deep(&value);
        self.holes.guarded_json(&value)
    }

    fn deep(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.plain(text).into(),
            Value::Array(items) => items.iter().map(|item| self.deep(item)).collect(),
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), self.deep(value))).collect())
            }
            other => other.clone(),
        }
    }

    fn test(&mut self, id: &str, test: &Node) {
        if let Some(reference) = text(test, "$ref") {
            self.import.note(id, line(self.sources, test), format!("the test stands in another file: {reference}"));
            return;
        }
        let name = text(test, "name").unwrap_or_else(|| id.to_owned());
        for node in get(test, "steps").map(items).unwrap_or_default() {
            let at = line(self.sources, node);
            let Some(http) = get(node, "http") else {
                let kind = entries(node)
                    .iter()
                    .map(|entry| entry.key.value.as_str())
                    .find(|key| !["name", "id", "if"].contains(key))
                    .unwrap_or("empty")
                    .to_owned();
                self.import.note(&name, at, format!("a step of the kind `{kind}`"));
                continue;
            };
            let title = text(node, "name").or_else(|| text(http, "name")).unwrap_or_else(|| "request".into());
            let mut step = Step { name: title, line: at, case: Some(name.clone()), ..Step::default() };
            if let Some(condition) = text(node, "if") {
                match self.condition(&condition) {
                    Some(when) => step.when = Some(when),
                    None => self.note(&mut step, at, format!("done only if {condition}")),
                }
            }
            self.http(http, &mut step);
        }
    }

    fn condition(&mut self, condition: &str) -> Option<String> {
        let (left, operator, right) = ["==", "!="].iter().find_map(|operator| {
            condition.split_once(*operator).map(|(left, right)| (left.trim(), *operator, right.trim()))
        })?;
        let name = left.strip_prefix("captures.")?;
        let value: Value = serde_json::from_str(right).ok()?;
        let name = self.holes.names.of(name);
        Some(format!(
            "{name} {operator} {}",
            match &value {
                Value::String(text) => format!("'{}'", text.replace('\'', "\\'")),
                other => other.to_string(),
            }
        ))
    }

    fn http(&mut self, http: &Node, step: &mut Step) {
        let at = step.line;
        let url = self.plain(&text(http, "url").unwrap_or_default());
        step.request.method = text(http, "method").unwrap_or_else(|| "GET".into());
        let (base, rest) = split(&url);
        let (path, query) = path_and_query(&rest);
        for (name, value) in query {
            let value = self.holes.guarded(&name, &value);
            step.request.query.push((name, value));
        }
        for (key, place) in [("params", 0), ("headers", 1), ("cookies", 2)] {
            for entry in get(http, key).map(entries).unwrap_or_default() {
                let value = self.plain(&as_text(&entry.value).unwrap_or_default());
                let name = entry.key.value.clone();
                let value = self.holes.guarded(&name, &value);
                match place {
                    0 => step.request.query.push((name, value)),
                    1 => step.request.headers.push((name.to_lowercase(), value)),
                    _ => step.request.cookies.push((name, value)),
                }
            }
        }
        if let Some(auth) = get(http, "auth") {
            if let Some(basic) = get(auth, "basic") {
                let (user, password) =
                    (text(basic, "username").unwrap_or_default(), text(basic, "password").unwrap_or_default());
                let (user, password) = (self.plain(&user), self.plain(&password));
                auth::basic(&mut step.request, &user, &password, &mut self.holes);
            } else if let Some(bearer) = get(auth, "bearer") {
                let token = self.plain(&text(bearer, "token").unwrap_or_default());
                auth::bearer(&mut step.request, &token, "token", &mut self.holes);
            } else {
                self.note(step, at, "auth that is neither basic nor bearer".into());
            }
        }
        self.body(http, step);
        for entry in get(http, "captures").map(entries).unwrap_or_default() {
            let name = entry.key.value.clone();
            let tree =
                match (text(&entry.value, "jsonpath"), text(&entry.value, "header"), text(&entry.value, "cookie")) {
                    (Some(path), _, _) => Some(Tree::from(path)),
                    (None, Some(header), _) => Some(json!({ "header": header }).into()),
                    (None, None, Some(cookie)) => Some(json!({ "cookie": cookie }).into()),
                    _ => None,
                };
            match tree {
                Some(tree) => {
                    let new = self.holes.names.of(&name);
                    step.capture.push((new, super::bruno::guarded_capture(&name, tree)));
                }
                None => {
                    // A condition on what cannot be captured cannot stay.
                    self.note(step, line(self.sources, &entry.value), format!("the capture {name}"));
                    let new = self.holes.names.of(&name);
                    self.import.vars.push((new, "".into()));
                }
            }
        }
        if let Some(check) = get(http, "check") {
            self.check(check, step);
        }
        if let Some(timeout) = text(http, "timeout") {
            step.timeout =
                Some(if timeout.chars().all(|c| c.is_ascii_digit()) { format!("{timeout}ms") } else { timeout });
        }
        for key in ["trpc", "followRedirects", "retries"] {
            if let Some(node) = get(http, key).filter(|_| key != "followRedirects") {
                self.note(step, line(self.sources, node), format!("`{key}`"));
            }
        }
        self.urls.push(format!("{base}{path}"));
        self.import.steps.push(step.clone());
    }

    fn body(&mut self, http: &Node, step: &mut Step) {
        if let Some(json) = get(http, "json") {
            step.request.body = Body::Json(self.json(json));
        } else if let Some(graphql) = get(http, "graphql") {
            step.request.body = Body::Json(self.json(graphql));
        } else if let Some(form) = get(http, "form") {
            let fields = entries(form)
                .iter()
                .map(|entry| (entry.key.value.clone(), as_text(&entry.value).unwrap_or_default()))
                .collect::<Vec<_>>();
            let fields = fields
                .into_iter()
                .map(|(name, value)| {
                    let value = self.plain(&value);
                    let value = self.holes.guarded(&name, &value);
                    (name, value)
                })
                .collect();
            step.request.body = Body::Form(fields);
        } else if let Some(form) = get(http, "formData") {
            let (mut fields, mut files) = (Vec::new(), Vec::new());
            for entry in entries(form) {
                let name = entry.key.value.clone();
                match (&entry.value.kind, text(&entry.value, "file")) {
                    (_, Some(path)) => {
                        let file = FilePart { name: file_name(&path), kind: None };
                        self.note(
                            step,
                            line(self.sources, &entry.value),
                            format!(
                                "the file for the field `{name}` ({}) is not taken over; a text stands for it",
                                file.name
                            ),
                        );
                        files.push((name, file));
                    }
                    (Kind::Map(_) | Kind::List(_), None) => {
                        self.note(step, line(self.sources, &entry.value), format!("the field `{name}`"));
                    }
                    _ => {
                        let value = self.plain(&as_text(&entry.value).unwrap_or_default());
                        let value = self.holes.guarded(&name, &value);
                        fields.push((name, value));
                    }
                }
            }
            step.request.body = Body::Multipart(fields, files);
        } else if let Some(body) = get(http, "body") {
            match as_text(body) {
                Some(text) => {
                    let text = self.plain(&text);
                    step.request.body = Body::Raw(self.holes.text(text.trim_end()));
                }
                None => {
                    step.request.body = Body::Raw("replace this by the content to send".into());
                    self.note(step, line(self.sources, body), "the body is a file; a text stands for it".into());
                }
            }
        }
    }

    fn check(&mut self, check: &Node, step: &mut Step) {
        for entry in entries(check) {
            let node = &entry.value;
            let at = line(self.sources, node);
            match entry.key.value.as_str() {
                "status" => match as_text(node) {
                    Some(status) => match status.parse::<u16>() {
                        Ok(status) => step.expect.status.push(json!(status)),
                        Err(_) => match status
                            .trim_matches('/')
                            .trim_start_matches('^')
                            .chars()
                            .next()
                            .filter(|c| ('1'..='5').contains(c) && status.starts_with("/^"))
                        {
                            Some(class) => step.expect.status.push(format!("{class}XX").into()),
                            None => self.note(step, at, format!("the status {status}")),
                        },
                    },
                    None => self.note(step, at, "matchers of the status".into()),
                },
                "jsonpath" => {
                    for one in entries(node) {
                        match self.matcher(&one.value) {
                            Some(matcher) => step.expect.body.push((one.key.value.clone(), matcher.into())),
                            None => self.note(
                                step,
                                line(self.sources, &one.value),
                                format!("the check of {}", one.key.value),
                            ),
                        }
                    }
                }
                "headers" => {
                    for one in entries(node) {
                        match self.matcher(&one.value) {
                            Some(matcher) => step.expect.headers.push((one.key.value.to_lowercase(), matcher.into())),
                            None => self.note(
                                step,
                                line(self.sources, &one.value),
                                format!("the check of the header {}", one.key.value),
                            ),
                        }
                    }
                }
                "body" => match as_text(node) {
                    Some(body) => {
                        let body = self.plain(&body);
                        match super::node::json_body(&body) {
                            Some(value) => {
                                let value = self.holes.value(&value);
                                step.expect.body.push(("$".into(), json!({ "equals": value }).into()));
                            }
                            None => {
                                let body = self.holes.text(&body);
                                step.expect.text.push(body.into());
                            }
                        }
                    }
                    None => self.note(step, at, "the check of the body".into()),
                },
                "json" => {
                    let value = self.json(node);
                    step.expect.body.push(("$".into(), json!({ "equals": value }).into()));
                }
                "performance" => {
                    for one in entries(node) {
                        let limit = items(&one.value)
                            .iter()
                            .find_map(|matcher| text(matcher, "lte").or_else(|| text(matcher, "lt")));
                        match limit.filter(|_| one.key.value == "total") {
                            Some(limit) => step.expect.within = Some(format!("{limit}ms")),
                            None => {
                                self.note(
                                    step,
                                    line(self.sources, &one.value),
                                    format!("the time `{}`", one.key.value),
                                );
                            }
                        }
                    }
                }
                "schema" => {
                    let mut all = Vec::new();
                    types(&node.to_json(), "$", &mut all, 0);
                    match all.is_empty() {
                        true => self.note(step, at, "a JSON Schema: put it into a contract".into()),
                        false => {
                            step.comments.push("types of the JSON Schema; a contract holds all of it".into());
                            step.expect.body.extend(all.into_iter().map(|(path, matcher)| (path, matcher.into())));
                        }
                    }
                }
                other => self.note(step, at, format!("the check `{other}`")),
            }
        }
    }

    fn matcher(&mut self, node: &Node) -> Option<Value> {
        let Kind::List(list) = &node.kind else {
            let value = node.to_json();
            return Some(match self.deep(&value) {
                Value::String(text) if text.starts_with('/') && text.ends_with('/') && text.len() > 2 => {
                    let pattern = text[1..text.len() - 1].to_owned();
                    regex::Regex::new(&pattern).ok()?;
                    json!({ "matches": pattern })
                }
                Value::String(text) => self.holes.text(&text).into(),
                Value::Null => json!({ "type": "null" }),
                other if other.is_object() => json!({ "equals": other }),
                other => other,
            });
        };
        let mut all = Vec::new();
        for one in list.iter() {
            let entry = entries(one).first()?;
            let value = entry.value.to_json();
            let value = self.deep(&value);
            let value = match value {
                Value::String(text) => Value::from(self.holes.text(&text)),
                other => other,
            };
            let yes = value != json!(false);
            let of_type = |kind: &str| if yes { json!({ "type": kind }) } else { json!({ "not": { "type": kind } }) };
            all.push(match entry.key.value.as_str() {
                "eq" => value,
                "ne" => json!({ "not": value }),
                "gte" => json!({ "min": value }),
                "lte" => json!({ "max": value }),
                "gt" => json!({ "all_of": [{ "min": value }, { "not": value }] }),
                "lt" => json!({ "all_of": [{ "max": value }, { "not": value }] }),
                "in" => json!({ "contains": if value.is_string() { value } else { value.to_string().into() } }),
                "nin" => {
                    json!({ "not": { "contains": if value.is_string() { value } else { value.to_string().into() } } })
                }
                "match" => json!({ "matches": value.as_str()?.trim_matches('/') }),
                "isNumber" => of_type("number"),
                "isString" => of_type("string"),
                "isBoolean" => of_type("boolean"),
                "isNull" => of_type("null"),
                "isObject" => of_type("object"),
                "isArray" => of_type("array"),
                "isDefined" => json!({ "exists": yes }),
                _ => return None,
            });
        }
        Some(if all.len() == 1 { all.remove(0) } else { json!({ "all_of": all }) })
    }

    fn finish(mut self) -> Import {
        let urls = std::mem::take(&mut self.urls);
        settle(&mut self.import, &urls, &mut self.holes);
        for unknown in self.holes.unknown.clone() {
            self.import.note(
                "",
                0,
                format!("the filter `{unknown}` has no counterpart; a generated value stands for it"),
            );
        }
        let used: Vec<String> = self.holes.used.iter().cloned().collect();
        for name in used {
            let Some(value) = self.holes.values.get(&name).cloned() else { continue };
            let short = name.strip_prefix("env.").unwrap_or(&name);
            let new = self.holes.names.of(&name);
            let value: Value = if is_secret_name(short) {
                json!(format!("{{{{ secret('{}') }}}}", variable(short)))
            } else {
                self.holes.guarded(short, &value)
            };
            self.import.vars.push((new, value));
        }
        self.import.renamed = self.holes.names.changed();
        self.import
    }
}

/// The types of a JSON Schema's members, as matchers.
fn types(schema: &Value, path: &str, all: &mut Vec<(String, Value)>, depth: usize) {
    if depth > 4 {
        return;
    }
    let required = |name: &str| schema["required"].as_array().is_some_and(|list| list.iter().any(|one| one == name));
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if !required(name) {
            continue;
        }
        let below = format!("{path}{}", super::script::member(name));
        if let Some(kind) = property["type"].as_str() {
            all.push((below.clone(), json!({ "type": kind })));
        }
        types(property, &below, all, depth + 1);
    }
}
