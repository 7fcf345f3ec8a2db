//! The files of a contract, and what `$ref` leads to in them.

use super::Loader;
use super::resources::Resources;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use crate::text;
use crate::yaml::{Entry, Kind, Node, parse, parse_json};
use percent_encoding::percent_decode_str;
use std::collections::HashMap;

/// Reads a file of the contract into the sources, by its path below the contract's folder.
pub type ReadFile<'f> = &'f mut dyn FnMut(&mut Sources, &str) -> Result<FileId, Box<Diagnostic>>;

/// Most files of a contract.
const MOST_FILES: usize = 1000;
/// Most references that only lead to another.
const LONGEST_CHAIN: usize = 64;

/// The files of a contract, the document itself first.
#[derive(Debug, Default)]
pub(super) struct Documents {
    all: Vec<Document>,
    /// Which file stands at a path, or why none does.
    by_path: HashMap<String, Result<usize, Box<Diagnostic>>>,
    /// What has a URI or a name of its own in them.
    pub(super) resources: Resources,
}

#[derive(Debug)]
struct Document {
    /// Its path below the folder; empty for the document itself.
    path: String,
    root: Node,
}

/// A node of a document.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its document.
    pub(super) document: usize,
    /// Where it stands there, as a JSON pointer.
    pub(super) pointer: String,
    /// The node.
    pub(super) node: Node,
}

impl Found {
    /// What stands under a key.
    pub(super) fn child(&self, name: &str) -> Option<Self> {
        let node = child(&self.node, name)?.clone();
        Some(Self { document: self.document, pointer: below(&self.pointer, name), node })
    }
}

impl Found {
    /// What stands under an entry of it.
    pub(super) fn entry(&self, entry: &Entry) -> Self {
        let pointer = below(&self.pointer, &entry.key.value);
        Self { document: self.document, pointer, node: entry.value.clone() }
    }

    /// An item of it.
    pub(super) fn item(&self, index: usize, item: &Node) -> Self {
        Self { document: self.document, pointer: format!("{}/{index}", self.pointer), node: item.clone() }
    }
}

/// What stands under a key.
pub(super) fn child<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match &node.kind {
        Kind::Map(entries) => entries.iter().find(|entry| entry.key.value == name).map(|entry| &entry.value),
        _ => None,
    }
}

/// A pointer to a member.
pub(super) fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", text::pointer_escaped(name))
}

impl Documents {
    /// Parses the document and every file it refers to, directly or not. `own` is the document's path below the folder.
    pub(super) fn read(
        sources: &mut Sources,
        file: FileId,
        own: &str,
        read: ReadFile<'_>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut documents = Self::default();
        let root = parsed(sources, file)?;
        documents.all.push(Document { path: own.to_owned(), root });
        documents.by_path.insert(own.to_owned(), Ok(0));
        let mut problems = Vec::new();
        let mut next = 0;
        while next < documents.all.len() {
            let mut paths = Vec::new();
            files_named(&documents.all[next].root, &documents.all[next].path, &mut paths);
            next += 1;
            for path in paths {
                if documents.by_path.contains_key(&path) || documents.all.len() >= MOST_FILES {
                    continue;
                }
                let found = read(sources, &path).map(|file| {
                    let index = documents.all.len();
                    match parsed(sources, file) {
                        Ok(root) => documents.all.push(Document { path: path.clone(), root }),
                        Err(more) => {
                            problems.extend(more);
                            let root = Node { span: Span { file, start: 0, end: 0 }, kind: Kind::Null };
                            documents.all.push(Document { path: path.clone(), root });
                        }
                    }
                    index
                });
                documents.by_path.insert(path, found);
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let roots = documents.all.iter().map(|document| (document.path.as_str(), &document.root));
        documents.resources = Resources::of(sources, roots);
        Ok(documents)
    }

    /// The document itself.
    pub(super) fn root(&self) -> Found {
        Found { document: 0, pointer: String::new(), node: self.all[0].root.clone() }
    }

    /// The root of a document.
    pub(super) fn root_of(&self, document: usize) -> &Node {
        &self.all[document].root
    }

    /// The document that a reference names by the path of its file, where it was read.
    pub(super) fn file_named(&self, document: usize, reference: &str) -> Option<usize> {
        let path = path_of(reference, &self.all[document].path).ok()?;
        self.by_path.get(&path)?.as_ref().ok().copied()
    }

    /// The documents, each with what it is the root of.
    pub(super) fn roots(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.all.iter().map(|document| &document.root).enumerate()
    }

    /// Where a node stands, for people: `#/components/schemas/Offer`, or with its file before the `#`.
    pub(super) fn address(&self, document: usize, pointer: &str) -> String {
        format!("{}#{pointer}", self.all[document].path)
    }
}

/// A file, as JSON where it is JSON.
fn parsed(sources: &Sources, file: FileId) -> Result<Node, Vec<Diagnostic>> {
    parse_json(sources, file).unwrap_or_else(|| parse(sources, file))
}

/// Paths of the files that references in a node name, those that could be read at all.
fn files_named(node: &Node, from: &str, paths: &mut Vec<String>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| files_named(item, from, paths)),
        Kind::Map(entries) => {
            for entry in entries.iter() {
                match &entry.value.kind {
                    Kind::Text(reference) if entry.key.value == "$ref" => paths.extend(path_of(reference, from).ok()),
                    // A mapping of a discriminator refers as well.
                    Kind::Text(reference) if reference.contains('#') || reference.contains('/') => {
                        paths.extend(path_of(reference, from).ok().filter(|path| looks_like_file(path)));
                    }
                    _ => files_named(&entry.value, from, paths),
                }
            }
        }
        _ => {}
    }
}

