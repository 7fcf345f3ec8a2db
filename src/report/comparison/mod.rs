//! Two runs side by side, drawn for people: one line for each case with what is different first, then the details.

#[cfg(test)]
mod tests;
mod words;

use super::history::{left, minute};
use super::style::{Role, mark, paint};
use crate::diagnostic::Style;
use crate::event::Outcome;
use crate::history::ContractChange;
use crate::history::compare::{
    CaseDifference, CaseName, Comparison, Difference, OperationDifference, Side, StepDifference, What,
};
use crate::text::{columns, squeeze, visible_line, wrap};
use crate::text::{count, duration, grouped};
use std::time::Duration;
use words::{call, change, place, sentence, word};

pub(super) use words::name;

/// Fewest columns that are laid out for.
const NARROWEST: usize = 40;

/// Most differences of one step that are told.
const MOST: usize = 12;

/// Most cases of one run only that are named.
const NAMED: usize = 10;

/// Most cases that differ in the same way that are named one by one.
const MOST_ALIKE: usize = 6;

/// Draws the comparison in lines of about `width` columns.
#[must_use]
pub fn draw_comparison(comparison: &Comparison, style: Style, width: usize) -> String {
    let sheet = Sheet { style, width: width.max(NARROWEST) };
    let mut lines = vec![sheet.side("A", &comparison.a), sheet.side("B", &comparison.b), String::new()];
    lines.push(sheet.sum(comparison));
    lines.extend(comparison.contracts.iter().map(|change| sheet.contract(change)));
    let (faint, plain): (Vec<_>, Vec<_>) = comparison.cases.iter().partition(|case| case.is_faint());
    let groups = alike(&plain);
    lines.extend((!groups.is_empty()).then(String::new));
    groups.iter().for_each(|group| lines.extend(sheet.first(group)));
    lines.extend(sheet.alone("Only in A", &comparison.only_a));
    lines.extend(sheet.alone("Only in B", &comparison.only_b));
    lines.extend(sheet.faint(&faint));
    lines.extend(sheet.operations(&comparison.operations));
    let detailed = groups.iter().filter(|group| group.first().is_some_and(|case| is_worth_details(case)));
    for (index, group) in detailed.enumerate() {
        if index == 0 {
            lines.push(format!("\n{}", paint(style, Role::Strong, "Details, A → B")));
        }
        lines.push(String::new());
        lines.extend(sheet.details(group));
    }
    lines.join("\n")
}

struct Sheet {
    style: Style,
    width: usize,
}

impl Sheet {
    fn side(&self, letter: &str, side: &Side) -> String {
        let (run, environment) = (visible_line(&side.run), visible_line(&side.environment));
        let cases = count(side.cases, "case");
        let text = format!(
            "{letter}  {run} of {} · environment {environment} · {cases} · {}",
            minute(side.started),
            side.verdict
        );
        wrap(&text, self.width)
    }

    /// A contract that is another in the second run.
    fn contract(&self, change: &ContractChange) -> String {
        let ContractChange { name, before, now } = change;
        let text = match before == now {
            true => format!("The contract {name} promises something else, and calls itself {now} in both."),
            false => format!("The contract {name} is {before} in A and {now} in B."),
        };
        wrap(&visible_line(&text), self.width)
    }

    /// How much is different, in a sentence.
    fn sum(&self, comparison: &Comparison) -> String {
        let faint = comparison.cases.iter().filter(|case| case.is_faint()).count();
        let different = comparison.cases.len() - faint;
        let all = comparison.same + comparison.cases.len();
        let text = match (different, all) {
            (_, 0) => "No case is in both.".to_owned(),
            (0, 1) => "The one case of both is the same.".to_owned(),
            (0, all) => format!("The {} of both are the same.", count(all, "case")),
            (1, all) => format!("1 of {} differs.", count(all, "case")),
            (different, all) => format!("{} of {} differ.", grouped(different), count(all, "case")),
        };
        paint(self.style, Role::Strong, text).to_string()
    }

