//! Lines of a document.

use serde_json::{Value, json};

/// Lines of one document of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which document, from 0.
    pub file: usize,
    /// First line, from 1.
    pub first: usize,
    /// Last line.
    pub last: usize,
}

impl Place {
    /// One line.
    pub(super) const fn line(file: usize, line: usize) -> Self {
        Self { file, first: line, last: line }
    }

    /// As it stands in the contract.
    pub(super) fn source(self, names: &[String]) -> Value {
        json!({ "file": names[self.file], "lines": [self.first, self.last] })
    }
}
