//! The last screen: the verdict in words, what changed since the run before, then everything somebody has to look at.

use super::Telling;
use super::groups::Waived;
use crate::diagnostic::Style;
use crate::event::{Outcome, SnapshotState, Verdict};
use crate::history::Changes;
use crate::report::fold::RunFold;
use crate::report::style::{Role, paint};
use crate::report::verdict::{self, were};
use crate::text::{count, wrap};
use std::collections::BTreeMap;

/// Most cases that were under way at the end of a killed run, and most reasons for not running cases, that are listed.
const FEW: usize = 5;

/// The end of a report.
pub(super) struct Summary<'a> {
    pub(super) run: &'a RunFold,
    pub(super) changes: Option<Changes>,
    pub(super) telling: Telling,
    pub(super) style: Style,
    pub(super) width: usize,
}

impl Summary<'_> {
    /// The lines.
    pub(super) fn lines(&self) -> Vec<String> {
        let counts = self.run.counts();
        let verdict = counts.verdict();
        let word = verdict::word(verdict);
        let role = match verdict {
            Verdict::Passed => Role::Passed,
            Verdict::Failed => Role::Failed,
            Verdict::Error | Verdict::Interrupted => Role::Error,
        };
        let took = self.run.took();
        let sentence = verdict::sentence(counts, took);
        let mut lines = Vec::new();
        let text = wrap(&format!("{word}: {sentence}"), self.width);
        let rest = text.strip_prefix(word).unwrap_or(&text);
        lines.push(format!("{}{rest}", paint(self.style, role, word)));
        if verdict != Verdict::Passed {
            lines.push(wrap(&verdict::numbers(counts, took), self.width));
        }
        lines.extend(verdict::cleanups(counts).map(|text| wrap(&text, self.width)));
        lines.extend(verdict::passed_over(counts).map(|text| self.faint(&wrap(&text, self.width))));
        lines.extend(self.run.clocks_differ().map(|text| wrap(&format!("note: {text}"), self.width)));
        lines.extend(self.snapshots());
        lines.extend(self.reasons());
        lines.extend(self.under_way());
        lines.extend(self.changed());
        lines.extend(self.groups(Waived::No));
        lines.extend(self.waivers());
        lines.extend(self.groups(Waived::Yes));
        lines.extend(self.contract());
        lines
    }

    /// Snapshots that somebody has to look at, though their steps passed.
    fn snapshots(&self) -> Vec<String> {
        let of = |state| self.run.snapshots().values().filter(|other| **other == state).count();
        let is = |number: usize| if number == 1 { "is" } else { "are" };
        let told = [
            (of(SnapshotState::Proposed), "new; `proviso review` shows and accepts what is new"),
            (of(SnapshotState::Updated), "accepted by --snapshots update; read the difference before you commit it"),
        ];
        let line = |(number, what): &(usize, &str)| {
            wrap(&format!("{} {} {what}", count(*number, "snapshot"), is(*number)), self.width)
        };
        told.iter().filter(|(number, _)| *number > 0).map(line).collect()
    }

    /// Why cases were not run, the commonest reason first.
    fn reasons(&self) -> Vec<String> {
        let mut all: BTreeMap<&str, usize> = BTreeMap::new();
        for result in self.run.results().iter().filter(|result| result.outcome == Outcome::Skipped) {
            *all.entry(result.why()).or_default() += 1;
        }
        let mut reasons: Vec<(&str, usize)> = all.into_iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let more = reasons.len().saturating_sub(FEW);
        let line = |(reason, number): &(&str, usize)| {
            let text = format!("– {} not run: {reason}", were(*number, "case"));
            self.faint(&wrap(&text, self.width))
        };
        let rest =
            (more > 0).then(|| self.faint(&format!("– and {} for not running cases", count(more, "other reason"))));
        reasons.iter().take(FEW).map(line).chain(rest).collect()
    }

    /// Cases that had begun when a killed run ended: most likely one of them tells why.
    fn under_way(&self) -> Vec<String> {
        let Some(index) = self.run.index() else { return Vec::new() };
        let cases: Vec<usize> = self.run.unfinished().collect();
        let sign = paint(self.style, Role::Error, "?").to_string();
        let line = |case: &usize| format!("{sign} {} · was under way", index.title(*case));
        let more = cases.len().saturating_sub(FEW);
        let rest = (more > 0).then(|| format!("? and {} under way", count(more, "other case")));
        cases.iter().take(FEW).map(line).chain(rest).collect()
    }

    fn faint(&self, text: &str) -> String {
        paint(self.style, Role::Faint, text).to_string()
    }
}
