//! Parameters of a request: in the path, the query, the headers, the cookies.

use super::context::{Undocumented, ValidationContext, Violated};
use super::deep::{self, Leaf};
use super::facts::RequestFacts;
use super::form::Form;
use super::headers;
use super::path;
use super::values::{Encoding, Explode, Wanted, fit, read, wanted};
use super::words::{names, parameter_in, parameter_place, shown_text};
use crate::contract::{Kinds, Operation, Parameter, ParameterIn, ParameterStyle, Schema, paths};
use crate::event::FindingKind;
use crate::text::nearest;
use http::header::COOKIE;
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Of a parameter without a schema nothing is known.
const NO_KIND: Kinds = Kinds::all();

/// Header parameters that a document cannot give (OpenAPI 3.1, 4.8.12.2).
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

/// Holds every parameter, and tells of those that are not documented.
pub(super) fn held<'t>(context: &mut ValidationContext<'t>, request: &'t RequestFacts<'t>) {
    let in_path = in_path(context, request.path);
    let query = Pairs::of(request.query.split('&'), Encoding::Form);
    let cookies = request.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = Pairs::of(cookies.flat_map(|cookies| cookies.split(';')).map(str::trim), Encoding::Plain);
    let mut known = Known::of(context.operation);
    for (number, parameter) in context.operation.parameters.iter().enumerate() {
        let value = match parameter.place {
            ParameterIn::Path => match &in_path {
                Some(found) => in_the_path(parameter, found),
                // A path that is another one has been told.
                None => continue,
            },
            ParameterIn::Query => query.value(parameter, &mut known),
            ParameterIn::Cookie => cookies.value(parameter, &mut Known::of(context.operation)),
            ParameterIn::Header if IGNORED.contains(&parameter.name.as_str()) => continue,
            ParameterIn::Header => in_the_header(parameter, request.headers),
        };
        held_one(context, number, parameter, value);
    }
    let credential = |place: ParameterIn, name: &str| {
        let mut schemes = context.contract.security_schemes.iter();
        schemes.any(|scheme| scheme.place == place && scheme.parameter == name)
    };
    // A path may have a query of its own (`/q?type=cat`).
    let own = paths::query_of(&context.operation.path).unwrap_or_default();
    let own: Vec<&str> = own.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
    if !known.everything {
        let strange = query.0.iter().filter(|(name, _)| {
            !known.names.iter().any(|known| known == name)
                && !own.contains(&name.as_ref())
                && !credential(ParameterIn::Query, name)
        });
        for (name, raw) in strange.collect::<Vec<_>>() {
            unknown(context, name, raw);
        }
    }
    let documented = |name: &str| {
        let mut all = context.operation.parameters.iter();
        all.any(|parameter| parameter.place == ParameterIn::Header && parameter.name == name)
    };
    let strange: Vec<&HeaderName> = request
        .headers
        .keys()
        .filter(|name| {
            !headers::is_common(name) && !credential(ParameterIn::Header, name.as_str()) && !documented(name.as_str())
        })
        .collect();
    for name in strange {
        headers::undocumented(context, name, request.headers);
    }
}

/// Holds the path; the values of its parameters where it is the one documented.
fn in_path<'t>(context: &mut ValidationContext<'t>, sent: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let operation = context.operation;
    context.judged.checks += 1;
    // A server's own path may be a part of what is sent, or of the base URL.
    let below = context.contract.base_paths.iter().filter_map(|base| paths::below(base, sent));
    let found = std::iter::once(sent).chain(below).find_map(|sent| {
        let mut paths = std::iter::once(&operation.path).chain(&operation.path_alternatives);
        paths.find_map(|template| path::parameters(paths::path_of(template), sent))
    });
    if found.is_none() {
        let paths = std::iter::once(&operation.path).chain(&operation.path_alternatives);
        let promised = format!("the path {}", names(paths.map(String::as_str)));
        context.violate(Violated::new("path", "path", promised, operation.span).found(shown_text(sent)));
    }
    found
}

