//! What people look at: the newest runs as strips, since when what fails, and how long operations take.
//!
//! Plain data and nothing else: the terminal draws it, `--format json` prints it, the HTML report embeds it.

use super::columns::columns;
use super::past::Past;
use super::record::word;
use super::standing::{last, standing, turns};
use super::trends::{Trend, trends};
use super::{Since, Standing};
use crate::event::{Outcome, Timestamp, Verdict};
use serde::{Serialize, Serializer};

/// What is wanted of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// How many runs are shown, from the newest back.
    pub last: usize,
    /// Only cases whose file or name contains one of these; all, where there is none.
    pub texts: Vec<String>,
    /// Which cases by their standing.
    pub cases: WantedCases,
}

/// Which cases are wanted by their standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedCases {
    /// All of them.
    All,
    /// Those that fail or cannot be told.
    Failing,
}

/// The newest runs against one environment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// The environment's name.
    pub environment: String,
    /// The runs, the oldest first; the shares of one run are one.
    pub runs: Vec<Column>,
    /// The cases of these runs, those first that somebody must look at.
    pub cases: Vec<Strip>,
    /// The operations, the slowest first.
    pub operations: Vec<Trend>,
}

/// A run, or the shares of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// The ids of the run or of its shares, in the order they began.
    pub runs: Vec<String>,
    /// When it began.
    pub started: Timestamp,
    /// What it amounts to: `passed`, `failed`, `error` or `interrupted`.
    pub verdict: &'static str,
    /// How many shares are not in the history.
    #[serde(skip_serializing_if = "is_none")]
    pub missing_shares: u32,
    /// How many cases passed, flaky ones included.
    pub passed: usize,
    /// How many cases failed.
    pub failed: usize,
    /// How many cases broke only promises for which somebody answers.
    pub waived: usize,
    /// How many cases could not be decided.
    pub errors: usize,
    /// How many cases have a result.
    pub cases: usize,
}

/// A case over the runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Strip {
    /// Its file, as reports name it.
    pub suite: String,
    /// Its name.
    pub case: String,
    /// How it ended in each run.
    pub signs: Signs,
    /// Where it stands.
    pub standing: Standing,
    /// Since when it does not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// In how many of the runs it was run.
    pub runs: usize,
    /// In how many of them it both passed and did not pass.
    pub flaky: usize,
    /// How often, from one run to the next, a pass turned into a failure or a failure into a pass.
    pub turns: usize,
}

/// Signs in the order of the runs; in JSON a text of their letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signs(pub Vec<Outcome>);

impl Serialize for Signs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.iter().map(|sign| sign.letter()).collect::<String>())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_none(number: &u32) -> bool {
    *number == 0
}

impl Past {
    /// What people look at of it.
    #[must_use]
    pub fn picture(&self, wanted: &Wanted) -> Picture {
        picture(self, wanted)
    }
}

fn picture(past: &Past, wanted: &Wanted) -> Picture {
    let columns = columns(&past.runs);
    let rows = rows(past, &columns);
    let from = columns.len().saturating_sub(wanted.last);
    let mut cases: Vec<Strip> = rows
        .iter()
        .enumerate()
        .filter_map(|(case, row)| strip(past, &columns, case, row, columns.len() - from))
        .filter(|strip| is_wanted(strip, wanted))
        .collect();
    // Among equals the one that fails for the shortest time comes first: what changed last is what is best known.
    cases.sort_by(|one, other| {
        let since = |strip: &Strip| std::cmp::Reverse(strip.since.as_ref().map(|since| since.started));
        let key = |strip: &Strip| (strip.standing, since(strip), std::cmp::Reverse(strip.flaky));
        // Cases that fail for the same reason stand together.
        let problem =
            |strip: &Strip| strip.since.as_ref()?.first.as_ref().map(|first| (first.title.clone(), first.step.clone()));
        key(one)
            .cmp(&key(other))
            .then_with(|| problem(one).cmp(&problem(other)))
            .then_with(|| (&one.suite, &one.case).cmp(&(&other.suite, &other.case)))
    });
    Picture {
        environment: past.environment.clone(),
        runs: (from..columns.len()).map(|index| column(past, &columns[index], &rows, index)).collect(),
        cases,
        operations: trends(past, &columns, from),
    }
}

