//! For whom a change breaks something: the suites and the dossiers that were named.

use super::read::Side;
use crate::change::whom::{Certainty, Concerned, Replayed, Request, replay, steps};
use crate::change::{Change, Report};
use crate::cli::args::Target;
use crate::cli::files::{shown, unreadable};
use crate::cli::load::{Needs, Purpose, load};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::count;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Most places that are listed of one change.
const MOST: usize = 6;

/// Whom the changes of a report concern.
#[derive(Default)]
pub(super) struct Whom {
    /// By the id of a change: the steps it concerns.
    steps: BTreeMap<String, Vec<Concerned>>,
    /// By name: what became of a partner's requests.
    partners: BTreeMap<String, Replayed>,
    asked_suites: bool,
}

impl Whom {
    /// Reads suites and dossiers.
    pub(super) fn read(
        suites: &[PathBuf],
        cases: &[PathBuf],
        report: &Report,
        (old, new): (&Side, &Side),
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut whom = Self { asked_suites: !suites.is_empty(), ..Self::default() };
        if !suites.is_empty() {
            let purpose = Purpose { needs: Needs::NoSecrets, ..Purpose::default() };
            let plan = load(&Target::of(suites, None), purpose)?.plan;
            for change in report.changes.iter().filter(|change| change.verdict.counts()) {
                whom.steps.insert(change.id.clone(), steps(change, &plan));
            }
        }
        for folder in cases {
            for dossier in dossiers(folder).map_err(|problem| vec![problem])? {
                let (name, requests) = traffic(&dossier).map_err(|problem| vec![problem])?;
                whom.partners.insert(name, replay(&requests, old.document(), new.document()));
            }
        }
        Ok(whom)
    }

    /// What is told of a change, as lines.
    pub(super) fn lines(&self, change: &Change) -> Vec<String> {
        let mut lines = Vec::new();
        if self.asked_suites && change.verdict.counts() {
            let all = self.steps.get(&change.id).map_or(&[][..], Vec::as_slice);
            let of = |certainty| all.iter().filter(move |step| step.certainty == certainty);
            let certain: Vec<&Concerned> = of(Certainty::Certain).collect();
            let files: BTreeSet<&str> = certain.iter().map(|step| step.suite.as_str()).collect();
            let places = certain.iter().take(MOST).map(|step| format!("{}:{}", step.place.file, step.place.line));
            let places: Vec<String> = places.collect();
            let more = certain.len().saturating_sub(MOST);
            let possible = of(Certainty::Possible).count();
            lines.push(match certain.len() {
                0 => format!("suites: no step names it; {} of the operation may break", count(possible, "step")),
                steps => {
                    let (steps, files) = (count(steps, "step"), count(files.len(), "suite"));
                    let more = if more > 0 { format!(", {more} more") } else { String::new() };
                    let places = places.join(", ");
                    format!("suites: {steps} of {files} for certain ({places}{more}); {possible} more may break")
                }
            });
            for edit in certain.iter().filter_map(|step| step.edit.as_ref()).take(MOST) {
                lines.push(format!("mend {}:{}", edit.file, edit.line));
                lines.push(format!("  - {}", edit.old));
                lines.push(format!("  + {}", edit.new));
            }
        }
        if !self.partners.is_empty() && change.verdict.counts() {
            let of = |certainty| {
                let own = self.partners.iter().filter(move |(_, replayed)| replayed.certainty(change) == certainty);
                own.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
            };
            let (certain, possible, no) = (of(Certainty::Certain), of(Certainty::Possible), of(Certainty::No));
            let names = |all: &[&str]| if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) };
            let mut line = format!("partners: {} for certain{}", certain.len(), names(&certain));
            let _ = write!(line, ", {} possibly{}, {} not seen calling it", possible.len(), names(&possible), no.len());
            lines.push(line);
        }
        lines
    }

    /// The same for programs.
    pub(super) fn json(&self, change: &Change) -> Value {
        let steps = self.steps.get(&change.id).map_or(&[][..], Vec::as_slice).iter().map(|step| {
            let edit = step
                .edit
                .as_ref()
                .map(|edit| json!({ "file": edit.file, "line": edit.line, "old": edit.old, "new": edit.new }));
            json!({
                "suite": step.suite,
                "step": step.step,
                "file": step.place.file,
                "line": step.place.line,
                "certainty": step.certainty.name(),
                "edit": edit,
            })
        });
        let partners = self.partners.iter().map(|(name, replayed)| {
            json!({ "partner": name, "certainty": replayed.certainty(change).name(), "requests": replayed.requests })
        });
        json!({ "steps": steps.collect::<Value>(), "partners": partners.collect::<Value>() })
    }

    /// Requests of partners that the new contract refuses, whatever change it is by.
    pub(super) fn refused(&self) -> Vec<String> {
        let line = |name: &str, (operation, place, says): &(String, String, String)| {
            format!("{name}: a request of {operation} is refused, {place}: {says}")
        };
        self.partners
            .iter()
            .flat_map(|(name, replayed)| replayed.refused.iter().map(move |refused| line(name, refused)))
            .collect()
    }
}

