//! Hurl: a file is a case, an entry a step; captures, asserts and options.

use super::address::{path_and_query, settle, split};
use super::auth;
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Step};
use super::node::json_body;
use super::private::file_name;
use super::tree::{Tree, as_text};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use serde_json::{Value, json};

/// Methods an entry may begin with.
const METHODS: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"];

/// Reads a file of Hurl.
///
/// # Errors
/// Where and why it cannot be read.
pub fn read(sources: &Sources, file: FileId, name: &str) -> Result<Import, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    let mut reader = Reader {
        sources,
        file,
        lines: text.lines().collect(),
        starts: starts(text),
        at: 0,
        import: Import { name: name.to_owned(), ..Import::default() },
        holes: Holes::default(),
        urls: Vec::new(),
        comments: Vec::new(),
    };
    while reader.entry()? {}
    let (mut import, mut holes, urls) = (reader.import, reader.holes, reader.urls);
    if import.steps.is_empty() {
        return Err(vec![
            Diagnostic::new(Code::WrongValue, format!("{} has no entry of Hurl", sources.file(file).name))
                .next("an entry begins with a method and a URL, as in `GET https://example.com`"),
        ]);
    }
    for step in &mut import.steps {
        step.case = Some(name.to_owned());
    }
    settle(&mut import, &urls, &mut holes);
    let mut seen: Vec<String> = Vec::new();
    for step in &mut import.steps {
        let count = seen.iter().filter(|name| **name == step.name).count();
        seen.push(step.name.clone());
        if count > 0 {
            step.name = format!("{} ({})", step.name, count + 1);
        }
    }
    settle_polls(&mut import);
    import.renamed = holes.names.changed();
    Ok(import)
}

fn starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    starts
}

struct Reader<'s> {
    sources: &'s Sources,
    file: FileId,
    lines: Vec<&'s str>,
    starts: Vec<usize>,
    /// The line that comes next, from 0.
    at: usize,
    import: Import,
    holes: Holes,
    urls: Vec<String>,
    comments: Vec<String>,
}

/// What stands below a section's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Headers,
    Query,
    Form,
    Multipart,
    Cookies,
    BasicAuth,
    Options,
    Captures,
    Asserts,
}

type Step2<T> = Result<T, Vec<Diagnostic>>;

impl<'s> Reader<'s> {
    fn refuse<T>(&self, line: usize, title: String) -> Step2<T> {
        let at = u32::try_from(self.starts.get(line).copied().unwrap_or(0)).unwrap_or(u32::MAX);
        let length = self.lines.get(line).map_or(0, |line| line.len());
        let span = Span { file: self.file, start: at, end: at + u32::try_from(length).unwrap_or(0) };
        Err(vec![
            Diagnostic::new(Code::WrongValue, title)
                .at(self.sources.place(span), "")
                .next("is it a file of Hurl, and whole?"),
        ])
    }

    fn note(&mut self, step: &mut Step, line: usize, text: String) {
        step.comments.push(format!("not translated: {text}"));
        self.import.notes.push(Note { request: step.name.clone(), line: line + 1, text });
    }

