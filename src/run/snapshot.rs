//! A step's response held against the one that was accepted.

use super::answer::Answer;
use super::capture::Taken;
use super::case::Running;
use crate::event::{Against, EventKind, Failure, Promise, SnapshotDifference, SnapshotState, SnapshotTaken};
use crate::plan::{Plan, PlannedStep};
use crate::snapshot::{Content, Masks, Taking, differences, lines, names_an_id, take};
use crate::suite::{Snapshot, Target};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The header that is always kept.
const CONTENT_TYPE: &str = "content-type";

/// The snapshots of a run: whose they are, what was accepted, what may become of them.
#[derive(Debug, Default)]
pub struct Snapshots {
    mode: SnapshotMode,
    owned: HashMap<(usize, usize), OwnedSnapshot>,
    accepted: HashMap<String, Content>,
    /// What was taken first in this run where nothing was accepted that is the same, by file: a case that is run several
    /// times must say the same every time.
    first: Mutex<HashMap<String, Content>>,
}

/// What becomes of snapshots that are not what was accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SnapshotMode {
    /// None are taken.
    #[default]
    Off,
    /// One that differs fails its step; a new one is proposed.
    Propose,
    /// One that differs fails its step, and so does a new one.
    Refuse,
    /// They are accepted.
    Update,
}

/// A snapshot and the step that owns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedSnapshot {
    /// The case, as an index into the plan's.
    pub case: usize,
    /// The step's number in it.
    pub step: usize,
    /// Its name, `suite__case__step`.
    pub name: String,
    /// Its file, as people name it.
    pub file: String,
    /// Whose it is, in words.
    pub description: String,
    /// What is asked: an operation, or a method and a path.
    pub expression: String,
    /// Where the step is written.
    pub source: String,
    /// The line there.
    pub line: usize,
}

/// Where the snapshots of a suite are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotHome {
    /// The folder, as people name it, with its last slash.
    pub folder: String,
    /// What their names begin with.
    pub stem: String,
}

/// The snapshots that a plan's steps own. `home` says where a suite's are, by the suite's file.
#[must_use]
pub fn owned_snapshots(plan: &Plan, home: impl Fn(&str) -> SnapshotHome) -> Vec<OwnedSnapshot> {
    let mut owned = Vec::new();
    for (number, case) in plan.cases.iter().enumerate() {
        let suite = &plan.suites[case.suite];
        let home = home(&suite.file);
        let mut own = |step: &PlannedStep| {
            let Some(slug) = &step.slug else { return };
            let name = format!("{}__{}__{slug}", home.stem, case.slug);
            let place = plan.sources.place(step.span);
            owned.push(OwnedSnapshot {
                case: number,
                step: step.number,
                file: format!("{}{name}.snap", home.folder),
                name,
                description: format!("{} › {} › {}", suite.name, case.name, step.name),
                expression: expression(step),
                source: place.file,
                line: place.line,
            });
        };
        case.body.iter().chain(case.cleanup.iter()).for_each(|planned| planned.each_step(&mut own));
    }
    owned
}

fn expression(step: &PlannedStep) -> String {
    match (&step.operation, &step.call.request.target) {
        (Some(operation), _) => operation.clone(),
        (None, Target::Operation { id, .. }) => id.value.clone(),
        (None, Target::Path { method, path }) => {
            format!("{method} {}", path.as_fixed().and_then(Value::as_str).unwrap_or("(path with placeholders)"))
        }
    }
}

impl Snapshots {
    /// The snapshots of a run. `accepted` holds what was accepted, by file.
    #[must_use]
    pub fn new(mode: SnapshotMode, owned: Vec<OwnedSnapshot>, accepted: HashMap<String, Content>) -> Self {
        let owned = owned.into_iter().map(|snapshot| ((snapshot.case, snapshot.step), snapshot)).collect();
        Self { mode, owned, accepted, first: Mutex::default() }
    }

    /// The snapshots of one case of the plan, for a plan that has only that one.
    #[must_use]
    pub fn of_case(&self, case: usize) -> Self {
        let own = self.owned.iter().filter(|((owner, _), _)| *owner == case);
        let owned = own.map(|((_, step), snapshot)| ((0, *step), OwnedSnapshot { case: 0, ..snapshot.clone() }));
        Self { mode: self.mode, owned: owned.collect(), accepted: self.accepted.clone(), first: Mutex::default() }
    }

