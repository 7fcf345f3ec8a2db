//! From cases as written to cases that can be run: one for each row of a table.

use super::names::{Checker, Found, Names};
use super::unfold::Unfolding;
use super::{Globals, Library, PlannedCase, contracts};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Context, Scope, Template};
use crate::source::Spanned;
use crate::suite::{Case, Rows, Suite, Table};
use std::collections::HashMap;
use std::sync::Arc;

/// Plans the cases of a suite.
pub(super) fn of_suite(
    library: &Library,
    globals: &Globals,
    suite: &Suite,
    number: usize,
    found: &mut Found,
    problems: &mut Vec<Diagnostic>,
) -> Vec<PlannedCase> {
    let mut cases = Vec::new();
    for case in &suite.cases {
        let checker = Checker {
            sources: &library.sources,
            globals: &globals.names,
            variables: &library.services.variables,
            found,
            problems,
            conditions: Vec::new(),
        };
        let unfolding = Unfolding::new(library, contracts::of_suite(library, suite), globals.pace, checker);
        cases.extend(of_case(library, suite, case, number, unfolding));
    }
    let mut names: HashMap<&str, &PlannedCase> = HashMap::new();
    for case in &cases {
        if let Some(first) =
            names.insert(&case.name, case).filter(|first| first.span != case.span || first.name == case.name)
        {
            let problem = Diagnostic::new(Code::DuplicateName, format!("two cases are named `{}`", case.name))
                .at(library.sources.place(case.span), "this one")
                .at(library.sources.place(first.span), "and this one")
                .next("reports tell cases apart by their names; in a table put a hole into the name, as in `pays {{ amount }}`");
            problems.push(problem);
        }
    }
    cases
}

fn of_case(
    library: &Library,
    suite: &Suite,
    case: &Case,
    number: usize,
    mut unfolding: Unfolding<'_>,
) -> Vec<PlannedCase> {
    let nothing = Table { columns: Vec::new(), rows: vec![(Vec::new(), case.name.span)] };
    let table = match &case.each {
        None => &nothing,
        Some(Rows::Inline(table)) => table,
        Some(Rows::File(path)) => match library.tables.get(&(suite.file, path.value.clone())) {
            Some(table) => table,
            // A table that could not be read has been spoken of.
            None => return Vec::new(),
        },
    };
    table.columns.iter().for_each(|column| unfolding.define_column(column));
    let name = unfolding.case_name(case, table);
    let mut vars = Vec::new();
    for binding in suite.vars.iter().chain(&case.vars) {
        unfolding.check_var(&binding.name, &binding.value);
        unfolding.define(&binding.name);
        vars.push((binding.name.value.clone(), binding.value.clone()));
    }
    let body: Arc<[_]> = unfolding.lay_out(&case.steps, 0).into();
    let cleanup: Arc<[_]> = unfolding.cleanup(&case.cleanup).into();
    let several = table.rows.len() > 1;
    let rows = table.rows.iter().enumerate().map(|(index, (values, _))| {
        let row: Vec<(String, Template)> = table
            .columns
            .iter()
            .zip(values)
            .map(|(column, value)| (column.value.clone(), Template::fixed(value.clone())))
            .collect();
        PlannedCase {
            suite: number,
            name: row_name(library, &name, &row, several.then_some(index + 1)),
            span: case.name.span,
            tags: suite.tags.iter().chain(&case.tags).cloned().collect(),
            vars: row.into_iter().chain(vars.iter().cloned()).collect(),
            frames: unfolding.frames(),
            within: case.within.clone(),
            body: Arc::clone(&body),
            cleanup: Arc::clone(&cleanup),
        }
    });
    rows.collect()
}

/// A case's name with the values of its row; a name without holes gets the row's number where there are several.
fn row_name(library: &Library, name: &Spanned<Template>, row: &[(String, Template)], number: Option<usize>) -> String {
    let mut scope = Scope::new(Arc::default(), 1);
    for (column, value) in row {
        if let Some(value) = value.as_fixed() {
            scope.set(0, column, value.clone());
        }
    }
    let context = Context::new(&scope, 0, &library.services);
    let rendered = name.value.render_escaped(&context, |text| text);
    let text = rendered.unwrap_or_else(|_| library.sources.slice(name.span).to_owned());
    match number.filter(|_| name.value.as_fixed().is_some()) {
        Some(number) => format!("{text} (row {number})"),
        None => text,
    }
}

impl Names {
    /// Names of a table only: all that a case's name may use.
    pub(super) fn of_table(table: &Table) -> Self {
        let mut names = Self::default();
        table.columns.iter().for_each(|column| names.define(column, &[]));
        names
    }
}
