//! Bruno: folders of `.bru` files or of OpenCollection YAML, and collections exported as JSON.
//!
//! Folders hand down headers, auth, variables and scripts. Asserts and scripts are read, never run ([`super::script`]).

use super::address::{path_and_query, settle, split};
use super::auth;
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Step};
use super::node::{as_text, entries, get, is_false, is_true, items, json_body, line, read as read_node, text};
use super::private::{file_name, is_secret_name, variable};
use super::script;
use super::tree::Tree;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use crate::yaml::{Kind, Node};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Methods a block may be named after.
const METHODS: [&str; 9] = ["get", "post", "put", "delete", "patch", "options", "head", "connect", "trace"];

/// A block of a `.bru` file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Block {
    /// Its name, such as `auth:bearer`.
    name: String,
    /// The line of its name, from 1.
    line: usize,
    /// Its lines as they are, two blanks taken away.
    text: String,
}

/// What a request, a folder or the collection says.
#[derive(Debug, Clone, Default)]
struct Level {
    name: String,
    seq: i64,
    line: usize,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    params: Vec<(String, String)>,
    auth: Option<(String, Vec<(String, String)>)>,
    body: Option<(String, String)>,
    fields: Vec<(String, String)>,
    /// Variables before the request, and names that are secret.
    vars: Vec<(String, String)>,
    secrets: Vec<String>,
    /// Variables after the answer: name and expression.
    kept: Vec<(String, String, usize)>,
    asserts: Vec<(String, String, usize)>,
    /// Scripts after the answer and tests, with their lines.
    after: Vec<(String, usize)>,
    before: Vec<(String, usize)>,
    is_request: bool,
    is_other: Option<String>,
}

/// Reads the files of a collection: each with its path below the collection's folder, `/` between the parts.
///
/// # Errors
/// Where and why a file cannot be read.
pub fn read(
    sources: &Sources,
    files: &[(String, FileId)],
    environments: &[FileId],
    name: &str,
) -> Result<Import, Vec<Diagnostic>> {
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    let mut requests: Vec<(String, Level)> = Vec::new();
    let mut title = name.to_owned();
    let mut chosen: Vec<FileId> = environments.to_vec();
    for (path, file) in files {
        let (folder, stem) = path.rsplit_once('/').unwrap_or(("", path));
        if folder == "environments" || folder.ends_with("/environments") {
            // The only environment of a collection goes with it; of several, one has to be named.
            if environments.is_empty()
                && files.iter().filter(|(other, _)| other.starts_with("environments/")).count() == 1
            {
                chosen.push(*file);
            }
            continue;
        }
        match stem {
            "bruno.json" => {
                let root = read_node(sources, *file)?;
                title = text(&root, "name").unwrap_or(title);
            }
            "collection.bru" => {
                levels.insert(folder.to_owned(), bru(sources, *file)?);
            }
            "folder.bru" => {
                levels.insert(folder.to_owned(), bru(sources, *file)?);
            }
            "opencollection.yml" | "opencollection.yaml" | "folder.yml" | "folder.yaml" | "collection.yml" => {
                let level = open_collection(sources, *file)?;
                if stem.starts_with("opencollection") && !level.name.is_empty() {
                    title.clone_from(&level.name);
                }
                levels.insert(folder.to_owned(), level);
            }
            stem if stem.ends_with(".bru") => requests.push((folder.to_owned(), bru(sources, *file)?)),
            stem if stem.ends_with(".yml") || stem.ends_with(".yaml") => {
                requests.push((folder.to_owned(), open_collection(sources, *file)?));
            }
            stem if stem.ends_with(".json") => exported(sources, *file, &mut requests, &mut levels, &mut title)?,
            _ => {}
        }
    }
    requests.retain(|(_, level)| level.is_request || level.is_other.is_some());
    if requests.is_empty() {
        return Err(vec![
            Diagnostic::new(Code::WrongValue, format!("{name} has no request of Bruno"))
                .next("name the folder of the collection, the one with bruno.json or opencollection.yml"),
        ]);
    }
    let seq = |folder: &str| levels.get(folder).map_or(0, |level| level.seq);
    requests.sort_by(|(one, a), (other, b)| {
        let key = |folder: &str, level: &Level| {
            (
                folder
                    .split('/')
                    .scan(String::new(), |path, part| {
                        if !path.is_empty() {
                            path.push('/');
                        }
                        path.push_str(part);
                        Some((seq(path), part.to_owned()))
                    })
                    .collect::<Vec<_>>(),
                level.seq,
                level.name.clone(),
            )
        };
        key(one, a).cmp(&key(other, b))
    });
    let mut reader =
        Reader { import: Import { name: title, ..Import::default() }, holes: Holes::default(), urls: Vec::new() };
    for file in chosen {
        reader.environment(sources, file)?;
    }
    for level in levels.values() {
        reader.variables(level);
    }
    for (folder, request) in requests {
        let mut chain: Vec<&Level> = levels.get("").into_iter().collect();
        let mut path = String::new();
        let mut folders = Vec::new();
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(part);
            let level = levels.get(&path);
            folders.push(
                level
                    .map(|level| level.name.clone())
                    .filter(|name| !name.is_empty())
                    .unwrap_or_else(|| part.to_owned()),
            );
            chain.extend(level);
        }
        reader.request(&request, &chain, folders);
    }
    Ok(reader.finish())
}

