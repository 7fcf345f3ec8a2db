//! Coverage for programs. `docs/coverage.md` describes the members; they stay.

use super::reach::Knowledge;
use super::{ContractCoverage, Coverage, GroupCoverage, KINDS, Numbers, Row, RunEnding, RunRead, Unmet, Where, plural};
use crate::event::ThingKind;
use crate::report::findings::{EvidenceFrom, Findings, FoundThing, TouchedAmbiguity};
use serde_json::{Map, Value, json};

/// The version of the shape; it grows when a member goes or means something else.
const FORMAT: u32 = 1;

/// All of it as one JSON value.
#[must_use]
pub fn to_json(coverage: &Coverage, findings: &Findings, unmet: &[Unmet], known: &Knowledge<'_>) -> Value {
    json!({
        "format": FORMAT,
        "runs": coverage.runs.iter().map(run).collect::<Vec<_>>(),
        "gaps": coverage.gaps(),
        "contracts": coverage.contracts.iter().map(|one| contract(one, findings, known)).collect::<Vec<_>>(),
        "findings": findings.found.iter().map(finding).collect::<Vec<_>>(),
        "unmet": unmet.iter().map(short).collect::<Vec<_>>(),
    })
}

fn run(run: &RunRead) -> Value {
    let share = run.share.as_ref().map(|share| format!("{}:{}/{}", share.by, share.number, share.of));
    let ending = match run.ending {
        RunEnding::Complete => "complete",
        RunEnding::Stopped => "stopped",
        RunEnding::Killed => "killed",
    };
    json!({
        "run": run.run, "environment": run.environment, "share": share, "ending": ending, "contracts": run.contracts,
    })
}

fn contract(contract: &ContractCoverage, findings: &Findings, known: &Knowledge<'_>) -> Value {
    let kinds: Map<String, Value> =
        KINDS.into_iter().map(|kind| (plural(kind).to_owned(), numbers(contract.numbers(kind)))).collect();
    let things =
        contract.groups.iter().flat_map(|group| group.rows.iter().map(move |row| thing(contract, group, row, known)));
    let never = contract.never_came.iter().map(|never| {
        json!({
            "id": never.id, "kind": plural(never.kind), "operation": never.operation, "name": never.name,
            "meaning": never.meaning,
        })
    });
    let has = |touched: &&TouchedAmbiguity| {
        let mut groups = contract.groups.iter().filter(|group| group.kind == ThingKind::Ambiguity);
        touched.contract == contract.name
            && groups.any(|group| group.rows.iter().any(|row| row.name == touched.ambiguity.id))
    };
    json!({
        "contract": contract.name,
        "title": contract.title,
        "versions": contract.versions,
        "kinds": kinds,
        "things": things.collect::<Vec<_>>(),
        "never_came": never.collect::<Vec<_>>(),
        "ambiguities": findings.ambiguities.iter().filter(has).map(ambiguity).collect::<Vec<_>>(),
        "unlisted": contract.unlisted,
    })
}

fn numbers(numbers: Numbers) -> Value {
    let Numbers { documented, exercised, seen, violated } = numbers;
    json!({
        "documented": documented, "exercised": exercised, "seen": seen, "violated": violated,
        "percent": numbers.percent(),
    })
}

fn thing(contract: &ContractCoverage, group: &GroupCoverage, row: &Row, known: &Knowledge<'_>) -> Value {
    let way = if row.seen.is_none() { contract.way_to(group, row, known) } else { None };
    json!({
        "kind": plural(group.kind),
        "operation": group.operation,
        "name": row.name,
        "meaning": row.meaning,
        "exercised": row.exercised.as_ref().map(place),
        "seen": row.seen.as_ref().map(place),
        "violated": row.violated.as_ref().map(place),
        "reached_by": way,
    })
}

fn place(place: &Where) -> Value {
    let Where { run, case, suite, name, step, step_name } = place;
    json!({ "run": run, "case_number": case, "suite": suite, "case": name, "step_number": step + 1, "step": step_name })
}

fn finding(found: &FoundThing) -> Value {
    let mut value = serde_json::to_value(&found.finding).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        members.insert("count".to_owned(), json!(found.count));
        members.insert("first".to_owned(), place(&found.first));
    }
    value
}

fn ambiguity(touched: &TouchedAmbiguity) -> Value {
    let entry = &touched.ambiguity;
    let evidence = touched.evidence.iter().map(|evidence| {
        let (from, id, count) = match &evidence.from {
            EvidenceFrom::Exchange => ("exchange", None, None),
            EvidenceFrom::Finding(id, count) => ("finding", Some(id), Some(count)),
            EvidenceFrom::Violation(id, count) => ("violation", Some(id), Some(count)),
        };
        json!({ "what": evidence.what, "from": from, "id": id, "count": count, "first": place(&evidence.first) })
    });
    json!({
        "id": entry.id,
        "title": entry.title,
        "operations": entry.operations,
        "documented": entry.documented,
        "wire": entry.wire,
        "accept": entry.accept,
        "first": place(&touched.first),
        "evidence": evidence.collect::<Vec<_>>(),
    })
}

fn short(unmet: &Unmet) -> Value {
    json!({
        "contract": unmet.contract,
        "kind": plural(unmet.kind),
        "demanded": unmet.demanded,
        "numbers": numbers(unmet.numbers),
        "missing": unmet.missing,
        "sentence": unmet.sentence(),
    })
}
