//! What scripts of Postman, Bruno and Insomnia check and keep, as expectations and captures.
//!
//! Nothing is run. A script is cut into statements; those that say one thing plainly are translated, all others are handed
//! back with their lines. What stands in an `if`, a loop or a function of the script's own is never taken for a promise.

use super::bruno::guarded_capture;
use super::holes::Holes;
use super::json;
use super::model::{Expect, Step};
use super::tree::Tree;
use crate::source::Sources;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most statements of one script that are looked at.
const MOST: usize = 2_000;
/// Longest chain of names that stand for each other.
const LONGEST_CHAIN: usize = 8;

/// What a script says.
#[derive(Debug, Default)]
pub struct Said {
    /// What it expects.
    pub expect: Expect,
    /// Names it keeps, as the tool calls them, and what they are of.
    pub capture: Vec<(String, Tree)>,
    /// Names it sets to a fixed value.
    pub set: Vec<(String, String)>,
    /// A condition while which the request is sent again.
    pub poll: Option<Tree>,
    /// Statements that were not translated, each with its line.
    pub rest: Vec<(usize, String)>,
}

/// A statement and the line where it begins, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    line: usize,
    text: String,
}

/// Part of an answer, or something else a script can name.
#[derive(Debug, Clone, PartialEq)]
enum Source {
    /// A JSONPath into the body.
    Body(String),
    /// The length of what is there.
    Length(String),
    Header(String),
    Cookie(String),
    Status,
    Time,
    Text,
    /// All of the answer.
    Response,
    Value(Value),
    /// A variable of the tool.
    Variable(String),
}

impl Said {
    /// Adds what a script says to a step.
    pub fn merge_into(&self, step: &mut Step, holes: &mut Holes) {
        for status in &self.expect.status {
            if !step.expect.status.contains(status) {
                step.expect.status.push(status.clone());
            }
        }
        if self.expect.within.is_some() {
            step.expect.within.clone_from(&self.expect.within);
        }
        step.expect.headers.extend(self.expect.headers.iter().cloned());
        step.expect.body.extend(self.expect.body.iter().cloned());
        step.expect.text.extend(self.expect.text.iter().cloned());
        for (name, tree) in &self.capture {
            step.capture.push((holes.names.of(name), guarded_capture(name, tree.clone())));
        }
        if self.poll.is_some() {
            step.poll.clone_from(&self.poll);
        }
    }
}

/// Reads a script. `request` is the name of the request it belongs to, for loops that name it.
pub fn read(script: &str, request: &str, holes: &mut Holes) -> Said {
    let mut reader = Reader { request, holes, said: Said::default(), names: BTreeMap::new(), left: MOST };
    reader.block(script, 0);
    reader.said
}

struct Reader<'r> {
    request: &'r str,
    holes: &'r mut Holes,
    said: Said,
    /// What names of the script stand for.
    names: BTreeMap<String, Source>,
    left: usize,
}

