//! OpenAPI: a case for every operation, with bodies from examples or made from schemas.

use super::auth;
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Step};
use super::node::{get, line, refuse};
use super::private::is_secret_name;
use super::tree::as_text;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::yaml::Node;
use serde_json::{Map, Value, json};

/// Deepest nesting of a value that is made.
const DEEPEST: usize = 10;
/// Longest chain of references.
const LONGEST_CHAIN: usize = 32;
/// Methods a path may have, in the order they are listed.
const METHODS: [&str; 7] = ["post", "get", "put", "patch", "delete", "head", "options"];

/// Reads a document into one import for each tag, and one for the environment. `contract` is how the suites name it.
///
/// # Errors
/// When it is no OpenAPI document of version 3.
pub fn read(sources: &Sources, root: &Node, contract: &str) -> Result<Vec<Import>, Vec<Diagnostic>> {
    let version = super::node::text(root, "openapi");
    if super::node::text(root, "swagger").is_some() {
        return Err(refuse(
            sources,
            root,
            "this is Swagger 2.0; OpenAPI 3.0 and 3.1 are read",
            "convert it, for example with swagger2openapi",
        ));
    }
    if !version.as_deref().is_some_and(|version| version.starts_with('3')) || get(root, "paths").is_none() {
        return Err(refuse(
            sources,
            root,
            "this is no OpenAPI document of version 3 with `paths`",
            "name the OpenAPI document",
        ));
    }
    let document = root.to_json();
    let title = document["info"]["title"].as_str().unwrap_or("API").to_owned();
    let maker = Maker { document: &document };
    let mut imports: Vec<Import> = Vec::new();
    let Some(paths) = document["paths"].as_object() else { return Ok(imports) };
    for (path, item) in paths {
        let item = maker.resolve(item);
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let tag = operation["tags"][0].as_str().unwrap_or(&title).to_owned();
            let at = get(root, "paths").and_then(|paths| get(paths, path)).map_or(0, |node| line(sources, node));
            let index = imports.iter().position(|import| import.name == tag).unwrap_or_else(|| {
                imports.push(Import { name: tag.clone(), contract: Some(contract.to_owned()), ..Import::default() });
                imports.len() - 1
            });
            let step = maker.step(path, method, item, operation, at, &mut imports[index]);
            imports[index].steps.push(step);
        }
    }
    if imports.is_empty() {
        return Err(refuse(sources, root, "the document has no operation", "add one below `paths`"));
    }
    let (base_url, headers) = maker.environment();
    for import in &mut imports {
        import.comments.push(
            "Every request and every answer is validated against the contract, without a line of assertion.".into(),
        );
    }
    imports.push(Import { name: title, base_url: Some(base_url), headers, ..Import::default() });
    Ok(imports)
}

struct Maker<'d> {
    document: &'d Value,
}

