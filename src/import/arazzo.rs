//! Arazzo 1.0: a workflow is a case, its steps are steps; workflows that call workflows have those steps in place.

use super::holes::Holes;
use super::model::{Body, Import, Note, Step};
use super::names::Names;
use super::node::{as_text, entries, get, items, line, refuse, text};
use super::operations::Operation;
use super::private::{is_secret_name, variable};
use super::script::member;
use super::tree::Tree;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::yaml::{Kind, Node};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Deepest nesting of workflows that call workflows.
const DEEPEST: usize = 8;
/// Most steps that are made.
const MOST: usize = 5_000;

/// What is known of the documents that a file names: by name, the contract as suites name it, and its operations.
pub type Documents = BTreeMap<String, (Option<String>, Vec<Operation>)>;

/// The documents that a file names: name and address.
#[must_use]
pub fn documents(root: &Node) -> Vec<(String, String)> {
    get(root, "sourceDescriptions")
        .map(items)
        .unwrap_or_default()
        .iter()
        .filter(|one| text(one, "type").is_none_or(|kind| kind == "openapi"))
        .filter_map(|one| Some((text(one, "name")?, text(one, "url")?)))
        .collect()
}

/// Reads a file.
///
/// # Errors
/// When it is none.
pub fn read(sources: &Sources, root: &Node, documents: &Documents) -> Result<Import, Vec<Diagnostic>> {
    let (Some(_), Some(workflows)) = (get(root, "arazzo"), get(root, "workflows")) else {
        return Err(refuse(
            sources,
            root,
            "this is no Arazzo document: it has no `arazzo` and `workflows`",
            "name the Arazzo document",
        ));
    };
    let title = get(root, "info").and_then(|info| text(info, "title")).unwrap_or_else(|| "Workflows".into());
    let mut reader = Reader {
        sources,
        root,
        documents,
        import: Import { name: title, ..Import::default() },
        holes: Holes::default(),
        names: Names::default(),
        inputs: Vec::new(),
    };
    // Suites name one contract; with several documents, requests are sent by method and path.
    let known: Vec<&(Option<String>, Vec<Operation>)> = documents.values().collect();
    let contract = if let [(contract, _)] = known.as_slice() { contract.clone() } else { None };
    reader.import.contract.clone_from(&contract);
    for workflow in items(workflows) {
        let id = text(workflow, "workflowId").unwrap_or_else(|| "workflow".into());
        let case = text(workflow, "summary")
            .filter(|summary| summary.len() < 80)
            .map_or_else(|| id.clone(), |summary| format!("{id}: {}", summary.trim_end_matches('.')));
        let mut scope = Scope { prefix: String::new(), inputs: Map::new(), outputs: BTreeMap::new(), case };
        reader.workflow(workflow, &mut scope, 0);
    }
    if reader.import.steps.is_empty() {
        return Err(refuse(sources, workflows, "no workflow has a step that sends a request", "is it whole?"));
    }
    reader.import.base_url = Some(super::address::UNKNOWN.into());
    let inputs = std::mem::take(&mut reader.inputs);
    for (name, old) in inputs {
        let word = variable(&old);
        let value = if is_secret_name(&old) {
            format!("{{{{ secret('{word}') }}}}")
        } else {
            format!("{{{{ env('{word}', '') }}}}")
        };
        if !reader.import.vars.iter().any(|(known, _)| *known == name) {
            reader.import.vars.push((name, value.into()));
        }
    }
    reader.import.renamed = reader.names.changed();
    Ok(reader.import)
}

/// What names stand for within a workflow.
struct Scope {
    /// Before the names of captures, for workflows within workflows.
    prefix: String,
    /// Values of inputs; those that are not there are variables.
    inputs: Map<String, Value>,
    /// Outputs of steps, as expressions: step and output.
    outputs: BTreeMap<(String, String), String>,
    case: String,
}

struct Reader<'r> {
    sources: &'r Sources,
    root: &'r Node,
    documents: &'r Documents,
    import: Import,
    holes: Holes,
    names: Names,
    /// Inputs that became variables: name and what it was called.
    inputs: Vec<(String, String)>,
}

