//! Texts as Markdown shows them: nothing from the wire is ever markup.

use crate::text::visible_line;

/// A text between words, with everything escaped that Markdown or HTML would act on. What stands between backticks stays
/// code, as our own sentences mean it.
pub(super) fn prose(text: &str) -> String {
    let text = visible_line(text);
    if !text.matches('`').count().is_multiple_of(2) {
        return escaped(&text).replace('`', "\\`");
    }
    let pieces = text.split('`').enumerate();
    let pieces = pieces.map(|(index, piece)| match index % 2 {
        0 => escaped(piece),
        _ if piece.is_empty() => "\\`\\`".to_owned(),
        _ => format!("`{piece}`"),
    });
    pieces.collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Within a word it is only itself, and names are easier to read and to search so.
            '_' if before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric()) => {
                escaped.push('_');
            }
            '\\' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
        before = character;
    }
    escaped
}

/// A name or a value, as code; its own backticks stay (CommonMark, 6.1).
pub(super) fn code(text: &str) -> String {
    let text = visible_line(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.is_empty() || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(prose("a <b>*x*</b> [y](z)\n# `t"), "a &lt;b&gt;\\*x\\*&lt;/b&gt; \\[y\\](z) \\# \\`t");
        assert_eq!(prose("`a_<b>` c_d _e_"), "`a_<b>` c_d \\_e\\_");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("|\u{1b}[31m"), "`|␛[31m`");
    }
}