fn looks_like_file(path: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending)) && !path.contains(char::is_whitespace)
}

/// The path of the file that a reference names, below the contract's folder; empty parts and `..` are followed.
fn path_of(reference: &str, from: &str) -> Result<String, Refused> {
    let file = reference.split('#').next().unwrap_or_default();
    if file.is_empty() {
        return Ok(from.to_owned());
    }
    let scheme = file.split_once(':').map(|(scheme, _)| scheme);
    if file.starts_with("//") || scheme.is_some_and(|scheme| !scheme.is_empty() && !scheme.contains('/')) {
        return Err(Refused::Url);
    }
    let file = percent_decode_str(file).decode_utf8_lossy();
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    if file.starts_with('/') || file.contains('\\') || file.contains('\0') {
        return Err(Refused::Outside);
    }
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(Refused::Outside)?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// Why a reference is not followed.
enum Refused {
    /// It is a URL.
    Url,
    /// It leads out of the contract's folder.
    Outside,
}

impl Loader<'_> {
    /// What a reference leads to, from a place in a document. `resource` is the one that the place is part of.
    pub(super) fn resolve(&mut self, document: usize, resource: usize, reference: &str, span: Span) -> Option<Found> {
        let (target, fragment) = match self.documents.resources.lead(resource, reference) {
            Some(led) => led,
            None => {
                let target = self.file_of(document, reference, span)?;
                let fragment = reference.split_once('#').map_or("", |(_, fragment)| fragment);
                (target, percent_decode_str(fragment).decode_utf8_lossy().into_owned())
            }
        };
        if fragment.is_empty() || fragment.starts_with('/') {
            let root = self.documents.resources.root(target);
            return self.walk(root.0, &format!("{}{fragment}", root.1), span);
        }
        if let Some((document, pointer)) = self.documents.resources.anchor(target, &fragment) {
            return self.walk(document, &pointer, span);
        }
        let next = format!(
            "write `$anchor: {fragment}` where it should lead, or refer to a place, as in `#/components/schemas/Name`"
        );
        self.refuse(span, format!("the reference leads nowhere: there is no anchor `{fragment}`"), "", Some(next));
        None
    }

    /// The document that a reference names by the path of its file.
    fn file_of(&mut self, document: usize, reference: &str, span: Span) -> Option<usize> {
        let from = &self.documents.all[document].path;
        let path = match path_of(reference, from) {
            Ok(path) => path,
            Err(refused) => {
                let (title, next) = match refused {
                    Refused::Url => (
                        "a reference to the network is not followed",
                        "keep a copy beside the contract and refer to that",
                    ),
                    Refused::Outside => (
                        "a reference leads out of the contract's folder",
                        "put the file below the folder of the contract, or name the folder of both with `--contract-root`",
                    ),
                };
                self.refuse(span, title, "", Some(next.to_owned()));
                return None;
            }
        };
        match self.documents.by_path.get(&path) {
            Some(Ok(target)) => Some(*target),
            Some(Err(problem)) => {
                let problem = (**problem).clone().at(self.reader.sources.place(span), "referred to here");
                self.reader.problems.push(problem);
                None
            }
            None => {
                let label = format!("more than {MOST_FILES} files");
                self.refuse(span, "the contract has too many files", label, Some("put some of them together".into()));
                None
            }
        }
    }

    /// The node at a pointer.
    fn walk(&mut self, document: usize, pointer: &str, span: Span) -> Option<Found> {
        let mut node = self.documents.all[document].root.clone();
        for part in pointer.split('/').skip(1) {
            let name = text::pointer_unescaped(part);
            let next = match &node.kind {
                Kind::List(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)).cloned(),
                _ => child(&node, &name).cloned(),
            };
            let Some(next) = next else {
                let known = match &node.kind {
                    Kind::Map(entries) => entries.iter().map(|entry| entry.key.value.clone()).collect(),
                    _ => Vec::new(),
                };
                let near = text::nearest(&name, known.iter().map(String::as_str));
                let label = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
                let next = format!("`{name}` is not there: add it, or correct the reference");
                self.refuse(span, "the reference leads nowhere", label, Some(next));
                return None;
            };
            node = next;
        }
        Some(Found { document, pointer: pointer.to_owned(), node })
    }

    /// Follows `$ref` of anything but a schema, as far as it goes.
    pub(super) fn follow(&mut self, mut found: Found) -> Option<Found> {
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = child(&found.node, "$ref").cloned() else { return Some(found) };
            let text = self.reader.text(&reference, "`$ref`")?;
            found = self.resolve(found.document, found.document, &text.value, reference.span)?;
        }
        let span = found.node.span;
        self.refuse(span, "the reference leads back to itself", "", Some("let one of them say what it is".into()));
        None
    }

    /// Follows `$ref` of a path, beside which other keys may stand: they win over those that it leads to.
    pub(super) fn follow_path(&mut self, found: Found) -> Option<Vec<Found>> {
        let mut all = vec![found];
        while let Some(reference) = child(&all[all.len() - 1].node, "$ref").cloned() {
            if all.len() > LONGEST_CHAIN {
                let next = "let one of them say what it is".to_owned();
                self.refuse(reference.span, "the reference leads back to itself", "", Some(next));
                return None;
            }
            let text = self.reader.text(&reference, "`$ref`")?;
            let document = all[all.len() - 1].document;
            all.push(self.resolve(document, document, &text.value, reference.span)?);
        }
        Some(all)
    }

    /// Notes that the contract cannot be used.
    pub(super) fn refuse(
        &mut self,
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
        next: Option<String>,
    ) {
        let problem = self.reader.problem(Code::Contract, span, title, label);
        *problem = problem.clone().maybe_next(next);
    }
}