    /// Cases that are different in the same way, and what that is.
    fn first(&self, group: &[&CaseDifference]) -> Vec<String> {
        let Some(case) = group.first() else { return Vec::new() };
        let signs = format!("{} → {}", self.sign(case.a), self.sign(case.b));
        let most = if group.len() > MOST_ALIKE { MOST_ALIKE - 1 } else { group.len() };
        let room = self.width.saturating_sub(6);
        let line = |case: &&CaseDifference| format!("{signs} {}", squeeze(&name(&case.name), room));
        let mut lines: Vec<String> = group.iter().take(most).map(line).collect();
        if group.len() > most {
            lines.push(format!("      … {}", count(group.len() - most, "more case")));
        }
        let mut remarks: Vec<String> = case.was.iter().map(|was| format!("in A: {}", name(was))).collect();
        if let Some((step, first)) = first_difference(case) {
            let at = if group.len() == 1 { place(step) } else { call(step) };
            remarks.push(format!("first at {at}: {}", sentence(first)));
        }
        lines.extend(remarks.iter().flat_map(|remark| self.indented(remark, 6)));
        lines
    }

    /// Cases that took longer or asked more often, and are the same otherwise.
    fn faint(&self, cases: &[&CaseDifference]) -> Vec<String> {
        if cases.is_empty() {
            return Vec::new();
        }
        let title = format!("The same but for time, attempts or names: {}", count(cases.len(), "case"));
        let mut lines = vec![String::new(), paint(self.style, Role::Strong, squeeze(&title, self.width)).to_string()];
        for case in cases.iter().take(NAMED) {
            lines.push(format!("  {}", squeeze(&name(&case.name), self.width - 2)));
            let was = case.was.iter().map(|was| format!("in A: {}", name(was)));
            let first = first_difference(case).map(|(step, first)| format!("at {}: {}", place(step), sentence(first)));
            lines.extend(was.chain(first).flat_map(|remark| self.indented(&remark, 6)));
        }
        if cases.len() > NAMED {
            lines.push(format!("  … {}", count(cases.len() - NAMED, "more case")));
        }
        lines
    }

    /// Operations that are clearly slower or faster as a whole.
    fn operations(&self, operations: &[OperationDifference]) -> Vec<String> {
        if operations.is_empty() {
            return Vec::new();
        }
        let mut lines = vec![String::new(), paint(self.style, Role::Strong, "Clearly slower or faster").to_string()];
        let time = |micros: u64| duration(Duration::from_micros(micros));
        for OperationDifference { operation, a, b } in operations {
            let text = format!(
                "{}: p50 {} → {}, p95 {} → {} ({} and {})",
                visible_line(operation),
                time(a.p50_us),
                time(b.p50_us),
                time(a.p95_us),
                time(b.p95_us),
                count(usize::try_from(a.requests).unwrap_or(usize::MAX), "request"),
                grouped(usize::try_from(b.requests).unwrap_or(usize::MAX)),
            );
            lines.extend(self.indented(&text, 2));
        }
        lines
    }

    fn sign(&self, sign: Outcome) -> String {
        let (text, role) = mark(sign);
        paint(self.style, role, text).to_string()
    }

    fn alone(&self, title: &str, cases: &[CaseName]) -> Vec<String> {
        if cases.is_empty() {
            return Vec::new();
        }
        let title = format!("{title}: {}", count(cases.len(), "case"));
        let mut lines = vec![String::new(), paint(self.style, Role::Strong, title).to_string()];
        lines.extend(cases.iter().take(NAMED).map(|case| format!("  {}", squeeze(&name(case), self.width - 2))));
        if cases.len() > NAMED {
            lines.push(format!("  … {}", count(cases.len() - NAMED, "more case")));
        }
        lines
    }

