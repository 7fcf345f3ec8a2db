//! One expression: what stands between `{{` and `}}`.
//!
//! Expressions are compiled by `minijinja`. A bare name, by far the commonest, is looked up without it.

use super::functions::{self, SERVICES_NAME};
use super::scope::Context;
use super::value::{from_dynamic, to_dynamic};
use crate::source::Span;
use minijinja::value::Value as Dynamic;
use serde_json::Value;
use std::sync::LazyLock;

/// Longest expression, in bytes. Longer operator chains could exhaust the stack of the engine's parser.
const LONGEST: usize = 2 * 1024;

/// The engine with Proviso's functions; expressions borrow from it, so it lives as long as the program.
static ENGINE: LazyLock<minijinja::Environment<'static>> = LazyLock::new(functions::engine);

/// An expression, compiled.
#[derive(Debug)]
pub struct Expression {
    span: Span,
    text: String,
    code: Code,
    references: Vec<Reference>,
}

#[derive(Debug)]
enum Code {
    /// The value of a name, as it is.
    Name,
    /// Anything else.
    Compiled(minijinja::Expression<'static, 'static>),
}

/// A use of a name in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name.
    pub name: String,
    /// Where it is used first.
    pub span: Span,
    /// Whether it is called, as in `name(...)`: then it stands for the function, whatever value has the same name.
    pub called: bool,
}

/// Why an expression cannot be read, and the bytes of it that are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Expression {
    /// Reads an expression. `span` is where `text` stands, without the braces.
    ///
    /// # Errors
    /// When it is empty, too long or not an expression.
    pub fn parse(text: &str, span: Span) -> Result<Self, ExpressionError> {
        let fail = |message: String, span| Err(ExpressionError { message, span });
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return fail("the braces are empty".into(), span);
        }
        if trimmed.len() > LONGEST {
            return fail(format!("the expression has {} bytes; at most {LONGEST} are allowed", trimmed.len()), span);
        }
        let indent = text.len() - text.trim_start().len();
        let span = span.part(&(indent..indent + trimmed.len()));
        if is_name(trimmed) {
            let references = vec![Reference { name: trimmed.to_owned(), span, called: false }];
            return Ok(Self { span, text: trimmed.to_owned(), code: Code::Name, references });
        }
        let compiled = match ENGINE.compile_expression_owned(trimmed.to_owned()) {
            Ok(compiled) => compiled,
            Err(error) => {
                let place = error.range().map_or(span, |range| span.part(&range));
                return fail(error.detail().unwrap_or("not an expression").to_owned(), place);
            }
        };
        let mut references: Vec<Reference> = compiled
            .undeclared_variables(false)
            .into_iter()
            .map(|name| {
                let (span, called) = use_of_name(trimmed, &name, span);
                Reference { name, span, called }
            })
            .collect();
        references.sort_by_key(|reference| reference.span.start);
        Ok(Self { span, text: trimmed.to_owned(), code: Code::Compiled(compiled), references })
    }

    /// Where it stands, without braces and surrounding blanks.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Its text, without braces and surrounding blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it uses, functions included, in order of first use.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Literal first arguments of calls of a function: the `X` of `secret('X')`. `None` stands for a call whose
    /// first argument is not a plain string.
    #[must_use]
    pub fn literal_arguments(&self, function: &str) -> Vec<Option<String>> {
        let bytes = self.text.as_bytes();
        let mut found = Vec::new();
        for (at, _) in self.text.match_indices(function) {
            let bounded = at == 0 || !is_name_byte(bytes[at - 1]);
            let Some(rest) = self.text[at + function.len()..].trim_start().strip_prefix('(') else { continue };
            if !bounded || in_string(&self.text, at) {
                continue;
            }
            let rest = rest.trim_start();
            found.push(match rest.chars().next() {
                Some(quote @ ('\'' | '"')) => {
                    rest[1..].split_once(quote).map(|(name, _)| name.to_owned()).filter(|name| !name.contains('\\'))
                }
                Some(_) | None => None,
            });
        }
        found
    }

    /// The value.
    ///
    /// # Errors
    /// When a name or member is undefined, a function fails, or the result is nothing JSON can say.
    pub fn evaluate(&self, context: &Context<'_>) -> Result<Value, ExpressionError> {
        let fail = |message: String, span| Err(ExpressionError { message, span });
        let compiled = match &self.code {
            Code::Name => {
                return match context.lookup(&self.text) {
                    Some(value) => Ok(value.clone()),
                    None => fail(format!("`{}` has no value here", self.text), self.span),
                };
            }
            Code::Compiled(compiled) => compiled,
        };
        let names = self.references.iter().filter(|reference| !reference.called).filter_map(|reference| {
            context.lookup(&reference.name).map(|value| (reference.name.as_str(), to_dynamic(value)))
        });
        let services = (SERVICES_NAME, Dynamic::from_dyn_object(context.services().clone()));
        match compiled.eval(Dynamic::from_pairs(names.chain([services]))) {
            Ok(result) if result.is_undefined() => fail(self.no_value(context), self.span),
            Ok(result) => from_dynamic(&result).map_or_else(
                || fail(format!("`{}` gives {}, which JSON cannot say", self.text, result.kind()), self.span),
                Ok,
            ),
            Err(error) => {
                let place = error.range().map_or(self.span, |range| self.span.part(&range));
                fail(error.detail().map_or_else(|| error.kind().to_string(), str::to_owned), place)
            }
        }
    }
}

impl Expression {
    /// Says that there is no value, and for a member of a known object which members there are.
    fn no_value(&self, context: &Context<'_>) -> String {
        let said = format!("`{}` has no value here", self.text);
        let Some((object, key)) = self.text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) else {
            return said;
        };
        let key =
            context.lookup(key.trim()).and_then(Value::as_str).unwrap_or_else(|| key.trim().trim_matches(['\'', '"']));
        match context.lookup(object.trim()) {
            Some(Value::Object(members)) => {
                let known: Vec<&str> = members.keys().map(String::as_str).collect();
                let hint = crate::text::did_you_mean(key, known.iter().copied()).unwrap_or_default();
                format!("`{}` has no `{key}`; {hint}", object.trim())
            }
            _ => said,
        }
    }
}

fn is_name(text: &str) -> bool {
    let word = text.bytes().all(is_name_byte) && !text.as_bytes()[0].is_ascii_digit();
    word && !matches!(text, "true" | "false" | "none" | "null" | "True" | "False" | "None")
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte offset lies inside a quoted string of an expression.
fn in_string(text: &str, offset: usize) -> bool {
    let mut quote = None;
    let mut escaped = false;
    for byte in text.bytes().take(offset) {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if matches!(byte, b'\'' | b'"') => quote = Some(byte),
            None => {}
        }
    }
    quote.is_some()
}

/// Where a name stands in an expression, outside strings and not as a member, and whether it is called there; the whole
/// expression if it cannot be told.
fn use_of_name(text: &str, name: &str, span: Span) -> (Span, bool) {
    let bytes = text.as_bytes();
    let found = text.match_indices(name).map(|(at, _)| at).find(|&at| {
        let end = at + name.len();
        let free_before = at == 0 || !(is_name_byte(bytes[at - 1]) || bytes[at - 1] == b'.');
        let free_after = bytes.get(end).is_none_or(|byte| !is_name_byte(*byte));
        free_before && free_after && !in_string(text, at)
    });
    match found {
        Some(at) => {
            let end = at + name.len();
            (span.part(&(at..end)), text[end..].trim_start().starts_with('('))
        }
        None => (span, false),
    }
}
