//! What has a URI (`$id`), a name (`$anchor`) or a dialect (`$schema`) of its own within the files of a contract
//! (JSON Schema 2020-12, 8).

use super::document::below;
use crate::source::{Sources, Span};
use crate::yaml::{Kind, Node};
use std::collections::HashMap;
use url::Url;

/// What the URI of a file begins with, so that references between files can be told from those to the network.
const FILES: &str = "https://contract.invalid/";

/// Which words a schema has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// 2020-12, and what OpenAPI 3.1 makes of it.
    Draft202012,
    /// 2019-09: lists of schemas under `items`, and `dependencies`.
    Draft201909,
    /// Drafts 6 and 7: as 2019-09, and nothing is read beside `$ref`.
    Draft7,
    /// Drafts 4 and 5: as 7, and what makes a bound exclusive is a flag beside it.
    Draft4,
}

impl Dialect {
    /// Whether nothing is read beside `$ref`.
    pub(super) const fn reads_references_alone(self) -> bool {
        matches!(self, Self::Draft7 | Self::Draft4)
    }

    /// By its URI; nothing for one that is not known.
    pub(super) fn named(uri: &str) -> Option<Self> {
        let bare = uri.trim_end_matches('#');
        match bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"))? {
            "json-schema.org/draft/2020-12/schema" => Some(Self::Draft202012),
            "json-schema.org/draft/2019-09/schema" => Some(Self::Draft201909),
            "json-schema.org/draft-07/schema" | "json-schema.org/draft-06/schema" => Some(Self::Draft7),
            "json-schema.org/draft-05/schema" | "json-schema.org/draft-04/schema" => Some(Self::Draft4),
            own if own.starts_with("spec.openapis.org/oas/3.") => Some(Self::Draft202012),
            _ => None,
        }
    }
}

/// Files, and parts of them that have a URI or a dialect of their own. The files come first, in their order.
#[derive(Debug, Default)]
pub(super) struct Resources {
    all: Vec<Resource>,
    /// By resource and name.
    anchors: HashMap<(usize, String), (usize, String)>,
    /// Places of `$dynamicAnchor`, by name.
    dynamic: HashMap<String, Vec<(usize, String)>>,
    /// Whether anything has a URI of its own.
    named: bool,
}

#[derive(Debug)]
struct Resource {
    document: usize,
    /// The mapping that it is.
    span: Option<Span>,
    /// Where it begins.
    pointer: String,
    /// What `#` leads to from within it.
    root: usize,
    uri: Option<Url>,
    dialect: Option<Dialect>,
}

