//! Markdown documentation read into an OpenAPI contract.
//!
//! [`blocks`] cuts a document into headings, tables, fences, items and paragraphs, line by line; [`dialect`] is the data
//! that says how one house writes its documentation; [`facts`] recognises what the blocks say; [`contract`] puts the
//! contract together, with the lines of every fact as `x-source`; [`contradictions`] tells where the document disagrees
//! with itself; [`lines`] accounts for every line: read, ignored by a named rule, or not understood.
//!
//! Nothing is followed and nothing is run: links, includes, HTML and template text are text.

mod blocks;
mod contract;
mod contradictions;
mod dialect;
mod endpoint;
mod facts;
mod lines;
mod place;
mod rulings;
mod shape;
mod table;
mod values;

pub use contradictions::Contradiction;
pub use dialect::{BUILT_IN, Dialect};
pub use lines::{Fate, Line, RULES as IGNORING_RULES};
pub use place::Place;
pub use rulings::{Rulings, read_rulings};

use crate::source::{FileId, Sources};
use serde_json::Value;

/// What became of a set of documents.
#[derive(Debug)]
pub struct Import {
    /// The contract: OpenAPI 3.1.
    pub contract: Value,
    /// What became of every line, document by document.
    pub lines: Vec<Vec<Line>>,
    /// Where the documents disagree with themselves.
    pub contradictions: Vec<Contradiction>,
    /// Samples that were repaired: the place, and the repairs' names.
    pub repairs: Vec<(Place, Vec<&'static str>)>,
    /// How many operations, codes, samples and tables were read.
    pub counts: Counts,
    /// What every line became, for `--explain`: the place and a sentence.
    pub told: Vec<(Place, String)>,
}

/// How much was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations: a method and a path.
    pub operations: usize,
    /// Status codes of the API's own.
    pub codes: usize,
    /// Samples of bodies.
    pub samples: usize,
    /// Tables.
    pub tables: usize,
}

/// Reads documents into one contract, by the dialect of the program that finds most operations in them; of two that find
/// as many, by the one that finds more codes, then by the one that leaves fewer lines not understood.
#[must_use]
pub fn import_by_any(sources: &Sources, files: &[FileId]) -> (Import, String) {
    let dialects = BUILT_IN.iter().filter_map(|(name, _)| Dialect::built_in(name));
    let read = dialects.map(|dialect| (gather(sources, files, &dialect), dialect));
    let worth = |(gathered, _): &(Gathered, Dialect)| {
        let puzzles =
            gathered.lines.iter().flatten().filter(|line| matches!(line.fate, Fate::NotUnderstood(_))).count();
        let endpoints: usize = gathered.facts.sections.iter().map(|section| section.endpoints.len()).sum();
        let codes: usize = gathered.facts.sections.iter().map(|section| section.codes.len()).sum();
        (endpoints, codes, std::cmp::Reverse(puzzles))
    };
    let best = read.reduce(|best, next| if worth(&next) > worth(&best) { next } else { best });
    let (gathered, dialect) = best.unwrap_or_else(|| (Gathered::default(), Dialect::plain()));
    (gathered.finish(sources, files, &dialect), dialect.name)
}

/// Reads documents into one contract.
#[must_use]
pub fn import(sources: &Sources, files: &[FileId], dialect: &Dialect) -> Import {
    gather(sources, files, dialect).finish(sources, files, dialect)
}

/// What documents say, before a contract is made of it.
#[derive(Debug, Default)]
struct Gathered {
    facts: facts::Facts,
    lines: Vec<Vec<Line>>,
}

fn gather(sources: &Sources, files: &[FileId], dialect: &Dialect) -> Gathered {
    let mut gathered = Gathered::default();
    for (index, file) in files.iter().enumerate() {
        let document = blocks::cut(&sources.file(*file).text, dialect);
        let mut account = lines::Account::new(document.lines.len());
        facts::collect(sources, *file, index, &document, dialect, &mut gathered.facts, &mut account);
        gathered.lines.push(account.finish(&document));
    }
    gathered.facts.told.sort();
    gathered
}

impl Gathered {
    fn finish(self, sources: &Sources, files: &[FileId], dialect: &Dialect) -> Import {
        let Self { facts, lines } = self;
        let names: Vec<String> = files.iter().map(|file| short_name(&sources.file(*file).name)).collect();
        let contract = contract::build(&facts, &names, dialect);
        let contradictions = contradictions::find(&contract, &facts, &names);
        let counts = Counts {
            operations: contract::operations(&contract),
            codes: contract["x-codes"].as_object().map_or(0, serde_json::Map::len),
            samples: facts.samples,
            tables: facts.tables,
        };
        Import { contract, lines, contradictions, repairs: facts.repairs, counts, told: facts.told }
    }
}

/// The name of a file without its folders, which differ from machine to machine.
fn short_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}
