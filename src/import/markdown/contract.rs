//! The contract, put together from facts. Every node says where it was read (`x-source`); what was assumed because the
//! documentation is silent stands in `x-assumed`.

use super::dialect::Dialect;
use super::endpoint::Endpoint;
use super::facts::{Again, CodeFact, Facts, Row, Sample, Section};
use super::shape::{Shape, Way};
use super::values::{bare, identifier, is_constant};
use crate::text::slug;
use crate::yaml::{Kind, Node};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where an answer says its outcome, beside the code.
const STATUS: [&str; 2] = ["data", "status"];

/// One operation: the sections that speak of it.
struct Operation<'f> {
    id: String,
    endpoint: &'f Endpoint,
    sections: Vec<&'f Section>,
}

/// How many operations a contract has.
pub(super) fn operations(contract: &Value) -> usize {
    contract["paths"].as_object().map_or(0, |paths| paths.values().filter_map(Value::as_object).map(Map::len).sum())
}

/// Builds the contract.
pub(super) fn build(facts: &Facts, names: &[String], dialect: &Dialect) -> Value {
    let operations = gather(facts, dialect);
    let builder = Builder { facts, names, dialect, operations: &operations, envelope: envelope(&operations, dialect) };
    builder.document()
}

/// Operations in the order of their paths' first mention; sections that name one address speak of one operation.
fn gather<'f>(facts: &'f Facts, dialect: &Dialect) -> Vec<Operation<'f>> {
    let mut operations: Vec<Operation<'f>> = Vec::new();
    let mut ids = BTreeSet::new();
    for section in &facts.sections {
        for endpoint in &section.endpoints {
            let known = operations
                .iter_mut()
                .find(|one| one.endpoint.method == endpoint.method && one.endpoint.path == endpoint.path);
            if let Some(known) = known {
                known.sections.push(section);
                continue;
            }
            let title = section
                .title
                .as_ref()
                .filter(|_| section.endpoints.len() == 1)
                .and_then(|(title, _)| identifier(title, &dialect.left_out));
            let made = || identifier(&format!("{} {}", endpoint.method, endpoint.path), &[]).unwrap_or_default();
            let mut id = title.unwrap_or_else(made);
            if ids.contains(&id) {
                id = made();
            }
            let mut number = 2;
            while !ids.insert(id.clone()) {
                id = format!("{}{number}", made());
                number += 1;
            }
            operations.push(Operation { id, endpoint, sections: vec![section] });
        }
    }
    operations
}

/// What all answers with a status code have in common.
#[derive(Debug, Default)]
struct Envelope {
    /// The member in which the code stands most often.
    member: String,
    /// The member in which it stands, by operation.
    by_operation: BTreeMap<String, String>,
    /// Other members at the top that nearly all answers have.
    others: Vec<String>,
}

fn code_of<'n>(node: &'n Node, dialect: &Dialect) -> Option<(&'n str, &'n str)> {
    let Kind::Map(entries) = &node.kind else { return None };
    entries.iter().find_map(|entry| match &entry.value.kind {
        Kind::Text(text) if dialect.code.is_match(text) => Some((entry.key.value.as_str(), text.as_str())),
        _ => None,
    })
}

fn envelope(operations: &[Operation<'_>], dialect: &Dialect) -> Envelope {
    let mut envelope = Envelope::default();
    let mut members: BTreeMap<&str, usize> = BTreeMap::new();
    let mut others: Vec<(&str, usize)> = Vec::new();
    let mut answers = 0;
    for operation in operations {
        for sample in operation.samples().filter(|sample| !sample.is_request) {
            let Some((member, _)) = code_of(&sample.node, dialect) else { continue };
            answers += 1;
            *members.entry(member).or_default() += 1;
            envelope.by_operation.entry(operation.id.clone()).or_insert_with(|| member.to_owned());
            let Kind::Map(entries) = &sample.node.kind else { continue };
            for entry in entries.iter().filter(|entry| entry.key.value != member) {
                match others.iter_mut().find(|(name, _)| *name == entry.key.value) {
                    Some((_, count)) => *count += 1,
                    None => others.push((&entry.key.value, 1)),
                }
            }
        }
    }
    envelope.member =
        members.iter().max_by_key(|(_, count)| **count).map(|(name, _)| (*name).to_owned()).unwrap_or_default();
    envelope.others =
        others.iter().filter(|(_, count)| count * 5 >= answers * 4).map(|(name, _)| (*name).to_owned()).collect();
    envelope
}

impl Operation<'_> {
    fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.sections.iter().flat_map(|section| &section.samples)
    }

    fn codes(&self) -> impl Iterator<Item = &CodeFact> {
        self.sections.iter().flat_map(|section| &section.codes)
    }

    fn rows<'s>(&'s self, of: fn(&'s Section) -> &'s Vec<Row>) -> impl Iterator<Item = &'s Row> {
        self.sections.iter().flat_map(move |section| of(section))
    }
}

