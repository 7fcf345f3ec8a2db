//! What changed since the run before: what whoever reads a report in the morning wants to know first.

use super::columns::columns;
use super::compare::CaseName;
use super::past::PastRun;
use super::{ContractRecord, Latencies, Past, Quantiles, RunRecord, Since, Wanted, WantedCases};
use crate::event::{Outcome, Timestamp};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// What changed from the run before to a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changes {
    /// The id of the run before: the newest against the same environment that has a case of this run.
    pub previous: String,
    /// When that began.
    pub started: Timestamp,
    /// Contracts that say another version of themselves, or promise something else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<ContractChange>,
    /// Cases that fail or end with an error, and did not the last time they were run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub newly_failing: Vec<CaseName>,
    /// Cases that pass, and did not the last time they were run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mended: Vec<CaseName>,
    /// Cases that still do not pass, with since when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub still_failing: Vec<(CaseName, Option<Since>)>,
    /// Cases that passed only when they were run again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flaky: Vec<CaseName>,
    /// Operations that take clearly longer, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slower: Vec<Slower>,
    /// An earlier run that generated the same ids for the same server, where cases newly fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_seed: Option<String>,
}

/// A contract that is another than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractChange {
    /// The name by which suites use it.
    pub name: String,
    /// The version before.
    pub before: String,
    /// The version now; the same where only the promises are others.
    pub now: String,
}

/// An operation that takes clearly longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slower {
    /// The operation.
    pub operation: String,
    /// What it took before.
    pub before: Quantiles,
    /// What it takes now.
    pub now: Quantiles,
}

impl Changes {
    /// Whether nothing is worth telling.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contracts.is_empty()
            && self.newly_failing.is_empty()
            && self.mended.is_empty()
            && self.still_failing.is_empty()
            && self.flaky.is_empty()
            && self.slower.is_empty()
    }
}

/// Half of its requests took this many times as long, in percent, and longer by this many microseconds; and there were at
/// least so many, since a few say nothing.
const CLEARLY: (u64, u64, u64) = (150, 20_000, 5);

/// Whether the two are clearly not the same.
pub(super) fn clearly_differ(a: Quantiles, b: Quantiles) -> bool {
    let (percent, micros, requests) = CLEARLY;
    let (short, long) = (a.p50_us.min(b.p50_us), a.p50_us.max(b.p50_us));
    a.requests.min(b.requests) >= requests
        && long.saturating_mul(100) >= short.saturating_mul(percent)
        && long - short >= micros
}

/// What changed from the run before to this one. None where no run before it has a case of it.
#[must_use]
pub fn changes(past: &Past, run: &RunRecord) -> Option<Changes> {
    let past = past.with(run);
    let this = past.runs.len().checked_sub(1)?;
    let earlier = &past.runs[..this];
    let own: HashSet<(&str, &str)> = run.cases.iter().map(|case| (case.suite.as_str(), case.case.as_str())).collect();
    let is_own = |case: usize| past.cases.get(case).is_some_and(|(suite, name)| own.contains(&(suite, name)));
    let met: HashSet<usize> =
        past.results.iter().filter(|result| is_own(result.case)).map(|result| result.run).collect();
    let previous = columns(earlier).into_iter().rev().find(|column| column.iter().any(|run| met.contains(run)))?;
    let first = earlier.get(*previous.first()?)?;
    let mut changes = Changes {
        previous: first.run.clone(),
        started: first.started,
        contracts: contracts(&past, &previous, run),
        newly_failing: Vec::new(),
        mended: Vec::new(),
        still_failing: Vec::new(),
        flaky: Vec::new(),
        slower: slower(&past, &previous, run),
        same_seed: None,
    };
    let before = last_results(&past, this);
    let wanted = Wanted { last: past.runs.len(), texts: Vec::new(), cases: WantedCases::All };
    let since: HashMap<(String, String), Since> = past
        .picture(&wanted)
        .cases
        .into_iter()
        .filter_map(|strip| Some(((strip.suite, strip.case), strip.since?)))
        .collect();
    for case in &run.cases {
        let key = (case.suite.clone(), case.case.clone());
        let was = before.get(&key).copied();
        let name = || CaseName { suite: case.suite.clone(), case: case.case.clone() };
        match case.sign {
            sign if sign.is_bad() && was.is_some_and(Outcome::is_bad) => {
                changes.still_failing.push((name(), since.get(&key).cloned()));
            }
            sign if sign.is_bad() => changes.newly_failing.push(name()),
            sign if sign.is_good() && was.is_some_and(Outcome::is_bad) => changes.mended.push(name()),
            _ => {}
        }
        if case.sign == Outcome::Flaky || case.unsteady {
            changes.flaky.push(name());
        }
    }
    // The embedded server is a new one every time, and its address says so.
    let same = |one: &&PastRun| one.seed.is_some() && one.seed == run.seed && one.target == run.target;
    if !changes.newly_failing.is_empty() {
        changes.same_seed = earlier.iter().rev().find(same).map(|one| one.run.clone());
    }
    Some(changes)
}