impl Maker<'_> {
    /// Follows `$ref` within the document.
    fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        let mut value = value;
        for _ in 0..LONGEST_CHAIN {
            let Some(target) =
                value["$ref"].as_str().and_then(|reference| self.document.pointer(reference.strip_prefix('#')?))
            else {
                break;
            };
            value = target;
        }
        value
    }

    fn environment(&self) -> (Value, Vec<(String, Value)>) {
        let server = &self.document["servers"][0];
        let mut url = server["url"].as_str().unwrap_or_default().to_owned();
        for (name, variable) in server["variables"].as_object().into_iter().flatten() {
            url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
        }
        let good = url.starts_with("http") && !url.contains(['{', '}']) && !url.contains(".invalid");
        let base_url = if good {
            Value::from(super::private::clean(url.trim_end_matches('/')))
        } else {
            super::address::UNKNOWN.into()
        };
        let mut request = super::model::Request::default();
        let mut holes = Holes::default();
        let required = self.document["security"].as_array().and_then(|all| all.first()).and_then(Value::as_object);
        let schemes = &self.document["components"]["securitySchemes"];
        let first = schemes.as_object().and_then(|all| all.keys().next().cloned());
        let names: Vec<String> =
            required.map(|all| all.keys().cloned().collect()).unwrap_or_else(|| first.into_iter().collect());
        for name in names {
            let scheme = self.resolve(&schemes[name.as_str()]);
            match (scheme["type"].as_str(), scheme["scheme"].as_str().map(str::to_lowercase).as_deref()) {
                (Some("apiKey"), _) if scheme["in"] == "header" => {
                    auth::api_key(&mut request, scheme["name"].as_str().unwrap_or("x-api-key"), "", false, &mut holes);
                }
                (Some("http"), Some("bearer")) | (Some("oauth2" | "openIdConnect"), _) => {
                    auth::bearer(&mut request, "", "access_token", &mut holes);
                }
                (Some("http"), Some("basic")) => auth::basic(&mut request, "", "", &mut holes),
                _ => {}
            }
        }
        (base_url, request.headers)
    }

    fn step(&self, path: &str, method: &str, item: &Value, operation: &Value, at: usize, import: &mut Import) -> Step {
        let id = operation["operationId"]
            .as_str()
            .map_or_else(|| format!("{} {path}", method.to_uppercase()), str::to_owned);
        let summary = operation["summary"].as_str().filter(|text| text.len() <= 100 && !text.contains('\n'));
        let name = summary.map_or_else(|| id.clone(), |summary| format!("{summary} ({id})"));
        let mut step = Step {
            name,
            line: at,
            case: Some(summary.map_or_else(|| id.clone(), |summary| format!("{id}: {summary}"))),
            ..Step::default()
        };
        step.request.operation = Some(id.clone());
        let listed = [&item["parameters"], &operation["parameters"]];
        for parameter in listed.iter().filter_map(|list| list.as_array()).flatten() {
            let parameter = self.resolve(parameter);
            self.parameter(parameter, &mut step);
        }
        let body = self.resolve(&operation["requestBody"]);
        if let Some(content) = body["content"].as_object() {
            self.body(content, &mut step, &id, import);
        }
        let good = operation["responses"].as_object().and_then(|all| all.keys().find(|status| status.starts_with('2')));
        match good.and_then(|status| status.parse::<u16>().ok()) {
            Some(status) => step.expect.status.push(json!(status)),
            None => {
                if let Some(class) = good {
                    step.expect.status.push(class.to_uppercase().into());
                }
            }
        }
        step
    }

    fn parameter(&self, parameter: &Value, step: &mut Step) {
        let Some(name) = parameter["name"].as_str() else { return };
        let place = parameter["in"].as_str().unwrap_or_default();
        let required = parameter["required"] == true || place == "path";
        let schema = self.resolve(&parameter["schema"]);
        let example = self.example(parameter).or_else(|| self.example(schema));
        if !required {
            return;
        }
        let value = example.unwrap_or_else(|| self.made(schema, name, 0));
        let value = as_parameter(&value);
        match place {
            "path" => step.request.params.push((name.to_owned(), value)),
            "query" => step.request.query.push((name.to_owned(), value)),
            "cookie" => step.request.cookies.push((name.to_owned(), value)),
            "header" if ["accept", "content-type", "authorization"].contains(&name.to_lowercase().as_str()) => {}
            "header" if is_secret_name(name) => {
                let value = format!("{{{{ secret('{}') }}}}", super::private::variable(name));
                step.request.headers.push((name.to_lowercase(), value.into()));
            }
            "header" => step.request.headers.push((name.to_lowercase(), value)),
            _ => {}
        }
    }

    /// The example that stands beside a schema.
    fn example(&self, holder: &Value) -> Option<Value> {
        if let Some(value) = holder.get("example") {
            return Some(value.clone());
        }
        match holder.get("examples") {
            Some(Value::Array(all)) => all.first().cloned(),
            Some(Value::Object(all)) => {
                all.values().next().map(|one| self.resolve(one)).and_then(|one| one.get("value")).cloned()
            }
            _ => None,
        }
    }

    fn body(&self, content: &Map<String, Value>, step: &mut Step, id: &str, import: &mut Import) {
        let chosen = content
            .keys()
            .find(|media| media.contains("json"))
            .or_else(|| content.keys().find(|media| media.contains("form")))
            .or_else(|| content.keys().next());
        let Some((media, of)) = chosen.and_then(|media| Some((media, content.get(media)?))) else { return };
        let schema = self.resolve(&of["schema"]);
        let value = self.example(of).or_else(|| self.example(schema)).unwrap_or_else(|| self.made(schema, "body", 0));
        if media.contains("json") {
            if media != "application/json" {
                step.request.headers.push(("content-type".into(), media.clone().into()));
            }
            step.request.body = Body::Json(escaped(&value));
        } else if media.contains("form") {
            let mut fields = Vec::new();
            let mut files = Vec::new();
            let properties = self.properties(schema);
            for (name, value) in value.as_object().into_iter().flatten() {
                let property =
                    properties.iter().find(|(known, _)| known == name).map(|(_, schema)| self.resolve(schema));
                let inner = property
                    .map(|schema| if schema["type"] == "array" { self.resolve(&schema["items"]) } else { schema });
                let binary = inner.is_some_and(|schema| {
                    ["binary", "base64"].contains(&schema["format"].as_str().unwrap_or_default())
                        || schema.get("contentMediaType").is_some()
                });
                if binary && media.contains("multipart") {
                    files.push((name.clone(), FilePart { name: "file.bin".into(), kind: None }));
                } else {
                    fields.push((name.clone(), as_parameter(value)));
                }
            }
            step.request.body =
                if media.contains("multipart") { Body::Multipart(fields, files) } else { Body::Form(fields) };
        } else {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            step.request.headers.push(("content-type".into(), media.clone().into()));
            step.request.body = Body::Raw(as_text(&text));
            let told = format!("a body of {media}; fill it in");
            step.comments.push(format!("not translated: {told}"));
            import.notes.push(Note { request: id.to_owned(), line: step.line, text: told });
        }
    }

    /// All members of an object, those of the parts of `allOf` included.
    fn properties(&self, schema: &Value) -> Vec<(String, Value)> {
        let mut all: Vec<(String, Value)> = Vec::new();
        self.gather(schema, &mut all, 0);
        all
    }

    fn gather(&self, schema: &Value, all: &mut Vec<(String, Value)>, depth: usize) {
        let schema = self.resolve(schema);
        if depth > DEEPEST {
            return;
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if !all.iter().any(|(known, _)| known == name) {
                all.push((name.clone(), property.clone()));
            }
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.gather(part, all, depth + 1);
        }
    }

    fn required(&self, schema: &Value, depth: usize) -> Vec<String> {
        let schema = self.resolve(schema);
        if depth > DEEPEST {
            return Vec::new();
        }
        let own =
            schema["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned));
        let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(|part| self.required(part, depth + 1));
        own.chain(parts).collect()
    }

    /// A value that a schema is likely to allow.
    fn made(&self, schema: &Value, name: &str, depth: usize) -> Value {
        let schema = self.resolve(schema);
        if let Some(example) = self.example(schema) {
            return example;
        }
        for keyword in ["const", "default"] {
            if let Some(value) = schema.get(keyword) {
                return value.clone();
            }
        }
        if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
            return first.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(first) = schema[keyword].as_array().and_then(|all| all.first()) {
                let mut value = self.made(first, name, depth + 1);
                if let (Some(value), Value::Object(own)) = (value.as_object_mut(), self.object(schema, depth)) {
                    for (name, member) in own {
                        value.entry(name).or_insert(member);
                    }
                }
                return value;
            }
        }
        let kind = match &schema["type"] {
            Value::String(kind) => kind.as_str(),
            Value::Array(all) => all.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null"),
            _ if schema.get("properties").is_some() || schema.get("allOf").is_some() => "object",
            _ if schema.get("items").is_some() => "array",
            _ => "string",
        };
        match kind {
            "object" => self.object(schema, depth),
            "array" => {
                let count = usize::try_from(schema["minItems"].as_u64().unwrap_or(1).clamp(1, 5)).unwrap_or(1);
                (0..count).map(|_| self.made(&schema["items"], name, depth + 1)).collect()
            }
            "integer" => json!(number(schema).ceil() as i64),
            "number" => {
                let number = number(schema);
                if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
            }
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => text(schema, name).into(),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let required = self.required(schema, 0);
        let mut object = Map::new();
        for (name, property) in self.properties(schema) {
            let of = self.resolve(&property);
            let shown = self.example(of).is_some();
            if (required.contains(&name) || shown) && of["readOnly"] != true {
                object.insert(name.clone(), self.made(&property, &name, depth + 1));
            }
        }
        object.into()
    }
}