struct Builder<'b> {
    facts: &'b Facts,
    names: &'b [String],
    dialect: &'b Dialect,
    operations: &'b [Operation<'b>],
    envelope: Envelope,
}

/// A variant of an operation's answers.
struct Variant {
    name: String,
    value: Value,
    schema: Value,
    /// The HTTP statuses it comes with.
    statuses: Vec<String>,
}

impl Builder<'_> {
    fn document(&self) -> Value {
        let title = self.facts.title.as_ref();
        let mut info = json!({ "title": title.map_or("API read from its documentation", |(title, _)| title.as_str()), "version": "0" });
        if let Some((_, place)) = title {
            info["x-source"] = place.source(self.names);
        }
        let mut document = json!({ "openapi": "3.1.0", "info": info, "servers": self.servers() });
        let mut schemes = Map::new();
        let mut headers = Map::new();
        for header in &self.facts.headers {
            if is_credential(&header.name) {
                schemes.insert(
                    identifier(&header.name, &[]).unwrap_or_else(|| "key".into()),
                    json!({ "type": "apiKey", "in": "header", "name": header.name, "description": header.description, "x-source": header.place.source(self.names) }),
                );
            } else {
                headers.insert(header.name.to_lowercase(), header.value.clone().into());
                headers.entry("x-source").or_insert_with(|| header.place.source(self.names));
            }
        }
        if !schemes.is_empty() {
            document["security"] = schemes.keys().map(|name| json!({ name.as_str(): [] })).collect();
        }
        if !headers.is_empty() {
            // Lint compares these with what operations say; the source of the table stands beside them.
            let source = headers.remove("x-source").unwrap_or_default();
            document["x-documented"] = json!({ "headers": headers, "x-source": source });
        }
        let codes = self.codes();
        if !codes.is_empty() && !self.envelope.member.is_empty() {
            document["x-envelope"] = json!({ "code": [self.envelope.member] });
        }
        if !codes.is_empty() {
            document["x-codes"] = codes.into();
        }
        let generic = self.generic();
        if let Some((variant, _)) = &generic {
            document["x-variants"] = json!({ "generic": variant });
        }
        let lists = self.lists();
        if !lists.is_empty() {
            document["x-value-lists"] = lists.iter().map(|(name, _)| name.clone()).collect();
            for (name, values) in lists {
                document[name] = values;
            }
        }
        let mut schemas = Map::new();
        if let Some((_, schema)) = generic {
            schemas.insert("GenericError".into(), schema);
        }
        let mut paths = Map::new();
        for operation in self.operations {
            let built = self.operation(operation, &mut schemas);
            let path = paths.entry(operation.endpoint.path.clone()).or_insert_with(|| json!({}));
            path[operation.endpoint.method.to_lowercase()] = built;
        }
        for (name, rows, place) in &self.facts.objects {
            self.object(name, rows, place.source(self.names), &mut schemas);
        }
        document["paths"] = paths.into();
        let mut components = Map::new();
        if !schemes.is_empty() {
            components.insert("securitySchemes".into(), schemes.into());
        }
        if !schemas.is_empty() {
            components.insert("schemas".into(), schemas.into());
        }
        if !components.is_empty() {
            document["components"] = components.into();
        }
        document
    }

    fn servers(&self) -> Value {
        let mut servers: Vec<Value> = Vec::new();
        for operation in self.operations {
            let server = operation.endpoint.server.as_ref().map_or_else(
                || json!({ "url": "{baseurl}", "variables": { "baseurl": { "default": "https://api.invalid", "description": "Scheme and host; the documentation leaves them open." } } }),
                |url| json!({ "url": url }),
            );
            if !servers.contains(&server) {
                servers.push(server);
            }
        }
        servers.into()
    }

    fn object(&self, name: &str, rows: &[Row], source: Value, schemas: &mut Map<String, Value>) {
        let mut shape = Shape { types: vec!["object"], objects: 1, ..Shape::default() };
        for row in rows {
            shape.describe(row, false);
        }
        let base: String =
            identifier(name, &[]).map(|name| crate::text::capitalised(&name)).unwrap_or_else(|| "Object".into());
        let mut key = base.clone();
        let mut number = 2;
        while schemas.contains_key(&key) {
            key = format!("{base}{number}");
            number += 1;
        }
        let mut schema = shape.schema(Way::Response, self.names, &[]);
        schema["x-source"] = source;
        schemas.insert(key, schema);
    }

    /// Every status code: those of tables, and those that only samples show.
    fn codes(&self) -> Map<String, Value> {
        let mut codes: Map<String, Value> = Map::new();
        for operation in self.operations {
            let section =
                operation.sections.first().and_then(|section| section.title.as_ref()).map(|(title, _)| title.clone());
            for code in operation.codes() {
                self.code(&mut codes, code, Some(&operation.id), section.as_deref());
            }
            for sample in operation.samples().filter(|sample| !sample.is_request) {
                let Some((_, code)) = code_of(&sample.node, self.dialect) else { continue };
                if self.facts.generic.iter().any(|generic| generic.code == code)
                    || codes.get(code).is_some_and(|known| {
                        known["operations"].as_array().is_some_and(|all| all.contains(&json!(operation.id)))
                    })
                {
                    continue;
                }
                let http = sample.http.as_ref().map(|(http, _)| http.clone());
                let fact = CodeFact { code: code.to_owned(), case: sample.title.clone(), http, place: sample.place };
                self.code(&mut codes, &fact, Some(&operation.id), section.as_deref());
            }
        }
        for code in &self.facts.generic {
            let section = self.facts.generic_section.as_ref().map(|(title, _)| title.as_str());
            self.code(&mut codes, code, None, section);
        }
        codes
    }

    fn code(&self, codes: &mut Map<String, Value>, fact: &CodeFact, operation: Option<&str>, section: Option<&str>) {
        if let Some(known) = codes.get_mut(&fact.code) {
            if let (Some(operations), Some(operation)) = (known["operations"].as_array_mut(), operation) {
                let name = Value::from(operation);
                if !operations.contains(&name) {
                    operations.push(name);
                }
            }
            return;
        }
        let case = if fact.case.is_empty() { &fact.code } else { &fact.case };
        let mut value = json!({ "case": case, "status": self.statuses(&fact.code, fact.http.as_deref()) });
        match operation {
            Some(operation) => value["operations"] = json!([operation]),
            None => value["generic"] = true.into(),
        }
        if let Some(section) = section {
            value["section"] = section.into();
        }
        if fact.http.is_none() {
            value["x-assumed"] = json!(["status"]);
        }
        value["x-source"] = fact.place.source(self.names);
        codes.insert(fact.code.clone(), value);
    }

    /// HTTP statuses that a code may come with. Where nothing is said, a success is 200 and a failure anything but another
    /// success.
    fn statuses(&self, code: &str, said: Option<&str>) -> Vec<String> {
        match said {
            Some(status) => vec![status.to_owned()],
            None if self.dialect.success.is_match(code) => vec!["200".to_owned()],
            None => vec!["200".to_owned(), "4XX".to_owned(), "5XX".to_owned()],
        }
    }

    /// The variant that any operation may answer with, and its schema.
    fn generic(&self) -> Option<(Value, Value)> {
        let first = self.facts.generic.first()?;
        let codes: Vec<&str> = self.facts.generic.iter().map(|code| code.code.as_str()).collect();
        let mut variant = json!({
            "code": codes, "schema": { "$ref": "#/components/schemas/GenericError" }, "status": ["200", "4XX", "5XX"],
        });
        if let Some((section, _)) = &self.facts.generic_section {
            variant["section"] = section.clone().into();
        }
        variant["x-source"] = first.place.source(self.names);
        let mut schema = self.enveloped(&self.envelope.member, &[]);
        schema["properties"][&self.envelope.member] =
            json!({ "type": "string", "enum": codes, "x-source": first.place.source(self.names) });
        Some((variant, schema))
    }

    /// The schema of an answer of which only the code is known.
    fn enveloped(&self, member: &str, codes: &[&str]) -> Value {
        let mut properties = Map::new();
        for name in &self.envelope.others {
            properties.insert(name.clone(), json!({}));
        }
        let code = match codes {
            [] => json!({ "type": "string" }),
            [one] => json!({ "type": "string", "const": one }),
            several => json!({ "type": "string", "enum": several }),
        };
        properties.insert(member.to_owned(), code);
        json!({ "type": "object", "required": [member], "properties": properties })
    }

    fn lists(&self) -> Vec<(String, Value)> {
        let mut lists: Vec<(String, Value)> = Vec::new();
        for operation in self.operations {
            for list in operation.sections.iter().flat_map(|section| &section.lists) {
                let base = format!("x-{}-{}", slug(&operation.id), slug(&list.name));
                let mut name = base.clone();
                let mut number = 2;
                while lists.iter().any(|(known, _)| *known == name) {
                    name = format!("{base}-{number}");
                    number += 1;
                }
                let values: Map<String, Value> = list
                    .values
                    .iter()
                    .map(|(value, meaning, _)| {
                        (value.clone(), Value::from(if meaning.is_empty() { value } else { meaning }.as_str()))
                    })
                    .collect();
                lists.push((name, values.into()));
            }
        }
        lists
    }

    fn operation(&self, operation: &Operation<'_>, schemas: &mut Map<String, Value>) -> Value {
        let mut value = json!({ "operationId": operation.id });
        let section = operation.sections.first();
        if let Some((title, _)) = section.and_then(|section| section.title.as_ref()) {
            value["summary"] = title.clone().into();
            value["x-section"] = title.clone().into();
        }
        let sentences: Vec<&str> =
            operation.sections.iter().flat_map(|section| &section.description).map(|(text, _)| text.as_str()).collect();
        if !sentences.is_empty() {
            value["description"] = sentences.join("\n").into();
        }
        let parameters = self.parameters(operation);
        if !parameters.is_empty() {
            value["parameters"] = parameters.into();
        }
        if let Some(body) = self.body(operation) {
            value["requestBody"] = body;
        }
        self.answers(operation, schemas, &mut value);
        for (name, again) in [
            ("x-poll", operation.sections.iter().find_map(|section| section.poll.as_ref())),
            ("x-retry", operation.sections.iter().find_map(|section| section.retry.as_ref())),
        ] {
            if let Some(again) = again {
                value[name] = self.again(again);
            }
        }
        value["x-source"] = operation.endpoint.place.source(self.names);
        value
    }

    fn again(&self, again: &Again) -> Value {
        let mut value = Map::new();
        match &again.every {
            Some(every) => {
                let times =
                    again.most.as_ref().map_or_else(|| again.least.clone(), |most| format!("{}-{most}", again.least));
                value.insert("times".into(), times.into());
                value.insert("every".into(), every.clone().into());
            }
            None => {
                value.insert("every".into(), again.least.clone().into());
                if let Some(most) = &again.most {
                    value.insert("max-every".into(), most.clone().into());
                }
            }
        }
        if let Some(status) = &again.status {
            let when = if again.every.is_some() { "when" } else { "while" };
            value.insert(when.into(), json!({ "/data/status": [status] }));
        }
        value.insert("x-source".into(), again.place.source(self.names));
        value.into()
    }

    fn parameters(&self, operation: &Operation<'_>) -> Vec<Value> {
        let mut parameters: Vec<Value> = Vec::new();
        let endpoint = operation.endpoint;
        let source = endpoint.place.source(self.names);
        let find = |rows: Vec<&Row>, name: &str| {
            rows.iter()
                .find(|row| row.name == name)
                .or_else(|| rows.iter().find(|row| bare(&row.name) == bare(name)))
                .map(|row| (*row).clone())
        };
        for name in endpoint.parameters() {
            let rows: Vec<&Row> =
                operation.rows(|section| &section.path).chain(operation.rows(|section| &section.query)).collect();
            let row = find(rows, name);
            parameters.push(self.parameter(name, "path", row.as_ref(), None, Some(&source)));
        }
        let mut seen: BTreeSet<String> = endpoint.parameters().iter().map(|name| bare(name)).collect();
        for (name, value) in &endpoint.query {
            if seen.insert(bare(name)) {
                let row = find(operation.rows(|section| &section.query).collect(), name);
                parameters.push(self.parameter(name, "query", row.as_ref(), Some(value), Some(&source)));
            }
        }
        for row in operation.rows(|section| &section.query) {
            if seen.insert(bare(&row.name)) {
                parameters.push(self.parameter(&row.name, "query", Some(row), None, None));
            }
        }
        for header in operation.sections.iter().flat_map(|section| &section.headers) {
            let ignored = ["content-type", "accept", "authorization"].contains(&header.name.to_lowercase().as_str());
            let common = self.facts.headers.iter().any(|known| known.name.eq_ignore_ascii_case(&header.name));
            if !ignored && !common && header.name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
                let mut parameter =
                    json!({ "name": header.name, "in": "header", "required": false, "schema": { "type": "string" } });
                if !header.description.is_empty() {
                    parameter["description"] = header.description.clone().into();
                }
                parameter["x-source"] = header.place.source(self.names);
                if !parameters.iter().any(|known| known["in"] == "header" && known["name"] == parameter["name"]) {
                    parameters.push(parameter);
                }
            }
        }
        parameters
    }

    fn parameter(
        &self,
        name: &str,
        place: &str,
        row: Option<&Row>,
        sample: Option<&String>,
        source: Option<&Value>,
    ) -> Value {
        // A parameter of the URL that no table calls optional has to be there.
        let required = place == "path" || row.and_then(|row| row.required).unwrap_or(source.is_some());
        let mut shape = Shape { row: row.cloned(), ..Shape::default() };
        shape.types = Vec::new();
        let mut schema = shape.schema(Way::Request, self.names, &[]);
        let description = schema.as_object_mut().and_then(|schema| schema.shift_remove("description"));
        if let Some(object) = schema.as_object_mut() {
            object.shift_remove("x-source");
            if !object.contains_key("type") {
                object.insert("type".into(), "string".into());
            }
        }
        let mut parameter = json!({ "name": name, "in": place, "required": required });
        if let Some(description) = description {
            parameter["description"] = description;
        }
        parameter["schema"] = schema;
        if let Some(sample) = sample.filter(|sample| !sample.is_empty()) {
            parameter["x-sample"] = sample.clone().into();
        }
        match (source, row) {
            (Some(source), _) => parameter["x-source"] = source.clone(),
            (None, Some(row)) => parameter["x-source"] = row.place.source(self.names),
            (None, None) => {}
        }
        if let Some(row) = row.filter(|_| source.is_some()) {
            parameter["x-source-table"] = row.place.source(self.names);
        }
        parameter
    }

    fn body(&self, operation: &Operation<'_>) -> Option<Value> {
        let mut bodies = Vec::new();
        let mut form = None;
        let mut examples = Map::new();
        for section in &operation.sections {
            let samples: Vec<&Sample> = section.samples.iter().filter(|sample| sample.is_request).collect();
            if samples.is_empty() && section.request.is_empty() {
                continue;
            }
            let mut shape: Option<Shape> = None;
            for sample in &samples {
                let seen = sample.shape.clone();
                match &mut shape {
                    Some(shape) => shape.merge(seen),
                    None => shape = Some(seen),
                }
                let name = unique(&examples, &slug(if sample.title.is_empty() { "sample" } else { &sample.title }));
                examples.insert(
                    name,
                    json!({ "value": sample.node.to_json(), "x-source": sample.place.source(self.names) }),
                );
            }
            let mut shape = shape.unwrap_or_else(|| Shape { types: vec!["object"], objects: 1, ..Shape::default() });
            for row in &section.request {
                match (&mut shape.items, shape.types.contains(&"array")) {
                    (Some(items), true) => items.describe(row, false),
                    _ => shape.describe(row, false),
                }
            }
            let multipart = section.form.map(|place| (place, "multipart/form-data")).or_else(|| {
                let file = section.request.iter().find(|row| row.kind.format == Some("binary"));
                file.map(|row| (row.place, "multipart/form-data"))
            });
            let said = section.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
            let said = said.and_then(|header| Some((header.place, media(&header.value)?)));
            form = form.or(said.or(multipart));
            bodies.push(shape.schema(Way::Request, self.names, &[]));
        }
        let schema = if bodies.len() > 1 { json!({ "anyOf": bodies }) } else { bodies.pop()? };
        let (place, media) = form.map_or((None, "application/json"), |(place, media)| (Some(place), media));
        let mut content = json!({ "schema": schema });
        if media == "application/json" && !examples.is_empty() {
            content["examples"] = examples.into();
        }
        if let Some(place) = place {
            content["x-source"] = place.source(self.names);
        }
        Some(json!({ "required": true, "content": { media: content } }))
    }

    fn answers(&self, operation: &Operation<'_>, schemas: &mut Map<String, Value>, value: &mut Value) {
        let variants = self.variants(operation);
        let carries =
            operation.codes().next().is_some() || variants.iter().any(|variant| !variant.value["code"].is_null());
        let member = self.envelope.by_operation.get(&operation.id);
        if let Some(member) = member.filter(|member| **member != self.envelope.member) {
            value["x-envelope"] = json!({ "code": [member] });
        }
        if carries && variants.iter().any(|variant| variant.value["code"].is_null()) {
            value["x-envelope"] = json!({ "code": [member.unwrap_or(&self.envelope.member)], "optional": true });
        }
        let examples = self.examples(operation);
        let mut responses: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut said: BTreeMap<String, (String, Value)> = BTreeMap::new();
        for (status, case, place) in operation.sections.iter().flat_map(|section| &section.http) {
            responses.entry(status.clone()).or_default();
            let entry = said.entry(status.clone()).or_insert_with(|| (String::new(), place.source(self.names)));
            if !entry.0.is_empty() {
                entry.0.push_str("; ");
            }
            entry.0.push_str(case);
        }
        let mut named = Map::new();
        let prefix = crate::text::capitalised(&operation.id);
        for variant in variants {
            let key = format!("{prefix}.{}", variant.name);
            let reference = json!({ "$ref": format!("#/components/schemas/{key}") });
            schemas.insert(key, variant.schema);
            for status in &variant.statuses {
                responses.entry(status.clone()).or_default().push(reference.clone());
            }
            let mut entry = variant.value;
            entry["schema"] = reference;
            named.insert(variant.name, entry);
        }
        if carries {
            let tells_status = named.values().any(|variant| !variant["dataStatus"].is_null());
            value["x-discriminator"] = if tells_status { json!(["code", "/data/status"]) } else { json!(["code"]) };
            value["x-variants"] = named.into();
            if !self.facts.generic.is_empty() {
                for status in ["200", "4XX", "5XX"] {
                    responses
                        .entry(status.to_owned())
                        .or_default()
                        .push(json!({ "$ref": "#/components/schemas/GenericError" }));
                }
            }
        }
        if responses.is_empty() {
            value["responses"] = json!({ "200": { "description": "The documentation does not show it." }, "default": { "description": "The documentation does not show it." } });
            value["x-assumed"] = json!(["responses"]);
            return;
        }
        let mut built = Map::new();
        for (status, mut all) in responses {
            let mut response = json!({ "description": said.get(&status).map_or("As the documentation shows it.", |(case, _)| case.as_str()) });
            if let Some((_, source)) = said.get(&status) {
                response["x-source"] = source.clone();
            }
            all.dedup();
            if !all.is_empty() {
                let schema = if all.len() == 1 { all.remove(0) } else { json!({ "anyOf": all }) };
                let mut content = json!({ "schema": schema });
                if let Some(examples) = examples.get(&status) {
                    content["examples"] = examples.clone();
                }
                response["content"] = json!({ "application/json": content });
            }
            built.insert(status, response);
        }
        // Nothing is said of failures: none is refused.
        if !built.keys().any(|status| status.starts_with(['4', '5'])) {
            built.insert("default".into(), json!({ "description": "The documentation does not show it." }));
            value["x-assumed"] = json!(["default"]);
        }
        value["responses"] = built.into();
    }

    /// Samples of answers by their HTTP status.
    fn examples(&self, operation: &Operation<'_>) -> BTreeMap<String, Value> {
        let mut examples: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for sample in operation.samples().filter(|sample| !sample.is_request) {
            let code = code_of(&sample.node, self.dialect).map(|(_, code)| code);
            let status = match (&sample.http, code) {
                (Some((http, _)), _) => http.clone(),
                (None, _) => "200".to_owned(),
            };
            let of = examples.entry(status).or_default();
            let name = unique(of, &slug(if sample.title.is_empty() { "sample" } else { &sample.title }));
            of.insert(name, json!({ "value": sample.node.to_json(), "x-source": sample.place.source(self.names) }));
        }
        examples.into_iter().map(|(status, examples)| (status, examples.into())).collect()
    }

    /// The shapes of an operation's answers: one for each code and status that samples show, then one for each code and
    /// each status that is only named.
    fn variants(&self, operation: &Operation<'_>) -> Vec<Variant> {
        type Key<'k> = (Option<&'k str>, Option<&'k str>, Option<&'k str>);
        let mut shapes: Vec<(Key<'_>, Shape, &Sample)> = Vec::new();
        for sample in operation.samples().filter(|sample| !sample.is_request) {
            let code = code_of(&sample.node, self.dialect).map(|(_, code)| code);
            let status = status_of(&sample.node);
            let http = sample.http.as_ref().map(|(http, _)| http.as_str());
            let key = (code, status.filter(|_| code.is_some()), http);
            let seen = sample.shape.clone();
            match shapes.iter_mut().find(|(known, _, _)| *known == key) {
                Some((_, shape, _)) => shape.merge(seen),
                None => shapes.push((key, seen, sample)),
            }
        }
        let rows: Vec<&Row> = operation.rows(|section| &section.response).collect();
        if shapes.is_empty() && !rows.is_empty() {
            let mut shape = Shape { types: vec!["object"], objects: 1, ..Shape::default() };
            rows.iter().for_each(|row| shape.describe(row, false));
            let schema = shape.schema(Way::Response, self.names, &[]);
            let value = json!({ "status": ["200"], "x-source": rows[0].place.source(self.names) });
            return vec![Variant { name: "success".into(), value, schema, statuses: vec!["200".into()] }];
        }
        let member = self.envelope.by_operation.get(&operation.id).unwrap_or(&self.envelope.member).clone();
        let mut taken = BTreeSet::new();
        let mut variants = Vec::new();
        for ((code, status, http), mut shape, sample) in shapes {
            for row in &rows {
                shape.describe(row, true);
            }
            let mut pinned: Vec<(Vec<&str>, Value)> = Vec::new();
            if let Some(code) = code {
                pinned.push((vec![member.as_str()], code.into()));
            }
            if let Some(status) = status {
                pinned.push((STATUS.to_vec(), status.into()));
            }
            let case = operation.codes().find(|fact| Some(fact.code.as_str()) == code).map(|fact| fact.case.clone());
            let name = status
                .map(str::to_owned)
                .or(case)
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| sample.title.clone());
            let name = taken_name(&mut taken, &slug(if name.is_empty() { "success" } else { &name }));
            let statuses = match (http, code) {
                (Some(http), _) => vec![http.to_owned()],
                (None, Some(code)) => {
                    let said = operation.codes().find(|fact| fact.code == code).and_then(|fact| fact.http.clone());
                    self.statuses(code, said.as_deref())
                }
                (None, None) => vec!["200".to_owned()],
            };
            let mut value = Map::new();
            if let Some(code) = code {
                value.insert("code".into(), code.into());
            }
            if let Some(status) = status {
                value.insert("dataStatus".into(), status.into());
            }
            value.insert("status".into(), statuses.clone().into());
            value.insert("x-source".into(), sample.place.source(self.names));
            variants.push(Variant {
                name,
                value: value.into(),
                schema: shape.schema(Way::Response, self.names, &pinned),
                statuses,
            });
        }
        let mut named: BTreeSet<String> =
            variants.iter().filter_map(|variant| variant.value["code"].as_str().map(str::to_owned)).collect();
        for fact in operation.codes() {
            if !named.insert(fact.code.clone()) {
                continue;
            }
            let statuses = self.statuses(&fact.code, fact.http.as_deref());
            let name = taken_name(&mut taken, &slug(if fact.case.is_empty() { &fact.code } else { &fact.case }));
            let source = fact.place.source(self.names);
            let mut schema = self.enveloped(&member, &[&fact.code]);
            schema["x-source"] = source.clone();
            variants.push(Variant {
                name,
                value: json!({ "code": fact.code, "status": statuses, "x-source": source }),
                schema,
                statuses,
            });
        }
        // A status that is named, and that no sample shows: any code of the operation may carry it.
        let codes: Vec<&str> = named.iter().map(String::as_str).collect();
        let shown: Vec<String> =
            variants.iter().filter_map(|variant| variant.value["dataStatus"].as_str().map(str::to_owned)).collect();
        for (status, place) in operation.sections.iter().flat_map(|section| &section.statuses) {
            if shown.is_empty() || shown.contains(status) || codes.is_empty() {
                continue;
            }
            let source = place.source(self.names);
            let mut schema = self.enveloped(&member, &codes);
            schema["properties"][STATUS[0]] = json!({
                "type": "object", "required": [STATUS[1]], "properties": { STATUS[1]: { "type": "string", "const": status, "x-source": source.clone() } },
            });
            schema["required"] = json!([member, STATUS[0]]);
            schema["x-source"] = source.clone();
            let name = taken_name(&mut taken, &slug(status));
            let value = json!({ "code": codes, "dataStatus": status, "status": ["200"], "x-assumed": ["code"], "x-source": source });
            variants.push(Variant { name, value, schema, statuses: vec!["200".into()] });
        }
        variants
    }
}

