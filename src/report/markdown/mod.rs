//! A summary as Markdown: for the page of a CI job, a merge request, a chat.
//!
//! It says first what to do and is short: each problem is told once, with the whole explanation folded below it as
//! long as there is room. GitHub takes one megabyte and nobody reads as much.

mod text;

use super::Reporter;
use super::build::Build;
use super::changes::{self, is_new, newly_failing};
use super::explain::explain_waiver;
use super::findings::grade;
use super::fold::{Index, ProblemGroup, RunFold};
use super::verdict;
use crate::diagnostic::Diagnostic;
use crate::event::{Event, Outcome, Verdict};
use crate::history::{Changes, Past};
use crate::text::visible_line;
use crate::text::{count, grouped};
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;
use text::{fenced, link, plain};

/// Most bytes of stories.
const STORIES: usize = 200 * 1024;

/// Most cases that are listed.
const LISTED: usize = 200;

/// Most cases with one problem that are named; of more, it is said how many are in which suite.
const NAMED: usize = 6;

/// Writes what is wrong with a run as Markdown, once, at the end.
pub struct Markdown<W> {
    writer: W,
    build: Build,
    past: Option<Arc<Past>>,
}

impl<W: Write> Markdown<W> {
    /// A report that writes there, of a run that is part of that build.
    pub const fn new(writer: W, build: Build) -> Self {
        Self { writer, build, past: None }
    }

    /// Begins with what changed since the past.
    #[must_use]
    pub fn with_past(mut self, past: Option<Arc<Past>>) -> Self {
        self.past = past;
        self
    }

    fn text(&self, run: &RunFold) -> String {
        let counts = run.counts();
        let verdict = counts.verdict();
        let took = run.took();
        let sign = match verdict {
            Verdict::Passed => "✅",
            Verdict::Failed => "❌",
            Verdict::Error | Verdict::Interrupted => "⚠️",
        };
        let mut lines = vec![format!("## {sign} Proviso: {}", verdict::word(verdict)), String::new()];
        lines.push(format!("{}.", plain(&crate::text::capitalised(&verdict::sentence(counts, took)))));
        if verdict != Verdict::Passed {
            lines.push(format!("{}.", plain(&verdict::numbers(counts, took))));
        }
        lines.extend(run.clocks_differ().map(|text| format!("{}.", plain(&crate::text::capitalised(&text)))));
        lines.push(String::new());
        let changes = changes::of(run, self.past.as_deref());
        lines.extend(changes.as_ref().map(changed).unwrap_or_default());
        lines.extend(self.facts(run));
        let new = changes.as_ref().map(|changes| newly_failing(run, changes)).unwrap_or_default();
        lines.extend(sections(run, &new));
        if !run.waivers().is_empty() {
            lines.push("\n### Waivers that cannot stay\n".to_owned());
            lines.extend(run.waivers().iter().map(|refused| waiver(&explain_waiver(refused))));
        }
        let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
        for result in run.results().iter().filter(|result| result.outcome == Outcome::Skipped) {
            *skipped.entry(result.why()).or_default() += 1;
        }
        if !skipped.is_empty() {
            lines.push("\n### Not run\n".to_owned());
            let reasons = skipped.iter().take(LISTED);
            lines.extend(reasons.map(|(reason, number)| format!("- {}: {}", count(*number, "case"), plain(reason))));
        }
        let found = run.findings().found;
        if !found.is_empty() {
            lines.push(format!("\n### {} (undocumented)\n", count(found.len(), "finding")));
            let shown = found.iter().take(LISTED);
            lines.extend(shown.map(|thing| format!("- {}: {}", grade(thing.finding.grade), plain(&thing.line()))));
            if found.len() > LISTED {
                lines.push(format!("- … and {}", count(found.len() - LISTED, "more finding")));
            }
        }
        lines.join("\n")
    }

