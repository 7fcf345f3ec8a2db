//! The file of API keys: one to a line, `#` begins a comment, empty lines count for nothing.
//!
//! Keys are secrets, so a problem names the line and never shows it.

use super::super::embedded::read_text;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use std::path::Path;

/// Most keys of one server.
const MOST: usize = 10_000;

/// Reads the keys, in the order of the file.
pub(in crate::cli) fn read(file: &Path) -> Result<Vec<String>, Diagnostic> {
    let text = read_text(file)?;
    let mut keys: Vec<(usize, &str)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (number, key) = (index + 1, line.trim());
        if key.is_empty() || key.starts_with('#') {
            continue;
        }
        // RFC 9110, section 5.5: what a field value may hold without being changed on the way.
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Diagnostic::new(Code::WrongValue, format!("{}:{number}: this is no API key", file.display()))
                .note(NoteKind::Why, "a key travels in a header, so it is letters, digits and signs without a space")
                .next("write one key to a line; a line that begins with # is a comment"));
        }
        if let Some((first, _)) = keys.iter().find(|(_, known)| *known == key) {
            return Err(Diagnostic::new(
                Code::DuplicateName,
                format!("{}:{number}: the same key as on line {first}", file.display()),
            )
            .note(NoteKind::Why, "each key is a partner of its own, whose customers no other partner sees")
            .next("remove one of the two lines"));
        }
        if keys.len() == MOST {
            return Err(Diagnostic::new(Code::WrongValue, format!("{} holds more than {MOST} keys", file.display())));
        }
        keys.push((number, key));
    }
    if keys.is_empty() {
        return Err(Diagnostic::new(Code::WrongValue, format!("{} holds no API key", file.display()))
            .next("write one key to a line; a line that begins with # is a comment"));
    }
    Ok(keys.into_iter().map(|(_, key)| key.to_owned()).collect())
}