/// Reads a `.bru` file.
fn bru(sources: &Sources, file: FileId) -> Result<Level, Vec<Diagnostic>> {
    let mut level = Level { line: 1, ..Level::default() };
    for block in blocks(sources, file)? {
        let at = block.line;
        let pairs = || pairs(&block.text);
        let one = |name: &str| pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value);
        match block.name.as_str() {
            "meta" => {
                level.name = one("name").unwrap_or_default();
                level.seq = one("seq").and_then(|seq| seq.parse().ok()).unwrap_or(0);
                if let Some(kind) = one("type").filter(|kind| {
                    !["http", "graphql", "http-request", "collection", "folder"].contains(&kind.as_str())
                }) {
                    level.is_other = Some(kind);
                }
            }
            method if METHODS.contains(&method) => {
                level.is_request = true;
                level.line = at;
                level.method = method.to_uppercase();
                level.url = one("url").unwrap_or_default();
                level.auth = one("auth")
                    .filter(|auth| auth != "none" && auth != "inherit")
                    .map(|auth| (auth, Vec::new()))
                    .or_else(|| one("auth").filter(|auth| auth == "none").map(|_| ("none".into(), Vec::new())));
                level.body = one("body").filter(|body| body != "none").map(|body| (body, String::new()));
            }
            "headers" => level.headers = pairs(),
            "params:query" | "query" => level.query = pairs(),
            "params:path" => level.params = pairs(),
            "auth" => {
                let mode = one("mode").filter(|mode| mode != "inherit");
                level.auth = mode.map(|mode| (mode, Vec::new()));
            }
            "vars:pre-request" | "vars" => level.vars = pairs(),
            "vars:secret" => {
                level.secrets = block
                    .text
                    .split([',', '\n', '[', ']'])
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            "vars:post-response" => level.kept = numbered(&block),
            "assert" => level.asserts = numbered(&block),
            "script:pre-request" => level.before.push((block.text.clone(), at + 1)),
            "script:post-response" | "tests" => level.after.push((block.text.clone(), at + 1)),
            "body:form-urlencoded" | "body:multipart-form" => {
                level.fields = pairs();
                level.body.get_or_insert_with(|| (block.name.trim_start_matches("body:").to_owned(), String::new()));
            }
            "body:graphql:vars" => level.fields = vec![("variables".into(), block.text.clone())],
            name if name == "body" || name.starts_with("body:") => {
                let kind = if name == "body" { "json" } else { name.trim_start_matches("body:") }.to_owned();
                match &mut level.body {
                    Some((known, text))
                        if *known == kind || (known == "form-urlencoded") == (kind == "form-urlencoded") =>
                    {
                        *text = block.text.clone();
                    }
                    Some(_) => {}
                    None => level.body = Some((kind, block.text.clone())),
                }
            }
            name if name.starts_with("auth:") => {
                let kind = name.trim_start_matches("auth:").to_owned();
                let chosen = level.auth.as_ref().is_none_or(|(mode, _)| *mode == kind);
                if chosen {
                    level.auth = Some((kind, pairs()));
                }
            }
            "ws" | "grpc" => level.is_other = Some(block.name.clone()),
            _ => {}
        }
    }
    Ok(level)
}

