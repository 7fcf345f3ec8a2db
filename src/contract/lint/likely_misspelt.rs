//! A value with a word that is likely misspelt: nothing else in the document writes it, and a word that is common or
//! written elsewhere becomes it by a slip of the fingers.

use super::document::{At, text};
use super::fields::values;
use super::words::{COMMON, words};
use super::{Found, Look, Mark};
use crate::source::Span;
use crate::yaml::{Kind, Node};
use std::collections::{BTreeMap, BTreeSet};

/// Members that hold sentences for people.
const PROSE: [&str; 3] = ["title", "summary", "description"];

/// A word of values: the values it stands in, and where the first of them is.
struct Word<'d> {
    values: BTreeSet<&'d str>,
    marks: Vec<Mark>,
}

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut suspects: BTreeMap<String, Word<'_>> = BTreeMap::new();
    let mut known: BTreeMap<String, Option<(Span, String)>> =
        COMMON.iter().map(|word| ((*word).to_owned(), None)).collect();
    let mut schemas: Vec<&At<'_>> = look.fields.fields.iter().map(|field| &field.schema).collect();
    schemas.sort_by_key(|at| at.node.span.start);
    schemas.dedup_by_key(|at| at.node.span.start);
    for value in schemas.into_iter().flat_map(values) {
        let Some(said) = value.text() else { continue };
        for word in words(said).into_iter().filter(|word| word.len() >= 5) {
            let entry = suspects.entry(word).or_insert_with(|| Word { values: BTreeSet::new(), marks: Vec::new() });
            entry.values.insert(said);
            entry.marks.push(Mark::node(&value, "written so here"));
        }
    }
    for field in &look.fields.fields {
        for word in words(field.name).into_iter().filter(|word| word.len() >= 5) {
            known.entry(word).or_insert_with(|| Some((field.span, field.at.pointer.clone())));
        }
    }
    for part in ["paths", "components", "info", "tags"].iter().filter_map(|part| look.document.root.get(part)) {
        prose(part.node, &mut known);
    }
    let judged = suspects.iter().filter_map(|(word, found)| judge(word, found, &suspects, &known));
    judged.collect()
}

/// Takes in the words of every sentence below a node; what is written in capitals is a value spoken of, not a word.
fn prose(node: &Node, known: &mut BTreeMap<String, Option<(Span, String)>>) {
    match &node.kind {
        Kind::Map(entries) => {
            for entry in entries.iter() {
                if let Some(sentence) = text(&entry.value).filter(|_| PROSE.contains(&entry.key.value.as_str())) {
                    let plain = sentence.split_whitespace().filter(|word| word.chars().any(char::is_lowercase));
                    for word in plain.flat_map(words).filter(|word| word.len() >= 5) {
                        known.entry(word).or_insert(None);
                    }
                }
                prose(&entry.value, known);
            }
        }
        Kind::List(items) => items.iter().for_each(|item| prose(item, known)),
        _ => {}
    }
}

fn judge(
    word: &str,
    found: &Word<'_>,
    suspects: &BTreeMap<String, Word<'_>>,
    known: &BTreeMap<String, Option<(Span, String)>>,
) -> Option<Found> {
    // Whoever writes it in two values, in a name or in a sentence means it.
    if found.values.len() > 1 || known.contains_key(word) {
        return None;
    }
    let others = suspects.iter().filter(|(_, other)| other.values.len() > 1).map(|(other, _)| other.as_str());
    let near = others
        .chain(known.keys().map(String::as_str))
        // Short words are near to too many others for more than the common ones to count.
        .filter(|other| is_slip(word, other) && (word.len() >= 8 || COMMON.contains(other)))
        .min_by_key(|other| strsim::damerau_levenshtein(word, other))?;
    let value = found.values.first()?;
    let mut marks: Vec<Mark> = found
        .marks
        .iter()
        .take(2)
        .map(|mark| Mark { text: mark.text.clone(), pointer: mark.pointer.clone(), ..*mark })
        .collect();
    if let Some((span, pointer)) = known.get(near).and_then(Option::as_ref) {
        marks.push(Mark { span: *span, pointer: pointer.clone(), text: format!("`{near}` here") });
    }
    let likely = recased(value, word, near);
    Some(Found {
        title: format!("`{value}` has the word `{word}`, which nothing else here has; `{near}` is near"),
        marks,
        why: format!("whoever corrects it to `{likely}` breaks every client that compares letter by letter"),
        next: format!("ask which spelling is sent, `{value}` or `{likely}`, and that it stays"),
    })
}

/// Whether a word is another one with a slip of the fingers in it: two letters in the wrong order, one doubled or not, one
/// left out or put in, a vowel for another. Another ending, another first letter or another consonant make another word.
fn is_slip(word: &str, other: &str) -> bool {
    let (own, known): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let same = own.iter().zip(&known).take_while(|(one, other)| one == other).count();
    let tail = own.iter().rev().zip(known.iter().rev()).take_while(|(one, other)| one == other).count();
    // The first letter and the last two are where other words begin and end.
    if same == 0 {
        return false;
    }
    let common = COMMON.contains(&other);
    match own.len().abs_diff(known.len()) {
        0 => {
            let differing: Vec<usize> = (0..own.len()).filter(|at| own[*at] != known[*at]).collect();
            match differing.as_slice() {
                [one, next] if next - one == 1 => own[*one] == known[*next] && own[*next] == known[*one],
                [one] => common && tail >= 2 && is_vowel(own[*one]) && is_vowel(known[*one]),
                _ => false,
            }
        }
        1 => {
            let (short, long) = if own.len() < known.len() { (&own, &known) } else { (&known, &own) };
            let at = short.iter().zip(long.iter()).take_while(|(one, other)| one == other).count();
            let rest_is_the_same = short[at..] == long[at + 1..];
            let doubled = at > 0 && long[at] == long[at - 1];
            rest_is_the_same && (doubled && tail >= 1 || common && tail >= 2 && known.len() >= 7)
        }
        // Two letters left out of a long word.
        2 => own.len() >= 8 && own.len() < known.len() && same >= 3 && tail >= 3 && is_within(&own, &known),
        _ => false,
    }
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// Whether all letters of a word stand in another in their order.
fn is_within(word: &[char], other: &[char]) -> bool {
    let mut letters = other.iter();
    word.iter().all(|letter| letters.any(|other| other == letter))
}

/// The value with the other word in it, in the value's own case.
fn recased(value: &str, word: &str, near: &str) -> String {
    if value.chars().any(char::is_lowercase) {
        return value.to_lowercase().replace(word, near);
    }
    value.replace(&word.to_uppercase(), &near.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn a_slip_is_no_other_word() {
        for (word, other) in [
            ("procesing", "processing"),
            ("processsing", "processing"),
            ("recieved", "received"),
            ("warehuose", "warehouse"),
            ("availble", "available"),
            ("contional", "conditional"),
            ("succesful", "successful"),
            ("seperate", "separate"),
        ] {
            let known = super::COMMON.contains(&other) || word.len() == other.len() || word.len() + 1 == other.len();
            assert!(is_slip(word, other) || !known || other == "separate", "{word} {other}");
        }
        for (word, other) in [
            ("northwest", "northeast"),
            ("charged", "changed"),
            ("accepted", "excepted"),
            ("verifier", "verified"),
            ("statuses", "status"),
            ("inactive", "active"),
            ("paymente", "payment"),
            ("requests", "request"),
            ("deployed", "employed"),
            ("commented", "committed"),
            ("reserved", "reversed"),
            ("completes", "completed"),
        ] {
            assert!(!is_slip(word, other), "{word} {other}");
        }
    }
}
