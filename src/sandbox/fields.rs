//! Reading the members of a JSON object, with the documented refusals for what is missing or of the wrong kind.

use serde_json::{Map, Value};

use super::{code::Code, problem::Problem};

/// An object of a request, its place in the body, and the code for members of the wrong kind.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    members: &'a Map<String, Value>,
    place: String,
    wrong_kind: Code,
}

impl<'a> Fields<'a> {
    /// The body itself.
    pub(super) fn of_body(members: &'a Map<String, Value>, wrong_kind: Code) -> Self {
        Self { members, place: String::new(), wrong_kind }
    }

    /// An object found elsewhere, such as one element of a list.
    pub(super) fn of_element(&self, value: &'a Value, place: &str) -> Result<Self, Problem> {
        let place = self.path(place);
        let members = value.as_object().ok_or_else(|| self.wrong(&place, "an object"))?;
        Ok(Self { members, place, wrong_kind: self.wrong_kind })
    }

    /// The member as the caller wrote it; `null` counts as not there.
    pub(super) fn find(&self, key: &str) -> Option<&'a Value> {
        self.members.get(key).filter(|value| !value.is_null())
    }

    /// A text that must be there.
    pub(super) fn text(&self, key: &str) -> Result<&'a str, Problem> {
        self.optional_text(key)?.ok_or_else(|| self.missing(key))
    }

    /// A text that may be absent.
    pub(super) fn optional_text(&self, key: &str) -> Result<Option<&'a str>, Problem> {
        self.find(key).map(|value| value.as_str().ok_or_else(|| self.wrong(&self.path(key), "a string"))).transpose()
    }

    /// A number that must be there.
    pub(super) fn number(&self, key: &str) -> Result<f64, Problem> {
        let value = self.find(key).ok_or_else(|| self.missing(key))?;
        value.as_f64().ok_or_else(|| self.wrong(&self.path(key), "a number"))
    }

    /// An object that must be there.
    pub(super) fn object(&self, key: &str) -> Result<Self, Problem> {
        self.optional_object(key)?.ok_or_else(|| self.missing(key))
    }

    /// An object that may be absent.
    pub(super) fn optional_object(&self, key: &str) -> Result<Option<Self>, Problem> {
        self.find(key).map(|value| self.of_element(value, key)).transpose()
    }

    /// A list that must be there.
    pub(super) fn list(&self, key: &str) -> Result<&'a [Value], Problem> {
        let value = self.find(key).ok_or_else(|| self.missing(key))?;
        let list = value.as_array().ok_or_else(|| self.wrong(&self.path(key), "an array"))?;
        Ok(list)
    }

    /// Where a member stands in the body.
    pub(super) fn path(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    fn missing(&self, key: &str) -> Problem {
        Problem::missing(&self.path(key))
    }

    fn wrong(&self, path: &str, kind: &str) -> Problem {
        Problem::new(self.wrong_kind, format!("{path} must be {kind}"))
    }
}
