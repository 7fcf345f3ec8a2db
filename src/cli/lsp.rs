//! `proviso lsp`: the Language Server Protocol on the standard streams.

use super::args::Target;
use super::exit::Exit;
use super::load::{BUILT_IN, Needs, Overlay, Purpose, load_over, root_of};
use super::shell::Shell;
use crate::diagnostic::Diagnostic;
use crate::editor::Target as Goal;
use crate::editor::{
    ItemKind, Known, KnownOperation, Position, complete, definition, hover, offset_of, position_of, rename,
};
use crate::import::node::{self, read as read_node};
use crate::source::{Location, Sources};
use crate::suite::{FileKind, schema};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Lsp {
    /// The environment whose names suites may use.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
}

/// Serves an editor until it says that it is done.
pub(super) fn lsp(args: &Lsp, shell: &Shell) -> Exit {
    let (connection, threads) = Connection::stdio();
    let ended = serve(&connection, args.env.as_deref());
    drop(connection);
    match ended.and_then(|()| threads.join().map_err(|error| error.to_string())) {
        Ok(()) => Exit::Passed,
        Err(error) => {
            shell.warn(&format!("error: the editor was lost: {error}"));
            Exit::Error
        }
    }
}

fn serve(connection: &Connection, env: Option<&str>) -> Result<(), String> {
    let capabilities = json!({
        "textDocumentSync": 1,
        "completionProvider": { "triggerCharacters": [":", " ", "{", "."] },
        "hoverProvider": true,
        "definitionProvider": true,
        "renameProvider": true,
    });
    connection.initialize(capabilities).map_err(|error| error.to_string())?;
    let mut server = Server { connection, env, open: HashMap::new(), told: BTreeSet::new(), contracts: HashMap::new() };
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request).map_err(|error| error.to_string())? {
                    return Ok(());
                }
                server.answer(request)?;
            }
            Message::Notification(notification) => server.note(&notification)?,
            Message::Response(_) => {}
        }
    }
    Ok(())
}

struct Server<'c> {
    connection: &'c Connection,
    env: Option<&'c str>,
    /// Texts of open files.
    open: HashMap<PathBuf, String>,
    /// Files of which problems were told: they are told again when there are none any more.
    told: BTreeSet<PathBuf>,
    /// Contracts that were read, by their path or name.
    contracts: HashMap<String, Contract>,
}

/// What of a contract an editor is told, and where it stands.
#[derive(Debug, Clone, Default)]
struct Contract {
    operations: Vec<KnownOperation>,
    codes: Vec<(String, String)>,
    path: Option<PathBuf>,
    changed: Option<std::time::SystemTime>,
}

