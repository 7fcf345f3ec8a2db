//! Several journals as one: the shares of a run, read together as if one machine had done it all.
//!
//! Cases are numbered anew, in an order that does not depend on the order the journals are named in. Events come in the
//! order of their times, those of one journal always in their own. A share that is missing is a case of its own that could
//! not be told, so that no report can pass it over.

mod plan;
mod rules;
mod stream;

use super::read::{Entries, ReadError};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Event, EventKind, Inventory, RunStarted, Share};
use std::io::BufRead;

pub use plan::is_merged;
pub use stream::Merged;

/// Why journals cannot be read as one.
#[derive(Debug)]
pub enum MergeError {
    /// One of them cannot be read.
    Read {
        /// Its name.
        journal: String,
        /// Why not.
        error: ReadError,
    },
    /// One of them holds nothing.
    Empty {
        /// Its name.
        journal: String,
    },
    /// They are shares of different divisions.
    Divisions {
        /// The divisions, each with a journal's name.
        found: Vec<(String, String)>,
    },
    /// They are shards of different sets of cases.
    Sets {
        /// Two journals.
        found: [String; 2],
    },
    /// They are shards of different runs.
    Groups {
        /// Two journals, each with its group.
        found: [(String, String); 2],
    },
    /// They go through their cases a different number of times.
    Rounds {
        /// Two journals, each with its number of rounds.
        found: [(String, u32); 2],
    },
    /// A case was run in two of them.
    Double {
        /// The case, as people know it.
        case: String,
        /// The journals' names.
        journals: [String; 2],
        /// In how many cases more that is so.
        others: usize,
    },
}

/// Reads journals as one. Each comes with the name by which it will be spoken of.
///
/// # Errors
/// When they cannot be the shares of one run.
pub fn merge<R: BufRead>(journals: Vec<(String, Entries<R>)>) -> Result<Merged<R>, MergeError> {
    let sources = journals.into_iter().map(|(name, entries)| Source::open(name, entries));
    let mut sources = sources.collect::<Result<Vec<_>, _>>()?;
    let mut remarks = Vec::new();
    order(&mut sources);
    leave_out_copies(&mut sources, &mut remarks);
    leave_out_earlier_runs(&mut sources, &mut remarks);
    let missing = missing_shares(&sources)?;
    refuse_strangers(&sources)?;
    say_differences(&sources, &mut remarks);
    let plan = plan::Plan::new(&sources, &missing)?;
    Ok(Merged::new(sources, plan, missing, remarks))
}

/// A journal being read.
struct Source<R> {
    name: String,
    started: RunStarted,
    /// The event that the run began with.
    first: Event,
    contracts: Vec<Inventory>,
    /// The event that comes next.
    next: Option<Event>,
    entries: Entries<R>,
}

impl<R: BufRead> Source<R> {
    /// Reads the beginning, up to the first case.
    fn open(name: String, mut entries: Entries<R>) -> Result<Self, MergeError> {
        let mut read = || entries.next().transpose();
        let wrong = |error| MergeError::Read { journal: name.clone(), error };
        let first = read().map_err(wrong)?;
        let Some(first) = first else { return Err(MergeError::Empty { journal: name }) };
        let EventKind::RunStarted(started) = first.kind.clone() else {
            return Err(MergeError::Read { journal: name, error: ReadError::NotAJournal });
        };
        let mut contracts = Vec::new();
        let next = loop {
            match read().map_err(wrong)? {
                Some(Event { kind: EventKind::ContractRead(inventory), .. }) => contracts.push(*inventory),
                next => break next,
            }
        };
        Ok(Self { name, started: *started, first, contracts, next, entries })
    }
}

impl<R> Source<R> {
    /// The share, as people say it: `share 2 of 4`, or the run's id.
    fn share(&self) -> String {
        self.started.share.as_ref().map_or_else(|| format!("run {}", self.started.run), share)
    }
}