impl<'r> Reader<'r> {
    fn note(&mut self, step: &mut Step, line: usize, text: String) {
        step.comments.push(format!("not translated: {text}"));
        self.import.notes.push(Note { request: step.name.clone(), line, text });
    }

    /// The workflow's own outputs, as expressions.
    fn workflow(&mut self, workflow: &'r Node, scope: &mut Scope, depth: usize) -> BTreeMap<String, String> {
        let common = get(workflow, "parameters");
        for step in get(workflow, "steps").map(items).unwrap_or_default() {
            if self.import.steps.len() >= MOST {
                break;
            }
            self.step(step, common, scope, depth);
        }
        let mut outputs = BTreeMap::new();
        for entry in get(workflow, "outputs").map(entries).unwrap_or_default() {
            if let Some(expression) = as_text(&entry.value).and_then(|text| self.expression(&text, scope)) {
                outputs.insert(entry.key.value.clone(), expression);
            }
        }
        outputs
    }

    fn step(&mut self, node: &'r Node, common: Option<&'r Node>, scope: &mut Scope, depth: usize) {
        let at = line(self.sources, node);
        let id = text(node, "stepId").unwrap_or_else(|| "step".into());
        if let Some(workflow) = text(node, "workflowId") {
            return self.call(node, &id, &workflow, scope, depth);
        }
        let mut step = Step {
            name: format!("{}{id}", scope.prefix.replace('_', " ")),
            line: at,
            case: Some(scope.case.clone()),
            ..Step::default()
        };
        if let Some(about) = text(node, "description").filter(|about| about.len() < 200) {
            step.comments.push(about.trim().replace('\n', " "));
        }
        self.operation(node, &mut step, at);
        for parameter in
            common.map(items).unwrap_or_default().iter().chain(get(node, "parameters").map(items).unwrap_or_default())
        {
            self.parameter(parameter, &mut step, scope);
        }
        self.path_of(&mut step);
        if let Some(body) = get(node, "requestBody") {
            self.body(body, &mut step, scope);
        }
        for criterion in get(node, "successCriteria").map(items).unwrap_or_default() {
            self.criterion(criterion, &mut step, scope);
        }
        for entry in get(node, "outputs").map(entries).unwrap_or_default() {
            let source = as_text(&entry.value).unwrap_or_default();
            let name = self.names.of(&format!("{}{id}_{}", scope.prefix, entry.key.value));
            match captured(&source) {
                Some(tree) => {
                    step.capture.push((name.clone(), super::bruno::guarded_capture(&entry.key.value, tree)));
                    scope.outputs.insert((id.clone(), entry.key.value.clone()), name);
                }
                None => match self.expression(&source, scope) {
                    Some(expression) => {
                        scope.outputs.insert((id.clone(), entry.key.value.clone()), expression);
                    }
                    None => self.note(
                        &mut step,
                        line(self.sources, &entry.value),
                        format!("the output {}: {source}", entry.key.value),
                    ),
                },
            }
        }
        for (key, what) in [("onSuccess", "success"), ("onFailure", "failure")] {
            for action in get(node, key).map(items).unwrap_or_default() {
                self.action(action, what, &mut step, scope);
            }
        }
        self.import.steps.push(step);
    }

