//! Suites and what becomes of them: adding a test is adding a file.
//!
//! `corpus/check` holds files with mistakes; beside each stands what `proviso check` says about it. `corpus/lint` holds
//! contracts that contradict themselves, and what `proviso contract lint` says about them. `corpus/run` holds
//! suites, the scripts of the servers they run against, and beside each pair the reports of the run and what the server
//! was sent. After a change, `INSTA_UPDATE=always cargo test --test it corpus` writes what is said now; read the difference.

use crate::support::journey::{Journey, drawn, junit, on_virtual_time, terminal};
use crate::support::scripted::Scripted;
use proviso::cli::embed;
use proviso::contract::lint::RULES;
use proviso::diagnostic::Code;
use proviso::report::Verbosity;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

const CHECK: &str = "tests/corpus/check";
const LINT: &str = "tests/corpus/lint";
const RUN: &str = "tests/corpus/run";

/// Codes of the program around suites; `tests/it/cli` shows them.
const OF_THE_PROGRAM: [Code; 14] = [
    Code::Baseline,
    Code::MissingSecret,
    Code::Protected,
    Code::MissingShare,
    Code::NothingSelected,
    Code::Listen,
    Code::Report,
    Code::Journal,
    Code::History,
    Code::Coverage,
    Code::Violation,
    Code::Rule,
    Code::Finding,
    Code::Waiver,
];

/// Codes of a run that was stopped, which no corpus file can do; `tests/it/engine` shows it.
const OF_A_STOPPED_RUN: [Code; 1] = [Code::Stopped];

/// Codes that only a run has; all others can be told by reading.
const OF_A_RUN: [Code; 22] = [
    Code::Status,
    Code::StatusCode,
    Code::Body,
    Code::Header,
    Code::Latency,
    Code::Json,
    Code::Capture,
    Code::Snapshot,
    Code::PollGaveUp,
    Code::PollHopeless,
    Code::RepeatGaveUp,
    Code::CaseTooLong,
    Code::Unreachable,
    Code::TimedOut,
    Code::Broken,
    Code::Gateway,
    Code::Tls,
    Code::TooLarge,
    Code::Encoding,
    Code::Request,
    Code::Expectation,
    Code::Output,
];

#[test]
fn what_check_says_about_every_broken_file_is_what_was_accepted() {
    each(CHECK, &names(CHECK), |name| {
        let file = format!("{name}.yaml");
        let text = std::fs::read(Path::new(CHECK).join(&file)).expect("a file of the corpus can be read");
        // A first line such as `# check: --env broken` adds arguments.
        let text = String::from_utf8_lossy(&text);
        let arguments = text.lines().next().and_then(|line| line.strip_prefix("# check: ")).unwrap_or_default();
        let ran = Command::new(env!("CARGO_BIN_EXE_proviso"))
            .args(["check", &file])
            .args(arguments.split_whitespace())
            .current_dir(CHECK)
            .env_clear()
            .env("NO_COLOR", "1")
            .env("KNOWN_SECRET", "swordfish")
            .output()
            .expect("the program can be started");
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        format!("{}\n\nexit code {}", said.trim_end(), ran.status.code().expect("the program ends by itself"))
    });
}

#[test]
fn what_lint_says_about_every_contract_is_what_was_accepted() {
    each(LINT, &names(LINT), |name| {
        let ran = Command::new(env!("CARGO_BIN_EXE_proviso"))
            .args(["contract", "lint", "--style", &format!("{name}.yaml")])
            .current_dir(LINT)
            .env_clear()
            .env("NO_COLOR", "1")
            .output()
            .expect("the program can be started");
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        format!("{}\n\nexit code {}", said.trim_end(), ran.status.code().expect("the program ends by itself"))
    });
}

#[test]
fn every_rule_of_lint_has_a_file_of_its_name() {
    let files = names(LINT);
    for rule in RULES {
        let name = rule.code.name();
        assert!(files.iter().any(|file| file == name), "{LINT} has no {name}.yaml");
        assert_eq!(missing(LINT, [&rule.code].into_iter()), Vec::<&str>::new(), "rules that found nothing in {LINT}");
    }
}

