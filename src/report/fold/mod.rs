//! The one fold of a run, from which every report is drawn.
//!
//! Events come in one at a time ([`RunFold::add`]); after each, reports ask what it changed: [`RunFold::finished`] is the
//! case that it ended, with the evidence; [`RunFold::ready`] are the results whose turn in the plan's order has come. At the
//! end ([`RunFold::close`]) there is a result for every case. So the same case has the same outcome, the same first problem
//! and the same counts on the screen, in every file, in the history and in comparisons.

mod first_seen;
mod groups;
mod index;
mod ordered;
mod result;
mod server_clock;
mod under_way;
mod whose;

pub use first_seen::Where;
pub(super) use first_seen::{FirstSeen, Spots};
pub(super) use groups::{ProblemGroup, ProblemGroups, fault};
pub use index::Index;
pub use result::CaseResult;
pub(super) use result::{Problem, StepResult};
pub(super) use under_way::{BadStep, FinishedCase};
pub(super) use whose::Who;

use super::findings::{Findings, FindingsFold};
use crate::event::{
    Counts, Event, EventKind, Exchange, FlakyCases, Interrupted, Inventory, Outcome, RunStarted, SnapshotState,
    Timestamp, WaiverRefused,
};
use crate::history::{ContractRecord, Latencies};
use crate::text::{Fnv, duration, visible_line};
use ordered::Ordered;
use result::Gathered;
use server_clock::{Ahead, ServerClock};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use under_way::UnderWay;

/// A run as far as it has come.
#[derive(Debug, Default)]
pub struct RunFold {
    index: Option<Index>,
    counts: Counts,
    under_way: UnderWay,
    gathered: Gathered,
    finished: Option<FinishedCase>,
    /// The group of the case that the last event ended.
    group: Option<usize>,
    ordered: Ordered,
    ready: Range<usize>,
    groups: ProblemGroups,
    findings: FindingsFold,
    server_clock: ServerClock,
    contracts: Vec<ContractOfRun>,
    waivers: Vec<WaiverRefused>,
    interrupted: Option<Interrupted>,
    span: Option<(Timestamp, Timestamp)>,
    took_us: Option<u64>,
    /// What became of snapshots, by file.
    snapshots: BTreeMap<String, SnapshotState>,
    /// How long answered exchanges took, by operation.
    times: BTreeMap<String, Latencies>,
    /// The same of steps whose operation is not known yet.
    pending: HashMap<(usize, usize), Vec<u64>>,
}

/// A contract that a run was held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractOfRun {
    /// The name by which suites use it.
    pub name: String,
    /// The version it gives itself.
    pub version: String,
    /// The same for the same promises: a number over all that it documents.
    pub digest: String,
}