    fn call(&mut self, node: &'r Node, id: &str, workflow: &str, scope: &mut Scope, depth: usize) {
        let name = workflow.rsplit('.').next().unwrap_or(workflow);
        let found = get(self.root, "workflows")
            .map(items)
            .unwrap_or_default()
            .iter()
            .find(|one| text(one, "workflowId").as_deref() == Some(name));
        let at = line(self.sources, node);
        let Some(found) = found.filter(|_| depth < DEEPEST) else {
            self.import.note(id, at, format!("the workflow `{workflow}` is not in the file, or calls itself"));
            return;
        };
        let mut inputs = Map::new();
        for parameter in get(node, "parameters").map(items).unwrap_or_default() {
            if let (Some(name), Some(value)) = (text(parameter, "name"), get(parameter, "value")) {
                inputs.insert(name, self.value(value, scope));
            }
        }
        let mut inner = Scope {
            prefix: format!("{}{id}_", scope.prefix),
            inputs,
            outputs: BTreeMap::new(),
            case: scope.case.clone(),
        };
        let outputs = self.workflow(found, &mut inner, depth + 1);
        for (name, expression) in &outputs {
            scope.outputs.insert((id.to_owned(), name.clone()), expression.clone());
        }
        for entry in get(node, "outputs").map(entries).unwrap_or_default() {
            let source = as_text(&entry.value).unwrap_or_default();
            let of = source.strip_prefix("$outputs.").and_then(|name| outputs.get(name)).cloned();
            if let Some(expression) = of {
                scope.outputs.insert((id.to_owned(), entry.key.value.clone()), expression);
            }
        }
    }

    /// Finds the operation that a step calls.
    fn operation(&mut self, node: &Node, step: &mut Step, at: usize) {
        let (source, wanted, by_path) = match (text(node, "operationId"), text(node, "operationPath")) {
            (Some(id), _) => {
                let (source, id) = match id.strip_prefix("$sourceDescriptions.").and_then(|rest| rest.split_once('.')) {
                    Some((source, id)) => (Some(source.to_owned()), id.to_owned()),
                    None => (None, id),
                };
                (source, id, false)
            }
            (None, Some(path)) => {
                let source = path
                    .strip_prefix("{$sourceDescriptions.")
                    .and_then(|rest| rest.split('.').next())
                    .map(str::to_owned);
                let pointer = path.split("#/paths/").nth(1).unwrap_or_default().to_owned();
                (source, pointer, true)
            }
            (None, None) => {
                step.request.method = "GET".into();
                step.request.path = "/".into();
                return self.note(step, at, "the step names no operation".into());
            }
        };
        let all = self.documents.iter().filter(|(name, _)| source.as_ref().is_none_or(|source| *name == source));
        let fits = |operation: &Operation| match by_path {
            false => operation.id == wanted,
            true => {
                let (path, method) =
                    wanted.split_once('/').map_or((wanted.as_str(), None), |(path, method)| (path, Some(method)));
                crate::text::pointer_unescaped(path) == operation.path
                    && method.is_none_or(|method| method.eq_ignore_ascii_case(&operation.method))
            }
        };
        let known: Vec<&Operation> = all.flat_map(|(_, (_, operations))| operations).collect();
        // Another casing of the same word is a slip of the file, and told.
        let near =
            || known.iter().find(|operation| !by_path && operation.id.eq_ignore_ascii_case(&wanted)).copied().cloned();
        let exact = known.iter().find(|operation| fits(operation)).copied().cloned();
        let slip = exact.is_none();
        let found = exact.or_else(near);
        if let Some(operation) = found.as_ref().filter(|_| slip) {
            let told = format!(
                "the operation is written `{wanted}`, and is `{}` in its document; taken as that",
                operation.id
            );
            self.note(step, at, told);
        }
        match found {
            Some(operation) => {
                step.request.method.clone_from(&operation.method);
                step.request.path.clone_from(&operation.path);
                if self.import.contract.is_some() {
                    step.request.operation = Some(operation.id);
                }
            }
            None => {
                step.request.method = "GET".into();
                step.request.path = if by_path {
                    crate::text::pointer_unescaped(wanted.split('/').next().unwrap_or_default())
                } else {
                    format!("/{wanted}")
                };
                let told = format!(
                    "method and path of the operation `{wanted}` stand in a document that is not here; name it with --contract"
                );
                self.note(step, at, told);
            }
        }
    }

