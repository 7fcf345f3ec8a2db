//! What changed since the run before, in words: what every report for people begins with.

use super::comparison::name;
use super::fold::{ProblemGroup, RunFold};
use super::history::{minute, since_words};
use super::history_record;
use crate::history::compare::CaseName;
use crate::history::{Changes, Past, changes};
use crate::text::{count, duration, visible_line};
use std::collections::HashSet;
use std::time::Duration;

/// Most things of one kind that are named.
const NAMED: usize = 5;

/// Most cases that are named of those that pass again or still fail: what is new is what matters.
const FEW: usize = 2;

/// What changed since the run before, as far as the past is known. The fold must be closed.
pub(super) fn of(run: &RunFold, past: Option<&Past>) -> Option<Changes> {
    changes(past?, &history_record(run)?)
}

/// One kind of change, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    /// Which kind: `newly_failing`, `mended`, `still_failing`, `flaky`, `slower`, `contract`.
    pub(super) kind: &'static str,
    /// In one line, as `2 cases newly fail`.
    pub(super) title: String,
    /// What changed in particular.
    pub(super) items: Vec<String>,
    /// How much more there is of it.
    pub(super) more: usize,
}

/// Since which run, as `the run of 2026-03-01 02:30 (20260301-023000-002a)`.
pub(super) fn since(changes: &Changes) -> String {
    format!("the run of {} UTC ({})", minute(changes.started), visible_line(&changes.previous))
}

/// What changed, what is new and bad first. Empty when nothing did.
pub(super) fn in_words(changes: &Changes) -> Vec<Changed> {
    let mut all = Vec::new();
    let mut add = |kind, title: String, items: Vec<String>| {
        let most = if matches!(kind, "mended" | "still_failing") { FEW } else { NAMED };
        let more = items.len().saturating_sub(most);
        let items = items.into_iter().take(most).collect();
        all.push(Changed { kind, title, items, more });
    };
    let verb = |number: usize, one: &str, several: &str| if number == 1 { one.to_owned() } else { several.to_owned() };
    if !changes.contracts.is_empty() {
        let said = changes.contracts.iter().map(|one| match one.before == one.now {
            true => format!("{} {}: the same version with other promises", one.name, one.now),
            false => format!("{}: version {}, before {}", one.name, one.now, one.before),
        });
        add("contract", "the contract changed".to_owned(), said.map(|text| visible_line(&text)).collect());
    }
    let cases = |list: &[CaseName]| list.iter().map(name).collect::<Vec<_>>();
    let newly = changes.newly_failing.len();
    if newly > 0 {
        let title = format!("{} newly {}", count(newly, "case"), verb(newly, "fails", "fail"));
        add("newly_failing", title, cases(&changes.newly_failing));
    }
    if let Some(run) = &changes.same_seed {
        let run = visible_line(run);
        add(
            "same_seed",
            "the same --seed was used on this server before".to_owned(),
            vec![format!("{run} generated the same ids: what is refused as known already may be refused for that")],
        );
    }
    let mended = changes.mended.len();
    if mended > 0 {
        let title = format!("{} {} again", count(mended, "case"), verb(mended, "passes", "pass"));
        add("mended", title, cases(&changes.mended));
    }
    let still = changes.still_failing.len();
    if still > 0 {
        let title = format!("{} still {}", count(still, "case"), verb(still, "fails", "fail"));
        let items = changes.still_failing.iter().map(|(case, since)| match since {
            Some(since) => format!("{}, {}", name(case), since_words(since)),
            None => name(case),
        });
        add("still_failing", title, items.collect());
    }
    let flaky = changes.flaky.len();
    if flaky > 0 {
        let title = format!("{} {} flaky", count(flaky, "case"), verb(flaky, "is", "are"));
        add("flaky", title, cases(&changes.flaky));
    }
    if !changes.slower.is_empty() {
        let time = |micros: u64| duration(Duration::from_micros(micros));
        let said = changes.slower.iter().map(|one| {
            let (before, now) = (one.before, one.now);
            format!(
                "{}: p50 {} → {}, p95 {} → {}",
                visible_line(&one.operation),
                time(before.p50_us),
                time(now.p50_us),
                time(before.p95_us),
                time(now.p95_us)
            )
        });
        let number = changes.slower.len();
        add("slower", format!("{} {} slower", count(number, "operation"), verb(number, "is", "are")), said.collect());
    }
    all
}

/// The numbers of cases that newly fail: groups of only those are told first.
pub(super) fn newly_failing(run: &RunFold, changes: &Changes) -> HashSet<usize> {
    let Some(index) = run.index() else { return HashSet::new() };
    let names: HashSet<(&str, &str)> =
        changes.newly_failing.iter().map(|case| (case.suite.as_str(), case.case.as_str())).collect();
    let is_new = |case: &usize| index.bare_name(*case).is_some_and(|name| names.contains(&(index.stem(*case), name)));
    (0..index.len()).filter(is_new).collect()
}

/// Whether all cases of a group newly fail.
pub(super) fn is_new(group: &ProblemGroup, new: &HashSet<usize>) -> bool {
    !group.cases.is_empty() && group.cases.iter().all(|case| new.contains(case))
}
