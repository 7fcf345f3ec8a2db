//! The validator: the only file that knows the crate behind it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationOptions, Validator};
use serde_json::{Value, json};

/// Most steps back that a pattern may take on one text: about a millisecond. Patterns without look-around and
/// back-references take none.
const MOST_STEPS_BACK: usize = 50_000;

/// A compiled schema.
#[derive(Debug)]
pub(in crate::contract) struct Compiled(Result<Validator, String>);

/// Why a text is no regular expression; nothing when it is one.
pub(in crate::contract) fn pattern_fault(pattern: &str) -> Option<String> {
    Compiled::new(&json!({ "pattern": pattern })).0.err()?;
    // The validator only says that it is none; the crate below it says why, on its last line.
    let why = regex::Regex::new(pattern).err().map(|error| error.to_string()).unwrap_or_default();
    let last = why.lines().last().unwrap_or_default();
    Some(last.strip_prefix("error: ").unwrap_or_default().to_owned())
}

/// What the validator says first.
pub(super) struct Said {
    /// The keyword.
    pub(super) keyword: String,
    /// Where in the value, as a JSON pointer.
    pub(super) pointer: String,
    /// What is wrong, in its words.
    pub(super) words: String,
    /// Members or items that nothing describes, where it complains of those.
    pub(super) unexpected: Vec<String>,
}

impl Compiled {
    /// Compiles a schema of JSON Schema 2020-12 that holds everything it refers to.
    pub(in crate::contract) fn new(schema: &Value) -> Self {
        Self(options().build(schema).map_err(|error| error.to_string()))
    }

    /// Whether a value is what the schema says; nothing is where it cannot be compiled.
    pub(super) fn is_valid(&self, value: &Value) -> bool {
        self.0.as_ref().is_ok_and(|validator| validator.is_valid(value))
    }

    /// What it says first of a value that is not.
    pub(super) fn says(&self, value: &Value) -> Option<Said> {
        let validator = match &self.0 {
            Ok(validator) => validator,
            Err(fault) => {
                let words = format!("a schema that can be used: {fault}");
                return Some(Said { keyword: "schema".into(), pointer: String::new(), words, unexpected: Vec::new() });
            }
        };
        let error = validator.validate(value).err()?;
        let unexpected = match error.kind() {
            ValidationErrorKind::UnevaluatedProperties { unexpected }
            | ValidationErrorKind::UnevaluatedItems { unexpected } => unexpected.clone(),
            _ => Vec::new(),
        };
        Some(Said {
            keyword: error.kind().keyword().to_owned(),
            pointer: error.instance_path().as_str().to_owned(),
            words: error.masked().to_string(),
            unexpected,
        })
    }

    /// Whether a pattern in it gave up on a value.
    pub(super) fn gives_up(&self, value: &Value) -> bool {
        let error = self.0.as_ref().ok().and_then(|validator| validator.validate(value).err());
        error.is_some_and(|error| {
            matches!(
                error.kind(),
                ValidationErrorKind::BacktrackLimitExceeded { .. } | ValidationErrorKind::RegexEngineFailure { .. }
            )
        })
    }
}

fn options() -> ValidationOptions<'static> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .with_format("byte", |text: &str| STANDARD.decode(text).is_ok())
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(MOST_STEPS_BACK))
}
