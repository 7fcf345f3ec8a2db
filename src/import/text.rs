//! Bytes of files that other tools wrote, as text: UTF-8 and UTF-16, with and without a byte order mark.

use crate::diagnostic::{Code, Diagnostic};

/// Largest file that is read, in bytes.
pub const LARGEST: usize = 64 * 1024 * 1024;

/// The text of a file.
///
/// # Errors
/// When it is larger than [`LARGEST`], or neither UTF-8 nor UTF-16.
pub fn decode(name: &str, bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    if bytes.len() > LARGEST {
        let title = format!("{name} has {} MB; at most {} MB are read", bytes.len() >> 20, LARGEST >> 20);
        return Err(Box::new(Diagnostic::new(Code::UnreadableFile, title).next("split it into several files")));
    }
    if let Some(little) = utf16(bytes) {
        let body =
            if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) { &bytes[2..] } else { bytes };
        let units = body.chunks_exact(2).map(|pair| match little {
            true => u16::from_le_bytes([pair[0], pair[1]]),
            false => u16::from_be_bytes([pair[0], pair[1]]),
        });
        let text: Result<String, _> = char::decode_utf16(units).collect();
        return match text {
            Ok(text) if body.len().is_multiple_of(2) => Ok(text),
            _ => Err(not_text(name, "it begins as UTF-16 and is not", bytes.len())),
        };
    }
    let body = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(body) {
        Ok(text) if text.contains('\0') => Err(not_text(name, "it has NUL bytes", text.find('\0').unwrap_or(0))),
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = body[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(not_text(name, &format!("line {line} is not UTF-8"), error.valid_up_to()))
        }
    }
}

/// Whether bytes are UTF-16, and if so whether little-endian. Without a mark, a first character that is ASCII tells.
fn utf16(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [0xff, 0xfe, ..] => Some(true),
        [0xfe, 0xff, ..] => Some(false),
        [first, 0, third, 0, ..] if *first != 0 && *third != 0 => Some(true),
        [0, second, 0, fourth, ..] if *second != 0 && *fourth != 0 => Some(false),
        _ => None,
    }
}

fn not_text(name: &str, why: &str, at: usize) -> Box<Diagnostic> {
    let title = format!("{name} is not a text file: {why} (byte {at})");
    Box::new(Diagnostic::new(Code::UnreadableFile, title).next("save it as UTF-8; is it the file you meant?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "{\n \"näme\": \"😀\"}";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], text.as_bytes()),
            marked(&[0xff, 0xfe], &little),
            marked(&[0xfe, 0xff], &big),
            little,
            big,
        ] {
            assert_eq!(decode("a", &bytes).expect("it is text"), text);
        }
    }

    #[test]
    fn what_is_no_text_is_told_with_its_line() {
        assert!(decode("a", b"a\nb\xff").expect_err("not text").title.contains("line 2 is not UTF-8"));
        assert!(decode("a", b"PK\x03\x04\x14\0\0\0\x08").expect_err("a zip").title.contains("not a text file"));
        assert!(decode("a", &[0xff, 0xfe, 0x00, 0xd8]).is_err());
        assert_eq!(decode("a", b"").expect("an empty text is text"), "");
    }
}
