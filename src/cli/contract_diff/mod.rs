//! `proviso contract diff`.

mod args;
mod json;
mod junit;
mod lines;
mod markdown;
mod read;
mod text;
mod whom;

pub(super) use args::Diff;
use args::DiffFormat;
pub(super) use read::read;

use super::exit::Exit;
use super::files::{near_file, shown, unreadable};
use super::shell::Shell;
use crate::change::{Change, Level, Report, Verdict, Waiving, compare, page, waive};
use crate::cli::args::CheckFormat;
use crate::diagnostic::{Code, Diagnostic, to_json};
use crate::source::Sources;
use crate::suite::{Waiver, read_waivers};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use whom::Whom;

/// Everything that is told.
struct Told<'t> {
    report: &'t Report,
    waivers: &'t [Waiver],
    waiving: &'t Waiving,
    old: &'t str,
    new: &'t str,
    all: bool,
    whom: &'t Whom,
}

impl Told<'_> {
    /// Whether a change counts and nobody answers for it.
    fn fails(&self, change: &Change) -> bool {
        change.verdict.counts() && self.waiving.of(change).is_none()
    }

    /// How many changes count.
    fn failing(&self) -> usize {
        self.report.changes.iter().filter(|change| self.fails(change)).count()
    }

    /// How many changes somebody answers for.
    fn waived(&self) -> usize {
        self.report.changes.iter().filter(|change| self.waiving.of(change).is_some()).count()
    }

    /// The counts in one line.
    fn counts(&self) -> String {
        let of = |verdict: Verdict| self.report.count(verdict);
        let mut parts = vec![
            format!("{} breaking", of(Verdict::Breaking)),
            format!("{} unsure", of(Verdict::Unsure)),
            format!("{} compatible", of(Verdict::Compatible)),
        ];
        if of(Verdict::Meaning) > 0 {
            parts.push(format!("{} in meaning only", of(Verdict::Meaning)));
        }
        if self.waived() > 0 {
            parts.push(format!("{} waived", self.waived()));
        }
        parts.join(", ")
    }
}

/// Compares two contracts.
pub(super) fn diff(args: &Diff, shell: &Shell) -> Exit {
    if let Some(rule) = &args.explain {
        return explain(rule, shell);
    }
    let (Some(old), Some(new)) = (&args.old, &args.new) else { return Exit::Usage };
    if old == "-" && new == "-" {
        let problem = Diagnostic::new(Code::WrongValue, "both contracts cannot come from standard input");
        return refused(args, shell, &[problem.next("give one of them as a file")]);
    }
    let mut sources = Sources::default();
    let sides = (read(&mut sources, old), read(&mut sources, new));
    let (before, after) = match sides {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => {
            let problems = [before.err(), after.err()].into_iter().flatten().flatten().collect::<Vec<_>>();
            return refused(args, shell, &problems);
        }
    };
    let waivers = match args.waivers.as_deref().map_or_else(|| Ok(Vec::new()), waivers_of) {
        Ok(waivers) => waivers,
        Err(problems) => return refused(args, shell, &problems),
    };
    let report = compare(before.document(), after.document(), &sources, args.level.level());
    if report.is_another_api() {
        let (a, b) = (&before.contract().title, &after.contract().title);
        let title = format!("`{a}` and `{b}` have no operation in common");
        let problem = Diagnostic::new(Code::Contract, title);
        return refused(args, shell, &[problem.next("compare two versions of one API; these are two APIs")]);
    }
    let whom = match Whom::read(&args.suites, &args.cases, &report, (&before, &after)) {
        Ok(whom) => whom,
        Err(problems) => return refused(args, shell, &problems),
    };
    let waiving = waive(&report, &waivers, jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());
    let told = Told { report: &report, waivers: &waivers, waiving: &waiving, old, new, all: args.all, whom: &whom };
    match args.format {
        DiffFormat::Text => {
            shell.say(&text::told(&told, shell.out));
            if super::check::in_github_actions() {
                lines::github(&told, shell);
            }
        }
        DiffFormat::Json => shell.say(&json::told(&told)),
        DiffFormat::Markdown => shell.say(&markdown::told(&told)),
        DiffFormat::Junit => shell.say(&junit::told(&told)),
        DiffFormat::Github => lines::github(&told, shell),
        DiffFormat::Gitlab => shell.say(&lines::gitlab(&told)),
    }
    if told.failing() == 0 && waiving.refused.is_empty() { Exit::Passed } else { Exit::Failed }
}

pub(super) fn waivers_of(path: &Path) -> Result<Vec<Waiver>, Vec<Diagnostic>> {
    let text =
        std::fs::read_to_string(path).map_err(|error| vec![unreadable(path, &error).maybe_next(near_file(path))])?;
    let mut sources = Sources::default();
    let id = sources.add(shown(path), text);
    read_waivers(&sources, id)
}

/// Tells why nothing was compared.
fn refused(args: &Diff, shell: &Shell, problems: &[Diagnostic]) -> Exit {
    let format = match args.format {
        DiffFormat::Json => CheckFormat::Json,
        DiffFormat::Github => CheckFormat::Github,
        _ => CheckFormat::Text,
    };
    match format {
        CheckFormat::Json => {
            let problems = problems.iter().map(to_json).collect::<Value>();
            shell.say(&format!("{:#}", serde_json::json!({ "problems": problems })));
        }
        CheckFormat::Github => super::check::annotate(problems, shell),
        CheckFormat::Text => shell.problems(problems, "nothing was compared"),
    }
    Exit::Invalid
}

fn explain(rule: &str, shell: &Shell) -> Exit {
    match (crate::change::Rule::named(rule), page(rule)) {
        (Some(rule), Some(page)) => {
            shell.say(&text::page(rule, &page));
            Exit::Passed
        }
        _ => Exit::Usage,
    }
}

/// The operations that a new contract changes, those that are gone left out.
pub(super) fn touched(old: &str, new: &str) -> Result<BTreeSet<String>, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let (old, new) = (read(&mut sources, old)?, read(&mut sources, new)?);
    let report = compare(old.document(), new.document(), &sources, Level::Behaviour);
    Ok(report.changes.iter().filter_map(|change| change.operation.clone()).collect())
}