impl Reader<'_> {
    fn block(&mut self, script: &str, line: usize) {
        for statement in statements(script) {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            let statement = Statement { line: statement.line + line, ..statement };
            if !self.statement(&statement) {
                self.said.rest.push((statement.line, statement.text));
            }
        }
    }

    /// Translates a statement; whether that worked.
    fn statement(&mut self, statement: &Statement) -> bool {
        let text = statement.text.trim().trim_end_matches(';').trim();
        if text.is_empty()
            || ["console.", "// ", "'use strict'", "\"use strict\""].iter().any(|start| text.starts_with(start))
        {
            return true;
        }
        let text = text.strip_prefix("await ").unwrap_or(text);
        if let Some((arguments, _)) = call(text, &["pm.test", "test", "it", "insomnia.test", "bru.test"]) {
            return self.test(text, &arguments, statement.line);
        }
        if let Some(rest) = ["var ", "let ", "const "].iter().find_map(|word| text.strip_prefix(word)) {
            return self.define(rest);
        }
        if text.starts_with("if") && text.trim_start_matches("if").trim_start().starts_with('(') {
            return self.loops(text);
        }
        if let Some((left, right)) = assignment(text) {
            if let Some(name) = left.strip_prefix("tests[").and_then(|rest| rest.strip_suffix(']')) {
                let _ = name;
                return self.truth(right);
            }
            if is_name(left) {
                return self.define(text);
            }
            return false;
        }
        if self.keep(text) {
            return true;
        }
        self.promise(text)
    }

    /// `pm.test("name", function () { ... })`: its body, all of it or nothing.
    fn test(&mut self, text: &str, arguments: &[&str], line: usize) -> bool {
        let Some(function) = arguments.get(1) else { return false };
        let Some((open, body)) = function_body(function) else { return false };
        // The body's own statements are told at their own lines.
        let offset = text.find(body).map_or(0, |at| text[..at].matches('\n').count());
        let _ = open;
        self.block(body, line + offset);
        true
    }

    /// `name = value`, `{ a, b } = value` after `var`.
    fn define(&mut self, text: &str) -> bool {
        let Some((left, right)) = assignment(text) else { return is_name(text.trim()) };
        let source = self.source(right);
        if let Some(inner) = left.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let Some(Source::Body(path)) = source else { return false };
            for name in inner.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                if !is_name(name) {
                    return false;
                }
                self.names.insert(name.to_owned(), Source::Body(format!("{path}{}", member(name))));
            }
            return true;
        }
        match source {
            Some(source) if is_name(left) => {
                self.names.insert(left.to_owned(), source);
                true
            }
            _ => false,
        }
    }

    /// Setting a variable of the tool.
    fn keep(&mut self, text: &str) -> bool {
        const SETTERS: [&str; 18] = [
            "pm.environment.set",
            "pm.collectionVariables.set",
            "pm.globals.set",
            "pm.variables.set",
            "postman.setEnvironmentVariable",
            "postman.setGlobalVariable",
            "bru.setEnvVar",
            "bru.setVar",
            "bru.setCollectionVar",
            "bru.setFolderVar",
            "bru.setGlobalEnvVar",
            "insomnia.environment.set",
            "insomnia.variables.set",
            "insomnia.baseEnvironment.set",
            "insomnia.collectionVariables.set",
            "insomnia.globals.set",
            "rq.environment.set",
            "bru.setRequestVar",
        ];
        let Some((arguments, rest)) = call(text, &SETTERS) else { return false };
        let [name, value, ..] = arguments.as_slice() else { return false };
        let Some(Value::String(name)) = literal(name).filter(|_| rest.trim().is_empty()) else { return false };
        match self.source(value) {
            Some(Source::Body(path)) => self.said.capture.push((name, path.into())),
            Some(Source::Header(header)) => self.said.capture.push((name, Tree::from(json!({ "header": header })))),
            Some(Source::Cookie(cookie)) => self.said.capture.push((name, Tree::from(json!({ "cookie": cookie })))),
            Some(Source::Status) => self.said.capture.push((name, Tree::from(json!({ "status": true })))),
            Some(Source::Time) => self.said.capture.push((name, Tree::from(json!({ "time": true })))),
            Some(Source::Value(value)) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.said.set.push((name, text));
            }
            Some(Source::Response) => self.said.capture.push((name, "$".into())),
            _ => return false,
        }
        true
    }

    /// `pm.expect(...)`, `pm.response.to...` and their kin.
    fn promise(&mut self, text: &str) -> bool {
        if let Some(rest) = ["pm.response.to", "insomnia.response.to"].iter().find_map(|start| text.strip_prefix(start))
        {
            return self.chain(&Source::Response, rest);
        }
        if let Some((arguments, rest)) = call(text, &["pm.expect", "expect", "insomnia.expect", "chai.expect"]) {
            let Some(value) = arguments.first() else { return false };
            if let Some(source) = self.source(value) {
                return self.chain(&source, rest);
            }
            // `pm.expect(a === b).to.be.true`
            let chain = rest.replace(' ', "");
            if [".to.be.true", ".to.eql(true)", ".to.equal(true)", ".toBe(true)", ".to.be.ok"].contains(&chain.as_str())
            {
                return self.truth(value);
            }
            return false;
        }
        if let Some((arguments, rest)) =
            call(text, &["assert.equal", "assert.strictEqual", "assert.deepEqual", "pm.assert.equal"])
        {
            let [value, expected, ..] = arguments.as_slice() else { return false };
            return rest.trim().is_empty() && self.truth(&format!("{value} === {expected}"));
        }
        if let Some((arguments, rest)) = call(text, &["assert", "assert.isTrue", "assert.ok"]) {
            return rest.trim().is_empty() && arguments.first().is_some_and(|value| self.truth(value));
        }
        false
    }

    /// A condition that has to be true: `a === b`, `a !== undefined`, `a && b`.
    fn truth(&mut self, condition: &str) -> bool {
        let condition = unwrapped(condition);
        let parts = split(condition, "&&");
        if parts.len() > 1 {
            let before = self.said.expect.clone();
            let all = parts.iter().all(|part| self.truth(part));
            if !all {
                self.said.expect = before;
            }
            return all;
        }
        if split(condition, "||").len() > 1 {
            return false;
        }
        for (operator, expected) in [
            ("===", "eq"),
            ("!==", "ne"),
            ("==", "eq"),
            ("!=", "ne"),
            ("<=", "max"),
            (">=", "min"),
            ("<", "below"),
            (">", "above"),
        ] {
            let Some((left, right)) = split_once(condition, operator) else { continue };
            let Some(source) = self.source(left) else { return false };
            let Some(value) = self.value(right) else { return false };
            return match expected {
                "eq" => self.expect(&source, value_matcher(&value)),
                "ne" if right.trim() == "undefined" => self.expect(&source, json!({ "exists": true })),
                "ne" => self.expect(&source, json!({ "not": value })),
                "max" | "min" if value.is_number() || is_hole(&value) => {
                    self.expect(&source, json!({ expected: value }))
                }
                "below" | "above" if value.is_number() => self.expect_bound(&source, expected == "below", &value),
                _ => false,
            };
        }
        // `responseBody.has("x")`, `pm.response.text().includes("x")`
        if let Some((source, arguments)) = self.contains(condition) {
            return literal(&arguments).is_some_and(|value| self.expect(&source, json!({ "contains": value })));
        }
        if let Some(source) = condition.strip_prefix('!').and_then(|rest| self.source(rest)) {
            let _ = source;
            return false;
        }
        false
    }

    fn contains(&mut self, condition: &str) -> Option<(Source, String)> {
        for method in [".has(", ".includes("] {
            if let Some(at) = condition.rfind(method).filter(|_| condition.ends_with(')')) {
                let source =
                    if &condition[..at] == "responseBody" { Source::Text } else { self.source(&condition[..at])? };
                return Some((source, condition[at + method.len()..condition.len() - 1].to_owned()));
            }
        }
        None
    }

    /// What follows `expect(source)`: `.to.be.a("string").and.to.have.length(3)`.
    fn chain(&mut self, source: &Source, chain: &str) -> bool {
        let Some(links) = links(chain) else { return false };
        let mut negated = false;
        let mut done = 0;
        let before = self.said.expect.clone();
        let mut source = source.clone();
        for (index, (name, arguments)) in links.iter().enumerate() {
            let called = arguments.is_some();
            let arguments = arguments.clone().unwrap_or_default();
            match name.as_str() {
                "to" | "be" | "been" | "is" | "that" | "which" | "and" | "has" | "have" | "with" | "at" | "of"
                | "same" | "but" | "does" | "still" | "also" | "deep" | "own" | "strict"
                    if !called => {}
                "not" if !called => negated = !negated,
                _ => {
                    let next = links.get(index + 1).map(|(name, _)| name.as_str());
                    match self.link(&mut source, name, &arguments, called, next) {
                        Some(Some(matcher)) => {
                            let matcher = if negated { negate(&matcher) } else { Some(matcher) };
                            if !matcher.is_some_and(|matcher| self.expect(&source, matcher)) {
                                self.said.expect = before;
                                return false;
                            }
                            done += 1;
                        }
                        Some(None) if !negated => done += 1,
                        _ => {
                            self.said.expect = before;
                            return false;
                        }
                    }
                }
            }
        }
        done > 0
    }

    /// One link that says something: a matcher for the source, or nothing where the link itself was taken in; none when it
    /// is not known.
    fn link(
        &mut self,
        source: &mut Source,
        name: &str,
        arguments: &[String],
        called: bool,
        next: Option<&str>,
    ) -> Option<Option<Value>> {
        let first = arguments.first().map(String::as_str);
        let value = |reader: &mut Self| first.and_then(|text| reader.value(text));
        if *source == Source::Response {
            return self.of_response(name, arguments, called);
        }
        Some(Some(match name {
            "equal" | "equals" | "eql" | "eq" | "eqls" | "toBe" | "toEqual" | "toStrictEqual" => {
                value_matcher(&value(self)?)
            }
            "true" | "ok" | "toBeTruthy" if name == "true" => json!(true),
            "false" => json!(false),
            "null" | "toBeNull" => json!({ "type": "null" }),
            "undefined" | "toBeUndefined" => json!({ "exists": false }),
            "exist" | "exists" | "toBeDefined" => json!({ "exists": true }),
            "string" | "number" | "boolean" | "array" | "object" if !called => json!({ "type": name }),
            "a" | "an" if called => json!({ "type": type_name(&literal(first?)?)? }),
            "include" | "includes" | "contain" | "contains" | "string" | "toContain" | "toInclude" if called => {
                json!({ "contains": value(self)? })
            }
            "startWith" | "startsWith" => json!({ "starts_with": value(self)? }),
            "endWith" | "endsWith" => json!({ "ends_with": value(self)? }),
            "match" | "matches" | "toMatch" => json!({ "matches": pattern(first?)? }),
            "above" | "gt" | "greaterThan" | "toBeGreaterThan" => {
                let limit = value(self)?;
                return self.bound(source, false, &limit);
            }
            "below" | "lt" | "lessThan" | "toBeLessThan" => {
                let limit = value(self)?;
                return self.bound(source, true, &limit);
            }
            "least" | "gte" | "toBeGreaterThanOrEqual" => json!({ "min": number(value(self)?)? }),
            "most" | "lte" | "toBeLessThanOrEqual" => json!({ "max": number(value(self)?)? }),
            "within" => json!({ "min": number(value(self)?)?, "max": number(self.value(arguments.get(1)?)?)? }),
            "oneOf" => json!({ "one_of": value(self)?.as_array()?.clone() }),
            "lengthOf" | "length" if called => json!({ "length": number(value(self)?)? }),
            "lengthOf" | "length" => {
                let Source::Body(path) = source else { return None };
                *source = Source::Length(path.clone());
                // `.length.above(0)`: what follows is about the length.
                return next.is_some().then_some(None);
            }
            "empty" if !called => json!({ "length": 0 }),
            "property" | "toHaveProperty" => {
                let Source::Body(path) = source else { return None };
                let Value::String(name) = literal(first?)? else { return None };
                let below = format!("{path}{}", dotted(&name));
                let matcher = match arguments.get(1) {
                    Some(value) => value_matcher(&self.value(value)?),
                    None => json!({ "exists": true }),
                };
                // The next links are about the member, as chai has it.
                *source = Source::Body(below);
                matcher
            }
            "keys" | "key" | "property_" => {
                let Source::Body(path) = source.clone() else { return None };
                let names: Vec<Value> = match arguments {
                    [one] => match literal(one)? {
                        Value::Array(names) => names,
                        name => vec![name],
                    },
                    several => several.iter().map(|name| literal(name)).collect::<Option<Vec<_>>>()?,
                };
                for name in &names {
                    let below = Source::Body(format!("{path}{}", member(name.as_str()?)));
                    self.expect(&below, json!({ "exists": true }));
                }
                return Some(None);
            }
            _ => return None,
        }))
    }

    fn of_response(&mut self, name: &str, arguments: &[String], called: bool) -> Option<Option<Value>> {
        let first = arguments.first().map(String::as_str);
        match name {
            "status" | "statusCode" if called => {
                let value = literal(first?)?;
                let status = match &value {
                    Value::Number(_) => value,
                    Value::String(reason) => json!(status_of(reason)?),
                    _ => return None,
                };
                self.expect(&Source::Status, status);
            }
            "ok" | "success" => {
                self.expect(&Source::Status, json!("2XX"));
            }
            "accepted" => {
                self.expect(&Source::Status, json!(202));
            }
            "badRequest" => {
                self.expect(&Source::Status, json!(400));
            }
            "unauthorized" => {
                self.expect(&Source::Status, json!(401));
            }
            "forbidden" => {
                self.expect(&Source::Status, json!(403));
            }
            "notFound" => {
                self.expect(&Source::Status, json!(404));
            }
            "rateLimited" => {
                self.expect(&Source::Status, json!(429));
            }
            "clientError" => {
                self.expect(&Source::Status, json!("4XX"));
            }
            "serverError" => {
                self.expect(&Source::Status, json!("5XX"));
            }
            "error" => {
                self.said.expect.status.extend([json!("4XX"), json!("5XX")]);
            }
            "json" => {
                self.expect(&Source::Header("content-type".into()), json!({ "contains": "json" }));
            }
            "header" if called => {
                let Value::String(header) = literal(first?)? else { return None };
                let matcher = match arguments.get(1) {
                    Some(value) => value_matcher(&self.value(value)?),
                    None => json!({ "exists": true }),
                };
                self.expect(&Source::Header(header), matcher);
            }
            "jsonBody" if called => {
                let path = match first {
                    None => "$".to_owned(),
                    Some(path) => format!("$.{}", literal(path)?.as_str()?),
                };
                let matcher = match arguments.get(1) {
                    Some(value) => value_matcher(&self.value(value)?),
                    None => json!({ "exists": true }),
                };
                self.expect(&Source::Body(path), matcher);
            }
            "responseTime" => return None,
            "body" if called => {
                let value = self.value(first?)?;
                self.expect(&Source::Text, value);
            }
            _ => return None,
        }
        Some(None)
    }

    /// An exclusive bound. Proviso's are inclusive: for whole numbers of time and length the next one is the same.
    fn bound(&mut self, source: &Source, below: bool, value: &Value) -> Option<Option<Value>> {
        self.expect_bound(source, below, value).then_some(None)
    }

    fn expect_bound(&mut self, source: &Source, below: bool, value: &Value) -> bool {
        match (source, value.as_i64()) {
            (Source::Time, Some(limit)) if below => self.expect(source, json!({ "max": limit })),
            (Source::Length(_) | Source::Status, Some(limit)) => {
                let matcher = if below { json!({ "max": limit - 1 }) } else { json!({ "min": limit + 1 }) };
                self.expect(source, matcher)
            }
            (Source::Body(_), Some(_)) => {
                let (bound, other) = if below { ("max", value) } else { ("min", value) };
                self.expect(source, json!({ "all_of": [{ bound: other }, { "not": other }] }))
            }
            _ => false,
        }
    }

    /// Adds an expectation; whether there is one for that source.
    fn expect(&mut self, source: &Source, matcher: Value) -> bool {
        let expect = &mut self.said.expect;
        match source {
            Source::Body(path) => expect.body.push((path.clone(), matcher.into())),
            Source::Length(path) => expect.body.push((path.clone(), json!({ "length": matcher }).into())),
            Source::Header(name) => expect.headers.push((name.to_lowercase(), matcher.into())),
            Source::Text => expect.text.push(matcher.into()),
            Source::Status => match statuses(&matcher) {
                Some(statuses) => {
                    for status in statuses {
                        if !expect.status.contains(&status) {
                            expect.status.push(status);
                        }
                    }
                }
                None => return false,
            },
            Source::Time => match matcher.get("max").and_then(Value::as_u64) {
                Some(limit) => expect.within = Some(format!("{limit}ms")),
                None => return false,
            },
            Source::Cookie(_) | Source::Response | Source::Value(_) | Source::Variable(_) => return false,
        }
        true
    }

    /// `if (state is not done) { setNextRequest(this one) }`: a poll.
    fn loops(&mut self, text: &str) -> bool {
        let Some(open) = text.find('(') else { return false };
        let Some(condition) = bracketed(&text[open..]) else { return false };
        let body = text[open + condition.len() + 2..].trim();
        let again = [
            "postman.setNextRequest(",
            "pm.execution.setNextRequest(",
            "bru.setNextRequest(",
            "bru.runner.setNextRequest(",
        ]
        .iter()
        .find_map(|call| body.find(call).map(|at| at + call.len()));
        let Some(at) = again else { return false };
        let name = bracketed(&body[at - 1..]).unwrap_or_default();
        let same = matches!(literal(name), Some(Value::String(name)) if name == self.request)
            || name.contains("pm.info.requestName")
            || name.contains("pm.info.requestId");
        let statements = body.matches(';').count();
        if !same || body.contains("else") || statements > 4 {
            return false;
        }
        let Some((path, matcher)) = self.negated(condition) else { return false };
        let mut until = Tree::map();
        until.put(path, Tree::from(matcher));
        let mut poll = Tree::map();
        poll.put("until", until);
        self.said.poll = Some(poll);
        true
    }

    /// What has to hold for a condition of a loop to be false.
    fn negated(&mut self, condition: &str) -> Option<(String, Value)> {
        let condition = unwrapped(condition);
        for (operator, equal) in [("!==", false), ("===", true), ("!=", false), ("==", true)] {
            let Some((left, right)) = split_once(condition, operator) else { continue };
            let value = self.value(right)?;
            return match self.source(left)? {
                Source::Body(path) if equal => Some((path, json!({ "not": value }))),
                Source::Body(path) => Some((path, value)),
                Source::Status if !equal => Some(("status".to_owned(), value)),
                _ => None,
            };
        }
        None
    }

    /// A fixed value, or a variable of the tool as a placeholder.
    fn value(&mut self, text: &str) -> Option<Value> {
        match self.source(text)? {
            Source::Value(Value::String(text)) if text.contains("{{") => Some(self.holes.text(&text).into()),
            Source::Value(value) => Some(value),
            Source::Variable(name) => {
                self.holes.used.insert(name.clone());
                Some(format!("{{{{ {} }}}}", self.holes.names.of(&name)).into())
            }
            _ => None,
        }
    }

    /// What an expression stands for.
    fn source(&mut self, text: &str) -> Option<Source> {
        self.deep_source(text, LONGEST_CHAIN)
    }

    fn deep_source(&mut self, text: &str, left: usize) -> Option<Source> {
        let left = left.checked_sub(1)?;
        let text = unwrapped(text.trim());
        if let Some(value) = literal(text) {
            return Some(Source::Value(value));
        }
        for wrapper in ["JSON.parse", "Number", "parseInt", "String", "JSON.stringify", "Boolean"] {
            if let Some((arguments, rest)) = call(text, &[wrapper])
                && wrapper == "JSON.parse"
            {
                let inner = arguments.first()?;
                let root = match *inner {
                    "responseBody" | "pm.response.text()" | "res.body" => Source::Body("$".into()),
                    inner => match self.deep_source(inner, left)? {
                        Source::Text => Source::Body("$".into()),
                        source => source,
                    },
                };
                return with_members(root, rest);
            }
        }
        type Root = (&'static str, fn() -> Source);
        const ROOTS: [Root; 22] = [
            ("pm.response.json()", || Source::Body("$".into())),
            ("insomnia.response.json()", || Source::Body("$".into())),
            ("res.getBody()", || Source::Body("$".into())),
            ("res.body", || Source::Body("$".into())),
            ("pm.response.text()", || Source::Text),
            ("insomnia.response.text()", || Source::Text),
            ("responseBody", || Source::Text),
            ("pm.response.code", || Source::Status),
            ("pm.response.status", || Source::Value(Value::Null)),
            ("insomnia.response.code", || Source::Status),
            ("responseCode.code", || Source::Status),
            ("res.getStatus()", || Source::Status),
            ("res.status", || Source::Status),
            ("pm.response.responseTime", || Source::Time),
            ("insomnia.response.responseTime", || Source::Time),
            ("responseTime", || Source::Time),
            ("res.getResponseTime()", || Source::Time),
            ("res.responseTime", || Source::Time),
            ("pm.response", || Source::Response),
            ("insomnia.response", || Source::Response),
            ("response.json()", || Source::Body("$".into())),
            ("jsonData", || Source::Body(String::new())),
        ];
        const GETTERS: [&str; 9] = [
            "pm.response.headers.get",
            "insomnia.response.headers.get",
            "res.getHeader",
            "postman.getResponseHeader",
            "res.headers.get",
            "pm.cookies.get",
            "pm.environment.get",
            "pm.collectionVariables.get",
            "pm.variables.get",
        ];
        const MORE: [&str; 10] = [
            "pm.globals.get",
            "bru.getVar",
            "bru.getEnvVar",
            "bru.getCollectionVar",
            "insomnia.environment.get",
            "insomnia.variables.get",
            "postman.getEnvironmentVariable",
            "postman.getGlobalVariable",
            "pm.iterationData.get",
            "insomnia.collectionVariables.get",
        ];
        for (index, getter) in GETTERS.iter().chain(&MORE).enumerate() {
            if let Some((arguments, rest)) = call(text, &[getter]) {
                let Value::String(name) = literal(arguments.first()?)? else { return None };
                return match index {
                    0..=4 if rest.is_empty() => Some(Source::Header(name)),
                    5 if rest.is_empty() => Some(Source::Cookie(name)),
                    6.. if rest.is_empty() => Some(Source::Variable(name)),
                    _ => None,
                };
            }
        }
        if let Some(rest) = text.strip_prefix("res(").and_then(|rest| rest.strip_suffix(')')) {
            let Value::String(path) = literal(rest)? else { return None };
            return Some(Source::Body(format!("$.{path}")));
        }
        if let Some(name) = text.strip_prefix("res.headers").and_then(header_member) {
            return Some(Source::Header(name));
        }
        let first = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
        if let Some(source) = self.names.get(&text[..first]).cloned() {
            return with_members(source, &text[first..]);
        }
        for (root, make) in ROOTS {
            if let Some(rest) = text.strip_prefix(root) {
                let source = make();
                if source == Source::Body(String::new()) || source == Source::Value(Value::Null) {
                    continue;
                }
                if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '(') {
                    continue;
                }
                return with_members(source, rest);
            }
        }
        None
    }
}

