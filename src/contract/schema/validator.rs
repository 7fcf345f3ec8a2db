//! The validator: with `format`, the only file that knows the crate behind it.

use crate::ecma::{Match, Pattern};
use crate::format;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Keyword, PatternOptions, ValidationError, ValidationOptions, Validator};
use serde_json::{Map, Value};

/// The keyword under which a pattern is given to the validator: its own `pattern` has another engine.
pub(super) const PATTERN: &str = "x-pattern";

/// Most steps back that the name of a member may take for one of `patternProperties`.
const MOST_STEPS_BACK: usize = 50_000;

/// A compiled schema.
#[derive(Debug)]
pub(in crate::contract) struct Compiled(Result<Validator, String>);

/// A schema of JSON Schema 2020-12 that holds everything it refers to.
#[derive(Debug)]
pub(in crate::contract) struct Bundle {
    /// The schema.
    pub(in crate::contract) schema: Value,
    /// Whether a pattern of `patternProperties` looks around or back.
    pub(in crate::contract) looks_around: bool,
}

/// Why a text is no regular expression; nothing when it is one.
pub(in crate::contract) fn pattern_fault(pattern: &str) -> Option<String> {
    Pattern::new(pattern).err()
}

/// A pattern as a keyword of its own.
struct Asked(Pattern);

impl<'i> Keyword<'i> for Asked {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match instance.as_str().map_or(Match::Yes, |text| self.0.find(text)) {
            Match::Yes => Ok(()),
            Match::No => Err(ValidationError::custom("the text does not match the pattern")),
            Match::GaveUp => Err(ValidationError::custom("the pattern gave up on the text")),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        instance.as_str().is_none_or(|text| self.0.is_match(text))
    }
}

fn asked<'a>(
    _: &'a Map<String, Value>,
    pattern: &'a Value,
    _: jsonschema::paths::Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    let pattern = pattern.as_str().ok_or_else(|| ValidationError::schema("a pattern is text"))?;
    match Pattern::new(pattern) {
        Ok(pattern) => Ok(Box::new(Asked(pattern))),
        Err(why) => Err(ValidationError::schema(why)),
    }
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
    /// Compiles a schema.
    pub(in crate::contract) fn new(bundle: &Bundle) -> Self {
        let plain = || options().with_pattern_options(PatternOptions::regex()).build(&bundle.schema);
        let looking = || {
            let engine = PatternOptions::fancy_regex().backtrack_limit(MOST_STEPS_BACK);
            options().with_pattern_options(engine).build(&bundle.schema)
        };
        Self(if bundle.looks_around { looking() } else { plain() }.map_err(|error| error.to_string()))
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
}

fn options() -> ValidationOptions<'static> {
    let options = jsonschema::options().with_draft(Draft::Draft202012).offline();
    format::asserting(options).with_keyword(PATTERN, asked)
}
