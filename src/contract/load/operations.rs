//! Operations, and where they are served.

use super::document::{Found, child};
use super::{Loader, Version};
use crate::contract::{Contract, Operation, ParameterIn};
use crate::diagnostic::Code;
use crate::source::Span;
use crate::yaml::Kind;
use std::collections::HashMap;

/// Most URLs that the variables of one server make.
const MOST_SERVERS: usize = 200;

/// Keys of a path that are methods.
pub(super) const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

impl Loader<'_> {
    /// Every operation, in the document's order.
    pub(super) fn operations(&mut self, root: &Found) -> Vec<Operation> {
        let mut all: Vec<Operation> = Vec::new();
        if let Some(paths) = root.child("paths") {
            for entry in self.reader.map(&paths.node, "`paths`").to_vec() {
                let path = &entry.key.value;
                if path.starts_with("x-") {
                    continue;
                }
                if !path.starts_with('/') {
                    let label = "a path begins with a slash";
                    self.refuse(entry.key.span, format!("`{path}` is not a path"), label, None);
                }
                let Some(items) = self.follow_path(paths.entry(&entry)) else { continue };
                items.iter().for_each(|item| self.servers(item));
                let mut known: Vec<String> = Vec::new();
                for item in &items {
                    for method in self.reader.map(&item.node, "a path").to_vec() {
                        let name = method.key.value.as_str();
                        let found = item.entry(&method);
                        if name == "additionalOperations" && self.version == Version::V32 {
                            for entry in self.reader.map(&found.node, "`additionalOperations`").to_vec() {
                                let place = (path.as_str(), entry.key.value.as_str(), entry.key.span);
                                all.extend(self.operation(place, &items, &found.entry(&entry)));
                            }
                        } else if METHODS.contains(&name) && !known.iter().any(|known| known == name) {
                            known.push(name.to_owned());
                            let place = (path.as_str(), name, method.key.span);
                            all.extend(self.operation(place, &items, &found));
                        }
                    }
                }
            }
        }
        // A document of webhooks alone describes what its own server sends.
        if all.is_empty() && root.child("webhooks").is_none() {
            let span = root.node.span;
            let label = "give each method under `paths` an `operationId`";
            self.reader.problem(Code::Contract, span, "the contract has no operation", label);
        }
        self.distinct_ids(&all);
        all
    }

    fn distinct_ids(&mut self, all: &[Operation]) {
        let mut first: HashMap<&str, Span> = HashMap::new();
        for operation in all {
            if let Some(first) = first.insert(&operation.id, operation.span) {
                let place = self.reader.sources.place(first);
                let title = format!("two operations are called `{}`", operation.id);
                let problem = self.reader.problem(Code::Contract, operation.span, title, "again here");
                *problem = problem.clone().at(place, "first here").next("give one of them another `operationId`");
            }
        }
    }

    /// An operation of a path; `items` are the path's item and those that its `$ref` leads to.
    fn operation(
        &mut self,
        (path, method, span): (&str, &str, Span),
        items: &[Found],
        found: &Found,
    ) -> Option<Operation> {
        let found = &self.follow(found.clone())?;
        let node = &found.node;
        if !matches!(node.kind, Kind::Map(_)) {
            self.reader.wrong_type(node, "an operation", "a mapping");
            return None;
        }
        let method = method.to_uppercase();
        let id = match child(node, "operationId") {
            Some(id) => self.reader.text(id, "`operationId`")?.value,
            None => format!("{method} {path}"),
        };
        let text = |loader: &mut Self, key: &str| {
            let text = child(node, key).and_then(|node| loader.reader.text(node, &format!("`{key}`")));
            text.map(|text| text.value)
        };
        let section = text(self, "x-section");
        let envelope = child(node, "x-envelope");
        let own = envelope.map(|node| self.code_members(node)).filter(|own| !own.is_empty());
        let optional = envelope.and_then(|node| self.flag(node, "optional")).unwrap_or(false);
        let parameters = self.parameters(items, found);
        self.path_parameters(path, span, &parameters);
        self.servers(found);
        let texts = |loader: &mut Self, key: &str| {
            let texts = child(node, key).map(|node| loader.reader.texts(node, &format!("`{key}`")));
            texts.unwrap_or_default().into_iter().map(|text| text.value).collect::<Vec<_>>()
        };
        let discriminator = texts(self, "x-discriminator").into_iter().filter(|path| path != "code").collect();
        Some(Operation {
            id,
            method,
            path: path.to_owned(),
            section,
            code_members: own.unwrap_or_else(|| self.envelope.clone()),
            code_optional: optional,
            parameters,
            request: self.request(found),
            responses: self.responses(found),
            variants: self.variants(found),
            discriminator,
            path_alternatives: texts(self, "x-path-alternatives"),
            ambiguities: self.ambiguities(node),
            written: super::faults::written(items),
            span,
        })
    }

    /// Notes names between braces that no parameter describes.
    fn path_parameters(&mut self, path: &str, span: Span, parameters: &[crate::contract::Parameter]) {
        for name in path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name) {
            if !parameters.iter().any(|parameter| parameter.place == ParameterIn::Path && parameter.name == name) {
                let next = format!("add {{ name: {name}, in: path, required: true, schema: ... }} to its `parameters`");
                self.warn(span, format!("no parameter describes `{{{name}}}` of {path}"), "", next);
            }
        }
    }

    /// Remembers the paths of servers' URLs.
    pub(super) fn servers(&mut self, owner: &Found) {
        let Some(servers) = owner.child("servers") else { return };
        for server in self.reader.list(&servers.node, "`servers`").to_vec() {
            let Some(url) = self.needed(&server, "url", "a server") else { continue };
            let Some(text) = self.reader.text(&url, "`url`") else { continue };
            let mut urls = vec![text.value];
            let mut usually = Vec::new();
            if let Some(variables) = child(&server, "variables") {
                for variable in self.reader.map(variables, "`variables`").to_vec() {
                    let usual = child(&variable.value, "default").and_then(|node| self.reader.text(node, "`default`"));
                    let listed = child(&variable.value, "enum").map(|node| self.reader.texts(node, "`enum`"));
                    let mut values: Vec<String> =
                        listed.unwrap_or_default().into_iter().map(|text| text.value).collect();
                    usually.extend(
                        usual.as_ref().map(|usual| (format!("{{{}}}", variable.key.value), usual.value.clone())),
                    );
                    // A variable without a list may be anything: it stays as it is written.
                    if values.is_empty() {
                        continue;
                    }
                    values.extend(usual.map(|usual| usual.value).filter(|usual| !values.contains(usual)));
                    let hole = format!("{{{}}}", variable.key.value);
                    let one = |url: &String| values.iter().map(|value| url.replace(&hole, value)).collect::<Vec<_>>();
                    urls = urls.iter().flat_map(one).take(MOST_SERVERS).collect();
                }
            }
            for url in urls {
                // A variable in front stands for scheme and host, and is no part of the path.
                let front = usually.iter().find(|(variable, _)| url.starts_with(variable.as_str()));
                let url = front.map_or_else(|| url.clone(), |(variable, usual)| url.replacen(variable, usual, 1));
                let path = match url.split_once("://") {
                    Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
                    None => url.trim_start_matches('/'),
                };
                let path = format!("/{}", path.trim_matches('/'));
                let path = path.split(['?', '#']).next().unwrap_or_default().to_owned();
                if path.len() > 1 && !self.base_paths.contains(&path) {
                    self.base_paths.push(path);
                }
            }
        }
    }

    /// Notes operations that are spoken of and do not exist.
    pub(super) fn known_operations(&mut self, root: &Found, contract: &Contract) {
        let known = || contract.operations.iter().map(|operation| operation.id.as_str());
        let Some(codes) = root.child("x-codes") else { return };
        for entry in self.reader.map(&codes.node, "`x-codes`").to_vec() {
            let Some(operations) = child(&entry.value, "operations") else { continue };
            for named in self.reader.texts(operations, "`operations`") {
                if contract.operation(&named.value).is_none() {
                    let label = crate::text::did_you_mean(&named.value, known()).unwrap_or_default();
                    self.refuse(named.span, format!("there is no operation `{}`", named.value), label, None);
                }
            }
        }
    }
}
