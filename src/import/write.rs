//! An import as files: suites, an environment, contracts.
//!
//! Requests that use what an earlier one captured stand in one case with it, in the order of the file; all others are cases
//! of their own, so that one that fails hides no other.

use super::model::{Body, Expect, FilePart, Import, Note, Request, Step};
use super::private::clean;
use super::tree::{Item, Member, Tree, as_text};
use crate::suite::{FileKind, schema};
use crate::text::slug;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A file that an import makes, below the folder it is made in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutFile {
    /// Its path, with `/` between the parts.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Whether suites can say what the text of an answer must be.
static SAYS_TEXT: LazyLock<bool> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(&schema(FileKind::Suite)).unwrap_or_default();
    schema.pointer("/$defs/expect/properties/text").is_some()
});

/// Whether suites can say a multipart form part by part, so that it is one without a file, too.
static SAYS_PARTS: LazyLock<bool> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(&schema(FileKind::Suite)).unwrap_or_default();
    schema.pointer("/$defs/request/properties/multipart").is_some()
});

/// Turns what suites have no word for into comments and notes: done once, before files are made.
pub fn settle_words(import: &mut Import) {
    if !*SAYS_PARTS {
        for index in 0..import.steps.len() {
            let step = &mut import.steps[index];
            let lone =
                matches!(&step.request.body, Body::Multipart(fields, files) if files.is_empty() && !fields.is_empty());
            if lone {
                let told = "the form is multipart and has no file; it is sent URL-encoded".to_owned();
                step.comments.push(format!("not translated: {told}"));
                let note = Note { request: step.name.clone(), line: step.line, text: told };
                import.notes.push(note);
            }
        }
    }
    if *SAYS_TEXT {
        return;
    }
    for index in 0..import.steps.len() {
        let texts = std::mem::take(&mut import.steps[index].expect.text);
        for tree in texts {
            let step = &mut import.steps[index];
            let told =
                format!("what the text of the answer has to be: {}", crate::text::cut(tree.to_yaml().trim(), 80));
            step.comments.push(format!("not translated: {told}"));
            let note = Note { request: step.name.clone(), line: step.line, text: told };
            import.notes.push(note);
        }
    }
}

/// The files of an import. `source` is what it was made of, for the first line.
#[must_use]
pub fn files(import: &Import, source: &str) -> Vec<OutFile> {
    let mut files = Vec::new();
    let stem = slug(&import.name);
    let environment = environment(import);
    if !import.steps.is_empty() {
        files.push(OutFile { path: format!("{stem}.yaml"), text: suite(import, source).to_yaml_file() });
    }
    if let Some(environment) = environment {
        files.push(OutFile { path: format!("environments/{stem}.yaml"), text: environment.to_yaml() });
    }
    for (name, text) in &import.contracts {
        files.push(OutFile { path: name.clone(), text: text.clone() });
    }
    files
}

/// A suite with the comments at its top.
struct Suite {
    comments: Vec<String>,
    tree: Tree,
}

impl Suite {
    fn to_yaml_file(&self) -> String {
        let mut text = String::new();
        for line in self.comments.iter().flat_map(|comment| comment.lines()) {
            text.push_str(&format!("# {}", line.trim_end()));
            text.push('\n');
        }
        text.push_str(&self.tree.to_yaml());
        text
    }
}

fn environment(import: &Import) -> Option<Tree> {
    if import.base_url.is_none() && import.environment.is_empty() && import.headers.is_empty() {
        return None;
    }
    let mut tree = Tree::map();
    tree.put("environment", clean(&import.name));
    tree.put(
        "base_url",
        import.base_url.clone().unwrap_or_else(|| json!("{{ env('BASE_URL', 'http://127.0.0.1:8080') }}")),
    );
    if !import.headers.is_empty() {
        tree.put("headers", Tree::from(object(&import.headers)));
    }
    if !import.environment.is_empty() {
        tree.put("vars", Tree::from(object(&import.environment)));
    }
    Some(tree)
}

fn suite(import: &Import, source: &str) -> Suite {
    let cases = cases(&import.steps);
    let vars = vars(import, &cases);
    let mut comments = vec![format!("Made from {} by `proviso import`.", clean(source))];
    if import.expectations() == 0 && import.contract.is_none() {
        comments.push(
            "The file expects nothing of the answers: each step holds only that the request succeeds (2XX).".into(),
        );
    }
    match import.notes.len() {
        0 => {}
        1 => comments.push("1 thing was not translated; it stands as a comment at its place.".into()),
        many => comments.push(format!("{many} things were not translated; each stands as a comment at its place.")),
    }
    comments.extend(import.comments.iter().map(|comment| clean(comment)));
    let mut tree = Tree::map();
    tree.put("suite", as_text(&clean(&import.name)));
    if let Some(contract) = &import.contract {
        tree.put("contract", contract.clone());
    }
    if !vars.is_empty() {
        tree.put("vars", Tree::from(object(&vars)));
    }
    let items = cases.iter().map(|case| Item { comments: Vec::new(), value: case_tree(case) }).collect();
    tree.put("cases", Tree::List(items));
    Suite { comments, tree }
}

