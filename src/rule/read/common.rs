//! `same`: what exchanges have in common, by its name, by where it is said to stand, and by the links of the contract.

use super::{RuleReader, child, entries};
use crate::contract::Operation;
use crate::diagnostic::Code;
use crate::expr::Selector;
use crate::rule::model::{CommonKey, KeyPlace};
use crate::rule::place::{Part, Place};
use crate::source::Spanned;
use crate::yaml::{Kind, Node};

/// The word for all exchanges of a run.
const RUN: &str = "run";

impl RuleReader<'_, '_> {
    /// Reads `same` of a rule, as indexes of keys.
    pub(super) fn same(&mut self, node: &Node) -> Vec<usize> {
        let names = self.reader.texts(node, "`same`");
        names.into_iter().filter(|name| name.value != RUN).filter_map(|name| self.key(&name)).collect()
    }

    /// The key of a name. One that was not described stands where its name does.
    pub(super) fn key(&mut self, name: &Spanned<String>) -> Option<usize> {
        if let Some(known) = self.keys.iter().position(|key| key.name == name.value) {
            return Some(known);
        }
        let at = |path: String| Selector::parse(&path).ok().map(|selector| KeyPlace { operation: None, selector });
        let quoted = format!("['{}']", name.value);
        let used = self.contract.operations.iter().any(|operation| asks(operation, &name.value));
        if !used || name.value.contains(['\'', '\\']) {
            let mut known: Vec<&str> = self.keys.iter().map(|key| key.name.as_str()).collect();
            known.extend(
                self.contract.operations.iter().flat_map(|operation| &operation.parameters).map(|p| p.name.as_str()),
            );
            let label = crate::text::did_you_mean(&name.value, known).unwrap_or_default();
            let title = format!("no request of the contract has `{}`", name.value);
            let problem = self.reader.problem(Code::UnknownInContract, name.span, title, label);
            *problem =
                problem.clone().next("describe where it stands, as in `x-same: { orderID: [request $.order.id] }`");
            return None;
        }
        self.keys.push(CommonKey {
            name: name.value.clone(),
            asked: at(format!("${quoted}")).into_iter().collect(),
            given: [at(format!("$.data{quoted}")), at(format!("${quoted}"))].into_iter().flatten().collect(),
        });
        Some(self.keys.len() - 1)
    }

    /// Reads `x-same`: names, and for each the places where it stands.
    pub(super) fn common(&mut self, node: &Node) {
        for entry in self.reader.map(node, "`x-same`").to_vec() {
            let (mut asked, mut given) = (Vec::new(), Vec::new());
            for text in self.reader.texts(&entry.value, "a place") {
                let (operation, place) = self.of_operation(&text);
                match Place::parse(place) {
                    Ok(Place { earlier: None, part: Part::Request(selector), .. }) => {
                        asked.push(KeyPlace { operation, selector });
                    }
                    Ok(Place { earlier: None, part: Part::Response(selector), .. }) => {
                        given.push(KeyPlace { operation, selector });
                    }
                    Ok(_) => {
                        let title = format!("`{}` is not a place in a request or a response", text.value);
                        self.reader.problem(Code::Selector, text.span, title, "write `request $.path`");
                    }
                    Err(why) => {
                        let title = format!("`{}` is not a place in an exchange", text.value);
                        self.reader.problem(Code::Selector, text.span, title, why);
                    }
                }
            }
            match self.keys.iter_mut().find(|key| key.name == entry.key.value) {
                Some(key) => {
                    key.asked.splice(0..0, asked);
                    key.given.splice(0..0, given);
                }
                None => self.keys.push(CommonKey { name: entry.key.value.clone(), asked, given }),
            }
        }
    }

