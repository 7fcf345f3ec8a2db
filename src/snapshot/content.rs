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
    /// Anything else: text as it came, with every line end and blank.
    Text(String),
}

impl Body {
    /// A body that is text; one that can be read as JSON is JSON, whatever its type says.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        match text {
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
            Body::Text(body) => text.push_str(&format!("\n{}\n", visible_blanks(body))),
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
        Ok(Self { status, headers, body: Body::of_text(&invisible_blanks(&rest.join("\n"))) })
    }
}

/// Signs for what a file would not show, or an editor would take away: the carriage return, the blank and tab at a line's
/// end, the line end at the text's end, and the sign before such a sign that is one itself.
const RETURN: char = '␍';
const BLANK: char = '␠';
const TAB: char = '␉';
const LINE: char = '␊';
const ESCAPE: char = '␛';

/// A text on lines that no editor changes.
fn visible_blanks(text: &str) -> String {
    let body = text.trim_end_matches('\n');
    let mut shown = String::with_capacity(text.len());
    for (number, line) in body.split('\n').enumerate() {
        if number > 0 {
            shown.push('\n');
        }
        let kept = line.trim_end_matches([' ', '\t', '\r']);
        for c in kept.chars() {
            match c {
                '\r' => shown.push(RETURN),
                RETURN | BLANK | TAB | LINE | ESCAPE => shown.extend([ESCAPE, c]),
                c => shown.push(c),
            }
        }
        let sign = |c: char| match c {
            '\r' => RETURN,
            '\t' => TAB,
            _ => BLANK,
        };
        shown.extend(line[kept.len()..].chars().map(sign));
    }
    shown.extend(std::iter::repeat_n(LINE, text.len() - body.len()));
    shown
}

/// What [`visible_blanks`] was made of.
fn invisible_blanks(shown: &str) -> String {
    let mut text = String::with_capacity(shown.len());
    let mut chars = shown.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            ESCAPE => chars.next().unwrap_or(ESCAPE),
            RETURN => '\r',
            BLANK => ' ',
            TAB => '\t',
            LINE => '\n',
            c => c,
        });
    }
    text
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
        for body in [
            "",
            "{\"b\": 1.10, \"a\": [12345678901234567890123, 1E400, null]}",
            "not JSON\r\n\r\n  at all \n",
            "7",
            "\n\n a",
            "a\n\n",
            " \t\n",
            "␍ ␛\r",
            "a\rb",
        ] {
            let content = content(body);
            assert_eq!(Content::parse(&content.to_text()), Ok(content.clone()), "{}", content.to_text());
        }
        let text = content("{\"b\": 1.10, \"a\": []}").to_text();
        assert_eq!(text, "status: 200\ncontent-type: application/json\n\n{\n  \"a\": [],\n  \"b\": 1.10\n}\n");
    }

    #[test]
    fn line_ends_and_blanks_at_the_end_are_seen() {
        assert_eq!(visible_blanks("id,name\r\n1,a \t\r\n\n"), "id,name␍\n1,a␠␉␍␊␊");
        assert_ne!(content("a\r\n"), content("a\n"));
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
