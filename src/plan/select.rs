//! Which cases are run.

use super::PlannedCase;

/// Which cases are run; empty takes all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The case, or its suite, has one of these tags.
    pub tags: Vec<String>,
    /// The case's name, its suite's name or its file's name contains one of these texts, in any case.
    pub texts: Vec<String>,
}

impl Selection {
    /// Whether a case is run.
    #[must_use]
    pub fn takes(&self, file: &str, suite: &str, case: &PlannedCase) -> bool {
        let tagged = self.tags.is_empty() || self.tags.iter().any(|tag| case.tags.contains(tag));
        let whole = format!("{file}/{suite}/{}", case.name).to_lowercase();
        let named = self.texts.is_empty() || self.texts.iter().any(|text| whole.contains(&text.to_lowercase()));
        tagged && named
    }

    /// Whether everything is taken.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.tags.is_empty() && self.texts.is_empty()
    }
}