fn header_member(rest: &str) -> Option<String> {
    if let Some(name) = rest.strip_prefix('.') {
        return is_name(name).then(|| name.to_owned());
    }
    let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
    literal(inner)?.as_str().map(str::to_owned)
}

/// A source with the members that follow it.
fn with_members(source: Source, rest: &str) -> Option<Source> {
    if rest.is_empty() {
        return Some(source);
    }
    let Source::Body(mut path) = source else {
        return None;
    };
    let mut rest = rest;
    while !rest.is_empty() {
        rest = rest.strip_prefix('?').filter(|rest| rest.starts_with(['.', '['])).unwrap_or(rest);
        if let Some(inner) = rest.strip_prefix('[') {
            let end = bracketed(&format!("[{inner}"))?.len();
            let index = &inner[..end];
            match literal(index)? {
                Value::Number(number) if number.as_u64().is_some() => path.push_str(&format!("[{number}]")),
                Value::String(name) => path.push_str(&member(&name)),
                _ => return None,
            }
            rest = &inner[end + 1..];
            continue;
        }
        let inner = rest.strip_prefix('.')?;
        let inner = inner.strip_prefix('[').map_or(inner, |_| inner);
        if inner.starts_with('[') {
            rest = inner;
            continue;
        }
        let end = inner.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(inner.len());
        let name = &inner[..end];
        rest = &inner[end..];
        match name {
            "length" if rest.is_empty() => return Some(Source::Length(path)),
            "" => return None,
            _ if rest.starts_with('(') => return None,
            name => path.push_str(&member(name)),
        }
    }
    Some(Source::Body(path))
}

