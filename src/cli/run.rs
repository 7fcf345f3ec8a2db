//! `proviso run`.

use super::args::{self, SnapshotsWhen};
use super::check::nothing_matched;
use super::ci::{self, is_ci};
use super::embedded;
use super::end::Ender;
use super::exit::Exit;
use super::grading::{self, Grading};
use super::history::{self, Past};
use super::last_run;
use super::live::Live;
use super::load::{BUILT_IN, Destination, Loaded, Purpose, load, root_of};
use super::masking;
use super::record::Recorder;
use super::reports::{Around, Reports};
use super::run_folder;
use super::shell::Shell;
use super::snapshots::{self, Stale, Writer};
use super::webhook::Listener;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Event, EventKind, FORMAT, Interrupted, RunStarted, Share, Timestamp};
use crate::plan::{Order, Partition};
use crate::run::{
    Clock, Contracts, FailFast, OVER_TIME, OwnedSnapshot, Rate, RuleMonitor, Runner, Scope, SnapshotMode, Snapshots,
    Stop, Waivers, Watchers,
};
use crate::transport::HttpClient;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

/// How many cases are at work at once when nobody says: 8.
const JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

/// Runs suites.
pub(super) fn run(args: &args::Run, shell: &Shell, command: Vec<String>) -> Exit {
    let reports = match Reports::new(&args.reporting.wanted, args.reporting.ci) {
        Ok(reports) => reports,
        Err(problem) => {
            shell.problem(&problem);
            return Exit::Usage;
        }
    };
    let shell = &shell.leaving_standard_output_to(&reports);
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    let order = if args.shuffle { Order::Shuffled(seed) } else { Order::AsWritten };
    let only = match args.failed.then(|| last_run::failed(&args.reports)).transpose() {
        Ok(only) => only,
        Err(problem) => {
            shell.problem(&problem);
            return Exit::NothingSelected;
        }
    };
    let read = (load(&args.target, Purpose { order, only, ..Purpose::default() }), grading::read(args));
    let (loaded, grading) = match read {
        (Ok(loaded), Ok(grading)) => (loaded, grading),
        (loaded, grading) => {
            let problems: Vec<Diagnostic> = [loaded.err(), grading.err()].into_iter().flatten().flatten().collect();
            run_folder::forget_latest(&args.reports);
            shell.problems(&problems, "nothing was sent");
            return Exit::Invalid;
        }
    };
    if let Some(problem) = nothing_matched(&loaded.plan) {
        run_folder::forget_latest(&args.reports);
        shell.problem(&problem);
        return Exit::NothingSelected;
    }
    if let Some(problem) = protected(&loaded, &args.allow) {
        run_folder::forget_latest(&args.reports);
        shell.problem(&problem);
        return Exit::Invalid;
    }
    let nothing = loaded.plan.cases.is_empty().then(|| nothing_selected(&loaded, args));
    // A share without a case leaves its journal all the same: nobody shall take it for one that is missing.
    if let (Some(problem), true) = (&nothing, is_whole(args.target.partition.share())) {
        run_folder::forget_latest(&args.reports);
        shell.problem(problem);
        return Exit::NothingSelected;
    }
    if let (Destination::Embedded, Some(problem)) = (&loaded.destination, foreign(&loaded)) {
        run_folder::forget_latest(&args.reports);
        shell.problem(&problem);
        return Exit::Invalid;
    }
    // What a server answers that misbehaves on purpose is nothing to be accepted.
    let mode = match (snapshot_mode(args.snapshots), &args.server.fault) {
        (SnapshotMode::Propose, Some(_)) => SnapshotMode::Refuse,
        (mode, _) => mode,
    };
    let kept = match snapshots::prepare(&loaded.plan, mode) {
        Ok((taken, owned)) => Kept { mode, taken, owned },
        Err(problems) => {
            run_folder::forget_latest(&args.reports);
            shell.problems(&problems, "nothing was sent");
            return Exit::Invalid;
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            shell.warn(&format!("error: the system gives no threads: {error}"));
            return Exit::Error;
        }
    };
    let exit = runtime.block_on(execute(args, shell, &reports, command, Read { loaded, grading, kept }, seed));
    match nothing {
        Some(problem) => {
            shell.problem(&problem);
            Exit::NothingSelected
        }
        None => exit,
    }
}

