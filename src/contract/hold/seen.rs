//! What a run has touched of a contract so far.

/// What has been touched. Shared by all cases of a run.
#[derive(Debug, Default)]
pub struct Seen {}

impl Seen {
    /// Nothing yet.
    #[must_use]
    pub const fn new(_contract: &super::Contract) -> Self {
        Self {}
    }
}