/// The dossiers at a path: itself, or those in it.
fn dossiers(path: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let is = |path: &Path| path.join("journal.jsonl").is_file();
    if path.is_file() || is(path) {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut all: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is(path)).collect();
    all.sort();
    if all.is_empty() {
        let title = format!("{} holds no dossier", shown(path));
        return Err(Diagnostic::new(Code::MissingFile, title)
            .next("name a dossier of `proviso certify`, a run's journal, or a folder of them"));
    }
    Ok(all)
}

/// A partner's name and the requests that were seen, of a dossier or of a run's journal.
fn traffic(path: &Path) -> Result<(String, Vec<Request>), Diagnostic> {
    let journal = if path.is_file() { path.to_owned() } else { path.join("journal.jsonl") };
    let text = std::fs::read_to_string(&journal).map_err(|error| unreadable(&journal, &error))?;
    let folder = path.file_name().map_or_else(|| shown(path), |name| name.to_string_lossy().into_owned());
    let mut name = folder;
    let mut requests = Vec::new();
    for line in text.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        if let Some(partner) = line.pointer("/what/opened/partner/name").and_then(Value::as_str) {
            partner.clone_into(&mut name);
        }
        requests.extend(certified(&line).or_else(|| attempted(&line)));
    }
    if requests.is_empty() {
        let title = format!("{} holds no request", shown(&journal));
        return Err(
            Diagnostic::new(Code::Journal, title).next("name a dossier of `proviso certify`, or a run's journal")
        );
    }
    Ok((name, requests))
}

/// A line of a dossier's journal.
fn certified(line: &Value) -> Option<Request> {
    let request = line.pointer("/what/exchange/request")?;
    let text = |key: &str| request.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Request {
        method: text("method")?,
        target: text("target")?,
        content_type: text("content_type"),
        body: request.get("body").cloned(),
    })
}

/// A line of a run's journal.
fn attempted(line: &Value) -> Option<Request> {
    let sent = find(line, "sent")?;
    let url = sent.get("url").and_then(Value::as_str)?;
    let below = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let headers = sent.get("headers").and_then(Value::as_array).cloned().unwrap_or_default();
    let content_type = headers.iter().find(|pair| pair.get(0).and_then(Value::as_str) == Some("content-type"));
    let body = sent.pointer("/body/text").and_then(Value::as_str);
    Some(Request {
        method: sent.get("method").and_then(Value::as_str)?.to_owned(),
        target: below.to_owned(),
        content_type: content_type.and_then(|pair| pair.get(1)).and_then(Value::as_str).map(str::to_owned),
        body: body.and_then(|text| serde_json::from_str(text).ok()),
    })
}

/// A member of that name with a URL, anywhere in a line.
fn find<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => {
            let own = members.get(name).filter(|value| value.get("url").is_some());
            own.or_else(|| members.values().find_map(|value| find(value, name)))
        }
        Value::Array(items) => items.iter().find_map(|item| find(item, name)),
        _ => None,
    }
}
