//! Reading a contract from an OpenAPI document: everything that is wrong with it is told in one go, before anything is
//! sent.

mod bodies;
mod codes;
mod cycles;
mod document;
mod extensions;
mod faults;
mod keywords;
#[cfg(test)]
mod mutants;
mod objects;
mod operations;
mod parameters;
#[cfg(test)]
mod reading;
mod resources;
mod schemas;
mod security;
mod structure;
#[cfg(test)]
mod tests;
mod variants;

pub(super) use bodies::media_parameters;
pub use document::ReadFile;

use super::schema::{Definition, Half, Id, Pool, Schema};
use super::{Contract, ContractFault, Operation};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use crate::yaml::{Kind, Node, Reader};
use document::{Documents, Found, child};
use resources::Dialect;
use schemas::Site;
use std::collections::HashMap;
use std::sync::Arc;
use structure::{Idle, Part};

/// Versions of OpenAPI that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// 3.0: schemas in a dialect of their own.
    V30,
    /// 3.1: schemas are JSON Schema 2020-12.
    V31,
    /// 3.2: read as 3.1, with what it adds where that is read.
    V32,
}

impl Version {
    /// The number after the point.
    const fn minor(self) -> u8 {
        match self {
            Self::V30 => 0,
            Self::V31 => 1,
            Self::V32 => 2,
        }
    }
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
    /// Schemas that are still to be read, each with where.
    open: Vec<(Id, Site, Node)>,
    /// The dialect of schemas that name none (`jsonSchemaDialect`).
    dialect: Dialect,
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
    /// What is wrong and loses no promise.
    mild: Vec<Diagnostic>,
}

/// Reads a contract. `name` is how suites call it; `read` reads the other files it refers to.
///
/// # Errors
/// Every problem of the document, each with its place.
pub fn load(sources: &mut Sources, file: FileId, name: &str, read: ReadFile<'_>) -> Result<Contract, Vec<Diagnostic>> {
    load_below(sources, file, "", name, read)
}

/// Reads a contract as [`load`] does, whose references may lead anywhere below a folder that is not its own: `path` is where
/// it stands there. Without one its own folder is that folder.
///
/// # Errors
/// Every problem of the document, each with its place.
pub fn load_below(
    sources: &mut Sources,
    file: FileId,
    path: &str,
    name: &str,
    read: ReadFile<'_>,
) -> Result<Contract, Vec<Diagnostic>> {
    let mut loader = open(sources, file, path, read)?;
    let root = loader.documents.root();
    let mut contract = loader.contract(&root, name);
    contract.faults = loader.finish(&contract.operations)?;
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
    let mut loader = open(sources, file, "", read)?;
    let root = loader.documents.root();
    let contract = loader.contract(&root, "");
    let found = |(pointer, node, _): &(String, Node, Half)| Found {
        document: root.document,
        pointer: pointer.clone(),
        node: node.clone(),
    };
    let schemas = places.iter().map(|place| loader.schema(&found(place), place.2)).collect();
    loader.finish(&contract.operations)?;
    Ok(schemas)
}

fn open<'s>(
    sources: &'s mut Sources,
    file: FileId,
    path: &str,
    read: ReadFile<'_>,
) -> Result<Loader<'s>, Vec<Diagnostic>> {
    let documents = Documents::read(sources, file, path, read)?;
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
        dialect: Dialect::Draft202012,
        schemas: HashMap::new(),
        patterns: HashMap::new(),
        inherited: Vec::new(),
        envelope: Vec::new(),
        generic: Vec::new(),
        base_paths: Vec::new(),
        mild: Vec::new(),
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
    let known = [("3.0", Version::V30), ("3.1", Version::V31), ("3.2", Version::V32)];
    if let Some((_, version)) = known.iter().find(|(name, _)| is(name)) {
        return Some(*version);
    }
    let other = child(root, "swagger").or(written);
    let span = other.map_or(root.span, |node| node.span);
    let later = text.as_deref().is_some_and(|text| text.starts_with("3."));
    let (title, label, next) = match later {
        true => ("this version of OpenAPI is not known", "3.0, 3.1 and 3.2 are read", None),
        false if child(root, "swagger").is_some() => (
            "this is a Swagger 2.0 document, which is not read",
            "a contract begins with `openapi: 3.1.0`",
            Some(
                "convert it to OpenAPI 3, as with `npx swagger2openapi api.json -o openapi.json`, and name the result",
            ),
        ),
        false => ("this is not an OpenAPI 3 document", "a contract begins with `openapi: 3.1.0`", None),
    };
    let problem = reader.problem(Code::Contract, span, title, label);
    *problem = problem.clone().maybe_next(next);
    None
}

