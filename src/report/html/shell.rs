//! Words of a shell.
//!
//! Commands of the report are meant to be pasted, and most of what is in them was written by somebody else: everything
//! stands in quotes that end nowhere but where they should, and control characters are written as escapes.

use crate::secret::MASK;

/// The variable that stands for a secret of which nothing is known.
pub(super) const VARIABLE: &str = "SECRET";

/// A text as one word of a shell, every mask in it replaced by a variable.
pub(super) fn quoted(text: &str, variable: &str) -> String {
    let parts: Vec<String> =
        text.split(MASK).map(|part| if part.is_empty() { String::new() } else { word(part) }).collect();
    let joined = parts.join(&format!("\"${variable}\""));
    if joined.is_empty() { "''".to_owned() } else { joined }
}

/// A text without masks as one word of a shell.
fn word(text: &str) -> String {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) {
        return text.to_owned();
    }
    let acts = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(acts) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut word = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => word.extend(['\\', c]),
            '\n' => word.push_str("\\n"),
            '\t' => word.push_str("\\t"),
            c if acts(c) => c.to_string().bytes().for_each(|byte| word.push_str(&format!("\\x{byte:02x}"))),
            c => word.push(c),
        }
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_where_it_should() {
        assert_eq!(quoted("plain-1.0/x", "V"), "plain-1.0/x");
        assert_eq!(quoted("", "V"), "''");
        assert_eq!(quoted("it's $(id) `id` \\", "V"), r"'it'\''s $(id) `id` \'");
        assert_eq!(quoted("a\u{1b}'\n\u{202e}", "V"), r"$'a\x1b\'\n\xe2\x80\xae'");
        assert_eq!(quoted("key: [secret]", "X_API_KEY"), r#"'key: '"$X_API_KEY""#);
        assert_eq!(quoted("[secret]", "V"), r#""$V""#);
    }
}