/// A member as a part of a JSONPath.
#[must_use]
pub fn member(name: &str) -> String {
    let plain = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { format!(".{name}") } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
}

/// Members with dots between them, as chai's `nested` and lodash have them.
fn dotted(name: &str) -> String {
    name.split('.').map(member).collect()
}

fn value_matcher(value: &Value) -> Value {
    match value {
        // A list would be one of its values, and a mapping operators.
        Value::Array(_) | Value::Object(_) => json!({ "equals": value }),
        Value::Null => json!({ "type": "null" }),
        other => other.clone(),
    }
}

fn negate(matcher: &Value) -> Option<Value> {
    match matcher {
        Value::Object(members) if members.len() == 1 => match members.iter().next() {
            Some((key, Value::Bool(flag))) if key == "exists" => Some(json!({ "exists": !flag })),
            Some((key, value)) if key == "length" && *value == json!(0) => Some(json!({ "length": { "min": 1 } })),
            _ => Some(json!({ "not": matcher })),
        },
        _ => Some(json!({ "not": matcher })),
    }
}

fn statuses(matcher: &Value) -> Option<Vec<Value>> {
    match matcher {
        Value::Number(number) => {
            number.as_u64().filter(|status| (100..600).contains(status)).map(|status| vec![json!(status)])
        }
        Value::String(class) if class.ends_with("XX") => Some(vec![class.clone().into()]),
        Value::Object(members) => match members.get("one_of") {
            Some(Value::Array(all)) => Some(all.clone()),
            _ => {
                let min = members.get("min").and_then(Value::as_u64);
                let max = members.get("max").and_then(Value::as_u64);
                match (min, max) {
                    (Some(200), Some(299)) => Some(vec![json!("2XX")]),
                    (None, Some(399)) => Some(vec![json!("2XX"), json!("3XX")]),
                    (None, Some(299)) => Some(vec![json!("2XX")]),
                    _ => None,
                }
            }
        },
        _ => None,
    }
}