/// Cuts a `.bru` file into its blocks.
fn blocks(sources: &Sources, file: FileId) -> Result<Vec<Block>, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    let mut blocks = Vec::new();
    let mut open: Option<(Block, char)> = None;
    let mut offset = 0u32;
    for (index, line) in text.lines().enumerate() {
        let refuse = |title: String| {
            let span = Span { file, start: offset, end: offset + u32::try_from(line.len()).unwrap_or(0) };
            vec![
                Diagnostic::new(Code::WrongValue, title)
                    .at(sources.place(span), "")
                    .next("is it a file of Bruno, and whole?"),
            ]
        };
        match &mut open {
            Some((block, close)) => {
                if line.trim_end() == close.to_string() {
                    blocks.extend(open.take().map(|(block, _)| block));
                } else {
                    block.text.push_str(line.strip_prefix("  ").unwrap_or(line));
                    block.text.push('\n');
                }
            }
            None => {
                let trimmed = line.trim();
                if let Some(name) = trimmed.strip_suffix(['{', '[']) {
                    let close = if trimmed.ends_with('{') { '}' } else { ']' };
                    open = Some((Block { name: name.trim().to_owned(), line: index + 1, text: String::new() }, close));
                } else if !trimmed.is_empty() && !trimmed.starts_with('#') {
                    // `vars:secret [a, b]` and `meta { }` on one line.
                    match trimmed.split_once(['{', '[']) {
                        Some((name, rest)) if rest.ends_with(['}', ']']) => {
                            let text = rest.trim_end_matches(['}', ']']).trim().to_owned();
                            blocks.push(Block { name: name.trim().to_owned(), line: index + 1, text });
                        }
                        _ => {
                            return Err(refuse(format!(
                                "a block begins with its name and `{{`, not with `{}`",
                                crate::text::cut(trimmed, 40)
                            )));
                        }
                    }
                }
            }
        }
        offset += u32::try_from(line.len() + 1).unwrap_or(0);
    }
    match open {
        Some((block, _)) => {
            let start = text.lines().take(block.line - 1).map(|line| line.len() + 1).sum::<usize>();
            let span = Span {
                file,
                start: u32::try_from(start).unwrap_or(0),
                end: u32::try_from(start + block.name.len()).unwrap_or(0),
            };
            Err(vec![
                Diagnostic::new(Code::WrongValue, format!("the block `{}` is not closed", block.name))
                    .at(sources.place(span), "it begins here")
                    .next("is the file whole?"),
            ])
        }
        None => Ok(blocks),
    }
}

/// `name: value` lines; those that begin with `~` are switched off.
fn pairs(text: &str) -> Vec<(String, String)> {
    numbered(&Block { text: text.to_owned(), ..Block::default() })
        .into_iter()
        .map(|(name, value, _)| (name, value))
        .collect()
}

fn numbered(block: &Block) -> Vec<(String, String, usize)> {
    let mut pairs = Vec::new();
    let mut lines = block.text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let line = line.trim();
        // Names may hold colons where they are expressions: the first one followed by a blank ends them.
        let cut = line.find(": ").or_else(|| line.strip_suffix(':').map(str::len)).or_else(|| line.find(':'));
        let Some(at) = cut else { continue };
        let (name, mut value) =
            (line[..at].trim().to_owned(), line.get(at + 1..).unwrap_or_default().trim().to_owned());
        if value.starts_with("'''") {
            let mut whole = value.trim_start_matches("'''").to_owned();
            while !whole.ends_with("'''") {
                let Some((_, next)) = lines.next() else { break };
                whole.push('\n');
                whole.push_str(next.trim());
            }
            value = whole.trim_end_matches("'''").trim().to_owned();
        }
        if !name.starts_with('~') && !name.is_empty() {
            pairs.push((name.trim_start_matches('@').trim_matches('"').to_owned(), value, block.line + 1 + index));
        }
    }
    pairs
}

/// Reads a file of OpenCollection.
fn open_collection(sources: &Sources, file: FileId) -> Result<Level, Vec<Diagnostic>> {
    let root = read_node(sources, file)?;
    let mut level = Level::default();
    let info = get(&root, "info");
    level.name = info.and_then(|info| text(info, "name")).unwrap_or_default();
    level.seq = info.and_then(|info| text(info, "seq")).and_then(|seq| seq.parse().ok()).unwrap_or(0);
    let kind = info.and_then(|info| text(info, "type"));
    let request = get(&root, "http").or_else(|| get(&root, "graphql"));
    match request {
        Some(http) => {
            level.is_request = true;
            level.line = line(sources, http);
            self_of_request(sources, http, &mut level);
        }
        None => level.is_other = kind.filter(|kind| ["grpc", "websocket", "ws"].contains(&kind.as_str())),
    }
    if let Some(defaults) = get(&root, "request") {
        self_of_request(sources, defaults, &mut level);
    }
    for holder in [get(&root, "runtime"), get(&root, "request")].into_iter().flatten() {
        runtime(sources, holder, &mut level);
    }
    Ok(level)
}

fn listed(node: Option<&Node>) -> Vec<(String, String)> {
    let pair = |one: &Node| {
        (!is_true(one, "disabled") && !is_false(one, "enabled")).then(|| Some((text(one, "name")?, value_of(one))))?
    };
    match node {
        Some(Node { kind: Kind::Map(entries), .. }) => {
            entries.iter().filter_map(|entry| Some((entry.key.value.clone(), as_text(&entry.value)?))).collect()
        }
        Some(node) => items(node).iter().filter_map(pair).collect(),
        None => Vec::new(),
    }
}

fn value_of(node: &Node) -> String {
    match get(node, "value") {
        Some(value) => as_text(value)
            .or_else(|| text(value, "data"))
            .or_else(|| items(value).first().and_then(as_text))
            .unwrap_or_default(),
        None => String::new(),
    }
}