    /// Where, with what and from where, a row each.
    fn facts(&self, run: &RunFold) -> Vec<String> {
        let Some(run) = run.started() else { return Vec::new() };
        let build = &self.build;
        let job = build.number.map(|number| format!("number {number}")).or_else(|| build.id.clone());
        let job = build.name.clone().or(job).or_else(|| build.url.clone());
        let short = build.commit.as_deref().map(|commit| commit.chars().take(12).collect::<String>());
        let left_out = match run.left_out {
            0 => String::new(),
            number => format!(", {} not selected", grouped(number)),
        };
        let share = run.share.as_ref().map(|share| format!("{}:{}/{}", share.by, share.number, share.of));
        let rows = [
            (
                "Cases",
                Some(plain(&format!("{} in {}{left_out}", grouped(run.cases.len()), count(run.suites.len(), "suite")))),
            ),
            ("Environment", Some(plain(&run.environment))),
            ("Target", Some(plain(&run.target))),
            ("Share", share.map(|share| plain(&share))),
            ("Seed", Some(run.seed.to_string())),
            ("Run", Some(plain(&run.run))),
            ("Job", job.map(|job| link(&job, build.url.as_deref()))),
            ("Commit", short.map(|commit| link(&commit, build.commit_url.as_deref()))),
            ("Branch", build.branch.as_deref().map(plain)),
        ];
        let rows = rows.into_iter().filter_map(|(name, value)| Some(format!("| {name} | {} |", value?)));
        ["| | |".to_owned(), "| --- | --- |".to_owned()].into_iter().chain(rows).collect()
    }
}

/// What changed since the run before.
fn changed(changes: &Changes) -> Vec<String> {
    let words = changes::in_words(changes);
    if words.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("**Since {}:**\n", plain(&changes::since(changes)))];
    for changed in words {
        let items: Vec<String> = changed.items.iter().map(|item| plain(item)).collect();
        let more = if changed.more > 0 { format!("; … and {} more", grouped(changed.more)) } else { String::new() };
        lines.push(format!("- **{}**: {}{more}", plain(&changed.title), items.join("; ")));
    }
    lines.push(String::new());
    lines
}

/// What is wrong, one item for each problem; what is flaky; what is waived.
fn sections(run: &RunFold, new: &HashSet<usize>) -> Vec<String> {
    let Some(index) = run.index() else { return Vec::new() };
    let fails =
        |group: &ProblemGroup| group.cases.iter().any(|case| run.result(*case).is_some_and(|result| result.fails));
    let mut groups: Vec<&ProblemGroup> = run.groups().by_urgency().into_iter().map(|(_, group)| group).collect();
    // What is certain comes first, and of that what is new.
    groups.sort_by_key(|group| (group.outcome != Outcome::Failed, !is_new(group, new)));
    let mut lines = Vec::new();
    let mut room = STORIES;
    let section = |group: &ProblemGroup| match group.outcome {
        Outcome::Waived => "Waived",
        Outcome::Flaky if !fails(group) => "Flaky",
        _ => "What is wrong",
    };
    for title in ["What is wrong", "Flaky", "Waived"] {
        let of: Vec<&&ProblemGroup> = groups.iter().filter(|group| section(group) == title).collect();
        if of.is_empty() {
            continue;
        }
        lines.push(format!("\n### {title}\n"));
        for group in of.iter().take(LISTED) {
            let first = group.cases.first().and_then(|case| run.result(*case));
            let text = first.and_then(|result| result.problem.as_ref()).map_or("", |problem| problem.text.as_str());
            let text = if text.len() <= room { text } else { "" };
            room -= text.len();
            lines.push(item(group, index, text, new));
        }
        if of.len() > LISTED {
            lines.push(format!("- … and {}", count(of.len() - LISTED, "more problem")));
        }
    }
    lines
}