impl RunFold {
    /// Takes one event.
    pub fn add(&mut self, event: &Arc<Event>) {
        self.let_go();
        self.counts.add(&event.kind);
        self.findings.add(event);
        self.span = Some(self.span.map_or((event.at, event.at), |(first, last)| (first, last.max(event.at))));
        match &event.kind {
            EventKind::RunStarted(run) => {
                let index = Index::new(run);
                self.ordered = Ordered::new(&index);
                self.index = Some(index);
            }
            EventKind::ContractRead(inventory) => self.contracts.push(ContractOfRun::new(inventory)),
            EventKind::AttemptFinished(attempt) => {
                self.server_clock.add(&attempt.exchange);
                // What nobody answered took as long as we waited, which says nothing of the server.
                if attempt.exchange.received.is_some() {
                    let times = self.pending.entry((attempt.case, attempt.step)).or_default();
                    times.push(attempt.exchange.timing.total_us);
                }
            }
            EventKind::StepFinished(step) => {
                self.gathered.step(step);
                let times = self.pending.remove(&(step.case, step.step)).unwrap_or_default();
                if let (Some(operation), false) = (&step.operation, times.is_empty()) {
                    let all = self.times.entry(operation.clone()).or_default();
                    times.into_iter().for_each(|time| all.add(time));
                }
            }
            EventKind::CaseRerun(rerun) => self.gathered.again(rerun.case, rerun.time, &rerun.outcome),
            EventKind::SnapshotTaken(taken) => {
                self.snapshots.insert(taken.file.clone(), taken.state);
            }
            EventKind::Interrupted(interrupted) => self.interrupted = Some(interrupted.clone()),
            EventKind::WaiverRefused(refused) => self.waivers.push((**refused).clone()),
            EventKind::RunFinished(run) => self.took_us = Some(run.took_us),
            EventKind::Touched(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::CaseFinished(_) => {}
        }
        self.finished = self.under_way.add(event);
        if let Some(case) = &self.finished {
            let flaky = match &self.index {
                Some(index) if index.started().flaky_fails => FlakyCases::Fail,
                Some(_) | None => FlakyCases::Pass,
            };
            let mut result = CaseResult::new(case, self.gathered.over(case.case), flaky);
            self.group = self.groups.take(case);
            if let (Some(problem), Some(group)) = (&mut result.problem, self.group) {
                problem.group = group;
            }
            self.ordered.take(result);
        }
        self.ready.end = self.ordered.results().len();
    }

    /// Ends the fold, also of a run that was killed: afterwards every case has a result.
    pub fn close(&mut self) {
        self.let_go();
        let complete = self.counts.complete;
        self.ordered.close(|case| CaseResult::missing(case, complete));
        self.ready.end = self.ordered.results().len();
        self.groups.missing(self.ordered.results_mut());
        self.groups.settle(&self.ordered);
    }

    /// Forgets what only the last event's listeners needed.
    fn let_go(&mut self) {
        (self.finished, self.group) = (None, None);
        for result in &mut self.ordered.results_mut()[self.ready.clone()] {
            result.steps = Vec::new();
        }
        self.ready = self.ready.end..self.ready.end;
    }

    /// What the run said at its start; none when not even that is known.
    pub(super) fn started(&self) -> Option<&RunStarted> {
        self.index.as_ref().map(Index::started)
    }

    /// The run's cases by number; none when not even the beginning is known.
    pub(super) const fn index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// The counts so far.
    #[must_use]
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The case that the last event ended, with what explains it.
    pub(super) const fn finished(&self) -> Option<&FinishedCase> {
        self.finished.as_ref()
    }

    /// The group of cases with one problem that the case which the last event ended is in.
    pub(super) fn finished_group(&self) -> Option<(usize, &ProblemGroup)> {
        let index = self.group?;
        Some((index, self.groups.all().get(index)?))
    }

    /// The results whose turn came with the last event, or with the end.
    pub(super) fn ready(&self) -> &[CaseResult] {
        &self.ordered.results()[self.ready.clone()]
    }

    /// The results whose turn has come; at the end all of them.
    pub(super) fn results(&self) -> &[CaseResult] {
        self.ordered.results()
    }

    /// The result of a case that is over.
    pub(super) fn result(&self, case: usize) -> Option<&CaseResult> {
        self.ordered.result(case)
    }

    /// What is wrong, grouped by what was promised.
    pub(super) const fn groups(&self) -> &ProblemGroups {
        &self.groups
    }

    /// Waivers that may not stay as they are.
    pub(super) fn waivers(&self) -> &[WaiverRefused] {
        &self.waivers
    }

    /// What the contract does not say, and the ambiguities that were touched.
    pub(super) fn findings(&self) -> Findings {
        self.findings.findings()
    }

    /// The contracts that the run was held against.
    pub(super) fn contracts(&self) -> &[ContractOfRun] {
        &self.contracts
    }

    /// How long answered exchanges took, by operation.
    pub(super) const fn times(&self) -> &BTreeMap<String, Latencies> {
        &self.times
    }

    /// What became of snapshots, by file.
    pub(super) const fn snapshots(&self) -> &BTreeMap<String, SnapshotState> {
        &self.snapshots
    }

    /// The final exchange of a step that has just finished, as long as its case has not gone on.
    pub(super) fn exchange(&self, case: usize, step: usize) -> Option<&Exchange> {
        self.under_way.exchange(case, step)
    }

    /// The cases that have begun and not ended.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = usize> {
        self.under_way.unfinished()
    }