fn status_of(reason: &str) -> Option<u16> {
    const REASONS: [(&str, u16); 18] = [
        ("OK", 200),
        ("Created", 201),
        ("Accepted", 202),
        ("No Content", 204),
        ("Moved Permanently", 301),
        ("Found", 302),
        ("Not Modified", 304),
        ("Bad Request", 400),
        ("Unauthorized", 401),
        ("Forbidden", 403),
        ("Not Found", 404),
        ("Method Not Allowed", 405),
        ("Conflict", 409),
        ("Unprocessable Entity", 422),
        ("Too Many Requests", 429),
        ("Internal Server Error", 500),
        ("Bad Gateway", 502),
        ("Service Unavailable", 503),
    ];
    REASONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(reason)).map(|(_, status)| *status)
}

fn type_name(value: &Value) -> Option<&'static str> {
    Some(match value.as_str()?.to_lowercase().as_str() {
        "string" => "string",
        "number" => "number",
        "boolean" => "boolean",
        "array" => "array",
        "object" => "object",
        "null" => "null",
        _ => return None,
    })
}

fn number(value: Value) -> Option<Value> {
    (value.is_number() || is_hole(&value)).then_some(value)
}

fn is_hole(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("{{") && text.ends_with("}}"))
}

/// `/pattern/flags` as a pattern.
fn pattern(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = text.strip_prefix('/')?;
    let end = inner.rfind('/')?;
    let flags = &inner[end + 1..];
    let pattern = inner[..end].replace("\\/", "/");
    let pattern = match flags {
        "" | "g" => pattern,
        "i" | "gi" | "ig" => format!("(?i){pattern}"),
        _ => return None,
    };
    regex::Regex::new(&pattern).ok().map(|_| pattern)
}

