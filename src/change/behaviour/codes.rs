//! Status codes: which may come from which operation, with which HTTP status, and what each means.

use super::node::{at, members};
use crate::change::collect::{Collect, Found};
use crate::change::{Verdict, Which, Witness};
use crate::contract::{DocumentedCode, StatusRange};
use crate::source::Span;
use crate::yaml::Node;

pub(super) fn compare(collect: &mut Collect<'_>) {
    let (old, new) = (collect.old.contract, collect.new.contract);
    // A contract without codes says nothing of them.
    if old.codes.is_empty() && new.codes.is_empty() {
        return;
    }
    let pairs = collect.pairs();
    for (before, after) in &pairs {
        for (code, now) in &new.codes {
            let own = now.operations.contains(&after.id);
            if own && !old.codes.get(code).is_some_and(|known| known.belongs_to(Some(&before.id))) {
                told(collect, Verdict::Breaking, "code-added", Some(&before.id), code);
            }
        }
        for (code, known) in &old.codes {
            let own = known.operations.contains(&before.id);
            if own && !new.codes.get(code).is_some_and(|now| now.belongs_to(Some(&after.id))) {
                told(collect, Verdict::Breaking, "code-removed", Some(&before.id), code);
            }
        }
    }
    for (code, now) in &new.codes {
        match old.codes.get(code) {
            Some(known) => same_code(collect, code, known, now),
            None if now.operations.is_empty() => told(collect, Verdict::Breaking, "code-added", None, code),
            None => {}
        }
        let was = old.codes.get(code).is_some_and(|known| !known.operations.is_empty());
        if was && now.operations.is_empty() {
            told(collect, Verdict::Breaking, "code-generic", None, code);
        }
    }
    for (code, known) in &old.codes {
        if known.operations.is_empty() && !new.codes.get(code).is_some_and(|now| now.operations.is_empty()) {
            told(collect, Verdict::Breaking, "code-removed", None, code);
        }
    }
}

fn place(root: &Node, code: &str) -> Option<Span> {
    let codes = at(root, &["x-codes"])?;
    let own = members(Some(codes)).into_iter().find(|(name, ..)| *name == code).map(|(.., span)| span);
    Some(own.unwrap_or(codes.span))
}

fn told(collect: &mut Collect<'_>, verdict: Verdict, rule: &'static str, operation: Option<&str>, code: &str) {
    let says = |known: Option<&DocumentedCode>| match known {
        Some(known) if known.operations.is_empty() => format!("{}, from any operation", known.case),
        Some(known) => format!("{}, from {}", known.case, known.operations.join(", ")),
        None => "not documented".to_owned(),
    };
    let (before, after) = (says(collect.old.contract.codes.get(code)), says(collect.new.contract.codes.get(code)));
    let found = Found::new(verdict, rule, "code").at(code).says(before, after);
    let note = match rule {
        "code-removed" => {
            Some("a client that acts on this code never gets it; what comes instead is not said".to_owned())
        }
        _ => None,
    };
    let spans = (place(collect.old.root, code), place(collect.new.root, code));
    let witness = crate::change::exchange::code_refused(collect, operation, code, rule == "code-removed");
    collect.add(Found { operation, note, witness, ..found.spans(spans.0, spans.1) });
}

fn same_code(collect: &mut Collect<'_>, code: &str, old: &DocumentedCode, new: &DocumentedCode) {
    let spans = (place(collect.old.root, code), place(collect.new.root, code));
    let words = |all: &[StatusRange]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let covered = |range: &StatusRange, by: &[StatusRange]| {
        by.iter().any(|other| match range {
            StatusRange::Exactly(status) => other.holds(*status),
            StatusRange::Class(_) => other == range,
        })
    };
    let base = |verdict, rule: &'static str| {
        let found = Found::new(verdict, rule, "code").at(code.to_owned());
        found.says(words(&old.statuses), words(&new.statuses)).spans(spans.0, spans.1)
    };
    let more = new.statuses.iter().any(|range| !covered(range, &old.statuses));
    let fewer = old.statuses.iter().any(|range| !covered(range, &new.statuses));
    if more {
        let new_status = new.statuses.iter().find(|range| !covered(range, &old.statuses));
        let witness = new_status.map(|status| Witness {
            what: format!("response with {code} and HTTP"),
            value: status.to_string().into(),
            right_by: Which::New,
            refused: format!("HTTP {} is promised", words(&old.statuses)),
        });
        collect.add(Found { witness, ..base(Verdict::Breaking, "code-status-added") });
    }
    if fewer {
        collect.add(base(Verdict::Compatible, "code-status-removed"));
    }
    if !more && old.statuses.first() != new.statuses.first() {
        let note = Some("the status that is usually sent is another one, and both were allowed before".to_owned());
        collect.add(Found { note, ..base(Verdict::Unsure, "usual-status-changed") });
    }
    if old.case != new.case {
        let found = Found::new(Verdict::Meaning, "code-meaning-changed", "code").at(code);
        collect.add(found.says(old.case.as_str(), new.case.as_str()).spans(spans.0, spans.1));
    }
}
