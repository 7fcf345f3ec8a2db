//! Which cases are run, and in which order.

use super::PlannedCase;
use crate::text::Fnv;
use std::collections::HashSet;

/// Which cases are run; empty takes all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The case, or its suite, has one of these tags; one with `!` before it leaves out the cases that have it.
    pub tags: Vec<String>,
    /// The case's name, its suite's name or its file's name contains one of these texts, in any case.
    pub texts: Vec<String>,
    /// Only these, by file and name: those that did not pass last time.
    pub only: Option<HashSet<(String, String)>>,
    /// The share of those that is run here.
    pub partition: Partition,
    /// In which order.
    pub order: Order,
}

/// In which order cases are run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// That of the files.
    #[default]
    AsWritten,
    /// One made from this seed.
    Shuffled(u64),
}

/// One share of several, so that machines can divide a run among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Partition {
    /// Everything.
    #[default]
    Whole,
    /// Cases whose file and name hash to this share: a case stays in its share when others come and go.
    Hash {
        /// The share, from 1.
        share: u32,
        /// How many shares there are.
        of: u32,
    },
    /// Every so manieth case: shares are equally large.
    Count {
        /// The share, from 1.
        share: u32,
        /// How many shares there are.
        of: u32,
    },
}

impl Partition {
    /// Reads `hash:1/4` or `count:1/4`.
    ///
    /// # Errors
    /// When it is neither, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let hint = || "write hash:1/4 or count:1/4".to_owned();
        let (kind, numbers) = text.split_once(':').ok_or_else(hint)?;
        let (share, of) = numbers.split_once('/').ok_or_else(hint)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| hint());
        let (share, of) = (number(share)?, number(of)?);
        if share == 0 || share > of {
            return Err(format!("shares are counted from 1 to {of}"));
        }
        match kind {
            "hash" => Ok(Self::Hash { share, of }),
            "count" => Ok(Self::Count { share, of }),
            _ => Err(hint()),
        }
    }

    /// As it is written; `None` for what leaves nothing out.
    #[must_use]
    pub fn to_text(self) -> Option<String> {
        match self {
            Self::Whole | Self::Hash { of: 1, .. } | Self::Count { of: 1, .. } => None,
            Self::Hash { share, of } => Some(format!("hash:{share}/{of}")),
            Self::Count { share, of } => Some(format!("count:{share}/{of}")),
        }
    }

    pub(super) const fn begin(self) -> Sharing {
        Sharing { partition: self, seen: 0 }
    }
}

/// A partition being applied to cases in their order.
pub(super) struct Sharing {
    partition: Partition,
    seen: u32,
}

impl Sharing {
    pub(super) fn takes(&mut self, file: &str, case: &PlannedCase) -> bool {
        self.seen += 1;
        match self.partition {
            Partition::Whole => true,
            Partition::Count { share, of } => (self.seen - 1) % of == share - 1,
            Partition::Hash { share, of } => {
                let hash = Fnv::default().text(file).text(&case.name).mixed();
                hash % u64::from(of) == u64::from(share - 1)
            }
        }
    }
}

impl Selection {
    /// Whether a case's names and tags are those asked for.
    #[must_use]
    pub fn takes(&self, file: &str, suite: &str, case: &PlannedCase) -> bool {
        let only = self.only.as_ref().is_none_or(|only| only.contains(&(file.to_owned(), case.name.clone())));
        only && self.takes_by_tag(case) && self.takes_by_text(file, suite, case)
    }

    fn takes_by_tag(&self, case: &PlannedCase) -> bool {
        let mut wanted = self.tags.iter().filter(|tag| !tag.starts_with('!')).peekable();
        let good = wanted.peek().is_none() || wanted.any(|tag| case.tags.contains(tag));
        let mut unwanted = self.tags.iter().filter_map(|tag| tag.strip_prefix('!'));
        good && !unwanted.any(|tag| case.tags.iter().any(|own| own == tag))
    }

    fn takes_by_text(&self, file: &str, suite: &str, case: &PlannedCase) -> bool {
        let whole = format!("{file}/{suite}/{}", case.name).to_lowercase();
        self.texts.is_empty() || self.texts.iter().any(|text| whole.contains(&text.to_lowercase()))
    }
}

/// What of a selection found a case, and which cases it takes.
pub(super) struct Matches<'s> {
    selection: &'s Selection,
    tags: Vec<bool>,
    texts: Vec<bool>,
    taken: Sha256Set,
}

impl<'s> Matches<'s> {
    pub(super) fn new(selection: &'s Selection) -> Self {
        let tags = selection.tags.iter().map(|tag| tag.starts_with('!')).collect();
        Self { selection, tags, texts: vec![false; selection.texts.len()], taken: Sha256Set::default() }
    }

    /// Takes note of a case, whether it is selected or not. What one option asks for is found among what the others take.
    pub(super) fn see(&mut self, file: &str, suite: &str, case: &PlannedCase) {
        if self.selection.takes_by_text(file, suite, case) {
            for (tag, found) in self.selection.tags.iter().zip(&mut self.tags) {
                *found |= case.tags.contains(tag);
            }
        }
        if self.selection.takes_by_tag(case) {
            let whole = format!("{file}/{suite}/{}", case.name).to_lowercase();
            for (text, found) in self.selection.texts.iter().zip(&mut self.texts) {
                *found |= whole.contains(&text.to_lowercase());
            }
        }
    }

    /// Takes note of a case that is selected.
    pub(super) fn take(&mut self, file: &str, case: &PlannedCase) {
        self.taken.add(&format!("{file}\0{}\0", case.name));
    }

    /// What found no case, as it is typed; and a text that stands for the cases taken.
    pub(super) fn done(self) -> (Vec<String>, String) {
        let tags = self.selection.tags.iter().zip(&self.tags).filter(|(_, found)| !**found);
        let texts = self.selection.texts.iter().zip(&self.texts).filter(|(_, found)| !**found);
        let tags = tags.map(|(tag, _)| format!("--tag {tag}"));
        (tags.chain(texts.map(|(text, _)| format!("--case {text}"))).collect(), self.taken.digest())
    }
}

/// The digest of a set of texts, whatever their order.
#[derive(Default)]
struct Sha256Set(Vec<[u8; 32]>);

impl Sha256Set {
    fn add(&mut self, text: &str) {
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        self.0.push(bytes);
    }

    fn digest(mut self) -> String {
        self.0.sort_unstable();
        let whole = ring::digest::digest(&ring::digest::SHA256, self.0.as_flattened());
        whole.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_read() {
        assert_eq!(Partition::parse("hash:1/4"), Ok(Partition::Hash { share: 1, of: 4 }));
        assert_eq!(Partition::parse("count:4/4"), Ok(Partition::Count { share: 4, of: 4 }));
        for wrong in ["count:0/4", "count:5/4", "count:1", "1/4", "slice:1/4", "hash:a/b", ""] {
            assert!(Partition::parse(wrong).is_err(), "{wrong}");
        }
    }
}
