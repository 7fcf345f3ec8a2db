//! The part of the last screen that is about what went wrong: a card for each broken promise, what is new first.

use super::Telling;
use super::summary::Summary;
use crate::event::Outcome;
use crate::report::changes::{is_new, newly_failing};
use crate::report::failure_text::Headline;
use crate::report::fold::ProblemGroup;
use crate::report::style::{Role, mark, paint};
use crate::text::{count, grouped, wrap};
use std::collections::HashSet;

/// Most cards that are shown; each problem was told in full when it was met first.
const LISTED: usize = 40;

/// Most cases with one problem that are named; of more, it is said how many are in which suite.
const NAMED: usize = 6;

/// Most cases that are listed where each is told.
const EACH: usize = 500;

impl Summary<'_> {
    /// What went wrong and is waived, or what went wrong and is not.
    pub(super) fn groups(&self, waived: Waived) -> Vec<String> {
        let new = self.changes.as_ref().map(|changes| newly_failing(self.run, changes)).unwrap_or_default();
        // Of cases without a result the verdict says how many there are, and there is nothing more to tell of them.
        let is_told = |group: &ProblemGroup| group.outcome != Outcome::Missing && group.outcome != Outcome::Flaky;
        let wanted = |(_, group): &(usize, &ProblemGroup)| {
            is_told(group) && (group.outcome == Outcome::Waived) == (waived == Waived::Yes)
        };
        let mut groups: Vec<(usize, &ProblemGroup)> =
            self.run.groups().by_urgency().into_iter().filter(wanted).collect();
        // What is certain comes first, and of that what is new. Effects stand below their cause.
        groups.sort_by_key(|(_, group)| (group.outcome != Outcome::Failed, !is_new(group, &new)));
        if self.telling == Telling::Each {
            return self.each(&groups);
        }
        let roots: Vec<&(usize, &ProblemGroup)> = groups.iter().filter(|(_, group)| group.cause.is_none()).collect();
        let mut lines = Vec::new();
        for (number, group) in roots.iter().take(LISTED) {
            lines.push(String::new());
            lines.extend(self.card(group, &new));
            for (_, effect) in groups.iter().filter(|(_, other)| other.cause == Some(*number)) {
                let text =
                    format!("most likely because of it, {}: {}", count(effect.cases.len(), "case"), effect.title);
                lines.extend(self.indented(&text, 4));
            }
        }
        if roots.len() > LISTED {
            lines.push(String::new());
            lines.push(format!("… and {}, told above", count(roots.len() - LISTED, "more problem")));
        }
        lines
    }

    fn card(&self, group: &ProblemGroup, new: &HashSet<usize>) -> Vec<String> {
        let Some(index) = self.run.index() else { return Vec::new() };
        let (sign, role) = mark(group.outcome);
        let sign = paint(self.style, role, sign);
        let is_new = if is_new(group, new) { "new: " } else { "" };
        let where_to = where_to(&group.headline);
        let at = if where_to.is_empty() { String::new() } else { format!("{where_to}: ") };
        if let [case] = group.cases.as_slice() {
            let mut lines = vec![format!("{sign} {}", index.title(*case))];
            lines.extend(self.indented(&format!("{is_new}{at}{}", group.headline.title), 4));
            return lines;
        }
        let title = wrap(&format!("{is_new}{}", group.title), self.width - 2).replace('\n', "\n  ");
        let mut lines = vec![format!("{sign} {title}")];
        let first = group.cases.first().map(|case| index.title(*case)).unwrap_or_default();
        lines.extend(self.indented(where_to.as_str(), 4));
        lines.push(format!("    {}, the first is {first}", count(group.cases.len(), "case")));
        let others = &group.cases[1..];
        if others.len() < NAMED {
            lines.extend(others.iter().map(|case| format!("    and {}", index.title(*case))));
        } else {
            let suites: Vec<String> =
                group.by_suite(index).into_iter().map(|(stem, number)| format!("{stem} {}", grouped(number))).collect();
            lines.extend(self.indented(&format!("by suite: {}", suites.join(" · ")), 4));
        }
        lines
    }

    /// A line for each case, as they stand in the plan.
    fn each(&self, groups: &[(usize, &ProblemGroup)]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut cases: Vec<(bool, usize)> = groups
            .iter()
            .flat_map(|(_, group)| group.cases.iter().map(|case| (group.outcome != Outcome::Failed, *case)))
            .collect();
        cases.sort_unstable();
        for (_, case) in cases.iter().take(EACH) {
            let (Some(index), Some(result)) = (self.run.index(), self.run.result(*case)) else { continue };
            let Some(problem) = &result.problem else { continue };
            let (sign, role) = mark(result.outcome);
            lines.push(String::new());
            lines.push(format!("{} {}", paint(self.style, role, sign), index.title(*case)));
            let where_to = where_to(&problem.headline);
            let at = if where_to.is_empty() { String::new() } else { format!("{where_to}: ") };
            lines.extend(self.indented(&format!("{at}{}", problem.headline.title), 4));
        }
        if cases.len() > EACH {
            lines.push(format!("… and {}, told above", count(cases.len() - EACH, "more case")));
        }
        lines
    }

    /// The text in lines that fit, so many columns from the left; none of an empty text.
    pub(super) fn indented(&self, text: &str, margin: usize) -> Vec<String> {
        let wrapped = wrap(text, self.width.saturating_sub(margin));
        wrapped.lines().map(|line| format!("{}{line}", " ".repeat(margin))).collect()
    }

    /// What changed since the run before.
    pub(super) fn changed(&self) -> Vec<String> {
        let Some(changes) = &self.changes else { return Vec::new() };
        let words = crate::report::changes::in_words(changes);
        if words.is_empty() {
            return Vec::new();
        }
        let title = format!("Since {}:", crate::report::changes::since(changes));
        let mut lines = vec![String::new()];
        lines.extend(self.indented(&title, 0));
        for changed in words {
            let role = match changed.kind {
                "newly_failing" => Role::Failed,
                "mended" => Role::Passed,
                "still_failing" | "flaky" | "slower" | "contract" => Role::Error,
                _ => Role::Faint,
            };
            lines.push(format!("  {}", paint(self.style, role, &changed.title)));
            lines.extend(changed.items.iter().map(|item| format!("    {item}")));
            if changed.more > 0 {
                lines.push(format!("    … and {} more", grouped(changed.more)));
            }
        }
        lines
    }
}

/// Which groups: those that are waived, or the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waived {
    Yes,
    No,
}

/// `suites/offers.yaml:12, step 2 of 4, Get BRE`.
fn where_to(headline: &Headline) -> String {
    let Headline { place, step, .. } = headline;
    [place, step].into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}
