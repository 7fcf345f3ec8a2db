//! Texts that recur, kept once.

use std::collections::HashMap;

/// Texts, each once, in the order they were first needed.
#[derive(Debug, Default)]
pub(super) struct Texts {
    known: HashMap<String, usize>,
}

impl Texts {
    /// The index of a text as it is.
    pub(super) fn exact(&mut self, text: &str) -> usize {
        if let Some(index) = self.known.get(text) {
            return *index;
        }
        let index = self.known.len();
        self.known.insert(text.to_owned(), index);
        index
    }

    /// The texts, by index.
    pub(super) fn into_list(self) -> Vec<String> {
        let mut list = vec![String::new(); self.known.len()];
        for (text, index) in self.known {
            list[index] = text;
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_found_under_its_index() {
        let mut texts = Texts::default();
        assert_eq!((texts.exact("a"), texts.exact("b"), texts.exact("a")), (0, 1, 0));
        assert_eq!(texts.into_list(), ["a", "b"]);
    }
}
