//! The report of `contract diff` for programs.

use super::Told;
use crate::change::{Change, Unwaived, Verdict, Which};
use crate::source::Location;
use serde_json::{Value, json};

/// The version of this document's form.
const FORMAT: u32 = 1;

pub(super) fn told(told: &Told<'_>) -> String {
    let report = told.report;
    let side = |(title, version): &(String, String), written: &str| json!({ "title": title, "version": version, "source": written });
    let counts = [Verdict::Breaking, Verdict::Unsure, Verdict::Compatible, Verdict::Meaning];
    let counts: Value = Value::Object(
        counts.iter().map(|verdict| (verdict.name().to_owned(), report.count(*verdict).into())).collect(),
    );
    let refused = told.waiving.refused.iter().filter_map(|(index, why)| {
        let waiver = told.waivers.get(*index)?;
        let why = match why {
            Unwaived::Expired => "expired",
            Unwaived::Unused => "unused",
        };
        Some(json!({ "what": waiver.entry.what, "owner": waiver.entry.owner, "expires": waiver.entry.expires, "why": why }))
    });
    let document = json!({
        "format": FORMAT,
        "old": side(&report.old, told.old),
        "new": side(&report.new, told.new),
        "compatible": told.failing() == 0,
        "commonOperations": report.common,
        "counts": counts,
        "changes": report.changes.iter().map(|change| one(told, change)).collect::<Value>(),
        "refusedWaivers": refused.collect::<Value>(),
    });
    format!("{document:#}")
}

/// A place as programs read it.
fn place(place: Option<&Location>) -> Value {
    place.map_or(Value::Null, |place| json!({ "file": place.file, "line": place.line, "column": place.column }))
}

fn one(told: &Told<'_>, change: &Change) -> Value {
    let witness = change.witness.as_ref().map(|witness| {
        let right = match witness.right_by {
            Which::Old => "old",
            Which::New => "new",
        };
        json!({ "what": witness.what, "value": witness.value, "rightBy": right, "refused": witness.refused })
    });
    let waiver = told.waiving.of(change).and_then(|index| told.waivers.get(index)).map(
        |waiver| json!({ "owner": waiver.entry.owner, "reason": waiver.entry.reason, "expires": waiver.entry.expires }),
    );
    json!({
        "id": change.id,
        "verdict": change.verdict.name(),
        "rule": change.rule.name,
        "about": change.rule.about,
        "level": change.rule.level.name(),
        "operation": change.operation,
        "side": change.side,
        "variant": change.variant,
        "place": change.place,
        "before": change.before,
        "after": change.after,
        "old": place(change.old.as_ref()),
        "new": place(change.new.as_ref()),
        "witness": witness,
        "note": change.note,
        "ambiguities": change.ambiguities,
        "waived": waiver,
        "concerns": told.whom.json(change),
    })
}
