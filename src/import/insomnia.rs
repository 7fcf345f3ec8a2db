//! Insomnia: exports of version 4 (flat resources by parent) and version 5 (YAML).

use super::address::{path_and_query, settle, split};
use super::auth;
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Step};
use super::node::{as_text, entries, get, is_true, items, json_body, line, refuse, text};
use super::private::{file_name, is_secret_name, variable};
use super::script;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::yaml::{Kind, Node};
use base64::Engine as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Deepest nesting of folders that is followed.
const DEEPEST: usize = 32;

/// A request or a folder.
#[derive(Debug, Clone)]
struct Entry<'n> {
    id: String,
    node: &'n Node,
    children: Vec<Entry<'n>>,
    is_folder: bool,
    /// What other places of the file call auth, and the order it is shown in.
    sort: f64,
}

/// Reads an export, and the environments that go with it.
///
/// # Errors
/// When it is none.
pub fn read(sources: &Sources, root: &Node, environments: &[Node]) -> Result<Import, Vec<Diagnostic>> {
    let mut reader = Reader {
        sources,
        import: Import::default(),
        holes: Holes::default(),
        urls: Vec::new(),
        asked: BTreeMap::new(),
        ids: Vec::new(),
    };
    let tree = if let Some(resources) = get(root, "resources") {
        reader.import.name = items(resources)
            .iter()
            .find(|one| text(one, "_type").as_deref() == Some("workspace"))
            .and_then(|one| text(one, "name"))
            .unwrap_or_else(|| "Insomnia".into());
        for one in items(resources).iter().filter(|one| text(one, "_type").as_deref() == Some("environment")) {
            reader.environment(get(one, "data"), "");
        }
        let workspaces: Vec<String> = items(resources)
            .iter()
            .filter(|one| text(one, "_type").as_deref() == Some("workspace"))
            .filter_map(|one| text(one, "_id"))
            .collect();
        let known: Vec<String> = items(resources).iter().filter_map(|one| text(one, "_id")).collect();
        let top = |parent: &str| {
            workspaces.iter().any(|id| id == parent) || !known.iter().any(|id| id == parent) || parent.is_empty()
        };
        let roots: Vec<&Node> =
            items(resources).iter().filter(|one| top(&text(one, "parentId").unwrap_or_default())).collect();
        flat(items(resources), &roots, 0)
    } else if text(root, "type").is_some_and(|kind| kind.contains("insomnia")) || get(root, "collection").is_some() {
        reader.import.name = text(root, "name").unwrap_or_else(|| "Insomnia".into());
        if let Some(environment) = get(root, "environments") {
            reader.environment(get(environment, "data"), "");
            if let Some(first) = get(environment, "subEnvironments").map(items).and_then(|all| all.first()) {
                reader.environment(get(first, "data"), "");
            }
        }
        let Some(collection) = get(root, "collection") else {
            return Err(refuse(
                sources,
                root,
                "this export has no requests: it has no `collection`",
                "export the collection itself",
            ));
        };
        nested(items(collection), 0)
    } else {
        return Err(refuse(
            sources,
            root,
            "this is no export of Insomnia",
            "export it from Insomnia as v4 (JSON) or v5 (YAML)",
        ));
    };
    for environment in environments {
        reader.environment(get(environment, "data").or(Some(environment)), "");
    }
    reader.walk(&tree, &[], &[]);
    if reader.import.steps.is_empty() {
        return Err(refuse(sources, root, "the export has no HTTP request", "export a collection with requests"));
    }
    Ok(reader.finish())
}

/// What a request or a folder says of auth itself.
fn auth_of(holder: &Node) -> Option<&Node> {
    get(holder, "authentication").filter(|auth| text(auth, "type").is_some_and(|kind| kind != "inherit"))
}

fn flat<'n>(all: &'n [Node], here: &[&'n Node], depth: usize) -> Vec<Entry<'n>> {
    let mut entries: Vec<Entry<'n>> = Vec::new();
    for node in here {
        let kind = text(node, "_type").unwrap_or_default();
        let id = text(node, "_id").unwrap_or_default();
        let is_folder = kind == "request_group";
        if !is_folder && !kind.contains("request") {
            continue;
        }
        let children: Vec<&Node> =
            all.iter().filter(|one| text(one, "parentId").as_deref() == Some(id.as_str())).collect();
        let children = if is_folder && depth < DEEPEST { flat(all, &children, depth + 1) } else { Vec::new() };
        let sort = text(node, "metaSortKey").and_then(|sort| sort.parse().ok()).unwrap_or(0.0);
        entries.push(Entry { id, node, children, is_folder, sort });
    }
    entries.sort_by(|one, other| one.sort.total_cmp(&other.sort));
    entries
}

fn nested(here: &[Node], depth: usize) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for node in here {
        let meta = get(node, "meta");
        let id = meta.and_then(|meta| text(meta, "id")).unwrap_or_default();
        let sort = meta.and_then(|meta| text(meta, "sortKey")).and_then(|sort| sort.parse().ok()).unwrap_or(0.0);
        let children =
            get(node, "children").filter(|_| depth < DEEPEST).map(|children| nested(items(children), depth + 1));
        let is_folder = children.is_some();
        entries.push(Entry { id, node, children: children.unwrap_or_default(), is_folder, sort });
    }
    entries.sort_by(|one, other| one.sort.total_cmp(&other.sort));
    entries
}