fn self_of_request(sources: &Sources, http: &Node, level: &mut Level) {
    level.method = text(http, "method")
        .unwrap_or_else(|| if level.method.is_empty() { "GET".into() } else { level.method.clone() });
    level.url = text(http, "url").unwrap_or_default();
    level.headers.extend(listed(get(http, "headers")));
    for param in get(http, "params").map(items).unwrap_or_default() {
        if is_true(param, "disabled") || is_false(param, "enabled") {
            continue;
        }
        let Some(name) = text(param, "name") else { continue };
        let pair = (name, value_of(param));
        if text(param, "type").as_deref() == Some("path") { level.params.push(pair) } else { level.query.push(pair) }
    }
    if let Some(auth) = get(http, "auth") {
        match as_text(auth) {
            Some(word) if word == "inherit" => {}
            Some(word) => level.auth = Some((word, Vec::new())),
            None => {
                let kind = text(auth, "type").or_else(|| text(auth, "mode")).unwrap_or_default();
                let inner = get(auth, &kind).unwrap_or(auth);
                if kind != "inherit" {
                    level.auth = Some((
                        kind,
                        entries(inner)
                            .iter()
                            .filter_map(|entry| Some((entry.key.value.clone(), as_text(&entry.value)?)))
                            .collect(),
                    ));
                }
            }
        }
    }
    if let Some(body) = get(http, "body") {
        // Several bodies: the one that is selected.
        let body = items(body)
            .iter()
            .find(|one| is_true(one, "selected"))
            .or_else(|| items(body).first())
            .and_then(|one| get(one, "body"))
            .unwrap_or(body);
        let kind = text(body, "type").or_else(|| text(body, "mode")).unwrap_or_default();
        let kind = match kind.as_str() {
            "multipart-form" | "multipartForm" | "multipart" => "multipart-form",
            "form-urlencoded" | "formUrlEncoded" | "urlencoded" => "form-urlencoded",
            "sparql" | "text" => "text",
            other => other,
        }
        .to_owned();
        match kind.as_str() {
            "multipart-form" | "form-urlencoded" => {
                let holder =
                    get(body, "data").or_else(|| get(body, "formUrlEncoded")).or_else(|| get(body, "multipartForm"));
                for field in holder.map(items).unwrap_or_default() {
                    if is_true(field, "disabled") || is_false(field, "enabled") {
                        continue;
                    }
                    let Some(name) = text(field, "name") else { continue };
                    let value = value_of(field);
                    let value =
                        if text(field, "type").as_deref() == Some("file") { format!("@file({value})") } else { value };
                    level.fields.push((name, value));
                }
                level.body = Some((kind, String::new()));
            }
            "" | "none" => {
                if let Some(query) = text(body, "query") {
                    level.body = Some(("graphql".into(), query));
                    level.fields =
                        text(body, "variables").map(|vars| ("variables".to_owned(), vars)).into_iter().collect();
                }
            }
            _ => {
                let data = get(body, "data").or_else(|| get(body, &kind));
                let data = data
                    .map(|data| {
                        as_text(data).or_else(|| text(data, "query")).unwrap_or_else(|| data.to_json().to_string())
                    })
                    .unwrap_or_default();
                level.body = Some((kind, data));
            }
        }
    }
    let _ = sources;
}

fn runtime(sources: &Sources, holder: &Node, level: &mut Level) {
    for variable in get(holder, "variables").map(items).unwrap_or_default() {
        if let Some(name) = text(variable, "name").filter(|_| !is_true(variable, "disabled")) {
            if is_true(variable, "secret") {
                level.secrets.push(name.clone());
            }
            level.vars.push((name, value_of(variable)));
        }
    }
    for action in get(holder, "actions").map(items).unwrap_or_default() {
        let expression = get(action, "selector").and_then(|selector| text(selector, "expression"));
        let name = get(action, "variable").and_then(|variable| text(variable, "name"));
        if let (Some(name), Some(expression)) = (name, expression) {
            level.kept.push((name, expression, line(sources, action)));
        }
    }
    for assert in get(holder, "assertions").map(items).unwrap_or_default() {
        if is_true(assert, "disabled") {
            continue;
        }
        if let Some(expression) = text(assert, "expression") {
            let rest =
                [text(assert, "operator").unwrap_or_else(|| "eq".into()), text(assert, "value").unwrap_or_default()];
            level.asserts.push((expression, rest.join(" ").trim().to_owned(), line(sources, assert)));
        }
    }
    match get(holder, "scripts") {
        Some(Node { kind: Kind::List(scripts), .. }) => {
            for one in scripts.iter() {
                let code = text(one, "code").unwrap_or_default();
                let at = get(one, "code").map_or(0, |code| line(sources, code));
                match text(one, "type").as_deref() {
                    Some("before-request" | "pre-request") => level.before.push((code, at)),
                    _ => level.after.push((code, at)),
                }
            }
        }
        Some(scripts) => {
            for entry in entries(scripts) {
                let code = as_text(&entry.value).unwrap_or_default();
                let at = line(sources, &entry.value);
                if entry.key.value.contains("pre") {
                    level.before.push((code, at));
                } else {
                    level.after.push((code, at));
                }
            }
        }
        None => {}
    }
}

