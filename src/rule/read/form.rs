//! The forms of rules, each read from the key that makes it.

use super::RuleReader;
use super::keys::{ACROSS, NEVER, PACED, PRECEDES, REPEATS, RESPONDS, SAME_VALUE, STAYS, UNIQUE, WITHIN_SET};
use crate::diagnostic::Code;
use crate::rule::model::{Across, Form, Pattern};
use crate::rule::place::Place;
use crate::suite::read_matcher;
use crate::yaml::{Fields, Kind, Node, Object};

impl RuleReader<'_, '_> {
    /// Reads the form that a key makes.
    pub(super) fn form(&mut self, name: &str, fields: &Fields<'_>, on: &Pattern) -> Option<Form> {
        let node = fields.get(name)?;
        match name {
            "expect" | "every" => {
                let expect = self.pattern(node);
                if expect.request.is_empty()
                    && expect.response.is_empty()
                    && expect.status.is_empty()
                    && expect.codes.is_empty()
                {
                    self.reader.problem(
                        Code::Matcher,
                        node.span,
                        "this asks nothing",
                        "write `{ response: { $.path: matcher } }`",
                    );
                    return None;
                }
                Some(Form::Every { expect })
            }
            "assert" => {
                let expression = self.expression(node, "`assert`")?;
                let each = match fields.get("each") {
                    Some(node) => Some(self.place(node, "`each`")?.value),
                    None => None,
                };
                Some(Form::Assert { expression, each })
            }
            "precedes" => {
                let more = Fields::open(self.reader, node, &PRECEDES);
                self.needs(&more, &["operation"]);
                let among = match more.get("among") {
                    Some(node) => Some(self.pair(node)?),
                    None => None,
                };
                Some(Form::Precedes { before: self.pattern_of(node, &PRECEDES), among })
            }
            "responds" => {
                let more = Fields::open(self.reader, node, &RESPONDS);
                self.needs(&more, &["operation"]);
                let within = self.limit(&more, "within");
                Some(Form::Responds { then: self.pattern_of(node, &RESPONDS), within })
            }
            "never-after" => {
                let more = Fields::open(self.reader, node, &NEVER);
                self.needs(&more, &["operation"]);
                let within = self.limit(&more, "within");
                let until = more.get("until").map(|node| self.inheriting(node, on));
                Some(Form::NeverAfter { after: self.pattern_of(node, &NEVER), within, until })
            }
            "paced" => self.paced(node, on),
            "repeats" => self.repeats(node, on),
            "same-value" => {
                let more = Fields::open(self.reader, node, &SAME_VALUE);
                let (value, of) = (self.place_at(&more, "value"), self.place_at(&more, "of"));
                Some(Form::SameValue { value: value?, of: of? })
            }
            "within-set" => {
                let more = Fields::open(self.reader, node, &WITHIN_SET);
                let of = self.place_at(&more, "of");
                let value = match more.get("value") {
                    Some(node) => Some(self.place(node, "`value`")?.value),
                    None => None,
                };
                let holds = match more.get("holds") {
                    Some(node) => Some(self.expression(node, "`holds`")?),
                    None => None,
                };
                if value.is_none() && holds.is_none() {
                    let title = "what is to be within the set?";
                    self.reader.problem(Code::MissingKey, node.span, title, "give it a `value`, or say what `holds`");
                    return None;
                }
                Some(Form::WithinSet { value, of: of?, holds })
            }
            "one-of" => {
                let mut ways = Vec::new();
                for entry in self.reader.map(node, "`one-of`").to_vec() {
                    let way = self.pattern(&entry.value);
                    ways.push((entry.key.value.clone(), way));
                }
                if ways.len() < 2 {
                    let title = "exactly one of how many ways?";
                    self.reader.problem(
                        Code::WrongValue,
                        node.span,
                        title,
                        "name at least two, each with its exchanges",
                    );
                    return None;
                }
                Some(Form::OneOf { ways })
            }
            "unique" => self.unique(node),
            "stays" => self.stays(node),
            _ => None,
        }
    }

    /// A kind of exchange that is one of `on`'s operations where it names none.
    fn inheriting(&mut self, node: &Node, on: &Pattern) -> Pattern {
        let mut pattern = self.pattern(node);
        if pattern.operations.is_empty() && pattern.except.is_empty() {
            pattern.operations.clone_from(&on.operations);
            pattern.except.clone_from(&on.except);
        }
        pattern
    }

