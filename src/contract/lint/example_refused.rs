//! An example that its schema refuses.

use super::{Found, Look};

pub(super) fn find(_look: &Look<'_>) -> Vec<Found> {
    Vec::new()
}
