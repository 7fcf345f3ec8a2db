//! Postman: collections of versions 2.0 and 2.1, and environments.
//!
//! Folders hand down auth, variables and scripts. Scripts are read, never run ([`super::script`]).

use super::address::{path_and_query, settle, split};
use super::auth;
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Request, Step};
use super::node::{as_text, below, entries, get, is_false, is_true, items, json_body, line, refuse, text};
use super::private::{file_name, is_secret_name};
use super::script;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::yaml::{Kind, Node};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Deepest nesting of folders that is followed.
const DEEPEST: usize = 32;
/// Most requests of one collection.
const MOST: usize = 20_000;

/// Reads a collection and the environments that go with it.
///
/// # Errors
/// When it is no collection, or one of a version that cannot be read.
pub fn read(sources: &Sources, root: &Node, environments: &[Node]) -> Result<Import, Vec<Diagnostic>> {
    let collection = get(root, "collection").unwrap_or(root);
    if get(collection, "requests").is_some() && get(collection, "item").is_none() {
        return Err(refuse(
            sources,
            collection,
            "this is a collection of version 1",
            "export it from Postman as Collection v2.1",
        ));
    }
    if get(collection, "values").is_some() && get(collection, "item").is_none() {
        return Err(refuse(
            sources,
            collection,
            "this is a Postman environment, not a collection",
            "name the collection, and this file with --environment",
        ));
    }
    let Some(item) = get(collection, "item") else {
        return Err(refuse(
            sources,
            collection,
            "this is no Postman collection: it has no `item`",
            "export it from Postman as Collection v2.1",
        ));
    };
    let name = below(collection, &["info", "name"]).and_then(as_text).or_else(|| text(collection, "name"));
    let mut reader = Reader {
        sources,
        import: Import { name: name.unwrap_or_else(|| "Postman collection".into()), ..Import::default() },
        holes: Holes::default(),
        urls: Vec::new(),
        told: BTreeSet::new(),
        sets: Vec::new(),
    };
    reader.variables(collection);
    let own: BTreeSet<String> = reader.holes.values.keys().cloned().collect();
    for environment in environments {
        reader.environment(environment);
    }
    let level = Level::default().below(collection);
    reader.items(item, &level, &[], 0);
    Ok(reader.finish(&own))
}

/// What a folder hands down.
#[derive(Debug, Clone, Default)]
struct Level<'n> {
    auth: Option<&'n Node>,
    /// Scripts, outermost first: which event, and the node.
    scripts: Vec<(&'static str, &'n Node)>,
}

impl<'n> Level<'n> {
    fn below(&self, node: &'n Node) -> Self {
        let mut level = self.clone();
        if let Some(auth) = get(node, "auth").filter(|auth| !matches!(auth.kind, Kind::Null)) {
            level.auth = Some(auth);
        }
        for event in get(node, "event").map(items).unwrap_or_default() {
            let listen = match text(event, "listen").as_deref() {
                Some("test") => "test",
                Some("prerequest") => "prerequest",
                _ => continue,
            };
            if let Some(script) = get(event, "script").filter(|_| !is_true(event, "disabled")) {
                level.scripts.push((listen, script));
            }
        }
        level
    }
}

struct Reader<'s> {
    sources: &'s Sources,
    import: Import,
    holes: Holes,
    urls: Vec<String>,
    /// Scripts of which it was told what was not translated: one of a folder is told once.
    told: BTreeSet<u32>,
    /// Names that scripts set to a fixed value.
    sets: Vec<(String, String)>,
}