impl Server<'_> {
    fn send(&self, message: impl Into<Message>) -> Result<(), String> {
        self.connection.sender.send(message.into()).map_err(|error| error.to_string())
    }

    fn note(&mut self, notification: &Notification) -> Result<(), String> {
        let params = &notification.params;
        let path = params["textDocument"]["uri"].as_str().and_then(path_of);
        let Some(path) = path else { return Ok(()) };
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                self.open.insert(path.clone(), params["textDocument"]["text"].as_str().unwrap_or_default().to_owned());
                self.check(&path)
            }
            "textDocument/didChange" => {
                if let Some(text) = params["contentChanges"]
                    .as_array()
                    .and_then(|all| all.last())
                    .and_then(|last| last["text"].as_str())
                {
                    self.open.insert(path.clone(), text.to_owned());
                }
                self.check(&path)
            }
            "textDocument/didClose" => {
                self.open.remove(&path);
                Ok(())
            }
            "textDocument/didSave" => self.check(&path),
            _ => Ok(()),
        }
    }

    /// Tells the problems that `proviso check` would tell of a file, and of those it uses.
    fn check(&mut self, path: &Path) -> Result<(), String> {
        let target = target(path, self.env);
        let overlay: Overlay = self.open.clone();
        let problems = load_over(&target, Purpose { needs: Needs::NoSecrets, ..Purpose::default() }, overlay)
            .err()
            .unwrap_or_default();
        let mut by_file: BTreeMap<PathBuf, Vec<Value>> = BTreeMap::new();
        by_file.insert(path.to_owned(), Vec::new());
        for problem in &problems {
            let at = problem.labels.first().map(|label| &label.place);
            let file = at.and_then(|place| std::path::absolute(&place.file).ok()).unwrap_or_else(|| path.to_owned());
            by_file.entry(file).or_default().push(as_problem(problem));
        }
        // Files whose problems are over.
        let gone: Vec<PathBuf> = self.told.iter().filter(|file| !by_file.contains_key(*file)).cloned().collect();
        for file in gone {
            by_file.insert(file, Vec::new());
        }
        self.told = by_file.iter().filter(|(_, problems)| !problems.is_empty()).map(|(file, _)| file.clone()).collect();
        for (file, problems) in by_file {
            let params = json!({ "uri": uri_of(&file), "diagnostics": problems });
            self.send(Notification::new("textDocument/publishDiagnostics".into(), params))?;
        }
        Ok(())
    }

    fn answer(&mut self, request: Request) -> Result<(), String> {
        let params = &request.params;
        let path = params["textDocument"]["uri"].as_str().and_then(path_of);
        let at = |name: &str| usize::try_from(params["position"][name].as_u64().unwrap_or(0)).unwrap_or(0);
        let position = Position { line: at("line"), character: at("character") };
        let text =
            path.as_ref().and_then(|path| self.open.get(path).cloned().or_else(|| std::fs::read_to_string(path).ok()));
        let (Some(path), Some(text)) = (path, text) else {
            return self.send(Response::new_err(
                request.id,
                ErrorCode::InvalidParams as i32,
                "the file is not open".into(),
            ));
        };
        let offset = offset_of(&text, position);
        let range = |range: &std::ops::Range<usize>| json!({ "start": place(&text, range.start), "end": place(&text, range.end) });
        let result = match request.method.as_str() {
            "textDocument/completion" => {
                let known = self.known(&path, &text);
                let items: Vec<Value> = complete(&text, offset, &known)
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        json!({ "label": item.label, "detail": item.detail, "kind": kind(item.kind), "insertText": item.insert, "sortText": format!("{index:05}") })
                    })
                    .collect();
                json!({ "isIncomplete": false, "items": items })
            }
            "textDocument/hover" => {
                let known = self.known(&path, &text);
                hover(&text, offset, &known).map_or(
                    Value::Null,
                    |(at, said)| json!({ "contents": { "kind": "markdown", "value": said }, "range": range(&at) }),
                )
            }
            "textDocument/definition" => {
                let known = self.known(&path, &text);
                self.goal(definition(&text, offset, &known), &path, &text, &known)
            }
            "textDocument/rename" => {
                let name = params["newName"].as_str().unwrap_or_default();
                let good = !name.is_empty()
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                    && !name.starts_with(|c: char| c.is_ascii_digit());
                if !good {
                    let why = "a name is letters, digits and underscores, and does not begin with a digit";
                    return self.send(Response::new_err(request.id, ErrorCode::InvalidParams as i32, why.into()));
                }
                rename(&text, offset).map_or(Value::Null, |(_, places)| {
                    let edits: Vec<Value> =
                        places.iter().map(|place| json!({ "range": range(place), "newText": name })).collect();
                    json!({ "changes": { uri_of(&path): edits } })
                })
            }
            other => {
                return self.send(Response::new_err(
                    request.id,
                    ErrorCode::MethodNotFound as i32,
                    format!("{other} is not served"),
                ));
            }
        };
        self.send(Response::new_ok(request.id, result))
    }

    fn goal(&self, goal: Option<Goal>, path: &Path, text: &str, known: &Known) -> Value {
        let at = |file: &Path, position: Value| json!({ "uri": uri_of(file), "range": { "start": position, "end": position } });
        match goal {
            None => Value::Null,
            Some(Goal::Here(offset)) => at(path, place(text, offset)),
            Some(Goal::Flow(flow)) => {
                let file = root_of(path).join(flow);
                if file.is_file() { at(&file, json!({ "line": 0, "character": 0 })) } else { Value::Null }
            }
            Some(Goal::Contract(line)) => known
                .contract
                .as_ref()
                .map_or(Value::Null, |file| at(Path::new(file), json!({ "line": line, "character": 0 }))),
        }
    }

    /// What is known around a file: its contract, the flows of its folder, the schema of its kind.
    fn known(&mut self, path: &Path, text: &str) -> Known {
        let named = text
            .lines()
            .find_map(|line| line.strip_prefix("contract:"))
            .map(|name| name.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned());
        let root = root_of(path);
        let contract = match named {
            Some(name) => self.contract(&name, path),
            // A flow belongs to the suites that use it; most projects have one contract.
            None if text.contains("operation:") => self.contract("lender-prism", path),
            None => Contract::default(),
        };
        let mut flows = Vec::new();
        for entry in std::fs::read_dir(root.join("flows")).into_iter().flatten().filter_map(Result::ok) {
            flows.push(format!("flows/{}", entry.file_name().to_string_lossy()));
        }
        flows.sort();
        let kind =
            match path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).as_deref() {
                Some("flows") => FileKind::Flow,
                Some("environments") => FileKind::Environment,
                _ if text.lines().any(|line| line.starts_with("flow:")) => FileKind::Flow,
                _ => FileKind::Suite,
            };
        let schema = serde_json::from_str(&schema(kind)).unwrap_or_default();
        let file = contract.path.as_ref().map(|path| path.display().to_string());
        Known { operations: contract.operations, codes: contract.codes, contract: file, flows, schema }
    }

    fn contract(&mut self, name: &str, suite: &Path) -> Contract {
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        let path = if built_in.is_some() { None } else { suite.parent().map(|folder| folder.join(name)) };
        let key = path.as_ref().map_or_else(|| name.to_owned(), |path| path.display().to_string());
        let changed = path.as_ref().and_then(|path| std::fs::metadata(path).and_then(|data| data.modified()).ok());
        if let Some(known) = self.contracts.get(&key).filter(|known| known.changed == changed) {
            return known.clone();
        }
        let text = match (built_in, &path) {
            (Some((_, text)), _) => Some((*text).to_owned()),
            (None, Some(path)) => std::fs::read_to_string(path).ok(),
            (None, None) => None,
        };
        let mut contract = text.map(|text| read_contract(&key, &text)).unwrap_or_default();
        contract.path = path.and_then(|path| path.canonicalize().ok());
        contract.changed = changed;
        self.contracts.insert(key, contract.clone());
        contract
    }
}