    fn details(&self, group: &[&CaseDifference]) -> Vec<String> {
        let [case, alike @ ..] = group else { return Vec::new() };
        let more = match alike.len() {
            0 => String::new(),
            more => format!(" and {}", count(more, "more case")),
        };
        let mut lines =
            vec![format!("{}{more}", squeeze(&name(&case.name), self.width.saturating_sub(columns(&more))))];
        let (not_run, steps): (Vec<_>, Vec<_>) = case.steps.iter().partition(|step| is_not_run(step));
        let (alone, steps): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| step.a.is_none() || step.b.is_none());
        for step in steps {
            lines.extend(self.indented(&place(step), 2));
            let shown = step.differences.iter().take(MOST);
            lines.extend(shown.flat_map(|difference| self.difference(difference)));
            if step.differences.len() > MOST {
                lines.push(format!("    … {}", count(step.differences.len() - MOST, "more difference")));
            }
        }
        for (run, is_its) in [("A", false), ("B", true)] {
            let names: Vec<String> =
                alone.iter().filter(|step| step.b.is_some() == is_its).map(|step| place(step)).collect();
            if !names.is_empty() {
                lines.extend(self.indented(&format!("only in {run}: {}", names.join("; ")), 2));
            }
        }
        if let Some(step) = not_run.first() {
            let run = if step.differences.iter().any(|one| one.b.as_deref() == Some("not run")) { "B" } else { "A" };
            let text = format!("  {} not run in {run}", count(not_run.len(), "step"));
            lines.push(paint(self.style, Role::Faint, text).to_string());
        }
        lines
    }

    fn difference(&self, difference: &Difference) -> Vec<String> {
        let word = left(word(difference.what), 10);
        let text = format!("{word} {}", change(difference));
        let lines = self.indented(&text, 4);
        match difference.what.is_faint() {
            true => lines.into_iter().map(|line| paint(self.style, Role::Faint, line).to_string()).collect(),
            false => lines,
        }
    }

    /// The text in lines that fit, so many columns from the left.
    fn indented(&self, text: &str, margin: usize) -> Vec<String> {
        let wrapped = wrap(text, self.width.saturating_sub(margin));
        wrapped.lines().map(|line| format!("{}{line}", " ".repeat(margin))).collect()
    }
}

/// Cases that begin to differ in the same way, in the order of the first of each kind.
fn alike<'a>(cases: &[&'a CaseDifference]) -> Vec<Vec<&'a CaseDifference>> {
    let mut groups: Vec<Vec<&CaseDifference>> = Vec::new();
    for case in cases {
        let known = groups.iter_mut().find(|group| group.first().is_some_and(|first| begin_alike(first, case)));
        match known {
            Some(group) => group.push(case),
            None => groups.push(vec![case]),
        }
    }
    groups
}

fn begin_alike(one: &CaseDifference, other: &CaseDifference) -> bool {
    let plain = |case: &CaseDifference| case.was.is_none();
    let first = |case: &CaseDifference| {
        let step = case.steps.get(case.first?)?;
        Some((call(step), step.differences.iter().filter(|one| !one.what.is_faint()).cloned().collect::<Vec<_>>()))
    };
    (one.a, one.b) == (other.a, other.b) && plain(one) && plain(other) && first(one) == first(other)
}

/// The difference to look at first: what explains an outcome rather than the outcome.
fn first_difference(case: &CaseDifference) -> Option<(&StepDifference, &Difference)> {
    let step = case.steps.get(case.first?)?;
    // What broke in the second run is told by the promise it breaks, unless a difference plainly is what broke it: a
    // counter that went on is none.
    let broken = step.differences.iter().find(|one| one.what == What::Outcome && breaks(one).is_some());
    let mut causes = step.differences.iter().filter(|one| one.what != What::Outcome && !one.what.is_faint());
    let cause = causes.find(|cause| broken.and_then(breaks).is_none_or(|broken| is_about(cause, broken)));
    Some((step, cause.or(broken).or(step.differences.first())?))
}

/// The promises that the second run breaks, of a difference of outcomes.
fn breaks(outcome: &Difference) -> Option<&str> {
    outcome.b.as_deref()?.split_once('(').map(|(_, broken)| broken)
}

/// Whether a difference can be what broke a promise.
fn is_about(cause: &Difference, broken: &str) -> bool {
    match (cause.what, &cause.path) {
        (What::Value | What::Sent | What::Response | What::Request, Some(path)) => {
            let last = path.rsplit(['.', ' ', ']']).next().unwrap_or_default();
            !last.is_empty() && broken.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == last)
        }
        _ => true,
    }
}

/// Whether there is more to tell of a case than its first difference and what follows from that.
fn is_worth_details(case: &CaseDifference) -> bool {
    let told = |difference: &&Difference| !matches!(difference.what, What::Outcome | What::NotRun);
    case.steps.iter().flat_map(|step| &step.differences).filter(told).count() > 1
}

fn is_not_run(step: &StepDifference) -> bool {
    step.differences.iter().all(|difference| difference.what == What::NotRun)
}
