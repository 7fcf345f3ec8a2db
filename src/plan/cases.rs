//! From cases as written to cases that can be run: one for each row of a table.

use super::names::{Checker, Found, Names};
use super::unfold::Unfolding;
use super::{Globals, Library, PlannedCase, PlannedSkip, Selection, contracts};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Context, Scope, Template};
use crate::source::Spanned;
use crate::suite::{Case, Reading, Rows, Setup, Suite, Table};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Plans the cases of a suite.
pub(super) fn of_suite(
    library: &Library,
    globals: &Globals,
    suite: &Suite,
    number: usize,
    selection: &Selection,
    found: &mut Found,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<PlannedCase>, Vec<PlannedCase>) {
    let (mut setups, mut cases) = (Vec::new(), Vec::new());
    let file = &library.sources.file(suite.file).name;
    for case in &suite.cases {
        // What is wrong with a case that is not to be run is no reason not to run the others.
        let (mut needs, mut wrong) = (found.fresh(), Vec::new());
        let mut unfolding = begin(library, globals, suite, &mut needs, &mut wrong);
        unfolding.set_reading(case.reading);
        unfolding.set_defaults(suite.defaults.as_ref());
        let planned = of_case(library, suite, case, number, &mut unfolding);
        found.read.extend(needs.read.iter().cloned());
        if planned.is_empty() || planned.iter().any(|case| selection.takes(file, &suite.name.value, case)) {
            found.extend(needs);
            problems.extend(wrong);
        }
        cases.extend(planned);
    }
    for setup in &suite.setups {
        let mut unfolding = begin(library, globals, suite, found, problems);
        unfolding.set_defaults_of_setup(suite.defaults.as_ref());
        setups.extend(of_setup(library, suite, setup, number, unfolding));
    }
    let mut names: HashMap<&str, &PlannedCase> = HashMap::new();
    for case in &cases {
        if let Some(first) =
            names.insert(&case.name, case).filter(|first| first.span != case.span || first.name == case.name)
        {
            let problem = Diagnostic::new(Code::DuplicateName, format!("two cases are named `{}`", case.name))
                .at(library.sources.place(case.span), "this one")
                .at(library.sources.place(first.span), "and this one")
                .next("reports tell cases apart by their names: change one, or put a placeholder into that of a table, as in `pays {{ amount }}`");
            problems.push(problem);
        }
    }
    super::slugs::of_cases(cases.iter_mut().chain(&mut setups));
    (setups, cases)
}

fn begin<'a>(
    library: &'a Library,
    globals: &'a Globals,
    suite: &'a Suite,
    found: &'a mut Found,
    problems: &'a mut Vec<Diagnostic>,
) -> Unfolding<'a> {
    let checker = Checker {
        sources: &library.sources,
        globals: &globals.names,
        variables: &library.services.variables,
        found,
        problems,
        conditions: Vec::new(),
        reading: Reading::Whole,
    };
    Unfolding::new(library, contracts::of_suite(library, suite), globals.pace, checker)
}

/// A setup as a case of its own, so that it is told, counted and reported like any other.
fn of_setup(
    library: &Library,
    suite: &Suite,
    setup: &Setup,
    number: usize,
    mut unfolding: Unfolding<'_>,
) -> Option<PlannedCase> {
    let case = Case {
        name: Spanned::new(format!("setup: {}", setup.name.value), setup.name.span),
        about: None,
        skip: None,
        tags: Vec::new(),
        need: Vec::new(),
        each: None,
        vars: setup.vars.clone(),
        within: None,
        steps: setup.steps.clone(),
        cleanup: Vec::new(),
        reading: Reading::Whole,
    };
    let planned = of_case(library, suite, &case, number, &mut unfolding).pop()?;
    setup.outputs.iter().for_each(|output| unfolding.check_output(&output.value));
    let outputs = setup.outputs.iter().map(|output| (output.name.value.clone(), output.value.clone()));
    Some(PlannedCase { outputs: Some(outputs.collect()), fresh: setup.fresh, ..planned })
}

/// Adds the selected cases of a suite, and before them the setups that they need; nobody else's are run.
pub(super) fn add(all: &mut Vec<PlannedCase>, setups: Vec<PlannedCase>, selected: Vec<PlannedCase>) {
    let mut places = HashMap::new();
    for (index, setup) in setups.into_iter().enumerate() {
        let runs = |case: &PlannedCase| case.skip.as_ref().is_none_or(|skip| skip.when.is_some());
        if selected.iter().any(|case| runs(case) && case.needs.contains(&index)) {
            places.insert(index, all.len());
            all.push(setup);
        }
    }
    all.extend(selected.into_iter().map(|mut case| {
        case.needs = case.needs.iter().filter_map(|need| places.get(need).copied()).collect();
        case
    }));
}