fn read_contract(name: &str, text: &str) -> Contract {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let Ok(root) = read_node(&sources, file) else { return Contract::default() };
    let mut contract = Contract::default();
    for path in node::get(&root, "paths").map(node::entries).unwrap_or_default() {
        for entry in node::entries(&path.value) {
            let method = entry.key.value.to_uppercase();
            if !["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"].contains(&method.as_str()) {
                continue;
            }
            let address = format!("{method} {}", path.key.value);
            let own = node::get(&entry.value, "operationId");
            let query =
                node::get(&entry.value, "parameters").map(node::items).unwrap_or_default().iter().filter_map(|one| {
                    let one = node::text(one, "$ref")
                        .and_then(|reference| {
                            node::below(&root, &reference.trim_start_matches("#/").split('/').collect::<Vec<_>>())
                        })
                        .unwrap_or(one);
                    (node::text(one, "in").as_deref() == Some("query")).then(|| node::text(one, "name"))?
                });
            contract.operations.push(KnownOperation {
                id: own.and_then(node::as_text).unwrap_or_else(|| address.clone()),
                summary: node::text(&entry.value, "summary").unwrap_or_default(),
                query: query.collect(),
                line: sources.place(own.map_or(entry.key.span, |own| own.span)).line.saturating_sub(1),
                address,
            });
        }
    }
    for entry in node::get(&root, "x-codes").map(node::entries).unwrap_or_default() {
        contract.codes.push((entry.key.value.clone(), node::text(&entry.value, "case").unwrap_or_default()));
    }
    contract
}

/// What is checked for a file: itself where it is a suite, else the whole folder that uses it.
fn target(path: &Path, env: Option<&str>) -> Target {
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let helps = matches!(folder.as_deref(), Some("flows" | "environments"));
    let suites = if helps { path.parent().and_then(Path::parent).map(Path::to_owned) } else { Some(path.to_owned()) };
    Target::of(&suites.into_iter().collect::<Vec<_>>(), env)
}

fn as_problem(problem: &Diagnostic) -> Value {
    let range = problem.labels.first().map_or_else(
        || json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }),
        |label| json!({ "start": of_location(&label.place, 0), "end": of_location(&label.place, label.place.length) }),
    );
    let mut message = problem.title.clone();
    for label in problem.labels.iter().take(1).filter(|label| !label.text.is_empty()) {
        message.push_str(&format!(": {}", label.text));
    }
    for note in &problem.notes {
        message.push_str(&format!("\n{}: {}", note.kind.word(), note.text));
    }
    json!({ "range": range, "severity": 1, "code": problem.code.name(), "source": "proviso", "message": message })
}

/// A place in an editor's terms; columns of a location are characters.
fn of_location(location: &Location, further: usize) -> Value {
    let units: usize = location.text.chars().take(location.column - 1 + further).map(char::len_utf16).sum();
    json!({ "line": location.line - 1, "character": units })
}

fn place(text: &str, offset: usize) -> Value {
    let position = position_of(text, offset);
    json!({ "line": position.line, "character": position.character })
}

/// The number of a kind of completion (LSP 3.17, CompletionItemKind).
const fn kind(kind: ItemKind) -> u8 {
    match kind {
        ItemKind::Key => 10,
        ItemKind::Word => 12,
        ItemKind::Operation => 2,
        ItemKind::Code => 21,
        ItemKind::Name => 6,
        ItemKind::Function => 3,
        ItemKind::File => 17,
    }
}

fn path_of(uri: &str) -> Option<PathBuf> {
    url::Url::parse(uri).ok()?.to_file_path().ok()
}

fn uri_of(path: &Path) -> String {
    url::Url::from_file_path(path).map_or_else(|()| path.display().to_string(), |url| url.to_string())
}