/// A request that would change something in an environment that is protected, and nobody gave leave.
fn protected(loaded: &Loaded, allowed: &[String]) -> Option<Diagnostic> {
    let plan = &loaded.plan;
    let span = plan.globals.protected.filter(|_| !allowed.contains(&loaded.environment))?;
    let mut first = None;
    for planned in plan.cases.iter().flat_map(|case| case.body.iter().chain(case.cleanup.iter())) {
        planned.each_step(&mut |step| {
            if !step.method.is_safe() && step.receive.is_none() && first.is_none() {
                first = Some(step);
            }
        });
    }
    let step = first?;
    let title = format!("the environment {} is protected, and a step changes something there", loaded.environment);
    Some(
        Diagnostic::new(Code::Protected, title)
            .at(plan.sources.place(step.span), format!("it sends {}", step.method))
            .at(plan.sources.place(span), "protected here")
            .next(format!("give leave with --allow {}, or leave out what changes something", loaded.environment)),
    )
}

/// A contract that the reference server knows nothing of: what it answered would prove nothing.
fn foreign(loaded: &Loaded) -> Option<Diagnostic> {
    let contract =
        loaded.plan.contracts.iter().find(|contract| !BUILT_IN.iter().any(|(name, _)| contract.name == *name))?;
    let title = format!("the reference server does not serve the contract {}", contract.name);
    let why = "without a target requests go to the reference server, which speaks lender-prism";
    let next = "name the server with --base-url, or an environment with --env";
    Some(Diagnostic::new(Code::UnknownEnvironment, title).note(NoteKind::Why, why.to_owned()).next(next))
}

/// Whether these are all suites: one folder, and none above it that is the suites' folder.
fn scope(suites: &[PathBuf]) -> Scope {
    match suites {
        [folder] if folder.is_dir() && root_of(folder) == *folder => Scope::Everything,
        _ => Scope::Part,
    }
}

/// What was read before anything is sent.
struct Read {
    loaded: Loaded,
    grading: Grading,
    kept: Kept,
}

/// The snapshots of a run, and whose they are.
struct Kept {
    mode: SnapshotMode,
    taken: Snapshots,
    owned: Vec<OwnedSnapshot>,
}

/// In CI nobody is there to accept anything, so that a snapshot nobody accepted is a failure there.
fn snapshot_mode(when: SnapshotsWhen) -> SnapshotMode {
    let ci = is_ci();
    match when {
        SnapshotsWhen::Off => SnapshotMode::Off,
        SnapshotsWhen::Update => SnapshotMode::Update,
        SnapshotsWhen::Check if ci => SnapshotMode::Refuse,
        SnapshotsWhen::Check => SnapshotMode::Propose,
    }
}

