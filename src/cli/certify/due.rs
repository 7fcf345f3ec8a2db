//! `proviso certify due`: which modules each partner has to show again after a change of the contract.

use super::super::contract_diff::read;
use super::super::exit::Exit;
use super::super::files::shown;
use super::super::shell::Shell;
use super::args::{Due, Format};
use super::commands::first;
use super::folder::Folder;
use super::regrade::cases;
use crate::change::{Change, Level, compare};
use crate::conduct::dossier::CASE;
use crate::conduct::journal::Entry;
use crate::conduct::record::Record;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::source::Sources;
use crate::text::count;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// One module that a partner has to show again.
struct Again {
    module: String,
    title: String,
    /// The operations that it went through and that break.
    operations: BTreeSet<String>,
    /// The changes, by their ids.
    changes: BTreeSet<String>,
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
    let changes = breaking(args)?;
    let changed =
        changes.iter().map(|change| change.operation.clone().unwrap_or_else(|| "every operation".to_owned())).collect();
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
        let again = record.modules.iter().filter_map(|module| again(module, used.get(&module.id)?, &changes));
        let again = again.collect();
        all.push((record, again));
    }
    Ok((changed, all))
}

fn again(module: &crate::conduct::record::ModuleFound, used: &BTreeSet<String>, changes: &[Change]) -> Option<Again> {
    let concerned = |change: &&Change| change.operation.as_ref().is_none_or(|operation| used.contains(operation));
    let concerned: Vec<&Change> = changes.iter().filter(concerned).collect();
    (!concerned.is_empty()).then(|| Again {
        module: module.id.clone(),
        title: module.title.clone(),
        operations: concerned.iter().filter_map(|change| change.operation.clone()).collect(),
        changes: concerned.iter().map(|change| change.id.clone()).collect(),
    })
}

/// What the new contract breaks for a client that keeps the old one, or may break.
fn breaking(args: &Due) -> Result<Vec<Change>, Diagnostic> {
    let mut sources = Sources::default();
    let old = read(&mut sources, &args.old).map_err(first)?;
    let new = read(&mut sources, &args.new).map_err(first)?;
    let report = compare(old.document(), new.document(), &sources, Level::Behaviour);
    if report.is_another_api() {
        let title = format!("{} and {} have no operation in common", args.old, args.new);
        return Err(Diagnostic::new(Code::Contract, title).next("name two versions of one contract"));
    }
    Ok(report.changes.into_iter().filter(|change| change.verdict.counts()).collect())
}

fn tell(args: &Due, changed: &BTreeSet<String>, all: &[(Record, Vec<Again>)], shell: &Shell) {
    if args.format == Format::Json {
        let partners = all.iter().map(|(record, again)| {
            let modules = again
                .iter()
                .map(|one| json!({ "id": one.module, "operations": one.operations, "changes": one.changes }));
            json!({ "partner": record.partner.name, "dossier": record.dossier, "modules": modules.collect::<Vec<_>>() })
        });
        shell.say(&format!("{:#}", json!({ "changed": changed, "partners": partners.collect::<Vec<_>>() })));
        return;
    }
    if changed.is_empty() {
        shell.say("nothing breaks; nothing is due");
        return;
    }
    let names: Vec<&str> = changed.iter().map(String::as_str).collect();
    shell.say(&format!("breaks, or may break: {}", names.join(", ")));
    for (record, again) in all {
        let what = if again.is_empty() {
            "nothing to show again".to_owned()
        } else {
            format!("{} to show again", count(again.len(), "module"))
        };
        shell.say(&format!("{} ({}): {what}", record.partner.name, record.dossier));
        for one in again {
            let operations: Vec<&str> = one.operations.iter().map(String::as_str).collect();
            let through = if operations.is_empty() { "every operation".to_owned() } else { operations.join(", ") };
            shell.say(&format!("    {} {}   through {through}", one.module, one.title));
        }
    }
}
