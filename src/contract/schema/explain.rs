//! Where a value is not what a schema promises, told as the promise of one place at a time.
//!
//! Whether a single promise is kept is always the validator's word. What is done here is the walk: down the members, into
//! the one branch that a discriminator chooses or that comes nearest, and never into all of them, so that the time it
//! takes grows with the value and not with the ways to read it.

use super::definition::{Choices, Definition, Half, Id, Keyword, Pool, What, choices};
use super::validator::Compiled;
use super::words;
use super::{SchemaError, scalar_text};
use crate::ecma::{Match, Pattern};
use crate::source::Span;
use crate::text;
use serde_json::{Map, Value};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::rc::Rc;

/// Most places that are told.
const MOST: usize = 24;
/// Most schemas that are looked into for one value.
const MOST_STEPS: usize = 20_000;
/// Longest value that is shown whole, in bytes.
const LONGEST: usize = 120;

/// Where a value is not what was promised, the certain places first.
pub(super) fn errors(pool: &Pool, id: Id, half: Half, value: &Value) -> Vec<SchemaError> {
    let mut walk = Walk { pool, half, errors: Vec::new(), steps: 0 };
    walk.schema(
        id,
        value,
        &At { pointer: String::new(), ambiguity: None, sure: Sure::Certain, elsewhere: Rc::default() },
    );
    walk.errors.sort_by_key(|(sure, _)| *sure);
    walk.errors.into_iter().map(|(_, error)| error).collect()
}

/// How sure it is that a promise was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    /// There is no other reading.
    Certain,
    /// It belongs to the branch that comes nearest.
    Nearest,
}

/// Where the walk is.
#[derive(Clone)]
struct At {
    pointer: String,
    ambiguity: Option<String>,
    sure: Sure,
    /// Members that only the other half of an exchange has, as the schema around (`allOf`) knows.
    elsewhere: Rc<HashSet<String>>,
}

impl At {
    fn member(&self, name: &str) -> Self {
        let name = text::pointer_escaped(name);
        Self { pointer: format!("{}/{name}", self.pointer), elsewhere: Rc::default(), ..self.clone() }
    }
}

struct Walk<'p> {
    pool: &'p Pool,
    half: Half,
    errors: Vec<(Sure, SchemaError)>,
    steps: usize,
}