    fn parameter(&mut self, node: &Node, step: &mut Step, scope: &mut Scope) {
        let reference = text(node, "reference").or_else(|| text(node, "$ref"));
        let shared = reference.and_then(|reference| {
            let name = reference.rsplit(['.', '/']).next()?.to_owned();
            get(self.root, "components")
                .and_then(|components| get(components, "parameters"))
                .and_then(|all| get(all, &name))
        });
        let of = |key: &str| text(node, key).or_else(|| shared.and_then(|shared| text(shared, key)));
        let (Some(name), Some(value)) =
            (of("name"), get(node, "value").or_else(|| shared.and_then(|shared| get(shared, "value"))))
        else {
            return;
        };
        let place = of("in").unwrap_or_default();
        let mut value = self.value(value, scope);
        let secret = place == "cookie" || place == "header";
        if secret
            && value.as_str().is_some_and(|text| !text.contains("{{"))
            && (is_secret_name(&name)
                || super::private::is_secret_value(value.as_str().unwrap_or_default())
                || value.as_str().is_some_and(|text| text.to_lowercase().contains("secret")))
        {
            value = format!("{{{{ secret('{}') }}}}", variable(&name)).into();
        }
        let value = match value {
            Value::String(_) => value,
            Value::Array(items) => {
                items.into_iter().map(|item| if item.is_string() { item } else { item.to_string().into() }).collect()
            }
            other => Value::from(other.to_string()),
        };
        match place.as_str() {
            "path" => step.request.params.push((name, value)),
            "header" => step.request.headers.push((name.to_lowercase(), value)),
            "cookie" => step.request.cookies.push((name, value)),
            _ => step.request.query.push((name, value)),
        }
    }