struct Reader<'s> {
    sources: &'s Sources,
    import: Import,
    holes: Holes,
    urls: Vec<String>,
    /// Parts of answers that templates ask for: request id and JSONPath, and the name they get.
    asked: BTreeMap<(String, String), String>,
    /// The ids of the steps' requests.
    ids: Vec<String>,
}

impl Reader<'_> {
    fn environment(&mut self, data: Option<&Node>, prefix: &str) {
        for entry in data.map(entries).unwrap_or_default() {
            let name =
                if prefix.is_empty() { entry.key.value.clone() } else { format!("{prefix}.{}", entry.key.value) };
            match &entry.value.kind {
                Kind::Map(_) => self.environment(Some(&entry.value), &name),
                _ => {
                    if let Some(value) = as_text(&entry.value) {
                        let value = self.plain(&value);
                        self.holes.values.insert(name, value);
                    }
                }
            }
        }
    }

    /// A text with Insomnia's templates as plain placeholders.
    fn plain(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        loop {
            let open = match (rest.find("{{"), rest.find("{%")) {
                (Some(hole), Some(tag)) => hole.min(tag),
                (Some(at), None) | (None, Some(at)) => at,
                (None, None) => break,
            };
            let is_tag = rest[open..].starts_with("{%");
            let close = if is_tag { "%}" } else { "}}" };
            let Some(end) = rest[open..].find(close).map(|end| open + end) else { break };
            out.push_str(&rest[..open]);
            let inside = rest[open + 2..end].trim();
            if is_tag {
                out.push_str(&self.tag(inside));
            } else {
                let name = inside.strip_prefix("_.").unwrap_or(inside);
                let name = name.strip_prefix("_['").and_then(|rest| rest.strip_suffix("']")).unwrap_or(name);
                let name = name.split('|').next().unwrap_or(name).trim();
                out.push_str(&format!("{{{{{name}}}}}"));
            }
            rest = &rest[end + 2..];
        }
        out.push_str(rest);
        out
    }

    /// `{% response 'body', 'req_1', 'b64::JC5h::46b' %}`, `{% uuid 'v4' %}`, `{% now 'iso-8601' %}`.
    fn tag(&mut self, inside: &str) -> String {
        let words: Vec<String> = inside.split(['\'', '"']).skip(1).step_by(2).map(str::to_owned).collect();
        let kind = inside.split_whitespace().next().unwrap_or_default();
        match (kind, words.as_slice()) {
            ("response", [what, request, filter, ..]) if what == "body" => {
                let decoded = filter
                    .strip_prefix("b64::")
                    .and_then(|rest| rest.split("::").next())
                    .and_then(|code| base64::engine::general_purpose::STANDARD.decode(code).ok());
                let path = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| filter.clone());
                if !path.starts_with('$') {
                    self.holes.unknown.insert(format!("response {path}"));
                    return "{{$guid}}".into();
                }
                let count = self.asked.len() + 1;
                let base = path
                    .rsplit(['.', '[', ']', '\''])
                    .find(|part| !part.is_empty() && *part != "$")
                    .unwrap_or("value")
                    .to_owned();
                let name =
                    self.asked.entry((request.clone(), path)).or_insert_with(|| format!("{base}_{count}")).clone();
                format!("{{{{{name}}}}}")
            }
            ("uuid", _) => "{{$guid}}".into(),
            ("now", [format, ..]) if format == "iso-8601" => "{{$isoTimestamp}}".into(),
            ("now" | "timestamp", _) => "{{$timestamp}}".into(),
            (other, _) => {
                self.holes.unknown.insert(format!("{{% {other} %}}"));
                "{{$guid}}".into()
            }
        }
    }

    fn walk(&mut self, list: &[Entry<'_>], folders: &[String], chain: &[&Node]) {
        for entry in list {
            let name = text(entry.node, "name").unwrap_or_else(|| "request".into());
            if entry.is_folder {
                let environment = get(entry.node, "environment");
                self.environment(environment, "");
                let folders = [folders, &[name]].concat();
                let chain = [chain, &[entry.node]].concat();
                self.walk(&entry.children, &folders, &chain);
            } else {
                self.request(entry, &name, folders, chain);
            }
        }
    }

    fn note(&mut self, step: &mut Step, line: usize, text: String) {
        step.comments.push(format!("not translated: {text}"));
        self.import.notes.push(Note { request: step.name.clone(), line, text });
    }

    fn pairs(&mut self, node: Option<&Node>) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for pair in node.map(items).unwrap_or_default() {
            if is_true(pair, "disabled") {
                continue;
            }
            if let Some(name) = text(pair, "name").filter(|name| !name.is_empty()) {
                let value = self.plain(&text(pair, "value").unwrap_or_default());
                pairs.push((name, value));
            }
        }
        pairs
    }

    fn request(&mut self, entry: &Entry<'_>, name: &str, folders: &[String], chain: &[&Node]) {
        let node = entry.node;
        let at = line(self.sources, node);
        let mut step = Step { name: name.to_owned(), folders: folders.to_vec(), line: at, ..Step::default() };
        let kind = text(node, "_type").unwrap_or_default();
        if kind.contains("grpc")
            || kind.contains("websocket")
            || entry.id.starts_with("ws-req")
            || entry.id.starts_with("greq")
        {
            self.import.note(name, at, "a request that is no HTTP request");
            return;
        }
        step.request.method = text(node, "method").unwrap_or_else(|| "GET".into());
        let url = self.plain(&text(node, "url").unwrap_or_default());
        let (base, rest) = split(&url);
        let (path, mut query) = path_and_query(&rest);
        query.extend(self.pairs(get(node, "parameters")));
        for (name, value) in query {
            let value = self.holes.guarded(&name, &value);
            step.request.query.push((name, value));
        }
        let params = self.pairs(get(node, "pathParameters"));
        let parts: Vec<String> = path
            .split('/')
            .map(|part| match part.strip_prefix(':') {
                Some(name) if !name.is_empty() => params
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, value)| value.clone())
                    .filter(|value| !value.is_empty())
                    .unwrap_or_else(|| format!("{{{{{name}}}}}")),
                _ => part.to_owned(),
            })
            .collect();
        for holder in chain.iter().copied().chain([node]) {
            for (name, value) in self.pairs(get(holder, "headers")) {
                let lower = name.to_lowercase();
                let own = lower == "user-agent" && value.starts_with("insomnia");
                if own || ["host", "content-length"].contains(&lower.as_str()) {
                    continue;
                }
                let value = self.holes.guarded(&name, &value);
                step.request.headers.retain(|(known, _)| *known != lower);
                step.request.headers.push((lower, value));
            }
        }
        let own = auth_of(node);
        if let Some(auth) = own.or_else(|| chain.iter().rev().find_map(|holder| auth_of(holder))) {
            self.auth(auth, &mut step);
        }
        if let Some(body) = get(node, "body") {
            self.body(body, &mut step);
        }
        for holder in chain.iter().copied().chain([node]) {
            self.scripts(holder, &mut step);
        }
        self.urls.push(format!("{base}{}", parts.join("/")));
        self.ids.push(entry.id.clone());
        self.import.steps.push(step);
    }

    fn auth(&mut self, auth: &Node, step: &mut Step) {
        if is_true(auth, "disabled") {
            return;
        }
        let kind = text(auth, "type").unwrap_or_default();
        let mut of = |name: &str| {
            let value = text(auth, name).unwrap_or_default();
            self.plain(&value)
        };
        match kind.as_str() {
            "" | "none" => {}
            "bearer" => {
                let token = of("token");
                auth::bearer(&mut step.request, &token, "token", &mut self.holes);
            }
            "basic" => {
                let (user, password) = (of("username"), of("password"));
                auth::basic(&mut step.request, &user, &password, &mut self.holes);
            }
            "apikey" => {
                let (key, value) = (of("key"), of("value"));
                let in_query = text(auth, "addTo").as_deref() == Some("queryParams");
                auth::api_key(&mut step.request, &key, &value, in_query, &mut self.holes);
            }
            "oauth2" => {
                auth::bearer(&mut step.request, "", "access_token", &mut self.holes);
                self.note(
                    step,
                    line(self.sources, auth),
                    "OAuth 2: get a token by a step of its own, or give ACCESS_TOKEN as a secret".into(),
                );
            }
            other => self.note(step, line(self.sources, auth), format!("auth of the kind `{other}`")),
        }
    }

    fn body(&mut self, body: &Node, step: &mut Step) {
        let kind = text(body, "mimeType").unwrap_or_default();
        let raw = text(body, "text").map(|raw| self.plain(&raw)).unwrap_or_default();
        let at = line(self.sources, body);
        if kind.contains("multipart") {
            step.request.headers.retain(|(name, _)| name != "content-type");
            let (mut fields, mut files) = (Vec::new(), Vec::new());
            for param in get(body, "params").map(items).unwrap_or_default() {
                let Some(name) = text(param, "name").filter(|_| !is_true(param, "disabled")) else { continue };
                if text(param, "type").as_deref() == Some("file") {
                    let file = FilePart { name: file_name(&text(param, "fileName").unwrap_or_default()), kind: None };
                    self.note(
                        step,
                        line(self.sources, param),
                        format!(
                            "the file for the field `{name}` ({}) is on another machine; a text stands for it",
                            file.name
                        ),
                    );
                    files.push((name, file));
                } else {
                    let value = self.plain(&text(param, "value").unwrap_or_default());
                    let value = self.holes.guarded(&name, &value);
                    fields.push((name, value));
                }
            }
            step.request.body = Body::Multipart(fields, files);
        } else if kind.contains("urlencoded") {
            step.request.headers.retain(|(name, _)| name != "content-type");
            let mut fields = self.pairs(get(body, "params"));
            if fields.is_empty() && !raw.is_empty() {
                fields = path_and_query(&format!("?{raw}")).1;
            }
            step.request.body = Body::Form(
                fields
                    .into_iter()
                    .map(|(name, value)| {
                        let value = self.holes.guarded(&name, &value);
                        (name, value)
                    })
                    .collect(),
            );
        } else if get(body, "fileName").is_some() {
            step.request.body = Body::Raw("replace this by the content to send".into());
            self.note(step, at, "the body is a file of another machine; a text stands for it".into());
        } else if !raw.is_empty() {
            match json_body(&raw).filter(|_| kind.is_empty() || kind.contains("json") || kind.contains("graphql")) {
                Some(value) => step.request.body = Body::Json(self.holes.guarded_json(&value)),
                None => {
                    step.request.body = Body::Raw(self.holes.text(&raw));
                    if !step.request.headers.iter().any(|(name, _)| name == "content-type") && !kind.is_empty() {
                        step.request.headers.push(("content-type".into(), kind.into()));
                    }
                }
            }
        }
    }

    fn scripts(&mut self, node: &Node, step: &mut Step) {
        let scripts = get(node, "scripts");
        let of = |old: &str, new: &str| get(node, old).or_else(|| scripts.and_then(|scripts| get(scripts, new)));
        for (found, is_test) in
            [(of("preRequestScript", "preRequest"), false), (of("afterResponseScript", "afterResponse"), true)]
        {
            let Some((script, code)) = found.and_then(|node| Some((node, as_text(node)?))) else { continue };
            let said = script::read(&code, &step.name, &mut self.holes);
            if is_test {
                said.merge_into(step, &mut self.holes);
            }
            for (name, value) in said.set {
                self.holes.values.entry(name).or_insert(value);
            }
            let at = line(self.sources, script);
            let what = if is_test { "a test script" } else { "a script before the request" };
            for (offset, statement) in said.rest {
                step.comments.push(format!("not translated, of {what}:"));
                step.comments.extend(statement.lines().map(|line| format!("  {}", line.trim_end())));
                let text = format!("{what}: {}", crate::text::cut(&statement.replace('\n', " "), 100));
                self.import.notes.push(Note { request: step.name.clone(), line: at + offset, text });
            }
        }
    }

    fn finish(mut self) -> Import {
        for ((request, path), name) in std::mem::take(&mut self.asked) {
            let new = self.holes.names.of(&name);
            match self.ids.iter().position(|id| *id == request) {
                Some(index) => {
                    let tree = super::bruno::guarded_capture(&name, Tree::from(path.as_str()));
                    self.import.steps[index].capture.push((new, tree));
                }
                None => {
                    self.import.note("", 0, format!("a template asks for {path} of a request that is not in the file"));
                }
            }
        }
        let urls = std::mem::take(&mut self.urls);
        settle(&mut self.import, &urls, &mut self.holes);
        for unknown in self.holes.unknown.clone() {
            self.import.note(
                "",
                0,
                format!("the template `{unknown}` has no counterpart; a generated value stands for it"),
            );
        }
        let captured: Vec<String> =
            self.import.steps.iter().flat_map(|step| step.capture.iter().map(|(name, _)| name.clone())).collect();
        let used: Vec<String> = self.holes.used.iter().cloned().collect();
        for name in used {
            let new = self.holes.names.of(&name);
            let Some(value) = self.holes.values.get(&name).cloned().filter(|_| !captured.contains(&new)) else {
                continue;
            };
            let secret = is_secret_name(&name);
            if value.is_empty() && !secret {
                continue;
            }
            let value: Value = if secret {
                json!(format!("{{{{ secret('{}') }}}}", variable(&name)))
            } else {
                self.holes.variable(&name, &value)
            };
            self.import.vars.push((new, value));
        }
        self.import.renamed = self.holes.names.changed();
        self.import
    }
}
