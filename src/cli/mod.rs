//! The command line: the only place that touches files, the environment, the clock and the standard streams.
//!
//! [`args`] is what was typed, [`load`] reads the files it names, [`shell`] is the terminal, [`exit`] the exit codes. Each
//! command is a file of its own.

mod args;
mod certify;
mod check;
mod ci;
mod completions;
mod contract_diff;
mod contract_import;
mod coverage;
#[doc(hidden)]
pub mod embed;
mod embedded;
mod end;
mod exit;
mod export;
mod files;
mod grading;
mod history;
mod import;
mod init;
mod journals;
mod last_run;
mod lint;
mod list;
mod live;
mod load;
mod lsp;
mod masking;
mod mutate;
mod network;
mod output_file;
mod preflight;
mod project;
mod prune;
mod record;
mod report;
mod reports;
mod review;
mod rules;
mod run;
mod run_folder;
mod schema;
mod serve;
mod shard;
mod shell;
mod snapshots;
mod webhook;

pub use exit::Exit;

use args::{Args, Command, Contract};
use clap::Parser as _;
use shell::Shell;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with these arguments, the program's name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if completions::answer(&arguments) {
        return Exit::Passed.into();
    }
    let typed: Vec<String> = arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let exit = match Args::try_parse_from(arguments) {
        Ok(args) => {
            let shell = Shell::new(args.color);
            match args.command {
                Command::Run(mut args) => match shard::settle(&mut args.target, &shell) {
                    Ok(()) => run::run(&args, &shell, typed),
                    Err(exit) => exit,
                },
                Command::Check(mut args) => match shard::settle(&mut args.target, &shell) {
                    Ok(()) => check::check(&args, &shell),
                    Err(exit) => exit,
                },
                Command::List(mut args) => match shard::settle(&mut args.target, &shell) {
                    Ok(()) => list::list(&args, &shell),
                    Err(exit) => exit,
                },
                Command::Serve(args) => serve::serve(&args, &shell),
                Command::Review(args) => review::review(&args, &shell),
                Command::Coverage(args) => coverage::coverage(&args, &shell),
                Command::Prune(args) => prune::prune(&args, &shell),
                Command::Report(args) => report::report(&args, &shell),
                Command::History(args) => history::history(&args, &shell),
                Command::Contract { command: Contract::Lint(args) } => lint::lint(&args, &shell),
                Command::Contract { command: Contract::Import(args) } => contract_import::import(&args, &shell),
                Command::Init(args) => init::init(&args, &shell),
                Command::Import(args) => import::import(&args, &shell),
                Command::Export(args) => export::export(&args, &shell),
                Command::Lsp(args) => lsp::lsp(&args, &shell),
                Command::Completions(args) => completions::completions(&args, &shell),
                Command::Man(args) => completions::man(&args, &shell),
                Command::Certify { command } => certify::certify(&command, &shell),
                Command::Contract { command: Contract::Diff(args) } => contract_diff::diff(&args, &shell),
                Command::Mutate(mut args) => match shard::settle(&mut args.target, &shell) {
                    Ok(()) => mutate::mutate(args, &shell),
                    Err(exit) => exit,
                },
                Command::Schema(args) => schema::print(&args, &shell),
            }
        }
        Err(error) => {
            // Help and version are answers and go to standard output; mistakes go to standard error.
            let _ = error.print();
            if typed.len() == 1 && !std::path::Path::new("suites").is_dir() {
                let shell = Shell::new(args::Color::Auto);
                shell.warn(
                    "\nThere is no folder `suites` here. `proviso init` makes a project with a suite that is green.",
                );
            }
            if error.use_stderr() { Exit::Usage } else { Exit::Passed }
        }
    };
    exit.into()
}
