//! `proviso mutate`.

mod args;
mod live;
mod report;

pub(super) use args::Mutate;
use args::{ContractWhen, MutateFormat};

use super::args::Partitioning;
use super::contract_diff;
use super::embedded;
use super::exit::Exit;
use super::load::{Destination, Loaded, Purpose, load};
use super::shell::Shell;
use super::snapshots;
use crate::diagnostic::{Code, Diagnostic};
use crate::mutate::{Catch, Grades, Guard, Kind, Mutant, Shadow, Sighting, Verdict};
use crate::plan::{Partition, Plan};
use crate::run::SnapshotMode;
use crate::sandbox::BREAKS;
use crate::suite::Waiver;
use live::{Ended, Stage};
use report::Told;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::time::Instant;

/// Breaks promises one at a time.
pub(super) fn mutate(mut args: Mutate, shell: &Shell) -> Exit {
    let share = match args.target.partition {
        Partitioning::Given(partition) => partition,
        Partitioning::Auto => Partition::Whole,
    };
    let waivers = match args.waivers.as_deref().map_or_else(|| Ok(Vec::new()), contract_diff::waivers_of) {
        Ok(waivers) => waivers,
        Err(problems) => return invalid(shell, &problems),
    };
    let touched = match touched(&args) {
        Ok(touched) => touched,
        Err(problems) => return invalid(shell, &problems),
    };
    // The share is one of mutants: every share runs all cases.
    args.target.partition = Partitioning::Given(Partition::Whole);
    let args = &args;
    let loaded = match load(&args.target, Purpose::default()) {
        Ok(loaded) => loaded,
        Err(problems) => return invalid(shell, &problems),
    };
    if loaded.plan.cases.is_empty() {
        let problem = Diagnostic::new(Code::NothingSelected, "no case is selected, so nothing could notice anything");
        shell.problem(&problem.next("leave the selection out, or name suites with cases"));
        return Exit::NothingSelected;
    }
    if let Some(problem) = elsewhere(&loaded, args) {
        shell.problem(&problem);
        return Exit::Usage;
    }
    if let Some(problem) = unknown_operation(&loaded.plan, args) {
        shell.problem(&problem);
        return Exit::Usage;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            shell.warn(&format!("error: the system gives no threads: {error}"));
            return Exit::Error;
        }
    };
    runtime.block_on(execute(args, shell, loaded, &waivers, share, touched))
}

fn invalid(shell: &Shell, problems: &[Diagnostic]) -> Exit {
    shell.problems(problems, "nothing was broken");
    Exit::Invalid
}

/// The operations that a new contract changes; none where nobody asked.
fn touched(args: &Mutate) -> Result<Option<BTreeSet<String>>, Vec<Diagnostic>> {
    let [old, new] = args.in_diff.as_slice() else { return Ok(None) };
    contract_diff::touched(old, new).map(Some)
}

/// A target that is not ours is broken into only by somebody who says so twice.
fn elsewhere(loaded: &Loaded, args: &Mutate) -> Option<Diagnostic> {
    let Destination::Url(url) = &loaded.destination else { return None };
    let title = format!("mutants are for the embedded reference server, and requests would go to {url}");
    let next = "leave the target out; or say `--elsewhere --elsewhere`, and every suite runs against it many times";
    (args.elsewhere < 2).then(|| Diagnostic::new(Code::ConflictingKeys, title).next(next))
}

fn unknown_operation(plan: &Plan, args: &Mutate) -> Option<Diagnostic> {
    let known: Vec<&str> =
        plan.contracts.iter().flat_map(|contract| &contract.operations).map(|known| known.id.as_str()).collect();
    let unknown = args.operations.iter().find(|name| !known.contains(&name.as_str()))?;
    let near = crate::text::did_you_mean(unknown, known.iter().copied());
    Some(Diagnostic::new(Code::UnknownInContract, format!("no contract has an operation `{unknown}`")).maybe_next(near))
}

