//! A growing set of texts that are searched for all at once, in one pass over what is searched.
//!
//! A run may learn a secret with every case. Building an automaton anew for each costs as much as all before together, so
//! here a text is added in constant time: it is found by its first bytes, which a filter of bits rules out at nearly every
//! place (the idea of Rabin and Karp's search for several texts).

use std::collections::HashMap;

/// Bytes of a beginning that are looked up. Shorter texts are never searched for.
const HEAD: usize = 4;

/// The set.
#[derive(Debug, Clone)]
pub(super) struct Needles {
    /// Texts by their first bytes, longest first.
    by_head: HashMap<u32, Vec<Box<[u8]>>>,
    /// A bit for each head that is known, by its hash; as many bits as a power of two says.
    filter: Vec<u64>,
    bits: u32,
}

impl Default for Needles {
    fn default() -> Self {
        Self { by_head: HashMap::new(), filter: vec![0; 1 << 10], bits: 16 }
    }
}

impl Needles {
    /// Whether there is nothing to search for.
    pub(super) fn is_empty(&self) -> bool {
        self.by_head.is_empty()
    }

    /// Adds a text, if it is long enough.
    pub(super) fn add(&mut self, text: &str) {
        let Some(head) = head(text.as_bytes()) else { return };
        let all = self.by_head.entry(head).or_default();
        match all.binary_search_by(|known| text.len().cmp(&known.len()).then_with(|| (**known).cmp(text.as_bytes()))) {
            Ok(_) => return,
            Err(at) => all.insert(at, text.as_bytes().into()),
        }
        if self.by_head.len() * 16 > 1 << self.bits {
            self.bits += 2;
            self.filter = vec![0; 1 << (self.bits - 6)];
            let heads: Vec<u32> = self.by_head.keys().copied().collect();
            heads.into_iter().for_each(|head| self.mark(head));
        } else {
            self.mark(head);
        }
    }

    fn mark(&mut self, head: u32) {
        let bit = self.bit(head);
        self.filter[bit >> 6] |= 1 << (bit & 63);
    }

    fn bit(&self, head: u32) -> usize {
        // Fibonacci hashing: the upper bits of the product depend on all of the head.
        (head.wrapping_mul(0x9E37_79B9) >> (32 - self.bits)) as usize
    }

    /// The first place from `from` on where one of the texts stands, the longest of those that stand there.
    pub(super) fn find(&self, haystack: &[u8], from: usize) -> Option<(usize, usize)> {
        if self.by_head.is_empty() || haystack.len() < from + HEAD {
            return None;
        }
        (from..=haystack.len() - HEAD).find_map(|at| {
            let head = head(&haystack[at..])?;
            let bit = self.bit(head);
            if self.filter[bit >> 6] & (1 << (bit & 63)) == 0 {
                return None;
            }
            let found = self.by_head.get(&head)?.iter().find(|text| haystack[at..].starts_with(text));
            found.map(|text| (at, at + text.len()))
        })
    }

    /// How many bytes at the end of a text could be the beginning of one of these.
    pub(super) fn longest_beginning(&self, text: &[u8]) -> usize {
        let begins = |at: usize| {
            let rest = &text[at..];
            let all = head(rest).and_then(|head| self.by_head.get(&head));
            all.is_some_and(|all| all.iter().any(|known| known.len() > rest.len() && known.starts_with(rest)))
        };
        let longest = text.len().min(4096);
        (text.len() - longest..=text.len().saturating_sub(HEAD)).find(|at| begins(*at)).map_or(0, |at| text.len() - at)
    }
}

fn head(text: &[u8]) -> Option<u32> {
    text.first_chunk::<HEAD>().map(|bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_at_the_first_place_is_found() {
        let mut needles = Needles::default();
        ["token-1", "token-12", "oken-1", "abc"].iter().for_each(|text| needles.add(text));
        let found = |text: &str| needles.find(text.as_bytes(), 0).map(|(from, to)| text[from..to].to_owned());
        assert_eq!(found("a token-123"), Some("token-12".to_owned()));
        assert_eq!(found("an oken-1"), Some("oken-1".to_owned()));
        assert_eq!(found("abc token"), None, "too short to be searched for");
        assert_eq!(needles.longest_beginning(b"x token"), 5);
        assert_eq!(needles.longest_beginning(b"x tok"), 0);
    }

    #[test]
    fn many_texts_are_all_found() {
        let mut needles = Needles::default();
        let text = |number: usize| format!("{:08x}-secret", number.wrapping_mul(2_654_435_761));
        (0..50_000).for_each(|number| needles.add(&text(number)));
        for number in (0..50_000).step_by(997) {
            let hay = format!("before {} after", text(number));
            assert_eq!(needles.find(hay.as_bytes(), 0), Some((7, 7 + text(number).len())));
        }
        assert_eq!(needles.find(b"nothing of all that stands here", 0), None);
    }
}