/// A literal of JavaScript as JSON.
fn literal(text: &str) -> Option<Value> {
    let text = text.trim();
    let first = text.chars().next()?;
    if first == '`' {
        let inner = text.strip_prefix('`')?.strip_suffix('`')?;
        return (!inner.contains(['`', '$'])).then(|| inner.into());
    }
    let is_word = ["true", "false", "null"].contains(&text);
    if !(is_word || "\"'[{-".contains(first) || first.is_ascii_digit()) {
        return None;
    }
    let file = Sources::default().add("", "");
    let read = json::lenient(text, file, 0).ok()?;
    // Only quotes and bare keys are JavaScript; whatever else was repaired may be a name.
    let fine = read.repairs.iter().all(|(repair, at)| match repair {
        json::Repair::Quotes | json::Repair::TrailingComma => true,
        json::Repair::BareWord => text[*at as usize..]
            .trim_start_matches(|c: char| c.is_alphanumeric() || "_-$.".contains(c))
            .trim_start()
            .starts_with(':'),
        _ => false,
    });
    fine.then(|| read.node.to_json())
}

/// The arguments of a call of one of these functions, and what follows it.
fn call<'t>(text: &'t str, functions: &[&str]) -> Option<(Vec<&'t str>, &'t str)> {
    let function =
        functions.iter().find(|function| text.strip_prefix(**function).is_some_and(|rest| rest.starts_with('(')))?;
    let rest = &text[function.len()..];
    let inner = bracketed(rest)?;
    Some((
        split(inner, ",").into_iter().map(str::trim).filter(|part| !part.is_empty()).collect(),
        &rest[inner.len() + 2..],
    ))
}

/// A link of a chain: its name, and its arguments where it is called.
type Link = (String, Option<Vec<String>>);

