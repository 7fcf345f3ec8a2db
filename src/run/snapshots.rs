//! The snapshots of a run: whose they are, what was accepted, what one that was taken is compared with.

use crate::event::{Against, SnapshotState};
use crate::plan::{Plan, PlannedStep};
use crate::snapshot::{Content, Placeholders, reconcile};
use crate::suite::Target;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The snapshots of a run: whose they are, what was accepted, what may become of them.
#[derive(Debug, Default)]
pub struct Snapshots {
    mode: SnapshotMode,
    owned: HashMap<(usize, usize), OwnedSnapshot>,
    accepted: HashMap<String, (Placeholders, Content)>,
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
    pub fn new(
        mode: SnapshotMode,
        owned: Vec<OwnedSnapshot>,
        accepted: HashMap<String, (Placeholders, Content)>,
    ) -> Self {
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

    /// What a step's snapshot is to be, if it has one and snapshots are taken.
    pub(super) fn of_step(&self, case: usize, step: usize) -> Option<&OwnedSnapshot> {
        self.owned.get(&(case, step)).filter(|_| self.mode != SnapshotMode::Off)
    }

    /// What was taken against what it must be. Where that was accepted before placeholders had forms, what is taken in
    /// its words decides, and the same with forms is proposed. Where nothing was accepted, the first that was taken in this run is the
    /// measure; `keep` says whether this one may become it.
    pub(super) fn compare(
        &self,
        file: &str,
        taken: &Content,
        untyped: impl FnOnce() -> Content,
        keep: Keep,
    ) -> Compared {
        let same = || Compared { state: SnapshotState::Same, new: false, other: None };
        let accepted = match self.accepted.get(file) {
            None => None,
            Some((_, accepted)) if accepted == taken => return same(),
            Some((Placeholders::Typed, accepted)) => Some((accepted, taken.clone())),
            Some((Placeholders::Untyped, accepted)) => Some((accepted, reconcile(accepted, taken, &untyped()))),
        };
        let refused = |new, other| Compared { state: SnapshotState::Refused, new, other };
        match (self.mode, accepted) {
            (SnapshotMode::Off, _) => same(),
            (SnapshotMode::Propose | SnapshotMode::Refuse, Some((accepted, found))) if *accepted != found => {
                refused(true, Some((Against::Accepted, accepted.clone(), found)))
            }
            (SnapshotMode::Refuse, Some(_)) => same(),
            (SnapshotMode::Refuse, None) => refused(true, None),
            (SnapshotMode::Propose | SnapshotMode::Update, _) => {
                let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
                match first.get(file) {
                    Some(first) if first != taken => {
                        return refused(false, Some((Against::EarlierInRun, first.clone(), taken.clone())));
                    }
                    Some(_) => {}
                    None if keep == Keep::Yes => {
                        first.insert(file.to_owned(), taken.clone());
                    }
                    None => {}
                }
                let update = self.mode == SnapshotMode::Update;
                let state = if update { SnapshotState::Updated } else { SnapshotState::Proposed };
                Compared { state, new: true, other: None }
            }
        }
    }

    /// What decides which placeholder gets which number.
    pub(super) fn model(&self, file: &str) -> Option<Content> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned();
        first.or_else(|| self.accepted.get(file).map(|(_, content)| content.clone()))
    }
}

/// Whether a snapshot may become the measure of others of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// It may.
    Yes,
    /// It is only looked at.
    No,
}

/// What comparing a snapshot gave.
pub(super) struct Compared {
    pub(super) state: SnapshotState,
    /// Whether the content is one to review.
    pub(super) new: bool,
    /// What it differs from, and what was taken in the words of that.
    pub(super) other: Option<(Against, Content, Content)>,
}
