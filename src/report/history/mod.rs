//! What the history says, drawn for people: a strip of signs for each case that somebody must look at, then how long
//! the operations take.

pub(super) mod latency;
#[cfg(test)]
mod tests;

use super::style::{Role, mark, paint};
use crate::diagnostic::Style;
use crate::event::{Outcome, Timestamp};
use crate::history::{Column, Picture, Problem, Since, Standing, Strip};
use crate::text::count;
use crate::text::{columns, head, squeeze, visible_line, wrap};

/// What a run without an environment calls it.
const WITHOUT: &str = "none";

/// Most cases with the same problem that are told one by one.
const MOST_ALIKE: usize = 6;

/// What is done with cases that nobody has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They are counted.
    Counted,
    /// They are told one by one.
    Listed,
}

/// Fewest columns that are laid out for.
const NARROWEST: usize = 40;

/// Longest problem, in characters, that is told on its lines.
const LONGEST: usize = 200;

/// Draws the history in lines of at most `width` columns, as far as that can be.
#[must_use]
pub fn draw_history(picture: &Picture, rest: Rest, style: Style, width: usize) -> String {
    let sheet = Sheet { picture, style, width: width.max(NARROWEST), shown: shown(picture, width.max(NARROWEST)) };
    let mut lines = sheet.header();
    for (standing, title) in TITLES {
        let strips: Vec<&Strip> = picture.cases.iter().filter(|strip| strip.standing == standing).collect();
        if strips.is_empty() || (rest == Rest::Counted && standing >= Standing::Skipped) {
            continue;
        }
        lines.push(String::new());
        lines.push(paint(style, Role::Strong, format!("{title}: {}", count(strips.len(), "case"))).to_string());
        for alike in strips.chunk_by(|one, other| is_told_alike(one, other)) {
            lines.extend(sheet.strips(alike, rest));
        }
    }
    if rest == Rest::Counted {
        lines.extend(sheet.rest());
    }
    lines.extend(latency::lines(picture, sheet.shown, style, sheet.width));
    lines.join("\n")
}

const TITLES: [(Standing, &str); 7] = [
    (Standing::NewlyFailing, "Newly failing"),
    (Standing::Failing, "Failing for longer"),
    (Standing::Error, "Error: could not be decided"),
    (Standing::Unsteady, "Unsteady"),
    (Standing::Waived, "Waived"),
    (Standing::Skipped, "Not run"),
    (Standing::Passing, "Passing"),
];

/// How many runs a strip has room for: half of the line is the name's.
fn shown(picture: &Picture, width: usize) -> usize {
    picture.runs.len().min(width / 2)
}

/// `2026-03-01 02:30`, in UTC as the journal has it.
pub(super) fn minute(moment: Timestamp) -> String {
    moment.timestamp().strftime("%Y-%m-%d %H:%M").to_string()
}

fn day(moment: Timestamp) -> String {
    moment.timestamp().strftime("%Y-%m-%d").to_string()
}

struct Sheet<'a> {
    picture: &'a Picture,
    style: Style,
    width: usize,
    shown: usize,
}

