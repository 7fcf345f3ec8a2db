//! `proviso report`: the reports of a run, made again from its journal alone.

use super::args;
use super::exit::Exit;
use super::record::unwritten;
use super::reports::{Opened, Reports};
use super::run_folder::JOURNAL;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Tally;
use crate::report::journal;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

/// Makes the reports of a run again. Exits as the run did.
pub(super) fn report(args: &args::Report, shell: &Shell) -> Exit {
    match remake(args, shell) {
        Ok(exit) => exit,
        Err((problem, exit)) => {
            shell.problem(&problem);
            exit
        }
    }
}

fn remake(args: &args::Report, shell: &Shell) -> Result<Exit, (Diagnostic, Exit)> {
    let reports = Reports::new(&args.reporting.wanted, args.reporting.ci);
    let reports = reports.map_err(|problem| (*problem, Exit::Usage))?;
    let shell = &shell.leaving_standard_output_to(&reports);
    let path = if args.run.is_dir() { args.run.join(JOURNAL) } else { args.run.clone() };
    let name = path.display().to_string();
    let file = File::open(&path).map_err(|error| (missing(&name, &error), Exit::Invalid))?;
    let folder = path.parent().map_or_else(PathBuf::new, PathBuf::from);
    let Opened { mut fanout, mut problems, files } = reports.open(&folder, shell, args.show.into());
    let mut tally = Tally::default();
    for entry in journal::read(BufReader::new(file)) {
        let event = entry.map_err(|error| (error.explain(&name), Exit::Invalid))?;
        tally.add(&event.kind);
        fanout.event(&event);
    }
    problems.extend(unwritten(fanout.finish()));
    shell.say_files(&files);
    problems.iter().for_each(|problem| shell.problem(problem));
    Ok(if problems.is_empty() { tally.verdict().into() } else { Exit::Unreported })
}

fn missing(name: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(Code::Journal, format!("there is no journal to read at {name}"))
        .note(NoteKind::Why, error.to_string())
        .next("name a run's folder, as in `proviso report reports/latest`")
}
