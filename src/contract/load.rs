//! Reading a contract from an OpenAPI document.

use super::{Contract, DocumentedCode, Operation, StatusRange};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources};
use crate::yaml::{Entry, Fields, Key, Kind, Node, Object, Reader, Shape, parse};
use std::collections::BTreeMap;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

const TEXTS: Shape = Shape::OneOrMany(&Shape::Text);

static CODE_KEYS: &[Key] = &[
    Key { name: "case", about: "what the code means, in the documentation's words", shape: Shape::Text, example: "OK" },
    Key { name: "status", about: "HTTP statuses that may carry it; the usual one first", shape: TEXTS, example: "200" },
    Key { name: "operations", about: "operations that may answer with it", shape: TEXTS, example: "[getBre]" },
    Key {
        name: "generic",
        about: "true for a code that any operation may answer with",
        shape: Shape::Boolean,
        example: "true",
    },
    Key {
        name: "section",
        about: "the section of the documentation that lists it",
        shape: Shape::Text,
        example: "'4.2'",
    },
];

/// A documented code.
static CODE: Object =
    Object { name: "code", what: "a documented code", keys: &[CODE_KEYS], needs: &["case", "status"], kinds: &[] };

/// Reads a contract. `name` is how suites call it.
///
/// # Errors
/// Every problem of the document that matters to a run, each with its place.
pub fn load(sources: &Sources, file: FileId, name: &str) -> Result<Contract, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let member = |name: &str| child(&root, name);
    match member("openapi").map(|node| (node.span, node.to_json())) {
        Some((_, version)) if version.as_str().is_some_and(|version| version.starts_with("3.")) => {}
        found => {
            let span = found.map_or(root.span, |(span, _)| span);
            reader.problem(
                Code::Contract,
                span,
                "this is not an OpenAPI 3 document",
                "a contract begins with `openapi: 3.1.0`",
            );
            return Err(reader.problems);
        }
    }
    let envelope =
        member("x-envelope").map_or_else(|| vec!["statusCode".to_owned()], |node| code_members(&mut reader, node));
    let mut contract = Contract { name: name.to_owned(), code_members: envelope.clone(), ..Contract::default() };
    if let Some(version) = member("info").and_then(|info| child(info, "version")) {
        contract.version = reader.text(version, "`version`").map(|text| text.value).unwrap_or_default();
    }
    if let Some(paths) = member("paths") {
        for path in reader.map(paths, "`paths`") {
            for item in reader.map(&path.value, "a path") {
                if METHODS.contains(&item.key.value.as_str()) {
                    contract.operations.extend(operation(&mut reader, &path.key.value, item, &envelope));
                }
            }
        }
    }
    if let Some(codes) = member("x-codes") {
        contract.codes = reader
            .map(codes, "`x-codes`")
            .iter()
            .filter_map(|entry| code(&mut reader, entry))
            .collect::<BTreeMap<_, _>>();
    }
    if contract.operations.is_empty() {
        reader.problem(
            Code::Contract,
            root.span,
            "the contract has no operation",
            "give each method under `paths` an `operationId`",
        );
    }
    if reader.problems.is_empty() { Ok(contract) } else { Err(reader.problems) }
}

fn child<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match &node.kind {
        Kind::Map(entries) => entries.iter().find(|entry| entry.key.value == name).map(|entry| &entry.value),
        _ => None,
    }
}

fn code_members(reader: &mut Reader<'_>, envelope: &Node) -> Vec<String> {
    let members = child(envelope, "code").map(|node| reader.texts(node, "`code`")).unwrap_or_default();
    members.into_iter().map(|text| text.value).collect()
}

fn operation(reader: &mut Reader<'_>, path: &str, item: &Entry, envelope: &[String]) -> Option<Operation> {
    let id = child(&item.value, "operationId").and_then(|node| reader.text(node, "`operationId`"))?;
    let section = child(&item.value, "x-section").and_then(|node| reader.text(node, "`x-section`"));
    let optional = child(&item.value, "x-envelope").and_then(|node| child(node, "optional"));
    let own = child(&item.value, "x-envelope").map(|node| code_members(reader, node)).filter(|own| !own.is_empty());
    Some(Operation {
        id: id.value,
        method: item.key.value.to_uppercase(),
        path: path.to_owned(),
        section: section.map(|section| section.value),
        code_members: own.unwrap_or_else(|| envelope.to_vec()),
        code_optional: optional.and_then(|node| reader.boolean(node, "`optional`")).unwrap_or(false),
        parameters: Vec::new(),
        request: None,
        responses: Vec::new(),
        variants: Vec::new(),
        discriminator: Vec::new(),
        path_alternatives: Vec::new(),
        ambiguities: Vec::new(),
        span: item.key.span,
    })
}

fn code(reader: &mut Reader<'_>, entry: &Entry) -> Option<(String, DocumentedCode)> {
    let fields = Fields::open(reader, &entry.value, &CODE);
    let case = fields.required(reader, "case").and_then(|node| reader.text(node, "`case`"))?;
    let statuses = fields.required(reader, "status").map(|node| reader.texts(node, "`status`")).unwrap_or_default();
    let mut ranges = Vec::new();
    for status in statuses {
        match StatusRange::parse(&status.value) {
            Some(range) => ranges.push(range),
            None => {
                reader.problem(
                    Code::Contract,
                    status.span,
                    "not an HTTP status",
                    "write 200, or 4XX for a whole class",
                );
            }
        }
    }
    let operations = fields.get("operations").map(|node| reader.texts(node, "`operations`")).unwrap_or_default();
    let documented = DocumentedCode {
        case: case.value,
        statuses: ranges,
        operations: operations.into_iter().map(|text| text.value).collect(),
        section: fields.get("section").and_then(|node| reader.text(node, "`section`")).map(|section| section.value),
    };
    Some((entry.key.value.clone(), documented))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "
openapi: 3.1.0
info: { title: T, version: 1.2.0 }
x-envelope: { code: [statusCode] }
x-codes:
  A-S-000: { case: Good, status: [200], operations: [a] }
  X-E-000: { case: Bad, status: [400, 200, 4XX], generic: true, section: Codes }
paths:
  /v2/a:
    post: { operationId: a, x-section: A API }
    get: { operationId: b, x-envelope: { code: [status, statusCode] } }
";

    fn read(text: &str) -> Result<Contract, Vec<String>> {
        let mut sources = Sources::default();
        let file = sources.add("c.yaml", text);
        load(&sources, file, "c").map_err(|problems| problems.into_iter().map(|problem| problem.title).collect())
    }

    #[test]
    fn operations_and_codes_are_read() {
        let contract = read(DOCUMENT).unwrap();
        let b = contract.operation("b").unwrap();
        assert_eq!(
            (b.method.as_str(), b.path.as_str(), b.code_members.join(" ").as_str()),
            ("GET", "/v2/a", "status statusCode")
        );
        assert_eq!(contract.operation_at("POST", "/v2/a").unwrap().id, "a");
        let bad = &contract.codes["X-E-000"];
        assert!(
            bad.statuses.iter().any(|range| range.holds(404)) && !bad.statuses.iter().any(|range| range.holds(500))
        );
        assert_eq!(contract.version, "1.2.0");
    }

    #[test]
    fn a_document_that_is_no_contract_is_refused() {
        assert_eq!(read("swagger: 2.0").unwrap_err(), ["this is not an OpenAPI 3 document"]);
        assert_eq!(read("openapi: 3.1.0\npaths: {}").unwrap_err(), ["the contract has no operation"]);
    }
}