    /// Notes keys that must be there and are not.
    fn needs(&mut self, fields: &Fields<'_>, keys: &[&'static str]) {
        for key in keys {
            fields.required(self.reader, key);
        }
    }

    fn limit(&mut self, fields: &Fields<'_>, key: &str) -> Option<std::time::Duration> {
        fields.get(key).and_then(|node| self.reader.duration(node, &format!("`{key}`")))
    }

    fn place_at(&mut self, fields: &Fields<'_>, key: &str) -> Option<Place> {
        let node = fields.required(self.reader, key)?;
        self.place(node, &format!("`{key}`")).map(|place| place.value)
    }

    fn pair(&mut self, node: &Node) -> Option<(Place, Place)> {
        let items = self.reader.list(node, "`among`").to_vec();
        let [value, of] = items.as_slice() else {
            let title = "`among` is two places";
            self.reader.problem(Code::WrongValue, node.span, title, "the value, then the values it must be among");
            return None;
        };
        let (value, of) = (self.place(value, "a place"), self.place(of, "a place"));
        Some((value?.value, of?.value))
    }

    fn paced(&mut self, node: &Node, on: &Pattern) -> Option<Form> {
        let fields = Fields::open(self.reader, node, &PACED);
        let (least, most) = (self.limit(&fields, "min"), self.limit(&fields, "max"));
        let during = fields.get("while").map(|node| self.inheriting(node, on));
        if least.is_none() && most.is_none() {
            self.reader.problem(Code::MissingKey, node.span, "`paced` has no limit", "give it `min`, `max` or both");
            return None;
        }
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            self.reader.problem(Code::WrongValue, node.span, "`min` is more than `max`", "nothing can keep this pace");
        }
        Some(Form::Paced { least, most, during })
    }

    fn repeats(&mut self, node: &Node, on: &Pattern) -> Option<Form> {
        let fields = Fields::open(self.reader, node, &REPEATS);
        self.needs(&fields, &["operation"]);
        let times = fields.required(self.reader, "times")?;
        let text = self.reader.text(times, "`times`")?;
        let Some((least, most)) = times_of(&text.value) else {
            let title = format!("`{}` is not how often", text.value);
            self.reader.problem(Code::WrongValue, text.span, title, "write a number, or from and to as 2..3");
            return None;
        };
        let every = self.limit(&fields, "every");
        let done = fields.get("until").map(|node| self.inheriting(node, on));
        Some(Form::Repeats { again: self.pattern_of(node, &REPEATS), least, most, every, done })
    }

    /// A form that is a place alone, or a mapping with one.
    fn place_or<'n>(&mut self, node: &'n Node, object: &'static Object) -> Option<(Place, Option<Fields<'n>>)> {
        match &node.kind {
            Kind::Text(_) => Some((self.place(node, object.what)?.value, None)),
            _ => {
                let fields = Fields::open(self.reader, node, object);
                Some((self.place_at(&fields, "value")?, Some(fields)))
            }
        }
    }

    fn unique(&mut self, node: &Node) -> Option<Form> {
        let (value, fields) = self.place_or(node, &UNIQUE)?;
        let across = fields.and_then(|fields| fields.get("across"));
        let word = across.and_then(|node| self.reader.word(node, "`across`", &ACROSS));
        let across = match word {
            Some("list") => Across::List,
            Some("operations") => Across::GroupsAndOperations,
            Some(_) => Across::Groups,
            None if value.is_singular() => Across::Groups,
            None => Across::List,
        };
        Some(Form::Unique { value, across })
    }

    fn stays(&mut self, node: &Node) -> Option<Form> {
        let (value, fields) = self.place_or(node, &STAYS)?;
        let once = match fields.and_then(|fields| fields.get("once")) {
            None => Vec::new(),
            Some(node) => match &node.kind {
                Kind::List(items) => items.iter().filter_map(|item| read_matcher(self.reader, item)).collect(),
                _ => read_matcher(self.reader, node).into_iter().collect(),
            },
        };
        Some(Form::Stays { value, once })
    }
}

/// Reads `2`, `2..3` or `2-3`.
pub(super) fn times_of(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    let (least, most) = text.split_once("..").or_else(|| text.split_once('-')).unwrap_or((text, text));
    let (least, most): (u32, u32) = (least.trim().parse().ok()?, most.trim().parse().ok()?);
    (least <= most && most > 0).then_some((least, most))
}
