//! A value with placeholders: read once, filled as often as needed.

use super::expression::{Expression, ExpressionError};
use super::scope::Context;
use crate::source::Span;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Longest text of a template, in bytes.
const LONGEST: usize = 64 * 1024;

/// A value with placeholders. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Template(Arc<Node>);

#[derive(Debug)]
enum Node {
    /// No placeholders anywhere inside.
    Fixed(Value),
    /// One placeholder and nothing around it: the type is kept.
    Hole(Expression),
    /// Text with placeholders.
    Text(Vec<Part>),
    List(Vec<Template>),
    Map(Vec<(String, Template)>),
}

#[derive(Debug)]
enum Part {
    Literal(String),
    Hole(Expression),
}

/// Why a template cannot be read.
pub type TemplateError = ExpressionError;

/// Why a template cannot be filled.
pub type RenderError = ExpressionError;

impl Template {
    /// A value without placeholders.
    #[must_use]
    pub fn fixed(value: Value) -> Self {
        Self(Arc::new(Node::Fixed(value)))
    }

    /// A list of templates.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        let fixed: Option<Vec<Value>> = items.iter().map(|item| item.as_fixed().cloned()).collect();
        Self(Arc::new(fixed.map_or_else(|| Node::List(items), |values| Node::Fixed(Value::Array(values)))))
    }

    /// An object of templates; its names are literal.
    #[must_use]
    pub fn map(members: Vec<(String, Self)>) -> Self {
        let fixed: Option<Map<String, Value>> =
            members.iter().map(|(name, member)| Some((name.clone(), member.as_fixed()?.clone()))).collect();
        Self(Arc::new(fixed.map_or_else(|| Node::Map(members), |values| Node::Fixed(Value::Object(values)))))
    }

    /// Reads a text. `span` is where the text stands in its file; when the text was written with escapes the spans of
    /// its placeholders are those of the whole text.
    ///
    /// # Errors
    /// When a placeholder is not closed or not an expression, or the text is too long.
    pub fn parse(text: &str, span: Span) -> Result<Self, TemplateError> {
        if !text.contains("{{") {
            return Ok(Self::fixed(Value::from(text)));
        }
        if text.len() > LONGEST {
            let message = format!("the text has {} bytes; with placeholders at most {LONGEST} are allowed", text.len());
            return Err(TemplateError { message, span });
        }
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find("{{").map(|found| at + found) {
            let inside = open + 2;
            let Some(close) = closing(&text[inside..]).map(|found| inside + found) else {
                let message = "`{{` is never closed by `}}`".to_owned();
                return Err(TemplateError { message, span: within(span, text, open..open + 2) });
            };
            if open > at {
                parts.push(Part::Literal(text[at..open].to_owned()));
            }
            parts.push(Part::Hole(Expression::parse(&text[inside..close], within(span, text, inside..close))?));
            at = close + 2;
        }
        if at < text.len() {
            parts.push(Part::Literal(text[at..].to_owned()));
        }
        let only_hole = matches!(parts.as_slice(), [Part::Hole(_)]);
        let node = match parts.pop() {
            Some(Part::Hole(expression)) if only_hole => Node::Hole(expression),
            Some(part) => {
                parts.push(part);
                Node::Text(parts)
            }
            None => Node::Fixed(Value::from(text)),
        };
        Ok(Self(Arc::new(node)))
    }

    /// The value, when there are no placeholders.
    #[must_use]
    pub fn as_fixed(&self) -> Option<&Value> {
        match &*self.0 {
            Node::Fixed(value) => Some(value),
            Node::Hole(_) | Node::Text(_) | Node::List(_) | Node::Map(_) => None,
        }
    }

    /// Whether it is one placeholder and nothing around it.
    #[must_use]
    pub fn is_one_hole(&self) -> bool {
        matches!(&*self.0, Node::Hole(_))
    }

    /// Where its first expression stands.
    pub(super) fn first_span(&self) -> Option<Span> {
        let mut first = None;
        self.each_expression(&mut |expression| first = first.or(Some(expression.span())));
        first
    }

    /// As [`Template::render_text`], but content that is not text stays as it is.
    ///
    /// # Errors
    /// As [`Template::render_text`].
    pub fn render_bytes(&self, context: &Context<'_>) -> Result<bytes::Bytes, RenderError> {
        if let Node::Hole(expression) = &*self.0
            && let Some(bytes) = expression.evaluate_bytes(context)?
        {
            return Ok(bytes);
        }
        self.render_text(context).map(bytes::Bytes::from)
    }

    /// Text as it is written, with `{}` for every placeholder: the same in every run. Empty for what is no text.
    #[must_use]
    pub fn outline(&self) -> String {
        match &*self.0 {
            Node::Fixed(value) => value.as_str().unwrap_or_default().to_owned(),
            Node::Hole(_) => "{}".to_owned(),
            Node::Text(parts) => {
                let part = |part: &Part| match part {
                    Part::Literal(text) => text.clone(),
                    Part::Hole(_) => "{}".to_owned(),
                };
                parts.iter().map(part).collect()
            }
            Node::List(_) | Node::Map(_) => String::new(),
        }
    }

    /// Calls `visit` for every expression inside, in order.
    pub fn each_expression<'t>(&'t self, visit: &mut impl FnMut(&'t Expression)) {
        match &*self.0 {
            Node::Fixed(_) => {}
            Node::Hole(expression) => visit(expression),
            Node::Text(parts) => parts.iter().for_each(|part| {
                if let Part::Hole(expression) = part {
                    visit(expression);
                }
            }),
            Node::List(items) => items.iter().for_each(|item| item.each_expression(visit)),
            Node::Map(members) => members.iter().for_each(|(_, member)| member.each_expression(visit)),
        }
    }

    /// The value with every placeholder filled.
    ///
    /// # Errors
    /// When an expression cannot be evaluated, or gives something that cannot stand inside text.
    pub fn render(&self, context: &Context<'_>) -> Result<Value, RenderError> {
        match &*self.0 {
            Node::Fixed(value) => Ok(value.clone()),
            Node::Hole(expression) => expression.evaluate(context),
            Node::Text(_) => self.render_text(context).map(Value::String),
            Node::List(items) => {
                items.iter().map(|item| item.render(context)).collect::<Result<_, _>>().map(Value::Array)
            }
            Node::Map(members) => {
                let filled = members.iter().map(|(name, member)| Ok((name.clone(), member.render(context)?)));
                filled.collect::<Result<_, _>>().map(Value::Object)
            }
        }
    }

    /// The value as text: strings as they are, numbers and booleans as JSON writes them.
    ///
    /// # Errors
    /// As [`Template::render`]; also when a placeholder holds null, a list or an object, which have no one text.
    pub fn render_text(&self, context: &Context<'_>) -> Result<String, RenderError> {
        self.render_escaped(context, |text| text)
    }

    /// As [`Template::render_text`], with `escape` applied to what fills placeholders and not to literal text.
    ///
    /// # Errors
    /// As [`Template::render_text`].
    pub fn render_escaped(
        &self,
        context: &Context<'_>,
        escape: impl Fn(String) -> String,
    ) -> Result<String, RenderError> {
        match &*self.0 {
            Node::Fixed(Value::String(text)) => Ok(text.clone()),
            Node::Fixed(value) => Ok(value.to_string()),
            Node::Hole(expression) => hole_text(expression, context).map(escape),
            Node::Text(parts) => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        Part::Literal(literal) => text.push_str(literal),
                        Part::Hole(expression) => text.push_str(&escape(hole_text(expression, context)?)),
                    }
                }
                Ok(text)
            }
            Node::List(_) | Node::Map(_) => self.render(context).map(|value| value.to_string()),
        }
    }
}

