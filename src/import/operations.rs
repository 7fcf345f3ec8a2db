//! Requests of an import as operations of a contract.

use super::model::{Import, Note};
use super::node::{entries, get, text};
use crate::yaml::Node;
use serde_json::Value;

/// Methods a path may have.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// An operation of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// What suites call it.
    pub id: String,
    /// In capitals.
    pub method: String,
    /// With parameters in braces.
    pub path: String,
}

/// The operations of a contract.
#[must_use]
pub fn of_contract(root: &Node) -> Vec<Operation> {
    let mut all = Vec::new();
    for path in get(root, "paths").map(entries).unwrap_or_default() {
        for entry in entries(&path.value).iter().filter(|entry| METHODS.contains(&entry.key.value.as_str())) {
            let method = entry.key.value.to_uppercase();
            let id = text(&entry.value, "operationId").unwrap_or_else(|| format!("{method} {}", path.key.value));
            all.push(Operation { id, method, path: path.key.value.clone() });
        }
    }
    all
}

/// Gives every request its operation, and names those that the contract does not document.
pub fn map(import: &mut Import, operations: &[Operation]) {
    // What the base URL adds before every path, such as `/v1`.
    let base = import.base_url.as_ref().and_then(Value::as_str).and_then(|url| url::Url::parse(url).ok());
    let prefix = base.map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
    for index in 0..import.steps.len() {
        let step = &import.steps[index];
        let path = step.request.path.clone();
        let method = step.request.method.to_uppercase();
        let found = operations
            .iter()
            .filter(|operation| operation.method == method)
            .filter_map(|operation| {
                let params =
                    matched(&operation.path, &path).or_else(|| matched(&operation.path, &format!("{prefix}{path}")))?;
                Some((params.len(), operation, params))
            })
            // A path that is written out wins over one with parameters.
            .min_by_key(|(count, _, _)| *count);
        match found {
            Some((_, operation, params)) => {
                let step = &mut import.steps[index];
                step.request.operation = Some(operation.id.clone());
                step.request.params = params;
            }
            None => {
                let text = format!("the contract documents no operation for {method} {path}");
                let step = &mut import.steps[index];
                step.comments.push(format!("not documented: {text}"));
                let note = Note { request: step.name.clone(), line: step.line, text };
                import.notes.push(note);
            }
        }
    }
}

/// What fills the braces of a documented path, where a path fits it.
fn matched(documented: &str, path: &str) -> Option<Vec<(String, Value)>> {
    let trim = |text: &str| text.trim_end_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
    let (documented, written) = (trim(documented), segments(path));
    if documented.len() != written.len() {
        return None;
    }
    let mut params = Vec::new();
    for (documented, written) in documented.iter().zip(written) {
        match documented.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !written.is_empty() => params.push((name.to_owned(), written.into())),
            Some(_) => return None,
            None if *documented == written => {}
            None => return None,
        }
    }
    Some(params)
}

/// The parts of a path; a slash within a placeholder is none between parts.
fn segments(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0usize;
    for letter in path.trim_end_matches('/').chars() {
        match letter {
            '/' if depth == 0 => parts.push(String::new()),
            letter => {
                match letter {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if let Some(part) = parts.last_mut() {
                    part.push(letter);
                }
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fit_documented_ones() {
        assert_eq!(matched("/a/{id}/b", "/a/{{ x / y }}/b"), Some(vec![("id".to_owned(), "{{ x / y }}".into())]));
        assert_eq!(matched("/a/{id}", "/a/7/"), Some(vec![("id".to_owned(), "7".into())]));
        assert_eq!(matched("/a/{id}", "/a/7/8"), None);
        assert_eq!(matched("/a", "/b"), None);
    }
}
