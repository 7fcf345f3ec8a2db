//! Parameters of a request: in the path, the query, the headers, the cookies.

use super::context::{Undocumented, ValidationContext, Violated};
use super::facts::RequestFacts;
use super::form::Form;
use super::headers;
use super::path;
use super::values::{Encoding, Explode, Wanted, fit, read, wanted};
use super::words::{names, parameter_in, parameter_place, shown_text};
use crate::contract::{Parameter, ParameterIn, ParameterStyle, Schema};
use crate::event::FindingKind;
use crate::text::nearest;
use http::HeaderMap;
use http::header::COOKIE;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Header parameters that a document cannot give (OpenAPI 3.1, 4.8.12.2).
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

/// Parts of the names of headers that carry a credential. Security schemes say which; they are no parameters.
const CREDENTIALS: [&str; 5] = ["key", "token", "auth", "secret", "session"];

/// Holds every parameter, and tells of those that are not documented.
pub(super) fn held<'t>(context: &mut ValidationContext<'t>, request: &'t RequestFacts<'t>) {
    let in_path = in_path(context, request.path);
    let query = Pairs::of(request.query.split('&'), Encoding::Form);
    let cookies = request.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = Pairs::of(cookies.flat_map(|cookies| cookies.split(';')).map(str::trim), Encoding::Plain);
    let mut known = Known::default();
    for (number, parameter) in context.operation.parameters.iter().enumerate() {
        let value = match parameter.place {
            ParameterIn::Path => match &in_path {
                Some(found) => in_the_path(parameter, found),
                // A path that is another one has been told.
                None => continue,
            },
            ParameterIn::Query => query.value(parameter, &mut known),
            ParameterIn::Cookie => cookies.value(parameter, &mut Known::default()),
            ParameterIn::Header if IGNORED.contains(&parameter.name.as_str()) => continue,
            ParameterIn::Header => in_the_header(parameter, request.headers),
        };
        held_one(context, number, parameter, value);
    }
    if !known.everything {
        for (name, raw) in query.0.iter().filter(|(name, _)| !known.names.iter().any(|known| known == name)) {
            unknown(context, name, raw);
        }
    }
    for name in request.headers.keys() {
        let text = name.as_str();
        let documented = |parameter: &Parameter| parameter.place == ParameterIn::Header && parameter.name == text;
        let credential = CREDENTIALS.iter().any(|part| text.contains(part));
        if !headers::is_common(name) && !credential && !context.operation.parameters.iter().any(documented) {
            headers::undocumented(context, name, request.headers);
        }
    }
}

/// Holds the path; the values of its parameters where it is the one documented.
fn in_path<'t>(context: &mut ValidationContext<'t>, sent: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let operation = context.operation;
    context.judged.checks += 1;
    // A server's own path may be a part of what is sent, or of the base URL.
    let below = context.contract.base_paths.iter().filter_map(|base| sent.strip_prefix(base.as_str()));
    let found = std::iter::once(sent).chain(below).find_map(|sent| {
        let mut paths = std::iter::once(&operation.path).chain(&operation.path_alternatives);
        paths.find_map(|template| path::parameters(template, sent))
    });
    if found.is_none() {
        let paths = std::iter::once(&operation.path).chain(&operation.path_alternatives);
        let promised = format!("the path {}", names(paths.map(String::as_str)));
        context.violate(Violated::new("path", "path", promised, operation.span).found(shown_text(sent)));
    }
    found
}

fn held_one(context: &mut ValidationContext<'_>, number: usize, parameter: &Parameter, value: Option<Value>) {
    let place = parameter_place(parameter);
    let index = context.index.and_then(|(_, index)| index.parameters.get(number));
    let id = &context.operation.id;
    let Some(value) = value else {
        if parameter.required {
            let promised = format!("the {} parameter `{}`", parameter_in(parameter.place), parameter.name);
            context.judged.checks += 1;
            context.violate(Violated::new(&place, "parameter", promised, parameter.span));
        }
        for (_, ambiguity) in index.into_iter().flat_map(|index| &index.telling) {
            let key = super::seen::Key::new(b'o').with(id).with(&place);
            context.record_evidence(*ambiguity, key, || format!("{id} was sent without {place}"));
        }
        return;
    };
    if let Some(index) = index {
        context.place(index, &place, || format!("{id} was sent {place}: {}", Form::of(&value)));
    }
    let Some(schema) = &parameter.schema else { return };
    if parameter.as_json {
        let text = value.as_str().unwrap_or_default();
        match serde_json::from_str::<Value>(text) {
            Ok(value) => context.schema(schema, &value, &place),
            Err(why) => {
                let found = format!("{}, which is not JSON: {why}", shown_text(text));
                context.judged.checks += 1;
                context.violate(Violated::new(&place, "parameter", "JSON".into(), parameter.span).found(found));
            }
        }
    } else {
        context.schema(schema, &fit(schema, value), &place);
    }
}