impl Loader<'_> {
    /// Notes something that is wrong, and loses no promise.
    pub(super) fn warn(&mut self, span: Span, title: impl Into<String>, label: impl Into<String>, next: String) {
        let place = self.reader.sources.place(span);
        self.mild.push(Diagnostic::new(Code::Contract, title).at(place, label).next(next));
    }
}

#[cfg(test)]
mod tests {
    use super::{Refused, path_of};

    fn path(reference: &str, from: &str) -> String {
        match path_of(reference, from) {
            Ok(path) => path,
            Err(Refused::Url) => "URL".into(),
            Err(Refused::Outside) => "outside".into(),
        }
    }

    #[test]
    fn references_stay_below_the_folder() {
        for (reference, from, expected) in [
            ("#/components", "", ""),
            ("#/x", "schemas/a.yaml", "schemas/a.yaml"),
            ("b.yaml#/x", "schemas/a.yaml", "schemas/b.yaml"),
            ("../c.yaml", "schemas/a.yaml", "c.yaml"),
            ("./s/./d%20e.json#/y", "", "s/d e.json"),
            ("../c.yaml", "", "outside"),
            ("a/../../c.yaml", "", "outside"),
            ("/etc/passwd", "", "outside"),
            ("%2Fetc/passwd", "", "outside"),
            ("..%2F..%2Fx.yaml", "a/b.yaml", "outside"),
            ("..\\x.yaml", "", "outside"),
            ("https://example.com/a.yaml#/x", "", "URL"),
            ("file:///etc/passwd", "", "URL"),
            ("//example.com/a.yaml", "", "URL"),
        ] {
            assert_eq!(path(reference, from), expected, "{reference} from {from}");
        }
    }
}