impl Sheet<'_> {
    fn header(&self) -> Vec<String> {
        let runs = &self.picture.runs[self.picture.runs.len() - self.shown..];
        let [first, .., last] = runs else {
            return runs.iter().flat_map(|only| self.newest(only, "The only run")).collect();
        };
        let environment = match self.picture.environment.as_str() {
            WITHOUT => "without an environment".to_owned(),
            name => format!("against {}", visible_line(name)),
        };
        let (from, to) = (day(first.started), day(last.started));
        let days = if from == to { format!("on {from}") } else { format!("{from} to {to}") };
        let title = format!("{} {environment}, {days} (UTC)", count(runs.len(), "run"));
        let mut lines = vec![paint(self.style, Role::Strong, squeeze(&title, self.width)).to_string()];
        lines.extend(self.newest(last, "The newest"));
        lines
    }

    /// What came of the newest run, in a sentence.
    fn newest(&self, column: &Column, which: &str) -> Vec<String> {
        let run = column.runs.first().map(|run| visible_line(run)).unwrap_or_default();
        let facts: Vec<String> = [
            (column.failed, "failed"),
            (column.errors, "ended with an error"),
            (column.waived, "waived"),
            (column.passed, "passed"),
        ]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(number, "case")))
        .collect();
        let facts = if facts.is_empty() { "no case has a result".to_owned() } else { facts.join(", ") };
        let shares = match column.missing_shares {
            0 => String::new(),
            1 => "; one of its shares is not in the history".to_owned(),
            missing => format!("; {missing} of its shares are not in the history"),
        };
        let text = format!("{which}, {run} of {}: {facts}{shares}", minute(column.started));
        wrap(&text, self.width).lines().map(str::to_owned).collect()
    }

    /// Cases of which the same is to be said, and that once.
    fn strips(&self, strips: &[&Strip], rest: Rest) -> Vec<String> {
        let remarks = strips.first().map(|strip| remarks(strip)).unwrap_or_default();
        let most = match rest {
            Rest::Counted if strips.len() > MOST_ALIKE && !remarks.is_empty() => MOST_ALIKE - 1,
            Rest::Counted | Rest::Listed => strips.len(),
        };
        let mut lines: Vec<String> = strips.iter().take(most).map(|strip| self.strip(strip)).collect();
        if strips.len() > most {
            lines.push(format!("  … {}", count(strips.len() - most, "more case")));
        }
        lines.extend(remarks.into_iter().flat_map(|remark| {
            let wrapped = wrap(&remark, self.width - 4);
            wrapped.lines().map(|line| format!("    {line}")).collect::<Vec<_>>()
        }));
        lines
    }

    fn strip(&self, strip: &Strip) -> String {
        let signs = &strip.signs.0[strip.signs.0.len().saturating_sub(self.shown)..];
        let drawn: String = signs.iter().map(|sign| painted(*sign, self.style)).collect();
        let name = format!("{} › {}", strip.suite, visible_line(&strip.case));
        format!("  {drawn} {}", squeeze(&name, self.width.saturating_sub(3 + signs.len())))
    }

    /// The cases nobody has to look at, in one line.
    fn rest(&self) -> Option<String> {
        let of = |standing| self.picture.cases.iter().filter(|strip| strip.standing == standing).count();
        let parts: Vec<String> = [(of(Standing::Passing), "passing"), (of(Standing::Skipped), "not run")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{} {what}", is_are(number, "case")))
            .collect();
        (!parts.is_empty()).then(|| format!("\n{}", paint(self.style, Role::Faint, parts.join(", "))))
    }
}

/// `1 case is`, `3 cases are`.
fn is_are(number: usize, noun: &str) -> String {
    format!("{} {}", count(number, noun), if number == 1 { "is" } else { "are" })
}

fn painted(sign: Outcome, style: Style) -> String {
    let (mark, role) = mark(sign);
    paint(style, role, mark).to_string()
}

fn is_told_alike(one: &Strip, other: &Strip) -> bool {
    remarks(one) == remarks(other)
}

/// What there is to say of a case besides its strip.
fn remarks(strip: &Strip) -> Vec<String> {
    let mut remarks: Vec<String> = strip.since.iter().flat_map(since).collect();
    if strip.flaky > 0 {
        let share = strip.flaky * 100 / strip.runs.max(1);
        let runs = count(strip.runs, "run");
        remarks.push(format!("flaky in {} of {runs} ({share} %): it passed when it was run again", strip.flaky));
    } else if strip.standing == Standing::Unsteady {
        let (times, runs) = (count(strip.turns, "time"), count(strip.runs, "run"));
        remarks.push(format!("turned {times} between passed and failed in {runs}"));
    }
    remarks
}

/// `failing since 2026-03-01 02:30, 3 runs`.
pub(super) fn since_words(since: &Since) -> String {
    let earlier = if since.or_earlier { " or earlier" } else { "" };
    let runs = if since.runs == 1 { String::new() } else { format!(", {}", count(since.runs, "run")) };
    format!("failing since {}{earlier}{runs}", minute(since.started))
}

fn since(since: &Since) -> Vec<String> {
    let earlier = if since.or_earlier { " or earlier" } else { "" };
    let runs = if since.runs == 1 { String::new() } else { format!(", {}", count(since.runs, "run")) };
    let first = since.first.as_ref().map_or_else(String::new, |problem| format!(": {}", told(problem)));
    let begun = format!("since {}{earlier}{runs}, {}{first}", minute(since.started), visible_line(&since.run));
    std::iter::once(begun).chain(since.now.iter().map(|now| format!("now: {}", told(now)))).collect()
}

fn told(problem: &Problem) -> String {
    let step = visible_line(&problem.step);
    let title = head(&visible_line(&problem.title), LONGEST);
    if step.is_empty() { title } else { format!("{title} (at {step})") }
}

/// The text on the right of so many columns.
pub(super) fn right(text: &str, room: usize) -> String {
    format!("{}{text}", " ".repeat(room.saturating_sub(columns(text))))
}

/// The text on the left of so many columns.
pub(super) fn left(text: &str, room: usize) -> String {
    format!("{text}{}", " ".repeat(room.saturating_sub(columns(text))))
}