/// The links of a chain such as `.to.be.a("string")`: names, and arguments of those that are called.
fn links(chain: &str) -> Option<Vec<Link>> {
    let mut links = Vec::new();
    let mut rest = chain.trim();
    while !rest.is_empty() {
        rest = rest.strip_prefix('.')?.trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = rest[end..].trim_start();
        let arguments = if rest.starts_with('(') {
            let inner = bracketed(rest)?;
            rest = rest[inner.len() + 2..].trim_start();
            Some(
                split(inner, ",")
                    .into_iter()
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect(),
            )
        } else {
            None
        };
        if name.is_empty() {
            return None;
        }
        links.push((name, arguments));
    }
    Some(links)
}

/// The body of a function: what stands between its braces, or the expression after its arrow.
fn function_body(text: &str) -> Option<(usize, &str)> {
    let text = text.trim();
    let text = text.strip_prefix("async").map_or(text, str::trim_start);
    let parameters = text.strip_prefix("function").map_or(text, str::trim_start);
    let open = parameters.find('(')?;
    let inside = bracketed(&parameters[open..])?;
    let after = parameters[open + inside.len() + 2..].trim_start();
    let body = after.strip_prefix("=>").map_or(after, str::trim_start);
    match body.starts_with('{') {
        true => bracketed(body).map(|inner| (0, inner)),
        false => Some((0, body)),
    }
}

/// What stands between the bracket a text begins with and its partner.
fn bracketed(text: &str) -> Option<&str> {
    let mut scanner = Scanner::new(text);
    let mut depth = 0usize;
    while let Some((at, letter)) = scanner.next() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(&text[1..at]);
                }
            }
            _ => {}
        }
    }
    None
}

/// A text without the brackets around all of it.
fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    while text.starts_with('(') && bracketed(text).is_some_and(|inner| inner.len() + 2 == text.len()) {
        text = text[1..text.len() - 1].trim();
    }
    text
}

/// Parts between separators that stand outside brackets and quotes.
fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0usize;
    let mut scanner = Scanner::new(text);
    while let Some((at, letter)) = scanner.next() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && at >= start && text[at..].starts_with(separator) => {
                parts.push(&text[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start.min(text.len())..]);
    parts
}

fn split_once<'t>(text: &'t str, operator: &str) -> Option<(&'t str, &'t str)> {
    match split(text, operator).as_slice() {
        [left, right] if !left.trim().is_empty() && !right.trim().is_empty() => Some((left.trim(), right.trim())),
        _ => None,
    }
}

/// `left = right`, where that is an assignment.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0usize;
    let mut scanner = Scanner::new(text);
    while let Some((at, letter)) = scanner.next() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '=' if depth == 0 => {
                let before = text[..at].chars().next_back();
                let after = text[at + 1..].chars().next();
                if matches!(after, Some('=' | '>')) || matches!(before, Some('=' | '!' | '<' | '>' | '+' | '-')) {
                    return None;
                }
                return Some((text[..at].trim(), text[at + 1..].trim()));
            }
            _ => {}
        }
    }
    None
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// Cuts a script into statements, with comments left out.
fn statements(script: &str) -> Vec<Statement> {
    let script = without_comments(script);
    let mut statements = Vec::new();
    let mut start = 0;
    let mut depth = 0usize;
    let mut scanner = Scanner::new(&script);
    let mut ends = Vec::new();
    while let Some((at, letter)) = scanner.next() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                // `if (...) { ... }` needs no semicolon, and ends where no `else` follows.
                let rest = script[at + 1..].trim_start();
                if letter == '}'
                    && depth == 0
                    && rest.starts_with(|c: char| c.is_alphabetic())
                    && !rest.starts_with("else")
                    && script[at + 1..].contains('\n')
                {
                    ends.push(at + 1);
                }
            }
            ';' if depth == 0 => ends.push(at + 1),
            '\n' if depth == 0 => {
                let next = script[at..].trim_start();
                let before = script[start.max(ends.last().copied().unwrap_or(0))..at].trim_end();
                // A chain or an operator goes on in the next line.
                let on =
                    next.starts_with(['.', '?', ')', ']', '}', '{', '+', '&', '|', '=']) || next.starts_with("else");
                let open = before.ends_with(['=', ',', '(', '&', '|', '+', '.', ':', '?']) || before.ends_with("=>");
                if !on && !open && !before.is_empty() {
                    ends.push(at);
                }
            }
            _ => {}
        }
    }
    ends.push(script.len());
    for end in ends {
        if end < start {
            continue;
        }
        let text = &script[start..end];
        let blank = text.len() - text.trim_start().len();
        if !text.trim().trim_matches(';').is_empty() {
            let line = script[..start + blank].matches('\n').count();
            statements.push(Statement { line, text: text.trim().to_owned() });
        }
        start = end;
    }
    statements
}

/// A script with blanks for its comments; lines stay where they are.
fn without_comments(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let letters: Vec<char> = script.chars().collect();
    let mut at = 0;
    let mut quote: Option<char> = None;
    while at < letters.len() {
        let letter = letters[at];
        let next = letters.get(at + 1).copied();
        match quote {
            Some(open) => {
                out.push(letter);
                if letter == '\\' {
                    if let Some(next) = next {
                        out.push(next);
                        at += 1;
                    }
                } else if letter == open || (letter == '\n' && open != '`') {
                    quote = None;
                }
            }
            None if letter == '/' && next == Some('/') => {
                while at < letters.len() && letters[at] != '\n' {
                    at += 1;
                }
                continue;
            }
            None if letter == '/' && next == Some('*') => {
                at += 2;
                while at < letters.len() && !(letters[at] == '*' && letters.get(at + 1) == Some(&'/')) {
                    if letters[at] == '\n' {
                        out.push('\n');
                    }
                    at += 1;
                }
                at += 2;
                continue;
            }
            None => {
                if "\"'`".contains(letter) {
                    quote = Some(letter);
                }
                out.push(letter);
            }
        }
        at += 1;
    }
    out
}

