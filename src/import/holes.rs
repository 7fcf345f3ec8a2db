//! Placeholders of other tools as those of suites.

use super::names::Names;
use super::node::BARE;
use super::private::{is_secret_name, is_secret_value, variable};
use super::tree::as_text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of names while a file is read.
#[derive(Debug, Default)]
pub struct Holes {
    /// Names by what they were called.
    pub names: Names,
    /// Values that names have in the file, by what they were called.
    pub values: BTreeMap<String, String>,
    /// Names of which the file says that they are secret.
    pub secret: BTreeSet<String>,
    /// Names that were used, by what they were called.
    pub used: BTreeSet<String>,
    /// Names that stood in a JSON body without quotes: their values keep their types.
    pub typed: BTreeSet<String>,
    /// Functions of the other tool that have no counterpart.
    pub unknown: BTreeSet<String>,
}

impl Holes {
    /// A text of another tool with its `{{name}}` translated. Anything else stays as it is.
    pub fn text(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            let Some(close) = rest[open..].find("}}").map(|close| open + close) else { break };
            // `{{{a}}}`: the braces nearest to the name are its own.
            let inner_open = rest[..close].rfind("{{").unwrap_or(open);
            out.push_str(&as_text(&rest[..inner_open]));
            let inside = rest[inner_open + 2..close].trim();
            match self.expression(inside) {
                Some(expression) => {
                    // A brace right before the hole would be taken for a part of it.
                    if out.ends_with('{') {
                        out.pop();
                        out.push_str("{{ '{' }}");
                    }
                    out.push_str(&format!("{{{{ {expression} }}}}"));
                }
                None => out.push_str(&as_text(&rest[inner_open..close + 2])),
            }
            rest = &rest[close + 2..];
        }
        out.push_str(&as_text(rest));
        out
    }

    /// A value of another tool: text with its placeholders translated; lists and objects all through.
    pub fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix(BARE) {
                Some(bare) => self.bare(bare),
                None => self.text(text).into(),
            },
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (as_key(name), self.value(value))).collect())
            }
            other => other.clone(),
        }
    }

    /// The expression for what stands between the braces.
    pub fn expression(&mut self, inside: &str) -> Option<String> {
        let inside = inside.trim();
        if inside.is_empty() || inside.len() > 200 || inside.contains(['\n', '{', '}']) {
            return None;
        }
        if let Some(dynamic) = inside.strip_prefix('$') {
            let made = dynamic_value(dynamic);
            if made.is_none() {
                self.unknown.insert(inside.to_owned());
                return Some("unique('value')".to_owned());
            }
            return made;
        }
        self.used.insert(inside.to_owned());
        Some(self.names.of(inside))
    }

    /// A placeholder that stood without quotes.
    fn bare(&mut self, text: &str) -> Value {
        if let Some(name) = lone(text) {
            self.typed.insert(name.to_owned());
        }
        self.text(text).into()
    }

    /// A text of a JSON body that stood in quotes: what fills it is text, whatever the variable holds.
    fn quoted(&mut self, text: &str) -> Value {
        let made = self.text(text);
        let name = lone(text).filter(|name| !name.starts_with('$'));
        let known = name.is_some_and(|name| self.values.get(name).is_some_and(|value| !value.is_empty()));
        match made.strip_prefix("{{ ").and_then(|rest| rest.strip_suffix(" }}")) {
            Some(inner) if name.is_some() && !known => format!("{{{{ {inner} | string }}}}").into(),
            _ => made.into(),
        }
    }

    /// The value of a variable of the file: text, or what it says as JSON where bodies take it without quotes.
    pub fn variable(&mut self, name: &str, value: &str) -> Value {
        let typed = self.typed.contains(name).then(|| serde_json::from_str::<Value>(value).ok()).flatten();
        match typed {
            Some(typed) if !typed.is_string() => typed,
            _ => self.guarded(name, value),
        }
    }

    /// The value for something called `name`: a secret's is left out.
    pub fn guarded(&mut self, name: &str, value: &str) -> Value {
        let holds = value.contains("{{");
        if !holds && !value.is_empty() && (is_secret_name(name) || is_secret_value(value)) {
            return secret(name, value).into();
        }
        self.text(value).into()
    }

    /// A JSON body with what looks secret left out.
    pub fn guarded_json(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.guarded_json(item)).collect(),
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, value)| {
                        let value = match value {
                            Value::String(text) if !text.starts_with(BARE) && !text.contains("{{") => {
                                self.guarded(name, text)
                            }
                            other => self.guarded_json(other),
                        };
                        (as_key(name), value)
                    })
                    .collect(),
            ),
            Value::String(text) => match text.strip_prefix(BARE) {
                Some(bare) => self.bare(bare),
                None if text.contains("{{") => self.quoted(text),
                None => self.guarded("", text),
            },
            other => other.clone(),
        }
    }

    /// The value of a name that the file gives one, with the names in it translated.
    pub fn constant(&mut self, old: &str) -> Option<String> {
        let mut value = self.values.get(old)?.clone();
        for _ in 0..8 {
            let Some(open) = value.find("{{") else { return Some(value) };
            let close = value[open..].find("}}").map(|close| open + close)?;
            let inner = self.values.get(value[open + 2..close].trim())?.clone();
            value.replace_range(open..close + 2, &inner);
        }
        None
    }
}

