//! `proviso prune`: removes old run folders, and what the history has of them. They hold requests and responses, and so
//! personal data.

use super::exit::Exit;
use super::history;
use super::run_folder::{self, JOURNAL};
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Event, EventKind, Timestamp};
use crate::journal;
use crate::text::{count, duration as in_words};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Which runs go.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("which").args(["keep", "older_than"]).required(true).multiple(true)))]
pub(super) struct Prune {
    /// How many runs of every environment are kept, the newest of them.
    #[arg(long, value_name = "N")]
    keep: Option<NonZeroUsize>,
    /// Remove runs that began longer ago than this, as in 30d, 2w or 12h, also where --keep would keep them.
    #[arg(long, value_name = "DURATION", value_parser = age)]
    older_than: Option<Duration>,
    /// Say what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where run folders and the history are.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    reports: PathBuf,
}

/// A run in its folder.
struct RunFolder {
    path: PathBuf,
    environment: String,
    started: Timestamp,
}

/// A journal that was written to this lately belongs to a run that goes on.
const LATELY: Duration = Duration::from_secs(3600);

/// Removes old runs.
pub(super) fn prune(args: &Prune, shell: &Shell) -> Exit {
    let now = SystemTime::now();
    let before = args.older_than.and_then(|age| {
        let now = Timestamp::new(jiff::Timestamp::now());
        now.timestamp().checked_sub(jiff::SignedDuration::try_from(age).ok()?).ok().map(Timestamp::new)
    });
    if !args.reports.is_dir() {
        shell.problem(&no_folder(&args.reports));
        return Exit::Invalid;
    }
    let (folders, odd) = folders(&args.reports, now);
    let old = old(folders, args.keep.map(NonZeroUsize::get), before);
    let (mut removed, mut problems) = (0, Vec::new());
    for folder in &old {
        shell.say(&format!("{} · environment {} · {}", folder.path.display(), folder.environment, folder.started));
        if args.dry_run {
            continue;
        }
        match std::fs::remove_dir_all(&folder.path) {
            Ok(()) => removed += 1,
            Err(error) => problems.push(
                Diagnostic::new(Code::Report, format!("{} could not be removed", folder.path.display()))
                    .note(NoteKind::Why, error.to_string())
                    .next("give yourself permission to remove it, and prune again"),
            ),
        }
    }
    odd.iter().for_each(|remark| shell.warn(&format!("note: {remark}")));
    if args.dry_run {
        shell.say(&format!("{} would be removed", count(old.len(), "run folder")));
        return Exit::Passed;
    }
    let forgotten = forget(args, before);
    let rows = match &forgotten {
        Ok(rows) => *rows,
        Err(problem) => {
            problems.push(problem.clone());
            0
        }
    };
    drop_dangling_link(&args.reports);
    shell.say(&format!("{} removed, {} forgotten in the history", count(removed, "run folder"), count(rows, "run")));
    problems.iter().for_each(|problem| shell.problem(problem));
    if problems.is_empty() { Exit::Passed } else { Exit::Unreported }
}

/// Forgets the same runs in the history, where there is one.
fn forget(args: &Prune, before: Option<Timestamp>) -> Result<usize, Diagnostic> {
    match history::forget(&args.reports, args.keep.map(NonZeroUsize::get), before) {
        Ok(forgotten) => Ok(forgotten.len()),
        // There is nothing to forget where there is no history.
        Err((_, Exit::NothingSelected)) => Ok(0),
        Err((problem, _)) => Err(problem),
    }
}

/// The runs in their folders, the oldest first, without those that go on; and what was passed over.
fn folders(reports: &Path, now: SystemTime) -> (Vec<RunFolder>, Vec<String>) {
    let (mut folders, mut odd) = (Vec::new(), Vec::new());
    for path in run_folder::all(reports) {
        match begun(&path.join(JOURNAL)) {
            None => odd.push(format!("{} was passed over: its journal cannot be read", path.display())),
            Some(_) if goes_on(&path.join(JOURNAL), now) => {
                odd.push(format!("{} was passed over: that run goes on", path.display()));
            }
            Some((environment, started)) => folders.push(RunFolder { path, environment, started }),
        }
    }
    folders.sort_by_key(|folder| folder.started);
    (folders, odd)
}

