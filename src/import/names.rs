//! Names of other tools as names of suites: letters, digits and underscores; the map of those that changed is kept.

use std::collections::BTreeMap;

/// Words of the template language, which cannot be names.
const KEYWORDS: [&str; 12] = ["true", "false", "none", "null", "and", "or", "not", "in", "is", "if", "else", "loop"];

/// Functions of expressions, and words that templates give a meaning of their own.
const TAKEN: [&str; 13] = [
    "unique", "uuid", "now", "date", "pan", "mobile", "file", "base64", "env", "secret", "personas", "number", "range",
];

/// Names by what they were called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    known: BTreeMap<String, String>,
}

impl Names {
    /// The name for what another tool calls `old`; always the same one.
    pub fn of(&mut self, old: &str) -> String {
        let old = old.trim();
        if let Some(known) = self.known.get(old) {
            return known.clone();
        }
        let base = made(old);
        let mut name = base.clone();
        let mut number = 2;
        while self.known.values().any(|known| *known == name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        self.known.insert(old.to_owned(), name.clone());
        name
    }

    /// Names that changed: what each was called, and what it is called now.
    #[must_use]
    pub fn changed(&self) -> Vec<(String, String)> {
        self.known.iter().filter(|(old, new)| old != new).map(|(old, new)| (old.clone(), new.clone())).collect()
    }
}

fn made(old: &str) -> String {
    let mut name = String::new();
    for letter in old.chars() {
        match letter {
            c if c.is_ascii_alphanumeric() || c == '_' => name.push(c),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    let trimmed = name.trim_matches('_');
    let name = if trimmed.is_empty() {
        "value".to_owned()
    } else if old.starts_with('_') {
        name
    } else {
        trimmed.to_owned()
    };
    let taken = KEYWORDS.contains(&name.as_str()) || TAKEN.contains(&name.as_str());
    match name.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("v_{name}"),
        _ if taken => format!("{name}_"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_used_in_expressions_and_stay_apart() {
        let mut names = Names::default();
        let made: Vec<String> = ["x-api-key", "x_api_key", "x-api-key", "2fa", "file", "a b", "näme", "", "ok"]
            .iter()
            .map(|old| names.of(old))
            .collect();
        assert_eq!(made, ["x_api_key", "x_api_key_2", "x_api_key", "v_2fa", "file_", "a_b", "n_me", "value", "ok"]);
        assert!(!names.changed().iter().any(|(old, _)| old == "ok"));
    }
}