impl Resources {
    pub(super) fn of<'n>(sources: &Sources, roots: impl Iterator<Item = (&'n str, &'n Node)>) -> Self {
        let roots: Vec<_> = roots.collect();
        let mut all = Self::default();
        for (index, (path, _)) in roots.iter().enumerate() {
            let uri = Url::parse(FILES).and_then(|files| files.join(path)).ok();
            all.all.push(Resource {
                document: index,
                span: None,
                pointer: String::new(),
                root: index,
                uri,
                dialect: None,
            });
        }
        for (index, (_, root)) in roots.iter().enumerate() {
            let text = &sources.file(root.span.file).text;
            // Most documents have none of these, and need not be walked.
            if ["$id", "$anchor", "$dynamicAnchor", "$schema"].iter().any(|word| text.contains(word)) {
                all.scan(index, root, "", index);
            }
        }
        all
    }

    fn scan(&mut self, document: usize, node: &Node, pointer: &str, mut within: usize) {
        match &node.kind {
            Kind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.scan(document, item, &format!("{pointer}/{index}"), within);
                }
            }
            Kind::Map(entries) => {
                let text = |name: &str| {
                    entries.iter().find(|entry| entry.key.value == name).and_then(|entry| match &entry.value.kind {
                        Kind::Text(text) => Some(text.as_str()),
                        _ => None,
                    })
                };
                // Editors find the schema of the whole document by its `$schema`.
                let dialect = text("$schema").filter(|_| text("openapi").is_none());
                within = self.opened((document, pointer, node.span), within, text("$id"), dialect);
                let root = self.all[within].root;
                for name in ["$anchor", "$dynamicAnchor"] {
                    if let Some(anchor) = text(name) {
                        let place = (document, pointer.to_owned());
                        if name == "$dynamicAnchor" {
                            self.dynamic.entry(anchor.to_owned()).or_default().push(place.clone());
                        }
                        self.anchors.entry((root, anchor.to_owned())).or_insert(place);
                    }
                }
                for entry in entries.iter() {
                    let name = entry.key.value.as_str();
                    // Values are no schemas, whatever they look like.
                    let value = ["enum", "const", "default", "example", "examples"].contains(&name);
                    if !value && !name.starts_with("x-") {
                        self.scan(document, &entry.value, &below(pointer, name), within);
                    }
                }
            }
            _ => {}
        }
    }

    /// The resource that a mapping is part of: its own, where it has a URI or a dialect.
    fn opened(
        &mut self,
        (document, pointer, span): (usize, &str, Span),
        within: usize,
        id: Option<&str>,
        schema: Option<&str>,
    ) -> usize {
        if id.is_none() && schema.is_none() {
            return within;
        }
        let above = &self.all[within];
        let uri = id.and_then(|id| match &above.uri {
            Some(base) => base.join(id).ok(),
            None => Url::parse(id).ok(),
        });
        // An `$id` that is nothing but a fragment was an anchor once.
        let own = uri.filter(|_| id.is_some_and(|id| !id.starts_with('#')));
        let (number, root) = (self.all.len(), above.root);
        let dialect = schema.map_or(above.dialect, Dialect::named);
        let base = above.uri.clone();
        self.named |= own.is_some();
        let root = if own.is_some() { number } else { root };
        let uri = own.or(base);
        self.all.push(Resource { document, span: Some(span), pointer: pointer.to_owned(), root, uri, dialect });
        number
    }

    /// The resource that a place is part of.
    pub(super) fn at(&self, document: usize, pointer: &str) -> usize {
        let inside = |own: &str| pointer.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let all = self.all.iter().enumerate();
        let fitting = all.filter(|(_, resource)| resource.document == document && inside(&resource.pointer));
        fitting.max_by_key(|(_, resource)| resource.pointer.len()).map_or(document, |(index, _)| index)
    }

    /// The resource that a mapping within another begins; that other where it begins none.
    pub(super) fn that_begins(&self, document: usize, within: usize, span: Span) -> usize {
        let own = |resource: &Resource| resource.document == document && resource.span == Some(span);
        self.all.iter().position(own).unwrap_or(within)
    }

    /// Its dialect, where it names one.
    pub(super) fn dialect(&self, resource: usize) -> Option<Dialect> {
        self.all.get(resource).and_then(|resource| resource.dialect)
    }

    /// The resource that a reference leads to by its URI, and the rest of the reference; nothing where files decide.
    pub(super) fn lead(&self, resource: usize, reference: &str) -> Option<(usize, String)> {
        let own = self.all.get(resource)?;
        if !self.named {
            // `#` alone leads into the file itself, which a dialect does not change.
            return None;
        }
        let target = own.uri.as_ref()?.join(reference).ok()?;
        let fragment = target.fragment().unwrap_or_default();
        let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
        let bare = |url: &Url| {
            let mut url = url.clone();
            url.set_fragment(None);
            url
        };
        let wanted = bare(&target);
        let known = self.all.iter().position(|other| {
            let root = other.root;
            self.all[root].uri.as_ref().is_some_and(|uri| bare(uri) == wanted)
        })?;
        Some((self.all[known].root, fragment))
    }

    /// Where a resource begins.
    pub(super) fn root(&self, resource: usize) -> (usize, String) {
        self.all.get(resource).map_or((resource, String::new()), |own| (own.document, own.pointer.clone()))
    }

    /// Where an anchor of a resource stands.
    pub(super) fn anchor(&self, resource: usize, name: &str) -> Option<(usize, String)> {
        let root = self.all.get(resource).map_or(resource, |own| own.root);
        self.anchors.get(&(root, name.to_owned())).cloned()
    }

    /// How many places have a `$dynamicAnchor` of that name.
    pub(super) fn dynamic(&self, name: &str) -> usize {
        self.dynamic.get(name).map_or(0, Vec::len)
    }
}