fn is_wanted(strip: &Strip, wanted: &Wanted) -> bool {
    let named = |text: &String| strip.suite.contains(text.as_str()) || strip.case.contains(text.as_str());
    let standing = match wanted.cases {
        WantedCases::All => true,
        WantedCases::Failing => strip.standing <= Standing::Error,
    };
    standing && (wanted.texts.is_empty() || wanted.texts.iter().any(named))
}

/// A case over all columns.
struct Row {
    signs: Vec<Outcome>,
    unsteady: Vec<bool>,
    problems: Vec<Option<usize>>,
}

fn rows(past: &Past, columns: &[Vec<usize>]) -> Vec<Row> {
    let mut column_of = vec![0; past.runs.len()];
    for (column, runs) in columns.iter().enumerate() {
        runs.iter().for_each(|run| column_of[*run] = column);
    }
    let row = || Row {
        signs: vec![Outcome::Missing; columns.len()],
        unsteady: vec![false; columns.len()],
        problems: vec![None; columns.len()],
    };
    let mut rows: Vec<Row> = past.cases.iter().map(|_| row()).collect();
    for result in &past.results {
        let (Some(row), Some(column)) = (rows.get_mut(result.case), column_of.get(result.run).copied()) else {
            continue;
        };
        // A setup is done in every share that needs it; the worst counts.
        if result.sign >= row.signs[column] {
            row.signs[column] = result.sign;
            row.problems[column] = result.problem;
        }
        row.unsteady[column] |= result.unsteady || result.sign == Outcome::Flaky;
    }
    rows
}

/// A case of the newest runs; none when it is in none of them.
fn strip(past: &Past, columns: &[Vec<usize>], case: usize, row: &Row, window: usize) -> Option<Strip> {
    let shown = last(&row.signs, window);
    if shown.iter().all(|sign| *sign == Outcome::Missing) {
        return None;
    }
    let (suite, name) = past.cases.get(case)?;
    let flaky = row.unsteady[row.unsteady.len() - shown.len()..].iter().filter(|unsteady| **unsteady).count();
    let (standing, streak) = standing(&row.signs, window, flaky);
    let problem = |column: usize| past.problems.get(row.problems.get(column).copied()??).cloned();
    let since = streak.and_then(|streak| {
        let (run, started) = begun(past, columns.get(streak.first)?)?;
        let (first, now) = (problem(streak.first), problem(streak.newest));
        Some(Since {
            run,
            started,
            runs: streak.runs,
            or_earlier: streak.or_earlier,
            now: now.filter(|now| first.as_ref().is_none_or(|first| first.id != now.id)),
            first,
        })
    });
    Some(Strip {
        suite: suite.clone(),
        case: name.clone(),
        signs: Signs(shown.to_vec()),
        standing,
        since,
        runs: shown.iter().filter(|sign| sign.was_run()).count(),
        flaky,
        turns: turns(shown),
    })
}

/// The id and the beginning of a column.
fn begun(past: &Past, column: &[usize]) -> Option<(String, Timestamp)> {
    let run = past.runs.get(*column.first()?)?;
    Some((run.run.clone(), run.started))
}

fn column(past: &Past, runs: &[usize], rows: &[Row], index: usize) -> Column {
    let members: Vec<_> = runs.iter().filter_map(|run| past.runs.get(*run)).collect();
    let count = |wanted: fn(Outcome) -> bool| rows.iter().filter(|row| wanted(row.signs[index])).count();
    let of = members.first().and_then(|run| run.share.as_ref()).map_or(1, |share| share.of);
    let present = u32::try_from(members.len()).unwrap_or(u32::MAX);
    Column {
        started: members.first().map_or_else(|| Timestamp::new(jiff::Timestamp::UNIX_EPOCH), |run| run.started),
        verdict: word(members.iter().map(|run| run.verdict).min_by_key(worst).unwrap_or(Verdict::Error)),
        missing_shares: of.saturating_sub(present),
        passed: count(Outcome::is_good),
        failed: count(|sign| sign == Outcome::Failed),
        waived: count(|sign| sign == Outcome::Waived),
        errors: count(|sign| sign == Outcome::Error),
        cases: count(|sign| sign != Outcome::Missing),
        runs: members.into_iter().map(|run| run.run.clone()).collect(),
    }
}

/// The worst verdict has the lowest number.
const fn worst(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Interrupted => 0,
        Verdict::Failed => 1,
        Verdict::Error => 2,
        Verdict::Passed => 3,
    }
}