/// One problem: its first case, the others, and the whole explanation folded below.
fn item(group: &ProblemGroup, index: &Index, text: &str, new: &HashSet<usize>) -> String {
    let sign = match group.outcome {
        Outcome::Failed => "❌",
        Outcome::Flaky => "🔁",
        Outcome::Waived => "📝",
        _ => "⚠️",
    };
    let is_new = if is_new(group, new) { "new: " } else { "" };
    let place = group.place.as_ref().map(|place| format!("{}:{}", visible_line(&place.file), place.line));
    let place = place.map_or_else(String::new, |place| format!(" ({})", plain(&place)));
    let first = group.cases.first().map(|case| plain(&index.title(*case))).unwrap_or_default();
    let mut line = format!("- {sign} {is_new}**{first}**: {}{place}", plain(&group.headline.message()));
    let others = group.cases.get(1..).unwrap_or_default();
    if !others.is_empty() {
        let names: Vec<String> = match others.len() < NAMED {
            true => others.iter().map(|case| plain(&index.title(*case))).collect(),
            false => group.by_suite(index).iter().map(|(stem, number)| format!("{} {number}", plain(stem))).collect(),
        };
        line.push_str(&format!("\n  - the same in {}: {}", count(others.len(), "other case"), names.join(", ")));
    }
    match text {
        "" => line,
        text => {
            let text: String =
                fenced(text).lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
            format!("{line}\n\n  <details><summary>The whole explanation</summary>\n\n{text}\n  </details>\n")
        }
    }
}

/// A waiver that may not stay, with what is said of it.
fn waiver(waiver: &Diagnostic) -> String {
    let place = waiver.labels.first().map(|label| format!(" ({}:{})", label.place.file, label.place.line));
    let notes = waiver.notes.iter().map(|note| format!("\n  - {}: {}", note.kind.word(), plain(&note.text)));
    format!("- ❌ **{}**{}{}", plain(&waiver.title), plain(&place.unwrap_or_default()), notes.collect::<String>())
}

impl<W: Write> Reporter for Markdown<W> {
    fn event(&mut self, _: &Arc<Event>, _: &RunFold) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        let text = self.text(run);
        writeln!(self.writer, "{}\n", text.trim_end())?;
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{Story, everything_run, exchange, found, killed_run, mixed_run, passing_run};
    use crate::report::testing::told;

    fn written(events: &[Event]) -> String {
        let mut out = Vec::new();
        let build = Build {
            name: Some("nightly".into()),
            url: Some("https://ci.example/jobs/7".into()),
            commit: Some("0123456789abcdef".into()),
            commit_url: Some("https://ci.example/commit/0123456789abcdef".into()),
            branch: Some("main".into()),
            ..Build::default()
        };
        told(&mut Markdown::new(&mut out, build), events);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_mixed_run() {
        insta::assert_snapshot!(written(&mixed_run()));
    }

    #[test]
    fn a_passing_run() {
        insta::assert_snapshot!(written(&passing_run()));
    }

    #[test]
    fn a_killed_run_says_what_has_no_result() {
        let text = written(&killed_run());
        assert!(text.starts_with("## ⚠️ Proviso: Error\n"), "{text}");
        assert_eq!(text.matches("no result: the run ended before this case did").count(), 1, "{text}");
        assert!(text.contains("the same in 2 other cases"), "{text}");
        assert!(written(&[]).contains("before it said what it would do"));
    }

    #[test]
    fn nothing_a_server_says_is_markup() {
        let nasty = "<script>alert(1)</script> </details> ```` ![x](http://x) @team #1 | `a` **b** [c](d)\n```\n# e";
        let mut story = Story::new(&[("suites/a.yaml", nasty, &[nasty])], 1);
        let promise = crate::event::Promise::Body(found(nasty, nasty, Some(nasty)));
        story.fail(0, exchange("POST", 400, nasty), vec![promise]);
        let text = written(&story.over());
        insta::assert_snapshot!(text);
        let outside: String = text.split("`````").step_by(2).collect();
        assert!(
            !outside.contains("<script") && !outside.contains("](http://x") && !outside.contains("\n# e"),
            "{text}"
        );
    }

    #[test]
    fn however_much_is_wrong_it_stays_within_its_size() {
        let names: Vec<String> = (0..3_000).map(|number| format!("case {number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut story = Story::new(&[("suites/a.yaml", "A", &names)], 1);
        let body = "x".repeat(2_000);
        for case in 0..names.len() {
            let promise = crate::event::Promise::Body(found(&format!("$.a{case}"), "1", Some(&body)));
            story.fail(case, exchange("GET", 200, &body), vec![promise]);
        }
        let text = written(&story.over());
        assert!(text.len() < 600 * 1024, "{}", text.len());
        assert!(text.contains("… and 2,800 more problems"), "what is not listed is counted");
        assert!(written(&everything_run()).len() < 100 * 1024);
    }
}