/// A collection exported as one JSON file.
fn exported(
    sources: &Sources,
    file: FileId,
    requests: &mut Vec<(String, Level)>,
    levels: &mut BTreeMap<String, Level>,
    title: &mut String,
) -> Result<(), Vec<Diagnostic>> {
    let root = read_node(sources, file)?;
    let Some(list) = get(&root, "items") else { return Ok(()) };
    if let Some(name) = text(&root, "name") {
        *title = name;
    }
    if let Some(holder) = get(&root, "root").and_then(|root| get(root, "request")) {
        levels.insert(String::new(), of_json(sources, holder));
    }
    json_items(sources, list, "", requests, levels, 0);
    Ok(())
}

fn json_items(
    sources: &Sources,
    list: &Node,
    folder: &str,
    requests: &mut Vec<(String, Level)>,
    levels: &mut BTreeMap<String, Level>,
    depth: usize,
) {
    for item in items(list) {
        let name = text(item, "name").unwrap_or_default();
        if let Some(inner) = get(item, "items").filter(|_| depth < 32) {
            let path =
                if folder.is_empty() { name.replace('/', "-") } else { format!("{folder}/{}", name.replace('/', "-")) };
            let mut level = get(item, "root")
                .and_then(|root| get(root, "request"))
                .map(|holder| of_json(sources, holder))
                .unwrap_or_default();
            level.name = name;
            levels.insert(path.clone(), level);
            json_items(sources, inner, &path, requests, levels, depth + 1);
        } else if let Some(request) = get(item, "request") {
            let mut level = of_json(sources, request);
            level.name = name;
            level.is_request = true;
            level.line = line(sources, item);
            level.seq = text(item, "seq").and_then(|seq| seq.parse().ok()).unwrap_or(0);
            requests.push((folder.to_owned(), level));
        }
    }
}

fn of_json(sources: &Sources, request: &Node) -> Level {
    let mut level = Level::default();
    self_of_request(sources, request, &mut level);
    for (key, before) in [("req", true), ("res", false)] {
        if let Some(code) = get(request, "script").and_then(|script| get(script, key)) {
            let (text, at) = (as_text(code).unwrap_or_default(), line(sources, code));
            if before { level.before.push((text, at)) } else { level.after.push((text, at)) }
        }
    }
    if let Some(tests) = get(request, "tests") {
        level.after.push((as_text(tests).unwrap_or_default(), line(sources, tests)));
    }
    for assert in get(request, "assertions").map(items).unwrap_or_default() {
        if let (Some(name), false) = (text(assert, "name"), is_false(assert, "enabled")) {
            level.asserts.push((name, text(assert, "value").unwrap_or_default(), line(sources, assert)));
        }
    }
    if let Some(vars) = get(request, "vars") {
        level.vars = listed(get(vars, "req"));
        level.kept =
            listed(get(vars, "res")).into_iter().map(|(name, value)| (name, value, line(sources, vars))).collect();
    }
    level
}

struct Reader {
    import: Import,
    holes: Holes,
    urls: Vec<String>,
}

