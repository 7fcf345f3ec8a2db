//! `proviso certify due`: which modules each partner has to show again after a change of the contract.

use super::super::exit::Exit;
use super::super::files::shown;
use super::super::shell::Shell;
use super::args::{Due, Format};
use super::folder::Folder;
use super::regrade::cases;
use super::texts::Text;
use crate::conduct::dossier::CASE;
use crate::conduct::journal::Entry;
use crate::conduct::record::Record;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::text::count;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One module that a partner has to show again.
struct Again {
    module: String,
    title: String,
    /// The operations that changed and that it went through.
    operations: BTreeSet<String>,
}

/// Says what is due.
pub(super) fn due(args: &Due, shell: &Shell) -> Exit {
    match worked_out(args) {
        Ok((changed, all)) => {
            tell(args, &changed, &all, shell);
            if all.iter().any(|(_, again)| !again.is_empty()) { Exit::Failed } else { Exit::Passed }
        }
        Err(problem) => {
            shell.problem(&problem);
            Exit::Invalid
        }
    }
}

type Found = (BTreeSet<String>, Vec<(Record, Vec<Again>)>);

fn worked_out(args: &Due) -> Result<Found, Diagnostic> {
    let changed = changed_operations(&document(&args.old)?, &document(&args.new)?);
    let mut all = Vec::new();
    for case in cases(&args.cases)? {
        let folder = Folder::new(&case);
        let path = folder.file(CASE);
        let text = super::super::embedded::read_bytes(&path)?;
        let record: Record = serde_json::from_slice(&text).map_err(|error| {
            Diagnostic::new(Code::Journal, format!("{} is no record of a certification", shown(&path)))
                .note(NoteKind::Why, error.to_string())
        })?;
        // What a module rests on is what was seen in it.
        let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in folder.lines()? {
            if let Entry::Exchange(exchange) = line.what
                && let Some(module) = exchange.module
            {
                used.entry(module).or_default().insert(exchange.operation);
            }
        }
        let again = record.modules.iter().filter_map(|module| {
            let operations: BTreeSet<String> = used
                .get(&module.id)
                .into_iter()
                .flatten()
                .filter(|operation| changed.contains(*operation))
                .cloned()
                .collect();
            (!operations.is_empty()).then(|| Again {
                module: module.id.clone(),
                title: module.title.clone(),
                operations,
            })
        });
        let again = again.collect();
        all.push((record, again));
    }
    Ok((changed, all))
}

fn document(path: &std::path::Path) -> Result<Value, Diagnostic> {
    let text = Text::of(path)?;
    let mut sources = crate::source::Sources::default();
    let file = sources.add(text.name.as_str(), text.text.as_str());
    let node = crate::yaml::parse(&sources, file).map_err(super::commands::first)?;
    let value = node.to_json();
    if value.get("paths").is_none_or(|paths| !paths.is_object()) {
        return Err(Diagnostic::new(Code::Contract, format!("{} is no OpenAPI document", text.name))
            .next("name two documents with `paths`"));
    }
    Ok(value)
}

/// The operations that are not the same in both documents, with everything that they refer to.
fn changed_operations(old: &Value, new: &Value) -> BTreeSet<String> {
    let (before, after) = (operations(old), operations(new));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// Every operation by its id, with what it refers to put in its place.
fn operations(document: &Value) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let rules = document.get("x-rules").and_then(Value::as_array).cloned().unwrap_or_default();
    let journey = document.get("x-journey").and_then(Value::as_array).cloned().unwrap_or_default();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else { continue };
            let mut whole = unfolded(document, operation, &mut Vec::new());
            // Texts for people change nothing that a partner has to do.
            without_texts(&mut whole);
            let named = |rule: &&Value| rule.to_string().contains(&format!("\"{id}\""));
            let mut rules: Vec<Value> = rules.iter().chain(&journey).filter(named).cloned().collect();
            rules.iter_mut().for_each(without_texts);
            let shared = json!({ "parameters": methods.get("parameters"), "path": path, "method": method });
            all.insert(id.to_owned(), json!([whole, rules, shared]));
        }
    }
    all
}

fn unfolded(document: &Value, value: &Value, through: &mut Vec<String>) -> Value {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
                if let Some(target) = target.filter(|_| !through.iter().any(|known| known == reference)) {
                    through.push(reference.to_owned());
                    let unfolded = unfolded(document, target, through);
                    through.pop();
                    return unfolded;
                }
                return value.clone();
            }
            Value::Object(
                members.iter().map(|(name, member)| (name.clone(), unfolded(document, member, through))).collect(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| unfolded(document, item, through)).collect()),
        other => other.clone(),
    }
}

fn without_texts(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["description", "summary", "example", "examples", "x-section", "tags"] {
                if members.get(name).is_some_and(|text| !text.is_object() || name.starts_with("example")) {
                    members.shift_remove(name);
                }
            }
            members.values_mut().for_each(without_texts);
        }
        Value::Array(items) => items.iter_mut().for_each(without_texts),
        _ => {}
    }
}

fn tell(args: &Due, changed: &BTreeSet<String>, all: &[(Record, Vec<Again>)], shell: &Shell) {
    if args.format == Format::Json {
        let partners = all.iter().map(|(record, again)| {
            let modules = again.iter().map(|one| json!({ "id": one.module, "operations": one.operations }));
            json!({ "partner": record.partner.name, "dossier": record.dossier, "modules": modules.collect::<Vec<_>>() })
        });
        shell.say(&format!("{:#}", json!({ "changed": changed, "partners": partners.collect::<Vec<_>>() })));
        return;
    }
    if changed.is_empty() {
        shell.say("no operation changed; nothing is due");
        return;
    }
    let names: Vec<&str> = changed.iter().map(String::as_str).collect();
    shell.say(&format!("changed: {}", names.join(", ")));
    for (record, again) in all {
        let what = if again.is_empty() {
            "nothing to show again".to_owned()
        } else {
            format!("{} to show again", count(again.len(), "module"))
        };
        shell.say(&format!("{} ({}): {what}", record.partner.name, record.dossier));
        for one in again {
            let operations: Vec<&str> = one.operations.iter().map(String::as_str).collect();
            shell.say(&format!("    {} {}   through {}", one.module, one.title, operations.join(", ")));
        }
    }
}
