//! Shapes as JSON Schemas.

use crate::source::Sources;
use crate::suite::matcher::OPERATOR;
use crate::yaml::{Form, Key, Names, Object, Shape, parse};
use serde_json::{Map, Value, json};

/// A duration with its unit.
const DURATION: &str = r"^\s*(([0-9]+\.?[0-9]*|\.[0-9]+)(ms|s|m|h)\s*)+$";

/// The schema of an object and, under `$defs`, of everything it leads to.
pub(super) fn document(object: &'static Object) -> Value {
    let mut definitions = Definitions::default();
    let mut schema = definitions.object(object, Map::new());
    if let Value::Object(members) = &mut schema {
        definitions.made.sort_by(|a, b| a.0.cmp(b.0));
        let made = definitions.made.into_iter().map(|(name, schema)| (name.to_owned(), schema));
        members.insert("$defs".into(), Value::Object(made.collect()));
    }
    schema
}

/// A value as it is written in a suite, as JSON; null when it is not YAML, which a test would tell.
fn written(example: &str) -> Value {
    let mut sources = Sources::default();
    let file = sources.add("example", example);
    parse(&sources, file).map_or(Value::Null, |node| node.to_json())
}

#[derive(Default)]
struct Definitions {
    made: Vec<(&'static str, Value)>,
}

impl Definitions {
    fn reference(&mut self, object: &'static Object) -> Value {
        if !self.made.iter().any(|(name, _)| *name == object.name) {
            // Its place is taken first: objects contain themselves.
            let place = self.made.len();
            self.made.push((object.name, Value::Null));
            self.made[place].1 = self.object(object, Map::new());
        }
        json!({ "$ref": format!("#/$defs/{}", object.name) })
    }

    fn object(&mut self, object: &'static Object, mut more: Map<String, Value>) -> Value {
        let mut properties = Map::new();
        for key in object.each_key() {
            properties.insert(key.name.to_owned(), self.key(key));
        }
        let mut schema = Map::new();
        schema.insert("title".into(), object.what.into());
        schema.insert("type".into(), "object".into());
        schema.insert("properties".into(), Value::Object(properties));
        if !object.needs.is_empty() {
            schema.insert("required".into(), object.needs.into());
        }
        let groups: Vec<Value> = object.kinds.iter().map(|kinds| alternatives(kinds)).collect();
        if !groups.is_empty() {
            schema.insert("allOf".into(), Value::Array(groups));
        }
        schema.entry("additionalProperties").or_insert(Value::Bool(false));
        schema.append(&mut more);
        Value::Object(schema)
    }

    fn key(&mut self, key: &Key) -> Value {
        let mut schema = match self.shape(&key.shape) {
            Value::Object(schema) => schema,
            _ => Map::new(),
        };
        schema.insert("description".into(), key.about.into());
        schema.insert("examples".into(), json!([written(key.example)]));
        Value::Object(schema)
    }

    fn shape(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Template | Shape::Value => json!({}),
            Shape::TextTemplate | Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
            Shape::Pattern(_, pattern) => json!({ "type": "string", "pattern": pattern }),
            Shape::Expression => json!({ "type": "string", "pattern": r"^\s*\{\{[\s\S]*\}\}\s*$" }),
            Shape::Path => json!({ "type": "string", "pattern": "^\\s*\\$" }),
            Shape::Regex => json!({ "type": ["string", "number", "boolean"], "format": "regex" }),
            Shape::Duration => json!({ "type": "string", "pattern": DURATION }),
            Shape::Natural(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Shape::Number(least, most) => json!({ "type": "number", "minimum": least, "maximum": most }),
            Shape::Positive => json!({ "type": "number", "exclusiveMinimum": 0 }),
            Shape::NumberTemplate => {
                json!({ "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"\{\{" }] })
            }
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::True => json!({ "const": true }),
            Shape::Null => json!({ "type": "null" }),
            Shape::Word(words) => json!({ "enum": words }),
            Shape::Some(item) => json!({ "type": "array", "items": self.shape(item) }),
            Shape::Many(item) => json!({ "type": "array", "items": self.shape(item), "minItems": 1 }),
            Shape::OneOrMany(item) => {
                let item = self.shape(item);
                json!({ "anyOf": [item, { "type": "array", "items": item }] })
            }
            Shape::Map(names, value) => {
                let mut schema = json!({ "type": "object", "additionalProperties": self.shape(value) });
                if let Some(pattern) = pattern(*names) {
                    schema["propertyNames"] = json!({ "pattern": pattern });
                }
                schema
            }
            Shape::Object(object) => self.reference(object),
            Shape::Conditions(object, value) => {
                let value = self.shape(value);
                let more = json!({ "patternProperties": { "^\\s*\\$": value }, "minProperties": 1 });
                let more = more.as_object().cloned().unwrap_or_default();
                self.object(object, more)
            }
            Shape::Either(shapes) => {
                let shapes: Vec<Value> = shapes.iter().map(|shape| self.shape(shape)).collect();
                json!({ "anyOf": shapes })
            }
            Shape::Matcher => self.matcher(),
        }
    }

    /// A value, a list of values, or operators.
    fn matcher(&mut self) -> Value {
        if !self.made.iter().any(|(name, _)| *name == "expected") {
            let place = self.made.len();
            self.made.push(("expected", Value::Null));
            let operators = self.reference(&OPERATOR);
            self.made[place].1 = json!({
                "title": "what a value must be",
                "description": "a value means equal to it, a list one of its values, a mapping of operators all of them",
                "anyOf": [
                    { "type": ["string", "number", "boolean", "null"] },
                    { "type": "array", "minItems": 1 },
                    operators,
                ],
            });
        }
        json!({ "$ref": "#/$defs/expected" })
    }
}

/// Exactly one of several kinds: what it needs is there, and nothing of the others.
fn alternatives(kinds: &[Form]) -> Value {
    let forms = kinds.iter().map(|form| {
        let lacks = form.lacks.iter().map(|key| ((*key).to_owned(), Value::Bool(false)));
        let mut schema = json!({ "title": form.title });
        if !form.needs.is_empty() {
            schema["required"] = form.needs.into();
        }
        if !form.lacks.is_empty() {
            schema["properties"] = Value::Object(lacks.collect());
        }
        schema
    });
    json!({ "oneOf": forms.collect::<Vec<_>>() })
}

const fn pattern(names: Names) -> Option<&'static str> {
    match names {
        Names::Any => None,
        Names::Variables => Some("^[A-Za-z_][A-Za-z0-9_]*$"),
        Names::Paths => Some("^\\s*\\$"),
    }
}
