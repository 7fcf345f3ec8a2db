//! Cases in little room.
//!
//! A run asks the same things over and over: what differs from case to case are ids, times and numbers. So a text is kept
//! as a template, which stands in the page once, and what stands in its holes. An id that a case has used before is a
//! reference to that. The page puts texts together when a case is opened.
//!
//! Of a packed text, numbers are numbers, texts are texts, and a negative number `-n` is the nth text of the case, from 1.

use serde::Serialize;
use std::collections::HashMap;

/// What stands for a hole in a template: no JSON text holds it, since there it is an escape.
const HOLE: char = '\u{1}';

/// Bytes of templates that a page may have; texts beyond that are kept as they are, a template each.
const MOST: usize = 8 << 20;

/// Fewest bytes of a word with a digit in it that is taken for an id.
const ID: usize = 6;

/// Fewest bytes of a text that is worth a reference.
const WORTH: usize = 4;

/// Most digits of a number that every browser keeps as it is.
const EXACT: usize = 15;

/// The templates of a page, in the order they were first needed.
#[derive(Debug, Default)]
pub(super) struct Templates {
    known: HashMap<String, usize>,
    bytes: usize,
}

/// A text in two parts: the number of its template, then what stands in the holes.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Part {
    /// A number: a template, a number in a hole, or a reference.
    Number(i64),
    /// A text in a hole.
    Text(String),
}

/// The texts that a case has had in holes, by their place.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<String, i64>);

impl Templates {
    /// Packs a text of a case.
    pub(super) fn pack(&mut self, text: &str, seen: &mut Seen) -> Vec<Part> {
        let mut template = String::with_capacity(text.len());
        let mut parts = vec![Part::Number(0)];
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.bytes().take_while(|byte| is_word(*byte)).count();
            if word == 0 {
                let other = rest.bytes().take_while(|byte| !is_word(*byte)).count();
                template.push_str(&rest[..other]);
                rest = &rest[other..];
                continue;
            }
            let (token, after) = rest.split_at(word);
            match hole(token, &template) {
                Some(part) => {
                    template.push(HOLE);
                    parts.push(seen.shared(part));
                }
                None => template.push_str(token),
            }
            rest = after;
        }
        parts[0] = Part::Number(i64::try_from(self.number(template)).unwrap_or_default());
        parts
    }

    fn number(&mut self, template: String) -> usize {
        if let Some(number) = self.known.get(&template) {
            return *number;
        }
        let number = self.known.len();
        self.bytes += template.len();
        self.known.insert(template, number);
        number
    }

    /// Whether there is no room for more.
    pub(super) const fn is_full(&self) -> bool {
        self.bytes > MOST
    }

    /// The templates, by number.
    pub(super) fn into_list(self) -> Vec<String> {
        let mut list = vec![String::new(); self.known.len()];
        for (template, number) in self.known {
            list[number] = template;
        }
        list
    }
}

impl Seen {
    /// The same, as a reference where the case has had this text.
    fn shared(&mut self, part: Part) -> Part {
        let Part::Text(text) = part else { return part };
        if text.len() < WORTH {
            return Part::Text(text);
        }
        let next = i64::try_from(self.0.len()).unwrap_or(i64::MAX) + 1;
        match self.0.get(&text) {
            Some(place) => Part::Number(-place),
            None => {
                self.0.insert(text.clone(), next);
                Part::Text(text)
            }
        }
    }
}

/// Letters, digits and what ids, times and numbers hold besides.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// What stands in a hole for a word; none for a word that is the same in every case.
fn hole(token: &str, before: &str) -> Option<Part> {
    // The rest of an escape, as in `\u0031`, is no word of its own.
    if before.ends_with('\\') {
        return None;
    }
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    if digits == token.len() && digits <= EXACT && (digits == 1 || !token.starts_with('0')) {
        return token.parse().ok().map(Part::Number);
    }
    let is_number = digits > 0 && token.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_number || (digits > 0 && token.len() >= ID)).then(|| Part::Text(token.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the page does.
    fn unpacked(templates: &[String], packed: &[Vec<Part>]) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        let mut texts = Vec::new();
        for parts in packed {
            let Part::Number(template) = &parts[0] else { panic!("a template comes first") };
            let template = &templates[usize::try_from(*template).unwrap()];
            let mut parts = parts[1..].iter();
            let mut text = String::new();
            for (index, piece) in template.split(HOLE).enumerate() {
                if index > 0 {
                    match parts.next().unwrap() {
                        Part::Number(number) if *number < 0 => {
                            text.push_str(&seen[usize::try_from(-number - 1).unwrap()]);
                        }
                        Part::Number(number) => text.push_str(&number.to_string()),
                        Part::Text(one) => {
                            if one.len() >= WORTH {
                                seen.push(one.clone());
                            }
                            text.push_str(one);
                        }
                    }
                }
                text.push_str(piece);
            }
            texts.push(text);
        }
        texts
    }

    fn there_and_back(texts: &[String]) -> (Vec<String>, usize) {
        let mut templates = Templates::default();
        let mut seen = Seen::default();
        let packed: Vec<Vec<Part>> = texts.iter().map(|text| templates.pack(text, &mut seen)).collect();
        let list = templates.into_list();
        (unpacked(&list, &packed), list.len())
    }

    #[test]
    fn what_differs_only_in_ids_and_numbers_has_one_template() {
        let step =
            |id: &str, us: u32| format!(r#"{{"id":"{id}","took":{us},"at":"2026-03-01T02:30:00.123Z","v":1.50}}"#);
        let texts = [step("CUST-8f2a11", 1234), step("CUST-77b0c9", 87), step("CUST-8f2a11", 0)];
        let (back, templates) = there_and_back(&texts);
        assert_eq!(back, texts);
        assert_eq!(templates, 1);
    }

    #[test]
    fn a_text_that_was_there_before_is_a_reference() {
        let mut templates = Templates::default();
        let mut seen = Seen::default();
        templates.pack("a CUST-8f2a11", &mut seen);
        assert_eq!(templates.pack("b CUST-8f2a11", &mut seen), [Part::Number(1), Part::Number(-1)]);
    }

    proptest! {
        #[test]
        fn whatever_a_text_is_it_comes_back(texts in proptest::collection::vec(any::<String>(), 1..6), number in any::<u64>()) {
            let json = |text: &String| serde_json::to_string(&(text, number, "id-123456")).unwrap();
            let texts: Vec<String> = texts.iter().map(json).collect();
            prop_assert_eq!(there_and_back(&texts).0, texts);
        }
    }
}