fn object(pairs: &[(String, Value)]) -> Value {
    Value::Object(pairs.iter().cloned().collect())
}

/// A case: its name and its steps.
struct Case<'s> {
    name: String,
    tags: Vec<String>,
    steps: Vec<&'s Step>,
}

/// Puts steps into cases.
fn cases(steps: &[Step]) -> Vec<Case<'_>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    // Which group a step is in.
    let mut of: Vec<usize> = Vec::with_capacity(steps.len());
    let mut setters: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        let mut joined: BTreeSet<usize> = BTreeSet::new();
        match &step.case {
            Some(case) => {
                joined.extend(
                    steps[..index].iter().position(|other| other.case.as_ref() == Some(case)).map(|other| of[other]),
                );
            }
            None => {
                joined
                    .extend(uses(step).iter().filter_map(|name| setters.get(name.as_str())).map(|setter| of[*setter]));
                if step.follows && index > 0 {
                    joined.insert(of[index - 1]);
                }
            }
        }
        let group = match joined.first().copied() {
            Some(first) => {
                for other in joined.iter().skip(1) {
                    let moved = std::mem::take(&mut groups[*other]);
                    for step in &moved {
                        of[*step] = first;
                    }
                    groups[first].extend(moved);
                }
                groups[first].push(index);
                first
            }
            None => {
                groups.push(vec![index]);
                groups.len() - 1
            }
        };
        of.push(group);
        for (name, _) in &step.capture {
            setters.insert(name, index);
        }
    }
    let mut names = BTreeSet::new();
    groups.retain(|group| !group.is_empty());
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups
        .iter()
        .map(|group| {
            let steps: Vec<&Step> = group.iter().map(|index| &steps[*index]).collect();
            let name = case_name(&steps);
            let mut unique = name.clone();
            let mut number = 2;
            while !names.insert(unique.clone()) {
                unique = format!("{name} ({number})");
                number += 1;
            }
            let tags = steps[0].folders.iter().map(|folder| slug(&clean(folder))).collect();
            Case { name: unique, tags, steps }
        })
        .collect()
}

fn case_name(steps: &[&Step]) -> String {
    if let Some(case) = steps.first().and_then(|step| step.case.clone()) {
        return as_text(&clean(&case));
    }
    let first = clean(&steps[0].name);
    let folders = clean(&steps[0].folders.join(" / "));
    let name = match steps {
        [_] => first,
        [_, .., last] => format!("{first} to {} ({} steps)", clean(&last.name), steps.len()),
        [] => String::new(),
    };
    as_text(&if folders.is_empty() { name } else { format!("{folders} / {name}") })
}

/// Names that a step's templates use.
fn uses(step: &Step) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let request = &step.request;
    let mut values: Vec<Value> = vec![request.path.clone().into()];
    for pairs in [&request.query, &request.headers, &request.cookies, &request.params] {
        values.extend(pairs.iter().map(|(_, value)| value.clone()));
    }
    match &request.body {
        Body::None => {}
        Body::Json(value) => values.push(value.clone()),
        Body::Form(fields) | Body::Multipart(fields, _) => values.extend(fields.iter().map(|(_, value)| value.clone())),
        Body::Raw(text) => values.push(text.clone().into()),
    }
    values.extend(step.when.iter().map(|when| Value::from(format!("{{{{ {when} }}}}"))));
    values.iter().for_each(|value| names_in(value, &mut names));
    let trees = step
        .expect
        .body
        .iter()
        .chain(&step.expect.headers)
        .map(|(_, tree)| tree)
        .chain(&step.expect.text)
        .chain(&step.poll);
    trees.for_each(|tree| names_in_tree(tree, &mut names));
    names
}

fn names_in_tree(tree: &Tree, names: &mut BTreeSet<String>) {
    match tree {
        Tree::Scalar(value) => names_in(value, names),
        Tree::List(items) => items.iter().for_each(|item| names_in_tree(&item.value, names)),
        Tree::Map(members) => members.iter().for_each(|member| names_in_tree(&member.value, names)),
    }
}