    /// That the server's clock is not ours, where its answers tell so.
    pub(super) fn clocks_differ(&self) -> Option<String> {
        let (ahead, by) = self.server_clock.difference()?;
        let which = match ahead {
            Ahead::Server => "ahead of",
            Ahead::We => "behind",
        };
        Some(format!(
            "the server's clock is {} {which} ours, as its `date` header says: times in its answers are off by that",
            duration(by)
        ))
    }

    /// Why the run ended before its time; none when it did not.
    pub(super) fn cut_short(&self) -> Option<String> {
        match (&self.interrupted, self.counts.complete) {
            (Some(interrupted), _) => Some(visible_line(&interrupted.reason)),
            (None, false) => Some("the run ended before its time".to_owned()),
            (None, true) => None,
        }
    }

    /// Who or what asked the run to stop.
    pub(super) const fn interrupted(&self) -> Option<&Interrupted> {
        self.interrupted.as_ref()
    }

    /// When the first and the last event happened.
    pub(super) const fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.span
    }

    /// What the run says it took, in microseconds; none of a killed one.
    pub(super) const fn took_us(&self) -> Option<u64> {
        self.took_us
    }

    /// How long the run took. A killed run did not say; what is certain is the time between its first and last event.
    #[must_use]
    pub fn took(&self) -> Duration {
        let seen = self.span.map(|(first, last)| {
            Duration::try_from(last.timestamp().duration_since(first.timestamp())).unwrap_or_default()
        });
        self.took_us.map(Duration::from_micros).or(seen).unwrap_or_default()
    }

    /// How many cases ended how, in the order in which somebody should look at them.
    pub(super) fn by_outcome(&self) -> Vec<(Outcome, usize)> {
        let counts = &self.counts;
        let number = |outcome| match outcome {
            Outcome::Failed => counts.failed,
            Outcome::Error => counts.troubled,
            Outcome::Missing => counts.missing(),
            Outcome::Flaky => counts.flaky,
            Outcome::Waived => counts.waived,
            Outcome::Skipped => counts.skipped,
            Outcome::Passed => counts.passed,
        };
        let all = Outcome::URGENT_FIRST.into_iter().map(|outcome| (outcome, number(outcome)));
        all.filter(|(_, number)| *number > 0).collect()
    }
}

impl ContractOfRun {
    /// As the history keeps it.
    pub(super) fn record(&self) -> ContractRecord {
        ContractRecord { name: self.name.clone(), version: self.version.clone(), digest: self.digest.clone() }
    }