/// Walks over the letters of a script that stand outside quotes and patterns.
struct Scanner<'t> {
    letters: std::iter::Peekable<std::str::CharIndices<'t>>,
    before: char,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        Self { letters: text.char_indices().peekable(), before: '(' }
    }

    fn next(&mut self) -> Option<(usize, char)> {
        loop {
            let (at, letter) = self.letters.next()?;
            // A slash where a value belongs begins a pattern.
            let pattern = letter == '/' && "(,=:[!&|?{};\n".contains(self.before);
            if "\"'`".contains(letter) || pattern {
                let mut escaped = false;
                for (_, inner) in self.letters.by_ref() {
                    match inner {
                        _ if escaped => escaped = false,
                        '\\' => escaped = true,
                        inner if inner == letter => break,
                        '\n' if letter != '`' => break,
                        _ => {}
                    }
                }
                self.before = 'a';
                continue;
            }
            if !letter.is_whitespace() || letter == '\n' {
                self.before = letter;
            }
            return Some((at, letter));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(script: &str) -> String {
        let mut holes = Holes::default();
        let said = read(script, "Get status", &mut holes);
        let mut out = Vec::new();
        let yaml = |pairs: &[(String, Tree)]| {
            pairs
                .iter()
                .map(|(name, tree)| format!("{name}={}", tree.to_yaml().trim().replace('\n', " ")))
                .collect::<Vec<_>>()
                .join("; ")
        };
        if !said.expect.status.is_empty() {
            out.push(format!("status {}", Value::from(said.expect.status.clone())));
        }
        if let Some(within) = &said.expect.within {
            out.push(format!("within {within}"));
        }
        for (what, pairs) in
            [("headers", &said.expect.headers), ("body", &said.expect.body), ("capture", &said.capture)]
        {
            if !pairs.is_empty() {
                out.push(format!("{what} {}", yaml(pairs)));
            }
        }
        if let Some(poll) = &said.poll {
            out.push(format!("poll {}", poll.to_yaml().trim().replace('\n', " ")));
        }
        for (line, text) in &said.rest {
            out.push(format!("rest {line}: {text}"));
        }
        out.join("\n")
    }

    #[test]
    fn checks_of_every_form_become_expectations() {
        let script = r#"
            pm.test("ok", function () { pm.response.to.have.status(200); });
            pm.test("fast", () => pm.expect(pm.response.responseTime).to.be.below(500));
            const data = pm.response.json();
            pm.test("body", () => {
                pm.expect(data.status).to.eql("DONE");
                pm.expect(data.items).to.be.an("array").that.is.not.empty;
                pm.expect(data.items[0]["x-id"]).to.exist;
                pm.expect(data.items.length).to.be.above(0);
                pm.expect(data).to.have.property("total", 3);
                pm.expect(data.kind).to.be.oneOf(["a", "b"]);
                pm.expect(data.name).to.match(/^[A-Z]/i);
                pm.expect(pm.response.headers.get("Content-Type")).to.include("json");
            });
            tests["old"] = responseCode.code === 200;
            pm.environment.set("item", data.items[0].id);
            postman.setEnvironmentVariable("token", JSON.parse(responseBody).token);
        "#;
        assert_eq!(
            said(script),
            "status [200]\nwithin 500ms\nheaders content-type=contains: json\nbody $.status=DONE; $.items=type: array; \
             $.items=length: { min: 1 }; $.items[0]['x-id']=exists: true; $.items=length: { min: 1 }; $.total=3; \
             $.kind=one_of: [a, b]; $.name=matches: (?i)^[A-Z]\ncapture item=$.items[0].id; token=$.token"
        );
    }

    #[test]
    fn what_is_not_plain_is_handed_back_with_its_line() {
        assert_eq!(said("if (a) {\n pm.expect(1).to.eql(1);\n}"), "rest 0: if (a) {\n pm.expect(1).to.eql(1);\n}");
        assert_eq!(
            said("\nfor (const x of xs) { pm.expect(x).to.be.ok; }"),
            "rest 1: for (const x of xs) { pm.expect(x).to.be.ok; }"
        );
        assert_eq!(said("pm.expect(compute(1)).to.eql(2)"), "rest 0: pm.expect(compute(1)).to.eql(2)");
        assert_eq!(
            said("pm.test('x', function () {\n  weird();\n  pm.response.to.be.ok;\n})"),
            "status [\"2XX\"]\nrest 1: weird();"
        );
        assert_eq!(said("pm.expect(a || b).to.be.true"), "rest 0: pm.expect(a || b).to.be.true");
        assert_eq!(said("// nothing\nconsole.log(1);"), "");
    }

    #[test]
    fn a_loop_over_its_own_request_is_a_poll() {
        let script =
            "var d = pm.response.json();\nif (d.state === 'PROCESSING') { postman.setNextRequest('Get status'); }";
        assert_eq!(said(script), "poll until: { $.state: { not: PROCESSING } }");
        let other = "if (pm.response.json().state === 'X') { postman.setNextRequest('Another'); }";
        assert!(said(other).starts_with("rest 0: if"));
    }

    #[test]
    fn hostile_scripts_end() {
        for script in [
            "(((((",
            "pm.test(",
            "\"",
            "`",
            "/",
            "pm.expect(a.to.be",
            "x = = y",
            "}}}}",
            "pm.test('a', function () {",
            "[[[[".repeat(9).as_str(),
        ] {
            let mut holes = Holes::default();
            let _ = read(script, "r", &mut holes);
        }
    }
}
