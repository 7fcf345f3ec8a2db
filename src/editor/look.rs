//! What a word means, where it is defined, and what else changes with it.

use super::Known;
use super::context::context;
use super::schema::about;
use std::ops::Range;

/// Where something is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// In this text, at this byte.
    Here(usize),
    /// A flow, by its path from the suites' folder.
    Flow(String),
    /// The contract, at this line from 0.
    Contract(usize),
}

/// What stands at a byte, in words; Markdown.
#[must_use]
pub fn hover(text: &str, offset: usize, known: &Known) -> Option<(Range<usize>, String)> {
    let range = word_at(text, offset)?;
    let word = &text[range.clone()];
    let here = context(text, range.end);
    if let Some(operation) =
        known.operations.iter().find(|one| one.id == word).filter(|_| here.key.as_deref() == Some("operation"))
    {
        let query = if operation.query.is_empty() {
            String::new()
        } else {
            format!("\n\nquery: {}", operation.query.join(", "))
        };
        return Some((range, format!("**{}** `{}`\n\n{}{query}", operation.id, operation.address, operation.summary)));
    }
    if let Some((code, case)) = known.codes.iter().find(|(code, _)| code == word) {
        return Some((range, format!("**{code}**: {case}")));
    }
    // A key: what the reference says of it.
    let is_key = text[range.end..].trim_start_matches(['"', '\'']).starts_with(':');
    if is_key {
        let before = context(text, range.start);
        let said = about(&known.schema, &before.path, word)?;
        return Some((range, format!("`{word}`: {said}")));
    }
    None
}

/// Where what stands at a byte is defined.
#[must_use]
pub fn definition(text: &str, offset: usize, known: &Known) -> Option<Target> {
    let range = word_at(text, offset)?;
    let word = &text[range.clone()];
    let here = context(text, range.end);
    match here.key.as_deref() {
        Some("use") => return Some(Target::Flow(word.to_owned())),
        Some("operation") if !here.in_hole => {
            return known.operations.iter().find(|one| one.id == word).map(|one| Target::Contract(one.line));
        }
        _ => {}
    }
    // A name in an expression: the place before it that gives it a value.
    let places = definitions(text, word);
    places.iter().rev().find(|at| **at <= range.start).or_else(|| places.first()).copied().map(Target::Here)
}

/// The places that change when a captured name or a variable changes; none where there is no such name.
#[must_use]
pub fn rename(text: &str, offset: usize) -> Option<(String, Vec<Range<usize>>)> {
    let range = word_at(text, offset)?;
    let word = text[range].to_owned();
    let mut places: Vec<Range<usize>> = definitions(text, &word).into_iter().map(|at| at..at + word.len()).collect();
    if places.is_empty() {
        return None;
    }
    for hole in holes(text) {
        for (at, found) in words_of(&text[hole.clone()]) {
            let start = hole.start + at;
            let member = text[..start].ends_with('.');
            if found == word && !member && !quoted(&text[hole.start..start]) {
                places.push(start..start + word.len());
            }
        }
    }
    places.sort_by_key(|place| place.start);
    places.dedup();
    Some((word, places))
}

/// Names that captures, variables, inputs and outputs of a text give, each with what it is.
pub(super) fn names(text: &str) -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = Vec::new();
    for (what, key) in [("captured", "capture"), ("variable", "vars"), ("input", "inputs"), ("output", "outputs")] {
        for (name, _) in members_of(text, key) {
            if !all.iter().any(|(known, _)| *known == name) {
                all.push((name, what));
            }
        }
    }
    all
}

/// Where a name is given a value.
fn definitions(text: &str, name: &str) -> Vec<usize> {
    let mut places: Vec<usize> = ["capture", "vars", "inputs", "outputs"]
        .iter()
        .flat_map(|key| members_of(text, key))
        .filter(|(known, _)| known == name)
        .map(|(_, at)| at)
        .collect();
    places.sort_unstable();
    places
}

/// The names of the mapping below each key of that name, with their bytes; block and flow style.
fn members_of(text: &str, key: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    // How far in the key stands, and its first name.
    let mut open: Option<(usize, Option<usize>)> = None;
    let wanted = format!("{key}:");
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '-']).trim_end();
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        if !content.is_empty() && !content.starts_with('#') {
            match &mut open {
                Some((level, _)) if indent <= *level => open = None,
                Some((_, first)) => {
                    // Only the mapping's own names stand as far in as its first one.
                    let own = *first.get_or_insert(indent) == indent;
                    if let Some(end) = content.find(':').filter(|_| own) {
                        found.push((content[..end].trim_matches('"').to_owned(), at + indent));
                    }
                }
                None => {}
            }
        }
        let starts = |start: &usize| *start == 0 || line[..*start].ends_with([' ', '-', '{', ',']);
        if let Some(start) = line.find(&wanted).filter(starts) {
            let rest = &line[start + wanted.len()..];
            match rest.trim_start().strip_prefix('{') {
                Some(inner) => {
                    let base = at + line.len() - inner.len();
                    found.extend(flow_names(inner).into_iter().map(|(name, offset)| (name, base + offset)));
                }
                None if rest.trim().is_empty() => open = Some((start, None)),
                None => {}
            }
        }
        at += line.len();
    }
    found
}