/// What stands where a parameter may stand.
#[derive(Debug)]
enum Came {
    /// Its value.
    Value(Value),
    /// Its name, without a value, which is allowed.
    Empty,
    /// Several values where one is promised in which its items are parted by a mark.
    Repeated { mark: &'static str, values: usize },
}

fn held_one(context: &mut ValidationContext<'_>, number: usize, parameter: &Parameter, came: Option<Came>) {
    let place = parameter_place(parameter);
    let index = context.index.and_then(|(_, index)| index.parameters.get(number));
    let id = &context.operation.id;
    let value = match came {
        Some(Came::Value(value)) => Some(value),
        Some(Came::Empty) => return,
        Some(Came::Repeated { mark, values }) => {
            context.judged.checks += 1;
            let promised = format!("`{}` once, its items parted by {mark}", parameter.name);
            let broken = Violated::new(&place, "style", promised, parameter.span);
            return context.violate(broken.found(format!("`{}` {values} times", parameter.name)));
        }
        None => None,
    };
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

fn in_the_path(parameter: &Parameter, found: &[(&str, &str)]) -> Option<Came> {
    let (_, raw) = found.iter().find(|(name, _)| *name == parameter.name)?;
    // An empty one leads to another path.
    (!raw.is_empty()).then(|| Came::Value(read_one(parameter, raw, Encoding::Percent)))
}

fn in_the_header(parameter: &Parameter, headers: &HeaderMap) -> Option<Came> {
    let values: Vec<_> = headers.get_all(&parameter.name).iter().collect();
    let texts: Vec<_> = values.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!texts.is_empty()).then(|| Came::Value(read_one(parameter, &texts.join(","), Encoding::Plain)))
}

/// One text, read as the schema asks for. Where it lets several kinds of values pass, the reading that keeps it.
fn read_one(parameter: &Parameter, raw: &str, encoding: Encoding) -> Value {
    if parameter.as_json {
        return Value::String(encoding.decode(raw).into_owned());
    }
    let explode = Explode::of(parameter.explode);
    let one = |raw: &str, wanted, encoding| read(raw, &parameter.name, parameter.style, explode, wanted, encoding);
    // Whoever writes the separators as part of a value has them encoded, and means them as separators.
    let decoded = encoding.decode(raw);
    let mut readings = Vec::new();
    for wanted in wanted(parameter.schema.as_ref()) {
        readings.push(one(raw, wanted, encoding));
        if decoded != raw && wanted != Wanted::Text {
            readings.push(one(&decoded, wanted, Encoding::Plain));
        }
        if decoded != raw && parameter.style == ParameterStyle::Matrix {
            readings.push(one(&decoded, wanted, Encoding::Plain));
        }
    }
    best(parameter.schema.as_ref(), readings)
}

/// The reading that keeps the schema, else the first.
fn best(schema: Option<&Schema>, mut readings: Vec<Value>) -> Value {
    let keeps = |value: &Value| schema.is_none_or(|schema| schema.is_valid(&fit(schema, value.clone())));
    let place = if readings.len() > 1 { readings.iter().position(keeps).unwrap_or(0) } else { 0 };
    if readings.is_empty() { Value::Null } else { readings.swap_remove(place) }
}

/// A header's value as its schema asks for it.
pub(super) fn read_header(schema: &Schema, text: &str, explode: bool) -> Value {
    let style = ParameterStyle::Simple;
    let one = |wanted| read(text, "", style, Explode::of(explode), wanted, Encoding::Plain);
    fit(schema, best(Some(schema), wanted(Some(schema)).into_iter().map(one).collect()))
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
    /// Names of parameters, and of members that they write under their own names: those belong to nobody else.
    reserved: Vec<String>,
    /// Whether a parameter takes any name.
    everything: bool,
}

impl Known {
    fn of(operation: &Operation) -> Self {
        let mut reserved = Vec::new();
        for parameter in operation.parameters.iter().filter(|own| own.place == ParameterIn::Query) {
            reserved.push(parameter.name.clone());
        }
        Self { reserved, ..Self::default() }
    }
}

/// Names and raw values, as in a query.
struct Pairs<'t>(Vec<(Cow<'t, str>, &'t str)>, Encoding);

impl<'t> Pairs<'t> {
    fn of(texts: impl Iterator<Item = &'t str>, encoding: Encoding) -> Self {
        let pair = |text: &'t str| text.split_once('=').unwrap_or((text, ""));
        let pairs = texts.filter(|text| !text.is_empty()).map(pair);
        Self(pairs.map(|(name, raw)| (encoding.decode(name), raw)).collect(), encoding)
    }

