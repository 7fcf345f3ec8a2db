//! `proviso review`: what is proposed for snapshots, and what becomes of it.

mod ask;
mod mask;
mod owners;
mod proposal;
mod show;

use super::args;
use super::exit::Exit;
use super::files::near_file;
use super::shell::Shell;
use super::snapshots::remove;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::text::{count, either};
use owners::Owners;
use proposal::Proposal;
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// Reviews snapshots.
pub(super) fn review(args: &args::Review, shell: &Shell) -> Exit {
    if let Some(path) = args.suites.iter().find(|path| !path.exists()) {
        let missing = Diagnostic::new(Code::MissingFile, format!("there is no file {}", super::files::shown(path)));
        shell.problem(&missing.maybe_next(near_file(path)));
        return Exit::Invalid;
    }
    let owners = Owners::find(&args.suites);
    let (all, unreadable) = proposal::all(&args.suites);
    let wanted = |name: &str| args.texts.is_empty() || args.texts.iter().any(|text| name.contains(text.as_str()));
    let known = all.len();
    let proposals: Vec<Proposal> = all.into_iter().filter(|proposal| wanted(&proposal.name)).collect();
    let stale: Vec<PathBuf> = owners.stale.iter().filter(|path| wanted(&proposal::name_of(path))).cloned().collect();
    if !unreadable.is_empty() && !args.list {
        shell.problems(&unreadable, "nothing was changed");
        return Exit::Invalid;
    }
    if args.remove_stale {
        return done(shell, remove_stale(shell, &owners, &stale));
    }
    if args.list {
        show::list(shell, &proposals, &stale, owners.why.as_deref());
        if unreadable.is_empty() {
            return Exit::Passed;
        }
        shell.problems(&unreadable, "the others are listed above");
        return Exit::Invalid;
    }
    if proposals.is_empty() {
        return nothing(args, shell, known);
    }
    if args.accept {
        return done(shell, accept(args, shell, &proposals));
    }
    if args.reject {
        return done(shell, reject(shell, &proposals));
    }
    if let Some(path) = &args.mask {
        return done(shell, mask::all(shell, &owners, &proposals, path));
    }
    if !std::io::stdin().is_terminal() {
        shell.problem(
            &Diagnostic::new(Code::Snapshot, "review asks questions, and nobody is there to answer")
                .note(NoteKind::Why, "standard input is not a terminal")
                .next("say what to do: --list, --accept, --reject, --mask JSONPATH or --remove-stale"),
        );
        return Exit::Usage;
    }
    let colours = shell.out;
    done(shell, ask::all(&mut std::io::stdin().lock(), &mut std::io::stdout(), colours, &owners, proposals))
}

/// What went wrong, and how the program ends then.
type Outcome = Result<Exit, Box<Diagnostic>>;

fn done(shell: &Shell, outcome: Outcome) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(problem) => {
            shell.problem(&problem);
            if problem.code == Code::Report { Exit::Unreported } else { Exit::Invalid }
        }
    }
}

/// A snapshot that could not be written or removed.
fn unwritten(path: &std::path::Path, error: &std::io::Error) -> Box<Diagnostic> {
    let title = format!("{} could not be written", super::files::shown(path));
    Box::new(Diagnostic::new(Code::Report, title).note(NoteKind::Why, error.to_string()))
}

fn nothing(args: &args::Review, shell: &Shell, known: usize) -> Exit {
    let asked = !args.paths.is_empty() || args.mask.is_some();
    if known == 0 && asked {
        shell.problem(&Diagnostic::new(Code::NothingSelected, "no snapshot is proposed, so nothing was changed"));
        return Exit::NothingSelected;
    }
    if args.texts.is_empty() || known == 0 {
        shell.say("No snapshot is proposed: nothing to review.");
        return Exit::Passed;
    }
    let texts: Vec<String> = args.texts.iter().map(|text| format!("--only {text}")).collect();
    let title = format!("none of {} matches {}", count(known, "proposed snapshot"), either(&texts));
    shell.problem(&Diagnostic::new(Code::NothingSelected, title).next("`proviso review --list` names them"));
    Exit::NothingSelected
}

fn accept(args: &args::Review, shell: &Shell, proposals: &[Proposal]) -> Outcome {
    if args.paths.is_empty() {
        for proposal in proposals {
            proposal.accept()?;
            shell.say(&format!("accepted {}", proposal.shown()));
        }
        return Ok(Exit::Passed);
    }
    let (mut taken, mut left) = (0, 0);
    for proposal in proposals {
        let Some(accepted) = proposal.accept_some(|change| args.paths.iter().any(|path| is_at(&change.path, path)))?
        else {
            left += 1;
            continue;
        };
        taken += accepted.taken;
        let rest = match accepted.left {
            0 => String::new(),
            left => format!("; {} left", count(left, "difference")),
        };
        shell.say(&format!("accepted {} of {}{rest}", count(accepted.taken, "difference"), proposal.shown()));
    }
    if taken > 0 {
        return Ok(Exit::Passed);
    }
    let title = format!("no difference of {} is at {}", count(left, "proposed snapshot"), either(&args.paths));
    shell.problem(
        &Diagnostic::new(Code::NothingSelected, title)
            .next("`proviso review --list` tells every path; a snapshot that is new can only be accepted whole"),
    );
    Ok(Exit::NothingSelected)
}

/// Whether a change's path is a path or lies below it.
fn is_at(change: &str, path: &str) -> bool {
    change.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn reject(shell: &Shell, proposals: &[Proposal]) -> Outcome {
    for proposal in proposals {
        proposal.reject()?;
        shell.say(&format!("rejected {}", proposal.shown()));
    }
    Ok(Exit::Passed)
}

fn remove_stale(shell: &Shell, owners: &Owners, stale: &[PathBuf]) -> Outcome {
    if let Some(why) = &owners.why {
        return Err(Box::new(
            Diagnostic::new(Code::Snapshot, "it cannot be told which snapshots belong to no step")
                .note(NoteKind::Why, why.as_str())
                .next("name the suites' folder, and put right what `proviso check` says of it"),
        ));
    }
    for path in stale {
        let pending = super::snapshots::proposed(path);
        remove(path).and_then(|()| remove(&pending)).map_err(|error| unwritten(path, &error))?;
        shell.say(&format!("removed {}", super::files::shown(path)));
    }
    if stale.is_empty() {
        shell.say("Every snapshot belongs to a step: nothing to remove.");
    }
    Ok(Exit::Passed)
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn a_path_takes_what_lies_below_it_and_nothing_beside_it() {
        assert!(is_at("$.data.x", "$.data.x") && is_at("$.data.x", "$.data") && is_at("$.data[0].x", "$.data"));
        assert!(!is_at("$.database", "$.data") && !is_at("$.data", "$.data.x") && !is_at("status", "$"));
        assert!(is_at("status", "status") && is_at("header etag", "header etag"));
    }
}
