//! What the run shows of the contracts: the coverage matrix, findings, ambiguities.

use super::data::{AmbiguityData, Cell, ContractData, FindingData, OperationData, ThingData, ThingState};
use super::told::finding;
use crate::event::{Grade, ThingKind};
use crate::report::coverage::{ContractCoverage, Coverage, KINDS, Numbers, Row, plural};
use crate::report::findings::{Evidence, EvidenceFrom, FoundThing, TouchedAmbiguity};
use crate::text::{visible, visible_line};

/// The kinds that have a column: a row is an operation itself, and ambiguities have a place of their own.
fn columns() -> impl Iterator<Item = ThingKind> + Clone {
    KINDS.into_iter().filter(|kind| !matches!(kind, ThingKind::Operation | ThingKind::Ambiguity))
}

/// The coverage of every contract.
pub(super) fn contracts(coverage: &Coverage) -> Vec<ContractData> {
    coverage.contracts.iter().map(contract).collect()
}

fn contract(contract: &ContractCoverage) -> ContractData {
    let own = contract.operations().map(|row| operation(contract, Some(row)));
    let shared = Some(operation(contract, None)).filter(|shared| !shared.things.is_empty());
    ContractData {
        title: visible_line(&format!("{} {}", contract.title, contract.versions.join(", "))),
        kinds: columns().map(plural).collect(),
        sums: columns().map(|kind| cell(contract.numbers(kind))).collect(),
        operations: own.chain(shared).collect(),
    }
}

const fn cell(numbers: Numbers) -> Cell {
    (numbers.documented, numbers.seen, numbers.violated)
}

/// An operation and what it documents; without one, what belongs to none.
fn operation(contract: &ContractCoverage, row: Option<&Row>) -> OperationData {
    let name = row.map(|row| row.name.as_str());
    let things = |(index, kind): (usize, ThingKind)| {
        let groups = contract.groups.iter().filter(|group| group.kind == kind && group.operation.as_deref() == name);
        let rows: Vec<ThingData> = groups.flat_map(|group| &group.rows).map(thing).collect();
        (!rows.is_empty()).then_some((index, rows))
    };
    OperationData {
        name: name.map_or_else(|| "of no single operation".to_owned(), visible_line),
        meaning: row.and_then(|row| row.meaning.as_deref()).map(visible_line).unwrap_or_default(),
        cells: columns().map(|kind| cell(contract.numbers_of(kind, name))).collect(),
        things: columns().enumerate().filter_map(things).collect(),
    }
}

fn thing(row: &Row) -> ThingData {
    let (state, first) = match (&row.violated, &row.exercised, &row.seen) {
        (Some(first), ..) => (ThingState::Violated, Some(first)),
        (None, Some(first), _) => (ThingState::Exercised, Some(first)),
        (None, None, Some(first)) => (ThingState::Seen, Some(first)),
        (None, None, None) => (ThingState::Never, None),
    };
    ThingData {
        name: visible_line(&row.name),
        meaning: row.meaning.as_deref().map(visible_line).unwrap_or_default(),
        state,
        case: first.map(|first| first.case),
    }
}

/// What the contract does not say, errors first.
pub(super) fn findings(found: &[FoundThing]) -> Vec<FindingData> {
    let mut data: Vec<(Grade, FindingData)> = found.iter().map(|thing| (thing.finding.grade, one(thing))).collect();
    data.sort_by(|(a, _), (b, _)| b.cmp(a));
    data.into_iter().map(|(_, data)| data).collect()
}

fn one(thing: &FoundThing) -> FindingData {
    let grade = match thing.finding.grade {
        Grade::Error => "error",
        Grade::Warn => "warning",
    };
    FindingData { grade, told: finding(&thing.finding), count: thing.count, case: thing.first.case }
}

/// The ambiguities that the run touched.
pub(super) fn ambiguities(touched: &[TouchedAmbiguity]) -> Vec<AmbiguityData> {
    touched.iter().map(ambiguity).collect()
}

fn ambiguity(touched: &TouchedAmbiguity) -> AmbiguityData {
    let told = &touched.ambiguity;
    let ruling = [("documented", &told.documented), ("on the wire", &told.wire), ("let pass", &told.accept)];
    AmbiguityData {
        id: visible_line(&told.id),
        title: visible_line(&told.title),
        ruling: ruling.map(|(name, text)| (name, visible(text).into_owned())).into(),
        evidence: touched.evidence.iter().map(evidence).collect(),
        case: touched.first.case,
    }
}

fn evidence(evidence: &Evidence) -> (String, Option<usize>, usize) {
    let times = match &evidence.from {
        EvidenceFrom::Exchange => None,
        EvidenceFrom::Finding(_, times) | EvidenceFrom::Violation(_, times) => Some(*times),
    };
    (visible_line(&evidence.what), times, evidence.first.case)
}
