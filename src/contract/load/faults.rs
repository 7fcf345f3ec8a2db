//! What is wrong with a document, and which operations it concerns: one fault does not refuse the whole of it.

use super::document::{Documents, Found, child};
use super::operations::METHODS;
use crate::contract::{ContractFault, Operation};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};
use crate::yaml::{Kind, Node};
use std::collections::{HashMap, HashSet};

/// Where a fault stands: a file and a byte of it.
type At = (FileId, u32);

/// Parts of a document of which a fault is a fault of the part alone.
const PARTS: [&str; 3] = ["paths", "components", "webhooks"];

/// Sorts what is wrong: what refuses the whole document, and what concerns some of its operations, or none.
pub(super) fn sorted(
    sources: &Sources,
    documents: &Documents,
    operations: &[Operation],
    told: Vec<(bool, Diagnostic)>,
) -> Result<Vec<ContractFault>, Vec<Diagnostic>> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<Option<At>> = told.iter().map(|(_, diagnostic)| place(sources, diagnostic)).collect();
    let root = documents.root();
    let inside = PARTS.iter().filter_map(|part| child(&root.node, part)).collect::<Vec<_>>();
    let own_file = root.node.span.file;
    let fatal = |place: &Option<At>| match place {
        None => true,
        Some(at) => at.0 == own_file && !inside.iter().any(|node| holds(node.span, *at)),
    };
    let refused: Vec<Diagnostic> = told
        .iter()
        .zip(&places)
        .filter(|((grave, _), place)| *grave && fatal(place))
        .map(|((_, diagnostic), _)| diagnostic.clone())
        .collect();
    if !refused.is_empty() {
        // Whoever mends the document wants to see all of it.
        return Err(told.into_iter().filter(|(grave, _)| *grave).map(|(_, diagnostic)| diagnostic).collect());
    }
    let mut users: Vec<Vec<String>> = vec![Vec::new(); told.len()];
    let mut reach = Reach { documents, places: &places, known: HashMap::new() };
    for operation in operations {
        for index in reach.of(operation) {
            users[index].push(operation.id.clone());
        }
    }
    let faults = told.into_iter().zip(users);
    Ok(faults.map(|((grave, diagnostic), operations)| ContractFault { diagnostic, operations, grave }).collect())
}

fn place(sources: &Sources, diagnostic: &Diagnostic) -> Option<At> {
    sources.start_of(&diagnostic.labels.first()?.place)
}

/// Whether a place is within a node.
fn holds(span: Span, (file, at): At) -> bool {
    file == span.file && (span.start..=span.end).contains(&at)
}

/// What an operation leads to.
struct Reach<'r> {
    documents: &'r Documents,
    places: &'r [Option<At>],
    /// What references lead to.
    known: HashMap<Target, Reached>,
}

/// A file by its number, and a pointer into it.
type Target = (usize, String);

/// What a reference leads to.
struct Reached {
    /// Faults within it.
    faults: Vec<usize>,
    /// What the references there lead to.
    further: Vec<Target>,
}

impl Reach<'_> {
    /// The faults that an operation leads to.
    fn of(&mut self, operation: &Operation) -> Vec<usize> {
        let mut faults: HashSet<usize> = HashSet::new();
        let mut open = Vec::new();
        for (document, node) in self.nodes_of(operation) {
            faults.extend(self.faults_in(node.span));
            references(&node, document, self.documents, &mut open);
        }
        let mut seen: HashSet<(usize, String)> = open.iter().cloned().collect();
        while let Some(target) = open.pop() {
            if !self.known.contains_key(&target) {
                let found = self.documents.find(target.0, &target.1);
                let mut further = Vec::new();
                let mut own = Vec::new();
                if let Some(node) = found {
                    own = self.faults_in(node.span);
                    references(&node, target.0, self.documents, &mut further);
                }
                self.known.insert(target.clone(), Reached { faults: own, further });
            }
            if let Some(Reached { faults: own, further }) = self.known.get(&target) {
                faults.extend(own);
                open.extend(further.iter().filter(|next| seen.insert((*next).clone())).cloned());
            }
        }
        let mut faults: Vec<usize> = faults.into_iter().collect();
        faults.sort_unstable();
        faults
    }

    /// The nodes that describe an operation: its own, and what its path says for all of them.
    fn nodes_of(&self, operation: &Operation) -> Vec<(usize, Node)> {
        let mut nodes = Vec::new();
        for (document, pointer) in &operation.written {
            let Some(item) = self.documents.find(*document, pointer) else { continue };
            let Kind::Map(entries) = &item.kind else {
                nodes.push((*document, item));
                continue;
            };
            for entry in entries.iter() {
                let name = entry.key.value.as_str();
                let method = METHODS.contains(&name) || name == "additionalOperations";
                if !method || name.eq_ignore_ascii_case(&operation.method) {
                    // Keys are wrong as well.
                    let span = Span { start: entry.key.span.start, ..entry.value.span };
                    nodes.push((*document, Node { span, kind: entry.value.kind.clone() }));
                } else if name == "additionalOperations" {
                    nodes.extend(child(&entry.value, &operation.method).map(|node| (*document, node.clone())));
                }
            }
        }
        nodes
    }

    fn faults_in(&self, span: Span) -> Vec<usize> {
        let within = |place: &Option<At>| place.is_some_and(|at| holds(span, at));
        (0..self.places.len()).filter(|index| within(&self.places[*index])).collect()
    }
}

/// What the references in a node lead to, those that lead anywhere.
fn references(node: &Node, document: usize, documents: &Documents, all: &mut Vec<(usize, String)>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| references(item, document, documents, all)),
        Kind::Map(entries) => {
            for entry in entries.iter() {
                match &entry.value.kind {
                    Kind::Text(reference) if matches!(entry.key.value.as_str(), "$ref" | "$dynamicRef") => {
                        all.extend(documents.target(document, reference));
                    }
                    _ => references(&entry.value, document, documents, all),
                }
            }
        }
        _ => {}
    }
}

impl Documents {
    /// Where a reference leads to, if it leads anywhere.
    fn target(&self, document: usize, reference: &str) -> Option<(usize, String)> {
        let file = self.file_named(document, reference)?;
        let fragment = reference.split_once('#').map_or("", |(_, fragment)| fragment);
        let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
        if fragment.is_empty() || fragment.starts_with('/') {
            return Some((file, fragment));
        }
        self.resources.anchor(file, &fragment)
    }

    /// The node at a pointer.
    fn find(&self, document: usize, pointer: &str) -> Option<Node> {
        let mut node = self.root_of(document).clone();
        for part in pointer.split('/').skip(1) {
            let name = crate::text::pointer_unescaped(part);
            let next = match &node.kind {
                Kind::List(items) => items.get(name.parse::<usize>().ok()?)?.clone(),
                _ => child(&node, &name)?.clone(),
            };
            node = next;
        }
        Some(node)
    }
}

/// Where an operation is written: the path, and what its `$ref` leads to.
pub(super) fn written(items: &[Found]) -> Vec<(usize, String)> {
    items.iter().map(|item| (item.document, item.pointer.clone())).collect()
}