/// The names of a mapping in braces, whose text begins behind the first one.
fn flow_names(text: &str) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match letter {
            letter if quote == Some(letter) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(letter),
            '{' | '[' => depth += 1,
            '}' | ']' if depth == 0 => break,
            '}' | ']' => depth -= 1,
            ',' if depth == 0 => start = at + 1,
            ':' if depth == 0 && text[at + 1..].starts_with([' ', '"']) => {
                let name = text[start..at].trim();
                let blanks = text[start..at].len() - text[start..at].trim_start().len();
                if !name.is_empty() && !name.contains([' ', '"']) {
                    names.push((name.to_owned(), start + blanks));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

/// The operation of the request around a byte.
pub(super) fn operation_around(text: &str, offset: usize) -> Option<String> {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let at = before.rfind("operation:")?;
    let rest = before[at + "operation:".len()..].trim_start();
    let end = rest.find([',', '}', '\n', ' ']).unwrap_or(rest.len());
    Some(rest[..end].trim_matches(['"', '\'']).to_owned())
}

/// What stands between `{{` and `}}`.
fn holes(text: &str) -> Vec<Range<usize>> {
    let mut holes = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|found| at + found + 2) {
        let Some(close) = text[open..].find("}}").map(|found| open + found) else { break };
        holes.push(open..close);
        at = close + 2;
    }
    holes
}

fn words_of(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match (start, is_word) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Whether a text ends within quotes.
fn quoted(text: &str) -> bool {
    text.matches('\'').count() % 2 == 1
}

/// The word around a byte: letters, digits and what paths and codes have.
fn word_at(text: &str, offset: usize) -> Option<Range<usize>> {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let is_word = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    let start =
        text[..offset].char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(offset, |(at, _)| at);
    let end = text[offset..].char_indices().find(|(_, c)| !is_word(*c)).map_or(text.len(), |(at, _)| offset + at);
    let word = text[start..end].trim_end_matches(['.', '-']);
    // A dash before a word begins an item.
    let lead = word.len() - word.trim_start_matches(['-', '.']).len();
    (!word.trim_start_matches(['-', '.']).is_empty()).then(|| start + lead..start + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: &str = "suite: a\nvars: { who: b }\ncases:\n  - name: c\n    steps:\n      - use: flows/d.yaml\n      - request: { operation: createUser, json: { a: \"{{ who }}\" } }\n        capture:\n          userID: $.id\n          token: { header: x-token }\n      - request: { method: GET, path: \"/u/{{ userID }}?{{ other.userID }}\" }\n        expect: { code: CUR-S-000 }\n";

    fn known() -> Known {
        let operation = super::super::KnownOperation {
            id: "createUser".into(),
            address: "POST /v2/user/create".into(),
            summary: "Create".into(),
            query: Vec::new(),
            line: 7,
        };
        Known { operations: vec![operation], codes: vec![("CUR-S-000".into(), "Success".into())], ..Known::default() }
    }

    #[test]
    fn names_are_found_renamed_and_gone_to() {
        let names: Vec<String> = names(SUITE).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["userID", "token", "who"]);
        let used = SUITE.find("{{ userID").expect("it is used") + 4;
        assert_eq!(
            definition(SUITE, used, &known()),
            Some(Target::Here(SUITE.find("userID: $").expect("it is there")))
        );
        let (word, places) = rename(SUITE, used).expect("it can be renamed");
        assert_eq!((word.as_str(), places.len()), ("userID", 2), "the member of another value is none of it");
        assert_eq!(rename(SUITE, SUITE.find("createUser").expect("it is there")), None);
        let flow = SUITE.find("flows/d").expect("it is there") + 2;
        assert_eq!(definition(SUITE, flow, &known()), Some(Target::Flow("flows/d.yaml".into())));
        let operation = SUITE.find("createUser").expect("it is there") + 2;
        assert_eq!(definition(SUITE, operation, &known()), Some(Target::Contract(7)));
    }

    #[test]
    fn hovering_tells_what_the_contract_says() {
        let at = |word: &str| SUITE.find(word).expect("it is there") + 1;
        let said = |word: &str| hover(SUITE, at(word), &known()).map(|(_, said)| said);
        assert_eq!(said("createUser").as_deref(), Some("**createUser** `POST /v2/user/create`\n\nCreate"));
        assert_eq!(said("CUR-S-000").as_deref(), Some("**CUR-S-000**: Success"));
    }
}