    /// Without a contract the braces of the path are filled here.
    fn path_of(&mut self, step: &mut Step) {
        // `pet_id` for the documented `petId`: the one in the path counts.
        let plain =
            |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let braces: Vec<String> =
            step.request.path.split('{').skip(1).filter_map(|part| part.split('}').next()).map(str::to_owned).collect();
        let mut slips = Vec::new();
        for (name, _) in &mut step.request.params {
            if let Some(documented) = braces.iter().find(|brace| !braces.contains(name) && plain(brace) == plain(name))
            {
                slips.push(format!(
                    "the parameter is written `{name}`, and is `{documented}` in the path; taken as that"
                ));
                name.clone_from(documented);
            }
        }
        for told in slips {
            let line = step.line;
            self.note(step, line, told);
        }
        if step.request.operation.is_some() {
            return;
        }
        for (name, value) in std::mem::take(&mut step.request.params) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            step.request.path = step.request.path.replace(&format!("{{{name}}}"), &value);
        }
        // What nobody fills is a variable.
        while let Some(open) = single_brace(&step.request.path) {
            let Some(close) = step.request.path[open..].find('}').map(|close| open + close) else { break };
            let old = step.request.path[open + 1..close].to_owned();
            let name = self.names.of(&old);
            self.inputs.push((name.clone(), old));
            step.request.path.replace_range(open..=close, &format!("{{{{ {name} }}}}"));
        }
    }

    fn body(&mut self, body: &Node, step: &mut Step, scope: &mut Scope) {
        let kind = text(body, "contentType").unwrap_or_else(|| "application/json".into());
        let at = line(self.sources, body);
        if let Some(payload) = get(body, "payload") {
            let made = match &payload.kind {
                Kind::Text(text) if text.trim_start().starts_with(['{', '[']) => {
                    match super::node::json_body(&text.replace("\"{$", "\"\u{1}").replace('\u{1}', "{$")) {
                        Some(value) => self.filled(&value, scope),
                        None => {
                            let text = self.embedded(text, scope);
                            step.request.headers.push(("content-type".into(), kind.clone().into()));
                            step.request.body = Body::Raw(text);
                            Value::Null
                        }
                    }
                }
                _ => self.value(payload, scope),
            };
            if step.request.body == Body::None {
                step.request.body = match made {
                    Value::Object(members) if kind.contains("urlencoded") => Body::Form(
                        members
                            .into_iter()
                            .map(|(name, value)| {
                                (name, if value.is_string() { value } else { value.to_string().into() })
                            })
                            .collect(),
                    ),
                    Value::Object(members) if kind.contains("multipart") => Body::Multipart(
                        members
                            .into_iter()
                            .map(|(name, value)| {
                                (name, if value.is_string() { value } else { value.to_string().into() })
                            })
                            .collect(),
                        Vec::new(),
                    ),
                    Value::String(text) if !kind.contains("json") => {
                        step.request.headers.push(("content-type".into(), kind.clone().into()));
                        Body::Raw(text)
                    }
                    other => Body::Json(other),
                };
            }
        }
        if get(body, "replacements").is_some_and(|list| !items(list).is_empty()) {
            self.note(step, at, "replacements in the payload".into());
        }
    }

    fn criterion(&mut self, node: &Node, step: &mut Step, scope: &mut Scope) {
        let at = line(self.sources, node);
        let condition = text(node, "condition").unwrap_or_default();
        let context = text(node, "context");
        let kind = get(node, "type")
            .and_then(|kind| as_text(kind).or_else(|| text(kind, "type")))
            .unwrap_or_else(|| "simple".into());
        let done = match kind.as_str() {
            "simple" => self.simple(&condition, step, scope),
            "jsonpath" if context.as_deref() == Some("$response.body") => {
                jsonpath(&condition).map(|(path, matcher)| step.expect.body.push((path, matcher.into()))).is_some()
            }
            "regex" => match (context.as_deref().and_then(captured), regex::Regex::new(&condition)) {
                (Some(Tree::Scalar(Value::String(path))), Ok(_)) => {
                    step.expect.body.push((path, json!({ "matches": condition }).into()));
                    true
                }
                _ => false,
            },
            _ => false,
        };
        if !done {
            self.note(step, at, format!("the criterion {condition}"));
        }
    }

    fn simple(&mut self, condition: &str, step: &mut Step, scope: &mut Scope) -> bool {
        if condition.contains("||") {
            return false;
        }
        let before = step.expect.clone();
        for part in condition.split("&&").map(str::trim) {
            let operator = ["==", "!=", "<=", ">=", "<", ">"].iter().find(|operator| part.contains(**operator));
            let Some((left, right)) = operator.and_then(|operator| part.split_once(*operator)) else {
                step.expect = before;
                return false;
            };
            let (left, right) = (left.trim(), right.trim().trim_matches('\''));
            let value = match serde_json::from_str::<Value>(right) {
                Ok(value) => value,
                Err(_) if right.starts_with('$') => self
                    .expression(right, scope)
                    .map_or(Value::Null, |expression| format!("{{{{ {expression} }}}}").into()),
                Err(_) => right.into(),
            };
            let operator = operator.copied().unwrap_or_default();
            let matcher = match operator {
                "==" if value.is_null() => json!({ "type": "null" }),
                "==" => value.clone(),
                "!=" if value.is_null() => json!({ "all_of": [{ "exists": true }, { "not": null }] }),
                "!=" => json!({ "not": value }),
                "<=" => json!({ "max": value }),
                ">=" => json!({ "min": value }),
                "<" => json!({ "all_of": [{ "max": value }, { "not": value }] }),
                _ => json!({ "all_of": [{ "min": value }, { "not": value }] }),
            };
            let done = if left == "$statusCode" {
                operator == "==" && value.is_number() && {
                    step.expect.status.push(value);
                    true
                }
            } else if let Some(name) = left.strip_prefix("$response.header.") {
                step.expect.headers.push((name.to_lowercase(), matcher.into()));
                true
            } else if let Some(Tree::Scalar(Value::String(path))) = captured(left) {
                step.expect.body.push((path, matcher.into()));
                true
            } else {
                false
            };
            if !done {
                step.expect = before;
                return false;
            }
        }
        true
    }

    fn action(&mut self, node: &Node, what: &str, step: &mut Step, scope: &mut Scope) {
        let kind = text(node, "type").unwrap_or_default();
        let at = line(self.sources, node);
        match kind.as_str() {
            "retry" if what == "failure" => {
                let status = get(node, "criteria")
                    .map(items)
                    .unwrap_or_default()
                    .iter()
                    .find_map(|one| text(one, "condition"))
                    .and_then(|condition| {
                        condition.split("==").nth(1).map(str::trim).and_then(|status| status.parse::<u16>().ok())
                    });
                if let (Some(status), None) = (status, text(node, "stepId")) {
                    step.retry_on.push(json!(status));
                    return;
                }
                // Asking again until it succeeds is a poll until the same things hold.
                let mut until = Tree::map();
                for (path, matcher) in &step.expect.body {
                    until.put(path.clone(), matcher.clone());
                }
                if let [status] = step.expect.status.as_slice() {
                    until.put("status", Tree::Scalar(status.clone()));
                }
                if until.is_empty() || text(node, "stepId").is_some() {
                    return self.note(step, at, format!("on {what}: retry"));
                }
                let mut poll = Tree::map();
                poll.put("until", until);
                if let Some(after) =
                    text(node, "retryAfter").and_then(|after| after.parse::<f64>().ok()).filter(|after| *after > 0.0)
                {
                    poll.put("every", format!("{after}s"));
                    if let Some(limit) = text(node, "retryLimit").and_then(|limit| limit.parse::<f64>().ok()) {
                        poll.put("within", format!("{}s", (after * (limit + 1.0)).max(1.0)));
                    }
                }
                step.poll = Some(poll);
            }
            "end" if what == "failure" => {}
            "end" => self.note(step, at, "on success: end; the steps that follow are done all the same".into()),
            "goto" => {
                let to = text(node, "stepId").or_else(|| text(node, "workflowId")).unwrap_or_default();
                self.note(
                    step,
                    at,
                    format!("on {what}: go to {to} (it changes the order of steps: the suite does not)"),
                );
            }
            other => self.note(step, at, format!("on {what}: {other}")),
        }
        let _ = scope;
    }

    /// A value with its runtime expressions translated.
    fn value(&mut self, node: &Node, scope: &mut Scope) -> Value {
        self.filled(&node.to_json(), scope)
    }

    fn filled(&mut self, value: &Value, scope: &mut Scope) -> Value {
        match value {
            Value::String(text) if text.starts_with('$') && !text.contains(' ') => match self.expression(text, scope) {
                Some(expression) => self.input_or_hole(&expression, scope),
                None => super::tree::as_text(text).into(),
            },
            Value::String(text) => {
                // `"{$inputs.a}"` and nothing around it keeps its type.
                if let Some(inner) =
                    text.strip_prefix("{$").and_then(|rest| rest.strip_suffix('}')).filter(|inner| !inner.contains('{'))
                    && let Some(expression) = self.expression(&format!("${inner}"), scope)
                {
                    return self.input_or_hole(&expression, scope);
                }
                self.embedded(text, scope).into()
            }
            Value::Array(items) => items.iter().map(|item| self.filled(item, scope)).collect(),
            Value::Object(members) => Value::Object(
                members.iter().map(|(name, value)| (name.replace("{{", "{ {"), self.filled(value, scope))).collect(),
            ),
            other => other.clone(),
        }
    }

    /// An input of a called workflow may be a value of any kind; everything else is an expression.
    fn input_or_hole(&self, expression: &str, scope: &Scope) -> Value {
        match expression.strip_prefix("input:") {
            Some(name) => scope.inputs.get(name).cloned().unwrap_or_default(),
            None => format!("{{{{ {expression} }}}}").into(),
        }
    }

    /// A text with `{$...}` in it.
    fn embedded(&mut self, text: &str, scope: &mut Scope) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(open) = rest.find("{$") {
            let Some(close) = rest[open..].find('}').map(|close| open + close) else { break };
            out.push_str(&super::tree::as_text(&rest[..open]));
            match self.expression(&rest[open + 1..close], scope) {
                Some(expression) => match self.input_or_hole(&expression, scope) {
                    Value::String(text) => out.push_str(&text),
                    other => out.push_str(&other.to_string()),
                },
                None => out.push_str(&super::tree::as_text(&rest[open..=close])),
            }
            rest = &rest[close + 1..];
        }
        out.push_str(&super::tree::as_text(rest));
        out
    }

    /// An expression of suites for a runtime expression; `input:NAME` for an input that a caller gave.
    fn expression(&mut self, text: &str, scope: &mut Scope) -> Option<String> {
        if let Some(name) = text.strip_prefix("$inputs.") {
            let (name, pointer) = name.split_once('#').unwrap_or((name, ""));
            let (name, members) = name.split_once('.').unwrap_or((name, ""));
            if let Some(value) = scope.inputs.get(name) {
                // A template that is one placeholder is an expression itself.
                let inner = value
                    .as_str()
                    .and_then(|text| text.strip_prefix("{{ "))
                    .and_then(|rest| rest.strip_suffix(" }}"))
                    .filter(|inner| !inner.contains("{{"));
                return match inner {
                    Some(inner) => Some(indexed(inner, members, pointer)),
                    None => Some(format!("input:{name}")),
                };
            }
            let new = self.names.of(name);
            if !self.inputs.iter().any(|(known, _)| *known == new) {
                self.inputs.push((new.clone(), name.to_owned()));
            }
            return Some(indexed(&new, members, pointer));
        }
        if let Some(rest) = text.strip_prefix("$steps.") {
            let (step, output) = rest.split_once(".outputs.")?;
            let (output, pointer) = output.split_once('#').unwrap_or((output, ""));
            let (output, members) = output.split_once('.').unwrap_or((output, ""));
            let known = scope.outputs.get(&(step.to_owned(), output.to_owned()))?.clone();
            return Some(indexed(&known, members, pointer));
        }
        let _ = &self.holes;
        None
    }
}