async fn execute(
    args: &Mutate,
    shell: &Shell,
    loaded: Loaded,
    waivers: &[Waiver],
    share: Partition,
    touched: Option<BTreeSet<String>>,
) -> Exit {
    let started = Instant::now();
    let wanted = wanted(args, share, touched);
    let suites = args.target.suites.clone();
    let kept = match snapshots::prepare(&loaded.plan, SnapshotMode::Refuse) {
        Ok((taken, _)) => taken,
        Err(problems) => return invalid(shell, &problems),
    };
    let stage = match Stage::open(args, loaded, kept).await {
        Ok(stage) => stage,
        Err(problem) => {
            shell.problem(&problem);
            return embedded::exit_of(&problem);
        }
    };
    let shadow = Arc::new(Shadow::new(Arc::clone(&wanted), args.list));
    let baseline = stage.baseline(Arc::clone(&shadow)).await;
    if !baseline.bad.is_empty() {
        return red(shell, &stage, &baseline.bad);
    }
    let baseline_took = started.elapsed();
    let mut sightings = shadow.sightings();
    if args.contract == ContractWhen::Off {
        for sighting in &mut sightings {
            sighting.catches.remove(&Guard::Contract);
        }
    }
    let conduct: Vec<Mutant> = match stage.is_embedded() {
        true => BREAKS.iter().map(|switch| Mutant::conduct(switch.name, switch.about)).collect(),
        false => Vec::new(),
    };
    let conduct: Vec<Mutant> = conduct.into_iter().filter(|mutant| wanted(mutant)).collect();
    if args.list {
        let mut ids: Vec<&str> = sightings.iter().map(|sighting| sighting.mutant.id.as_str()).collect();
        ids.extend(conduct.iter().map(|mutant| mutant.id.as_str()));
        ids.iter().for_each(|id| shell.say(id));
        return Exit::Passed;
    }
    let mut all = Vec::with_capacity(sightings.len() + conduct.len());
    for sighting in sightings {
        all.push(judged(args, &stage, &shadow, sighting).await);
    }
    for mutant in conduct {
        all.push(conducted(&stage, mutant).await);
    }
    all.sort_by(|left, right| left.mutant.id.cmp(&right.mutant.id));
    let differing = if args.compare > 0 { stage.compare(&all, args.compare, args.seed).await } else { Vec::new() };
    let told = Told {
        all: &all,
        waivers,
        cases: stage.case_names(),
        baseline: baseline.cases,
        baseline_took,
        took: started.elapsed(),
        suites: &suites,
        differing: &differing,
        without_contract: args.contract == ContractWhen::Off,
    };
    match args.format {
        MutateFormat::Text => shell.say(&report::text(&told)),
        MutateFormat::Json => shell.say(&report::json(&told)),
        MutateFormat::Stryker => shell.say(&report::stryker(&told, &stage)),
        MutateFormat::Junit => shell.say(&report::junit(&told)),
    }
    if !differing.is_empty() || told.undecided() > 0 {
        return Exit::Error;
    }
    let failed = match args.fail_under {
        Some(percent) => told.score().percent().is_some_and(|score| score < percent),
        None => told.unwaived() > 0,
    };
    if failed || !told.refused().is_empty() { Exit::Failed } else { Exit::Passed }
}

/// Which mutants are of interest.
fn wanted(args: &Mutate, share: Partition, touched: Option<BTreeSet<String>>) -> crate::mutate::Wanted {
    let (operations, kinds) = (args.operations.clone(), args.kinds.clone());
    Arc::new(move |mutant: &Mutant| {
        let operation = mutant.place().map(|place| place.operation.as_str());
        let named = operations.is_empty() || operation.is_some_and(|id| operations.iter().any(|own| own == id));
        let changed = match (&touched, operation) {
            (Some(touched), Some(id)) => touched.contains(id),
            (Some(touched), None) => !touched.is_empty(),
            (None, _) => true,
        };
        let own = match share {
            Partition::Whole => true,
            Partition::Hash { share, of } | Partition::Count { share, of } => mutant.belongs_to(share, of),
        };
        named && changed && own && (kinds.is_empty() || kinds.contains(&mutant.kind))
    })
}

/// Suites that are red before anything is broken notice everything and nothing.
fn red(shell: &Shell, stage: &Stage, bad: &[(usize, String)]) -> Exit {
    let names = stage.case_names();
    for (case, outcome) in bad.iter().take(10) {
        shell.warn(&format!("  {outcome}: {}", names.get(*case).map_or("", String::as_str)));
    }
    let title = format!("{} without anything being broken", crate::text::count(bad.len(), "case did not pass"));
    let problem = Diagnostic::new(Code::Baseline, title);
    shell.problem(&problem.next("make the suites green with `proviso run` first; nothing was broken"));
    Exit::RedBaseline
}

