//! The plan of a merged run: every case of every journal, once, with a new number.

use super::{MergeError, Source, share};
use crate::event::{CaseEntry, RunStarted, Share, SuiteEntry};
use crate::text::{stem, visible_line};
use std::collections::BTreeMap;

/// How the id of a merged run ends.
const MERGED: &str = "-merged";

/// The file that shares which are missing stand in.
const SHARES: &str = "shares";

/// What the merged run says at its start, and how numbers become new ones.
pub(super) struct Plan {
    pub(super) started: RunStarted,
    /// For each journal, the new place of each of its cases in a round.
    places: Vec<Vec<usize>>,
    /// The places of the missing shares.
    pub(super) missing: Vec<usize>,
}

/// A case of a journal, with what decides its place.
struct Placed<'a> {
    /// The suite, by the name of its file wherever the project lies; then its name.
    suite: (String, &'a str),
    /// Setups stand first, then cases in the order of their lines.
    line: (bool, usize),
    /// Rows of one table stand on one line. Where every so manieth case was dealt out, it is known which was which.
    turn: usize,
    source: usize,
    case: usize,
    entry: &'a CaseEntry,
    file: &'a str,
}

impl Plan {
    pub(super) fn new<R>(sources: &[Source<R>], missing: &[Share]) -> Result<Self, MergeError> {
        if let [first, rest @ ..] = sources
            && let Some(other) = rest.iter().find(|other| other.started.rounds != first.started.rounds)
        {
            let rounds = |source: &Source<R>| (source.name.clone(), source.started.rounds);
            return Err(MergeError::Rounds { found: [rounds(first), rounds(other)] });
        }
        let placed = placed(sources);
        refuse_doubles(sources, &placed)?;
        let mut plan = Self { started: started(sources), places: Vec::new(), missing: Vec::new() };
        plan.places.extend(sources.iter().map(|source| vec![usize::MAX; source.started.cases.len()]));
        let mut last = None;
        for case in &placed {
            if last.as_ref() != Some(&case.suite) {
                let suite = SuiteEntry { file: case.file.to_owned(), name: case.suite.1.to_owned(), about: None };
                plan.started.suites.push(suite);
                last = Some(case.suite.clone());
            }
            plan.places[case.source][case.case] = plan.started.cases.len();
            let twice = case.entry.setup && placed.iter().filter(|other| other.is_same(case)).count() > 1;
            let name = &case.entry.name;
            plan.started.cases.push(CaseEntry {
                suite: plan.started.suites.len() - 1,
                // Every share that needs a setup does it.
                name: if twice { format!("{name} [{}]", sources[case.source].share()) } else { name.clone() },
                ..case.entry.clone()
            });
        }
        if !missing.is_empty() {
            plan.started.suites.push(SuiteEntry {
                file: SHARES.to_owned(),
                name: "Shares of the run".to_owned(),
                about: None,
            });
        }
        for lost in missing {
            plan.missing.push(plan.started.cases.len());
            let suite = plan.started.suites.len() - 1;
            let (name, tags) = (share(lost), Vec::new());
            plan.started.cases.push(CaseEntry { suite, name, setup: false, line: None, tags, about: None });
        }
        Ok(plan)
    }

    /// The new number of a journal's case; none for a number that no case of it has.
    pub(super) fn number(&self, source: usize, case: usize) -> Option<usize> {
        let places = self.places.get(source)?;
        let round = case.checked_div(places.len())?;
        let place = places.get(case % places.len())?;
        round.checked_mul(self.started.cases.len())?.checked_add(*place)
    }
}

impl Placed<'_> {
    fn is_same(&self, other: &Self) -> bool {
        self.suite == other.suite && self.entry.name == other.entry.name
    }
}

fn placed<R>(sources: &[Source<R>]) -> Vec<Placed<'_>> {
    let mut placed = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let every = source.started.share.as_ref().filter(|share| share.by == "count");
        let (every, first) = every.map_or((1, 0), |share| (share.of as usize, share.number as usize));
        let mut dealt = 0;
        for (case, entry) in source.started.cases.iter().enumerate() {
            let (file, name) = source
                .started
                .suites
                .get(entry.suite)
                .map_or(("", ""), |suite| (suite.file.as_str(), suite.name.as_str()));
            let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
            placed.push(Placed {
                suite: (format!("{}.{extension}", stem(file)), name),
                line: (!entry.setup, entry.line.unwrap_or(0)),
                turn: dealt * every + first,
                source: number,
                case,
                entry,
                file,
            });
            // Setups are not dealt out: they come with the cases that need them.
            dealt += usize::from(!entry.setup);
        }
    }
    placed.sort_by(|one, other| one.key().cmp(&other.key()));
    placed
}

impl Placed<'_> {
    /// What decides its place.
    fn key(&self) -> (&(String, &str), (bool, usize), usize, usize, usize) {
        (&self.suite, self.line, self.turn, self.source, self.case)
    }
}

/// Refuses a case that two journals have; setups are done by every share that needs them.
fn refuse_doubles<R>(sources: &[Source<R>], placed: &[Placed<'_>]) -> Result<(), MergeError> {
    let mut seen: BTreeMap<(&(String, &str), &str), &Placed<'_>> = BTreeMap::new();
    let mut doubles: Vec<(&Placed<'_>, &Placed<'_>)> = Vec::new();
    for case in placed.iter().filter(|case| !case.entry.setup) {
        let known = *seen.entry((&case.suite, &case.entry.name)).or_insert(case);
        if known.source != case.source {
            doubles.push((known, case));
        }
    }
    let Some((one, other)) = doubles.first() else { return Ok(()) };
    Err(MergeError::Double {
        case: format!("{} › {}", stem(one.file), visible_line(&one.entry.name)),
        journals: [one, other].map(|case| sources[case.source].name.clone()),
        others: doubles.len() - 1,
    })
}

/// Whether a run is one that shares were merged into.
#[must_use]
pub fn is_merged(run: &RunStarted) -> bool {
    run.run.ends_with(MERGED)
}

/// What all of them say at their start, without suites and cases.
fn started<R>(sources: &[Source<R>]) -> RunStarted {
    let all = |of: fn(&RunStarted) -> &String| {
        let mut values: Vec<&str> = Vec::new();
        for source in sources {
            let value = of(&source.started).as_str();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values.join(", ")
    };
    let first = sources.first().map(|source| &source.started);
    let real = |run: &RunStarted| run.cases.iter().filter(|case| !case.setup).count();
    let whole = sources.iter().map(|source| source.started.left_out + real(&source.started)).max().unwrap_or(0);
    let run: usize = sources.iter().map(|source| real(&source.started)).sum();
    RunStarted {
        format: sources.iter().map(|source| source.started.format).max().unwrap_or(crate::event::FORMAT),
        run: first.map_or_else(String::new, |first| format!("{}{MERGED}", first.run)),
        version: all(|run| &run.version),
        command: first.map(|first| first.command.clone()).unwrap_or_default(),
        environment: all(|run| &run.environment),
        target: all(|run| &run.target),
        seed: first.map_or(0, |first| first.seed),
        host: all(|run| &run.host),
        suites: Vec::new(),
        cases: Vec::new(),
        rounds: first.map_or(1, |first| first.rounds),
        left_out: whole.saturating_sub(run),
        flaky_fails: sources.iter().any(|source| source.started.flaky_fails),
        share: None,
    }
}