impl Reader {
    fn environment(&mut self, sources: &Sources, file: FileId) -> Result<(), Vec<Diagnostic>> {
        let name = &sources.file(file).name;
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".json");
        if is_yaml {
            let root = read_node(sources, file)?;
            for variable in get(&root, "variables").map(items).unwrap_or_default() {
                let Some(name) = text(variable, "name") else { continue };
                if is_true(variable, "secret") {
                    self.holes.secret.insert(name.clone());
                }
                if !is_true(variable, "disabled") && !is_false(variable, "enabled") {
                    self.holes.values.insert(name, value_of(variable));
                }
            }
            return Ok(());
        }
        let level = bru(sources, file)?;
        self.variables(&level);
        Ok(())
    }

    fn variables(&mut self, level: &Level) {
        for (name, value) in &level.vars {
            self.holes.values.insert(name.clone(), value.clone());
        }
        for name in &level.secrets {
            self.holes.secret.insert(name.clone());
            self.holes.values.entry(name.clone()).or_default();
        }
    }

    fn note(&mut self, step: &mut Step, line: usize, text: String) {
        step.comments.push(format!("not translated: {text}"));
        self.import.notes.push(Note { request: step.name.clone(), line, text });
    }

    fn request(&mut self, request: &Level, chain: &[&Level], folders: Vec<String>) {
        let mut step = Step {
            name: if request.name.is_empty() { "request".into() } else { request.name.clone() },
            folders,
            line: request.line,
            ..Step::default()
        };
        if let Some(other) = &request.is_other {
            self.import.note(&step.name, request.line, format!("a request of the kind `{other}`"));
            return;
        }
        self.variables(request);
        step.request.method.clone_from(&request.method);
        let (base, rest) = split(&request.url);
        let (mut path, in_url) = path_and_query(&rest);
        let query = if request.query.is_empty() { in_url } else { request.query.clone() };
        for (name, value) in query {
            let value = self.holes.guarded(&name, &value);
            step.request.query.push((name, value));
        }
        let parts: Vec<String> = path
            .split('/')
            .map(|part| match part.strip_prefix(':') {
                Some(name) if !name.is_empty() => request
                    .params
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, value)| value.clone())
                    .filter(|value| !value.is_empty())
                    .unwrap_or_else(|| format!("{{{{{name}}}}}")),
                _ => part.to_owned(),
            })
            .collect();
        path = parts.join("/");
        for (name, value) in chain.iter().flat_map(|level| &level.headers).chain(&request.headers) {
            let lower = name.to_lowercase();
            if ["host", "content-length"].contains(&lower.as_str()) {
                continue;
            }
            let value = self.holes.guarded(name, value);
            step.request.headers.retain(|(known, _)| *known != lower);
            step.request.headers.push((lower, value));
        }
        let auth = request.auth.as_ref().or_else(|| chain.iter().rev().find_map(|level| level.auth.as_ref()));
        if let Some((kind, pairs)) = auth {
            self.auth(kind, pairs, &mut step, request.line);
        }
        if let Some((kind, text)) = &request.body {
            self.body(kind, text, &request.fields, &mut step, request.line);
        }
        for (code, at) in chain.iter().flat_map(|level| &level.before).chain(&request.before) {
            let said = script::read(code, &step.name, &mut self.holes);
            for (name, value) in said.set {
                self.holes.values.entry(name).or_insert(value);
            }
            for (offset, statement) in said.rest {
                self.untranslated(&mut step, at + offset, "a script before the request", &statement);
            }
        }
        let mut code: Vec<(String, usize, &str)> = Vec::new();
        for (name, expression, at) in chain.iter().flat_map(|level| &level.kept).chain(&request.kept) {
            code.push((format!("bru.setVar({}, {expression})", json!(name)), *at, "a variable after the answer"));
        }
        for (expression, rest, at) in chain.iter().flat_map(|level| &level.asserts).chain(&request.asserts) {
            match assertion(expression, rest) {
                Some(text) => code.push((text, *at, "an assert")),
                None => self.note(&mut step, *at, format!("the assert {expression}: {rest}")),
            }
        }
        for (text, at) in chain.iter().flat_map(|level| &level.after).chain(&request.after) {
            code.push((text.clone(), *at, "a test script"));
        }
        for (text, at, what) in code {
            let said = script::read(&text, &step.name, &mut self.holes);
            said.merge_into(&mut step, &mut self.holes);
            for (name, value) in said.set {
                self.holes.values.entry(name).or_insert(value);
            }
            for (offset, statement) in said.rest {
                self.untranslated(&mut step, at + offset, what, &statement);
            }
        }
        self.urls.push(format!("{base}{path}"));
        self.import.steps.push(step);
    }

    fn untranslated(&mut self, step: &mut Step, line: usize, what: &str, statement: &str) {
        step.comments.push(format!("not translated, of {what}:"));
        step.comments.extend(statement.lines().map(|line| format!("  {}", line.trim_end())));
        let text = format!("{what}: {}", crate::text::cut(&statement.replace('\n', " "), 100));
        self.import.notes.push(Note { request: step.name.clone(), line, text });
    }

    fn auth(&mut self, kind: &str, pairs: &[(String, String)], step: &mut Step, at: usize) {
        let of = |names: &[&str]| {
            pairs
                .iter()
                .find(|(name, _)| names.contains(&name.as_str()))
                .map(|(_, value)| value.clone())
                .unwrap_or_default()
        };
        match kind {
            "none" | "inherit" => {}
            "bearer" => auth::bearer(&mut step.request, &of(&["token"]), "token", &mut self.holes),
            "basic" => auth::basic(&mut step.request, &of(&["username"]), &of(&["password"]), &mut self.holes),
            "apikey" | "api-key" => {
                let in_query = of(&["placement"]).contains("query");
                auth::api_key(&mut step.request, &of(&["key"]), &of(&["value"]), in_query, &mut self.holes);
            }
            "oauth2" => {
                auth::bearer(&mut step.request, "", "access_token", &mut self.holes);
                self.note(
                    step,
                    at,
                    "OAuth 2: get a token by a step of its own, or give ACCESS_TOKEN as a secret".into(),
                );
            }
            other => self.note(step, at, format!("auth of the kind `{other}`")),
        }
    }

    fn body(&mut self, kind: &str, text: &str, fields: &[(String, String)], step: &mut Step, at: usize) {
        match kind {
            "json" => match json_body(text) {
                Some(value) => step.request.body = Body::Json(self.holes.guarded_json(&value)),
                None if text.trim().is_empty() => {}
                None => {
                    step.request.body = Body::Raw(self.holes.text(text.trim_end()));
                    step.request.headers.push(("content-type".into(), "application/json".into()));
                }
            },
            "form-urlencoded" | "formUrlEncoded" => {
                step.request.headers.retain(|(name, _)| name != "content-type");
                let fields =
                    fields.iter().map(|(name, value)| (name.clone(), self.holes.guarded(name, value))).collect();
                step.request.body = Body::Form(fields);
            }
            "multipart-form" | "multipartForm" => {
                step.request.headers.retain(|(name, _)| name != "content-type");
                let (mut plain, mut files) = (Vec::new(), Vec::new());
                for (name, value) in fields {
                    match value.strip_prefix("@file(") {
                        Some(path) => {
                            let path = path.split(')').next().unwrap_or_default();
                            for path in path.split('|') {
                                let file = FilePart { name: file_name(path), kind: None };
                                self.note(step, at, format!("the file for the field `{name}` ({}) is on another machine; a text stands for it", file.name));
                                files.push((name.clone(), file));
                            }
                        }
                        None => {
                            let value = self.holes.guarded(name, value);
                            plain.push((name.clone(), value));
                        }
                    }
                }
                step.request.body = Body::Multipart(plain, files);
            }
            "graphql" => {
                let mut value = json!({ "query": text.trim_end() });
                if let Some((_, variables)) = fields.iter().find(|(name, _)| name == "variables") {
                    value["variables"] = json_body(variables).unwrap_or(Value::Null);
                }
                step.request.body = Body::Json(self.holes.guarded_json(&value));
            }
            "file" => self.note(step, at, "the body is a file of another machine".into()),
            _ if text.trim().is_empty() => {}
            other => {
                step.request.body = Body::Raw(self.holes.text(text.trim_end()));
                if !step.request.headers.iter().any(|(name, _)| name == "content-type") {
                    step.request.headers.push((
                        "content-type".into(),
                        if other == "xml" { "application/xml" } else { "text/plain" }.into(),
                    ));
                }
            }
        }
    }

    fn finish(mut self) -> Import {
        let urls = std::mem::take(&mut self.urls);
        settle(&mut self.import, &urls, &mut self.holes);
        let used: Vec<String> = self.holes.used.iter().cloned().collect();
        for name in used {
            // A variable of the process's environment.
            if let Some(of_process) = name.strip_prefix("process.env.") {
                let new = self.holes.names.of(&name);
                let word = variable(of_process);
                let value = if is_secret_name(of_process) {
                    format!("{{{{ secret('{word}') }}}}")
                } else {
                    format!("{{{{ env('{word}', '') }}}}")
                };
                self.import.vars.push((new, value.into()));
                continue;
            }
            let Some(value) = self.holes.values.get(&name).cloned() else { continue };
            let secret = self.holes.secret.contains(&name) || is_secret_name(&name);
            if value.is_empty() && !secret {
                continue;
            }
            let new = self.holes.names.of(&name);
            let value = if secret {
                Value::from(format!("{{{{ secret('{}') }}}}", variable(&name)))
            } else {
                self.holes.variable(&name, &value)
            };
            self.import.vars.push((new, value));
        }
        self.import.renamed = self.holes.names.changed();
        self.import
    }
}