impl Walk<'_> {
    fn schema(&mut self, id: Id, value: &Value, at: &At) {
        self.steps += 1;
        if self.errors.len() >= MOST || self.steps > MOST_STEPS {
            return;
        }
        let definition = self.pool.definition(id);
        let own = definition.ambiguities.first();
        let at = &At { ambiguity: own.or(at.ambiguity.as_ref()).cloned(), ..at.clone() };
        let before = self.errors.len();
        for keyword in &definition.keywords {
            match (&keyword.what, keyword.name) {
                (What::One(target), "$ref") => {
                    self.schema(*target, value, &At { elsewhere: Rc::default(), ..at.clone() });
                }
                (What::Many(all), "allOf") => {
                    let mut elsewhere = (*at.elsewhere).clone();
                    elsewhere.extend(self.pool.names_elsewhere(id, self.half).into_iter().map(str::to_owned));
                    let at = At { elsewhere: Rc::new(elsewhere), ..at.clone() };
                    all.iter().for_each(|id| self.schema(*id, value, &at));
                }
                (What::Many(branches), "oneOf" | "anyOf") => self.branches(id, keyword, branches, value, at),
                (What::One(condition), "if") => self.condition(definition, *condition, value, at),
                (_, "then" | "else" | "minContains" | "maxContains") => {}
                (_, "required") => self.required(id, definition, keyword, value, at),
                (_, "dependentRequired") => self.dependent(keyword, value, at),
                (What::Named(named), "properties") => {
                    for (name, schema, value) in members(value, named) {
                        self.schema(schema, value, &at.member(name));
                    }
                }
                (What::Named(patterns), "patternProperties") => self.patterns(patterns, value, at),
                (What::Named(named), "dependentSchemas") => {
                    members(value, named).for_each(|(_, schema, _)| self.schema(schema, value, at));
                }
                (What::One(schema), "additionalProperties") => self.additional(definition, keyword, *schema, value, at),
                (What::One(schema), "propertyNames") => self.names(*schema, value, at),
                (What::One(schema), "items") => {
                    let first = match definition.get("prefixItems") {
                        Some(What::Many(first)) => first.len(),
                        _ => 0,
                    };
                    for (index, item) in value.as_array().into_iter().flatten().enumerate().skip(first) {
                        self.schema(*schema, item, &at.member(&index.to_string()));
                    }
                }
                (What::Many(schemas), "prefixItems") => {
                    for (index, (item, schema)) in value.as_array().into_iter().flatten().zip(schemas).enumerate() {
                        self.schema(*schema, item, &at.member(&index.to_string()));
                    }
                }
                (_, "unevaluatedProperties" | "unevaluatedItems") => {}
                (What::Value(written), _) => self.value(definition, keyword, written, value, at),
                (_, name) => {
                    if !self.alone(definition, keyword).is_valid(value) {
                        let promised = match name {
                            "not" => "anything but what `not` describes".to_owned(),
                            "contains" => {
                                "a list with an item, or the number of items, that `contains` describes".into()
                            }
                            other => format!("what `{other}` describes"),
                        };
                        self.tell(keyword, promised, Some(value), Vec::new(), at);
                    }
                }
            }
        }
        // What nothing describes can only be told once everything else is as described.
        if self.errors.len() == before {
            for keyword in definition.keywords.iter().filter(|keyword| keyword.name.starts_with("unevaluated")) {
                self.unevaluated(id, keyword, value, at);
            }
        }
    }

    /// A keyword of its own.
    fn value(&mut self, definition: &Definition, keyword: &Keyword, written: &Value, value: &Value, at: &At) {
        let alone = self.alone(definition, keyword);
        if alone.is_valid(value) {
            return;
        }
        let promised = match keyword.name {
            "pattern" if gives_up(written, value) => {
                let pattern = written.as_str().unwrap_or_default();
                format!("text that matches `{pattern}`; the pattern gave up on this text, simplify it")
            }
            name => words::promised(name, written),
        };
        let documented = match keyword.name {
            "enum" | "const" => words::texts(written),
            _ => Vec::new(),
        };
        self.tell(keyword, promised, Some(value), documented, at);
    }

    fn required(&mut self, id: Id, definition: &Definition, keyword: &Keyword, value: &Value, at: &At) {
        let Value::Object(members) = value else { return };
        let elsewhere = self.pool.names_elsewhere(id, self.half);
        for name in definition.required() {
            if !members.contains_key(name) && !elsewhere.contains(name) && !at.elsewhere.contains(name) {
                let at = self.ambiguous(id, name, at.member(name));
                self.tell(keyword, format!("the member `{name}`"), None, vec![name.to_owned()], &at);
            }
        }
    }

    /// With the ambiguity of a member that is not there.
    fn ambiguous(&self, id: Id, name: &str, at: At) -> At {
        let mut open = vec![id];
        let mut steps = 0;
        while let Some(id) = open.pop() {
            steps += 1;
            let definition = self.pool.definition(id);
            if let Some((_, member)) = definition.properties().iter().find(|(own, _)| own == name) {
                let mut next = Some(*member);
                while let Some(definition) = next.map(|id| self.pool.definition(id)).filter(|_| steps < 64) {
                    if let Some(first) = definition.ambiguities.first() {
                        return At { ambiguity: Some(first.clone()), ..at };
                    }
                    steps += 1;
                    next = definition.merged().next();
                }
            }
            if steps < 64 {
                open.extend(definition.merged());
            }
        }
        at
    }

    fn dependent(&mut self, keyword: &Keyword, value: &Value, at: &At) {
        let (What::Value(Value::Object(wanted)), Value::Object(members)) = (&keyword.what, value) else { return };
        for (name, needs) in wanted.iter().filter(|(name, _)| members.contains_key(*name)) {
            for need in needs.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !members.contains_key(need) {
                    let promised = format!("the member `{need}`, as `{name}` is there");
                    self.tell(keyword, promised, None, vec![need.to_owned()], &at.member(need));
                }
            }
        }
    }

    fn patterns(&mut self, patterns: &[(String, Id)], value: &Value, at: &At) {
        for (pattern, schema) in patterns {
            for (name, value) in value.as_object().into_iter().flatten().filter(|(name, _)| matches(pattern, name)) {
                self.schema(*schema, value, &at.member(name));
            }
        }
    }

    fn additional(&mut self, definition: &Definition, keyword: &Keyword, schema: Id, value: &Value, at: &At) {
        let known = definition.properties();
        let patterns = match definition.get("patternProperties") {
            Some(What::Named(patterns)) => patterns.as_slice(),
            _ => &[],
        };
        let extra = value.as_object().into_iter().flatten().filter(|(name, _)| {
            !known.iter().any(|(known, _)| known == *name)
                && !patterns.iter().any(|(pattern, _)| matches(pattern, name))
        });
        let refused = self.pool.definition(schema).get("false").is_some();
        for (name, value) in extra {
            if refused {
                let names: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
                let promised = match names.is_empty() {
                    true => "an object without members".to_owned(),
                    false => format!("no member besides {}", names.join(", ")),
                };
                self.tell(keyword, promised, Some(value), names, &at.member(name));
            } else {
                self.schema(schema, value, &at.member(name));
            }
            if self.errors.len() >= MOST {
                return;
            }
        }
    }

    fn names(&mut self, schema: Id, value: &Value, at: &At) {
        for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
            let before = self.errors.len();
            self.schema(schema, &Value::String(name.clone()), &at.member(name));
            for (_, error) in &mut self.errors[before..] {
                error.promised = format!("a member's name that is {}", error.promised);
            }
        }
    }

    fn condition(&mut self, definition: &Definition, condition: Id, value: &Value, at: &At) {
        let holds = self.pool.compiled(condition, self.half).is_valid(value);
        if let Some(What::One(consequence)) = definition.get(if holds { "then" } else { "else" }) {
            self.schema(*consequence, value, at);
        }
    }

    fn branches(&mut self, id: Id, keyword: &Keyword, branches: &[Id], value: &Value, at: &At) {
        let definition = self.pool.definition(id);
        let fitting: Vec<Id> = branches.iter().copied().filter(|branch| self.fits(*branch, value)).collect();
        match (keyword.name, fitting.len()) {
            ("oneOf", 1) => return,
            ("anyOf", 1..) => return,
            ("oneOf", 2..) => {
                let names: Vec<String> = fitting.iter().map(|branch| self.name(*branch, branches)).collect();
                let named = match self.pool.definition(id).discriminator.as_ref() {
                    Some(choices) => {
                        format!(" (`{}` chooses none of them: give it a `const` in each)", choices.property)
                    }
                    None => String::new(),
                };
                let promised = format!("exactly one of its forms; {} all fit{named}", names.join(", "));
                return self.tell(keyword, promised, Some(value), Vec::new(), at);
            }
            _ => {}
        }
        if let Value::Object(members) = value
            && definition.discriminator.is_some()
            && let Some(Choices { property, span, by_value }) = choices(self.pool.definitions(), id)
            && !by_value.is_empty()
        {
            let known: Vec<String> = by_value.iter().map(|(value, _)| value.clone()).collect();
            let inside = at.member(&property);
            let chosen = members.get(&property);
            let listed = words::promised("enum", &known.iter().map(String::as_str).collect());
            return match chosen {
                None => self.push("required", span, format!("the member `{property}`"), None, known, &inside),
                Some(said) => match by_value.iter().find(|(value, _)| scalar_text(said).as_ref() == Some(value)) {
                    Some((_, branch)) => self.schema(*branch, value, at),
                    None => self.push("discriminator", span, listed, chosen, known, &inside),
                },
            };
        }
        let nearest = branches
            .iter()
            .copied()
            .enumerate()
            .max_by_key(|(index, branch)| (self.nearness(*branch, value, 0), Reverse(*index)));
        let Some((_, nearest)) = nearest else { return };
        let before = self.errors.len();
        let sure = if branches.len() == 1 { at.sure } else { Sure::Nearest };
        self.schema(nearest, value, &At { sure, ..at.clone() });
        if self.errors.len() == before {
            let names: Vec<String> = branches.iter().map(|branch| self.name(*branch, branches)).collect();
            self.tell(keyword, format!("one of its forms: {}", names.join(", ")), Some(value), Vec::new(), at);
        }
    }

    /// How a branch is called.
    fn name(&self, branch: Id, branches: &[Id]) -> String {
        let definition = self.pool.definition(branch);
        let target = match definition.get("$ref") {
            Some(What::One(target)) => self.pool.definition(*target),
            _ => definition,
        };
        match target.pointer.rsplit('/').next().filter(|name| !name.is_empty()) {
            Some(name) => text::pointer_unescaped(name),
            None => format!("form {}", branches.iter().position(|other| *other == branch).unwrap_or_default() + 1),
        }
    }

    /// How much of a value is as a branch says: first what tells branches apart, then its type, then its members.
    fn nearness(&self, branch: Id, value: &Value, depth: usize) -> (i64, i64) {
        let definition = self.pool.definition(branch);
        let mut score = (0, 0);
        if depth > 8 {
            return score;
        }
        for keyword in &definition.keywords {
            match (&keyword.what, keyword.name) {
                (What::One(target), "$ref") => score = add(score, self.nearness(*target, value, depth + 1)),
                (What::Many(all), "allOf") => {
                    score = all.iter().fold(score, |score, id| add(score, self.nearness(*id, value, depth + 1)));
                }
                (What::Named(named), "properties") => {
                    for (_, schema, value) in members(value, named) {
                        let tells = self.tells_apart(schema, 0);
                        match (self.fits(schema, value), tells) {
                            (true, true) => score = add(score, (4, 1)),
                            (false, true) => score = add(score, (-4, 0)),
                            (true, false) => score.1 += 1,
                            (false, false) => score.1 -= 1,
                        }
                    }
                }
                (_, "required") if value.is_object() => {
                    let missing = definition.required().filter(|name| value.get(name).is_none()).count();
                    score.1 -= i64::try_from(missing).unwrap_or(i64::MAX / 4);
                }
                (What::Value(_), "type" | "const" | "enum" | "false") => {
                    let kept = self.alone(definition, keyword).is_valid(value);
                    score.0 += if kept { 1 } else { -16 };
                }
                _ => {}
            }
        }
        score
    }

    /// Whether a schema lists its values.
    fn tells_apart(&self, id: Id, depth: usize) -> bool {
        let definition = self.pool.definition(id);
        definition.keywords.iter().any(|keyword| matches!(keyword.name, "const" | "enum"))
            || depth < 8 && definition.merged().any(|next| self.tells_apart(next, depth + 1))
    }

    fn fits(&self, id: Id, value: &Value) -> bool {
        self.pool.compiled(id, self.half).is_valid(value)
    }

    fn unevaluated(&mut self, id: Id, keyword: &Keyword, value: &Value, at: &At) {
        let said = self.pool.compiled(id, self.half).says(value);
        let Some(said) = said.filter(|said| said.keyword == keyword.name) else { return };
        if said.unexpected.is_empty() {
            self.tell(keyword, words::promised(keyword.name, &Value::Null), Some(value), Vec::new(), at);
        }
        for name in &said.unexpected {
            let promised = "nothing besides what the schema describes".to_owned();
            self.tell(keyword, promised, value.get(name), Vec::new(), &at.member(name));
        }
    }

    fn alone<'k>(&self, definition: &Definition, keyword: &'k Keyword) -> &'k Compiled {
        keyword.alone.get_or_init(|| Compiled::new(&self.pool.bundle_keyword(definition, keyword.name, self.half)))
    }

    fn tell(&mut self, keyword: &Keyword, promised: String, found: Option<&Value>, documented: Vec<String>, at: &At) {
        self.push(keyword.name, keyword.span, promised, found, documented, at);
    }

    fn push(
        &mut self,
        rule: &str,
        span: Span,
        promised: String,
        found: Option<&Value>,
        documented: Vec<String>,
        at: &At,
    ) {
        if self.errors.len() >= MOST {
            return;
        }
        let error = SchemaError {
            pointer: at.pointer.clone(),
            keyword: if rule == "false" { "schema".into() } else { rule.to_owned() },
            promised,
            found: found.map(found_text),
            documented,
            ambiguity: at.ambiguity.clone(),
            span,
        };
        let same = |(_, other): &(Sure, SchemaError)| {
            other.pointer == error.pointer && other.keyword == error.keyword && other.promised == error.promised
        };
        if !self.errors.iter().any(same) {
            self.errors.push((at.sure, error));
        }
    }
}