/// What became of a mutant of an answer: judged in place, and played live where nobody noticed there.
async fn judged(args: &Mutate, stage: &Stage, shadow: &Shadow, sighting: Sighting) -> Grades {
    let Sighting { mutant, catches, cases, near, promised, astray, carried } = sighting;
    let mut grades = Grades {
        verdict: Verdict::Caught,
        catches: catches.into_values().collect(),
        reached: cases.len(),
        near: near.as_ref().map(|near| (near.place.clone(), near.name.clone())),
        add: None,
        promised,
        because: String::new(),
        live: false,
        mutant,
    };
    grades.catches.sort_by_key(|catch| (catch.case, catch.step, catch.guard));
    if !grades.catches.is_empty() {
        return grades;
    }
    // Where nothing was captured and no step went another way, nothing that follows can differ.
    if !astray && !carried {
        blamed(&mut grades, shadow, near.as_ref());
        return grades;
    }
    grades.live = true;
    match stage.play(&grades.mutant, &cases, args.contract == ContractWhen::Off).await {
        Ended::Red(catch) => grades.catches.push(catch),
        Ended::Error(why) => grades.verdict = Verdict::Error(why),
        Ended::Green => blamed(&mut grades, shadow, near.as_ref()),
    }
    grades
}

/// A mutant that nobody noticed: whether a suite could have, or nobody was ever told.
fn blamed(grades: &mut Grades, shadow: &Shadow, near: Option<&crate::mutate::Near>) {
    let pointer = grades.mutant.place().map(|place| place.pointer.clone()).unwrap_or_default();
    let path = report::json_path(&pointer);
    let value = near.and_then(|near| near.value.clone());
    let was_sent = near.zip(value.as_ref()).is_some_and(|(near, value)| {
        let scalar = value.is_number() || value.as_str().is_some_and(|text| !text.is_empty());
        scalar && (near.sent || shadow.was_sent(near.case, value))
    });
    let (verdict, because) = match grades.mutant.kind {
        Kind::Behaviour => (Verdict::Missed, "the conduct is documented, and no suite tries it"),
        Kind::Code => (Verdict::Missed, "the code is documented, and no step that reaches it names it"),
        _ if grades.mutant.operator == "extra-member" => {
            (Verdict::Unpromised, "told as a finding; `--strict` fails it")
        }
        _ if was_sent => {
            grades.add = Some(format!("{path}: the value that the case sent"));
            (Verdict::Missed, "the case sent this very value, so a step can say what comes back")
        }
        Kind::Identity => (Verdict::Missed, "an id stands for one thing, and no step holds it to the one it knows"),
        Kind::Transport => (Verdict::Unpromised, "the contract lets it pass"),
        Kind::Shape => (Verdict::Unpromised, "the contract lets the member be so, and nothing else ties it"),
        Kind::Value | Kind::Relation => (Verdict::Unpromised, "no document ties the value to anything; ask the owner"),
    };
    if verdict == Verdict::Missed && grades.add.is_none() {
        grades.add = match grades.mutant.kind {
            Kind::Identity => Some(format!("{path}: {{ equals: the id captured before }}")),
            Kind::Code => grades.mutant.place().map(|place| format!("code: {}", place.code)),
            _ => None,
        };
    }
    grades.verdict = verdict;
    grades.because = because.to_owned();
}

/// What became of a switch of the server.
async fn conducted(stage: &Stage, mutant: Mutant) -> Grades {
    let mut grades = Grades {
        verdict: Verdict::Caught,
        catches: Vec::new(),
        reached: stage.cases(),
        near: None,
        add: None,
        promised: None,
        because: String::new(),
        live: true,
        mutant,
    };
    match stage.conduct(&grades.mutant.operator).await {
        Ended::Red(catch) => grades.catches.push(catch),
        Ended::Error(why) => grades.verdict = Verdict::Error(why),
        Ended::Green => {
            grades.verdict = Verdict::Missed;
            grades.because = "the server behaves wrongly all through, and every case passes".to_owned();
        }
    }
    grades
}

/// The folder names of suites, for the report.
fn listed(suites: &[PathBuf]) -> String {
    suites.iter().map(|suite| suite.display().to_string()).collect::<Vec<_>>().join(" ")
}

/// A catch for a case that ended red.
fn catch_of(case: usize, step: usize, failure: &crate::event::Failure) -> Catch {
    Catch {
        guard: crate::mutate::guard_of(failure),
        case,
        step,
        promise: failure.promise.id(),
        place: failure.place.clone(),
    }
}