fn status_of(node: &Node) -> Option<&str> {
    let Kind::Map(top) = &node.kind else { return None };
    let data = top.iter().find(|entry| entry.key.value == STATUS[0])?;
    let Kind::Map(inner) = &data.value.kind else { return None };
    let status = inner.iter().find(|entry| entry.key.value == STATUS[1])?;
    match &status.value.kind {
        Kind::Text(text) if is_constant(text) => Some(text),
        _ => None,
    }
}

fn is_credential(name: &str) -> bool {
    let name = name.to_lowercase();
    crate::secret::is_credential_header(&name)
        || ["api-key", "apikey", "token", "secret", "hash", "auth"].iter().any(|word| name.contains(word))
}

fn media(value: &str) -> Option<&'static str> {
    let value = value.to_lowercase();
    ["multipart/form-data", "application/x-www-form-urlencoded", "application/json"]
        .into_iter()
        .find(|media| value.contains(media))
}

fn unique(known: &Map<String, Value>, name: &str) -> String {
    let mut made = name.to_owned();
    let mut number = 2;
    while known.contains_key(&made) {
        made = format!("{name}-{number}");
        number += 1;
    }
    made
}

fn taken_name(taken: &mut BTreeSet<String>, name: &str) -> String {
    let mut made = name.to_owned();
    let mut number = 2;
    while !taken.insert(made.clone()) {
        made = format!("{name}-{number}");
        number += 1;
    }
    made
}
