//! Where a cursor stands in a suite.

/// A place as editors count: lines and UTF-16 units, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// Units of UTF-16 from the line's start.
    pub character: usize,
}

/// Where a cursor stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Keys around it, outermost first.
    pub(super) path: Vec<String>,
    /// The key whose value is being written; none where a key is.
    pub(super) key: Option<String>,
    /// What was typed of the word.
    pub(super) word: String,
    /// Whether it stands between `{{` and `}}`.
    pub(super) in_hole: bool,
}

/// The byte of a position.
#[must_use]
pub fn offset_of(text: &str, position: Position) -> usize {
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == position.line {
            let mut units = 0;
            for (byte, letter) in line.char_indices() {
                if units >= position.character || letter == '\n' {
                    return at + byte;
                }
                units += letter.len_utf16();
            }
            return at + line.trim_end_matches(['\n', '\r']).len();
        }
        at += line.len();
    }
    text.len()
}

/// The position of a byte.
#[must_use]
pub fn position_of(text: &str, offset: usize) -> Position {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Position { line, character: before[start..].encode_utf16().count() }
}

/// A line of block style: its indent with and without dashes, its key and what follows.
struct Line<'l> {
    /// Blanks before the first dash, where there is one.
    dash: Option<usize>,
    /// Blanks before the key.
    indent: usize,
    key: Option<&'l str>,
}

fn line(text: &str) -> Line<'_> {
    let mut indent = text.len() - text.trim_start_matches(' ').len();
    let mut rest = &text[indent..];
    let mut dash = None;
    while let Some(inner) = rest.strip_prefix("- ").or_else(|| (rest == "-").then_some("")) {
        dash = dash.or(Some(indent));
        let blanks = inner.len() - inner.trim_start_matches(' ').len();
        indent += 2 + blanks;
        rest = &inner[blanks..];
    }
    let key = key_of(rest);
    Line { dash, indent, key }
}

/// The key a text begins with.
fn key_of(text: &str) -> Option<&str> {
    let end = text.find(": ").or_else(|| text.strip_suffix(':').map(str::len))?;
    let key = text[..end].trim().trim_matches(['"', '\'']);
    (!key.is_empty() && !key.starts_with(['#', '{', '['])).then_some(key)
}

/// Where the cursor stands.
pub(super) fn context(text: &str, offset: usize) -> Context {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[start..offset];
    let in_hole = before.matches("{{").count() > before.matches("}}").count();
    let word: String = before
        .chars()
        .rev()
        .take_while(|c| c.is_alphanumeric() || "_-$./".contains(*c))
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let here = line(before);
    let mut path = parents(&text[..start], here.dash.map_or(here.indent, |dash| dash + 2).max(here.indent), here.dash);
    let body = &before[here.indent.min(before.len())..];
    let (inner, key) = flow(body);
    path.extend(inner);
    Context { path, key, word, in_hole }
}

/// The keys above a line, outermost first.
fn parents(above: &str, indent: usize, dash: Option<usize>) -> Vec<String> {
    let mut want = indent;
    let mut in_item = dash;
    let mut keys = Vec::new();
    if let Some(dash) = in_item {
        want = dash;
    }
    for text in above.lines().rev() {
        if text.trim().is_empty() || text.trim_start().starts_with('#') {
            continue;
        }
        let line = line(text);
        if line.indent == want && in_item.is_none() {
            if let Some(dash) = line.dash {
                want = dash;
            }
            continue;
        }
        let own = line.dash.unwrap_or(line.indent);
        if line.indent < want
            && let Some(key) = line.key
        {
            keys.push(key.to_owned());
            want = line.indent;
            in_item = None;
            if let Some(dash) = line.dash {
                want = dash;
            }
        } else if own < want && line.key.is_none() {
            want = own;
        }
        // A list may stand as far left as its key.
        if line.indent == want
            && in_item.is_some()
            && line.dash.is_none()
            && let Some(key) = line.key
        {
            keys.push(key.to_owned());
            in_item = None;
        }
        if want == 0 && line.dash.is_none() && line.indent == 0 {
            break;
        }
    }
    keys.reverse();
    keys
}

/// The keys that are open within a line, and the one whose value is being written.
fn flow(text: &str) -> (Vec<String>, Option<String>) {
    let mut open: Vec<String> = Vec::new();
    let mut key: Option<String> = None;
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        let next = letters.get(at + 1).copied();
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), letter) => word.push(letter),
            (None, '"' | '\'') if word.trim().is_empty() => quote = Some(letter),
            (None, '{') if next == Some('{') => {
                word.push_str("{{");
                at += 1;
            }
            (None, '{' | '[') => {
                open.push(key.take().unwrap_or_default());
                word.clear();
            }
            (None, '}' | ']') => {
                key = open.pop().filter(|key| !key.is_empty());
                word.clear();
            }
            (None, ',') if !open.is_empty() => {
                key = None;
                word.clear();
            }
            (None, ':') if next.is_none_or(char::is_whitespace) => {
                key = Some(word.trim().to_owned()).filter(|key| !key.is_empty());
                word.clear();
            }
            (None, letter) => word.push(letter),
        }
        at += 1;
    }
    (open.into_iter().filter(|key| !key.is_empty()).collect(), key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        let offset = text.find('^').expect("a cursor");
        let context = context(&text.replace('^', ""), offset);
        format!(
            "{} | {} | {}{}",
            context.path.join("/"),
            context.key.unwrap_or_default(),
            context.word,
            if context.in_hole { " | hole" } else { "" }
        )
    }

    #[test]
    fn a_cursor_knows_the_keys_around_it() {
        let suite =
            "suite: a\ncases:\n  - name: b\n    steps:\n      - name: c\n        request:\n          operation: crea^";
        assert_eq!(at(suite), "cases/steps/request | operation | crea");
        assert_eq!(at("cases:\n  - name: b\n    st^"), "cases |  | st");
        assert_eq!(
            at("cases:\n  - name: b\n    steps:\n      - request: { operation: a, json: { b: c }, que^"),
            "cases/steps/request |  | que"
        );
        assert_eq!(
            at("cases:\n  - steps:\n      - request: { json: { customerID: \"{{ cus^"),
            "cases/steps/request/json | customerID | cus | hole"
        );
        assert_eq!(at("con^"), " |  | con");
    }

    #[test]
    fn positions_count_utf_16() {
        let text = "a\n😀b: c\n";
        let offset = text.find('b').expect("it is there");
        assert_eq!(position_of(text, offset), Position { line: 1, character: 2 });
        assert_eq!(offset_of(text, Position { line: 1, character: 2 }), offset);
        assert_eq!(offset_of(text, Position { line: 9, character: 9 }), text.len());
    }
}