fn names_in(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some(open) = rest.find("{{") {
                let Some(close) = rest[open..].find("}}").map(|close| open + close) else { return };
                identifiers(&rest[open + 2..close], names);
                rest = &rest[close + 2..];
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names_in(item, names)),
        Value::Object(members) => members.values().for_each(|value| names_in(value, names)),
        _ => {}
    }
}

/// Words of an expression that are names and no functions, members or texts.
fn identifiers(expression: &str, names: &mut BTreeSet<String>) {
    let letters: Vec<char> = expression.chars().collect();
    let mut at = 0;
    let mut quote = None;
    while at < letters.len() {
        let letter = letters[at];
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '\'' || letter == '"' => quote = Some(letter),
            None if letter.is_ascii_alphabetic() || letter == '_' => {
                let start = at;
                while at < letters.len() && (letters[at].is_ascii_alphanumeric() || letters[at] == '_') {
                    at += 1;
                }
                let member = start > 0 && letters[start - 1] == '.';
                let called = letters.get(at) == Some(&'(');
                if !member && !called {
                    names.insert(letters[start..at].iter().collect());
                }
                continue;
            }
            None => {}
        }
        at += 1;
    }
}

/// Names for all cases: those of the file, and those that some case uses before anything gives them a value.
fn vars(import: &Import, cases: &[Case<'_>]) -> Vec<(String, Value)> {
    let mut vars = import.vars.clone();
    let known: BTreeSet<String> = vars.iter().chain(&import.environment).map(|(name, _)| name.clone()).collect();
    let words = [
        "true", "false", "none", "null", "and", "or", "not", "in", "is", "if", "else", "length", "upper", "lower",
        "personas",
    ];
    let mut lacking = BTreeSet::new();
    for case in cases {
        let mut given: BTreeSet<&str> = BTreeSet::new();
        for step in &case.steps {
            for name in uses(step) {
                if !known.contains(&name) && !given.contains(name.as_str()) && !words.contains(&name.as_str()) {
                    lacking.insert(name);
                }
            }
            given.extend(step.capture.iter().map(|(name, _)| name.as_str()));
        }
    }
    for (_, value) in import.vars.clone() {
        let mut used = BTreeSet::new();
        names_in(&value, &mut used);
        lacking.extend(used.into_iter().filter(|name| !known.contains(name) && !words.contains(&name.as_str())));
    }
    let mut first: Vec<(String, Value)> = Vec::new();
    for name in lacking {
        let variable = super::private::variable(&name);
        let value = match super::private::is_secret_name(&name) {
            true => format!("{{{{ secret('{variable}') }}}}"),
            false => format!("{{{{ env('{variable}', '') }}}}"),
        };
        first.push((name, value.into()));
    }
    first.append(&mut vars);
    first
}

fn case_tree(case: &Case<'_>) -> Tree {
    let mut tree = Tree::map();
    tree.put("name", case.name.clone());
    let tags: Vec<String> = case.tags.iter().filter(|tag| !tag.is_empty()).cloned().collect();
    if !tags.is_empty() {
        tree.put("tags", Tree::from(json!(tags)));
    }
    let steps = case
        .steps
        .iter()
        .map(|step| Item {
            comments: step.comments.iter().map(|comment| clean(comment)).collect(),
            value: step_tree(step),
        })
        .collect();
    tree.put("steps", Tree::List(steps));
    tree
}

fn step_tree(step: &Step) -> Tree {
    let mut tree = Tree::map();
    tree.put("name", as_text(&clean(&step.name)));
    if let Some(when) = &step.when {
        tree.put("when", format!("{{{{ {when} }}}}"));
    }
    tree.put("request", request_tree(&step.request));
    if let Some(timeout) = &step.timeout {
        tree.put("timeout", timeout.clone());
    }
    if !step.retry_on.is_empty() {
        tree.put("retry_on", Tree::from(Value::from(step.retry_on.clone())));
    }
    if let Some(poll) = &step.poll {
        tree.put("poll", poll.clone());
    }
    if !step.expect.is_empty() {
        tree.put("expect", expect_tree(&step.expect));
    }
    if !step.capture.is_empty() {
        let members = unique(&step.capture);
        tree.put("capture", Tree::Map(members));
    }
    tree
}

/// Members by name; of two of one name the later counts.
fn unique(pairs: &[(String, Tree)]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for (key, value) in pairs {
        match members.iter_mut().find(|member| member.key == *key) {
            Some(member) => member.value = value.clone(),
            None => members.push(Member { comments: Vec::new(), key: key.clone(), value: value.clone() }),
        }
    }
    members
}

fn request_tree(request: &Request) -> Tree {
    let mut tree = Tree::map();
    match &request.operation {
        Some(operation) => {
            tree.put("operation", operation.clone());
        }
        None => {
            tree.put(
                "method",
                if request.method.is_empty() { "GET".to_owned() } else { request.method.to_uppercase() },
            );
            tree.put("path", clean_path(&request.path));
        }
    }
    if !request.params.is_empty() {
        tree.put("params", Tree::from(cleaned(&object(&request.params))));
    }
    for (key, pairs) in [("query", &request.query), ("headers", &request.headers), ("cookies", &request.cookies)] {
        if !pairs.is_empty() {
            tree.put(key, Tree::from(cleaned(&grouped(pairs, key == "query"))));
        }
    }
    match &request.body {
        Body::None => {}
        Body::Json(value) => {
            tree.put("json", Tree::from(cleaned(value)));
        }
        Body::Form(fields) => {
            tree.put("form", Tree::from(cleaned(&grouped(fields, true))));
        }
        Body::Multipart(fields, files) if files.is_empty() && *SAYS_PARTS => {
            let parts = fields.iter().map(|(name, value)| json!({ "name": name, "text": value }));
            tree.put("multipart", Tree::from(cleaned(&parts.collect::<Value>())));
        }
        Body::Multipart(fields, files) => {
            if !fields.is_empty() {
                tree.put("form", Tree::from(cleaned(&grouped(fields, true))));
            }
            if !files.is_empty() {
                let parts: Vec<(String, Value)> =
                    files.iter().map(|(name, file)| (name.clone(), file_value(file))).collect();
                tree.put("files", Tree::from(grouped(&parts, true)));
            }
        }
        Body::Raw(text) => {
            tree.put("raw", clean(text));
        }
    }
    tree
}

/// A path that begins with a slash or a scheme.
fn clean_path(path: &str) -> String {
    let path = clean(path);
    if path.starts_with('/') || path.contains("://") { path } else { format!("/{path}") }
}

fn file_value(file: &FilePart) -> Value {
    let mut value = json!({ "content": "replace this by the file to send", "name": file.name });
    if let Some(kind) = &file.kind {
        value["type"] = kind.clone().into();
    }
    value
}

/// Pairs by name; several of one name become a list, or the last of them where there can be no list.
fn grouped(pairs: &[(String, Value)], lists: bool) -> Value {
    let mut object = serde_json::Map::new();
    for (name, value) in pairs {
        match object.get_mut(name) {
            Some(Value::Array(known)) if lists => known.push(value.clone()),
            Some(known) if lists => *known = json!([known.clone(), value.clone()]),
            Some(known) => *known = value.clone(),
            None => {
                object.insert(name.clone(), value.clone());
            }
        }
    }
    object.into()
}

/// A value in which no text has a local path or a secret.
fn cleaned(value: &Value) -> Value {
    match value {
        Value::String(text) => clean(text).into(),
        Value::Array(items) => items.iter().map(cleaned).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), cleaned(value))).collect())
        }
        other => other.clone(),
    }
}