fn add(left: (i64, i64), right: (i64, i64)) -> (i64, i64) {
    (left.0 + right.0, left.1 + right.1)
}

/// Members of a value that have a schema.
fn members<'v>(value: &'v Value, named: &'v [(String, Id)]) -> impl Iterator<Item = (&'v str, Id, &'v Value)> {
    let members: Option<&Map<String, Value>> = value.as_object();
    named.iter().filter_map(move |(name, id)| Some((name.as_str(), *id, members?.get(name)?)))
}

/// Whether a pattern took more steps than it may take.
fn gives_up(pattern: &Value, value: &Value) -> bool {
    let pattern = pattern.as_str().and_then(|pattern| Pattern::new(pattern).ok());
    pattern.zip(value.as_str()).is_some_and(|(pattern, text)| pattern.find(text) == Match::GaveUp)
}

fn matches(pattern: &str, name: &str) -> bool {
    Pattern::new(pattern).is_ok_and(|pattern| pattern.is_match(name))
}

/// What is there, as JSON text.
pub(super) fn found_text(value: &Value) -> String {
    match value {
        // Writing all of a large list or object only to cut it would take longer than everything else.
        Value::Array(items) if items.len() > LONGEST => format!("a list of {} items", items.len()),
        Value::Object(members) if members.len() > LONGEST => format!("an object of {} members", members.len()),
        other => text::cut(&other.to_string(), LONGEST),
    }
}