/// Whether two problems are of the same place.
fn same_place(one: &Diagnostic, other: &Diagnostic) -> bool {
    let place = |diagnostic: &Diagnostic| {
        diagnostic.labels.first().map(|label| (label.place.file.clone(), label.place.line, label.place.column))
    };
    place(one) == place(other)
}

impl Loader<'_> {
    /// Makes the schemas that were read ready for use. Answers what is wrong with parts of the document, unless something
    /// is wrong with the whole of it.
    fn finish(mut self, operations: &[Operation]) -> Result<Vec<ContractFault>, Vec<Diagnostic>> {
        self.read_open_schemas();
        let longest_way = self.cycles();
        let grave = distinct(std::mem::take(&mut self.reader.problems));
        let idle = self.idle_keys();
        // What cannot be read where it stands has been told of already.
        let told = |idle: &Idle| !grave.iter().any(|problem| same_place(problem, &idle.diagnostic));
        let idle: Vec<(bool, Diagnostic)> =
            idle.into_iter().filter(told).map(|idle| (idle.grave, idle.diagnostic)).collect();
        let mild = distinct(std::mem::take(&mut self.mild)).into_iter().map(|problem| (false, problem));
        let all = grave.into_iter().map(|problem| (true, problem)).chain(mild).chain(idle).collect();
        let faults = faults::sorted(self.reader.sources, &self.documents, operations, all)?;
        self.pool.fill(self.definitions, longest_way);
        Ok(faults)
    }

    /// Keys that mean nothing where they stand: of the document, and of what it refers to in other files.
    fn idle_keys(&self) -> Vec<Idle> {
        let minor = self.version.minor();
        let mut all = Vec::new();
        for (index, root) in self.documents.roots() {
            let is_document = index == 0 || child(root, "openapi").is_some();
            if is_document {
                all.extend(structure::idle_keys(self.reader.sources, root, Part::Document, minor));
            }
        }
        let outside = |document: usize| document > 0;
        for ((document, _), id) in self.named.iter().filter(|((document, _), _)| outside(*document)) {
            if let Some(node) = self.schema_node(*document, *id) {
                all.extend(structure::idle_keys(self.reader.sources, &node, Part::Schema, minor));
            }
        }
        let mut seen = std::collections::HashSet::new();
        all.retain(|idle| seen.insert(idle.span));
        all.sort_by_key(|idle| (idle.span.file, idle.span.start));
        all
    }

    /// The node of a schema of another file.
    fn schema_node(&self, document: usize, id: Id) -> Option<Node> {
        let (_, pointer) = self.definitions[id].pointer.split_once('#')?;
        let mut node = self.documents.root_of(document).clone();
        for part in pointer.split('/').skip(1) {
            node = child(&node, &crate::text::pointer_unescaped(part))?.clone();
        }
        Some(node)
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
            .map(|envelope| self.code_members(&envelope.node))
            // Where no codes are documented, a member that is called like one is a member like any other.
            .or_else(|| root.child("x-codes").map(|_| vec!["statusCode".to_owned()]))
            .unwrap_or_default();
        self.root_dialect(root);
        contract.codes = self.codes(root);
        self.components(root);
        contract.security_schemes = self.security_schemes(root);
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

    /// The dialect of schemas that name none.
    fn root_dialect(&mut self, root: &Found) {
        let Some(named) = root.child("jsonSchemaDialect").filter(|_| self.version != Version::V30) else { return };
        let Some(uri) = self.reader.text(&named.node, "`jsonSchemaDialect`") else { return };
        match Dialect::named(&uri.value) {
            Some(dialect) => self.dialect = dialect,
            None => self.unknown_dialect(&uri.value, uri.span),
        }
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
