//! A summary as Markdown: for the page of a CI job, a merge request, a chat.
//!
//! It says first what to do and is short: what was wrong is told in one line each, with the whole story folded below it as
//! long as there is room. GitHub takes one megabyte and nobody reads as much.

mod text;

use super::Reporter;
use super::build::Build;
use super::names::visible_line;
use super::ordered_results::{Detail, Ending, Entry, OrderedResults};
use super::verdict;
use crate::diagnostic::Diagnostic;
use crate::event::{Event, Verdict};
use crate::text::{count, grouped};
use std::collections::BTreeMap;
use std::io::{self, Write};
use text::{fenced, link, plain};

/// Most bytes of stories.
const STORIES: usize = 200 * 1024;

/// Most cases that are listed.
const LISTED: usize = 200;

/// Collects what is wrong with a run and writes it as Markdown, once, at the end.
pub struct Markdown<W> {
    writer: W,
    build: Build,
    ledger: OrderedResults,
    bad: Vec<Line>,
    stories: usize,
    flaky: Vec<Line>,
    waived: Vec<Line>,
    skipped: BTreeMap<String, usize>,
}

/// A case to tell of.
struct Line {
    ending: Ending,
    text: String,
    story: String,
}

impl<W: Write> Markdown<W> {
    /// A report that writes there, of a run that is part of that build.
    pub fn new(writer: W, build: Build) -> Self {
        Self {
            writer,
            build,
            ledger: OrderedResults::new(Detail::Stories),
            bad: Vec::new(),
            stories: 0,
            flaky: Vec::new(),
            waived: Vec::new(),
            skipped: BTreeMap::new(),
        }
    }

    fn keep(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            if let Some(reason) = entry.skipped {
                *self.skipped.entry(reason).or_default() += 1;
                continue;
            }
            let (Some(run), Some(problem)) = (self.ledger.run(), entry.problem) else { continue };
            let name = format!("{} › {}", run.index.stem(entry.case), visible_line(&run.index.name(entry.case)));
            let place = problem.place.as_ref().map(|place| format!("{}:{}", visible_line(&place.file), place.line));
            let place = place.map_or_else(String::new, |place| format!(" ({})", plain(&place)));
            let text = format!("**{}**: {}{place}", plain(&name), plain(&problem.headline.message()));
            let fits = self.stories + problem.story.len() <= STORIES && !problem.story.is_empty();
            let story = if fits { problem.story } else { String::new() };
            self.stories += story.len();
            let line = Line { ending: entry.ending, text, story };
            match entry.ending {
                Ending::Waived => self.waived.push(line),
                Ending::Flaky if !entry.fails => self.flaky.push(line),
                _ => self.bad.push(line),
            }
        }
    }

    fn text(&self) -> String {
        let counts = self.ledger.counts();
        let verdict = counts.verdict();
        let took = self.ledger.took();
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
        lines.push(String::new());
        lines.extend(self.facts());
        let sections = [("What is wrong", &self.bad), ("Flaky", &self.flaky), ("Waived", &self.waived)];
        for (title, entries) in sections.into_iter().filter(|(_, entries)| !entries.is_empty()) {
            lines.push(format!("\n### {title}\n"));
            lines.extend(entries.iter().take(LISTED).map(item));
            if entries.len() > LISTED {
                lines.push(format!("- … and {}", count(entries.len() - LISTED, "more case")));
            }
        }
        if !self.ledger.waivers().is_empty() {
            lines.push("\n### Waivers that cannot stay\n".to_owned());
            lines.extend(self.ledger.waivers().iter().map(waiver));
        }
        if !self.skipped.is_empty() {
            lines.push("\n### Not run\n".to_owned());
            let reasons = self.skipped.iter().take(LISTED);
            lines.extend(reasons.map(|(reason, number)| format!("- {}: {}", count(*number, "case"), plain(reason))));
        }
        lines.join("\n")
    }

    /// Where, with what and from where, a row each.
    fn facts(&self) -> Vec<String> {
        let Some(run) = self.ledger.run().map(|run| &run.started) else { return Vec::new() };
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

fn item(line: &Line) -> String {
    let sign = match line.ending {
        Ending::Failed => "❌",
        Ending::Flaky => "🔁",
        Ending::Waived => "📝",
        _ => "⚠️",
    };
    match line.story.as_str() {
        "" => format!("- {sign} {}", line.text),
        story => {
            let story: String =
                fenced(story).lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
            format!(
                "- {sign} {}\n\n  <details><summary>The whole story</summary>\n\n{story}\n  </details>\n",
                line.text
            )
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
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let ready = self.ledger.add(event);
        self.keep(ready);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let left = self.ledger.finish();
        self.keep(left);
        // What is certain comes first.
        self.bad.sort_by_key(|line| line.ending != Ending::Failed);
        let text = self.text();
        writeln!(self.writer, "{}\n", text.trim_end())?;
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{Story, everything_run, exchange, found, killed_run, mixed_run, passing_run, told};

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
        assert!(text.starts_with("## ⚠️ Proviso: Undecided\n"), "{text}");
        assert_eq!(text.matches("no result: the run ended before this case did").count(), 3, "{text}");
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
            let promise = crate::event::Promise::Body(found("$.a", "1", Some(&body)));
            story.fail(case, exchange("GET", 200, &body), vec![promise]);
        }
        let text = written(&story.over());
        assert!(text.len() < 600 * 1024, "{}", text.len());
        assert!(text.contains("… and 2,800 more cases"), "what is not listed is counted");
        assert!(written(&everything_run()).len() < 100 * 1024);
    }
}