fn in_the_path(parameter: &Parameter, found: &[(&str, &str)]) -> Option<Value> {
    let (_, raw) = found.iter().find(|(name, _)| *name == parameter.name)?;
    // An empty one leads to another path.
    (!raw.is_empty()).then(|| read_one(parameter, raw, Encoding::Percent))
}

fn in_the_header(parameter: &Parameter, headers: &HeaderMap) -> Option<Value> {
    let values: Vec<_> = headers.get_all(&parameter.name).iter().collect();
    let texts: Vec<_> = values.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!texts.is_empty()).then(|| read_one(parameter, &texts.join(","), Encoding::Plain))
}

fn read_one(parameter: &Parameter, raw: &str, encoding: Encoding) -> Value {
    let wanted = if parameter.as_json { Wanted::Text } else { wanted(parameter.schema.as_ref()) };
    read(raw, &parameter.name, parameter.style, Explode::of(parameter.explode), wanted, encoding)
}

/// A header's value as its schema asks for it.
pub(super) fn read_header(schema: &Schema, text: &str) -> Value {
    let style = ParameterStyle::Simple;
    fit(schema, read(text, "", style, Explode::Together, wanted(Some(schema)), Encoding::Plain))
}

fn unknown(context: &mut ValidationContext<'_>, name: &str, raw: &str) {
    let operation = context.operation;
    let place = format!("query {name}");
    let in_query = operation.parameters.iter().filter(|parameter| parameter.place == ParameterIn::Query);
    let documented: Vec<String> = in_query.map(|parameter| parameter.name.clone()).collect();
    if let Some(respelling) = context.contract.respelling(name, &documented) {
        return context.respelt(respelling, &place, None, operation.span);
    }
    let what = format!("the {} has the query parameter `{name}`, which is not documented", context.whose());
    context.find(Undocumented {
        found: Some(shown_text(&Encoding::Form.decode(raw))),
        near: nearest(name, documented.iter().map(String::as_str)).map(str::to_owned),
        ..Undocumented::new(FindingKind::UndocumentedField, &place, what, operation.span)
    });
}

/// Names of a query that parameters account for.
#[derive(Debug, Default)]
struct Known {
    names: Vec<String>,
    /// Whether a parameter takes any name.
    everything: bool,
}

/// Names and raw values, as in a query.
struct Pairs<'t>(Vec<(Cow<'t, str>, &'t str)>, Encoding);

impl<'t> Pairs<'t> {
    fn of(texts: impl Iterator<Item = &'t str>, encoding: Encoding) -> Self {
        let pair = |text: &'t str| text.split_once('=').unwrap_or((text, ""));
        let pairs = texts.filter(|text| !text.is_empty()).map(pair);
        Self(pairs.map(|(name, raw)| (encoding.decode(name), raw)).collect(), encoding)
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &'t str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, raw)| *raw)
    }

    /// What a parameter says.
    fn value(&self, parameter: &Parameter, known: &mut Known) -> Option<Value> {
        let text = |raw: &str| Value::String(self.1.decode(raw).into_owned());
        let (name, encoding) = (&parameter.name, self.1);
        let wanted = if parameter.as_json { Wanted::Text } else { wanted(parameter.schema.as_ref()) };
        if parameter.style == ParameterStyle::DeepObject {
            return self.deep(name, known);
        }
        if wanted == Wanted::Object && parameter.explode {
            return self.members(parameter, known);
        }
        known.names.push(name.clone());
        let values: Vec<&str> = self.named(name).collect();
        match (values.as_slice(), wanted) {
            ([], _) => None,
            (all, Wanted::List) if parameter.explode => Some(Value::Array(all.iter().map(|raw| text(raw)).collect())),
            ([one], _) => Some(read(one, name, parameter.style, Explode::of(parameter.explode), wanted, encoding)),
            // One value is documented, several came: the schema says so.
            (all, _) => Some(Value::Array(all.iter().map(|raw| text(raw)).collect())),
        }
    }

    /// `a[b]=1&a[c]=2`.
    fn deep(&self, parameter: &str, known: &mut Known) -> Option<Value> {
        let mut members = Map::new();
        for (name, raw) in &self.0 {
            let inside = name.strip_prefix(parameter).and_then(|rest| rest.strip_prefix('['));
            if let Some(member) = inside.and_then(|inside| inside.strip_suffix(']')) {
                known.names.push(name.clone().into_owned());
                members.insert(member.to_owned(), Value::String(self.1.decode(raw).into_owned()));
            }
        }
        (!members.is_empty()).then_some(Value::Object(members))
    }

    /// `b=1&c=2`: the members of an object under their own names.
    fn members(&self, parameter: &Parameter, known: &mut Known) -> Option<Value> {
        let node = parameter.schema.as_ref()?.shape().nodes.first()?;
        known.everything |= node.open;
        let mut members = Map::new();
        for (name, raw) in &self.0 {
            if node.members.iter().any(|(member, _)| member == name) {
                known.names.push(name.clone().into_owned());
                members.insert(name.clone().into_owned(), Value::String(self.1.decode(raw).into_owned()));
            }
        }
        (!members.is_empty()).then_some(Value::Object(members))
    }
}