fn hole_text(expression: &Expression, context: &Context<'_>) -> Result<String, RenderError> {
    match expression.evaluate(context)? {
        Value::String(text) => Ok(text),
        value @ (Value::Bool(_) | Value::Number(_)) => Ok(value.to_string()),
        value @ (Value::Null | Value::Array(_) | Value::Object(_)) => Err(RenderError {
            message: format!("`{}` is {} and cannot stand inside text", expression.text(), super::kind_of(&value)),
            span: expression.span(),
        }),
    }
}

/// The offset of the `}}` that closes a placeholder; those inside the expression's strings do not count.
fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut quote, mut braces, mut at) = (None, 0_usize, 0);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, byte @ (b'\'' | b'"')) => quote = Some(byte),
            (None, b'{') => braces += 1,
            (None, b'}') if braces > 0 => braces -= 1,
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            (None, _) => {}
        }
        at += 1;
    }
    None
}

/// A part of a text as a part of its span, where the two have the same length; else the whole span.
fn within(span: Span, text: &str, range: std::ops::Range<usize>) -> Span {
    if span.range().len() == text.len() { span.part(&range) } else { span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Scope, Services};
    use crate::source::Sources;
    use serde_json::json;
    use std::collections::HashMap;

    fn parse(text: &str) -> Result<Template, TemplateError> {
        let mut sources = Sources::default();
        let file = sources.add("t", text);
        Template::parse(text, Span { file, start: 0, end: u32::try_from(text.len()).unwrap() })
    }

    fn render(text: &str) -> Result<Value, String> {
        let globals = HashMap::from([
            ("id".into(), json!("C 1")),
            ("amount".into(), json!(80000)),
            ("big".into(), json!(9_007_199_254_740_993_u64)),
            ("rate".into(), json!(2.75)),
            ("flag".into(), json!(true)),
            ("none_here".into(), Value::Null),
            ("brace".into(), json!("{{ id }}")),
            ("who".into(), json!({"pan": "AAAPA1111A", "tags": ["x"]})),
        ]);
        let scope = Scope::new(Arc::new(globals), 1);
        let services = Arc::new(Services::for_tests());
        let context = Context::new(&scope, 0, &services);
        parse(text).map_err(|error| error.message)?.render(&context).map_err(|error| error.message)
    }

    #[test]
    fn a_single_hole_keeps_the_type_and_text_does_not() {
        assert_eq!(render("{{ amount }}"), Ok(json!(80000)));
        assert_eq!(render("{{ big }}"), Ok(json!(9_007_199_254_740_993_u64)));
        assert_eq!(render("{{ big + 1 }}"), Ok(json!(9_007_199_254_740_994_u64)));
        assert_eq!(render("{{ who }}"), Ok(json!({"pan": "AAAPA1111A", "tags": ["x"]})));
        assert_eq!(render("no {{ amount }}/{{ flag }}/{{ rate }}"), Ok(json!("no 80000/true/2.75")));
        assert_eq!(render("{{ who.pan }}"), Ok(json!("AAAPA1111A")));
        assert_eq!(render("{{ amount // 12 }}"), Ok(json!(6666)));
    }

    #[test]
    fn interpolation_happens_once() {
        assert_eq!(render("<{{ brace }}>"), Ok(json!("<{{ id }}>")));
        assert_eq!(render("{{ '}}' ~ id }} }}"), Ok(json!("}}C 1 }}")));
        assert_eq!(render("{{ {'a': 1}['a'] }}"), Ok(json!(1)));
        assert_eq!(render("100% {id} { {"), Ok(json!("100% {id} { {")));
    }

    #[test]
    fn what_has_no_value_is_an_error() {
        assert_eq!(render("{{ missing }}"), Err("`missing` has no value here".into()));
        assert_eq!(render("{{ who.pin }}"), Err("`who` has no `pin`; did you mean `pan`?".into()));
        assert_eq!(render("x {{ none_here }}"), Err("`none_here` is null and cannot stand inside text".into()));
        assert_eq!(render("x {{ who.tags }}"), Err("`who.tags` is an array of 1 and cannot stand inside text".into()));
    }

    #[test]
    fn what_is_not_an_expression_is_an_error_with_its_place() {
        let error = parse("ab {{ 1 + }} c").unwrap_err();
        assert_eq!(error.message, "unexpected end of input, expected expression");
        let error = parse("ab {{ id").unwrap_err();
        assert_eq!((error.message.as_str(), error.span.range()), ("`{{` is never closed by `}}`", 3..5));
        assert_eq!(parse("{{ }}").unwrap_err().message, "the braces are empty");
        let chain = format!("{{{{ {}1 }}}}", "-".repeat(5000));
        assert!(parse(&chain).unwrap_err().message.contains("at most 2048"));
    }

    #[test]
    fn names_used_are_known_with_their_places() {
        let template = parse("x {{ first ~ 'second' ~ who.third }}").unwrap();
        let mut names = Vec::new();
        template.each_expression(&mut |expression| {
            names.extend(expression.references().iter().map(|r| (r.name.clone(), r.span.range())));
        });
        assert_eq!(names, [("first".to_owned(), 5..10), ("who".to_owned(), 24..27)]);
    }

    #[test]
    fn literal_arguments_of_a_function_are_known() {
        let template = parse("{{ secret('A') ~ secret( \"B\") ~ 'secret(\\'C\\')' ~ secret(id) }}").unwrap();
        let mut found = Vec::new();
        template.each_expression(&mut |expression| found.extend(expression.literal_arguments("secret")));
        assert_eq!(found, [Some("A".to_owned()), Some("B".to_owned()), None]);
    }
}
