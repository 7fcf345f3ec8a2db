//! `proviso history`: what changed since when, over past runs.

mod args;
mod compare;
mod database;
mod import;
mod show;

pub(super) use args::History;
pub(super) use database::{Past, forget, past, remember};
pub(super) use import::take_in;

use super::exit::Exit;
use super::shell::Shell;
use crate::diagnostic::Diagnostic;
use args::Command;

/// Why a command did not do what it was asked, and how the program ends then.
type Refusal = (Diagnostic, Exit);

/// Does what was asked of the history.
pub(super) fn history(args: &History, shell: &Shell) -> Exit {
    let done = match &args.command {
        None => show::show(&args.show, shell),
        Some(Command::Import(args)) => import::import(args, shell),
        Some(Command::Compare(args)) => compare::compare(args, shell),
        Some(Command::Prune(args)) => import::prune(args, shell),
    };
    done.unwrap_or_else(|(problem, exit)| {
        shell.problem(&problem);
        exit
    })
}
