//! What a snapshot holds, and the text it is written as.

use serde_json::{Map, Value};

/// What is kept of a response.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The HTTP status.
    pub status: u16,
    /// Chosen headers that came, names in lower case, in the order of their names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// A body.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// There was none.
    Empty,
    /// JSON. Numbers are as they were written; objects have their members in the order of their names.
    Json(Value),
    /// Anything else: text, with its line breaks as `\n` and nothing blank at its end.
    Text(String),
}

impl Body {
    /// A body that is text; one that can be read as JSON is JSON, whatever its type says.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        match text.trim_end() {
            "" => Self::Empty,
            text => serde_json::from_str(text)
                .map_or_else(|_| Self::Text(text.to_owned()), |value| Self::Json(sorted(value))),
        }
    }
}

impl Content {
    /// The content as text: a line for the status, one for each header, an empty line, the body.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("status: {}\n", self.status);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {}\n", value.replace(['\r', '\n'], " ")));
        }
        match &self.body {
            Body::Empty => {}
            Body::Json(value) => text.push_str(&format!("\n{value:#}\n")),
            Body::Text(body) => text.push_str(&format!("\n{body}\n")),
        }
        text
    }

    /// Reads what [`Content::to_text`] wrote.
    ///
    /// # Errors
    /// When the text is something else: the number of the line, from 1, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut lines = text.lines();
        let status = lines.next().and_then(|line| line.strip_prefix("status: ")?.trim().parse().ok());
        let status = status.ok_or((1, "a snapshot begins with a line such as `status: 200`".to_owned()))?;
        let mut headers = Vec::new();
        let mut number = 1;
        for line in lines.by_ref() {
            number += 1;
            if line.trim().is_empty() {
                break;
            }
            let (name, value) =
                line.split_once(": ").or_else(|| line.strip_suffix(':').map(|name| (name, ""))).ok_or_else(|| {
                    (
                        number,
                        "before the body stand headers, as in `content-type: application/json`, and an empty line"
                            .to_owned(),
                    )
                })?;
            headers.push((name.to_lowercase(), value.trim_end().to_owned()));
        }
        headers.sort();
        let rest: Vec<&str> = lines.collect();
        let marks = ["<<<<<<< ", "=======", ">>>>>>> "];
        if let Some(at) = rest
            .iter()
            .position(|line| line.starts_with(marks[0]))
            .filter(|_| marks.iter().all(|mark| rest.iter().any(|line| line.starts_with(mark))))
        {
            return Err((number + 1 + at, "a merge left its marks here".to_owned()));
        }
        Ok(Self { status, headers, body: Body::of_text(&rest.join("\n")) })
    }
}

/// The value with the members of every object in the order of their names.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            sorted_once(members.into_iter().map(|(name, member)| (name, sorted(member))).collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// An object with its members in the order of their names.
pub(super) fn sorted_once(members: Map<String, Value>) -> Value {
    let mut members: Vec<(String, Value)> = members.into_iter().collect();
    members.sort_by(|one, other| one.0.cmp(&other.0));
    Value::Object(members.into_iter().collect())
}

/// Adds a member; when another one is called the same, because both were masked alike, it gets a number.
pub(super) fn insert(members: &mut Map<String, Value>, name: String, member: Value) {
    let numbered = |number: usize| if number == 1 { name.clone() } else { format!("{name} ({number})") };
    let free = (1..).map(numbered).find(|name| !members.contains_key(name));
    members.insert(free.unwrap_or(name), member);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(body: &str) -> Content {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Content { status: 200, headers, body: Body::of_text(body) }
    }

    #[test]
    fn what_is_written_is_read_back_with_every_digit() {
        for body in
            ["", "{\"b\": 1.10, \"a\": [12345678901234567890123, 1E400, null]}", "not JSON\r\n\r\n  at all \n", "7"]
        {
            let content = content(body);
            assert_eq!(Content::parse(&content.to_text()), Ok(content.clone()), "{}", content.to_text());
        }
        let text = content("{\"b\": 1.10, \"a\": []}").to_text();
        assert_eq!(text, "status: 200\ncontent-type: application/json\n\n{\n  \"a\": [],\n  \"b\": 1.10\n}\n");
    }

    #[test]
    fn what_is_no_snapshot_is_refused_with_its_line() {
        assert_eq!(Content::parse("").unwrap_err().0, 1);
        assert_eq!(Content::parse("{}").unwrap_err().0, 1);
        assert_eq!(Content::parse("status: 200\nnonsense\n\n{}").unwrap_err().0, 2);
        let merged = "status: 200\n\n{\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n}";
        assert_eq!(Content::parse(merged).unwrap_err(), (4, "a merge left its marks here".to_owned()));
    }
}