    /// The operation before a place, as in `placeOrder response $.id`, and the place.
    fn of_operation<'t>(&mut self, text: &'t Spanned<String>) -> (Option<String>, &'t str) {
        let Some((first, rest)) = text.value.split_once(char::is_whitespace) else { return (None, &text.value) };
        match self.contract.operation(first) {
            Some(operation) => (Some(operation.id.clone()), rest),
            None => (None, &text.value),
        }
    }

    /// The links of the contract: what one operation's answer gives, another one asks for.
    pub(super) fn links(&mut self, root: &Node) {
        let Some(paths) = child(root, "paths") else { return };
        for path in entries(paths) {
            for method in entries(&path.value) {
                let Some(id) = child(&method.value, "operationId").and_then(text) else { continue };
                let Some(responses) = child(&method.value, "responses") else { continue };
                for response in entries(responses) {
                    let Some(response) = followed(root, &response.value) else { continue };
                    let links = child(response, "links").map(entries).unwrap_or_default();
                    for link in links.iter().filter_map(|link| followed(root, &link.value)) {
                        self.link(id, link);
                    }
                }
            }
        }
    }

    fn link(&mut self, from: &str, link: &Node) {
        let target = child(link, "operationId").and_then(text).map(str::to_owned);
        for parameter in child(link, "parameters").map(entries).unwrap_or_default() {
            let name = parameter.key.value.as_str();
            let name = ["path.", "query.", "header.", "cookie."]
                .iter()
                .find_map(|place| name.strip_prefix(place))
                .unwrap_or(name);
            let Some(expression) = text(&parameter.value) else { continue };
            let (given, pointer) =
                match (expression.strip_prefix("$response.body#"), expression.strip_prefix("$request.body#")) {
                    (Some(pointer), _) => (true, pointer),
                    (_, Some(pointer)) => (false, pointer),
                    _ => continue,
                };
            let Some(selector) = selector_of(pointer) else { continue };
            let place = KeyPlace { operation: Some(from.to_owned()), selector };
            let by_name = Selector::parse(&format!("$['{name}']")).ok();
            let asked = by_name.map(|selector| KeyPlace { operation: target.clone(), selector });
            let at = self.keys.iter().position(|key| key.name == name).unwrap_or_else(|| {
                self.keys.push(CommonKey { name: name.to_owned(), asked: Vec::new(), given: Vec::new() });
                self.keys.len() - 1
            });
            let key = &mut self.keys[at];
            if given {
                key.given.push(place);
            } else {
                key.asked.push(place);
            }
            key.asked.extend(asked);
        }
    }
}

/// Whether requests of an operation have a member or a parameter of a name.
fn asks(operation: &Operation, name: &str) -> bool {
    let parameter = operation.parameters.iter().any(|parameter| parameter.name == name);
    let media = operation.request.iter().flat_map(|request| &request.media);
    let documented = |schema: &crate::contract::Schema| {
        let shape = schema.shape();
        shape.nodes.first().is_some_and(|node| node.members.iter().any(|(member, _)| member == name))
    };
    parameter || media.filter_map(|media| media.schema.as_ref()).any(documented)
}

fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// What a reference within the document leads to.
pub(super) fn followed<'n>(root: &'n Node, node: &'n Node) -> Option<&'n Node> {
    let Some(reference) = child(node, "$ref").and_then(text) else { return Some(node) };
    let mut found = root;
    for part in reference.strip_prefix("#/")?.split('/') {
        found = child(found, &crate::text::pointer_unescaped(part))?;
    }
    Some(found)
}

/// A JSON pointer as a path: `/data/offers/*/offerID` is `$.data.offers[*].offerID`.
pub(super) fn selector_of(pointer: &str) -> Option<Selector> {
    let mut path = "$".to_owned();
    for part in pointer.split('/').skip(1) {
        let name = crate::text::pointer_unescaped(part);
        match name.as_ref() {
            "*" => path.push_str("[*]"),
            number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                path.push_str(&format!("[{number}]"));
            }
            name if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
                path.push_str(&format!(".{name}"));
            }
            name => path.push_str(&format!("['{name}']")),
        }
    }
    Selector::parse(&path).ok()
}
