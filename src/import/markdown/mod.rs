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
/// as many, by the one that leaves fewer lines not understood.
#[must_use]
pub fn import_by_any(sources: &Sources, files: &[FileId]) -> (Import, String) {
    let dialects = BUILT_IN.iter().filter_map(|(name, _)| Dialect::built_in(name));
    let imports = dialects.map(|dialect| (import(sources, files, &dialect), dialect.name));
    let worth = |import: &Import| {
        let puzzles = import.lines.iter().flatten().filter(|line| matches!(line.fate, Fate::NotUnderstood(_))).count();
        (import.counts.operations, import.counts.codes, std::cmp::Reverse(puzzles))
    };
    let best = imports.reduce(|best, next| if worth(&next.0) > worth(&best.0) { next } else { best });
    best.unwrap_or_else(|| (import(sources, files, &Dialect::plain()), "plain".to_owned()))
}

/// Reads documents into one contract.
#[must_use]
pub fn import(sources: &Sources, files: &[FileId], dialect: &Dialect) -> Import {
    let mut facts = facts::Facts::default();
    let mut lines = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let document = blocks::cut(&sources.file(*file).text, dialect);
        let mut account = lines::Account::new(document.lines.len());
        facts::collect(sources, *file, index, &document, dialect, &mut facts, &mut account);
        lines.push(account.finish(&document));
    }
    let names: Vec<String> = files.iter().map(|file| short_name(&sources.file(*file).name)).collect();
    facts.told.sort();
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

/// The name of a file without its folders, which differ from machine to machine.
fn short_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}