fn expect_tree(expect: &Expect) -> Tree {
    let mut tree = Tree::map();
    match expect.status.as_slice() {
        [] => {}
        [one] => {
            tree.put("status", Tree::from(one.clone()));
        }
        several => {
            tree.put("status", Tree::from(Value::from(several.to_vec())));
        }
    }
    if let Some(within) = &expect.within {
        tree.put("within", within.clone());
    }
    for (key, pairs) in [("headers", &expect.headers), ("body", &expect.body)] {
        if !pairs.is_empty() {
            tree.put(key, Tree::Map(joined(pairs)));
        }
    }
    match expect.text.as_slice() {
        [] => {}
        [one] => {
            tree.put("text", one.clone());
        }
        several => {
            let items = several.iter().map(|tree| Item { comments: Vec::new(), value: tree.clone() }).collect();
            let mut all = Tree::map();
            all.put("all_of", Tree::List(items));
            tree.put("text", all);
        }
    }
    tree
}

/// Matchers by what they look at; several of one thing all count.
fn joined(pairs: &[(String, Tree)]) -> Vec<Member> {
    let mut members: Vec<(String, Vec<Tree>)> = Vec::new();
    for (key, value) in pairs {
        match members.iter_mut().find(|(known, _)| known == key) {
            Some((_, all)) if all.contains(value) => {}
            Some((_, all)) => all.push(value.clone()),
            None => members.push((key.clone(), vec![value.clone()])),
        }
    }
    members
        .into_iter()
        .map(|(key, mut all)| {
            let value = if all.len() == 1 {
                all.remove(0)
            } else {
                let items = all.into_iter().map(|value| Item { comments: Vec::new(), value }).collect();
                let mut tree = Tree::map();
                tree.put("all_of", Tree::List(items));
                tree
            };
            Member { comments: Vec::new(), key, value }
        })
        .collect()
}
