//! Explanations as the page shows them: the words are those of every report, only laid out.

use super::data::{PlaceData, Told};
use crate::diagnostic::Diagnostic;
use crate::event::{
    ChangeKind, Exchange, Finding, Promise, RuleBroken, Side, SnapshotDifference, StepFinished, Violation,
};
use crate::report::explain::explain_finding;
use crate::report::failure_text::diagnostics;
use crate::text::{visible, visible_line};

/// What is wrong with a step.
pub(super) fn told(step: &StepFinished, exchange: Option<&Exchange>) -> Vec<Told> {
    let mut told: Vec<Told> = diagnostics(step, exchange).into_iter().map(plain).collect();
    for (told, failure) in told.iter_mut().zip(step.outcome.failures()) {
        match &failure.promise {
            Promise::Contract(violation) => told.facts = of_violation(violation),
            Promise::Finding(finding) => told.facts = of_finding(finding),
            Promise::Rule(broken) => told.facts = of_rule(broken),
            Promise::Snapshot(difference) => of_snapshot(told, difference),
            Promise::Status { .. }
            | Promise::Code { .. }
            | Promise::Body(_)
            | Promise::Header(_)
            | Promise::Latency { .. }
            | Promise::Json { .. }
            | Promise::Capture { .. }
            | Promise::GaveUp { .. }
            | Promise::Repeated { .. }
            | Promise::Overran { .. }
            | Promise::Hopeless { .. } => {}
        }
    }
    told
}

/// Something that the contract does not say.
pub(super) fn finding(finding: &Finding) -> Told {
    let mut told = plain(explain_finding(finding));
    told.facts = of_finding(finding);
    told
}

fn plain(diagnostic: Diagnostic) -> Told {
    let place = diagnostic.labels.into_iter().next().map(|label| PlaceData {
        at: format!("{}:{}", label.place.file, label.place.line),
        start: label.place.column.saturating_sub(1),
        length: label.place.length,
        text: visible(&label.place.text).into_owned(),
    });
    Told {
        code: diagnostic.code.name(),
        title: diagnostic.title,
        notes: diagnostic.notes.into_iter().map(|note| (note.kind.word(), note.text)).collect(),
        place,
        facts: Vec::new(),
        changes: Vec::new(),
        diff: Vec::new(),
    }
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Request => "request",
        Side::Response => "response",
    }
}

fn of_violation(violation: &Violation) -> Vec<(&'static str, String)> {
    let Violation { operation, side: half, variant, pointer, rule, near, section, ambiguity, .. } = violation;
    said([
        ("operation", Some(operation)),
        ("half", Some(&side(*half).to_owned())),
        ("variant", variant.as_ref()),
        ("pointer", Some(pointer)),
        ("rule", Some(rule)),
        ("nearest", near.as_ref()),
        ("section", section.as_ref()),
        ("ambiguity", ambiguity.as_ref()),
    ])
}

fn of_rule(broken: &RuleBroken) -> Vec<(&'static str, String)> {
    let RuleBroken { rule, binds, from, section, ambiguities, operation, at, customer, .. } = broken;
    said([
        ("rule", Some(rule)),
        ("operation", Some(operation)),
        ("binds", Some(binds)),
        ("from", Some(from)),
        ("section", section.as_ref()),
        ("ambiguity", Some(&ambiguities.join(", "))),
        ("place", at.as_ref()),
        ("customer", customer.as_ref()),
    ])
}

fn of_finding(finding: &Finding) -> Vec<(&'static str, String)> {
    let Finding { id, operation, side: half, variant, pointer, near, section, ambiguity, .. } = finding;
    said([
        ("finding", Some(id)),
        ("operation", Some(operation)),
        ("half", Some(&side(*half).to_owned())),
        ("variant", variant.as_ref()),
        ("pointer", Some(pointer)),
        ("nearest", near.as_ref()),
        ("section", section.as_ref()),
        ("ambiguity", ambiguity.as_ref()),
    ])
}

/// The facts that there are.
fn said<const N: usize>(facts: [(&'static str, Option<&String>); N]) -> Vec<(&'static str, String)> {
    let there = facts.into_iter().filter_map(|(name, value)| Some((name, visible_line(value?))));
    there.filter(|(_, value)| !value.is_empty()).collect()
}

fn of_snapshot(told: &mut Told, difference: &SnapshotDifference) {
    let text = |side: &Option<String>| side.as_deref().map(|text| visible(text).into_owned()).unwrap_or_default();
    let changes = difference.changes.iter();
    told.changes =
        changes.map(|one| (kind(one.kind), visible_line(&one.path), text(&one.before), text(&one.after))).collect();
    told.diff = difference.text.iter().map(|line| visible(line).into_owned()).collect();
    if !told.changes.is_empty() {
        // The notes list the same, cut to what a terminal has room for.
        told.notes.retain(|(word, _)| !matches!(*word, "came" | "seen"));
    }
}

const fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
        ChangeKind::Retyped => "retyped",
        ChangeKind::Moved => "moved",
    }
}