    fn text(&self, raw: &str) -> Value {
        Value::String(self.1.decode(raw).into_owned())
    }

    /// What a parameter says.
    fn value(&self, parameter: &Parameter, known: &mut Known) -> Option<Came> {
        let name = &parameter.name;
        let values: Vec<&str> = self.0.iter().filter(|(own, _)| own == name).map(|(_, raw)| *raw).collect();
        if !values.is_empty() {
            known.names.push(name.clone());
        }
        if parameter.allow_empty && !values.is_empty() && values.iter().all(|raw| raw.is_empty()) {
            return Some(Came::Empty);
        }
        if parameter.as_json {
            let last = values.last()?;
            return Some(Came::Value(self.text(last)));
        }
        if parameter.style == ParameterStyle::DeepObject {
            return self.deep(parameter, &values, known).map(Came::Value);
        }
        let schema = parameter.schema.as_ref();
        let wanted = wanted(schema);
        let mut readings = Vec::new();
        for wanted in &wanted {
            match (values.as_slice(), wanted) {
                (_, Wanted::Object) if parameter.explode => readings.extend(self.members(parameter, known)),
                ([], _) => {}
                (all, Wanted::List) if parameter.explode => {
                    readings.push(Value::Array(all.iter().map(|raw| self.text(raw)).collect()));
                }
                ([one], _) => readings.push(read_one(parameter, one, self.1)),
                // One value is documented, several came: the schema says so.
                (all, _) => readings.push(Value::Array(all.iter().map(|raw| self.text(raw)).collect())),
            }
        }
        if readings.is_empty() {
            return None;
        }
        let together = !parameter.explode && wanted.iter().any(|wanted| *wanted != Wanted::Text);
        if together && values.len() > 1 {
            let mark = match parameter.style {
                ParameterStyle::PipeDelimited => "`|`",
                ParameterStyle::SpaceDelimited => "blanks",
                _ => "commas",
            };
            return Some(Came::Repeated { mark, values: values.len() });
        }
        Some(Came::Value(best(schema, readings)))
    }

    /// `a[b]=1&a[c][d]=2`; lists are written by repeating a name, or with brackets (which no standard says).
    fn deep(&self, parameter: &Parameter, plain: &[&str], known: &mut Known) -> Option<Value> {
        let mut leaves = Vec::new();
        for (name, raw) in &self.0 {
            let inside = name.strip_prefix(parameter.name.as_str()).filter(|rest| rest.starts_with('['));
            if let Some(inside) = inside {
                known.names.push(name.clone().into_owned());
                leaves.push(Leaf { path: deep::path(inside), text: self.1.decode(raw).into_owned() });
            }
        }
        let schema = parameter.schema.as_ref();
        // A schema may let a single value pass beside an object.
        let plain = plain.iter().map(|raw| Leaf { path: Vec::new(), text: self.1.decode(raw).into_owned() });
        if leaves.is_empty() {
            leaves.extend(plain);
        }
        let kinds =
            |path: &[String]| schema.map_or(NO_KIND, |schema| schema.member_kinds(path.iter().map(String::as_str)));
        (!leaves.is_empty()).then(|| deep::value(&leaves, &kinds))
    }

    /// `b=1&c=2`: the members of an object under their own names.
    fn members(&self, parameter: &Parameter, known: &mut Known) -> Option<Value> {
        let schema = parameter.schema.as_ref()?;
        let any = schema.takes_any_member();
        known.everything |= any;
        let listed = schema.shape().nodes.first().map(|node| node.members.as_slice()).unwrap_or_default();
        let mut members: Map<String, Value> = Map::new();
        for (name, raw) in &self.0 {
            let own = listed.iter().any(|(member, _)| member == name);
            let free = any && !known.reserved.iter().any(|reserved| reserved == name);
            if !own && !free {
                continue;
            }
            known.names.push(name.clone().into_owned());
            let value = self.text(raw);
            match members.get_mut(name.as_ref()) {
                Some(Value::Array(items)) => items.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
                None => {
                    let kinds = schema.member_kinds([name.as_ref()]);
                    let list = kinds.lists() && !kinds.scalars();
                    members.insert(name.clone().into_owned(), if list { vec![value].into() } else { value });
                }
            }
        }
        (!members.is_empty()).then_some(Value::Object(members))
    }
}