async fn execute(
    args: &args::Run,
    shell: &Shell,
    reports: &Reports,
    command: Vec<String>,
    read: Read,
    seed: u64,
) -> Exit {
    let Read { mut loaded, grading, kept } = read;
    let listener = match loaded.plan.receives() {
        false => None,
        true => match Listener::start(args.listen).await {
            Ok(listener) => {
                loaded.plan.globals.listens_at(&format!("http://{}", listener.address));
                Some(listener)
            }
            Err(problem) => {
                shell.problem(&problem);
                return Exit::Error;
            }
        },
    };
    let origin = Timestamp::new(jiff::Timestamp::now());
    let (server, base_url, target) = match &loaded.destination {
        Destination::Url(url) => (None, url.clone(), url.clone()),
        Destination::Embedded => match embedded::start(&args.server).await {
            Ok(server) => {
                let url = format!("http://{}", server.address);
                let target = format!("the embedded reference server, {url}");
                (Some(server), url, target)
            }
            Err(problem) => {
                shell.problem(&problem);
                return embedded::exit_of(&problem);
            }
        },
    };
    if let (None, Some(problem)) = (&server, embedded::idle(&args.server, &target)) {
        shell.problem(&problem);
        return Exit::Usage;
    }
    let id = format!("{}-{:04x}", origin.timestamp().strftime("%Y%m%d-%H%M%S"), seed & 0xffff);
    let embedded = server.is_some();
    let masking = masking::personal(args.target.show_personal_data, shell, embedded)
        .map_err(|problem| (vec![*problem], Exit::Usage))
        .and_then(|personal| {
            masking::redactor(&loaded, &base_url, embedded, personal).map_err(|problems| (problems, Exit::Invalid))
        });
    let redactor = match masking {
        Ok(redactor) => redactor,
        Err((problems, exit)) => {
            shell.problems(&problems, "nothing was sent");
            return exit;
        }
    };
    let live = if args.loudness.quiet { None } else { Live::start(shell) };
    let environment = environment(args, &loaded);
    let begun = run_folder::create(&args.reports, &id).and_then(|(id, folder)| {
        run_folder::point_latest(&args.reports, &id);
        run_folder::tidy(&args.reports);
        let past = history::past(&args.reports, Past::Of(&environment)).map(Arc::new);
        let around = Around { live: live.as_ref(), past: past.as_ref() };
        let opened = reports.open(&folder, shell, args.loudness.shown(), &around);
        let files = opened.files.clone();
        let writer = Writer::new(kept.mode, &kept.owned);
        Ok((id, Recorder::start(&folder, redactor.clone(), opened, writer)?, files))
    });
    let (id, recorder, files) = match begun {
        Ok(begun) => begun,
        Err(problem) => {
            shell.problem(&problem);
            return Exit::Unreported;
        }
    };
    let rate = args.rate.or(loaded.plan.globals.rate).and_then(Rate::per_second);
    let jobs = args.jobs.or(loaded.plan.globals.concurrency).unwrap_or(JOBS);
    let proxy = loaded.network.proxy.shown_for(&base_url);
    let target = proxy.map_or_else(|| target.clone(), |proxy| format!("{target} through the proxy {proxy}"));
    let started = started(args, &loaded, &id, command, target, seed);
    let stale = match kept.mode {
        SnapshotMode::Off => Stale::default(),
        SnapshotMode::Propose | SnapshotMode::Refuse | SnapshotMode::Update => {
            snapshots::stale(&args.target.suites, &loaded.plan, &kept.owned)
        }
    };
    let emit = recorder.emit();
    let stop = Stop::default();
    let mut ender = Ender::start(&stop, args.within);
    let rules = RuleMonitor::new(
        &loaded.plan,
        loaded.rules,
        grading.policy.clone(),
        &base_url,
        !is_whole(args.target.partition.share()),
    );
    let contracts = Contracts::new(&loaded.plan, grading.policy);
    let today = origin.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
    let runner = Runner {
        contracts: Arc::new(contracts),
        waivers: Arc::new(Waivers::new(grading.waivers, today, scope(&args.target.suites))),
        plan: Arc::new(loaded.plan),
        transport: Arc::new(HttpClient::new(loaded.network)),
        base_url,
        files: Arc::new(loaded.files),
        snapshots: Arc::new(kept.taken),
        redactor: redactor.clone(),
        variables: loaded.variables,
        seed,
        jobs,
        rounds: args.repeat,
        reruns: args.reruns,
        watchers: Watchers { monitor: Some(Arc::new(rules)), ..Watchers::default() },
        inbox: listener.as_ref().map(|listener| Arc::clone(&listener.inbox)),
        rate: rate.map(Arc::new),
        fail_fast: if args.fail_fast { FailFast::FirstFailure } else { FailFast::Never },
        clock: Clock::starting_at(origin),
        stop,
        emit: Arc::clone(&emit),
    };
    emit(Event { at: origin, kind: EventKind::RunStarted(Box::new(started)) });
    let stopped = runner.stop.clone();
    let is_cut = tokio::select! {
        () = crate::run::run(Arc::new(runner)) => false,
        () = ender.cut() => true,
    };
    if let (true, Some(reason)) = (is_cut, stopped.reason()) {
        let over_time = reason == OVER_TIME;
        let reason = format!("{reason}, and what was under way was cut off");
        emit(Event {
            at: Timestamp::new(jiff::Timestamp::now()),
            kind: EventKind::Interrupted(Interrupted { reason, over_time }),
        });
    }
    drop(emit);
    drop(server);
    drop(listener);
    let recorded = recorder.finish();
    live.into_iter().for_each(Live::end);
    let leaks = masking::withdraw_what_leaks(&redactor, &args.reports.join(&id), &files);
    shell.say_files(&files);
    recorded.warnings.iter().for_each(|warning| shell.warn(warning));
    stale.line().iter().for_each(|line| shell.say(line));
    if recorded.problems.is_empty() && leaks.is_empty() {
        return recorded.verdict.into();
    }
    leaks.iter().chain(&recorded.problems).for_each(|problem| shell.problem(problem));
    Exit::Unreported
}

