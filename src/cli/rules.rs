//! Reading the rules of the contracts that suites name: those of the contracts themselves, and files of rules beside suites.

use super::files::{shown, unreadable};
use super::load::BUILT_IN;
use crate::contract::Contract;
use crate::diagnostic::{Code, Diagnostic};
use crate::rule::{self, Rules};
use crate::source::{FileId, Sources};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder below the suites' folder that holds files of rules.
pub(super) const FOLDER: &str = "rules";

/// A contract that was read: its document, and where that stands; none for one that is built in.
pub(super) struct Document {
    pub(super) file: FileId,
    pub(super) path: Option<PathBuf>,
}

/// Reads the rules of every contract. `roots` are the suites' folders.
pub(super) fn read(
    sources: &mut Sources,
    contracts: &BTreeMap<String, Arc<Contract>>,
    documents: &BTreeMap<String, Document>,
    roots: &HashMap<FileId, PathBuf>,
    problems: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Rules> {
    let mut beside: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
    for root in roots.values().collect::<BTreeSet<_>>() {
        for path in files(&root.join(FOLDER), problems) {
            let Some(file) = text(sources, &path, problems) else { continue };
            let Some(named) = rule::contract_of(sources, file) else {
                let title = format!("{} does not name its contract", shown(&path));
                problems.push(Diagnostic::new(Code::MissingKey, title).next("write `contract: NAME` as suites do"));
                continue;
            };
            let folder = path.parent().unwrap_or(Path::new(""));
            let meant = |(name, document): &(&String, &Document)| {
                **name == named.value || same_file(document.path.as_deref(), &folder.join(&named.value))
            };
            match documents.iter().find(meant) {
                Some((name, _)) => beside.entry(name.as_str()).or_default().push(file),
                // Rules of a contract that no suite at hand names are for other suites.
                None if BUILT_IN.iter().any(|(name, _)| *name == named.value) => {}
                None if folder.join(&named.value).is_file() => {}
                None => {
                    let known = documents.keys().map(String::as_str).chain(BUILT_IN.map(|(name, _)| name));
                    let label = crate::text::did_you_mean(&named.value, known.collect::<Vec<_>>()).unwrap_or_default();
                    let title = format!("no suite names the contract `{}`", named.value);
                    problems.push(Diagnostic::new(Code::Contract, title).at(sources.place(named.span), label));
                }
            }
        }
    }
    let mut rules = BTreeMap::new();
    for (name, contract) in contracts {
        let Some(document) = documents.get(name) else { continue };
        let files = beside.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
        match rule::read(sources, document.file, contract, files) {
            Ok(read) => {
                rules.insert(contract.name.clone(), read);
            }
            Err(more) => problems.extend(more),
        }
    }
    rules
}

fn same_file(known: Option<&Path>, named: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    known.and_then(real).is_some_and(|known| real(named) == Some(known))
}

/// The files of a folder, in the order of their names; none where there is no folder.
fn files(folder: &Path, problems: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    if !folder.is_dir() {
        return Vec::new();
    }
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match entries {
        Ok(entries) => {
            let yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
            let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).filter(yaml).collect();
            files.sort();
            files
        }
        Err(error) => {
            problems.push(unreadable(folder, &error));
            Vec::new()
        }
    }
}

fn text(sources: &mut Sources, path: &Path, problems: &mut Vec<Diagnostic>) -> Option<FileId> {
    match std::fs::read_to_string(path) {
        Ok(text) => Some(sources.add(shown(path), text)),
        Err(error) => {
            problems.push(unreadable(path, &error));
            None
        }
    }
}
