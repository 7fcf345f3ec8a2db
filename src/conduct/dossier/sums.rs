//! `SHA256SUMS`: the digests of a dossier's files in the form that `sha256sum -c` reads.

use super::digest::{is_sha256, sha256};
use std::collections::BTreeMap;

/// A dossier's files by name: parts between slashes, below the folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Why a name is none that a dossier may have, if it is not.
#[must_use]
pub fn unsafe_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.starts_with('/') || name.contains('\\') || name.contains(':') {
        return Some("it leads out of the folder");
    }
    if name.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Some("it leads out of the folder");
    }
    name.chars().any(char::is_control).then_some("it holds a control character")
}

/// The digest of each file, sorted by name.
#[must_use]
pub fn digests(files: &Files) -> BTreeMap<String, String> {
    files.iter().map(|(name, content)| (name.clone(), sha256(content))).collect()
}

/// The text of `SHA256SUMS`.
#[must_use]
pub fn write_sums(digests: &BTreeMap<String, String>) -> String {
    digests.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect()
}

/// Reads `SHA256SUMS`; nothing but what [`write_sums`] writes.
pub(super) fn read_sums(text: &[u8]) -> Option<BTreeMap<String, String>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut digests = BTreeMap::new();
    for line in text.lines() {
        let (digest, name) = line.split_once("  ")?;
        let good = is_sha256(digest) && unsafe_name(name).is_none();
        if !good || digests.insert(name.to_owned(), digest.to_owned()).is_some() {
            return None;
        }
    }
    (write_sums(&digests) == text).then_some(digests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let files = Files::from([("b/c".to_owned(), b"x".to_vec()), ("a".to_owned(), Vec::new())]);
        let digests = digests(&files);
        let text = write_sums(&digests);
        assert_eq!(read_sums(text.as_bytes()).unwrap(), digests);
        for wrong in [
            text.replace('\n', "\r\n"),
            text.to_uppercase(),
            text.replace("  b", " *b"),
            format!("{text}\n"),
            text.replace("b/c", "../c"),
        ] {
            assert_eq!(read_sums(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["", "/a", "../a", "a/../b", "a//b", "./a", "a\\b", "C:a", "a\nb"] {
            assert!(unsafe_name(name).is_some(), "{name:?}");
        }
        assert_eq!(unsafe_name("report/index.html"), None);
    }
}