#[test]
fn the_run_of_every_suite_is_what_was_accepted() {
    let names = names(RUN).into_iter().filter(|name| !name.ends_with(".server")).collect::<Vec<_>>();
    each(RUN, &names, |name| {
        let script = Path::new(RUN).join(format!("{name}.server.yaml"));
        let script = std::fs::read_to_string(&script).unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        let server = Scripted::new(&script);
        let suite = PathBuf::from(format!("{RUN}/{name}.yaml"));
        let own = Path::new(RUN).join(format!("environments/{name}.yaml"));
        let environment = if own.exists() { name } else { "plain" };
        let read = embed::read(&[suite], Some(environment)).unwrap_or_else(|problems| panic!("{}", drawn(&problems)));
        let journey = Journey { files: read.files, snapshots: read.snapshots, ..Journey::new(read.plan) };
        let events = on_virtual_time(journey.run(server.clone()));
        format!(
            "{}\n\n{}\n\nThe server was sent:\n\n{}",
            terminal(&events, Verbosity::Steps),
            junit(&events),
            server.received()
        )
    });
}

#[test]
fn every_code_that_reading_can_give_has_a_file() {
    let of_lint = RULES.iter().map(|rule| rule.code);
    let elsewhere: BTreeSet<Code> =
        OF_THE_PROGRAM.into_iter().chain(OF_A_STOPPED_RUN).chain(OF_A_RUN).chain(of_lint).collect();
    let wanted = Code::ALL.iter().filter(|code| !elsewhere.contains(code));
    assert_eq!(missing(CHECK, wanted), Vec::<&str>::new(), "codes without a file in {CHECK}");
}

#[test]
fn every_code_that_a_run_can_give_has_a_file() {
    assert_eq!(missing(RUN, OF_A_RUN.iter()), Vec::<&str>::new(), "codes without a file in {RUN}");
}

#[test]
fn every_snapshot_belongs_to_a_file() {
    for folder in [CHECK, LINT, RUN] {
        let files: BTreeSet<String> = names(folder).into_iter().collect();
        for path in entries(folder).iter().filter(|path| path.extension().is_some_and(|ending| ending == "snap")) {
            let name = path.file_stem().expect("a snapshot has a name").to_string_lossy().into_owned();
            assert!(files.contains(&name), "{} has no {name}.yaml beside it: remove it", path.display());
        }
    }
}

/// Compares what `say` says of each name with the snapshot beside the file; goes on after a difference.
fn each(folder: &str, names: &[String], say: impl Fn(&str) -> String) {
    assert!(!names.is_empty(), "{folder} is empty");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("../..").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let differ = |name: &&String| {
        let compared = || settings.bind(|| insta::assert_snapshot!(name.as_str(), say(name)));
        catch_unwind(AssertUnwindSafe(compared)).is_err()
    };
    let different: Vec<&String> = names.iter().filter(differ).collect();
    assert!(different.is_empty(), "{} of {} differ: {different:?}", different.len(), names.len());
}

/// Names of the YAML files in a folder, without their ending.
fn names(folder: &str) -> Vec<String> {
    let name = |path: &PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(".yaml")?.to_owned());
    entries(folder).iter().filter_map(name).collect()
}

fn entries(folder: &str) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut paths: Vec<PathBuf> = read.map(|entry| entry.expect("an entry of a folder can be read").path()).collect();
    paths.sort();
    paths
}

/// Codes that no snapshot of a folder shows.
fn missing<'c>(folder: &str, codes: impl Iterator<Item = &'c Code>) -> Vec<&'static str> {
    let snapshots = entries(folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "snap"));
    let all: String = snapshots.map(|path| std::fs::read_to_string(path).expect("a snapshot can be read")).collect();
    codes.map(|code| code.name()).filter(|name| !all.contains(&format!("error[{name}]"))).collect()
}