fn begun(journal: &Path) -> Option<(String, Timestamp)> {
    match journal::read(BufReader::new(File::open(journal).ok()?)).next()? {
        Ok(Event { at, kind: EventKind::RunStarted(run) }) => Some((run.environment, at)),
        Ok(_) | Err(_) => None,
    }
}

/// Whether a run has not come to its end and was at work lately.
fn goes_on(journal: &Path, now: SystemTime) -> bool {
    let changed = std::fs::metadata(journal).and_then(|known| known.modified());
    let lately = changed.is_ok_and(|changed| now.duration_since(changed).unwrap_or_default() < LATELY);
    lately && !is_over(journal)
}

/// Whether the last whole line of a journal ends its run.
fn is_over(journal: &Path) -> bool {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let Ok(mut file) = File::open(journal) else { return false };
    let end = file.seek(SeekFrom::End(0)).unwrap_or_default();
    let mut tail = Vec::new();
    let read = file.seek(SeekFrom::Start(end.saturating_sub(4096))).and_then(|_| file.read_to_end(&mut tail));
    read.is_ok() && String::from_utf8_lossy(&tail).contains("\"run_finished\"")
}

/// The runs that go: of every environment all but the newest so many, and those that began before a time.
fn old(folders: Vec<RunFolder>, keep: Option<usize>, before: Option<Timestamp>) -> Vec<RunFolder> {
    let mut newer: BTreeMap<String, usize> = BTreeMap::new();
    let mut old: Vec<RunFolder> = Vec::new();
    for folder in folders.into_iter().rev() {
        let newer = newer.entry(folder.environment.clone()).or_default();
        let too_many = keep.is_some_and(|keep| *newer >= keep);
        *newer += 1;
        if too_many || before.is_some_and(|before| folder.started < before) {
            old.push(folder);
        }
    }
    old.reverse();
    old
}

/// A link to a run that is gone leads nowhere.
fn drop_dangling_link(reports: &Path) {
    if !reports.join("latest").exists() {
        run_folder::forget_latest(reports);
    }
}

fn age(text: &str) -> Result<Duration, String> {
    let day = Duration::from_secs(24 * 3600);
    let whole = |suffix: char| text.strip_suffix(suffix).and_then(|number| number.parse::<u32>().ok());
    let age = whole('d').map(|days| day * days).or_else(|| whole('w').map(|weeks| day * 7 * weeks));
    let age = age.or_else(|| crate::yaml::parse_duration(text)).filter(|age| !age.is_zero());
    age.ok_or_else(|| format!("write 30d, 2w or 12h; anything above {}", in_words(Duration::ZERO)))
}

fn no_folder(reports: &Path) -> Diagnostic {
    Diagnostic::new(Code::Report, format!("there is no folder {}", reports.display()))
        .next("name the folder of run folders with --reports")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(environment: &str, day: u64) -> RunFolder {
        let start = Timestamp::new("2026-03-01T00:00:00Z".parse().expect("a moment"));
        let started = start.after(Duration::from_secs(86_400 * day));
        RunFolder { path: PathBuf::from(format!("{environment}-{day}")), environment: environment.to_owned(), started }
    }

    fn gone(keep: Option<usize>, before_day: Option<u64>) -> Vec<String> {
        let folders = vec![folder("uat", 0), folder("sandbox", 1), folder("uat", 2), folder("uat", 3)];
        let before = before_day.map(|day| folder("x", day).started);
        old(folders, keep, before).into_iter().map(|folder| folder.path.display().to_string()).collect()
    }

    #[test]
    fn the_newest_of_every_environment_stay_and_age_counts_for_itself() {
        assert_eq!(gone(Some(1), None), ["uat-0", "uat-2"]);
        assert_eq!(gone(None, Some(2)), ["uat-0", "sandbox-1"]);
        assert_eq!(gone(Some(2), Some(1)), ["uat-0"]);
        assert_eq!(gone(None, None), Vec::<String>::new());
    }

    #[test]
    fn ages_are_said_in_days_and_weeks_too() {
        assert_eq!(age("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(age("2w"), Ok(Duration::from_secs(14 * 86_400)));
        assert_eq!(age("12h"), Ok(Duration::from_secs(12 * 3_600)));
        assert!(age("0d").is_err() && age("soon").is_err());
    }
}
