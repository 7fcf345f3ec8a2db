//! What holding a run against its contract adds to the file.

use super::{Bad, BadKind};
use crate::diagnostic::{Style, render};
use crate::event::{Finding, Grade, StepOutcome, WaiverRefused};
use crate::report::cases::BadStep;
use crate::report::explain::explain_waiver;
use crate::text::count;
use crate::text::visible_line;
use std::collections::BTreeMap;

/// What the contract does not say, of one suite.
#[derive(Debug, Default)]
pub(super) struct Held(BTreeMap<String, Found>);

#[derive(Debug)]
struct Found {
    grade: Grade,
    what: String,
    count: usize,
    /// The name of the case in which it came first.
    first: String,
}

impl Held {
    /// Takes what was found in one exchange of a case.
    pub(super) fn add(&mut self, findings: &[Finding], case: impl Fn() -> String) {
        for (index, finding) in findings.iter().enumerate() {
            // Two items of one list are one thing of one exchange.
            if findings[..index].iter().any(|earlier| earlier.id == finding.id) {
                continue;
            }
            let known = self.0.entry(finding.id.clone()).or_insert_with(|| Found {
                grade: finding.grade,
                what: finding.what.clone(),
                count: 0,
                first: case(),
            });
            known.count += 1;
            known.grade = known.grade.max(finding.grade);
        }
    }

    /// A line for each, by id.
    pub(super) fn lines(&self) -> String {
        let line = |(id, found): (&String, &Found)| {
            let grade = match found.grade {
                Grade::Warn => "warning",
                Grade::Error => "error",
            };
            let Found { what, count: times, first, .. } = found;
            let text = format!("finding ({grade}): {what}, {}, first in {first}: {id}", count(*times, "time"));
            format!("{}\n", visible_line(&text))
        };
        self.0.iter().map(line).collect()
    }
}

/// Who answers for what did not pass, and until when.
pub(super) fn answerers(bad: &[BadStep]) -> String {
    let waived = bad.iter().filter_map(|bad| match &bad.step.outcome {
        StepOutcome::Waived(waived) => Some(&waived.waivers),
        StepOutcome::Passed | StepOutcome::Failed(_) | StepOutcome::Error(_) | StepOutcome::Skipped { .. } => None,
    });
    let mut said: Vec<String> =
        waived.flatten().map(|waiver| format!("{} until {}", waiver.owner, waiver.expires)).collect();
    said.dedup();
    if said.is_empty() { String::new() } else { format!(" (by {})", visible_line(&said.join(", "))) }
}

/// A waiver that cannot stay.
pub(super) fn waiver(refused: &WaiverRefused) -> Bad {
    let diagnostic = explain_waiver(refused);
    Bad {
        kind: BadKind::Failure,
        code: diagnostic.code,
        took_us: 0,
        message: diagnostic.title.clone(),
        text: render(&diagnostic, Style::Plain),
    }
}
