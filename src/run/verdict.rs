//! Where it is decided how steps and cases end: results and waivers in, outcomes out. Pure, and the only one that asks
//! waivers.

use super::result::{End, StepResult};
use super::waive::{At, Uses, Waivers};
use crate::event::{CaseOutcome, Failure, StepErrorKind, StepOutcome, Waived};

/// How a step ended, and what that says of waivers.
#[derive(Debug)]
pub(super) struct Verdict {
    /// How it ended.
    pub(super) outcome: StepOutcome,
    /// The waivers that are about the step, and those that cover something of it.
    pub(super) uses: Uses,
}

/// Whether somebody answers for every one of these failures; so for none too.
///
/// Then a request that breaks its contract is sent all the same, a poll keeps asking, captures are taken and the case
/// goes on.
pub(super) fn goes_on(waivers: &Waivers, at: At<'_>, failures: &[Failure]) -> bool {
    failures.iter().all(|failure| waivers.cover(at, failure))
}

/// How a step ended.
pub(super) fn of_step(waivers: &Waivers, at: At<'_>, end: End) -> Verdict {
    let (outcome, uses) = match end {
        End::Skipped(reason) => (StepOutcome::Skipped { reason }, Uses::default()),
        // An error says nothing about any promise, so nothing about a waiver.
        End::Error(error) => (StepOutcome::Error(error), Uses::default()),
        End::Judged(failures) => {
            let uses = waivers.uses(at, &failures);
            let outcome = if failures.is_empty() {
                StepOutcome::Passed
            } else if goes_on(waivers, at, &failures) {
                let waivers = uses.covering.iter().map(|number| waivers.entry(*number)).collect();
                StepOutcome::Waived(Box::new(Waived { failures, waivers }))
            } else {
                // Nobody answers for the first of these; those that are waived are told after them.
                let (new, waived): (Vec<_>, Vec<_>) =
                    failures.into_iter().partition(|failure| !waivers.cover(at, failure));
                StepOutcome::Failed([new, waived].concat())
            };
            (outcome, uses)
        }
    };
    Verdict { outcome, uses }
}

/// Why the case ends with what came of a step, if it does.
pub(super) fn ends_case(waivers: &Waivers, at: At<'_>, result: &StepResult) -> Option<String> {
    let number = at.step.number + 1;
    match &result.end {
        End::Skipped(_) => None,
        End::Judged(failures) if failures.is_empty() => None,
        End::Judged(failures) if goes_on(waivers, at, failures) => {
            let missing = !result.evidence.set && !at.step.call.capture.is_empty();
            missing.then(|| format!("step {number} was waived, and what it captures is not there"))
        }
        End::Judged(_) | End::Error(_) => Some(format!("step {number} did not pass")),
    }
}

/// How a case ended so far: its steps' outcomes, folded in their order.
#[derive(Debug, Default)]
pub(super) struct CaseVerdict {
    worst: Worst,
    /// Whether any step was run.
    ran: bool,
    /// Why the first step that was skipped was.
    skipped: Option<String>,
}

/// The worst that a case's steps came to. The first that is not waived ends the case.
#[derive(Debug, Default)]
enum Worst {
    #[default]
    Passed,
    Waived,
    Failed,
    Error,
    /// Somebody stopped the run: that is no verdict on the case.
    Stopped(String),
}

impl CaseVerdict {
    /// Takes the next step's outcome.
    pub(super) fn add(&mut self, outcome: &StepOutcome) {
        let worse = match outcome {
            StepOutcome::Passed => Worst::Passed,
            StepOutcome::Waived(_) => Worst::Waived,
            StepOutcome::Failed(_) => Worst::Failed,
            StepOutcome::Error(error) if error.kind == StepErrorKind::Stopped => Worst::Stopped(error.message.clone()),
            StepOutcome::Error(_) => Worst::Error,
            StepOutcome::Skipped { reason } => {
                self.skipped.get_or_insert_with(|| reason.clone());
                return;
            }
        };
        self.ran = true;
        if matches!(self.worst, Worst::Passed)
            || (matches!(self.worst, Worst::Waived) && !matches!(worse, Worst::Passed))
        {
            self.worst = worse;
        }
    }

