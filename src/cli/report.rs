//! `proviso report`: the reports of a run, made again from its journal alone.

use super::args;
use super::exit::Exit;
use super::journals::missing;
use super::record::unwritten;
use super::run_folder::{HTML, JOURNAL, JUNIT, WholeFile};
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Tally;
use crate::report::{Fanout, Html, Junit, Terminal, journal};
use std::fs::File;
use std::io::{BufReader, BufWriter};
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
    let path = if args.run.is_dir() { args.run.join(JOURNAL) } else { args.run.clone() };
    let name = path.display().to_string();
    let file = File::open(&path).map_err(|error| (missing(&name, &error), Exit::Invalid))?;
    let folder = path.parent().map_or_else(PathBuf::new, PathBuf::from);
    let create = |name: &str| {
        let path = folder.join(name);
        let refuse = |error: std::io::Error| {
            let problem = Diagnostic::new(Code::Report, format!("{} could not be written", path.display()));
            (problem.note(NoteKind::Why, error.to_string()), Exit::Unreported)
        };
        WholeFile::create(&path).map_err(refuse).map(|file| (path.display().to_string(), file))
    };
    let ((junit_path, junit), (page_path, page)) = (create(JUNIT)?, create(HTML)?);
    let terminal = Terminal::new(BufWriter::new(std::io::stdout()), shell.out, args.show.into(), shell.width);
    let mut fanout = Fanout::new()
        .with("standard output", terminal)
        .with(&junit_path, Junit::new(junit))
        .with(&page_path, Html::new(page));
    let mut tally = Tally::default();
    for entry in journal::read(BufReader::new(file)) {
        let event = entry.map_err(|error| (error.explain(&name), Exit::Invalid))?;
        tally.add(&event.kind);
        fanout.event(&event);
    }
    let problems = unwritten(fanout.finish());
    shell.say(&format!("Reports: {junit_path}, {page_path}"));
    problems.iter().for_each(|problem| shell.problem(problem));
    Ok(if problems.is_empty() { tally.verdict().into() } else { Exit::Unreported })
}