fn share(share: &Share) -> String {
    format!("share {} of {}", share.number, share.of)
}

/// The same order whatever order they were named in.
fn order<R>(sources: &mut [Source<R>]) {
    sources.sort_by(|one, other| {
        let key = |source: &Source<R>| {
            let share = source.started.share.as_ref().map_or(u32::MAX, |share| share.number);
            (share, source.first.at, source.started.run.clone(), source.name.clone())
        };
        key(one).cmp(&key(other))
    });
}

/// One run named twice, as by `reports/*` with its link `latest`, counts once.
fn leave_out_copies<R>(sources: &mut Vec<Source<R>>, remarks: &mut Vec<String>) {
    let mut kept: Vec<Source<R>> = Vec::new();
    for source in sources.drain(..) {
        match kept.iter().find(|known| known.first == source.first) {
            Some(known) => remarks.push(format!("{} and {} are the same run; it counts once", known.name, source.name)),
            None => kept.push(source),
        }
    }
    *sources = kept;
}

/// A share that was run again counts as it was run last.
fn leave_out_earlier_runs<R>(sources: &mut Vec<Source<R>>, remarks: &mut Vec<String>) {
    let mut kept: Vec<Source<R>> = Vec::new();
    for source in sources.drain(..) {
        // They stand in the order of their times.
        match kept.last_mut().filter(|last| {
            last.started
                .share
                .as_ref()
                .zip(source.started.share.as_ref())
                .is_some_and(|(one, other)| one.is_same_part(other))
        }) {
            Some(last) => {
                let (share, earlier, later) = (source.share(), &last.name, &source.name);
                remarks.push(format!("{share} was run twice; {later} is the later run and counts, {earlier} does not"));
                *last = source;
            }
            None => kept.push(source),
        }
    }
    *sources = kept;
}

/// The shares nobody named.
fn missing_shares<R>(sources: &[Source<R>]) -> Result<Vec<Share>, MergeError> {
    let mut divisions: Vec<(String, String)> = Vec::new();
    for source in sources {
        if let Some(Share { by, of, .. }) = &source.started.share {
            let division = format!("{of} by {by}");
            if !divisions.iter().any(|(known, _)| *known == division) {
                divisions.push((division, source.name.clone()));
            }
        }
    }
    if divisions.len() > 1 {
        return Err(MergeError::Divisions { found: divisions });
    }
    let shares: Vec<&Share> = sources.iter().filter_map(|source| source.started.share.as_ref()).collect();
    let Some(one) = shares.first() else { return Ok(Vec::new()) };
    let missing = (1..=one.of).filter(|number| !shares.iter().any(|share| share.number == *number));
    Ok(missing.map(|number| Share { number, ..(*one).clone() }).collect())
}

/// Shards that did not divide the same set of cases together do not make a whole: some cases may be in none of them.
fn refuse_strangers<R>(sources: &[Source<R>]) -> Result<(), MergeError> {
    let shares: Vec<(&Source<R>, &Share)> =
        sources.iter().filter_map(|source| Some((source, source.started.share.as_ref()?))).collect();
    let differ = |of: fn(&Share) -> Option<&String>| {
        let mut known = shares.iter().filter_map(|(source, share)| Some((source, of(share)?)));
        let (first, one) = known.next()?;
        known.find(|(_, other)| *other != one).map(|(second, other)| (first, one, second, other))
    };
    if let Some((first, one, second, other)) = differ(|share| share.group.as_ref()) {
        let found = [(first.name.clone(), one.clone()), (second.name.clone(), other.clone())];
        return Err(MergeError::Groups { found });
    }
    if let Some((first, _, second, _)) = differ(|share| share.set.as_ref()) {
        return Err(MergeError::Sets { found: [first.name.clone(), second.name.clone()] });
    }
    Ok(())
}

