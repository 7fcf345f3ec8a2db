//! XML read as a schema describes it (OpenAPI 3.1, 4.8.26): elements and attributes as members of objects, items of lists.

use super::definition::{Definition, Id, Pool, What};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// How a schema is written in XML (`xml`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::contract) struct Xml {
    /// The element's or attribute's name, without its prefix.
    pub(in crate::contract) name: Option<String>,
    /// Whether it is an attribute.
    pub(in crate::contract) attribute: bool,
    /// Whether items stand in an element of their own.
    pub(in crate::contract) wrapped: bool,
}

/// Deepest element that is looked into.
const DEEPEST: usize = 128;
/// Most schemas that are asked whether they speak of XML.
const MOST_ASKED: usize = 5_000;

/// An element: names without their prefixes.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Self>,
    text: String,
}

/// Whether a schema, or one that it leads to, says how it is written in XML.
pub(super) fn is_spoken_of(pool: &Pool, id: Id) -> bool {
    let (mut seen, mut open) = (HashSet::from([id]), vec![id]);
    while let Some(id) = open.pop() {
        let definition = pool.definition(id);
        if definition.xml.is_some() || seen.len() > MOST_ASKED {
            return definition.xml.is_some();
        }
        for keyword in &definition.keywords {
            let inside: Vec<Id> = match &keyword.what {
                What::Value(_) => Vec::new(),
                What::One(id) => vec![*id],
                What::Many(ids) => ids.clone(),
                What::Named(named) => named.iter().map(|(_, id)| *id).collect(),
            };
            open.extend(inside.into_iter().filter(|id| seen.insert(*id)));
        }
    }
    false
}

/// A document as the value that a schema describes; texts stand for everything, as in forms.
///
/// # Errors
/// Why it is no XML.
pub(super) fn read(pool: &Pool, id: Id, text: &str) -> Result<Value, String> {
    let root = parse(text)?;
    let said = Said::of(pool, id);
    if let Some(name) = said.xml.as_ref().and_then(|xml| xml.name.as_ref())
        && *name != root.name
    {
        return Err(format!("its root element is `{}`, not `{name}`", root.name));
    }
    Ok(match said.items {
        Some(items) => root.children.iter().map(|child| value(pool, items, child, 0)).collect(),
        None => value(pool, id, &root, 0),
    })
}

/// What the schemas of one value say together of how it is written.
struct Said {
    xml: Option<Xml>,
    members: Vec<(String, Id)>,
    items: Option<Id>,
    /// Whether it is an object, whatever its members.
    object: bool,
}

impl Said {
    fn of(pool: &Pool, id: Id) -> Self {
        let mut said = Self { xml: None, members: Vec::new(), items: None, object: false };
        let (mut seen, mut open) = (HashSet::from([id]), vec![id]);
        while let Some(id) = open.pop() {
            let definition = pool.definition(id);
            said.take(definition);
            let branches = definition.keywords.iter().flat_map(|keyword| match (&keyword.what, keyword.name) {
                (What::Many(ids), "oneOf" | "anyOf") => ids.clone(),
                _ => Vec::new(),
            });
            open.extend(definition.merged().chain(branches).filter(|id| seen.insert(*id)).collect::<Vec<_>>());
        }
        said
    }

    fn take(&mut self, definition: &Definition) {
        self.xml = self.xml.take().or_else(|| definition.xml.clone());
        for (name, id) in definition.properties() {
            if !self.members.iter().any(|(known, _)| known == name) {
                self.members.push((name.clone(), *id));
            }
        }
        if let (Some(What::One(items)), None) = (definition.get("items"), self.items) {
            self.items = Some(*items);
        }
        let kind = match definition.get("type") {
            Some(What::Value(kind)) => Some(kind),
            _ => None,
        };
        self.object |= kind.is_some_and(|kind| kind == "object") || !definition.properties().is_empty();
    }
}

fn value(pool: &Pool, id: Id, element: &Element, depth: usize) -> Value {
    let nil = element.attributes.iter().any(|(name, value)| name == "nil" && matches!(value.as_str(), "true" | "1"));
    if nil {
        return Value::Null;
    }
    let said = Said::of(pool, id);
    if depth > DEEPEST || !said.object {
        return plain(element, depth);
    }
    let mut members = Map::new();
    let mut taken = HashSet::new();
    for (name, member) in &said.members {
        let own = Said::of(pool, *member);
        let xml = own.xml.clone().unwrap_or_default();
        let written = xml.name.as_deref().unwrap_or(name);
        if xml.attribute {
            taken.insert((true, written.to_owned()));
            if let Some((_, value)) = element.attributes.iter().find(|(known, _)| known == written) {
                members.insert(name.clone(), Value::from(value.as_str()));
            }
            continue;
        }
        let children = |name: &str| element.children.iter().filter(|child| child.name == name).collect::<Vec<_>>();
        let found = match own.items {
            Some(items) if xml.wrapped => children(written)
                .first()
                .map(|wrapper| wrapper.children.iter().map(|item| value(pool, items, item, depth + 1)).collect()),
            Some(items) => {
                let item = Said::of(pool, items).xml.and_then(|xml| xml.name);
                let written = item.unwrap_or_else(|| written.to_owned());
                let all = children(&written);
                taken.insert((false, written));
                (!all.is_empty()).then(|| all.into_iter().map(|item| value(pool, items, item, depth + 1)).collect())
            }
            None => children(written).first().map(|child| value(pool, *member, child, depth + 1)),
        };
        taken.insert((false, written.to_owned()));
        members.extend(found.map(|found| (name.clone(), found)));
    }
    for child in &element.children {
        if !taken.contains(&(false, child.name.clone())) && !members.contains_key(&child.name) {
            members.insert(child.name.clone(), plain(child, depth + 1));
        }
    }
    Value::Object(members)
}

/// An element that no schema describes: its text, or an object of its elements.
fn plain(element: &Element, depth: usize) -> Value {
    if element.children.is_empty() || depth > DEEPEST {
        return Value::from(element.text.as_str());
    }
    element.children.iter().map(|child| (child.name.clone(), plain(child, depth + 1))).collect()
}

fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => {
                if root.is_some() {
                    return Err("it has two root elements".to_owned());
                }
                if open.len() > DEEPEST {
                    return Err(format!("it has more than {DEEPEST} elements inside each other"));
                }
                open.push(started(&start)?);
            }
            Event::End(_) => {
                let Some(element) = open.pop() else { return Err("an element ends that did not begin".to_owned()) };
                match open.last_mut() {
                    Some(above) => above.children.push(element),
                    None => root = Some(element),
                }
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                match open.last_mut() {
                    Some(element) => element.text.push_str(&text),
                    None if text.trim().is_empty() => {}
                    None => return Err("it has text outside its root element".to_owned()),
                }
            }
            Event::CData(data) => {
                let text = data.decode().map_err(|error| error.to_string())?;
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                let letter = match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(letter) => letter.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name)
                        .ok_or_else(|| format!("it has the entity `&{name};`, which nothing defines"))?
                        .to_owned(),
                };
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&letter);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (root, open.is_empty()) {
        (Some(root), true) => Ok(root),
        (_, false) => Err("an element does not end".to_owned()),
        (None, true) => Err("it has no element".to_owned()),
    }
}

fn started(start: &BytesStart<'_>) -> Result<Element, String> {
    let local = |name: quick_xml::name::QName<'_>| String::from_utf8_lossy(name.local_name().as_ref()).into_owned();
    let mut element = Element { name: local(start.name()), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        element.attributes.push((local(attribute.key), value.into_owned()));
    }
    Ok(element)
}