/// An assert of Bruno as a line of a script; none where it has no counterpart.
fn assertion(expression: &str, rest: &str) -> Option<String> {
    const OPERATORS: [&str; 28] = [
        "eq",
        "neq",
        "gt",
        "gte",
        "lt",
        "lte",
        "in",
        "notIn",
        "contains",
        "notContains",
        "length",
        "matches",
        "notMatches",
        "startsWith",
        "endsWith",
        "between",
        "isEmpty",
        "isNotEmpty",
        "isNull",
        "isUndefined",
        "isDefined",
        "isTruthy",
        "isFalsy",
        "isJson",
        "isNumber",
        "isString",
        "isBoolean",
        "isArray",
    ];
    let (operator, value) = match rest.split_once(char::is_whitespace) {
        Some((operator, value)) if OPERATORS.contains(&operator) => (operator, value.trim()),
        _ if OPERATORS.contains(&rest) => (rest, ""),
        _ => ("eq", rest),
    };
    let literal = |text: &str| -> String {
        let text = text.trim();
        let is_value = serde_json::from_str::<Value>(text).is_ok();
        let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        match (is_value, quoted) {
            (_, Some(inner)) => json!(inner).to_string(),
            (true, None) => text.to_owned(),
            (false, None) => json!(text).to_string(),
        }
    };
    let list = || {
        let inner = value.trim_start_matches('[').trim_end_matches(']');
        format!("[{}]", inner.split(',').map(literal).collect::<Vec<_>>().join(", "))
    };
    let chain = match operator {
        "eq" => format!("to.eql({})", literal(value)),
        "neq" => format!("to.not.eql({})", literal(value)),
        "gt" => format!("to.be.above({value})"),
        "gte" => format!("to.be.at.least({value})"),
        "lt" => format!("to.be.below({value})"),
        "lte" => format!("to.be.at.most({value})"),
        "in" => format!("to.be.oneOf({})", list()),
        "notIn" => format!("to.not.be.oneOf({})", list()),
        "contains" => format!("to.include({})", literal(value)),
        "notContains" => format!("to.not.include({})", literal(value)),
        "length" => format!("to.have.lengthOf({value})"),
        "matches" | "notMatches" => {
            let pattern = value.trim_matches(['"', '\'']);
            let pattern = if pattern.starts_with('/') {
                pattern.to_owned()
            } else {
                format!("/{}/", pattern.replace('/', "\\/"))
            };
            format!("to.{}match({pattern})", if operator == "matches" { "" } else { "not." })
        }
        "startsWith" => format!("to.startWith({})", literal(value)),
        "endsWith" => format!("to.endWith({})", literal(value)),
        "between" => {
            let (least, most) = value.split_once(',')?;
            format!("to.be.within({}, {})", least.trim(), most.trim())
        }
        "isEmpty" => "to.be.empty".into(),
        "isNotEmpty" => "to.not.be.empty".into(),
        "isNull" => "to.be.null".into(),
        "isUndefined" => "to.be.undefined".into(),
        "isDefined" => "to.exist".into(),
        "isNumber" => "to.be.a(\"number\")".into(),
        "isString" => "to.be.a(\"string\")".into(),
        "isBoolean" => "to.be.a(\"boolean\")".into(),
        "isArray" => "to.be.a(\"array\")".into(),
        "isJson" => "to.be.a(\"object\")".into(),
        _ => return None,
    };
    Some(format!("expect({expression}).{chain}"))
}