    /// How the case ended. `stopped` says why it was stopped between two steps, if it was. A case of which no step was
    /// run was not run.
    pub(super) fn outcome(self, stopped: Option<String>) -> CaseOutcome {
        match (self.worst, stopped, self.skipped) {
            (Worst::Failed, _, _) => CaseOutcome::Failed,
            (Worst::Error, _, _) => CaseOutcome::Error,
            (Worst::Stopped(reason), _, _) | (Worst::Passed | Worst::Waived, Some(reason), _) => {
                CaseOutcome::Skipped { reason }
            }
            (Worst::Passed, None, Some(reason)) if !self.ran => {
                CaseOutcome::Skipped { reason: format!("none of its steps was run; {reason}") }
            }
            (Worst::Passed, None, _) => CaseOutcome::Passed,
            (Worst::Waived, None, _) => CaseOutcome::Waived,
        }
    }
}

/// How a case ended that was run `time` times.
pub(super) fn of_runs(last: CaseOutcome, time: u32) -> CaseOutcome {
    match last {
        CaseOutcome::Passed if time > 1 => CaseOutcome::Flaky { reruns: time - 1 },
        other => other,
    }
}

/// Whether a case that ended so is run again where it may be.
pub(super) const fn runs_again(outcome: &CaseOutcome) -> bool {
    matches!(outcome, CaseOutcome::Failed | CaseOutcome::Error)
}

/// Whether others may build on a case that ended so: somebody answers for what is waived, and what such a case gives was
/// captured all the same.
pub(super) const fn gives(outcome: &CaseOutcome) -> bool {
    matches!(outcome, CaseOutcome::Passed | CaseOutcome::Waived | CaseOutcome::Flaky { .. })
}

#[cfg(test)]
mod tests {
    use super::super::waive::{Scope, Waivers};
    use super::*;
    use crate::event::{Found, Promise, StepError};
    use crate::expr::Services;
    use crate::plan::{Block, Library, Plan, PlannedStep, Selection};
    use crate::source::{Location, Sources};
    use crate::suite::{read_suite, read_waivers};
    use std::collections::{BTreeMap, HashMap};
    use std::sync::Arc;

    const SUITE: &str = "suite: S
cases:
  - name: c
    steps:
      - { name: one, request: { method: GET, path: /a }, capture: { id: $.id } }
      - { name: two, request: { method: GET, path: /b } }
";

    fn plan() -> Plan {
        let mut sources = Sources::default();
        let file = sources.add("s.yaml", SUITE);
        let suites = vec![read_suite(&sources, file).expect("the suite can be read")];
        let library = Library {
            sources,
            suites,
            flows: HashMap::new(),
            tables: HashMap::new(),
            contracts: BTreeMap::new(),
            environment: None,
            overrides: Vec::new(),
            personas: std::collections::BTreeSet::new(),
            services: Arc::new(Services::for_tests()),
        };
        Plan::new(library, &Selection::default()).expect("the suite can be planned")
    }

    fn step(plan: &Plan, number: usize) -> &PlannedStep {
        let Block::Step(step) = &plan.cases[0].body[number].block else { panic!("the suite has only steps") };
        step
    }

    /// Waivers of these promises in step `one`, as they stand on 1 March 2026.
    fn waivers(entries: &[&str]) -> Waivers {
        let text: String = entries.iter().map(|entry| format!("  - {{ {entry}, owner: A, reason: r }}\n")).collect();
        let text = if text.is_empty() { "waivers: []\n".to_owned() } else { format!("waivers:\n{text}") };
        let mut sources = Sources::default();
        let file = sources.add("waivers.yaml", text.as_str());
        let read = read_waivers(&sources, file).expect("the waivers can be read");
        Waivers::new(read, jiff::civil::date(2026, 3, 1), Scope::Everything)
    }

    fn place() -> Location {
        Location { file: "s.yaml".into(), line: 1, column: 1, length: 1, text: "s".into() }
    }

