//! The part of the last screen that is about the contract: what it does not say, where it contradicts itself, and waivers
//! that cannot stay. Nothing where there is nothing to say.

use super::summary::Summary;
use crate::event::{Grade, WaiverRefused};
use crate::report::findings::{Findings, FoundThing};
use crate::report::fold::fault;
use crate::report::style::{Role, paint};
use crate::text::{columns, visible_line, wrap};
use crate::text::{count, grouped};

/// Most findings that are listed; the other reports have them all.
const LISTED: usize = 8;

impl Summary<'_> {
    /// Waivers that cannot stay: they fail the run, so they stand with its failures.
    pub(super) fn waivers(&self) -> Vec<String> {
        self.run.waivers().iter().flat_map(|refused| self.waiver(refused)).collect()
    }

    fn waiver(&self, refused: &WaiverRefused) -> Vec<String> {
        let waiver = &refused.waiver;
        let title = visible_line(&format!("the waiver of {} {}", waiver.what, fault(refused)));
        let title = wrap(&title, self.width - 2).replace('\n', "\n  ");
        let place = format!("{}:{}", waiver.place.file, waiver.place.line);
        let said = visible_line(&format!("{place}, {} until {}: {}", waiver.owner, waiver.expires, waiver.reason));
        let mut lines = vec![String::new(), format!("{} {title}", paint(self.style, Role::Failed, "✗"))];
        lines.extend(wrap(&said, self.width - 4).lines().map(|line| format!("    {line}")));
        lines
    }

    /// What the contract does not say, the worst and the most frequent first, and the ambiguities that were touched.
    pub(super) fn contract(&self) -> Vec<String> {
        let findings = self.run.findings();
        let mut lines = self.found(&findings);
        if !findings.ambiguities.is_empty() {
            let mut ids: Vec<&str> = findings.ambiguities.iter().map(|touched| touched.ambiguity.id.as_str()).collect();
            ids.dedup();
            let ids = ids.iter().map(|id| visible_line(id)).collect::<Vec<_>>().join(" ");
            let text =
                format!("Ambiguities touched: {ids}; `proviso coverage --kind ambiguities` says how they are ruled");
            lines.push(String::new());
            lines.extend(self.faded(&text, ""));
        }
        lines
    }

    fn found(&self, findings: &Findings) -> Vec<String> {
        if findings.found.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<&FoundThing> = findings.found.iter().collect();
        found.sort_by(|one, other| {
            let rank = |thing: &FoundThing| (thing.finding.grade, thing.count);
            rank(other).cmp(&rank(one)).then_with(|| one.finding.id.cmp(&other.finding.id))
        });
        let errors = match (findings.graded(Grade::Error), found.len()) {
            (0, _) => String::new(),
            (1, 1) => ", graded as an error".to_owned(),
            (errors, all) if errors == all => ", all of them graded as errors".to_owned(),
            (errors, _) => format!(", {} of them graded as an error", grouped(errors)),
        };
        let title = format!("{} (undocumented){errors}:", count(found.len(), "finding"));
        let mut lines = vec![String::new()];
        lines.extend(wrap(&title, self.width).lines().map(str::to_owned));
        for thing in found.iter().take(LISTED) {
            lines.extend(self.finding(thing));
        }
        if found.len() > LISTED {
            lines.push(format!("  … and {} more; the other reports have them all", grouped(found.len() - LISTED)));
        }
        lines
    }

    fn finding(&self, thing: &FoundThing) -> Vec<String> {
        let (sign, role) = match thing.finding.grade {
            Grade::Error => ("✗", Role::Failed),
            Grade::Warn => ("!", Role::Error),
        };
        let id = visible_line(&thing.finding.id);
        let times = format!("{}, first in {}", count(thing.count, "time"), thing.first);
        let sign = paint(self.style, role, sign);
        if columns(&id) + columns(&times) + 7 <= self.width {
            return vec![format!("  {sign} {id} · {}", paint(self.style, Role::Faint, times))];
        }
        let id = wrap(&id, self.width - 4).replace('\n', "\n    ");
        let mut lines = vec![format!("  {sign} {id}")];
        lines.extend(self.faded(&times, "    "));
        lines
    }

    fn faded(&self, text: &str, margin: &str) -> Vec<String> {
        let wrapped = wrap(text, self.width - margin.len());
        wrapped.lines().map(|line| format!("{margin}{}", paint(self.style, Role::Faint, line))).collect()
    }
}
