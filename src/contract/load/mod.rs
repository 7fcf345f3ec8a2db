//! Reading a contract from an OpenAPI document: everything that is wrong with it is told in one go, before anything is
//! sent.

mod bodies;
mod codes;
mod cycles;
mod document;
mod extensions;
mod keywords;
#[cfg(test)]
mod mutants;
mod objects;
mod operations;
mod parameters;
mod schemas;
mod structure;
#[cfg(test)]
mod tests;
mod variants;

pub use document::ReadFile;

use super::Contract;
use super::schema::{Definition, Half, Id, Pool, Schema};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use crate::yaml::{Kind, Node, Reader};
use document::{Documents, Found, child};
use std::collections::HashMap;
use std::sync::Arc;

/// Versions of OpenAPI that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// 3.0: schemas in a dialect of their own.
    V30,
    /// 3.1: schemas are JSON Schema 2020-12.
    V31,
}

/// What is known while a contract is read.
struct Loader<'s> {
    reader: Reader<'s>,
    documents: Documents,
    version: Version,
    pool: Arc<Pool>,
    definitions: Vec<Definition>,
    /// Schemas by their place.
    named: HashMap<(usize, String), Id>,
    /// Schemas that are still to be read, each with its document.
    open: Vec<(Id, usize, Node)>,
    schemas: HashMap<(Id, Half), Schema>,
    /// What is wrong with each pattern.
    patterns: HashMap<String, Option<String>>,
    /// Schemas whose discriminator chooses among those that build upon them.
    inherited: Vec<Id>,
    /// Members in which the status code may stand, where an operation says nothing else.
    envelope: Vec<String>,
    /// Codes that any operation may answer with.
    generic: Vec<String>,
    /// The paths of its servers' URLs.
    base_paths: Vec<String>,
}

/// Reads a contract. `name` is how suites call it; `read` reads the other files it refers to.
///
/// # Errors
/// Every problem of the document, each with its place.
pub fn load(sources: &mut Sources, file: FileId, name: &str, read: ReadFile<'_>) -> Result<Contract, Vec<Diagnostic>> {
    let mut loader = open(sources, file, read)?;
    let root = loader.documents.root();
    let contract = loader.contract(&root, name);
    loader.finish()?;
    Ok(contract)
}

/// Reads a contract as [`load`] does, and of its own document the schemas at these places, each for one half of an
/// exchange.
///
/// # Errors
/// Every problem of the document, each with its place.
pub(super) fn schemas_at(
    sources: &mut Sources,
    file: FileId,
    read: ReadFile<'_>,
    places: &[(String, Node, Half)],
) -> Result<Vec<Schema>, Vec<Diagnostic>> {
    let mut loader = open(sources, file, read)?;
    let root = loader.documents.root();
    loader.contract(&root, "");
    let found = |(pointer, node, _): &(String, Node, Half)| Found {
        document: root.document,
        pointer: pointer.clone(),
        node: node.clone(),
    };
    let schemas = places.iter().map(|place| loader.schema(&found(place), place.2)).collect();
    loader.finish()?;
    Ok(schemas)
}

fn open<'s>(sources: &'s mut Sources, file: FileId, read: ReadFile<'_>) -> Result<Loader<'s>, Vec<Diagnostic>> {
    let documents = Documents::read(sources, file, read)?;
    let root = documents.root();
    let mut reader = Reader::new(sources);
    let Some(version) = version(&mut reader, &root.node) else { return Err(reader.problems) };
    Ok(Loader {
        reader,
        documents,
        version,
        pool: Arc::default(),
        definitions: Vec::new(),
        named: HashMap::new(),
        open: Vec::new(),
        schemas: HashMap::new(),
        patterns: HashMap::new(),
        inherited: Vec::new(),
        envelope: Vec::new(),
        generic: Vec::new(),
        base_paths: Vec::new(),
    })
}

/// What is referred to twice is wrong once.
fn distinct(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut distinct: Vec<Diagnostic> = Vec::new();
    for problem in problems {
        if !distinct.contains(&problem) {
            distinct.push(problem);
        }
    }
    distinct
}

fn version(reader: &mut Reader<'_>, root: &Node) -> Option<Version> {
    use crate::diagnostic::Code;
    let written = child(root, "openapi");
    let text = match written.map(|node| (&node.kind, node)) {
        Some((Kind::Text(_) | Kind::Number(_), node)) => reader.text(node, "`openapi`").map(|text| text.value),
        _ => None,
    };
    let is =
        |version: &str| text.as_deref().is_some_and(|text| text == version || text.starts_with(&format!("{version}.")));
    if is("3.1") {
        return Some(Version::V31);
    }
    if is("3.0") {
        return Some(Version::V30);
    }
    let other = child(root, "swagger").or(written);
    let span = other.map_or(root.span, |node| node.span);
    let later = text.as_deref().is_some_and(|text| text.starts_with("3."));
    let (title, label) = match later {
        true => ("this version of OpenAPI is not known", "3.0 and 3.1 are read"),
        false => ("this is not an OpenAPI 3 document", "a contract begins with `openapi: 3.1.0`"),
    };
    reader.problem(Code::Contract, span, title, label);
    None
}

impl Loader<'_> {
    /// Makes the schemas that were read ready for use, unless something is wrong.
    fn finish(mut self) -> Result<(), Vec<Diagnostic>> {
        self.read_open_schemas();
        let longest_way = self.cycles();
        if !self.reader.problems.is_empty() {
            return Err(distinct(self.reader.problems));
        }
        self.pool.fill(self.definitions, longest_way);
        Ok(())
    }

    fn contract(&mut self, root: &Found, name: &str) -> Contract {
        let mut contract = Contract { name: name.to_owned(), ..Contract::default() };
        for (key, field) in [("version", &mut contract.version), ("title", &mut contract.title)] {
            if let Some(node) = root.child("info").and_then(|info| info.child(key)) {
                let text = self.reader.text(&node.node, &format!("`{key}`"));
                *field = text.map(|text| text.value).unwrap_or_default();
            }
        }
        contract.code_members = root
            .child("x-envelope")
            .map_or_else(|| vec!["statusCode".to_owned()], |envelope| self.code_members(&envelope.node));
        contract.codes = self.codes(root);
        self.components(root);
        self.servers(root);
        self.envelope.clone_from(&contract.code_members);
        let generic = contract.codes.iter().filter(|(_, code)| code.operations.is_empty());
        self.generic = generic.map(|(code, _)| code.clone()).collect();
        contract.operations = self.operations(root);
        contract.base_paths = std::mem::take(&mut self.base_paths);
        contract.variants = self.variants(root);
        contract.respellings = self.respellings(root);
        contract.ambiguities = self.ambiguity_notes(root, &contract.operations);
        contract.values = self.value_lists(root);
        self.read_open_schemas();
        self.known_operations(root, &contract);
        contract
    }

    /// Reads the schemas that no operation may use: they are promises as well, and wrong ones are told.
    fn components(&mut self, root: &Found) {
        let Some(schemas) = root.child("components").and_then(|components| components.child("schemas")) else { return };
        for entry in self.reader.map(&schemas.node, "`schemas`").to_vec() {
            self.schema_at(schemas.entry(&entry));
        }
        self.read_open_schemas();
        self.heirs();
    }
}