/// A capture of a name that says it is secret, is.
#[must_use]
pub fn guarded_capture(name: &str, tree: Tree) -> Tree {
    if !is_secret_name(name) {
        return tree;
    }
    let mut secret = match tree {
        Tree::Scalar(path) => {
            let mut map = Tree::map();
            map.put("body", Tree::Scalar(path));
            map
        }
        other => other,
    };
    secret.put("secret", Tree::Scalar(Value::Bool(true)));
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLLECTION: &str = "headers {\n  x-partner: acme\n  ~x-off: 1\n}\n\nauth {\n  mode: bearer\n}\n\nauth:bearer {\n  token: {{token}}\n}\n";
    const LOGIN: &str = "meta {\n  name: Log in\n  type: http\n  seq: 1\n}\n\npost {\n  url: {{host}}/login\n  body: json\n  auth: none\n}\n\nbody:json {\n  {\n    \"user\": \"a\",\n    \"password\": \"very-secret\"\n  }\n}\n\nvars:post-response {\n  token: res.body.data.token\n}\n\nassert {\n  res.status: eq 200\n  res.body.data.token: isDefined\n  res.body.n: between 1,5\n  res.body.x: isTruthy\n}\n\ntests {\n  test(\"type\", function() {\n    expect(res.getHeader('content-type')).to.include('json');\n  });\n}\n";
    const ME: &str = "meta {\n  name: Me\n  seq: 2\n}\nget {\n  url: {{host}}/users/:id?full=1\n  auth: inherit\n}\nparams:path {\n  id: 7\n}\n";
    const ENVIRONMENT: &str = "vars {\n  host: https://api.example\n}\nvars:secret [\n  token\n]\n";

    #[test]
    fn a_folder_of_bru_files_becomes_steps() {
        let mut sources = Sources::default();
        let files: Vec<(String, FileId)> = [
            ("collection.bru", COLLECTION),
            ("users/Log in.bru", LOGIN),
            ("users/Me.bru", ME),
            ("environments/uat.bru", ENVIRONMENT),
        ]
        .iter()
        .map(|(name, text)| ((*name).to_owned(), sources.add(*name, *text)))
        .collect();
        let import = read(&sources, &files, &[], "shop").unwrap_or_else(|problems| panic!("{problems:?}"));
        let text = super::super::write::files(&import, "shop")[0].text.clone();
        for part in [
            "path: /login",
            "x-partner: acme",
            "token: { body: $.data.token, secret: true }",
            "status: 200",
            "$.data.token: { exists: true }",
            "$.n: { min: 1, max: 5 }",
            "content-type: { contains: json }",
            "path: /users/7",
            "full: \"1\"",
            "Bearer {{ token }}",
            "# not translated: the assert res.body.x: isTruthy",
            "secret('PASSWORD')",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(!text.contains("very-secret") && !text.contains("x-off"), "{text}");
        assert_eq!(import.base_url, Some(json!("https://api.example")));
    }

    #[test]
    fn a_block_without_an_end_is_told_with_its_line() {
        let mut sources = Sources::default();
        let file = sources.add("a.bru", "meta {\n  name: a\n}\nget {\n  url: b\n");
        let problems = read(&sources, &[("a.bru".into(), file)], &[], "a").expect_err("it is open");
        assert_eq!(problems[0].labels[0].place.line, 4);
    }
}
