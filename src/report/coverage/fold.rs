//! The fold: events in, what was touched out.

use super::super::fold::{FirstSeen, Spots};
use super::{ContractCoverage, Coverage, GroupCoverage, Row, RunEnding, RunRead};
use crate::event::{
    Ambiguity, Event, EventKind, Failure, Group, Inventory, Promise, Side, ThingKind, Touch, Violation,
};
use std::collections::{BTreeSet, HashMap};

/// Collects what events touch.
#[derive(Debug, Default)]
pub struct CoverageFold {
    runs: Vec<RunRead>,
    contracts: Vec<Building>,
    spots: Spots,
}

/// A contract's coverage in the making.
#[derive(Debug, Default)]
struct Building {
    name: String,
    title: String,
    versions: Vec<String>,
    groups: Vec<Groups>,
    ambiguities: Vec<Ambiguity>,
    /// Where a thing stands among the groups.
    index: HashMap<Key, (usize, usize)>,
    unlisted: BTreeSet<String>,
}

/// A thing's kind, its operation and its name.
type Key = (ThingKind, Option<String>, String);

#[derive(Debug)]
struct Groups {
    kind: ThingKind,
    operation: Option<String>,
    marks: Vec<Marks>,
}

/// A thing, and where it was first touched in each way.
#[derive(Debug)]
struct Marks {
    name: String,
    meaning: Option<String>,
    promised: Option<FirstSeen>,
    seen: Option<FirstSeen>,
    violated: Option<FirstSeen>,
}

impl CoverageFold {
    /// Takes one event.
    pub fn add(&mut self, event: &Event) {
        self.take(event);
        self.spots.add(event);
    }

    fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted(run) => self.runs.push(RunRead {
                run: run.run.clone(),
                environment: run.environment.clone(),
                share: run.share.clone(),
                ending: RunEnding::Killed,
                contracts: 0,
            }),
            EventKind::ContractRead(inventory) => {
                if let Some(run) = self.runs.last_mut() {
                    run.contracts += 1;
                }
                let known = self.contracts.iter().position(|known| known.name == inventory.contract);
                let at = known.unwrap_or_else(|| {
                    self.contracts.push(Building { name: inventory.contract.clone(), ..Building::default() });
                    self.contracts.len() - 1
                });
                self.contracts[at].read(inventory);
            }
            EventKind::Touched(touched) => {
                let Some(contract) = self.contracts.iter_mut().find(|known| known.name == touched.contract) else {
                    return;
                };
                for thing in &touched.things {
                    let key = (thing.kind, thing.operation.clone(), thing.name.clone());
                    let spot = || self.spots.take(touched.case, touched.step);
                    contract.touch(key, thing.touch, spot, Unknown::Kept);
                }
            }
            EventKind::StepFinished(step) => {
                for failure in step.outcome.failures() {
                    self.failed(failure, step.case, step.step);
                }
            }
            EventKind::Interrupted(_) => self.end(RunEnding::Stopped),
            EventKind::RunFinished(_) => self.end(RunEnding::Complete),
            EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::AttemptFinished(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_)
            | EventKind::WaiverRefused(_) => {}
        }
    }

    /// What was touched so far.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let contract = |contract: &Building| contract.coverage(&self.spots);
        Coverage { runs: self.runs.clone(), contracts: self.contracts.iter().map(contract).collect() }
    }

    /// A run that was stopped also comes to its end.
    fn end(&mut self, ending: RunEnding) {
        if let Some(run) = self.runs.last_mut().filter(|run| run.ending == RunEnding::Killed) {
            run.ending = ending;
        }
    }

    /// A broken promise of the contract. A failure does not name the contract, so it counts where only one can be meant.
    fn failed(&mut self, failure: &Failure, case: usize, step: usize) {
        if let Promise::Rule(broken) = &failure.promise {
            let key = (ThingKind::Rule, None, broken.rule.clone());
            if let Some(contract) = self.contracts.iter_mut().find(|known| known.name == broken.contract) {
                contract.touch(key, Touch::Violated, || self.spots.take(case, step), Unknown::PassedOver);
            }
            return;
        }
        let Promise::Contract(violation) = &failure.promise else { return };
        let operation = (ThingKind::Operation, None, violation.operation.clone());
        let mut meant = self.contracts.iter_mut().filter(|contract| contract.index.contains_key(&operation));
        let (Some(contract), None) = (meant.next(), meant.next()) else { return };
        for key in broken(violation) {
            contract.touch(key, Touch::Violated, || self.spots.take(case, step), Unknown::PassedOver);
        }
    }
}

