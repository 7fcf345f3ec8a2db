//! Judging short texts by a picture of them, such as `AAAAA9999A`.

/// Compares a text with a picture: `A` is a capital letter, `9` a digit, `*` either; anything else is itself.
pub(super) fn matches(text: &str, picture: &str) -> bool {
    text.len() == picture.len()
        && text.bytes().zip(picture.bytes()).all(|(found, wanted)| match wanted {
            b'A' => found.is_ascii_uppercase(),
            b'9' => found.is_ascii_digit(),
            b'*' => found.is_ascii_uppercase() || found.is_ascii_digit(),
            other => found == other,
        })
}
