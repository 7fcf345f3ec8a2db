//! The last screen: the verdict in words, then every case somebody has to look at, with its place.

use super::Run;
use crate::diagnostic::Style;
use crate::event::{CaseOutcome, SnapshotState, Verdict};
use crate::history::Sign;
use crate::report::cases::FinishedCase;
use crate::report::failure_text::Headline;
use crate::report::names::{squeeze, visible_line, wrap};
use crate::report::style::{Role, mark, paint};
use crate::report::verdict::{self, were};
use crate::text::count;
use std::time::Duration;

/// Most bad cases that are listed; each was told in full when it ended.
const LISTED: usize = 40;

/// Most cases that were under way at the end of a killed run, and most reasons for not running cases, that are listed.
const FEW: usize = 5;

/// A case that failed or could not be judged, as the summary needs it.
pub(super) struct Problem {
    case: usize,
    outcome: CaseOutcome,
    title: String,
    headline: Headline,
}

impl Problem {
    /// Keeps what the summary needs.
    pub(super) fn new(case: &FinishedCase, stem: &str, name: &str, headline: Headline) -> Self {
        let outcome = case.outcome.clone();
        Self { case: case.case, outcome, title: format!("{stem} › {}", visible_line(name)), headline }
    }

    /// Whether both could not be told for one and the same reason outside of them: a server that is down is one error,
    /// not one for each of a hundred cases.
    pub(super) fn is_same_error(&self, other: &Self) -> bool {
        let outside = |problem: &Self| problem.outcome == CaseOutcome::Error && problem.headline.is_about_the_target();
        outside(self) && outside(other) && self.headline.title == other.headline.title
    }

    /// What is said of such a error when it is met again.
    pub(super) fn again(&self, width: usize) -> String {
        wrap(&format!("{}: {}, as told above", self.headline.step, self.headline.title), width)
    }
}

/// The end of a report.
pub(super) struct Summary<'a> {
    pub(super) run: &'a Run,
    pub(super) style: Style,
    pub(super) width: usize,
}

impl Summary<'_> {
    /// The lines.
    pub(super) fn lines(&self) -> Vec<String> {
        let counts = &self.run.counts;
        let verdict = counts.verdict();
        let word = verdict::word(verdict);
        let role = match verdict {
            Verdict::Passed => Role::Passed,
            Verdict::Failed => Role::Failed,
            Verdict::Error | Verdict::Interrupted => Role::Error,
        };
        let took = self.took();
        let sentence = verdict::sentence(counts, took);
        let mut lines = Vec::new();
        let text = wrap(&format!("{word}: {sentence}"), self.width);
        let rest = text.strip_prefix(word).unwrap_or(&text);
        lines.push(format!("{}{rest}", paint(self.style, role, word)));
        if verdict != Verdict::Passed {
            lines.push(wrap(&verdict::numbers(counts, took), self.width));
        }
        lines.extend(verdict::cleanups(counts).map(|text| wrap(&text, self.width)));
        lines.extend(self.snapshots());
        lines.extend(self.reasons());
        lines.extend(self.under_way());
        lines.extend(self.problems(|problem| problem.outcome != CaseOutcome::Waived));
        lines.extend(self.waivers());
        lines.extend(self.problems(|problem| problem.outcome == CaseOutcome::Waived));
        lines.extend(self.contract());
        lines
    }

    fn took(&self) -> Duration {
        verdict::took(self.run.took_us, self.run.first.zip(self.run.last))
    }

    /// Snapshots that somebody has to look at, though their steps passed.
    fn snapshots(&self) -> Vec<String> {
        let of = |state| self.run.snapshots.values().filter(|other| **other == state).count();
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
        let mut reasons: Vec<(&String, &usize)> = self.run.skipped.iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let more = reasons.len().saturating_sub(FEW);
        let line = |(reason, number): &(&String, &usize)| {
            let text = format!("– {} not run: {}", were(**number, "case"), visible_line(reason));
            self.faint(&wrap(&text, self.width))
        };
        let rest =
            (more > 0).then(|| self.faint(&format!("– and {} for not running cases", count(more, "other reason"))));
        reasons.iter().take(FEW).map(line).chain(rest).collect()
    }

    /// Cases that had begun when a killed run ended: most likely one of them tells why.
    fn under_way(&self) -> Vec<String> {
        let Some(index) = &self.run.index else { return Vec::new() };
        let cases: Vec<usize> = self.run.cases.unfinished().collect();
        let line = |case: &usize| {
            let title = format!("{} › {}", index.stem(*case), visible_line(&index.name(*case)));
            let end = " · was under way";
            format!(
                "{} {}{end}",
                paint(self.style, Role::Error, "?"),
                squeeze(&title, self.width - 2 - end.chars().count())
            )
        };
        let more = cases.len().saturating_sub(FEW);
        let rest = (more > 0).then(|| format!("? and {} under way", count(more, "other case")));
        cases.iter().take(FEW).map(line).chain(rest).collect()
    }

    /// Some of the cases that did not pass, in the run's order: failures first, because they are certain.
    fn problems(&self, which: impl Fn(&&Problem) -> bool) -> Vec<String> {
        let mut problems: Vec<&Problem> = self.run.problems.iter().filter(which).collect();
        problems.sort_by_key(|problem| (problem.outcome != CaseOutcome::Failed, problem.case));
        let mut entries: Vec<(&Problem, usize)> = Vec::new();
        for problem in problems {
            match entries.iter_mut().find(|(known, _)| known.is_same_error(problem)) {
                Some((_, others)) => *others += 1,
                None => entries.push((problem, 0)),
            }
        }
        let mut lines = Vec::new();
        for (problem, others) in entries.iter().take(LISTED) {
            let (sign, role) = mark(Sign::from(&problem.outcome));
            lines.push(String::new());
            // Never shortened: somebody will want to select this very case.
            let title = wrap(&problem.title, self.width - 2).replace('\n', "\n  ");
            lines.push(format!("{} {title}", paint(self.style, role, sign)));
            let Headline { place, step, title, .. } = &problem.headline;
            let what =
                [place, step].into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ");
            let what = if what.is_empty() { title.clone() } else { format!("{what}: {title}") };
            lines.extend(wrap(&what, self.width - 4).lines().map(|line| format!("    {line}")));
            if *others > 0 {
                lines.push(format!("    the same in {}", count(*others, "other case")));
            }
        }
        if entries.len() > LISTED {
            lines.push(String::new());
            lines.push(format!("… and {}, told above", count(entries.len() - LISTED, "more case")));
        }
        lines
    }

    fn faint(&self, text: &str) -> String {
        paint(self.style, Role::Faint, text).to_string()
    }
}