/// The name of a text that is one placeholder and nothing else.
fn lone(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inner.contains(['{', '}'])).then(|| inner.trim())
}

/// Names of members cannot be templates: braces in them are broken up.
fn as_key(name: &str) -> String {
    name.replace("{{", "{ {")
}

/// The template for a secret that was left out; a scheme before it stays.
fn secret(name: &str, value: &str) -> String {
    let scheme = ["Bearer ", "bearer ", "Basic ", "Token ", "token "].iter().find(|scheme| value.starts_with(**scheme));
    let variable = if name.is_empty() { "SECRET".to_owned() } else { variable(name) };
    format!("{}{{{{ secret('{variable}') }}}}", scheme.unwrap_or(&""))
}

/// What a dynamic variable of Postman (and of tools that took its names) gives.
fn dynamic_value(name: &str) -> Option<String> {
    let made = match name {
        "guid" | "randomUUID" | "uuid" | "uuidv4" => "uuid()",
        "timestamp" => "now('epoch')",
        "isoTimestamp" => "now()",
        "randomEmail" | "randomExampleEmail" => "unique('user') ~ '@example.com'",
        "randomFirstName" => "'Asha'",
        "randomLastName" => "'Rao'",
        "randomFullName" | "randomNamePrefix" => "'Asha Rao'",
        "randomPhoneNumber" | "randomPhoneNumberExt" => "mobile()",
        "randomUserName" | "randomAlphaNumeric" | "randomPassword" | "randomWord" | "randomSlug" => "unique('user')",
        "randomInt" | "randomDigit" => "7",
        "randomBoolean" => "true",
        "randomCity" => "'Pune'",
        "randomCountry" => "'India'",
        "randomCountryCode" => "'IN'",
        "randomStreetAddress" | "randomStreetName" => "'1 Test Road'",
        "randomCompanyName" => "'Example Ltd'",
        "randomUrl" => "'https://example.com'",
        "randomIP" => "'192.0.2.1'",
        "randomDateRecent" | "randomDateFuture" | "randomDatePast" => "date()",
        _ => return None,
    };
    Some(made.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_translated_and_braces_are_kept() {
        let mut holes = Holes::default();
        assert_eq!(holes.text("{{base-url}}/a/{{ id }}?x={{$guid}}"), "{{ base_url }}/a/{{ id }}?x={{ uuid() }}");
        assert_eq!(holes.text("a {{ b"), "a {{ '{' }}{ b");
        assert_eq!(holes.text("{{{a}}}"), "{{ '{' }}{{ a }}}");
        assert_eq!(holes.guarded("x-api-key", "abc"), "{{ secret('X_API_KEY') }}");
        assert_eq!(holes.guarded("Authorization", "Bearer abcdefgh"), "Bearer {{ secret('AUTHORIZATION') }}");
        assert_eq!(holes.guarded("x-api-key", "{{key}}"), "{{ key }}");
    }
}