/// A name with the members and the pointer behind it.
fn indexed(name: &str, members: &str, pointer: &str) -> String {
    let mut out = name.to_owned();
    for part in members.split('.').filter(|part| !part.is_empty()) {
        out.push_str(&format!(".{part}"));
    }
    for part in pointer.split('/').filter(|part| !part.is_empty()) {
        match part.parse::<usize>() {
            Ok(index) => out.push_str(&format!("[{index}]")),
            Err(_) => out.push_str(&format!("['{}']", crate::text::pointer_unescaped(part).replace('\'', "\\'"))),
        }
    }
    out
}

/// A part of the answer as a capture.
fn captured(source: &str) -> Option<Tree> {
    if let Some(name) = source.strip_prefix("$response.header.") {
        return Some(json!({ "header": name }).into());
    }
    if source == "$statusCode" {
        return Some(json!({ "status": true }).into());
    }
    let rest = source.strip_prefix("$response.body")?;
    let pointer = match rest {
        "" => return Some("$".into()),
        rest => rest.strip_prefix('#')?,
    };
    let mut path = "$".to_owned();
    for part in pointer.split('/').skip(1) {
        match part.parse::<usize>() {
            Ok(index) => path.push_str(&format!("[{index}]")),
            Err(_) => path.push_str(&member(&crate::text::pointer_unescaped(part))),
        }
    }
    Some(path.into())
}

/// A JSONPath criterion: that it selects something.
fn jsonpath(condition: &str) -> Option<(String, Value)> {
    let condition = condition.trim();
    // `$[?@.a != null]` on an object asks for a member: the commonest use.
    if let Some(inner) = condition.strip_prefix("$[?@.").and_then(|rest| rest.strip_suffix(']'))
        && let Some((name, rest)) = inner.split_once(' ')
        && rest.trim() == "!= null"
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
    {
        return Some((format!("$.{name}"), json!({ "not": { "type": "null" } })));
    }
    if condition.contains("count(") || condition.contains("length(") || !condition.starts_with('$') {
        return None;
    }
    let many = condition.contains(['?', '*', ':']) || condition.contains("..");
    Some((condition.to_owned(), if many { json!({ "length": { "min": 1 } }) } else { json!({ "exists": true }) }))
}

/// Where a single brace opens: `{{` is a placeholder already.
fn single_brace(path: &str) -> Option<usize> {
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{' {
            if bytes.get(at + 1) == Some(&b'{') {
                at = path[at..].find("}}").map_or(bytes.len(), |end| at + end + 2);
                continue;
            }
            return Some(at);
        }
        at += 1;
    }
    None
}