/// How every case ended the last time it was run before a run.
fn last_results(past: &Past, this: usize) -> HashMap<(String, String), Outcome> {
    let mut last: HashMap<usize, (usize, Outcome)> = HashMap::new();
    for result in past.results.iter().filter(|result| result.run < this && result.sign.was_run()) {
        let known = last.entry(result.case).or_insert((result.run, result.sign));
        if result.run >= known.0 {
            *known = (result.run, result.sign);
        }
    }
    last.into_iter().filter_map(|(case, (_, sign))| Some((past.cases.get(case)?.clone(), sign))).collect()
}

fn contracts(past: &Past, previous: &[usize], run: &RunRecord) -> Vec<ContractChange> {
    let before = |name: &str| {
        past.contracts.iter().find(|(of, contract)| previous.contains(of) && contract.name == name).map(|(_, one)| one)
    };
    let changed = |now: &ContractRecord| {
        let before = before(&now.name).filter(|before| before.digest != now.digest || before.version != now.version)?;
        Some(ContractChange { name: now.name.clone(), before: before.version.clone(), now: now.version.clone() })
    };
    run.contracts.iter().filter_map(changed).collect()
}

fn slower(past: &Past, previous: &[usize], run: &RunRecord) -> Vec<Slower> {
    let slower = run.operations.iter().filter_map(|(operation, latencies)| {
        let mut before = Latencies::default();
        let same = past.latencies.iter().filter(|one| previous.contains(&one.run) && one.operation == *operation);
        same.for_each(|one| before.merge(&one.latencies));
        let (before, now) = (Quantiles::of(&before)?, Quantiles::of(latencies)?);
        (now.p50_us > before.p50_us && clearly_differ(before, now)).then(|| Slower {
            operation: operation.clone(),
            before,
            now,
        })
    });
    slower.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::testing::night;

    fn past(nights: &[&str]) -> Past {
        let number = |index: usize| u64::try_from(index).unwrap();
        nights
            .iter()
            .enumerate()
            .fold(Past::default(), |past, (index, night_)| past.with(&night(number(index), night_)))
    }

    fn names(cases: &[CaseName]) -> String {
        cases.iter().map(|case| case.case.rsplit(' ').next().unwrap_or_default()).collect()
    }

    #[test]
    fn what_is_new_is_apart_from_what_is_known() {
        let changes = changes(&past(&["PPFFPPW", "PPFPPPW"]), &night(2, "PFFPYTF")).unwrap();
        assert_eq!(changes.previous, "night-1");
        assert_eq!(names(&changes.newly_failing), "156");
        assert_eq!(changes.still_failing.iter().map(|(case, _)| case.case.as_str()).collect::<Vec<_>>(), ["case 2"]);
        assert_eq!(
            changes.still_failing[0].1.as_ref().map(|since| (since.run.as_str(), since.runs)),
            Some(("night-0", 3))
        );
        assert_eq!(names(&changes.flaky), "4");
        assert!(changes.mended.is_empty());
    }

    #[test]
    fn what_passes_again_is_mended_also_after_a_run_that_left_it_out() {
        let changes = changes(&past(&["PF", "P."]), &night(2, "PP")).unwrap();
        assert_eq!(names(&changes.mended), "1");
        assert!(changes.newly_failing.is_empty());
    }

    #[test]
    fn the_same_seed_on_the_same_server_is_named_where_cases_newly_fail() {
        let before = past(&["PP"]);
        let again = |letters: &str| RunRecord { seed: Some(0), ..night(1, letters) };
        assert_eq!(changes(&before, &again("PF")).unwrap().same_seed.as_deref(), Some("night-0"));
        assert_eq!(changes(&before, &again("PP")).unwrap().same_seed, None);
        assert_eq!(changes(&before, &night(1, "PF")).unwrap().same_seed, None);
    }

    #[test]
    fn without_a_run_before_nothing_is_new() {
        assert_eq!(changes(&Past::default(), &night(0, "F")), None);
        let twice = past(&["PF"]);
        assert_eq!(changes(&twice, &night(0, "PF")), None, "a run is not compared with itself");
    }

    #[test]
    fn a_clearly_slower_operation_and_another_contract_are_told() {
        // Every night takes as much longer as its number.
        let record = |version: &str, digest: &str| {
            vec![ContractRecord { name: "c".into(), version: version.into(), digest: digest.into() }]
        };
        let before = Past::default().with(&RunRecord { contracts: record("1", "aa"), ..night(0, "P") });
        let now = RunRecord { contracts: record("2", "bb"), ..night(20, "P") };
        let changes = changes(&before, &now).unwrap();
        assert_eq!(changes.slower.iter().map(|one| one.operation.as_str()).collect::<Vec<_>>(), ["getBre"]);
        assert_eq!((changes.contracts[0].before.as_str(), changes.contracts[0].now.as_str()), ("1", "2"));
    }
}