/// Says what is not the same in all of them, and was probably meant to be.
fn say_differences<R>(sources: &[Source<R>], remarks: &mut Vec<String>) {
    let mut say = |what: &str, of: &dyn Fn(&Source<R>) -> String| {
        let mut values: Vec<(String, Vec<String>)> = Vec::new();
        for source in sources {
            let value = of(source);
            match values.iter_mut().find(|(known, _)| *known == value) {
                Some((_, shares)) => shares.push(source.share()),
                None => values.push((value, vec![source.share()])),
            }
        }
        if values.len() > 1 {
            let list = values.iter().map(|(value, shares)| format!("{value} ({})", shares.join(", ")));
            remarks.push(format!("the {what} is not the same: {}", list.collect::<Vec<_>>().join("; ")));
        }
    };
    say("environment", &|source| source.started.environment.clone());
    say("version of Proviso", &|source| source.started.version.clone());
    say("seed", &|source| source.started.seed.to_string());
    say("treatment of flaky cases", &|source| {
        if source.started.flaky_fails { "they fail the run" } else { "they pass" }.to_owned()
    });
    // A share whose suites name no contract has none to compare.
    let mut contracts: Vec<(&Inventory, String)> = Vec::new();
    for source in sources {
        for inventory in &source.contracts {
            let known = contracts.iter().find(|(known, _)| known.contract == inventory.contract);
            match known {
                Some((known, first)) if *known != inventory => remarks.push(format!(
                    "the contract {} is not the same: {} has version {}, {} has version {}{}",
                    inventory.contract,
                    first,
                    known.version,
                    source.share(),
                    inventory.version,
                    if known.version == inventory.version { ", with other promises" } else { "" },
                )),
                Some(_) => {}
                None => contracts.push((inventory, source.share())),
            }
        }
    }
}

impl MergeError {
    /// The error as people see it.
    #[must_use]
    pub fn explain(&self) -> Diagnostic {
        let new = |title: String| Diagnostic::new(Code::Journal, title);
        match self {
            Self::Read { journal, error } => error.explain(journal),
            Self::Empty { journal } => new(format!("the journal {journal} is empty"))
                .note(NoteKind::Why, "the run was killed before it said what it would do")
                .next("leave it out; its share is then told as missing"),
            Self::Divisions { found } => new("the journals are shares of different divisions".to_owned())
                .note(NoteKind::Why, divisions(found))
                .next("name the journals of one run, every share once"),
            Self::Sets { found: [one, other] } => {
                new("the journals are shards of different sets of cases".to_owned())
                    .note(NoteKind::Why, format!("{one} and {other} did not divide the same cases, so that some may be in neither"))
                    .next("run every shard with the same suites, --tag, --case and --failed, and name the journals of one run")
            }
            Self::Groups { found: [(one, group), (other, others)] } => {
                new("the journals are shards of different runs".to_owned())
                    .note(NoteKind::Why, format!("{one} is of {group}, {other} of {others}"))
                    .next("name the journals of one run; --group ID says which shards belong together")
            }
            Self::Rounds { found: [(one, times), (other, others)] } => {
                new("the journals go through their cases a different number of times".to_owned())
                    .note(NoteKind::Why, format!("{one}: --repeat {times}; {other}: --repeat {others}"))
                    .next("name the journals of one run")
            }
            Self::Double { case, journals: [one, other], others } => {
                let more = match others {
                    0 => String::new(),
                    others => format!(", and {} more", crate::text::count(*others, "case")),
                };
                new(format!("a case was run in two of the journals: {case}{more}"))
                    .note(NoteKind::Why, format!("{one} and {other} both have a result of it, and which counts is not known"))
                    .next("name the journals of one run, every share once; runs of the same cases are compared, not merged")
            }
        }
    }
}

fn divisions(found: &[(String, String)]) -> String {
    let found = found.iter().map(|(division, name)| format!("{name} is one of {division}"));
    found.collect::<Vec<_>>().join(", ")
}