/// What to do about a name that is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    /// It was said to be documented: worth telling.
    Kept,
    /// It was a guess.
    PassedOver,
}

/// The documented things that a broken promise may be about.
fn broken(violation: &Violation) -> Vec<Key> {
    let operation = || Some(violation.operation.clone());
    let mut keys = vec![(ThingKind::Operation, None, violation.operation.clone())];
    let part = match (violation.side, &violation.variant) {
        (Side::Request, _) => Some("request"),
        (Side::Response, Some(variant)) => {
            keys.push((ThingKind::Variant, operation(), variant.clone()));
            keys.push((ThingKind::Variant, None, variant.clone()));
            Some(variant.as_str())
        }
        (Side::Response, None) => None,
    };
    if let Some(part) = part.filter(|_| !violation.pointer.is_empty()) {
        let name = format!("{part} {}", violation.place());
        keys.push((ThingKind::Field, operation(), name.clone()));
        keys.push((ThingKind::Field, None, name));
    }
    keys
}

impl Building {
    /// Takes in what is documented. What another run's contract documents beyond this is documented as well.
    fn read(&mut self, inventory: &Inventory) {
        self.title.clone_from(&inventory.title);
        if !self.versions.contains(&inventory.version) {
            self.versions.push(inventory.version.clone());
        }
        inventory.documented.iter().for_each(|group| self.group(group));
        for ambiguity in &inventory.ambiguities {
            if !self.ambiguities.iter().any(|known| known.id == ambiguity.id) {
                self.ambiguities.push(ambiguity.clone());
            }
        }
        let things = inventory.ambiguities.iter().map(|entry| (entry.id.clone(), Some(entry.title.clone())));
        let all = Group { kind: ThingKind::Ambiguity, operation: None, things: things.collect() };
        self.group(&all);
    }

    fn group(&mut self, group: &Group) {
        if group.things.is_empty() {
            return;
        }
        let known = self.groups.iter().position(|known| known.kind == group.kind && known.operation == group.operation);
        let at = known.unwrap_or_else(|| {
            let fresh = Groups { kind: group.kind, operation: group.operation.clone(), marks: Vec::new() };
            self.groups.push(fresh);
            self.groups.len() - 1
        });
        for (name, meaning) in &group.things {
            let key = (group.kind, group.operation.clone(), name.clone());
            let marks = &mut self.groups[at].marks;
            self.index.entry(key).or_insert_with(|| {
                marks.push(Marks {
                    name: name.clone(),
                    meaning: meaning.clone(),
                    promised: None,
                    seen: None,
                    violated: None,
                });
                (at, marks.len() - 1)
            });
        }
    }

    /// Marks a thing. The place is taken down only where it is the first: a run may touch things many thousand times.
    fn touch(&mut self, key: Key, touch: Touch, spot: impl FnOnce() -> FirstSeen, unknown: Unknown) {
        let Some((group, row)) = self.index.get(&key).copied() else {
            if unknown == Unknown::Kept {
                let operation = key.1.map_or_else(String::new, |operation| format!("{operation} "));
                self.unlisted.insert(format!("{} {operation}{}", super::plural(key.0), key.2));
            }
            return;
        };
        let marks = &mut self.groups[group].marks[row];
        match touch {
            Touch::Seen => {
                marks.seen.get_or_insert_with(spot);
            }
            Touch::Promised => {
                let first = *marks.promised.get_or_insert_with(spot);
                marks.seen.get_or_insert(first);
            }
            Touch::Violated => {
                marks.violated.get_or_insert_with(spot);
            }
        }
    }

    fn coverage(&self, spots: &Spots) -> ContractCoverage {
        let place = |spot: Option<FirstSeen>| spot.map(|spot| spots.place(spot));
        let row = |marks: &Marks| Row {
            name: marks.name.clone(),
            meaning: marks.meaning.clone(),
            exercised: place(marks.promised),
            seen: place(marks.seen),
            violated: place(marks.violated),
        };
        let group = |group: &Groups| GroupCoverage {
            kind: group.kind,
            operation: group.operation.clone(),
            rows: group.marks.iter().map(row).collect(),
        };
        let mut coverage = ContractCoverage {
            name: self.name.clone(),
            title: self.title.clone(),
            versions: self.versions.clone(),
            groups: self.groups.iter().map(group).collect(),
            ambiguities: self.ambiguities.clone(),
            never_came: Vec::new(),
            unlisted: self.unlisted.iter().cloned().collect(),
        };
        coverage.never_came = coverage.look_for_missing();
        coverage
    }
}