    fn new(inventory: &Inventory) -> Self {
        let text = serde_json::to_string(inventory).unwrap_or_default();
        let hash = Fnv::default().text(&text).done();
        Self { name: inventory.contract.clone(), version: inventory.version.clone(), digest: format!("{hash:016x}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{everything_run, killed_run, mixed_run, passing_run, rounds_run, unreachable_run};
    use crate::event::{CaseFinished, CaseOutcome};

    fn folded(events: &[Event]) -> RunFold {
        let mut run = RunFold::default();
        events.iter().for_each(|event| run.add(&Arc::new(event.clone())));
        run.close();
        run
    }

    /// The cases in the order they came, those of the end apart.
    fn order(events: &[Event]) -> (Vec<usize>, Vec<(usize, Outcome)>) {
        let mut run = RunFold::default();
        let mut early = Vec::new();
        for event in events {
            run.add(&Arc::new(event.clone()));
            early.extend(run.ready().iter().map(|result| result.case));
        }
        run.close();
        (early, run.ready().iter().map(|result| (result.case, result.outcome)).collect())
    }

    #[test]
    fn cases_come_in_the_plans_order_and_as_soon_as_they_can() {
        // They ended as 1, 0, 4, 2, 3.
        assert_eq!(order(&passing_run()), (vec![0, 1, 2, 3, 4], Vec::new()));
        // Two cases of one suite, three rounds.
        assert_eq!(order(&rounds_run()).0, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_is_left_at_the_end_is_told_too_and_without_a_result() {
        let (early, left) = order(&killed_run());
        assert_eq!(early, [0, 1]);
        assert_eq!(left, [(2, Outcome::Missing), (3, Outcome::Missing), (4, Outcome::Missing)]);
    }

    #[test]
    fn a_case_that_no_plan_has_is_left_out() {
        let mut run = RunFold::default();
        let events = passing_run();
        run.add(&Arc::new(events[0].clone()));
        for case in [7, usize::MAX] {
            let ended = CaseFinished { case, outcome: CaseOutcome::Passed, took_us: 1 };
            run.add(&Arc::new(Event { at: events[0].at, kind: EventKind::CaseFinished(ended) }));
            assert!(run.ready().is_empty());
        }
        run.close();
        assert_eq!(run.results().len(), 5);
    }

    fn told(events: &[Event]) -> String {
        let run = folded(events);
        let mut people: Vec<String> = Vec::new();
        let mut last = None;
        for (_, group) in run.groups().by_urgency() {
            if last.replace(group.who) != Some(group.who) {
                people.push(group.who.name().to_owned());
            }
            people.push(format!("  {:?} {:?}: {}", group.cases, group.outcome, group.title));
        }
        people.join("\n")
    }

    #[test]
    fn every_problem_is_somebodys() {
        insta::assert_snapshot!(told(&everything_run()), @r#"
        API owner
          [0] Failed: the status is 500 Internal Server Error, not 200
          [1] Failed: the status code is FBX-E-006, not GNO-S-000
          [2] Failed: the response has no status code, promised was GNO-S-000
          [3] Failed: `$.data.status` is not what was promised
          [4] Failed: `$.data.offer` is missing
          [5] Failed: the header `content-type` is not what was promised
          [6] Failed: the answer took 3,040 ms, longer than 3,000 ms
          [7] Failed: the body is not JSON
          [8] Failed: `offerID` could not be captured from `$.data.offers[1].offerID`
          [9] Failed: still not there after 2 min and 25 attempts
          [10] Failed: the poll cannot succeed any more
          [11] Failed: `/data/status` in the response of getBre is "REFUSED", which is not a documented value
          [12] Failed: `/data/reason` is not documented
        Suite author
          [20] Error: `triggerBre` could not be made
          [22] Error: the expectation could not be worked out
          [23] Error: a value to hand on could not be worked out
        Environment owner
          [14] Error: http://127.0.0.1:4010 could not be reached
          [15] Error: no complete answer to `triggerBre` in time
          [16] Error: the connection broke before `triggerBre` was answered
          [17] Error: no secure connection to http://127.0.0.1:4010
          [18] Error: the answer to `triggerBre` is larger than the limit
          [19] Error: the answer to `triggerBre` could not be decoded
          [21] Error: a gateway answered `triggerBre`, not the API
        Snapshot reviewer
          [13] Failed: the response differs from its snapshot in 1 place
        Whoever started the run
          [24] Error: the run ended before this step did
          [25] Error: share 3 of 4 is missing: no journal of it was given
        "#);
    }

    #[test]
    fn one_reason_is_one_thing_to_do() {
        insta::assert_snapshot!(told(&unreachable_run()), @r#"
        Environment owner
          [0, 1, 2, 3, 4] Error: http://127.0.0.1:4010 could not be reached
        "#);
        insta::assert_snapshot!(told(&mixed_run()), @r#"
        API owner
          [2] Failed: the status code is GEO-E-003, not GEO-S-000
        Environment owner
          [3] Error: http://127.0.0.1:4010 could not be reached
        "#);
        insta::assert_snapshot!(told(&killed_run()), @r#"
        Whoever started the run
          [2, 3, 4] Missing: no result: the run ended before this case did
        "#);
    }
}
