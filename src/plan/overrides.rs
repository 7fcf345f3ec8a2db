//! `--var` that nothing reads.

use super::Library;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::text;
use std::collections::BTreeSet;

/// Tells names of the command line that nothing reads: most are misspelt, and a run with another value than was meant
/// proves something else.
pub(super) fn unread(library: &Library, read: &BTreeSet<String>) -> Vec<Diagnostic> {
    let environment = library.environment.iter().flat_map(|environment| &environment.vars);
    let of_environment: Vec<&str> = environment.map(|var| var.name.value.as_str()).collect();
    let own = library.suites.iter().flat_map(|suite| {
        let of_cases = suite.cases.iter().flat_map(|case| &case.vars);
        suite.vars.iter().chain(of_cases).map(|var| (var.name.value.as_str(), var.name.span))
    });
    let own: Vec<_> = own.collect();
    let unread = library
        .overrides
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !read.contains(*name) && !of_environment.contains(name));
    unread
        .map(|name| {
            let problem = Diagnostic::new(Code::UndefinedName, format!("--var {name}: nothing reads `{name}`"));
            if let Some((_, span)) = own.iter().find(|(known, _)| *known == name) {
                let why = "names that suites and cases give themselves are nearer than --var";
                return problem
                    .at(library.sources.place(*span), "the suite gives it a value itself")
                    .note(NoteKind::Why, why);
            }
            let known = read.iter().map(String::as_str).chain(of_environment.iter().copied());
            let known = known.chain(own.iter().map(|(name, _)| *name)).filter(|known| *known != "personas");
            problem.maybe_next(text::did_you_mean(name, known.collect::<BTreeSet<_>>()))
        })
        .collect()
}