/// The least number a schema allows, else 1.
fn number(schema: &Value) -> f64 {
    let bound = |keyword: &str| schema[keyword].as_f64();
    let least = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|least| least + 1.0));
    let most = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|most| most - 1.0));
    let value = match (least, most) {
        (Some(least), _) => least,
        (None, Some(most)) if most < 1.0 => most,
        _ => 1.0,
    };
    match bound("multipleOf") {
        Some(step) if step > 0.0 => (value / step).ceil() * step,
        _ => value,
    }
}

fn text(schema: &Value, name: &str) -> String {
    let made = match schema["format"].as_str().unwrap_or_default() {
        "date" => "2026-01-01".to_owned(),
        "date-time" => "2026-01-01T00:00:00Z".to_owned(),
        "time" => "10:00:00Z".to_owned(),
        "uuid" => "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
        "email" => "someone@example.com".to_owned(),
        "uri" | "url" | "uri-reference" => "https://example.com/".to_owned(),
        "hostname" => "example.com".to_owned(),
        "ipv4" => "192.0.2.1".to_owned(),
        "ipv6" => "2001:db8::1".to_owned(),
        "byte" => "dGV4dA==".to_owned(),
        _ => pattern(schema).unwrap_or_else(|| format!("some {name}")),
    };
    let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0).min(10_000)).unwrap_or(0);
    let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let mut made: String = made.chars().take(most).collect();
    while made.chars().count() < least {
        made.push('x');
    }
    made
}

/// A text for the commonest patterns: digits, capitals, an Indian mobile number, a PAN.
fn pattern(schema: &Value) -> Option<String> {
    let pattern = regex::Regex::new(schema["pattern"].as_str()?).ok()?;
    let tries = [
        "9876543210",
        "ABCPE1234F",
        "560095",
        "1234",
        "12345678",
        "ABCD1234",
        "abc",
        "ABC",
        "a",
        "A1",
        "1",
        "2026-01-01",
        "ICIC0003903",
        "+919876543210",
        "a@example.com",
        "some-text",
        "1.0.0",
    ];
    tries.iter().find(|text| pattern.is_match(text)).map(|text| (*text).to_owned())
}

/// A value as a parameter or a field of a form: text, or a list of texts.
fn as_parameter(value: &Value) -> Value {
    match value {
        Value::String(text) => as_text(text).into(),
        Value::Array(items) => items.iter().map(as_parameter).collect(),
        Value::Object(_) => as_text(&value.to_string()).into(),
        other => other.to_string().into(),
    }
}

/// A value in which no text is a placeholder.
fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) => as_text(text).into(),
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.replace("{{", "{ {"), escaped(value))).collect())
        }
        other => other.clone(),
    }
}