impl Reader<'_> {
    fn variables(&mut self, node: &Node) {
        for variable in get(node, "variable").map(items).unwrap_or_default() {
            if is_true(variable, "disabled") {
                continue;
            }
            let Some(name) = text(variable, "key").or_else(|| text(variable, "id")) else { continue };
            if text(variable, "type").as_deref() == Some("secret") {
                self.holes.secret.insert(name.clone());
            }
            self.holes.values.insert(name, text(variable, "value").unwrap_or_default());
        }
    }

    fn environment(&mut self, node: &Node) {
        for value in get(node, "values").map(items).unwrap_or_default() {
            if is_false(value, "enabled") {
                continue;
            }
            let Some(name) = text(value, "key") else { continue };
            if text(value, "type").as_deref() == Some("secret") {
                self.holes.secret.insert(name.clone());
            }
            self.holes.values.insert(name, text(value, "value").unwrap_or_default());
        }
    }

    fn items(&mut self, list: &Node, level: &Level<'_>, folders: &[String], depth: usize) {
        for item in items(list) {
            let name = text(item, "name").unwrap_or_else(|| "request".into());
            if let Some(inner) = get(item, "item") {
                if depth >= DEEPEST {
                    self.import.note(
                        &name,
                        line(self.sources, item),
                        format!("folders are followed {DEEPEST} levels deep"),
                    );
                    continue;
                }
                self.variables(item);
                let level = level.below(item);
                let folders = [folders, &[name]].concat();
                self.items(inner, &level, &folders, depth + 1);
            } else if get(item, "request").is_some() && self.import.steps.len() < MOST {
                self.request(item, &name, level, folders);
            }
        }
    }

    fn note(&mut self, step: &mut Step, line: usize, text: String) {
        step.comments.push(format!("not translated: {text}"));
        self.import.notes.push(Note { request: step.name.clone(), line, text });
    }

    fn request(&mut self, item: &Node, name: &str, level: &Level<'_>, folders: &[String]) {
        let level = level.below(item);
        let at = line(self.sources, item);
        let mut step = Step { name: name.to_owned(), folders: folders.to_vec(), line: at, ..Step::default() };
        let Some(request) = get(item, "request") else { return };
        self.variables(item);
        let url = match &request.kind {
            Kind::Text(url) => {
                step.request.method = "GET".into();
                let (base, rest) = split(url);
                let (path, query) = path_and_query(&rest);
                self.query(&mut step.request, query);
                format!("{base}{path}")
            }
            _ => self.parts(request, &mut step),
        };
        let auth = get(request, "auth").filter(|auth| !matches!(auth.kind, Kind::Null)).or(level.auth);
        if let Some(auth) = auth {
            let done = auth::apply(auth, &mut step.request, &mut self.holes);
            if let Err(why) = done {
                self.note(&mut step, line(self.sources, auth), why);
            }
        }
        for (event, script) in level.scripts.clone() {
            self.script(event, script, &mut step);
        }
        self.examples(item, &mut step);
        self.urls.push(url);
        self.import.steps.push(step);
    }

    fn query(&mut self, request: &mut Request, pairs: Vec<(String, String)>) {
        for (name, value) in pairs {
            let value = self.holes.guarded(&name, &value);
            request.query.push((self.holes.text(&name).replace("{{", "").replace("}}", ""), value));
        }
    }

    /// Reads a request that is written in parts, and gives its URL without the query.
    fn parts(&mut self, request: &Node, step: &mut Step) -> String {
        step.request.method = text(request, "method").unwrap_or_else(|| "GET".into());
        for header in get(request, "header").map(items).unwrap_or_default() {
            if is_true(header, "disabled") {
                continue;
            }
            let Some(name) = text(header, "key").filter(|name| !name.trim().is_empty()) else { continue };
            let lower = name.trim().to_lowercase();
            if ["host", "content-length", "postman-token", "connection"].contains(&lower.as_str()) {
                continue;
            }
            let value = self.holes.guarded(&name, &text(header, "value").unwrap_or_default());
            step.request.headers.push((lower, value));
        }
        if let Some(body) = get(request, "body").filter(|body| !is_true(body, "disabled")) {
            self.body(body, step);
        }
        let Some(url) = get(request, "url") else { return String::new() };
        if let Kind::Text(url) = &url.kind {
            let (base, rest) = split(url);
            let (path, query) = path_and_query(&rest);
            self.query(&mut step.request, query);
            return format!("{base}{path}");
        }
        self.url(url, step)
    }

    fn url(&mut self, url: &Node, step: &mut Step) -> String {
        let joined = |key: &str, between: &str| match get(url, key) {
            Some(Node { kind: Kind::List(parts), .. }) => {
                // A part is a text, or an object with a value.
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| as_text(part).or_else(|| text(part, "value")).unwrap_or_default())
                    .collect();
                Some(parts.join(between))
            }
            Some(node) => as_text(node),
            None => None,
        };
        let raw = text(url, "raw").unwrap_or_default();
        let (mut base, rest) = split(&raw);
        let (mut path, mut query) = path_and_query(&rest);
        if base.is_empty() {
            base = joined("host", ".").unwrap_or_default();
            if !base.is_empty() && !base.starts_with("{{") {
                base = format!("{}://{base}", text(url, "protocol").unwrap_or_else(|| "http".into()));
            }
            if let Some(port) = text(url, "port").filter(|_| !base.is_empty()) {
                base = format!("{base}:{port}");
            }
        }
        if raw.is_empty()
            && let Some(parts) = joined("path", "/")
        {
            path = format!("/{}", parts.trim_start_matches('/'));
        }
        if let Some(listed) = get(url, "query") {
            query = items(listed)
                .iter()
                .filter(|pair| !is_true(pair, "disabled"))
                .filter_map(|pair| Some((text(pair, "key")?, text(pair, "value").unwrap_or_default())))
                .collect();
        }
        self.query(&mut step.request, query);
        for variable in get(url, "variable").map(items).unwrap_or_default() {
            let Some(name) = text(variable, "key").or_else(|| text(variable, "id")) else { continue };
            let value =
                text(variable, "value").filter(|value| !value.is_empty()).unwrap_or_else(|| format!("{{{{{name}}}}}"));
            let parts: Vec<String> = path
                .split('/')
                .map(|part| if part == format!(":{name}") { value.clone() } else { part.to_owned() })
                .collect();
            path = parts.join("/");
        }
        // A parameter of the path without a value is a name.
        let parts: Vec<String> = path
            .split('/')
            .map(|part| match part.strip_prefix(':') {
                Some(name) if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') => {
                    format!("{{{{{name}}}}}")
                }
                _ => part.to_owned(),
            })
            .collect();
        format!("{base}{}", parts.join("/"))
    }

    fn body(&mut self, body: &Node, step: &mut Step) {
        let at = line(self.sources, body);
        match text(body, "mode").as_deref() {
            Some("raw") => {
                let raw = text(body, "raw").unwrap_or_default();
                if raw.trim().is_empty() {
                    return;
                }
                let language = below(body, &["options", "raw", "language"]).and_then(as_text);
                let kind = step
                    .request
                    .headers
                    .iter()
                    .find(|(name, _)| name == "content-type")
                    .and_then(|(_, value)| value.as_str().map(str::to_owned));
                let other = kind.as_deref().is_some_and(|kind| !kind.contains("json"))
                    || matches!(language.as_deref(), Some("xml" | "html" | "javascript"));
                match json_body(&raw).filter(|_| !other) {
                    Some(value) => step.request.body = Body::Json(self.holes.guarded_json(&value)),
                    None => {
                        step.request.body = Body::Raw(self.holes.text(&raw));
                        if kind.is_none() {
                            let kind = match language.as_deref() {
                                Some("json") => "application/json",
                                Some("xml") => "application/xml",
                                Some("html") => "text/html",
                                Some("javascript") => "application/javascript",
                                _ => "text/plain",
                            };
                            step.request.headers.push(("content-type".into(), kind.into()));
                        }
                    }
                }
            }
            Some("urlencoded") => {
                step.request.headers.retain(|(name, _)| name != "content-type");
                let fields = match get(body, "urlencoded") {
                    Some(Node { kind: Kind::Text(text), .. }) => path_and_query(&format!("?{text}")).1,
                    node => self.fields(node),
                };
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| {
                        let value = self.holes.guarded(&name, &value);
                        (name, value)
                    })
                    .collect();
                step.request.body = Body::Form(fields);
            }
            Some("formdata") => {
                step.request.headers.retain(|(name, _)| name != "content-type");
                let mut fields = Vec::new();
                let mut files = Vec::new();
                for part in get(body, "formdata").map(items).unwrap_or_default() {
                    if is_true(part, "disabled") {
                        continue;
                    }
                    let Some(name) = text(part, "key").filter(|name| !name.is_empty()) else { continue };
                    if text(part, "type").as_deref() == Some("file") {
                        let sources = match get(part, "src") {
                            Some(Node { kind: Kind::List(list), .. }) => list.iter().filter_map(as_text).collect(),
                            Some(node) => as_text(node).into_iter().collect(),
                            None => Vec::new(),
                        };
                        let sources: Vec<String> = if sources.is_empty() { vec!["file.bin".into()] } else { sources };
                        for source in sources {
                            let file = FilePart { name: file_name(&source), kind: text(part, "contentType") };
                            let text = format!(
                                "the file for the field `{name}` ({}) is on another machine; a text stands for it",
                                file.name
                            );
                            self.note(step, line(self.sources, part), text);
                            files.push((name.clone(), file));
                        }
                    } else {
                        let value = self.holes.guarded(&name, &text(part, "value").unwrap_or_default());
                        fields.push((name, value));
                    }
                }
                step.request.body = Body::Multipart(fields, files);
            }
            Some("graphql") => {
                let mut value =
                    json!({ "query": below(body, &["graphql", "query"]).and_then(as_text).unwrap_or_default() });
                let variables = below(body, &["graphql", "variables"]);
                if let Some(variables) = variables {
                    value["variables"] =
                        as_text(variables).and_then(|text| json_body(&text)).unwrap_or_else(|| variables.to_json());
                }
                step.request.body = Body::Json(self.holes.guarded_json(&value));
            }
            Some("file") => {
                let name = below(body, &["file", "src"])
                    .and_then(as_text)
                    .map_or_else(|| "file.bin".into(), |path| file_name(&path));
                step.request.body = Body::Raw("replace this by the content to send".into());
                self.note(step, at, format!("the body is the file {name} of another machine; a text stands for it"));
            }
            Some(other) => self.note(step, at, format!("a body of the kind `{other}`")),
            None => {}
        }
    }

    fn fields(&self, node: Option<&Node>) -> Vec<(String, String)> {
        node.map(items)
            .unwrap_or_default()
            .iter()
            .filter(|pair| !is_true(pair, "disabled"))
            .filter_map(|pair| {
                Some((text(pair, "key").filter(|name| !name.is_empty())?, text(pair, "value").unwrap_or_default()))
            })
            .collect()
    }

    fn script(&mut self, event: &str, node: &Node, step: &mut Step) {
        let (code, at) = match get(node, "exec") {
            Some(exec) => match &exec.kind {
                Kind::List(lines) => (
                    lines.iter().filter_map(as_text).collect::<Vec<_>>().join("\n"),
                    lines.first().map_or(0, |first| line(self.sources, first)),
                ),
                _ => (as_text(exec).unwrap_or_default(), line(self.sources, exec)),
            },
            None => (as_text(node).unwrap_or_default(), line(self.sources, node)),
        };
        if code.trim().is_empty() {
            return;
        }
        let said = script::read(&code, &step.name, &mut self.holes);
        self.sets.extend(said.set.iter().cloned());
        if event == "test" {
            said.merge_into(step, &mut self.holes);
        }
        let first = self.told.insert(node.span.start);
        for (offset, statement) in said.rest {
            let when = if event == "test" { "a test script" } else { "a script before the request" };
            let warning = if statement.contains("setNextRequest")
                || statement.starts_with("for")
                || statement.starts_with("while")
            {
                " (it changes the order of requests: the suite does not)"
            } else {
                ""
            };
            step.comments.push(format!("not translated, of {when}{warning}:"));
            step.comments.extend(statement.lines().map(|line| format!("  {}", line.trim_end())));
            if first {
                let text = format!("{when}{warning}: {}", crate::text::cut(&statement.replace('\n', " "), 100));
                self.import.notes.push(Note { request: step.name.clone(), line: at + offset, text });
            }
        }
    }

    /// Saved examples: what a good one shows is expected, where no script says what is.
    fn examples(&mut self, item: &Node, step: &mut Step) {
        let examples = get(item, "response").map(items).unwrap_or_default();
        let code = |example: &Node| get(example, "code").and_then(as_text).and_then(|code| code.parse::<u16>().ok());
        let good = examples.iter().find(|example| code(example).is_some_and(|code| (200..300).contains(&code)));
        if let (Some(example), true) = (good, step.expect.body.is_empty() && step.expect.status.is_empty()) {
            if let Some(code) = code(example) {
                step.expect.status.push(json!(code));
            }
            let body = text(example, "body").unwrap_or_default();
            match json_body(&body) {
                Some(Value::Object(members)) => {
                    for (name, value) in members.iter().take(50).filter(|(_, value)| !value.is_null()) {
                        step.expect
                            .body
                            .push((format!("${}", script::member(name)), Tree::from(json!({ "type": kind(value) }))));
                    }
                }
                Some(Value::Array(_)) => step.expect.body.push(("$".into(), Tree::from(json!({ "type": "array" })))),
                _ => {}
            }
            step.comments
                .push(format!("expected by the saved example \"{}\"", text(example, "name").unwrap_or_default()));
        }
        for example in examples.iter().filter(|example| Some(example.span) != good.map(|good| good.span)) {
            let name = text(example, "name").unwrap_or_default();
            let status = code(example).map_or_else(String::new, |code| format!(" ({code})"));
            self.note(
                step,
                line(self.sources, example),
                format!("the saved example \"{name}\"{status} is another answer than the one expected"),
            );
        }
    }

    fn finish(mut self, own: &BTreeSet<String>) -> Import {
        let urls = std::mem::take(&mut self.urls);
        settle(&mut self.import, &urls, &mut self.holes);
        for (name, value) in std::mem::take(&mut self.sets) {
            self.holes.values.entry(name).or_insert(value);
        }
        let used: Vec<String> = self.holes.used.iter().cloned().collect();
        for name in used {
            let Some(value) = self.holes.values.get(&name).cloned() else { continue };
            let secret = self.holes.secret.contains(&name) || is_secret_name(&name);
            if value.is_empty() && !secret {
                continue;
            }
            let new = self.holes.names.of(&name);
            let value = match secret {
                true => Value::from(format!("{{{{ secret('{}') }}}}", super::private::variable(&name))),
                false => self.holes.variable(&name, &value),
            };
            let _ = own;
            self.import.vars.push((new, value));
        }
        for unknown in &self.holes.unknown {
            self.import.notes.push(Note {
                request: String::new(),
                line: 0,
                text: format!("the dynamic variable `{unknown}` has no counterpart; a unique text stands for it"),
            });
        }
        self.import.renamed = self.holes.names.changed();
        self.import
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a file is a Postman environment.
#[must_use]
pub fn is_environment(root: &Node) -> bool {
    get(root, "values").is_some() && get(root, "item").is_none() && entries(root).len() < 30
}