    /// The next line that says something; comments are kept for the entry that follows.
    fn peek(&mut self) -> Option<&'s str> {
        while let Some(line) = self.lines.get(self.at) {
            let trimmed = line.trim();
            if let Some(comment) = trimmed.strip_prefix('#') {
                self.comments.push(comment.trim().to_owned());
            } else if !trimmed.is_empty() {
                return Some(trimmed);
            }
            self.at += 1;
        }
        None
    }

    fn is_entry(line: &str) -> bool {
        line.split_once(char::is_whitespace)
            .is_some_and(|(method, rest)| METHODS.contains(&method) && !rest.trim().is_empty())
    }

    fn is_response(line: &str) -> bool {
        line == "HTTP" || line.starts_with("HTTP ") || line.starts_with("HTTP/")
    }

    fn entry(&mut self) -> Step2<bool> {
        self.comments.clear();
        let Some(line) = self.peek() else { return Ok(false) };
        if !Self::is_entry(line) {
            return self.refuse(
                self.at,
                format!("an entry begins with a method and a URL, not with `{}`", crate::text::cut(line, 40)),
            );
        }
        let (method, url) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let url = url.split(" #").next().unwrap_or_default().trim().to_owned();
        let mut step = Step { line: self.at + 1, ..Step::default() };
        step.request.method = method.to_owned();
        let (base, rest) = split(&url);
        let (path, query) = path_and_query(&rest);
        step.name = self
            .comments
            .last()
            .filter(|comment| comment.len() < 80 && !comment.is_empty())
            .map_or_else(|| format!("{method} {}", path.replace("{{", "{").replace("}}", "}")), Clone::clone);
        for (name, value) in query {
            let value = self.holes.guarded(&name, &value);
            step.request.query.push((name, value));
        }
        self.at += 1;
        self.headers(&mut step)?;
        self.sections(&mut step, true)?;
        self.body(&mut step)?;
        if let Some(line) = self.peek().filter(|line| Self::is_response(line)) {
            let status = line.split_whitespace().nth(1).unwrap_or("*");
            match status.parse::<u16>() {
                Ok(status) => step.expect.status.push(json!(status)),
                Err(_) if status != "*" => return self.refuse(self.at, format!("`{status}` is no status")),
                Err(_) => {
                    step.expect.status.extend([json!("1XX"), json!("2XX"), json!("3XX"), json!("4XX"), json!("5XX")]);
                }
            }
            self.at += 1;
            self.response_headers(&mut step);
            self.sections(&mut step, false)?;
            self.response_body(&mut step)?;
        }
        self.urls.push(format!("{base}{path}"));
        self.import.steps.push(step);
        Ok(true)
    }

    fn key_value(line: &str) -> Option<(String, String)> {
        let mut depth = 0usize;
        let at = line.char_indices().find(|(_, letter)| {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            *letter == ':' && depth == 0
        })?;
        let value = line[at.0 + 1..].trim();
        let value = value.split(" #").next().unwrap_or_default().trim_end();
        Some((unescaped(line[..at.0].trim()), unescaped(value)))
    }

    fn headers(&mut self, step: &mut Step) -> Step2<()> {
        while let Some(line) = self.peek() {
            if line.starts_with(['[', '{', '`', '"', '<'])
                || Self::is_response(line)
                || Self::is_entry(line)
                || is_inline_body(line)
            {
                break;
            }
            let Some((name, value)) = Self::key_value(line) else { break };
            self.at += 1;
            self.header(step, &name, &value);
        }
        Ok(())
    }

    fn header(&mut self, step: &mut Step, name: &str, value: &str) {
        let name = name.to_lowercase();
        if name == "cookie" {
            for pair in value.split(';').filter_map(|pair| pair.trim().split_once('=')) {
                let value = self.holes.text(pair.1);
                step.request.cookies.push((pair.0.to_owned(), value.into()));
            }
        } else if !["host", "content-length"].contains(&name.as_str()) {
            let value = self.holes.guarded(&name, value);
            step.request.headers.push((name, value));
        }
    }

    fn response_headers(&mut self, step: &mut Step) {
        while let Some(line) = self.peek() {
            if line.starts_with(['[', '{', '`', '"', '<']) || Self::is_entry(line) || is_inline_body(line) {
                break;
            }
            let Some((name, value)) = Self::key_value(line) else { break };
            self.at += 1;
            let value = self.holes.text(&value);
            step.expect.headers.push((name.to_lowercase(), value.into()));
        }
    }

    fn sections(&mut self, step: &mut Step, request: bool) -> Step2<()> {
        while let Some(line) =
            self.peek().filter(|line| line.starts_with('[') && line.ends_with(']') && !line.contains(['"', ',', '{']))
        {
            let section = match (line, request) {
                ("[Headers]", _) => Section::Headers,
                ("[QueryStringParams]" | "[Query]", true) => Section::Query,
                ("[FormParams]" | "[Form]", true) => Section::Form,
                ("[MultipartFormData]" | "[Multipart]", true) => Section::Multipart,
                ("[Cookies]", true) => Section::Cookies,
                ("[BasicAuth]", true) => Section::BasicAuth,
                ("[Options]", true) => Section::Options,
                ("[Captures]", false) => Section::Captures,
                ("[Asserts]", false) => Section::Asserts,
                _ => break,
            };
            self.at += 1;
            if section == Section::Form && step.request.body == Body::None {
                step.request.body = Body::Form(Vec::new());
            }
            while let Some(line) = self.peek() {
                if (line.starts_with('[') && line.ends_with(']')) || Self::is_response(line) || Self::is_entry(line) {
                    break;
                }
                let known = section == Section::Asserts || Self::key_value(line).is_some();
                if !known || (section != Section::Asserts && line.starts_with(['{', '`', '<'])) {
                    break;
                }
                if section == Section::Asserts && line.starts_with(['{', '`', '<']) {
                    break;
                }
                let at = self.at;
                self.at += 1;
                self.line(section, line, at, step);
            }
        }
        Ok(())
    }

    fn line(&mut self, section: Section, line: &str, at: usize, step: &mut Step) {
        if section == Section::Asserts {
            return self.assert(line, at, step);
        }
        let Some((name, value)) = Self::key_value(line) else { return };
        match section {
            Section::Headers => self.header(step, &name, &value),
            Section::Query => {
                let value = self.holes.guarded(&name, &value);
                step.request.query.push((name, value));
            }
            Section::Form => {
                let value = self.holes.guarded(&name, &value);
                if let Body::Form(fields) = &mut step.request.body {
                    fields.push((name, value));
                }
            }
            Section::Multipart => {
                if !matches!(step.request.body, Body::Multipart(..)) {
                    step.request.body = Body::Multipart(Vec::new(), Vec::new());
                }
                if let Some(file) = value.strip_prefix("file,").and_then(|rest| rest.split(';').next()) {
                    let kind =
                        value.split(';').nth(1).map(|kind| kind.trim().to_owned()).filter(|kind| !kind.is_empty());
                    let file = FilePart { name: file_name(file.trim()), kind };
                    self.note(
                        step,
                        at,
                        format!(
                            "the file for the field `{name}` ({}) is not taken over; a text stands for it",
                            file.name
                        ),
                    );
                    if let Body::Multipart(_, files) = &mut step.request.body {
                        files.push((name, file));
                    }
                } else {
                    let value = self.holes.guarded(&name, &value);
                    if let Body::Multipart(fields, _) = &mut step.request.body {
                        fields.push((name, value));
                    }
                }
            }
            Section::Cookies => {
                let value = self.holes.guarded(&name, &value);
                step.request.cookies.push((name, value));
            }
            Section::BasicAuth => auth::basic(&mut step.request, &name, &value, &mut self.holes),
            Section::Options => self.option(&name, &value, at, step),
            Section::Captures => self.capture(&name, &value, at, step),
            Section::Asserts => {}
        }
    }

    fn option(&mut self, name: &str, value: &str, at: usize, step: &mut Step) {
        match name {
            "retry" if value != "0" => {
                // Hurl asks again until the asserts hold: a poll until the same things hold.
                step.retry_on = Vec::new();
                step.comments.push(format!("hurl retries this entry {value} times until its asserts hold"));
                step.poll = Some(Tree::map());
            }
            "retry-interval" => {
                let every = interval(value);
                if let Some(poll) = &mut step.poll {
                    poll.put("every", every);
                }
            }
            "max-time" => step.timeout = Some(interval(value)),
            "variable" => {
                if let Some((name, value)) = value.split_once('=') {
                    let new = self.holes.names.of(name.trim());
                    let value = self.holes.guarded(name.trim(), value.trim().trim_matches('"'));
                    self.import.vars.push((new, value));
                }
            }
            "user" => {
                let (user, password) = value.split_once(':').unwrap_or((value, ""));
                auth::basic(&mut step.request, user, password, &mut self.holes);
            }
            "location" if value == "true" => {
                step.comments.push("hurl follows redirects here; a step shows the redirect itself".into());
            }
            "verbose" | "very-verbose" | "compressed" | "http1.1" | "http2" | "http1.0" | "ipv4" | "ipv6"
            | "output" | "path-as-is" | "location" => {}
            "delay" | "skip" | "repeat" | "insecure" | "proxy" | "cacert" | "cert" | "key" => {
                self.note(step, at, format!("the option {name}: {value}"));
            }
            _ => self.note(step, at, format!("the option {name}")),
        }
    }

    fn body(&mut self, step: &mut Step) -> Step2<()> {
        let Some((text, media, at)) = self.payload()? else { return Ok(()) };
        if media == "file" {
            step.request.body = Body::Raw("replace this by the content to send".into());
            self.note(step, at, format!("the body is the file {}; a text stands for it", file_name(&text)));
            return Ok(());
        }
        if let Some(value) = json_body(&text).filter(|_| media == "json" || media.is_empty()) {
            step.request.body = Body::Json(self.holes.guarded_json(&value));
            return Ok(());
        }
        step.request.body = match media.as_str() {
            "base64" | "hex" => {
                self.note(step, at, format!("a body in {media}; a text stands for it"));
                Body::Raw("replace this by the content to send".into())
            }
            "graphql" => Body::Json(json!({ "query": self.holes.text(&text) })),
            _ => Body::Raw(self.holes.text(&text)),
        };
        let kind = match media.as_str() {
            "xml" => Some("application/xml"),
            "json" => Some("application/json"),
            _ => None,
        };
        if let (Some(kind), false) = (kind, step.request.headers.iter().any(|(name, _)| name == "content-type")) {
            step.request.headers.push(("content-type".into(), kind.into()));
        }
        Ok(())
    }

    fn response_body(&mut self, step: &mut Step) -> Step2<()> {
        let Some((text, media, at)) = self.payload()? else { return Ok(()) };
        match json_body(&text).filter(|_| media == "json" || media.is_empty()) {
            Some(value) => {
                let value = self.holes.value(&value);
                step.expect.body.push(("$".into(), Tree::from(json!({ "equals": value }))));
            }
            None if media == "text" => {
                let text = self.holes.text(&text);
                step.expect.text.push(text.into());
            }
            None => self.note(step, at, "the whole body of the answer is compared".into()),
        }
        Ok(())
    }

    /// A body: JSON, XML, text between backticks, `file,`, `base64,`, `hex,`. Its text, its kind and its line.
    fn payload(&mut self) -> Step2<Option<(String, String, usize)>> {
        let Some(line) = self.peek() else { return Ok(None) };
        let at = self.at;
        if let Some(info) = line.strip_prefix("```") {
            let info = info.trim().split(',').next().unwrap_or_default().to_owned();
            let one_line = line.len() > 6 && line.ends_with("```");
            if one_line {
                self.at += 1;
                return Ok(Some((line[3..line.len() - 3].to_owned(), "text".into(), at)));
            }
            let mut text = Vec::new();
            loop {
                self.at += 1;
                match self.lines.get(self.at) {
                    Some(line) if line.trim() == "```" => break,
                    Some(line) => text.push(*line),
                    None => return self.refuse(at, "the text between ``` has no end".into()),
                }
            }
            self.at += 1;
            let media = if info.is_empty() { "text".to_owned() } else { info.to_lowercase() };
            return Ok(Some((text.join("\n"), media, at)));
        }
        if line.starts_with('`') && line.ends_with('`') && line.len() > 1 {
            self.at += 1;
            return Ok(Some((line.trim_matches('`').to_owned(), "text".into(), at)));
        }
        for kind in ["file,", "base64,", "hex,"] {
            if let Some(rest) = line.strip_prefix(kind) {
                self.at += 1;
                return Ok(Some((
                    rest.trim_end_matches(';').trim().to_owned(),
                    kind.trim_end_matches(',').to_owned(),
                    at,
                )));
            }
        }
        if line.starts_with(['{', '[', '"']) || line.starts_with('<') {
            let mut text = String::new();
            let xml = line.starts_with('<');
            // JSON ends where its brackets are closed; XML where an entry, an answer or the file follows.
            while let Some(line) = self.lines.get(self.at) {
                if !text.is_empty() && (Self::is_response(line.trim()) || Self::is_entry(line.trim())) {
                    break;
                }
                text.push_str(line);
                text.push('\n');
                self.at += 1;
                if !xml && balanced(&text) {
                    break;
                }
            }
            return Ok(Some((text.trim_end().to_owned(), if xml { "xml" } else { "json" }.to_owned(), at)));
        }
        Ok(None)
    }

    fn capture(&mut self, name: &str, query: &str, at: usize, step: &mut Step) {
        let secret = query.trim_end().ends_with("redact");
        let query = query.trim_end().trim_end_matches("redact").trim();
        let Some(tree) = self.source(query).and_then(|(source, filters)| source.capture(&filters)) else {
            return self.note(step, at, format!("the capture {name}: {query}"));
        };
        let tree = if secret || super::private::is_secret_name(name) {
            let mut map = match tree {
                Tree::Scalar(path) => {
                    let mut map = Tree::map();
                    map.put("body", Tree::Scalar(path));
                    map
                }
                other => other,
            };
            map.put("secret", Tree::Scalar(Value::Bool(true)));
            map
        } else {
            tree
        };
        step.capture.push((self.holes.names.of(name), tree));
    }

    /// A query such as `jsonpath "$.a" count`: what it looks at, and the filters that follow.
    fn source(&mut self, text: &str) -> Option<(Looked, Vec<Vec<String>>)> {
        let words = words(text)?;
        let mut words = words.into_iter().peekable();
        let kind = words.next()?;
        let looked = match kind.as_str() {
            "status" => Looked::Status,
            "body" | "rawbody" => Looked::Text,
            "duration" => Looked::Time,
            "header" => Looked::Header(words.next()?),
            "cookie" => Looked::Cookie(words.next()?),
            "jsonpath" => {
                let path = words.next()?;
                Looked::Path(self.holes.text(&path))
            }
            _ => return None,
        };
        let mut filters = Vec::new();
        while let Some(filter) = words.next() {
            let takes = ["regex", "nth", "split", "replace", "replaceRegex", "toDate", "format", "jsonpath", "xpath"]
                .contains(&filter.as_str());
            let mut all = vec![filter];
            if takes {
                all.extend(words.next());
            }
            filters.push(all);
        }
        Some((looked, filters))
    }

    fn assert(&mut self, line: &str, at: usize, step: &mut Step) {
        if !self.translated(line, step) {
            self.note(step, at, format!("the assert {line}"));
        }
    }

    fn translated(&mut self, line: &str, step: &mut Step) -> bool {
        let line = line.split(" #").next().unwrap_or(line).trim();
        let Some(words) = words(line) else { return false };
        const PREDICATES: [&str; 33] = [
            "==",
            "!=",
            ">",
            ">=",
            "<",
            "<=",
            "equals",
            "notEquals",
            "greaterThan",
            "greaterThanOrEquals",
            "lessThan",
            "lessThanOrEquals",
            "startsWith",
            "endsWith",
            "contains",
            "includes",
            "matches",
            "exists",
            "isBoolean",
            "isCollection",
            "isEmpty",
            "isFloat",
            "isInteger",
            "isNumber",
            "isString",
            "isIsoDate",
            "isUuid",
            "isIpv4",
            "isIpv6",
            "isList",
            "isObject",
            "isDate",
            "isNull",
        ];
        let Some(index) =
            words.iter().skip(1).position(|word| PREDICATES.contains(&word.as_str())).map(|index| index + 1)
        else {
            return false;
        };
        let negated = words.get(index - 1).is_some_and(|word| word == "not");
        let end = if negated { index - 1 } else { index };
        // The query's own texts may be predicates' names; what was quoted keeps its quotes here.
        let quoted: Vec<String> = words[..end]
            .iter()
            .enumerate()
            .map(|(at, word)| if at == 0 { word.clone() } else { format!("{word:?}") })
            .collect();
        let Some((looked, filters)) = self.source(&quoted.join(" ")) else { return false };
        let argument = raw_argument(line, &words[index]);
        let Some(matcher) = self.matcher(&words[index], argument.as_deref()) else { return false };
        let matcher = if negated {
            match &matcher {
                Value::Object(members) if members.len() == 1 && members.get("exists") == Some(&json!(true)) => {
                    json!({ "exists": false })
                }
                _ => json!({ "not": matcher }),
            }
        } else {
            matcher
        };
        let names: Vec<&str> = filters.iter().filter_map(|filter| filter.first().map(String::as_str)).collect();
        let matcher = match names.as_slice() {
            [] => matcher,
            ["count"] => json!({ "length": matcher }),
            ["toInt" | "toFloat"] if looked == Looked::Status => matcher,
            _ => return false,
        };
        match looked {
            Looked::Path(path) => step.expect.body.push((path, matcher.into())),
            Looked::Header(name) => step.expect.headers.push((name.to_lowercase(), matcher.into())),
            Looked::Text => step.expect.text.push(matcher.into()),
            Looked::Status => match (&matcher, words[index].as_str()) {
                (Value::Number(_), _) => step.expect.status = vec![matcher],
                _ => return false,
            },
            Looked::Time => match (
                matcher.get("max").and_then(Value::as_u64),
                matcher.get("all_of").and_then(|all| all[0].get("max")).and_then(Value::as_u64),
            ) {
                (Some(limit), _) | (None, Some(limit)) => step.expect.within = Some(format!("{limit}ms")),
                _ => return false,
            },
            Looked::Cookie(_) => return false,
        }
        true
    }

    fn matcher(&mut self, predicate: &str, argument: Option<&str>) -> Option<Value> {
        let value = |reader: &mut Self| -> Option<Value> {
            let text = argument?;
            if let Some(inner) = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
                let name = reader.holes.expression(inner)?;
                return Some(format!("{{{{ {name} }}}}").into());
            }
            match serde_json::from_str::<Value>(text) {
                Ok(Value::String(text)) => Some(reader.holes.text(&text).into()),
                Ok(value) => Some(value),
                Err(_) => text.starts_with('`').then(|| as_text(text.trim_matches('`')).into()),
            }
        };
        Some(match predicate {
            "==" | "equals" => match value(self)? {
                Value::Null => json!({ "type": "null" }),
                other if other.is_array() || other.is_object() => json!({ "equals": other }),
                other => other,
            },
            "!=" | "notEquals" => json!({ "not": value(self)? }),
            ">=" | "greaterThanOrEquals" => json!({ "min": value(self)? }),
            "<=" | "lessThanOrEquals" => json!({ "max": value(self)? }),
            ">" | "greaterThan" => {
                let limit = value(self)?;
                json!({ "all_of": [{ "min": limit }, { "not": limit }] })
            }
            "<" | "lessThan" => {
                let limit = value(self)?;
                json!({ "all_of": [{ "max": limit }, { "not": limit }] })
            }
            "startsWith" => json!({ "starts_with": value(self)? }),
            "endsWith" => json!({ "ends_with": value(self)? }),
            "contains" | "includes" => json!({ "contains": value(self)? }),
            "matches" => {
                let text = argument?;
                let pattern = match text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
                    Some(pattern) => pattern.replace("\\/", "/"),
                    None => serde_json::from_str::<String>(text).ok()?,
                };
                regex::Regex::new(&pattern).ok()?;
                json!({ "matches": pattern })
            }
            "exists" => json!({ "exists": true }),
            "isBoolean" => json!({ "type": "boolean" }),
            "isCollection" => json!({ "any_of": [{ "type": "array" }, { "type": "object" }] }),
            "isList" => json!({ "type": "array" }),
            "isObject" => json!({ "type": "object" }),
            "isEmpty" => json!({ "length": 0 }),
            "isFloat" | "isNumber" => json!({ "type": "number" }),
            "isInteger" => json!({ "type": "integer" }),
            "isString" => json!({ "type": "string" }),
            "isNull" => json!({ "type": "null" }),
            "isIsoDate" | "isDate" => json!({ "format": "date-time" }),
            "isUuid" => json!({ "format": "uuid" }),
            "isIpv4" => json!({ "format": "ipv4" }),
            "isIpv6" => json!({ "format": "ipv6" }),
            _ => return None,
        })
    }
}

