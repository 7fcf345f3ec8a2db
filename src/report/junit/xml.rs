//! Texts that XML can hold. Escaping is the writer's job; what cannot be escaped is dealt with here.

/// What stands for a character that XML 1.0 has no way to write.
const REPLACEMENT: char = '\u{fffd}';

/// The text without terminal sequences, and without characters that no XML 1.0 document may hold.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => skip_sequence(&mut rest),
            // A reader turns both into a line feed; so it may as well be one.
            '\r' => {
                if rest.peek() != Some(&'\n') {
                    clean.push('\n');
                }
            }
            other => clean.push(if is_legal(other) { other } else { REPLACEMENT }),
        }
    }
    clean
}

/// The same for an attribute of type `xs:token`: on one line and without spaces to spare.
pub(super) fn token(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The `Char` of XML 1.0, without the surrogates that a `char` cannot be, and without DEL and the C1 controls on which
/// terminals act.
const fn is_legal(character: char) -> bool {
    matches!(character, '\t' | '\n' | ' '..='\u{7e}' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Drops the rest of a terminal sequence after its escape character.
fn skip_sequence(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match rest.peek() {
        // Colours, cursor movements: parameters up to a final letter.
        Some('[') => {
            rest.next();
            while rest.next_if(|character| matches!(character, ' '..='?')).is_some() {}
            let _ = rest.next_if(|character| matches!(character, '@'..='~'));
        }
        // Titles, links: text up to a bell or `ESC \`.
        Some(']') => {
            rest.next();
            while let Some(character) = rest.next_if(|character| *character != '\n') {
                if character == '\u{7}' {
                    return;
                }
                if character == '\u{1b}' {
                    let _ = rest.next_if_eq(&'\\');
                    return;
                }
            }
        }
        Some('@'..='_') => {
            rest.next();
        }
        Some(_) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terminal_sequences_go_and_illegal_characters_are_replaced() {
        assert_eq!(clean("\u{1b}[1;31mred\u{1b}[0m \u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{7}"), "red link");
        assert_eq!(clean("a\0b\u{fffe}c\u{ffff}d\u{7f}e\u{1b}"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e");
        assert_eq!(clean("a\r\nb\rc\td"), "a\nb\nc\td");
        assert_eq!(token("  a \n\t b  "), "a b");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_only_legal_characters_come_out(text in any::<String>()) {
            prop_assert!(clean(&text).chars().all(is_legal));
        }
    }
}