    fn failure(promise: Promise) -> Failure {
        Failure { place: place(), promise }
    }

    fn body(path: &str) -> Failure {
        failure(Promise::Body(Found { path: path.into(), ..Found::default() }))
    }

    fn error(kind: StepErrorKind) -> End {
        End::Error(Box::new(StepError { kind, message: "why".into(), place: place() }))
    }

    fn word(outcome: &StepOutcome) -> &'static str {
        match outcome {
            StepOutcome::Passed => "passed",
            StepOutcome::Failed(_) => "failed",
            StepOutcome::Waived(_) => "waived",
            StepOutcome::Error(_) => "error",
            StepOutcome::Skipped { .. } => "skipped",
        }
    }

    const NEXT_YEAR: &str = "expires: 2027-01-01";

    #[test]
    fn a_step_is_what_its_result_and_the_waivers_make_of_it() {
        let plan = plan();
        let about = |what: &str| format!("{what}, {NEXT_YEAR}");
        let (a, all, other) = (about("failure: 'body:$.a'"), about("case: c"), about("step: two"));
        let over = "failure: 'body:$.a', expires: 2026-02-28";
        let judged = |failures: &[Failure]| End::Judged(failures.to_vec());
        let repeated = || failure(Promise::Repeated { times: 2, until: "x".into() });
        let overran = || failure(Promise::Overran { limit_ms: 1 });
        let table: &[(&str, End, &[&str], &str)] = &[
            ("kept", judged(&[]), &[], "passed"),
            ("kept, a waiver for nothing", judged(&[]), &[&all], "passed"),
            ("broken", judged(&[body("$.a")]), &[], "failed"),
            ("broken and waived", judged(&[body("$.a")]), &[&a], "waived"),
            ("waived until yesterday", judged(&[body("$.a")]), &[over], "failed"),
            ("waived elsewhere", judged(&[body("$.a")]), &[&other], "failed"),
            ("one too many", judged(&[body("$.a"), body("$.b")]), &[&a], "failed"),
            ("two, the whole case waived", judged(&[body("$.a"), body("$.b")]), &[&all], "waived"),
            ("a group gave up", judged(&[repeated()]), &[&all], "waived"),
            ("a case over its time", judged(&[overran()]), &[&all], "waived"),
            ("a case over its time, not waived", judged(&[overran()]), &[&a], "failed"),
            ("no answer", error(StepErrorKind::TimedOut), &[&all], "error"),
            ("not run", End::Skipped("why".into()), &[&all], "skipped"),
        ];
        for (name, end, entries, wanted) in table {
            let waivers = waivers(entries);
            let at = At { plan: &plan, case: 0, step: step(&plan, 0) };
            assert_eq!(word(&of_step(&waivers, at, end.clone()).outcome), *wanted, "{name}");
        }
    }

    #[test]
    fn what_nobody_answers_for_is_told_first() {
        let plan = plan();
        let waivers = waivers(&[&format!("failure: 'body:$.a', {NEXT_YEAR}")]);
        let at = At { plan: &plan, case: 0, step: step(&plan, 0) };
        let outcome = of_step(&waivers, at, End::Judged(vec![body("$.a"), body("$.b"), body("$.c")])).outcome;
        assert_eq!(outcome, StepOutcome::Failed(vec![body("$.b"), body("$.c"), body("$.a")]));
    }

    #[test]
    fn only_a_step_that_was_judged_says_something_about_a_waiver() {
        let plan = plan();
        let waivers = waivers(&[&format!("failure: 'body:$.a', {NEXT_YEAR}"), &format!("step: two, {NEXT_YEAR}")]);
        let at = At { plan: &plan, case: 0, step: step(&plan, 0) };
        let uses = |end| {
            let Uses { about, covering } = of_step(&waivers, at, end).uses;
            (about, covering)
        };
        assert_eq!(uses(End::Judged(Vec::new())), (vec![0], vec![]));
        assert_eq!(uses(End::Judged(vec![body("$.a"), body("$.b")])), (vec![0], vec![0]), "used although it fails");
        assert_eq!(uses(error(StepErrorKind::Unreachable)), (vec![], vec![]));
        assert_eq!(uses(End::Skipped(String::new())), (vec![], vec![]));
    }

    #[test]
    fn a_case_goes_on_only_where_what_the_next_steps_need_is_there() {
        let plan = plan();
        let waivers = waivers(&[&format!("failure: 'body:$.a', {NEXT_YEAR}")]);
        let ends = |number: usize, end: End, set: bool| {
            let mut result = StepResult { end, ..StepResult::default() };
            result.evidence.set = set;
            ends_case(&waivers, At { plan: &plan, case: 0, step: step(&plan, number) }, &result)
        };
        let broken = |path: &str| End::Judged(vec![body(path)]);
        assert_eq!(ends(0, End::Judged(Vec::new()), true), None);
        assert_eq!(ends(0, End::Skipped(String::new()), false), None);
        assert_eq!(ends(0, broken("$.a"), true), None);
        assert_eq!(ends(1, broken("$.a"), false), None, "it captures nothing");
        let missing = "step 1 was waived, and what it captures is not there";
        assert_eq!(ends(0, broken("$.a"), false).as_deref(), Some(missing));
        assert_eq!(ends(1, broken("$.b"), true).as_deref(), Some("step 2 did not pass"));
        assert_eq!(ends(1, error(StepErrorKind::Broken), true).as_deref(), Some("step 2 did not pass"));
    }

    #[test]
    fn a_case_is_the_worst_of_its_steps() {
        let passed = || StepOutcome::Passed;
        let waived = || StepOutcome::Waived(Box::new(Waived { failures: Vec::new(), waivers: Vec::new() }));
        let failed = || StepOutcome::Failed(Vec::new());
        let skipped = || StepOutcome::Skipped { reason: "`when`".into() };
        let error = |kind| {
            let End::Error(error) = error(kind) else { panic!("it is an error") };
            StepOutcome::Error(error)
        };
        let none = || CaseOutcome::Skipped { reason: "none of its steps was run; `when`".into() };
        let stopped = |reason: &str| CaseOutcome::Skipped { reason: reason.into() };
        let table = [
            (vec![passed(), passed()], None, CaseOutcome::Passed),
            (vec![passed(), waived(), passed()], None, CaseOutcome::Waived),
            (vec![waived(), failed(), skipped()], None, CaseOutcome::Failed),
            (vec![passed(), error(StepErrorKind::TimedOut), skipped()], None, CaseOutcome::Error),
            (vec![waived(), error(StepErrorKind::TimedOut)], None, CaseOutcome::Error),
            (vec![failed(), error(StepErrorKind::TimedOut)], None, CaseOutcome::Failed),
            (vec![skipped(), passed()], None, CaseOutcome::Passed),
            (vec![skipped(), skipped()], None, none()),
            (vec![], None, CaseOutcome::Passed),
            (vec![passed(), error(StepErrorKind::Stopped), skipped()], None, stopped("why")),
            (vec![passed(), skipped()], Some("Ctrl-C"), stopped("Ctrl-C")),
            (vec![waived(), skipped()], Some("Ctrl-C"), stopped("Ctrl-C")),
            (vec![failed(), skipped()], Some("Ctrl-C"), CaseOutcome::Failed),
        ];
        for (number, (steps, stopped, wanted)) in table.into_iter().enumerate() {
            let mut case = CaseVerdict::default();
            steps.iter().for_each(|step| case.add(step));
            assert_eq!(case.outcome(stopped.map(str::to_owned)), wanted, "row {number}");
        }
    }

    #[test]
    fn a_case_that_passes_when_it_is_run_again_is_flaky() {
        assert_eq!(of_runs(CaseOutcome::Passed, 1), CaseOutcome::Passed);
        assert_eq!(of_runs(CaseOutcome::Passed, 3), CaseOutcome::Flaky { reruns: 2 });
        assert_eq!(of_runs(CaseOutcome::Waived, 2), CaseOutcome::Waived);
        assert_eq!(of_runs(CaseOutcome::Failed, 2), CaseOutcome::Failed);
    }
}
