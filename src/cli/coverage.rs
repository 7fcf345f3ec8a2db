//! `proviso coverage`: which documented things runs touched, and which not.

use super::args::{self, CoverageFormat};
use super::contract_diff::read::read as read_contract;
use super::exit::Exit;
use super::journals;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::ThingKind;
use crate::report::coverage::{
    ContractCoverage, Coverage, CoverageFold, Demand, Depth, Scope, Screen, plural, to_json,
};
use crate::report::findings::{Findings, FindingsFold};
use crate::sandbox;
use crate::source::Sources;
use crate::text;

/// Shows the coverage of runs, and holds it against what is demanded.
pub(super) fn coverage(args: &args::Coverage, shell: &Shell) -> Exit {
    match read(args, shell) {
        Ok(exit) => exit,
        Err((problem, exit)) => {
            shell.problem(&problem);
            exit
        }
    }
}

fn read(args: &args::Coverage, shell: &Shell) -> Result<Exit, (Diagnostic, Exit)> {
    let (mut touched, mut found) = (CoverageFold::default(), FindingsFold::default());
    journals::each_event(&args.runs, |event| {
        touched.add(event);
        found.add(event);
    })
    .map_err(|problem| (problem, Exit::Invalid))?;
    if let Some(file) = &args.contract
        && !whole_contract(file, &mut touched, shell)?
    {
        let title = format!("no run of these was validated against the contract {file}");
        return Err((
            Diagnostic::new(Code::Coverage, title).next("give the contract that the suites name"),
            Exit::Invalid,
        ));
    }
    let (coverage, findings) = (touched.coverage(), found.findings());
    let scope =
        Scope { kinds: args.kinds.iter().map(|kind| (*kind).into()).collect(), operations: args.operations.clone() };
    if let Some(unknown) = scope.unknown(&coverage).first() {
        return Err((no_operation(unknown, &coverage), Exit::NothingSelected));
    }
    show(args, &scope, &coverage, &findings, shell);
    Ok(judge(&args.fail_under, &scope, &coverage, shell))
}

/// Takes in a whole contract; answers whether a run knows it.
fn whole_contract(file: &str, touched: &mut CoverageFold, shell: &Shell) -> Result<bool, (Diagnostic, Exit)> {
    let read = read_contract(&mut Sources::default(), file).map_err(|mut problems| {
        let last =
            problems.pop().unwrap_or_else(|| Diagnostic::new(Code::UnreadableFile, format!("{file} cannot be read")));
        problems.iter().for_each(|problem| shell.problem(problem));
        (last, Exit::Invalid)
    })?;
    Ok(touched.add_contract(&read.contract().inventory()))
}

fn show(args: &args::Coverage, scope: &Scope, coverage: &Coverage, findings: &Findings, shell: &Shell) {
    let shown = coverage.within(scope);
    let served = coverage.contracts.iter().all(is_served);
    let known = |words: &[&str]| if served { sandbox::ways_to(words) } else { None };
    match args.format {
        CoverageFormat::Text => {
            let depth = if scope.is_everything() { Depth::Beginning } else { Depth::Everything };
            let (style, width) = (shell.out, shell.width);
            let screen = Screen { coverage: &shown, findings, known: &known, depth, style, width };
            shell.say(&screen.lines().join("\n"));
        }
        CoverageFormat::Json => {
            let unmet = unscoped(scope, coverage).short_of(&args.fail_under);
            shell.say(&format!("{:#}", to_json(&shown, findings, &unmet, &known)));
        }
    }
}

/// What demands are held against: a kind that is not shown can still be demanded.
fn unscoped(scope: &Scope, coverage: &Coverage) -> Coverage {
    coverage.within(&Scope { kinds: Vec::new(), operations: scope.operations.clone() })
}

/// Whether the reference server answers for a contract, so that what it knows of itself is of use.
fn is_served(contract: &ContractCoverage) -> bool {
    contract.operations().all(|row| sandbox::serves(&row.name))
}

fn judge(demands: &[Demand], scope: &Scope, coverage: &Coverage, shell: &Shell) -> Exit {
    if demands.is_empty() {
        return Exit::Passed;
    }
    if coverage.contracts.is_empty() {
        let problem =
            Diagnostic::new(Code::Coverage, "nothing was held against a contract, so nothing can be demanded")
                .next("name a contract at the top of the suites, as in `contract: lender-prism`");
        shell.problem(&problem);
        return Exit::Error;
    }
    let scoped = unscoped(scope, coverage);
    let unmet = scoped.short_of(demands);
    let gaps = coverage.gaps();
    for short in &unmet {
        let mut problem = Diagnostic::new(Code::Coverage, short.sentence());
        for gap in &gaps {
            problem = problem.note(NoteKind::Why, gap.clone());
        }
        let kind = plural(short.kind);
        shell.problem(&problem.next(format!("`proviso coverage --kind {kind}` says what would reach what is missing")));
    }
    let all_listed = scoped.contracts.iter().all(|contract| contract.left_out == 0);
    if unmet.is_empty() && !all_listed && demands.iter().any(|demand| demand.kind != Some(ThingKind::Operation)) {
        let title = "what is demanded cannot be judged: the journals do not list the whole contract";
        let problem = gaps
            .iter()
            .fold(Diagnostic::new(Code::Coverage, title), |problem, gap| problem.note(NoteKind::Why, gap.clone()));
        shell.problem(&problem.next("name the whole contract with `--contract FILE`"));
        return Exit::Error;
    }
    match (unmet.is_empty(), gaps.is_empty()) {
        (true, _) => Exit::Passed,
        (false, true) => Exit::Failed,
        // What is missing may be in what was not run.
        (false, false) => Exit::Error,
    }
}

fn no_operation(name: &str, coverage: &Coverage) -> Diagnostic {
    let operations = || coverage.contracts.iter().flat_map(ContractCoverage::operations);
    let title = format!("no contract of these runs has an operation `{name}`");
    let problem = Diagnostic::new(Code::NothingSelected, title);
    match text::did_you_mean(name, operations().map(|row| row.name.as_str()).collect::<Vec<_>>()) {
        Some(near) => problem.next(near),
        None => problem.next("the suites of these runs name no contract"),
    }
}