    /// Holds what was taken against what it must be.
    fn judge(&self, file: &str, taken: Content) -> (SnapshotState, Option<Content>, Option<(Against, Content)>) {
        let accepted = self.accepted.get(file);
        if accepted == Some(&taken) {
            return (SnapshotState::Same, None, None);
        }
        match (self.mode, accepted) {
            (SnapshotMode::Off, _) => (SnapshotState::Same, None, None),
            (SnapshotMode::Propose, Some(accepted)) | (SnapshotMode::Refuse, Some(accepted)) => {
                (SnapshotState::Refused, Some(taken), Some((Against::Accepted, accepted.clone())))
            }
            (SnapshotMode::Refuse, None) => (SnapshotState::Refused, Some(taken), None),
            (SnapshotMode::Propose, None) | (SnapshotMode::Update, _) => {
                let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
                let first = first.entry(file.to_owned()).or_insert_with(|| taken.clone());
                if *first != taken {
                    return (SnapshotState::Refused, None, Some((Against::EarlierInRun, first.clone())));
                }
                let update = self.mode == SnapshotMode::Update;
                (if update { SnapshotState::Updated } else { SnapshotState::Proposed }, Some(taken), None)
            }
        }
    }

    /// What decides which placeholder gets which number.
    fn model(&self, file: &str) -> Option<Content> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned();
        first.or_else(|| self.accepted.get(file).cloned())
    }
}

/// A snapshot that was taken, and what it means for its step.
pub(super) struct Judged {
    pub(super) event: EventKind,
    pub(super) failure: Option<Failure>,
}

/// Takes the snapshot of a step whose checks and captures went well, if it has one.
pub(super) fn judge(
    running: &Running<'_>,
    step: &PlannedStep,
    answer: &Answer<'_>,
    captured: &[Taken<'_>],
) -> Option<Judged> {
    let snapshot = step.call.snapshot.as_ref()?;
    let snapshots = &*running.runner.snapshots;
    if snapshots.mode == SnapshotMode::Off {
        return None;
    }
    let case = running.case % running.runner.plan.cases.len();
    let owned = snapshots.owned.get(&(case, step.number))?;
    let taken = content(running, snapshot, answer, captured, snapshots.model(&owned.file).as_ref());
    let (state, content, other) = snapshots.judge(&owned.file, taken.clone());
    let failure = match state {
        SnapshotState::Same | SnapshotState::Proposed | SnapshotState::Updated => None,
        SnapshotState::Refused => {
            let found = other.as_ref().map(|(_, other)| differences(other, &taken)).unwrap_or_default();
            let text = other.as_ref().map(|(_, other)| lines(other, &taken)).unwrap_or_default();
            let difference = SnapshotDifference {
                name: owned.name.clone(),
                file: owned.file.clone(),
                against: other.map_or(Against::Nothing, |(against, _)| against),
                changes: found.changes,
                more: found.more,
                text,
            };
            let place = running.runner.plan.sources.place(snapshot.span);
            Some(Failure { place, promise: Promise::Snapshot(Box::new(difference)) })
        }
    };
    let event = EventKind::SnapshotTaken(Box::new(SnapshotTaken {
        case: running.case,
        step: step.number,
        name: owned.name.clone(),
        file: owned.file.clone(),
        state,
        content: content.map(|content| content.to_text()),
    }));
    Some(Judged { event, failure })
}

fn content(
    running: &Running<'_>,
    snapshot: &Snapshot,
    answer: &Answer<'_>,
    captured: &[Taken<'_>],
    model: Option<&Content>,
) -> Content {
    let names = [CONTENT_TYPE].into_iter().chain(snapshot.headers.iter().map(String::as_str));
    let mut headers: Vec<(String, String)> =
        names.filter_map(|name| Some((name.to_owned(), answer.header(name)?))).collect();
    headers.dedup();
    let given = captured.iter().map(|taken| (taken.capture.name.value.as_str(), &taken.value));
    let ids = running.scope.each().chain(given).filter(|(name, _)| names_an_id(name));
    let ids = ids.filter_map(|(_, value)| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let ids: Vec<String> = ids.chain(running.services.made()).collect();
    let taking = Taking {
        status: answer.response.status,
        headers,
        json: answer.json().ok(),
        body: &answer.response.body,
        masks: Masks { redact: &snapshot.redact, ignore: &snapshot.ignore, sort: &snapshot.sort, keep: &snapshot.keep },
        ids: &ids,
        redactor: &running.runner.redactor,
    };
    take(&taking, model)
}
