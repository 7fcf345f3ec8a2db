//! Members that an object of a JSON text has twice: every reader takes another one (RFC 8259, 4).

use crate::text::pointer_escaped;
use std::borrow::Cow;
use std::collections::HashSet;

/// Most that are told.
const MOST: usize = 20;
/// From so many members on, names are looked up rather than gone through.
const MANY: usize = 24;

/// Where an object of a text has a member again, as JSON pointers. The text is JSON: that is known, and not checked again.
pub(super) fn duplicates(text: &[u8]) -> Vec<String> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'{' => open.push(Open { names: Vec::new(), known: HashSet::new(), index: None }),
            b'[' => open.push(Open { names: Vec::new(), known: HashSet::new(), index: Some(0) }),
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(Open { index: Some(index), .. }) = open.last_mut() {
                    *index += 1;
                }
            }
            b'"' => {
                let start = at;
                at = end_of_text(text, at);
                let after = text[at..].iter().find(|byte| !byte.is_ascii_whitespace());
                if after != Some(&b':') {
                    continue;
                }
                let name = decoded(text.get(start..at - 1).unwrap_or_default());
                let Some(object) = open.last_mut().filter(|open| open.index.is_none()) else { continue };
                let again = object.takes(name);
                if again && found.len() < MOST {
                    found.push(pointer(&open));
                }
            }
            _ => {}
        }
    }
    found.dedup();
    found
}

/// A list or an object on the way.
struct Open<'t> {
    /// Members so far, the last one that is being read.
    names: Vec<Cow<'t, [u8]>>,
    /// The same, once there are many.
    known: HashSet<Cow<'t, [u8]>>,
    /// Where in a list; nothing in an object.
    index: Option<usize>,
}

impl<'t> Open<'t> {
    /// Takes a member's name; whether the object has it already.
    fn takes(&mut self, name: Cow<'t, [u8]>) -> bool {
        let again = if self.names.len() < MANY {
            self.names.contains(&name)
        } else {
            if self.known.is_empty() {
                self.known.extend(self.names.iter().cloned());
            }
            !self.known.insert(name.clone())
        };
        self.names.push(name);
        again
    }
}

/// Where a text ends: after its closing quote.
fn end_of_text(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// A name with its escapes read.
fn decoded(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'\\') {
        return Cow::Borrowed(raw);
    }
    let quoted: Vec<u8> = [b"\"", raw, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).map_or(Cow::Borrowed(raw), |name| Cow::Owned(name.into_bytes()))
}

fn pointer(open: &[Open<'_>]) -> String {
    let part = |open: &Open<'_>| match open.index {
        Some(index) => format!("/{index}"),
        None => {
            let name = open.names.last().map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default();
            format!("/{}", pointer_escaped(&name))
        }
    };
    open.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_is_given_again_is_found() {
        for (text, expected) in [
            (r#"{"ok":"x","ok":true}"#, vec!["/ok"]),
            (r#"{"a":{"b":1,"c":[{"d":1},{"e/f":1 , "e/f" : 2}]}}"#, vec!["/a/c/1/e~1f"]),
            (r#"{"a":1,"\u0061":2}"#, vec!["/a"]),
            (r#"{"a":"a","b":"\"a\":","c":{"a":1},"d":["a","a"]}"#, vec![]),
            (r#"[{"a":1},{"a":1}]"#, vec![]),
            (r#"{"a":{"x":1},"b":{"x":1,"x":2},"a":3}"#, vec!["/b/x", "/a"]),
            ("1", vec![]),
            ("\"a\"", vec![]),
        ] {
            assert_eq!(duplicates(text.as_bytes()), expected, "{text}");
        }
        let many: Vec<String> = (0..100).map(|number| format!("\"m{number}\":1")).collect();
        assert_eq!(duplicates(format!("{{{}}}", many.join(",")).as_bytes()), Vec::<String>::new());
        assert_eq!(duplicates(format!("{{{},\"m7\":2}}", many.join(",")).as_bytes()), ["/m7"]);
    }
}
