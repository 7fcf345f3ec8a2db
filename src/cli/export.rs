//! `proviso export`.

use super::exit::Exit;
use super::files::shown;
use super::journals;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic};
use crate::export::{Call, Recorder, arazzo, curl, har, postman};
use crate::text;
use clap::ValueEnum;
use std::path::PathBuf;

/// What was typed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A journal holds no secrets: a variable stands where one was.

Exit codes:
  0 exported   3 a journal cannot be read   4 no step fits   6 the file could not be written")]
pub(super) struct Export {
    /// What is written.
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,
    /// Folders of runs, or journals.
    #[arg(value_name = "RUN", default_value = "reports/latest")]
    runs: Vec<PathBuf>,
    /// Where it is written; without it, to standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only steps that failed or could not be decided.
    #[arg(long)]
    failed: bool,
    /// Only steps of cases whose suite or name contains this text.
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
    /// Only steps whose name contains this text.
    #[arg(long, value_name = "TEXT")]
    step: Option<String>,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// A curl command for each step, on one line.
    Curl,
    /// A Postman collection, version 2.1.
    Postman,
    /// A HAR 1.2.
    Har,
    /// Arazzo 1.0.1: a workflow for each case.
    Arazzo,
}

/// Writes what runs sent as a file of another tool.
pub(super) fn export(args: &Export, shell: &Shell) -> Exit {
    let mut recorder = Recorder::default();
    if let Err(problem) = journals::each_event(&args.runs, |event| recorder.add(event)) {
        shell.problem(&problem);
        return Exit::Invalid;
    }
    let fits =
        |text: &str, wanted: &Option<String>| wanted.as_ref().is_none_or(|wanted| text.contains(wanted.as_str()));
    let calls: Vec<Call> = recorder
        .calls()
        .into_iter()
        .filter(|call| !args.failed || call.failed)
        .filter(|call| fits(&format!("{} › {}", call.suite, call.case), &args.case) && fits(&call.step, &args.step))
        .collect();
    if calls.is_empty() {
        let which = if args.failed { "no step failed" } else { "no step fits" };
        shell.problem(&Diagnostic::new(Code::NothingSelected, which).next("leave out --failed, --case or --step"));
        return Exit::NothingSelected;
    }
    let name = "Exported from a run of Proviso";
    let text = match args.kind {
        Kind::Curl => curl(&calls),
        Kind::Postman => format!("{:#}\n", postman(&calls, name)),
        Kind::Har => format!("{:#}\n", har(&calls, env!("CARGO_PKG_VERSION"))),
        Kind::Arazzo => {
            let (document, left_out) = arazzo(&calls, name, "./contract.openapi.yaml");
            if !left_out.is_empty() {
                shell.warn(&format!(
                    "left out: {} without an operation, such as {}",
                    text::count(left_out.len(), "step"),
                    left_out[0]
                ));
            }
            format!("{document:#}\n")
        }
    };
    match &args.output {
        None => shell.say(text.trim_end()),
        Some(path) => {
            if let Err(error) = std::fs::write(path, &text) {
                shell.problem(&Diagnostic::new(Code::Report, format!("{} cannot be written: {error}", shown(path))));
                return Exit::Unreported;
            }
            shell.say(&format!("{}: {}", shown(path), text::count(calls.len(), "step")));
        }
    }
    Exit::Passed
}