/// The cases in an order made from a seed.
pub(super) fn shuffled(cases: Vec<PlannedCase>, seed: u64) -> Vec<PlannedCase> {
    let mut order: Vec<usize> = (0..cases.len()).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut order);
    let mut places = vec![0; cases.len()];
    order.iter().enumerate().for_each(|(place, case)| places[*case] = place);
    let mut cases: Vec<Option<PlannedCase>> = cases.into_iter().map(Some).collect();
    let taken = order.into_iter().filter_map(|case| cases[case].take());
    taken
        .map(|mut case| {
            case.needs.iter_mut().for_each(|need| *need = places[*need]);
            case
        })
        .collect()
}

fn of_case(
    library: &Library,
    suite: &Suite,
    case: &Case,
    number: usize,
    unfolding: &mut Unfolding<'_>,
) -> Vec<PlannedCase> {
    let table = match &case.each {
        None => Cow::Owned(Table { columns: Vec::new(), rows: vec![(Vec::new(), None)] }),
        Some(rows) => match table(library, suite, rows) {
            Ok(table) => table,
            Err(problem) => {
                // A table that could not be read has been spoken of.
                unfolding.checker.problems.extend(problem);
                return Vec::new();
            }
        },
    };
    let table = &*table;
    let mut needs = Vec::new();
    for need in &case.need {
        match suite.setups.iter().position(|setup| setup.name.value == need.value) {
            Some(setup) => {
                suite.setups[setup].outputs.iter().for_each(|output| unfolding.define_open(&output.name));
                needs.push(setup);
            }
            None => unfolding.unknown_setup(need, suite),
        }
    }
    let name = unfolding.case_name(case, table);
    // The nearer a name is written to the case, the more it counts: the suite's, the row's, the case's own.
    let suite_vars = unfolding.vars(&suite.vars);
    table.columns.iter().for_each(|column| unfolding.define_open(column));
    let case_vars = unfolding.vars(&case.vars);
    case.skip.iter().for_each(|skip| unfolding.check_skip(skip));
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
        let value = |column: &str| row.iter().find(|(name, _)| name == column)?.1.as_fixed().cloned();
        let lacking = unfolding.asked.refusal(unfolding.checker.found, value);
        let skip = match (&case.skip, lacking) {
            (Some(skip), _) if skip.when.is_none() => Some(PlannedSkip { when: None, reason: skip.reason.clone() }),
            (_, Some(reason)) => Some(PlannedSkip { when: None, reason }),
            (Some(skip), None) => Some(PlannedSkip { when: skip.when.clone(), reason: skip.reason.clone() }),
            (None, None) => None,
        };
        PlannedCase {
            about: case.about.clone(),
            skip,
            fresh: None,
            suite: number,
            name: row_name(library, &name, &row, several.then_some(index + 1)),
            slug: String::new(),
            span: case.name.span,
            tags: suite.tags.iter().chain(&case.tags).cloned().collect(),
            vars: suite_vars.iter().cloned().chain(row).chain(case_vars.iter().cloned()).collect(),
            frames: unfolding.frames(),
            needs: needs.clone(),
            outputs: None,
            within: case.within.clone(),
            body: Arc::clone(&body),
            cleanup: Arc::clone(&cleanup),
        }
    });
    rows.collect()
}

/// The table of a case; `None` stands for a file that could not be read.
fn table<'l>(library: &'l Library, suite: &'l Suite, rows: &'l Rows) -> Result<Cow<'l, Table>, Option<Diagnostic>> {
    match rows {
        Rows::Inline(table) => Ok(Cow::Borrowed(table)),
        Rows::File(path) => library.tables.get(&(suite.file, path.value.clone())).map(Cow::Borrowed).ok_or(None),
        Rows::Matrix(tables, span) => {
            let tables = tables.iter().map(|rows| table(library, suite, rows)).collect::<Result<Vec<_>, _>>()?;
            let tables: Vec<&Table> = tables.iter().map(|table| &**table).collect();
            Table::combined(&tables).map(Cow::Owned).map_err(|title| {
                Some(Diagnostic::new(Code::WrongValue, title).at(library.sources.place(*span), "in this matrix"))
            })
        }
    }
}

/// A case's name with the values of its row; a name without placeholders gets the row's number where there are several.
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