/// What a query looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Looked {
    Status,
    Text,
    Time,
    Header(String),
    Cookie(String),
    Path(String),
}

impl Looked {
    fn capture(self, filters: &[Vec<String>]) -> Option<Tree> {
        let mut map = match self {
            Self::Path(path) if filters.is_empty() => return Some(path.into()),
            Self::Path(path) => json!({ "body": path }),
            Self::Header(name) => json!({ "header": name }),
            Self::Cookie(name) => json!({ "cookie": name }),
            Self::Status => json!({ "status": true }),
            Self::Time => json!({ "time": true }),
            Self::Text => return filters.is_empty().then(|| Tree::from("$")),
        };
        for filter in filters {
            match filter.as_slice() {
                [name, pattern] if name == "regex" => {
                    let pattern = pattern.trim_matches('/').to_owned();
                    regex::Regex::new(&pattern).ok()?;
                    map["match"] = pattern.into();
                }
                [name] if name == "toInt" => return None,
                _ => return None,
            }
        }
        Some(map.into())
    }
}

/// The words of a line; texts in quotes are one word each, without their quotes.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        if rest.starts_with('"') {
            let end = string_end(rest)?;
            let text: String = serde_json::from_str(&rest[..end]).unwrap_or_else(|_| rest[1..end - 1].to_owned());
            words.push(text);
            rest = rest[end..].trim_start();
        } else if rest.starts_with("{{") {
            let end = rest.find("}}")? + 2;
            words.push(rest[..end].to_owned());
            rest = rest[end..].trim_start();
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            words.push(rest[..end].to_owned());
            rest = rest[end..].trim_start();
        }
    }
    Some(words)
}

