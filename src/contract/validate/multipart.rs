//! Multipart bodies that were written by hand, or came (RFC 2046, 5.1; RFC 7578).

use super::facts::Part;

/// A part that was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Owned {
    /// Empty for a part without a name.
    pub(super) field: String,
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
    pub(super) content: Vec<u8>,
}

impl Owned {
    pub(super) fn borrowed(&self) -> Part<'_> {
        Part {
            field: &self.field,
            file_name: self.file_name.as_deref(),
            media_type: self.media_type.as_deref(),
            content: &self.content,
        }
    }
}

/// The parts between boundaries; nothing where the body is not made of them.
pub(super) fn read(body: &[u8], boundary: &str) -> Option<Vec<Owned>> {
    let mark = format!("--{boundary}").into_bytes();
    let mut at = find(body, &mark, 0)? + mark.len();
    let mut parts = Vec::new();
    loop {
        let rest = body.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let start = at + rest.iter().position(|byte| *byte == b'\n')? + 1;
        let end = find(body, &mark, start)?;
        // The end of the line before a boundary belongs to the boundary.
        let inside = body.get(start..end)?;
        let inside = inside.strip_suffix(b"\r\n").or_else(|| inside.strip_suffix(b"\n")).unwrap_or(inside);
        parts.push(part(inside));
        at = end + mark.len();
    }
}

fn part(inside: &[u8]) -> Owned {
    let split = |mark: &[u8]| find(inside, mark, 0).map(|at| (&inside[..at], &inside[at + mark.len()..]));
    let alone = inside.strip_prefix(b"\r\n").or_else(|| inside.strip_prefix(b"\n"));
    let (head, content) = match alone {
        Some(content) => (&[][..], content),
        None => split(b"\r\n\r\n").or_else(|| split(b"\n\n")).unwrap_or((inside, &[])),
    };
    let mut part = Owned { content: content.to_vec(), ..Owned::default() };
    for line in String::from_utf8_lossy(head).lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => part.media_type = Some(value.trim().to_owned()),
            "content-disposition" => {
                for parameter in value.split(';').skip(1) {
                    let Some((key, text)) = parameter.split_once('=') else { continue };
                    let text = text.trim().trim_matches('"').to_owned();
                    match key.trim() {
                        "name" => part.field = text,
                        "filename" => part.file_name = Some(text),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    part
}

fn find(bytes: &[u8], mark: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(mark.len()).position(|window| window == mark).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_between_their_boundaries() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X\r\nContent-Disposition: \
            form-data; name=\"f\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89\r\n\r\n--X--\r\n";
        let parts = read(body, "X").unwrap();
        let named: Vec<_> = parts.iter().map(|part| (part.field.as_str(), part.content.as_slice())).collect();
        assert_eq!(named, [("a", &b"1"[..]), ("f", b"\x89\r\n")]);
        assert_eq!((parts[1].file_name.as_deref(), parts[1].media_type.as_deref()), (Some("a.png"), Some("image/png")));
        assert_eq!(read(b"--X\n\nhello\n--X--", "X").unwrap()[0].content, b"hello");
        for bad in [&b"name=x"[..], b"--X\r\nno end", b""] {
            assert_eq!(read(bad, "X"), None);
        }
    }
}