fn started(args: &args::Run, loaded: &Loaded, id: &str, command: Vec<String>, target: String, seed: u64) -> RunStarted {
    let plan = &loaded.plan;
    let (suites, cases) = crate::run::entries(plan);
    RunStarted {
        format: FORMAT,
        run: id.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command,
        environment: environment(args, loaded),
        target,
        seed,
        host: host(),
        suites,
        cases,
        rounds: args.repeat,
        left_out: plan.left_out,
        flaky_fails: args.flaky == args::Flaky::Fail,
        share: share(args.target.partition.share(), &plan.set, group(args)),
    }
}

/// What tells this run's shards from those of other runs.
fn group(args: &args::Run) -> Option<String> {
    args.group.clone().or_else(|| ci::run_id(&ci::variable))
}

/// What the environment is called. Runs against a server that misbehaves on purpose are no part of its past.
fn environment(args: &args::Run, loaded: &Loaded) -> String {
    match &args.server.fault {
        Some(_) => format!("{} with faults", loaded.environment),
        None => loaded.environment.clone(),
    }
}

/// Whether all cases are this run's, and not another shard's.
const fn is_whole(partition: Partition) -> bool {
    match partition {
        Partition::Whole => true,
        Partition::Hash { of, .. } | Partition::Count { of, .. } => of <= 1,
    }
}

fn share(partition: Partition, set: &str, group: Option<String>) -> Option<Share> {
    let (by, number, of) = match partition {
        Partition::Whole => return None,
        Partition::Hash { share, of } => ("hash", share, of),
        Partition::Count { share, of } => ("count", share, of),
    };
    (of > 1).then(|| Share { by: by.to_owned(), number, of, set: Some(set.to_owned()), group })
}

/// The machine's name, as its system tells it.
fn host() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::env::var("HOSTNAME"));
    told.ok()
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}

fn nothing_selected(loaded: &Loaded, args: &args::Run) -> Diagnostic {
    let target = &args.target;
    let asked: Vec<String> = target
        .tags
        .iter()
        .map(|tag| format!("--tag {tag}"))
        .chain(target.texts.iter().map(|text| format!("--case {text}")))
        .chain(target.partition.share().to_text().map(|share| format!("--partition {share}")))
        .collect();
    let cases = crate::text::count(loaded.plan.left_out, "case");
    Diagnostic::new(Code::NothingSelected, format!("none of {cases} matches {}", asked.join(" ")))
        .next("leave the selection out to run them all")
}