/// One past the closing quote.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// What stands behind a predicate, as it is written.
fn raw_argument(line: &str, predicate: &str) -> Option<String> {
    let mut at = 0;
    let mut rest = line;
    // The predicate outside quotes.
    loop {
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        rest = trimmed;
        if rest.is_empty() {
            return None;
        }
        let end = if rest.starts_with('"') {
            string_end(rest)?
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        if &rest[..end] == predicate && at > 0 {
            let argument = rest[end..].trim();
            return (!argument.is_empty()).then(|| argument.to_owned());
        }
        at += end;
        rest = &rest[end..];
    }
}

fn interval(value: &str) -> String {
    if value.parse::<u64>().is_ok() { format!("{value}ms") } else { value.to_owned() }
}

fn is_inline_body(line: &str) -> bool {
    ["file,", "base64,", "hex,"].iter().any(|start| line.starts_with(start))
}

/// Whether all brackets of a text are closed.
fn balanced(text: &str) -> bool {
    let mut depth = 0i64;
    let mut quoted = false;
    let mut escaped = false;
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    depth <= 0 && !quoted
}

/// A text without Hurl's escapes.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => out.extend(letters.next()),
            (letter, false) => out.push(letter),
        }
    }
    out
}

/// Polls of entries that are retried: until what is expected holds.
fn settle_polls(import: &mut Import) {
    for step in &mut import.steps {
        let Some(poll) = step.poll.take() else { continue };
        let mut until = Tree::map();
        for (path, matcher) in &step.expect.body {
            until.put(path.clone(), matcher.clone());
        }
        if let [status] = step.expect.status.as_slice() {
            until.put("status", Tree::Scalar(status.clone()));
        }
        if until.is_empty() {
            step.retry_on = vec![json!("transport"), json!(429), json!(500), json!(502), json!(503), json!(504)];
            continue;
        }
        let mut made = Tree::map();
        made.put("until", until);
        if let Tree::Map(members) = poll {
            for member in members {
                made.put(member.key, member.value);
            }
        }
        step.poll = Some(made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("a.hurl", text);
        let import = read(&sources, file, "a").unwrap_or_else(|problems| panic!("{problems:?}"));
        super::super::write::files(&import, "a.hurl")[0].text.clone()
    }

    #[test]
    fn entries_with_captures_and_asserts_become_steps() {
        let text = yaml(
            "# Log in\nPOST https://a.example/login?x=1\nContent-Type: application/json\n{\n  \"user\": \"{{user-name}}\"\n}\nHTTP 200\n[Captures]\ntoken: jsonpath \"$.token\"\ncsrf: header \"X-Csrf\" regex \"a(.*)\"\n[Asserts]\njsonpath \"$.items\" count > 2\njsonpath \"$.name\" == \"Asha\"\nheader \"Content-Type\" contains \"json\"\nduration < 500\nxpath \"//a\" exists\n\nGET https://a.example/me\nAuthorization: Bearer {{token}}\n[Options]\nretry: 3\nretry-interval: 200ms\nHTTP *\n[Asserts]\njsonpath \"$.state\" == \"DONE\"\njsonpath \"$.gone\" not exists\n",
        );
        for part in [
            "name: Log in",
            "json: { user: \"{{ user_name | string }}\" }",
            "token: { body: $.token, secret: true }",
            "header: X-Csrf",
            "match: a(.*)",
            "all_of:",
            "$.name: Asha",
            "within: 500ms",
            "# not translated: the assert xpath",
            "until: { $.state: DONE",
            "every: 200ms",
            "$.gone: { exists: false }",
            "authorization: \"Bearer {{ token }}\"",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn what_is_no_hurl_is_refused_with_its_line() {
        let mut sources = Sources::default();
        let file = sources.add("a.hurl", "GET https://a.example\nHTTP 200\n\nhello there\n");
        let problems = read(&sources, file, "a").expect_err("it is no entry");
        assert_eq!(problems[0].labels[0].place.line, 4);
    }
}
